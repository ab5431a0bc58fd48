"""Sheets that the team works in, inside the vault: situations to code, pairs to decide, with what was written beside each.

They are given back by « recevoir » as they are: columns that begin with « À lire » are not read, and what was coded or
decided before is in them. Texts and places are shown here because these sheets never leave the vault.
"""

import io as bytes_io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from diagnostic.codebook import template
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import TO_READ, Codebook
from diagnostic.collect import keys
from diagnostic.collect.exports.study import Received
from diagnostic.collect.exports.tools import header
from diagnostic.collect.grids import read_export
from diagnostic.collect.table_names import ROLES
from diagnostic.collect.tables import THEMES
from diagnostic.consolidate.coders import ARBITER
from diagnostic.consolidate.decisions import lots
from diagnostic.consolidate.gathered import OPTIONAL
from diagnostic.core import io
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import plural, typographic
from diagnostic.core.problems import BLOCKING
from diagnostic.geography.names import FORMER, Gazetteer
from diagnostic.privacy import versions
from diagnostic.privacy.vault import SHEETS, Vault
from diagnostic.study import given
from diagnostic.study.changes import wholly
from diagnostic.study.config import opened
from diagnostic.study.given import DECISIONS, DUPLICATES, Reader

# -- The sheet in which themes of written texts are coded, inside the vault ---------------------------------------
# Those of each response, or interview, beside them.
TABLE, THEME_WORKBOOK = "text_coding", "themes"
NOTES = "interview_notes"
Texts = Mapping[tuple[str, str], str]  # response or situation, variable → what is written


def _rows(coded: Sequence[Mapping[str, str]], beside: dict[str, str]) -> list[dict[str, str]]:
    """Rows of a sheet, by heading: what was coded of a thing, and beside it what is there to read today."""
    return [{name: text for name, text in one.items() if not name.startswith(TO_READ)} | beside for one in coded]


def _filled(
    codebook: Codebook, workbook: str, table: str, beside: Sequence[str], rows: Sequence[Mapping[str, str]]
) -> bytes:
    """One of the project's workbooks, with columns to read `beside`, whose sheet of a table has these rows."""
    book = load_workbook(bytes_io.BytesIO(template.workbook(codebook, workbook, tuple(beside))))
    sheet = book[codebook.tables[table].sheet]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row, cells in enumerate(rows, start=template.FIRST_ROW):
        for heading, text in cells.items():
            if heading in at and text:
                template.put(sheet, row, at[heading], text, alignment=template.TOP)
    return template.to_bytes(book)


def _labels(codebook: Codebook) -> dict[str, str]:
    """Each text whose themes are coded → how its column is called; the notes of an interview may say something of all."""
    named = {variable.name: variable.label for variable in codebook.variables}
    coded = (v.name.removesuffix(THEMES) for v in codebook.table(TABLE) if v.name.endswith(THEMES))
    return {name: named[name].lower() for name in [*coded, NOTES]}


def written(texts: pd.DataFrame, names: Mapping[str, str]) -> Texts:
    """What a response wrote, by variable; the texts on its situations together, each after its number."""
    found: dict[tuple[str, str], list[str]] = {}
    for text in texts.itertuples():
        if text.variable in names:
            number = f"{text.situation_number} : " if text.table == "situations" else ""
            found.setdefault((str(text.response_id), str(text.variable)), []).append(f"{number}{text.text}")
    return {key: "\n".join(parts) for key, parts in found.items()}


# -- The sheets that the team fills -------------------------------------------------------------------------------
CODING, RECORD, NUMBER, INTERVIEW = "situation_coding", "record_id", "situation_number", "interview_id.code"
WORKBOOK, PAIRS = "codage", "doublons"
GIVEN = {WORKBOOK: CODING, THEME_WORKBOOK: TABLE, PAIRS: DUPLICATES}  # sheet → role
KINDS = {"situations": "response", "interview_situations": "interview"}
SAID = {"response": "réponse ", "interview": "entretien "}
WRITTEN = ("locations", "origin_countries", "life_course", "situation_comments", "clients_information")
# Copied as they are into the columns of communes.
PROPOSED = ("commune proposée", "deuxième proposée", "troisième proposée")
BESIDE = ("où, comme c’est écrit", *PROPOSED, "pays, comme c’est écrit", "parcours", "remarques", "clients")
DECIDED = ("first", "second", "decision", "reason", "initials")
HELP = "lot,effet sur le total,points,en commun,première situation,seconde situation,communes codées".split(",")
FRENCH = ("Première situation", "Seconde situation", "Décision", "Raison", "Initiales")
_PARTS = re.compile(r"\s*(?:[,;/()\n]|\bet\b|\bou\b|\bà\b|\bpuis\b|\bvers\b)\s*")


