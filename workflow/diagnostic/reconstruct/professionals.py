"""Who answered the form and who was met, drawn so that all that is published of professionals holds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from diagnostic.reconstruct.publication import Publication, near, solved

NEEDS = {
    "train": "needs.training_pct",
    "suppo": "needs.specialised_support_pct",
    "info": "needs.information_pct",
    "netw": "needs.network_pct",
    "tools": "needs.prevention_tools_pct",
}
UNAWARE = {"law_exit_pathway": "law.pathway_unaware_pct", "law_commission": "law.commission_unaware_pct"}
FUNCTIONS = {
    "manag": "pros.function_management",
    "socwk": "pros.function_social_work",
    "healt": "pros.function_health",
    "teach": "",
    "secur": "",
    "admin": "",
}  # option → published figure, where there is one
STRUCTURES = {
    "house": "pros.structure_housing",
    "recep": "pros.structure_reception",
    "dept": "pros.structure_department",
    "munic": "pros.structure_municipal",
    "healt": "",
    "schoo": "",
    "assoc": "",
    "polic": "",
    "court": "",
}
MET_IN = {  # field of activity of an interview → what may have been met there: structures, functions
    "social": (("recep", "assoc", "munic"), ("manag", "socwk", "admin")),
    "housing": (("house",), ("manag", "socwk")),
    "health": (("healt",), ("manag", "healt")),
    "education": (("schoo",), ("manag", "teach")),
    "public_safety": (("polic", "munic"), ("manag", "secur")),
    "justice": (("court",), ("manag", "secur")),
}
MOST_MET = 6  # people in one interview
SIZES = (2, 8)  # of collective responses, where they are not published


@dataclass(frozen=True)
class Unit:
    """One response or interview: the professionals that it adds, and its answers (True where an option is ticked)."""

    people: int
    met: int = 0  # in an interview, those who also filled in the form included
    answers: dict[tuple[str, str], bool] = field(default_factory=dict)

    def says(self, variable: str, option: str = "yes") -> bool:
        return self.answers.get((variable, option), False)

    def one(self, variable: str) -> str:
        """The option chosen for a single choice; "" for none."""
        return next((option for (name, option), true in self.answers.items() if name == variable and true), "")


def drawn(publication: Publication, fields: Sequence[str], seed: int) -> tuple[list[Unit], list[Unit]]:
    """Responses and interviews; `fields` are the interviews' fields of activity. Raises Impossible."""
    sizes, met, added = _sizes(publication, len(fields), seed)
    responses, interviews = _answers(publication, sizes, added, fields, seed)
    return responses, [Unit(unit.people, number, unit.answers) for unit, number in zip(interviews, met, strict=True)]


def _sizes(publication: Publication, interviews: int, seed: int) -> tuple[list[int], list[int], list[int]]:
    """People of each response; people met and people added by each interview."""
    model = cp_model.CpModel()
    smallest, largest = publication.ends("survey.collective_size", SIZES)
    of_size = {size: model.new_int_var(0, 200, f"responses of {size}") for size in (1, *range(smallest, largest + 1))}
    for size in (smallest, largest):
        model.add(of_size[size] >= 1)
    met = [model.new_int_var(1, MOST_MET, f"met {at}") for at in range(interviews)]
    already = [model.new_int_var(0, MOST_MET, f"already {at}") for at in range(interviews)]
    for one, other in zip(met, already, strict=True):
        model.add(other <= one)
    forms = sum(size * number for size, number in of_size.items())
    publication.hold(
        model,
        {
            "survey.responses": sum(of_size.values()),
            "survey.responses_collective": sum(number for size, number in of_size.items() if size > 1),
            "survey.professionals": forms,
            "interviews.total": interviews,
            "interviews.professionals": sum(met),
            "pros.total_distinct": forms + sum(met) - sum(already),
        },
    )
    rng = random.Random(f"sizes {seed}")
    usual = {number: rng.randint(0, 3) for size, number in of_size.items() if size > 1}
    near(model, usual | {number: rng.choice((1, 1, 2, 2, 3, 4)) for number in met})
    found = solved(model, seed)
    sizes = [size for size, number in of_size.items() for _ in range(found.value(number))]
    rng.shuffle(sizes)
    return (
        sizes,
        [found.value(number) for number in met],
        [found.value(one) - found.value(other) for one, other in zip(met, already, strict=True)],
    )


def _answers(
    publication: Publication, sizes: Sequence[int], added: Sequence[int], fields: Sequence[str], seed: int
) -> tuple[list[Unit], list[Unit]]:
    """What each response and interview says."""
    model = cp_model.CpModel()
    people = [*sizes, *added]
    forms, units = range(len(sizes)), range(len(people))
    ticks: list[dict[tuple[str, str], cp_model.IntVar]] = [{} for _ in units]

    def tick(at: int, variable: str, option: str = "yes") -> cp_model.IntVar:
        return ticks[at].setdefault((variable, option), model.new_bool_var(f"{at} {variable}/{option}"))

    def count(variable: str, option: str = "yes") -> cp_model.LinearExprT:
        return sum(people[at] * own[variable, option] for at, own in enumerate(ticks) if (variable, option) in own)

    for at in units:
        structures, functions = (STRUCTURES, FUNCTIONS) if at in forms else MET_IN[fields[at - len(sizes)]]
        for variable, options in (("structure_type", structures), ("job_function", functions)):
            model.add_exactly_one(tick(at, variable, option) for option in options)
        identified = tick(at, "identified")
        if at not in forms:
            continue
        charged, ill, both = tick(at, "took_charge"), tick(at, "ill_equipped"), tick(at, "charged_and_ill")
        model.add_bool_and([charged, ill]).only_enforce_if(both)
        model.add_bool_or([~charged, ~ill, both])
        for option in NEEDS:
            model.add_implication(tick(at, "needs", option), ill)
        for one in (charged, ill):
            model.add_implication(one, identified)
        for variable in UNAWARE:
            tick(at, variable)
    published = {figure: count("needs", option) for option, figure in NEEDS.items()}
    published |= {figure: count(variable) for variable, figure in UNAWARE.items()}
    published |= {figure: count("structure_type", option) for option, figure in STRUCTURES.items() if figure}
    published |= {figure: count("job_function", option) for option, figure in FUNCTIONS.items() if figure}
    publication.hold(
        model,
        published
        | {
            "survey.professionals": sum(sizes),
            "pros.total_distinct": sum(people),
            "pros.identified": count("identified"),
            "pros.took_charge": count("took_charge"),
            "pros.under_equipped": count("charged_and_ill"),
            "pros.training_followed": 0,
        },
    )
    found = solved(model, seed)
    made = [
        Unit(number, answers={name: bool(found.value(one)) for name, one in own.items()})
        for number, own in zip(people, ticks, strict=True)
    ]
    return made[: len(sizes)], made[len(sizes) :]
