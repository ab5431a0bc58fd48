"""Names of places and official codes: two names are one when they differ by case, accents, hyphens or apostrophes."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from diagnostic.core.french import slug

FORMER = "former"  # a delegated or associated commune, which stands for the commune that it is part of
LEVELS = ("commune", FORMER, "epci", "arrondissement")


class Place(NamedTuple):
    """A territory that a name designates, with a point inside it."""

    level: str
    code: str
    name: str
    x: float
    y: float


class Gazetteer:
    """The names of a département's communes, former communes, intercommunalities and arrondissements."""

    def __init__(self, areas: pd.DataFrame) -> None:
        self._found: dict[tuple[str, str], set[Place]] = {}
        for area in areas.itertuples():
            place = Place(area.level, area.code, area.name, area.x, area.y)
            self._found.setdefault((area.level, slug(area.name)), set()).add(place)
            for name in area.former.split(" ; ") if isinstance(area.former, str) else ():
                self._found.setdefault((FORMER, slug(name)), set()).add(place)

    def find(self, name: str, levels: Iterable[str] = LEVELS) -> Place | None:
        """The territory of that name, at the first of the levels where one has it; None for none, or several."""
        for level in levels:
            if found := self._found.get((level, slug(name))):
                return next(iter(found)) if len(found) == 1 else None
        return None

    def begun(self, name: str) -> Place | None:
        """The commune whose name begins with these words, as « Boulogne » does for « Boulogne-sur-Mer »; None unless one only
        does. For a name that a publication prints, never for one that a person typed."""
        start = f"{slug(name)}-"
        found = {
            place
            for (level, known), own in self._found.items()
            if level == "commune" and known.startswith(start)
            for place in own
        }
        return next(iter(found)) if len(found) == 1 else None
