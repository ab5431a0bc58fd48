"""What may be printed: the ledger with its verdicts, and the lists and records that go with it."""

from __future__ import annotations

from diagnostic.core.tables import Table, models, table
from diagnostic.estimate import tables as estimated
from diagnostic.release import closed_list, table_names
from diagnostic.release.row import GONE, TEXT

VERDICTS = {"shown": "publié", "recoded": "regroupé", "withheld": "non publié"}
OF_NOW = tuple(ground for ground in TEXT if ground != GONE)  # grounds of what the facts still have
KINDS = {"value": "nombre", "limits": "intervalle seul", "text": "date ou texte", "withheld": "non publié"}
WORDS = (estimated, closed_list)

DECIDED: dict[str, Table] = models("release", table_names.DECIDED)
PRINTED: dict[str, Table] = models("release", table_names.PRINTED)
TABLES: dict[str, Table] = DECIDED | PRINTED | {"lineage": table("release/Lineage")}
