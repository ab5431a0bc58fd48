"""Charts of what professionals describe and say: shares, each with what the answers leave open."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from diagnostic.collect.answers import STEPS
from diagnostic.core import french
from diagnostic.estimate.catalogue.ids import fact
from diagnostic.estimate.field.outreach import CITED, OWN
from diagnostic.report.charts import marks
from diagnostic.report.charts.facts import Released, listed, not_known, not_published
from diagnostic.report.charts.style import BLUE, EDGE, INK, WIDTH, Chart, image, short_dates, text_width
from diagnostic.report.registry import CHARTED, chart

PROFILE = ("women", "men", "trans", "minors", "age_le25", "french", "foreign")
PARTITIONS = (("women", "men", "trans"), ("french", "foreign"))
HALF = 50  # points of a partition under which what is drawn of it would mislead
QUESTION = re.compile(r"^[^:]+\s:\s")
MOST = 12  # shares in one chart: the table has them all
SILENT = ("dk", "other")  # answers that no bar is drawn of


@chart
def profile(facts: Released) -> Chart | None:
    """Gender, age and nationality of the persons described; of a partition whose larger part is not told, nothing."""
    left = {one for parts in PARTITIONS if _told(facts, parts) < HALF for one in parts}
    ids = [f"profile.{name}_pct" for name in PROFILE if name not in left]
    return _shares(facts, "profil_personnes", ids, "Genre, âge et nationalité des personnes décrites, en parts")


@chart
def vulnerability(facts: Released) -> Chart | None:
    """The most frequent of the factors of vulnerability that are published."""
    all_of = ("vuln.any_pct", "vuln.none_pct")
    ids = [i for i in facts.ids("vuln.") if facts.said(i).measure == "percent" and i not in all_of]
    said = "Facteurs de vulnérabilité publiés, en parts des personnes"
    return _shares(facts, "vulnerabilites", _ranked(facts, ids), said)


@chart
def needs(facts: Released) -> Chart | None:
    """What professionals say they need, of all who answered."""
    ids = [i for i in facts.ids("needs.") if facts.said(i).measure == "percent"]
    return _shares(facts, "besoins", _ranked(facts, ids), "Besoins des répondant·es, en parts")


@chart
def answers(facts: Released, asked: Sequence[str] = ()) -> list[Chart]:
    """The shares of the answers to each question that a chapter asks a figure of (`registry.charted`)."""
    found = {name: facts.ids(f"survey.{name}.{{option}}_pct") for name in asked}
    ids = {name: [i for i in own if fact(i).parts["option"] not in SILENT] for name, own in found.items()}
    said = "Réponses de celles et ceux à qui la question est posée, en parts"
    made = (_shares(facts, f"{CHARTED}{name}", _ranked(facts, own), said) for name, own in ids.items())
    return [one for one in made if one]


def _ranked(facts: Released, ids: Iterable[str]) -> list[str]:
    return sorted(ids, key=lambda i: (-(facts.value(i) or 0), i))


def _told(facts: Released, parts: Sequence[str]) -> float:
    """How much of a partition may be drawn, in points."""
    ids = [f"profile.{name}_pct" for name in parts]
    return sum(facts.value(i) or 0 for i in ids if facts.shown(i) and not facts.wide(i))


def _shares(facts: Released, name: str, ids: Sequence[str], alternative: str) -> Chart | None:
    """A bar per share of the first ones that are told, then its bounds as a line, alone where a range is all that is told;
    nothing without two shares to compare.
    All that are not told are counted: of a part of the list, their number would say where they rank."""
    known = [i for i in ids if facts.value(i) is not None or facts.ranged(i)][:MOST]
    drawn = [i for i in known if facts.ranged(i) or not facts.wide(i)]
    if sum(not facts.ranged(i) for i in drawn) < 2:
        return None
    said = {i: f"{_name(facts, i)} : {facts.text(i)} %" for i in drawn}
    table = pd.DataFrame([{"name": french.typographic(said[i]), **facts.drawn(i)} for i in drawn])
    shares = marks.bars(marks.across("value", **marks.PERCENT), size=7, down=marks.DOWN)
    open_ = any(facts.interval(i) for i in drawn)
    listing = listed([f"{_name(facts, i).lower()} ({facts.text(i)} %)" for i in drawn])
    alternative = f"{alternative}{', avec leurs limites' if open_ else ''} : {listing}."
    picture = marks.rows(table, shares, *marks.intervals(facts.kinds(drawn), marks.DOWN, **marks.PERCENT))
    hidden = facts.withheld(ids)
    withheld = not_published(hidden, "part, qui peut être plus grande", "parts, qui peuvent être plus grandes")
    told = [_reading(facts, drawn, hidden > 0), not_known(len(known) - len(drawn)), withheld]
    return image(picture, name, alternative, told, drawn)


def _reading(facts: Released, drawn: Sequence[str], hidden: bool) -> str:
    """Between which shares the bars go, those that print alike together; then what a line adds to its bar. `hidden`: there
    are others, that are not published."""

    def those(text: str) -> str:
        return f"{listed([_name(facts, i).lower() for i in drawn if facts.text(i) == text])} ({text} %)"

    barred = [i for i in drawn if not facts.ranged(i)]
    least, most = (facts.text(end(barred, key=lambda i: facts.value(i) or 0)) for end in (min, max))
    of = " publiée" if hidden else ""
    said = (
        f"La plus grande part{of} est : {those(most)}{f' ; la plus petite : {those(least)}' if least != most else ''}."
    )
    if opened := next((i for i in drawn if facts.interval(i)), None):
        said += f" Le trait va d’une limite à l’autre : {_name(facts, opened).lower()}, de {facts.interval(opened)} %."
    return french.typographic(said)


def _name(facts: Released, fact_id: str) -> str:
    """Its label, without the question that it answers, which is the figure's."""
    return re.sub(QUESTION, "", facts.label(fact_id)).removesuffix(", part")


