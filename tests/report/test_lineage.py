"""The provenance page: read from the stamps, silent on what comes from exports, drawn from top to bottom."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from diagnostic import io, lineage
from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report import grids_provenance
from diagnostic.report.charts.provenance import provenance


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


def keyed(content: bytes) -> str:
    return "hmac-sha256:" + hashlib.sha256(b"key" + content).hexdigest()


def test_a_table_says_its_rule_rows_digest_and_what_it_was_made_from(tmp_path: Path) -> None:
    paths = chain(tmp_path, {})
    found = lineage.gathered(paths, None)
    assert list(found["table"]) == ["collect/press", "consolidate/articles", "release/articles"]
    assert list(found["rule"]) == ["collect_tables", "consolidate_press", "release_ledger"]
    assert list(found["rows"]) == [0, 0, 1]
    assert list(found["made_from"]) == ["press.csv", "collect/press", "consolidate/articles"]
    assert list(found["digest"]) == [f"sha256:{hashlib.sha256(p.read_bytes()).hexdigest()}" for p in paths]


@pytest.mark.parametrize("digest", [keyed, None])
def test_what_comes_from_exports_hides_its_rows_and_its_plain_digest(tmp_path: Path, digest: object) -> None:
    paths = chain(tmp_path, {"questionnaire": "kobo"})
    found = lineage.gathered(paths, digest)  # type: ignore[arg-type]
    assert found["rows"].isna().tolist() == [True, True, False]  # the last holds only what is printed anyway
    plain = [hashlib.sha256(p.read_bytes()).hexdigest() for p in paths]
    assert not any(p in text for p in plain for text in found["digest"])
    assert list(found["digest"]) == [keyed(p.read_bytes()) if digest else "" for p in paths]


def test_a_public_file_typed_beside_exports_hides_nothing(tmp_path: Path) -> None:
    press = tmp_path / "collect/press.parquet"
    params = {"exports": {"questionnaire": "kobo"}, "files": {"press": "press.csv"}}
    io.write_table(COLLECTED["press"].empty(), press, stamp("collect_tables", tmp_path / "press.csv", **params))
    assert lineage.gathered([press], keyed)["rows"].tolist() == [0]


def test_the_table_s_own_stamp_names_released_tables_only(tmp_path: Path) -> None:
    paths = chain(tmp_path, {})
    output, log = tmp_path / "report/lineage.parquet", tmp_path / "log"
    lineage.write([p.as_posix() for p in paths], output.as_posix(), "report_lineage", "c0de", None, log.as_posix())
    assert len(io.read_table(output)) == 3
    released = {p for p in paths if p.parent.name == "release"}
    assert len(released) == 1 and set(io.read_stamp(output)["inputs"]) == {p.as_posix() for p in released}
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
).assign(code="c0de", digest=["sha256:" + "1" * 64, "", "hmac-sha256:" + "2" * 64, "", "sha256:" + "3" * 64])
RUN["rows"] = RUN["rows"].astype("Int64")


def test_the_drawing_goes_down_from_the_inputs_to_the_documents() -> None:
    chart = provenance(RUN)
    assert chart
    words = re.findall(r"<text[^>]*>([^<]+)</text>", chart.svg)
    rules = [w for w in words if "_" in w]
    assert rules == ["collect_tables", "consolidate_shared", "release_ledger", "report_figures … report_render"]
    heights = dict(
        re.findall(r'translate\([\d.]+,([\d.]+)\)"[^>]*>([^<]+)</text>', chart.svg)[i][::-1] for i in range(len(words))
    )
    assert [float(heights[rule]) for rule in rules] == sorted(float(heights[rule]) for rule in rules)
    assert "1 table · protégées" in words and "1 table · 1\u202f204 lignes" in words
    assert "protégées" not in json.dumps(chart.alt) and provenance(RUN.iloc[:0]) is None


def test_the_tables_of_the_page_leave_out_what_is_empty_and_say_what_is_protected() -> None:
    tables = grids_provenance.tables(RUN, "Tables.")
    assert "`collect/press`" in tables and "collect/ads" not in tables
    assert re.search(r"`consolidate/persons` \| Personnes \| protégé \| `à clé 222222222222`", tables)
    rules = grids_provenance.rules(RUN, "Règles.")
    assert "{#regle-release-ledger}" in rules and "consolidate_ads" not in rules
    assert "{#regle-report-figures}" in rules
