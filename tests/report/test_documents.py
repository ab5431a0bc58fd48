"""The short documents and the workbook: taken out of the report's own source, with its numbers and its numbering."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from diagnostic.core import french
from diagnostic.office import workbook
from diagnostic.office.render import EXTENSION, RenderError, TooLong, pages, render
from diagnostic.privacy.contents import pdf_pages, read

ROOT = Path(__file__).parents[2]
THEME = ROOT / "report"
EPOCH = 1_790_000_000
NBSP, NNBSP = "\u00a0", "\u202f"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

SOURCE = """\
---
title: "Essai"
subtitle: "Département fictif (99)"
author: "Équipe"
date: "15 septembre 2026"
---

# Chapitre {#sec-un}

Il y a [699]{.fact fact="ads.total"} annonces (@tbl-lieux, @fig-mois).

| Lieu | Annonces | Part | Bornes |
|---|--:|--:|---|
| Ici | [1\u202f204]{.fact fact="ads.here"} | [58,3\u00a0%]{.fact fact="ads.here_pct"} | [239 à 307]{.fact fact="ads.here"} |
| \\=SOMME(A1) | [non publié]{.fact fact="ads.there"} | | 2018 |

: Annonces par lieu. {#tbl-lieux}

::: {.figure-lue}

![Annonces par mois.](figures/mois.svg){#fig-mois fig-alt="Barres : trois mois."}

*Lecture :* trois mois.

:::

| A | B |
|---|---|
| x | y |

: Autre. {#tbl-autre}

::: {.document nom="synthese"}
Une page : @tbl-lieux. **Gras** et [699]{.fact fact="ads.total"}.

::: {.chiffres}
- [699]{.fact fact="ads.total"} annonces
- [1\u202f204]{.fact fact="ads.here"} ici & là
:::

:::: {.colonnes}
::: gauche
::: {.reprise de="tbl-lieux"}
:::
:::
::: droite
Texte.
:::
::::
:::

::: {.document nom="restitution"}
# En bref

::: {.chiffres}
- [699]{.fact fact="ads.total"} annonces
- [1\u202f204]{.fact fact="ads.here"} ici & là
:::

::: notes
À dire.
:::

# Par mois

:::: columns
::: column
::: {.reprise de="fig-mois"}
:::
:::
::: column
- Le [699]{.fact fact="ads.total"}, voir @tbl-autre.
:::
::::

# Par lieu

::: {.reprise de="tbl-autre"}
:::
:::

``` {.carte fact="ads.total"}
Indicateur : Annonces
Valeur : 699
Identifiant : ads.total
```

``` {.carte fact="ads.here"}
Indicateur : Annonces ici
Valeur : 1\u202f204
Intervalle : 239 à 1\u202f307 (bornes)
Univers : annonces d’ici
```

``` {.carte fact="ads.here_pct"}
Indicateur : Part ici
Valeur : 58,3\u00a0%
Intervalle : 40,0 à 60,5\u00a0%
```

``` {.carte fact="ads.there"}
Indicateur : Annonces là
Valeur : non publié
```
"""


def study(folder: Path, text: str = SOURCE) -> Path:
    (folder / "figures").mkdir(parents=True)
    for suffix in ("svg", "png"):
        found = sorted((Path(__file__).parent / "sample" / "figures").glob(f"*.{suffix}"))[0]
        (folder / "figures" / f"mois.{suffix}").write_bytes(found.read_bytes())
    source = folder / "rapport.qmd"
    source.write_text(text, encoding="utf-8")
    return source


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("documents")
    source = study(folder / "source")
    names = ("synthese.pdf", "restitution.pptx", "tableaux.xlsx", "rapport.html")
    for name in names:
        assert render(source, folder / name, THEME, EPOCH, "embarqué") == "embarqué"
    return {name: (folder / name).read_bytes() for name in names}


def slides(content: bytes, kind: str = "slides/slide") -> list[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(n for n in archive.namelist() if re.fullmatch(rf"ppt/{kind}\d+\.xml", n))
        return [ElementTree.fromstring(archive.read(name)) for name in names]


def said(element: ElementTree.Element) -> list[str]:
    texts = ("".join(run.text or "" for run in paragraph.iter(f"{A}t")) for paragraph in element.iter(f"{A}p"))
    return [text for text in texts if text]


def test_slides_show_what_the_source_says_with_the_numbers_of_the_report(made: dict[str, bytes]) -> None:
    front, brief, months, places = (said(slide) for slide in slides(made["restitution.pptx"]))
    assert front[:1] == ["Essai"] and "15 septembre 2026" in front
    assert brief == ["En bref", "699", "annonces", f"1{NNBSP}204", "ici & là"]
    assert f"Figure{NBSP}1{NBSP}: Annonces par mois." in months
    assert f"Le 699, voir tableau{NBSP}2." in months
    assert places == ["Par lieu", f"Tableau{NBSP}2{NBSP}: Autre.", "A", "B", "x", "y"]


def test_notes_of_a_slide_are_what_is_said_and_hold_nothing_for_machines(made: dict[str, bytes]) -> None:
    """What the speaker wrote, then how the figure is read."""
    first, second = (said(notes) for notes in slides(made["restitution.pptx"], "notesSlides/notesSlide"))
    assert first[0] == "À dire." and second[0].strip() == f"Lecture{NBSP}: trois mois."
    assert "ads." not in " ".join([*first, *second])


def test_a_presentation_says_how_many_slides_it_has(made: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(made["restitution.pptx"])) as archive:
        said_ = archive.read("docProps/app.xml").decode()
    assert (
        "<Slides>4</Slides><Notes>2</Notes>" in said_ and "Macintosh" not in said_ and "Presentation Title" not in said_
    )


def test_slides_have_alternative_texts_one_id_per_shape_and_one_language(made: dict[str, bytes]) -> None:
    for slide in slides(made["restitution.pptx"]):
        shapes = [e for e in slide.iter() if e.tag.endswith("}cNvPr")]
        assert len({shape.get("id") for shape in shapes}) == len(shapes)
        assert {run.get("lang") for run in slide.iter(f"{A}rPr")} <= {"fr-FR"}
        assert all(len(list(shape)) for shape in slide.iter() if shape.tag.endswith("}sp")), "an empty shape"
    pictures = [e for slide in slides(made["restitution.pptx"]) for e in slide.iter() if e.tag.endswith("}pic")]
    alts = [e.get("descr") for picture in pictures for e in picture.iter() if e.tag.endswith("}cNvPr")]
    assert alts == ["Barres : trois mois."]


def test_the_columns_of_a_sheet_stand_on_one_printed_page() -> None:
    """As wide as their longest cell; where a page has no room for it, the long ones alone are narrowed, and wrap."""
    assert workbook.widths([4, 12, 30]) == [7, 15, 33]
    assert workbook.widths([200, 8]) == [63, 11]
    plan = workbook.widths([95, 80, 15, 70, 18])
    assert plan[2] == 18 and plan[4] == 21 and sum(plan) <= 150 and plan[0] == plan[1] == plan[3] > 30
    assert workbook.widths([30] * 12) == [23] * 12


def test_the_short_documents_stay_out_of_the_report(made: dict[str, bytes]) -> None:
    page = made["rapport.html"].decode()
    assert "À dire." not in page and "Une page" not in page and page.count("<table") == 2


def test_the_synthesis_is_one_tagged_page(made: dict[str, bytes], tmp_path: Path) -> None:
    pdf = made["synthese.pdf"]
    streams = b"".join(
        zlib.decompress(s) for s in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL) if s[:1] == b"x"
    )
    assert pages(pdf) == 1
    assert b"/StructTreeRoot" in pdf + streams and b"<pdfuaid:part>1</pdfuaid:part>" in pdf + streams


LONG = "Encore un paragraphe qui compte.\n\n" * 28
TEAM = "config/studies/47-2026/constats.md"


def synthesis(tmp_path: Path, left: str = "", **parts: str) -> str:
    """The text of the synthesis whose right column has these parts, by their names; the left has one, 32, where it has text."""
    said, beside = (
        "\n".join(f'::: {{.partie nom="{name}"}}\nPartie {name}.\n\n{text}\n:::\n' for name, text in column.items())
        for column in (parts, {"32": left} if left else {})
    )
    output = tmp_path / "synthese.pdf"
    text = SOURCE.replace("Texte.", f"Texte.\n\n{said}").replace("::: gauche\n", f"::: gauche\n\n{beside}\n")
    source = study(tmp_path / f"s{len(list(tmp_path.iterdir()))}", text)
    render(source, output, THEME, EPOCH, "embarqué")
    assert pages(output.read_bytes()) == 1
    return " ".join(page.text for page in pdf_pages(output.read_bytes()))


@pytest.mark.slow
def test_what_the_calculation_wrote_is_left_out_by_rank_until_the_synthesis_holds_on_its_page(tmp_path: Path) -> None:
    parts = {"11": LONG, "12": LONG, "13": LONG, "calcul": "", "suite": ""} | {TEAM: ""}
    text = synthesis(tmp_path, **parts)
    assert [name for name in parts if f"Partie {name}" in text] == ["11", "calcul", "suite", TEAM]
    assert "Annonces par lieu" in text  # the other column, which holds
    assert "Partie suite" not in synthesis(tmp_path, **parts | {"12": "", "13": ""})


@pytest.mark.slow  # the test before leaves out by rank too
def test_what_stands_beside_a_higher_column_is_left_out_once_that_one_is_lower(tmp_path: Path) -> None:
    text = synthesis(tmp_path, left=2 * LONG, **{"11": "", "19": 3 * LONG})
    assert "Partie 11" in text and "Partie 19" not in text and "Partie 32" not in text


@pytest.mark.slow
def test_a_synthesis_that_a_team_wrote_too_long_is_refused_with_its_file_and_by_how_much(tmp_path: Path) -> None:
    with pytest.raises(TooLong, match=rf"dépasse de (\d+) lignes. Raccourcir {TEAM}\.") as refused:
        synthesis(tmp_path, **{"11": LONG, TEAM: 3 * LONG})
    assert not refused.value.ours
    over = int(re.findall(r"(\d+) lignes", str(refused.value))[0])
    with pytest.raises(TooLong) as more:
        synthesis(tmp_path, **{TEAM: 3 * LONG + "Une ligne.\\\n" * 39 + "Une ligne."})
    assert abs(int(re.findall(r"(\d+) lignes", str(more.value))[0]) - over - 40) <= 2


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('de="fig-mois"', 'de="fig-absente"', "reprise inconnue : fig-absente"),
        ('nom="restitution"', 'nom="autre"', "document inconnu : restitution"),
    ],
)
def test_an_incoherent_document_is_refused_by_name(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(RenderError, match=expected):
        render(study(tmp_path / "s", SOURCE.replace(old, new)), tmp_path / "a.pptx", THEME, EPOCH, "embarqué")


def test_the_workbook_has_the_tables_with_their_captions_and_true_numbers(made: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made["tableaux.xlsx"]))
    assert book.sheetnames[0::3] == ["Sommaire", "Indicateurs"] and book.sheetnames[1] == "Annonces par lieu"
    sheet = book["Annonces par lieu"]
    assert sheet["A1"].value == f"Tableau{NBSP}1{NBSP}: Annonces par lieu."
    assert [c.value for c in sheet[4]] == [
        "Lieu",
        "Annonces",
        "Part",
        f"Part{NBSP}: dit",
        f"Part{NBSP}: de",
        f"Part{NBSP}: à",
    ]
    assert [c.value for c in sheet[5]] == ["Ici", 1204, 58.3, None, 239, 307]
    assert sheet["C5"].number_format == '#,##0.0"\u00a0%"'
    assert [c.value for c in sheet[6]] == ["=SOMME(A1)", "non publié", None, 2018, None, None]
    assert sheet["A6"].data_type != "f"
    assert book["Sommaire"]["B5"].value == f"Tableau{NBSP}1{NBSP}: Annonces par lieu."
    assert [one.auto_filter.ref for one in book] == ["A4:C7", "A4:F6", "A4:B5", "A4:R8"]
    assert all(one.freeze_panes for one in book)
    assert book.properties.created == book.properties.modified == dt.datetime(2026, 9, 21, 14, 13, 20)  # EPOCH


def grid(caption: str, header: list[str], *rows: list[str]) -> workbook.Grid:
    cells = tuple(tuple(workbook.Cell(text, (), False) for text in row) for row in rows)
    return workbook.Grid(caption, tuple(header), cells, (False, *[True] * (len(header) - 1)))


def test_the_ends_of_ranges_are_columns_of_numbers_beside_what_they_are_of() -> None:
    one = grid(
        *("", ["Réponse", "Personnes", "De … à (modèle)", "Part", "Annonces"]),
        ["Oui", "45", "30 à 70", "30", f"100 (90 à 1{NNBSP}200)"],
        ["Non", "–", "5 à 50", "–", f"50{NBSP}% (40 à 60{NBSP}%) (modèle)"],
        ["Autre", "on ne sait pas", "", "2", "non publié"],
    )
    made = workbook.spread(one)
    assert [title.replace(NBSP, " ") for title in made.header] == [
        *("Réponse", "Personnes", "Personnes : de (modèle)", "Personnes : à (modèle)", "Part"),
        *("Annonces", "Annonces : de", "Annonces : à", "Annonces : nature"),
    ]
    assert [[cell.text.replace(NBSP, " ") for cell in row] for row in made.rows] == [
        ["Oui", "45", "30", "70", "30", "100", "90", f"1{NNBSP}200", ""],
        ["Non", "–", "5", "50", "–", "50 %", "40 %", "60 %", "modèle"],
        ["Autre", "on ne sait pas", "", "", "2", "non publié", "", "", ""],
    ]
    both = grid("", ["Réponse", "Personnes", "Intervalle (modèle)"], ["Oui", "5 à 9", "4 à 12"], ["Non", "7", "3 à 20"])
    assert [title.replace(NBSP, " ") for title in workbook.spread(both).header] == [
        *(
            "Réponse",
            "Personnes",
            "Personnes : de",
            "Personnes : à",
            "Personnes : de (modèle)",
            "Personnes : à (modèle)",
        ),
    ]


def test_a_sheet_has_a_name_that_says_what_is_on_it_in_as_many_signs_as_it_may_have() -> None:
    captions = (
        f"Tableau{NBSP}1{NBSP}: Qui a été entendu, par champ d’activité des structures.",
        f"Dossier, Tableau{NBSP}1{NBSP}: La loi, point par point{NNBSP}; le reste.",
        f"Dossier, Tableau{NBSP}2{NBSP}: La loi, point par point.",
        f"Tableau{NBSP}3{NBSP}: Chiffres publiés{NBSP}: loi [2016].",
        f"Tableau{NBSP}4{NBSP}: Chiffres publiés{NBSP}: questionnaire et entretiens.",
        f"Tableau{NBSP}5{NBSP}: Chiffres publiés{NBSP}: questionnaire.",
        f"Tableau{NBSP}6{NBSP}: Personnes derrière les annonces, un nombre.",
        "",
    )
    names = workbook._sheet_names([grid(caption, ["a"]) for caption in captions])
    # Of two alike, what the second says last; one that is cut as another is whole leaves it its name.
    assert names == [
        *("Qui a été entendu, par champ", "La loi, point par point", "Loi, point par point"),
        *("Chiffres publiés, loi 2016", "Questionnaire et entretiens", "Chiffres publiés, questionnaire"),
        *("Personnes derrière les annonces", "Sans titre"),
    ]


def test_a_total_is_out_of_the_filter_and_a_word_before_a_number_leaves_it_one() -> None:
    book = workbook.styled()
    workbook._table(
        book.active, grid("T", ["Lieu", "Annonces"], ["Ici", "environ 60"], ["Là", "–"], ["Ensemble", "60"]), {}
    )
    assert book.active.auto_filter.ref == "A4:B6"
    assert [book.active[f"B{row}"].value or None for row in (5, 6, 7)] == [60, None, 60]
    assert book.active["B5"].number_format == '"environ "#,##0'


def test_each_number_of_the_workbook_leads_to_its_indicator(made: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made["tableaux.xlsx"]))
    facts = book["Indicateurs"]
    for cell, fact in (("B5", "ads.here"), ("C5", "ads.here_pct"), ("E5", "ads.here"), ("B6", "ads.there")):
        link = book["Annonces par lieu"][cell].hyperlink
        assert link.tooltip == fact
        assert facts[link.location.partition("!")[2]].value == fact
    rows = list(facts.iter_rows(min_row=4, values_only=True))
    assert rows[0] == ("Identifiant", "Indicateur", *workbook.LINES)  # whichever of them a document has
    assert rows[2][:6] == ("ads.here", "Annonces ici", 1204, "239 à 1\u202f307 (bornes)", 239, 1307)
    assert rows[2][rows[0].index("Univers")] == "annonces d’ici"
    assert rows[3][2:6] == (58.3, "40,0 à 60,5\u00a0%", 40, 60.5)
    assert facts["E7"].number_format == facts["F7"].number_format == '#,##0.0"\u00a0%"'


def test_the_workbook_never_takes_a_text_for_a_formula(made: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(made["tableaux.xlsx"])) as archive:
        assert not [n for n in archive.namelist() if n.endswith(".xml") and b"<f>" in archive.read(n)]


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_a_printed_number_is_read_back(units: int, decimals: int) -> None:
    value = units / 10**decimals
    assert workbook.number(french.number(value, decimals)) == (
        pytest.approx(value),
        "#,##0" + ("." + "0" * decimals if decimals else ""),
    )
    assert workbook.number("2018") == (2018, "0")  # a year
    percent = workbook.number(french.percent(value, decimals))
    assert percent and percent[0] == pytest.approx(value) and percent[1].endswith('"\u00a0%"')
    points = workbook.number(f"{french.number(value, decimals)}{NBSP}points")
    assert points and points[0] == pytest.approx(value) and points[1].endswith('"\u00a0points"')


def test_both_ends_of_an_interval_are_numbers_in_the_unit_of_the_second() -> None:
    for words, low, high in (
        ("−1,8 à −0,8\u00a0point (échantillonnage)", (-1.8, '#,##0.0"\u00a0point"'), (-0.8, '#,##0.0"\u00a0point"')),
        ("5\u202f237 à 5\u202f896 (échantillonnage)", (5237, "#,##0"), (5896, "#,##0")),
        ("40,0 à 60,5\u00a0%", (40.0, '#,##0.0"\u00a0%"'), (60.5, '#,##0.0"\u00a0%"')),
    ):
        said = workbook._with_ends({"Intervalle": words})
        assert (workbook.number(said["De"]), workbook.number(said["À"])) == (low, high)
    assert set(workbook._with_ends({"Intervalle": "aucun"})) == {"Intervalle"}
    alone = workbook._with_ends({"Valeur": "80 à 100\u00a0%", "Intervalle": "80 à 100\u00a0% (arrondi)"})
    assert alone["Valeur"] == "" and (alone["De"], alone["À"]) == ("80\u00a0%", "100\u00a0%")


def test_a_decimal_is_written_as_it_is_printed_and_the_contents_say_how_to_read_a_document() -> None:
    """92,4 is the nearest double to it, whose sixteenth digit is a 1."""
    words = {"t": "MetaInlines", "c": [{"t": "Str", "c": "Autrement."}]}
    rows = ["Indicateur : Un", "Valeur : 92,4\u00a0%"]
    card = {"t": "CodeBlock", "c": [["", ["carte"], [["fact", "a"]]], "\n".join(rows)]}
    for meta, told in (({}, workbook.CAUTION), ({"lecture": words}, "Autrement.")):
        content = workbook.made(json.dumps({"meta": meta, "blocks": [card]}).encode(), 0)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert b"<v>92.4</v>" in archive.read("xl/worksheets/sheet2.xml")
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book["Indicateurs"]["C5"].value == 92.4
        assert told in [row[1] for row in book["Sommaire"].iter_rows(values_only=True)]


@pytest.mark.parametrize("text", ["", "239 à 307", "non publié", "E15", "2 août 2019", "1,", "1 204", "12345,6 €"])
def test_any_other_text_is_no_number(text: str) -> None:
    assert workbook.number(text) is None


@given(st.dates(dt.date(1900, 3, 1), dt.date(2099, 12, 31)))
def test_a_printed_day_is_read_back_and_no_other_text_is(day: dt.date) -> None:
    assert workbook.day(french.date(day)) == day
    assert workbook.day(f"le {french.date(day)}") is workbook.day(french.month(day.isoformat()[:7])) is None


def test_slide_layouts_are_what_the_script_makes(tmp_path: Path) -> None:
    import runpy

    module = runpy.run_path(str(THEME / "faire_diapositives.py"))
    before = (THEME / EXTENSION / "reference.pptx").read_bytes()
    module["main"].__globals__["HERE"] = tmp_path
    module["main"]()
    assert (tmp_path / "reference.pptx").read_bytes() == before


@pytest.mark.slow
def test_same_bytes_every_time(made: dict[str, bytes], tmp_path: Path) -> None:
    source = study(tmp_path / "autre")
    for name in ("synthese.pdf", "restitution.pptx", "tableaux.xlsx"):
        render(source, tmp_path / name, THEME, EPOCH, "embarqué")
        assert (tmp_path / name).read_bytes() == made[name], name


DOSSIER = SOURCE.replace(
    '::: {.document nom="restitution"}',
    """\
:::::: {.document nom="dossier"}
# Preuves {#sec-preuves}

Le [58,3\u00a0%]{.fact fact="ads.here_pct"} du @tbl-preuve, et du @tbl-lieux.

| P | N |
|:--|--:|
| A | [1\u202f204]{.fact fact="ads.here"} |

: Preuve. {#tbl-preuve}

::: {.identifiants}
:::
::::::

::: {.document nom="restitution"}""",
    1,
).replace("``` {.carte", "[Suite](dossier.html#sec-preuves)\n\n``` {.carte", 1)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("dossier")
    source = study(folder / "source", DOSSIER)
    names = ("rapport.html", "dossier.html", "rapport.pdf", "dossier.pdf", "tableaux.xlsx")
    for name in names:
        render(source, folder / name, THEME, EPOCH, "embarqué")
    return {name: (folder / name).read_bytes() for name in names}


def test_the_dossier_is_a_document_of_its_own(both: dict[str, bytes]) -> None:
    """Its own title and numbers; a table of the report is said to be there."""
    page = html.unescape(both["dossier.html"].decode())
    assert "<h1>Dossier de vérification</h1>" in page and "Par mois" not in page
    assert f"<strong>Tableau{NBSP}1{NBSP}:</strong> Preuve." in page
    assert re.search(rf"tableau{NBSP}\d du rapport", page)


def test_each_page_has_the_cards_of_its_own_numbers(both: dict[str, bytes]) -> None:
    for name in ("rapport.html", "dossier.html"):
        page = both[name].decode()
        assert set(re.findall(r'popovertarget="carte-([^"]+)" aria', page)) == set(
            re.findall(r'<div popover[^>]* id="carte-([^"]+)"', page)
        )
    assert 'id="carte-ads.there"' not in both["dossier.html"].decode()
    assert "Preuve." not in both["rapport.html"].decode()


def test_the_dossier_lists_the_identifiers_of_both(both: dict[str, bytes]) -> None:
    text = " ".join(one.text for one in read(both["dossier.pdf"], "dossier.pdf").texts)
    assert "ads.total" in text and "ads.here_pct" in text and "Rapport, " in text
    alone = " ".join(one.text for one in read(both["rapport.pdf"], "rapport.pdf").texts)
    assert "ads.total" not in alone


def test_a_link_leads_from_page_to_page_and_from_paper_to_paper(both: dict[str, bytes]) -> None:
    assert 'href="dossier.html#sec-preuves"' in both["rapport.html"].decode()
    assert b"dossier.pdf" in both["rapport.pdf"] and b"dossier.html" not in both["rapport.pdf"]


def test_the_workbook_has_the_tables_of_both(both: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(both["tableaux.xlsx"]))
    captions = [sheet["A1"].value.replace(NBSP, " ") for sheet in book.worksheets[1:-1]]
    assert captions[-1].startswith("Dossier, Tableau 1 : ") and captions[0].startswith("Tableau 1 : ")


def test_a_large_number_under_a_small_line_is_no_part_of_it(tmp_path: Path) -> None:
    """As a tile under the period that the synthesis is of: half a line of the large one lies between them, more of the small."""
    source = tmp_path / "une.typ"
    source.write_text("#set par(spacing: 8pt)\n#text(9pt)[de septembre 2025 à juin 2026.]\n\n#text(22pt)[8,5 %]\n")
    (page,) = pdf_pages(typst.compile(str(source)))
    assert page.text.split("\n\n") == ["de septembre 2025 à juin 2026.", "8,5 %"]
