"""The content hash of the code behind a rule: editing a module reruns exactly the rules that use it."""

from __future__ import annotations

import ast
import hashlib
import os
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
NAME = PACKAGE.name
CONSTANT = "DIAGNOSTIC_CODE_HASH"  # environment: every hash is this text, so that two versions of the code compare byte for byte


def _file(module: str) -> Path | None:
    path = PACKAGE.parent.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache
def _imports(module: str) -> frozenset[str]:
    """The package's modules that one module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(ast.parse(_file(module).read_bytes())):  # type: ignore[union-attr]
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found |= {name for name in names if name.split(".")[0] == NAME and _file(name)}
    return frozenset(found)


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
        todo.extend(_imports(module))
    return sorted(seen)


@cache
def code_hash(*modules: str) -> str:
    """12 hexadecimal digits that change with the content of any module of the import closure."""
    if constant := os.environ.get(CONSTANT):
        return constant
    digest = hashlib.sha256()
    for module in closure(*modules):
        digest.update(module.encode() + b"\0" + _file(module).read_bytes() + b"\0")  # type: ignore[union-attr]
    return digest.hexdigest()[:12]
