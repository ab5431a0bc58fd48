"""Samples of two stages and calibrated weights: as R `survey` gives them, over all samples that there are, and drawn again and again.

`apiclus2.csv` and `apisrs.csv`: the schools of the samples of these names (California Academic Performance Index, 2000; data `api`
of R `survey`). The numbers were printed by R 4.5.0 with survey 4.4-2 (Debian), of

    d <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
    svymean(~api00, d); svytotal(~I(awards == "Yes"), d); svymean(~I(awards == "Yes"), subset(d, comp.imp == "Yes")); …
    types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
    p <- postStratify(d, ~stype, types)      # calibrate(d, ~stype - 1, …) prints the same
    s <- postStratify(svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = apisrs), ~stype, types)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from statistics import fmean

import numpy as np
import pandas as pd
import pytest
from begun import ID, SITE, STATES, begun
from own import SMALL, home
from replay import Estimated, estimated, recorded, replayed
from scipy import stats

from diagnostic.core.tables import columns
from diagnostic.estimate.formulas.linearised import design_of, mean, share
from diagnostic.estimate.formulas.profiles import domain_margins, staged_margins
from diagnostic.estimate.formulas.stages import COLUMNS, Stages, stages
from diagnostic.estimate.formulas.uncertainty import with_multiplicities
from diagnostic.estimate.internet import lists as register
from diagnostic.estimate.sample import usable

DISTRICTS, SIMPLE = (pd.read_csv(Path(__file__).with_name(f"{name}.csv")) for name in ("apiclus2", "apisrs"))
TYPES = {"E": 4421, "H": 755, "M": 1018}


def drawn(data: pd.DataFrame, calibrated: bool = False) -> pd.DataFrame:
    two = "dnum" in data
    ads = pd.DataFrame({"page": data["dnum"] if two else "all", "page_ads": data["fpc2"] if two else data["fpc"]})
    read = data["dnum"].nunique() if two else 1
    ads = ads.assign(pages_filled=read, pages_read=read, pages_total=data["fpc1"] if two else 1, cell="all")
    ads["cell_ads"] = np.nan
    return ads.assign(cell=data["stype"], cell_ads=data["stype"].map(TYPES)) if calibrated else ads


def of(data: pd.DataFrame, calibrated: bool = False) -> Stages:
    found = stages(drawn(data, calibrated), np.zeros(len(data), dtype=int), 1)
    assert found is not None
    return found


def yes(data: pd.DataFrame, name: str) -> np.ndarray:
    return data[name].eq("Yes").to_numpy()


@pytest.mark.parametrize(
    ("data", "calibrated", "value", "error"),
    [
        (DISTRICTS, False, 3281.595, 940.458700165674),
        (DISTRICTS, True, 4055.05540999845, 321.974821645161),
        (SIMPLE, True, 3848.19287238583, 200.153511745162),
    ],
)
def test_a_total_and_its_error_are_those_of_survey(
    data: pd.DataFrame, calibrated: bool, value: float, error: float
) -> None:
    how, case = of(data, calibrated), yes(data, "awards").astype(float)
    assert how.weight @ case == pytest.approx(value, rel=1e-12)
    assert math.sqrt(how.variances(case).sum()) == pytest.approx(error, rel=1e-12)


@pytest.mark.parametrize(
    ("calibrated", "within", "value", "error"),
    [
        (False, None, 0.639852398523985, 0.0633993060768308),
        (False, "comp.imp", 0.929260450160772, 0.0408148909980928),
        (True, "comp.imp", 0.934148181234407, 0.0271454331798127),
    ],
)
def test_a_share_and_its_error_are_those_of_survey(
    calibrated: bool, within: str | None, value: float, error: float
) -> None:
    ads = drawn(DISTRICTS, calibrated).assign(stratum="all")
    size = of(DISTRICTS, calibrated).ads[0]
    one = np.ones(len(ads), dtype=bool)
    base = yes(DISTRICTS, within) if within else one
    found = share(design_of(ads["stratum"], {"all": size}, ads=ads), yes(DISTRICTS, "awards"), base, one.astype(float))
    assert (found.value, found.se) == pytest.approx((value, error), rel=1e-12)
    assert found.low is not None and found.high is not None and found.low < value < found.high


@pytest.mark.parametrize(
    ("data", "calibrated", "value", "error", "within", "degrees"),
    [
        (DISTRICTS, False, 670.811808118081, 30.0990273768366, None, 39),
        (DISTRICTS, False, 569.846153846154, 54.4029447638797, "yr.rnd", 2),
        (DISTRICTS, True, 673.002311274467, 28.8318088122979, None, 39),
        (SIMPLE, True, 656.781580952531, 9.15653816164697, None, 199),
    ],
)
def test_a_mean_and_its_error_are_those_of_survey(
    data: pd.DataFrame, calibrated: bool, value: float, error: float, within: str | None, degrees: int
) -> None:
    ads = drawn(data, calibrated).assign(stratum="all")
    one = np.ones(len(ads), dtype=bool)
    design = design_of(ads["stratum"], {"all": of(data, calibrated).ads[0]}, ads=ads)
    base = yes(data, within) if within else one
    found = mean(design, data["api00"].to_numpy(float), base, one.astype(float))
    assert (found.value, found.se) == pytest.approx((value, error), rel=1e-12)
    assert design.degrees(base) == degrees


def test_a_margin_of_stages_is_that_of_the_mean_design_effect() -> None:
    """Shares and errors of `svymean(~I(awards == "Yes"), d)` and of comp.imp, 39 degrees of freedom."""
    ads = drawn(DISTRICTS).assign(stratum="all", **DISTRICTS[["awards", "comp.imp"]])
    told = [(0.639852398523985, 0.0633993060768308), (0.688560885608856, 0.0562315246710368)]
    spread = fmean(error**2 / (value * (1 - value)) for value, error in told)
    types = DISTRICTS["stype"].where(DISTRICTS["stype"].ne("H"))
    made = staged_margins(ads, pd.Series({"all": of(DISTRICTS).ads[0]}), ["awards", "comp.imp", "none"], types)
    assert made["all"] == pytest.approx(stats.t.ppf(0.975, 39) * math.sqrt(0.25 * spread), rel=1e-9)
    assert "E" in made and "H" not in made
    few = staged_margins(ads[:12], pd.Series({"all": 100.0}), ["awards"], types[:12])
    assert few == {}  # too few to say how answers vary


# -- Sites that were drawn, and then ads of each ------------------------------------------------------------------
def register_of(
    drawn_ads: dict[str, int | None], mirrors: dict[str, str] | None = None, closed: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The frame of a register, its sites having been counted, or not drawn (None)."""
    counts = pd.DataFrame(
        {"site_code": [*drawn_ads], "place": None, "category": "dating", "count": [*drawn_ads.values()]}
    )
    counts["method"] = np.where(counts["count"].notna(), "exact", None)
    counts["mirror_group"] = counts["site_code"].map(mirrors or {}).astype("str")
    counts["status"] = np.where(counts["site_code"].isin(closed), "closed", "open")
    pages = pd.DataFrame(columns=["site_code", "place", "ads_announced"])
    return register.of_sites(register.lists(counts, pages, {"confidence": 0.95, "seed": 1}), counts).reset_index()


