"""A table is validated once: read back as it was written it is trusted; of another declaration it is validated again; and
where its content is not its stamp's it is refused.

That a content is not validated shows where the door was given one that it would refuse: `store` takes what `storable`
made, and here something else.
"""

from __future__ import annotations

import decimal
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from declared import every, valid
from drawn import some
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.core import io, step, writing
from diagnostic.core.stamp import Damaged, as_stamped
from diagnostic.core.validation import DoorError

STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}
FORBIDDEN = pd.Series(["open", "shut", "closed"], dtype="str")  # for `collect/sites.status`


@pytest.fixture(scope="module", autouse=True)
def another_process() -> Iterator[None]:
    """Every table is read from its file, as by another process than the one that wrote it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "MOST", 0)
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results/62-2020/collect/sites.parquet"


@pytest.fixture
def forged(path: Path) -> Path:
    """A file that the door never validated, with the footer of one that it did."""
    io.store(io.storable(valid("collect/sites"), path).assign(status=FORBIDDEN), path, STAMP)
    return path


def rewritten(path: Path, table: pa.Table | None = None, /, **changed: Any) -> None:
    """The same file written by another hand: another content, or another stamp, and all the rest of its footer."""
    stamp = {**io.read_stamp(path), **changed}
    kept = pq.read_table(path) if table is None else table
    metadata = {io.STAMP: json.dumps({k: v for k, v in stamp.items() if v is not None}).encode()}
    pq.write_table(kept.replace_schema_metadata(metadata), path, compression="zstd", write_page_checksum=True)


@pytest.mark.parametrize(
    "name", [one if one in some(every()) else pytest.param(one, marks=pytest.mark.slow) for one in every()]
)
def test_what_was_written_reads_back_with_its_declared_types(name: str, tmp_path: Path) -> None:
    """Both ways of reading give the same frame: trusted, and validated again."""
    path = tmp_path / f"{name}.parquet"
    for rows in (3, 0):
        frame = valid(name).iloc[:rows]
        io.write_table(frame, path, STAMP)
        trusted = io.read_table(path)
        rewritten(path, schema="older")
        again = io.read_table(path)
        pd.testing.assert_frame_equal(trusted, again, check_exact=True)
        pd.testing.assert_frame_equal(trusted, io.validate(frame, name).reset_index(drop=True), check_exact=True)


@pytest.mark.parametrize(
    "name", [one if one in some(every()) else pytest.param(one, marks=pytest.mark.slow) for one in every()]
)
def test_what_this_process_wrote_is_the_same_without_being_read_again(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"{name}.parquet"
    for rows in (3, 0):
        io.write_table(valid(name).iloc[:rows], path, STAMP)
        read = io.read_table(path)
        with monkeypatch.context() as patch:
            patch.setattr(io, "MOST", 2)
            io.write_table(valid(name).iloc[:rows], path, STAMP)
            patch.setattr(io, "opened", None)  # by which a file would be read
            kept = io.read_table(path)
        pd.testing.assert_frame_equal(kept, read, check_exact=True)
        assert [repr(one) for one in kept.dtypes] == [repr(one) for one in read.dtypes]


def test_of_the_tables_kept_the_oldest_goes_and_none_is_changed_by_who_reads_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(io, "MOST", 2)
    monkeypatch.setattr(io, "_kept", {})
    for size in (1, 2, 3):
        io.write_table(valid("collect/sites").iloc[:size], path, STAMP)
    assert [len(frame) for frame in io._kept.values()] == [2, 3]
    read, again = io.read_table(path), io.read_table(path)
    read["status"] = "autre"
    again.loc[0, "status"] = "autre"
    assert list(io.read_table(path)["status"]) == list(valid("collect/sites")["status"].iloc[:3])


def test_a_content_with_its_own_footer_is_not_validated_again(forged: Path) -> None:
    """Who forges both is found by the manifest, not here."""
    assert list(io.read_table(forged)["status"]) == list(FORBIDDEN)


@pytest.mark.parametrize("lie", [{"schema": "0123456789ab"}, {"schema": None}, {"table": "collect/press"}])
def test_a_footer_that_says_another_declaration_is_not_trusted(forged: Path, lie: dict[str, Any]) -> None:
    rewritten(forged, **lie)
    assert "status" in told(forged)


@pytest.mark.parametrize("lie", [{"content": "0" * 64}, {"content": None}])
def test_a_footer_that_says_another_content_is_refused(path: Path, lie: dict[str, Any]) -> None:
    io.write_table(valid("collect/sites"), path, STAMP)
    rewritten(path, **lie)
    assert told(path) == "the content is not its stamp's"


def told(path: Path) -> str:
    """What is wrong with a table that is read; the message names its file, and no value."""
    with pytest.raises(Damaged) as refusal:
        io.read_table(path)
    assert str(refusal.value).startswith(writing.inside_results(path)) and "diagnostic calculer" in str(refusal.value)
    assert not [one for one in ("shut", "texte 0") if one in str(refusal.value) + refusal.value.reason]
    return refusal.value.reason


def altered(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(column), column, values)


def test_a_content_changed_under_its_footer_is_refused_plausible_or_not(path: Path) -> None:
    io.write_table(valid("collect/sites"), path, STAMP)
    table = pq.read_table(path)
    changes = {
        "another value": altered(table, "status", pa.array(["closed", "closed", "closed"])),
        "a row less": table.slice(0, 2),
        "another type": altered(table, "row", pa.array(["2", "3", "4"])),
        "a column more": table.append_column("of_another_hand", pa.array([1, 2, 3])),
        "another name": table.rename_columns({"category": "kind"}),
        "a column less": table.drop_columns("mirror_group"),
    }
    for what, changed in changes.items():
        io.write_table(valid("collect/sites"), path, STAMP)
        assert as_stamped(path, path.parents[3]), what
        rewritten(path, changed)
        assert told(path) == "the content is not its stamp's" and not as_stamped(path, path.parents[3]), what


def test_a_file_without_stamp_is_refused(path: Path) -> None:
    path.parent.mkdir(parents=True)
    valid("collect/sites").to_parquet(path)
    assert told(path) == "the content is not its stamp's" and not as_stamped(path, path.parents[3])


def test_a_table_made_from_another_content_of_one_of_its_inputs_is_not_as_its_stamp_says(path: Path) -> None:
    io.write_table(valid("collect/sites"), path, STAMP)
    root, made = path.parents[3], path.with_name("ad_counts.parquet")
    read = {path.relative_to(root).as_posix(): writing.sha256(path)}
    io.write_table(valid("collect/ad_counts"), made, {**STAMP, "inputs": read})
    assert as_stamped(made, root)
    io.write_table(valid("collect/sites").iloc[:2], path, STAMP)
    assert not as_stamped(made, root)


def test_a_damaged_file_is_refused(path: Path) -> None:
    io.write_table(valid("collect/sites"), path, STAMP)
    content = path.read_bytes()
    for place in (60, len(content) - 6):  # in the first page; in the length of the footer
        path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
        assert "damaged" in told(path)
    for size in (0, 7, len(content) // 2):
        path.write_bytes(content[:size])
        assert "damaged" in told(path)
    path.unlink()
    assert told(path)


def test_a_table_in_the_folder_of_another_study_is_refused_though_it_is_trusted(tmp_path: Path) -> None:
    name = "estimate/press"
    own, other = (tmp_path / f"results/{study}/{name}.parquet" for study in ("texte 0", "99-2026"))
    frame = valid(name).assign(study="texte 0")
    io.write_table(frame, own, STAMP)
    other.parent.mkdir(parents=True)
    other.write_bytes(own.read_bytes())
    assert len(io.read_table(own)) == 3
    assert "study is not the study of its folder" in told(other)


def test_what_may_leave_says_no_digest_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "results/62-2020/report/figures.parquet"
    io.write_table(valid("report/figures"), path, STAMP)
    assert set(io.read_stamp(path)) == {*STAMP, "table", "schema", "rows_out"}
    assert len(io.read_table(path)) == 3


@pytest.mark.slow
def test_the_same_table_is_the_same_file_in_every_process(tmp_path: Path) -> None:
    lines = (
        "import sys; from pathlib import Path; from declared import valid; from diagnostic.core import io",
        "io.write_table(valid('collect/ads'), Path(sys.argv[1]), {'rule': 'essai', 'inputs': {}})",
    )
    here, elsewhere = (tmp_path / name / "collect/ads.parquet" for name in ("here", "elsewhere"))
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    subprocess.run([sys.executable, "-c", "\n".join(lines), elsewhere], check=True, env=environment)
    io.write_table(valid("collect/ads"), here, {"rule": "essai", "inputs": {}})
    assert here.read_bytes() == elsewhere.read_bytes()


# -- Stored floats ------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_stored_floats_are_the_nearest_of_twelve_digits(numbers: list[float]) -> None:
    """Against decimal arithmetic: the exact value of the float, rounded to twelve significant digits."""
    nearest = decimal.Context(prec=12, rounding=decimal.ROUND_HALF_EVEN)
    kept = io.rounded(pd.DataFrame({"value": numbers, "name": "as it is", "count": 123456789012345678}))
    assert list(kept["value"]) == [float(nearest.create_decimal(decimal.Decimal(number))) for number in numbers]
    assert set(kept["name"]) == {"as it is"} and set(kept["count"]) == {123456789012345678}


@given(st.lists(st.floats(min_value=-1e12, max_value=1e12), min_size=2, max_size=8))
def test_storing_keeps_the_order_of_numbers(numbers: list[float]) -> None:
    kept = io.rounded(pd.DataFrame({"value": sorted(numbers)}))["value"]
    assert kept.is_monotonic_increasing


def test_blanks_and_types_of_stored_floats_stay() -> None:
    frame = pd.DataFrame(
        {
            "plain": [1 / 3, np.nan, np.inf],
            "masked": pd.array([2 / 3, None, 1e300], dtype="Float64"),
            "day": pd.to_datetime(["2026-01-02", None, "2026-01-04"]),
        }
    )
    kept = io.rounded(frame)
    assert kept.dtypes.equals(frame.dtypes)
    assert kept["plain"].iloc[0] == 0.333333333333 and kept["plain"].isna().tolist() == [False, True, False]
    assert kept["masked"].iloc[0] == 0.666666666667 and kept["masked"].isna().tolist() == [False, True, False]
    assert kept["day"].equals(frame["day"])


# -- A step -------------------------------------------------------------------------------------------------------


def described(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What a step gives back, made elsewhere."""
    return tables


