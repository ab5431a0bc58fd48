"""Options that a team splits, adds or renames in `options.csv` alone: the same numbers, minors protected, nothing silent."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from handmade import CODEBOOK, FILES, consolidated, facts, read

from diagnostic.codebook import loading
from diagnostic.collect.answers import CATEGORIES, INTERLOCUTORS, METHODS, MODES, STATUSES
from diagnostic.core.problems import Problem, column_letter
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.policy import Policy, load_policy, of_codebook
from diagnostic.release.populations.policy import problems as unlisted
from diagnostic.study.config import ConfigError, load_release, load_yaml

ROOT = Path(__file__).parents[2]
Rows = list[dict[str, str]]
Files = dict[str, bytes]


def changed(*edits: Callable[[Rows], None]) -> Files:
    """The project's codebook with other options; nothing else is touched."""
    rows = list(csv.DictReader(io.StringIO(FILES["options.csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
    for edit in edits:
        edit(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return FILES | {"options.csv": out.getvalue().encode("utf-8-sig")}


def option(rows: Rows, name: str, code: str) -> dict[str, str]:
    return next(row for row in rows if (row["list"], row["code"]) == (name, code))


def edited(name: str, code: str, /, **cells: str) -> Callable[[Rows], None]:
    return lambda rows: option(rows, name, code).update({key.rstrip("_"): text for key, text in cells.items()})


def added(name: str, after: str, /, **cells: str) -> Callable[[Rows], None]:
    """A new answer after another one of the same list, like it but for these cells."""

    def edit(rows: Rows) -> None:
        before = option(rows, name, after)
        own = {key.rstrip("_"): text for key, text in cells.items()}
        rows.insert(rows.index(before) + 1, before | {"aliases": ""} | own)

    return edit


def band(after: str, **cells: str) -> Callable[[Rows], None]:
    return added("age_band", after, **cells)


ADULTS_SPLIT = (
    edited("age_band", "a26", label="26 à 30 ans", aliases="26-30"),
    band("a26", code="a31", label="31 à 35 ans", age_from="31"),
)
MINORS_SPLIT = (
    edited("age_band", "a15", label="15 ans", aliases=""),
    band("a15", code="a16", label="16 à 17 ans", age_from="16"),
)
# Situations of the study whose answer is of the new band; those told twice change on both sides.
OLDER = {"a26": ("a31", {("R02", "2"), ("E01", "2"), ("E04", "2")}), "a15": ("a16", {("R09", "1"), ("E02", "1")})}


def recoded(row: dict[str, str], variable: str, old: str, new: str) -> dict[str, str]:
    return row | {variable: "+".join(new if code == old else code for code in row[variable].split("+"))}


def told(old: str) -> Rows:
    new, chosen = OLDER[old]
    return [
        recoded(dict(row), "age_band", old, new) if (row["record"], row["number"]) in chosen else dict(row)
        for row in read("situations")
    ]


def policy(files: Files) -> Policy:
    content = load_yaml(ROOT, Path("config/release.yaml"))
    return load_policy(content, codebook=of_codebook(loading.load(files)))


@cache
def before() -> pd.DataFrame:
    return facts(consolidated())


def after(files: Files, situations: Rows) -> pd.DataFrame:
    return facts(consolidated(situations, loading.load(files)), files)


def same(found: pd.DataFrame, variable: str) -> None:
    """Every fact has the value, the part and the whole of before, but for those of single answers to one variable."""
    apart = tuple(f"{unit}.{variable}." for unit in ("persons", "situations"))
    own = [name for name in before().index if not name.startswith(apart)]
    assert own == [name for name in found.index if not name.startswith(apart)]
    columns = ["value", "numerator", "denominator", "label", "universe"]
    pd.testing.assert_frame_equal(found.loc[own, columns], before().loc[own, columns])


@pytest.mark.parametrize(
    ("edits", "old", "new", "whole", "named", "named_class"),
    [
        pytest.param(
            ADULTS_SPLIT, "a26", "a31", "profile.age_26_35", "age_band=a26|a31", "ordinary", marks=pytest.mark.slow
        ),
        (MINORS_SPLIT, "a15", "a16", "profile.age_15_17", "age_band=u15|a15|a16", "minor"),
    ],
)
def test_a_band_that_is_split_stays_in_every_total(
    edits: tuple[Callable[[Rows], None], ...], old: str, new: str, whole: str, named: str, named_class: str
) -> None:
    files = changed(*edits)
    found = after(files, told(old))
    same(found, "age_band")
    parts = [found.loc[f"persons.age_band.{code}", "value"] for code in (old, new)]
    assert min(parts) > 0 and sum(parts) == before().loc[f"persons.age_band.{old}", "value"]
    assert found.loc[whole, "value"] == sum(parts)

    rules = policy(files)
    assert unlisted(rules) == []
    listed = {entry.name: entry for entry in Listing("prostitution", rules).entries}
    assert listed[f"prostitution: {named}"].group_class == named_class
    assert listed[f"prostitution: {named}"].threshold == rules.threshold(named_class)
    groups = {entry.terms for entry in listed.values()}
    lone = (("age_band", (new,)),)
    assert lone not in groups  # a finer band than the closed list names is not printed


def test_each_band_of_minors_is_protected_as_minors() -> None:
    rules = policy(changed(*MINORS_SPLIT))
    for codes in (["a16"], ["a15"], ["a16", "a18"]):
        assert rules.class_of_answer("age_band", codes) == "minor"
    crossed = [entry for entry in Listing("prostitution", rules).entries if len(entry.terms) == 2]
    assert len(crossed) == 3 and {entry.group_class for entry in crossed} == {"minor"}
    assert all(("age_band", ("u15", "a15", "a16")) in entry.terms for entry in crossed)


@pytest.mark.slow
def test_an_answer_that_is_renamed_keeps_its_number() -> None:
    files = changed(edited("gender", "women", code="femme", aliases="fille", groups="women"))
    situations = [recoded(dict(row), "gender", "women", "femme") for row in read("situations")]
    found = after(files, situations)
    same(found, "gender")
    assert found.loc["persons.gender.femme", "value"] == before().loc["persons.gender.women", "value"]
    assert found.loc["profile.minor_girls", "group"] == "prostitution: gender=femme & age_band=u15|a15"
    rules = policy(files)
    assert unlisted(rules) == [] and "gender=femme" in rules.printed["prostitution"].headlines


@pytest.mark.slow
def test_a_new_form_counts_where_its_set_counts() -> None:
    """A man in a forest is now in a caravan: out of the woods, and as visible as before."""
    files = changed(added("prostitution_form", "wood", code="carav", label="Dans une caravane"))
    situations = [
        recoded(dict(row), "prostitution_form", "wood", "carav") if row["record"] == "E01" else dict(row)
        for row in read("situations")
    ]
    found = after(files, situations)
    same(found, "prostitution_form")
    assert found.loc["persons.prostitution_form.carav", "value"] == 1
    assert "prostitution_form=wood|carav|road|stree" in policy(files).printed["prostitution"].others


@pytest.mark.parametrize(
    ("text", "own"),
    [("25-30", True), ("24-30", False), ("26 à 31 ans", True), ("26 à 32 ans", False), ("4 - 26 à 30 ans", True), ("4. 26/35", False),
     ("26 ans et plus", True), ("26–35", False), ("vingt-six ans et 3 mois", True)],
)  # fmt: skip
def test_a_band_is_not_written_as_another(text: str, own: bool) -> None:
    """Who said 26 to 35 did not say 26 to 30; a year more or less at its ends is a way of writing it."""
    split = edited("age_band", "a26", label="26 à 30 ans", aliases=text)
    files = changed(split, band("a26", code="a31", label="31 à 35 ans", age_from="31"))
    told = [one for one in cells(files) if "dit d" in one[3]]
    assert [one[:3] for one in told] == ([] if own else [("options.csv", row_of(files, "age_band", "a26"), "aliases")])


def cells(files: Files) -> list[tuple[str, int | None, str, str]]:
    _, found = loading.check(files)
    return [(one.file, one.row, _heading(files, one), one.message) for one in found]


def _heading(files: Files, problem: Problem) -> str:
    header = files[problem.file].decode("utf-8-sig").split("\n", 1)[0].split(";")
    return next((name for at, name in enumerate(header) if column_letter(at) == problem.column), "")


def row_of(files: Files, name: str, code: str) -> int:
    rows = csv.DictReader(io.StringIO(files["options.csv"].decode("utf-8-sig"), newline=""), delimiter=";")
    return next(at for at, row in enumerate(rows, start=2) if (row["list"], row["code"]) == (name, code))


@pytest.mark.parametrize(
    ("edits", "name", "code", "heading", "says"),
    [
        ((band("a15", code="a16", label="16 à 17 ans", age_from="16", class_="ordinary"),), "age_band", "a16", "class", "minor"),
        ((band("a15", code="a16", label="16 à 17 ans", age_from="16", class_=""),), "age_band", "a16", "class", "classe"),
        ((band("a26", code="a31", label="31 à 35 ans", age_from=""),), "age_band", "a31", "age_from", "manque"),
        ((band("a26", code="a31", label="31 à 35 ans", age_from="20"),), "age_band", "a31", "age_from", "croissant"),
        ((edited("age_band", "a26", label="26 à 30 ans"), band("a26", code="a31", label="31 à 35 ans", age_from="31")), "age_band", "a26", "aliases", "autres âges"),
        ((added("nationality", "noneu", code="swiss", label="Suisse", groups=""),), "nationality", "swiss", "groups", "Aucun indicateur"),
        ((added("status", "prov", code="past", label="Passée", groups=""),), "status", "past", "groups", "ne dit pas"),
        ((added("housing", "camp", code="tent", label="Sous tente", groups="unstabel"),), "housing", "tent", "groups", "seule de son"),
        ((edited("gender", "dk", groups="women"),), "gender", "dk", "groups", "Ne sait pas"),
        ((edited("answer_mode", "group", code="team", groups="group"),), "answer_mode", "indiv", "list", "a plus de réponse"),
        ((added("territory", "out", code="near", label="À côté", groups="out"),), "territory", "near", "groups", "se scinde pas"),
    ],
)  # fmt: skip
def test_what_would_drop_out_of_a_total_is_told_at_its_cell(
    edits: tuple[Callable[[Rows], None], ...], name: str, code: str, heading: str, says: str
) -> None:
    files = changed(*edits)
    found = cells(files)
    here = [
        said
        for file, row, column, said in found
        if (file, row, column) == ("options.csv", row_of(files, name, code), heading)
    ]
    assert here and says in here[0], found


def test_a_name_that_is_lost_is_told_where_it_is_asked() -> None:
    """Renamed without its old name, or cut elsewhere than where indicators cut."""
    lost = cells(changed(edited("prostitution_form", "flat", code="appar", aliases="")))
    asked = [(file, column) for file, _, column, said in lost if "prostitution_form=flat" in said]
    assert asked == [("indicators.csv", "asked")] * 3  # inside, in a flat: persons and situations
    moved = cells(changed(edited("age_band", "a26", age_from="25", label="25 à 35 ans")))
    asked = [(file, column) for file, _, column, said in moved if "age_band=" in said]
    assert asked == [("indicators.csv", "asked")] * 3 and "18..25" in "".join(said for *_, said in moved)


def test_the_project_refuses_it_before_anything_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    path = tmp_path / "config/codebook/options.csv"
    files = changed(band("a15", code="a16", label="16 à 17 ans", age_from="16", class_="ordinary"))
    path.write_bytes(files["options.csv"])
    with pytest.raises(ConfigError, match=rf"options\.csv, ligne {row_of(files, 'age_band', 'a16')}.*minor"):
        load_release(tmp_path)
    path.write_bytes(changed(*MINORS_SPLIT)["options.csv"])
    assert load_release(tmp_path).class_of_answer("age_band", ["a16"]) == "minor"


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("site_category", CATEGORIES),
        ("site_state", STATUSES),
        ("count_method", METHODS),
        ("interview_mode", MODES),
        ("interlocutor", INTERLOCUTORS),
    ],
)
def test_registers_and_codebook_have_the_same_answers(name: str, declared: dict[str, str]) -> None:
    """Public registers are declared as tables, their coding sheets in the codebook."""
    assert [option.code for option in CODEBOOK.lists[name] if option.code != "dk"] == list(declared)
