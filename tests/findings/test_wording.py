"""Words that claim: each refused where the statements of its sentence do not allow it, and nowhere else."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from test_computed import found, said

from diagnostic.estimate.catalogue.entry import UNSEEN
from diagnostic.findings.forms import model
from diagnostic.findings.wording import before, leads, one_answer, overstated, unsupported

SPAN = re.compile(r"<([^<>]+)>")
WHOLE = {"measure": "count", "claim": 0, "unit": "professional"}
SET = (said("survey.professionals", 61, **WHOLE), said("survey.effective_responses", 24, **WHOLE))


def need(name: str, part: int) -> dict[str, object]:
    base = {"printed_numerator": str(part), "printed_denominator": "61", "unit": "professional", "claim": 0}
    return said(f"needs.{name}_pct", 100 * part / 61, label=f"besoin de {name}, part", **base)


def response(name: str, part: int) -> dict[str, object]:
    return said(f"sensitivity.per_response.needs_{name}_pct", 100 * part / 36, claim=0)


def facts(*rows: dict[str, object]) -> dict[str, object]:
    return {one.statement_id: one for one in pd.DataFrame(rows).itertuples()}


GIVEN = (
    said("ads.total", 699, measure="count", claim=0),
    said("waves.seen_once", 261, 222, 303, measure="estimate", interval_kind="sampling"),
    said("waves.total", 301, 236, 392, measure="estimate", interval_kind="model"),
    said("discreet.persons_pct", 62, claim=2),
    said("visible.persons_pct", 24, claim=2),
    said("forms.near_pct", 60, claim=2),
)


@pytest.mark.parametrize(
    ("sentence", "refused"),
    [
        ("On compte <ads.total> annonces.", ""),
        ("On compte <waves.seen_once> annonces.", "On compte"),
        ("Il y a <waves.seen_once> annonces, vues un jour.", "Il y a"),
        ("Les annonces ont été vues ; elles seraient <waves.seen_once>.", ""),  # another sentence
        ("Elles seraient <waves.seen_once>.", ""),
        ("Elles seraient <waves.total>.", "repose sur une hypothèse"),
        ("Sous un modèle, elles seraient <waves.total>.", ""),
        ("L’intérieur, <discreet.persons_pct>, diffère du visible, <visible.persons_pct>.", ""),
        ("L’intérieur, <discreet.persons_pct>, diffère du reste, <forms.near_pct>.", "diffère"),
        ("Le plus décrit : <discreet.persons_pct>.", "Le plus"),
        ("Au plus <discreet.persons_pct>, au premier décompte.", ""),
        ("À la première recherche, <discreet.persons_pct>.", ""),  # an order, and no rank
        ("La première page dit tout.", ""),  # of no number
    ],
)
def test_a_word_is_refused_where_its_own_sentence_does_not_allow_it(sentence: str, refused: str) -> None:
    told = [one.message for one in overstated(3, sentence, SPAN, facts(*GIVEN))]
    assert bool(told) == bool(refused) and all(refused in one for one in told)


def test_limits_that_are_printed_with_their_kind_need_not_name_it_again() -> None:
    """A block prints « de 236 à 392 (modèle) »; the number cited alone, or in a sentence without its limits, says nothing of it."""
    cited, given = re.compile(r"\{(fact|interval):([^}]+)\}"), facts(*GIVEN)
    for text, refused in (
        ("De {interval:waves.total}.", 0),
        ("Soit {fact:waves.total}, de {interval:waves.total}.", 0),
        ("Soit {fact:waves.total}. De {interval:waves.total}.", 1),
        ("Soit {fact:waves.total}, et {interval:waves.seen_once}.", 1),
    ):
        assert len(list(overstated(1, text, cited, given, named=("interval",)))) == refused, text
    assert len(list(overstated(1, "De {interval:waves.total}.", cited, given))) == 1


def test_a_need_comes_first_by_response_as_by_person_and_whatever_one_answer_changes() -> None:
    """Of 61 professionals whose answers are worth 24, one answer makes 61/24 = 2.5 persons, 4.2 points. 29 and 28 of 61 are one
    apart, 29 and 26 three; but where the responses are 18 and 18, or 17 and 18, the second is not behind."""

    def claim(*rows: dict[str, object]) -> str:
        one = found(*SET, *rows, need("outils", 11)).get("professionals.needs")
        return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", one.claim).replace("\u00a0", " ") if one else ""

    assert one_answer(facts(need("a", 29))["needs.a_pct"], facts(*SET)) == pytest.approx(100 * 61 / 24 / 61)
    near, apart = (need("reseau", 29), need("formation", 28)), (need("reseau", 29), need("formation", 26))
    both = "Deux besoins viennent en tête : reseau (29 sur 61) et formation"
    assert claim(*near).startswith(both)
    assert claim(*apart).startswith(
        "Le premier besoin est « reseau » : 47.541 % des répondant·es le disent (29 sur 61)"
    )
    for part, first in ((18, False), (17, True)):
        other = response("reseau", 18), response("formation", part)
        assert claim(*apart, *other).startswith("Le premier besoin") == first, part
    given = facts(*SET, *apart, need("outils", 11))
    assert leads(given["needs.reseau_pct"], given) and not leads(given["needs.formation_pct"], given)
    assert not list(overstated(1, "Premier besoin : <needs.reseau_pct>.", SPAN, given))


def test_the_limits_of_a_model_bring_what_it_takes_for_granted() -> None:
    row = said("waves.times", 2.2, 1.7, 2.8, measure="ratio", interval_kind="model")
    one = found(row, said("waves.stayed_pct.1", 60, claim=0))["internet.waves"]
    assert "ou davantage" in one.detail and "renouvellement régulier" in one.detail
    for name in ("waves.times", "d35.waves.times"):  # of a département as of the whole study
        assert model(facts(row | {"statement_id": name})[name]) == "modèle\u00a0: renouvellement régulier"
    unlike = ("shared.persons_prostitution_central", UNSEEN), ("profile.women", UNSEEN)
    for name, apart in (*unlike, ("profile.person.network_sign.english", "")):
        told = model(facts(row | {"statement_id": name, "method": f"{apart} Autre."})[name])
        assert ("situations trop différentes" in told, "copies" in told) == (bool(apart), not apart), name


def test_copies_searched_once_make_a_ceiling() -> None:
    whole = said("persons.total", 280, 250, 300, measure="estimate", interval_kind="model")
    once = said("persons.source.recall_unmeasured", 0, kind="text", claim=float("nan"), measure="text")
    assert "ou moins" not in found(whole)["internet.persons"].claim
    told = found(whole, once)
    assert "internet.persons" not in told and "ou moins" in told["internet.persons_at_most"].claim


def ranked(share: float, **more: object) -> dict[str, object]:
    """A share of 50 professionals whose answers are worth as many: one answer makes two points."""
    return said(
        f"needs.p{share:g}_pct", share, **{"printed_denominator": "50", "unit": "professional", "claim": 0} | more
    )


FIFTY = (said("survey.professionals", 50, **WHOLE), said("survey.effective_responses", 50, **WHOLE))


def test_what_one_answer_makes_exactly_sets_nothing_apart() -> None:
    given = facts(*FIFTY, ranked(62), ranked(60), ranked(58))
    first, next_, third = (given[f"needs.p{share}_pct"] for share in (62, 60, 58))
    assert one_answer(first, given) == 2
    assert not before(first, next_, given) and before(first, third, given)


def test_answers_that_are_worth_none_are_worth_themselves() -> None:
    given = facts(FIFTY[0], said("survey.effective_responses", 0, **WHOLE), ranked(60))
    assert one_answer(given["needs.p60_pct"], given) == 2


@pytest.mark.parametrize(("share", "refused"), [(51, 1), (52, 1), (52.5, 0)])
def test_a_word_of_size_is_borne_out_whatever_one_answer_changes(share: float, refused: int) -> None:
    given = facts(*FIFTY, ranked(share))
    own = [given[f"needs.p{share:g}_pct"]]
    assert len(list(unsupported(1, "La plupart le disent.", own, given))) == refused
