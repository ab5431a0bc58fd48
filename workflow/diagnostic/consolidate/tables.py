"""The consolidated tables: one row is one thing, and the ledger says what became of every input row."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.collect import answered, counted
from diagnostic.collect import tables as collected
from diagnostic.collect.answered import Answered, Responses, Situations, State, Tick
from diagnostic.collect.answers import CATEGORIES
from diagnostic.collect.counted import REGISTERED, Sourced
from diagnostic.collect.tables import (
    Interviews,
    Press,
)
from diagnostic.consolidate import table_names
from diagnostic.core.tables import Table, field, key, models, ordered, refers, rows

SOURCES = {"response": "questionnaire", "interview": "entretien"}
PAIR_STATUSES = {"same": "réunies", "different": "distinctes", "undecided": "à trancher", "contradictory": "contraires"}
PERSON_STATES = {"yes": "oui", "no": "non", "unknown": "inconnu"}
DESCRIBED = "consolidate/described.situation"
ANSWERED = refers("record", "consolidate/respondents.response_id", where={"source": ("response",)})
OUTCOMES = {"kept": "gardées", "merged": "réunies à une autre", "set_aside": "mises de côté"}


class Counts(Sourced):
    """Advertisements of one site in one place, with what the register says of the site."""

    class Config:
        title = "Annonces d'un site dans un lieu, avec ce que le registre dit du site : une ligne par site et lieu"
        metadata = rows(key("site_code", "place"), ordered("window_start", "window_end"), REGISTERED)

    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne du décompte ; vide si le site n'a pas été compté", nullable=True)
    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    category: Series[str] = field("Catégorie", "Type de site", isin=list(CATEGORIES))
    mirror_group: Series[str] = field("Groupe miroir", "Sites qui montrent les mêmes annonces", nullable=True)
    under_mirror_label: Series[pd.BooleanDtype] = field("Sous l'étiquette miroir", "Comme imprimé", nullable=True)
    site_row: Series[pd.Int64Dtype] = field("Ligne du registre", "Ligne du fichier du registre", ge=2)
    place: Series[str] = field("Lieu", "Lieu déclaré ; vide si non ventilé", nullable=True)
    count: Series[pd.Int64Dtype] = field("Annonces", "Annonces comptées ; vide si extrapolé", nullable=True, ge=0)
    method: Series[str] = field("Méthode", "Décompte exact, ou extrapolé des pages lues", nullable=True)
    window_start: Series[pd.Timestamp] = field("Début", "Premier jour du décompte", nullable=True)
    window_end: Series[pd.Timestamp] = field("Fin", "Dernier jour du décompte", nullable=True)


class Articles(Press):
    """Press articles: one row per article, with its two years."""

    class Config:
        title = "Articles de presse, avec leurs deux années : une ligne par article"

    year_printed: Series[pd.Int64Dtype] = field("Année imprimée", "Année de la date imprimée")


class Meetings(Interviews):
    """Interviews: one row per interview, with its month."""

    class Config:
        title = "Entretiens, avec leur mois : une ligne par entretien"

    month: Series[str] = field("Mois", "Mois de l'entretien", str_matches=r"^\d{4}-\d{2}$")


class Respondents(Responses):
    """Responses, each with the number of professionals that it stands for: one row per response."""

    class Config:
        title = "Réponses, avec le nombre de professionnel·les qu'elles représentent : une ligne par réponse"

    professionals: Series[pd.Int64Dtype] = field(
        "Professionnel·les", "Professionnel·les que la réponse représente", ge=1
    )
    themes_sheet: Series[pd.Int64Dtype] | None = field(
        "Feuille des thèmes", "Où les textes de la réponse ont été codés ; vide s'ils ne l'ont pas été", nullable=True
    )
    themes_row: Series[pd.Int64Dtype] | None = field("Ligne des thèmes", "Ligne de cette feuille", nullable=True)


class Cases(Situations):
    """Situations, each with its number of persons and the bounds that the answer leaves: one row per situation."""

    class Config:
        title = "Situations, avec leur nombre de personnes et ses bornes : une ligne par situation"
        metadata = rows(
            key("response_id", "situation_number"),
            ordered("persons_low", "persons", "persons_high"),
            refers("response_id", "consolidate/respondents.response_id"),
        )

    persons: Series[pd.Int64Dtype] = field("Personnes", "Personnes, selon la règle de l'étude", ge=0)
    persons_low: Series[pd.Int64Dtype] = field("Au moins", "Personnes que la réponse garantit", ge=0)
    persons_high: Series[pd.Int64Dtype] = field(
        "Au plus", "Personnes que la réponse admet ; vide si elle ne fixe pas de limite", ge=0, nullable=True
    )


class Sheeted(Table):
    """A table whose rows come from one sheet of a workbook."""

    class Config:
        metadata = rows(key("sheet", "row"))

    sheet: Series[pd.Int64Dtype] = field("Feuille", "Numéro de la feuille du classeur", ge=1)
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne de la feuille, comme le tableur l'affiche", ge=2)


class Codings(Sheeted):
    """Codings of drawn ads, as collected: one row per ad and coder."""

    class Config:
        title = "Annonces codées : une ligne par annonce et par codeur·se"

    turn: Series[pd.Int64Dtype] = field("Tour", "1 pour le premier codage de l'annonce, qui compte", ge=1)
    choices: Series[str] | None = field(
        "Choix ou code",
        "Code de la réponse, ou no_answer, ou not_asked",
        alias=r"^[a-z]\w*\.code$",
        regex=True,
        nullable=True,
    )
    options: Tick | None = field(
        "Réponse proposée", "Coché, non coché, sans réponse, non posée", alias=r"^[a-z]\w*/[A-Za-z0-9_]+$", regex=True
    )
    states: State | None = field(
        "État", "Réponse donnée, sans réponse, non posée", alias=r"^[a-z]\w*\.state$", regex=True
    )
    numbers: Series[pd.Int64Dtype] | None = field(
        "Nombre", "Nombre donné", alias=r"^[a-z]\w*\.number$", regex=True, nullable=True
    )
    dates: Series[pd.Timestamp] | None = field(
        "Date", "Date donnée", alias=r"^[a-z]\w*\.date$", regex=True, nullable=True
    )
    texts: Series[str] | None = field("Lieu", "Lieu écrit", alias=r"^[a-z]\w*\.text$", regex=True, nullable=True)


class Copies(Sheeted):
    """Copies found of a coded ad on one site: one row per ad and site."""

    class Config:
        title = "Copies trouvées : une ligne par annonce codée et par site"
        metadata = rows(key("sheet", "row"), refers("ad_id", "consolidate/codings.ad_id.code"))

    ad_id: Series[str] = field("Annonce", "Numéro de tirage de l'annonce")
    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    copies: Series[pd.Int64Dtype] = field("Copies", "Copies trouvées sur ce site", ge=0)


class DemandAds(Sheeted):
    """Ads of buyers on one site in one place: one row per site and place."""

    class Config:
        title = "Annonces de demande : une ligne par site et lieu"
        metadata = rows(key("sheet", "row"), ordered("window_start", "window_end"))

    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    place: Series[str] = field("Lieu", "Commune déclarée ; vide si non précisée", nullable=True)
    count: Series[pd.Int64Dtype] = field("Annonces", "Annonces de demande comptées", ge=0)
    window_start: Series[pd.Timestamp] = field("Début", "Premier jour du décompte", nullable=True)
    window_end: Series[pd.Timestamp] = field("Fin", "Dernier jour du décompte", nullable=True)


class ForumThreads(Sheeted):
    """Archived forum: one row per forum, commune and year."""

    class Config:
        title = "Forum archivé : une ligne par forum, commune et année"

    source_code: Series[str] = field("Code du forum", "Code neutre du forum")
    place: Series[str] = field("Lieu", "Commune ; vide si non précisée", nullable=True)
    year: Series[str] = field("Année", "Année des messages", nullable=True)
    threads: Series[pd.Int64Dtype] = field("Fils", "Fils actifs distincts", ge=0)
    pseudonyms: Series[pd.Int64Dtype] = field("Pseudonymes", "Pseudonymes distincts au moins", nullable=True, ge=0)


class PenalResponse(Sheeted):
    """Measures told by an authority or the press: one row per year, measure and source."""

    class Config:
        title = "Réponse pénale consolidée : une ligne par année, mesure et source"

    year: Series[str] = field("Année", "Année de la mesure", nullable=True)
    measure: Series[str] = field("Mesure", "Mesure", nullable=True)
    source: Series[str] = field("Source", "D'où vient le nombre", nullable=True)
    count: Series[pd.Int64Dtype] = field("Nombre", "Nombre de mesures", ge=0)
    approximate: Series[pd.BooleanDtype] = field("Approximatif", "Donné comme approximatif")


class Venues(Sheeted):
    """Venues of risk under neutral codes: one row per venue."""

    class Config:
        title = "Établissements à risque consolidés : une ligne par établissement"

    venue_code: Series[str] = field("Code", "Code neutre de l'établissement")
    venue_type: Series[str] = field("Type", "Type d'établissement", nullable=True)
    arrondissement: Series[str] = field("Arrondissement", "Sert à compter, jamais à croiser", nullable=True)


class SiteStates(Sheeted):
    """States of sites over time: one row per change noticed."""

    class Config:
        title = "États des sites dans le temps : une ligne par changement constaté"

    site_code: Series[str] = field("Code du site", "Code neutre du registre")
    observed_on: Series[pd.Timestamp] = field("Date", "Date du constat")
    site_state: Series[str] = field("État", "État constaté", nullable=True)


class Described(Answered):
    """Situations of questionnaires and interviews, with their persons: one row per situation."""

    class Config:
        title = "Situations des questionnaires et des entretiens, avec leurs personnes : une ligne par situation"
        metadata = rows(
            key("source", "record", "situation_number"),
            ordered("persons_low", "persons", "persons_high", "persons_most"),
            ordered("persons_low", "persons_central", "persons_high"),
            ANSWERED,
        )

    situation: Series[str] = field("Situation", "Clé : réponse ou entretien, puis numéro", unique=True)
    source: Series[str] = field("Source", "Questionnaire ou entretien", isin=list(SOURCES))
    record: Series[str] = field("Réponse ou entretien", "Pseudonyme de la réponse, ou numéro de l'entretien")
    situation_number: Series[pd.Int64Dtype] = field("Numéro", "Numéro de la situation dans sa source", ge=1)
    persons: Series[pd.Int64Dtype] = field("Personnes", "Personnes, selon la règle de l'étude", ge=0)
    persons_low: Series[pd.Int64Dtype] = field("Au moins", "Personnes que la réponse garantit", ge=0)
    persons_high: Series[pd.Int64Dtype] = field(
        "Au plus", "Vide si la réponse ne fixe pas de limite", ge=0, nullable=True
    )
    persons_most: Series[pd.Int64Dtype] = field(
        "Au plus, plafond compris", "Sans limite dite, le plafond déclaré de l'étude", ge=0
    )
    persons_central: Series[pd.Float64Dtype] = field(
        "Nombre central", "Nombre écrit ou milieu de la fourchette ; vide sans nombre", ge=0, nullable=True
    )
    persons_blank: Series[pd.BooleanDtype] = field("Sans nombre", "Le nombre n'est pas donné")
    coding_sheet: Series[pd.Int64Dtype] = field(
        "Feuille du codage", "Où la situation a été codée ; vide si elle ne l'a pas été", nullable=True
    )
    coding_row: Series[pd.Int64Dtype] = field("Ligne du codage", "Ligne de cette feuille", nullable=True)


class Pairs(Table):
    """Pairs of situations that may describe the same persons: one row per pair scored or decided."""

    class Config:
        title = "Paires de situations rapprochées ou décidées : une ligne par paire"
        metadata = rows(key("first", "second"), *(refers(name, DESCRIBED) for name in ("first", "second")))

    first: Series[str] = field("Première", "Clé de la première situation")
    second: Series[str] = field("Seconde", "Clé de la seconde situation")
    score: Series[pd.Int64Dtype] = field("Points", "Points de ressemblance ; vide sous le seuil", nullable=True)
    agree: Series[str] = field("En commun", "Variables en commun", nullable=True)
    decision: Series[str] = field("Décision", "Décision de l'équipe ; vide si aucune", nullable=True)
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne de la décision dans son fichier ; vide si aucune", nullable=True)
    status: Series[str] = field("État", "Réunies, distinctes, à trancher, contraires", isin=list(PAIR_STATUSES))


class PersonRows(Table):
    """Persons under the study's rule: one row per person, nothing invented."""

    class Config:
        title = "Personnes selon la règle de l'étude : une ligne par personne"
        metadata = rows(refers("group", DESCRIBED))

    person: Series[str] = field("Personne", "Clé : situation, puis rang", unique=True)
    group: Series[str] = field("Situation", "Clé de la première situation qui la décrit")
    source: Series[str] = field("Source", "Questionnaire, entretien ou les deux", isin=[*SOURCES, "both"])
    persons_in_group: Series[pd.Int64Dtype] = field("Personnes du groupe", "Personnes de la situation", ge=1)
    in_prostitution: Series[str] = field("En prostitution", "Probable ou avérée", isin=list(PERSON_STATES))
    answers: Series[str] | None = field(
        "Réponse proposée",
        "Oui, non ou inconnu pour cette personne",
        alias=r"^[a-z]\w*/[A-Za-z0-9_]+$",
        regex=True,
        isin=list(PERSON_STATES),
    )
    mixed: Series[str] = field(
        "Variables réparties", "Variables dont la répartition dans le groupe n'est pas connue", nullable=True
    )


