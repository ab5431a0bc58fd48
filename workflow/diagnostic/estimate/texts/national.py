"""Texts of the national references beside the study's figures."""

from diagnostic.estimate.texts.text import Text

TEXTS = {
    "reference.{reference}_pct": Text(
        "{what}, référence nationale",
        "valeur citée",
        unit="person",
        universe="France, {year}",
        measure="percent",
        method="{caution}",
    ),
}
