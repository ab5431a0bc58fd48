"""The findings, as the calculation proposes them: those that the team keeps, and its signature, in the file that the command writes."""

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pandas as pd
from starlette.requests import Request
from starlette.responses import Response

from diagnostic.core import io, writing
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import date
from diagnostic.desk import page, texts
from diagnostic.files.texts import LINK
from diagnostic.findings import written
from diagnostic.review.documents import propose
from diagnostic.study import filling
from diagnostic.study.changes import whole
from diagnostic.study.config import STUDIES

FILE = f"{written.NAME}.md"  # of a study
SIGNED = "l’équipe, le {}"
DONE = "Les constats sont signés. Le prochain calcul les imprime ainsi."
MENDED = "Une ligne n’est plus ce que le calcul dit : la corriger ou l’ôter d’abord."


def screen(request: Request) -> Response:
    """Each finding of the file, part by part, with what is wrong with its line; who signed. None is proposed by looking."""
    text, said = filling.read(page.root(request), page.study(request), FILE), _said(request)
    wrong = {one.line: one.message for one in written.problems(text, said)} if text and said is not None else {}
    parts: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for one in written.read(text).findings:
        parts[one.part].append((one.line, _plain(one.claim), _plain(one.detail), wrong.get(one.line, "")))
    given = {"parts": dict(parts), "signed": written.read(text).signed, "there": bool(text), "ready": said is not None}
    return page.render(request, "findings.html", file=FILE, **given)


def _said(request: Request) -> pd.DataFrame | None:
    """What the last calculation allows to say; None before one."""
    path = page.root(request) / "results" / page.study(request) / "release/statements.parquet"
    return io.read_table(path) if path.is_file() else None


def _plain(text: str) -> str:
    """A finding as it is printed, without what its numbers are tied to."""
    return LINK.sub(r"\1", text).replace("**", "")


def proposed(request: Request) -> Response:
    """Write the proposal of the last calculation; a file that is there is not touched. Raises NoResults."""
    propose(page.root(request), page.study(request))
    return page.back(request, "calculer/constats")


def signed(request: Request) -> Response:
    """Keep the findings that are ticked, and sign them. Raises Typeset, NoResults."""
    texts.mandated(request, "constats")
    study, root, said = page.study(request), page.root(request), _said(request)
    kept = {int(one) for one in request.state.form.getlist("kept") if str(one).isdecimal()}
    if said is None:
        raise NoResults(study)

    def work(inside: Path) -> int:
        text = written.signed(filling.read(inside, study, FILE), kept, SIGNED.format(date(dt.date.today())))
        if written.problems(text, said):
            raise Typeset(MENDED)
        writing.write_bytes(text.encode(), inside / STUDIES / study / FILE)
        return len(written.read(text).findings)

    count = whole(root, study, ("constats", sorted(kept), dt.datetime.now()), work)
    return page.back(request, "calculer/constats", DONE, ("findings", "signés", str(count)))


ROUTES = page.routes("/etude/{study}/calculer/constats", {"": screen}, {"/proposer": proposed, "/signer": signed})
