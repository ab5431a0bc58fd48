"""`diagnostic diffuser STUDY`: an edition is recorded, what it says and of whom, before its documents are made.

The next release is then attacked by a reader of both: without this record, a later edition could give away those who
came in between. A command that was cut is finished by the same one: what is recorded already is recorded once.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from diagnostic.core import io
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import NBSP, number, plural, typographic
from diagnostic.privacy.vault import VAULT, Vault
from diagnostic.release.editions import issued
from diagnostic.release.populations.people import Population, everybody
from diagnostic.release.populations.policy import DRAFT, STAMP, Policy, narrow, regional
from diagnostic.release.populations.rounding import PUBLIC_KEY, PURPOSE, Draw
from diagnostic.release.progress import Progress
from diagnostic.release.steps import known, people_messages, with_threshold
from diagnostic.release.table_names import ISSUES
from diagnostic.release.ways.verdicts import decide
from diagnostic.study import comparisons
from diagnostic.study.changes import wholly
from diagnostic.study.config import ConfigError, load, load_release, load_study, looked_into, opened
from diagnostic.study.generations import MANIFEST, current
from diagnostic.study.manifest import copied, shown, verify

DOCUMENT = f"{DRAFT}/*rapport.html"  # of a draft that went to its end


class IssueError(Typeset):
    """What was sent cannot be recorded; the message is in French."""


@wholly("diffuser")
def issue(root: Path, study: str, date: dt.date, draft: bool = False) -> list[str]:
    """Record the release of a study as an edition of a day, or its `draft`, which has left the team all the same; French lines
    that tell what is kept.

    What is recorded is what the documents of the last finished calculation say. Raises IssueError when the results are not
    those of a finished release, or of a draft, or another edition of that day is recorded; ConfigError, VaultError and Busy.
    """
    results = _drafted(root / "results" / study) if draft else current(root / "results" / study).folder
    if (vault := _vault(root, study, results)) is None:
        _finished(root, study)
        return [typographic(f"{study} ne publie aucun nombre de personnes décrites : il n'y a rien à enregistrer.")]
    before = _before(vault)
    if before and _same(before[-1], results, draft):
        day = dt.date.fromisoformat(before[-1].name)
        return [typographic(f"L’édition du {day:%d/%m/%Y} est déjà enregistrée : elle ne l’est pas deux fois.")]
    read = "" if draft else _finished(root, study)
    if date.isoformat() in {one.name for one in before}:
        raise IssueError(f"Un envoi du {date:%d/%m/%Y} est déjà enregistré ; donner un autre jour avec --date.")
    claims, ledger = _printed(results)
    people = _people(results, load_release(root))
    key = Draw(vault.secret(PURPOSE)).fingerprint
    if before and before[-1].key not in ("", key):
        raise IssueError("La clé du coffre n’est pas celle des envois enregistrés ; la reprendre de la sauvegarde.")
    record = issued.record(date.isoformat(), claims, people, key, draft, ledger)
    vault.receive(issued.write([*(one.record for one in before), record]), ISSUES, ".csv")
    count = f"{number(len(claims))} {plural(len(claims), 'nombre publié', 'nombres publiés')}"
    said = f"Envoi du {date:%d/%m/%Y} enregistré dans le coffre{NBSP}: {count}."
    after = "La prochaine édition sera protégée de qui rapprocherait les deux."
    return [*filter(None, [read]), typographic(said), typographic(after)]


def recorded(root: Path, study: str) -> bool:
    """Whether what a study now prints of persons is what its last edition says; so where there is nothing to record. Raises
    ConfigError, VaultError."""
    results = root / "results" / study
    vault = _vault(root, study, results)
    if vault is None:
        return True
    before = _before(vault)
    return bool(before) and _same(before[-1], results, draft=False)


def editions(root: Path, study: str) -> list[issued.Issued]:
    """What left of a study, the oldest first. Raises ConfigError, VaultError."""
    return _before(looked_into(root, study)) if (root / VAULT / study).is_dir() else []


def _before(vault: Vault) -> list[issued.Issued]:
    return issued.read(vault.read_received(ISSUES)) if vault.received(ISSUES) else []


def beside(root: Path, comparison: str) -> list[str]:
    """The studies of a comparison, each of which has left: it says nothing that their editions do not. Raises IssueError where one
    has not; ConfigError, VaultError, NoResults."""
    studies = comparisons.read(root, comparison).studies
    config = load(root, {"studies": studies})
    if left := [study for study in studies if config.real(study) and not recorded(root, study)]:
        told = " ; ".join(f"« diagnostic diffuser {study} »" for study in left)
        raise IssueError(f"{comparison}{NBSP}: ses études se diffusent d’abord{NBSP}: {told}.")
    return studies


def unrecorded(study: str) -> IssueError:
    """What is said of documents that are about to leave, and are not those of the last edition."""
    return IssueError(
        f"{study}{NBSP}: ce calcul ne dit plus ce que dit l’édition enregistrée ; rien n’a été mis dans report/. Relancer "
        f"« diagnostic calculer {study} », relire, puis « diagnostic diffuser {study} »."
    )


def _vault(root: Path, study: str, results: Path) -> Vault | None:
    """The vault where the editions of a study are kept; None where it prints no number of persons, or has no vault. Raises
    NoResults."""
    if not (results / "release/claims.parquet").is_file():
        raise NoResults(study)
    claims, ledger = _printed(results)
    vaulted = (root / VAULT / study).is_dir() or load_study(root, study)[0].received  # else the one it had is missing
    nothing = (claims.empty and issued.kept(ledger).empty) or not vaulted
    return None if nothing else opened(root, study, create=False)


def _printed(results: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    claims, ledger = (io.read_table(results / f"release/{name}.parquet") for name in ("claims", "ledger"))
    return claims, ledger


def _same(edition: issued.Issued, results: Path, draft: bool) -> bool:
    """Whether an edition says what these results print of persons."""
    return edition.draft == draft and forms(edition.record) == printed(results)


def printed(results: Path) -> set[tuple[object, ...]]:
    """What these results print of persons, as `forms` has it of an edition."""
    claims, ledger = _printed(results)
    return forms(issued.record("", claims, {}, ledger=ledger))


FORMS = ["value", "base", "shown_value", "shown_low", "shown_high", "shown_numerator", "shown_denominator"]


def forms(record: pd.DataFrame) -> set[tuple[object, ...]]:
    """What a record says is printed, whatever it was read from."""
    said = record[record["kind"].isin([issued.FIGURE, issued.FACT])]
    numbers = said[FORMS].apply(pd.to_numeric, errors="coerce").astype("float").round(6).fillna(-1.0)
    return set(said[["population", "kind", "name"]].astype("str").join(numbers).itertuples(index=False, name=None))


def _people(results: Path, policy: Policy) -> dict[str, Population]:
    names = ("meetings", "structures", "described", "pairs", "cases", "respondents")
    tables = {name: io.read_table(results / f"consolidate/{name}.parquet") for name in names}
    return everybody(tables.pop("meetings"), tables.pop("structures"), policy.meaning, **tables)


def _finished(root: Path, study: str) -> str:
    """What to say where the last finished calculation is read from its copy. Raises NoResults, IssueError where its files are no
    longer what it left."""
    reading = current(root / "results" / study)
    if not (reading.results / MANIFEST).is_file():
        raise NoResults(study)
    changed = [*shown(reading.results), *copied(reading)] if reading.told else verify(reading.folder, root)
    if changed:
        told = "Les résultats ont changé depuis le calcul ; relancer « diagnostic calculer »."
        raise IssueError("\n".join([told, *changed]))
    return reading.told


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
    names = ("estimate/facts", "consolidate/structures")
    facts, structures = (io.read_table(results / f"{name}.parquet") for name in names)
    refused = (results / "release/refus.txt").read_text(encoding="utf-8").count("\n- ")
    lines = [f"{study}, sans rien publier :"]
    if set(io.read_table(results / "release/audits.parquet")["policy"]) == {policy.digest()}:
        lines.append(_told("règles en vigueur", io.read_table(results / "release/ledger.parquet"), refused, policy))
    else:
        told = "changées depuis le calcul ; lancer « diagnostic calculer » pour les comparer."
        lines.append(f"- règles en vigueur : {told}")
    draw, issues = _kept(root, study)
    readers = known(facts, io.read_table(results / "collect/published_figures.parquet"), structures, issues)
    decided = decide(facts, other, _people(results, policy), readers, draw, Progress(study).tell)
    lines.append(_told(", ".join(choices), decided.ledger, len(people_messages(decided, other)), other))
    return [typographic(line) for line in lines]


def _kept(root: Path, study: str) -> tuple[Draw | None, bytes]:
    """The draws of the study, by its vault's key or the public one of an invented study; and what was issued of it before."""
    if not (root / VAULT / study).is_dir():
        return Draw(PUBLIC_KEY) if load_study(root, study)[0].fictional else None, b""
    vault = looked_into(root, study)
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
