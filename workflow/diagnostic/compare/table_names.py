"""The names of the tables of this phase, each with that of its model in `tables`: what reading the workflow needs of them,
without the libraries that models are made with."""

from __future__ import annotations

TABLES: dict[str, str] = {
    "statements": "Compared",
    "second_hand": "Compared",
    "methods": "Methods",
    "differences": "Differences",
    "pairs": "Pairs",
    "numbers": "Numbers",
    "contrasts": "Contrasts",
    "areas": "Areas",
    "known": "Known",
    "series": "Reference",
}
STATED, REPRINTED = "statements:", "reproduction:"  # inputs of a study, before its name
OUTLINED, CREDITED = "areas:", "source:"  # outlines that a study brought, and whose they are
DRAWN = ("known", "methods", "numbers", "pairs", "areas", "statements", "second_hand")  # that figures are drawn from
DOCUMENTS = (  # that a comparison is printed in
    *("comparaison.html", "comparaison.docx", "comparaison.pdf"),
    *("synthese.pdf", "restitution.pptx", "tableaux.xlsx"),
)
