"""Texts of the headlines under other rules of counting."""

from functools import partial

from diagnostic.estimate.texts.contributors import RESPONDENTS
from diagnostic.estimate.texts.described import CONCERNED, UNIVERSE
from diagnostic.estimate.texts.text import Text

other = partial(
    Text,
    "{name} : {choice}",
    "le même calcul, {choice}",
    measure="percent",
    method="Où le chiffre ne bouge pas, la règle ne le touche pas dans cette étude.",
)
SITUATIONS, RESPONSES = "per_situation", "per_response"  # where something else than a person is counted
TOTAL = "sensitivity.%s.{total}"
SHARE = "sensitivity.%s.{headline}"
TEXTS = {
    TOTAL % "{rule}": other(unit="person", way="group", universe=CONCERNED, measure="count"),
    SHARE % "{rule}": other(unit="person", way="group", universe=UNIVERSE),
    TOTAL % SITUATIONS: other(unit="situation", way="group", universe=CONCERNED, measure="count"),
    SHARE % SITUATIONS: other(unit="situation", way="group", universe=UNIVERSE),
    SHARE % RESPONSES: other(unit="response", way="participation", universe=RESPONDENTS),
}
