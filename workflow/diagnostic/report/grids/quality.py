"""Tables on the study itself: what is reproduced, warnings, files received and their digests, how the run was made."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.core.writing import short
from diagnostic.estimate.catalogue.ids import chosen, is_one, is_share
from diagnostic.estimate.tables import BASES, ORIGIN_LABELS, STATUSES
from diagnostic.release.printed import WITHHELD
from diagnostic.report.announced import Printed, sentences
from diagnostic.report.printing import escape, published
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, grouped, pipe, table, text_of


@grid
def verdicts(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """How many published figures are reproduced, contradicted, not computable, text only; how many have no verdict here."""
    hidden = "reproduction.status.withheld"
    some = statements.loc[statements["statement_id"].eq(hidden), "shown_value"].gt(0).any()
    told = {code: label for code, label in STATUSES.items() if some or not hidden.endswith(code)}
    rows = [(french.capital(label), cell(f"reproduction.status.{code}")) for code, label in told.items()]
    rows[1:1] = [(f"dont {label}", cell(f"reproduction.basis.{code}")) for code, label in BASES.items()]
    rows.append(("**Ensemble**", cell("reproduction.figures")))
    return pipe((("Verdict", "left", 44), ("Chiffres publiés", "right", 18)), rows, caption, "verdicts")


def reproduction(figures: pd.DataFrame, known: set[str], caption: str, ident: str, brief: bool = False) -> str:
    """Published figures one by one; a computed value that is a fact opens its card. With `brief`, the basis alone. Those
    that are not printed again come last, one row a kind, without the identifiers that would tell what they count."""
    rows = []
    again = figures["published"].eq(WITHHELD)
    for figure in figures[~again].itertuples():
        computed = signed(figure, figure.computed) if isinstance(figure.computed, str) and figure.computed else "–"
        if figure.fact_id in known and computed != "–":
            computed = f'[{computed}]{{.fact fact="{figure.fact_id}"}}'
        basis = f" ({BASES[figure.basis]})" if figure.basis else ""
        verdict = BASES.get(figure.basis, "–") if brief else f"{STATUSES[figure.status]}{basis}. {figure.reason}"
        rows.append(
            (
                f"{escape(french.capital(figure.statement))} [{escape(figure.fact_id)}]{{.identifiant}}",
                escape(signed(figure, figure.published)),
                computed,
                escape(french.capital(verdict)),
            )
        )
    for kind, own in figures[again].groupby("statement", sort=False):
        why = "–" if brief else f"{STATUSES[own['status'].iloc[0]]}. {own['reason'].iloc[0]}"
        rows.append((escape(french.capital(str(kind))), WITHHELD, WITHHELD, escape(french.capital(why))))
    first, number, last = (50, 18, ("Accord", "left", 20)) if brief else (34, 14, ("Verdict et raison", "left", 42))
    header = (("Chiffre", "left", first), ("Publié", "right", number), ("Calculé", "right", number), last)
    return pipe(header, rows, caption, ident, small=True)


@grid
def passages(readings: pd.DataFrame, caption: str) -> str:
    """The passages of a publication that read in several ways: one row each, what its readings come to, those that
    contradict other figures and those that agree with them; empty without any."""

    def of(own: pd.DataFrame, verdict: str) -> str:
        found = own[own["verdict"].eq(verdict)]
        literal = found["printed"].map({True: " *(à la lettre)*", False: ""})
        return french.capital(" ; ".join(found["reading_label"].map(escape) + literal))

    order = readings[readings["reading_label"].fillna("").ne("")].groupby("outcome", sort=False)
    columns = (
        ("Passage", "left", 28, lambda own: escape(own["question_label"].iloc[0])),
        ("Lecture qui se contredit", "left", 36, lambda own: of(own, "contradicts")),
        ("Lecture qui s’accorde", "left", 36, lambda own: of(own, "agrees")),
    )
    groups = [
        (french.capital(str(name)), [one for _, one in own.groupby("question", sort=False)]) for name, own in order
    ]
    return grouped(groups, columns, caption, "passages", small=True)


@grid
def against_all(readings: pd.DataFrame) -> str:
    """The figures that contradict others under every reading, as a list; empty without any."""
    alone = readings[readings["reading_label"].fillna("").eq("")]
    return "\n".join(f"- {escape(french.capital(one.question_label))}" for one in alone.itertuples())


@grid
def publication_rules(
    statements: pd.DataFrame, reproduction: pd.DataFrame, protection: Mapping[str, str], draft: bool
) -> str:
    """The rules of publication that these statements follow, as a list; `protection`: the policy's numbers, in French."""
    return "\n".join(f"- {said}" for said in sentences(Printed(statements, reproduction, draft), protection))


@grid
def reported(
    reproduction: pd.DataFrame,
    ids: Sequence[str],
    bases: Mapping[str, tuple[str, str]],
    caption: str,
    ident: str = "publie",
) -> str:
    """What the publication prints of these ids (as `catalogue/ids` names them), where the study computes none of it and the release lets it be printed; empty without any. `bases`: a subject → the figure that its
    shares are of, and what that counts."""
    open_ = uncomputed(reproduction)
    wanted = [name for one in ids for name in chosen(open_["fact_id"], one)]
    figures = {figure.fact_id: figure for figure in open_.itertuples()}
    whole = reproduction.set_index("fact_id")["published"]

    def base(name: str) -> str:
        found = [of for one, of in bases.items() if is_share(name) and is_one(name, one)]
        again = [f"{published(whole[fact])} {words}" for fact, words in found if whole.get(fact, WITHHELD) != WITHHELD]
        return escape(again[0] if again else "")

    columns = (
        ("Chiffre publié, non recalculé", "left", 52, lambda name: escape(french.capital(figures[name].statement))),
        ("Publié", "right", 10, lambda name: escape(signed(figures[name], figures[name].published))),
        ("Sur", "left", 22, base),
    )
    return table(dict.fromkeys(wanted), columns, caption, ident)


