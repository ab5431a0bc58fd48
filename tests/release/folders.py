"""Neighbours on whole folders: a finished study receives an export with one case more, less or other, and is run again.

Under the same key every file of `report/` is compared. What the documents read may differ in audited draws only
(`neighbours.differences`); then, with the statements of before put back, the neighbour's own folder must give the documents of
before byte for byte: order, findings, titles, sections, pages and charts follow from the statements, and from nothing else.
"""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from unittest import mock

import own
import pandas as pd
from exported import csv_export, timestamp
from neighbours import DAY, FILES, STUDY, Told, differences, false_claims

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.codebook.model import Codebook
from diagnostic.core import io as door
from diagnostic.release.populations.people import populations
from diagnostic.release.tables import PRINTED
from diagnostic.review.documents import remake
from diagnostic.study import config
from diagnostic.study.given import Choice
from diagnostic.study.receive import receive
from diagnostic.study.start import init
from diagnostic.trial.answers import PERSONS as HOW_MANY
from diagnostic.trial.answers import RESPONSE, RESPONSES, SITUATIONS, SUBMITTED, Answers, Row, generate

TOOL, SEED, ANSWERS = "google_csv", 71, 18
MOST = 4  # situations of an answer
PLACES = ("vault", "config/studies", "resources/studies")  # what a team gives
STATEMENTS = f"results/{STUDY}/release/statements.parquet"
SAME, DIFFERENT = "same", "different"


