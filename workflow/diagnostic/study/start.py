"""A new study that runs at once: its configuration, trial data, instruments, checklist and compliance file. Everything
is made in memory first; then it is written, or nothing stays."""

import contextlib
import datetime as dt
import hashlib
import os
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from diagnostic.codebook.instruments import SITUATIONS, instruments
from diagnostic.codebook.loading import FOLDER as CODEBOOK
from diagnostic.codebook.loading import CodebookError, load, margins, read_folder
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.region import regional
from diagnostic.collect.exports.study import read_exports, unchanged
from diagnostic.collect.table_names import FORMATS
from diagnostic.core import writing
from diagnostic.core.declarations import NOWHERE, REGION, ConfigError, parse, validate
from diagnostic.core.errors import Refused, system
from diagnostic.core.french import date, typographic
from diagnostic.core.writing import as_yaml
from diagnostic.privacy.vault import FOLDER_MODE, VAULT, VaultError, write_closed
from diagnostic.study import calendar, compliance, territory
from diagnostic.study.changes import INSTRUMENTS, places, whole
from diagnostic.study.config import CONFIG, RESOURCES, SIDECAR, STUDIES, load_yaml, opened
from diagnostic.study.config import departements as references
from diagnostic.study.declared import Sampling
from diagnostic.trial import answers, workbooks
from diagnostic.trial.exports import template_export

TOOL = "template"
REGIONAL = rf"({REGION})-([0-9]{{4}})"
NAMED = {
    False: "une étude se nomme « département-année », par exemple 47-2026 ; de plusieurs départements, ajouter "
    "« --departements 22,29,35,56 » et la nommer « région-année ».",
    True: "une étude de plusieurs départements se nomme « région-année », en minuscules sans accent : bretagne-2019.",
}
FIRST_EDITION, LAST_EDITION = 2000, 2099


class StartError(Refused):
    """The study cannot be made, and nothing of it was written; the message lists every reason, in French."""


def init(
    root: Path, study: str, tool: str, today: dt.date, departements: Sequence[str] = (), region: str = ""
) -> list[str]:
    """Make the study `département-année` under the project's root, or `région-année`, of several `departements` that the
    report names `region`; `tool`, one of TOOLS, is what its checklist speaks of; TOOL, the shape of the trial answers, speaks
    of all of them. Returns French lines: what was written, what to do next.

    Raises StartError with every reason at once, and then leaves no trace.
    """

    def work(inside: Path) -> list[str]:
        described = _described(inside, study, tool, departements, region)
        made = make(inside, described, today)
        _write(inside, described, made, today)
        return _told(described, made)

    try:
        return whole(root, study, ("creer", study, tool, today, departements, region), work)
    except (CodebookError, ConfigError, VaultError) as error:
        raise StartError(str(error)) from None
    except OSError as error:
        place = Path(str(error.filename)).name if error.filename else "un fichier"
        raise StartError(typographic(f"{place} : {system(error)}.")) from None


# --- what is refused --------------------------------------------------------------------------------------------
def _described(root: Path, study: str, tool: str, departements: Sequence[str], region: str) -> "Study":
    """The study, if nothing is against it. Raises StartError."""
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
    if set(codes) <= known.keys():
        own = [place for place in [*places(study), Path("results") / study] if place != CONFIG]
        found = [place.as_posix() for place in own if os.path.lexists(root / place)]
        problems += [f"{place} existe déjà : rien n'est remplacé ; choisir un autre nom, ou l'ôter." for place in found]
    if problems:
        raise StartError(typographic("\n".join(problems)))
    named = region or match[1].replace("-", " ").title()
    return Study(study, codes, edition, territory.noun(codes, known), tool, named)


def _region(root: Path, codes: Sequence[str], edition: int) -> list[str]:
    """What is wrong with the départements of a new study of several."""
    problems = [f"« {code} » est écrit deux fois." for code in dict.fromkeys(codes) if codes.count(code) > 1]
    if len(codes) < 2:
        problems.append("Une étude de région a plusieurs départements ; d'un seul, son nom est « département-année ».")
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


