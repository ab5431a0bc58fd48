"""Running text of marked-up files: pages as a reader sees them, parts of office documents, attributes that hold words."""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Text:
    """A piece of running text. `where`: member or page by number; `code`: source text, not prose."""

    text: str
    where: str = ""
    code: bool = False


_INLINE = {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "tspan",
           "u", "wbr", "font"}  # fmt: skip
_READ_ATTRIBUTES = {"href", "src", "alt", "title", "content", "value", "placeholder", "id", "name", "class", "cite", "action",
                    "summary", "label", "xlink:href", "datetime", "srcdoc"}  # fmt: skip


class _Markup(HTMLParser):
    """Text as a reader sees it: inline tags joined, blocks apart; then attributes that can hold words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.attributes: list[str] = []
        self.inside: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self.inside.append(tag)
        if tag not in _INLINE:
            self.pieces.append("\n")
        for key, value in attrs:
            if value and (key in _READ_ATTRIBUTES or key.startswith(("aria-", "data-"))):
                self.attributes.append(value)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()
        if tag not in _INLINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts.append(data)
        else:
            self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.scripts.append(data)


def markup(text: str) -> list[Text]:
    parser = _Markup()
    parser.feed(text)
    parser.close()
    texts = [Text("".join(parser.pieces)), *(Text(script, code=True) for script in parser.scripts)]
    words = [value for value in parser.attributes if not value.startswith("data:")]
    texts.append(Text("\n".join(urllib.parse.unquote_plus(w) if "%" in w else w for w in words), "attributs"))
    return texts + [text for value in parser.attributes if value.startswith("data:") for text in _data_link(value)]


def _data_link(value: str) -> list[Text]:
    """The text of a `data:` link: an SVG picture inside a page has labels."""
    head, _, body = value.partition(",")
    if "image/svg" not in head and "text/" not in head:
        return []
    try:
        plain = base64.b64decode(body).decode() if head.endswith("base64") else urllib.parse.unquote(body)
    except (binascii.Error, UnicodeDecodeError):
        return []
    return markup(plain)


_XML_BREAK = re.compile(
    r"</(?:w:p|a:p|si|text:p|text:h|p|c|row|v|t|dc:\w+|cp:\w+|Application|Company|Manager)>|<w:(?:br|tab)\b[^>]*>"
)
_XML_ATTRIBUTE = re.compile(
    r"""\s(?:[\w]+:)?(?:Target|name|title|descr|author|userId|display|tooltip|initials|instr|alias|text)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)


def xml_texts(text: str) -> list[str]:
    """The words of an office document's part: the runs of a paragraph joined, then attributes that can hold words."""
    body = html.unescape(re.sub(r"<[^>]*>", "", _XML_BREAK.sub("\n", text)))
    return [body, *(html.unescape(double or single) for double, single in _XML_ATTRIBUTE.findall(text))]
