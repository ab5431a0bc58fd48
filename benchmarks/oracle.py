"""Stratified and cluster designs against `svy`, a library of survey estimates that the project does not use: same samples, same
estimates, same standard errors. What it answered is in `oracle.csv`; with `--remake`, in an environment that has it (PyPI,
`svy==0.35.0`), it is asked again and the file is written.

Pages read of a site are clusters: those of one site by expansion and by ratio, those of two sites as strata of one total. Coded
ads are a stratified sample: the persons behind them by the weight share, a share of all the ads, a share in a domain. Ads of
two stages, of pages that were drawn of two sites: the persons, a share in a domain, and the persons with weights calibrated to
the known ads of each kind of ads.
"""

from __future__ import annotations

import csv
import importlib
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from support.costs import RATIO, SECONDS, Measure, finish, parser

from diagnostic.estimate.formulas.linearised import design_of, share
from diagnostic.estimate.formulas.pages import estimate_pages
from diagnostic.estimate.formulas.stages import stages
from diagnostic.estimate.formulas.uncertainty import weight_share

RECORDED = Path(__file__).with_suffix(".csv")
Y, X = [21, 18, 24, 17, 14, 22, 18, 20, 18, 13], [30, 28, 31, 30, 25, 30, 33, 29, 30, 27]
OTHER, RANKS = [5, 9, 4, 7], [2, 9, 17, 30, 41, 44, 58, 66, 71, 85]  # not evenly spaced: no successive differences
PAGES, OTHER_PAGES, SHOWN = 87, 23, 2590
SIZES, DRAWN = {"A01": 61, "A02": 24, "A03": 15}, (14, 8, 5)


def coded() -> pd.DataFrame:
    """The coded ads: `stratum`, `m` ads of the person, `inside` a domain and `trait`, by a rule that has no pattern in common
    with strata."""
    at = np.arange(sum(DRAWN))
    strata = np.repeat(list(SIZES), DRAWN)
    return pd.DataFrame(
        {"stratum": strata, "m": 1 + at * at % 4, "inside": at % 3 != 1, "trait": (7 * at + 3) % 5 < 2}
    ).assign(size=[SIZES[name] for name in strata], drawn=np.repeat(DRAWN, DRAWN))


LISTS = {"A01": 40, "A02": 12}  # site → its pages, of which so many were drawn:
READ, CODED, KINDS = {"A01": 6, "A02": 4}, 3, {"old": 330.0, "new": 170.0}


def staged() -> pd.DataFrame:
    """Three ads of each page, or all of a page of two: with the columns of `stages`, uncalibrated, and those of `coded`."""
    rows = [
        (site, f"{site} {page}", 2 + (5 * page + len(site)) % 9, ad)
        for site, read in READ.items()
        for page in range(read)
        for ad in range(min(CODED, 2 + (5 * page + len(site)) % 9))
    ]
    ads = pd.DataFrame(rows, columns=["stratum", "page", "page_ads", "ad"])
    at = np.arange(len(ads))
    ads = ads.assign(m=1 + at * at % 4, inside=at % 3 != 1, trait=(7 * at + 3) % 5 < 2)
    ads = ads.assign(pages_read=ads["stratum"].map(READ), pages_total=ads["stratum"].map(LISTS))
    ads["kind"] = np.where(at % 4 < 2, "old", "new")
    return ads.assign(pages_filled=ads["pages_read"], cell="all", cell_ads=np.nan)


def of_stages() -> dict[str, tuple[float, float]]:
    ads = staged()
    kinds = ads.assign(cell=ads["kind"], cell_ads=ads["kind"].map(KINDS))
    row, z = pd.factorize(ads["stratum"])[0], 1 / ads["m"].to_numpy(float)
    found = {}
    for name, own in (("persons of two stages", ads), ("persons of two stages, calibrated", kinds)):
        how = stages(own, row, len(LISTS))
        assert how is not None
        found[name] = (float(how.weight @ z), math.sqrt(how.variances(z).sum()))
        if own is ads:
            design = design_of(ads["stratum"], pd.Series(how.ads, index=list(LISTS)), ads=ads)
    inside = ads["inside"].to_numpy()
    domain = share(design, ads["trait"].to_numpy() & inside, inside, np.ones(len(ads)))
    return found | {"share in a domain of two stages": (domain.value, domain.se)}


