"""What persons code and decide at the desk, a situation or a pair at a time: kept in the vault until it is given back, as the sheets
that the team works in are, and in the same form.

    vault/{study}/feuilles/bureau.json    codings by coder and situation, decisions by pair, situations that somebody may recognise

An erasure takes out what is of its record (`forget`) and leaves the rest.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import TICK, Codebook, Variable
from diagnostic.collect.exports.tools import NOT_TICKED
from diagnostic.consolidate.coders import ARBITER
from diagnostic.consolidate.located import COMMUNES
from diagnostic.core.errors import Typeset
from diagnostic.core.french import plural, typographic
from diagnostic.core.locks import turn
from diagnostic.core.writing import as_json
from diagnostic.privacy.vault import SHEETS, VAULT, Vault
from diagnostic.study import given, receive, sheets
from diagnostic.study.changes import whole
from diagnostic.study.config import opened
from diagnostic.study.given import DUPLICATES, Choice, Reader

FILE = "bureau.json"
KEYS = ("record_kind", "record_id", "situation_number", "coder")  # what a row of the coding sheet is known by
Row = Mapping[str, str]  # heading of the coding sheet → what is written under it
NOTHING = {"codings": "codé", "pairs": "tranché"}
FRESH, SECOND = "premier", "second"  # situations that nobody has coded; those that one other person has


@dataclass
class Begun:
    """What is not given back yet. `codings`: coder → key of a situation → what was coded; `pairs`: the keys of both situations with a
    space between → decision and initials; `flagged`: key of a situation that somebody may recognise → who said so."""

    codings: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    pairs: dict[str, dict[str, str]] = field(default_factory=dict)
    flagged: dict[str, str] = field(default_factory=dict)

    @property
    def coded(self) -> int:
        """How many codings are not given back."""
        return sum(map(len, self.codings.values()))

    @property
    def told(self) -> list[str]:
        """What is not given back, in French: until then no calculation counts it."""
        counts = [(self.coded, "codage", "codages"), (len(self.pairs), "paire tranchée", "paires tranchées")]
        return [f"{count} {plural(count, one, many)} à rendre" for count, one, many in counts if count]


def begun(vault: Vault) -> Begun:
    """What is kept at the desk of a study. Raises VaultError."""
    path = vault.kept(SHEETS, FILE)
    return Begun(**json.loads(vault.load(path))) if path.is_file() else Begun()


def keep(root: Path, study: str, change: Callable[[Begun], None]) -> None:
    """Change what is kept. Raises VaultError, ConfigError, Busy."""
    with turn(root / VAULT / study):
        vault = opened(root, study, create=False)
        held = begun(vault)
        change(held)
        _store(vault, held)


def _store(vault: Vault, held: Begun) -> None:
    vault.store(as_json(vars(held)), vault.folder_of(SHEETS) / FILE)


def forget(vault: Vault, gone: Callable[[str], bool]) -> None:
    """Take out what is of the records that are `gone`. Raises VaultError."""

    def stays(key: str) -> bool:
        return not any(gone(part.rpartition("/")[0]) for part in key.split(" "))

    if vault.kept(SHEETS, FILE).is_file():
        held = begun(vault)
        codings = {coder: {k: row for k, row in own.items() if stays(k)} for coder, own in held.codings.items()}
        pairs, flagged = ({k: one for k, one in own.items() if stays(k)} for own in (held.pairs, held.flagged))
        _store(vault, Begun(codings, pairs, flagged))  # type: ignore[arg-type]


# -- Situations to code ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Queue:
    """Which situations wait for a coder, by their keys in the order of the files: those that nobody has coded, those that one other
    person has; those that two have coded differently and nobody has arbitrated; how many this coder has coded."""

    fresh: list[str]
    second: list[str]
    disputed: list[str]
    mine: int

    def of(self, mode: str) -> list[str]:
        """Those that wait in a mode, FRESH or SECOND."""
        return {FRESH: self.fresh, SECOND: self.second}[mode]


def coded(told: sheets.Told, held: Begun) -> dict[str, list[dict[str, str]]]:
    """Key of a situation → the rows of all who coded it, those given back before those at the desk, which take the place of their
    coder's own."""
    found = {key: [dict(row) for row in rows] for key, rows in told.coded.items()}
    for coder, own in held.codings.items():
        for key, row in own.items():
            rows = [one for one in found.get(key, []) if coder_of(one) != normalise(coder)]
            found[key] = [*rows, row]
    return found


def coder_of(row: Row) -> str:
    """Who coded a row, as initials are compared."""
    return normalise(row.get("coder", ""))


def queue(codebook: Codebook, told: sheets.Told, held: Begun, coder: str) -> Queue:
    """What waits for a coder."""
    by, own = coded(told, held), normalise(coder)
    who = {key: {coder_of(row) for row in by.get(key, [])} for key in told.situations}
    open_ = [key for key in told.situations if key not in held.flagged and not who[key] & {own, ARBITER}]
    fresh, second = ([key for key in open_ if len(who[key]) == count] for count in (0, 1))
    disputed = [key for key in told.situations if disputes(codebook, by.get(key, []))]
    return Queue(fresh, second, disputed, sum(own in each for each in who.values()))


def asked(codebook: Codebook) -> list[Variable]:
    """The questions that a coder answers."""
    return [v for v in codebook.table(sheets.CODING) if v.name not in KEYS]


