"""The one-way door: what goes through says what is printed and what that stands for, and nothing of what is behind it."""

from __future__ import annotations

import pandas as pd
import pytest
from simulated import policy

from diagnostic.collect.tables import TABLES as COLLECTED
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.facts import Fact, table
from diagnostic.release.named import UNNAMED, mentions, unnamed
from diagnostic.release.reprinted import PROTECTED
from diagnostic.release.statements import WHY, made, state
from diagnostic.release.tables import PRINTED
from diagnostic.release.verdicts import decide

ERRORS = (
    "severity,file,sheet,row,column,value,message,remedy\n"
    "avertissement,press.csv,,15,D,2018,Classé sous une autre année,Vérifier\n"
    "avertissement,press.csv,,,,,Encodage,Enregistrer en UTF-8\n"
    "avertissement,outreach.csv,,4,C,3,Moins qu’avant,Vérifier\n"
)
COMMON = {
    "label": "x",
    "measure": "count",
    "universe": "x",
    "formula": "x",
    "source_table": "x/x",
    "origin": "observed",
}
FACTS = (
    Fact(fact_id="people.few", unit="person", value=7, cells="questionnaire (feuille 1)!B2:B8", rules=("a",), **COMMON),
    Fact(
        fact_id="people.many", unit="person", value=70, cells="questionnaire (feuille 1)!B2:B90", rules=("a",), **COMMON
    ),
    Fact(fact_id="people.years", unit="situation", value_text="2015/2018", **COMMON | {"measure": "date"}),
    Fact(fact_id="press.articles", unit="article", value=26, cells="press.csv!A2:A27", rules=("b",), **COMMON),
    Fact(fact_id="outreach.sms", unit="message", value=3, cells="outreach.csv!C2", rules=("c",), **COMMON),
    Fact(fact_id="territory.persons.commune.47001", unit="person", value=2, **COMMON),
    Fact(fact_id="persons.housing.hotel", unit="person", value=2, **COMMON),
    Fact(
        fact_id="persons.housing.flat_pct",
        unit="person",
        value=40,
        numerator=2,
        denominator=5,
        **COMMON | {"measure": "percent"},
    ),
    Fact(fact_id="quality.rows", unit="row", value=41, **COMMON),
    Fact(fact_id="quality.rows.press", unit="row", value=26, **COMMON),
    Fact(fact_id="quality.rows.outreach", unit="row", value=15, **COMMON),
    Fact(fact_id="quality.rule.blank", unit="row", value=3, **COMMON),
    Fact(fact_id="reproduction.figures", unit="figure", value=3, **COMMON),
    Fact(fact_id="reproduction.status.reproduced", unit="figure", value=2, numerator=2, denominator=3, **COMMON),
)
COMPARED = pd.DataFrame(
    {
        "fact_id": ["people.few", "people.many", "law.date"],
        "statement": "énoncé",
        "source_stage": "survey",
        "published": ["7", "70", "2016"],
        "computed": [PROTECTED, "70", ""],
        "status": ["not_computable", "reproduced", "text_only"],
        "basis": ["", "independent", ""],
        "reason": ["Non publié : le verdict donnerait le nombre.", "raison", "raison"],
    }
)


def sources(public: bool) -> pd.DataFrame:
    """Two files: a public one, and one that is public or not."""
    rows = [
        {"role": role, "file": f"{role}.csv", "title": "x", "origin": "observed", "source": "x", "licence": "x"}
        | {"date": pd.Timestamp("2026-03-06"), "digest": "sha256:" + "ab" * 32, "rows": 3, "lines": "", "public": told}
        for role, told in (("press", True), ("outreach", public))
    ]
    return COLLECTED["sources"].validate(pd.DataFrame(rows))


def through(public: bool = False) -> dict[str, pd.DataFrame]:
    empty = {
        name: CONSOLIDATED[name].empty() for name in ("articles", "meetings", "counts", "practices", "restitutions")
    }
    decided = decide(table("47-2026", FACTS), policy())
    found = state(
        ledger=decided.ledger,
        compared=COMPARED,
        structures=CONSOLIDATED["structures"].empty(),
        sources=sources(public),
        errors=ERRORS.encode(),
        **empty,
    )
    return {name: PRINTED[name].validate(frame) for name, frame in found.items()}


@pytest.fixture
def said() -> pd.DataFrame:
    return through()["statements"].set_index("statement_id")


