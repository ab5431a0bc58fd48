"""The last look before printing: no text of the team was refused, and nothing has the form of personal data."""

from __future__ import annotations

import re

import pandas as pd

from diagnostic.privacy import contents
from diagnostic.report.blocks import REFUSED


def look(qmd: bytes, figures: pd.DataFrame) -> dict[str, str]:
    """What a stopped run prints: what a team has to mend in its texts, by line; what looks personal, by place and kind, without any value.

    `figures` (one row per figure) holds their descriptions; what they draw are numbers and labels of the statements.
    """
    described = "\n".join([*figures["alt"], *figures["description"]])
    trips = [*contents.scan(qmd, "rapport.qmd"), *contents.scan(described, "figures")]
    refused = (re.sub(r"\\(.)", r"\1", one) for block in REFUSED.findall(qmd.decode()) for one in block.split("\n\n"))
    return {"found": "".join(f"{one}\n" for one in (*dict.fromkeys(refused), contents.message(trips)) if one)}
