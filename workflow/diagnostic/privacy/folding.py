"""Texts made comparable: cleaned of what nobody sees, flattened character by character, folded to plain words and digits."""

import re
import unicodedata

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
SPECIAL = {"œ": "o", "æ": "a", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "’": "'", "ʼ": "'", "·": ".", "•": "."}


def clean(text: str) -> str:
    """Composed characters, invisible ones taken away: the text that offsets count in."""
    return text if text.isascii() else INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def _flat_character(character: str) -> str:
    lower = character.lower()[:1]
    if lower in SPECIAL:
        return SPECIAL[lower]
    category = unicodedata.category(character)
    if category in ("Zs", "Nd", "Pd"):
        return {"Zs": " ", "Pd": "-"}.get(category) or str(unicodedata.digit(character))
    return "-" if character == "\u2212" else unicodedata.normalize("NFKD", lower)[:1] or character


class _Flat(dict[int, str]):
    """A translation table that fills itself: one character for one character, so that offsets hold."""

    def __missing__(self, code: int) -> str:
        self[code] = _flat_character(chr(code))
        return self[code]


_FLAT = _Flat()


def flat(cleaned: str) -> str:
    """Lower case, no accents, plain spaces, dashes and digits; the same length."""
    return cleaned.lower() if cleaned.isascii() else cleaned.translate(_FLAT)


_LIGATURES = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d"}
_MARKS = re.compile("[\u0300-\u036f]+")
_OTHER = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Words only, lower case, without accents, one space between: « Éléonore  D’ARC » → « eleonore d arc »."""
    if text.isascii():
        return _OTHER.sub(" ", text.lower()).strip()
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    for ligature, letters in _LIGATURES.items():  # of a long text, twenty times as fast as a table of characters
        text = text.replace(ligature, letters)
    return _OTHER.sub(" ", _MARKS.sub("", unicodedata.normalize("NFKD", text))).strip()


def phone_digits(text: str) -> str:
    """The digits of a phone, French numbers in their national form: « +33 (0)6 39… » → « 0639… »."""
    digits = re.sub(r"\D", "", flat(clean(text)))
    match = re.fullmatch(r"(?:0033|33)0?([1-9]\d{8})", digits)
    return "0" + match[1] if match else digits
