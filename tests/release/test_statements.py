"""The one-way door: what goes through says what is printed and what that stands for, and nothing of what is behind it."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from drawn import cases, one_in
from facts_at_hand import Fact
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import policy
from test_thresholds import at

from diagnostic.collect.answers import AXES
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core.validation import validate
from diagnostic.estimate.facts import Builder, table
from diagnostic.release.populations.people import mentions, printable
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.printed import PROTECTED, WITHHELD
from diagnostic.release.statements import WHY, _envelope, _reprinted, _settled, made, state
from diagnostic.release.ways.verdicts import decide

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
    Fact(fact_id="reproduction.status.withheld", unit="figure", value=0, numerator=0, denominator=3, **COMMON),
)
COMPARED = pd.DataFrame(
    {
        "fact_id": ["people.few", "people.many", "law.date"],
        "statement": "énoncé",
        "source_stage": "survey",
        "published": ["7", "70", "2016"],
        "computed": [PROTECTED, "70", ""],
        "status": ["withheld", "reproduced", "text_only"],
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
    return validate(pd.DataFrame(rows), "collect/sources")


def through(public: bool = False, **given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What goes through; `given`: lists of the team, empty without them."""
    lists = ("articles", "meetings", "counts", "practices", "restitutions", "structures", "actions", "vignettes")
    tables = {name: given.get(name, CONSOLIDATED[name].empty()) for name in lists}
    decided = decide(table("47-2026", FACTS), policy())
    found = state(
        ledger=decided.ledger,
        compared=COMPARED,
        sources=given.get("sources", sources(public)),
        errors=ERRORS.encode(),
        **tables,
    )
    return {name: validate(frame, f"release/{name}") for name, frame in found.items()}


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


@pytest.mark.parametrize(
    ("measure", "decimals", "ends"),
    [("percent", 0, (9.5, 20.5)), ("percent", 1, (9.95, 20.05)), ("count", 0, (10, 20))],
)
def test_the_ends_of_a_share_stand_for_half_a_digit_more(
    measure: str, decimals: int, ends: tuple[float, float]
) -> None:
    """« 10 à 20 % » is 9.5 to 20.5, to the nearest digit; 10 to 20 ads are these."""
    one = SimpleNamespace(
        measure=measure, decimals=decimals, unit="ad", ground="", source_table="x/x", shown_low=10.0, shown_high=20.0
    )
    told = _envelope(one, "bounds", (math.nan, math.nan))
    assert (told["envelope_low"], told["envelope_high"]) == pytest.approx(ends)


@settings(deadline=None, max_examples=cases(60))
@given(
    measure=st.sampled_from(["count", "percent", "error", "mean", "estimate", "rate"]),
    unit=st.sampled_from(["ad", "person", "site"]),
    decimals=st.integers(0, 3),
    values=st.lists(st.floats(0, 99), min_size=2, max_size=2),
)
def test_what_is_printed_alike_goes_through_alike(measure: str, unit: str, decimals: int, values: list[float]) -> None:
    """A number and its claim are what the printed form says: two values of one form are the same statement, to the last
    digit that a chart or a reader of the table could use."""
    facts = [
        Fact(fact_id=f"a.n{at}", unit=unit, value=value, **COMMON | {"measure": measure})
        for at, value in enumerate(values)
    ]
    ledger = decide(table("47-2026", facts), policy()).ledger
    shown = ledger["value"].to_numpy() if measure != "count" else ledger["value"].round().to_numpy()
    ledger = ledger.assign(decimals=decimals, verdict="shown", ground="harmless", shown_value=shown, claim_low=math.nan)
    one, other = made(ledger, []).drop(columns="statement_id").to_dict("records")
    alike = {name: repr(value) for name, value in one.items()} == {name: repr(value) for name, value in other.items()}
    assert alike is (one["printed"] == other["printed"])
    assert one["claim_low"] <= one["shown_value"] <= one["claim_high"]


@pytest.mark.parametrize(
    ("value", "low", "high", "printed"),
    [(0.29, 0.27, 0.31, ""), (0.29, 0.24, 0.31, "0,2 à 0,3\u00a0%"), (93.9, 93.6, 94.3, "93,6 à 94,3\u00a0%")],
)
def test_limits_nearer_than_what_is_printed_are_no_interval(
    value: float, low: float, high: float, printed: str
) -> None:
    """« 0,3 à 0,3 % » beside 0,3 % says nothing more."""
    limits = {"low": low, "high": high, "interval_kind": "sampling", "decimals": 1}
    share = Fact(fact_id="ads.share", unit="ad", value=value, **COMMON | {"measure": "percent"}, **limits)
    (said,) = made(decide(table("47-2026", [share]), policy()).ledger, []).to_dict("records")
    assert said["printed_interval"] == printed
    assert said["interval_kind"] == ("sampling" if printed else "none")


