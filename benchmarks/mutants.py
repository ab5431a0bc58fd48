"""Do the tests nearest to a formula see that it is wrong? Mutants of it are drawn, and each is judged by them.

A mutant is one module with one place changed: a comparison, an operator, a number, `and` for `or`, a condition turned round,
the other of two functions (`min` for `max`, `any` for `all`, `floor` for `ceil`). It lives in a process of its own, forked from
one that has loaded the libraries and nothing of the package; no file is changed. Tests nearest to a module are those of its phase
that import it; where none does, those that import a module of its room which imports it.

A survivor is a hole in the tests, or the same program written otherwise: `mutants.csv` says which, place by place, and why.
"""

from __future__ import annotations

import ast
import copy
import csv
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.costs import COUNT, PROJECT, RATIO, SECONDS, Measure, finish, parser

PACKAGE = PROJECT / "workflow"
TESTS = PROJECT / "tests"
ROOMS = ("estimate/formulas", "consolidate", "release", "findings")
ACCEPTED = Path(__file__).with_name("mutants.csv")  # module, place, what was changed, why nobody can see it
WHOLE, SHORT = 200, 12
LIBRARIES = ("pandas", "pandera.pandas", "pyarrow.parquet", "scipy.stats", "scipy.optimize", "hypothesis", "pytest")
LIBRARIES += ("numpy", "yaml", "jinja2", "pydantic", "click", "openpyxl", "ortools.sat.python.cp_model", "krippendorff")
CPU = 90  # seconds that the tests of a mutant may take: one that never ends is caught
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


def drawn(number: int, seed: int) -> list[Mutant]:
    """Mutants drawn at random among all places of all modules, without return."""
    every: list[Mutant] = []
    for module in modules():
        tree = ast.parse(source(module).read_text(encoding="utf-8"))
        found = enumerate(places(tree))
        every += [Mutant(module, at, getattr(node, "lineno", 0), change) for at, (node, change, _) in found]
    print(f"{len(every)} places in {len(modules())} modules; {number} drawn with seed {seed}")
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
    """The test files that judge a module: those that import it, else those that import what imports it."""
    phase = module.split(".")[1]
    own = sorted((TESTS / phase).rglob("test_*.py"))
    direct = [path for path in own if module in imports(path)]
    if direct:
        return tuple(str(path.relative_to(PROJECT)) for path in direct)
    room = source(module).parent.parent if phase == "estimate" else source(module).parent
    users = [
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in sorted(room.rglob("*.py"))
        if module in imports(path)
    ]
    return tuple(str(path.relative_to(PROJECT)) for path in own if imports(path) & {*users})


# -- The judgement --------------------------------------------------------------------------------------------------


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


def caught(mutant: Mutant | None, files: Sequence[str]) -> tuple[bool, float]:
    """Whether the tests fail, and the CPU seconds that they took; without a mutant, whether they fail anyway."""
    before = time.process_time()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU + 5))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        signal.alarm(10 * CPU)  # one that waits for ever spends nothing
        if mutant:
            sys.meta_path.insert(0, Loader(mutant))
        hidden = os.open(os.devnull, os.O_WRONLY)
        os.dup2(hidden, 1), os.dup2(hidden, 2)
        import pytest

        code = 1
        try:
            code = int(pytest.main([*files, "-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "-m", "not slow"]))
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    return status != 0, used.ru_utime + used.ru_stime + time.process_time() - before


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
    options.add_argument("--survivors", type=Path, help="write those that no test caught there, as CSV")
    options.add_argument("--only", default="", help="modules whose name holds this")
    chosen = options.parse_args()
    os.chdir(PROJECT)
    sys.path[:0] = [str(TESTS), str(PACKAGE)]
    for name in LIBRARIES:
        importlib.import_module(name)
    mutants = drawn(SHORT if chosen.short else chosen.number, chosen.seed)
    mutants = [mutant for mutant in mutants if chosen.only in mutant.module]
    known, survivors, seconds = accepted(), [], 0.0
    for number, mutant in enumerate(mutants, 1):
        files = nearest(mutant.module)
        seen, cost = caught(mutant, files) if files else (False, 0.0)
        seconds += cost
        same = (mutant.module, text(mutant), mutant.change) in known
        if not seen and not same:
            survivors.append(mutant)
        state = "caught" if seen else "same program" if same else "SURVIVED"
        print(f"{number:4d} {state:12s} {cost:6.1f} s {len(files):3d} files  {mutant}", flush=True)
    if chosen.survivors:
        with chosen.survivors.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["module", "text", "change", "why"])
            writer.writerows([mutant.module, text(mutant), mutant.change, ""] for mutant in survivors)
    share = len(survivors) / max(len(mutants), 1)
    finish(
        [
            Measure("mutants judged", len(mutants), COUNT),
            Measure("survivors", len(survivors), COUNT),
            Measure("survivors, as a part of all", share, RATIO),
            Measure("cpu", seconds, SECONDS),
        ],
        chosen.measures,
    )


if __name__ == "__main__":
    main()
