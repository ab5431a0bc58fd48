"""What no table may hold, put into the tables of a small study: refused when written, and when read.

Sixty things were written by hand, from what the tables mean, without reading the declarations. Who edits a stored table
keeps its footer: the door does not trust it. Then each thing that a table declares is broken in turn: the door leaves none
of them unchecked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import handmade
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from keyed import inputs, study, tables

from diagnostic.collect.steps import read_study
from diagnostic.consolidate import ads, gathered, lists, questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.core import io, step
from diagnostic.core import tables as declared
from diagnostic.core.validation import DoorError
from diagnostic.estimate.people import described

Edit = Callable[[pd.DataFrame], pd.DataFrame]
STUDY = "99-2026"
STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}
PUBLIC = {
    "sites": "site_code,category,mirror_group,status,under_mirror_label,remarks\n"
    "E01,escorting,,open,,\nE02,escorting,,open,,\nA01,classifieds,,open,,\n",
    "ad_counts": "site_code,place,count,method,window_start,window_end\n"
    "E01,,12,exact,2026-01-05,2026-01-07\nE02,,8,exact,2026-01-05,2026-01-07\n"
    "A01,,,page_extrapolated,2026-01-05,2026-01-07\n",
    "ad_pages": "site_code,place,page_rank,ads_shown,ads_relevant,pages_total,ads_announced\n"
    "A01,,3,30,12,40,1190\nA01,,7,30,20,40,1190\n",
    "wave_counts": "site_code,wave_on,count\nE01,2026-01-05,12\nE01,2026-03-05,9\n",
    "wave_ads": "ad_mark,site_code,wave_on,state,copies,same_person\nV1,E01,2026-01-05,there,1,\nV1,E01,2026-03-05,gone,,\n",
    "contacts": "structure_code,period_start,period_end,once,twice,more\nS01,2026-01-01,2026-06-30,30,10,5\n",
    "outreach": "year,sessions,sms,replies,exchanges,met\n2025,12,400,90,40,6\n2026,10,300,80,30,5\n",
}


@cache
def good() -> dict[str, pd.DataFrame]:
    """The tables of the study, `phase/table` → frame: all as they should be."""
    found = tables(**inputs(study()))
    files = {role: f"{role}.csv" for role in PUBLIC}
    found |= read_study({role: text.encode() for role, text in PUBLIC.items()}, files).tables | {
        "duplicates": found["duplicates"]
    }
    forms = questionnaire.consolidate(found["responses"], found["situations"], found["received_rows"])
    made = gather(
        forms["respondents"],
        forms["cases"],
        found["interview_records"],
        found["interview_situations"],
        found["situation_coding"],
        found["duplicates"],
        handmade.CODEBOOK,
    )
    situations = made["described"]["situation"]
    rows = gathered.shared_rows(
        forms["questionnaire_rows"], found, made["described"], situations, found["received_rows"], {}
    )
    counted = lists.internet(found["sites"], found["ad_counts"], found["ad_pages"], files)
    coded = ads.consolidate(found["ads"], found["ad_copies"], found["received_rows"], {}, **handmade.BOOK)
    facts = described.estimate(made["described"], made["pairs"], found["places"], STUDY, **handmade.BOOK)[
        "described_facts"
    ]
    consolidated = forms | made | {"shared_rows": rows} | counted | coded
    given = {f"collect/{name}": frame for name, frame in found.items() if name != "sources"}
    given |= {f"consolidate/{name}": frame for name, frame in consolidated.items()}
    return {name: io.validate(frame, name).reset_index(drop=True) for name, frame in given.items()} | {
        "estimate/facts": io.validate(facts, "estimate/facts")
    }


def cell(column: str, value: Any, where: Callable[[pd.DataFrame], pd.Series] | None = None) -> Edit:
    """Another value in one cell: of the first row, or of the first where something holds."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        at = 0 if where is None else int(where(frame).to_numpy().nonzero()[0][0])
        values = list(frame[column])
        values[at] = value
        return frame.assign(**{column: pd.Series(values, dtype="object", index=frame.index)})

    return edit


