"""The chart of the published figures by verdict."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd

from diagnostic.core import french
from diagnostic.estimate.tables import BASES, STATUSES
from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import DOWN, above, across, bars, labels, rows
from diagnostic.report.charts.style import BLUE, INK, ORANGE, PAPER, hatch
from diagnostic.report.registry import chart

NAME = "reproduction"
STATUS, BASIS = "reproduction.status.", "reproduction.basis."
STYLES = {"reproduced": (BLUE, BLUE), "contradicted": (ORANGE, ORANGE)}  # the others: hollow, nothing was compared
WORDS = {
    "reproduced": ("reproduit", "reproduits"),
    "contradicted": ("contredit", "contredits"),
    "not_computable": ("non vérifiable avec les données présentes", "non vérifiables avec les données présentes"),
    "text_only": ("en texte seul", "en texte seul"),
    "withheld": ("sans verdict publié", "sans verdict publié"),
    "independent": ("par calcul indépendant", "par calcul indépendant"),
    "by_construction": ("par construction", "par construction"),
}


@chart
def verdicts(facts: Released) -> Chart | None:
    """One bar per verdict; figures reproduced by construction are hatched apart from independent calculations."""
    values = {code: value for code in STATUSES if (value := facts.value(STATUS + code)) is not None}
    if not values.get("withheld"):
        values.pop("withheld", None)
    if not any(values.values()):
        return None
    split = {code: value for code in BASES if (value := facts.value(BASIS + code)) is not None}
    halved = len(split) == 2 and sum(split.values()) == values.get("reproduced")
    names = {code: STATUSES[code].capitalize() for code in values}
    if halved and all(split.values()):
        names["reproduced"] += french.typographic(f" : {_told(facts, BASIS, BASES)} (hachures)")
    parts = [
        {"name": names[code], "value": part, "fill": fill, "stroke": stroke}
        for code, value in values.items()
        for part, fill, stroke in (
            zip(split.values(), (BLUE, hatch(NAME)), (BLUE, BLUE), strict=True)
            if code == "reproduced" and halved
            else [(value, *STYLES.get(code, (PAPER, INK)))]
        )
    ]
    whole = pd.DataFrame(
        [{"name": names[code], "value": value, "label": facts.text(STATUS + code)} for code, value in values.items()]
    )
    styles = {"fill": alt.Fill("fill:N", scale=None), "stroke": alt.Stroke("stroke:N", scale=None)}
    order = alt.Order("part:Q")
    marks = bars(across("value"), 15, DOWN, order=order, **styles).properties(
        data=pd.DataFrame(parts).assign(part=range(len(parts)))
    )
    picture = rows(whole, marks, *labels(across("value"), down=DOWN), y=above())
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
    return image(picture, NAME, alternative, sentences, drawn)


def _told(facts: Released, prefix: str, codes: Iterable[str]) -> str:
    """« 28 par calcul indépendant et 3 par construction »."""
    return listed([f"{facts.text(prefix + c)} {french.plural(facts.value(prefix + c) or 0, *WORDS[c])}" for c in codes])
