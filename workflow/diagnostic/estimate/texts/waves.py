"""Texts of the facts of counts repeated on the same sites."""

from functools import partial

from diagnostic.estimate.texts.text import Text

FOLLOWED = (
    "{followed} annonces tirées au premier des deux jours, et cherchées les suivants. Une annonce republiée n’est pas partie ; "
    "une annonce absente un jour et retrouvée plus tard non plus. Ce sont des annonces, et non des personnes."
)
ad = partial(Text, unit="ad", way="things", universe="annonces des sites comptés plusieurs fois")
TEXTS = {
    "waves.period": ad("premier et dernier décompte", "jours des décomptes répétés", measure="date"),
    "waves.sites": Text(
        "sites comptés plusieurs fois",
        "sites différents des décomptes répétés",
        unit="site",
        way="things",
        universe="sites du registre",
    ),
    "waves.ads.{day}": ad("annonces le {date}", "Σ N, annonces comptées de tous les sites suivis"),
    "waves.persons.{day}": Text(
        "personnes derrière les annonces le {date}",
        "Σ (N ÷ n) Σ 1 ÷ m, m annonces de la personne ce jour-là sur les sites suivis",
        unit="person",
        way="model",
        universe="personnes derrière les annonces des sites comptés plusieurs fois",
        measure="estimate",
        method="Une photographie : ces nombres ne s’additionnent pas d’un jour à l’autre, les mêmes personnes y sont.",
        rules=("partage_des_poids",),
    ),
    "waves.stayed_pct.{number}": ad(
        "part des annonces qui sont restées, {when}",
        "annonces du premier jour revues plus tard ÷ annonces suivies, chaque site à son poids",
        measure="percent",
        method=FOLLOWED,
        rules=("poids_de_sondage",),
    ),
    "waves.gone.{number}": ad(
        "annonces parties, {when}", "N − S, S annonces restées", measure="estimate", method=FOLLOWED
    ),
    "waves.new.{number}": ad(
        "annonces venues, {when}", "N du second jour − S, S annonces restées", measure="estimate", method=FOLLOWED
    ),
    "waves.seen_once": ad(
        "annonces présentes un des jours de décompte au moins",
        "Σ N − Σ S, chaque annonce comptée le dernier jour où elle est là",
        measure="estimate",
        method="Un minimum pour la période : les annonces venues et parties entre deux décomptes n’y sont pas.",
    ),
    "waves.total": ad(
        "annonces parues entre le premier et le dernier décompte",
        "vues un jour au moins + Σ venues × (−ln s ÷ (1 − s) − 1), s part restée",
        measure="estimate",
        method="Sous un modèle : entre deux décomptes, les annonces viennent et partent à un rythme constant. Rien ne permet de "
        "vérifier ce qui n’a été vu aucun jour ; si beaucoup d’annonces ne restent que quelques jours, le nombre est trop bas.",
    ),
    "waves.times": ad(
        "annonces parues pendant la période, pour une annonce d’un jour donné",
        "annonces parues ÷ moyenne des décomptes",
        measure="mean",
        decimals=1,
        method="Sous le modèle des annonces parues. Un décompte d’un jour ne s’étend ni à un mois, ni à une année : voici de combien il s’en faut, "
        "pour cette période-ci seulement.",
    ),
}
