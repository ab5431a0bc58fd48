"""What is said of the persons described: each indicator as the options that count and the base that it is a part of.

Identifiers are those of the published figures where they exist. Bases are named; `told` bases keep only the persons of
whom the variable says something, as each living condition has its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from diagnostic.estimate.tally import Asked

MINOR, YOUNG, ADULT = ("u15", "a15"), ("u15", "a15", "a18"), ("a18", "a26", "a36", "a46", "o55")
VISIBLE, INDOOR, GOODS = ("road", "stree", "wood"), ("flat", "hotel", "massa", "bar", "centr"), ("hous", "goods")
UNSTABLE = ("stree", "hotel", "centr", "squat", "camp", "third")
FOREIGN = ("eu", "noneu")


@dataclass(frozen=True)
class Indicator:
    """Persons of the base who have one option at least of each variable in `asked`.

    They are a part of the persons in prostitution, whom the variables in `within` narrow, or of those of whom `told`
    says something. `note` is what must be read with the number. `only_share`: `fact_id` is that of the share, as it is
    published; elsewhere it is that of the number of persons.
    """

    fact_id: str
    label: str
    asked: tuple[Asked, ...]
    within: tuple[Asked, ...] = ()
    told: str = ""
    note: str = ""
    only_share: bool = False

    @property
    def count_id(self) -> str:
        return f"{self.fact_id}_count" if self.only_share else self.fact_id

    @property
    def share_id(self) -> str:
        return self.fact_id if self.only_share else f"{self.fact_id}_pct"

    @property
    def universe(self) -> str:
        if self.told:
            return f"{UNIVERSE}, renseignées sur ce point"
        return f"{UNIVERSE}, {' et '.join(WITHIN[asked] for asked in self.within)}" if self.within else UNIVERSE


UNIVERSE = "personnes en situation de prostitution probable ou avérée, décrites par les professionnel·les"
WOMEN: Asked = ("gender", ("women",))
WITHIN: dict[Asked, str] = {WOMEN: "femmes"}
NOT_PROVEN = "L’absence d’un facteur n’est pas la preuve qu’il n’existe pas."
FREE_BASE = (
    "Le texte publié dit « situations » ; la base retenue est celle des personnes, et la part des situations est donnée "
    "à côté."
)


def _is(variable: str, *codes: str) -> Asked:
    return variable, codes


def _simple(fact_id: str, label: str, *asked: Asked, note: str = "") -> Indicator:
    return Indicator(fact_id, label, asked, note=note)


PROFILE = (
    _simple("profile.women", "femmes", WOMEN),
    _simple("profile.men", "hommes", _is("gender", "men")),
    _simple("profile.trans", "personnes trans", _is("gender", "trans")),
    _simple("profile.minors", "mineur·es", _is("age_band", *MINOR)),
    _simple(
        "profile.under15",
        "moins de 15 ans",
        _is("age_band", "u15"),
    ),
    _simple(
        "profile.age_15_17",
        "15 à 17 ans",
        _is("age_band", "a15"),
    ),
    _simple(
        "profile.age_18_25",
        "18 à 25 ans",
        _is("age_band", "a18"),
    ),
    _simple(
        "profile.age_le25",
        "25 ans ou moins",
        _is("age_band", *YOUNG),
    ),
    _simple(
        "profile.age_26_35",
        "26 à 35 ans",
        _is("age_band", "a26"),
    ),
    _simple(
        "profile.age_36_45",
        "36 à 45 ans",
        _is("age_band", "a36"),
    ),
    _simple(
        "profile.age_46_55",
        "46 à 55 ans",
        _is("age_band", "a46"),
    ),
    _simple(
        "profile.age_gt55",
        "plus de 55 ans",
        _is("age_band", "o55"),
    ),
    _simple("profile.age_ge46", "46 ans ou plus", _is("age_band", "a46", "o55")),
    _simple("profile.minor_girls", "filles mineures", WOMEN, _is("age_band", *MINOR)),
    _simple(
        "profile.minor_boys",
        "garçons mineurs",
        _is("gender", "men"),
        _is("age_band", *MINOR),
    ),
    _simple("profile.students", "étudiant·es", _is("occupation", "stud")),
    _simple(
        "profile.french",
        "nationalité française",
        _is("nationality", "fr"),
    ),
    _simple(
        "profile.foreign",
        "nationalité étrangère",
        _is("nationality", *FOREIGN),
    ),
    _simple(
        "profile.eu",
        "nationalité d’un autre pays de l’Union européenne",
        _is("nationality", "eu"),
        note="Part de toutes les personnes, et non des seules étrangères.",
    ),
    _simple(
        "profile.non_eu",
        "nationalité hors Union européenne",
        _is("nationality", "noneu"),
        note="Part de toutes les personnes, et non des seules étrangères.",
    ),
)

FACTORS = {
    "violence": "violence",
    "violence_family": "violence_family",
    "violence_sexual": "violence_sexual",
    "family_rupture": "family_breakdown",
    "economic": "poverty",
    "psychological": "mental_health",
    "deprivation": "deprivation",
    "addiction": "addiction",
    "housing": "homelessness",
    "school_dropout": "out_of_school",
    "administrative": "admin_insecurity",
    "delinquency": "delinquency",
    "wandering": "wandering",
    "isolation": "isolation",
    "migration": "migration",
    "self_esteem": "self_esteem",
    "runaway": "runaway",
    "disability": "disability",
    "early_pregnancy": "early_pregnancy",
    "job_loss": "job_loss",
}  # published name → option of the coding grid
FACTOR_LABELS = (
    "violences subies",
    "dont violences dans le couple ou la famille",
    "dont violences sexuelles",
    "conflit ou rupture avec la famille",
    "précarité économique",
    "souffrance psychique",
    "manques affectifs ou éducatifs",
    "addictions",
    "perte ou absence de logement",
    "déscolarisation",
    "précarité administrative",
    "délinquance",
    "errance",
    "isolement social",
    "parcours migratoire",
    "faible estime de soi",
    "fugues",
    "handicap",
    "grossesse précoce",
    "perte d’emploi",
)


def _factor(name: str, label: str, codes: tuple[str, ...]) -> Indicator:
    asked = (("vulnerability", codes),)
    return Indicator(f"vuln.{name}", label, asked, note=NOT_PROVEN)


REGIONS = {
    "profile.africa": ("africa", "originaires d’Afrique"),
    "profile.europe_non_eu": ("europe", "originaires d’Europe, hors Union européenne"),
    "profile.latin_america": ("americas", "originaires d’Amérique centrale ou du Sud"),
    "profile.asia": ("asia", "originaires d’Asie"),
}  # published name → option of the coding grid
ORIGINS = tuple(
    _simple(
        name,
        label,
        _is("origin_region", code),
        note="Région codée par l’équipe d’après les pays écrits, qui restent dans le coffre.",
    )
    for name, (code, label) in REGIONS.items()
)

VULNERABILITY = (
    _factor("any", "au moins un facteur de vulnérabilité", tuple(FACTORS.values())),
    *(_factor(name, label, (code,)) for (name, code), label in zip(FACTORS.items(), FACTOR_LABELS, strict=True)),
    Indicator(
        "profile.women_prior_violence",
        "femmes ayant déjà subi des violences",
        (WOMEN, _is("vulnerability", "violence")),
        within=(WOMEN,),
        note=NOT_PROVEN,
        only_share=True,
    ),
)

CONDITIONS = (
    Indicator(
        "cond.no_resources",
        "sans ressources, ou minima sociaux",
        (_is("finances", "none", "benef"),),
        told="finances",
    ),
    Indicator(
        "cond.unemployed",
        "sans emploi, hors études et scolarité",
        (_is("occupation", "seek", "noper"),),
        told="occupation",
        note="La base compte aussi les personnes en études ou scolarisées, comme l’admet le texte publié.",
    ),
    Indicator(
        "cond.no_stable_housing",
        "sans logement ni hébergement stable",
        (_is("housing", *UNSTABLE),),
        told="housing",
        note="Rue, hôtel ou 115, centre ou foyer, squat, camp, hébergement par une connaissance.",
    ),
)

FORMS = (
    _simple(
        "forms.street",
        "rues, routes, bois",
        _is("prostitution_form", *VISIBLE),
    ),
    _simple(
        "forms.indoor",
        "appartements, maisons, hôtels",
        _is("prostitution_form", "flat", "hotel"),
    ),
    _simple(
        "forms.massage",
        "salons de massage",
        _is("prostitution_form", "massa"),
    ),
    _simple(
        "forms.internet",
        "rencontres organisées par Internet",
        _is("prostitution_form", "inter"),
    ),
    _simple(
        "goods.share",
        "contre un hébergement, d’autres biens ou services",
        _is("prostitution_form", *GOODS),
        note=FREE_BASE,
    ),
    Indicator(
        "goods.housing_share",
        "en échange d’un hébergement, parmi les échanges contre biens ou services",
        (_is("prostitution_form", *GOODS), _is("exchange", "hous")),
        within=(_is("prostitution_form", *GOODS),),
        only_share=True,
    ),
    _simple(
        "goods.minors",
        "mineur·es, contre biens ou services",
        _is("prostitution_form", *GOODS),
        _is("age_band", *MINOR),
    ),
    _simple("visible.persons", "prostitution visible", _is("prostitution_form", *VISIBLE)),
    _simple(
        "visible.minor_girls",
        "filles mineures françaises, prostitution visible",
        WOMEN,
        _is("age_band", *MINOR),
        _is("nationality", "fr"),
        _is("prostitution_form", *VISIBLE),
    ),
    _simple(
        "visible.network_women",
        "femmes exploitées par un réseau, prostitution visible",
        WOMEN,
        _is("prostitution_form", *VISIBLE),
        _is("pimp_relation", "netw"),
    ),
    _simple(
        "visible.isolated_women",
        "femmes majeures sans proxénète, prostitution visible",
        WOMEN,
        _is("age_band", *ADULT),
        _is("prostitution_form", *VISIBLE),
        _is("pimp_presence", "no"),
    ),
    _simple(
        "discreet.persons",
        "prostitution discrète, en intérieur",
        _is("prostitution_form", *INDOOR),
    ),
    _simple(
        "discreet.apartment_persons",
        "en appartement ou maison",
        _is("prostitution_form", "flat"),
    ),
)
WITHIN[_is("prostitution_form", *GOODS)] = "contre des biens ou services"

PIMPS = (
    _simple("pimp.present", "proxénète signalé·e", _is("pimp_presence", "yes"), note=FREE_BASE),
    _simple(
        "pimp.absent",
        "absence de proxénète signalée",
        _is("pimp_presence", "no"),
        note=FREE_BASE,
    ),
    _simple(
        "pimp.spouse",
        "proxénète : conjoint·e ou petit·e ami·e",
        _is("pimp_relation", "partn"),
        note=FREE_BASE,
    ),
    _simple(
        "pimp.parents",
        "proxénète : parent ou autre membre de la famille",
        _is("pimp_relation", "famil"),
    ),
    _simple("pimp.network", "réseau organisé", _is("pimp_relation", "netw")),
    _simple(
        "pimp.minors_by_parents",
        "mineur·es, par un parent ou un membre de la famille",
        _is("pimp_relation", "famil"),
        _is("age_band", *MINOR),
    ),
    _simple(
        "pimp.minors_by_peers",
        "mineur·es, par un·e petit·e ami·e ou une connaissance",
        _is("pimp_relation", "partn", "frien"),
        _is("age_band", *MINOR),
    ),
)

INDICATORS = (*PROFILE, *ORIGINS, *VULNERABILITY, *CONDITIONS, *FORMS, *PIMPS)
SITUATION_COUNTS = {  # published name → option, what it counts
    "discreet.apartment_situations": ("flat", "situations en appartement ou en maison"),
    "discreet.hotel_situations": ("hotel", "situations à l’hôtel"),
}
EVERY_OPTION = (
    "gender",
    "age_band",
    "nationality",
    "admin_status",
    "family",
    "housing",
    "occupation",
    "finances",
    "prostitution_form",
    "exchange",
    "territory",
    "year",
    "fact_source",
    "pimp_presence",
    "pimp_relation",
    "network_belief",
)