class Contributors(Table):
    """Professionals who contributed: one row per response and per interview."""

    class Config:
        title = "Professionnel·les ayant contribué : une ligne par réponse et par entretien"
        metadata = rows(
            key("source", "record"),
            ordered("professionals_low", "professionals", "professionals_high"),
            ordered("identified_low", "identified", "identified_high"),
            ordered("identified", "professionals", "met"),
            ANSWERED,
        )

    source: Series[str] = field("Source", "Questionnaire ou entretien", isin=list(SOURCES))
    record: Series[str] = field("Réponse ou entretien", "Pseudonyme de la réponse, ou numéro de l'entretien")
    sheet: Series[pd.Int64Dtype] = field("Feuille", "Numéro de la feuille", ge=1)
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne, comme le tableur l'affiche", ge=2)
    met: Series[pd.Int64Dtype] = field("Avis", "Professionnel·les derrière la réponse ou rencontré·es", ge=0)
    professionals: Series[pd.Int64Dtype] = field(
        "Professionnel·les", "Sans compter deux fois qui a fait les deux", ge=0
    )
    professionals_low: Series[pd.Int64Dtype] = field("Au moins", "Borne basse", ge=0)
    professionals_high: Series[pd.Int64Dtype] = field("Au plus", "Borne haute", ge=0)
    identified: Series[pd.Int64Dtype] = field("Ont identifié", "Ont identifié un risque ou une situation", ge=0)
    identified_low: Series[pd.Int64Dtype] = field("Ont identifié, au moins", "Borne basse", ge=0)
    identified_high: Series[pd.Int64Dtype] = field("Ont identifié, au plus", "Borne haute", ge=0)
    activity_field: Series[str] = field("Champ d'activité", "Code de la réponse, ou no_answer, ou not_asked")
    structure_type: Series[str] = field("Type de structure", "Code de la réponse, ou no_answer, ou not_asked")
    job_function: Series[str] = field("Fonction", "Code de la réponse, ou no_answer, ou not_asked")
    rules: Series[str] = field("Règles", "Règles appliquées, séparées par « ; »", nullable=True)


