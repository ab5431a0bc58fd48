"""Texts of the facts of the press review."""

from functools import partial

from diagnostic.estimate.texts.text import Text

article = partial(Text, unit="article", way="things", universe="articles de la revue de presse")
EITHER = "Les bornes couvrent les deux lectures : rubrique ou date imprimée."
TEXTS = {
    "press.articles": article("articles de la revue de presse", "nombre de lignes de la revue de presse"),
    "press.period": article(
        "période couverte par la revue de presse",
        "première et dernière année des rubriques",
        measure="date",
        rules=("annee_rubrique",),
    ),
    "press.outlets": article("titres de presse différents", "nombre de titres de presse différents"),
    "press.misfiled": article(
        "articles classés sous une autre année que leur date",
        "articles dont l’année imprimée diffère de l’année de la rubrique",
        method="On ne sait pas laquelle des deux années est la coquille.",
    ),
    "press.articles_{year}": article(
        "articles sous la rubrique {year}",
        "articles dont la rubrique est {year}",
        rules=("annee_rubrique",),
        if_open={"method": EITHER},
    ),
    "press.printed.{year}": article(
        "articles datés de {year}",
        "articles dont la date imprimée est en {year}",
        rules=("annee_imprimee",),
        if_open={"method": EITHER},
    ),
}
