"""The files of a reconstructed study, in the shapes that a team drops in: form export, workbooks, decisions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports.study import read_exports
from diagnostic.collect.exports.typed import Pseudonyms
from diagnostic.collect.tables import Duplicates
from diagnostic.consolidate import questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.core.tables import columns
from diagnostic.core.written import as_csv
from diagnostic.reconstruct.told import MOST_TOLD, Study
from diagnostic.trial.answers import NUMBER, RESPONSES, Row
from diagnostic.trial.exports import google_csv
from diagnostic.trial.exports.template import filled

FORMATS = {"questionnaire": "google_csv", "interview_sheets": "template", "situation_coding": "template"}
CODER, TEAM = "AB", "AB"
UNSURE = 3  # pairs that the team leaves open
SAME, DIFFERENT = "mêmes personnes, décrites deux fois", "personnes différentes"


@dataclass(frozen=True)
class Files:
    """`exports`: role → content for the vault; `decisions`: the team's file on pairs of situations."""

    exports: dict[str, bytes]
    decisions: bytes


def made(codebook: Codebook, study: Study, pseudonyms: Pseudonyms, seed: int) -> Files:
    """All files of the shared diagnosis. `pseudonyms` are the vault's: decisions on pairs are given back under them, the
    coding of situations under the numbers that the form shows."""
    exports = {
        "questionnaire": google_csv.export(codebook, study.answers, blocks=MOST_TOLD),
        "interview_sheets": filled(codebook, "entretiens", _interviews(study)),
    }
    read = read_exports(codebook, exports, FORMATS, pseudonyms)
    shown = {own: number for number, own in read.numbers.items()}
    responses, met = (
        list(read.tables["responses"]["response_id"]),
        [str(row["interview_id"]) for row in study.interviews],
    )
    numbers = [*(shown[own] for own in responses), *met]
    exports["situation_coding"] = filled(codebook, "codage", {"situation_coding": _coded(study, numbers)})
    return Files(exports, _decisions(study, [*responses, *met], read.tables, codebook, seed))


def _interviews(study: Study) -> dict[str, list[Row]]:
    told: list[Row] = [
        {"interview_id": interview["interview_id"], NUMBER: number, "situation_origin": "interview"} | one.row
        for interview, own in zip(study.interviews, study.told[len(study.answers[RESPONSES]) :], strict=True)
        for number, one in enumerate(own, start=1)
    ]
    return {"interview_records": study.interviews, "interview_situations": told}


def _coded(study: Study, records: Sequence[str]) -> list[Row]:
    """The coding grid of the situations where there is something to code."""
    forms = len(study.answers[RESPONSES])
    return [
        {
            "record_kind": "response" if at < forms else "interview",
            "record_id": record,
            NUMBER: number,
            "coder": CODER,
            **study.coded[one.situation],
        }
        for at, (record, own) in enumerate(zip(records, study.told, strict=True))
        for number, one in enumerate(own, start=1)
        if study.coded[one.situation] and not one.again
    ]


def _decisions(
    study: Study, records: Sequence[str], tables: dict[str, pd.DataFrame], codebook: Codebook, seed: int
) -> bytes:
    """What the team decided of the pairs that the workflow lists and of those that it knows to be the same."""
    keys: dict[int, list[str]] = {}
    for record, own in zip(records, study.told, strict=True):
        for number, one in enumerate(own, start=1):
            keys.setdefault(one.situation, []).append(f"{record}/{number}")
    same = {frozenset(own) for own in keys.values() if len(own) > 1}
    forms = questionnaire.consolidate(tables["responses"], tables["situations"], _no_rows())
    listed = gather(
        forms["respondents"],
        forms["cases"],
        tables["interview_records"],
        tables["interview_situations"],
        pd.DataFrame(),
        Duplicates.empty(),
        codebook,
    )["pairs"]
    found = [frozenset(pair) for pair in zip(listed["first"], listed["second"], strict=True)]
    apart = [pair for pair in dict.fromkeys(found) if pair not in same]
    unsure = set(random.Random(f"decisions {seed}").sample(apart, min(UNSURE, len(apart))))
    rows = [(*sorted(pair), "same", SAME, TEAM) for pair in sorted(same, key=sorted)]
    rows += [(*sorted(pair), "unsure" if pair in unsure else "different", DIFFERENT, TEAM) for pair in apart]
    return as_csv([[name for name in columns(Duplicates) if name != "row"], *rows]).encode()


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame({"role": pd.array([], dtype="str"), "sheet": [], "row": []})
