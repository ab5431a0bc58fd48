"""What documents print, as data: every statement with a card and no other, as it is printed; tables, figures, how to cite."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import ledgers
import pandas as pd
import pytest
import yaml

from diagnostic.report.data import COLUMNS, files
from diagnostic.report.printer import NOT_KNOWN, card, card_lines
from diagnostic.review.lint import Stray, blocks, known_numbers, stray_numbers

WORDS = {
    "id": "99-2026",
    "title": "Essai",
    "edition": "2026",
    "team": "Équipe fictive",
    "date": "2026-09-15",
    "status": ["Données fictives", "Provisoire", "Diffusion : équipe"],
    "licence": "",
}
BOUNDS = {"interval_kind": "bounds"}
SHARE = {"measure": "percent"}
PRINTED: list[dict[str, Any]] = [
    {"fact_id": "ads.total", "label": "annonces", "value": 1204.0, "universe": "annonces"},
    {"fact_id": "ads.share_pct", "value": 58.25, "decimals": 1, "shown_denominator": 12.0, **SHARE},
    {"fact_id": "a.open_pct", "value": 50.0, "low": 20.0, "high": 80.0, **SHARE, **BOUNDS},
    {"fact_id": "a.between", "value": 12.0, "low": 9.0, "high": 15.0, **BOUNDS},
    {"fact_id": "a.loss", "value": -3.0, "measure": "difference"},
    {"fact_id": "a.hidden", "value": 2.0, "numerator": 2.0, "denominator": 9.0, "verdict": "withheld"},
    {"fact_id": "press.when", "value_text": "2026-03-01", "measure": "date"},
]
BODY = """---
title: "Essai"
---

# L’essentiel {#sec-essentiel .unnumbered}

[1 204]{.fact fact="ads.total"} annonces.

# Les annonces {#sec-annonces}

Soit [1 204]{.fact fact="ads.total"} annonces.

