"""Describing a form that is not the project's: its mapping workbook, in the vault, made and completed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from diagnostic.codebook.headings import Headings
from diagnostic.collect.exports import mapping_book
from diagnostic.collect.exports.questions import questions
from diagnostic.collect.grids import read_export
from diagnostic.collect.table_names import MAPPING, ROLES
from diagnostic.core.errors import told_beside
from diagnostic.core.french import plural, typographic
from diagnostic.describe import workbook
from diagnostic.privacy import versions
from diagnostic.privacy.vault import VaultError
from diagnostic.study.config import STUDIES
from diagnostic.study.read_back import Reader
from diagnostic.study.reception import ReceiveError
from diagnostic.study.unlocking import opened


def describe(root: Path, study: str, role: str, today: dt.date, filled: Path | None = None) -> list[str]:
    """Write into the vault the mapping workbook of a role's export: proposals for what is new, all that an earlier
    workbook says kept; French lines. `filled`: a workbook that was filled elsewhere, given back.

    Every workbook stays among the versions of the vault. Raises ReceiveError, VaultError, ConfigError, CodebookError.
    """
    try:
        return [typographic(line) for line in _describe(root, study, role, today, filled)]
    except OSError as error:
        raise ReceiveError(f"Impossible : {told_beside(error, filled)}, puis redonner la même commande.") from None


def _describe(root: Path, study: str, role: str, today: dt.date, filled: Path | None) -> list[str]:
    if role not in ROLES:
        raise ReceiveError(f"« {role} » n’est pas un rôle d’export ; rôles connus : {', '.join(ROLES)}.")
    vault = opened(root, study, create=False)
    if vault.received(role) is None:
        raise VaultError(
            typographic(
                f"Le coffre n’a pas d’export pour {role} : « diagnostic recevoir {study} {role} <fichier> » d’abord."
            )
        )
    reader, own = Reader.of(root, study, vault), role + MAPPING
    grids, problems = read_export(vault.read_received(role), role, short_rows=True)
    if not grids:
        raise ReceiveError("\n".join(f"{p.message} {p.remedy}" for p in problems))
    content = filled.read_bytes() if filled else reader.mapped(role)
    earlier = mapping_book.read(content, own)[0] if content else None
    if content and earlier is None:
        raise ReceiveError(
            "Ce n’est pas un classeur de correspondance, ou ses feuilles et leurs titres ont changé : rien n’est écrit. "
            f"Versions gardées : « diagnostic recevoir {study} --versions »."
        )
    headings = Headings(reader.codebook, ROLES[role])
    if not any(headings.find(q.heading) or q.values for q in questions(grids)):
        raise ReceiveError(
            "Aucun en-tête ne ressemble à une question : rien n’est écrit, car la première ligne contient peut-être des "
            "réponses. Vérifier que l’export commence par la ligne des questions."
        )
    made, waiting = workbook.propose(grids, headings, earlier)
    if made != content:
        versions.add(vault, made, own, ".xlsx", today.isoformat())
    place = vault.received(own)
    lines = [
        f"{place.relative_to(root) if place and place.is_relative_to(root) else own} : correspondance, {waiting} "
        f"{plural(waiting, 'ligne')} à relire.",
        *(workbook.HELP if waiting else ()),
    ]
    if reader.chosen(role) != "mapping":
        lines.append(
            f"Une fois signée, redonner l’export à « diagnostic recevoir », qui écrit « received: {{{role}: mapping}} » dans "
            f"{STUDIES / (study + '.yaml')}."
        )
    return lines
