"""What a word claims, and what allows it: the one table of words that a sentence may not say of the numbers that it
cites: sizes, ranks, what was counted or seen, differences, limits of a model."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from diagnostic.estimate.catalogue.ids import flat, together
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.files.texts import Fault
from diagnostic.findings.forms import ABOUT, about, enveloped, estimated, limits, says_something, surely

Facts = Mapping[str, Statement]  # the statements of a study by id
RESPONDENTS, EFFECTIVE = "survey.professionals", "survey.effective_responses"
BY_RESPONSE = "sensitivity.per_response."  # of an id: the same share, a collective response counted once
MOST = re.compile(r"\b(plupart|majorit\w+|plus d(?:e la|’une) moitié)\b", re.IGNORECASE)
LEAST = re.compile(r"\bminorit\w+\b", re.IGNORECASE)
NEARLY_ALWAYS = re.compile(r"\b(presque toujours|presque tou(?:s|tes|·tes)|quasi-totalité)\b", re.IGNORECASE)
OFTEN = re.compile(r"\b(souvent|fréquemment|fréquente?s?)\b", re.IGNORECASE)
SELDOM = re.compile(r"\brarement\b", re.IGNORECASE)
HALF, NEARLY = 50.0, 80.0
SIZES = ((MOST, HALF, None), (LEAST, None, HALF))  # words of size, and what a share has to be above, or under
IN_TITLES = (*SIZES, (NEARLY_ALWAYS, NEARLY, None), (OFTEN, HALF, None), (SELDOM, None, HALF))
CAREFUL = (ABOUT, "à peu près", "autour de")  # what may stand before a number that is not exact


def careless(n: int, said: Statement, before: str) -> Iterator[Fault]:
    """A rounded number where what stands `before` it does not say so."""
    rounded = not said.printed_interval and said.kind != "withheld" and about(said)
    if (rounded or (said.kind == "value" and enveloped(said))) and not before.rstrip().lower().endswith(CAREFUL):
        yield Fault(n, f"{said.statement_id} se dit « {ABOUT} » : ce n’est pas un nombre exact ; l’écrire avant lui")


def unsupported(
    n: int,
    text: str,
    said: Iterable[Statement],
    facts: Facts,
    words: Iterable[tuple[re.Pattern[str], float | None, float | None]] = SIZES,
) -> Iterator[Fault]:
    """A word of size that none of these shares bears out, whatever one answer changes."""
    shares = [
        (limits(one), one_answer(one, facts)) for one in said if one.measure == "percent" and one.kind != "withheld"
    ]
    for pattern, over, under in words:
        found = pattern.search(text)
        borne = ((over or -math.inf) < low - move and high + move < (under or math.inf) for (low, high), move in shares)
        if found and not any(borne):
            yield Fault(n, f"« {found[0]} » n’est appuyé par aucune part qui s’y lit ; l’écrire autrement")


# -- Words that are no size: what the statements of their sentence have to be -----------------------------------------
class Claim(NamedTuple):
    """`words`, what they need of the statements of their sentence (`allowed`), and what is told where it is not so."""

    words: re.Pattern[str]
    allowed: Callable[[Sequence[Statement], Facts], bool]
    why: str


CLAIMS = (
    Claim(
        re.compile(
            r"\b(?:on compte|compt(?:e|ent)|dénombr\w+|il y (?:a|avait)|vue?s?|ont été relevée?s)\b", re.IGNORECASE
        ),
        lambda said, _: not any(one.measure == "estimate" or estimated(one) for one in said),
        "se dit de ce qui a été compté, et ce nombre est estimé",
    ),
    Claim(
        re.compile(
            r"\b(?:premi(?:er|ère)s?(?! (?:décompte|constat|relevé|jour|page|temps|fois|numéro|recherche))|(?<!au )l[ea] plus)\b",
            re.IGNORECASE,
        ),
        lambda said, facts: any(leads(one, facts) for one in said),
        "se dit d’une part qui passe avant toutes les autres, quoi que change une réponse ; écrire « viennent en tête »",
    ),
    Claim(
        re.compile(r"\b(?:diffèr(?:e|ent)|augmente(?:nt)?|baisse(?:nt)?)\b", re.IGNORECASE),
        lambda said, _: any(above(one, other) for one in said for other in said),
        "se dit de deux nombres que leurs limites séparent",
    ),
)
ASSUMED = re.compile(r"modèle|hypothèse|suppos|au plus|au moins", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def overstated(
    n: int, text: str, citation: re.Pattern[str], facts: Facts, named: Collection[str] = ()
) -> Iterator[Fault]:
    """The words of a text, line `n`, that claim more than the statements of their own sentence allow. `citation`: its
    groups that name a statement (`facts`, by id) are read; a sentence that cites none says nothing of a number.
    `named`: first groups of the citations that are printed with the kind of their limits, « (modèle) »."""
    for sentence in SENTENCE.split(text):
        cited = [facts[group] for one in citation.finditer(sentence) for group in one.groups() if group in facts]
        said = [one for one in cited if one.kind != "withheld"]
        plain = citation.sub(" ", sentence)
        told = {group for one in citation.finditer(sentence) if one[1] in named for group in one.groups()}
        for claim in CLAIMS if said else ():
            found = claim.words.search(plain)
            if found and not claim.allowed(said, facts):
                yield Fault(n, f"« {found[0]} » {claim.why}")
        supposed = (one for one in said if one.interval_kind == "model" and one.printed_interval)
        if any(
            one.statement_id not in told and not (named and enveloped(one)) for one in supposed
        ) and not ASSUMED.search(plain):
            yield Fault(n, "ce nombre repose sur une hypothèse ; la dire dans sa phrase : « sous un modèle »")


def leads(said: Statement, facts: Facts) -> bool:
    """Whether a share comes before all others of its question."""
    others = [one for name in together(said.statement_id, facts) if (one := facts[name]).measure == "percent"]
    rivals = [one for one in others if one is not said and one.kind != "withheld"]
    return said.measure == "percent" and bool(rivals) and all(before(said, one, facts) for one in rivals)


def above(one: Statement | None, other: Statement | None) -> bool:
    """Whether the first statement is surely above the second."""
    if one is None or other is None or not (says_something(one) and says_something(other)):
        return False
    return bool(surely(one)[0] > surely(other)[1])


def before(one: Statement, other: Statement, facts: Facts) -> bool:
    """Whether the first share may be said to come before the second: surely above it, of what professionals say by more than
    one answer makes (`one_answer`), and by response as by person where both are known."""
    if not above(one, other):
        return False
    again = [facts.get(BY_RESPONSE + flat(said.statement_id)) for said in (one, other)]
    if None not in again and not above(*again):
        return False
    return bool(surely(one)[0] - surely(other)[1] > one_answer(one, facts))


def one_answer(said: Statement, facts: Facts) -> float:
    """The points of a share of professionals that one answer makes: as many persons as the set has for each independent
    answer that it is worth, one at least. Nothing of other shares."""
    if said.unit != "professional" or not (whole := re.sub(r"\D", "", str(said.printed_denominator))):
        return 0.0
    known = [one.shown_value for one in map(facts.get, (RESPONDENTS, EFFECTIVE)) if one is not None]
    worth = known[0] / known[1] if len(known) == 2 and known[1] > 0 else 1.0
    return 100 * max(1.0, float(worth)) / int(whole)
