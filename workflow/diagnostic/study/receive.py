"""Registering an export: into the vault under its role's name, its keyed digest recorded, compared with the one before."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from diagnostic.collect.exports import tools
from diagnostic.collect.grids import Grid, read_export
from diagnostic.collect.table_names import AGED, FORMATS, ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.core import writing
from diagnostic.core.declarations import invented, parse
from diagnostic.core.errors import told_beside
from diagnostic.core.french import plural, typographic
from diagnostic.core.problems import BLOCKING
from diagnostic.describe.reading import as_xlsx
from diagnostic.describe.recipe import Recipe
from diagnostic.geography import user_file
from diagnostic.geography.outlines import UnusableError
from diagnostic.privacy import versions
from diagnostic.study import erased, given, own_files
from diagnostic.study.changes import whole, wholly
from diagnostic.study.config import BLOCKS, RESOURCES, SIDECAR, STUDIES, export_sidecar, load_yaml, opened, undecided
from diagnostic.study.given import KEPT, NAMES, TRUE, Choice, Reader, ReceiveError, blocked, named, write_file
from diagnostic.study.manifest import has_read
from diagnostic.study.own_files import GIVEN

SOURCE = "Export de l’outil de collecte, rangé dans le coffre"
LICENCE = "Données personnelles : non diffusées"
KNOWN = (*ROLES, *WORKBOOKS, *INPUTS, NAMES)
INTERVIEWS = "interview_sheets"
SAFE = (
    "Le fichier reçu est dans le coffre. Garder l’autre copie (téléchargements, courriel, clé) jusqu’à ce qu’un calcul "
    "ait lu celle-ci : « diagnostic recevoir {study} --versions » le dit."
)
READ = "Un calcul a lu cet export : les autres copies peuvent être effacées, selon ce que prévoit le dossier de conformité."


UNKNOWN = (
    "Aucune feuille de ce fichier ne ressemble à un tableau de l’étude : ses titres et ses réponses ne sont d’aucune de ses "
    "questions. Si ce n’est pas le bon fichier, rien à faire ; si c’en est un, dire lequel : « diagnostic recevoir {study} RÔLE "
    "FICHIER --remplacer », qui en propose la recette à remplir."
)


class Lines(list[str]):
    """French lines that tell what was done. `waits`: nothing of the file is received before a person has completed its recipe."""

    def __init__(self, lines: Iterable[str], waits: bool) -> None:
        super().__init__(lines)
        self.waits = waits


def receive(root: Path, study: str, role: str, source: Path, today: dt.date, choice: Choice) -> Lines:
    """Register an export, or the one that takes the place of another: French lines that tell what was done.

    `role` is "" where the content is to tell it. The records of both exports are compared under their pseudonyms; only
    counts are told. Refused, unless `choice.replace`: content that is unknown or of another role, what would block, and
    records that are gone where `choice.agree` does not say yes. Raises ReceiveError, ConfigError, VaultError,
    CodebookError. The file's own name goes nowhere: it may say who answered.
    """
    content = content_of(source)
    asked = ("recevoir", study, role, source.name, content, today, choice.replace)
    given_ = Given(content, source.name, role)
    try:
        told = whole(root, study, asked, lambda inside: registered(inside, study, given_, today, choice))
        return Lines(map(typographic, told[0]), told[1])
    except OSError as error:
        raise ReceiveError(f"Impossible : {told_beside(error, source)}, puis redonner la même commande.") from None


def content_of(source: Path) -> bytes:
    """The bytes of a file that is given. Raises ReceiveError where there are none."""
    try:
        content = b"" if source.is_symlink() else source.read_bytes()
    except (OSError, ValueError):
        content = b""
    if not content:
        raise ReceiveError("Le fichier donné est vide ou absent, ou c’est un lien : donner le fichier lui-même.")
    return content


@dataclass(frozen=True)
class Given:
    """A file to receive: its bytes, its name, of which only that of a text of the report counts, its role if it is said, and its
    recipe where a person has it under their hands."""

    content: bytes
    name: str = ""
    role: str = ""
    draft: Recipe | None = None


def registered(root: Path, study: str, file: Given, today: dt.date, choice: Choice) -> tuple[list[str], bool]:
    """What `receive` does, for what changes the study whole or not at all (`changes.whole`): its lines, and whether the file waits
    for somebody to read its recipe."""
    role, content = file.role, file.content
    if role:
        _check(role, KNOWN)
    load_yaml(root, STUDIES / f"{study}.yaml")  # no vault for a study that is none
    vault = opened(root, study)
    vault.digest(content)  # refused after a purge, before anything is written
    reader = Reader(root, study, vault)
    if not role and (lines := received(reader, content, Path(file.name), today, choice)) is not None:
        return lines, False
    decided(root, study, today)
    grids = sheets_of(content, role or "fichier")
    found = given.recognise(reader.codebook, grids)
    if not choice.replace:
        _all_read(reader, grids, found)
    before = _converted(reader, today)
    foreign = own_files.concerns(reader, role, found, grids)
    if foreign and (own := own_files.taken(reader, role, grids, today, choice.replace, file.draft)):
        lines = [*before, *own.lines]
        for name, sheets in own.parts.items():
            read = File(as_xlsx(sheets), sheets, (content, grids))
            one = _export if name in ROLES else _given
            lines += one(reader, (name,), read, today, choice, ["", f"« {name} » :"])
        return lines, own.waits
    roles = _roles(reader, role, found, content, choice)
    if roles[0] not in ROLES:
        lines = [f"Contenu reconnu : {', '.join(f'« {role} »' for role in roles)}."]
        return _given(reader, roles, File(content, grids), today, choice, lines), False
    told = f"Ce contenu n’est celui d’aucun outil connu ; rangé sous « {roles[0]} »."
    told = f"Contenu reconnu : {FORMATS[found.tool]}, pour le rôle « {roles[0]} »." if found.tool else told
    return _export(reader, roles, File(content, grids), today, choice, [told]), False


def decided(root: Path, study: str, today: dt.date) -> None:
    """Raises ReceiveError where a real study would begin to collect before its officer's opinion and its dates of deletion."""
    real = not invented(study) and not _fictional(load_yaml(root, STUDIES / f"{study}.yaml"))
    if found := undecided(root, study, today) if real else []:
        told = "Rien n’est reçu : le dossier de conformité d’une étude réelle se décide avant la collecte. À écrire :"
        raise ReceiveError("\n".join([told, *(f"  {line}" for line in found)]))


