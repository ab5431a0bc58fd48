"""Texts of the facts of the coded sample: the draw, what came back of it, agreement, persons behind the ads."""

from functools import partial

from diagnostic.estimate.formulas.seasons import SNAPSHOT
from diagnostic.estimate.texts.internet_sample import DRAWN
from diagnostic.estimate.texts.text import Text

ASKED = {  # sampling.domains → of which part the margin is asked
    "whole": "La marge est demandée pour l’ensemble.",
    "category": "La marge est demandée pour chaque catégorie de sites à elle seule.",
    "place": "La marge est demandée pour chaque lieu déclaré à lui seul.",
    "departement": "La marge est demandée pour chaque département à lui seul.",
}
DRAWN_PLACES, CODED_ADS = "places tirées", "annonces codées"
ALLOWS = {  # how the team chose its sample → what that allows
    "simple": "Toutes les annonces des listes avaient la même chance : estimations et intervalles, en une seule liste.",
    "by_site": "Dans un site, toutes les annonces avaient la même chance : estimations et intervalles, site par site.",
    "convenience": "Rien n’a été tiré au sort : les nombres décrivent les annonces codées et elles seules, sans poids ni "
    "intervalle, et ne disent rien des autres.",
    "two_stage": "Les annonces n’avaient pas toutes la même chance, et le projet n’estime rien d’un tel tirage : les nombres "
    "décrivent les annonces codées et elles seules, sans poids ni intervalle, et ne disent rien des autres.",
}
OUT_OF_REACH = "Une liste qui a des annonces n’a aucun codage utilisable."
DOUBTFUL = (
    " Deux personnes ne trouvent pas le même nombre de copies : l’accord est insuffisant, à dire avec le chiffre."
)
LINKS_UNTOLD = "La feuille de codage ne note aucun groupe possible."
LINKS_TOLD = "{number} {links}, tenus pour vrais une fois sur deux."
RECALL_UNKNOWN = (
    "Personne n’a cherché une seconde fois : le rappel de la recherche n’est pas connu, et tenu pour complet."
)
NOT_MEASURED = "non mesuré"
RECALL_KNOWN = "Rappel mesuré sur {known} qu’une seconde recherche a trouvées sans voir la première."
UNMEASURED = " Le rappel de la recherche de copies n’est pas connu : des copies manquées gonfleraient ce nombre."
MISSED = (
    " Sous le modèle de copies manquées une à une, au même taux et sans lien entre les deux recherches : rien ne permet de le "
    "vérifier, et des copies que les deux manquent laissent ce nombre trop haut."
)
HALF_MISSED = " La première recherche manque la moitié des copies ou plus : aucun poids ne la corrige, et ce nombre est un plafond."
EVENLY = " Sous le modèle de rapprochements douteux vrais une fois sur deux : rien ne permet de le vérifier."
APART = "Deux nombres a et b s’écartent de ((a − b) ÷ (a + b))² : un de plus compte moins sur dix que sur deux. "
OF_THEMSELVES = "Sans intervalle : les annonces codées deux fois n’en représentent aucune autre."
BESIDE_COPIES = "Pour comparaison : l’estimation retenue se sert des copies."
NO_COPIES = "Les copies n’ont pas été cherchées : aucun chiffre unique n’est donné."

framed = partial(Text, unit="ad", way="things", universe=DRAWN)
drawn = partial(framed, rules=("tirage_repetable",))
told = partial(drawn, formula="même graine, même champ : mêmes annonces", measure="text")
tirage = partial(Text, unit="ad", way="things", universe="{among}")
twice = partial(Text, unit="ad", way="coded", universe="annonces codées par deux personnes")
person = partial(
    Text,
    unit="person",
    way="model",
    universe="personnes derrière les annonces du champ, à la date du décompte",
    measure="estimate",
)
source = partial(person, measure="error", decimals=1)

