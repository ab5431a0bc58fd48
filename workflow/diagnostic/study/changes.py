"""A command changes what it keeps of a study whole or not at all, whatever stops it, at any moment.

It works in a project beside the real one, `vault/.{study}/`: links to the files that it may write, to everything else as it
is. Then one file, `vault/.{study}.json`, says what takes whose place and what goes; from there on the change is made,
and whoever changes the study next ends it. Before, there is none: what was begun is taken away. The same command, given again,
so ends as if nothing had stopped it; one that was made but for its last steps is not made twice.
"""

import errno
import functools
import hashlib
import inspect
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from diagnostic.core import writing
from diagnostic.core.declarations import STUDY_ID
from diagnostic.core.errors import Refused
from diagnostic.core.french import typographic
from diagnostic.core.locks import NOW, WAIT, Busy, turn
from diagnostic.core.writing import sync, wipe, write_whole
from diagnostic.privacy.vault import FILE_MODE, FOLDER_MODE, VAULT, WRITING, convert
from diagnostic.study.config import CONFIG, RESOURCES, STUDIES

INSTRUMENTS, GONE = Path("instruments"), ".gone"
T = TypeVar("T")
P = ParamSpec("P")
Mark = tuple[int, int, int]  # which file stands at a name, and since when


class Meanwhile(Refused):
    """A file was changed by something else while a command worked; nothing was written."""


@dataclass(frozen=True)
class Change:
    """What a command that has ended changes, from the project's root: `moves` take their place, `gone` and then the folders
    `empty` go, each where what stands there is what was (None: nothing); `asked` is a digest of what was asked, `told` what is
    told of it."""

    asked: str
    told: Any
    moves: dict[str, Mark | None] = field(default_factory=dict)
    gone: dict[str, Mark | None] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def places(study: str) -> list[Path]:
    """Everything that commands write of a study, results aside, and the list of all studies."""
    own = [STUDIES / f"{study}.yaml", *(folder / study for folder in (STUDIES, RESOURCES, Path(VAULT), INSTRUMENTS))]
    return [*own, CONFIG]


def whole(
    root: Path, study: str, asked: Iterable[object], work: Callable[[Path], T], wait: float = WAIT, again: bool = False
) -> T:
    """What `work` gives back for the root of a project where it writes, once all of that stands in the real one.

    `asked`: what the command was given, contents included. Where the same was made but for its last steps, it is told, and not
    done `again` unless this says so: what `work` gives is then no JSON. Raises Busy, Meanwhile, OSError, and what `work` does,
    after which nothing is changed.
    """
    # There, links are not everybody's: it writes in place. Of what is no study, all is refused.
    if os.name == "nt" or not re.fullmatch(STUDY_ID, study):
        return work(root)
    named = hashlib.sha256(repr(tuple(asked)).encode()).hexdigest()
    with _turn(root, study, wait):
        made = settle(root, study)
        if made and made.asked == named and not again:
            told: T = made.told
            return told
        with _beside(root, study) as (inside, before):
            convert(inside / VAULT / study)
            done = work(inside)
            change = _changed(root, inside, study, before, named, None if again else done)
            if change.moves or change.gone or change.folders or change.empty:
                _decided(root, inside, study, change)
                _ended(root, study, change)
            return done


def wholly(command: str) -> Callable[[Callable[Concatenate[Path, str, P], T]], Callable[Concatenate[Path, str, P], T]]:
    """What changes a study `whole`: what was asked is the `command`, the study and all else that it is given."""

    def changing(work: Callable[Concatenate[Path, str, P], T]) -> Callable[Concatenate[Path, str, P], T]:
        @functools.wraps(work)
        def changed(root: Path, study: str, *args: P.args, **kwargs: P.kwargs) -> T:
            given = inspect.signature(work).bind(root, study, *args, **kwargs)
            given.apply_defaults()
            asked = (command, *list(given.arguments.values())[1:])
            return whole(root, study, asked, lambda inside: work(inside, study, *args, **kwargs))

        return changed

    return changing


