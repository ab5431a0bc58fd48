"""Copies as a field gives them, drawn again and again: not counted, « 5 et plus », a total of all lists, missed, missed by both
searches, ads lost for having many, sites that closed, couples; from worlds that the estimators do not assume.

Each draw makes the answers that coders would write, and goes through the functions that make the facts: `usable` reads the
copies, `persons` and `steps` estimate. Draws have the seeds 1 to `draws`, of a world of seed 0. What is called `sampling` must
cover .93 at least; what is called `bounds`, .95; of a `model` the coverage is told, whatever it is. The table is kept in
`accepted/multiplicity.csv`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from support.costs import PROJECT, RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.codebook import loading
from diagnostic.core.french import number
from diagnostic.core.tables import model
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.formulas.uncertainty import measured, with_multiplicities
from diagnostic.estimate.sample import persons, steps
from diagnostic.estimate.sample.usable import Mirrors, multiplicities

CONFIDENCE, SHORT, DRAWS, AGAIN = 0.95, 12, 1000, 60
TABLE = PROJECT / "benchmarks/accepted/multiplicity.csv"
COLUMNS = ("case", "what", "draws", "truth", "kinds", "bias", "coverage", "width", "before")
SHARE = "profile.{}.passing_through.yes"
BOOK = loading.load(loading.read_folder(PROJECT / "config/codebook"))


@dataclass(frozen=True)
class World:
    """The ads of the frame: list and person of each. By person: of an agency or not, the trait, how many an ad shows."""

    stratum: np.ndarray
    person: np.ndarray
    agency: np.ndarray
    trait: np.ndarray
    shown: np.ndarray

    @property
    def ads_of(self) -> np.ndarray:
        return np.bincount(self.person)


LISTS, DRAWN = {"E01": 260, "E02": 160, "E03": 80}, {"E01": 100, "E02": 62, "E03": 30}


def world(couples: float = 0.0, agencies: int = 0) -> World:
    """500 ads on three lists; who has many has the trait more often. Agencies have 14 ads each."""
    rng, size = np.random.default_rng(0), sum(LISTS.values())
    owned = np.concatenate([np.full(agencies, 14), rng.geometric(0.4, size)])
    person = np.repeat(np.arange(len(owned)), owned)[:size]
    ads_of = np.bincount(person)
    agency = np.arange(len(ads_of)) < agencies
    trait = rng.random(len(ads_of)) < np.where(ads_of > 2, 0.6, 0.3)
    shown = np.where(rng.random(len(ads_of)) < couples, rng.choice([2, 3], len(ads_of), p=[0.9, 0.1]), 1)
    return World(np.repeat(list(LISTS), list(LISTS.values())), rng.permutation(person), agency, trait, shown)


@dataclass(frozen=True)
class Case:
    """How the field differs from the model. `found`: the chance of a copy to be found, of agencies and of others; `shared`: of a
    copy to be hidden from both searches; `twice`: some ads are searched again; `lost`: the chance of an ad to be lost, where
    its person has few ads, or three and more, and whether the list told how many looked like it; `unsaid`: the same of a
    number of copies; `top`: « top et plus »; `mirrors`: lists that show the ads of E03, of which only a total is given;
    `closed`: a list nobody could see; `asked`: how many persons an ad shows was asked."""

    found: tuple[float, float] = (1.0, 1.0)
    shared: float = 0.0
    twice: bool = False
    lost: tuple[float, float, bool] = (0.0, 0.0, False)
    unsaid: tuple[float, float] = (0.0, 0.0)
    top: int = 0
    mirrors: int = 1
    closed: str = ""
    couples: float = 0.0
    agencies: int = 0
    asked: bool = False


CASES = {
    "recherche complète, mesurée par une seconde": Case(twice=True),
    "20 % de copies manquées, recherche mesurée": Case(found=(0.8, 0.8), twice=True),
    "20 % manquées, une seule recherche": Case(found=(0.8, 0.8)),
    "30 % manquées, 60 % des agences, une seule recherche": Case(found=(0.4, 0.7), agencies=8),
    "20 % manquées et 15 % par les deux, recherche mesurée": Case(found=(0.8, 0.8), shared=0.15, twice=True),
    "60 % manquées, recherche mesurée": Case(found=(0.4, 0.4), twice=True),
    "copies sans nombre pour 30 %, au hasard": Case(unsaid=(0.3, 0.3)),
    "copies sans nombre pour 10 %, et 50 % dès trois annonces": Case(unsaid=(0.1, 0.5)),
    "« 3 et plus »": Case(top=3),
    "« 3 et plus », recherche mesurée": Case(top=3, found=(0.8, 0.8), twice=True),
    "total avec six miroirs, sans détail": Case(mirrors=7),
    "5 % d’annonces perdues, 30 % dès trois annonces": Case(lost=(0.05, 0.3, False)),
    "2 % d’annonces perdues, 12 % dès trois annonces": Case(lost=(0.02, 0.12, False)),
    "5 % perdues, 30 % dès trois annonces, vues dans la liste": Case(lost=(0.05, 0.3, True)),
    "un tiers du champ fermé": Case(closed="E02"),
    "un tiers du champ fermé, recherche mesurée": Case(closed="E02", found=(0.8, 0.8), twice=True),
    "15 % de couples ou plus, la question posée": Case(couples=0.15, asked=True),
    "15 % de couples ou plus, sans la question": Case(couples=0.15),
}


def drawn(truth: World, case: Case, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The places coded of one draw, with what was found; and the ads searched twice."""
    rng, m = np.random.default_rng(seed), truth.ads_of
    at = np.concatenate([rng.choice(np.flatnonzero(truth.stratum == h), n, replace=False) for h, n in DRAWN.items()])
    person, stratum = truth.person[at], truth.stratum[at]
    shows = np.bincount(truth.person[truth.stratum == "E03"], minlength=len(m)) * (case.mirrors - 1)
    others = m[person] - 1
    visible = others - rng.binomial(others, case.shared)
    first = rng.binomial(visible, np.where(truth.agency[person], *case.found))
    many = m[person] > 2
    lost = rng.random(len(at)) < np.where(many, *case.lost[1::-1])
    lost |= stratum == case.closed
    row = pd.factorize(truth.stratum)[0]
    here = np.bincount(truth.person * len(LISTS) + row)[person * len(LISTS) + row[at]]
    ads = pd.DataFrame({"ad_id": [f"A{one}" for one in at], "site_code": stratum, "stratum": stratum, "coder": "AB"})
    ads["disposition"] = np.where(lost, "unreachable", "relevant")
    if case.lost[2]:
        ads["seen_in_list"] = np.array(["one", "two", "three"])[np.minimum(here, 3) - 1]
    ads["who"], ads["person"], ads["maybe"] = person, [f"p{one}" for one in person], None
    said = rng.random(len(at)) >= np.where(many, *case.unsaid[::-1])
    total = 1.0 + first + shows[person]
    ads["copies_searched"], ads["copies_total"] = np.where(said, "yes", "no"), np.where(said, total, np.nan)
    if case.top:
        ads["copies_total_open"] = ads["copies_total"] >= case.top
        ads["copies_total"] = ads["copies_total"].clip(upper=case.top)
    ads["passing_through"] = np.where(truth.trait[person], "yes", "no")
    if case.asked:
        ads["persons_shown"] = np.array(["one", "two", "three"])[truth.shown[person] - 1]
    again = rng.choice(len(at), AGAIN if case.twice else 0, replace=False)
    second = rng.binomial(visible[again], np.where(truth.agency[person[again]], *case.found))
    both = rng.hypergeometric(first[again], visible[again] - first[again], second)
    searches = pd.DataFrame({"ad_id": ads["ad_id"].to_numpy()[again], "second": second, "both": both})
    seen = ads.loc[ads["disposition"] == "relevant", "ad_id"]
    return ads, searches[searches["ad_id"].isin(seen)].reset_index(drop=True)


