"""The traps in the national series: why a value cannot be read with its neighbours, found by arithmetic; what `series.csv` has
of them under `traps` is held against this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from diagnostic.core import french

TELLING = 100  # a number of three digits that is not round is not the same by chance
Found = Iterator[tuple[int, str]]  # row of the table, what is wrong with it


def checked(series: pd.DataFrame, second_hand: pd.DataFrame, called: Mapping[str, str]) -> pd.DataFrame:
    """The series (one row per value, all text) with their `traps`; `second_hand`: the figures of published studies, whose
    shares may be those of a series printed again; `called`: study → what readers know it by."""
    rows = series.reset_index(drop=True).assign(
        number=pd.to_numeric(series["value"]).to_numpy(), family=series["series"].str.partition(".")[0].to_numpy()
    )
    traps: dict[int, list[str]] = defaultdict(list)
    for finder in FINDERS:
        for at, told in finder(rows):
            traps[at].append(told)
    for at, told in _reprinted(rows, second_hand, called):
        traps[at].append(told)
    said = [" ; ".join(dict.fromkeys(traps[at])) for at in range(len(rows))]
    return series.reset_index(drop=True).assign(traps=[french.typographic(one) for one in said])


def _two_values(rows: pd.DataFrame) -> Found:
    """One series, one date, two numbers."""
    for _, own in rows.groupby(["series", "year"]):
        if own["number"].nunique() > 1:
            for at in own.index:
                others = own.loc[own["number"].ne(own["number"][at]), "number"]
                told = ", ".join(map(french.number, dict.fromkeys(others)))
                yield at, f"une autre valeur est imprimée pour la même date ({told})"


def _two_units(rows: pd.DataFrame) -> Found:
    """One series whose values do not all count the same thing."""
    for _, own in rows.groupby("series"):
        if own["unit"].nunique() > 1:
            for at in own.index:
                yield at, "la série ne compte pas la même chose à toutes ses dates"


def _two_senses(rows: pd.DataFrame) -> Found:
    """The same number under two names of one family: a stock and a total, a target and a fact."""
    telling = rows[rows["number"].ge(TELLING) & rows["number"].mod(TELLING).ne(0) & rows["unit"].ne("euro")]
    for _, own in telling.groupby(["family", "number"]):
        if own["series"].nunique() > 1:
            for at in own.index:
                yield at, "le même nombre est imprimé ailleurs sous une autre définition"


def _parts(rows: pd.DataFrame) -> Found:
    """A total, `a.b` or `a.b_total`, and the parts of the same date, `a.b_…`, that do not make it."""
    own = rows[~rows["series"].str.contains("cumulative|target|france$")]
    beside = dict(iter(own.groupby([own["year"].str[:4], "unit"])))
    for whole in rows[rows["precision"].eq("exact")].itertuples():
        stem = whole.series.removesuffix("_total")
        same = beside.get((whole.year[:4], whole.unit), own[:0])
        parts = same[same["series"].str.startswith(f"{stem}_") & same["series"].ne(whole.series)]
        if len(parts) > 2 and parts["number"].sum() != whole.number:
            more = "dépassent ce total : elles se recouvrent"
            said = more if parts["number"].sum() > whole.number else "n’atteignent pas ce total"
            yield whole.Index, f"ses parts imprimées ({french.number(parts['number'].sum())} en tout) {said}"


def _other_respondents(rows: pd.DataFrame) -> Found:
    """A survey whose respondents, a series of its own, are not the same number from year to year."""
    for _, own in rows.groupby("family"):
        respondents = own[own["unit"].eq("association")]
        if respondents["number"].nunique() > 1:
            told = f"de {french.number(respondents['number'].min())} à {french.number(respondents['number'].max())}"
            for at in own.index.difference(respondents.index):
                yield at, f"les répondantes changent d’une année à l’autre ({told}) : les années ne se comparent pas"


def _targets(rows: pd.DataFrame) -> Found:
    """What is aimed at is no count."""
    for at in rows.index[rows["series"].str.contains(r"[._]target$")]:
        yield at, "objectif, et non constat"


def _reprinted(rows: pd.DataFrame, second_hand: pd.DataFrame, called: Mapping[str, str]) -> Found:
    """A share that a published study prints too, of the same thing: it may be the national one, printed again."""
    printed = [(one.figure.rpartition(".")[2], one.value, one.study) for one in second_hand.itertuples()]
    for row in rows[rows["unit"].eq("percent")].itertuples():
        for name, value, study in printed:
            if (name, value) == (row.series.rpartition(".")[2], row.value):
                again = "qui peut en être une reprise et non une mesure du territoire"
                yield row.Index, f"égal au chiffre de l’étude publiée {called[study]}, {again}"


FINDERS: tuple[Callable[[pd.DataFrame], Found], ...] = (
    _two_values,
    _two_units,
    _two_senses,
    _parts,
    _other_respondents,
    _targets,
)


def called(studies: pd.DataFrame) -> dict[str, str]:
    """Study → its territory, year and author: what it is known by where another of that name may stand beside it."""
    return {
        one.study: f"« {one.territory.partition(' (')[0]} {one.edition} » ({one.carried_out_by or one.source_title})"
        for one in studies.itertuples()
    }
