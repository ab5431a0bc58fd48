"""The tables of the register and of the coded sample: every number in them is a fact."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from diagnostic.collect.answers import CATEGORIES, METHODS
from diagnostic.core import french
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.catalogue.entry import APPROXIMATE
from diagnostic.estimate.catalogue.reading import known
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.estimate.tables import INTERVALS
from diagnostic.report.charts.facts import headlines
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, Filled, bare, grouped, named, of, pipe, table, text_of, within

PRICES = ("free", "under_10", "from_10", "from_50", "over_200")
KINDS = INTERVALS | {"none": "–"}
MEANS = {"declared_age": "moyenne, en années"}
ENDS = ("{answer}", "missing", "mean")  # of what coded ads say of a variable
LAST = ("none", "other", "first_five", "missing")  # « aucun » and what is not known come after the answers


@grid
def places(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Ads and share of each declared place, the most cited first, then of those that are too small to be named; empty
    without any place."""
    found = under(statements, "places.ads.{place}").sort_values("shown_value", ascending=False, kind="stable")
    if found.empty:
        return ""
    rows = []
    for fact in found.itertuples():
        share = f"ads.city_{_part(fact)}_pct"
        place = escape(fact.label.removeprefix("annonces déclarées à "))
        rows.append((place, cell(fact.statement_id), cell(share), interval(share)))
    for fact in under(statements, "ads.joined.{level}.{code}", "ads.joined.rest").itertuples():
        place = french.capital(escape(fact.label.removeprefix("annonces déclarées en d’")))
        rows.append((place, cell(fact.statement_id), "", ""))
    header = (
        ("Lieu déclaré", "left", 30),
        ("Annonces", "right", 12),
        ("Part", "right", 10),
        ("Intervalle", "right", 18),
    )
    return pipe(header, rows, caption, "lieux")


