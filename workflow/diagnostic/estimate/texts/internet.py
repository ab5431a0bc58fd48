"""Texts of the facts of the Internet diagnosis: sites, ads, mirrors, places, persons by a published rate."""

from functools import partial

from diagnostic.estimate.texts.text import Text

ADS = "annonces d’offre répertoriées"
EXTRAPOLATED = ("extrapolation_pages",)
DECLARED = "Lieu déclaré, agglomération ou commune : celui où l’annonce dit se tenir, qui peut être faux ou changer dans la semaine."
CENTRAL = "Le taux imprimé est celui de {k} doublons sur {sample} annonces codées ; il admet aussi {others}."

site = partial(Text, unit="site", way="things", universe="sites du registre")
ad = partial(Text, unit="ad", way="things", universe=ADS)
counted = partial(ad, if_open={"measure": "estimate", "rules": EXTRAPOLATED})
ranked = partial(ad, formula="rang des sites par nombre d’annonces", if_open={"measure": "estimate"})
share = partial(ad, formula="100 × partie ÷ total", measure="percent", decimals=1)
window = partial(ad, measure="date")
mirror = partial(Text, unit="ad", way="things", universe="annonces des sites miroirs", rules=("miroirs_regroupes",))
mirrored = partial(mirror, unit="site", way="things", universe="sites du registre")
placed = partial(
    Text,
    unit="ad",
    way="things",
    universe="annonces dont le lieu déclaré a été relevé",
)
placed_share = partial(placed, way="place", measure="percent", decimals=1)
person = partial(
    Text,
    unit="person",
    way="model",
    universe="personnes derrière les annonces répertoriées, à la date du décompte",
    measure="estimate",
    rules=("non_identifie",),
)

