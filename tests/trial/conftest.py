"""The project's codebook, forty fictional responses, and a small codebook after the header samples of the tools."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from diagnostic.codebook import loading
from diagnostic.codebook.model import Block, Codebook, Option, TableDef, Variable
from diagnostic.trial.answers import Answers, generate

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return loading.load(loading.read_folder(ROOT / loading.FOLDER))


@pytest.fixture(scope="session")
def answers(codebook: Codebook) -> Answers:
    return generate(codebook, seed=20260901)


def _options(name: str, labels: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(name, code, label) for code, label in labels.items())


@pytest.fixture(scope="session")
def sample_codebook() -> Codebook:
    """Six questions of a form as teams write it: the labels hold commas, the situation block repeats."""
    tables = {
        "responses": TableDef("responses", "Réponses", "q", "Réponses", "response", "", ("response_id",), form=True),
        "situations": TableDef(
            "situations",
            "Situations",
            "q",
            "Situations",
            "situation",
            "",
            ("response_id", "situation_number"),
            parent="responses",
            form=True,
        ),
    }
    blocks = {
        "debut": Block("debut", "responses", "Début", "response", "tous"),
        "situation": Block("situation", "situations", "Situation", "situation", "tous"),
    }
    return Codebook(
        tables=tables,
        blocks=blocks,
        variables=(
            Variable("responses", "debut", "mode_reponse", "single", "mode", list="mode", question="Vous répondez :"),
            Variable(
                "responses",
                "debut",
                "n_professionnels",
                "integer",
                "npro",
                question="Nombre de professionnels consultés",
            ),
            Variable("responses", "debut", "reperage", "multiple", "rep", list="reperage", question="Avez-vous déjà :"),
            Variable("situations", "situation", "n_personnes", "count_text", "npers", question="Nombre de personnes"),
            Variable("situations", "situation", "age", "multiple", "age", list="age", question="Âge environ"),
            Variable(
                "situations",
                "situation",
                "add_situation",
                "single",
                "autre",
                list="autre",
                question="Décrire une autre situation ?",
                shape="unrolled",
            ),
        ),
        lists={
            "mode": _options("mode", {"coll": "A titre collectif (service ou structure)"}),
            "reperage": _options(
                "reperage",
                {
                    "risque": "Identifié un risque",
                    "probable": "Identifié, de manière probable ou avérée, des situations de prostitution",
                    "tiers": "Eu connaissance, par un tiers, de situations de prostitution",
                },
            ),
            "age": _options("age", {"a15": "15-17 ans", "a18": "18-25 ans", "a26": "26-35 ans"}),
            "autre": _options(
                "autre", {"yes": "Oui", "no": "Non, passer à la rubrique suivante", "dk": "Ne sait pas (vaut non)"}
            ),
        },
        texts={},
        version="1",
    )


@pytest.fixture(scope="session")
def sample_answers() -> Answers:
    """One team, two situations."""
    return {
        "responses": [
            {
                "response_id": "R001",
                "submitted": dt.datetime(2019, 8, 28, 10, 15, 32),
                "mode_reponse": "coll",
                "n_professionnels": 4,
                "reperage": ("probable", "tiers"),
            }
        ],
        "situations": [
            {"response_id": "R001", "situation_number": 1, "n_personnes": "3 ou 4", "age": ("a15", "a18")},
            {"response_id": "R001", "situation_number": 2, "n_personnes": "1", "age": ("a26",)},
        ],
    }
