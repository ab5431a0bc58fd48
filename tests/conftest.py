"""Fixtures shared by tests of several rooms."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The system's Chromium, headless. Absent: skipped, or failed where DIAGNOSTIC_BROWSER=required."""
    required = os.environ.get("DIAGNOSTIC_BROWSER") == "required"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        reason = "Chromium absent : page du rapport non vérifiée dans un navigateur (paquet Debian « chromium »)"
        pytest.fail(reason) if required else pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright absent : navigateur non piloté")
    with playwright.sync_playwright() as driver:
        instance = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield instance
        instance.close()


@pytest.fixture
def page(browser: object) -> Iterator[object]:
    """A new page in its own context, so that no test sees another's state."""
    context = browser.new_context(locale="fr-FR")  # type: ignore[attr-defined]
    yield context.new_page()
    context.close()
