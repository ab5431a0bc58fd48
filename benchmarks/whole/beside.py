"""Small studies set side by side, as many as a region's neighbours are: to their documents, and to those of their comparison."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from . import documents, faults, judge
from .axes import APART, AXES, BY_LABELS, FEW, fielded, possible
from .axes import FIELD as FOUND
from .codebook import Codebook
from .names import departements
from .player import Copy, Done, Walk, begin, code
from .walks import Ended, ended
from .world import World, world

LEAST, MORE = 13, 4  # studies that are compared: so many, or one to three more
NAME = "voisins"
TEAM = "Équipe des voisins"
PASSED = "le rapport est dans"
STATEMENTS = "report/donnees/enonces.csv"
FILE = f"config/comparisons/{NAME}.yaml"
WANTED = (
    "comparaison.html",
    "comparaison.docx",
    "comparaison.pdf",
    "synthese.pdf",
    "restitution.pptx",
    "tableaux.xlsx",
)
# What these studies differ by; all else is the plainest. The interviews of one have nothing that compares.
DRAWN = {
    **{
        name: AXES[name]
        for name in ("tool", "blanks", "counts", "bands", "names", "placed", "chosen", "pages", "mirrors")
    },
    "size": ("8", "20"),
    "situations_coded": ("all", "none"),
    "coded": ("complete", "none"),
}
ROLES = ("all", "least", "internet", "questionnaire", "all", "people", "least", "all", "interviews")
REGION = 4  # the one that is of several départements, where its tool allows


def drawn(book: Codebook, seed: int) -> list[World]:
    """The studies of a seed, invented, and last one that is real. The first bears a fault; the years of facts are in turn, and
    so is whether one form speaks for most."""
    random_ = random.Random(f"beside {seed}")
    number = LEAST + random_.randrange(MORE)
    places = departements(101, -seed)
    choices = [_choice(random_, at, number) for at in range(number + 1)]
    for at, one in enumerate(choices):
        one |= fielded(at, -seed, one) | {"years": FOUND["years"][at % len(FOUND["years"])]}
        one["speaks"] = FOUND["speaks"][at % len(FOUND["speaks"]) if one["roles"] in FEW["roles"] else 0]
    return [world(book, at, places, one, -seed) for at, one in enumerate(choices)]


def _choice(random_: random.Random, at: int, number: int) -> dict[str, str]:
    found = {"roles": ROLES[at % len(ROLES)]}
    for name, values in AXES.items():
        own = random_.sample(DRAWN.get(name, values[:1]), len(DRAWN.get(name, values[:1])))
        fits = [value for value in own if possible(found | {name: value})]
        found.setdefault(name, (fits or list(values))[0])
    if found["chosen"] == "drawn":  # what the project draws asks to be calculated twice
        found["coded"] = "none"
    found |= {name: values[0] for name, values in APART.items()}
    found["fault"] = "none" if at else "count_word"
    found["territory"] = "region" if at == REGION and found["tool"] not in BY_LABELS else "departement"
    return found | {"nature": "fictional" if at < number else "real"}


def walked(book: Codebook, seed: int, folder: Path) -> tuple[list[Ended], list[str]]:
    """The studies, each with its judgement, and what is wrong with their comparison. It is refused at its file while it names a
    real study, at the cell of the first study while a fault is there; then one command makes all that is missing."""
    copy = Copy(folder / "projet")
    walks = [Walk(one, copy.home) for one in drawn(book, seed)]
    for walk in walks:
        begin(copy, walk.world.book, walk)
        code(copy, walk.world.book, walk)
    *own, real = walks
    wrong = [f"{real.world.study}: {real.stopped.said}"] if real.stopped else []
    own = [walk for walk in own if not walk.stopped] if any(walk.stopped for walk in own) else own
    asked = partial(copy.run, "diagnostic", "rapprocher", NAME)
    _write(copy.home, walks)
    wrong += _refused(asked())
    _write(copy.home, own)
    faults.planted(copy, own[0], asked)
    made = copy.home / "results/comparison" / NAME / "report"
    wrong += [f"{FILE}: compared, and one of its studies is refused"] if made.exists() else []
    done = asked()
    told = [line for line in done.said.splitlines() if PASSED not in line]  # what stopped the others is read in the end
    done = replace(done, said="\n".join(told))
    wrong += judge.unforeseen(done.said) + ([f"{done.command}: code {done.code}: {_end(done)}"] if done.code else [])
    for walk in own:
        walk.done.append(done)
        walk.stopped = None if (walk.results / "report/rapport.html").is_file() else done
    copy.close()
    for walk in walks:
        walk.seconds = copy.spent / len(walks)
    since = {"faits depuis 2023": any(walk.world.choice["years"] == "since" for walk in own)}
    if not done.code:
        wrong += documents.faults(made, TEAM, since, wanted=WANTED) + _repeated(made, own)
    return [ended(walk, "report") for walk in own], wrong


def _repeated(made: Path, walks: Sequence[Walk]) -> list[str]:
    """Numbers of a study that its comparison prints otherwise; a sentence where it repeats none of any."""
    said = {
        (walk.world.study, row["identifiant"]): row["imprime"]
        for walk in walks
        if (walk.results / STATEMENTS).is_file()
        for row in _rows(walk.results / STATEMENTS)
    }
    again = [
        (row, said[row["etude"], name])
        for row in _rows(made.parent / STATEMENTS)
        if (row["etude"], name := row["identifiant"].removeprefix(f"{row['etude']}.")) in said
    ]
    wrong = [
        f"{row['identifiant']}: {row['imprime']}, and {own} in its study" for row, own in again if row["imprime"] != own
    ]
    return wrong if again else ["the comparison repeats no number of its studies"]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _write(home: Path, walks: list[Walk]) -> None:
    studies = json.dumps([walk.world.study for walk in walks])
    text = f"title: Des voisins, côte à côte\nteam: {TEAM}\nreport_date: 2026-11-02\nstudies: {studies}\n"
    (home / FILE).write_text(text, "utf-8")


def _refused(done: Done) -> list[str]:
    """What is wrong with the refusal of one real study beside invented ones."""
    told = done.code == 1 and FILE in done.said and "studies" in done.said and "inventée" in done.said
    return [] if told and not judge.unforeseen(done.said) else [f"{done.command}: code {done.code}: {_end(done)}"]


def _end(done: Done) -> str:
    return done.said.strip()[-1500:]
