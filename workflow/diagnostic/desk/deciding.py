"""« À trancher »: pairs of situations that may be of the same persons, and situations that two persons coded differently.

Two descriptions side by side, nothing chosen beforehand, nobody named. Pairs come in the order of their effect on the total; once
none of those left can change what is printed, no more is asked.
"""

import datetime as dt
from contextlib import suppress
from typing import Any

import scipy.sparse.csgraph  # noqa: F401 (what orders the pairs: loaded as the desk opens, not by the first page)
from starlette.requests import Request
from starlette.responses import Response

from diagnostic.consolidate.coders import ARBITER
from diagnostic.consolidate.decisions import remaining
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.desk import coding, page
from diagnostic.study import working
from diagnostic.study.given import DECISIONS
from diagnostic.study.sheets import Pairs, agreeing, pairs_of, summary

ENOUGH = "Aucune des paires qui restent ne peut plus changer ce qui s’imprime : c’est fini ici."
UNKNOWN_PAIR = "Cette paire n’est plus à trancher : un calcul a été fait depuis, ou quelqu’un l’a tranchée."


def _pairs(request: Request) -> Pairs:
    """The pairs with all that was decided. Raises NoResults before a first calculation."""
    reader, told, held = coding.read(request)
    return pairs_of(reader, working.decided(reader.root, reader.study, told, held))


def _next(pairs: Pairs) -> int:
    """The number of the next pair that can change what is printed, from 1; 0 for none."""
    waits = pairs.open[pairs.open["decision"].eq("") & pairs.open["lot"].gt(0)]
    return int(waits.index[0]) + 1 if len(waits) else 0


def start(request: Request) -> Response:
    """What is left to decide, and between which numbers that leaves the total."""
    reader, told, held = coding.read(request)
    values: dict[str, Any] = {"left": None, "next": 0, "enough": ENOUGH, "count": len(held.pairs)}
    with suppress(NoResults):
        pairs = _pairs(request)
        values |= {"left": remaining(pairs.both.reset_index(), pairs.rows, pairs.open), "next": _next(pairs)}
    disputed = working.queue(reader.codebook, told, held, page.initials(request)).disputed
    values |= {"disputed": len(disputed), "arbitrated": len(held.codings.get(ARBITER, {}))}
    values["first"] = list(told.situations).index(disputed[0]) + 1 if disputed else 0
    return page.render(request, "trancher.html", **values)


def pair(request: Request) -> Response:
    """Two descriptions side by side."""
    reader, told, _ = coding.read(request)
    pairs = _pairs(request)
    row = _row(request, pairs)
    both = [summary(reader.codebook, pairs.both.loc[key], told.texts).splitlines() for key in (row.first, row.second)]
    values: dict[str, Any] = {"both": both, "effect": int(row.effect), "lot": int(row.lot), "choices": list(DECISIONS)}
    values |= {"agree": agreeing(reader.codebook, str(row.agree)), "left": int(pairs.open["lot"].gt(0).sum())}
    return page.render(request, "paire.html", nth=request.path_params["nth"], **values)


def _row(request: Request, pairs: Pairs):  # type: ignore[no-untyped-def]
    """The open pair of the address. Raises Typeset where it is none, or can change nothing that is printed."""
    at = int(request.path_params["nth"]) - 1
    if at not in pairs.open.index:
        raise Typeset(UNKNOWN_PAIR)
    row = pairs.rows.loc[at]
    if not row["lot"]:
        raise Typeset(ENOUGH)
    return row


def pair_said(request: Request) -> Response:
    """What somebody says of a pair; then the next one, while it can change something."""
    row, choice = _row(request, _pairs(request)), page.field(request, "dire")
    if choice not in DECISIONS:
        raise Typeset("Choisir l’une des trois réponses ; rien n’est enregistré.")
    said = {"decision": choice, "reason": "", "initials": page.initials(request)}
    pair_ = {f"{row['first']} {row['second']}": said}
    working.keep(page.root(request), page.study(request), lambda now: now.pairs.update(pair_))
    page.note(request, "pair", choice)
    following = _next(_pairs(request))
    return page.back(request, f"trancher/paire/{following}" if following else "trancher", ENOUGH * (not following))


# -- Two codings of one situation -------------------------------------------------------------------------------------
def dispute(request: Request) -> Response:
    """A situation, and what each of those who coded it said where they differ."""
    reader, told, held = coding.read(request)
    key, codebook = coding.place(request, told), reader.codebook
    differ = working.disputes(codebook, working.coded(told, held).get(key, []))
    if not differ:
        raise Typeset("Cette situation n’est plus à départager.")
    asked = [(v, codebook.options(v), differ[v.name]) for v in working.asked(codebook) if v.name in differ]
    values = coding.written(codebook, told, key) | {"nth": request.path_params["nth"], "asked": asked}
    return page.render(request, "desaccord.html", **values)


def dispute_said(request: Request) -> Response:
    """What was settled: as a coding of its own, with what all said where they agree."""
    reader, told, held = coding.read(request)
    key, codebook = coding.place(request, told), reader.codebook
    rows = working.coded(told, held).get(key, [])
    differ = working.disputes(codebook, rows)
    if page.field(request, "dire") == coding.SAVE and differ:
        chosen = coding.answers(request, reader)
        if empty := [v.label for v in working.asked(codebook) if v.name in differ and not chosen[v.name]]:
            raise Typeset(f"Il reste à choisir : {', '.join(empty)}. Rien n’est enregistré.")
        agreed = working.answers(codebook, rows[0])
        chosen |= {name: sorted(own) for name, own in agreed.items() if name not in differ}
        row = working.row_of(codebook, told, key, ARBITER, chosen)
        working.keep(reader.root, reader.study, lambda now: now.codings.setdefault(ARBITER, {}).update({key: row}))
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
CHANGED = {"/rendre": given_back, PAIR: pair_said, DISPUTE: dispute_said}
ROUTES = page.routes("/etude/{study}/trancher", {"": start, PAIR: pair, DISPUTE: dispute}, CHANGED)
