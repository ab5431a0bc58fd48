"""`diagnostic simuler STUDY threshold=5`: what other rules would publish of a study, without publishing it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from diagnostic.core import io
from diagnostic.core.errors import NoResults
from diagnostic.core.french import NBSP, number, plural, typographic
from diagnostic.privacy.vault import VAULT
from diagnostic.release import heard, unnamed
from diagnostic.release.costs import with_threshold
from diagnostic.release.draws import PUBLIC_KEY, PURPOSE, Draw
from diagnostic.release.policy import Policy, narrow
from diagnostic.release.populations import populations
from diagnostic.release.progress import Progress
from diagnostic.release.region import regional
from diagnostic.release.steps import known, people_messages
from diagnostic.release.table_names import ISSUES
from diagnostic.release.verdicts import decide
from diagnostic.study.config import ConfigError, load_release, load_study
from diagnostic.study.unlocking import opened

KEYS = "threshold=N, preset=NOM"
LEAST = 5  # no class may go under it, whatever the file says


def what_if(root: Path, study: str, choices: list[str]) -> list[str]:
    """Lines that set the study's release beside the one that the choices (`threshold=5`, `preset=strict`) would give.

    Nothing is written. Raises NoResults, ConfigError for a choice that is not known, PolicyError.
    """
    results = root / "results" / study
    if not (results / "estimate/facts.parquet").is_file():
        raise NoResults(study)
    given = dict(choice.partition("=")[::2] for choice in choices)
    if not given or set(given) - {"threshold", "preset"} or not all(given.values()):
        raise ConfigError(f"Choix inconnu ou absent ; attendu : {KEYS}.")
    codes = load_study(root, study)[0].codes
    policy = regional(load_release(root), codes)
    other = regional(load_release(root, given.get("preset", "")), codes)
    if "threshold" in given:
        if not given["threshold"].isdigit() or int(given["threshold"]) < LEAST:
            raise ConfigError(f"threshold : un nombre entier est attendu, {LEAST} ou plus.")
        other = with_threshold(other, int(given["threshold"]))
        if problems := narrow(other.rules):
            raise ConfigError("\n".join(typographic(f"rounding.{line}.") for line in problems))
    tables = {
        name: io.read_table(results / f"consolidate/{name}.parquet")
        for name in ("described", "pairs", "cases", "respondents")
    }
    facts = io.read_table(results / "estimate/facts.parquet")
    met, structures = (io.read_table(results / f"consolidate/{name}.parquet") for name in ("meetings", "structures"))
    people = populations(**tables, meaning=policy.meaning) | heard.population(met) | unnamed.population(structures)
    refused = (results / "release/refus.txt").read_text(encoding="utf-8").count("\n- ")
    lines = [f"{study}, sans rien publier :"]
    if set(io.read_table(results / "release/audits.parquet")["policy"]) == {policy.digest()}:
        lines.append(_told("règles en vigueur", io.read_table(results / "release/ledger.parquet"), refused, policy))
    else:
        lines.append(
            "- règles en vigueur : changées depuis le calcul ; lancer « diagnostic calculer » pour les comparer."
        )
    readers = known(
        facts, io.read_table(results / "collect/published_figures.parquet"), structures, _issues(root, study)
    )
    with Progress(study) as progress:
        decided = decide(facts, other, people, readers, _draw(root, study), progress.tell)
    lines.append(_told(", ".join(choices), decided.ledger, len(people_messages(decided, other)), other))
    return [typographic(line) for line in lines]


def _draw(root: Path, study: str) -> Draw | None:
    """The draws of the study: its vault's key, or the public one of an invented study."""
    if (root / VAULT / study).is_dir():
        return Draw(opened(root, study, create=False).secret(PURPOSE))
    return Draw(PUBLIC_KEY) if load_study(root, study)[0].fictional else None


def _issues(root: Path, study: str) -> bytes:
    """What the team has issued of the study before, if anything."""
    if not (root / VAULT / study).is_dir():
        return b""
    vault = opened(root, study, create=False)
    return vault.read_received(ISSUES) if vault.received(ISSUES) else b""


def _told(name: str, ledger: pd.DataFrame, exposed: int, policy: Policy) -> str:
    counted = ledger[ledger["ground"].ne("harmless")]
    shown = int(counted["verdict"].eq("shown").sum())
    share = 100 * shown / len(counted) if len(counted) else 0.0
    second = int(counted["ground"].isin(["secondary", "ladder", "follows", "cited"]).sum())
    audit = (
        "attaque non faite"
        if policy.draft
        else f"{number(exposed)} {plural(exposed, 'groupe exposé', 'groupes exposés')}"
    )
    rounded = int(counted["ground"].eq("rounded").sum())
    return (
        f"- {name} : {number(shown)} {plural(shown, 'nombre publié', 'nombres publiés')} sur {number(len(counted))} "
        f"({number(share, 0)}{NBSP}%), dont {number(rounded)} {plural(rounded, 'arrondi', 'arrondis')} ; "
        f"{number(second)} {plural(second, 'retiré', 'retirés')} pour en protéger d’autres ; {audit}."
    )
