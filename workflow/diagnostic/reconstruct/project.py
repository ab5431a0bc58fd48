"""`diagnostic reconstruire`: a copy of the project, for the reviewer alone, where a study has reconstructed files.

It stands in a folder that git ignores. Everything in it is the project's own, by links, but for the study's files and
choices: whoever runs `snakemake` there runs the same workflow on what a team would have dropped in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from diagnostic.audit.command import read
from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.core import writing
from diagnostic.core.french import typographic
from diagnostic.core.written import as_yaml
from diagnostic.privacy.vault import FOLDER_MODE
from diagnostic.reconstruct import ads, demand, files, places, professionals, situations, told
from diagnostic.reconstruct.publication import Impossible, Publication
from diagnostic.reconstruct.questions import Questions
from diagnostic.study.config import CONFIG, RESOURCES, SIDECAR, STUDIES, load, load_study, load_yaml
from diagnostic.study.declared import Study
from diagnostic.study.unlocking import opened
from diagnostic.trial import workbooks
from diagnostic.trial.exports.template import filled

FOLDER = Path("reconstitution")
STRUCTURE, DECISIONS = "structure.csv", "doublons.csv"
CODED_ADS, DEMAND = "annonces.xlsx", "demande.xlsx"
LINKED = ("Snakefile", "workflow", "profiles", "report", "envs", "resources/references", loading.FOLDER.as_posix())
KEPT = ("config/release.yaml", "config/pistes.yaml", "config/modeles")
NOTICE = "NE PAS DIFFUSER : données reconstituées à partir de chiffres publiés, qui décrivent des personnes réelles.\n"
SOURCE = "Reconstitué par « diagnostic reconstruire » à partir des chiffres publiés ; une solution parmi d’autres"
LICENCE = "Données reconstituées : non diffusées"
TITLES = {
    "questionnaire": "Réponses au questionnaire, reconstituées",
    "interview_sheets": "Entretiens et situations rapportées, reconstitués",
    "situation_coding": "Codage des facteurs de vulnérabilité, reconstitué",
    "ad_counts": "Annonces par site et par lieu, les lieux étant reconstitués",
    "coded_ads": "Annonces de l’échantillon codées, reconstituées",
    "demand": "Demande, forum et établissements à risque, reconstitués",
    "duplicates": "Décisions sur les doublons, reconstituées",
}


def reconstruct(root: Path, study: str, seed: int) -> list[str]:
    """Make `reconstitution/{study}` and tell, in French, what is in it. Raises Impossible, ConfigError, VaultError,
    CodebookError, UnreadableFile."""
    chosen, _ = load_study(root, study)
    source = root / RESOURCES / study
    publication, meetings = _published(source, chosen)
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    fields = [str(meeting["activity_field"]) for meeting in meetings]
    responses, interviews = professionals.drawn(publication, fields, seed)
    described = situations.drawn(publication, Questions(codebook), seed)
    written = told.written(codebook, responses, interviews, described, meetings, chosen.period_start, seed)

    home = root / FOLDER / study
    _project(root, home, study)
    vault = opened(home, study)
    made = files.made(codebook, written, vault.pseudonyms, seed)
    place = home / RESOURCES / study
    for role, content in made.exports.items():
        receipt = vault.receive(content, role, ".csv" if files.FORMATS[role].endswith("csv") else ".xlsx")
        _sidecar(place / f"{role}{SIDECAR}", role, chosen.report_date, digest=receipt.digest)
    _input(place, "duplicates", DECISIONS, made.decisions, chosen.report_date)
    inputs = {"duplicates": DECISIONS}
    if {"sites", "ad_counts"} <= chosen.inputs.keys() and places.COMMUNES in publication.figures:
        for role, (name, content) in _internet(root, study, chosen, publication, codebook, seed).items():
            _input(place, role, name, content, chosen.report_date)
            inputs[role] = name
    _choices(home, study, inputs)
    return [
        typographic(line)
        for line in (
            f"Données reconstituées de {study} (graine {seed}) : {len(responses)} réponses, {len(interviews)} entretiens, "
            f"{sum(map(len, written.told))} situations décrites.",
            f"Elles sont dans {FOLDER}/{study}/, que git ignore. {NOTICE.strip()}",
            f"Calculer : « cd {FOLDER}/{study} », puis « diagnostic calculer ».",
        )
    ]


def _published(source: Path, chosen: Study) -> tuple[Publication, list[dict[str, Any]]]:
    """The published figures, and the interviews that the publication lists."""
    missing = [role for role in ("published_figures", "interviews") if role not in chosen.inputs]
    if missing:
        raise Impossible(f"L’étude n’a pas de fichier pour : {', '.join(missing)}.")
    structure = source / STRUCTURE
    figures = read(source / chosen.inputs["published_figures"])
    publication = Publication.read(figures, read(structure) if structure.is_file() else None)
    rows = read(source / chosen.inputs["interviews"]).to_dict("records")
    return publication, [{str(name): value for name, value in row.items()} for row in rows]


def _internet(
    root: Path, study: str, chosen: Study, publication: Publication, codebook: Codebook, seed: int
) -> dict[str, tuple[str, bytes]]:
    """Role → name and content of the counts by place and, where they are published, of the coded ads and the demand."""
    source, name = root / RESOURCES / study, chosen.inputs["ad_counts"]
    counts, sites = (read(source / chosen.inputs[role]) for role in ("ad_counts", "sites"))
    content = places.placed(counts, sites, publication, seed).to_csv(index=False, lineterminator="\n").encode()
    made = {"ad_counts": (name, content)}
    if ads.SAMPLE in publication.figures:
        contents = {"sites": (source / chosen.inputs["sites"]).read_bytes(), "ad_counts": content}
        sampling = load(root, {"studies": [study]}).sampling(study).model_dump()
        drawn = workbooks.drawn(contents, chosen.inputs, sampling)
        rows = ads.coded(publication, drawn, chosen.period_start, seed)
        made["coded_ads"] = (CODED_ADS, filled(codebook, "annonces", rows))
    if all(figure in publication.figures for figure in demand.NEEDED):
        noted = demand.noted(publication, str(sites["site_code"].iloc[0]), seed)
        made["demand"] = (DEMAND, filled(codebook, "demande", noted))
    return made


def _project(root: Path, home: Path, study: str) -> None:
    """The project around the study: links to all that does not change, copies of the study's public files."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=FOLDER_MODE)
    for name in LINKED:
        if (root / name).exists():
            link = home / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to((root / name).resolve())
    for name in (*KEPT, (STUDIES / study).as_posix()):
        if (root / name).is_dir():
            shutil.copytree(root / name, home / name)
        elif (root / name).is_file():
            shutil.copy2(root / name, home / name)
    shutil.copytree(root / RESOURCES / study, home / RESOURCES / study)
    writing.write_bytes(NOTICE.encode(), home / "NE_PAS_DIFFUSER.txt")
    _yaml(home / CONFIG, load_yaml(root, CONFIG) | {"studies": [study]})
    _yaml(home / STUDIES / f"{study}.yaml", load_yaml(root, STUDIES / f"{study}.yaml"))


def _choices(home: Path, study: str, inputs: Mapping[str, str]) -> None:
    """The study's file, with what was reconstructed."""
    path = STUDIES / f"{study}.yaml"
    choices = load_yaml(home, path)
    choices |= {
        "title": f"{choices['title']} (données reconstituées)",
        "inputs": choices["inputs"] | inputs,
        "received": choices.get("received", {}) | files.FORMATS,
    }
    _yaml(home / path, choices)


def _input(place: Path, role: str, name: str, content: bytes, day: dt.date) -> None:
    writing.write_bytes(content, place / name)
    _sidecar(place / f"{name}{SIDECAR}", role, day, sha256=hashlib.sha256(content).hexdigest())


def _sidecar(path: Path, role: str, day: dt.date, **digest: str) -> None:
    origin = {"title": TITLES[role], "origin": "reconstructed", "source": SOURCE, "licence": LICENCE}
    _yaml(path, origin | {"date": day.isoformat()} | digest)


def _yaml(path: Path, content: Mapping[str, Any]) -> None:
    writing.write_bytes(as_yaml(content), path)
