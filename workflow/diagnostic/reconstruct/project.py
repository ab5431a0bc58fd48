"""`diagnostic reconstruire`: a copy of the project, for the reviewer alone, where a study has reconstructed files; it lies in
a folder that git ignores."""

import datetime as dt
import hashlib
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from ortools.sat.python import cp_model

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports.study import read_exports
from diagnostic.collect.exports.typed import Pseudonyms
from diagnostic.collect.grids import read_text
from diagnostic.collect.tables import INPUTS
from diagnostic.consolidate import questionnaire
from diagnostic.consolidate.gathered import gather
from diagnostic.core import writing
from diagnostic.core.french import typographic
from diagnostic.core.tables import columns
from diagnostic.core.writing import as_csv, as_yaml
from diagnostic.counts.reading import read_count
from diagnostic.privacy.vault import FOLDER_MODE
from diagnostic.reconstruct import internet, situations
from diagnostic.reconstruct.situations import Impossible, Publication, Questions, Situation, near, solved
from diagnostic.study.config import CONFIG, RESOURCES, SIDECAR, STUDIES, load, load_study, load_yaml, opened
from diagnostic.study.declared import Study
from diagnostic.trial import workbooks
from diagnostic.trial.answers import NUMBER, RESPONSE, RESPONSES, SITUATIONS, SUBMITTED, Answers, Row, Value, asked
from diagnostic.trial.exports import filled, template_export

FOLDER = Path("reconstitution")
DECISIONS = "doublons.csv"
CODED_ADS, DEMAND = "annonces.xlsx", "demande.xlsx"
COPIED = (
    *("Snakefile", "workflow", "profiles", "report", "envs", "resources/references", loading.FOLDER.as_posix()),
    *("config/release.yaml", "config/pistes.yaml", "config/modeles", "config/comparability"),
)
NOTICE = "NE PAS DIFFUSER : données reconstituées à partir de chiffres publiés, qui décrivent des personnes réelles.\n"
SOURCE = "Reconstitué par « diagnostic reconstruire » à partir des chiffres publiés ; une solution parmi d’autres"
LICENCE = "Données reconstituées : non diffusées"
TITLES = {
    "questionnaire": "Réponses au questionnaire, reconstituées",
    "interview_sheets": "Entretiens et situations rapportées, reconstitués",
    "situation_coding": "Codage des facteurs de vulnérabilité, reconstitué",
    "ad_counts": "Annonces par site et par lieu, les lieux étant reconstitués",
    "coded_ads": "Annonces de l’échantillon codées, reconstituées",
    "demand": "Demande, forum et établissements à risque, reconstitués",
    "duplicates": "Décisions sur les doublons, reconstituées",
}


def reconstruct(root: Path, study: str, seed: int) -> list[str]:
    """Make `reconstitution/{study}` and tell, in French, what is in it. Raises Impossible, ConfigError, VaultError,
    CodebookError, UnreadableFile."""
    chosen, _ = load_study(root, study)
    publication, meetings = _published(root / RESOURCES / study, chosen)
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    responses, interviews = drawn(publication, [str(meeting["activity_field"]) for meeting in meetings], seed)
    described = situations.drawn(publication, Questions(codebook), seed)
    written = written_exports(codebook, responses, interviews, described, meetings, chosen.period_start, seed)

    home = root / FOLDER / study
    _project(root, home, study)
    vault = opened(home, study)
    exports, decisions = made_files(codebook, written, vault.pseudonyms, seed)
    place = home / RESOURCES / study
    for role, content in exports.items():
        receipt = vault.receive(content, role, ".xlsx")
        _sidecar(place / f"{role}{SIDECAR}", role, chosen.report_date, digest=receipt.digest)
    _input(place, "duplicates", DECISIONS, decisions, chosen.report_date)
    inputs = {"duplicates": DECISIONS}
    if {"sites", "ad_counts"} <= chosen.inputs.keys() and internet.PLACES in publication.figures:
        for role, (name, content) in _internet(root, study, chosen, publication, codebook, seed).items():
            _input(place, role, name, content, chosen.report_date)
            inputs[role] = name
    path = STUDIES / f"{study}.yaml"
    choices = load_yaml(home, path)
    choices |= {
        "title": f"{choices['title']} (données reconstituées)",
        "inputs": choices["inputs"] | inputs,
        "received": choices.get("received", {}) | FORMATS,
    }
    _yaml(home / path, choices)
    return [
        typographic(line)
        for line in (
            f"Données reconstituées de {study} (graine {seed}) : {len(responses)} réponses, {len(interviews)} entretiens, "
            f"{sum(map(len, written.told))} situations décrites.",
            f"Elles sont dans {FOLDER}/{study}/, que git ignore. {NOTICE.strip()}",
            f"Calculer : « cd {FOLDER}/{study} », puis « diagnostic calculer ».",
        )
    ]


