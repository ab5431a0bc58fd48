"""The tables of support: axes and structures, practices, outreach, presentations. Every number in them is a fact."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from diagnostic.codebook.results import LAW_RESULTS
from diagnostic.collect.answers import AXES, FIELDS, MODES, PRACTICES, PROGRESS, VERSIONS
from diagnostic.core import french
from diagnostic.estimate.catalogue.ids import chosen, fact, flat, number_of
from diagnostic.estimate.catalogue.ids import of as are
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.estimate.field.outreach import CITED as CITED_STEP
from diagnostic.estimate.field.outreach import LABELS as SAID
from diagnostic.estimate.field.outreach import OWN
from diagnostic.findings.forms import enveloped
from diagnostic.findings.tracks import Proposed
from diagnostic.references.law import awaited, in_force, services, until
from diagnostic.release.printed import moment
from diagnostic.report.blocks import UNDECIDED
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import (
    LIMITS,
    Cell,
    Header,
    bare,
    folded,
    named,
    of,
    pipe,
    table,
    telling,
    text_of,
    told,
    under,
    within,
)

LABELS = {step: french.capital(label) for step, label in SAID.items()}
CITED = "Action citée"
LINK = re.compile(r"[^A-Za-z0-9:/._~?&=%+-]")  # what a link of markdown could end on
THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")  # inside a number


@grid
def axes(statements: pd.DataFrame, structures: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per axis: how many structures answer to it and what blanks leave open, unless that is withheld of all, and
    those that may be named."""
    told = statements[are(statements["statement_id"], "pathway.axis.{axis}")]["kind"].ne("withheld").any()
    columns = (
        ("Axe", "left", 26, lambda axis: french.capital(AXES[axis])),
        ("Structures", "right", 11, lambda axis: cell(f"pathway.axis.{axis}") if told else ""),
        ("Bornes", "right", 9, lambda axis: interval(f"pathway.axis.{axis}") if told else ""),
        ("Celles qui acceptent d’être nommées", "left", 46, lambda axis: _named(structures, axis)),
    )
    return table(AXES, columns, caption, "axes")


def _named(structures: pd.DataFrame, axis: str) -> str:
    """« A, B ; à confirmer : C »."""
    parts = [
        ", ".join(escape(s.name) for s in structures.itertuples(index=False) if axis in _several(getattr(s, column)))
        for column in ("answers", "unsaid")
    ]
    return _confirmed(*parts)


def _confirmed(known: str, unsaid: str) -> str:
    return " ; ".join(filter(None, (known, f"à confirmer{french.NBSP}: {unsaid}" if unsaid else ""))) or "–"


