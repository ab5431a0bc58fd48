"""The page in a real browser: silent console, cards by mouse and keyboard, small screens, no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_rules import serious
from drawn import always

from diagnostic.office.render import render

if TYPE_CHECKING:
    from playwright.sync_api import Page

    Opened = Callable[..., Page]

SAMPLE = Path(__file__).parent / "sample" / "rapport.qmd"
THEME = Path(__file__).parents[2] / "report"
EPOCH = 1_790_000_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    output = tmp_path_factory.mktemp("page") / "rapport.html"
    render(SAMPLE, output, THEME, EPOCH, "embarqué")
    return output.as_uri()


@pytest.mark.slow  # `test_render.py` has what the page asks for
def test_nothing_in_the_console_and_nothing_from_the_network(page: Page, address: str) -> None:
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address, wait_until="load")
    page.locator(".fact").first.click()
    assert messages == []
    assert [url for url in requests if not url.startswith("data:")] == [address]
    natural = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert len(natural) == 4 and min(natural) > 100


def test_a_card_opens_by_mouse_and_closes_with_its_button(opened: Opened, address: str) -> None:
    page = opened(address)
    card = page.locator("[id='carte-ads.total']")
    assert not card.is_visible()
    page.locator(".fact", has_text="699").first.click()
    assert card.is_visible()
    assert card.get_attribute("aria-labelledby") == "fiche-ads.total"
    assert "somme des annonces" in card.inner_text()
    card.get_by_role("button", name="Fermer").click()
    assert not card.is_visible()


@pytest.mark.slow  # `test_accessible` has it on a finished page
def test_a_card_opens_and_closes_by_keyboard_and_gives_the_focus_back(page: Page, address: str) -> None:
    page.goto(address)
    focused = "document.activeElement.getAttribute('popovertarget')"
    for _ in range(60):  # skip link, contents, then the first number of the text
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "carte-sites.total":
            break
    else:
        pytest.fail("aucun nombre atteint au clavier")
    page.keyboard.press("Enter")
    card = page.locator("[id='carte-sites.total']")
    assert card.is_visible()
    assert page.evaluate("document.activeElement.id") == "carte-sites.total"
    page.keyboard.press("Escape")
    assert not card.is_visible()
    assert page.evaluate(focused) == "carte-sites.total"


def test_every_number_of_the_text_has_its_card_and_says_so(opened: Opened, address: str) -> None:
    page = opened(address)
    facts = page.locator("main .fact")
    assert facts.count() == 5
    for index in range(facts.count()):
        target = facts.nth(index).get_attribute("popovertarget")
        assert page.locator(f"[id='{target}'][popover]").count() == 1
    assert page.get_by_role("button", name="58 %, ouvrir la fiche").count() == 1


@pytest.mark.parametrize("width", always(1, [320, 1280, 380, 768]))
def test_the_page_never_scrolls_sideways(opened: Opened, address: str, width: int) -> None:
    page = opened(address, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_the_contents_stand_beside_the_text_or_fold_away(opened: Opened, address: str) -> None:
    page = opened(address)
    side = page.locator(".sommaire-large")
    assert side.is_visible() and not page.locator("details").is_visible()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
    assert 0 <= side.bounding_box()["y"] < 800  # it stays in view
    page.set_viewport_size({"width": 380, "height": 800})
    assert not side.is_visible()
    page.locator("details summary").click()
    page.locator("details a", has_text="Méthode").first.click()
    assert page.evaluate("location.hash") == "#sec-methode"


def test_a_wide_table_scrolls_in_its_own_frame_by_keyboard(opened: Opened, address: str) -> None:
    page = opened(address, 320)
    frame = page.get_by_role("region", name="Tableau 2")
    assert frame.evaluate("e => e.scrollWidth > e.clientWidth")
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=frame.element_handle())


def test_text_keeps_a_contrast_of_four_and_a_half(opened: Opened, address: str) -> None:
    page = opened(address)
    ratio = page.evaluate(
        """() => {
          const channels = text => (text.match(/[\\d.]+/g) || []).map(Number);
          const luminance = rgb => {
            const [r, g, b] = rgb.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          const ground = e => {
            for (; e; e = e.parentElement) {
              const c = channels(getComputedStyle(e).backgroundColor);
              if (c.length === 3 || c[3] === 1) return c;
            }
            return [255, 255, 255];
          };
          let worst = [99, ''];
          for (const e of document.querySelectorAll('body *')) {
            const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            if (!own) continue;
            const pair = [luminance(channels(getComputedStyle(e).color)), luminance(ground(e))].sort((a, b) => b - a);
            const value = (pair[0] + .05) / (pair[1] + .05);
            if (value < worst[0]) worst = [value, e.tagName + ' ' + e.className];
          }
          return worst;
        }"""
    )
    assert ratio[0] >= 4.5, ratio


def test_axe_finds_nothing_serious(opened: Opened, address: str) -> None:
    page = opened(address, 320)
    page.locator("main .fact").first.click()  # a card is open: it is read too
    assert serious(page) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    page.emulate_media(color_scheme="light")


@pytest.mark.slow
def test_search_finds_titles_indicators_and_every_word(opened: Opened, address: str) -> None:
    page = opened(address)
    said = "Des professionnel·les, des mineur·es et des auteur·rices de Villeneuve"
    page.evaluate("said => { const p = document.createElement('p'); p.textContent = said; contenu.append(p); }", said)
    search = page.get_by_role("searchbox", name="Chercher un mot, un lieu, un indicateur")
    for word in (
        "professionnels",
        "professionnelles",
        "mineur·es",
        "mineurs",
        "mineures",
        "auteurs",
        "autrices",
        "ville",
    ):
        search.fill(word)
        assert said in page.locator("#recherche-trouve a").all_inner_texts(), word
    page.locator("#recherche-trouve a", has_text=said).click()
    assert page.locator(":target").inner_text() == said
    search.fill("METHODE precaut")  # neither case nor accents
    assert page.locator("#recherche-trouve a").all_inner_texts() == ["2 Méthode et précautions"]
    search.fill("ads.total")
    page.locator("#recherche-trouve button").click()
    assert page.locator("[id='carte-ads.total']").is_visible()
    page.keyboard.press("Escape")
    search.fill("zzz")
    assert page.locator(".recherche-compte").inner_text() == "Rien n’est trouvé."


def test_a_number_is_copied_with_its_source_and_its_caution(opened: Opened, address: str) -> None:
    page = opened(address)
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.locator(".fact", has_text="699").first.click()
    page.locator("[id='carte-ads.total']").get_by_role("button", name="Copier avec sa source").click()
    said = page.evaluate("window.copied").replace("\u00a0", " ")
    assert "699" in said and "indicateur ads.total" in said and "Association d’essai" in said
    assert said.endswith("Ce nombre décrit ce qui a été vu, pas tout ce qui existe.")
    assert page.locator("[id='carte-ads.total'] .copie-dite").inner_text() == "Copié."


def test_a_table_is_sorted_by_numbers_and_by_words(opened: Opened, address: str) -> None:
    page = opened(address)
    table = page.locator("#tbl-sites")
    shown = """(table, at) => [...table.tBodies[0].rows].map(row => row.cells[at].textContent)"""
    numbers = table.evaluate("t => [...t.tHead.rows[0].cells].findIndex(cell => cell.style.textAlign === 'right')")
    head = table.locator("th[scope=col]").nth(numbers)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    found = [text for text in table.evaluate(shown, numbers) if text[:1].isdigit()]
    plain = [float(text.replace("\u202f", "").replace("\u00a0", "").rstrip("%").replace(",", ".")) for text in found]
    assert plain == sorted(plain) and len(plain) > 10


@pytest.mark.slow  # `test_render.py` has that cards open by themselves
def test_the_page_says_the_same_without_scripts(browser: object, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(address)
    assert page.locator(".recherche, .trier, .copier").count() == 0
    page.locator(".fact", has_text="699").first.click()
    assert page.locator("[id='carte-ads.total']").is_visible()
    context.close()
