"""The typed tables of an export, and what must stay in the vault: free texts, places, contacts.

Four states survive everywhere: ticked, not ticked, not asked, not answered (see `collect.tables`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from diagnostic.codebook import routing
from diagnostic.codebook.model import MERGED, Codebook, Variable
from diagnostic.collect.answered import STATES, TICKS
from diagnostic.collect.exports.answers import Answers, read
from diagnostic.collect.exports.asked import asked, undecided
from diagnostic.collect.exports.layout import Told
from diagnostic.collect.exports.records import Raw

Pseudonyms = Callable[[str, Iterable[str]], list[str]]  # kind, values → keyed pseudonyms
ANSWERED, NO_ANSWER, NOT_ASKED = tuple(STATES)
TICKED, NOT_TICKED = tuple(TICKS)[:2]
OUT_OF_ROUTE_REMEDY = "Vérifier la réponse qui décide de l’aiguillage ; la corriger dans l’outil si elle est fausse."
REQUIRED_REMEDY = (
    "La demander à la personne qui a répondu, si elle l’a accepté, et la compléter dans l’outil ; sinon, rien à faire : "
    "elle est comptée sans réponse."
)


@dataclass(frozen=True)
class Typed:
    """One table: `frame` for the results, `texts` and `contacts` for the vault, `answers` by variable, `asked` masks."""

    frame: pd.DataFrame
    texts: pd.DataFrame
    contacts: pd.DataFrame
    known: Mapping[str, Answers]


def type_table(
    codebook: Codebook,
    raw: Raw,
    told: Told,
    pseudonyms: Pseudonyms,
    parent: tuple[Raw, Typed] | None = None,
    public: bool = False,
) -> Typed:
    """The typed table of raw records; `parent` is the table of responses that situations belong to. In a `public`
    table short texts (a place, a structure) stay; elsewhere all that is written goes to the vault.

    An answer to a question that was not asked is set aside with a warning at its cell, unless the answer that decides
    could not be read.
    """
    size = len(raw.frame)
    known: dict[str, Answers] = _inherited(raw, parent) if parent else {}
    ids = _ids(raw, pseudonyms, parent)
    columns: dict[str, object] = {
        "sheet": raw.frame["sheet"].to_numpy(),
        "row": raw.frame["row"].to_numpy(),
    }
    if codebook.tables[raw.table].form:
        columns["response_id"] = pd.array(ids, dtype="str")
    if parent:
        columns["situation_number"] = raw.frame["number"].to_numpy()
    texts: list[Answers] = []
    vault: dict[str, np.ndarray] = {}
    for variable in codebook.received(raw.table):
        if variable.shape == "sheet" or (variable.shape == MERGED and variable.name not in raw.answers):
            continue
        answers = read(codebook, raw, variable, told)
        condition = routing.together(codebook.condition_of_block(variable), variable.condition)
        unsure = undecided(condition, known, size)
        mask = asked(condition, known, size) & answers.bound
        _out_of_route(raw, answers, mask | unsure, told)
        _required(raw, answers, mask & ~unsure, told)
        answers = known[variable.name] = answers.keep(mask, unsure)
        columns |= _columns(variable, answers, mask, pseudonyms, public)
        if variable.privacy == "vault":
            vault[variable.name] = answers.values
        elif variable.written and variable.privacy != "pseudonym":
            texts.append(answers)
    for variable in codebook.variables:  # « une autre situation ? » is no data, but is told when it cannot be read
        if variable.table == raw.table and variable.shape == "unrolled" and variable.name in raw.answers:
            read(codebook, raw, variable, told)
    return Typed(pd.DataFrame(columns), _written(raw, texts, ids), _contacts(ids, vault, known), known)


def _ids(raw: Raw, pseudonyms: Pseudonyms, parent: tuple[Raw, Typed] | None) -> list[str]:
    """The pseudonyms of the responses that the records are, or belong to: what a response is called in its own table,
    where a name may be longer because of another response."""
    named = dict(zip(parent[0].frame["key"], parent[1].frame["response_id"], strict=True)) if parent else {}
    lost = [key for key in dict.fromkeys(raw.frame["key"]) if key not in named]
    named |= dict(zip(lost, pseudonyms("response", lost), strict=True))
    return [named[key] for key in raw.frame["key"]]


def _inherited(raw: Raw, parent: tuple[Raw, Typed]) -> dict[str, Answers]:
    """The parent's answers, one per record of the child; none where it has no parent, or two may be meant."""
    link = "row" if raw.unrolled else "key"  # side by side, they are the same row
    rows = pd.Series(np.arange(len(parent[0].frame)), index=parent[0].frame[link])
    if not len(rows):
        return {}
    found = raw.frame[link].map(rows[~rows.index.duplicated(keep=False)])
    positions, lost = found.fillna(0).astype(int).to_numpy(), found.isna().to_numpy(dtype=bool)
    return {name: answers.take(positions, lost) for name, answers in parent[1].known.items()}


def _out_of_route(raw: Raw, answers: Answers, mask: np.ndarray, told: Told) -> None:
    for record in np.flatnonzero(answers.given & ~mask):
        heading = next((h for h, t in _headings(raw, answers) if t[record]), answers.variable.name)
        message = (
            f"Une réponse est donnée à la question « {answers.variable.label} », que l’aiguillage ne pose pas ici : "
            "elle n’est pas comptée."
        )
        told.warn(message, OUT_OF_ROUTE_REMEDY, *raw.place(heading, int(record)))


