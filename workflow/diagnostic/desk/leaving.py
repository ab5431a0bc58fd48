"""What leaves the team: a second person's check, the edition, to whom it was sent, and the remarks that come back.

Lists of the vault, deleted with the rest. What is typed in them is looked through for personal data, by its form and by what the
vault knows of the people of the study.
"""

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.core import io, writing
from diagnostic.core.errors import Typeset
from diagnostic.core.french import plural, typographic
from diagnostic.desk import decisions, page, texts
from diagnostic.desk.decisions import Decision
from diagnostic.privacy import folding, personal
from diagnostic.review.difference import NotComparable, reprinted
from diagnostic.running import apart
from diagnostic.study import calendar, config, erase, generations, issuing, manifest, signature

SENT, REMARKS = "envois.csv", "remarques.csv"
ANSWER = ("reponse", "repondu_le", "repondu_par")  # of a remark
LONGEST = 2_000  # characters of a remark
READ = "report_read"  # the step of the calendar
FIRST = {"rapport.html", "comparaison.html"}  # that a second reader has opened, at least
HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
PERSONAL = "Ce texte dit qui est une personne ({kind}) : il n’est pas gardé. Le réécrire sans ce qui la désigne."
KNOWN = "Ce texte reprend des mots d’une réponse ou un nom du coffre : il n’est pas gardé. Le réécrire sans eux."
LONG = "Une remarque tient en 2 000 signes : un procès-verbal, un dossier ou un courrier n’entrent pas ici."
SAME = "Qui a lancé le calcul ne relit pas pour l’envoi : une autre personne donne ses initiales, ouvre le rapport, puis revient ici."
UNREAD = "Ouvrir d’abord le rapport, ici, sous vos initiales : la relecture dit ce qui a été ouvert."
READING = "Votre relecture est notée. L’édition peut être préparée ; rien n’est envoyé d’ici."
UNCHECKED = "Une autre personne relit d’abord ces documents-ci : depuis la dernière relecture, le calcul a changé, ou il n’y en a pas eu."


# -- What the screen shows ----------------------------------------------------------------------------------------------
def told(request: Request, study: str, documents: Iterable[str]) -> dict[str, Any]:
    """What the screen has of what leaves: whether anything may, the last check and whether it still holds, who may check, editions,
    where each was sent."""
    root, who = page.root(request), page.initials(request)
    log, names = decisions.read(root, study), sorted(page.desk(request).seen.get(study, ()))
    first, leaves = _first(log), decisions.kept_in(root, study) and any(place != "brouillon" for place in documents)
    found: dict[str, Any] = {"leaves": leaves, "check": checked(root, study, log), "opened": names, "first": first}
    found |= {"may_check": who != first and FIRST & {*names}, "issued": _last(log, "issued")}
    found |= {"editions": _left(root, study), "sent": decisions.rows(root, study, SENT)}
    report = root / "results" / study / generations.REPORT
    found |= {"keys": list(_keys()), "signature": signature.signed(report) and signature.check(report)}
    return {**found, "remarks": sum(not row["reponse"] for row in decisions.rows(root, study, REMARKS))}


def _last(log: list[Decision], kind: str) -> Decision | None:
    return next((one for one in reversed(log) if one.kind == kind), None)


def _left(root: Path, study: str) -> list[str]:
    """The days of the editions that left, the oldest first; of a comparison, that of the last one, if its documents are there."""
    if "/" not in study:
        return [one.name for one in issuing.editions(root, study)]
    there = (root / "results" / study / generations.REPORT).is_dir()
    return [last.day] if there and (last := _last(decisions.read(root, study), "issued")) else []


def _first(log: list[Decision]) -> str:
    """Who began the last calculation from here; "" where nobody did."""
    last = _last([one for one in log if not one.what], "calculated")
    return last.who if last else ""


def _made(root: Path, study: str) -> str:
    """What tells one finished calculation from another: the beginning of its manifest's digest; "" where there is none."""
    path = root / "results" / study / generations.MANIFEST
    return writing.sha256(path)[:12] if path.is_file() else ""


def checked(root: Path, study: str, log: list[Decision]) -> Decision | None:
    """The check of the documents that there are, by another than who calculated them; None where there is none."""
    last = _last(log, "checked")
    return last if last and last.number == _made(root, study) and last.who != _first(log) else None


