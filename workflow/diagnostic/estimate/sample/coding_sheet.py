"""The workbook of the coders: the codebook's own, with one row already begun for each ad and coder."""

import io
from collections.abc import Iterator, Sequence

import pandas as pd
from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template
from diagnostic.codebook.model import READ_ME, TO_READ, Codebook
from diagnostic.core.french import typographic

WORKBOOK, TABLE = "annonces", "ads"
CODERS = ("C1", "C2")
BEGUN = ("ad_id", "coder", "site_code", "page_rank", "rank_on_page")
TOWN = "ville de la liste"  # where the site is searched town by town: a page and a rank alone name no place
INSTRUCTIONS = (
    "Chaque ligne est une place : un site (et une ville, où il se lit ville par ville), une page, un rang. Ouvrir la page au rang indiqué et dire dans "
    "« disposition » ce qui s'y trouve : les annonces d'un autre sujet comptent pour un rang comme les autres. Ne jamais "
    "prendre la voisine à la place : le total en dépend.",
    "« Disparue » et « inaccessible » ne se disent que d'une annonce que l'on sait avoir été là, ou d'une page qui ne "
    "s'ouvre pas : ce sont des non-réponses. Une place vide, ou dont l'annonce est sans rapport avec la prostitution, se "
    "constate : la liste a alors moins d'annonces.",
    "Les lignes C2 sont à coder par une seconde personne, sans voir les réponses de la première : donner à chacune sa "
    "copie du classeur, puis réunir les lignes. Remplacer C1 et C2 par les initiales.",
    "Pour chaque annonce pertinente, chercher ses copies sur tous les sites du registre et écrire leur nombre par site "
    "dans la feuille « Copies », l'annonce elle-même comprise. C'est ce qui permet d'estimer un nombre de personnes.",
    "La personne des lignes C2 cherche les copies sans voir la première recherche. Ensuite seulement, les deux comparent ce "
    "qu'elles ont trouvé, et « copies_again » reçoit le nombre commun, l'annonce comprise : il mesure les copies manquées.",
    "Ne recopier ni texte, ni photo, ni pseudonyme, ni numéro, ni lien. Ne jamais répondre à une annonce ni ouvrir une "
    "conversation : aucune conversation sous une fausse identité.",
)


def workbook(codebook: Codebook, ads: pd.DataFrame, told: Sequence[str], done: pd.Series) -> bytes:
    """The workbook as .xlsx bytes: the rows of the first coder in the order of the draw, then those of the second.

    `ads` is the draw (`draw.draw_ads`); `told` are lines for the first sheet. `done`: how
    many codings each ad already has; they are not asked again. Same draw and codings, same bytes.
    """
    beside = (TOWN,) if ads["place"].fillna("").ne("").any() else ()
    book = load_workbook(io.BytesIO(template.workbook(codebook, WORKBOOK, beside)))
    sheet = book[codebook.tables[TABLE].sheet]
    column = {cell.value: cell.column for cell in sheet[1]}
    names = (*BEGUN, *(f"{TO_READ} {text}" for text in beside))
    last = template.FIRST_ROW - 1
    for last, row in enumerate(_rows(ads, done), start=template.FIRST_ROW):
        for name, value in zip(names, row, strict=False):  # the town has no column where no list has one
            template.put(sheet, last, column[name], value)
    _lengthen(sheet, last)
    _tell(book[READ_ME], [*told, *(typographic(text) for text in INSTRUCTIONS)])
    return template.to_bytes(book)


def _rows(ads: pd.DataFrame, done: pd.Series) -> Iterator[tuple[str, str, str, int, int, str]]:
    turns = ads["ad_id"].map(done).fillna(0)
    left = (ads[turns < 1], ads[ads["double"].astype(bool) & (turns < 2)])
    for coder, own in zip(CODERS, left, strict=True):
        for ad in own.itertuples():
            yield ad.ad_id, coder, ad.site_code, int(ad.page_rank), int(ad.rank_on_page), ad.place or ""


def _lengthen(sheet: Worksheet, last: int) -> None:
    """Let the drop-down lists reach the last row, where the template's are too short."""
    if last <= template.LAST_ROW:
        return
    rule: DataValidation
    for rule in sheet.data_validations.dataValidation:
        for part in list(rule.sqref.ranges):
            rule.sqref.add(
                CellRange(min_col=part.min_col, max_col=part.max_col, min_row=template.FIRST_ROW, max_row=last).coord
            )


def _tell(sheet: Worksheet, lines: Sequence[str]) -> None:
    """The lines at the end of the first sheet."""
    for row, text in enumerate(lines, start=sheet.max_row + 2):
        template.put(sheet, row, 1, text, alignment=template.TOP)
