"""Files that a team keeps its own way, received by their recipes: proposed in the vault, completed by a person in a workbook,
replayed on the next file of the same kind. What was given stays in the vault as it was, beside what the study reads of it."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from diagnostic.collect.exports.tools import ORIGIN, header
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.table_names import RECIPE, ROLES
from diagnostic.core.french import plural
from diagnostic.core.problems import Problem
from diagnostic.describe import workbook
from diagnostic.describe.everything import FORM, ROLE_OF, TABLES, everything, roles_of
from diagnostic.describe.known import tool_of
from diagnostic.describe.proposing import names_of, proposed
from diagnostic.describe.questions import column_of
from diagnostic.describe.reading import Made, apply
from diagnostic.describe.recipe import ASKED, Line, Recipe, Sheet, State, blocks, from_yaml, kind_of, to_yaml
from diagnostic.privacy import versions
from diagnostic.privacy.vault import SHEETS, VAULT
from diagnostic.privacy.versions import Version
from diagnostic.study.config import looked_into
from diagnostic.study.given import TEMPLATE, Content, Reader, ReceiveError

GIVEN = "_original"  # after the role of an export that a recipe reads: the file as it was given
BEFORE = "_mapping"  # after the role of a form, or « tables »: its workbook of correspondence, as projects had before
VIEW = "recettes.xlsx"
PLACES = 8  # cells that are named of one cause
BOTH = (
    "« {} » a déjà un fichier d’une autre sorte, dont celui-ci prendra la place : pour garder les deux, les réunir en un "
    "classeur, une feuille chacun."
)


@dataclass(frozen=True)
class Taken:
    """What a recipe makes of a file: role → the sheets that it gives of it; nothing while it waits for a person, whom `lines`
    tell."""

    lines: list[str]
    parts: dict[str, list[Grid]] = field(default_factory=dict)
    waits: bool = True


def concerns(reader: Reader, role: str, found: Content, grids: Sequence[Grid]) -> bool:
    """Whether a file is read by a recipe: it is none of the project's workbooks, nor an export of its form."""
    if role not in ("", *TABLES):
        return False
    if found.tool == TEMPLATE and reader.chosen(FORM) == "recipe":
        return kind_of(reader.recipes.values(), grids) is not None
    return not found.tool and found.roles in ((), (FORM,))


@dataclass(frozen=True)
class Planned:
    """How a file would be read: its recipe with what is new in it proposed, the one before if it is of a known kind, and what the
    file becomes if all that is proposed is right."""

    earlier: Recipe | None
    recipe: Recipe
    whole: Made


def planned(
    reader: Reader, recipes: dict[str, Recipe], role: str, grids: list[Grid], forced: bool = False
) -> Planned | None:
    """How the tables of a file (`blocks`) would be read for a role, or for whichever they show; None where they fill no table of
    the study. Each kind of file has a recipe of its own."""
    codebook = everything(reader.codebook)
    names, roles = names_of(recipes.values()), (role,) if role else tuple(TABLES)
    filled = sum(any(map(any, grid.rows)) for grid in grids)
    may = {ASKED, *roles}  # a sheet of another role's tables is no sign of this kind
    own = [one for one in recipes.values() if any(not s.tables or roles_of(s.tables) & may for s in one.sheets)]
    earlier = kind_of(own, grids, least=filled / 2)
    made = proposed(codebook, grids, earlier or Recipe(""), roles, names)
    if earlier is None and not filled_by(made):
        if not (forced and role):
            return None
        sheets = tuple(replace(sheet, tables=(FORM if role == FORM else TABLES[role][0],)) for sheet in made.sheets)
        made = proposed(codebook, grids, replace(made, sheets=sheets), roles, names)
    if earlier is None:
        made = called(made, recipes)
    return _planned(reader, recipes, earlier, made, grids)


def _planned(
    reader: Reader, recipes: dict[str, Recipe], earlier: Recipe | None, made: Recipe, grids: list[Grid]
) -> Planned:
    names = names_of([*recipes.values(), made])
    whole = apply(everything(reader.codebook), made.confirmed(), grids, names)
    return Planned(earlier, _read_again(earlier, made, whole), whole)


def called(recipe: Recipe, recipes: Collection[str]) -> Recipe:
    """The recipe of a new kind of file, by a name that none of these has."""
    tables = filled_by(recipe)
    base = FORM if FORM in tables else ROLE_OF[tables[0]]
    free = next(name for at in count(1) if (name := base if at == 1 else f"{base}_{at}") not in recipes)
    return recipe.called(free)


