"""The provenance page: read from the stamps, silent on what is not public, drawn from top to bottom."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest
import released

from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core import io
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report.charts.maps import provenance
from diagnostic.report.grids import quality as pages
from diagnostic.report.grids.quality import STEPS
from diagnostic.review import lineage


def stamp(rule: str, *inputs: Path, **params: object) -> dict[str, object]:
    return {
        "rule": rule,
        "code": "c0de",
        "params": params,
        "inputs": {p.as_posix(): "ab" for p in inputs},
        "rows_in": {},
    }


def chain(root: Path, exports: dict[str, str]) -> list[Path]:
    """collect/press → consolidate/articles → release/articles, the first made by a step that may read exports."""
    press, articles, printed = (
        root / f"{name}.parquet" for name in ("collect/press", "consolidate/articles", "release/articles")
    )
    one = pd.DataFrame(
        {"date": [pd.Timestamp("2026-03-01")], "outlet": ["Le Titre"], "title": ["Un article"], "year_heading": [2026]}
    )
    read = one.assign(**{name: [None] for name in COLLECTED["press"].to_schema().columns if name not in one})
    read = read.assign(row=2) if "row" in read else read
    io.write_table(COLLECTED["press"].empty(), press, stamp("collect_tables", root / "press.csv", exports=exports))
    io.write_table(CONSOLIDATED["articles"].empty(), articles, stamp("consolidate_press", press))
    io.write_table(one[list(RELEASED["articles"].to_schema().columns)], printed, stamp("release_ledger", articles))
    return [press, articles, printed]


def test_a_table_says_its_rule_rows_digest_and_what_it_was_made_from(tmp_path: Path) -> None:
    paths = chain(tmp_path, {})
    found = lineage.gathered(paths, public=True)
    assert list(found["table"]) == ["collect/press", "consolidate/articles", "release/articles"]
    assert list(found["rule"]) == ["collect_tables", "consolidate_press", "release_ledger"]
    assert list(found["rows"]) == [0, 0, 1]
    assert list(found["made_from"]) == ["press.csv", "collect/press", "consolidate/articles"]
    assert list(found["digest"]) == [f"sha256:{hashlib.sha256(p.read_bytes()).hexdigest()}" for p in paths]


def test_a_file_that_is_not_public_hides_every_row_and_every_digest(tmp_path: Path) -> None:
    """Of all tables: what is made of them all tells of each."""
    paths = chain(tmp_path, {})
    found = lineage.gathered(paths, public=False)
    assert found["rows"].isna().all() and set(found["digest"]) == {""}
    assert list(found["made_from"]) == ["press.csv", "collect/press", "consolidate/articles"]


@pytest.mark.parametrize("public", [True, False])
def test_the_table_is_written_beside_the_released_ones(tmp_path: Path, public: bool) -> None:
    paths = chain(tmp_path, {})
    sources, output, log = tmp_path / "collect/sources.parquet", tmp_path / "release/lineage.parquet", tmp_path / "log"
    io.write_table(released.sources("press.csv").assign(public=public), sources, stamp("collect_tables"))
    stages = [p.as_posix() for p in paths]
    lineage.write(stages, sources.as_posix(), output.as_posix(), "release_lineage", "c0de", log.as_posix())
    assert set(io.read_table(output)["digest"].ne("")) == {public}
    assert set(io.read_stamp(output)["inputs"]) == set(stages)
    assert log.read_text() == "lineage: 3 rows out\n"


RUN = pd.DataFrame(
    [
        ("collect", "collect/press", "Presse : une ligne par article", "collect_tables", 26, "press.csv"),
        ("collect", "collect/ads", "Annonces : une ligne par annonce", "collect_tables", 0, "annonces.xlsx"),
        (
            "consolidate",
            "consolidate/persons",
            "Personnes : une ligne par personne",
            "consolidate_shared",
            None,
            "collect/press",
        ),
        ("consolidate", "consolidate/copies", "Copies : une ligne par copie", "consolidate_ads", 0, "collect/ads"),
        (
            "release",
            "release/ledger",
            "Registre : une ligne par indicateur",
            "release_ledger",
            1204,
            "consolidate/persons",
        ),
    ],
    columns=["phase", "table", "title", "rule", "rows", "made_from"],
).assign(code="c0de", digest=["sha256:" + "1" * 64, "", "", "", "sha256:" + "3" * 64])
RUN["rows"] = RUN["rows"].astype("Int64")


@pytest.mark.slow
def test_the_drawing_goes_down_from_the_inputs_to_the_documents() -> None:
    chart = provenance(RUN)
    assert chart
    words = re.findall(r"<text[^>]*>([^<]+)</text>", chart.svg)
    steps = [word for word in words if word in STEPS.values()]
    assert steps == ["Recueil", "Consolidation", "Publication", "Rapport"]
    heights = dict(
        re.findall(r'translate\([\d.]+,([\d.]+)\)"[^>]*>([^<]+)</text>', chart.svg)[i][::-1] for i in range(len(words))
    )
    assert [float(heights[step]) for step in steps] == sorted(float(heights[step]) for step in steps)
    assert "1 règle, 1 table" in words and "1 règle, 1 table, 1\u202f204 lignes" in words
    assert provenance(RUN.iloc[:0]) is None


def test_the_tables_of_the_page_leave_out_what_is_empty() -> None:
    tables = pages.lineage_tables(RUN, "Tables.")
    assert "`collect/press`" in tables and "collect/ads" not in tables
    assert re.search(r"`consolidate/persons` \| Personnes \|  \|  \|", tables)
    rules = pages.lineage_rules(RUN, "Règles.")
    assert "{#regle-release-ledger}" in rules and "consolidate_ads" not in rules
    assert "{#regle-report-figures}" in rules