def test_sites_that_were_drawn_have_the_total_and_the_error_of_survey() -> None:
    """Districts as sites, of which 40 of 757 were drawn: the numbers of `svytotal(~I(awards == "Yes"), d)` above."""
    sizes = DISTRICTS.groupby("dnum")["fpc2"].first()
    frame = register_of({f"S{n}": int(size) for n, size in sizes.items()} | {f"U{n}": None for n in range(757 - 40)})
    assert frame["kept"].sum() == 757 and frame["variance"].isna().sum() == 717
    ads = pd.DataFrame({"ad_id": DISTRICTS.index.astype(str), "stratum": "S" + DISTRICTS["dnum"].astype(str)})
    made, lists = usable.by_drawn_sites(ads, frame, 0.95)
    how, case = stages(made, np.zeros(len(made), dtype=int), 1), yes(DISTRICTS, "awards").astype(float)
    assert how is not None and how.weight @ case == pytest.approx(3281.595, rel=1e-12)
    assert math.sqrt(how.variances(case).sum()) == pytest.approx(940.458700165674, rel=1e-12)
    one, half = lists.iloc[0], stats.t.ppf(0.975, 39) * math.sqrt(how.variances(np.ones(len(made))).sum())
    assert (one["value"], one["high"]) == pytest.approx((how.ads[0], how.ads[0] + half)) and one["variance"] == 0


