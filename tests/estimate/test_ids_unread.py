"""Nothing outside the catalogue reads meaning out of an identifier: no method of texts, no regular expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "workflow" / "diagnostic"
READERS = ("estimate/catalogue/", "codebook/model.py")  # what an identifier is; an indicator's own, before it is one
IDS = {"fact_id", "statement_id", "count_id", "share_id"}
METHODS = {
    *(
        "startswith",
        "endswith",
        "removeprefix",
        "removesuffix",
        "split",
        "rsplit",
        "partition",
        "rpartition",
        "replace",
    ),
    *("match", "fullmatch", "search", "contains", "extract", "findall", "sub", "slice", "find", "index", "strip"),
}


def is_id(node: ast.AST) -> bool:
    """Whether an expression is an identifier, a part of one as a text, or a column of them."""
    if isinstance(node, ast.Name):
        return node.id in IDS
    if isinstance(node, ast.Attribute):
        return node.attr in IDS or (node.attr == "str" and is_id(node.value))
    if isinstance(node, ast.Subscript):
        told = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        named = any(isinstance(one, ast.Constant) and one.value in IDS for one in told)
        return named or (isinstance(node.slice, (ast.Slice, ast.Constant)) and is_id(node.value))
    if isinstance(node, ast.Call):
        as_text = isinstance(node.func, ast.Name) and node.func.id == "str" and any(map(is_id, node.args))
        return as_text or (
            isinstance(node.func, ast.Attribute) and node.func.attr in METHODS and is_id(node.func.value)
        )
    return False


def read(tree: ast.AST) -> Iterator[int]:
    """The lines where a text's method, a slice or a regular expression is applied to an identifier."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            if is_id(node.func.value) or any(map(is_id, node.args)):
                yield node.lineno
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and is_id(node.value):
            yield node.lineno


@pytest.mark.parametrize(
    "line",
    [
        'one.fact_id.startswith("ads.")',
        'statements["statement_id"].str.fullmatch(FOUND)',
        'facts.loc[shown, "fact_id"].str.replace(".", "_")',
        "re.fullmatch(pattern, fact_id)",
        "NAMED.fullmatch(fact['fact_id'])",
        'str(fact.statement_id).rpartition(".")[2]',
        "fact_id[-4:]",
    ],
)
def test_what_reads_an_identifier_is_seen(line: str) -> None:
    assert [*read(ast.parse(line))]


def test_what_asks_the_catalogue_is_let_through() -> None:
    for line in ("fact(fact_id).parts['year']", "facts.label(fact_id).partition(' : ')", 'cell(f"{fact_id}_pct")'):
        assert not [*read(ast.parse(line))], line


def test_nothing_outside_the_catalogue_reads_an_identifier() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        text = path.read_text(encoding="utf-8")
        if not name.startswith(READERS) and any(one in text for one in IDS):
            found += [f"{name}:{line}" for line in read(ast.parse(text))]
    assert found == []
