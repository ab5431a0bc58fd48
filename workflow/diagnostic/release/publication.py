"""What an earlier publication allows: its figures printed again, and what data reconstructed from it may say."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from diagnostic.estimate.catalogue import ids
from diagnostic.estimate.catalogue.ways import PEOPLE
from diagnostic.release.populations.policy import Policy
from diagnostic.release.printed import PROTECTED
from diagnostic.release.ways.coded import class_of

# -- Claim again: what is public already is not told a second time ------------------------------------------------
# The publication proves some groups by itself. That is its baseline; printing a figure again, beside others, would only
# make it easier to find. Figures on some of the persons described are not printed again, whatever they say; others follow
# the thresholds. The complete table stays with the team (phase estimate).
NOT_AGAIN = "Déjà public, non réimprimé."
WITHHELD = "Non publié : le verdict donnerait le nombre."
PERSONS = ("situations",)  # stages whose figures count persons described
PROFESSIONALS = ("survey", "survey+interviews", "interviews")
TOTALS = ("shared.persons_concerned", "shared.persons_prostitution")
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
    value = pd.to_numeric(figures["value"], errors="coerce").to_numpy(dtype=float)
    base = pd.to_numeric(figures["base_value"], errors="coerce").to_numpy(dtype=float)
    unit = figures["unit"].astype("str").to_numpy()
    threshold = reproduction["fact_id"].map(lambda one: policy.threshold(class_of_figure(one, policy))).to_numpy(float)
    numeric = np.isin(unit, NUMERIC)
    persons = reproduction["source_stage"].isin(PERSONS).to_numpy() & numeric
    persons &= ~reproduction["fact_id"].isin(TOTALS).to_numpy()
    part = np.where(unit == "percent", np.floor((value - 0.5) * base / 100), value)
    small = (part < threshold) | (base - part < threshold) | ((unit == "percent") & np.isnan(base))
    professionals = reproduction["source_stage"].isin(PROFESSIONALS).to_numpy() & np.isin(unit, ("count", "percent"))
    told = ledger["verdict"].eq("shown") & ~ledger["unit"].isin(PEOPLE) & ledger["origin"].ne(RECONSTRUCTED)
    printed = reproduction["fact_id"].isin(set(ledger.loc[told, "fact_id"])).to_numpy()
    hidden = persons | (professionals & small & ~printed)
    return without(reproduction, hidden, published=PROTECTED, computed=PROTECTED, reason=NOT_AGAIN)


def without(reproduction: pd.DataFrame, hidden: np.ndarray | pd.Series, **told: str) -> pd.DataFrame:
    """The reproduction table, where `hidden` is, without its verdict, and with what is `told` in the place of the rest."""
    words = {"status": "withheld", "basis": ""} | told
    return reproduction.assign(**{name: reproduction[name].mask(hidden, word) for name, word in words.items()})


def withdraw(reproduction: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """The reproduction table without what the ledger withholds: a verdict beside a published figure gives it away."""
    withheld = set(ledger.loc[ledger["verdict"] != "shown", "fact_id"])
    hidden = reproduction["fact_id"].isin(withheld)
    again = reproduction["published"].eq(PROTECTED)
    reason = reproduction["reason"].mask(hidden & ~again, WITHHELD)
    return without(reproduction, hidden, computed=PROTECTED).assign(reason=reason)


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
    again = reproduction[reproduction["published"].eq(PROTECTED)].set_index("fact_id")["reason"]
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
