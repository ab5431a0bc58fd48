"""The method of each study as data: what it declares, what its own statements say of how it was made, what follows."""

import datetime as dt
import re
from collections.abc import Mapping

import pandas as pd

from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue.ids import chosen, fact, of
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.estimate.internet.ads import seasons
from diagnostic.release.printed import WITHHELD, moment

Said = tuple[str, str]  # code, words
PRINTED = {  # item → the statement that says it
    "sites": "ads.sites",
    "coded": "sample.usable",
    "double": "sample.twice",
    "respondents": "survey.professionals",
    "response": "partners.response_pct",
    "count_days": "ads.count_days",
}
FIELDS, COUNT = "interviews.field.{field}", "ads.site_count.{site}"
KIND = "ads.sites_{category}"
DAY = re.compile(rf"(\d{{1,2}})(?:er)?\s+({'|'.join(french.MONTHS)})(?:\s+(\d{{4}}))?")
YEARS, SPAN = "shared.reference_years", "shared.reference_window_years"  # of the facts, as a publication prints them
SIZE = "ads.sample_size"  # of the coded ads, where a publication coded them


def of_statements(
    statements: pd.DataFrame, reprinted: pd.DataFrame, publication: bool = False
) -> dict[str, tuple[str, str, str]]:
    """Item → code, words and statement, from the statements of one study (one row per statement) and from the figures of its
    publication that it prints again (`reprinted`, one row per figure); of what is not there, nothing; of what is not
    published, the words that say so at most. `publication`: its ads are those that the publication coded."""
    shown: dict[str, Statement] = {one.statement_id: one for one in statements.itertuples() if one.printed != WITHHELD}
    again = dict(zip(reprinted["fact_id"], reprinted["published"], strict=True))
    found = {
        item: (f"{shown[name].shown_value:g}", shown[name].printed, name)
        for item, name in PRINTED.items()
        if name in shown
    }
    if publication and SIZE in shown:
        found["coded"] = (f"{shown[SIZE].shown_value:g}", shown[SIZE].printed, SIZE)
    if YEARS in again:
        span = f" ({again[SPAN]} ans, selon la publication)" if SPAN in again else ""
        found["facts_window"] = (again[YEARS], f"faits de {moment(again[YEARS])}{span}", "")
    if "ads.collection_period" in shown:
        found["ads_window"] = (days(shown["ads.collection_period"].printed), "", "")
    if {"ads.sites", "ads.sites_with_ads"} <= shown.keys():
        empty = shown["ads.sites"].shown_value - shown["ads.sites_with_ads"].shown_value
        if counted := int(of(statements["statement_id"], COUNT).sum()):  # of each site counted, zeros included
            uncounted = shown["ads.sites"].shown_value - counted
            found["uncounted"], empty = _few(uncounted), empty - uncounted
        found["empty_sites"] = _few(empty)
    counts = [shown[name] for name in chosen(shown, COUNT)]
    if counts:
        some = sum(one.measure == "estimate" for one in counts)
        word = french.plural(some, "site estimé", "sites estimés")
        found["read_pages"] = ("some", f"{some} {word}", "") if some else ("none", "aucun, tout est compté", "")
    if chosen(shown, "sample.disposition.{disposition}"):
        found["disposition"] = ("one by one", "écartées une à une", "")
    found["copies"], found["search"] = _copies(shown), _search(shown)
    if kinds := _parts(shown, KIND, "category"):
        found["site_kinds"] = kinds
    if told := _parts(shown, FIELDS, "field"):
        code, words, _ = told
        others = chosen(statements.loc[statements["printed"].eq(WITHHELD), "statement_id"], FIELDS)
        found["fields"] = (code, f"dont {words}" if others else words, "")
    elif chosen(statements["statement_id"], FIELDS) and not chosen(shown, FIELDS):
        found["fields"] = ("", f"entretiens par champ : {WITHHELD}", "")
    return found


