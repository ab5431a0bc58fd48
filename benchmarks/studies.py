"""New studies of several sizes, by a team's own doors: whether their release ends, what it costs, what it prints.

    .venv/bin/python benchmarks/studies.py
    .venv/bin/python benchmarks/studies.py --responses 40,150,400

Each study is made by `diagnostic creer` and receives an export of so many generated answers, under another seed; the release
then decides and attacks it, in a process of its own. Its codings are left out: they are those of other situations.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from support.costs import COUNT, MEMORY, PROJECT, SECONDS, Measure, finish, load, parser, sizes

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/release")]

CODES = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16")
SIZES, SHORT = (11, 22, 30, 40, 50, 60, 75, 90, 105, 120, 135, 150), (16,)  # answers
TOOL, DAY = "google_csv", dt.date(2026, 9, 1)


def measured(code: str, responses: int) -> dict[str, float | str]:
    """One study, in this process."""
    import own
    from replay import RELEASE, recorded, replayed

    from diagnostic.codebook.loading import FOLDER, load, read_folder
    from diagnostic.study.receive import receive
    from diagnostic.study.start import init
    from diagnostic.trial.answers import generate
    from diagnostic.trial.exports.formats import FORMATS

    study = f"{code}-2026"
    with tempfile.TemporaryDirectory() as folder:
        home = own.copy(Path(folder) / "projet", "Snakefile", "workflow", "config", "resources", "report", "profiles")
        init(home, study, TOOL, DAY)
        codebook = load(read_folder(home / FOLDER))
        answers = generate(codebook, seed=int(code, 16), responses=responses, collective=3 * responses // 10)
        export = home / "export.csv"
        export.write_bytes(FORMATS[TOOL](codebook, answers))
        receive(home, study, "questionnaire", export, DAY)
        chosen = home / f"config/studies/{study}.yaml"
        text = chosen.read_text(encoding="utf-8").replace("  situation_coding: template\n", "")
        chosen.write_text(text, encoding="utf-8")
        calls = recorded(home, study)
        first = next(at for at, call in enumerate(calls) if call.rule == RELEASE)
        made = replayed(calls[:first], home)
        start = time.process_time()
        made = replayed(calls[first : first + 1], home, made)
        spent = time.process_time() - start
        found = {Path(path).stem: table for path, table in made.items() if f"{study}/release/" in path}
    facts = found["ledger"].set_index("fact_id")
    people = facts.index[facts["group"].eq("prostitution:") & facts["measure"].eq("count")]
    return {
        "study": study,
        "responses": responses,
        "persons": float(facts.loc[people[0], "value"]) if len(people) else 0.0,
        "cpu": spent,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "exposed": found["refus"].count(b"\n- "),
        "printed": len(found["claims"]),
        "rungs": max((int(line.split(":")[1].strip(" ,")) for line in _rungs(found["audit"])), default=0),
    }


def _rungs(certificate: bytes) -> list[str]:
    return [line for line in certificate.decode().splitlines() if '"rung"' in line]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--responses", type=sizes, default=SIZES, help="answers of each study")
    chosen = options.parse_args()
    print(load(), flush=True)
    asked = SHORT if chosen.short else chosen.responses
    found = []
    for code, responses in zip(CODES, asked, strict=False):
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            one = alone.submit(measured, code, responses).result()
        found.append(one)
        print(
            ", ".join(f"{name} {value if isinstance(value, str) else round(value, 1)}" for name, value in one.items())
        )
    finish(
        [
            Measure("studies that ended", len(found), COUNT),
            Measure("groups exposed in new studies", sum(float(one["exposed"]) for one in found), COUNT),
            Measure("cpu of the dearest release", max(float(one["cpu"]) for one in found), SECONDS),
            Measure("memory of the largest", max(float(one["memory"]) for one in found), MEMORY),
        ],
        chosen.measures,
    )


if __name__ == "__main__":
    main()
