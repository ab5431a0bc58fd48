"""The compliance file, the texts of the report, its findings, and who may sign: what is blank, filled here as by hand."""

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from diagnostic.core import io, writing
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import date
from diagnostic.desk import decisions, page
from diagnostic.files.texts import LINK
from diagnostic.findings import written
from diagnostic.privacy.vault import VAULT
from diagnostic.review.documents import propose
from diagnostic.study import compliance, filling
from diagnostic.study.changes import whole
from diagnostic.study.compliance import FOLDER, FORM, Assessment
from diagnostic.study.config import BLOCKS, STUDIES

CHOICES = {f"impact_assessment.{name}": get_args(one.annotation) for name, one in Assessment.model_fields.items()}
LISTS = {"controllers": ("name", "contact"), "recipients": ("",)}  # of the form: what one item more has
MANDATES = "mandats.csv"
ACTS = {"relire": "relire avant l’envoi", "constats": "signer les constats", "edition": "préparer l’édition qui part"}
FINDINGS = f"{written.NAME}.md"  # of a study: the file that the command writes
SIGNED = "l’équipe, le {}"
ALL_SIGNED = "Les constats sont signés. Le prochain calcul les imprime ainsi."
MENDED = "Une ligne n’est plus ce que le calcul dit : la corriger ou l’ôter d’abord."
FORBIDDEN = "Les mandats de l’étude ne donnent pas cet acte ({act}) à {who} ; c’est à : {others}. Rien n’est changé."


def screen(request: Request) -> Response:
    """Each text, and how many of its lines are blank; who may sign."""
    study, root = page.study(request), page.root(request)
    held = root / VAULT / study / FOLDER
    own = [name for name in (FORM, *compliance.DOCUMENTS) if (held / name).is_file()]
    texts = {name: filling.read(root, study, name) for name in (*own, *(f"{block}.md" for block in BLOCKS))}
    left = {name: sum(line.blank for line in filling.lines(name, text)) for name, text in texts.items()}
    shown = [(name, bool(texts[name]), left[name], BLOCKS.get(name.removesuffix(".md"), "")) for name in texts]
    mandates = decisions.rows(root, study, MANDATES)
    return page.render(request, "textes.html", texts=shown, mandates=mandates, acts=ACTS, vault=held.parent.is_dir())


def one(request: Request) -> Response:
    """One text, its blanks as fields, and the whole of it."""
    name, text = _text(request)
    values: dict[str, Any] = {"lines": list(filling.lines(name, text)), "seen": filling.seen_as(text)}
    values |= {"form": name == FORM, "choices": CHOICES, "lists": LISTS, "what": BLOCKS.get(name[:-3], "")}
    return page.render(request, "texte.html", name=name, text=text, **values)


def _text(request: Request) -> tuple[str, str]:
    name = str(request.path_params["name"])
    place = filling.place_of(page.study(request), name)
    if place is None or (place.parts[0] == VAULT and not (page.root(request) / place).is_file()):
        raise HTTPException(404, page.UNKNOWN)
    return name, filling.read(page.root(request), page.study(request), name)


def said(request: Request) -> Response:
    """Fill lines of a text, or take the whole of it as it was changed. Raises Typeset."""
    name, _ = _text(request)
    form = request.state.form
    lines = {int(key[2:]): str(text) for key, text in form.items() if key[:2] == "l-" and key[2:].isdecimal()}
    more = {key: [page.field(request, f"{key}.{part}") for part in parts] for key, parts in LISTS.items()}
    whole = str(form.get("tout", "")).replace("\r\n", "\n")

    def change(text: str) -> str:
        return whole if whole and name != FORM else filling.filled(name, text, lines, more if name == FORM else {})

    filling.write(page.root(request), page.study(request), name, page.field(request, "seen"), change, dt.date.today())
    return page.back(request, f"etude/textes/{name}", "C’est écrit.", ("text", name))


