"""What every screen is made with: a page, a form, the study that it is of, whose initials, and what was refused."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from diagnostic.core.contents import MOST_BYTES
from diagnostic.core.errors import Typeset, few
from diagnostic.core.french import capital, date, typographic
from diagnostic.core.writing import COMPARISON
from diagnostic.desk import decisions
from diagnostic.desk.guard import FORBIDDEN, SAFE, Desk, same
from diagnostic.study import comparisons, config

TEMPLATES = Path(__file__).parent / "templates"
# Last part of the address → the screen, as the navigation names it.
SCREENS = {
    "ou": "Où nous en sommes",
    "deposer": "Déposer",
    "coder": "Coder",
    "trancher": "À trancher",
    "calculer": "Calculer et relire",
    "etude": "Étude",
    "vie": "Vie de l’étude",
}
INITIALS = re.compile(r"[^\W\d_]{1,4}")
MOST_FIELDS = 5_000  # of one form
UNKNOWN = "Il n’y a pas de page à cette adresse."
UNREAD = "Ce formulaire ne se lit pas ; rien n’est changé."
Answer = Callable[[Request], Any]  # what answers a request: a Response, now or later


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(loader=found, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    made.filters |= {"fr": typographic, "day": date, "capital": capital}
    made.globals["screens"] = SCREENS
    return made


def desk(request: Request) -> Desk:
    """The desk that answers."""
    found: Desk = request.app.state.desk
    return found


def root(request: Request) -> Path:
    """The project's folder."""
    return desk(request).root


def study(request: Request) -> str:
    """The study of the path `/etude/{study}/…`; of `/comparaison/{comparison}/…`, « comparison/NAME », as the folder of its results is
    called. Raises HTTPException (404) where the project has none of that name."""
    name, beside = (str(request.path_params.get(one, "")) for one in ("study", "comparison"))
    if name in config.known(root(request)):
        return name
    if beside in comparisons.available(root(request)):
        return f"{COMPARISON}/{beside}"
    raise HTTPException(404, UNKNOWN)


def base(request: Request) -> str:
    """How the addresses of the study, or of the comparison, begin."""
    return "/".join(request.url.path.split("/")[:3])


def initials(request: Request) -> str:
    """Of the person at the desk, asked before any screen; they identify nobody."""
    return desk(request).initials


def html(template: str, **values: Any) -> str:
    """A template filled. Raises jinja2.UndefinedError for a value that it lacks."""
    return _templates().get_template(template).render(values)


def render(request: Request, template: str, code: int = 200, /, **values: Any) -> HTMLResponse:
    """A page from a template that extends `base.html`. Beside `values` it has: `csrf`, the hidden field of a form; `study`,
    its name, or that of the comparison, or ""; `base`, how its addresses begin; `here`, the part of the address that tells the screen;
    `initials`; `said`, what the last change told, a line each."""
    own, path = desk(request), request.path_params
    said, own.said = own.said, []
    given: dict[str, Any] = {"study": path.get("study") or path.get("comparison", ""), "base": base(request)}
    given["csrf"] = Markup('<input type="hidden" name="csrf" value="{}">').format(own.csrf)
    given |= {"said": said, "initials": own.initials, "idle": int(own.idle), "path": request.url.path}
    given["here"] = "".join(request.url.path.split("/")[3:4])
    return HTMLResponse(html(template, **given | values), code)


def routes(place: str, shown: Mapping[str, Answer], changed: Mapping[str, Answer]) -> tuple[Route, ...]:
    """The pages of a screen and its changes, each by what follows the address `place` of the screen."""
    every = [(end, one, "GET") for end, one in shown.items()] + [(end, one, "POST") for end, one in changed.items()]
    return tuple(Route(place + end, one, methods=[method]) for end, one, method in every)


def note(request: Request, kind: str, what: str = "", number: int | str = "") -> None:
    """Note in the log of the study what the person at the desk decided, as `decisions.note` does."""
    decisions.note(root(request), study(request), initials(request), kind, what, number)


def back(request: Request, where: str, said: str | Sequence[str] = "", noted: tuple[str, ...] = ()) -> RedirectResponse:
    """To another page after a change, which is `noted` (`note`), and tells what was `said`, a line or several. `where`: an address, or
    what follows that of the study."""
    if noted:
        note(request, *noted)
    desk(request).said += filter(None, [said] if isinstance(said, str) else said)
    return RedirectResponse(where if where.startswith("/") else f"{base(request)}/{where}", 303)


def refused(request: Request, error: Exception) -> HTMLResponse:
    """The page of what was refused, as the terminal prints it, lines of one kind together; nothing was changed. It leads back to the
    page that asked, or to its screen, of a change that has no page of its own."""
    lines = filter(None, str(error).splitlines())
    path = request.url.path.split("/")
    where = "/".join(path if request.method in SAFE else path[:4] if len(path) > 3 else ["", ""])
    again = "sure" not in getattr(request.state, "form", ())  # to a form as it was filled, that no form led to
    return render(request, "refused.html", 422, lines=few(lines), where=where, again=again)


async def parsed(request: Request) -> FormData:
    """The form of a request, its token checked. Raises HTTPException (403, 413, 400)."""
    try:
        found = await request.form(max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)
    except HTTPException as error:
        raise (HTTPException(400, UNREAD) if error.status_code == 400 else error) from None
    given = found.get("csrf")
    if not same(desk(request).csrf, given if isinstance(given, str) else ""):
        await found.close()
        raise HTTPException(403, FORBIDDEN)
    return found


def field(request: Request, name: str) -> str:
    """A text of the form of a change, without the spaces around it; "" where it has none of that name."""
    value = request.state.form.get(name)
    return value.strip() if isinstance(value, str) else ""


def uploads(request: Request) -> list[tuple[str, bytes]]:
    """The name and the content of each file of the form of a change. Raises Typeset where none was chosen, or all are empty."""
    every = [one for one in request.state.form.getlist("fichier") if isinstance(one, UploadFile)]
    found = [(one.filename or "", one.file.read()) for one in every]
    if not any(content for _, content in found):
        raise Typeset("Aucun fichier n’a été choisi, ou il est vide.")
    return found


def day(request: Request, name: str) -> dt.date:
    """A day of the form of a change. Raises Typeset where it is none."""
    try:
        return dt.date.fromisoformat(field(request, name))
    except ValueError:
        raise Typeset("Une date manque, ou ne se lit pas ; rien n’est changé.") from None
