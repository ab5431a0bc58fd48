"""`diagnostic diffuser STUDY`: the team says that it has sent the report, and the vault keeps what it said and of whom.

The next release is then attacked by a reader of both: without this record, a later edition could give away those who
came in between.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from diagnostic.core import io
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import NBSP, number, plural, typographic
from diagnostic.core.locks import turn
from diagnostic.privacy.vault import VAULT
from diagnostic.release.editions import issued
from diagnostic.release.populations.people import Population, everybody
from diagnostic.release.populations.policy import DRAFT, STAMP, Policy, narrow, regional
from diagnostic.release.populations.rounding import PUBLIC_KEY, PURPOSE, Draw
from diagnostic.release.progress import Progress
from diagnostic.release.steps import known, people_messages, with_threshold
from diagnostic.release.table_names import ISSUES
from diagnostic.release.ways.verdicts import decide
from diagnostic.study.config import ConfigError, load_release, load_study
from diagnostic.study.generations import MANIFEST, current
from diagnostic.study.manifest import copied, shown, verify
from diagnostic.study.unlocking import opened

DOCUMENT = f"{DRAFT}/*rapport.html"  # of a draft that went to its end


class IssueError(Typeset):
    """What was sent cannot be recorded; the message is in French."""


def issue(root: Path, study: str, date: dt.date, draft: bool = False) -> list[str]:
    """Record the release of a study as issued on a day, or its `draft`, which has left the team all the same; French lines
    that tell what is kept.

    What is recorded is what `report/` says: where a later calculation has left other tables without going to its end, the
    copy of the last complete one is read. Raises IssueError when the results are not those of a finished release, or of a
    draft, or that day is recorded already; ConfigError, VaultError and Busy.
    """
    results, read = (_drafted(root / "results" / study), "") if draft else _finished(root, study)
    claims, ledger = (io.read_table(results / f"release/{name}.parquet") for name in ("claims", "ledger"))
    vaulted = (root / VAULT / study).is_dir() or load_study(root, study)[0].received  # else the one it had is missing
    if (claims.empty and issued.kept(ledger).empty) or not vaulted:
        return [typographic(f"{study} ne publie aucun nombre de personnes décrites : il n'y a rien à enregistrer.")]
    vault = opened(root, study, create=False)
    with turn(vault.folder):  # what is written holds what was read
        content = vault.read_received(ISSUES) if vault.received(ISSUES) else b""
        before = issued.read(content)
        if date.isoformat() in {one.name for one in before}:
            raise IssueError(f"Un envoi du {date:%d/%m/%Y} est déjà enregistré ; donner un autre jour avec --date.")
        people = _people(results, load_release(root))
        key = Draw(vault.secret(PURPOSE)).fingerprint
        if before and before[-1].key not in ("", key):
            raise IssueError(
                "La clé du coffre n’est pas celle des envois déjà enregistrés ; la reprendre de la sauvegarde."
            )
        record = issued.record(date.isoformat(), claims, people, key, draft, ledger)
        vault.receive(issued.write([*(one.record for one in before), record]), ISSUES, ".csv")
    count = f"{number(len(claims))} {plural(len(claims), 'nombre publié', 'nombres publiés')}"
    said = f"Envoi du {date:%d/%m/%Y} enregistré dans le coffre{NBSP}: {count}."
    after = "La prochaine édition sera protégée de qui rapprocherait les deux ; relancer « diagnostic calculer »."
    return [*filter(None, [read]), typographic(said), typographic(after)]


def _people(results: Path, policy: Policy) -> dict[str, Population]:
    names = ("meetings", "structures", "described", "pairs", "cases", "respondents")
    tables = {name: io.read_table(results / f"consolidate/{name}.parquet") for name in names}
    return everybody(tables.pop("meetings"), tables.pop("structures"), policy.meaning, **tables)


def _finished(root: Path, study: str) -> tuple[Path, str]:
    """The folder of the last finished calculation, and what to say where it is a copy."""
    reading = current(root / "results" / study)
    if not (reading.results / MANIFEST).is_file():
        raise NoResults(study)
    changed = [*shown(reading.results), *copied(reading)] if reading.told else verify(reading.folder, root)
    if changed:
        told = "Les résultats ont changé depuis le calcul ; relancer « diagnostic calculer »."
        raise IssueError("\n".join([told, *changed]))
    return reading.folder, reading.told


def _drafted(results: Path) -> Path:
    """The folder of a study whose last calculation is a draft."""
    audits = results / "release/audits.parquet"
    if not audits.is_file() or not io.read_table(audits)["result"].eq(STAMP).any() or not any(results.glob(DOCUMENT)):
        raise IssueError(
            f"{results.name}{NBSP}: le dernier calcul n’est pas un brouillon ; pour enregistrer celui qui est parti, le refaire "
            f"des mêmes fichiers (« diagnostic calculer {results.name} --brouillon »), puis reprendre."
        )
    return results


# -- `diagnostic simuler STUDY threshold=5`: what other rules would publish of a study, without publishing it -----
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
    facts, structures = (
        io.read_table(results / f"{name}.parquet") for name in ("estimate/facts", "consolidate/structures")
    )
    refused = (results / "release/refus.txt").read_text(encoding="utf-8").count("\n- ")
    lines = [f"{study}, sans rien publier :"]
    if set(io.read_table(results / "release/audits.parquet")["policy"]) == {policy.digest()}:
        lines.append(_told("règles en vigueur", io.read_table(results / "release/ledger.parquet"), refused, policy))
    else:
        lines.append(
            "- règles en vigueur : changées depuis le calcul ; lancer « diagnostic calculer » pour les comparer."
        )
    draw, issues = _kept(root, study)
    readers = known(facts, io.read_table(results / "collect/published_figures.parquet"), structures, issues)
    decided = decide(facts, other, _people(results, policy), readers, draw, Progress(study).tell)
    lines.append(_told(", ".join(choices), decided.ledger, len(people_messages(decided, other)), other))
    return [typographic(line) for line in lines]


def _kept(root: Path, study: str) -> tuple[Draw | None, bytes]:
    """The draws of the study, by its vault's key or the public one of an invented study; and what was issued of it before."""
    if not (root / VAULT / study).is_dir():
        return Draw(PUBLIC_KEY) if load_study(root, study)[0].fictional else None, b""
    vault = opened(root, study, create=False)
    return Draw(vault.secret(PURPOSE)), vault.read_received(ISSUES) if vault.received(ISSUES) else b""


def _told(name: str, ledger: pd.DataFrame, exposed: int, policy: Policy) -> str:
    counted = ledger[ledger["ground"].ne("harmless")]
    shown = int(counted["verdict"].eq("shown").sum())
    share = 100 * shown / len(counted) if len(counted) else 0.0
    second = int(counted["ground"].isin(["secondary", "ladder", "follows", "cited"]).sum())
    groups = f"{number(exposed)} {plural(exposed, 'groupe exposé', 'groupes exposés')}"
    audit = "attaque non faite" if policy.draft else groups
    rounded = int(counted["ground"].eq("rounded").sum())
    return (
        f"- {name} : {number(shown)} {plural(shown, 'nombre publié', 'nombres publiés')} sur {number(len(counted))} "
        f"({number(share, 0)}{NBSP}%), dont {number(rounded)} {plural(rounded, 'arrondi', 'arrondis')} ; "
        f"{number(second)} {plural(second, 'retiré', 'retirés')} pour en protéger d’autres ; {audit}."
    )
