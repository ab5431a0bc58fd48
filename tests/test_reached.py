"""Every formula is reached from a rule or a command: none is kept for the tests alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "workflow"
FORMULAS = "diagnostic.estimate.formulas."
Name = tuple[str, str]  # module, what it defines
PASSIVE = {"dataclass", "cache", "cached_property"}  # decorators that call nothing of their own


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
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
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


def wired() -> set[Name]:
    """What the rules name."""
    text = "\n".join(path.read_text("utf-8") for path in [*PACKAGE.rglob("*.smk"), ROOT / "Snakefile"])
    pattern = r"from (diagnostic[\w.]*) import (\w+)(?: as (\w+))?"
    names = {alias or name: (module, name) for module, name, alias in re.findall(pattern, text)}
    calls = re.findall(r"\b(\w+)\.(\w+)", text)
    return {(".".join(names[of]), name) for of, name in calls if of in names} | set(names.values())


def unreached() -> list[Name]:
    trees = modules()
    names = {module: imported(tree) for module, tree in trees.items()}
    reads: dict[Name, set[Name]] = {}
    todo = list(wired())
    for module, tree in trees.items():
        for statement in tree.body:
            reading = set(used(module, statement, names[module]))
            own = list(named(statement))
            reads |= {(module, name): reads.get((module, name), set()) | reading for name in own}
            decorated = {
                ast.unparse(one).partition("(")[0] for one in getattr(statement, "decorator_list", [])
            } - PASSIVE
            if decorated:  # registered, or a command
                todo += [(module, name) for name in own]
            elif not own and not isinstance(statement, ast.Import | ast.ImportFrom):
                todo += reading
    reached: set[Name] = set()
    while todo:
        name = todo.pop()
        if name in reads and name not in reached:
            reached.add(name)
            todo += reads[name]
    return sorted(reads.keys() - reached)


def test_every_formula_is_reached_from_a_rule_or_a_command() -> None:
    left = unreached()
    assert [f"{module}.{name}" for module, name in left if module.startswith(FORMULAS) and name.islower()] == []
