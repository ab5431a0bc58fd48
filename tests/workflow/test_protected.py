"""Finished documents, read back: nobody is named who was not asked, no place of few; one number has one decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from copies import EVERY, contents

from diagnostic.codebook import loading
from diagnostic.collect.answers import AXES
from diagnostic.core import french
from diagnostic.release.populations.people import holding, populations
from diagnostic.release.populations.policy import load_policy, of_codebook, parse
from diagnostic.release.ways.way import DESCRIBED, Printed
from diagnostic.report.announced import SENTENCES, announced
from diagnostic.report.charts.ground import TOWNS
from diagnostic.study.config import load_yaml
from diagnostic.study.words import _protection

FEW_ADS, FEW_STRUCTURES = 20, 3


def texts(results: Path) -> Iterator[tuple[str, str]]:
    """(document, text) of all that a reader or a curious program finds in each document."""
    for path in sorted((results / "report").rglob("*")):
        if path.is_file() and path.suffix != ".png":
            found = contents(path)
            cells = (cell for column in found.columns for cell in column.cells)
            yield path.name, "\n".join([*(text.text for text in found.texts), *cells])


def table(results: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(results / f"{name}.parquet")


def unasked(results: Path) -> set[str]:
    """Structures that the team's own lists name, and that did not agree (unless the name of one that did holds theirs)."""
    sources = table(results, "collect/sources").set_index("role")["origin"]
    structures = table(results, "consolidate/structures")
    agreed = set(structures.loc[structures["agrees_to_be_named"].fillna(False).astype(bool), "name"])
    found: set[str] = set()
    for role, listed, column in (("interviews", "meetings", "structure"), ("practices", "practices", "offered_by")):
        if sources.get(role) == "observed":
            found |= set(table(results, f"consolidate/{listed}")[column].dropna())
    return {name for name in found if not any(name in one for one in agreed)}


def unnamed(results: Path) -> set[str]:
    """Places that the ads of an observed count declare too seldom, and communes where too few structures answered, unless
    a printed number or a list names them for something else."""
    sources = table(results, "collect/sources").set_index("role")["origin"]
    areas = table(results, "geography/areas")
    found: set[str] = set()
    if sources.get("ad_counts") == "observed":
        ads = table(results, "consolidate/counts").groupby("place")["count"].sum()
        found |= set(ads[ads.between(1, FEW_ADS - 1)].index)
    partners = table(results, "collect/partners")
    if sources.get("partners") == "observed" and "commune.code" in partners:
        facts = table(results, "estimate/facts").query("fact_id.str.startswith('partners.place.')")
        few = facts.loc[facts["value"] < FEW_STRUCTURES, "label"].str.rpartition(" : ")[2]
        found |= set(few)
    statements = table(results, "release/statements")
    labels = statements.loc[statements["kind"].ne("withheld"), "label"]
    meetings, practices = table(results, "release/meetings"), table(results, "release/practices")
    other = "\n".join(
        [
            *labels,
            *meetings["place"].dropna(),
            *practices["where"].dropna(),
            *meetings["structure"],
            *table(results, "release/structures")["name"],
            *areas["name"][areas["level"] != "commune"],
        ]
    )
    return {name for name in found if name not in other}


def largest(results: Path) -> set[str]:
    """The largest communes of the département, which every map may write alone on its ground, whatever was found there."""
    areas = table(results, "geography/areas")
    peopled = areas[areas["level"].eq("commune") & areas["population"].gt(0)]
    return set(peopled.nlargest(TOWNS, "population")["name"])


