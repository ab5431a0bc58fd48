"""The limits of what the invented study prints, counted a second time: numpy and scipy alone, nothing of the package, each formula
from where it was published.

Ads and the persons behind them: linearised ratio of a stratified sample, V = Σ N² (1 − n / N) s² / n (Cochran 1977, 5.9 and 6.11),
plus V(N) (mean)² for sizes that are estimated; logit limits, or Clopper and Pearson's on the effective size where few cases were
seen (Korn & Graubard 1998); the product of an estimated size and a mean, N² V(z̄) + z̄² V(N) − V(z̄) V(N) (Goodman 1960); degrees
of freedom (Satterthwaite 1946). What two coders read otherwise, or copies between two numbers, is taken at its worst (Manski 2003).
Ads that were all missed: the most of them that a draw misses together more often than (1 − level) / 2, by the hypergeometric law.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from .recounted import AGES, CONDITIONS, ENDED, FORMS, INPUTS, UNKNOWN, coded, plain

LEVEL, FEW, MOST_SHOWN, MOST_COPIES = 0.95, 10, 10, 50
Ends = tuple[float, float]
Group = list[dict[str, Any]]  # the descriptions that are of the same persons


@dataclass(frozen=True)
class Sample:
    """By ad its list; by list its ads, the variance of that number with its degrees of freedom."""

    of: np.ndarray
    size: np.ndarray
    variance: np.ndarray
    degrees: np.ndarray

    @property
    def drawn(self) -> np.ndarray:
        return np.bincount(self.of, minlength=len(self.size))

    @property
    def weight(self) -> np.ndarray:
        return (self.size / self.drawn)[self.of]

    def moments(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """By list, the mean of z and its variance; an ad alone of several differs from what the other lists have."""
        means, found = np.zeros(len(self.size)), np.zeros(len(self.size))
        for at, (size, n) in enumerate(zip(self.size, self.drawn, strict=True)):
            own = z[self.of == at]
            means[at] = own.mean()
            found[at] = (1 - n / size) * own.var(ddof=1) / n if n > 1 else 0.0
        for at in np.flatnonzero((self.drawn == 1) & (self.size > 1)):
            rest = np.arange(len(self.size)) != at
            found[at] = (means[at] - np.average(means[rest], weights=self.size[rest])) ** 2
        return means, found

    def ratio(self, y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
        whole = self.weight @ x
        value = self.weight @ y / whole
        mean, spread = self.moments((y - value * x) / whole)
        return float(value), float(self.size**2 @ spread + self.variance @ mean**2)

    def share(self, case: np.ndarray, base: np.ndarray, each: np.ndarray) -> Ends:
        value, variance = self.ratio(each * (case & base), each * base)
        lists = np.unique(self.of[base])
        degrees, n, weights = int(base.sum()) - len(lists), int(base.sum()), (each * self.weight)[base]
        t = stats.t.ppf((1 + LEVEL) / 2, degrees)
        effective = weights.sum() ** 2 / (weights**2).sum()
        if variance > 1e-24 and 0 < value < 1:
            effective = value * (1 - value) / variance * (stats.t.ppf((1 + LEVEL) / 2, n - 1) / t) ** 2
        if variance <= 1e-24 or effective * min(value, 1 - value) < FEW:
            cases, tail = effective * value, (1 - LEVEL) / 2
            low = stats.beta.ppf(tail, cases, effective - cases + 1) if value > 0 else 0.0
            high = stats.beta.ppf(1 - tail, cases + 1, effective - cases) if value < 1 else 1.0
            return float(low), float(high)
        half = t * np.sqrt(variance) / (value * (1 - value))
        return float(special.expit(special.logit(value) - half)), float(special.expit(special.logit(value) + half))

    def worst(self, said: np.ndarray, each: np.ndarray, ends: tuple[np.ndarray, np.ndarray]) -> Ends:
        """Limits of a share, `said` holding a row for each coder: 1 a case, 0 none, missing outside of the base."""
        first, (few, many) = said[0], ends
        out, never, ever = np.isnan(said).any(axis=0), (said == 0).any(axis=0), (said == 1).any(axis=0)
        sure, known = ever & ~never & ~out, ~np.isnan(first)
        made = [self.share(first == 1, known, each)]
        made.append(self.share(sure, never | ~out, np.where(sure, few, many)))
        made.append(self.share(ever, ever | ~out, np.where(ever, many, few)))
        return min(low for low, _ in made), max(high for _, high in made)

    def total(self, z: np.ndarray, top: float = 1.0) -> Ends:
        """Limits of Σ N z̄ of persons, ads that were all missed among them."""
        mean, spread = self.moments(z)
        own, paged = self.size**2 * spread, np.maximum(self.variance * (mean**2 - spread), 0)
        both = np.concatenate([own, paged])
        degrees = np.concatenate([np.maximum(self.drawn - 1, 1), self.degrees])
        doubt = (both[both > 0] ** 2 / degrees[both > 0]).sum()
        t = stats.t.ppf((1 + LEVEL) / 2, both.sum() ** 2 / doubt) if doubt else stats.norm.ppf((1 + LEVEL) / 2)
        value, half = float(self.size @ mean), t * np.sqrt(both.sum())
        below, above = (top * self.missed(part) for part in (mean / top, 1 - mean / top))
        return value - max(half, below - 1), value + max(half, above)

    def missed(self, worth: np.ndarray) -> float:
        """The most that ads which a draw misses together may be worth, taken one by one where they cost the least chance."""
        left, size, n = -np.log((1 - LEVEL) / 2), np.ceil(self.size - 1e-9), self.drawn
        gained, taken = 0.0, np.zeros(len(size))
        prices = [
            (np.log((s - 0) / (s - n_)) / w, at)
            for at, (s, n_, w) in enumerate(zip(size, n, worth, strict=True))
            if w > 1e-9 and s > n_
        ]
        heapq.heapify(prices)
        while prices:
            price, at = heapq.heappop(prices)
            if price * worth[at] > left:
                continue
            left, gained, taken[at] = left - price * worth[at], gained + worth[at], taken[at] + 1
            rest = size[at] - taken[at]
            if rest > n[at]:
                heapq.heappush(prices, (np.log(rest / (rest - n[at])) / worth[at], at))
        return gained


def sample_of(ads: pd.DataFrame, lists: pd.DataFrame, first: pd.DataFrame) -> Sample:
    """The lists cut by how their ads looked, with the variance of their sizes."""
    known = first[first["known"]].groupby("stratum")["usable"].agg(["mean", "size"])
    n, p, places = known["size"], known["mean"], lists["places"].reindex(known.index)
    paged = lists["site"].isin(pd.read_csv(INPUTS / "ad_pages.csv")["site_code"]).reindex(known.index)
    counted = places**2 * (1 - n / places) * p * (1 - p) / np.maximum(n - 1, 1)
    of_list = counted.mask(paged, 0.0)
    drawn = first[first["usable"] | ~first["known"]].groupby("stratum").size()
    key = ads["stratum"] + " · " + ads["looked"].where(ads["part"].notna(), "")
    cells = ads.assign(key=key).drop_duplicates("key").set_index("key")
    names, of = pd.Index(sorted(cells.index)), None
    cells, of = cells.loc[names], names.get_indexer(key)
    part, whole = cells["part"].fillna(1.0), cells["stratum"].map(lists["ads"])
    d = cells["stratum"].map(drawn)
    cut = part.lt(1)
    spread = (whole**2 * np.maximum(0, 1 - d / whole) * part * (1 - part) / np.maximum(d - 1, 1)).where(cut, 0.0)
    variance = cells["stratum"].map(of_list).fillna(0) * part**2 + spread
    degrees = cells["stratum"].map(np.maximum(n - 1, 1)).where(cells["stratum"].map(of_list).gt(0), np.inf)
    return Sample(
        of,
        (whole * part).to_numpy(float),
        variance.to_numpy(float),
        np.minimum(degrees, np.maximum(d - 1, 1).where(cut, np.inf)).to_numpy(float),
    )


def of_sample(results: Path) -> Iterator[tuple[str, Ends]]:
    ads, lists = coded(results)
    every = pd.read_parquet(results / "consolidate/codings.parquet")
    every = every.set_axis([name.removesuffix(".code") for name in every], axis=1)
    first = every.query("turn == 1").merge(
        pd.read_parquet(results / "estimate/draw.parquet")[["ad_id", "stratum"]], on="ad_id"
    )
    state = first["disposition"]
    first = first.assign(usable=state.eq("relevant"), known=state.isin(["relevant", "not_prostitution", "no_place"]))
    assert ads["cluster_maybe"].isin(UNKNOWN).all() and lists["n"].gt(0).all(), "what is not recounted here"
    sample = sample_of(ads, lists, first)
    person = ads["cluster_id"].mask(ads["cluster_id"].isin(UNKNOWN)).fillna("ad " + ads["ad_id"])
    found = ads["copies"].to_numpy(float)
    few, many = copies_of(ads, every, person, lists)
    shown = ads["persons_shown"].map(ENDED)
    most = shown.mask(shown.eq(3)).fillna(MOST_SHOWN)
    seen = shown.fillna(1).groupby(person).max().sum()
    z = (shown.fillna(1) / found).to_numpy(float)
    highest = max(sample.total(z, shown.fillna(1).max())[1], sample.total((most / few).to_numpy(float), most.max())[1])
    yield "persons.total", (float(seen), highest)
    second = ads[["ad_id"]].merge(every.query("turn == 2"), on="ad_id", how="left")
    two = second["disposition"].notna()
    second = second.where(two, ads.reset_index(drop=True).reindex(columns=second.columns))
    one = np.ones(len(ads))
    for unit, each, ends in (("ad", one, (one, one)), ("person", 1 / found, (1 / many, 1 / few))):
        for least in (1, 2, 3):
            said = np.array([signs(table, least) for table in (ads, second)])
            yield f"profile.{unit}.network_sign.at_least_{least}", _percent(sample.worst(said, each, ends))
    places = ads["declared_place.text"].replace("", np.nan).map(plain, na_action="ignore")
    often = places.value_counts().sort_index().sort_values(ascending=False, kind="stable").index[:5]
    told = [table["declared_place.text"].replace("", np.nan).map(plain, na_action="ignore") for table in (ads, second)]
    said = np.array([one.isin(often).astype(float).where(one.notna().to_numpy()).to_numpy(float) for one in told])
    yield "profile.ad.declared_place.first_five", _percent(sample.worst(said, one, (one, one)))


def copies_of(
    ads: pd.DataFrame, every: pd.DataFrame, person: pd.Series, lists: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """The fewest and the most copies of each ad's person, where a second coder found another number and did not compare."""
    again = every[every["turn"].eq(2) & every["copies_searched"].eq("yes") & every["copies_again.number"].isna()]
    total = ads["ad_id"].map(again.set_index("ad_id")["copies_total.number"]).astype(float)
    total = total.mask(total.eq(ads["copies_total.number"].astype(float)))
    group = pd.read_csv(INPUTS / "sites.csv").set_index("site_code")["mirror_group"].dropna()
    own = ads["site_code"].map(group.map(group.value_counts())).fillna(1)
    rest = total - own.where(total >= own, 1)
    fewest = (1 + np.ceil(rest / group.value_counts().max())).groupby(person).transform("min")
    most = (1 + rest).groupby(person).transform("max")
    drawn = ads.groupby(person)["ad_id"].transform("size")
    found = ads["copies"].astype(float)
    few = np.fmin(found, np.maximum(fewest, drawn).where(fewest.notna()))
    return few.to_numpy(float), np.fmax(found, most).to_numpy(float)


