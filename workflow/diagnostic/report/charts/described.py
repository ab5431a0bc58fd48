"""Charts of what professionals describe and say: shares, each with what the answers leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_known, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.marks import DOWN, PERCENT, above, across, bars, intervals, rows
from diagnostic.report.registry import chart

PROFILE = ("women", "men", "trans", "minors", "age_le25", "french", "foreign")
PARTITIONS = (("women", "men", "trans"), ("french", "foreign"))
HALF = 50  # points of a partition under which what is drawn of it would mislead
QUESTION = re.compile(r"^[^:]+\s:\s")
MOST = 12  # shares in one chart: the table has them all


@chart
def profile(facts: Released) -> Chart | None:
    """Gender, age and nationality of the persons described; of a partition whose larger part is not told, nothing."""
    left = {one for parts in PARTITIONS if _told(facts, parts) < HALF for one in parts}
    return _shares(
        facts,
        "profil_personnes",
        [f"profile.{name}_pct" for name in PROFILE if name not in left],
        "Genre, âge et nationalité des personnes décrites, en parts.",
    )


@chart
def vulnerability(facts: Released) -> Chart | None:
    """The most frequent of the factors of vulnerability that are published."""
    ids = [i for i in facts.ids(r"vuln\.\w+_pct") if i not in ("vuln.any_pct", "vuln.none_pct")]
    ids.sort(key=lambda i: (-(facts.value(i) or 0), i))
    return _shares(facts, "vulnerabilites", ids, "Facteurs de vulnérabilité publiés, en parts des personnes.")


@chart
def needs(facts: Released) -> Chart | None:
    """What professionals say they need, of those who are asked."""
    ids = list(facts.ids(r"survey\.needs\.(?!other|dk|none)\w+_pct"))
    ids.sort(key=lambda i: (-(facts.value(i) or 0), i))
    return _shares(facts, "besoins", ids, "Besoins dits par celles et ceux à qui la question est posée, en parts.")


def _told(facts: Released, parts: Sequence[str]) -> float:
    """How much of a partition may be drawn, in points."""
    ids = [f"profile.{name}_pct" for name in parts]
    return sum(facts.value(i) or 0 for i in ids if facts.shown(i) and not facts.wide(i))


def _shares(facts: Released, name: str, ids: Sequence[str], alternative: str) -> Chart | None:
    """A bar per share of the first ones that are told, then its bounds as a line; nothing without two shares to compare.
    All that are not told are counted: of a part of the list, their number would say where they rank."""
    known = [i for i in ids if facts.value(i) is not None][:MOST]
    drawn = [i for i in known if not facts.wide(i)]
    if len(drawn) < 2:
        return None
    table = pd.DataFrame([{"name": _said(facts, fact_id), **facts.drawn(fact_id)} for fact_id in drawn])
    shares = bars(across("value", **PERCENT), size=7, down=DOWN)
    open_ = any(facts.interval(i) for i in drawn)
    alternative = f"{alternative.removesuffix('.')}{', avec les bornes' if open_ else ''} : {_message(facts, drawn)}"
    picture = rows(table, shares, *intervals(facts.kinds(drawn), DOWN, **PERCENT), y=above())
    hidden = facts.withheld(ids)
    larger = ("part, qui peut être plus grande", "parts, qui peuvent être plus grandes")
    withheld = not_published(hidden, *larger)
    told = [_reading(facts, drawn, hidden > 0), not_known(len(known) - len(drawn)), withheld]
    return image(picture, name, alternative, told, drawn)


def _reading(facts: Released, drawn: Sequence[str], hidden: bool) -> str:
    """Between which shares the bars go, those that print alike together; then what a line adds to its bar. `hidden`: there
    are others, that are not published."""

    def those(text: str) -> str:
        return f"{listed([_name(facts, i).lower() for i in drawn if facts.text(i) == text])} ({text} %)"

    least, most = (facts.text(end(drawn, key=lambda i: facts.value(i) or 0)) for end in (min, max))
    of = " publiée" if hidden else ""
    said = f"La plus grande part{of} : {those(most)}{f' ; la plus petite : {those(least)}' if least != most else ''}."
    if opened := next((i for i in drawn if facts.interval(i)), None):
        said += f" Le trait va d’une limite à l’autre : {_name(facts, opened).lower()}, de {facts.interval(opened)} %."
    return french.typographic(said)


def _said(facts: Released, fact_id: str) -> str:
    return french.typographic(f"{_name(facts, fact_id)} : {facts.text(fact_id)} %")


def _name(facts: Released, fact_id: str) -> str:
    """Its label, without the question that it answers, which is the figure's."""
    return re.sub(QUESTION, "", facts.label(fact_id)).removesuffix(", part")


def _message(facts: Released, drawn: Sequence[str]) -> str:
    return f"{listed([f'{_name(facts, i).lower()} ({facts.text(i)} %)' for i in drawn])}."