@dataclass(frozen=True)
class Given:
    """What the team received: answers, and what it decided of the pairs of situations that look alike."""

    answers: Answers
    pairs: tuple[tuple[str, str], ...] = ()
    same: int = -1  # the pair that was found to be one situation

    @property
    def responses(self) -> list[Row]:
        return self.answers[RESPONSES]

    @property
    def situations(self) -> list[Row]:
        return self.answers[SITUATIONS]

    def of(self, response: Row) -> list[Row]:
        return [row for row in self.situations if row[RESPONSE] == response[RESPONSE]]

    @property
    def decided(self) -> bytes:
        """The decisions as a team writes them."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["first", "second", "decision", "reason", "initials"])
        for at, pair in enumerate(self.pairs):
            rows.writerow([*pair, SAME if at == self.same else DIFFERENT, "essai", "AB"])
        return out.getvalue().encode()


def answered(codebook: Codebook, seed: int = SEED, number: int = ANSWERS) -> Given:
    """The study's answers. Each was sent in a second of its own, which is how this tool names it; every other pair of first
    situations was looked at."""
    answers = generate(codebook, seed, number, 3 * number // 10, MOST)
    for at, row in enumerate(answers[RESPONSES]):
        row[SUBMITTED] = _moment(row) + dt.timedelta(seconds=at)
    firsts = [row for row in answers[RESPONSES] if any(one[RESPONSE] == row[RESPONSE] for one in answers[SITUATIONS])]
    names = [f"{timestamp(_moment(row))}/1" for row in firsts]
    return Given(answers, tuple(zip(names[::2], names[1::2], strict=False)))


def _moment(row: Row) -> dt.datetime:
    moment = row[SUBMITTED]
    assert isinstance(moment, dt.datetime)
    return moment


# -- One case more, less or other ---------------------------------------------------------------------------------

Change = Callable[[Codebook, Given, int], Given]  # the last: which of the cases that could be so changed


def _resized(given: Given, at: int, step: int) -> Given:
    several = [row for row in given.situations if str(row.get(HOW_MANY)).isdecimal() and int(str(row[HOW_MANY])) > 1]
    several[at][HOW_MANY] = str(int(str(several[at][HOW_MANY])) + step)
    return given


def person_more(_: Codebook, given: Given, at: int) -> Given:
    """A person more in a situation."""
    return _resized(given, at, 1)


def person_less(_: Codebook, given: Given, at: int) -> Given:
    """A person less in a situation of several."""
    return _resized(given, at, -1)


def _told(given: Given, variable: str) -> list[Row]:
    """The situations of which one answer is known."""
    return [row for row in given.situations if isinstance(row.get(variable), tuple) and len(row[variable]) == 1]  # type: ignore[arg-type]


def other_answer(codebook: Codebook, given: Given, at: int) -> Given:
    """Another age in one situation."""
    row = _told(given, "age_band")[-1 - at]
    (variable,) = (one for one in codebook.table(SITUATIONS) if one.name == "age_band")
    row["age_band"] = next((one.code,) for one in codebook.options(variable) if (one.code,) != row["age_band"])
    return given


def swapped(_: Codebook, given: Given, at: int) -> Given:
    """Two situations of different answers exchange their gender."""
    pairs = combinations(_told(given, "gender"), 2)
    differ = [(a, b) for a, b in pairs if a["gender"] != b["gender"] and a[RESPONSE] != b[RESPONSE]]
    first, other = differ[at]
    first["gender"], other["gender"] = other["gender"], first["gender"]
    return given


def merged(_: Codebook, given: Given, at: int) -> Given:
    """Two situations that were told apart are found to be one."""
    return replace(given, same=at)


def situation_less(_: Codebook, given: Given, at: int) -> Given:
    """A situation less: the last of an answer that tells of several, so that the others keep their places."""
    last = [rows[-1] for one in given.responses if len(rows := given.of(one)) > 1]
    return without(given, [last[at]], [])


def situation_more(_: Codebook, given: Given, at: int) -> Given:
    """A situation more, like another, after those of an answer."""
    room = [rows for one in given.responses if 0 < len(rows := given.of(one)) < MOST]
    last, like = room[at][-1], room[-1 - at][-1]
    added = like | {RESPONSE: last[RESPONSE], "situation_number": len(room[at]) + 1}
    after = given.situations.index(last) + 1
    rows = [*given.situations[:after], added, *given.situations[after:]]
    return replace(given, answers={**given.answers, SITUATIONS: rows})


def response_less(_: Codebook, given: Given, at: int) -> Given:
    """An answer less, with its situations."""
    gone = [one for one in given.responses if given.of(one)][-1 - at]
    return without(given, given.of(gone), [gone])


def response_more(codebook: Codebook, given: Given, at: int) -> Given:
    """An answer more, with its situations, sent just after another."""
    others = Given(generate(codebook, SEED + 1, ANSWERS, 3 * ANSWERS // 10, MOST))
    added, rows = [(one, rows) for one in others.responses if len(rows := others.of(one)) > 1][at]
    after = len(given.responses) // 2
    own_ = {RESPONSE: "R900", SUBMITTED: _moment(given.responses[after]) + dt.timedelta(seconds=ANSWERS)}
    responses = [*given.responses[: after + 1], added | own_, *given.responses[after + 1 :]]
    situations = [*given.situations, *(row | {RESPONSE: "R900"} for row in rows)]
    return replace(given, answers={RESPONSES: responses, SITUATIONS: situations})


def structure_less(_: Codebook, given: Given, at: int) -> Given:
    """All answers of a structure that told of situations."""
    names = [one["organisation"] for one in given.responses if one.get("organisation") and given.of(one)]
    name = list(dict.fromkeys(names))[at]
    gone = [one for one in given.responses if one.get("organisation") == name]
    return without(given, [row for one in gone for row in given.of(one)], gone)


def without(given: Given, situations: Sequence[Row], responses: Sequence[Row]) -> Given:
    """Without some situations and some answers, nor the decisions on the situations of these."""
    left = [
        [row for row in rows if row not in gone]
        for rows, gone in ((given.responses, responses), (given.situations, situations))
    ]
    times = {f"{timestamp(_moment(row))}/1" for row in responses}
    pairs = tuple(pair for pair in given.pairs if not times & set(pair))  # a decision names what was received
    return replace(given, answers={RESPONSES: left[0], SITUATIONS: left[1]}, pairs=pairs)


CHANGES: Mapping[str, Change] = {
    "person more": person_more,
    "response less": response_less,
    "other answer": other_answer,
    "situation less": situation_less,
    "merged": merged,
    "response more": response_more,
    "person less": person_less,
    "swapped": swapped,
    "structure less": structure_less,
    "situation more": situation_more,
}
ANSWERED = ("response less", "response more", "structure less")


# -- The folder ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finished:
    """What a run left: `documents`, file of `report/` → its bytes; `told`, what documents read, beside the team's own tables;
    `lineage`, the table that documents read besides; `statements`, the file."""

    documents: Mapping[str, bytes]
    told: Told
    lineage: pd.DataFrame
    statements: bytes


@dataclass(frozen=True)
class Project:
    """A study in a project of its own at `home`."""

    home: Path

    @cached_property
    def codebook(self) -> Codebook:
        return load(read_folder(self.home / FOLDER))

    def begin(self) -> None:
        """A new study in a new project."""
        own.copy(self.home, *FILES, "envs", "requirements.lock")
        with mock.patch("diagnostic.privacy.vault.secrets.token_bytes", bytes):  # a key that is the same each time
            init(self.home, STUDY, TOOL, DAY)
        choices = self.home / f"config/studies/{STUDY}.yaml"
        text = choices.read_text(encoding="utf-8")
        choices.write_text(text.replace("  situation_coding: template\n", ""), encoding="utf-8")  # of other situations

    @cached_property
    def first(self) -> Finished:
        """The study as it is."""
        self.begin()
        made = self.finished(answered(self.codebook))
        for place in PLACES:
            shutil.copytree(self.home / place, self._kept / place)
        return made

    def neighbour(self, kind: str, case: int = 0) -> tuple[Finished, Mapping[str, bytes]]:
        """The study with one case more, less or other; and its documents, made again from the statements of the first."""
        first = self.first
        for place in PLACES:
            shutil.rmtree(self.home / place)
            shutil.copytree(self._kept / place, self.home / place)
        made = self.finished(CHANGES[kind](self.codebook, copy.deepcopy(answered(self.codebook)), case))
        if made.statements == first.statements:
            return made, made.documents
        place, times = self.home / STATEMENTS, os.stat(self.home / STATEMENTS)
        place.write_bytes(first.statements)
        remake(self.home, STUDY)
        again = self._documents()
        place.write_bytes(made.statements)
        os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))
        return made, again

    def finished(self, given: Given) -> Finished:
        """What a run makes of what is given, by the team's own doors."""
        files = {"questionnaire": csv_export(self.codebook, given.answers), "duplicates": given.decided}
        (self.home / f"resources/studies/{STUDY}/duplicates.csv").unlink(
            missing_ok=True
        )  # else those of before are kept
        for role, content in files.items():
            received = self.home.parent / "recu.csv"
            received.write_bytes(content)
            receive(self.home, STUDY, role, received, DAY, Choice(replace=True))
            received.unlink()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SNAKEMAKE_")}
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "snakemake",
                "--cores",
                "1",
                "--config",
                f"studies=[{STUDY}]",
                "geography={fetch: false}",
            ],
            cwd=self.home,
            env=environment | {"PYTHONPATH": str(self.home / "workflow")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        results = self.home / "results" / STUDY
        lineage = door.read_table(results / "release/lineage.parquet")
        return Finished(self._documents(), told(self.home), lineage, (self.home / STATEMENTS).read_bytes())

    @property
    def _kept(self) -> Path:
        return self.home.parent / "donne"

    def _documents(self) -> dict[str, bytes]:
        folder = self.home / "results" / STUDY / "report"
        files = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def told(home: Path) -> Told:
    """What a finished study says."""
    results = home / "results" / STUDY
    policy = config.load(home, {"studies": [STUDY]}).release(STUDY)
    tables = (
        door.read_table(results / f"consolidate/{name}.parquet")
        for name in ("described", "pairs", "cases", "respondents")
    )
    printed = {name: door.read_table(results / f"release/{name}.parquet") for name in PRINTED}
    people = populations(*tables, policy.meaning)
    return Told(printed, door.read_table(results / "release/ledger.parquet"), people, policy)


@dataclass(frozen=True)
class Compared:
    """Two neighbours: statements that moved, files that differ, numbers outside their claim, and what no statement explains."""

    moved: Sequence[str]
    files: Sequence[str]
    false: Sequence[str]
    unexplained: Sequence[str]


def compared(first: Finished, other: Finished, again: Mapping[str, bytes], answered: bool) -> Compared:
    """Every file of two neighbours, byte by byte. `again`: the documents of `other` from the statements of `first`."""
    moved, unexplained = differences(first.told, other.told, answered)
    unexplained += ["table lineage"] if not first.lineage.equals(other.lineage) else []
    names = sorted({*first.documents, *again})
    unexplained += [f"file {name}" for name in names if first.documents.get(name) != again.get(name)]
    every = sorted({*first.documents, *other.documents})
    files = [name for name in every if first.documents.get(name) != other.documents.get(name)]
    return Compared(moved, files, false_claims(other.told), unexplained)