def signs(ads: pd.DataFrame, least: int) -> np.ndarray:
    boxes = ads[[name for name in ads if name.startswith("network_sign/")]].eq("ticked")
    known = boxes.any(axis=1) & ~boxes["network_sign/dk"]
    number = boxes.drop(columns=[name for name in boxes if name.endswith(("/none", "/dk"))]).sum(axis=1)
    return number.ge(least).astype(float).where(known).to_numpy(float)


def _percent(ends: Ends) -> Ends:
    return 100 * ends[0], 100 * ends[1]


def of_waves() -> Iterator[tuple[str, Ends]]:
    """What stays between two days, of all the ads listed on the first; what left, came, and was there at all (immigration and death:
    of those that come in an interval (1 − s) / (−ln s) are there at its end, and chance adds n (1 − p) / p²)."""
    counts, ads = (pd.read_csv(INPUTS / f"wave_{name}.csv") for name in ("counts", "ads"))
    for one in (counts, ads):
        one["wave_on"] = pd.to_datetime(one["wave_on"], dayfirst=True)
    listed = counts.pivot(index="site_code", columns="wave_on", values="count")
    whole, z = listed.sum().to_numpy(float), stats.norm.ppf((1 + LEVEL) / 2)
    stayed: list[tuple[float, float, float]] = []
    for at, day in enumerate(listed):
        here = ads[ads["wave_on"].eq(day) & ads["state"].eq("there")]
        if here["same_person"].isna().all():
            yield f"waves.persons.{day:%Y-%m-%d}", _persons(here, listed[day])
        later = ads[ads["wave_on"] > day]
        found = here["ad_mark"].isin(later.loc[later["state"].isin(["there", "again"]), "ad_mark"])
        known = found | ~here["ad_mark"].isin(later.loc[later["state"].eq("unseen"), "ad_mark"])
        if at < len(whole) - 1:
            sample, case = _lists(here[known], listed[day]), found[known].to_numpy()
            one = np.ones(len(case))
            low, high = sample.share(case, one.astype(bool), one)
            low, high = max(case.sum(), whole[at] * low), min(whole[at] - (~case).sum(), whole[at] * high)
            stayed.append((float(sample.weight @ case), low, high))
    unseen, chance = np.zeros(3), 0.0
    for at, kept in enumerate(stayed):
        number = at + 1
        yield f"waves.stayed_pct.{number}", _percent((kept[1] / whole[at], kept[2] / whole[at]))
        for name, of in (("gone", whole[at]), ("new", whole[at + 1])):
            yield f"waves.{name}.{number}", (of - kept[2], of - kept[1])
        s = np.array(kept) / whole[at]
        unseen += (whole[at + 1] - np.array(kept)) * (-np.log(s) / (1 - s) - 1)
        share, new = s[0], whole[at + 1] - kept[0]
        rate = -np.log(share) / (1 - share)
        slope = new * (-(1 - share) / share - np.log(share)) / (1 - share) ** 2
        chance += z**2 * (new * (rate - 1) * rate + slope**2 * share * (1 - share) / whole[at])
    once = whole.sum() - np.array(stayed).sum(axis=0)
    once = np.maximum(once, whole.max())  # value, and the limits the other way round
    yield "waves.seen_once", (once[2], once[1])
    made = once + unseen
    below, above = (float(np.sqrt((made[0] - made[end]) ** 2 + chance)) for end in (2, 1))
    ends = max(once[2], made[0] - below), made[0] + above
    yield "waves.total", ends
    yield "waves.times", (ends[0] / whole.mean(), ends[1] / whole.mean())


