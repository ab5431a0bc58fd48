"""Tables of the shared diagnosis: what is said of the persons described, and how it moves with the rules of counting."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagnostic.core import french
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, named, of, pipe, table, told

# Codes of `estimate.sensitivity`, in the order of reading.
RULES = (
    ("blanks_excluded", "Sans les blancs"),
    ("ranges_central", "Milieu des fourchettes"),
    ("pairs_same", "Paires réunies"),
    ("one_each", "Une par réponse"),
    ("other_informed", "« Autre » connu"),
    ("per_situation", "Par situation"),
    ("per_response", "Par réponse"),
)

ABSENT = "Une réponse qui n’y est pas n’est pas publiée, ou personne ne l’a donnée."


@grid
def indicators(
    statements: pd.DataFrame,
    cell: Cell,
    interval: Cell,
    ids: Sequence[str],
    caption: str,
    ident: str,
    unit: str = "Personnes",
) -> str:
    """One row per indicator that the study has: number, share of its base, what the answers leave open.

    `ids`: ids, or beginnings of ids that end with a dot; empty without any.
    """
    said = statements.assign(name=statements["statement_id"].str.removesuffix("_pct")).drop_duplicates("name")
    labels = said.set_index("name")["label"].str.removesuffix(", part")
    known = list(labels.index)
    chosen = [name for one in ids for name in known if name == one or (one.endswith(".") and name.startswith(one))]
    rows = [
        (
            french.capital(escape(labels[name])),
            cell(name),
            cell(f"{name}_pct"),
            interval(f"{name}_pct") or interval(name),
        )
        for name in dict.fromkeys(chosen)
    ]
    header = (("Ce qui est dit", "left", 44), (unit, "right", 18), ("Part", "right", 16), ("Bornes", "right", 17))
    return told(header, rows, caption, ident) if rows else ""


@grid
def options(
    statements: pd.DataFrame,
    cell: Cell,
    interval: Cell,
    variable: str,
    caption: str,
    ident: str,
    prefix: str = "persons",
) -> str:
    """Persons by answer to one closed question, the most frequent first; empty without any. An answer that is not there
    is not published or was given by nobody: nothing tells these apart."""
    facts = statements[
        statements["statement_id"].str.fullmatch(rf"{prefix}\.{variable}\.[a-z0-9_]+")
        & statements["measure"].ne("percent")
    ]
    facts = facts.sort_values(["shown_value", "label"], ascending=[False, True], na_position="last")
    rows = [
        (
            french.capital(escape(fact.label.partition(" : ")[2])),
            cell(fact.statement_id),
            cell(f"{fact.statement_id}_pct"),
            interval(f"{fact.statement_id}_pct"),
        )
        for fact in facts.itertuples()
    ]
    header = (("Réponse", "left", 44), ("Personnes", "right", 18), ("Part", "right", 16), ("Bornes", "right", 17))
    return told(header, rows, f"{caption} {ABSENT}", ident) if rows else ""


@grid
def national(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """National references beside the study's shares, with what keeps them from being compared; empty without any."""
    found = statements[statements["statement_id"].str.fullmatch(r"reference\..+_pct")]
    columns = (
        ("Trait", "left", 20, lambda fact: named(fact, after=", référence nationale")),
        ("Cette étude", "right", 12, lambda fact: cell(_beside(fact.statement_id))),
        ("Référence", "right", 12, of(cell)),
        ("Source et précaution", "left", 60, lambda fact: escape(fact.method)),
    )
    return table(found.itertuples(), columns, caption, "references", small=True)


def _beside(reference: str) -> str:
    """The study's own share of what a national reference is of."""
    name = reference.removeprefix("reference.").removesuffix("_pct")
    return "forms.internet_pct" if name == "internet" else f"profile.{name}_pct"


@grid
def sensitivity(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per headline, one column per other choice of counting; a dash where the choice does not touch it.

    Where every choice prints the same range, as in all that leaves the team, there is one column; elsewhere bounds stand
    beside the number.
    """
    said = statements.set_index("statement_id")
    named = {
        str(name): [f"sensitivity.{code}.{str(name).replace('.', '_')}" for code, _ in RULES] for name in said.index
    }
    others = {name: own for name, own in named.items() if said.index.isin(own).any()}
    one = all(said.loc[said.index.isin(own), "printed"].nunique() == 1 for own in others.values())
    titles = ("Selon la règle",) if one else tuple(title for _, title in RULES)
    rows = []
    for name, own in others.items():
        chosen = [next(choice for choice in own if choice in said.index)] if one else own
        label = french.capital(escape(str(said.at[name, "label"]).removesuffix(", part")))
        ends = [f" ({interval(choice)})" if interval(choice) and not one else "" for choice in chosen]
        rows.append(
            (label, cell(name), *((cell(choice) or "–") + end for choice, end in zip(chosen, ends, strict=True)))
        )
    header = (("Chiffre", "left", 30), ("Retenu", "right", 10), *((title, "right", 12) for title in titles))
    return pipe(header, rows, caption, "sensibilite", small=True) if rows else ""
