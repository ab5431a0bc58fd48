"""The content hash of the code behind a rule: editing a module reruns exactly the rules that use it.

What is hashed is the syntax tree without its docstrings, so that a comment, a docstring or the layout of the text reruns
nothing and changes no document; and, as it is, the data beside a module. Python's own dump of a tree differs from one version
to the next; this one is made of node classes and of the fields that are not empty, which do not.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from diagnostic.core.writing import read_json, short

PACKAGE = Path(__file__).parent.parent
NAME = PACKAGE.name
CONSTANT = "DIAGNOSTIC_CODE_HASH"  # environment: every hash is this text, so that two versions of the code compare byte for byte
DATA = ".yaml"  # files of the package that are no modules: those beside a module are part of it
READS_TEXT = "__doc__"  # a module that reads docstrings depends on them
# What was found of each module is kept beside its bytecode, by the digest of its text: all the trees are read in half a second.
KEPT = PACKAGE / "__pycache__" / f"codehash.{sys.implementation.cache_tag}.json"
PARTS = ("body", "orelse", "finalbody", "handlers", "cases")  # where a statement holds others
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """What the hash needs of one module: what it imports from the package, modules or names, and the digest of its tree."""

    imports: tuple[str, ...]
    digest: str


@cache
def _files() -> dict[str, str]:
    """Name of a module or package → its file. Most of what is asked for is neither, but a name in a module."""
    found: dict[str, str] = {}
    for folder, _, files in os.walk(PACKAGE):
        package = folder[len(f"{PACKAGE.parent}") + 1 :].replace(os.sep, ".")
        names = [file.removesuffix(".py") for file in files if file.endswith(".py")]
        found |= {package if name == "__init__" else f"{package}.{name}": f"{folder}/{name}.py" for name in names}
    return found


@cache
def _kept() -> dict[str, list[Any]]:
    """Name of a module → the digest of its text and of this module's, then what was found; empty where nothing was kept."""
    return read_json(KEPT)


_new: set[str] = set()  # modules of which something else was found than what is kept


@cache
def _own() -> bytes:
    return hashlib.sha256(Path(__file__).read_bytes()).digest()


@cache
def _beside(folder: str) -> list[str]:
    """The data of the package in a folder, which its modules read."""
    return sorted(f"{folder}/{name}" for name in os.listdir(folder) if name.endswith(DATA))


@cache
def _module(name: str) -> Module:
    path = _files()[name]
    # What is part of the one module whose name it has: `tables.csv` of `tables.py`, the page of a module that writes
    # one.
    own_data = [own for end in (".csv", ".html") if os.path.isfile(own := path.removesuffix(".py") + end)]
    source, *data = [Path(file).read_bytes() for file in [path, *own_data, *_beside(os.path.dirname(path))]]
    text = hashlib.sha256(b"\0".join([_own(), source, *data])).hexdigest()
    kept = _kept().get(name, [""])
    if kept[0] != text:
        kept = [text, *_read(source, data)]
        _kept()[name] = kept
        _new.add(name)
    _, imports, digest = kept
    return Module(tuple(imports), digest)


def _read(source: bytes, data: Iterable[bytes]) -> tuple[list[str], str]:
    tree = ast.parse(source)
    text = dump(tree, docstrings=READS_TEXT.encode() in source)
    return sorted(set(_imports(tree))), hashlib.sha256(b"\0".join([text.encode(), *data])).hexdigest()


@cache
def imports_of(module: str) -> frozenset[str]:
    """The modules of the package that a module imports, anywhere in its text."""
    return frozenset(name for name in _module(module).imports if name in _files())


def _imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports from the package, anywhere in its text: modules, and names in them."""
    for node in _statements(tree.body):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        yield from (name for name in names if name.split(".")[0] == NAME)


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every statement, those inside of others included: no expression holds one."""
    for node in body:
        yield node
        for name in PARTS:
            yield from _statements(getattr(node, name, ()))


def dump(tree: ast.AST, docstrings: bool = False) -> str:
    """A syntax tree as text: node classes and fields that are not empty, in order; without docstrings unless asked for.

    The same on every supported Python for a source that all of them can read. Whether a name is read or written is told
    by its place: that field is left out.
    """
    parts: list[str] = []
    add = parts.append

    def walk(node: Any) -> None:
        kind = type(node)
        if kind is list:
            for one in node:
                walk(one)
            add("]")
        elif kind is ast.Constant:
            add(f"Constant {type(node.value).__name__} {node.value!r}")
        elif isinstance(node, ast.AST):
            add(kind.__name__)
            for name in kind._fields:
                value = getattr(node, name, None)
                if value is None or value == [] or name == "ctx":
                    continue
                if name == "body" and kind in DOCUMENTED and not docstrings and _documented(value):
                    value = value[1:]
                add(name)
                walk(value)
            add(")")
        else:
            add(repr(node))

    walk(tree)
    return "\n".join(parts)


def _documented(body: list[ast.stmt]) -> bool:
    first = body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def closure(*modules: str) -> list[str]:
    """The modules and all that they import from this package, sorted. Raises ValueError for an unknown one."""
    todo, seen = list(modules), set()
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        if module not in _files():
            raise ValueError(f"no module named {module}")
        seen.add(module)
        todo.extend(imports_of(module))
    return sorted(seen)


def of_function(function: str) -> tuple[str, ...]:
    """The modules that a rule's code is hashed by, of the function that it calls, named from the package (`release.steps.release`):
    its own, the tables of its phase, and the doors."""
    module = function.rpartition(".")[0]
    own = (f"{NAME}.{module}", f"{NAME}.{module.split('.')[0]}.tables", f"{NAME}.core.step")
    return tuple(one for one in own if one in _files() or one == own[0])


def of_rule(function: str) -> str:
    """The content hash of the code of a rule, by the function that it calls. Raises ValueError for an unknown module."""
    return code_hash(*of_function(function))


@cache
def code_hash(*modules: str) -> str:
    """12 hexadecimal digits (`short`) that change with the code of any module of the import closure."""
    if constant := os.environ.get(CONSTANT):
        return constant
    digest = hashlib.sha256()
    for module in closure(*modules):
        digest.update(f"{module}\0{_module(module).digest}\0".encode())
    if _new and not sys.dont_write_bytecode:
        # Written whole or not at all; where it cannot be, each process reads all modules again, as without bytecode.
        _new.clear()
        with suppress(OSError):
            KEPT.parent.mkdir(exist_ok=True)
            new = KEPT.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps(_kept()), encoding="utf-8")
            os.replace(new, KEPT)
    return short(digest.hexdigest())