def _fictional(config: Mapping[str, Any]) -> bool:
    """Whether the configuration of a study says that it is."""
    return str(config.get("fictional")).casefold() in TRUE


def _all_read(reader: Reader, grids: Sequence[Grid], found: given.Content) -> None:
    """Raises ReceiveError where a sheet of one of the project's workbooks would be read by nothing: of a content that is none,
    where its headings stand lower than they should."""
    told = tools.Told("fichier")
    decided = {grid.number for grid in grids if set(tools.header(grid)) >= given.OF_DECISIONS}
    tools.unread(reader.codebook, grids, decided, told)
    lower = [problem for problem in told.problems if problem.row]
    own = decided or any(tools.table_of(reader.codebook, grid) for grid in grids)
    problems = told.problems if own and found.tool in ("", given.TEMPLATE) else lower
    if problems:
        raise ReceiveError("\n".join([*blocked(problems), KEPT]))


@dataclass(frozen=True)
class File:
    """A file as the study reads it; `given`: as the team gave it, where a recipe lies between the two."""

    content: bytes
    grids: Sequence[Grid]
    given: tuple[bytes, Sequence[Grid]] | None = None

    @property
    def kept(self) -> tuple[bytes, str]:
        """What the vault keeps as it was given, and what its name ends with."""
        content, grids = self.given or (self.content, self.grids)
        return content, grids[0].kind


