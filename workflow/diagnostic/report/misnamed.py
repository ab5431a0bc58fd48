"""What the templates name that no study can have: told at its line, with what it may have meant.

A number that a study does not have takes its sentence away (`core/unsaid`). One that is written wrong would too, without a
word: what a template names is therefore looked up in the catalogue of facts, whatever the study has.
"""

import difflib
import inspect
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import jinja2
from jinja2 import nodes

from diagnostic.codebook.model import Codebook, indicators
from diagnostic.estimate.catalogue import reading
from diagnostic.estimate.catalogue.entry import words
from diagnostic.estimate.catalogue.ids import WORD, matching
from diagnostic.files.texts import Fault
from diagnostic.report.registry import CHARTED, grid

# Words given the id of a fact; the same, whose sentence is told with the number.
ASKED = ("cell", "has", "positive", "roughly", "shown", "telling", "modelled", "assumption")
TOLD = ("fact", "base", "interval", "named", "agree", "method", "label", "listed")
BEGINNINGS = ("having", "showing", "bounded", "strokes")  # words given beginnings of ids
# What has tables that are given lists of ids, of patterns, or of beginnings that end so.
LISTED, GIVEN = "grid", ("ids", "names")
QUESTIONS = ("variable", "variables")  # given names of questions
FIGURES = ("figure", "first_figure")
ENDS = (".", "_")
NEAR = 0.75  # of two names, by the part of their signs that is common
SLIP = 0.9  # of the name of a question: one taken out of the codebook looks like none, and takes its table away
ID = re.compile(r"(?:[a-z_]+\d*\.)+[a-z0-9_]*[a-z0-9]")


class Catalogue(NamedTuple):
    """Every id that a fact may have: the ids themselves, and the patterns that others follow; and the names of questions."""

    ids: frozenset[str]
    patterns: tuple[str, ...]
    questions: frozenset[str]

    def holds(self, name: str) -> bool:
        """Whether a fact may have this id."""
        return name in self.ids or any(matching(pattern).fullmatch(name) for pattern in self.patterns)

    def begins(self, prefix: str) -> bool:
        """Whether the id of a fact may begin so. Some patterns begin with a word that the study chooses: a beginning that is
        one word may be it, unless it looks like another."""
        heads = [WORD.split(pattern)[0] for pattern in self.patterns]
        if any(one.startswith(prefix) for one in (*self.ids, *heads)) or prefix.startswith(tuple(filter(None, heads))):
            return True
        return "" in heads and prefix.count(".") == 1 and prefix.endswith(".") and not self.nearest(prefix)

    def nearest(self, name: str) -> str:
        """What a name that no fact has may have meant: an id, or a family of ids; empty where nothing looks like it."""
        every = self.ids.union(self.patterns)
        said = {f"{one.partition('.')[0]}." for one in every} if name.endswith(".") else every
        return next(iter(difflib.get_close_matches(name, sorted(said), 1, NEAR)), "")


def catalogue(codebook: Codebook) -> Catalogue:
    """The catalogue of the texts, with the indicators of a codebook."""
    known = {f"{{{word}}}": [fact_id for fact_id, _ in found] for word, found in indicators(codebook).items()}
    ids: set[str] = set()
    patterns = []
    for pattern in reading.known():
        if whole := next((word for word in known if word in pattern), ""):
            ids |= {pattern.replace(whole, one) for one in known[whole]}
        elif words(pattern):
            patterns.append(pattern)
        else:
            ids.add(pattern)
    return Catalogue(frozenset(ids), tuple(patterns), frozenset(one.name for one in codebook.variables))


def unknown(source: str, known: Catalogue, environment: jinja2.Environment) -> list[Fault]:
    """What a template names that is not in the catalogue, nor a question, nor a table of the report (`grid`, whose modules are
    loaded) and its parameters, in order of lines. Raises jinja2's error for one that cannot be read."""
    tree = environment.parse(source)
    found = {
        (line, name): None
        for line, name, whole in _named(tree)
        if not (known.holds(name) or known.holds(f"{name}_pct") if whole else known.begins(name))
    }
    meant = {name: f" ; le plus proche : « {near} »" if (near := known.nearest(name)) else "" for _, name in found}
    unheard = "n’est l’identifiant d’aucun indicateur (docs/indicateurs.md)"
    faults = [(line, f"« {name} » {unheard}{meant[name]}") for line, name in found]
    for line, name, every, what in _of_tables(tree, known.questions):
        close = difflib.get_close_matches(name, every, 1, SLIP if every is known.questions else NEAR)
        if name not in every and (close or every is not known.questions):
            faults.append((line, f"« {name} » {what}{f' ; le plus proche : « {close[0]} »' if close else ''}"))
    return [Fault(line, told) for line, told in sorted(dict.fromkeys(faults))]


def _of_tables(tree: nodes.Template, questions: Collection[str]) -> Iterator[tuple[int, str, Collection[str], str]]:
    """Of each table or figure asked for: line, a name given, the names among which it is looked for, and what it is not."""
    asked = "n’est le nom d’aucune question (config/codebook/variables.csv)"
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and getattr(call.node.node, "name", "") == LISTED:
            table = call.node.attr
            yield call.lineno, table, {*grid, "register"}, "n’est le nom d’aucun tableau du rapport"
            for one in call.kwargs if table in grid else ():
                own = inspect.signature(grid[table]).parameters
                yield call.lineno, one.key, own, f"n’est pas un paramètre de « grid.{table} »"
                if one.key in QUESTIONS:
                    given = one.value.items if isinstance(one.value, nodes.List) else [one.value]
                    yield from ((line, name, questions, asked) for line, name in _texts(given))
        elif getattr(call.node, "name", "") in FIGURES:
            drawn = [(line, name) for line, name in _texts(call.args[:1]) if name.startswith(CHARTED)]
            yield from ((line, name.removeprefix(CHARTED), questions, asked) for line, name in drawn)


def _named(tree: nodes.Template) -> Iterator[tuple[int, str, bool]]:
    """Line, name, and whether it is a whole id, of what the words of a template are given, and of what it runs through: the
    ids among the texts of a « for »."""
    for loop in tree.find_all(nodes.For):
        yield from ((line, name, True) for line, name in _texts(loop.iter.find_all(nodes.Const)) if ID.fullmatch(name))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            if call.node.name in (*ASKED, *TOLD):
                yield from ((line, name, True) for line, name in _texts(call.args[:1]))
            elif call.node.name in BEGINNINGS:
                yield from ((line, name, False) for line, name in _texts(call.args))
        elif isinstance(call.node, nodes.Getattr) and getattr(call.node.node, "name", "") == LISTED:
            for one in call.kwargs:
                if one.key in GIVEN and isinstance(one.value, nodes.List):
                    yield from ((line, name, not name.endswith(ENDS)) for line, name in _texts(one.value.items))


def _texts(found: Iterable[nodes.Node]) -> Iterator[tuple[int, str]]:
    """Line and text of what is written as a text, or as the key of a table of texts."""
    for one in found:
        if isinstance(one, nodes.Const) and isinstance(one.value, str):
            yield one.lineno, one.value
        elif isinstance(one, nodes.Dict):
            yield from _texts(pair.key for pair in one.items)
