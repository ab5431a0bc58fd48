"""A study's steps as its own workflow calls them, replayed in memory: nothing is written, any table may be changed.

`recorded` lets Snakemake run the project's rules with one name replaced, `call`, the only one through which they reach
the package: it notes each call instead of making it. `replayed` makes the calls in that order and hands the tables on.
What a rule reads, gives and is told is therefore its own; nothing of it is repeated here.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import shared
import yaml
from own import ROOT, STUDIES, home
from snakemake.cli import args_to_api, parse_args

from diagnostic.codebook import loading
from diagnostic.collect.table_names import WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core import io
from diagnostic.core.step import EXPORTS, GATE, KEYED, OF_RULES, PRIVATE, asked
from diagnostic.release.tables import PRINTED
from diagnostic.study.config import Config, load, opened

EVERY = (*INPUTS, *WORKBOOKS)
COLLECT, RELEASE, TERRITORIES = "collect_tables", "release_ledger", "geography_territories"
Change = Callable[[dict[str, pd.DataFrame]], None]
Rewrite = Callable[[str, bytes], bytes]


@dataclass(frozen=True)
class Call:
    """What a rule asks of the package: a function, and by their names its inputs, outputs (paths) and parameters."""

    function: Callable[..., Mapping[str, Any]]
    rule: str
    inputs: dict[str, str]
    outputs: dict[str, str]
    params: dict[str, Any]


_calls: list[Call] = []
_SNAKEFILE = """include: "workflow/Snakefile"
import replay
def call(name, *given, **named):
    replay.noted(function(name), *given, **named)
"""
_LINKED = ("workflow", "resources", "report", "profiles", "config/codebook", "config/modeles")


def noted(
    function: Callable[..., Mapping[str, Any]], rule: str, input: Any, output: Any, params: Any, log: Any
) -> None:
    """In the place of the workflow's `call`; Snakemake wants to see each output."""
    inputs, outputs = ({name: str(path) for name, path in files.items()} for files in (input, output))
    told = {name: value for name, value in params.items() if name != "function"}
    _calls.append(Call(function, rule, inputs, outputs, told))
    for path in outputs.values():
        Path(path).touch()


@cache
def recorded(root: Path, study: str, roles: tuple[str, ...] = EVERY) -> tuple[Call, ...]:
    """The calls of a study of the project at `root` up to its release, in the order of its workflow, which runs without
    network in a folder of its own. With `roles`, the study gives only these files."""
    if root != home():
        return _recorded(root, study, roles)
    return shared.between_processes(("recorded", study, *roles), lambda: _recorded(root, study, roles))


def _recorded(root: Path, study: str, roles: tuple[str, ...]) -> tuple[Call, ...]:
    _calls.clear()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in (*_LINKED, *(path.relative_to(root).as_posix() for path in (root / "config").glob("*.yaml"))):
            if (root / name).exists():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                (home / name).symlink_to((root / name).resolve())
        if (root / "vault").is_dir():
            shutil.copytree(root / "vault", home / "vault")  # a link is refused
        (home / "Snakefile").write_text(_SNAKEFILE, encoding="utf-8")
        chosen = yaml.safe_load((root / f"config/studies/{study}.yaml").read_text(encoding="utf-8"))
        chosen["inputs"] = {role: file for role, file in chosen["inputs"].items() if role in roles}
        if "published_figures" not in chosen["inputs"]:
            chosen.pop("publication", None)
        (home / "config/studies").mkdir()
        (home / f"config/studies/{study}.yaml").write_text(yaml.safe_dump(chosen, sort_keys=False), encoding="utf-8")
        arguments = ["--profile", "profiles/default", "--cores", "1", "--quiet", "all", "--config"]
        arguments += [
            f"studies=[{study}]",
            "geography={fetch: false}",
            "--",
            *(f"results/{study}/release/{name}.parquet" for name in ("statements", "readings")),
        ]
        with chdir(home):
            parser, parsed = parse_args(arguments)
            with ThreadPoolExecutor(1) as alone:  # in a thread of its own: a browser's loop may run in this one
                ran = alone.submit(args_to_api, parsed, parser).result()
            assert ran, "the workflow did not run: its own words are above"
    return tuple(_calls)


