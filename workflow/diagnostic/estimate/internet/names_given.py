"""Places and countries that coders wrote, as answers to count: those cited often, the others together, the first five.

A name is one whatever its accents and capitals (`slug`), under its most frequent spelling. Names cited by few ads are
not told apart: their share would say nothing, and a small commune may point at someone.
"""

from __future__ import annotations

import io

import pandas as pd

from diagnostic.core.french import slug

REST = {"declared_place": "autres lieux", "declared_country": "autres pays"}  # variable → what the others are called
CITED, FIRST = 11, 5
OTHER, FIRST_FIVE = "other", "first_five"
CONTINENTS = {
    "africa": "Afrique",
    "americas": "Amérique",
    "asia": "Asie",
    "europe": "Europe",
    "oceania": "Océanie",
}


def grouped(answers: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, dict[str, str]], dict[str, int]]:
    """The ads with each written name as the boxes of a multiple question, the label of each box, and how many names.

    Boxes by variable: a name cited by `CITED` ads or more, `other`, and `first_five` where more than five are cited so.
    Both mappings are by variable and hold those that some ad answers.
    """
    made, labels, number = answers, {}, {}
    for variable in (name for name in REST if name in answers and answers[name].notna().any()):
        written = answers[variable].dropna().astype(str)
        keys = written.map(slug)
        number[variable] = keys.nunique()
        often = keys.value_counts()
        often = often[often >= CITED].sort_index().sort_values(ascending=False, kind="stable")
        labels[variable] = {key: written[keys == key].mode().iloc[0] for key in often.index}
        boxes = {key: keys == key for key in often.index}
        if len(often) < number[variable]:
            boxes[OTHER], labels[variable][OTHER] = ~keys.isin(often.index), REST[variable]
        if len(often) > FIRST:
            first = keys.isin(often.index[:FIRST])
            boxes[FIRST_FIVE], labels[variable][FIRST_FIVE] = first, "les cinq plus cités"
        columns = {f"{variable}/{key}": box.reindex(answers.index, fill_value=False) for key, box in boxes.items()}
        made = made.drop(columns=variable).assign(**columns)
    return made, labels, number


def continents(countries: bytes) -> dict[str, str]:
    """Name of a country, as `slug` has it → its continent. `countries`: the CSV of `resources/references/`."""
    rows = pd.read_csv(io.BytesIO(countries), dtype=str, keep_default_na=False)
    return {
        slug(name.strip()): row.continent
        for row in rows.itertuples()
        for name in (row.country, *filter(None, row.aliases.split("|")))
    }
