"""The names of the tables of this phase, each with that of its model in `tables`, without their libraries."""

from __future__ import annotations

TABLES: dict[str, str] = {"country": "Country", "areas": "Areas", "source": "Source"}