def again(frame: pd.DataFrame) -> pd.DataFrame:
    """The first row a second time, on another line of its file where it has one."""
    more = frame.iloc[:1]
    if "row" in more:
        more = more.assign(row=pd.array([900], dtype="Int64"))
    return pd.concat([frame, more], ignore_index=True)


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.iloc[:1]], ignore_index=True)


def share(frame: pd.DataFrame) -> pd.Series:
    return frame["measure"].eq("percent") & frame["low"].notna()


def bounded(frame: pd.DataFrame) -> pd.Series:
    return frame["measure"].eq("count") & frame["low"].notna() & frame["denominator"].notna()


WRONG: dict[str, tuple[str, Edit]] = {
    "a response twice": ("collect/responses", again),
    "a response without name": ("collect/responses", cell("response_id", None)),
    "a response on the line of headings": ("collect/responses", cell("row", 1)),
    "a response in no sheet": ("collect/responses", cell("sheet", 0)),
    "a state that is none": ("collect/responses", cell("exposure/proba", "peut-être")),
    "a code that the question has not": ("collect/responses", cell("answer_mode.code", "seul")),
    "no column of responses' names": ("collect/responses", lambda frame: frame.drop(columns="response_id")),
    "a column of no form": ("collect/responses", lambda frame: frame.assign(Nom="Dupont")),
    "an answer that the question has not": (
        "collect/responses",
        lambda frame: frame.rename(columns={"exposure/proba": "exposure/jamais"}),
    ),
    "a situation of no response": ("collect/situations", cell("response_id", "R-inconnue")),
    "a situation twice": ("collect/situations", again),
    "a situation numbered 0": ("collect/situations", cell("situation_number", 0)),
    "a number of situation that is a text": ("collect/situations", cell("situation_number", "première")),
    "a status that is none": ("collect/situations", cell("situation_status.code", "certaine")),
    "an interview twice": ("collect/interview_records", again),
    "a situation of no interview": ("collect/interview_situations", cell("interview_id.code", "E99")),
    "a situation told twice in an interview": ("collect/interview_situations", again),
    "a situation coded twice by one coder": ("collect/situation_coding", again),
    "a coding of nothing": ("collect/situation_coding", cell("situation", None)),
    "a structure twice": ("collect/partners", again),
    "an outcome that is none": ("collect/partners", cell("outcome.code", "peut-être")),
    "a reminder to nobody": ("collect/reminders", cell("partner_code.code", "P99")),
    "a reminder twice on a day": ("collect/reminders", again),
    "an ad twice by one coder": ("collect/ads", again),
    "copies of no ad": ("collect/ad_copies", cell("ad_id.code", "E01-ZZZZ")),
    "copies twice on a site": ("collect/ad_copies", again),
    "a site twice": ("collect/sites", again),
    "a site of no category": ("collect/sites", cell("category", "forum")),
    "a site with its name": ("collect/sites", cell("site_code", "site-connu.example")),
    "a count of no site": ("collect/ad_counts", cell("site_code", "Z99")),
    "a count that ends before it begins": ("collect/ad_counts", cell("window_end", pd.Timestamp(2020, 1, 1))),
    "fewer ads than none": ("collect/ad_counts", cell("count", -1)),
    "a count twice": ("collect/ad_counts", again),
    "a page of no site": ("collect/ad_pages", cell("site_code", "Z99")),
    "more relevant ads than ads": ("collect/ad_pages", cell("ads_relevant", 31)),
    "a page beyond the last": ("collect/ad_pages", cell("page_rank", 41)),
    "a page twice": ("collect/ad_pages", again),
    "a wave of no site": ("collect/wave_counts", cell("site_code", "Z99")),
    "a wave twice": ("collect/wave_counts", again),
    "fewer ads followed than none": ("collect/wave_ads", cell("copies", 0)),
    "an ad followed twice on a day": ("collect/wave_ads", again),
    "contacts that end before they begin": ("collect/contacts", cell("period_end", pd.Timestamp(2020, 1, 1))),
    "fewer persons met than none": ("collect/contacts", cell("once", -1)),
    "more met than exchanges": ("collect/outreach", cell("met", 41)),
    "a year twice": ("collect/outreach", again),
    "a response of nobody": ("consolidate/respondents", cell("professionals", 0)),
    "a case of no response": ("consolidate/cases", cell("response_id", "R-inconnue")),
    "more persons at least than counted": ("consolidate/cases", cell("persons_low", 90)),
    "fewer persons at most than counted": ("consolidate/cases", cell("persons_high", 0)),
    "a situation described twice": ("consolidate/described", twice),
    "a situation of no source": ("consolidate/described", cell("source", "presse")),
    "a situation described by nobody": ("consolidate/described", cell("record", "R-inconnue")),
    "a ceiling under the least": ("consolidate/described", cell("persons_most", 0)),
    "a year that is none": ("consolidate/described", cell("year.code", "1066")),
    "a pair of no situation": ("consolidate/pairs", cell("second", "R-inconnue/1")),
    "a pair twice": ("consolidate/pairs", twice),
    "a pair that is neither": ("consolidate/pairs", cell("status", "presque")),
    "a person of no situation": ("consolidate/persons", cell("group", "R-inconnue/1")),
    "a person who is perhaps": ("consolidate/persons", cell("gender/women", "peut-être")),
    "a person in a group of nobody": ("consolidate/persons", cell("persons_in_group", 0)),
    "more who identified than who are": ("consolidate/professionals", cell("identified", 90)),
    "a contributor twice": ("consolidate/professionals", twice),
    "copies of an ad not coded": ("consolidate/copies", cell("ad_id", "E01-ZZZZ")),
    "a coding before the first": ("consolidate/codings", cell("turn", 0)),
    "a count of a site not registered": ("consolidate/counts", cell("site_code", "Z99")),
    "a row that became nothing known": ("consolidate/shared_rows", cell("outcome", "perdue")),
    "a row that became two things": ("consolidate/shared_rows", twice),
    "a share of 140 %": ("estimate/facts", cell("high", 140.0, share)),
    "a share under 0 %": ("estimate/facts", cell("low", -1.0, share)),
    "low above the value": ("estimate/facts", cell("low", 900.0, bounded)),
    "high under the value": ("estimate/facts", cell("high", -1.0, bounded)),
    "more than all": ("estimate/facts", cell("numerator", 900.0, share)),
    "fewer than nobody": ("estimate/facts", cell("value", -1.0, bounded)),
    "a fact twice": ("estimate/facts", twice),
    "a fact of another study": ("estimate/facts", cell("study", "62-2020")),
    "a fact in no unit": ("estimate/facts", cell("unit", "gens")),
}


