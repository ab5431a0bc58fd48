"""Do the tests nearest to a formula see that it is wrong? Mutants of it are drawn, and each is judged by them.

A mutant is one module with one place changed: a comparison, an operator, a number, `and` for `or`, a condition turned round,
the other of two functions (`min` for `max`, `any` for `all`, `floor` for `ceil`). It lives in a process of its own, forked from
one that has loaded the tests; no file is changed. Tests nearest to a module are those of the phases judged that import it, or a
module of its phase that imports it; where there are none, those of any folder that import it. Of them run the ones
that enter the function that is changed, the quickest first, as was seen when they ran once with the program as it is. Where
none sees anything, the slow tests of the same files are asked, and the tests of other folders that import the module by name,
but those of whole runs: those of some seconds that enter the function, the quickest first too.

A survivor is a hole in the tests, or the same program written otherwise: `mutants.csv` says which, place by place, and why.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import csv
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from support.costs import COUNT, PROJECT, RATIO, SECONDS, Measure, finish, parser

PACKAGE = PROJECT / "workflow"
TESTS = PROJECT / "tests"
ROOMS = ("estimate/formulas", "consolidate", "release", "findings")
ACCEPTED = Path(__file__).with_name("mutants.csv")  # module, place, what was changed, why nobody can see it
WHOLE, SHORT, FEW = 200, 12, 2  # no limit is set on the short form, which shows that the whole one still can judge
LIBRARIES = ("pandas", "pandera.pandas", "pyarrow.parquet", "scipy.stats", "scipy.optimize", "hypothesis", "pytest")
LIBRARIES += ("numpy", "yaml", "jinja2", "pydantic", "click", "openpyxl", "ortools.sat.python.cp_model", "krippendorff")
CPU = 90  # seconds that the tests of a mutant may take where all is loaded anew, after which it has survived
ENOUGH = 20.0  # seconds of tests that see nothing, the quickest first, after which a mutant has survived
LONGEST = 6.0  # seconds that a slow test may take to be one of those that are asked then
MORE = 12.0  # seconds of those
RUNS = ("workflow", "start", "team", "benchmarks", "desk")  # folders of tests of whole runs
QUIET = ("-q", "--disable-warnings", "-p", "no:cacheprovider", "-o", "addopts=")
QUICK, ALL = ("-m", "not slow"), ("-m", "not slow or slow")  # both draw as few cases as the short form (`conftest`)
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "cummin": "cummax"}
NAMES |= {"idxmin": "idxmax", "idxmax": "idxmin", "fmin": "fmax", "fmax": "fmin", "ge": "gt", "gt": "ge", "le": "lt"}
NAMES |= {"lt": "le", "minimum": "maximum", "maximum": "minimum", "clip": "round"}


@dataclass(frozen=True)
class Mutant:
    """One change of one module: the `at`-th of its places."""

    module: str
    at: int
    line: int
    change: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.change}"


def source(module: str) -> Path:
    return PACKAGE.joinpath(*module.split(".")).with_suffix(".py")


def modules() -> list[str]:
    """What is changed: every module of the rooms whose numbers and decisions are printed, but their declarations."""
    paths = [path for room in ROOMS for path in sorted((PACKAGE / "diagnostic" / room).rglob("*.py"))]
    named = [path for path in paths if path.stem not in ("__init__", "tables", "table_names")]
    return [".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in named]


def _unread(tree: ast.AST) -> set[int]:
    """Nodes that no calculation reads: annotations, docstrings, decorators, defaults of dataclass fields that are texts."""
    left: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            left.append(node.annotation)
        if isinstance(node, ast.arg) and node.annotation:
            left.append(node.annotation)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            left += node.decorator_list
        if isinstance(node, ast.FunctionDef) and node.returns:
            left.append(node.returns)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            left.append(node.slice)  # a key, whose neighbour is there or is a KeyError
    return {id(inner) for node in left for inner in ast.walk(node)}


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int]]:
    """Each place that can be changed: the node, what becomes of it, and which of its parts."""
    unread = _unread(tree)
    for node in ast.walk(tree):
        if id(node) in unread:
            continue
        if isinstance(node, ast.Compare):
            for part, kind in enumerate(node.ops):
                if type(kind) in SWAPS:
                    yield node, f"{type(kind).__name__} → {SWAPS[type(kind)].__name__}", part
        elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in SWAPS:
            yield node, f"{type(node.op).__name__} → {SWAPS[type(node.op)].__name__}", 0
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node, f"{node.value} → {_other(node.value)}", 0
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
            yield node, f"{type(node.op).__name__} removed", 0
        elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
            yield node, "condition turned round", 0
        elif isinstance(node, ast.Attribute) and node.attr in NAMES:
            yield node, f".{node.attr} → .{NAMES[node.attr]}", 0
        elif isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
            yield node, f"{node.id} → {NAMES[node.id]}", 0


def _other(number: int | float) -> int | float:
    return number + 1 if isinstance(number, int) else number * 1.25 if number else 0.5


def mutated(module: str, at: int) -> ast.Module:
    """The module's tree with its `at`-th place changed."""
    tree = ast.parse(source(module).read_text(encoding="utf-8"))
    node, _, part = list(places(tree))[at]
    if isinstance(node, ast.Compare):
        node.ops[part] = SWAPS[type(node.ops[part])]()  # type: ignore[assignment]
    elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)):
        node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.Constant):
        node.value = _other(node.value)  # type: ignore[arg-type]
    elif isinstance(node, ast.UnaryOp):
        _replace(tree, node, node.operand)
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        node.test = ast.UnaryOp(op=ast.Not(), operand=copy.deepcopy(node.test))
    elif isinstance(node, ast.Attribute):
        node.attr = NAMES[node.attr]
    elif isinstance(node, ast.Name):
        node.id = NAMES[node.id]
    return ast.fix_missing_locations(tree)


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return new if node is old else super().visit(node)

    Swap().visit(tree)