# -- The chart of the interviews by month -------------------------------------------------------------------------
TALLEST, STEP = 130, 18  # pixels: of the highest bar, of one interview at most
WITHHELD = "n. p."


@chart
def by_month(facts: Released) -> Chart | None:
    """Bars from the first month to the last; a month without interview stays empty, one not released says so."""
    ids = {fact(i).parts["month"]: i for i in facts.ids("interviews.month.{month}")}
    values = {month: value for month, fact_id in ids.items() if (value := facts.value(fact_id)) is not None}
    if not any(values.values()):
        return None
    months = covering(min(ids), max(ids))
    table = pd.DataFrame(
        [
            {"month": month, "value": values.get(month, 0), "label": facts.text(i) if month in values else WITHHELD}
            for month, i in ids.items()
        ]
    )
    upright = max(map(text_width, table["label"])) <= slot(months)
    y = alt.Y("value:Q", axis=None)
    bars = alt.Chart().mark_bar(color=BLUE, size=min(0.72 * slot(months), 28)).encode(y=y)
    written = alt.Chart().mark_text(dy=-9) if upright else alt.Chart().mark_text(angle=270, align="left", dx=5)
    picture = (
        alt.layer(bars.transform_filter("datum.value > 0"), written.encode(y=y, text="label:N"), data=table)
        .encode(x=along(months))
        .properties(height=min(TALLEST, STEP * table["value"].max()), title="Nombre d’entretiens")
    )
    withheld = facts.withheld(ids.values())
    named = [f"{facts.text(ids[month])} en {french.month(month)}" for month in values if values[month]]
    empty = sum(month not in ids or values.get(month) == 0 for month in months if min(ids) <= month <= max(ids))
    most = max(ids.values(), key=lambda i: facts.value(i) or 0)
    sentences = [
        f"Des entretiens ont eu lieu pendant {len(named)} mois, {facts.text(most)} au plus en un mois.",
        f"On en compte {listed(named)}.",
        f"Aucun entretien pendant {empty} mois de cette période." if empty else "",
        not_published(withheld) + (f" La mention « {WITHHELD} » en tient lieu." if withheld else ""),
    ]
    first, last = french.month(min(ids)), french.month(max(ids))
    alternative = f"Diagramme en barres : nombre d’entretiens par mois ({first} à {last})."
    return image(picture, "entretiens_par_mois", alternative, sentences, [ids[month] for month in values])


# -- The chart of what professionals knew of the law, and of what they learnt from the questionnaire --------------
LAW = {
    "law_soliciting_repealed": "Abrogation du délit de racolage",
    "law_client_fine": "Sanction de l’achat d’actes sexuels",
    "law_exit_pathway": "Parcours de sortie de la prostitution",
    "law_residence_permit": "Autorisation provisoire de séjour",
    "law_prevention_young": "Prévention auprès des jeunes",
    "law_commission": "Commission départementale",
}
KNEW, LEARNT = "knew_pct", "learn_pct"


