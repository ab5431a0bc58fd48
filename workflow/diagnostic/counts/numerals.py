"""French cardinal numbers in words, up to 9999: those of France, of Belgium and of Switzerland."""

from __future__ import annotations

from collections.abc import Callable, Sequence

GLUE = frozenset("-")

_ONES = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
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
