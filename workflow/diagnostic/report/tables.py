"""The table of the report phase: which figures were drawn and what they say. It stays with the team."""

from diagnostic.core.tables import Table, models

TABLES: dict[str, Table] = models("report", {"figures": "Figures"})
