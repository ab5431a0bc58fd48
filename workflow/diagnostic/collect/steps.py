"""The two steps of the collect phase: check everything without ever raising, then write typed tables."""

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.region import regional
from diagnostic.collect import checks_region, checks_vignettes, keys
from diagnostic.collect.answers import SAMPLES, SESSIONS, STEPS
from diagnostic.collect.checks import check as check_across
from diagnostic.collect.exports.study import Received, read_exports, read_workbooks
from diagnostic.collect.exports.typed import Pseudonyms
from diagnostic.collect.grids import read_csv
from diagnostic.collect.keys import NOTHING, Words, at_cell, placed
from diagnostic.collect.parse import Source, parse, source
from diagnostic.collect.table_names import BLANK_READ, ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS, PLACED, RECEIVED
from diagnostic.core import error_list
from diagnostic.core.contents import MOST_BYTES
from diagnostic.core.french import number, plural
from diagnostic.core.problems import BLOCKING, Problem, UnreadableRow, blocking, shortened
from diagnostic.core.tables import columns, model
from diagnostic.files import texts
from diagnostic.privacy import personal


# -- All input files of one study, read and checked at once: the one reading that check and collect share ---------
@dataclass(frozen=True)
class Collected:
    """What a study's files hold: `cells` (shape of `Cells`), one table per role of INPUTS, all problems, and the place
    of each column, by role. With a blocking problem the tables may lack values and must not be written."""

    cells: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    problems: list[Problem]
    sources: dict[str, Source]

    @property
    def blocked(self) -> bool:
        """Whether any problem blocks."""
        return any(problem.severity == BLOCKING for problem in self.problems)

    @property
    def places(self) -> pd.DataFrame:
        """The columns of the tables, in the shape of `Places` but for the origin and the rule, which no file says."""
        rows = [
            (role, source.file, role, name, 0, 0, letter)
            for role, source in self.sources.items()
            for name, letter in source.letters.items()
        ]
        return pd.DataFrame(rows, columns=PLACED)


def read_study(contents: Mapping[str, bytes], files: Mapping[str, str], latest: dt.date | None = None) -> Collected:
    """Every file of a study: role → content, role → name for messages.

    A role that is not given has an empty typed table. `latest` is the last day a date may be. Raises KeyError
    for a role that is not in INPUTS; nothing in the contents makes it raise.
    """
    tables: dict[str, pd.DataFrame] = {}
    cells: list[pd.DataFrame] = [model("collect/cells").empty()]
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for role, content in contents.items():
        declared = INPUTS[role]
        found, told = read_csv(content, files[role], role)
        sources[role] = source(found, files[role])
        problems += told
        if len(found):
            tables[role], more = parse(found, declared, files[role], latest)
            problems += _untold(more, told)
            cells.append(found)
    tables = {role: tables[role] if role in tables else one.empty() for role, one in INPUTS.items()}
    problems += _untold(check_across(tables, sources), problems)
    return Collected(pd.concat(cells, ignore_index=True), tables, problems, sources)


def _untold(found: Iterable[Problem], told: Iterable[Problem]) -> list[Problem]:
    """The problems that are no mere consequence of one already told for the same row or cell; one that stands for others, always."""
    told = [problem for problem in told if problem.severity == BLOCKING and problem.row is not None]
    rows = {(problem.file, problem.row) for problem in told if isinstance(problem, UnreadableRow)}
    places = {(problem.file, problem.row, problem.column) for problem in told if problem.column}
    return [
        problem
        for problem in found
        if problem.others
        or ((problem.file, problem.row) not in rows and (problem.file, problem.row, problem.column) not in places)
    ]


# -- The two steps ------------------------------------------------------------------------------------------------
BLOCK, OUTLINES = "bloc_", "outlines"  # what the inputs that are texts of the team begin with, and its own outlines
MENDED = "Corriger le fichier de contours, ou ôter « outlines » de la configuration : l'étude se fait alors sans ces contours."


