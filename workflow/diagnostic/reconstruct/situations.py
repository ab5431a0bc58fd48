"""Situations and the persons in them, drawn so that all that is published of the persons described holds.

A situation is one person or one group. A group has one answer to each question, so that the workflow reads it for all
its persons; a mixed group has as many answers as persons to one question (ages, nationalities), one person each.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
from ortools.sat.python import cp_model

from diagnostic.audit.auditing import Query, Solver
from diagnostic.audit.structure import COUNTS, Component, Figure, Linear, components, read_figures, read_rules
from diagnostic.codebook.model import SOME, Asked, Codebook
from diagnostic.core.errors import Refused
from diagnostic.core.problems import BLOCKING, Problem

EVERYONE, INSIDE = "shared.persons_concerned", "shared.persons_prostitution"
IN_GROUPS = 0.4  # share of persons described in groups
GROUPS = (2, 2, 3, 3, 4, 5, 6)


@dataclass(frozen=True)
class Situation:
    """Persons who are told of together: how many, whether at risk only, and the options that are ticked."""

    persons: int
    risk: bool
    ticks: Mapping[str, tuple[str, ...]]


def drawn(publication: "Publication", questions: "Questions", seed: int) -> list[Situation]:
    """The situations of all persons concerned, each told once. Raises Impossible."""
    rng = random.Random(f"situations {seed}")
    inside, everyone = publication.least(INSIDE), publication.least(EVERYONE)
    sizes = _sizes(rng, inside)
    # Place of each mixed group → the question to which its persons have different answers.
    pairs, threes = ([at for at, size in enumerate(sizes) if size == wanted] for wanted in (2, 3))
    mixed = dict.fromkeys(pairs[:1], "nationality") | dict.fromkeys([*pairs[1:2], *threes[:2]], "age_band")
    solution = _Model(sizes, mixed, questions).solve(publication, seed)
    found = [_varied(situation, questions, rng) for situation in solution]
    return found + [Situation(size, True, _at_risk(questions, rng)) for size in _sizes(rng, everyone - inside)]


def _sizes(rng: random.Random, persons: int) -> list[int]:
    sizes: list[int] = []
    while sum(sizes) < persons * IN_GROUPS:
        sizes.append(min(rng.choice(GROUPS), persons - sum(sizes)))
    sizes += [1] * (persons - sum(sizes))
    rng.shuffle(sizes)
    return sizes


def _at_risk(questions: "Questions", rng: random.Random) -> dict[str, tuple[str, ...]]:
    """Persons at risk only are in no published table."""
    return {
        "gender": (rng.choice(questions.codes("gender", "women", "men")),),
        "age_band": (rng.choice(questions.codes("age_band", "..35")),),
        "nationality": (rng.choice(questions.one["nationality"]),),
    }


def _varied(situation: Situation, questions: "Questions", rng: random.Random) -> Situation:
    """The situation with one of the options that are alike in place of each."""
    ticks = {
        variable: tuple(rng.choice(questions.alike.get((variable, option), (option,))) for option in options)
        for variable, options in situation.ticks.items()
    }
    return Situation(situation.persons, situation.risk, ticks)


class _Model:
    """One Boolean per situation and option."""

    def __init__(self, sizes: Sequence[int], mixed: Mapping[int, str], questions: "Questions") -> None:
        self.model, self.sizes, self.mixed, self.questions = cp_model.CpModel(), sizes, mixed, questions
        self.places = range(len(sizes))
        every = [(variable, option) for variable, options in questions.every.items() for option in options]
        self.ticks = [{one: self.model.new_bool_var(f"{at} {'/'.join(one)}") for one in every} for at in self.places]
        for at in self.places:
            self._answers(at)
            self._routing(at)

    def _answers(self, at: int) -> None:
        """How many options may be ticked together."""
        own, model, size, questions = self.ticks[at], self.model, self.sizes[at], self.questions
        for variable, options in questions.one.items():
            chosen = [own[variable, option] for option in options]
            if self.mixed.get(at) != variable:
                model.add_at_most_one(chosen)
            else:
                model.add(sum(chosen) == size)
                for option in options:
                    if option not in questions.mixed[variable]:
                        model.add(own[variable, option] == 0)
        for variable, options in questions.several.items():
            most = MOST.get(variable, 2) if size == 1 else 1
            model.add(sum(own[variable, option] for option in options) <= most)
        model.add_exactly_one(own["gender", option] for option in questions.one["gender"])
        if at in self.mixed:  # whoever has both of two answers of a mixed group is not known: nothing crossed
            for tick in (*questions.ticks("age_band", MINOR), *questions.ticks("prostitution_form", "visible")):
                model.add(own[tick] == 0)
            model.add(sum(own["origin_region", option] for option in questions.one["origin_region"]) == 0)

    def _routing(self, at: int) -> None:
        """What one answer says of another."""
        own, model, questions = self.ticks[at], self.model, self.questions
        tick, ticks = questions.tick, questions.ticks

        def only_if(one: Tick, *any_of: Tick) -> None:
            model.add_bool_or([own[other] for other in any_of]).only_enforce_if(own[one])

        for option in questions.one["origin_region"]:
            only_if(("origin_region", option), tick("nationality", "noneu"))
        for option in questions.several["exchange"]:
            only_if(("exchange", option), *ticks("prostitution_form", "in_kind"))
        only_if(tick("exchange", "hous"), tick("prostitution_form", "hous"))
        for option in questions.several["pimp_relation"]:
            only_if(("pimp_relation", option), tick("pimp_presence", "yes"))
        for one, refined in questions.narrower.items():
            only_if(one, refined)
        only_if(tick("gender", "trans"), tick("origin_region", "americas"))
        only_if(tick("occupation", "noper"), tick("nationality", "noneu"))
        only_if(tick("occupation", "pupil"), *ticks("age_band", MINOR))
        only_if(tick("occupation", "retir"), *ticks("age_band", "56.."))
        for name in ("stud", "noper"):
            only_if(tick("occupation", name), *ticks("age_band", ADULT))
        for form in ticks("prostitution_form", "visible"):
            for youngest in ticks("age_band", "..14"):
                model.add_bool_or([~own[form], ~own[youngest]])

    def count(self, asked: Sequence[tuple[str, tuple[str, ...]]], persons: bool = True) -> cp_model.LinearExprT:
        """Persons, or situations, that have one option at least of each variable."""
        return sum(self._having(at, asked, self.sizes[at] if persons else 1) for at in self.places)

    def _having(self, at: int, asked: Sequence[tuple[str, tuple[str, ...]]], size: int) -> cp_model.LinearExprT:
        own = self.ticks[at]
        if len(asked) == 1:
            variable, options = asked[0]
            if self.mixed.get(at) == variable:  # one person for each
                return sum(own[variable, option] for option in options)
            if len(options) == 1:
                return size * own[variable, options[0]]
        found = [self._any(at, variable, options) for variable, options in asked]
        if len(found) == 1:
            return size * found[0]
        both = self.model.new_bool_var("")
        self.model.add_bool_and(found).only_enforce_if(both)
        self.model.add_bool_or([both, *(~one for one in found)])
        return size * both

    def _any(self, at: int, variable: str, options: Sequence[str]) -> cp_model.IntVar:
        own = [self.ticks[at][variable, option] for option in options]
        if len(own) == 1:
            return own[0]
        some = self.model.new_bool_var("")
        self.model.add_max_equality(some, own)
        return some

    def solve(self, publication: "Publication", seed: int) -> list[Situation]:
        counts = {name: self.count(asked) for name, asked in self.questions.persons.items()}
        counts |= {name: self.count(asked, persons=False) for name, asked in self.questions.situations.items()}
        publication.hold(self.model, {**counts, INSIDE: sum(self.sizes), EVERYONE: publication.least(EVERYONE)})
        found = solved(self.model, seed)
        every, made = self.questions.every.items(), []
        for size, own in zip(self.sizes, self.ticks, strict=True):
            ticks = {name: tuple(one for one in options if found.value(own[name, one])) for name, options in every}
            made.append(Situation(size, False, ticks))
        return made


# -- What is asked of a situation, and the answers that each published figure counts ------------------------------
# A figure counts what the codebook's indicator of that name counts.
Tick = tuple[str, str]  # variable, option
MINOR, ADULT = "..17", "18.."
ONE = {  # one answer at most, but in a mixed group
    "gender": (SOME,),
    "age_band": (SOME,),
    "nationality": (SOME,),
    "origin_region": ("africa", "europe", "americas", "asia"),
    "pimp_presence": ("yes", "no"),
}
SEVERAL = {  # for a person; for a group, one
    "housing": ("own", "stree"),
    "occupation": ("seek", "noper", "stud", "pupil", "retir"),
    "finances": ("none",),
    "prostitution_form": ("flat", "inter", "hotel", "stree", "hous", "goods"),
    "exchange": ("hous", "drug"),
    "pimp_relation": ("partn", "famil", "frien", "netw"),
    "vulnerability": (SOME,),
}
MOST = {"vulnerability": 8, "prostitution_form": 2, "housing": 1, "finances": 1, "occupation": 1}  # else 2
ALIKE: Mapping[Tick, tuple[str, ...]] = {  # options that no published figure tells from this one: drawn afterwards
    ("housing", "own"): ("own", "famil", "stud"),
    ("housing", "stree"): ("stree", "hotel", "centr", "squat", "camp", "third"),
    ("finances", "none"): ("none", "benef"),
    ("exchange", "drug"): ("drug", "food", "trip", "gift"),
    ("prostitution_form", "stree"): ("stree", "road", "wood"),
}
MIXED = {"age_band": (ADULT,), "nationality": ("fr", "eu")}  # what a mixed group may tick
BASES = {"cond.base_finance": "finances", "cond.base_occupation": "occupation", "cond.base_housing": "housing"}
FACTORS = "vuln"  # indicators of factors, all published as shares
PERSONS = (  # published figures that count persons, FACTORS aside
    *("profile.women", "profile.men", "profile.trans", "profile.minors", "profile.under15_pct", "profile.age_18_25"),
    *("profile.age_26_35_pct", "profile.age_36_45_pct", "profile.age_46_55_pct", "profile.age_gt55_pct"),
    *("profile.minor_girls", "profile.minor_boys", "profile.students_pct", "profile.french_pct", "profile.eu_pct"),
    *("profile.non_eu_pct", "profile.africa", "profile.europe_non_eu", "profile.latin_america", "profile.asia"),
    *("profile.women_prior_violence", FACTORS, *BASES, "cond.no_resources_pct", "cond.unemployed_pct"),
    *("cond.no_stable_housing_pct", "goods.share_pct", "goods.housing_share", "goods.minors", "visible.minor_girls"),
    *("visible.network_women", "visible.isolated_women", "pimp.present_pct", "pimp.absent_pct", "pimp.spouse"),
    *("pimp.parents", "pimp.minors_by_parents", "pimp.minors_by_peers"),
)


@dataclass(frozen=True)
class Questions:
    """The questions under one codebook, names replaced by its answers. Raises KeyError for a name that it lacks."""

    codebook: Codebook = field(repr=False)

    def codes(self, variable: str, *names: str) -> tuple[str, ...]:
        """The answers that names stand for, in the order of the names."""
        known = self.codebook.sets[variable]
        return tuple(dict.fromkeys(code for name in names for code in known[name]))

    def tick(self, variable: str, name: str) -> Tick:
        """The first answer of a name."""
        return variable, self.codes(variable, name)[0]

    def ticks(self, variable: str, *names: str) -> tuple[Tick, ...]:
        """The answers of names that are drawn."""
        return tuple((variable, code) for code in self.codes(variable, *names) if code in self.every[variable])

    @cached_property
    def one(self) -> dict[str, tuple[str, ...]]:
        return {variable: self.codes(variable, *names) for variable, names in ONE.items()}

    @cached_property
    def several(self) -> dict[str, tuple[str, ...]]:
        """An option that is split is drawn as its first part: no published figure tells the parts apart."""
        return {
            variable: self.codes(variable, SOME)
            if names == (SOME,)
            else tuple(self.tick(variable, name)[1] for name in names)
            for variable, names in SEVERAL.items()
        }

    @cached_property
    def every(self) -> dict[str, tuple[str, ...]]:
        return self.one | self.several

    @cached_property
    def alike(self) -> dict[Tick, tuple[str, ...]]:
        return {self.tick(*of): self.codes(of[0], *names) for of, names in ALIKE.items()}

    @cached_property
    def mixed(self) -> dict[str, tuple[str, ...]]:
        return {variable: self.codes(variable, *names) for variable, names in MIXED.items()}

    @cached_property
    def narrower(self) -> dict[Tick, Tick]:
        """Factors that refine another one → that one."""
        refined = {option.code: option.parent for option in self.codebook.lists["vulnerability"] if option.parent}
        return {("vulnerability", code): ("vulnerability", parent) for code, parent in refined.items()}

    def _drawn(self, asked: tuple[Asked, ...]) -> tuple[Asked, ...]:
        """What an indicator asks, among the options that are drawn."""
        return tuple((variable, tuple(c for c in self.every[variable] if c in codes)) for variable, codes in asked)

    @cached_property
    def persons(self) -> dict[str, tuple[Asked, ...]]:
        """Published figure → the options of which the persons that it counts have one, for each variable."""
        found = self.codebook.counted("person")
        asked = {name: one.asked for one in found for name in (one.count_id, one.share_id)}
        asked |= {name: ((variable, self.every[variable]),) for name, variable in BASES.items()}
        factors = [one.share_id for one in found if one.subject == FACTORS]
        names = [name for one in PERSONS for name in (factors if one == FACTORS else [one])]
        return {name: self._drawn(asked[name]) for name in names}

    @cached_property
    def situations(self) -> dict[str, tuple[Asked, ...]]:
        """The same, counting situations instead of persons."""
        return {one.fact_id: self._drawn(one.asked) for one in self.codebook.counted("situation")}


# -- What a publication's figures impose on microdata: the audit's constraints, on counts that microdata give -----
EFFORT = 60.0  # deterministic seconds per question to the solver
WIDEST = 100_000  # an unpublished count is not larger
_NEVER = 10**15
# Where a passage can be read in several ways, the way that the workflow computes it (question → reading).
READINGS = {
    "pros.union": "with_overlap",
    "pros.identified_base": "contributors",
    "equipped.base": "took_charge",
    "needs.base": "respondents",
    "needs.routing": "not_applied",
    "profile.foreign_base": "persons",
    "cond.students": "inside",
    "goods.base": "persons",
    "pimp.majority": "impression",
    "ads.base": "sample",
    "ads.estimate": "printed_rate",
    "ads.mirror": "all_nonzero",
    "audience.reading": "flat_three",
}


class Impossible(Refused):
    """No microdata give these figures, or none were found in the effort allowed; the message is in French."""


@dataclass(frozen=True)
class Publication:
    """Figures that can be believed together, and what relates them."""

    figures: Mapping[str, Figure]
    components: tuple[Component, ...]
    believed: frozenset[str]

    @classmethod
    def read(cls, figures: pd.DataFrame, structure: pd.DataFrame | None) -> "Publication":
        """From the files of `diagnostic auditer`. Where figures contradict each other whatever the reading, a largest
        set that does not is kept. Raises Impossible for files that the audit refuses."""
        known, problems = read_figures(figures, "published_figures.csv")
        rules, told = read_rules(structure, known, "structure.csv")
        blocking: list[Problem] = [p for p in (*problems, *told) if p.severity == BLOCKING]
        if blocking:
            raise Impossible(f"Les chiffres publiés ne peuvent pas être lus : {blocking[0].message}")
        parts = tuple(components(known, rules))
        believed: set[str] = set()
        for part in parts:
            chosen = {name: [READINGS[name]] for name in part.questions if name in READINGS}
            believed |= Solver(part).grow(Query(part.figures, chosen), frozenset())
        return cls(known, parts, frozenset(believed))

    def ends(self, figure: str, otherwise: tuple[int, int]) -> tuple[int, int]:
        """The two ends of a published range."""
        known = self.figures[figure].variables if figure in self.figures else {}
        return tuple(known[end][0] for end in ("@low", "@high")) if known else otherwise  # type: ignore[return-value]

    def least(self, figure: str) -> int:
        """The smallest count that a published figure allows."""
        return self.figures[figure].variables[""][0]

    def hold(self, model: cp_model.CpModel, counts: Mapping[str, cp_model.LinearExprT]) -> None:
        """Impose all that is published on these counts, given by the name of their figure: figures among them, and all
        figures and unpublished numbers that a relation ties to them. « Environ » and « au moins » are taken as printed.
        """
        for name, count in counts.items():
            figure = self.figures.get(name)
            if figure and figure.unit in COUNTS and figure.rounding in ("approx", "at_least"):
                model.add(count == int(figure.value))
        for part in self.components:
            if not counts.keys() & part.variables.keys():
                continue
            linears = [linear for linear in part.linears if self._applies(linear)]
            linked = _linked(linears, counts.keys())
            numbers: dict[str, cp_model.LinearExprT] = dict(counts)
            for linear in linears:
                if all(name in linked for name, _ in linear.terms):
                    for name, _ in linear.terms:
                        if name not in numbers:
                            low, high = part.variables[name]
                            numbers[name] = model.new_int_var(low, min(high, WIDEST), name)
                    total = cp_model.LinearExpr.weighted_sum(
                        [numbers[name] for name, _ in linear.terms],
                        [int(coefficient) for _, coefficient in linear.terms],
                    )
                    least = -_NEVER if linear.low is None else linear.low
                    model.add_linear_constraint(total, least, _NEVER if linear.high is None else linear.high)

    def _applies(self, linear: Linear) -> bool:
        if linear.figure and linear.figure not in self.believed:
            return False
        return not linear.question or READINGS.get(linear.question) == linear.reading


def _linked(linears: Sequence[Linear], names: object) -> set[str]:
    """The numbers that relations tie to these, products aside: what they multiply is fixed beforehand."""
    found = set(names)  # type: ignore[call-overload]
    grown = True
    while grown:
        grown = False
        for linear in linears:
            own = {name for name, _ in linear.terms if "*" not in name}
            if len(own) == len(linear.terms) and own & found and not own <= found:
                found |= own
                grown = True
    return found


def solved(model: cp_model.CpModel, seed: int, effort: float = EFFORT) -> cp_model.CpSolver:
    """One solution, another one with another seed, the same one with the same. Raises Impossible."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.randomize_search = True
    solver.parameters.linearization_level = 2  # sums that must be met exactly: the relaxation tells early
    solver.parameters.max_deterministic_time = effort
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Impossible("Aucune donnée ne s’accorde avec les chiffres publiés, ou aucune n’a été trouvée à temps.")
    return solver


def near(model: cp_model.CpModel, targets: Mapping[cp_model.IntVar, int]) -> None:
    """Prefer values near these: solutions then differ as their targets do."""
    apart = []
    for variable, target in targets.items():
        distance = model.new_int_var(0, WIDEST, "")
        model.add(distance >= variable - target)
        model.add(distance >= target - variable)
        apart.append(distance)
    model.minimize(sum(apart))