def settle(root: Path, study: str) -> Change | None:
    """End the change that a process which is gone had decided, which is given back; else take away what it had begun. For who has
    the turn."""
    path = _plan(root, study)
    change = Change(**json.loads(path.read_bytes())) if path.is_file() else None
    if change:
        _ended(root, study, change)
    writing.take_away(_inside(root, study))
    for left in _left(root, study):
        wipe(left)
    return change


def resume(root: Path, *studies: str) -> None:
    """End, or take away, what commands that were killed had begun of any study, and of these what was half written, before anything
    reads it; what one that lives has begun is its own."""
    begun = {*studies, *(path.name[1:].removesuffix(".json") for path in (root / VAULT).glob(".*"))}
    for study in sorted(name for name in begun if re.fullmatch(STUDY_ID, name)):
        with suppress(Busy), _turn(root, study, NOW):
            settle(root, study)


def _turn(root: Path, study: str, wait: float) -> AbstractContextManager[None]:
    vault = root / VAULT / study
    return turn(vault if vault.is_dir() else root / CONFIG.parent, wait)


def _left(root: Path, study: str) -> Iterator[Path]:
    """What was being written in place when its writer died."""
    base = root / VAULT
    yield from (path for path in (base / study).rglob(f"{WRITING}*") if path.is_file())
    yield from base.glob(f"{WRITING}*")
    for place in places(study):
        if place.parts[0] != VAULT:
            yield from writing.half_written(root / place)
            yield from (root / place).parent.glob(f".{place.name}.????????")


def _plan(root: Path, study: str) -> Path:
    return root / VAULT / f".{study}.json"


def _inside(root: Path, study: str) -> Path:
    return root / VAULT / f".{study}"


# -- The project beside ---------------------------------------------------------------------------------------------
@contextmanager
def _beside(root: Path, study: str) -> Iterator[tuple[Path, dict[str, Mark]]]:
    """A project with links to a study's own files, and which files they are; it goes whatever happens, but a change that is decided
    and not yet ended."""
    base, inside = root / VAULT, _inside(root, study)
    fresh = not base.is_dir()
    try:
        if fresh:
            base.mkdir()
            base.chmod(FOLDER_MODE)
        inside.mkdir(mode=FOLDER_MODE)
        own = {*places(study)}
        _mirrored(root.resolve(), inside, Path(), own, {one for place in own for one in place.parents})
        yield inside, {name: _mark(inside / name) for name in _files(inside, own)}
    except Refused as error:  # files are named as who reads it knows them
        error.args = tuple(str(one).replace(str(inside), str(root)) for one in error.args)
        raise
    except OSError as error:
        if error.filename:
            named = str(error.filename).removeprefix(f"{inside}/")
            error.filename = str(base if named == str(inside) else root / named)
        raise
    finally:
        if not _plan(root, study).is_file():
            writing.take_away(inside)
            if fresh and not any(base.iterdir()):
                base.rmdir()


def _mirrored(source: Path, target: Path, inside: Path, own: set[Path], above: set[Path]) -> None:
    """Fill a folder as another, `inside` the project: what is a study's own linked file by file, the rest as a whole."""
    for entry in sorted(source.iterdir()):
        name, made = inside / entry.name, target / entry.name
        if name in own and not entry.is_symlink():
            _linked(entry, made)
        elif name in above and entry.is_dir() and not entry.is_symlink():
            made.mkdir()
            shutil.copymode(entry, made)
            _mirrored(entry, made, name, own, above)
        elif entry.name != ".git" and not (
            source.name == VAULT and entry.name.startswith(".")
        ):  # git follows no such links
            made.symlink_to(entry)


