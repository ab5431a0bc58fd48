"""The numbers on persons and ads of the invented study, counted a second time in pandas from its files, and from its situations and
codings as they were read. Nothing here is of the package; formulas are those of the catalogue, written again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

from .costs import PROJECT

STUDY = "99-2026"
INPUTS = PROJECT / "resources/studies" / STUDY
NATIONAL = PROJECT / "resources/references/national.csv"
AGES = {"minors": ("u15", "a15"), "age_18_25": ("a18",), "age_26_35": ("a26",), "age_36_45": ("a36",)}
AGES |= {"age_ge46": ("a46", "o55"), "age_le25": ("u15", "a15", "a18")}
STREET, INDOOR = ("wood", "road", "stree"), ("flat", "hotel")
FORMS = {"visible.persons": STREET, "forms.street": STREET, "forms.indoor": INDOOR, "forms.internet": ("inter",)}
FORMS |= {"discreet.persons": (*INDOOR, "bar", "massa", "centr"), "goods.share": ("hous", "goods")}
CONDITIONS = {
    "no_resources": ("base_finance", "finances", ("benef", "none")),
    "unemployed": ("base_occupation", "occupation", ("seek", "noper")),
    "no_stable_housing": ("base_housing", "housing", ("centr", "hotel", "stree", "squat", "third", "camp")),
}


def of_ads() -> Iterator[tuple[str, float]]:
    """What the counts and the pages of sites give: a site read by pages has its mean of relevant ads times its pages."""
    counts, pages, sites = (pd.read_csv(INPUTS / f"{name}.csv") for name in ("ad_counts", "ad_pages", "sites"))
    exact = counts[counts["method"].eq("exact")].groupby("site_code")["count"].sum()
    read = pages.groupby("site_code").agg(mean=("ads_relevant", "mean"), pages=("pages_total", "first"))
    of_site = pd.concat([exact, read["mean"] * read["pages"]]).groupby(level=0).sum()
    of_site = of_site.reindex(sites["site_code"], fill_value=0.0)
    total = of_site.sum()
    yield "ads.total", total
    yield "ads.top_two_pct", 100 * of_site.nlargest(2).sum() / total
    for category, own in of_site.groupby(sites.set_index("site_code")["category"]):
        yield f"ads.subtotal_{category}", own.sum()
        yield f"ads.share_{category}_pct", 100 * own.sum() / total
    group = sites.dropna(subset=["mirror_group"]).set_index("site_code")["mirror_group"]
    mirrors = of_site[group.index]
    shown = mirrors[mirrors > 0]
    distinct = shown.groupby(group).max().sum()
    (per_site,) = shown.unique()
    yield "ads.mirror_per_site", per_site
    yield "ads.mirror_ads", shown.sum()
    yield "ads.mirror_distinct", distinct
    yield "ads.mirror_redundant", shown.sum() - distinct
    yield "ads.mirror_redundant_pct", 100 * (shown.sum() - distinct) / total
    yield "ads.frame_collapsed", total - shown.sum() + distinct
    yield "draw.frame_ads", total - shown.sum() + distinct
    placed = counts[counts["method"].eq("exact")].dropna(subset=["place"]).groupby("place")["count"].sum()
    yield "ads.five_cities_pct", 100 * placed.nlargest(5).sum() / placed.sum()
    yield "places.placed_pct", 100 * placed.sum() / total
    demand = pd.read_excel(INPUTS / "demand.xlsx", skiprows=[1], engine="openpyxl").assign(
        n=lambda one: one["demand_count"].astype(int)
    )
    yield "demand.ads", demand["n"].sum()
    for place, own in demand.groupby("place")["n"]:
        yield f"demand.place.{place.lower()}", own.sum()


def of_persons(results: Path) -> Iterator[tuple[str, float]]:
    """What the situations as they were read give, each answer at its least, and one person at least for each answer ticked."""
    people = pd.read_parquet(results / "consolidate/persons.parquet")
    situations = pd.read_parquet(results / "consolidate/described.parquet")["source"].value_counts()
    yield "shared.situations", situations.sum()
    for source, number in situations.items():
        yield f"shared.situations_{source}", number
    yield "shared.persons_concerned", len(people)
    own = people[people["in_prostitution"].eq("yes")]
    yield "shared.persons_prostitution", len(own)

    def having(variable: str, answers: tuple[str, ...]) -> pd.Series:
        return own[[f"{variable}/{answer}" for answer in answers]].eq("yes").any(axis=1)

    groups = {f"profile.{name}": having("age_band", answers) for name, answers in AGES.items()}
    groups["profile.women"] = having("gender", ("women",))
    groups["profile.minor_girls"] = groups["profile.women"] & groups["profile.minors"]
    groups["profile.foreign"] = having("nationality", ("eu", "noneu"))
    for name, group in groups.items():
        yield name, group.sum()
        yield f"{name}_pct", 100 * group.mean()
    for name, (base, variable, answers) in CONDITIONS.items():
        told = (one.partition("/")[2] for one in own.columns if one.startswith(f"{variable}/"))
        known = having(variable, tuple(answer for answer in told if answer != "other"))  # « autre » alone says nothing
        yield f"cond.{base}", known.sum()
        yield f"cond.{name}", having(variable, answers).sum()
        yield f"cond.{name}_pct", 100 * having(variable, answers).sum() / known.sum()


def of_situations(results: Path) -> Iterator[tuple[str, float]]:
    """Persons by what all the situations of the same persons say together, each group at its largest number; situations of forms."""
    said = pd.read_parquet(results / "consolidate/described.parquet")
    pairs = pd.read_parquet(results / "consolidate/pairs.parquet").query("status == 'same'")
    group = said["situation"].replace(dict(zip(pairs["second"], pairs["first"], strict=True)))
    persons = said.groupby(group)["persons"].max()
    sure = said["situation_status.code"].isin(["proba", "prov"]).groupby(group).any()
    base = persons[sure].sum()
    central = (
        said["persons_central"].fillna(said["persons_central"].mean()).clip(lower=said["persons_low"].astype(float))
    )
    yield "shared.persons_prostitution_central", central.groupby(group).max()[sure].sum()
    yield "survey.situations", said["source"].eq("response").sum()

    def having(chosen: pd.Series) -> float:
        return float(persons[sure & chosen.groupby(group).any()].sum())

    factors = [n for n in said if n.startswith("vulnerability/") and n.rpartition("/")[2] not in ("none", "dk")]
    found = {"vuln.any": having(said[factors].eq("ticked").any(axis=1))}
    found |= {
        f"pimp.{name}": having(said["pimp_presence.code"].eq(code))
        for name, code in (("present", "yes"), ("absent", "no"), ("unknown", "dk"))
    }
    ticked = said[[n for n in said if n.startswith("prostitution_form/")]].eq("ticked")
    for name, answers in FORMS.items():
        found[name] = having(ticked[[f"prostitution_form/{answer}" for answer in answers]].any(axis=1))
    for name, number in found.items():
        yield name, number
        yield f"{name}_pct", 100 * number / base


def of_references() -> Iterator[tuple[str, float]]:
    for row in pd.read_csv(NATIONAL).itertuples():
        yield f"reference.{row.id}_pct", row.value


def of_waves() -> Iterator[tuple[str, float]]:
    """Ads of each day, and the persons behind; what stays, leaves and comes, once each ad followed stands for those of its list."""
    counts, ads = (pd.read_csv(INPUTS / f"wave_{name}.csv") for name in ("counts", "ads"))
    for one in (counts, ads):
        one["wave_on"] = pd.to_datetime(one["wave_on"], dayfirst=True)
    listed = counts.pivot(index="site_code", columns="wave_on", values="count")
    yield "waves.sites", len(listed)
    stayed = []
    for at, day in enumerate(listed):
        here = ads[ads["wave_on"].eq(day) & ads["state"].eq("there")]
        yield f"waves.ads.{day:%Y-%m-%d}", listed[day].sum()
        weight = here["site_code"].map(listed[day] / here.groupby("site_code").size())
        copies = here["copies"].clip(lower=1)
        if here["same_person"].isna().all():
            yield f"waves.persons.{day:%Y-%m-%d}", (weight / copies).sum()
        later = ads[ads["wave_on"] > day]
        found = here["ad_mark"].isin(later.loc[later["state"].isin(["there", "again"]), "ad_mark"])
        known = found | ~here["ad_mark"].isin(later.loc[later["state"].eq("unseen"), "ad_mark"])
        if at < listed.shape[1] - 1:
            part = found[known].groupby(here.loc[known, "site_code"]).mean()
            stayed.append((listed[day] * part).sum())
    whole = listed.sum()
    unseen = 0.0
    for number, (before, after, stay) in enumerate(zip(whole, whole[1:], stayed, strict=False), start=1):
        share, new = stay / before, after - stay
        yield f"waves.stayed_pct.{number}", 100 * share
        yield f"waves.gone.{number}", before - stay
        yield f"waves.new.{number}", new
        unseen += new * (-np.log(share) / (1 - share) - 1)
    once = whole.sum() - sum(stayed)
    yield "waves.seen_once", once
    yield "waves.total", once + unseen
    yield "waves.times", (once + unseen) / whole.mean()


OUTSIDE = (
    "not_prostitution",
    "no_place",
)  # what is at a place that is in no domain; any other that is not relevant is a loss
ENDED = {"one": 1, "two": 2, "three": 3}
UNKNOWN = ("dk", "not_stated", "no_answer", "not_asked")


def plain(name: str) -> str:
    """A name in small letters without accents, its words joined by hyphens."""
    bare = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def coded(results: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The places drawn with their first coding, `weight` of those that are usable and `copies` of their person; the lists,
    with the places, the ads `ads` and the usable ones of each."""
    first = pd.read_parquet(results / "consolidate/codings.parquet").query("turn == 1")
    first = first.set_axis([n.removesuffix(".code") for n in first], axis=1)
    first = first.merge(pd.read_parquet(results / "estimate/draw.parquet")[["ad_id", "stratum", "listed"]], on="ad_id")
    state = first["disposition"]
    first["usable"], first["known"] = state.eq("relevant"), state.eq("relevant") | state.isin(OUTSIDE)
    pages = pd.read_csv(INPUTS / "ad_pages.csv").groupby("site_code")
    assert (pages.size() == pages["pages_total"].first()).all(), (
        "of pages that were drawn a second count is not written"
    )
    read = pages["ads_relevant"].sum()
    lists = first.groupby("stratum").agg(site=("site_code", "first"), places=("listed", "first"), n=("usable", "sum"))
    of = first[first["known"]].groupby("stratum")["usable"].mean()
    counted = (lists["places"] * of).where(of < 1, lists["places"])
    lists["ads"] = lists["site"].map(read).fillna(np.floor(counted + 0.5))
    # the ads that were lost are stood for by those of their list that looked as often in it
    here = first[first["usable"] | ~first["known"]].copy()
    here["looked"] = here["seen_in_list"].mask(here["seen_in_list"].isin(UNKNOWN), "")
    cells = here.groupby(["stratum", "looked"])["usable"].agg(["size", "sum"])
    by = cells.groupby("stratum")
    cut = (by["size"].transform("size") > 1) & (by["sum"].transform("min") >= 2)
    cut &= by["sum"].transform("sum") < by["size"].transform("sum")
    here = here.join((cells["size"] / by["size"].transform("sum")).where(cut).rename("part"), on=["stratum", "looked"])
    here = here[here["usable"]]
    inside = here.groupby(["stratum", here["looked"].where(here["part"].notna(), "")])["ad_id"].transform("size")
    here["weight"] = here["stratum"].map(lists["ads"]) * here["part"].fillna(1) / inside
    copies = pd.read_parquet(results / "consolidate/copies.parquet")
    copies = copies[copies["site_code"].isin(lists["site"])].groupby("ad_id")["copies"].sum()
    person = here["cluster_id"].mask(here["cluster_id"].isin(UNKNOWN))
    person = person.fillna("ad " + here["ad_id"])
    own = here["ad_id"].map(copies).groupby(person)
    here["copies"] = np.maximum(own.transform("max"), own.transform("size"))
    return here, lists


