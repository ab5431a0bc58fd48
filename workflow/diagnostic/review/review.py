"""The reviewer's report: the ordinary one with exact numbers, withheld ones too, and all evidence on each card.

A command rather than a choice of the workflow: no setting left on can make a run write it, nothing exact enters
Snakemake's records or its report, and the documents that may be sent are the same bytes with and without it. It is
written beside the phases, in a closed folder of its own, from the results as they are.
"""

import difflib
import hashlib
import re
import tempfile
import textwrap
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.core import french, home, io, writing
from diagnostic.core.counting import RULES
from diagnostic.core.errors import NoResults, Refused
from diagnostic.office.render import render
from diagnostic.privacy.vault import VaultError
from diagnostic.report import assemble as assembling
from diagnostic.review import lineage
from diagnostic.review.documents import THEME, epoch, printed, source_of, templates
from diagnostic.study.config import ConfigError, load, looked_into
from diagnostic.study.generations import Reading, current, within
from diagnostic.study.words import study_words

NAME = "RELECTURE-LOCALE-rapport.html"
SHOWN_RECORDS = 200
PHASES = ("geography", "collect", "consolidate", "estimate", "release")


def review(root: Path, study: str) -> list[str]:
    """Write the reviewer's report of a study from its results. Returns French lines: where it is, what it is for.
    Raises NoResults, DocumentsError, ConfigError, RenderError."""
    results = root / "results" / study
    reading = current(results.resolve())
    if not (reading.folder / "release/ledger.parquet").is_file():
        raise NoResults(study)
    config = load(root, {"studies": [study]})
    trail = Trail(reading.folder)
    paths = [path for phase in PHASES for path in sorted((reading.folder / phase).glob("*.parquet"))]
    given = printed(reading.folder) | {
        "statements": assembling.exact(trail.ledger),
        "reproduction": io.read_table(reading.folder / "estimate/reproduction.parquet"),
        "sources": io.read_table(reading.folder / "collect/sources.parquet"),
        "lineage": lineage.gathered([path for path in paths if path.stem != "lineage"], public=True),
    }
    own = assembling.Review(trail.ledger, evidence(root, study, trail))
    words, sources = study_words(config, study, local=True), templates(root, config, study)
    output = results / writing.REVIEW / NAME
    with tempfile.TemporaryDirectory(prefix="relecture-") as folder:
        source = source_of(Path(folder), given, sources, words, own)
        render(source, source.with_suffix(".html"), home.found(root, THEME), epoch(config, study), "embarqué")
        writing.write_bytes(source.with_suffix(".html").read_bytes(), output)
    withheld = int(trail.ledger["verdict"].ne("shown").sum())
    return [
        *([reading.told] if reading.told else []),
        f"{output.relative_to(root).as_posix()} : {len(trail.ledger)} indicateurs, dont {french.number(withheld)} "
        f"{french.plural(withheld, 'non publié')}.",
        f"NE PAS DIFFUSER{french.NBSP}: nombres exacts et lignes sous pseudonyme. À effacer une fois l’étude vérifiée.",
    ]


def evidence(root: Path, study: str, trail: "Trail") -> dict[str, assembling.Lines]:
    """Fact → the lines that a reviewer's card adds: cells touched by each rule, tables, questions, rows, command."""
    plain = _received(root, study, trail)
    return {fact.fact_id: _lines(fact, study, trail, plain) for fact in trail.ledger.itertuples()}


def _lines(fact: Any, study: str, trail: "Trail", plain: dict[str, str]) -> assembling.Lines:
    read, records = spans(fact.cells), trail.records(fact)
    cells = sum(span.size for span in read)
    files = dict.fromkeys(span.file for span in read if span.file in plain)
    rest = f" … et {len(records) - SHOWN_RECORDS} autres" if len(records) > SHOWN_RECORDS else ""
    lines = [
        ("Cellules touchées", " ; ".join(_touched(rule, cells) for rule in trail.touched(fact))),
        ("Questions", " ; ".join(trail.questions(fact))),
        ("Lignes", f"{len(records)} : {', '.join(records[:SHOWN_RECORDS])}{rest}" if records else ""),
        ("Contenu reçu", " ; ".join(f"{file}, {plain[file]}" for file in files)),
        ("Tables", " ; ".join(_stage(trail, path) for path, _ in trail.stages(fact))),
        (
            "Recalculer",
            f'snakemake results/{study}/release/ledger.parquet --config studies="[{study}]" --forcerun {trail.rule(fact)}'
            f" ; puis : diagnostic expliquer {study} {fact.fact_id}",
        ),
    ]
    return [(title, text) for title, text in lines if text]


