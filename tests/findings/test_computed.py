"""Which sentences are told of small tables of statements: what is certain, what says something, in what order."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.core.french import NBSP
from diagnostic.estimate.catalogue.statement import DRAW, ROUNDING
from diagnostic.files.texts import NUMERIC
from diagnostic.findings import computed, forms, sentences
from diagnostic.findings.computed import CHAPTERS, OPEN, PAGE, PAGE_ONE, Finding
from diagnostic.findings.sentences import SENTENCES
from diagnostic.report.assemble import LONGEST

ROOT = Path(__file__).parents[2]
NAMES = "abcdef"  # of things that are counted
COLUMNS = {
    "label": "",
    "unit": "person",
    "measure": "percent",
    "kind": "value",
    "printed_interval": "",
    "printed_numerator": "",
    "printed_denominator": "",
    "interval_kind": "none",
    "method": "",
    "envelope_causes": "",
}


def said(fact: str, value: float, low: float = math.nan, high: float = math.nan, **more: object) -> dict[str, object]:
    """A statement with its interval, if it has one; `claim`: how far its printed form may be from the truth."""
    claim = float(str(more.pop("claim", 0.5)))
    sign = f"{NBSP}%" if more.get("measure", "percent") == "percent" else ""
    open_ = not math.isnan(low)
    row = {
        "statement_id": fact,
        "printed": f"{value:g}{sign}",
        "shown_value": value,
        "shown_low": low,
        "shown_high": high,
    }
    row |= {"claim_low": value - claim, "claim_high": value + claim}
    if open_:
        row |= {"printed_interval": f"{low:g} à {high:g}{sign}", "interval_kind": "bounds"}
    return COLUMNS | row | more


def found(*rows: dict[str, object]) -> dict[str, Finding]:
    return {one.name: one for one in computed.computed(pd.DataFrame(rows))}


def test_a_number_is_a_link_to_its_statement() -> None:
    assert found(said("ads.top_two_pct", 47.4))["internet.concentrated"].claim == (
        f"Deux sites portent [47.4{NBSP}%](fact:ads.top_two_pct) des annonces"
    )


def test_bounds_take_the_place_of_their_value() -> None:
    claim = found(said("law.commission_unaware_pct", 45, 45, 69))["professionals.commission"].claim
    assert claim.startswith(
        f"Parmi les répondant·es, de [45 à 69{NBSP}%](interval:law.commission_unaware_pct) ignoraient"
    )


def test_who_is_asked_about_training_is_who_the_form_asks() -> None:
    """« Ayant rencontré une situation ou un risque »: the routing of its block in the codebook."""
    rows = (ROOT / "config/codebook/blocks.csv").read_text("utf-8-sig").splitlines()
    (support,) = [row.split(";") for row in rows if row.startswith("support;")]
    assert support[-1].startswith("exposure has any (risk, proba,")
    for name in ("professionals.trained", "professionals.network"):
        assert "répondant·es ayant rencontré une situation ou un risque" in SENTENCES[name].claim


@pytest.mark.parametrize("name", [name for name in SENTENCES if "profile.person." in SENTENCES[name].claim])
def test_nobody_is_said_to_declare_what_an_ad_says_of_them(name: str) -> None:
    """Of coded ads: what they show is often chosen by somebody else."""
    assert not re.search(r"se présentent|la disent|personnes qui (publient|déclarent)", SENTENCES[name].claim)


def test_the_limits_of_a_model_are_named_so() -> None:
    row = said("persons.total", 280, 250, 300, measure="estimate", interval_kind="model")
    claim = found(row | {"printed_interval": "250 à 300"})["internet.persons"].claim
    assert (
        f"[280](fact:persons.total) (de [250 à 300](interval:persons.total), sous un modèle{NBSP}: recherche de copies"
        in claim
    )


def test_an_interval_of_sampling_stands_beside_its_value() -> None:
    row = said("ads.top_two_pct", 91, 90, 92, interval_kind="sampling")
    assert (
        f"portent [91{NBSP}%](fact:ads.top_two_pct) (de [90 à 92{NBSP}%](interval:ads.top_two_pct)) des annonces"
        in (found(row)["internet.concentrated"].claim)
    )


@given(st.floats(0, 100), st.floats(0, 60))
def test_a_share_wider_than_forty_points_is_no_claim(low: float, width: float) -> None:
    high = min(100.0, low + width)
    one = found(said("profile.women_pct", low, low, high, claim=0))
    assert ("persons.women" in one) == (high - low <= 40)
    assert ("unknown.women" in one) == (high - low > 40)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=6))
def test_the_largest_is_said_only_where_it_is_certain(values: list[int]) -> None:
    rows = [said(f"needs.n{i}_pct", v, label=f"besoin de {NAMES[i]}, part", claim=3) for i, v in enumerate(values)]
    one = found(*rows).get("professionals.needs")
    first, second, *rest = sorted(values, reverse=True)
    alone, both = first - 3 > second + 3, bool(rest) and second - 3 > rest[0] + 3
    assert (one is not None) == ((alone or both) and first - 3 > 10)
    if one is not None and alone:
        assert f"«{NBSP}{NAMES[values.index(first)]}{NBSP}»" in one.claim
        assert f"(fact:needs.n{values.index(first)}_pct)" in one.claim


def test_a_comparison_needs_the_two_apart() -> None:
    apart = found(said("discreet.persons_pct", 62, claim=8), said("visible.persons_pct", 24, claim=6))
    assert "persons.discreet" in apart and "persons.visible" not in apart
    assumed = said("discreet.persons_pct", 62, 58, 66, interval_kind="model")
    assert "persons.discreet" not in found(assumed, said("visible.persons_pct", 24, claim=6))
    near = found(said("discreet.persons_pct", 34, claim=8), said("visible.persons_pct", 24, claim=6))
    assert not {"persons.discreet", "persons.visible"} & set(near)


def test_a_reference_is_told_where_it_lies_outside() -> None:
    reference = said("reference.women_pct", 85)
    assert "référence nationale" in found(said("profile.women_pct", 60), reference)["persons.women"].detail
    assumed = said("profile.women_pct", 60, 58, 62, interval_kind="model")
    assert "référence" not in found(assumed, reference)["persons.women"].detail
    assert "référence" not in found(said("profile.women_pct", 85.2), reference)["persons.women"].detail


def test_a_reference_says_its_year_or_that_its_source_prints_none() -> None:
    reference = said("reference.women_pct", 85)
    bare = found(said("profile.women_pct", 60), reference)["persons.women"].detail
    assert "(année non précisée)" in bare
    year = said("reference.women_year", math.nan, kind="text", printed="2010", claim=math.nan, measure="date")
    dated = found(said("profile.women_pct", 60), reference, year)["persons.women"].detail
    assert "([2010](fact:reference.women_year))" in dated


def test_what_is_withheld_says_nothing() -> None:
    hidden = said("profile.women_pct", math.nan, kind="withheld", printed="non publié", claim=math.nan)
    assert not {"persons.women", "unknown.women"} & set(found(hidden))


def test_a_detail_without_its_number_is_left_out() -> None:
    assert found(said("ads.mirror_redundant_pct", 24.3))["internet.copies"].detail == ""


def test_a_share_says_of_how_many_it_is() -> None:
    row = said("law.commission_unaware_pct", 85, printed_numerator="52", printed_denominator="61")
    assert (
        f"Soit [52{NBSP}sur{NBSP}61](base:law.commission_unaware_pct)." in found(row)["professionals.commission"].detail
    )
    assert "Soit" not in found(said("law.commission_unaware_pct", 85))["professionals.commission"].detail


def test_persons_come_first_and_page_one_is_short() -> None:
    shares = [row.claim for row in SENTENCES.values()]
    ids = dict.fromkeys(fact for text in shares for _, fact, *_ in computed.MACRO.findall(text))
    rows = [said(fact, 60, measure="percent" if fact.endswith("_pct") else "count", claim=0) for fact in ids]
    listed = computed.computed(pd.DataFrame(rows))
    first = [one for one in listed if one.part == PAGE_ONE]
    assert len(first) == PAGE and first[0].name == "persons.described"
    order = list(sentences.FAMILIES)
    assert [order.index(one.family) for one in first] == sorted(order.index(one.family) for one in first)
    assert {one.part for one in listed} <= {PAGE_ONE, CHAPTERS, OPEN}


def test_in_a_family_the_most_certain_and_the_largest_come_first() -> None:
    rows = [
        said("profile.foreign_pct", 80, claim=1),
        said("vuln.any_pct", 20, claim=1),
        said("cond.no_resources_pct", 80, claim=12),
    ]
    names = [name for name in found(*rows) if name.startswith("persons.")]
    assert names == ["persons.foreign", "persons.resources", "persons.vulnerable"]


def test_one_sentence_takes_the_place_of_those_that_it_says() -> None:
    """And of those that would have taken theirs."""
    women, men, minors = (said(f"profile.{one}_pct", 50) for one in ("women", "men", "minors"))
    assert set(found(women, men, minors)) >= {"persons.profile"}
    assert not {"persons.women", "persons.men", "persons.minors"} & set(found(women, men, minors))
    assert set(found(women, men)) >= {"persons.women"} and "persons.men" not in found(women, men)
    assert "persons.men" in found(men)


@pytest.mark.parametrize("name", SENTENCES)
def test_the_table_holds_no_number_and_every_claim_may_be_a_title(name: str) -> None:
    row = SENTENCES[name]
    for text in (row.claim, row.tied, *row.details):
        bare = re.sub(r"\{[^{}]*\}", "", text)
        assert not NUMERIC.search(bare), text
    assert len(re.sub(r"\{[^{}]*\}", "00 %", row.claim)) <= LONGEST + 10
    assert row.family in sentences.FAMILIES
    assert not row.instead or row.instead in SENTENCES


def test_a_rounded_number_of_people_is_told_with_its_envelope() -> None:
    """In the sentence itself, with the word where it rests on a model; a range, where that is all that is printed, without a
    number."""
    ends = {"envelope_causes": f"{ROUNDING} ; réponses manquantes", "interval_kind": "model"}
    persons = said("shared.persons_prostitution", 145, 130, 190, measure="count", claim=5, **ends)
    women = said("profile.women_pct", 72, 60, 85, claim=6.5, **ends | {"interval_kind": "bounds"})
    minors = said("profile.minors_pct", 21, 5, 40, claim=8, **ends)
    told = found(persons, women, minors)
    plain = {name: re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", one.claim) for name, one in told.items()}
    assert "environ 145 (de 130 à 190, modèle) personnes" in plain["persons.described"]
    assert (
        plain["persons.profile"].replace(NBSP, " ")
        == "Parmi les personnes décrites, environ 72 % (de 60 à 85 %) sont des femmes et environ 21 % (de 5 à 40 %, modèle) sont "
        "mineur·es"
    )
    assert not any("veut dire" in one.detail for one in told.values())
    range_ = {"kind": "limits", "shown_value": math.nan, "printed": "130 à 490", "printed_interval": "130 à 490"}
    (row,) = pd.DataFrame([persons | range_]).itertuples()
    assert forms.number(row) == "de [130 à 490](interval:shared.persons_prostitution) (modèle)"


@pytest.mark.parametrize(
    ("limits", "base"),
    [((36, 49), "au moins 36 sur 100"), ((30, 49), "36 sur 100"), ((36, 36), "36 sur 100"), ((), "36 sur 100")],
)
def test_a_part_that_counts_only_who_answered_is_said_so(limits: tuple[float, ...], base: str) -> None:
    """`limits`: of the share, 36 %; where they begin at it, silence may only add to the part."""
    row = said("law.commission_unaware_pct", 36, *limits, printed_numerator="36", printed_denominator="100")
    detail = found(row)["professionals.commission"].detail
    assert f"[{base}]".replace(" sur ", f"{NBSP}sur{NBSP}") in detail


def test_what_is_not_known_takes_the_place_of_findings_on_page_one() -> None:
    """Nine findings fill a page alone; three items on persons that are not known leave six."""
    shares = (
        "vuln.any_pct",
        "cond.no_resources_pct",
        "cond.no_stable_housing_pct",
        "pimp.present_pct",
        "goods.share_pct",
    )
    shares += ("law.commission_unaware_pct", "law.pathway_unaware_pct", "ads.top_two_pct", "turnover.loss_share_pct")
    rows = [said(fact, 60) for fact in (*shares, "places.placed_pct", "ads.five_cities_pct")]
    rows.append(said("shared.persons_prostitution", 455, measure="count"))
    first = [one for one in found(*rows).values() if one.part == PAGE_ONE]
    assert len(first) == PAGE
    wide = [said(f"profile.{trait}_pct", 20, 10, 80) for trait in ("women", "minors", "foreign")]
    told = [one for one in found(*rows, *wide).values() if one.part in (PAGE_ONE, OPEN)]
    assert [one.part for one in told].count(OPEN) == 3 and len(told) == PAGE
    assert {one.family for one in told if one.part == PAGE_ONE} >= {sentences.PERSONS, sentences.INTERNET}


# -- On either side of each threshold -------------------------------------------------------------------------------
# A number that may not be above it is not worth a sentence: written here a second time, from what the report's readers are told.

WORTH = {  # sentence → what it cites, first what is judged → the threshold
    "professionals.equipped": (("pros.under_equipped_pct",), 10),
    "professionals.commission": (("law.commission_unaware_pct",), 10),
    "professionals.pathway": (("law.pathway_unaware_pct",), 10),
    "professionals.network": (("survey.network_interest.yes_pct",), 30),
    "internet.concentrated": (("ads.top_two_pct",), 30),
    "internet.copies": (("ads.mirror_redundant_pct",), 5),
    "internet.places": (("ads.five_cities_pct",), 30),
    "internet.declared_places": (("profile.ad.declared_place.first_five",), 30),
    "internet.closing": (("turnover.loss_share_pct",), 10),
    "press.articles": (("press.articles", "press.outlets", "press.period"), 9),
    "demand.seen": (("demand.ads", "demand.sites"), 0.5),
    "support.axes": (("pathway.axes_uncovered",), 0.5),
}
FIRST_OF = {  # the same of the first of a family: two of its ids, and how a label says its words
    "professionals.needs": (("needs.training_pct", "needs.guide_pct"), "besoin de une chose, part", 10),
    "professionals.obstacles": (
        ("survey.obstacles_themes.time_pct", "survey.obstacles_themes.fear_pct"),
        "freins : une chose, part",
        10,
    ),
    "professionals.requests": (
        ("survey.persons_requests_themes.home_pct", "survey.persons_requests_themes.work_pct"),
        "demandes : une chose, part",
        10,
    ),
    "internet.category": (("ads.share_a_pct", "ads.share_b_pct"), "part des choses dans les annonces", 50),
}


@pytest.mark.parametrize("name", WORTH)
def test_a_number_is_worth_a_sentence_from_its_threshold_on(name: str) -> None:
    (judged, *others), least = WORTH[name]
    measure = "percent" if SENTENCES[name].claim.find("_pct") > 0 or "first_five" in judged else "count"
    beside = [said(one, 3, measure="count", claim=0) for one in others]
    for over, told in ((-0.25, False), (0, False), (0.25, True)):
        assert (name in found(said(judged, least + over, measure=measure, claim=0), *beside)) == told, over


@pytest.mark.parametrize(
    ("demand", "press", "words"),
    [
        (1, 1, ("annonce d’achat", "site", "titre")),
        (2, 2, ("annonces d’achat", "sites", "titres")),
    ],
)
def test_what_is_counted_agrees_with_its_number(demand: int, press: int, words: tuple[str, ...]) -> None:
    counts = {"demand.ads": demand, "demand.sites": demand, "press.articles": 12, "press.outlets": press}
    rows = [said(one, value, measure="count", claim=0) for one, value in counts.items()]
    told = found(*rows, said("press.period", 0, kind="text"))
    text = " ".join(re.sub(r"\[.*?\]\(.*?\)", "N", told[name].claim) for name in ("demand.seen", "press.articles"))
    assert re.findall(r"N (?!articles)([a-z]+(?: d’achat)?)", text) == list(words)


@pytest.mark.parametrize("name", FIRST_OF)
def test_the_first_of_a_family_is_worth_a_sentence_from_its_threshold_on(name: str) -> None:
    ids, label, least = FIRST_OF[name]
    for over, told in ((-0.25, False), (0, False), (0.25, True)):
        rows = [said(one, value, claim=0, label=label) for one, value in zip(ids, (least + over, 3), strict=True)]
        assert (name in found(*rows)) == told, over


def test_of_sites_that_were_drawn_nothing_is_said_to_be_that_of_all() -> None:
    rows = [said("ads.top_two_pct", 80), said("ads.share_a_pct", 70, label="part des choses dans les annonces")]
    rows += [said("ads.share_b_pct", 30, label="part des autres dans les annonces")]
    rows += [said("ads.sites_uncounted", 4, measure="count", claim=0), said("ads.sites", 7, measure="count", claim=0)]
    assert {"internet.concentrated", "internet.category"} <= {*found(*rows)}
    drawn = found(*rows, said("sample.design.sites", 0, kind="text"))
    assert {name for name, one in drawn.items() if one.family == sentences.INTERNET} == {"internet.drawn_sites"}


def test_every_threshold_of_a_sentence_is_judged() -> None:
    assert {name for name, row in SENTENCES.items() if row.least} == {*WORTH, *FIRST_OF}


@pytest.mark.parametrize(
    ("measure", "claim", "word"),
    [
        ("percent", 1.0, ""),  # two points: as exact as it is printed
        ("percent", 1.001, "environ"),
        ("count", 0.5, ""),  # half of one on each side
        ("count", 0.501, "environ"),
    ],
)
def test_a_number_that_stands_for_several_is_about(measure: str, claim: float, word: str) -> None:
    (row,) = pd.DataFrame([said("a.b", 40, measure=measure, claim=claim)]).itertuples()
    assert forms.about(row) == word


@pytest.mark.parametrize(("high", "something"), [(30, True), (30.01, False), (10, True)])
def test_a_number_says_something_within_its_triple(high: float, something: bool) -> None:
    (row,) = pd.DataFrame([said("a.b", 10, 10, high, measure="count", claim=0)]).itertuples()
    assert forms.says_something(row) == something


def test_what_a_rounded_number_stands_for_is_told_of_a_number_alone() -> None:
    rows = pd.DataFrame(
        [
            said("a.b", 10, measure="count", claim=2.5),
            said("a.c", 10, measure="count", kind="text"),
            said("a.d", 10, measure="count", claim=math.inf),
            said("a.e", 10, measure="count", claim=math.nan),
        ]
    )
    assert [forms.form("spread", one) for one in rows.itertuples()] == ["7 à 13", "", "", ""]


@pytest.mark.parametrize(
    ("kind", "causes", "estimate"),
    [
        ("sampling", "", True),
        ("model", "", True),
        ("bounds", "", False),
        ("none", "", False),
        ("model", ROUNDING, False),  # a number of people that was counted, whose envelope rests on a model
        ("sampling", f"{ROUNDING} ; {DRAW}", True),
    ],
)
def test_an_estimate_has_limits_of_chance_and_no_envelope(kind: str, causes: str, estimate: bool) -> None:
    (row,) = pd.DataFrame([said("a.n", 40, 30, 50, interval_kind=kind, envelope_causes=causes)]).itertuples()
    assert forms.estimated(row) == estimate


@pytest.mark.parametrize(("high", "something"), [(60, True), (60.01, False)])
def test_a_share_says_something_within_forty_points(high: float, something: bool) -> None:
    (row,) = pd.DataFrame([said("a.b_pct", 40, 20, high, claim=0)]).itertuples()
    assert forms.says_something(row) == something


def test_a_share_ranks_by_its_size_and_by_what_its_limits_leave_of_forty_points() -> None:
    """40 % exact: 0.4; from 31 to 51 %: half of it."""
    for limits, rank in (((), 0.4), ((40, 40), 0.4), ((31, 51), 0.2)):
        finding = found(said("ads.top_two_pct", 40, *limits, claim=0))["internet.concentrated"]
        assert finding.rank == pytest.approx(rank) and (finding.why == "exact") == (rank == 0.4)


def test_a_number_ranks_as_an_exact_half() -> None:
    """Between shares of 49 and of 51 %."""
    told = [
        said("ads.total", 150, measure="count", claim=0),
        said("a.b_pct", 49, claim=0),
        said("a.c_pct", 51, claim=0),
    ]
    rows, one = list(pd.DataFrame(told).itertuples()), sentences.Sentence(family=sentences.INTERNET, claim="x")
    total, few, many = (computed._rank(one, row, {})[0] for row in rows)
    assert few < total < many and total == pytest.approx((few + many) / 2)


def test_a_finding_says_by_how_much_at_least_it_lies_outside_its_reference() -> None:
    """From the nearer of its limits, rounded up: 85 less 64.3 is 20.7 points."""
    one = found(said("profile.women_pct", 60, 55, 64.3), said("reference.women_pct", 85, claim=0))["persons.women"]
    assert one.why.endswith("à 21 points de la référence")


def test_the_years_of_the_facts_follow_a_number_of_persons_where_they_are_printed() -> None:
    text = "{n:shared.persons_prostitution} personnes{w:shared.reference_years}"
    persons = said("shared.persons_prostitution", 150, measure="count", claim=0)
    years = said("shared.reference_years", math.nan, kind="text", printed="2018-2020", claim=math.nan, measure="date")
    for kind, told in (("text", "2018-2020"), ("withheld", computed.UNDATED.strip())):
        facts = {one.statement_id: one for one in pd.DataFrame([persons, years | {"kind": kind}]).itertuples()}
        assert told in computed.filled(text, facts), kind


def test_two_are_the_largest_only_where_both_are_before_every_other() -> None:
    """The second and the third are within three points of each other, each way; the first is above the third."""

    def needs(*shares: float) -> list[dict[str, object]]:
        rows = zip(NAMES, shares, strict=False)
        return [said(f"needs.{one}_pct", share, label=f"besoin de {one}, part", claim=3) for one, share in rows]

    assert "professionals.needs" not in found(*needs(60, 56, 52))
    assert "Deux besoins viennent en tête" in found(*needs(60, 56, 40))["professionals.needs"].claim