@dataclass(frozen=True)
class Told:
    """All situations of a study's exports: `record`, `number`, `kind` and `shown` (the number that the form shows) by key,
    in the order of the files; their texts; and what is coded already: key → rows of the coding sheet, by heading.

    `own`: see `keys.resolver`; `shown`: response → the number that the form shows; `read`: the exports."""

    situations: Mapping[str, tuple[str, int, str, str]]
    texts: Texts
    coded: Mapping[str, list[dict[str, str]]]
    own: Callable[[str], str]
    shown: Mapping[str, str]
    read: Received

    def written(self, key: str) -> str:
        """The key of a situation as a team writes it: the number that the form shows, or the interview's; with what it is
        the number of where both have it. A situation that is gone keeps its own."""
        if key not in self.situations:
            return key
        _, number, kind, shown = self.situations[key]
        shared = any(one[3] == shown and one[2] != kind for one in self.situations.values())
        return f"{SAID[kind] if shared else ''}{shown}/{number}"


@wholly("preparer")
def prepare(root: Path, study: str, coder: str, replace: bool = False) -> list[str]:
    """Write the sheets of a study's vault; French lines that tell where, without any value.

    Raises Typeset where a sheet that may hold work not given back is there and `replace` is not said; ConfigError,
    VaultError, CodebookError.
    """
    vault = opened(root, study, create=False)
    reader = Reader(root, study, vault)
    checked(coder)
    for name in GIVEN:
        _free(vault, name, replace)
    told = told_of(reader)
    if unread := sorted({one.file for one in told.read.problems if one.severity == BLOCKING and one.row is None}):
        told_ = "ne se lit pas, et manquerait ; corriger ce qu’en dit « diagnostic calculer »."
        raise Typeset(f"{', '.join(unread)} : {told_}")
    if not told.situations:
        raise Typeset("Le coffre n’a encore aucune situation à coder : recevoir d’abord le questionnaire.")
    coded = {key: told.coded.get(key) or [named(reader.codebook, told, key, coder)] for key in told.situations}
    waiting = sum(not told.coded.get(key) for key in told.situations)
    lines = [write(vault, f"{WORKBOOK}.xlsx", coding_sheet(reader, told, coded))]
    lines.append(f"{len(told.situations)} situations, dont {waiting} à coder ; la rendre : « diagnostic recevoir ».")
    content, listed, waiting = theme_sheet(reader, told, themed(reader, told), coder)
    if listed:
        lines.append(write(vault, f"{THEME_WORKBOOK}.xlsx", content))
        what = plural(listed, "réponse ou entretien", "réponses ou entretiens")
        lines.append(f"{listed} {what} dont coder les textes, dont {waiting} à faire.")
    try:
        pairs = pairs_of(reader, given.decisions(root, study, told.own))
    except NoResults:
        return [*map(typographic, [*lines, "Les paires se préparent après un premier calcul."])]
    lines.append(write(vault, f"{PAIRS}.xlsx", pairs_sheet(reader, told, pairs)))
    lines.append(f"{pairs.waiting} {plural(pairs.waiting, 'paire à trancher', 'paires à trancher')}.")
    return list(map(typographic, lines))


