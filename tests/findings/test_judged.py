"""Small tables of statements on either side of what a sentence may say: which words are borne out, which lines are told."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from test_computed import found, said

from diagnostic.core.french import NBSP
from diagnostic.findings import computed, tracks, written
from diagnostic.findings.computed import OPEN, PAGE_ONE

CITED = re.compile(r"\{(fact|interval):([a-z._]+)\}")


def statement(*given: object, **more: object) -> computed.Statement:
    (one,) = pd.DataFrame([said(*given, **more)]).itertuples()  # type: ignore[arg-type]
    return one


@pytest.mark.parametrize(("claim", "line"), [("Qui ?", "- **Qui ?** D"), ("Quoi !", "- **Quoi !** D"), ("Ceci", "- **Ceci.** D")])  # fmt: skip
def test_a_claim_ends_with_its_own_mark_or_a_full_stop(claim: str, line: str) -> None:
    assert computed.written(claim, "D") == line and computed.written(claim) == line.removesuffix(" D")


@pytest.mark.parametrize(("low", "told"), [(30, False), (29.5, False), (30.5, True)])
def test_limits_that_touch_are_not_apart(low: float, told: bool) -> None:
    """The second is 30 % at most: the first is surely above from more than 30 % on."""
    rows = said("discreet.persons_pct", low + 5, claim=5), said("visible.persons_pct", 24, claim=6)
    assert ("persons.discreet" in found(*rows)) == told


def test_the_largest_is_of_shares_that_say_something() -> None:
    """A count is no share, and is not asked; of a share from 20 to 90 % nobody knows whether it comes first: no other does."""
    label = "besoin de {}, part"
    rows = [said(f"needs.{name}_pct", value, claim=1, label=label.format(name)) for name, value in (("a", 60), ("b", 20))]  # fmt: skip
    wide = said("needs.c_pct", 85, 20, 90, label=label.format("c"))
    count = said("needs.d_pct", 99, measure="count", claim=0, label=label.format("d"))
    assert f"«{NBSP}a{NBSP}»" in found(*rows, count)["professionals.needs"].claim
    assert found(*rows, count)["professionals.needs"].why == "le plus grand de 2"
    assert "professionals.needs" not in found(*rows, wide, count)
    assert "professionals.needs" not in found(rows[0], wide, count)


def test_what_is_lacking_or_not_known_ranks_before_nothing() -> None:
    told = found(said("profile.women_pct", 20, 10, 80), said("profile.minors_pct", 20, 10, 80))
    assert {name: told[name].rank for name in ("unknown.persons", "unknown.women", "unknown.minors")} == dict.fromkeys(
        ("unknown.persons", "unknown.women", "unknown.minors"), 0.0
    )


def faults(text: str, **known: computed.Statement) -> list[tuple[int, str]]:
    named = {name.replace("__", "."): one for name, one in known.items()}
    return [(one.line, one.message) for one in computed.miscited(text, CITED, named)]


def test_a_block_that_cites_nothing_known_is_told_at_its_line() -> None:
    assert faults("Rien.\n\nOn compte {fact:a.b}.") == [(3, "l’indicateur « a.b » n’existe pas dans cette étude")]
    assert faults("On compte {fact:a.b}.", a__b=statement("a.b", 12, measure="count", claim=0)) == []


def test_a_word_of_size_in_a_title_is_borne_out_by_what_stands_under_it() -> None:
    """Under it alone: not by what the next title has."""
    text = "# Une majorité\n\n{fact:a.low}\n\n# Le reste\n\n{fact:a.high}"
    low, high = statement("a.low", 40, claim=0.5), statement("a.high", 60, claim=0.5)
    ((line, message),) = faults(text, a__low=low, a__high=high)
    assert line == 1 and message.startswith("« majorité » n’est appuyé")
    assert faults(text.replace("a.low", "a.high"), a__low=low, a__high=high) == []
    assert faults("Une majorité, {fact:a.low}.", a__low=low) == []  # a word of a title is judged, of a line elsewhere


@pytest.mark.parametrize(
    ("word", "value", "borne_out"),
    [
        ("la plupart", 50.5, False),  # 50 at least
        ("la plupart", 50.51, True),
        ("une minorité", 49.5, False),  # 50 at most
        ("une minorité", 49.49, True),
        ("presque toujours", 80.5, False),
        ("presque toujours", 80.51, True),
        ("souvent", 50.5, False),
        ("souvent", 50.51, True),
        ("rarement", 49.5, False),
        ("rarement", 49.49, True),
    ],
)
def test_a_word_of_size_is_borne_out_beyond_its_share(word: str, value: float, borne_out: bool) -> None:
    told = list(computed.unsupported(1, word, [statement("a.b", value, claim=0.5)], {}, computed.IN_TITLES))
    assert (not told) == borne_out


def test_a_block_says_the_limits_of_a_number_on_its_line() -> None:
    one = statement("a.b", 40, 30, 50, claim=0)
    assert faults("{fact:a.b}, de {interval:a.b}", a__b=one) == []
    assert faults("{interval:a.b}", a__b=one) == []
    ((line, message),) = faults("{fact:a.b}\nde {interval:a.b}", a__b=one)
    assert line == 1 and message.startswith("a.b a un intervalle ; le dire sur la même ligne")
    ((_, wide),) = faults("{fact:a.b}, de {interval:a.b}", a__b=statement("a.b", 40, 20, 60.5, claim=0))
    assert wide.startswith("les bornes de a.b n’apprennent rien")


def test_what_a_publication_prints_opens_a_page_where_all_of_it_is_there() -> None:
    """The third of its sentences cites figures of the publication and one of the study: without either it is not told."""
    printed = {"ads.five_cities_pct": f"62{NBSP}%", "ads.duplicate_rate_pct": f"40{NBSP}%"}
    study = pd.DataFrame([said("ads.persons_estimate", 280, measure="estimate", claim=0)])
    other = pd.DataFrame([said("a.b", 1)])
    hidden = pd.DataFrame(
        [said("ads.persons_estimate", math.nan, kind="withheld", printed="non publié", claim=math.nan)]
    )
    (told,) = computed.said(study, printed)
    assert f"62{NBSP}% des annonces" in told.text and "[280](fact:ads.persons_estimate) personnes" in told.text
    assert told.tile == f"62{NBSP}%" and told.words == "des annonces dans cinq agglomérations"
    assert computed.said(other, printed) == computed.said(hidden, printed) == []
    assert computed.said(study, {"ads.five_cities_pct": "62"}) == []


def test_tracks_that_no_number_supports_are_the_others() -> None:
    base = tracks.Track(name="n", title="t", text="x", support=["s"], action="a", who="w", when="h", indicator="i")
    listed = [tracks.Proposed(base.model_copy(update={"title": name}), support) for name, support in (("a", "Dit."), ("b", ""))]  # fmt: skip
    proposals = tracks.Proposals([], listed, str.upper)
    assert proposals.supported == [("a", "DIT.", "x")] and proposals.others == [("b", "x")]


def test_a_proposed_finding_lies_on_no_line_of_a_file() -> None:
    """A team's own does: on the line that it wrote it on."""
    listed = computed.computed(pd.DataFrame([said("ads.top_two_pct", 47.4)]))
    assert {one.line for one in written.told(listed)} == {0}
    read = written.read(f"## {PAGE_ONE}\n\n- **Un constat.** Dit.\n\n## {OPEN}\n\n- **Un autre.**")
    assert [(one.line, one.part, one.claim, one.detail) for one in read.findings] == [
        (3, PAGE_ONE, "Un constat", "Dit."),
        (7, OPEN, "Un autre", ""),
    ]