def test_a_closed_site_is_stood_for_by_none() -> None:
    """Of five sites of the register one is closed; two of the others were drawn, or one of them and the closed one, which has none."""
    others: dict[str, int | None] = {"A": 3, "B": 5, "C": None, "D": None}
    for drawn_ads, closed, kept in (
        ({"F": None}, ("F",), 4),
        ({"F": 0}, ("F",), 4),
        ({"F": None}, (), 5),
        ({"F": 2}, ("F",), 5),
    ):
        frame = register_of(others | drawn_ads, closed=closed)
        ads = pd.DataFrame({"ad_id": list("12"), "stratum": list("AB")})
        made, _ = usable.by_drawn_sites(ads, frame, 0.95)
        assert frame["kept"].sum() == kept == made["pages_total"].iloc[0]


def test_a_sample_of_sites_and_all_their_ads_is_unbiased_for_persons() -> None:
    """Six persons on four sites, one of which is empty: two are drawn and coded whole, in each of the six ways."""
    shown: dict[str, list[int]] = {"A": [1, 2, 3], "B": [1, 4], "C": [], "D": [2, 5, 6, 6]}
    many = Counter(person for own in shown.values() for person in own)
    found = []
    for pair in combinations(shown, 2):
        frame = register_of({site: len(own) if site in pair else None for site, own in shown.items()})
        rows = [(f"{site}{at}", site, many[person]) for site in pair for at, person in enumerate(shown[site])]
        ads = pd.DataFrame(rows, columns=["ad_id", "stratum", "multiplicity"])
        made, _ = usable.by_drawn_sites(ads, frame, 0.95)
        how = stages(made, np.zeros(len(made), dtype=int), 1)
        assert how is not None
        found.append(how.weight @ (1 / ads["multiplicity"]))
    assert fmean(found) == pytest.approx(len(many))


def test_one_site_of_a_mirror_group_is_a_unit_of_the_draw() -> None:
    frame = register_of(
        {"A": 3, "B": None, "C": 5, "D": None, "E": None}, {"A": "m", "B": "m", "C": "m", "D": "n", "E": "n"}
    )
    assert frame.loc[frame["kept"], "site_code"].to_list() == ["C", "D"]


# -- Every sample that there is of a list of four pages ------------------------------------------------------------
PAGES: list[list[float]] = [[1, 5, 2], [4, 4], [], [3, 0, 7, 9]]


def every_sample(read: int, ads: int) -> Iterator[tuple[float, Stages, np.ndarray]]:
    """The chance of each sample of `read` pages and of `ads` ads on each, how it was drawn, and its values."""
    pairs = list(combinations(range(len(PAGES)), read))
    for pages in pairs:
        taken = [list(combinations(PAGES[at], min(ads, len(PAGES[at])))) for at in pages]
        for own in product(*taken):
            rows = [(at, len(PAGES[at]), value) for at, values in zip(pages, own, strict=True) for value in values]
            if not rows:
                continue
            made = pd.DataFrame(rows, columns=["page", "page_ads", "value"])
            made = made.assign(
                pages_filled=sum(bool(PAGES[at]) for at in pages), pages_read=read, pages_total=len(PAGES)
            )
            how = stages(made.assign(cell="all", cell_ads=np.nan), np.zeros(len(made), dtype=int), 1)
            assert how is not None
            yield 1 / len(pairs) / math.prod(map(len, taken)), how, made["value"].to_numpy(float)


