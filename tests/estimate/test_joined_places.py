"""Places of few ads join the smallest territory where they have enough together: sums made by hand on the invented map.

Basse-Fable, Étang-Peint and Lande-Dessinée are in the agglomeration of Villeneuve; Trois-Énigmes and La Marge in another
intercommunality of the same arrondissement (the north); Mont-Inventé is elsewhere.
"""

from __future__ import annotations

import pandas as pd
from replay import outlined
from territories import STUDY

from diagnostic.core.tables import columns
from diagnostic.estimate.places import Places
from diagnostic.estimate.territory.steps import joined

ADS = {
    "Villeneuve": 300,  # named
    "Port-Neuf": 20,  # named: as many as it takes
    "Basse-Fable": 6,
    "Étang-Peint": 9,
    "Lande-Dessinée": 8,  # 23 in the agglomeration
    "Trois-Énigmes": 19,
    "La Marge": 2,  # 21 in the Fables
    "Mont-Inventé": 5,
    "Nulle-Part": 3,  # the name of no place; 8 left
}


def facts(ads: dict[str, float], exact: bool = True, origin: str = "observed") -> dict[str, pd.Series]:
    lists = pd.DataFrame({"site_code": "s1", "place": list(ads), "value": list(ads.values()), "variance": 0.0})
    lists.loc[lists["place"].eq("Basse-Fable"), "variance"] = 0.0 if exact else 4.0
    counts = lists[["site_code", "place"]].assign(row=pd.array(range(2, len(lists) + 2), dtype="Int64"))
    where = [("ad_counts", "ad_counts.csv", origin, "ad_counts", "count", 0, 0, "C", None)]
    index = Places(pd.DataFrame(where, columns=columns("collect/places")))
    made = joined(lists, counts, outlined(STUDY), index, 20)
    return {one.fact_id: pd.Series(vars(one)) for one in made}


def test_small_places_join_where_they_are_enough() -> None:
    found = facts(ADS)
    assert {name: one["value"] for name, one in found.items()} == {
        "ads.joined.epci.agglomeration-de-villeneuve": 6 + 9 + 8,
        "ads.joined.epci.communaute-des-fables": 19 + 2,
        "ads.joined.rest": 5 + 3,
    }
    agglomeration = found["ads.joined.epci.agglomeration-de-villeneuve"]
    assert agglomeration["label"] == "annonces déclarées en d’autres lieux, Agglomération fictive de Villeneuve"
    assert agglomeration["group"] == "ads: place=basse-fable|etang-peint|lande-dessinee"
    assert agglomeration["cells"] == "ad_counts.csv!C4:C6" and agglomeration["denominator"] == sum(ADS.values())


def test_places_too_few_for_their_intercommunality_join_their_arrondissement() -> None:
    found = facts(ADS | {"Basse-Fable": 1, "Étang-Peint": 8, "Trois-Énigmes": 4})
    assert {name: one["value"] for name, one in found.items()} == {
        "ads.joined.arrondissement.nord": 8 + 8 + 4 + 2,  # Basse-Fable is in another arrondissement
        "ads.joined.rest": 1 + 5 + 3,
    }


def test_nothing_is_lost_nor_counted_twice() -> None:
    for ads in (ADS, {name: count / 2 for name, count in ADS.items()}):
        assert sum(one["value"] for one in facts(ads).values()) == sum(n for n in ads.values() if n < 20)


def test_what_was_read_by_pages_is_an_estimate() -> None:
    measures = {name: one["measure"] for name, one in facts(ADS, exact=False).items()}
    assert measures.pop("ads.joined.epci.agglomeration-de-villeneuve") == "estimate"
    assert set(measures.values()) == {"count"}


def test_nothing_joins_where_every_place_is_told() -> None:
    assert facts({"Villeneuve": 300, "Port-Neuf": 20}) == facts(ADS, origin="transcribed") == {}
