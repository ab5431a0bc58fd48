"""The maps of a comparison: where its studies are, then, per indicator, which of its numbers may be read beside each other.

A colour says a verdict, never a number: the printed numbers stand on the map where there is room for them. Of areas that are pooled
it also says on which side of their common mean a number's own limits leave it, which is all that their order can mean.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import shapely

from diagnostic.compare import cells
from diagnostic.compare.contrasts import ends
from diagnostic.compare.judging import invented
from diagnostic.compare.pooling import together
from diagnostic.compare.table_names import SHOWN, VERDICTS
from diagnostic.compare.tables import DEPTHS
from diagnostic.core import french
from diagnostic.geography import shapes
from diagnostic.geography.shapes import Shape
from diagnostic.report.charts import legend
from diagnostic.report.charts.facts import listed
from diagnostic.report.charts.ground import FAINT, LAND, OVERSEAS, Frame, fitted
from diagnostic.report.charts.marks import Plane
from diagnostic.report.charts.style import (
    BLUE,
    EDGE,
    LINE,
    ORANGE,
    PAPER,
    WIDE,
    WIDTH,
    Chart,
    Spec,
    hatch,
    image,
    wrapped,
)

STUDIES_MAP, PREFIX = "carte_etudes", "cartes_"
MOST, NAMED = 12, 4  # numbers that a map writes; studies of a kind that its reading names
BROAD, GAP, PAD = 340, 12, 8  # pixels: a map beside its key; between two, beside and under each other
FINEST = 0.7  # pixels: details that cannot be seen
INSET, BETWEEN, EDGES = 42, 5, 3  # pixels: the side of an inset under the mainland, between two, inside one
COMPARED, CAUTION, APART, ABOVE, BELOW = "compared", "caution", "apart", "above", "below"
WORDS = {
    ABOVE: "comparable, au-dessus de la moyenne",
    COMPARED: VERDICTS["comparable"],
    BELOW: "comparable, au-dessous de la moyenne",
    CAUTION: VERDICTS["caution"],
    APART: VERDICTS["not"],
}
EDGED, PALE = {"stroke": BLUE}, {"stroke": PAPER}
READ = {  # depth → how a study that is known so looks
    "full": PALE | {"fill": BLUE},
    "published": PALE | {"fill": legend.mixed(BLUE, 0.4)},
    "existence": EDGED | {"fill": PAPER},
}
INVENTED, OF_NOWHERE = "invented", "étude inventée"
ELSEWHERE = "En encart, à une autre échelle : {names}."
SAME_SCALE = "Chaque territoire a le contour que donne son étude ; tous sont à la même échelle."
SIDES = (
    "La moyenne est celle des territoires comparables. Au-dessus, au-dessous : les limites du nombre l’en séparent, ce que le "
    "hasard fait pour un territoire sur vingt."
)
Looks = Mapping[str, tuple[str, Mapping[str, Any]]]  # of territories: what the key says of them, and how they are drawn
Box = tuple[float, float, float, float]  # x0, x1, y0, y1, in pixels


class Country:
    """Outlines of départements by code: `country` has every one (table `country` of reference geography, or nothing),
    which are those of `credit`; `own` are those that studies brought with whose they are, kept where it has none."""

    def __init__(
        self, country: pd.DataFrame | None, own: Iterable[tuple[pd.DataFrame, str]] = (), credit: str = ""
    ) -> None:
        given = [*own, *([] if country is None else [(country, credit)])]
        tables = [(areas[areas["level"].eq("departement")], owner) for areas, owner in given]
        every = [(one, owner) for areas, owner in tables for one in areas.itertuples()]
        self.outlines = {one.code: shapes.decode(one.outline) for one, _ in every}
        self.names = {one.code: one.name for one, _ in every}
        self.owners = {one.code: owner for one, owner in every}
        known = set() if country is None else set(tables[-1][0]["code"]) - set(OVERSEAS)
        self.main = {code: shape for code, shape in self.outlines.items() if code in known}

    def credit(self, drawn: Iterable[str]) -> str:
        """Whose the outlines are of a figure with these codes on it, beside the country's own; empty where nobody is named."""
        owners = dict.fromkeys(self.owners[code] for code in (*self.main, *drawn))
        return "".join(f"{owner}. " for owner in owners if owner).rstrip()

    def territory(self, study: str, name: str, codes: str) -> "Territory | None":
        """A study where its départements lie (`codes`, separated by « ; »); none where an outline is not known."""
        wanted = [code for code in codes.split(";") if code]
        known = bool(wanted) and all(code in self.outlines for code in wanted)
        return Territory(study, name, {code: self.outlines[code] for code in wanted}) if known else None


