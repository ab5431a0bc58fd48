"""The indicators: each as the answers that count and the base that it is a part of (`indicators.csv`)."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostic.codebook.terms import Asked

UNITS = ("person", "situation", "professional", "ad")
CODED, NEEDS, LAW = "pros.", "needs.", "law."  # beginnings of what professionals say of themselves, one question each
OF_BOTH = (
    "activity_field",
    "structure_type",
    "job_function",
)  # asked in forms and interviews alike: what CODED may count


@dataclass(frozen=True)
class Indicator:
    """Members of the base, of one `unit`, who have one answer at least of each variable in `asked`.

    The base is narrowed to those who have what `within` says (`within_label` in words), or to those of whom the variable
    `told` says something. `fact_id` is the identifier of the published figure where there is one. `only_share`: it is
    that of the share; elsewhere it is that of the number. `as_situations`: the share of situations is told beside that
    of persons. `note` is what must be read with the number.
    """

    fact_id: str
    unit: str
    label: str
    asked: tuple[Asked, ...]
    within: tuple[Asked, ...] = ()
    within_label: str = ""
    told: str = ""
    only_share: bool = False
    as_situations: bool = False
    note: str = ""
    row: int = 0

    @property
    def count_id(self) -> str:
        return f"{self.fact_id}_count" if self.only_share else self.fact_id

    @property
    def share_id(self) -> str:
        return self.fact_id if self.only_share else f"{self.fact_id}_pct"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables asked, each once."""
        return tuple(dict.fromkeys(variable for variable, _ in self.asked))