def questions(departements: Mapping[str, str], **files: bytes) -> dict[str, bytes]:
    """The files of the codebook that a study of several `departements` (code → name) has of its own, as `codebook_…`."""
    made = regional(loading.given(files), departements)
    return {f"{loading.INPUT}{name.removesuffix('.csv')}": content for name, content in made.items()}


def check(
    study: str,
    files: Mapping[str, str],
    recorded: Mapping[str, str],
    latest: str,
    publication: Mapping[str, str | None],
    exports: Mapping[str, str] | None = None,
    received: Mapping[str, bytes] | None = None,
    pseudonyms: Pseudonyms | None = None,
    digests: Mapping[str, str] | None = None,
    areas: pd.DataFrame | None = None,
    departement: str | Sequence[str] = "",
    coded_sample: str | None = None,
    **given: Any,
) -> dict[str, str]:
    """The error list of a study, as CSV, as a page and as text for the terminal. Never raises for bad data. What was read
    is kept for `collect` where nothing blocks.

    `recorded` is the digest that each role's sidecar holds, `latest` the last day a date may be (the report's),
    `publication` names the published figures that estimates use. `exports` gives the format of each role that
    `received` holds, `digests` their keyed digests, `pseudonyms` the names that leave the vault. `areas` has the
    territories of the `departement`, or of several, where communes are coded. `coded_sample`: how the team chose its ads.
    `given` also has what the team wrote, `bloc_{name}`, `outlines`, the table `source` of its own, a file of `files`,
    `bands`: role → the bands of ages (`Codebook.bands`) when its answers came, and what is `waiting`, with its remedy.
    """
    outlines, bands, waits = given.pop(OUTLINES, None), given.pop("bands", {}), given.pop("waiting", ())
    own_outlines, files = files.get(OUTLINES, ""), {role: file for role, file in files.items() if role != OUTLINES}
    read = read_all(parts := told_apart(given, files, exports, received, pseudonyms), dt.date.fromisoformat(latest))
    public, codes = read.public, (departement,) if isinstance(departement, str) else tuple(departement)
    found = [
        *altered(study, files, recorded, parts.contents | parts.workbooks),
        *replaced(study, recorded, digests or {}),
        *public.problems,
        *checks_region.check(public.tables, public.sources, codes),
        *personal.in_cells(public.cells),
        *_left_to_do(study, given, waits),
    ]
    if outlines is not None and outlines["kind"].eq("refused").any():
        found += [blocking(own_outlines, line, MENDED) for note in outlines["note"] for line in note.splitlines()]
        areas = None  # of which nothing can be said
    if "published_figures" in parts.contents:
        found += unusable(publication, public.tables["published_figures"], public.sources["published_figures"])
    for part in read.answers:
        found += [*part.problems, *personal.in_tables(part.tables), *personal.in_cells(part.cells)]
        if "ads" in part.tables:
            file = files.get(CODED_ADS, CODED_ADS)
            found += undeclared_sample(study, part.tables["ads"], coded_sample, file)
            found += copies_in_common(part.tables["ads"], part.places, file)
        found += checks_region.in_workbooks(part.tables, part.places, files, codes)
        found += check_communes(part.tables, part.places, files, areas, codes) if areas is not None else []
        found += moved_bands(part.tables, loading.load(parts.codebook), bands) if bands else []
    found += list(_keys(parts, read, found, areas))
    if all(problem.severity != BLOCKING for problem in found):
        keep(parts, read)
    table = error_list.table(personal.masked(shortened(found), public.cells))
    return {
        "errors": error_list.to_csv(table),
        "page": error_list.to_page(table, f"Étude {study} : contrôle des fichiers reçus"),
        "text": error_list.to_terminal(table),
    }


def _left_to_do(study: str, given: Mapping[str, Any], waits: Sequence[str]) -> Iterator[Problem]:
    """A file of the team whose recipe waits for a person, and what its texts lack."""
    if waits:
        told, remedy = waits
        yield blocking("recettes.xlsx", told, remedy)
    for own in (name.removeprefix(BLOCK) for name in given if name.startswith(BLOCK)):
        yield from texts.problems(given[f"{BLOCK}{own}"], f"config/studies/{study}/{own}.md", own)