REGISTER = {
    "ads.sites": site("sites Internet étudiés", "nombre de sites du registre"),
    "ads.sites_with_ads": site("sites où au moins une annonce a été vue", "sites dont le total dépasse zéro"),
    "ads.sites_uncounted": site(
        "sites du registre non comptés",
        "sites du registre sans aucun décompte",
        method="Leurs annonces, s’il y en a, manquent au total.",
    ),
    "ads.site_categories": site("catégories de sites du registre", "nombre de catégories différentes"),
    "ads.sites_{category}": site("{name}", "sites de la catégorie « {name} »"),
}
COUNTS = {
    "ads.total": counted(ADS, "somme des annonces de tous les sites"),
    "ads.subtotal_{category}": counted("annonces, {name}", "somme des annonces des {name}"),
    "ads.share_{category}_pct": share("part des {name} dans les annonces"),
    "ads.site_share.{site}_pct": share("part du site {site} dans les annonces"),
    "ads.site_count.{site}": ad(
        "annonces du site {site}",
        "annonces comptées sur le site",
        method="{pages}",
        if_open={
            "measure": "estimate",
            "rules": EXTRAPOLATED,
            "formula": "estimation à partir des pages lues",
        },
    ),
    "ads.largest_site": ranked("annonces du site le plus fourni"),
    "ads.second_site": ranked("annonces du deuxième site le plus fourni"),
    "ads.top_two_pct": share("part des deux sites les plus fournis"),
    "ads.collection_period": window(
        "dates du décompte des annonces", "premier et dernier jour des fenêtres de décompte"
    ),
    "ads.study_period_months": window("mois du diagnostic Internet", "mois du premier et du dernier jour de décompte"),
    "ads.collection_season": window(
        "saisons du décompte des annonces",
        "saisons des mois de décompte, du premier au dernier ; l’hiver va de décembre à février",
    ),
}
MIRRORS = {
    "ads.mirror_sites": mirrored("sites miroirs", "sites qui portent un groupe miroir"),
    "ads.mirror_ads": mirror("annonces des sites miroirs", "somme des annonces des sites miroirs"),
    "ads.mirror_distinct": mirror(
        "annonces distinctes au plus dans les groupes miroirs",
        "pour chaque groupe, et dans chaque lieu, les annonces de la liste la plus fournie",
        method="Un maximum : une même personne peut porter plusieurs de ces annonces.",
    ),
    "ads.mirror_redundant": mirror(
        "annonces en trop par effet miroir", "annonces des sites miroirs − annonces distinctes au plus"
    ),
    "ads.mirror_redundant_pct": mirror(
        "part des annonces en trop par effet miroir",
        "100 × annonces en trop ÷ total",
        universe=ADS,
        measure="percent",
        decimals=1,
    ),
    "ads.frame_collapsed": mirror("annonces une fois les miroirs regroupés", "total − annonces en trop", universe=ADS),
    "ads.mirror_per_site": mirror("annonces par site miroir", "nombre commun à tous les sites miroirs"),
    "ads.mirror_sites_labelled": mirrored(
        "sites avec annonces imprimés sous l’étiquette miroir",
        "sites sous l’étiquette et avec annonces",
        method="L’étiquette est imprimée après le deuxième site du groupe ; les nombres égaux disent que le groupe est plus large.",
    ),
}
PLACES = {
    "ads.communes": placed(
        "lieux déclarés dans les décomptes",
        "lieux différents qui ont une annonce au moins",
        unit="commune",
        way="things",
    ),
    "places.placed_pct": placed_share(
        "part des annonces dont le lieu a été relevé", "annonces ventilées par lieu ÷ annonces", universe=ADS
    ),
    "places.ads.{place}": placed(
        "annonces déclarées à {name}", "somme des annonces des sites pour ce lieu", way="place"
    ),
    "ads.city_{place}_pct": placed_share(
        "part des annonces déclarées à {name}", "annonces du lieu ÷ annonces dont le lieu a été relevé"
    ),
    "ads.five_cities_pct": placed_share(
        "part des cinq premiers lieux",
        "annonces des cinq lieux les plus cités ÷ annonces dont le lieu a été relevé",
    ),
}
READINGS = {
    "ads.persons_estimate": person(
        "personnes derrière les annonces, nombre publié, non identifié",
        "annonces × (1 − taux de doublons publié)",
        rules=("taux_arrondi", "non_identifie"),
        method="Non identifié : selon ce que « doublon » veut dire, le même taux publié donne des nombres de personnes très "
        "différents. Ne pas additionner avec les personnes signalées par les professionnel·les.",
    ),
    "ads.persons_reading_a": person(
        "lecture A : doublons à l’intérieur de l’échantillon",
        "de d à N − (n − d), d = n − k",
        method=f"{CENTRAL} Quel que soit le nombre de personnes vues une seule fois, DUJ1 ne dépasse pas {{duj1}} et GEE {{gee}}.",
    ),
    "ads.persons_reading_b": person(
        "lecture B : annonces qui ont au moins une copie quelque part",
        "annonces uniques + contenus miroirs + 1 à (reste ÷ 2) personnes",
        rules=("non_identifie", "miroirs_regroupes"),
        method="Les annonces uniques valent une personne chacune ; les autres vont par deux au moins.",
    ),
    "ads.persons_reading_c": person(
        "lecture C : toutes les copies ont été cherchées",
        "annonces × (1 − taux), limites de Wilson avec population finie",
        rules=("taux_arrondi",),
        method="Seule lecture où la formule publiée est sans biais ; la publication ne dit pas que les copies ont été "
        f"cherchées. {CENTRAL}",
    ),
    "sensitivity.mirrors_once.ads_persons_estimate": person(
        "formule publiée : chaque groupe miroir compté une fois",
        "annonces une fois les miroirs regroupés × (1 − taux de doublons publié)",
        rules=("taux_arrondi", "miroirs_regroupes", "non_identifie"),
        method="La même formule, qui n’identifie pas le nombre de personnes : ce choix seul est changé.",
    ),
    "ads.persons_exact_rate.{number}": person(
        "formule publiée avec le taux exact {number} ÷ {sample}",
        "annonces × (1 − k ÷ n)",
        decimals=1,
        method="Aucun taux exact ne redonne le nombre publié : il vient du taux arrondi.",
    ),
}
TEXTS = REGISTER | COUNTS | MIRRORS | PLACES | READINGS