def moments(read: int, ads: int) -> tuple[float, float, float]:
    """The expectation of the total, its variance, and the expectation of its estimated variance."""
    told = [(chance, how.weight @ z, how.variances(z).sum()) for chance, how, z in every_sample(read, ads)]
    value = sum(chance * one for chance, one, _ in told)
    second = sum(chance * one**2 for chance, one, _ in told)
    return value, second - value**2, sum(chance * one for chance, _, one in told)


TOTAL = sum(map(sum, PAGES))


@pytest.mark.parametrize(("read", "ads"), [(2, 2), (3, 2), (3, 3), (4, 2)])
def test_the_total_and_its_variance_are_unbiased(read: int, ads: int) -> None:
    value, variance, estimated = moments(read, ads)
    assert value == pytest.approx(TOTAL) and estimated == pytest.approx(variance)


def test_one_ad_of_a_page_costs_the_correction_of_its_pages() -> None:
    value, variance, estimated = moments(2, 1)
    spread = np.var([sum(one) for one in PAGES], ddof=1)
    assert value == pytest.approx(TOTAL) and estimated == pytest.approx(variance + len(PAGES) * spread)


def test_one_page_alone_is_as_far_as_from_nothing() -> None:
    """Samples of the empty page have no ad: their total of 0 and variance of 0 are left out of both sides."""
    told = [(chance, how.weight @ z, how.variances(z).sum()) for chance, how, z in every_sample(1, 2)]
    assert all(variance == pytest.approx(total**2) for _, total, variance in told)
    assert sum(chance * total for chance, total, _ in told) == pytest.approx(TOTAL)


@pytest.mark.parametrize(
    "change", [{"page_ads": 1}, {"pages_total": 1, "pages_read": 2}, {"stratum": "second"}], ids=str
)
def test_what_cannot_have_been_drawn_is_refused(change: dict[str, object]) -> None:
    ads = pd.DataFrame({"page": ["p", "p"], "page_ads": 5, "pages_filled": 2, "pages_read": 2, "pages_total": 4})
    ads = ads.assign(cell="a", cell_ads=np.nan, stratum="first")
    stages(ads, np.zeros(2, dtype=int), 1)
    for name, value in change.items():
        ads.loc[ads.index[-1] if name == "stratum" else ads.index, name] = value
    with pytest.raises(ValueError, match="page"):
        stages(ads, pd.factorize(ads["stratum"])[0], 2)


def test_ads_without_pages_were_drawn_from_their_lists() -> None:
    assert stages(pd.DataFrame({"stratum": ["E01"]}), np.zeros(1, dtype=int), 1) is None


# -- Known truth, drawn again and again: what is near on a list looks alike ----------------------------------------
READ, CODED, ELSEWHERE = 12, 3, 120


def site(rng: np.random.Generator) -> pd.DataFrame:
    """Forty pages of unequal length, on which neighbours are of the same persons and have the same trait; and a list of one."""
    pages = np.repeat(np.arange(40), rng.poisson(8, 40) + 1)
    ads = pd.DataFrame({"page": pages, "stratum": "A01"})
    ads["person"] = pages * 100 + rng.integers(0, 4, len(ads))
    rest = pd.DataFrame({"page": -1, "stratum": "E01", "person": rng.integers(0, 4000, ELSEWHERE)})
    ads = pd.concat([ads, rest], ignore_index=True)
    ads["multiplicity"] = ads.groupby("person")["page"].transform("size").astype(float)
    ads["trait"] = rng.random(len(ads)) < np.where(ads["page"] < 0, 0.5, rng.beta(1, 1, 41)[ads["page"]])
    return ads