def _keys(parts: "Given", read: "Read", told: Collection[Problem], areas: pd.DataFrame | None) -> Iterator[Problem]:
    """Keys given twice, keys that name nothing, and stories that are not of several, over all that the study received together."""
    tables = {name: read.public.tables[name] for name in parts.contents}
    tables |= {name: table for part in read.answers for name, table in part.tables.items()}
    places = pd.concat(
        [model("collect/places").empty(), read.public.places, *(part.places for part in read.answers)],
        ignore_index=True,
    )
    if read.answers:
        yield from keys.doubled(loading.load(parts.codebook), tables, places, parts.files, told)
    yield from keys.check(tables, places, parts.files, told)
    yield from checks_vignettes.check(tables, places, parts.files.get(keys.STORIES, keys.STORIES), areas)


def replaced(study: str, recorded: Mapping[str, str], digests: Mapping[str, str]) -> Iterator[Problem]:
    """One blocking problem per export of the vault that is no longer the one that was registered."""
    for role, digest in digests.items():
        if role in recorded and digest != recorded[role]:
            message = "L’export rangé dans le coffre n’est plus celui qui a été enregistré."
            remedy = f"Enregistrer le nouvel export : « diagnostic recevoir {study} {role} <fichier> »."
            yield Problem(BLOCKING, role, message, remedy)


def moved_bands(
    tables: Mapping[str, pd.DataFrame], codebook: Codebook, before: Mapping[str, Mapping[str, str]]
) -> Iterator[Problem]:
    """One blocking problem per code under which the vault holds answers, and whose band of ages is no longer the same."""
    for role, bands in before.items():
        for name, years in bands.items():
            now, (own, _, code) = codebook.bands.get(name), name.partition("/")
            ticks = [f"{v.name}/{code}" for v in codebook.variables if v.list == own]
            held = (tables[one][c].eq("ticked").any() for one in ROLES[role] for c in ticks if c in tables.get(one, ()))
            if now not in (None, years) and any(held):
                yield blocking(
                    role,
                    f"Le code « {code} » ({own}) disait {_years(years)} quand ces réponses sont venues ; le codebook dit "
                    f"maintenant {_years(now)} : les mêmes réponses changeraient de sens.",
                    "Rendre sa tranche à ce code dans options.csv ; des tranches nouvelles ont des codes à elles, sous "
                    f"lesquels recoder l’export avant de le recevoir de nouveau ({role}).",
                )


def _years(band: str | None) -> str:
    """« 26 à 35 ans », « 56 ans et plus »."""
    first, _, last = (band or "").partition("-")
    return f"{first} à {last} ans" if last else f"{first} ans et plus"


def unusable(publication: Mapping[str, str | None], figures: pd.DataFrame, source: Source) -> list[Problem]:
    """One blocking problem per published figure that estimates use and that is absent or not a plain number."""
    values = figures.dropna(subset=["id"]).drop_duplicates("id").set_index("id")
    file, letter = source.file, source.letters.get("value", "")
    problems = []
    for use, figure in _used(publication, values.index):
        where = f"publication.{use}"
        if figure not in values.index:
            message = f"La configuration ({where}) nomme le chiffre « {figure} », qui n’est pas dans ce fichier."
            remedy = f"Corriger l’identifiant dans la configuration de l’étude ({where})."
            problems.append(Problem(BLOCKING, file, message, remedy))
        elif not re.fullmatch(r"\d+(\.\d+)?", str(values.at[figure, "value"])):
            message = f"Ce chiffre sert à un calcul ({where}) : il doit être un nombre seul, sans signe ni mot."
            remedy = "Écrire le nombre avec un point pour les décimales, par exemple 61."
            value, row = str(values.at[figure, "value"]), int(values.at[figure, "row"])
            problems.append(Problem(BLOCKING, file, message, remedy, row=row, column=letter, value=value))
    return problems


