"""The maps of a study: persons by place and by form, places that ads and demand declare, who answered beside what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import altair as alt
import pandas as pd

from diagnostic.core import french
from diagnostic.geography.names import Gazetteer
from diagnostic.report.charts import legend, symbols, territory
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.ground import Frame, Ground
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.places import ADS, ANSWERED, DEMAND, MET, Placed, placed
from diagnostic.report.charts.plane import Plane
from diagnostic.report.charts.style import EDGE, LINE, WIDTH
from diagnostic.report.charts.territory import Filled
from diagnostic.report.registry import chart

OFFER_MAP, DEMAND_MAP, ANSWERS_MAP = "carte_annonces", "carte_demande", "carte_rencontres"
PERSONS_MAP, FORMS_MAP = "carte_situations", "carte_formes"
PERSONS, SHORT = "personnes en situation de prostitution", "personnes décrites"  # the second as a heading
FORMS = {"visible": "prostitution visible", "discreet": "prostitution discrète"}
Part = Placed | Filled
TALL, SMALL = 400, 210  # pixels: of the ground at most, alone or beside another
TOP, GAP, PAD, SIDE = 6, 14, 8, 78  # pixels: above the ground, between columns, between blocks, of the locator
LARGEST = 34  # pixels: of a disc where two maps stand side by side
PARTS = (("commune", "commune"), ("epci", "intercommunalité"), ("arrondissement", "arrondissement"))


@chart
def maps(facts: Released, areas: pd.DataFrame, source: pd.DataFrame) -> list[Chart]:
    """Every map that has a ground and a place to show; `areas` and `source` are the tables of reference geography."""
    if areas.empty:
        return []
    ground, gazetteer = Ground(areas), Gazetteer(areas)
    credit = _credit(ground, source.iloc[0])
    found = {series: placed(facts, series, gazetteer) for series in (ADS, DEMAND, MET, ANSWERED)}
    persons = territory.filled(PERSONS, territory.numbers(facts, "persons", areas))
    # Beside who answered: what is told, else what ads declare (without fills, which have no room there).
    seen = persons or placed(facts, replace(ADS, share=""), gazetteer)
    answered = found[ANSWERED] if found[ANSWERED].shown else found[MET]
    wanted: list[tuple[str, list[Part]]] = [(PERSONS_MAP, [persons] if persons else [])]
    wanted += [(FORMS_MAP, _forms(facts, areas)), (OFFER_MAP, [found[ADS]]), (DEMAND_MAP, [found[DEMAND]])]
    wanted += [(ANSWERS_MAP, [answered, seen])] if answered.shown else []
    kept = [(name, [part for part in parts if isinstance(part, Filled) or part.shown]) for name, parts in wanted]
    return [_map(name, parts, ground, credit) for name, parts in kept if any(part.shown for part in parts)]


def _forms(facts: Released, areas: pd.DataFrame) -> list[Part]:
    """The forms side by side, at one level: the finest at which one of them is shown."""
    found = {kind: territory.numbers(facts, kind, areas) for kind in FORMS}
    level = next((one for one in territory.FILLED if any(own.get(one) for own in found.values())), "")
    parts = (territory.filled(FORMS[kind], own, level) for kind, own in found.items())
    return [part for part in parts if part] if level else []


def _credit(ground: Ground, source: pd.Series) -> str:
    """Source, vintage, and how many territories, so that a missing one would be seen."""
    counted = [
        f"{french.number(count)} {french.plural(count, noun)}"
        for level, noun in PARTS
        if (count := ground.count(level))
    ]
    return f"{source.credit}. Millésime {source.vintage} : {', '.join(counted)}."


def _map(name: str, parts: Sequence[Part], ground: Ground, credit: str) -> Chart:
    """One ground a series, side by side, with its keys under it; then what all share, and where the département lies."""
    width = WIDTH - 2 * EDGE - 6  # what strokes take at the sides
    column = (width - GAP * (len(parts) - 1)) / len(parts)
    panels = [_panel(part, name, ground, column, len(parts) > 1, at == 0) for at, part in enumerate(parts)]
    placed = [territory.PLACE] * any(isinstance(part, Filled) for part in parts)
    told = legend.NOTHING if any(isinstance(part, Placed) for part in parts) else ""
    located = ground.locatable
    under = [legend.notes([told, *placed, credit], width - (SIDE + GAP if located else 0)).drawn()]
    if located:
        inset = Plane(SIDE, SIDE * 1.25 + 8)
        ground.locator(inset, 0, 0, SIDE)
        under.append(inset.drawn())
    picture = alt.vconcat(alt.hconcat(*panels, spacing=GAP), alt.hconcat(*under, spacing=GAP), spacing=PAD)
    said = " ; ".join(f"{_called(part)}, {_places(len(part.shown))}" for part in parts)
    how = [DISCS] * any(isinstance(part, Placed) for part in parts)
    how += [FILLS] * any(isinstance(part, Filled) for part in parts)
    sentences = [sentence for part in parts for sentence in part.told()]
    facts = [one.fact_id for part in parts for one in part.shown]
    alternative = " ".join([f"Carte, {ground.name} : {said}.", *how])
    return image(picture, name, alternative, [*sentences, told, credit], facts)


DISCS = "Disques de surface proportionnelle au nombre."
FILLS = "Couleurs par classe de nombre."


def _called(part: Part) -> str:
    return part.many if isinstance(part, Filled) else part.series.many


def _heading(part: Part) -> str:
    return SHORT if _called(part) == PERSONS else _called(part)


def _panel(part: Part, name: str, ground: Ground, width: float, small: bool, first: bool) -> alt.LayerChart:
    """The ground of a series; the first one has the keys that all share."""
    largest = LARGEST if small else symbols.LARGEST
    frame = ground.frame(2, TOP, width - 4, SMALL if small else TALL)
    area = Plane(width, TOP + frame.height + GAP + LINE)
    _draw(area, part, name, ground, frame, symbols.Labels(0, width, TOP), largest)
    keys = territory.keys(part, width) if isinstance(part, Filled) else legend.of_series(part, width, largest, name)
    if first:
        ground.scale_bar(area, frame, 0, area.height - LINE / 2, 110)
        keys.append(legend.limits(ground, width))
    return area.drawn(*keys, title=french.capital(_heading(part)) if small else "")


def _draw(
    area: Plane, part: Part, name: str, ground: Ground, frame: Frame, labels: symbols.Labels, largest: float
) -> None:
    ground.land(area, frame)
    if isinstance(part, Filled):
        territory.draw(area, ground, frame, part)
        ground.limits(area, frame)
        territory.mark(area, ground, frame, part, labels)
        return
    symbols.fills(area, ground, frame, part.cells, name)
    ground.limits(area, frame)
    symbols.draw(area, frame, part, name, labels, largest)


def _places(count: int) -> str:
    return f"{count} {french.plural(count, 'lieu', 'lieux')}"
