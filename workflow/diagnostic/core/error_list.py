"""The error list as readers get it: text for the terminal, a page, and a CSV. All from `table`."""

import textwrap
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path

import jinja2
import pandas as pd

from diagnostic.core.french import number, plural, typographic
from diagnostic.core.problems import BLOCKING, COLUMNS, WARNING, Problem
from diagnostic.core.writing import as_csv

WIDTH = 100
TERMINAL_LIMIT, PAGE_LIMIT = 50, 1000  # problems shown per file; the CSV has all that are told
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "|")


def to_csv(problems: pd.DataFrame) -> str:
    """The whole list as CSV, columns exactly COLUMNS; no text cell can be taken for a formula."""
    rows = (
        ["" if pd.isna(cell) else _inert(cell) if isinstance(cell, str) else cell for cell in problem]
        for problem in problems[list(COLUMNS)].itertuples(index=False)
    )
    return as_csv([COLUMNS, *rows])


def _inert(text: str) -> str:
    text = text.replace("\r", " ")  # the writer leaves it unquoted, and readers take it for the end of the row
    return "'" + text if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS) else text


def totals(problems: pd.DataFrame) -> str:
    """« 2 problèmes bloquants, 1 avertissement » ; « aucun problème »."""
    words = {BLOCKING: ("problème bloquant", "problèmes bloquants"), WARNING: ("avertissement", "avertissements")}
    counts = {severity: int((problems["severity"] == severity).sum()) for severity in words}
    told = (f"{number(count)} {plural(count, *words[one])}" for one, count in counts.items() if count)
    return ", ".join(told) or "aucun problème"


def to_terminal(problems: pd.DataFrame) -> str:
    """The list as text of at most 100 columns: by file in the order of the list, which puts the blocked ones first,
    the totals last."""
    lines: list[str] = []
    for file, part in problems.groupby("file", sort=False):
        lines += [typographic(f"{file} : {totals(part)}"), ""]
        for problem in _problems(part.head(TERMINAL_LIMIT)):
            value = f"«\u00a0{problem.value}\u00a0»" if problem.value else ""
            heading = " · ".join(text for text in (problem.severity.upper(), _place(problem), value) if text)
            lines += [
                *textwrap.wrap(heading, WIDTH, initial_indent="  ", subsequent_indent="    "),
                *textwrap.wrap(problem.message, WIDTH, initial_indent="    ", subsequent_indent="    "),
                *textwrap.wrap(problem.remedy, WIDTH, initial_indent="    → ", subsequent_indent="      "),
                "",
            ]
        if len(part) > TERMINAL_LIMIT:
            lines += [f"  … {_others(len(part) - TERMINAL_LIMIT)}", ""]
    return "\n".join([*lines, typographic(f"Total : {totals(problems)}.")]) + "\n"


def to_page(problems: pd.DataFrame, title: str) -> str:
    """The list as one self-contained web page: no script, no network, one captioned table per file."""
    files = [
        {
            "name": str(file),
            "totals": totals(part),
            "others": _others(len(part) - PAGE_LIMIT) if len(part) > PAGE_LIMIT else "",
            "problems": [(problem, _place(problem)) for problem in _problems(part.head(PAGE_LIMIT))],
        }
        for file, part in problems.groupby("file", sort=False)
    ]
    blocked = bool((problems["severity"] == BLOCKING).any())
    return _PAGE.render(
        title=typographic(title), totals=totals(problems), blocked=blocked, blocking=BLOCKING, files=files
    )


def _problems(part: pd.DataFrame) -> list[Problem]:
    records = part[list(COLUMNS)].astype(object).where(part[list(COLUMNS)].notna(), None).to_dict("records")
    return [Problem(**{str(name): value for name, value in record.items()}) for record in records]


def _place(problem: Problem) -> str:
    """« feuille Réponses, ligne 12, colonne C » ; « fichier entier »."""
    places = {"feuille": problem.sheet, "ligne": problem.row, "colonne": problem.column}
    return ", ".join(f"{what} {place}" for what, place in places.items() if place) or "fichier entier"


def _others(count: int) -> str:
    return typographic(f"et {number(count)} {plural(count, 'autre')} : la suite est dans erreurs.csv.")


_JINJA = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
_PAGE = _JINJA.from_string(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))


def table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as a frame, one row per problem, blocking first, then by file, row and column."""
    names = [field.name for field in fields(Problem)]
    frame = pd.DataFrame([astuple(problem) for problem in problems], columns=names)
    frame = frame.astype({name: "str" for name in names if name != "row"}).astype({"row": "Int64"})
    order = frame.assign(rank=frame["severity"].ne(BLOCKING), width=frame["column"].str.len())
    order = order.sort_values(["rank", "file", "sheet", "row", "width", "column", "message"], na_position="first")
    return frame.loc[order.index, list(COLUMNS)].reset_index(drop=True)
