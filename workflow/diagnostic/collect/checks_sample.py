"""Whether the coded ads are those that the project drew, or a sample whose choice the study must declare."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from diagnostic.collect.answers import SAMPLES
from diagnostic.core.french import number, plural
from diagnostic.core.problems import Problem
from diagnostic.core.wording import blocking

ROLE = "coded_ads"
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
        f"Le déclarer dans config/studies/{study}.yaml : {choices}. Les deux premiers donnent estimations et intervalles, le "
        "dernier décrit ces annonces seules. Ou coder les places de « codage.xlsx », avec leurs numéros.",
    )
