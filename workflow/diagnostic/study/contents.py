"""What a file is, from what it holds and never from its name: the roles that it fills, and the tool that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostic.codebook.headings import Headings
from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports import tools
from diagnostic.collect.exports.binding import match
from diagnostic.collect.exports.layout import header
from diagnostic.collect.grids import CSV, Grid
from diagnostic.collect.table_names import ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core.tables import columns
from diagnostic.study.annexes import NAMES

QUESTIONNAIRE = "questionnaire"
TEMPLATE, MAPPING = "template", "mapping"
ENOUGH = 5  # headings that read like questions of the codebook, from which a table of nobody's is answers to them
NAMED = ("partner_contacts", "site_names", "venue_names")  # tables of the workbook of names, which stays in the vault
PLAIN = ("sites", "ad_counts", "ad_pages", "wave_counts", "wave_ads", "press")  # of a workbook, and read as a CSV
ROW = "row"
DUPLICATES, PAIR = "duplicates", {"first", "second", "decision"}  # decisions, with whatever helps to take them


@dataclass(frozen=True)
class Content:
    """`roles`: those that the file fills, the same workbook may fill several; `tool`: the format of an export that is
    known, "" for another; `wording`: whether its headings read like questions of the codebook."""

    roles: tuple[str, ...]
    tool: str
    wording: bool


def recognise(codebook: Codebook, grids: Sequence[Grid]) -> Content:
    """What the sheets of a file are."""
    if roles := tuple(dict.fromkeys(_inputs(grids) or _workbooks(codebook, grids))):
        return Content(roles, TEMPLATE if roles[0] in ROLES else "", True)
    if tool := tools.recognise(grids, [codebook.tables[ROLES[QUESTIONNAIRE][0]].key[0]]):
        own = tools.ours(grids, Headings(codebook, ROLES[QUESTIONNAIRE]), tool)
        return Content((QUESTIONNAIRE,), tool if own else "", True)
    return Content((), "", _worded(codebook, grids))


def role_of_table() -> dict[str, str]:
    """Table of the codebook → the role of the file that holds it."""
    held = {table: role for role, tables in (ROLES | WORKBOOKS).items() for table in tables}
    return held | dict.fromkeys(NAMED, NAMES) | {name: name for name in PLAIN}


def _workbooks(codebook: Codebook, grids: Sequence[Grid]) -> list[str]:
    """The roles of the project's own sheets, each recognised by its key and by the most of its columns."""
    known = role_of_table()
    found = [table for grid in grids if (table := table_of(codebook, grid))]
    return [known[table] for table in found if table in known]


def table_of(codebook: Codebook, grid: Grid) -> str | None:
    """The codebook's table whose workbook's sheet this is: it has all the key's columns, and most of the others. A question
    with several answers is there in one column or in one for each of them."""
    found = {name.partition("/")[0] for name in header(grid)}
    shared: dict[str, float] = {}
    for name, table in codebook.tables.items():
        own = {heading.partition("/")[0] for heading, *_ in codebook.columns(name)}
        others = own - set(table.key)  # a key alone names the rows of several tables
        if set(table.key) <= found and 2 * len(found & others) >= len(others):
            shared[name] = len(found & own) - len(own - found) / 1000
    return max(shared, key=lambda name: shared[name], default=None)


def _inputs(grids: Sequence[Grid]) -> list[str]:
    """The role of a CSV whose first row is the header of a table that a team drops as it is, or of decisions on pairs."""
    found = set(header(grids[0])) if len(grids) == 1 and grids[0].kind == CSV else set()
    if any(set(header(grid)) >= PAIR for grid in grids):
        return [DUPLICATES]
    own = {role: set(columns(model)) - {ROW} for role, model in INPUTS.items()}
    return [role for role, names in own.items() if names == found]


def _worded(codebook: Codebook, grids: Sequence[Grid]) -> bool:
    for role in ROLES:
        headings = Headings(codebook, ROLES[role])
        for grid in grids:
            texts = [(at, text) for at, text in enumerate(header(grid)) if text]
            if sum(named is not None for named, _ in match(texts, headings).values()) >= ENOUGH:
                return True
    return False