def _used(publication: Mapping[str, str | None], known: Collection[str]) -> list[tuple[str, str]]:
    """Each use with its figure; an action of outreach is the beginning of several, of which one at least is there."""
    named = [(use, figure) for use, figure in publication.items() if figure and use != "outreach"]
    action = publication.get("outreach")
    steps = [f"{action}.{step}" for step in (SESSIONS, *STEPS)] if action else []
    return named + [("outreach", figure) for figure in [one for one in steps if one in known] or steps[:1]]


def altered(
    study: str, files: Mapping[str, str], recorded: Mapping[str, str], contents: Mapping[str, bytes]
) -> list[Problem]:
    """One blocking problem per file whose content is no longer the one that was accepted."""
    return [
        Problem(
            severity=BLOCKING,
            file=files[role],
            message="Le contenu du fichier a changé depuis que son empreinte a été enregistrée.",
            remedy=f"Si la correction est voulue : « diagnostic sceller {study} » l’enregistre et liste ce qui a changé ; "
            "sinon, remettre le fichier d’origine.",
        )
        for role, content in contents.items()
        if len(content) <= MOST_BYTES and f"sha256:{hashlib.sha256(content).hexdigest()}" != recorded[role]
    ]


def collect(
    files: Mapping[str, str],
    sidecars: Mapping[str, Mapping[str, Any]],
    exports: Mapping[str, str] | None = None,
    received: Mapping[str, bytes] | None = None,
    pseudonyms: Pseudonyms | None = None,
    **given: bytes,
) -> dict[str, Any]:
    """One typed table per role and per table of the exports, every cell, and where each file comes from. `private`
    holds the tables that stay in the vault. The gate has passed: nothing blocks."""
    read = take(told_apart(given, files, exports, received, pseudonyms))
    found = Received.together(read.answers, RECEIVED)
    counted = {role: len(set(frame["row"]) - {1}) for role, frame in read.public.cells.groupby("role")}
    counted |= found.rows.groupby("role").size().to_dict()
    places = pd.concat([read.public.places, found.places], ignore_index=True)
    origins = {role: sidecar["origin"] for role, sidecar in sidecars.items()}
    blanks = {(role, name) for role, sidecar in sidecars.items() for name in sidecar.get("blanks") or ()}
    rules = [BLANK_READ if one in blanks else None for one in zip(places["role"], places["name"], strict=True)]
    return {
        **read.public.tables,
        **found.tables,
        "codes": _codes(given),
        "places": places.assign(origin=places["role"].map(origins), rule=pd.array(rules, dtype="str"))[
            columns("collect/places")
        ],
        "received_rows": found.rows,
        "cells": pd.concat([read.public.cells, found.cells], ignore_index=True),
        "sources": _sources(files, sidecars, counted),
        "private": found.private,
    }


def _codes(given: Mapping[str, bytes]) -> pd.DataFrame:
    """The answers of the codebook, where the study received answers to its questions."""
    files = loading.given(given)
    codebook = loading.load(files) if files else None
    closed = [v for v in codebook.variables if v.closed] if codebook else []
    answers = {f"{v.name}/{option.code}": None for v in closed for option in codebook.options(v)} if codebook else {}
    return pd.DataFrame({"answer": pd.array(list(answers), dtype="str")})


def _sources(
    files: Mapping[str, str], sidecars: Mapping[str, Mapping[str, Any]], counted: Mapping[str, int]
) -> pd.DataFrame:
    rows = [
        {
            **{name: value for name, value in sidecar.items() if name in columns("collect/sources")},
            "role": role,
            "file": files.get(role, role),
            "digest": sidecar.get("digest") or f"sha256:{sidecar['sha256']}",
            "rows": counted.get(role, 0),
            "date": pd.Timestamp(sidecar["date"]),
        }
        for role, sidecar in sidecars.items()
    ]
    return pd.DataFrame(rows, columns=columns("collect/sources"))


