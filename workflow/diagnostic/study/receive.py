"""Registering an export: into the vault under its role's name, its keyed digest recorded, compared with the one before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.collect.answered import FORMATS, ROLES
from diagnostic.collect.exports import mapping, tools
from diagnostic.collect.exports.headings import Headings
from diagnostic.collect.exports.study import read_exports
from diagnostic.collect.grids import Grid, read_export
from diagnostic.core import io
from diagnostic.core.errors import Refused
from diagnostic.core.french import plural, typographic
from diagnostic.core.problems import BLOCKING
from diagnostic.privacy.vault import LONGEST, Vault, VaultError
from diagnostic.study.config import MAPPING, RESOURCES, SIDECAR, STUDIES, export_sidecar, load_yaml
from diagnostic.study.unlocking import opened

TITLES = {
    "questionnaire": "Réponses au questionnaire, export de l’outil de collecte",
    "interview_sheets": "Entretiens et situations rapportées, sans nom",
    "situation_coding": "Codage des situations",
}
SOURCE = "Export de l’outil de collecte, rangé dans le coffre"
LICENCE = "Données personnelles : non diffusées"
TRUE = ("true", "yes", "on", "1")


class ReceiveError(Refused):
    """The export cannot be registered; the message is in French and names no file received."""

    def __init__(self, message: str) -> None:
        super().__init__(typographic(message))


@dataclass(frozen=True)
class _Read:
    """What one export holds: its responses under their whole pseudonyms, and how many problems block it."""

    responses: frozenset[str]
    blocking: int


def receive(root: Path, study: str, role: str, source: Path, today: dt.date) -> list[str]:
    """Register an export, or the one that replaces it: French lines that tell what was found and what is left to do.

    The response identities of both exports are compared under their pseudonyms; only counts are told. Raises
    ReceiveError, ConfigError, VaultError, CodebookError. The file's own name goes nowhere: it may say who answered.
    """
    try:
        return [typographic(line) for line in _receive(root, study, role, source, today)]
    except OSError:  # its message holds a name of file
        raise ReceiveError("Écriture impossible : vérifier les droits et la place sur le disque.") from None


def _receive(root: Path, study: str, role: str, source: Path, today: dt.date) -> list[str]:
    chosen = _chosen(root, study, role)
    content, grids = _content(source, role)
    vault = opened(root, study)
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    record = _record(root, study, role)
    digest = vault.digest(content)  # refused after a purge, before anything is written
    keys = [codebook.tables[table].key[0] for table in ROLES[role]]
    name = _format(chosen, grids, keys)
    shown = tools.recognise(grids, keys)
    lines = [f"Contenu reconnu : {FORMATS[shown]}." if shown else "Ce contenu n’est celui d’aucun outil connu."]
    if chosen == "mapping":
        lines = ["Contenu lu par la correspondance de l’étude."]
    if vault.received(role) is not None and digest == record.get("digest"):
        lines.append("C’est l’export que le coffre avait déjà : rien ne change.")
        vault.receive(content, role, f".{grids[0].kind}")
    else:
        after = _read(root, study, codebook, vault, role, content, name)
        before = None
        if vault.received(role) is not None and not _trial(record):
            earlier = vault.read_received(role)
            if _format(chosen, read_export(earlier, role, short_rows=True)[0], keys) == name:
                before = _read(root, study, codebook, vault, role, earlier, name)
            else:
                lines.append("L’export précédent venait d’un autre outil : les réponses ne peuvent pas être comparées.")
        vault.receive(content, role, f".{grids[0].kind}")
        _write(root, study, role, record, digest, today)
        lines += _compared(role, before, after)
        if _trial(record):
            lines.append("Il remplace les réponses d’essai.")
    lines += _left_to_do(root, study, role, chosen, name)
    return [
        *lines,
        "Le fichier reçu est dans le coffre ; effacer la copie qui reste ailleurs (téléchargements, courriel, clé).",
    ]


def _check(role: str) -> None:
    if role not in ROLES:
        raise ReceiveError(f"« {role} » n’est pas un rôle d’export ; rôles connus : {', '.join(ROLES)}.")


def _chosen(root: Path, study: str, role: str) -> str:
    """The format that the study's configuration confirms for the role; "" when it names none that exists."""
    _check(role)
    received = load_yaml(root, STUDIES / f"{study}.yaml").get("received", {})
    chosen = received.get(role) if isinstance(received, dict) else None
    return chosen if isinstance(chosen, str) and chosen in FORMATS else ""