def filled_by(recipe: Recipe) -> list[str]:
    """The tables that its sheets fill, each time one does."""
    return [table for sheet in recipe.sheets for table in sheet.tables if table != ASKED]


def taken(
    reader: Reader,
    role: str,
    grids: Sequence[Grid],
    today: dt.date,
    forced: bool = False,
    draft: Recipe | None = None,
) -> Taken | None:
    """What a recipe makes of a file that is given for a role, or for whichever it shows; None for one that fills no table of
    the study. Its recipe is completed with what is new, and stays among the versions of the vault; `draft`: this one, as a person
    has it under their hands."""
    grids, recipes = blocks(grids), drained(reader, today)
    if draft is None:
        plan = planned(reader, recipes, role, grids, forced)
    else:
        plan = _planned(reader, recipes, recipes.get(draft.file), draft, grids)
    if plan is None:
        return None
    earlier, made = plan.earlier, plan.recipe
    codebook, tables = everything(reader.codebook), filled_by(made)
    if made != earlier:
        _keep(reader, made, today)
    recipes |= {made.file: made}
    place, names = _show(reader, recipes, {made.file: plan.whole}), names_of(recipes.values())
    labels = dict.fromkeys(codebook.tables[table].label if table in codebook.tables else table for table in tables)
    tool = next((f" ({tool.name})" for sheet in made.sheets if (tool := tool_of(sheet.headings))), "")
    told = f"pour « {' », « '.join(labels)} »" if labels else "qui n’est pas pour l’étude"
    lines = [f"Fichier de l’équipe{tool}, {told}."]
    for other in recipes.values() if earlier is None else ():
        both = [codebook.tables[one].label for one in filled_by(other) if one in tables and one in codebook.tables]
        if both and other.file != made.file and _held(reader, other):
            lines.append(BOTH.format(" », « ".join(both)))
    if made.waits:
        return Taken([*lines, *_asked(made, plan.whole, place)])
    now = apply(codebook, made, grids, names)
    lines += _accounted(made, now, apply(codebook, made, _held(reader, made), names), place)
    if now.problems:
        return Taken([*lines, *grouped(now.problems), f"Rien n’en est reçu. Les réponses et leurs nombres : {place}."])
    return Taken(lines, now.parts, waits=False)


def _read_again(earlier: Recipe | None, made: Recipe, whole: Made) -> Recipe:
    """The recipe with the sheets unsigned of which a person corrected a question, where something of it is to be said: its
    answers and blanks are listed now only, and are read once somebody has seen them."""
    before = {sheet.number: sheet for sheet in earlier.sheets if sheet.signed and sheet.tables} if earlier else {}
    uncounted = {line.name for sheet in before.values() for line in sheet.lines if not line.filled}
    known = {line.name for sheet in before.values() for line in sheet.lines}
    new = {number for number, sheet in before.items() if not any(line.filled for line in sheet.lines)}

    def again(sheet: Sheet) -> bool:
        own = (one for one in sheet.lines if one.name in uncounted or (sheet.number in new and one.name not in known))
        return any(one.filled and (one in made.waiting or whole.texts.get(one.name)) for one in own)

    sheets = (replace(one, signed="") if one.number in before and again(one) else one for one in made.sheets)
    return replace(made, sheets=tuple(sheets))


def _keep(reader: Reader, recipe: Recipe, today: dt.date) -> None:
    versions.add(reader.vault, to_yaml(recipe), f"{recipe.file}{RECIPE}", ".yaml", today.isoformat())
    reader.__dict__.pop("recipes", None)


def _show(reader: Reader, recipes: dict[str, Recipe], made: dict[str, Made]) -> str:
    """Write the view of all recipes, with what the one before listed of files that are not at hand; where it is, from the
    project's folder."""
    before = reader.vault.kept(SHEETS, VIEW)
    listed = workbook.written_by_hand(reader.vault.load(before), VIEW) if before.is_file() else {}
    for file, recipe in recipes.items():
        own = {line.name: listed[line.name] for line in recipe.lines if line.name in listed}
        made = made if file in made else made | {file: Made(texts=own)}
    content = workbook.written(everything(reader.codebook), list(recipes.values()), made)
    path = reader.vault.store(content, reader.vault.folder_of(SHEETS) / VIEW)
    return path.relative_to(reader.root).as_posix() if path.is_relative_to(reader.root) else path.name