# --- writing ----------------------------------------------------------------------------------------------------
def _write(root: Path, study: "Study", made: "Made", today: dt.date) -> None:
    """The vault first, since it may refuse."""
    vault = opened(root, study.name)
    receipt = vault.receive(made.export, ROLE, ".xlsx")
    folder = vault.folder / compliance.FOLDER
    folder.mkdir(mode=FOLDER_MODE)
    for name, content in made.compliance.items():
        write_closed(content, folder / name)
    coding = vault.receive(made.coding, CODING, ".xlsx")
    exports = {ROLE: ("Réponses d’essai au questionnaire", receipt), CODING: ("Codage d’essai des situations", coding)}
    origins = {
        RESOURCES / study.name / f"{role}{SIDECAR}": sidecar(title, today, {"digest": found.digest})
        for role, (title, found) in exports.items()
    }
    for place, content in (made.files | origins).items():
        writing.write_bytes(content, root / place, writing.CLOSED if RESOURCES in place.parents else 0o644)
    if made.config is not None:
        writing.write_bytes(made.config, root / CONFIG)


def _told(study: "Study", made: "Made") -> list[str]:
    name = study.name
    added = f"{name} ajoutée à la liste des études"
    left = f"inchangé, la liste n'y est pas sur une ligne ; y ajouter {name} si c'est voulu"
    lines = [
        f"Étude {name} créée sur des données d'essai.",
        f"  {STUDIES}/{name}.yaml : titre, équipe et dates, à relire",
        f"  {STUDIES}/{name}/{FRAME} : qui a demandé l'étude, ses objectifs, ses étapes ; à compléter",
        f"  {RESOURCES}/{name}/ : {len(study.files) + 1} fichiers d'essai, avec leur origine ; git n'en garde que les publics",
        f"  {VAULT}/{name}/received/ : réponses d'essai, au format « {TOOL} », et leur codage",
        f"  {VAULT}/{name}/{compliance.FOLDER}/ : dossier de conformité, à compléter avec le ou la délégué·e",
        f"  {INSTRUMENTS}/{name}/ : formulaires, classeurs, dictionnaire",
        f"  {CONFIG} : {added if made.config is not None else left}",
        f"À lire d'abord : {INSTRUMENTS}/{name}/aide-memoire.md",
        f"Calculer : diagnostic calculer {name}",
    ]
    return [typographic(line) for line in lines]


# -- All that a new study holds, in memory: nothing is written here -----------------------------------------------
MODELS = Path("config/modeles")
FRAME = "cadre.md"
ANSWERS = MODELS / "reponses.csv"  # what trial answers are like
RESPONSES, COLLECTIVE = 46, 14  # of each département; as many as the published study had would be its totals again
ROLE, CODING = "questionnaire", "situation_coding"
OF_EACH = 0.08  # margin asked of each département of a region: a share is told of it from a hundred coded ads on
CODED_AFTER = 12  # days from the first of the count to the coding
TOOLS = tuple(name for name in FORMATS if name != "recipe")
SOURCE = "Données d’essai engendrées par diagnostic creer"
LICENCE = "Licence Ouverte 2.0"


