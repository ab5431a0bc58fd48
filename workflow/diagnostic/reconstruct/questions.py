"""What is asked of a situation, and the answers that each published figure counts."""

from __future__ import annotations

Tick = tuple[str, str]  # variable, option
MINOR = ("u15", "a15")
ADULT = ("a18", "a26", "a36", "a46", "o55")
VISIBLE, GOODS = ("stree",), ("hous", "goods")
ONE = {  # one answer at most, but in a mixed group
    "gender": ("women", "men", "trans"),
    "age_band": (*MINOR, *ADULT),
    "nationality": ("fr", "eu", "noneu"),
    "origin": ("africa", "europe", "americas", "asia"),
    "pimp_presence": ("yes", "no"),
}
SEVERAL = {  # for a person; for a group, one
    "housing": ("own", "stree"),
    "occupation": ("seek", "noper", "stud", "pupil", "retir"),
    "finances": ("none",),
    "prostitution_form": ("flat", "inter", "hotel", *VISIBLE, *GOODS),
    "exchange": ("hous", "drug"),
    "pimp_relation": ("partn", "famil", "frien", "netw"),
    "vulnerability": (
        *("violence", "violence_family", "violence_sexual", "family_breakdown", "poverty", "mental_health"),
        *("deprivation", "addiction", "homelessness", "out_of_school", "admin_insecurity", "delinquency", "wandering"),
        *("isolation", "migration", "self_esteem", "runaway", "disability", "early_pregnancy", "job_loss"),
    ),
}
MOST = {"vulnerability": 8, "prostitution_form": 2, "housing": 1, "finances": 1, "occupation": 1}  # else 2
ALIKE: dict[Tick, tuple[str, ...]] = {  # options that no published figure tells from this one: drawn afterwards
    ("housing", "own"): ("own", "famil", "stud"),
    ("housing", "stree"): ("stree", "hotel", "centr", "squat", "camp", "third"),
    ("finances", "none"): ("none", "benef"),
    ("exchange", "drug"): ("drug", "food", "trip", "gift"),
    ("prostitution_form", "stree"): ("stree", "road", "wood"),
}
MIXED = {"age_band": ADULT, "nationality": ("fr", "eu")}  # what a mixed group may tick
FACTORS = (  # published names, in the order of the options
    *("violence", "violence_family", "violence_sexual", "family_rupture", "economic", "psychological", "deprivation"),
    *("addiction", "housing", "school_dropout", "administrative", "delinquency", "wandering", "isolation"),
    *("migration", "self_esteem", "runaway", "disability", "early_pregnancy", "job_loss"),
)
NARROWER = ("violence_family", "violence_sexual")  # of violence
# Published figure → the options of which persons have one, for each variable.
PERSONS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "profile.women": (("gender", ("women",)),),
    "profile.men": (("gender", ("men",)),),
    "profile.trans": (("gender", ("trans",)),),
    "profile.minors": (("age_band", MINOR),),
    "profile.under15_pct": (("age_band", ("u15",)),),
    "profile.age_18_25": (("age_band", ("a18",)),),
    "profile.age_26_35_pct": (("age_band", ("a26",)),),
    "profile.age_36_45_pct": (("age_band", ("a36",)),),
    "profile.age_46_55_pct": (("age_band", ("a46",)),),
    "profile.age_gt55_pct": (("age_band", ("o55",)),),
    "profile.minor_girls": (("gender", ("women",)), ("age_band", MINOR)),
    "profile.minor_boys": (("gender", ("men",)), ("age_band", MINOR)),
    "profile.students_pct": (("occupation", ("stud",)),),
    "profile.french_pct": (("nationality", ("fr",)),),
    "profile.eu_pct": (("nationality", ("eu",)),),
    "profile.non_eu_pct": (("nationality", ("noneu",)),),
    "profile.africa": (("origin", ("africa",)),),
    "profile.europe_non_eu": (("origin", ("europe",)),),
    "profile.latin_america": (("origin", ("americas",)),),
    "profile.asia": (("origin", ("asia",)),),
    "profile.women_prior_violence": (("gender", ("women",)), ("vulnerability", ("violence",))),
    "vuln.any_pct": (("vulnerability", SEVERAL["vulnerability"]),),
    **{
        f"vuln.{name}_pct": (("vulnerability", (option,)),)
        for name, option in zip(FACTORS, SEVERAL["vulnerability"], strict=True)
    },
    "cond.base_finance": (("finances", SEVERAL["finances"]),),
    "cond.base_occupation": (("occupation", SEVERAL["occupation"]),),
    "cond.base_housing": (("housing", SEVERAL["housing"]),),
    "cond.no_resources_pct": (("finances", ("none",)),),
    "cond.unemployed_pct": (("occupation", ("seek", "noper")),),
    "cond.no_stable_housing_pct": (("housing", ("stree",)),),
    "goods.share_pct": (("prostitution_form", GOODS),),
    "goods.housing_share": (("prostitution_form", GOODS), ("exchange", ("hous",))),
    "goods.minors": (("prostitution_form", GOODS), ("age_band", MINOR)),
    "visible.minor_girls": (
        *(("gender", ("women",)), ("age_band", MINOR), ("nationality", ("fr",)), ("prostitution_form", VISIBLE)),
    ),
    "visible.network_women": (("gender", ("women",)), ("prostitution_form", VISIBLE), ("pimp_relation", ("netw",))),
    "visible.isolated_women": (
        *(("gender", ("women",)), ("age_band", ADULT), ("prostitution_form", VISIBLE), ("pimp_presence", ("no",))),
    ),
    "pimp.present_pct": (("pimp_presence", ("yes",)),),
    "pimp.absent_pct": (("pimp_presence", ("no",)),),
    "pimp.spouse": (("pimp_relation", ("partn",)),),
    "pimp.parents": (("pimp_relation", ("famil",)),),
    "pimp.minors_by_parents": (("pimp_relation", ("famil",)), ("age_band", MINOR)),
    "pimp.minors_by_peers": (("pimp_relation", ("partn", "frien")), ("age_band", MINOR)),
}
# The same, counting situations instead of persons.
SITUATIONS = {
    "discreet.apartment_situations": (("prostitution_form", ("flat",)),),
    "discreet.hotel_situations": (("prostitution_form", ("hotel",)),),
}
