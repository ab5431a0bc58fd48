"""What readers know a study by, how studies, indicators and reasons are told in a sentence or a cell: a few by name, many by number."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

import pandas as pd

from diagnostic.compare.judging import UNRULED
from diagnostic.compare.table_names import VERDICTS
from diagnostic.compare.tables import DEPTHS
from diagnostic.core import french
from diagnostic.report.charts.facts import listed
from diagnostic.report.printing import escape

Number = Any  # one row of `compare/numbers`, as `itertuples` gives it


def names_of(known: pd.DataFrame) -> dict[str, str]:
    """Study → what readers know it by: its territory and year, and its own name where another has the same, sorted."""
    found = {one.study: f"{one.territory.partition(' (')[0]} {one.edition}".strip() for one in known.itertuples()}
    count = Counter(found.values())
    told = {study: name if count[name] == 1 else f"{name} ({study})" for study, name in found.items()}
    return dict(sorted(told.items(), key=lambda pair: french.collated(pair[1])))


DOTS = "cote_a_cote_"  # of the name of a figure of dots: the family of its numbers
NAMED = 12  # studies that are named in a cell; more are counted
FEW = 3  # of those that a number compares with, in a comparison of more than NAMED; its card names up to NAMED
NOT_SAID = "non dit"
UNSAID = f"*{NOT_SAID}*"
SPAN = re.compile(r"\[([^\]]*)\]\{[^}]*\}")  # a number with its card
LIMITS = (
    "Chaque écart va du premier nombre au second. Si ses limites contiennent un rapport de 1, ou une différence de 0 point, les deux "
    "nombres ne disent pas autre chose l’un que l’autre. Les limites portent l’incertitude des deux études (pages lues, tirage, "
    "doublons) et l’arrondi de leurs nombres, jamais ce qui sépare leurs méthodes. Elles s’élargissent avec le nombre de paires (Holm) : "
    "sans cela, quelques-unes différeraient par hasard. Un écart sans limites ne dit pas si les deux études diffèrent. Entre des "
    "bornes, aucun nombre n’est plus probable qu’un autre : elles sont données seules."
)
WITHOUT = (
    "Chaque écart va du premier nombre au second, tels qu’imprimés. Ces nombres n’ont pas de limites : ce qui sépare les méthodes "
    "peut faire tout l’écart, et rien ne dit si les deux études diffèrent."
)


def told(studies: Sequence[str], names: Mapping[str, str], most: int = NAMED) -> str:
    """The names of a few studies, the number of more than `most`."""
    return ", ".join(names[one] for one in studies) if len(studies) <= most else f"{len(studies)} études"


def depths(known: pd.DataFrame) -> str:
    """« 2 études entières, 13 par des chiffres publiés, 9 dont on sait seulement qu’elles existent » (`known`: a row per study)."""
    count = known["depth"].value_counts()
    said = {
        "full": ("étude entière", "études entières"),
        "published": ("connue par des chiffres publiés", "connues par des chiffres publiés"),
        "existence": ("dont on sait seulement qu’elle existe", "dont on sait seulement qu’elles existent"),
    }
    return ", ".join(f"{count[one]} {french.plural(count[one], *said[one])}" for one in DEPTHS if one in count)


def together(said: Mapping[str, str], values: Mapping[str, float], names: Mapping[str, str]) -> str:
    """What studies say of one item of method, as markdown: the same words told once, with who says them; how many say nothing.

    Of more than `NAMED` studies the same number is told once too, with the card of the first; of more than `NAMED` numbers, the
    smallest and the largest; of more than `NAMED` other answers, how many there are.
    `said`: study → its words, empty where it says nothing; `values`: study → its number, where it has one; `names`: escaped.
    """
    if not any(said.values()):
        return UNSAID if said else ""
    many = sum(map(bool, said.values())) > NAMED
    kinds: dict[str, list[str]] = {}
    for study, words in said.items():
        if words:
            kinds.setdefault(SPAN.sub(r"\1", words) if many else words, []).append(study)
    if len(kinds) <= NAMED or not many:
        parts = [f"{said[studies[0]]} ({told(studies, names)})" for studies in kinds.values()]
    else:
        speaking = [study for study, words in said.items() if words]
        counted = sorted((study for study in speaking if study in values), key=lambda study: values[study])
        others = sum(len(studies) > 0 and studies[0] not in values for studies in kinds.values())
        parts = [f"de {said[counted[0]]} à {said[counted[-1]]} ({len(counted)} études)"] if counted else []
        parts += [f"{others} réponses différentes ({len(speaking) - len(counted)} études)"] if others else []
    unsaid = sum(not words for words in said.values())
    return f"{french.NNBSP}; ".join([*parts, *([f"{UNSAID} ({unsaid} études)"] if unsaid else [])])


def set_aside(apart: Sequence[str], invented: Sequence[str]) -> str:
    """Which studies a comparison leaves out, and why: published ones (`apart`) of one of `invented` studies, else invented ones."""
    if not apart:
        return ""
    number = french.number(len(apart))
    if invented:
        some = french.plural(len(apart), "Une étude publiée est laissée", f"{number} études publiées sont laissées")
        return f"{some} de côté : des nombres inventés ne se lisent pas à côté de nombres réels."
    named = f" ({', '.join(apart)})" if len(apart) <= NAMED else ""
    some = french.plural(len(apart), "Une étude inventée", f"{number} études inventées")
    left = french.plural(len(apart), "est laissée", "sont laissées")
    return f"{some}{named} {left} de côté : une étude inventée ne se lit qu’à côté d’autres études inventées."


REASONS = 3  # to be careful with an indicator, that page 1 tells
NOUN = "indicateur"
COUNTED = re.compile(rf"(autres?) {NOUN}s?")


def wholes(names: Iterable[str], indicators: Mapping[str, Number]) -> list[tuple[str, ...]]:
    """These indicators, those that are parts of one whole together, in the place of the first."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(indicators[name].whole or name, []).append(name)
    return [tuple(parts) for parts in found.values()]


