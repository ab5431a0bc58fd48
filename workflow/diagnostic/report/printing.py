"""Markdown that reads back as the text it was made from, and published values as printed."""

import json
import re

from diagnostic.core import french
from diagnostic.release.printed import moment

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~^$@\"'&:])")
BREAKING = re.compile(r"[ \t\r\n\f\v]+")  # not the no-break spaces
WORDS = {"majority": "majorité"}


def one_line(text: str) -> str:
    """The text without line ends: spaces of layout as one space, the no-break ones kept."""
    return BREAKING.sub(" ", str(text)).strip(" ")


def escape(text: str) -> str:
    """Text from data, safe in a markdown paragraph or table cell: read back as written, on one line."""
    return SPECIAL.sub(r"\\\1", one_line(text))


def attribute(text: str) -> str:
    """The same between the quotes of an attribute."""
    return re.sub(r'([\\"&])', r"\\\1", one_line(text))


def header(text: str) -> str:
    """The same as a value of the document's YAML header, quotes included: JSON's texts are YAML's."""
    return json.dumps(escape(text), ensure_ascii=False)


def published(text: str) -> str:
    """A published value as printed, ranges and dates in French."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text) and not re.fullmatch(r"(19|20)\d\d", text):
        whole, _, decimals = text.partition(".")
        return french.number(float(text), len(decimals))
    return WORDS.get(text, moment(text.replace("..", " à ")))
