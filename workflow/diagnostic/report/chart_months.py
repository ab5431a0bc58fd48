"""The axis of months under a chart: x counts months from the first one drawn."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostic.report.chart_plane import Plane
from diagnostic.report.chart_rows import LINE
from diagnostic.report.chart_style import short_dates, text_width

NARROWEST = 34  # pixels that the name of a month needs
YEAR = 36
BELOW = 2 * LINE + 6  # pixels that the axis takes under the drawing


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
        if last - first < 24:
            return cls(first, last)
        return cls(first - first % 12, last + 11 - last % 12)

    @property
    def span(self) -> int:
        return self.last - self.first + 1

    def middle(self, month: int) -> float:
        """The x of a month's middle."""
        return month - self.first + 0.5

    def draw_axis(self, area: Plane, base: float) -> None:
        """The base line at y = `base`; below it months and years where months have room, else years."""
        area.rules([(0, self.span, base, base)], stroke=1)
        slot = area.width / self.span
        months = range(self.first, self.last + 1)
        januaries = [month for month in months if month % 12 == 0]
        if self.span <= 24:
            names = short_dates()["shortMonths"]
            step = 1 if slot >= NARROWEST else 3
            named = [month for month in months if month % 12 % step == 0]
            dated = [m for m in named if m == named[0] or m % 12 == 0] if named else []
            ticks, upper = list(months)[1:], [(self.middle(m), names[m % 12]) for m in named]
            lower = [(self.middle(m), str(m // 12)) for m in dated]
        else:
            step = max(1, round(0.49 + text_width("2000") * 1.2 / (12 * slot)))
            ticks = januaries[1:]
            upper = [(month - self.first + 6, str(month // 12)) for month in januaries if month // 12 % step == 0]
            lower = []
        area.rules([(m - self.first, m - self.first, base, base + self._toward(area, 5)) for m in ticks], stroke=1)
        for i, line in enumerate((upper, lower)):
            y = base + self._toward(area, 6 + LINE * (i + 0.5))
            area.texts([(x, y, text) for x, text in line], align="center")

    @staticmethod
    def _toward(area: Plane, pixels: float) -> float:
        """A distance down the image in the units of y."""
        return pixels * (area.y[1] - area.y[0]) / area.height
