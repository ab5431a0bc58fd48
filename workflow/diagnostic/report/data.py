"""What a study or a comparison prints, as data: a Frictionless Data Package, and how to cite it.

Nothing is here that the source of the documents does not hold: a statement is its card, a table its cells, a figure what it
draws. A French spreadsheet opens these files by a double click: semicolons, decimal commas and a byte-order mark, which the
package declares to programs.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.core.doublets import INCLUSIVE, spoken, written
from diagnostic.core.french import typographic
from diagnostic.core.writing import as_csv, as_yaml
from diagnostic.estimate.catalogue.entry import MEASURES, UNITS
from diagnostic.estimate.tables import INTERVALS
from diagnostic.release.tables import KINDS
from diagnostic.report.charts.facts import AS_NUMBER, HEADER, Released, table
from diagnostic.report.grids import method
from diagnostic.report.printer import NOT_KNOWN
from diagnostic.report.printing import plain

LICENCE = ("etalab-2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/")  # of what has one
STATEMENTS, METHOD = "enonces", "methode"
COLUMNS = {  # of the statements: its type, and what it is
    "identifiant": ("string", "Nom de l’indicateur ; le même dans toutes les études."),
    "etude": ("string", "Étude d’où vient ce nombre."),
    "libelle": ("string", "Ce que dit le nombre."),
    "unite": ("string", "Ce qui est compté."),
    "mesure": ("string", "Effectif, pourcentage, estimation, date…"),
    "univers": ("string", "Parmi quoi."),
    "base": ("number", "Dénominateur imprimé."),
    "imprime": ("string", "Ce que les documents impriment."),
    "valeur": ("number", "Le nombre imprimé ; vide pour un texte, une fourchette seule ou ce qui n’est pas publié."),
    "bas": ("number", "Bas de la fourchette imprimée."),
    "haut": ("number", "Haut de la fourchette imprimée."),
    "causes": ("string", "Ce que la fourchette réunit."),
    "limites": ("string", "Nature de la fourchette."),
    "verdict": ("string", "Ce qui est publié."),
    "lieu": ("string", "Territoire de l’étude."),
    "periode": ("string", "Période de l’étude, et années des faits."),
    "chapitre": ("string", "Chapitre où le nombre paraît d’abord, page 1 exceptée."),
}
CARDS = re.compile(r'^``` \{\.carte fact="([^"]+)"\}\n(.*?)\n```$', re.DOTALL | re.MULTILINE)
TABLES = re.compile(r"^((?:\|.*\|\n)+)\n: (.*) \{#tbl-([\w-]+)[^}]*\}$", re.MULTILINE)
CELLS, RULED = re.compile(r"(?<!\\)\|"), re.compile(r"[-:| ]+")
PLACED = re.compile(r'^# (.+)$|\.fact fact="([^"]+)"|\]\(figures/(\w+)\.svg\)', re.MULTILINE)

Places = Mapping[str, tuple[str, str]]


def of_study(
    study: Mapping[str, Any], qmd: bytes, statements: pd.DataFrame, figures: pd.DataFrame, reproduction: pd.DataFrame
) -> dict[str, dict[str, bytes]]:
    """The `files` of a study, as `data`. `study`: its words, as `assemble` gets them."""
    window = method.of_study(study, statements, reproduction)["facts_window"][1]
    return {"data": files(study, qmd, statements, figures, {study["id"]: (study["place_title"], window)})}


def files(
    words: Mapping[str, Any], qmd: bytes, statements: pd.DataFrame, figures: pd.DataFrame, places: Places
) -> dict[str, bytes]:
    """File name → content: the statements, the method, the other tables and the figures as CSV, `datapackage.json`, `CITATION.cff`.

    `words`: title, team, date (ISO), status and licence of the documents, whose source is `qmd`; `statements`, one row each;
    `figures`, one row per chart; `places`: study → its territory and its years. A statement without a card is left out.
    """
    text = qmd.decode()
    cards = {fact: dict(line.split(" : ", 1) for line in card.splitlines()) for fact, card in CARDS.findall(text)}
    body, facts = CARDS.sub("", text), Released(statements)
    drawn = {one.name: one.facts.split("; ") for one in figures.itertuples() if one.facts}
    chapters = _chapters(body, drawn)
    rows = [
        _row(one, cards[one.statement_id], facts, places.get(one.study, ("", "")), chapters.get(one.statement_id, ""))
        for one in statements.itertuples()
        if one.statement_id in cards
    ]
    made = {STATEMENTS: ("Les nombres imprimés, une ligne chacun", COLUMNS, [tuple(COLUMNS), *rows])}
    for lines, caption, ident in TABLES.findall(body):
        ruled = (CELLS.split(line)[1:-1] for line in lines.splitlines() if not RULED.fullmatch(line))
        cells = [list(map(plain, row)) for row in ruled]
        header = _distinct(cells[0])
        name = METHOD if ident.startswith(METHOD) else f"tableau-{ident}"
        made[name] = (
            plain(caption),
            dict.fromkeys(header, ("string", "")),
            [tuple(row) for row in (header, *cells[1:])],
        )
    way = words.get("ecriture", INCLUSIVE)
    texts = {name: written(as_csv(lines, ";", "\r\n"), way) for name, (_, _, lines) in made.items()}
    files = {f"{name}.csv": text.encode("utf-8-sig") for name, text in texts.items()}
    told = {f"{name}.csv": (title, columns) for name, (title, columns, _) in made.items()}
    kinds = {column: ("number" if column in ("Valeur", "De", "À") else "string", "") for column in HEADER}
    for one in figures.itertuples():
        if numbers := table(facts, drawn.get(one.name, [])):
            name = f"figure-{one.name}.csv"
            files[name] = written(numbers.decode(), way).encode()
            told[name] = (one.alt, kinds)
    return {**files, "datapackage.json": _package(words, files, told), "CITATION.cff": _citation(words)}


def _row(said: Any, card: Mapping[str, str], facts: Released, place: tuple[str, str], chapter: str) -> tuple[str, ...]:
    drawn, known = facts.drawn(said.statement_id), card["Valeur"] != NOT_KNOWN
    value, low, high = (drawn[name].translate(AS_NUMBER) for name in ("text", "low_text", "high_text"))
    ranged = said.kind == "limits"
    return (
        *(said.statement_id, said.study, said.label, UNITS[said.unit], MEASURES[said.measure], said.universe),
        card.get("Dénominateur", "").translate(AS_NUMBER) if said.kind != "withheld" else "",
        card["Valeur"],
        value if known and not ranged else "",
        *((low, high, card.get("Ce qu’il réunit", ""), INTERVALS[said.interval_kind]) if low else ("", "", "", "")),
        KINDS[said.kind] if known else NOT_KNOWN,
        *(typographic(part) for part in place),
        chapter,
    )


def _chapters(body: str, drawn: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Statement → the chapter that prints or draws it first; the pages without a number are asked last."""
    ahead: dict[str, str] = {}
    found: dict[str, str] = {}
    kept, title = ahead, ""
    for heading, fact, figure in PLACED.findall(body):
        if heading:
            kept, title = ahead if ".unnumbered" in heading else found, plain(heading.partition(" {#")[0])
        for one in [fact] if fact else drawn.get(figure, ()):
            kept.setdefault(one, title)
    return ahead | found


