"""The keys of a map, laid out by Vega under its ground, and the notes under all."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import altair as alt

from diagnostic.core import french
from diagnostic.report.charts import symbols
from diagnostic.report.charts.ground import FAINT, MIDDLE, SOFT, Ground
from diagnostic.report.charts.places import Placed
from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.style import INK, LINE, text_width

NOTHING = "Sans symbole : rien n’a été relevé, dit ou publié, ce qui ne veut pas dire zéro."
ZERO = "zéro relevé"
KINDS = {
    "commune": ("commune", FAINT, 0.6),
    "epci": ("intercommunalité", SOFT, 1.4),
    "arrondissement": ("arrondissement", MIDDLE, 1.8),
    "departement": ("département", INK, 2),
}
SAMPLE: dict[str, Any] = {
    "fill": "transparent",
    "stroke": "transparent",
    "strokeWidth": 1.0,
    "strokeDash": [1, 0],
    "size": 196,
}
CHANNELS = {
    "fill": alt.Fill,
    "stroke": alt.Stroke,
    "strokeWidth": alt.StrokeWidth,
    "strokeDash": alt.StrokeDash,
    "size": alt.Size,
    "shape": alt.Shape,
}
Side = Literal["bottom", "right"]  # of the ground, where a key stands
BREAK = "\n"  # between the lines of one entry


def key(title: str, entries: Mapping[str, Mapping[str, Any]], width: float, side: Side = "bottom") -> alt.Chart:
    """A key `width` pixels wide, under the ground or at its right: what is said of all entries, then label → how its sample
    looks (see SAMPLE, and `shape`).

    It is a layer without marks, whose scales Vega explains. As many columns as the longest entry lets fit.
    """
    looks = {
        BREAK.join(wrapped(label, width - 30)): {"shape": "square"} | SAMPLE | dict(look)
        for label, look in entries.items()
    }
    sample = max(float(look["size"]) ** 0.5 for look in looks.values())
    widest = max(text_width(line) for label in looks for line in label.split(BREAK)) + sample + 20
    legend = alt.Legend(
        orient=side,
        title=wrapped(title, width) or None,
        direction="horizontal",
        columns=max(int(width // widest), 1),
        labelExpr=f"split(datum.label, {BREAK!r})",
        symbolOpacity=1,
    )
    channels = {
        name: channel(
            "entry:N",
            legend=legend,
            scale=alt.Scale(type="ordinal", domain=list(looks), range=[look[name] for look in looks.values()]),
        )
        for name, channel in CHANNELS.items()
    }
    return alt.Chart(alt.InlineData(values=[])).mark_point().encode(**channels)


def wrapped(text: str, width: float) -> list[str]:
    """The text on as many lines as it takes, none for none."""
    return textwrap.wrap(french.typographic(text), int(width / text_width("n")), break_on_hyphens=False)


def of_series(part: Placed, width: float, largest: float, side: Side) -> list[alt.Chart]:
    """What the symbols of one series mean."""
    noun, certain = part.series.many, part.series.certain
    look = symbols.sample(certain)
    sizes = {
        french.number(value) + part.series.unit: look | {"size": symbols.diameter(value, part.most, largest) ** 2}
        for value in symbols.steps(part.most)
    }
    signs: dict[str, Mapping[str, Any]] = {f"{'établi' if certain else 'hypothèse'} : {part.series.place}": look}
    if any(cell.value == 0 for cell in part.cells):
        signs[ZERO] = {"fill": INK, "shape": "cross", "size": 81}
    counted = f"part des {noun}" if part.series.unit else f"nombre {of(noun)}"
    keys = [key(f"Surface du disque : {counted}", sizes, width, side), key("", signs, width, side)]
    if any(cell.share is not None for cell in part.cells):
        fills = {label: {"fill": color, "stroke": MIDDLE} for label, color in shares().items()}
        keys.append(key(f"Couleur : part des {noun} dont le lieu est connu", fills, width, side))
    return keys


def of(noun: str) -> str:
    """« d’annonces », « de structures »."""
    return f"d’{noun}" if noun[0] in "aeéiouh" else f"de {noun}"


def limits(ground: Ground, width: float) -> alt.Chart:
    """The lines of the ground."""
    levels = [*ground.levels(), *([] if "departement" in ground.levels() else ["departement"])]
    lines = {
        KINDS[level][0]: {"shape": "stroke", "stroke": KINDS[level][1], "strokeWidth": KINDS[level][2], "size": 400}
        for level in levels
    }
    return key("Limites :", lines, width)


def shares() -> dict[str, str]:
    """The classes of a share, each from its lower limit to below the upper one, and their colours."""
    said, before = {}, 0.0
    for below, color in symbols.CLASSES:
        whole = f"{before:.0f} à {below:.0f}{french.NBSP}%" if below <= 100 else f"{before:.0f}{french.NBSP}% et plus"
        said[whole if before else f"moins de {below:.0f}{french.NBSP}%"] = color
        before = below
    return said


def notes(texts: Iterable[str], width: float) -> Plane:
    """Sentences under each other, each on as many lines as it takes."""
    # The measure of a text is rather too long, and these are long.
    lines = [line for text in texts if text for line in wrapped(text, width * 1.2)]
    area = Plane(width, LINE * len(lines))
    area.texts([(0, LINE * (number + 0.5), line) for number, line in enumerate(lines)])
    return area
