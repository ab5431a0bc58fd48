"""« À trancher »: pairs of situations that may be of the same persons, and situations that two persons coded differently.

Two descriptions side by side, nothing chosen beforehand, nobody named. Pairs come in the order of their effect on the total; once
none of those left can change what is printed, no more is asked.
"""

import datetime as dt
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from diagnostic.consolidate.coders import ARBITER
from diagnostic.consolidate.decisions import Remaining, remaining
from diagnostic.core.errors import NoResults
from diagnostic.desk import coding, decisions, page
from diagnostic.study import working
from diagnostic.study.given import DECISIONS, Reader
from diagnostic.study.sheets import Pairs, Told, agreeing, pairs_of, summary
from diagnostic.study.working import Begun, WorkError

ENOUGH = "Aucune des paires qui restent ne peut plus changer ce qui s’imprime : c’est fini ici."
UNKNOWN_PAIR = "Cette paire n’est plus à trancher : un calcul a été fait depuis, ou quelqu’un l’a tranchée."


def _pairs(request: Request, reader: Reader, told: Told, held: Begun) -> Pairs | None:
    """The pairs with all that was decided; None before a first calculation."""
    try:
        return pairs_of(reader, working.decided(page.root(request), page.study(request), told, held))
    except NoResults:
        return None


def _next(pairs: Pairs) -> int:
    """The number of the next pair that can change what is printed, from 1; 0 for none."""
    own = pairs.rows.head(pairs.waiting)
    waits = own[own["decision"].eq("") & own["lot"].gt(0)]
    return int(waits.index[0]) + 1 if len(waits) else 0


def start(request: Request) -> Response:
    """What is left to decide, and between which numbers that leaves the total."""
    reader, told, held = coding.read(request)
    pairs = _pairs(request, reader, told, held)
    left: Remaining | None = None
    if pairs is not None:
        open_ = pairs.rows.head(pairs.waiting)
        left = remaining(pairs.both.reset_index(), pairs.rows, open_)
    queue = working.queue(reader.codebook, told, held, page.initials(request))
    order = list(told.situations)
    values: dict[str, Any] = {"left": left, "next": _next(pairs) if pairs else 0, "disputed": len(queue.disputed)}
    values |= {"first": order.index(queue.disputed[0]) + 1 if queue.disputed else 0, "enough": ENOUGH}
    values |= {"count": len(held.pairs), "arbitrated": len(held.codings.get(ARBITER, {}))}
    return page.render(request, "trancher.html", 200, **values)


def pair(request: Request) -> Response:
    """Two descriptions side by side."""
    reader, told, held = coding.read(request)
    pairs = _pairs(request, reader, told, held)
    row = _row(request, pairs)
    assert pairs is not None
    both = [summary(reader.codebook, pairs.both.loc[key], told.texts).splitlines() for key in (row.first, row.second)]
    left = int(pairs.rows.head(pairs.waiting)["lot"].gt(0).sum())
    values = {"both": both, "effect": int(row.effect), "lot": int(row.lot), "left": left}
    values |= {"agree": agreeing(reader.codebook, str(row.agree)), "choices": list(DECISIONS)}
    return page.render(request, "paire.html", 200, nth=request.path_params["nth"], **values)


def _row(request: Request, pairs: Pairs | None):  # type: ignore[no-untyped-def]
    """The open pair of the address. Raises WorkError where it is none, or can change nothing that is printed."""
    at = int(request.path_params["nth"]) - 1
    if pairs is None or at not in pairs.rows.head(pairs.waiting).index:
        raise WorkError(UNKNOWN_PAIR)
    row = pairs.rows.loc[at]
    if not row["lot"]:
        raise WorkError(ENOUGH)
    return row