def ours() -> dict[str, tuple[float, float]]:
    """Name of a case → the estimate and its standard error."""
    expansion = estimate_pages(RANKS, X, Y, PAGES, None, planned=True)
    ratio = estimate_pages(RANKS, X, Y, PAGES, SHOWN, planned=True)
    second = estimate_pages([1, 4, 5, 20], [10] * 4, OTHER, OTHER_PAGES, None, planned=True)
    ads = coded()
    persons = weight_share(ads["stratum"].tolist(), ads["m"].to_numpy(), SIZES, seen=1)
    design = design_of(ads["stratum"], pd.Series(SIZES, dtype=float))
    everything, ones = np.ones(len(ads), dtype=bool), np.ones(len(ads))
    whole = share(design, ads["trait"].to_numpy(), everything, ones)
    domain = share(design, (ads["trait"] & ads["inside"]).to_numpy(), ads["inside"].to_numpy(), ones)
    assert expansion.se is not None and ratio.se is not None and second.se is not None and persons.se is not None
    return {
        "pages, expansion": (expansion.total, expansion.se),
        "pages, ratio": (ratio.total, ratio.se),
        "pages of two sites": (expansion.total + second.total, math.hypot(expansion.se, second.se)),
        "persons by weight share": (persons.value, persons.se),
        "share of all ads": (whole.value, whole.se),
        "share in a domain": (domain.value, domain.se),
        **of_stages(),
    }


def asked() -> dict[str, tuple[float, float]]:
    """The same cases, by `svy`."""
    svy, polars = (importlib.import_module(name) for name in ("svy", "polars"))

    def sample(table: pd.DataFrame, **design: Any) -> Any:
        return svy.Sample(polars.DataFrame(table.to_dict("list")), svy.Design(**design)).estimation

    def told(answer: Any) -> tuple[float, float]:
        [one] = answer.estimates
        return float(one.est), float(one.se)

    first = pd.DataFrame({"site": "A01", "page": RANKS, "y": Y, "x": X, "w": PAGES / len(Y), "M": PAGES})
    other = {"site": "A02", "page": [101, 104, 105, 120], "y": OTHER, "x": 10, "w": OTHER_PAGES / 4, "M": OTHER_PAGES}
    one = sample(first, psu="page", wgt="w", pop_size="M")
    both = sample(pd.concat([first, pd.DataFrame(other)]), stratum="site", psu="page", wgt="w", pop_size="M")
    ads = coded()
    numbers = ads.assign(
        w=ads["size"] / ads["drawn"],
        z=1 / ads["m"],
        one=1.0,
        own=ads["inside"].astype(float),
        trait=ads["trait"].astype(float),
        both=(ads["trait"] & ads["inside"]).astype(float),
    )
    stratified = sample(numbers, stratum="stratum", wgt="w", pop_size="size")
    rate = told(one.ratio("y", "x"))
    two = staged()
    drawn = two.groupby("page")["ad"].transform("size")
    two = two.assign(
        w=two["pages_total"] / two["pages_read"] * two["page_ads"] / drawn,
        z=1 / two["m"],
        own=two["inside"].astype(float),
        both=(two["trait"] & two["inside"]).astype(float),
        name=two["page"] + " " + two["ad"].astype(str),
    )
    sizes = svy.PopSize(psu="pages_total", ssu="page_ads")
    design = svy.Design(stratum="stratum", psu="page", ssu="name", wgt="w", pop_size=sizes)
    both_stages = svy.Sample(polars.DataFrame(two.to_dict("list")), design)
    calibrated = both_stages.weighting.poststratify(controls=KINDS, cells="kind")
    return {
        "pages, expansion": told(one.total("y")),
        "pages, ratio": (rate[0] * SHOWN, rate[1] * SHOWN),
        "pages of two sites": told(both.total("y")),
        "persons by weight share": told(stratified.total("z")),
        "share of all ads": told(stratified.ratio("trait", "one")),
        "share in a domain": told(stratified.ratio("both", "own")),
        "persons of two stages": told(both_stages.estimation.total("z")),
        "persons of two stages, calibrated": told(calibrated.estimation.total("z")),
        "share in a domain of two stages": told(both_stages.estimation.ratio("both", "own")),
    }


def recorded() -> dict[str, tuple[float, float]]:
    with RECORDED.open(encoding="utf-8", newline="") as file:
        return {row["case"]: (float(row["estimate"]), float(row["se"])) for row in csv.DictReader(file)}


def apart() -> dict[str, float]:
    """Name of a case → how far ours is from what was recorded, as a part of it, at worst of the two numbers."""
    found, told = ours(), recorded()
    assert found.keys() == told.keys()
    return {name: max(abs(a / b - 1) for a, b in zip(found[name], told[name], strict=True)) for name in found}


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--remake", action="store_true", help="ask svy again and write oracle.csv")
    chosen = options.parse_args()
    start = time.process_time()
    if chosen.remake and not chosen.short:
        with RECORDED.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["case", "estimate", "se"])
            writer.writerows([name, *map(repr, numbers)] for name, numbers in asked().items())
    found = apart()
    for name, distance in found.items():
        print(f"{name}: {distance:.1e}")
    measures = [
        Measure("apart from the oracle, at worst", max(found.values()), RATIO),
        Measure("cpu", time.process_time() - start, SECONDS),
    ]
    finish(measures, chosen.measures)


if __name__ == "__main__":
    main()
