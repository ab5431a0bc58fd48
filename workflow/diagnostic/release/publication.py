"""What an earlier publication allows: its figures printed again, and what data reconstructed from it may say."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from diagnostic.audit.tables import outcome
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.populations.policy import Policy
from diagnostic.release.printed import PROTECTED
from diagnostic.release.ways.coded import class_of

# -- Printed again: what is public already, as the publication's -----------------------------------------------------
# The publication proves some groups by itself: that is its baseline. A figure on persons described is printed again where
# an answer that the codebook declares counts, of a base that is known, as many persons as the thresholds ask, and leaves as
# many; printing a smaller one, or what is left of a base by difference, would only make it easier to find. What is found
# here stays beside none of them. What professionals say of their own work is told as everywhere: exactly. The complete
# table stays with the team (phase estimate).
NOT_AGAIN = "Déjà public, non réimprimé."
WITHHELD = "Non publié : le verdict donnerait le nombre."
PERSONS = ("situations",)  # stages whose figures count persons described
PROFESSIONALS = ("survey", "survey+interviews", "interviews")
TOTALS = (
    *("shared.persons_concerned", "shared.persons_prostitution"),
    *("cond.base_finance", "cond.base_occupation", "cond.base_housing"),
)
SAID_EXACTLY = ("own", "participation")  # ways of what professionals say of themselves
CANDIDATE = re.compile(r"(\d+)\(k=(\d+)")  # a base that a share may be of, and the least count that it then stands for
NUMERIC = ("count", "percent", "age_range", "range", "share")
DESCRIBED = ("group", "declared")  # ways of what is said of persons, or of those behind ads


def class_of_figure(figure: str, policy: Policy) -> str:
    """The class that a published figure names: that of the answers that it counts, by the codebook; of persons of whom the
    codebook does not say it, the strictest. What counts nobody described is ordinary."""
    one = ids.read(figure).plain
    if one.pattern and one.entry.unit == "commune":
        return "place"
    if one.pattern and one.entry.way not in DESCRIBED:
        return "ordinary"
    if "option" in one.parts:
        return policy.class_of_answer(one.parts["variable"], [one.parts["option"]])
    return class_of(figure, policy)


def protect(
    reproduction: pd.DataFrame, published_figures: pd.DataFrame, policy: Policy, ledger: pd.DataFrame
) -> pd.DataFrame:
    """The reproduction table without the published figures that may not be printed again: neither published nor
    computed value, nor the verdict, which would give one of the other. What the `ledger` prints of no person (the mode
    of interviews, their towns) is decided there alone."""
    if reproduction.empty or published_figures.empty:
        return reproduction
    figures = published_figures.set_index("id").reindex(reproduction["fact_id"])
    unit = figures["unit"].astype("str").to_numpy()
    threshold = reproduction["fact_id"].map(lambda one: policy.threshold(class_of_figure(one, policy))).to_numpy(float)
    part, left = _counted(figures)
    numeric = np.isin(unit, NUMERIC)
    total = reproduction["fact_id"].isin(TOTALS).to_numpy()
    persons = reproduction["source_stage"].isin(PERSONS).to_numpy() & numeric & ~total
    small = (part < threshold) | (left < threshold) | ((unit == "percent") & np.isnan(left))
    unknown = ~reproduction["fact_id"].isin(set(policy.coded)).to_numpy()
    few = small | unknown | ~np.isin(unit, ("count", "percent")) | np.isnan(part)
    few = few | _undone(reproduction["fact_id"], part, left, persons & ~few, threshold, policy)
    professionals = reproduction["source_stage"].isin(PROFESSIONALS).to_numpy() & np.isin(unit, ("count", "percent"))
    told = ledger["verdict"].eq("shown") & ~ledger["unit"].isin(PEOPLE) & ledger["origin"].ne(RECONSTRUCTED)
    printed = reproduction["fact_id"].isin(set(ledger.loc[told, "fact_id"])).to_numpy()
    printed = printed | reproduction["fact_id"].map(_way).isin(SAID_EXACTLY).to_numpy()
    hidden = (persons & few) | (professionals & small & ~printed)
    beside = hidden | (persons & reproduction["computed"].fillna("").ne("").to_numpy())
    unseen = without(reproduction, beside, computed=PROTECTED, reason=NOT_AGAIN)
    return unseen.assign(published=reproduction["published"].mask(hidden, PROTECTED))


def without(reproduction: pd.DataFrame, hidden: np.ndarray | pd.Series, **told: str) -> pd.DataFrame:
    """The reproduction table, where `hidden` is, without its verdict, and with what is `told` in the place of the rest."""
    words = {"status": "withheld", "basis": ""} | told
    return reproduction.assign(**{name: reproduction[name].mask(hidden, word) for name, word in words.items()})


def _way(figure: str) -> str:
    """The way of release of what a published figure counts; empty where the catalogue does not know it."""
    one = ids.read(figure).plain
    return one.entry.way if one.pattern else ""


def _counted(figures: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What each published figure counts at least, and what it leaves of its base; of a share whose base is not stated, the
    least over the bases that it may be of; nan where none is known."""
    value = pd.to_numeric(figures["value"], errors="coerce").to_numpy(dtype=float)
    base = pd.to_numeric(figures["base_value"], errors="coerce").to_numpy(dtype=float)
    share = figures["unit"].eq("percent").to_numpy()
    part = np.where(share, np.floor((value - 0.5) * base / 100), value)
    left = base - part
    given = figures["candidate_bases"].fillna("") if "candidate_bases" in figures else pd.Series("", figures.index)
    for at, text in enumerate(given):
        may = [(int(whole), int(least)) for whole, least in CANDIDATE.findall(text)]
        if share[at] and np.isnan(base[at]) and may:
            part[at], left[at] = min(least for _, least in may), min(whole - least for whole, least in may)
    return part, left


