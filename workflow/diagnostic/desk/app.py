"""The pages together: the routes of every screen, each change checked before its screen has it, each refusal told as a page."""

import asyncio
import functools
import re
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from diagnostic.codebook import loading
from diagnostic.core import child, home
from diagnostic.core.errors import Refused, Typeset
from diagnostic.core.faults import guarded
from diagnostic.desk import calculate, coding, deciding, deposit, life, page, studies, texts, where
from diagnostic.desk.guard import CLOSED, LARGEST, SAFE, Desk, Guard

SCREENS = (where, deposit, coding, deciding, calculate, studies, texts, life)
LOG = "logs/bureau.log"  # beside it lies what is told of a fault of the program
ASKED = "/initiales"
LOOK = 2.0  # seconds between two looks at whether the desk is still used
SCREEN = re.compile(r"/(etude|comparaison)/[\w-]+/[a-z]+")  # to which one goes back
FREE = (ASKED, "/fermer", "/vivant", "/static")  # what is there before anybody said who they are


def routes() -> list[Route]:
    """Those of every screen."""
    return [one for screen in SCREENS for one in screen.ROUTES]


def assembled(desk: Desk, stop: Callable[[], None] = lambda: None) -> Guard:
    """The application, behind its guard. `stop`: ends the server."""
    with suppress(Refused, OSError):  # what the first screen reads, as the desk opens
        loading.load(loading.read_folder(home.found(desk.root, loading.FOLDER)))
    # The files of a form stay in memory: a parser that writes what is large aside does so outside the vault.
    MultiPartParser.spool_max_size = LARGEST + 1
    every = [Route(ASKED, asked), Route(ASKED, told, methods=["POST"]), Route("/vivant", alive), *routes()]
    every.append(Route("/fermer", closed, methods=["POST"]))
    static = Mount("/static", StaticFiles(directory=page.TEMPLATES.parent / "static"))
    handlers = {Refused: page.refused, HTTPException: _failed}
    made = Starlette(routes=[*map(_checked, every), static], exception_handlers=handlers, lifespan=_watching)
    made.state.desk, made.state.stop = desk, stop
    desk.forget = (coding.forget, child.forget)
    return Guard(made, desk, plain)


def plain(said: str, code: int) -> HTMLResponse:
    """A page that says one thing, with nothing of a study."""
    return HTMLResponse(page.html("plain.html", said=said, code=code), code)


def _checked(route: Route) -> Route:
    """A route whose screen has a change's form only once its token was checked, and nobody's before their initials are known. What is
    wrong with the program is told as in the terminal."""

    @functools.wraps(route.endpoint)
    async def answered(request: Request) -> Response:
        if request.method not in SAFE:
            request.state.form = await page.parsed(request)
        if not page.desk(request).initials and not request.url.path.startswith(FREE):
            return RedirectResponse(ASKED, 303)
        doing = functools.partial(route.endpoint, request)
        found: Response = await run_in_threadpool(guarded, doing, page.root(request) / LOG, (HTTPException,))
        return found

    return Route(route.path, answered, methods=sorted(route.methods or ()), name=route.name)


def _failed(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)
    return plain(page.UNKNOWN if error.status_code in (404, 405) else error.detail, error.status_code)


@asynccontextmanager
async def _watching(app: Starlette) -> Any:
    """While it runs, lock what is not used; at its end, leave nothing of what was opened."""

    async def watch() -> None:
        while True:
            await asyncio.sleep(min(LOOK, app.state.desk.idle / 4))
            app.state.desk.look()

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        task.cancel()
        app.state.desk.lock()


# -- Who is at the desk, and closing it -----------------------------------------------------------------------------
def asked(request: Request) -> Response:
    """The page that asks for initials, and then goes back to a screen of the study."""
    return page.render(request, "initials.html", back=request.query_params.get("retour", ""))


def told(request: Request) -> Response:
    """Keep the initials for the session. Raises Typeset."""
    given, screen = page.field(request, "initials").upper(), SCREEN.match(page.field(request, "retour"))
    if not page.INITIALS.fullmatch(given):
        raise Typeset("Les initiales sont d’une à quatre lettres, par exemple « AB ».")
    page.desk(request).initials = given
    page.desk(request).seen.clear()  # who comes has opened nothing
    return page.back(request, screen[0] if screen else "/")


def alive(request: Request) -> Response:
    """Nothing, to a page that asks whether the desk is still open."""
    return Response(status_code=204)


def closed(request: Request) -> Response:
    """Lock, and end the server: nothing listens any more."""
    page.desk(request).lock()
    request.app.state.stop()
    return plain(CLOSED, 200)
