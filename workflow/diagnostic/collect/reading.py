"""What a study's files hold, read once: the check keeps what it read for the step that writes the tables of it.

What is kept stays in the memory of the process, for the same bytes under the same key only, until it is taken: a run
that makes the tables elsewhere, or later, reads again and finds the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

from diagnostic.codebook import loading
from diagnostic.collect import keys
from diagnostic.collect import study as studies
from diagnostic.collect.exports.study import Received, read_exports, read_workbooks
from diagnostic.collect.exports.typed import Pseudonyms
from diagnostic.collect.table_names import MAPPING, WORKBOOKS
from diagnostic.collect.tables import INPUTS

MOST = 4  # readings kept: the tables of a study are made right after its check (see `priority` in the rules)


@dataclass(frozen=True)
class Given:
    """The named inputs of a step: role → content of files and workbooks, codebook file → content, role → mapping;
    `files`: role → file name, for messages; `exports`: role → format of what the vault holds, its content `received`,
    and `pseudonyms`, the names that leave the vault.
    """

    contents: dict[str, bytes]
    workbooks: dict[str, bytes]
    codebook: dict[str, bytes]
    mappings: dict[str, bytes]
    files: Mapping[str, str]
    exports: Mapping[str, str]
    received: Mapping[str, bytes]
    pseudonyms: Pseudonyms | None

    @property
    def identity(self) -> tuple[str, ...]:
        """The same for the same bytes, read under the same names with the same key."""
        digest = hashlib.sha256(repr([sorted(self.files.items()), sorted(self.exports.items())]).encode())
        for part in (self.contents, self.workbooks, self.codebook, self.mappings, self.received):
            for name, content in sorted(part.items()):
                digest.update(f"\0{name}\0{len(content)}\0".encode() + hashlib.sha256(content).digest())
            digest.update(b"\0\0")
        plain = digest.hexdigest()
        return plain, *(self.pseudonyms("response", [plain]) if self.pseudonyms else ())


@dataclass(frozen=True)
class Read:
    """What the files of the project hold, then the exports of the vault and the workbooks, where there are any."""

    public: studies.Collected
    answers: list[Received]


def told_apart(
    given: Mapping[str, bytes],
    files: Mapping[str, str],
    exports: Mapping[str, str] | None = None,
    received: Mapping[str, bytes] | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Given:
    """A step's inputs by what they are; `received` has what the vault holds, mapping workbooks among them."""
    held = received or {}
    return Given(
        {name: content for name, content in given.items() if name in INPUTS},
        {name: content for name, content in given.items() if name in WORKBOOKS},
        loading.given(given),
        {name.removesuffix(MAPPING): c for name, c in held.items() if name.endswith(MAPPING)},
        files,
        exports or {},
        {name: content for name, content in held.items() if not name.endswith(MAPPING)},
        pseudonyms,
    )


def read(given: Given, latest: dt.date | None = None) -> Read:
    """All that a study received; `latest` is the last day a date may be. Nothing in the contents makes it raise."""
    public, answers = studies.read(given.contents, given.files, latest=latest), list(_answers(given))
    if {keys.PAIRS, keys.STORIES} & given.contents.keys() and answers:
        tables = {name: table for part in answers for name, table in part.tables.items()}
        numbers = {shown: own for part in answers for shown, own in part.numbers.items()}
        own = keys.resolver(tables, numbers)
        public.tables[keys.PAIRS] = keys.decided(public.tables[keys.PAIRS], own)
        public.tables[keys.STORIES] = keys.composed(public.tables[keys.STORIES], own)
    return Read(public, answers)


def _answers(given: Given) -> Iterator[Received]:
    if given.received and given.pseudonyms:
        codebook = loading.load(given.codebook)
        yield read_exports(codebook, given.received, given.exports, given.pseudonyms, given.mappings)
    if given.workbooks:
        yield read_workbooks(loading.load(given.codebook), given.workbooks, given.files)


_kept: list[tuple[tuple[str, ...], Read]] = []  # two studies may have received the same
_turn = Lock()  # two steps may run at once


def keep(given: Given, found: Read) -> None:
    """Keep what was read of these inputs until it is taken; of too many, the oldest goes."""
    with _turn:
        _kept.append((given.identity, found))
        del _kept[:-MOST]


def take(given: Given) -> Read:
    """What was read of these inputs, which is kept no longer; where it was not kept, they are read now."""
    own = given.identity
    with _turn:
        at = next((at for at, (identity, _) in enumerate(_kept) if identity == own), None)
        kept = None if at is None else _kept.pop(at)[1]
    return kept or read(given)
