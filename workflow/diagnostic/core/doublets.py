"""Both genders in words instead of the median point: « les professionnel·les » → « les professionnelles et les professionnels ».

A noun is told twice, its feminine first, with the word that determines it; an adjective or a participle then agrees with the
second, which stands beside it, and is the masculine. The only place that turns one way of writing into the other.
"""

import re
from collections.abc import Callable
from typing import Any

INCLUSIVE, DOUBLETS = "inclusive", "doublets"
WAYS = (INCLUSIVE, DOUBLETS)
POINT = "·"
# Told twice wherever they stand, but after « être »; what follows a determiner is told twice too, whichever word it is.
NOUNS = frozenset(
    "adolescent agent ami annonceur apprenti auteur client codeur conjoint consommateur délégué directeur éducateur élu enquêteur "
    "étudiant habitant habitué interlocuteur majeur mineur procureur professionnel référent réfugié répondant représentant retraité "
    "salarié soignant substitut travailleur".split()
)
# Those that stand before a noun.
ADJECTIVES = frozenset("seul petit jeune certain différent distinct premier dernier".split())
# What a rule would say badly: before it, then of what it leaves.
FIRST = {
    "qu’un·e seul·e": "qu’une seule personne",
    "un·e seul·e": "une seule personne",
    "compte qu’un·e": "compte qu’une personne",
}
PHRASES = {
    "chacun·e": "chacune et chacun",
    "aucun·e": "aucune ni aucun",
    "tou·tes": "toutes et tous",
    "le·la": "la ou le",
    "d’un·e": "d’une ou d’un",
    "qu’un·e": "qu’une ou qu’un",
    "un·e": "une ou un",
}
_END = r"(?:e|le|ne|te|se|rice|que|trice|euse|ve|fe|che|ère|x)?·?s?"
_WORD = rf"(?!tou{POINT}tes les )(?P<root>[^\W\d_]+){POINT}(?P<end>(?=[a-zè]){_END})(?![\w{POINT}])"
_BEFORE = (
    r"(?P<before>\b(?:tou·tes les|les|des|aux|ces|ses|leurs|nos|vos|de|(?:d’|qu’)?un·e|aucun·e|chaque|le·la) |\b[dl]’)?"
)
_INFLECTED = re.compile(_BEFORE + _WORD, re.IGNORECASE)
_FIRST, _PHRASE = (
    re.compile(rf"(?<![\w{POINT}])(?:{'|'.join(words)})(?![\w{POINT}])", re.IGNORECASE) for words in (FIRST, PHRASES)
)
_TO_BE = re.compile(r"\b(?:es[tx]|sont|était|étaient|être|été|soit|soient)(?: pas| tous| aussi)? $", re.IGNORECASE)
# How a determiner is told before each gender, and what joins the two.
_DETERMINED: dict[str, tuple[str, str]] = {
    "tou·tes les ": ("toutes les ", "tous les "),
    "un·e ": ("une ", "un "),
    "d’un·e ": ("d’une ", "d’un "),
    "qu’un·e ": ("qu’une ", "qu’un "),
    "aucun·e ": ("aucune ", "aucun "),
    "le·la ": ("la ", "le "),
}


_DROPPED = {"rice": "eur", "trice": "teur", "se": "r", "euse": "eur", "que": "c", "ve": "f"}  # of the root, by its end


def written(text: str, way: str) -> str:
    """The text in a way of writing: as it is (`inclusive`), or without a median point in any word (`doublets`). Words that are
    no inflection (« Col·lectiu ») stay; raises ValueError for another way."""
    if way not in WAYS:
        raise ValueError(way)
    if way == INCLUSIVE or POINT not in text:
        return text
    begun = _FIRST.sub(lambda found: _as(found[0], FIRST[found[0].lower()]), text)
    told = _INFLECTED.sub(lambda found: _told(found, begun), begun)
    return _PHRASE.sub(lambda found: _as(found[0], PHRASES[found[0].lower()]), told)


def spoken(value: Any, way: str) -> Any:
    """The same of every text in a value of lists and mappings, keys apart."""
    if isinstance(value, str):
        return written(value, way)
    if isinstance(value, dict):
        return {name: spoken(one, way) for name, one in value.items()}
    return [spoken(one, way) for one in value] if isinstance(value, list) else value


def genders(root: str, end: str) -> tuple[str, str]:
    """Feminine and masculine of « root·end »: « enquêteur », « rices » → enquêtrices, enquêteurs."""
    end = end.replace(POINT, "")
    masculine = root + "s" * (end.endswith("s") and not root.endswith(("s", "x")))
    return root.removesuffix(_DROPPED.get(end.removesuffix("s"), "")) + end, masculine


def _told(found: re.Match[str], text: str) -> str:
    before, root, end = found["before"] or "", found["root"], found["end"]
    whole = f"{before}{root}{POINT}{end}"
    if f"{root}{POINT}{end}".lower() in PHRASES:
        return whole
    feminine, masculine = genders(root, end)
    determined = before and before.lower() not in ("de ", "d’")
    noun = root.lower() in NOUNS or determined and root.lower() not in ADJECTIVES
    if not noun or not before and _TO_BE.search(text[: found.start()]):
        return before + masculine
    first, second = _DETERMINED.get(before.lower(), (before.lower(), before.lower()))
    joined = "ni" if before.lower() == "aucun·e " else "et" if end.endswith("s") else "ou"
    return _as(whole, f"{first}{feminine} {joined} {second}{masculine[:1].lower()}{masculine[1:]}")


def _as(model: str, text: str) -> str:
    """The text with a capital where its model has one."""
    change: Callable[[str], str] = str.upper if model[:1].isupper() else str.lower
    return change(text[:1]) + text[1:]