def _linked(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        target.mkdir()
        shutil.copymode(source, target)
        for entry in source.iterdir():
            _linked(entry, target / entry.name)
    else:
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:  # a disk without links
            shutil.copy2(source, target, follow_symlinks=False)


def _files(inside: Path, own: Iterable[Path], folders: bool = False) -> list[str]:
    """The names of a study's own files, or folders, links among the files."""
    found = [one for place in own for one in (inside / place, *(inside / place).rglob("*"))]
    kept = (one for one in found if os.path.lexists(one) and (one.is_dir() and not one.is_symlink()) is folders)
    return sorted(one.relative_to(inside).as_posix() for one in kept)


def _mark(path: Path) -> Mark:
    status = path.lstat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _stands(path: Path, mark: Mark | None) -> bool:
    """Whether what is at a name is what was, or is a link to, when it was marked; of a copy, the number is another."""
    there = os.path.lexists(path)
    return there and _mark(path)[1:] == tuple(mark)[1:] if mark else not there


# -- From one to the other ------------------------------------------------------------------------------------------
def _changed(root: Path, inside: Path, study: str, before: dict[str, Mark], asked: str, told: object) -> Change:
    """What differs between the two. Raises Meanwhile where something else has changed that too."""
    own = places(study)
    after = {name: _mark(inside / name) for name in _files(inside, own)}
    moves = {name: before.get(name) for name, mark in after.items() if before.get(name) != mark}
    gone: dict[str, Mark | None] = {name: mark for name, mark in before.items() if name not in after}
    for name, mark in (moves | gone).items():
        if not _stands(root / name, mark):
            raise Meanwhile(typographic(f"{name} a changé pendant cette commande : rien n’est écrit ; la relancer."))
    folders, real = _files(inside, own, folders=True), _files(root, own, folders=True)
    empty = [name for name in reversed(real) if name not in folders]
    return Change(asked, told, moves, gone, [name for name in folders if name not in real], empty)


def _decided(root: Path, inside: Path, study: str, change: Change) -> None:
    """Write what is to be done, all that it needs being on the disk."""
    paths = [inside / name for name in change.moves]
    above = {one for path in paths for one in path.parents if one.is_relative_to(inside)}
    for path in [*(path for path in paths if not path.is_symlink()), *above, inside.parent]:
        sync(path)
    write_whole(writing.as_json(vars(change)), _plan(root, study), WRITING, FILE_MODE)
    sync(inside.parent)


def _ended(root: Path, study: str, change: Change) -> None:
    """Do what was decided, wherever it was stopped; what says it goes last."""
    inside = _inside(root, study)
    for name in change.folders:
        (root / name).mkdir(parents=True, exist_ok=True)
        if (inside / name).is_dir():
            shutil.copymode(inside / name, root / name)
    for name, mark in change.moves.items():  # what a person has put there since a kill stays
        if os.path.lexists(inside / name) and _stands(root / name, mark):
            _put(inside / name, root / name, WRITING if name.startswith(f"{VAULT}/") else f".{Path(name).name}.")
    aside = inside / GONE
    aside.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    for at, (name, mark) in enumerate(change.gone.items()):
        if _stands(root / name, mark):
            try:
                os.replace(root / name, aside / str(at))
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                wipe(root / name)
    for path in aside.iterdir():
        wipe(path)
    for name in change.empty:
        if (root / name).is_dir() and not any((root / name).iterdir()):
            (root / name).rmdir()
    for folder in sorted({(root / name).parent for name in [*change.moves, *change.gone, *change.folders]}):
        if folder.is_dir():
            sync(folder)
    writing.take_away(inside)
    _plan(root, study).unlink()


def _put(source: Path, target: Path, begun: str) -> None:
    """Rename a file; from one disk to another, as where the vault has its own, put a copy in its place, whole: `begun`, how the name
    of what is being written starts."""
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_whole(source.read_bytes(), target, begun, stat.S_IMODE(source.stat().st_mode))
