"""A new study that runs at once: its configuration, trial data, instruments, checklist and compliance file.

Everything is made in memory first; then it is written, or nothing stays.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from diagnostic.codebook.loading import CodebookError
from diagnostic.core import writing
from diagnostic.core.declarations import NOWHERE, REGION, ConfigError
from diagnostic.core.errors import Refused, system
from diagnostic.core.french import typographic
from diagnostic.privacy.vault import FOLDER_MODE, KEY, RECEIVED, VAULT, WRITING, VaultError, write_closed
from diagnostic.study import compliance, territory
from diagnostic.study.config import CONFIG, RESOURCES, SIDECAR, STUDIES
from diagnostic.study.config import departements as references
from diagnostic.study.new_study import CODING, FRAME, INSTRUMENTS, ROLE, TOOLS, Made, Study, make, sidecar
from diagnostic.study.unlocking import opened

TOOL = "template"
REGIONAL = rf"({REGION})-([0-9]{{4}})"
NAMED = {
    False: "une étude se nomme « département-année », par exemple 47-2026 ; de plusieurs départements, ajouter "
    "« --departements 22,29,35,56 » et la nommer « région-année ».",
    True: "une étude de plusieurs départements se nomme « région-année », en minuscules sans accent : bretagne-2019.",
}
TRIAL = b"trial: true"  # what the origin record of a file of the making says
FIRST_EDITION, LAST_EDITION = 2000, 2099


class StartError(Refused):
    """The study cannot be made, and nothing of it was written; the message lists every reason, in French."""


def init(
    root: Path, study: str, tool: str, today: dt.date, departements: Sequence[str] = (), region: str = ""
) -> list[str]:
    """Make the study `département-année` under the project's root, or `région-année`, of several `departements` that the
    report names `region`; `tool` is the format of its questionnaire's exports, one of TOOLS. Returns French lines: what was
    written, what to do next.

    What was killed while it made the study is taken away first. Raises StartError with every reason at once, and then leaves
    no trace.
    """
    try:
        unfinished = _mark(root, study).is_file()
        described = _described(root, study, tool, departements, region, unfinished)
        made = make(root, described, today)
        if unfinished:
            _begun_again(root, study, made)
        with _whole(root, described):
            _write(root, described, made, today)
    except (CodebookError, ConfigError, VaultError) as error:
        raise StartError(str(error)) from None
    except OSError as error:
        place = Path(str(error.filename)).name if error.filename else "un fichier"
        raise StartError(typographic(f"{place} : {system(error)}.")) from None
    return _told(described, made)


# --- what is refused --------------------------------------------------------------------------------------------


def _described(root: Path, study: str, tool: str, departements: Sequence[str], region: str, unfinished: bool) -> Study:
    """The study, if nothing is against it; one that is `unfinished` may be there. Raises StartError."""
    problems = []
    if tool not in TOOLS:
        problems.append(f"« {tool} » : outil inconnu ; choisir parmi {', '.join(TOOLS)}.")
    match = re.fullmatch(REGIONAL if departements else r"(\w{1,3})-([0-9]{4})", study)
    if not match:
        problems.append(f"« {study} » : {NAMED[bool(departements)]}")
        raise StartError(typographic("\n".join(problems)))
    codes, edition = tuple(departements) or (match[1],), int(match[2])
    known = references(root)
    problems += [f"« {code} » n'est pas un département ; {_hint(code, known)}." for code in codes if code not in known]
    if departements:
        problems += _region(root, codes, edition)
    if not FIRST_EDITION <= edition <= LAST_EDITION:
        problems.append(f"« {match[2]} » : l'année de l'édition va de {FIRST_EDITION} à {LAST_EDITION}.")
    if set(codes) <= known.keys() and not unfinished:
        found = [place.as_posix() for place in _places(study) if os.path.lexists(root / place)]
        problems += [f"{place} existe déjà : rien n'est remplacé ; choisir un autre nom, ou l'ôter." for place in found]
    if problems:
        raise StartError(typographic("\n".join(problems)))
    return Study(
        study, codes, edition, territory.noun(codes, known), tool, region or match[1].replace("-", " ").title()
    )


def _region(root: Path, codes: Sequence[str], edition: int) -> list[str]:
    """What is wrong with the départements of a new study of several."""
    problems = [f"« {code} » est écrit deux fois." for code in dict.fromkeys(codes) if codes.count(code) > 1]
    if len(codes) < 2:
        problems.append(
            "Une étude de région a plusieurs départements ; d'un seul, elle se nomme « département-année »."
        )
    if NOWHERE in codes:
        problems.append(f"« {NOWHERE} » n'existe pas, et n'est d'aucune région.")
    beside = [f"{code}-{edition}" for code in codes if (root / STUDIES / f"{code}-{edition}.yaml").exists()]
    told = "publier deux fois les mêmes personnes en dirait trop"
    return problems + [f"L'étude {one} existe : {told} ; garder l'une, ou changer d'édition." for one in beside]


def _hint(code: str, known: Mapping[str, Mapping[str, str]]) -> str:
    if code.upper() in ("20", "20A", "20B"):
        return "la Corse en a deux : 2A (Corse-du-Sud) et 2B (Haute-Corse)"
    if code in ("97", "97X"):
        return f"outre-mer : {', '.join(one for one in known if one.startswith('97'))}"
    near = next((one for one in (f"0{code}", code.lstrip("0"), code.upper()) if one in known), None)
    return f"écrire « {near} »" if near else "les codes sont dans resources/references/departements.csv"


def _places(study: str) -> list[Path]:
    """Everything that a study has of its own."""
    return [
        STUDIES / f"{study}.yaml",
        STUDIES / study,
        RESOURCES / study,
        Path(VAULT) / study,
        INSTRUMENTS / study,
        Path("results") / study,
    ]


def _mark(root: Path, study: str) -> Path:
    """The file that is there as long as a study is being made."""
    return root / STUDIES / f".{study}.creation"


def _begun_again(root: Path, study: str, made: Made) -> None:
    """Take away what was written of a study whose making was killed. Raises StartError where something there is not that."""
    paths = [path for place in _places(study) for path in _inside(root / place)]
    half = {path for place in _places(study) for path in writing.half_written(root / place)}
    own = made.files | {Path(VAULT) / study / compliance.FOLDER / name: text for name, text in made.compliance.items()}
    received = Path(VAULT) / study / RECEIVED
    for path in paths:
        name, content = path.relative_to(root), path.read_bytes()
        trial = path.name.endswith(SIDECAR) and TRIAL in content
        export = name.parent == received and name.name.partition(".")[0] in (ROLE, CODING)
        key = name == Path(VAULT) / study / KEY
        if not (trial or export or key or own.get(name) == content or path in half or path.name.startswith(WRITING)):
            message = f"{name.as_posix()} : ce fichier n’est pas de ceux que la création, coupée, avait écrits ; l’ôter ou le garder "
            raise StartError(typographic(f"{message}ailleurs, puis relancer. Rien n’est remplacé."))
    for left in [*(root / STUDIES).glob(f".{study}.yaml.*"), *(root / CONFIG).parent.glob(f".{CONFIG.name}.*")]:
        left.unlink()  # half written beside what it was to be
    _taken_away(root, study)


def _inside(place: Path) -> list[Path]:
    return (
        [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else [place] if place.exists() else []
    )


def _taken_away(root: Path, study: str) -> None:
    for place in _places(study):
        path = root / place
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


# --- writing ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _whole(root: Path, study: Study) -> Iterator[None]:
    """Whole or not at all: what was written is taken away when the writing stops, by an error or by hand."""
    shared = [root / INSTRUMENTS, root / VAULT, root / RESOURCES, root / STUDIES]
    absent = [folder for folder in shared if not folder.exists()]
    try:
        yield
    except BaseException:
        _taken_away(root, study.name)  # nothing of it was there before
        _mark(root, study.name).unlink(missing_ok=True)
        for folder in absent:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _write(root: Path, study: Study, made: Made, today: dt.date) -> None:
    """The vault first, since it may refuse; the shared list of studies last, since it makes the study run."""
    mark = _mark(root, study.name)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    vault = opened(root, study.name)
    receipt = vault.receive(made.export, ROLE, TOOLS[study.tool])
    folder = vault.folder / compliance.FOLDER
    folder.mkdir(mode=FOLDER_MODE)
    for name, content in made.compliance.items():
        write_closed(content, folder / name)
    coding = vault.receive(made.coding, CODING, TOOLS[TOOL])
    exports = {ROLE: ("Réponses d’essai au questionnaire", receipt), CODING: ("Codage d’essai des situations", coding)}
    origins = {
        RESOURCES / study.name / f"{role}{SIDECAR}": sidecar(title, today, {"digest": found.digest})
        for role, (title, found) in exports.items()
    }
    for place, content in (made.files | origins).items():
        writing.write_bytes(content, root / place)
    if made.config is not None:
        writing.write_bytes(made.config, root / CONFIG)
    mark.unlink()


def _told(study: Study, made: Made) -> list[str]:
    name = study.name
    lines = [
        f"Étude {name} créée sur des données d'essai.",
        f"  {STUDIES}/{name}.yaml : titre, équipe et dates, à relire",
        f"  {STUDIES}/{name}/{FRAME} : qui a demandé l'étude, ses objectifs, ses étapes ; à compléter",
        f"  {RESOURCES}/{name}/ : {len(study.files) + 1} fichiers d'essai, avec leur origine ; git n'en garde que les publics",
        f"  {VAULT}/{name}/received/ : réponses d'essai, au format « {study.tool} », et leur codage",
        f"  {VAULT}/{name}/{compliance.FOLDER}/ : dossier de conformité, à compléter avec le ou la délégué·e",
        f"  {INSTRUMENTS}/{name}/ : formulaires, classeurs, dictionnaire",
    ]
    if made.config is not None:
        lines.append(f"  {CONFIG} : {name} ajoutée à la liste des études")
    else:
        lines.append(f"  {CONFIG} : inchangé, la liste n'y est pas sur une ligne ; y ajouter {name} si c'est voulu")
    lines += [f"À lire d'abord : {INSTRUMENTS}/{name}/aide-memoire.md", f"Calculer : diagnostic calculer {name}"]
    return [typographic(line) for line in lines]
