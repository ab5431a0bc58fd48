"""The columns of tools that run the XLSForm (KoboToolbox, ODK): its groups, its notes, its repeat."""

from __future__ import annotations

from diagnostic.codebook.model import Codebook, Variable


def questions(codebook: Codebook) -> list[tuple[str, Variable]]:
    """(group, variable) of the main record, in order. A note has a column like any question, always empty."""
    return [(b.name, v) for b, variables in codebook.form() if not codebook.repeats(b) for v in variables if _kept(v)]


def repeat(codebook: Codebook) -> list[Variable]:
    """The variables of the repeat, in order."""
    return [v for block, variables in codebook.form() if codebook.repeats(block) for v in variables if _kept(v)]


def _kept(variable: Variable) -> bool:
    return variable.shape == ""
