"""Texts of the facts of the partners contacted."""

from functools import partial

from diagnostic.estimate.texts.text import Text

contacted = partial(Text, unit="structure", way="structures", universe="structures contactées")
TEXTS = {
    "partners.contacted": contacted("structures contactées", "lignes du tableau des partenaires"),
    "partners.wave_{wave}": contacted("structures contactées, {name}", "lignes de la {name}"),
    "partners.reminders": contacted("relances faites", "lignes du tableau des relances"),
    "partners.by_name": contacted("structures contactées nommément", "lignes où le contact est nominatif"),
    "partners.response_pct": Text(
        "structures contactées nommément qui ont répondu ou accepté un entretien",
        "structures ayant répondu ou accepté un entretien, sur les structures contactées nommément",
        unit="structure",
        way="structures",
        universe="structures contactées nommément",
        measure="percent",
        method="Un taux n’a de sens que sur les structures contactées nommément : combien ont reçu un lien relayé est inconnu.",
    ),
}