# -- Whether the coded ads are those that the project drew, or a sample whose choice the study must declare -------
# And whether what two searches found in common is a part of what the second found.
CODED_ADS, AGAIN, TOTAL = "coded_ads", "copies_again", "copies_total"
MORE = Words(
    "Plus de copies communes aux deux recherches que cette recherche n'en a trouvé en tout.",
    "Corriger l'un des deux nombres : les copies communes sont une partie de celles de la seconde recherche, l'annonce comprise.",
)
DRAWN = re.compile(r"[A-Z][0-9]{2}-[0-9A-HJKMNP-TV-Z]{8}")  # a number that the project's draw gives (`formulas.draw`)


def undeclared_sample(study: str, ads: pd.DataFrame, design: str | None, file: str) -> Iterator[Problem]:
    """One blocking problem where no number of the coded ads is the project's and nothing says how they were chosen.
    Where some are, the others are told with the codings: an ad of the draw was miswritten."""
    if design or "ad_id.code" not in ads:
        return
    written = ads["ad_id.code"].dropna().astype(str)
    given = [one for one in written.unique() if one not in ("no_answer", "not_asked", "")]
    if not given or any(DRAWN.fullmatch(one) for one in given):
        return
    one, many = "n’est pas de ceux que le projet tire", "ne sont pas de ceux que le projet tire"
    choices = " ; ".join(f"« coded_sample: {code} » ({meaning})" for code, meaning in SAMPLES.items())
    yield blocking(
        file,
        f"{plural(len(given), 'Le numéro', f'Les {number(len(given))} numéros')} d’annonce {plural(len(given), one, many)} : "
        "rien ne dit comment ces annonces ont été choisies, ni donc ce qu’elles permettent de dire.",
        f"Le déclarer dans config/studies/{study}.yaml : {choices}. Tous donnent estimations et intervalles, sauf "
        "le dernier, qui décrit ces annonces seules. Ou coder les places de « codage.xlsx », avec leurs numéros.",
    )


def copies_in_common(ads: pd.DataFrame, places: pd.DataFrame, file: str) -> Iterator[Problem]:
    """One blocking problem per coded ad of which more copies are said to be found twice than in all."""
    if not {f"{AGAIN}.number", f"{TOTAL}.number"} <= set(ads):
        return
    for row in placed(ads, (ads[f"{AGAIN}.number"] > ads[f"{TOTAL}.number"]).fillna(False).astype(bool)):
        yield at_cell(row, "ads", AGAIN, places, file, MORE)


# -- Coded communes: each is a commune of the study's département, or its cell is told ----------------------------
CODED = {  # role → its table and the columns that hold codes of communes
    "situation_coding": ("situation_coding", ("commune", "commune_2", "commune_3")),
    "partners": ("partners", ("commune",)),
}
OUTSIDE = "Ce code n'est celui d'aucune commune du département."
REMEDY = (
    "Écrire le code Insee actuel de la commune (celui de la commune nouvelle, pour une commune déléguée), la colonne étant au "
    "format texte pour garder un zéro en tête ; laisser vide pour un lieu hors du département."
)


def check_communes(
    tables: Mapping[str, pd.DataFrame],
    places: pd.DataFrame,
    files: Mapping[str, str],
    areas: pd.DataFrame,
    departements: tuple[str, ...],
) -> Iterator[Problem]:
    """One blocking problem per cell. `areas` has the communes of the département; where it is empty, a code needs
    only begin as theirs do."""
    listed = set(areas.loc[areas["level"] == "commune", "code"])
    for role, (name, variables) in CODED.items():
        table = tables.get(name)
        if table is None:
            continue
        for variable in variables:
            codes = set(table.get(f"{variable}.code", ()))
            known = listed or {code for code in codes if code.startswith(departements)}
            astray = table[~table[f"{variable}.code"].isin(known | NOTHING)] if codes else table.iloc[:0]
            for row in astray.itertuples():
                yield at_cell(row, name, variable, places, files.get(role, role), Words(OUTSIDE, REMEDY))


