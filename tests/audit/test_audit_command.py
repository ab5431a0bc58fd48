"""`diagnostic auditer` on any study's files: what it prints, what it writes, how it ends."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from generated_reports import generate

from diagnostic.commands.program import main


def files(folder: Path, seed: int, plant: str = "") -> tuple[str, str]:
    figures, rules = generate(seed, plant).tables()
    for name, table in (("figures.csv", figures), ("structure.csv", rules)):
        table.to_csv(folder / name, index=False)
    return str(folder / "figures.csv"), str(folder / "structure.csv")


def test_a_consistent_publication(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures, rules = files(tmp_path, 3)
    assert main(["auditer", figures, "--structure", rules]) == 0
    said = capsys.readouterr()
    assert "Aucune contradiction" in said.out and said.err == ""


def test_a_contradiction_is_told_and_the_code_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures, rules = files(tmp_path, 3, "total")
    tables = tmp_path / "tables"
    assert main(["auditer", figures, "--structure", rules, "--tables", str(tables)]) == 1
    assert "a.table.n" in capsys.readouterr().out
    written = pd.read_csv(tables / "figures.csv")
    assert list(written.columns) == ["figure_id", "verdict"] and "contradicted" in set(written["verdict"])
    assert {path.name for path in tables.iterdir()} == {"figures.csv", "readings.csv"}, "identifiers and verdicts only"


def test_integers_are_for_the_reviewer_who_asks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures, rules = files(tmp_path, 3)
    assert main(["auditer", figures, "--structure", rules, "--entiers", "--tables", str(tmp_path / "t")]) == 0
    assert "NE PAS DIFFUSER" in capsys.readouterr().out.splitlines()[0]
    assert "low" in pd.read_csv(tmp_path / "t" / "figures.csv").columns


def test_the_structure_is_optional(tmp_path: Path) -> None:
    figures, _ = files(tmp_path, 3, "unattainable")
    assert main(["auditer", figures]) == 1, "a share that no count of its base gives needs no relation"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "introuvable"),
        (b"", "vide"),
        (b"id,valeur\na,1\n", "Il manque les colonnes"),
        (b"id,statement_fr,value,unit,rounding\na.one,Un,trois,count,exact\n", "cellule C2"),
    ],
)
def test_what_cannot_be_read_is_refused(
    content: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "figures.csv"
    if content is not None:
        place.write_bytes(content)
    assert main(["auditer", str(place), "--tables", str(tmp_path / "t")]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.out == "" and not re.search("Traceback|Error", told.err)
    assert str(tmp_path) not in told.err and not (tmp_path / "t").exists()
