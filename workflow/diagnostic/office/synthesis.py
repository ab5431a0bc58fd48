"""The one-page document: the largest size at which its text holds on a page; of what the calculation wrote, as much as holds at
the smallest. What a team wrote is never left out: it is told which of its files is too long, and by how much.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence

from diagnostic.core.errors import Refused
from diagnostic.core.french import number, plural

# What stands in the template for the size in points, of which no text has fewer than eight; for the height of the page; for what is
# left out.
SIZE, SIZES = "1.234pt", (12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8)
HEIGHT, OUT = "height: 297mm", "#let ote = ()"
POINTS = 297 / 25.4 * 72  # of that height
PART = re.compile(r'#partie\("([^"]+)"\)')  # its rank, for what the calculation wrote; for what the team did, its file
BOX = re.compile(rb"/MediaBox\s*\[\s*[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)")
LINE = 10.1  # points between two lines of the smallest size


class TooLong(Refused):
    """What a team wrote for the synthesis does not hold on its page; the message is French, and names its files."""


def pages(pdf: bytes) -> int:
    """The number of pages of a PDF as Typst writes it."""
    return max(int(count) for count in re.findall(rb"/Type\s*/Pages[^>]*?/Count (\d+)", pdf))


def one_page(text: str, typeset: Callable[[bytes], bytes]) -> bytes:
    """The PDF of a text as the template writes it; `typeset` makes that of a whole source. Raises TooLong."""
    for size in SIZES:
        page = typeset(text.replace(SIZE, f"{size}pt").encode())
        if pages(page) == 1:
            return page
    smallest = text.replace(SIZE, f"{SIZES[-1]}pt")

    def tall(out: Iterable[str]) -> float:
        """How high the page would be that holds all but some parts, in points."""
        return float(BOX.findall(typeset(_without(smallest, out).replace(HEIGHT, "height: auto").encode()))[0])

    named = dict.fromkeys(PART.findall(text))
    out: list[str] = []
    height = tall(out)
    for name in sorted(filter(str.isdecimal, named), key=int, reverse=True):
        less = tall([*out, name])
        if less < height:  # else it stands beside what is too high
            out, height = [*out, name], less
            page = typeset(_without(smallest, out).encode())
            if pages(page) == 1:
                return page
    raise TooLong(_message(height - POINTS, [name for name in named if "/" in name and tall([*out, name]) < height]))


def _without(text: str, out: Iterable[str]) -> str:
    return text.replace(OUT, "#let ote = (" + "".join(f'"{name}", ' for name in out) + ")")


def _message(over: float, files: Sequence[str]) -> str:
    lines = max(math.ceil(over / LINE), 1)
    where = " ou ".join(files) or "le titre de l’étude ou les noms de ses auteurs, dans sa configuration"
    return (
        "La synthèse ne tient pas sur une page, même au plus petit corps et sans ce que le calcul y met : elle dépasse de "
        f"{number(lines)} {plural(lines, 'ligne', 'lignes')}. Raccourcir {where}."
    )
