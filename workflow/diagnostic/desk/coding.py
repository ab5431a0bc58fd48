"""« Coder »: one situation at a time, what is written of it and its closed answers beside the questions of the coding sheet.

A coder sees nothing of what another one coded, and no code is proposed but a commune that the text names. Addresses hold the place of a
situation in the exports; texts stand in the page alone.
"""

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import DONT_KNOW, Codebook
from diagnostic.desk import page
from diagnostic.privacy.vault import RECEIVED, SHEETS, VAULT
from diagnostic.study import elsewhere, working
from diagnostic.study.config import STUDIES, looked_into
from diagnostic.study.given import Reader
from diagnostic.study.sheets import Told, gazetteer, proposed, told_of
from diagnostic.study.working import FRESH, SECOND, Begun

SAVE, UNKNOWN, SKIP, WARN = "suivant", "inconnu", "passer", "prevenir"
WARNED = (
    "C’est noté : la situation {} sort de la liste, et rien n’en est codé. Prévenir maintenant, de vive voix, la personne qui protège les "
    "données de l’équipe ; n’en écrire ni le nom ni ce qui la fait reconnaître."
)
DONE = "Il n’y a plus rien à coder ici."


@lru_cache(maxsize=1)  # one study at a time; the exports are read again when a file of theirs changed
def _read(root: Path, study: str, marks: tuple[tuple[str, int, int], ...]) -> tuple[Reader, Told]:
    reader = Reader(root, study, looked_into(root, study))
    return reader, told_of(reader)


forget = _read.cache_clear