# -- The check, the edition, to whom it was sent -------------------------------------------------------------------------
def check(request: Request) -> Response:
    """« J’ai tout relu : cela peut partir »: who, when, what was opened. Raises Typeset."""
    study, root, who = page.study(request), page.root(request), page.initials(request)
    names = sorted(page.desk(request).seen.get(study, ()))
    texts.mandated(request, "relire")
    if who == _first(decisions.read(root, study)):
        raise Typeset(SAME)
    if not FIRST & {*names}:
        raise Typeset(UNREAD)
    if study in config.known(root):
        calendar.declare(root, study, READ, f"{dt.date.today().isoformat()} {who}")
    noted = ("checked", ", ".join(names)[: decisions.LONGEST], _made(root, study))
    return page.back(request, "calculer", READING, noted)


def edition(request: Request) -> Response:
    """Record the edition and make the documents that leave, once another person has checked them. Raises Typeset."""
    study, root = page.study(request), page.root(request)
    texts.mandated(request, "edition")
    if checked(root, study, decisions.read(root, study)) is None:
        raise Typeset(UNCHECKED)
    if apart.start(root, study, ("diffuser", study.rpartition("/")[2])):
        page.note(request, "issued", "demandée")
    return page.back(request, "calculer")


def _keys() -> dict[str, Path]:
    """The SSH keys of who is at this machine: what each is called → the private one, or the public one of one that an agent holds."""
    public = sorted((Path.home() / ".ssh").glob("*.pub"))
    return {one.stem: one.with_suffix("") if one.with_suffix("").is_file() else one for one in public}


def signed(request: Request) -> Response:
    """Sign what is in `report/` with a key, as the command does. Raises SignatureError, Refused."""
    results, key = page.root(request) / "results" / page.study(request), _keys().get(page.field(request, "key"))
    texts.mandated(request, "edition")
    if key is None:
        raise Typeset("Choisir une clé SSH ; rien n’est signé.")
    manifest.signable(results)
    told = signature.sign(results / generations.REPORT, key, page.field(request, "name")).told
    return page.back(request, "calculer", told.replace(f"{page.root(request)}/", ""), ("signed",))


def sent(request: Request) -> Response:
    """Note to whom an edition was sent: a service or a commission. Raises Typeset."""
    study, root = page.study(request), page.root(request)
    whom, day = page.field(request, "whom"), page.day(request, "day")
    editions = _left(root, study)
    if not whom or not editions:
        raise Typeset("Dire à quel service l’édition a été envoyée, une fois l’édition préparée.")
    _clean(root, study, whom)
    line = {"jour": day.isoformat(), "qui": page.initials(request), "destinataire": whom[:200]}
    decisions.keep(root, study, SENT, [line | {"edition": editions[-1]}], add=True)
    return page.back(request, "calculer", "L’envoi est noté.", ("sent",))


def _clean(root: Path, study: str, text: str) -> None:
    """Raises Typeset for a text that looks personal, or says again what the vault of a study holds of somebody."""
    if kind := personal.kind_of(text):
        raise Typeset(PERSONAL.format(kind=personal.KINDS[kind]))
    own, studies = f" {folding.fold(text)} ", decisions.kept_in(root, study)
    vaults = [config.opened(root, one, create=False) for one in studies]
    for vault, name in ((held, name) for held in vaults for name in held.private_names()):
        least = 2 if name == erase.CONTACTS else 6  # words: of an answer, a sentence
        for value in erase.values([(name, vault.read_private(name))]):
            folded = folding.fold(value)
            if len(folded.split()) >= least and f" {folded} " in own:
                raise Typeset(KNOWN)


# -- Remarks -------------------------------------------------------------------------------------------------------------
def remarks(request: Request) -> Response:
    """The remarks on the edition that was sent, and what changed since."""
    study, root = page.study(request), page.root(request)
    given = {"rows": decisions.rows(root, study, REMARKS), "editions": _left(root, study)}
    given |= {"sections": sections(root / "results" / study), "changed": changed(root, study)}
    return page.render(request, "remarks.html", **given)


