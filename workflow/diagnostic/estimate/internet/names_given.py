"""Places and countries that coders wrote, as answers to count: those cited often, the others together, the first five.

A name is one whatever its accents and capitals (`slug`), under its most frequent spelling.
"""

import io
from collections.abc import Mapping

import pandas as pd

from diagnostic.core.french import slug

REST = {"declared_place": "autres lieux", "declared_country": "autres pays"}  # variable → what the others are called
CITED, FIRST = 11, 5
OTHER, FIRST_FIVE = "other", "first_five"
CONTINENTS = {"africa": "Afrique", "americas": "Amérique", "asia": "Asie", "europe": "Europe", "oceania": "Océanie"}


def grouped(
    answers: pd.DataFrame, *others: pd.DataFrame
) -> tuple[list[pd.DataFrame], dict[str, dict[str, str]], dict[str, int]]:
    """The ads with each written name as the boxes of a multiple question, the label of each box, and how many names; `others`,
    the same ads as other persons coded them, with the same boxes.

    Boxes by variable: a name cited by `CITED` ads or more, `other`, and `first_five` where more than five are cited so.
    Both mappings are by variable and hold those that some ad answers.
    """
    made, labels, number = [answers, *others], {}, {}
    for variable in (name for name in REST if name in answers and answers[name].notna().any()):
        written = answers[variable].dropna().astype(str)
        keys = written.map(slug)
        number[variable] = keys.nunique()
        often = keys.value_counts()
        often = often[often >= CITED].sort_index().sort_values(ascending=False, kind="stable")
        labels[variable] = {key: written[keys == key].mode().iloc[0] for key in often.index}
        boxes = {key: [key] for key in often.index}  # → its names
        if len(often) < number[variable]:
            boxes[OTHER], labels[variable][OTHER] = [], REST[variable]
        if len(often) > FIRST:
            boxes[FIRST_FIVE], labels[variable][FIRST_FIVE] = list(often.index[:FIRST]), "les cinq plus cités"
        made = [_boxed(one, variable, boxes, often.index) for one in made]
    return made, labels, number


def _boxed(table: pd.DataFrame, variable: str, boxes: Mapping[str, list[str]], often: pd.Index) -> pd.DataFrame:
    """The ads with the boxes of a variable, a column each, in the place of what was written."""
    keys = table[variable].map(lambda name: slug(str(name)), na_action="ignore")
    told = {key: keys.isin(names) if names else keys.notna() & ~keys.isin(often) for key, names in boxes.items()}
    return table.drop(columns=variable).assign(**{f"{variable}/{key}": box for key, box in told.items()})


def continents(countries: bytes) -> dict[str, str]:
    """Name of a country, as `slug` has it → its continent. `countries`: the CSV of `resources/references/`."""
    rows = pd.read_csv(io.BytesIO(countries), dtype=str, keep_default_na=False)
    return {
        slug(name.strip()): row.continent
        for row in rows.itertuples()
        for name in (row.country, *filter(None, row.aliases.split("|")))
    }
