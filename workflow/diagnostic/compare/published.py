"""Studies that are known by what was printed of them, or only known to exist: second-hand statements, audited together.

Nothing here was read in the study itself. A number keeps its ambiguity: the form printed, its base as the source says it, its
note. It has no limits: no source prints any, and the half of a last digit is what a newspaper rounded, not what is known. What
the printed form is compatible with (its claim) is read by rates, for their digits, and is printed nowhere. A count of few persons is not printed again, though it is public: see `release.reprinted`.
"""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from diagnostic.audit import structure
from diagnostic.compare.tables import BARE
from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue.entry import UNITS
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.populations.policy import Policy
from diagnostic.release.printed import WITHHELD, moment
from diagnostic.release.publication import class_of_figure

ROUNDINGS = {  # precision of a count → as the audit names it
    "exact": "exact",
    "about": "approx",
    "integer": "integer_percent",
    "at_least": "at_least",
    "at_most": "at_most",
}
WORDS = {"about": "environ ", "at_least": "au moins ", "at_most": "au plus "}
NOT_COUNTED = ("year", "factor", "diagnostic")  # an age, a multiplier and studies under way count nothing
COUNTED = (*PEOPLE, "file")
UNNAMED = "figure"  # a fine, a commission, euros: what no study counts
NATIONAL = "national"  # in the place of a study, for the national series
TABLE = "published/figures.csv"
LINKED = ["unique", "several", "open", "consistent"]  # verdicts of figures that others bear out


