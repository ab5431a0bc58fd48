"""The coded ads as the published study counts them: each once, whatever its site's chance of being drawn.

Beside the weighted shares (`sample_profiles`), which are the sound ones: these only stand for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.answers import known_values, option_columns, option_sets
from diagnostic.estimate.internet.demand import slug
from diagnostic.estimate.internet.names_given import CONTINENTS

AUDIENCES = ("men", "women")


def facts(
    ads: pd.DataFrame, codebook: Codebook, build: Builder, cells: Callable[[str], str], where: Mapping[str, str]
) -> Iterator[Fact | None]:
    """`ads`: the usable coded ads with their answers and `person`, one row each; nothing without any. `where`: the
    continent of each country (`continents`)."""
    if ads.empty:
        return

    def share(text: str, case: np.ndarray, among: np.ndarray, variable: str, **words: Any) -> Fact | None:
        return build.share(text, int((case & among).sum()), int(among.sum()), cells=cells(variable), **words)

    everything = np.ones(len(ads), dtype=bool)
    for one in codebook.counted("ad"):
        ((variable, codes),) = one.asked
        if variable in ads:
            known = known_values(ads, variable)
            case, among = known.isin(codes).to_numpy(bool), known.notna().to_numpy()
            yield share("{ad_indicator}", case, among, variable, ad_indicator=one.share_id, name=one.label)
    if "declared_origin" in ads:
        stated = known_values(ads, "declared_origin").notna().to_numpy()
        yield share("ads.nationality_stated_pct", stated, everything, "declared_origin")
    if "declared_age" in ads:
        ages = pd.to_numeric(ads["declared_age"])
        missing = ages.isna().to_numpy()
        yield share("ads.age_missing_pct", missing, everything, "declared_age")
        if stating := int((~missing).sum()):
            yield build.fact("ads.mean_age", float(ages.mean()), denominator=stating, cells=cells("declared_age"))
    yield from _countries(ads, build, cells, where)
    yield from _sets(ads, codebook, share)
    copies = ads["person"].duplicated().to_numpy()
    yield share("ads.duplicate_rate_pct", copies, everything, "cluster_id")


def _countries(
    ads: pd.DataFrame, build: Builder, cells: Callable[[str], str], where: Mapping[str, str]
) -> Iterator[Fact]:
    """How many countries of each continent are cited; a name that is no known country may be one of any."""
    if "declared_country" not in ads or ads["declared_country"].isna().all():
        return
    names = ads["declared_country"].dropna().astype(str).map(slug).drop_duplicates()
    found = names.map(where)
    for continent, name in CONTINENTS.items():
        number = int(found.eq(continent).sum())
        most = number + int(found.isna().sum())
        here = cells("declared_country")
        text = "ads.countries_{continent}"
        yield build.count(text, number, between=(number, most), cells=here, continent=continent, name=name)


def _sets(ads: pd.DataFrame, codebook: Codebook, share: Callable[..., Fact | None]) -> Iterator[Fact | None]:
    """Signs of a network, and audiences: alone or with others."""
    if option_columns(ads, "network_sign"):
        signs = option_sets(ads, "network_sign")
        yield share("ads.network_pct", signs.map(bool).to_numpy(bool), signs.notna().to_numpy(), "network_sign")
    if option_columns(ads, "audience"):
        sets = option_sets(ads, "audience")
        known = sets.notna().to_numpy()
        for name in AUDIENCES:
            codes = frozenset(codebook.sets["audience"][name])
            among = sets.map(lambda one, codes=codes: one is not None and bool(one & codes)).to_numpy(bool)
            alone = sets.map(lambda one, codes=codes: bool(one) and one <= codes).to_numpy(bool)
            yield share(f"audience.{name}_pct", among, known, "audience")
            yield share(f"audience.{name}_exclusive_pct", alone, known, "audience")