def sections(results: Path) -> list[str]:
    """The headings of the report, or of the comparison, that there is, in its order: of the team's own where it has some."""
    pages = (path for place in (generations.WORKING, generations.REPORT) for path in (results / place).glob("*.html"))
    found = next((one for one in pages if one.name.removeprefix(generations.WORKING_MARK) in FIRST), None)
    text = found.read_text(encoding="utf-8") if found else ""
    titles = HEADING.findall(text.partition("<main")[2])
    return list(dict.fromkeys(" ".join(TAG.sub(" ", one).split()) for one in titles))


def changed(root: Path, study: str) -> list[str]:
    """Which numbers are no longer printed as what left has them, by their titles: of a study those on persons, of a comparison all,
    and its verdicts. None where nothing was sent, or calculated since."""
    results, lines, there = root / "results" / study, list[str](), False
    if "/" in study:
        left, now = (results / place / generations.DATA for place in (generations.REPORT, generations.WORKING))
        if there := left.is_dir() and now.is_dir():
            try:
                lines = [title for title, *_ in reprinted(left, now)[0]]
            except NotComparable as refused:
                return [str(refused)]
    elif editions := issuing.editions(root, study):
        folder = generations.current(results).folder
        if there := (folder / "release/claims.parquet").is_file():
            titles = io.read_table(folder / "release/ledger.parquet").set_index("fact_id")["label"]
            ids = {str(form[2]) for form in issuing.forms(editions[-1].record) ^ issuing.printed(folder)}
            lines = [titles.get(one, one) for one in sorted(ids)]
    count = f"{len(lines)} {plural(len(lines), 'nombre n’est', 'nombres ne sont')} plus imprimé{'s' * (len(lines) > 1)} de même."
    same = ["Rien n’a changé depuis cette édition."] * there
    return [typographic(line) for line in [count, *lines]] if lines else same


def remark(request: Request) -> Response:
    """Keep a remark. Raises Typeset."""
    study, root = page.study(request), page.root(request)
    text, section, place = (page.field(request, name) for name in ("text", "section", "place"))
    if len(text) > LONGEST or len(place) > 200:
        raise Typeset(LONG)
    if not text or section not in sections(root / "results" / study):
        raise Typeset("Écrire la remarque, et choisir la partie du rapport dont elle parle.")
    for one in (text, place):
        _clean(root, study, one)
    rows, editions = decisions.rows(root, study, REMARKS), _left(root, study)
    number = str(max((int(row["numero"]) for row in rows), default=0) + 1)
    line = {"numero": number, "jour": dt.date.today().isoformat(), "qui": page.initials(request)}
    line |= {"edition": "".join(editions[-1:]), "section": section, "endroit": place, "remarque": text}
    decisions.keep(root, study, REMARKS, [line | dict.fromkeys(ANSWER, "")], add=True)
    told = f"La remarque {number} est gardée dans le coffre."
    return page.back(request, "calculer/remarques", told, ("remark", "", number))


def answer(request: Request) -> Response:
    """Answer a remark, or delete it at once because it recognises somebody. Raises Typeset."""
    study, root = page.study(request), page.root(request)
    number, text = page.field(request, "number"), page.field(request, "answer")
    rows = decisions.rows(root, study, REMARKS)
    found = next((row for row in rows if row["numero"] == number), None)
    if found is None:
        raise Typeset("Cette remarque n’est plus là.")
    if page.field(request, "act") == "delete":
        rows.remove(found)
        said = "La remarque est effacée."
    elif not text or len(text) > LONGEST:
        raise Typeset("Écrire une réponse, en 2 000 signes au plus.")
    else:
        _clean(root, study, text)
        found |= zip(ANSWER, (text, dt.date.today().isoformat(), page.initials(request)), strict=True)
        said = f"La réponse à la remarque {number} est gardée."
    decisions.keep(root, study, REMARKS, rows)
    noted = ("remark", "réponse" if found in rows else "effacée", number)
    return page.back(request, "calculer/remarques", said, noted)


SHOWN = {"/remarques": remarks}
CHANGED = {"/relu": check, "/edition": edition, "/signature": signed, "/envoi": sent}
CHANGED |= {"/remarques": remark, "/remarques/reponse": answer}
