"""The sentences of findings: one row each of `sentences.yaml`, in its order."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from diagnostic.core.declarations import Section, parse, validate

PERSONS, INTERNET = "persons", "internet"  # families


class Sentence(Section):
    """A row of the table.

    `kind`: what makes it true. "one": its statements are shown. "largest": one share of those that `among` names
    (`catalogue/ids`), `but` aside, is surely above all others (`{n:first}`, and `{first}`, its words: the only group of the
    pattern `words` in its label); where two are, but not apart, `tied` is said, with `{second}`. "above": the first id of
    `above` is surely above the second. "unknown": the interval of `of` is too wide to say anything. "lacking": the study has no
    statement `of`. `least`: a number that may not be above it is not worth a sentence. `beside`: the reference that a share
    is set against. `first`: told before all others of its family. `instead`: the sentence that is told in its place, where
    that one is true. `where`: a statement without which it is not told.
    """

    family: str
    claim: str
    details: tuple[str, ...] = ()
    kind: Literal["one", "largest", "above", "unknown", "lacking"] = "one"
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


class Said(Section):
    """One line of page 1, in Markdown; `tile`: its number that stands first in the synthesis, `words`: what that counts."""

    text: str
    tile: str
    words: str


class Clause(Section):
    """One way of saying a subject; `where`: the sentences of findings that must be told on page 1 for it."""

    text: str
    where: tuple[str, ...] = ()


class Table(Section):
    families: dict[str, int]
    references: dict[str, str]
    sentences: dict[str, Sentence]
    published: tuple[Said, ...]
    subjects: tuple[tuple[Clause, ...], ...]
    figures: dict[str, tuple[str, ...]]


FILE = Path(__file__).with_suffix(".yaml")
TABLE = validate(Table, parse(FILE.read_bytes(), FILE.name), FILE.name)
# Family → how many of its findings page 1 holds; a reference → of whom it is the share; name → sentence.
FAMILIES, REFERENCES = TABLE.families, TABLE.references
SENTENCES: Mapping[str, Sentence] = TABLE.sentences
PUBLISHED_SENTENCES, SUBJECTS = TABLE.published, TABLE.subjects
# By the name of the figure, what is seen in it: the first that may be said.
FIGURES: Mapping[str, tuple[str, ...]] = TABLE.figures
