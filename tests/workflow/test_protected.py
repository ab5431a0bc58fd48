"""Finished documents, read back: nobody is named who was not asked, no place of few; one number has one decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from copies import EVERY

from diagnostic.privacy.contents import read

FEW_ADS, FEW_STRUCTURES = 20, 3


def texts(results: Path) -> Iterator[tuple[str, str]]:
    """(document, text) of all that a reader or a curious program finds in each document."""
    for path in sorted((results / "report").rglob("*")):
        if path.is_file() and path.suffix != ".png":
            contents = read(path.read_bytes(), path.name)
            cells = (cell for column in contents.columns for cell in column.cells)
            yield path.name, "\n".join([*(text.text for text in contents.texts), *cells])


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
            *areas["name"][areas["level"] != "commune"],
        ]
    )
    return {name for name in found if name not in other}


@pytest.mark.parametrize("study", EVERY)
def test_no_document_names_who_was_not_asked_or_a_place_of_few(results_of: Callable[[str], Path], study: str) -> None:
    results = results_of(study)
    hidden = unasked(results) | unnamed(results)
    assert [(name, one) for name, text in texts(results) for one in sorted(hidden) if one in text] == []
    if study.startswith("99-2026"):
        assert len(unasked(results)) > 3 and len(unnamed(results)) > 2


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
