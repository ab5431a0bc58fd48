"""What looks personal in public files and typed tables: told at its cell, never repeated; failures say no value."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import planted, sentence

from diagnostic.collect import steps
from diagnostic.core import faults, step
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem
from diagnostic.privacy import known_values, personal
from diagnostic.privacy.known_values import Occurrences

FILES = {"sites": "sites.csv", "press": "press.csv"}
SITES = "site_code,category,mirror_group,status,under_mirror_label,remarks\n{},escorting,,open,,{}\n"
PRESS = "date,outlet,title,year_heading\n2025-09-02,Journal A,{},2025\n"


def told(sites: str = "", press: str = "") -> list[Problem]:
    """The problems of two public files, as the check of a study gives them."""
    contents = {name: text.encode() for name, text in (("sites", sites), ("press", press)) if text}
    read = steps.read_study(contents, FILES)
    return list(personal.masked([*read.problems, *personal.in_cells(read.cells)], read.cells))


@pytest.mark.parametrize(
    "text",
    [
        "joindre le 06 39 98 47 01",
        "zoe.fictive@exemple.fr",
        "Mme Beauvannois répond",
        "au 12 rue des Lilas",
        "insta : zoe_62",
        "née le 3 mars 1998",
    ],
)
def test_what_would_stop_the_report_is_told_at_its_cell(text: str) -> None:
    for problems, place in (
        (told(SITES.format("E01", text)), ("sites.csv", 2, "F")),
        (told(press=PRESS.format(text)), ("press.csv", 2, "C")),
    ):
        (problem,) = [p for p in problems if "donnée personnelle" in p.message]
        assert (problem.severity, problem.value, (problem.file, problem.row, problem.column)) == (
            BLOCKING,
            MASKED,
            place,
        )
        assert text not in repr(problems)


@pytest.mark.parametrize(
    "text", ["Article 1", "M. le préfet", "Le 3919 sonne 12 fois", "La loi du 13 avril 2016", "E01"]
)
def test_ordinary_titles_pass(text: str) -> None:
    assert told(press=PRESS.format(text)) == []


@pytest.mark.parametrize("sought", ["1", "a@"])
def test_a_file_of_too_many_numbers_or_addresses_is_refused_once_and_the_others_are_searched(sought: str) -> None:
    numbers = " ".join(sought for _ in range(personal.MOST_NUMBERS + 1))
    rows = [("a.csv", 2, numbers), ("a.csv", 3, "06 12 34 56 78"), ("b.csv", 2, "06 12 34 56 78"), ("b.csv", 3, "12")]
    cells = pd.DataFrame(rows, columns=["file", "row", "value"]).assign(column="A")
    assert [(problem.file, problem.row) for problem in personal.in_cells(cells)] == [("a.csv", None), ("b.csv", 2)]
    assert [(problem.file, problem.row) for problem in personal.in_cells(cells[1:])] == [("a.csv", 3), ("b.csv", 2)]


def test_another_problem_of_the_cell_does_not_quote_it() -> None:
    """A code of the wrong shape is quoted, and so is what it resembles: not when it is a phone."""
    assert any(problem.value == "e01" for problem in told(SITES.format("e01", "")))
    problems = told(SITES.format("0639984701", ""))
    assert len({problem.message for problem in problems}) > 1
    assert {problem.value for problem in problems if problem.column == "A"} == {MASKED}
    assert "639984701" not in repr(problems)


def test_messages_and_remedies_are_masked_too() -> None:
    problem = Problem(
        WARNING, "a.csv", "vouliez-vous « 0639984701 » ?", "Écrire à zoe@exemple.fr.", row=2, column="B", value="x"
    )
    (found,) = personal.masked([problem], pd.DataFrame({"file": [], "row": [], "column": [], "value": []}))
    assert (
        found.message == f"vouliez-vous « {MASKED} » ?" and found.remedy == f"Écrire à {MASKED}." and found.value == "x"
    )


@given(at=st.integers(0, 499))
def test_nothing_planted_is_quoted(at: int) -> None:
    datum = planted()[at]
    if datum.kind == "name":
        return  # a bare name has no form: it is quoted only from closed columns of public files
    cells = pd.DataFrame({"file": "a.csv", "row": 2, "column": "B", "value": [sentence(at, datum.value)]})
    quoted = Problem(
        BLOCKING, "a.csv", f"« {datum.value} » n’est pas un nombre.", "", row=2, column="B", value=datum.value[:6]
    )
    found = repr(list(personal.masked([quoted], cells)))
    assert datum.value not in found and f"'{datum.value[:6]}'" not in found


def test_typed_tables_hold_no_form_of_personal_data() -> None:
    frame = pd.DataFrame(
        {"year.code": ["y2024", "no_answer"], "organisation.pseudonym": ["N-7K3F9Q", "06 39 98 47 01"]}
    )
    (problem,) = personal.in_tables({"responses": frame})
    assert "organisation.pseudonym" in problem.message and "47 01" not in repr(problem)


class Quoting:
    """A vault whose export quotes a person."""

    content = "Zlatomira Nováková, 06 39 98 47 01, z.novakova@example.org".encode()

    def read_received(self, role: str) -> bytes:
        return self.content

    def pseudonyms(self, kind: str, values: object) -> list[str]:
        return []

    def write_private(self, frame: pd.DataFrame, name: str) -> Path:
        raise AssertionError


PLANTED = ("Zlatomira", "Nov", "39 98", "example.org")


@pytest.mark.parametrize("vault", [Quoting(), None])
def test_a_fault_is_reported_without_what_its_message_quotes(
    vault: Quoting | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> dict[str, object]:
        try:
            int(Quoting.content)
        except ValueError as error:
            raise KeyError(f"{Quoting.content.decode()}, dans {tmp_path}") from error

    def run() -> None:
        step.run(fails, "collect_check", {}, {}, params, str(log), vault)

    monkeypatch.chdir(tmp_path)
    Path("Plan.csv").write_text("a;b", "utf-8")
    log = Path("logs/47-2026/collect_check.log")
    params = {"code": "0a1b", "exports": {"form": "kobo"}}
    with pytest.raises(faults.StepError) as failed:
        faults.guarded(run, log, read={"code": "0a1b", "form": "Plan.csv"})
    error, report = failed.value, log.with_suffix(faults.SUFFIX)
    assert error.__cause__ is None and error.__context__ is None
    said, written = str(error), report.read_text("utf-8")
    assert not [one for one in (*PLANTED, str(tmp_path)) if one in said + written]
    assert report.as_posix() in said and "KeyError, core.step, ligne" in said
    for told in ("47-2026/collect_check", "builtins.KeyError", "builtins.ValueError", "0a1b", "Python 3", "pandas "):
        assert told in written
    assert (
        "diagnostic.core.step, run, ligne" in written
        and "form : 3 octets" in written
        and str(Path.home()) not in written
    )
    monkeypatch.setattr(faults, "_report", lambda *_: "rien à en dire\n")
    report.unlink()
    report.mkdir()  # nor can it be written: then it is told
    with pytest.raises(faults.StepError, match="rien à en dire"):
        faults.guarded(run, log)
    report.rmdir()
    faults.guarded(lambda: report.touch(), log)  # of a step that begins again nothing is left
    faults.guarded(lambda: None, log)
    assert not report.exists()


def test_what_a_team_can_mend_is_no_fault(tmp_path: Path) -> None:
    log = tmp_path / "estimate_facts.log"
    (tmp_path / "un dossier").mkdir()
    (tmp_path / "lien").symlink_to(tmp_path / "nulle part")
    for name, why in (("un dossier", "c’est un dossier"), ("lien", "le lien mène ailleurs"), ("absent", "pas là")):
        with pytest.raises(faults.StepError, match=f"{name} : .*{why}"):
            faults.guarded((tmp_path / name).read_bytes, log)

    def full() -> bytes:
        raise MemoryError

    with pytest.raises(faults.StepError, match="la mémoire de la machine"):
        faults.guarded(full, log)
    assert not list(tmp_path.glob(f"*{faults.SUFFIX}"))


@given(
    strings=st.lists(st.binary(max_size=12), max_size=20),
    content=st.binary(max_size=200),
    cut=st.tuples(st.integers(0, 200), st.integers(0, 30)),
)
def test_many_strings_are_found_as_one_by_one(strings: list[bytes], content: bytes, cut: tuple[int, int]) -> None:
    strings.append(content[cut[0] : sum(cut)])
    expected = {string for string in strings if string and string in content}
    assert Occurrences(strings).within(content) == expected


def test_strings_across_the_blocks_that_are_read_together_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    block = 1 << 10
    monkeypatch.setattr(known_values, "_CHUNK", block)
    for width in (2, 5, 9, 40):
        for shift in range(-width, 2):
            content = bytes(block + shift) + b"x" * width + bytes(100)
            assert Occurrences([b"x" * width, b"y" * width]).within(content) == {b"x" * width}


@pytest.mark.slow
def test_of_thousands_of_values_the_one_that_is_there_is_found_alone(tmp_path: Path) -> None:
    values = [f"Personne numéro{at}bis inventée" for at in range(4_000)]
    (tmp_path / "a.txt").write_text("lorem ipsum " * 50_000 + values[2_345].upper())
    assert {found.index for found in known_values.search(values, [tmp_path])} == {2_345}


def test_what_was_found_clear_is_not_read_again_and_what_changed_since_is(tmp_path: Path) -> None:
    """What holds a value, or does not read, is told at each search."""
    (tmp_path / "a.txt").write_text("rien", "utf-8")
    (tmp_path / "b.txt").write_text("Zlatomira Beauvannois", "utf-8")
    (tmp_path / "c.docx").write_bytes(b"PK\x03\x04 pas une archive")
    clear: set[tuple[bytes, str]] = set()
    for _ in range(2):
        found = known_values.search(["Zlatomira Beauvannois"], [tmp_path], tmp_path, clear=clear)
        assert {(one.index, one.file) for one in found} == {(0, "b.txt")}
        assert [kind for _, kind in clear] == ["txt"]
    (tmp_path / "a.txt").write_text("ZLATOMIRA BEAUVANNOIS", "utf-8")
    (tmp_path / "b.txt").write_text("rien", "utf-8")
    found = known_values.search(["Zlatomira Beauvannois"], [tmp_path], tmp_path, clear=clear)
    assert {(one.index, one.file) for one in found} == {(0, "a.txt")}
    (tmp_path / "a.txt").rename(tmp_path / "a.md")
    (tmp_path / "Zlatomira Beauvannois.txt").write_text("rien", "utf-8")
    found = known_values.search(["Zlatomira Beauvannois"], [tmp_path], tmp_path, clear=clear)
    assert {one.where for one in found} >= {"octets", "nom du fichier"}
