"""From the files of `config/codebook/` to a `Codebook`, or every problem of every file at once."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, TypeVar

from diagnostic.codebook import checks, model
from diagnostic.codebook.checks import CodebookError, finding, lettered
from diagnostic.codebook.model import COUNTED_UNITS, Block, Codebook, Indicator, Option, TableDef, Text, Variable
from diagnostic.core.contents import HIDDEN, container
from diagnostic.core.french import plural, typographic
from diagnostic.core.problems import Problem, column_letter, either, meant, quoted

FOLDER = Path("config/codebook")
INPUT = "codebook_"  # a step's inputs that are codebook files begin so
NAMING = ("table", "block", "list", "code", "name", "text")  # columns of names that other files give
ALIAS_SEPARATOR = "|"
HEAVIEST = 1_000  # of a weight
NAME = r"[a-z][a-z0-9_]*"

Cells = dict[str, str]
Part = TypeVar("Part", TableDef, Block, Option, Indicator, Text, Variable)
Cards = list[tuple[str, ...]]  # answers, each as often as its weight says; none of its codes is an answer left blank
# Variable → what its answers are asked of → their cards.
Margins = Mapping[str, Mapping[tuple[model.Asked, ...], Cards]]


class _Row:
    """One row being typed: gives values, notes what is wrong, never raises."""

    def __init__(self, file: str, number: int, cells: Cells, findings: list[Problem]) -> None:
        self.file, self.number, self.cells, self.findings = file, number, cells, findings

    def of(self, kind: type[Part], /, **given: Any) -> Part:
        """The row as a part of the codebook: what is not given is read in the column of its name, according to its type."""
        readers: dict[Any, Callable[[str], Any]] = {str: self.cells.__getitem__, bool: self.flag}
        readers |= {int | None: self.integer, tuple[str, ...]: self.words}
        given["row"] = self.number
        left = [one for one in fields(kind) if one.name not in given]
        return kind(**given, **{one.name: readers[one.type](one.name) for one in left})

    def wrong(self, column: str, message: str, remedy: str) -> None:
        self.findings.append(finding(self.file, self.number, column, message, remedy, self.cells[column]))

    def name(self, column: str, shape: str = NAME) -> str:
        value = self.cells[column]
        if not re.fullmatch(shape, value):
            message = "Il manque un nom." if not value else "Ce nom n'a pas la forme attendue."
            self.wrong(column, message, "Lettres minuscules sans accent, chiffres et « _ », une lettre d'abord.")
        return value

    def filled(self, column: str, what: str) -> str:
        if not self.cells[column]:
            self.wrong(column, f"Il manque {what}.", "Remplir la cellule.")
        return self.cells[column]

    def needed(self, column: str, what: str) -> str:
        return typographic(self.filled(column, what))

    def among(self, column: str, allowed: Collection[str]) -> str:
        value = self.cells[column]
        if value not in allowed:
            message = "Il manque une valeur." if not value else "Valeur non prévue."
            self.wrong(column, message, f"Écrire {either([word for word in allowed if word])}.")
        return value

    def flag(self, column: str) -> bool:
        return self.among(column, ("", "oui")) == "oui"

    def integer(self, column: str) -> int | None:
        value = self.cells[column]
        if value and not re.fullmatch(r"-?\d+", value):
            self.wrong(column, "Un nombre entier est attendu.", "Écrire des chiffres seulement, ou rien.")
            return None
        return int(value) if value else None

    def expression(self, column: str) -> str:
        try:
            re.compile(self.cells[column])
        except re.error:
            self.wrong(column, "Cette expression régulière est mal formée.", "La corriger, ou vider la cellule.")
            return ""
        return self.cells[column]

    def asked(self, column: str, codebook: Codebook) -> tuple[model.Asked, ...]:
        """« variable=name|name & … », resolved; each name that the codebook does not know is noted."""
        asked = model.parse_asked(self.cells[column])
        for variable, name in ((v, one) for v, names in asked for one in names if one not in codebook.sets.get(v, ())):
            known = codebook.sets.get(variable)
            ages = "ces âges ne sont pas ceux où des tranches commencent et finissent."
            unfit = ages if model.BETWEEN in name else "ni réponse ni ensemble de ce nom."
            said = "aucune question fermée n'a ce nom." if known is None else unfit
            remedy = meant(name if known else variable, known or codebook.sets) or "Voir options.csv."
            self.wrong(column, f"« {variable}={name} » : {said}", remedy)
        return model.resolved_names(asked, codebook.sets)

    def answer(self, column: str, variable: Variable, codebook: Codebook) -> tuple[str, ...]:
        """What answers a question: codes ticked together in the order of the list, a number or a text; nothing for a blank."""
        said = self.words(column, ALIAS_SEPARATOR)
        known = [option.code for option in codebook.options(variable)]
        if variable.closed and (wrong := set(said) - set(known)):
            remedy = meant(min(wrong), known) or "Voir options.csv."
            self.wrong(column, "Ce n'est pas une réponse à cette question.", remedy)
        elif variable.type == "integer" and not all(one.isdecimal() for one in said):
            self.wrong(column, "Un nombre entier est attendu.", "Écrire des chiffres seulement, ou rien.")
        elif len(said) > 1 and variable.type != "multiple" or variable.required and not said:
            self.wrong(column, "Il faut ici une réponse, une seule.", "En écrire une par ligne.")
        return tuple(code for code in known if code in said) if variable.closed else said

    def words(self, column: str, separator: str | None = None) -> tuple[str, ...]:
        parts = self.cells[column].split(separator) if self.cells[column] else []
        return tuple(part.strip() for part in parts if part.strip())


def _table(row: _Row) -> TableDef:
    return row.of(
        TableDef,
        name=row.name("table"),
        label=row.needed("label", "le libellé de la table"),
        workbook=row.name("workbook"),
        sheet=row.needed("sheet", "le nom de la feuille"),
        unit=row.among("unit", model.UNITS),
        description=row.needed("description", "la description de la table"),
    )


def _block(row: _Row) -> Block:
    return row.of(
        Block,
        name=row.name("block"),
        label=row.needed("label", "le titre du bloc"),
        unit=row.among("unit", model.UNITS),
        universe=row.needed("universe", "l'univers (à qui la question est posée)"),
    )


def _option(row: _Row) -> Option:
    return row.of(
        Option,
        list=row.name("list"),
        code=row.name("code", r"[A-Za-z0-9_]+"),
        label=row.needed("label", "le libellé de la réponse"),
        aliases=row.words("aliases", ALIAS_SEPARATOR),
        klass=row.among("class", ("", *model.CLASSES)),
        groups=row.words("groups", ALIAS_SEPARATOR),
    )


def _indicator(row: _Row, codebook: Codebook) -> Indicator:
    asked = row.asked("asked", codebook)
    if not asked:
        row.wrong("asked", "Il manque ce qui est compté.", "Écrire par exemple « gender=women ».")
    return row.of(
        Indicator,
        fact_id=row.name("indicator", rf"{NAME}(\.[a-z0-9_]+)+"),
        unit=row.among("unit", COUNTED_UNITS),
        label=row.filled("label", "le libellé"),  # as estimators write theirs: documents set the spaces
        asked=asked,
        within=row.asked("within", codebook),
        told=row.among("told", ("", *codebook.sets)),
    )


def _text(row: _Row) -> Text:
    return row.of(
        Text,
        name=row.name("text"),
        kind=row.among("kind", model.TEXT_KINDS),
        title=typographic(row.cells["title"]),
        body=row.needed("body", "le texte"),
    )


def _variable(row: _Row, blocks: Mapping[str, Block]) -> Variable:
    note = row.among("type", model.TYPES) == "note"
    block = blocks.get(row.cells["block"])
    return row.of(
        Variable,
        name=row.name("name"),
        label="" if note else row.needed("label", "le libellé court"),
        question="" if note else row.needed("question", "la question"),
        help=typographic(row.cells["help"]),
        pattern=row.expression("pattern"),
        unit=row.among("unit", ("", *model.UNITS)) or (block.unit if block else ""),
        universe=typographic(row.cells["universe"]) or (block.universe if block else ""),
        privacy="" if note else row.among("privacy", model.PRIVACY),
        shape=row.among("shape", model.SHAPES),
        htcds_fit=row.among("htcds_fit", model.FITS),
        file=row.file,
    )


def check(files: Mapping[str, bytes]) -> tuple[Codebook, list[Problem]]:
    """The codebook as far as it can be read, and every problem of its files (file name → content)."""
    sheets: dict[str, Sheet] = {}
    findings: list[Problem] = []
    for file in FILES:
        sheets[file], found = read(file, files.get(file))
        findings += found
    unread = list(findings)  # what would be said of the other files follows from it

    def rows(file: str, make: Callable[[_Row], Any]) -> Iterator[Any]:
        return (make(_Row(file, number, cells, findings)) for number, cells in sheets[file].rows)

    tables = list(rows("tables.csv", _table))
    blocks = list(rows("blocks.csv", _block))
    options = list(rows("options.csv", _option))
    texts = list(rows("texts.csv", _text))
    by_name = {block.name: block for block in blocks}
    variables = [v for file in VARIABLES for v in rows(file, lambda row: _variable(row, by_name))]
    lists: dict[str, tuple[Option, ...]] = {}
    for option in options:
        lists[option.list] = (*lists.get(option.list, ()), option)
    codebook = Codebook(
        tables=MappingProxyType({table.name: table for table in tables}),
        blocks=MappingProxyType(by_name),
        variables=tuple(variables),
        lists=MappingProxyType(lists),
        texts=MappingProxyType({text.name: text for text in texts}),
        version=_version(sheets),
    )
    codebook = replace(codebook, indicators=tuple(rows("indicators.csv", lambda row: _indicator(row, codebook))))
    # So does what follows from a name that is no name where it is given.
    if not unread and not any(one.column in NAMING for one in findings):
        findings += checks.repeated(tables, blocks, texts)
        findings += checks.check(codebook)
    return codebook, lettered(unread or findings, {file: sheet.letters for file, sheet in sheets.items()})


def load(files: Mapping[str, bytes]) -> Codebook:
    """A valid codebook. Raises CodebookError listing every problem. Files of the same content are read and checked once
    a process: nothing in a codebook can be changed."""
    with _turn:
        return _loaded(tuple(sorted(files.items())))


_turn = Lock()  # two steps may ask for it at once


@lru_cache(maxsize=4)  # a run has one codebook; a command that compares editions has two
def _loaded(files: tuple[tuple[str, bytes], ...]) -> Codebook:
    codebook, found = check(dict(files))
    if found:
        raise CodebookError(found)
    return codebook


def margins(file: str, content: bytes | None, codebook: Codebook) -> Margins:
    """What trial answers are like, from a file with the columns MARGINS: where several conditions hold, the first
    counts. Raises CodebookError listing every problem."""
    sheet, findings = read(file, content, MARGINS)
    known = {variable.name: variable for variable in codebook.variables}
    found: dict[str, dict[tuple[model.Asked, ...], Cards]] = {}
    for number, cells in sheet.rows:
        row = _Row(file, number, cells, findings)
        variable, weight = known.get(cells["variable"]), cells["weight"]
        if not weight.isdecimal() or not 0 < int(weight) <= HEAVIEST:
            row.wrong("weight", f"Un poids est un nombre de 1 à {HEAVIEST}.", "L'écrire, ou ôter la ligne.")
        elif variable is None:
            remedy = meant(cells["variable"], known) or "Voir variables.csv."
            row.wrong("variable", "Aucune question n'a ce nom.", remedy)
        else:
            dealt = found.setdefault(variable.name, {}).setdefault(row.asked("when", codebook), [])
            dealt += [row.answer("answer", variable, codebook)] * int(weight)
    if findings:
        raise CodebookError(lettered(findings, {file: sheet.letters}))
    return found


def given(inputs: Mapping[str, bytes]) -> dict[str, bytes]:
    """The codebook files among a step's named inputs, where `codebook_options` is the content of `options.csv`."""
    return {f"{name.removeprefix(INPUT)}.csv": content for name, content in inputs.items() if name.startswith(INPUT)}