![Une figure.](figures/essai.svg){#fig-essai fig-alt="Une figure."}

| Ce qui est dit | Part | De … à | Part | De … à |
|---|--:|--:|--:|--:|
| **Une** *part* \\(de tout\\) | [58,3 %]{.fact fact="ads.share_pct"} | – | 1 | 2 |

: Deux parts. {#tbl-parts .petit}

| Point | Dit |
|---|---|
| Étendue | un \\| deux |

: La méthode. {#tbl-methode}
"""
FIGURES = pd.DataFrame({"name": ["essai"], "alt": ["Une figure"], "facts": ["a.loss; a.between"]})


def made(**changes: Any) -> tuple[dict[str, bytes], str, pd.DataFrame]:
    """The files, their source, and the statements; `ads.unprinted` is released, and no document prints it."""
    said = ledgers.statements([*PRINTED, {"fact_id": "ads.unprinted", "value": 41.0}])
    cards = (card(one, card_lines(one, {})) for one in said.itertuples() if one.statement_id != "ads.unprinted")
    text = f"{BODY}\n\n{''.join(cards)}"
    places = {"99-2026": ("Département fictif", "faits de toute année")}
    return files({**WORDS, **changes}, text.encode(), said, FIGURES, places), text, said


def rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")  # so that a spreadsheet reads the accents
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def statements() -> dict[str, dict[str, str]]:
    header, *lines = rows(made()[0]["enonces.csv"])
    assert header == list(COLUMNS)
    return {line[0]: dict(zip(header, line, strict=True)) for line in lines}


def test_a_statement_is_a_row_where_a_document_prints_it_and_nowhere_else() -> None:
    assert set(statements()) == {one["fact_id"] for one in PRINTED}


def test_a_number_is_one_and_keeps_its_printed_form() -> None:
    told = statements()
    assert [told["ads.total"][name] for name in ("imprime", "valeur", "bas", "lieu")] == [
        *("1\u202f204", "1204", "", "Département fictif")
    ]
    assert (told["ads.share_pct"]["valeur"], told["ads.share_pct"]["base"]) == ("58,3", "12")
    assert told["a.loss"]["valeur"] == "-3"
    between = [told["a.between"][name] for name in ("valeur", "bas", "haut", "limites", "verdict")]
    assert between == ["12", "9", "15", "bornes", "nombre"]
    assert (told["press.when"]["valeur"], told["press.when"]["verdict"]) == ("", "date ou texte")


def test_a_share_that_says_nothing_has_no_number_here_either() -> None:
    said = statements()["a.open_pct"]
    assert [said[name] for name in ("imprime", "valeur", "verdict")] == [NOT_KNOWN, "", NOT_KNOWN]


def test_of_what_is_withheld_neither_number_nor_base_nor_cause() -> None:
    said = statements()["a.hidden"]
    assert said["imprime"] == said["verdict"] == "non publié"
    assert {said[name] for name in ("base", "valeur", "bas", "haut", "causes", "limites")} == {""}


def test_the_chapter_is_the_first_after_page_one_or_that_of_its_figure() -> None:
    told = statements()
    assert told["ads.total"]["chapitre"] == told["a.loss"]["chapitre"] == "Les annonces"
    assert told["press.when"]["chapitre"] == ""


def test_a_table_is_its_cells_and_its_heads_are_each_other() -> None:
    found = made()[0]
    assert rows(found["tableau-parts.csv"]) == [
        ["Ce qui est dit", "Part", "De … à", "Part, De … à", "De … à, Part, De … à"],
        ["Une part (de tout)", "58,3 %", "–", "1", "2"],
    ]
    assert rows(found["methode.csv"]) == [["Point", "Dit"], ["Étendue", "un | deux"]]
    assert [line[-1] for line in rows(found["figure-essai.csv"])] == ["Identifiant", "a.loss", "a.between"]


def test_the_package_describes_each_file() -> None:
    found, _, _ = made()
    package = json.loads(found["datapackage.json"])
    assert {one["path"] for one in package["resources"]} == {name for name in found if name.endswith(".csv")}
    for one in package["resources"]:
        assert one["hash"] == f"sha256:{hashlib.sha256(found[one['path']]).hexdigest()}"
        assert [field["name"] for field in one["schema"]["fields"]] == rows(found[one["path"]])[0]


@pytest.mark.parametrize(
    ("licence", "name", "cited"),
    [("Licence Ouverte 2.0", "etalab-2.0", "etalab-2.0"), ("", "diffusion-restreinte", None)],
)
def test_the_licence_is_that_of_the_documents(licence: str, name: str, cited: str | None) -> None:
    found, _, _ = made(licence=licence)
    (own,) = json.loads(found["datapackage.json"])["licenses"]
    citation = yaml.safe_load(found["CITATION.cff"])
    assert own["name"] == name and citation.get("license") == cited
    assert citation["authors"] == [{"name": "Équipe fictive"}] and citation["type"] == "dataset"


def test_every_number_of_them_is_read_back_and_a_planted_one_is_found() -> None:
    found, text, said = made()
    figures = pd.DataFrame({"alt": [""], "description": [""]})
    allowed = known_numbers(text, said, figures, ["Département fictif"])

    def strays(files: dict[str, bytes]) -> list[Stray]:
        return [one for name, own in files.items() for one in stray_numbers(name, blocks(name, own), allowed)]

    assert strays(found) == []
    for name, old, new in (
        ("enonces.csv", ";1204;", ";1205;"),
        ("tableau-parts.csv", "58,3", "58,4"),
        ("datapackage.json", '"Deux parts."', '"Deux parts sur 41."'),
        ("CITATION.cff", "title: Essai", "title: Essai 41"),
    ):
        assert old in found[name].decode(), name
        assert [one.document for one in strays({name: found[name].replace(old.encode(), new.encode())})] == [name]


def test_the_years_of_a_study_are_read_back_as_words_and_not_as_a_number_of_each_statement() -> None:
    """A comparison says them once, followed by whom they are of; a year that it does not say is found."""
    found, text, said = made()
    text = text.replace("\n``` {.carte", "\nDes faits depuis 2023 (Département fictif 2026).\n\n``` {.carte", 1)
    allowed = known_numbers(text, said, pd.DataFrame({"alt": [""], "description": [""]}), ["Département fictif"])
    header, first = (row.split(";") for row in found["enonces.csv"].decode("utf-8-sig").splitlines()[:2])
    for year, strays in (("2023", 0), ("2024", 1)):
        first[header.index("periode")] = f"des faits depuis {year}"
        content = "\r\n".join([";".join(header), ";".join(first)]).encode()
        assert len(stray_numbers("enonces.csv", blocks("enonces.csv", content), allowed)) == strays


@pytest.mark.parametrize("study", ["62-2020", "2A-2026", "bretagne-2019"])
def test_a_row_of_a_comparison_is_of_the_statement_that_it_ends_with_whatever_the_study_is_called(study: str) -> None:
    content = f"Indicateur;Valeur;Identifiant\r\nPart;58,3;{study}.ads.share_escorting_pct\r\n".encode()
    assert [one.fact for one in blocks("a.csv", content)] == ["", f"{study}.ads.share_escorting_pct"]
