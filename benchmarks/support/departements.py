"""Invented studies of real départements, by a team's own doors: python -m support.departements HOME NUMBER FIRST

Names and populations are the real ones; all else is drawn from a seed, and each page says that it is invented. The ads of a site
grow with the population of its département, and methods vary from one to the next, so that a comparison has something to say.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.study.config import RESOURCES, STUDIES
from diagnostic.study.given import Choice, seal
from diagnostic.study.receive import receive
from diagnostic.study.start import TOOL, init
from diagnostic.trial.answers import generate

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from exported import csv_export

EDITION, DAY = "2026", dt.date(2026, 9, 1)
RESPONSES, MEAN = 15, 673_000  # answers of a small study; inhabitants of a département, on average
COMPARISON, NAME = Path("config/comparisons"), "departements"
POPULATIONS, YEAR = Path("resources/references/populations.csv"), "2022"


def populations(home: Path) -> dict[str, int]:
    """Code of each département that exists → its inhabitants in 2022, or the last time before that they were counted."""
    with (home / POPULATIONS).open(newline="", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["year"])
    rows = [row for row in rows if row["year"] <= YEAR]
    counted = {row["departement"]: int(row["population"]) for row in rows}
    return dict(sorted(counted.items()))


def begun(home: Path, code: str, responses: int) -> str:
    """A new study with an export of so many generated answers, a third of them a team's; its name. The codings of the trial are
    left out: they are those of other situations."""
    study = f"{code}-{EDITION}"
    init(home, study, TOOL, DAY)
    codebook = load(read_folder(home / FOLDER))
    answers = generate(codebook, seed=int(code, 16), responses=responses, collective=3 * responses // 10)
    export = home / "export.csv"
    export.write_bytes(csv_export(codebook, answers))
    receive(home, study, "questionnaire", export, DAY, Choice())
    export.unlink()
    changed(home, study, lambda choices: choices["received"].pop("situation_coding"))
    return study


def changed(home: Path, study: str, change: Callable[[dict], object]) -> None:  # type: ignore[type-arg]
    """The study's own choices, one of them another."""
    path = home / STUDIES / f"{study}.yaml"
    choices = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    change(choices)
    path.write_text(yaml.safe_dump(choices, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _lower(choices: dict) -> None:  # type: ignore[type-arg]
    choices["counting"]["ceiling"] = "5"


def _recent(choices: dict) -> None:  # type: ignore[type-arg]
    choices["counting"]["first_year"] = str(int(EDITION) - 3)


METHODS: tuple[tuple[Callable[[dict], object], int], ...] = (  # type: ignore[type-arg]
    (lambda choices: None, 0),  # the project's own
    (_lower, 0),  # fewer persons at most where a response sets no limit
    (_recent, 0),  # older facts set aside
    (lambda choices: None, 100),  # ads counted so many days earlier: in another season
)


def invented(home: Path, code: str, inhabitants: int, at: int) -> str:
    """The small study of a département, the `at`-th; its name."""
    study = begun(home, code, RESPONSES)
    change, earlier = METHODS[at % len(METHODS)]
    changed(home, study, change)
    path = home / RESOURCES / study / "ad_counts.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        if row["count"]:
            row["count"] = str(round(int(row["count"]) * inhabitants / MEAN))
        for day in ("window_start", "window_end"):
            row[day] = (dt.date.fromisoformat(row[day]) - dt.timedelta(days=earlier)).isoformat()
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    seal(home, study, DAY)
    return study


def compared(home: Path, studies: list[str]) -> None:
    """The comparison of these studies with each other; none of one alone, which stands beside no real study."""
    for other in (home / COMPARISON).glob("*.yaml"):
        other.unlink()
    if len(studies) < 2:
        return
    choices = {"title": "Départements inventés, côte à côte", "team": "Personne", "report_date": "2026-11-02"}
    text = yaml.safe_dump(choices | {"studies": studies}, allow_unicode=True, sort_keys=False)
    (home / COMPARISON).mkdir(exist_ok=True)
    (home / COMPARISON / f"{NAME}.yaml").write_text(text, encoding="utf-8")


def made(home: Path, number: int, first: int = 0) -> list[str]:
    """The studies of so many départements from the `first` on, in the order of their codes; their names."""
    every = list(populations(home).items())[first : first + number]
    return [invented(home, code, inhabitants, at) for at, (code, inhabitants) in enumerate(every, first)]


if __name__ == "__main__":
    folder, number, first = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    before = [f"{code}-{EDITION}" for code in populations(folder)][:first]
    compared(folder, before + made(folder, number, first))
