"""What counts no persons: things as they are, what stands for one person each from the threshold on, rows received, structures.

A structure agrees to be named for what it offers, not for having been heard: no number may say which ones were. It is counted
whether it agrees to be named or not: who takes the named ones away from a number is left with the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pandas as pd

from diagnostic.collect.answers import AXES, FIELDS
from diagnostic.core.french import slug
from diagnostic.estimate.catalogue import ids, ways
from diagnostic.privacy import folding
from diagnostic.release.editions import changes, ledger
from diagnostic.release.editions.ledger import Ground, Row, as_it_is, number, row, withheld
from diagnostic.release.populations.people import INTERVIEWS, agreed
from diagnostic.release.populations.policy import CLASSES
from diagnostic.release.ways import places
from diagnostic.release.ways.model import rounded
from diagnostic.release.ways.way import PUBLISHED, Printed, Scope, Sentence, Way, leaves

ANSWERED = "partners.place.{code}"  # structures that answered in one commune, of those whose commune is known
VENUES = "venues.type.{type}"  # places at risk of one kind
ALL_VENUES = ("venues.high_risk", "venues.arrondissements")
RECEIVED = "quality.rows.{role}"
OF_PERSONS = ("quality.rows", RECEIVED, "quality.outcome.{outcome}", "quality.rule.{rule}")
LISTED = ("sites", "ad_counts", "ad_pages", "press", "practices", "restitutions", "actions")  # printed whole, of nobody
SERVICE = Ground("service", "Compte d’un service, rendu à ce service seul.")
HEARD_OF = Ground("heard", "Trop peu de structures rencontrées, ou celles que le rapport nomme.")
UNNAMED = Ground(
    "unnamed",
    "Dirait d’une ou deux structures sans nom ce qu’elles sont, à côté de celles que le rapport nomme.",
)
SPARSE = Ground("sparse", "Type de trop peu d’établissements, ou qui se déduirait du total.")


def each(fact: Row, scope: Scope) -> Row | None:
    """A number of what stands for one person each, or its share: as it is from the threshold on."""
    if not ways.fits(fact):
        return None
    least = scope.policy.rules.thresholds.ordinary
    if not number(fact["numerator"] if fact["measure"] == "percent" else fact["value"]) >= least:
        return withheld(fact, ledger.SMALL, threshold=least, named=CLASSES["ordinary"])
    return as_it_is(fact)


def rows(fact: Row, scope: Scope) -> Row | None:
    """Rows received, where the study describes persons: rounded, but those of lists that are printed whole; without all rows,
    which count people."""
    if "described" not in scope.populations:
        return None
    if ids.is_one(fact["fact_id"], RECEIVED) and ids.read(fact["fact_id"]).parts["role"] in LISTED:
        return row(fact, "shown", ledger.NOT_ABOUT_PERSONS, fact["value"])
    return rounded(fact, scope, "ordinary") if ids.is_one(fact["fact_id"], *OF_PERSONS) else None


def structures(fact: Row, scope: Scope) -> Row | None:
    """Structures of one place, or an office that very few people hold: as they are where they are not few."""
    few = ids.is_one(fact["fact_id"], *places.STRUCTURES, changes.OFFICE)
    if few and number(fact["value"]) < scope.policy.rules.contributors.structures:
        return withheld(fact, ledger.CONTRIBUTORS)
    # whose commune is known: less the communes that are named, the others
    commune = ids.is_one(fact["fact_id"], ANSWERED) and leaves(fact)
    return as_it_is(fact, whole=math.nan) if commune else None


# -- What the numbers of structures say together ---------------------------------------------------------------------
def heard(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """The facts on interviews to withhold, of the team's own list: those of a day, whose month is told; those of every month,
    or of every year, where too few structures were met in one; those of a field, or in a town, where too few structures
    were met, or whose structures that are named could be those that were met. Beside such a town the total would leave few
    interviews to few towns: neither how many interviews name none nor how many towns there are is told of any study, since
    what is told of some only would say which have one. A mask over the facts."""
    met = scope.populations.get(INTERVIEWS)
    if met is None:
        return pd.Series(False, index=facts.index)
    meetings, known = met.frame, agreed(scope.known.structures)["activity_field"].value_counts()
    gone = [
        *(changes.HEARD.format(field=field) for field in untold_fields(meetings, known)),
        *(changes.WHERE.format(place=town) for town in untold_towns(meetings)),
        *changes.TOWNS,
        *changes.DAYS,
    ]
    alone = tuple(when for when, length in changes.WHEN.items() if _alone(meetings, length))
    told_of = facts["fact_id"].isin(gone) | ids.of(facts["fact_id"], *alone)
    return facts["source_table"].eq(changes.MEETINGS) & facts["origin"].eq("observed") & told_of


def _alone(meetings: pd.DataFrame, length: int) -> bool:
    """Whether few structures were met in some month, or year: whoever knows of one would have counted the others. A month
    without a bar is one without interview, so that all are told or none is."""
    when = meetings["date"].dt.strftime("%Y-%m-%d").str[:length]
    return bool(_structures_met(meetings.assign(when=when), "when").lt(changes.FEW).any())


def untold_fields(meetings: pd.DataFrame, agreed: Mapping[str, int] | pd.Series) -> list[str]:
    """The fields of activity whose interviews are not counted apart (`meetings`: one row per interview; `agreed`: field →
    structures of it that are named).

    Those where fewer than `changes.FEW` structures were met, none included, since a word for one or two alone would tell of them;
    those of no more named structures than interviews, which would be taken for those met; then those of the fewest
    interviews, until what the exact total leaves is of several fields, of as many structures, and of more named ones. None
    where every structure met is of a field of enough.
    """
    fields = list(FIELDS)
    met = _structures_met(meetings, "activity_field").reindex(fields, fill_value=0)
    held_ = meetings["activity_field"].value_counts().reindex(fields, fill_value=0)
    known = pd.Series(dict(agreed), dtype=int).reindex(fields, fill_value=0)
    hidden = [field for field in fields if met[field] < changes.FEW or _guessed(known[field], held_[field])]
    if not met[hidden].sum():
        return []
    for field in sorted(set(fields) - set(hidden), key=lambda one: (held_[one], fields.index(one))):
        guessed = _guessed(known[hidden].sum(), held_[hidden].sum())
        if len(hidden) > 1 and met[hidden].sum() >= changes.FEW and not guessed:
            break
        hidden.append(field)
    return hidden


def _guessed(agreed: int, interviews: int) -> bool:
    """Whether the structures that are named, of a field, could all be those that were met there."""
    return 0 < agreed <= interviews


def untold_towns(meetings: pd.DataFrame) -> list[str]:
    """The towns whose interviews are not counted apart, as identifiers name them (`meetings`: one row per interview).

    Those where fewer than `changes.FEW` structures were met, however many interviews were; then those of the fewest interviews,
    until what the exact total leaves, with the interviews that name no town, may be `changes.FEW` numbers for each of them.
    """
    towns = meetings["place"].map(slug, na_action="ignore")
    met, held = _structures_met(meetings.assign(place=towns), "place"), towns.value_counts()
    hidden = list(met.index[met < changes.FEW])
    if not hidden:
        return []
    for town in sorted(set(met.index) - set(hidden), key=lambda one: (held[one], one)):
        if held[hidden].sum() + towns.isna().sum() - len(hidden) + 1 >= changes.FEW:
            break
        hidden.append(town)
    return hidden


def _structures_met(meetings: pd.DataFrame, column: str) -> pd.Series:
    """How many structures were met, by the values of a column; one that is not written is one more."""
    one_more = pd.Series(meetings.index.astype("str"), index=meetings.index)
    met = meetings["structure"].map(folding.fold, na_action="ignore").fillna(one_more)
    return met.groupby(meetings[column]).nunique()


def unnamed(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """The facts to withhold where these and the list of the named tell of one or two others: structures of every field or
    of none, of every axis or of none, since one left out alone would be the one; of an axis, those that have not said whether
    they answer to it too. How many axes have none then goes too: beside the list of the named, it tells what the others offer.
    A mask over the facts."""
    if scope.known.structures.empty:
        return pd.Series(False, index=facts.index)
    name, left = facts["fact_id"], scope.known.structures.drop(agreed(scope.known.structures).index)
    axes = left[list(AXES)]
    gone = [changes.FIELD] if _one_or_two(left["activity_field"].value_counts()) else []
    gone += (
        [changes.AXIS, changes.UNCOVERED] if _one_or_two(pd.concat([axes.eq(True).sum(), axes.isna().sum()])) else []
    )
    return pd.Series(ids.of(name, *gone), index=facts.index) if gone else pd.Series(False, index=facts.index)


def _one_or_two(numbers: pd.Series) -> bool:
    return bool(numbers.between(1, changes.FEW - 1).any())


def sparse(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """Kinds of places at risk to withhold, of the study's own: those of too few places, which a reader could go and find;
    then the smallest others, until the exact total leaves several kinds and enough places; and a total of too few, which is
    that of their kinds. A mask over the facts."""
    least = scope.policy.rules.contributors.structures
    of_kinds = pd.Series(ids.of(facts["fact_id"], VENUES), index=facts.index)
    if not of_kinds.any():
        return of_kinds
    own = facts[of_kinds & ~facts["origin"].isin(PUBLISHED)]
    values = own.loc[verdicts.loc[own.index, "verdict"].eq("shown"), "value"].sort_values(kind="stable")
    hidden = int(values.lt(least).sum())
    while 0 < hidden < len(values) and (hidden == 1 or values.iloc[:hidden].sum() < least):
        hidden += 1
    gone = facts.index.isin(values.index[:hidden]) & of_kinds
    few = len(own) and own["value"].sum() < least
    return gone | (facts["fact_id"].isin(ALL_VENUES) & ~facts["origin"].isin(PUBLISHED) if few else False)


# -- The ways ------------------------------------------------------------------------------------------------------
def _of(*patterns: str, every: bool = False) -> Callable[[Printed], pd.DataFrame]:
    """The statements of the study's own of these patterns; `every`: printed or not."""

    def governs(printed: Printed) -> pd.DataFrame:
        own = printed.statements[printed.statements["origin"].eq("observed")] if every else printed.observed
        return own[ids.of(own["statement_id"], *patterns)]

    return governs


