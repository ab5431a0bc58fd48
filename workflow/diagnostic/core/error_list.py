"""The error list as readers get it: text for the terminal, a page, and a CSV. All from `table`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields

import jinja2
import pandas as pd

from diagnostic.core.french import number, plural, typographic
from diagnostic.core.problems import BLOCKING, COLUMNS, WARNING, Problem
from diagnostic.core.written import as_csv

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
    parts = []
    for severity, one, many in (
        (BLOCKING, "problème bloquant", "problèmes bloquants"),
        (WARNING, "avertissement", "avertissements"),
    ):
        count = int((problems["severity"] == severity).sum())
        if count:
            parts.append(f"{number(count)} {plural(count, one, many)}")
    return ", ".join(parts) or "aucun problème"


def to_terminal(problems: pd.DataFrame) -> str:
    """The list as text of at most 100 columns: by file, the blocked ones first, the totals last."""
    lines: list[str] = []
    for file, part in _by_file(problems):
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
            "name": file,
            "totals": totals(part),
            "others": _others(len(part) - PAGE_LIMIT) if len(part) > PAGE_LIMIT else "",
            "problems": [(problem, _place(problem)) for problem in _problems(part.head(PAGE_LIMIT))],
        }
        for file, part in _by_file(problems)
    ]
    blocked = bool((problems["severity"] == BLOCKING).any())
    return _PAGE.render(
        title=typographic(title), totals=totals(problems), blocked=blocked, blocking=BLOCKING, files=files
    )


def _by_file(problems: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each file's problems; files in the order of the list, which puts the blocked ones first."""
    for file, part in problems.groupby("file", sort=False):
        yield str(file), part


def _problems(part: pd.DataFrame) -> list[Problem]:
    records = part[list(COLUMNS)].astype(object).where(part[list(COLUMNS)].notna(), None).to_dict("records")
    return [Problem(**{str(name): value for name, value in record.items()}) for record in records]


def _place(problem: Problem) -> str:
    """« feuille Réponses, ligne 12, colonne C » ; « fichier entier »."""
    parts = (
        problem.sheet and f"feuille {problem.sheet}",
        problem.row and f"ligne {problem.row}",
        problem.column and f"colonne {problem.column}",
    )
    return ", ".join(part for part in parts if part) or "fichier entier"


def _others(count: int) -> str:
    return typographic(f"et {number(count)} {plural(count, 'autre')} : la suite est dans erreurs.csv.")


_JINJA = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
_PAGE = _JINJA.from_string("""\
<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{{ title }}</title>
<style>
:root { --ink: #1d1d1f; --paper: #fff; --line: #767676; --soft: #f3f3f1; --stop: #a3150d; --mind: #7a4b00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f0ee; --paper: #1a1a1c; --line: #9a9a9a; --soft: #29292c; --stop: #ff9c92;
    --mind: #f2c14e; }
}
body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; }
.wide { overflow-x: auto; margin: 2rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-size: 1.15rem; font-weight: 600; padding-bottom: .5rem; }
caption span { font-weight: 400; font-size: 1rem; }
th, td { border-bottom: 1px solid var(--line); padding: .5rem .75rem .5rem 0; text-align: left;
  vertical-align: top; }
thead th { white-space: nowrap; }
.place { white-space: nowrap; }
.stop { color: var(--stop); font-weight: 700; }
.mind { color: var(--mind); font-weight: 700; }
code { background: var(--soft); padding: 0 .25em; overflow-wrap: anywhere; }
td:first-child, td:nth-child(3) { min-width: 7.5rem; }
@media print { .wide { overflow: visible; } tr { break-inside: avoid; } }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<p><strong>{{ totals|capitalize }}.</strong>
{% if blocked %}
Tant qu’un problème bloque, aucun tableau de cette étude n’est refait&nbsp;:
les résultats précédents restent en place.
{% elif files %}
Les avertissements n’arrêtent rien&nbsp;: ils sont à connaître pour lire les résultats.
{% endif %}
</p>
{% if files %}
<p>La ligne et la colonne sont celles que montre un tableur&#8239;; l’en-tête est la
ligne&nbsp;1. Une valeur qui pourrait concerner une personne est remplacée par «&nbsp;(masquée)&nbsp;».</p>
{% endif %}
{% for file in files %}
<div class="wide" role="region" aria-labelledby="f{{ loop.index }}" tabindex="0">
<table>
<caption id="f{{ loop.index }}">{{ file.name }} <span>({{ file.totals }})</span></caption>
<thead>
<tr><th scope="col">Gravité</th><th scope="col">Place</th><th scope="col">Valeur</th>
<th scope="col">Ce qui ne va pas</th><th scope="col">Que faire</th></tr>
</thead>
<tbody>
{% for problem, place in file.problems %}
<tr><td class="{{ 'stop' if problem.severity == blocking else 'mind' }}">{{ problem.severity }}</td>
<th scope="row" class="place">{{ place }}</th>
<td>{% if problem.value %}<code>{{ problem.value }}</code>{% endif %}</td>
<td>{{ problem.message }}</td><td>{{ problem.remedy }}</td></tr>
{% endfor %}
</tbody>
</table>
{% if file.others %}<p>{{ file.others }}</p>{% endif %}
</div>
{% endfor %}
</main>
</body>
</html>
""")


def table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Problems as a frame, one row per problem, blocking first, then by file, row and column."""
    names = [field.name for field in fields(Problem)]
    frame = pd.DataFrame([astuple(problem) for problem in problems], columns=names)
    frame = frame.astype({name: "str" for name in names if name != "row"}).astype({"row": "Int64"})
    order = frame.assign(rank=frame["severity"].ne(BLOCKING), width=frame["column"].str.len())
    order = order.sort_values(["rank", "file", "sheet", "row", "width", "column", "message"], na_position="first")
    return frame.loc[order.index, list(COLUMNS)].reset_index(drop=True)
