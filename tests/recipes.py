"""A team's own file through its recipe: proposed, completed in its view as a person would, read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import adhoc

from diagnostic.codebook.model import Codebook
from diagnostic.collect.exports.study import Received, read_exports
from diagnostic.collect.grids import read_export
from diagnostic.describe import workbook
from diagnostic.describe.everything import FORM, TABLES, everything
from diagnostic.describe.proposing import names_of, proposed
from diagnostic.describe.reading import Made, apply, as_xlsx
from diagnostic.describe.recipe import Recipe, blocks, from_yaml, to_yaml

NAME = "recettes.xlsx"
SIGNED = ("Questions", 1, 2)


def names(kind: str, values: Iterable[str]) -> list[str]:
    """Names that can be read in a test: the values themselves."""
    return list(values)


@dataclass(frozen=True)
class Kept:
    """A recipe as the vault keeps it, and its view."""

    codebook: Codebook
    recipe: Recipe
    view: bytes

    def completed(self, view: bytes | None = None) -> Kept:
        """The same once a person has saved its view."""
        (recipe,) = workbook.completed(everything(self.codebook), [self.recipe], view or self.view, NAME)
        return Kept(self.codebook, from_yaml(to_yaml(recipe)), view or self.view)

    def typed(self, cells: dict[tuple[str, int, int], str], signed: str = "LM") -> Kept:
        """The same once these cells were typed, and the whole signed."""
        return self.completed(adhoc.edited(self.view, {SIGNED: signed} | cells))

    def rows(self, sheet: str) -> list[list[str]]:
        return adhoc.rows_of(self.view, sheet)

    def again(self, content: bytes) -> Kept:
        """The recipe with what another file of the same kind has that is new."""
        return propose(self.codebook, content, self.recipe)

    def made(self, content: bytes) -> Made:
        grids = blocks(read_export(content, FORM, short_rows=True)[0])
        return apply(everything(self.codebook), self.recipe, grids, names_of([self.recipe]))

    def read(self, content: bytes, role: str = FORM) -> Received:
        """What the study reads of a file; the recipe's problems where there are some."""
        made = self.made(content)
        if made.problems or role not in made.parts:
            return Received({}, problems=made.problems)
        return read_exports(self.codebook, {role: as_xlsx(made.parts[role])}, {role: "recipe"}, names)


def propose(
    codebook: Codebook, content: bytes, earlier: Recipe | None = None, roles: Sequence[str] = tuple(TABLES)
) -> Kept:
    """The recipe that is proposed for a file."""
    whole, grids = everything(codebook), blocks(read_export(content, FORM, short_rows=True)[0])
    recipe = proposed(whole, grids, earlier or Recipe(FORM), roles)
    made = apply(whole, recipe.confirmed(), grids, names_of([recipe]))
    return Kept(codebook, recipe, workbook.written(whole, [recipe], {recipe.file: made}))