EACH = ("measure", "reply", "pseudonym")  # units of what stands for one person each
ACTS = "law_results"  # what the law did, by year: totals that their source lets out
THINGS = Way(
    sentences={
        "kinds": Sentence(
            "Un type d’établissement qui en compte moins de {structures}",
            "n’est pas nommé, ni un autre dont il se déduirait. Moins de {structures} établissements en tout ne sont pas comptés.",
            _of(VENUES),
        )
    }
)
ONE_EACH = Way(
    decide=each,
    sentences={
        "each": Sentence(
            "Une mesure pénale concerne une personne, une réponse reçue en ligne ou un pseudonyme en vient :",
            "s’il y en a moins de {ordinary}, le nombre n’est pas donné.",
            lambda printed: printed.of(EACH, "count"),
        )
    },
)
ROWS = Way(decide=rows)
SERVICES = Way(ungrouped=lambda fact, scope: withheld(fact, SERVICE))
ACT = Way(
    sentences={
        "acts": Sentence(
            "Les totaux de l’application de la loi",
            "sont ceux d’actes que leur source permet de dire à qui reçoit ce document ; ils ne viennent pas de cette enquête, et "
            "sont imprimés comme leur source les donne, petits et zéros compris.",
            lambda printed: printed.observed[
                printed.observed["statement_id"].map(lambda one: ids.read(one).family).eq(ACTS)
            ],
        )
    }
)
STRUCTURES = Way(
    decide=structures,
    sentences={
        "heard": Sentence(
            "Une commune où moins de {structures} structures ont répondu",
            ", ou ont été rencontrées, n’est pas nommée pour cela. Ni les entretiens dont "
            "la ville n’est pas écrite ni le nombre des villes ne sont dits.",
            _of(*places.STRUCTURES),
        ),
        "fields": Sentence(
            "Les entretiens d’un champ d’activité où moins de {structures} structures ont été rencontrées",
            "ne sont pas comptés à part, ni ceux d’un autre champ dont ils se déduiraient ; ni ceux d’un champ qui n’a pas plus de "
            "structures nommées que d’entretiens : on croirait savoir lesquelles ont parlé.",
            _of(changes.HEARD, every=True),
        ),
        "unnamed": Sentence(
            "D’une structure qui n’est pas nommée, rien n’est dit",
            ": ni son champ, ni ce qu’elle propose, ni sa ville, ni le jour d’un entretien. Les entretiens menés par l’équipe sont "
            "comptés, et ne sont ni listés ni datés au jour près. Les structures par champ d’activité, ou par axe, ne sont comptées que si aucun champ, ou "
            "aucun axe, n’en a une ou deux qui ne sont pas nommées.",
            _of("interviews.total", "pathway.structures"),
        ),
    },
)
