"""What single cells cannot show: names that repeat, references to nothing, labels that cannot be told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from diagnostic.codebook import checks_indicators, labels
from diagnostic.codebook.checks_routing import conditions
from diagnostic.codebook.findings import Finding
from diagnostic.codebook.model import (
    CLASSES,
    DONT_KNOW,
    MERGED,
    TICK,
    Block,
    Codebook,
    Option,
    TableDef,
    Text,
    Variable,
)
from diagnostic.core.wording import either, meant

SHORT = r"[A-Za-z][A-Za-z0-9]{0,17}"  # LimeSurvey: 20 letters and digits, less the two of « S1 »
FORM_CODE = r"[A-Za-z0-9]{1,5}"  # LimeSurvey: an answer code has 5 letters and digits
RESERVED = {"time"}  # a sub-question code that LimeSurvey keeps for itself
STATES = ("no_answer", "not_asked")  # what a typed table says of a question without answer
SHEET_NAME = r"[^\[\]:*?/\\]{1,31}"  # Excel


def repeated(tables: Iterable[TableDef], blocks: Iterable[Block], texts: Iterable[Text]) -> Iterator[Finding]:
    """Tables, blocks and texts that are defined twice."""
    for file, column, things in (
        ("tables.csv", "table", tables),
        ("blocks.csv", "block", blocks),
        ("texts.csv", "text", texts),
    ):
        yield from _twice(file, column, [(thing.name, thing.row) for thing in things])


def check(codebook: Codebook) -> Iterator[Finding]:
    """Everything that is wrong between the rows of a codebook."""
    for part in (
        _tables,
        _blocks,
        _options,
        _dont_know,
        _names,
        _references,
        _questions,
        _privacy,
        _classes,
        conditions,
        checks_indicators.sets,
        checks_indicators.statuses,
        checks_indicators.fixed,
        checks_indicators.indicators,
    ):
        yield from part(codebook)


def _twice(file: str, column: str, names: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for name, row in names:
        if name in seen:
            yield Finding(
                file, row, column, f"Ce nom est déjà pris à la ligne {seen[name]}.", "En choisir un autre.", name
            )
        elif name:
            seen[name] = row


def _unknown(file: str, row: int, column: str, value: str, known: Collection[str], what: str) -> Iterator[Finding]:
    if value and value not in known:
        remedy = meant(value, known) or f"Corriger le nom, ou ajouter {what}."
        yield Finding(file, row, column, f"Ce nom ne désigne aucun·e {what}.", remedy, value)


def _tables(codebook: Codebook) -> Iterator[Finding]:
    sheets: Counter[tuple[str, str]] = Counter()
    for table in codebook.tables.values():
        for column, value in (("parent", table.parent), ("includes", table.includes)):
            yield from _unknown("tables.csv", table.row, column, value, codebook.tables, "table")
        names = {v.name for v in codebook.variables if v.table == table.name}
        for name in table.key:
            yield from _unknown("tables.csv", table.row, "key", name, names, "variable de cette table")
        sheets[table.workbook, table.sheet.casefold()] += 1
        if not re.fullmatch(SHEET_NAME, table.sheet) or sheets[table.workbook, table.sheet.casefold()] > 1:
            message = "Ce nom de feuille est trop long, déjà pris dans ce classeur ou contient un signe interdit."
            yield Finding(
                "tables.csv", table.row, "sheet", message, "31 signes au plus, sans [ ] : * ? / \\.", table.sheet
            )


def _blocks(codebook: Codebook) -> Iterator[Finding]:
    for block in codebook.blocks.values():
        yield from _unknown("blocks.csv", block.row, "table", block.table, codebook.tables, "table")


def _options(codebook: Codebook) -> Iterator[Finding]:
    used = {v.list for v in codebook.variables} | {TICK}
    on_form = {v.list for v in codebook.variables if v.table in codebook.tables and codebook.tables[v.table].form}
    several = {v.list for v in codebook.variables if v.type == "multiple"}
    for name, options in codebook.lists.items():
        yield from _twice("options.csv", "code", [(option.code, option.row) for option in options])
        yield from _spellings(options)
        codes = [option.code for option in options]
        for option in options:
            if option.code in STATES:
                message = "Ce code est celui d'une question sans réponse : on ne les distinguerait plus."
                yield Finding("options.csv", option.row, "code", message, "Prendre un autre code.", option.code)
            yield from _unknown("options.csv", option.row, "parent", option.parent, codes, "réponse de cette liste")
            if name in on_form and (not re.fullmatch(FORM_CODE, option.code) or option.code in RESERVED):
                message = "Ce code ne passe pas dans LimeSurvey, où il doit être le même que partout."
                yield Finding("options.csv", option.row, "code", message, "1 à 5 lettres ou chiffres.", option.code)
        if name in several:
            yield from _joined(options)
        if name not in used:
            row = options[0].row
            yield Finding("options.csv", row, "list", "Aucune question n'emploie cette liste.", "La retirer.", name)


def _spellings(options: Iterable[Option]) -> Iterator[Finding]:
    taken: dict[str, tuple[str, int]] = {}
    for option in options:
        columns = ("label", *("aliases" for _ in option.aliases), "code")  # a cell may hold any of them
        for column, spelling in zip(columns, (*option.spellings, option.code), strict=True):
            key = labels.normalise(spelling)
            code, row = taken.get(key, (option.code, 0))
            if not key and spelling:
                message = "Ce libellé ne contient ni lettre ni chiffre : il ne peut pas être reconnu."
                yield Finding("options.csv", option.row, column, message, "En choisir un autre.", spelling)
            elif code != option.code:
                message = f"Ce libellé est déjà celui de la réponse « {code} » (ligne {row}) de la même liste."
                yield Finding("options.csv", option.row, column, message, "Un libellé, une réponse.", spelling)
            elif key:
                taken.setdefault(key, (option.code, option.row))


def _joined(options: Iterable[Option]) -> Iterator[Finding]:
    place = {spelling: option for option in options for spelling in option.spellings}
    for short, long, following in labels.ambiguous(place):
        if place[short].code == place[long].code == place[following].code:
            continue
        option = place[long]
        message = (
            f"Ce libellé à virgule se confond avec « {short} » suivi de « {following} » quand plusieurs réponses "
            "sont jointes dans une cellule."
        )
        column = "label" if long == option.label else "aliases"
        yield Finding("options.csv", option.row, column, message, "L'écrire sans virgule ni point-virgule.", long)


def _dont_know(codebook: Codebook) -> Iterator[Finding]:
    for name in dict.fromkeys(v.list for v in codebook.variables if v.closed):
        options = codebook.lists.get(name, ())
        found = [option for option in options if option.code == DONT_KNOW]
        if options and not found:
            message = f"La liste n'a pas de réponse « ne sait pas » (code {DONT_KNOW})."
            yield Finding(
                "options.csv", options[-1].row, "list", message, "L'ajouter : elle n'est pas une absence.", name
            )
        elif found and not found[0].exclusive:
            message = "« Ne sait pas » doit exclure les autres réponses."
            yield Finding("options.csv", found[0].row, "exclusive", message, "Écrire « oui ».", "")


def _names(codebook: Codebook) -> Iterator[Finding]:
    """One name, one definition: within a table, across the form, and wherever a name comes back."""
    first: dict[str, Variable] = {}
    in_table: dict[tuple[str, str], Variable] = {}
    shorts: dict[str, Variable] = {}
    for variable in codebook.variables:
        if (twin := in_table.setdefault((variable.table, variable.name), variable)) is not variable:
            message = f"Cette variable existe déjà dans la table (ligne {twin.row} de {twin.file})."
            yield _at(variable, "name", message, "En choisir un autre nom.", variable.name)
            continue
        twin = first.setdefault(variable.name, variable)
        differs = (twin.type, twin.list, twin.privacy) != (variable.type, variable.list, variable.privacy)
        if differs or (twin is not variable and _asked_in_form(codebook, twin) and _asked_in_form(codebook, variable)):
            message = f"Ce nom est déjà pris à la ligne {twin.row} de {twin.file}, avec une autre définition."
            yield _at(variable, "name", message, "Une variable se définit une fois ; renommer.", variable.name)
        if not _asked_in_form(codebook, variable):
            continue
        if not re.fullmatch(SHORT, variable.short):
            message = "Le code court ne passe pas dans LimeSurvey."
            yield _at(variable, "short", message, "Une lettre, puis 17 lettres ou chiffres au plus.", variable.short)
        elif (twin := shorts.setdefault(variable.short.casefold(), variable)) is not variable:
            message = f"Ce code court est déjà pris par « {twin.name} »."
            yield _at(variable, "short", message, "En choisir un autre.", variable.short)


def _references(codebook: Codebook) -> Iterator[Finding]:
    for variable in codebook.variables:
        for column, value, known, what in (
            ("table", variable.table, codebook.tables, "table"),
            ("block", variable.block, codebook.blocks, "bloc"),
            ("list", variable.list, codebook.lists, "liste de réponses"),
            ("text", variable.text, codebook.texts, "texte"),
        ):
            yield from _unknown(variable.file, variable.row, column, value, known, what)
        block = codebook.blocks.get(variable.block)
        if block and block.table != variable.table:
            message = f"Le bloc appartient à la table « {block.table} »."
            yield _at(variable, "block", message, "Mettre la table et le bloc d'accord.", variable.block)
        if not variable.block:
            yield _at(variable, "block", "Il manque le bloc.", "Nommer un bloc de blocks.csv.")
        if variable.closed != bool(variable.list):
            message = (
                "Une question fermée a besoin d'une liste." if variable.closed else "Cette question n'a pas de liste."
            )
            yield _at(variable, "list", message, "Mettre le type et la liste d'accord.", variable.list)
        if (variable.type == "note") != bool(variable.text):
            message = "Une note montre un texte, et elle seule."
            yield _at(variable, "text", message, "Mettre le type et le texte d'accord.", variable.text)


def _questions(codebook: Codebook) -> Iterator[Finding]:
    for table in codebook.tables:
        seen: dict[str, Variable] = {}
        for variable in codebook.variables:
            key = labels.normalise(variable.question)
            if variable.table != table or not key:
                continue
            twin = seen.setdefault(key, variable)
            if twin is not variable and twin.name != variable.name:
                message = f"La même question est posée à la ligne {twin.row} : les en-têtes se confondraient."
                yield _at(variable, "question", message, "Changer la formulation.", variable.question)
    for variable in codebook.variables:
        if variable.shape == MERGED and len(codebook.joined(variable)) < 2:
            message = "Une question fusionnée en réunit au moins deux autres de sa table, de même « published_ref »."
            yield _at(variable, "published_ref", message, "Écrire la leur.", " ".join(variable.published_ref))
        low, high = variable.minimum, variable.maximum
        if low is not None and high is not None and low > high:
            yield _at(variable, "minimum", "Le minimum dépasse le maximum.", "Les corriger.", str(low))


def _privacy(codebook: Codebook) -> Iterator[Finding]:
    """Every text box has its warning; contact fields come after consent, and only with it."""
    for variable in codebook.variables:
        if variable.written and variable.privacy and not codebook.warning(variable):
            message = "Aucun avertissement n'est prévu pour cette zone de texte."
            yield _at(variable, "privacy", message, "Ajouter un texte « warning » dans texts.csv.", variable.privacy)
        if variable.privacy == "vault" and _on_form(codebook, variable) and not variable.consent:
            message = "Une coordonnée ne se demande qu'après accord."
            yield _at(variable, "consent", message, "Nommer la question de l'accord, et y soumettre celle-ci.")


def _classes(codebook: Codebook) -> Iterator[Finding]:
    """An answer without class would fall to the lowest threshold: every answer of a classed list carries its own."""
    lists = dict.fromkeys(v.list for v in codebook.variables if codebook.classed(v))
    for name in lists:
        for option in codebook.lists.get(name, ()):
            if not option.klass:
                message = "Cette réponse dit quelque chose d'une personne : il lui manque sa classe."
                remedy = f"Écrire {either(CLASSES)} ; en cas de doute, la plus protégée."
                yield Finding("options.csv", option.row, "class", message, remedy, "")


def _at(variable: Variable, column: str, message: str, remedy: str, value: str = "") -> Finding:
    return Finding(variable.file, variable.row, column, message, remedy, value)


def _on_form(codebook: Codebook, variable: Variable) -> bool:
    return variable.table in codebook.tables and codebook.tables[variable.table].form


def _asked_in_form(codebook: Codebook, variable: Variable) -> bool:
    return _on_form(codebook, variable) and variable.shape not in ("sheet", MERGED)
