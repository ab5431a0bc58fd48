"""The tables of reference geography: public outlines and names, no value of any study."""

from diagnostic.core.tables import Table, models
from diagnostic.geography import table_names

TABLES: dict[str, Table] = models("geography", table_names.TABLES)
