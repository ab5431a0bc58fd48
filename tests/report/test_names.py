"""Names as they are given: through every format with every sign, and beside numbers that they are not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from awkward import LETTERS, NAMES, SIGNS, TEAM, folded, said
from drawn import one_in

from diagnostic.core.declarations import ConfigError, validate
from diagnostic.core.tables import columns
from diagnostic.office.render import EMBEDDED, render_all
from diagnostic.report import printing
from diagnostic.report.tabular import pipe
from diagnostic.review import lint
from diagnostic.review.lint import Block, territory
from diagnostic.study.declared import Study

ROOT = Path(__file__).parents[2]
# Of the official list of 2026: names that hold a number, in words or figures, of communes then of their groupings.
COMMUNES = """Monceau-le-Neuf-et-Faucouzy|Deux-Chaises|Les Deux-Villes|Quatre-Champs|Rabat-les-Trois-Seigneurs|
Courtonne-les-Deux-Églises|Deux-Jumeaux|Neuvy-Deux-Clochers|Trois-Fonds|La Douze|Saint-Ferréol-Trente-Pas|
Saint-Paul-Trois-Châteaux|Cinq-Mars-la-Pile|Entre-deux-Guiers|Les Deux Alpes|Florac Trois Rivières|Sept-Saulx|
Trois-Fontaines-l'Abbaye|Colombey les Deux Églises|Danne-et-Quatre-Vents|Neuf-Brisach|Les Cent-Acres|Sept-Meules|
Six-Fours-les-Plages|Treize-Septiers|Treize-Vents|Rogny-les-Sept-Écluses|Les Trois-Îlets|Entre-Deux"""
GROUPINGS = """Communauté de communes Saint Affricain, Roquefort, Sept Vallons|Communauté de communes Altitude 800|
Communauté de communes des 4 rivières|Communauté de communes rurales de l'Entre-Deux-Mers|
Communauté de communes des 7 Vallées|Communauté de communes des 1000 étangs|
Communauté de communes du Cordais et du Causse (4 C)|Communauté de communes Val 81|
Communauté d'agglomération des Deux Baies en Montreuillois"""
PLACES = [name for names in (COMMUNES, GROUPINGS) for name in names.replace("\n", "").split("|")]


# -- A number in a name is none ------------------------------------------------------------------------------------


def known(names: list[str], title: str = "Diagnostic", team: str = "Équipe") -> lint.Known:
    head = f"title: {printing.header(title)}\nauthor: {printing.header(team)}\n"
    statements = pd.DataFrame(columns=columns("release/statements"))
    return lint.known_numbers(
        f"---\n{head}---\n\nRien.\n", statements, pd.DataFrame({"alt": [], "description": []}), names
    )


def places(name: str) -> list[Block]:
    """Where a name stands in documents, among words that the source has not put there."""
    folded_at_a_hyphen = name.replace("-", "-\n", 1)
    return [
        Block("texte de la page", f"Dossier de vérification – {name} (79), édition 2026."),
        Block("propriétés, docProps/core.xml", name),
        Block("texte d’une image", f"{name}, non publié", "image"),
        Block("page 2", f"Rien\n{name} · {name}", "page"),
        Block("page 3", f"Les personnes rencontrées à {folded_at_a_hyphen} et ailleurs, en ligne ou non.", "page"),
    ]


def test_the_names_of_the_territory_are_no_numbers() -> None:
    """All départements, and communes and groupings of the official list whose names hold a number."""
    names = [*territory([ROOT / "resources/references/departements.csv"], []), *PLACES]
    assert len(names) == 101 + len(PLACES) + 1  # that of the invented one
    allowed = known([*names, "(79), édition 2026"])
    found = [(name, stray) for name in names for stray in lint.stray_numbers("a.html", places(name), allowed)]
    assert found == []
    without = known([])
    assert [name for name in PLACES if not lint.stray_numbers("a.html", places(name), without)] == []


@pytest.mark.parametrize("name", ["Collectif 62", "Les Quatre Vents ; 3 rue", "« 1001 Femmes » : l'association", TEAM])
def test_who_signs_and_the_title_are_no_numbers(name: str) -> None:
    for allowed in (known([], team=name), known([], title=name)):
        assert lint.stray_numbers("a.docx", [Block("pied de page", f"Rédigé par {name} et d’autres")], allowed) == []


