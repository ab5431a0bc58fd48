"""Pipe tables as the report prints them: columns that say something, and rows that show nothing told once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from diagnostic.core.french import NBSP, NNBSP, capital, lowered
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.release.printed import WITHHELD
from diagnostic.report.printing import escape

Cell = Callable[[str], str]  # fact id → its number as markdown, empty when the study has no such fact
Header = Sequence[tuple[str, str, int]]  # title, alignment ("left" or "right") and relative width of each column
Filled = tuple[str, str, int, Callable[[Any], str]]  # the same, and what the column says of the thing that a row is
Rows = Sequence[Sequence[str]]

DASH = "–"  # in the place of a number of which a range is told
SHORT = 44  # characters of a first column that need no more than half the page
MODELLED = " (modèle)"  # after limits that rest on a model; a whole column of them has it in its head
LIMITS = "De … à"  # the title of the limits of the number before
OF_LIMITS = (LIMITS, "Intervalle")
SCALE = 4  # pandoc gives columns their relative widths only where a line is longer than a page of its own


def pipe(header: Header, rows: Iterable[Sequence[str]], caption: str, ident: str, small: bool = False) -> str:
    """A pipe table without the columns that are empty in every row; two short columns do not span the page. One row alone is a
    sentence. A dash stands for the number where a range, in the column of limits that follows, is all that is told."""
    limits = {at for at, (title, *_) in enumerate(header) if title in OF_LIMITS}
    lines = [
        [
            DASH if at + 1 in limits and row[at + 1] and bare(row[at + 1]) == cell else cell
            for at, cell in enumerate(row)
        ]
        for row in rows
    ]
    if len([row for row in lines if any(row[1:])]) == 1 and len(lines) - lines[0][0].startswith("**") == 1:
        return _sentence([title for title, *_ in header], lines, caption, ident)
    kept = [i for i in range(len(header)) if i == 0 or not lines or any(row[i] for row in lines)]
    columns = [header[i] for i in kept]
    whole = {i for i in kept if _modelled([row[i] for row in lines])}
    lines = [[bare(cell) if i in whole else cell for i, cell in enumerate(row)] for row in lines]
    out = ["| " + " | ".join(f"{header[i][0]}{MODELLED if i in whole else ''}" for i in kept) + " |"]
    marks = ("-" * SCALE * width + (":" if side == "right" else "-") for _, side, width in columns)
    out.append("|" + "|".join(marks) + "|")
    out += ["| " + " | ".join(row[i] for i in kept) + " |" for row in lines]
    narrow = len(columns) == 2 and columns[1][1] == "right" and max((len(row[0]) for row in lines), default=0) <= SHORT
    classes = f"{' .petit' if small else ''}{' .etroit' if narrow else ''}"
    return "\n".join([*out, "", f": {caption} {{#tbl-{ident}{classes}}}", ""])


def _sentence(titles: Sequence[str], lines: Rows, caption: str, ident: str) -> str:
    """A row, under its title where it has one, in words; slides take it up by the name that its table would have."""
    subject, said, named, number = ", ".join(row[0].strip("*") for row in lines), list[tuple[str, str]](), "", ""
    for title, cell in list(zip(titles, lines[-1], strict=True))[1:]:
        told = cell if cell != DASH else ""
        if title not in OF_LIMITS:
            named, number = f"{lowered(title)}{NBSP}: ", told
        elif told and number:
            said.pop()
            told = f"{number} (de {bare(told)}{', modèle' if told.endswith(MODELLED) else ''})"
        elif told:
            told = f"de {told}"
        said += [(named, told)] if told else []
    words = f"{NNBSP}; ".join(f"{named}{cell}" if len(said) > 1 else cell for named, cell in said).removesuffix(".")
    return f"::: {{.seul nom=tbl-{ident}}}\n*{caption}* {capital(subject)}{NBSP}: {words}.\n:::\n"


def table(things: Iterable[Any], columns: Sequence[Filled], caption: str, ident: str, small: bool = False) -> str:
    """A pipe table with one row per thing, its cells asked for from left to right; empty without any thing."""
    rows = [[say(thing) for *_, say in columns] for thing in things]
    return pipe([column[:3] for column in columns], rows, caption, ident, small) if rows else ""


def grouped(
    groups: Iterable[tuple[str, Iterable[Any]]],
    columns: Sequence[Filled],
    caption: str,
    ident: str,
    small: bool = False,
) -> str:
    """The same with the things of each group under its title; empty without any thing."""
    rows = [
        row for title, things in groups for row in under(title, [[say(one) for *_, say in columns] for one in things])
    ]
    return pipe([column[:3] for column in columns], rows, caption, ident, small) if rows else ""


def under(title: str, rows: Rows) -> Rows:
    """The rows under their title; nothing without any."""
    return [(f"**{title}**", *[""] * (len(rows[0]) - 1)), *rows] if rows else []


def of(cell: Cell, end: str = "") -> Callable[[Statement], str]:
    """What fills a column with the number of each fact, or of the one whose identifier ends so."""
    return lambda fact: cell(f"{fact.statement_id}{end}")


def named(fact: Statement, before: str = "", after: str = "") -> str:
    """What a fact says, with a capital, without the words before and after that its table says already."""
    return capital(escape(fact.label.removeprefix(before).removesuffix(after)))


def told(header: Header, rows: Rows, caption: str, ident: str) -> str:
    """A table where the rows that show nothing are one row, at the end; a sentence where none shows anything, and nothing
    where there is no row."""
    if not rows:
        return ""
    hidden = [row[0] for row in rows if _shows_nothing(row)]
    if len(hidden) == len(rows):
        subject = caption.partition(f"{NNBSP};")[0].partition(" ;")[0].partition(".")[0]
        named = f"{NNBSP}; ".join(hidden)
        return f"*{subject}.* Aucun de ces nombres n’est publié, pour protéger les personnes{NBSP}: {named}.\n"
    return pipe(header, folded(rows), caption, ident)


def folded(rows: Rows) -> list[Sequence[str]]:
    """The rows, those that show nothing as one row at the end when they are several."""
    hidden = [row[0] for row in rows if _shows_nothing(row)]
    if len(hidden) < 2:
        return list(rows)
    shown = [row for row in rows if not _shows_nothing(row)]
    named = f"{NNBSP}; ".join(hidden)
    return [*shown, (f"Non publié{NBSP}: {named}", *([""] * (len(rows[0]) - 1)))]


def telling(cell: str) -> bool:
    """Whether a cell holds a number that is published and says something."""
    return cell.startswith("[") and not cell.startswith(f"[{WITHHELD}]")


def _shows_nothing(row: Sequence[str]) -> bool:
    """Whether every number of a row is withheld."""
    said = [cell for cell in row[1:] if cell]
    return bool(said) and all(cell.startswith(f"[{WITHHELD}]") for cell in said)


def bare(limits: str) -> str:
    """Limits without the word that they rest on a model, for a table that has a column for it."""
    return limits.removesuffix(MODELLED)


def within(number: str, limits: str) -> str:
    """A number and its limits in one cell; the number alone without limits, a range by itself."""
    if bare(limits) == number:
        return limits
    return f"{number} ({bare(limits)}){limits[len(bare(limits)) :]}" if limits else number


def _modelled(cells: Sequence[str]) -> bool:
    """Whether all that a column says rests on a model."""
    said = [cell for cell in cells if telling(cell)]
    return bool(said) and all(cell.endswith(MODELLED) for cell in said)


def text_of(value: object) -> str:
    """What a text column holds in one row, empty for a blank."""
    return value if isinstance(value, str) else ""
