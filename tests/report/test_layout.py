"""How a page is filled: no hole before a figure, a number that keeps its signs, words that keep the width they need."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from drawn import always
from printed_pages import cuts, ending_in_a_heading, lines

from diagnostic.office.render import render

THEME = Path(__file__).parents[2] / "report"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="{height}"><rect width="400" height="{height}"/></svg>'
)
FRONT = '---\ntitle: "Essai"\nlang: fr\ntoc: false\n---\n\n'
FIGURE = '::: {{.figure-lue}}\n\n![Légende.](figures/{name}.svg){{#fig-{name} fig-alt="Dessin." width=75%}}\n\n*Lecture :* vu.\n\n:::\n\n'
LINES = "\n\n".join(f"Ligne {'abcdefghijklmnopqrstuvwxyz'[i]}." for i in range(26))


def written(folder: Path, body: str, output: str, **heights: int) -> Path:
    (folder / "figures").mkdir(exist_ok=True)
    for name, height in heights.items():
        (folder / f"figures/{name}.svg").write_text(SVG.format(height=height), "utf-8")
    (folder / "rapport.qmd").write_text(FRONT + body, "utf-8")
    target = folder / output
    render(folder / "rapport.qmd", target, THEME, 0, "embarqué")
    return target


def pages(path: Path) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext absent (paquet Debian « poppler-utils ») : pages du PDF non relues")
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, text=True)
    return done.stdout.split("\f")


def test_a_figure_without_room_opens_the_next_page_before_the_text_that_follows_it(tmp_path: Path) -> None:
    """With a note on its page too: a figure that floated there broke the tags of the PDF, and no PDF was made."""
    body = f"# Un\n\n{LINES}\n\nDit ailleurs[^note].\n\n{FIGURE.format(name='haute')}Suite du texte.\n\n[^note]: Une note.\n"
    first, second, *_ = pages(written(tmp_path, body, "rapport.pdf", haute=400))
    assert "Une note." in first and "Figure" not in first and "Suite du texte" not in first
    assert second.index("Figure") < second.index("Lecture") < second.index("Suite du texte")


def test_a_figure_with_room_stays_where_it_is_told(tmp_path: Path) -> None:
    body = f"# Un\n\nAvant.\n\n{FIGURE.format(name='basse')}Après.\n"
    text = pages(written(tmp_path, body, "rapport.pdf", basse=120))[0]
    assert text.index("Avant.") < text.index("Figure") < text.index("Après.")


def test_a_figure_taller_than_a_page_is_made_to_fit(tmp_path: Path) -> None:
    body = f"# Un\n\n{FIGURE.format(name='tour')}Après.\n"
    found = pages(written(tmp_path, body, "rapport.pdf", tour=1200))
    (whole,) = [text for text in found if "Figure" in text]
    assert "Lecture" in whole


def test_signs_beside_a_number_of_the_page_stay_with_it(tmp_path: Path) -> None:
    body = '# Un\n\nDe ([12]{.fact fact="a.b"}), puis.\n\n``` {.carte fact="a.b"}\nIndicateur : Douze\n```\n'
    page = written(tmp_path, body, "rapport.html").read_text("utf-8")
    held = re.search(r'<span\s+class="insecable">\(<button.*?</button>\),</span>', page, re.DOTALL)
    assert held is not None


def test_a_number_stays_with_the_one_that_it_is_a_part_of(tmp_path: Path) -> None:
    """« soit 52 sur 61 » is on one line, on the page and on paper; « sur » before a word is not held."""
    body = '# Un\n\nSoit [52]{.fact fact="a.b"} sur [61]{.fact fact="a.c"}, parmi 3 sur place.\n\n'
    body += "".join(f'``` {{.carte fact="{fact}"}}\nIndicateur : Dit\n```\n\n' for fact in ("a.b", "a.c"))
    page = written(tmp_path, body, "rapport.html").read_text("utf-8")
    held = re.search(r'<span\s+class="insecable">(.*?)</span>', page, re.DOTALL)
    assert held and re.sub(r"<[^>]+>", "", held[1]) == "\u00a052\u00a0sur\u00a061,"
    assert 'Soit<span class="insecable">' in " ".join(page.split()) and "sur place" in page


def test_a_row_of_words_alone_takes_the_whole_width(tmp_path: Path) -> None:
    table = "| Réponse | Nombre |\n|---|--:|\n| Oui | deux |\n| Non publié : non |  |\n\n: Essai. {#tbl-essai}\n"
    page = written(tmp_path, f"# Un\n\n{table}", "rapport.html").read_text("utf-8")
    assert re.search(r'<td colspan="2">Non publié', page) and re.search(r'<th scope="row"[^>]*>Oui|<th[^>]*>Oui', page)


def test_a_map_on_a_slide_takes_the_height_that_its_words_need(tmp_path: Path) -> None:
    """A map of 433 pixels with words of 13, under a title of one line and over a caption of two: eight points ask for 267 of a
    slide's 405."""
    caption = "Des personnes en situation de prostitution sont décrites dans deux arrondissements au moins, dont celui du Nord."
    body = (
        "# Un\n\n![" + caption + '](figures/carte.svg){#fig-carte fig-alt="Une carte dessinée."}\n\n'
        '::: {.document nom="restitution"}\n# Où\n\n:::: columns\n::: column\n::: {.reprise de="fig-carte"}\n:::\n:::\n'
        "::: column\n- Dit.\n:::\n::::\n:::\n"
    )
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/carte.png").write_bytes(pixel(460, 433))
    path = written(tmp_path, body, "restitution.pptx", carte=433)
    with zipfile.ZipFile(path) as archive:
        slides = [
            archive.read(name).decode() for name in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+.xml", name)
        ]
    (slide,) = [one for one in slides if "<p:pic>" in one]
    height = int(re.search(r'<p:pic>.*?<a:ext cx="\d+" cy="(\d+)"', slide, re.DOTALL)[1])  # type: ignore[index]
    assert 13 * height / 12_700 / 433 >= 8
    bottom = [
        int(y) + int(cy) for y, cy in re.findall(r'<a:off x="\d+" y="(\d+)" ?/><a:ext cx="\d+" cy="(\d+)"', slide)
    ]
    assert max(bottom) < 4_681_728  # where the foot of the slide begins


