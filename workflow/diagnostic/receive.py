"""Registering an export: into the vault under its role's name, its keyed digest recorded, compared with the one before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import yaml

from diagnostic import io
from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports import mapping, tools
from diagnostic.collect.exports.headings import Headings
from diagnostic.collect.exports.study import read_exports
from diagnostic.collect.grids import read_export
from diagnostic.collect.tables import FORMATS, ROLES
from diagnostic.config import MAPPING, RESOURCES, SIDECAR, STUDIES, ConfigError, load_yaml
from diagnostic.french import plural
from diagnostic.problems import BLOCKING
from diagnostic.unlocking import opened
from diagnostic.vault import Vault, VaultError

TITLE = "Réponses au questionnaire, export de l’outil de collecte"


class ReceiveError(Exception):
    """The export cannot be registered; the message is in French and names no file."""


def receive(root: Path, study: str, role: str, source: Path, today: dt.date) -> list[str]:
    """Register an export, or the one that replaces it: French lines that tell what was found and what is left to do.

    The response identities of both exports are compared under their pseudonyms; only counts are told. Raises
    ReceiveError, ConfigError, VaultError. The file's own name goes nowhere: it may say who answered.
    """
    chosen = _chosen(root, study, role)
    try:
        content = b"" if source.is_symlink() else source.read_bytes()
    except OSError:
        content = b""
    if not content:
        raise ReceiveError("Le fichier donné est vide, absent, ou un lien.")
    grids, problems = read_export(content, role)
    if not grids:
        told = "\n".join(f"  {p.message} {p.remedy}" for p in problems)
        raise ReceiveError(f"Ce fichier ne peut pas être lu :\n{told}")
    vault = opened(root, study)
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    shown = tools.recognise(grids)
    lines = [
        f"Contenu reconnu : {FORMATS[shown]}." if shown else "Contenu d’aucun outil connu : voir « diagnostic map »."
    ]
    name = shown or "mapping"
    after = _identities(root, study, codebook, vault, role, content, name)
    before = _before(root, study, codebook, vault, role, chosen or name)
    receipt = vault.receive(content, role, source.suffix)
    _record(root, study, role, receipt.digest, today)
    lines += _compared(before, after)
    if chosen != name:
        lines.append(f"À écrire dans {STUDIES / (study + '.yaml')} : « received: {{{role}: {name}}} ».")
    if load_yaml(root, STUDIES / f"{study}.yaml").get("fictional") == "true":
        lines.append("L’étude est encore dite fictive : pour de vraies réponses, y mettre « fictional: false ».")
    lines.append(
        "Le fichier reçu est dans le coffre ; effacer la copie qui reste ailleurs (téléchargements, courriel, clé)."
    )
    return lines


def _chosen(root: Path, study: str, role: str) -> str:
    """The format that the study's configuration confirms for the role; "" when it names none yet."""
    if role not in ROLES:
        raise ReceiveError(f"« {role} » n’est pas un rôle d’export ; rôles connus : {', '.join(ROLES)}.")
    received = load_yaml(root, STUDIES / f"{study}.yaml").get("received", {})
    return str(received.get(role, "")) if isinstance(received, dict) else ""


def _identities(
    root: Path, study: str, codebook: Codebook, vault: Vault, role: str, content: bytes, name: str
) -> set[str] | None:
    """The pseudonyms of the responses in an export; None when it cannot be read yet."""
    path = root / RESOURCES / study / f"{role}{MAPPING}"
    mappings = {role: path.read_bytes()} if path.is_file() else {}
    read = read_exports(codebook, {role: content}, {role: name}, vault.pseudonyms, mappings)
    blocked = any(p.severity == BLOCKING for p in read.problems)
    found = set(read.tables["responses"]["response_id"])
    return None if blocked and not found else found


def _before(root: Path, study: str, codebook: Codebook, vault: Vault, role: str, name: str) -> set[str] | None:
    if vault.received(role) is None:
        return None
    return _identities(root, study, codebook, vault, role, vault.read_received(role), name)


def _compared(before: set[str] | None, after: set[str] | None) -> list[str]:
    if after is None:
        return ["Les réponses ne peuvent pas encore être lues : « snakemake » en donnera la liste des problèmes."]
    total = f"{len(after)} {plural(len(after), 'réponse')} dans cet export"
    if before is None:
        return [f"{total}."]
    new, gone = len(after - before), len(before - after)
    lines = [f"{total} : {len(after & before)} déjà connues, {new} {plural(new, 'nouvelle')}."]
    if gone:
        lines.append(
            f"Attention : {gone} {plural(gone, 'réponse')} de l’export précédent n’y {plural(gone, 'est', 'sont')} plus. "
            "Vérifier que l’export est entier ; un retrait demandé par la personne est normal."
        )
    return lines


def _record(root: Path, study: str, role: str, digest: str, today: dt.date) -> None:
    """The origin record of the export, with the digests of those it replaces."""
    place = RESOURCES / study / f"{role}{SIDECAR}"
    try:
        content = load_yaml(root, place)
    except ConfigError:
        content = {}
    if content.get("digest") == digest:
        return
    history = list(content.get("history", []))
    if "digest" in content and content.get("trial") != "true":
        history.append({"date": today.isoformat(), "digest": content["digest"]})
    record = {
        "title": content.get("title", TITLE),
        "origin": "observed",
        "source": "Export de l’outil de collecte, rangé dans le coffre",
        "licence": content.get("licence", "Données personnelles : non diffusées"),
        "date": today.isoformat(),
        "digest": digest,
        "history": history,
    }
    text = yaml.safe_dump(record, allow_unicode=True, sort_keys=False, width=110)
    io.write_bytes(text.encode(), root / place)


def propose(root: Path, study: str, role: str) -> list[str]:
    """Write the mapping file that the headings of the export in the vault suggest. Raises as `receive` does."""
    if role not in ROLES:
        raise ReceiveError(f"« {role} » n’est pas un rôle d’export ; rôles connus : {', '.join(ROLES)}.")
    path = RESOURCES / study / f"{role}{MAPPING}"
    if (root / path).exists():
        raise ReceiveError(f"{path} existe déjà ; l’effacer ou le renommer avant d’en proposer un autre.")
    vault = opened(root, study, create=False)
    if vault.received(role) is None:
        raise VaultError(
            f"Le coffre n’a pas d’export pour {role} : « diagnostic recevoir {study} {role} <fichier> » d’abord."
        )
    grids, problems = read_export(vault.read_received(role), role)
    if not grids:
        raise ReceiveError("\n".join(f"{p.message} {p.remedy}" for p in problems))
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    content = mapping.propose(grids, Headings(codebook, ROLES[role]))
    io.write_bytes(content, root / path)
    waiting = content.decode("utf-8-sig").count(f";{mapping.NO}\r\n")
    return [
        f"{path} : correspondance proposée, {waiting} {plural(waiting, 'ligne')} à confirmer.",
        mapping.HELP,
        f"Puis écrire « received: {{{role}: mapping}} » dans {STUDIES / (study + '.yaml')}.",
    ]
