"""One layout per collection tool: where its export keeps records, identities, and its own columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from diagnostic.codebook.headings import Headings, compact
from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import TO_READ
from diagnostic.collect.exports.binding import bind
from diagnostic.collect.exports.layout import Binding, Layout, Records, Told, cell, header
from diagnostic.collect.grids import Grid

Layer = Callable[[Sequence[Grid], Headings, Told], Layout]

TIMES = ("horodateur", "timestamp")
_GOOGLE_OWN = {*TIMES, "score", "adresse e mail", "e mail", "nom d utilisateur", "username", "email address"}
_KOBO_OWN = re.compile(
    r"_.*|start|end|today|deviceid|phonenumber|simserial|subscriberid|username|audit|(?:.*/)?__version__|(?:.*/)?_version_|"
    r"meta/.*|formhub/.*"
)
_ODK_OWN = re.compile(
    r"SubmissionDate|KEY|PARENT_KEY|SET-OF-.*|SubmitterID|SubmitterName|AttachmentsPresent|AttachmentsExpected|Status|"
    r"ReviewState|DeviceID|Edits|FormVersion|start|end|today|deviceid|username|audit|meta-.*|meta"
)
LIMESURVEY_ID = ("id", "id de la reponse", "response id")
_LIMESURVEY_OWN = {
    *LIMESURVEY_ID,
    *("submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl", "token"),
    *("date de soumission", "derniere page", "langue de depart", "tete de serie", "date de lancement"),
    *("date de la derniere action", "adresse ip", "url de reference", "invitation", "code d acces"),
}
OURS = 1 / 3  # of its headings, from which an export is one of the project's own form
WITH_EMPTY_TABLES = ("odk", "template")  # whose export holds every table, were it empty
OWN: dict[str, Callable[[str], bool]] = {  # format → which headings are the tool's own
    "google_csv": lambda text: normalise(text) in _GOOGLE_OWN,
    "google_sheets": lambda text: normalise(text) in _GOOGLE_OWN,
    "kobo": lambda text: _KOBO_OWN.fullmatch(text) is not None,
    "odk": lambda text: _ODK_OWN.fullmatch(text) is not None,
    "limesurvey": lambda text: normalise(text) in _LIMESURVEY_OWN,
}
FIRST_TEMPLATE_ROW = 2  # names, French headings, then the answers


def recognise(grids: Sequence[Grid], keys: Collection[str] = ("response_id",)) -> str | None:
    """The format that an export's content shows, or None. See the header samples of each tool.

    `keys`: columns that name a record in the project's own workbook.
    """
    first = header(grids[0]) if grids else []
    heads = [set(header(grid)) for grid in grids]
    if any({"KEY", "PARENT_KEY"} <= found for found in heads) or (
        first and "KEY" in first and "SubmissionDate" in first
    ):
        return "odk"
    if any("_uuid" in found and "_index" in found for found in heads):
        return "kobo"
    if first and normalise(first[0]) in TIMES:
        return "google_csv" if grids[0].kind == "csv" else "google_sheets"
    if (
        first
        and normalise(first[0]) in LIMESURVEY_ID
        and any(normalise(text) in _LIMESURVEY_OWN for text in first[1:4])
    ):
        return "limesurvey"
    if any(key in found for found in heads for key in keys):
        return "template"
    return None


def ours(grids: Sequence[Grid], headings: Headings, tool: str) -> bool:
    """Whether an export of a tool is one of the project's form, not of another that was made with the same tool."""
    own = OWN.get(tool)
    texts = {text for grid in grids for text in header(grid) if text and own and not own(text)}
    return sum(headings.find(text) is not None or headings.shown(text) for text in texts) >= OURS * len(texts)


def position(grid: Grid, *names: str) -> int | None:
    """The column of the first heading among `names`, or None."""
    titles = header(grid)
    return next((titles.index(name) for name in names if name in titles), None)


