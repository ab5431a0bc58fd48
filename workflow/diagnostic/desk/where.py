"""« Où nous en sommes »: what `diagnostic suivre` says, part by part, and two acts: a step is done, a reminder was made.

Never the content of an answer, a name beside one, who has not replied by matching answers, nor how fast anybody codes.
"""

import datetime as dt
import re
from itertools import groupby
from operator import attrgetter
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.core.errors import Typeset
from diagnostic.core.french import capital, date, plural, typographic
from diagnostic.desk import decisions, page
from diagnostic.study import calendar, compliance, follow
from diagnostic.study.follow import Line

# Step → the last part of the address of the screen where it is done.
DONE_IN = dict.fromkeys(("contacted", "answered", "met", "counted"), "deposer")
DONE_IN |= {"ads_coded": "coder", "coded": "coder", "pairs": "trancher"}
DONE_IN |= {"calculated": "calculer", "findings": "calculer/constats", "issued": "calculer"}
DUE, BLANK = "due", "à compléter"  # states: of a structure that is to be reminded, of a blank of the compliance file
TO_DO = (calendar.LEFT, calendar.LATE)
CLASSES = {calendar.DONE: "done", calendar.LATE: "late", DUE: "late"}
MONTH, FILE, DATES = "Mois ", "Le dossier de conformité", "Les dates de suppression"  # parts, as they begin
COUNTED = ("Ce que d’autres", "Le codage", "Les paires")  # parts whose lines say how many are left
UNITS = ("personne", "structure", "réponse", "répondant·e", "à coder", "situation", "paire", "nombre")
BY_COMMAND = re.compile(r", par la commande « \w+ »")
CODE = re.compile(r"[\w.-]*\d[\w.-]*")  # of a structure; without a digit it may be a name


def lines(request: Request) -> list[Line]:
    """What is known of the study today. Raises Refused."""
    return follow.lines(page.root(request), page.study(request), dt.date.today())


def screen(request: Request) -> Response:
    """The calendar first, then each part with its sentences."""
    every = lines(request)
    grouped = groupby(every, attrgetter("part"))
    parts = [(part, [(line, sentence(line)) for line in own if line.told]) for part, own in grouped]
    steps = [line for line in every if line.part.startswith(MONTH)]
    given: dict[str, Any] = {"parts": parts, "month": MONTH, "css": CLASSES, "to_do": TO_DO, "total": len(steps)}
    given |= {"done_in": DONE_IN, "due": _due(request, every)}
    given |= {"done": sum(line.state not in TO_DO for line in steps), "today": dt.date.today().isoformat()}
    given |= {"declared": [step["key"] for step in calendar.steps() if step["declared"]], "noted": _noted(request)}
    return page.render(request, "where.html", **given)


def sentence(line: Line) -> str:
    """A line in French: of a step without its state, which stands beside it, nor the command, which the desk has as a screen."""
    if line.part.startswith(MONTH):
        return BY_COMMAND.sub("", line.told.partition(" : ")[2])
    if line.told or line.state == BLANK:
        return line.told or f"{compliance.FORM}, {line.what}"
    count = int(line.number or 0)
    return f"{capital(line.what)} : il manque {count} {plural(count, line.unit)}."


def _noted(request: Request) -> dict[str, str]:
    """Structure → the day of the last reminder that was noted here."""
    log = decisions.read(page.root(request), page.study(request))
    return {one.what: one.day for one in log if one.kind == "reminder"}


def _due(request: Request, every: list[Line]) -> list[str]:
    """The structures that are to be reminded, those that were since by what is noted here aside."""
    noted, today = _noted(request), dt.date.today()
    own = [line.what for line in every if line.state == DUE and CODE.fullmatch(line.what)]
    recent = (today - dt.timedelta(follow.REMINDERS[0])).isoformat()
    return [code for code in own if noted.get(code, "") <= recent]


def missing(request: Request) -> Response:
    """« Voir ce qui manque »: every line that waits for something, those that the terminal leaves to the table too."""
    found: dict[str, list[tuple[Line, str]]] = {}
    for line in lines(request):
        lacks = line.part.startswith(COUNTED) and line.unit in UNITS and bool(line.number)
        lacks |= line.part == FILE and bool(line.told) and not line.unit and "complet." not in line.told
        waits = line.state in (*TO_DO, BLANK, DUE) and (line.part != DATES or line.state == calendar.LATE)
        if waits or lacks:
            found.setdefault(line.part, []).append((line, sentence(line)))
    return page.render(request, "missing.html", parts=found, css=CLASSES, month=MONTH)


def done(request: Request) -> Response:
    """Note that a step of the calendar is done, on a day, by whom; or that the study does without it."""
    key = page.field(request, "key")
    if page.field(request, "act") == "none":
        said = calendar.NONE
    else:
        day = page.day(request, "day")
        if day > dt.date.today():
            raise Typeset("Ce jour n’est pas encore passé ; rien n’est changé.")
        said = f"{day.isoformat()} {page.initials(request)}"
    calendar.declare(page.root(request), page.study(request), key, said)
    step = next((one["left"] for one in calendar.steps() if one["key"] == key), "")
    return page.back(request, "ou", "C’est noté.", ("calendar", step))


def reminded(request: Request) -> Response:
    """Note a reminder of a structure that is due one; nothing is sent."""
    code = page.field(request, "code")
    if code not in _due(request, lines(request)):
        raise Typeset("Cette structure n’est plus à relancer ; rien n’est changé.")
    told = f"Relance de {code} notée, le {date(dt.date.today())}. À reporter dans le classeur des partenaires, que le calcul lit."
    return page.back(request, "ou", typographic(told), ("reminder", code))


ROUTES = page.routes("/etude/{study}/ou", {"": screen, "/manque": missing}, {"/fait": done, "/relance": reminded})