def _lists(ads: pd.DataFrame, listed: pd.Series) -> Sample:
    kept = listed[listed.gt(0) & listed.index.isin(ads["site_code"])]
    none = np.zeros(len(kept))
    return Sample(kept.index.get_indexer(ads["site_code"]), kept.to_numpy(float), none, none + np.inf)


def _persons(ads: pd.DataFrame, listed: pd.Series) -> Ends:
    sample = _lists(ads, listed)
    return float(len(ads)), sample.total(1 / ads["copies"].clip(lower=1).to_numpy(float))[1]


ALONE = ("gender", "nationality", "age_band")  # of one person one answer only
OPEN = ("finances", "housing", "occupation", "prostitution_form")  # « autre » with a text says nothing by itself


@dataclass(frozen=True)
class Held:
    """By group of situations, least and most persons who have something, and who have it not; whether something is known."""

    low: np.ndarray
    high: np.ndarray
    no_low: np.ndarray
    no_high: np.ndarray
    known: np.ndarray

    def both(self, other: Held, most: np.ndarray) -> Held:
        """Who has the one and the other: no fewer than if those without were apart, no more than of each (Fréchet 1935)."""
        low = np.maximum(0, np.maximum(self.low - other.no_high, other.low - self.no_high))
        no_high = np.minimum(np.maximum(0, most - low), self.no_high + other.no_high)
        none = (self.known & (self.high == 0)) | (other.known & (other.high == 0))
        return Held(
            low,
            np.minimum(self.high, other.high),
            np.maximum(self.no_low, other.no_low),
            no_high,
            (self.known & other.known) | none,
        )