def _export(
    reader: Reader, roles: Sequence[str], file: File, today: dt.date, choice: Choice, lines: list[str]
) -> list[str]:
    """Receive an export, which the vault holds and the workflow reads there."""
    root, study, vault, role = reader.root, reader.study, reader.vault, roles[0]
    name = reader.format(role, file.grids)
    if not name:
        raise ReceiveError("\n".join([*lines, f"{UNKNOWN.format(study=study)} {KEPT}"]))
    file, told = left(reader, role, file, name)
    lines, content = [*lines, *told], file.content
    record, digest = origin(root, study, role), vault.digest(content)
    if vault.received(role) is not None and digest == record.get("digest"):
        lines.append("C’est l’export que le coffre avait déjà : rien ne change.")
        done = READ if has_read(root, study, role, digest) else SAFE.format(study=study)
        return [*lines, *_left_to_do(reader, role, name, today), done]
    after = reader.read(role, content, name)
    if after.blocking and not choice.replace:
        raise ReceiveError("\n".join([*lines, *blocked(after.blocking), KEPT]))
    told, asked = _compared(reader, role, record, name, after)
    if asked and not choice.replace and not choice.agree([typographic(line) for line in [*lines, *told]]):
        raise ReceiveError("\n".join([*lines, *told, KEPT]))
    _used(reader, role, file, today, reader.codebook.bands if role in AGED else {})
    if given.trial(record):
        told.append("Il remplace les réponses d’essai.")
    if role == INTERVIEWS and name in (given.TEMPLATE, "recipe"):
        told += filter(None, given.drawn_interviews(reader, file.grids, today))
    return [*lines, *told, *_left_to_do(reader, role, name, today), SAFE.format(study=study)]


def _used(reader: Reader, role: str, file: File, today: dt.date, bands: Mapping[str, str]) -> None:
    """Put a file to use for a role, as a new version beside what was given of it, with its record, which adds `bands` to its own."""
    vault, record = reader.vault, origin(reader.root, reader.study, role)
    own = (given.record_text(record), str(record.get("date", ""))) if record else (b"", "")
    if file.given:  # kept beside what the study reads of it
        as_given, kind = file.kept
        versions.add(vault, as_given, f"{role}{GIVEN}", f".{kind}", today.isoformat())
    versions.add(vault, file.content, role, f".{file.grids[0].kind}", today.isoformat(), own)
    said = {"title": given.titled(role), "origin": "observed", "source": SOURCE, "licence": LICENCE}
    renewed = given.renewed_record(record, "digest", vault.digest(file.content), today, **said)
    every = {**bands, **renewed.get("bands", {})}
    given.write_record(reader.root, reader.study, role, renewed | ({"bands": every} if every else {}))


def left(reader: Reader, role: str, file: File, name: str = "") -> tuple[File, list[str]]:
    """A file without the records that were erased, and what is said of them."""
    rows, told = erased.returned(reader, role, file.content, file.grids, name)
    if not rows:
        return file, told
    content = erased.without(file.grids, rows, role)
    given_ = file.given
    if given_ is not None:
        places = own_files.origins(file.grids)
        own = {places[place] for place in rows if place in places}
        kept = erased.without(given_[1], own, role)
        given_ = kept, sheets_of(kept, role)
    return File(content, sheets_of(content, role), given_), told


