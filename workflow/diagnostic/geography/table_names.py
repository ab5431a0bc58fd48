"""The names of the tables of this phase, each with that of its model in `tables`: what reading the workflow needs of them,
without the libraries that models are made with."""

from __future__ import annotations

TABLES: dict[str, str] = {"country": "Country", "areas": "Areas", "source": "Source"}
