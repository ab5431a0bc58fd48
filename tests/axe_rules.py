"""axe-core on a page of the report, under the light scheme and the dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drawn import long

if TYPE_CHECKING:
    from playwright.sync_api import Page

SERIOUS = ("serious", "critical")


def serious(page: Page) -> list[str]:
    """What axe finds that stops a reader, with its scheme; the page is left dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python absent").Axe()
    # What passes is not described, which takes as long as looking; of the other scheme, colours are all that differs: they are
    # looked at in the slow form.
    schemes = {"light": {"runOnly": ["color-contrast", "link-in-text-block"]}} if long() else {}
    told = []
    for scheme, asked in (schemes | {"dark": {}}).items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = axe.run(page, options={"resultTypes": ["violations"], **asked}).response["violations"]
        told += [
            f"{scheme}: {v['id']} ({len(v['nodes'])}) {v['nodes'][0]['html'][:120]}"
            for v in found
            if v["impact"] in SERIOUS
        ]
    return told
