"""The document of a comparison: one plain .qmd, methods before numbers, every number with its verdict and its card; of
two editions of one territory, what may come from the method, from who answered, what is left for what happened."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from diagnostic.compare import cells, contrasts, words
from diagnostic.compare.contrasts import APART, OPEN, SAME
from diagnostic.compare.judging import invented
from diagnostic.compare.page_one import PageOne, against
from diagnostic.compare.table_names import COUNTS, SHOWN, UNFIT, VERDICTS
from diagnostic.compare.tables import DEPTHS, as_text
from diagnostic.compare.words import NAMED, NOT_SAID, UNSAID, told
from diagnostic.core import french
from diagnostic.references.law import awaited
from diagnostic.release.printed import moment
from diagnostic.report.assemble import environment
from diagnostic.report.printer import Pictures, Printer, card, card_lines
from diagnostic.report.printing import escape
from diagnostic.report.tabular import Filled, grouped, pipe, table, under

COLUMNS, LONGEST = 3, 6  # studies with a column each; indicators of a family that the body of many studies tells
WORDS = (  # of the template, each a method
    *("studies", "method", "reserves", "dots", "side_by_side", "unfit", "answering"),
    *("rules", "contrasts", "areas", "editions", "names", "printed", "series", "extremes"),
)
LISTED = ("depth", "territory", "edition", "author")  # what the list of studies says already


def assemble(comparison: Mapping[str, Any], template: bytes, rules: bytes, **inputs: Any) -> dict[str, str]:
    """The document as one plain .qmd.

    `inputs`, by name: the tables of `compare.tables.TABLES`, and `figures`, what was drawn; `rules`, as CSV.
    `comparison` has its words: name, title, team, date (ISO), status. Raises jinja2 errors for a bad template.
    """
    every = pd.concat([inputs["statements"], inputs["second_hand"]], ignore_index=True)
    printer = Printer(every.drop_duplicates("statement_id"))
    tables = _Tables(printer, inputs, as_text(rules))
    filled = environment(comparaison=template).get_template("comparaison")
    body = filled.render(comparison={**comparison, "date": french.date(comparison["date"])}, **tables.words())
    verdicts = tables.verdicts()
    facts = [printer.facts[name] for name in printer.printed]
    made = (card(fact, [*card_lines(fact, {}), *verdicts.get(fact.statement_id, [])]) for fact in facts)
    return {"qmd": "\n\n".join([body, "\n".join(made)])}


class _Tables:
    """What the template prints: tables, sentences and charts."""

    def __init__(self, printer: Printer, inputs: Mapping[str, Any], declared: pd.DataFrame) -> None:
        self.printer, self.inputs, self.declared = printer, inputs, declared
        self.numbers, self.methods, self.known = inputs["numbers"], inputs["methods"], inputs["known"]
        self.pairs = inputs["pairs"]
        self.names = words.names_of(inputs["known"])
        self.escaped = {study: escape(name) for study, name in self.names.items()}
        self.titles = dict(self.methods.drop_duplicates("item")[["item", "title"]].itertuples(index=False))
        self.made_up = invented(self.methods)
        self.reasons = words.Reasons(self.pairs, declared)
        self.first = PageOne(printer, inputs, self.escaped, self.reasons.refusals)
        self.pictures = Pictures(inputs["figures"], pd.DataFrame(), pd.DataFrame())

    def words(self) -> dict[str, Any]:
        """What the template may call, by name."""
        have = {family: bool(self.numbers["family"].eq(family).any()) for family in (*SHOWN, UNFIT)}
        own = {"figure": self.pictures.figure, "depths": partial(words.depths, self.known)}
        own |= {"families": SHOWN, "have": have, "second_hand": len(self.inputs["second_hand"])}
        own |= {name: getattr(self, name) for name in WORDS} | self.first.words()
        read = self.numbers[self.numbers["verdict"].ne("not")]
        own |= {"set_aside": lambda *how: escape(french.typographic(words.set_aside(*how)))}
        own |= {"readable": set(read["family"]), "few": read["study"].nunique() <= NAMED}
        return own | {"others": bool(self.known["depth"].ne("full").any())}

    # -- What is known ----------------------------------------------------------------------------------------------

    def studies(self, caption: str) -> str:
        columns = _plain(
            ("Étude", "left", 30, lambda one: self.names[one.study]),
            ("Équipe", "left", 24, lambda one: one.author or NOT_SAID),
            (
                *("Ce qui en est lu", "left", 18),
                lambda one: DEPTHS[one.depth] + ", inventée" * (one.study in self.made_up),
            ),
            ("Cohérence interne", "left", 14, lambda one: one.audit),
            ("Source", "left", 30, lambda one: one.source),
        )
        return table(self.known.itertuples(), columns, caption, "etudes", small=True)

    # -- Methods ----------------------------------------------------------------------------------------------------

    def method(self, caption: str) -> str:
        """One row per item of method: a column per study known whole, where they are few, and what the others say together."""
        whole = list(self.known.loc[self.known["depth"].eq("full"), "study"])
        return self._points(self.methods, whole if len(whole) <= COLUMNS else [], caption, "methodes")

    def reserves(self, caption: str) -> str:
        """The items of method that ask for caution among the numbers that may be read: a column per study that has one, where
        they are few; empty without any."""
        read = self.pairs[self.pairs["verdict"].ne("not")]
        studies = [study for study in self.names if study in {*read["study"], *read["other"]}]
        items = {item for said in read["items"] for item in words.split(said)}
        own = self.methods[self.methods["study"].isin(studies) & self.methods["item"].isin(items)]
        return self._points(own, studies if len(studies) <= COLUMNS else [], caption, "reserves") if items else ""

    def _points(self, methods: pd.DataFrame, columns: Sequence[str], caption: str, ident: str) -> str:
        """A row per item of these `methods`, a column per study of `columns`, and what the others say together."""
        rows = []
        for item, own in methods.groupby("item", sort=False):
            if item not in LISTED or ident != "methodes":
                said = {one.study: self._words(one) for one in own.itertuples()}
                others_said = {study: told for study, told in said.items() if study not in columns}
                others = words.together(others_said, self._values(own), self.escaped)
                rows.append((escape(self.titles[item]), *(said[study] or UNSAID for study in columns), others))
        header = [("Point de méthode", "left", 20), *((self.escaped[study], "left", 26) for study in columns)]
        rest = ("Les autres", "left", 40) if columns else ("Ce que dit chaque étude", "left", 78)
        return pipe([*header, rest], rows, caption, ident, small=True)

    def _values(self, own: pd.DataFrame) -> dict[str, float]:
        """Study → the number that it prints for an item."""
        known = [one for one in own.itertuples() if one.statement_id and self.printer.has(one.statement_id)]
        return {one.study: self.printer.facts[one.statement_id].shown_value for one in known}

    def _words(self, one: Any) -> str:
        """What a study says of one item, as markdown; empty where it says nothing."""
        if one.statement_id and self.printer.has(one.statement_id):
            return self.printer.fact(one.statement_id)
        return escape(french.typographic(one.words))

    def answering(self, caption: str) -> str:
        """Who answered, in the studies that have answers: a column per study; of many a row, and what differs among them."""
        answering = set(self.numbers.loc[self.numbers["family"].eq("answers"), "study"])
        studies = [study for study in self.names if study in answering]
        own = self.methods[self.methods["study"].isin(studies) & self.methods["item"].isin(WHO)]
        said = {(one.title, one.study): self._words(one) or UNSAID for one in own.itertuples()}
        titles, wide = list(dict.fromkeys(own["title"])), len(studies) > 2 * COLUMNS
        varied = [one for one in titles if len({own for (title, _), own in said.items() if title == one}) > 1]
        down, across = (studies, varied or titles) if wide else (titles, studies)  # what all say alike is told before
        name = {title: escape(title) for title in titles} | self.escaped
        rows = [(name[row], *(said.get((one, row), said.get((row, one), UNSAID)) for one in across)) for row in down]
        header = [("Étude" if wide else "Qui a répondu", "left", 24), *((name[one], "left", 30) for one in across)]
        return pipe(header, rows, caption, "repondants")

    def rules(self, caption: str) -> str:
        """The declared rules of comparability."""
        families = {"*": "tous", COUNTS: "nombres sans taux", UNFIT: "personnes décrites", **SHOWN}
        columns = _plain(
            ("Nombres", "left", 18, lambda one: families[one.family]),
            ("Point de méthode", "left", 20, lambda one: self.titles[one.item]),
            ("Quand", "left", 46, lambda one: one.reason),
            ("Verdict", "left", 16, lambda one: VERDICTS[one.effect]),
        )
        return table(self.declared.itertuples(), columns, caption, "regles", small=True)

    # -- Numbers ----------------------------------------------------------------------------------------------------

    def dots(self, family: str, caption: str) -> str:
        """The charts of a family, one after the other; empty where none was drawn."""
        drawn = [name for name in self.pictures.drawn if re.fullmatch(rf"{words.DOTS}{family}(_\d+)?", name)]
        rank = (f" ({at} sur {len(drawn)})" * (len(drawn) > 1) for at in range(1, len(drawn) + 1))
        figures = (self.pictures.figure(name, f"{caption}{at}.", "85%") for name, at in zip(drawn, rank, strict=True))
        return "\n".join(figures)

    def side_by_side(self, family: str, caption: str) -> str:
        """The numbers of a family, each with its verdict and with what it compares; then what the letters stand for."""
        own = self.numbers[self.numbers["family"].eq(family)]
        letters = self.reasons.letters(own)
        columns = (
            ("Étude", "left", 24, lambda one: self.escaped[one.study]),
            ("Nombre", "right", 14, lambda one: cells.number(self.printer, one.statement_id)),
            ("Limites", "right", 14, lambda one: cells.limits(self.printer, one.statement_id)),
            ("Verdict", "left", 20, lambda one: VERDICTS[one.verdict]),
            ("Avec qui, et pourquoi", "left", 38, lambda one: self.reasons.cell(one, letters, self.escaped)),
        )
        numbers = grouped(self._of_family(own, family), columns, caption, family)
        stand = [f"- *{letter}* : {escape(reason)}." for reason, letter in letters.items()]
        return french.typographic("\n".join([numbers, *stand, "", *self._inhabitants(own)]))

    def _inhabitants(self, own: pd.DataFrame) -> list[str]:
        """Of what inhabitants the rates among these numbers are, and which of them are of an invented study."""
        found = ((one.study, contrasts.based(self.printer.facts[one.statement_id])) for one in own.itertuples())
        of, bases = {study: base for study, base in found if base}, defaultdict(list)
        for study, base in of.items():
            bases[base].append(study)
        if not of:
            return []
        parts = [f"{people} en {year} ({told(studies, self.escaped)})" for (people, year), studies in bases.items()]
        said = f" : {' ; '.join(parts)}" if len(parts) <= NAMED else ", que dit la fiche de chaque taux"
        whose = "la population municipale (Insee) de l’année connue la plus proche du relevé"
        told_of = f"Taux : nombre imprimé, rapporté à {whose}{said}."
        if self.made_up:
            told_of += " Nombres inventés, rapportés pour l’essai à la population réelle : ces taux ne décrivent aucun territoire."
        return [told_of, ""]

    def contrasts(self, family: str, caption: str) -> str:
        """Ratios of rates and differences of shares, for the pairs of studies that compare, and what they mean; empty without any."""
        facts, found = self.printer.facts, list(self._of_family(self.inputs["contrasts"], family))
        columns = (
            ("Études", "left", 40, lambda one: f"{self.escaped[one.study]} et {self.escaped[one.other]}"),
            (
                *("Rapport ou différence", "right", 20),
                lambda one: self.printer.fact(one.statement_id) if facts[one.statement_id].kind == "value" else "–",
            ),
            ("Limites", "right", 22, lambda one: self.printer.named(one.statement_id)),
            ("Verdict", "left", 18, lambda one: VERDICTS[one.verdict]),
        )
        limited = any(facts[one.statement_id].printed_interval for _, block in found for one in block)
        said = grouped(found, columns, caption, f"ecarts-{family}")
        return f"{words.LIMITS if limited else words.WITHOUT}\n\n{said}" if said else ""

    def areas(self, family: str, caption: str) -> str:
        """Each pooled area with its own number, then their mean and where one more would lie; empty without any."""
        fact, limits = self.printer.fact, self.printer.interval
        rows: list[Sequence[str]] = []
        for title, block in self._of_family(self.inputs["areas"], family):
            own = [(self.escaped[one.study], fact(one.statement_id), limits(one.statement_id)) for one in block]
            whole = f"areas.{block[0].indicator}"
            own.append(("*Moyenne des territoires*", fact(whole), self.printer.named(whole)))
            own.append(("*Un territoire de plus*", "", self.printer.named(f"{whole}.predicted")))
            rows += under(title, own)
        header = [("Étude", "left", 40), ("Nombre", "right", 24), ("Limites", "right", 36)]
        return pipe(header, rows, caption, f"territoires-{family}") if rows else ""

    def extremes(self, caption: str) -> str:
        """Of many studies, what holds of them together: of each family the indicators that most of them print, with the smallest and
        the largest number, whose cards say whose they are, and how many are on either side of the mean of pooled territories."""
        rows: list[Sequence[str]] = []
        shown = [name for name, said in self.printer.facts.items() if not pd.isna(said.shown_value)]
        read = self.numbers[self.numbers["verdict"].ne("not") & self.numbers["statement_id"].isin(shown)]
        for family, words_of in SHOWN.items():
            found = sorted(self._of_family(read, family), key=lambda one: -len(one[1]))
            rows += under(
                french.capital(words_of), [self._extremes(*one) for one in found[:LONGEST] if len(one[1]) > 1]
            )
        header = [("Ce qui est mesuré", "left", 28), ("Études", "right", 10)]
        header += [("Le plus petit", "left", 18), ("Le plus grand", "left", 18), ("Leur moyenne", "left", 26)]
        return pipe(header, rows, caption, "extremes", small=True) if rows else ""

    def _extremes(self, title: str, block: Sequence[Any]) -> tuple[str, ...]:
        ranked = sorted((one.statement_id for one in block), key=lambda name: self.printer.facts[name].shown_value)
        ends = (cells.cited(self.printer, name) for name in (ranked[0], ranked[-1]))
        return (title, f"{len(block)} sur {len(self.names)}", *ends, self._beside_mean(ranked))

    def _beside_mean(self, names: Sequence[str]) -> str:
        """The mean of the territories that are pooled, and how many have their limits above it, and below; empty without one."""
        areas = self.inputs["areas"]
        pooled = areas[areas["statement_id"].isin(names)]
        if pooled.empty:
            return ""
        whole = f"areas.{pooled['indicator'].iloc[0]}"
        mean = self.printer.facts[whole].shown_value
        ends = [contrasts.ends(self.printer.facts[name]) for name in pooled["statement_id"]]
        sides = sum(low > mean for _, low, _ in ends), sum(high < mean for *_, high in ends)
        told = f"{self.printer.fact(whole)}, de {self.printer.named(whole)}"
        return f"{told} : {sides[0]} au-dessus, {sides[1]} au-dessous, {len(pooled) - sum(sides)} que leurs limites n’en séparent pas"

    def unfit(self, caption: str) -> str:
        """The numbers that compare with none, beside who gave them."""
        rows: list[Sequence[str]] = []
        for title, block in self._of_family(self.numbers, UNFIT):
            counted = [escape(french.typographic(self.printer.facts[one.statement_id].universe)) for one in block]
            once = len(block) > NAMED and len(set(counted)) == 1  # who is counted is told once, and each row is a line
            rows.append((f"**{title}**", "", "", counted[0] if once else "", ""))
            for one, universe in zip(block, counted, strict=True):
                number, limits = (said(self.printer, one.statement_id) for said in (cells.number, cells.limits))
                rows.append((self.escaped[one.study], number, limits, "" if once else universe, VERDICTS[one.verdict]))
        header = [("Étude", "left", 22), ("Nombre", "right", 14), ("Limites", "right", 16)]
        return pipe([*header, ("Parmi", "left", 44), ("Verdict", "left", 20)], rows, caption, "dites")

    def _of_family(self, rows: pd.DataFrame, family: str) -> Iterator[tuple[str, list[Any]]]:
        """Title and rows of each indicator of a family that a table has, in the order of the indicators."""
        known = self.numbers[self.numbers["family"].eq(family)].drop_duplicates("indicator")
        for indicator, title in known[["indicator", "title"]].itertuples(index=False):
            if block := list(rows[rows["indicator"].eq(indicator)].itertuples()):
                yield escape(title), block

    def verdicts(self) -> dict[str, list[tuple[str, str]]]:
        """Statement → the lines of its card on what it may be compared with. Nothing can leave them out."""
        return {one.statement_id: self.reasons.card(one, self.names) for one in self.numbers.itertuples()}

    # -- Two editions of one territory ------------------------------------------------------------------------------

    def editions(self) -> list[dict[str, Any]]:
        """Of each two editions of one territory: what differs in methods and in who answered, and contrasts."""
        return [
            {
                **{name: self.names[getattr(found, name)] for name in ("one", "other")},
                **{name: escape(", ".join(map(french.lowered, getattr(found, name)))) for name in DIFFERING},
                "left": list(self._changed(dict(found.contrasts))),
                "same": self._standing(found.contrasts, SAME),
                **self._unknown(found.contrasts),
            }
            for found in editions(self.methods, self.inputs["differences"], self.inputs["contrasts"])
        ]

    def _changed(self, contrasts: Mapping[str, str]) -> Iterator[str]:
        """What differs between two editions (`contrasts`: indicator → statement), the parts of one whole together."""
        known = self.first.indicators
        apart = [one for one, name in contrasts.items() if self.first.contrast_verdict(one, name) == APART]
        for parts in words.wholes(apart, known):
            said = {one: against(self.printer, contrasts[one]) for one in parts}
            if len(parts) == 1:
                yield f"{escape(known[parts[0]].title)} : {said[parts[0]]}"
            else:
                each = " ; ".join(f"{escape(known[one].says)}, {told}" for one, told in said.items())
                yield f"{escape(words.titled(known[parts[0]]))} : {each}"

    def _standing(self, contrasts: Iterable[tuple[str, str]], word: str) -> str:
        """The indicators whose contrast says so, as a sentence names them."""
        names = [indicator for indicator, name in contrasts if self.first.contrast_verdict(indicator, name) == word]
        return words.phrases([self.first.indicators[name] for name in names])

    def _unknown(self, contrasts: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Of what nothing is said, by why: its contrast has no limits, or it is what other professionals answered."""
        bare = [one for one in contrasts if not self.printer.facts[one[1]].printed_interval]
        groups = {"bare": bare, "asked": [one for one in contrasts if one not in bare]}
        return {why: self._standing(own, OPEN) for why, own in groups.items()}

    # -- What others published --------------------------------------------------------------------------------------

    def printed(self, caption: str) -> str:
        """Every figure of the published studies, as its source prints it, with what it leaves open."""
        groups = self.inputs["second_hand"].groupby("study", sort=False)
        columns = (
            ("Ce que la source imprime", "left", 32, lambda one: escape(one.label)),
            ("Nombre", "right", 16, lambda one: self.printer.fact(one.statement_id)),
            ("De quoi, selon elle", "left", 58, lambda one: escape(french.typographic(one.universe))),
        )
        found = ((self.escaped[study], own.itertuples()) for study, own in groups)
        return grouped(found, columns, caption, "seconde-main", small=True)

    def series(self, caption: str) -> str:
        """The national series, a row per value, with what is wrong with reading it beside another."""
        what, date, to_know = _plain(
            ("Ce qui est compté", "left", 36, lambda one: french.capital(one.universe)),
            ("Date", "left", 14, lambda one: moment(one.year)),
            (
                "À savoir",
                "left",
                38,
                lambda one: " – ".join(filter(None, (*one.traps.split(" ; "), one.note, awaited(one.source)))),
            ),
        )
        columns = (what, date, ("Nombre", "right", 12, lambda one: self.printer.fact(one.statement_id)), to_know)
        return table(self.inputs["series"].itertuples(), columns, caption, "series", small=True)


