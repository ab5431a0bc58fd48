"""What a team does between two calculations: corrects a count, erases an answer, gives back the sheets that it was made."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from . import tables
from .codebook import Codebook
from .exports import export
from .player import Copy, Walk, typed
from .sites import Ad, Listing
from .world import World

MORE = 100  # ads of a site that were overlooked


def between(copy: Copy, book: Codebook, walk: Walk) -> None:
    """Everything that the choices of this study ask, until something is refused; its truth follows."""
    world = walk.world
    if world.choice["corrected"] == "count" and not walk.stopped:
        _count(copy, book, walk)
    if world.choice["erased"] != "no" and not walk.stopped:
        _erase(copy, book, walk)
    if world.choice["corrected"] == "situation" and not walk.stopped:
        _situation(copy, book, walk)
    if world.choice["sheets"] == "returned" and world.has("questionnaire") and not walk.stopped:
        _sheets(copy, walk)


def changes(world: World) -> bool:
    """Whether there is anything to do."""
    choice = world.choice
    return choice["corrected"] != "no" or choice["erased"] != "no" or choice["sheets"] == "returned"


def change(copy: Copy, book: Codebook, walk: Walk) -> None:
    """One honest correction, whatever the study is of."""
    walk.changed = True
    if walk.world.internet is not None:
        _count(copy, book, walk)
    elif walk.world.responses:
        _situation(copy, book, walk)


def _count(copy: Copy, book: Codebook, walk: Walk) -> None:
    """One site has a hundred ads more than was counted: of the last person, who has them all."""
    world = walk.world
    if world.internet is None:
        return
    counted = [one for one in world.internet.sites if one.drawn and one.code in ("E02", "E01", "M01", "D01")]
    site = next((one for one in counted if one.code == "E02"), counted[0])
    listing: Listing = site.listings[0]
    page = listing.pages[0]
    page += [Ad(site.code, listing.place, 1, len(page) + at + 1, page[-1].of) for at in range(MORE)]
    if world.choice["door"] == "files":
        tables.rewrite(copy.home, world, "ad_counts")
        typed(walk, copy.run("diagnostic", "sceller", world.study))
    else:
        path = tables.internet_workbook(copy.home, book, world, copy.given(world))
        typed(walk, copy.run("diagnostic", "recevoir", world.study, str(path)))


def _erase(copy: Copy, book: Codebook, walk: Walk) -> None:
    """Someone asks that an answer be erased: here, in the tool, and so in what it exports next."""
    world = walk.world
    gone = next(one for one in world.responses if one.situations)
    typed(walk, copy.run("diagnostic", "effacer", world.study, gone.number, "--confirmer"))
    kept = _exported(copy, book, walk).read_bytes()
    world.responses.remove(gone)
    walk.erased.append(gone)
    world.themes.pop(gone.number, None)
    # Whatever is given after has no such answer: neither the tool's export nor the team's own coding.
    path = _exported(copy, book, walk)
    for name, sheet in tables.CODED.items():
        _taken_out(copy.given(world) / name, sheet, gone.number)
    if world.choice["returned"] == "still":
        path.write_bytes(kept)
    if world.choice["erased"] == "again" and not walk.stopped:
        done = copy.run("diagnostic", "recevoir", world.study, str(path))
        typed(walk, done)
        if world.choice["returned"] == "still" and "réponse effacée revient" not in done.said:
            walk.wrong.append(f"nothing is said of who was erased and came back: {done.said.strip()[-400:]}")


def _taken_out(path: Path, sheet: str, number: str) -> None:
    """A workbook of coding without the rows of this answer, where the team has such a workbook."""
    if not path.is_file():
        return
    workbook = openpyxl.load_workbook(path)
    rows = workbook[sheet]
    column = next(cell.column for cell in rows[1] if cell.value == "record_id")
    for row in range(rows.max_row, 2, -1):
        if rows.cell(row, column).value == number:
            rows.delete_rows(row)
    workbook.save(path)


def _situation(copy: Copy, book: Codebook, walk: Walk) -> None:
    """A number of persons was mistaken; the tool's next export has the right one."""
    told = next(one for response in walk.world.responses for one in response.situations if one.count)
    told.persons += [told.persons[0]] * 2
    told.count = str(len(told.persons))
    typed(walk, copy.run("diagnostic", "recevoir", walk.world.study, str(_exported(copy, book, walk))))


def _exported(copy: Copy, book: Codebook, walk: Walk) -> Path:
    world = walk.world
    template = copy.home / "instruments" / world.study / "classeur-questionnaire.xlsx"
    return export(book, world.choice["tool"], world.responses, copy.given(world), template)


def _sheets(copy: Copy, walk: Walk) -> None:
    """The sheets to fill are prepared, and given back as they are."""
    world = walk.world
    if not typed(walk, copy.run("diagnostic", "preparer", world.study, "--initiales", "AB")):
        return
    paths = sorted((copy.home / "vault" / world.study / "feuilles").glob("*.xlsx"))
    if paths and typed(walk, copy.run("diagnostic", "recevoir", world.study, *map(str, paths))):
        for (
            path
        ) in paths:  # they have more rows than the workbooks that were filled: what is given next is made of them
            if (kept := copy.given(world) / f"classeur-{path.name}").name in tables.CODED:
                shutil.copy2(path, kept)
