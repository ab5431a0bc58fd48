"""Where facts take place: one code per situation, of the finest territory that holds all its coded communes."""

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from diagnostic.consolidate.coders import disputed, readings

COMMUNE = "commune"
COMMUNES = (COMMUNE, "commune_2", "commune_3")  # as the team codes them
MEMBERSHIPS = ("epci", "arrondissement")
PLACE, CODINGS = "place.code", "place.codings"
INSIDE, OUTSIDE, UNKNOWN = "departement", "outside", "no_answer"
DEPARTEMENT, SEVERAL = "departement", "several"  # of a study of several départements: the variable, and facts in many
SILENT = ("no_answer", "not_asked", "")


def places(both: pd.DataFrame, group: np.ndarray, areas: pd.DataFrame) -> dict[str, pd.Series]:
    """`place.code` of each situation (`placed`), and `place.codings`, those by each coder where in dispute."""
    made, open_ = {PLACE: placed(both, group, areas)}, disputed(both, COMMUNE)
    if not open_.any():
        return made
    own, said, found = coded(both), readings(both, COMMUNE), []
    for coder in range(max(map(len, said))):
        one = [said[at][min(coder, len(said[at]) - 1)] if open_[at] else own[at] for at in range(len(own))]
        found.append(placed(both, group, areas, one))
    touched = np.isin(group, group[open_])
    each = [" / ".join(of) if here else None for here, *of in zip(touched, *found, strict=True)]
    return made | {CODINGS: pd.Series(each, index=both.index, dtype="str")}


def placed(
    both: pd.DataFrame, group: np.ndarray, areas: pd.DataFrame, communes_of: Sequence[Collection[str]] | None = None
) -> pd.Series:
    """One code per situation of `both`, the same for all the descriptions of the same persons (`group`).

    A code of commune, else `epci-…`, `arrondissement-…` or both (see `within`), `departement` where nothing finer is known,
    `outside` where all say that the facts are elsewhere, `no_answer` where nobody says. `areas` has the memberships of
    communes; without them, several communes are the whole département. `communes_of`: the communes of each situation, where
    they are not those that it has (`coded`).
    """
    communes = areas[areas["level"] == "commune"].set_index("code")
    belongs = {level: communes[level].dropna().to_dict() for level in MEMBERSHIPS}
    inside: dict[int, set[str]] = {number: set() for number in group}
    said: dict[int, set[str]] = {number: set() for number in group}
    own = coded(both) if communes_of is None else communes_of
    for number, territory, codes in zip(group, _codes(both, "territory"), own, strict=True):
        inside[number] |= set(codes)
        said[number].add(territory)
    found = {number: _finest(codes, belongs) if codes else _said(said[number]) for number, codes in inside.items()}
    return pd.Series([found[number] for number in group], index=both.index, dtype="str", name=PLACE)


def departements(both: pd.DataFrame, group: np.ndarray, areas: pd.DataFrame) -> pd.Series | None:
    """The code of the département of each situation, the same for all the descriptions of the same persons: that of all its
    coded communes, `several`, or `no_answer` where none is coded. None where the territories are of one département."""
    communes = areas[areas["level"] == "commune"].set_index("code")["departement"].to_dict()
    if len(set(communes.values())) < 2:
        return None
    found: dict[int, set[str]] = {number: set() for number in group}
    for number, codes in zip(group, coded(both), strict=True):
        found[number] |= {communes.get(code, SEVERAL) for code in codes}
    said = {at: next(iter(one)) if len(one) == 1 else SEVERAL if one else UNKNOWN for at, one in found.items()}
    return pd.Series([said[number] for number in group], index=both.index, dtype="str", name=f"{DEPARTEMENT}.code")


def _finest(codes: set[str], belongs: dict[str, dict[str, str]]) -> str:
    if len(codes) == 1:
        return next(iter(codes))
    around = {level: {belongs[level].get(code, "") for code in codes} for level in MEMBERSHIPS}
    common = {level: found.pop() for level, found in around.items() if len(found) == 1 and found != {""}}
    return within(**common) if common else INSIDE


def _said(territory: set[str]) -> str:
    """What the question on the territory says, where no commune is coded."""
    if territory & {"in", "both"}:
        return INSIDE
    return OUTSIDE if "out" in territory else UNKNOWN


def within(**common: str) -> str:
    """The code of persons whose communes have only that in common, by level: letters, digits and hyphens."""
    return "-".join(f"{level}-{token(common[level])}" for level in MEMBERSHIPS if level in common)


def token(code: str) -> str:
    """A territory's code as a part of an identifier."""
    return re.sub(r"[^0-9A-Za-z]+", "-", code)


def members(level: str, code: str, areas: pd.DataFrame) -> set[str]:
    """The codes of places that are inside a territory: its communes, and what several of them have in common."""
    if level == "commune":
        return {code}
    inside = areas[areas["level"].eq("commune") & areas[level].eq(code)]
    (other,) = set(MEMBERSHIPS) - {level}
    both = {within(**{level: code, other: one}) for one in inside[other].dropna().unique()}
    return {*inside["code"], within(**{level: code}), *both}


def coded(both: pd.DataFrame) -> list[set[str]]:
    """The communes of each situation, by its first coder or as they were arbitrated."""
    return [set(codes) - set(SILENT) for codes in zip(*(_codes(both, name) for name in COMMUNES), strict=True)]


def cited(both: pd.DataFrame) -> tuple[set[str], set[str], set[str]]:
    """Every commune that is coded for some situation; those that are whatever is arbitrated; those that may be."""
    own, open_, said = coded(both), disputed(both, COMMUNE), readings(both, COMMUNE)
    sets = list(zip(own, open_, said, strict=True))
    least = (set.intersection(*map(set, each)) if here else one for one, here, each in sets)
    most = (set().union(*each) if here else one for one, here, each in sets)
    return set().union(*own), set().union(*least), set().union(*most)


def _codes(both: pd.DataFrame, variable: str) -> Iterable[str]:
    column = f"{variable}.code"
    return both[column].astype("str").to_numpy() if column in both else np.full(len(both), UNKNOWN)
