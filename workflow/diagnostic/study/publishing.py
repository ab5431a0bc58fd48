"""The end of a calculation: what it gave is kept as a generation, and its documents take the place of those before.

Nothing of `report/` is ever written in place. A generation is copied aside, whole, and renamed; then a copy of its
documents is exchanged with `report/`; then the manifest. Whatever stops this, at any moment, leaves the generation before
as it was, and the same command, given again, ends it with the same bytes.
"""

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
from diagnostic.privacy.vault import FILE_MODE, FOLDER_MODE, WRITING, write_closed
from diagnostic.study import generations, manifest, program, signature
from diagnostic.study.digests import PLAIN, Digests
from diagnostic.study.generations import FOLDER, MANIFEST, PLACES, REPORT, WORKING, digests_in, files
from diagnostic.study.signature import DIGESTS

KEPT = 2  # generations: the one that is shown, and the one before
FRESH, BEFORE = ".{}", ".{}-avant"  # beside a place: its next content, and where the last goes without exchange
HERE, EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


class PublishError(Typeset):
    """The documents were not put in place, and those before are as they were; the message is in French."""


def publish(
    results: Path,
    rendered: Iterable[Path],
    sealed: Iterable[str],
    keyed: Mapping[str, str],
    public: Iterable[str] = (),
    working: bool = False,
    sent: bool = False,
    project: Iterable[Path] = (),
) -> Path:
    """Keep what a calculation has given, and show its documents. Returns its generation.

    `rendered`: the finished documents, each under the folder where the workflow makes them, whose place in `report/` is the
    same; `project`: what Quarto makes them again with, in a folder there. `sealed`: the files that the study depends on, from the project's root, which is the current folder; `public`: those
    of them that anybody may read. `working`: whether the documents are the team's own, in `travail/`; `sent`: whether those of
    `report/` are an edition's. `keyed`: role → keyed digest of each export of the study's vault. Raises PublishError, Busy,
    VaultError, ConfigError.
    """
    with _refusing(results):
        made = _documents(rendered) | {
            f"{generations.PROJECT}/{name}": path for name, path in _documents(project).items()
        }
        write_closed(program.record(), results / program.CODE)
        shown = _worked(made) if working else _listed(made, REPORT, results / writing.RENDERING)
        sources = {path.relative_to(results).as_posix(): path for path in manifest.stages(results)}
        sources |= _carried(results, REPORT if working else WORKING, sent) | shown
        digests = manifest.digests(results, sources, sealed, keyed, public)
        if broken := manifest.broken_chain(digests, set(), generations.within(results)):
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


def _worked(shown: Mapping[str, Path]) -> dict[str, Path]:
    """The same by their names in the results, where the team works with them."""
    return {
        f"{WORKING}/{name if '/' in name else generations.WORKING_MARK + name}": path for name, path in shown.items()
    }


def _carried(results: Path, place: str, sent: bool) -> dict[str, Path]:
    """Name in the results → file, of the documents in the other place, as the last generation has them: what was sent stays while
    the team works on, and the other way round. None where nobody has worked with documents of their own and nothing was `sent`:
    what is then in `report/` is no edition of a real study."""
    last = next(iter(generations.generations(results)), None)
    if last is None or not (sent or (last / WORKING).is_dir()):
        return {}
    listed, same = digests_in(last), Digests(results).same
    found = {path.relative_to(last).as_posix(): path for path in files(last / place)}
    return {
        name: path for name, path in found.items() if same(path, listed.get(generations.inside(results) + name, ""))
    }


def _listed(shown: Mapping[str, Path], place: str, folder: Path) -> dict[str, Path]:
    """The same by their names in the results, with the list of their digests, written in a folder: what whoever is sent them
    checks them by."""
    lines = signature.lines({name: writing.sha256(path) for name, path in shown.items() if name != DIGESTS})
    folder.mkdir(parents=True, exist_ok=True)
    writing.write_bytes(lines, folder / DIGESTS)
    return {f"{place}/{name}": path for name, path in {**shown, DIGESTS: folder / DIGESTS}.items()}


# -- A generation ---------------------------------------------------------------------------------------------------
def _kept(results: Path, sources: Mapping[str, Path], digests: Mapping[str, str]) -> Path:
    """The generation that holds these files: the newest, if it does; else a new one. `sources`: name in it → file."""
    content, folder, known = manifest.render(digests), results / FOLDER, generations.generations(results)
    inside = {name: digests[generations.inside(results) + name] for name in sources}
    same = Digests(results).same
    if known and (known[0] / MANIFEST).read_bytes() == content:
        there = ((known[0] / name, digest) for name, digest in inside.items())
        if all(path.is_file() and same(path, digest) for path, digest in there):
            return known[0]
    number = max((int(path.name) for path in folder.glob("*") if path.name.isdecimal()), default=0) + 1
    aside, generation = folder / f".{number}", folder / str(number)
    writing.make_private(folder)
    _copied(sources, aside, inside, results)
    write_closed(content, aside / MANIFEST)
    _settle(aside)
    writing.move(aside, generation)
    writing.sync(folder)
    return generation


