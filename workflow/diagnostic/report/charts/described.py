"""Charts of what professionals describe and say: shares, each with what the answers leave open."""

from __future__ import annotations

from collections.abc import Sequence

from diagnostic.core import french
from diagnostic.report.charts.facts import Released, listed, not_published, whiskers
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.registry import chart

PITCH, RANGE, UNDER = 40, 26, 46  # pixels: from line to line, from its top to its bar, under the axis
THICK = 7
AXIS = {"title": "Part (%)", "values": [0, 25, 50, 75, 100], "titlePadding": 6, "labelFlush": False}
PROFILE = ("women", "men", "trans", "minors", "age_le25", "french", "foreign")
NEEDS = ("training", "information", "network", "prevention_tools", "specialised_support")
MOST = 12  # factors in one chart: the table has them all


@chart
def profile(facts: Released) -> Chart | None:
    """Gender, age and nationality of the persons described."""
    return _shares(
        facts,
        "profil_personnes",
        [f"profile.{name}_pct" for name in PROFILE],
        "Genre, âge et nationalité des personnes décrites, en parts, avec les bornes.",
    )


@chart
def vulnerability(facts: Released) -> Chart | None:
    """The most frequent factors of vulnerability: at least that many."""
    ids = [i for i in facts.ids(r"vuln\.\w+_pct") if i not in ("vuln.any_pct", "vuln.none_pct")]
    ids.sort(key=lambda i: (-(facts.value(i) or 0), i))
    return _shares(
        facts,
        "vulnerabilites",
        ids[:MOST],
        "Facteurs de vulnérabilité les plus souvent relevés, en parts des personnes, avec les bornes.",
    )


@chart
def needs(facts: Released) -> Chart | None:
    """What professionals say they need."""
    ids = [f"needs.{name}_pct" for name in NEEDS]
    ids.sort(key=lambda i: (-(facts.value(i) or 0), i))
    return _shares(
        facts, "besoins", ids, "Besoins dits par les professionnel·les, en parts des répondant·es, avec les bornes."
    )


def _shares(facts: Released, name: str, ids: Sequence[str], alternative: str) -> Chart | None:
    """A bar per share, then its bounds as a line; nothing without two shares to compare."""
    drawn = [i for i in ids if facts.value(i) is not None]
    if len(drawn) < 2:
        return None
    height = PITCH * len(drawn)
    area = Plane(height, (0, 100), (0, height), (EDGE + 6, EDGE + 22, 2, UNDER + LINE), axis=AXIS)
    kinds = set()
    for at, fact_id in enumerate(drawn):
        y, value, limits = PITCH * at + RANGE, facts.value(fact_id) or 0.0, facts.limits(fact_id)
        said = f"{facts.label(fact_id).removesuffix(', part')} : {facts.text(fact_id)} %"
        area.texts([(0, y - 15, said)])
        area.bars([(0, value, y - THICK / 2, y + THICK / 2)])
        if limits:
            low, high = limits
            area.rules([(low, high, y, y)], dashed=True, stroke=1.5)
            area.rules([(end, end, y - 5, y + 5) for end in limits])
            kinds.add(facts.kind(fact_id))
    area.texts([(0, height + UNDER + LINE / 2, whiskers(kinds))] if kinds else [])
    withheld = not_published(facts.withheld(ids), "part", "parts", feminine=True)
    return area.image(name, alternative, " ".join(filter(None, [_message(facts, drawn), withheld])), drawn)


def _message(facts: Released, drawn: Sequence[str]) -> str:
    parts = [f"{facts.label(i).removesuffix(', part').lower()} ({facts.text(i)} %)" for i in drawn]
    return french.capital(f"{listed(parts)}.")
