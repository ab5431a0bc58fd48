"""A fictional region of four départements, from `diagnostic creer` to its documents: the facts of each and of the whole
against plain sums of what was received; and of two editions of it and the comparison that holds them, nothing that all
that is printed gives away."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import openpyxl
import pandas as pd
import pytest
import scipy
from copies import Project
from first_report import judged
from test_published_data import check

from diagnostic.core import io
from diagnostic.review.lint import blocks

CODES, STUDY, NEXT = ("22", "29", "35", "56"), "bretagne-2019", "bretagne-2020"
BESIDE = "regions"  # the comparison of both
DOCUMENTS = ("rapport.html", "rapport.docx", "rapport.pdf", "synthese.pdf", "restitution.pptx", "tableaux.xlsx")
THRESHOLD = 11


@pytest.fixture(scope="module")
def region(source: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two editions of the region, and their comparison, in one run."""
    project = source.copy(tmp_path_factory.mktemp("region") / "projet")
    for study in (STUDY, NEXT):
        day = f"{study[-4:]}-03-01"
        made = project.fork("diagnostic", "creer", study, "--departements", ",".join(CODES), "--date", day)
        assert made.code == 0, made.output
    folder = project.path("config/comparisons")
    for other in folder.glob("*.yaml"):
        other.unlink()
    said = f"title: Deux éditions\nteam: Équipe\nreport_date: 2026-11-02\nstudies: [{STUDY}, {NEXT}]\npublished: []\n"
    (folder / f"{BESIDE}.yaml").write_text(said, encoding="utf-8")
    done = project.snakemake("all", "compare", "--config", f"studies=[{STUDY},{NEXT}]", f"comparaison={BESIDE}")
    assert done.code == 0, done.output
    return project


def table(project: Project, name: str, study: str = STUDY) -> pd.DataFrame:
    return io.read_table(project.path(f"results/{study}/{name}.parquet"))


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
def test_where_a_region_stands_is_told_and_its_trial_counts_nowhere(region: Project) -> None:
    done = region.diagnostic("suivre", STUDY)
    assert done.code == 0 and "Encore d’essai" in done.output and "Mois 9" in done.output, done.output
    assert "structures contactées" not in done.output and "tout est codé" not in done.output


@pytest.mark.slow
def test_the_sample_is_drawn_in_each_site_of_each_departement(region: Project) -> None:
    frame = table(region, "estimate/frame")
    asked = frame[frame["kept"] & frame["size"].gt(0)]
    assert set(asked["place"].str.extract(r"(\d\d)\)?$")[0]) == set(CODES)
    assert (asked["coded"] >= asked["size"].clip(upper=2)).all()


SEEN, GONE = "Annonce de prostitution", "Annonce disparue depuis le décompte"


def coded(project: Project) -> pd.DataFrame:
    """List by list, from the files as they were received: département, ads of the list, ads coded, women among them.

    A list read by pages has the ads that its pages and its coded places say together, each by the places that it shows.
    """
    counts, pages = (
        pd.read_csv(project.input(STUDY, f"{name}.csv"), dtype={"place": "str"}) for name in ("ad_counts", "ad_pages")
    )
    read = pages.groupby(["site_code", "place"]).agg(
        relevant=("ads_relevant", "sum"),
        shown=("ads_shown", "sum"),
        announced=("ads_announced", "first"),
        total=("pages_total", "first"),
        largest=("ads_shown", "max"),
        number=("page_rank", "size"),
    )
    book = pd.read_excel(
        project.input(STUDY, "coded_ads.xlsx"), "Annonces", skiprows=[1], dtype="str", engine="openpyxl"
    )
    place = table(project, "estimate/draw").set_index("ad_id")["place"]
    first = book.dropna(subset=["ad_id"]).drop_duplicates("ad_id")
    first = first.assign(
        place=first["ad_id"].map(place),
        here=first["disposition"].eq(SEEN),
        known=first["disposition"].ne(GONE),
        women=first["gender_presented"].eq("Femme"),
    )
    found = first.groupby(["site_code", "place"]).agg(
        drawn=("ad_id", "size"), known=("known", "sum"), size=("here", "sum"), sum=("women", "sum")
    )
    lists = counts.set_index(["site_code", "place"]).join(read).join(found, how="inner").reset_index()
    by_pages = lists["relevant"] / lists["shown"] * lists["announced"]
    by_places = lists["largest"] * lists["total"] * lists["size"] / lists["known"]
    weight = lists["number"] * lists["largest"] / (lists["number"] * lists["largest"] + lists["drawn"])
    lists["ads"] = lists["count"].fillna(weight * by_pages + (1 - weight) * by_places)
    return lists.assign(code=lists["place"].str.extract(r"(\d\d)\)?$")[0])