@pytest.mark.parametrize("study", EVERY)
def test_no_document_names_who_was_not_asked_or_a_place_of_few(results_of: Callable[[str], Path], study: str) -> None:
    results = results_of(study)
    hidden, towns = unasked(results) | unnamed(results), "|".join(map(re.escape, sorted(largest(results))))
    drawn = " ".join(path.read_text("utf-8") for path in (results / "report/quarto/figures").glob("*.svg"))
    beside = rf"(({towns}|moins de|et plus|à|\d+)\s*)+"  # a map's towns, and its keys, read back on one line
    named = [
        (name, one)
        for name, text in texts(results)
        for line in text.splitlines()
        if not re.fullmatch(beside if name.endswith(".pdf") else rf"(({towns})\s*)+", line.strip())
        for one in sorted(hidden)
        if one in line
    ]
    assert named == []
    told = [(one, text.count(one)) for name, text in texts(results) if name.endswith(".pdf") for one in sorted(hidden)]
    assert [one for one, times in told if times > drawn.count(one)] == []  # no more often than maps write it
    if study.startswith("99-2026"):
        assert len(unasked(results)) > 3 and len(unnamed(results)) > 2


def met_by(results: Path, statements: pd.DataFrame) -> dict[str, dict[str, int]]:
    """By field and by town whose interviews are printed: how many structures the team met there; and, of the fields that are
    not printed, how many together."""
    sources = table(results, "collect/sources").set_index("role")["origin"]
    met = table(results, "consolidate/meetings")
    if sources.get("interviews") != "observed" or met.empty:
        return {}
    shown = statements[statements["kind"].ne("withheld")]
    fields = set(shown["statement_id"].str.extract(r"^interviews\.field\.(.+)$")[0].dropna())
    towns = set(shown.loc[shown["statement_id"].str.startswith("interviews.place."), "label"].str.split(" : ").str[-1])
    each = {name: met[met["activity_field"].eq(name)]["structure"].nunique() for name in fields}
    rest = met.loc[~met["activity_field"].isin(list(fields)), "structure"].nunique()
    return {
        "fields": each | {"others": rest},
        "towns": {name: met[met["place"].eq(name)]["structure"].nunique() for name in towns},
    }


@pytest.mark.parametrize("study", EVERY)
def test_a_structure_that_is_not_named_is_told_by_nothing(results_of: Callable[[str], Path], study: str) -> None:
    """What it offers is in no document, and no reader counts it alone in its field."""
    results = results_of(study)
    sources = table(results, "collect/sources").set_index("role")["origin"]
    structures = table(results, "consolidate/structures")
    agreed = structures["agrees_to_be_named"].fillna(False).astype(bool)
    hidden: list[str] = []
    if sources.get("practices") == "observed":
        practices = table(results, "consolidate/practices").query("kind != 'resource'")
        offered = practices["offered_by"]
        hidden = list(practices.loc[offered.notna() & ~offered.isin(structures.loc[agreed, "name"]), "title"])
    assert [(name, one) for name, text in texts(results) for one in hidden if one in text] == []
    statements = table(results, "release/statements")
    listed = statements["statement_id"].str.startswith("pathway.field.").any()
    by_axis = statements.loc[statements["kind"].ne("withheld"), "statement_id"].str.startswith("pathway.axis.").any()
    answers = [structures.loc[~agreed, axis].eq(True).sum() for axis in AXES]
    assert not (by_axis and any(0 < count < FEW_STRUCTURES for count in answers))
    for column, printed in met_by(results, statements).items():
        assert not [one for one, number in printed.items() if 0 < number < FEW_STRUCTURES], column
    left = structures.loc[~agreed, "activity_field"].value_counts()
    assert not (listed and left.between(1, FEW_STRUCTURES - 1).any())
    assert sources.get("interviews") != "observed" or table(results, "release/meetings").empty
    if study.startswith("99-2026"):
        assert hidden and len(left)


