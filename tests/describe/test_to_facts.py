"""A team's own files, received by their recipes, up to the facts: what their answers say is what is counted, by named rules."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import own
import pandas as pd
import pytest
import yaml
from openpyxl import Workbook, load_workbook
from replay import of_project

from diagnostic.study.given import Choice
from diagnostic.study.receive import receive

pytestmark = pytest.mark.slow  # the calculation of a study

STUDY, DAY = "47-2026", dt.date(2026, 3, 1)
YES = Choice(agree=lambda lines: True)
Rows = Sequence[Sequence[object]]
TOOLS = "Outils de prévention (affiches, films), brochures"  # an option with commas
SEEN = "Un risque de prostitution, sans fait établi"
PROVEN = "Avérée"
AGES = ("moins de 18 ans", "35 et plus", "18 à 25 ans")
SIZES = ("deux", "3", "une seule personne")  # of persons, by response
NUMBERS = (2, 3, 1)
MANY = 30
FORM: Rows = (
    ("Réponses au formulaire de l’équipe",),
    (),
    *[
        (
            "Numéro",
            "Mode de réponse",
            "Ce qui a été repéré",
            "Outillage suffisant",
            "Vos besoins",
            "Formation suivie",
            "Nombre de personnes",
            "Âge",
            "Statut",
        )
    ],
    *(
        (
            f"Q{n}",
            "À titre individuel",
            SEEN,
            "non",
            TOOLS if n % 3 == 0 else "Une formation",
            "oui" if n % 5 == 0 else "",
            SIZES[n % 3],
            AGES[n % 3],
            PROVEN,
        )
        for n in range(MANY)
    ),
)
CODING: Rows = (
    ("Source", "Numéro", "Numéro de la situation", "Codeur·se", "Facteurs de vulnérabilité"),
    *(("Questionnaire", f"Q{n}", 1, "AB", "Violences" if n % 3 == 1 else "") for n in range(MANY)),
)
PARTNERS: Rows = (
    ("Structure", "Champ d’activité", "Date du contact", "Suite", "Relance 1", "Relance 2"),
    *((f"Structure {n}", "social", "le 12 mai 2026", "répondu" if n % 3 else "aucune réponse", "20/05/2026", "2 juin 2026" if n % 2 else "") for n in range(9)),
)  # fmt: skip
SITES: Rows = (
    ("Code du site", "Type de site", "Agen", "Nérac", "Marmande"),
    *((f"S{n:02}", "Escorting", 10 + n, n, "" if n == 2 else 0) for n in range(1, 6)),
)
ADS: Rows = (
    ("Numéro de l'annonce", "Codeur", "Code du site", "Constat", "Doublon ou miroir", "De passage"),
    *(
        (n, "AB", f"S{1 + n % 5:02}", "pertinente", f"Doublon de l’annonce n° {n - 1}" if n % 4 == 0 else "", "oui" if n % 2 else "")
        for n in range(1, 21)
    ),
)  # fmt: skip
HELP: Rows = (
    ("N°", "Nom du lieu", "Peut être nommé", "Secteur", "Hébergement", "Soins"),
    *((f"S{n:02}", f"Lieu {n}", "oui", "accompagnement social", "oui" if n % 2 else "", "oui" if n == 1 else "non") for n in range(1, 6)),
)  # fmt: skip
SAID = {  # heading → question, what a blank means, yes
    "Vos besoins": ("needs", "", ""),
    "Formation suivie": ("training_followed", "Non", ""),
    "Nombre de personnes": ("persons_in_situation", "", ""),
    "Âge": ("age_band", "", "oui"),
    "Statut": ("situation_status", "", ""),
    "Facteurs de vulnérabilité": ("vulnerability", "Aucun facteur relevé", ""),
    "Structure": ("partner_code", "", ""),
    "Suite": ("outcome", "", ""),
    "Relance 1": ("reminded_on", "", ""),
    "Relance 2": ("reminded_on", "", ""),
    "Doublon ou miroir": ("cluster_id", "", "oui"),
    "De passage": ("passing_through", "Non", ""),
    "Hébergement": ("shelter", "Non", ""),
}
ANSWERS = {TOOLS: "Des outils de prévention"}
OF_ALL = {
    "partners": "contacted_by_name = oui",
    "sites": "window_start = 2026-05-12 ; window_end = 2026-05-12 ; status = ouvert ; method = Décompte exact",
}


def book(**sheets: Rows) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made.save(out)
    return out.getvalue()


def delimited(rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


FILES = {
    "formulaire.xlsx": book(f=FORM),
    "codage.xlsx": book(c=CODING),
    "partenaires.xlsx": book(p=PARTNERS),
    "sites.csv": delimited(SITES),
    "annonces.xlsx": book(a=ADS),
    "lieux.xlsx": book(lieux=HELP),
}


def said(root: Path) -> None:
    """What a person says in the view: nothing but what the program cannot know."""
    path = root / "vault" / STUDY / "feuilles/recettes.xlsx"
    view = load_workbook(path)
    view["Questions"]["B1"] = "LM"
    for row in view["Questions"].iter_rows(min_row=3):
        question, blank, yes = SAID.get(str(row[3].value), ("", "", ""))
        row[5].value = question or row[5].value
        if row[10].value == "à dire":
            row[10].value = blank or "rien n’est noté"
        row[8].value = yes or row[8].value
    for row in view["Réponses"].iter_rows(min_row=2):
        row[4].value = ANSWERS.get(str(row[1].value), row[4].value)
    for row in view["Feuilles"].iter_rows(min_row=2):
        tables = str(row[3].value).split(" ; ")
        row[7].value = next((text for table, text in OF_ALL.items() if table in tables), row[7].value)
    view.save(path)


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory, told: list[str]) -> pd.DataFrame:
    root = own.created(tmp_path_factory.mktemp("to_facts") / "project", STUDY, "template", DAY, alone=True)
    place = root / f"config/studies/{STUDY}.yaml"
    config = yaml.safe_load(place.read_text("utf-8"))
    inputs = dict.fromkeys(("sites", "ad_counts", "structures"), "{}.csv") | dict.fromkeys(
        ("partners", "coded_ads"), "{}.xlsx"
    )
    config["inputs"] = {role: name.format(role) for role, name in inputs.items()}
    config["received"] = dict.fromkeys(("questionnaire", "situation_coding"), "recipe")
    config["coded_sample"] = "convenience"
    place.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), "utf-8")
    for turn in range(3):  # proposed; what is corrected is listed again; received
        for name, content in FILES.items():
            path = root.parent / name
            path.write_bytes(content)
            lines = receive(root, STUDY, "", path, DAY, YES)
            told += lines if turn == 2 else []
        said(root)
    for name in ("workflow", "report", "profiles"):
        (root / name).symlink_to(own.ROOT / name)
    return of_project(root, STUDY).facts


PERSONS = sum(NUMBERS[n % 3] for n in range(MANY))
HURT = sum(NUMBERS[n % 3] for n in range(MANY) if n % 3 == 1)
EXPECTED: dict[str, tuple[float, float | None]] = {  # fact → value, of how many
    "survey.responses": (MANY, None),
    "survey.needs.tools": (10, MANY),  # T1
    "survey.needs.other": (0, MANY),
    "survey.training_followed.no": (24, MANY),  # T3: 24 blanks
    "shared.persons_concerned": (PERSONS, None),  # numbers in words
    "profile.minors": (20, PERSONS),  # T5: two persons of each tenth
    "vuln.violence": (HURT, PERSONS),  # T3: of all, blanks included
    "partners.contacted": (9, None),
    "partners.reminders": (13, None),  # T16: two columns of one sheet
    "partners.response_pct": (100 * 6 / 9, 9),  # T11
    "ads.total": (sum(10 + 2 * n for n in range(1, 6)), None),  # T16: sites by place
    "ads.duplicate_rate_pct": (25, 20),  # T4: five ads name the one before
    "ads.passing_through_pct": (50, 20),  # T3
    "pathway.axis.shelter": (3, 5),
    "pathway.axis.care": (1, 5),
}
READ = ("survey.training_followed.no", "vuln.violence", "ads.passing_through_pct", "pathway.axis.shelter")


@pytest.mark.parametrize("fact", EXPECTED)
def test_a_number_is_what_the_files_say(facts: pd.DataFrame, fact: str) -> None:
    value, of = EXPECTED[fact]
    found = facts.loc[fact]
    assert found["value"] == pytest.approx(value) and (of is None or found["denominator"] == of)


def test_a_blank_is_a_named_rule_wherever_it_counts(facts: pd.DataFrame) -> None:
    held = facts["rules"].str.contains("case_vide_lue")
    assert held[list(READ)].all() and not held[["survey.needs.tools", "pathway.axis.care"]].any()


def test_a_band_across_classes_is_bounds_and_within_one_a_number(facts: pd.DataFrame) -> None:
    """Thirty persons are of 35 or more: how many of 26 to 35 is between none and thirty, and none of them is a minor."""
    minors, some = facts.loc["profile.minors"], facts.loc["profile.age_26_35"]
    assert minors[["low", "high"]].isna().all() or (minors["low"], minors["high"]) == (20, 20)
    assert (some["low"], some["high"]) == (0, 30) and "entre_plusieurs" in some["rules"]


def test_what_was_not_read_as_it_is_is_told(facts: pd.DataFrame, told: list[str]) -> None:
    assert sum("Lu par sa recette : 0 réponse lue « Autre », 0 colonne nouvelle" in l.replace("\xa0", " ") for l in told) == len(FILES)  # fmt: skip
