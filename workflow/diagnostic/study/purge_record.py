"""What a purge is to do or has done: its lines, its certificate, what is said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from diagnostic.core.french import NBSP, plural
from diagnostic.core.written import as_json
from diagnostic.privacy import known_values
from diagnostic.privacy.vault import (
    CERTIFICATES,
    FOLDER_MODE,
    write_closed,
)

FEW = 8  # people whose number a certificate does not keep: the ordinary threshold
LIMITS = (
    "La purge ne touche pas les sauvegardes, les copies faites à la main, les courriels, l’historique de git ni les "
    "exports restés dans l’outil de collecte. Sur un disque SSD, un effacement n’est sûr que si le disque est chiffré."
)


@dataclass(frozen=True)
class Item:
    """One line of the plan: `count` of files or rows of a kind, why, and whether it goes now."""

    what: str
    count: int
    reason: str
    due: bool
    paths: tuple[Path, ...] = ()
    people: bool = False  # whether it counts people


PLANNED, STOPPED, INCOMPLETE, DONE = "planned", "stopped", "incomplete", "done"


@dataclass(frozen=True)
class Report:
    """What a purge did. `planned`: nothing was touched. `stopped`: the vault was not touched, since values are still
    found outside or the search itself failed (`missed`: the forms). `incomplete`: values are still found after it."""

    study: str
    items: list[Item]
    state: str
    found: list[known_values.Found] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    certificate: Path | None = None


def certificate_path(folder: Path, today: dt.date, what: str) -> Path:
    """A new name. Only a full purge is called one: it is what tells a deleted key from a lost one."""
    place = folder / CERTIFICATES
    place.mkdir(mode=FOLDER_MODE, exist_ok=True)
    name, number = f"{what}-{today.isoformat()}", 1
    while (path := place / f"{name}{'' if number == 1 else f'-{number}'}.json").exists():
        number += 1
    return path


def _kept(item: Item) -> int | str:
    """How many, as a certificate keeps it: of people, no small number."""
    return f"moins de {FEW}" if item.people and item.count < FEW else item.count


def write_certificate(
    path: Path, study: str, today: dt.date, items: list[Item], proof: tuple[int, int] | None, done: bool = False
) -> None:
    """Counts and dates. `proof`: how many values were looked for, how many are ordinary words and were not."""
    content: dict[str, object] = {"étude": study, "date": today.isoformat(), "état": "achevée" if done else "en cours"}
    for key, due in (("supprimé", True), ("gardé", False)):
        content[key] = [{"quoi": i.what, "nombre": _kept(i), "motif": i.reason} for i in items if i.due is due]
    if proof:
        content["preuve"] = {
            "valeurs recherchées": proof[0],
            "mots courants non recherchés": proof[1],
            "formes": list(known_values.FORMS),
            "valeurs retrouvées": 0,
            "témoin planté puis retrouvé": True,
        }
    content["limites"] = LIMITS
    write_closed(as_json(content), path)


_HEADINGS = {
    PLANNED: "à faire, rien n’est supprimé",
    STOPPED: "arrêtée, le coffre est intact",
    INCOMPLETE: "faite, mais des données personnelles restent",
    DONE: "faite",
}


def message(report: Report) -> str:
    """The plan or what was done, in French, without a value."""
    lines = [f"Purge de {report.study}{NBSP}: {_HEADINGS[report.state]}"]
    past = report.state in (DONE, INCOMPLETE)
    for item in report.items:
        verb = ("supprimé" if past else "à supprimer") if item.due else "gardé"
        lines.append(f"  {verb}{NBSP}: {item.what}, {item.count} ({item.reason})")
    if report.missed:
        lines.append("La recherche de preuve ne retrouve pas son propre témoin ; rien n’a été supprimé.")
    if report.found:
        places = sorted({(found.file, found.where) for found in report.found})
        lines.append(
            f"Il reste des données personnelles à {len(places)} {plural(len(places), 'endroit')} ; "
            "les supprimer, puis relancer la purge."
        )
        lines += [f"  {file}{f' ({where})' if where else ''}" for file, where in places[:50]]
    if report.certificate:
        lines.append(f"Certificat{NBSP}: {CERTIFICATES}/{report.certificate.name}. {LIMITS}")
    return "\n".join(lines)
