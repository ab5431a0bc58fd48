"""Keys that a team writes: what names a record is given once, what names one of another table resolves, or its cell is told.

One table of foreign keys (`JOINS`), checked by one helper (`check`). A key that names nothing blocks: what was received
is never counted as absent because two files could not be joined.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import Codebook
from diagnostic.collect.table_names import ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core.french import number, plural, typographic
from diagnostic.core.problems import BLOCKING, MASKED, WARNING, Problem, UnreadableRow

SITUATION = "situation"  # a key in two parts, as one text: response or interview, then the number in it
KIND, RECORD, NUMBER = "record_kind.code", "record_id.code", "situation_number.number"
VALUES = ("code", "number", "date", "text")  # of a variable that names a record, in the names of columns
_DAYS = (r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ]", r"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4}) ")
_TIME = r"(?P<time>\d\d:\d\d:\d\d(?: \d+)?)"  # and its rank among those of the same second
NOTHING = frozenset({"no_answer", "not_asked", "nan", "<NA>", ""})
ROLE_OF = {table: role for role, tables in (ROLES | WORKBOOKS).items() for table in tables}


@dataclass(frozen=True)
class Join:
    """Each row of `table` names, in the column of `variable`, a record of the tables `to`."""

    table: str
    variable: str
    to: tuple[str, ...]

    @property
    def column(self) -> str:
        """The column of the typed table that holds the whole key."""
        if self.to == SITUATIONS:
            return SITUATION if self.table == CODING else self.variable
        return f"{self.variable}.code"


@dataclass(frozen=True)
class Words:
    """What is wrong with a cell and what to do; `what` a row should be joined to."""

    message: str
    remedy: str
    what: str = ""
    severity: str = BLOCKING


CODING, PAIRS, THEMES, STORIES = "situation_coding", "duplicates", "text_coding", "vignettes"
SITUATION_KEYS = {  # table → the columns of the record and of the number in it
    "situations": ("response_id", "situation_number"),
    "interview_situations": ("interview_id.code", NUMBER),
}
SITUATIONS = tuple(SITUATION_KEYS)
JOINS = (
    Join(CODING, "record_id", SITUATIONS),
    Join(PAIRS, "first", SITUATIONS),
    Join(PAIRS, "second", SITUATIONS),
    Join(THEMES, "record_id", ("responses", "interview_records")),
    Join("interview_situations", "interview_id", ("interview_records",)),
    Join("reminders", "partner_code", ("partners",)),
    Join("ad_copies", "ad_id", ("ads",)),
    *(
        Join(table, "site_code", ("sites",))
        for table in ("ads", "ad_copies", "site_status", "site_terms", "demand_ads")
    ),
)
ONE = Words(
    "Les deux clés désignent la même situation : ce n'est pas une paire.",
    "Corriger l'une des deux clés, ou ôter la ligne.",
)
AGAIN = Words(
    "Cette paire est décidée de nouveau plus bas : la dernière décision vaut.",
    "Garder une seule ligne par paire.",
    severity=WARNING,
)
KINDS = {"reponse": "situations", "questionnaire": "situations", "entretien": "interview_situations"}
_WORDED = re.compile(r"\s*([^\W\d]+)\s+(.+)")
MEND = "Corriger le code, ou ajouter la ligne qui manque dans cette feuille."
WORDS: Mapping[str, Words] = {  # by the table of the key for situations, else by the table that it names
    CODING: Words(
        "Ce numéro et celui de la situation ne désignent aucune situation du questionnaire ou des entretiens.",
        "Écrire le numéro de la réponse tel que le formulaire le montre (avec Google Forms, l'horodateur), ou celui de "
        "l'entretien, puis le numéro de la situation dans cette réponse.",
        "à une situation reçue",
    ),
    "duplicates": Words(
        "Cette clé ne désigne aucune situation du questionnaire ou des entretiens, ou elle en désigne deux.",
        "Écrire le numéro que le formulaire montre, ou celui de l'entretien, une barre, puis le rang de la situation "
        "(« 137/2 » ; « réponse 12/1 » ou « entretien 12/1 » où le même numéro est à l'une et à l'autre) ; ôter la ligne si la "
        "réponse a été retirée.",
        "à deux situations reçues",
    ),
    "responses": Words(
        "Ce numéro ne désigne aucune réponse du questionnaire, ni aucun entretien.",
        "Écrire le numéro de la réponse tel que le formulaire le montre (avec Google Forms, l'horodateur), ou celui de "
        "l'entretien (« entretien 12 » où une réponse a le même).",
        "à une réponse ou à un entretien reçus",
    ),
    "interview_records": Words("Ce code n'est pas dans la feuille « Entretiens ».", MEND, "à un entretien"),
    "partners": Words("Ce code n'est pas dans la feuille « Partenaires ».", MEND, "à une structure contactée"),
    "ads": Words("Ce code n'est pas dans la feuille « Annonces ».", MEND, "à une annonce codée"),
    "sites": Words(
        "Ce code de site n'est pas dans le registre des sites.",
        "Corriger le code, ou ajouter le site au registre.",
        "à un site du registre",
    ),
}


def keyed(coding: pd.DataFrame, numbers: Mapping[str, str]) -> pd.DataFrame:
    """The coding of situations under the keys of the study: `record_id.code` becomes the pseudonym of the response, and
    `situation` is the whole key (`record/number`), missing where it cannot name anything.

    `numbers`: the number of each response, as its export shows it → its pseudonym. Interviews keep their own number.
    """
    if RECORD not in coding:
        return coding.assign(**{SITUATION: pd.array([], dtype="str")})
    written, response = coding[RECORD].astype("str"), coding[KIND].ne("interview")
    record = written.mask(response, written.map(numbers)).astype("str")
    whole = record + "/" + coding[NUMBER].astype("str")
    named = record.notna() & ~record.isin(NOTHING) & coding[NUMBER].notna()
    return coding.assign(**{RECORD: record.where(named, written), SITUATION: whole.where(named).astype("str")})


def named(coding: pd.DataFrame, numbers: Mapping[str, str]) -> pd.DataFrame:
    """The coding of texts under the pseudonyms of responses, `numbers` as for `keyed`; a number of no response, or one that
    is said to be an interview's (« entretien 12 »), is an interview's: `source` says which."""
    if RECORD not in coding:
        return coding.assign(source=pd.array([], dtype="str"))
    written = [parted(f"{number}/1")[:2] for number in coding[RECORD].astype("str")]
    met = [kind == "interview_situations" or (not kind and number not in numbers) for kind, number in written]
    record = [number if told else numbers.get(number, number) for (_, number), told in zip(written, met, strict=True)]
    source = ["interview" if told else "response" for told in met]
    return coding.assign(**{RECORD: pd.array(record, dtype="str"), "source": pd.array(source, dtype="str")})


def spellings(number: str) -> list[str]:
    """A response's number, and where it is a time of submission in a cell of dates, the other ways it is written: the last is
    that of the sheet on a French screen, « 12/01/2026 16:00:18 »."""
    found = next(filter(None, (re.fullmatch(days + _TIME, number) for days in _DAYS)), None)
    if not found:
        return [number]
    day, month, year = found["day"], found["month"], found["year"]
    ways = (f"{year}-{month}-{day}T", f"{year}-{month}-{day} ", f"{day}/{month}/{year} ")
    return [number, *(way + found["time"] for way in ways if way + found["time"] != number)]


def parted(key: str) -> tuple[str, str, str]:
    """The key of a situation as a person writes it, « 137/2 » or « entretien 12/1 »: the table of situations that it
    names ("" where it names none), the record and the situation's number in it."""
    word = _WORDED.fullmatch(key)
    kind = KINDS.get(normalise(word[1]), "") if word else ""
    record, _, number = (word[2] if word and kind else key).rpartition("/")
    return kind, record.strip(), str(int(number)) if number.strip().isdecimal() else number


