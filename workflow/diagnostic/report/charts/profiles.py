"""The chart of shares by ad and by person: how much the ads of those who publish a lot weigh."""

from __future__ import annotations

from diagnostic.report.charts.facts import Released, not_published, whiskers
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.charts.style import ORANGE, WIDTH

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
PITCH, ABOVE, APART = 46, 12, 12  # pixels: from line to line, from its top to its name, between its two ranges
DISC, DIAMOND = 8, 12
AXIS = {"title": "Part (%)", "values": [0, 25, 50, 75, 100], "titlePadding": 6, "labelFlush": False}


def shares(facts: Released) -> Chart | None:
    """A disc for the share of ads, a diamond for that of persons, each with its sampling interval."""
    lines = [(end, name) for end, name in LINES if facts.value(f"profile.ad.{end}") is not None]
    if not lines:
        return None
    top = LINE + 6
    height = top + PITCH * len(lines)
    area = Plane(height, (0, 100), (0, height), (EDGE + 6, EDGE + 22, 2, 48 + LINE), axis=AXIS)
    drawn, kinds = [], set()
    for at, (end, name) in enumerate(lines):
        y = top + PITCH * at + ABOVE
        area.texts([(0, y - 2, name)])
        for turn, unit in enumerate(("ad", "person")):
            fact_id = f"profile.{unit}.{end}"
            value, limits = facts.value(fact_id), facts.limits(fact_id)
            if value is None:
                continue
            place = y + APART * (turn + 1)
            if limits:
                area.rules([(*limits, place, place)], stroke=1.5)
                kinds.add(facts.kind(fact_id))
            style = (
                {"height": DIAMOND, "shape": "diamond", "color": ORANGE, "hollow": True} if turn else {"height": DISC}
            )
            area.points([(value, place)], **style)
            drawn.append(fact_id)
    _key(area)
    area.texts([(0, height + 48 + LINE / 2, whiskers(kinds))] if kinds else [])
    every = [f"profile.{unit}.{end}" for end, _ in LINES for unit in ("ad", "person")]
    sentences = [_furthest(facts, lines), not_published(facts.withheld(every), "part", "parts", feminine=True)]
    alternative = "Parts des annonces et parts des personnes, avec leurs intervalles, pour les principaux traits codés."
    return area.image(NAME, alternative, " ".join(filter(None, sentences)), drawn)


def _key(area: Plane) -> None:
    pixel, y = 100 / area.width, LINE / 2
    second = (WIDTH / 3) * pixel
    area.points([(4 * pixel, y)], height=DISC)
    area.texts([(14 * pixel, y, "part des annonces")])
    area.points([(second, y)], DIAMOND, "diamond", ORANGE, hollow=True)
    area.texts([(second + 12 * pixel, y, "part des personnes")])


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
