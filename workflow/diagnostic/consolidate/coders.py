"""What several persons coded of the same thing: the first gives the value, and where they differ nothing is sure before
somebody arbitrates. The same of situations, of texts and of ads."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from diagnostic.consolidate.people import options

ARBITER = "arbitrage"  # instead of a coder: what was settled where two persons coded differently
DISPUTED = "codages_en_desaccord"
SETTLED = "coding_settled"


def arbitrated(coder: pd.Series) -> pd.Series:
    """Which codings are what was settled between coders, from the name that each has in the place of a coder's."""
    return coder.astype("str").str.casefold().eq(ARBITER)


def in_turn(coding: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Codings in the order in which they count, what was arbitrated before the coders in their alphabet; and which were."""
    settled = arbitrated(coding["coder.code"])
    order = coding.assign(settled=~settled).sort_values(["settled", "coder.code"], kind="stable")
    return order.drop(columns="settled"), settled


def codings(coding: pd.DataFrame, key: str, sets: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """By key of what several persons coded: `name.codings`, what each answered to the variables of a set, codes joined by
    spaces and coders by « / », and `coding_settled`, whether it was arbitrated; no column where nobody coded twice."""
    order, settled = in_turn(coding)
    twice = order[~settled.reindex(order.index)]
    twice = twice[twice[key].duplicated(keep=False)]
    if twice.empty:
        return pd.DataFrame(index=pd.Index([], name=key))
    made = pd.DataFrame({f"{name}.codings": _each(twice, key, variables) for name, variables in sets.items()})
    known = made.index.isin(coding.loc[settled, key])
    return made.assign(**{SETTLED: pd.array(known, dtype="boolean")})


def _each(twice: pd.DataFrame, key: str, variables: Iterable[str]) -> pd.Series:
    chosen: dict[str, np.ndarray] = {}
    for variable in variables:
        for code, where in options(twice, variable).items():
            chosen[code] = chosen.get(code, False) | where
    sets = [" ".join(code for code in chosen if chosen[code][at]) for at in range(len(twice))]
    return pd.Series(sets, index=twice[key], dtype="str").groupby(level=0).agg(" / ".join)


def readings(table: pd.DataFrame, variable: str) -> list[tuple[frozenset[str], ...]]:
    """For each row what each of those who coded it ticked; nothing where it was not coded twice."""
    column = f"{variable}.codings"
    if column not in table:
        return [()] * len(table)
    told = table[column].astype(object)
    return [() if pd.isna(one) else tuple(frozenset(part.split()) for part in one.split(" / ")) for one in told]


def disputed(table: pd.DataFrame, variable: str) -> np.ndarray:
    """The rows that two persons coded differently, as long as it is not arbitrated."""
    if f"{variable}.codings" not in table:
        return np.zeros(len(table), dtype=bool)
    differ = np.array([len(set(said)) > 1 for said in readings(table, variable)], dtype=bool)
    return differ & ~table[SETTLED].fillna(False).to_numpy(dtype=bool)


def between(table: pd.DataFrame, variable: str, option: str, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows that surely have an option, and those that may: of what is in dispute, what all its coders say, and what one
    of them does. `chosen`: where the first coder says it."""
    open_ = disputed(table, variable)
    if not open_.any():
        return chosen, chosen
    said = readings(table, variable)
    every, some = (np.array([bool(each) and of(option in one for one in each) for each in said]) for of in (all, any))
    return np.where(open_, every, chosen), np.where(open_, some, chosen)
