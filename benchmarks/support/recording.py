"""Every call of a run, recorded while the workflow makes it, so that nothing of the wiring is written twice, and every program
that its `shell:` rules start; and counts.

The Snakefile of a recorded run (`RECORDER`) is the project's own after one line: `step.run` notes each call before it
is made. Functions and parameters are pickled as they are, whatever their types; of the vault only the study is noted.
The cost is a tenth of a millisecond a call.
"""

from __future__ import annotations

import atexit
import importlib
import json
import pickle
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Any

from support.costs import COUNT, Measure

CALLS, COUNTS = Path("calls.pickle"), Path("counts.json")
RECORDER = """
from support import recording

recording.start()  # before any module of the workflow is loaded


include: "Snakefile"
"""
# What is counted in the process of the workflow, with the processes that it starts (not what these start in turn).
VALIDATIONS, CODEBOOKS, PROCESSES = "validations", "codebook readings", "processes started"
LOCK = Lock()  # two rules may run at once
OWN = "diagnostic.core.gate"  # by which every `shell:` rule goes
STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.system", "os.spawn"})


@dataclass(frozen=True)
class Call:
    """One `step.run`; `study`: whose vault it got, if any."""

    function: Callable[..., Mapping[str, Any]]
    rule: str
    inputs: dict[str, str]
    outputs: dict[str, str]
    params: dict[str, Any]
    log: str
    study: str | None

    @property
    def name(self) -> str:
        """The same for no other call of a run: its log has a place of its own."""
        return self.log.removesuffix(".log")

    @property
    def read(self) -> list[str]:
        """The files it reads; a gate only orders the steps."""
        from diagnostic.core.step import GATE

        return [path for name, path in self.inputs.items() if name != GATE]

    def run(self) -> None:
        """The call again, as the workflow makes it: with the study's vault, opened anew."""
        from diagnostic.core import step
        from diagnostic.study.config import opened

        Path(self.log).parent.mkdir(parents=True, exist_ok=True)
        vault = opened(Path.cwd(), self.study, create=False) if self.study else None
        step.run(self.function, self.rule, self.inputs, self.outputs, self.params, self.log, vault)


@dataclass(frozen=True)
class Written:
    """A step that opens its files itself, since it reads what is known of tables, or documents: `write` of a module of `review`."""

    module: str
    arguments: tuple[Any, ...]  # the last: its log

    @property
    def rule(self) -> str:
        return Path(self.log).stem

    @property
    def log(self) -> str:
        return str(self.arguments[-1])

    def run(self) -> None:
        importlib.import_module(self.module).write(*self.arguments)


def calls(folder: Path = Path()) -> list[Call]:
    """The calls of the last recorded run, in an order in which each finds what it reads."""
    return [one for one in recorded(folder) if isinstance(one, Call)]


def recorded(folder: Path = Path()) -> list[Call | Written | list[str]]:
    """The calls of the last recorded run, and the commands of its `shell:` rules, in an order in which each finds what it reads."""
    return list(_loaded(folder / CALLS))


def _loaded(path: Path) -> Iterator[Call | Written | list[str]]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301 - written by this very benchmark, a moment ago
            except EOFError:
                return


def counts(folder: Path) -> dict[str, int]:
    """What the last recorded run counted."""
    found: dict[str, int] = json.loads((folder / COUNTS).read_text(encoding="utf-8"))
    return found


def tallies(folder: Path, studies: int) -> list[Measure]:
    """What the last recorded run counted, by study where it grows with them; and validations by table written."""
    found, made = counts(folder), calls(folder)
    tables = sum(path.endswith(".parquet") for call in made for path in call.outputs.values())
    return [
        Measure("steps a study", len(made) / studies, COUNT),
        Measure("tables written a study", tables / studies, COUNT),
        Measure("validations by table written", found[VALIDATIONS] / tables, COUNT),
        Measure("codebook readings", found[CODEBOOKS], COUNT),
        Measure("processes started a study", found[PROCESSES] / studies, COUNT),
    ]


def start() -> None:
    """From now on, and in this process: note every call, count, and write the counts at the end."""
    from diagnostic.core import step
    from diagnostic.review import lineage, lint

    CALLS.unlink(missing_ok=True)
    step.run = _noted(step.run)
    for module in (lineage, lint):
        module.write = _written(module.__name__, module.write)
    found: Counter[str] = Counter({VALIDATIONS: 0, CODEBOOKS: 0, PROCESSES: 0})
    _count(found)
    atexit.register(lambda: COUNTS.write_text(json.dumps(found), encoding="utf-8"))


def _note(one: Call | Written | list[str]) -> None:
    with LOCK, CALLS.open("ab") as file:
        pickle.dump(one, file)


def _noted(run: Callable[..., None]) -> Callable[..., None]:
    @wraps(run)
    def noted(
        function: Callable[..., Mapping[str, Any]],
        rule: str,
        inputs: Mapping[str, str],
        outputs: Mapping[str, str],
        params: Mapping[str, Any],
        log: str,
        vault: Any = None,
    ) -> None:
        study = vault.study if vault else None
        call = Call(function, rule, plain(inputs), plain(outputs), plain(params), str(log), study)
        _note(call)
        run(function, rule, inputs, outputs, params, log, vault)

    return noted


def _written(module: str, write: Callable[..., None]) -> Callable[..., None]:
    @wraps(write)
    def noted(*arguments: Any) -> None:
        _note(Written(module, plain(arguments)))
        write(*arguments)

    return noted


def plain(value: Any) -> Any:
    """The same without Snakemake's own kinds of texts and lists, which hold the whole workflow."""
    if isinstance(value, str):
        return str.__str__(value) if type(value) is str else "".join(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(plain, value)) if type(value) in (list, tuple) else [plain(item) for item in value]
    return value


def _count(found: Counter[str]) -> None:
    """Count where things happen, whoever asks for them and under whatever name it was imported."""
    from diagnostic.codebook import loading
    from diagnostic.core import validation

    def counted(owner: Any, method: str, name: str) -> None:
        before = getattr(owner, method)

        @wraps(before)
        def counting(*given: Any, **named: Any) -> Any:
            found[name] += 1
            return before(*given, **named)

        setattr(owner, method, counting)

    counted(validation, "_typed", VALIDATIONS)
    counted(loading, "check", CODEBOOKS)

    def hear(event: str, given: tuple[Any, ...]) -> None:
        if event in STARTS:
            found[PROCESSES] += 1
        if event == "subprocess.Popen" and OWN in str(given[1]):
            _note(plain(given[1]) if isinstance(given[1], list) else [str(given[1])])

    sys.addaudithook(hear)
