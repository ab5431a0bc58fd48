"""The rooms of the house: which may know which, as `docs/architecture.md` draws them, and how large things may be."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from wired import every_rule

from diagnostic.core import codehash

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "workflow" / "diagnostic"
PAGE = ROOT / "docs" / "architecture.md"
AT_THE_ROOT = {"__init__.py", "__main__.py"}
WITH_ROOMS = {"estimate", "release"}  # phases that are themselves cut into rooms

LINES, FUNCTION, PARAMETERS = 900, 60, 12
SEVERAL = 35  # functions of more than six parameters, at most
# What is larger than it should be. A name that is no longer needed here fails too: the list only gets shorter.
LARGE_MODULES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
MANY_PARAMETERS: set[str] = set()


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room(module: str) -> str:
    parts = [part for part in module.split(".")[1:] if part != "__main__"]
    inner = len(parts) > 2 or (len(parts) == 2 and (PACKAGE / parts[0] / parts[1]).is_dir())
    return "/".join(parts[:2]) if parts and parts[0] in WITH_ROOMS and inner else (parts[0] if parts else "")


@cache
def knows() -> dict[str, set[str]]:
    """Room → the other rooms that one of its modules imports from."""
    found: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        found[room(module)] |= {room(other) for other in codehash.imports_of(module)} - {"", room(module)}
    return {name: others for name, others in found.items() if name}


@cache
def page() -> dict[str, set[str]]:
    """Room → what it reads, from the table of the page, in its order."""
    rows = re.findall(r"^\| `([a-z_/]+)` \|.*\| ([^|]*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: set(re.findall(r"`([a-z_/]+)`", reads)) for name, reads in rows}


def test_the_page_lists_every_room_and_what_it_reads() -> None:
    assert set(page()) == set(knows())
    for name, others in knows().items():
        assert page()[name] == others, name


def test_a_room_reads_only_rooms_above_it() -> None:
    order = list(page())
    for at, name in enumerate(order):
        assert page()[name] <= set(order[:at]), name


def test_the_drawing_shows_the_same() -> None:
    """Every arrow of the drawing is an import, and every import follows arrows: none is drawn that others imply."""
    text = PAGE.read_text(encoding="utf-8")
    drawn: dict[str, set[str]] = defaultdict(set)
    for one, other in re.findall(r"^ +([a-z_/]+) --> ([a-z_/]+)$", text, re.MULTILINE):
        drawn[one].add(other)
    known = knows()

    def below(name: str) -> set[str]:
        return known[name] | {deeper for other in known[name] for deeper in below(other)}

    for name, others in known.items():
        implied = {deeper for other in others for deeper in below(other)}
        assert drawn[name] == others - implied, name


def test_no_module_at_the_root_and_none_in_a_circle() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} <= AT_THE_ROOT
    graph = {module: codehash.imports_of(module) - {module} for module in MODULES}
    TopologicalSorter(graph).prepare()  # CycleError names the circle


# -- The path of a number -----------------------------------------------------------------------------------------

STAGES = ("geography", "collect", "consolidate", "estimate", "release", "rendu")  # as tables go through them


def stages(body: str, part: str) -> list[int]:
    """The stages that the input or the output of a rule names."""
    named = re.search(rf"^    {part}:\n((?:        .*\n)+)", body, re.MULTILINE)
    return [STAGES.index(one) for one in re.findall(rf"\}}/({'|'.join(STAGES)})/", named[1] if named else "")]


def test_no_rule_reads_what_a_later_stage_makes() -> None:
    for name, body in every_rule().items():
        made = stages(body, "output")
        assert max(stages(body, "input"), default=0) <= max(made, default=len(STAGES)), name


def test_the_page_tells_the_path_of_a_number_as_the_rules_are() -> None:
    rows = re.findall(r"^\| `(\w+)` : `([\w.]+)` \| (.*) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == 10
    for rule, module, *_ in rows:
        assert f'code=of_rule("{module}.' in every_rule()[rule], rule
    for column in (2, 3):
        path = [(row[0], *re.findall(r"^`(\w+)`", row[column])) for row in rows if row[column] != "–"]
        for (maker, *table), (reader, *_) in zip(path, path[1:], strict=False):
            made, read = (every_rule()[rule].partition("    output:") for rule in (maker, reader))
            for name in table:
                assert f"/{name}.parquet" in made[2] or "{name}.parquet" in made[2], (maker, name)
                assert f"/{name}.parquet" in read[0] or "{name}.parquet" in read[0], (reader, name)


@cache
def functions() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    return [
        (f"{module.removeprefix('diagnostic.')}.{node.name}", node)
        for module, path in MODULES.items()
        for node in _statements(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a module, at any depth, but the parts of expressions: no function is named there."""
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, (ast.expr, ast.arguments)):
            yield inner
            yield from _statements(inner)


def test_modules_stay_small() -> None:
    lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    large = {module.removeprefix("diagnostic.") for module, count in lines.items() if count > LINES}
    assert large == LARGE_MODULES


def test_functions_stay_short() -> None:
    long = {name for name, node in functions() if (node.end_lineno or 0) - node.lineno + 1 > FUNCTION}
    assert long == LONG_FUNCTIONS


def test_functions_take_few_parameters() -> None:
    counts = {}
    for name, node in functions():
        names = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        counts[name] = len(names) - (names[:1] in (["self"], ["cls"]))
    assert {name for name, count in counts.items() if count > PARAMETERS} == MANY_PARAMETERS
    assert sum(count > 6 for count in counts.values()) <= SEVERAL
