"""Charts of the persons described: released shares only, the most frequent first, bounds told."""

from __future__ import annotations

from xml.etree import ElementTree

import pandas as pd
import released

from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.people import answers, needs, profile, vulnerability
from diagnostic.report.registry import charted

SHARE = {"unit": "ad", "measure": "percent", "decimals": 0}  # a unit that the gate leaves alone


def statements(values: dict[str, float]) -> pd.DataFrame:
    facts = [
        released.fact(i, v, label=f"{i}, part", low=v, high=v + 10, interval_kind="bounds", **SHARE)
        for i, v in values.items()
    ]
    return released.statements(*facts)


def test_the_most_frequent_factor_comes_first_and_totals_are_left_out() -> None:
    chart = vulnerability(Released(statements({"vuln.any_pct": 90, "vuln.addiction_pct": 12, "vuln.violence_pct": 48})))
    assert chart is not None and chart.facts == ("vuln.violence_pct", "vuln.addiction_pct")
    assert (
        "bornes" in chart.svg
        and "violence_pct (48 %) ; la plus petite : vuln.addiction_pct"
        in chart.description.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    assert chart.alt.index("violence") < chart.alt.index("addiction") and "any" not in chart.alt


def test_bars_are_as_long_as_the_shares() -> None:
    """Needs are of all who answered: the shares of those who are asked are another question's, and no bars here."""
    shares = {"needs.training_pct": 50, "needs.network_pct": 25, "survey.needs.train_pct": 80}
    chart = needs(Released(statements(shares)))
    assert chart is not None and chart.facts == ("needs.training_pct", "needs.network_pct")
    paths = [e.get("d", "") for e in ElementTree.fromstring(chart.svg).iter() if e.get("fill") == "#0072B2"]
    lengths = [float(d.split("h")[1].split("v")[0]) for d in paths if "h" in d]
    assert len(lengths) == 2 and abs(lengths[0] - 2 * lengths[1]) < 0.02


def test_a_withheld_share_is_counted_and_nothing_else_of_it_is_drawn() -> None:
    frame = statements({"profile.women_pct": 61, "profile.men_pct": 27, "profile.trans_pct": 43})
    secret = frame["statement_id"] == "profile.trans_pct"
    frame = frame.assign(kind=frame["kind"].mask(secret, "withheld"), shown_value=frame["shown_value"].mask(secret))
    chart = profile(Released(frame))
    assert chart is not None and chart.facts == ("profile.women_pct", "profile.men_pct")
    assert "43" not in chart.alt + chart.description and "Non publié, et non dessiné" in chart.description


def test_all_withheld_factors_are_counted_wherever_they_rank() -> None:
    told = {f"vuln.told{n:02}_pct": 60 - n for n in range(9)}
    secret = {f"vuln.{name}{n}_pct": 50 for name in "az" for n in range(4)}  # sorted before the others, and after
    frame = statements({**told, **secret})
    kept = ~frame["statement_id"].isin(list(secret))
    frame = frame.assign(kind=frame["kind"].where(kept, "withheld"), shown_value=frame["shown_value"].where(kept))
    chart = vulnerability(Released(frame))
    assert chart is not None and chart.facts == tuple(told)
    assert "non dessiné : 8 parts" in chart.description.replace("\N{NO-BREAK SPACE}", " ")


def test_one_share_alone_is_no_chart() -> None:
    assert profile(Released(statements({"profile.women_pct": 61}))) is None


def test_a_chapter_asks_a_figure_of_any_question_by_its_name() -> None:
    """The larger share first; who does not know, and what is not on the list, are no bars."""
    asked = charted(
        [
            '{{ figure("reponses_ease_of_topic", "x") }} {{ figure("besoins", "y") }}',
            "{{ figure('reponses_needs', 'z') }}",
        ]
    )
    assert asked == ["ease_of_topic", "needs"]
    shares = {"easy": 25, "hard": 50, "dk": 15, "other": 10}
    told = Released(statements({f"survey.ease_of_topic.{name}_pct": share for name, share in shares.items()}))
    (chart,) = answers(told, asked)  # of the other question nothing is told
    assert chart.name == "reponses_ease_of_topic"
    assert list(chart.facts) == ["survey.ease_of_topic.hard_pct", "survey.ease_of_topic.easy_pct"]
    assert answers(told) == []
