"""A study that a team makes its own, walked to its documents: names with every sign in them."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest
from awkward import TEAM, folded, said
from copies import Project
from first_report import judged, told

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
    folder = named.path(f"results/{STUDY}/report/quarto/figures")
    assert all(said(path) for path in folder.glob("*.svg"))
    for path in folder.glob("*.csv"):
        rows = list(csv.reader(path.open(encoding="utf-8-sig"), delimiter=";"))
        assert {len(row) for row in rows} == {len(rows[0])} and not [row for row in rows if row[0][:1] in "=+-@"], (
            path.name
        )


def test_the_first_report_of_a_departement_shows_what_a_report_is(named: Project) -> None:
    """`test_region_whole.py` has a region, `benchmarks/wholes.py` others (`look=trial`)."""
    judged(told(named, STUDY))
