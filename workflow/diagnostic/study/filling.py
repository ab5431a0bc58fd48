"""What a team writes by hand, line by line: the compliance file of its study, and the texts of its report. The same files stay as
they were but for the lines that were filled."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from diagnostic.core.declarations import parse
from diagnostic.core.errors import Typeset
from diagnostic.privacy import folding
from diagnostic.privacy.vault import VAULT, write_closed
from diagnostic.study import compliance, receive
from diagnostic.study.changes import whole
from diagnostic.study.compliance import BLANK, FORM
from diagnostic.study.config import BLOCKS, STUDIES
from diagnostic.study.given import Choice
from diagnostic.study.settings import scalar

# A value of the form: what is before it, its key, itself, what is after.
VALUE = re.compile(
    r"( *(?:- )?(?:(\w+): *)?)(\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?!\w+:(?:\s|$))[^#\"'\s][^#]*?)( *(?:#.*)?)"
)
MOVED = "Ce texte a changé depuis que la page l’a montré : le relire d’abord ; rien n’est écrit."


@dataclass(frozen=True)
class Line:
    """A place to fill: the number of its line, from 1; its key in the form, or the heading above it; what is written there, "" for a
    blank of the form; what the form says beside it; whether it is still to be filled."""

    number: int
    key: str
    text: str
    hint: str
    blank: bool


def place_of(study: str, name: str) -> Path | None:
    """Where a text of a study is, from the project's folder; None for what a team does not write."""
    if name in (FORM, *compliance.DOCUMENTS):
        return Path(VAULT, study, compliance.FOLDER, name)
    return STUDIES / study / name if name.removesuffix(".md") in BLOCKS and name.endswith(".md") else None


def read(root: Path, study: str, name: str) -> str:
    """A text of a study; "" where there is none. Raises Typeset for one that is no text."""
    path = root / (place_of(study, name) or "")
    try:
        return path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    except UnicodeDecodeError:
        raise Typeset(f"{name} : le fichier n’est pas en UTF-8 ; l’enregistrer dans cet encodage.") from None


def seen_as(text: str) -> str:
    """What tells a text from what it becomes."""
    return hashlib.sha256(text.encode()).hexdigest()


def lines(name: str, text: str) -> Iterator[Line]:
    """The places to fill of a text: each value of the form, each line of another that says « à compléter »."""
    above, blank = "", folding.fold(BLANK)
    for number, line in enumerate(text.splitlines(), start=1):
        found = VALUE.fullmatch(line)
        empty = blank in folding.fold(found[3] if found and name == FORM else line)
        if head := re.match(r"(\w+):" if name == FORM else r"#+ +(.*)", line):
            above = head[1]
        if name != FORM and empty:
            yield Line(number, above, line.strip(), "", True)
        elif name == FORM and found:
            key = above if found[2] in (above, None) else f"{above}.{found[2]}"
            value = "" if empty else str(parse(f"x: {found[3]}".encode(), name)["x"])
            yield Line(number, key, value, found[4].strip(" #"), empty)


def filled(name: str, text: str, said: Mapping[int, str], more: Mapping[str, list[str]]) -> str:
    """The text with what is `said` of its lines, a blank answer changing nothing, and `more` items at the end of lists of the form:
    the key of the list → the values of the item."""
    own = text.splitlines()
    for line in lines(name, text):
        new, before = " ".join(said.get(line.number, "").split()), own[line.number - 1]
        if new and new != " ".join(line.text.split()):
            indent = before[: len(before) - len(before.lstrip())]
            own[line.number - 1] = _valued(before, new) if name == FORM else indent + new
    ends = {line.key.partition(".")[0]: line.number for line in lines(name, text)}  # the last line of each list
    for key, values in sorted(more.items(), key=lambda one: -ends.get(one[0], 0)):
        if all(values) and (at := ends.get(key, 0)):
            own[at:at] = [_valued(line, new) for line, new in zip(own[at - len(values) : at], values, strict=True)]
    return "\n".join(own) + "\n"


def _valued(line: str, value: str) -> str:
    return VALUE.sub(lambda found: f"{found[1]}{scalar(value)}{found[4]}", line, count=1)


def write(root: Path, study: str, name: str, seen: str, change: Callable[[str], str], today: dt.date) -> None:
    """Change a text of a study; a text of its report stays among the versions of its vault. `seen`: the digest of the text that the
    change was made on. Raises Typeset where the text is another since, or the form would say what cannot be; what `whole` does."""

    def work(inside: Path) -> None:
        text, place = read(inside, study, name), place_of(study, name)
        if seen_as(text) != seen or place is None:
            raise Typeset(MOVED)
        after = change(text)
        if place.parts[0] != VAULT:
            receive.registered(inside, study, receive.Given(after.encode(), name), today, Choice(replace=True))
            return
        if found := set(_wrong(name, after, today)) - set(_wrong(name, text, today)):
            raise Typeset("\n".join(sorted(found)))
        write_closed(after.encode(), inside / place)

    whole(root, study, ("écrire", name, seen, dt.datetime.now()), work)


def _wrong(name: str, text: str, today: dt.date) -> list[str]:
    """What the form says that cannot be, but for its blanks."""
    found = compliance.problems({FORM: text.encode()}, today) if name == FORM else []
    return [line for line in found if line.startswith(FORM) and "à compléter" not in line]