def drained(reader: Reader, today: dt.date, filled: bytes = b"") -> dict[str, Recipe]:
    """The recipes of the vault with what a person chose in their view, or in one `filled` elsewhere; those of workbooks of
    correspondence that are there from before, converted. Raises ReceiveError for a file that is no such view."""
    recipes, path = dict(reader.recipes), reader.vault.kept(SHEETS, VIEW)
    content = filled or (reader.vault.load(path) if path.is_file() else b"")
    if not (content and recipes):
        return recipes
    try:
        found = workbook.completed(everything(reader.codebook), list(recipes.values()), content, VIEW)
    except ValueError:
        told = "Ce n’est pas le classeur des recettes, ou ses feuilles et leurs titres ont changé : rien n’est écrit."
        raise ReceiveError(f"{told} « diagnostic decrire {reader.study} » le refait.") from None
    for recipe in (one for one in found if one != recipes[one.file]):
        _keep(reader, recipe, today)
    return {recipe.file: recipe for recipe in found}


def waiting(root: Path, study: str) -> list[str]:
    """What is told where files of a team wait for somebody to read their recipes, of which nothing is counted, and its remedy;
    else nothing. Raises VaultError, ConfigError."""
    if not (root / VAULT / study).is_dir():
        return []
    recipes = Reader(root, study, looked_into(root, study)).recipes.values()
    files = [f"« {recipe.file} »" for recipe in recipes if recipe.waits]
    remedy = "la compléter et redonner le fichier à « diagnostic recevoir », ou y écrire « pas pour l’étude » en face de ses feuilles"
    told = f"{', '.join(files)} : un fichier de l’équipe attend que sa recette soit relue, rien n’en serait compté."
    place = f"{VAULT}/{study}/{SHEETS}/{VIEW} : {remedy}, puis « diagnostic decrire {study} »."
    return [told, place] if files else []


# -- What is told -------------------------------------------------------------------------------------------------
def _asked(recipe: Recipe, whole: Made, place: str) -> list[str]:
    """What a person has to say before a file is received."""
    decides = sum(line.state == State.DECIDES for line in recipe.waiting)
    parts = [
        _told(len(recipe.undecided), "feuille à dire", "feuilles à dire"),
        _told(len(recipe.waiting), "colonne à relire", "colonnes à relire")
        or _told(len(recipe.unread), "feuille à signer", "feuilles à signer"),
        f"dont {decides} à décider" if decides else "",
        _told(sum(line.blank == ASKED for line in recipe.waiting), "case vide à dire", "cases vides à dire"),
        _told(whole.unread, "réponse à attribuer", "réponses à attribuer"),
        _told(whole.others, "lue « Autre »", "lues « Autre »"),
    ]
    return [
        f"Recette proposée : {', '.join(filter(None, parts))} ; rien n’en est encore reçu.",
        f"{place} : relire, signer en B1 de la feuille « Questions », puis redonner le fichier.",
    ]


def _told(count: int, one: str, many: str) -> str:
    return f"{count} {plural(count, one, many)}" if count else ""


def _held(reader: Reader, recipe: Recipe) -> list[Grid]:
    """The sheets of the file of this kind that the vault has in use, as it was given."""
    for role in sorted(roles_of(filled_by(recipe))):
        name = next((one for one in (f"{role}{GIVEN}", role) if reader.vault.received(one) is not None), "")
        grids = blocks(read_export(reader.vault.read_received(name), role, short_rows=True)[0]) if name else []
        if kind_of([recipe], grids):
            return grids
    return []


def _accounted(recipe: Recipe, now: Made, before: Made, place: str) -> list[str]:
    """What the file holds that the recipe did not read as it is; of « Autre », what the file in use did not hold."""
    more = sum((_written(now) - _written(before)).values())
    new = now.new + len(recipe.waiting)
    parts = [
        f"{now.others} {plural(now.others, 'réponse lue', 'réponses lues')} « Autre »"
        + (f" (dont {more} {plural(more, 'nouvelle')})" if before.others and more else ""),
        f"{new} {plural(new, 'colonne nouvelle', 'colonnes nouvelles')}",
        _told(now.gone, "colonne disparue", "colonnes disparues"),
        _told(now.approximate, "nombre lu en lettres", "nombres lus en lettres"),
    ]
    told = [f"Lu par sa recette : {', '.join(filter(None, parts))}."]
    if recipe.waiting:
        told.append(f"{len(recipe.waiting)} {plural(len(recipe.waiting), 'colonne')} de ce fichier à relire : {place}.")
    return told


