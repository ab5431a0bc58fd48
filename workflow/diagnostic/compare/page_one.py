"""Page 1 of a comparison: in one sentence what differs and what does not, then a number each, with what to be careful of.

That two studies differ is said where the limits of their contrast leave out that they are the same, and of nothing else: not of
numbers without limits, nor of what two sets of professionals answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from diagnostic.compare import cells
from diagnostic.compare.contrasts import APART, OPEN, SAME, standing
from diagnostic.compare.many import told
from diagnostic.compare.tables import ASKED, UNFIT, VERDICTS
from diagnostic.core import french
from diagnostic.core.french import typographic
from diagnostic.report.printer import Printer
from diagnostic.report.printing import escape

REASONS = 3  # to be careful with an indicator, that page 1 tells
FIRST = {APART: 2, SAME: 1, OPEN: 2}  # indicators of a family that page 1 tells
CITED = 4  # numbers in a line of page 1
LISTED = 3  # indicators that a clause of the sentence names
TITLES = {
    APART: "Ce qui diffère au-delà des limites",
    SAME: "Ce que les limites ne séparent pas",
    OPEN: "Ce dont rien ne dit s’il diffère",
}


class PageOne:
    """What page 1 prints. `inputs`: the tables of a comparison by name; `names`: study → its name, escaped."""

    def __init__(self, printer: Printer, inputs: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.printer, self.inputs, self.names = printer, inputs, names
        self.numbers, self.pairs = inputs["numbers"], inputs["pairs"]
        first = self.numbers.drop_duplicates("indicator")
        self.indicators = {one.indicator: one for one in first.itertuples()}

    def words(self) -> dict[str, Any]:
        """What the template may call, by name."""
        return {name: getattr(self, name) for name in ("sentence", "findings", "unsaid", "tally")}

    # -- What stands ----------------------------------------------------------------------------------------------------

    def standing(self, indicator: str, contrast: str) -> str:
        """What the contrast of two studies says of them."""
        return standing(self.printer.facts[contrast], self.indicators[indicator].family == ASKED)

    @cached_property
    def _contrasts(self) -> dict[str, dict[str, str]]:
        """Indicator → statement of a contrast → what it says, in the order of the indicators."""
        found: dict[str, dict[str, str]] = {name: {} for name in self.indicators}
        for one in self.inputs["contrasts"].itertuples():
            found[one.indicator][one.statement_id] = self.standing(one.indicator, one.statement_id)
        return {name: said for name, said in found.items() if said}

    @cached_property
    def _groups(self) -> dict[str, list[str]]:
        """What is said of each indicator with a contrast: two studies differ, none is separated from another, or neither."""
        groups: dict[str, list[str]] = {word: [] for word in TITLES}
        for name, said in self._contrasts.items():
            every = set(said.values())
            groups[APART if APART in every else SAME if every == {SAME} else OPEN].append(name)
        return groups

    @cached_property
    def _pair(self) -> tuple[str, str] | None:
        """The two studies, where no third one has a contrast."""
        found = self.inputs["contrasts"][["study", "other"]].drop_duplicates()
        return tuple(found.iloc[0]) if len(found) == 1 else None

    @cached_property
    def _twice(self) -> bool:
        """Whether these two are of the same territory."""
        methods = self.inputs["methods"]
        own = methods[methods["item"].eq("territory") & methods["study"].isin(self._pair or ())]
        return len(own) == 2 and own["code"].nunique() == 1 and own["code"].iloc[0] != ""

    @cached_property
    def _readable(self) -> list[str]:
        return list(dict.fromkeys(self.numbers.loc[self.numbers["verdict"].ne("not"), "indicator"]))

    # -- The sentence ---------------------------------------------------------------------------------------------------

    def sentence(self) -> str:
        """What differs, what does not, and how much does not compare, in one sentence; empty where nothing is set side by side."""
        clauses = [*self._apart(), *self._others()]
        if not clauses and self._readable:
            clauses = [agreed(self._rows(self._readable), "se lit côte à côte", "se lisent côte à côte")]
        if not clauses:
            return ""
        refused = len([one for one in self.indicators.values() if one.family != UNFIT]) - len(self._readable)
        if refused:
            words = ("l’autre indicateur ne se compare pas", f"les {refused} autres indicateurs ne se comparent pas")
            clauses.append(french.plural(refused, *words))
        begun = f"{self._between()}, " if self._contrasts else ""
        return typographic(f"{french.capital(begun + ' ; '.join(clauses))}.")

    def _between(self) -> str:
        if self._pair is None:
            return "d’une étude à l’autre"
        one, other = (self.names[study] for study in self._pair)
        return f"de {one} à {other}" if self._twice else f"entre {one} et {other}"

    def _apart(self) -> Iterable[str]:
        """What differs: between two editions, in which direction."""
        apart = self._groups[APART]
        if not self._twice:
            many = "" if self._pair else " pour deux études au moins"
            groups = [(apart, f"diffère{many}", f"diffèrent{many}")]
        else:
            up = [name for name in apart if self._rises(name)]
            down = [name for name in apart if name not in up]
            groups = [(up, "augmente", "augmentent"), (down, "baisse", "baissent")]
        return [agreed(self._rows(names), one, many) for names, one, many in groups if names]

    def _rises(self, indicator: str) -> bool:
        (name,) = self._contrasts[indicator]
        said = self.printer.facts[name]
        return bool(said.shown_low > (said.measure == "ratio"))

    def _others(self) -> Iterable[str]:
        if same := self._groups[SAME]:
            yield agreed(self._rows(same), "ne se distingue pas", "ne se distinguent pas")
        if unknown := self._groups[OPEN]:
            changes = ("change", "changent") if self._twice else ("diffère", "diffèrent")
            bare = all(self.printer.interval(one) == "" for name in unknown for one in self._contrasts[name])
            yield f"rien ne dit si {agreed(self._rows(unknown), *changes)}{', faute de limites' if bare else ''}"

    def _rows(self, names: Iterable[str]) -> list[Any]:
        return [self.indicators[name] for name in names]

    # -- A number each --------------------------------------------------------------------------------------------------

    @cached_property
    def _told(self) -> dict[str, list[str]]:
        """What is said → the indicators that page 1 tells, the first of each family; a number without a contrast, where nothing
        else of its family is told."""
        groups = {word: self._firsts(names, word) for word, names in self._groups.items()}
        families = {self.indicators[name].family for names in groups.values() for name in names}
        alone = [name for name in self._readable if self.indicators[name].family not in families]
        return groups | {OPEN: [*groups[OPEN], *self._firsts(alone, OPEN)]}

    def _firsts(self, names: Sequence[str], word: str) -> list[str]:
        families: dict[str, list[str]] = {}
        for name in names:
            families.setdefault(self.indicators[name].family, []).append(name)
        return [name for own in families.values() for name in own[: FIRST[word]]]

    def findings(self) -> list[dict[str, Any]]:
        """What is said, and a line per indicator of which it is: a number, its limits, and what to be careful of."""
        before: dict[frozenset[str], str] = {}
        found = []
        for word, names in self._told.items():
            lines = [self._line(name, word, before) for name in names]
            between = f", {self._between()}" if self._pair and word != OPEN else ""
            if lines:
                found.append({"title": f"{TITLES[word]}{between}", "lines": lines})
        return found

    def _line(self, name: str, word: str, before: dict[frozenset[str], str]) -> str:
        own = self.numbers[self.numbers["indicator"].eq(name) & self.numbers["verdict"].ne("not")]
        best = [verdict for verdict in VERDICTS if own["verdict"].eq(verdict).any()][0]
        title = escape(self.indicators[name].title)
        parts = [self._number(name, word, own), self._mean(name)]
        caution = self._careful(name, title, before)
        return typographic(f"**{title}** ({VERDICTS[best]}) : {' ; '.join(filter(None, parts))}.{caution}")

    def _number(self, name: str, word: str, own: pd.DataFrame) -> str:
        said = self._contrasts.get(name, {})
        if word != OPEN and len(said) == 1:
            (contrast,) = said
            return against(self.printer, contrast)
        if word != OPEN:
            apart, every = sum(one == APART for one in said.values()), f"sur {french.number(len(said))} paires d’études"
            differ = french.plural(apart, "une diffère", f"{french.number(apart)} diffèrent")
            return f"{every}, {differ} au-delà de leurs limites" if apart else f"{every}, aucune n’est séparée"
        if len(own) > CITED:
            return f"{len(own)} études"
        return " ; ".join(
            f"{cells.cited(self.printer, one.statement_id)} ({told([one.study], self.names)})"
            for one in own.itertuples()
        )

    def _mean(self, name: str) -> str:
        """What pooled territories have in common; empty where they are not pooled."""
        whole = f"areas.{name}"
        if not self.printer.has(whole):
            return ""
        return f"moyenne des territoires {self.printer.fact(whole)}, de {self.printer.named(whole)}"

    def _careful(self, name: str, title: str, before: dict[frozenset[str], str]) -> str:
        """The reasons that hold of every pair, and how many more hold of some."""
        pairs = self.pairs[self.pairs["indicator"].eq(name) & self.pairs["verdict"].ne("not")]
        of_pairs = [reasons.split("; ") if reasons else [] for reasons in pairs["reasons"]]
        every = list(dict.fromkeys(reason for own in of_pairs for reason in own))
        shared = [reason for reason in every if all(reason in own for own in of_pairs)]
        if not every:
            return ""
        first = before.setdefault(frozenset(every), title)
        if first != title:
            return f" À lire avec prudence : mêmes réserves que « {first} »."
        return f" À lire avec prudence : {escape(few(shared, len(every)))}."

    def unsaid(self) -> str:
        """How many indicators more have two numbers to read beside each other; empty where page 1 tells them all."""
        left = len(set(self._readable) - {name for names in self._told.values() for name in names})
        one = "Un autre indicateur se lit côte à côte"
        return french.plural(left, one, f"{left} autres indicateurs se lisent côte à côte") if left else ""

    def tally(self) -> str:
        """How many pairs of numbers compare, and how many do not."""
        pairs = self.pairs["verdict"].value_counts()
        words = {
            "comparable": ("se compare", "se comparent"),
            "caution": ("se lit avec prudence", "se lisent avec prudence"),
            "not": ("ne se compare pas", "ne se comparent pas"),
        }
        count = {word: int(pairs.get(word, 0)) for word in VERDICTS}
        parts = [
            f"{french.number(count[word])} {french.plural(count[word], *words[word])}"
            for word in VERDICTS
            if count[word]
        ]
        return f"Sur {french.number(sum(count.values()))} paires de nombres d’un même indicateur, {', '.join(parts)}."


def against(printer: Printer, contrast: str) -> str:
    """« rapport de 1,14, de 1,04 à 1,25 »: a contrast and its limits, « écart de −15,5 à 5,5 points » where they are all."""
    said = printer.facts[contrast]
    limits = printer.named(contrast)
    words = "rapport de" if said.measure == "ratio" else "écart de"
    if said.kind == "limits":
        return f"{words} {limits}"
    return f"{words} {printer.fact(contrast)}{f', de {limits}' if limits else ''}"


def few(shared: Sequence[str], every: int) -> str:
    """The first reasons of those that all pairs share, and how many more stand beside the numbers, pair by pair."""
    kept = list(shared if len(shared) == every <= REASONS + 1 else shared[:REASONS])
    left = every - len(kept)
    words = ("autre réserve", "autres réserves") if kept else ("réserve", "réserves")
    some = "" if len(shared) == every else "selon la paire, "
    more = f"{'et ' if kept else ''}{french.number(left)} {french.plural(left, *words)}, {some}dites avec les nombres"
    return " ; ".join([*kept, *([more] if left else [])])


def phrases(rows: Sequence[Any]) -> str:
    """« le nombre d’annonces et les parts des annonces sur des sites de rencontre et qui présentent une femme » (`rows`: of the
    indicators, `subject` and `says`)."""
    subjects: dict[str, list[str]] = {}
    for one in rows:
        subjects.setdefault(one.subject, []).append(one.says)
    parts = []
    for subject, says in subjects.items():
        several = subject.replace("la part ", "les parts ", 1) if len(says) > 1 else subject
        parts.append(escape(f"{several} {_and(says)}".strip()))
    inner = any(len(says) > 1 for says in subjects.values())
    return _and(parts, " ainsi que " if inner else " et ")


def agreed(rows: Sequence[Any], one: str, many: str) -> str:
    """These indicators, and a verb that agrees with them; of many, the first of each subject and how many there are besides."""
    if len(rows) <= LISTED:
        return f"{phrases(rows)} {one if len(rows) == 1 else many}"
    first = list({row.subject: row for row in reversed(rows)}.values())[::-1][: LISTED - 1]
    return f"{', '.join(phrases([row]) for row in first)} et {french.number(len(rows) - len(first))} autres indicateurs {many}"


def _and(parts: Sequence[str], last: str = " et ") -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