def _format(chosen: str, grids: Sequence[Grid], keys: Sequence[str]) -> str:
    """The format to read an export in: a confirmed mapping reads whatever was mapped, else the content tells."""
    return chosen if chosen == "mapping" else tools.recognise(grids, keys) or "mapping"


def _content(source: Path, role: str) -> tuple[bytes, list[Grid]]:
    """The bytes of the file given and the grids they hold. Raises ReceiveError."""
    try:
        content = b"" if source.is_symlink() else source.read_bytes()
    except (OSError, ValueError):
        content = b""
    if not content:
        raise ReceiveError("Le fichier donné est vide ou absent, ou c’est un lien : donner le fichier lui-même.")
    grids, problems = read_export(content, role, short_rows=True)
    if not grids:
        told = "\n".join(f"  {p.message} {p.remedy}" for p in problems)
        raise ReceiveError(f"Ce fichier ne peut pas être lu :\n{told}")
    return content, grids


def _read(root: Path, study: str, codebook: Codebook, vault: Vault, role: str, content: bytes, name: str) -> _Read:
    """An export as the study would read it."""
    path = root / RESOURCES / study / f"{role}{MAPPING}"
    mappings = {role: path.read_bytes()} if path.is_file() else {}

    def whole(kind: str, values: Iterable[str]) -> list[str]:
        """Pseudonyms that do not depend on what else is in the export, as short ones do where two are alike."""
        return [vault.pseudonym(kind, value, LONGEST) for value in values]

    read = read_exports(codebook, {role: content}, {role: name}, whole, mappings)
    blocking = sum(p.severity == BLOCKING for p in read.problems)
    table = ROLES[role][0]
    return _Read(_records(read.tables[table], codebook.tables[table].key), blocking)


def _records(table: pd.DataFrame, key: Sequence[str]) -> frozenset[str]:
    """The identities of the records of a table, whose columns a damaged export may lack."""
    names = [f"{name}{end}" for name in key for end in ("", ".code", ".number") if f"{name}{end}" in table]
    return frozenset(table[names].astype("str").agg("/".join, axis=1)) - {""} if names and len(table) else frozenset()


NOUNS = {"questionnaire": ("réponse", "réponses"), "interview_sheets": ("entretien", "entretiens")}
OTHER = ("ligne", "lignes")


def _compared(role: str, before: _Read | None, after: _Read) -> list[str]:
    """How many records there are, are new, are gone."""
    count = len(after.responses)
    noun = partial(plural, one=NOUNS.get(role, OTHER)[0], many=NOUNS.get(role, OTHER)[1])
    if after.blocking and not count:
        return ["Les réponses ne peuvent pas encore être lues : « diagnostic calculer » dira pourquoi."]
    lines = [f"{count} {noun(count)} dans cet export."]
    if before is not None and (before.responses or not before.blocking):
        known, new = len(after.responses & before.responses), len(after.responses - before.responses)
        gone = len(before.responses - after.responses)
        lines = [
            f"{count} {noun(count)} dans cet export : {known} déjà {plural(known, 'connue')}, "
            f"{new} {plural(new, 'nouvelle')}."
        ]
        if gone:
            lines.append(
                f"Attention : {gone} {noun(gone)} de l’export précédent n’y {plural(gone, 'est', 'sont')} "
                "plus. Vérifier que l’export est entier ; un retrait demandé par la personne est normal."
            )
    if after.blocking:
        problems = f"{after.blocking} {plural(after.blocking, 'problème bloque', 'problèmes bloquent')}"
        lines.append(f"{problems} encore la lecture : « diagnostic calculer » en donnera la liste.")
    return lines


