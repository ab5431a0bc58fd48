"""The ads of each site shared out between places, so that all that is published of places holds.

The count of each site stays as published. Places that the publication names keep their name; the others are invented,
and their names say so: nothing can put them on a map.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pandas as pd
from ortools.sat.python import cp_model

from diagnostic.reconstruct.publication import Publication, near, solved

CITY = "ads.city_"
COMMUNES = "ads.communes"
FEW, MOST = 10, 16  # ads under which a site is in one place; places of a site at most


def placed(counts: pd.DataFrame, sites: pd.DataFrame, publication: Publication, seed: int) -> pd.DataFrame:
    """`ad_counts` as received (texts), one row per site and place. Raises Impossible.

    Sites that show the same ads show them in the same places.
    """
    names = _names(publication)
    own = {str(row["site_code"]): int(str(row["count"]) or 0) for row in counts.to_dict("records")}
    mirror = dict(zip(sites["site_code"], sites["mirror_group"], strict=True))
    groups: dict[str, list[str]] = {}
    for site, count in own.items():
        if count:
            groups.setdefault(mirror.get(site) or site, []).append(site)
    shares = _shares({name: own[members[0]] for name, members in groups.items()}, groups, names, publication, seed)
    rows = []
    for row in counts.to_dict("records"):
        group = mirror.get(row["site_code"]) or row["site_code"]
        found = shares.get(group, {}) if own[str(row["site_code"])] else {"": 0}
        rows += [{**row, "place": place, "count": str(count)} for place, count in found.items()]
    return pd.DataFrame(rows, columns=list(counts.columns))


def _names(publication: Publication) -> dict[str, str]:
    """Name of a place → its published figure, "" for an invented one."""
    cities = {f.statement.rpartition(": ")[2]: name for name, f in publication.figures.items() if name.startswith(CITY)}
    total = publication.least(COMMUNES)
    return cities | {f"Lieu fictif {at:02d}": "" for at in range(1, total - len(cities) + 1)}


def _shares(
    sizes: Mapping[str, int],
    groups: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    publication: Publication,
    seed: int,
) -> dict[str, dict[str, int]]:
    """Group of sites → place → ads of one of its sites."""
    rng, model = random.Random(f"places {seed}"), cp_model.CpModel()
    ads: dict[tuple[str, str], cp_model.IntVar] = {}
    totals: dict[str, cp_model.IntVar] = {
        place: model.new_int_var(1, sum(sizes[g] * len(members) for g, members in groups.items()), place)
        for place in names
    }
    for group, size in sizes.items():
        used = []
        for place in names:
            number = ads[group, place] = model.new_int_var(0, size, f"{group} {place}")
            there = model.new_bool_var("")
            model.add(number >= 1).only_enforce_if(there)
            model.add(number == 0).only_enforce_if(~there)
            used.append(there)
        model.add(sum(ads[group, place] for place in names) == size)
        model.add(sum(used) <= (1 if size < FEW else MOST))
    for place, total in totals.items():
        model.add(sum(len(groups[group]) * ads[group, place] for group in sizes) == total)
    cities = [place for place, figure in names.items() if figure]
    for city in cities:
        for place in names:
            if place not in cities:
                model.add(totals[city] > totals[place])
    published: dict[str, cp_model.LinearExprT] = {names[city]: totals[city] for city in cities}
    publication.hold(
        model, published | {"ads.five_cities_pct": sum(totals[c] for c in cities), "ads.total": sum(totals.values())}
    )
    near(model, {total: rng.randint(1, 12) for place, total in totals.items() if place not in cities})
    found = solved(model, seed)
    shares: dict[str, dict[str, int]] = {group: {} for group in sizes}
    for (group, place), number in ads.items():
        if found.value(number):
            shares[group][place] = found.value(number)
    return shares