def having(groups: list[Group], variable: str, wanted: tuple[str, ...]) -> Held:
    """What the descriptions of each group say together. Of one that ticks wanted answers alone all its persons have it; of both
    sorts, one at least for each answer where a person has one, else one at least. Two that contradict each other say nothing."""
    rows = []
    for own in groups:
        most, study = (max(one[name] for one in own) for name in ("persons_most", "persons"))
        yes, no, said, values = [0.0], [0.0], [], [0.0, 0.0]
        for one in own:
            ticked = answers(one, variable) - ({"other"} if variable in OPEN and "other" not in wanted else set())
            a, b = len(ticked & set(wanted)), len(ticked - set(wanted))
            least, n, top = one["persons_low"], one["persons"], one["persons_most"]
            if a and b and variable in ALONE and a + b > n:
                a = b = 0  # more answers than persons
            if a and b and variable not in ALONE and top <= 1 <= least:
                b = 0  # one person who has several
            said.append((a > 0, b > 0))
            if a and b:
                yes.append(min(a if variable in ALONE else 1, least))
                no.append(min(b, least) if variable in ALONE else 0)
                values = [max(values[0], a if variable in ALONE else n), max(values[1], b if variable in ALONE else 0)]
            elif a or b:
                (yes if a else no).append(least)
                values[0 if a else 1] = max(values[0 if a else 1], n)
        value = values[0] if variable in ALONE else max(max(yes), min(values[0], study - values[1]))
        if len(own) > 1 and (max(yes) + max(no) > most or value + values[1] > study):
            rows.append((0, most, 0, most, False))
            continue
        high = 0 if all(one == (False, True) for one in said) else max(0, most - max(no))
        no_high = 0 if all(one == (True, False) for one in said) else max(0, most - max(yes))
        rows.append((max(yes), high, max(no), no_high, any(a or b for a, b in said)))
    low, high, no_low, no_high, known = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return Held(low, high, no_low, no_high, known > 0)


