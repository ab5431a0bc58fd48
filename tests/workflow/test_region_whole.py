"""A fictional region of four départements, from `diagnostic creer` to its documents: the facts of each and of the whole
against plain sums of what was received, and nothing that their printed difference gives away."""

from __future__ import annotations

import pandas as pd
import pytest
from copies import Project

from diagnostic.core import io

CODES, STUDY = ("22", "29", "35", "56"), "bretagne-2019"
DOCUMENTS = ("rapport.html", "rapport.docx", "rapport.pdf", "synthese.pdf", "restitution.pptx", "tableaux.xlsx")
THRESHOLD = 11


@pytest.fixture(scope="module")
def region(source: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = source.copy(tmp_path_factory.mktemp("region") / "projet")
    made = project.command("diagnostic", "creer", STUDY, "--departements", ",".join(CODES), "--date", "2019-03-01")
    assert made.code == 0, made.output
    done = project.snakemake("--config", f"studies=[{STUDY}]")
    assert done.code == 0, done.output
    return project


def table(project: Project, name: str) -> pd.DataFrame:
    return io.read_table(project.path(f"results/{STUDY}/{name}.parquet"))


@pytest.mark.slow
def test_facts_of_each_and_of_the_region_are_sums_of_what_was_received(region: Project) -> None:
    facts = table(region, "estimate/facts").set_index("fact_id")["value"]
    counts = pd.read_csv(region.input(STUDY, "ad_counts.csv"), dtype={"place": "str"})
    own = counts["place"].str.extract(r"(\d\d)\)?$")[0]
    assert set(own) == set(CODES)
    exact = counts[counts["method"].eq("exact")]
    for code in CODES:
        for site, found in exact[own.loc[exact.index].eq(code)].groupby("site_code")["count"].sum().items():
            assert facts[f"d{code}.ads.site_count.{site}"] == found
    for name in ("ads.total", "ads.site_count.E01", "ads.site_count.A01"):
        assert facts[name] == pytest.approx(sum(facts[f"d{code}.{name}"] for code in CODES)), name
    forms = table(region, "collect/responses")["departement.code"].value_counts()
    assert {code: facts[f"d{code}.survey.responses"] for code in CODES} == {code: forms[code] for code in CODES}
    # Persons: of situations described once, in communes of one département, said to be in prostitution.
    described, pairs = table(region, "consolidate/described"), table(region, "consolidate/pairs")
    assert not pairs["status"].eq("same").any()
    letters = dict(zip("XYZA", CODES, strict=True))
    coded = described[["commune.code", "commune_2.code", "commune_3.code"]].astype("str")
    places = coded.apply(lambda row: {letters[code[0]] for code in row if code[1:].isdigit()}, axis=1)
    inside = described["situation_status.code"].isin(["prov", "proba"])
    assert facts["shared.persons_prostitution"] == described.loc[inside, "persons"].sum()
    for code in CODES:
        mine = inside & places.map(lambda found, code=code: found == {code})
        assert facts[f"d{code}.shared.persons_prostitution"] == described.loc[mine, "persons"].sum(), code


@pytest.mark.slow
def test_the_sample_is_drawn_in_each_site_of_each_departement(region: Project) -> None:
    frame = table(region, "estimate/frame")
    asked = frame[frame["kept"] & frame["size"].gt(0)]
    assert set(asked["place"].str.extract(r"(\d\d)\)?$")[0]) == set(CODES)
    assert (asked["coded"] >= asked["size"].clip(upper=2)).all()


@pytest.mark.slow
def test_the_region_less_three_departements_does_not_give_the_fourth(region: Project) -> None:
    """Of a group printed for the region and withheld for a département: the region less all that the others print."""
    told = table(region, "release/statements").set_index("statement_id")
    groups = table(region, "release/ledger").set_index("fact_id")
    persons = groups[
        groups["group"].fillna("").str.match(r"prostitution: departement=\d\d( &|$)") & groups["measure"].eq("count")
    ]
    shown = told["kind"].eq("value") & told["claim_low"].notna()
    assert persons["verdict"].eq("shown").sum() >= len(CODES) and persons["verdict"].eq("withheld").any()
    for fact_id in persons.index[persons["verdict"].eq("withheld")]:
        plain = fact_id.partition(".")[2]
        if plain not in told.index or not shown[plain]:
            continue
        others = [f"d{code}.{plain}" for code in CODES if not fact_id.startswith(f"d{code}.")]
        low = told.loc[plain, "claim_low"] - sum(
            told.loc[one, "claim_high"] if one in shown and shown[one] else told.loc[plain, "claim_high"]
            for one in others
        )
        high = told.loc[plain, "claim_high"] - sum(
            told.loc[one, "claim_low"] for one in others if one in shown and shown[one]
        )
        assert high - max(0, low) >= THRESHOLD - 1, fact_id
    certificate = region.path(f"results/{STUDY}/release/refus.txt").read_text(encoding="utf-8")
    assert certificate == ""


@pytest.mark.slow
def test_documents_set_them_side_by_side(region: Project) -> None:
    report = region.path(f"results/{STUDY}/report")
    assert all((report / name).is_file() for name in DOCUMENTS)
    page = (report / "rapport.html").read_text(encoding="utf-8")
    assert "Département par département" in page and "les départements des Côtes-d’Armor" in page
    places = table(region, "release/ledger").set_index("fact_id")
    finer = places.index.str.startswith(("places.ads.", "territory.", "ads.city_", "ads.joined."))
    assert finer.any() and places.loc[finer, "verdict"].eq("withheld").all()