def _published(source: Path, chosen: Study) -> tuple[Publication, list[dict[str, Any]]]:
    missing = [role for role in ("published_figures", "interviews") if role not in chosen.inputs]
    if missing:
        raise Impossible(f"L’étude n’a pas de fichier pour : {', '.join(missing)}.")
    figures, structure, met = (
        _read(source / chosen.inputs[role]) if role in chosen.inputs else None
        for role in ("published_figures", "published_structure", "interviews")
    )
    assert figures is not None and met is not None
    publication, rows = Publication.read(figures, structure), met.to_dict("records")
    return publication, [{str(name): value for name, value in row.items()} for row in rows]


def _read(path: Path) -> pd.DataFrame:
    return read_text(path.read_bytes(), path.name)


def _internet(
    root: Path, study: str, chosen: Study, publication: Publication, codebook: Codebook, seed: int
) -> dict[str, tuple[str, bytes]]:
    """Role → name and content of the counts by place and, where they are published, of the coded ads and the demand."""
    source, name = root / RESOURCES / study, chosen.inputs["ad_counts"]
    counts, sites = (_read(source / chosen.inputs[role]) for role in ("ad_counts", "sites"))
    content = internet.placed(counts, sites, publication, seed).to_csv(index=False, lineterminator="\n").encode()
    made = {"ad_counts": (name, content)}
    if internet.SAMPLE in publication.figures:
        contents = {"sites": (source / chosen.inputs["sites"]).read_bytes(), "ad_counts": content}
        sampling = load(root, {"studies": [study]}).sampling(study).model_dump()
        drawn = workbooks.drawn(contents, chosen.inputs, sampling)
        rows = internet.coded(publication, drawn, chosen.period_start, seed)
        made["coded_ads"] = (CODED_ADS, filled(codebook, "annonces", rows))
    if all(figure in publication.figures for figure in internet.NEEDED):
        noted = internet.demand_noted(publication, str(sites["site_code"].iloc[0]), seed)
        made["demand"] = (DEMAND, filled(codebook, "demande", noted))
    return made


