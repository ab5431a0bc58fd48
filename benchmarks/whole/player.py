"""A team at work: the project copied, and a study walked through it by the documented commands alone."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import coding, judge, names, tables
from .codebook import PROJECT, Codebook
from .people import Response
from .sites import Listing
from .starter import Starter
from .world import World

LEFT_OUT = ("tests/", "benchmarks/", "docs/", ".ci/")  # what no command reads
STEPS = {"facts": ("estimate_facts",), "release": ("release_gate", "release_statements"), "report": ()}
SECONDS = 3600  # of a command, on a machine that others keep busy too
# What a command leaves to be written by hand; it is.
TO_WRITE = re.compile(r"À écrire dans (\S+), sous «\s*(\w+)\s*»\s*: «\s*(.+?)\s*»")
TO_WRITE_IN = re.compile(r"À écrire dans (\S+)\s*: «\s*(\w+): \{(.+?)\}\s*»")


@dataclass(frozen=True)
class Done:
    """One command: what was typed, its code, all that it said, and the seconds that it computed."""

    command: str
    code: int
    said: str
    seconds: float = 0.0


@dataclass
class Walk:
    """What became of one study. `stopped`: the command that refused, and nothing was typed after it. `refusals`: those that
    its choices explain, and that it went on from. `changed`: whether its numbers moved since they were first published.
    `planted`: how the fault that was planted was refused; `wrong`: what was wrong with that, or with what it was shown; `erased`: the answers that somebody asked to be erased."""

    world: World
    home: Path
    done: list[Done] = field(default_factory=list)
    stopped: Done | None = None
    refusals: list[Done] = field(default_factory=list)
    changed: bool = False
    planted: Done | None = None
    wrong: list[str] = field(default_factory=list)
    erased: list[Response] = field(default_factory=list)
    seconds: float = 0.0  # of computing, what is calculated together by equal parts

    @property
    def results(self) -> Path:
        return self.home / "results" / self.world.study

    @property
    def sheet(self) -> Path:
        """The ads that the project draws, to be coded."""
        return self.results / "estimate/codage.xlsx"


class Copy:
    """The project without its tests, where nothing was ever calculated."""

    def __init__(self, home: Path) -> None:
        self.home = home
        names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
        for name in names.decode().split("\0"):
            if name and not name.startswith(LEFT_OUT) and (PROJECT / name).is_file():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, home / name)
        place = {**os.environ, "PYTHONPATH": str(home / "workflow"), "LC_ALL": "C.UTF-8"}
        self.place, self.starter = place, Starter(place)
        self.spent = 0.0
        config = home / "config/config.yaml"
        config.write_text(config.read_text("utf-8") + "\ngeography:\n  fetch: false\n", "utf-8")

    def given(self, world: World) -> Path:
        """Where a team keeps what it hands over."""
        folder = self.home.parent / "given" / world.study
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def run(self, *words: str) -> Done:
        """One command of the environment, in this project; its two outputs as one text."""
        done = Done(" ".join(words), *self.starter.run(words, self.home, SECONDS))
        self.spent += done.seconds
        with (self.home.parent / "commandes.txt").open("a", encoding="utf-8") as file:
            print(f"\n$ {done.command}\n{done.said}[{done.code}] {done.seconds:.1f} s", file=file)
        return done

    def close(self) -> None:
        """No more commands."""
        self.starter.close()

    def snakemake(self, studies: Sequence[str], until: str) -> Done:
        """Calculate studies together, as far as asked; one that fails stops none of the others."""
        stop = ["--until", *STEPS[until]] if STEPS[until] else []
        return self.run("snakemake", "--cores", "1", "--config", f"studies=[{','.join(studies)}]", *stop)


def begin(copy: Copy, book: Codebook, walk: Walk) -> None:
    """Create the study, replace what is of trial by the team's own, give the workbooks."""
    world, folder = walk.world, copy.given(walk.world)
    tool = ["--outil", world.choice["tool"]] if world.has("questionnaire") else []
    several = ["--departements", ",".join(world.codes), "--region", "Ensemble"] if world.regional else []
    if not typed(walk, copy.run("diagnostic", "creer", world.study, *tool, *several)):
        return
    if world.choice["look"] == "trial":
        if not typed(walk, copy.snakemake([world.study], "release")):
            return
        walk.wrong += judge.first_look(walk.results / "release/statements.parquet")
    for listing in _paged(world):
        if not _read(walk, copy, listing):
            return
    tables.write_csv(copy.home, world)
    tables.write_config(copy.home, world)
    if world.team != names.drawn(world.team):
        refused = copy.run("diagnostic", "sceller", world.study)
        walk.done.append(refused)
        if not refused.code or f"config/studies/{world.study}.yaml : team" not in refused.said:
            walk.stopped = refused
            return
        walk.refusals.append(refused)
        world.team = names.drawn(world.team)
        tables.write_config(copy.home, world)
    if tables.csv_rows(world) and not typed(walk, copy.run("diagnostic", "sceller", world.study)):
        return
    given = tables.workbooks(copy.home, book, world, folder)
    if given and not typed(walk, copy.run("diagnostic", "recevoir", world.study, *map(str, given))):
        return
    if world.choice["nature"] == "real":
        tables.make_real(copy.home, world)