@grid
def site_terms(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """What sites sell: options, subscription, sign-up, then prices from the lowest; empty where no terms were read."""
    options = list(under(statements, "terms.option.{option}")["statement_id"])
    prices = [f"terms.price.{code}" for code in PRICES]
    order = ["terms.paid_options", *options, "terms.subscription", "terms.paid_sign_up", *prices]
    found = {fact.statement_id: fact for fact in under(statements, "terms.").itertuples() if fact.shown_value > 0}
    facts = [found[name] for name in order if name in found]
    columns = (("Condition", "left", 48, named), ("Sites", "right", 8, of(cell)))
    return table(facts, columns, caption, "conditions-sites")


@grid
def planned_margins(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Ads, ads to code and the margin they would give, by category."""
    known = set(statements["statement_id"])
    columns = (
        ("Catégorie", "left", 32, lambda code: french.capital(CATEGORIES[code])),
        ("Annonces", "right", 10, lambda code: cell(f"ads.subtotal_{code}")),
        ("À coder", "right", 10, lambda code: cell(f"ads.allocation_category.{code}")),
        ("Marge", "right", 10, lambda code: cell(f"ads.planned_margin.{code}_pct")),
    )
    codes = [code for code in CATEGORIES if f"ads.planned_margin.{code}_pct" in known]
    return table(codes, columns, caption, "marges-attendues")


@grid
def turnover(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """What became of the sites between two dates, zeros left out."""
    found = under(statements, "turnover.change.{change}")
    columns = (("Devenir", "left", 40, lambda fact: named(fact, "sites : ")), ("Sites", "right", 10, of(cell)))
    return table(found[found["shown_value"] > 0].itertuples(), columns, caption, "devenir-sites")


@grid
def waves(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """The ads of each day, the persons behind them where known, and what became of the ads until the next count."""
    days = [_part(fact) for fact in under(statements, "waves.ads.{day}").itertuples()]
    known = set(statements["statement_id"])

    def both(fact_id: str) -> str:
        return within(cell(fact_id), interval(fact_id)) if fact_id in known else ""

    columns = (
        ("Jour", "left", 20, lambda wave: french.date(dt.date.fromisoformat(wave[1]))),
        ("Annonces", "right", 10, lambda wave: cell(f"waves.ads.{wave[1]}")),
        ("Personnes", "right", 16, lambda wave: both(f"waves.persons.{wave[1]}")),
        ("Restées", "right", 18, lambda wave: both(f"waves.stayed_pct.{wave[0]}")),
        ("Parties", "right", 16, lambda wave: both(f"waves.gone.{wave[0]}")),
        ("Venues", "right", 16, lambda wave: both(f"waves.new.{wave[0]}")),
    )
    return table(enumerate(sorted(days), start=1), columns, caption, "vagues", small=True)


@grid
def margins(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """The margin reached in each category, and what the asked one would take there."""
    known, names = set(statements["statement_id"]), {**CATEGORIES, "all": "**Ensemble**"}
    columns = (
        ("Catégorie", "left", 32, lambda code: french.capital(names[code])),
        ("Annonces utilisables", "right", 14, lambda code: cell(f"sample.coded_in.{code}")),
        ("Marge réalisée", "right", 12, lambda code: cell(f"sample.margin.{code}")),
        ("À tirer pour la marge demandée", "right", 18, lambda code: cell(f"draw.domain_size.{code}")),
    )
    return table([code for code in names if f"sample.margin.{code}" in known], columns, caption, "marges")


@grid
def agreement(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Alpha of each variable with its interval, observed agreement and verdict, the best first."""
    found = under(statements, "agreement.alpha.{variable}").sort_values("shown_value", ascending=False, kind="stable")
    columns = (
        ("Variable", "left", 26, lambda fact: escape(fact.label.partition(" : ")[0])),
        ("Accord observé", "right", 12, lambda fact: cell(f"agreement.observed.{_part(fact)}")),
        ("Alpha", "right", 8, of(cell)),
        ("Intervalle", "right", 16, of(interval)),
        ("Verdict", "left", 14, lambda fact: cell(f"agreement.verdict.{_part(fact)}")),
    )
    return table(found.itertuples(), columns, caption, "accord")


@grid
def groupings(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """What two coders agree on in grouping the same ads."""
    columns = (
        ("Groupes de doublons", "left", 34, lambda fact: named(fact, "groupes de doublons : ")),
        ("Accord", "right", 10, of(cell)),
        ("À savoir", "left", 46, _method),
    )
    found = under(statements, "agreement.groups.pairs_pct", "agreement.groups.b_cubed_pct")
    return table(found.itertuples(), columns, caption, "accord-groupes")


@grid
def profiles(
    statements: pd.DataFrame,
    cell: Cell,
    interval: Cell,
    variables: Sequence[str],
    caption: str,
    ident: str,
    only: bool = False,
) -> str:
    """Shares of ads and of persons side by side, question by question; answers that nobody gave are left out. With
    `only`, the answers given alone follow: a question with several answers is a set."""
    rows: list[Sequence[str]] = []
    asked = {one: under(statements, *(f"profile.ad.{one}.{end}" for end in ENDS)) for one in variables}
    drawn = ("profile.uncalibrated.{variable}.{answer}",) if len(under(statements, "sample.calibration")) else ()
    asked = {variable: found for variable, found in asked.items() if len(found)}
    for variable, found in asked.items():  # the others are not coded, or two persons do not agree on them
        told = map(ids.fact, found["statement_id"])
        name = pd.Series(
            [one.parts.get("answer") or one.pattern.rpartition(".")[2] for one in told], found.index, "str"
        )
        found = found.assign(name=name, single=name.str.startswith("only_"), late=name.isin(LAST))
        found = found[found["shown_value"].ne(0) & ~found["name"].str.startswith("at_least_")]
        found = found[~found["single"] | only]
        order = found.sort_values(["late", "single", "shown_value"], ascending=[True, True, False], kind="stable")
        for at, fact in enumerate(order.itertuples()):
            person = f"profile.person.{variable}.{fact.name}"
            question, _, answer = fact.label.removesuffix(", part des annonces").partition(" : ")
            if at == 0 and len(asked) > 1:
                rows.append(
                    (f"**{french.capital(escape(question.removesuffix(', moyenne')))}**", *[""] * (4 + len(drawn)))
                )
            said = french.capital(escape(answer or MEANS.get(variable, "moyenne")))
            other = (cell(one.format(variable=variable, answer=fact.name)) for one in drawn)
            told_of = (cell(fact.statement_id), interval(fact.statement_id), cell(person), interval(person))
            rows.append((said, *told_of, *other))
    return _side_by_side(rows, "Réponse", caption, ident)


@grid
def coded_ads(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """What the coded ads show, each counting once: for a sample that stands for no other ad."""
    found = statements[statements["universe"].eq(known()["{ad_indicator}"].universe)]
    columns = (("Parmi les annonces codées", "left", 60, named), ("Valeur", "right", 12, of(cell)))
    return table(found.itertuples(), columns, caption, "annonces-codees")


@grid
def network(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """At least one, two, three signs, by ad and by person."""
    rows = []
    for fact in under(statements, "profile.ad.network_sign.{answer}").itertuples():
        if _part(fact).startswith("at_least_"):
            ad, person = fact.statement_id, f"profile.person.network_sign.{_part(fact)}"
            label = named(fact, after=", part des annonces")
            rows.append((label, cell(ad), interval(ad), cell(person), interval(person)))
    return _side_by_side(rows, "Indices", caption, "indices")


@grid
def read_and_coded(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Sites read by pages: their ads by the pages, by the coded places, and what is kept; empty without any."""
    columns = (
        ("Site", "left", 6, _part),
        ("Pages lues", "right", 9, lambda fact: cell(f"sample.site_pages.{_part(fact)}")),
        ("Intervalle", "right", 13, lambda fact: interval(f"sample.site_pages.{_part(fact)}")),
        ("Places codées", "right", 9, lambda fact: cell(f"sample.site_places.{_part(fact)}")),
        ("Intervalle", "right", 13, lambda fact: interval(f"sample.site_places.{_part(fact)}")),
        ("Retenu", "right", 9, of(cell)),
        ("Intervalle", "right", 13, of(interval)),
        ("À savoir", "left", 28, _method),
    )
    found = under(statements, "sample.site_size.{site}")
    return table(found.itertuples(), columns, caption, "pages-places", small=True)


PARTS = ("sampling", "pages", "links", "recall", "recall_unmeasured", "page_bounds", "copies", "uncovered")


@grid
def person_sources(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """What each source of doubt adds to the final interval, in persons."""
    order = [f"persons.source.{one}" for one in PARTS]
    facts = {fact.statement_id: fact for fact in under(statements, *order).itertuples()}
    columns = (("Source", "left", 32, named), ("Personnes", "right", 14, of(cell)), ("À savoir", "left", 44, _method))
    return table([facts[name] for name in order if name in facts], columns, caption, "sources-personnes")


@grid
def persons(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """The number retained, its check, and what the sample alone or the published formula would say; a number that is withheld
    has no row, and nothing around the table speaks of it."""
    order = ("total", "horvitz_thompson", "by_places", "indicative", "published_formula", "logical", "seen")
    facts = {fact.statement_id: fact for fact in under(statements, "persons_of_ads").itertuples()}
    columns = (("Calcul", "left", 44, named), *_estimated(cell, interval))
    known = [facts[name] for one in order if (name := f"persons.{one}") in facts and facts[name].kind != "withheld"]
    return table(known, columns, caption, "personnes")


@grid
def choices(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """The headlines under each choice of calculation; empty where a study has none to make."""
    facts = {fact.statement_id: fact for fact in statements.itertuples()}
    told = headlines(
        lambda one: one in facts and facts[one].kind != "withheld",
        lambda one: facts[one].label,
        lambda one: facts[one].printed,
    )
    groups = ((title, [facts[name]._replace(label=said) for name, said in rows]) for title, rows in told.items())
    columns = (("Calcul", "left", 44, lambda fact: escape(fact.label)), *_estimated(cell, interval))
    return grouped(groups, columns, caption, "choix")


def _estimated(cell: Cell, interval: Cell) -> Sequence[Filled]:
    """The columns of what is estimated: value, limits, and of what kind they are."""
    return (
        ("Valeur", "right", 9, lambda fact: cell(fact.statement_id) if pd.notna(fact.shown_value) else "–"),
        ("Intervalle", "right", 14, lambda fact: bare(interval(fact.statement_id)) or "–"),
        ("Nature", "left", 16, lambda fact: KINDS[fact.interval_kind]),
    )


def _side_by_side(rows: Sequence[Sequence[str]], first: str, caption: str, ident: str) -> str:
    limits = ("Intervalle", "right", 15)
    header = ((first, "left", 38), ("Annonces", "right", 10), limits, ("Personnes", "right", 10), limits)
    every = (*header, ("Annonces, sans calage", "right", 12))
    return pipe(every[: len(rows[0])], rows, caption, ident, small=True) if rows else ""


def under(statements: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The facts of these names (`catalogue/ids`)."""
    return statements[ids.of(statements["statement_id"], *names)]


def _part(fact: Statement) -> str:
    """The last word of its identifier."""
    return [*ids.fact(fact.statement_id).parts.values()][-1]


def _method(fact: Statement) -> str:
    return escape(text_of(fact.method))


# -- Tables on sites and ads, as the register and the frame have them: every number is a statement ----------------
BEFORE = "Avant arrondi : "  # begins the method of a size that was rounded


@grid
def by_category(sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Sites, ads and share of each category, then in all; columns of limits only where some number is estimated."""
    names = {code: french.capital(label) for code, label in CATEGORIES.items() if (sites["category"] == code).any()}
    rows = [
        (label, cell(f"ads.sites_{code}"), cell(ads), interval(ads), cell(share), interval(share))
        for code, label in names.items()
        for ads, share in [(f"ads.subtotal_{code}", f"ads.share_{code}_pct")]
    ]
    rows.append(("**Ensemble**", cell("ads.sites"), cell("ads.total"), interval("ads.total"), "", ""))
    limits = ("Intervalle", "right", 20)
    header = (
        ("Catégorie", "left", 24),
        ("Sites", "right", 9),
        ("Annonces", "right", 13),
        limits,
        ("Part", "right", 9),
        limits,
    )
    return pipe(header, rows, caption, "categories")


@grid
def by_site(sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per site of the register, zeros kept; mirror and interval columns only where some site has one."""
    columns = (
        ("Site", "left", 8, lambda site: site.site_code),
        ("Catégorie", "left", 28, lambda site: CATEGORIES[site.category]),
        ("Miroir", "left", 10, lambda site: text_of(site.mirror_group)),
        ("Annonces", "right", 10, lambda site: cell(f"ads.site_count.{site.site_code}")),
        ("Intervalle", "right", 16, lambda site: interval(f"ads.site_count.{site.site_code}")),
        ("Méthode", "left", 18, lambda site: _size_method(site, interval)),
    )
    return table(sites.itertuples(), columns, caption, "sites", small=True)


def _size_method(site: Any, interval: Cell) -> str:
    """How a site was counted. One whose pages were all read has no limits: nothing of it is extrapolated."""
    if site.method == "page_extrapolated" and not interval(f"ads.site_count.{site.site_code}"):
        return "décompte exact, toutes les pages lues"
    return METHODS.get(site.method, "non compté")


@grid
def extrapolations(statements: pd.DataFrame, sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Sites counted by their pages: their total, its limits, and what the pages read say of it; empty without any."""
    read = "ads.site_count." + sites.loc[sites["method"].eq("page_extrapolated"), "site_code"]
    counted = under(statements, "ads.site_count.{site}")
    found = counted[counted["measure"].eq("estimate") | counted["statement_id"].isin(read)]
    columns = (
        ("Site", "left", 8, _part),
        ("Annonces", "right", 10, of(cell)),
        ("Intervalle", "right", 16, lambda fact: bare(interval(fact.statement_id)) or "–"),
        ("Nature", "left", 16, lambda fact: KINDS[fact.interval_kind]),
        ("Pages lues et précautions", "left", 50, lambda fact: escape(fact.method)),
    )
    return table(found.itertuples(), columns, caption, "extrapolations", small=True)


@grid
def allocations(sites: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Ads to code per site: the chosen allocation, then other conventions and floors side by side."""
    columns = (
        ("Retenue", ""),
        ("Sans plancher", "_raise_0"),
        ("Plancher 1, relevés", "_raise_1"),
        ("Plancher 1, réservé", "_reserve_1"),
        ("Plancher 2, réservé", "_reserve_2"),
        ("Miroirs regroupés", "_collapsed"),
    )
    rows: list[tuple[str, ...]] = []
    for site in sites.itertuples():
        cells = [cell(f"ads.allocation{choice}.{site.site_code}") for _, choice in columns]
        if any(cells):
            rows.append((site.site_code, cell(f"ads.site_count.{site.site_code}"), *cells))
    totals = (cell("ads.sample_size") if any(row[2 + i] for row in rows) else "" for i in range(len(columns)))
    rows.append(("**Ensemble**", cell("ads.sample_frame"), *totals))
    header = (("Site", "left", 10), ("Annonces", "right", 9), *((title, "right", 11) for title, _ in columns))
    return pipe(header, rows, caption, "allocation", small=True)


@grid
def size_variants(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Other formulas and roundings of the sample size: what they give, the largest size last."""
    variants = under(statements, "ads.sample_size_variant.{variant}").sort_values("shown_value", kind="stable")
    columns = (
        ("Variante", "left", 28, named),
        ("Formule", "left", 32, lambda fact: escape(fact.formula)),
        ("Avant arrondi", "right", 12, lambda fact: escape(fact.method.removeprefix(BEFORE).removesuffix("."))),
        ("Taille", "right", 8, of(cell)),
    )
    return table(variants.itertuples(), columns, caption, "variantes", small=True)


@grid
def readings(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """The published estimate and the three readings of its rate, those that there are; empty without any."""
    wanted = ["ads.persons_estimate", "ads.persons_reading_a", "ads.persons_reading_b", "ads.persons_reading_c"]
    found = under(statements, *wanted).sort_values("statement_id")  # which is in that order
    columns = (("Lecture", "left", 44, lambda fact: french.capital(fact.label)), *_estimated(cell, interval))
    return table(found.itertuples(), columns, caption, "lectures")


# -- The table of the penal response: every number in it is a fact ------------------------------------------------
@grid
def penal(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Measures by source, one column per year; empty without any."""
    found = under(statements, "penal.")
    if found.empty:
        return ""
    parts = pd.DataFrame([ids.fact(one).parts for one in found["statement_id"]], index=found.index)
    years = sorted(parts["year"].unique(), key=lambda year: (not year.isdigit(), year))
    before = found["label"].str.partition(", source : ")[0].str.rpartition(", ")[2]  # as the label says the year
    names = {year: before[parts["year"] == year].iloc[0] for year in years}
    rows = []
    for (measure, source), own in found.groupby([parts["penal_measure"], parts["source"]], sort=True):
        about = own["method"].str.contains(APPROXIMATE, regex=False) & own["shown_value"].notna()
        roughly = {ids.fact(one).parts["year"]: "environ " for one in own.loc[about, "statement_id"]}
        said, _, of = own["label"].iloc[0].partition(", source : ")
        counts = (roughly.get(year, "") + cell(f"penal.{year}.{measure}.{source}") for year in years)
        rows.append((escape(said.rpartition(", ")[0]), escape(of), *counts))
    header = (("Mesure", "left", 34), ("Source", "left", 14), *((names[year], "right", 12) for year in years))
    return pipe(header, rows, caption, "reponse-penale")
