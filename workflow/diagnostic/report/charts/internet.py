"""The chart of the ads counted on each site."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from diagnostic.collect.answers import CATEGORIES
from diagnostic.core import french
from diagnostic.estimate.tables import BASES, STATUSES
from diagnostic.report.charts import marks
from diagnostic.report.charts.facts import KINDS, Released, listed, not_published
from diagnostic.report.charts.style import BLUE, INK, ORANGE, PAPER, Chart, hatch, image
from diagnostic.report.registry import chart
from diagnostic.report.tabular import text_of

NAME = "annonces_par_site"
MOST = 25  # rows: more, with the names of their categories, would be higher than `style.TALL`
COUNTED, ESTIMATED, MIRROR = "nombre compté", "nombre estimé", f"site miroir{french.NBSP}: mêmes annonces"
FILLS = {COUNTED: BLUE, ESTIMATED: PAPER, MIRROR: hatch(NAME)}


class Row(NamedTuple):
    """One site: `reach` is the largest number drawn in its row, `label` the text that follows it."""

    code: str
    mirror: str
    reach: float
    label: str


@chart
def ads_by_site(facts: Released, sites: pd.DataFrame) -> Chart | None:
    """Bars of the sites that show ads, by category: mirror sites hatched, estimated ones hollow with their interval. A
    site at zero is counted in the description; beyond `MOST` rows the smallest sites are left to the table."""
    rows = _rows(facts, sites)
    filled = sorted((row for row in rows.values() if row.reach > 0), key=lambda row: (-row.reach, row.code))
    drawn = {row.code for row in filled[:MOST]}
    if not drawn:
        return None
    members = {code: own["site_code"] for code, own in sites[sites["site_code"].isin(drawn)].groupby("category")}
    categories = {code: _sorted(rows[c] for c in members[code]) for code in CATEGORIES if code in members}
    order = [row for block in categories.values() for row in block]
    several = len({row.mirror for row in order} - {""}) > 1  # groups of mirror sites: each is then named
    table = pd.DataFrame(
        [
            {"block": CATEGORIES[code].capitalize(), "name": row.code, "reach": row.reach, **facts.drawn(_id(row))}
            | {
                "label": row.label + (f", {row.mirror[:14]}" if row.mirror and several else ""),
                "series": MIRROR if row.mirror else ESTIMATED if facts.limits(_id(row)) else COUNTED,
            }
            for code, block in categories.items()
            for row in block
        ]
    )
    picture = _picture(table, facts.kinds(map(_id, order)))
    count, empty = len(order), len(rows) - len(filled)
    parts = [
        f"{row.code} de {facts.interval(_id(row))} ({KINDS[facts.said(_id(row)).interval_kind]})"
        for row in order
        if facts.limits(_id(row))
    ]
    sentences = [
        _largest(facts, filled),
        f"Nombres estimés à partir des pages lues : {listed(parts)}." if parts else "",
        _mirrors(order),
        f"Seuls les {MOST} plus fournis sont dessinés ; les autres sont dans le tableau." if filled[MOST:] else "",
        f"Sans annonce, et non dessiné : {empty} {french.plural(empty, 'site')}." if empty else "",
        not_published(facts.withheld(f"ads.site_count.{code}" for code in sites["site_code"])),
    ]
    alternative = f"Diagramme en barres : nombre d’annonces de {count} {french.plural(count, 'site')}, par catégorie."
    return image(picture, NAME, alternative, sentences, [_id(row) for row in order])


def _picture(table: pd.DataFrame, kinds: list[str]) -> alt.FacetChart:
    """A block a category; the key has what is drawn, and is left out where all bars were counted."""
    series = [name for name in FILLS if name in set(table["series"])]
    key = alt.Legend(**marks.BELOW, symbolType="square", symbolStrokeColor=BLUE) if series != [COUNTED] else None
    fills = alt.Scale(domain=series, range=[FILLS[name] for name in series])
    layers = [
        marks.bars(marks.across("value"), fill=alt.Fill("series:N", scale=fills, legend=key)),
        *marks.intervals(kinds),
        *marks.labels(marks.across("reach")),
    ]
    header = alt.Header(labelOrient="top", labelAnchor="start", labelPadding=2)
    by = alt.Row("block:N", sort=list(table["block"].unique()), title=None, header=header)
    return marks.blocks(table, *layers, y=marks.beside(), by=by, title="Nombre d’annonces", apart=8)


def _id(row: Row) -> str:
    return f"ads.site_count.{row.code}"


def _rows(facts: Released, sites: pd.DataFrame) -> dict[str, Row]:
    rows = {}
    for site in sites.itertuples():
        fact_id = f"ads.site_count.{site.site_code}"
        value, interval = facts.value(fact_id), facts.interval(fact_id)
        if value is not None:
            label, reach = facts.text(fact_id) + (f" ({interval})" if interval else ""), facts.limits(fact_id) or (0,)
            rows[site.site_code] = Row(site.site_code, text_of(site.mirror_group), max(value, *reach), label)
    return rows


def _sorted(rows: Iterable[Row]) -> list[Row]:
    """Largest first; the members of a mirror group stay together, where its largest stands."""
    block = list(rows)
    most: dict[str, float] = {}
    for row in block:
        most[row.mirror] = max(most.get(row.mirror, 0), row.reach)
    return sorted(block, key=lambda r: (-(most[r.mirror] if r.mirror else r.reach), r.mirror, -r.reach, r.code))


def _largest(facts: Released, order: Sequence[Row]) -> str:
    ranked = sorted(order, key=lambda row: (-(facts.value(_id(row)) or 0), row.code))
    named = listed([f"{row.code} ({facts.text(_id(row))})" for row in ranked[:2]])
    certain = sum((facts.value(_id(row)) or 0) > 0 for row in ranked)
    possible = len(ranked) - certain
    more = f", et peut-être sur {possible} {french.plural(possible, 'autre')}" if possible else ""
    if certain == 1:
        return f"Les annonces se voient sur un seul site{more} : {named}."
    return f"Les annonces se voient sur {certain} sites{more} ; les plus fournis sont {named}."


def _mirrors(order: Sequence[Row]) -> str:
    sizes = [size for mirror, size in Counter(row.mirror for row in order).items() if mirror and size > 1]
    if not sizes:
        return ""
    if len(sizes) == 1:
        return f"Hachurés : {sizes[0]} sites miroirs qui montrent les mêmes annonces, comptées sur chacun."
    groups = listed([str(size) for size in sizes])
    return f"Hachurés : {len(sizes)} groupes de {groups} sites miroirs ; dans un groupe, les mêmes annonces, comptées sur chaque site."


# -- The chart of the persons behind the ads: a published number, and what its rate may mean ----------------------
PUBLISHED = "ads.persons_estimate"
READINGS = ("ads.persons_reading_a", "ads.persons_reading_b", "ads.persons_reading_c")
AXIS = "Personnes (nombre non identifié)"
LABEL = 0.07  # of the axis: what a number written beside the end of an interval takes


@chart
def readings(facts: Released) -> Chart | None:
    """Ranges of the three readings, dashed for bounds, solid with a point for sampling, against the published number.
    Nothing is drawn without a reading: the published number alone would look like an estimate."""
    limits = {fact_id: found for fact_id in READINGS if (found := facts.limits(fact_id))}
    if not limits:
        return None
    published = facts.value(PUBLISHED)
    # Only what was drawn at random has a best number.
    table = pd.DataFrame(
        [
            {"name": facts.label(i), **facts.drawn(i), "series": ""}
            | ({} if facts.said(i).interval_kind == "sampling" else {"value": None})
            for i in limits
        ]
    )
    under = [] if published is None else _published(table.assign(published=published), facts.text(PUBLISHED))
    picture = marks.ranges(table, facts.kinds(limits), AXIS, *under)
    names = {i: french.lowered(facts.label(i).partition(" : ")[0]) for i in limits}
    said = [f"selon la {name}, de {facts.interval(i)} personnes" for i, name in names.items()]
    sentences = [
        _readings_message(facts, limits),
        french.capital(f"{french.NNBSP}; ".join(said) + "."),
        not_published(facts.withheld((PUBLISHED, *READINGS))),
    ]
    known = [PUBLISHED] if published is not None else []
    alternative = "Nombre de personnes derrière les annonces selon la lecture du taux de doublons, et nombre publié."
    return image(picture, "personnes_lectures", alternative, sentences, [*known, *limits])


def _published(table: pd.DataFrame, number: str) -> list[alt.Chart]:
    """The published number in every row where it crosses no number, and over them what it is."""
    x = marks.across("published", **marks.counted(AXIS))
    room = LABEL * float(max(table["high"].max(), table["published"].max()))
    beside = ("datum.low - datum.published", "datum.published - datum.high")
    crossed = " || ".join(f"inrange({one}, [0, {room}])" for one in beside)  # of a number beside the end of its range
    ticks = (
        alt.Chart(table)
        .mark_tick(thickness=2, color=ORANGE, yOffset=marks.DOWN)
        .encode(x=x, size=alt.when(crossed).then(alt.value(0)).otherwise(alt.value(20)))
    )
    said = alt.Chart(table.head(1)).mark_text().encode(x=x, y=alt.value(-10))
    return [ticks, said.encode(text=alt.value(f"nombre publié{french.NBSP}: {number}"))]


def _readings_message(facts: Released, limits: Mapping[str, tuple[float, float]]) -> str:
    """How far apart the extremes are: the number is not identified."""
    lowest = min(limits, key=lambda fact_id: limits[fact_id][0])
    highest = max(limits, key=lambda fact_id: limits[fact_id][1])
    low, high = limits[lowest][0], limits[highest][1]
    published = facts.text(PUBLISHED)
    if len(limits) == 1:
        return "Le nombre de personnes n’est pas connu."
    said = f"La publication en donne {published}. " if published else ""
    return (
        f"Selon la définition du doublon, les annonces correspondent à {facts.text(lowest, low)} personnes, ou à "
        f"{facts.text(highest, high)}. {said}"
    ).strip()


# -- The chart of counts repeated on the same sites: each day, and what the whole period had ----------------------
WHOLE = ("waves.seen_once", "waves.total")


@chart
def waves(facts: Released) -> Chart | None:
    """The counts of each day as points, then what was seen at least once and what the model says; nothing without these."""
    ids = [i for i in (*facts.ids("waves.ads.{day}"), *WHOLE) if facts.value(i) is not None]
    if WHOLE[0] not in ids:
        return None
    table = pd.DataFrame([facts.row(i, facts.label(i)) for i in ids])
    axis = marks.counted("Annonces")
    first = marks.points(marks.across("value", **axis), ("",), marks.DOWN, key=False)  # a row for each, in this order
    picture = marks.ranges(table, facts.kinds(ids), "Annonces", first)
    said = f"Un jour de décompte au moins, {facts.text(WHOLE[0])} annonces étaient présentes ({facts.interval(WHOLE[0])}), nombre estimé."
    if WHOLE[1] in ids:
        said += f" Sous un modèle (renouvellement régulier), {facts.text(WHOLE[1])} ou plus sont parues ({facts.interval(WHOLE[1])})."
    alternative = "Annonces de chaque jour de décompte, et de toute la période, avec les intervalles."
    return image(picture, "vagues", alternative, [said], ids)


# -- The chart of the persons behind the ads of a coded sample ----------------------------------------------------
# The number retained, and what other calculations would say.
BIASED = "persons.published_formula"
LINES = (
    ("persons.total", "Estimation retenue, incertitudes mesurées"),
    ("persons.horvitz_thompson", "Contrôle, par personne (tirage seul)"),
    ("persons.indicative", "Doublons du seul échantillon (indicatif)"),
    (BIASED, "Formule de l’étude de référence (biaisée)"),
)


@chart
def calculations(facts: Released) -> Chart | None:
    """Ranges, as each kind of interval is drawn, with a point where there is a value; nothing without a range. The biased
    number stands beside its diamond, so that it is not read as an estimate."""
    rows = {i: facts.row(i, name) for i, name in LINES if facts.limits(i) or facts.value(i) is not None}
    if not any(map(facts.limits, rows)):
        return None
    if BIASED in rows:
        rows[BIASED] |= {"name": dict(LINES)[BIASED], "label": rows[BIASED]["text"], "series": BIASED}
    picture = marks.ranges(pd.DataFrame(rows.values()), facts.kinds(rows), "Personnes", series=("", BIASED))
    sentences = [_message(facts), not_published(facts.withheld([i for i, _ in LINES]))]
    alternative = "Nombre de personnes derrière les annonces selon le calcul, avec les intervalles."
    return image(picture, "personnes_calculs", alternative, sentences, rows)


def _message(facts: Released) -> str:
    total, formula = facts.value("persons.total"), facts.value("persons.published_formula")
    if total is None:
        return "Sans recherche des copies, aucun chiffre unique n’est retenu."
    said = f"L’estimation retenue est de {facts.text('persons.total')} personnes, de {facts.interval('persons.total')}"
    said += " sous un modèle." if facts.said("persons.total").interval_kind == "model" else "."
    if formula is not None and total:
        said += f" La formule de l’étude de référence donnerait {facts.text('persons.published_formula')}, soit {french.number(formula / total, 1)} fois ce nombre."
    return said


# -- The chart of the published figures by verdict ----------------------------------------------------------------
REPRODUCTION = "reproduction"
STATUS, BASIS = "reproduction.status.", "reproduction.basis."
STYLES = {"reproduced": (BLUE, BLUE), "contradicted": (ORANGE, ORANGE)}  # the others: hollow, nothing was compared
WORDS = {
    "reproduced": ("reproduit", "reproduits"),
    "contradicted": ("contredit", "contredits"),
    "not_computable": ("non vérifiable avec les données présentes", "non vérifiables avec les données présentes"),
    "text_only": ("en texte seul", "en texte seul"),
    "withheld": ("sans verdict publié", "sans verdict publié"),
    "independent": ("par calcul indépendant", "par calcul indépendant"),
    "by_construction": ("par construction", "par construction"),
}


@chart
def verdicts(facts: Released) -> Chart | None:
    """One bar per verdict; figures reproduced by construction are hatched apart from independent calculations."""
    values = {code: value for code in STATUSES if (value := facts.value(STATUS + code)) is not None}
    if not values.get("withheld"):
        values.pop("withheld", None)
    if not any(values.values()):
        return None
    split = {code: value for code in BASES if (value := facts.value(BASIS + code)) is not None}
    halved = len(split) == 2 and sum(split.values()) == values.get("reproduced")
    names = {code: STATUSES[code].capitalize() for code in values}
    if halved and all(split.values()):
        names["reproduced"] += french.typographic(f" : {_told(facts, BASIS, BASES)} (hachures)")
    parts = [
        {"name": names[code], "value": part, "fill": fill, "stroke": stroke}
        for code, value in values.items()
        for part, fill, stroke in (
            zip(split.values(), (BLUE, hatch(REPRODUCTION)), (BLUE, BLUE), strict=True)
            if code == "reproduced" and halved
            else [(value, *STYLES.get(code, (PAPER, INK)))]
        )
    ]
    whole = pd.DataFrame(
        [{"name": names[code], "value": value, "label": facts.text(STATUS + code)} for code, value in values.items()]
    )
    styles = {"fill": alt.Fill("fill:N", scale=None), "stroke": alt.Stroke("stroke:N", scale=None)}
    layers = marks.bars(marks.across("value"), 15, marks.DOWN, order=alt.Order("part:Q"), **styles).properties(
        data=pd.DataFrame(parts).assign(part=range(len(parts)))
    )
    picture = marks.rows(whole, layers, *marks.labels(marks.across("value"), down=marks.DOWN))
    sentences = [
        f"Voici ce que deviennent les chiffres de la publication : {_told(facts, STATUS, values)}.",
        f"Parmi les chiffres reproduits, {_told(facts, BASIS, BASES)}." if halved else "",
        not_published(facts.withheld([*(STATUS + code for code in STATUSES), *(BASIS + code for code in BASES)])),
    ]
    drawn = [STATUS + code for code in values] + ([BASIS + code for code in BASES] if halved else [])
    alternative = "Diagramme en barres : nombre de chiffres de la publication par verdict."
    return image(picture, REPRODUCTION, alternative, sentences, drawn)


def _told(facts: Released, prefix: str, codes: Iterable[str]) -> str:
    """« 28 par calcul indépendant et 3 par construction »."""
    return listed([f"{facts.text(prefix + c)} {french.plural(facts.value(prefix + c) or 0, *WORDS[c])}" for c in codes])
