"""Texts of the facts on demand and places of risk."""

from functools import partial

from diagnostic.estimate.texts.text import Text

ad = partial(
    Text,
    unit="ad",
    way="things",
    universe="annonces de demande relevées",
    method="Un relevé vaut à sa date ; ce sont des annonces, pas des client·es différent·es.",
)
thread = partial(Text, unit="thread", way="things", universe="fils du forum public archivé")
venue = partial(
    Text,
    unit="venue",
    way="things",
    universe="établissements repérés, sous codes neutres",
    method="Un risque repéré, non un fait établi ; ni nom, ni adresse, ni croisement avec un lieu.",
)
APPROXIMATE = " Donné comme approximatif."  # of a measure, where the source says so
TEXTS = {
    "demand.ads": ad(
        "annonces de demande relevées",
        "somme des annonces de demande, le décompte le plus récent de chaque site et lieu",
        rules=("derniere_fenetre", "lieu_non_ventile"),
    ),
    "demand.sites": ad(
        "sites de demande étudiés",
        "codes de site différents",
        unit="site",
        way="things",
        universe="sites où la demande a été relevée",
    ),
    "demand.period": ad(
        "période de relevé des annonces de demande",
        "mois du premier et du dernier jour de relevé",
        measure="date",
    ),
    "demand.communes": ad(
        "communes citées dans les annonces de demande",
        "lieux différents qui ont une annonce de demande au moins",
        unit="commune",
        way="things",
    ),
    "demand.place.{place}": ad("annonces de demande : {name}", "somme des annonces de demande du lieu", way="place"),
    "forum.discussions": thread(
        "fils de discussion actifs",
        "plus forte année de chaque forum et commune, sommée",
        method="Fils distincts, une seule année par commune.",
        if_open={
            "method": "Un fil actif plusieurs années y est compté chaque année : au moins la plus forte année de chaque "
            "commune, au plus la somme."
        },
    ),
    "forum.communes": thread("communes concernées par les fils", "lieux différents", unit="commune", way="things"),
    "forum.pseudonyms": thread(
        "pseudonymes différents, au moins",
        "plus grand nombre relevé en une fois",
        unit="pseudonym",
        way="each",
        universe="pseudonymes visibles dans les fils ; les pseudonymes ne sont pas relevés",
        method="Un même pseudonyme peut écrire dans plusieurs communes ou plusieurs années : au moins le plus grand nombre "
        "relevé en une fois, au plus leur somme. Une personne peut avoir plusieurs pseudonymes.",
    ),
    "forum.years": thread("années des fils relevés", "première et dernière année", measure="date"),
    "forum.year.{year}": thread("fils de discussion actifs en {year}", "somme des fils actifs des communes"),
    "penal.{year}.{penal_measure}.{source}": Text(
        "{what}",
        "nombre communiqué",
        unit="measure",
        way="each",
        universe="mesures communiquées par une autorité ou par la presse",
        method="Nombre communiqué par la source citée ; les sources ne s’additionnent pas : une même mesure peut être dite "
        "par plusieurs.{approximate}",
    ),
    "venues.high_risk": venue("établissements à risque repérés", "codes différents"),
    "venues.type.{type}": venue("établissements à risque : {name}", "établissements du type, tous lieux réunis"),
    "venues.arrondissements": venue(
        "arrondissements où un établissement a été repéré", "arrondissements différents", unit="commune", way="things"
    ),
}