def of_sample(results: Path) -> Iterator[tuple[str, float]]:
    """What is estimated of all the ads and persons from those that were drawn: each ad for those that it stands for, each
    person once however many ads are hers."""
    ads, lists = coded(results)
    yield "sample.usable", len(ads)
    shown = ads["persons_shown"].map(ENDED).fillna(1)
    yield "persons.total", (ads["weight"] * shown / ads["copies"]).sum()
    size, n = lists["ads"], lists["n"]
    part = (size / size.sum()) ** 2 * 0.25 / n.clip(lower=1) * (size - n).clip(lower=0) / (size - 1).clip(lower=1)
    yield "sample.margin.all", 100 * NormalDist().inv_cdf(0.975) * np.sqrt(part.sum())
    for unit, weight in (("ad", ads["weight"]), ("person", ads["weight"] / ads["copies"])):
        yield from _profile(f"profile.{unit}", ads, weight)
    places = ads["declared_place.text"].replace("", np.nan).dropna().map(plain)
    yield "profile.cited.declared_place", places.nunique()


def _profile(start: str, ads: pd.DataFrame, weight: pd.Series) -> Iterator[tuple[str, float]]:
    def share(case: pd.Series, base: pd.Series) -> float:
        return float(100 * weight[base & case].sum() / weight[base].sum())

    for variable in ("gender_presented", "declared_origin", "passing_through"):
        known = ~ads[variable].isin(UNKNOWN)
        for answer in ads.loc[known, variable].unique():
            yield f"{start}.{variable}.{answer}", share(ads[variable].eq(answer), known)
    for variable in ("network_sign", "audience", "hosting", "vocabulary", "euphemism"):
        boxes = ads[[n for n in ads if n.startswith(f"{variable}/")]].eq("ticked")
        known = boxes.any(axis=1) & ~boxes[f"{variable}/dk"]
        signs = boxes.drop(columns=[n for n in boxes if n.endswith(("/none", "/dk"))])
        for name in signs:
            yield f"{start}.{name.replace('/', '.')}", share(signs[name], known)
        for least in (1, 2, 3) if variable == "network_sign" else ():
            yield f"{start}.{variable}.at_least_{least}", share(signs.sum(axis=1).ge(least), known)
    places = ads["declared_place.text"].replace("", np.nan).map(plain, na_action="ignore")
    often = places.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    yield f"{start}.declared_place.first_five", share(places.isin(often.index[:5]), places.notna())


def every(results: Path) -> dict[str, float]:
    """Id of a fact → its number, counted again."""
    parts: tuple[Callable[[], Iterator[tuple[str, float]]], ...] = (
        *(of_ads, of_references, of_waves),
        *(partial(part, results) for part in (of_persons, of_situations, of_sample)),
    )
    return {name: float(number) for part in parts for name, number in part()}