def resolver(tables: Mapping[str, pd.DataFrame], numbers: Mapping[str, str]) -> Callable[[str], str]:
    """What gives the study's own key of a situation for the one that a person writes; the text itself where it names no
    situation, or two. `tables`: the typed tables received, by name; `numbers` as for `keyed`."""
    known = {name: _keys(name, tables.get(name, pd.DataFrame()), "") for name in SITUATIONS}

    def own(text: str) -> str:
        kind, record, number = parted(text)
        ways = (f"{numbers.get(record, record)}/{number}", f"{record}/{number}")
        found = [way for name, way in zip(SITUATIONS, ways, strict=True) if kind in ("", name) and way in known[name]]
        return found[0] if len(found) == 1 else text

    return own


def decided(decisions: pd.DataFrame, own: Callable[[str], str]) -> pd.DataFrame:
    """Decisions on pairs under the keys of the study, as `resolver` gives them."""
    ends = {end: decisions[end].map(own, na_action="ignore").astype("str") for end in ("first", "second")}
    return decisions.assign(**ends)


def composed(stories: pd.DataFrame, own: Callable[[str], str]) -> pd.DataFrame:
    """Composite stories under the keys of the study, as `resolver` gives them, in `situations`, separated by « ; »."""
    told = stories["situations"].map(lambda text: " ; ".join(map(own, several(text))), na_action="ignore")
    return stories.assign(situations=told.astype("str"))


