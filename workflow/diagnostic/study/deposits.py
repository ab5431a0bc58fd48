"""Files that a team has given and that wait in the vault until somebody has seen what the study would read of them. They lie among
the sheets that the team works in, under a number: an erasure takes them away with these, a purge with the vault.

    vault/{study}/feuilles/depots.json       the list of them
    vault/{study}/feuilles/depot-1           one of them, as it was given
    vault/{study}/feuilles/depot-1.yaml      its recipe, as a person has it under their hands; none for a file of the project's own
"""

import datetime as dt
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from diagnostic.codebook.model import Codebook
from diagnostic.collect.grids import Grid
from diagnostic.core.french import typographic
from diagnostic.core.writing import as_json
from diagnostic.describe.everything import TABLES, everything
from diagnostic.describe.proposing import names_of, proposed
from diagnostic.describe.recipe import ASKED, Recipe, Sheet, blocks, from_yaml, to_yaml
from diagnostic.privacy.vault import SHEETS, Vault
from diagnostic.study import given, own_files, receive
from diagnostic.study.changes import whole
from diagnostic.study.config import BLOCKS, STUDIES, load_yaml, looked_into, opened
from diagnostic.study.given import Choice, Reader, ReceiveError

LIST, NAME = "depots.json", "depot-{}"
UNSAID = "Il reste à dire de ce fichier : {}. Rien n’en est reçu."
GONE = "Ce fichier n’attend plus : il a été reçu ou retiré, ou une réponse a été effacée depuis. Le déposer de nouveau."


@dataclass(frozen=True)
class Deposit:
    """One file that waits: its number, the day it came, its name where it is that of a text of the report, the roles that it
    shows by itself, and what receiving it would tell, if all of it is known."""

    number: int
    day: str
    name: str = ""
    roles: Sequence[str] = ()
    told: Sequence[str] = ()


@dataclass(frozen=True)
class Looked:
    """One file that waits, read: its sheets, and how it would be read where that is by a recipe."""

    deposit: Deposit
    reader: Reader
    grids: list[Grid] = field(default_factory=list)
    recipe: Recipe | None = None

    def sheet(self, number: int) -> Sheet:
        """One sheet of its recipe. Raises ReceiveError for none of them."""
        for one in self.recipe.sheets if self.recipe else ():
            if one.number == number:
                return one
        raise ReceiveError("Cette feuille n’est pas dans ce fichier.")

    @property
    def codebook(self) -> Codebook:
        """With every table that a recipe may fill."""
        return everything(self.reader.codebook)

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """See `proposing.names_of`."""
        own = {self.recipe.file: self.recipe} if self.recipe else {}
        return names_of((self.reader.recipes | own).values())


def deposits(root: Path, study: str) -> list[Deposit]:
    """The files that wait, in the order they came. Raises VaultError, ConfigError."""
    return _listed(looked_into(root, study))


def deposit(root: Path, study: str, content: bytes, name: str, today: dt.date) -> int:
    """Put a file into the vault, where it waits; its number. `name`: as it was given; it is kept where it is that of a text of the
    report. Raises ReceiveError for what could not be read, or not yet; VaultError, ConfigError, CodebookError, Busy."""
    asked = ("deposer", study, content, today)
    number = int(whole(root, study, asked, lambda inside: _deposited(inside, study, content, name, today)))
    if told := _rehearsed(root, study, number, today):
        whole(root, study, ("dit", *told), lambda inside: _noted(inside, study, number, told))
    return number


