"""The keys of a map, laid out by Vega under its ground, and the notes under all."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from diagnostic.core import french
from diagnostic.geography.names import Place
from diagnostic.report.charts.ground import LIMITS, MIDDLE, Frame, Ground
from diagnostic.report.charts.marks import LOOKS, Plane
from diagnostic.report.charts.places import Cell, Placed
from diagnostic.report.charts.style import BLUE, INK, LINE, PAPER, Spec, text_width, wrapped

NOTHING = "Sans symbole : rien n’a été compté, dit ou publié ; cela ne veut pas dire zéro."
SAMPLE: dict[str, Any] = {"fill": "transparent", "stroke": "transparent"}
SAMPLE |= {"strokeWidth": 1.0, "strokeDash": [1, 0], "size": 196}
BREAK = "\n"  # between the lines of one entry


def key(title: str, entries: Mapping[str, Mapping[str, Any]], width: float) -> Spec:
    """A key `width` pixels wide under the ground: what is said of all entries, then label → how its sample looks (see SAMPLE,
    and `shape`).

    It is a layer without marks, whose scales Vega explains. As many columns as their entries let fit.
    """
    looks = {
        BREAK.join(wrapped(label, width - 30)): {"shape": "square"} | SAMPLE | dict(look)
        for label, look in entries.items()
    }
    sample = max(float(look["size"]) ** 0.5 for look in looks.values())
    long = [max(text_width(line) for line in label.split(BREAK)) * NAMES + sample + 14 for label in looks]
    fitting = (n for n in range(len(long), 1, -1) if sum(max(long[at::n]) for at in range(n)) <= width)
    legend: Spec = {"orient": "bottom", "title": wrapped(title, width) or None, "direction": "horizontal"}
    legend |= {"columns": next(fitting, 1), "labelExpr": f"split(datum.label, {BREAK!r})", "symbolOpacity": 1}
    channels = {}
    for name in LOOKS:
        scale = {"type": "ordinal", "domain": list(looks), "range": [look[name] for look in looks.values()]}
        channels[name] = {"field": "entry", "type": "nominal", "legend": legend, "scale": scale}
    return {"data": {"values": []}, "mark": {"type": "point"}, "encoding": channels}


def of_series(part: Placed, width: float, largest: float) -> list[Spec]:
    """What the symbols of one series mean."""
    noun, certain = part.series.many, part.series.certain
    look = sample(certain)
    sizes = {
        french.number(value) + part.series.unit: look | {"size": diameter(value, part.most, largest) ** 2}
        for value in steps(part.most)
    }
    signs: dict[str, Mapping[str, Any]] = {f"{'établi' if certain else 'hypothèse'} : {part.series.place}": look}
    if any(cell.value == 0 for cell in part.cells):
        signs["zéro compté"] = {"fill": INK, "shape": "cross", "size": 81}
    counted = f"part des {noun}" if part.series.unit else f"nombre {of(noun)}"
    keys = [key(f"Surface du disque : {counted}", sizes, width), key("", signs, width)]
    if any(cell.share is not None for cell in part.cells):
        fills = {label: {"fill": color, "stroke": MIDDLE} for label, color in shares().items()}
        keys.append(key(f"Couleur : part des {noun} dont le lieu est connu", fills, width))
    return keys


def of(noun: str) -> str:
    """« d’annonces », « de structures »."""
    return f"d’{noun}" if noun[0] in "aeéiouh" else f"de {noun}"


def limits(ground: Ground, width: float) -> Spec:
    """The lines of the ground."""
    levels = {*ground.levels(), "departement"}
    lines = {
        name: {"shape": "stroke", "stroke": color, "strokeWidth": stroke, "size": 400}
        for level, name, color, _, stroke in LIMITS
        if level in levels
    }
    return key("Limites :", lines, width)


def shares() -> dict[str, str]:
    """The classes of a share, each from its lower limit to below the upper one, and their colours."""
    said, before = {}, 0.0
    for below, color in CLASSES:
        whole = f"{before:.0f} à {below:.0f}{french.NBSP}%" if below <= 100 else f"{before:.0f}{french.NBSP}% et plus"
        said[whole if before else f"moins de {below:.0f}{french.NBSP}%"] = color
        before = below
    return said


def notes(texts: Iterable[str], width: float) -> Plane:
    """Sentences under each other, each on as many lines as it takes."""
    lines = [line for text in texts for line in wrapped(text, width)]
    area = Plane(width, LINE * len(lines))
    area.texts([(0, LINE * (number + 0.5), line) for number, line in enumerate(lines)])
    return area


# -- Discs and their labels ---------------------------------------------------------------------------------------
LARGEST, SMALLEST, SQUARE, HIGH = 46, 4, 11, 18  # pixels: diameters, side of the sign of a zero, height of a name
NAMES = 0.88  # of the measure of a text, which is for numbers in columns: names have narrow letters
DOT = 2  # pixels: radius of a town that only shows the way
BESIDE = 3  # beside the dot of a town, what no other name takes
HALO: dict[str, Any] = {"stroke": PAPER, "strokeWidth": 3, "strokeJoin": "round", "strokeOpacity": 0.85}
CLASSES = ((10, "#FFF3D1"), (25, "#FBDD97"), (50, "#F2BC5C"), (math.inf, "#DC933B"))  # per cent, below
ESTABLISHED = {"fill": BLUE, "stroke": PAPER, "strokeWidth": 1, "opacity": 1, "fillOpacity": 0.85}
DECLARED = {"fill": BLUE, "stroke": BLUE, "strokeWidth": 1.75, "strokeDash": [3.5, 2], "opacity": 1, "fillOpacity": 0.1}


def sample(certain: bool) -> dict[str, object]:
    """The same as a key shows it, on paper."""
    look = style(certain)
    return {name: value for name, value in look.items() if "pacity" not in name} | {
        "shape": "circle",
        "fill": mixed(BLUE, float(look["fillOpacity"])),  # type: ignore[arg-type]
    }


def mixed(color: str, part: float) -> str:
    """A colour that covers only a part of white."""
    shades = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 + part * (shade - 255)):02X}" for shade in shades)


def style(certain: bool) -> dict[str, object]:
    """How a disc looks: full where the place is established, dashed where it is a hypothesis."""
    return ESTABLISHED if certain else DECLARED


def diameter(value: float, most: float, largest: float) -> float:
    """Area proportional to the number; never too small to be seen."""
    return max(largest * math.sqrt(value / most), SMALLEST)


def steps(most: float) -> list[float]:
    """At most three round numbers that show the scale of the discs, the largest first."""
    found: list[float] = []
    for part in (1, 4, 20):
        unit = 10 ** math.floor(math.log10(max(most / part, 1)))
        value = float(max(step * unit for step in (1, 2, 5) if step * unit <= max(most / part, 1)))
        if value not in found:
            found.append(value)
    return found


def class_of(share: float) -> str:
    """The colour of a share in per cent: a class has its lower limit, not its upper one."""
    return next(color for below, color in CLASSES if share < below)


def fills(area: Plane, ground: Ground, frame: Frame, cells: Sequence[Cell]) -> None:
    """Territories by class of their share."""
    for cell in cells:
        if cell.share is not None:
            area.shapes([ground.outline(cell.place, frame)], fill=class_of(cell.share))


@dataclass
class Labels:
    """Texts beside their symbols; one that would cover another text or a symbol has no place here. `border`: the limits
    of the départements in pixels, that a name crosses only where it has no other room."""

    left: float
    right: float
    top: float
    border: shapely.Geometry = field(default_factory=shapely.MultiLineString)
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def reserve(self, x: float, y: float, radius: float, beside: float = 0) -> None:
        """`beside`: what is kept free on its left and right."""
        self.taken.append((x - radius - beside, y - radius, x + radius + beside, y + radius))

    def place(
        self, x: float, y: float, radius: float, text: str, *, across: bool = True
    ) -> tuple[str, float, float] | None:
        """Where the text stands: its alignment, where it is aligned, and its middle height; None without room.
        `across`: whether it may cross a border where it must."""
        tried = (True, False) if across else (True,)
        return next((found for inside in tried if (found := self._found(x, y, radius, text, inside))), None)

    def _found(self, x: float, y: float, radius: float, text: str, inside: bool) -> tuple[str, float, float] | None:
        width, gap = NAMES * text_width(text), radius + 4
        middle = max(self.left, min(x - width / 2, self.right - width)) + width / 2
        for align, at, left, height in (
            ("left", x + gap, x + gap, y),
            ("right", x - gap, x - gap - width, y),
            ("center", middle, middle - width / 2, y - radius - HIGH / 2),
            ("center", middle, middle - width / 2, y + radius + HIGH / 2),
            *(("right", x + gap, x + gap - width, y + side * (radius + HIGH / 2)) for side in (-1, 1)),
            *(("left", x - gap, x - gap, y + side * (radius + HIGH / 2)) for side in (-1, 1)),
        ):
            box = (left, height - HIGH / 2 + 1, left + width, height + HIGH / 2 - 1)
            fits = box[0] >= self.left and box[2] <= self.right and box[1] >= self.top
            if inside and self.border.intersects(shapely.box(*box)):
                continue
            if fits and self.free(*box):
                return align, at, height
        return None

    def free(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a box covers nothing; it is then taken."""
        if any(left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in self.taken):
            return False
        self.taken.append((left, top, right, bottom))
        return True


