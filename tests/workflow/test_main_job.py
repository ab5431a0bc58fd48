"""The main job: what it makes, that it makes it once, and what an edit makes it do again."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from copies import NOTHING, SMALL, Finished, Project

from diagnostic.collect.tables import INPUTS
from diagnostic.core.io import read_stamp
from diagnostic.study.manifest import verify
from diagnostic.study.start import with_study

STUDIES = ("99-2025", pytest.param("62-2020", marks=pytest.mark.slow))
COMMENT, CODE = "\n# un commentaire\n", "\nAJOUT = 1\n"
DOCUMENTS = (
    "rapport.html",
    "rapport.docx",
    "rapport.pdf",
    "dossier.html",
    "dossier.pdf",
    "synthese.pdf",
    "restitution.pptx",
    "tableaux.xlsx",
)


def test_bare_snakemake_makes_what_others_rely_on(finished: Finished) -> None:
    made = set(finished.bare_files)
    assert {
        "collect/erreurs.csv",
        "collect/erreurs.html",
        "estimate/facts.parquet",
        "estimate/reproduction.parquet",
        "release/ledger.parquet",
        "release/statements.parquet",
        *(f"report/quarto/{name}" for name in ("rapport.qmd", "_quarto.yml", "_extensions/diagnostic/_extension.yml")),
        *(f"report/{document}" for document in DOCUMENTS),
        *(f"report/donnees/{name}" for name in ("datapackage.json", "enonces.csv", "methode.csv", "CITATION.cff")),
        "manifest.json",
        *(f"collect/{role}.parquet" for role in INPUTS),
    } <= made
    assert finished.bare.jobs["all"] == 1 and finished.bare.jobs["report_render"] == 1


@pytest.mark.parametrize("study", STUDIES)
def test_every_report_is_a_document_of_its_format(finished: Finished, study: str) -> None:
    starts = {".html": b"<!DOCTYPE html>", ".docx": b"PK", ".pdf": b"%PDF", ".pptx": b"PK", ".xlsx": b"PK"}
    for document in DOCUMENTS:
        path = finished.project.path(f"results/{study}/report/{document}")
        assert path.read_bytes().startswith(starts[path.suffix]) and path.stat().st_size > 20_000


@pytest.mark.slow
def test_the_warnings_of_the_published_tables_are_listed(finished: Finished) -> None:
    """The article filed under another year, the mirror label printed after its second site."""
    lines = finished.project.path("results/62-2020/collect/erreurs.csv").read_text().splitlines()
    assert lines[0] == "severity,file,sheet,row,column,value,message,remedy"
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["avertissement", "press.csv", "", "15", "D"],
        ["avertissement", "sites.csv", "", "27", "E"],
        ["avertissement", "sites.csv", "", "28", "E"],
    ]
    assert "avertissement" in finished.bare.output.lower() and "ligne 15, colonne D" in finished.bare.output


@pytest.mark.slow
def test_another_study_leaves_the_first_alone(finished: Finished) -> None:
    assert finished.project.digests("62-2020") == finished.bare_files
    assert finished.both.jobs["estimate_facts"] == 1  # of 99-2025 alone


def test_a_copy_runs_its_own_package(finished: Finished) -> None:
    where = finished.project.command("inspect", "diagnostic", "--details").output
    assert str(finished.project.root) in where


@pytest.mark.slow
def test_again_there_is_nothing_to_do_even_where_every_file_was_touched_and_code_commented(copied: Project) -> None:
    before = copied.digests("99-2025")
    with copied.path("workflow/diagnostic/office/render.py").open("a") as file:
        file.write(COMMENT)
    for path in copied.files("resources", "config", "workflow", "report", "profiles", "envs"):
        os.utime(path)
    listed = copied.path("config/config.yaml")  # a study more in the list of all, as `diagnostic creer` adds it
    listed.write_bytes(with_study(listed.read_bytes(), "47-2026") or b"")
    again = copied.snakemake(*SMALL)
    assert again.code == 0 and NOTHING in again.output and not again.jobs
    assert copied.digests("99-2025") == before
    assert verify(copied.path("results/99-2025"), copied.root) == []


EDITS = {
    "workflow/diagnostic/office/render.py": {
        "report_render": 1,
        "report_numbers": 1,
        "report_gate": 1,
        "publish": 1,
        "all": 1,
    },
    "report/chapitres/presse.qmd": {
        "report_assemble": 1,
        "report_data": 1,
        "report_tripwire": 1,
        "report_render": 1,
        "report_numbers": 1,
        "report_gate": 1,
        "publish": 1,
        "all": 1,
    },
    "config/config.yaml": {
        "publish": 1,
        "all": 1,
    },  # a comment: no choice changes, but all that is not the list of studies is sealed
}


@pytest.mark.slow  # `test_codehash.py` has what each module is a part of
@pytest.mark.parametrize("edited", EDITS)
def test_an_edit_asks_for_what_depends_on_it_and_no_more(copied: Project, edited: str) -> None:
    with copied.path(edited).open("a") as file:
        file.write(CODE if edited.endswith(".py") else COMMENT)
    assert copied.snakemake("-n", *SMALL).jobs == EDITS[edited]


@pytest.mark.slow
def test_editing_a_module_reruns_the_rules_that_use_it(copied: Project) -> None:
    with copied.path("workflow/diagnostic/estimate/field/press.py").open("a") as file:
        file.write(CODE)
    tables = [path.relative_to(copied.root).as_posix() for path in copied.files("results/99-2025")]
    tables = [name for name in tables if name.endswith(".parquet")]
    before = {name: (copied.path(name).stat().st_mtime_ns, read_stamp(copied.path(name))["code"]) for name in tables}
    assert copied.snakemake("-n", *SMALL).jobs == {
        "estimate_press": 1,
        "estimate_reproduction": 1,
        "estimate_quality": 1,
        "estimate_facts": 1,
        "release_ledger": 1,
        "release_passages": 1,
        "release_statements": 1,
        "release_lineage": 1,
        "release_gate": 1,
        "report_figures": 1,
        "report_assemble": 1,
        "report_data": 1,
        "report_tripwire": 1,
        "report_render": 1,
        "report_numbers": 1,
        "report_gate": 1,
        "publish": 1,
        "all": 1,
    }
    told = ("results/99-2025/release/statements.parquet", *SMALL)  # what documents are made of: those are not made here
    done = copied.snakemake(*told)
    assert done.code == 0, done.output
    after = {name: (copied.path(name).stat().st_mtime_ns, read_stamp(copied.path(name))["code"]) for name in tables}
    rewritten = {name.removeprefix("results/99-2025/") for name in tables if after[name][0] != before[name][0]}
    recoded = {name.removeprefix("results/99-2025/") for name in tables if after[name][1] != before[name][1]}
    assert recoded == {"estimate/press.parquet"}
    untouched = {"estimate/internet.parquet", "estimate/interviews.parquet"}
    assert not any(name.startswith(("collect/", "consolidate/")) or name in untouched for name in rewritten)
    assert NOTHING in copied.snakemake(*told).output


@pytest.mark.slow  # `test_config` has the refusal itself
def test_a_missing_input_is_refused_before_any_job(copied: Project) -> None:
    copied.input("62-2020", "press.csv").unlink()
    before = copied.digests("62-2020")
    done = copied.snakemake()
    assert done.code != 0
    assert "inputs.press : le fichier resources/studies/62-2020/press.csv est introuvable" in done.output
    assert "Traceback" not in done.output and not done.jobs
    assert copied.digests("62-2020") == before


@pytest.mark.slow
def test_a_fact_without_a_way_of_release_stops_every_study(copied: Project) -> None:
    """As the workflow is read, before any job: nothing leaves by default."""
    press = copied.path("workflow/diagnostic/estimate/catalogue/press.yaml")
    press.write_text(press.read_text("utf-8").replace("    way: things\n", "", 1), "utf-8")
    done = copied.snakemake("-n")
    assert done.code != 0 and not done.jobs and "Traceback" not in done.output
    told = "workflow/diagnostic/estimate/catalogue/press.yaml : « press.articles » : way : clé obligatoire absente"
    assert told in done.output


def another(tmp_path: Path, source: Project, module: str = "") -> Project:
    """A project that has a configuration with keys of its own, one study, and nothing that comes with the workflow."""
    other = Project(tmp_path / "autre")
    for name in ("config/studies", "resources/studies"):
        shutil.copytree(source.path(name), other.path(name))
    other.path("config/notre.yaml").write_text("seuil_de_notre_projet: 3\nstudies: [99-2025]\n")
    other.path("Snakefile").write_text(
        'configfile: "config/notre.yaml"\n\n'
        "module diagnostic_departemental:\n"
        f"    snakefile: {json.dumps(str(source.path('workflow/Snakefile')))}\n"
        "    config: config\n"
        f"{module}\n"
        "use rule * from diagnostic_departemental\n"
    )
    return other


@pytest.mark.slow
def test_another_project_can_use_the_workflow(finished: Finished, tmp_path: Path) -> None:
    """Its own Snakefile, configuration and inputs; rules, templates, codebook and references come from elsewhere: the same
    results, to the byte, and they are verified from there."""
    source = finished.project
    other = another(tmp_path, source)
    given = ["--profile", str(source.path("profiles/default"))]
    done = other.snakemake("all", *given, PYTHONPATH=str(source.path("workflow")))
    assert done.code == 0, done.output
    manifests = [one.path("results/99-2025/manifest.json").read_bytes() for one in (source, other)]
    assert manifests[0] == manifests[1]


@pytest.mark.slow
@pytest.mark.parametrize("said", ['    prefix: "leur"\n', '    pathvars:\n        results="leur"\n'])
def test_another_project_cannot_move_the_results(source: Project, tmp_path: Path, said: str) -> None:
    other = another(tmp_path, source, said)
    done = other.snakemake("-n", "all", PYTHONPATH=str(source.path("workflow")))
    assert done.code != 0 and "Traceback" not in done.output
    assert "ôter « prefix », « replace_prefix » et « pathvars » de l’appel du module" in done.output


@pytest.mark.parametrize("study", STUDIES)
def test_every_rule_says_in_its_log_how_many_rows_and_never_a_value(finished: Finished, study: str) -> None:
    for path in finished.project.files(f"logs/{study}"):
        if path.name.startswith(("report_render", "collect_gate")) or path.suffix != ".log":
            continue
        for line in path.read_text().splitlines():
            counts = line.endswith((" rows in", " rows out", ": written", " files written", " files"))
            assert counts or line.startswith("misread, not stopped: "), (path, line)