def _deposited(root: Path, study: str, content: bytes, name: str, today: dt.date) -> int:
    load_yaml(root, STUDIES / f"{study}.yaml")  # no vault for a study that is none
    vault = opened(root, study)
    vault.digest(content)  # refused after a purge, before anything is written
    receive.decided(root, study, today)
    text = Path(name).suffix.casefold() == ".md" and Path(name).stem in BLOCKS
    draft, roles = None, tuple[str, ...]()
    if not text and not receive.geojson(content):
        grids = receive.sheets_of(content, "fichier")
        reader = Reader(root, study, vault)
        found = given.recognise(reader.codebook, grids)
        roles = found.roles
        if own_files.concerns(reader, "", found, grids):
            tables = blocks(grids)
            plan = own_files.planned(reader, own_files.drained(reader, today), "", tables)
            # Of a file of which no sheet looks like a table of the study, each is asked.
            draft = plan.recipe if plan else proposed(everything(reader.codebook), tables, Recipe(""), tuple(TABLES))
    others = _listed(vault)
    number = 1 + max((one.number for one in others), default=0)
    _store(vault, [*others, Deposit(number, today.isoformat(), Path(name).name if text else "", roles)])
    vault.store(content, vault.folder_of(SHEETS) / NAME.format(number))
    if draft is not None:
        _keep(vault, number, draft)
    return number


def looked(root: Path, study: str, number: int) -> Looked:
    """One file that waits. Raises ReceiveError where it does not any more; VaultError, ConfigError, CodebookError."""
    return _looked(Reader(root, study, looked_into(root, study)), number)


def _looked(reader: Reader, number: int) -> Looked:
    vault = reader.vault
    one = next((one for one in _listed(vault) if one.number == number), None)
    if one is None:
        raise ReceiveError(GONE)
    content = vault.load(vault.kept(SHEETS, NAME.format(number)))
    draft = vault.kept(SHEETS, f"{NAME.format(number)}.yaml")
    if not draft.is_file():
        plain = bool(one.name) or receive.geojson(content)
        return Looked(one, reader, [] if plain else receive.sheets_of(content, "fichier"))
    return Looked(one, reader, blocks(receive.sheets_of(content, "fichier")), from_yaml(vault.load(draft)))


def decide(root: Path, study: str, number: int, at: int, change: Callable[[Looked, Sheet], Sheet]) -> None:
    """Put what a person says of a sheet into the recipe of a file that waits; what that makes new is proposed. Raises ReceiveError,
    ValueError from `change`, VaultError, ConfigError, CodebookError, Busy."""

    def work(inside: Path) -> None:
        one = _looked(Reader(inside, study, opened(inside, study, create=False)), number)
        own = change(one, one.sheet(at))
        if one.recipe is not None:
            sheets = tuple(own if sheet.number == at else sheet for sheet in one.recipe.sheets)
            _keep(one.reader.vault, number, _completed(one, replace(one.recipe, sheets=sheets)))

    whole(root, study, (), work, again=True)


def _completed(one: Looked, recipe: Recipe) -> Recipe:
    """The recipe proposed again; that of a file which no recipe knew begins, or goes on with, the one of its first table's role."""
    if not recipe.file and own_files.filled_by(recipe):
        recipe = own_files.called(recipe, one.reader.recipes)
    return proposed(one.codebook, one.grids, recipe, tuple(TABLES), one.names)


def unsaid(recipe: Recipe) -> list[str]:
    """What stops a file from being received, in French: what nobody has said of its sheets and columns."""
    found = [f"ce qu’est la feuille « {sheet.title} »" for sheet in recipe.sheets if ASKED in sheet.tables]
    undecided = (sheet for sheet in recipe.undecided if ASKED not in sheet.tables)
    found += [f"ce qui vaut de toutes les lignes de « {sheet.title} »" for sheet in undecided]
    empty = [sheet for sheet in recipe.unread if not any(line.confirmed for line in sheet.lines)]
    return found + [f"aucune colonne de « {sheet.title} » n’est confirmée" for sheet in empty]


def received(root: Path, study: str, number: int, initials: str, today: dt.date, choice: Choice) -> list[str]:
    """Receive a file that waits, its recipe signed; French lines, as `receive.receive` tells them. Raises what it does."""
    asked = ("recevoir au bureau", study, number, initials, today)
    told = whole(root, study, asked, lambda inside: _received(inside, study, number, initials, today, choice))
    return [typographic(line) for line in told]