def named(
    labels: Labels, x: float, y: float, radius: float, place: Place, number: str
) -> tuple[str, float, float, str] | None:
    """Where the name and the number of a place stand, and as what; the code of a département, and the number alone, where there
    is no room for the name."""
    coded = in_short(place, number)
    wanted = [(f"{place.name}, {number}", not coded), *((text, True) for text in coded), (number, True)]
    for text, across in wanted:
        if found := labels.place(x, y, radius, text, across=across):
            return *found, text
    return None


def in_short(place: Place, number: str) -> list[str]:
    """« 29 : 1 458 », as readers know a département; nothing for what has no such code."""
    return [f"{place.code}{french.NBSP}: {number}"] if place.level == "departement" else []


def draw(area: Plane, frame: Frame, part: Placed, labels: Labels, largest: float) -> None:
    """The discs largest first, then the names with their numbers."""
    at = {cell: frame.place(cell.place) for cell in part.cells}
    radius = {cell: diameter(cell.value, part.most, largest) / 2 for cell in part.cells if cell.value}
    area.discs([(*at[cell], 2 * r) for cell, r in radius.items()], **style(part.series.certain))
    area.points([at[cell] for cell in part.cells if not cell.value], 9, "cross", INK)
    for cell in part.cells:
        labels.reserve(*at[cell], radius.get(cell, SQUARE / 2))
    found = (named(labels, *at[cell], radius.get(cell, SQUARE / 2), cell.place, cell.text) for cell in part.cells)
    write(area, filter(None, found))


def write(area: Plane, texts: Iterable[tuple[str, float, float, str]]) -> None:
    """Texts, each as it is aligned at x, y, white around them."""
    written: dict[str, list[tuple[float, float, str]]] = {}
    for align, x, y, text in texts:
        written.setdefault(align, []).append((x, y, text))
    for align, own in written.items():
        area.texts(own, align, **HALO)
        area.texts(own, align)


def towns(area: Plane, ground: Ground, frame: Frame, labels: Labels, known: Iterable[str]) -> None:
    """The largest towns by their names, to find one's way, where there is room; not those that are `known` from a symbol."""
    left = [(town.name, frame.place(town)) for town in ground.towns if town.name not in set(known)]
    for _, at in left:
        labels.reserve(*at, DOT, BESIDE)  # no name ends on the dot of another town
    placed = [(name, at, found) for name, at in left if (found := labels.place(*at, DOT, name, across=False))]
    area.points([at for _, at, _ in placed], 2 * DOT, "circle", INK)
    for name, _, (align, x, y) in placed:
        for look in (HALO, {}):
            area.texts([(x, y, name)], align, fontStyle="italic", **look)
