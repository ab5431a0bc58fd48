"""The findings, as the calculation proposes them: those that the team keeps, and its signature, in the file that the command writes."""

import datetime as dt
from collections import defaultdict
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.core import io, writing
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import date
from diagnostic.desk import page, texts
from diagnostic.files.texts import LINK
from diagnostic.findings import written
from diagnostic.review.documents import propose
from diagnostic.study.changes import whole
from diagnostic.study.config import STUDIES

FILE = f"{STUDIES}/{{}}/{written.NAME}.md"  # of a study
SIGNED = "l’équipe, le {}"
DONE = "Les constats sont signés. Le prochain calcul les imprime ainsi."
MENDED = "Une ligne n’est plus ce que le calcul dit : la corriger ou l’ôter d’abord."


def screen(request: Request) -> Response:
    """Each finding of the file, part by part, with what is wrong with its line; who signed. None is proposed by looking."""
    study, root = page.study(request), page.root(request)
    text = _text(root, study)
    statements = root / "results" / study / "release/statements.parquet"
    known = io.read_table(statements) if statements.is_file() else None
    wrong = {one.line: one.message for one in written.problems(text, known)} if text and known is not None else {}
    parts: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for one in written.read(text).findings:
        parts[one.part].append((one.line, _plain(one.claim), _plain(one.detail), wrong.get(one.line, "")))
    given = {"parts": dict(parts), "signed": written.read(text).signed, "there": bool(text), "ready": known is not None}
    return page.render(request, "findings.html", 200, **given)


def _text(root: Path, study: str) -> str:
    path = root / FILE.format(study)
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


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
    study, root = page.study(request), page.root(request)
    kept = {int(one) for one in request.state.form.getlist("kept") if str(one).isdecimal()}
    statements = root / "results" / study / "release/statements.parquet"
    if not statements.is_file():
        raise NoResults(study)
    said = io.read_table(statements)

    def work(inside: Path) -> int:
        text = written.signed(_text(inside, study), kept, SIGNED.format(date(dt.date.today())))
        if written.problems(text, said):
            raise Typeset(MENDED)
        writing.write_bytes(text.encode(), inside / FILE.format(study))
        return len(written.read(text).findings)

    count = whole(root, study, ("constats", sorted(kept), dt.datetime.now()), work)
    return page.back(request, "calculer/constats", DONE, ("findings", "signés", str(count)))


ROUTES = page.routes("/etude/{study}/calculer/constats", {"": screen}, {"/proposer": proposed, "/signer": signed})