def drawn(number: int, seed: int, only: str = "", function: str = "") -> list[Mutant]:
    """Mutants drawn at random among all places of all modules, or of those whose name holds `only`, without return; or every
    place of the functions of one name."""
    every: list[Mutant] = []
    judged = [module for module in modules() if only in module]
    for module in judged:
        tree = ast.parse(source(module).read_text(encoding="utf-8"))
        found = enumerate(places(tree))
        every += [Mutant(module, at, getattr(node, "lineno", 0), change) for at, (node, change, _) in found]
    if function:
        return [mutant for mutant in every if (inside := enclosing(mutant)) and inside.name == function]
    print(f"{len(every)} places in {len(judged)} modules; {number} drawn with seed {seed}")
    return random.Random(seed).sample(every, number)


# -- The tests nearest to a module ----------------------------------------------------------------------------------


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file imports, by its whole name; of « from a import b » both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


@cache
def nearest(module: str) -> tuple[str, ...]:
    """The test files that judge a module: those of the phases judged that import it, or a module of its phase that imports
    it; where there are none, those of any folder that import it."""
    phases = sorted({room.partition("/")[0] for room in ROOMS})
    every = sorted(TESTS.rglob("test_*.py"))
    own = [path for path in every if path.relative_to(TESTS).parts[0] in phases]
    users = {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in sorted((PACKAGE / "diagnostic" / module.split(".")[1]).rglob("*.py"))
        if module in imports(path)
    }
    found = [path for path in own if imports(path) & {module, *users}]
    return tuple(
        str(path.relative_to(PROJECT)) for path in found or [path for path in every if module in imports(path)]
    )


@cache
def further(module: str) -> tuple[str, ...]:
    """The test files of other folders that import a module by name, but those of whole runs."""
    every = [path for path in sorted(TESTS.rglob("test_*.py")) if module in imports(path)]
    others = [path for path in every if path.relative_to(TESTS).parts[0] not in RUNS]
    return tuple(name for path in others if (name := str(path.relative_to(PROJECT))) not in nearest(module))


# -- The judgement --------------------------------------------------------------------------------------------------


@dataclass
class Known:
    """What a test does with the program as it is: its CPU seconds, and the functions of the rooms that it enters."""

    item: pytest.Item
    cpu: float
    entered: frozenset[tuple[str, int]]