def _undone(
    names: pd.Series, part: np.ndarray, left: np.ndarray, shown: np.ndarray, threshold: np.ndarray, policy: Policy
) -> np.ndarray:
    """The figures that, with others of the same question and base, would leave fewer persons than the threshold: of several
    answers that do not overlap, the smallest."""
    found = np.zeros(len(names), dtype=bool)
    rows: dict[tuple[str, float], list[tuple[int, frozenset[str]]]] = {}
    for at, name in enumerate(names):
        asked = [one.partition("=") for one in policy.coded.get(name, ())]
        if shown[at] and len({variable for variable, _, _ in asked}) == 1 and not np.isnan(left[at]):
            answers = frozenset(answer for _, _, answer in asked)
            rows.setdefault((asked[0][0], round(part[at] + left[at])), []).append((at, answers))
    for (_, base), own in rows.items():
        counts = {answers: max(part[at] for at, same in own if same == answers) for _, answers in own}
        apart: list[frozenset[str]] = []
        for answers in sorted(counts, key=lambda one: (len(one), -counts[one])):
            apart += [answers] if not any(answers & other for other in apart) else []
        apart.sort(key=lambda one: -counts[one])
        while apart and 0 < base - sum(counts[one] for one in apart) < max(threshold[at] for at, _ in own):
            smallest = apart.pop()
            for at, answers in own:
                found[at] |= answers == smallest
    return found


