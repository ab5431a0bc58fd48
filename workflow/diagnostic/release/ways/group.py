"""Groups of the closed list: a fact prints what was decided of its group, and no more."""

import math

from diagnostic.estimate.catalogue import ids
from diagnostic.release.editions import ledger
from diagnostic.release.editions.ledger import Ground, Row, discreet, number, row, withheld
from diagnostic.release.populations.policy import ARRONDISSEMENT, CLASSES, Policy, parse
from diagnostic.release.populations.rounding import EXACT, Claim, share
from diagnostic.release.ways import envelopes
from diagnostic.release.ways.listed import PLACED, Released
from diagnostic.release.ways.way import Printed, Scope, Sentence, Way

OPEN = ("bounds", "model")  # the kinds of limits that answers leave open
NO_SHARE = Ground("base", "Base imprimée de moins de {threshold}, ou part de tout ou de rien : aucun pourcentage.")
PARTICIPATION = Ground("exact", "Exact : de la participation à l’enquête.")
REASONS = {  # why nothing is printed of a group (`listed.Decision.reason`)
    one.name: one
    for one in (
        *(ledger.SMALL, ledger.CONTRIBUTORS, ledger.DRAW, ledger.SECONDARY, ledger.EDITION),
        Ground("split", "Répartition retirée au hasard, une fois sur vingt, comme toute répartition d’un petit total."),
        Ground("ladder", "Hors du barreau retenu : la liste entière en dirait trop."),
    )
}


def listed(fact: Row, scope: Scope) -> Row:
    """A fact on a group of the closed list."""
    released = scope.released.get(parse(fact["group"])[0])
    entry = released.entry(fact["group"]) if released else None
    if released is None or entry is None or _finer(fact):
        return withheld(fact, ledger.PLACE if _finer(fact) else ledger.LIST)
    claim = released.decision.printed.get(entry.name)
    fact = fact | {"method": discreet(fact["method"], scope.policy)}
    if claim is None:
        said = {"threshold": entry.threshold, "named": CLASSES[entry.group_class], "date": released.edition}
        return withheld(fact, REASONS[released.decision.reason[entry.name]], **said)
    whole = released.printed(fact["base"]) if fact["base"] else None
    if fact["measure"] == "percent":
        return _share(fact, claim, whole, released, scope.policy)
    low, high = _ends(fact, envelopes.of_count(fact, claim, released.margins), claim)
    ground = ledger.EDITION_KEPT if released.edition else PARTICIPATION if claim.base == EXACT else ledger.ROUNDED
    # all of a rounded base: no more a base than a share
    based = whole and not math.isnan(number(fact["denominator"])) and claim.value < whole.value
    return row(
        fact,
        "shown",
        ground,
        float(claim.value),
        said={"base": claim.base, "date": released.edition},
        claim=(claim.low, claim.high),
        low=low,
        high=high,
        part=math.nan if math.isnan(number(fact["numerator"])) else claim.value,
        whole=whole.value if whole and based else math.nan,
    )


def _finer(fact: Row) -> bool:
    """Whether the fact places persons below the arrondissement."""
    one = ids.read(fact["fact_id"])
    near = one.pattern == PLACED and one.parts["level"] == ARRONDISSEMENT
    return ids.read(fact["fact_id"]).family == "territory" and not near and not one.departement


def _share(fact: Row, part: Claim, whole: Claim | None, released: Released, policy: Policy) -> Row:
    """A share of what is printed, with the range that the claims of both numbers allow."""
    smallest = policy.rules.percentages.smallest_base
    if whole is None or whole.value < smallest or part.value >= whole.value:
        return withheld(fact, NO_SHARE, threshold=smallest)
    value = math.floor(100 * part.value / whole.value + 0.5)
    if value in (0, 100):
        return withheld(fact, NO_SHARE, threshold=smallest)
    low, high = _ends(fact, envelopes.of_share(fact, part, whole, released.margins), part)
    given = {"claim": share(part, whole), "part": part.value, "whole": whole.value, "low": low, "high": high}
    return row(fact, "shown", ledger.ROUNDED, float(value), said={"base": "1 point"}, **given)


def _ends(fact: Row, envelope: envelopes.Ends, part: Claim) -> envelopes.Ends:
    """The envelope of a number; of an exact one that no answer leaves open, none."""
    return (math.nan, math.nan) if part.base == EXACT and fact["interval_kind"] not in OPEN else envelope


GROUP = Way(
    grouped=listed,
    sentences={
        "small": Sentence(
            "Un petit nombre de personnes n’est pas publié.",
            "Le seuil est de {ordinary}, et de {sensitive} pour les mineur·es, les personnes trans, un lieu, un pays d’origine, un "
            "fait de proxénétisme, la santé ou le droit au séjour. Zéro est un petit nombre comme les autres.",
            Printed.rounded_persons,
        ),
        "rest": Sentence(
            "Ce qui reste d’un groupe",
            ", une fois ôté ce que l’on publie, ne s’en déduit qu’à une fourchette près, qui va toujours jusqu’au seuil.",
            Printed.rounded_persons,
        ),
        "contributors": Sentence(
            "Aucune source ne se lit seule.",
            "Derrière un nombre publié de personnes décrites, il y a {structures} structures et {situations} situations au moins, "
            "dont aucune n’en fait plus de {largest}.",
            Printed.rounded_persons,
        ),
        "rounding": Sentence(
            "Un nombre de personnes ou de situations décrites est arrondi au hasard",
            ": déplacé d’abord d’une unité au plus, de trois au plus dans une nouvelle édition, de six à partir de la quatrième, puis "
            "porté à l’un des multiples de {rounding} voisins (de {sensitive_rounding} pour les groupes au seuil de {sensitive}, "
            "davantage où il le faut), plus souvent le plus proche ; un nombre déjà multiple peut lui aussi bouger d’un pas. "
            "L’arrondi d’un groupe est tiré une fois pour toutes ; le déplacement change avec les données, si bien qu’un nombre qui "
            "bouge ne dit rien de personne. Des parts peuvent ne pas faire la somme annoncée.",
            Printed.rounded_persons,
        ),
        "withdrawn": Sentence(
            "Des réponses retirées depuis peuvent y compter encore",
            ": ces nombres ne changent que par lots, quand assez de personnes y sont venues ou en sont parties. Chaque édition le "
            "dit, et aucune ne dit s’il y en a.",
            Printed.rounded_persons,
        ),
        "shares": Sentence(
            "Une part de ces personnes vient de nombres publiés.",
            "Elle est sans décimale, et sa base vaut {base} au moins.",
            Printed.shares_of_persons,
        ),
    },
)
