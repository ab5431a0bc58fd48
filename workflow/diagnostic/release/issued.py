"""What a team has already sent of a study: each issue is kept, so that the next one does not give newcomers away."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnostic.release.editions import Previous
from diagnostic.release.groups import member
from diagnostic.release.populations import Population
from diagnostic.release.questions import Questions
from diagnostic.release.tables import Claims
from diagnostic.tables import columns

COLUMNS = ("issue", "population", "kind", "name", "value", "low", "high")
FIGURE, ROW = "figure", "row"
ROLE = "diffusions"  # of the file of issues, in the vault


@dataclass(frozen=True)
class Issued:
    """One issue. `record`: one row per figure printed on a group (`name`: the group; `value`, and the least and most
    that it stands for), and one per row that a population counted (`name`: its key)."""

    name: str
    record: pd.DataFrame


def claims(cells: Mapping[str, Mapping[str, object]]) -> pd.DataFrame:
    """What this release prints on groups: one row per group shown (`group`, `population`, `value`, `low`, `high`)."""
    rows = [
        (group.partition(":")[0], group, cell["shown_value"], cell["shown_low"], cell["shown_high"])
        for group, cell in sorted(cells.items())
        if cell["verdict"] == "shown"
    ]
    return pd.DataFrame(rows, columns=columns(Claims)).astype({"value": "Int64", "low": "Int64", "high": "Int64"})


def record(name: str, said: pd.DataFrame, populations: Mapping[str, Population]) -> pd.DataFrame:
    """An issue as a table with COLUMNS: its `claims`, and the rows that each of their populations counted."""
    told = said.rename(columns={"group": "name"}).assign(kind=FIGURE)
    held = [
        pd.DataFrame({"population": one, "kind": ROW, "name": populations[one].key})
        for one in sorted(set(said["population"]))
    ]
    return pd.concat([told, *held], ignore_index=True).assign(issue=name)[list(COLUMNS)]


def read(content: bytes) -> list[Issued]:
    """The issues of a CSV with COLUMNS, in the order of their days; none of an empty file."""
    if not content:
        return []
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    return [Issued(str(name), own) for name, own in table.groupby("issue")]


def write(issues: Sequence[pd.DataFrame]) -> bytes:
    """Issues as one CSV."""
    return pd.concat(issues, ignore_index=True).to_csv(index=False).encode()


def as_previous(issues: Sequence[Issued], population: Population, asked: Questions) -> tuple[Previous, ...]:
    """The issues as today's rows of a population face them: each counts its rows and those of the ones before.

    A figure that these rows no longer give was corrected since: it is left out, and told."""
    found: list[Previous] = []
    counted = np.zeros(len(population.key), dtype=bool)
    for issue in issues:
        own = issue.record[issue.record["population"] == population.name]
        counted = counted | np.isin(population.key, own.loc[own["kind"] == ROW, "name"].to_numpy(dtype=str))
        told = own[(own["kind"] == FIGURE) & own["name"].isin(list(asked.group))]
        found.append(_faced(issue.name, told, counted, asked))
    return tuple(found)


def _faced(name: str, told: pd.DataFrame, counted: np.ndarray, asked: Questions) -> Previous:
    shown, denied = {}, 0
    for figure in told.itertuples():
        group = asked.group[figure.name]
        value, low, high = int(figure.value), int(figure.low), int(figure.high)
        if low <= int(member(asked.persons.codes[counted], group).sum()) <= high:
            shown[asked.frame.name(group)] = (value, low, high)
        else:
            denied += 1
    return Previous(shown, counted, name, denied)