def checked(coder: str) -> None:
    """Raises Typeset for initials that name nobody in a sheet."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,12}", coder) or normalise(coder) == ARBITER:
        raise Typeset("Les initiales de qui code : douze lettres ou chiffres au plus, sans accent.")


def themed(reader: Reader, told: Told) -> dict[str, list[dict[str, str]]]:
    """What is coded of written texts already: response, or interview → rows of the sheet of themes, by heading."""
    return _coded(reader, told.read, TABLE, f"{RECORD}.code")


def theme_sheet(
    reader: Reader,
    told: Told,
    coded: Mapping[str, Sequence[Mapping[str, str]]],
    coder: str,
    listed: Callable[[str], bool] = lambda record: True,
) -> tuple[bytes, int, int]:
    """The workbook in which themes of written texts are coded, how many responses and interviews it has, of those that are `listed`,
    and how many of these nobody has coded. `coded`: response → rows of the sheet given back before, by heading. One that wrote
    nothing of what is coded is not in it."""
    (texts, shown), labels = _to_theme(told), _labels(reader.codebook)
    said = written(texts, labels)
    some = [one for one in shown if listed(one) and (one in coded or any((one, name) in said for name in labels))]
    rows = []
    for one in some:
        beside = {f"{TO_READ} {label}": said.get((one, name), "") for name, label in labels.items()}
        rows += _rows(coded.get(one) or [{RECORD: shown[one], "coder": coder}], beside)
    content = _filled(reader.codebook, THEME_WORKBOOK, TABLE, tuple(labels.values()), rows)
    return content, len(some), sum(one not in coded for one in some)


def _free(vault: Vault, name: str, replace: bool) -> None:
    """Raises Typeset where there is a sheet that was not given back as it is."""
    path = vault.kept(SHEETS, f"{name}.xlsx")
    if replace or not path.is_file():
        return
    digest = vault.digest(vault.load(path))
    if digest not in {one.digest for one in versions.versions(vault, GIVEN[name])}:
        raise Typeset(
            f"{SHEETS}/{path.name} est déjà dans le coffre et n’a pas été rendue telle quelle : la rendre par « diagnostic "
            "recevoir », ou la refaire avec --remplacer, qui perd ce qui y serait écrit."
        )


def write(vault: Vault, name: str, content: bytes) -> str:
    """Put a sheet among those that the team works in; where it is, from the project's folder."""
    path = vault.store(content, vault.folder_of(SHEETS) / name)
    return f"vault/{vault.study}/{SHEETS}/{path.name}"


# --- what is there ----------------------------------------------------------------------------------------------
def told_of(reader: Reader) -> Told:
    """What a study's exports tell of its situations. Never raises for bad data."""
    read = reader.together()
    shown = {pseudonym: number for number, pseudonym in read.numbers.items()}
    situations, placed = {}, {}
    for table, kind in KINDS.items():
        frame = read.tables.get(table, pd.DataFrame())
        for sheet, row, record, number in _keys(frame):
            key = f"{record}/{number}"
            situations[key] = (record, number, kind, shown.get(record, record))
            placed[table, sheet, row, number if kind == "response" else 0] = key
    own = keys.resolver(read.tables, read.numbers)
    return Told(situations, _written(read, placed), _coded(reader, read, CODING, "situation"), own, shown, read)


def _keys(frame: pd.DataFrame) -> Iterator[tuple[int, int, str, int]]:
    """(sheet, row, record, number) of each situation of a table."""
    record, number = named_by(frame)
    if record and number:
        for sheet, row, own, at in zip(frame["sheet"], frame["row"], frame[record], frame[number], strict=True):
            if not pd.isna(at):
                yield int(sheet), int(row), str(own), int(at)


def named_by(frame: pd.DataFrame) -> tuple[str, str]:
    """The columns of a table of situations that tell the record and the number of each; "" for one that it lacks."""
    pairs = (("response_id", INTERVIEW), (NUMBER, f"{NUMBER}.number"))
    record, number = (next((name for name in pair if name in frame), "") for pair in pairs)
    return record, number


def _written(read: Received, placed: Mapping[tuple[str, int, int, int], str]) -> Texts:
    texts = read.private.get("texts", pd.DataFrame())
    found: dict[tuple[str, str], str] = {}
    for text in texts.itertuples():
        number = int(text.situation_number) if text.table == "situations" else 0
        key = placed.get((text.table, int(text.sheet), int(text.row), number))
        if key is not None:
            found[key, str(text.variable)] = str(text.text)
    return found


