"""A text cut into words, numbers and signs: every sign of it is understood, or it is not read."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

YEARS = range(1900, 2101)


class NotRead(Exception):
    """The text is outside the grammar."""


class Token(NamedTuple):
    text: str
    number: int | None = None
    spelled: bool = False
    like_a_year: bool = False


_ACCENTS = frozenset("\u0300\u0301\u0302\u0308\u0327")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_SIGNS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "−": "-", "—": "–"})
# Thousands are parted by a space; a line break or a tab between two digits parts two answers.
_BROKEN_NUMBER = re.compile(r"(?<=[0-9])\s*[^\S \u00a0\u2007\u2009\u202f]\s*(?=[0-9])")
_INCLUSIVE = re.compile(
    r"\b([a-z]+)(?:[·•‧∙⋅.](?:(?:e|ne|le)[·•‧∙⋅.]?s?|s)|\((?:(?:e|ne|le)s?|s)\)s?|-e(?:-s)?)(?![a-z0-9])"
)
_UNDER_AGE = re.compile(r"\b(?:agee?s? )?de moins de (?:18|dix[- ]huit) ans\b")
_LEXER = re.compile(
    r"(?P<space> )"
    r"|(?P<bad>[0-9]+(?:[.,][0-9])|0[0-9]|[0-9]{10,})"
    r"|(?P<aine>(?:8|10|12|15|20|30|40|50|60|100)aines?(?![a-z]))"
    r"|(?P<grouped>[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9]))"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<short>(?:pers|env|approx|max|maxi|mini|min)\.)"
    r"|(?P<word>[a-z]+'?)"
    r"|(?P<sign>\+/-|\+-|>=|<=|[≥≤><~≈±+\-–/&,()])"
)


def fold(text: str) -> str:
    """Lower case, without the accents of French, one plain space for any white space, one kind of sign."""
    decomposed = unicodedata.normalize("NFD", text.translate(_INVISIBLE).casefold())
    letters: list[str] = []
    for sign in decomposed:
        if sign in _ACCENTS and letters and letters[-1].isalpha():
            continue
        letters.append(sign)
    broken = _BROKEN_NUMBER.sub(" ; ", "".join(letters).translate(_SIGNS))
    folded = re.sub(r"\s+", " ", broken).strip()
    return folded if folded.endswith("..") else folded.removesuffix(".").rstrip()


def _inclusive(match: re.Match[str]) -> str:
    stem = match[1]
    return stem if stem in ("un", "aucun", "seul") else f"{stem}s"


def tokenise(folded: str) -> list[Token]:
    """The text cut into words, numbers and signs; raises NotRead on anything else."""
    words = _UNDER_AGE.sub("mineurs", _INCLUSIVE.sub(_inclusive, folded))
    words = re.sub(r"\+ ?ou ?-(?= |[0-9]|$)|\+/-|\+-", "±", words)
    cut = list(_cut(words))
    tokens: list[Token] = []
    texts = [token.text for token in cut]
    at = 0
    while at < len(cut):
        found = numeral(texts, at)
        if found is None:
            tokens.append(cut[at])
            at += 1
            continue
        loose = numeral(texts, at, GLUE | {"–"})
        if loose and loose[1] > found[1]:  # "quatre - vingt": 80, or from 4 to 20?
            raise NotRead
        value, at = found
        tokens.append(Token("", value, spelled=True, like_a_year=value in YEARS))
    return tokens


def _cut(text: str) -> Iterable[Token]:
    at = 0
    while at < len(text):
        match = _LEXER.match(text, at)
        if match is None or match.lastgroup == "bad":
            raise NotRead
        kind, found, at = match.lastgroup, match[0], match.end()
        if kind in ("digits", "grouped"):
            value = int(found.replace(" ", ""))
            yield Token("", value, like_a_year=kind == "digits" and value in YEARS)
        elif kind == "aine":
            yield Token(GROUP_OF[int(found.split("a")[0])])
        elif kind == "word" and found in ("zero", "aucun", "aucune"):
            yield Token("", 0, spelled=True)
        elif kind == "sign" and found == "-":
            glued = text[match.start() - 1 : match.start()].strip() and text[at : at + 1].strip()
            yield Token("-" if glued else "–")
        elif kind != "space":
            yield Token({"d'": "de", "jusqu'": "jusque"}.get(found, found.removesuffix(".")))


# -- French cardinal numbers in words, up to 9999: those of France, of Belgium and of Switzerland -----------------
GLUE = frozenset("-")

_ONES = {
    **{"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5},
    **{"six": 6, "sept": 7, "huit": 8, "neuf": 9},
}
_TEENS = {"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16}
_TENS = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "octante": 80,
    "nonante": 90,
}
_THOUSAND = "mille"
_FIRST = frozenset((*_ONES, *_TEENS, *_TENS, "cent", _THOUSAND))

Found = tuple[int, int]


def numeral(words: Sequence[str], start: int, glue: frozenset[str] = GLUE) -> Found | None:
    """The longest number in words that begins at `start`: its value, and the index after its last word.

    Words are lower case without accents; signs of `glue` may stand between two of them. None when no number
    begins there. "un cent" and numbers from 10 000 are no numbers here: what follows is left to the caller.
    """
    return _Words(words, glue).below_10_000(start) if words[start] in _FIRST else None


class _Words:
    def __init__(self, words: Sequence[str], glue: frozenset[str]) -> None:
        self.words = words
        self.glue = glue

    def at(self, index: int) -> str:
        return self.words[index] if index < len(self.words) else ""

    def after(self, index: int) -> int:
        """Where the word after the one at `index` stands, a sign of glue being stepped over."""
        return index + 2 if self.at(index + 1) in self.glue else index + 1

    def below_10_000(self, start: int) -> Found | None:
        if self.at(start) == _THOUSAND:
            return self._with(1000, start, self.below_1_000)
        thousands = _ONES.get(self.at(start), 0)
        if thousands > 1 and self.at(self.after(start)) == _THOUSAND:
            return self._with(1000 * thousands, self.after(start), self.below_1_000)
        return self.below_1_000(start)

    def below_1_000(self, start: int) -> Found | None:
        """Also « onze cents » to « dix-neuf cents »."""
        if self.at(start) == "cent":
            return self._with(100, start, self.below_100)
        hundreds = self.below_20(start)
        if hundreds and hundreds[0] not in (1, 10):
            cent = self.after(hundreds[1] - 1)
            if self.at(cent) in ("cent", "cents"):
                return self._with(100 * hundreds[0], cent, self.below_100)
        return self.below_100(start)

    def below_100(self, start: int) -> Found | None:
        word, then = self.at(start), self.after(start)
        if word == "quatre" and self.at(then) in ("vingt", "vingts"):
            return self._with(80, then, self.below_20)
        if word not in _TENS:
            return self.below_20(start)
        if self.at(then) == "et":
            one = self.at(self.after(then))
            if one in ("un", "une") or (one == "onze" and word == "soixante"):
                return _TENS[word] + (11 if one == "onze" else 1), self.after(then) + 1
            return _TENS[word], start + 1
        return self._with(_TENS[word], start, self.below_20 if word == "soixante" else self.one)

    def below_20(self, start: int) -> Found | None:
        word, then = self.at(start), self.after(start)
        if word == "dix" and self.at(then) in ("sept", "huit", "neuf"):
            return 10 + _ONES[self.at(then)], then + 1
        if word in _TEENS:
            return _TEENS[word], start + 1
        return self.one(start)

    def one(self, start: int) -> Found | None:
        word = self.at(start)
        return (_ONES[word], start + 1) if word in _ONES else None

    def _with(self, base: int, last: int, rest: Callable[[int], Found | None]) -> Found:
        """`base`, whose last word stands at `last`, and what `rest` reads after it, if anything."""
        more = rest(self.after(last))
        return (base + more[0], more[1]) if more else (base, last + 1)


# -- The closed lists: lower case, without accents, "d'" written "de", an inclusive ending written "s" ------------
# Kinds of nouns besides the four categories, told apart to decide whether two effectifs can overlap.
ADULTS, COUPLE = "adults", "couple"


def _texts(line: str) -> frozenset[str]:
    return frozenset(line.split(";"))


BLANKS = _texts(";non renseigne;non renseignee;pas de reponse;sans reponse;nr;n.r;n.r.")
UNKNOWNS = _texts(
    "nsp;n.s.p;n.s.p.;inconnu;inconnue;inconnus;indetermine;indeterminee;nombre inconnu;effectif inconnu;"
    "ne sait pas;ne sais pas;je ne sais pas;nous ne savons pas;on ne sait pas;sais pas;aucune idee;pas d'idee;"
    "non connu;non precise;non communique;non determine;non quantifiable;"
    "impossible a dire;impossible a quantifier;impossible a estimer;impossible a evaluer;"
    "difficile a dire;difficile a quantifier;difficile a estimer;difficile a evaluer"
)
ZEROS = _texts("personne;neant;pas de cas;aucun;aucune")

_SIZES_OF_GROUPS = (8, 10, 12, 15, 20, 30, 40, 50, 60, 100, 1000)
_GROUP_NAMES = (
    "huitaine dizaine douzaine quinzaine vingtaine trentaine quarantaine cinquantaine soixantaine centaine millier"
)
GROUP_OF = dict(zip(_SIZES_OF_GROUPS, _GROUP_NAMES.split(), strict=True))
GROUPS = {word: size for size, name in GROUP_OF.items() for word in (name, f"{name}s")}
HALVED = ("dizaine", "douzaine", "centaine")
SEVERAL = ("plusieurs", "quelques")


def _list(**words: str) -> dict[str, str]:
    return {word: kind for kind, line in words.items() for word in line.split()}


NOUNS = _list(
    women="femme femmes fille filles mere meres",
    men="homme hommes garcon garcons pere peres",
    minors="mineur mineurs mineure mineures enfant enfants adolescent adolescents adolescente adolescentes ado ados "
    "fillette fillettes",
    adults="majeur majeurs majeure majeures adulte adultes",
    couple="couple couples",
    unknown="personne personnes pers jeune jeunes victime victimes situation situations cas individu individus "
    "prostitue prostitues prostituee prostituees",
)
ADJECTIVES = _texts(
    "seul;seuls;seule;seules;concerne;concernes;concernee;concernees;suivi;suivis;suivie;suivies;accompagne;"
    "accompagnes;accompagnee;accompagnees;rencontre;rencontres;rencontree;rencontrees;identifie;identifies;"
    "identifiee;identifiees;trans;transgenre;transgenres"
)

Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


def _phrases(**kinds: str) -> Phrases:
    """Phrases and their kinds under their first word, the longest first ("plus ou moins" before "plus")."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, line in kinds.items():
        for phrase in line.split(";"):
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((words, kind))
    return {first: sorted(several, key=lambda one: -len(one[0])) for first, several in found.items()}