def uncomputed(reproduction: pd.DataFrame) -> pd.DataFrame:
    """The rows of the published figures that are printed again and that the study does not compute, or does not say so."""
    unsaid = reproduction["status"].isin(["not_computable", "withheld"])
    return reproduction[unsaid & reproduction["published"].ne(WITHHELD)]


def only_published(reproduction: pd.DataFrame) -> dict[str, str]:
    """The figures that a publication prints and the study does not compute (`reproduction`, one row per figure), by id."""
    return {one.fact_id: signed(one, one.published) for one in uncomputed(reproduction).itertuples()}


def signed(figure: Any, value: str) -> str:
    """A value of a published figure, printed or computed, with the sign of its unit."""
    sign = f"{french.NBSP}%" if is_share(figure.fact_id) else ""
    return f"{published(value)}{sign}"


@grid
def warnings(warnings: pd.DataFrame, caption: str) -> str:
    """What surprised in the inputs, at its cell."""
    columns = (
        ("Fichier", "left", 12, lambda w: escape(w.file)),
        ("Ligne", "right", 7, lambda w: "" if pd.isna(w.row) else f"{w.row}"),
        ("Colonne", "left", 9, lambda w: text_of(w.column)),
        ("Constat", "left", 40, lambda w: escape(w.message)),
        ("Que faire", "left", 34, lambda w: escape(w.remedy)),
    )
    return table(warnings.itertuples(), columns, caption, "avertissements", small=True)


@grid
def sources(sources: pd.DataFrame, caption: str) -> str:
    """Where each input file comes from."""
    columns = (
        ("Fichier", "left", 23, lambda s: escape(s.file)),
        ("Contenu", "left", 22, lambda s: escape(s.title)),
        ("Origine", "left", 11, lambda s: ORIGIN_LABELS[s.origin]),
        ("Source", "left", 26, lambda s: escape(f"{s.source}, lignes {s.lines}" if text_of(s.lines) else s.source)),
        ("Licence", "left", 24, lambda s: escape(s.licence)),
        ("Date", "left", 17, lambda s: french.date(s.date.date())),
    )
    return table(sources.itertuples(), columns, caption, "sources", small=True)


@grid
def digests(sources: pd.DataFrame, caption: str) -> str:
    """The digest of each public input file, in full; empty without any."""
    columns = (("Fichier", "left", 22, lambda s: escape(s.file)), ("Empreinte", "left", 70, lambda s: f"`{s.digest}`"))
    return table([s for s in sources.itertuples() if s.digest], columns, caption, "empreintes", small=True)


# -- The provenance page: what each table of the run holds, and what each rule read to make it --------------------
STEPS = {
    "geography": "Géographie",
    "collect": "Recueil",
    "consolidate": "Consolidation",
    "estimate": "Calcul des indicateurs",
    "release": "Publication",
    "report": "Rapport",
}


def not_empty(lineage: pd.DataFrame) -> pd.DataFrame:
    """The tables that hold something, or whose number of rows is not told."""
    return lineage[lineage["rows"].isna() | lineage["rows"].gt(0)]


def anchor(rule: str) -> str:
    """Where the provenance page tells of a rule."""
    return f"regle-{rule.replace('_', '-')}"


@grid
def lineage_tables(lineage: pd.DataFrame, caption: str) -> str:
    """One row per table that is not empty: what it holds and, in a study of public files, its rows and the beginning of
    its digest."""
    columns = (
        ("Table", "left", 32, lambda one: f"`{one.table}`"),
        ("Contenu", "left", 32, lambda one: escape(one.title.partition(" : ")[0])),
        ("Lignes", "right", 9, lambda one: "" if pd.isna(one.rows) else french.number(one.rows)),
        ("Empreinte", "left", 23, lambda one: f"`{short(one.digest.partition(':')[2])}`" if one.digest else ""),
    )
    return table(not_empty(lineage).itertuples(), columns, caption, "provenance-tables", small=True)


@grid
def lineage_rules(lineage: pd.DataFrame, caption: str) -> str:
    """One row per rule that made something: its step, the digest of its code, and the tables and files it read."""
    rows, full = [], not_empty(lineage)
    for step, title in STEPS.items():
        for rule, made in full[full["phase"] == step].groupby("rule", sort=False):
            read = ", ".join(f"`{name}`" for name in str(made["made_from"].iloc[0]).split("; ") if name)
            rows.append((f"[`{rule}`]{{#{anchor(str(rule))}}}", title, f"`{made['code'].iloc[0]}`", read or "–"))
    figures = f"[`report_figures`]{{#{anchor('report_figures')}}}"
    rows.append((figures, STEPS["report"], "–", "tables de `release` et de `geography`"))
    header = (("Règle", "left", 28), ("Étape", "left", 14), ("Code", "left", 17), ("Lit", "left", 42))
    return pipe(header, rows, caption, "provenance-regles", small=True)
