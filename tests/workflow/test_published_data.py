"""The data beside finished documents: what these print and nothing else, a package that reads as it says, and answers."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from copies import EVERY

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
CARD = re.compile(r'^``` \{\.carte fact="([^"]+)"\}$', re.MULTILINE)
SPAN = re.compile(r'\[([^\[\]]*)\]\{\.fact fact="([^"]+)"\}')
NUMBER = re.compile(r"-?\d+(,\d+)?")
NAME = re.compile(r"[-a-z0-9._/]+")  # of a package and of a resource, in the published schema of both
QUESTIONS = {  # a question on the complete study → the statement that answers it
    "Combien d’annonces d’offre ?": "ads.total",
    "Combien d’annonces distinctes, sites miroirs regroupés ?": "ads.frame_collapsed",
    "Combien d’annonces de demande ?": "demand.ads",
    "Combien de personnes les professionnel·les décrivent-elles en situation de prostitution ?": "shared.persons_prostitution",
    "Quelle part de femmes ?": "profile.women_pct",
    "Quelle part de mineur·es ?": "profile.minors_pct",
    "Un proxénète est-il signalé, pour quelle part ?": "pimp.present_pct",
    "À combien de personnes mènent les annonces ?": "persons.total",
    "Quelle part des annonces est restée d’un décompte au suivant ?": "waves.stayed_pct.1",
    "Quelle part des annonces placées est dans cinq lieux ?": "ads.five_cities_pct",
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def check(folder: Path) -> None:
    """A package as it describes itself, and by the reference program where it is installed (`pip install frictionless`)."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert NAME.fullmatch(package["name"]) and package["licenses"][0]["name"] and package["contributors"][0]["title"]
    for one in package["resources"]:
        content = (folder / one["path"]).read_bytes()
        assert NAME.fullmatch(one["name"]) and len(content) == one["bytes"]
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        fields, rows = one["schema"]["fields"], read(folder / one["path"])
        names = [field["name"] for field in fields]
        assert rows and list(rows[0]) == names and len(set(names)) == len(names) and all(names), one["path"]
        for field in fields:
            cells = {row[field["name"]] for row in rows} - {""}
            assert field["type"] == "string" or all(map(NUMBER.fullmatch, cells)), (one["path"], field["name"])
        for key in one["schema"].get("primaryKey", []):
            assert len({row[key] for row in rows}) == len(rows)
    cited = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    if program := shutil.which("frictionless"):
        done = subprocess.run([program, "validate", "datapackage.json"], cwd=folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()


@pytest.mark.parametrize("study", EVERY)
def test_the_statements_are_those_that_documents_print(results_of: Callable[[str], Path], study: str) -> None:
    results = results_of(study)
    check(results / "report/donnees")
    rows = {row["identifiant"]: row for row in read(results / "report/donnees/enonces.csv")}
    text = (results / "report/quarto/rapport.qmd").read_text("utf-8")
    said = pd.read_parquet(results / "release/statements.parquet").set_index("statement_id")
    assert rows.keys() == set(CARD.findall(text)) >= {fact for _, fact in SPAN.findall(text)}
    for fact, row in rows.items():
        told = row["imprime"].removeprefix("environ ")
        assert told in (said["printed"][fact], "on ne sait pas"), fact
        assert not row["valeur"] or float(row["valeur"].replace(",", ".")) == said["shown_value"][fact], fact
        if said["kind"][fact] == "withheld":
            assert {row[name] for name in ("base", "valeur", "bas", "haut", "causes", "limites")} == {""}
    listed = (results / "report/empreintes.txt").read_text("utf-8")
    manifest = json.loads((results / "manifest.json").read_text("utf-8"))
    for path in (results / "report/donnees").iterdir():
        assert f"donnees/{path.name}" in listed and any(
            name.endswith(f"report/donnees/{path.name}") for name in manifest
        )


@pytest.mark.slow
def test_ten_questions_are_answered_from_the_file_alone(results_of: Callable[[str], Path]) -> None:
    """Against the table of `benchmarks`, where each printed number was counted again; the answers are a script of ten lines."""
    import csv

    path = results_of("99-2026") / "report/donnees/enonces.csv"
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = {row["identifiant"]: row for row in csv.DictReader(file, delimiter=";")}
    answers = {}
    for question, fact in QUESTIONS.items():
        row = rows[fact]
        between = f" (de {row['bas']} à {row['haut']})" if row["bas"] else ""
        answers[question] = f"{row['valeur']}{between}" if row["valeur"] else between.strip(" ()").removeprefix("de ")

    counted = pd.read_csv(BENCHMARKS / "printed.csv", dtype=str, keep_default_na=False).drop_duplicates("indicateur")
    kept = counted.set_index("indicateur")
    assert len(QUESTIONS) == 10
    for question, fact in QUESTIONS.items():
        printed, limits = (re.sub(r"[\s%]", "", kept[name][fact]) for name in ("imprimé", "intervalle"))
        told = re.sub(r"\s", "", answers[question])
        assert told in (printed, f"{printed}(de{limits})", limits), question
