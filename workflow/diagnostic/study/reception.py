"""What every reception shares: what a person answers for, what is refused, how problems are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diagnostic.core.errors import Typeset
from diagnostic.core.french import plural
from diagnostic.core.problems import Problem
from diagnostic.privacy import leaks

SHOWN = 8  # problems told of a file that is refused
KEPT = "Rien n’a été changé ; si c’est voulu, donner de nouveau la commande avec --remplacer."


class ReceiveError(Typeset):
    """The export cannot be registered; the message is in French and names no file received."""


@dataclass(frozen=True)
class Choice:
    """What a person answers for: `replace` takes what would be refused; `agree` is asked, with what was found, where
    records are gone."""

    replace: bool = False
    agree: Callable[[Sequence[str]], bool] = lambda lines: False


ASKING = Choice()


def blocked(problems: Sequence[Problem]) -> list[str]:
    """What would stop a run, at its places; never a value."""
    count = len(problems)
    lines = [f"{count} {plural(count, 'problème bloquerait', 'problèmes bloqueraient')} le calcul :"]
    for problem in problems[:SHOWN]:
        at = f"{problem.column}{problem.row or ''}" if problem.column else f"ligne {problem.row}" if problem.row else ""
        place = ", ".join(part for part in (f"feuille {problem.sheet}" if problem.sheet else "", at) if part)
        lines.append(
            f"  {place + ' : ' if place else ''}{leaks.hidden(problem.message)} {leaks.hidden(problem.remedy)}"
        )
    return lines + ([f"  … et {count - SHOWN} autres."] if count > SHOWN else [])
