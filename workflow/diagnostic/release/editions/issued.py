"""What a team has already sent of a study: each issue is kept, so that the next one does not give newcomers away."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.release.editions.changes import Previous
from diagnostic.release.editions.ledger import EDITION, EDITION_GONE, EDITION_KEPT, withheld
from diagnostic.release.populations.people import INTERVIEWS, LOCAL, Population
from diagnostic.release.populations.policy import parse
from diagnostic.release.populations.rounding import Claim

STRUCTURE = "structure"  # the unit of those who answered or were asked; of a row, the one behind it
NUMBERS = ["shown_value", "shown_low", "shown_high", "claim_low", "claim_high", "shown_numerator", "shown_denominator"]
SAID = ["label", "unit", "measure", "universe", "formula", "source_table"]
SAID += ["decimals", "interval_kind", "value_text", "method"]
COLUMNS = ("issue", "population", "kind", "name", "value", "base", "low", "high", "ground", *NUMBERS, *SAID, STRUCTURE)
WORTH = ["value", "base", "low", "high", *NUMBERS]  # what is said, of a group or of a fact
FIGURE, ROW, KEY, DRAFT, FACT = "figure", "row", "key", "draft", "fact"
PROFESSIONALS = "professionals"
ANSWERED = {"professional": PROFESSIONALS, "response": PROFESSIONALS}  # unit → the population that it is kept with
DESCRIBED = {"person": "concerned", "situation": "described"}
KEPT: Mapping[str, Mapping[str, str]] = {  # table of a fact → its unit → the population whose batch it is kept with
    "consolidate/respondents": ANSWERED,
    "consolidate/professionals": ANSWERED,
    "collect/partners": {STRUCTURE: PROFESSIONALS},
    "consolidate/meetings": {STRUCTURE: INTERVIEWS, "commune": INTERVIEWS},
    "consolidate/structures": {STRUCTURE: LOCAL, "axis": LOCAL},
    "consolidate/described": DESCRIBED,
    "consolidate/cases": DESCRIBED,
}
# Tables whose facts count those met in interviews too, beside others: kept while either batch is.
MET = ("consolidate/professionals", "collect/partners")


@dataclass(frozen=True)
class Issued:
    """One issue. `record`: one row per statement on a group (`name`: the group; what is printed, the base, the least and
    most it stands for), one per row that a population counted (`name`: its key), one for the key that drew, and one where
    it was a draft, which nothing attacked."""

    name: str
    record: pd.DataFrame

    @property
    def key(self) -> str:
        """The fingerprint of the key that drew; "" where none is recorded."""
        own = self.record.loc[self.record["kind"] == KEY, "name"]
        return str(own.iloc[0]) if len(own) else ""

    @property
    def draft(self) -> bool:
        return bool(self.record["kind"].eq(DRAFT).any())


def record(
    name: str,
    claims: pd.DataFrame,
    populations: Mapping[str, Population],
    key: str = "",
    draft: bool = False,
    ledger: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """An issue as a table with COLUMNS: its `claims`, the rows that each of their populations counted, the key, whether
    it is a `draft`, and what its `ledger` shows that is kept with the batch of a population."""
    told = claims.rename(columns={"group": "name"}).assign(kind=FIGURE)
    facts = kept(ledger) if ledger is not None else pd.DataFrame({"population": []})
    held = [
        pd.DataFrame({"population": one, "kind": ROW, "name": own.key, STRUCTURE: own.behind})
        for one in sorted({*claims["population"], *facts["population"]} & set(populations))
        for own in [populations[one]]
    ]
    kinds = [KEY, DRAFT] if draft else [KEY]
    drew = pd.DataFrame({"population": "", "kind": kinds, "name": [key, ""][: len(kinds)]})
    parts = [told, *held, drew, facts]
    return pd.concat(parts, ignore_index=True).reindex(columns=list(COLUMNS)).assign(issue=name)


def kept(ledger: pd.DataFrame) -> pd.DataFrame:
    """What a ledger shows that is kept with the batch of a population: one row per fact."""
    shown = ledger[ledger["verdict"].eq("shown") & ledger["origin"].eq("observed")]
    shown = shown.assign(kind=FACT, name=shown["fact_id"], population=kept_with(shown))
    return shown.loc[shown["population"].ne(""), ["population", "kind", "name", "ground", *NUMBERS, *SAID]]


def kept_with(facts: pd.DataFrame) -> pd.Series:
    """The population whose batch each fact is kept with; "" for the others."""
    found = [KEPT.get(one, {}).get(unit, "") for one, unit in zip(facts["source_table"], facts["unit"], strict=True)]
    return pd.Series(found, index=facts.index, dtype="object")


def held_back(facts: pd.DataFrame, held: Collection[str]) -> pd.Series:
    """Which facts are kept as they were while these populations keep their last edition. A mask."""
    met = facts["source_table"].isin(MET) if INTERVIEWS in held else False
    return (kept_with(facts).isin(list(held)) | met).astype(bool)


def said(issues: Sequence[Issued]) -> pd.DataFrame:
    """What is kept with a batch, of the last issue that recorded some: one row per fact, by its identifier."""
    every = [one.record[one.record["kind"] == FACT] for one in issues]
    last_ = next((own for own in reversed(every) if len(own)), pd.DataFrame(columns=["name", "ground", *NUMBERS]))
    numbers = last_[NUMBERS].apply(pd.to_numeric, errors="coerce").astype(float)
    words = last_.reindex(columns=["issue", "ground", *SAID]).fillna("").astype("str")  # "": before they were kept
    return words.join(numbers).set_axis(last_["name"], axis=0)


def read(content: bytes) -> list[Issued]:
    """The issues of a CSV with COLUMNS, in the order of their days; none of an empty file."""
    if not content:
        return []
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    table = table.assign(base=table.get("base", "1"))  # records of before rounding was drawn hold exact numbers
    return [Issued(str(name), own) for name, own in table.groupby("issue")]


def write(issues: Sequence[pd.DataFrame]) -> bytes:
    """Issues as one CSV."""
    return pd.concat(issues, ignore_index=True).to_csv(index=False).encode()


def editions(issues: Sequence[Issued], population: str) -> list[Previous]:
    """The editions of a population, each under the name of the last issue that said the same, with the rows that its batch
    counted: those of the first."""
    found: list[Previous] = []
    keys: dict[str, str] = {}
    before: list[tuple[str, ...]] = []
    for issue in issues:
        own = issue.record[issue.record["population"] == population]
        rows = own[own["kind"] == ROW]
        told = own[own["kind"].isin([FIGURE, FACT])]
        if told.empty:
            continue
        content = sorted(map(tuple, told[["kind", "name", *WORTH]].to_numpy(dtype=str).tolist()))
        if len(rows) and content != before:
            behind = rows[STRUCTURE].fillna("") if STRUCTURE in rows else pd.Series("", rows.index)
            keys = {name: structure or name for name, structure in zip(rows["name"], behind, strict=True)}
        printed = {
            str(one.name): Claim(int(one.value), int(one.base), int(one.low), int(one.high))
            for one in own[own["kind"] == FIGURE].itertuples(index=False)
        }
        found = found[:-1] if content == before else found
        found.append(Previous(issue.name, printed, frozenset(keys), issue.draft, keys))
        before = content
    return found


def last(issues: Sequence[Issued], population: str) -> Previous | None:
    """The last edition of a population. None where nothing was sent of it."""
    found = editions(issues, population)
    return found[-1] if found else None


def claims(printed: Mapping[str, Mapping[str, Claim]]) -> pd.DataFrame:
    """What this release prints on groups: one row per group printed (`population`, `group`, `value`, `base`, `low`, `high`)."""
    rows = [
        (population, group, one.value, one.base, one.low, one.high)
        for population, told in sorted(printed.items())
        for group, one in sorted(told.items())
    ]
    whole = dict.fromkeys(("value", "base", "low", "high"), "Int64")
    return pd.DataFrame(rows, columns=["population", "group", *whole]).astype(whole)


# -- Facts that no closed list holds, kept with the batch of those whom they count --------------------------------
# Who answered, which structures, what they say of themselves, which are printed exactly, interviews, other choices of
# counting, drawn numbers without members.
#
# While a population keeps the statements of its last edition, so do they: one answer, or one interview, more would
# else be read off all that is exact.
RESPONSES = "responses"  # a response is kept with those who gave it
LISTED = (EDITION.name, EDITION_KEPT.name)  # grounds of what the closed list keeps by itself
WHY = ("verdict", "ground", "reason")
EXACT = {"shown_value": "value", "shown_low": "low", "shown_high": "high"} | {
    f"shown_{one}": one for one in ("numerator", "denominator")
}


def keep(
    facts: pd.DataFrame, verdicts: pd.DataFrame, held: Collection[str], told: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts and their verdicts, with those of the populations that keep their last
    edition (`held`) as they were: what it did not print is withheld, what has no fact any more is printed again. As they are
    where nothing was recorded of them. `told`: what was, one row per fact (`said`)."""
    if told.empty or not held:
        return facts, verdicts
    words, changed = facts.copy(), verdicts.copy()
    own = facts["origin"].eq("observed") & held_back(facts, held) & ~verdicts["ground"].isin(LISTED)
    for at, fact in facts[own].to_dict("index").items():
        group = parse(fact["group"])[0] if fact["group"] else ""
        if group not in ("", PROFESSIONALS, RESPONSES):
            continue  # of the closed list, or of nothing that is printed
        if fact["fact_id"] not in told.index:
            absent = withheld(dict(fact), EDITION, date=told["issue"].iloc[0])
            changed.loc[at, list(WHY)] = [absent[name] for name in WHY]
            continue
        kept = told.loc[fact["fact_id"]]
        why = typographic(EDITION_KEPT.reason.format(date=kept["issue"]))
        changed.loc[at, list(WHY)] = ["shown", kept["ground"], why]
        changed.loc[at, NUMBERS] = kept[NUMBERS].astype(float).to_list()
        if kept["label"]:
            words.loc[at, "value_text"], changed.loc[at, "method"] = kept["value_text"], kept["method"]
    gone = told[told["label"].ne("") & ~told.index.isin(facts["fact_id"])]
    return _again(words, changed, gone[held_back(gone, held)])


def _again(facts: pd.DataFrame, verdicts: pd.DataFrame, gone: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with the facts that only the last edition has."""
    if gone.empty:
        return facts, verdicts
    blank = dict.fromkeys(("rules", "cells", "group", "base"), "")
    shared = blank | {"study": facts["study"].iloc[0], "origin": "observed", "way": "second_hand"}
    gone = gone.assign(fact_id=gone.index, decimals=pd.to_numeric(gone["decimals"]).astype("Int64"))
    gone.index = pd.RangeIndex(facts.index.max() + 1, facts.index.max() + 1 + len(gone))
    fact = gone[["fact_id", *SAID]].assign(**shared).join(gone[list(EXACT)].rename(columns=EXACT))
    why = {"ground": EDITION_GONE.name, "reason": typographic(EDITION_GONE.reason)}
    told = gone[[*NUMBERS, "method"]].assign(verdict="shown", **why)
    return pd.concat([facts, fact[list(facts)]]), pd.concat([verdicts, told[list(verdicts)]])