def titled(row: Number) -> str:
    """« Répartition entre sortes de sites »: the title of the whole that an indicator is a part of."""
    return french.capital(str(row.whole).removeprefix("la "))


def few(shared: Sequence[str], every: int) -> str:
    """The first reasons of those that all pairs share, and how many more stand beside the numbers, pair by pair."""
    kept = list(shared if len(shared) == every <= REASONS + 1 else shared[:REASONS])
    left = every - len(kept)
    words = ("autre réserve", "autres réserves") if kept else ("réserve", "réserves")
    some = "" if len(shared) == every else "selon la paire, "
    more = f"{'et ' if kept else ''}{french.number(left)} {french.plural(left, *words)}, {some}dites avec les nombres"
    return " ; ".join([*kept, *([more] if left else [])])


def phrases(rows: Sequence[Number]) -> str:
    """« le nombre d’annonces et les parts des annonces sur des sites de rencontre et qui présentent une femme »."""
    subjects: dict[str, list[str]] = {}
    for one in rows:
        subjects.setdefault(one.subject, []).append(one.says)
    parts = []
    for subject, says in subjects.items():
        several = subject.replace("la part ", "les parts ", 1) if len(says) > 1 else subject
        parts.append(escape(f"{several} {listed(says)}".strip()))
    return listed(parts, " ainsi que " if any(len(says) > 1 for says in subjects.values()) else " et ")


def agreed(rows: Sequence[Number], every: int, verbs: tuple[str, str], after: str = "") -> str:
    """These indicators of `every`, how many there are besides, and a verb that agrees with all of them."""
    verb = f"{verbs[0] if every == 1 else verbs[1]}{after}"
    if every <= len(rows):
        return f"{phrases(rows)} {verb}"
    return f"{', '.join(phrases([row]) for row in rows)} et {_counted(every - len(rows))} {verb}"


def others(number: int, verbs: tuple[str, str]) -> str:
    """« un autre indicateur change », « 9 autres indicateurs changent »."""
    return f"{_counted(number)} {verbs[0] if number == 1 else verbs[1]}"


def _counted(number: int) -> str:
    """« un autre indicateur », « 9 autres indicateurs »."""
    return f"un autre {NOUN}" if number == 1 else f"{french.number(number)} autres {NOUN}s"


def noun_once(clauses: Sequence[str]) -> list[str]:
    """The clauses, of which the first alone says what the others count."""
    counting = [at for at, said in enumerate(clauses) if COUNTED.search(said)]
    return [COUNTED.sub(r"\1", said) if at in counting[1:] else said for at, said in enumerate(clauses)]


Group = tuple[str, tuple[str, ...]]  # verdict and reasons
WITH = {"comparable": "comparable à ", "caution": "avec prudence, à ", "not": ""}
TITLES = {"comparable": "Comparable à", "caution": "Avec prudence à", "not": "Non comparable à"}
# Of `numbers`: the studies of each verdict.
COLUMNS = {"comparable": "comparable", "caution": "caution", "not": "apart"}


