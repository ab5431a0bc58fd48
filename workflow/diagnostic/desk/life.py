"""« Vie de l’étude »: the versions and going back to one, an erasure and what would come back, the next edition, the deletion at the
dates that were decided, and who decided what."""

import datetime as dt
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.collect.table_names import RECIPE
from diagnostic.core.declarations import ConfigError
from diagnostic.core.errors import Typeset
from diagnostic.desk import decisions, page
from diagnostic.privacy import versions
from diagnostic.privacy.vault import VAULT
from diagnostic.study import calendar, compliance, config, erase, receive
from diagnostic.study.erase import DONE, PLANNED, purge_decided
from diagnostic.study.given import titled
from diagnostic.study.own_files import GIVEN

SHOWN = 200  # decisions, the last ones
DATES = ("opinion_date", "exports", "contacts")  # of the compliance file: before a real study receives anything
UNSURE = "Pour effacer, écrire ses initiales ({}) ; rien n’est effacé."


def screen(request: Request) -> Response:
    """Versions, dates, log."""
    study, root = page.study(request), page.root(request)
    vault = config.looked_into(root, study) if (root / VAULT / study).is_dir() else None
    roles = versions.roles(vault) if vault else []
    used = {role: versions.in_use(vault, role) for role in roles} if vault and not vault.purged else {}
    kept = [(_titled(role), one, used.get(role)) for role in roles if vault for one in versions.versions(vault, role)]
    files = compliance.contents(root / VAULT / study / compliance.FOLDER)
    try:
        dates = dict(compliance.retention(files))
    except ConfigError:
        dates = {}
    log = decisions.every(root, study)[::-1]
    given: dict[str, Any] = {"kept": kept, "dates": dates, "log": log[:SHOWN], "purged": bool(vault and vault.purged)}
    name, _, year = study.rpartition("-")
    given |= {"next": int(year) + 1, "place": name, "held": vault is not None}
    return page.render(request, "life.html", **given)


def dated(request: Request) -> Response:
    """Write the three dates that are decided before a real study receives anything. Raises Refused."""
    days = {key: page.day(request, key).isoformat() for key in DATES}
    calendar.write(page.root(request), page.study(request), compliance.FORM, days)
    return page.back(request, "vie", "Les dates sont dans le dossier de conformité.", ("form", "dates de conformité"))


def _sure(request: Request) -> bool:
    """Whether what cannot be undone is confirmed, by initials. Raises Typeset where it is so by others, or by another word."""
    sure = page.field(request, "sure").upper()
    if sure and sure != page.initials(request):
        raise Typeset(UNSURE.format(page.initials(request)))
    return bool(sure)


def _titled(role: str) -> str:
    """What a file is, in French: of a recipe, and of a file as it was given, which one's it is."""
    for end, told in ((GIVEN, ", tel qu’il a été donné"), (RECIPE, ", comment il se lit")):
        if role.endswith(end):
            return _titled(role.removesuffix(end)) + told
    return titled(role)


def undone(request: Request) -> Response:
    """Use another version again. Raises Refused."""
    study, role, number = page.study(request), page.field(request, "role"), page.field(request, "number")
    told = receive.undo(page.root(request), study, role, dt.date.today(), int(number) if number.isdecimal() else 0)
    return page.back(request, "vie", told, ("undone", role, number))


def erased(request: Request) -> Response:
    """Erase a response or an interview: first what would be, then, once that is asked for, for good. Raises Refused."""
    study, root, record = page.study(request), page.root(request), page.field(request, "record")
    if not record:
        raise Typeset("Donner le numéro de la réponse, comme le formulaire le montre.")
    if not _sure(request):
        lines, _ = erase.erase(root, study, record, dt.date.today())
        lines = [line for line in lines if "--confirmer" not in line]
        return page.render(request, "erase.html", lines=lines, record=record)
    lines, well = erase.erase(root, study, record, dt.date.today(), execute=True)
    return page.back(request, "vie", lines, ("erased", "une réponse" if well else "à finir"))


def purged(request: Request) -> Response:
    """Delete what is due at the dates that were decided: first the plan, then, once that is asked for, for good. Raises Refused."""
    report = purge_decided(page.root(request), page.study(request), dt.date.today(), _sure(request))
    lines = erase.message(report).splitlines()
    if report.state == PLANNED:
        return page.render(request, "purge.html", lines=lines, due=any(item.due for item in report.items))
    if report.state != DONE:
        raise Typeset("\n".join(lines))
    return page.back(request, "vie", lines)


CHANGED = {"/reprendre": undone, "/effacer": erased, "/supprimer": purged, "/dates": dated}
ROUTES = page.routes("/etude/{study}/vie", {"": screen}, CHANGED)
