"""« À trancher »: pairs of situations that may be of the same persons, and situations that two persons coded differently.

Two descriptions side by side, nothing chosen beforehand, nobody named. Pairs come in the order of their effect on the total; once
none of those left can change what is printed, no more is asked.
"""

import datetime as dt
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.consolidate.coders import ARBITER
from diagnostic.consolidate.decisions import remaining
from diagnostic.core.errors import NoResults
from diagnostic.desk import coding, page
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
    left = remaining(pairs.both.reset_index(), pairs.rows, pairs.rows.head(pairs.waiting)) if pairs else None
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
    page.note(request, "pair", choice)
    pairs = _pairs(request, reader, told, working.begun(reader.vault))
    following = _next(pairs) if pairs else 0
    return page.back(request, f"trancher/paire/{following}" if following else "trancher", ENOUGH * (not following))


# -- Two codings of one situation -------------------------------------------------------------------------------------
def dispute(request: Request) -> Response:
    """A situation, and what each of those who coded it said where they differ."""
    reader, told, held = coding.read(request)
    key, codebook = coding.place(request, told), reader.codebook
    differ = working.disputes(codebook, working.coded(told, held).get(key, []))
    if not differ:
        raise WorkError("Cette situation n’est plus à départager.")
    asked = [(v, codebook.options(v), differ[v.name]) for v in working.asked(codebook) if v.name in differ]
    values = coding.written(codebook, told, key)
    return page.render(request, "desaccord.html", 200, nth=request.path_params["nth"], asked=asked, **values)


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
        page.note(request, "arbitration", "une situation")
    queue = working.queue(codebook, told, working.begun(reader.vault), page.initials(request))
    following = coding.further(told, key, queue.disputed)
    return page.back(request, f"trancher/desaccord/{following}" if following else "trancher")


def given_back(request: Request) -> Response:
    """Give back all that was decided at the desk: the pairs, and what was settled between coders."""
    held, lines = coding.read(request)[2], list[str]()
    for waiting, what, role in ((held.pairs, "pairs", "duplicates"), (held.codings, "codings", "situation_coding")):
        if waiting:
            lines += working.give_back(page.root(request), page.study(request), what, dt.date.today())
            page.note(request, "received", role)
    return page.back(request, "trancher", coding.counted(lines) or "Tout est déjà rendu.")


PAIR, DISPUTE = "/paire/{nth:int}", "/desaccord/{nth:int}"
ROUTES = page.routes(
    "/etude/{study}/trancher",
    {"": start, PAIR: pair, DISPUTE: dispute},
    {"/rendre": given_back, PAIR: pair_said, DISPUTE: dispute_said},
)
