"""The documents of finished studies, one with a questionnaire, for who reads with a keyboard, a screen reader, a telephone.

Pages under axe-core, enlarged twice, by keyboard alone, offline; images of Word and of the PDF with their words.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_rules import serious
from copies import TRIAL

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Opened = Callable[..., Page]

SCREENS = {"telephone, 320 px": 320, "1280 px at 200 %": 640, "desktop": 1280}
ALL_SCREENS = [name if at == 0 else pytest.param(name, marks=pytest.mark.slow) for at, name in enumerate(SCREENS)]


CHAPTERS = {  # where a number is looked for with the keyboard alone
    "62-2020": ("sec-annonces", "sec-miroirs"),
    "99-2025": ("sec-annonces", "sec-demande", "sec-axes"),
    TRIAL: ("sec-repondants", "sec-besoins", "sec-combien", "sec-profil", "sec-conditions", "sec-formes"),
}


# One study on every screen, the others on the narrowest; the record, ten thousand elements whose forms are everywhere the same, once.
READ = [(TRIAL, screen, "rapport") for screen in SCREENS]
READ += [(study, "telephone, 320 px", "rapport") for study in CHAPTERS if study != TRIAL]
READ += [(TRIAL, "telephone, 320 px", "dossier")]


@pytest.fixture(params=[s if s == "99-2025" else pytest.param(s, marks=pytest.mark.slow) for s in CHAPTERS])
def study(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def report(study: str, results_of: Callable[[str], Path]) -> Path:
    return results_of(study) / "report"


@pytest.fixture
def address(report: Path) -> str:
    return (report / "rapport.html").resolve().as_uri()


@pytest.mark.slow  # `report/test_page.py` has it on a sample
@pytest.mark.parametrize(("study", "screen", "name"), READ)
def test_axe_finds_nothing_serious(opened: Opened, report: Path, screen: str, name: str) -> None:
    page = opened((report / f"{name}.html").resolve().as_uri(), SCREENS[screen])
    page.locator("main .fact").first.click()  # a card is open: it is read too
    assert serious(page) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"


@pytest.mark.slow  # `report/test_page.py` has it on a sample
@pytest.mark.parametrize("screen", ALL_SCREENS)
def test_nothing_is_lost_on_a_small_or_enlarged_screen(opened: Opened, address: str, screen: str) -> None:
    """The page never scrolls sideways; what is wider than it stands in a frame that does, or is an image that shrinks."""
    width = SCREENS[screen]
    page = opened(address, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    lost = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => {
            if (!e.checkVisibility() || e.closest('.defile, .equation, [popover]')) return false;
            const box = e.getBoundingClientRect();
            return box.width > 0 && (box.left < -1 || box.right > innerWidth + 1);
        }).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert lost == []
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main p, main li, main td, main th, main h2, main h3, main h4, caption')]
            .filter(e => e.checkVisibility() && getComputedStyle(e).overflow === 'hidden' && e.scrollWidth > e.clientWidth)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert cut == []


CELLS = """() => {
    const lying = [...document.querySelectorAll('main td')].filter(td => {
        const numbers = [...td.querySelectorAll('.fact')].map(e => e.getBoundingClientRect());
        const own = td.getBoundingClientRect();
        return numbers.some((a, n) => a.left < own.left - 1 || a.right > own.right + 1 || numbers.slice(n + 1).some(b =>
            a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
    }).map(td => td.innerText);
    const cut = [];
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let text; text = texts.nextNode();) {
        const cell = text.parentElement.closest('tbody :is(td, th)');
        if (!cell || !cell.checkVisibility() || text.parentElement.closest('strong, code, .identifiant')) continue;
        for (const word of text.data.matchAll(/(?<![\\p{L}\\d.·])[\\p{L}\\d]{2,16}(?![\\p{L}\\d.·])/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) cut.push(word[0]);
        }
    }
    return [lying, cut];
}"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rapport", "dossier"])
def test_on_a_telephone_no_number_lies_on_another_and_no_word_of_a_cell_is_cut(
    opened: Opened, report: Path, name: str
) -> None:
    page = opened((report / f"{name}.html").resolve().as_uri(), 390)
    page.evaluate("document.documentElement.lang = 'en'")  # where hyphens would be allowed, there is none
    assert page.evaluate(CELLS) == [[], []]


