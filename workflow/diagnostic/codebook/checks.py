"""What single cells cannot show: names that repeat, references to nothing, labels that cannot be told apart."""

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from diagnostic.codebook import labels, model, routing
from diagnostic.codebook.model import Block, Codebook, Indicator, Option, TableDef, Text, Variable
from diagnostic.codebook.routing import Answered, Atom, Condition, Equals, Has, RoutingError
from diagnostic.core.errors import Refused, few
from diagnostic.core.problems import Problem, blocking, either, meant, quoted

SHORT = r"[A-Za-z][A-Za-z0-9]{0,17}"  # LimeSurvey: 20 letters and digits, less the two of « S1 »
FORM_CODE = r"[A-Za-z0-9]{1,5}"  # LimeSurvey: an answer code has 5 letters and digits
TOLD_BAND = re.compile(r"(\d+)\s*(?:-|–|/|à|a|et)\s*(?=(\d+))")  # « 26-35 ans », « 4 - 26 à 35 ans »
RESERVED = {"time"}  # a sub-question code that LimeSurvey keeps for itself
STATES = ("no_answer", "not_asked")  # what a typed table says of a question without answer
Part = Block | Indicator | Option | TableDef | Variable
FILES = {Block: "blocks.csv", Indicator: "indicators.csv", Option: "options.csv", TableDef: "tables.csv"}
SHEET_NAME = r"[^\[\]:*?/\\]{1,31}"  # Excel


def repeated(tables: Iterable[TableDef], blocks: Iterable[Block], texts: Iterable[Text]) -> Iterator[Problem]:
    """Tables, blocks and texts that are defined twice."""
    for file, column, things in (
        ("tables.csv", "table", tables),
        ("blocks.csv", "block", blocks),
        ("texts.csv", "text", texts),
    ):
        yield from _twice(file, column, [(thing.name, thing.row) for thing in things])


def check(codebook: Codebook) -> Iterator[Problem]:
    """Everything that is wrong between the rows of a codebook."""
    for part in (
        *(_tables, _options, _dont_know, _names, _references, _questions, _privacy, _classes, conditions),
        *(indicator_sets, indicator_statuses, fixed_indicators, indicators),
    ):
        yield from part(codebook)


