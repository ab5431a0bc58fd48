"""The names of the tables of this phase, each with that of its model in `tables`, without their libraries."""

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
VERDICTS = {"comparable": "comparable", "caution": "avec prudence", "not": "non comparable"}  # from best to worst
EFFECTS = tuple(VERDICTS)[1:]  # of a rule that holds
ALL = "*"  # the family of all
COUNTS = "counts"  # numbers that are neither rate nor share: rules of their own, in whatever family they are shown
# The family that compares with none, and that of what two sets of professionals answered.
UNFIT, ASKED = "told", "answers"
# Families of numbers, those of one under the same rules, with what a document calls those that it shows. What professionals tell
# of persons is one more: it never compares.
SHOWN = {
    "ads": "annonces recensées",
    "coded": "annonces codées",
    "behind": "personnes derrière les annonces",
    ASKED: "ce que disent les répondant·es",
}
FAMILIES = (*SHOWN, COUNTS, UNFIT)
