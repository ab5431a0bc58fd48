"""What a text gives: bounds, a central value and the named rule, never anything of the text itself."""

from __future__ import annotations

from dataclasses import dataclass

WOMEN, MEN, MINORS, UNKNOWN = "women", "men", "minors", "unknown"
CATEGORIES = (MINORS, WOMEN, MEN, UNKNOWN)


@dataclass(frozen=True)
class Part:
    """A sub-count told in the text, its words kept only as one of CATEGORIES."""

    minimum: int
    central: float | None
    maximum: int | None
    who: str
    rule: str


@dataclass(frozen=True)
class Count:
    """A count of persons read in a text.

    `minimum` and `maximum` are what the text itself guarantees; `maximum` is None when the text sets no upper
    bound. `central` is the number named, or the middle of the bounds; None when there is no upper bound (it is
    then to be imputed from the other answers). `study_value` is the study's own rule: the smallest number
    written, 1 when none is, moved into the bounds where the text excludes it ("plusieurs" → 2). All four are
    None when a human must read the text. `rule` names how it was read, `unreadable` where it was not. `who` is the category of the whole, `of_which` its parts.
    """

    minimum: int | None
    central: float | None
    maximum: int | None
    rule: str
    study_value: int | None
    cap: int
    who: str = UNKNOWN
    of_which: tuple[Part, ...] = ()

    @property
    def for_a_human(self) -> bool:
        """Whether the text was not read."""
        return self.rule == "unreadable"

    @property
    def capped(self) -> bool:
        """Whether the upper bound is the study's cap, not the text's."""
        return self.minimum is not None and self.maximum is None

    @property
    def capped_maximum(self) -> int | None:
        """The upper bound, where open the study's cap (never under the study's value, so nor the minimum)."""
        return max(self.cap, self.study_value or 0) if self.capped else self.maximum

    @property
    def imputed(self) -> bool:
        """Whether the study's value is a default or a choice: the text does not give one number."""
        return self.minimum is not None and self.minimum != self.maximum
