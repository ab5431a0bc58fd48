"""Texts of the national references beside the study's figures."""

from diagnostic.estimate.texts.text import Text

TEXTS = {
    "reference.{reference}_pct": Text(
        "{what}, référence nationale",
        "valeur citée",
        unit="person",
        way="second_hand",
        universe="France, {year}",
        measure="percent",
        method="{caution}",
    ),
    "reference.{reference}_year": Text(
        "{what}, année de la référence nationale",
        "année que la source imprime",
        unit="article",
        way="second_hand",
        universe="France",
        measure="date",
        method="{caution}",
    ),
}
