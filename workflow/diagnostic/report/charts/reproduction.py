"""The chart of the published figures by verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diagnostic.core import french
from diagnostic.estimate.tables import BASES, STATUSES
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.charts.style import BLUE, INK, ORANGE, PAPER, WIDTH, hatch, text_width
from diagnostic.report.registry import chart

NAME = "reproduction"
STATUS, BASIS = "reproduction.status.", "reproduction.basis."
BAR, PITCH = 15, 44  # pixels
STYLES = {"reproduced": (BLUE, BLUE), "contradicted": (ORANGE, ORANGE)}  # the others: hollow, nothing was compared
WORDS = {
    "reproduced": ("reproduit", "reproduits"),
    "contradicted": ("contredit", "contredits"),
    "not_computable": ("non calculable avec les données présentes", "non calculables avec les données présentes"),
    "text_only": ("en texte seul", "en texte seul"),
    "independent": ("par calcul indépendant", "par calcul indépendant"),
    "by_construction": ("par construction", "par construction"),
}


@chart
def verdicts(facts: Released) -> Chart | None:
    """One bar per verdict; figures reproduced by construction are hatched apart from independent calculations."""
    values = {code: value for code in STATUSES if (value := facts.value(STATUS + code)) is not None}
    if not any(values.values()):
        return None
    split = [facts.value(BASIS + code) for code in BASES]
    parts = [value for value in split if value is not None] if "reproduced" in values else []
    halved = len(parts) == 2 and sum(parts) == values["reproduced"]
    width = WIDTH - 2 * EDGE
    most = max(values.values()) * width / (width - 10 - text_width(french.number(max(values.values()))))
    height = PITCH * len(values)
    area = Plane(height, (0, most), (0, height), (EDGE, EDGE, 2, 2))
    names = {code: STATUSES[code].capitalize() for code in values}
    for i, (code, value) in enumerate(values.items()):
        y = PITCH * i + LINE
        if code == "reproduced" and halved:
            _draw_split(area, parts, y)
            if all(parts):
                names[code] += french.typographic(f" : {_told(facts, BASIS, BASES)} (hachures)")
        elif value:
            fill, stroke = STYLES.get(code, (PAPER, INK))
            area.bars([(0, value, y, y + BAR)], fill, stroke)
        area.texts([(value, y + BAR / 2, facts.text(STATUS + code))], dx=6)
    area.texts([(0, PITCH * i + LINE / 2, name) for i, name in enumerate(names.values())])
    area.rules([(0, 0, PITCH * i + LINE - 1, PITCH * i + LINE + BAR + 1) for i in range(len(values))], stroke=1)
    sentences = [
        f"Chiffres de la publication : {_told(facts, STATUS, values)}.",
        f"Parmi les chiffres reproduits, {_told(facts, BASIS, BASES)}." if halved else "",
        not_published(
            facts.withheld([*(STATUS + code for code in STATUSES), *(BASIS + code for code in BASES)]),
            "nombre",
            "nombres",
        ),
    ]
    drawn = [STATUS + code for code in values] + ([BASIS + code for code in BASES] if halved else [])
    alternative = "Diagramme en barres : nombre de chiffres de la publication par verdict."
    return area.image(NAME, alternative, " ".join(filter(None, sentences)), drawn)


def _draw_split(area: Plane, parts: Sequence[float], y: float) -> None:
    independent, constructed = parts
    if independent:
        area.bars([(0, independent, y, y + BAR)])
    if constructed:
        area.bars([(independent, independent + constructed, y, y + BAR)], fill=hatch(NAME))


def _told(facts: Released, prefix: str, codes: Iterable[str]) -> str:
    """« 28 par calcul indépendant et 3 par construction »."""
    return listed([f"{facts.text(prefix + c)} {french.plural(facts.value(prefix + c) or 0, *WORDS[c])}" for c in codes])