def test_that_no_recall_was_measured_goes_through() -> None:
    """It says nothing of anybody, and must stand beside the number that it leaves in doubt."""
    build = Builder("consolidate/codings", "observed")
    fact = build.fact("persons.source.recall_unmeasured", value_text="non mesuré")
    ledger = decide(table("47-2026", [fact]), policy(), {}, draw=Draw(b"key")).ledger
    assert made(ledger, ())["printed"].to_list() == ["non mesuré"]


def test_without_limits_nothing_says_that_there_are_some() -> None:
    """A rounded number prints none; that blanks leave it open would tell that somebody left one."""
    open_ = {
        "low": 40,
        "high": 44,
        "interval_kind": "bounds",
        "method": "Sans doublon. Les bornes comptent les blancs.",
    }
    facts = [
        Fact(fact_id="a.n", unit="professional", value=40, **COMMON | more)
        for more in (open_, {"method": "Sans doublon."})
    ]
    shown = [decide(table("47-2026", [one]), policy()).ledger.assign(verdict="shown", shown_value=40) for one in facts]
    methods = [made(one.assign(shown_low=math.nan, shown_high=math.nan), [])["method"].iloc[0] for one in shown]
    assert methods == ["Sans doublon."] * 2
    assert "Les bornes" in made(shown[0].assign(shown_low=40, shown_high=44), [])["method"].iloc[0]


@pytest.mark.parametrize(
    ("title", "printed"),
    one_in(
        3,
        [
            ("Ville : son amie de 16 ans est entendue", "Ville : son amie de [âge] est entendue"),
            ("Une femme, 38 ans, et deux jeunes de 15 et 17 ans", "Une femme, [âge], et deux jeunes de [âge]"),
            ("Lieu : un quinquagénaire condamné, un trentenaire relaxé", "Lieu : un [âge] condamné, un [âge] relaxé"),
            ("10 ans de prison pour le viol", "10 ans de prison pour le viol"),
            (
                "Deux ans de prison, 3 ans ferme, 2 ans d’emprisonnement",
                "Deux ans de prison, 3 ans ferme, 2 ans d’emprisonnement",
            ),
            ("5 ans après la loi, en 2021", "5 ans après la loi, en 2021"),
        ],
    ),
)
def test_the_title_of_an_article_tells_nobody_s_age(title: str, printed: str) -> None:
    articles = pd.DataFrame(
        {"row": [2], "date": [pd.Timestamp("2017-03-30")], "outlet": ["Le Journal"], "title": [title]}
    )
    told = through(articles=articles.assign(year_heading=2017, year_printed=2017))["articles"]
    assert list(told["title"]) == [printed]


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
    assert list(found.loc["people.few", ["computed", "status", "reason"]]) == ["non publié", "withheld", WHY]
    assert found.loc["people.many", "computed"] == "70" and found.loc["people.many", "statement"] == "énoncé"


def test_a_published_figure_is_held_against_what_the_study_says_exactly() -> None:
    """Of people it must stand for one number; of things it may be drawn. A withheld one says no number at all."""
    rows = [
        ("p.exact", "person", "value", 0, "observed", True),
        ("p.drawn", "person", "value", 5, "observed", False),
        ("p.rebuilt", "person", "value", 5, "reconstructed", True),
        ("p.range", "person", "limits", 5, "observed", True),
        ("p.hidden", "person", "withheld", 0, "observed", False),
        ("ads.drawn", "ad", "value", 5, "observed", True),
        ("ads.hidden", "ad", "withheld", 0, "observed", False),
    ]
    said = pd.DataFrame(rows, columns=["statement_id", "unit", "kind", "near", "origin", "again"])
    said = said.assign(claim_low=20 - said["near"], claim_high=20 + said["near"])
    compared = pd.DataFrame(
        {"fact_id": said["statement_id"], "published": "20", "computed": "20", "status": "reproduced"}
    )
    compared = compared.assign(basis="independent", reason="r", statement="s", source_stage="survey")
    for private in (True, False):
        found = _reprinted(compared, said, private)["computed"].eq("20")
        assert found.tolist() == (said["again"] | (not private)).tolist(), private
    assert _reprinted(compared, said, True)["computed"].isin(["20", WITHHELD]).all()


@pytest.mark.parametrize("public", [False, True])
def test_verdicts_are_counted_as_the_table_that_is_printed_has_them(public: bool) -> None:
    """Of three figures one has no verdict here, one is reproduced and one is a text, whoever may read the files."""
    counted = through(public)["statements"].set_index("statement_id")["printed"]
    assert [counted[f"reproduction.status.{code}"] for code in ("withheld", "reproduced")] == ["1", "1"]
    assert counted["reproduction.figures"] == "3"