def _twice(file: str, column: str, names: Iterable[tuple[str, int]]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for name, row in names:
        if name in seen:
            message = f"Ce nom est déjà pris à la ligne {seen[name]}."
            yield finding(file, row, column, message, "En choisir un autre.", name)
        elif name:
            seen[name] = row


def _unknown(part: Part, column: str, value: str, known: Collection[str], what: str) -> Iterator[Problem]:
    if value and value not in known:
        remedy = meant(value, known) or f"Corriger le nom, ou ajouter {what}."
        yield _at(part, column, f"Ce nom ne désigne aucun·e {what}.", remedy, value)


def _tables(codebook: Codebook) -> Iterator[Problem]:
    sheets: Counter[tuple[str, str]] = Counter()
    for table in codebook.tables.values():
        for column, value in (("parent", table.parent), ("includes", table.includes)):
            yield from _unknown(table, column, value, codebook.tables, "table")
        names = {v.name for v in codebook.variables if v.table == table.name}
        for name in table.key:
            yield from _unknown(table, "key", name, names, "variable de cette table")
        sheets[table.workbook, table.sheet.casefold()] += 1
        if not re.fullmatch(SHEET_NAME, table.sheet) or sheets[table.workbook, table.sheet.casefold()] > 1:
            message = "Ce nom de feuille est trop long, déjà pris dans ce classeur ou contient un signe interdit."
            yield _at(table, "sheet", message, "31 signes au plus, sans [ ] : * ? / \\.", table.sheet)
    for block in codebook.blocks.values():
        yield from _unknown(block, "table", block.table, codebook.tables, "table")


def _options(codebook: Codebook) -> Iterator[Problem]:
    used = {v.list for v in codebook.variables} | {model.TICK}
    on_form = {v.list for v in codebook.variables if v.table in codebook.tables and codebook.tables[v.table].form}
    several = {v.list for v in codebook.variables if v.type == "multiple"}
    for name, options in codebook.lists.items():
        yield from _twice("options.csv", "code", [(option.code, option.row) for option in options])
        yield from _spellings(options)
        codes = [option.code for option in options]
        for option in options:
            if option.code in STATES:
                message = "Ce code est celui d'une question sans réponse : on ne les distinguerait plus."
                yield _at(option, "code", message, "Prendre un autre code.", option.code)
            yield from _unknown(option, "parent", option.parent, codes, "réponse de cette liste")
            if name in on_form and (not re.fullmatch(FORM_CODE, option.code) or option.code in RESERVED):
                message = "Ce code ne passe pas dans LimeSurvey, où il doit être le même que partout."
                yield _at(option, "code", message, "1 à 5 lettres ou chiffres.", option.code)
        if name in several:
            yield from _joined(options)
        if name not in used:
            yield _at(options[0], "list", "Aucune question n'emploie cette liste.", "La retirer.", name)


def _spellings(options: Iterable[Option]) -> Iterator[Problem]:
    taken: dict[str, tuple[str, int]] = {}
    for option in options:
        columns = ("label", *("aliases" for _ in option.aliases), "code")  # a cell may hold any of them
        for column, spelling in zip(columns, (*option.spellings, option.code), strict=True):
            key = labels.normalise(spelling)
            code, row = taken.get(key, (option.code, 0))
            if not key and spelling:
                message = "Ce libellé ne contient ni lettre ni chiffre : il ne peut pas être reconnu."
                yield _at(option, column, message, "En choisir un autre.", spelling)
            elif code != option.code:
                message = f"Ce libellé est déjà celui de la réponse « {code} » (ligne {row}) de la même liste."
                yield _at(option, column, message, "Un libellé, une réponse.", spelling)
            elif key:
                taken.setdefault(key, (option.code, option.row))


def _joined(options: Iterable[Option]) -> Iterator[Problem]:
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
        yield _at(option, column, message, "L'écrire sans virgule ni point-virgule.", long)


def _dont_know(codebook: Codebook) -> Iterator[Problem]:
    for name in dict.fromkeys(v.list for v in codebook.variables if v.closed):
        options = codebook.lists.get(name, ())
        found = [option for option in options if option.code == model.DONT_KNOW]
        if options and not found:
            message = f"La liste n'a pas de réponse « ne sait pas » (code {model.DONT_KNOW})."
            yield _at(options[-1], "list", message, "L'ajouter : elle n'est pas une absence.", name)
        elif found and not found[0].exclusive:
            message = "« Ne sait pas » doit exclure les autres réponses."
            yield _at(found[0], "exclusive", message, "Écrire « oui ».", "")


def _names(codebook: Codebook) -> Iterator[Problem]:
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


def _references(codebook: Codebook) -> Iterator[Problem]:
    for variable in codebook.variables:
        for column, value, known, what in (
            ("table", variable.table, codebook.tables, "table"),
            ("block", variable.block, codebook.blocks, "bloc"),
            ("list", variable.list, codebook.lists, "liste de réponses"),
            ("text", variable.text, codebook.texts, "texte"),
        ):
            yield from _unknown(variable, column, value, known, what)
        block = codebook.blocks.get(variable.block)
        if block and block.table != variable.table:
            message = f"Le bloc appartient à la table « {block.table} »."
            yield _at(variable, "block", message, "Mettre la table et le bloc d'accord.", variable.block)
        if not variable.block:
            yield _at(variable, "block", "Il manque le bloc.", "Nommer un bloc de blocks.csv.")
        if variable.closed != bool(variable.list):
            message = "Une question fermée a une liste." if variable.closed else "Cette question n'a pas de liste."
            yield _at(variable, "list", message, "Mettre le type et la liste d'accord.", variable.list)
        if (variable.type == "note") != bool(variable.text):
            message = "Une note montre un texte, et elle seule."
            yield _at(variable, "text", message, "Mettre le type et le texte d'accord.", variable.text)


def _questions(codebook: Codebook) -> Iterator[Problem]:
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
        if variable.shape == model.MERGED and len(codebook.joined(variable)) < 2:
            message = "Une question fusionnée en réunit au moins deux autres de sa table, de même « published_ref »."
            yield _at(variable, "published_ref", message, "Écrire la leur.", " ".join(variable.published_ref))
        low, high = variable.minimum, variable.maximum
        if low is not None and high is not None and low > high:
            yield _at(variable, "minimum", "Le minimum dépasse le maximum.", "Les corriger.", str(low))


def _privacy(codebook: Codebook) -> Iterator[Problem]:
    """Every text box has its warning; contact fields come after consent, and only with it."""
    for variable in codebook.variables:
        if variable.written and variable.privacy and not codebook.warning(variable):
            message = "Aucun avertissement n'est prévu pour cette zone de texte."
            yield _at(variable, "privacy", message, "Ajouter un texte « warning » dans texts.csv.", variable.privacy)
        if variable.privacy == "vault" and _on_form(codebook, variable) and not variable.consent:
            message = "Une coordonnée ne se demande qu'après accord."
            yield _at(variable, "consent", message, "Nommer la question de l'accord, et y soumettre celle-ci.")


def _classes(codebook: Codebook) -> Iterator[Problem]:
    """An answer without class would fall to the lowest threshold: every answer of a classed list carries its own."""
    for name in dict.fromkeys(v.list for v in codebook.variables if codebook.classed(v)):
        for option in codebook.lists.get(name, ()):
            if not option.klass:
                message = "Cette réponse dit quelque chose d'une personne : il lui manque sa classe."
                remedy = f"Écrire {either(model.CLASSES)} ; en cas de doute, la plus protégée."
                yield _at(option, "class", message, remedy, "")


def _at(part: Part, column: str, message: str, remedy: str, value: str = "") -> Problem:
    file = part.file if isinstance(part, Variable) else FILES[type(part)]
    return finding(file, part.row, column, message, remedy, value)


def _on_form(codebook: Codebook, variable: Variable) -> bool:
    return variable.table in codebook.tables and codebook.tables[variable.table].form


def _asked_in_form(codebook: Codebook, variable: Variable) -> bool:
    return _on_form(codebook, variable) and variable.shape not in ("sheet", model.MERGED)


# -- What is wrong in the sets of answers, the age bands and the indicators ---------------------------------------
# Nothing may drop out of a total unseen.
ADULT, MINOR = 18, "minor"  # age, class
NEAR = 0.85  # likeness of two names, one of which may be a slip
# Answers that the workflow itself names (list → codes): who answers for a team, where, what a site is, who may be written to.
FIXED = {
    "answer_mode": ("indiv", "group"),
    "consent": ("yes", "no"),
    "contact_outcome": ("answered", "interview", "declined"),
    "count_method": ("exact", "page_extrapolated"),
    "declared_origin": ("not_stated",),
    "price_class": ("free", "under_10", "from_10", "from_50", "over_200"),
    "record_kind": ("response", "interview"),
    "site_state": ("open", "suspended", "closed", "not_stated"),
    "territory": ("in", "out", "both"),
    "wave": ("first", "second"),
    "yes_no": ("yes", "no"),
}


def indicator_sets(codebook: Codebook) -> Iterator[Problem]:
    """Groups and age bands of every list."""
    for options in codebook.lists.values():
        yield from _groups(options)
        yield from _bands([option for option in options if not option.exclusive])


def fixed_indicators(codebook: Codebook) -> Iterator[Problem]:
    """Answers that the workflow names keep their codes, whole: what is renamed or split would no longer be recognised."""
    for name, codes in FIXED.items():
        options = codebook.lists.get(name, ())
        known = {option.code for option in options}
        gone = [code for code in codes if code not in known]
        if options and gone:
            message = f"La liste n'a plus de réponse {either(gone)}, que le calcul nomme."
            yield _at(options[0], "list", message, "Garder ce code ; le libellé peut changer.", name)
        for option in options:
            if parts := [code for code in option.groups if code in codes]:
                message = "Le calcul nomme cette réponse par son code : elle ne se scinde pas."
                yield _at(option, "groups", message, "Vider la cellule.", " | ".join(parts))


def _groups(options: tuple[Option, ...]) -> Iterator[Problem]:
    carried = [name for option in options for name in option.groups]
    names = {option.code for option in options} | {name for name in carried if carried.count(name) > 1}
    for option in options:
        if option.groups and option.code == model.DONT_KNOW:
            message = "« Ne sait pas » n'est d'aucun ensemble."
            yield _at(option, "groups", message, "Vider la cellule.", " | ".join(option.groups))
        for name in option.groups:
            near = difflib.get_close_matches(name, names - {name, option.code}, n=1, cutoff=NEAR)
            if name == model.SOME or (name not in names and near):
                message = "Ce nom est pris." if name == model.SOME else "Cette réponse est seule de son ensemble."
                remedy = f"Vouliez-vous « {near[0]} » ?" if near else "En choisir un autre."
                yield _at(option, "groups", message, remedy, name)


def _bands(options: list[Option]) -> Iterator[Problem]:
    """Bands follow each other from the youngest, without a gap; those under 18 are of minors; none is written as another."""
    if not any(option.age_from is not None for option in options):
        return
    before = -1
    for option, after in zip(options, [*options[1:], None], strict=True):
        age, end = option.age_from, (after.age_from if after else None) or 999
        if age is None or age <= before:
            message = "Il manque l'âge le plus bas de la tranche." if age is None else "Les tranches vont en croissant."
            remedy = "Écrire l'âge en années, les tranches dans l'ordre."
            yield _at(option, "age_from", message, remedy, "" if age is None else str(age))
            continue
        before = age
        for column, text in (("label", option.label), *(("aliases", one) for one in option.aliases)):
            said = [(int(low), int(high)) for low, high in TOLD_BAND.findall(text)]
            if said and not any(age - 1 <= low < high <= end for low, high in said):
                message, remedy = "Cette écriture dit d'autres âges que sa tranche.", "L'ôter, ou la corriger."
                yield _at(option, column, message, remedy, text)
        if age < ADULT and option.klass != MINOR:
            message = f"Cette tranche commence avant {ADULT} ans : elle est de la classe « {MINOR} »."
            yield _at(option, "class", message, f"Écrire « {MINOR} ».", option.klass)


def indicator_statuses(codebook: Codebook) -> Iterator[Problem]:
    """Every status says whether the persons are in prostitution: one that says neither would leave them out."""
    known = model.meaning(codebook).strengths
    for option in next((codebook.options(v) for v in codebook.variables if v.name == model.STATUS), ()):
        if not option.exclusive and option.code not in known:
            message = "Ce statut ne dit pas si la personne est en situation de prostitution ou à risque."
            yield _at(option, "groups", message, f"Écrire {either(list(model.STRENGTHS))}.", option.code)


def indicators(codebook: Codebook) -> Iterator[Problem]:
    """Identifiers that repeat, bases without words, and answers of exclusive variables that no indicator counts."""
    seen: dict[str, int] = {}
    for one in codebook.indicators:
        if one.fact_id in seen:
            message = f"Cet identifiant est déjà pris à la ligne {seen[one.fact_id]}."
            yield _at(one, "indicator", message, "En choisir un autre.", one.fact_id)
        seen.setdefault(one.fact_id, one.row)
        if one.unit == "professional" and one.subject not in (model.CODED, model.NEEDS, model.LAW):
            message = "Cet identifiant n'est pas de ceux qui comptent des professionnel·les."
            remedy = f"Commencer par {either([f'{own}.' for own in (model.CODED, model.NEEDS, model.LAW)])}."
            yield _at(one, "indicator", message, remedy, one.fact_id)
        if one.subject == model.CODED and (other := [name for name in one.variables if name not in model.OF_BOTH]):
            message = f"Un indicateur « {model.CODED}.… » compte qui a répondu et qui a été rencontré ensemble : cette question n'est pas des deux."
            yield _at(one, "asked", message, f"Nommer {either(model.OF_BOTH)}.", other[0])
        if one.unit in ("professional", "ad") and len(one.asked) > 1:
            message = "Un indicateur de professionnel·les ou d'annonces compte les réponses à une question."
            yield _at(one, "asked", message, "N'en nommer qu'une.")
        if bool(one.within) != bool(one.within_label):
            message = "Une base réduite a ses mots, et elle seule."
            yield _at(one, "within_label", message, "Remplir les deux cellules, ou les vider.")
    counted = {
        (one.asked[0][0], code)
        for one in codebook.indicators
        if one.unit == "person" and len(one.asked) == 1
        for code in one.asked[0][1]
    }
    for variable in codebook.variables:
        for option in codebook.options(variable) if variable.exclusive else ():
            if not option.exclusive and (variable.name, option.code) not in counted:
                message = f"Aucun indicateur ne compte cette réponse à « {variable.label} »."
                remedy = "Écrire dans « groups » le nom de l'ensemble dont elle est une part, ou ajouter un indicateur."
                yield _at(option, "groups", message, remedy, option.code)


# -- Conditions that cannot work: bad grammar, unknown or later questions, unknown answers, consent not required --
def conditions(codebook: Codebook) -> Iterator[Problem]:
    """Everything wrong with the conditions of blocks and variables, at their cell."""
    for block in codebook.blocks.values():
        first = next((at for at, v in enumerate(codebook.variables) if v.block == block.name), 0)
        condition, findings = _parsed(block)
        yield from findings
        yield from _atoms(codebook, condition, first, block)
    for position, variable in enumerate(codebook.variables):
        condition, findings = _parsed(variable)
        yield from findings
        yield from _atoms(codebook, condition, position, variable)
        if variable.consent:
            if not any(v.name == variable.consent and v.table == variable.table for v in codebook.variables):
                message = "La question de l'accord n'existe pas dans cette table."
                yield _at(variable, "consent", message, "Nommer une question existante.", variable.consent)
            elif not routing.requires(condition, variable.consent, "yes"):
                message = "La condition n'exige pas l'accord que la ligne nomme."
                remedy = f"Ajouter « {variable.consent} = yes » à la condition."
                yield _at(variable, "routing", message, remedy, variable.routing)


def _parsed(of: Block | Variable) -> tuple[Condition | None, list[Problem]]:
    try:
        return of.condition, []
    except RoutingError as error:
        remedy = "Écrire par exemple « took_charge = yes » ou « needs has other » (voir LISEZMOI.md)."
        return None, [_at(of, "routing", f"Condition illisible : {error}.", remedy, of.routing)]


def _atoms(codebook: Codebook, condition: Condition | None, position: int, of: Block | Variable) -> Iterator[Problem]:
    parent = codebook.tables[of.table].parent if of.table in codebook.tables else ""
    within = {v.name: at for at, v in enumerate(codebook.variables) if v.table == of.table and v.type != "note"}
    above = {v.name: at for at, v in enumerate(codebook.variables) if v.table == parent and v.type != "note"}
    for atom in routing.atoms(condition):
        name = atom.name
        if name not in within and name not in above:
            remedy = meant(name, [*within, *above]) or "Nommer une question de la même table ou de sa table mère."
            yield _at(of, "routing", f"La condition nomme « {name} », qui n'existe pas ici.", remedy, of.routing)
            continue
        at = within.get(name, above.get(name, 0))
        if at >= position:
            message = f"La condition nomme « {name} », qui n'est posée que plus tard."
            yield _at(of, "routing", message, "Déplacer l'une des deux questions.", of.routing)
        yield from _answers(codebook, codebook.variables[at], atom, of)


def _answers(codebook: Codebook, named: Variable, atom: Atom, of: Block | Variable) -> Iterator[Problem]:
    wanted: Mapping[type, str] = {Equals: "single", Has: "multiple"}
    if isinstance(atom, Answered):
        return
    if wanted[type(atom)] != named.type:
        words = {"single": "« = » ou « in »", "multiple": "« has »"}.get(named.type, "« answered »")
        yield _at(of, "routing", f"« {named.name} » ne se compare pas ainsi.", f"Employer {words}.", of.routing)
        return
    codes = [option.code for option in codebook.options(named)]
    for code in atom.codes:
        if codes and code not in codes:
            remedy = meant(code, codes) or f"Codes possibles : {', '.join(codes)}."
            yield _at(of, "routing", f"« {code} » n'est pas une réponse à « {named.name} ».", remedy, of.routing)


# -- What is wrong in the codebook's own files, at the cell a spreadsheet shows -----------------------------------
def finding(file: str, row: int | None, column: str, message: str, remedy: str, value: str = "") -> Problem:
    """One thing wrong in one cell (or row, or file) of a codebook file; `column` is its heading. Values are quoted: the
    codebook holds wording, never an answer."""
    return blocking(file, message, remedy, row, column, quoted(value, allowed=True))


class CodebookError(Refused):
    """The codebook cannot be used. The message lists every problem, one per line, in French."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(few(line(problem) for problem in problems)))


def lettered(findings: Iterable[Problem], letters: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """The same with the letter of each column; `letters` gives for each file those of its headings."""
    return [replace(one, column=letters.get(one.file, {}).get(one.column, "")) for one in findings]


def line(problem: Problem) -> str:
    """The problem with its place, as one line."""
    place = f"{problem.file}, ligne {problem.row}" if problem.row else problem.file
    if problem.column:
        place += f", colonne {problem.column}"
    return f"{place} : {problem.message} {problem.remedy}"