def replayed(
    calls: Sequence[Call],
    home: Path,
    made: dict[str, Any] | None = None,
    change: Change | None = None,
    rewrite: Rewrite | None = None,
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Path → what the calls make: validated tables, bytes. Other files are read at `home`; `made` is gone on from.

    `change` may alter the collected tables in place before anything is computed, `rewrite` an export of the vault
    (role, content) before it is read. What another replay of these calls made of the very same inputs, `before`, is
    taken from it: with `rewrite`, which it does not know of, there is none.
    """
    made = {} if made is None else made
    for call in calls:
        paths = {name: path for name, path in call.inputs.items() if name != GATE}
        if (
            before
            and not (change and call.rule == COLLECT)
            and all(made.get(path) is before.get(path) for path in paths.values())
        ):
            made |= {path: before[path] for path in call.outputs.values()}
            continue
        given = {name: made[path] if path in made else (home / path).read_bytes() for name, path in paths.items()}
        arguments = {name: value for name, value in call.params.items() if name not in OF_RULES}
        if arguments.get(EXPORTS) or arguments.get(KEYED):
            vault = opened(home, arguments["study"], create=False)
            received = {role: vault.read_received(role) for role in arguments.get(EXPORTS) or {}}
            if rewrite:
                received = {role: rewrite(role, content) for role, content in received.items()}
            arguments |= {"received": received, "pseudonyms": vault.pseudonyms}
            arguments |= {"key": vault.secret(arguments[KEYED])} if arguments.get(KEYED) else {}
        results = dict(call.function(**asked(call.function, given | arguments)))
        results.pop(PRIVATE, None)
        if change and call.rule == COLLECT:
            change(results)
        for name, path in call.outputs.items():
            result = results[name]
            if path.endswith(".parquet"):
                result = io.rounded(io.validate(result, io.table_name(Path(path)))).reset_index(drop=True)
            made[path] = result.encode() if isinstance(result, str) else result
            if before and _same(made[path], before[path]):
                made[path] = before[path]
    return made


def _same(one: Any, other: Any) -> bool:
    return bool(one.equals(other) if isinstance(one, pd.DataFrame) else one == other)


@dataclass(frozen=True)
class Estimated:
    """A study up to its facts, and what its release adds to them."""

    study: str
    made: dict[str, Any]
    rest: Sequence[Call]
    home: Path

    def table(self, name: str) -> pd.DataFrame:
        """A table by its phase and its name, such as `consolidate/rows`."""
        return self.made[f"results/{self.study}/{name}.parquet"]  # type: ignore[no-any-return]

    @property
    def facts(self) -> pd.DataFrame:
        """All facts by id."""
        return self.table("estimate/facts").set_index("fact_id")

    @property
    def reproduction(self) -> pd.DataFrame:
        """Every published figure by id, with what was computed."""
        return self.table("estimate/reproduction").set_index("fact_id")

    @property
    def problems(self) -> str:
        """The list of errors and warnings, as CSV."""
        return self.made[f"results/{self.study}/collect/erreurs.csv"].decode()  # type: ignore[no-any-return]

    def released(self) -> dict[str, pd.DataFrame]:
        """All that the report may read."""
        made = replayed(self.rest, self.home, dict(self.made))
        return {name: made[f"results/{self.study}/release/{name}.parquet"] for name in PRINTED}


def of_project(
    root: Path,
    study: str,
    change: Change | None = None,
    rewrite: Rewrite | None = None,
    roles: Collection[str] = EVERY,
    before: Mapping[str, Any] | None = None,
) -> Estimated:
    """The facts of a study of the project at `root`; see `recorded` and `replayed`."""
    calls = recorded(root, study, tuple(roles))
    first = next(at for at, call in enumerate(calls) if call.rule == RELEASE)
    made = replayed(calls[:first], root, change=change, rewrite=rewrite, before=before)
    return Estimated(study, made, calls[first:], root)


@cache
def _estimated(study: str, roles: tuple[str, ...]) -> Estimated:
    made = shared.between_processes(("estimated", study, *roles), lambda: of_project(home(), study, roles=roles))
    return replace(made, home=home())


@cache
def released(study: str) -> dict[str, pd.DataFrame]:
    """All that the report may read of a study of the repository, decided once for all processes."""
    return shared.between_processes(("released", study), lambda: estimated(study).released())


def estimated(study: str, change: Change | None = None, roles: Collection[str] = EVERY) -> Estimated:
    """The facts of a study of the repository, computed once for all processes; where something is changed, what depends on it."""
    if not change:
        return _estimated(study, tuple(roles))
    before = _estimated(study, EVERY).made if roles is EVERY else None
    return of_project(home(), study, change, roles=roles, before=before)


@cache
def outlined(study: str) -> pd.DataFrame:
    """The territories of a study that brings its own outlines; none for the others, which need the network."""
    calls = [call for call in recorded(home(), study) if call.rule == TERRITORIES]
    return replayed(calls, home())[calls[0].outputs["areas"]]  # type: ignore[no-any-return]


@cache
def codebook() -> dict[str, bytes]:
    """The codebook's files, as the steps receive them."""
    folder = ROOT / loading.FOLDER
    return {f"codebook_{Path(name).stem}": (folder / name).read_bytes() for name in loading.FILES}


@cache
def config() -> Config:
    return load(home(), {"studies": list(STUDIES)})
