"""« Où nous en sommes »: what `diagnostic suivre` says, part by part, and two acts: a step is done, a reminder was made.

Never the content of an answer, a name beside one, who has not replied by matching answers, nor how fast anybody codes.
"""

import datetime as dt
import re
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from diagnostic.core.errors import Typeset
from diagnostic.core.french import capital, date, plural, typographic
from diagnostic.desk import decisions, page
from diagnostic.study import calendar, compliance, follow
from diagnostic.study.follow import Line

# Step → the last part of the address of the screen where it is done.
DONE_IN = {
    "contacted": "deposer",
    "answered": "deposer",
    "met": "deposer",
    "counted": "deposer",
    "ads_coded": "coder",
    "coded": "coder",
    "pairs": "trancher",
    "calculated": "calculer",
    "findings": "calculer/constats",
    "issued": "calculer",
}
MONTH = "Mois "  # how the parts of the calendar begin
CLASSES = {calendar.DONE: "done", calendar.LATE: "late", "due": "late"}
DUE = "due"  # the state of a structure that is to be reminded
BLANK = "à compléter"  # the state of a blank of the compliance file
MISSING = (calendar.LATE, calendar.LEFT, BLANK, DUE)
FILE = "Le dossier de conformité"
DATES = "Les dates de suppression"
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
    steps = {step["key"]: step for step in calendar.steps()}
    months: list[tuple[str, list[dict[str, Any]]]] = []
    parts: list[tuple[str, list[dict[str, Any]]]] = []
    for part, own in groupby(every, key=lambda line: line.part):
        told = [line for line in own if line.told]
        rows = [
            {
                "key": line.what,
                "told": _told(line) if _step(line) else line.told,
                "state": line.state,
                "css": CLASSES.get(line.state, ""),
                "declared": bool(steps.get(line.what, {}).get("declared"))
                and line.state in (calendar.LEFT, calendar.LATE),
                "screen": DONE_IN.get(line.what, "") if line.state in (calendar.LEFT, calendar.LATE) else "",
            }
            for line in told
        ]
        (months if part.startswith(MONTH) else parts).append((part, rows))
    done = sum(row["state"] in (calendar.DONE, calendar.NONE) for _, rows in months for row in rows)
    given: dict[str, Any] = {
        "months": months,
        "parts": parts,
        "done": done,
        "total": sum(len(rows) for _, rows in months),
    }
    given |= {"due": _due(request, every), "noted": _noted(request), "today": dt.date.today().isoformat()}
    return page.render(request, "where.html", available=request.app.state.screens, **given)


def _step(line: Line) -> bool:
    """Whether it is of a step of the calendar."""
    return line.part.startswith(MONTH)


def _told(line: Line) -> str:
    """The sentence of a step, without its state, which stands beside it, nor the command, which the desk has as a screen."""
    return BY_COMMAND.sub("", line.told.partition(" : ")[2])


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
    found: dict[str, list[tuple[str, str, str]]] = {}
    for line in lines(request):
        lacks = line.part.startswith(COUNTED) and line.unit in UNITS and bool(line.number)
        lacks |= line.part == FILE and bool(line.told) and not line.unit and "complet." not in line.told
        kept_until = line.part == DATES and line.state != calendar.LATE
        if kept_until or (line.state not in MISSING and not lacks):
            continue
        count = int(line.number or 0)
        lacking = f"{line.what} : il manque {count} {plural(count, line.unit)}." if line.unit else line.what
        lacking = f"{compliance.FORM}, {line.what}" if line.state == BLANK else capital(lacking)
        told = _told(line) if _step(line) else line.told or lacking
        found.setdefault(line.part, []).append(
            (typographic(told), line.state if _step(line) else "", CLASSES.get(line.state, ""))
        )
    return page.render(request, "missing.html", parts=found)


def done(request: Request) -> Response:
    """Note that a step of the calendar is done, on a day, by whom; or that the study does without it."""
    study, who, key = page.study(request), page.initials(request), page.field(request, "key")
    if page.field(request, "act") == "none":
        said = calendar.NONE
    else:
        day = page.day(request, "day")
        if day > dt.date.today():
            raise Typeset("Ce jour n’est pas encore passé ; rien n’est changé.")
        said = f"{day.isoformat()} {who}"
    calendar.declare(page.root(request), study, key, said)
    decisions.note(page.root(request), study, who, "calendar", key)
    return page.back(request, f"/etude/{study}/ou", "C’est noté.")


def reminded(request: Request) -> Response:
    """Note a reminder of a structure that is due one; nothing is sent."""
    study, code = page.study(request), page.field(request, "code")
    if code not in _due(request, lines(request)):
        raise Typeset("Cette structure n’est plus à relancer ; rien n’est changé.")
    decisions.note(page.root(request), study, page.initials(request), "reminder", code)
    told = f"Relance de {code} notée, le {date(dt.date.today())}. À reporter dans le classeur des partenaires, que le calcul lit."
    return page.back(request, f"/etude/{study}/ou", typographic(told))


WHERE = "/etude/{study}/ou"
ROUTES = (
    Route(WHERE, screen),
    Route(f"{WHERE}/manque", missing),
    Route(f"{WHERE}/fait", done, methods=["POST"]),
    Route(f"{WHERE}/relance", reminded, methods=["POST"]),
)
