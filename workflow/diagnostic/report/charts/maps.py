"""The maps of a study: declared places of ads and of demand, and who was met beside what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from diagnostic import french
from diagnostic.geography.names import Gazetteer
from diagnostic.report.charts import legend, symbols
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.ground import Frame, Ground
from diagnostic.report.charts.legend import Block
from diagnostic.report.charts.places import ADS, DEMAND, MET, TOLD, Placed, facts_of, placed
from diagnostic.report.charts.plane import Chart, Plane
from diagnostic.report.charts.rows import EDGE, LINE
from diagnostic.report.charts.style import WIDTH

OFFER_MAP, DEMAND_MAP, ANSWERS_MAP = "carte_annonces", "carte_demande", "carte_rencontres"
TALL, SMALL = 400, 210  # pixels: of the ground at most, alone or beside another
TOP, GAP, PAD, SIDE = 6, 14, 8, 78  # pixels: above the ground, between columns, between blocks, of the locator
LARGEST = 34  # pixels: of a disc where two maps stand side by side
PARTS = (("commune", "commune"), ("epci", "intercommunalité"), ("arrondissement", "arrondissement"))


def maps(facts: Released, areas: pd.DataFrame, source: pd.DataFrame) -> list[Chart]:
    """Every map that has a ground and a place to show; `areas` and `source` are the tables of reference geography."""
    if areas.empty:
        return []
    ground, gazetteer = Ground(areas), Gazetteer(areas)
    credit = _credit(ground, source.iloc[0])
    found = {series: placed(facts, series, gazetteer) for series in (ADS, DEMAND, MET, TOLD)}
    # Beside who was met: what is told, else what ads declare (without fills, which have no room there).
    seen = found[TOLD] if found[TOLD].cells else placed(facts, replace(ADS, share=""), gazetteer)
    wanted = [(OFFER_MAP, [found[ADS]]), (DEMAND_MAP, [found[DEMAND]])]
    wanted += [(ANSWERS_MAP, [found[MET], seen])] if found[MET].shown else []
    kept = [(name, [part for part in parts if part.cells]) for name, parts in wanted]
    return [_map(name, parts, ground, credit) for name, parts in kept if any(part.shown for part in parts)]


def _credit(ground: Ground, source: pd.Series) -> str:
    """Source, vintage, and how many territories, so that a missing one would be seen."""
    counted = [
        f"{french.number(count)} {french.plural(count, noun)}"
        for level, noun in PARTS
        if (count := ground.count(level))
    ]
    return f"{source.credit}. Millésime {source.vintage} : {', '.join(counted)}."


def _map(name: str, parts: Sequence[Placed], ground: Ground, credit: str) -> Chart:
    """One ground a series, side by side; under each its key, then what all share."""
    width = WIDTH - 2 * EDGE
    column = (width - GAP * (len(parts) - 1)) / len(parts)
    largest = symbols.LARGEST if len(parts) == 1 else LARGEST
    lefts = [number * (column + GAP) for number in range(len(parts))]
    heading = LINE if len(parts) > 1 else 0
    frames = [ground.frame(left + 2, TOP + heading, column - 4, TALL if len(parts) == 1 else SMALL) for left in lefts]
    under = TOP + heading + frames[0].height + GAP
    keys = [
        legend.stacked(legend.of_series(part, name, left, column, largest), under + LINE)
        for part, left in zip(parts, lefts, strict=True)
    ]
    common_top = max(bottom for bottom, _ in keys) + PAD
    located = ground.locatable
    common, actions = legend.stacked(_shared(ground, credit, width - (SIDE + GAP if located else 0)), common_top)
    height = max(common, common_top + SIDE * 1.25 + 8 if located else 0) + 2
    area = Plane(height, (0, width), (0, height), (EDGE, EDGE, 2, 2))
    for part, frame, left in zip(parts, frames, lefts, strict=True):
        _draw(area, part, name, ground, frame, symbols.Labels(left, left + column, frame.top), largest)
        if heading:
            area.texts([(left, TOP + LINE / 2 - 3, french.capital(part.series.many))], fontWeight="bold")
    ground.scale_bar(area, frames[0], 0, under + LINE / 2 - 4, 110)
    for action in [*(action for _, own in keys for action in own), *actions]:
        action(area)
    if located:
        ground.locator(area, width - SIDE, common_top + 4, SIDE)
    said = " ; ".join(f"{part.series.many}, {_places(len(part.shown))}" for part in parts)
    alternative = f"Carte, {ground.name} : {said}. Disques de surface proportionnelle au nombre."
    sentences = [sentence for part in parts for sentence in part.told()]
    return area.image(name, alternative, " ".join([*sentences, legend.NOTHING]), facts_of(parts))


def _draw(
    area: Plane, part: Placed, name: str, ground: Ground, frame: Frame, labels: symbols.Labels, largest: float
) -> None:
    ground.land(area, frame)
    symbols.fills(area, ground, frame, part.cells, name)
    ground.limits(area, frame)
    symbols.draw(area, frame, part, name, labels, largest)


def _shared(ground: Ground, credit: str, width: float) -> list[Block]:
    return [
        legend.paragraph(legend.NOTHING, 0, width),
        *legend.limits(ground, 0, width),
        legend.paragraph(credit, 0, width),
    ]


def _places(count: int) -> str:
    return f"{count} {french.plural(count, 'lieu', 'lieux')}"