@grid
def coverage(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """One row per field of activity: who answered the form, interviews, local structures known, where some field of each is
    told; empty where nobody was asked. A field where all are zero is silent, and stands there as such; who answered another field,
    or does not know, comes after, where somebody did."""
    shown = statements.loc[statements["kind"].ne("withheld"), "statement_id"]
    heard, known = (bool(chosen(shown, f"{name}.field.{{field}}")) for name in ("interviews", "pathway"))
    asked = statements[are(statements["statement_id"], "survey.activity_field.{option}")]
    answered = {re.split(r"\s?:\s", one.label, maxsplit=1)[1].lower(): one.statement_id for one in asked.itertuples()}
    rows = [
        (
            french.capital(label),
            cell(answered[label]) if label in answered else "",
            cell(f"interviews.field.{field}") if heard else "",
            cell(f"pathway.field.{field}") if known else "",
        )
        for field, label in FIELDS.items()
    ]
    given = set(asked.loc[asked["shown_value"].gt(0), "statement_id"])
    others = sorted(label for label, one in answered.items() if label not in FIELDS.values() and one in given)
    rows += [(french.capital(escape(label)), cell(answered[label]), "", "") for label in others]
    header = (
        ("Champ d’activité", "left", 40),
        ("Professionnel·les ayant répondu", "right", 20),
        ("Entretiens", "right", 14),
        ("Structures recensées", "right", 18),
    )
    return pipe(header, rows, caption, "couverture") if any(any(row[1:]) for row in rows) else ""


@grid
def structures(structures: pd.DataFrame, caption: str) -> str:
    """The structures that agreed to be named, by name; empty without any."""
    columns = (
        ("Structure", "left", 32, lambda s: escape(s.name)),
        ("Champ d’activité", "left", 26, lambda s: FIELDS[s.activity_field]),
        (
            *("Axes", "left", 42),
            lambda s: _confirmed(*(", ".join(AXES[a] for a in _several(t)) for t in (s.answers, s.unsaid))),
        ),
    )
    return table(structures.itertuples(index=False), columns, caption, "structures", small=True)


@grid
def practices(practices: pd.DataFrame, caption: str) -> str:
    """Good practices and resources, by kind; empty without any."""
    columns = (
        ("Nature", "left", 13, lambda p: french.capital(PRACTICES[p.kind])),
        ("Intitulé", "left", 30, lambda p: escape(p.title)),
        ("Qui, où", "left", 24, lambda p: ", ".join(escape(t) for t in (p.offered_by, p.where) if isinstance(t, str))),
        ("Pour qui", "left", 21, lambda p: escape(text_of(p.audience))),
        ("Contact public", "left", 22, lambda p: _contact(p.contact)),
    )
    return table(practices.itertuples(index=False), columns, caption, "pratiques", small=True)


def _contact(contact: object) -> str:
    """A number as it stands; an address as a link, shown without its scheme."""
    if not isinstance(contact, str):
        return ""
    address = contact.removeprefix("https://")
    return escape(contact) if address == contact else f"[{escape(address)}]({LINK.sub(quoted, contact)})"


def quoted(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


@grid
def vignettes(vignettes: pd.DataFrame) -> str:
    """The composite stories, each under its title; empty without any."""
    told = (f"**Récit composé : {escape(one.title)}.** {escape(one.text)}" for one in vignettes.itertuples(index=False))
    return "\n\n".join(told)


@grid
def outreach(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Each step of each year, and the part of the step before; the action that a publication cites comes last."""
    known = set(statements["statement_id"])
    rows = [*_steps(known, OWN, "year", cell), *_steps(known, CITED_STEP, "action", cell)]
    header = (
        ("Année", "left", 16),
        ("Étape", "left", 28),
        ("Nombre", "right", 12),
        ("Part de l’étape précédente", "right", 24),
    )
    return pipe(header, rows, caption, "aller-vers") if rows else ""


def _steps(known: set[str], pattern: str, word: str, cell: Cell) -> Iterator[tuple[str, str, str, str]]:
    """The steps of each year, or of each action that is cited, whichever `word` of the pattern says."""
    steps = {step: pattern % step for step in LABELS}
    for name in sorted({fact(one).parts[word] for one in chosen(known, *steps.values())}):
        said = name if pattern == OWN else f"{CITED} ({french.capital(name)})"
        for step, label in LABELS.items():
            if (fact_id := steps[step].format(**{word: name})) in known:
                yield said, label, cell(fact_id), cell(f"{fact_id}_pct")


@grid
def restitutions(restitutions: pd.DataFrame, caption: str) -> str:
    """The presentations of the study, in order, with the last day of the data shown; empty without any."""
    columns = (
        ("Date", "left", 18, lambda r: moment(r.date)),
        ("Version", "left", 22, lambda r: french.capital(VERSIONS[r.version])),
        ("À qui", "left", 24, lambda r: escape(french.capital(r.audience))),
        ("Données jusqu’à", "left", 18, lambda r: moment(r.data_until) if text_of(r.data_until) else "non précisé"),
        ("Précisions", "left", 36, lambda r: escape(text_of(r.remarks))),
    )
    return table(restitutions.itertuples(index=False), columns, caption, "restitutions", small=True)


def _several(text: object) -> list[str]:
    return text.split(";") if isinstance(text, str) and text else []


# -- Tables of the press review and of the interviews, and any list of numbers -------------------
FILE = re.compile(r"\.[a-z]{3,4}$")


@grid
def press_years(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Articles by year: under the heading, by printed date."""
    years = sorted(fact(one).parts["year"] for one in chosen(statements["statement_id"], "press.articles_{year}"))
    rows = [(year, cell(f"press.articles_{year}"), cell(f"press.printed.{year}")) for year in years]
    rows.append(("**Ensemble**", cell("press.articles"), cell("press.articles")))
    header = (("Année", "left", 12), ("Sous la rubrique", "right", 18), ("Selon la date imprimée", "right", 22))
    return pipe(header, rows, caption, "presse-annees")


@grid
def press_list(articles: pd.DataFrame, caption: str) -> str:
    """The articles, newest first."""
    columns = (
        ("Date", "left", 17, lambda a: french.date(a.date.date())),
        ("Titre de presse", "left", 20, lambda a: escape(a.outlet)),
        ("Article", "left", 50, lambda a: escape(french.quoted(a.title))),
        ("Classé en", "right", 9, lambda a: f"{a.year_heading}"),
    )
    return table(articles.itertuples(), columns, caption, "presse-liste", small=True)


@grid
def meetings_list(meetings: pd.DataFrame, caption: str) -> str:
    """The interviews, in order of date."""
    columns = (
        ("Date", "left", 19, lambda m: french.date(m.date.date())),
        ("Structure", "left", 33, lambda m: escape(m.structure)),
        ("Mode", "left", 19, lambda m: MODES[m.mode]),
        ("Lieu", "left", 15, lambda m: escape(text_of(m.place)) or "non précisé"),
        ("Champ d’activité", "left", 26, lambda m: FIELDS.get(m.activity_field, "non précisé")),
    )
    return table(meetings.itertuples(), columns, caption, "entretiens-liste", small=True)


@grid
def breakdown(
    statements: pd.DataFrame,
    names: Sequence[str],
    cell: Cell,
    header: str,
    caption: str,
    ident: str,
    cut: str = "",
    counted: str = "Effectif",
) -> str:
    """The facts of these names (`catalogue/ids`) that are not zero: label, without the words that `cut` names, and
    number. `counted` heads the numbers. A file keeps its name as it is written."""
    facts = statements[are(statements["statement_id"], *names) & statements["shown_value"].ne(0)]
    said = [(fact.label.removeprefix(cut), cell(fact.statement_id)) for fact in facts.itertuples()]
    rows = [(escape(words if FILE.search(words) else french.capital(words)), number) for words, number in said]
    return told(((header, "left", 50), (counted, "right", 16)), rows, caption, ident)


# -- Tables of public references ----------------------------------------------------------------------------------
# The law at the report's date, the texts that made it, the services where help is found.
RESULTS, INSTALLED = "law_results.", "installed"  # a subject; the result that is a day
SAID_BY, ADDRESS = re.compile(r".*source\s?: (.+), au (.+)"), re.compile(r"https://\S+$")
CONTEXT = {  # national series that help to read a département's own totals → their words
    "psp.ongoing": "Personnes engagées dans un parcours de sortie",
    "psp.departements": "Départements qui ont au moins un parcours",
    "psp.departements_1_5": "Départements qui en ont de un à cinq",
    "clients.fined": "Verbalisations, ou interpellations, pour achat d’actes sexuels",
    "ssmsi.victims_total": "Victimes de traite ou d’exploitation enregistrées",
}
ROUGHLY = {"about": "environ ", "at_least": "au moins ", "at_most": "au plus "}  # before a national value
YEARS = 6  # as many columns as a page holds


@grid
def law(law: bytes, date: dt.date, caption: str) -> str:
    """The points: what each says, where it is written, since when, what is to be confirmed."""
    columns = (
        ("Ce que dit la loi", "left", 67, lambda p: f"**{_text(p.title)}.** {_text(p.text)}{_marked(p.confirm)}"),
        ("Où", "left", 22, lambda point: escape(point.articles)),
        ("Depuis", "left", 11, lambda point: french.capital(moment(point.valid_from))),
    )
    return table(in_force(law, date).itertuples(), columns, caption, "loi", small=True)


@grid
def law_results(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """What the law did in the département: one row per measure under its group, one column per year (the last YEARS), and who
    says so, on which day, with the address where it is published; empty without any."""
    found = statements[are(statements["statement_id"], RESULTS)]
    parts = [fact(name).parts for name in found["statement_id"]]
    of = [(own["year"], own.get("result", INSTALLED)) for own in parts]
    said = dict(zip(of, found.itertuples(), strict=True))
    years = sorted({year for year, _ in said})[-YEARS:]
    rows: list[tuple[str, ...]] = []
    for group, labels in LAW_RESULTS.items():
        told = {code: [said.get((year, code)) for year in years] for code in labels}
        known = {code: own for code, own in told.items() if any(own)}
        rows += [(f"**{group}**", *[""] * (len(years) + 1))] if known else []
        rows += [
            (
                f"{french.capital(labels[code])}{_day(code, own, cell)}",
                *(cell(one.statement_id) if one and code != INSTALLED else "" for one in own),
                _said_by([one for one in own if one]),
            )
            for code, own in known.items()
        ]
    header = (("Mesure", "left", 46), *((year, "right", 11) for year in years), ("Source, et date", "left", 32))
    return pipe(header, rows, caption, "bilan-loi", small=True) if rows else ""


def _day(code: str, own: Iterable[Statement | None], cell: Cell) -> str:
    """« : 14 mars 2018 », after the installation: its day has nothing to do with the year in which it was written down."""
    last = [one.statement_id for one in own if one and code == INSTALLED][-1:]
    return f"{french.NBSP}: {cell(last[0])}" if last else ""


def _said_by(results: Iterable[Statement]) -> str:
    """« préfecture, janvier 2025 et janvier 2026 ([publié](https://…)) »: each source once, with its days."""
    days: dict[str, dict[str, None]] = {}
    for one in results:
        source, until = SAID_BY.fullmatch(one.universe).groups()  # type: ignore[union-attr]
        link = ADDRESS.search(one.method)
        where = f" ([publié]({LINK.sub(quoted, link[0])}))" if link else ""
        days.setdefault(source, {})[f"{escape(until)}{where}"] = None
    return f"{french.NNBSP}; ".join(f"{escape(source)}, {' et '.join(own)}" for source, own in days.items())


@grid
def national_series(series: bytes, date: dt.date, caption: str) -> str:
    """The last value of each of CONTEXT that is dated before the report, with its day and where it was read; empty without any."""
    known = pd.read_csv(io.BytesIO(series), dtype="str", keep_default_na=False)
    when = known["year"].str.rpartition("/")[2]
    known = known[known["series"].isin(CONTEXT) & (when <= when.str.len().map(lambda size: date.isoformat()[:size]))]
    last = known.assign(when=when).sort_values("when", kind="stable")
    ones = [one for name in CONTEXT for one in last[last["series"].eq(name)].tail(1).itertuples()]
    columns = (
        ("En France", "left", 32, lambda one: CONTEXT[one.series]),
        ("Nombre", "right", 12, lambda one: ROUGHLY.get(one.precision, "") + french.number(float(one.value))),
        ("Date", "left", 14, lambda one: french.capital(moment(one.year))),
        ("Lu dans, et précaution", "left", 42, _read_in),
    )
    return table(ones, columns, caption, "reperes-nationaux", small=True)


def _read_in(one: Any) -> str:
    """Who printed a number and under which title, whose own numbers are written as the report's; then its note."""
    title = THOUSANDS.sub(french.NNBSP, one.source.partition(" — ")[0])
    return escape(french.typographic(" ; ".join(filter(None, (title, awaited(one.source), one.note)))))


@grid
def texts(texts: bytes, date: dt.date, caption: str) -> str:
    """The dated texts up to the day of the report, with their source; empty before the first."""
    columns = (
        ("Date", "left", 16, lambda text: french.capital(moment(text.date))),
        ("Texte", "left", 54, lambda one: f"**{_text(one.text)}.** {_text(one.says)}.{_marked(one.confirm)}"),
        ("Lu dans", "left", 30, lambda text: escape(text.source)),
    )
    return table(until(texts, date).itertuples(), columns, caption, "textes", small=True)


@grid
def help_lines(help_lines: bytes, caption: str) -> str:
    """National services: whom each is for and how it is reached."""
    columns = (
        ("Pour qui, pour quoi", "left", 32, lambda one: _text(one.need)),
        ("Service", "left", 38, lambda one: _text(one.service)),
        ("Contact", "left", 30, lambda one: f"**{_text(one.contact)}**"),
    )
    return table(services(help_lines).itertuples(), columns, caption, "orientation")


@grid
def help_sources(help_lines: bytes, caption: str) -> str:
    """Where each of them was read."""
    columns = (
        ("Service", "left", 50, lambda one: _text(one.service)),
        ("Lu dans", "left", 50, lambda one: escape(one.source)),
    )
    return table(services(help_lines).itertuples(), columns, caption, "orientation-lue", small=True)


def help_read(content: bytes) -> str:
    """The oldest day on which one of these services was checked, in French."""
    return french.date(dt.date.fromisoformat(min(services(content)["read_on"])))


def _marked(confirm: str) -> str:
    """What a lawyer has to confirm, as it follows a text."""
    return f" *À confirmer par un·e juriste{french.NBSP}: {_text(confirm)}.*" if confirm else ""


def _text(typed: str) -> str:
    """A text of the references, with the figures of a sum or of a telephone number on one line. Here, and not where pages are
    laid out: documents are read back against this source, number by number."""
    return escape(THOUSANDS.sub(french.NNBSP, typed))


# -- Tables of the shared diagnosis -------------------------------------------------------------------------------
# What is said of the persons described, and how it moves with the rules of counting.
# Codes of `estimate.sensitivity`, in the order of reading.
RULES = (
    ("blanks_excluded", "Sans les blancs"),
    ("ranges_central", "Milieu des fourchettes"),
    ("pairs_same", "Paires réunies"),
    ("one_each", "Une par réponse"),
    ("other_informed", "« Autre » connu"),
    ("per_situation", "Par situation"),
    ("per_response", "Par réponse"),
)

ABSENT = "Une réponse qui n’y est pas n’est pas publiée, ou personne ne l’a donnée."


@grid
def indicators(
    statements: pd.DataFrame,
    cell: Cell,
    interval: Cell,
    ids: Sequence[str],
    caption: str,
    ident: str,
    unit: str = "Personnes",
) -> str:
    """One row per indicator that the study has: number, share of its base, what the answers leave open. `ids`: as
    `catalogue/ids` names them; empty without any."""
    said = statements.assign(name=[number_of(one) for one in statements["statement_id"]]).drop_duplicates("name")
    labels = said.set_index("name")["label"].str.removesuffix(", part")
    asked = [name for one in ids for name in (chosen(labels.index, one) if one.endswith(".") else [one])]
    rows = [
        (french.capital(escape(labels[name])), *_pairs(name, cell, interval))
        for name in dict.fromkeys(asked)
        if name in labels.index
    ]
    return told(_limited("Ce qui est dit", unit), rows, caption, ident)


def _pairs(name: str, cell: Cell, interval: Cell) -> list[str]:
    """A number and its limits, then those of its share."""
    return [said for one in (name, f"{name}_pct") for said in (cell(one), interval(one))]


def _limited(first: str, unit: str) -> Header:
    """Of a table of persons: what is said, by how many of a unit, which share of its base, each with what is left open."""
    limits = (LIMITS, "right", 20)
    return ((first, "left", 34), (unit, "right", 13), limits, ("Part", "right", 12), limits)


def _answer(one: Statement) -> str:
    return french.capital(escape(one.label.partition(" : ")[2]))


@grid
def options(statements: pd.DataFrame, cell: Cell, interval: Cell, variable: str, caption: str, ident: str) -> str:
    """Persons by answer to one closed question, the most frequent first; empty without any. An answer that is not there
    is not published or was given by nobody: nothing tells these apart."""
    facts = statements[are(statements["statement_id"], f"persons.{variable}.{{option}}")]
    facts = facts.sort_values(["shown_value", "label"], ascending=[False, True], na_position="last")
    rows = [(_answer(one), *_pairs(one.statement_id, cell, interval)) for one in facts.itertuples()]
    return told(_limited("Réponse", "Personnes"), rows, f"{caption} {ABSENT}", ident)


@grid
def national(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """National references beside the study's shares, with what keeps them from being compared; empty without any."""
    found = statements[are(statements["statement_id"], "reference.{reference}_pct")]
    columns = (
        ("Trait", "left", 20, lambda fact: named(fact, after=", référence nationale")),
        ("Cette étude", "right", 18, lambda fact: _beside(fact.statement_id, cell, interval)),
        ("Référence", "right", 12, of(cell)),
        ("Source et précaution", "left", 60, lambda fact: escape(fact.method)),
    )
    return table(found.itertuples(), columns, caption, "references", small=True)


def _beside(reference: str, cell: Cell, interval: Cell) -> str:
    """The study's own share of what a national reference is of, with its limits."""
    name = fact(reference).parts["reference"]
    own = "forms.internet_pct" if name == "internet" else f"profile.{name}_pct"
    return within(cell(own), interval(own))


@grid
def sensitivity(statements: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per headline, one column per other choice of counting; a dash where the choice does not touch it.

    Where every choice prints the same range, as in all that leaves the team, there is one column; elsewhere bounds stand
    beside the number.
    """
    said = statements.set_index("statement_id")
    named = {str(name): [f"sensitivity.{code}.{flat(str(name))}" for code, _ in RULES] for name in said.index}
    others = {name: own for name, own in named.items() if said.index.isin(own).any()}
    one = all(said.loc[said.index.isin(own), "printed"].nunique() == 1 for own in others.values())
    titles = ("Selon la règle",) if one else tuple(title for _, title in RULES)
    rows = []
    for name, own in others.items():
        chosen = [next(choice for choice in own if choice in said.index)] if one else own
        label = french.capital(escape(str(said.at[name, "label"]).removesuffix(", part")))
        ends = [(cell(choice) or "–", interval(choice)) for choice in chosen]
        # A range that is the number itself, with the word where it rests on a model.
        told = (f"{number}{limits[len(bare(limits)) :]}" if one else within(number, limits) for number, limits in ends)
        rows.append((label, within(cell(name), interval(name)), *told))
    header = (("Chiffre", "left", 30), ("Retenu", "right", 16), *((title, "right", 12) for title in titles))
    return pipe(header, rows, caption, "sensibilite", small=True) if rows else ""


# -- Tables of the answers to the closed questions of the questionnaire -------------------------------------------
ANSWERS = (("Réponse", "left", 44), ("Professionnel·les", "right", 18), ("Part", "right", 16), ("Bornes", "right", 17))


@grid
def answers(statements: pd.DataFrame, variable: str, cell: Cell, interval: Cell, caption: str, ident: str) -> str:
    """Answers to one closed question: number of professionals, share, and what blanks leave open; chosen ones only."""
    return told(ANSWERS, _answered(statements, variable, cell, interval), caption, ident)


@grid
def themes(
    statements: pd.DataFrame, variables: Mapping[str, str], cell: Cell, interval: Cell, base: Cell, caption: str
) -> str:
    """The answers of several questions that say something: what is withheld or not known is left to the whole tables.
    Under the words of each question, with the base of its shares, its answers; empty without any."""
    rows: list[Sequence[str]] = []
    for variable, words in variables.items():
        said = [row for row in _answered(statements, variable, cell, interval) if telling(row[1])]
        if not said:
            continue
        of = next(filter(None, map(base, chosen(statements["statement_id"], f"survey.{variable}.{{option}}_pct"))), "")
        rows += [(f"**{words}**{f' (base{french.NBSP}: {of})' if of else ''}", "", "", "")]
        rows += [(name, count, share if telling(share) else "", limits) for name, count, share, limits in said]
    return pipe(ANSWERS, rows, caption, "repondants-themes") if rows else ""


@grid
def questions(
    statements: pd.DataFrame, variables: Mapping[str, str], cell: Cell, interval: Cell, caption: str, ident: str
) -> str:
    """The same for several questions in one table: under the words of each (`variables`: name → words) its answers."""
    rows: list[Sequence[str]] = []
    for variable, words in variables.items():
        rows += under(words, folded(_answered(statements, variable, cell, interval)))
    return pipe(ANSWERS, rows, caption, ident) if rows else ""


def _answered(statements: pd.DataFrame, variable: str, cell: Cell, interval: Cell) -> list[Sequence[str]]:
    """One row per answer: by how many, a rounded number with its envelope, which share of its base, what is left open."""
    names = statements["statement_id"]
    facts = statements[are(names, f"survey.{variable}.{{option}}") & statements["shown_value"].ne(0)]
    last = [f"survey.{variable}.{code}" for code in ("other", "dk")]  # the others by how frequent they are
    facts = facts.assign(late=facts["statement_id"].isin(last))
    facts = facts.sort_values(["late", "shown_value", "label"], ascending=[True, False, True], na_position="last")
    rows: list[Sequence[str]] = []
    for one in facts.itertuples():
        name, number = one.statement_id, cell(one.statement_id)
        told = within(number, interval(name)) if enveloped(one) else number
        rows.append((_answer(one), told, cell(f"{name}_pct"), interval(f"{name}_pct")))
    return rows


# -- The plan of action: that of before, and what is proposed -----------------------------------------------------
@grid
def evaluation(actions: pd.DataFrame, caption: str) -> str:
    """The actions of the previous plan, in its order, with how far each went; empty without any."""
    columns = (
        ("Action prévue", "left", 30, lambda one: escape(one.action)),
        ("Qui", "left", 22, lambda one: escape(text_of(one.lead))),
        ("Échéance", "left", 14, lambda one: moment(one.due) if isinstance(one.due, str) else ""),
        ("Avancement", "left", 12, lambda one: french.capital(PROGRESS[one.progress])),
        ("Précisions", "left", 26, lambda one: escape(text_of(one.remarks))),
    )
    return table(actions.itertuples(index=False), columns, caption, "evaluation")


@grid
def plan(proposed: Sequence[Proposed], actions: pd.DataFrame, caption: str) -> str:
    """The plan of action that the library proposes: one row per track; what the team decides, and how far the action went that the
    previous plan has under the same words."""
    went = dict(zip(actions["action"], actions["progress"], strict=True))
    columns = (
        ("Action", "left", 26, lambda one: escape(one.track.action)),
        ("Pilote, appuis", "left", 22, lambda one: escape(one.track.who)),
        ("Échéance", "left", 12, lambda one: escape(one.track.when)),
        ("Moyens", "left", 11, lambda one: UNDECIDED),
        ("Signe de réussite", "left", 22, lambda one: escape(one.track.indicator)),
        (
            *("Depuis l’édition précédente", "left", 13),
            lambda one: PROGRESS.get(went.get(one.track.action, ""), "nouvelle") if went else "",
        ),
    )
    return table(proposed, columns, caption, "plan", small=True)
