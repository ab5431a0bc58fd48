"""The tables of a comparison: methods, what differs between them, what follows for each number, and what is second-hand."""

from __future__ import annotations

import io
import math

import pandas as pd
from pandera.typing import Series

from diagnostic.compare import table_names
from diagnostic.compare.table_names import VERDICTS
from diagnostic.core.tables import Table, field, key, models, rows
from diagnostic.release.tables import Statements

STATES = {"same": "la même chose", "differs": "autre chose", "unknown": "non dit"}
CENTRAL = "_central"  # ends the id of the reading of a number whose limits are those of the number too
DEPTHS = {"full": "étude entière", "published": "chiffres publiés", "existence": "existence seule"}
# What a statement that is a bare number leaves empty.
BARE = {
    "kind": "value",
    "interval_kind": "none",
    **dict.fromkeys(("printed_interval", "printed_numerator", "printed_denominator", "rules", "cells"), ""),
    **dict.fromkeys(("shown_low", "shown_high", "claim_low", "claim_high"), math.nan),
}


def as_text(content: bytes) -> pd.DataFrame:
    """A CSV of `config/comparability/` or of `resources/`, every cell as text."""
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


class Compared(Statements):
    """What the comparison prints in numbers: statements of its studies, each under the name of its study."""

    class Config:
        title = "Énoncés mis côte à côte : une ligne par nombre d'une étude qu'un document peut imprimer"


class Methods(Table):
    """The method of each study as data: one row per study and item."""

    class Config:
        title = "Méthodes des études, comme données : une ligne par étude et par point de méthode"
        metadata = rows(key("study", "item"))

    study: Series[str] = field("Étude", "Nom de l'étude")
    item: Series[str] = field("Point", "Point de méthode")
    title: Series[str] = field("Intitulé", "Intitulé du point de méthode")
    code: Series[str] = field("Code", "Ce que lisent les règles ; vide si ce n'est pas dit, ou pas assez")
    words: Series[str] = field("Méthode", "Ce qui est imprimé ; vide si ce n'est pas dit")
    statement_id: Series[str] = field("Énoncé", "Énoncé d'où le point vient ; vide sans lui")


class Differences(Table):
    """What differs between two studies: one row per pair and item that is not the same."""

    class Config:
        title = "Matrice des différences : une ligne par point de méthode et par paire d'études qui n'ont pas le même"
        metadata = rows(key("item", "study", "other"))

    item: Series[str] = field("Point", "Point de méthode")
    study: Series[str] = field("Étude", "Première étude, par ordre de nom")
    other: Series[str] = field("Autre étude", "Seconde étude")
    state: Series[str] = field("Écart", "Autre chose, ou non dit", isin=list(STATES))


class Pairs(Table):
    """The verdict on two numbers of one indicator: one row per indicator and pair of studies that both have it."""

    class Config:
        title = "Comparabilité : une ligne par indicateur et par paire d'études"
        metadata = rows(key("indicator", "study", "other"))

    indicator: Series[str] = field("Indicateur", "Indicateur mis côte à côte")
    study: Series[str] = field("Étude", "Première étude, par ordre de nom")
    other: Series[str] = field("Autre étude", "Seconde étude")
    verdict: Series[str] = field("Verdict", "Comparable, avec prudence, non comparable", isin=list(VERDICTS))
    items: Series[str] = field("Points", "Points de méthode en cause, séparés par « ; »")
    reasons: Series[str] = field("Raisons", "Pourquoi, séparées par « ; » ; vide si comparable")


