"""What is asked of answers, in words of the codebook: « gender=women & age_band=..17 », and the answers that this names.

A name stands for the answer of that code and for those that carry it in `groups`: an answer that is split or renamed
keeps its old name there, and all that named it stays right. « some »: every answer but those that exclude the others.
« 18..25 », « ..17 », « 46.. »: the age bands that lie between two ages, both included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Protocol

Asked = tuple[str, tuple[str, ...]]  # a closed variable, and the answers that count: one at least
Sets = Mapping[str, tuple[str, ...]]  # name → the answers that it stands for, in the order of the codebook
SOME = "some"
BETWEEN = ".."


class Answer(Protocol):
    """What a name may rest on (`model.Option`)."""

    @property
    def code(self) -> str: ...

    @property
    def exclusive(self) -> bool: ...

    @property
    def groups(self) -> tuple[str, ...]: ...

    @property
    def age_from(self) -> int | None: ...


def sets(options: Sequence[Answer]) -> dict[str, tuple[str, ...]]:
    """Every name that may be asked of a list of answers → the codes that it stands for."""
    names = dict.fromkeys(name for option in options for name in (option.code, *option.groups))
    found = {name: tuple(o.code for o in options if name in (o.code, *o.groups)) for name in names}
    return found | {SOME: tuple(o.code for o in options if not o.exclusive)} | _ages(options)


def _ages(options: Sequence[Answer]) -> dict[str, tuple[str, ...]]:
    """The ranges of ages that begin and end with a band: a band ends where the next one begins."""
    bands = [(option.code, option.age_from) for option in options if option.age_from is not None]
    edges = range(len(bands) + 1)
    first = {0: "", **{at: str(age) for at, (_, age) in enumerate(bands) if at}}
    last = {at: str(age - 1) for at, (_, age) in enumerate(bands) if at} | {len(bands): ""}
    return {
        f"{first[low]}{BETWEEN}{last[high]}": tuple(code for code, _ in bands[low:high])
        for low, high in combinations(edges, 2)
        if high - low < len(bands)
    }


def parse(text: str) -> tuple[Asked, ...]:
    """« variable=name|name & variable=name » as it is written: (variable, names) in order."""
    terms = [part.strip().partition("=") for part in text.split("&")] if text.strip() else []
    return tuple((variable, tuple(said.split("|"))) for variable, _, said in terms)


def written(asked: Sequence[Asked]) -> str:
    """The contrary of `parse`."""
    return " & ".join(f"{variable}={'|'.join(names)}" for variable, names in asked)


def resolved(asked: Sequence[Asked], known: Mapping[str, Sets]) -> tuple[Asked, ...]:
    """The same, each name that the codebook knows replaced by its answers; the others stay as they are."""
    return tuple(
        (variable, tuple(dict.fromkeys(code for name in names for code in known.get(variable, {}).get(name, (name,)))))
        for variable, names in asked
    )


def unknown(asked: Sequence[Asked], known: Mapping[str, Sets]) -> list[Asked]:
    """The terms, one per name, that the codebook does not know."""
    return [(variable, (name,)) for variable, names in asked for name in names if name not in known.get(variable, {})]
