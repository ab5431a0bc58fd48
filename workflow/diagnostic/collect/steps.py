"""The two steps of the collect phase: check everything without ever raising, then write typed tables."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic import problems as problem_table
from diagnostic.codebook import loading
from diagnostic.collect import errors, leaks
from diagnostic.collect import study as studies
from diagnostic.collect.exports.study import Received, nothing, read_exports
from diagnostic.collect.exports.typed import Pseudonyms
from diagnostic.collect.tables import INPUTS, RECEIVED, Places, PublishedFigures, ReceivedRows, Sources
from diagnostic.problems import BLOCKING, Problem, column_letter
from diagnostic.tables import columns


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
    **given: bytes,
) -> dict[str, str]:
    """The error list of a study, as CSV, as a page and as text for the terminal. Never raises for bad data.

    `recorded` is the digest that each role's sidecar holds, `latest` the last day a date may be (the report's),
    `publication` names the published figures that estimates use. `exports` gives the format of each role that
    `received` holds, `digests` their keyed digests, `pseudonyms` the names that leave the vault.
    """
    contents, codebook, mappings = told_apart(given)
    public = studies.read(contents, files, latest=dt.date.fromisoformat(latest))
    found = [
        *altered(study, files, recorded, contents),
        *replaced(study, recorded, digests or {}),
        *public.problems,
        *leaks.in_cells(public.cells),
    ]
    if received and pseudonyms:
        read = read_exports(loading.load(codebook), received, exports or {}, pseudonyms, mappings)
        found += [*read.problems, *leaks.in_tables(read.tables)]
    table = problem_table.table(found)
    return {
        "errors": errors.to_csv(table),
        "page": errors.to_page(table, f"Étude {study} : contrôle des fichiers reçus"),
        "text": errors.to_terminal(table),
    }


def told_apart(given: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes]]:
    """(role → content, codebook file → content, role → mapping file) of a step's named inputs."""
    return (
        {name: content for name, content in given.items() if name in INPUTS},
        {f"{name.removeprefix('codebook_')}.csv": c for name, c in given.items() if name.startswith("codebook_")},
        {name.removeprefix("mapping_"): c for name, c in given.items() if name.startswith("mapping_")},
    )


def replaced(study: str, recorded: Mapping[str, str], digests: Mapping[str, str]) -> Iterator[Problem]:
    """One blocking problem per export of the vault that is no longer the one that was registered."""
    for role, digest in digests.items():
        if digest != recorded[role]:
            yield Problem(
                BLOCKING,
                role,
                "L’export rangé dans le coffre n’est plus celui qui a été enregistré.",
                f"Enregistrer le nouvel export : « diagnostic recevoir {study} {role} <fichier> ».",
            )


def disordered(cells: pd.DataFrame, files: Mapping[str, str]) -> list[Problem]:
    """One blocking problem per file whose known columns are not in the declared order.

    Facts name their input cells by the declared letters: another order would send a reader to the wrong cells.
    """
    problems = []
    headers = cells[cells["row"] == 1]
    for role, given in headers.groupby("role"):
        expected = columns(INPUTS[str(role)])[1:]
        found = list(given["value"])
        if sorted(found) == sorted(expected) and found != expected:
            message = (
                "Les colonnes sont les bonnes, mais dans un autre ordre ; les fiches citeraient d’autres cellules."
            )
            problems.append(
                Problem(
                    BLOCKING, files[str(role)], message, f"Les remettre dans l’ordre : {', '.join(expected)}.", row=1
                )
            )
    return problems


def unusable(publication: Mapping[str, str | None], figures: pd.DataFrame, file: str) -> list[Problem]:
    """One blocking problem per published figure that estimates use and that is absent or not a plain number."""
    values = figures.dropna(subset=["id"]).drop_duplicates("id").set_index("id")
    letter = column_letter(columns(PublishedFigures).index("value") - 1)
    problems = []
    for use, figure in publication.items():
        if figure is None:
            continue
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
        if f"sha256:{hashlib.sha256(content).hexdigest()}" != recorded[role]
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
    contents, codebook, mappings = told_apart(given)
    read = studies.read(contents, files)
    if received and pseudonyms:
        found = read_exports(loading.load(codebook), received, exports or {}, pseudonyms, mappings)
    else:
        tables = {name: nothing(model) for name, model in RECEIVED.items()}
        found = Received(tables, Places.empty(), ReceivedRows.empty(), {})
    counted = {role: len(set(frame["row"]) - {1}) for role, frame in read.cells.groupby("role")}
    counted |= found.rows.groupby("role").size().to_dict()
    return {
        **read.tables,
        **found.tables,
        "places": found.places,
        "received_rows": found.rows,
        "cells": read.cells,
        "sources": _sources(files, sidecars, counted),
        "private": found.private,
    }


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