@dataclass(frozen=True)
class Study:
    """What a study's name says of it, and the dates proposed: a school year, a report at the end of summer."""

    name: str
    codes: tuple[str, ...]
    edition: int
    noun: str  # « le département du Pas-de-Calais », « les départements … »
    tool: str
    region: str = ""  # of several départements

    @property
    def start(self) -> dt.date:
        return dt.date(self.edition - 1, 9, 1)

    @property
    def end(self) -> dt.date:
        return dt.date(self.edition, 6, 30)

    @property
    def report(self) -> dt.date:
        return dt.date(self.edition, 9, 15)

    @property
    def seed(self) -> int:
        return zlib.crc32(self.name.encode())

    @property
    def regional(self) -> bool:
        return len(self.codes) > 1

    @property
    def files(self) -> dict[str, str]:
        """Role → name of its file. Ads coded and counted by département are in no other study that a team can try, so those
        of several have them; of one, 99-2026 shows what they give."""
        books = {role: f"{role}.xlsx" for role in workbooks.TITLES} if self.regional else {}
        return {role: f"{role}.csv" for role in workbooks.INPUT_TITLES} | books

    @property
    def title(self) -> str:
        if self.regional:
            return f"Diagnostic régional, {self.region}"
        return f"Diagnostic départemental {self.noun.removeprefix('le département ')}"

    def words(self) -> dict[str, Any]:
        """What the models may print."""
        return {
            "study": self.name,
            "codes": list(self.codes),
            "region": self.region,
            "edition": str(self.edition),
            "territory": self.noun,
            "title": self.title,
            "period": f"{date(self.start)} au {date(self.end)}",
            "period_start": self.start.isoformat(),
            "period_end": self.end.isoformat(),
            "report_date": self.report.isoformat(),
            "report_day": date(self.report),
            "keep_contacts": date(dt.date(self.edition, 12, 15)),  # three months after the report
            "keep_exports": date(dt.date(self.edition + 1, 9, 15)),  # twelve months
            "tool": self.tool,
            "tools": ", ".join(TOOLS),
            "files": self.files,
            "outlines": workbooks.OUTLINES_FILE,
            "vintage": workbooks.OUTLINES_VINTAGE,
            "situations": SITUATIONS,
        }


@dataclass(frozen=True)
class Made:
    """All contents of a study, before any is written; paths from the project's root."""

    export: bytes
    coding: bytes
    compliance: dict[str, bytes]  # name → content
    files: dict[Path, bytes]
    config: bytes | None  # config/config.yaml with the study added; None where that is left to the team


def make(root: Path, study: Study, today: dt.date) -> Made:
    """Every content of the study; same study, tool and day, same bytes. Raises CodebookError for a faulty codebook,
    ConfigError for a faulty model, OSError for an unreadable file."""
    codebook = load(regional(read_folder(root / CODEBOOK), territory.names(study.codes, references(root))))
    shared = load_yaml(root, CONFIG).get("sampling")
    shared = shared if isinstance(shared, dict) else {}
    seed, sampling = str(shared.get("seed", "")), dict[str, Any]()
    if study.regional:  # a margin is asked of each département, which gives it a hundred coded ads
        own = shared | {"margin": OF_EACH, "domains": "departement"}
        sampling = validate(Sampling, own, CONFIG).model_dump()
    told = (root / ANSWERS).read_bytes() if (root / ANSWERS).is_file() else None
    weights = margins(ANSWERS.as_posix(), told, codebook)
    like = answers.Like(weights, first=answers.FIRST_DAY.replace(year=study.edition))
    words = study.words() | {"sampling": sampling}
    files = {STUDIES / f"{study.name}.yaml": _filled(root, "etude.yaml", words)}
    files |= {STUDIES / study.name / FRAME: _filled(root, FRAME, words)}
    codes = study.codes if study.regional else ()
    shared_seed = int(seed) if seed.isdecimal() else 0
    received = workbooks.input_files(study.name, study.start, study.end, shared_seed, codes)
    if study.regional:
        received |= _workbooks(codebook, study, received, sampling, like)
    titles = workbooks.INPUT_TITLES | workbooks.TITLES
    given = [(study.files[role], content, titles[role], role in workbooks.PUBLIC) for role, content in received.items()]
    given.append((workbooks.OUTLINES_FILE, workbooks.geojson(codes), workbooks.OUTLINES_TITLE, True))
    for name, content, title, public in given:
        place, digest = RESOURCES / study.name / name, {"sha256": hashlib.sha256(content).hexdigest()}
        files |= {place: content, place.with_name(name + SIDECAR): sidecar(title, today, digest, public)}
    folder = INSTRUMENTS / study.name
    files |= {folder / name: content for name, content in instruments(codebook).items()}
    files[folder / "aide-memoire.md"] = _filled(root, "aide-memoire.md", words)
    times = len(study.codes)  # as many answers from each département
    drawn = answers.generate(codebook, study.seed, RESPONSES * times, COLLECTIVE * times, like=like)
    export = template_export(codebook, drawn)
    decided = (compliance.FORM, *compliance.DOCUMENTS, calendar.DECLARED)
    file = {name: _filled(root, f"{compliance.FOLDER}/{name}", words) for name in decided}
    coding, config = _coding(codebook, study, export, like), with_study((root / CONFIG).read_bytes(), study.name)
    return Made(export, coding, file, files, config)


