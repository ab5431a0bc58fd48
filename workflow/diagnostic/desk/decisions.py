"""Who decided what and when: a log in the vault of each study, one line a decision, of which no line says anything of a person or
names an answer: a kind, a number, a role or a document."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from diagnostic.core import writing
from diagnostic.core.errors import Typeset
from diagnostic.core.locks import turn
from diagnostic.privacy.personal import kind_of
from diagnostic.privacy.vault import VAULT
from diagnostic.study import comparisons
from diagnostic.study.config import looked_into, opened

FOLDER, FILE = "bureau", "decisions.csv"  # in the vault; a purge takes it with the rest
KINDS = {
    "received": "fichier reçu",
    "undone": "version reprise",
    "recipe": "lecture d’un fichier",
    "code": "codage",
    "out": "feuilles confiées",
    "back": "feuille reprise",
    "pair": "paire de situations",
    "arbitration": "codage départagé",
    "findings": "constats",
    "form": "réglages de l’étude",
    "text": "texte de l’étude",
    "mandate": "mandat",
    "signed": "signature",
    "calendar": "calendrier",
    "reminder": "relance",
    "calculated": "calcul",
    "remark": "remarque",
    "checked": "relecture",
    "issued": "édition",
    "sent": "envoi",
    "circulation": "diffusion",
    "erased": "effacement",
}
HEADINGS = ("jour", "heure", "qui", "quoi", "detail", "nombre")
Row = dict[str, str]  # heading → what is written under it
LONGEST = 120  # characters of a detail
BESIDE = "comparaison "  # begins the detail of what was decided on a comparison, before its name


@dataclass(frozen=True)
class Decision:
    """One line: the day (2026-01-31), the hour (14:05), initials, one of KINDS, what of (a role, a document), how many."""

    day: str
    hour: str
    who: str
    kind: str
    what: str = ""
    number: str = ""

    @property
    def told(self) -> str:
        """In French, without the day and who."""
        told = " : ".join(filter(None, (KINDS.get(self.kind, self.kind), self.what)))
        return f"{told} ({self.number})" if self.number else told


def kept_in(root: Path, study: str) -> list[str]:
    """The studies in whose vaults lies what is decided on a study; of a comparison (« comparison/NAME »), which has no vault, those that
    it sets side by side. Raises ConfigError."""
    beside = study.startswith(f"{writing.COMPARISON}/")
    own = comparisons.read(root, study.rpartition("/")[2]).studies if beside else [study]
    return [one for one in own if (root / VAULT / one).is_dir()]


def note(root: Path, study: str, who: str, kind: str, what: str = "", number: int | str = "") -> None:
    """Add a line to the log of a study, or of each that a comparison sets side by side; none where there is no vault. `what` is written
    by the program, never typed by a person, and names no record. Raises Typeset, VaultError, ConfigError, Busy; KeyError for an unknown
    kind."""
    KINDS[kind]
    if len(what) > LONGEST or kind_of(what):
        raise Typeset("Une ligne du journal des décisions ne nomme personne ; rien n’est noté.")
    now = dt.datetime.now()
    what = ", ".join(filter(None, (_mark(study), what)))
    line = Decision(f"{now:%Y-%m-%d}", f"{now:%H:%M}", who, kind, what, str(number))
    for one in kept_in(root, study):
        keep(root, one, FILE, [dict(zip(HEADINGS, astuple(line), strict=True))], add=True)


def _mark(study: str) -> str:
    """How the details of what is decided on a comparison begin; "" of a study."""
    return BESIDE + study.rpartition("/")[2] if "/" in study else ""


def every(root: Path, study: str) -> list[Decision]:
    """The log of a study, the oldest first, with what was decided on comparisons that it is in. Raises VaultError, ConfigError."""
    return [Decision(*row.values()) for row in rows(root, study, FILE)]


def read(root: Path, study: str) -> list[Decision]:
    """What was decided on a study, or on a comparison, as the first log that it is kept in has it. Raises VaultError, ConfigError."""
    log, mark = [one for own in kept_in(root, study)[:1] for one in every(root, own)], _mark(study)
    if not mark:
        return [one for one in log if not one.what.startswith(BESIDE)]
    cut = [(one, one.what.partition(", ")) for one in log]
    return [replace(one, what=what) for one, (beside, _, what) in cut if beside == mark]


# -- A list of the desk's own in the vault, whole or not at all ---------------------------------------------------------
def rows(root: Path, study: str, name: str) -> list[Row]:
    """The lines of a list, by their headings; none where there is no such list, or no vault. Of a comparison, as the vault that has most
    of them: what a study that came later has not. Raises VaultError, ConfigError."""
    if "/" in study:
        beside = f"{study.rpartition('/')[2]}-{name}"  # in the vaults of its studies, `voisins-remarques.csv`
        held = (root / VAULT).glob(f"*/{FOLDER}/{beside}*")
        return max((rows(root, path.parents[1].name, beside) for path in held), key=len, default=[])
    if not (root / VAULT / study / FOLDER).is_dir():
        return []
    vault = looked_into(root, study)
    path = vault.kept(FOLDER, name)
    text = vault.load(path).decode("utf-8") if path.is_file() else ""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def keep(root: Path, study: str, name: str, lines: Sequence[Row], add: bool = False) -> None:
    """Write a list anew, or `add` lines at its end; of a comparison, whole in the vault of each of its studies, and of those that were
    once: what is deleted is so everywhere. Raises Typeset where none has one; VaultError, ConfigError, Busy."""
    if "/" in study:
        beside, every = f"{study.rpartition('/')[2]}-{name}", [*(rows(root, study, name) if add else ()), *lines]
        held = [path.parents[1].name for path in (root / VAULT).glob(f"*/{FOLDER}/{beside}*")]
        if not (own := kept_in(root, study)):
            raise Typeset("Aucune étude de cette comparaison n’a de coffre où le garder ; rien n’est gardé.")
        for one in dict.fromkeys((*own, *held)):
            keep(root, one, beside, every)
        return
    with turn(root / VAULT / study):
        vault, every = opened(root, study, create=False), [*(rows(root, study, name) if add else ()), *lines]
        text = writing.as_csv(writing.listed([*every[0]], every)) if every else ""
        vault.store(text.encode(), vault.folder_of(FOLDER) / name)
