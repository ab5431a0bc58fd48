"""The codebook in memory: tables, blocks, variables, lists of options, texts. Frozen; made by `loading`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from diagnostic.codebook import routing
from diagnostic.codebook.routing import Answer, Condition

# -- What is asked of answers, in words of the codebook -----------------------------------------------------------
# « gender=women & age_band=..17 », and the answers that this names.
#
# A name stands for the answer of that code and for those that carry it in `groups`: an answer that is split or
# renamed keeps its old name there, and all that named it stays right. « some »: every answer but those that exclude
# the others. « 18..25 », « ..17 », « 46.. »: the age bands that lie between two ages, both included.
Asked = tuple[str, tuple[str, ...]]  # a closed variable, and the answers that count: one at least
Sets = Mapping[str, tuple[str, ...]]  # name → the answers that it stands for, in the order of the codebook
SOME = "some"
BETWEEN = ".."


def named_sets(options: "Sequence[Option]") -> dict[str, tuple[str, ...]]:
    """Every name that may be asked of a list of answers → the codes that it stands for."""
    names = dict.fromkeys(name for option in options for name in (option.code, *option.groups))
    found = {name: tuple(o.code for o in options if name in (o.code, *o.groups)) for name in names}
    return found | {SOME: tuple(o.code for o in options if not o.exclusive)} | _ages(options)


def _ages(options: "Sequence[Option]") -> dict[str, tuple[str, ...]]:
    """The ranges of ages that begin and end with a band: a band ends where the next one begins."""
    bands = [(option.code, option.age_from) for option in options if option.age_from is not None]
    edges = range(len(bands) + 1)
    first = {0: "", **{at: str(age) for at, (_, age) in enumerate(bands) if at}}
    last = {at: str(age - 1) for at, (_, age) in enumerate(bands) if at} | {len(bands): ""}
    return {
        f"{first[low]}{BETWEEN}{last[high]}": tuple(code for code, _ in bands[low:high])
        for low, high in combinations(edges, 2)
        if high - low < len(bands)
    }


def parse_asked(text: str) -> tuple[Asked, ...]:
    """« variable=name|name & variable=name » as it is written: (variable, names) in order."""
    terms = [part.strip().partition("=") for part in text.split("&")] if text.strip() else []
    return tuple((variable, tuple(said.split("|"))) for variable, _, said in terms)


def asked_written(asked: Sequence[Asked]) -> str:
    """The contrary of `parse_asked`."""
    return " & ".join(f"{variable}={'|'.join(names)}" for variable, names in asked)


def resolved_names(asked: Sequence[Asked], known: Mapping[str, Sets]) -> tuple[Asked, ...]:
    """The same, each name that the codebook knows replaced by its answers; the others stay as they are."""
    return tuple(
        (variable, tuple(dict.fromkeys(code for name in names for code in known.get(variable, {}).get(name, (name,)))))
        for variable, names in asked
    )


# -- The indicators: each as the answers that count and the base that it is a part of (`csv`) ----------
COUNTED_UNITS = ("person", "situation", "professional", "ad")
CODED, NEEDS, LAW = "pros", "needs", "law"  # subjects of what professionals say of themselves, one question each
# Asked in forms and interviews alike: what CODED may count.
OF_BOTH = ("activity_field", "structure_type", "job_function")


@dataclass(frozen=True)
class Indicator:
    """Members of the base, of one `unit`, who have one answer at least of each variable in `asked`.

    The base is narrowed to those who have what `within` says (`within_label` in words), or to those of whom the variable
    `told` says something. `fact_id` is the identifier of the published figure where there is one. `only_share`: it is
    that of the share; elsewhere it is that of the number. `as_situations`: the share of situations is told beside that
    of persons. `note` is what must be read with the number.
    """

    fact_id: str
    unit: str
    label: str
    asked: tuple[Asked, ...]
    within: tuple[Asked, ...] = ()
    within_label: str = ""
    told: str = ""
    only_share: bool = False
    as_situations: bool = False
    note: str = ""
    row: int = 0

    @property
    def subject(self) -> str:
        """What its identifier begins with."""
        return self.fact_id.partition(".")[0]

    @property
    def count_id(self) -> str:
        return f"{self.fact_id}_count" if self.only_share else self.fact_id

    @property
    def share_id(self) -> str:
        return self.fact_id if self.only_share else f"{self.fact_id}_pct"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables asked, each once."""
        return tuple(dict.fromkeys(variable for variable, _ in self.asked))


