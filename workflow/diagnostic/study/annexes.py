"""What annexes that stay in the vault are made of: the workbook of names that the team keeps there, and a workbook out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

from diagnostic.codebook import template, xlsx
from diagnostic.codebook.model import Codebook
from diagnostic.collect.grids import Grid, read_export
from diagnostic.core.errors import Typeset
from diagnostic.core.french import typographic
from diagnostic.privacy.vault import Vault

NAMES = "coffre"  # the workbook of names, in the vault
Sheet = tuple[str, Sequence[str], Sequence[Sequence[object]]]  # title, header, rows


class AnnexError(Typeset):
    """An annex cannot be made; the message is in French."""


def kept(vault: Vault) -> list[Grid]:
    """The sheets of the workbook of names. Raises VaultError when the vault has none."""
    return read_export(vault.read_received(NAMES), NAMES, short_rows=True)[0]


def records(codebook: Codebook, grids: Sequence[Grid], table: str) -> Iterator[dict[str, str]]:
    """The filled rows of one table of the workbook, by variable; nothing where its sheet lacks a column."""
    headings = {heading: variable.name for heading, variable, _ in codebook.columns(table)}
    for grid in (grid for grid in grids if grid.title == codebook.tables[table].sheet):
        if set(headings) <= set(grid.rows[0]):
            at = {name: grid.rows[0].index(heading) for heading, name in headings.items()}
            for row in grid.rows[template.FIRST_ROW - 1 :]:
                cells = [*row, *[""] * len(grid.rows[0])]
                if any(row):
                    yield {name: cells[place] for name, place in at.items()}
            return


def workbook(title: str, warnings: Sequence[str], sheets: Sequence[Sheet]) -> bytes:
    """A sheet that says what the annex is, then the others. Text is never a formula, whatever it begins with."""
    book = Workbook()
    page = book.active
    page.title = "À lire"
    page.column_dimensions["A"].width = 100
    for row, text in enumerate((title, *warnings), start=1):
        xlsx.put(page, row, 1, typographic(text), alignment=xlsx.TOP, font=Font(bold=row <= 2))
    for name, header, rows in sheets:
        sheet = book.create_sheet(name)
        for at, values in enumerate((header, *rows), start=1):
            for column, value in enumerate(values, start=1):
                cell = xlsx.put(sheet, at, column, value, font=Font(bold=at == 1))
                sheet.column_dimensions[cell.column_letter].width = 24
        sheet.freeze_panes = "A2"
    return xlsx.to_bytes(book)
