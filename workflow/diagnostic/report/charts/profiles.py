"""The chart of shares by ad and by person: how much the ads of those who publish a lot weigh."""

from __future__ import annotations

from diagnostic.report.charts.facts import Released, not_published
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
    """The line where the two shares differ most."""
    gaps = []
    for end, name in lines:
        ad, person = facts.value(f"profile.ad.{end}"), facts.value(f"profile.person.{end}")
        if ad is not None and person is not None:
            gaps.append((abs(ad - person), end, name))
    if not gaps:
        return ""
    _, end, name = max(gaps)
    ads, persons = facts.text(f"profile.ad.{end}"), facts.text(f"profile.person.{end}")
    return f"L’écart le plus grand porte sur « {name} » : {ads} % des annonces, {persons} % des personnes."
