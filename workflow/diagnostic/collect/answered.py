"""Tables whose rows are answers to the codebook's questions: exports of collection tools, workbooks of the project.

Their columns follow the codebook, so each is declared once for all by the form of its name.
"""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from pandera.typing import Series

from diagnostic.collect import table_names
from diagnostic.core.tables import Table, field, key, models, refers, rows

STATES = {"answered": "réponse donnée", "no_answer": "sans réponse", "not_asked": "non posée"}
TICKS = {"ticked": "coché", "not_ticked": "non coché", "no_answer": "sans réponse", "not_asked": "non posée"}
Tick = Series[Annotated[pd.CategoricalDtype, tuple(TICKS), False]]
State = Series[Annotated[pd.CategoricalDtype, tuple(STATES), False]]


class Answered(Table):
    """Answers of an export, one row per record: columns follow the codebook's variables.

    `name.code`: a single choice or a code, or `no_answer`, or `not_asked`; `name/option`: one option of a multiple
    choice, in four states; what is neither has its state (`name.state`) beside its value. Free texts, and what people
    wrote of places and of themselves, are in the vault.
    """

    class Config:
        title = "Réponses d'un export, typées"
        metadata = rows(key("sheet", "row"))

    sheet: Series[pd.Int64Dtype] = field("Feuille", "Numéro de la feuille du fichier reçu", ge=1)
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne du fichier reçu, comme le tableur l'affiche", ge=2)
    choices: Series[str] | None = field(
        "Réponse à une question fermée",
        "Code de la réponse, ou no_answer, ou not_asked",
        alias=r"^[a-z]\w*\.code$",
        regex=True,
    )
    options: Tick | None = field(
        "Réponse proposée",
        "Coché, non coché, sans réponse, non posée",
        alias=r"^[a-z]\w*/[A-Za-z0-9_]+$",
        regex=True,
    )
    states: State | None = field(
        "État", "Réponse donnée, sans réponse, non posée", alias=r"^[a-z]\w*\.state$", regex=True
    )
    numbers: Series[pd.Int64Dtype] | None = field(
        "Nombre",
        "Nombre donné, ou bornes, règle de l'étude et part de mineur·es lues dans un texte",
        alias=r"^[a-z]\w*\.(number|minimum|maximum|study|minors_minimum|minors_maximum)$",
        regex=True,
        nullable=True,
    )
    centrals: Series[pd.Float64Dtype] | None = field(
        "Valeur centrale", "Valeur centrale lue dans un texte", alias=r"^[a-z]\w*\.central$", regex=True, nullable=True
    )
    rules_applied: Series[str] | None = field(
        "Règle", "Règle de lecture du nombre", alias=r"^[a-z]\w*\.rule$", regex=True, nullable=True
    )
    texts: Series[str] | None = field(
        "Texte",
        "Texte court d'un classeur sans donnée personnelle",
        alias=r"^[a-z]\w*\.text$",
        regex=True,
        nullable=True,
    )
    dates: Series[pd.Timestamp] | None = field(
        "Date", "Date donnée", alias=r"^[a-z]\w*\.date$", regex=True, nullable=True
    )
    pseudonyms: Series[str] | None = field(
        "Pseudonyme", "Pseudonyme à clé de la réponse écrite", alias=r"^[a-z]\w*\.pseudonym$", regex=True, nullable=True
    )


class Responses(Answered):
    """Answers to the questionnaire: one row per response."""

    class Config:
        title = "Réponses au questionnaire : une ligne par réponse"
        metadata = rows(key("sheet", "row"), key("response_id"))

    response_id: Series[str] = field("Réponse", "Pseudonyme à clé de la réponse")


class Situations(Answered):
    """Situations described in responses: one row per situation."""

    class Config:
        title = "Situations décrites dans les réponses : une ligne par situation"
        metadata = rows(key("response_id", "situation_number"), refers("response_id", "collect/responses.response_id"))

    response_id: Series[str] = field("Réponse", "Pseudonyme à clé de la réponse")
    situation_number: Series[pd.Int64Dtype] = field("Numéro", "Numéro de la situation dans la réponse", ge=1)


class InterviewRecords(Answered):
    """Interviews, without any name of a person: one row per interview."""

    class Config:
        title = "Entretiens codés, sans nom de personne : une ligne par entretien"
        metadata = rows(key("sheet", "row"), key("interview_id.code"))