DRAW = {
    "draw.frame_ads": framed(
        "annonces du champ du tirage, miroirs regroupés",
        "somme des listes gardées, une par groupe miroir",
        rules=("miroirs_regroupes",),
    ),
    "draw.to_code": drawn(
        "annonces à coder, pertes attendues comprises",
        "⌈taille × effet de sondage ÷ (1 − pertes)⌉, planchers compris",
        method="{asked}",
    ),
    "draw.positions": drawn(
        "places tirées, à aller voir", "annonces visées × places de la liste ÷ annonces de la liste"
    ),
    "draw.double": drawn("annonces à coder deux fois", "part des annonces tirées, étalée dans chaque liste"),
    "draw.silent_lists": drawn(
        "listes lues par pages sans y voir d’annonce pertinente",
        "listes du champ de total estimé 0, de limite haute au-dessus de 0",
        unit="site",
        way="things",
        rules=("extrapolation_pages",),
        method="Rien n’y est tiré ; ce qu’elles peuvent avoir est dans l’intervalle du nombre de personnes.",
    ),
    "draw.seed": told("graine du tirage"),
    "draw.digest": told("empreinte du champ"),
    "draw.domain_size.{category}": framed(
        "annonces à tirer pour la même marge dans les seuls {name}",
        "même formule, appliquée aux annonces de la catégorie",
        rules=("taille_cochran",),
    ),
}
RETURNED = {
    "sample.design.{design}": Text(
        "échantillon choisi par l’équipe",
        "choix déclaré dans la configuration (`coded_sample`)",
        unit="ad",
        way="things",
        universe=CODED_ADS,
        measure="text",
        method="{allows} C’est l’équipe qui le déclare ; le projet ne peut pas le vérifier.",
    ),
    "sample.coded": tirage("places codées", "{among} qui ont un codage", rules=("premier_codage",)),
    "sample.usable": tirage("annonces utilisables", "places codées où une annonce pertinente a été vue"),
    "sample.disposition.{disposition}": tirage("{what}", "places codées dont c’est le constat"),
    "sample.out_of_scope": tirage(
        "places sans annonce de prostitution",
        "places vides, inexistantes, ou dont l’annonce est sans rapport avec la prostitution",
        rules=("annonce_hors_champ",),
        method="Elles sortent du domaine et gardent leur poids : aucune autre annonce ne les remplace, et les totaux "
        "baissent d’autant.",
    ),
    "sample.lost": tirage(
        "places que personne n’a pu voir",
        "annonces disparues depuis le décompte, pages inaccessibles, constats impossibles",
        rules=("place_non_vue",),
        method="Des non-réponses : les places vues de la même liste les représentent, comme si elles étaient perdues au hasard.",
    ),
    "sample.relevant": framed(
        "annonces de prostitution du champ, d’après les places codées",
        "Σ places de la liste × part de ses places vues qui en portent une",
        measure="estimate",
        rules=("poids_de_sondage", "annonce_hors_champ", "place_non_vue"),
        method="Une liste dont aucune place n’est vue garde le total de ses pages, ou son décompte. Intervalle à {level}. Les "
        "décomptes et les pages lues donnent un autre total, à côté.",
    ),
    "sample.places": framed(
        "places des listes du champ dont une place au moins est vue",
        "Σ places de la liste",
        method="Plus que d’annonces comptées : une liste lue par pages montre aussi d’autres annonces.",
    ),
    "sample.relevant_pct": framed(
        "part des places qui portent une annonce de prostitution",
        "annonces de prostitution ÷ places des listes dont une place au moins est vue",
        measure="percent",
        decimals=1,
        rules=("poids_de_sondage", "annonce_hors_champ", "place_non_vue"),
        method="Intervalle à {level}.",
    ),
    "sample.waiting": tirage("places tirées pas encore codées", "places tirées sans codage"),
    "sample.twice": tirage(
        "places codées deux fois",
        "places qui ont deux codages ou plus",
        rules=("second_codage",),
        method="Une place peut ne porter aucune annonce : deux personnes l’ont alors constaté.",
    ),
    "sample.searched": tirage(
        "annonces dont les copies ont été cherchées",
        "annonces utilisables dont le nombre de copies est connu",
        rules=("copies_dans_le_champ",),
    ),
    "sample.review.{conflict}": Text(
        "annonces à revoir : {what}",
        "contradictions entre codages, copies et tirage",
        unit="ad",
        way="things",
        universe="annonces codées",
    ),
    "sample.margin.{domain}": framed(
        "marge d’erreur réalisée pour {name}",
        "z √(Σ (N_h ÷ N)² p (1 − p) ÷ n_h × (N_h − n_h) ÷ (N_h − 1))",
        measure="percent",
        decimals=1,
        rules=("poids_de_sondage",),
        method="Pour une proportion de 50 %, listes réunies.",
    ),
    "sample.coded_in.{domain}": framed("annonces utilisables, {name}", "annonces codées, pertinentes et tirées"),
}
AGREEMENT = {
    "agreement.alpha.{variable}": twice(
        "{question} : alpha de Krippendorff",
        "1 − désaccord observé ÷ désaccord attendu",
        measure="estimate",
        decimals=2,
        rules=("second_codage",),
        method="{units} annonces codées deux fois. {apart}{reason}",
    ),
    "agreement.observed.{variable}": twice(
        "{question} : accord observé",
        "paires de codages identiques",
        measure="percent",
        rules=("second_codage",),
    ),
    "agreement.verdict.{variable}": twice(
        "{question} : verdict sur le codage",
        "fiable dès 0,800 ; prudent dès 0,667 ; insuffisant au-dessous",
        measure="text",
        method="{reason}",
    ),
    "agreement.groups.pairs_pct": twice(
        "groupes de doublons : paires réunies par les deux codages",
        "paires d’annonces que les deux codages réunissent ÷ paires que l’un au moins réunit",
        way="declared",
        measure="percent",
        rules=("second_codage",),
        method="{ads} annonces que deux personnes ont groupées. Les paires que personne ne réunit ne prouvent rien et ne "
        "comptent pas.",
    ),
    "agreement.groups.b_cubed_pct": twice(
        "groupes de doublons : accord annonce par annonce (B-cubed)",
        "2 P R ÷ (P + R), P et R : moyenne, sur les annonces, de la part de son groupe que l’autre codage y met aussi",
        way="declared",
        measure="percent",
        rules=("second_codage",),
        method="{ads} annonces que deux personnes ont groupées ; 100 % si tous les groupes sont les mêmes. Les annonces que "
        "les deux codages laissent seules y sont d’accord.",
    ),
}
SOURCES = {  # what adds to the interval of the persons behind the ads
    "persons.source.sampling": source("erreur type due au tirage", "√ Σ N_h² (1 − n_h ÷ N_h) s²_h(1 ÷ m) ÷ n_h"),
    "persons.source.pages": source(
        "erreur type due aux totaux de listes estimés",
        "√ Σ V(N_h) (moyenne de 1 ÷ m)², forme sans biais",
        method="Sites dont les pages lues ont été tirées sur toute la longueur, et listes comptées dont des places vues ne "
        "portent pas d’annonce de prostitution.",
    ),
    "persons.source.links": source(
        "erreur type due aux rapprochements douteux",
        "variance entre tirages de rapprochements",
        method="{told}",
    ),
    "persons.source.recall": source(
        "erreur type due au rappel de la recherche de copies",
        "√ V(rappel) × variation de l’estimation",
        method="{told}",
    ),
    "persons.source.recall_unmeasured": source(
        "erreur type due au rappel de la recherche de copies",
        "une seconde recherche, que personne n’a faite",
        unit="ad",
        way="coded",  # of searches, not of persons
        universe="copies des annonces codées",
        measure="text",
        method=RECALL_UNKNOWN,
    ),
    "persons.source.page_bounds": source(
        "décalage des limites dû aux sites dont les pages lues ont été choisies",
        "écart aux bornes du total × moyenne de 1 ÷ m",
        rules=("bornes_pages",),
        method="Des pages choisies, les premières surtout, ne sont pas tirées au sort : des bornes, et non une erreur type.",
    ),
    "persons.source.uncovered": source(
        "décalage des limites dû aux listes sans annonce utilisable",
        "aucune personne nouvelle, ou une par annonce",
    ),
}
PERSONS = SOURCES | {
    "persons.seen": person(
        "personnes différentes vues dans l’échantillon",
        "groupes de doublons, et annonces seules",
        way="declared",
        universe="personnes derrière les annonces codées",
        measure="count",
        rules=("premier_codage",),
        method="Le moins qu’il puisse y avoir : ce sont des personnes vues, pas une estimation.",
    ),
    "persons.total": person(
        "personnes derrière les annonces",
        "Σ N_h ÷ n_h × Σ 1 ÷ m, m étant le nombre d’annonces de la même personne dans le champ",
        rules=("partage_des_poids", "copies_dans_le_champ", "miroirs_regroupes"),
        method="{ads} annonces codées dont les copies ont été cherchées ; intervalle à {level}, toutes sources réunies, au moins "
        "aussi large que ce que des annonces toutes manquées par le tirage permettent : des annonces codées toutes semblables "
        "ne prouvent rien des autres. "
        f"{SNAPSHOT} Ne pas additionner avec les personnes signalées par les professionnel·les.{{doubtful}}",
    ),
    "persons.recall_pct": person(
        "part des copies que la première recherche trouve",
        "Σ copies trouvées par les deux recherches ÷ Σ copies trouvées par la seconde, l’annonce elle-même non comprise",
        unit="ad",
        way="coded",
        universe="copies qu’une seconde recherche a trouvées sans voir la première",
        measure="percent",
        decimals=1,
        method="Sous le modèle de deux recherches sans lien : si elles manquent les mêmes copies, cette part est trop haute.",
    ),
    "persons.whatever_missed": person(
        "bornes, quelles que soient les copies manquées",
        "des personnes vues à l’estimation qui tient la recherche pour complète, limite haute",
        method="Des copies manquées ne peuvent que gonfler le nombre : la limite haute tient, qu’elles soient manquées ensemble ou non.",
    ),
    "persons.horvitz_thompson": person(
        "contrôle : estimateur de Horvitz et Thompson par personne",
        "Σ 1 ÷ π_k sur les personnes vues",
        method="Contrôle, jamais le chiffre retenu. Les lieux d’un même site y sont réunis, et les totaux estimés y sont "
        "tenus pour exacts.",
    ),
    "persons.by_places": person(
        "contrôle : listes lues par pages mesurées par les seules places codées",
        "Σ places ÷ places codées × Σ 1 ÷ m, sur les mêmes places",
        method="Contrôle, jamais le chiffre retenu : ce que dirait l’échantillon codé sans les pages.",
    ),
    "persons.indicative": person(
        "intervalle indicatif, d’après les doublons du seul échantillon",
        "de la borne basse de Chao sans remise à DSh3, dans les bornes logiques",
        rules=("non_identifie",),
        method="Sous un modèle du nombre d’annonces par personne, que l’échantillon ne permet pas de vérifier. Trop bas "
        "quand quelques personnes publient beaucoup. {note}",
    ),
    "persons.logical": person(
        "bornes logiques",
        "de d à N − (n − d) : les annonces non codées n’ajoutent personne, ou une personne chacune",
        method="{note}",
    ),
    "persons.published_formula": person(
        "formule de l’étude de référence, biaisée, pour comparaison seulement",
        "annonces × (1 − part de doublons de l’échantillon) = N d ÷ n",
        rules=("non_identifie",),
        method="Jamais au-dessous de la vérité en moyenne, et souvent très au-dessus : la part de doublons croît avec la "
        "taille de l’échantillon.",
    ),
}
other = partial(
    person,
    formula="le même calcul, ce choix seul étant changé",
    method="Où le nombre ne bouge pas, ce choix ne le touche pas dans cette étude.",
)
CHOICES = {
    "sensitivity.links_apart.persons_total": other(
        "personnes derrière les annonces : rapprochements douteux tenus pour faux"
    ),
    "sensitivity.links_together.persons_total": other(
        "personnes derrière les annonces : rapprochements douteux tenus pour vrais"
    ),
    "sensitivity.search_complete.persons_total": other(
        "personnes derrière les annonces : recherche des copies tenue pour complète"
    ),
    "sensitivity.counts_exact.persons_total": other(
        "personnes derrière les annonces : décomptes tenus pour exacts, quoi que montrent les places"
    ),
    "sensitivity.losses_outside.persons_total": other(
        "personnes derrière les annonces : places que nul n’a pu voir tenues pour sans annonce"
    ),
    "sensitivity.mirrors_shortest.persons_total": other(
        "personnes derrière les annonces : liste la plus courte de chaque groupe miroir"
    ),
}
TEXTS = DRAW | RETURNED | AGREEMENT | PERSONS | CHOICES
