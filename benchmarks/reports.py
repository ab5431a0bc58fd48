"""Where the time of one report goes: each step in a process of its own, as the workflow runs it; the best of some rounds.

    .venv/bin/python benchmarks/reports.py 62-2020 [--rounds 3]

The study must have been run. Nothing is written into its results.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from support.costs import SECONDS, Measure, cheapest, finish, load, parser, spend

from diagnostic.core import io
from diagnostic.references.shelf import SHELF
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.study import config
from diagnostic.study.generations import DOCUMENTS


def given(study: str) -> dict[str, object]:
    """Everything that the steps of the phase read, by the names that they ask for."""
    results = Path("results") / study
    found: dict[str, object] = {name: io.read_table(results / f"release/{name}.parquet") for name in RELEASED}
    found |= {name: io.read_table(results / f"geography/{name}.parquet") for name in ("areas", "source")}
    found |= {"figures": io.read_table(results / "rendu/figures.parquet")}
    return found | {name: path.read_bytes() for name, path in SHELF.items()}


def figures(study: str) -> None:
    from diagnostic.report.figures import draw_all

    everything = given(study)
    draw_all(**everything)


def assembled(study: str) -> None:
    from diagnostic.report.assemble import assemble
    from diagnostic.study.words import study_words

    chosen, everything = config.load(Path(), {"studies": [study]}), given(study)
    templates = {f"chapitre_{path.stem}": path.read_bytes() for path in Path("report/chapitres").glob("*.qmd")}
    templates |= {"rapport": Path("report/rapport.qmd").read_bytes()}
    templates |= {f"bloc_{name}": Path(path).read_bytes() for name, path in chosen.blocks[study].items()}
    assemble(**everything, study=study_words(chosen, study), **templates)


def looked(study: str) -> None:
    from diagnostic.report.blocks import look

    results = Path("results") / study
    look((results / "report/quarto/rapport.qmd").read_bytes(), io.read_table(results / "rendu/figures.parquet"))


def read_back(study: str) -> None:
    from diagnostic.review.lint import lint

    results = Path("results") / study
    tables = (results / f"{name}.parquet" for name in ("release/statements", "rendu/figures", "consolidate/structures"))
    statements, drawn, structures = tables
    documents = [results / "report" / name for name in (*DOCUMENTS, "quarto/figures")]
    lint(results / "report/quarto/rapport.qmd", [statements], drawn, structures, documents)


STEPS: dict[str, Callable[[str], None]] = {
    "figures": figures,
    "assemble": assembled,
    "tripwire": looked,
    "numbers": read_back,
}


def commands(study: str, scratch: Path) -> dict[str, list[str]]:
    """Step → the command of its process."""
    folder = Path("results") / study / "report"
    date = config.load(Path(), {"studies": [study]}).studies[study].report_date
    tool = [sys.executable, "-m", "diagnostic"]
    found = {name: [sys.executable, __file__, study, "--step", name] for name in STEPS}
    options = ["--theme", "report", "--date", dt.date.isoformat(date), "--renderer", "embarqué"]
    found["documents"] = [
        *tool,
        "render",
        str(folder / "rapport.qmd"),
        *(str(scratch / name) for name in DOCUMENTS),
        *options,
    ]
    return found


def main() -> None:
    options = parser(__doc__)
    options.add_argument("study", nargs="?", default="62-2020")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--step", choices=list(STEPS))
    chosen = options.parse_args()
    if chosen.step:
        return STEPS[chosen.step](chosen.study)
    if not (Path("results") / chosen.study / "manifest.json").is_file():
        sys.exit(f"results/{chosen.study} is not there: run the study first")
    print(load(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        made = commands(chosen.study, Path(folder))
        if chosen.short:  # nothing is judged, and the documents are those that every run of a study makes
            del made["documents"]
        rounds = 1 if chosen.short else chosen.rounds
        best = {name: cheapest(rounds, partial(spend, command, Path.cwd())) for name, command in made.items()}
    measures = [Measure(f"cpu of {name}", cost.cpu, SECONDS) for name, cost in best.items()]
    finish([*measures, Measure("cpu of all", sum(m.value for m in measures), SECONDS)], chosen.measures)


if __name__ == "__main__":
    main()
