"""What the team writes in its report, in its own words; numbers enter by the names of their facts."""

from __future__ import annotations

FRAME = """La préfecture fictive et la commission départementale ont demandé cette étude. Ses objectifs : rendre visibles les situations que les professionnel·les rencontrent, sans que personne puisse y être reconnu·e ; dire ce que les annonces montrent, et ce qu’elles ne montrent pas ; recenser ce qui aide déjà, et ce qui manque.

Elle s’est faite en quatre temps : mobiliser les structures et recueillir leurs réponses ; mener les entretiens ; compter les annonces, en tirer une part au sort et la coder ; restituer devant la commission, puis écrire les pistes avec les partenaires.

Les personnes concernées n’ont pas été interrogées pour cette étude. Celles qu’une association accompagne ont été informées de sa tenue, et personne n’a été cherché ni contacté à partir de ce qui a été recueilli.
"""
CONCLUSIONS = """## Des situations que tous les secteurs rencontrent

{fact:pros.total_distinct} professionnel·les ont contribué, par le questionnaire ou en entretien, et {fact:pros.identified} ont déjà identifié une situation ou un risque. Ces personnes décrivent {fact:shared.situations} situations ; elles concernent {fact:shared.persons_concerned} personnes, en lisant chaque réponse au plus court. Ce nombre dit ce qui est vu, non ce qui existe : là où personne n’a répondu, personne n’est décrit.

## La précarité, presque toujours

{fact:cond.no_resources_pct} des personnes dont on connaît la situation financière sont sans ressources ou aux minima sociaux, et {fact:cond.no_stable_housing_pct} de celles dont on connaît le logement n’en ont pas de stable. Au moins un facteur de vulnérabilité est relevé pour {fact:vuln.any_pct} des personnes. Répondre au seul danger immédiat ne suffit pas : un toit et des ressources sont ce qui rend une sortie possible.

## L’emprise d’un tiers, souvent dite, souvent inconnue

Un·e proxénète est signalé·e pour {fact:pimp.present_pct} des personnes. Ne pas savoir n’est pas savoir qu’il n’y en a pas : qui accompagne a besoin de temps, d’un lieu sûr et d’interprètes pour que la parole vienne.

## Internet concentre l’offre visible

{fact:ads.total} annonces ont été comptées sur {fact:ads.sites} sites ; les deux plus fournis en portent {fact:ads.top_two_pct}. Une annonce n’est pas une personne : au jour du décompte, {interval:persons.total} personnes se trouvent derrière elles.

## Une loi mal connue, des professionnel·les qui demandent à être aidé·es

{fact:law.commission_unaware_pct} des répondant·es apprennent qu’une commission départementale existe, et {fact:law.pathway_unaware_pct} qu’un parcours de sortie existe. {fact:survey.network_interest.yes_pct} de celles et ceux à qui la question est posée souhaitent un réseau local.
"""
TRACKS = """### Former celles et ceux qui rencontrent ces situations

{fact:needs.training} professionnel·les demandent une formation, et {fact:pros.under_equipped} de celles et ceux qui ont déjà accompagné ne se sentent pas assez outillé·es. Une formation commune, un module sur le repérage et un rappel de la loi peuvent commencer par les structures qui ont répondu.

### Écrire un protocole pour les victimes de proxénétisme et de traite

Un·e proxénète est signalé·e pour {fact:pimp.present_pct} des personnes. Qui appeler, où mettre à l’abri, comment préserver une preuve sans exposer la personne : le protocole le dit à l’avance, avec le parquet, la police, la gendarmerie et les associations.

### Protéger les mineur·es comme des enfants en danger

Des mineur·es sont décrit·es par les professionnel·les, et {fact:survey.law_prevention_young.learn_pct} des répondant·es apprennent que la loi demande une prévention auprès des jeunes. Un·e référent·e dans chaque service de protection de l’enfance, et le réflexe du signalement.

### Ouvrir des places où dormir, sans condition

{fact:cond.no_stable_housing_pct} des personnes dont on connaît le logement n’en ont pas de stable. {fact:pathway.axis.shelter} structures recensées répondent à l’axe de l’hébergement, {fact:pathway.axis.housing} à celui du logement : réserver des places, et le dire aux services qui orientent.

### Aller là où personne n’a répondu

Les situations décrites viennent de {fact:places.communes} communes. Une permanence itinérante et un relais dans les maisons de services rejoindraient les communes rurales d’où aucune réponse n’est venue.

### Rappeler que l’achat d’actes sexuels est interdit

{fact:survey.law_client_fine.knew_pct} des répondant·es savent que l’achat est sanctionné. {fact:demand.ads} annonces de demande ont pourtant été relevées : stages de sensibilisation, affiches, et suivi annuel des verbalisations devant la commission.

### Aller vers les personnes en ligne

{fact:outreach.2026.sms} messages ont été envoyés dans l’année, et {fact:outreach.2026.replies} réponses reçues. Tenir ce rythme, à deux, avec une permanence pour qui répond, et sans garder aucun numéro.

### Réunir les acteurs, deux fois par an au moins

{fact:survey.network_interest.yes_pct} des professionnel·les à qui la question est posée souhaitent un réseau local. La commission le convoque, une coordination l’anime, et chaque structure sait qui appeler.
"""
PLAN = """| Action | Qui | Quand | Signe de réussite |
|:------------------------|:------------------|:------------------|:------------------------|
| Former à deux voix, association et droit | délégation aux droits des femmes | dès la rentrée | plus de structures formées que les {fact:survey.responses} qui ont répondu |
| Signer le protocole pour les victimes | parquet, forces de l’ordre, associations | avant l’été | un contact joint à toute heure |
| Nommer des référent·es mineur·es | conseil départemental | avant l’été | un nom par service |
| Réserver des places d’hébergement | veille sociale | dès l’hiver | plus de structures que {fact:pathway.axis.shelter} |
| Ouvrir une permanence itinérante | association spécialisée | au printemps | plus de communes que {fact:places.communes} |
| Refaire le décompte des annonces | équipe du diagnostic | à la même saison | écart expliqué avec {fact:ads.total} |

: Plan d’action. {#tbl-plan}
"""
CROSSED = """Chaque affirmation est mise en face de ce que les sources en disent. Une source peut appuyer, nuancer ou ne rien dire ; ne rien dire n’est pas contredire.

| Affirmation | Questionnaire et entretiens | Annonces | Presse |
|:------------------------|:------------------|:------------------|:------------------|
| L’offre passe par Internet | nuancent : {fact:forms.internet_pct} des personnes décrites | appuient : {fact:ads.total} annonces | en parle |
| Un tiers en tire profit | appuient : {fact:pimp.present_pct} des personnes | des indices, jamais une preuve | en parle, par les procès |
| Les villes concentrent les faits | appuient, là où l’on a répondu | appuient : {fact:ads.five_cities_pct} dans cinq lieux | n’en parle pas |
| Un nombre unique de personnes est établi | n’en parlent pas | {interval:persons.total}, au jour du décompte | n’en parle pas |

: Affirmations et sources qui les appuient ou les nuancent. {#tbl-affirmations}
"""
BLOCKS = {
    "cadre.md": FRAME,
    "conclusions.md": CONCLUSIONS,
    "pistes.md": TRACKS,
    "plan.md": PLAN,
    "croisement.md": CROSSED,
}
