"""Everything in the package is reached from a rule or a command: nothing is kept for the tests alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from wired import STEP

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "workflow"
OWN = "diagnostic."
ELSEWHERE = {  # what is read by another way than its name
    "TABLES",  # of a phase, by the name of its module (`core.tables`)
    "WORDS",  # the same
}
OF_LIBRARIES = re.compile(r"\.commands\.|\._Markup\.handle_")  # click, and the parser of HTML, ask for these methods
Name = tuple[str, str]  # module, what it defines
PASSIVE = {"dataclass", "cache", "cached_property"}  # decorators that call nothing of their own


@cache
def modules() -> dict[str, ast.Module]:
    paths = [*PACKAGE.rglob("*.py")]
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): ast.parse(path.read_text("utf-8")) for path in paths
    }


def imported(tree: ast.AST) -> dict[str, Name]:
    """Name in the module → module and name that it comes from, or package and module."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {one.asname or one.name: (str(node.module), one.name) for node in found for one in node.names}


def named(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (node.id for one in targets for node in ast.walk(one) if isinstance(node, ast.Name))


def used(module: str, node: ast.AST, names: dict[str, Name]) -> Iterator[Name]:
    """What a piece of code may read: its own module's names, imported ones, attributes of imported modules."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield names.get(one.id, (module, one.id))
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in names:
            yield ".".join(names[one.value.id]), one.attr


def screens() -> set[Name]:
    """The routes of the modules that the desk's application names."""
    [named] = re.findall(r"^SCREENS = \((.*?)\)$", (PACKAGE / "diagnostic/desk/app.py").read_text("utf-8"), re.M | re.S)
    return {(f"{OWN}desk.{name}", "ROUTES") for name in re.findall(r"\w+", named)}


def wired() -> set[Name]:
    """What the rules name."""
    text = "\n".join(path.read_text("utf-8") for path in [*PACKAGE.rglob("*.smk"), ROOT / "Snakefile"])
    found = re.findall(r"^ *(from diagnostic[\w.]* import [\w, ]+)$", text, re.MULTILINE)
    names = imported(ast.parse("\n".join(found)))
    calls = re.findall(r"\b(\w+)\.(\w+)", text)
    loaded = {(f"{OWN}{module}", name) for module, name in re.findall(r'\b(?:call|function)\("([\w.]+)\.(\w+)"', text)}
    loaded |= {
        (f"{OWN}{place}", name) for *_, step, _ in STEP.findall(text) for place, _, name in [step.rpartition(".")]
    }
    return {(".".join(names[of]), name) for of, name in calls if of in names} | set(names.values()) | loaded


def unreached() -> list[Name]:
    trees = modules()
    names = {module: imported(tree) for module, tree in trees.items()}
    reads: dict[Name, set[Name]] = {}
    todo = [*wired(), *screens()]
    for module, tree in trees.items():
        for statement in tree.body:
            reading = set(used(module, statement, names[module] | imported(statement)))  # a function may import its own
            own = list(named(statement))
            reads |= {(module, name): reads.get((module, name), set()) | reading for name in own}
            decorated = {
                ast.unparse(one).partition("(")[0] for one in getattr(statement, "decorator_list", [])
            } - PASSIVE
            if decorated:  # registered, or a command
                todo += [(module, name) for name in own]
            elif not own and not isinstance(statement, ast.Import | ast.ImportFrom):
                todo += reading
    declared = {
        name for path in PACKAGE.rglob("tables.csv") for name in re.findall(r"\b[A-Z_]{4,}\b", path.read_text("utf-8"))
    }
    todo += [(module, name) for module, name in reads if name in declared and module.startswith(OWN)]
    reached: set[Name] = set()
    while todo:
        name = todo.pop()
        if name in reads and name not in reached:
            reached.add(name)
            todo += reads[name]
    return sorted(reads.keys() - reached)


@pytest.mark.slow
def test_everything_is_reached_from_a_rule_or_a_command() -> None:
    left = [f"{module}.{name}" for module, name in unreached() if module.startswith(OWN) and name not in ELSEWHERE]
    assert left == []


@pytest.mark.slow
def test_every_method_is_asked_for_somewhere() -> None:
    """By its name alone: which class has it is not followed."""
    trees, asked, defined = modules(), set(), {}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                asked.add(node.attr)
            elif isinstance(node, ast.ClassDef) and module.startswith(OWN):
                own = (one for one in node.body if isinstance(one, ast.FunctionDef) and not one.decorator_list)
                defined |= {one.name: f"{module}.{node.name}.{one.name}" for one in own}
    texts = [*PACKAGE.rglob("*.smk"), *(ROOT / "report").rglob("*.qmd")]
    asked |= {name for path in texts for name in re.findall(r"\w+", path.read_text("utf-8"))}
    left = {place for name, place in defined.items() if name not in asked and not name.startswith("__")}
    assert not {place for place in left if not OF_LIBRARIES.search(place)}
