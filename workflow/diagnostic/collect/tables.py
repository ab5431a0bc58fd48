"""The input tables: what a team drops in `resources/studies/{study}/`, the same once typed, and what was received, as it stands.

A file's header is its table's columns without `row`, which `collect` adds: the row as a spreadsheet shows it. Tables whose rows
are answers to the codebook's questions (exports of collection tools, workbooks of the project) have columns that follow it, so
each is declared once for all by the form of its name: `name.code`, a single choice or a code, or `no_answer`, or `not_asked`;
`name/option`, one option of a multiple choice, in four states; what is neither has its state (`name.state`) beside its value.
Free texts, and what people wrote of places and of themselves, are in the vault.
"""

from diagnostic.codebook import results
from diagnostic.collect import answers, table_names
from diagnostic.core.tables import Table, columns, models

STATES = {"answered": "réponse donnée", "no_answer": "sans réponse", "not_asked": "non posée"}
TICKS = {"ticked": "coché", "not_ticked": "non coché", "no_answer": "sans réponse", "not_asked": "non posée"}
THEMES = "_themes"  # ends the name of the variable that codes the themes of a text: `obstacles_themes` of `obstacles`
SITE_CODE = r"^[A-Z]\d{2}$"
INITIALS = r"^[^\W\d_]{2,4}$"
MOMENT = r"^\d{4}(-\d{2}(-\d{2})?)?$"
LAW_CODES = [code for group in results.LAW_RESULTS.values() for code in group]
WORDS = (answers, results)

INPUTS: dict[str, Table] = models("collect", table_names.named(table_names.INPUTS))
RECEIVED: dict[str, Table] = models("collect", table_names.named(table_names.RECEIVED))
TABLES: dict[str, Table] = models("collect", table_names.TABLES)
# What a reading knows of a place.
PLACED = [name for name in columns(TABLES["places"]) if name not in ("origin", "rule")]