class RowLedger(Table):
    """What became of every input row: one row per row of every input file."""

    class Config:
        title = "Devenir des lignes reçues : une ligne par ligne de fichier"
        metadata = rows(key("role", "sheet", "row"))

    role: Series[str] = field("Rôle", "Rôle du fichier dans l'étude")
    file: Series[str] = field("Fichier", "Nom du fichier")
    sheet: Series[str] = field("Feuille", "Numéro de la feuille ; vide pour un fichier d'une seule", nullable=True)
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne, comme le tableur l'affiche", ge=2)
    outcome: Series[str] = field("Devenir", "Gardée, réunie à une autre, mise de côté", isin=list(OUTCOMES))
    into: Series[str] = field("Devient", "Table et clé où la ligne est comptée", nullable=True)
    rules: Series[str] = field("Règles", "Règles appliquées à la ligne, séparées par « ; »", nullable=True)
    reason: Series[str] = field("Raison", "Pourquoi la ligne est réunie ou mise de côté", nullable=True)


class Approved(Table):
    """The composite stories that two persons approved: one row per story, without what it is made of."""

    class Config:
        title = "Récits composés approuvés : une ligne par récit"
        metadata = rows(key("row"))

    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne, comme le tableur l'affiche", ge=2)
    title: Series[str] = field("Titre", "De quoi parle le récit")
    text: Series[str] = field("Récit", "Le récit, qui n'est l'histoire de personne")


TABLES: dict[str, type[Table]] = models(table_names.TABLES, globals(), vars(counted), vars(answered), vars(collected))
