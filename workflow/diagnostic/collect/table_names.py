"""What a study may give, by the names of its files, and the tables made of them, each with the name of its model: what the
configuration and the rules need to know of tables, without the libraries that models are made with."""

from __future__ import annotations

INPUTS: dict[str, str] = {  # a file beside the others, and the table that it is
    "sites": "Sites",
    "ad_counts": "AdCounts",
    "ad_pages": "AdPages",
    "wave_counts": "WaveCounts",
    "wave_ads": "WaveAds",
    "press": "Press",
    "interviews": "Interviews",
    "published_figures": "PublishedFigures",
    "published_notes": "PublishedNotes",
    "published_lists": "PublishedLists",
    "duplicates": "Duplicates",
    "vignettes": "Vignettes",
    "structures": "Structures",
    "practices": "Practices",
    "outreach": "Outreach",
    "contacts": "Contacts",
    "restitutions": "Restitutions",
    "actions": "Actions",
    "law_results": "LawResults",
}
RECEIVED: dict[str, str] = {  # made of exports and workbooks
    "responses": "Responses",
    "situations": "Situations",
    "interview_records": "InterviewRecords",
    "interview_situations": "InterviewSituations",
    "situation_coding": "SituationCoding",
    "text_coding": "TextCoding",
    "partners": "Partners",
    "reminders": "Reminders",
    "site_status": "SiteStatus",
    "site_terms": "SiteTerms",
    "ads": "Ads",
    "ad_copies": "AdCopies",
    "demand_ads": "DemandAds",
    "forum_threads": "ForumThreads",
    "penal_response": "PenalResponse",
    "venues": "Venues",
}
TABLES: dict[str, str] = {
    **INPUTS,
    **RECEIVED,
    "codes": "Codes",
    "places": "Places",
    "received_rows": "ReceivedRows",
    "cells": "Cells",
    "sources": "Sources",
}
# Role → the codebook's tables it holds. What may say something of a person comes through the vault…
ROLES: dict[str, tuple[str, ...]] = {
    "questionnaire": ("responses", "situations"),
    "interview_sheets": ("interview_records", "interview_situations"),
    "situation_coding": ("situation_coding",),
    "text_coding": ("text_coding",),
}
# … and what holds neutral codes only lies with the study's other files.
WORKBOOKS: dict[str, tuple[str, ...]] = {
    "partners": ("partners", "reminders"),
    "sites_history": ("site_status", "site_terms"),
    "coded_ads": ("ads", "ad_copies"),
    "demand": ("demand_ads", "forum_threads", "penal_response", "venues"),
}
MAPPING = "_mapping"  # after the role of an export: that of its workbook, in the vault
FORMATS = {  # of exports
    "google_csv": "Google Forms (CSV)",
    "google_sheets": "feuille Google liée au formulaire (XLSX)",
    "kobo": "KoboToolbox (XLSX)",
    "odk": "ODK Central (ZIP)",
    "limesurvey": "LimeSurvey (CSV)",
    "template": "classeur modèle (XLSX)",
    "mapping": "autre formulaire, avec classeur de correspondance",
}
