"""What several persons coded of the same thing: the first gives the value, and where they differ nothing is sure before
somebody arbitrates. The same of situations, of texts and of ads."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from diagnostic.collect.tables import THEMES, TICKS
from diagnostic.consolidate.people import options
from diagnostic.consolidate.rows import ledger, whole

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
    return made.assign(**{SETTLED: pd.array(made.index.isin(coding.loc[settled, key]), dtype="boolean")})


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


# -- What was coded of the texts that professionals wrote: themes beside each response’s answers, and the sheet’s rows -
ROLE = "text_coding"
AT = {"themes_sheet": "sheet", "themes_row": "row"}  # where a response was coded
SECOND_CODER = "Second codage de la même réponse, ou du même entretien : le premier compte, et les bornes s’ouvrent jusqu’à un arbitrage."
TOLD, SILENT, NOT_ASKED = tuple(TICKS)[:2], *tuple(TICKS)[2:]


def joined(respondents: pd.DataFrame, situations: pd.DataFrame, text_coding: pd.DataFrame) -> pd.DataFrame:
    """Respondents with the themes of their texts in four states, and where these were coded; as they are without coding.

    A text that is blank, or that nobody coded, is `no_answer`; one whose question was not asked, `not_asked`. Texts on
    situations are those of all the situations of the response. Coded twice, the first coder in the alphabet counts until it
    is arbitrated, beside what each coder said (`coders.codings`).
    """
    names = [name for name in text_coding if f"{THEMES}/" in name]
    own = text_coding[text_coding["source"] == "response"]
    if own.empty or not names:
        return respondents
    found = _first(own).reindex(respondents["response_id"]).set_index(respondents.index)
    themes = {}
    for name in names:
        coded = found[name].astype("str")
        blank = np.where(_asked(respondents, situations, name.partition(f"{THEMES}/")[0]), SILENT, NOT_ASKED)
        themes[name] = pd.Categorical(np.where(coded.isin(TOLD), coded, blank), categories=list(TICKS))
    at = {own: found[place].astype("Int64") for own, place in AT.items()}
    twice = found[[name for name in found if name.endswith((".codings", SETTLED))]]
    return respondents.assign(**themes, **at, **twice)


def of_interviews(text_coding: pd.DataFrame) -> pd.DataFrame:
    """The themes of what was said in interviews: one row per interview that was coded, as `joined` has those of responses."""
    own = text_coding[text_coding["source"] == "interview"] if len(text_coding) else text_coding
    return _first(own).reset_index() if len(own) else own


def _first(own: pd.DataFrame) -> pd.DataFrame:
    """By record, the coding that counts, and what each of several coders said."""
    first = in_turn(own)[0].drop_duplicates("record_id.code").set_index("record_id.code")
    names = dict.fromkeys(name.partition("/")[0] for name in own if f"{THEMES}/" in name)
    return first.join(codings(own, "record_id.code", {name: (name,) for name in names}))


def _asked(respondents: pd.DataFrame, situations: pd.DataFrame, text: str) -> np.ndarray:
    """Whether each response was asked for a text, by itself or for one of its situations."""
    column = f"{text}.state"
    if column in respondents:
        return respondents[column].astype("str").ne(NOT_ASKED).to_numpy()
    own = situations.loc[situations[column].astype("str").ne(NOT_ASKED), "response_id"] if column in situations else ()
    return respondents["response_id"].isin(own).to_numpy()


def rows(text_coding: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]) -> pd.DataFrame:
    """What became of the rows of the sheet of themes: one row per row received."""
    ledgers = []
    if len(text_coding):
        second = in_turn(text_coding)[0].duplicated("record_id.code").reindex(text_coding.index)
        counted = text_coding["source"].map({"response": "respondents/", "interview": "professionals/"})
        into = counted + text_coding["record_id.code"].astype("str")
        ledgers.append(ledger(ROLE, files, text_coding, into, aside={SECOND_CODER: second}))
    return whole(ROLE, files, received_rows, ledgers)