def test_a_step_writes_nothing_where_one_of_its_tables_refers_to_nothing(tmp_path: Path) -> None:
    base = tmp_path / "results/62-2020"
    (base / "collect").mkdir(parents=True)
    sites = valid("collect/sites")
    counts = valid("collect/ad_counts")
    io.write_table(sites, base / "collect/sites.parquet", STAMP)
    outputs = {"ad_pages": "collect/ad_pages", "ad_counts": "collect/ad_counts"}
    made = {"ad_pages": valid("collect/ad_pages"), "ad_counts": counts.assign(site_code=["A01", "B02", "Z99"])}

    def run(tables: dict[str, pd.DataFrame]) -> None:
        step.run(
            lambda sites: described(**tables),
            "collect_essai",
            {"sites": str(base / "collect/sites.parquet")},
            {name: str(base / f"{table}.parquet") for name, table in outputs.items()},
            {"code": "0"},
            str(tmp_path / "essai.log"),
        )

    with pytest.raises(DoorError, match="collect/ad_counts: site_code is not in collect/sites.site_code") as refusal:
        run(made)
    assert "Z99" not in str(refusal.value)
    assert {path.name for path in (base / "collect").glob("*.parquet")} == {"sites.parquet"}
    run(made | {"ad_counts": counts})
    assert {path.name for path in (base / "collect").glob("*.parquet")} == {
        "sites.parquet",
        "ad_pages.parquet",
        "ad_counts.parquet",
    }
    stamp = io.read_stamp(base / "collect/ad_pages.parquet")
    source = base / "collect/sites.parquet"
    assert stamp["inputs"] == {source.as_posix(): writing.sha256(source)} and stamp["rows_in"] == {"sites": 3}