def statements(figures: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One statement per figure that counts something (`figures`, text as in `resources/published/figures.csv`), under the
    id `{study}.{figure}`; of a figure printed with two values, the first, whose method says the other."""
    used = figures[~figures["unit"].isin(NOT_COUNTED)]
    known = {(one.study, one.figure): one.value for one in reversed(list(used.itertuples()))}
    first = used.drop_duplicates(["study", "figure"])
    others = used[used.duplicated(["study", "figure"])].groupby(["study", "figure"])
    second = {key: [_printed(one) for one in rows.itertuples()] for key, rows in others}
    made = [_statement(one, known, second.get((one.study, one.figure), []), policy) for one in first.itertuples()]
    return pd.DataFrame(made, columns=columns("release/statements"))


def national(series: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One statement per value of the national series (text as in `resources/references/series.csv`), in their order."""
    name = series["series"] + "." + series["year"].str.replace("/", "_")
    again = name.groupby(name).cumcount().map(lambda count: f".{count + 1}" if count else "")
    given = series.assign(study=NATIONAL, figure=name + again, label=series["universe"], base="", window=series["year"])
    return statements(given, policy)


def _statement(one: Any, known: Mapping[tuple[str, str], str], second: list[str], policy: Policy) -> dict[str, Any]:
    percent = one.unit == "percent"
    shown = not _few(one, known, policy)
    low, high = _limits(one)
    decimals = len(one.value.partition(".")[2])
    told = [
        "Chiffre de seconde main, lu dans la source et non vérifié",
        f"période : {moment(one.window)}" if one.window else "période non dite",
        *([f"imprimé aussi {' ; '.join(second)}"] if second else []),
        *([one.note] if one.note else []),
    ]
    return {
        **BARE,
        "statement_id": f"{one.study}.{one.figure}",
        "study": one.study,
        "label": one.label,
        "unit": "person" if percent else one.unit if one.unit in UNITS else UNNAMED,
        "measure": "percent" if percent else "count",
        "universe": one.universe,
        "formula": "comme la source l’imprime",
        "source_table": TABLE,
        "origin": "published",
        "decimals": decimals,
        "place": one.study,
        "kind": "value" if shown else "withheld",
        "printed": _printed(one) if shown else WITHHELD,
        "shown_value": float(one.value) if shown else math.nan,
        "claim_low": low if shown else math.nan,
        "claim_high": high if shown and math.isfinite(high) else math.nan,
        "method": french.typographic(f"{' ; '.join(told)}. Source : {one.source}.") if shown else "",
    }


def _printed(one: Any) -> str:
    """The figure as printed, with its « environ », « au moins » or « au plus »."""
    number = french.number(float(one.value), len(one.value.partition(".")[2]))
    return WORDS.get(one.precision, "") + (f"{number}{french.NBSP}%" if one.unit == "percent" else number)


def _limits(one: Any) -> tuple[float, float]:
    """Least and largest value that the printed form stands for."""
    if one.unit == "percent":
        window = structure.share(one.value, _rounding(one))
        return float(window.low), float(window.high)
    if "." in one.value:  # an amount
        return float(one.value), float(one.value)
    low, high = structure.count_bounds(one.value, _rounding(one))
    return float(low), math.inf if high is None else float(high)


def _rounding(one: Any) -> str:
    """A share printed with decimals was rounded to them."""
    return "rounded" if one.unit == "percent" and one.precision == "exact" else ROUNDINGS[one.precision]


def _few(one: Any, known: Mapping[tuple[str, str], str], policy: Policy) -> bool:
    """Whether the figure, or what it leaves of its base, counts fewer persons than may be told of them."""
    percent, base = one.unit == "percent", known.get((one.study, one.base), "")
    if not percent and one.unit not in COUNTED:
        return False
    whole = float(base) if base else math.inf
    part = math.floor(float(one.value) * whole / 100) if percent and base else float(one.value)
    threshold = policy.threshold(class_of_figure(one.figure, policy))
    return (not percent or bool(base)) and (part < threshold or whole - part < threshold)


def audited(figures: pd.DataFrame, relations: pd.DataFrame) -> dict[str, str]:
    """Study → what its printed figures say of each other, in words; nothing for a study without a relation or base."""
    from diagnostic.audit.auditing import audit  # here: it loads the solver, which reading the workflow does not need

    found = {}
    for study, own in figures.groupby("study"):
        given = own[~own["unit"].isin(NOT_COUNTED)].drop_duplicates("figure")
        named = given[["figure", "label", "value", "base"]].set_axis(["id", "statement_fr", "value", "base_id"], axis=1)
        table = named.assign(
            unit=given["unit"].where(given["unit"].eq("percent"), "count"),
            rounding=[_rounding(one) for one in given.itertuples()],
            base_value="",
            subset_of="",
        )
        rules = relations[relations["study"].eq(study)].drop(columns="study")
        rules = rules.assign(question="", reading="", printed="", lines="")
        done = audit(table.reset_index(drop=True), rules if len(rules) else None)
        if done.problems:
            raise ValueError(f"{study}: {[(one.message, one.row) for one in done.problems]}")
        verdicts = done.tables["figures"]["verdict"].value_counts()
        if verdicts.get("contradicted", 0):
            found[str(study)] = "se contredisent"
        elif verdicts.reindex(LINKED).sum():
            found[str(study)] = "s’accordent"
    return found


def known(studies: pd.DataFrame, audits: Mapping[str, str]) -> pd.DataFrame:
    """The rows of `known` for the published studies (text as in `resources/published/studies.csv`)."""
    depth = studies["kind"].map(lambda kind: "published" if kind == "figures" else "existence")
    named = studies.rename(columns={"carried_out_by": "author", "source_title": "source"})
    return named.assign(depth=depth, audit=studies["study"].map(audits).fillna(""))[columns("compare/known")]


def declared(studies: pd.DataFrame, methods: pd.DataFrame) -> dict[str, dict[str, tuple[str, str]]]:
    """Study → item → what is known of its method: from the list of studies, and from `resources/published/methods.csv`."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for one in studies.itertuples():
        several = ";" in one.departements or not one.departements
        depth = "published" if one.kind == "figures" else "existence"
        found[one.study] = {
            "depth": (depth, "chiffres publiés, de seconde main" if one.kind == "figures" else "existence seule"),
            "invented": ("no", "non"),
            "origin": ("second_hand", "de seconde main"),
            "territory": (one.departements, one.territory),
            "extent": ("several", "plusieurs départements") if several else ("departement", "un département"),
            "edition": (one.edition, one.edition),
            "author": (one.carried_out_by, one.carried_out_by),
            "release": (
                "second_hand",
                "chiffres déjà publics ; ceux qui décrivent peu de personnes ne sont pas réimprimés",
            ),
        }
    for one in methods[methods["study"].isin(set(studies["study"]))].itertuples():
        found[one.study][one.item] = (one.code, one.words)
    return found
