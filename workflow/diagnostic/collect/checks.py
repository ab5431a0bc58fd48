"""What one cell cannot show: rows that repeat, contradict each other, or point to nothing.

`check` runs every check whose columns could be read and puts each finding at its cell. A missing value never
makes a finding of its own: where it was refused, its cell already has its problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagnostic.collect import checks_internet, checks_press, checks_published, checks_support
from diagnostic.collect.findings import Check, Finding, Tables, may_quote
from diagnostic.collect.parse import Source
from diagnostic.core.problems import Problem
from diagnostic.core.wording import blocking, quoted, warning

PUBLIC = (checks_internet, checks_press, checks_published, checks_support)
CHECKS = tuple(one for part in PUBLIC for one in vars(part).values() if isinstance(one, Check))


def check(tables: Tables, sources: Mapping[str, Source]) -> list[Problem]:
    """All contradictions within and between the tables.

    `tables` has every role of INPUTS (an absent one empty); `sources` has the roles that the study gives,
    with the places of their columns (none where the header could not be read). A refused value is missing.
    """
    findings = [*_without_register(tables, sources)]
    for part in CHECKS:
        if part.possible(sources):
            findings += part.find(tables)
    named = {(finding.role, finding.column) for finding in findings if finding.row is not None and finding.column}
    cells = {(role, name): dict(zip(tables[role]["row"], tables[role][name], strict=True)) for role, name in named}
    return [_problem(one, cells.get((one.role, one.column), {}), sources[one.role]) for one in findings]


def _without_register(tables: Tables, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Counts and pages mean nothing where the study gives no register of sites, nor ads followed where nothing was counted."""
    if len(tables["wave_ads"]) and "wave_counts" not in sources:
        message = "Des annonces sont suivies, mais l'étude n'a pas de décomptes répétés."
        yield Finding(
            "wave_ads", None, "", message, "Donner les décomptes répétés (« wave_counts ») parmi les fichiers."
        )
    for role in ("ad_counts", "ad_pages", "wave_counts"):
        if role in sources and len(tables[role]) and "sites" not in sources:
            message = "Ce fichier parle de sites, mais l'étude n'a pas de registre des sites."
            yield Finding(role, None, "", message, "Donner le registre (« sites ») parmi les fichiers de l'étude.")


def _problem(finding: Finding, cells: Mapping[int, object], place: Source) -> Problem:
    """The finding at its cell; `cells`: row of the file → what its column holds."""
    value = ""
    if finding.row is not None and finding.column:
        value = quoted(_text(cells[finding.row]), may_quote(finding.role, finding.column))
    tell = blocking if finding.blocks else warning
    letter = place.letters.get(finding.column, "")
    return tell(place.file, finding.message, finding.remedy, finding.row, letter, value)


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    if pd.api.types.is_bool(cell):
        return "oui" if cell else "non"
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else str(cell)
