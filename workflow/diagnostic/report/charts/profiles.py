"""The chart of shares by ad and by person: how much the ads of those who publish a lot weigh."""

from __future__ import annotations

from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.paired import Pair, drawn
from diagnostic.report.registry import chart

NAME = "profils"
LINES = (
    ("passing_through.yes", "de passage"),
    ("declared_origin.foreign", "origine étrangère déclarée"),
    ("gender_presented.woman", "femmes"),
    ("hosting.receives", "reçoit"),
    ("network_sign.at_least_1", "au moins un indice de réseau"),
    ("network_sign.at_least_2", "au moins deux indices"),
    ("network_sign.at_least_3", "au moins trois indices"),
)
SERIES = ("part des annonces", "part des personnes")


@chart
def shares(facts: Released) -> Chart | None:
    """A disc for the share of ads, a diamond for that of persons, each with its sampling interval."""
    lines = [(end, name) for end, name in LINES if facts.value(f"profile.ad.{end}") is not None]
    if not lines:
        return None
    pairs = [Pair(name, f"profile.ad.{end}", f"profile.person.{end}") for end, name in lines]
    picture, shown = drawn(facts, pairs, SERIES)
    every = [f"profile.{unit}.{end}" for end, _ in LINES for unit in ("ad", "person")]
    sentences = [_furthest(facts, lines), not_published(facts.withheld(every), "part", "parts")]
    alternative = "Parts des annonces et parts des personnes, avec leurs intervalles, pour les principaux traits codés."
    return image(picture, NAME, alternative, sentences, shown)


def _furthest(facts: Released, lines: list[tuple[str, str]]) -> str:
    """The line where the two shares differ most, or the lines; that none does by more than what rounding may do."""
    both = [(name, *(f"profile.{unit}.{end}" for unit in ("ad", "person"))) for end, name in lines]
    gaps = [
        (facts.apart(ad, person), f"« {name} » ({facts.text(ad)} % des annonces, {facts.text(person)} % des personnes)")
        for name, ad, person in both
        if facts.value(person) is not None
    ]
    if not gaps:
        return ""
    most = max(gap for gap, _ in gaps)
    if not most:
        return "D’une part à l’autre, aucun écart ne dépasse ce que fait l’arrondi."
    return f"L’écart est le plus grand pour {listed([words for gap, words in gaps if gap == most])}."