# -- What a study's files hold, read once -------------------------------------------------------------------------
# The check keeps what it read for the step that writes the tables of it.
#
# What is kept stays in the memory of the process, for the same bytes under the same key only, until it is taken: a
# run that makes the tables elsewhere, or later, reads again and finds the same.
MOST = 4  # readings kept: the tables of a study are made right after its check (see `priority` in the rules)


@dataclass(frozen=True)
class Given:
    """The named inputs of a step: role → content of files and workbooks, codebook file → content;
    `files`: role → file name, for messages; `exports`: role → format of what the vault holds, its content `received`,
    and `pseudonyms`, the names that leave the vault.
    """

    contents: dict[str, bytes]
    workbooks: dict[str, bytes]
    codebook: dict[str, bytes]
    files: Mapping[str, str]
    exports: Mapping[str, str]
    received: Mapping[str, bytes]
    pseudonyms: Pseudonyms | None

    @property
    def identity(self) -> tuple[str, ...]:
        """The same for the same bytes, read under the same names with the same key."""
        digest = hashlib.sha256(repr([sorted(self.files.items()), sorted(self.exports.items())]).encode())
        for part in (self.contents, self.workbooks, self.codebook, self.received):
            for name, content in sorted(part.items()):
                digest.update(f"\0{name}\0{len(content)}\0".encode() + hashlib.sha256(content).digest())
            digest.update(b"\0\0")
        plain = digest.hexdigest()
        return plain, *(self.pseudonyms("response", [plain]) if self.pseudonyms else ())


@dataclass(frozen=True)
class Read:
    """What the files of the project hold, then the exports of the vault and the workbooks, where there are any."""

    public: Collected
    answers: list[Received]


def told_apart(
    given: Mapping[str, bytes],
    files: Mapping[str, str],
    exports: Mapping[str, str] | None = None,
    received: Mapping[str, bytes] | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Given:
    """A step's inputs by what they are; `received` has what the vault holds."""
    return Given(
        {name: content for name, content in given.items() if name in INPUTS},
        {name: content for name, content in given.items() if name in WORKBOOKS},
        loading.given(given),
        files,
        exports or {},
        dict(received or {}),
        pseudonyms,
    )


def read_all(given: Given, latest: dt.date | None = None) -> Read:
    """All that a study received; `latest` is the last day a date may be. Nothing in the contents makes it raise."""
    public, answers = read_study(given.contents, given.files, latest=latest), list(_answers(given))
    if {keys.PAIRS, keys.STORIES} & given.contents.keys() and answers:
        tables = {name: table for part in answers for name, table in part.tables.items()}
        own = keys.resolver(tables, {shown: own for part in answers for shown, own in part.numbers.items()})
        public.tables[keys.PAIRS] = keys.decided(public.tables[keys.PAIRS], own)
        public.tables[keys.STORIES] = keys.composed(public.tables[keys.STORIES], own)
    return Read(public, answers)


def _answers(given: Given) -> Iterator[Received]:
    if given.received and given.pseudonyms:
        yield read_exports(loading.load(given.codebook), given.received, given.exports, given.pseudonyms)
    if given.workbooks:
        yield read_workbooks(loading.load(given.codebook), given.workbooks, given.files)


_kept: list[tuple[tuple[str, ...], Read]] = []  # two studies may have received the same
_turn = Lock()  # two steps may run at once


def keep(given: Given, found: Read) -> None:
    """Keep what was read of these inputs until it is taken; of too many, the oldest goes."""
    with _turn:
        _kept.append((given.identity, found))
        del _kept[:-MOST]


def take(given: Given) -> Read:
    """What was read of these inputs, which is kept no longer; where it was not kept, they are read now."""
    own = given.identity
    with _turn:
        at = next((at for at, (identity, _) in enumerate(_kept) if identity == own), None)
        kept = None if at is None else _kept.pop(at)[1]
    return kept or read_all(given)
