"""One step of the workflow: read the named inputs, call one pure function, write the named outputs.

The function receives its inputs by name (a table for `.parquet`, else bytes) and its parameters by name, and
returns its outputs by name: a table, text, bytes, or a folder as a mapping of file names. It knows nothing of files; rules know nothing else.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from diagnostic.core import freshness, io, references, writing
from diagnostic.core.contents import beginning

EXPORTS = "exports"  # a parameter: role → format of what the vault holds, which Snakemake never sees as a file
PRIVATE = "private"  # what a step gives back for the vault: name → table
TABLE = ".parquet"
KEYED = "keyed"  # a parameter: the purpose of a key derived from the vault's, which the function gets as `key`
DIGESTS = "digests"  # a parameter: role → keyed digest of what the vault holds
# A function that has no use for these does not name them: they still make its rule run again, open the vault for it, or
# are what its other tables refer to.
UNASKED = frozenset({EXPORTS, DIGESTS, KEYED, "received", "pseudonyms", "key", "codes"})
GATE = "gate"  # an input that only orders the steps: every step after the check waits for it


class Vault(Protocol):
    """What a step needs of an open vault."""

    def read_received(self, role: str) -> bytes: ...

    def pseudonyms(self, kind: str, values: Iterable[str]) -> list[str]: ...

    def secret(self, purpose: str) -> bytes: ...

    def write_private(self, frame: pd.DataFrame, name: str) -> Path: ...


def run(
    function: Callable[..., Mapping[str, Any]],
    rule: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    params: Mapping[str, Any],
    log: str,
    vault: Vault | None = None,
) -> None:
    """Run one step. The log gets counts, never values. Raises what the function or the door raises (see `core.faults`).

    Every table made is checked, with what it refers to, before the first file is written.
    With an open `vault` the function gets the exports (`received`) and `pseudonyms`, and what it gives back as
    `private` is written there.
    """
    paths = {name: Path(path) for name, path in inputs.items() if name != GATE}
    contents = {name: beginning(path) if path.suffix != TABLE else path.read_bytes() for name, path in paths.items()}
    given: dict[str, Any] = {
        name: io.table_in(contents[name], path) if path.suffix == TABLE else contents[name]
        for name, path in paths.items()
    }
    arguments = {name: value for name, value in params.items() if name not in ("code", freshness.PARAMETER)}
    stamp = {
        "rule": rule,
        "code": params["code"],
        "params": arguments,
        "inputs": {path.as_posix(): hashlib.sha256(contents[name]).hexdigest() for name, path in paths.items()},
        "rows_in": {name: len(table) for name, table in given.items() if paths[name].suffix == TABLE},
    }
    held = {io.table_name(path): given[name] for name, path in paths.items() if path.suffix == TABLE}
    if vault:
        given |= {"received": {role: vault.read_received(role) for role in arguments.get(EXPORTS) or {}}}
        given |= {"pseudonyms": vault.pseudonyms}
        if arguments.get(KEYED):
            given |= {"key": vault.secret(arguments[KEYED])}
    results = function(**asked(function, given | arguments))
    made = {
        Path(path): io.storable(results[name], Path(path)) for name, path in outputs.items() if path.endswith(TABLE)
    }
    references.check(held | {io.table_name(path): frame for path, frame in made.items()})
    if vault:
        for name, frame in results.get(PRIVATE, {}).items():
            vault.write_private(frame, name)
    lines = [f"{name}: {rows} rows in" for name, rows in stamp["rows_in"].items()]
    lines += _written(results, made, outputs, stamp)
    Path(log).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _written(
    results: Mapping[str, Any], made: Mapping[Path, pd.DataFrame], outputs: Mapping[str, str], stamp: Mapping[str, Any]
) -> list[str]:
    """Write the outputs of a step, each whole or not at all; one line for its log per output."""

    def write(name: str) -> str:
        path = Path(outputs[name])
        if path in made:
            return f"{name}: {io.store(made[path], path, stamp)} rows out"
        content = results[name]
        if isinstance(content, Mapping):
            writing.write_folder(content, path)
            return f"{name}: {len(content)} files written"
        writing.write_bytes(content if isinstance(content, bytes) else content.encode(), path)
        return f"{name}: written"

    with ThreadPoolExecutor(writing.TOGETHER) as pool:
        return list(pool.map(write, outputs))


def asked(function: Callable[..., Mapping[str, Any]], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments without those of `UNASKED` that the function does not name."""
    named = inspect.signature(function).parameters
    return {name: value for name, value in arguments.items() if name in named or name not in UNASKED}