def withdraw(reproduction: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """The reproduction table without what the ledger withholds: a verdict beside a published figure gives it away."""
    hidden = reproduction["fact_id"].isin(set(ledger.loc[ledger["verdict"] != "shown", "fact_id"]))
    reason = reproduction["reason"].mask(hidden & ~reproduction["reason"].eq(NOT_AGAIN), WITHHELD)
    return without(reproduction, hidden, computed=PROTECTED).assign(reason=reason)


def passages(
    published_figures: pd.DataFrame, published_structure: pd.DataFrame, compared: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The passages of a publication that read in several ways, one row per reading: of each, what the figures that are
    printed again (`compared`) prove by themselves; none where the study says no relation between figures."""
    if published_structure.empty or published_figures.empty:
        return {"readings": pd.DataFrame(columns=columns("release/readings"))}
    from diagnostic.audit.auditing import readings  # here: it loads the solver, which most studies do not need

    again = set(compared.loc[compared["published"].ne(PROTECTED), "fact_id"])
    found = readings(published_figures, published_structure, again)
    come_to = {question: outcome(own) for question, own in found.groupby("question")}
    return {"readings": found.assign(outcome=found["question"].map(come_to))[columns("release/readings")]}


# -- Reconstructed: what every reconstruction says, and nothing else -------------------------------------------------
# They were made to agree with the published figures, so only these hold in all of them, at the precision at which they
# were published: with the base that was published, and the one count of it that a published share allows. Any other number,
# any bound, numerator or base may change from one reconstruction to the next.
RECONSTRUCTED = "reconstructed"
GROUND = "reconstructed"  # in the ledger, of what the publication does not fix, or has told already
MOVES = (
    "Reconstitué : la publication ne donne pas ce nombre sous ce nom ; il peut changer d’une reconstitution à l’autre."
)
HOLDS = "Reconstitué : vrai de toute reconstitution, à la précision publiée."
NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def settle(
    ledger: pd.DataFrame, reproduction: pd.DataFrame, published_figures: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger and the reproduction table of a study, with what is reconstructed reduced to what holds in every
    solution; both as they are where nothing is. A number is told with its own precision, no longer with a draw's claim."""
    made = ledger["origin"].eq(RECONSTRUCTED)
    if not made.any():
        return ledger, reproduction
    same = reproduction[reproduction["status"].eq("reproduced")].set_index("fact_id")["published"]
    published = ledger["fact_id"].map(same)
    number = pd.to_numeric(published.where(published.fillna("").str.match(NUMBER)), errors="coerce").astype(float)
    holds = made & published.notna()
    moves = made & ~holds
    kept = holds & ledger["verdict"].ne("withheld")
    again = reproduction[reproduction["reason"].eq(NOT_AGAIN)].set_index("fact_id")["reason"]
    told_already = ledger["fact_id"].map(again)
    why = told_already.astype("str").where(told_already.notna(), MOVES)
    part, whole = _of_whole(ledger, published_figures, number)
    settled = ledger.assign(
        verdict=ledger["verdict"].mask(moves, "withheld"),
        ground=ledger["ground"].mask(moves, GROUND),
        reason=ledger["reason"].mask(moves, why).mask(kept, HOLDS),
        value=ledger["value"].mask(made, number),
        shown_value=ledger["shown_value"].mask(moves).mask(kept, number),
        interval_kind=ledger["interval_kind"].mask(made, "none"),
        **{name: ledger[name].mask(made) for name in ("low", "high", "shown_low", "shown_high")},
        **{name: ledger[name].mask(made) for name in ("claim_low", "claim_high", "numerator", "denominator")},
        shown_numerator=ledger["shown_numerator"].mask(made, part.where(kept)),
        shown_denominator=ledger["shown_denominator"].mask(made, whole.where(kept)),
        **{name: ledger[name].mask(made, "") for name in ("method", "rules")},  # they may tell numbers
    )
    told = reproduction["fact_id"].isin(ledger.loc[holds, "fact_id"])
    return settled, reproduction.assign(computed=reproduction["computed"].mask(told, reproduction["published"]))


def _of_whole(ledger: pd.DataFrame, published_figures: pd.DataFrame, number: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The published base of each fact, and the count of it that is published, or that its published share alone allows; both
    or neither, where the release tells them."""
    published = published_figures.set_index("id")
    base, allowed = (
        pd.to_numeric(ledger["fact_id"].map(published[name]), errors="coerce").astype(float)
        for name in ("base_value", "feasible_k")
    )
    part = number.where(ledger["measure"].eq("count"), allowed)
    both = base.notna() & part.notna() & ledger["shown_denominator"].notna()
    return part.where(both), base.where(both)