def _copied(sources: Mapping[str, Path], folder: Path, digests: Mapping[str, str], results: Path) -> None:
    """Fill a folder with copies; what was there goes. Raises PublishError where a file is no longer what it was."""
    writing.take_away(folder)
    same = Digests(results).same
    for name, source in sources.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        if not same(target, digests[name]):
            told = "a changé pendant la mise en place ; relancer « diagnostic calculer »."
            raise PublishError(f"{source.as_posix()} {told}")


# -- The documents in place -----------------------------------------------------------------------------------------
def _show(generation: Path, results: Path) -> None:
    """Let the documents and the manifest be those of a generation."""
    content = (generation / MANIFEST).read_bytes()
    for place in PLACES:
        shown = {path.relative_to(generation / place).as_posix(): path for path in files(generation / place)}
        if not _shows(results / place, shown):
            _put(shown, results / place)
    path = results / MANIFEST
    if not path.is_file() or path.read_bytes() != content:
        write_closed(content, path)
    path.chmod(FILE_MODE)  # whatever an earlier version left
    writing.sync(results)


def _shows(place: Path, shown: Mapping[str, Path]) -> bool:
    """Whether a place has these files, and nothing that an earlier calculation left. `shown`: name in it → file."""
    return not _stale(place) - shown.keys() and all(
        (place / name).is_file() and (place / name).read_bytes() == path.read_bytes() for name, path in shown.items()
    )


def _stale(place: Path) -> set[str]:
    """The names in a place of what the manifest beside it says that a calculation has made, and that is there."""
    own = f"{generations.inside(place.parent)}{place.name}/"
    names = {name.removeprefix(own) for name in digests_in(place.parent) if name.startswith(own)}
    return {name for name in names if (place / name).is_file()}


def replace(folder: Path, results: Path, working: bool = False) -> None:
    """Let `report/`, or where the team works, hold the files of a folder, with the list of their digests, all at once. Raises
    PublishError, Busy."""
    made, place = {path.relative_to(folder).as_posix(): path for path in files(folder)}, WORKING if working else REPORT
    with _refusing(results):
        shown = _worked(made) if working else _listed(made, REPORT, folder)
        _put({name.removeprefix(f"{place}/"): path for name, path in shown.items()}, results / place)


def _put(shown: Mapping[str, Path], place: Path) -> None:
    """Let a place hold these files, all at once; none, no place. A file that no calculation has made, such as a note of the
    team's, stays; a signature of other documents goes."""
    results = place.parent
    fresh, before = (place.with_name(one.format(place.name)) for one in (FRESH, BEFORE))
    if before.is_dir() and not place.exists():  # it was cut between two renames
        writing.move(before, place)
    made = _stale(place) | shown.keys()
    theirs = {path.relative_to(place).as_posix(): path for path in files(place)}
    everything = {**{name: path for name, path in theirs.items() if name not in made}, **shown}
    digests = {name: writing.sha256(path) for name, path in everything.items()}
    if not signature.holds(place, digests):
        everything = {name: path for name, path in everything.items() if name not in signature.NAMES}
    if not everything.keys() - {writing.NOTICE}:
        writing.take_away(place)
        return
    _copied(everything, fresh, {name: f"{PLAIN}{digests[name]}" for name in everything}, results)
    if place.name == WORKING:
        fresh.chmod(FOLDER_MODE)
        (fresh / writing.NOTICE).write_text(writing.NOTICE_TEXT, encoding="utf-8")
    _settle(fresh)
    # Let `place` be the folder `fresh`. The one before, if any, is then at `fresh`, or aside where the system cannot
    # exchange two names: then there is a moment without `place`, which the next publication ends.
    if not place.exists():
        writing.move(fresh, place)
    elif not _exchanged(fresh, place):
        aside = place.with_name(BEFORE.format(place.name))
        writing.take_away(aside)
        writing.move(place, aside)
        writing.move(fresh, place)
    writing.sync(results)
    for left in (fresh, before):
        writing.take_away(left)


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
    for old in generations.generations(results)[KEPT:]:
        aside = folder / f".{old.name}"
        writing.take_away(aside)
        writing.move(old, aside)  # so that one that is half taken away is none
    beside = [results / one.format(place) for one in (FRESH, BEFORE) for place in PLACES]
    for left in [*folder.glob(".*"), *beside, results / signature.ASIDE]:
        writing.take_away(left)
    own = [path for path in results.iterdir() if path.is_dir() and path.name not in (FOLDER, *PLACES)]
    for left in [*results.glob(f"{WRITING}*"), *(left for path in own for left in writing.half_written(path))]:
        left.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    with ThreadPoolExecutor(writing.TOGETHER) as pool:
        list(pool.map(writing.sync, [*folder.rglob("*"), folder]))
