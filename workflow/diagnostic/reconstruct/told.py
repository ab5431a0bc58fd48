"""From what is drawn to what a team would receive: who tells which situation, in which words, and which are the same."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from diagnostic.codebook.model import Codebook
from diagnostic.counts.reading import read_count
from diagnostic.reconstruct.professionals import UNAWARE, Unit
from diagnostic.reconstruct.publication import Impossible
from diagnostic.reconstruct.questions import Questions
from diagnostic.reconstruct.situations import Situation
from diagnostic.trial.answers import NUMBER, RESPONSE, RESPONSES, SITUATIONS, SUBMITTED, Answers, Row, Value, asked

CODED = ("vulnerability", "origin_region")  # by the team after reading
MOST_TOLD = 10  # situations of a response: as many blocks of questions in the form, whatever the seed
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
class Study:
    """All that a team would receive. `told`: per record (responses, then interviews), the situations it tells."""

    answers: Answers
    interviews: list[Row]
    told: list[list[Told]]
    coded: list[dict[str, tuple[str, ...]]]  # per situation drawn, what the team codes after reading


def written(
    codebook: Codebook,
    responses: Sequence[Unit],
    interviews: Sequence[Unit],
    situations: Sequence[Situation],
    meetings: Sequence[Mapping[str, Value]],
    start: dt.date,
    seed: int,
) -> Study:
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
    sent = _moments(rng, start, len(first))
    answers: Answers = {RESPONSES: [], SITUATIONS: []}
    for row, moment, own in zip(first, sent, told, strict=False):
        full = _routed(codebook, RESPONSES, row | {SUBMITTED: moment})
        answers[RESPONSES].append(full)
        for number, one in enumerate(own, start=1):
            identity = {RESPONSE: row[RESPONSE], NUMBER: number}
            answers[SITUATIONS].append(_routed(codebook, SITUATIONS, identity | one.row, full))
    met: list[Row] = [
        {
            **meeting,
            "activity_field": FIELDS[str(meeting["activity_field"])],
            "interview_id": f"E{at:02d}",
            "people_met": unit.met,
            "already_answered": unit.met - unit.people,
            "structure_type": unit.one("structure_type"),
            "job_function": unit.one("job_function"),
        }
        for at, (unit, meeting) in enumerate(zip(interviews, meetings, strict=True), start=1)
    ]
    met = [_in_codes(codebook, MEETINGS, row) for row in met]
    return Study(answers, met, told, [_coded(situation) for situation in situations])


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
        ticks = {name: options for name, options in situation.ticks.items() if options and name not in CODED}
        row: Row = {
            "persons_in_situation": _number(situation, rng),
            "situation_status": "risk" if situation.risk else rng.choice(("proba", "prov")),
            "year": year,
            "territory": "in",
            **ticks,
            **{name: rng.choice(options) for name, options in FREE.items() if rng.random() < 0.7},
        }
        origin = situation.ticks.get("origin_region", ())
        row["origin_countries"] = f"Pays fictif {COUNTRIES[regions.index(origin[0])]}" if origin else None
        rows.append(_in_codes(questions.codebook, SITUATIONS, row))
    return rows


def _coded(situation: Situation) -> dict[str, tuple[str, ...]]:
    found = {name: situation.ticks.get(name, ()) for name in CODED}
    return {name: options for name, options in found.items() if options}


def _number(situation: Situation, rng: random.Random) -> str | None:
    """The number of persons in words that the workflow reads back as this number."""
    n = situation.persons
    if n == 1 and rng.random() < BLANK:
        return None
    (form,) = rng.choices(list(WRITTEN), list(WRITTEN.values()))
    text = form.format(n=n, more=n + 1, most=n + 2, word=WORDS[n] if n < len(WORDS) else n)
    return text if read_count(text, n).study_value == n else str(n)


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


def _moments(rng: random.Random, start: dt.date, count: int) -> list[dt.datetime]:
    """When each form was sent, in order, never two in the same second: it is all that tells some exports apart."""
    seconds = sorted(rng.sample(range(540 * 86400), count))
    return [dt.datetime.combine(start, dt.time()) + dt.timedelta(seconds=second) for second in seconds]


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