def stored(frame: pd.DataFrame, path: Path, footer: dict[bytes, bytes]) -> None:
    """A table edited outside of the door, with the footer that it had."""
    arrow = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    with pq.ParquetWriter(path, arrow.schema, write_page_checksum=True) as writer:
        writer.write_table(arrow)
        writer.add_key_value_metadata(footer)


def at_the_door(name: str, frame: pd.DataFrame, path: Path) -> None:
    """What a step does with a table that it made."""
    step.check({**beside(name), name: io.storable(frame, path)})


@cache
def beside(name: str) -> dict[str, pd.DataFrame]:
    """The tables that this one refers to, or that refer to it: of the others nothing is asked."""
    named = {reference.table for reference in declared.references(name)} | {step.CODES}
    return {
        other: frame
        for other, frame in good().items()
        if other in named or name in {reference.table for reference in declared.references(other)}
    }


def test_sixty_things_and_more_are_wrong_in_every_phase_before_the_release() -> None:
    assert len(WRONG) >= 60
    assert {table.partition("/")[0] for table, _ in WRONG.values()} == {"collect", "consolidate", "estimate"}


@pytest.mark.slow
def test_what_is_right_passes_every_door(tmp_path: Path) -> None:
    step.check(good())
    for name in sorted({table for table, _ in WRONG.values()}):
        path = tmp_path / f"results/{STUDY}/{name}.parquet"
        at_the_door(name, good()[name], path)
        io.write_table(good()[name], path, STAMP)
        step.check({**beside(name), name: io.read_table(path)})


