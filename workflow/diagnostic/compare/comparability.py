"""The tables of `config/comparability/`, as they are declared: which columns, which names, and of what each test is.
Read with the configuration, without the libraries that tables are made with."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from diagnostic.compare.table_names import ALL, EFFECTS, FAMILIES
from diagnostic.core.french import typographic
from diagnostic.core.problems import meant

FILES = {  # file → its columns, and those that tell one row from another
    "items": (("item", "title", "meaning", "codes"), ("item",)),
    "indicators": (("indicator", "families", "title", "subject", "says", "ids", "whole"), ("indicator",)),
    "rules": (("family", "item", "test", "limit", "effect", "reason"), ("family", "item", "test", "limit")),
}
NUMBER, DAYS, PARTS = "nombre", "jours", "parts"  # codes of an item that are no closed list
# Test of a rule → what the codes of its item must be, and whether its limit is a number. Of the others the limit is empty.
TESTS = {"ratio": NUMBER, "gap": NUMBER, "apart": DAYS, "mix": PARTS}
PLAIN = ("always", "unknown", "differs")
IS = "is"  # its limit is one of the codes of its item

Row = dict[str, str]


def problems(files: Mapping[str, bytes], folder: str) -> list[str]:
    """All that is wrong in the three tables, in French, each with its file and its line. `files`: name → content, of those that
    there are; `folder`: where they are, for the messages."""
    found: list[str] = []
    tables = {name: _read(files, name, found) for name in FILES}
    if not found:
        codes = {one["item"]: _parts(one["codes"]) for _, one in tables["items"]}
        named = {family for _, one in tables["indicators"] for family in _parts(one["families"])}
        ruled = {one["family"] for _, one in tables["rules"]}
        for line, one in tables["indicators"]:
            found += [f"indicators.csv, ligne {line} : {told}" for told in _indicator(one, ruled)]
        for line, one in tables["rules"]:
            found += [f"rules.csv, ligne {line} : {told}" for told in _rule(one, named, codes)]
    return [typographic(f"{folder}/{told}" + "." * (not told.endswith("?"))) for told in found]


def _read(files: Mapping[str, bytes], name: str, found: list[str]) -> list[tuple[int, Row]]:
    """The rows of a table with their lines; what is wrong with its columns or its keys goes to `found`."""
    columns, key = FILES[name]
    if name not in files:
        found.append(f"{name}.csv : fichier introuvable")
        return []
    try:
        reader = csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"), newline=""), strict=True)
        rows = [
            (reader.line_num, {column: str(one[column] or "").strip() for column in one if column}) for one in reader
        ]
        head = tuple(reader.fieldnames or ())
    except (UnicodeDecodeError, csv.Error):
        found.append(f"{name}.csv : ce n’est pas un CSV en UTF-8, séparé par des virgules")
        return []
    if head != columns:
        found.append(f"{name}.csv, ligne 1 : les colonnes attendues sont {', '.join(columns)}")
        return []
    given = Counter(tuple(one[name] for name in key) for _, one in rows)
    for line, one in rows:
        same = tuple(one[name] for name in key)
        if not one[key[0]]:
            found.append(f"{name}.csv, ligne {line}, colonne {key[0]} : il manque un nom")
        elif given[same] > 1:
            found.append(f"{name}.csv, ligne {line} : « {', '.join(filter(None, same))} » est donné plusieurs fois")
    return rows


def _indicator(one: Row, ruled: Collection[str]) -> Iterator[str]:
    families = _parts(one["families"])
    if not families:
        yield "colonne families : aucune famille, donc aucune règle ; en nommer une"
    for family in families:
        if family not in FAMILIES:
            yield _unknown("families", family, FAMILIES)
        elif family not in ruled:
            yield f"colonne families : aucune règle de rules.csv n’est de la famille « {family} »"


def _rule(one: Row, named: Collection[str], codes: dict[str, list[str]]) -> Iterator[str]:
    test, limit = one["test"], one["limit"]
    for column, known in {"family": {ALL, *named}, "item": codes, "effect": EFFECTS}.items():
        if one[column] not in known:
            yield _unknown(column, one[column], known)
    if test not in (*PLAIN, IS, *TESTS):
        yield _unknown("test", test, (*PLAIN, IS, *TESTS))
    own = codes.get(one["item"], [])
    if test in TESTS:
        if one["item"] in codes and own != [TESTS[test]]:
            yield f"colonne test : « {test} » se lit d’un point dont les codes sont « {TESTS[test]} » dans items.csv"
        if not re.fullmatch(r"\d+(\.\d+)?", limit) or not float(limit):
            yield f"colonne limit : « {test} » demande un nombre plus grand que zéro"
    elif test == IS:
        if limit not in own and one["item"] in codes:
            yield _unknown("limit", limit, own)
    elif limit:
        yield f"colonne limit : « {test} » n’a pas de limite ; vider la cellule"
    if not one["reason"] or ";" in one["reason"]:
        yield "colonne reason : une raison, sans « ; », qui sépare les raisons entre elles"


def _unknown(column: str, given: str, known: Collection[str]) -> str:
    near = meant(given, known)
    hint = near[:1].lower() + near[1:] if near else f"noms connus : {', '.join(known)}"
    return f"colonne {column} : « {given} » n’existe pas ; {hint}"


def _parts(text: str) -> list[str]:
    return [one.strip() for one in text.split(";") if one.strip()]
