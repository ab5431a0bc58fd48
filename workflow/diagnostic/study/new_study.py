"""All that a new study holds, in memory: nothing is written here."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from diagnostic.codebook.instruments import instruments
from diagnostic.codebook.limesurvey import SITUATIONS
from diagnostic.codebook.loading import FOLDER as CODEBOOK
from diagnostic.codebook.loading import load, margins, read_folder
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.region import regional
from diagnostic.collect.exports.study import read_exports, unchanged
from diagnostic.core.declarations import ConfigError, parse, validate
from diagnostic.core.french import date, typographic
from diagnostic.core.written import as_yaml
from diagnostic.study import compliance, territory
from diagnostic.study.config import CONFIG, RESOURCES, SIDECAR, STUDIES, departements, load_yaml
from diagnostic.study.declared import Sampling
from diagnostic.trial import answers, coding, inputs, outlines, workbooks
from diagnostic.trial.exports.formats import FORMATS

MODELS = Path("config/modeles")
INSTRUMENTS = Path("instruments")
FRAME = "cadre.md"
ANSWERS = MODELS / "reponses.csv"  # what trial answers are like
RESPONSES, COLLECTIVE = 46, 14  # of each département; as many as the published study had would be its totals again
ROLE, CODING = "questionnaire", "situation_coding"
OF_EACH = 0.08  # margin asked of each département of a region: a share is told of it from a hundred coded ads on
CODED_AFTER = 12  # days from the first of the count to the coding
TOOLS = {  # format of an export → suffix of its file
    "google_csv": ".csv",
    "google_sheets": ".xlsx",
    "kobo": ".xlsx",
    "odk": ".zip",
    "limesurvey": ".csv",
    "template": ".xlsx",
}
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
    def regional(self) -> bool:
        return len(self.codes) > 1

    @property
    def files(self) -> dict[str, str]:
        """Role → name of its file. Ads coded and counted by département are in no other study that a team can try, so those
        of several have them; of one, 99-2026 shows what they give."""
        books = {role: f"{role}.xlsx" for role in workbooks.TITLES} if self.regional else {}
        return {role: f"{role}.csv" for role in inputs.TITLES} | books

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
            "outlines": outlines.FILE,
            "vintage": outlines.VINTAGE,
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


def _seed(root: Path) -> int:
    """The seed of the draws that all studies share; 0 where the configuration does not say it. Raises ConfigError."""
    sampling = load_yaml(root, CONFIG).get("sampling")
    seed = str(sampling.get("seed", "")) if isinstance(sampling, dict) else ""  # every scalar is read as text
    return int(seed) if seed.isdecimal() else 0


def _sampling(root: Path) -> dict[str, Any]:
    """The choices of sampling of a new study of several départements: those that all studies share, but for a margin that
    is asked of each of them, and gives it a hundred coded ads. Raises ConfigError."""
    shared = load_yaml(root, CONFIG).get("sampling")
    own = (shared if isinstance(shared, dict) else {}) | {"margin": OF_EACH, "domains": "departement"}
    return validate(Sampling, own, CONFIG).model_dump()


def make(root: Path, study: Study, today: dt.date) -> Made:
    """Every content of the study; same study, tool and day, same bytes.

    Raises CodebookError for a faulty codebook, ConfigError for a faulty model, OSError for an unreadable file.
    """
    codebook = load(regional(read_folder(root / CODEBOOK), territory.names(study.codes, departements(root))))
    sampling = _sampling(root) if study.regional else {}
    told = (root / ANSWERS).read_bytes() if (root / ANSWERS).is_file() else None
    weights = margins(ANSWERS.as_posix(), told, codebook)
    like = answers.Like(weights, first=answers.FIRST_DAY.replace(year=study.edition))
    words = study.words() | {"sampling": sampling}
    files = {STUDIES / f"{study.name}.yaml": _filled(root, "etude.yaml", words)}
    files |= {STUDIES / study.name / FRAME: _filled(root, FRAME, words)}
    codes = study.codes if study.regional else ()
    received = inputs.files(study.name, study.start, study.end, _seed(root), codes)
    if study.regional:
        received |= _workbooks(codebook, study, received, sampling, like)
    for role, content in received.items():
        place = RESOURCES / study.name / study.files[role]
        digest = {"sha256": hashlib.sha256(content).hexdigest()}
        title = (inputs.TITLES | workbooks.TITLES)[role]
        files |= {place: content, _sidecar_of(place): sidecar(title, today, digest, role in inputs.PUBLIC)}
    place, ground = RESOURCES / study.name / outlines.FILE, outlines.geojson(codes)
    digest = {"sha256": hashlib.sha256(ground).hexdigest()}
    files |= {place: ground, _sidecar_of(place): sidecar(outlines.TITLE, today, digest, True)}
    folder = INSTRUMENTS / study.name
    files |= {folder / name: content for name, content in instruments(codebook).items()}
    files[folder / "aide-memoire.md"] = _filled(root, "aide-memoire.md", words)
    times = len(study.codes)  # as many answers from each département
    drawn = answers.generate(
        codebook,
        seed=zlib.crc32(study.name.encode()),
        responses=RESPONSES * times,
        collective=COLLECTIVE * times,
        like=like,
    )
    export = FORMATS[study.tool](codebook, drawn)
    return Made(
        export=export,
        coding=_coding(codebook, study, export, like),
        compliance={
            name: _filled(root, f"{compliance.FOLDER}/{name}", words)
            for name in (compliance.FORM, *compliance.DOCUMENTS)
        },
        files=files,
        config=with_study((root / CONFIG).read_bytes(), study.name),
    )


def _coding(codebook: Codebook, study: Study, export: bytes, like: answers.Like) -> bytes:
    """The coding workbook of the export's situations, under the numbers that its form shows."""
    read = read_exports(codebook, {ROLE: export}, {ROLE: study.tool}, unchanged)
    shown = {own: number for number, own in read.numbers.items()}
    situations = read.tables["situations"]
    numbered = situations.assign(response_id=situations["response_id"].map(shown))
    seed = zlib.crc32(study.name.encode())
    return coding.sheet(codebook, numbered, outlines.codes(study.codes), seed, like)