@dataclass(frozen=True)
class Territory:
    """A study on a map: its name for readers, the outlines of its départements by code, its look, what is written on it."""

    study: str
    name: str
    outlines: Mapping[str, Shape]
    look: str = ""
    text: str = ""


@dataclass(frozen=True)
class Panel:
    """One map: its title, its territories in the order they are drawn, what it says in words, the numbers that it shows."""

    title: str
    territories: Sequence[Territory]
    said: Sequence[str]
    facts: Sequence[str] = ()


def maps(
    compared: Mapping[str, pd.DataFrame], statements: pd.DataFrame, names: Mapping[str, str], country: Country
) -> list[Chart]:
    """The map of the studies, then a figure per family of numbers: a small map for each indicator of which two numbers on it may
    be read beside each other. None without outlines.

    `compared`: the tables `known`, `methods`, `numbers`, `pairs` and `areas` of a comparison; `statements`: one row per number
    that may be printed; `names`: study → what readers know it by.
    """
    own = compared["methods"][compared["methods"]["item"].eq("territory")]
    codes = dict(zip(own["study"], own["code"], strict=True))
    found = [country.territory(study, name, codes.get(study, "")) for study, name in names.items()]
    ground = {one.study: one for one in found if one}
    if not ground:
        return []
    charts = [_studies(compared["known"], invented(compared["methods"]), ground, country)]
    for family, words in SHOWN.items():
        numbers = compared["numbers"][compared["numbers"]["family"].eq(family)]
        every = [_panel(block, compared, statements, ground) for _, block in numbers.groupby("indicator", sort=False)]
        if panels := [panel for panel in every if panel]:
            charts.append(_family(f"{PREFIX}{family}", words, panels, country))
    return charts


def _studies(known: pd.DataFrame, made_up: Collection[str], ground: Mapping[str, Territory], country: Country) -> Chart:
    """Where the studies are, and how deep each is known; those known whole above the others, and hatched where they are
    `made_up`: nothing of the outline that they stand on is described."""
    depths = list(reversed(DEPTHS))
    rows = known[known["study"].isin(ground)].sort_values(
        "depth", key=lambda depth: depth.map(depths.index), kind="stable"
    )
    seen = {one.study: INVENTED if one.study in made_up else one.depth for one in rows.itertuples()}
    placed = [replace(ground[study], look=look, text="") for study, look in seen.items()]
    kinds = DEPTHS | {INVENTED: OF_NOWHERE}
    named = {look: [one.name for one in placed if one.look == look] for look in kinds}
    said = {look: _few(own) for look, own in named.items() if own}
    told = [f"{french.capital(words)} : {said[look]}." for look, words in kinds.items() if look in said]
    told += ["Une étude inventée ne décrit pas le territoire où elle est placée."] if INVENTED in said else []
    lacking = list(known.loc[~known["study"].isin(ground), "territory"])
    told += [f"Sans contour connu : {listed(lacking)}."] if lacking else []
    drawn = READ | {INVENTED: EDGED | {"fill": hatch(STUDIES_MAP)}}
    looks = {look: (words, drawn[look]) for look, words in kinds.items()}
    alternative = f"Carte des territoires étudiés, selon ce qui est lu de chaque étude : {len(placed)} études."
    return _drawn(STUDIES_MAP, [Panel("", placed, told)], looks, country, "", alternative)


# -- What may be read beside what -----------------------------------------------------------------------------------------


def _panel(
    block: pd.DataFrame, compared: Mapping[str, pd.DataFrame], statements: pd.DataFrame, ground: Mapping[str, Territory]
) -> Panel | None:
    """The map of one indicator (`block`: one row per study that has a number); none where no two of the numbers on it, of two
    territories, may be read beside each other, or where there are too many to be written and no mean to set them against."""
    indicator, title = block[["indicator", "title"]].iloc[0]
    pairs, pooled = (compared[name][compared[name]["indicator"].eq(indicator)] for name in ("pairs", "areas"))
    core, members = readable(list(block["study"]), pairs, list(pooled["study"]))
    placed = [one for one in block.itertuples() if one.study in ground]
    apart = {frozenset(ground[one.study].outlines) for one in placed if one.study in members}
    if len(apart) < 2 or (len(placed) > MOST and pooled.empty):
        return None
    said = statements.set_index("statement_id", drop=False)
    mean = None if pooled.empty else said.loc[f"areas.{indicator}"]
    found = []
    for one in placed:
        own, look = said.loc[one.statement_id], CAUTION if one.study in members else APART
        if one.study in core:
            look = COMPARED
        if look == COMPARED and mean is not None:  # its limits are above the mean, below it, or on both sides
            _, low, high = ends(own)
            look = ABOVE if low > mean.shown_value else BELOW if high < mean.shown_value else COMPARED
        found.append(replace(ground[one.study], look=look, text=cells.drawn(own)))
    told = [f"{title} : {listed([f'{one.name} ({one.text}, {WORDS[one.look]})' for one in found])}."]
    told = _of_many(str(title), found, said.loc[[one.statement_id for one in placed]]) if len(found) > MOST else told
    told += [] if mean is None else [f"Moyenne des territoires : {mean.printed}."]
    shown = [*(one.statement_id for one in placed), *([] if mean is None else [f"areas.{indicator}"])]
    drawn = sorted(found, key=lambda one: (one.look != APART, one.look != CAUTION))
    drawn = drawn if len(drawn) <= MOST else [replace(one, text="") for one in drawn]
    return Panel(str(title), drawn, told, shown)


