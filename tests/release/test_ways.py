"""How facts may leave: each text says it, what counts persons never leaves as it is, whatever a newcomer declares."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from unittest.mock import Mock

import pytest
from simulated import policy

from diagnostic.estimate.facts import Builder, table
from diagnostic.estimate.tables import UNITS
from diagnostic.estimate.texts import strands, ways
from diagnostic.estimate.texts.text import Text
from diagnostic.release.populations.rounding import PUBLIC_KEY, Draw
from diagnostic.release.ways.verdicts import decide, verdict
from diagnostic.release.ways.way import Scope

MET = (2.0, 12.0, 23.0)  # persons met during a round of outreach, in one town


def rounds(unit: str, way: str, label: str = "personnes rencontrées à {town}") -> Mapping[str, Text]:
    """The texts of a table of outreach rounds, which a newcomer adds: « Marmande, 2 personnes » were printed of it."""
    return {"maraudes.met.{town}": Text(label, "lignes du tableau des maraudes", unit, "maraudes", way=way)}


@pytest.mark.parametrize("draw", [Draw(PUBLIC_KEY), None], ids=["key", "no key"])
def test_whatever_a_newcomer_declares_nothing_that_counts_persons_is_printed_exactly(draw: Draw | None) -> None:
    """Each unit by each way: refused when the workflow is read, or withheld; never « 2 ». A study without a key holds nothing
    private: what is not told as it is answers to the strictest threshold."""
    refused, facts = 0, []
    for unit, way in product(UNITS, ways.WAYS):
        texts = rounds(unit, way)
        if list(ways.problems("maraudes", texts)):
            refused += 1
            continue
        for source, value in product(("collect/maraudes", "consolidate/maraudes"), MET):
            town = f"{unit}-{way}-{source.partition('/')[0]}-{value:g}"
            facts.append(Builder(texts, source, "observed").count("maraudes.met.{town}", value, town=town))
    assert refused == 2 * len(UNITS)  # « things » and « each » say that they count nobody
    ledger = decide(table("47-2026", facts), policy(), draw=draw).ledger
    exact = ledger[ledger["shown_value"].eq(ledger["value"])]
    assert exact.empty if draw else exact["value"].min() >= 8, exact["fact_id"].to_list()


def test_a_round_is_a_thing_and_whom_it_met_is_not() -> None:
    """The very words are read: a session is counted, whatever its unit is called; the persons of one are not."""
    assert not list(ways.problems("maraudes", rounds("session", "things", "maraudes à {town}")))
    (line,) = ways.problems("maraudes", rounds("session", "things"))
    assert line.startswith(
        "workflow/diagnostic/estimate/texts/maraudes.py : « maraudes.met.{town} » : ce texte parle de personnes"
    )
    hidden = Builder(rounds("session", "things", "{what}"), "collect/maraudes", "observed")
    facts = [hidden.count("maraudes.met.{town}", 2, town="m", what="personnes rencontrées à Marmande")]
    assert decide(table("47-2026", facts), policy(), draw=Draw(PUBLIC_KEY)).ledger["verdict"].eq("withheld").all()
    unseen = rounds("session", "things", "séances que personne n’a pu voir")
    assert not list(ways.problems("maraudes", unseen))


@pytest.mark.parametrize("way", ways.WAYS)
def test_who_answered_is_no_door_for_others(way: str) -> None:
    """The group of all who answered is printed exactly; a number of persons met that names it is not."""
    build = Builder(rounds("person", way), "collect/maraudes", "observed")
    (fact,) = table("47-2026", [build.count("maraudes.met.{town}", 2, town="m", group="professionals:")]).to_dict(
        "records"
    )
    told = verdict(fact, Scope(policy(), Draw(PUBLIC_KEY), {"professionals": Mock()}))
    assert told["verdict"] == "withheld"


@pytest.mark.parametrize("way", ["", "thing"])
def test_a_text_without_a_way_stops_the_study(way: str) -> None:
    (line,) = ways.problems("maraudes", rounds("session", way))
    assert "« maraudes.met.{town} » : voie de publication (`way`)" in line and "things, each" in line
    assert way or pytest.raises(
        ValueError, Builder(rounds("session", way), "a/b", "observed").count, "maraudes.met.{town}", 2
    )


def test_every_text_of_the_project_has_a_way_that_its_words_allow() -> None:
    assert strands.unreleased() == []
    used = {text.way for texts in strands.every().values() for text in texts.values()}
    assert used == set(ways.WAYS)  # none is declared for nothing