def _required(raw: Raw, answers: Answers, mask: np.ndarray, told: Told) -> None:
    """Tell required answers that are not there: people could not skip them, so the export was altered, or the form."""
    if answers.variable.required and answers.bound:
        heading = next((heading for heading, _ in _headings(raw, answers)), answers.variable.name)
        for record in np.flatnonzero(mask & ~answers.given & ~answers.unread):
            message = f"La question « {answers.variable.label} » est obligatoire, et n’a pas de réponse ici."
            told.warn(message, REQUIRED_REMEDY, *raw.place(heading, int(record)), empty=True)


def _headings(raw: Raw, answers: Answers) -> Iterator[tuple[str, np.ndarray]]:
    """The columns of the export that may hold an answer, each with where it does."""
    own = {answers.variable.name: answers.given}
    own |= {f"{answers.variable.name}/{code}": ticked for code, ticked in answers.ticks.items()}
    return ((heading, filled) for heading, filled in own.items() if heading in raw.answers)


def _columns(
    variable: Variable, answers: Answers, mask: np.ndarray, pseudonyms: Pseudonyms, public: bool
) -> dict[str, object]:
    """The typed columns of one variable."""
    given, not_asked = answers.given, (~mask, NOT_ASKED)
    if variable.type in ("single", "code"):
        values = np.where(given, answers.values, np.where(mask, NO_ANSWER, NOT_ASKED).astype(object))
        return {f"{variable.name}.code": pd.array(values, dtype="str")}
    if variable.type == "multiple":
        return {
            f"{variable.name}/{code}": _first(TICK, (given & ticked, TICKED), (given, NOT_TICKED), not_asked)
            for code, ticked in answers.ticks.items()
        }
    states = {f"{variable.name}.state": _first(STATE, not_asked, (given, ANSWERED))}
    if isinstance(answers.values, pd.DataFrame):
        counts = answers.values
        return states | {
            f"{variable.name}.minimum": counts["minimum"].where(answers.given).array,
            f"{variable.name}.central": counts["central"].where(answers.given).array,
            f"{variable.name}.maximum": counts["maximum"].where(answers.given).array,
            f"{variable.name}.study": counts["study_value"].where(answers.given).array,
            f"{variable.name}.minors_minimum": counts["of_which_minors_minimum"].where(answers.given).array,
            f"{variable.name}.minors_maximum": counts["of_which_minors_maximum"].where(answers.given).array,
            f"{variable.name}.rule": pd.array(np.where(answers.given, counts["rule"], ""), dtype="str"),
        }
    if variable.type == "integer":
        return states | {f"{variable.name}.number": pd.array(list(answers.values), dtype="Int64")}
    if variable.type == "date":
        return states | {f"{variable.name}.date": pd.to_datetime(pd.Series(answers.values)).array}
    texts = ["" if value is None else str(value) for value in answers.values]
    if variable.privacy == "pseudonym":
        return states | {f"{variable.name}.pseudonym": pd.array(pseudonyms("name", texts), dtype="str")}
    if public and variable.type == "text" and variable.privacy != "free_text":
        return states | {f"{variable.name}.text": pd.array(texts, dtype="str")}
    return states


TICK, STATE = (pd.CategoricalDtype(list(names)) for names in (TICKS, STATES))


def _first(names: pd.CategoricalDtype, *cases: tuple[np.ndarray, str]) -> pd.Categorical:
    """The name of the first case that holds, per record; `no_answer` where none does."""
    place = {name: number for number, name in enumerate(names.categories)}
    codes = np.full(len(cases[0][0]), place[NO_ANSWER], dtype=np.int8)
    for holds, name in reversed(cases):
        codes[holds] = place[name]
    return pd.Categorical.from_codes(codes, dtype=names)


TEXTS = {
    **{"table": "str", "response_id": "str", "situation_number": "int64", "variable": "str", "text": "str"},
    **{"sheet": "int64", "row": "int64", "column": "int64"},
}


def _written(raw: Raw, written: Iterable[Answers], ids: list[str]) -> pd.DataFrame:
    """What was written in text boxes, one row per text, with its place in the export."""
    numbers = raw.frame["number"].to_numpy()
    parts: dict[str, list[Iterable[object]]] = {name: [] for name in TEXTS}
    for answers in written:
        name, at = answers.variable.name, np.flatnonzero(answers.given)
        if len(at):
            sheets, rows, columns = raw.placed(name, at)
            parts["table"].append([raw.table] * len(at))
            parts["response_id"].append([ids[record] for record in at.tolist()])
            parts["situation_number"].append(numbers[at])
            parts["variable"].append([name] * len(at))
            parts["text"].append(raw.answers[name][at])
            parts["sheet"].append(sheets)
            parts["row"].append(rows)
            parts["column"].append(columns + 1)
    return pd.DataFrame({name: pd.array(list(chain(*parts[name])), dtype=kind) for name, kind in TEXTS.items()})


CONTACT_COLUMNS = ("response_id", "name", "function", "structure", "email", "phone", "recontact", "recontact_until")


def _contacts(ids: list[str], vault: Mapping[str, np.ndarray], known: Mapping[str, Answers]) -> pd.DataFrame:
    """The contacts of people who agreed to be contacted again: the routing has already set aside all others."""
    names = {"respondent_name": "name", "email": "email", "phone": "phone"}
    given = [known[name].given for name in names if name in known and name in vault]
    if not given:
        return pd.DataFrame(columns=CONTACT_COLUMNS)
    at = np.flatnonzero(np.any(given, axis=0))
    frame = pd.DataFrame({"response_id": [ids[record] for record in at]})
    for name, column in names.items():
        frame[column] = ["" if vault[name][r] is None else str(vault[name][r]) for r in at] if name in vault else ""
    return frame.assign(function="", structure="", recontact="oui", recontact_until="").reindex(columns=CONTACT_COLUMNS)
