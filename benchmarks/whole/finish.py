"""From facts to finished documents, by the way that a study's choices ask: a draft first, findings signed, sent, again."""

from __future__ import annotations

import re

from . import acts, faults
from .codebook import Codebook
from .judge import can_be_acted_on
from .player import Copy, Walk, typed

SIGNED = "Signé par : l’équipe, le 3 octobre 2026"
FINDINGS = "constats.md"
SENT = ("diagnostic", "diffuser")


def finished(copy: Copy, book: Codebook, walk: Walk) -> None:
    """Every command of this study's way to its documents; stops where one refuses."""
    world = walk.world
    if walk.stopped:
        return
    if world.choice["draft"] == "first" and not typed(
        walk, copy.run("diagnostic", "calculer", world.study, "--brouillon")
    ):
        return
    if not _calculated(copy, walk):
        return
    if walk.planted is None:
        faults.planted(copy, walk)
        if walk.planted is not None and not walk.stopped and not _calculated(copy, walk):
            return
    if world.choice["findings"] != "proposed" and not _findings(copy, book, walk):
        return
    if world.choice["edition"] == "second" and typed(walk, copy.run(*SENT, world.study, "--date", "2026-10-01")):
        acts.change(copy, book, walk)
        if not walk.stopped and _calculated(copy, walk):
            _compared(copy, walk)
    if world.choice["nature"] == "real" and not walk.stopped:  # until then it has working documents alone
        typed(walk, copy.run(*SENT, world.study, "--date", "2026-11-02"))


def _compared(copy: Copy, walk: Walk) -> None:
    """What moved since an earlier calculation, by the line that the documentation prints; code 1 where something did. Where the
    first is kept no more, the refusal says which are."""
    own = f"results/{walk.world.study}/generations"
    done = copy.run("diagnostic", "comparer", f"{own}/1")
    if not (copy.home / own / "1").is_dir():
        if done.code != 2 or not (kept := re.search(r"ceux qui le sont : (\d+)", " ".join(done.said.split()))):
            walk.wrong.append(f"{done.command}: code {done.code}: {done.said.strip()[-600:]}")
            return
        done = copy.run("diagnostic", "comparer", f"{own}/{kept[1]}")
    walk.done.append(done)
    if done.code not in (0, 1) or "Pour l’équipe" not in done.said:
        walk.wrong.append(f"{done.command}: code {done.code}: {done.said.strip()[-600:]}")


def _findings(copy: Copy, book: Codebook, walk: Walk) -> bool:
    """The findings as the program proposes them, signed or not; then what they say of may change."""
    world = walk.world
    if not typed(walk, copy.run("diagnostic", "constats", world.study)):
        return False
    path = copy.home / "config/studies" / world.study / FINDINGS
    if world.choice["findings"] != "written":
        text = path.read_text("utf-8")
        signed, found = re.subn(r"^Signé par.*$", SIGNED, text, count=1, flags=re.MULTILINE)
        path.write_text(signed if found else f"{SIGNED}\n\n{text}", "utf-8")
    faults.finding(copy, walk, path)
    if world.choice["findings"] == "changed":
        acts.change(copy, book, walk)
    return not walk.stopped and _calculated(copy, walk)


def _calculated(copy: Copy, walk: Walk) -> bool:
    """Calculate to the documents. Findings whose numbers have changed since may be refused, at their lines: the team does as
    it is told, and takes them away."""
    world = walk.world
    done = copy.run("diagnostic", "calculer", world.study)
    path = copy.home / "config/studies" / world.study / FINDINGS
    if done.code != 0 and walk.changed and path.is_file() and FINDINGS in done.said and can_be_acted_on(done.said):
        walk.done.append(done)
        walk.refusals.append(done)
        path.unlink()
        done = copy.run("diagnostic", "calculer", world.study)
    return typed(walk, done)
