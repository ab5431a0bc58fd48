"""Texts of the facts on the ads of lists read by pages, once places drawn from them were coded."""

from functools import partial

from diagnostic.estimate.texts.text import Text

CHOSEN = "Les pages ont été choisies : l’échantillon codé, tiré sur toute la liste, est seul retenu."
MISLEADING = (
    "Les pages et l’échantillon codé diffèrent de plus de deux erreurs types : les pages trompent, l’échantillon codé est seul "
    "retenu."
)
WHOLE = "Toutes les pages ont été lues : leur décompte est gardé, et les places codées ne le contredisent pas."
TOGETHER = "Les deux ensemble ; les pages pèsent {weight}, part fixée par ce qui devait être lu et codé."

sized = partial(
    Text,
    unit="ad",
    way="things",
    universe="annonces des listes du site lues par pages",
    measure="estimate",
    rules=("extrapolation_pages",),
)
TEXTS = {
    "sample.site_pages.{site}": sized(
        "annonces du site {site}, d’après les pages lues", "estimation à partir des pages lues"
    ),
    "sample.site_places.{site}": sized(
        "annonces du site {site}, d’après les places codées",
        "places de la liste × annonces pertinentes ÷ places codées",
        rules=(),
        method="Places tirées sur toute la liste ; les limites sont celles de la loi hypergéométrique.",
    ),
    "sample.site_size.{site}": sized(
        "annonces du site {site}, pages et places codées réunies",
        "part des pages × leur estimation + le reste × celle des places codées",
        method="{said}",
    ),
}
