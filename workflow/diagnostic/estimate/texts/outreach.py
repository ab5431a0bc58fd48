"""Texts of the facts of online outreach: the territory's own, and the action that its publication cites."""

from functools import partial

from diagnostic.collect.answers import STEPS
from diagnostic.estimate.texts.text import Text

LABELS = {"sessions": "maraudes en ligne", **STEPS}
UNITS = {"sessions": "session", "sms": "message", "replies": "reply", "exchanges": "exchange", "met": "meeting"}
WAYS = {"session": "things", "message": "things", "reply": "each", "exchange": "service", "meeting": "service"}
BEFORE = dict(zip(list(STEPS)[1:], STEPS, strict=False))  # step → the one before
OWN, CITED = "outreach.{year}.%s", "{action}.%s"  # the cited one under the ids of its published figures
met = partial(Text, unit="met", way="service", universe="personnes rencontrées par le service {code}, {period}")
UNIVERSES = {
    OWN: "aller-vers en ligne de l’année",
    CITED: "action d’un autre territoire, citée par la publication",
}
TEXTS = (
    {
        pattern % step: Text(
            "{what}",
            "nombre noté par l’équipe qui mène l’action",
            unit=unit,
            way=WAYS[unit],
            universe=universe,
            method="Un nombre de messages ou d’échanges n’est pas un nombre de personnes.",
        )
        for pattern, universe in UNIVERSES.items()
        for step, unit in UNITS.items()
    }
    | {
        f"{pattern % step}_pct": Text(
            "{what}, part de l’étape précédente",
            f"{STEPS[step]}, sur {STEPS[before]}",
            unit=UNITS[step],
            way=WAYS[UNITS[step]],
            universe=STEPS[before],
            measure="percent",
            decimals=1,
        )
        for pattern in UNIVERSES
        for step, before in BEFORE.items()
    }
    | {
        "contacts.met.{service}.{start}": met(
            "personnes rencontrées par le service {code}, {period}",
            "rencontrées une fois + deux fois + trois fois ou plus",
        ),
    }
)
