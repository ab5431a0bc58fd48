"""Broken inputs through the whole workflow: told in French at their cell, and earlier results stay as they were.

Each blocking breakage strikes one file of one study; a run has one for each of several files, since all are told at once.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from copies import BOTH, SMALL, Finished, Project, Run

from diagnostic.core.io import read_table
from diagnostic.core.problems import BLOCKING, COLUMNS, WARNING

pytestmark = pytest.mark.slow  # whole runs of its own; `tests/vault` and `tests/collect` have the short forms

LARGE, LITTLE = "62-2020", "99-2025"
REPORT = f"results/{LITTLE}/rendu/rapport.qmd"
ERRORS = {f"collect/erreurs.{suffix}" for suffix in ("csv", "html", "txt")}


@dataclass(frozen=True)
class Breakage:
    """How one file of one study is broken, and what must be told of it."""

    name: str
    study: str
    file: str
    broken: Callable[[str], str | bytes]
    row: int | None
    column: str
    words: str
    value: str = ""
    sealed: bool = True  # the team accepted the file: its sidecar holds the digest of the broken content


def swap(old: str, new: str) -> Callable[[str], str]:
    def broken(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return broken


def without_last_column(text: str) -> str:
    return "".join(line.rpartition(",")[0] + "\n" for line in text.splitlines())


E01 = "E01,Villeneuve,12,exact"
BLOCKED = [
    Breakage("wrong column", LITTLE, "ad_counts.csv", swap("place,count", "place,nombre"), 1, "C", "Colonne inconnue",
             "nombre"),
    Breakage("missing column", LITTLE, "sites.csv", without_last_column, 1, "", "Il manque la colonne « remarks »"),
    Breakage("duplicated header", LARGE, "press.csv", swap("date,outlet", "date,date"), 1, "B", "En-tête en double",
             "date"),
    Breakage("negative count", LITTLE, "ad_counts.csv", swap(E01, "E01,Villeneuve,-12,exact"), 2, "C", "négatif",
             "-12"),
    Breakage("decimal count", LARGE, "ad_counts.csv", swap("E02,,9,", 'E02,,"9,5",'), 3, "C", "décimales", "9,5"),
    Breakage("text count", LITTLE, "ad_counts.csv", swap(E01, "E01,Villeneuve,douze,exact"), 2, "C", "texte",
             "douze"),
    Breakage("blank count", LARGE, "ad_counts.csv", swap("E15,,171,", "E15,,,"), 16, "C", "décompte est vide"),
    Breakage("unknown site", LITTLE, "ad_counts.csv", swap("E03,,0", "Z99,,0"), 6, "A", "pas dans le registre", "Z99"),
    Breakage("duplicated row", LARGE, "press.csv", lambda text: text + text.splitlines()[3] + "\n", 28, "C",
             "que la ligne 4", "Saint-Martin-Boulogne : il avait monté …"),
    Breakage("bad date", LITTLE, "press.csv", swap("2025-12-03", "3 décembre"), 3, "A", "pas une date", "3 décembre"),
    Breakage("31 February", LARGE, "interviews.csv", swap("2020-01-23", "31/02/2020"), 11, "A",
             "le 31 février n’existe pas", "31/02/2020"),
    Breakage("Excel serial", LARGE, "press.csv", swap("2019-11-09", "43778"), 10, "A", "le 9 novembre 2019", "43778"),
    Breakage("empty file", LARGE, "interviews.csv", lambda text: "", None, "", "vide"),
    Breakage("wrong hash", LITTLE, "interviews.csv", swap("Parquet", "Tribunal"), None, "", "a changé depuis",
             sealed=False),
    Breakage("ragged rows", LITTLE, "press.csv", lambda text: text + "2025-10-21,Radio,Deux,2025,de trop\n", 5, "E",
             "plus de cellules"),
]  # fmt: skip
TOLD = [
    Breakage("cp1252", LITTLE, "press.csv", lambda text: text.encode("cp1252"), None, "", "cp1252"),
    Breakage("UTF-16", LITTLE, "interviews.csv", lambda text: text.encode("utf-16"), None, "", "UTF-16"),
    Breakage("BOM", LITTLE, "sites.csv", lambda text: text.encode("utf-8-sig"), None, "", "BOM"),
    Breakage("semicolons", LITTLE, "ad_counts.csv", lambda text: text.replace(",", ";"), 1, "", "point-virgule"),
    Breakage("trailing commas", LITTLE, "ad_pages.csv", lambda text: text.replace("\n", ",,\n"), 1, "H",
             "colonnes vides"),
]  # fmt: skip


def strike(project: Project, breakage: Breakage) -> None:
    path = project.input(breakage.study, breakage.file)
    broken = breakage.broken(path.read_text(encoding="utf-8"))
    content = broken.encode() if isinstance(broken, str) else broken
    before = path.read_bytes()
    path.write_bytes(content)
    if breakage.sealed:
        sidecar = path.with_name(path.name + ".meta.yaml")
        text = sidecar.read_text(encoding="utf-8")
        digests = [hashlib.sha256(bytes_).hexdigest() for bytes_ in (before, content)]
        assert digests[0] in text
        sidecar.write_text(text.replace(*digests), encoding="utf-8")


def plain(text: str) -> str:
    """One line, ordinary spaces: words can be looked for whatever the wrapping."""
    return re.sub(r"\s+", " ", text)


def errors(project: Project, study: str) -> list[dict[str, str]]:
    path = project.path(f"results/{study}/collect/erreurs.csv")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        return list(reader)


def results(project: Project, study: str) -> dict[str, str]:
    return {name: digest for name, digest in project.digests(study).items() if name not in ERRORS}


@dataclass(frozen=True)
class Outcome:
    """One run with its breakages: the copy it left, what it said, and the results before it."""

    project: Project
    run: Run


def batches() -> list[list[Breakage]]:
    """The blocking breakages, in as few runs as leave each file at most one."""
    found: list[list[Breakage]] = []
    for one in BLOCKED:
        place = (one.study, one.file)
        batch = next((run for run in found if place not in {(other.study, other.file) for other in run}), None)
        if batch is None:
            found.append(batch := [])
        batch.append(one)
    return found


@pytest.fixture(scope="module")
def outcome(new_copy: Callable[[], Project], request: pytest.FixtureRequest) -> Callable[[Breakage], Outcome]:
    """The run in which a breakage struck; the runs that the chosen tests need are made once, two at a time."""

    def made(batch: list[Breakage]) -> Outcome:
        project = new_copy()
        for breakage in batch:
            strike(project, breakage)
        asked = (REPORT, *SMALL) if batch == TOLD else BOTH
        return Outcome(project, project.snakemake(*asked))

    chosen = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    struck = {params["breakage"] for params in chosen if "breakage" in params} | {BLOCKED[0], TOLD[0]}
    needed = [batch for batch in (*batches(), TOLD) if struck & {*batch}]
    with ThreadPoolExecutor(2) as pool:
        outcomes = [*pool.map(made, needed)]
    return lambda breakage: next(one for one, batch in zip(outcomes, needed, strict=True) if breakage in batch)


def rows_of(breakage: Breakage, project: Project, severity: str) -> list[dict[str, str]]:
    return [
        row
        for row in errors(project, breakage.study)
        if (row["severity"], row["file"]) == (severity, breakage.file) and breakage.words in plain(row["message"])
    ]


def told_in_terminal(breakage: Breakage, run: Run, severity: str) -> None:
    """The study's own list is in the terminal, and has file, place, value and words."""
    text = plain(run.output)
    assert f"{breakage.file} :" in text
    place = ", ".join(
        [f"ligne {breakage.row}"] * (breakage.row is not None) + [f"colonne {breakage.column}"] * bool(breakage.column)
    )
    value = f" · « {breakage.value} »" if breakage.value else ""
    assert f"{severity.upper()} · {place or 'fichier entier'}{value}" in text
    assert breakage.words in text
    assert "Traceback" not in run.output


