"""What became of the rows of the shared diagnosis: forms, interviews, codings, decisions on duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from diagnostic.consolidate.described import UNREAD
from diagnostic.consolidate.questionnaire import EMPTY, OLDER, older
from diagnostic.consolidate.rows import ledger
from diagnostic.consolidate.workbooks import whole

INTERVIEWS, CODING, DUPLICATES = "interview_sheets", "situation_coding", "duplicates"
MERGED = "Décrit les mêmes personnes qu’une autre situation, selon la décision de l’équipe."
ASIDE = "La situation est mise de côté : elle ne contient aucune réponse, ou ses faits sont trop anciens."
UNKNOWN_PAIR = "La paire nomme une situation mise de côté : sans aucune réponse, ou aux faits trop anciens."
REPLACED = "Une décision plus récente porte sur la même paire."
SECOND_CODER = "Second codage de la même situation : il ne sert qu’à mesurer l’accord."


def rows(
    questionnaire_rows: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    described: pd.DataFrame,
    group: pd.Series,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    first_year: int | None = None,
) -> pd.DataFrame:
    """The ledgers of all its files in one, one row per row received. `tables` are the typed tables by name.

    `group` gives for each situation the key of the first one that describes the same persons.
    """
    merged = described.assign(into=group)[group.ne(described["situation"]).to_numpy()]
    known = described["situation"].tolist()
    sheets = [_interviews(tables, merged, received_rows, files, first_year)]
    sheets += [_whole(CODING, _coding(tables, known, files), received_rows, files)]
    sheets += [_decisions(tables["duplicates"], known, files)]
    forms = _with_merges(questionnaire_rows, merged[merged["source"] == "response"])
    return pd.concat([forms, *sheets], ignore_index=True)


def _whole(
    role: str, ledgers: list[pd.DataFrame], received_rows: pd.DataFrame, files: Mapping[str, str]
) -> pd.DataFrame:
    return whole(role, files.get(role, role), received_rows, ledgers)


def _with_merges(known: pd.DataFrame, merged: pd.DataFrame) -> pd.DataFrame:
    """Rows of merged situations: merged where the row is a situation, only named where it is a whole response."""
    into = {
        (str(sheet), row): key for sheet, row, key in zip(merged["sheet"], merged["row"], merged["into"], strict=True)
    }
    place = list(zip(known["sheet"].astype("str"), known["row"], strict=True))
    found = pd.Series([into.get(at, "") for at in place], index=known.index, dtype="str")
    hit, alone = found.ne(""), found.ne("") & ~known["into"].fillna("").str.startswith("respondents/")
    named = (known["rules"].fillna("") + "; doublons_reunis").str.removeprefix("; ")
    return known.assign(
        outcome=known["outcome"].mask(alone, "merged"),
        into=known["into"].mask(alone, "described/" + found),
        reason=known["reason"].mask(alone, MERGED),
        rules=known["rules"].mask(hit, named),
    )


def _interviews(
    tables: Mapping[str, pd.DataFrame],
    merged: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
    first_year: int | None,
) -> pd.DataFrame:
    file, ledgers = files.get(INTERVIEWS, INTERVIEWS), []
    records, told = tables["interview_records"], tables["interview_situations"]
    if len(records):
        rules = {
            "rencontre_non_precisee": records["people_met.number"].isna(),
            "deja_repondu_non_precise": records["already_answered.number"].isna(),
        }
        into = "professionals/" + records["interview_id.code"].astype("str")
        ledgers.append(ledger(INTERVIEWS, file, records["row"], into, rules, sheet=records["sheet"].astype("str")))
    if len(told):
        rule = told["persons_in_situation.rule"].fillna("")
        low, high = told["persons_in_situation.minimum"], told["persons_in_situation.maximum"]
        blank = rule.isin(UNREAD)
        several = low.notna() & high.ne(low).fillna(True).astype(bool) & ~blank
        past, empty = older(told, first_year), _empty(told)
        rules = {"effectif_non_precise": blank, "plus_petit_nombre": several, "hors_fenetre": past}
        into = (
            "described/" + told["interview_id.code"].astype("str") + "/" + told["situation_number.number"].astype("str")
        )
        made = ledger(INTERVIEWS, file, told["row"], into, rules, empty | past, OLDER, told["sheet"].astype("str"))
        ledgers.append(made.assign(reason=made["reason"].mask(empty.to_numpy(), EMPTY)))
    known = whole(INTERVIEWS, file, received_rows, ledgers)
    return _with_merges(known, merged[merged["source"] == "interview"])


def _empty(told: pd.DataFrame) -> pd.Series:
    """Situations where nothing was answered, the keys and where they come from left out."""
    keys = ("interview_id.", "situation_number", "situation_origin.")
    names = [n for n in told if (n.endswith((".code", ".state")) or "/" in n) and not n.startswith(keys)]
    return told[names].astype("str").isin(["no_answer", "not_asked"]).all(axis=1)


def _coding(tables: Mapping[str, pd.DataFrame], known: Sequence[str], files: Mapping[str, str]) -> list[pd.DataFrame]:
    """Codings of situations: of two of the same one the first counts; one that holds no answer has no person to code."""
    coding = tables["situation_coding"]
    if coding.empty:
        return []
    second = coding.sort_values("coder.code", kind="stable").duplicated("situation").reindex(coding.index)
    empty = ~coding["situation"].isin(known)
    sheet = coding["sheet"].astype("str")
    file = files.get(CODING, CODING)
    into = "described/" + coding["situation"]
    made = ledger(CODING, file, coding["row"], into, {}, second | empty, SECOND_CODER, sheet)
    return [made.assign(reason=made["reason"].mask(empty.to_numpy(), ASIDE))]


def _decisions(given: pd.DataFrame, known: Sequence[str], files: Mapping[str, str]) -> pd.DataFrame:
    """Decisions on duplicates, under the situations in the order of their table: the last one on a pair holds."""
    place = {situation: at for at, situation in enumerate(known)}
    found = [{one, other} <= place.keys() for one, other in zip(given["first"], given["second"], strict=True)]
    unknown = ~pd.Series(found, index=given.index, dtype=bool)
    pair = [
        "/".join(sorted(two, key=lambda situation: place.get(situation, -1)))
        for two in zip(given["first"], given["second"], strict=True)
    ]
    pairs = pd.Series(pair, index=given.index, dtype="str")
    replaced = pairs.duplicated(keep="last") & ~unknown
    aside = unknown | replaced
    made = ledger(DUPLICATES, files.get(DUPLICATES, ""), given["row"], "pairs/" + pairs, {}, aside, UNKNOWN_PAIR)
    return made.assign(reason=made["reason"].mask(replaced.to_numpy(), REPLACED))