def _left_to_do(root: Path, study: str, role: str, chosen: str, name: str) -> list[str]:
    lines = []
    if name == "mapping" and not (root / RESOURCES / study / f"{role}{MAPPING}").is_file():
        lines.append(f"Décrire le tableau : « diagnostic decrire {study} {role} », puis relire la correspondance.")
    if chosen != name:
        lines.append(f"À écrire dans {STUDIES / (study + '.yaml')} : « received: {{{role}: {name}}} ».")
    fictional = load_yaml(root, STUDIES / f"{study}.yaml").get("fictional")
    if str(fictional).casefold() in TRUE:
        lines.append("L’étude est encore dite fictive : pour de vraies réponses, y mettre « fictional: false ».")
    return lines


def _record(root: Path, study: str, role: str) -> dict[str, Any]:
    """The origin record of the export; empty when there is none yet. Raises ConfigError for a damaged one: it holds
    the history, which must not be lost."""
    place = RESOURCES / study / f"{role}{SIDECAR}"
    if not (root / place).exists():
        return {}
    export_sidecar(root, study, role)
    return load_yaml(root, place)


def _trial(record: dict[str, Any]) -> bool:
    return str(record.get("trial")).casefold() in TRUE


def _write(root: Path, study: str, role: str, record: dict[str, Any], digest: str, today: dt.date) -> None:
    """The origin record with the new digest, and those that it replaces; nothing stays of the trial's."""
    kept = {} if _trial(record) else record
    history = list(kept.get("history", []))
    if "digest" in kept and kept["digest"] != digest:
        history.append({"date": today.isoformat(), "digest": kept["digest"]})
    written = {"title": TITLES[role], "origin": "observed", "source": SOURCE, "licence": LICENCE} | kept
    written |= {"date": today.isoformat(), "digest": digest, "history": history}
    text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=110)
    io.write_bytes(text.encode(), root / RESOURCES / study / f"{role}{SIDECAR}")


def propose(root: Path, study: str, role: str) -> list[str]:
    """Write the mapping file that the headings of the export in the vault suggest. Raises as `receive` does."""
    try:
        return [typographic(line) for line in _propose(root, study, role)]
    except OSError:
        raise ReceiveError("Écriture impossible : vérifier les droits et la place sur le disque.") from None


def _propose(root: Path, study: str, role: str) -> list[str]:
    _check(role)
    path = RESOURCES / study / f"{role}{MAPPING}"
    if (root / path).exists():
        raise ReceiveError(f"{path} existe déjà ; l’effacer ou le renommer avant d’en proposer un autre.")
    vault = opened(root, study, create=False)
    if vault.received(role) is None:
        raise VaultError(
            typographic(
                f"Le coffre n’a pas d’export pour {role} : « diagnostic recevoir {study} {role} <fichier> » d’abord."
            )
        )
    grids, problems = read_export(vault.read_received(role), role, short_rows=True)
    if not grids:
        raise ReceiveError("\n".join(f"{p.message} {p.remedy}" for p in problems))
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    content = mapping.propose(grids, Headings(codebook, ROLES[role]))
    lines = content.decode("utf-8-sig").split("\r\n")[1:-1]
    if not lines:
        raise ReceiveError(
            "Aucun en-tête ne ressemble à une question du codebook : rien n’est écrit, car la première ligne contient "
            "peut-être des réponses. Vérifier que l’export commence par la ligne des questions."
        )
    io.write_bytes(content, root / path)
    waiting = sum(line.endswith(f";{mapping.NO}") for line in lines)
    return [
        f"{path} : correspondance proposée, {waiting} {plural(waiting, 'ligne')} à confirmer.",
        mapping.HELP,
        f"Puis écrire « received: {{{role}: mapping}} » dans {STUDIES / (study + '.yaml')}.",
    ]