@pytest.mark.parametrize("breakage", BLOCKED, ids=lambda breakage: breakage.name)
def test_a_blocking_breakage(breakage: Breakage, outcome: Callable[[Breakage], Outcome], finished: Finished) -> None:
    project, run = outcome(breakage).project, outcome(breakage).run
    assert run.code != 0
    told_in_terminal(breakage, run, BLOCKING)
    (row,) = rows_of(breakage, project, BLOCKING)
    assert (row["row"], row["column"], row["value"].removeprefix("'")) == (
        "" if breakage.row is None else str(breakage.row),
        breakage.column,
        breakage.value,
    )
    assert row["remedy"]
    assert results(project, breakage.study) == results(finished.project, breakage.study)
    page = project.path(f"results/{breakage.study}/collect/erreurs.html").read_text(encoding="utf-8")
    assert breakage.file in page and "bloquant" in page


@pytest.mark.parametrize("breakage", TOLD, ids=lambda breakage: breakage.name)
def test_a_breakage_that_is_only_told(breakage: Breakage, outcome: Callable[[Breakage], Outcome]) -> None:
    project, run = outcome(breakage).project, outcome(breakage).run
    assert run.code == 0, run.output
    told_in_terminal(breakage, run, WARNING)
    (row,) = rows_of(breakage, project, WARNING)
    assert (row["row"], row["column"]) == ("" if breakage.row is None else str(breakage.row), breakage.column)


def test_what_is_only_told_changes_no_number(outcome: Callable[[Breakage], Outcome], finished: Finished) -> None:
    facts = [
        read_table(project.path(f"results/{LITTLE}/estimate/facts.parquet")).set_index("fact_id")["value"]
        for project in (finished.project, outcome(TOLD[0]).project)
    ]
    differing = facts[0].index[~(facts[0].eq(facts[1]) | facts[0].isna())]
    assert list(differing) == ["quality.warnings"] and facts[1]["quality.warnings"] == len(TOLD)
    report = outcome(TOLD[0]).project.path(REPORT).read_text(encoding="utf-8")
    assert "cp1252" in report and "point\\-virgule" not in report  # told to the team alone: that file is not public


