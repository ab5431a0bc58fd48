"""The card of a number: all that is needed to judge it, and nothing of what is withheld."""

from __future__ import annotations

import json
import subprocess

import pypandoc
import pytest
from released import SHA, fact, sources, statements

from diagnostic.core import french
from diagnostic.core.counting import RULES
from diagnostic.office.render import READER
from diagnostic.report import printer

NB = "\N{NO-BREAK SPACE}"
FILES = {s.file: s for s in sources("ad_counts.csv", "sites.csv").itertuples()}


def card(one: object) -> dict[str, str]:
    (row,) = statements(one).itertuples()
    return dict(printer.card_lines(row, FILES))


SHARE = fact(
    "ads.share_pct",
    57.94,
    measure="percent",
    decimals=1,
    numerator=405,
    denominator=699,
    low=50.0,
    high=60.0,
    interval_kind="bounds",
    rules=("miroirs_regroupes", "extrapolation_pages"),
    cells="ad_counts.csv!C2:C21 ; sites.csv!B2",
)


def test_a_card_tells_all_that_the_issue_asks() -> None:
    told = card(SHARE)
    assert told == {
        "Valeur": f"57,9{NB}%",
        "Intervalle": f"50,0 à 60,0{NB}% (bornes)",
        "Formule": "somme",
        "Numérateur": "405",
        "Dénominateur": "699",
        "Unité": "annonce (pourcentage)",
        "Univers": "annonces",
        "Règles": " ".join(f"{RULES[name]} ({name})" for name in SHARE.rules),
        "Origine": "données transcrites",
        "Table": "consolidate/counts.parquet",
        "Cellules": "ad_counts.csv!C2:C21 ; sites.csv!B2",
        "Fichiers": f"ad_counts.csv, sha256 {SHA} ; sites.csv, sha256 {SHA}",
        "Identifiant": "ads.share_pct",
    }


@pytest.mark.parametrize(("kind", "word"), [("bounds", "bornes"), ("model", "modèle"), ("sampling", "échantillonnage")])
def test_a_card_says_what_the_limits_are(kind: str, word: str) -> None:
    said = card(fact("ads.some", 5, low=3, high=9, measure="estimate", interval_kind=kind))
    assert said["Intervalle"] == f"3 à 9 ({word})"


def test_a_table_that_is_a_csv_is_named_so() -> None:
    assert card(fact("quality.warnings", 3, source_table="collect/erreurs.csv"))["Table"] == "collect/erreurs.csv"


def test_the_card_of_a_withheld_fact_gives_no_number_and_no_cell() -> None:
    few = fact(
        "people.few",
        7654,
        unit="person",
        numerator=7,
        denominator=8765,
        low=6543,
        high=9876,
        interval_kind="bounds",
        cells="ad_counts.csv!C4321",
    )
    told = card(few)
    assert told["Valeur"] == told["Numérateur"] == told["Dénominateur"] == "non publié"
    assert "Intervalle" not in told
    assert not {"Cellules", "Fichiers", "Publication"} & set(told)
    (row,) = statements(few).itertuples()
    text = printer.card(row, printer.card_lines(row, FILES))
    for number in ("7654", "8765", "6543", "9876", "4321"):
        assert number not in text.replace("\N{NARROW NO-BREAK SPACE}", "")


@pytest.mark.parametrize("text", ["a | b : *c* {.d}", "# titre", "1. liste", "100 % [x](y) \\", ":::", "~ : d", "```"])
def test_a_card_reads_back_through_pandoc(text: str) -> None:
    one = fact("ads.total", 699, label=text, formula=text, method=text)
    (row,) = statements(one).itertuples()
    markdown = printer.card(row, printer.card_lines(row, FILES))
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), f"--from={READER}", "--to=json"],
        input=markdown.encode(),
        capture_output=True,
        check=True,
    )
    (block,) = json.loads(done.stdout)["blocks"]
    assert block["t"] == "CodeBlock" and block["c"][0] == ["", ["carte"], [["fact", "ads.total"]]]
    read = dict(line.split(" : ", 1) for line in block["c"][1].splitlines())
    assert read["Indicateur"] == french.typographic(text[:1].upper() + text[1:])
    assert read["Formule"] == read["Méthode"] == french.typographic(text)


def test_a_share_that_tables_do_not_know_is_not_known_on_its_card_either() -> None:
    """41 to 100 %: the tables say « on ne sait pas »; the card and the spreadsheet give no 41 and no 25 of 61 instead."""
    wide = {"measure": "percent", "numerator": 25, "denominator": 61, "interval_kind": "bounds"}
    told = card(fact("needs.young_pct", 41, low=41.0, high=100.0, **wide))
    assert told["Valeur"] == "on ne sait pas" and not {"Numérateur", "Dénominateur"} & set(told)
    close = card(fact("needs.young_pct", 41, low=41.0, high=50.0, **wide))
    assert (close["Valeur"], close["Numérateur"], close["Dénominateur"]) == (f"41{NB}%", "25", "61")
