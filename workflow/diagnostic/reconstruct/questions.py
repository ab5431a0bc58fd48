"""What is asked of a situation, and the answers that each published figure counts.

Answers are named as in the codebook (`codebook.terms`): what a figure counts is what the indicator of that name counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from diagnostic.codebook.model import Codebook
from diagnostic.codebook.terms import SOME, Asked

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
FACTORS = "vuln."  # indicators of factors, all published as shares
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
        factors = [one.share_id for one in found if one.fact_id.startswith(FACTORS)]
        names = [name for one in PERSONS for name in (factors if one == FACTORS else [one])]
        return {name: self._drawn(asked[name]) for name in names}

    @cached_property
    def situations(self) -> dict[str, tuple[Asked, ...]]:
        """The same, counting situations instead of persons."""
        return {one.fact_id: self._drawn(one.asked) for one in self.codebook.counted("situation")}
