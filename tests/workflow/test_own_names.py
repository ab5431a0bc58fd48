"""Studies that a team makes its own, walked to their documents: names with every sign in them, counts that it corrects."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from awkward import TEAM, folded, said
from copies import Project

pytestmark = pytest.mark.slow  # whole studies; `tests/report/test_names.py` and `test_numbers.py` are the short form

STUDY = "79-2026"  # whose name begins with a number
SIGNS = "&<b>\"c\"'d'#e\\f{{g}};h=x$j$@ k*l*_m_[n](o)|p|~q~^r^%s--t...u"
PLAIN = '&<b> "c" \\f {{g}};=$j$ *l* _m_ [n](o) |p| ~q~ ^r^ --t...u'  # of what may hold no share
OTHERS = {  # what `creer` calls it → what this team does
    "Commune A": f"La {SIGNS}",
    "Structure d’essai A": f"Association {SIGNS}",
    "Structure d’essai B": "Structure Äë שלום Ωж \U0001f33b",
    "Journal A": f"Journal {SIGNS}",
    "Article d’essai 1": "=Titre " + SIGNS.replace('"', ""),  # the quotes of a title are set in French
    "Pratique d’essai": f"=Pratique {PLAIN}",
    "Ressource d’essai": f"-Ressource {PLAIN}",
}
# Document → what it says of these; all, what signs it.
SAID = {
    "rapport.html": (
        "Commune A",
        "Structure d’essai A",
        "Structure d’essai B",
        "Pratique d’essai",
        "Ressource d’essai",
    ),
    "rapport.docx": (
        "Commune A",
        "Structure d’essai A",
        "Structure d’essai B",
        "Pratique d’essai",
        "Ressource d’essai",
    ),
    "rapport.pdf": ("Structure d’essai A", "Pratique d’essai", "Ressource d’essai"),
    "dossier.html": ("Structure d’essai A", "Journal A"),
    "tableaux.xlsx": (*OTHERS,),
    "restitution.pptx": (),
    "synthese.pdf": (),
}


@pytest.fixture(scope="module")
def named(source: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The study, finished."""
    project = source.copy(tmp_path_factory.mktemp("noms") / "projet")
    assert project.diagnostic("creer", STUDY).code == 0
    own = project.path(f"config/studies/{STUDY}.yaml")
    text = re.sub(r"^team: .*$", lambda _: f"team: {json.dumps(f'{TEAM} {SIGNS}')}", own.read_text("utf-8"), flags=re.M)
    text = re.sub(r"^title: .*$", lambda _: f"title: {json.dumps(f'Diagnostic {SIGNS}')}", text, flags=re.M)
    own.write_text(text, "utf-8")
    for path in project.path(f"resources/studies/{STUDY}").glob("*.csv"):
        rows = [[OTHERS.get(cell, cell) for cell in row] for row in csv.reader(path.open(encoding="utf-8"))]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    outlines = project.input(STUDY, "communes.geojson")
    outlines.write_text(json.dumps(_renamed(json.loads(outlines.read_text("utf-8"))), ensure_ascii=False), "utf-8")
    assert project.diagnostic("sceller", STUDY).code == 0
    done = project.snakemake("--config", f"studies=[{STUDY}]")
    assert done.code == 0, done.output
    return project


def _renamed(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _renamed(value) for key, value in node.items()}
    return [_renamed(one) for one in node] if isinstance(node, list) else OTHERS.get(node, node) if node else node


@pytest.mark.parametrize("document", SAID)
def test_each_document_says_every_name_as_it_was_given(named: Project, document: str) -> None:
    text = said(named.path(f"results/{STUDY}/report/{document}"))
    names = [f"{TEAM} {SIGNS}", *(OTHERS[name] for name in SAID[document])]
    names += [] if document.startswith("dossier") else [f"Diagnostic {SIGNS}"]
    assert [name for name in names if folded(name) not in text] == []
    damaged = [
        place for place in text.split("{{g}}")[1:] if not place.startswith((folded(SIGNS.split("{{g}}")[1]), ";=$j$"))
    ]
    assert damaged == []


def test_figures_and_their_tables_are_sound(named: Project) -> None:
    folder = named.path(f"results/{STUDY}/report/figures")
    assert all(said(path) for path in folder.glob("*.svg"))
    for path in folder.glob("*.csv"):
        rows = list(csv.reader(path.open(encoding="utf-8-sig"), delimiter=";"))
        assert {len(row) for row in rows} == {len(rows[0])} and not [row for row in rows if row[0][:1] in "=+-@"], (
            path.name
        )


# -- Counts that a team corrects ------------------------------------------------------------------------------------


def one_site(rows: list[dict[str, str]]) -> None:
    (row,) = [row for row in rows if (row["site_code"], row["count"]) == ("E15", "171")]
    row["count"] = "271"


def some(seed: int) -> Callable[[list[dict[str, str]]], None]:
    """One to three counts of the list, at random, a half to three times what they were."""

    def changed(rows: list[dict[str, str]]) -> None:
        draw = random.Random(seed)
        counted = [row for row in rows if row["count"].isdecimal() and int(row["count"])]
        for row in draw.sample(counted, draw.randint(1, 3)):
            row["count"] = str(max(1, round(int(row["count"]) * draw.uniform(0.5, 3))))

    return changed


@pytest.mark.parametrize("edit", [one_site, *map(some, range(3))], ids=["E15", "0", "1", "2"])
def test_a_study_whose_counts_are_corrected_is_published(edit: Callable[..., None], copied: Project) -> None:
    """The first to its documents; of the others what they are made of passes its last door."""
    path: Path = copied.input("62-2020", "ad_counts.csv")
    before = copied.digests("62-2020")
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    edit(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    assert copied.diagnostic("sceller", "62-2020").code == 0
    found = "logs/62-2020/report_tripwire.txt"
    done = copied.snakemake(*([] if edit is one_site else [found]), "--config", "studies=[62-2020]")
    assert done.code == 0, done.output
    after = copied.digests("62-2020")
    shown = "report/rapport.html" if edit is one_site else "rendu/rapport.qmd"
    assert after[shown] != before[shown] and copied.path(found).read_text("utf-8") == ""