@pytest.mark.parametrize("study", EVERY)
def test_a_published_figure_is_withheld_everywhere_or_nowhere(results_of: Callable[[str], Path], study: str) -> None:
    """What the comparison with a publication does not print again is printed by no statement; its own words, which tell what
    it counts (« les garçons »), are in no table of figures."""
    results = results_of(study)
    compared, statements = table(results, "release/reproduction"), table(results, "release/statements")
    shown = set(statements.loc[statements["kind"].ne("withheld"), "statement_id"])
    again = compared[compared["published"].eq("non publié")]
    assert not shown & set(again["fact_id"]) and again["statement"].nunique() <= 2
    figures = table(results, "collect/published_figures").set_index("id")["statement_fr"]
    own = [
        f"{words[:1].upper()}{words[1:]} {name}"
        for name, words in figures[figures.index.isin(again["fact_id"])].items()
    ]
    assert [(name, one) for name, text in texts(results) for one in own if one in " ".join(text.split())] == []


# -- What is announced, against every statement -------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
BOOK = of_codebook(loading.load(loading.read_folder(ROOT / loading.FOLDER)))
POLICY = load_policy(load_yaml(ROOT, Path("config/release.yaml")), codebook=BOOK)
RULES_OF = POLICY.rules
LEAST, BASE, POINTS = RULES_OF.thresholds.ordinary, RULES_OF.rounding.base, 5


def value(text: str) -> float:
    """A printed count as a number."""
    return float(text.replace("\u202f", "").replace(",", "."))


def behind(results: Path, told: Printed) -> list[str]:
    """Printed numbers of persons described whose group stands on too few structures or situations."""
    tables = (table(results, f"consolidate/{name}") for name in ("described", "pairs", "cases", "respondents"))
    people, wanted = populations(*tables, POLICY.meaning), RULES_OF.contributors
    groups = table(results, "release/ledger").set_index("fact_id")["group"].fillna("")
    few = []
    for fact in told.rounded_persons()["statement_id"]:
        name, terms = parse(groups[fact]) if groups[fact] else ("", ())
        if name not in people or any(variable == "place" for variable, _ in terms):
            continue
        inside = holding(people[name], terms)
        each = [pd.Series(getattr(people[name], part)[inside]).value_counts() for part in ("structure", "situation")]
        largest = 100 * max(one.max() for one in each) / inside.sum()
        if len(each[0]) < wanted.structures or len(each[1]) < wanted.situations or largest > wanted.largest_percent:
            few.append(fact)
    return few


GOVERNING = (
    "places",
    "coded",
    "estimated",
    "departements",
    "heard",
    "fields",
    "each",
    "kinds",
)  # by their own statements


