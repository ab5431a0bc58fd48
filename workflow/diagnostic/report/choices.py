"""The headlines of the Internet diagnosis under each choice of calculation, one at a time: what a table and a chart show.

A study prints either each choice, or, where persons are counted and rows are private, one range for all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from diagnostic.core import french

ALL = "Selon le choix de calcul"
HEADLINES = {  # what is counted → the number kept; the first that a study has
    "Personnes derrière les annonces": ("persons.total", "ads.persons_estimate"),
    "Annonces": ("ads.total",),
}
OTHERS = {  # the number kept → the same under another choice
    "persons.total": (
        "sensitivity.links_apart.persons_total",
        "sensitivity.links_together.persons_total",
        "sensitivity.search_complete.persons_total",
        "sensitivity.counts_exact.persons_total",
        "sensitivity.losses_outside.persons_total",
        "sensitivity.mirrors_shortest.persons_total",
        "sensitivity.uncalibrated.persons_total",
    ),
    "ads.persons_estimate": (
        "ads.persons_reading_a",
        "ads.persons_reading_b",
        "ads.persons_reading_c",
        "sensitivity.mirrors_once.ads_persons_estimate",
    ),
    "ads.total": ("ads.frame_collapsed", "sample.relevant"),
}
KEPT = {"persons.total": "Nombre retenu", "ads.persons_estimate": "Nombre publié", "ads.total": "Nombre retenu"}
Row = tuple[str, str]  # a fact, and what its row is called


def rows(
    shown: Callable[[str], bool], label: Callable[[str], str], printed: Callable[[str], str]
) -> dict[str, list[Row]]:
    """What is counted → the number kept, then the same under each other choice that prints something; without what has no
    other choice. Choices that all print the same range are one row."""
    found = {}
    for title, kept in HEADLINES.items():
        headline = next(filter(shown, kept), None)
        others = list(filter(shown, OTHERS[headline])) if headline else []
        if headline and others:
            start = f"{label(headline)} : "
            told = [(one, french.capital(label(one).removeprefix(start))) for one in others]
            alike = len(others) > 1 and len(set(map(printed, others))) == 1
            found[title] = [(headline, KEPT[headline]), *([(others[0], ALL)] if alike else told)]
    return found