def _parts(shown: Mapping[str, Statement], pattern: str, word: str) -> tuple[str, str, str] | None:
    """How many of each kind, as `a=3;b=1` and in words; none where nothing is counted. `word`: what the pattern calls a kind."""
    every = {fact(name).parts[word]: shown[name] for name in chosen(shown, pattern)}
    told = {name: one for name, one in every.items() if one.shown_value > 0}
    code = ";".join(f"{name}={one.shown_value:g}" for name, one in sorted(told.items()))
    words = ", ".join(f"{one.label.rpartition(' : ')[2]} {one.printed}" for one in told.values())
    return (code, words, "") if told else None


def _search(shown: Mapping[str, Statement]) -> tuple[str, str, str]:
    """How the copies of coded ads were searched."""
    if "sample.searched" not in shown or not shown["sample.searched"].shown_value > 0:
        return _copies(shown) if "ads.persons_estimate" in shown else ("none", "non cherchés", "")
    if "persons.recall_pct" in shown:
        return "twice", "copies cherchées deux fois, oublis mesurés", ""
    return "once", "copies cherchées une seule fois, oublis non mesurés", ""


def _few(sites: float) -> tuple[str, str, str]:
    return f"{sites:g}", french.number(sites) if sites else "aucun", ""


def _copies(shown: Mapping[str, Statement]) -> tuple[str, str, str]:
    if "sample.searched" in shown and shown["sample.searched"].shown_value > 0:
        return "searched", "copies cherchées pour chaque annonce codée", ""
    if "ads.persons_estimate" in shown:
        return "published", "taux repris de la publication", ""
    return "none", "non cherchés", ""


def days(printed: str) -> str:
    """The ISO days of a printed day or period: « 20 septembre – 5 décembre 2018 » → 2018-09-20/2018-12-05; else empty."""
    found = DAY.findall(printed.replace(french.NBSP, " "))
    if not found:
        return ""
    last = found[-1][2]
    made = [dt.date(int(year or last), french.MONTHS.index(month) + 1, int(day)) for day, month, year in found]
    return f"{made[0].isoformat()}/{made[-1].isoformat()}"


def methods(
    items: pd.DataFrame,
    declared: Mapping[str, Mapping[str, Said]],
    stated: Mapping[str, Mapping[str, tuple[str, str, str]]],
) -> pd.DataFrame:
    """One row per study and item, in the order of `declared` and of `items`. `declared`: study → item → code and words; `stated`:
    the same with the statement, which prevails. What no rule can read has an empty code, and words if something is said."""
    rows = []
    for study in declared:
        own = {item: (*said, "") for item, said in declared[study].items()} | dict(stated.get(study, {}))
        own = _of_window(own.get("ads_window", ("", "", ""))[0]) | own
        for item in items.itertuples():
            code, words, statement = own.get(item.item, ("", "", ""))
            rows.append((study, item.item, item.title, code, words, f"{study}.{statement}" if statement else ""))
    return pd.DataFrame(rows, columns=columns("compare/methods"))


def _of_window(window: str) -> dict[str, tuple[str, str, str]]:
    """What the days of a count of ads say of its length and season."""
    if not window:
        return {}
    first, last = map(dt.date.fromisoformat, window.split("/"))
    length = (last - first).days + 1
    season = seasons(pd.Period(first, "M"), pd.Period(last, "M"))
    said = f"{length} {french.plural(length, 'jour')}"
    return {
        "ads_window": (window, moment(window), ""),
        "ads_days": (str(length), said, ""),
        "count_days": (str(length), f"{said}, ceux du relevé", ""),
        "season": (season, season, ""),
    }


def invented(methods: pd.DataFrame) -> set[str]:
    """The studies whose data are invented (`methods`: one row per study and item)."""
    return set(methods.loc[methods["item"].eq("invented") & methods["code"].eq("yes"), "study"])
