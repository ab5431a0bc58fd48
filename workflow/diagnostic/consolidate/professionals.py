"""Professionals who contributed: those behind the forms and those met, without counting twice who did both."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagnostic.codebook.indicators import OF_BOTH
from diagnostic.consolidate.tables import Contributors


def professionals(
    respondents: pd.DataFrame, interviews: pd.DataFrame, described: pd.DataFrame, noticed: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """One row per response and per interview, with the professionals that it adds to the union.

    `respondents` has `professionals`; `interviews` is the typed table of interviews. An interview adds those met less
    those who also filled in the form: at least one when the number met is blank (`rencontre_non_precisee`), none taken
    off when that number is blank (`deja_repondu_non_precise`), the lower bound then takes them all off.
    `identified`: something was ticked (one of the answers `noticed`) or told; in an interview where a situation was told, one person at least
    identified it, and all those met count for the study.
    """
    own, others = (set(described.loc[described["source"] == source, "record"]) for source in ("response", "interview"))
    parts = [
        *([_responses(respondents, own, noticed)] if len(respondents) else []),
        *([_interviews(interviews, others)] if len(interviews) else []),
    ]
    return {"professionals": pd.concat(parts, ignore_index=True) if parts else Contributors.empty()}


def _responses(respondents: pd.DataFrame, told: set[str], noticed: Sequence[str]) -> pd.DataFrame:
    seen = respondents["response_id"].isin(told)
    for code in noticed:
        column = f"exposure/{code}"
        if column in respondents:
            seen |= respondents[column].astype("str") == "ticked"
    weight = respondents["professionals"].astype("Int64")
    collective = respondents["answer_mode.code"].eq("group") & respondents["professionals_consulted.number"].isna()
    largest = int(max(2, weight.max())) if len(weight) else 2
    return pd.DataFrame(
        {
            "source": pd.array(["response"] * len(respondents), dtype="str"),
            "record": pd.array(respondents["response_id"], dtype="str"),
            "sheet": pd.array(respondents["sheet"], dtype="Int64"),
            "row": pd.array(respondents["row"], dtype="Int64"),
            "met": weight.array,
            "professionals": weight.array,
            "professionals_low": weight.array,
            "professionals_high": weight.mask(collective, largest).array,
            "identified": weight.where(seen, 0).array,
            "identified_low": weight.where(seen, 0).array,
            "identified_high": weight.mask(collective, largest).where(seen, 0).array,
            **{name: pd.array(_codes(respondents, name), dtype="str") for name in OF_BOTH},
            "rules": pd.array(["collectif_non_precise" if blank else "" for blank in collective], dtype="str"),
        }
    )


def _interviews(interviews: pd.DataFrame, told: set[str]) -> pd.DataFrame:
    met, answered = interviews["people_met.number"], interviews["already_answered.number"]
    unsaid, unknown = met.isna(), answered.isna()
    met = met.fillna(1).astype("Int64")
    taken = answered.fillna(0).astype("Int64")
    taken = taken.where(taken <= met, met)
    added = met - taken
    seen = interviews["interview_id.code"].isin(told)
    largest = int(max(1, met.max()))
    high = (met.mask(unsaid, largest) - taken).astype("Int64")
    low = added.mask(unknown, 0)
    return pd.DataFrame(
        {
            "source": pd.array(["interview"] * len(interviews), dtype="str"),
            "record": pd.array(interviews["interview_id.code"], dtype="str"),
            "sheet": pd.array(interviews["sheet"], dtype="Int64"),
            "row": pd.array(interviews["row"], dtype="Int64"),
            "met": met.array,
            "professionals": added.array,
            "professionals_low": low.array,
            "professionals_high": high.array,
            "identified": added.where(seen, 0).array,
            "identified_low": low.clip(upper=1).where(seen, 0).array,
            "identified_high": high.where(seen, 0).array,
            **{name: pd.array(_codes(interviews, name), dtype="str") for name in OF_BOTH},
            "rules": pd.array(
                [
                    "; ".join(
                        name
                        for name, touched in (("rencontre_non_precisee", a), ("deja_repondu_non_precise", b))
                        if touched
                    )
                    for a, b in zip(unsaid, unknown, strict=True)
                ],
                dtype="str",
            ),
        }
    )


def _codes(frame: pd.DataFrame, name: str) -> pd.Series:
    column = f"{name}.code"
    return frame[column].astype("str") if column in frame else pd.Series("not_asked", index=frame.index)
