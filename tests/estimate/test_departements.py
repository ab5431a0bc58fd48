"""The facts of each département of a region, and the region's: against plain sums of the rows written here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from handmade import BOOK
from territories import FORMS, described

from diagnostic.consolidate import located
from diagnostic.consolidate.lists import internet as counted
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core.tables import columns, model
from diagnostic.estimate.internet import demand, lists, steps
from diagnostic.estimate.people import described as people
from diagnostic.estimate.tables import TABLES
from diagnostic.estimate.territory import departements

NAMES = {"22": "Côtes-d’Armor", "29": "Finistère", "35": "Ille-et-Vilaine", "56": "Morbihan"}
STUDY = "bretagne-2019"
SAMPLING = {
    **{"margin": 0.05, "confidence": 0.95, "proportion": 0.5, "floor": 2, "convention": "raise", "seed": 1},
    **{"design_effect": 1.0, "loss": 0.0, "double_share": 0.0, "domains": "whole"},
}
# site, place, ads
COUNTED = [
    ("E01", "Rennes (35)", 40),
    ("E01", "Vitré (35)", 5),
    ("E01", "22", 12),
    ("E02", "35", 20),
    ("E02", "29", 30),
    ("E02", None, 7),  # of the whole region
    ("M01", "Brest (29)", 9),
    ("M01", "56", 0),
]
# who reports it, persons, two communes, status, form; the first letters of a commune are its département
SITUATIONS = [
    ("R1", 10, "22001", "", "prov", "road"),
    ("R2", 4, "22002", "22003", "proba", "flat"),
    ("R3", 7, "29001", "", "prov", "road"),
    ("R4", 5, "35001", "29001", "prov", "flat"),  # in two of them
    ("R5", 6, "35001", "", "risk", "road"),  # not in prostitution
    ("R6", 3, "35002", "", "prov", "road"),
    ("R7", 8, "", "", "prov", "flat"),  # nowhere known
    ("R8", 2, "35001", "35002", "prov", "flat"),
]
IN_PROSTITUTION = {"22": 14, "29": 7, "35": 5, "56": 0}
REGION = 39  # 14 + 7 + 5 + 0, with five persons in two of them and eight of no known place


def areas() -> pd.DataFrame:
    codes = ["22001", "22002", "22003", "29001", "35001", "35002", "56001"]
    rows = [{"level": "commune", "code": code, "departement": code[:2]} for code in codes]
    return pd.DataFrame(rows).reindex(columns=columns("geography/areas"))


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """Of the region, as consolidated."""
    sites = pd.DataFrame({"site_code": ["E01", "E02", "M01"], "category": ["escorting", "escorting", "massage"]})
    sites = sites.assign(row=[2, 3, 4], mirror_group=None, under_mirror_label=pd.NA, status="open")
    ads = pd.DataFrame(COUNTED, columns=["site_code", "place", "count"])
    day = pd.Timestamp("2019-01-30")
    ads = ads.assign(row=range(2, len(ads) + 2), method="exact", window_start=day, window_end=day)
    made = counted(sites, ads, CONSOLIDATED["pages"].empty(), {})
    both = described(SITUATIONS)
    within = located.departements(both, np.arange(len(both)), areas())
    assert within is not None
    forms = pd.DataFrame(
        {"response_id": [f"R{at}" for at in range(1, 9)], "departement.code": ["22", "22", *["35"] * 6]}
    )
    noted = [(1, 2, "D01", "Rennes (35)", 6), (1, 3, "D02", "35", 5), (1, 4, "D01", None, 3)]
    asked = pd.DataFrame(noted, columns=["sheet", "row", "site_code", "place", "count"])
    sample = {name: TABLES[name].empty() for name in ("frame", "draw", "usable", "conflicts", "held")}
    return sample | {
        "codings": CONSOLIDATED["codings"].empty(),
        "demand_ads": asked.assign(window_start=day, window_end=day),
        "forum": CONSOLIDATED["forum"].empty(),
        "counts": made["counts"],
        "pages": made["pages"],
        "described": both.assign(**{str(within.name): within}),
        "pairs": CONSOLIDATED["pairs"].empty(),
        "respondents": forms.assign(**{"answer_mode.code": "indiv", "professionals": 1})[:0],
        "cases": CONSOLIDATED["cases"].empty(),
        "professionals": CONSOLIDATED["professionals"].empty(),
    }


@pytest.fixture(scope="module")
def facts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    given = {
        "places": model("collect/places").empty(),
        "study": STUDY,
        "sampling": SAMPLING,
        "counting": {"ceiling": 10, "first_year": None},
    }
    made = departements.estimate(departements=NAMES, **given, **tables, **BOOK)["departements"]
    return TABLES["departements"].validate(made).set_index("fact_id")


@pytest.mark.slow
def test_persons_of_each_and_of_nowhere_make_the_region(facts: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    found = {code: facts["value"].get(f"d{code}.shared.persons_prostitution", 0) for code in NAMES}
    assert found == IN_PROSTITUTION
    given = {"places": model("collect/places").empty(), "study": STUDY, **BOOK}
    whole = people.estimate(tables["described"], tables["pairs"], **given)["described_facts"].set_index("fact_id")
    assert whole["value"]["shared.persons_prostitution"] == REGION == sum(found.values()) + 5 + 8


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_in_each_departement(facts: pd.DataFrame, form: str) -> None:
    """Against the rows above, added up by hand."""
    rows = [row for row in SITUATIONS if row[4] != "risk" and row[5] == form]
    for code in NAMES:
        own = [row for row in rows if {one[:2] for one in row[2:4] if one} == {code}]
        name = f"d{code}.persons.prostitution_form.{form}"
        assert facts["value"].get(name, 0) == sum(row[1] for row in own)


def test_ads_of_each_and_of_the_region(facts: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    ads = {code: sum(n for _, place, n in COUNTED if place and code in place) for code in NAMES}
    assert {code: facts["value"].get(f"d{code}.ads.total", 0) for code in NAMES} == ads
    assert facts["value"]["d35.ads.site_count.E01"] == 45 and facts["value"]["d35.ads.sites_with_ads"] == 2
    given = {"places": model("collect/places").empty(), "study": STUDY, "sampling": SAMPLING, "publication": {}}
    none = pd.DataFrame({"id": [], "value": []}, dtype="str")
    whole = steps.estimate(tables["counts"], tables["pages"], none, **given)["internet"].set_index("fact_id")
    assert whole["value"]["ads.total"] == sum(n for _, _, n in COUNTED) == sum(ads.values()) + 7
    assert not any(name.startswith("places.ads.35") for name in whole.index)  # a département is no place below it


@pytest.mark.slow
def test_ads_of_buyers_of_each(tables: dict[str, pd.DataFrame]) -> None:
    """Where the workbook of demand was received; by place, they are of the region alone."""
    place = {"role": "demand", "file": "d", "origin": "observed", "table": "demand_ads", "name": "demand_count"}
    places = model("collect/places").validate(
        pd.DataFrame([place | {"number": 0, "sheet": 1, "column": "C", "rule": None}])[columns("collect/places")]
    )
    given = {"study": STUDY, "sampling": SAMPLING, "counting": {"ceiling": 10, "first_year": None}}
    made = departements.estimate(departements=NAMES, places=places, **given, **tables, **BOOK)["departements"]
    found = made.set_index("fact_id")["value"]
    assert found["d35.demand.ads"] == 11 and found["d35.demand.sites"] == 2
    assert not found.index.str.contains("demand.place|demand.communes|venues|penal").any()
    assert not found.index.str.fullmatch(r"d(22|29|56)\.demand\..*").any()


def test_a_whole_departement_is_no_commune_of_buyers(tables: dict[str, pd.DataFrame]) -> None:
    """« 35 » says where the ads are, and no commune: one is named, with six ads of the fourteen."""
    place = {"role": "demand", "file": "d", "origin": "observed", "table": "demand_ads", "name": "demand_count"}
    places = model("collect/places").validate(
        pd.DataFrame([place | {"number": 0, "sheet": 1, "column": "C", "rule": None}])[columns("collect/places")]
    )
    none = {name: CONSOLIDATED[name].empty() for name in ("penal", "venues")}
    given = {"demand_ads": tables["demand_ads"], "forum": tables["forum"], **none, "places": places, "study": STUDY}
    found = demand.estimate(**given, **BOOK)["demand"].set_index("fact_id")["value"]
    assert (found["demand.communes"], found["demand.place.rennes-35"], found["demand.ads"]) == (1, 6, 14)
    assert "demand.place.35" not in found.index
    again = tables["demand_ads"][tables["demand_ads"]["place"].eq("Rennes (35)")].assign(place="RENNES (35)")
    twice = given | {"demand_ads": pd.concat([tables["demand_ads"], again], ignore_index=True)}
    found = demand.estimate(**twice, **BOOK)["demand"].set_index("fact_id")["value"]
    assert (found["demand.communes"], found["demand.place.rennes-35"]) == (1, 12)  # however it is written


def test_interviews_are_told_of_the_region_alone(facts: pd.DataFrame) -> None:
    assert not facts.index.str.contains("interviews").any()


def test_who_is_counted_is_said_for_the_release(facts: pd.DataFrame) -> None:
    one = facts.loc["d22.persons.prostitution_form.road"]
    assert one["group"] == "prostitution: departement=22 & prostitution_form=road"
    assert one["base"].startswith("prostitution: departement=22")
    assert one["label"].startswith("Côtes-d’Armor : ") and one["universe"].endswith("Côtes-d’Armor (22)")
    assert set(facts["group"].str.partition(":")[0]) <= {"", "prostitution", "professionals", "responses"}


def test_the_draw_is_shared_out_by_site_and_departement(tables: dict[str, pd.DataFrame]) -> None:
    """One sample: each list of a site in a département has its part, at least the floor."""
    frame = lists.planned(lists.lists(tables["counts"], tables["pages"], SAMPLING), SAMPLING)
    assert {"E01 / Rennes (35)", "E01 / 22", "E02 / 35", "E02 / 29"} <= set(frame.index)
    drawn = frame[frame["size"].gt(0)]
    assert (drawn["coded"] >= drawn["size"].clip(upper=2)).all() and (drawn["coded"] <= drawn["size"]).all()


def test_the_margin_may_be_asked_of_each_departement() -> None:
    """Each reaches what a margin asks of its own ads (Cochran 1977, 4.2: n0 = z² p q / e², n = n0 / (1 + (n0 − 1) / N)), the
    lists of no département together; of the whole, the same margin asks for far fewer of each."""
    sizes = {("A", "Rennes (35)"): 900, ("B", "35"): 100, ("A", "22"): 400, ("A", ""): 50}
    found = [
        {"stratum": f"{site} / {place}", "site_code": site, "place": place, "category": "escorting", "mirror_group": ""}
        | {"size": size, "listed": size, "value": float(size)}
        for (site, place), size in sizes.items()
    ]
    frame = pd.DataFrame(found).set_index("stratum")
    own = lists.planned(frame, SAMPLING | {"domains": "departement"})
    drawn = own["coded"].groupby(own["place"].str.extract(r"(\d\d)\)?$")[0].fillna("")).sum()
    asked = 1.959964**2 * 0.25 / 0.05**2
    for code, population in {"35": 1000, "22": 400, "": 50}.items():
        assert drawn[code] == np.ceil(asked / (1 + (asked - 1) / population)), code
    whole = lists.planned(frame, SAMPLING)
    assert whole["coded"].sum() == np.ceil(asked / (1 + (asked - 1) / 1450)) < own["coded"].sum()


def test_several_departements_are_told_apart_only_where_there_are_several() -> None:
    both = described(SITUATIONS)
    assert located.departements(both, np.arange(len(both)), areas()[:3]) is None
    found = located.departements(both, np.arange(len(both)), areas())
    assert found is not None
    assert found.tolist() == ["22", "22", "29", "several", "35", "35", "no_answer", "35"]


@pytest.mark.slow
def test_the_cells_of_a_departement_are_of_its_own_rows(tables: dict[str, pd.DataFrame]) -> None:
    """Situations 1 and 2 are in the first, 6 and 8 in the third: rows 2, 3 and 7, 9 of the file."""
    place = {
        "role": "questionnaire",
        "file": "q",
        "origin": "observed",
        "table": "situations",
        "name": "persons_in_situation",
    }
    places = model("collect/places").validate(
        pd.DataFrame([place | {"number": 0, "sheet": 1, "column": "C", "rule": None}])[columns("collect/places")]
    )
    given = {"study": STUDY, "sampling": SAMPLING, "counting": {"ceiling": 10, "first_year": None}}
    made = departements.estimate(departements=NAMES, places=places, **given, **tables, **BOOK)["departements"]
    cells = made.set_index("fact_id")["cells"]
    assert cells["d22.shared.persons_prostitution"] == "q (feuille 1)!C2:C3"
    assert cells["d35.shared.persons_prostitution"] == "q (feuille 1)!C6:C7 C9"
