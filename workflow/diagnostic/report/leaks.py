"""The last look before printing: nothing that has the form of personal data may be in the text or the figures."""

from __future__ import annotations

import pandas as pd

from diagnostic.privacy import tripwire


def look(qmd: bytes, figures: pd.DataFrame) -> dict[str, str]:
    """What a stopped run prints, by place and kind, without any value; empty when there is nothing.

    `figures` (one row per figure) holds their descriptions; what they draw are numbers and labels of the statements.
    """
    described = "\n".join([*figures["alt"], *figures["description"]])
    trips = [*tripwire.scan(qmd, "rapport.qmd"), *tripwire.scan(described, "figures")]
    message = tripwire.message(trips)
    return {"found": f"{message}\n" if message else ""}