def _within(seconds: float) -> None:
    """This process ends itself after so many CPU seconds more; 0: never."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _apart(work: Callable[[Connection], None]) -> tuple[int, Any]:
    """The code with which a child that does some work ends, and the last thing that it sent; it sees this process, not the reverse."""
    ours, theirs = Pipe(duplex=False)
    child = os.fork()
    if not child:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.alarm(10 * CPU)  # one that waits for ever spends nothing
        hidden = os.open(os.devnull, os.O_WRONLY)
        os.dup2(hidden, 1), os.dup2(hidden, 2)
        code = 1
        try:
            work(theirs)
            code = 0
        finally:
            os._exit(code)
    theirs.close()
    said = None
    with contextlib.suppress(EOFError):
        while True:
            said = ours.recv()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def _passes(item: pytest.Item, after: pytest.Item | None) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=after)
    return not any(report.failed for report in reports)


class Tests:
    """The tests nearest to the modules, read once, in the process that this is made in."""

    def __init__(self, session: pytest.Session) -> None:
        self.of_file: dict[str, list[pytest.Item]] = {}
        self.slow_of_file: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            name = str(item.path.relative_to(PROJECT))
            (self.slow_of_file if item.get_closest_marker("slow") else self.of_file).setdefault(name, []).append(item)
        self.known: dict[str, list[Known]] = {}
        self.slowly: dict[str, list[Known]] = {}
        gc.unfreeze()  # what is frozen is not told
        functions = (one for one in gc.get_objects() if isinstance(one, types.FunctionType))
        self.functions: dict[str, list[types.FunctionType]] = {}
        for function in functions:
            self.functions.setdefault(function.__code__.co_filename, []).append(function)

    def file(self, name: str) -> list[Known]:
        """What the tests of a file do. Those that fail, or are skipped, with the program as it is judge nothing."""
        if name not in self.known:
            items = self.of_file.get(name, [])
            _, said = _apart(lambda pipe: self._look(items, pipe))
            if said is None:
                print(f"     {name}: its tests end the process that they are in; they judge nothing")
            self.known[name] = [Known(items[at], cpu, entered) for at, cpu, entered in said or []]
        return self.known[name]

    def slow(self, name: str) -> list[Known]:
        """The same of the slow tests of a file, each looked at in a process of its own: those that take no more than LONGEST."""
        if name not in self.slowly:
            self.slowly[name] = []
            for item in self.slow_of_file.get(name, []):
                one = [item]
                _, said = _apart(lambda pipe, one=one: (_within(2 * LONGEST), self._look(one, pipe)))  # type: ignore[misc]
                found = [Known(item, cpu, entered) for _, cpu, entered in said or []]
                self.slowly[name] += [known for known in found if known.cpu <= LONGEST]
        return self.slowly[name]

    @staticmethod
    def _look(items: Sequence[pytest.Item], pipe: Connection) -> None:
        rooms = tuple(str(PACKAGE / "diagnostic" / room) for room in ROOMS)
        entered: set[tuple[str, int]] = set()

        def enter(frame: types.FrameType, event: str, given: object) -> None:
            code = frame.f_code
            if code.co_filename.startswith(rooms):
                entered.add((code.co_filename, code.co_firstlineno))

        found = []
        for at, (item, after) in enumerate(zip(items, [*items[1:], None], strict=True)):
            entered.clear()
            before = time.process_time()
            sys.settrace(enter)  # calls alone: a line is not looked at
            reports = runtestprotocol(item, log=False, nextitem=after)
            sys.settrace(None)
            if all(report.passed for report in reports):
                found.append((at, time.process_time() - before, frozenset(entered)))
        pipe.send(found)

    def nearest(self, mutant: Mutant, function: int) -> list[Known]:
        """The tests of the nearest files that enter the changed function, the quickest first, then the others of their files:
        what one of them sets up, another may judge."""
        place, chosen, others = (str(source(mutant.module)), function), [], []
        for name in nearest(mutant.module):
            known = self.file(name)
            if any(place in one.entered for one in known):
                chosen += [one for one in known if place in one.entered]
                others += [one for one in known if place not in one.entered]
        return sorted(chosen, key=lambda one: one.cpu) + others

    def catch(self, mutant: Mutant) -> bool | None:
        """Whether a test fails; None where the place is not in a function that a test enters, and has to be loaded anew."""
        inside = enclosing(mutant)
        first = _first(inside) if inside else 0
        tests = self.nearest(mutant, first) if inside else []
        path = str(source(mutant.module))
        codes = _codes(compile(mutated(mutant.module, mutant.at), path, "exec"))
        if not tests or not codes:
            return None

        def judge(tests: Sequence[Known], enough: float) -> bool:
            def work(pipe: Connection) -> None:
                for function in self.functions.get(path, []):
                    if code := codes.get(_place(function.__code__)):
                        function.__code__ = code
                start = time.process_time()
                for one in tests:
                    if time.process_time() - start > enough:
                        break
                    _within(5 + 4 * one.cpu)
                    if not _passes(one.item, None):
                        sys.exit(1)

            return _apart(work)[0] != 0

        if judge(tests, ENOUGH):
            return True
        others = [one for name in nearest(mutant.module) for one in self.slow(name)]
        others += [one for name in further(mutant.module) for one in self.file(name)]
        entering = [one for one in others if (path, first) in one.entered]
        return judge(sorted(entering, key=lambda one: one.cpu), MORE)


def _first(function: ast.FunctionDef) -> int:
    """The line that its code begins on."""
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def enclosing(mutant: Mutant) -> ast.FunctionDef | None:
    """The function or method whose body holds the place; None for one outside of all."""
    tree = ast.parse(source(mutant.module).read_text(encoding="utf-8"))
    node = list(places(tree))[mutant.at][0]
    for outer in ast.walk(tree):  # breadth first: the outermost
        if isinstance(outer, ast.FunctionDef) and any(inner is node for part in outer.body for inner in ast.walk(part)):
            return outer
    return None


def _place(code: types.CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: types.CodeType) -> dict[tuple[str, int], types.CodeType]:
    """The code of every function of a module that has a name; the others lie in it."""
    found: dict[tuple[str, int], types.CodeType] = {}
    left = [code]
    while left:
        one = left.pop()
        inner = [part for part in one.co_consts if isinstance(part, types.CodeType)]
        for part in inner:
            if "<" not in part.co_name:
                found[_place(part)] = part
        left += inner
    return found


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module with one place changed; leaves the others to Python."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.mutant.module:
            return None
        return importlib.util.spec_from_file_location(name, source(name), loader=self)  # type: ignore[arg-type]

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: object) -> None:
        code = compile(mutated(self.mutant.module, self.mutant.at), str(source(self.mutant.module)), "exec")
        exec(code, module.__dict__)


def caught_anew(mutant: Mutant) -> bool:
    """The same of a place that is read when its module is loaded: everything of the project is loaded again, and the files
    that import the module by name come first, the shortest before the others."""
    files = sorted(
        nearest(mutant.module),
        key=lambda one: (mutant.module not in imports(PROJECT / one), (PROJECT / one).stat().st_size),
    )

    def judge(pipe: Connection) -> None:
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", "")).startswith((str(TESTS), str(PACKAGE))):
                del sys.modules[name]
        sys.meta_path.insert(0, Loader(mutant))
        _within(CPU)
        if pytest.main([*files, "-x", *QUIET, *QUICK]):
            sys.exit(1)

    return _apart(judge)[0] not in (0, -signal.SIGPROF)


class Judge:
    """Judges mutants in the place of a run of the tests that pytest collected."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self.mutants = mutants
        self.survivors: list[Mutant] = []
        self.seconds = 0.0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests, known = Tests(session), accepted()
        for number, mutant in enumerate(self.mutants, 1):
            before = _spent()
            seen = tests.catch(mutant)
            if seen is None:
                seen = bool(nearest(mutant.module)) and caught_anew(mutant)
            cost = _spent() - before
            same = (mutant.module, text(mutant), mutant.change) in known
            if not seen and not same:
                self.survivors.append(mutant)
            state = "caught" if seen else "same program" if same else "SURVIVED"
            print(f"{number:4d} {state:12s} {cost:6.1f} s  {mutant}", flush=True)
        self.seconds = _spent()
        return True