def _few(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= NAMED else f"{len(names)} études"


def _of_many(title: str, found: Sequence[Territory], own: pd.DataFrame) -> list[str]:
    """The smallest and the largest number that may be read beside another, with their territories, then how many have each look
    (`own`: a row per territory)."""
    numbers = pd.Series(own["shown_value"].to_numpy(float))[[one.look != APART for one in found]].dropna()
    ends_ = [numbers.idxmin(), numbers.idxmax()] if numbers.nunique() > 1 else []
    between = " à ".join(f"{found[at].text} ({found[at].name})" for at in ends_)
    of_look = {look: [one.name for one in found if one.look == look] for look in WORDS}
    said = {look: _few(names) for look, names in of_look.items() if names}
    first = f"{title} : de {between}." if between else f"{title}."
    return [first, *(f"{french.capital(WORDS[look])} : {names}." for look, names in said.items())]


def readable(studies: Sequence[str], pairs: pd.DataFrame, pooled: Collection[str]) -> tuple[set[str], set[str]]:
    """Studies of one indicator whose numbers are all comparable with each other, those that are `pooled` if any are; then the
    same with those that may be read, if with caution, beside every one of them. Empty where there are not two.

    `pairs`: one row per pair of these studies with its verdict.
    """
    verdicts = {frozenset((one.study, one.other)): one.verdict for one in pairs.itertuples()}
    core = set(pooled) or together(studies, {pair for pair, verdict in verdicts.items() if verdict == "comparable"})
    core = core if len(core) > 1 else set()
    members = together(studies, {pair for pair, verdict in verdicts.items() if verdict != "not"}, core)
    return core, members if len(members) > 1 else set()


def _family(name: str, words: str, panels: Sequence[Panel], country: Country) -> Chart:
    sides = any(panel.facts[-1].startswith("areas.") for panel in panels)
    drawn = {
        ABOVE: PALE | {"fill": ORANGE},
        COMPARED: PALE | {"fill": legend.mixed(BLUE, 0.4) if sides else BLUE},
        BELOW: PALE | {"fill": BLUE},
        CAUTION: EDGED | {"fill": legend.mixed(BLUE, 0.12)},
        APART: {"fill": hatch(name), "stroke": BLUE},
    }
    said = WORDS | ({COMPARED: "comparable, que ses limites ne séparent pas de la moyenne"} if sides else {})
    looks = {look: (said[look], style) for look, style in drawn.items()}
    alternative = f"Petites cartes, une par indicateur : {words}. La couleur dit le verdict, jamais un rang."
    return _drawn(name, panels, looks, country, SIDES if sides else "", alternative)


# -- The drawing ----------------------------------------------------------------------------------------------------------


def _drawn(name: str, panels: Sequence[Panel], looks: Looks, country: Country, note: str, alternative: str) -> Chart:
    """Maps two by two, their key under them, or at the right of one alone where the screen is not narrow, and the notes."""
    used = {one.look for panel in panels for one in panel.territories}
    entries = {french.capital(words): style for look, (words, style) in looks.items() if look in used}
    apart = dict.fromkeys(country.names[code] for panel in panels for code in _elsewhere(panel, country))
    inset = ELSEWHERE.format(names=listed(list(apart))) if apart else ""
    under = [inset, country.credit([code for panel in panels for one in panel.territories for code in one.outlines])]

    def laid(wide: int) -> Spec:
        width = wide - 2 * EDGE - 6.0  # what strokes take at the sides
        abreast, beside = min(len(panels), 2), len(panels) == 1 and wide > WIDTH
        column = BROAD if beside else (width - GAP * (abreast - 1)) / abreast
        room = width - BROAD - GAP if beside else width
        titles = [wrapped(panel.title, column) for panel in panels]
        most = max(map(len, titles))
        grounds = [
            _ground(panel, title + [""] * (most - len(title)), column, looks, country)
            for panel, title in zip(panels, titles, strict=True)
        ]
        key = Plane(room, 1).drawn(legend.key("", entries, room))
        parts = [*grounds, key] if beside else grounds
        rows: list[Spec] = [{"hconcat": parts[at : at + 2], "spacing": GAP} for at in range(0, len(parts), 2)]
        below = [] if beside else [key]
        return {"vconcat": [*rows, *below, legend.notes(under, width).drawn()], "spacing": PAD}

    said = [sentence for panel in panels for sentence in panel.said]
    said += filter(None, ["" if country.main else SAME_SCALE, note])
    facts = dict.fromkeys(fact for panel in panels for fact in panel.facts)
    alternative = " ".join(filter(None, [alternative, *under]))
    return image(laid(WIDE), name, alternative, said, facts, laid(WIDTH))


def _elsewhere(panel: Panel, country: Country) -> dict[str, Shape]:
    """Code → outline of what is not on the mainland, in the order of codes."""
    every = {code: shape for one in panel.territories for code, shape in one.outlines.items()}
    return {code: every[code] for code in sorted(every) if code not in country.main}


def _ground(panel: Panel, title: Sequence[str], width: float, looks: Looks, country: Country) -> Spec:
    """One map: its title in lines, the mainland, insets under it, the territories by their look and what is written on them."""
    top = bottom = LINE * len(title) + (PAD if title else 0.0)
    frames: dict[str, Frame] = {}
    if country.main:
        frame = fitted(list(country.main.values()), 2, top, width - 4, width)
        frames, bottom = dict.fromkeys(country.main, frame), top + frame.height + BETWEEN
    boxes = _insets(_elsewhere(panel, country), width, bottom, bool(country.main))
    frames |= {code: frame for code, (_, frame) in boxes.items()}
    area = Plane(width, max([bottom, *(box[3] for box, _ in boxes.values())]) + 2)
    area.texts([(0, LINE * (at + 0.5), line) for at, line in enumerate(title)], fontWeight="bold")
    area.bars([box for box, _ in boxes.values()], fill=PAPER, stroke=FAINT)
    # Code → outline in pixels, without what cannot be seen; neighbours on the mainland stay neighbours.
    drawn = {code: frame.pixels(country.outlines[code]) for code, frame in frames.items()}
    found = {code: shapely.simplify(shape, FINEST / 2) for code, shape in drawn.items() if code not in country.main}
    main = shapely.coverage_simplify([drawn[code] for code in country.main], FINEST)
    seen = found | dict(zip(country.main, main, strict=True))
    area.shapes([seen[code] for code in country.main], LAND, FAINT, 0.5)
    placed = {one.study: shapely.union_all([seen[code] for code in one.outlines]) for one in panel.territories}
    for one in panel.territories:
        style = looks[one.look][1]
        area.shapes([placed[one.study]], style["fill"], style["stroke"])
    _write(area, panel, placed, top)
    return area.drawn()


def _insets(outlines: Mapping[str, Shape], width: float, top: float, below: bool) -> dict[str, tuple[Box, Frame]]:
    """Code → box of its inset, and how its outline stands there: as large as it may be `below` a mainland."""
    side = INSET if below else (width - BETWEEN) / 2
    across, room = int((width + BETWEEN) // (side + BETWEEN)), side - 2 * EDGES
    corners = {
        code: (at % across * (side + BETWEEN), top + at // across * (side + BETWEEN))
        for at, code in enumerate(outlines)
    }
    largest = {code: fitted([shape], 0, 0, room, room) for code, shape in outlines.items()}
    least = min((frame.scale for frame in largest.values()), default=1.0)
    found = {}
    for code, (x, y) in corners.items():
        frame = largest[code]
        part = 1.0 if below else least / frame.scale
        across_, along = (room - 2 * frame.left) * part, frame.height * part
        placed = replace(
            frame, left=x + (side - across_) / 2, top=y + (side - along) / 2, scale=frame.scale * part, height=along
        )
        found[code] = (x, x + side, y, y + side), placed
    return found


def _write(area: Plane, panel: Panel, placed: Mapping[str, shapely.Geometry], top: float) -> None:
    """What is written on each territory, or beside it, where there is room."""
    labels = legend.Labels(0, area.width, top)
    texts = []
    for one in panel.territories:
        x, y = shapes.inside(placed[one.study])
        radius = math.sqrt(placed[one.study].area) / 2
        places = (labels.place(x, y, apart, one.text) for apart in ((radius, 0.0) if one.text else ()))
        if place := next(filter(None, places), None):
            texts.append((*place, one.text))
    legend.write(area, texts)
