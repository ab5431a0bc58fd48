"""The questionnaire published in 2020, as its columns are, read by its recipe with few cells typed.

The columns, answers and routing are the published ones; headings and the people are this file's own, drawn from one
seed. Nothing of the project writes the export.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import adhoc
import pytest
import recipes
from openpyxl import Workbook

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import Received

SEED, RESPONSES, MOST = 2020, 36, 4
EDITS = 7  # cells typed in the view, initials and what a blank means included: measured, may only go down
YES_NO = {"oui": "yes", "non": "no"}
KNEW = {"savait": "knew", "ne savait pas": "learn"}
UNKNOWN = YES_NO | {"ne sait pas": "dk"}
ALONE = ("sans ressources", "inconnu")  # nobody ticks another answer with one of these
SEVERAL, FREE = "several", "free"  # several answers at once; « autre », written in its place


@dataclass(frozen=True)
class Column:
    """A column: its heading, the codebook's question ("" for none), its answers → codes (none for a text), what it
    allows, and the question and answer that it is asked after."""

    heading: str
    variable: str
    codes: dict[str, str] = field(default_factory=dict)
    allows: tuple[str, ...] = ()
    after: tuple[str, str] = ("", "")


SEEN = ("Confrontation à la prostitution", "")  # whatever was ticked there
HEAD = (
    Column("Nom de l'organisme", "organisation"),
    Column("Vos nom et prénom", "respondent_name"),
    Column("Intitulé du poste", "job_function_other"),
    Column("Courriel", "email"),
    Column("Téléphone", "phone"),
    Column("Activité principale", "activity_field_other"),
    Column("Mode de réponse", "answer_mode", {"individuel": "indiv", "collectif": "group"}),
    Column("Nombre de professionnels consultés", "professionals_consulted", after=("Mode de réponse", "collectif")),
    Column(
        SEEN[0],
        "exposure",
        {
            "risque identifié": "risk",
            "situation identifiée probable/avérée": "proba",
            "connaissance par tiers": "third",
            "témoin": "seen",
        },
        (SEVERAL,),
    ),
    Column("Nombre total de personnes", "persons_total", after=SEEN),
)
BLOCK = (
    Column("Nombre de personnes dans la situation", "persons_in_situation"),
    Column("Genre", "gender", {"femmes": "women", "hommes": "men", "transidentitaires": "trans"}, (SEVERAL,)),
    Column(
        "Tranche d'âge",
        "age_band",
        {
            "<15": "u15",
            "15-17": "a15",
            "18-25": "a18",
            "26-35": "a26",
            "36-45": "a36",
            "46-55": "a46",
            ">55": "o55",
        },
        (SEVERAL,),
    ),
    Column("Groupe de nationalité", "nationality", {"française": "fr", "UE": "eu", "hors UE": "noneu"}, (SEVERAL,)),
    Column("Pays d'origine", "origin_countries", after=("Groupe de nationalité", "UE")),
    Column("Situation administrative", "admin_status_other", after=("Groupe de nationalité", "hors UE")),
    Column(
        "Situation familiale",
        "family",
        {"couple/famille": "", "seul avec enfants ou enceinte": "", "seul sans enfants": ""},
        (SEVERAL, FREE),
    ),
    Column(
        "Hébergement",
        "housing",
        dict.fromkeys(
            (
                *("logement autonome", "famille", "logement étudiant", "centre/foyer", "hôtel/115", "rue", "squat"),
                *("tiers/communauté", "camp/bidonville"),
            ),
            "",
        ),
        (SEVERAL, FREE),
    ),
    Column(
        "Occupation",
        "occupation",
        dict.fromkeys(
            (
                *(
                    "apprenti",
                    "demandeur emploi",
                    "étranger sans titre de travail",
                    "étudiant",
                    "indépendant",
                    "salarié",
                ),
                *("scolarisé", "retraité"),
            ),
            "",
        ),
        (SEVERAL, FREE),
    ),
    Column(
        "Finances", "finances", dict.fromkeys(("minima sociaux", "salaire", "sans ressources"), ""), (SEVERAL, FREE)
    ),
    Column("Vulnérabilité dans le parcours de vie", "life_course"),
    Column(
        "Formes de prostitution",
        "prostitution_form",
        dict.fromkeys(
            (
                *("appartement", "bar/club", "forêt/bois", "hôtel", "route", "rue", "salon de massage"),
                *("structure hébergement", "Internet", "contre hébergement", "contre autres biens/services", "inconnu"),
            ),
            "",
        ),
        (SEVERAL, FREE),
    ),
    Column("Lieux", "locations"),
    Column("Présence d'un proxénète", "pimp_presence", UNKNOWN),
    Column("Existence d'un réseau", "network_belief", UNKNOWN),
    Column("Informations sur les clients", "clients_information"),
    Column("Commentaires sur la situation", "situation_comments"),
    Column("Ajouter une situation", "add_situation", YES_NO),
)
CHARGE = ("Prise en charge", "oui")
TAIL = (
    Column("Prise en charge", "took_charge", YES_NO, after=SEEN),
    Column("Sujet abordé", "talked_about_it", YES_NO, after=CHARGE),
    Column("Demandes des personnes", "persons_requests", after=CHARGE),
    Column("Réponses données", "answers_given", after=CHARGE),
    Column("Orientations", "referrals", after=CHARGE),
    Column("Facilité du sujet", "ease_of_topic", {"facile": "", "difficile": "", "ni l’un ni l’autre": ""}, after=SEEN),
    Column("Raisons de cette facilité", "ease_reason", after=SEEN),
    Column("Suffisamment outillé", "sufficiently_equipped", YES_NO, after=SEEN),
    Column(
        "Besoins",
        "needs",
        dict.fromkeys(
            (
                *("information/sensibilisation", "appui associations spécialisées", "formation", "outils prévention"),
                "mise en réseau",
            ),
            "",
        ),
        (SEVERAL, FREE),
        ("Suffisamment outillé", "non"),
    ),
    Column("Obstacles", "obstacles", after=SEEN),
    Column("Formation suivie ou prévue", "training_done_or_planned", YES_NO, after=SEEN),
    Column("Détails sur la formation", "training_details", after=("Formation suivie ou prévue", "oui")),
    Column("Intérêt pour un réseau", "network_interest", YES_NO, after=SEEN),
    Column("Commentaires sur l'accompagnement", "support_comments", after=SEEN),
    Column("Racolage abrogé", "law_soliciting_repealed", KNEW),
    Column("Amende de 1 500 € pour le client", "law_client_fine", KNEW),
    Column("Parcours de sortie", "law_exit_pathway", KNEW),
    Column("Autorisation de séjour", "law_residence_permit", KNEW),
    Column("Prévention pour les jeunes", "law_prevention_young", KNEW),
    Column("Commission départementale", "law_commission", KNEW),
    Column("Capacité d'orienter vers le parcours", "could_refer_reason"),
    Column("Actions de prévention menées", "prevention_actions_done", YES_NO),
    Column("Détails de ces actions", "prevention_actions_details", after=("Actions de prévention menées", "oui")),
    Column("Besoins de prévention", "prevention_needs"),
    Column("Commentaires sur la loi", "law_comments"),
    Column("Accepte d'être recontacté", "accepts_recontact", YES_NO),
    Column("Connaît des personnes ressources", "knows_resource_persons", YES_NO),
    Column("Contacts de ces personnes", "", after=("Connaît des personnes ressources", "oui")),  # who agreed to nothing
    Column("Motif pour ces personnes", "resource_reason", after=("Connaît des personnes ressources", "oui")),
    Column("Commentaires finals", "final_comments"),
)
COLUMNS = {column.heading: column for column in (*HEAD, *BLOCK, *TAIL)}
TEXTS = {
    "Courriel": "d{0}@structure.example",
    "Téléphone": "06 39 98 00 {0:02d}",
    "Contacts de ces personnes": "Camille Tiers {0}",
}
COUNTED = {"Nombre de professionnels consultés", "Nombre total de personnes", "Nombre de personnes dans la situation"}
Answers = dict[str, tuple[str, ...]]  # heading → what was ticked or written


def answers(columns: tuple[Column, ...], rng: random.Random, number: int) -> Answers:
    """What one person answered, as the published routing asks."""
    said: Answers = {}
    for column in columns:
        question, wanted = column.after
        if question and not (said[question] if not wanted else wanted in said[question]):
            said[column.heading] = ()
        elif column.codes:
            most = rng.choice((1, 1, 2)) if SEVERAL in column.allows else 1
            ticked = rng.sample(list(column.codes), most)
            if FREE in column.allows and rng.random() < 0.08:
                ticked.append(f"autre chose de {number}")
            ticked = [answer for answer in ticked if answer in ALONE][:1] or ticked
            said[column.heading] = () if column.heading == SEEN[0] and rng.random() < 0.25 else tuple(ticked)
        elif column.heading in COUNTED:
            said[column.heading] = (str(rng.randint(2, 8)),)
        else:
            text = TEXTS.get(column.heading, f"{column.heading.lower()}, texte {{0}}").format(number)
            said[column.heading] = (text,) if rng.random() < 0.8 or column.heading in TEXTS else ()
    return said


@dataclass(frozen=True)
class Form:
    """The published form as it was filled: people, and situations as (response, number, answers)."""

    people: list[Answers]
    situations: list[tuple[int, int, Answers]]

    def xlsx(self) -> bytes:
        book, out = Workbook(), io.BytesIO()
        blocks = [f"Situation {n} - {column.heading}" for n in range(1, MOST + 1) for column in BLOCK]
        book.active.append(["Horodateur", *(c.heading for c in HEAD), *blocks, *(c.heading for c in TAIL)])
        for at, person in enumerate(self.people):
            own = {number: said for response, number, said in self.situations if response == at}
            cells = [f"2020-03-{at % 28 + 1:02d} 09:{at:02d}:00", *(person[c.heading] for c in HEAD)]
            cells += [own[n][c.heading] if n in own else () for n in range(1, MOST + 1) for c in BLOCK]
            cells += [person[c.heading] for c in TAIL]
            book.active.append([cell if isinstance(cell, str) else ", ".join(cell) or None for cell in cells])
        book.save(out)
        return out.getvalue()


@pytest.fixture(scope="module")
def form() -> Form:
    rng = random.Random(SEED)
    people = [answers((*HEAD, *TAIL), rng, number) for number in range(RESPONSES)]
    situations = []
    for at, person in enumerate(people):
        count = rng.randint(1, MOST) if person[SEEN[0]] else 0
        for number in range(1, count + 1):
            said = answers(BLOCK, rng, at * MOST + number)
            situations.append((at, number, said | {"Ajouter une situation": ("oui" if number < count else "non",)}))
    return Form(people, situations)


CODEBOOK = load(read_folder(Path(__file__).parents[2] / FOLDER))
ANSWERED = {"savait": "Je le savais", "ne savait pas": "Je l'apprends ici", "inconnu": "Ne sait pas"}


@dataclass(frozen=True)
class Mapped:
    """The workbook as a person gave it back, the cells typed there, and what was then read."""

    kept: recipes.Kept
    typed: dict[tuple[str, int, int], str]
    read: Received


@pytest.fixture(scope="module")
def mapped(form: Form) -> Mapped:
    export = form.xlsx()
    kept = recipes.propose(CODEBOOK, export)
    proposal = kept.view
    typed = {("Questions", 1, 2): "LM"}
    for row, cells in enumerate(adhoc.rows_of(proposal, "Questions")[2:], start=3):
        right = "response_id" if cells[3] == "Horodateur" else COLUMNS[cells[3]].variable
        if cells[5] != right:
            typed["Questions", row, 6] = right
        if cells[10] == "à dire":  # nobody ticked « rien », which this form does not have
            typed["Questions", row, 11] = "rien n’est noté"
    for row, cells in enumerate(adhoc.rows_of(proposal, "Réponses")[1:], start=2):
        if cells[3] == "à attribuer" and cells[1] in ANSWERED and not cells[4]:
            typed["Réponses", row, 5] = ANSWERED[cells[1]]
    kept = kept.typed(typed)
    read = kept.read(export)
    assert [problem for problem in read.problems if problem.severity == "bloquant"] == []
    return Mapped(kept, typed, read)


def test_few_cells_are_typed(mapped: Mapped) -> None:
    assert len(mapped.typed) <= EDITS, mapped.typed


def test_a_block_is_one_line_a_question(mapped: Mapped) -> None:
    assert len(mapped.kept.rows("Questions")) == 2 + 1 + len(COLUMNS)


def test_every_person_and_situation_is_there(mapped: Mapped, form: Form) -> None:
    assert len(mapped.read.tables["responses"]) == RESPONSES
    assert len(mapped.read.tables["situations"]) == len(form.situations) > 50


@pytest.mark.parametrize(
    "heading", [c.heading for c in COLUMNS.values() if c.codes and c.variable not in ("", "add_situation")]
)
def test_each_answer_as_often_as_it_was_given(mapped: Mapped, form: Form, heading: str) -> None:
    """Codes are checked where they are written above, numbers everywhere: an answer is counted once, under one code."""
    column = COLUMNS[heading]
    people = [said for *_, said in form.situations] if column in BLOCK else form.people
    truth = Counter(text if text in column.codes else "autre" for said in people for text in said[heading])
    frame = mapped.read.tables["situations" if column in BLOCK else "responses"]
    if SEVERAL in column.allows:
        own = {name.partition("/")[2]: name for name in frame if name.startswith(f"{column.variable}/")}
        found = {code: int(frame[name].eq("ticked").sum()) for code, name in own.items()}
    else:
        found = Counter(frame[f"{column.variable}.code"])
    for text, code in column.codes.items():
        if code:
            assert found[code] == truth[text], text
    told = {code: count for code, count in found.items() if count and code not in ("not_asked", "no_answer")}
    assert sorted(told.values()) == sorted(truth.values())
    assert told.get("other", 0) == truth["autre"]


def test_a_question_that_joins_two_of_the_codebook(mapped: Mapped, form: Form) -> None:
    """Counted as it was answered, and deciding what is asked after it; what needs the two apart was not asked."""
    answers = [said["Formation suivie ou prévue"] for said in form.people]
    responses = mapped.read.tables["responses"]
    for name in ("training_followed", "training_planned"):
        assert set(responses[f"{name}.code"]) == {"not_asked"}
    assert responses["training_details.state"].ne("not_asked").tolist() == [said == ("oui",) for said in answers]
    (told,) = [p.message for p in mapped.read.problems if "réunit" in p.message]
    assert all(f"«\u00a0{label}\u00a0»" in told for label in ("Formation suivie", "Formation prévue"))
    assert not any("« Formation suivie »" in p.message for p in mapped.read.problems if "absentes" in p.message)
    absent = {cells[0]: cells[1] for cells in mapped.kept.rows("Sans colonne")[1:]}
    assert "training_done_or_planned" not in absent
    assert "réunie dans « Formation suivie ou prévue »" in absent["training_followed"].replace("\u00a0", " ")


def test_what_was_written_stays_in_the_vault(mapped: Mapped, form: Form) -> None:
    """Each « autre » with the situation it was written for; no third person's contact; contacts of those who agreed."""
    texts = mapped.read.private["texts"]
    written = {text for said in form.people for text in said["Besoins"]} | {
        text for *_, said in form.situations for heading in said for text in said[heading]
    }
    free = {text for text in written if text.startswith("autre chose de ")}
    assert len(free) > 5 and free <= set(texts["text"])
    assert "autre chose de" in str(mapped.kept.rows("Réponses")), "shown to who reads the answers"
    assert "autre chose de" not in str(mapped.kept.recipe), "and kept by no recipe"
    assert not any("Tiers" in str(frame.to_dict()) for frame in mapped.read.private.values())
    agreed = sum(said["Accepte d'être recontacté"] == ("oui",) for said in form.people)
    assert len(mapped.read.private["contacts"]) == agreed
    assert "autre chose de" not in str({name: frame.to_dict() for name, frame in mapped.read.tables.items()})
