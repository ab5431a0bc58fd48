"""What a team writes by hand, line by line: the compliance file of its study, and the texts of its report. The same files stay as
they were but for the lines that were filled."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diagnostic.core import editing
from diagnostic.core.errors import Typeset
from diagnostic.privacy.vault import VAULT, write_closed
from diagnostic.study import compliance, receive
from diagnostic.study.changes import whole
from diagnostic.study.compliance import FORM
from diagnostic.study.config import BLOCKS, STUDIES
from diagnostic.study.given import Choice

MOVED = "Ce texte a changé depuis que la page l’a montré : le relire d’abord ; rien n’est écrit."


@dataclass(frozen=True)
class Line:
    """A place to fill: its number, from 1, among the values of the form or the lines of another text; its key in the form, or the
    heading above it; what is written there, "" for a blank of the form; what the form says beside it; whether it is blank."""

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
    if name == FORM:
        for number, one in enumerate(editing.values(text), start=1):
            key = ".".join(part for part in one.path if isinstance(part, str))
            empty, hint = any(compliance.blanks(one.text, key)), text[one.end :].partition("\n")[0].strip(" #")
            yield Line(number, key, "" if empty else one.text, hint, empty)
        return
    above = ""
    for number, line in enumerate(text.splitlines(), start=1):
        above = line.lstrip("# ") if line.startswith("#") else above
        if any(compliance.unfilled("", line)):
            yield Line(number, above, line.strip(), "", True)


def filled(name: str, text: str, said: Mapping[int, str], more: Mapping[str, list[str]]) -> str:
    """The text with what is `said` of its places, a blank answer changing nothing, and `more` items at the end of lists of the form:
    the key of the list → the values of the item."""
    changed = {}
    for line in lines(name, text):
        new = " ".join(said.get(line.number, "").split())
        if new and new != " ".join(line.text.split()):
            changed[line.number] = new
    if name != FORM:
        every = enumerate(text.splitlines(), start=1)
        own = (line.replace(line.strip(), changed[at]) if at in changed else line for at, line in every)
        return "\n".join(own) + "\n"
    held = enumerate(editing.values(text), start=1)
    text = _with(text, [(one, changed[at]) for at, one in held if at in changed])
    for key, parts in more.items():
        listed = [one for one in editing.values(text) if one.path[0] == key]
        item = [one for one in listed if one.path[:2] == listed[-1].path[:2]]
        if all(parts) and len(item) == len(parts):  # the last one again, with other values
            start, end = text.rfind("\n", 0, item[0].start) + 1, text.find("\n", item[-1].end) + 1
            again = _with(text[:end], list(zip(item, parts, strict=True)))[start:]
            text = text[:end] + again + text[end:]
    return text


def _with(text: str, said: Sequence[tuple[editing.Value, str]]) -> str:
    for one, new in reversed(said):
        text = text[: one.start] + editing.quoted(new) + text[one.end :]
    return text


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
