"""What is changed and made to look old is noticed all the same, by the next run and by `diagnostic verifier`: every input, text of
the codebook, template and font, every stage and every document.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from copies import NOTHING, SMALL, Finished, Project

from diagnostic.core import freshness, writing
from diagnostic.study import generations, manifest
from diagnostic.study.config import CONFIG, choices

STUDY = "99-2025"
RESULTS = f"results/{STUDY}"
RECORD = f"logs/{STUDY}/published.ok"
OLD = 1_600_000_000  # seconds: before anything here was made


def alter(path: Path, draw: random.Random) -> bytes:
    """One byte of a file is another, its size and its time as they were or older; returns what it held."""
    before = path.read_bytes()
    content = bytes(before)
    while content == before or (
        path.name == CONFIG.name and choices(content) == choices(before)
    ):  # the list of all studies
        changed = bytearray(before or b" ")
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
        content = bytes(changed)
    path.write_bytes(content)
    os.utime(path, (OLD, OLD))
    return before


def put_back(path: Path, content: bytes, status: os.stat_result) -> None:
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def listed(project: Project) -> list[str]:
    return sorted(name for name in generations.digests_in(project.path(RESULTS)) if project.path(name).is_file())


def sources(project: Project) -> list[str]:
    return [name for name in listed(project) if not name.startswith(f"{writing.RESULTS}/")]


def test_the_manifest_has_all_that_documents_are_made_of(finished: Finished) -> None:
    project = finished.project
    inside = set(sources(project))
    wanted = [path for path in project.files("config/codebook", "resources/references") if path.suffix == ".csv"]
    wanted += [
        path
        for path in project.files("report")
        if path.suffix in {".qmd", ".lua", ".css", ".typ", ".otf", ".docx", ".pptx"}
        and path.name != "comparaison.qmd"  # of several studies together, and of the documents of none
    ]
    wanted += [*project.files(f"resources/studies/{STUDY}", f"config/studies/{STUDY}")]
    assert {path.relative_to(project.root).as_posix() for path in wanted} <= inside
    assert {"config/config.yaml", "config/release.yaml", f"config/studies/{STUDY}.yaml"} <= inside


def test_a_change_is_seen_whatever_time_a_file_says(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"un")
    before = freshness.digest([path], ())
    status = path.stat()
    path.write_bytes(b"deux"[:2])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert freshness.digest([path], ()) != before
    path.unlink()
    assert freshness.digest([path], ()) not in ("", before)
    assert freshness.digest([path], (tmp_path.as_posix(),)) == ""


@pytest.mark.slow
def test_old_looking_changes_are_each_noticed(copied: Project) -> None:
    draw = random.Random(18)
    results, record = copied.path(RESULTS), copied.path(RECORD)
    assert manifest.verify(results, copied.root) == []
    names = draw.sample(listed(copied), 60)
    kept, missed = record.read_bytes(), []
    for name in names:
        path = copied.path(name)
        status = path.stat()
        fresh = freshness.digest([path], ())
        before = alter(path, draw)
        told = any(
            line.startswith(f"{path.as_posix()} : ") or line.startswith(f"{name} : ")
            for line in manifest.verify(results, copied.root)
        )
        if name.startswith(f"{RESULTS}/"):
            generations.forget(results, record)
            again = not record.is_file() and (path.is_relative_to(results / "report") or not path.exists())
        else:
            again = freshness.digest([path], ()) != fresh
        missed += [] if told and again else [(name, told, again)]
        put_back(path, before, status)
        record.write_bytes(kept)
    assert missed == []


KINDS = {
    "an input": f"resources/studies/{STUDY}/press.csv",
    "a text of the team": f"config/studies/{STUDY}/cadre.md",
    "the codebook": "config/codebook/texts.csv",
    "a reference": "resources/references/loi.csv",
    "a chapter": "report/chapitres/presse.qmd",
    "a style": "report/_extensions/diagnostic/style.css",
    "the outlines": f"resources/studies/{STUDY}/communes.geojson",
}


@pytest.mark.slow
def test_a_run_begins_again_for_every_kind_of_file(copied: Project) -> None:
    """By the program itself: with one byte more and an old time, it has something to do; without, nothing."""
    again = copied.snakemake("-n", *SMALL, PYTHONPROFILEIMPORTTIME="1").output
    assert NOTHING in again
    # Snakemake loads pandas to compare parameters; we load none of the libraries of the steps.
    assert "| snakemake.cli" in again and not re.search(r"\| +(pandera|scipy|pyarrow.parquet)$", again, re.MULTILINE)
    for kind, name in KINDS.items():
        path = copied.path(name)
        assert path.is_file(), name
        status, before = path.stat(), path.read_bytes()
        path.write_bytes(before + b"\n")
        os.utime(path, (OLD, OLD))
        assert copied.snakemake("-n", *SMALL).jobs, kind
        put_back(path, before, status)
    assert NOTHING in copied.snakemake("-n", *SMALL).output


@pytest.mark.slow  # `.ci/run` calculates in such a folder
def test_a_project_may_lie_anywhere(source: Project, tmp_path: Path) -> None:
    """Its path holds what shells, formats and regular expressions read as theirs; `.ci/run` calculates two studies in such a one."""
    project = source.copy(tmp_path / "{x} & ' # % $HOME [a](b)" / "é; é")
    done = project.snakemake("-n", *SMALL)
    assert done.code == 0 and done.jobs, done.output
