"""Texts of the facts by place."""

from functools import partial

from diagnostic.estimate.texts.described import UNIVERSE
from diagnostic.estimate.texts.text import Text

person = partial(
    Text,
    formula="personnes de la base dont le lieu des faits est dans ce territoire",
    unit="person",
    way="group",
    universe=UNIVERSE,
    method="Chaque réponse est lue au plus court ; lieu des faits que les professionnel·les donnent. Une personne décrite dans plusieurs "
    "communes compte une seule fois, dans le plus petit territoire qui les contient toutes. Là où rien n’est publié, rien n’a été dit ou le nombre "
    "est protégé.",
)
cited = partial(
    Text,
    formula="codes différents du tableau des situations",
    unit="commune",
    way="group",
    universe="communes codées d’après les lieux écrits",
    method="Lieu que les professionnel·les donnent.",
)
few = partial(
    Text,
    formula="somme des annonces des lieux qui en ont trop peu pour être nommés",
    unit="ad",
    way="place",
    universe="annonces dont le lieu déclaré a été relevé",
    method="Un lieu qui a trop peu d’annonces rejoint les autres de son intercommunalité, puis de son arrondissement, puis "
    "du reste du territoire.",
)
PERSONS = "personnes en situation de prostitution probable ou avérée, "
TEXTS = {
    "places.communes": cited("communes citées au diagnostic partagé"),
    "places.intercommunalities": cited("intercommunalités citées au diagnostic partagé"),
    "territory.persons.located": person(f"{PERSONS}lieu connu à l’arrondissement près"),
    "territory.persons.{level}.{code}": person(f"{PERSONS}{{name}}"),
    "territory.visible.{level}.{code}": person(f"{PERSONS}prostitution visible, {{name}}"),
    "territory.discreet.{level}.{code}": person(f"{PERSONS}prostitution discrète, {{name}}"),
    "partners.place.{code}": Text(
        "structures entendues : {name}",
        "lignes de cette commune dont la suite est une réponse ou un entretien",
        unit="structure",
        way="structures",
        universe="structures contactées qui ont répondu ou accepté un entretien, et dont la commune est codée",
    ),
    "ads.joined.{level}.{code}": few("annonces déclarées en d’autres lieux, {name}"),
    "ads.joined.rest": few("annonces déclarées en d’autres lieux encore"),
    "ads.intercommunalities": Text(
        "intercommunalités des lieux déclarés par les annonces",
        "intercommunalités différentes des lieux qui ont une annonce au moins",
        unit="commune",
        way="things",
        universe="annonces dont le lieu déclaré a été relevé",
        method="Les lieux que les annonces déclarent, rapprochés des noms officiels de communes et d’intercommunalités. Un "
        "nom qui n’est celui d’aucune peut en ajouter une : c’est la borne haute.",
    ),
}