def _to_theme(told: Told) -> tuple[pd.DataFrame, dict[str, str]]:
    """The texts written, those of an interview under its number; and how the sheet names each response and interview."""
    met: dict[tuple[str, int, int], str] = {}
    shown = dict(told.shown)
    for table in ROLES["interview_sheets"]:
        frame = told.read.tables.get(table, pd.DataFrame())
        if INTERVIEW in frame:
            places = zip(frame["sheet"], frame["row"], frame[INTERVIEW], strict=True)
            met |= {(table, int(sheet), int(row)): str(record) for sheet, row, record in places}
    for record in dict.fromkeys(met.values()):
        shown[record] = f"{SAID['interview']}{record}" if record in told.read.numbers else record
    texts = told.read.private.get("texts", pd.DataFrame())
    if texts.empty:
        return texts, shown
    own = [met.get((text.table, int(text.sheet), int(text.row)), text.response_id) for text in texts.itertuples()]
    return texts.assign(response_id=own), shown


def _coded(reader: Reader, read: Received, role: str, name: str) -> dict[str, list[dict[str, str]]]:
    """Key of a situation, or of a response (in the column `name`) → the rows of the coding sheet of that role that the
    vault has, by heading, as they are written."""
    frame = read.tables.get(role, pd.DataFrame())
    found: dict[str, list[dict[str, str]]] = {}
    if not reader.vault.received(role) or name not in frame:
        return {}
    held = reader.vault.read_received(role)
    grids = {grid.number: grid for grid in read_export(held, role, short_rows=True)[0]}
    for sheet, row, key in zip(frame["sheet"], frame["row"], frame[name], strict=True):
        grid = grids[int(sheet)]
        cells = dict(zip(header(grid), grid.rows[int(row) - 1], strict=False))
        found.setdefault(str(key), []).append({name: text for name, text in cells.items() if text})
    return found


# --- situations to code -----------------------------------------------------------------------------------------
def named(codebook: Codebook, told: Told, key: str, coder: str) -> dict[str, str]:
    """The row of the coding sheet where a person codes a situation, nothing of it coded yet."""
    labels = {option.code: option.label for option in codebook.lists["record_kind"]}
    _, number, kind, shown = told.situations[key]
    return {"record_kind": labels[kind], RECORD: shown, NUMBER: str(number), "coder": coder}