def test_one_bad_study_does_not_stop_the_other(copied: Project, finished: Finished) -> None:
    negative = next(breakage for breakage in BLOCKED if breakage.name == "negative count")
    strike(copied, negative)
    copied.path(f"results/{LARGE}/report/rapport.html").unlink()
    done = copied.snakemake(*BOTH)
    assert done.code != 0
    assert copied.digests(LARGE) == finished.project.digests(LARGE)
    assert results(copied, LITTLE) == results(finished.project, LITTLE)


# -- Configuration ------------------------------------------------------------------------------------------------


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(done: Run) -> str:
    assert done.code != 0
    assert "La configuration est refusée" in done.output
    assert "Traceback" not in done.output and "Error" not in done.output and not done.jobs
    return plain(done.output)


def test_a_configuration_is_refused_with_all_its_problems_before_any_job(copied: Project, finished: Finished) -> None:
    copied.input(LARGE, "press.csv").unlink()
    little = copied.path(f"config/studies/{LITTLE}.yaml")
    edit(little, "period_end: 2026-06-30", "period_end: 2026-06-31")
    edit(little, "fictional: true", "fictionnal: true")
    text = refused(copied.snakemake(*BOTH))
    assert f"{LARGE}.yaml : inputs.press : le fichier resources/studies/{LARGE}/press.csv est introuvable" in text
    assert f"{LITTLE}.yaml : period_end : date impossible" in text
    assert f"{LITTLE}.yaml : fictionnal : clé inconnue ; vouliez-vous « fictional » ?" in text
    for study in (LARGE, LITTLE):
        assert copied.digests(study) == finished.project.digests(study)


def test_a_dry_run_refuses_what_would_open_a_door(copied: Project) -> None:
    """A rule of comparison that would never hold, a file that gives back what is withheld: before any job is even planned."""
    rules, record = copied.path("config/comparability/rules.csv"), copied.input(LITTLE, "contacts.csv.meta.yaml")
    edit(rules, "*,edition,gap", "*,editions,gap")
    told = "rules.csv, ligne 8 : colonne item : « editions » n’existe pas ; vouliez-vous « edition » ?"
    assert told in refused(copied.snakemake("-n", *BOTH))
    edit(rules, "*,editions,gap", "*,edition,gap")
    edit(record, "origin: observed", "origin: observed\npublic: true")
    told = "contacts.csv.meta.yaml : public : le rapport arrondit ou ne nomme pas tout de ce fichier"
    assert told in refused(copied.snakemake("-n", "--config", f"studies=[{LITTLE}]"))


def another_study(project: Project, name: str, departement: str) -> None:
    """A copy of the small study whose département is written without quotes."""
    configuration = project.path(f"config/studies/{name}.yaml")
    configuration.write_text(project.path(f"config/studies/{LITTLE}.yaml").read_text(encoding="utf-8"))
    edit(configuration, 'departement: "99"', f"departement: {departement}")
    edit(configuration, 'edition: "2025"', "edition: 2026")
    folder = project.path(f"resources/studies/{name}")
    folder.mkdir()
    for path in project.files(f"resources/studies/{LITTLE}"):
        (folder / path.name).write_bytes(path.read_bytes())


def test_an_unquoted_01_stays_01(copied: Project) -> None:
    another_study(copied, "01-2026", "01")
    done = copied.snakemake("results/01-2026/collect/sites.parquet", "--config", "studies=[01-2026]")
    assert done.code == 0, done.output
    assert "01-2026 : contrôle des fichiers reçus" in done.output
    assert errors(copied, "01-2026") == []
    assert len(read_table(copied.path("results/01-2026/collect/sites.parquet"))) == 8
    assert not list(copied.path("results").glob("1-2026*"))


def test_a_departement_of_one_digit_is_refused_with_its_right_form(copied: Project) -> None:
    another_study(copied, "01-2026", "1")
    text = refused(copied.snakemake("--config", "studies=[01-2026]"))
    assert "01-2026.yaml : departement : « 1 » n’est pas un code de département ; écrire « 01 »" in text


def test_a_study_named_no_stays_a_name(copied: Project) -> None:
    another_study(copied, "no", "no")
    choices = copied.path("config/config.yaml")
    text = choices.read_text(encoding="utf-8")
    studies = yaml.safe_load(text)["studies"]
    assert studies == [LARGE]
    edit(choices, 'studies: ["62-2020"]', "studies: [no]")
    told = refused(copied.snakemake())
    assert "config/studies/no.yaml : departement : « no » n’est pas un code de département" in told
    assert "False" not in told and "None" not in told
