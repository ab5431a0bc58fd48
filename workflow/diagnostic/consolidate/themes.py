"""What was coded of the texts that professionals wrote: themes beside each response's answers, and the sheet's rows."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from diagnostic.collect.tables import THEMES, TICKS
from diagnostic.consolidate.coders import SETTLED, codings, in_turn
from diagnostic.consolidate.rows import ledger, whole

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