def frame(case: Case) -> pd.DataFrame:
    sizes = pd.Series(LISTS, dtype=float)
    made = pd.DataFrame({"stratum": sizes.index, "site_code": sizes.index, "kept": True, "size": sizes.to_numpy()})
    for name in ("value", "low", "high", "listed"):
        made[name] = made["size"]
    return made.assign(variance=0.0, degrees=np.inf, page_size=pd.NA, mirror_group="", place="")


def facts(places: pd.DataFrame, searches: pd.DataFrame, lists: pd.DataFrame, mirrors: Mirrors | None) -> list[Fact]:
    """The facts on persons, and the shares of ads and of persons that have the trait."""
    known = places[places["disposition"].eq("relevant")].assign(inside=True)
    ads, held, conflicts = multiplicities(known, NO_COPIES, list(LISTS), mirrors)
    lists, of = steps.classed(lists, places, known)
    ads = ads.assign(stratum=ads["ad_id"].map(of))
    build = Builder("consolidate/codings", "observed")
    held = model("estimate/held").empty()
    found = list(persons.facts(ads, held, lists, CONFIDENCE, build, 1, searches=searches))
    parts = persons.parts(ads, searches, CONFIDENCE)
    answers, lost = parts[[*SHARED, *parts.columns.intersection(["part"])]], steps.many_lost(places, known, PLANNED)
    return [*found, *(one for one in steps.profile_facts(answers, lists, BOOK, CONFIDENCE, build, _nowhere, lost=lost))]


