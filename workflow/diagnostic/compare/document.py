"""The document of a comparison: one plain .qmd, methods before numbers, every number with its verdict and its card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from diagnostic.compare import cells, method, names, rates, second_hand
from diagnostic.compare.contrasts import APART, OPEN, SAME
from diagnostic.compare.editions import WHO, editions
from diagnostic.compare.many import DOTS, NAMED, NOT_SAID, UNSAID, depths, invented, together, told
from diagnostic.compare.page_one import PageOne, against
from diagnostic.compare.reasons import Reasons
from diagnostic.compare.sentences import phrases, titled, wholes
from diagnostic.compare.table_names import COUNTS, SHOWN, UNFIT, VERDICTS
from diagnostic.compare.tables import CENTRAL, DEPTHS, as_text
from diagnostic.core import french
from diagnostic.core.french import typographic
from diagnostic.report import cards
from diagnostic.report.assemble import environment
from diagnostic.report.pictures import Pictures
from diagnostic.report.printer import Printer
from diagnostic.report.printing import escape
from diagnostic.report.tabular import pipe

COLUMNS = 3  # studies that have a column of their own
WORDS = (  # of the template, each a method
    *("studies", "invented", "method", "spread", "dots", "side_by_side", "unfit", "answering"),
    *("rules", "contrasts", "areas", "editions", "names"),
)
LISTED = ("depth", "territory", "edition", "author")  # what the list of studies says already
LIMITS = (
    "Du premier nombre au second : un rapport de 1, ou une différence de 0 point, dans les limites, et les deux nombres ne "
    "disent pas autre chose l’un que l’autre. Les limites portent l’incertitude des deux études (pages lues, tirage, doublons) "
    "et l’arrondi de leurs nombres ; elles ne portent pas ce qui sépare leurs méthodes. Un écart sans limites est celui des "
    "nombres imprimés, et ne dit pas si les deux études diffèrent. Entre des bornes, aucun nombre n’est plus probable qu’un autre : elles sont données seules."
)
WITHOUT = (
    "Du premier nombre au second, tels qu’imprimés. Un nombre sans limites compte ce qui a été vu, ou vient d’une source qui "
    "n’en donne pas : ce qui sépare les méthodes peut faire tout l’écart, et rien ne dit si les deux études diffèrent."
)
Header = list[tuple[str, str, int]]


def assemble(comparison: Mapping[str, Any], template: bytes, rules: bytes, **inputs: Any) -> dict[str, str]:
    """The document as one plain .qmd.

    `inputs`, by name: the tables of `compare.tables.TABLES`, and `figures`, what was drawn; `rules`, as CSV.
    `comparison` has its words: name, title, team, date (ISO), status. Raises jinja2 errors for a bad template.
    """
    every = pd.concat([inputs["statements"], inputs["second_hand"]], ignore_index=True)
    printer = Printer(every.drop_duplicates("statement_id"))
    tables = _Tables(printer, inputs, as_text(rules))
    body = (
        environment({"comparaison": template})
        .get_template("comparaison")
        .render(comparison={**comparison, "date": french.date(comparison["date"])}, **tables.words())
    )
    verdicts = tables.verdicts()
    facts = [printer.facts[name] for name in printer.printed]
    made = (cards.markdown(fact, [*cards.entries(fact, {}), *verdicts.get(fact.statement_id, [])]) for fact in facts)
    return {"qmd": "\n\n".join([body, "\n".join(made)])}


class _Tables:
    """What the template prints: tables, sentences and charts."""

    def __init__(self, printer: Printer, inputs: Mapping[str, Any], declared: pd.DataFrame) -> None:
        self.printer, self.inputs, self.declared = printer, inputs, declared
        self.numbers, self.methods, self.known = inputs["numbers"], inputs["methods"], inputs["known"]
        self.names = names.of(inputs["known"])
        self.escaped = {study: escape(name) for study, name in self.names.items()}
        self.reasons = Reasons(inputs["pairs"], declared)
        self.first = PageOne(printer, inputs, self.escaped, self.reasons.refusals)
        self.pictures = Pictures(inputs["figures"], pd.DataFrame(), pd.DataFrame())

    def words(self) -> dict[str, Any]:
        """What the template may call, by name."""
        words = {name: getattr(self, name) for name in WORDS}
        words |= self.first.words() | {"figure": self.pictures.figure, "depths": partial(depths, self.known)}
        words |= {
            "printed": partial(second_hand.printed, self.inputs["second_hand"], self.escaped, self.printer),
            "series": partial(second_hand.series, self.inputs["series"], self.printer),
        }
        have = {family: bool(self.numbers["family"].eq(family).any()) for family in (*SHOWN, UNFIT)}
        words |= {"others": bool(self.known["depth"].ne("full").any())}
        return words | {"families": SHOWN, "have": have, "second_hand": len(self.inputs["second_hand"])}

    # -- What is known ----------------------------------------------------------------------------------------------

    def studies(self, caption: str) -> str:
        header: Header = [("Étude", "left", 30), ("Équipe", "left", 24)]
        header += [("Ce qui en est lu", "left", 18), ("Ses chiffres entre eux", "left", 14), ("Source", "left", 30)]
        made_up = method.invented(self.methods)
        rows = [
            (
                self.names[one.study],
                one.author or NOT_SAID,
                DEPTHS[one.depth] + (", inventée" if one.study in made_up else ""),
                one.audit,
                one.source,
            )
            for one in self.known.itertuples()
        ]
        return _pipe(header, rows, caption, "etudes", small=True)

    def invented(self, studies: Sequence[str]) -> str:
        """Which studies are invented, in one sentence; empty without any."""
        return typographic(invented(studies, int(self.known["depth"].eq("full").sum()), self.escaped))

    # -- Methods ----------------------------------------------------------------------------------------------------

    def method(self, caption: str) -> str:
        """One row per item of method: a column per study known whole, where they are few, and what the others say together."""
        whole = list(self.known.loc[self.known["depth"].eq("full"), "study"])
        columns = whole if len(whole) <= COLUMNS else []
        rows = []
        for item, own in self.methods.groupby("item", sort=False):
            if item not in LISTED:
                said = {one.study: self._words(one) for one in own.itertuples()}
                others_said = {study: words for study, words in said.items() if study not in columns}
                others = together(others_said, self._values(own), self.escaped)
                rows.append((escape(own["title"].iloc[0]), *(said[study] or UNSAID for study in columns), others))
        header: Header = [("Point de méthode", "left", 20)]
        header += [(escape(self.names[study]), "left", 26) for study in columns]
        rest = "Les autres" if columns else "Ce que dit chaque étude"
        return pipe([*header, (rest, "left", 40 if columns else 78)], rows, caption, "methodes")

    def _values(self, own: pd.DataFrame) -> dict[str, float]:
        """Study → the number that it prints for an item."""
        known = [one for one in own.itertuples() if one.statement_id and self.printer.has(one.statement_id)]
        return {one.study: self.printer.facts[one.statement_id].shown_value for one in known}

    def _words(self, one: Any) -> str:
        """What a study says of one item, as markdown; empty where it says nothing."""
        if one.statement_id and self.printer.has(one.statement_id):
            return self.printer.fact(one.statement_id)
        return escape(typographic(one.words))

    def spread(self, caption: str) -> str:
        """How many pairs of studies differ on each item."""
        differing = self.inputs["differences"].groupby(["item", "state"]).size()
        count = len(self.known) * (len(self.known) - 1) // 2
        rows = []
        for item, title in self.methods.drop_duplicates("item")[["item", "title"]].itertuples(index=False):
            other, unsaid = (int(differing.get((item, state), 0)) for state in ("differs", "unknown"))
            numbers = [french.number(one) for one in (count - other - unsaid, other, unsaid)]
            rows.append((title, *numbers))
        header: Header = [("Point de méthode", "left", 40), ("Même chose", "right", 12)]
        header += [("Autre chose", "right", 12), ("L’une ne le dit pas", "right", 18)]
        return _pipe(header, rows, caption, "ecarts")

    def answering(self, caption: str) -> str:
        """Who answered, in the studies that have answers: a column per study; of many a row, and what differs among them."""
        answering = set(self.numbers.loc[self.numbers["family"].eq("answers"), "study"])
        studies = [study for study in self.names if study in answering]
        own = self.methods[self.methods["study"].isin(studies) & self.methods["item"].isin(WHO)]
        said = {(one.title, one.study): self._words(one) or UNSAID for one in own.itertuples()}
        titles, wide = list(dict.fromkeys(own["title"])), len(studies) > 2 * COLUMNS
        varied = [one for one in titles if len({words for (title, _), words in said.items() if title == one}) > 1]
        down, across = (studies, varied or titles) if wide else (titles, studies)  # what all say alike is told before
        rows = [
            (
                self.escaped.get(row, escape(row)),
                *(said.get((column, row) if wide else (row, column), UNSAID) for column in across),
            )
            for row in down
        ]
        header: Header = [("Étude" if wide else "Qui a répondu", "left", 24)]
        header += [(self.escaped.get(column, escape(column)), "left", 30) for column in across]
        return pipe(header, rows, caption, "repondants")

    def rules(self, caption: str) -> str:
        """The declared rules of comparability."""
        titles = dict(self.methods.drop_duplicates("item")[["item", "title"]].itertuples(index=False))
        families = {"*": "tous", COUNTS: "nombres sans taux", UNFIT: "personnes décrites", **SHOWN}
        rows = [
            (families[one["family"]], titles[one["item"]], one["reason"], VERDICTS[one["effect"]])
            for one in self.declared.to_dict("records")
        ]
        header: Header = [("Nombres", "left", 18), ("Point de méthode", "left", 20), ("Quand", "left", 46)]
        return _pipe([*header, ("Verdict", "left", 16)], rows, caption, "regles", small=True)

    # -- Numbers ----------------------------------------------------------------------------------------------------

    def dots(self, family: str, caption: str) -> str:
        """The charts of a family, one after the other; empty where none was drawn."""
        drawn = [name for name in self.pictures.drawn if re.fullmatch(rf"{DOTS}{family}(_\d+)?", name)]
        captions = [
            f"{caption} ({at} sur {len(drawn)})" if len(drawn) > 1 else caption for at in range(1, len(drawn) + 1)
        ]
        return "\n".join(
            self.pictures.figure(name, f"{words}.", "85%") for name, words in zip(drawn, captions, strict=True)
        )

    def side_by_side(self, family: str, caption: str) -> str:
        """The numbers of a family, each with its verdict and with what it compares; then what the letters stand for."""
        own = self.numbers[self.numbers["family"].eq(family)]
        letters = self.reasons.letters(own)
        rows: list[Sequence[str]] = []
        for _, block in own.groupby("indicator", sort=False):
            rows.append((f"**{escape(block['title'].iloc[0])}**", "", "", "", ""))
            rows += [self._row(one, letters) for one in block.itertuples()]
        header: Header = [("Étude", "left", 24), ("Nombre", "right", 16), ("Limites", "right", 16)]
        header += [("Verdict", "left", 16), ("Avec qui, et pourquoi", "left", 38)]
        told = [f"- *{letter}* : {escape(reason)}." for reason, letter in letters.items()]
        return typographic("\n".join([pipe(header, rows, caption, family), *told, "", *self._inhabitants(own)]))

    def _inhabitants(self, own: pd.DataFrame) -> list[str]:
        """Of what inhabitants the rates among these numbers are, and which of them are of an invented study; nothing without
        rates."""
        found = ((one.study, rates.based(self.printer.facts[one.statement_id])) for one in own.itertuples())
        of = {study: base for study, base in found if base}
        if not of:
            return []
        bases: dict[tuple[str, str], list[str]] = {}
        for study, base in of.items():
            bases.setdefault(base, []).append(study)
        parts = [f"{people} en {year} ({self._named(studies)})" for (people, year), studies in bases.items()]
        said = f" : {' ; '.join(parts)}" if len(parts) <= NAMED else ", que dit la fiche de chaque taux"
        told = [
            f"Taux : nombre imprimé, rapporté à la population municipale (Insee) de l’année connue la plus proche du relevé{said}."
        ]
        if made_up := [study for study in of if study in method.invented(self.methods)]:
            told.append(
                f"Nombres inventés, rapportés pour l’essai à la population réelle du territoire : {self._named(made_up)}. "
                "Ces taux ne décrivent aucun territoire."
            )
        return [" ".join(told), ""]

    def contrasts(self, family: str, caption: str) -> str:
        """Ratios of rates and differences of shares, for the pairs of studies that compare, and what they mean; empty without any."""
        rows: list[Sequence[str]] = []
        for title, block in self._of_family(self.inputs["contrasts"], family):
            rows.append((f"**{escape(title)}**", "", "", ""))
            rows += [
                (
                    f"{self._named([one.study])} et {self._named([one.other])}",
                    self.printer.fact(one.statement_id) if self._known(one.statement_id) else "–",
                    self.printer.named(one.statement_id),
                    VERDICTS[one.verdict],
                )
                for one in block.itertuples()
            ]
        header: Header = [("Études", "left", 40), ("Rapport ou différence", "right", 20)]
        header += [("Limites", "right", 22), ("Verdict", "left", 18)]
        if not rows:
            return ""
        limited = any(row[2] for row in rows)
        return "\n".join([LIMITS if limited else WITHOUT, "", pipe(header, rows, caption, f"ecarts-{family}")])

    def _known(self, contrast: str) -> bool:
        """Whether a contrast has a number, and not limits alone."""
        return bool(self.printer.facts[contrast].kind == "value")

    def areas(self, family: str, caption: str) -> str:
        """Each pooled area, its own number and what the whole makes of it, then their mean; empty without any."""
        rows: list[Sequence[str]] = []
        for title, block in self._of_family(self.inputs["areas"], family):
            whole = f"areas.{block['indicator'].iloc[0]}"
            rows.append((f"**{escape(title)}**", "", "", ""))
            rows += [
                (
                    self._named([one.study]),
                    self.printer.fact(one.raw_id),
                    self.printer.interval(one.raw_id),
                    self.printer.fact(one.statement_id),
                )
                for one in block.itertuples()
            ]
            mean, spread = self.printer.fact(whole), self.printer.fact(f"{whole}.spread")
            rows.append(("*Moyenne des territoires*", mean, self.printer.named(whole), f"I² : {spread}"))
        header: Header = [("Étude", "left", 30), ("Son nombre", "right", 18)]
        header += [("Ses limites", "right", 26), ("Rapproché de l’ensemble", "right", 26)]
        return pipe(header, rows, caption, f"territoires-{family}") if rows else ""

    def editions(self) -> list[dict[str, Any]]:
        """Of each two editions of one territory: who they are, what differs in their methods and in who answered, and the
        contrasts that are left."""
        return [
            {
                "one": self.names[found.one],
                "other": self.names[found.other],
                **{
                    name: escape(", ".join(map(french.lowered, titles)))
                    for name, titles in (
                        ("method", found.method),
                        ("around", found.around),
                        ("answering", found.answering),
                    )
                },
                "left": list(self._changed(dict(found.contrasts))),
                "same": phrases(self._of_standing(found.contrasts, SAME)),
                **self._unknown(found.contrasts),
            }
            for found in editions(self.methods, self.inputs["differences"], self.inputs["contrasts"])
        ]

    def _changed(self, contrasts: Mapping[str, str]) -> Iterator[str]:
        """What differs between two editions (`contrasts`: indicator → statement), the parts of one whole together."""
        known = self.first.indicators
        apart = [one for one, name in contrasts.items() if self.first.standing(one, name) == APART]
        for parts in wholes(apart, known):
            said = {one: against(self.printer, contrasts[one]) for one in parts}
            if len(parts) == 1:
                yield f"{escape(known[parts[0]].title)} : {said[parts[0]]}"
            else:
                each = " ; ".join(f"{escape(known[one].says)}, {words}" for one, words in said.items())
                yield f"{escape(titled(known[parts[0]]))} : {each}"

    def _of_standing(self, contrasts: Iterable[tuple[str, str]], word: str) -> list[Any]:
        """The indicators whose contrast says so."""
        names = [indicator for indicator, name in contrasts if self.first.standing(indicator, name) == word]
        return [self.first.indicators[name] for name in names]

    def _unknown(self, contrasts: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Of what nothing is said, by why: its contrast has no limits, or it is what other professionals answered."""
        bare = [one for one in contrasts if not self.printer.facts[one[1]].printed_interval]
        groups = {"bare": bare, "asked": [one for one in contrasts if one not in bare]}
        return {why: phrases(self._of_standing(own, OPEN)) for why, own in groups.items()}

    def _of_family(self, table: pd.DataFrame, family: str) -> Iterator[tuple[str, pd.DataFrame]]:
        """Title and rows of each indicator of a family that a table has, in the order of the indicators."""
        known = self.numbers[self.numbers["family"].eq(family)].drop_duplicates("indicator")
        for indicator, title in known[["indicator", "title"]].itertuples(index=False):
            block = table[table["indicator"].eq(indicator)]
            if len(block):
                yield title, block

    def _named(self, studies: Sequence[str]) -> str:
        return told(studies, self.escaped)

    def _row(self, one: Any, letters: Mapping[str, str]) -> Sequence[str]:
        return (
            escape(self.names[one.study]),
            cells.number(self.printer, one.statement_id),
            cells.limits(self.printer, one.statement_id),
            VERDICTS[one.verdict],
            self.reasons.cell(one, letters, self.escaped),
        )

    def unfit(self, caption: str) -> str:
        """The numbers that compare with none, beside who gave them."""
        own = self.numbers[self.numbers["family"].eq(UNFIT)]
        rows: list[Sequence[str]] = []
        for _, block in own.groupby("indicator", sort=False):
            counted = [escape(typographic(self.printer.facts[one].universe)) for one in block["statement_id"]]
            once = len(block) > NAMED and len(set(counted)) == 1  # who is counted is told once, and each row is a line
            rows.append((f"**{escape(block['title'].iloc[0])}**", "", "", counted[0] if once else "", ""))
            for one, universe in zip(block.itertuples(), counted, strict=True):
                number, limits = (said(self.printer, one.statement_id) for said in (cells.number, cells.limits))
                rows.append((self.escaped[one.study], number, limits, "" if once else universe, VERDICTS[one.verdict]))
        header: Header = [("Étude", "left", 22), ("Nombre", "right", 14), ("Limites", "right", 16)]
        header += [("Parmi", "left", 44), ("Verdict", "left", 20)]
        return pipe(header, rows, caption, "dites")

    def verdicts(self) -> dict[str, list[tuple[str, str]]]:
        """Statement → the lines of its card on what it may be compared with. Nothing can leave them out: the number that its
        limits are those of has them too."""
        found = {one.statement_id: self.reasons.card(one, self.names) for one in self.numbers.itertuples()}
        return {name + CENTRAL: lines for name, lines in found.items()} | found


def _pipe(header: Header, rows: Iterable[Sequence[str]], caption: str, ident: str, small: bool = False) -> str:
    """A table of plain texts."""
    return pipe(header, [[escape(typographic(cell)) for cell in row] for row in rows], caption, ident, small)
