"""The sentences of findings: one row each of `sentences.yaml`, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from diagnostic.core.declarations import Section, parse, validate

PERSONS, INTERNET = "persons", "internet"  # families
ONE, LARGEST, ABOVE, UNKNOWN, LACKING = "one", "largest", "above", "unknown", "lacking"


class Sentence(Section):
    """A row of the table.

    `kind`: what makes it true. ONE: its statements are shown. LARGEST: one share of those that `among` names
    (`catalogue/ids`), `but` aside, is surely above all others (`{n:first}`, and `{first}`, its words: the only group of the
    pattern `words` in its label); where two are, but not apart, `tied` is said, with `{second}`. ABOVE: the first id of
    `above` is surely above the second. UNKNOWN: the interval of `of` is too wide to say anything. LACKING: the study has no
    statement `of`. `least`: a number that may not be above it is not worth a sentence. `beside`: the reference that a share
    is set against. `first`: told before all others of its family. `instead`: the sentence that is told in its place, where
    that one is true. `where`: a statement without which it is not told.
    """

    family: str
    claim: str
    details: tuple[str, ...] = ()
    kind: Literal["one", "largest", "above", "unknown", "lacking"] = ONE
    of: str = ""
    among: str = ""
    but: tuple[str, ...] = ()
    tied: str = ""
    words: str = ""
    above: tuple[str, str] = ("", "")
    least: float = 0.0
    beside: str = ""
    first: bool = False
    instead: str = ""
    where: str = ""


class Table(Section):
    families: dict[str, int]
    references: dict[str, str]
    sentences: dict[str, Sentence]


FILE = Path(__file__).with_suffix(".yaml")
TABLE = validate(Table, parse(FILE.read_bytes(), FILE.name), FILE.name)
# Family → how many of its findings page 1 holds; a reference → of whom it is the share; name → sentence.
FAMILIES, REFERENCES = TABLE.families, TABLE.references
SENTENCES: Mapping[str, Sentence] = TABLE.sentences