def google(form: str) -> Layer:
    """A form without repeats: one sheet, situations side by side, the time as only identity."""

    def layout(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
        grid = grids[0]
        for column, text in enumerate(header(grid)):
            if normalise(text) in _GOOGLE_OWN - {*TIMES, "score"} and column < 3:
                told.warn(
                    "Google Forms a recueilli l’adresse ou le compte des répondant·es : la colonne n’est pas lue.",
                    "Dans les paramètres du formulaire, ne pas recueillir les adresses e-mail.",
                    grid.number,
                    1,
                    column,
                )
        bindings = bind(grid, headings, told, OWN[form])
        records = (Records("responses", grid.number, 1, key=(0,), timed=True),)
        return Layout(form, records, tuple(bindings))

    return layout


def limesurvey(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """One sheet, situations unrolled under codes such as S2gender or under repeated wordings."""
    grid = grids[0]
    bindings = bind(grid, headings, told, OWN["limesurvey"])
    records = (Records("responses", grid.number, 1, key=(0,)),)
    return Layout("limesurvey", records, tuple(bindings), blank=frozenset({"N/A"}))


def kobo(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """One sheet of submissions and one per repeat, joined on the submission's uuid (never on _index)."""
    bindings: list[Binding] = []
    records: list[Records] = []
    for grid in grids:
        child, own = position(grid, "_submission__uuid"), position(grid, "_uuid")
        if child is None and own is None:
            continue
        bindings += bind(grid, headings, told, OWN["kobo"])
        if child is not None:
            records.append(Records("situations", grid.number, 1, parent=child))
        elif own is not None:
            records.append(Records("responses", grid.number, 1, key=(own,)))
    return Layout("kobo", tuple(records), tuple(bindings))


def odk(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """One CSV of submissions and one per repeat, joined on KEY and PARENT_KEY."""
    bindings: list[Binding] = []
    records: list[Records] = []
    for grid in grids:
        parent, key = position(grid, "PARENT_KEY"), position(grid, "KEY")
        if key is None:
            continue
        bindings += bind(grid, headings, told, OWN["odk"])
        if parent is None:
            records.append(Records("responses", grid.number, 1, key=(key,)))
        else:
            records.append(Records("situations", grid.number, 1, parent=parent))
    return Layout("odk", tuple(records), tuple(bindings))


def workbook(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """Any other workbook of the project: one table per sheet, each record named by its table's key columns."""
    bindings: list[Binding] = []
    records: list[Records] = []
    for grid in grids:
        table = _table_of(grid, headings)
        if table is None:
            continue
        own = Headings(headings.codebook, (table,))
        key = [position(grid, name) for name in headings.codebook.tables[table].key]
        _french_headings(grid, own, told, key[0])
        bindings += bind(grid, own, told, lambda text: text.startswith(TO_READ), row=FIRST_TEMPLATE_ROW - 1)
        named = tuple(column for column in key if column is not None)
        records.append(Records(table, grid.number, FIRST_TEMPLATE_ROW, key=named))
    return Layout("template", tuple(records), tuple(bindings), explicit=True)


def _table_of(grid: Grid, headings: Headings) -> str | None:
    """The table whose columns a sheet has the most of and whose first key it has; None for a table of another role."""
    found = set(header(grid))
    shared = {
        name: len(found & {column for column, *_ in headings.codebook.columns(name)})
        for name, table in headings.codebook.tables.items()
        if table.key[0] in found
    }
    closest = max(shared, key=lambda name: (shared[name], name in headings.tables), default=None)
    return closest if closest in headings.tables else None


def template(grids: Sequence[Grid], headings: Headings, told: Told) -> Layout:
    """The project's workbook: names in row 1, French headings in row 2, answers from row 3, one sheet per table."""
    bindings: list[Binding] = []
    records: list[Records] = []
    for grid in grids:
        key, number = position(grid, "response_id"), position(grid, "situation_number")
        if key is None:
            continue
        _french_headings(grid, headings, told, key)
        bindings += _of_table(
            bind(grid, headings, told, lambda text: False, row=FIRST_TEMPLATE_ROW - 1),
            "responses" if number is None else "situations",
            headings,
        )
        if number is None:
            records.append(Records("responses", grid.number, FIRST_TEMPLATE_ROW, key=(key,)))
        else:
            records.append(Records("situations", grid.number, FIRST_TEMPLATE_ROW, parent=key, order=number))
    return Layout("template", tuple(records), tuple(bindings), explicit=True)


def _french_headings(grid: Grid, headings: Headings, told: Told, key: int | None) -> None:
    """The second row of a workbook of the project repeats the headings in French; answers begin below it."""
    found = headings.find(header(grid)[key]) if key is not None else None
    if key is None or found is None:
        return
    label = headings.variable(found).label
    if len(grid.rows) < FIRST_TEMPLATE_ROW or compact(cell(grid, FIRST_TEMPLATE_ROW - 1, key)) != compact(label):
        told.block(
            f"La ligne {FIRST_TEMPLATE_ROW} ne porte pas les intitulés français du modèle : une réponse y serait perdue.",
            f"Remettre les intitulés sur la ligne {FIRST_TEMPLATE_ROW} (« {label} »…) ; les réponses commencent dessous.",
            grid.number,
            FIRST_TEMPLATE_ROW,
            key,
        )


def _of_table(bindings: Sequence[Binding], table: str, headings: Headings) -> list[Binding]:
    """Columns that name a record are in both sheets: each belongs to its sheet's table."""
    names = {v.name for v in headings.codebook.table(table)}
    return [
        Binding(b.sheet, b.column, table if b.variable in names else b.table, b.variable, b.option, 0) for b in bindings
    ]


LAYERS: dict[str, Layer] = {
    "google_csv": google("google_csv"),
    "google_sheets": google("google_sheets"),
    "kobo": kobo,
    "odk": odk,
    "limesurvey": limesurvey,
    "template": template,
}