def answers(codebook: Codebook, row: Row) -> dict[str, frozenset[str]]:
    """Question → what a row answers to it; the communes of a situation are one question."""
    found: dict[str, frozenset[str]] = {}
    for v in asked(codebook):
        if v.type == "multiple":
            cells = {option.code: row.get(f"{v.name}/{option.code}", "") for option in codebook.options(v)}
            ticked = {code for code, text in cells.items() if text and normalise(text) not in NOT_TICKED}
            found[v.name] = frozenset(ticked)
        else:
            name = COMMUNES[0] if v.name in COMMUNES else v.name
            text = row.get(v.name, "").split(" ")[0]
            found[name] = found.get(name, frozenset()) | ({text} if text else frozenset())
    return found


def disputes(codebook: Codebook, rows: Sequence[Row]) -> dict[str, list[frozenset[str]]]:
    """Question → what each of several persons answered, of the questions where they differ; nothing once it is arbitrated."""
    if any(coder_of(row) == ARBITER for row in rows) or len({coder_of(row) for row in rows}) < 2:
        return {}
    each = [answers(codebook, row) for row in rows]
    return {name: [one[name] for one in each] for name in each[0] if len({one[name] for one in each}) > 1}


def row_of(
    codebook: Codebook, told: sheets.Told, key: str, coder: str, chosen: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The row of the coding sheet for what was chosen: question → codes, or the text of a question that is no list. Raises
    Typeset for an answer that the question has not, or that excludes another."""
    row = sheets.named(codebook, told, key, coder)
    ticked = codebook.lists[TICK][0].label
    for v in asked(codebook):
        own = [text for text in chosen.get(v.name, ()) if text]
        if v.name in COMMUNES:  # one question of three places
            at = COMMUNES.index(v.name)
            own = [text for name in COMMUNES for text in chosen.get(name, ()) if text][at : at + 1]
        if v.type != "multiple":
            text = own[0] if own else ""
            if text and v.pattern and not re.fullmatch(v.pattern, text.split(" ")[0]):
                raise Typeset(f"{v.label} : ce n’est pas un code de commune. Rien n’est enregistré.")
            row |= {v.name: text} if text else {}
            continue
        options = {option.code: option for option in codebook.options(v)}
        if not set(own) <= options.keys() or (len(own) > 1 and any(options[code].exclusive for code in own)):
            raise Typeset(f"{v.label} : une de ces réponses ne va pas avec une autre. Rien n’est enregistré.")
        row |= {f"{v.name}/{code}": ticked for code in options if code in own}
    return row


def texts(codebook: Codebook, told: sheets.Told, key: str) -> list[tuple[str, str]]:
    """What is written of a situation: how each text is called, and the text; those that are coded first."""
    labels = {v.name: v.label for v in codebook.variables}
    own = {variable: text for (situation, variable), text in told.texts.items() if situation == key}
    order = [*(name for name in sheets.WRITTEN if name in own), *(name for name in own if name not in sheets.WRITTEN)]
    return [(labels.get(name, name), own[name]) for name in order]


def closed(codebook: Codebook, told: sheets.Told, key: str) -> list[str]:
    """The closed answers of a situation, a line a question."""
    record, number, kind, _ = told.situations[key]
    frame = told.read.tables[next(table for table, one in sheets.KINDS.items() if one == kind)]
    one, at = sheets.named_by(frame)
    row = frame[frame[one].astype("str").eq(record) & frame[at].eq(number)].iloc[0]
    return sheets.summary(codebook, row, {}).splitlines()


def give_back(root: Path, study: str, what: str, today: dt.date) -> list[str]:
    """Receive the sheet of all that is kept at the desk of a kind, « codings » or « pairs »; French lines, as `receive.receive` tells
    them. Raises what it does, Typeset, of pairs NoResults."""

    def work(inside: Path) -> list[str]:
        reader = Reader(inside, study, opened(inside, study, create=False))
        return give(reader, begun(reader.vault), what, today)

    return [typographic(line) for line in whole(root, study, (), work, again=True)]


def give(reader: Reader, held: Begun, what: str, today: dt.date) -> list[str]:
    """What `give_back` does, for what changes the study whole: of what is `held`, this kind is kept no more."""
    told = sheets.told_of(reader)
    if not getattr(held, what):
        raise Typeset(f"Rien n’est {NOTHING[what]} au bureau qui ne soit déjà rendu.")
    if what == "codings":
        file = receive.Given(sheets.coding_sheet(reader, told, coded(told, held)), role=sheets.CODING)
    else:
        file = receive.Given(_pairs_sheet(reader, told, held), role=DUPLICATES)
    lines, _ = receive.registered(reader.root, reader.study, file, today, Choice(agree=lambda lines: True))
    _store(reader.vault, replace(held, **{what: {}}))
    return lines


# -- Pairs to decide ------------------------------------------------------------------------------------------------
def decided(root: Path, study: str, told: sheets.Told, held: Begun) -> dict[frozenset[str], Mapping[str, str]]:
    """What was decided of pairs, given back or not. Raises ConfigError."""
    here = {frozenset(pair.split(" ")): row for pair, row in held.pairs.items()}
    return {**given.decisions(root, study, told.own), **here}


def _pairs_sheet(reader: Reader, told: sheets.Told, held: Begun) -> bytes:
    before = given.decisions(reader.root, reader.study, told.own)
    pairs, said = sheets.pairs_of(reader, before), decided(reader.root, reader.study, told, held)
    rows = [said.get(frozenset(pair), {}) for pair in zip(pairs.rows["first"], pairs.rows["second"], strict=True)]
    full = pairs.rows.assign(**{name: [row.get(name, "") for row in rows] for name in sheets.DECIDED[2:]})
    return sheets.pairs_sheet(reader, told, replace(pairs, rows=full))