class Reasons:
    """`pairs`: one row per indicator and pair of studies; `declared`: the rules, whose reasons refuse or caution."""

    def __init__(self, pairs: pd.DataFrame, declared: pd.DataFrame) -> None:
        self.refusals = {UNRULED, *declared.loc[declared["effect"].eq("not"), "reason"]}
        self.groups: dict[tuple[str, str], dict[Group, list[str]]] = {}
        for one in pairs.itertuples():
            group = one.verdict, self._of(one)
            for study, other in ((one.study, one.other), (one.other, one.study)):
                self.groups.setdefault((one.indicator, study), {}).setdefault(group, []).append(other)

    def _of(self, pair: Any) -> tuple[str, ...]:
        """The reasons of a pair: of one that does not compare, those that refuse it."""
        return tuple(one for one in split(pair.reasons) if pair.verdict != "not" or one in self.refusals)

    def _best(self, one: Number) -> list[tuple[Group, list[str]]]:
        """The groups of a number that are told: those with which it may be read, else those that refuse it."""
        own = self.groups[one.indicator, one.study].items()
        readable = [(group, others) for group, others in own if (group[0] != "not") or one.verdict == "not"]
        return sorted(readable, key=lambda found: list(VERDICTS).index(found[0][0]))

    def letters(self, numbers: pd.DataFrame) -> dict[str, str]:
        """Reason → the letter that stands for it beside these numbers."""
        own = (reason for one in numbers.itertuples() for (_, why), _ in self._best(one) for reason in why)
        return dict(zip(dict.fromkeys(own), ascii_lowercase, strict=False))

    def cell(self, one: Number, letters: Mapping[str, str], names: Mapping[str, str]) -> str:
        """With what a number (a row of `numbers`) compares, and the letters of why not without a reserve."""
        groups = self._best(one)
        if sum(len(others) for _, others in groups) > NAMED:
            return _together(one, letters, names)
        parts = [f"{WITH[verdict]}{told(others, names)}{_why(why, letters)}" for (verdict, why), others in groups]
        if one.verdict == "not":
            alone = len(groups) == 1
            return (
                f"à aucune autre{_why(groups[0][0][1], letters)}" if alone else f"à aucune autre ({' ; '.join(parts)})"
            )
        return " ; ".join([*parts, *_rest(one)])

    def card(self, one: Number, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """The lines of a number's card on what it may be compared with. Nothing can leave them out."""
        own = self.groups[one.indicator, one.study]
        lines = [("Verdict", VERDICTS[one.verdict])]
        few = sum(map(len, own.values())) <= NAMED
        for word, title in TITLES.items():
            groups = [(why, others) for (verdict, why), others in own.items() if verdict == word]
            if few:
                said = [(told(others, names), ", ".join(why)) for why, others in groups]
                parts = [f"{studies} ({why})" if why else studies for studies, why in said]
                lines += [(title, " ; ".join(parts))] if parts else []
            elif others := split(getattr(one, COLUMNS[word])):
                lines.append((title, told(others, names)))
        return lines if few or not one.reasons else [*lines, ("Parce que", one.reasons)]


def split(text: str) -> list[str]:
    """The parts of a text that « ; » separates."""
    return [part for part in text.split("; ") if part]


def _together(one: Number, letters: Mapping[str, str], names: Mapping[str, str]) -> str:
    """The same of many studies, one line: the column before says the verdict."""
    if one.verdict == "not":
        return f"à aucune autre{_why(split(one.reasons), letters)}"
    found = [(word, split(getattr(one, COLUMNS[word]))) for word in ("comparable", "caution")]
    found = [(word, others) for word, others in found if others]
    short = len(found) == 1
    parts = [f"{'à ' if short else WITH[word]}{told(others, names, FEW)}" for word, others in found]
    return " ; ".join([*parts, *_rest(one)]) + _why(split(one.reasons), letters)


def _why(reasons: Iterable[str], letters: Mapping[str, str]) -> str:
    said = ", ".join(f"*{letters[reason]}*" for reason in reasons)
    return f" : {said}" if said else ""


def _rest(one: Number) -> list[str]:
    """That a number compares with some and not with others."""
    return [french.plural(len(split(one.apart)), "pas à l’autre", "pas aux autres")] if one.apart else []
