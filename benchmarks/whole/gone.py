"""What may be left of who was erased, and of a study that was purged, the purge having been cut: nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .people import Response
from .player import Walk
from .search import found

LAST = "2040-01-01"  # after every date at which something is to be deleted
# Of the results, once purged: documents, and what they are made of, which says no more; never what was counted.
KEPT = ("report", "rendu", "geography", "release", "manifest.json", "purge.json", ".cle")
COUNTED = ("ledger", "compared", "claims", "audits", "costs")
CUT = """
import os, sys
left, here = int(sys.argv.pop(1)), os.getcwd()
def count(event, given):
    global left
    opened = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
    if opened or event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link"):
        path = os.path.abspath(os.fsdecode(given[0])) if isinstance(given[0], (str, bytes, os.PathLike)) else ""
        left -= path.startswith((f"{here}/vault", f"{here}/results"))
        if left < 0:
            os._exit(9)
sys.addaudithook(count)
from diagnostic.commands.program import main
sys.exit(main(sys.argv[1:]))
"""


def planted(responses: Sequence[Response]) -> list[str]:
    """What each of these answers alone says: who it is from, and the number of a tool that draws one."""
    own = [one.answers["organisation"] for one in responses]
    return [str(one).split()[-1] for one in own] + [one.number for one in responses if len(one.number) > 20]


CALCULATED = ("vault", "results", "logs")  # what a purge empties; what the team wrote beside them stays its own
EVERYWHERE = (*CALCULATED, "resources/studies", "config/studies")


def left(walk: Walk, responses: Sequence[Response], folders: Sequence[str] = EVERYWHERE) -> list[str]:
    """What the study's folders still hold of these answers; a sentence each."""
    study = walk.world.study
    places = [walk.home / name / study for name in folders]
    seen = {word for place in places for word in found(place, planted(responses))}
    return [f"erased, and still there: {word}" for word in sorted(seen)]


def purged(walk: Walk, responses: Sequence[Response]) -> list[str]:
    """Purge the study, cut once at a drawn operation, then by the same command: what is wrong with what is left."""
    study, draw = walk.world.study, random.Random(f"purge {walk.world.study}")
    asked = ["purger", study, "--confirmer", "--date", LAST]
    place = {**os.environ, "PYTHONPATH": str(walk.home / "workflow"), "LC_ALL": "C.UTF-8"}

    def run(*command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([sys.executable, *command, *asked], cwd=walk.home, env=place, capture_output=True)

    run("-c", CUT, str(draw.randrange(1, 300)))
    done = run("-m", "diagnostic")
    if done.returncode:
        return [f"purged: code {done.returncode}: {(done.stdout + done.stderr).decode()[-600:]}"]
    over = [path.name for path in walk.results.iterdir() if path.name not in KEPT] if walk.results.is_dir() else []
    over += [name for name in COUNTED if (walk.results / f"release/{name}.parquet").exists()]
    kept = [name for name in ("received", "private", "versions", "key") if _filled(walk.home / "vault" / study / name)]
    return [*(f"purged, and still there: {name}" for name in [*over, *kept]), *left(walk, responses, CALCULATED)]


def _filled(path: Path) -> bool:
    return path.is_file() or path.is_dir() and any(path.iterdir())
