"""The tables of the report as markdown: every number in them is a fact, printed through `cell`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic import french
from diagnostic.collect.tables import CATEGORIES, FIELDS, METHODS, MODES
from diagnostic.estimate.tables import BASES, INTERVALS, ORIGIN_LABELS, STATUSES
from diagnostic.report.printing import escape, published
from diagnostic.report.tabular import Cell, folded, pipe, told

ANSWERS = (
    ("Réponse", "left", 44),
    ("Professionnel·les", "right", 20),
    ("Part", "right", 13),
    ("Bornes", "right", 17),
)


def by_category(sites: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Sites, ads and share of each category, then in all."""
    present = [code for code in CATEGORIES if (sites["category"] == code).any()]
    rows = [
        (
            french.capital(CATEGORIES[code]),
            cell(f"ads.sites_{code}"),
            cell(f"ads.subtotal_{code}"),
            cell(f"ads.share_{code}_pct"),
        )
        for code in present
    ]
    rows.append(("**Ensemble**", cell("ads.sites"), cell("ads.total"), ""))
    return pipe(
        (("Catégorie", "left", 34), ("Sites", "right", 8), ("Annonces", "right", 12), ("Part", "right", 10)),
        rows,
        caption,
        "categories",
    )


def by_site(sites: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per site of the register, zeros kept; mirror and interval columns only where some site has one."""
    rows = [
        (
            site.site_code,
            CATEGORIES[site.category],
            _text(site.mirror_group),
            cell(f"ads.site_count.{site.site_code}"),
            interval(f"ads.site_count.{site.site_code}"),
            METHODS.get(site.method, "non compté"),
        )
        for site in sites.itertuples()
    ]
    header = (
        ("Site", "left", 8),
        ("Catégorie", "left", 28),
        ("Miroir", "left", 10),
        ("Annonces", "right", 10),
        ("Intervalle", "right", 16),
        ("Méthode", "left", 18),
    )
    return pipe(header, rows, caption, "sites", small=True)


def extrapolations(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """Sites too large to count: their total, its limits, and what the pages read say of it; empty without any."""
    found = statements[
        statements["statement_id"].str.startswith("ads.site_count.") & statements["measure"].eq("estimate")
    ]
    if found.empty:
        return ""
    rows = [
        (
            fact.statement_id.rpartition(".")[2],
            cell(fact.statement_id),
            interval(fact.statement_id),
            INTERVALS[fact.interval_kind],
            escape(fact.method),
        )
        for fact in found.itertuples()
    ]
    header = (
        ("Site", "left", 8),
        ("Annonces", "right", 10),
        ("Intervalle", "right", 16),
        ("Nature", "left", 16),
        ("Pages lues et précautions", "left", 50),
    )
    return pipe(header, rows, caption, "extrapolations", small=True)


def allocations(sites: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Ads to code per site: the chosen allocation, then other conventions and floors side by side."""
    columns = (
        ("Retenue", "allocation"),
        ("Sans plancher", "allocation_raise_0"),
        ("Plancher 1, relevés", "allocation_raise_1"),
        ("Plancher 1, réservé", "allocation_reserve_1"),
        ("Plancher 2, réservé", "allocation_reserve_2"),
        ("Miroirs regroupés", "allocation_collapsed"),
    )
    rows: list[tuple[str, ...]] = []
    for site in sites.itertuples():
        cells = [cell(f"ads.{key}.{site.site_code}") for _, key in columns]
        if any(cells):
            rows.append((site.site_code, cell(f"ads.site_count.{site.site_code}"), *cells))
    totals = (cell("ads.sample_size") if any(row[2 + i] for row in rows) else "" for i in range(len(columns)))
    rows.append(("**Ensemble**", cell("ads.total"), *totals))
    header = (("Site", "left", 10), ("Annonces", "right", 9), *((title, "right", 11) for title, _ in columns))
    return pipe(header, rows, caption, "allocation", small=True)


def size_variants(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Other formulas and roundings of the sample size: what they give, the largest size last."""
    variants = statements[statements["statement_id"].str.startswith("ads.sample_size_variant.")].sort_values(
        "shown_value", kind="stable"
    )
    rows = [
        (
            french.capital(escape(fact.label)),
            escape(fact.formula),
            escape(fact.method.removeprefix("Avant arrondi : ").removesuffix(".")),
            cell(fact.statement_id),
        )
        for fact in variants.itertuples()
    ]
    header = (("Variante", "left", 28), ("Formule", "left", 32), ("Avant arrondi", "right", 12), ("Taille", "right", 8))
    return pipe(header, rows, caption, "variantes", small=True)


def readings(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """The published estimate and the three readings of its rate."""
    wanted = ["ads.persons_estimate", "ads.persons_reading_a", "ads.persons_reading_b", "ads.persons_reading_c"]
    found = statements.set_index("statement_id").loc[wanted]
    kinds = {"bounds": "bornes", "sampling": "échantillonnage"}
    rows = [
        (
            french.capital(fact.label),
            cell(fact.Index) if pd.notna(fact.shown_value) else "–",
            interval(fact.Index),
            kinds[fact.interval_kind],
        )
        for fact in found.itertuples()
    ]
    return pipe(
        (("Lecture", "left", 44), ("Valeur", "right", 9), ("Intervalle", "right", 14), ("Nature", "left", 16)),
        rows,
        caption,
        "lectures",
    )


def press_years(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Articles by year: under the heading, by printed date."""
    years = sorted(
        statements.loc[statements["statement_id"].str.fullmatch(r"press\.articles_\d{4}"), "statement_id"].str[-4:]
    )
    rows = [(year, cell(f"press.articles_{year}"), cell(f"press.printed.{year}")) for year in years]
    rows.append(("**Ensemble**", cell("press.articles"), cell("press.articles")))
    return pipe(
        (("Année", "left", 12), ("Sous la rubrique", "right", 18), ("Selon la date imprimée", "right", 22)),
        rows,
        caption,
        "presse-annees",
    )


def press_list(articles: pd.DataFrame, caption: str) -> str:
    """The articles, newest first."""
    rows = [
        (french.date(a.date.date()), escape(a.outlet), escape(french.quoted(a.title)), f"{a.year_heading}")
        for a in articles.itertuples()
    ]
    return pipe(
        (("Date", "left", 17), ("Titre de presse", "left", 20), ("Article", "left", 50), ("Classé en", "right", 9)),
        rows,
        caption,
        "presse-liste",
        small=True,
    )


def meetings_list(meetings: pd.DataFrame, caption: str) -> str:
    """The interviews, in order of date."""
    rows = [
        (
            french.date(m.date.date()),
            escape(m.structure),
            MODES[m.mode],
            escape(m.place) if isinstance(m.place, str) else "non précisé",
            FIELDS[m.activity_field],
        )
        for m in meetings.itertuples()
    ]
    header = (
        ("Date", "left", 19),
        ("Structure", "left", 33),
        ("Mode", "left", 19),
        ("Lieu", "left", 15),
        ("Champ d’activité", "left", 26),
    )
    return pipe(header, rows, caption, "entretiens-liste", small=True)


def breakdown(
    statements: pd.DataFrame,
    prefix: str,
    cell: Cell,
    header: str,
    caption: str,
    ident: str,
    cut: str = "",
    counted: str = "Effectif",
) -> str:
    """All the facts under one prefix that are not zero: label, without the words that `cut` names, and number.

    `counted` heads the numbers. A file keeps its name as it is written.
    """
    facts = statements[statements["statement_id"].str.startswith(prefix) & statements["shown_value"].ne(0)]
    said = [(fact.label.removeprefix(cut), cell(fact.statement_id)) for fact in facts.itertuples()]
    rows = [(escape(words if FILE.search(words) else french.capital(words)), number) for words, number in said]
    return told(((header, "left", 50), (counted, "right", 16)), rows, caption, ident)


def answers(statements: pd.DataFrame, variable: str, cell: Cell, interval: Cell, caption: str, ident: str) -> str:
    """Answers to one closed question: number of professionals, share, and what blanks leave open; chosen ones only."""
    rows = _answered(statements, variable, cell, interval)
    return told(ANSWERS, rows, caption, ident) if rows else ""


def questions(
    statements: pd.DataFrame, variables: Mapping[str, str], cell: Cell, interval: Cell, caption: str, ident: str
) -> str:
    """The same for several questions in one table: under the words of each (`variables`: name → words) its answers."""
    rows: list[Sequence[str]] = []
    for variable, words in variables.items():
        found = _answered(statements, variable, cell, interval)
        rows += [(f"**{words}**", "", "", ""), *folded(found)] if found else []
    return pipe(ANSWERS, rows, caption, ident) if rows else ""


def _answered(statements: pd.DataFrame, variable: str, cell: Cell, interval: Cell) -> list[Sequence[str]]:
    facts = statements[
        statements["statement_id"].str.fullmatch(rf"survey\.{variable}\.[a-z0-9]+") & statements["shown_value"].ne(0)
    ]
    facts = facts.assign(
        late=facts["statement_id"].str.endswith((".other", ".dk"))
    )  # the most frequent first, these last
    facts = facts.sort_values(["late", "shown_value", "label"], ascending=[True, False, True], na_position="last")
    return [
        (
            french.capital(escape(fact.label.partition(" : ")[2])),
            cell(fact.statement_id),
            cell(f"{fact.statement_id}_pct"),
            interval(f"{fact.statement_id}_pct"),
        )
        for fact in facts.itertuples()
    ]


def verdicts(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """How many published figures are reproduced, contradicted, not computable, text only."""
    rows = [(french.capital(label), cell(f"reproduction.status.{code}")) for code, label in STATUSES.items()]
    rows[1:1] = [(f"dont {label}", cell(f"reproduction.basis.{code}")) for code, label in BASES.items()]
    rows.append(("**Ensemble**", cell("reproduction.figures")))
    return pipe((("Verdict", "left", 44), ("Chiffres publiés", "right", 18)), rows, caption, "verdicts")


def reproduction(figures: pd.DataFrame, known: set[str], caption: str, ident: str, brief: bool = False) -> str:
    """Published figures one by one; a computed value that is a fact opens its card. With `brief`, the basis alone."""
    rows = []
    for figure in figures.itertuples():
        computed = published(figure.computed) if isinstance(figure.computed, str) and figure.computed else "–"
        if figure.fact_id in known and computed != "–":
            computed = f'[{computed}]{{.fact fact="{figure.fact_id}"}}'
        basis = f" ({BASES[figure.basis]})" if figure.basis else ""
        verdict = BASES.get(figure.basis, "–") if brief else f"{STATUSES[figure.status]}{basis}. {figure.reason}"
        rows.append(
            (
                f"{escape(french.capital(figure.statement))} [{escape(figure.fact_id)}]{{.identifiant}}",
                escape(published(figure.published)),
                computed,
                escape(french.capital(verdict)),
            )
        )
    return pipe(
        (
            ("Chiffre", "left", 50 if brief else 34),
            ("Publié", "right", 18 if brief else 14),
            ("Calculé", "right", 18 if brief else 14),
            ("Accord" if brief else "Verdict et raison", "left", 20 if brief else 42),
        ),
        rows,
        caption,
        ident,
        small=True,
    )


def warnings(found: pd.DataFrame, caption: str) -> str:
    """What surprised in the inputs, at its cell."""
    rows = [
        (escape(w.file), f"{'' if pd.isna(w.row) else w.row}", _text(w.column), escape(w.message), escape(w.remedy))
        for w in found.itertuples()
    ]
    header = (
        ("Fichier", "left", 12),
        ("Ligne", "right", 7),
        ("Colonne", "left", 9),
        ("Constat", "left", 40),
        ("Que faire", "left", 34),
    )
    return pipe(header, rows, caption, "avertissements", small=True)


def sources(found: pd.DataFrame, caption: str) -> str:
    """Where each input file comes from."""
    rows = [
        (
            escape(s.file),
            escape(s.title),
            ORIGIN_LABELS[s.origin],
            escape(_place(s)),
            escape(s.licence),
            french.date(s.date.date()),
        )
        for s in found.itertuples()
    ]
    header = (
        ("Fichier", "left", 23),
        ("Contenu", "left", 22),
        ("Origine", "left", 11),
        ("Source", "left", 26),
        ("Licence", "left", 24),
        ("Date", "left", 17),
    )
    return pipe(header, rows, caption, "sources", small=True)


def digests(found: pd.DataFrame, caption: str) -> str:
    """The digest of each public input file, in full; empty without any."""
    rows = [(escape(s.file), f"`{s.digest}`") for s in found.itertuples() if s.digest]
    header = (("Fichier", "left", 22), ("Empreinte", "left", 70))
    return pipe(header, rows, caption, "empreintes", small=True) if rows else ""


FILE = re.compile(r"\.[a-z]{3,4}$")


def _place(source: Any) -> str:
    lines = _text(source.lines)
    return f"{source.source}, lignes {lines}" if lines else source.source


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
