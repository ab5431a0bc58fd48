"""What a way of release is: one object that decides, gives the reason, and says it to the reader."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from diagnostic.estimate.catalogue import ways
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.editions.ledger import Row
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import Policy
from diagnostic.release.populations.rounding import Draw
from diagnostic.release.ways.listed import Known, Released

PUBLISHED = ("published", "transcribed")  # origins of what others have told already
DESCRIBED = ("person", "situation")  # units of who is described


@dataclass(frozen=True)
class Scope:
    """What a decision looks at beside the fact: the policy, the draw (None: the study holds nothing private), who is counted,
    what was decided of their groups, and what readers have already."""

    policy: Policy
    draw: Draw | None = None
    populations: Mapping[str, Population] = field(default_factory=dict)
    released: Mapping[str, Released] = field(default_factory=dict)
    known: Known = field(default_factory=Known)

    @property
    def draws(self) -> Draw:
        """The draw of a study with a key. Raises ValueError without one."""
        if self.draw is None:
            raise ValueError("nothing is drawn in a study without a key")
        return self.draw


@dataclass(frozen=True)
class Printed:
    """What a study's documents print: `statements`, the figures of a publication (`reproduction`), whether it is a draft."""

    statements: pd.DataFrame
    reproduction: pd.DataFrame
    draft: bool

    @cached_property
    def shown(self) -> pd.DataFrame:
        return self.statements[self.statements["kind"].ne("withheld")]

    @cached_property
    def observed(self) -> pd.DataFrame:
        return self.shown[self.shown["origin"].eq("observed")]

    def of(self, units: Collection[str], measure: str) -> pd.DataFrame:
        """Statements of the study's own on these units, of one measure."""
        return self.observed[self.observed["unit"].isin(list(units)) & self.observed["measure"].eq(measure)]

    def rounded_persons(self) -> pd.DataFrame:
        """The counts of persons or situations described that are rounded."""
        own = self.of(DESCRIBED, "count")
        return own[own["claim_low"] < own["claim_high"]]

    def shares_of_persons(self) -> pd.DataFrame:
        """The shares of persons or situations described, with the printed numbers that they come from."""
        own = self.of(DESCRIBED, "percent")
        return own[own["printed_denominator"].ne("")]


@dataclass(frozen=True)
class Sentence:
    """One rule of publication as documents tell it: its title, its text, and the statements that it governs, or whether it
    governs what is printed."""

    title: str
    text: str
    governs: Callable[[Printed], pd.DataFrame | bool]

    def told(self, printed: Printed) -> bool:
        """Whether a document says it: where it governs something."""
        found = self.governs(printed)
        return found if isinstance(found, bool) else not found.empty


Decide = Callable[[Row, Scope], Row | None]


def counts_nobody(fact: Row) -> bool:
    """Whether a fact counts no people: by its unit, or because it is no number of them. With persons met too, of a service of
    another territory that published them."""
    published = fact["way"] == "service" and fact["origin"] == "published"
    return published or fact["unit"] not in PEOPLE or fact["measure"] in ("date", "text", "error")


def leaves(fact: Row) -> bool:
    """Whether a fact of the study's own may leave as it is."""
    return counts_nobody(fact) and ways.exact(fact)


def nothing(fact: Row, scope: Scope) -> Row | None:
    """Nothing else than of any other fact."""
    return None


@dataclass(frozen=True)
class Way:
    """What is printed of a fact, in a study with a key; None: what is printed of any other (`verdicts.verdict`). `decide`: of
    one of the study's own; `grouped`: of one on people that names a group; `ungrouped`: of one that names none. Beside each
    decision its reason (`Ground`). `sentences`: name → what documents say of it."""

    decide: Decide = nothing
    grouped: Decide = nothing
    ungrouped: Decide = nothing
    sentences: Mapping[str, Sentence] = field(default_factory=dict)
