"""The input tables of the Internet diagnosis: sites, ads counted once and again, pages read, ads followed."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.collect.answers import CATEGORIES, METHODS, STATUSES, WAVE_STATES
from diagnostic.core.tables import Table, columns, field, key, ordered, refers, rows

SITE_CODE = r"^[A-Z]\d{2}$"
REGISTERED = refers("site_code", "collect/sites.site_code")


class Sourced(Table):
    """A table whose rows come from one file."""

    class Config:
        metadata = rows(key("row"))

    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne du fichier reçu, comme le tableur l'affiche", ge=2)


class Sites(Sourced):
    """The register of sites, under neutral codes: one row per site."""

    class Config:
        title = "Registre des sites, sous codes neutres : une ligne par site"

    site_code: Series[str] = field(
        "Code du site", "Code neutre : une lettre, deux chiffres", str_matches=SITE_CODE, unique=True, quote=True
    )
    category: Series[str] = field("Catégorie", "Type de site", isin=list(CATEGORIES), quote=True)
    mirror_group: Series[str] = field(
        "Groupe miroir", "Sites qui montrent les mêmes annonces", nullable=True, quote=True
    )
    status: Series[str] = field("État", "État du site pendant la période", isin=list(STATUSES), quote=True)
    under_mirror_label: Series[pd.BooleanDtype] = field(
        "Sous l'étiquette miroir",
        "Ligne imprimée sous l'étiquette « sites miroirs » du tableau source",
        nullable=True,
        quote=True,
    )
    remarks: Series[str] = field("Remarques", "Remarques, sans nom ni adresse de site", nullable=True)


class AdCounts(Sourced):
    """Advertisements counted: one row per site, place and window."""

    class Config:
        title = "Annonces comptées : une ligne par site, lieu et période de décompte"
        metadata = rows(
            key("row"),
            key("site_code", "place", "window_start"),
            ordered("window_start", "window_end"),
            REGISTERED,
        )

    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    place: Series[str] = field(
        "Lieu", "Commune ou agglomération déclarée ; vide si non ventilé", nullable=True, quote=True
    )
    count: Series[pd.Int64Dtype] = field(
        "Annonces", "Annonces comptées ; vide si extrapolé", nullable=True, ge=0, quote=True
    )
    method: Series[str] = field(
        "Méthode", "Décompte exact, ou extrapolé des pages lues", isin=list(METHODS), quote=True
    )
    window_start: Series[pd.Timestamp] = field("Début", "Premier jour du décompte", quote=True)
    window_end: Series[pd.Timestamp] = field("Fin", "Dernier jour du décompte", quote=True)


class AdPages(Sourced):
    """Result pages read where a site is too large to count: one row per page read."""

    class Config:
        title = "Pages lues sur les sites trop grands pour être comptés : une ligne par page"
        metadata = rows(
            key("row"),
            key("site_code", "place", "page_rank"),
            ordered("ads_relevant", "ads_shown"),
            ordered("page_rank", "pages_total"),
            REGISTERED,
        )

    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    place: Series[str] = field("Lieu", "Lieu, comme dans le décompte", nullable=True, quote=True)
    page_rank: Series[pd.Int64Dtype] = field("Rang de la page", "1 pour la première page", ge=1, quote=True)
    ads_shown: Series[pd.Int64Dtype] = field(
        "Annonces affichées", "Annonces de la page, pertinentes ou non", ge=0, quote=True
    )
    ads_relevant: Series[pd.Int64Dtype] = field(
        "Annonces pertinentes", "Annonces de prostitution de la page", ge=0, quote=True
    )
    pages_total: Series[pd.Int64Dtype] = field("Pages en tout", "Nombre de pages que le site affiche", ge=1, quote=True)
    ads_announced: Series[pd.Int64Dtype] = field(
        "Annonces en tout",
        "Total que le site affiche lui-même ; vide s'il ne le dit pas",
        nullable=True,
        ge=0,
        quote=True,
    )


class WaveCounts(Sourced):
    """Ads counted again, on the same sites: one row per site and day."""

    class Config:
        title = "Décomptes répétés des mêmes sites : une ligne par site et jour de vague"
        metadata = rows(key("row"), key("site_code", "wave_on"), REGISTERED)

    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    wave_on: Series[pd.Timestamp] = field("Vague", "Jour de la vague, le même pour tous les sites", quote=True)
    count: Series[pd.Int64Dtype] = field("Annonces", "Annonces de prostitution du site ce jour-là", ge=0, quote=True)


class WaveAds(Sourced):
    """Ads drawn on a day and looked up on the later ones: one row per ad and day."""

    class Config:
        title = "Annonces suivies d'une vague à l'autre : une ligne par annonce et jour de vague"
        metadata = rows(key("row"), key("ad_mark", "wave_on"), REGISTERED)

    ad_mark: Series[str] = field(
        "Repère de l'annonce",
        "Code neutre, dont la clé reste au coffre de l'équipe ; jamais le numéro du site, un pseudonyme, un téléphone",
        str_matches=r"^[A-Z0-9-]{1,40}$",
    )
    site_code: Series[str] = field("Code du site", "Code du registre des sites", str_matches=SITE_CODE, quote=True)
    wave_on: Series[pd.Timestamp] = field("Vague", "Jour de la vague, le même pour tous les sites", quote=True)
    state: Series[str] = field("État", "Ce que l'annonce est devenue", isin=list(WAVE_STATES), quote=True)
    copies: Series[pd.Int64Dtype] = field(
        "Copies en tout",
        "Annonces de la même personne ce jour-là, sur tous les sites de la vague, elle comprise ; vide si on ne l'a pas cherché",
        nullable=True,
        ge=1,
        quote=True,
    )
    same_person: Series[str] = field(
        "Groupe de doublons",
        "Étiquette commune aux annonces suivies qui montrent la même personne ; vide si l'annonce est seule",
        str_matches=r"^[A-Za-z0-9-]{1,40}$",
        nullable=True,
    )


# -- What was received, as it stands: files, cells, rows and columns, and the answers that the codebook knows -----
ROLE = refers("role", "collect/sources.role")


class Cells(Table):
    """Every cell of every input file, as text: one row per cell that is not empty."""

    class Config:
        title = "Cellules reçues, comme texte : une ligne par cellule non vide"
        metadata = rows(key("role", "sheet", "row", "column"), ROLE)

    role: Series[str] = field("Rôle", "Rôle du fichier dans l'étude")
    file: Series[str] = field("Fichier", "Nom du fichier")
    sheet: Series[str] = field("Feuille", "Nom de la feuille ; vide pour un CSV")
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne, comme le tableur l'affiche", ge=1)
    column: Series[str] = field("Colonne", "Lettre de la colonne", str_matches=r"^[A-Z]+$")
    header: Series[str] = field("En-tête", "En-tête de la colonne")
    value: Series[str] = field("Valeur", "Contenu de la cellule, comme texte")


class Sources(Table):
    """Where each input file comes from: one row per file, from its sidecar."""

    class Config:
        title = "Origine des fichiers reçus : une ligne par fichier"

    role: Series[str] = field("Rôle", "Rôle du fichier dans l'étude", unique=True)
    file: Series[str] = field("Fichier", "Nom du fichier")
    title: Series[str] = field("Titre", "Ce que le fichier contient")
    origin: Series[str] = field("Origine", "Observé, transcrit ou reconstitué")
    source: Series[str] = field("Source", "D'où vient le contenu")
    lines: Series[str] = field("Lignes", "Lignes de la publication transcrite", nullable=True)
    licence: Series[str] = field("Licence", "Licence du contenu")
    date: Series[pd.Timestamp] = field("Date", "Date de la transcription ou de l'export")
    digest: Series[str] = field(
        "Empreinte", "Empreinte du fichier accepté, à clé pour un export", str_matches=r"^(hmac-)?sha256:[0-9a-f]{64}$"
    )
    rows: Series[pd.Int64Dtype] = field("Lignes reçues", "Lignes de données du fichier", ge=0)
    public: Series[bool] = field("Public", "Le contenu est public : son empreinte et ses cellules peuvent se dire")


class Places(Table):
    """Where what a study received stands, and where it comes from: one row per column of a file."""

    class Config:
        title = "Places des réponses et des tableaux dans les fichiers reçus : une ligne par colonne"
        metadata = rows(key("role", "table", "name", "number", "sheet", "column"), ROLE)

    role: Series[str] = field("Rôle", "Rôle du fichier dans l'étude")
    file: Series[str] = field("Fichier", "Nom du fichier ; le rôle pour un export du coffre")
    origin: Series[str] = field("Origine", "Observé, transcrit ou reconstitué")
    table: Series[str] = field("Tableau", "Tableau du codebook, ou rôle du fichier CSV")
    name: Series[str] = field("Variable", "Variable, ou variable/réponse proposée ; pour un CSV, la colonne")
    number: Series[pd.Int64Dtype] = field("Répétition", "Numéro de la situation ; 0 si chaque ligne en est une", ge=0)
    sheet: Series[pd.Int64Dtype] = field("Feuille", "Numéro de la feuille ; 0 pour un fichier sans feuille", ge=0)
    column: Series[str] = field("Colonne", "Lettre de la colonne", str_matches=r"^[A-Z]+$")


class ReceivedRows(Table):
    """Every row of data of the exports: one row per row of a sheet that holds records."""

    class Config:
        title = "Lignes reçues dans les exports : une ligne par ligne de feuille"
        metadata = rows(key("role", "sheet", "row"), ROLE)

    role: Series[str] = field("Rôle", "Rôle de l'export dans l'étude")
    sheet: Series[pd.Int64Dtype] = field("Feuille", "Numéro de la feuille", ge=1)
    row: Series[pd.Int64Dtype] = field("Ligne", "Ligne, comme le tableur l'affiche", ge=2)


class Codes(Table):
    """The answers of the codebook's closed questions: one row per answer."""

    class Config:
        title = "Réponses du codebook : une ligne par réponse d'une question fermée"

    answer: Series[str] = field("Réponse", "« variable/code »", str_matches=r"^[a-z]\w*/[A-Za-z0-9_]+$", unique=True)


PLACED = [name for name in columns(Places) if name != "origin"]  # what a reading knows of a place
