"""What the team writes in its report, in its own words; numbers enter by the names of their facts."""

from __future__ import annotations

FOREWORD = """La préfecture fictive a demandé cette étude pour que la commission parte de ce que les services voient, et de ce qu’ils ne voient pas encore. Elle remercie celles et ceux qui ont répondu, et l’équipe, qui a travaillé en toute indépendance.

Les pistes engagent ceux qui les ont écrites ensemble. La commission dira lesquelles elle retient, et ce qu’elles sont devenues.

Signé par : la préfecture fictive et la présidence fictive de la commission
"""
FRAME = """La préfecture fictive et la commission départementale ont demandé cette étude. Elle a trois objectifs. Le premier est de rendre visibles les situations que les professionnel·les rencontrent, sans que personne puisse y être reconnu·e. Le deuxième est de dire ce que les annonces montrent, et ce qu’elles ne montrent pas. Le troisième est de recenser ce qui aide déjà, et ce qui manque.

Elle s’est faite en quatre temps. L’équipe a mobilisé les structures et recueilli leurs réponses. Elle a mené les entretiens. Elle a compté les annonces, et en a tiré une part au sort pour la décrire. Elle a enfin présenté les résultats à la commission, puis écrit les pistes avec les partenaires.

Les personnes concernées n’ont pas été interrogées pour cette étude. Celles qu’une association accompagne ont été informées de sa tenue, et personne n’a été cherché ni contacté à partir de ce qui a été recueilli.
"""
CONCLUSIONS = """## Des situations que beaucoup de professionnel·les rencontrent

Par le questionnaire ou en entretien, {fact:pros.total_distinct} professionnel·les ont contribué, et environ {fact:pros.identified} ont déjà identifié une situation ou un risque. Leurs réponses décrivent environ {fact:shared.situations} situations, qui concernent environ {fact:shared.persons_concerned} personnes. Ces nombres disent ce qui est vu, non ce qui existe : là où personne n’a répondu, personne n’est décrit.

## Un toit et des ressources d’abord

Parmi les personnes dont on connaît la situation financière, environ {fact:cond.no_resources_pct} sont sans ressources ou aux minima sociaux. Parmi celles dont on connaît le logement, environ {fact:cond.no_stable_housing_pct} n’en ont pas de stable. Répondre au seul danger immédiat ne suffit pas : un toit et des ressources sont ce qui rend une sortie possible.

## L’emprise d’un tiers, dite ou inconnue

Parmi les personnes décrites, environ {fact:pimp.present_pct} ont un·e proxénète signalé·e. Pour environ {fact:pimp.unknown_pct}, on ne sait pas, ce qui n’est pas une absence. Qui accompagne a besoin de temps, d’un lieu sûr et d’interprètes.

## Internet concentre l’offre visible

Le décompte donne {fact:ads.total} annonces sur {fact:ads.sites_with_ads} sites. Les deux plus fournis en portent {fact:ads.top_two_pct}. Une annonce n’est pas une personne : une même personne peut en publier plusieurs.

## Une loi mal connue, des professionnel·les qui demandent à être aidé·es

Parmi les répondant·es, {fact:law.commission_unaware_pct} apprennent qu’une commission départementale existe, et {fact:law.pathway_unaware_pct} qu’un parcours de sortie existe. Un réseau local est souhaité par {fact:survey.network_interest.yes_pct} de celles et ceux à qui la question est posée.
"""
TRACKS = """### Former celles et ceux qui rencontrent ces situations

Une formation est demandée par {fact:needs.training} professionnel·les, et {fact:pros.under_equipped} de celles et ceux qui ont déjà accompagné s’estiment insuffisamment outillé·es. Une formation commune, un module sur le repérage et un rappel de la loi peuvent commencer par les structures qui ont répondu.

### Écrire un protocole pour les victimes de proxénétisme et de traite

Parmi les personnes décrites, environ {fact:pimp.present_pct} ont un·e proxénète signalé·e. Qui appeler, où mettre à l’abri, comment préserver une preuve sans exposer la personne : le protocole le dit à l’avance. Il s’écrit avec le parquet, la police, la gendarmerie et les associations.

### Protéger les mineur·es comme des enfants en danger

Des mineur·es sont décrit·es par les professionnel·les, et {fact:survey.law_prevention_young.learn_pct} des répondant·es apprennent que la loi demande une prévention auprès des jeunes. Chaque service de protection de l’enfance nomme une personne référente, et signale dès le premier doute.

### Ouvrir des places où dormir, sans condition

Parmi les personnes dont on connaît le logement, environ {fact:cond.no_stable_housing_pct} n’en ont pas de stable. Le tableau des axes nomme des structures qui proposent un hébergement ou un logement : réserver des places, et le dire aux services qui orientent.

### Aller là où personne n’a répondu

Les faits décrits sont situés dans environ {fact:places.communes} communes ; rien n’est connu des autres. Une permanence itinérante et un relais dans les maisons de services rejoindraient les communes rurales.

### Rappeler que l’achat d’actes sexuels est interdit

L’étude compte {fact:demand.ads} annonces de demande, et {fact:survey.law_client_fine.learn_pct} des répondant·es apprennent que l’achat est sanctionné. Ouvrir des stages de sensibilisation, afficher la loi, suivre chaque année les verbalisations devant la commission.

### Aller vers les personnes en ligne

De janvier à juin de cette année, {fact:outreach.2026.sms} messages ont été envoyés, et {fact:outreach.2026.replies} réponses reçues. Tenir ce rythme, à deux, avec une permanence pour qui répond, et sans garder aucun numéro.

### Réunir les acteurs, deux fois par an au moins

Un réseau local est souhaité par {fact:survey.network_interest.yes_pct} des professionnel·les à qui la question est posée. La commission le convoque, une coordination l’anime, et chaque structure sait qui appeler.
"""
PLAN = """| Piste | Action | Pilote | Échéance | Moyens | Signe de réussite |
|:----------------|:------------------|:--------------|:-----------|:-----------|:------------------|
| Former celles et ceux qui rencontrent ces situations | former à deux voix, association et droit | délégation aux droits des femmes | dès la rentrée | | toutes les structures qui ont répondu ont une personne formée |
| Écrire un protocole pour les victimes de proxénétisme et de traite | signer le protocole | parquet, avec police, gendarmerie, associations | avant l’été | une astreinte, à partager | un contact qui répond à toute heure |
| Protéger les mineur·es comme des enfants en danger | nommer une personne référente par service | conseil départemental | avant l’été | | un nom par service, connu des autres |
| Ouvrir des places où dormir, sans condition | réserver des places d’hébergement | veille sociale | dès l’hiver | | places réservées, et demandes satisfaites |
| Aller là où personne n’a répondu | ouvrir une permanence itinérante | association spécialisée | au printemps | un véhicule, prêté | plus de communes citées que dans cette étude (environ {fact:places.communes}) |
| Rappeler que l’achat d’actes sexuels est interdit | ouvrir un stage de sensibilisation | parquet | | | stages tenus, mesures communiquées |
| Aller vers les personnes en ligne | tenir la maraude en ligne, à deux | association spécialisée | chaque mois | une permanence | réponses reçues, personnes rencontrées |
| Réunir les acteurs, deux fois par an au moins | réunir la commission et le réseau, relire ce plan, refaire le décompte | préfecture | chaque semestre | | même méthode, et un écart aux {fact:ads.total} annonces qui s’explique |

: Plan d’action. {#tbl-plan .petit}
"""
CROSSED = """Chaque affirmation est mise en face de ce que les sources en disent. Une source peut l’appuyer, la nuancer, ou ne rien en dire ; ne rien en dire n’est pas la contredire.

| Affirmation | Questionnaire et entretiens | Annonces | Presse |
|:------------------------|:------------------|:------------------|:------------------|
| L’offre passe par Internet | nuancé : environ {fact:forms.internet_pct} des personnes décrites | appuyé : {fact:ads.total} annonces | évoqué |
| Un tiers en tire profit | appuyé : environ {fact:pimp.present_pct} des personnes | des indices, jamais une preuve | évoqué, par les procès |
| Les villes concentrent les faits | appuyé, là où l’on a répondu | appuyé : environ {fact:ads.five_cities_pct} dans cinq lieux, parmi celles dont le lieu est connu (environ {fact:places.placed_pct}) | rien |
| Une annonce n’est pas une personne | rien | appuyé : {fact:ads.mirror_redundant} annonces ne sont que des copies de sites miroirs | rien |

: Affirmations et sources qui les appuient ou les nuancent. {#tbl-affirmations}
"""
STORIES = (  # of whom each is composed: answers that each of its situations has
    (
        "une dette qui ne diminue jamais",
        "Elle est arrivée avec la promesse d’un travail. Qui l’a fait venir lui réclame une dette qui ne diminue jamais, garde "
        "ses papiers, publie les annonces et choisit les logements, qui changent sans cesse. Elle ne parle à personne de ce "
        "qu’elle vit. C’est une soignante, au détour d’une consultation, qui lui dit qu’un lieu sûr existe. Il faut plusieurs "
        "rendez-vous, une interprète et une chambre où dormir pour qu’elle puisse, un jour, envisager une plainte.",
        {"âge": ("18-25", "26-35"), "nationalité": ("hors UE",), "proxénète": ("oui",)},
    ),
    (
        "une adolescente qui ne rentre plus",
        "Elle est adolescente, et le soir elle ne rentre plus. Un jeune homme qu’elle dit aimer lui a proposé un toit, puis des "
        "rendez-vous pris par Internet. Elle ne se voit pas comme une victime ; autour d’elle, on hésite à parler, de peur de "
        "rompre le lien. Ce qui l’aide : être crue sans être jugée, un juge des enfants saisi, un accueil loin de qui profite "
        "d’elle, et la même référente d’un bout à l’autre.",
        {"âge": ("15-17",), "genre": ("femmes",)},
    ),
)
BLOCKS = {
    "preface.md": FOREWORD,
    "cadre.md": FRAME,
    "conclusions.md": CONCLUSIONS,
    "pistes.md": TRACKS,
    "plan.md": PLAN,
    "croisement.md": CROSSED,
}
