"""`diagnostic diffuser STUDY`: the team says that it has sent the report, and the vault keeps what it said and of whom.

The next release is then attacked by a reader of both: without this record, a later edition could give away those who
came in between.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from diagnostic.core import io
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import NBSP, number, plural, typographic
from diagnostic.core.turn import turn
from diagnostic.privacy.vault import VAULT
from diagnostic.release import issued
from diagnostic.release.draws import PURPOSE, Draw
from diagnostic.release.populations import populations
from diagnostic.study.config import load_release
from diagnostic.study.generations import MANIFEST, current
from diagnostic.study.manifest import copied, shown, verify
from diagnostic.study.unlocking import opened


class IssueError(Typeset):
    """What was sent cannot be recorded; the message is in French."""


def issue(root: Path, study: str, date: dt.date) -> list[str]:
    """Record the release of a study as issued on a day; French lines that tell what is kept.

    What is recorded is what `report/` says: where a later calculation has left other tables without going to its end, the
    copy of the last complete one is read. Raises IssueError when the results are not those of a finished release, or that
    day is recorded already; ConfigError, VaultError and Busy.
    """
    reading = current(root / "results" / study)
    if not (reading.results / MANIFEST).is_file():
        raise NoResults(study)
    results = reading.folder
    changed = [*shown(reading.results), *copied(reading)] if reading.told else verify(results, root)
    if changed:
        raise IssueError(
            "\n".join(["Les résultats ont changé depuis le calcul ; relancer « diagnostic calculer ».", *changed])
        )
    claims = io.read_table(results / "release/claims.parquet")
    if claims.empty or not (root / VAULT / study).is_dir():
        return [typographic(f"{study} ne publie aucun nombre de personnes décrites : il n'y a rien à enregistrer.")]
    vault = opened(root, study, create=False)
    with turn(vault.folder):  # what is written holds what was read
        content = vault.read_received(issued.ROLE) if vault.received(issued.ROLE) else b""
        before = issued.read(content)
        if date.isoformat() in {one.name for one in before}:
            raise IssueError(f"Un envoi du {date:%d/%m/%Y} est déjà enregistré ; donner un autre jour avec --date.")
        tables = ("described", "pairs", "cases", "respondents")
        stored = {name: io.read_table(results / f"consolidate/{name}.parquet") for name in tables}
        people = populations(**stored, meaning=load_release(root).meaning)
        key = Draw(vault.secret(PURPOSE)).fingerprint
        if before and before[-1].key not in ("", key):
            raise IssueError(
                "La clé du coffre n’est pas celle des envois déjà enregistrés ; la reprendre de la sauvegarde."
            )
        record = issued.record(date.isoformat(), claims, people, key)
        vault.receive(issued.write([*(one.record for one in before), record]), issued.ROLE, ".csv")
    count = f"{number(len(claims))} {plural(len(claims), 'nombre publié', 'nombres publiés')}"
    return [
        *([reading.told] if reading.told else []),
        typographic(f"Envoi du {date:%d/%m/%Y} enregistré dans le coffre{NBSP}: {count}."),
        typographic(
            "La prochaine édition sera protégée de qui rapprocherait les deux ; relancer « diagnostic calculer »."
        ),
    ]
