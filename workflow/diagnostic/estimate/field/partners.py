"""Facts of the partners contacted: by wave, reminders, and a response rate only where a rate has a meaning."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from diagnostic.consolidate.rows import rules_read
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places

WAVES = {"first": "première vague", "second": "seconde vague"}
CAME = ("answered", "interview")
UNSAID = ("dk", "no_answer")  # the team does not say what came of it; a structure that stayed silent did not answer


def estimate(
    partners: pd.DataFrame, reminders: pd.DataFrame, places: pd.DataFrame, study: str
) -> dict[str, pd.DataFrame]:
    """One row per fact on the partners contacted; none without a list of them."""
    if partners.empty:
        return {"partners_facts": table(study, [])}
    index = Places(places)
    build = Builder("collect/partners", index.origin("partners"))
    said = rules_read(partners)
    read = {f"wave_{wave}": said.get("wave", set()) for wave in WAVES}
    read["response_pct"] = said.get("contacted_by_name", set()) | said.get("outcome", set())
    return {"partners_facts": table(study, _facts(partners, reminders, index, build), read)}


def _facts(partners: pd.DataFrame, reminders: pd.DataFrame, index: Places, build: Builder) -> Iterator[Fact | None]:
    cells, total = partial(index.cells, partners, "partners"), len(partners)
    yield build.count("partners.contacted", total, cells=cells("partner_code"))
    for code, name in WAVES.items():
        found = int(partners["wave.code"].eq(code).sum())
        yield build.count("partners.wave_{wave}", found, total, cells=cells("wave"), wave=code, name=name)
    yield build.count("partners.reminders", len(reminders), cells=index.cells(reminders, "reminders", "partner_code"))
    named = partners["contacted_by_name.code"].eq("yes")
    came, unsaid = partners["outcome.code"].isin(CAME), partners["outcome.code"].isin(UNSAID)
    base, found, silent = int(named.sum()), int((named & came).sum()), int((named & unsaid).sum())
    yield build.count("partners.by_name", base, total, cells=cells("contacted_by_name"))
    where, between = cells("contacted_by_name", "outcome"), (found, found + silent)
    yield build.share("partners.response_pct", found, base, between=between, cells=where)
