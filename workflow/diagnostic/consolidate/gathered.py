"""The shared diagnosis in one place: situations of both sources, pairs, persons, professionals, and their rows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.meaning import meaning
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.terms import SOME
from diagnostic.consolidate import decisions, described, linkage, located, people, questionnaire, shared_rows, to_decide
from diagnostic.consolidate.professionals import professionals
from diagnostic.consolidate.tables import TABLES
from diagnostic.core.counting import CEILING
from diagnostic.core.tables import Table, columns
from diagnostic.geography.tables import Areas

CODED_AT = ("coding_sheet", "coding_row")  # where a situation was coded
CODED = ("vulnerability/", "origin_region/", *(f"{name}.code" for name in located.COMMUNES))  # after reading


def consolidate(
    respondents: pd.DataFrame,
    cases: pd.DataFrame,
    questionnaire_rows: pd.DataFrame,
    interview_records: pd.DataFrame,
    interview_situations: pd.DataFrame,
    situation_coding: pd.DataFrame,
    duplicates: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    counting: Mapping[str, int | None] = questionnaire.EVERYTHING,
    areas: pd.DataFrame | None = None,
    **codebook: bytes,
) -> dict[str, pd.DataFrame | str]:
    """The tables of `gather`, the list of pairs left to the team (`to_decide`, a CSV) and the ledger of all rows.

    `counting` has the `first_year` of the facts counted, and the `ceiling` of situations without limit. `codebook`: its
    files, as `codebook_…`.
    """
    said = loading.load(loading.given(codebook))
    made = gather(
        respondents, cases, interview_records, interview_situations, situation_coding, duplicates, said, areas, counting
    )
    both = made["described"]
    group = decisions.groups(both, made["pairs"])
    first = both["situation"].groupby(group).transform("first") if len(both) else both["situation"]
    tables = {
        "interview_records": interview_records,
        "interview_situations": interview_situations,
        "situation_coding": situation_coding,
        "duplicates": duplicates,
    }
    rows = shared_rows.rows(questionnaire_rows, tables, both, first, received_rows, files, counting["first_year"])
    return {**made, "shared_rows": rows, "to_decide": to_decide.listed(both, made["pairs"])}


def gather(
    respondents: pd.DataFrame,
    cases: pd.DataFrame,
    interviews: pd.DataFrame,
    interview_situations: pd.DataFrame,
    situation_coding: pd.DataFrame,
    duplicates: pd.DataFrame,
    codebook: Codebook,
    areas: pd.DataFrame | None = None,
    counting: Mapping[str, int | None] = questionnaire.EVERYTHING,
) -> dict[str, pd.DataFrame]:
    """Tables `described` (one row per situation), `pairs`, `persons` and `professionals` (one per response or interview).

    The first two inputs are consolidated, the next three typed; `duplicates` are the team's decisions (`first`,
    `second`, `decision`), `areas` the territories that communes belong to, `counting` as for `consolidate`. All tables
    may be empty.
    """
    noticed = codebook.sets["exposure"][SOME]
    told = questionnaire.persons(interview_situations, counting)
    if cases.empty and told.empty:
        nobody = {name: _none(TABLES[name]) for name in ("described", "pairs", "persons")}
        return nobody | professionals(respondents, interviews, nobody["described"], noticed)
    both = coded(described.together(cases, told, counting["ceiling"] or CEILING), situation_coding)
    pairs = decisions.settle(both, linkage.candidates(both, codebook), duplicates)
    group = decisions.groups(both, pairs)
    territories = Areas.empty() if areas is None else areas
    both = both.assign(**{located.PLACE: located.placed(both, group, territories)})
    within = located.departements(both, group, territories)
    both = both if within is None else both.assign(**{str(within.name): within})
    return {
        "described": both,
        "pairs": pairs,
        "persons": people.persons(both, group, meaning(codebook)),
        **professionals(respondents, interviews, both, noticed),
    }


def coded(both: pd.DataFrame, situation_coding: pd.DataFrame) -> pd.DataFrame:
    """Situations with what was coded of their life courses and origins; `not_asked` where nothing was. Coded twice, the first coder
    in the alphabet counts: the second one only measures agreement."""
    names = [name for name in situation_coding.columns if name.startswith(CODED)]
    if not names:
        return both.assign(**dict.fromkeys(CODED_AT, pd.array([pd.NA] * len(both), dtype="Int64")))
    first = situation_coding.sort_values("coder.code", kind="stable").drop_duplicates("situation")
    found = first.set_index("situation").reindex(both["situation"]).set_index(both.index)
    at = found[["sheet", "row"]].astype("Int64").set_axis(list(CODED_AT), axis=1)
    return pd.concat([both, at, found[names].astype("str").fillna("not_asked")], axis=1)


def _none(model: type[Table]) -> pd.DataFrame:
    """The table of a study without situations: its own columns, no answer."""
    return model.empty()[[name for name in columns(model) if name.isidentifier()]]
