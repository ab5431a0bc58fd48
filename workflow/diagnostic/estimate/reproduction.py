"""Earlier publications: every published figure against what the workflow computes; what is cited beside the study's
own.

The comparison is at the printed precision, half rounded up; « environ » is compared at its last digit that is not zero,
« au moins » is met by more. Reproduced means computed from two rows at least, by counting rows, or by a formula from another
figure: one transcribed number read back is not. A figure computed from other published figures, or data made of them, or
printed only in transcribed tables, agrees by construction.
"""

import io
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from diagnostic.core import french
from diagnostic.core.french import typographic
from diagnostic.core.tables import columns
from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places

TEXT_STAGES = {
    "process": "Organisation ou calendrier de l’étude : rien à calculer.",
    "law": "Texte de loi cité : rien à calculer.",
    "national_reference": "Référence nationale citée avec sa source : rien à calculer.",
    "idf_reference": "Étude d’un autre territoire, citée : ses données ne sont pas ici.",
    "outreach_reference": "Action d’un autre territoire, citée : ses données ne sont pas ici.",
    "chat": "Observation unique, sans relevé : elle ne sera ni refaite ni calculée.",
}
MISSING_DATA = {
    "survey": "Demande les réponses au questionnaire, absentes des entrées.",
    "survey+interviews": "Demande les réponses au questionnaire et le nombre de personnes par entretien, absents des entrées.",
    "situations": "Demande les situations décrites, absentes des entrées.",
    "ad_sample": "Demande le codage des annonces tirées, absent des entrées.",
    "ad_counts": "Les tables publiées ne le permettent pas.",
    "press": "La revue de presse publiée ne le permet pas.",
    "interviews": "Le tableau des entretiens publié ne le permet pas.",
    "forum": "Demande le relevé du forum archivé, absent des entrées.",
    "demand_ads": "Demande le relevé des annonces de demande, absent des entrées.",
    "venues": "Demande la liste des lieux à risque, absente des entrées.",
}
NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
DESCRIBED = "consolidate/described"
CONSTRUCTED = ("published", "reconstructed")  # origins that come from the figures themselves


Verdict = tuple[str, str, str, str]  # computed value, status, basis, reason


