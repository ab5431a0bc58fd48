"""The consolidated tables: one row is one thing, and the ledger says what became of every input row."""

from diagnostic.collect import answers
from diagnostic.collect import tables as collected  # what some of them begin with
from diagnostic.consolidate import table_names
from diagnostic.core.tables import Table, models

SOURCES = {"response": "questionnaire", "interview": "entretien"}
PAIR_STATUSES = {"same": "réunies", "different": "distinctes", "undecided": "à trancher", "contradictory": "contraires"}
PERSON_STATES = {"yes": "oui", "no": "non", "unknown": "inconnu"}
OUTCOMES = {"kept": "gardées", "merged": "réunies à une autre", "set_aside": "mises de côté"}
WORDS = (answers, collected)

TABLES: dict[str, Table] = models("consolidate", table_names.TABLES)
