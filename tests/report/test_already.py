"""What a publication prints and the study does not compute, said before its own findings."""

from __future__ import annotations

from released import fact, statements

from diagnostic.findings.computed import said
from diagnostic.report.assemble import Essentiel
from diagnostic.report.printer import Printer

NBSP = "\N{NO-BREAK SPACE}"
WIDE = {"unit": "person", "measure": "estimate", "low": 97, "high": 547, "interval_kind": "bounds"}
STATEMENTS = statements(fact("ads.persons_estimate", 273, **WIDE))
PUBLISHED = {"ads.five_cities_pct": f"80{NBSP}%", "ads.duplicate_rate_pct": f"61{NBSP}%"}


def test_a_sentence_is_told_where_everything_it_cites_may_be_printed() -> None:
    [told] = said(STATEMENTS, PUBLISHED)
    assert f"80{NBSP}%" in told.text and f"61{NBSP}%" in told.text and told.tile == f"80{NBSP}%"
    assert said(statements(), PUBLISHED) == said(STATEMENTS, {"ads.five_cities_pct": f"80{NBSP}%"}) == []


def test_a_number_of_the_study_opens_its_card_and_the_first_tiles_are_the_publication_s() -> None:
    first = Essentiel(STATEMENTS, Printer(STATEMENTS), "", "", PUBLISHED)
    assert '[273]{.fact fact="ads.persons_estimate"} personnes' in first.already()[0]
    number, words = first.tiles()[0]
    assert number == f"80{NBSP}%" and words.endswith("(selon la publication)")