def read_folder(folder: Path) -> dict[str, bytes]:
    """The codebook files of a folder (`config/codebook` from the project's root), those that exist."""
    return {file: (folder / file).read_bytes() for file in FILES if (folder / file).is_file()}


def _version(sheets: "Mapping[str, Sheet]") -> str:
    """Twelve digits that change whenever a cell does, whatever spreadsheet saved the files; cells that only say how
    answers are counted do not change them, as the form stays the same."""
    digest = hashlib.sha256()
    for file, sheet in sheets.items():
        counted = COUNTED.get(file, ())
        for _, cells in sheet.rows if counted != FILES[file] else ():
            asked = sorted((name, text) for name, text in cells.items() if name not in counted)
            digest.update(repr((file, asked)).encode())
    return str(int(digest.hexdigest(), 16))[:12]


# -- The codebook's CSV files as rows of text, whatever spreadsheet saved them ------------------------------------
MOST_BYTES, MOST_ROWS, LONGEST = 5_000_000, 5_000, 32_767  # of a file; LONGEST: signs of a cell, as a spreadsheet's
BREAK = re.compile(r"[\r\n]")
SAVE = "Dans le tableur : enregistrer au format « CSV UTF-8 »."

# Columns that say how answers are counted: a form made before they changed asks the same.
COUNTED: dict[str, tuple[str, ...]] = {
    "options.csv": ("groups", "age_from"),
    **dict.fromkeys(("variables.csv", "grids.csv"), ("exclusive",)),
    "indicators.csv": (
        *("indicator", "unit", "label", "asked", "within", "within_label", "told", "only_share", "as_situations"),
        "note",
    ),
}
FILES: dict[str, tuple[str, ...]] = {
    "tables.csv": (
        *("table", "label", "workbook", "sheet", "unit", "description", "key", "parent", "includes", "form"),
    ),
    "blocks.csv": ("block", "table", "label", "unit", "universe", "routing"),
    "options.csv": (
        *("list", "code", "label", "aliases", "exclusive", "parent", "htcds", "class"),
        *COUNTED["options.csv"],
    ),
    "texts.csv": ("text", "kind", "applies_to", "title", "body"),
    "indicators.csv": COUNTED["indicators.csv"],
}
_QUESTIONS = (
    *("table", "block", "name", "short", "published_ref", "type", "list", "text", "label", "question", "help"),
    *("routing", "required", "minimum", "maximum", "pattern", "unit", "universe", "privacy", "consent", "shape"),
    *("htcds", "htcds_fit", *COUNTED["variables.csv"]),
)
VARIABLES = ("variables.csv", "grids.csv")
FILES |= dict.fromkeys(VARIABLES, _QUESTIONS)
MARGINS = ("variable", "when", "answer", "weight", "source")  # of a file beside: what trial answers are like