def _touched(touched: Any, cells: int) -> str:
    if touched.cells is None:
        read = french.plural(cells, "cellule lue", "cellules lues")
        return f"{touched.rule} : porte sur le calcul, {french.number(cells)} {read}"
    of_study = f"{french.number(touched.rows)} {french.plural(touched.rows, 'ligne')} de l’étude"
    return f"{touched.rule} : {french.number(touched.cells)} sur {french.number(cells)} ({of_study})"


def _stage(trail: "Trail", path: Path) -> str:
    if path.suffix != ".parquet":
        return f"{path.name}, sha256 {trail.digest(path)}"
    stamp = trail.stamp(path)
    rows = f"{french.number(stamp['rows_out'])} {french.plural(stamp['rows_out'], 'ligne')}"
    return f"{path.parent.name}/{path.stem}, règle {stamp['rule']}, {rows}, sha256 {trail.digest(path)}"


def _received(root: Path, study: str, trail: "Trail") -> dict[str, str]:
    """Export → the plain digest of its content, or why it cannot be told here."""
    found = {}
    for file, source in trail.sources.items():
        if source.digest.startswith(KEYED):
            try:
                content = looked_into(root, study).read_received(source.role)
                found[file] = f"sha256 {hashlib.sha256(content).hexdigest()}"
            except (ConfigError, VaultError):
                found[file] = "coffre fermé ici : voir l’empreinte à clé"
    return found


# -- The way of a fact from the ledger down to its cells, in the results of one study -----------------------------
# Read from stamps, never computed.
#
# What `diagnostic expliquer` prints of one fact and `diagnostic relire` puts on every card.
RANGE = re.compile(r"([A-Z]+)(\d+)(?::[A-Z]+(\d+))?")
EXPORT = re.compile(r"(.+) \(feuille (\d+)\)")
GONE = "(fichier disparu)"
KEYED = "hmac-"  # the digest of what is in the vault
RECORD = ("response_id", "situation_number")  # what names a row of an export: pseudonyms, never an answer


class Cell(NamedTuple):
    """One address: file and sheet (empty for a file that has one only), column, row as the spreadsheet shows it."""

    file: str
    sheet: str
    column: str
    row: int


class Span(NamedTuple):
    """Cells of one column without a gap between two rows, both included; the rest as in `Cell`."""

    file: str
    sheet: str
    column: str
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def within(self, rows: Sequence[int]) -> slice:
        """Those of some rows, in order, that the span holds."""
        return slice(bisect_left(rows, self.first), bisect_right(rows, self.last))


class Touched(NamedTuple):
    """How many cells of a fact a rule touched; None where the rule bears on the calculation, not on rows."""

    rule: str
    cells: int | None
    rows: int | None  # of the whole study


