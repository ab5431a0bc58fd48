"""What a composite story, written by the team from several situations, may not say: whatever could lead back to one of
them. Only what can be judged without a name is judged: who approves the story reads the rest."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from diagnostic.core import french
from diagnostic.core.contents import HIDDEN
from diagnostic.files import texts

COUNTS = r"deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"  # the others: `lint`
MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|noel|paques|ramadan|toussaint|hiver|printemps|automne"
# Nationalities, peoples, languages and beliefs, as they are written in a sentence; names of countries are proper nouns.
_, *ORIGINS = Path(__file__).with_suffix(".csv").read_text(encoding="utf-8").split()
COMMON = frozenset({"Internet", "État"})  # capitals that name nobody
SHORTEST = 4  # letters of a place's name that is looked for in small letters too

_COUNT = re.compile(rf"\b(?:{COUNTS})\b")
_DATE = re.compile(rf"\b(?:{MONTHS}|{DAYS})\b")
_ORIGIN = re.compile(rf"\b(?:{'|'.join(ORIGINS)})(?:e|s|es|ne|nes)?\b")
_SAID = re.compile(r"[«»“”\"]")
_LAYOUT = re.compile(r"^\s*(?:[#>|]|[-*+] |\d+[.)] )", re.MULTILINE)
_CAPITAL = re.compile(r"(?<!\w)[A-ZÀ-ÖØ-Þ][\w-]*")
_BEGINS = re.compile(r"(?:^|[.!?…])\s*$", re.MULTILINE)


def judged(text: str, places: Collection[str] = ()) -> Iterator[str]:
    """What keeps the story from being printed, a sentence each. `places`: the names of the communes and other territories
    under the département."""
    flat = _folded(text)
    yield from (message for pattern, message in texts.MARKUP if pattern.search(text))
    if HIDDEN.search(text):
        yield "un signe invisible s’y trouve ; retaper le passage"
    if "{" in text or _LAYOUT.search(text):
        yield "autre chose que du texte : un récit n’a ni titre, ni liste, ni citation d’indicateur"
    if _SAID.search(text):
        yield "des guillemets : les paroles des personnes et les annonces ne se citent pas"
    if numbers := sorted({*texts.NUMERIC.findall(text), *_COUNT.findall(flat)}):
        yield f"un nombre ({', '.join(numbers)}) : le récit n’en dit pas"
    for what, pattern in (("une date", _DATE), ("une origine, une langue, une croyance", _ORIGIN)):
        if found := sorted({hit[0] for hit in pattern.finditer(flat)}):
            yield f"{what} ({', '.join(found)}) : le récit n’en dit pas"
    if (known := _named(frozenset(places))) and known.search(flat):
        yield "un lieu du département : aucun lieu plus petit que lui ne se dit"
    if ranks := list(_proper(text)):
        yield f"un nom propre ou un sigle (mot {', '.join(ranks)}) : aucune personne, aucun lieu, aucun service ne se nomme"


def _folded(text: str) -> str:
    """In small letters, without accents, every apostrophe and dash as a space."""
    return re.sub(r"[’'‐-―-]", " ", french.collated(text))


@lru_cache(maxsize=8)
def _named(places: frozenset[str]) -> re.Pattern[str] | None:
    names = sorted({re.escape(_folded(name)) for name in places if len(name) >= SHORTEST})
    return re.compile(rf"\b(?:{'|'.join(names)})\b") if names else None


def _proper(text: str) -> Iterator[str]:
    """The ranks, among the words, of capitals that begin no sentence."""
    for hit in _CAPITAL.finditer(text):
        before = text[: hit.start()]
        if hit[0] not in COMMON and not _BEGINS.search(before):
            yield str(len(f"{before}x".split()))