@dataclass(frozen=True)
class Sheet:
    """One file: its rows as (row number, heading → text), and the letter of each heading."""

    rows: Sequence[tuple[int, dict[str, str]]] = ()
    letters: dict[str, str] = field(default_factory=dict)


def read(file: str, content: bytes | None, columns: Sequence[str] = ()) -> tuple[Sheet, list[Problem]]:
    """The rows of one codebook file (comma or semicolon, with or without byte order mark), and what is wrong; `columns`, of a
    file that is not one of FILES.

    Empty rows are skipped; a missing or unreadable file gives no rows and one finding.
    """
    if content is None:
        return Sheet(), [finding(file, None, "", "Fichier introuvable.", "Le remettre dans config/codebook.")]
    try:
        found = records(content)
    except ValueError as unread:
        return Sheet(), [finding(file, None, "", *unread.args)]
    header = [heading.strip() for heading in found[0]]
    letters = {name: column_letter(position) for position, name in enumerate(header)}
    findings = list(_header(file, header, columns or FILES[file]))
    if findings:
        return Sheet((), letters), findings
    rows = []
    for number, record in enumerate(found[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        if swallowing := [place for place, cell in enumerate(record) if BREAK.search(cell)]:
            at = header[swallowing[0]] if swallowing[0] < len(header) else ""
            message = "La cellule contient un retour à la ligne : un guillemet ouvert y avale les lignes qui suivent."
            findings += [finding(file, number, at, message, "Ôter ce guillemet, ou écrire la cellule sur une ligne.")]
        elif len(record) != len(header):
            message = (
                f"La ligne a {len(record)} {plural(len(record), 'cellule')}, l'en-tête {len(header)} : "
                "ses cellules sont décalées."
            )
            findings.append(finding(file, number, "", message, "Vérifier les guillemets et les séparateurs."))
        elif odd := [
            name for name, cell in zip(header, record, strict=True) if len(cell) > LONGEST or HIDDEN.search(cell)
        ]:
            message = "La cellule contient un signe invisible, ou dépasse la longueur d'une cellule de tableur."
            findings.append(finding(file, number, odd[0], message, "La vider et la retaper."))
        else:
            rows.append((number, {name: cell.strip() for name, cell in zip(header, record, strict=True)}))
    return Sheet(rows, letters), findings


def records(content: bytes) -> list[list[str]]:
    """The cells of a file. Raises ValueError with what is wrong and what to do."""
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"Ce fichier dépasse {MOST_BYTES // 1_000_000} Mo : il n'est pas lu.", "Vérifier que c'est le bon."
        )
    if kind := container(content):
        raise ValueError(f"Ce fichier est {kind}, pas un fichier CSV.", SAVE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("Ce fichier n'est pas en UTF-8.", SAVE) from None
    if not text.strip():
        raise ValueError("Ce fichier est vide.", "Remettre le fichier complet.")
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    try:
        found = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), MOST_ROWS + 1))
    except csv.Error as error:
        told = "n'est pas fermé" if "unexpected end" in str(error) or "limit" in str(error) else "est mal placé"
        raise ValueError(f"Un guillemet {told}.", "Rouvrir le fichier dans le tableur et l'enregistrer.") from None
    if len(found) > MOST_ROWS:
        raise ValueError(f"Ce fichier dépasse {MOST_ROWS} lignes : il n'est pas lu.", "Vérifier que c'est le bon.")
    return found


def _header(file: str, header: Sequence[str], columns: Sequence[str]) -> Iterator[Problem]:
    for name in columns:
        if header.count(name) != 1:
            state = "manque" if name not in header else "est répétée"
            yield finding(file, 1, name, f"La colonne « {name} » {state}.", "Rétablir l'en-tête d'origine.")
    for name in header:
        if name not in columns:
            message = f"Colonne inconnue : « {quoted(name, allowed=True)} »."
            yield finding(file, 1, name, message, f"Colonnes attendues : {', '.join(columns)}.")
