"""Tables and charts of the report register themselves under their name, and get what they need by the name of it."""

import inspect
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

Registered = TypeVar("Registered", bound=Callable[..., Any])


class Registry(dict[str, Callable[..., Any]]):
    """Functions by their name. As a decorator it adds one. Raises ValueError for a name that is taken."""

    def __call__(self, function: Registered) -> Registered:
        if function.__name__ in self:
            raise ValueError(f"two functions of the report are called {function.__name__}")
        self[function.__name__] = function
        return function

    def bound(self, given: dict[str, Any]) -> dict[str, Callable[..., Any]]:
        """Every function with those of its parameters that are in `given`, by name; the others are left to the caller."""
        return {
            name: partial(
                function, **{one: given[one] for one in inspect.signature(function).parameters if one in given}
            )
            for name, function in self.items()
        }


grid = Registry()  # tables of the report, for its chapters: `{{ grid.by_site(caption="…") }}`
chart = Registry()  # charts and maps: a `Chart`, a list of them, or None where there is nothing to show
CHARTED = "reponses_"  # a figure that any chapter may ask for: this, then the name of a question of the questionnaire


def charted(chapters: Iterable[str]) -> list[str]:
    """The questions of which these chapters ask for a figure, by name."""
    return sorted({name for text in chapters for name in re.findall(rf"""figure\(["']{CHARTED}(\w+)["']""", text)})
