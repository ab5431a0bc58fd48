"""The end of a calculation: what it gave is kept as a generation, and its documents take the place of those before.

Nothing of `report/` is ever written in place. A generation is copied aside, whole, and renamed; then a copy of its
documents is exchanged with `report/`; then the manifest. Whatever stops this, at any moment, leaves the generation before
as it was, and the same command, given again, ends it with the same bytes.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from diagnostic.core import writing
from diagnostic.core.errors import Typeset, system
from diagnostic.core.locks import turn
from diagnostic.study import manifest, signature
from diagnostic.study.generations import FOLDER, MANIFEST, REPORT, digests_in, files, generations, same, within
from diagnostic.study.generations import inside as of_folder

KEPT = 2  # generations: the one that is shown, and the one before
FRESH, BEFORE = (
    ".report",
    ".report-avant",
)  # beside `report/`: its next content, and where the last goes without exchange
HERE, EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


class PublishError(Typeset):
    """The documents were not put in place, and those before are as they were; the message is in French."""


def publish(results: Path, rendered: Iterable[Path], sealed: Iterable[str], keyed: Mapping[str, str]) -> Path:
    """Keep what a calculation has given, and show its documents. Returns its generation.

    `rendered`: the finished documents, each under the folder where the workflow makes them, whose place in `report/` is the
    same. `sealed`: the files that the study depends on, from the project's root, which is the current folder. `keyed`: role
    → keyed digest of each export of the study's vault. Raises PublishError, Busy.
    """
    with _refusing(results):
        shown = _documents(rendered)
        sources = {path.relative_to(results).as_posix(): path for path in manifest.stages(results)}
        sources |= {f"{REPORT}/{name}": path for name, path in shown.items()}
        digests = manifest.digests(results, sources, sealed, keyed)
        if broken := manifest.broken_chain(digests, set(), within(results)):
            raise PublishError("\n".join([*broken, "Rien n’a été remplacé."]))
        generation = _kept(results, sources, digests)
        _show(generation, results)
        _tidy(results)
    return generation


@contextmanager
def _refusing(results: Path) -> Iterator[None]:
    """One at a time; and what the system refuses to write, told in French."""
    try:
        with turn(results):
            yield
    except OSError as error:
        raise PublishError(
            f"{results.as_posix()} : {system(error)}, puis relancer « diagnostic calculer ». Les documents du dernier calcul "
            "achevé sont gardés."
        ) from None


def _documents(rendered: Iterable[Path]) -> dict[str, Path]:
    """Name in `report/` → file. Raises PublishError where a document is empty or absent."""
    inside = [(path.parent, one) for path in rendered for one in (files(path) if path.is_dir() else [path])]
    found = {one.relative_to(folder).as_posix(): one for folder, one in inside}
    if missing := sorted(name for name, path in found.items() if not path.is_file() or not path.stat().st_size):
        raise PublishError(f"Document absent ou vide : {', '.join(missing)}. Relancer « diagnostic calculer ».")
    return found


# -- A generation ---------------------------------------------------------------------------------------------------
def _kept(results: Path, sources: Mapping[str, Path], digests: Mapping[str, str]) -> Path:
    """The generation that holds these files: the newest, if it does; else a new one. `sources`: name in it → file."""
    content, folder, known = manifest.render(digests), results / FOLDER, generations(results)
    inside = {name: digests[of_folder(results) + name] for name in sources}
    if known and (known[0] / MANIFEST).read_bytes() == content:
        there = ((known[0] / name, digest) for name, digest in inside.items())
        if all(path.is_file() and same(path, digest) for path, digest in there):
            return known[0]
    number = max((int(path.name) for path in folder.glob("*") if path.name.isdecimal()), default=0) + 1
    aside, generation = folder / f".{number}", folder / str(number)
    writing.make_private(folder)
    _copied(sources, aside, inside)
    (aside / MANIFEST).write_bytes(content)
    _settle(aside)
    aside.rename(generation)
    _sync(folder)
    return generation


def _copied(sources: Mapping[str, Path], folder: Path, digests: Mapping[str, str]) -> None:
    """Fill a folder with copies; what was there goes. Raises PublishError where a file is no longer what it was."""
    writing.take_away(folder)
    for name, source in sources.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        if not same(target, digests[name]):
            told = "a changé pendant la mise en place ; relancer « diagnostic calculer »."
            raise PublishError(f"{source.as_posix()} {told}")


# -- The documents in place -----------------------------------------------------------------------------------------
def _show(generation: Path, results: Path) -> None:
    """Let `report/` and the manifest be those of a generation."""
    content = (generation / MANIFEST).read_bytes()
    shown = {path.relative_to(generation / REPORT).as_posix(): path for path in files(generation / REPORT)}
    if not _shows(results, shown):
        _put(shown, results)
    path = results / MANIFEST
    if not path.is_file() or path.read_bytes() != content:
        writing.write_bytes(content, path)
    _sync(results)


def _shows(results: Path, shown: Mapping[str, Path]) -> bool:
    """Whether `report/` has these files, and nothing that an earlier calculation left. `shown`: name in it → file."""
    place = results / REPORT
    return not _stale(results) - shown.keys() and all(
        (place / name).is_file() and (place / name).read_bytes() == path.read_bytes() for name, path in shown.items()
    )


def _stale(results: Path) -> set[str]:
    """The names in `report/` of what the manifest in place says that a calculation has made, and that is there."""
    own = f"{of_folder(results)}{REPORT}/"
    names = {name.removeprefix(own) for name in digests_in(results) if name.startswith(own)}
    return {name for name in names if (results / REPORT / name).is_file()}


def replace(shown: Mapping[str, Path], results: Path) -> None:
    """Let `report/` hold these files, all at once. `shown`: name in it → file. Raises PublishError, Busy."""
    with _refusing(results):
        _put(shown, results)


def _put(shown: Mapping[str, Path], results: Path) -> None:
    """The same. A file that no calculation has made, such as a note of the team's, stays; a signature of other documents goes."""
    place, fresh, before = results / REPORT, results / FRESH, results / BEFORE
    if before.is_dir() and not place.exists():  # it was cut between two renames
        before.rename(place)
    made = _stale(results) | shown.keys()
    theirs = {path.relative_to(place).as_posix(): path for path in files(place)}
    everything = {**{name: path for name, path in theirs.items() if name not in made}, **shown}
    digests = {name: writing.sha256(path) for name, path in everything.items()}
    if not signature.holds(place, digests):
        everything = {name: path for name, path in everything.items() if name not in signature.NAMES}
    _copied(everything, fresh, {name: f"sha256:{digests[name]}" for name in everything})
    _settle(fresh)
    _exchange(fresh, place)
    _sync(results)
    for left in (fresh, before):
        writing.take_away(left)