@wholly("reprendre")
def undo(root: Path, study: str, role: str, today: dt.date, number: int = 0) -> list[str]:
    """Put to use again the export that the one in use took the place of, or the version `number`; French lines.

    The one that goes out of use is kept; another tool's is written in the configuration. Raises ReceiveError where there is none to go back to, VaultError, ConfigError.
    """
    _check(role, KNOWN)
    vault = opened(root, study, create=False)
    used = versions.in_use(vault, role)
    kept = {version.number: version for version in versions.versions(vault, role) if version.file}
    if used is None:
        raise ReceiveError(f"Le coffre n’a pas de version de {role} à reprendre : rien n’a été changé.")
    wanted = kept.get(number or used.before)
    if wanted is None or wanted.number == used.number:
        numbers = ", ".join(str(one) for one in kept) or "aucune"
        raise ReceiveError(f"Aucune autre version à reprendre ici ; versions gardées de {role} : {numbers}.")
    if role not in ROLES:
        versions.restore(vault, wanted, today.isoformat())
        _again(Reader(root, study, vault), role, today)
        return _back(study, role, wanted, used)
    record = origin(root, study, role)
    versions.restore(vault, wanted, today.isoformat(), given.record_text(record))
    earlier = parse(saved, SIDECAR) if (saved := versions.record(vault, wanted)) else record
    history = {"history": record.get("history", [])}
    renewed = given.replaced(earlier | history, "digest", wanted.digest, used.digest, today)
    given.write_record(root, study, role, renewed)
    reader = Reader(root, study, vault)
    name = reader.format(role, read_export(vault.read_received(role), role, short_rows=True)[0])
    return [*_back(study, role, wanted, used), *_left_to_do(reader, role, name, today)]


def _back(study: str, role: str, wanted: versions.Version, used: versions.Version) -> list[str]:
    again = f"« diagnostic recevoir {study} {role} --version {used.number} » la reprend."
    back = f"La version {wanted.number} de {role}, reçue le {wanted.day}, est de nouveau celle de l’étude."
    return [typographic(back), typographic(f"La version {used.number} reste dans le coffre : {again}")]


def _again(reader: Reader, role: str, today: dt.date) -> None:
    """Put to use again, in the study's own file, what the vault holds of a role without personal data."""
    if role != NAMES:
        content = reader.readable(role, reader.vault.read_received(role))
        grids = read_export(content, role, short_rows=True)[0]
        own = reader.situations() if role == given.DUPLICATES else str
        put = given.prepared(reader, role, content, grids, own)
        given.write(reader.root, reader.study, role, put.content, today)


def listed(root: Path, study: str) -> list[str]:
    """Every version that the study's vault keeps, role by role: number, day, which one is in use, what a run has read."""
    vault = opened(root, study, create=False)
    lines = []
    for role in versions.roles(vault):
        used = versions.in_use(vault, role)
        for version in versions.versions(vault, role):
            state = "en usage" if used and version.number == used.number else "gardée"
            state = state if version.file else "effacée"
            if version.file and has_read(root, study, role, version.digest):
                state += ", lue par le dernier calcul"
            lines.append(f"{role}, version {version.number} : reçue le {version.day or '(jour inconnu)'}, {state}")
    return [typographic(line) for line in lines or ["Le coffre ne garde encore aucune version."]]


def _check(role: str, known: Collection[str]) -> None:
    if role not in known:
        raise ReceiveError(f"« {role} » n’est pas un rôle d’export ; rôles connus : {', '.join(known)}.")


def sheets_of(content: bytes, role: str) -> list[Grid]:
    """The sheets that a file holds. Raises ReceiveError."""
    grids, problems = read_export(content, role, short_rows=True)
    if not grids:
        told = "\n".join(f"  {p.message} {p.remedy}" for p in problems)
        raise ReceiveError(f"Ce fichier ne peut pas être lu :\n{told}")
    return grids


def _roles(reader: Reader, role: str, found: given.Content, content: bytes, choice: Choice) -> tuple[str, ...]:
    """The roles that a content is given under, or shows. Raises ReceiveError for another's, and for what is unknown."""
    if role and (choice.replace or role in found.roles):
        return (role,)
    if found.roles and role:
        own = " ou ".join(f"« {one} »" for one in found.roles)
        raise ReceiveError(f"Ce fichier est celui du rôle {own}, non de « {role} ». {KEPT}")
    if found.roles:
        return found.roles
    shape = [one for one in read_export(content, "fichier", short_rows=True)[1] if one.severity == BLOCKING]
    raise ReceiveError("\n".join([f"{UNKNOWN.format(study=reader.study)} {KEPT}", *(blocked(shape) if shape else [])]))


