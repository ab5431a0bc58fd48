"""What one statement lets be said, and how its numbers are written in a sentence."""

import math

from diagnostic.core.french import NBSP
from diagnostic.core.french import number as number_of
from diagnostic.estimate.catalogue.entry import FAR, UNSEEN, WIDE
from diagnostic.estimate.catalogue.ids import read
from diagnostic.estimate.catalogue.statement import DRAW, ROUNDING, Statement

WHOLE = 2.0  # points within which a share is as exact as it is printed
UNIT = 1.0  # the same of a number: half of one on each side
ABOUT = "environ"
HYPOTHESES = {  # subject of a number under a model → what the model takes for granted
    "waves": "renouvellement régulier",
    "persons": "recherche de copies complète ou mesurée",
    "profile": "recherche de copies complète ou mesurée",
    "shared": "réponses sur les autres structures tenues pour justes",
}
APART = "situations trop différentes tenues pour distinctes"  # the same, of persons described: `UNSEEN`


def limits(said: Statement) -> tuple[float, float]:
    """What the true value of a statement lies between, as far as it says: its interval and what its printed form claims."""
    found = [said.shown_low, said.shown_high, said.claim_low, said.claim_high]
    known = [value for value in found if not math.isnan(value)]
    return (min(known), max(known)) if known else (math.nan, math.nan)


def surely(said: Statement) -> tuple[float, float]:
    """The same where it must hold; unknown under a model, whose limits hold only if its assumption does."""
    return (math.nan, math.nan) if said.interval_kind == "model" else limits(said)


def says_something(said: Statement) -> bool:
    """Whether a statement is precise enough to be claimed: a share within 40 points, a number within its triple."""
    if said.kind == "withheld":
        return False
    low, high = limits(said)
    if math.isnan(low):
        return bool(said.kind == "text")
    return high - low <= WIDE if said.measure == "percent" else high <= FAR * low or low == high


def cited(kind: str, said: Statement) -> str:
    """A number as a link to its statement: `[47,4 %](fact:ads.top_two_pct)`."""
    return f"[{form(kind, said)}]({kind}:{said.statement_id})"


def form(kind: str, said: Statement) -> str:
    """What a link of this kind prints of a statement; empty where it has no such form. A part is said « au moins » where it
    counts only who answered, and the limits of its share begin there."""
    if kind == "base":
        if not said.printed_denominator:
            return ""
        at_least = said.interval_kind == "bounds" and said.shown_value <= said.shown_low < said.shown_high
        part = f"{said.printed_numerator}{NBSP}sur{NBSP}{said.printed_denominator}"
        return f"au moins {part}" if at_least else part
    printed = {"fact": said.printed, "interval": said.printed_interval}.get(kind)
    if printed is not None:
        return str(printed)
    return spread(said) if said.kind == "value" and math.isfinite(said.claim_low + said.claim_high) else ""


def spread(said: Statement) -> str:
    """What the printed form of a rounded number stands for, limits outward: « 137 à 152 »."""
    sign = f"{NBSP}%" if said.measure == "percent" else ""
    return f"{number_of(math.floor(said.claim_low))} à {number_of(math.ceil(said.claim_high))}{sign}"


def between(said: Statement) -> str:
    """The limits of a statement as a link, named where they rest on a model."""
    return cited("interval", said) + (f", sous un {model(said)}" if said.interval_kind == "model" else "")


def model(said: Statement) -> str:
    """« modèle : renouvellement régulier »: what the limits of a statement under a model take for granted."""
    taken = APART if UNSEEN in said.method else HYPOTHESES.get(read(said.statement_id).subject, "")
    return f"modèle{f'{NBSP}: {taken}' if taken else ''}"


def number(said: Statement) -> str:
    """The number of a statement in a sentence, with its interval, named where it rests on a model, and « environ »."""
    if enveloped(said):
        return in_words(said, cited("fact", said), cited("interval", said))
    if said.printed_interval:
        alone = said.interval_kind == "bounds" or said.kind == "limits"
        return f"de {between(said)}" if alone else f"{cited('fact', said)} (de {between(said)})"
    ends = f" (de {cited('claim', said)})" if about(said) and form("claim", said) else ""
    return f"{about(said)} {cited('fact', said)}{ends}".strip()


def enveloped(said: Statement) -> bool:
    """Whether a number of people that were counted is printed with an envelope, or as a range."""
    rounded = said.envelope_causes.startswith(ROUNDING) and DRAW not in said.envelope_causes
    return rounded and (said.kind == "limits" or bool(said.claim_low < said.claim_high))


def estimated(said: Statement) -> bool:
    """Whether a number is an estimate, whose limits are as many standard errors from it."""
    return said.interval_kind in ("sampling", "model") and not enveloped(said)


def in_words(said: Statement, number: str, between: str) -> str:
    """« environ 72 % (de 60 à 85 %, modèle) », « de 30 à 75 % (modèle) »: a number with its envelope, or a range, each written or
    as a link, with the word where it rests on a model."""
    assumed = said.interval_kind == "model"
    if said.kind == "limits":
        return f"de {between}{' (modèle)' if assumed else ''}"
    return f"{ABOUT} {number} (de {between}{', modèle' if assumed else ''})"


def about(said: Statement) -> str:
    """« environ » before a number that stands for several; empty before one that is exact."""
    low, high = limits(said)
    return ABOUT if high - low > (WHOLE if said.measure == "percent" else UNIT) else ""