class InterviewSituations(Answered):
    """Situations told in interviews: one row per situation."""

    class Config:
        title = "Situations rapportées en entretien : une ligne par situation"
        metadata = rows(  # one row of a sheet may tell several
            key("interview_id.code", "situation_number.number"),
            refers("interview_id.code", "collect/interview_records.interview_id.code"),
        )


class SituationCoding(Answered):
    """Factors, origins and communes coded after reading: one row per situation and coder."""

    class Config:
        title = "Facteurs, origines et communes codés : une ligne par situation et codeur·se"
        metadata = rows(key("sheet", "row"), key("situation", "coder.code"))

    situation: Series[str] = field("Situation", "Clé : réponse ou entretien, puis numéro")


class TextCoding(Answered):
    """Themes of what professionals wrote or said, coded after reading: one row per response or interview, and coder."""

    class Config:
        title = "Thèmes des textes, codés : une ligne par réponse ou entretien, et codeur·se"
        metadata = rows(
            key("sheet", "row"),
            key("record_id.code", "coder.code"),
            refers("record_id.code", "collect/responses.response_id", where={"source": ["response"]}),
            refers("record_id.code", "collect/interview_records.interview_id.code", where={"source": ["interview"]}),
        )

    source: Series[str] = field("Source", "response ou interview", isin=["response", "interview"])


class Partners(Answered):
    """Structures contacted, under neutral codes: one row per structure."""

    class Config:
        title = "Structures contactées, sous codes neutres : une ligne par structure"
        metadata = rows(key("sheet", "row"), key("partner_code.code"))


class Reminders(Answered):
    """Reminders: one row per structure and day."""

    class Config:
        title = "Relances : une ligne par structure et jour"
        metadata = rows(
            key("sheet", "row"),
            key("partner_code.code", "reminded_on.date"),
            refers("partner_code.code", "collect/partners.partner_code.code"),
        )


class SiteStatus(Answered):
    """Changes seen on sites: one row per site and day."""

    class Config:
        title = "Changements constatés sur les sites : une ligne par site et jour"
        metadata = rows(key("sheet", "row"), key("site_code.code", "observed_on.date"))


class SiteTerms(Answered):
    """How sites were found and what they sell: one row per site."""

    class Config:
        title = "Recherche et conditions des sites : une ligne par site"
        metadata = rows(key("sheet", "row"), key("site_code.code"))


class Ads(Answered):
    """Coded ads: one row per ad drawn and coder."""

    class Config:
        title = "Annonces tirées et codées : une ligne par annonce et codeur·se"
        metadata = rows(key("sheet", "row"), key("ad_id.code", "coder.code"))


class AdCopies(Answered):
    """Copies found: one row per ad and site."""

    class Config:
        title = "Copies trouvées : une ligne par annonce et site"
        metadata = rows(
            key("sheet", "row"), key("ad_id.code", "site_code.code"), refers("ad_id.code", "collect/ads.ad_id.code")
        )


class DemandAds(Answered):
    """Demand ads counted: one row per site, place and window."""

    class Config:
        title = "Annonces de demande : une ligne par site, lieu et période"
        metadata = rows(key("sheet", "row"), key("site_code.code", "place.text", "window_start.date"))


class ForumThreads(Answered):
    """The archived forum, in numbers: one row per place and year."""

    class Config:
        title = "Forum archivé, en nombres : une ligne par lieu et année"
        metadata = rows(key("sheet", "row"), key("source_code.code", "place.text", "forum_year.code"))


class PenalResponse(Answered):
    """Measures told by an authority or the press: one row per year, measure and source."""

    class Config:
        title = "Réponse pénale : une ligne par année, mesure et source"
        metadata = rows(key("sheet", "row"), key("penal_year.code", "measure.code", "measure_source.code"))


class Venues(Answered):
    """Venues at risk, under neutral codes: one row per venue."""

    class Config:
        title = "Établissements à risque, sous codes neutres : une ligne par établissement"
        metadata = rows(key("sheet", "row"), key("venue_code.code"))


RECEIVED: dict[str, type[Answered]] = models(table_names.named(table_names.RECEIVED), globals())
THEMES = "_themes"  # ends the name of the variable that codes the themes of a text: `obstacles_themes` of `obstacles`
