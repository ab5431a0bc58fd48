"""Whether the coded ads are those that the project drew, or a sample whose choice the study must declare; and whether what two
searches found in common is a part of what the second found."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from diagnostic.collect.answers import SAMPLES
from diagnostic.collect.keys import Words, at_cell, placed
from diagnostic.core.french import number, plural
from diagnostic.core.problems import Problem
from diagnostic.core.wording import blocking

ROLE, AGAIN, TOTAL = "coded_ads", "copies_again", "copies_total"
MORE = Words(
    "Plus de copies communes aux deux recherches que cette recherche n'en a trouvé en tout.",
    "Corriger l'un des deux nombres : les copies communes sont une partie de celles de la seconde recherche, l'annonce comprise.",
)
DRAWN = re.compile(r"[A-Z][0-9]{2}-[0-9A-HJKMNP-TV-Z]{8}")  # a number that the project's draw gives (`formulas.draw`)


def undeclared(study: str, ads: pd.DataFrame, design: str | None, file: str) -> Iterator[Problem]:
    """One blocking problem where no number of the coded ads is the project's and nothing says how they were chosen.

    Where some are, the others are told with the codings: an ad of the draw was miswritten.
    """
    if design or "ad_id.code" not in ads:
        return
    written = ads["ad_id.code"].dropna().astype(str)
    given = [one for one in written.unique() if one not in ("no_answer", "not_asked", "")]
    if not given or any(DRAWN.fullmatch(one) for one in given):
        return
    one, many = "n’est pas de ceux que le projet tire", "ne sont pas de ceux que le projet tire"
    message = (
        f"{plural(len(given), 'Le numéro', f'Les {number(len(given))} numéros')} d’annonce {plural(len(given), one, many)} : "
        "rien ne dit comment ces annonces ont été choisies, ni donc ce qu’elles permettent de dire."
    )
    choices = " ; ".join(f"« coded_sample: {code} » ({meaning})" for code, meaning in SAMPLES.items())
    yield blocking(
        file,
        message,
        f"Le déclarer dans config/studies/{study}.yaml : {choices}. Les deux premiers donnent estimations et intervalles, les "
        "deux autres décrivent ces annonces seules. Ou coder les places de « codage.xlsx », avec leurs numéros.",
    )


def common(ads: pd.DataFrame, places: pd.DataFrame, file: str) -> Iterator[Problem]:
    """One blocking problem per coded ad of which more copies are said to be found twice than in all."""
    if not {f"{AGAIN}.number", f"{TOTAL}.number"} <= set(ads):
        return
    for row in placed(ads, (ads[f"{AGAIN}.number"] > ads[f"{TOTAL}.number"]).fillna(False).astype(bool)):
        yield at_cell(row, "ads", AGAIN, places, file, MORE)
