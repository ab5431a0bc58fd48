"""What the user can mend: every refusal is of one class, which the command line prints without a traceback."""

from __future__ import annotations


class Refused(Exception):
    """What was asked cannot be done. The message is French, says what to mend, and names no personal value."""

    code = 1  # with which the command ends


class NoProject(Refused):
    """The command was not given in the folder of a project."""

    code = 2

    def __init__(self) -> None:
        super().__init__("Pas de projet ici : lancer cette commande dans le dossier qui contient « Snakefile ».")


class NoResults(Refused):
    """The study was not calculated yet, or not here."""

    def __init__(self, study: str) -> None:
        super().__init__(f"L’étude {study} n’a pas de résultats ici ; lancer « diagnostic calculer {study} » d’abord.")
