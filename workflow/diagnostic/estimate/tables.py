"""The ledger of facts, and the reproduction of an earlier publication."""

from diagnostic.collect import answers
from diagnostic.core.tables import Table, models
from diagnostic.estimate import table_names
from diagnostic.estimate.catalogue import entry, ways
from diagnostic.estimate.facts import ORIGINS

INTERVALS = {"sampling": "échantillonnage", "bounds": "bornes", "model": "modèle", "none": "aucun"}
ORIGIN_LABELS = dict(zip(ORIGINS, ("observé", "transcrit", "reconstitué", "publié"), strict=True))
STATUSES = {  # the last: of a figure that the release does not print again, or whose verdict it does not tell
    "reproduced": "reproduit",
    "contradicted": "contredit",
    "not_computable": "non vérifiable avec les données présentes",
    "text_only": "texte seul",
    "withheld": "verdict non publié",
}
BASES = {"independent": "calcul indépendant", "by_construction": "par construction"}
WORDS = (answers, entry, ways)

TABLES: dict[str, Table] = models("estimate", table_names.TABLES)