def unlike(told: Printed, name: str) -> list[str]:
    """The statements that a rule, by its name, is not true of."""
    shown, drawn, shares = told.shown, told.rounded_persons(), told.shares_of_persons()
    described = told.of(DESCRIBED, "count")
    of = {rule: pd.DataFrame(SENTENCES[rule].governs(told)) for rule in GOVERNING}
    parts = drawn[drawn["printed_denominator"].ne("")]
    rest = parts["printed_denominator"].map(value).astype(float) + BASE - parts["claim_low"]
    ads = shown[shown["unit"].isin(["ad", "site", "article"]) & shown["measure"].eq("count")]
    ads = ads[~ads["statement_id"].isin(of["places"]["statement_id"]) & ads["source_table"].ne("consolidate/codings")]
    numbers = of["places"][of["places"]["measure"].ne("percent")]
    points = pd.concat([of["places"], of["coded"]]).query("measure == 'percent'")
    ratio = (
        100
        * shares["printed_numerator"].map(value).astype(float)
        / shares["printed_denominator"].map(value).astype(float)
    )
    claimed = drawn["claim_low"].between(drawn["shown_value"] - 22, drawn["shown_value"]) & drawn["claim_high"].gt(
        drawn["shown_value"]
    )
    wrong = {
        "small": described[(described["shown_value"] < LEAST) | (described["claim_low"] < LEAST)],
        "rest": parts[rest < LEAST],
        "rounding": pd.concat(
            [
                described[described["claim_low"].eq(described["claim_high"])],
                drawn[(drawn["shown_value"] % BASE != 0) | ~claimed],
            ]
        ),
        "shares": shares[
            shares["printed"].str.contains(",")
            | shares["printed_denominator"].map(value).astype(float).lt(RULES_OF.percentages.smallest_base)
            | (ratio - shares["shown_value"]).abs().gt(0.5)
        ],
        "own": shown[
            shown["statement_id"].str.fullmatch(r"(needs|law)\..+")
            & shown["measure"].eq("count")
            & shown["claim_low"].ne(shown["claim_high"])
        ],
        "places": numbers[
            (numbers["shown_value"] % RULES_OF.rounding.sensitive_base != 0)
            | (numbers["shown_value"] < RULES_OF.geography.commune_ads)
        ],
        "coded": points[(points["shown_value"] % POINTS != 0) | points["printed"].str.contains(",")],
        "exact": ads[ads["claim_low"].ne(ads["claim_high"])],
    }
    wrong["exact_but"] = wrong["exact"]
    ends = of["estimated"][["shown_value", "shown_low", "shown_high"]]
    wrong["estimated"] = of["estimated"][(ends % 10).fillna(0).ne(0).any(axis=1)]
    wrong["departements"] = of["departements"][of["departements"]["shown_value"] % RULES_OF.rounding.own_base != 0]
    wrong["heard"] = of["heard"][of["heard"]["shown_value"].lt(RULES_OF.contributors.structures)]
    wrong["fields"] = of["fields"][of["fields"]["shown_value"].between(1, RULES_OF.contributors.structures - 1)]
    wrong["each"] = of["each"][of["each"]["shown_value"].lt(LEAST)]
    wrong["kinds"] = of["kinds"][of["kinds"]["shown_value"].lt(RULES_OF.contributors.structures)]
    return list(wrong[name]["statement_id"]) if name in wrong else []


@pytest.mark.parametrize("study", EVERY)
def test_every_rule_that_is_announced_is_true_of_every_statement(results_of: Callable[[str], Path], study: str) -> None:
    results = results_of(study)
    told = Printed(table(results, "release/statements"), table(results, "release/reproduction"), False)
    names = announced(told)
    assert {name: unlike(told, name) for name in names} == {name: [] for name in names}
    whole = told.rounded_persons()["printed_denominator"].eq(
        told.rounded_persons()["printed_numerator"]
    ) & told.rounded_persons()["printed_numerator"].ne("")
    assert (
        list(told.rounded_persons().loc[whole, "statement_id"]) == []
    )  # « 25 sur 25 » would say that nobody else was there
    assert "contributors" not in names or behind(results, told) == []
    figures = table(results, "collect/published_figures").set_index("id")
    again = told.reproduction["source_stage"].eq("situations") & told.reproduction["published"].ne("non publié")
    printed = figures.loc[figures.index.intersection(told.reproduction.loc[again, "fact_id"])]
    numbers = printed[["value", "base_value"]].apply(pd.to_numeric, errors="coerce")
    part = numbers["value"].where(printed["unit"].eq("count"), numbers["value"] * numbers["base_value"] / 100)
    few = printed["unit"].isin(["count", "percent"]) & (part.lt(LEAST) | (numbers["base_value"] - part).lt(LEAST))
    assert "publication" not in names or not list(printed.index[few])
    if study == "62-2020":  # 115 women and 32 men of 152 would tell of the 5 that are neither
        assert "profile.women" in printed.index and not {"profile.men", "profile.trans"} & set(printed.index)
    titles = {name: french.typographic(one.title.format(**_protection(POLICY))) for name, one in SENTENCES.items()}
    page = " ".join(" ".join(text.split()) for name, text in texts(results) if name == "dossier.html")
    plain = {name: title.replace("\u00a0", " ").replace("\u202f", " ") for name, title in titles.items()}
    told_there = {title for title in plain.values() if title in page.replace("\u00a0", " ").replace("\u202f", " ")}
    assert told_there == {plain[name] for name in names}
    if told.rounded_persons().empty:
        assert not {"rounding", "attacked", "small"} & set(names)