def _given(
    reader: Reader, roles: Sequence[str], file: File, today: dt.date, choice: Choice, lines: list[str]
) -> list[str]:
    """Receive what is no export: tables and workbooks without personal data, or the workbook of names."""
    root, study, (kept, kind) = reader.root, reader.study, file.kept
    if NAMES in roles:
        if len(roles) > 1:
            both = "Ce classeur réunit des noms, qui ne sortent pas du coffre, et d’autres feuilles :"
            raise ReceiveError(f"{both} les donner en deux classeurs. {KEPT}")
        if not given.keep(reader, NAMES, kept, kind, today):
            return [*lines, "C’est le classeur que le coffre avait déjà : rien ne change."]
        return [*lines, f"Rangé dans le coffre sous « {NAMES} », d’où il ne sort pas."]
    if given.DUPLICATES in roles:
        file, said = left(reader, given.DUPLICATES, file)
        lines, (kept, kind) = [*lines, *said], file.kept
    own = reader.situations() if given.DUPLICATES in roles else str
    puts = [given.prepared(reader, role, file.content, file.grids, own) for role in roles]
    puts = [put for put in puts if put.after or put.before] or puts[:1]
    if (problems := [problem for put in puts for problem in put.problems]) and not choice.replace:
        raise ReceiveError("\n".join([*lines, *blocked(problems), KEPT]))
    told = [given.compared(reader.codebook, put) for put in puts]
    lines += [line for one, _ in told for line in one]
    if any(gone for _, gone in told) and not choice.replace and not choice.agree(list(map(typographic, lines))):
        raise ReceiveError("\n".join([*lines, KEPT]))
    for put in puts:
        if given.held(reader, put, kept):
            lines.append(f"{put.role} : c’est le fichier que l’étude avait déjà, rien ne change.")
            continue
        given.keep(reader, put.role, kept, kind, today)
        blanks = [row[1] for row in tools.noted(file.grids) if row[0] == tools.BLANK] if put.role in INPUTS else []
        given.write(root, study, put.role, put.content, today, blanks=blanks)
        lines.append(f"{put.role} : {RESOURCES / study / given.file_of(root, study, put.role)}")
    written = (named(root, study, "inputs", put.role, given.file_of(root, study, put.role)) for put in puts)
    return [*lines, *filter(None, written)]


NOUNS = {"questionnaire": ("réponse", "réponses"), "interview_sheets": ("entretien", "entretiens")}
OTHER = ("ligne", "lignes")


def _compared(
    reader: Reader, role: str, record: Mapping[str, Any], name: str, after: given.Export
) -> tuple[list[str], bool]:
    """How many records there are, are new, changed, gone; and whether a person has to say that this is right."""
    count = len(after.records)
    noun = partial(plural, one=NOUNS.get(role, OTHER)[0], many=NOUNS.get(role, OTHER)[1])
    if after.blocking and not count:
        return ["Les réponses ne peuvent pas encore être lues : « diagnostic calculer » dira pourquoi."], False
    lines, asked = [f"{count} {noun(count)} dans cet export."], False
    if reader.vault.received(role) is not None and not given.trial(record):
        earlier = reader.vault.read_received(role)
        if reader.format(role, read_export(earlier, role, short_rows=True)[0]) != name:
            why = "L’export précédent venait d’un autre outil : les réponses ne peuvent pas être comparées."
            lines, asked = [why, *lines], True
        elif (before := reader.read(role, earlier, name)).records or not before.blocking:
            told, asked = _moved(before.records, after.records, noun)
            lines = [f"{count} {noun(count)} dans cet export : {told[0]}.", *told[1:]]
            both = (before, after) if role in given.CODED else ()
            held = [given.answered(reader.codebook, role, one.read) for one in both]
            if held and (lost := given.emptied(*held)):
                lines, asked = [*lines, given.told_emptied(lost)], True
    if after.blocking:
        problems = f"{len(after.blocking)} {plural(len(after.blocking), 'problème bloque', 'problèmes bloquent')}"
        lines.append(f"{problems} encore la lecture : « diagnostic calculer » en donnera la liste.")
    return lines, asked


