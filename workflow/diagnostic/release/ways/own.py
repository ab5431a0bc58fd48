"""What professionals say of themselves: exact for the whole study, rounded by field or function, and by département where the
region's exact numbers do not give it away; who answered is told as it is."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from diagnostic.codebook.region import QUESTION as DEPARTEMENT
from diagnostic.estimate.catalogue import ids, ways
from diagnostic.estimate.facts import ASKED
from diagnostic.release.attack.solver import Model, interval
from diagnostic.release.editions.ledger import LIST, ROUNDED, SECONDARY, Ground, Row, as_it_is, number, row, withheld
from diagnostic.release.populations.groups import Axis, Frame, Group, Statement, Variable, columns
from diagnostic.release.populations.listing import REST
from diagnostic.release.populations.people import Population, holding
from diagnostic.release.populations.policy import Rounding, parse
from diagnostic.release.populations.rounding import STEP, members, rest
from diagnostic.release.ways import group, model
from diagnostic.release.ways.listed import Released
from diagnostic.release.ways.way import Printed, Scope, Sentence, Way

OURS = ("professionals", "responses")  # populations that speak of themselves
SAID = Ground("own", "Ce que les professionnel·les disent d’eux-mêmes et d’elles-mêmes : exact pour toute l’étude.")
TOOK_PART = Ground("participation", "Participation à l’enquête : exact.")
BY_FIELD = Ground("field", "Par champ ou fonction : groupe trop petit, ou unanime.")


def grouped(fact: Row, scope: Scope) -> Row:
    """What professionals say of themselves; what they say of persons, as any group of the closed list."""
    name = parse(fact["group"])[0]
    ours = _ours(fact, scope, name) if name in OURS and name in scope.populations and ways.fits(fact) else None
    return ours or group.listed(fact, scope)


def _ours(fact: Row, scope: Scope, name: str) -> Row | None:
    terms, released, policy = parse(fact["group"])[1], scope.released.get(name), scope.policy.professionals
    own, participation = set(policy.own), set(policy.participation)
    named = {name for name, _ in terms}
    base = {name for name, _ in parse(fact["base"])[1]} if fact["base"] else set()
    if not base <= named | own | participation:
        return None
    if (named <= participation and len(named) <= 1) or named <= own:
        return as_it_is(fact, TOOK_PART if named <= participation else SAID)
    if released and fact["group"] in released.exact and (fact["measure"] == "count" or fact["base"] in released.exact):
        return _exact_share(fact, released)
    crossed = DEPARTEMENT in named and len(named & participation) > 1  # who answers, by département: its number alone
    if named <= own | participation and not crossed:
        return _by_field(fact, scope, name)
    return None


def _exact_share(fact: Row, released: Released) -> Row:
    """A declared crossing of what professionals say of themselves (`shares`), its whole, or the share of one in the other:
    exact, and of one edition. Its limits count blanks, which would leave the other answers exact: a share's go outward to
    whole steps of points, a number has none."""
    part, whole = released.exact[fact["group"]], released.printed(fact["base"]) if fact["base"] else None
    value = 100 * part.value / whole.value if fact["measure"] == "percent" and whole else float(part.value)
    kept = number(fact["numerator"]) != part.value  # of an earlier edition
    limits: Row = {}
    if fact["measure"] == "percent" and not kept and not math.isnan(number(fact["low"]) + number(fact["high"])):
        low, high = STEP * math.floor(fact["low"] / STEP), STEP * math.ceil(fact["high"] / STEP)
        limits = {"low": float(low), "high": float(high)}
    given = {"part": part.value, "whole": whole.value if whole else math.nan, **limits}
    given |= {"claim": (part.low, part.high)} if fact["measure"] == "count" else {}
    return row(fact, "shown", SAID, value, **given)


def _by_field(fact: Row, scope: Scope, name: str) -> Row:
    """What they say of themselves, by field or function: rounded, from groups that are large enough, unanimity hidden."""
    rules, population = scope.policy.rules.rounding, scope.populations[name]
    terms = parse(fact["group"])[1]
    participation = set(scope.policy.professionals.participation)
    group = tuple(term for term in terms if term[0] in participation)
    part, whole = (holding(population, one) for one in (terms, group))
    counted, size = int(part.sum()), int(whole.sum())
    unanimous = size < rules.unanimity and counted in (0, size)
    if fact["measure"] != "count" or size < rules.own_group or unanimous or not counted:
        return withheld(fact, BY_FIELD)
    drawn = scope.draws.random_round(counted, rules.own_base, "professional", members(population.key[part]))
    value = min(drawn, rules.own_base * (size // rules.own_base))  # the size of the field is printed as it is
    if value < rules.own_base or ASKED in fact["group"]:
        return withheld(fact, BY_FIELD)
    claim = (max(1, value - rules.own_base), min(value + rules.own_base, size))
    return row(fact, "shown", ROUNDED, float(value), claim=claim, said={"base": rules.own_base})


def took_part(fact: Row, scope: Scope) -> Row:
    """Of who answered or was met, without a group: as it is; what a model makes of them, as models are."""
    if not ways.fits(fact):
        return withheld(fact, LIST)
    if fact["measure"] == "estimate" and not model.of_choice(fact):
        return model.estimate(fact, scope)
    return as_it_is(fact, TOOK_PART) if fact["unit"] in ("professional", "response") else withheld(fact, LIST)


def of_all(fact: Row, scope: Scope) -> Row:
    """A count of those who took part, rounded, beside how many they are, which is exact: what is left, those of whom it is
    not true, may be as many numbers as the threshold."""
    if not ways.fits(fact) or fact["unit"] != "professional" or fact["measure"] != "count":
        return withheld(fact, LIST)
    verdict = model.rounded(fact, scope, "ordinary")
    left = rest(number(fact["denominator"]), verdict["claim_low"], verdict["claim_high"])
    return withheld(fact, SECONDARY) if left < scope.policy.rules.thresholds.ordinary else verdict


# -- What professionals say of themselves, by département ---------------------------------------------------------
# Attacked with the region's exact numbers before it is printed.
#
# The region's answers are exact, those of a département rounded; how many professionals answered is exact in both. A
# group of fewer than `unanimity` professionals may so be proved to have all said yes, or all said no, by what the
# others print; one of fewer than `own_group`, of which nothing is printed, be known better than to `own_base`. The
# answer is then told of no département, and the whole question where that is not enough. It is decided on what is
# printed alone. What the region's own numbers prove is told in any study, and no reason to withhold.
ELSEWHERE = ""  # professionals of no département, or of several: a group like the others
POPULATION = "professionals"
Answers = tuple[str, ...]


@dataclass
class _Question:
    """What is printed of answers that are counted together: those of one question that takes one, else one alone.

    `whole`: answers → the region's number; `told`: département and answers → the least and most that its number means.
    """

    whole: dict[Answers, float] = field(default_factory=dict)
    told: dict[tuple[str, Answers], tuple[float, float]] = field(default_factory=dict)
    at: dict[Answers, list[object]] = field(default_factory=dict)  # rows of the facts of départements


def telling(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> pd.Series:
    """The facts of départements to withhold for what they say together: a mask over the facts."""
    gone: set[object] = set()
    sizes = _sizes(scope.populations[POPULATION]) if POPULATION in scope.populations else {}
    rules = scope.policy.rules.rounding
    if any(size < rules.unanimity for size in sizes.values()):
        for question in _questions(facts, verdicts, scope):
            gone |= set(_withheld(question, sizes, rules))
    return pd.Series(facts.index.isin(list(gone)), index=facts.index)


def _sizes(population: Population) -> dict[str, int]:
    """Professionals of each département, of several, of none that is known, and without an answer, where there are some: all
    printed. Nothing in a study of one département."""
    sizes = {code: int(held.sum()) for code, held in population.answers(DEPARTEMENT).options.items()}
    rest = len(population.key) - sum(sizes.values())
    return sizes | ({ELSEWHERE: rest} if rest else {}) if sizes else {}


def _questions(facts: pd.DataFrame, verdicts: pd.DataFrame, scope: Scope) -> Iterator[_Question]:
    kept = facts["group"].str.startswith(f"{POPULATION}:") & facts["measure"].eq("count")
    kept &= verdicts["verdict"].eq("shown")
    questions: dict[tuple[str, Answers], _Question] = {}
    for at, name in facts.loc[kept, "group"].items():
        terms = dict(parse(name)[1])
        code = terms.pop(DEPARTEMENT, (ELSEWHERE,))[0]
        if len(terms) != 1:
            continue
        ((variable, answers),) = terms.items()
        if variable not in scope.policy.professionals.own:
            continue
        one = questions.setdefault((variable, () if variable in scope.policy.single else answers), _Question())
        if code == ELSEWHERE:
            one.whole[answers] = float(verdicts.at[at, "shown_value"])
        else:
            one.told[code, answers] = (float(verdicts.at[at, "claim_low"]), float(verdicts.at[at, "claim_high"]))
            one.at.setdefault(answers, []).append(at)
    yield from (one for one in questions.values() if one.told)


def _withheld(question: _Question, sizes: Mapping[str, int], rules: Rounding) -> Iterator[object]:
    """The rows of the facts to withhold, of one question: those of an answer that is proved, then all of them."""
    alone = _proved(question, {}, sizes, rules)
    told, gone = dict(question.told), set[Answers]()
    while told and (new := _proved(question, told, sizes, rules) - alone):
        more = {answers for _, answers in new} & {answers for _, answers in told}
        gone |= more or {answers for _, answers in told}
        told = {key: ends for key, ends in told.items() if key[1] not in gone}
    for answers in gone:
        yield from question.at[answers]


def _proved(
    question: _Question,
    told: Mapping[tuple[str, Answers], tuple[float, float]],
    sizes: Mapping[str, int],
    rules: Rounding,
) -> set[tuple[str, Answers]]:
    """Small groups, and answers of which the printed numbers prove what `rules` protect."""
    groups, atoms = list(sizes), sorted({one for answers in question.whole for one in answers})
    where, what = Variable("département", tuple(groups)), Variable("réponse", (*atoms, REST))  # another, or none
    frame = Frame((Axis(where, ""), Axis(what, "")), ((0, 1),))

    def cells(code: str | None, answers: Answers) -> list[Group]:
        whole: Group = () if code is None else ((0, groups.index(code)),)
        return [(*whole, (1, atoms.index(one))) for one in answers] or [whole]

    def said(code: str | None, answers: Answers, low: float, high: float) -> Statement:
        return Statement(f"{code} {answers}", tuple((1, one) for one in cells(code, answers)), int(low), int(high))

    statements = [said(code, (), size, size) for code, size in sizes.items()]
    statements += [said(None, answers, number, number) for answers, number in question.whole.items()]
    statements += [said(code, answers, *ends) for (code, answers), ends in told.items() if set(answers) <= set(atoms)]
    system = frame.system(statements)
    known = Model(system)

    def proved(code: str, answers: Answers, size: int) -> bool:
        seen = interval(system, frame.form([columns(frame, cells(code, answers))]), known)
        if not seen.settled:  # numbers of responses that left the question out: nothing follows
            return False
        if size < rules.own_group:
            return seen.high - seen.low < min(size, rules.own_base)
        return seen.low == seen.high and seen.low in (0, size)

    small = [(code, size) for code, size in sizes.items() if size < rules.unanimity]
    return {(code, answers) for code, size in small for answers in question.whole if proved(code, answers, size)}


def _exactly(printed: Printed) -> pd.DataFrame:
    """What professionals said, counted exactly."""
    said = printed.shown[ids.of(printed.shown["statement_id"], *ANSWERED) & printed.shown["measure"].eq("count")]
    return said[said["unit"].eq("professional") & said["claim_low"].eq(said["claim_high"])]


def _within(printed: Printed) -> pd.DataFrame:
    """What they said in one département of several, rounded."""
    said = printed.shown[ids.departements(printed.shown["statement_id"]).ne("") & printed.shown["measure"].eq("count")]
    return said[said["unit"].eq("professional") & said["claim_low"].lt(said["claim_high"])]


# What professionals answered, and who did.
ANSWERED = ("survey.professionals", "survey.{variable}.{option}", "{professional_indicator}")
PARTICIPATION = Way(grouped=grouped, ungrouped=took_part)
OWN = Way(
    grouped=grouped,
    ungrouped=of_all,
    sentences={
        "own": Sentence(
            "Ce que les professionnel·les disent d’elles-mêmes et d’eux-mêmes",
            "(formation, outils, besoins, connaissance de la loi) est exact pour toute l’étude ; le nombre des répondant·es et de qui a été rencontré·e aussi, par champ et par fonction, même "
            "s’il n’y en a qu’un·e : rien de ce que cette personne a dit n’est publié à part. La "
            "part qui ne se sent pas assez outillée parmi qui a accompagné des personnes, son effectif et sa base sont exacts, ou "
            "arrondis là où une réponse donnée au nom de plusieurs dirait presque tout des autres. Les autres réponses de qui en a "
            "accompagné ou non ne sont pas publiées.",
            _exactly,
        ),
        "departements": Sentence(
            "Dans un département, ce qu’elles et ils disent d’elles-mêmes et d’eux-mêmes",
            "est arrondi au hasard, à l’un des multiples de {own_rounding} voisins, même un petit nombre : « {own_rounding} » peut être "
            "un·e seul·e professionnel·le. Où moins de {own_group} ont répondu, rien n’en est dit, ni l’unanimité de moins de {unanimity}.",
            _within,
        ),
    },
)
