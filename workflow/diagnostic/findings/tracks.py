"""The tracks that a commission may take up: a library of texts, each tied to numbers that say why.

Each sentence of a track's `support` cites statements as findings do (`{n:id}`), and is told where all of them may be
printed and say something; one that cites an earlier publication (`{p:id}`), only where no other is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.findings.computed import PRINTED, filled, sayable
from diagnostic.findings.library import Track

FIRST = 4  # tracks that page 1 names
SAID = 2  # sentences of support that a track tells at most


class Proposed(NamedTuple):
    """A track as a study prints it: its texts, and the Markdown of the sentences that support it (empty without any)."""

    track: Track
    support: str


def proposed(library: Iterable[Track], statements: pd.DataFrame, published: Mapping[str, str]) -> list[Proposed]:
    """The tracks of a study, those that some sentence supports first. `statements`: one row each; `published`: the
    figures of an earlier publication that the study does not compute, as printed, by their id."""
    facts = {said.statement_id: said for said in statements.itertuples()}

    def support(track: Track) -> str:
        own = [filled(one, facts) for one in track.support if not PRINTED.search(one) and sayable(one, facts)]
        cited = [one for one in track.support if (ids := PRINTED.findall(one)) and set(ids) <= published.keys()]
        told = own or [typographic(PRINTED.sub(lambda found: published[found[1]], one)) for one in cited]
        return " ".join(told[:SAID])

    return sorted((Proposed(track, support(track)) for track in library), key=lambda one: not one.support)


class Proposals(NamedTuple):
    """The tracks of a study as its templates print them.

    `own`: the titles of those that the team wrote, none where it wrote nothing; `tracks`: those of the library; `cite`: the
    Markdown of a sentence whose numbers are links, as the report prints it.
    """

    own: Sequence[str]
    tracks: Sequence[Proposed]
    cite: Callable[[str], str]

    @property
    def titles(self) -> list[str]:
        """The titles of all tracks, in order."""
        return list(self.own) or [one.track.title for one in self.tracks]

    @property
    def first(self) -> list[str]:
        """Those of page 1: the first of the team's; of the library's those that a number supports."""
        supported = [one.track.title for one in self.tracks if one.support]
        return (self.titles if self.own else supported or self.titles)[:FIRST]

    @property
    def supported(self) -> list[tuple[str, str, str]]:
        """Title, support and text of each track of the library that a number supports."""
        return [(one.track.title, self.cite(one.support), one.track.text) for one in self.tracks if one.support]

    @property
    def others(self) -> list[tuple[str, str]]:
        """Title and text of those that none does."""
        return [(one.track.title, one.track.text) for one in self.tracks if not one.support]