def _exchange(fresh: Path, place: Path) -> None:
    """Let `place` be the folder `fresh`. The one before, if any, is then at `fresh`, or aside where the system cannot
    exchange two names: then there is a moment without `place`, which the next publication ends."""
    if not place.exists():
        fresh.rename(place)
    elif not _exchanged(fresh, place):
        aside = place.with_name(BEFORE)
        writing.take_away(aside)
        place.rename(aside)
        fresh.rename(place)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one step. False where neither the system nor the disk can, as it then was."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # not Linux
        return False
    if rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))


# -- What is left over, and what must be on the disk ----------------------------------------------------------------
def _tidy(results: Path) -> None:
    """Only the last generations stay, and nothing of a publication or of a step that was cut short."""
    folder = results / FOLDER
    for old in generations(results)[KEPT:]:
        aside = folder / f".{old.name}"
        writing.take_away(aside)
        old.rename(aside)  # so that one that is half taken away is none
    for left in [*folder.glob(".*"), results / FRESH, results / BEFORE, results / signature.ASIDE]:
        writing.take_away(left)
    own = [path for path in results.iterdir() if path.is_dir() and path.name not in (FOLDER, REPORT)]
    for left in [*results.glob(f".{MANIFEST}.*"), *(left for path in own for left in writing.half_written(path))]:
        left.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    with ThreadPoolExecutor(writing.TOGETHER) as pool:
        list(pool.map(_sync, [*folder.rglob("*"), folder]))


def _sync(path: Path) -> None:
    """A file, or the names in a folder, is on the disk. Windows opens no folder, and syncs only what could be written."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