def several(text: str) -> list[str]:
    """The keys of a cell that holds several."""
    return [one.strip() for one in str(text).split(";") if one.strip()]


def check(
    tables: Mapping[str, pd.DataFrame], places: pd.DataFrame, files: Mapping[str, str], told: Collection[Problem] = ()
) -> Iterator[Problem]:
    """One blocking problem per cell whose key names nothing, after how many rows of its table are joined; one that warns per
    decision on a pair that a later row decides.

    `tables`: every typed table received, by name; a register of sites that was not given joins nothing. `places` has the
    shape of `collect/places`; `files`: role → file name. What a problem already `told` explains is not told twice: a
    file that could not be read whole, a cell that blocks.
    """
    blocked = _blocked(told)
    cut = {p.file for p in told if p.severity == BLOCKING and (p.row is None or isinstance(p, UnreadableRow))}
    found: dict[tuple[str, Words], list[Problem]] = {}
    for join in JOINS:
        table = tables.get(join.table, pd.DataFrame())
        targets = [name for name in join.to if name != "sites" or name in tables]
        if table.empty or not targets or cut & {_file(name, files) for name in targets}:
            continue
        words = WORDS[join.table if join.to == SITUATIONS else join.to[0]]
        astray = placed(table, ~_resolved(table, join, tables))
        file = _file(join.table, files)
        cells = (at_cell(row, join.table, join.variable, places, file, words) for row in astray)
        new = [cell for cell in cells if (cell.file, cell.sheet, cell.row, cell.column) not in blocked]
        found.setdefault((join.table, words), []).extend(new)
    for (name, words), problems in found.items():
        if problems:
            yield _counted(len(tables[name]), problems, _file(name, files), words)
            yield from problems
    told_there = {(p.row, p.column) for problems in found.values() for p in problems if p.file == _file(PAIRS, files)}
    for row, words in _no_pairs(tables.get(PAIRS, pd.DataFrame({"first": [], "second": []}))):
        cell = at_cell(row, PAIRS, "second", places, _file(PAIRS, files), words)
        if (cell.row, cell.column) not in told_there and (cell.file, "", cell.row, cell.column) not in blocked:
            yield cell


def _no_pairs(decisions: pd.DataFrame) -> Iterator[tuple[Any, Words]]:
    """Decisions that are of no pair, and those on a pair that a later row decides, with what is wrong."""
    alone = decisions["first"].eq(decisions["second"])
    pair = pd.Series(map(frozenset, zip(decisions["first"], decisions["second"], strict=True)), decisions.index)
    yield from ((row, ONE) for row in placed(decisions, alone))
    yield from ((row, AGAIN) for row in placed(decisions, ~alone & pair.duplicated(keep="last")))