@pytest.mark.slow
def test_shares_of_coded_ads_and_demand_are_those_of_four_studies_pooled(region: Project) -> None:
    """Of each département Σ N_h p_h ÷ Σ N_h over its lists; of the region, the départements weighed by their ads."""
    facts = table(region, "estimate/facts").set_index("fact_id")["value"]
    lists = coded(region)
    assert set(lists["code"]) == set(CODES) and not lists["place"].isna().any()
    share, ads = {}, lists.groupby("code")["ads"].sum()
    for code, own in lists.groupby("code"):
        share[code] = 100 * (own["ads"] * own["sum"] / own["size"]).sum() / own["ads"].sum()
        assert facts[f"d{code}.sample.usable"] == own["size"].sum() >= 100, code
        assert facts[f"d{code}.profile.ad.gender_presented.woman"] == pytest.approx(share[code]), code
    pooled = sum(share[code] * ads[code] for code in CODES) / ads.sum()
    assert facts["profile.ad.gender_presented.woman"] == pytest.approx(pooled)
    assert facts["sample.usable"] == lists["size"].sum()
    asked = pd.read_excel(
        region.input(STUDY, "demand.xlsx"), "Annonces de demande", skiprows=[1], dtype="str", engine="openpyxl"
    ).dropna(subset=["site_code"])
    number = asked["demand_count"].astype(int).groupby(asked["place"].str.extract(r"(\d\d)\)?$")[0]).sum()
    assert {code: facts[f"d{code}.demand.ads"] for code in CODES} == number.to_dict()
    assert facts["demand.ads"] == number.sum()


@pytest.mark.slow
def test_each_departement_is_told_beside_the_region_at_both_levels(region: Project) -> None:
    """What is coded and counted in each is printed exact, a share of each or of none, and persons of the whole and of each."""
    told, ledger = read_back(region, STUDY), table(region, "release/ledger").set_index("fact_id")
    judged(ledger)
    for name in ("ads.total", "demand.ads", "sample.usable", "survey.professionals", "shared.persons_prostitution"):
        assert {name, *(f"d{code}.{name}" for code in CODES)} <= set(told), name
    shares = ledger[ledger.index.str.match(r"d\d\d\.profile\.ad\.") & ledger["verdict"].eq("shown")]
    by_share = shares.groupby(shares.index.str.slice(4)).size()
    assert by_share["profile.ad.gender_presented.woman"] == len(CODES)
    assert shares["shown_value"].mod(5).eq(0).all()


# -- What a reader of all the documents can work out ---------------------------------------------------------------

FACT = re.compile(r'<button type="button" class="fact" popovertarget="carte-([^"]+)"[^>]*>(.*?)</button>', re.DOTALL)
NUMBER = re.compile(r"\d+(?:[\u202f\u00a0]\d{3})*")
ASKED = ("gender", "age_band")
ELSEWHERE, OTHER = "≠", "?"  # of no known département, or of several; of no known answer
ROUNDED = {"prostitution": (6, 11), "professionals": (3, 3)}  # to the next multiple of the first, of the second where
# the group has the threshold of 11, as « Les règles de publication » say


def read_back(project: Project, study: str) -> dict[str, str]:
    """Identifier → what the documents print of it: in the pages of the study and of the comparison, and in the workbooks'
    records. Asserts that one number is printed one way."""
    report, beside = project.path(f"results/{study}/report"), project.path(f"results/comparison/{BESIDE}/report")
    said: list[tuple[str, str]] = []
    for path in (report / "rapport.html", report / "dossier.html", beside / "comparaison.html"):
        page = path.read_text(encoding="utf-8")
        said += [(fact, html.unescape(re.sub(r"<[^>]+>", "", text))) for fact, text in FACT.findall(page)]
    for folder in (report, beside):
        for row in openpyxl.load_workbook(folder / "tableaux.xlsx")["Indicateurs"].iter_rows(values_only=True):
            said += [
                (str(cell), str(row[2]))
                for cell in row
                if isinstance(cell, str) and re.fullmatch(r"[\w.-]+\.\w+", cell)
            ]
    found: dict[str, str] = {}
    for fact, text in ((fact.removeprefix(f"{study}."), text) for fact, text in said):
        if NUMBER.fullmatch(text.removesuffix("\u00a0%")):
            number = re.sub(r"\D", "", text)
            assert found.setdefault(fact, number) == number, fact
    return found


