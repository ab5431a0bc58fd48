"""What a study may give, by the names of its files, and the tables made of them, each with the name of its model: what the
configuration and the rules need to know of tables, without the libraries that models are made with."""

from collections.abc import Mapping
from typing import NamedTuple


class Named(NamedTuple):
    """The name of a table's model, and whether the file that it is may be declared public (`public: true` in its record): only
    where the report shows all of it, and it counts no few people, and names nobody who was not asked. Otherwise its digest,
    its cells or its rows would give back what is rounded or left out."""

    model: str
    public: bool = False


def named(tables: Mapping[str, Named]) -> dict[str, str]:
    """Each table with the name of its model."""
    return {name: one.model for name, one in tables.items()}


INPUTS: dict[str, Named] = {  # a file beside the others, and the table that it is
    "sites": Named("Sites", public=True),
    "ad_counts": Named("AdCounts"),
    "ad_pages": Named("AdPages"),
    "wave_counts": Named("WaveCounts"),
    "wave_ads": Named("WaveAds"),
    "press": Named("Press", public=True),
    "interviews": Named("Interviews"),
    "published_figures": Named("PublishedFigures", public=True),
    "published_notes": Named("PublishedNotes", public=True),
    "published_structure": Named("PublishedStructure", public=True),
    "published_lists": Named("PublishedLists", public=True),
    "duplicates": Named("Duplicates"),
    "vignettes": Named("Vignettes"),
    "structures": Named("Structures"),
    "practices": Named("Practices"),
    "outreach": Named("Outreach"),
    "contacts": Named("Contacts"),
    "restitutions": Named("Restitutions", public=True),
    "actions": Named("Actions", public=True),
    "law_results": Named("LawResults"),
}
RECEIVED: dict[str, Named] = {  # made of exports and workbooks
    "responses": Named("Responses"),
    "situations": Named("Situations"),
    "interview_records": Named("InterviewRecords"),
    "interview_situations": Named("InterviewSituations"),
    "situation_coding": Named("SituationCoding"),
    "text_coding": Named("TextCoding"),
    "partners": Named("Partners"),
    "reminders": Named("Reminders"),
    "site_status": Named("SiteStatus", public=True),
    "site_terms": Named("SiteTerms", public=True),
    "ads": Named("Ads"),
    "ad_copies": Named("AdCopies"),
    "demand_ads": Named("DemandAds"),
    "forum_threads": Named("ForumThreads"),
    "penal_response": Named("PenalResponse"),
    "venues": Named("Venues"),
}
TABLES: dict[str, str] = {
    **named(INPUTS | RECEIVED),
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
AGED = ("questionnaire", "interview_sheets")  # those where ages are told in bands
# … and what holds neutral codes only lies with the study's other files.
WORKBOOKS: dict[str, tuple[str, ...]] = {
    "partners": ("partners", "reminders"),
    "sites_history": ("site_status", "site_terms"),
    "coded_ads": ("ads", "ad_copies"),
    "demand": ("demand_ads", "forum_threads", "penal_response", "venues"),
}
RECIPE = "_recipe"  # after what a kind of file is called: its recipe, in the vault
BLANK_READ = "case_vide_lue"  # the rule of a question whose blanks a person said to be an answer
NAMED_AD = "annonce-"  # what a group of ads is called by one of them that others name: the same whoever codes
EITHER = "entre_plusieurs"  # that of answers that stand for one of them: a band of ages that is none of the list
FORMATS = {  # of exports
    "google_csv": "Google Forms (CSV)",
    "google_sheets": "feuille Google liée au formulaire (XLSX)",
    "kobo": "KoboToolbox (XLSX)",
    "odk": "ODK Central (ZIP)",
    "limesurvey": "LimeSurvey (CSV)",
    "template": "classeur modèle (XLSX)",
    "recipe": "autre formulaire, lu par sa recette",
}


def may_be_public(role: str) -> bool:
    """Whether what a study gives under this role may be declared public: each table that it holds says so. What may say
    something of a person (`ROLES`) never is."""
    tables = WORKBOOKS.get(role, () if role in ROLES else (role,))
    return bool(tables) and all((INPUTS | RECEIVED)[name].public for name in tables)
