"""More studies than a sentence can name: small multiples that fit a page, and counts where a few are named."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from test_pooled_document import collated, written

from diagnostic.compare import maps, pictures
from diagnostic.compare.contrasts import ends
from diagnostic.compare.words import COLUMNS, NAMED, UNSAID, Reasons, names_of, set_aside, together
from diagnostic.core.tables import columns
from diagnostic.report.charts.style import TALL

CODES = ("02", "14", "22", "27", "28", "29", "35", "41", "45", "50", "53", "56", "61", "72", "76", "80")
CALLED = {f"{code}-2025": f"Territoire {code} 2025" for code in CODES}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return collated(list(reversed(CALLED)))


def test_of_many_studies_each_number_is_drawn_once_on_pages_of_equal_length(
    tables: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "PAGE", 6)
    own = tables["numbers"][tables["numbers"]["family"].eq("coded")]
    charts = pictures.dots(own, tables["statements"], CALLED)
    assert [chart.name for chart in charts] == ["cote_a_cote_coded", "cote_a_cote_coded_2", "cote_a_cote_coded_3"]
    drawn = [
        re.findall(r"Territoire (\d\d) 2025", re.sub("<(title|desc)[^>]*>[^<]*", "", chart.svg)) for chart in charts
    ]
    assert [sorted(names) for names in drawn] == [list(CODES[:6]), list(CODES[6:12]), list(CODES[12:])]
    shown = [fact for chart in charts for fact in chart.facts]
    assert sorted(shown) == sorted(own["statement_id"])
    assert max(chart.height / chart.width for chart in charts) < 1.6  # a page is 1.5 times as high as it is wide
    assert all("avec prudence" in chart.svg for chart in charts)  # the key says both verdicts


@pytest.mark.slow
def test_few_studies_keep_one_chart_with_their_numbers_written(tables: dict[str, pd.DataFrame]) -> None:
    own = tables["numbers"][tables["numbers"]["family"].eq("coded")].iloc[: pictures.MOST]
    (chart,) = pictures.dots(own, tables["statements"], CALLED)
    assert all(f"{CALLED[study]}\u00a0: " in chart.svg for study in own["study"])


@pytest.mark.slow  # the tests beside have few studies and many
def test_few_studies_have_as_many_charts_of_a_family_as_keep_each_low(tables: dict[str, pd.DataFrame]) -> None:
    """Nine indicators of two studies: a chart of all of them would take more than a page."""
    own = tables["numbers"][tables["numbers"]["family"].eq("coded")]
    first = own[own["indicator"].eq(own["indicator"].iloc[0])].iloc[:2]
    several = pd.concat([first.assign(indicator=f"i{at}", title=f"Indicateur {at}") for at in range(9)])
    charts = pictures.dots(several, tables["statements"], CALLED)
    assert [chart.name for chart in charts] == ["cote_a_cote_coded", "cote_a_cote_coded_2", "cote_a_cote_coded_3"]
    assert [fact for chart in charts for fact in chart.facts] == list(several["statement_id"])
    assert max(chart.height for chart in charts) <= TALL


def test_the_same_words_of_many_are_told_once_and_so_are_the_same_numbers() -> None:
    studies = [f"s{at:02}" for at in range(NAMED + 2)]
    called = dict(zip(studies, studies, strict=True))
    seven = {study: f'[7]{{.fact fact="{study}.n"}}' for study in studies[:-1]} | {studies[-1]: ""}
    assert together(seven, dict.fromkeys(studies[:-1], 7.0), called) == (
        f'[7]{{.fact fact="s00.n"}} ({NAMED + 1} études)\u202f; {UNSAID} (1 études)'
    )
    each = {study: f'[{at}]{{.fact fact="{study}.n"}}' for at, study in enumerate(studies)}
    values = {study: float(at) for at, study in enumerate(studies)}
    assert together(each, values, called) == (
        f'de [0]{{.fact fact="s00.n"}} à [{NAMED + 1}]{{.fact fact="s{NAMED + 1}.n"}} ({NAMED + 2} études)'
    )
    assert together(called, {}, called) == f"{NAMED + 2} réponses différentes ({NAMED + 2} études)"
    few = dict(list(seven.items())[:2])
    assert together(few, {}, called) == f"{seven['s00']} (s00)\u202f; {seven['s01']} (s01)"


def test_what_is_set_aside_is_said_with_why() -> None:
    assert set_aside([], []) == ""
    assert set_aside(["Fictif 2026"], []).startswith("Une étude inventée (Fictif 2026) est laissée de côté")
    assert set_aside([f"s{at}" for at in range(NAMED + 1)], []).startswith(f"{NAMED + 1} études inventées sont")
    assert set_aside(["bretagne-2019"], ["99-2026"]).startswith(
        "Une étude publiée est laissée de côté : des nombres inventés"
    )


def test_two_studies_of_one_territory_and_year_have_two_names() -> None:
    rows = [(name, "Doubs (25)", "2020", "full", "", "", "") for name in ("25-2020", "doubs-2020")]
    found = names_of(pd.DataFrame(rows, columns=columns("compare/known")))
    assert found == {"25-2020": "Doubs 2020 (25-2020)", "doubs-2020": "Doubs 2020 (doubs-2020)"}


def test_studies_follow_each_other_by_the_names_that_readers_read() -> None:
    """As French sorts them, whatever identifies them here: numbers that happen to rise would be read as a ranking."""
    rows = [
        ("62-2020", "Pas-de-Calais (62)", "2020"),
        ("idf-2017", "Île-de-France", "2017"),
        ("29-2019", "Finistère (29)", "2019"),
        ("allier-2020", "Yonne (89)", "2020"),
    ]
    found = names_of(pd.DataFrame([(*row, "full", "", "", "") for row in rows], columns=columns("compare/known")))
    assert list(found.values()) == ["Finistère 2019", "Île-de-France 2017", "Pas-de-Calais 2020", "Yonne 2020"]


def test_the_document_of_many_has_a_row_a_study_and_no_column_a_study(tables: dict[str, pd.DataFrame]) -> None:
    text = written(tables)
    method = text.partition("| Point de méthode |")[2].partition(": La méthode")[0]
    assert "(16 études)" in method and "Territoire 02" not in method


def test_the_body_of_many_says_what_holds_of_them_together(tables: dict[str, pd.DataFrame]) -> None:
    """A row per indicator: how many of how many print it, the ends of what they print, each with its card, and the sides of the
    mean that limits leave; no study is named, and the annexes hold the rest."""
    body = written(tables).partition("# Annexes")[0]
    told = body.partition("# Ce qui se lit")[2].partition("# Ce qui ne se compare")[0]
    rows = {
        row.split(" | ")[0].removeprefix("| "): row.split(" | ")[1:]
        for row in told.splitlines()
        if row.startswith("| ")
    }
    assert not re.search("Territoire \\d", told) and "classement" in told
    women = next(cells for title, cells in rows.items() if "femme" in title)
    assert women[0] == "16 sur 16"
    own = tables["statements"].set_index("statement_id", drop=False)
    shares = list(own.loc[tables["areas"].query("indicator == 'coded_women'")["statement_id"]].itertuples())
    for pick, cell in ((min, women[1]), (max, women[2])):
        assert f'fact="{pick(shares, key=lambda one: one.shown_value).statement_id}"' in cell
    sides = re.search(r"(\d+) au-dessus, (\d+) au-dessous, (\d+) que", women[3])
    mean = own.loc["areas.coded_women", "shown_value"]
    above = sum(ends(one)[1] > mean for one in shares)
    below = sum(ends(one)[2] < mean for one in shares)
    assert sides and [int(n) for n in sides.groups()] == [above, below, 16 - above - below] and above and below


@pytest.mark.parametrize(
    ("cautious", "told_of"), [(3, "avec prudence, à Lieu 1, Lieu 2, Lieu 3"), (4, "avec prudence, à 4 études")]
)
def test_beside_a_number_of_many_stands_with_how_many_it_compares_and_its_card_names_them(
    cautious: int, told_of: str
) -> None:
    names = {f"s{at:02}": f"Lieu {at}" for at in range(16)}
    verdicts = ["caution"] * cautious + ["comparable"] * 10 + ["not"] * (5 - cautious)
    pairs = pd.DataFrame({"indicator": "x", "study": "s00", "other": [*names][1:], "verdict": verdicts, "reasons": ""})
    said = {word: "; ".join(pairs.loc[pairs["verdict"].eq(verdict), "other"]) for verdict, word in COLUMNS.items()}
    one = SimpleNamespace(indicator="x", study="s00", verdict="comparable", reasons="", **said)
    reasons = Reasons(pairs, pd.DataFrame({"effect": [], "reason": []}))
    rest = "pas à l’autre" if cautious == 4 else "pas aux autres"
    assert reasons.cell(one, {}, names) == f"comparable à 10 études ; {told_of} ; {rest}"
    card = dict(reasons.card(one, names))
    assert card["Comparable à"] == ", ".join(f"Lieu {at}" for at in range(cautious + 1, cautious + 11))


def test_the_map_of_many_is_read_by_its_ends_and_by_how_many_have_each_look() -> None:
    """The ends are of numbers that may be read beside another: what does not compare is counted, never an end."""
    looks = {maps.ABOVE: range(6), maps.CAUTION: range(6, 8), maps.COMPARED: range(8, 13), maps.APART: range(13, 15)}
    shares = [10 + 7 * at % 13 for at in range(13)] + [1, 99]
    found = [
        maps.Territory(f"s{at}", f"Lieu {at}", {}, look, f"{shares[at]} %") for look, own in looks.items() for at in own
    ]
    said = maps._of_many("Part", found, pd.DataFrame({"shown_value": shares}))
    assert said == [
        "Part : de 10 % (Lieu 0) à 22 % (Lieu 11).",
        "Comparable, au-dessus de la moyenne : 6 études.",
        "Comparable : 5 études.",
        "Avec prudence : Lieu 6 et Lieu 7.",
        "Non comparable : Lieu 13 et Lieu 14.",
    ]
    for values in ([7.0] * 15, [math.nan] * 15):
        assert maps._of_many("Part", found, pd.DataFrame({"shown_value": values}))[0] == "Part."