def coding_sheet(reader: Reader, told: Told, coded: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    """The workbook of these rows, by situation, in the order of the situations, each beside what is written of it."""
    places = gazetteer(reader)
    keys = filter(coded.__contains__, told.situations)
    rows = [row for key in keys for row in _rows(coded[key], _beside(told.texts, key, places))]
    return _filled(reader.codebook, WORKBOOK, CODING, BESIDE, rows)


def gazetteer(reader: Reader) -> Gazetteer | None:
    """The communes of the study's territory, once a run has read them."""
    areas = reader.root / "results" / reader.study / "geography/areas.parquet"
    return Gazetteer(io.read_table(areas)) if areas.is_file() else None


def _beside(texts: Texts, key: str, places: Gazetteer | None) -> dict[str, str]:
    """What is written of a situation, under the headings of the columns to read."""
    where, *others = (texts.get((key, variable), "") for variable in WRITTEN)
    values = (where, *proposed(where, places), *others)
    return {f"{TO_READ} {heading}": text for heading, text in zip(BESIDE, values, strict=True) if text}


def proposed(written: str, places: Gazetteer | None) -> tuple[str, ...]:
    """The communes that a text names, « 62041 (Arras) », in its order, one for each of `PROPOSED`, all others in the last; a name
    that several communes have is not guessed."""
    found = (places.find(part, ("commune", FORMER)) for part in _PARTS.split(written) if part) if places else ()
    first, second, *others = [*dict.fromkeys(f"{place.code} ({place.name})" for place in found if place), "", ""]
    return first, second, " ; ".join(filter(None, others))


# --- pairs to decide --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Pairs:
    """The pairs of a study as its last calculation has them, with what was decided since: one row a pair, those left open first, by
    lots (`decisions.lots`), `waiting` of them; `both`: all situations, described."""

    rows: pd.DataFrame
    waiting: int
    both: pd.DataFrame

    @property
    def open(self) -> pd.DataFrame:
        return self.rows.head(self.waiting)


def pairs_of(reader: Reader, decided: Mapping[frozenset[str], Mapping[str, str]]) -> Pairs:
    """The pairs in the order in which to decide them. `decided`: what was decided of pairs of the study's own keys. Raises NoResults."""
    folder = reader.root / "results" / reader.study
    if not (folder / "consolidate/pairs.parquet").is_file():
        raise NoResults(reader.study)
    pairs = io.read_table(folder / "consolidate/pairs.parquet")
    both = io.read_table(folder / "consolidate/described.parquet").set_index("situation")
    said = [decided.get(frozenset(pair), {}) for pair in zip(pairs["first"], pairs["second"], strict=True)]
    pairs = pairs.assign(**{name: [row.get(name, "") for row in said] for name in DECIDED[2:]})
    settled = pairs["decision"].isin(["same", "different"])  # since the last run, some of them
    now = pairs.assign(status=pairs["status"].mask(pairs["status"].eq("undecided") & settled, pairs["decision"]))
    open_ = lots(both.reset_index(), now)
    order = pd.concat([open_, now.drop(open_.index).sort_values("score", ascending=False, kind="stable")])
    return Pairs(order, len(open_), both)


def pairs_sheet(reader: Reader, told: Told, pairs: Pairs) -> bytes:
    """The workbook of these pairs."""
    named_ = {*pairs.rows["first"], *pairs.rows["second"]}
    summaries = {key: summary(reader.codebook, pairs.both.loc[key], told.texts) for key in named_}
    written = {key: told.written(key) for key in summaries}
    rows = []
    for pair in pairs.rows.itertuples():
        places = " / ".join(_communes(pairs.both.loc[key]) or "(non codée)" for key in (pair.first, pair.second))
        lot, *others = ("" if pd.isna(one) else str(one) for one in (pair.lot, pair.effect, pair.score))
        decision = DECISIONS.get(pair.decision, pair.decision)
        both = (summaries[pair.first], summaries[pair.second])
        helped = (OPTIONAL if lot == "0" else lot, *others, agreeing(reader.codebook, pair.agree), *both, places)
        rows.append((written[pair.first], written[pair.second], decision, pair.reason, pair.initials, *helped))
    return _book(rows)


def agreeing(codebook: Codebook, names: str) -> str:
    """What two situations have in common, in words."""
    variables = {v.name: v.label for v in codebook.table("situations")}
    return ", ".join(variables.get(name, name) for name in re.split(r"[\s,;]+", names or "") if name)


def _book(rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "Paires"
    helped = [f"{TO_READ} {one}" for one in HELP]
    for column, (name, title) in enumerate(zip([*DECIDED, *helped], [*FRENCH, *helped], strict=True), start=1):
        template.put(sheet, 1, column, name, alignment=template.TOP)
        template.put(sheet, 2, column, typographic(title), alignment=template.TOP, font=Font(bold=True))
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 60 if "situation" in name else 22
    for at, row in enumerate(rows, start=template.FIRST_ROW):
        for column, text in enumerate(row, start=1):
            template.put(sheet, at, column, text, alignment=template.TOP)
    rule = DataValidation(type="list", formula1=f'"{",".join(DECISIONS.values())}"', allow_blank=True)
    rule.add(f"C{template.FIRST_ROW}:C{template.LAST_ROW}")
    sheet.add_data_validation(rule)
    sheet.freeze_panes = "D3"
    return template.to_bytes(book)


def summary(codebook: Codebook, described: pd.Series, texts: Texts) -> str:
    """One description, a line per answer that says something, then what is written."""
    lines = []
    for variable in codebook.table("situations"):
        options = {option.code: option.label for option in codebook.options(variable)}
        if variable.type == "multiple":
            chosen = [label for code, label in options.items() if described.get(f"{variable.name}/{code}") == "ticked"]
        else:
            chosen = [options[code]] if (code := described.get(f"{variable.name}.code")) in options else []
        if text := texts.get((str(described.name), variable.name)):
            chosen.append(text)
        if chosen:
            lines.append(f"{variable.label} : {', '.join(chosen)}")
    return typographic("\n".join(lines))


def _communes(described: pd.Series) -> str:
    codes = (str(described.get(f"{name}.code", "")) for name in ("commune", "commune_2", "commune_3"))
    return ", ".join(code for code in codes if code not in ("", "nan", "no_answer", "not_asked"))
