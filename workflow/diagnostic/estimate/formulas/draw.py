"""The seeded draw of the ads to code, from a frame and an allocation: repeatable, and extendable without redrawing.

A frame has one row per stratum, by its name (`strata`): `site_code`, `place`, `size` (ads to describe), and where known
`listed` (positions of the list, relevant or not; else `size`), `page_size` (positions of a page) and `mirror_group`.

Each position has a permanent random number (Ohlsson 1995): the i-th raw output of a Philox generator whose key is a
hash of the seed and of the stratum's name; the n smallest are a simple random sample without replacement, and drawing
more keeps what was drawn. Raw outputs are guaranteed not to change (NEP 19).
"""

import hashlib
import math

import numpy as np
import pandas as pd

from diagnostic.core.writing import short
from diagnostic.estimate.formulas.sampling import allocate, realised_margin, sample_size

COLUMNS = (
    *("ad_id", "site_code", "place", "page_rank", "rank_on_page", "stratum"),
    *("draw_order", "listed", "drawn", "weight", "double"),
)
_NOTHING = np.empty(0, dtype="int64")
_ALPHABET = np.array(list("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))  # Crockford's base 32: no I, L, O, U to confuse
_GOLDEN = (math.sqrt(5) - 1) / 2


def planned_size(size: int, population: int, design_effect: float = 1.0, loss: float = 0.0) -> int:
    """Ads to draw so that `size` stay useful: ceil(size × deff / (1 − loss)), never more than the population.

    `loss`: expected share of unusable ads (gone, not relevant), in [0, 1). Raises ValueError outside.
    """
    if size < 0 or design_effect <= 0 or not 0 <= loss < 1:
        raise ValueError(f"impossible plan: size {size}, design effect {design_effect}, loss {loss}")
    return min(population, math.ceil(round(size * design_effect / (1 - loss), 9)))


def domain_sizes(
    populations: pd.Series,
    margin: float,
    confidence: float,
    proportion: float = 0.5,
    design_effect: float = 1.0,
    loss: float = 0.0,
) -> pd.DataFrame:
    """What the margin asks of each published domain: one row per domain, with the index of `populations`.

    `population`; `size`, ads to draw in the domain itself; `overall`, the whole sample that gives it that many
    under a proportional allocation (the largest row serves them all); `margin`, the half-width its own useful
    ads reach (None for an empty domain). Raises ValueError as `sample_size` and `planned_size`.
    """
    total, rows = int(populations.sum()), []
    for population in populations.astype("int64"):
        useful = sample_size(population, margin, confidence, proportion)
        size = planned_size(useful, population, design_effect, loss)
        overall = min(total, math.ceil(size * total / population)) if population else 0
        reached = realised_margin(useful, population, confidence, proportion) if population else None
        rows.append((population, size, overall, reached))
    return pd.DataFrame(rows, index=populations.index, columns=["population", "size", "overall", "margin"])


def strata(site_code: pd.Series, place: pd.Series) -> pd.Index:
    """The names of strata: « E15 », or « E15 / Lens » where a site was counted place by place."""
    parts = zip(site_code, place.fillna(""), strict=True)
    return pd.Index([f"{code} / {where}" if where else code for code, where in parts], name="stratum")


def collapse_mirrors(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with one list per mirror group and place, that with the most ads (of equal ones the first by name); the
    others are left out. Adds `stands_for` (how many lists the row stands for) and `take_all` (a kept mirror is coded
    whole: its ads have many copies and weigh little)."""
    group = frame["mirror_group"].fillna("") if "mirror_group" in frame else pd.Series("", index=frame.index)
    key = group.where(group == "", group + " / " + frame["place"].fillna(""))
    filled = frame["size"] > 0
    lists = key[filled].groupby(key[filled]).transform("size").reindex(frame.index, fill_value=1)
    # by name before by size: equal lists are told apart whatever the order of the register
    longest = frame[filled].sort_index().sort_values("size", ascending=False, kind="stable").index
    first = ~key[longest].duplicated()
    kept = (key == "") | (filled & first.reindex(frame.index, fill_value=False))
    result = frame.assign(stands_for=lists.where(key != "", 1).astype("int64"), take_all=key != "")
    return result[kept]


def plan(frame: pd.DataFrame, size: int, floor: int = 2) -> pd.DataFrame:
    """How many ads to code and positions to draw in each stratum, the strata to take whole first.

    Columns `size` (N_h), `coded` (n_h, summing to `size`, or to the frame if it is smaller) and `drawn`: n_h × listed /
    N_h rounded up. Raises ValueError when the strata to take whole, or the floors, do not fit.
    """
    counts = frame["size"].astype("int64")
    whole = frame["take_all"] if "take_all" in frame else pd.Series(False, index=frame.index)
    rest = counts[~whole]
    left = min(size, int(counts.sum())) - int(counts[whole].sum())
    if left < 0:
        raise ValueError(f"the strata to take whole hold {counts[whole].sum()} ads: more than the {size} to code")
    coded = counts.copy()
    coded[rest.index] = allocate(rest, left, floor)
    listed = _listed(frame)
    drawn = -(-coded * listed // counts.clip(lower=1))  # rounded up
    return pd.DataFrame({"size": counts, "coded": coded, "drawn": np.minimum(drawn, listed)})


def draw_ads(frame: pd.DataFrame, drawn: pd.Series, seed: int, double_share: float = 0.0) -> pd.DataFrame:
    """The positions to look up: one row per drawn ad, sorted by stratum, page and rank. No text, no address.

    `drawn`: positions to draw by stratum (missing: none). Columns `ad_id` (neutral, the same in every draw of
    this seed), `site_code`, `place`, `page_rank`, `rank_on_page` (without `page_size` the list is one page),
    `stratum`, `draw_order` (1 was drawn first), `listed`, `drawn`, `weight` (listed / drawn) and `double`: to be
    coded by a second person, each ad with probability `double_share`. What is drawn or doubled stays so when
    `drawn` or the share grow. Raises ValueError for more positions than listed, or strata unknown to the frame.
    """
    if not 0 <= double_share <= 1:
        raise ValueError(f"the share coded twice must lie in [0, 1], got {double_share}")
    if not drawn.index.equals(frame.index) and len(unknown := drawn.index.difference(frame.index)):
        raise ValueError(f"strata unknown to the frame: {', '.join(map(str, unknown))}")
    listed = _listed(frame)
    wanted = drawn.reindex(frame.index, fill_value=0).astype("int64")
    if (over := wanted > listed).any():
        raise ValueError(f"more positions to draw than listed: {', '.join(frame.index[over])}")
    n = wanted.to_numpy()
    row, position, number, order, start = _draw(frame.index, listed.to_numpy(), n, seed)
    sizes = frame.get("page_size", listed).astype("Float64").fillna(listed)  # the whole list where they are not known
    page_size = sizes.astype("int64").to_numpy()[row]
    ads = pd.DataFrame(
        {
            "ad_id": frame["site_code"].array.take(row) + ("-" + _codes(number)),
            "site_code": frame["site_code"].array.take(row),
            "place": frame["place"].fillna("").array.take(row),
            "page_rank": (position - 1) // page_size + 1,
            "rank_on_page": (position - 1) % page_size + 1,
            "stratum": frame.index.take(row),
            "draw_order": order + 1,
            "listed": listed.to_numpy()[row],
            "drawn": n[row],
            "weight": listed.to_numpy()[row] / n[row],
            # Whom to code twice: golden steps from a random start are evenly spread at every length and for every
            # share, so that the sub-sample keeps its size and grows by additions only (Weyl's sequence).
            "double": (start + _GOLDEN * order) % 1 < double_share,
        },
        columns=list(COLUMNS),
    )
    if ads["ad_id"].duplicated().any():
        raise ValueError("two ads of this draw have the same number: choose another seed")
    return ads


def places_to_follow(name: str, places: int, number: int, seed: int) -> list[int]:
    """The `number` places with the least permanent random numbers of a list of so many, in order: a place keeps its number
    whatever the length of the list, so that the counts of two days follow the same places as far as they can."""
    index = pd.Index([name], name="stratum")
    _, position, *_ = _draw(index, np.array([places]), np.array([min(number, places)]), seed)
    return sorted(position.tolist())


def frame_digest(frame: pd.DataFrame) -> str:
    """12 hexadecimal digits of the frame that a draw is made from, whatever the order of its rows."""
    pages = frame["page_size"] if "page_size" in frame else pd.Series(np.nan, index=frame.index)
    lines = [f"{name}\t{size}\t{page}" for name, size, page in zip(frame.index, _listed(frame), pages, strict=True)]
    return short(hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest())


def _listed(frame: pd.DataFrame) -> pd.Series:
    """Positions of each list, never fewer than its ads."""
    size = frame["size"].astype("int64")
    if "listed" not in frame:
        return size
    return frame["listed"].fillna(size).astype("int64").clip(lower=size)


def _draw(names: pd.Index, listed: np.ndarray, n: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    """The n least of each stratum's permanent random numbers, sorted by the stratum's name and by position.

    For each ad: the row of its stratum, its position (from 1), its number, its order in the draw (from 0), and the
    random start of its stratum, in [0, 1).
    """
    rows = np.flatnonzero(n)
    labels = names[rows].to_numpy(dtype=object)
    by_name = np.argsort(labels)
    rows, labels = rows[by_name], labels[by_name]
    hashed = b"".join([hashlib.sha256(f"{seed}\0{label}".encode()).digest() for label in labels])
    words = np.frombuffer(hashed, "<u8").reshape(len(labels), 4)
    positions, numbers = [_NOTHING], [_NOTHING.astype("uint64")]
    bits = np.random.Philox(key=0)
    state = bits.state
    for key, size, k in zip(words[:, :2], listed[rows].tolist(), n[rows].tolist(), strict=True):
        state["state"]["key"] = key
        bits.state = state
        own = bits.random_raw(size)
        kept = own.argpartition(k - 1)[:k]
        kept.sort()
        positions.append(kept)
        numbers.append(own[kept])
    size, number = n[rows], np.concatenate(numbers)
    of = np.repeat(np.arange(len(rows)), size)
    order = np.empty(len(of), dtype="int64")
    order[np.lexsort((number, of))] = np.arange(len(of))
    order -= np.repeat(np.cumsum(size) - size, size)
    return rows[of], np.concatenate(positions) + 1, number, order, words[of, 2] / 2**64


def _codes(numbers: np.ndarray) -> np.ndarray:
    """Eight letters or digits from the last forty bits of each permanent random number."""
    shifts = 5 * np.arange(8, dtype="uint64")[::-1]
    letters = _ALPHABET[(numbers[:, None] >> shifts & np.uint64(31)).astype("intp")]
    return np.ascontiguousarray(letters).view("<U8").ravel().astype(object)