# -- A codebook and its parts -------------------------------------------------------------------------------------
CLOSED, TEXTS = ("single", "multiple"), ("text", "long_text", "count_text")
TYPES = (*CLOSED, *TEXTS, "integer", "date", "code", "note")
# Closed vocabularies, each word with its French: what the files may hold, and what is shown of it.
UNITS = {
    **{"response": "réponse", "professional": "professionnel·le", "situation": "situation", "person": "personne"},
    **{"structure": "structure", "site": "site", "ad": "annonce", "article": "article", "commune": "commune"},
}
PRIVACY = {
    "vault": "coffre : ne quitte jamais le coffre",
    "pseudonym": "pseudonyme : remplacé par un code à clé",
    "free_text": "texte libre : lu et codé, jamais diffusé",
    "geography": "lieu : jamais plus fin que l'intercommunalité",
    "sensitive": "sensible : jamais cité, diffusé en effectifs protégés",
    "closed": "fermé : réponse d'une liste, sans risque propre",
}
CLASSES = (  # of what an answer tells: the threshold that the release policy gives it
    *("ordinary", "minor", "trans", "place", "origin", "procuring", "disability", "mental_health", "addiction"),
    *("pregnancy", "administrative"),
)
MERGED = "merged"  # a question of other forms, which joins those of the same `published_ref`
ELSEWHERE = ("unrolled", MERGED)  # shapes of which a sheet of the project has no column
SHAPES = {
    "": "partout",
    "sheet": "dans les classeurs seulement",
    "unrolled": "là où les situations sont déroulées (LimeSurvey, Google Forms)",
    MERGED: "dans un autre formulaire, qui réunit en une question ce que celui-ci demande en plusieurs",
}
FITS = {"": "", "exact": "équivalent", "partial": "correspondance partielle"}
TEXT_KINDS = ("first_page", "consent", "awareness", "warning", "message", "template")
DONT_KNOW = "dk"
TICK = "tick"  # the list of the two states of one option of a multiple question, in a spreadsheet
# Sheets of a workbook that hold no table.
LISTS, READ_ME, EXPLANATIONS = HELPING = ("Listes", "Lisez-moi", "Explications")
TO_READ = "À lire :"  # begins the heading of a column that only helps to fill a sheet: no import reads it
OTHER_FIELDS = "/"  # gender/women: one option of a multiple question


@dataclass(frozen=True)
class Option:
    """One answer of a list. `exclusive`: cannot be ticked with another; `parent`: the factor it refines; `klass`: one
    of CLASSES, "" in a list that tells nothing of anybody; `groups`: the sets that it is a part of (see `terms`);
    `age_from`: the lowest age of a band."""

    list: str
    code: str
    label: str
    aliases: tuple[str, ...] = ()
    exclusive: bool = False
    parent: str = ""
    htcds: str = ""
    klass: str = ""
    groups: tuple[str, ...] = ()
    age_from: int | None = None
    row: int = 0

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that stands for this answer: its label, then its aliases."""
        return (self.label, *self.aliases)


@dataclass(frozen=True)
class Text:
    """A paragraph shown to people: first page, awareness, warning above a text box, message."""

    name: str
    kind: str
    applies_to: str
    title: str
    body: str
    row: int = 0


@dataclass(frozen=True)
class TableDef:
    """One table: a sheet of a workbook, and, for the form, the main record or its repeat."""

    name: str
    label: str
    workbook: str
    sheet: str
    unit: str
    description: str
    key: tuple[str, ...]
    parent: str = ""
    includes: str = ""
    form: bool = False
    row: int = 0


@dataclass(frozen=True)
class Block:
    """A run of questions of one table, with the condition, unit and universe they share."""

    name: str
    table: str
    label: str
    unit: str
    universe: str
    routing: str = ""
    row: int = 0

    @cached_property
    def condition(self) -> Condition | None:
        """The block's condition. Raises RoutingError."""
        return routing.parse(self.routing)


@dataclass(frozen=True)
class Variable:
    """One question. `unit` and `universe` are the block's where the row does not say otherwise. `exclusive`: a person has
    one answer to it, so that several ticked for a group are several persons."""

    table: str
    block: str
    name: str
    type: str
    short: str = ""
    published_ref: tuple[str, ...] = ()
    list: str = ""
    text: str = ""
    label: str = ""
    question: str = ""
    help: str = ""
    routing: str = ""
    required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    pattern: str = ""
    unit: str = ""
    universe: str = ""
    privacy: str = ""
    consent: str = ""
    shape: str = ""
    htcds: str = ""
    htcds_fit: str = ""
    exclusive: bool = False
    file: str = ""
    row: int = 0

    @cached_property
    def condition(self) -> Condition | None:
        """The variable's own condition, without its block's. Raises RoutingError."""
        return routing.parse(self.routing)

    @property
    def closed(self) -> bool:
        """Whether it is answered by choosing among options."""
        return self.type in CLOSED

    @property
    def written(self) -> bool:
        """Whether it is a text box."""
        return self.type in TEXTS


