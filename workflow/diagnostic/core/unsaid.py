"""What a chapter cannot say is left out whole: the sentence of a number that the study does not have, a reference to what is
not there, a heading under which nothing is left.

A template writes its sentences as if every number were there. A word that has none prints `UNSAID`; what holds it is then taken
out of the filled text, so that no sentence is printed without its number, and none has to say so for itself.
"""

import re

MARK = "\ue000"  # of no script: no text of a study holds it
END = re.compile(r"[.!?…](?:\*{1,2}|[»)\]])*(?=\s+(?:\*{1,2})?[A-ZÀ-ÖØ-Þ«\[(])|[.!?…]\**$")
ITEM = re.compile(r"\s*(?:[-*] |\d+\. )?")
HEADING = re.compile(r"(#{1,6}) ")
CLOSING = re.compile(r":{3,}\s*")
DEFINED = re.compile(r"\{[^{}\n]*#([\w-]+)")
REFERENCE = re.compile(r"@((?:sec|tbl|fig|eq)-[\w-]*\w)")
ASIDE = re.compile(r"[ \N{NO-BREAK SPACE}]\(@((?:sec|tbl|fig|eq)-[\w-]*\w)\)")
LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s#]*)#(sec-[\w-]+)\)")
NOTE, NOTED = re.compile(r"\[\^(\w+)\](?!:)"), re.compile(r"^\[\^(\w+)\]:.*$", re.MULTILINE)


class Unsaid(str):
    """Prints the mark, and holds in no condition."""

    def __bool__(self) -> bool:
        return False


UNSAID = Unsaid(MARK)


def spoken(text: str) -> str:
    """Markdown without the sentences that hold the mark or refer to what is not there, and without what they leave empty."""
    before = None
    while text != before:
        before, text = text, _once(text, set(DEFINED.findall(text)))
    return text


def _once(text: str, here: set[str]) -> str:
    """The same, once: a heading that is left out may have been referred to."""
    text = ASIDE.sub(lambda found: found[0] if found[1] in here else "", text)
    text = LINK.sub(lambda found: _linked(found, here), text)
    lines = (_said(line, here) for line in text.split("\n"))
    text = _headed([line for line in lines if line is not None])
    kept, noted = set(NOTE.findall(text)), set(NOTED.findall(text))
    text = NOTED.sub(lambda found: found[0] if found[1] in kept else "", text)
    return NOTE.sub(lambda found: found[0] if found[1] in noted else "", text)


def _linked(found: re.Match[str], here: set[str]) -> str:
    words, page, section = found.groups()
    if section in here:
        return found[0]
    return f"[{words}]({page})" if page else words


def _said(line: str, here: set[str]) -> str | None:
    """The sentences of a line that can be said; None for a line of which none is left."""

    def silent(sentence: str) -> bool:
        return MARK in sentence or any(one not in here for one in REFERENCE.findall(sentence))

    if not silent(line):
        return line
    start = ITEM.match(line)
    assert start is not None
    ends = [found.end() for found in END.finditer(line, start.end())]
    sentences = [line[one:other] for one, other in zip([start.end(), *ends], [*ends, len(line)], strict=True)]
    kept = "".join(one for one in sentences if not silent(one)).strip()
    return start[0] + kept if kept else None


def _headed(lines: list[str]) -> str:
    """The text of these lines without the headings that nothing follows before one of their level, the end of their part or of the text."""
    kept = []
    for at, line in enumerate(lines):
        level = _level(line)
        after = next((one for one in lines[at + 1 :] if one.strip()), "")
        if level and (not after or CLOSING.fullmatch(after) or 0 < _level(after) <= level):
            continue
        kept.append(line)
    return "\n".join(kept)


def _level(line: str) -> int:
    found = HEADING.match(line)
    return len(found[1]) if found else 0
