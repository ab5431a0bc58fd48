"""Many studies walked together: in a few copies of the project, as far as asked, a failing one apart from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import acts, documents, faults, finish, gone, judge
from .expected import expected, rows
from .player import Copy, Done, Walk, begin, code
from .world import World

TOGETHER = 20  # studies a copy


@dataclass
class Ended:
    """What became of a study: `outcome` is how far it went, or `failed`; `to`, how far it was to go."""

    walk: Walk
    outcome: str
    verdict: judge.Verdict
    to: str


def walked(worlds: Sequence[World], folder: Path, to: str, jobs: int, finished: int = 0) -> list[Ended]:
    """All studies, in copies of at most twenty; copies go side by side. So many as `finished`, one in so many, go on to their
    documents wherever the others end; where one form speaks for most, what may be printed is decided at least."""
    apart = -(-len(worlds) // finished) if finished else 0
    ends = {id(one): "report" if apart and at % apart == 0 else _least(one, to) for at, one in enumerate(worlds)}
    share = min(TOGETHER, -(-len(worlds) // jobs))
    groups = [worlds[at : at + share] for at in range(0, len(worlds), share)]
    with ThreadPoolExecutor(jobs) as pool:
        done = pool.map(lambda at: _group(groups[at], folder / f"copy-{at + 1}", ends), range(len(groups)))
        return [one for group in done for one in group]


def _least(world: World, to: str) -> str:
    return "release" if to == "facts" and world.choice["speaks"] != "each" else to


def _group(worlds: Sequence[World], folder: Path, ends: Mapping[int, str]) -> list[Ended]:
    copy = Copy(folder / "projet")
    walks = [Walk(world, copy.home) for world in worlds]
    for walk in walks:
        begin(copy, walk.world.book, walk)
    # Half of the teams calculate before they correct anything; those that the project draws ads for all do.
    first = [walk for walk in walks if _drawn(walk) or (acts.changes(walk.world) and walk.world.number % 2)]
    calculate(copy, first, "facts")
    for walk in walks:
        if ends[id(walk.world)] != "report":  # else once it has published something
            faults.planted(copy, walk)
        if not walk.stopped:
            acts.between(copy, walk.world.book, walk)
    # What was corrected before the draw is drawn anew; an erasure takes every stage away, the sheet to be coded included.
    calculate(copy, [walk for walk in first if _drawn(walk) and _again(walk)], "facts")
    for walk in walks:
        code(copy, walk.world.book, walk, partial(faults.given, copy, walk))
    for to in dict.fromkeys(ends.values()):
        own = [walk for walk in walks if ends[id(walk.world)] == to]
        if to != "report":
            calculate(copy, own, to)
            continue
        for walk in own:
            finish.finished(copy, walk.world.book, walk)
    for walk in walks:
        _followed(copy, walk)
    copy.close()
    for walk in walks:
        walk.seconds = copy.spent / len(walks)
    done = [ended(walk, ends[id(walk.world)]) for walk in walks]
    for one in done:
        if one.outcome == "report" and one.walk.world.choice["nature"] == "real":
            one.verdict.faults += gone.purged(one.walk, [*one.walk.erased, *one.walk.world.responses])
            one.outcome = "failed" if one.verdict.faults else one.outcome
    return done


def _followed(copy: Copy, walk: Walk) -> None:
    """Where the study stands, wherever it ended; told in full where nothing had stopped it."""
    done = copy.run("diagnostic", "suivre", walk.world.study)
    walk.done.append(done)
    if not walk.stopped and (done.code or "Mois 9" not in done.said or "NE PAS DIFFUSER" not in done.said):
        walk.wrong.append(f"{done.command}: code {done.code}: {done.said.strip()[-600:]}")


def _drawn(walk: Walk) -> bool:
    choice = walk.world.choice
    return walk.world.internet is not None and choice["chosen"] == "drawn" and choice["coded"] != "none"


def _again(walk: Walk) -> bool:
    return walk.world.choice["corrected"] == "count" or not walk.sheet.is_file()


def calculate(copy: Copy, walks: Sequence[Walk], to: str) -> None:
    """Calculate those that nothing has stopped; what fails is calculated again alone, so that it is its own words that are
    read."""
    going = [walk for walk in walks if not walk.stopped]
    for walk in going:
        for path in _made(walk, to):
            path.unlink(missing_ok=True)
    if not going:
        return
    copy.snakemake([walk.world.study for walk in going], to)
    for walk in going:
        if not all(path.is_file() for path in _made(walk, to)):
            done = copy.snakemake([walk.world.study], to)
            walk.done.append(done)
            if done.code != 0 or not all(path.is_file() for path in _made(walk, to)):
                walk.stopped = Done(done.command, done.code or 1, done.said)


def _made(walk: Walk, to: str) -> list[Path]:
    made = [walk.results / "estimate/facts.parquet"]
    return made + ([walk.results / "release/statements.parquet"] if to == "release" else [])


def ended(walk: Walk, to: str) -> Ended:
    """The judgement of one study."""
    world, book = walk.world, walk.world.book
    verdict = judge.Verdict(list(walk.wrong))
    if world.choice["fault"] != "none" and walk.planted is None and not walk.stopped:
        verdict.faults.append(f"{world.choice['fault']}: was not planted")
    for done in walk.done:
        verdict.faults += judge.unforeseen(done.said)
    for log in sorted((walk.home / "logs" / world.study).rglob("*.log")):
        verdict.faults += judge.unforeseen(log.read_text("utf-8", "replace"))
    if walk.stopped:
        verdict.faults += _blocking(walk)
        # An honest study: whatever stops it, it should not have been.
        verdict.faults.append(f"refused: {walk.stopped.command}: {walk.stopped.said.strip()[-1500:]}")
        return Ended(walk, "failed", verdict, to)
    wanted = expected(book, world)
    numbers = judge.numbers(judge.facts(walk.results / "estimate/facts.parquet"), wanted)
    verdict.faults += numbers.faults + judge.accounted(walk.results / "consolidate/rows.parquet", rows(book, world))
    verdict.misses, verdict.held = numbers.misses, numbers.held
    if to != "facts":
        verdict.faults += judge.statements(walk.results / "release/statements.parquet", wanted)
    if walk.erased:
        verdict.faults += gone.left(walk, walk.erased)
    if to == "report":
        verdict.faults += documents.faults(walk.results / "report", world.team, _said(world))
        if world.choice["nature"] == "real":
            verdict.faults += documents.faults(walk.results / "travail", world.team, _said(world), "TRAVAIL-")
    return Ended(walk, "failed" if verdict.faults else to, verdict, to)


def _said(world: World) -> dict[str, bool]:
    """What the report must say, or must not: stories that two persons approved, of ads that nobody drew that somebody did, both
    genders as the study writes them."""
    told = {row["title"]: bool(row["second_approval"]) for row in world.books.get("vignettes", [])}
    described = world.choice["chosen"] == "convenience" and world.choice["coded"] != "none"
    told |= {"annonces, tirées au sort parmi": False} if described else {}
    both = {"ni par les professionnelles et les professionnels": True, "professionnel·les": False}
    return told | (both if world.choice["writing"] == "doublets" else {})


def _blocking(walk: Walk) -> list[str]:
    """What blocks at the door of the calculation, its first lines."""
    path = walk.results / "collect/erreurs.csv"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [line for line in lines if line.startswith("bloquant")][:5]