def _plain(*columns: Filled) -> list[Filled]:
    """Columns of plain texts."""

    def escaped(say: Any, thing: Any) -> str:
        return escape(french.typographic(say(thing)))

    return [(title, side, width, partial(escaped, say)) for title, side, width, say in columns]


# -- Two editions of one territory --------------------------------------------------------------------------------

WHO = ("instrument", "respondents", "fields", "response")  # items that say who answered
AROUND = ("ads_window", "facts_window", "coded", "double")  # dates and sizes, which are no method
DIFFERING = ("method", "around", "answering")  # of two editions: see `Editions`
ALWAYS = ("edition", "territory", "depth", "author")  # what two editions differ in by being two, or by who signs them


class Editions(NamedTuple):
    """Two editions of one territory: titles of the items of method that differ or that one does not say, of dates and sizes, of
    those on who answered, and the statements of the contrasts that are left, each with its indicator."""

    one: str
    other: str
    method: tuple[str, ...]
    around: tuple[str, ...]
    answering: tuple[str, ...]
    contrasts: tuple[tuple[str, str], ...]


def editions(methods: pd.DataFrame, differences: pd.DataFrame, contrasts: pd.DataFrame) -> list[Editions]:
    """The pairs of studies of the same territory, in the order of `methods`.

    `methods`: one row per study and item; `differences`: one row per item and pair that is not the same; `contrasts`: one row
    per indicator and pair whose numbers compare.
    """
    names = dict(methods.drop_duplicates("item")[["item", "title"]].itertuples(index=False))
    territory = methods[methods["item"].eq("territory") & methods["code"].ne("")]
    found = []
    for _, own in territory.groupby("code", sort=False):
        for one, other in combinations(own["study"], 2):
            apart = _of_pair(differences, one, other)["item"]
            around, who = (tuple(names[item] for item in apart if item in some) for some in (AROUND, WHO))
            made = tuple(names[item] for item in apart if item not in (*AROUND, *WHO, *ALWAYS))
            left = _of_pair(contrasts, one, other)[["indicator", "statement_id"]].itertuples(index=False, name=None)
            found.append(Editions(one, other, made, around, who, tuple(left)))
    return found


def _of_pair(table: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    return table[table["study"].eq(one) & table["other"].eq(other)]
