"""The nine months of a study, step by step as its aide-mémoire has them: what is done, on which day and by whom.

`calendar.csv` has the steps. Most of them the study's own files tell. What nothing else can (a letter that left, a form that was
tried) is declared in `vault/{study}/conformite/suivi.yaml`. Messages say where, never what was written.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from diagnostic.core import editing
from diagnostic.core.declarations import ConfigError, parse
from diagnostic.core.french import date
from diagnostic.privacy.vault import VAULT, write_closed
from diagnostic.study import compliance
from diagnostic.study.changes import whole

DECLARED = compliance.FOLLOWED
STARTED = "started"  # the first day of the study, from which the nine months run
MONTHS = 9
DONE, LEFT, LATE, NONE = "fait", "à faire", "en retard", "sans objet"
OF_COMPLIANCE = {"impact": "impact_assessment.date", "opinion": "officer.opinion_date", "agreement": "joint_agreement"}
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ ,]+([^\W\d_]{1,4}))?")


@dataclass(frozen=True)
class Said:
    """That a step is done: the day, who, and what else is known of it, in French. `none`: that it is not to be done."""

    day: dt.date | None = None
    who: str = ""
    more: str = ""
    none: bool = False


@cache
def steps() -> tuple[dict[str, str], ...]:
    """The steps: `month`, from 1; `key`; whether it is `declared`; its French sentence once it is `done`, and what is `left`."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def declared(content: bytes | None, today: dt.date) -> tuple[dict[str, Said], list[str]]:
    """What `suivi.yaml` says: key → what is done; and, in French, what of it cannot be read, or is not yet past."""
    if content is None:
        return {}, [f"{DECLARED} : fichier introuvable ; le reprendre de config/modeles/conformite/."]
    try:
        said = parse(content, DECLARED)
    except ConfigError as error:
        return {}, str(error).splitlines()
    known = (STARTED, *(step["key"] for step in steps() if step["declared"]))
    found, problems = {}, []
    for key, text in said.items():
        one, wrong = _said(text), ""
        if key not in known:
            wrong = f"une ligne n’est pas une étape ; étapes : {', '.join(known)}."
        elif one is None and not list(compliance.blanks({key: text})):
            wrong = f"{key} : écrire le jour, puis des initiales : « 2026-01-12 AB »."
        elif one and one.day and one.day > today:
            wrong = f"{key} : le {date(one.day)} n’est pas encore passé."
        elif one:
            found[key] = one
        problems += [f"{DECLARED} : {wrong}"] if wrong else []
    return found, problems


def _said(text: object) -> Said | None:
    """What a line says; None for a blank, and for what cannot be read."""
    if compliance.or_none(text) is None:
        return Said(none=True)
    read = _LINE.fullmatch(text.strip()) if isinstance(text, str) else None
    try:
        return Said(dt.date.fromisoformat(read[1]), read[2] or "") if read else None
    except ValueError:
        return None


def of_compliance(files: Mapping[str, bytes], today: dt.date) -> Iterator[tuple[str, Said]]:
    """What the compliance file says is done, whatever else of it is blank: names stay there."""
    for key, place in OF_COMPLIANCE.items():
        value: object = compliance.readable(files)
        for part in place.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        if (one := _said(value)) and not (one.day and one.day > today):
            yield key, one
    notice = files.get("notice-tiers.md", compliance.BLANK.encode())
    if not list(compliance.unfilled("", notice.decode("utf-8", "replace"))):
        yield "notice", Said()
    try:
        compliance.retention(files)
        yield "retention", Said()
    except ConfigError:
        return


def months(started: dt.date | None, report: dt.date) -> list[str]:
    """The nine months, « 2026-01 » each: from the one that the study began in; else those that end with its report."""
    first = started.year * 12 + started.month - 1 if started else report.year * 12 + report.month - MONTHS
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(first, first + MONTHS)]


def state(step: Mapping[str, str], one: Said | None, month: str, today: dt.date) -> tuple[str, str]:
    """The state of a step of which that is known, and its French sentence. `month`: its own, « 2026-01 »."""
    if one is None:
        return LATE if month < f"{today:%Y-%m}" else LEFT, f"{step['left']}."
    if one.none:
        return NONE, f"{step['left']}."
    when = f", le {date(one.day)}" if one.day else ""
    known = " ; ".join(filter(None, (one.more, one.who)))
    return DONE, f"{step['done']}{when}{f' ({known})' if known else ''}."


def declare(root: Path, study: str, key: str, said: str) -> None:
    """Write what is `said` of a step in the study's own file, « 2026-01-12 AB » or « sans objet », all else as it was, comments too. Raises
    ConfigError for a step that is not declared there, and what `changes.whole` does."""
    if key not in {STARTED, *(step["key"] for step in steps() if step["declared"])} or not (_said(said)):
        raise ConfigError(f"{DECLARED} : une ligne n’est pas une étape ; rien n’est changé.")
    write(root, study, DECLARED, {key: f'"{said}"'})


def write(root: Path, study: str, name: str, said: Mapping[str, str]) -> None:
    """Write what is said of each key, at whatever depth, in a file of the compliance folder, all else as it was, comments too; a key that
    it lacks is added at its end. Raises ConfigError for what is then no YAML, and what `changes.whole` does."""

    def work(inside: Path) -> None:
        place = inside / VAULT / study / compliance.FOLDER / name
        text = place.read_text(encoding="utf-8") if place.is_file() else ""
        for key, value in said.items():
            found = {one.path[-1]: one.path for one in editing.values(text)}
            text = editing.put(text, found.get(key, (key,)), value)
        parse(text.encode(), name)
        write_closed(text.encode(), place)

    whole(root, study, (name, *said.items(), dt.date.today()), work)
