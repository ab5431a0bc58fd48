"""What was received, as it stands: files, cells, rows and columns, and the answers that the codebook knows."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from diagnostic.core.tables import Table, columns, field, key, refers, rows

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

    answer: Series[str] = field("Réponse", "« variable/code »", str_matches=r"^[a-z]\w*/[a-z0-9_]+$", unique=True)


PLACED = [name for name in columns(Places) if name != "origin"]  # what a reading knows of a place
