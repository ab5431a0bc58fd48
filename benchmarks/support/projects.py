"""A project in a folder of its own, with copies of a study or with a study of many answers; and a bare one beside it."""

from __future__ import annotations

import csv
import hashlib
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from support.costs import PROJECT, Cost, program, spend
from support.recording import RECORDER, calls

MODEL, MODELS = "99-2025", PROJECT / "tests/small"  # the fictional study that is copied, and where it lies
TRIAL, EXPORT = "47-2026", "export.csv"  # the study that receives many answers
MADE = ("results", "logs", ".snakemake", ".doit")
TOLD = 40  # files that differ
BARE, OUTLINES = Path("bare"), ".geographie"


def prepare(root: Path) -> None:
    """The project's own files, none of its studies' inputs; the country's outlines where they were fetched already."""
    for name in ("workflow", "profiles", "report", "config", "envs"):
        shutil.copytree(PROJECT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("references", "published"):
        shutil.copytree(PROJECT / "resources" / name, root / "resources" / name)
    if (PROJECT / OUTLINES).is_dir():  # fetched once, whatever the number of studies
        shutil.copytree(PROJECT / OUTLINES, root / OUTLINES)
    shutil.copy(PROJECT / "Snakefile", root)
    (root / "Recorder").write_text(RECORDER, encoding="utf-8")


def copied(root: Path, copies: int) -> list[str]:
    """Copies of the model study under other départements; returns their names."""
    code, edition = MODEL.split("-")
    with (root / "resources/references/departements.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file) if row["code"] != code][:copies]
    if len(codes) < copies:
        sys.exit(f"only {len(codes)} département codes")
    source = (MODELS / f"config/studies/{MODEL}.yaml").read_text(encoding="utf-8")
    for other in codes:
        study = f"{other}-{edition}"
        text = source.replace(f'departement: "{code}"', f'departement: "{other}"')
        (root / f"config/studies/{study}.yaml").write_text(text, encoding="utf-8")
        for folder in ("resources/studies", "config/studies"):
            shutil.copytree(MODELS / folder / MODEL, root / folder / study)
    return [f"{other}-{edition}" for other in codes]


def answered(root: Path, responses: int) -> list[str]:
    """A new study as a team makes it, whose questionnaire has so many responses; returns its name.

    By the team's own commands: `diagnostic creer`, then `diagnostic recevoir` for the larger export. The situations of
    the trial are other ones, so that their coding is left out.
    """
    spend([program("diagnostic"), "creer", TRIAL, "--date", "2026-09-01"], root)
    export = root / EXPORT
    spend([sys.executable, "-m", "support.answers", str(responses), str(export)], root)
    received = ["recevoir", TRIAL, "questionnaire", str(export), "--date", "2026-09-01"]
    spend([program("diagnostic"), *received], root)
    export.unlink()
    config = root / f"config/studies/{TRIAL}.yaml"
    text = config.read_text(encoding="utf-8").replace("  situation_coding: template\n", "")
    config.write_text(text, encoding="utf-8")
    return [TRIAL]


def targets(studies: list[str]) -> list[str]:
    """Up to the facts of every study."""
    return [f"results/{study}/estimate/facts.parquet" for study in studies]


def snakemake(studies: list[str], *options: str) -> list[str]:
    """The command that runs the workflow up to the facts."""
    chosen = ["--quiet", "all", "--config", f"studies=[{','.join(studies)}]"]
    return [program("snakemake"), *targets(studies), *chosen, *options]


def ways(studies: list[str]) -> dict[str, list[str]]:
    """The three ways to the same files: the workflow, which records its calls, then those calls again."""
    again = [sys.executable, "-m", "support.ways"]
    return {
        "workflow": snakemake(studies, "--snakefile", "Recorder"),
        "functions": [*again, "functions"],
        "doit": [*again, "doit"],
    }


def emptied(root: Path) -> None:
    """Nothing that a run made is left."""
    for name in MADE:
        shutil.rmtree(root / name, ignore_errors=True)
        (root / name).unlink(missing_ok=True)


def digests(root: Path) -> dict[str, str]:
    """Path → digest of all that a run wrote into its results, Snakemake's own marks aside."""
    written = sorted(path for path in (root / "results").rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in written}


def agree(ways: Mapping[str, Mapping[str, str]]) -> None:
    """Ends the benchmark when a way (name → its `digests`) did not give the same bytes as the first, and says where."""
    (first, made), *others = ways.items()
    apart = [
        f"{path} (by {name}, unlike {first})"
        for name, other in others
        for path in sorted({*made, *other})
        if made.get(path) != other.get(path)
    ]
    if apart:
        sys.exit("\n".join(["the ways do not give the same bytes: nothing can be concluded", *apart[:TOLD]]))


def bare(root: Path, studies: list[str]) -> tuple[Path, list[str]]:
    """A workflow with the same rules, files and edges as the recorded one, and nothing else: no package, no parameter,
    jobs that only touch what they make. Run once; returns its folder and what it is asked for."""
    folder = root / BARE
    folder.mkdir()
    for name in ("resources", "config", "profiles"):
        (folder / name).symlink_to(root / name)
    recorded = [call for call in calls(root) if f"/{studies[0]}/" in call.log]
    made = {path for call in recorded for path in call.outputs.values()}
    gates = sorted({path for call in recorded for path in call.inputs.values() if path.startswith("logs/")} - made)
    text = "".join(_rule(call.rule, [*call.inputs.values()], [*call.outputs.values()], studies[0]) for call in recorded)
    text += "".join(_rule(f"gate_{number}", [], [gate], studies[0]) for number, gate in enumerate(gates))
    (folder / "Snakefile").write_text("from pathlib import Path\n" + text, encoding="utf-8")
    asked = [*targets(studies), "--quiet", "all"]
    spend([program("snakemake"), *asked], folder)
    return folder, asked


def _rule(name: str, inputs: list[str], outputs: list[str], study: str) -> str:
    """A rule for every study, from the files of one."""
    read, made = ([path.replace(f"/{study}/", "/{study}/") for path in paths] for paths in (inputs, outputs))
    return (
        f"\n\nrule {name}:\n    input:\n        {read!r},\n    output:\n        {made!r},\n"
        "    run:\n        [Path(path).touch() for path in output]\n"
    )


def cost(root: Path, command: list[str]) -> Cost:
    """What one way costs, from an emptied folder."""
    emptied(root)
    return spend(command, root)
