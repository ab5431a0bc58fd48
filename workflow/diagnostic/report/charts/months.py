"""The axis of months under a chart: x counts months from the first one drawn."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.rows import LINE
from diagnostic.report.charts.style import short_dates

NARROWEST, YEAR = 34, 36  # pixels that the name of a month, of a year needs
LONGEST = 24  # months named as months


def number(year: int, month: int) -> int:
    """Months since the year 0."""
    return 12 * year + month - 1


@dataclass(frozen=True)
class Months:
    """The months from `first` to `last`, both included, as `number` counts them."""

    first: int
    last: int

    @classmethod
    def covering(cls, first: int, last: int) -> Months:
        """The period itself up to two years; whole years beyond."""
        if last - first < LONGEST:
            return cls(first, last)
        return cls(first - first % 12, last + 11 - last % 12)

    @property
    def span(self) -> int:
        return self.last - self.first + 1

    @property
    def below(self) -> float:
        """Pixels that the axis takes under the drawing."""
        return 8 + LINE * (2 if self.span <= LONGEST else 1)

    def middle(self, month: int) -> float:
        """The x of a month's middle."""
        return month - self.first + 0.5

    def draw_axis(self, area: Plane) -> None:
        """The base line at y = 0, its ticks and names below; y goes up in pixels.

        Up to two years, months are named where they have room, else quarters; beyond, years.
        """
        slot = area.width / self.span
        months = range(self.first, self.last + 1)
        if self.span <= LONGEST:
            names, step = short_dates()["shortMonths"], 1 if slot >= NARROWEST else 3
            named = [month for month in months if month % step == 0] or [self.first]
            ticks = list(months)[1:]
            upper = [(self.middle(month), names[month % 12]) for month in named]
            lower = [(self.middle(month), str(month // 12)) for month in named if month == named[0] or month % 12 == 0]
        else:
            ticks = [month for month in months if month % 12 == 0][1:]
            step = 1 + int(YEAR / (12 * slot))
            upper = [(m - self.first + 6, str(m // 12)) for m in months if m % 12 == 0 and m // 12 % step == 0]
            lower = []
        area.rules([(0, self.span, 0, 0), *((m - self.first, m - self.first, 0, -5) for m in ticks)], stroke=1)
        for i, line in enumerate((upper, lower)):
            area.texts([(x, -6 - LINE * (i + 0.5), text) for x, text in line], align="center")