def pair_said(request: Request) -> Response:
    """What somebody says of a pair; then the next one, while it can change something."""
    reader, told, held = coding.read(request)
    root, study, who = page.root(request), page.study(request), page.initials(request)
    row, choice = _row(request, _pairs(request, reader, told, held)), page.field(request, "dire")
    if choice not in DECISIONS:
        raise WorkError("Choisir l’une des trois réponses ; rien n’est enregistré.")
    said = {"decision": choice, "reason": "", "initials": who}
    working.keep(root, study, lambda now: now.pairs.update({f"{row['first']} {row['second']}": said}))
    decisions.note(root, study, who, "pair", choice)
    pairs = _pairs(request, reader, told, working.begun(reader.vault))
    following = _next(pairs) if pairs else 0
    at = f"/etude/{study}/trancher"
    return page.back(request, f"{at}/paire/{following}" if following else at, "" if following else ENOUGH)


# -- Two codings of one situation -------------------------------------------------------------------------------------
def dispute(request: Request) -> Response:
    """A situation, and what each of those who coded it said where they differ."""
    reader, told, held = coding.read(request)
    key, codebook = coding.place(request, told), reader.codebook
    differ = working.disputes(codebook, working.coded(told, held).get(key, []))
    if not differ:
        raise WorkError("Cette situation n’est plus à départager.")
    asked = [(v, codebook.options(v), differ[v.name]) for v in working.asked(codebook) if v.name in differ]
    values = {
        "texts": working.texts(codebook, told, key),
        "closed": working.closed(codebook, told, key),
        "asked": asked,
    }
    return page.render(request, "desaccord.html", 200, nth=request.path_params["nth"], **values)


def dispute_said(request: Request) -> Response:
    """What was settled: as a coding of its own, with what all said where they agree."""
    reader, told, held = coding.read(request)
    root, study, codebook = page.root(request), page.study(request), reader.codebook
    key = coding.place(request, told)
    rows = working.coded(told, held).get(key, [])
    differ = working.disputes(codebook, rows)
    if page.field(request, "dire") == coding.SAVE and differ:
        chosen = coding.answers(request, reader)
        if empty := [v.label for v in working.asked(codebook) if v.name in differ and not chosen[v.name]]:
            raise WorkError(f"Il reste à choisir : {', '.join(empty)}. Rien n’est enregistré.")
        agreed = working.answers(codebook, rows[0])
        chosen |= {name: sorted(own) for name, own in agreed.items() if name not in differ}
        row = working.row_of(codebook, told, key, ARBITER, chosen)
        working.keep(root, study, lambda now: now.codings.setdefault(ARBITER, {}).update({key: row}))
        decisions.note(root, study, page.initials(request), "arbitration", "une situation")
    queue = working.queue(codebook, told, working.begun(reader.vault), page.initials(request))
    following = coding.further(told, key, queue.disputed)
    at = f"/etude/{study}/trancher"
    return page.back(request, f"{at}/desaccord/{following}" if following else at)


def given_back(request: Request) -> Response:
    """Give back all that was decided at the desk: the pairs, and what was settled between coders."""
    root, study, lines = page.root(request), page.study(request), list[str]()
    held = coding.read(request)[2]
    if held.pairs:
        lines += working.give_pairs(root, study, dt.date.today())
        decisions.note(root, study, page.initials(request), "received", "duplicates")
    if held.codings:
        lines += working.give_codings(root, study, dt.date.today())
        decisions.note(root, study, page.initials(request), "received", "situation_coding")
    return page.back(request, f"/etude/{study}/trancher", coding.counted(lines) or "Tout est déjà rendu.")


_PLACE = "/etude/{study}/trancher"
ROUTES = (
    Route(_PLACE, start),
    Route(f"{_PLACE}/rendre", given_back, methods=["POST"]),
    Route(f"{_PLACE}/paire/{{nth:int}}", pair),
    Route(f"{_PLACE}/paire/{{nth:int}}", pair_said, methods=["POST"]),
    Route(f"{_PLACE}/desaccord/{{nth:int}}", dispute),
    Route(f"{_PLACE}/desaccord/{{nth:int}}", dispute_said, methods=["POST"]),
)
