"""From facts to finished documents, by the way that a study's choices ask: a draft first, findings signed, sent, again."""

from __future__ import annotations

import re

from . import acts
from .codebook import Codebook
from .player import Copy, Walk, typed

SIGNED = "Signé par : l’équipe, le 3 octobre 2026"


def finished(copy: Copy, book: Codebook, walk: Walk) -> None:
    """Every command of this study's way to its documents; stops where one refuses."""
    world = walk.world
    if walk.stopped:
        return
    if world.choice["draft"] == "first" and not typed(
        walk, copy.run("diagnostic", "calculer", world.study, "--brouillon")
    ):
        return
    if not typed(walk, copy.run("diagnostic", "calculer", world.study)):
        return
    if world.choice["findings"] != "proposed" and not _findings(copy, book, walk):
        return
    if world.choice["edition"] == "second" and typed(walk, copy.run("diagnostic", "diffuser", world.study)):
        acts.change(copy, book, walk)
        if not walk.stopped:
            typed(walk, copy.run("diagnostic", "calculer", world.study))


def _findings(copy: Copy, book: Codebook, walk: Walk) -> bool:
    """The findings as the program proposes them, signed or not; then what they say of may change."""
    world = walk.world
    if not typed(walk, copy.run("diagnostic", "constats", world.study)):
        return False
    path = copy.home / "config/studies" / world.study / "constats.md"
    if world.choice["findings"] != "written":
        text = path.read_text("utf-8")
        text = (
            re.sub(r"^Signé par.*$", SIGNED, text, count=1, flags=re.MULTILINE)
            if "Signé par" in text
            else f"{SIGNED}\n\n{text}"
        )
        path.write_text(text, "utf-8")
    if world.choice["findings"] == "changed":
        acts.change(copy, book, walk)
    return not walk.stopped and typed(walk, copy.run("diagnostic", "calculer", world.study))


def explained(walk: Walk) -> bool:
    """Whether what stopped a study is what its choices call for: signed findings whose numbers have changed since."""
    return (
        walk.stopped is not None
        and walk.world.choice["findings"] in ("signed", "changed")
        and "constats.md" in walk.stopped.said
        and any(done.command.startswith("diagnostic constats") for done in walk.done)
    )
