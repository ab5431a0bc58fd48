"""Two measures of how many ads a list has: the pages that were read, and the places of the list that were coded.

Pages may mislead: they were chosen, or relevance falls along them. Places drawn from the whole list do not (`domain`). The two are put together by weights that the design fixed before anything was read; the
inverse of estimated variances, which are small where the estimate is, would bias totals down by 5 to 10 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from diagnostic.estimate.formulas.sampling import satterthwaite, student_value

FAR = 2.0  # standard errors between the two beyond which there is no composite


@dataclass(frozen=True)
class Size:
    """Ads of a list: `value`, limits, and `variance` with its `degrees` of freedom; None where the limits are bounds."""

    value: float
    low: float
    high: float
    variance: float | None
    degrees: float


def apart(pages: Size, coded: Size) -> bool:
    """The two differ by more than two standard errors."""
    return pages.variance is None or abs(pages.value - coded.value) > FAR * math.sqrt(
        pages.variance + (coded.variance or 0.0)
    )


def composite(pages: Size, coded: Size, weight: float, seen: float, confidence: float) -> Size:
    """w × pages + (1 − w) × coded, t limits, never under the ads `seen`; the coded places alone where the pages are `apart`
    or were chosen. `weight`: of the pages, fixed by the design. Raises ValueError outside [0, 1].
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"a weight lies in [0, 1], got {weight}")
    if coded.high <= seen < pages.high and (pages.variance is None or apart(pages, coded)):
        # More was seen than the coded places allow: they prove nothing above it, and the pages only bound.
        return Size(seen, seen, pages.high, None, coded.degrees)
    if pages.variance is None or coded.variance is None or apart(pages, coded):
        return Size(max(seen, coded.value), max(seen, coded.low), max(seen, coded.high), coded.variance, coded.degrees)
    value = weight * pages.value + (1 - weight) * coded.value
    parts = [weight**2 * pages.variance, (1 - weight) ** 2 * coded.variance]
    degrees = satterthwaite(parts, [pages.degrees, coded.degrees])
    half = student_value(confidence, degrees) * math.sqrt(sum(parts))
    return Size(max(seen, value), max(seen, value - half), max(seen, value + half), sum(parts), degrees)
