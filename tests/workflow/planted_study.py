"""A new study with a questionnaire in which 500 invented personal data were planted, run as a team would."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copies import TRIAL, Project, Run
from planted_exports import DATA, Sown

from diagnostic.codebook import loading
from diagnostic.collect.exports.study import read_exports, unchanged
from diagnostic.privacy.vault import open_vault
from diagnostic.release.editions import issued
from diagnostic.release.table_names import ISSUES
from diagnostic.trial import workbooks

STUDY = TRIAL
CHOSEN = ("--config", f"studies=[{STUDY}]")
ISSUED = ("diagnostic", "diffuser", STUDY, "--date", "2026-07-02")
CODEBOOK = loading.load(loading.read_folder(Path(__file__).parents[2] / loading.FOLDER))
CODES = [
    f"479{number:02d}" for number in range(1, len(workbooks.outline_codes()[0]) + 1)
]  # in the département, of no commune
EAST, NORTH = 18.1, -1.9  # degrees: from where the outlines of a trial lie to where the département does


@dataclass(frozen=True)
class Planted:
    """The finished project, and its commands in their order; `worked`: name → content of what the results had once they were
    calculated, before the edition."""

    project: Project
    runs: tuple[Run, ...]
    worked: dict[str, bytes]


def environment(project: Project) -> dict[str, str]:
    """Temporary files and caches inside the copy, so that they are searched too."""
    for name in ("tmp", "cache"):
        project.path(name).mkdir(exist_ok=True)
    return {"TMPDIR": str(project.path("tmp")), "XDG_CACHE_HOME": str(project.path("cache"))}


def run(project: Project, module: str, *arguments: str) -> Run:
    return project.fork(module, *arguments, **environment(project))


def register(project: Project, content: bytes, role: str = "questionnaire") -> Run:
    """`diagnostic recevoir`, given a file whose own name says who answered and how to call them, whatever would be refused."""
    name = f"Réponse de {DATA[0].value}, {DATA[200].value}.xlsx".replace("/", " ")
    place = project.root.parent / "telechargements" / name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(content)
    done = run(project, "diagnostic", "recevoir", STUDY, role, str(place), "--remplacer", "--date", "2026-07-01")
    assert done.code == 0, done.output
    return done


def coded(content: bytes) -> bytes:
    """The coding of the export's situations, under the identities that its form shows, but those that no code may be."""
    read = read_exports(CODEBOOK, {"questionnaire": content}, {"questionnaire": "kobo"}, unchanged)
    pattern = next(variable.pattern for variable in CODEBOOK.table(workbooks.TABLE) if variable.name == "record_id")
    shown = {own: number for number, own in read.numbers.items() if re.fullmatch(pattern, number)}
    situations = read.tables["situations"]
    numbered = situations.assign(response_id=situations["response_id"].map(shown)).dropna(subset=["response_id"])
    return workbooks.coding_sheet(CODEBOOK, numbered, [CODES], seed=3)


def _moved(features: dict[str, Any]) -> None:
    """The invented communes of the trial, where the département of the study is, under codes that none of its own has."""
    for feature, code in zip(features["features"], CODES, strict=True):
        feature["properties"]["code"] = code
        [ring] = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [[[round(x + EAST, 5), round(y + NORTH, 5)] for x, y in ring]]


def make_real(project: Project) -> None:
    """What a team edits once it has its own data."""
    choices = project.path(f"config/studies/{STUDY}.yaml")
    text = choices.read_text(encoding="utf-8")
    for old, new in (("fictional: true", "fictional: false"), ("Équipe à compléter", "Équipe d’un essai")):
        assert old in text
        text = text.replace(old, new)
    choices.write_text(text, encoding="utf-8")
    drawn = project.path(f"resources/studies/{STUDY}/{workbooks.OUTLINES_FILE}")
    features = json.loads(drawn.read_bytes())
    _moved(features)
    drawn.write_text(json.dumps(features), encoding="utf-8")
    record = drawn.with_name(f"{drawn.name}.meta.yaml")
    sealed = re.sub(
        r"sha256: \w+", f"sha256: {hashlib.sha256(drawn.read_bytes()).hexdigest()}", record.read_text("utf-8")
    )
    record.write_text(sealed, encoding="utf-8")
    decided = project.path(f"vault/{STUDY}/conformite/conformite.yaml")
    text = decided.read_text(encoding="utf-8")
    for key, day in {"opinion_date": "2026-05-15", "exports": "2036-12-31", "contacts": "2035-12-31"}.items():
        text = re.sub(rf"^(\s+{key}:).*$", rf"\1 {day}", text, flags=re.MULTILINE)
    decided.write_text(text, encoding="utf-8")
    for path in project.path(f"resources/studies/{STUDY}").glob("*.meta.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("trial: true\n", ""), encoding="utf-8")


def planted(project: Project, sown: Sown) -> Planted:
    """The study made by `diagnostic creer`, made real, its export registered, `snakemake`; then `diagnostic diffuser`, cut once."""
    made = run(project, "diagnostic", "creer", STUDY, "--outil", "kobo", "--date", "2026-06-01")
    assert made.code == 0, made.output
    make_real(project)
    registered = register(project, sown.content)
    register(project, coded(sown.content), workbooks.TABLE)  # that of the trial is of other situations
    done = run(project, "snakemake", *CHOSEN)
    assert done.code == 0, done.output
    results = project.path(f"results/{STUDY}")
    worked = {
        path.relative_to(results).as_posix(): path.read_bytes()
        for path in project.files(*(f"results/{STUDY}/{name}" for name in ("travail", "report")))
    }
    cut(project, *ISSUED)
    editions = len(issued.read(open_vault(project.root, STUDY).read_received(ISSUES)))
    assert editions == 1 and not project.path(f"results/{STUDY}/report").exists()  # recorded before anything is made
    sent = run(project, *ISSUED)
    assert sent.code == 0, sent.output
    return Planted(project, (made, registered, done, sent), worked)


def cut(project: Project, *command: str) -> None:
    """A command killed with all that it has begun as soon as the vault holds what it records."""
    with tempfile.TemporaryDirectory() as folder:
        process = project.begun(Path(folder) / "dit.txt", *command, **environment(project))
        while process.is_alive() and not open_vault(project.root, STUDY).received(ISSUES):
            time.sleep(0.02)
        assert process.is_alive(), (Path(folder) / "dit.txt").read_text("utf-8")
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