def _moved(before: Mapping[str, str], after: Mapping[str, str], noun: Callable[[int], str]) -> tuple[list[str], bool]:
    both = after.keys() & before.keys()
    new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    changed = sum(after[one] != before[one] for one in both)
    known = f"{len(both)} déjà {plural(len(both), 'connue')}"
    if changed:
        known += f" (dont {changed} {plural(changed, 'modifiée')})"
    lines = [f"{known}, {new} {plural(new, 'nouvelle')}"]
    if gone:
        lines.append(
            f"Attention : {gone} {noun(gone)} de l’export précédent n’y {plural(gone, 'est', 'sont')} "
            "plus. Vérifier que l’export est entier ; un retrait demandé par la personne est normal, et se fait par "
            "« diagnostic effacer », qui agit sur toutes les versions."
        )
    return lines, bool(gone)


def _left_to_do(reader: Reader, role: str, name: str, today: dt.date) -> list[str]:
    root, study = reader.root, reader.study
    lines = list(filter(None, [named(root, study, "received", role, name)]))
    if _fictional(load_yaml(root, STUDIES / f"{study}.yaml")):
        lines.append(
            "L’étude est encore dite fictive : pour de vraies réponses, y mettre « fictional: false », et décider d’abord du dossier de "
            "conformité (avis de qui protège les données, dates d’effacement)."
        )
    return lines


def origin(root: Path, study: str, role: str) -> dict[str, Any]:
    """The origin record of the export; empty when there is none yet. Raises ConfigError for a damaged one: it holds
    the history, which must not be lost."""
    if not (root / RESOURCES / study / f"{role}{SIDECAR}").exists():
        return {}
    export_sidecar(root, study, role)
    return given.read_record(root, study, role)


# -- What a team gives that is no table ---------------------------------------------------------------------------
# The outlines of its communes, and the texts that it writes in its report.
OUTLINES, TEXT = "outlines", "text_"  # what the vault calls their versions
TITLE = "Communes du territoire, contours"


def received(reader: Reader, content: bytes, source: Path, today: dt.date, choice: Choice) -> list[str] | None:
    """Put to use a GeoJSON, or a text that bears the name of a block of the report; None for anything else.

    Every version stays in the vault, the one that was there before among them. Raises ReceiveError for outlines that
    cannot be used and for a text that would take the place of another, unless `choice.replace`; ConfigError, VaultError.
    """
    if source.suffix.casefold() == ".md" and source.stem in BLOCKS:
        return _text(reader, content, source.stem, today, choice)
    return _outlines(reader, content, today) if geojson(content) else None


def geojson(content: bytes) -> bool:
    """Whether a file is one of outlines."""
    try:
        found = json.loads(content) if content.lstrip()[:1] == b"{" else None
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("type") == "FeatureCollection"


TO_FILL = "[à compléter".encode()  # of a text that `creer` wrote: the filled one takes its place


