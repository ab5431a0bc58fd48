"""The names of the tables of this phase, each with that of its model in `tables`, without their libraries."""

from collections.abc import Mapping

LEDGERS = (
    *("shared_rows", "internet_rows", "ads_rows", "demand_rows", "history_rows", "press_rows"),
    *("interviews_rows", "support_rows", "partners_rows", "questionnaire_rows", "themes_rows", "rows"),
)
TABLES: dict[str, str] = {
    "counts": "Counts",
    "pages": "collect/AdPages",
    "articles": "Articles",
    "meetings": "Meetings",
    "respondents": "Respondents",
    "cases": "Cases",
    "codings": "Codings",
    "copies": "Copies",
    "demand_ads": "DemandAds",
    "forum": "ForumThreads",
    "penal": "PenalResponse",
    "venues": "Venues",
    "site_states": "SiteStates",
    "site_terms": "collect/SiteTerms",
    "structures": "collect/Structures",
    "practices": "collect/Practices",
    "outreach": "collect/Outreach",
    "restitutions": "collect/Restitutions",
    "actions": "collect/Actions",
    "vignettes": "Approved",
    "law_results": "collect/LawResults",
    "described": "Described",
    "pairs": "Pairs",
    "persons": "PersonRows",
    "professionals": "Contributors",
    **dict.fromkeys(LEDGERS, "RowLedger"),
}
# The columns that the ledger names a row by → the tables that rows become part of.
_BY: Mapping[tuple[str, ...], str] = {
    ("site_code",): "counts pages demand_ads wave_counts site_states",
    ("date", "row"): "articles meetings restitutions",
    ("response_id",): "respondents",
    ("response_id", "situation_number"): "cases",
    ("situation",): "described",
    ("first", "second"): "pairs",
    ("record",): "professionals",
    ("ad_id.code",): "codings",
    ("ad_id",): "copies",
    ("source_code",): "forum",
    ("measure",): "penal",
    ("venue_code",): "venues",
    ("ad_mark",): "wave_ads",
    ("site_code.code",): "site_terms",
    ("partner_code.code",): "partners reminders",
    ("structure_code",): "structures contacts",
    ("row",): "practices actions vignettes law_results",
    ("year",): "outreach",
}
KEYS = {table: columns for columns, tables in _BY.items() for table in tables.split()}
PLAIN = ("wave_counts", "wave_ads", "contacts")  # received tables all of whose rows count as they are
