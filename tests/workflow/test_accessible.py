"""The pages of finished studies under axe-core, on a telephone and enlarged twice: no serious fault, nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from copies import Finished

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENS = {"telephone, 320 px": 320, "1280 px at 200 %": 640, "desktop": 1280}
SERIOUS = ("serious", "critical")


@pytest.fixture(params=["62-2020", "99-2026"])
def address(request: pytest.FixtureRequest, finished: Finished) -> str:
    return finished.project.path(f"results/{request.param}/report/rapport.html").resolve().as_uri()


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious(page: Page, address: str, screen: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python absent").Axe()
    page.set_viewport_size({"width": SCREENS[screen], "height": 800})
    page.goto(address)
    page.locator("main .fact").first.click()  # a card is open: it is read too
    found = axe.run(page).response["violations"]
    told = [f"{v['id']} ({len(v['nodes'])}) {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in SERIOUS]
    assert told == []


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_lost_on_a_small_or_enlarged_screen(page: Page, address: str, screen: str) -> None:
    """The page never scrolls sideways; what is wider than it stands in a frame that does, or is an image that shrinks."""
    width = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
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