# -- Who may sign -----------------------------------------------------------------------------------------------------
def mandated(request: Request, act: str) -> None:
    """Raises Typeset where the study, or one of a comparison, gives an act, of ACTS, to others than who is at the desk; where it gives it
    to nobody, all may."""
    root, who = page.root(request), page.initials(request)
    for study in decisions.kept_in(root, page.study(request)):
        own = [row["qui"] for row in decisions.rows(root, study, MANDATES) if row["acte"] == act]
        if own and who not in own:
            raise Typeset(FORBIDDEN.format(act=ACTS[act], who=who, others=", ".join(own)))


def mandate(request: Request) -> Response:
    """Give an act to a person, or take it back. Raises Typeset."""
    study, root, who = page.study(request), page.root(request), page.field(request, "who").upper()
    act, rows = page.field(request, "act"), decisions.rows(root, study, MANDATES)
    if act not in ACTS or not page.INITIALS.fullmatch(who):
        raise Typeset("Dire à qui (des initiales) et pour quel acte ; rien n’est changé.")
    kept = [row for row in rows if (row["qui"], row["acte"]) != (who, act)]
    taken = page.field(request, "sens") == "retirer"
    told = {"jour": dt.date.today().isoformat(), "qui": who, "acte": act, "note_par": page.initials(request)}
    decisions.keep(root, study, MANDATES, [*kept, *[told] * (not taken)])
    noted = f"{who} : {ACTS[act]}{', retiré' * taken}"
    return page.back(request, "etude/textes", "C’est noté.", ("mandate", noted))


# -- The findings, as the calculation proposes them: those that the team keeps, and its signature ----------------------
def findings(request: Request) -> Response:
    """Each finding of the file, part by part, with what is wrong with its line; who signed. None is proposed by looking."""
    text, said = filling.read(page.root(request), page.study(request), FINDINGS), _allowed(request)
    wrong = {one.line: one.message for one in written.problems(text, said)} if text and said is not None else {}
    parts: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for one in written.read(text).findings:
        parts[one.part].append((one.line, _plain(one.claim), _plain(one.detail), wrong.get(one.line, "")))
    given = {"parts": dict(parts), "signed": written.read(text).signed, "there": bool(text), "ready": said is not None}
    return page.render(request, "findings.html", file=FINDINGS, **given)


def _allowed(request: Request) -> pd.DataFrame | None:
    """What the last calculation allows to say; None before one."""
    path = page.root(request) / "results" / page.study(request) / "release/statements.parquet"
    return io.read_table(path) if path.is_file() else None


def _plain(text: str) -> str:
    """A finding as it is printed, without what its numbers are tied to."""
    return LINK.sub(r"\1", text).replace("**", "")


def findings_proposed(request: Request) -> Response:
    """Write the proposal of the last calculation; a file that is there is not touched. Raises NoResults."""
    propose(page.root(request), page.study(request))
    return page.back(request, "calculer/constats")


def findings_signed(request: Request) -> Response:
    """Keep the findings that are ticked, and sign them. Raises Typeset, NoResults."""
    mandated(request, "constats")
    study, root, said = page.study(request), page.root(request), _allowed(request)
    kept = {int(one) for one in request.state.form.getlist("kept") if str(one).isdecimal()}
    if said is None:
        raise NoResults(study)

    def work(inside: Path) -> int:
        text = written.signed(filling.read(inside, study, FINDINGS), kept, SIGNED.format(date(dt.date.today())))
        if written.problems(text, said):
            raise Typeset(MENDED)
        writing.write_bytes(text.encode(), inside / STUDIES / study / FINDINGS)
        return len(written.read(text).findings)

    count = whole(root, study, ("constats", sorted(kept), dt.datetime.now()), work)
    return page.back(request, "calculer/constats", ALL_SIGNED, ("findings", "signés", str(count)))


ONE = "/{name}"
ROUTES = page.routes("/etude/{study}/etude/textes", {"": screen, ONE: one}, {"": mandate, ONE: said})
CHANGED = {"/proposer": findings_proposed, "/signer": findings_signed}
ROUTES += page.routes("/etude/{study}/calculer/constats", {"": findings}, CHANGED)
