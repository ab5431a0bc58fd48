"""Whether what a rule reads is what it read, by content: Snakemake looks at no file that is older than what was made of it.

The digest of a rule's own files is one of its parameters, whose change makes it run again. What other rules make is not read
here: they run again themselves.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from diagnostic.core import home

PARAMETER = "fresh"  # of a rule, never of its function
Marks = tuple[int, int, int, int]

_known: dict[Path, tuple[Marks, str]] = {}  # of this process: several rules read the same file


def digest(paths: Iterable[str | Path], made: Iterable[str]) -> str:
    """16 hexadecimal digits of the content of these files, those in the folders `made` left out; a missing one counts as such."""
    apart = tuple(f"{folder}/" for folder in made)
    own = sorted({path for path in map(str, paths) if not path.startswith(apart)})
    if not own:
        return ""
    told = "".join(f"{home.named(Path(path))}\0{content(Path(path))}\n" for path in own)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def content(path: Path) -> str:
    """The sha256 of a file as it is now; empty for none. It is read again as soon as anything that the system tells of it moves:
    who changes a file may set its time back, not the time of that change."""
    try:
        status = path.stat()
        marks = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        kept = _known.get(path)
        if kept is None or kept[0] != marks:
            with path.open("rb") as file:
                kept = marks, hashlib.file_digest(file, "sha256").hexdigest()
            _known[path] = kept
    except OSError:
        return ""
    return kept[1]