def _written(made: Made) -> Counter[tuple[str, str]]:
    """Line, what is written there that is no answer of the list → how often."""
    return Counter({(name, text): count for name, texts in made.texts.items() for text, count in texts.items()})


def grouped(problems: Sequence[Problem]) -> list[str]:
    """Problems by cause, each with its remedy once, and the cells where it is; values are not shown."""
    causes: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        causes[problem.message, problem.remedy].append(problem)
    count = len(problems)
    lines = [f"{count} {plural(count, 'cellule arrête', 'cellules arrêtent')} la réception :"]
    for (message, remedy), found in causes.items():
        cells = [f"{one.column}{one.row or ''}" for one in found if one.column or one.row]
        sheets = sorted({one.sheet for one in found if one.sheet})
        where = ", ".join(cells[:PLACES]) + (f" et {len(cells) - PLACES} autres" if len(cells) > PLACES else "")
        at = f" ({'feuille ' + ', '.join(sheets) + ' : ' if sheets else ''}{where})" if where else ""
        lines.append(f"  {len(found)} fois{at} : {message} {remedy}")
    return lines


# -- Where a row stood --------------------------------------------------------------------------------------------
def origins(grids: Sequence[Grid]) -> dict[tuple[int, int], tuple[int, int]]:
    """(sheet, row) of what the study reads → that in the file that was given; nothing where no recipe lies between the two."""
    found = {}
    for grid in (one for one in grids if ORIGIN in header(one)):
        for row, text in enumerate(column_of(grid, header(grid).index(ORIGIN)), start=2):
            sheet, _, number = text.partition(":")
            if sheet.isdigit() and number.isdigit():
                found[grid.number, row] = int(sheet), int(number)
    return found


def without_answers(reader: Reader, gone: Sequence[str], left: Sequence[str]) -> list[tuple[str, Version, bytes]]:
    """The versions of recipes that list an answer that only erased cells hold, and each without it: its role, which one, its
    bytes. `gone`, `left`: the cells of the records that are erased, and those of the others."""

    def stays(line: Line) -> Line:
        kept = (one for one in line.answers if any(one.text in t for t in left) or not any(one.text in t for t in gone))
        return replace(line, answers=tuple(kept))

    found = []
    for role in (f"{file}{RECIPE}" for file in reader.recipes):
        for version in (one for one in versions.versions(reader.vault, role) if one.file):
            before = from_yaml(versions.content(reader.vault, version))
            after = before.lined(stays)
            found += [(role, version, to_yaml(after))] if after != before else []
    return found


# -- Forms that were mapped before there were recipes --------------------------------------------------------------
def convert(reader: Reader, today: dt.date) -> list[str]:
    """Make recipes of the workbooks of correspondence that the vault holds from before; French lines."""
    lines = []
    for name in (*ROLES, "tables"):
        if reader.vault.received(f"{name}{BEFORE}") is None or name in reader.recipes:
            continue
        content = reader.vault.read_received(f"{name}{BEFORE}")
        grids = []
        if name in ROLES and reader.vault.received(name) is not None:
            grids = read_export(reader.vault.read_received(name), name, short_rows=True)[0]
        recipe = workbook.converted(content, name, [header(grid) for grid in grids])
        if recipe is not None:
            _keep(reader, recipe, today)
            lines.append(f"La correspondance de « {name} » est devenue une recette : rien n’en est perdu.")
    return lines


def described(reader: Reader, today: dt.date, filled: Path | None = None) -> str:
    """Make the view of the recipes again, with what a person chose in it, or in one filled elsewhere; a French line."""
    recipes = drained(reader, today, filled.read_bytes() if filled else b"")
    if not recipes:
        told = "Le coffre n’a encore aucune recette : « diagnostic recevoir » en propose une pour chaque fichier."
        raise ReceiveError(told)
    made = {}
    for file, recipe in recipes.items():
        if grids := _held(reader, recipe):
            names = names_of(recipes.values())
            made[file] = apply(everything(reader.codebook), recipe.confirmed(), grids, names)
    place = _show(reader, recipes, made)
    left = sum(len(recipe.waiting) for recipe in recipes.values())
    return f"{place} : {len(recipes)} {plural(len(recipes), 'recette')}, {left} {plural(left, 'ligne')} à relire."