class Numbers(Table):
    """The numbers set side by side, with their verdict: one row per indicator and study that has it."""

    class Config:
        title = "Nombres mis côte à côte, chacun avec son verdict : une ligne par indicateur et par étude"
        metadata = rows(key("indicator", "study"))

    indicator: Series[str] = field("Indicateur", "Indicateur mis côte à côte")
    title: Series[str] = field("Intitulé", "Intitulé de l'indicateur")
    subject: Series[str] = field("Sujet", "Ce dont une phrase parle : « la part des annonces »")
    says: Series[str] = field(
        "Ce qui en est dit", "Ce qui suit le sujet : « qui présentent une femme » ; peut être vide"
    )
    whole: Series[str] = field(
        "Répartition", "Ce dont l'indicateur est une des parts, qui changent ensemble ; peut être vide"
    )
    family: Series[str] = field("Famille", "Famille de règles dont vient l'indicateur")
    study: Series[str] = field("Étude", "Nom de l'étude")
    statement_id: Series[str] = field("Énoncé", "Énoncé imprimé", unique=True)
    verdict: Series[str] = field("Verdict", "Le meilleur qu'il a avec une autre étude", isin=list(VERDICTS))
    comparable: Series[str] = field("Comparable à", "Études, séparées par « ; »")
    caution: Series[str] = field("Avec prudence à", "Études, séparées par « ; »")
    apart: Series[str] = field("Non comparable à", "Études, séparées par « ; »")
    reasons: Series[str] = field("Raisons", "Des réserves et des refus, séparées par « ; »")


class Contrasts(Table):
    """Two numbers of one indicator that compare, one against the other: one row per indicator and pair of studies."""

    class Config:
        title = "Rapports et différences : une ligne par indicateur et par paire d'études dont les nombres se comparent"
        metadata = rows(key("indicator", "study", "other"))

    indicator: Series[str] = field("Indicateur", "Indicateur mis côte à côte")
    study: Series[str] = field("Étude", "Première étude, par ordre de nom")
    other: Series[str] = field("Autre étude", "Seconde étude")
    statement_id: Series[str] = field("Énoncé", "Rapport ou différence imprimé", unique=True)
    verdict: Series[str] = field("Verdict", "Comparable, ou avec prudence", isin=list(VERDICTS)[:2])


class Areas(Table):
    """The areas that are pooled: one row per indicator and study."""

    class Config:
        title = "Territoires rapprochés de l'ensemble : une ligne par indicateur et par étude"
        metadata = rows(key("indicator", "study"))

    indicator: Series[str] = field("Indicateur", "Indicateur mis en commun")
    study: Series[str] = field("Étude", "Nom de l'étude")
    raw_id: Series[str] = field("Nombre", "Énoncé de l'étude elle-même")
    statement_id: Series[str] = field("Énoncé", "Énoncé du nombre rapproché", unique=True)


class Known(Table):
    """The studies of a comparison and how deep each is known: one row per study."""

    class Config:
        title = "Études mises côte à côte et ce que l'on en a lu : une ligne par étude"

    study: Series[str] = field("Étude", "Nom de l'étude", unique=True)
    territory: Series[str] = field("Territoire", "Territoire étudié")
    edition: Series[str] = field("Édition", "Année ; vide si elle n'est pas dite")
    depth: Series[str] = field("Profondeur", "Entière, chiffres publiés, existence seule", isin=list(DEPTHS))
    author: Series[str] = field("Équipe", "Qui l'a faite ; vide si ce n'est pas dit")
    source: Series[str] = field("Source", "D'où vient ce qui en est lu")
    audit: Series[str] = field("Recoupement", "Ce que disent entre eux ses chiffres publiés")


class Reference(Table):
    """The dated national series, and why a value cannot be read with its neighbours: one row per value."""

    class Config:
        title = "Séries nationales datées et leurs pièges : une ligne par valeur imprimée"

    statement_id: Series[str] = field("Énoncé", "Énoncé imprimé", unique=True)
    series: Series[str] = field("Série", "Nom de la série")
    year: Series[str] = field("Date", "Année, mois, jour ou période")
    value: Series[str] = field("Valeur", "Valeur comme imprimée")
    unit: Series[str] = field("Unité", "Ce qui est compté")
    universe: Series[str] = field("Univers", "Parmi quoi l'on compte")
    precision: Series[str] = field("Précision", "Exacte, environ, au moins, au plus")
    note: Series[str] = field("Note", "Ce que la source laisse ouvert")
    source: Series[str] = field("Source", "Page où la valeur est imprimée")
    traps: Series[str] = field("Pièges", "Ce que le calcul a trouvé, séparé par « ; »")


TABLES: dict[str, type[Table]] = models(table_names.TABLES, globals())
