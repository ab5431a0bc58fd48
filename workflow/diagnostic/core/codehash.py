"""The content hash of the code behind a rule: editing a module reruns exactly the rules that use it.

What is hashed is the syntax tree without its docstrings, so that a comment, a docstring or the layout of the text reruns
nothing and changes no document. Python's own dump of a tree differs from one version to the next; this one is made of
node classes and of the fields that are not empty, which do not.
"""

from __future__ import annotations

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

PACKAGE = Path(__file__).parent.parent
NAME = PACKAGE.name
CONSTANT = "DIAGNOSTIC_CODE_HASH"  # environment: every hash is this text, so that two versions of the code compare byte for byte
READS_TEXT = "__doc__"  # a module that reads docstrings depends on them
# What was found of each module is kept beside its bytecode, under the same conditions, for a text is read in a second.
KEPT = PACKAGE / "__pycache__" / f"codehash.{sys.implementation.cache_tag}.json"
PARTS = ("body", "orelse", "finalbody", "handlers", "cases")  # where a statement holds others
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """What the hash needs of one module: what it imports from the package, modules or names, and the digest of its tree."""

    imports: tuple[str, ...]
    digest: str


@cache
def _files() -> dict[str, Path]:
    """Name of a module or package → its file. Most of what is asked for is neither, but a name in a module."""
    paths = {path.relative_to(PACKAGE.parent).with_suffix("").parts: path for path in sorted(PACKAGE.rglob("*.py"))}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for parts, path in paths.items()}


@cache
def _kept() -> dict[str, list[Any]]:
    """Name of a module → digest of its text and of this module's, then what was found; empty where nothing was kept."""
    with suppress(OSError, ValueError):
        kept = json.loads(KEPT.read_bytes())
        return kept if isinstance(kept, dict) else {}
    return {}


def _keep() -> None:
    """Written whole or not at all; where it cannot be, each process reads all modules again, as without bytecode."""
    with suppress(OSError):
        KEPT.parent.mkdir(exist_ok=True)
        new = KEPT.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps(_kept()), encoding="utf-8")
        os.replace(new, KEPT)


@cache
def _own() -> bytes:
    return hashlib.sha256(Path(__file__).read_bytes()).digest()


@cache
def _module(name: str) -> Module:
    source = _files()[name].read_bytes()
    text = hashlib.sha256(_own() + source).hexdigest()
    if _kept().get(name, [""])[0] != text:
        _kept()[name] = [text, *_read(source)]
    _, imports, digest = _kept()[name]
    return Module(tuple(imports), digest)


def _read(source: bytes) -> tuple[list[str], str]:
    tree = ast.parse(source)
    text = dump(tree, docstrings=READS_TEXT.encode() in source)
    return sorted(set(_imports(tree))), hashlib.sha256(text.encode()).hexdigest()


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


@cache
def code_hash(*modules: str) -> str:
    """12 hexadecimal digits that change with the code of any module of the import closure."""
    if constant := os.environ.get(CONSTANT):
        return constant
    digest = hashlib.sha256()
    before = {name: kept[0] for name, kept in _kept().items()}
    for module in closure(*modules):
        digest.update(f"{module}\0{_module(module).digest}\0".encode())
    if not sys.dont_write_bytecode and before != {name: kept[0] for name, kept in _kept().items()}:
        _keep()
    return digest.hexdigest()[:12]
