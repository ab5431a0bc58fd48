"""The names of the tables of this phase, each with that of its model in `tables`, without their libraries."""

TABLES: dict[str, str] = {"country": "Country", "areas": "Areas", "source": "Source"}