def _nowhere(name: str) -> str:
    """The cells of a variable: answers that are drawn have none."""
    return ""


PLANNED = 0.1  # the part of ads that the draw expects to lose
NO_COPIES = pd.DataFrame({"ad_id": [], "site_code": [], "copies": []})
SHARED = ["ad_id", "stratum", "multiplicity", "least", "most", "passing_through"]


@dataclass
class Outcome:
    case: str
    what: str
    truth: float
    kinds: Counter[str] = field(default_factory=Counter)
    values: list[float] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)
    before: list[float] = field(default_factory=list)

    @property
    def coverage(self) -> float:
        return float(np.mean([low - 1e-9 <= self.truth <= high + 1e-9 for low, high in self.limits]))

    def row(self) -> tuple[object, ...]:
        kinds = "; ".join(f"{kind} {n}" for kind, n in self.kinds.most_common())
        width = float(np.median([high - low for low, high in self.limits]))
        before = float(np.median(self.before)) if self.before else float("nan")
        bias = 100 * (float(np.mean(self.values)) / self.truth - 1)
        draws = len(self.limits)
        return (self.case, self.what, draws, self.truth, kinds, bias, self.coverage, width, before)


def simulate(name: str, case: Case, draws: int) -> Iterator[Outcome]:
    truth, lists = world(case.couples, case.agencies), frame(case)
    behind = float(truth.shown.sum()) if case.asked else float(len(truth.ads_of))
    told = {
        "persons.total": Outcome(name, "personnes" if case.asked else "annonceurs", behind),
        "persons.whatever_missed": Outcome(name, "bornes, quelles que soient les copies manquées", behind),
        SHARE.format("ad"): Outcome(name, "part des annonces", 100 * float(truth.trait[truth.person].mean())),
        SHARE.format("person"): Outcome(name, "part des personnes", 100 * float(truth.trait.mean())),
    }
    every = sum(LISTS.values()) + LISTS["E03"] * (case.mirrors - 1)
    mirrors = Mirrors({"E03": case.mirrors}, case.mirrors, sum(LISTS.values()) / every) if case.mirrors > 1 else None
    for seed in range(1, draws + 1):
        places, searches = drawn(truth, case, seed)
        made = facts(places, searches, lists, mirrors)
        for one in made:
            if one.fact_id in told:
                own = told[one.fact_id]
                low, high = (one.value if limit is None else limit for limit in (one.low, one.high))
                assert low is not None and high is not None
                own.kinds[one.interval_kind] += 1
                own.limits.append((low, high))
                own.values.append((low + high) / 2 if one.value is None else one.value)
        told["persons.total"].before += _before(places, searches, lists)
    yield from (one for one in told.values() if one.limits)


def _before(places: pd.DataFrame, searches: pd.DataFrame, lists: pd.DataFrame) -> list[float]:
    """The width of the formula alone, where a second search measured the first: what was printed before."""
    recall = measured(searches["second"].to_numpy(float), searches["both"].to_numpy(float)) if len(searches) else None
    if recall is None or not recall.usable:
        return []
    ads = places[places["disposition"].eq("relevant") & places["copies_total"].notna()]
    ads = ads.assign(multiplicity=np.maximum(ads["copies_total"], ads.groupby("person")["ad_id"].transform("size")))
    made = with_multiplicities(ads, lists.set_index("stratum"), recall=recall)
    return [made.high - made.low]


