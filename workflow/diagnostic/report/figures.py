"""The figures step: every chart of a study, drawn from statements, as images and as a table of what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from diagnostic.core.doublets import INCLUSIVE, written
from diagnostic.core.tables import columns
from diagnostic.report.charts.facts import Released, table
from diagnostic.report.registry import chart

if TYPE_CHECKING:  # Altair costs 0.3 s, which a run that draws nothing need not pay
    from diagnostic.report.charts.style import Chart


def draw_all(ecriture: str = INCLUSIVE, logo: bytes = b"", **inputs: Any) -> dict[str, Any]:
    """`figures` (one row per chart or map) and `images` (file name → content: two images and the numbers in them), in a way of
    writing (`doublets`), and of the team its `logo`. A chart without data is not drawn. `inputs`: see `draw`."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):  # it checks what each chart is made of in the tests of charts, not at each run
        drawn = draw(**inputs)
    made = filed([one.written(ecriture) for one in drawn.values()], inputs["statements"], ecriture)
    return made | {"images": made["images"] | _logo(logo)}


def _logo(content: bytes) -> dict[str, bytes]:
    """The team's logo as files name it: a drawing also as the image that Word and slides take."""
    if not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return {"logo.png": content} if content else {}
    import vl_convert

    return {"logo.svg": content, "logo.png": vl_convert.svg_to_png(content.decode("utf-8-sig"), scale=2)}


def draw(**inputs: Any) -> dict[str, Chart]:
    """The charts of a study by name, in the order of names; one that has nothing to show is absent.

    `inputs`, by name: the tables of release/ `statements`, `sites`, `articles`, `meetings` and `lineage`, and those of
    reference geography, `areas` and `source`; `asked`, the questions that chapters ask a figure of. A chart gets those that
    its parameters name; `facts` are the statements as charts read them: what is printed, and nothing else. Safe to call from
    several threads; same tables, same bytes.
    """
    from diagnostic.report.charts import internet, maps, people  # noqa: F401 - where charts are registered

    made = [function() for function in chart.bound(inputs | {"facts": Released(inputs["statements"])}).values()]
    found = [one for drawn in made for one in (drawn if isinstance(drawn, list) else [drawn]) if one]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def filed(charts: Iterable[Chart], statements: pd.DataFrame, ecriture: str = INCLUSIVE) -> dict[str, Any]:
    """`figures` and `images` of these charts, beside each the statements it shows as CSV."""
    facts, rows = Released(statements), []
    images: dict[str, bytes] = {}
    for one in charts:
        svg = one.svg.encode()
        images |= {f"{one.thin.name}.svg": one.thin.svg.encode()} if one.thin else {}
        images |= {f"{one.name}.svg": svg, f"{one.name}.png": one.png}
        if numbers := table(facts, one.facts):
            images[f"{one.name}.csv"] = written(numbers.decode(), ecriture).encode()
        digests = [hashlib.sha256(content).hexdigest() for content in (svg, one.png)]
        rows.append((one.name, one.alt, one.description, "; ".join(one.facts), *digests))
    return {"figures": pd.DataFrame(rows, columns=columns("report/figures")), "images": images}
