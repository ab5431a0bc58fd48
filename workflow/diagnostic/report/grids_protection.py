"""The tables of what is published and what is protected: counts of figures, never the figures."""

from __future__ import annotations

import pandas as pd

from diagnostic.french import NBSP, capital, number
from diagnostic.release.populations import POPULATIONS
from diagnostic.report.grids import pipe
from diagnostic.report.printing import escape

SUBJECTS = {
    "profile": "Profil des personnes",
    "persons": "Personnes, réponse par réponse",
    "vuln": "Facteurs de vulnérabilité",
    "cond": "Conditions de vie",
    "forms": "Formes de prostitution",
    "goods": "Échanges contre biens ou services",
    "visible": "Prostitution visible",
    "discreet": "Prostitution discrète",
    "pimp": "Proxénétisme",
    "situations": "Situations, réponse par réponse",
    "shared": "Personnes et situations décrites",
    "survey": "Questionnaire",
    "pros": "Professionnel·les",
    "needs": "Besoins",
    "law": "Connaissance de la loi",
    "sensitivity": "Sensibilité aux choix de calcul",
}
GROUNDS = {
    "Seuil": ("small", "base"),
    "Trop peu de sources": ("contributors",),
    "Reste": ("remainder",),
    "Secondaire": ("secondary", "follows"),
}


def withheld(ledger: pd.DataFrame, caption: str) -> str:
    """By subject: figures published, regrouped, and withheld by class of reason."""
    counted = ledger[ledger["ground"].ne("harmless")]
    subject = counted["fact_id"].astype("str").str.split(".").str[0]
    rows = []
    for code in [*SUBJECTS, ""]:
        own = counted[subject.eq(code) if code else ~subject.isin(list(SUBJECTS))]
        if own.empty:
            continue
        grounds = [own["ground"].isin(group) & own["verdict"].eq("withheld") for group in GROUNDS.values()]
        numbers = [own["verdict"].eq("shown"), own["verdict"].eq("recoded"), *grounds]
        rows.append((SUBJECTS.get(code, "Autres nombres de personnes"), *(number(int(one.sum())) for one in numbers)))
    if not rows:
        return ""
    titles = ("Publiés", "Regroupés", *GROUNDS)
    return pipe((("Sujet", "left", 36), *((title, "right", 12) for title in titles)), rows, caption, "protection")


def costs(found: pd.DataFrame, caption: str) -> str:
    """By population and threshold: the share of figures that the rules leave before any secondary suppression."""
    thresholds = sorted(found["threshold"].unique())
    rows = []
    for population, own in found.groupby("population", sort=False):
        share = own.set_index("threshold")["share"]
        first = own.iloc[0]
        cells = (f"{number(int(share[threshold]))}{NBSP}%" for threshold in thresholds)
        rows.append((capital(POPULATIONS[str(population)]), number(int(first["figures"])), *cells))
    header = (("Population", "left", 40), ("Chiffres", "right", 10))
    return pipe((*header, *((f"Seuil {one}", "right", 10) for one in thresholds)), rows, caption, "protection-cout")


def certificate(audits: pd.DataFrame, caption: str) -> str:
    """By population: groups attacked by each reader, and what the attack found."""
    rows = [
        (
            capital(POPULATIONS[row.population]),
            number(row.outsider),
            number(row.structure),
            number(row.editions),
            escape(row.engine),
            escape(capital(row.result)),
        )
        for row in audits[audits["population"].ne("")].itertuples()
    ]
    header = (
        ("Population", "left", 30),
        ("Lecture", "right", 10),
        ("Structures", "right", 11),
        ("Éditions", "right", 9),
        ("Moteur", "left", 22),
        ("Résultat", "left", 20),
    )
    return pipe(header, rows, caption, "protection-audit", small=True)
