"""A study reconstructed in a copy of the project's choices, and its facts by the pure functions alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect import steps as collect_steps
from diagnostic.config import Config, load
from diagnostic.consolidate import gathered, questionnaire
from diagnostic.consolidate import interviews as consolidate_interviews
from diagnostic.estimate import contributors, described, facts, interviews, reproduction, sensitivity
from diagnostic.estimate import questionnaire as estimate_questionnaire
from diagnostic.estimate.tables import TABLES
from diagnostic.reconstruct.project import FOLDER, reconstruct
from diagnostic.release import reconstructed
from diagnostic.unlocking import opened
from diagnostic.vault import Vault

ROOT = Path(__file__).parents[2]
STUDY = "62-2020"
Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Rebuilt:
    """A reconstructed project: where it is, and what its files give."""

    home: Path

    @property
    def config(self) -> Config:
        return load(self.home)

    @property
    def vault(self) -> Vault:
        return opened(self.home, STUDY, create=False)

    def estimated(self, change: Change | None = None) -> Facts:
        """The facts of the shared diagnosis; `change` alters the form's export before it is read."""
        config, vault = self.config, self.vault
        study = config.studies[STUDY]
        received = {role: vault.read_received(role) for role in study.received}
        if change:
            received["questionnaire"] = change(received["questionnaire"])
        sidecars = config.sidecars[STUDY]
        contents = {role: (self.home / path).read_bytes() for role, path in config.paths(STUDY).items()}
        book = {f"codebook_{Path(name).stem}": (ROOT / loading.FOLDER / name).read_bytes() for name in loading.FILES}
        given = {"exports": study.received, "received": received, "pseudonyms": vault.pseudonyms, **contents, **book}
        recorded = {role: sidecar.accepted for role, sidecar in sidecars.items()}
        problems = collect_steps.check(
            STUDY, study.inputs, recorded, latest=study.report_date.isoformat(), publication={}, **given
        )["errors"]
        records = {role: s.model_dump(mode="json", exclude={"history"}) for role, s in sidecars.items()}
        tables = collect_steps.collect(study.inputs, records, **given)
        origins = {role: sidecar.origin for role, sidecar in sidecars.items()}
        made = questionnaire.consolidate(tables["responses"], tables["situations"], tables["received_rows"])
        told = ("interview_records", "interview_situations", "situation_coding", "partners", "reminders", "duplicates")
        forms = (made[name] for name in ("respondents", "cases", "questionnaire_rows"))
        made |= gathered.consolidate(*forms, *(tables[name] for name in told), tables["received_rows"], study.inputs)
        made |= consolidate_interviews.consolidate(tables["interviews"], study.inputs)
        shared = (tables["places"], STUDY, origins)
        people = (made["described"], made["pairs"])
        strands = estimate_questionnaire.estimate(made["respondents"], made["cases"], *shared, **book)
        strands |= described.estimate(*people, *shared, **book)
        strands |= contributors.estimate(made["respondents"], made["professionals"], *shared)
        strands |= interviews.estimate(made["meetings"], STUDY, origins, study.inputs)
        compared = reproduction.reproduce(tables["published_figures"], tables["published_notes"], **strands)
        strands |= sensitivity.estimate(*people, made["respondents"], STUDY, origins)
        every = TABLES["facts"].validate(facts.gather(**strands)["facts"])
        return Facts(every.set_index("fact_id"), compared["reproduction"], problems, made)


@dataclass(frozen=True)
class Facts:
    """All facts by id, every published figure against them, the error list, and the consolidated tables."""

    facts: pd.DataFrame
    reproduction: pd.DataFrame
    problems: str
    tables: dict[str, pd.DataFrame]

    def released(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The ledger by id and the reproduction table, as what is reconstructed may be printed, were nothing withheld
        for another reason."""
        facts = self.facts.reset_index()
        shown = {f"shown_{name}": facts[name] for name in ("value", "low", "high")}
        settled, compared = reconstructed.settle(facts.assign(verdict="shown", reason="", **shown), self.reproduction)
        return settled.set_index("fact_id"), compared


def project(folder: Path) -> Path:
    """The project's choices and public files, without its results."""
    for name in ("config", "resources"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("Snakefile", "workflow", "profiles", "report", "envs"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def rebuilt(root: Path, seed: int) -> Rebuilt:
    reconstruct(root, STUDY, seed)
    return Rebuilt(root / FOLDER / STUDY)