BOUND_BEFORE = _phrases(
    at_least="au moins;au minimum;minimum;mini;min;pas moins de;a partir de;>=;≥",
    more_than="plus de;+ de;>",
    at_most="au plus;tout au plus;au maximum;maximum;maxi;max;pas plus de;jusque a;<=;≤",
    less_than="moins de;– de;<",
)
UPPER = {first for first, phrases in BOUND_BEFORE.items() if {"at_most", "less_than"} & {kind for _, kind in phrases}}
ABOUT_BEFORE = _phrases(
    about="environ;env;approximativement;approx;a peu pres;plus ou moins;grosso modo;~;≈;±;autour de;"
    "aux alentours de;aux environs de;de l' ordre de",
    nearly="presque;pres de;pas loin de",
)
AFTER = _phrases(
    at_least="+;au moins;au minimum;minimum;mini;et plus;ou plus;voire plus;et +;ou +;voire +;& +",
    at_most="au plus;tout au plus;au maximum;maximum;maxi;max;ou moins;et moins;voire moins",
    about="environ;env;approximativement;approx;a peu pres;plus ou moins;grosso modo;±",
)
OF_WHICH = _phrases(of_which="dont;parmi lesquels;parmi lesquelles;y compris")
JOINTS = _phrases(et="et;&;ainsi que;, et;, ainsi que", plus="+", comma=",")
TAILS = _phrases(
    tail="en situation de prostitution;en prostitution;de prostitution;de traite;de proxenetisme;"
    "de exploitation sexuelle"
)
BETWEEN_BOUNDS = _phrases(joint="et;,;-;–;/")
CHOICES = _phrases(choice="ou;voire;, ou;, voire")
SIZES = _phrases(smaller="petite;petit", larger="bonne;bon;grosse;gros")
