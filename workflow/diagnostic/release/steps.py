"""The release step: the ledger, then the lists and records printed beside it, nothing withheld left in them."""

from __future__ import annotations

import io

import pandas as pd

from diagnostic.collect.answered import ROLES
from diagnostic.release import verdicts
from diagnostic.release.tables import ListedArticle, ListedMeeting, ListedSite, Warned
from diagnostic.tables import columns

PROTECTED = "(protégé)"


def release(
    facts: pd.DataFrame,
    reproduction: pd.DataFrame,
    articles: pd.DataFrame,
    meetings: pd.DataFrame,
    counts: pd.DataFrame,
    sources: pd.DataFrame,
    errors: bytes,
    threshold: int,
) -> dict[str, pd.DataFrame]:
    """Everything the report may read. Raises nothing: what may not be printed is withheld, with its reason."""
    ledger = verdicts.decide(facts, threshold)
    withheld = set(ledger.loc[ledger["verdict"] == "withheld", "fact_id"])
    hidden = reproduction["fact_id"].isin(withheld)
    problems = pd.read_csv(
        io.BytesIO(errors), dtype={"row": "Int64", "column": "str"}, keep_default_na=False, na_values={"row": [""]}
    )
    return {
        "ledger": ledger,
        # The verdict of a withheld fact would give its value away beside the published one.
        "reproduction": reproduction.assign(
            computed=reproduction["computed"].mask(hidden, PROTECTED),
            status=reproduction["status"].mask(hidden, "not_computable"),
            basis=reproduction["basis"].mask(hidden, ""),
            reason=reproduction["reason"].mask(hidden, "Non publié : le verdict donnerait le nombre."),
        ),
        "articles": articles[columns(ListedArticle)],
        "meetings": meetings[columns(ListedMeeting)],
        "sites": counts.drop_duplicates("site_code")[columns(ListedSite)],
        "warnings": _warned(problems),
        "sources": sources,
    }


def _warned(problems: pd.DataFrame) -> pd.DataFrame:
    """The warnings, without the places of those on people's answers: a row there is somebody's."""
    private = problems["file"].isin(list(ROLES))
    shown = problems.assign(row=problems["row"].mask(private), column=problems["column"].mask(private, ""))
    return shown[columns(Warned)].drop_duplicates(ignore_index=True)