@chart
def known(facts: Released) -> Chart | None:
    """A disc for those who knew, a diamond for those who learn it; the point that most learn comes first. Nothing
    without two points to compare."""
    pairs = [Pair(name, f"survey.{point}.{KNEW}", f"survey.{point}.{LEARNT}") for point, name in LAW.items()]
    shown = [p for p in pairs if facts.value(p.first) is not None or facts.value(p.second) is not None]
    if len(shown) < 2:
        return None
    shown.sort(key=lambda p: (-(facts.value(p.second) or 0), p.name))
    picture, ids = paired(facts, shown, ("le savaient", "l’apprennent ici"))
    learnt = [(facts.value(p.second), p) for p in shown if facts.value(p.second) is not None]
    most = [p for value, p in learnt if value == learnt[0][0]]
    names = listed([f"« {p.name} »" for p in most])
    points = "est le point le moins connu" if len(most) == 1 else "sont les points les moins connus"
    said = f"{names} {points} : {facts.text(most[0].second)} % des répondant·es l’apprennent ici." if most else ""
    sentences = [said, not_published(facts.withheld([i for _, *both in pairs for i in both]), "part", "parts")]
    each = _pairs_told(facts, shown, ("le savaient", "l’apprennent"))
    alternative = (
        f"Parts des répondant·es qui savaient chaque point de la loi, et de celles et ceux qui l’apprennent : {each}."
    )
    return image(picture, "loi_connue", alternative, sentences, ids)


# -- The chart of shares by ad and by person: how much the ads of those who publish a lot weigh -------------------
SHARED = (
    ("passing_through.yes", "se dit de passage"),
    ("declared_origin.foreign", "origine étrangère déclarée"),
    ("gender_presented.woman", "femmes"),
    ("hosting.receives", "reçoit chez elle"),
    ("network_sign.at_least_1", "au moins un indice de réseau"),
    ("network_sign.at_least_2", "au moins deux indices"),
    ("network_sign.at_least_3", "au moins trois indices"),
)
UNITS = ("part des annonces", "part des personnes")


@chart
def shares(facts: Released) -> Chart | None:
    """A disc for the share of ads, a diamond for that of persons, each with its sampling interval."""
    lines = [(end, name) for end, name in SHARED if facts.value(f"profile.ad.{end}") is not None]
    if not lines:
        return None
    pairs = [Pair(name, f"profile.ad.{end}", f"profile.person.{end}") for end, name in lines]
    picture, shown = paired(facts, pairs, UNITS)
    every = [f"profile.{unit}.{end}" for end, _ in SHARED for unit in ("ad", "person")]
    sentences = [_furthest(facts, pairs), not_published(facts.withheld(every), "part", "parts")]
    each = _pairs_told(facts, pairs, ("des annonces", "des personnes"))
    alternative = (
        f"Parts des annonces et parts des personnes, avec leurs limites, pour les principaux traits codés : {each}."
    )
    return image(picture, "profils", alternative, sentences, shown)


def _pairs_told(facts: Released, pairs: "Sequence[Pair]", words: tuple[str, str]) -> str:
    """« prévention (27 % le savaient, 73 % l’apprennent) »: each line of a chart of two shares with what is published of it."""
    said = [
        (name, [f"{facts.text(i)} % {word}" for i, word in zip(both, words, strict=True) if facts.value(i) is not None])
        for name, *both in pairs
    ]
    return listed([f"{name} ({', '.join(shares)})" for name, shares in said if shares])


def _furthest(facts: Released, pairs: "Sequence[Pair]") -> str:
    """The line where the two shares differ most, or the lines; that none does by more than what rounding may do."""
    gaps = [
        (facts.apart(ad, person), f"« {name} » ({facts.text(ad)} % des annonces, {facts.text(person)} % des personnes)")
        for name, ad, person in pairs
        if facts.value(person) is not None
    ]
    if not gaps:
        return ""
    most = max(gap for gap, _ in gaps)
    if not most:
        return "Les parts d’annonces et de personnes ne diffèrent pas au-delà de l’arrondi."
    return f"L’écart est le plus grand pour {listed([words for gap, words in gaps if gap == most])}."


