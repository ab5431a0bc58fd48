"""« Calculer et relire »: a calculation that goes on by itself, its documents, what moved, and what leaves.

From a calculation to what leaves there are three acts: the documents are opened, another person says that they have read them, the
edition is recorded. Nothing is ever sent from here.
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from diagnostic.compare.table_names import DOCUMENTS as COMPARED
from diagnostic.core import locks, writing
from diagnostic.core.errors import Typeset
from diagnostic.core.french import typographic
from diagnostic.desk import leaving, page, studies
from diagnostic.desk.guard import DOCUMENT_CSP, OPENED
from diagnostic.privacy.vault import FILE_MODE, FOLDER_MODE, VAULT
from diagnostic.review.difference import difference
from diagnostic.running import apart
from diagnostic.study import comparisons, config, generations, words, working
from diagnostic.study.generations import DOCUMENTS, REPORT, WORKING, WORKING_MARK

DRAFTS = "brouillon"
PLACES = (WORKING, REPORT, DRAFTS)
BROWSER = {".html": "text/html", ".pdf": "application/pdf"}  # what a browser shows as it is
PROGRAMS = (".docx", ".pptx", ".xlsx")  # what another program opens; the rest is text
ABOUT = "2 minutes"
LAST = re.compile(r"Fait en (.+)\.")
AGAIN, SAID = "Coupé net", 12  # what is no news here; how many lines of what it said are shown
EVERY = 1.0  # seconds between two words on how far it is
NO_PROGRAM = "Rien sur cette machine n’ouvre ce genre de fichier ; l’ouvrir depuis le dossier {place}."


def marked(name: str) -> str:
    """The name of a document without what says that it is a working one or a draft."""
    return name.removeprefix(WORKING_MARK).removeprefix(words.DRAFT_MARK)


def documents(results: Path) -> dict[str, list[str]]:
    """Place → names of the documents that a person opens, in their order; the data beside them are reached from them."""
    known = dict.fromkeys((*(name for name in COMPARED if name not in DOCUMENTS), *DOCUMENTS))
    there = {place: {marked(path.name): path.name for path in (results / place).glob("*.*")} for place in PLACES}
    listed = {place: [names[one] for one in known if one in names] for place, names in there.items()}
    return {place: names for place, names in listed.items() if names}


def screen(request: Request) -> Response:
    """How far the calculation is, the documents, who has read them, what left, the remarks; of a comparison, what is set side by side.
    Raises ConfigError."""
    study, root = page.study(request), page.root(request)
    name = request.path_params.get("comparison", "")
    results = root / "results" / study
    state, found = apart.state(root, study), documents(results)
    done = [match[1] for line in state.lines if (match := LAST.search(line))]
    lines = [line.replace(f"{root}/", "") for line in state.lines if not line.startswith(AGAIN)]
    given: dict[str, Any] = {"state": state, "lines": lines[-SAID:], "places": found, "marked": marked}
    given |= {"elsewhere": not state.running and bool(locks.standing(root)) and locks.holder(root) is not None}
    given["kept"] = working.begun(config.looked_into(root, study)).told if (root / VAULT / study).is_dir() else []
    given |= {"about": done[-1] if done else ABOUT, "programs": PROGRAMS}
    given |= {"moved": len(generations.generations(results)) > 1}
    given |= {"compared": comparisons.read(root, name) if name else None, **studies.choices(root)}
    return page.render(request, "calculate.html", **given | leaving.told(request, study, found))


def begin(request: Request) -> Response:
    """Start a calculation, or a draft; of a comparison, with what its studies lack, as the command does."""
    study, beside = page.study(request), "comparison" in request.path_params
    draft = not beside and page.field(request, "draft") == "1"
    asked = ("rapprocher" if beside else "calculer", study.rpartition("/")[2], *["--brouillon"] * draft)
    if apart.start(page.root(request), study, asked):
        page.note(request, "calculated", DRAFTS * draft)
    return page.back(request, "calculer")


def stop(request: Request) -> Response:
    """Stop it; the documents of the last one stay."""
    apart.stop(page.root(request), page.study(request))
    said = "Arrêt demandé. Ce qui est fait reste fait ; les documents d’avant restent."
    return page.back(request, "calculer", said)


def follow(request: Request) -> Response:
    """How far it is, event by event, until it ends or the desk locks."""
    study, root, desk = page.study(request), page.root(request), page.desk(request)

    def told() -> Iterator[str]:
        while not desk.locked:
            state = apart.state(root, study)
            said = {"done": state.done, "total": state.total, "step": state.step or "préparation"}
            yield f"data: {json.dumps(said | {'ended': not state.running})}\n\n"
            if not state.running:
                return
            time.sleep(EVERY)

    return StreamingResponse(told(), media_type="text/event-stream")


def moved(request: Request) -> Response:
    """Which numbers moved since the calculation before, and why."""
    study = page.study(request)
    kept = generations.generations(page.root(request) / "results" / study)
    lines = difference(kept[1], kept[0])[0] if len(kept) > 1 else ["Aucun calcul d’avant n’est gardé."]
    return page.render(request, "moved.html", lines=[typographic(line) for line in lines])


# -- Documents ----------------------------------------------------------------------------------------------------------
def _file(request: Request) -> Path:
    """A file of the documents, as it is listed: a name that leads elsewhere is none. Raises HTTPException (404)."""
    place, name = str(request.path_params["place"]), str(request.path_params["name"])
    folder = page.root(request) / "results" / page.study(request) / place
    own = generations.files(folder) if place in PLACES else ()
    listed = {path.relative_to(folder).as_posix(): path for path in own}
    if name not in listed or name == writing.NOTICE:
        raise HTTPException(404)
    return listed[name]


def _seen(request: Request, path: Path) -> None:
    """Note that a document was opened, if it is of those that may leave next: neither a draft nor an edition that has left."""
    place = str(request.path_params["place"])
    if place == DRAFTS or place != next(iter(documents(page.root(request) / "results" / page.study(request))), ""):
        return
    page.desk(request).seen.setdefault(page.study(request), set()).add(marked(path.name))


def document(request: Request) -> Response:
    """A document that the browser shows; for another, the page that opens it."""
    path = _file(request)
    if path.suffix in PROGRAMS:
        return page.render(request, "open.html", name=path.name, where=request.url.path)
    _seen(request, path)
    kind = BROWSER.get(path.suffix, "text/plain")
    return Response(path.read_bytes(), headers={"content-security-policy": DOCUMENT_CSP}, media_type=kind)


def opened(request: Request) -> Response:
    """Open a copy of a document with the program of this machine that does; it goes when the desk locks. Raises Typeset."""
    path, study, own = _file(request), page.study(request), page.desk(request)
    copy = own.place / OPENED / study / path.name
    own.place.mkdir(mode=FOLDER_MODE, exist_ok=True)
    copy.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    copy.unlink(missing_ok=True)
    writing.write_whole(path.read_bytes(), copy, ".", FILE_MODE & 0o400)
    if click.launch(str(copy)):
        raise Typeset(NO_PROGRAM.format(place=path.relative_to(page.root(request)).parent.as_posix()))
    _seen(request, path)
    said = "{} s’ouvre dans son programme. C’est une copie à lire, qui s’efface quand le bureau se verrouille."
    return page.back(request, "calculer", typographic(said.format(path.name)))


DOCUMENT = "/document/{place}/{name:path}"
SHOWN = {"": screen, "/suivi": follow, "/bouge": moved, DOCUMENT: document} | leaving.SHOWN
CHANGED = {"": begin, "/arreter": stop, DOCUMENT: opened} | leaving.CHANGED
ROUTES = page.routes("/etude/{study}/calculer", SHOWN, CHANGED)
# A comparison is calculated, opened and read as a study is: studies of the project and published ones, side by side.
ROUTES += page.routes("/comparaison/{comparison}/calculer", SHOWN, CHANGED)