def _project(root: Path, home: Path, study: str) -> None:
    """The project around the study: copies, because Windows refuses links to who is no administrator."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=FOLDER_MODE)
    for name in (*COPIED, (STUDIES / study).as_posix(), (RESOURCES / study).as_posix()):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_dir():
            shutil.copytree(root / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (root / name).is_file():
            shutil.copy2(root / name, home / name)
    writing.write_bytes(NOTICE.encode(), home / "NE_PAS_DIFFUSER.txt")
    _yaml(home / CONFIG, load_yaml(root, CONFIG) | {"studies": [study]})
    _yaml(home / STUDIES / f"{study}.yaml", load_yaml(root, STUDIES / f"{study}.yaml"))


def _input(place: Path, role: str, name: str, content: bytes, day: dt.date) -> None:
    writing.write_bytes(content, place / name)
    _sidecar(place / f"{name}{SIDECAR}", role, day, sha256=hashlib.sha256(content).hexdigest())


def _sidecar(path: Path, role: str, day: dt.date, **digest: str) -> None:
    origin = {"title": TITLES[role], "origin": "reconstructed", "source": SOURCE, "licence": LICENCE}
    _yaml(path, origin | {"date": day.isoformat()} | digest)


def _yaml(path: Path, content: Mapping[str, Any]) -> None:
    writing.write_bytes(as_yaml(content), path)


# -- Who answered the form and who was met, drawn so that all that is published of professionals holds ------------
NEEDS = {
    "train": "needs.training_pct",
    "suppo": "needs.specialised_support_pct",
    "info": "needs.information_pct",
    "netw": "needs.network_pct",
    "tools": "needs.prevention_tools_pct",
}
UNAWARE = {"law_exit_pathway": "law.pathway_unaware_pct", "law_commission": "law.commission_unaware_pct"}
FUNCTIONS = {  # option → published figure, where there is one
    **{"manag": "pros.function_management", "socwk": "pros.function_social_work", "healt": "pros.function_health"},
    **dict.fromkeys(("teach", "secur", "admin"), ""),
}
STRUCTURES = {
    **{"house": "pros.structure_housing", "recep": "pros.structure_reception", "dept": "pros.structure_department"},
    **{"munic": "pros.structure_municipal", **dict.fromkeys(("healt", "schoo", "assoc", "polic", "court"), "")},
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
    variables = {"identified": "identified", "took_charge": "took_charge", "under_equipped": "charged_and_ill"}
    published |= {"survey.professionals": sum(sizes), "pros.total_distinct": sum(people)}
    published |= {f"pros.{figure}": count(variable) for figure, variable in variables.items()}
    publication.hold(model, published | {"pros.training_followed": 0})
    found = solved(model, seed)
    made = [
        Unit(number, answers={name: bool(found.value(one)) for name, one in own.items()})
        for number, own in zip(people, ticks, strict=True)
    ]
    return made[: len(sizes)], made[len(sizes) :]


# -- From what is drawn to what a team would receive --------------------------------------------------------------
CODED = ("vulnerability", "origin_region")  # by the team after reading
MOST_TOLD = 10  # situations of a response, whatever the seed
TWICE = 6  # situations of the form that are told again in an interview
SHARED = ("persons_in_situation", "situation_status", "year", "territory", "gender", "age_band", "nationality")
WRITTEN = {  # numbers of persons as people write them, the smallest of several being the study's
    "{n}": 10,
    "{n} ou {more}": 2,
    "entre {n} et {most}": 1,
    "au moins {n}": 1,
    "{word}": 2,
}
WORDS = ("", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
BLANK = 0.1  # share of single persons whose number is left blank, which counts as one
COUNTRIES = "ABCD"  # one for each region of origin that is drawn
YEARS = ("2015", "2016", "2017", "2018", "2019", "2020")
FREE: dict[str, tuple[Value, ...]] = {
    "family": (("coupl",), ("kids",), ("alone",)),
    "fact_source": ("seen", "third"),
    "network_belief": ("yes", "no", "dk"),
}
SAID = ("knew", "dk")
MEETINGS = "interview_records"  # the table of interviews
FIELDS = {  # of the public list of interviews → of the codebook
    **{"social": "socia", "housing": "house", "health": "healt"},
    **{"education": "educ", "public_safety": "safe", "justice": "just"},
}


@dataclass(frozen=True)
class Told:
    """One description of a situation: the record that holds it, and its place among the situations drawn."""

    situation: int
    row: Row
    again: bool = False


@dataclass(frozen=True)
class Drawn:
    """All that a team would receive. `told`: per record (responses, then interviews), the situations it tells."""

    answers: Answers
    interviews: list[Row]
    told: list[list[Told]]
    coded: list[dict[str, tuple[str, ...]]]  # per situation drawn, what the team codes after reading


def written_exports(
    codebook: Codebook,
    responses: Sequence[Unit],
    interviews: Sequence[Unit],
    situations: Sequence[Situation],
    meetings: Sequence[Mapping[str, Value]],
    start: dt.date,
    seed: int,
) -> Drawn:
    """The rows of the form, of the interviews and of the situations. `meetings`: date, structure, mode, place, field
    and interlocutor of each interview; `start`: the first day on which a form may be sent."""
    rng = random.Random(f"told {seed}")
    units = [*responses, *interviews]
    rows = _situations(situations, Questions(codebook), rng)
    told: list[list[Told]] = [[] for _ in units]
    for at, record in enumerate(_tellers(rng, units, len(rows))):
        told[record].append(Told(at, rows[at]))
    _twice(rng, told, len(responses), situations)
    first = [_response(f"R{at:03d}", unit, rng) for at, unit in enumerate(responses, start=1)]
    # When each form was sent, in order, never two in the same second: it is all that tells some exports apart.
    seconds = sorted(rng.sample(range(540 * 86400), len(first)))
    sent = [dt.datetime.combine(start, dt.time()) + dt.timedelta(seconds=second) for second in seconds]
    answers: Answers = {RESPONSES: [], SITUATIONS: []}
    for row, moment, own in zip(first, sent, told, strict=False):
        full = _routed(codebook, RESPONSES, row | {SUBMITTED: moment})
        answers[RESPONSES].append(full)
        for number, one in enumerate(own, start=1):
            identity = {RESPONSE: row[RESPONSE], NUMBER: number}
            answers[SITUATIONS].append(_routed(codebook, SITUATIONS, identity | one.row, full))
    met = []
    for at, (unit, meeting) in enumerate(zip(interviews, meetings, strict=True), start=1):
        said: Row = {"interview_id": f"E{at:02d}", "activity_field": FIELDS[str(meeting["activity_field"])]}
        said |= {"people_met": unit.met, "already_answered": unit.met - unit.people}
        said |= {name: unit.one(name) for name in ("structure_type", "job_function")}
        met.append(_in_codes(codebook, MEETINGS, {**meeting, **said}))
    coded = [{name: codes for name in CODED if (codes := one.ticks.get(name, ()))} for one in situations]
    return Drawn(answers, met, told, coded)


def _tellers(rng: random.Random, units: Sequence[Unit], situations: int) -> list[int]:
    """The record that tells each situation: any that identified one; every interview that did tells one at least."""
    identified = [at for at, unit in enumerate(units) if unit.says("identified")]
    places = [at for at in identified for _ in range(1, MOST_TOLD)]
    chosen = [at for at in identified if units[at].met]
    chosen += rng.sample(places, min(len(places), situations - len(chosen)))
    if len(chosen) < situations:
        raise Impossible("Trop peu de professionnel·les ont repéré une situation pour les décrire toutes.")
    rng.shuffle(chosen)
    return chosen


def _twice(rng: random.Random, told: list[list[Told]], forms: int, situations: Sequence[Situation]) -> None:
    """Some situations of the form are told again, in short, in an interview that told some."""
    again = [own for own in told[forms:] if own]
    single = [one for own in told[:forms] for one in own if situations[one.situation].persons == 1]
    for one in rng.sample(single, min(TWICE, len(single)) if again else 0):
        short: Row = {name: value for name, value in one.row.items() if name in SHARED}
        rng.choice(again).append(replace(one, row=short, again=True))


def _situations(situations: Sequence[Situation], questions: Questions, rng: random.Random) -> list[Row]:
    """Answers to the block of questions on a situation; what is not ticked is left blank."""
    years = [*YEARS, *rng.choices(YEARS, k=len(situations) - len(YEARS))]
    rng.shuffle(years)
    regions = questions.one["origin_region"]
    rows = []
    for situation, year in zip(situations, years, strict=True):
        row: Row = {
            "persons_in_situation": _number(situation, rng),
            "situation_status": "risk" if situation.risk else rng.choice(("proba", "prov")),
            "year": year,
            "territory": "in",
            **{name: options for name, options in situation.ticks.items() if options and name not in CODED},
            **{name: rng.choice(options) for name, options in FREE.items() if rng.random() < 0.7},
        }
        origin = situation.ticks.get("origin_region", ())
        row["origin_countries"] = f"Pays fictif {COUNTRIES[regions.index(origin[0])]}" if origin else None
        rows.append(_in_codes(questions.codebook, SITUATIONS, row))
    return rows


def _number(situation: Situation, rng: random.Random) -> str | None:
    """The number of persons in words that the workflow reads back as this number."""
    n = situation.persons
    if n == 1 and rng.random() < BLANK:
        return None
    (form,) = rng.choices(list(WRITTEN), list(WRITTEN.values()))
    text = form.format(n=n, more=n + 1, most=n + 2, word=WORDS[n] if n < len(WORDS) else n)
    return text if read_count(text).study_value == n else str(n)


def _response(name: str, unit: Unit, rng: random.Random) -> Row:
    """Answers to the form, the situations aside."""
    group = unit.people > 1
    identified, ill = unit.says("identified"), unit.says("ill_equipped")
    needs = tuple(option for (variable, option), true in unit.answers.items() if variable == "needs" and true)
    row: Row = {
        RESPONSE: name,
        "answer_mode": "group" if group else "indiv",
        "professionals_consulted": unit.people if group else None,
        "structure_type": unit.one("structure_type"),
        "job_function": unit.one("job_function"),
        "activity_field": rng.choice(list(FIELDS.values())),
        "exposure": (rng.choice(("risk", "proba", "third", "seen")),) if identified else ("none",),
        "took_charge": "yes" if unit.says("took_charge") else "no",
        "sufficiently_equipped": "no" if ill else "yes",
        "needs": needs or None,
        "training_followed": "no",
        "training_planned": rng.choice(("yes", "no")),
        "ease_of_topic": rng.choice(("easy", "hard", "mixed", None)),
        "network_interest": rng.choice(("yes", "no", None)),
        "accepts_recontact": "no",
    }
    for variable in UNAWARE:
        row[variable] = "learn" if unit.says(variable) else rng.choice(SAID)
    for variable in ("law_soliciting_repealed", "law_client_fine", "law_residence_permit", "law_prevention_young"):
        row[variable] = rng.choice(("knew", "learn", None))
    return row


def _in_codes(codebook: Codebook, table: str, row: Row) -> Row:
    """The row with, for each name of an answer, the first answer that it stands for: one for a single choice."""
    made = dict(row)
    for variable in codebook.table(table):
        said = row.get(variable.name)
        if variable.closed and said is not None:
            names = said if isinstance(said, tuple) else (str(said),)
            codes = tuple(codebook.sets[variable.name][name][0] for name in names)
            made[variable.name] = codes if variable.type == "multiple" else codes[0]
    return made


def _routed(codebook: Codebook, table: str, row: Row, parent: Row | None = None) -> Row:
    """The row with what the routing asks and no more, in codes of the codebook; None where a question was left blank."""
    row = _in_codes(codebook, table, row)
    wanted = asked(codebook, table, row, parent)
    kept = {name: row.get(name) for name in (RESPONSE, NUMBER, SUBMITTED) if name in row}
    return kept | {v.name: row.get(v.name) for v in codebook.table(table) if v.name in wanted}


# -- The files of a reconstructed study, in the shapes that a team drops in: form export, workbooks, decisions ----
FORMATS = dict.fromkeys(("questionnaire", "interview_sheets", "situation_coding"), "template")
CODER, TEAM = "AB", "AB"
UNSURE = 3  # pairs that the team leaves open
SAME, DIFFERENT = "mêmes personnes, décrites deux fois", "personnes différentes"


def made_files(codebook: Codebook, study: Drawn, pseudonyms: Pseudonyms, seed: int) -> tuple[dict[str, bytes], bytes]:
    """All files of the shared diagnosis: role → content for the vault, and the team's file on pairs of situations.

    `pseudonyms` are the vault's: decisions on pairs are given back under them.
    """
    exports = {
        "questionnaire": template_export(codebook, study.answers),
        "interview_sheets": filled(codebook, "entretiens", _interviews(study)),
    }
    read = read_exports(codebook, exports, FORMATS, pseudonyms)
    shown = {own: number for number, own in read.numbers.items()}
    responses = list(read.tables["responses"]["response_id"])
    met = [str(row["interview_id"]) for row in study.interviews]
    numbers = [*(shown[own] for own in responses), *met]
    exports["situation_coding"] = filled(codebook, "codage", {"situation_coding": _coded_rows(study, numbers)})
    return exports, _decisions(study, [*responses, *met], read.tables, codebook, seed)


def _interviews(study: Drawn) -> dict[str, list[Row]]:
    told: list[Row] = [
        {"interview_id": interview["interview_id"], NUMBER: number, "situation_origin": "interview"} | one.row
        for interview, own in zip(study.interviews, study.told[len(study.answers[RESPONSES]) :], strict=True)
        for number, one in enumerate(own, start=1)
    ]
    return {"interview_records": study.interviews, "interview_situations": told}


def _coded_rows(study: Drawn, records: Sequence[str]) -> list[Row]:
    """The coding grid of the situations where there is something to code."""
    forms = len(study.answers[RESPONSES])
    return [
        {
            "record_kind": "response" if at < forms else "interview",
            "record_id": record,
            NUMBER: number,
            "coder": CODER,
            **study.coded[one.situation],
        }
        for at, (record, own) in enumerate(zip(records, study.told, strict=True))
        for number, one in enumerate(own, start=1)
        if study.coded[one.situation] and not one.again
    ]


def _decisions(
    study: Drawn, records: Sequence[str], tables: dict[str, pd.DataFrame], codebook: Codebook, seed: int
) -> bytes:
    """What the team decided of the pairs that the workflow lists and of those that it knows to be the same."""
    keys: dict[int, list[str]] = {}
    for record, own in zip(records, study.told, strict=True):
        for number, one in enumerate(own, start=1):
            keys.setdefault(one.situation, []).append(f"{record}/{number}")
    same = {frozenset(own) for own in keys.values() if len(own) > 1}
    nothing = pd.DataFrame({"role": pd.array([], dtype="str"), "sheet": [], "row": []})
    forms = questionnaire.consolidate(tables["responses"], tables["situations"], nothing)
    met = tables["interview_records"], tables["interview_situations"]
    undecided = pd.DataFrame(), INPUTS["duplicates"].empty()  # no coding, no decision
    listed = gather(forms["respondents"], forms["cases"], *met, *undecided, codebook)["pairs"]
    found = [frozenset(pair) for pair in zip(listed["first"], listed["second"], strict=True)]
    apart = [pair for pair in dict.fromkeys(found) if pair not in same]
    unsure = set(random.Random(f"decisions {seed}").sample(apart, min(UNSURE, len(apart))))
    rows = [(*sorted(pair), "same", SAME, TEAM) for pair in sorted(same, key=sorted)]
    rows += [(*sorted(pair), "unsure" if pair in unsure else "different", DIFFERENT, TEAM) for pair in apart]
    return as_csv([[name for name in columns(INPUTS["duplicates"]) if name != "row"], *rows]).encode()