# -- A chart of two shares per line, a disc and a diamond ---------------------------------------------------------
# Each with its interval, or on one line with their numbers.
WITHIN, TALL = (18, 44), 46  # pixels: from the top of a row, what its two shares divide; of a row


class Pair(NamedTuple):
    """One line: its name, and the two facts whose shares it shows."""

    name: str
    first: str
    second: str


def paired(facts: Released, pairs: Sequence[Pair], series: tuple[str, str]) -> tuple[alt.LayerChart, list[str]]:
    """The lines with their key (`series`: what disc and diamond stand for), and the facts in them."""
    every = [(name, words, i) for name, *both in pairs for words, i in zip(series, both, strict=True)]
    shown = [one for one in every if facts.value(one[2]) is not None]
    ids = [fact_id for *_, fact_id in shown]
    kinds = facts.kinds(ids)
    table = pd.DataFrame([{"name": name, "series": words, **facts.drawn(i)} for name, words, i in shown])
    if not kinds:
        return _joined(table, series), ids
    apart = alt.YOffset("series:N", sort=list(series), scale=alt.Scale(domain=list(series), range=list(WITHIN)))
    layers = [*marks.intervals(kinds, **marks.PERCENT), marks.points(marks.across("value", **marks.PERCENT), series)]
    return marks.rows(table, *layers, pitch=TALL, yOffset=apart), ids


def _joined(table: pd.DataFrame, series: tuple[str, str]) -> alt.LayerChart:
    """The two shares of a line on one rule, the number of each at its outer side."""
    ends = table.groupby("name", sort=False)["value"]
    table = table.assign(least=ends.transform("min"), most=ends.transform("max"))
    # Equal shares: one number.
    table["right"] = table["text"].where((table["value"] == table["most"]) & ~table.duplicated(["name", "value"]), "")
    table["left"] = table["text"].where(table["value"] < table["most"], "")
    rule = alt.Chart().mark_rule(color=INK, strokeWidth=1, yOffset=marks.DOWN)
    x = marks.across("value", **marks.PERCENT)
    layers = [
        rule.encode(x=marks.across("least", **marks.PERCENT), x2="most:Q"),
        marks.points(x, series, marks.DOWN),
        *marks.labels(x, "left", "right", gap=9, down=marks.DOWN),
        *marks.labels(x, "right", "left", gap=9, down=marks.DOWN),
    ]
    return marks.rows(table, *layers)


# -- The chart of the press review: one dot per article -----------------------------------------------------------
LARGEST, SMALLEST, TALLEST_TIMELINE = 11, 3, 220  # pixels: dots, then the highest stack


@chart
def timeline(articles: pd.DataFrame) -> Chart | None:
    """One dot per article, stacked by month of its printed date."""
    dates = articles["date"].dropna()
    if dates.empty:
        return None
    stacks = Counter(f"{day:%Y-%m}" for day in dates)
    months = covering(min(stacks), max(stacks))
    highest = max(stacks.values())
    pitch = max(SMALLEST, min(LARGEST, slot(months) - 0.5, TALLEST_TIMELINE / highest - 1)) + 1
    table = pd.DataFrame(
        [{"month": month, "value": at + 0.5} for month, count in sorted(stacks.items()) for at in range(count)]
    )
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[0, highest], nice=False))
    dots = alt.Chart(table).mark_point(size=(pitch - 1) ** 2, filled=True, color=BLUE).encode(x=along(months), y=y)
    picture = dots.properties(height=pitch * highest + 2, title="Un point par article")
    fullest = sorted(month for month, count in stacks.items() if count == highest)
    names = listed([french.month(month) for month in fullest[:3]])
    more = f" et {len(fullest) - 3} autres mois" if len(fullest) > 3 else ""
    most = f"Au plus {highest} articles par mois : {names}{more}." if highest > 1 else ""
    counted = f"{len(dates)} {french.plural(len(dates), 'article')}"
    first, last = (french.date(day.date()) for day in (dates.min(), dates.max()))
    description = f"La revue compte {counted}, du {first} au {last} selon la date imprimée."
    alternative = f"Frise : {counted} de presse, un point par article, par mois."
    return image(picture, "presse_frise", alternative, [description, most], ())


# -- The axis of months under a chart -----------------------------------------------------------------------------
NARROWEST = 31  # pixels that the name of a month needs
LONGEST = 24  # months named as months