def sample(ads: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    read = rng.choice(40, READ, replace=False)
    size = ads.groupby("page")["page"].transform("size")
    order = ads.assign(size=size, at=rng.random(len(ads))).sort_values("at")
    one = order[order["page"].isin(read)].groupby("page").head(CODED)
    two = order[order["page"].eq(-1)].head(30)
    told = {"page_ads": "size", "cell": "stratum"}
    made = pd.concat([one, two]).assign(
        **{new: lambda t, old=old: t[old] for new, old in told.items()}, cell_ads=np.nan
    )
    many = made["page"].ge(0)
    return made.assign(
        pages_filled=np.where(many, READ, 1), pages_read=np.where(many, READ, 1), pages_total=np.where(many, 40, 1)
    )


@pytest.mark.slow
def test_persons_and_shares_of_pages_drawn_first_are_unbiased_and_covered() -> None:
    draws, rng = 200, np.random.default_rng(0)
    ads = site(rng)
    sizes = ads["stratum"].value_counts().astype(float).reindex(["A01", "E01"])
    frame = pd.DataFrame({"size": sizes, "variance": 0.0, "low": sizes, "high": sizes})
    truth = {"persons": float(ads["person"].nunique()), "share": float(ads["trait"].mean())}
    told: dict[str, list[tuple[float, float, float]]] = {"persons": [], "share": [], "one stage": []}
    for seed in range(1, draws + 1):
        made = sample(ads, np.random.default_rng(seed))
        persons = with_multiplicities(made, frame)
        assert persons.value is not None and persons.kind == "sampling"
        told["persons"].append((persons.value, persons.low, persons.high))
        case, one = made["trait"].to_numpy(), np.ones(len(made))
        for name, own in (("share", made), ("one stage", None)):
            found = share(design_of(made["stratum"], sizes, ads=own), case, one.astype(bool), one)
            assert found.low is not None and found.high is not None
            told[name].append((found.value, found.low, found.high))
    least = 0.95 - 3 * math.sqrt(0.95 * 0.05 / draws)
    for name, value in truth.items():
        values = np.array([one for one, _, _ in told[name]])
        # a share is of sizes that are estimated too: its bias falls as 1 / pages, and is under a tenth of an error
        assert abs(values.mean() - value) < 3 * values.std() / math.sqrt(draws) + 0.1 * values.std()
        assert np.mean([low <= value <= high for _, low, high in told[name]]) >= least
    # what looks alike on a page is seen as so many ads of one draw: as if they had been drawn from the list
    assert np.mean([low <= truth["share"] <= high for _, low, high in told["one stage"]]) < least


# -- From the files of a team: which page each ad is of, and what the lists have -----------------------------------
def pages_read(*rows: tuple[str, str | None, int, int]) -> pd.DataFrame:
    """(site, place, rank, relevant ads) of pages of ten."""
    made = pd.DataFrame(rows, columns=["site_code", "place", "page_rank", "ads_relevant"])
    return made.assign(pages_total=10, row=range(2, len(made) + 2)).reindex(columns=columns("collect/ad_pages"))


LISTS = pd.DataFrame({"stratum": ["A01", "A02 / Arras", "A02 / Lens", "E01"], "kept": True, "size": 30})
LISTS["site_code"] = LISTS["stratum"].str[:3]


def test_each_ad_has_the_one_page_that_was_read_at_its_rank() -> None:
    read = pages_read(
        ("A01", None, 1, 6), ("A01", None, 4, 0), ("A02", "Lens", 2, 3), ("A02", "Lens", 3, 3), ("A02", "Arras", 2, 5)
    )
    rows = [
        ("a", "A01", 1),
        ("b", "A01", 2),
        ("c", "A02", 3),
        ("d", "A02", 2),
        ("e", "E01", None),
        ("f", "Z09", 1),
        ("g", "A01", None),
    ]
    codings = pd.DataFrame(rows, columns=["ad_id", "site_code", "page_rank"])
    made = usable.designed_places(codings, LISTS, usable.TWO_STAGE, read).set_index("ad_id")
    assert made["stratum"].to_dict() == {"a": "A01", "c": "A02 / Lens", "e": "E01"}  # two pages have the rank of d
    told = ["page_ads", "pages_filled", "pages_read", "pages_total"]
    assert made.loc["a", told].to_list() == [6, 1, 2, 10] and made.loc["c", told].to_list() == [3, 2, 2, 10]
    assert made.loc["e", told].isna().all()
    ads = usable.staged(made[["stratum"]].reset_index(), made.reset_index(), LISTS.assign(value=30.0)).set_index(
        "ad_id"
    )
    assert ads.loc["e", ["page", *told]].to_list() == ["E01", 30, 1, 1, 1] and list(COLUMNS) == [*ads][1:]


def test_sites_with_few_ads_are_calibrated_together() -> None:
    known = pd.Series({"E01": 40.0, "E02": 9.0, "E03": 5.0, "E04": 20.0})

    def cells(*sites: str) -> list[tuple[str, float]]:
        ads = pd.DataFrame({"ad_id": range(len(sites)), "stratum": "whole"})
        made = usable.calibrated(ads, pd.Series(sites, index=ads.index), known)
        return list(dict.fromkeys(zip(made["cell"], made["cell_ads"], strict=True)))

    assert cells("E01", "E01", "E02", "E02", "E03", "E03", "E04", "E04") == [*known.items()]
    assert cells("E01", "E01", "E01", "E02", "E03", "E04", "E04") == [("E01", 40), (usable.OTHERS, 14), ("E04", 20)]
    # E03 has none, and is with E02, that has the fewest
    assert cells("E01", "E01", "E01", "E02", "E02", "E04", "E04", "E04") == [
        ("E01", 40),
        (usable.OTHERS, 14),
        ("E04", 20),
    ]
    apart = usable.calibrated(pd.DataFrame({"stratum": ["pages"]}), pd.Series(["A01"]), known)
    assert apart["cell"].to_list() == ["pages"] and apart["cell_ads"].isna().all()


# -- Through the steps, as their rules call them: every number again by hand ---------------------------------------
UNCALIBRATED = "profile.uncalibrated.passing_through.yes"
SHARE, PERSONS, ALONE = "profile.ad.passing_through.yes", "persons.total", "sensitivity.uncalibrated.persons_total"


KNOWN, OUT = 3000.0, ("not_prostitution", "no_place", "not_relevant")


def certain(ads: pd.DataFrame) -> pd.DataFrame:
    """The coded ads, nobody having doubted of a person or searched twice: what is left is the weights."""
    return ads[~ads[ID].duplicated()].assign(**{"cluster_maybe.code": "no_answer"})


def on_pages_read(ads: pd.DataFrame) -> pd.DataFrame:
    """The same, those of sites read by pages being of the pages that were read and have some."""
    read, ads = estimated(SMALL).table("consolidate/pages").query("ads_relevant > 0"), certain(ads)
    for code, own in read.groupby("site_code"):
        rows = ads.index[ads[SITE].eq(code)]
        ads.loc[rows, "page_rank.number"] = [own["page_rank"].iloc[at % len(own)] for at in range(len(rows))]
    return ads


def by_hand(study: Estimated, weight: dict[str, float]) -> tuple[float, float]:
    """The share of ads and the persons, from the weight of each usable ad."""
    ads = study.table("estimate/usable").set_index("ad_id")
    answers = study.table("consolidate/codings").drop_duplicates("ad_id.code").set_index("ad_id.code")
    told = answers["passing_through.code"].reindex(ads.index)
    each = pd.Series(weight).reindex(ads.index)
    share = each[told.eq("yes")].sum() / each[told.isin(["yes", "no"])].sum()
    return 100 * float(share), float((each / ads["multiplicity"]).sum())


def of_sample(study: Estimated, **chosen: str) -> pd.DataFrame:
    """The facts of the sample, chosen and weighed so."""
    (call,) = (one for one in recorded(home(), SMALL) if one.rule == "estimate_sample")
    call = replace(call, params=call.params | {"sampling": call.params["sampling"] | chosen})
    made = replayed([call], home(), dict(study.made))
    return made[call.outputs["sample"]].set_index("fact_id")


@pytest.mark.slow
def test_pages_that_were_drawn_first_weigh_as_they_were_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STATES, "on pages read", on_pages_read)
    study = begun("on pages read", usable.TWO_STAGE)
    ads, frame = study.table("estimate/usable"), study.table("estimate/frame").set_index("stratum")
    codings = study.table("consolidate/codings").drop_duplicates("ad_id.code").set_index("ad_id.code")
    rank = ads["ad_id"].map(codings["page_rank.number"])
    read = study.table("consolidate/pages")
    weight = {}
    for name, own in ads.groupby("stratum"):
        pages = read[read["site_code"].eq(own["site_code"].iloc[0])]
        if pages.empty:
            weight |= dict.fromkeys(own["ad_id"], frame.at[name, "value"] / len(own))
            continue
        on = own.groupby(rank[own.index])["ad_id"].agg(list)
        m = len(pages) * len(on) / pages["ads_relevant"].gt(0).sum()
        for page, of_page in on.items():
            held = max(int(pages.loc[pages["page_rank"].eq(page), "ads_relevant"].iloc[0]), len(of_page))
            weight |= dict.fromkeys(of_page, pages["pages_total"].iloc[0] / m * held / len(of_page))
    assert study.table("estimate/conflicts")["conflict"].ne(usable.UNPAGED).all()
    share, persons = by_hand(study, weight)
    facts = study.facts
    assert facts.at[SHARE, "value"] == pytest.approx(share) and facts.at[PERSONS, "value"] == pytest.approx(persons)
    assert all("deux_degres" in facts.at[name, "rules"] for name in (SHARE, PERSONS))
    # of several stages, more than as many ads of all the lists would have: neighbours on a page are alike
    lists = frame[frame["kept"] & frame["value"].gt(0)]
    plain = domain_margins(lists["size"], ads["stratum"].value_counts(), pd.Series("all", index=lists.index))
    made = facts.at["sample.margin.all", "value"]
    assert 100 * plain.at["all", "margin"] < made < 50 and SHARE in facts.index
    assert facts.at["sample.margin.all", "interval_kind"] == "none"
    # were its ads counted too, beside its pages, a site would weigh what it is known to have
    path = f"results/{SMALL}/estimate/frame.parquet"
    counted = study.made[path].copy()
    one = counted["site_code"].eq("A01")
    counted["page_size"] = counted["page_size"].mask(one)
    for name in ("size", "value", "low", "high", "listed"):
        counted[name] = counted[name].mask(one, KNOWN).astype(counted[name].dtype)
    study = replace(study, made=dict(study.made) | {path: counted.assign(variance=counted["variance"].mask(one, 0))})
    own = ads.loc[ads["site_code"].eq("A01"), "ad_id"]
    seen = codings.loc[codings[SITE].eq("A01"), "disposition.code"]
    relevant = seen.eq("relevant").sum() / seen.isin(["relevant", *OUT]).sum()  # of the places of a count, that are ads
    factor = KNOWN * relevant / sum(weight[ad] for ad in own)
    share, persons = by_hand(study, weight | {ad: factor * weight[ad] for ad in own})
    made = of_sample(study, design=usable.TWO_STAGE, calibration="sites")
    assert made.at[SHARE, "value"] == pytest.approx(share) and made.at[PERSONS, "value"] == pytest.approx(persons)
    assert made.at[ALONE, "value"] == pytest.approx(facts.at[PERSONS, "value"])
    assert made.at[UNCALIBRATED, "value"] == pytest.approx(facts.at[SHARE, "value"])


