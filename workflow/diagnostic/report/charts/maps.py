"""The maps of a study: persons by place and by form, places that ads and demand declare, who answered beside what is told."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import shapely

from diagnostic.core import french
from diagnostic.geography.names import Gazetteer
from diagnostic.report.charts import legend, territory
from diagnostic.report.charts.facts import Released
from diagnostic.report.charts.ground import TERRITORIES, Frame, Ground
from diagnostic.report.charts.marks import Plane
from diagnostic.report.charts.places import ADS, ANSWERED, DEMAND, MET, Placed, placed, printed
from diagnostic.report.charts.style import EDGE, LINE, WIDE, WIDTH, Chart, Spec, image
from diagnostic.report.charts.territory import Filled
from diagnostic.report.grids.quality import STEPS, not_empty
from diagnostic.report.registry import chart

OFFER_MAP, DEMAND_MAP, ANSWERS_MAP = "carte_annonces", "carte_demande", "carte_rencontres"
PERSONS_MAP, FORMS_MAP = "carte_situations", "carte_formes"
PERSONS, SHORT = "personnes en situation de prostitution", "personnes décrites"  # the second as a heading
FORMS = {"visible": "prostitution visible", "discreet": "prostitution discrète"}
Part = Placed | Filled
DISCS, FILLS = "Disques de surface proportionnelle au nombre.", "Couleurs par classe de nombre."
TALL, LOW, SMALL = 340, 280, 210  # pixels: height of the ground at most, over its keys, beside them, or beside another
BROAD = 350  # pixels: its width beside its keys
TOP, GAP, PAD, SIDE = 6, 14, 8, 52  # pixels: above the ground, between columns, between blocks, of the locator
LARGEST = 34  # pixels: of a disc where two maps stand side by side
INSIDE = 0.3  # of the height of the ground, of a disc that stands for a département: its name has room beside it


@chart
def maps(facts: Released, areas: pd.DataFrame, source: pd.DataFrame, reproduction: pd.DataFrame) -> list[Chart]:
    """Every map that has a ground and a place to show; `areas` and `source` are the tables of reference geography,
    `reproduction` the figures of a publication."""
    if areas.empty:
        return []
    ground, gazetteer = Ground(areas), Gazetteer(areas)
    credit = f"{source['credit'].iloc[0]}. Millésime {source['vintage'].iloc[0]}."
    found = {series: placed(facts, series, gazetteer) for series in (ADS, DEMAND, MET, ANSWERED)}
    if not found[ADS].shown:
        # The ads of each département of a study of several, on a disc inside it, in the order of codes; None in a
        # study of one.
        cells = territory.of_departements(facts, "ads.total", areas)
        series = ADS._replace(share="", certain=True, place="département que nomme le décompte")
        found[ADS] = (Placed(series, cells, ()) if cells else None) or found[ADS]
    persons = territory.filled(PERSONS, territory.numbers(facts, "persons", areas))
    # Beside who answered: what is told, else what ads declare (without fills, which have no room there).
    seen: Part = persons or placed(facts, ADS._replace(share=""), gazetteer)
    answered = found[ANSWERED] if found[ANSWERED].shown else found[MET]
    wanted: list[tuple[str, list[Part]]] = [(PERSONS_MAP, [persons] if persons else [])]
    wanted += [(FORMS_MAP, _forms(facts, areas)), (OFFER_MAP, [found[ADS]]), (DEMAND_MAP, [found[DEMAND]])]
    wanted += [(ANSWERS_MAP, [answered, seen])] if answered.shown else []
    kept = [(name, [part for part in parts if isinstance(part, Filled) or part.shown]) for name, parts in wanted]
    if not found[ADS].shown:
        kept.append(("carte_villes_publiees", [printed(reproduction, gazetteer)]))
    return [_map(name, parts, ground, credit) for name, parts in kept if any(part.shown for part in parts)]


def _forms(facts: Released, areas: pd.DataFrame) -> list[Part]:
    """The forms side by side, at one level: the finest at which one of them is shown."""
    found = {kind: territory.numbers(facts, kind, areas) for kind in FORMS}
    level = next((one for one in territory.FILLED if any(own.get(one) for own in found.values())), "")
    parts = (territory.filled(FORMS[kind], own, level) for kind, own in found.items())
    return [part for part in parts if part] if level else []


def _counted(ground: Ground) -> str:
    """How many territories the outlines have, so that a missing one would be seen."""
    count = {name: ground.count(level) for level, name in TERRITORIES.items() if level != "departement"}
    counted = [f"{french.number(number)} {french.plural(number, name)}" for name, number in count.items() if number]
    return f"Contours de {', '.join(counted)}."


def _map(name: str, parts: Sequence[Part], ground: Ground, credit: str) -> Chart:
    """A ground with its keys beside it, and on a narrow screen under it; or two side by side with theirs under them; then what
    all share, and where the département lies."""
    placed = [territory.PLACE] * any(isinstance(part, Filled) for part in parts)
    told = legend.NOTHING if any(isinstance(part, Placed) for part in parts) else ""
    laid = partial(_laid, parts, ground, [*placed, credit])
    count = [len(part.shown) for part in parts]
    places = zip((part.many for part in parts), count, strict=True)
    said = " ; ".join(f"{many}, {number} {french.plural(number, 'lieu', 'lieux')}" for many, number in places)
    how = dict.fromkeys(FILLS if isinstance(part, Filled) else DISCS for part in parts)
    sentences = [sentence for part in parts for sentence in part.told()]
    facts = [one.fact_id for part in parts for one in part.shown if one.fact_id]
    alternative = " ".join([f"Carte, {ground.name} : {said}.", *how])
    return image(laid(WIDE), name, f"{alternative} {_counted(ground)}", [*sentences, told], facts, laid(WIDTH))


def _laid(parts: Sequence[Part], ground: Ground, notes: Sequence[str], most: int) -> Spec:
    """The picture `most` pixels wide: the grounds, one over the other in a narrow one, their keys, the notes and the locator."""
    width = most - 2 * EDGE - 6  # what strokes take at the sides
    alone = len(parts) == 1
    beside = width - BROAD - GAP if alone and most > WIDTH else 0.0
    abreast, put = (len(parts), "hconcat") if most > WIDTH else (1, "vconcat")
    column = BROAD if beside else (width - GAP * (abreast - 1)) / abreast
    panels = [_panel(part, ground, column, alone, at == 0, beside) for at, part in enumerate(parts)]
    inset = ground.locator(SIDE)
    under = [legend.notes(notes, width - (SIDE + GAP if inset else 0)), *([inset] if inset else [])]
    below = {"hconcat": [one.drawn() for one in under], "spacing": GAP}
    return {"vconcat": [{put: panels, "spacing": GAP}, below], "spacing": PAD}


def _panel(part: Part, ground: Ground, width: float, alone: bool, first: bool, beside: float) -> Spec:
    """The ground of a series with its keys under it, or `beside` it, so wide; the first one has those that all share."""
    largest: float = legend.LARGEST if alone else LARGEST
    high = LOW if beside else TALL if alone else SMALL
    if isinstance(part, Placed) and {cell.place.level for cell in part.shown} == {"departement"}:
        largest = min(largest, INSIDE * ground.frame(0, TOP, width, high).height)
    frame = _frame(part, ground, width, high, largest)
    area = Plane(width, TOP + frame.height + (0 if beside else GAP + LINE))
    labels = legend.Labels(0, width, TOP, ground.border(frame))
    ground.land(area, frame)
    if isinstance(part, Filled):
        territory.draw(area, ground, frame, part)
        ground.limits(area, frame)
        territory.mark(area, ground, frame, part, labels)
        known = [one.place.name for one in part.communes]
    else:
        legend.fills(area, ground, frame, part.shown)
        ground.limits(area, frame)
        legend.draw(area, frame, part, labels, largest)
        known = [cell.place.name for cell in part.shown]
    if alone:
        legend.towns(area, ground, frame, labels, known)
    room = beside or width
    keys = territory.keys(part, room) if isinstance(part, Filled) else legend.of_series(part, room, largest)
    if first:
        if not beside:
            ground.scale_bar(area, frame, 0, area.height - LINE / 2, 110)
        keys.append(legend.limits(ground, room))
    heading = french.capital(SHORT if part.many == PERSONS else part.many)
    if beside:
        bar = Plane(room, 2 * LINE)
        ground.scale_bar(bar, frame, 0, LINE / 2, 60, lines=True)
        keyed = {"vconcat": [Plane(room, 1).drawn(*keys), bar.drawn()], "spacing": PAD}
        return {"hconcat": [area.drawn(), keyed], "spacing": GAP}
    return area.drawn(*keys, title="" if alone else heading)


def _frame(part: Part, ground: Ground, width: float, tall: float, largest: float) -> Frame:
    """The ground as large as it may be, with room at its sides for the discs of towns on its edge."""
    left = right = 2.0
    frame = ground.frame(left, TOP, width - left - right, tall)
    if isinstance(part, Placed):
        for cell in part.shown:
            x = frame.place(cell.place)[0]
            radius = legend.diameter(cell.value, part.most, largest) / 2
            left, right = max(left, radius + 2 - x), max(right, x + radius + 2 - width)
    return ground.frame(left + 2, TOP, width - left - right - 4, tall)


# -- The workflow of one run as it was: its steps from top to bottom, and what each reads from those above it -----
ROW, HALF = 46, 9  # pixels from step to step, and from the middle of one to that of each of its two lines
LEFT, NEAR, FAR = 120, 16, 112  # pixels: where names begin; how near and how far from them a link runs
LAST = "report"  # drawn from the released tables and outlines alone


@chart
def provenance(lineage: pd.DataFrame) -> Chart | None:
    """The steps of a run and what they read of each other, from the table `release/lineage`; None without any. Empty tables
    are left out. Rules, of which a run has dozens, are in the table beside it."""
    full = not_empty(lineage)
    by_step = full.groupby("phase")
    nodes = pd.DataFrame({"rules": by_step["rule"].nunique(), "tables": by_step.size()})
    nodes["rows"] = by_step["rows"].agg(lambda rows: rows.sum(skipna=False))  # missing where they are not told
    nodes = nodes.reindex([step for step in STEPS if step in nodes.index])
    if nodes.empty:
        return None
    heights = {step: ROW * (at + 0.5) for at, step in enumerate([*nodes.index, LAST])}
    height = max(heights.values()) + ROW / 2
    plane = Plane(WIDTH - 2 * EDGE, height)
    links = [_link(heights[a], heights[b], height) for a, b in sorted(_links(full, heights))]
    plane.shapes([shapely.MultiLineString(links)], stroke="#55606B", width=1.25)
    plane.points([(LEFT, y) for y in heights.values()], 9)
    plane.texts([(LEFT + 12, y - HALF, STEPS[step]) for step, y in heights.items()], fontWeight="bold")
    plane.texts([(LEFT + 12, heights[node.Index] + HALF, _size(node)) for node in nodes.itertuples()])
    rules, made = nodes["rules"].sum(), nodes["tables"].sum()
    told = "" if full["rows"].isna().any() else " non vides"  # of tables that are not public, not even that is told
    alternative = f"Schéma des {len(heights)} étapes de ce calcul, du recueil au rapport, et de ce que chacune lit."
    description = (
        f"De haut en bas, les étapes, dont {rules} {french.plural(rules, 'règle')} "
        f"{french.plural(rules, 'a', 'ont')} produit {french.number(made)} {french.plural(made, 'table')}{told}. Un trait à gauche "
        "relie une étape à celles dont elle lit les tables. Les documents ne lisent que les tables publiables."
    )
    return image(plane.drawn(), "provenance", alternative, [description], ())


def _links(full: pd.DataFrame, drawn: Iterable[str]) -> set[tuple[str, str]]:
    """Pairs (step that made a table, step that read it), and what the documents read."""
    maker = dict(zip(full["table"], full["phase"], strict=True))
    read = {
        (maker[source], row.phase)
        for row in full.itertuples()
        for source in str(row.made_from).split("; ")
        if source in maker and maker[source] != row.phase
    }
    return read | {(step, LAST) for step in ("geography", "release") if step in drawn}


def _link(top: float, bottom: float, height: float) -> list[tuple[float, float]]:
    """A bent line in pixels: the further apart two steps are, the further left it runs."""
    x = LEFT - NEAR - (FAR - NEAR) * abs(bottom - top) / height
    return [(LEFT - 5, top), (x, top + 4), (x, bottom - 4), (LEFT - 5, bottom)]


def _size(node: Any) -> str:
    """How many rules, tables and rows a step has."""
    said = f"{node.rules} {french.plural(node.rules, 'règle')}, {node.tables} {french.plural(node.tables, 'table')}"
    return said if pd.isna(node.rows) else f"{said}, {french.number(node.rows)} {french.plural(node.rows, 'ligne')}"
