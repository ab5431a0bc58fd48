"""The last look before printing: no text of the team was refused, and nothing that has the form of personal data is in the text
or the figures."""

from __future__ import annotations

import pandas as pd

from diagnostic.privacy import tripwire
from diagnostic.report.blocks import refusals


def look(qmd: bytes, figures: pd.DataFrame) -> dict[str, str]:
    """What a stopped run prints: what the team has to mend in its texts, by file and line, and what looks personal, by place and
    kind, without any value; empty when there is nothing.

    `figures` (one row per figure) holds their descriptions; what they draw are numbers and labels of the statements.
    """
    described = "\n".join([*figures["alt"], *figures["description"]])
    trips = [*tripwire.scan(qmd, "rapport.qmd"), *tripwire.scan(described, "figures")]
    told = [*refusals(qmd.decode()), tripwire.message(trips)]
    return {"found": "".join(f"{one}\n" for one in told if one)}
