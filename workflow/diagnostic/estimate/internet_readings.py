"""Facts on the persons behind the ads when only a published share of duplicates is known: three readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from diagnostic import french
from diagnostic.estimate.facts import Fact
from diagnostic.estimate.frame import SiteTotal
from diagnostic.estimate.readings import (
    central_count,
    duplicate_counts,
    in_sample_ceiling,
    published_estimate,
    reading_in_sample,
    reading_multiplicity,
    reading_unique_ads,
)
from diagnostic.estimate.sampling import sample_size

CAUTION = (
    "Non identifié : selon ce que « doublon » veut dire, le même taux publié donne des nombres de personnes très "
    "différents. Ne pas additionner avec les personnes signalées par les professionnel·les."
)
CENTRAL = "Le taux imprimé est celui de {k} doublons sur {n} annonces codées ; il admet aussi {others}."


def facts(
    totals: Sequence[SiteTotal], rate_pct: float, sampling: Mapping[str, float], rate_cell: str, count_cells: str
) -> list[Fact]:
    """The published estimate, labelled not identified, and the three readings of the rate with their bounds.

    `rate_pct` is the published share of duplicates: every fact here carries the origin `published`.
    """
    total = sum(site.size for site in totals)
    sample = sample_size(total, sampling["margin"], sampling["confidence"], sampling["proportion"])
    k = central_count(rate_pct, sample)
    others = [str(other) for other in duplicate_counts(rate_pct, sample) if other != k]
    central = CENTRAL.format(k=k, n=sample, others=" ou ".join(others) or "aucun autre entier")
    published = published_estimate(total, rate_pct)
    groups: dict[str, list[int]] = {}
    for site in totals:
        if site.mirror_group:
            groups.setdefault(site.mirror_group, []).append(site.size)
    mirrors = [(len(sizes), max(sizes)) for sizes in groups.values()]
    a = reading_in_sample(total, sample, k)
    duj1, gee = in_sample_ceiling(total, sample, k)
    b = reading_unique_ads(total, published, mirrors)
    c = reading_multiplicity(total, sample, k, rate_pct, sampling["confidence"])
    fact = partial(
        Fact,
        unit="person",
        measure="estimate",
        universe="personnes derrière les annonces répertoriées, à la date du décompte",
        source_table="consolidate/counts",
        origin="published",
        cells=f"{count_cells} ; {rate_cell}",
    )
    low, high = min(a.low, b.low, c.low), max(a.high, b.high, c.high)
    return [
        fact(
            fact_id="ads.persons_estimate",
            label="personnes derrière les annonces, nombre publié, non identifié",
            value=published,
            low=low,
            high=high,
            interval_kind="bounds",
            formula="annonces × (1 − taux de doublons publié)",
            method=CAUTION,
            rules=("taux_arrondi", "non_identifie"),
        ),
        fact(
            fact_id="ads.persons_reading_a",
            label="lecture A : doublons à l’intérieur de l’échantillon",
            low=a.low,
            high=a.high,
            interval_kind="bounds",
            formula="de d à N − (n − d), d = n − k",
            rules=("non_identifie",),
            method=f"{central} Quel que soit le nombre de personnes vues une seule fois, DUJ1 ne dépasse pas {french.number(duj1)} et GEE {french.number(gee)}.",
        ),
        fact(
            fact_id="ads.persons_reading_b",
            label="lecture B : annonces qui ont au moins une copie quelque part",
            low=b.low,
            high=b.high,
            interval_kind="bounds",
            formula="annonces uniques + contenus miroirs + 1 à (reste ÷ 2) personnes",
            rules=("non_identifie", "miroirs_regroupes"),
            method="Les annonces uniques valent une personne chacune ; les autres vont par deux au moins.",
        ),
        fact(
            fact_id="ads.persons_reading_c",
            label="lecture C : toutes les copies ont été cherchées",
            value=published,
            low=c.low,
            high=c.high,
            interval_kind="sampling",
            formula="annonces × (1 − taux), limites de Wilson avec population finie",
            rules=("taux_arrondi",),
            method=f"Seule lecture où la formule publiée est sans biais ; la publication ne dit pas que les copies ont été cherchées. {central}",
        ),
        *(
            fact(
                fact_id=f"ads.persons_exact_rate.{number}",
                label=f"formule publiée avec le taux exact {number} ÷ {sample}",
                decimals=1,
                value=total * (1 - number / sample),
                formula="annonces × (1 − k ÷ n)",
                rules=("non_identifie",),
                method="Aucun taux exact ne redonne le nombre publié : il vient du taux arrondi.",
            )
            for number in duplicate_counts(rate_pct, sample)
        ),
    ]