@pytest.mark.slow
def test_ads_of_pages_that_nobody_read_are_told_and_stand_for_nothing() -> None:
    study = begun("whole", usable.TWO_STAGE)
    conflicts, read = study.table("estimate/conflicts"), study.table("consolidate/pages")
    codings = study.table("consolidate/codings").drop_duplicates("ad_id.code")
    pages = set(zip(read["site_code"], read["page_rank"], strict=True))
    paged = codings[codings[SITE].isin(read["site_code"])]
    away = [
        ad
        for ad, site, page in paged[["ad_id.code", SITE, "page_rank.number"]].itertuples(index=False)
        if (site, page) not in pages
    ]
    assert away and conflicts.loc[conflicts["conflict"].eq(usable.UNPAGED), "ad_id"].to_list() == sorted(away)
    assert not study.table("estimate/usable")["ad_id"].isin(away).any()
    assert study.facts.at[f"sample.review.{usable.UNPAGED}", "value"] == len(away)


@pytest.mark.slow
def test_a_calibrated_sample_has_the_known_ads_of_each_site_and_tells_it_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(STATES, "certain", certain)
    study = begun("certain", usable.SIMPLE)
    plain = of_sample(study, design=usable.SIMPLE)
    made = of_sample(study, design=usable.SIMPLE, calibration="sites")
    ads, frame = study.table("estimate/usable"), study.table("estimate/frame").set_index("stratum")
    paged = frame["page_size"].notna()
    assert ads.loc[ads["stratum"].map(~paged), "stratum"].value_counts().min() >= 2  # none is calibrated with others
    sizes = frame["value"].where(~paged).groupby(level=0).first()
    seen = ads["stratum"].value_counts()
    others = ads["stratum"].map(paged)
    weight = dict(zip(ads["ad_id"], ads["stratum"].map(sizes / seen), strict=True))
    weight |= dict.fromkeys(ads.loc[others, "ad_id"], frame.loc[paged & frame["kept"], "value"].sum() / others.sum())
    share, persons = by_hand(study, weight)
    assert made.at[SHARE, "value"] == pytest.approx(share) and made.at[PERSONS, "value"] == pytest.approx(persons)
    assert made.at[ALONE, "value"] == plain.at[PERSONS, "value"] != made.at[PERSONS, "value"]
    assert all("calage_sites" in made.at[name, "rules"] for name in (SHARE, PERSONS, "sample.calibration"))
    assert made.at[UNCALIBRATED, "value"] == pytest.approx(plain.at[SHARE, "value"]) != made.at[SHARE, "value"]
    assert UNCALIBRATED not in plain.index
    assert ALONE not in plain.index and "sample.calibration" not in plain.index


