"""The pairs that the team has to decide, as a file to fill: the header of `doublons.csv`, one line per open pair."""

from __future__ import annotations

import pandas as pd

from diagnostic.consolidate.tables import SOURCES

COLUMNS = ("first", "second", "decision", "reason", "initials", "points", "en_commun", "sources", "personnes")


def listed(described: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """A CSV: the keys of both situations, three columns to fill, then what helps to decide, closed answers only.

    The most alike come first. The last four columns are removed before the file is given back.
    """
    open_ = pairs[pairs["status"].isin(["undecided", "contradictory"])]
    open_ = open_.sort_values(["score", "first", "second"], ascending=[False, True, True], kind="stable")
    source = described.set_index("situation")["source"].map(SOURCES)
    persons = described.set_index("situation")["persons"].astype("str")
    rows = pd.DataFrame(
        {
            "first": open_["first"],
            "second": open_["second"],
            "decision": open_["decision"],
            "reason": "",
            "initials": "",
            "points": open_["score"],
            "en_commun": open_["agree"],
            "sources": open_["first"].map(source) + " / " + open_["second"].map(source),
            "personnes": open_["first"].map(persons) + " / " + open_["second"].map(persons),
        },
        columns=list(COLUMNS),
    )
    return str(rows.to_csv(index=False, lineterminator="\n"))
