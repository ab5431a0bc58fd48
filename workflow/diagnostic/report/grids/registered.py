"""The modules that hold tables under `@grid`: their parameters are filled by name, the chapter gives the others.

They share places and names with charts, which load Altair; who only reads the workflow need not wait for it.
"""

from __future__ import annotations

from diagnostic.report.grids import field, internet, places, quality
from diagnostic.report.registry import grid as grid

REGISTERED = (field, internet, places, quality)
