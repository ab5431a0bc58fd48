"""Page 1 of a comparison: in one sentence what differs and what does not, then a number each, with what to be careful of.

That two studies differ is said where the limits of their contrast leave out that they are the same, and of nothing else: not of
numbers without limits, nor of what two sets of professionals answered.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import pandas as pd

from diagnostic.compare import cells
from diagnostic.compare.contrasts import APART, MEASURES, OPEN, SAME, contrast_verdict
from diagnostic.compare.table_names import ASKED, VERDICTS
from diagnostic.compare.words import COUNTED, Number, agreed, few, noun_once, others, split, titled, wholes
from diagnostic.core import french
from diagnostic.report.printer import Printer
from diagnostic.report.printing import escape

REFUSALS = 5  # reasons why the rest does not compare
FIRST = {APART: 2, SAME: 1, OPEN: 2}  # indicators of a family that page 1 tells
CITED = 4  # numbers in a line of page 1
NAMED = 2  # indicators that the sentence names
RISES, FALLS, CHANGES = ("augmente", "augmentent"), ("baisse", "baissent"), ("change", "changent")
WAYS = (RISES, FALLS, CHANGES)
ALONGSIDE = ("se lit", "se lisent")
VERBS = {
    "comparable": ("se compare", "se comparent"),
    "caution": ("se lit avec prudence", "se lisent avec prudence"),
    "not": ("ne se compare pas", "ne se comparent pas"),
}
TITLES = {
    APART: "Ce qui diffère au-delà des limites",
    SAME: "Ce que les limites ne séparent pas",
    OPEN: "Ce que l’on peut rapprocher, sans pouvoir dire s’il diffère",
}


class PageOne:
    """What page 1 prints of `inputs`, tables by name. `names`: study → its name, escaped; `refusing`: reasons."""

    def __init__(
        self, printer: Printer, inputs: Mapping[str, Any], names: Mapping[str, str], refusing: Collection[str]
    ) -> None:
        self.printer, self.inputs, self.names, self.refusing = printer, inputs, names, refusing
        self.numbers, self.pairs = inputs["numbers"], inputs["pairs"]
        first = self.numbers.drop_duplicates("indicator")
        self.indicators: dict[str, Number] = {one.indicator: one for one in first.itertuples()}

    def words(self) -> dict[str, Any]:
        """What the template may call, by name."""
        return {name: getattr(self, name) for name in ("sentence", "findings", "unsaid", "counts", "tally", "refusals")}

    # -- What stands ----------------------------------------------------------------------------------------------------

    def contrast_verdict(self, indicator: str, contrast: str) -> str:
        """What the contrast of two studies says of them."""
        return contrast_verdict(self.printer.facts[contrast], self.indicators[indicator].family == ASKED)

    @cached_property
    def _contrasts(self) -> dict[str, dict[str, str]]:
        """Indicator → statement of a contrast → what it says, in the order of the indicators."""
        found: dict[str, dict[str, str]] = {name: {} for name in self.indicators}
        for one in self.inputs["contrasts"].itertuples():
            found[one.indicator][one.statement_id] = self.contrast_verdict(one.indicator, one.statement_id)
        return {name: said for name, said in found.items() if said}

    @cached_property
    def _groups(self) -> dict[str, list[str]]:
        """What is said of each indicator with a contrast: two studies differ, none is separated from another, or neither."""
        groups: dict[str, list[str]] = {word: [] for word in TITLES}
        for name, said in self._contrasts.items():
            every = set(said.values())
            groups[APART if APART in every else SAME if every == {SAME} else OPEN].append(name)
        return groups | {APART: [parts[0] for parts in wholes(groups[APART], self.indicators)]}

    @cached_property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        """Of the indicators that differ, the first of each whole → all of its parts that do: one fact, which is told once."""
        apart = [name for name, said in self._contrasts.items() if APART in said.values()]
        return {parts[0]: parts for parts in wholes(apart, self.indicators) if len(parts) > 1}

    def _every(self, names: Iterable[str]) -> list[str]:
        """These indicators, with all parts of a whole for its first one."""
        return [part for name in names for part in self._parts.get(name, (name,))]

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
        """What differs, what does not, and how much does not compare, in one sentence: what is told per inhabitant by its name,
        else the first of what is said first, the others counted; empty where nothing is set side by side. Where no number
        compares without a reserve, and limits tell nothing, that is said first."""
        if not self._readable:
            return ""
        if self._reserved:
            return self._side_by_side()
        clauses: list[str] = []
        for word in TITLES:
            clauses += self._clauses(word, first=not clauses)
        if not clauses:
            clauses = [agreed(self._rows(self._readable), len(self._readable), ALONGSIDE, " côte à côte")]
        if refused := len(self.indicators) - len(self._readable):
            again = any(map(COUNTED.search, clauses))  # « autres » was said
            bare = f"{french.number(refused)} {VERBS['not'][1]}"
            clauses.append(bare if again and refused > 1 else others(refused, VERBS["not"]))
        said = " ; ".join(noun_once(clauses))
        begun = f"{self._between()}, " if self._contrasts else ""
        return french.typographic(f"{french.capital(begun + said)}.")

    @cached_property
    def _reserved(self) -> bool:
        """Whether no number compares without a reserve, and no limits tell two from each other."""
        return not self.pairs["verdict"].eq("comparable").any() and not (self._groups[APART] or self._groups[SAME])

    def _side_by_side(self) -> str:
        """The sentence of studies of which no number compares without a reserve."""
        lines = [name for name in self._told[OPEN] if name in self._readable]
        named = ([name for name in lines if self._is_rate(name)] or lines)[:NAMED]
        own = self.numbers[self.numbers["indicator"].isin(self._readable) & self.numbers["verdict"].ne("not")]
        studies = own["study"].nunique()
        among = f" pour {french.number(studies)} d’entre elles" if studies < len(self.names) else ""
        said = agreed(self._rows(named), len(self._readable), ALONGSIDE, f" côte à côte{among}, avec prudence")
        return french.typographic(f"Aucun nombre de ces études ne se compare sans réserve ; {said}.")

    def _between(self) -> str:
        if self._pair is None:
            return "d’une étude à l’autre"
        one, other = (self.names[study] for study in self._pair)
        return f"de {one} à {other}" if self._twice else f"entre {one} et {other}"

    def _clauses(self, word: str, first: bool) -> list[str]:
        """What is said of the indicators of a group; of those that differ between two editions, in which direction."""
        every, named = self._groups[word], self._named(word, first)
        left = len(self._every(name for name in every if name not in named))
        if not named:
            return self._counted(word, left)
        if word == APART and self._twice:
            ways = {name: self._way(name) for name in named}
            groups = [(verbs, [name for name in named if ways[name] == verbs]) for verbs in WAYS]
            moved = [agreed(self._rows(own), len(own), verbs) for verbs, own in groups if own]
            return moved + self._counted(word, left)
        rows, verbs = self._rows(named), self._verbs(word)
        if word == OPEN:
            return [f"rien ne dit si {agreed(rows, len(rows) + left, verbs)}"]
        many = "" if self._pair or word == SAME else " pour deux études au moins"
        return [agreed(rows, len(rows) + left, verbs, many)]

    def _counted(self, word: str, number: int) -> list[str]:
        """The same of so many more, in numbers; nothing of none."""
        verbs = ("reste incertain", "restent incertains") if word == OPEN else self._verbs(word)
        return [others(number, verbs)] if number else []

    def _verbs(self, word: str) -> tuple[str, str]:
        if word == SAME:
            return "ne se distingue pas", "ne se distinguent pas"
        return CHANGES if self._twice else ("diffère", "diffèrent")

    def _named(self, word: str, first: bool) -> list[str]:
        """The indicators of a group that the sentence names, each of which has a line under it: what is told per inhabitant and
        what is told of a whole, else those of the group that is told `first`."""
        lines = [name for name in self._told[word] if name in self._contrasts]
        chosen = [name for name in lines if self._is_rate(name) or self._is_whole(name, word)]
        return chosen or (lines[:NAMED] if first else [])

    def _is_whole(self, indicator: str, word: str) -> bool:
        return word == APART and indicator in self._parts

    def _is_rate(self, indicator: str) -> bool:
        return any(self.printer.facts[name].measure == "ratio" for name in self._contrasts.get(indicator, ()))

    def _way(self, indicator: str) -> tuple[str, str]:
        """In which direction one differs between two editions; a whole, in none."""
        if indicator in self._parts:
            return CHANGES
        (name,) = self._contrasts[indicator]
        said = self.printer.facts[name]
        return RISES if said.shown_low > (said.measure == "ratio") else FALLS

    def _rows(self, names: Iterable[str]) -> list[Number]:
        """The indicators of these names; for the first of a whole, the whole."""
        rows = [self.indicators[name] for name in names]
        return [row._replace(subject=row.whole, says="") if row.indicator in self._parts else row for row in rows]

    # -- A number each --------------------------------------------------------------------------------------------------

    @cached_property
    def _told(self) -> dict[str, list[str]]:
        """What is said → the indicators that page 1 tells, the first of each family, or of one without contrasts."""
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
        own = self._own(name)
        best = [verdict for verdict in VERDICTS if own["verdict"].eq(verdict).any()][0]
        title, number = self.indicators[name].title, partial(self._number, word=word)
        parts = [number(name), self._mean(name)]
        if self._is_whole(name, word):
            title = titled(self.indicators[name])
            parts = [f"{escape(self.indicators[part].says)}, {number(part)}" for part in self._parts[name]]
        title = escape(title)
        caution = self._careful(name, title, before)
        return french.typographic(f"**{title}** ({VERDICTS[best]}) : {' ; '.join(filter(None, parts))}.{caution}")

    def _own(self, name: str) -> pd.DataFrame:
        """The rows of an indicator that may be read."""
        return self.numbers[self.numbers["indicator"].eq(name) & self.numbers["verdict"].ne("not")]

    def _number(self, name: str, word: str) -> str:
        own, said = self._own(name), self._contrasts.get(name, {})
        if word != OPEN and len(said) == 1:
            (contrast,) = said
            return against(self.printer, contrast)
        if word != OPEN:
            apart, every = sum(one == APART for one in said.values()), f"sur {french.number(len(said))} paires d’études"
            differ = french.plural(apart, "une diffère", f"{french.number(apart)} diffèrent")
            return f"{every}, {differ} au-delà de leurs limites" if apart else f"{every}, aucune n’est séparée"
        if len(own) > CITED:
            return f"{len(own)} études"
        cited = ((cells.cited(self.printer, one.statement_id), self.names[one.study]) for one in own.itertuples())
        return " ; ".join(f"{number} ({study})" for number, study in cited)

    def _mean(self, name: str) -> str:
        """What pooled territories have in common; empty where they are not pooled."""
        whole = f"areas.{name}"
        if not self.printer.has(whole):
            return ""
        return f"moyenne des territoires {self.printer.fact(whole)}, de {self.printer.named(whole)}"

    def _careful(self, name: str, title: str, before: dict[frozenset[str], str]) -> str:
        """The reasons that hold of every pair, and how many more hold of some, or which of a line alone."""
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

    def refusals(self) -> dict[str, Any]:
        """Why so many pairs of numbers do not compare, the commonest reasons first; empty where all do."""
        apart = self.pairs[self.pairs["verdict"].eq("not")]
        if apart.empty:
            return {}
        every = Counter(one for reasons in apart["reasons"] for one in split(reasons) if one in self.refusing)
        pairs = french.plural(len(apart), "une paire ne se compare pas", f"{len(apart)} paires ne se comparent pas")
        lines = [
            f"{french.capital(escape(reason))} ({french.number(count)} {french.plural(count, 'paire')})."
            for reason, count in every.most_common(REFUSALS)
        ]
        several = "" if len(apart) == 1 else " (plusieurs raisons valent parfois pour une paire)"
        return {"title": f"Pourquoi {pairs}{several}", "lines": [french.typographic(line) for line in lines]}

    @cached_property
    def _left(self) -> list[tuple[str, bool]]:
        """The indicators that may be read and have no line, each with whether some numbers compare without a reserve."""
        told = {*self._every(self._told[APART]), *self._told[SAME], *self._told[OPEN]}
        best = self.numbers[self.numbers["verdict"].eq("comparable")]["indicator"]
        return [(name, name in set(best)) for name in self._readable if name not in told]

    def unsaid(self) -> str:
        """How many rates and shares more compare, and how many may be read with caution; empty where page 1 tells them all."""
        left = [compare for name, compare in self._left if self._measure(name) in MEASURES]
        verbs = {True: VERBS["comparable"], False: VERBS["caution"]}
        clauses = [others(left.count(word), own) for word, own in verbs.items() if left.count(word)]
        return french.capital(" et ".join(noun_once(clauses)))

    def counts(self) -> str:
        """Which numbers that are no rate compare, and have no contrast; empty where none is left."""
        rows = self._rows(name for name, compare in self._left if self._measure(name) not in MEASURES)
        if not rows:
            return ""
        said = agreed(rows, len(rows), ALONGSIDE, " aussi côte à côte")
        return french.typographic(f"{french.capital(said)}, sans écart calculé : un nombre n’est pas un taux.")

    def _measure(self, name: str) -> str:
        return str(self.printer.facts[self.indicators[name].statement_id].measure)

    def tally(self) -> str:
        """How many pairs of numbers compare, and how many do not."""
        pairs = self.pairs["verdict"].value_counts()
        count = {word: int(pairs[word]) for word in VERBS if word in pairs}
        parts = [f"{french.number(number)} {french.plural(number, *VERBS[word])}" for word, number in count.items()]
        return f"Sur {french.number(sum(count.values()))} paires de nombres d’un même indicateur, {', '.join(parts)}."


def against(printer: Printer, contrast: str) -> str:
    """« rapport de 1,14, de 1,04 à 1,25 »: a contrast and its limits, « écart de −15,5 à 5,5 points » where they are all."""
    said = printer.facts[contrast]
    limits = printer.named(contrast)
    words = "rapport de" if said.measure == "ratio" else "écart de"
    if said.kind == "limits":
        return f"{words} {limits}"
    return f"{words} {printer.fact(contrast)}{f', de {limits}' if limits else ''}"
