"""The proof of a move: four studies run by two versions of the code, and every byte of their results compared.

    .venv/bin/python tests/proof.py HEAD            what is committed, against the files as they are now
    .venv/bin/python tests/proof.py v0.1.0 HEAD     two revisions

The studies: 62-2020, 99-2026, a new trial study and the reconstitution of 62-2020. Each version runs from its own files in
a folder of its own, everything anew; code hashes are one constant text, vault keys are one kept key, the network is not
asked. What differs is listed file by file and, in tables, cell by cell; the exit code is 1 when something does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
NOW = "."  # the files as they are, committed or not
TRIAL, DATE = "47-2026", "2026-09-01"
REBUILT = Path("reconstitution/62-2020")
MADE = ("results", "reconstitution", "instruments", "config", "resources")  # what commands and runs write
ENVIRONMENT = {
    "DIAGNOSTIC_CODE_HASH": "constant",
    "PIP_NO_INDEX": "1",
    "npm_config_offline": "true",
    "PYTHONHASHSEED": "0",
}
# The one key of every vault: drawn, it would give other pseudonyms to each version.
DIAGNOSTIC = """
import secrets, sys
secrets.token_bytes = lambda size: bytes(range(size))
try:
    from diagnostic.commands.program import main
except ImportError:  # an earlier version of the code
    from diagnostic.cli import main
sys.exit(main(sys.argv[1:]))
"""
SHOWN = 20  # differing cells shown of a table


def files_of(revision: str, target: Path) -> None:
    """The project as git has it at a revision, or as it lies here without what git ignores."""
    target.mkdir()
    if revision == NOW:
        listed = _git("ls-files", "--cached", "--others", "--exclude-standard", "-z").split(b"\0")
        for name in (os.fsdecode(one) for one in listed if one):
            if (ROOT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target / name)
    else:
        subprocess.run(["tar", "-x", "-C", target], input=_git("archive", revision), check=True)
    if (ROOT / ".geographie").is_dir():  # the outlines of the country, where a run has fetched them
        shutil.copytree(ROOT / ".geographie", target / ".geographie")


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def run(project: Path) -> None:
    """All four studies, from nothing to their manifests. Raises SystemExit with what the failing command said."""
    cores = ("--cores", "1", "--quiet", "all", "--config")
    _command(project, project, "-m", "snakemake", *cores, "studies=[62-2020,99-2026]")
    _command(project, project, "-c", DIAGNOSTIC, "init", TRIAL, "--date", DATE)
    _command(project, project, "-m", "snakemake", *cores, f"studies=[{TRIAL}]")
    _command(project, project, "-c", DIAGNOSTIC, "reconstruct", "62-2020")
    _command(project, project / REBUILT, "-m", "snakemake", *cores[:-1])


def _command(project: Path, where: Path, *arguments: str) -> None:
    environment = os.environ | ENVIRONMENT | {"PYTHONPATH": str(project / "workflow")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=where, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace")[-4000:]
        sys.exit(f"{project.name}: {' '.join(arguments[:2])} {' '.join(arguments[2:])[:120]}\n{said}")


def made(project: Path) -> dict[str, Path]:
    """Name → path of every file that commands and runs have written, Snakemake's own marks and links aside."""
    found: dict[str, Path] = {}
    for name in MADE:
        for folder, folders, names in os.walk(project / name):
            folders[:] = [one for one in folders if not one.startswith(".") and one not in ("workflow", "__pycache__")]
            paths = (Path(folder) / one for one in names if not one.startswith("."))
            found |= {path.relative_to(project).as_posix(): path for path in paths if path.is_file()}
    return found


def differences(before: Path, after: Path) -> Iterator[str]:
    """One line per file that only one side has, or whose bytes differ; under it what differs inside."""
    old, new = made(before), made(after)
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"- {name}: gone"
        elif name not in old:
            yield f"+ {name}: new"
        elif old[name].read_bytes() != new[name].read_bytes():
            yield f"! {name}"
            yield from (f"    {line}" for line in _inside(old[name], new[name]))


def _inside(old: Path, new: Path) -> Iterable[str]:
    if old.suffix == ".parquet":
        return _cells(old, new)
    if zipfile.is_zipfile(old) and zipfile.is_zipfile(new):
        with zipfile.ZipFile(old) as one, zipfile.ZipFile(new) as other:
            names = sorted({*one.namelist(), *other.namelist()})
            held = [{*one.namelist()}, {*other.namelist()}]
            return [n for n in names if not all(n in side for side in held) or one.read(n) != other.read(n)]
    if old.suffix in {".html", ".qmd", ".csv", ".json", ".svg", ".yaml", ".txt", ".md"}:
        pairs = zip(old.read_text("utf-8").splitlines(), new.read_text("utf-8").splitlines(), strict=False)
        lines = [f"line {n}: {a[:90]!r} → {b[:90]!r}" for n, (a, b) in enumerate(pairs, start=1) if a != b]
        return [*lines[:SHOWN], f"{len(lines)} lines differ"]
    return []


def _cells(old: Path, new: Path) -> list[str]:
    """What differs in two tables; floats that differ in their last digits only are told apart."""
    one, other = (pq.read_table(path).to_pandas() for path in (old, new))
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        gone, come = sorted({*one.columns} - {*other.columns}), sorted({*other.columns} - {*one.columns})
        return [f"{len(one)} rows → {len(other)}; columns gone: {gone}; new: {come}"]
    lines, last_digits = [], 0
    for column in one.columns:
        a, b = one[column], other[column]
        differ = ~((a == b) | (a.isna() & b.isna())).fillna(False).astype(bool)
        if pd.api.types.is_float_dtype(a) and pd.api.types.is_float_dtype(b):
            near = differ & ((a - b).abs() <= 1e-11 * b.abs())
            last_digits += int(near.sum())
            differ &= ~near
        lines += [f"{column}, row {n}: {a[n]!r} → {b[n]!r}" for n in one.index[differ]]
    kept = lines[:SHOWN] + ([f"{len(lines)} cells differ"] if lines else [])
    if last_digits:
        kept.append(f"{last_digits} floats differ in their last digits")
    return kept or ["same cells; the footer differs"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", help="a git revision")
    parser.add_argument("after", nargs="?", default=NOW, help="a git revision; without it, the files as they are")
    parser.add_argument("--keep", type=Path, help="a new folder where both sides stay, to be looked at")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = options.keep or Path(scratch)
        root.mkdir(exist_ok=True)
        sides = {"before": options.before, "after": options.after}
        for name, revision in sides.items():
            files_of(revision, root / name)
        with ThreadPoolExecutor(max_workers=2) as both:
            list(both.map(run, (root / name for name in sides)))
        found = list(differences(root / "before", root / "after"))
        count = len(made(root / "after"))
    print("\n".join(found))
    changed = sum(not line.startswith(" ") for line in found)
    print(f"{count} files, {changed} differ." if changed else f"{count} files, every byte the same.")
    sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
