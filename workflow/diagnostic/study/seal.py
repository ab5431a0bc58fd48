"""Sealing: an input that the team corrected is accepted again, its earlier digest kept, its changes listed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from diagnostic.collect.grids import read_csv
from diagnostic.collect.tables import INPUTS
from diagnostic.core import io, writing
from diagnostic.core.declarations import ConfigError, validate
from diagnostic.core.problems import MASKED
from diagnostic.privacy import personal
from diagnostic.study import given
from diagnostic.study.config import RESOURCES, SIDECAR, STUDIES, load_study, load_yaml, sidecar
from diagnostic.study.declared import Sidecar

OUTLINES = "outlines"  # the study's own geography, which is no role of the inputs


def seal(root: Path, study: str, today: dt.date) -> list[str]:
    """Record the digests of a study's inputs; one French sentence per change. Raises ConfigError.

    Cells are compared with those of the last run (`collect/cells.parquet`) where there is one.
    """
    begun = _begun(root, study)
    loaded, sidecars = load_study(root, study)
    before = root / "results" / study / "collect/cells.parquet"
    cells = io.read_table(before) if before.is_file() else None
    lines = begun
    files = dict(loaded.inputs)
    if loaded.outlines:
        files[OUTLINES] = loaded.outlines.file
        sidecars[OUTLINES] = sidecar(root, study, loaded.outlines.file)
    for role, file in files.items():
        path = root / RESOURCES / study / file
        digest, recorded = writing.sha256(path), sidecars[role].accepted.removeprefix("sha256:")
        if digest == recorded:
            continue
        lines.append(f"{file} : empreinte {recorded[:12]}… remplacée par {digest[:12]}…")
        if cells is not None and role in INPUTS:
            new, _ = read_csv(path.read_bytes(), file, role)
            lines += _changes(cells[cells["role"] == role], new, file)
        record = given.replaced(given.read_record(root, study, file), "sha256", digest, recorded, today)
        given.write_record(root, study, file, record)
    return lines


def _begun(root: Path, study: str) -> list[str]:
    """Write the digest into the new origin records that have none, where nothing else lacks; one sentence for each."""
    config, lines = load_yaml(root, STUDIES / f"{study}.yaml"), []
    named = [config.get("inputs"), {OUTLINES: (config.get(OUTLINES) or {}).get("file")} if config.get(OUTLINES) else {}]
    for file in (str(file) for part in named if isinstance(part, dict) for file in part.values()):
        path, place = root / RESOURCES / study / file, RESOURCES / study / f"{file}{SIDECAR}"
        content = load_yaml(root, place) if path.is_file() and (root / place).is_file() else {"sha256": ""}
        if "sha256" in content:
            continue
        digest = writing.sha256(path)
        try:
            validate(Sidecar, content | {"sha256": digest}, place)
        except ConfigError:
            continue  # told with all the rest
        given.write_record(root, study, file, content | {"sha256": digest})
        lines.append(f"{file} : empreinte {digest[:12]}… écrite dans sa fiche")
    return lines


def _changes(old: pd.DataFrame, new: pd.DataFrame, file: str) -> list[str]:
    """The cells that differ, as « file!C12 : « 3 » devient « 4 » »."""
    key = ["row", "column"]
    both = old[[*key, "value"]].merge(new[[*key, "value"]], on=key, how="outer", suffixes=("_old", "_new"))
    both = both.fillna({"value_old": "", "value_new": ""})
    differ = both[both["value_old"] != both["value_new"]].sort_values(key)
    return [
        f"  {file}!{c.column}{c.row} : {_quoted(c.value_old)} devient {_quoted(c.value_new)}"
        for c in differ.itertuples()
    ]


def _quoted(value: str) -> str:
    """A value for the terminal: what looks personal is not repeated there."""
    return MASKED if personal.kind_of(value) else f"« {value} »" if value else "(vide)"
