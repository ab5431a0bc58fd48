"""The one-way door, on the workflow as Snakemake parses it: what makes documents reads statements and public files only."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from copies import BOTH, EVERY, SMALL, Finished, Project, contents

from diagnostic.core import io, writing
from diagnostic.core.tables import columns
from diagnostic.release.tables import DECIDED, PRINTED
from diagnostic.study.generations import files

STUDIES = ("99-2025", pytest.param("62-2020", marks=pytest.mark.slow))

LEAVING = re.compile(r"results/[^/]+/(report|brouillon|rendu)/")
READ = re.compile(
    rf"results/[^/]+/release/({'|'.join([*PRINTED, 'lineage'])})\.parquet"  # statements, and lists without a person
    r"|results/[^/]+/geography/(areas|source)\.parquet"  # public outlines
    r"|results/[^/]+/(report|brouillon|rendu)/.+"  # what these rules have made themselves
    r"|logs/[^/]+/(release_gate\.ok|report_tripwire\.txt)"  # empty, or nothing is made
    r"|<function (blocks|every_question|logo) at \w+>|report/.+|resources/references/.+|config/(pistes\.yaml|comparability/items\.csv|codebook/.+)"  # written by the team or public
)
WAITED = re.compile(
    r"logs/[^/]+/report_tripwire\.txt"
)  # the others of the phase read everything back: nothing of them leaves


@dataclass(frozen=True)
class Job:
    rule: str
    inputs: tuple[str, ...]
    output: str


def jobs(project: Project, *arguments: str) -> list[Job]:
    """Every output of every rule that a whole run uses, with what that rule reads, as Snakemake's own graph tells them.

    Names keep their wildcards; what a function gives is told by the function's name.
    """
    done = project.snakemake("--filegraph", "--forceall", *arguments)
    assert done.code == 0, done.output
    found = []
    for node in done.output.split('<font point-size="18">')[1:]:
        rule = node.partition("</font>")[0]
        read, _, made = (html.unescape(part) for part in node.partition("output &rarr;"))
        names = [re.findall(r'<font face="monospace">(.*?)</font>', part) for part in (read, made)]
        found += [Job(rule, tuple(names[0]), name) for name in names[1]]
    return found


def through(found: list[Job]) -> list[str]:
    """What a job whose output leaves, or is waited for by one, reads and may not."""
    told = (
        f"{job.rule}: {name}"
        for job in found
        if LEAVING.match(job.output) or WAITED.fullmatch(job.output)
        for name in job.inputs
        if not READ.fullmatch(name)
    )
    return list(dict.fromkeys(told))


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(BOTH, id="final"),
        pytest.param(("--config", "studies=[99-2025]", "brouillon=true"), id="draft", marks=pytest.mark.slow),
    ],
)
def test_what_leaves_is_made_of_statements_and_public_files(source: Project, arguments: tuple[str, ...]) -> None:
    found = jobs(source, *arguments)
    leaving = {job.rule for job in found if LEAVING.match(job.output)}
    assert leaving == {"report_figures", "report_assemble", "report_data", "report_render"}
    assert through(found) == []
    places = {job.output.split("/")[2] for job in found if job.rule == "report_render"}
    assert places == ({"rendu"} if arguments == BOTH else {"brouillon"})
    assert not [job.output for job in found if re.match(r"results/[^/]+/(report|generations)(/|$)", job.output)]
    (put,) = [job for job in found if job.rule == "publish"] if arguments == BOTH else [None]
    assert put is None or "logs/{study}/report_gate.ok" in put.inputs  # once every document was read back


@pytest.mark.parametrize("study", STUDIES)
def test_what_leaves_is_what_was_read_back(finished: Finished, study: str) -> None:
    """Every file of `report/` is one that the rules above have made, or of the theme, byte for byte; and every one of these
    is there, what Quarto needs in a folder of its own."""
    root = finished.project.root
    rendered, theme = root / f"results/{study}/rendu", root / "report"
    made = {path.relative_to(rendered).as_posix(): path for path in files(rendered)}
    assert made.pop("figures.parquet") and made.pop(writing.NOTICE)
    ours = [*files(theme / "_extensions"), theme / "_quarto.yml"]
    wanted = {f"quarto/{path.relative_to(theme).as_posix()}": path for path in ours}
    wanted |= {f"quarto/{name}" if re.match(r"figures/|.*\.qmd$", name) else name: path for name, path in made.items()}
    report = root / f"results/{study}/report"
    shown = {path.relative_to(report).as_posix(): path for path in files(report)}
    assert {name: path.read_bytes() for name, path in shown.items()} == {
        name: path.read_bytes() for name, path in wanted.items()
    }


BEFORE = [
    f"results/{{study}}/{name}.parquet"
    for name in ("release/ledger", "release/compared", "release/audits", "estimate/facts", "collect/sources")
]


@pytest.mark.slow
def test_whatever_a_rule_reads_before_the_door_is_found(source: Project, tmp_path: Path) -> None:
    project = source.copy(tmp_path / "projet")
    rules = project.path("workflow/rules/report.smk")
    text = rules.read_text(encoding="utf-8")
    reading = '"report.assemble.assemble",\n        input='
    assert text.count(reading) == 1
    planted = text.replace(reading, f"{reading}{dict(zip('abcde', BEFORE, strict=True))} | ")
    rules.write_text(planted, encoding="utf-8")
    assert sorted(through(jobs(project, *SMALL))) == sorted(f"report_assemble: {name}" for name in BEFORE)


def test_the_team_s_own_tables_are_not_printed_ones() -> None:
    assert not DECIDED.keys() & PRINTED.keys()
    assert not {"verdict", "reason", "ground", "value", "numerator", "denominator", "low", "high"} & set(
        columns(PRINTED["statements"])
    )


# -- What leaves, opened ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("study", EVERY)
def test_nothing_that_leaves_holds_the_digest_of_what_is_not_public(
    results_of: Callable[[str], Path], study: str
) -> None:
    """Every digest of every file of the study and of each of its stages, whole or its beginning, in every document."""
    results = results_of(study)
    root = results.parent.parent
    sources = io.read_table(results / "collect/sources.parquet")
    public = set(sources.loc[sources["public"], "file"])
    private = [
        p
        for p in (root / "resources/studies" / study).rglob("*")
        if p.is_file() and p.name not in public and p.suffix != ".yaml"
    ]
    private = [] if sources["public"].all() else [*private, *results.glob("*/*.parquet")]
    told = [writing.sha256(path)[:12] for path in private]
    told += [text.rpartition(":")[2][:12] for text in sources.loc[~sources["public"], "digest"]]
    report = results / "report"
    assert not list(report.rglob("*.parquet"))
    for path in [path for path in report.rglob("*") if path.is_file()]:
        said = "\n".join(text.text for text in contents(path).texts)
        said += path.read_text(encoding="utf-8", errors="ignore")
        held = " ".join(re.findall(r"[0-9a-f]{12,}", said))  # a digest is nowhere else
        assert [digest for digest in told if digest in held] == [], path.name