SHORT = [what if at % 12 == 0 else pytest.param(what, marks=pytest.mark.slow) for at, what in enumerate(WRONG)]


@pytest.mark.parametrize("what", SHORT)
def test_a_wrong_table_is_refused_when_it_is_written_and_when_it_is_read(what: str, tmp_path: Path) -> None:
    name, edit = WRONG[what]
    path = tmp_path / f"results/{STUDY}/{name}.parquet"
    wrong = edit(good()[name])
    with pytest.raises(DoorError, match=name):
        at_the_door(name, wrong, path)
    assert not path.exists()
    io.write_table(good()[name], path, STAMP)
    footer = {io.STAMP: pq.read_metadata(path).metadata[io.STAMP]}
    try:
        stored(wrong, path, footer)
    except pa.ArrowException:
        return  # a column that mixes types is in no Parquet file
    with pytest.raises(DoorError, match=name):
        step.check({**beside(name), name: io.read_table(path)})


def broken(name: str, frame: pd.DataFrame) -> Iterator[tuple[str, Edit]]:
    """Each thing that the table declares, with an edit that breaks it in one row."""
    parts = declared.declared(name, tuple(frame.columns)) or {}
    yield "a column more", lambda frame: frame.assign(autre="?")
    for column in [column for column, part in parts.items() if part.required and not part.regex][:3]:
        yield f"no {column}", lambda frame, column=column: frame.drop(columns=column)
    for column in [column for column, part in parts.items() if not part.nullable][:3]:
        yield f"{column} blank", cell(column, None)
    for column, part in parts.items():
        for check in part.checks:
            limits = check.statistics or {}
            if "allowed_values" in limits:
                yield f"{column}: a code that is none", cell(column, "peut-être")
            if "min_value" in limits:
                yield f"{column} under its least", cell(column, limits["min_value"] - 1)
            if "max_value" in limits:
                yield f"{column} over its most", cell(column, limits["max_value"] + 1)
        if pd.api.types.is_numeric_dtype(frame[column]):
            yield f"{column}: a text", cell(column, "trois")
    for rule in declared.row_rules(name):
        if rule.name.startswith("one row per"):
            yield rule.name, twice
        for low, high in zip(rule.columns, rule.columns[1:], strict=False):
            if f"{low} ≤ {high}" in rule.name and (frame[low].notna() & frame[high].notna()).any():
                yield f"{low} over {high}", above(low, high)
    for reference in (one for one in declared.references(name) if one.table in good()):
        yield f"{reference.column} of no {reference.table}", astray(reference)
    if io.STUDY in frame:
        yield "another study", cell(io.STUDY, "62-2020")


def astray(reference: declared.Reference) -> Edit:
    return cell(reference.column, "inconnu", lambda frame: pd.Series(declared.among(frame, reference.where)))


def above(low: str, high: str) -> Edit:
    """The first row that has both: `low` is one more than `high`, or a day later."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        at = int((frame[low].notna() & frame[high].notna()).to_numpy().nonzero()[0][0])
        one = pd.Timedelta(days=1) if pd.api.types.is_datetime64_any_dtype(frame[high]) else 1
        return cell(low, frame[high].iloc[at] + one, lambda frame: pd.Series(range(len(frame))).eq(at))(frame)

    return edit


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "every"),
    [(10, 6), (10, 3), (200, 8)],
)
def test_nothing_that_a_table_declares_is_left_unchecked(columns: int, every: int) -> None:
    """In tables of at most so many columns, a refusal taking a time of its own for each; of their edits, one of so many."""
    tried, passed = 0, []
    for name, frame in good().items():
        edits = broken(name, frame) if len(frame) and len(frame.columns) <= columns else iter(())
        for what, edit in islice(edits, 0, None, every):
            tried += 1
            try:
                at_the_door(name, edit(frame), Path(f"results/{STUDY}/{name}.parquet"))
            except DoorError as refused:
                assert name in str(refused), what
            else:
                passed.append(f"{name}: {what}")
    assert not passed, passed
    assert tried >= 200 // every