@dataclass(frozen=True)
class Codebook:
    """Everything, in the order of the files. A valid one comes from `loading.load`."""

    tables: Mapping[str, TableDef]
    blocks: Mapping[str, Block]
    variables: tuple[Variable, ...]
    lists: Mapping[str, tuple[Option, ...]]
    texts: Mapping[str, Text]
    version: str = ""
    indicators: tuple[Indicator, ...] = ()

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def _held(self) -> dict[str, tuple[Variable, ...]]:
        """Table → its variables: computed once, as an import asks for them at every row."""
        return {name: self._table(name) for name in self.tables}

    @cached_property
    def _conditions(self) -> dict[str, tuple[tuple[Variable, Condition | None], ...]]:
        """Table → its variables, each with everything that decides whether it is asked."""
        return {
            name: tuple((v, routing.together(self.condition_of_block(v), v.condition)) for v in variables)
            for name, variables in self._held.items()
        }

    @cached_property
    def _received(self) -> dict[str, tuple[Variable, ...]]:
        return {name: self._table(name, ELSEWHERE[:1]) for name in self.tables}

    def _table(self, name: str, left: tuple[str, ...] = ELSEWHERE) -> tuple[Variable, ...]:
        own = tuple(v for v in self.variables if v.table == name and v.type != "note" and v.shape not in left)
        included = self.tables[name].includes
        if not included:
            return own
        names = {v.name for v in own}
        shared = (v for v in self._table(included) if v.shape != "sheet" and v.name not in names)
        return (*own, *(replace(v, table=name) for v in shared))

    def table(self, name: str) -> tuple[Variable, ...]:
        """The variables that hold data in a table, in order; those it includes from another one come last. Raises
        KeyError for an unknown table."""
        return self._held[name]

    def received(self, name: str) -> tuple[Variable, ...]:
        """The variables that an export may hold of a table: those of `table`, and those that join several in one
        question. Raises KeyError for an unknown table."""
        return self._received[name]

    def joined(self, merged: Variable) -> tuple[Variable, ...]:
        """The variables that a merged question asks as one; nothing for the others."""
        if merged.shape != MERGED:
            return ()
        refs = set(merged.published_ref)
        own = (v for v in self.variables if v.table == merged.table and v.shape not in ELSEWHERE)
        return tuple(v for v in own if refs & set(v.published_ref))

    @cached_property
    def bands(self) -> dict[str, str]:
        """Each band of ages, `list/code`, with its first and last year: « 26-35 », « 56- » for the last one."""
        found: dict[str, str] = {}
        for name, options in self.lists.items():
            told = [(one.code, one.age_from) for one in options if one.age_from is not None]
            ends = [*(str(age - 1) for _, age in told[1:]), ""]
            found |= {f"{name}/{code}": f"{age}-{end}" for (code, age), end in zip(told, ends, strict=False)}
        return found

    def options(self, variable: Variable) -> tuple[Option, ...]:
        """The options of a closed variable, in order; nothing for the others."""
        return self.lists.get(variable.list, ())

    @cached_property
    def sets(self) -> Mapping[str, Sets]:
        """Closed variable → every name that may be asked of its answers, and the codes that it stands for."""
        return {v.name: named_sets(self.options(v)) for v in self.variables if v.closed}

    def counted(self, unit: str) -> tuple[Indicator, ...]:
        """The indicators that count this unit, in order."""
        return tuple(one for one in self.indicators if one.unit == unit)

    def classed(self, variable: Variable) -> bool:
        """Whether every answer of the variable must carry its class: it is sensitive, or some answer has one."""
        sensitive = variable.closed and variable.privacy == "sensitive"
        return sensitive or any(option.klass for option in self.options(variable))

    def classes(self) -> dict[str, str]:
        """« variable=answer » → class, for every answer of every classed variable."""
        return {
            f"{variable.name}={option.code}": option.klass
            for variable in self.variables
            if self.classed(variable)
            for option in self.options(variable)
        }

    def columns(self, name: str) -> tuple[tuple[str, Variable, Option | None], ...]:
        """The columns of a table's sheet: (heading, variable, option). A multiple variable has one per option."""
        return tuple(
            (variable.name + (OTHER_FIELDS + option.code if option else ""), variable, option)
            for variable in self.table(name)
            for option in (self.options(variable) if variable.type == "multiple" else (None,))
        )

    def spellings(self, name: str) -> dict[str, str]:
        """Every label and alias of a list → its code; then the codes themselves."""
        options = self.lists[name]
        found = {spelling: option.code for option in options for spelling in option.spellings}
        return {**{option.code: option.code for option in options}, **found}

    def form(self, unrolled: bool = False) -> Iterator[tuple[Block, tuple[Variable, ...]]]:
        """The questionnaire's blocks in order, each with its questions and notes."""
        shapes = ("", "unrolled") if unrolled else ("",)
        for block in self.blocks.values():
            if self.tables[block.table].form:
                yield block, tuple(v for v in self.variables if v.block == block.name and v.shape in shapes)

    def repeats(self, block: Block) -> bool:
        """Whether the block is asked several times in one response."""
        return bool(self.tables[block.table].parent)

    def warning(self, variable: Variable) -> str:
        """What stands above a text box; empty for other variables."""
        if not variable.written:
            return ""
        warnings = {text.applies_to: text.body for text in self.texts.values() if text.kind == "warning"}
        return warnings.get(variable.type) or warnings.get(variable.privacy, "")

    def first_page(self) -> tuple[Text, ...]:
        """The texts that say what the form is and is not, in order."""
        return tuple(text for text in self.texts.values() if text.kind in ("first_page", "consent"))

    def asked(self, table: str, answers: Mapping[str, Answer], parent: Mapping[str, Answer] | None = None) -> set[str]:
        """The names of the table's variables that were asked, given the row's answers and its parent row's. The answer
        of a question that was not asked counts as none for the questions that follow."""
        known: dict[str, Answer] = dict(self.visible(self.tables[table].parent, parent)) if parent is not None else {}
        asked: set[str] = set()
        for variable, condition in self._conditions[table]:
            if variable.shape == "sheet" or routing.evaluate(condition, known):
                asked.add(variable.name)
                known[variable.name] = answers.get(variable.name)
        return asked

    def visible(self, table: str, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """The answers without those of questions that were not asked."""
        return {name: answers.get(name) for name in self.asked(table, answers)}

    def condition_of_block(self, variable: Variable) -> Condition | None:
        """The block's condition where the variable is at home; in a table that includes it, always asked."""
        block = self.blocks[variable.block]
        return block.condition if block.table == variable.table else None


def indicators(codebook: Codebook) -> dict[str, list[tuple[str, Indicator]]]:
    """The words that stand for the whole id of an indicator of the codebook: the ids that they may be."""
    persons, professionals = codebook.counted("person"), codebook.counted("professional")
    return {
        "person_count": [(one.count_id, one) for one in persons],
        "person_share": [(one.share_id, one) for one in persons],
        "person_indicator": [(one.fact_id, one) for one in persons if one.as_situations],
        "situation_indicator": [(one.fact_id, one) for one in codebook.counted("situation")],
        "coded_indicator": [(one.fact_id, one) for one in professionals if one.subject == CODED],
        "professional_indicator": [(one.fact_id, one) for one in professionals if one.subject != CODED],
        "ad_indicator": [(one.share_id, one) for one in codebook.counted("ad")],
    }


# -- What counting persons takes from the codebook -----------------------------------------------------------------
STATUS, OTHER = "situation_status", "other"
STRENGTHS = {"at_risk": 1, "in_prostitution": 2}  # set of answers to STATUS → what the answer says, the strongest last


@dataclass(frozen=True)
class Meaning:
    """`exclusive`: the variables of which a person has one answer, so that several ticked are several persons.
    `open`: those whose « autre » is followed by a text: uncoded, it says nothing of the other answers.
    `strengths`: answer to STATUS → 2 in prostitution, probable or proven, 1 at risk only."""

    exclusive: Collection[str]
    open: Collection[str]
    strengths: Mapping[str, int]


def meaning(codebook: Codebook) -> Meaning:
    """What the codebook says of persons."""
    said = codebook.sets.get(STATUS, {})
    strengths = {code: strength for name, strength in STRENGTHS.items() for code in said.get(name, ())}
    names = {v.name for v in codebook.variables}
    return Meaning(
        exclusive=frozenset(v.name for v in codebook.variables if v.exclusive),
        open=frozenset(name for name in names if f"{name}_{OTHER}" in names),
        strengths=strengths,
    )
