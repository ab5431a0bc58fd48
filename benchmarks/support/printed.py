"""Every number on persons and ads that the report of a study prints, with its kind, base, interval and the sentence that carries it;
its exact value is counted again here, in pandas, from the files of the study, or from its situations and ads as they were read
where a number is of them.

    .venv/bin/python -m benchmarks.support.printed --output benchmarks/printed.csv

The study is the invented one, calculated before. What is estimated from draws has no second count here: its oracles are in
`tests/estimate`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from benchmarks.support.costs import PROJECT

STUDY = "99-2026"
INPUTS = PROJECT / "resources/studies" / STUDY
SPAN = re.compile(r'\[([^\]]*)\]\{\.fact[^}]*fact="([^"]+)"\}')
SENTENCE = re.compile(r"(?<=[.!?])\s+")
COUNTED = ("person", "situation", "ad")
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
    groups |= {name: having("prostitution_form", answers) for name, answers in FORMS.items()}
    for name, group in groups.items():
        yield name, group.sum()
        yield f"{name}_pct", 100 * group.mean()
    for name, (base, variable, answers) in CONDITIONS.items():
        told = (one.partition("/")[2] for one in own.columns if one.startswith(f"{variable}/"))
        known = having(variable, tuple(answer for answer in told if answer != "other"))  # « autre » alone says nothing
        yield f"cond.{base}", known.sum()
        yield f"cond.{name}", having(variable, answers).sum()
        yield f"cond.{name}_pct", 100 * having(variable, answers).sum() / known.sum()


def table(results: Path) -> pd.DataFrame:
    """A row per number that the report prints, in the order of its text."""
    said = pd.read_parquet(results / "release/statements.parquet").set_index("statement_id")
    facts = pd.read_parquet(results / "estimate/facts.parquet").set_index("fact_id")
    again = dict([*of_ads(), *of_persons(results)])
    text = (results / "report/rapport.qmd").read_text("utf-8").partition("``` {.carte")[0]
    text = text.partition('{.document nom="dossier"}')[0]
    rows: dict[str, tuple[object, ...]] = {}
    for line in text.splitlines():
        for sentence in SENTENCE.split(line):
            for _, name in SPAN.findall(sentence):
                one = said.loc[name]
                if one["unit"] not in COUNTED or one["kind"] == "withheld" or name in rows:
                    continue
                exact = facts.loc[name] if name in facts.index else None
                value, counted = exact["value"] if exact is not None else float("nan"), again.get(name, float("nan"))
                known = exact is not None and pd.notna(exact["low"])
                agree = "" if pd.isna(counted) else "oui" if abs(value - counted) < 1e-6 else "non"
                plain = SPAN.sub(r"\1", sentence).strip("#-*: ").replace("\\", "")
                rows[name] = (
                    *(name, one["printed"], one["interval_kind"], one["printed_denominator"], one["printed_interval"]),
                    *(
                        (exact["interval_kind"], f"{exact['low']:.6g}", f"{exact['high']:.6g}")
                        if known
                        else ("", "", "")
                    ),
                    *("" if pd.isna(counted) else f"{counted:.6g}", agree, plain),
                )
    names = [
        "indicateur",
        "imprimé",
        "nature",
        "base",
        "intervalle",
        "nature du calcul",
        "de",
        "à",
        "recompté",
        "accord",
        "phrase",
    ]
    return pd.DataFrame(list(rows.values()), columns=names)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    options.add_argument("--results", type=Path, default=PROJECT / "results" / STUDY)
    options.add_argument("--output", type=Path, help="write the table here too")
    chosen = options.parse_args()
    found = table(chosen.results)
    if chosen.output:
        found.to_csv(chosen.output, index=False, lineterminator="\n")
    print(f"{len(found)} nombres imprimés, {found['accord'].ne('').sum()} recomptés ; en désaccord :")
    print(found.loc[found["accord"].eq("non"), ["indicateur", "imprimé", "recompté"]].to_string(index=False))
    raise SystemExit(int(found["accord"].eq("non").any()))


if __name__ == "__main__":
    main()