def doubled(
    codebook: Codebook,
    tables: Mapping[str, pd.DataFrame],
    places: pd.DataFrame,
    files: Mapping[str, str],
    told: Collection[Problem] = (),
) -> Iterator[Problem]:
    """One blocking problem per row that bears the whole key of an earlier row of its table, in whatever writing (a date
    may be written in several ways). Arguments as for `check`."""
    blocked = _blocked(told)
    for name in (table for table in tables if table in ROLE_OF):
        table, key = tables[name], codebook.tables[name].key
        held = [c for one in key for c in (f"{one}.{kind}" for kind in VALUES) if c in table]
        if len(held) < len(key):
            continue  # the keys of forms are the tool's own: told where records are read
        words = Words("Cette ligne a la même clé qu'une ligne précédente.", "Garder une seule ligne par clé.")
        for row in placed(table, table.duplicated(held) & ~table[held[0]].astype("str").isin(NOTHING)):
            problem = at_cell(row, name, key[0], places, _file(name, files), words)
            if (problem.file, problem.sheet, problem.row, problem.column) not in blocked:
                yield problem


def _blocked(told: Collection[Problem]) -> set[tuple[str, str, int | None, str]]:
    return {(p.file, p.sheet, p.row, p.column) for p in told if p.severity == BLOCKING}


def _file(table: str, files: Mapping[str, str]) -> str:
    role = ROLE_OF.get(table, table)
    return files.get(role, role)


def _resolved(table: pd.DataFrame, join: Join, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Rows whose key is one of a record; what is no code at all is left to whoever told so, but for a whole key."""
    if join.column not in table:
        return pd.Series(True, index=table.index)
    known = set().union(*(_keys(name, tables.get(name, pd.DataFrame()), join.variable) for name in join.to))
    keys = table[join.column].astype("str")
    return keys.isin(known) | (keys.isin(NOTHING) if join.to != SITUATIONS and join.table != THEMES else False)


def _keys(name: str, table: pd.DataFrame, variable: str) -> set[str]:
    if name == "responses":
        return set(table["response_id"].astype("str")) if "response_id" in table else set()
    if name in SITUATIONS:
        record, rank = SITUATION_KEYS[name]
        return set(table[record].astype("str") + "/" + table[rank].astype("str")) if record in table else set()
    variable = "interview_id" if name == "interview_records" else variable
    column = variable if name in INPUTS else f"{variable}.code"
    return set(table[column].astype("str")) if column in table else set()


def placed(table: pd.DataFrame, rows: pd.Series) -> Iterator[Any]:
    """The places of such rows of a typed table, as named tuples; its other columns, hundreds at times, are not gone through."""
    return table[[name for name in ("sheet", "row") if name in table]][rows].itertuples()


def at_cell(row: Any, table: str, variable: str, places: pd.DataFrame, file: str, words: Words) -> Problem:
    """A problem at the cell of a variable, in a row (a named tuple) of a typed table."""
    sheet = "" if table in INPUTS else str(row.sheet)
    own = places[(places["table"] == table) & (places["name"] == variable)]
    letter = next(iter(own.loc[own["sheet"].astype("str") == (sheet or "0"), "column"]), "")
    message, remedy = typographic(words.message), typographic(words.remedy)
    return Problem(words.severity, file, message, remedy, sheet, int(row.row), letter, MASKED)


def _counted(size: int, problems: Collection[Problem], file: str, words: Words) -> Problem:
    joined = size - len({(problem.sheet, problem.row) for problem in problems})
    message = f"{number(joined)} {plural(size, 'ligne')} sur {number(size)} {plural(size, 'rattachée')} {words.what}."
    return Problem(BLOCKING, file, typographic(message), typographic(words.remedy))
