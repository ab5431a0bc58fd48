"""Persons by place on the ground: fills by class at the finest level that shows something, discs for the communes shown.

What is not shown has one neutral fill, whether it is protected or nobody reported anything: to tell them apart would tell.
Only released numbers get here, and a fill or a disc says its class, never a number by its colour or its size.
"""

import itertools
import math
import re
import textwrap
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from diagnostic.consolidate.located import token
from diagnostic.core import french
from diagnostic.estimate.catalogue.ids import fact, within
from diagnostic.geography.names import Place
from diagnostic.geography.shapes import Shape
from diagnostic.report.charts import legend
from diagnostic.report.charts.facts import Released, listed
from diagnostic.report.charts.ground import LAND, MIDDLE, TERRITORIES, Frame, Ground
from diagnostic.report.charts.legend import key
from diagnostic.report.charts.marks import Plane
from diagnostic.report.charts.places import MAPPED, Cell, ordered, seen
from diagnostic.report.charts.style import LINE, Spec

CLASSES = ((20, "moins de 20", 9), (50, "20 à 49", 15), (100, "50 à 99", 22), (math.inf, "100 et plus", 30))
COLORS = ("#FDEBC0", "#F6C877", "#E39F45", "#C97B2B")
FILLED = ("epci", "arrondissement", "departement")  # the finest first
NEUTRAL = "protégé ou sans signalement"
ELSEWHERE = "Ailleurs, rien n’est publié : le nombre est protégé, ou personne n’a rien signalé."
PLACE = "Lieu des personnes : hypothèse, celui que les professionnel·les donnent."
# What a name says of its kind, which the key says of all.
GENERIC = re.compile(
    r"^(Communauté (urbaine|de communes|d.agglomération)|Communauté|Agglomération|Arrondissement|Métropole)( ficti(f|ve))? ?"
    r"(de la |du |des |de |d['’])?"
)
WITHIN = "shared.persons_prostitution"  # the fact that a département has of its persons, in a study of several
STEPS = 24  # heights, and widths, at which room is looked for


class Filled(NamedTuple):
    """Persons by place, as a map shows them: the `level` that is filled, its areas and the communes, the most first."""

    many: str
    level: str
    areas: tuple[Cell, ...]
    communes: tuple[Cell, ...]

    @property
    def shown(self) -> tuple[Cell, ...]:
        return (*self.areas, *self.communes)

    def told(self) -> list[str]:
        """The numbers of the map as sentences, and the classes."""
        sentences, one = [], "personnes" not in self.many
        begun = f"De la {self.many} est décrite" if one else f"Des {self.many} sont décrites"
        for level, areas in ((self.level, self.areas), ("commune", self.communes)):
            sentences += seen(begun, self.many, TERRITORIES[level], areas)
        sentences.append(f"Classes : {listed([label for _, label, _ in CLASSES])}.")
        return [*sentences, ELSEWHERE]


def numbers(facts: Released, kind: str, areas: pd.DataFrame) -> dict[str, tuple[Cell, ...]]:
    """Level → territories whose number of `kind` (persons, visible, discreet) may be printed, the most first; départements, of a
    study of several, in the order of their codes."""
    ids = {tuple(fact(one).parts.values()): one for one in facts.ids(f"territory.{kind}.{{level}}.{{code}}")}
    cells = _cells(facts, areas, lambda area: ids.get((area.level, token(area.code)), ""))
    found = {level: ordered(one for one in cells if one.place.level == level) for level in (*FILLED, "commune")}
    several = of_departements(facts, WITHIN if kind == "persons" else "", areas)
    return found | ({"departement": several} if several else {})


def of_departements(facts: Released, fact_id: str, areas: pd.DataFrame) -> tuple[Cell, ...]:
    """The départements of a study of several whose number may be printed, by their codes: of the fact that the whole has under
    this identifier. Nothing in a study of one."""
    own = areas[areas["level"].eq("departement") & (fact_id != "")].sort_values("code")
    return tuple(_cells(facts, own, lambda area: within(area.code) + fact_id))