def test_a_structure_that_refuses_is_named_in_no_list() -> None:
    structures = pd.DataFrame(
        {
            "agrees_to_be_named": pd.array([True, False], dtype="boolean"),
            "name": ["Maison ouverte", "Écoute-Refuge"],
        }
    )
    listed = pd.DataFrame({"structure": ["MAISON OUVERTE", "Service Écoute Refuge, antenne"], "mode": ["a", "b"]})
    assert list(printable(listed, structures)["structure"]) == ["MAISON OUVERTE"]
    strangers = pd.DataFrame(
        {"structure": ["Maison Ouverte", "Maternité", None], "place": ["A", "B", "C"], "mode": "x"}
    )
    told = printable(strangers, structures, "structure")  # nobody asked the second: its town would tell which it is
    assert list(told["place"]) == ["A", "C"]
    assert mentions("À l’ÉCOUTE REFUGE", ["ecoute refuge"]) and not mentions("écoute réfugiés", ["ecoute refuge"])


@pytest.mark.parametrize("origin", ["observed", "transcribed"])
def test_a_practice_names_who_agreed_unless_a_publication_named_them(origin: str) -> None:
    """A shelter that nobody asked, a place that agreed, a public help line; whatever the record says of the file."""
    rows = [
        ("practice", "Chambres réservées", "Foyer du Clos", "Villeneuve", "01 02"),
        ("network", "Groupe", "Accueil", "Nord", None),
    ]
    rows += [("resource", "Écoute", "Service national", None, "3919")]
    names = ["kind", "title", "offered_by", "where", "contact"]
    practices = pd.DataFrame(rows, columns=names).assign(audience=None)
    structures = pd.DataFrame(
        {"agrees_to_be_named": pd.array([True], dtype="boolean"), "name": ["Accueil"], "row": [2]}
    )
    structures = structures.assign(activity_field="social", **dict.fromkeys(AXES, False))
    listed = sources(True)
    listed = pd.concat([listed, listed.iloc[:1].assign(role="practices", file="practices.csv", origin=origin)])
    told = through(True, practices=practices, structures=structures, sources=listed)["practices"]
    asked = [["Accueil", "Nord", ""], ["", "", "3919"]]
    every = [["Foyer du Clos", "Villeneuve", "01 02"], ["Accueil", "Nord", ""], ["Service national", "", "3919"]]
    found = told[["offered_by", "where", "contact"]].fillna("").to_numpy().tolist()
    assert found == (asked if origin == "observed" else every)


def test_interviews_that_the_team_noted_are_counted_and_never_listed() -> None:
    """Two structures that agreed to be named for what they offer: no document says that they were heard, or when."""
    met = pd.DataFrame({"structure": ["Accueil", "Foyer"], "row": [2, 3], "place": ["Nord", None], "mode": "telephone"})
    met = met.assign(date=pd.to_datetime(["2026-02-04", "2026-03-02"]), activity_field="social")
    agreed = {"agrees_to_be_named": [True, True], "name": ["Accueil", "Foyer"], "row": [2, 3]}
    structures = pd.DataFrame(agreed).assign(activity_field="social", **dict.fromkeys(AXES, False))
    found = {}
    for origin in ("observed", "transcribed"):
        listed = sources(True)
        listed = pd.concat([listed, listed.iloc[:1].assign(role="interviews", file="interviews.csv", origin=origin)])
        found[origin] = through(True, meetings=met, structures=structures, sources=listed)["meetings"]
    assert len(found["observed"]) == 0 and list(found["transcribed"]["structure"]) == ["Accueil", "Foyer"]


def test_what_is_withheld_of_a_place_does_not_even_name_it() -> None:
    """A label holds the name: its row alone would say that the place is one of few ads, or of few structures."""
    ads = [
        Fact(
            fact_id=f"{prefix}{place}{end}",
            value=value,
            numerator=value,
            denominator=80,
            unit="ad",
            **COMMON | {"measure": measure},
        )
        for place, value in (("bourg", 5.0), ("ville", 75.0))
        for prefix, end, measure in (
            ("places.ads.", "", "count"),
            ("ads.city_", "_pct", "percent"),
            ("demand.place.", "", "count"),
        )
    ]
    heard = [
        Fact(
            **COMMON | {"fact_id": f"{kind}.place.{code}", "unit": "structure", "source_table": source},
            value=value,
            numerator=value,
            denominator=9,
        )
        for kind, source in (("partners", "collect/partners"), ("interviews", "consolidate/meetings"))
        for code, value in (("01", 1.0), ("02", 2.0), ("03", 3.0))
    ]
    ledger = decide(table("47-2026", [*ads, *heard]), policy(), draw=at(0.4)).ledger  # 75 of 80 ads are then « 70 »
    kept = set(_settled(made(ledger, []), {"ad_counts"}, COMPARED)["statement_id"])
    assert not {one for one in kept if "bourg" in one} and {"places.ads.ville", "demand.place.ville"} <= kept
    assert {one for one in kept if ".place.0" in one} == {"partners.place.03", "interviews.place.03"}
    # the number of those whose commune is known, less the communes that are named, would count the others
    assert ledger.set_index("fact_id")["shown_denominator"].filter(like="partners.place.").isna().all()
    as_published = [replace(one, origin="transcribed") for one in heard]
    told = decide(table("62-2020", as_published), policy(), draw=Draw(b"k")).ledger
    assert told["verdict"].eq("shown").all()
