"""The pages of finished PDFs, read back: none nearly empty but the last, no lonely row, no heading that ends one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from printed_pages import cuts, ending_in_a_heading, lines, out_of_order, read_aloud, spoken

from diagnostic.core import doublets
from diagnostic.office.render import pages, render

ROOT = Path(__file__).parents[2]
LEAST = 0.35  # of the height of a page
ON_PAPER = "Lesnombresdurapport,puis"  # begins the last chapter of a printed dossier, which a page has as cards


DOCUMENTS = [  # two reports, and the shortest file: the tags of another take half a minute to read
    pytest.param(study, name, marks=pytest.mark.slow)
    for study, name in (("62-2020", "rapport"), ("99-2025", "dossier"), ("99-2026", "rapport"))
]


@pytest.mark.slow  # `test_layout` has it of the sample
@pytest.mark.parametrize(("study", "name"), DOCUMENTS)
def test_pages_are_full_and_tables_are_cut_where_they_may_be(
    results_of: Callable[[str], Path], study: str, name: str
) -> None:
    path = results_of(study) / f"report/{name}.pdf"
    filled = [own[-1][0] if own else 0 for own in lines(path)]
    assert len(filled) > 8 and [n for n, part in enumerate(filled[:-1], 1) if part < LEAST] == []
    assert ending_in_a_heading(path) == []
    found = cuts(path)
    assert len(found) > 8 and [rows for rows in found if len(rows) > 1 and rows[-1] < 2] == []


@pytest.mark.slow  # reads every tag of a PDF
@pytest.mark.parametrize(("study", "name"), [("99-2025", "rapport"), *DOCUMENTS])
def test_a_screen_reader_reads_the_pdf_in_the_order_of_the_page(
    results_of: Callable[[str], Path], study: str, name: str
) -> None:
    """Headings, paragraphs, lists, captions and cells, as the tags of the PDF have them, are found one after the other in the
    page's words; backwards, nearly none is."""
    path = results_of(study) / f"report/{name}.pdf"
    pieces, words = spoken(path), read_aloud(path.with_suffix(".html").read_text("utf-8"))
    on_paper = next((n for n, piece in enumerate(pieces) if piece.startswith(ON_PAPER)), len(pieces))
    pieces = pieces[:on_paper]
    assert sum(map(len, pieces)) > len(words) / 2
    missed = out_of_order(pieces, words)
    assert [piece for piece in missed if piece in words] == []
    assert len(missed) < len(pieces) / 100  # what only a page or only paper says: « Dans cette page »
    assert len(out_of_order(pieces[::-1], words)) > len(pieces) * 0.9


@pytest.mark.slow
def test_the_full_study_is_read_in_twelve_to_twenty_pages(results_of: Callable[[str], Path]) -> None:
    assert 12 <= len(lines(results_of("99-2026") / "report/rapport.pdf")) <= 20


def blank(path: Path) -> list[float]:
    """The part of each page between its head and its foot that is white under the last thing printed on it."""
    found = []
    document = pypdfium2.PdfDocument(path)
    for page in document:
        drawn = page.render(scale=0.5, grayscale=True).to_numpy().squeeze()
        top, foot = (round(len(drawn) * part / 297) for part in (25, 297 - 22))
        printed = (drawn[top:foot] < 225).any(axis=1).nonzero()[0]
        found.append(1 - (printed[-1] + 1) / (foot - top) if len(printed) else 1.0)
    document.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("study", ["62-2020", "99-2026"])
def test_no_page_of_a_report_is_more_than_a_quarter_blank_but_its_last(
    results_of: Callable[[str], Path], study: str
) -> None:
    found = blank(results_of(study) / "report/rapport.pdf")
    # The first page is one of its own, and has a map only where outlines are at hand.
    assert len(found) > 8 and [n for n, part in enumerate(found[1:-1], 2) if part > 0.25] == []


LONG = {  # as long as names are where several départements and several bodies make a study
    "title": "Diagnostic départemental de la prostitution, du proxénétisme et de la traite des êtres humains aux fins "
    "d’exploitation sexuelle en Provence-Alpes-Côte d’Azur",
    "subtitle": "Provence-Alpes-Côte d’Azur (04, 05, 06, 13, 83, 84), édition 2026",
    "author": "Amicale du Nid, Mouvement du Nid, délégation régionale aux droits des femmes et à l’égalité, université "
    "d’Aix-Marseille",
}
KEPT = ("L’essentiel", "Figure 1", "Ce que l’on ne sait pas", "Ce que", "À lire avec chaque chiffre", "chiffres bruts")


@pytest.mark.slow
@pytest.mark.parametrize("study", ["62-2020", "99-2025", "99-2026"])
def test_page_one_and_the_synthesis_hold_with_long_names_a_logo_and_both_genders(
    results_of: Callable[[str], Path], tmp_path: Path, study: str
) -> None:
    made = results_of(study) / "report/quarto"
    shutil.copytree(made / "figures", tmp_path / "figures")
    shutil.copyfile(next((made / "figures").glob("*.png")), tmp_path / "figures/logo.png")
    head, _, body = (made / "rapport.qmd").read_text("utf-8").partition("\n---\n")
    for name, words in LONG.items():
        head = re.sub(rf"(?m)^{name}: .*$", f'{name}: "{words}"', head)
    head += "\nlogo: figures/logo.png\nlogo-alt: Logo"
    source = tmp_path / "rapport.qmd"
    source.write_text(f"{head}\n---\n{doublets.written(body, doublets.DOUBLETS)}", "utf-8")
    for name in ("rapport", "synthese"):  # TooLong where the synthesis does not hold
        render(source, tmp_path / f"{name}.pdf", ROOT / "report", 1_790_000_000)
    assert pages((tmp_path / "synthese.pdf").read_bytes()) == 1
    with pypdfium2.PdfDocument(tmp_path / "rapport.pdf") as document:
        first = " ".join(document[0].get_textpage().get_text_range().split())
    assert [words for words in KEPT if words not in first] == []
