"""Every number that may be printed has its place in a document, or is listed here with the reason why it has none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from copies import EVERY

OPEN = 40  # points between the limits of a share that says nothing
FACT = re.compile(r'\.fact(?: \.retenu)? fact="([^"]+)"')
# Pattern of ids → why a number that may be printed is printed nowhere. The spreadsheet's sheet « Indicateurs » lists those that
# are printed; the ledger, which stays with the team, has all.
WITHOUT = {
    r"ads\.allocation_\w+\.\w+": "variante d’une répartition : le dossier en imprime les totaux et la répartition retenue",
    r"ads\.allocation(_\w+)?_category\.\w+": "somme des lignes de la répartition par site, imprimée",
    r"ads\.site_share\.\w+": "annonces du site sur le total, tous deux imprimés",
    r"(ads\.(women|men|trans|french|foreign|age_missing|network|passing_through|mean_age|nationality_stated)|audience\.\w+?)(_pct)?": (
        "même nombre que profile.ad.…, sous l’identifiant de la publication"
    ),
    r"ads\.(countries_\w+|duplicate_rate_pct|study_period_months|largest_site|second_site)": (
        "sous l’identifiant de la publication, pour sa comparaison ; le rapport dit la même chose autrement"
    ),
    r"persons\.(age_band|gender|nationality|pimp_presence)\..*": "même nombre que profile.… ou pimp.…",
    r"profile\.(ad|person)\.\w+\.only_\w+": "« seulement » n’est dit que du public visé et du lieu de rencontre",
    r"profile\.\w+_countries": "nombre de pays, dit pour la comparaison avec la publication",
    r"pros\.(function|structure)_\w+": "même nombre que survey.job_function.… ou survey.structure_type.…",
    r"pros\.took_charge": "même nombre que survey.took_charge.yes",
    r"pros\.training_followed": "même nombre que survey.training_followed.yes",
    r"shared\.situations_(response|interview)": "toutes les situations, où une seule source en décrit",
    r"draw\.domain_size\.\w+": "taille d’un tirage qui n’est pas fait ; le dossier imprime celle du tirage de l’étude",
    r"sensitivity\..*": "une fourchette par chiffre clé couvre toutes les règles",
    r"ads\.planned_margin\.\w+": "attendue avant le codage ; la marge réalisée prend sa place",
    r"sample\.disposition\.relevant": "même nombre que sample.usable",
    r"interviews\.(month|year)\..*": "dessiné par la figure des entretiens ; la liste des entretiens porte leurs dates",
    r"interviews\.days": "jours d’une publication, que sa comparaison reprend ; le rapport dit la période",
    r"interviews\.(annex_rows|by_phone)": "même nombre que interviews.total ou interviews.mode.telephone",
    r"process\..*": "dates de l’étude, en tête de chaque document",
    r"reference\.\w+_year": "dite par la source de sa référence",
    r"idf\.implied_confidence_pct": "la confiance demandée, dite avec la taille",
}


@pytest.fixture(params=EVERY)
def study(request: pytest.FixtureRequest, results_of: Callable[[str], Path]) -> Path:
    return results_of(request.param)


def homeless(statements: pd.DataFrame, qmd: str) -> list[str]:
    """The ids that may be printed, are printed nowhere in the source of the documents, and have no listed reason."""
    said = statements["kind"].ne("withheld") & statements["shown_value"].ne(0)  # nobody's answer, an empty site: no row
    shown = statements.loc[said, "statement_id"]
    printed = set(FACT.findall(qmd))
    shares = statements[statements["measure"].eq("percent") & statements["statement_id"].isin(printed)]
    open_ = shares[shares["shown_high"] - shares["shown_low"] > OPEN]  # « on ne sait pas », said of their counts too
    printed |= set(open_["statement_id"].str.removesuffix("_pct"))
    return [one for one in shown if one not in printed and not any(re.fullmatch(p, one) for p in WITHOUT)]


def test_every_number_that_may_be_printed_has_a_place_or_a_reason(study: Path) -> None:
    statements = pd.read_parquet(study / "release/statements.parquet")
    assert homeless(statements, (study / "report/quarto/rapport.qmd").read_text("utf-8")) == []


@pytest.mark.slow
def test_each_reason_is_of_something(results_of: Callable[[str], Path]) -> None:
    """Of the published study: a pattern that matches nothing in any study would hide the next fact."""
    ids = pd.read_parquet(results_of("62-2020") / "release/statements.parquet")["statement_id"]
    used = [p for p in WITHOUT if any(re.fullmatch(p, one) for one in ids)]
    assert len(used) > 4
