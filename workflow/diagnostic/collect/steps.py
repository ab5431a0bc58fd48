"""The two steps of the collect phase: check everything without ever raising, then write typed tables."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.region import regional
from diagnostic.collect import checks_region, checks_sample, checks_territory, checks_vignettes, keys, reading
from diagnostic.collect.answered import RECEIVED
from diagnostic.collect.answers import SESSIONS, STEPS
from diagnostic.collect.exports.study import nothing
from diagnostic.collect.exports.typed import Pseudonyms
from diagnostic.collect.parse import Source
from diagnostic.collect.received import Places, ReceivedRows, Sources
from diagnostic.core import error_list
from diagnostic.core.contents import MOST_BYTES
from diagnostic.core.problems import BLOCKING, Problem, shortened
from diagnostic.core.tables import columns
from diagnostic.core.wording import blocking
from diagnostic.files import texts
from diagnostic.privacy import leaks

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
    `given` also has what the team wrote, `bloc_{name}`, and `outlines`, the table `source` of its own, a file of `files`.
    """
    outlines = given.pop(OUTLINES, None)
    own_outlines, files = files.get(OUTLINES, ""), {role: file for role, file in files.items() if role != OUTLINES}
    parts = reading.told_apart(given, files, exports, received, pseudonyms)
    read = reading.read(parts, dt.date.fromisoformat(latest))
    public, codes = read.public, (departement,) if isinstance(departement, str) else tuple(departement)
    found = [
        *altered(study, files, recorded, parts.contents | parts.workbooks),
        *replaced(study, recorded, digests or {}),
        *public.problems,
        *checks_region.check(public.tables, public.sources, codes),
        *leaks.in_cells(public.cells),
        *(one for name, content in given.items() if name.startswith(BLOCK) for one in _written(study, name, content)),
    ]
    if outlines is not None and outlines["kind"].eq("refused").any():
        found += [blocking(own_outlines, line, MENDED) for note in outlines["note"] for line in note.splitlines()]
        areas = None  # of which nothing can be said
    if "published_figures" in parts.contents:
        found += unusable(publication, public.tables["published_figures"], public.sources["published_figures"])
    for part in read.answers:
        found += [*part.problems, *leaks.in_tables(part.tables), *leaks.in_cells(part.cells)]
        if "ads" in part.tables:
            file = files.get(checks_sample.ROLE, checks_sample.ROLE)
            found += checks_sample.undeclared(study, part.tables["ads"], coded_sample, file)
            found += checks_sample.common(part.tables["ads"], part.places, file)
        found += checks_region.in_workbooks(part.tables, part.places, files, codes)
        if areas is not None:
            found += checks_territory.check(part.tables, part.places, files, areas, codes)
    found += list(_keys(parts, read, found, areas))
    if all(problem.severity != BLOCKING for problem in found):
        reading.keep(parts, read)
    table = error_list.table(leaks.masked(shortened(found), public.cells))
    return {
        "errors": error_list.to_csv(table),
        "page": error_list.to_page(table, f"Étude {study} : contrôle des fichiers reçus"),
        "text": error_list.to_terminal(table),
    }


def _written(study: str, name: str, content: bytes) -> list[Problem]:
    """What keeps a text of the team from being printed."""
    own = name.removeprefix(BLOCK)
    return texts.problems(content, f"config/studies/{study}/{own}.md", own)


def _keys(
    parts: reading.Given, read: reading.Read, told: Collection[Problem], areas: pd.DataFrame | None
) -> Iterator[Problem]:
    """Keys given twice, keys that name nothing, and stories that are not of several, over all that the study received together."""
    tables = {name: read.public.tables[name] for name in parts.contents}
    tables |= {name: table for part in read.answers for name, table in part.tables.items()}
    places = pd.concat([Places.empty(), read.public.places, *(part.places for part in read.answers)], ignore_index=True)
    if read.answers:
        yield from keys.doubled(loading.load(parts.codebook), tables, places, parts.files, told)
    yield from keys.check(tables, places, parts.files, told)
    yield from checks_vignettes.check(tables, places, parts.files.get(keys.STORIES, keys.STORIES), areas)


def replaced(study: str, recorded: Mapping[str, str], digests: Mapping[str, str]) -> Iterator[Problem]:
    """One blocking problem per export of the vault that is no longer the one that was registered."""
    for role, digest in digests.items():
        if role in recorded and digest != recorded[role]:  # a mapping workbook is worked in where it lies
            yield Problem(
                BLOCKING,
                role,
                "L’export rangé dans le coffre n’est plus celui qui a été enregistré.",
                f"Enregistrer le nouvel export : « diagnostic recevoir {study} {role} <fichier> ».",
            )


def unusable(publication: Mapping[str, str | None], figures: pd.DataFrame, source: Source) -> list[Problem]:
    """One blocking problem per published figure that estimates use and that is absent or not a plain number."""
    values = figures.dropna(subset=["id"]).drop_duplicates("id").set_index("id")
    file, letter = source.file, source.letters.get("value", "")
    problems = []
    for use, figure in _used(publication, values.index):
        where = f"publication.{use}"
        if figure not in values.index:
            message = f"La configuration ({where}) nomme le chiffre « {figure} », qui n’est pas dans ce fichier."
            problems.append(
                Problem(BLOCKING, file, message, f"Corriger l’identifiant dans la configuration de l’étude ({where}).")
            )
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
    """One typed table per role and per table of the exports, every cell, and where each file comes from.

    `private` holds the tables that stay in the vault. The gate has passed: nothing blocks.
    """
    read = reading.take(reading.told_apart(given, files, exports, received, pseudonyms))
    tables = {name: nothing(model) for name, model in RECEIVED.items()}
    places, rows, cells = [read.public.places], [ReceivedRows.empty()], [read.public.cells]
    private: dict[str, pd.DataFrame] = {}
    for found in read.answers:
        tables |= found.tables
        private |= found.private
        places.append(found.places)
        rows.append(found.rows)
        cells.append(found.cells)
    received_rows = pd.concat(rows, ignore_index=True)
    counted = {role: len(set(frame["row"]) - {1}) for role, frame in read.public.cells.groupby("role")}
    counted |= received_rows.groupby("role").size().to_dict()
    return {
        **read.public.tables,
        **tables,
        "codes": _codes(given),
        "places": _placed(pd.concat(places, ignore_index=True), sidecars),
        "received_rows": received_rows,
        "cells": pd.concat(cells, ignore_index=True),
        "sources": _sources(files, sidecars, counted),
        "private": private,
    }


def _placed(found: pd.DataFrame, sidecars: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """The places with the origin of their files."""
    origins = {role: sidecar["origin"] for role, sidecar in sidecars.items()}
    return found.assign(origin=found["role"].map(origins))[columns(Places)]


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
            **{name: value for name, value in sidecar.items() if name in columns(Sources)},
            "role": role,
            "file": files.get(role, role),
            "digest": sidecar.get("digest") or f"sha256:{sidecar['sha256']}",
            "rows": counted.get(role, 0),
            "date": pd.Timestamp(sidecar["date"]),
        }
        for role, sidecar in sidecars.items()
    ]
    return pd.DataFrame(rows, columns=columns(Sources))