@dataclass(frozen=True)
class Trail:
    """The results of one study, each file read once."""

    results: Path  # its folder, or one of its generations

    @cached_property
    def reading(self) -> Reading:
        return within(self.results)

    @property
    def root(self) -> Path:
        return self.reading.root

    # -- What the run left --------------------------------------------------------------------------------------

    @cached_property
    def ledger(self) -> pd.DataFrame:
        return io.read_table(self.results / "release/ledger.parquet")

    @cached_property
    def sources(self) -> dict[str, Any]:
        """File → its row of `collect/sources`."""
        return {one.file: one for one in io.read_table(self.results / "collect/sources.parquet").itertuples()}

    @cached_property
    def stamp(self) -> Callable[[Path], dict[str, Any]]:
        """The stamp of a table."""
        return cache(io.read_stamp)

    @cached_property
    def made_from(self) -> Callable[[Path], list[Path]]:
        """The files that a table was made from."""
        return cache(lambda path: [self.reading.place(name) for name in self.stamp(path)["inputs"]])

    @cached_property
    def digest(self) -> Callable[[Path], str]:
        """The plain sha256 of a file; that it is gone, where a copy of the tables outlived it."""
        return cache(lambda path: writing.sha256(path) if path.is_file() else GONE)

    # -- Tables and files ---------------------------------------------------------------------------------------

    def stages(self, fact: Any) -> list[tuple[Path, int]]:
        """From the ledger to the input files, each once, in order of depth-first reading, with how many steps away.

        Of the many inputs of a stage only those on the fact's own path are followed: the facts, the estimates that hold
        it and are made from its source table, what that table is made from, and the typed tables of the input files
        that its cells name.
        """
        own = Path(fact.source_table).stem
        files = {span.file for span in spans(fact.cells)} & set(self.sources)
        tables = {file: set(self._typed.get(file, ())) for file in files}
        typed = set().union(*tables.values())
        wanted = {"estimate": {"facts", own, *self._holders(fact.fact_id, own)}, "collect": typed}

        def on_path(source: Path, stage: Path) -> bool:
            if stage.stem == "ledger":
                return source.stem == "facts"
            if source.suffix != ".parquet":
                return stage.stem in tables.get(source.name, ())
            phase = source.parent.name
            if phase == "consolidate":
                return source.stem == own or stage.parent.name == "consolidate"
            return source.stem in wanted.get(phase, ())

        seen: set[Path] = set()

        def follow(path: Path, depth: int) -> Iterator[tuple[Path, int]]:
            if path in seen:
                return
            seen.add(path)
            yield path, depth
            if path.suffix == ".parquet":
                for source in self.made_from(path):
                    if on_path(source, path):
                        yield from follow(source, depth + 1)

        return list(follow(self.results / "release/ledger.parquet", 0))

    @cached_property
    def _estimates(self) -> dict[str, tuple[set[str], set[str]]]:
        """Estimate table → the names of the tables that it is made from, and its facts."""
        found = {}
        for path in sorted((self.results / "estimate").glob("*.parquet")):
            inputs = {source.stem for source in self.made_from(path)}
            found[path.stem] = (inputs, set(io.read_table(path).get("fact_id", ())))
        return found

    def _holders(self, fact_id: str, table: str) -> list[str]:
        """The estimate tables computed from one table that hold a fact."""
        return [name for name, (inputs, facts) in self._estimates.items() if table in inputs and fact_id in facts]

    def rule(self, fact: Any) -> str:
        """The rule of the workflow that computed a fact."""
        held = [name for name in self._holders(fact.fact_id, Path(fact.source_table).stem) if name != "facts"]
        return str(self.stamp(self.results / f"estimate/{(held or ['facts'])[0]}.parquet")["rule"])

    # -- Cells --------------------------------------------------------------------------------------------------

    @cached_property
    def _values(self) -> dict[Cell, str]:
        cells = io.read_table(self.results / "collect/cells.parquet")
        places = map(Cell, cells["file"], cells["sheet"], cells["column"], cells["row"])
        return dict(zip(places, cells["value"], strict=True))

    def content(self, cell: Cell) -> str:
        """What a cell of a public file holds, as text; that of an export stays in the vault."""
        source = self.sources.get(cell.file)
        if source is not None and source.digest.startswith(KEYED):
            return "(dans le coffre)"
        return self._values.get(cell, "(vide)")

    @cached_property
    def _places(self) -> pd.DataFrame:
        """Where what was received stands, with the file of each column."""
        return io.read_table(self.results / "collect/places.parquet")

    @cached_property
    def _typed(self) -> dict[str, list[str]]:
        """File → the tables that its rows are typed into."""
        return {str(file): sorted(set(own["table"])) for file, own in self._places.groupby("file")}

    @cached_property
    def _records(self) -> dict[tuple[str, str, int], str]:
        """(Export, sheet, row) → the pseudonym of the record that stands there."""
        found: dict[tuple[str, str, int], str] = {}
        for file, name in ((file, name) for file, names in self._typed.items() for name in names):
            frame = io.read_table(self.results / f"collect/{name}.parquet")
            keys = [key for key in RECORD if key in frame]
            if RECORD[0] in keys:
                for sheet, row, *key in frame[["sheet", "row", *keys]].itertuples(index=False):
                    at = (file, str(sheet), int(row))
                    # A row that holds a response and its situations goes by the response.
                    found[at] = min(found.get(at, "~"), "/".join(map(str, key)))
        return found

    @cached_property
    def _numbered(self) -> dict[tuple[str, str], tuple[list[int], list[str]]]:
        """(Export, sheet) → the rows of its records in order, and the pseudonym of each."""
        found: dict[tuple[str, str], tuple[list[int], list[str]]] = {}
        for (file, sheet, row), name in sorted(self._records.items()):
            rows, names = found.setdefault((file, sheet), ([], []))
            rows.append(row)
            names.append(name)
        return found

    def record(self, cell: Cell) -> str:
        """The pseudonymous id of the record in whose row a cell stands: `R-7RJ36V`, `R-7RJ36V/2` for its second
        situation; empty for a public file, whose rows the address names."""
        return self._records.get((cell.file, cell.sheet, cell.row), "")

    def records(self, fact: Any) -> list[str]:
        """The records behind a fact, each once."""
        found: set[str] = set()
        for span in spans(fact.cells):
            rows, names = self._numbered.get((span.file, span.sheet), ([], []))
            found.update(names[span.within(rows)])
        return sorted(found)

    # -- Rules and questions ------------------------------------------------------------------------------------

    @cached_property
    def _applied(self) -> dict[str, dict[tuple[str, str], list[int]]]:
        """Rule → file and sheet → the rows that it touched, in order, as the row ledger tells them."""
        found: dict[str, dict[tuple[str, str], list[int]]] = {}
        rows = io.read_table(self.results / "consolidate/rows.parquet")
        for row in rows[rows["rules"].fillna("").ne("")].sort_values("row").itertuples():
            for rule in row.rules.split("; "):
                sheet = row.sheet if isinstance(row.sheet, str) else ""
                found.setdefault(rule, {}).setdefault((row.file, sheet), []).append(int(row.row))
        return found

    def touched(self, fact: Any) -> list[Touched]:
        """For each rule of a fact, the number of its cells in rows that the rule touched."""
        read, found = spans(fact.cells), []
        for rule in (part for part in str(fact.rules or "").split("; ") if part in RULES):
            rows = self._applied.get(rule)
            if rows is None:
                found.append(Touched(rule, None, None))
                continue
            held = (rows.get((span.file, span.sheet), []) for span in read)
            own = sum(len(some[span.within(some)]) for span, some in zip(read, held, strict=True))
            found.append(Touched(rule, own, sum(map(len, rows.values()))))
        return found

    @cached_property
    def _questions(self) -> dict[tuple[str, str, str], str]:
        """(Export, sheet, column) → the question of the codebook that it answers."""
        asked = {
            (variable.table, variable.name): variable.question or variable.label
            for variable in loading.load(loading.read_folder(home.found(self.root, loading.FOLDER))).variables
        }
        found = {}
        for place in self._places.itertuples():
            name = str(place.name).partition("/")[0]
            if question := asked.get((place.table, name)):
                found[(place.file, str(place.sheet), place.column)] = f"{question} ({name})"
        return found

    def questions(self, fact: Any) -> list[str]:
        """The questions of the codebook behind a fact; for a public file, the headers of its columns."""
        found: dict[str, None] = {}
        for span in spans(fact.cells):
            asked = self._questions.get((span.file, span.sheet, span.column))
            if not asked and not span.sheet and (header := self._values.get(Cell(*span[:3], 1))):
                asked = f"{span.file}, colonne « {header} »"
            if asked:
                found[asked] = None
        return list(found)


