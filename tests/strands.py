"""A study of the repository up to its ledger, by the pure functions alone: no file written, no workflow."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic.collect import steps as collect_steps
from diagnostic.collect.tables import INPUTS
from diagnostic.config import Config, load
from diagnostic.consolidate import internet as consolidate_internet
from diagnostic.consolidate import interviews as consolidate_interviews
from diagnostic.consolidate import press as consolidate_press
from diagnostic.consolidate import questionnaire as consolidate_questionnaire
from diagnostic.consolidate import rows as consolidate_rows
from diagnostic.estimate import facts, internet, interviews, press, quality, questionnaire, reproduction
from diagnostic.estimate.tables import TABLES
from diagnostic.release.steps import release
from diagnostic.tables import columns

ROOT = Path(__file__).parents[1]
STUDIES = ["62-2020", "99-2026"]
Change = Callable[[dict[str, pd.DataFrame]], None]


@dataclass(frozen=True)
class Estimated:
    """All facts of a study by id, its reproduction table and its row ledger; then what release prints beside them."""

    facts: pd.DataFrame
    reproduction: pd.DataFrame
    rows: pd.DataFrame
    beside: dict[str, Any]

    def released(self) -> dict[str, pd.DataFrame]:
        """All that the report may read."""
        threshold = config().shared.release.threshold
        facts, reproduction = (frame.reset_index() for frame in (self.facts, self.reproduction))
        facts, reproduction = facts[columns(TABLES["facts"])], reproduction[columns(TABLES["reproduction"])]
        return release(facts=facts, reproduction=reproduction, threshold=threshold, **self.beside)


@cache
def config() -> Config:
    return load(ROOT, {"studies": STUDIES})


def estimated(study: str, change: Change | None = None, roles: Collection[str] = tuple(INPUTS)) -> Estimated:
    """The study's facts; `change` may alter the collected tables in place before anything is computed.

    With `roles`, the study is the one that would give only these files.
    """
    chosen = config().studies[study]
    files = {role: file for role, file in chosen.inputs.items() if role in roles}
    sidecars = {role: config().sidecars[study][role] for role in files}
    contents = {role: (ROOT / config().paths(study)[role]).read_bytes() for role in files}
    origins = {role: sidecar.origin for role, sidecar in sidecars.items()}
    recorded = {role: sidecar.accepted for role, sidecar in sidecars.items()}
    publication = chosen.publication.model_dump(exclude={"citation"}) if chosen.publication else {}
    used = publication if "published_figures" in roles else {}
    latest = chosen.report_date.isoformat()
    errors = collect_steps.check(study, files, recorded, latest=latest, publication=used, **contents)["errors"]
    records = {role: s.model_dump(mode="json", exclude={"history"}) for role, s in sidecars.items()}
    tables = collect_steps.collect(files, records, **contents)
    if change:
        change(tables)
    made = consolidate_internet.consolidate(tables["sites"], tables["ad_counts"], tables["ad_pages"], files)
    made |= consolidate_press.consolidate(tables["press"], files)
    made |= consolidate_interviews.consolidate(tables["interviews"], files)
    made |= consolidate_questionnaire.consolidate(tables["responses"], tables["situations"], tables["received_rows"])
    figures, notes = tables["published_figures"], tables["published_notes"]
    ledgers = {name: made[name] for name in ("internet_rows", "press_rows", "interviews_rows", "questionnaire_rows")}
    rows = consolidate_rows.gather(tables["cells"], figures, notes, tables["received_rows"], files, **ledgers)["rows"]
    sampling = config().sampling(study).model_dump()
    counts, pages = made["counts"], made["pages"]
    strands = internet.estimate(counts, pages, figures, study, origins, files, sampling, publication)
    strands |= press.estimate(made["articles"], study, origins, files)
    strands |= interviews.estimate(made["meetings"], study, origins, files)
    strands |= questionnaire.estimate(made["respondents"], made["cases"], tables["places"], study, origins)
    compared = reproduction.reproduce(figures, notes, **strands)["reproduction"]
    strands |= quality.estimate(rows, compared, errors.encode(), study, origins)
    every = TABLES["facts"].validate(facts.gather(**strands)["facts"])
    beside = {name: made[name] for name in ("articles", "meetings", "counts")}
    beside |= {"sources": tables["sources"], "errors": errors.encode()}
    return Estimated(every.set_index("fact_id"), compared.set_index("fact_id"), rows, beside)
