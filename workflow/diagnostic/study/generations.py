"""Where the results of a study are read: in its own folder, or in the copy of its last complete calculation.

`results/{study}/generations/{n}/` is a generation: the tables, the documents and the manifest of one calculation that went
to its end, as they then were. The tables in the folders of the phases are the workflow's own: a run that stops, or a
draft, leaves others there than those that the documents in `report/` were made of.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diagnostic.core import freshness, gate, writing
from diagnostic.core.french import date, typographic
from diagnostic.release.populations.policy import DRAFT
from diagnostic.study import signature
from diagnostic.study.config import ISSUING
from diagnostic.study.digests import Digests, root_of

FOLDER, REPORT, MANIFEST = "generations", "report", "manifest.json"
WORKING, WORKING_MARK = writing.WORKING, "TRAVAIL-"  # where a real study's own documents are, and how their names begin
PLACES = (REPORT, WORKING)
PROJECT = "quarto"  # beside the documents: their source, and all that Quarto makes them again with
DATA = "donnees"  # beside them too: what they print, as a package of data
PAGE = "rapport.html"
DOCUMENTS = (  # that a study is printed in
    *(PAGE, "rapport.docx", "rapport.pdf", "dossier.html", "dossier.pdf"),
    *("synthese.pdf", "restitution.pptx", "tableaux.xlsx"),
)


@dataclass(frozen=True)
class Reading:
    """Results that are read: `folder` holds them, `results` is the study's own folder. `told` is the French line that says
    so where they are not the same; else empty."""

    folder: Path
    results: Path
    told: str = ""

    @property
    def root(self) -> Path:
        """The project's folder."""
        return root_of(self.results)

    @property
    def study(self) -> str:
        return self.results.name

    @property
    def inside(self) -> str:
        """What a manifest puts before the names of its own files."""
        return inside(self.results)

    def place(self, name: str) -> Path:
        """The file that a manifest or a stamp names by its path from the project's root."""
        own = self.inside
        return self.folder / name.removeprefix(own) if name.startswith(own) else self.root / name


def inside(results: Path) -> str:
    """`results/62-2020/`, `results/comparison/voisins/`: what a manifest puts before the names of a folder's own files."""
    above = f"{writing.COMPARISON}/" if results.parent.name == writing.COMPARISON else ""
    return f"{writing.RESULTS}/{above}{results.name}/"


def day(reading: Reading) -> str:
    """« le calcul du 3 mars 2026 »: the one whose manifest is read, by the clock; « le dernier calcul » where none is."""
    path = reading.folder / MANIFEST
    told = f" du {date(dt.date.fromtimestamp(path.stat().st_mtime))}" if path.is_file() else ""
    return f"le{'' if told else ' dernier'} calcul{told}"


def within(folder: Path) -> Reading:
    """A study's own folder, or one of its generations, read as it is."""
    inside = folder.parent.name == FOLDER
    return Reading(folder, folder.parent.parent if inside else folder)


def current(folder: Path) -> Reading:
    """A study's own folder where its tables are those of its manifest; else the generation that `report/` shows, or the
    newest. Without any, and for a generation itself: the folder as it is."""
    reading = within(folder)
    kept = generations(reading.results)
    if folder != reading.results or not kept or whole(reading):
        return reading
    shown = digests_in(reading.results)
    generation = next((one for one in kept if digests_in(one) == shown), kept[0])
    return Reading(generation, reading.results, _told(generation))


def _told(generation: Path) -> str:
    return typographic(
        "Les tables en cours ne sont pas celles du dernier calcul achevé (calcul arrêté, brouillon, ou fichier modifié) : sa "
        f"copie, {writing.inside_results(generation)}, est lue à leur place."
    )


def generations(results: Path) -> list[Path]:
    """The complete generations of a study, the newest first."""
    found = [path for path in (results / FOLDER).glob("*") if path.name.isdecimal() and (path / MANIFEST).is_file()]
    return sorted(found, key=lambda path: -int(path.name))


def digests_in(folder: Path) -> dict[str, str]:
    """Path from the project's root → digest, as the manifest of a folder says; empty where it cannot be read."""
    digests = writing.read_json(folder / MANIFEST)
    return digests if all(isinstance(one, str) for one in digests.values()) else {}


def own(digests: Mapping[str, str], reading: Reading) -> dict[Path, str]:
    """File of the results → its digest, of those that a manifest names."""
    return {reading.place(name): digest for name, digest in digests.items() if name.startswith(reading.inside)}


def whole(reading: Reading) -> bool:
    """Whether every table that the manifest names is there, as it was."""
    listed = own(digests_in(reading.folder), reading).items()
    tables = [(path, digest) for path, digest in listed if path.suffix == ".parquet"]
    same = Digests(reading.results).same
    return bool(tables) and all(path.is_file() and same(path, digest) is not False for path, digest in tables)


def places(folder: Path) -> list[Path]:
    """Where documents may be in a study's results, or in a generation: the team's own first."""
    return [folder / WORKING, folder / REPORT]