def _spent() -> float:
    """CPU seconds of this process and of those that ended."""
    return sum(os.times()[:4])


def accepted() -> dict[tuple[str, str, str], str]:
    """(module, the line's own text, change) → why no test can tell it from the program."""
    with ACCEPTED.open(encoding="utf-8", newline="") as file:
        return {(row["module"], row["text"], row["change"]): row["why"] for row in csv.DictReader(file)}


def text(mutant: Mutant) -> str:
    """The line that a mutant changes."""
    return source(mutant.module).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--number", type=int, default=WHOLE)
    options.add_argument("--seed", type=int, default=20261130)
    options.add_argument("--from", type=int, default=1, dest="first", help="of those drawn, from this one on")
    options.add_argument("--to", type=int, help="and to this one")
    options.add_argument("--survivors", type=Path, help="write those that no test caught there, as CSV")
    options.add_argument("--only", default="", help="draw among the modules whose name holds this")
    options.add_argument("--function", default="", help="judge every place of the functions of this name")
    chosen = options.parse_args()
    os.chdir(PROJECT)
    sys.path[:0] = [str(TESTS), str(PACKAGE)]
    for name in LIBRARIES:
        importlib.import_module(name)
    number = SHORT if chosen.short else chosen.number
    mutants = drawn(number, chosen.seed, chosen.only, chosen.function)[chosen.first - 1 : chosen.to]
    if chosen.short:  # the tests of a decision of the release take minutes each
        mutants = [mutant for mutant in mutants if not mutant.module.startswith("diagnostic.release")]
        mutants = sorted(mutants, key=lambda one: len(nearest(one.module)))[:FEW]
    judge = Judge(mutants)
    files = sorted({name for mutant in mutants for name in (*nearest(mutant.module), *further(mutant.module))})
    pytest.main([*files, "-s", *QUIET, *ALL], plugins=[judge])
    if chosen.survivors:
        with chosen.survivors.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["module", "text", "change", "why"])
            writer.writerows([mutant.module, text(mutant), mutant.change, ""] for mutant in judge.survivors)
    finish(
        [
            Measure("mutants judged", len(mutants), COUNT),
            Measure("survivors", len(judge.survivors), COUNT),
            Measure("survivors, as a part of all", len(judge.survivors) / max(len(mutants), 1), RATIO),
            Measure("cpu", judge.seconds, SECONDS),
        ],
        chosen.measures,
    )


if __name__ == "__main__":
    main()