def reproduce(
    published_figures: pd.DataFrame,
    published_notes: pd.DataFrame,
    published_lists: pd.DataFrame,
    **strands: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """One row per published figure, in the publication's order, with its verdict and the reason.

    `published_lists` has one row per element of a printed list, `strands` are the tables of facts to compare with.
    """
    wanted = published_figures["id"].tolist()  # of the other facts nothing is asked, and their cells are long
    found = [facts[facts["fact_id"].isin(wanted)] for facts in strands.values()]
    computed = {fact.fact_id: fact for facts in found for fact in facts.itertuples()}
    notes = {note.id: note for note in published_notes.itertuples()}
    listed = dict(iter(published_lists.groupby("figure")["row"]))
    rows = []
    for figure in published_figures.itertuples():
        note = notes.get(figure.id)
        fact = computed.get(figure.id)
        if fact is not None:
            verdict = _compare(figure, fact, note)
        elif figure.id in listed:
            verdict = _counted(figure, listed[figure.id])
        else:
            verdict = _without_fact(figure, note)
        rows.append((figure.id, figure.statement_fr, figure.source_stage, figure.value, *verdict))
    return {"reproduction": pd.DataFrame(rows, columns=columns("estimate/reproduction"))}


def _without_fact(figure: Any, note: Any) -> Verdict:
    stage = figure.source_stage
    if note is not None and isinstance(note.without_fact, str) and note.without_fact:
        return "", note.without_fact, "", note.explanation
    if stage in TEXT_STAGES:
        return "", "text_only", "", TEXT_STAGES[stage]
    return "", "not_computable", "", MISSING_DATA.get(stage, f"Demande des données absentes des entrées ({stage}).")


def _counted(figure: Any, rows: pd.Series) -> Verdict:
    """Compare a figure with the length of the list that the publication prints elsewhere."""
    text, where = str(len(rows)), f"lignes {rows.min()} à {rows.max()} des listes transcrites"
    if text == figure.value:
        return text, "reproduced", "by_construction", f"Compté dans la liste imprimée : {where}."
    return text, "contradicted", "by_construction", f"La liste imprimée a {text} éléments ({where})."


def _compare(figure: Any, fact: Any, note: Any) -> Verdict:
    """Compare one figure with its fact, at the printed precision."""
    text = _at_printed_precision(fact, figure.value)
    constructed = fact.origin in CONSTRUCTED or (note is not None and pd.notna(note.in_tables) and bool(note.in_tables))
    basis = "by_construction" if constructed else "independent"
    explained = f" {note.explanation}" if note is not None else ""
    if text == figure.value or _meets(figure, fact):
        behind = rows_behind(fact.cells)
        other = fact.origin == "published" and int(figure.row) not in {row for _, row in behind}
        if len(behind) < 2 and not (behind and other):
            alone = f"Calculé d’une seule ligne transcrite : rien n’est reproduit.{explained}"
            return text, "not_computable", "", alone
        if fact.origin == "reconstructed":
            how = "Calculé sur des données reconstituées à partir des chiffres publiés : vérifie le calcul, pas les données."
        elif fact.origin == "published":
            how = "Calculé à partir d’autres chiffres publiés : vérifie l’arithmétique, pas les données."
        elif constructed:
            how = "Imprimé dans les seules tables transcrites : l’accord est acquis d’avance."
        else:
            how = f"Recalculé de la table {fact.source_table}, indépendamment du chiffre imprimé."
        return text, "reproduced", basis, how + explained
    # of persons described, limits that rest on which pairs were shown leave as much open
    open_ = fact.interval_kind == "bounds" or (fact.interval_kind == "model" and fact.source_table == DESCRIBED)
    if open_ and NUMBER.match(figure.value) and fact.low <= float(figure.value) <= fact.high:
        bounds = f"{french.number(fact.low)} à {french.number(fact.high)}"
        return text, "not_computable", "", f"Compatible : les tables ne fixent que des bornes, {bounds}.{explained}"
    if note is not None and isinstance(note.without_fact, str) and note.without_fact:
        return text, note.without_fact, "", note.explanation
    return text, "contradicted", basis, explained.strip() or f"Publié {figure.value}, calculé {text}."


def rows_behind(cells: str) -> set[tuple[str, int]]:
    """The rows that the cells of a fact stand in, each with its file: of « a.csv!C2:C4 C9 ; b.csv!D2 », five."""
    found = set()
    for part in cells.split(" ; "):
        file, _, named = part.partition("!")
        for run in named.split():
            ends = [int(row) for row in re.findall(r"\d+$|\d+(?=:)", run)]
            found |= {(file, row) for row in range(ends[0], ends[-1] + 1)}
    return found


def _meets(figure: Any, fact: Any) -> bool:
    """Whether the computed value is what « environ » or « au moins » says."""
    if not NUMBER.match(figure.value) or pd.isna(fact.value) or fact.value_text:
        return False
    if figure.rounding == "at_least":
        return bool(fact.value >= float(figure.value))
    if figure.rounding != "approx" or "." in figure.value:
        return False
    step = 10 ** (len(figure.value) - len(figure.value.rstrip("0"))) if figure.value.strip("0") else 1
    return math.floor(fact.value / step + 0.5 + 1e-9) * step == int(figure.value)


def _at_printed_precision(fact: Any, published: str) -> str:
    """The fact's value written as the publication writes it: same decimals, half rounded up."""
    if isinstance(fact.value_text, str) and fact.value_text:
        return fact.value_text
    decimals = len(published.partition(".")[2]) if NUMBER.match(published) else 0
    scaled = math.floor(fact.value * 10**decimals + 0.5 + 1e-9)
    return f"{scaled / 10**decimals:.{decimals}f}"


# -- The fact across two sources whose overlap is not published: the persons seen, and why no total is estimated from them
def across(
    published_figures: pd.DataFrame, places: pd.DataFrame, study: str, publication: Mapping[str, str | None]
) -> dict[str, pd.DataFrame]:
    """One fact, for a publication that gives the persons seen by two sources together; else none."""
    chosen = published_figures[published_figures["id"] == (publication.get("persons_seen") or "")]
    if chosen.empty:
        return {"across": table(study, [])}
    cells = Places(places).cells(chosen.iloc[:1], "published_figures", "value")
    build = Builder("collect/published_figures", "published", cells)
    return {"across": table(study, [build.count("two_lists.seen", round(float(chosen["value"].iloc[0])))])}


# -- National references beside the study's figures: dated, with their source, and what keeps them from being compared
def national(described_facts: pd.DataFrame, national: bytes, study: str) -> dict[str, pd.DataFrame]:
    """One row per reference, and per year of one that prints it, whose counterpart the study has; `national` is the CSV of `resources/references/`."""
    known = set(described_facts["fact_id"])
    rows = pd.read_csv(io.BytesIO(national), dtype=str, keep_default_na=False)
    build = Builder("references/national", "published")
    return {"national": table(study, _references(rows[rows["beside"].isin(known)], build))}


def _references(rows: pd.DataFrame, build: Builder) -> Iterator[Fact]:
    for row in rows.itertuples():
        caution = typographic(f"Source : {row.source}. {row.caution}")
        words = {"reference": row.id, "what": row.label, "caution": caution}
        yield build.fact("reference.{reference}_pct", float(row.value), year=row.year or "année non précisée", **words)
        if row.year:
            yield build.fact("reference.{reference}_year", value_text=row.year, **words)
