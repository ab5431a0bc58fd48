"""Every sentence of the finished reports that prints a fact claims no more than the fact allows: chapters, findings, conclusions,
notes of slides and the dossier, which are one source."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from copies import EVERY

from diagnostic.findings.wording import overstated

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"

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


@pytest.mark.slow
def test_each_number_that_the_invented_study_prints_is_counted_again_in_the_kept_table(
    results_of: Callable[[str], Path],
) -> None:
    """Kind, base, interval and sentence of each; values and limits by pandas, numpy and scipy alone."""
    sys.path.insert(0, str(BENCHMARKS))  # as when a benchmark is run
    from support import printed

    found = printed.table(results_of("99-2026"))
    assert len(found) > 90 and not (found == "non").any().any()
    kept = (BENCHMARKS / "printed.csv").read_text("utf-8")
    assert printed.written(found) == kept, "python -m benchmarks.support.printed --output benchmarks/printed.csv"


@pytest.mark.slow
def test_what_a_publication_said_of_persons_is_said_to_be_reprinted_where_it_is(
    results_of: Callable[[str], Path],
) -> None:
    text = (results_of("62-2020") / "report/quarto/rapport.qmd").read_text("utf-8")
    assert "Ce qu’une publication a déjà dit des personnes décrites" in text
    assert "est réimprimé, au-dessus des mêmes seuils, comme son chiffre" in text
    assert "n’est pas réimprimé, sauf" not in text
