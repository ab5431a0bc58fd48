"""One step of the workflow: read the named inputs, call one pure function, write the named outputs.

The function receives its inputs by name (a table for `.parquet`, else bytes) and its parameters by name, and
returns its outputs by name: a table, text, bytes, or a folder as a mapping of file names. It knows nothing of files; rules know nothing else.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from diagnostic.core import freshness, home, io, writing
from diagnostic.core.contents import beginning
from diagnostic.core.tables import among, references
from diagnostic.core.validation import DoorError

EXPORTS = "exports"  # a parameter: role → format of what the vault holds, which Snakemake never sees as a file
PRIVATE = "private"  # what a step gives back for the vault: name → table
TABLE = ".parquet"
KEYED = "keyed"  # a parameter: the purpose of a key derived from the vault's, which the function gets as `key`
DIGESTS = "digests"  # a parameter: role → keyed digest of what the vault holds
# A function that has no use for these does not name them: they still make its rule run again, open the vault for it, or
# are what its other tables refer to.
OPTIONAL_INPUTS = frozenset({EXPORTS, DIGESTS, KEYED, "received", "pseudonyms", "key", "codes"})
OF_RULES = frozenset({"code", "function", freshness.PARAMETER})  # parameters of a rule, never of its function
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
    arguments = {name: value for name, value in params.items() if name not in OF_RULES}
    stamp = {
        "rule": rule,
        "code": params["code"],
        "function": params.get("function", ""),
        "params": arguments,
        "inputs": {home.named(path): hashlib.sha256(contents[name]).hexdigest() for name, path in paths.items()},
        "rows_in": {name: len(table) for name, table in given.items() if paths[name].suffix == TABLE},
    }
    held = {io.table_name(path): given[name] for name, path in paths.items() if path.suffix == TABLE}
    if vault:
        given |= {"received": {role: vault.read_received(role) for role in arguments.get(EXPORTS) or {}}}
        given |= {"pseudonyms": vault.pseudonyms}
        if arguments.get(KEYED):
            given |= {"key": vault.secret(arguments[KEYED])}
    results = function(**asked(function, given | arguments))
    made = {Path(path): io.storable(results[one], Path(path)) for one, path in outputs.items() if path.endswith(TABLE)}
    check(held | {io.table_name(path): frame for path, frame in made.items()})
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
    """The arguments without those of `OPTIONAL_INPUTS` that the function does not name."""
    named = inspect.signature(function).parameters
    return {name: value for name, value in arguments.items() if name in named or name not in OPTIONAL_INPUTS}


# -- Foreign keys: what tables declare of each other (`tables.refers`), checked where both are at hand ------------
# Answers refer to the codebook without declaring it: where the table of its codes is at hand, every column of a
# closed question is one of its answers (`variable/code`), and holds some of its codes (`variable.code`) or says that
# it has none.
CODES, ANSWER = "collect/codes", "answer"  # the table of the codebook's answers, and its column
STATES = frozenset({"no_answer", "not_asked"})


def check(given: Mapping[str, pd.DataFrame]) -> None:
    """Check every declared reference from one of the tables to another (`phase/table` → typed table).

    A column that is not there, since its form follows the codebook, holds nothing. Raises DoorError: it names tables,
    columns and positions, all of them, and never a value.
    """
    found = list(_answers(given))
    for name, frame in given.items():
        for reference in references(name):
            if reference.table not in given or reference.column not in frame:
                continue
            known = given[reference.table].get(reference.target, pd.Series([], dtype="str"))
            values = frame[reference.column]
            if pd.api.types.is_string_dtype(values.dtype):  # as plain texts: pandas would turn Arrow's one by one
                values, known = values.astype(object), known.astype(object)
            astray = values.notna().to_numpy() & ~values.isin(known).to_numpy(dtype=bool)
            astray &= among(frame, reference.where)
            if reference.unless:
                astray &= ~among(frame, reference.unless)
            if astray.any():
                at = [int(row) for row in astray.nonzero()[0][:10]]
                target = f"{reference.table}.{reference.target}"
                found.append(f"table {name}: {reference.column} is not in {target} (positions {at})")
    if found:
        raise DoorError("; ".join(found))


def _answers(given: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """What is no answer of the codebook, in the columns of closed questions."""
    codes = _codes(tuple(given[CODES][ANSWER].tolist())) if CODES in given else {}
    for name, frame in given.items() if codes else ():
        for column in frame.columns:
            variable, ticked, option = column.partition("/")
            if ticked and variable in codes and option not in codes[variable]:
                yield f"table {name}: a column of {variable} is no answer of the codebook"
            variable = column.removesuffix(".code")
            if variable != column and variable in codes:
                others = set(frame[column].dropna().unique()) - codes[variable] - STATES
                if others:
                    at = [int(row) for row in frame[column].isin(others).to_numpy().nonzero()[0][:10]]
                    yield f"table {name}: {column} is not in {CODES}.{ANSWER} (positions {at})"


@lru_cache(maxsize=2)  # every step of a study has the same
def _codes(answers: tuple[str, ...]) -> dict[str, set[str]]:
    """Variable → its codes."""
    codes: dict[str, set[str]] = {}
    for answer in answers:
        variable, _, code = answer.partition("/")
        codes.setdefault(variable, set()).add(code)
    return codes