@pytest.mark.slow
def test_sites_that_were_drawn_weigh_all_those_of_the_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """E02 was not drawn, D02 mirrors D01, E03 and D03 are closed: four of five sites were."""
    monkeypatch.setitem(STATES, "certain", certain)
    study = begun("certain", usable.SITES)
    path = f"results/{SMALL}/consolidate/counts.parquet"
    counts = study.made[path].copy()
    away = counts["site_code"].isin(["E02", "D03"])
    counts[["row", "count", "method", "window_start", "window_end"]] = counts[
        ["row", "count", "method", "window_start", "window_end"]
    ].mask(away)
    calls = []
    for call in recorded(home(), SMALL):
        if call.rule in ("estimate_draw", "estimate_coded", "estimate_sample"):
            own = {"design": usable.SITES}
            inner = {"sampling": call.params["sampling"] | own} if "sampling" in call.params else own
            calls.append(replace(call, params=call.params | inner))
    study = replace(study, made=replayed(calls, home(), dict(study.made) | {path: counts}))
    facts = study.table("estimate/sample").set_index("fact_id")
    frame, ads = study.table("estimate/frame").set_index("stratum"), study.table("estimate/usable")
    assert frame["kept"].sum() == 5 and not ads["site_code"].isin(["E02", "D02"]).any()
    seen = study.table("consolidate/codings")
    seen = seen[seen["ad_id.code"].isin(study.table("consolidate/codings")["ad_id.code"])]
    codes = seen["disposition.code"]
    known = codes.eq("relevant") | codes.isin(OUT)
    relevant = codes[known].eq("relevant").groupby(seen.loc[known, SITE]).mean()
    size = frame["value"].where(frame["page_size"].notna(), frame["value"] * relevant.reindex(frame.index).fillna(1))
    filled = frame["kept"] & size.gt(0)
    n, m = ads["site_code"].value_counts(), 4 * ads["site_code"].nunique() / filled.sum()
    weight = dict(
        zip(ads["ad_id"], ads["site_code"].map(np.maximum(size, n.reindex(size.index)) / n) * 5 / m, strict=True)
    )
    share, persons = by_hand(study, weight)
    assert facts.at[SHARE, "value"] == pytest.approx(share) and facts.at[PERSONS, "value"] == pytest.approx(persons)
    assert all("sites_tires" in facts.at[name, "rules"] for name in (SHARE, PERSONS))
    assert facts.at[f"sample.review.{usable.OUTSIDE}", "value"] > 0 and "sample.relevant" not in facts.index
