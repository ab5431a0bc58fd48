"""Populations of persons whom several respondents describe, with errors and blanks: what limits hold the true number, and how wide.

110 persons, 138 descriptions of one person each, 36 respondents. Of each description the age is wrong in 10 %, the
nationality in 3 %, the gender in 1 %, the form in 25 %, the others in 20 to 30 %; 5 to 15 % of answers are blank. Each world
is drawn 40 times; nothing of the drawing is the project's own. What is called bounds has to hold in all of them; of what is
called a model it is told how often it does. `--before` is what `--told` wrote of the same draws with the code of an earlier
commit, whose widths stand beside; a fact that it did not have has none.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from support.costs import COUNT, PROJECT, RATIO, SECONDS, Measure, finish, load, parser

from diagnostic.codebook.loading import FOLDER, INPUT, read_folder
from diagnostic.codebook.loading import load as codebook_of
from diagnostic.consolidate import decisions
from diagnostic.consolidate.gathered import candidates
from diagnostic.core.french import number
from diagnostic.core.tables import model
from diagnostic.estimate.people import described

PERSONS, RESPONDENTS, POPULATIONS, SHORT = 110, 36, 40, 6
ANSWERS: Mapping[str, Mapping[str, float]] = {  # what persons are, by how many in a hundred
    "gender": {"women": 74, "men": 20, "trans": 6},
    "age_band": {"u15": 2, "a15": 10, "a18": 30, "a26": 28, "a36": 18, "a46": 8, "o55": 4},
    "nationality": {"fr": 45, "eu": 20, "noneu": 35},
    "year": {"2023": 25, "2024": 35, "2025": 40},
    "prostitution_form": {"inter": 35, "stree": 25, "flat": 20, "hotel": 12, "massa": 8},
    "territory": {"in": 85, "out": 15},
    "pimp_presence": {"yes": 30, "no": 70},
    "housing": {"own": 30, "stree": 20, "hotel": 20, "third": 30},
}
WRONG = {"age_band": 0.10, "nationality": 0.03, "gender": 0.01, "prostitution_form": 0.25}
OTHERS, BLANKS = (0.20, 0.30), (0.05, 0.15)
KNOWN = ("none", "one", "two", "three")
SHARES = {  # fact → whether a person counts
    "profile.women_pct": lambda one: one["gender"] == "women",
    "profile.minors_pct": lambda one: one["age_band"] in ("u15", "a15"),
    "profile.foreign_pct": lambda one: one["nationality"] != "fr",
}
TOTAL, ONCE, ANY_CASE = "shared.persons_concerned", "shared.persons_known_once", "shared.persons_in_any_case"
FILES = read_folder(PROJECT / FOLDER)
CODEBOOK = codebook_of(FILES)
GIVEN = {f"{INPUT}{name.removesuffix('.csv')}": content for name, content in FILES.items()}


@dataclass(frozen=True)
class World:
    """How often persons are told, and what is known of that: `said`: the answers on other structures are right, or wrong as
    the others are; `decided`: a team that knows everything has decided every pair that it was shown."""

    name: str
    told: int
    said: bool
    decided: bool


WORLDS = (
    World("138 descriptions", 138, said=True, decided=False),
    World("138 descriptions, paires tranchées", 138, said=True, decided=True),
    World("138 descriptions, autres structures mal connues", 138, said=False, decided=False),
    World("180 descriptions", 180, said=True, decided=False),
)


def population(seed: int, told: int, said: bool) -> tuple[list[dict[str, str]], pd.DataFrame]:
    """The persons, and one row per description: whom it tells of, who tells it, and what is answered; "" for a blank."""
    rng = np.random.default_rng([seed, told])
    persons = [
        {name: str(rng.choice(list(shares), p=np.array([*shares.values()]) / 100)) for name, shares in ANSWERS.items()}
        for _ in range(PERSONS)
    ]
    times = 1 + rng.multinomial(told - PERSONS, rng.dirichlet(np.full(PERSONS, 0.7)))
    wrong = {name: WRONG.get(name, rng.uniform(*OTHERS)) for name in ANSWERS}
    blank = {name: rng.uniform(*BLANKS) for name in (*ANSWERS, "known")}
    rows = []
    for person, each in enumerate(times):
        others = int(each) - 1 + int(rng.poisson(0.3))  # some who know her do not answer
        for respondent in rng.choice(RESPONDENTS, min(each, RESPONDENTS), replace=False):
            row = {"person": person, "record": f"R{respondent:02d}"}
            for name, shares in ANSWERS.items():
                mistaken = [one for one in shares if one != persons[person][name]]
                answer = str(rng.choice(mistaken)) if rng.random() < wrong[name] else persons[person][name]
                row[name] = "" if rng.random() < blank[name] else answer
            heard = others if said or rng.random() >= OTHERS[1] else max(0, others + int(rng.choice([-1, 1])))
            row["known"] = "dk" if rng.random() < blank["known"] else KNOWN[min(heard, 3)]
            rows.append(row)
    return persons, pd.DataFrame(rows).sort_values(["record", "person"], ignore_index=True)


def shaped(told: pd.DataFrame) -> pd.DataFrame:
    """The descriptions as the consolidated table has them: one person each, in prostitution."""
    at = told.groupby("record").cumcount() + 1
    made = {
        "sheet": 1,
        "row": np.arange(2, len(told) + 2),
        "source": "response",
        "record": told["record"],
        "situation_number": at,
        "situation": told["record"] + "/" + at.astype(str),
        **dict.fromkeys(("persons", "persons_low", "persons_high", "persons_most", "persons_central"), 1),
        "persons_blank": False,
        "situation_status.code": "prov",
        "known_by_others.code": told["known"],
    }
    for name in ANSWERS:
        if name in ("year", "pimp_presence", "territory"):
            made[f"{name}.code"] = told[name].mask(told[name].eq(""), "no_answer")
            continue
        for option in CODEBOOK.sets[name]["some"]:
            ticked = np.where(told[name].eq(option), "ticked", "not_ticked")
            made[f"{name}/{option}"] = np.where(told[name].eq(""), "no_answer", ticked)
    return pd.DataFrame(made)


def facts(told: pd.DataFrame, decided: bool) -> pd.DataFrame:
    """The facts on the persons described, by id."""
    made = shaped(told)
    shown = candidates(made, CODEBOOK)
    whom = dict(zip(made["situation"], told["person"], strict=True))
    rows = [
        (pair.first, pair.second, "same" if whom[pair.first] == whom[pair.second] else "different", at)
        for at, pair in enumerate(shown.itertuples(), 2)
        if decided
    ]
    pairs = decisions.settle(made, shown, pd.DataFrame(rows, columns=["first", "second", "decision", "row"]))
    counting = {"ceiling": 10, "first_year": None}
    found = described.estimate(made, pairs, model("collect/places").empty(), "00-2026", counting, **GIVEN)
    return found["described_facts"].set_index("fact_id")


def measured(world: World, seed: int) -> Iterator[dict[str, str | int | float]]:
    """One row per interval of one population: its kind, its limits, the truth."""
    persons, told = population(seed, world.told, world.said)
    found = facts(told, world.decided)
    truths = {name: float(PERSONS) for name in (TOTAL, ONCE, ANY_CASE)}
    truths |= {name: 100 * sum(map(counts, persons)) / PERSONS for name, counts in SHARES.items()}
    for name, truth in truths.items():
        if name not in found.index:  # of an earlier commit
            continue
        one = found.loc[name]
        closed = pd.isna(one["low"])
        low, high = (one["value"], one["value"]) if closed else (one["low"], one["high"])
        yield {
            "world": world.name,
            "seed": seed,
            "fact": name,
            "kind": one["interval_kind"],
            "low": round(float(low), 2),
            "high": round(float(high), 2),
            "truth": round(truth, 2),
            "holds": int(low - 1e-9 <= truth <= high + 1e-9),
        }


def told(rows: Sequence[Mapping[str, str | int | float]]) -> list[dict[str, str]]:
    """One row per world and fact: its kinds, how many of its intervals hold the truth, their median limits and width."""
    found = []
    for world, fact in dict.fromkeys((str(row["world"]), str(row["fact"])) for row in rows):
        own = [row for row in rows if (row["world"], row["fact"]) == (world, fact)]
        low, high = (statistics.median(float(row[end]) for row in own) for end in ("low", "high"))
        wide = statistics.median(float(row["high"]) - float(row["low"]) for row in own)
        kinds, held = ", ".join(sorted({str(row["kind"]) for row in own})), sum(int(row["holds"]) for row in own)
        one = {"world": world, "fact": fact, "kind": kinds, "held": held, "of": len(own)}
        found.append({name: str(value) for name, value in (one | {"low": low, "high": high, "width": wide}).items()})
    return found


def page(rows: list[dict[str, str | int | float]], populations: int, before: Sequence[Mapping[str, str]] = ()) -> str:
    """The Markdown of all worlds. `before`: what `told` gave of the same draws, of an earlier commit."""
    lines = [
        "# Personnes décrites par plusieurs : ce que valent les limites",
        "",
        f"{PERSONS} personnes, {RESPONDENTS} répondant·es, {number(populations)} populations par monde, graines 1 à "
        f"{number(populations)}. Erreurs : âge 10 %, nationalité 3 %, genre 1 %, forme 25 %, autres 20 à 30 % ; blancs 5 à "
        "15 %. « Avant » : les mêmes tirages par le code d’avant ce travail (`d33f9b25^`), qui appelait bornes le total et les "
        "parts ; un tiret : il n’avait pas ce nombre.",
        "",
        "| monde | indicateur | nature | contient la vérité | limites médianes | largeur médiane | nature, avant | contenait la "
        "vérité | largeur médiane, avant |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    earlier = {(one["world"], one["fact"]): one for one in before}
    for one in told(rows):
        low, high, wide = (number(float(one[name]), 1) for name in ("low", "high", "width"))
        was = earlier.get((one["world"], one["fact"]))
        then = "– | – | –"
        if was is not None:
            then = f"{was['kind']} | {was['held']} sur {was['of']} | {number(float(was['width']), 1)}"
        lines.append(
            f"| {one['world']} | `{one['fact']}` | {one['kind']} | {one['held']} sur {one['of']} | {low} à {high} | {wide} | {then} |"
        )
    return "\n".join(lines) + "\n"


def _written(path: Path, rows: Sequence[Mapping[str, str | int | float]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main() -> None:
    options: argparse.ArgumentParser = parser(__doc__)
    options.add_argument("--populations", type=int, default=POPULATIONS)
    options.add_argument("--out", type=Path, help="write the table of all intervals there, as CSV")
    options.add_argument("--told", type=Path, help="write what is told of each fact there, as CSV")
    options.add_argument("--before", type=Path, help="what `--told` wrote of an earlier commit")
    options.add_argument("--page", type=Path, help="write the Markdown there")
    chosen = options.parse_args()
    print(load(), flush=True)
    start = time.process_time()
    count = SHORT if chosen.short else chosen.populations
    rows = [row for world in WORLDS for seed in range(1, count + 1) for row in measured(world, seed)]
    before: list[dict[str, str]] = []
    if chosen.before:
        with chosen.before.open(newline="", encoding="utf-8") as file:
            before = list(csv.DictReader(file))
    text = page(rows, count, before)
    print(text)
    if chosen.out:
        _written(chosen.out, rows)
    if chosen.told:
        _written(chosen.told, told(rows))
    if chosen.page:
        chosen.page.write_text(text, encoding="utf-8")
    missed = [1 - int(row["holds"]) for row in rows if row["kind"] == "bounds"]
    persons = [1 - int(row["holds"]) for row in rows if row["fact"] == ONCE and "mal connues" not in str(row["world"])]
    measures = [
        Measure("limits called bounds", float(len(missed)), COUNT),
        Measure("limits called bounds without the truth", float(sum(missed)), COUNT),
        Measure("missed by the visibility of right answers", sum(persons) / len(persons), RATIO),
        Measure("cpu of populations", time.process_time() - start, SECONDS),
    ]
    finish(measures, chosen.measures)


if __name__ == "__main__":
    main()
