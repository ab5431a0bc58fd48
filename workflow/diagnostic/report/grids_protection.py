"""The tables of what is published and what is protected: counts of figures, never the figures."""

from __future__ import annotations

import pandas as pd

from diagnostic.french import NBSP, capital, number
from diagnostic.release.populations import POPULATIONS
from diagnostic.report.printing import escape
from diagnostic.report.tabular import pipe

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
    "Sous le seuil": ("small", "base"),
    "Trop peu de sources": ("contributors",),
    "Reste d’un groupe": ("remainder",),
    "Pour en protéger un autre": ("secondary", "follows", "cited"),
}


def withheld(ledger: pd.DataFrame, caption: str) -> str:
    """By subject: figures published, regrouped, and withheld by class of reason; empty when none is withheld.

    Places are left out: how many of them are withheld would say that somebody was seen there.
    """
    counted = ledger[ledger["ground"].ne("harmless") & ~ledger["fact_id"].str.startswith("territory.")]
    subject = counted["fact_id"].astype("str").str.split(".").str[0]
    rows = []
    for code in [*SUBJECTS, ""]:
        own = counted[subject.eq(code) if code else ~subject.isin(list(SUBJECTS))]
        if own.empty:
            continue
        grounds = [own["ground"].isin(group) & own["verdict"].eq("withheld") for group in GROUNDS.values()]
        numbers = [own["verdict"].eq("shown"), own["verdict"].eq("recoded"), *grounds]
        rows.append((SUBJECTS.get(code, "Autres nombres"), *(number(int(one.sum())) for one in numbers)))
    if not any(cell != number(0) for row in rows for cell in row[2:]):
        return ""
    titles = ("Publiés", "Regroupés", *GROUNDS)
    met = [at for at in range(1, len(titles) + 1) if at == 1 or any(row[at] != number(0) for row in rows)]
    header = (("Sujet", "left", 36), *((titles[at - 1], "right", 12) for at in met))
    return pipe(header, [(row[0], *(row[at] for at in met)) for row in rows], caption, "protection")


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


def known(audits: pd.DataFrame, caption: str) -> str:
    """By population: what readers had besides this report, figures published by others and earlier issues of ours."""
    names = (
        "published_figures",
        "published_figures_denied",
        "earlier_editions",
        "earlier_figures",
        "earlier_figures_denied",
    )
    rows = [
        (capital(POPULATIONS[row["population"]]), *(number(int(row[name])) for name in names))
        for row in audits[audits["population"].ne("")].to_dict("records")
        if any(row[name] for name in names)
    ]
    header = (
        ("Population", "left", 30),
        ("Chiffres publiés ailleurs", "right", 14),
        ("Que les données contredisent", "right", 14),
        ("Éditions déjà diffusées", "right", 14),
        ("Leurs nombres", "right", 12),
        ("Corrigés depuis", "right", 12),
    )
    return pipe(header, rows, caption, "protection-connus", small=True) if rows else ""


def certificate(audits: pd.DataFrame, caption: str) -> str:
    """By population: groups attacked by each reader, a dash where there is nothing to attack, and what was found."""
    tried = audits[audits["population"].ne("")]
    engines = sorted(tried["engine"].unique())
    rows = [
        (
            capital(POPULATIONS[row.population]),
            *(number(groups) if groups else "–" for groups in (row.outsider, row.structure, row.editions)),
            escape(row.engine) if len(engines) > 1 else "",
            escape(capital(row.result)),
        )
        for row in tried.itertuples()
    ]
    header = (
        ("Population", "left", 30),
        ("Par qui lit tout", "right", 12),
        ("Par une structure", "right", 12),
        ("Par qui compare deux éditions", "right", 14),
        ("Moteur", "left", 22),
        ("Résultat", "left", 18),
    )
    made = f" Calcul{NBSP}: {escape(engines[0])}." if len(engines) == 1 else ""
    return pipe(header, rows, f"{caption}{made}", "protection-audit", small=True)
