"""What may be printed: the ledger with its verdicts, and the lists and records that go with it."""

from diagnostic.core.tables import Table, models, table
from diagnostic.estimate import tables as estimated
from diagnostic.estimate.catalogue import entry
from diagnostic.release import table_names
from diagnostic.release.editions.ledger import EDITION_GONE
from diagnostic.release.populations import policy

VERDICTS = {"shown": "publié", "recoded": "regroupé", "withheld": "non publié"}
GONE = [EDITION_GONE.name]  # the ground of what the facts no longer have
KINDS = {"value": "nombre", "limits": "intervalle seul", "text": "date ou texte", "withheld": "non publié"}
WORDS = (entry, estimated, policy)

DECIDED: dict[str, Table] = models("release", table_names.DECIDED)
PRINTED: dict[str, Table] = models("release", table_names.PRINTED)
TABLES: dict[str, Table] = DECIDED | PRINTED | {"lineage": table("release/Lineage")}
