"""The key of a map: blocks of known height, stacked under it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from diagnostic.core import french
from diagnostic.report.charts import symbols
from diagnostic.report.charts.ground import FAINT, MIDDLE, SOFT, Ground
from diagnostic.report.charts.places import Placed
from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.style import INK, LINE, text_width

SWATCH, PAD = 15, 6  # pixels: a sample of colour, and what follows it
NOTHING = "Sans symbole : rien n’a été relevé ou rien n’a été dit, ce qui ne veut pas dire zéro."
KINDS = {
    "commune": ("commune", FAINT, 0.6),
    "epci": ("intercommunalité", SOFT, 1.4),
    "arrondissement": ("arrondissement", MIDDLE, 1.8),
    "departement": ("département", INK, 2),
}


class Draw(Protocol):
    def __call__(self, area: Plane, top: float) -> None: ...


@dataclass(frozen=True)
class Block:
    """Something `height` pixels high that can be drawn from a given top."""

    height: float
    draw: Draw


def stacked(blocks: Iterable[Block], top: float) -> tuple[float, list[Callable[[Plane], None]]]:
    """Where the last block ends, and what draws each in its place."""
    actions: list[Callable[[Plane], None]] = []
    for block in blocks:
        actions.append(partial(block.draw, top=top))
        top += block.height
    return top, actions


def paragraph(text: str, left: float, width: float) -> Block:
    """A text on as many lines as it takes."""
    lines = textwrap.wrap(french.typographic(text), int(width / text_width("n")), break_on_hyphens=False)
    places = [(left, number, line) for number, line in enumerate(lines)]
    return Block(
        LINE * len(lines) + 2,
        lambda area, top: area.texts([(x, top + LINE * (number + 0.5), line) for x, number, line in places]),
    )


def of_series(part: Placed, name: str, left: float, width: float, largest: float) -> list[Block]:
    """What the symbols of one series mean."""
    noun, certain = part.series.many, part.series.certain
    kind = "établi" if certain else "hypothèse"
    blocks = [
        paragraph(f"Surface du disque : nombre {of(noun)}", left, width),
        Block(
            max(symbols.diameter(symbols.steps(part.most)[0], part.most, largest), LINE) + PAD,
            lambda area, top: symbols.scale_row(area, part, left, top, largest),
        ),
        sampled(
            lambda area, x, y: area.discs([(x, y, SWATCH - 2)], **symbols.style(certain)),
            f"{kind} : {part.series.place}",
            left,
            width,
        ),
    ]
    if any(cell.share is not None for cell in part.cells):
        blocks += [paragraph(f"Couleur : part des {noun} dont le lieu est connu", left, width), *shares(left, width)]
    if part.withheld:
        blocks.append(
            sampled(
                lambda area, x, y: symbols.squares(area, [(x, y)], name),
                "non publié, pour protéger les personnes",
                left,
                width,
            )
        )
    if any(cell.value == 0 for cell in part.cells):
        blocks.append(sampled(lambda area, x, y: area.points([(x, y)], 9, "cross", INK), "zéro relevé", left, width))
    return blocks


def of(noun: str) -> str:
    """« d’annonces », « de structures »."""
    return f"d’{noun}" if noun[0] in "aeéiouh" else f"de {noun}"


def limits(ground: Ground, left: float, width: float) -> list[Block]:
    """The lines of the ground, as many to a row as fit."""
    rows: list[list[tuple[float, str]]] = [[]]
    x = left
    for level in [*ground.levels(), *([] if "departement" in ground.levels() else ["departement"])]:
        wide = 22 + PAD + text_width(KINDS[level][0]) + 12
        if x > left and x + wide > left + width:
            rows.append([])
            x = left
        rows[-1].append((x, level))
        x += wide
    return [paragraph("Limites :", left, width), *(Block(LINE, _lines(row)) for row in rows)]


def _lines(row: list[tuple[float, str]]) -> Draw:
    def draw(area: Plane, top: float) -> None:
        y = top + LINE / 2
        for x, level in row:
            label, color, stroke = KINDS[level]
            area.rules([(x, x + 22, y, y)], stroke=stroke, color=color)
            area.texts([(x + 22 + PAD, y, label)])

    return draw


def sampled(sample: Callable[[Plane, float, float], None], text: str, left: float, width: float) -> Block:
    """A sample of a symbol, then what it means."""
    said = paragraph(text, left + SWATCH + PAD, width - SWATCH - PAD)

    def draw(area: Plane, top: float) -> None:
        sample(area, left + SWATCH / 2, top + LINE / 2)
        said.draw(area, top)

    return Block(said.height, draw)


def shares(left: float, width: float) -> list[Block]:
    """The classes of a share: each from its lower limit to below the upper one."""
    said, before = [], 0.0
    for below, color in symbols.CLASSES:
        whole = f"{before:.0f} à {below:.0f}{french.NBSP}%" if below <= 100 else f"{before:.0f}{french.NBSP}% et plus"
        said.append((color, whole if before else f"moins de {below:.0f}{french.NBSP}%"))
        before = below
    return classes_row(said, left, width)


def classes_row(classes: Sequence[tuple[str, str]], left: float, width: float) -> list[Block]:
    """Colours with what they mean, as many to a row as fit."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = left
    for color, text in classes:
        wide = SWATCH + PAD + text_width(text) + 8
        if x > left and x + wide > left + width + 8:
            rows.append([])
            x = left
        rows[-1].append((x, color, text))
        x += wide
    return [Block(LINE + 4, _swatches(row)) for row in rows]


def _swatches(row: Sequence[tuple[float, str, str]]) -> Draw:
    def draw(area: Plane, top: float) -> None:
        for x, color, text in row:
            area.bars([(x, x + SWATCH, top + 2, top + 2 + SWATCH)], fill=color, stroke=MIDDLE)
            area.texts([(x + SWATCH + PAD, top + 2 + SWATCH / 2, text)])

    return draw