def counts(project: Project, study: str) -> dict[str, int]:
    """The whole numbers among them, which no share is: a share is a number with its sign."""
    return {fact: int(number) for fact, number in read_back(project, study).items() if not fact.endswith("_pct")}


def groups(project: Project, study: str, population: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Identifier of a count → the answers that it counts, by variable: what the catalogue and the codebook say of it."""
    ledger = table(project, "release/ledger", study)
    own = ledger[ledger["group"].fillna("").str.startswith(f"{population}:") & ledger["measure"].eq("count")]
    return {
        fact: {
            name: tuple(answers.split("|"))
            for name, _, answers in (term.partition("=") for term in group.partition(": ")[2].split(" & ") if term)
        }
        for fact, group in zip(own["fact_id"], own["group"], strict=True)
    }


def limits(
    told: Mapping[str, int], named: Mapping[str, dict[str, tuple[str, ...]]], base: tuple[int, int]
) -> Iterator[tuple[str, bool, int, int]]:
    """Identifier of a count of one département, whether it is printed, the least and the most that all printed counts on
    it leave: whole numbers over départements × answers to each question, of which nothing else is known."""
    asked = sorted({name for terms in named.values() for name in terms} - {"departement"})
    every = {name: sorted({a for terms in named.values() for a in terms.get(name, ())} - {OTHER}) for name in asked}
    cells = list(product((*CODES, ELSEWHERE), *((*every[name], OTHER) for name in asked)))
    at = {name: number + 1 for number, name in enumerate(asked)}

    def form(terms: Mapping[str, tuple[str, ...]]) -> np.ndarray:
        inside = [
            all((cell[0] if name == "departement" else cell[at[name]]) in answers for name, answers in terms.items())
            for cell in cells
        ]
        return np.array(inside, dtype=float)

    rows = []
    for fact, terms in named.items():
        if fact in told:
            sensitive = (
                "departement" in terms or "trans" in terms.get("gender", ()) or "a15" in terms.get("age_band", ())
            )
            step = base[sensitive]
            least = THRESHOLD if sensitive else 8
            rows.append((form(terms), max(least, told[fact] - step), told[fact] + step))
    matrix, low, high = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    held = scipy.optimize.LinearConstraint(matrix, low, high)
    for fact, terms in named.items():
        if "departement" in terms:
            goal = form(terms)
            ends = [
                scipy.optimize.milp(sign * goal, constraints=held, integrality=np.ones(len(cells))) for sign in (1, -1)
            ]
            assert ends[0].status == 0 and ends[1].status in (0, 3), fact
            yield fact, fact in told, round(ends[0].fun), round(-ends[1].fun) if ends[1].status == 0 else 10**6


@pytest.mark.slow
@pytest.mark.parametrize("study", [STUDY, NEXT])
def test_all_the_documents_together_give_no_persons_of_a_departement_away(region: Project, study: str) -> None:
    """The region less the other départements, question by question and both together: nothing that is not printed is proved
    small and not empty, nor known to fewer numbers than the threshold; and all that is worked out holds the truth."""
    told, named = counts(region, study), groups(region, study, "prostitution")
    named = {fact: terms for fact, terms in named.items() if set(terms) <= {"departement", *ASKED}}
    named = {fact: terms for fact, terms in named.items() if all("*" not in a and "!" not in a for a in terms.values())}
    assert sum(fact.startswith("d") and fact in told for fact in named) >= len(CODES)
    true = table(region, "estimate/facts", study).set_index("fact_id")["value"]
    withheld = 0
    for fact, printed, least, most in limits(told, named, ROUNDED["prostitution"]):
        assert least <= true[fact] <= most, fact
        withheld += not printed
        assert printed or not (least >= 1 and most < THRESHOLD), fact
        assert printed or most - least >= THRESHOLD - 1, fact
    assert withheld > len(CODES)


@pytest.mark.slow
@pytest.mark.parametrize("study", [STUDY, NEXT])
def test_no_share_of_persons_says_more_than_the_printed_numbers(region: Project, study: str) -> None:
    """A share is printed where its part and its base are, and is their quotient: whoever has these learns nothing of it. A
    part that is told as a range has no number here."""
    told, ledger = read_back(region, study), table(region, "release/ledger", study)
    own = ledger[ledger["group"].fillna("").str.startswith("prostitution:") & ledger["fact_id"].isin(told)]
    numbers = own[own["measure"].eq("count")]
    of = {group: {int(told[fact]) for fact in facts} for group, facts in numbers.groupby("group")["fact_id"]}
    shares = own[own["measure"].eq("percent")]
    assert len(shares) > 2 * len(CODES) and all(len(one) == 1 for one in of.values())
    for share in shares[shares["group"].isin(list(of))].itertuples():
        (part,), (base,) = of[share.group], of[share.base]
        assert abs(100 * part / base - int(told[share.fact_id])) <= 0.5, share.fact_id


@pytest.mark.slow
def test_the_comparison_prints_of_persons_what_their_study_does_and_nothing_of_a_departement(region: Project) -> None:
    page = region.path(f"results/comparison/{BESIDE}/report/comparaison.html").read_text(encoding="utf-8")
    cited = {fact for fact, _ in FACT.findall(page)}
    for study in (STUDY, NEXT):
        own = {fact.removeprefix(f"{study}.") for fact in cited if fact.startswith(f"{study}.")}
        persons = set(groups(region, study, "prostitution"))
        printed = table(region, "release/statements", study).set_index("statement_id")["printed"]
        assert own & persons and (own & persons) <= set(printed.index[printed.ne("non publié")])
        assert not any(re.match(r"d\d\d\.", fact) for fact in own)


@pytest.mark.slow
@pytest.mark.parametrize("study", [STUDY, NEXT])
def test_all_the_documents_together_prove_no_small_group_of_professionals_unanimous(
    region: Project, study: str
) -> None:
    """The region's answers are printed exact, those of a département to the next multiple of 3; who answered, exact."""
    told, named = counts(region, study), groups(region, study, "professionals")
    whole = told["survey.professionals"]
    sizes = {code: told[f"d{code}.survey.professionals"] for code in CODES}
    sizes |= {ELSEWHERE: whole - sum(sizes.values())}
    compared = 0
    for fact, terms in named.items():
        own = [f"d{code}.{fact}" for code in CODES]
        if len(terms) != 1 or "departement" in terms or fact not in told or not any(one in told for one in own):
            continue
        compared += 1
        ends = {code: (0, size) for code, size in sizes.items()}
        for code, one in zip(CODES, own, strict=True):
            if one in told:
                ends[code] = (max(1, told[one] - 3), min(told[one] + 3, sizes[code]))
        for code, size in sizes.items():
            others = [end for other, end in ends.items() if other != code]
            least = max(ends[code][0], told[fact] - sum(high for _, high in others))
            most = min(ends[code][1], told[fact] - sum(low for low, _ in others))
            assert least <= most and not (size < 10 and least == most and least in (0, size)), (fact, code)
    assert compared


@pytest.mark.slow
def test_documents_set_them_side_by_side(region: Project) -> None:
    report = region.path(f"results/{STUDY}/report")
    assert all((report / name).is_file() for name in DOCUMENTS)
    check(report / "donnees")
    page = (report / "rapport.html").read_text(encoding="utf-8")
    assert "Ce que les professionnel·les disent d’elles-mêmes" in page and "Pas de carte" not in page
    assert "Département par département" in page and "les départements des Côtes-d’Armor" in page
    places = table(region, "release/ledger").set_index("fact_id")
    finer = places.index.str.startswith(("places.ads.", "territory.", "ads.city_", "ads.joined."))
    assert finer.any() and places.loc[finer, "verdict"].eq("withheld").all()


ONE = re.compile(r"[Dd]ans le département|(total|totaux|structures|commune|professionnel·les) du département")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DOCUMENTS, "dossier.html"])
def test_no_document_speaks_of_one_departement(region: Project, name: str) -> None:
    content = region.path(f"results/{STUDY}/report/{name}").read_bytes()
    assert [block.text for block in blocks(name, content) if ONE.search(block.text)] == []
    forms = region.path(f"instruments/{STUDY}/questionnaire-limesurvey.txt").read_text(encoding="utf-8")
    assert "des départements étudiés" in forms and not ONE.search(forms)