def _workbooks(
    codebook: Codebook, study: Study, received: Mapping[str, bytes], sampling: Mapping[str, Any], like: answers.Like
) -> dict[str, bytes]:
    """Role → workbook of the ads that the study draws from its own counts, and of those of buyers."""
    seed, counted = zlib.crc32(study.name.encode()), study.start + (study.end - study.start) / 2
    ads = workbooks.drawn(received, study.files, sampling)
    return {
        "coded_ads": workbooks.coded(codebook, ads, counted + dt.timedelta(days=CODED_AFTER), seed, like),
        "demand": workbooks.demand(codebook, study.codes, study.edition, counted, seed),
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


def _sidecar_of(place: Path) -> Path:
    return place.with_name(place.name + SIDECAR)


def sidecar(title: str, today: dt.date, digest: dict[str, str], public: bool = False) -> bytes:
    """The origin record of a trial file; `digest` is its key and value, `public` whether its content may be told."""
    content: dict[str, Any] = {
        "title": title,
        "origin": "observed",
        "source": SOURCE,
        "licence": LICENCE,
        "date": today.isoformat(),
    }
    told = digest | ({"public": True} if public else {}) | {"trial": True}
    return as_yaml(content | told)


def with_study(content: bytes, study: str) -> bytes | None:
    """config/config.yaml with one study more in its list, all else as it was, comments too; None where the list is
    not written on one line, so that a person adds it."""
    try:
        before = parse(content, CONFIG)
        text = content.decode()
    except (ConfigError, UnicodeDecodeError):
        return None
    if study in (before.get("studies") or ()):
        return content  # its making was killed once it was there
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