def _cells(facts: Released, areas: pd.DataFrame, fact_of: Callable[[Any], str]) -> list[Cell]:
    """The territories (one row each) whose number may be printed, in their order."""
    found = []
    for area in areas.itertuples():
        own = fact_of(area)
        value = facts.value(own)
        if value is not None and facts.said(own).origin in MAPPED:
            place = Place(area.level, area.code, area.name, area.x, area.y)
            limits = facts.interval(own)
            found.append(Cell(place, own, value, facts.text(own) + (f" [{limits}]" if limits else "")))
    return found


def filled(many: str, found: dict[str, tuple[Cell, ...]], level: str = "") -> Filled | None:
    """A series at the level given, else at the finest that shows something; None where nothing is shown there."""
    level = level or next((one for one in FILLED if found.get(one)), "")
    return Filled(many, level, found[level], found.get("commune", ())) if found.get(level) else None


def class_of(value: float) -> int:
    """The place of a number's class: a class has its lower limit, not its upper one."""
    return next(at for at, (below, _, _) in enumerate(CLASSES) if value < below)


def draw(area: Plane, ground: Ground, frame: Frame, part: Filled) -> None:
    """The fills; the land under them is the neutral one."""
    for one in part.areas:
        area.shapes([ground.outline(one.place, frame)], fill=COLORS[class_of(one.value)])


def mark(area: Plane, ground: Ground, frame: Frame, part: Filled, labels: legend.Labels) -> None:
    """Above the limits: the discs of communes, then names with their numbers where there is room."""
    placed = [(frame.place(one.place), CLASSES[class_of(one.value)][2], one) for one in part.communes]
    area.discs([(*at, size) for at, size, _ in placed], **legend.style(certain=False))
    for at, size, _ in placed:
        labels.reserve(*at, size / 2)
    texts = [found for at, size, one in placed if (found := legend.named(labels, *at, size / 2, one.place, one.text))]
    for one in part.areas:
        texts += (("center", *line) for line in _within(one, ground.outline(one.place, frame), labels))
    legend.write(area, texts)


def _within(one: Cell, outline: Shape, labels: legend.Labels) -> list[tuple[float, float, str]]:
    """The name and the number inside a territory, on as many lines as it takes: the name without its kind, then the number
    alone, where it has no room."""
    west, north, east, south = outline.bounds
    xs, ys = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, STEPS), np.linspace(north, south, STEPS)))
    middle = shapely.get_point(shapely.maximum_inscribed_circle(outline), 0)
    nearest = np.argsort(np.hypot(xs - middle.x, ys - middle.y), kind="stable")
    name = one.place.name
    short = french.capital(GENERIC.sub("", name)) or name
    wanted = (f"{name}, {one.text}", f"{short}, {one.text}", *legend.in_short(one.place, one.text), one.text)
    for text, rows in itertools.product(wanted, range(1, 5)):
        lines = textwrap.wrap(text, math.ceil(len(text) / rows), break_long_words=False, break_on_hyphens=False)
        wide, high = max(map(legend.text_width, lines)) / 2, len(lines) * LINE / 2
        fits = shapely.contains(outline, shapely.box(xs - wide, ys - high, xs + wide, ys + high))
        for at in nearest[fits[nearest]]:
            x, y = float(xs[at]), float(ys[at])
            if labels.free(x - wide, y - high, x + wide, y + high):
                return [(x, y + LINE * (row - (len(lines) - 1) / 2), line) for row, line in enumerate(lines)]
    return []


def keys(part: Filled, width: float) -> list[Spec]:
    """What fills and discs mean."""
    fills = {label: {"fill": color, "stroke": MIDDLE} for color, (_, label, _) in zip(COLORS, CLASSES, strict=True)}
    found = [
        key(f"Couleur : {part.many}, par {TERRITORIES[part.level]}", fills, width),
        key("", {NEUTRAL: {"fill": LAND, "stroke": MIDDLE}}, width),
    ]
    if part.communes:
        used = [CLASSES[at] for at in sorted({class_of(one.value) for one in part.communes}, reverse=True)]
        look = legend.sample(certain=False)
        discs = {label: look | {"size": size * size} for _, label, size in used}
        found.append(key("Disques : les mêmes classes, par commune", discs, width))
    return found
