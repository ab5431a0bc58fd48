"""New studies of several sizes, by a team's own doors: whether their release ends, what it costs, what it prints.

    .venv/bin/python benchmarks/studies.py
    .venv/bin/python benchmarks/studies.py --responses 40,150,400
    .venv/bin/python benchmarks/studies.py --documents --first 3 --number 2 --out documents.csv
    .venv/bin/python benchmarks/studies.py --editions --responses 18,40 --out editions.csv

Each study is made by `diagnostic creer` and receives an export of so many generated answers, under another seed; the release
then decides and attacks it, in a process of its own. Its codings are left out: they are those of other situations. With
`--documents` all its documents are made, and what its pages print is attacked as read back, by every reader of the policy. With
`--editions` three editions of each are made and issued, a newcomer then a batch coming between, and who holds two of them attacks
too. `--out` is a table that the next piece goes on with.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from support.costs import COUNT, MEMORY, PROJECT, SECONDS, Measure, finish, load, parser, sizes, spent
from support.pieces import pieces

if TYPE_CHECKING:  # what is heavy is imported by the process of a study alone
    from folders import Finished, Given, Project

    from diagnostic.release.populations.listing import Listing
    from diagnostic.release.populations.rounding import Claim

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
    """One study with all its documents, then the numbers of its pages attacked by every reader of the policy, as read back."""
    from folders import Project

    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "projet")
        project.begin()
        start = spent()
        made = project.finished(given(project, code, responses))
        cpu = spent() - start
    told = on_the_pages(made)
    exposed, printed = attacked(made, told | ranges(made))
    return {"groups_read": printed, "exposed": exposed, "numbers_read": len(told), "cpu": cpu}


def editions(code: str, responses: int) -> dict[str, float | str]:
    """Three editions of one study, each issued: without the last to answer and without one newcomer; with this one; with all.
    The pages of each are read back and attacked, then each two of them, and all, together by who holds them."""
    from folders import DAY, STUDY, Project, without

    from diagnostic.study.issuing import issue

    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "projet")
        project.begin()
        every, made, start = given(project, code, responses), [], spent()
        told_of = [one for one in every.responses if every.of(one)]
        newcomer, late = min(told_of, key=lambda one: len(every.of(one))), told_of[-max(4, responses // 4) :]
        for gone in ([newcomer, *late], [one for one in late if one != newcomer], []):
            made.append(project.finished(without(every, [row for one in gone for row in every.of(one)], gone)))
            issue(project.home, STUDY, DAY + dt.timedelta(days=30 * len(made)))
        cpu = spent() - start
    told = [on_the_pages(one) for one in made]
    row: dict[str, float | str] = {"persons": persons(made[-1]), "numbers_read": len(told[-1])}
    alone = [attacked(one, numbers)[0] for one, numbers in zip(made, told, strict=True)]
    several = ((0, 1), (1, 2), (0, 2), (0, 1, 2))
    pairs = [together([made[one] for one in some], [told[one] for one in some]) for some in several]
    row |= {"newcomer_moved": pairs[0][1], "batch_moved": pairs[2][1]}
    return row | {"exposed": sum(alone) + sum(found for found, _ in pairs), "cpu": cpu}


def given(project: Project, code: str, responses: int) -> Given:
    """What a study receives: so many answers, under the seed of its code."""
    from folders import answered

    return replace(answered(project.codebook, int(code, 16), responses), pairs=())


def persons(made: Finished) -> float:
    """The persons in prostitution of a study, as its team counts them."""
    ledger = made.told.ledger
    return float(ledger.loc[ledger["group"].eq("prostitution:") & ledger["measure"].eq("count"), "value"].max())


def ranges(made: Finished) -> dict[str, tuple[int, int, int]]:
    """The same of the statements on groups of which the pages print a range alone: its ends."""
    ledger, rows = made.told.ledger, made.told.rows
    counts = set(ledger.loc[ledger["measure"].eq("count") & ledger["group"].ne(""), "fact_id"])
    found = {}
    for fact, text in _read(made):
        ends = re.fullmatch(r"(\d+)à(\d+)", text)
        if ends and fact in counts:
            low, high = map(int, ends.groups())
            if (low, high) != (rows[fact]["envelope_low"], rows[fact]["envelope_high"]):
                sys.exit(f"{fact}: the page does not print its envelope")
            found[fact] = (low, low, high)
    return found


def _read(made: Finished) -> Iterator[tuple[str, str]]:
    """The statements that the pages print, and how, without spaces."""
    pages = "".join(made.documents[name].decode() for name in ("rapport.html", "dossier.html"))
    for fact, text in re.findall(FACT, pages, re.DOTALL):
        yield fact, re.sub(r"[\s\u202f\u00a0]", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


def on_the_pages(made: Finished) -> dict[str, tuple[int, int, int]]:
    """Statement on a group → its whole number as the pages print it, and what this says at least and at most. Ends the
    benchmark where a page prints another number than the statement."""
    found = {}
    ledger, rows = made.told.ledger, made.told.rows
    counts = set(ledger.loc[ledger["measure"].eq("count") & ledger["group"].ne(""), "fact_id"])
    for fact, digits in _read(made):
        if digits.isdecimal() and fact in counts and rows[fact]["claim_low"] is not None:
            if int(digits) != rows[fact]["shown_value"]:
                sys.exit(f"{fact}: the page does not print its statement")
            found[fact] = (int(digits), int(rows[fact]["claim_low"]), int(rows[fact]["claim_high"]))
    return found


def listed(made: Finished, told: Mapping[str, tuple[int, int, int]]) -> Iterator[tuple[Listing, dict[str, Claim]]]:
    """The closed list of each population of persons, and what was read of its groups."""
    from diagnostic.release.populations.listing import Listing, plain
    from diagnostic.release.populations.people import ABOUT_PERSONS
    from diagnostic.release.populations.policy import parse
    from diagnostic.release.populations.rounding import Claim

    counts = made.told.ledger[made.told.ledger["measure"].eq("count")]
    for name in (one for one in ABOUT_PERSONS if one in made.told.people):
        listing, printed = Listing(name, made.told.policy), {}
        for fact, group in zip(counts["fact_id"], counts["group"], strict=True):
            population, terms = parse(group) if group else ("", ())
            if fact in told and population == name:
                own = (one.name for one in listing.entries if one.terms == plain(terms))
                printed |= {entry: Claim(told[fact][0], base(*told[fact]), *told[fact][1:]) for entry in own}
        yield listing, printed


def base(value: int, low: int, high: int) -> int:
    """The base of a number that the pages print, by what it says at most: a step, and one to three more; of a range, the widest."""
    return next((one for one in (5, 10, 20) if one < high - value <= one + 3), 20) if low < high else 1


def attacked(made: Finished, told: Mapping[str, tuple[int, int, int]]) -> tuple[int, int]:
    """Groups that some reader closes in on, of all populations, and groups whose number was read. One that is printed, though
    not as a number of the pages, is not protected: others may close in on it."""
    from diagnostic.release.attack.gate import Gate, readers_of
    from diagnostic.release.populations.listing import coded

    exposed, read = 0, 0
    ledger, rows = made.told.ledger, made.told.rows
    counts = ledger.loc[ledger["measure"].eq("count") & ledger["group"].ne(""), "fact_id"]
    stated = {one: (0, 0, 0) for one in counts if rows.get(one, {}).get("claim_low") is not None}
    for (listing, printed), (_, all_printed) in zip(listed(made, told), listed(made, stated), strict=True):
        people = made.told.people[listing.population]
        codes = coded(listing, people, {})
        gate = Gate(listing, truth=codes)
        found = {one.target for one in gate.findings(printed, readers_of(listing, people, codes))}
        exposed += len(found - all_printed.keys() | found & printed.keys())
        read += len(printed)
    return exposed, read


def together(made: Sequence[Finished], told: Sequence[Mapping[str, tuple[int, int, int]]]) -> tuple[int, int]:
    """What who holds some editions closes in on of those who came between, and how many numbers of persons moved in the last. Of a
    population that keeps its last edition, no number may move: each that does counts as found."""
    from diagnostic.release.editions.changes import Previous, findings

    exposed = moved = 0
    grounds = made[-1].told.ledger[["group", "ground"]]
    every = [list(listed(one, numbers)) for one, numbers in zip(made, told, strict=True)]
    for editions in zip(*every, strict=True):
        (listing, now), (_, before) = editions[-1], editions[-2]
        own = grounds.loc[grounds["group"].str.startswith(f"{listing.population}:"), "ground"]
        differ = sum(before.get(name) != now.get(name) for name in before.keys() | now.keys())
        moved += differ
        keys = [frozenset(one.told.people[listing.population].key.tolist()) for one in made]
        past = [Previous(str(at), printed, keys[at]) for at, (_, printed) in enumerate(editions[:-1])]
        kept = own.eq("edition_kept").any()
        exposed += differ if kept else len(findings(listing, past, now, keys[-1]))
    return exposed, moved


def _rungs(certificate: bytes) -> list[str]:
    return [line for line in certificate.decode().splitlines() if '"rung"' in line]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--responses", type=sizes, default=SIZES, help="answers of each study")
    options.add_argument("--documents", action="store_true", help="instead: the numbers of the documents, attacked")
    options.add_argument("--editions", action="store_true", help="instead: three editions of each, read together")
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--number", type=int, default=len(CODES))
    options.add_argument("--out", type=Path, help="the table of studies, gone on with where it is there")
    chosen = options.parse_args()
    print(load(), flush=True)
    every = list(zip(CODES, SHORT if chosen.short else chosen.responses, strict=False))
    asked = every[chosen.first : chosen.first + chosen.number]
    form = editions if chosen.editions else read if chosen.documents else measured

    def alone(code: str, responses: int) -> dict[str, float | str]:
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            one = process.submit(form, code, responses).result()
        print(
            ", ".join(f"{name} {value if isinstance(value, str) else round(value, 1)}" for name, value in one.items())
        )
        return one

    with tempfile.TemporaryDirectory() as folder:
        found = pieces(chosen.out or Path(folder) / "etudes.csv", KEYS, asked, alone)
    memory = (
        [] if chosen.documents or chosen.editions else [Measure("memory of the largest", found["memory"].max(), MEMORY)]
    )
    finish(
        [
            Measure("studies that ended", len(found), COUNT),
            Measure("groups exposed in new studies", float(found["exposed"].sum()), COUNT),
            Measure("cpu of the dearest", found["cpu"].max(), SECONDS),
            *memory,
        ],
        chosen.measures,
    )


if __name__ == "__main__":
    main()
