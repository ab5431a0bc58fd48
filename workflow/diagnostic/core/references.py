"""Foreign keys: what tables declare of each other (`tables.refers`), checked where both are at hand."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagnostic.core.tables import among, references
from diagnostic.core.validation import DoorError


def check(given: Mapping[str, pd.DataFrame]) -> None:
    """Check every declared reference from one of the tables to another (`phase/table` → typed table).

    A column that is not there, since its form follows the codebook, holds nothing. Raises DoorError: it names tables,
    columns and positions, all of them, and never a value.
    """
    found = []
    for name, frame in given.items():
        for reference in references(name):
            if reference.table not in given or reference.column not in frame:
                continue
            known = given[reference.table].get(reference.target, pd.Series([], dtype="str"))
            values = frame[reference.column]
            if pd.api.types.is_string_dtype(values.dtype):  # as plain texts: pandas would turn Arrow's one by one
                values, known = values.astype(object), known.astype(object)
            astray = (
                values.notna().to_numpy() & ~values.isin(known).to_numpy(dtype=bool) & among(frame, reference.where)
            )
            if astray.any():
                at = [int(row) for row in astray.nonzero()[0][:10]]
                target = f"{reference.table}.{reference.target}"
                found.append(f"table {name}: {reference.column} is not in {target} (positions {at})")
    if found:
        raise DoorError("; ".join(found))