def answers(row: dict[str, object], variable: str) -> set[str]:
    one = row.get(f"{variable}.code")
    many = {
        name.rpartition("/")[2] for name, said in row.items() if name.startswith(f"{variable}/") and said == "ticked"
    }
    return (many | ({str(one)} if f"{variable}.code" in row else set())) - {"dk", "no_answer", "not_asked"}


def of_described(results: Path) -> Iterator[tuple[str, Ends]]:
    """Persons, and their share of those in prostitution: y / (y + n), the fewest of the ones with the most of the others."""
    said = pd.read_parquet(results / "consolidate/described.parquet")
    pairs = pd.read_parquet(results / "consolidate/pairs.parquet")
    assert pairs["status"].isin(["same", "different"]).all() and "vulnerability.codings" not in said, (
        "what is not recounted here"
    )
    same = pairs.query("status == 'same'")
    of = said["situation"].replace(dict(zip(same["second"], same["first"], strict=True)))
    told_of: dict[str, Group] = {}
    for name, row in zip(of, said.to_dict("records"), strict=True):
        told_of.setdefault(name, []).append({str(key): value for key, value in row.items()})
    groups = [told_of[name] for name in sorted(told_of)]
    least, most = (
        np.array([max(one[name] for one in own) for own in groups], dtype=float)
        for name in ("persons_low", "persons_most")
    )
    zero = np.zeros(len(groups))
    sure = np.array([any(one["situation_status.code"] in ("proba", "prov") for one in own) for own in groups])
    base = Held(least * sure, most * sure, least * ~sure, most * ~sure, zero == 0)
    yield "shared.persons_concerned", (least.sum(), most.sum())
    yield "shared.persons_prostitution", (base.low.sum(), base.high.sum())

    def told(name: str, found: Held, of: Held) -> Iterator[tuple[str, Ends]]:
        yes = found.both(of, most)
        no = Held(found.no_low, found.no_high, found.low, found.high, found.known).both(of, most)
        low, high, no_low, no_high = (one.sum() for one in (yes.low, yes.high, no.low, no.high))
        yield name, (low, high)
        yield f"{name}_pct", _percent((low / (low + no_high), high / (high + no_low)))

    for name, ages in AGES.items():
        yield from told(f"profile.{name}", having(groups, "age_band", ages), base)
    women, minors = having(groups, "gender", ("women",)), having(groups, "age_band", AGES["minors"])
    yield from told("profile.women", women, base)
    yield from told("profile.minor_girls", women.both(minors, most), base)
    yield from told("profile.foreign", having(groups, "nationality", ("eu", "noneu")), base)
    for name, forms in FORMS.items():
        yield from told(name, having(groups, "prostitution_form", forms), base)
    for name, code in (("present", "yes"), ("absent", "no")):
        yield from told(f"pimp.{name}", having(groups, "pimp_presence", (code,)), base)
    factors = tuple(
        n.rpartition("/")[2] for n in said if n.startswith("vulnerability/") and not n.endswith(("/none", "/dk"))
    )
    yield from told("vuln.any", having(groups, "vulnerability", factors), base)
    for name, (informed, variable, wanted) in CONDITIONS.items():
        some = np.array([any(answers(one, variable) - {"other"} for one in own) for own in groups])
        within = base.both(Held(least * some, most * some, least * ~some, most * ~some, zero == 0), most)
        yield f"cond.{informed}", (within.low.sum(), within.high.sum())
        yield from told(f"cond.{name}", having(groups, variable, wanted), within)


def of_mirrors() -> Iterator[tuple[str, Ends]]:
    """The ads of a group of mirrors are one person's at least, and each another's at most."""
    sites, counts = (pd.read_csv(INPUTS / f"{name}.csv") for name in ("sites", "ad_counts"))
    group = counts["site_code"].map(sites.set_index("site_code")["mirror_group"])
    longest = counts["count"].groupby([group, counts["site_code"]]).sum().groupby(level=0).max()
    yield "ads.mirror_distinct", (float((longest > 0).sum()), float(longest.sum()))


def every(results: Path) -> dict[str, Ends]:
    """Id of a fact → its limits, counted again."""
    parts = (of_sample(results), of_waves(), of_described(results), of_mirrors())
    return {name: (float(low), float(high)) for part in parts for name, (low, high) in part}