def test_a_number_beside_a_name_is_one() -> None:
    allowed = known(["Deux-Sèvres", "Quarante", "La Douze"], team="Équipe 93")
    for told in ("deux femmes à Sèvres", "deux", "Deux-Sèvres compte 93 femmes", "quarante femmes", "douze mineures"):
        assert lint.stray_numbers("a.html", [Block("texte de la page", told)], allowed), told


# -- A name is printed as it is given ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every document of a source that says these names: in its header, its text, a table, a heading, an alternative text."""
    folder = tmp_path_factory.mktemp("noms")
    (folder / "figures").mkdir()
    image = next((ROOT / "tests/report/sample/figures").glob("*.svg"))
    for suffix in (".svg", ".png"):
        shutil.copy(image.with_suffix(suffix), folder / f"figures/image{suffix}")
    header = {
        "title": NAMES[1],
        "subtitle": NAMES[2],
        "author": f"{TEAM} {SIGNS}",
        "lang": "fr",
        "statut": "Provisoire",
    }
    front = "".join(f"{name}: {printing.header(text)}\n" for name, text in header.items())
    rows = pipe(
        (("Nom", "left", 40), ("Part", "right", 9)), [(printing.escape(name), "–") for name in NAMES], "Noms.", "noms"
    )
    said_too = "\n\n".join(printing.escape(name) for name in NAMES)
    image_of = f'![Des noms.](figures/image.svg){{#fig-noms fig-alt="{printing.attribute(NAMES[1])}" width=50%}}'
    body = f"# Section {printing.escape(NAMES[1])} {{#sec-noms}}\n\n{said_too}\n\n{rows}\n\n{image_of}\n"
    short = "\n\n".join(
        f'::: {{.document nom="{name}"}}\n\n# {printing.escape(NAMES[1])}\n\n{said_too}\n\n:::'
        for name in ("dossier", "synthese", "restitution")
    )
    source = folder / "rapport.qmd"
    source.write_text(f'---\n{front}jour: "2026"\nkeywords: ["a b", "c"]\n---\n\n{body}\n{short}\n', encoding="utf-8")
    names = (
        "rapport.html",
        "rapport.docx",
        "rapport.pdf",
        "dossier.pdf",
        "synthese.pdf",
        "restitution.pptx",
        "tableaux.xlsx",
    )
    render_all(source, [folder / name for name in names], ROOT / "report", 1_790_000_000, EMBEDDED)
    return folder


@pytest.mark.parametrize("kind", one_in(5, ["html", "docx", "pdf", "pptx", "xlsx"]))
def test_a_name_is_read_back_as_it_was_given(documents: Path, kind: str) -> None:
    """In well-formed parts, and nowhere damaged: what surely comes of a name is the name, whole."""
    for path in documents.glob(f"*.{kind}"):
        text = said(path)
        wanted = NAMES if kind != "xlsx" else NAMES[:3]
        missing = [name for name in wanted if folded(name) not in text and not (kind == "pdf" and LETTERS in name)]
        assert missing == [], path.name
        whole = text.count(folded(SIGNS))
        assert whole == text.count("{{g}}") == text.count("~q~") > 0, path.name


def test_who_signs_is_in_the_properties_and_at_the_foot_of_each_page(documents: Path) -> None:
    for name in ("rapport.pdf", "dossier.pdf", "rapport.docx", "restitution.pptx"):
        assert said(documents / name).count(folded(f"{TEAM} {SIGNS}")) >= (1 if name == "restitution.pptx" else 3), name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a\u202eb", ""),
        ("a\u200bb", ""),
        ("a\x07b", ""),
        ("a\tb", ""),
        ("a\u00adb", "00AD"),
        ("\U0001f33b", "1F33B"),
        ("中", "4E2D"),
    ],
)
def test_a_name_with_a_sign_that_some_document_does_not_show_is_refused(name: str, code: str) -> None:
    with pytest.raises(ConfigError) as refused:
        validate(Study, {"team": f"Équipe {name}"}, "config/studies/79-2026.yaml")
    (line,) = [line for line in str(refused.value).splitlines() if " team : " in line]
    assert (f"U+{code}" in line) == bool(code) and re.search("retaper|tabulation|le changer", line)


def test_accents_are_joined_to_their_letters() -> None:
    with pytest.raises(ConfigError) as refused:
        validate(Study, {"title": f"E\u0301tude {SIGNS} {LETTERS}"}, "x")
    assert " title : " not in str(refused.value)