def code(copy: Copy, book: Codebook, walk: Walk, before: Callable[[Path], None] = lambda path: None) -> bool:
    """Give the coded ads, if the study has some, after what is done `before`; false where there is nothing to give."""
    world, folder = walk.world, copy.given(walk.world)
    if walk.stopped or world.internet is None or world.choice["coded"] == "none":
        return False
    if world.choice["chosen"] == "drawn":
        if not walk.sheet.is_file():
            return typed(walk, Done("codage.xlsx", 1, "no sheet to code was made"))
        path = coding.drawn(book, world, walk.sheet, folder)
    else:
        path = coding.chosen(book, world, copy.home / "instruments" / world.study / "classeur-annonces.xlsx", folder)
    before(path)
    return typed(walk, copy.run("diagnostic", "recevoir", world.study, str(path)))


def typed(walk: Walk, done: Done) -> bool:
    """Note a command; false when it refused, and nothing is to be typed after it."""
    walk.done.append(done)
    for name, block, line in TO_WRITE.findall(done.said):
        _write(walk.home / name, block, line)
    for name, block, line in TO_WRITE_IN.findall(done.said):
        _write(walk.home / name, block, line)
    if done.code != 0:
        walk.stopped = done
    return done.code == 0


def _write(path: Path, block: str, line: str) -> None:
    """One line in a block of the configuration, which is begun where there is none."""
    text = path.read_text("utf-8").replace(f"{block}: {{}}\n", f"{block}:\n")
    if f"\n{block}:\n" not in text:
        text += f"{block}:\n"
    path.write_text(text.replace(f"\n{block}:\n", f"\n{block}:\n  {line}\n", 1), "utf-8")


def _paged(world: World) -> list[Listing]:
    return [one for site in world.internet.sites for one in site.known if one.paged] if world.internet else []


def _read(walk: Walk, copy: Copy, listing: Listing) -> bool:
    """Which pages the team reads: those that the command gives, the first ones, or those that it drew before their ads."""
    if walk.world.choice["chosen"] == "two_stage":
        random_ = random.Random(f"{walk.world.number} {listing.site}")
        listing.read = sorted(random_.sample(range(1, len(listing.pages) + 1), min(8, len(listing.pages))))
        return True
    if walk.world.choice["pages"] == "first":
        listing.read = list(range(1, min(6, len(listing.pages)) + 1))
        return True
    done = copy.run("diagnostic", "tirer", walk.world.study, listing.site, str(len(listing.pages)))
    if typed(walk, done):
        listing.read = [int(one) for one in done.said.split(":")[-1].strip(" .\n").split(",")]
    return not walk.stopped
