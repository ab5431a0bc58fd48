"""Texts of the facts on what the coded ads say: weighted shares and means, then the published study's own counts."""

from functools import partial

from diagnostic.estimate.formulas.seasons import SNAPSHOT
from diagnostic.estimate.texts.internet_sample import DRAWN
from diagnostic.estimate.texts.text import Text

DECLARED = "Ce que l’annonce déclare, qui peut être faux."
PROFILE, MISSING, MEAN = "profile.%s.{variable}.{answer}", "profile.%s.{variable}.missing", "profile.%s.{variable}.mean"
ADS, PERSONS = DRAWN, "personnes derrière les annonces du champ, miroirs regroupés"
KNOWN = " où « {question} » est renseigné"
OF_ADS = "Σ poids des annonces concernées ÷ Σ poids des annonces de la base, poids N_h ÷ n_h"
OF_PERSONS = "la même, chaque annonce divisée par les annonces de la même personne"

weighted = partial(
    Text,
    measure="percent",
    decimals=1,
    method=f"{{interval}}. {DECLARED} {SNAPSHOT}",
    rules=("poids_de_sondage", "premier_codage"),
)
ad = partial(weighted, unit="ad", way="declared")
person = partial(
    weighted, unit="person", way="declared", rules=("poids_de_sondage", "premier_codage", "partage_des_poids")
)
WEIGHTED = {
    PROFILE % "ad": ad("{what}, part des annonces", OF_ADS, universe=ADS + KNOWN),
    PROFILE % "person": person("{what}, part des personnes", OF_PERSONS, universe=PERSONS + KNOWN),
    MISSING % "ad": ad("{question} : non renseigné, part des annonces", OF_ADS, universe=ADS),
    MISSING % "person": person("{question} : non renseigné, part des personnes", OF_PERSONS, universe=PERSONS),
    MEAN % "ad": ad(
        "{question}, moyenne",
        "Σ poids × valeur ÷ Σ poids des annonces de la base, poids N_h ÷ n_h",
        universe=ADS + KNOWN,
        measure="mean",
    ),
    MEAN % "person": person("{question}, moyenne par personne", OF_PERSONS, universe=PERSONS + KNOWN, measure="mean"),
    "profile.cited.{variable}": Text(
        "{question} : noms différents dans les annonces codées",
        "noms différents, accents et majuscules à part",
        unit="ad",
        way="declared",
        universe="annonces codées et pertinentes",
        rules=("premier_codage",),
        method=f"Un minimum : les annonces non codées peuvent en citer d’autres. {DECLARED}",
    ),
}

EACH_ONCE = "annonces codées, chacune comptant une fois"
published = partial(
    Text,
    unit="ad",
    way="declared",
    universe=EACH_ONCE,  # the method is their strand's: there are weights, or none
    rules=("premier_codage",),
)
part = partial(published, formula="annonces concernées ÷ annonces où la réponse est connue", measure="percent")
BESIDE = "Calcul de l’étude de référence, pour comparaison : les parts pondérées sont à côté."
ALONE = "Parmi les annonces codées, que l’équipe a choisies d’une façon dont rien ne s’estime ici : ni poids, ni intervalle."
PUBLISHED = {
    "{ad_indicator}": part("{name}"),  # each indicator of ads of the codebook, under its own identifier
    "ads.nationality_stated_pct": part("annonces qui déclarent une origine"),
    "ads.age_missing_pct": part("annonces sans âge"),
    "ads.mean_age": published(
        "âge moyen déclaré dans les annonces codées",
        "somme des âges déclarés ÷ annonces qui en déclarent un",
        measure="mean",
    ),
    "ads.countries_{continent}": published(
        "pays différents cités par les annonces codées : {name}",
        "noms de pays différents de ce continent, accents et majuscules à part",
        method="Un minimum : les annonces non codées peuvent en citer d’autres.",
        if_open={
            "method": "Un nom écrit qui n’est celui d’aucun pays connu peut en ajouter un : c’est la borne haute."
        },
    ),
    "ads.network_pct": part("annonces qui montrent un indice de réseau"),
    "audience.men_pct": part("annonces adressées à des hommes"),
    "audience.men_exclusive_pct": part("annonces adressées à des hommes seulement"),
    "audience.women_pct": part("annonces adressées à des femmes"),
    "audience.women_exclusive_pct": part("annonces adressées à des femmes seulement"),
    "ads.duplicate_rate_pct": part("annonces codées qui montrent la personne d’une autre", way="coded"),
}
TEXTS = WEIGHTED | PUBLISHED