DRAWN = """() => [...document.querySelectorAll('main figure img')].filter(e => e.checkVisibility()).map(e => {
    const svg = new DOMParser().parseFromString(atob(e.src.split(',')[1]), 'image/svg+xml');
    const sizes = [...svg.querySelectorAll('text')].map(text => parseFloat(text.getAttribute('font-size')));
    const box = e.getBoundingClientRect(), frame = e.parentElement.closest('div, figure');
    const whole = box.left >= -1 && box.right <= innerWidth + 1 && frame.scrollWidth <= frame.clientWidth + 1;
    return [Math.min(...sizes) * box.width / svg.documentElement.viewBox.baseVal.width, whole];
})"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rapport", "dossier"])
def test_a_figure_is_whole_and_what_is_written_on_it_read_on_a_telephone(
    opened: Opened, report: Path, name: str
) -> None:
    """Ten pixels at least on the narrowest screen, where nothing scrolls in a frame; as many images as figures."""
    page = opened((report / f"{name}.html").resolve().as_uri(), SCREENS["telephone, 320 px"])
    found = page.evaluate(DRAWN)
    assert len(found) == page.evaluate("document.querySelectorAll('main figure').length") > 1
    assert min(size for size, _ in found) >= 10 and all(whole for _, whole in found)


@pytest.mark.slow  # `report/test_one_row.py` has what makes tables
@pytest.mark.parametrize("name", ["rapport", "dossier"])
def test_no_table_has_one_row(opened: Opened, report: Path, name: str) -> None:
    """On the page, and in Word: what is said of one thing is a sentence. A title of rows is none."""
    page = opened((report / f"{name}.html").resolve().as_uri())
    rows = "e => [...e.querySelectorAll('tbody tr')].filter(r => r.children.length > 1 || !r.querySelector('strong'))"
    told = page.evaluate(f"[...document.querySelectorAll('main table')].map({rows}).map(e => e.length)")
    assert told and min(told) > 1
    if name == "rapport":
        with zipfile.ZipFile(report / "rapport.docx") as archive:
            tables = re.findall(
                r"<w:tbl>(?:(?!<w:tbl>).)*?</w:tbl>", archive.read("word/document.xml").decode(), re.DOTALL
            )
        assert min(table.count("<w:tr>") + table.count("<w:tr ") for table in tables if "Callout" not in table) > 2


@pytest.mark.slow  # `report/test_render.py` has that cards open by themselves
def test_a_finished_page_says_the_same_without_scripts(browser: object, opened: Opened, address: str) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(address)
    words = page.locator("main").inner_text()
    first = page.locator("main .fact").first
    first.click()  # the browser opens it by itself
    assert page.locator(f"[id='{first.get_attribute('popovertarget')}']").is_visible()
    context.close()
    said = opened(address).locator("main").inner_text()
    assert len(words) > 3000 and [line for line in words.splitlines() if line.strip() and line not in said] == []


@pytest.mark.slow  # `report/test_render.py` has what the page asks for
def test_nothing_in_the_console_and_nothing_from_the_network(page: Page, address: str) -> None:
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address, wait_until="load")
    page.locator("main .fact").last.click()
    assert messages == [] and [url for url in requests if not url.startswith("data:")] == [address]
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 100 && image.alt.length > 20)")


@pytest.mark.slow
def test_numbers_open_their_cards_with_the_keyboard_alone_in_every_chapter(
    opened: Opened, address: str, study: str
) -> None:
    page = opened(address)
    for chapter in CHAPTERS[study]:
        target = page.evaluate(
            """id => {
                const heading = document.getElementById(id);
                const after = e => heading.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING;
                const fact = [...document.querySelectorAll('main .fact')].find(after);
                const reached = [...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')]
                    .filter(e => e.checkVisibility());
                reached[reached.indexOf(fact) - 1].focus();
                return fact.getAttribute('popovertarget');
            }""",
            chapter,
        )
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == target, chapter
        page.keyboard.press("Enter")
        card = page.locator(f"[id='{target}']")
        assert card.is_visible() and "Formule" in card.inner_text(), chapter
        page.keyboard.press("Escape")
        assert not card.is_visible(), chapter
        assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == target, chapter


@pytest.mark.slow
def test_the_contents_lead_to_headings_of_the_page_in_french(opened: Opened, address: str) -> None:
    page = opened(address)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.evaluate("[...document.querySelectorAll('[lang]')].every(e => /^(fr|en)$/.test(e.lang))")
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => decodeURIComponent(a.hash.slice(1)))"
        ".filter(id => !document.getElementById(id))"
    )
    assert lost == []
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5')].map(h => +h.tagName[1])")
    assert levels.count(1) == 1 and all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def pictures(report: Path) -> int:
    """The images of the page, each once: that of a narrow screen stands beside its own."""
    found = re.findall(r"<img [^>]*", (report / "rapport.html").read_text("utf-8"))
    return sum("mince" not in re.sub(r'"data:[^"]*"', "", one) for one in found)


def test_every_image_of_word_has_its_words(report: Path) -> None:
    with zipfile.ZipFile(report / "rapport.docx") as archive:
        document = archive.read("word/document.xml").decode()
    drawings = re.findall(r"<w:drawing>.*?</w:drawing>", document, re.DOTALL)
    told = [re.search(r'<wp:docPr[^>]* descr="([^"]{20,})"', drawing) for drawing in drawings]
    assert len(drawings) == pictures(report) > 1 and all(told)


def test_every_image_of_the_tagged_pdf_has_its_words(report: Path) -> None:
    content = (report / "rapport.pdf").read_bytes()
    assert b"/StructTreeRoot" in content and b"/Marked true" in content and b"<pdfuaid:part>1<" in content
    assert re.search(rb"/Lang ?\(fr-FR\)", content)
    images = re.findall(rb"<<(?:(?!endobj).)*?/S ?/Figure\b.*?endobj", content, re.DOTALL)
    assert len(images) == pictures(report) and all(b"/Alt" in image for image in images)
