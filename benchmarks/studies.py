"""New studies of several sizes, by a team's own doors: whether their release ends, what it costs, what it prints.

    .venv/bin/python benchmarks/studies.py
    .venv/bin/python benchmarks/studies.py --responses 40,150,400
    .venv/bin/python benchmarks/studies.py --documents --first 3 --number 2 --out documents.csv

Each study is made by `diagnostic creer` and receives an export of so many generated answers, under another seed; the release
then decides and attacks it, in a process of its own. Its codings are left out: they are those of other situations. With
`--documents` all its documents are made, and what its page prints is attacked as read back, by every reader of the policy.
`--out` is a table that the next piece goes on with.
"""

from __future__ import annotations

import html
import math
import re
import resource
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from support.costs import COUNT, MEMORY, PROJECT, SECONDS, Measure, finish, load, parser, sizes
from support.pieces import pieces

if TYPE_CHECKING:  # what is heavy is imported by the process of a study alone
    import pandas as pd

    from diagnostic.release.policy import Policy
    from diagnostic.release.populations import Population

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/release")]

CODES = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16")
SIZES, SHORT = (11, 22, 30, 40, 50, 60, 75, 90, 105, 120, 135, 150), (16,)  # answers
KEYS = ("code", "responses")
FACT = r'<button type="button" class="fact" popovertarget="carte-([^"]+)"[^>]*>(.*?)</button>'


def prepared(home: Path, code: str, responses: int) -> str:
    """A new study in a copy of the project at `home`, with an export of so many generated answers; its name."""
    import own
    from support.departements import begun

    own.copy(home, "Snakefile", "workflow", "config", "resources", "report", "profiles", "envs")
    return begun(home, code, responses)


def measured(code: str, responses: int) -> dict[str, float | str]:
    """One study, in this process."""
    from replay import RELEASE, recorded, replayed

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "projet"
        study = prepared(home, code, responses)
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
        "persons": float(facts.loc[people[0], "value"]) if len(people) else 0.0,
        "cpu": spent,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "exposed": found["refus"].count(b"\n- "),
        "printed": len(found["claims"]),
        "rungs": max((int(line.split(":")[1].strip(" ,")) for line in _rungs(found["audit"])), default=0),
    }


def read(code: str, responses: int) -> dict[str, float | str]:
    """One study with all its documents, then the numbers of its page attacked by every reader of the policy, as read back."""
    import pandas as pd
    from replay import RELEASE, recorded
    from support.costs import program, spend

    from diagnostic.core import io
    from diagnostic.release.policy import Policy
    from diagnostic.release.populations import populations

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "projet"
        study = prepared(home, code, responses)
        policy = next(call for call in recorded(home, study) if call.rule == RELEASE).params["policy"]
        cost = spend([program("snakemake"), "--cores", "1", "--config", f"studies=[{study}]"], home)
        results = home / "results" / study
        names = ("described", "pairs", "cases", "respondents")
        tables = [io.read_table(results / f"consolidate/{name}.parquet") for name in names]
        ledger, page = pd.read_parquet(results / "release/ledger.parquet"), results / "report/rapport.html"
        rules = Policy.model_validate(policy)
        people = populations(*tables, rules.meaning)
        said = pd.read_parquet(results / "release/statements.parquet")
        counts = ledger.loc[ledger["measure"].eq("count") & ledger["group"].ne(""), "fact_id"]
        told = on_the_page(page.read_text(encoding="utf-8"), said[said["statement_id"].isin(counts)])
    exposed, printed = attacked(ledger, told, people, rules)
    return {"study": study, "groups_read": printed, "exposed": exposed, "numbers_read": len(told), "cpu": cost.cpu}


def on_the_page(page: str, statements: pd.DataFrame) -> dict[str, tuple[int, int, int]]:
    """Statement → its whole number as the page prints it, and what this says at least and at most. Ends the benchmark where
    the page prints another number than the statement."""
    found = {}
    said = statements.set_index("statement_id")
    for fact, text in re.findall(FACT, page, re.DOTALL):
        digits = re.sub(r"[\s\u202f\u00a0]", "", html.unescape(re.sub(r"<[^>]+>", "", text)))
        if digits.isdecimal() and fact in said.index and not math.isnan(said.loc[fact, "claim_low"]):
            if int(digits) != said.loc[fact, "shown_value"]:
                sys.exit(f"{fact}: the page does not print its statement")
            found[fact] = (int(digits), int(said.loc[fact, "claim_low"]), int(said.loc[fact, "claim_high"]))
    return found


def attacked(
    ledger: pd.DataFrame, told: dict[str, tuple[int, int, int]], people: Mapping[str, Population], rules: Policy
) -> tuple[int, int]:
    """Groups that some reader closes in on, of all populations, and groups whose number was read."""
    from diagnostic.release.audit import Gate
    from diagnostic.release.claims import Printed
    from diagnostic.release.decision import coded, readers_of
    from diagnostic.release.listing import Listing, plain
    from diagnostic.release.populations import ABOUT_PERSONS, parse

    counts, exposed, read = ledger[ledger["measure"].eq("count")], 0, 0
    for name in ABOUT_PERSONS:
        if name not in people:
            continue
        listing, printed = Listing(name, rules), {}
        for fact, group in zip(counts["fact_id"], counts["group"], strict=True):
            population, terms = parse(group) if group else ("", ())
            if fact in told and population == name:
                own = (one.name for one in listing.entries if one.terms == plain(terms))
                printed |= {entry: Printed(told[fact][0], 1, *told[fact][1:]) for entry in own}
        codes = coded(listing, people[name], {})
        gate = Gate(listing, truth=codes)
        exposed += len({one.target for one in gate.findings(printed, readers_of(listing, people[name], codes))})
        read += len(printed)
    return exposed, read


def _rungs(certificate: bytes) -> list[str]:
    return [line for line in certificate.decode().splitlines() if '"rung"' in line]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--responses", type=sizes, default=SIZES, help="answers of each study")
    options.add_argument("--documents", action="store_true", help="instead: the numbers of the documents, attacked")
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--number", type=int, default=len(CODES))
    options.add_argument("--out", type=Path, help="the table of studies, gone on with where it is there")
    chosen = options.parse_args()
    print(load(), flush=True)
    every = list(zip(CODES, SHORT if chosen.short else chosen.responses, strict=False))
    asked = every[chosen.first : chosen.first + chosen.number]

    def alone(code: str, responses: int) -> dict[str, float | str]:
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            one = process.submit(read if chosen.documents else measured, code, responses).result()
        print(
            ", ".join(f"{name} {value if isinstance(value, str) else round(value, 1)}" for name, value in one.items())
        )
        return one

    with tempfile.TemporaryDirectory() as folder:
        found = pieces(chosen.out or Path(folder) / "etudes.csv", KEYS, asked, alone)
    memory = [] if chosen.documents else [Measure("memory of the largest", found["memory"].max(), MEMORY)]
    finish(
        [
            Measure("studies that ended", len(found), COUNT),
            Measure("groups exposed in new studies", float(found["exposed"].sum()), COUNT),
            Measure("cpu of the dearest release", found["cpu"].max(), SECONDS),
            *memory,
        ],
        chosen.measures,
    )


if __name__ == "__main__":
    main()