def read(request: Request) -> tuple[Reader, Told, Begun]:
    """The study's exports as its coders read them, and what is kept at the desk. Raises VaultError, ConfigError, CodebookError."""
    root, study = page.root(request), page.study(request)
    vault = looked_into(root, study)
    places = [*(vault.folder / RECEIVED).iterdir(), root / STUDIES / f"{study}.yaml"]
    marks = tuple((one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in sorted(places))
    return *_read(root, study, marks), working.begun(vault)


def start(request: Request) -> Response:
    """What is left to code, and what waits to be given back."""
    reader, told, held = read(request)
    queue = working.queue(reader.codebook, told, held, page.initials(request))
    order = list(told.situations)
    first = {mode: order.index(keys[0]) + 1 for mode in (FRESH, SECOND) if (keys := queue.of(mode))}
    flagged = [order.index(key) + 1 for key in held.flagged if key in told.situations]
    values: dict[str, Any] = {"queue": queue, "first": first, "flagged": flagged, "count": held.coded}
    return page.render(request, "coder.html", all=len(order), **values)


def one(request: Request) -> Response:
    """One situation: its texts, its closed answers, the questions, nothing of them answered but by this coder before."""
    reader, told, held = read(request)
    key, codebook, mode = place(request, told), reader.codebook, known(request.path_params["mode"])
    mine = working.coded(told, held).get(key, [])
    own = next((row for row in mine if working.coder_of(row) == normalise(page.initials(request))), {})
    communes = filter(None, proposed(told.texts.get((key, "locations"), ""), gazetteer(reader)))
    values = written(codebook, told, key) | {"own": own, "nth": request.path_params["nth"], "mode": mode}
    values["asked"] = [(v, codebook.options(v)) for v in working.asked(codebook)]
    values["communes"] = [text for part in communes for text in part.split(" ; ")]
    values["left"] = len(working.queue(codebook, told, held, page.initials(request)).of(mode))
    return page.render(request, "codage.html", **values)


def written(codebook: Codebook, told: Told, key: str) -> dict[str, Any]:
    """What a page shows of a situation: its texts and its closed answers."""
    return {"texts": working.texts(codebook, told, key), "closed": working.closed(codebook, told, key)}


def known(mode: str) -> str:
    """A way of coding, first or second. Raises HTTPException (404)."""
    if mode not in (FRESH, SECOND):
        raise HTTPException(404, page.UNKNOWN)
    return mode


def place(request: Request, told: Told) -> str:
    """The key of the situation whose place among all is in the address. Raises HTTPException (404)."""
    order, at = list(told.situations), int(request.path_params["nth"])
    if not 0 < at <= len(order):
        raise HTTPException(404, page.UNKNOWN)
    return order[at - 1]


def said(request: Request) -> Response:
    """What a coder says of a situation; then the next one."""
    reader, told, _ = read(request)
    coder, mode = page.initials(request), known(request.path_params["mode"])
    key, action, told_ = place(request, told), page.field(request, "dire"), ""
    if action == WARN:
        working.keep(reader.root, reader.study, lambda now: now.flagged.update({key: coder}))
        page.note(request, "code", "une personne semble reconnaissable")
        told_ = WARNED.format(request.path_params["nth"])
    elif action in (SAVE, UNKNOWN):
        chosen = answers(request, reader)
        if action == UNKNOWN:  # what is not answered is not known, where the question has such an answer
            for v in working.asked(reader.codebook):
                if not chosen[v.name] and DONT_KNOW in {option.code for option in reader.codebook.options(v)}:
                    chosen[v.name] = [DONT_KNOW]
        row = working.row_of(reader.codebook, told, key, coder, chosen)
        working.keep(reader.root, reader.study, lambda now: now.codings.setdefault(coder, {}).update({key: row}))
        page.note(request, "code", "une situation")
    left = working.queue(reader.codebook, told, working.begun(reader.vault), coder).of(mode)
    following = further(told, key, left)
    where = f"coder/{mode}/{following}" if following else "coder"
    return page.back(request, where, told_ or DONE * (not following))


def answers(request: Request, reader: Reader) -> dict[str, list[str]]:
    """Question → what the form of a change says of it."""
    return {v.name: [str(text) for text in request.state.form.getlist(v.name)] for v in working.asked(reader.codebook)}


def further(told: Told, key: str, left: list[str]) -> int:
    """The place of the next of these situations after one, from the first again after the last; 0 for none but itself."""
    order = {one: at for at, one in enumerate(told.situations, start=1)}
    waits = [order[one] for one in left if one != key]
    return next((at for at in waits if at > order[key]), next(iter(waits), 0))


def given_back(request: Request) -> Response:
    """Give back all that was coded at the desk."""
    lines = working.give_back(page.root(request), page.study(request), "codings", dt.date.today())
    return page.back(request, "coder", counted(lines), ("received", "situation_coding"))


def counted(lines: list[str]) -> list[str]:
    """What a reception told, less what only counts for a file that lies elsewhere too."""
    aside = ("Le", "L’étude", "config/studies")
    return [line for line in lines if line.partition(" ")[0] not in aside and "yaml" not in line]


# -- Sheets that somebody fills on another machine --------------------------------------------------------------------
def sheets(request: Request) -> Response:
    """Which sheets are out, and the forms that give one out and take it back."""
    place = f"{VAULT}/{page.study(request)}/{SHEETS}"
    out = elsewhere.out(page.root(request) / place)
    return page.render(request, "feuilles.html", out=out, place=place, fresh=FRESH, second=SECOND)


def given_out(request: Request) -> Response:
    """Write the sheets of a person. Raises Typeset."""
    coder, mode = page.field(request, "who").upper(), page.field(request, "mode")
    again = page.field(request, "again") == "1"
    lines = elsewhere.give_out(page.root(request), page.study(request), coder, known(mode), again)
    return page.back(request, "coder/feuilles", lines, ("out", f"à {coder}"))


def taken_back(request: Request) -> Response:
    """Receive the sheet that a person has filled. Raises Typeset, ReceiveError."""
    name, content = page.uploads(request)[0]
    coder = page.field(request, "who").upper()
    lines = elsewhere.take_back(page.root(request), page.study(request), coder, content, name, dt.date.today())
    return page.back(request, "coder/feuilles", lines, ("back", f"de {coder}"))


ONE, OUT = "/{mode}/{nth:int}", "/feuilles"
CHANGED = {"/rendre": given_back, ONE: said, OUT: given_out, f"{OUT}/reprendre": taken_back}
ROUTES = page.routes("/etude/{study}/coder", {"": start, ONE: one, OUT: sheets}, CHANGED)
