"""Conditions that cannot work: bad grammar, unknown or later questions, unknown answers, consent not required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from diagnostic.codebook import routing
from diagnostic.codebook.findings import Finding
from diagnostic.codebook.model import Block, Codebook, Variable
from diagnostic.codebook.routing import Answered, Atom, Condition, Equals, Has, RoutingError
from diagnostic.core.wording import meant


def conditions(codebook: Codebook) -> Iterator[Finding]:
    """Everything wrong with the conditions of blocks and variables, at their cell."""
    for block in codebook.blocks.values():
        first = next((at for at, v in enumerate(codebook.variables) if v.block == block.name), 0)
        condition, findings = _parsed("blocks.csv", block.row, block.routing)
        yield from findings
        yield from _atoms(codebook, condition, block.table, first, "blocks.csv", block)
    for position, variable in enumerate(codebook.variables):
        condition, findings = _parsed(variable.file, variable.row, variable.routing)
        yield from findings
        yield from _atoms(codebook, condition, variable.table, position, variable.file, variable)
        if variable.consent:
            yield from _consent(codebook, variable, condition)


def _parsed(file: str, row: int, text: str) -> tuple[Condition | None, list[Finding]]:
    try:
        return routing.parse(text), []
    except RoutingError as error:
        remedy = "Écrire par exemple « took_charge = yes » ou « needs has other » (voir LISEZMOI.md)."
        return None, [Finding(file, row, "routing", f"Condition illisible : {error}.", remedy, text)]


def _atoms(
    codebook: Codebook, condition: Condition | None, table: str, position: int, file: str, of: Block | Variable
) -> Iterator[Finding]:
    parent = codebook.tables[table].parent if table in codebook.tables else ""
    within = {v.name: at for at, v in enumerate(codebook.variables) if v.table == table and v.type != "note"}
    above = {v.name: at for at, v in enumerate(codebook.variables) if v.table == parent and v.type != "note"}
    for atom in routing.atoms(condition):
        name = atom.name
        if name not in within and name not in above:
            remedy = meant(name, [*within, *above]) or "Nommer une question de la même table ou de sa table mère."
            yield Finding(
                file, of.row, "routing", f"La condition nomme « {name} », qui n'existe pas ici.", remedy, of.routing
            )
            continue
        at = within.get(name, above.get(name, 0))
        if at >= position:
            message = f"La condition nomme « {name} », qui n'est posée que plus tard."
            yield Finding(file, of.row, "routing", message, "Déplacer l'une des deux questions.", of.routing)
        yield from _answers(codebook, codebook.variables[at], atom, file, of)


def _answers(codebook: Codebook, named: Variable, atom: Atom, file: str, of: Block | Variable) -> Iterator[Finding]:
    wanted: Mapping[type, str] = {Equals: "single", Has: "multiple"}
    if isinstance(atom, Answered):
        return
    if wanted[type(atom)] != named.type:
        words = (
            "« = » ou « in »" if named.type == "single" else "« has »" if named.type == "multiple" else "« answered »"
        )
        message = f"« {named.name} » ne se compare pas ainsi."
        yield Finding(file, of.row, "routing", message, f"Employer {words}.", of.routing)
        return
    codes = [option.code for option in codebook.options(named)]
    for code in atom.codes:
        if codes and code not in codes:
            remedy = meant(code, codes) or f"Codes possibles : {', '.join(codes)}."
            message = f"« {code} » n'est pas une réponse à « {named.name} »."
            yield Finding(file, of.row, "routing", message, remedy, of.routing)


def _consent(codebook: Codebook, variable: Variable, condition: Condition | None) -> Iterator[Finding]:
    if not any(v.name == variable.consent and v.table == variable.table for v in codebook.variables):
        message = "La question de l'accord n'existe pas dans cette table."
        yield Finding(
            variable.file, variable.row, "consent", message, "Nommer une question existante.", variable.consent
        )
    elif not routing.requires(condition, variable.consent, "yes"):
        message = "La condition n'exige pas l'accord que la ligne nomme."
        remedy = f"Ajouter « {variable.consent} = yes » à la condition."
        yield Finding(variable.file, variable.row, "routing", message, remedy, variable.routing)