def _distinct(header: Iterable[str]) -> list[str]:
    """The heads of columns, none empty, each once: the same again says which column it follows."""
    found: list[str] = []
    for name in header:
        told = name or "Colonne"
        told = f"{told}, {found[-1]}" if told in found else told
        found.append(f"{told} bis" if told in found else told)
    return found


def _package(words: Mapping[str, Any], files: Mapping[str, bytes], told: Mapping[str, tuple[str, Any]]) -> bytes:
    name, url = LICENCE
    closed = {"name": "diffusion-restreinte", "title": f"Aucune licence. {words['status'][-1]}."}
    content = {
        "profile": "tabular-data-package",
        "name": f"diagnostic-{words.get('id') or words['name']}".lower(),
        "title": words["title"],
        "description": f"{'. '.join(words['status'])}. CSV\u00a0: points-virgules, virgules décimales.",
        "version": words.get("edition") or words["date"][:4],
        "created": f"{words['date']}T00:00:00Z",
        "contributors": [{"title": words["team"], "role": "author"}],
        "licenses": [{"name": name, "path": url, "title": words["licence"]} if words["licence"] else closed],
        "resources": [_resource(name, content, *told[name]) for name, content in files.items()],
    }
    if words.get("citation"):
        content["sources"] = [{"title": words["citation"]}]
    return (json.dumps(spoken(content, words.get("ecriture", INCLUSIVE)), ensure_ascii=False, indent=1) + "\n").encode()


def _resource(name: str, content: bytes, title: str, columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    fields = [
        {"name": column, "type": kind}
        | ({"decimalChar": ","} if kind == "number" else {})
        | ({"description": typographic(what)} if what else {})
        for column, (kind, what) in columns.items()
    ]
    key = {"primaryKey": ["identifiant"]} if "identifiant" in columns else {}
    return {
        "profile": "tabular-data-resource",
        "name": name.removesuffix(".csv"),
        "path": name,
        "title": title,
        **{"format": "csv", "mediatype": "text/csv", "encoding": "utf-8-sig"},
        "dialect": {"delimiter": ";", "lineTerminator": "\r\n"},
        **{"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"},
        "schema": {"fields": fields, "missingValues": [""], **key},
    }


def _citation(words: Mapping[str, Any]) -> bytes:
    content = {
        "cff-version": "1.2.0",
        "message": "Pour citer ces données, reprendre cette référence et la mention de diffusion.",
        "type": "dataset",
        "title": words["title"],
        "abstract": ". ".join(words["status"]),
        "authors": [{"name": words["team"]}],
        "date-released": words["date"],
        "version": words.get("edition") or words["date"][:4],
    }
    return as_yaml(content | ({"license": LICENCE[0]} if words["licence"] else {}))
