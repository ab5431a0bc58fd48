"""What the user can mend: every refusal is of one class, which the command line prints without a traceback."""

import errno
import io
import re
import sys
from collections.abc import Iterable

from diagnostic.core.french import number, typographic

ALIKE = 50  # problems of one kind that are told one by one, of a column or of a file
OWN_PART = re.compile(r"«[^»]*»|\d+")  # what tells two messages of one kind apart
CAUSES = {
    errno.ENOSPC: "le disque est plein ; y faire de la place",
    errno.EDQUOT: "la place permise est épuisée ; en faire",
    errno.EROFS: "ce disque ne peut être que lu ; travailler sur un autre",
}
OF_A_FILE = {  # what is told with the name of the file
    errno.EACCES: "l’accès est refusé ; en rendre le droit",
    errno.EPERM: "l’accès est refusé ; en rendre le droit",
    errno.ENOENT: "il n’est pas là, ou le lien mène ailleurs ; le remettre",
    errno.EISDIR: "c’est un dossier, où un fichier est attendu ; l’ôter",
    errno.EEXIST: "il est là où un dossier est attendu ; l’ôter",
    errno.ENOTDIR: "il est là où un dossier est attendu ; l’ôter",
    errno.ELOOP: "le lien tourne en rond ; l’ôter",
    errno.ENAMETOOLONG: "le nom est trop long ; le raccourcir",
    errno.EIO: "le disque ne répond pas (erreur de lecture) ; reprendre ce fichier d’une copie",
    errno.ESTALE: "le disque partagé ne répond plus ; attendre, ou le rebrancher",
}
# The environment variable: where commands that the workflow calls write what the team can mend.
REFUSED = "DIAGNOSTIC_REFUS"
HELD = (5, 32)  # what Windows says of a file that another program has open

MADE = "results"  # the folder of what a calculation makes: what it lacks is not to be found elsewhere


class Refused(Exception):
    """What was asked cannot be done. The message is French, says what to mend, and names no personal value."""

    code = 1  # with which the command ends
    ours = False  # whether it is the program that has to be mended


class Typeset(Refused):
    """The same, its French spaces set here."""

    def __init__(self, message: str) -> None:
        super().__init__(typographic(message))


class NoProject(Refused):
    """The command was not given in the folder of a project."""

    code = 2

    def __init__(self) -> None:
        super().__init__("Pas de projet ici : lancer cette commande dans le dossier qui contient « Snakefile ».")


class NoResults(Refused):
    """The study was not calculated yet, or not here."""

    def __init__(self, study: str) -> None:
        super().__init__(f"L’étude {study} n’a pas de résultats ici ; lancer « diagnostic calculer {study} » d’abord.")


def system(error: OSError) -> str:
    """What the system refuses, and what to do, in French; the file is named by who knows which it is for the reader."""
    if error.errno == errno.ENOENT and MADE in re.split(r"[/\\]", str(error.filename)):
        return "il n’est pas là ; « diagnostic calculer » le refait"
    if getattr(error, "winerror", None) in HELD:
        return "un autre programme le tient, sans doute Word, Excel, un aperçu ou un antivirus ; le fermer et relancer"
    told = f"le système refuse (erreur {error.errno}) ; vérifier le nom, les droits et la place"
    return (CAUSES | OF_A_FILE).get(error.errno or 0, told)


def told_beside(error: OSError, given: object) -> str:
    """The same with the file's name, unless it is the one that was `given`: that may say who answered."""
    named = str(error.filename or "")
    return f"{named} : {system(error)}" if named not in ("", str(given)) else system(error)


def speak_to_any_console() -> None:
    """Let this process write « ? » for what the alphabet of its console, or of a file that takes its place, does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def few(lines: Iterable[str]) -> list[str]:
    """Messages of one line each, at most ALIKE of one kind: the file, then what is wrong with a key, whichever it is."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        place, _, told = line.partition(" : ")
        kinds.setdefault((place.partition(",")[0], OWN_PART.sub("", told.partition(" : ")[2] or told)), []).append(line)
    found: list[str] = []
    for (file, _), alike in kinds.items():
        found += alike[:ALIKE]
        if len(alike) > ALIKE:
            found.append(f"{file} : et {number(len(alike) - ALIKE)} autres lignes de la même sorte.")
    return found