def covering(first: str, last: str) -> list[str]:
    """The months from `first` to `last`, as « 2026-03 », both included, up to two years; whole years beyond."""
    start, end = pd.Period(first, "M"), pd.Period(last, "M")
    if (end - start).n >= LONGEST:
        start, end = pd.Period(f"{start.year}-01", "M"), pd.Period(f"{end.year}-12", "M")
    return [str(month) for month in pd.period_range(start, end)]


def slot(months: list[str]) -> float:
    """About how many pixels a month has."""
    return (WIDTH - 2 * EDGE) / len(months)


def along(months: list[str]) -> alt.X:
    """The scale of the field `month`. Up to two years, months are named where they have room, else quarters; then years."""
    if len(months) > LONGEST:
        named = [month for month in months if month.endswith("-01")]
        names = {month: [month[:4]] for month in named}
        middle: float | alt.ExprRef = alt.ExprRef("5.5 * bandwidth('x')")  # from January to the middle of the year
    else:
        step = 1 if slot(months) >= NARROWEST else 3
        named = [month for month in months if (int(month[-2:]) - 1) % step == 0] or months[:1]
        short = short_dates()["shortMonths"]
        names = {m: [short[int(m[-2:]) - 1], m[:4] if m == named[0] or m.endswith("-01") else ""] for m in named}
        middle = 0
    axis = alt.Axis(
        values=named,
        labelExpr=f"({names})[datum.value]",
        labelAngle=0,
        labelOffset=middle,
        labelOverlap="greedy",
        labelSeparation=1,
    )
    return alt.X("month:O", title=None, scale=alt.Scale(domain=months, padding=0), axis=axis)


# -- The chart of online outreach: how few of the messages sent end in a meeting ----------------------------------
PLURAL = re.compile(r"s\b")
BEFORE = dict(zip(list(STEPS)[1:], ("des messages", "des réponses", "des échanges"), strict=True))


@chart
def funnel(facts: Released) -> Chart | None:
    """A bar per step of the last year known, else of the action cited: all on one scale, so that the loss is seen.
    Nothing without two steps to compare."""
    ids = _last(facts)
    drawn = {step: fact_id for step, fact_id in ids.items() if facts.value(fact_id) is not None}
    most = max((facts.value(fact_id) or 0 for fact_id in drawn.values()), default=0)
    if len(drawn) < 2 or not most:
        return None
    said = {fact_id: _step_said(facts, step, fact_id) for step, fact_id in drawn.items()}
    table = pd.DataFrame([{"name": name, "value": facts.value(fact_id)} for fact_id, name in said.items()])
    year = fact(next(iter(drawn.values()))).parts.get("year", "")
    when = f"en {year}" if year else "par l’action citée"
    first, *_, last = (
        f"{facts.text(i)} {french.plural(facts.value(i) or 0, PLURAL.sub('', STEPS[step]), STEPS[step])}"
        for step, i in drawn.items()
    )
    led = french.capital(f"{when}, pour {first}, il y a eu {last}.")
    count = len(drawn)
    return image(
        marks.rows(table, marks.bars(marks.across("value"), size=14, down=marks.DOWN)),
        "aller_vers",
        f"Diagramme en barres : ce que {count} {french.plural(count, 'étape')} de l’aller-vers en ligne ont atteint {when}.",
        [led, *(f"{name}." for name in said.values()), not_published(facts.withheld(ids.values()))],
        [i for fact_id in drawn.values() for i in (fact_id, f"{fact_id}_pct") if facts.shown(i)],
    )


def _last(facts: Released) -> dict[str, str]:
    """Step → fact of the last year, else of the action that a publication cites."""
    for pattern in (OWN, CITED):
        if known := facts.ids(*(pattern % step for step in STEPS)):
            named = {step: (pattern % step).format(**fact(known[-1]).parts) for step in STEPS}
            return {step: fact_id for step, fact_id in named.items() if fact_id in known}
    return {}


def _step_said(facts: Released, step: str, fact_id: str) -> str:
    share = facts.text(f"{fact_id}_pct") if step in BEFORE and facts.shown(f"{fact_id}_pct") else ""
    label = french.capital(f"{STEPS[step]} : {facts.text(fact_id)}")
    return label + (f", soit {share}{french.NBSP}% {BEFORE[step]}" if share else "")