def _text(reader: Reader, content: bytes, name: str, today: dt.date, choice: Choice) -> list[str]:
    place = STUDIES / reader.study / f"{name}.md"
    path = reader.root / place
    before = path.read_bytes() if path.is_file() else b""
    if before == content:
        return [f"{place} : c’est le texte que l’étude avait déjà, rien ne change."]
    if before and TO_FILL not in before and not choice.replace:
        raise ReceiveError(f"{place} : l’étude a déjà un texte pour ce bloc, qui est autre. {KEPT}")
    _keep(reader, f"{TEXT}{name}", before, content, ".txt", today)
    writing.write_bytes(content, path)
    return [f"Texte de l’équipe ({BLOCKS[name]}) : {place}."]


def _outlines(reader: Reader, content: bytes, today: dt.date) -> list[str]:
    root, study = reader.root, reader.study
    config = load_yaml(root, STUDIES / f"{study}.yaml")
    declared = config.get(OUTLINES)
    if not isinstance(declared, dict) or Path(name := str(declared.get("file", ""))).name != name or not name:
        raise ReceiveError(
            f"Contours de communes (GeoJSON) : dire d’abord d’où ils viennent, dans {STUDIES / (study + '.yaml')} : "
            "« outlines: » avec « file: communes.geojson » et « vintage: » le millésime. Rien n’a été changé."
        )
    properties, real = declared.get("properties"), not _fictional(config)
    try:
        found = user_file.communes(content, properties if isinstance(properties, dict) else {}, _codes(config), real)
    except UnusableError as error:
        raise ReceiveError(f"Contours de communes (GeoJSON) : {error} Rien n’a été changé.") from None
    path = root / RESOURCES / study / name
    before = path.read_bytes() if path.is_file() else b""
    if before != content:
        _keep(reader, OUTLINES, before, content, ".json", today)
    write_file(root, study, name, content, today, {"title": TITLE})
    where = RESOURCES / study / name
    return [f"Contours de {len(found)} communes : {where}. Millésime dit : {declared.get('vintage', '')}."]


def _codes(config: Mapping[str, Any]) -> list[str]:
    """The départements that a study's configuration names."""
    several = config.get("departements")
    return [str(code) for code in several] if isinstance(several, list) else [str(config.get("departement", ""))]


def _keep(reader: Reader, role: str, before: bytes, content: bytes, suffix: str, today: dt.date) -> None:
    if before and reader.vault.received(role) is None:
        versions.add(reader.vault, before, role, suffix, "")
    versions.add(reader.vault, content, role, suffix, today.isoformat())


# -- The view of the recipes of files that are not the project's, made again --------------------------------------
def describe(root: Path, study: str, today: dt.date, filled: Path | None = None) -> list[str]:
    """Write into the vault the workbook of the study's recipes, with what a person chose in it; French lines. `filled`: one
    that was filled elsewhere, given back.

    Every recipe stays among the versions of the vault. Raises ReceiveError, VaultError, ConfigError, CodebookError.
    """
    try:
        asked = ("decrire", study, today, filled.read_bytes() if filled else b"")
        told = whole(root, study, asked, lambda inside: _described(inside, study, today, filled))
        return [typographic(line) for line in told]
    except OSError as error:
        raise ReceiveError(f"Impossible : {told_beside(error, filled)}, puis redonner la même commande.") from None


def _described(root: Path, study: str, today: dt.date, filled: Path | None) -> list[str]:
    reader = Reader(root, study, opened(root, study, create=False))
    return [*_converted(reader, today), own_files.described(reader, today, filled)]


def _converted(reader: Reader, today: dt.date) -> list[str]:
    """Make recipes of the workbooks of correspondence from before, and put what the study reads of each export that was read
    through one in its place; French lines."""
    lines = own_files.convert(reader, today)
    for role in ROLES if lines else ():
        if reader.chosen(role) or reader.vault.received(role) is None:
            continue
        content = reader.vault.read_received(role)
        made = reader.readable(role, content)
        if made == content:
            continue
        file = File(made, sheets_of(made, role), (content, sheets_of(content, role)))
        _used(reader, role, file, today, {})
        lines += filter(None, [named(reader.root, reader.study, "received", role, "recipe")])
    return lines