@lru_cache(maxsize=1)  # of each fact they are asked again and again
def spans(text: object) -> list[Span]:
    """The cells that a text names, as it names them: `ad_counts.csv!C2:C4 ; questionnaire (feuille 4)!D3`."""
    found = []
    for part in text.split(" ; ") if isinstance(text, str) else ():
        place, _, ranges = part.partition("!")
        sheeted = EXPORT.fullmatch(place)
        file, sheet = sheeted.groups() if sheeted else (place, "")
        found += [Span(file, sheet, one, int(first), int(last or first)) for one, first, last in RANGE.findall(ranges)]
    return found


def addresses(text: object) -> Iterator[Cell]:
    """The cells that a text names, one by one."""
    return (Cell(*span[:3], row) for span in spans(text) for row in range(span.first, span.last + 1))


def named(cell: Cell) -> str:
    """The file and sheet of a cell as facts name them."""
    return f"{cell.file} (feuille {cell.sheet})" if cell.sheet else cell.file


# -- The card of one fact for a reviewer: with the chain from the fact through the stages down to the cells -------
LEDGER = "release/ledger.parquet"
SHOWN_CELLS = 40


class UnknownFact(Refused):
    """The study has no such fact; the message is French and names the nearest ones."""


def explain(results: Path, fact_id: str) -> str:
    """The card, chain and cells of one fact, as French text. Raises NoResults, UnknownFact.

    `results` is a study's folder, or one of its generations; where the tables of the folder are not those that the
    documents were made of, the last complete calculation is read, and the text says so first.
    """
    reading = current(results)
    if not (reading.folder / LEDGER).is_file():
        raise NoResults(reading.study)
    trail = Trail(reading.folder)
    ledger = trail.ledger
    found = ledger[ledger["fact_id"] == fact_id]
    if found.empty:
        near = difflib.get_close_matches(fact_id, list(ledger["fact_id"]), n=5)
        hint = f" Les plus proches : {', '.join(near)}." if near else ""
        raise UnknownFact(f"L’étude {reading.study} n’a pas d’indicateur « {fact_id} ».{hint}")
    fact = next(found.itertuples())
    lines = textwrap.wrap(reading.told, 100) + [""] if reading.told else []
    lines += [fact.label[:1].upper() + fact.label[1:], "=" * len(fact.label), ""]
    for title, text in assembling.team(fact, ledger, trail.sources):
        lines += textwrap.wrap(f"{title} : {text}", 100, subsequent_indent="    ", break_long_words=False)
    lines += ["", "Chemin, de l’indicateur aux fichiers", "------------------------------------"]
    lines += [f"{'  ' * depth}{_told(trail, path)}" for path, depth in trail.stages(fact)]
    lines += ["", "Cellules", "--------", *_cells(trail, fact)]
    return "\n".join(lines)


def _told(trail: Trail, path: Path) -> str:
    """One table or file of the way, on one line."""
    place = path.relative_to(trail.root).as_posix()
    if path.suffix != ".parquet":
        return f"{place}  sha256 {trail.digest(path)}"
    stamp = trail.stamp(path)
    rows = f"{stamp['rows_out']} {french.plural(stamp['rows_out'], 'ligne')}"
    return f"{place}  règle {stamp['rule']}, code {stamp['code']}, {rows}, sha256 {trail.digest(path)[:12]}…"


def _cells(trail: Trail, fact: Any) -> Iterator[str]:
    """The input cells of a fact with their content, as the spreadsheet shows them; for exports, the record instead."""
    number = sum(span.size for span in spans(fact.cells))
    if not number:
        yield "Aucune cellule d’entrée : l’indicateur compte des lignes ou des verdicts."
    for cell in islice(addresses(fact.cells), SHOWN_CELLS):
        record = trail.record(cell)
        yield f"{named(cell)}!{cell.column}{cell.row}  {trail.content(cell)}{f'  {record}' if record else ''}"
    if number > SHOWN_CELLS:
        yield f"… et {number - SHOWN_CELLS} autres cellules : {fact.cells}"
