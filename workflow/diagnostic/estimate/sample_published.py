"""The coded ads as the published study counts them: each once, whatever its site's chance of being drawn.

Beside the weighted shares (`sample_profiles`), which are the sound ones: these only stand for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from diagnostic.estimate.answers import known_values, option_columns, option_sets
from diagnostic.estimate.facts import Fact

UNIVERSE = "annonces codées, chacune comptant une fois"
BESIDE = "Calcul de l’étude de référence, pour comparaison : les parts pondérées sont à côté."
SINGLE = {  # identifier → question, answer, label
    "ads.women_pct": ("gender_presented", "woman", "femmes, dans les annonces codées"),
    "ads.men_pct": ("gender_presented", "man", "hommes, dans les annonces codées"),
    "ads.trans_pct": ("gender_presented", "trans", "personnes trans, dans les annonces codées"),
    "ads.passing_through_pct": ("passing_through", "yes", "personnes dites de passage, dans les annonces codées"),
    "ads.french_pct": ("declared_origin", "french", "origine française, parmi les origines déclarées"),
    "ads.foreign_pct": ("declared_origin", "foreign", "origine étrangère, parmi les origines déclarées"),
}
AUDIENCES = {"men": "hommes", "women": "femmes"}


def facts(ads: pd.DataFrame, base: partial[Fact], cells: Callable[[str], str]) -> Iterator[Fact]:
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
    for fact_id, (variable, answer, label) in SINGLE.items():
        if variable in ads:
            known = known_values(ads, variable)
            yield from share(fact_id, label, known.eq(answer).to_numpy(bool), known.notna().to_numpy(), variable)
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
    yield from _sets(ads, share)
    yield from share(
        "ads.duplicate_rate_pct",
        "annonces codées qui montrent la personne d’une autre",
        ads["person"].duplicated().to_numpy(),
        everything,
        "cluster_id",
    )


def _sets(ads: pd.DataFrame, share: Callable[..., Iterator[Fact]]) -> Iterator[Fact]:
    """Signs of a network, and audiences: alone or with others."""
    if option_columns(ads, "network_sign"):
        signs = option_sets(ads, "network_sign")
        known = signs.notna().to_numpy()
        some = signs.map(bool).to_numpy(bool)
        yield from share("ads.network_pct", "annonces qui montrent un indice de réseau", some, known, "network_sign")
    if option_columns(ads, "audience"):
        sets = option_sets(ads, "audience")
        known = sets.notna().to_numpy()
        for code, label in AUDIENCES.items():
            among = sets.map(lambda one, code=code: one is not None and code in one).to_numpy(bool)
            alone = sets.map(lambda one, code=code: one == frozenset({code})).to_numpy(bool)
            text = f"annonces adressées à des {label}"
            yield from share(f"audience.{code}_pct", text, among, known, "audience")
            yield from share(f"audience.{code}_exclusive_pct", f"{text} seulement", alone, known, "audience")