def _coding(codebook: Codebook, study: Study, export: bytes, like: answers.Like) -> bytes:
    """The coding workbook of the export's situations, under the numbers that its form shows."""
    read = read_exports(codebook, {ROLE: export}, {ROLE: TOOL}, unchanged)
    shown = {own: number for number, own in read.numbers.items()}
    situations = read.tables["situations"]
    numbered = situations.assign(response_id=situations["response_id"].map(shown))
    return workbooks.coding_sheet(codebook, numbered, workbooks.outline_codes(study.codes), study.seed, like)


def _workbooks(
    codebook: Codebook, study: Study, received: Mapping[str, bytes], sampling: Mapping[str, Any], like: answers.Like
) -> dict[str, bytes]:
    """Role → workbook of the ads that the study draws from its own counts, and of those of buyers."""
    counted = study.start + (study.end - study.start) / 2
    ads = workbooks.drawn(received, study.files, sampling)
    return {
        "coded_ads": workbooks.coded(codebook, ads, counted + dt.timedelta(days=CODED_AFTER), study.seed, like),
        "demand": workbooks.demand(codebook, study.codes, study.edition, counted, study.seed),
    }


def _filled(root: Path, name: str, words: Mapping[str, Any]) -> bytes:
    """A model of config/modeles with the study's words. Raises ConfigError when it is absent or wrongly written."""
    place = MODELS / name
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        comment_start_string="<#",  # the same signs as in the models of the report
        comment_end_string="#>",
    )
    try:
        text = environment.from_string((root / place).read_text(encoding="utf-8")).render(words)
    except (FileNotFoundError, UnicodeDecodeError):
        raise ConfigError(f"{place} : modèle absent ou illisible ; le reprendre du projet.") from None
    except jinja2.TemplateError as error:
        line = f", ligne {error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise ConfigError(f"{place}{line} : modèle mal écrit ; vérifier les accolades et les noms.") from None
    return (typographic(text) if place.suffix == ".md" else text).encode()


def sidecar(title: str, today: dt.date, digest: dict[str, str], public: bool = False) -> bytes:
    """The origin record of a trial file; `digest` is its key and value, `public` whether its content may be told."""
    content = {"title": title, "origin": "observed", "source": SOURCE, "licence": LICENCE, "date": today.isoformat()}
    return as_yaml(content | digest | ({"public": True} if public else {}) | {"trial": True})


def with_study(content: bytes, study: str) -> bytes | None:
    """config/config.yaml with one study more in its list, all else as it was, comments too; None where the list is
    not written on one line, so that a person adds it."""
    try:
        before = parse(content, CONFIG)
        text = content.decode()
    except (ConfigError, UnicodeDecodeError):
        return None
    if study in (before.get("studies") or ()):
        return content
    found = list(re.finditer(r"^studies:[ \t]*\[([^\[\]#\r\n]*)\]", text, re.MULTILINE))
    if len(found) != 1 or not isinstance(before.get("studies"), list):
        return None
    listed, at = found[0][1].strip(), found[0].end() - 1
    separator = "" if not listed else " " if listed.endswith(",") else ", "
    edited = f'{text[:at].rstrip()}{separator}"{study}"{text[at:]}'.encode()
    with contextlib.suppress(ConfigError):
        if parse(edited, CONFIG) == before | {"studies": [*before["studies"], study]}:
            return edited
    return None
