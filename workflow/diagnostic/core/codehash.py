"""The content hash of the code behind a rule: editing a module reruns exactly the rules that use it.

What is hashed is the syntax tree without its docstrings, so that a comment, a docstring or the layout of the text reruns
nothing and changes no document. Python's own dump of a tree differs from one version to the next; this one is made of
node classes and of the fields that are not empty, which do not.
"""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent.parent
NAME = PACKAGE.name
CONSTANT = "DIAGNOSTIC_CODE_HASH"  # environment: every hash is this text, so that two versions of the code compare byte for byte
READS_TEXT = "__doc__"  # a module that reads docstrings depends on them
PARTS = ("body", "orelse", "finalbody", "handlers", "cases")  # where a statement holds others
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """What the hash needs of one module: the modules of the package that it imports, and the digest of its tree."""

    imports: frozenset[str]
    digest: str


@cache
def _file(module: str) -> Path | None:
    path = PACKAGE.parent.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache
def _module(name: str) -> Module:
    source = _file(name).read_bytes()  # type: ignore[union-attr]
    tree = ast.parse(source)
    text = dump(tree, docstrings=READS_TEXT.encode() in source)
    return Module(frozenset(_imports(tree)), hashlib.sha256(text.encode()).hexdigest())


def imports_of(module: str) -> frozenset[str]:
    """The modules of the package that a module imports, anywhere in its text."""
    return _module(module).imports


def _imports(tree: ast.Module) -> Iterator[str]:
    """The package's modules that a module imports, anywhere in its text."""
    for node in _statements(tree.body):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        yield from (name for name in names if name.split(".")[0] == NAME and _file(name))


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
        if _file(module) is None:
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
    for module in closure(*modules):
        digest.update(f"{module}\0{_module(module).digest}\0".encode())
    return digest.hexdigest()[:12]
