"""The names of the tables of this phase, each with that of its model in `tables`, without their libraries."""

FACTS = (  # the strands, which the ledger of facts gathers
    *("internet", "press", "interviews", "questionnaire", "described_facts", "contributors", "partners_facts"),
    *("territory", "support", "outreach", "national", "sensitivity", "quality", "sample", "demand", "history"),
    *("waves", "across", "departements"),
)
REGIONAL = ("departements",)  # made for a study of several départements alone
TABLES: dict[str, str] = {
    **dict.fromkeys(("facts", *FACTS), "Facts"),
    "frame": "Frame",
    "draw": "Drawn",
    "usable": "Usable",
    "held": "Held",
    "conflicts": "Conflicts",
    "reproduction": "Reproduction",
}
