"""Every sentence of the finished reports that prints a fact claims no more than the fact allows: chapters, findings, conclusions,
notes of slides and the dossier, which are one source."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from copies import EVERY

from diagnostic.findings.wording import overstated

SPAN = re.compile(r'\[[^\]]*\]\{\.fact[^}]*fact="([^"]+)"\}')


@pytest.mark.parametrize("study", EVERY)
def test_no_sentence_claims_more_than_its_numbers_allow(results_of: Callable[[str], Path], study: str) -> None:
    results = results_of(study)
    facts = {one.statement_id: one for one in pd.read_parquet(results / "release/statements.parquet").itertuples()}
    text = (results / "report/quarto/rapport.qmd").read_text("utf-8").partition("``` {.carte")[0]
    lines = [line for line in text.splitlines() if SPAN.search(line) and not line.startswith(("|", ": "))]
    assert len(lines) > 20 or study not in ("62-2020", "99-2026")
    told = [(one.message, line) for n, line in enumerate(lines) for one in overstated(n, line, SPAN, facts)]
    assert not told