def test_what_is_withheld_says_one_word_and_nothing_else(said: pd.DataFrame) -> None:
    few = said.loc["people.few"]
    printed = few[["printed", "printed_numerator", "printed_denominator"]]
    assert set(printed) == {"non publié"} and few["kind"] == "withheld"
    assert few[["shown_value", "shown_low", "shown_high", "claim_low", "claim_high"]].isna().all()
    assert few["cells"] == few["rules"] == few["method"] == few["printed_interval"] == ""


def test_a_number_goes_through_with_what_it_stands_for(said: pd.DataFrame) -> None:
    assert list(said.loc["people.many", ["printed", "shown_value", "claim_low", "claim_high"]]) == ["70", 70, 70, 70]


def test_the_claim_is_the_ledger_s_and_else_the_last_digit_printed() -> None:
    facts = [
        Fact(fact_id="p.women", unit="person", value=20, **COMMON),
        Fact(fact_id="ads.share", unit="ad", value=20, **COMMON | {"measure": "percent"}),
    ]
    ledger = decide(table("47-2026", facts), policy()).ledger
    ledger = ledger.assign(verdict="shown", shown_value=20.0, claim_low=[16.0, None], claim_high=[24.0, None])
    count, share = made(ledger, []).itertuples()
    assert (count.claim_low, count.claim_high) == (16, 24)
    assert (share.claim_low, share.claim_high) == (19.5, 20.5)


def test_rules_and_cells_are_told_of_public_files_only(said: pd.DataFrame) -> None:
    told = said[said["cells"].ne("") | said["rules"].ne("")]
    assert list(told.index) == ["press.articles"]
    assert said.loc["outreach.sms", "printed"] == "3"


def test_a_date_of_persons_and_a_row_that_exists_for_somebody_do_not_go_through(said: pd.DataFrame) -> None:
    assert said.loc["people.years", "printed"] == "non publié"
    assert not [name for name in said.index if name.startswith(("territory.", "persons."))]


def test_rows_are_counted_for_public_files_only(said: pd.DataFrame) -> None:
    def rows(found: pd.DataFrame) -> list[str]:
        return [name for name in found.index if name.startswith("quality.")]

    assert rows(said) == ["quality.rows.press"]
    whole = through(public=True)["statements"].set_index("statement_id")
    assert len(rows(whole)) == 4 and whole.loc["reproduction.figures", "printed"] == "3"


def test_warnings_and_digests_are_those_of_public_files() -> None:
    found = through()
    warnings = found["warnings"]
    assert list(warnings["row"].astype(object).where(warnings["row"].notna(), None)) == [15, None]
    assert "value" not in warnings.columns and set(warnings["file"]) == {"press.csv"}
    assert list(found["sources"]["digest"].ne("")) == [True, False] and "rows" not in found["sources"]


def test_published_figures_have_one_sentence_for_every_cause() -> None:
    found = through()["reproduction"].set_index("fact_id")
    assert list(found.loc["people.few", ["computed", "status", "reason"]]) == ["non publié", "not_computable", WHY]
    assert found.loc["people.many", "computed"] == "70"
    counted = through()["statements"].set_index("statement_id")["printed"]
    assert counted["reproduction.status.reproduced"] == "1"  # as the table that is printed has it


def test_a_structure_that_refuses_is_named_in_no_list() -> None:
    structures = pd.DataFrame(
        {
            "agrees_to_be_named": pd.array([True, False], dtype="boolean"),
            "name": ["Maison ouverte", "Écoute-Refuge"],
        }
    )
    listed = pd.DataFrame({"structure": ["MAISON OUVERTE", "Service Écoute Refuge, antenne"], "mode": ["a", "b"]})
    assert list(unnamed(listed, structures)["structure"]) == ["MAISON OUVERTE", UNNAMED]
    strangers = pd.DataFrame({"structure": ["Maison Ouverte", "Maternité", None], "place": ["A", "B", "C"]})
    told = unnamed(strangers, structures, "structure")  # nobody asked the second
    assert told["structure"].fillna("").tolist() == ["Maison Ouverte", UNNAMED, ""] and list(told["place"]) == [
        "A",
        "B",
        "C",
    ]
    assert mentions("À l’ÉCOUTE REFUGE", ["ecoute refuge"]) and not mentions("écoute réfugiés", ["ecoute refuge"])
