"""A study whose coding has only begun: its coded places changed before anything is computed from them.

A state takes or rewrites rows of the coded places of the small study (`STATES`); the steps that read them are made again, as
their rules call them, with the way of choosing that the study declares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
from own import SMALL, home
from replay import COLLECT, RELEASE, Call, Estimated, estimated, recorded, replayed

from diagnostic.core import io

ID, SITE, SAID = "ad_id.code", "site_code.code", "disposition.code"
GONE, EMPTY = "vanished", "no_place"
Rows = Callable[[pd.DataFrame], pd.Series]
State = Callable[[pd.DataFrame], pd.DataFrame]


def of(*letters: str) -> Rows:
    """The rows of the sites whose codes begin so: of one kind, or one site."""
    return lambda ads: ads[SITE].str.startswith(letters)


def only(chosen: Rows) -> State:
    """These rows, and no other, have been coded."""
    return lambda ads: ads[chosen(ads)]


def found(code: str, chosen: Rows) -> State:
    """What is found at the places of these rows."""

    def rewritten(ads: pd.DataFrame) -> pd.DataFrame:
        ads = ads.copy()
        ads.loc[chosen(ads), SAID] = code
        return ads

    return rewritten


def without(chosen: Rows) -> State:
    return only(lambda ads: ~chosen(ads))


# E and D were counted, A were read by pages: A01 those that the seed names, A02 its first ones. D02 mirrors D01.
STATES: dict[str, State] = {
    "counted first": only(lambda ads: of("E")(ads) & ~ads[ID].duplicated()),
    "all of a kind vanished": found(GONE, of("A")),
    "all vanished": found(GONE, of("")),
    "none relevant on pages": found(EMPTY, of("A")),
    "one ad": only(lambda ads: ads.index == ads.index[0]),
    "whole": lambda ads: ads,
    "nothing coded": only(lambda ads: ads[ID].eq("")),
    "read by pages first": only(of("A")),
    "mirrors first": only(of("D")),
    "one site closed": found(GONE, of("A02")),
    "counted vanished": found(GONE, of("E")),
    "none relevant": found(EMPTY, of("")),
    "one list not seen": without(of("A02")),
    "one counted list not seen": without(of("E02")),
    "one ad of each site": only(lambda ads: ~ads[SITE].duplicated()),
}


@cache
def begun(state: str, design: str | None = None) -> Estimated:
    """The small study in a state of STATES, its ads chosen as it declares: those of the project, or a team's own numbers."""
    whole, calls = estimated(SMALL), recorded(home(), SMALL)
    at, last = (next(n for n, call in enumerate(calls) if call.rule == rule) for rule in (COLLECT, RELEASE))
    ads, copies = (calls[at].outputs[name] for name in ("ads", "ad_copies"))
    made = dict(whole.made)
    coded = STATES[state](made[ads])
    own = {one: f"T{n:04d}" for n, one in enumerate(made[ads][ID].unique())} if design else {}
    relevant = coded.loc[coded[SAID].eq("relevant"), ID]
    for path, table in ((ads, coded), (copies, made[copies][made[copies][ID].isin(relevant)])):
        table = table.assign(**{ID: table[ID].replace(own)}).reset_index(drop=True)
        made[path] = io.rounded(io.validate(table, io.table_name(Path(path))))
    changed = {ads, copies}
    for call in calls[at + 1 : last]:
        declared = _declaring(call, design) if design else call
        if declared is not call or changed & set(call.inputs.values()):
            replayed([declared], home(), made)
            changed |= set(call.outputs.values())
    return Estimated(SMALL, made, calls[last:], home())


def _declaring(call: Call, design: str) -> Call:
    if "sampling" not in call.params or "design" not in call.params["sampling"]:
        own = {"design": design} if "design" in call.params else {}
        return replace(call, params=call.params | own) if own else call
    return replace(call, params=call.params | {"sampling": call.params["sampling"] | {"design": design}})
