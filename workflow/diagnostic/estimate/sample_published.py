"""The coded ads as the published study counts them: each once, whatever its site's chance of being drawn.

Beside the weighted shares (`sample_profiles`), which are the sound ones: these only stand for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from diagnostic.codebook.model import Codebook
from diagnostic.estimate.answers import known_values, option_columns, option_sets
from diagnostic.estimate.facts import Fact

UNIVERSE = "annonces codées, chacune comptant une fois"
BESIDE = "Calcul de l’étude de référence, pour comparaison : les parts pondérées sont à côté."
AUDIENCES = {"men": "hommes", "women": "femmes"}


def facts(ads: pd.DataFrame, codebook: Codebook, base: partial[Fact], cells: Callable[[str], str]) -> Iterator[Fact]:
    """`ads`: the usable coded ads with their answers and `person`, one row each; nothing without any."""
    if ads.empty:
        return
    fact = partial(base, unit="ad", universe=UNIVERSE, method=BESIDE, rules=("premier_codage",))

    def share(fact_id: str, label: str, case: np.ndarray, among: np.ndarray, variable: str) -> Iterator[Fact]:
        part, whole = int((case & among).sum()), int(among.sum())
        if whole:
            yield fact(
                fact_id=fact_id,
                label=label,
                measure="percent",
                value=100 * part / whole,
                numerator=part,
                denominator=whole,
                formula="annonces concernées ÷ annonces où la réponse est connue",
                cells=cells(variable),
            )

    everything = np.ones(len(ads), dtype=bool)
    for one in codebook.counted("ad"):
        ((variable, codes),) = one.asked
        if variable in ads:
            known = known_values(ads, variable)
            yield from share(
                one.share_id, one.label, known.isin(codes).to_numpy(bool), known.notna().to_numpy(), variable
            )
    if "declared_origin" in ads:
        stated = known_values(ads, "declared_origin").notna().to_numpy()
        label = "annonces qui déclarent une origine"
        yield from share("ads.nationality_stated_pct", label, stated, everything, "declared_origin")
    if "declared_age" in ads:
        ages = pd.to_numeric(ads["declared_age"])
        missing = ages.isna().to_numpy()
        yield from share("ads.age_missing_pct", "annonces sans âge", missing, everything, "declared_age")
        if not missing.all():
            yield fact(
                fact_id="ads.mean_age",
                label="âge moyen déclaré dans les annonces codées",
                measure="mean",
                value=float(ages.mean()),
                denominator=int((~missing).sum()),
                formula="somme des âges déclarés ÷ annonces qui en déclarent un",
                cells=cells("declared_age"),
            )
    yield from _sets(ads, codebook, share)
    yield from share(
        "ads.duplicate_rate_pct",
        "annonces codées qui montrent la personne d’une autre",
        ads["person"].duplicated().to_numpy(),
        everything,
        "cluster_id",
    )


def _sets(ads: pd.DataFrame, codebook: Codebook, share: Callable[..., Iterator[Fact]]) -> Iterator[Fact]:
    """Signs of a network, and audiences: alone or with others."""
    if option_columns(ads, "network_sign"):
        signs = option_sets(ads, "network_sign")
        known = signs.notna().to_numpy()
        some = signs.map(bool).to_numpy(bool)
        yield from share("ads.network_pct", "annonces qui montrent un indice de réseau", some, known, "network_sign")
    if option_columns(ads, "audience"):
        sets = option_sets(ads, "audience")
        known = sets.notna().to_numpy()
        for name, label in AUDIENCES.items():
            codes = frozenset(codebook.sets["audience"][name])
            among = sets.map(lambda one, codes=codes: one is not None and bool(one & codes)).to_numpy(bool)
            alone = sets.map(lambda one, codes=codes: bool(one) and one <= codes).to_numpy(bool)
            text = f"annonces adressées à des {label}"
            yield from share(f"audience.{name}_pct", text, among, known, "audience")
            yield from share(f"audience.{name}_exclusive_pct", f"{text} seulement", alone, known, "audience")
