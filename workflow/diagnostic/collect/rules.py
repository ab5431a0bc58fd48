"""The checks that a table declares, told in French. The check itself is pandera's; only the "
"words are ours."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

import pandera.pandas as pa

from diagnostic.collect.kinds import Refusal
from diagnostic.core import french
from diagnostic.core.wording import either

LISTED = 12  # a closed list longer than this is not spelled out in a message


def refusal(check: pa.Check, column: pa.Column, text: str) -> Refusal:
    """Why the value written `text` breaks `check` of `column`."""
    worded = _WORDED.get(check.name or "")
    if worded:
        return worded(check.statistics or {}, column, text)
    return Refusal(f"La valeur ne respecte pas la règle « {check.name or check.error} » de la colonne.", _see(column))


def _see(column: pa.Column) -> str:
    return f"Attendu dans cette colonne : {column.description or column.title or column.name}."


def _limit(value: Any) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return french.date(value.date() if isinstance(value, dt.datetime) else value)
    return str(value).replace("-", "−") if isinstance(value, (int, float)) else f"« {value} »"


def _least(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    if limits["min_value"] == 0:
        return Refusal(
            "Nombre négatif : une quantité comptée est au moins 0.",
            "Vérifier le signe et la valeur à la source.",
        )
    return Refusal(f"Valeur trop petite : le minimum est {_limit(limits['min_value'])}.", _see(column))


def _more(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    return Refusal(f"Valeur trop petite : elle doit dépasser {_limit(limits['min_value'])}.", _see(column))


def _most(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    return Refusal(f"Valeur trop grande : le maximum est {_limit(limits['max_value'])}.", _see(column))


def _fewer(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    return Refusal(f"Valeur trop grande : elle doit rester sous {_limit(limits['max_value'])}.", _see(column))


def _range(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    low, high = _limit(limits["min_value"]), _limit(limits["max_value"])
    return Refusal(f"Valeur hors des limites : attendu entre {low} et {high}.", _see(column))


def _listed(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    allowed = [str(value) for value in limits["allowed_values"]]
    folded = {value.casefold(): value for value in allowed}
    near = difflib.get_close_matches(text.casefold(), list(folded), n=1)
    words = f"Écrire {either(allowed)}." if len(allowed) <= LISTED else _see(column)
    plain = "Valeur hors de la liste admise par la colonne."
    return Refusal(plain, words, f"vouliez-vous écrire « {folded[near[0]]} » ?" if near else "")


def _forbidden(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    return Refusal("Valeur exclue par la colonne.", _see(column))


def _shaped(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    pattern = getattr(limits["pattern"], "pattern", limits["pattern"])
    shape = in_words(pattern)
    remedy = f"Attendu : {shape}." if shape else f"{_see(column).removesuffix('.')} (motif {pattern})."
    number = re.fullmatch(r"([0-9]+)(?:[.,]0+)?", text)
    if number:
        for zeros in ("0", "00", "000"):
            if re.match(pattern, zeros + number[1]):
                plain = "Le zéro initial du code a disparu : le tableur a pris le code pour un nombre."
                return Refusal(
                    plain,
                    f"Donner à la colonne le format « Texte » et retaper le code. {remedy}",
                    zeros + number[1],
                )
        return Refusal("Un nombre au lieu d'un code.", remedy)
    for other in (
        text.upper(),
        text.lower(),
        re.sub(r"[\s.-]", "", text),
        re.sub(r"[\s.-]", "", text).upper(),
    ):
        if other != text and re.match(pattern, other):
            return Refusal(
                "Code mal écrit : majuscules, espaces ou tirets.",
                remedy,
                f"vouliez-vous écrire « {other} » ?",
            )
    return Refusal("Code mal écrit : il n'a pas la forme attendue.", remedy)


def in_words(pattern: str) -> str:
    r"""A simple pattern in words, `^[A-Z]\d{2}$` → « une lettre majuscule, 2 chiffres »; else nothing."""
    kinds = {"[A-Z]": "lettre majuscule", "[a-z]": "lettre minuscule", r"\d": "chiffre", "[0-9]": "chiffre"}
    rest, words = pattern.removeprefix("^").removesuffix("$"), []
    while rest:
        part = re.match(r"(\[A-Z\]|\[a-z\]|\[0-9\]|\\d)(?:\{(\d+)\})?", rest)
        if not part:
            return ""
        count, kind = int(part[2] or 1), kinds[part[1]]
        one = "un" if kind == "chiffre" else "une"
        words.append(f"{one} {kind}" if count == 1 else f"{count} {' '.join(word + 's' for word in kind.split())}")
        rest = rest[part.end() :]
    return ", ".join(words)


def _long(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
    low, high, exact = limits.get("min_value"), limits.get("max_value"), limits.get("exact_value")
    if exact is not None:
        wanted = f"{exact} caractères"
    elif low is None or high is None:
        wanted = f"au plus {high} caractères" if low is None else f"au moins {low} caractères"
    else:
        wanted = f"de {low} à {high} caractères"
    return Refusal(f"Longueur inattendue : il faut {wanted}.", _see(column))


def _affixed(place: str) -> Callable[[Mapping[str, Any], pa.Column, str], Refusal]:
    def worded(limits: Mapping[str, Any], column: pa.Column, text: str) -> Refusal:
        wanted = next(iter(limits.values()))
        return Refusal(f"La valeur doit {place} « {getattr(wanted, 'pattern', wanted)} ».", _see(column))

    return worded


_WORDED: dict[str, Callable[[Mapping[str, Any], pa.Column, str], Refusal]] = {
    "greater_than_or_equal_to": _least,
    "greater_than": _more,
    "less_than_or_equal_to": _most,
    "less_than": _fewer,
    "in_range": _range,
    "isin": _listed,
    "notin": _forbidden,
    "not_equal_to": _forbidden,
    "str_matches": _shaped,
    "str_length": _long,
    "str_startswith": _affixed("commencer par"),
    "str_endswith": _affixed("finir par"),
    "str_contains": _affixed("contenir"),
    "equal_to": _affixed("être"),
}
