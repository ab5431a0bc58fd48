"""A study of the repository up to its ledger, by the pure functions alone: no file written, no workflow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect import steps as collect_steps
from diagnostic.collect.answered import WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.config import Config, load
from diagnostic.consolidate import ads as consolidate_ads
from diagnostic.consolidate import demand as consolidate_demand
from diagnostic.consolidate import gathered as consolidate_shared
from diagnostic.consolidate import history as consolidate_history
from diagnostic.consolidate import internet as consolidate_internet
from diagnostic.consolidate import interviews as consolidate_interviews
from diagnostic.consolidate import press as consolidate_press
from diagnostic.consolidate import questionnaire as consolidate_questionnaire
from diagnostic.consolidate import rows as consolidate_rows
from diagnostic.consolidate import support as consolidate_support
from diagnostic.estimate import (
    across,
    contributors,
    demand,
    described,
    drawing,
    facts,
    history,
    internet,
    interviews,
    national,
    outreach,
    partners,
    press,
    quality,
    questionnaire,
    reproduction,
    sample,
    sensitivity,
    support,
    territory,
    usable,
)
from diagnostic.estimate.tables import TABLES
from diagnostic.geography.steps import territories
from diagnostic.geography.tables import Areas
from diagnostic.release.steps import release
from diagnostic.release.tables import PRINTED
from diagnostic.tables import columns

ROOT = Path(__file__).parents[1]
NATIONAL = ROOT / "resources" / "references" / "national.csv"
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
        facts, reproduction = (frame.reset_index() for frame in (self.facts, self.reproduction))
        facts, reproduction = facts[columns(TABLES["facts"])], reproduction[columns(TABLES["reproduction"])]
        policy = config().policy.model_dump(mode="json")
        found = release(facts=facts, reproduction=reproduction, policy=policy, **self.beside)
        return {name: found[name] for name in PRINTED}


@cache
def codebook() -> dict[str, bytes]:
    """The codebook's files, as the steps receive them."""
    folder = ROOT / loading.FOLDER
    return {f"codebook_{Path(name).stem}": (folder / name).read_bytes() for name in loading.FILES}


@cache
def config() -> Config:
    return load(ROOT, {"studies": STUDIES})


@cache
def outlined(study: str) -> pd.DataFrame:
    """The territories of a study that brings its own outlines; none for the others, which need the network."""
    own = config().studies[study].outlines
    if not own:
        return Areas.empty()
    content = (ROOT / config().outlines(study)).read_bytes()
    file = {"properties": own.properties, "vintage": own.vintage, "credit": ""}
    file |= {"sha256": hashlib.sha256(content).hexdigest()}
    return territories(config().studies[study].departement, "Département", file, outlines=content)["areas"]


def estimated(study: str, change: Change | None = None, roles: Collection[str] = (*INPUTS, *WORKBOOKS)) -> Estimated:
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
    errors = collect_steps.check(study, files, recorded, latest=latest, publication=used, **contents, **codebook())[
        "errors"
    ]
    records = {role: s.model_dump(mode="json", exclude={"history"}) for role, s in sidecars.items()}
    tables = collect_steps.collect(files, records, **contents, **codebook())
    if change:
        change(tables)
    made = consolidate_internet.consolidate(tables["sites"], tables["ad_counts"], tables["ad_pages"], files)
    made |= consolidate_press.consolidate(tables["press"], files)
    made |= consolidate_interviews.consolidate(tables["interviews"], files)
    made |= consolidate_questionnaire.consolidate(tables["responses"], tables["situations"], tables["received_rows"])
    figures, notes = tables["published_figures"], tables["published_notes"]
    received = tables["received_rows"]
    made |= consolidate_ads.consolidate(tables["ads"], tables["ad_copies"], received, files)
    demanded = (tables[name] for name in ("demand_ads", "forum_threads", "penal_response", "venues"))
    made |= consolidate_demand.consolidate(*demanded, received, files)
    made |= consolidate_history.consolidate(tables["site_status"], tables["site_terms"], received, files)
    told = ("interview_records", "interview_situations", "situation_coding", "partners", "reminders", "duplicates")
    forms = (made[name] for name in ("respondents", "cases", "questionnaire_rows"))
    areas = outlined(study)
    made |= consolidate_shared.consolidate(*forms, *(tables[name] for name in told), received, files, areas)
    local = ("structures", "practices", "outreach", "restitutions")
    made |= consolidate_support.consolidate(*(tables[name] for name in local), files)
    strand_names = ("internet", "press", "interviews", "shared", "ads", "demand", "history", "support")
    ledgers = {f"{name}_rows": made[f"{name}_rows"] for name in strand_names}
    rows = consolidate_rows.gather(tables["cells"], figures, notes, tables["received_rows"], files, **ledgers)["rows"]
    sampling = config().sampling(study).model_dump()
    counts, pages = made["counts"], made["pages"]
    strands = internet.estimate(counts, pages, figures, study, origins, files, sampling, publication)
    strands |= press.estimate(made["articles"], study, origins, files)
    strands |= interviews.estimate(made["meetings"], study, origins, files)
    strands |= questionnaire.estimate(made["respondents"], made["cases"], tables["places"], study, origins)
    drawn = drawing.draw_sample(counts, pages, made["codings"], study, origins, sampling, **codebook())
    frame, draw = drawn["frame"], drawn["draw"]
    linked = usable.link(made["codings"], made["copies"], frame, draw)
    shared = {"study": study, "origins": origins, "files": files}
    strands |= sample.estimate(
        counts,
        pages,
        frame,
        draw,
        made["codings"],
        **linked,
        places=tables["places"],
        sampling=sampling,
        **shared,
        **codebook(),
    )
    strands |= demand.estimate(
        *(made[name] for name in ("demand_ads", "forum", "penal", "venues")), tables["places"], **shared, **codebook()
    )
    strands |= history.estimate(made["site_states"], made["site_terms"], tables["places"], **shared, **codebook())
    strands |= across.estimate(figures, study, files, used)
    people = (made["described"], made["pairs"])
    strands |= described.estimate(*people, tables["places"], study, origins, **codebook())
    strands |= contributors.estimate(made["respondents"], made["professionals"], tables["places"], study, origins)
    strands |= territory.estimate(
        *people,
        tables["situation_coding"],
        tables["partners"],
        counts,
        pages,
        areas,
        tables["places"],
        **shared,
        geography=config().policy.rules.geography.model_dump(),
    )
    compared = reproduction.reproduce(figures, notes, **strands)["reproduction"]
    strands |= partners.estimate(tables["partners"], tables["reminders"], tables["places"], study, origins, files)
    strands |= support.estimate(made["structures"], study, origins, files)
    strands |= outreach.estimate(made["outreach"], figures, study, origins, files, used)
    strands |= national.estimate(strands["described_facts"], NATIONAL.read_bytes(), study)
    strands |= sensitivity.estimate(*people, made["respondents"], study, origins)
    strands |= quality.estimate(rows, compared, errors.encode(), study, origins)
    every = TABLES["facts"].validate(facts.gather(**strands)["facts"])
    beside = {
        name: made[name] for name in ("articles", "meetings", "counts", "described", "pairs", "cases", "respondents")
    }
    beside |= {name: made[name] for name in ("structures", "practices", "restitutions")}
    beside |= {"sources": tables["sources"], "errors": errors.encode(), "published_figures": figures}
    return Estimated(every.set_index("fact_id"), compared.set_index("fact_id"), rows, beside)
