"""The page of a report, finished: one file, which a program can read aloud."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping


def finish(page: str, style: str, script: str, figures: Mapping[str, bytes]) -> str:
    """The page that pandoc wrote, with all that it names inside it: its style sheet, its script, and by their names its images
    and their numbers."""
    return _accessible(_self_contained(page, style, script, figures))


def _self_contained(page: str, style: str, script: str, figures: Mapping[str, bytes]) -> str:
    """Style sheet, script, images and their numbers inside the page: pandoc's own way of doing it doubles the time of a long report."""

    def data(found: re.Match[str]) -> str:
        kind = {"svg": "svg+xml", "png": "png"}.get(found[1].rpartition(".")[2], "octet-stream")
        return f'src="data:image/{kind};base64,{base64.b64encode(figures[found[1]]).decode()}"'

    def table(found: re.Match[str]) -> str:
        content = base64.b64encode(figures[found[1]]).decode()
        return f'href="data:text/csv;charset=utf-8;base64,{content}" download="{found[1]}"'

    page = re.sub(r'href="figures/([\w-]+\.csv)"', table, page)
    page = re.sub(
        r'<link rel="stylesheet" href="[^"]*style\.css">', lambda _: f"<style>\n{style}</style>", page, count=1
    )
    # The policy names the one script that may run, by what is in it.
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = page.replace("script-src 'none'", f"script-src 'sha256-{allowed}'", 1)
    page = page.replace('<script src="page.js"></script>', f"<script>{script}</script>", 1)
    return re.sub(r'src="figures/([\w.-]+)"', data, page)


def _accessible(page: str) -> str:
    """What pandoc's writer does not say: the second contents has no ids, the way back from a note has a name."""
    page = re.sub(r' id="toc-[^"]*"', "", page)
    return re.sub(
        r'(<a href="#fnref(\d+)" class="footnote-back")', r'\1 aria-label="Retour à l’appel de note \2"', page
    )
