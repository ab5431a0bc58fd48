"""How facts may leave: each text says it, what counts persons never leaves as it is, whatever a newcomer declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from unittest.mock import Mock

import pytest
from simulated import policy

from diagnostic.core.declarations import ConfigError
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.catalogue.entry import UNITS, Entry
from diagnostic.estimate.catalogue.reading import FOLDER, faults, known, problems, strand
from diagnostic.estimate.catalogue.ways import WAYS
from diagnostic.estimate.facts import Builder, table
from diagnostic.release.populations.rounding import PUBLIC_KEY, Draw
from diagnostic.release.ways.verdicts import decide, verdict
from diagnostic.release.ways.way import Scope

PERSONS = (2.0, 12.0, 23.0)  # persons met during a round of outreach, in one town


MET = "maraudes.met.{town}"
# The same persons said otherwise: as a part of three times as many, as a mean of half of them, as an estimate.
OTHERWISE = {
    "percent": lambda met: {"value": 100 / 3, "numerator": met, "denominator": 3 * met},
    "mean": lambda met: {"value": met / (met // 2), "denominator": met // 2},
    "estimate": lambda met: {"value": met, "low": met - 1, "high": met + 1, "interval_kind": "bounds"},
}
TABLE = """
title: Maraudes
families: {rounds: maraudes}
groups:
  - family: rounds
    unit: UNIT
    way: WAY
    universe: maraudes
    place: town
    facts:
      maraudes.met.{town}:
        label: LABEL
        formula: lignes du tableau des maraudes
"""


def rounds(unit: str, way: str, label: str = "personnes rencontrées à {town}") -> Mapping[str, Entry]:
    """The catalogue of a table of outreach rounds, which a newcomer adds: « Marmande, 2 personnes » were printed of it."""
    told = TABLE.replace("UNIT", unit).replace("WAY", way).replace("LABEL", f'"{label}"')
    return strand("maraudes", told.encode()).entries(f"{FOLDER}/maraudes.yaml")


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The newcomer's entries are in the catalogue."""
    every = {**known(), **rounds("session", "things")}
    monkeypatch.setattr(ids, "known", lambda: every)
    for one in (ids.fact, ids.read, ids.is_one, ids._patterns):
        one.cache_clear()
    yield
    for one in (ids.fact, ids.read, ids.is_one, ids._patterns):
        one.cache_clear()


def refused(texts: Mapping[str, Entry]) -> list[str]:
    return list(faults("maraudes", texts, texts, {"rounds": "maraudes"}))


@pytest.mark.parametrize("draw", [Draw(PUBLIC_KEY), pytest.param(None, marks=pytest.mark.slow)], ids=["key", "no key"])
def test_whatever_a_newcomer_declares_nothing_that_counts_persons_is_printed_exactly(
    draw: Draw | None, added: None
) -> None:
    """Each unit by each way: refused when the workflow is read, or withheld; never « 2 ». A study without a key holds nothing
    private: what is not told as it is answers to the strictest threshold."""
    stopped, facts = 0, []
    for unit, way in product(UNITS, WAYS):
        texts = rounds(unit, way)
        if refused(texts):
            stopped += 1
            continue
        for source, value in product(("collect/maraudes", "consolidate/maraudes"), PERSONS):
            town = f"{unit}-{way}-{source.partition('/')[0]}-{value:g}"
            fact = Builder(source, "observed", texts=texts).count(MET, value, town=town)
            facts.append(fact)
            named = {one: f"{MET.partition('{')[0]}{town}-{one}" for one in OTHERWISE}
            facts += [
                replace(fact, fact_id=named[one], measure=one, **given(value)) for one, given in OTHERWISE.items()
            ]
    assert stopped == 2 * len(UNITS)  # « things » and « each » say that they count nobody
    ledger = decide(table("47-2026", facts), policy(), draw=draw).ledger
    exact = ledger[ledger["shown_value"].eq(ledger["value"])]
    counted = exact["measure"].isin(["count", "estimate"])
    assert exact.empty if draw else exact.loc[counted, "value"].min() >= 8, exact["fact_id"].to_list()
    assert exact.empty if draw else exact.loc[exact["measure"].eq("percent"), "numerator"].min() >= 8


def test_a_round_is_a_thing_and_whom_it_met_is_not(added: None) -> None:
    """The very words are read: a session is counted, whatever its unit is called; the persons of one are not."""
    assert not refused(rounds("session", "things", "maraudes à {town}"))
    (line,) = refused(rounds("session", "things"))
    assert line.startswith(f"{FOLDER}/maraudes.yaml : « {MET} » : ce texte parle de personnes")
    for said in (
        "rencontres à {town}",
        "femmes vues à {town}",
        "accompagnements à {town}",
        "mineur·es à {town}",
        "victimes à {town}",
    ):
        assert refused(rounds("session", "things", said)) and refused(rounds("session", "each", said)), said
    assert not refused(rounds("session", "things", "clôtures de sites majoritaires à {town}"))
    hidden = Builder("collect/maraudes", "observed", texts=rounds("session", "things", "{what}"))
    facts = [hidden.count(MET, 2, town="m", what="personnes rencontrées à Marmande")]
    assert decide(table("47-2026", facts), policy(), draw=Draw(PUBLIC_KEY)).ledger["verdict"].eq("withheld").all()
    unseen = rounds("session", "things", "séances que personne n’a pu voir")
    assert not refused(unseen)


@pytest.mark.parametrize("way", WAYS)
def test_who_answered_is_no_door_for_others(way: str) -> None:
    """The group of all who answered is printed exactly; a number of persons met that names it is not."""
    build = Builder("collect/maraudes", "observed", texts=rounds("person", way))
    (fact,) = table("47-2026", [build.count(MET, 2, town="m", group="professionals:")]).to_dict("records")
    told = verdict(fact, Scope(policy(), Draw(PUBLIC_KEY), {"professionals": Mock()}))
    assert told["verdict"] == "withheld"


@pytest.mark.parametrize("key", ["unit", "way", "family"])
def test_what_an_entry_must_say_has_no_default(key: str) -> None:
    """Without it, the catalogue is not read; with a word that is none, neither."""
    line = next(one for one in TABLE.splitlines() if one.strip(" -").startswith(f"{key}:"))
    without = TABLE.replace(line, "  - place: town" if line.startswith("  - ") else "").replace("    place: town\n", "")
    with pytest.raises(ConfigError, match=rf"« maraudes\.met\.\{{town\}} » : {key} : clé obligatoire absente"):
        strand("maraudes", without.encode()).entries(f"{FOLDER}/maraudes.yaml")
    misspelt = {MET: rounds("session", "things", "maraudes à {town}")[MET].model_copy(update={key: "thing"})}
    (told,) = refused(misspelt)
    assert f"« {MET} » : {key} : « thing » n’en est pas ; en choisir parmi : " in told


def test_a_place_is_a_word_of_the_id_and_a_whole_is_in_the_catalogue() -> None:
    own = rounds("session", "things", "maraudes à {town}")[MET]
    assert "« city » n’est pas un mot" in refused({MET: own.model_copy(update={"place": "city"})})[0]
    assert "« maraudes » n’est pas au catalogue" in refused({MET: own.model_copy(update={"whole": "maraudes"})})[0]


def test_every_entry_of_the_project_has_a_way_that_its_words_allow() -> None:
    assert problems() == []
    assert {entry.way for entry in known().values()} == set(WAYS)  # none is declared for nothing