def written(kept: pd.DataFrame, found: list[tuple[object, ...]]) -> pd.DataFrame:
    """The rows of the table, those of earlier runs first in the order of the cases."""
    new = pd.DataFrame(found, columns=list(COLUMNS)).round(4)
    rows = pd.concat([one for one in (kept, new) if len(one)], ignore_index=True) if len(kept) or len(new) else new
    return rows.sort_values("case", key=lambda case: case.map(list(CASES).index), kind="stable", ignore_index=True)


def refused(rows: pd.DataFrame) -> list[str]:
    """What a label promises and the draws did not keep."""
    error = 3 * np.sqrt(0.95 * 0.05 / rows["draws"])
    least = np.where(rows["draws"] < DRAWS, 0.95 - error, 0.93)
    sampling = rows["kinds"].str.contains("sampling") & (rows["coverage"] < least)
    bounds = rows["kinds"].str.fullmatch(r"bounds \d+") & (rows["coverage"] < 0.95 - error)
    # « before » is of the draws where the formula stands: it says nothing where half of the copies are missed, and it does not
    wide = (
        rows["kinds"].str.fullmatch(r"model \d+") & rows["case"].isin(MEASURED) & (rows["width"] > 1.1 * rows["before"])
    )
    return [f"{row.case}, {row.what}" for row in rows[sampling | bounds | wide].itertuples()]


MEASURED = [name for name, case in CASES.items() if case.twice and not case.shared and not case.closed and not case.top]


def page(rows: pd.DataFrame) -> str:
    """The Markdown of the table."""
    lines = [
        "# Les copies, telles que le terrain les donne",
        "",
        f"{number(rows['draws'].min())} tirages par cas au moins, graines 1 et suivantes, de mondes que les estimateurs ne "
        "supposent pas. Biais en %, couverture de l’intervalle à 95 %, largeur médiane ; « avant » : la largeur de la seule formule, "
        "où une seconde recherche mesure la première. Un « modèle » qui ne couvre pas est imprimé comme le reste : c’est ce que "
        "vaut son hypothèse quand elle est fausse.",
        "",
        "| cas | nombre | tirages | vérité | nature | biais | couverture | largeur | avant |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    names = {"sampling": "échantillonnage", "model": "modèle", "bounds": "bornes", "none": "aucun"}
    for row in rows.itertuples():
        kinds = "; ".join(names[one.split()[0]] for one in row.kinds.split("; "))
        before = "–" if np.isnan(row.before) else number(row.before, 1)
        cells = [
            row.case,
            row.what,
            number(row.draws),
            number(row.truth, 1),
            kinds,
            number(row.bias, 1),
            number(row.coverage, 3),
        ]
        lines.append(f"| {' | '.join([*cells, number(row.width, 1), before])} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=DRAWS)
    options.add_argument(
        "--out", type=Path, help="write the table there; cases that it has with as many draws are not drawn again"
    )
    options.add_argument("--page", type=Path, help="write the Markdown of the table there")
    options.add_argument("--only", default="", help="cases whose name has this")
    chosen = options.parse_args()
    print(load(), flush=True)
    start, draws = time.process_time(), SHORT if chosen.short else chosen.draws
    kept = pd.read_csv(chosen.out) if chosen.out and chosen.out.exists() else pd.DataFrame(columns=list(COLUMNS))
    every, kept = kept, kept[kept["draws"] >= draws]
    found: list[tuple[object, ...]] = []
    for name in (name for name in CASES if chosen.only in name and name not in set(kept["case"])):
        found += [one.row() for one in simulate(name, CASES[name], draws)]
        if chosen.out:
            done = {*kept["case"], *(str(row[0]) for row in found)}
            written(every[~every["case"].isin(done) | every["case"].isin(kept["case"])], found).to_csv(
                chosen.out, index=False, lineterminator="\n"
            )
    rows = pd.read_csv(chosen.out) if chosen.out and chosen.out.exists() else written(kept, found)
    print(page(rows))
    failed = refused(rows)
    print("\n".join(f"ne tient pas : {one}" for one in failed))
    if chosen.page:
        chosen.page.write_text(page(rows), encoding="utf-8")
    held = rows[~rows["kinds"].str.contains("model")]
    measures = [
        Measure("missed by what is called sampling or bounds, at worst", 1 - float(held["coverage"].min()), RATIO),
        Measure("cpu of draws", time.process_time() - start, SECONDS),
    ]
    finish(measures, chosen.measures)


if __name__ == "__main__":
    main()