def pixel(width: int, height: int) -> bytes:
    """A white PNG of this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\xff" * width for _ in range(height)))
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    made = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def test_in_word_a_low_table_stays_on_a_page_and_of_a_high_one_the_ends_keep_company(tmp_path: Path) -> None:
    """Three short rows are kept together; of six rows of five lines, the head and the row before the last one are kept with
    what follows."""
    long = "des mots qui prennent de la place " * 10
    tables = [["court"] * 3, [long] * 6]
    body = "\n".join(
        "| Quoi | Dit |\n|------|------|\n"
        + "".join(f"| {words} | oui |\n" for words in rows)
        + f"\n: Essai. {{#tbl-t{at}}}\n"
        for at, rows in enumerate(tables)
    )
    with zipfile.ZipFile(written(tmp_path, f"# Un\n\n{body}", "rapport.docx")) as archive:
        found = re.findall(r"<w:tbl>.*?</w:tbl>", archive.read("word/document.xml").decode(), re.DOTALL)
    low, high = (["<w:keepNext />" in row for row in re.findall(r"<w:tr>.*?</w:tr>", one, re.DOTALL)] for one in found)
    assert low == [True, True, True, False]
    assert high == [True, False, False, False, False, True, False]


def test_words_of_one_format_inside_a_sentence(tmp_path: Path) -> None:
    body = "# Un\n\nPartout. [Écran seulement.]{.html-seulement}\n"
    assert "Écran" in written(tmp_path, body, "rapport.html").read_text("utf-8")
    assert "Écran" not in "".join(pages(written(tmp_path, body, "rapport.pdf")))


@pytest.mark.slow
def test_no_page_begins_with_the_last_row_of_a_table_or_ends_in_a_heading(tmp_path: Path) -> None:
    """Tables of three to forty rows, one after the other: they end at every height of a page."""
    sizes = range(3, 41, 2)
    words = [f"{a}{b}" for a in "abcdefgh" for b in "klmnopqrst"]
    body = "".join(
        f"## Partie {words[n]}\n\n| Quoi | Dit |\n|---|---|\n"
        + "".join(f"| {words[n]}{words[row]} une ligne du tableau | oui |\n" for row in range(n))
        + f"\n: Tableau {words[n]}. {{#tbl-t{words[n]}}}\n\n"
        for n in sizes
    )
    path = written(tmp_path, f"# Un\n\n{body}", "rapport.pdf")
    found = cuts(path)
    assert [sum(rows) for rows in found] == list(sizes)
    several = [rows for rows in found if len(rows) > 1]
    assert len(several) > 5 and not [rows for rows in several if rows[-1] < 2]
    assert ending_in_a_heading(path) == []


@pytest.mark.parametrize("before", always(1, [13, 1, 2, 3]))
def test_no_page_ends_with_the_name_of_a_group_of_rows(tmp_path: Path, before: int) -> None:
    """Twenty groups of one to four rows: their names stand at every height of a page, and are headers of what follows."""
    letters = "abcdefghijklmnopqrst"
    rows = "".join(
        f"| **Groupe {letter}** | |\n" + "".join(f"| rang {letter}{n} | oui |\n" for n in range(1 + at % 4))
        for at, letter in enumerate(letters)
    )
    body = "Avant.\n\n" * before + f"| Quoi | Dit |\n|---|---|\n{rows}\n: Essai. {{#tbl-essai}}\n"
    path = written(tmp_path, f"# Un\n\n{body}", "rapport.pdf")
    found = lines(path)
    ends = [own[-1][1] for own in found if own]
    assert len(ends) > 1 and not [words for words in ends if "Groupe" in words]
    assert [words for own in found for _, words in own if words.startswith("Groupe")] == [
        f"Groupe {x}" for x in letters
    ]


@pytest.mark.slow  # the test before has it of a group that others follow
def test_no_page_ends_with_the_name_of_the_last_group_of_a_table(tmp_path: Path) -> None:
    """Tables of groups of two rows, one after the other: the names of their last groups stand at every height of a page."""
    words = [f"{a}{b}" for a in "abcdefghij" for b in "klmnopqrst"]
    tables = "".join(
        "| Quoi | Dit |\n|---|---|\n"
        + "".join(f"| **Groupe {words[at]}{words[n]}** | |\n| un rang | oui |\n| un autre | oui |\n" for at in range(n))
        + f"\n: Tableau {words[n]}. {{#tbl-t{words[n]}}}\n\n{'Après. ' * (n % 3)}\n\n"
        for n in range(3, 20)
    )
    found = lines(written(tmp_path, f"# Un\n\n{tables}", "rapport.pdf"))
    ends = [own[-1][1] for own in found if own]
    assert len(ends) > 6 and not [words for words in ends if "Groupe" in words]


@pytest.mark.slow
def test_a_tall_table_begins_under_its_title_and_a_low_one_is_not_cut(tmp_path: Path) -> None:
    """The title of a table of half a page is on the page that still has a third of its height; one of four lines opens the next."""
    rows = "".join(f"| {letter} une ligne | oui |\n" for letter in "abcdefghijklmnopqrst")
    table = "| Quoi | Dit |\n|---|---|\n{rows}\n: Essai. {{#tbl-essai}}\n"
    tall = written(tmp_path, f"# Un\n\n{LINES[:260]}\n\n{table.format(rows=rows)}", "rapport.pdf")
    assert "Essai" in pages(tall)[0] and len(cuts(tall)[0]) == 2
    low = written(tmp_path, f"# Un\n\n{LINES}\n\nPuis.\n\n{table.format(rows=rows[:80])}", "rapport.pdf")
    assert [len(one) for one in cuts(low)] == [1]
