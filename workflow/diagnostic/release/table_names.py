"""The names of the tables of this phase, each with that of its model in `tables`: what reading the workflow needs of them,
without the libraries that models are made with."""

DECIDED: dict[str, str] = {  # what was decided, and what it cost: the team's own
    "ledger": "Ledger",
    "compared": "estimate/Reproduction",
    "claims": "Claims",
    "audits": "Audited",
    "costs": "Costs",
}
PRINTED: dict[str, str] = {  # what documents are made of
    "statements": "Statements",
    "reproduction": "estimate/Reproduction",
    "readings": "ListedReading",
    "articles": "ListedArticle",
    "meetings": "ListedMeeting",
    "sites": "ListedSite",
    "structures": "ListedStructure",
    "practices": "ListedPractice",
    "restitutions": "ListedRestitution",
    "actions": "ListedAction",
    "vignettes": "ListedVignette",
    "warnings": "Warned",
    "sources": "ListedSource",
}
ISSUES = "diffusions"  # no table: the role of the file of what was issued, in the vault
