"""A text cut into words, numbers and signs: every sign of it is understood, or it is not read."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
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
    folded = re.sub(r"\s+", " ", _BROKEN_NUMBER.sub(" ; ", "".join(letters).translate(_SIGNS))).strip()
    return folded if folded.endswith("..") else folded.removesuffix(".").rstrip()


def tokenise(folded: str) -> list[Token]:
    """The text cut into words, numbers and signs; raises NotRead on anything else."""
    plural = _INCLUSIVE.sub(lambda found: f"{found[1]}{'s' * (found[1] not in ('un', 'aucun', 'seul'))}", folded)
    words = _UNDER_AGE.sub("mineurs", plural)
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
_SMALL = _ONES | _TEENS | {f"dix {word}": 10 + _ONES[word] for word in ("sept", "huit", "neuf")}
_BELOW_100 = {
    **_SMALL,
    **_TENS,
    **{f"{ten} {word}": value + one for ten, value in _TENS.items() for word, one in _ONES.items()},
    **{f"{ten} et {word}": value + 1 for ten, value in _TENS.items() for word in ("un", "une")},
    **{f"soixante {word}": 60 + one for word, one in ({"et onze": 11} | _SMALL).items()},
    **{
        f"quatre {vingt} {word}".strip(): 80 + one
        for vingt in ("vingt", "vingts")
        for word, one in ({"": 0} | _SMALL).items()
    },
}
_CENTS = [word for word, one in _SMALL.items() if one not in (1, 10)]  # also « onze cents » to « dix-neuf cents »
_HUNDREDS = {"cent": 100} | {f"{word} {cent}": 100 * _SMALL[word] for word in _CENTS for cent in ("cent", "cents")}
_THOUSANDS = {"mille": 1000} | {f"{word} mille": 1000 * one for word, one in _ONES.items() if one > 1}
_MOST_WORDS = 4  # of a key of these

Found = tuple[int, int]


def numeral(words: Sequence[str], start: int, glue: frozenset[str] = GLUE) -> Found | None:
    """The longest number in words that begins at `start`: its value, and the index after its last word.

    Words are lower case without accents; signs of `glue` may stand between two of them. None when no number
    begins there. "un cent" and numbers from 10 000 are no numbers here: what follows is left to the caller.
    """
    value, end, at = 0, start, start
    for known in (_THOUSANDS, _HUNDREDS, _BELOW_100):
        said, place, longest = "", at, 0
        for _ in range(_MOST_WORDS if place < len(words) else 0):
            said = f"{said} {words[place]}".lstrip()
            after = place + 1
            place = after + (after < len(words) and words[after] in glue)
            if said in known:
                longest, end, at = known[said], after, place
            if place >= len(words):
                break
        value += longest
    return (value, end) if end > start else None


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