def page(results: Path, working: bool = True) -> Path | None:
    """The page of a study's last finished calculation: the team's own where it has some, if `working`."""
    names = [results / WORKING / f"{WORKING_MARK}{PAGE}"] * working + [results / REPORT / PAGE]
    return next((path for path in names if path.is_file()), None)


def standing(root: Path, chosen: Mapping[str, Any]) -> list[str]:
    """What is true when a calculation has stopped: for each study of the configuration that was chosen, which documents are
    there, and the command that goes on. French lines."""
    studies = [str(study) for study in chosen.get("studies") or ()]
    command = "diffuser" if chosen.get(ISSUING) else "calculer"
    again = " ".join([f"diagnostic {command}", *studies, *(["--brouillon"] if chosen.get(DRAFT) else [])])
    lines = ["Le calcul s’est arrêté avant la fin. S’il y a quelque chose à corriger, c’est dit plus haut."]
    for study in studies:
        results = root / writing.RESULTS / study
        if gate.stopping(results / "collect/erreurs.csv"):
            lines.append(f"{study} : ce qui bloque est aussi dans {writing.RESULTS}/{study}/collect/erreurs.html.")
        kept = generations(results)
        place = f"{writing.RESULTS}/{study}/{REPORT}"
        if shown := page(results, not chosen.get(ISSUING)):
            place = writing.inside_results(shown.parent)
            lines.append(f"{study} : {place} garde les documents du dernier calcul achevé.")
        elif kept:
            copy = writing.inside_results(next((one for one in places(kept[0]) if one.is_dir()), kept[0]))
            lines.append(f"{study} : les documents du dernier calcul achevé sont dans {copy}.")
        else:
            lines.append(f"{study} : aucun calcul n’est encore allé au bout ; {place} n’existe pas.")
    return [typographic(line) for line in [*lines, f"Pour reprendre : {again}"]]


# -- What was left, and whether it still is --------------------------------------------------------------------------
def seen(results: Path) -> str:
    """The digest of the manifest and of each file that is shown, one a line; what signs them aside."""
    signed = {results / REPORT / name for name in signature.NAMES}
    shown = [results / MANIFEST, *(path for one in places(results) for path in files(one) if path not in signed)]
    lines = [f"{path.relative_to(results).as_posix()} {freshness.content(path)}" for path in shown if path.is_file()]
    return "\n".join(lines) + "\n"


def files(folder: Path) -> list[Path]:
    """The files of a folder and of those in it, hidden ones aside: what a word processor or a file manager leaves there."""
    inside = (path for path in folder.rglob("*") if not any(part[0] == "." for part in path.relative_to(folder).parts))
    return sorted(path for path in inside if path.is_file())


def forget(results: Path, record: Path) -> list[str]:
    """Take away the record of a publication where what it has put in place is no longer as it left it, and each stage that is not
    as a calculation has left it, whatever its date: the workflow then makes them again, and what is gone. A French line per stage."""
    from diagnostic.core.stamp import as_stamped  # here: it loads what most runs do without

    kept, listed = record.is_file(), made(results)
    last = record if kept else results / MANIFEST  # without a record too: no other step makes an altered stage again
    finished = last.stat().st_mtime_ns if last.is_file() else 0
    rendered = results / writing.RENDERING  # where not all that is shown lies
    gone = [path for path in listed if not path.is_file() and not path.is_relative_to(rendered)]
    same, root = Digests(results).same, root_of(results)
    there = [path for path in listed if path.is_file() and finished]
    changed = {path for path in there if all(same(path, one) is False for one in listed[path])}
    tables = [path for path in results.glob("*/*.parquet") if path.parent.name not in PLACES]
    later = {path for path in {*changed, *tables} if path.stat().st_mtime_ns > finished}  # of a run since, or of a hand
    apart = {path for path in later if path.suffix == ".parquet" and as_stamped(path, root)}
    apart |= {path for path in later if path.suffix != ".parquet" and not path.is_relative_to(rendered)}
    stages = sorted((changed | later) - apart)
    for path in stages:
        path.unlink(missing_ok=True)  # it may have gone with its folder
        if rendered in path.parent.parents:  # of a folder that is made whole
            writing.take_away(path.parent)
    if kept and (stages or gone or record.read_text(encoding="utf-8") != seen(results)):
        record.unlink()
    told = [f"{path.as_posix()} : n’est pas ce que le calcul y a laissé ; il est refait." for path in stages]
    if gone:
        told.append(f"{gone[0].as_posix()} : disparu depuis le dernier calcul ({len(gone)} en tout) ; à refaire.")
    return [typographic(line) for line in told]


def made(results: Path) -> dict[Path, list[str]]:
    """The stages, and the documents where they are rendered → their digests, as the manifest says: one for each place where a
    document is."""
    found: dict[Path, list[str]] = {}
    for path, digest in own(digests_in(results), within(results)).items():
        place = next((one for one in places(results) if path.is_relative_to(one)), None)
        name = path.relative_to(place).as_posix().removeprefix(WORKING_MARK) if place else ""
        name = name.removeprefix(f"{PROJECT}/")  # rendered beside the documents
        found.setdefault(results / writing.RENDERING / name if place else path, []).append(digest)
    return found