def _received(root: Path, study: str, number: int, initials: str, today: dt.date, choice: Choice) -> list[str]:
    vault = opened(root, study, create=False)
    one = _looked(Reader(root, study, vault), number)
    recipe = one.recipe
    if recipe is not None:
        if found := unsaid(recipe):
            raise ReceiveError(UNSAID.format(" ; ".join(found)))
        sheets = (replace(one, signed=one.signed or initials) if one.tables else one for one in recipe.sheets)
        recipe = replace(recipe, sheets=tuple(sheets))
    content = vault.load(vault.kept(SHEETS, NAME.format(number)))
    file = receive.Given(content, one.deposit.name, draft=recipe)
    lines, waits = receive.registered(root, study, file, today, choice)
    if waits:  # its recipe is whole, and something of the file is not read by it
        raise ReceiveError("\n".join(line for line in lines if own_files.VIEW not in line))
    _dropped(vault, number)
    if recipe is not None:
        for other in _listed(vault):
            _again(Reader(root, study, vault), other, recipe.file)
    return lines


def _again(reader: Reader, other: Deposit, file: str) -> None:
    """Let another file of the same kind go on from the recipe that was received."""
    one = _looked(reader, other.number)
    if one.recipe is not None and one.recipe.file == file:
        plan = own_files.planned(reader, reader.recipes, "", one.grids)
        _keep(reader.vault, other.number, plan.recipe if plan else one.recipe)


def withdrawn(root: Path, study: str, number: int) -> None:
    """Take away a file that waits: it is not for the study. Raises VaultError, ConfigError, Busy."""
    whole(root, study, (), lambda inside: _dropped(opened(inside, study, create=False), number), again=True)


# -- What receiving would tell ------------------------------------------------------------------------------------
class _Rehearsed(Exception):
    """What receiving told; nothing of it stays."""


def _rehearsed(root: Path, study: str, number: int, today: dt.date) -> tuple[str, ...]:
    """What receiving a file of a kind that is known would tell: how many answers are new, read as « Autre », how many columns;
    nothing where something of it is to be said first."""

    def work(inside: Path) -> list[str]:
        raise _Rehearsed(_received(inside, study, number, "", today, Choice(agree=lambda lines: True)))

    one = looked(root, study, number)
    if os.name == "nt" or (one.recipe is not None and one.recipe.waits):
        return ()  # there, what is begun is not beside but in place
    try:
        whole(root, study, (), work, again=True)
    except _Rehearsed as told:
        return tuple(line for line in told.args[0] if line and own_files.VIEW not in line)
    except ReceiveError as refused:
        return (str(refused),)
    return ()


def _noted(root: Path, study: str, number: int, told: tuple[str, ...]) -> None:
    vault = opened(root, study, create=False)
    _store(vault, [replace(one, told=told) if one.number == number else one for one in _listed(vault)])


# -- In the vault -------------------------------------------------------------------------------------------------
def _listed(vault: Vault) -> list[Deposit]:
    path = vault.kept(SHEETS, LIST)
    found = json.loads(vault.load(path)) if path.is_file() else []
    return [Deposit(**one) for one in found]


def _store(vault: Vault, listed: list[Deposit]) -> None:
    vault.store(as_json([asdict(one) for one in listed]), vault.folder_of(SHEETS) / LIST)


def _keep(vault: Vault, number: int, recipe: Recipe) -> None:
    vault.store(to_yaml(recipe), vault.folder_of(SHEETS) / f"{NAME.format(number)}.yaml")


def _dropped(vault: Vault, number: int) -> None:
    for name in (NAME.format(number), f"{NAME.format(number)}.yaml"):
        vault.kept(SHEETS, name).unlink(missing_ok=True)
    _store(vault, [one for one in _listed(vault) if one.number != number])
