"""The configuration door: YAML as text, validated whole, refused in French before any job starts.

Scalars are read as text (`01` stays "01", `no` stays "no") and typed by the models, so that YAML's guesses
can never change a study's identity. Every problem of every file is told at once in one `ConfigError`.
"""

import csv
import datetime as dt
import difflib
import io
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from diagnostic.codebook import loading
from diagnostic.codebook.checks import CodebookError, line
from diagnostic.collect.answers import CALIBRATED
from diagnostic.collect.table_names import may_be_public
from diagnostic.core import home, writing
from diagnostic.core.declarations import NOWHERE, ConfigError, content_of, invented, parse, validate
from diagnostic.core.errors import few
from diagnostic.core.french import NBSP, typographic
from diagnostic.privacy import vault, versions
from diagnostic.privacy.vault import RECEIVED, Cipher, Vault, age_cipher, open_vault, write_closed
from diagnostic.release.populations.policy import DRAFT, Policy, PolicyError, load_policy, of_codebook, regional
from diagnostic.release.populations.policy import problems as unlisted
from diagnostic.study import comparisons, compliance, logo, territory
from diagnostic.study.comparisons import Comparison
from diagnostic.study.declared import Encryption, ExportSidecar, Sampling, Shared, Sidecar, Study

CONFIG = Path("config/config.yaml")
POLICY = Path("config/release.yaml")
STUDIES = Path("config/studies")
RESOURCES = Path("resources/studies")
REFERENCES = Path("resources/references")
DEPARTEMENTS = REFERENCES / "departements.csv"
COLUMNS = {  # of each table that is the same for all studies
    "articles": "article code read_in",
    "countries": "country continent aliases",
    "departements": "code name of_name",
    "loi": "order variable title text articles valid_from valid_to source confirm",
    "national": "id label value year source beside caution",
    "orientation": "order need service contact source read_on",
    "populations": "departement year population source",
    "series": "series year value unit universe precision note source traps",
    "textes": "date text says source confirm",
}
SIDECAR = ".meta.yaml"
COMPARISON = "comparaison"  # `--config comparaison=NAME`: its studies, and it alone
ISSUING = "diffusion"  # `--config diffusion=true`: the documents of a recorded edition
ASKED = (COMPARISON, ISSUING, DRAFT)  # of the command line alone
BLOCKS = {  # what the team may write in `config/studies/{study}/{name}.md`
    "preface": "l’avant-propos, et sous lui qui le signe : « Signé par : … », une ligne chacun",
    "cadre": "qui a demandé l’étude, ses objectifs, ses étapes",
    "conclusions": "ce que l’équipe conclut",
    "pistes": "les pistes pour agir, chacune appuyée sur des indicateurs",
    "plan": "le plan d’action : qui, quand, quel signe de réussite",
    "croisement": "la matrice des affirmations, source par source",
    "constats": "les constats que l’équipe signe, que « diagnostic constats » propose",
}


def load_yaml(root: Path, path: Path) -> dict[str, Any]:
    """A YAML mapping, every scalar as text; `path` is told from the project's root. Raises ConfigError (absent,
    unreadable, not a mapping, key given twice)."""
    return parse(content_of(home.found(root, path), path), path)


def departements(root: Path) -> dict[str, dict[str, str]]:
    """The reference list of départements: code → {name, of_name}, "of_name" as in « du Pas-de-Calais ». Raises ConfigError."""
    return {row["code"]: row for row in _reference(root, DEPARTEMENTS)}


def _reference(root: Path, path: Path) -> list[dict[str, str]]:
    """The rows of a table that is the same for all studies. Raises ConfigError where it is not as it was published."""
    content = content_of(home.found(root, path), path)
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    columns = set(COLUMNS[path.stem].split())
    if not rows or any(row.keys() != columns or None in row.values() for row in rows):
        raise ConfigError(f"{path} : ce n’est plus cette table, en CSV et en UTF-8 ; la reprendre du projet publié.")
    return rows


def sidecar(root: Path, study: str, file: str) -> Sidecar:
    """The origin record of one input file. Raises ConfigError."""
    path = RESOURCES / study / (file + SIDECAR)
    return validate(Sidecar, load_yaml(root, path), path)


def export_sidecar(root: Path, study: str, role: str) -> ExportSidecar:
    """The origin record of one export of the vault. Raises ConfigError."""
    path = RESOURCES / study / (role + SIDECAR)
    return validate(ExportSidecar, load_yaml(root, path), path)


def _shown(role: str, origin: Sidecar | ExportSidecar, where: Path) -> list[str]:
    """What is wrong with a file that its record says public, and whose table does not say that it may be: of what the team
    noted itself, the report rounds or leaves out a part, which its digest or its cells would give back."""
    if origin.origin == "transcribed" or not origin.is_public or may_be_public(role):
        return []
    return [
        f"{where}{SIDECAR} : public : le rapport arrondit ou ne nomme pas tout de ce fichier ({role}), ce qui se retrouverait par "
        "son empreinte ou ses cellules ; ôter cette ligne."
    ]


def protected_files(root: Path, study: str) -> list[Path]:
    """The study's own files outside the vault whose table does not say that they may be public: they may count few people, or
    name who did not agree. Transcribed ones are public; none where the configuration cannot be read."""
    try:
        loaded, origins = load_study(root, study)
    except ConfigError:
        return []
    own = {role: file for role, file in loaded.inputs.items() if not (may_be_public(role) or origins[role].is_public)}
    return sorted(root / RESOURCES / study / file for file in own.values())


BEFORE_RECIPES = "mapping"  # what the configuration said of a form that was read through a workbook of correspondence


def load_study(root: Path, study: str) -> tuple[Study, dict[str, Sidecar | ExportSidecar]]:
    """One study's configuration and its files' origin records. Raises ConfigError with every problem found."""
    path = STUDIES / f"{study}.yaml"
    written = load_yaml(root, path)
    if isinstance(written.get("received"), dict) and BEFORE_RECIPES in written["received"].values():
        raise ConfigError(
            f"{path} : received : « {BEFORE_RECIPES} » : un formulaire se lit maintenant par sa recette ; « diagnostic decrire "
            f"{study} » convertit la correspondance, sans rien en perdre."
        )
    loaded = validate(Study, written, path)
    problems = territory.problems(root, study, loaded, departements(root), path)
    problems += _in_the_open(root, study, loaded, path)
    if loaded.period_end < loaded.period_start:
        problems.append(f"{path} : period_end : la période finit avant de commencer.")
    if loaded.report_date < loaded.period_start:
        problems.append(f"{path} : report_date : le rapport est daté d’avant la période.")
    if loaded.coded_calibration and loaded.coded_sample not in CALIBRATED:
        kinds = " ou ".join(f"« {one} »" for one in CALIBRATED)
        why = f"rien ne se cale que d’un échantillon {kinds} ; corriger coded_sample, ou ôter cette ligne."
        problems.append(f"{path} : coded_calibration : {why}")
    given: dict[str, list[str]] = {}  # file → the roles that it is given for
    for role, file in loaded.inputs.items():
        given.setdefault(file, []).append(role)
    for file, roles in given.items():
        if len(roles) > 1:
            several = ", ".join(roles)
            problems.append(f"{path} : inputs : le fichier « {file} » est donné pour plusieurs rôles ({several}).")
    origins, told = _origins(root, study, loaded, path)
    problems += told
    if loaded.logo:
        place = STUDIES / study / loaded.logo.file
        problems += [f"{path} : logo : « {place.as_posix()} » {why}." for why in logo.refused(root / place)]
    known = ", ".join(f"{name}.md ({meaning})" for name, meaning in BLOCKS.items())
    others = sorted(block for block in (root / STUDIES / study).glob("*.md") if block.stem not in BLOCKS)
    told_ = f"ce bloc n’a pas de place dans le rapport ; noms possibles : {known}."
    problems += [f"{STUDIES / study / block.name} : {told_}" for block in others]
    if not loaded.fictional:
        left = "le fichier est encore celui de l’essai ; le remplacer, ou remettre « fictional: true »."
        problems += [f"{path} : {role} : {left}" for role, origin in origins.items() if origin.trial]
    # Nobody was asked what was made up from a publication.
    collected = any(origins[role].origin != "reconstructed" for role in loaded.received if role in origins)
    if collected and not loaded.fictional:
        problems += undecided(root, study, dt.date.today())
    if loaded.final and not loaded.fictional:
        problems += _blank(root, study, loaded)
    if problems:
        raise ConfigError("\n".join(problems))
    return loaded, origins


def _origins(root: Path, study: str, loaded: Study, path: Path) -> tuple[dict[str, Sidecar | ExportSidecar], list[str]]:
    """The origin record of each file and export, and what is wrong with them or with the files that they are of."""
    origins: dict[str, Sidecar | ExportSidecar] = {}
    problems: list[str] = []
    files = {f"inputs.{role}": file for role, file in loaded.inputs.items()}
    for key, file in (files | ({"outlines.file": loaded.outlines.file} if loaded.outlines else {})).items():
        where = RESOURCES / study / file
        if not (root / where).is_file():
            problems.append(f"{path} : {key} : le fichier {where} est introuvable.")
            continue
        try:
            origin = sidecar(root, study, file)
        except ConfigError as error:
            problems += str(error).splitlines()
            continue
        if key in files:
            role = key.removeprefix("inputs.")
            origins[role] = origin
            problems += _shown(role, origin, where)
        elif origin.trial and not loaded.fictional:
            told = "les contours sont encore ceux de l’essai ; ôter ce bloc, ou donner les vrais."
            problems.append(f"{path} : outlines : {told}")
    for role in loaded.received:
        try:
            origins[role] = export_sidecar(root, study, role)
        except ConfigError as error:
            remedy = f"« diagnostic recevoir {study} {role} <fichier> » l’écrit."
            problems += [f"{line} ; {remedy}" for line in str(error).splitlines()]
    return origins, problems


def _in_the_open(root: Path, study: str, loaded: Study, path: Path) -> list[str]:
    """What would let a real study lie in the open as an invented one does."""
    received = RESOURCES / study / vault.RECEIVED
    if invented(study):
        told = f"{path} : fictional : le département « {NOWHERE} » n’existe pas, et la clé de son coffre est connue de tous ; "
        return [] if loaded.fictional else [f"{told}laisser « fictional: true »."]
    if (root / received).exists():
        told = f"{received} : des exports reçus n’ont pas leur place ici, où ils peuvent être versionnés ; "
        return [f"{told}les ranger dans le coffre par « diagnostic recevoir », puis effacer ce dossier."]
    return []


def written(root: Path, study: str) -> dict[str, str]:
    """Name → path of the blocks that the team wrote in `config/studies/{study}/`."""
    paths = {name: STUDIES / study / f"{name}.md" for name in BLOCKS}
    return {name: path.as_posix() for name, path in paths.items() if (root / path).is_file()}


def undecided(root: Path, study: str, today: dt.date) -> list[str]:
    """What the compliance file of a real study does not say yet, and must before any answer is received; nothing after a purge."""
    folder = Path(vault.VAULT) / study
    if any((root / folder / vault.CERTIFICATES).glob("purge-*.json")):
        return []
    place = folder / compliance.FOLDER
    left = compliance.before(compliance.contents(root / place), today)
    return [typographic(f"{place.as_posix()}/{one}") for one in left]


def _blank(root: Path, study: str, loaded: Study) -> list[str]:
    """What the compliance file and the texts of a real study still lack, so that it cannot be called final."""
    folder = Path(vault.VAULT) / study
    purged = any((root / folder / vault.CERTIFICATES).glob("purge-*.json"))
    contents = compliance.contents(root / folder / compliance.FOLDER)
    found = compliance.problems(contents, dt.date.today(), loaded.period_end, purged)
    for text in written(root, study).values():
        found += compliance.unfilled(text, (root / text).read_text(encoding="utf-8", errors="replace"))
    return [f"{STUDIES / (study + '.yaml')} : final : {line}" for line in found]


def available(root: Path) -> list[str]:
    """The studies that have a configuration file."""
    return sorted(path.stem for path in (root / STUDIES).glob("*.yaml"))


def known(root: Path) -> list[str]:
    """The studies of the project: configured, or of which results or a vault are left."""
    kept = (path.name for folder in ("results", vault.VAULT) for path in (root / folder).glob("*-*"))
    return sorted({*available(root), *kept})


class Config(BaseModel):
    """The shared choices and the chosen studies, by name."""

    model_config = ConfigDict(frozen=True)
    places: dict[str, dict[str, str]]  # département code → {name, of_name}
    shared: Shared
    policy: Policy
    studies: dict[str, Study]
    sidecars: dict[str, dict[str, Sidecar | ExportSidecar]]  # study → role → origin record
    blocks: dict[str, dict[str, str]] = {}  # study → name → path of what the team wrote for the report
    comparisons: dict[str, Comparison] = {}  # of these studies, all real or all invented
    apart: dict[str, list[str]] = {}  # comparison → the studies that it names and sets aside, being of the other kind
    issuing: bool = False  # whether the documents are those of a recorded edition (`diagnostic diffuser`)
    refused: dict[str, str] = {}  # study that was chosen and cannot be read → why

    def sampling(self, study: str) -> Sampling:
        """The study's own sampling choices, or those that all studies share."""
        return self.studies[study].sampling or self.shared.sampling

    def release(self, study: str) -> Policy:
        """What may be printed of the study: the policy, which a study of several départements extends to each of them."""
        return regional(self.policy, self.studies[study].codes)

    def real(self, study: str) -> bool:
        """Whether anything of the study was observed: not invented, nor all of it taken from a publication."""
        observed = any(one.origin == "observed" for one in self.sidecars[study].values())
        return observed and not self.studies[study].fictional

    def working(self, study: str) -> bool:
        """Whether the study's documents are the team's own: those of a real study leave as a recorded edition alone."""
        return self.real(study) and not (self.issuing or self.policy.draft)

    def working_beside(self, comparison: str) -> bool:
        """Whether the documents of a comparison are: of one with a real study whose own are."""
        return any(self.working(study) for study in self.comparisons[comparison].studies)

    def paths(self, study: str) -> dict[str, str]:
        """Role → path of the study's input files, from the project's root."""
        return {role: (RESOURCES / study / file).as_posix() for role, file in self.studies[study].inputs.items()}

    def logo(self, study: str) -> dict[str, str]:
        """« logo » → the path of the team's logo; nothing without one."""
        one = self.studies[study].logo
        return {"logo": (STUDIES / study / one.file).as_posix()} if one else {}

    def sealed(self, study: str) -> list[str]:
        """Every file that the study's results depend on: choices, inputs and their origin records."""
        paths = list(self.paths(study).values())
        exports = [(RESOURCES / study / role).as_posix() + SIDECAR for role in self.studies[study].received]
        choices = [CONFIG.as_posix(), POLICY.as_posix(), (STUDIES / f"{study}.yaml").as_posix()]
        choices += [*self.blocks.get(study, {}).values(), *self.logo(study).values()]
        if own := self.outlines(study):
            paths.append(own)
        return sorted([*choices, *paths, *(path + SIDECAR for path in paths), *exports])

    def public(self, study: str) -> set[str]:
        """Of these files, those that anybody may read: the project's own, the outlines, and what the team declared so; all of
        a study that holds nothing else, as one that is transcribed from a publication."""
        origins = self.sidecars[study]
        if all(one.is_public for one in origins.values()):
            return set(self.sealed(study))
        paths = {path for role, path in self.paths(study).items() if origins[role].is_public} | {self.outlines(study)}
        return {CONFIG.as_posix(), POLICY.as_posix(), *paths, *(path + SIDECAR for path in paths)}

    def close(self, root: Path, study: str) -> None:
        """Close to others the files that lie beside the public ones: they may count few, or name who did not agree."""
        public = self.public(study)
        writing.close(root / RESOURCES / study, lambda path: path.relative_to(root).as_posix() in public)

    def beside(self, comparison: str) -> list[str]:
        """Every file that the results of a comparison depend on, beside those of its studies."""
        rules = [f"{comparisons.RULES}/{name}.csv" for name in ("indicators", "items", "rules")]
        public = [f"{comparisons.PUBLISHED}/{name}.csv" for name in ("figures", "methods", "relations", "studies")]
        own = [f"{comparisons.COMPARISONS}/{comparison}.yaml", comparisons.SERIES.as_posix()]
        return sorted([*own, *rules, *public])

    def outlines(self, study: str) -> str:
        """The path of the study's own outlines, from the project's root; empty without them."""
        own = self.studies[study].outlines
        return (RESOURCES / study / own.file).as_posix() if own else ""


def choices(content: bytes) -> bytes:
    """`config/config.yaml` without the names of the studies that it lists: what a study depends on, all else as it is written.
    Another study that is begun changes none of it. Whole where it does not read."""
    try:
        text = content.decode()
        top = yaml.compose(text, yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        return content
    pairs = top.value if isinstance(top, yaml.MappingNode) else []
    for key, listed in pairs:
        if key.value == "studies" and isinstance(listed, yaml.SequenceNode) and listed.value:
            first, last = listed.value[0].start_mark.index, listed.value[-1].end_mark.index
            return (text[:first] + text[last:]).encode()
    return content


def load_release(root: Path, preset: str = "") -> Policy:
    """The release policy, with what the codebook says of answers; `preset` chooses another than the file's.

    Raises ConfigError, PolicyError: also, at its cell, for all that is wrong in the codebook, and for a group of the closed
    list that it does not declare.
    """
    content = load_yaml(root, POLICY)
    files = loading.read_folder(home.found(root, loading.FOLDER))
    try:
        codebook = loading.load(files)
    except CodebookError as error:
        told = few(f"{loading.FOLDER.as_posix()}/{line(one)}" for one in error.problems)
        raise ConfigError("\n".join(told)) from None
    policy = load_policy(content, POLICY.as_posix(), preset, of_codebook(codebook))
    if lines := [f"{POLICY} : {line}." for line in unlisted(policy)]:
        raise PolicyError("\n".join(few(lines)))
    return policy


def load(root: Path, overrides: Mapping[str, Any] | None = None, apart: bool = False) -> Config:
    """The whole configuration: `config/config.yaml`, then `--config` overrides, then each chosen study. `apart`: a
    study that cannot be read is set apart, where another can. Raises ConfigError listing all problems of all files."""
    given = dict(overrides or {})
    if not home.whole(root):  # another project's configuration, whose other keys are its own
        given = {name: value for name, value in given.items() if name in {*Shared.model_fields, *ASKED}}
    compared = str(given.pop(COMPARISON, ""))
    issuing = _yes(given.pop(ISSUING, ""))
    if compared:
        given |= {"studies": comparisons.read(root, compared).studies}
    _references(root)
    shared = validate(Shared, _chosen(root, given), CONFIG)
    studies: dict[str, Study] = {}
    sidecars: dict[str, dict[str, Sidecar | ExportSidecar]] = {}
    refused: dict[str, str] = {}
    problems: list[str] = []
    known = available(root)
    for study in shared.studies:
        if study not in known:
            near = difflib.get_close_matches(study, known, n=1)
            hint = f" ; vouliez-vous « {near[0]} » ?" if near else ""
            problems.append(
                f"{CONFIG} : studies : l'étude « {study} » n'a pas de fichier {STUDIES / (study + '.yaml')}{hint} "
                f"(une étude se nomme « département-année », par exemple 62-2020, ou « région-année », bretagne-2019)."
            )
            continue
        try:
            studies[study], sidecars[study] = load_study(root, study)
        except ConfigError as error:
            refused[study] = str(error)
    try:
        policy = load_release(root, shared.preset)
    except (ConfigError, PolicyError) as error:
        problems.extend(str(error).splitlines())
    if compared and not problems and policy.draft:
        told = "rien ne se compare d’un brouillon, dont la protection n’est pas vérifiée."
        problems.append(f"--config {COMPARISON} : {told}")
    if problems or (refused and (compared or not (apart and studies))):
        raise ConfigError("\n".join([*refused.values(), *problems]))
    blocks = {study: written(root, study) for study in studies}
    invented = {study for study, one in studies.items() if one.fictional}
    chosen = {} if policy.draft else comparisons.chosen(root, studies, compared)
    kinds = {name: comparisons.of_a_kind(name, one, invented) for name, one in chosen.items()}
    return Config(
        places=departements(root),
        shared=shared,
        policy=policy,
        studies=studies,
        sidecars=sidecars,
        blocks=blocks,
        refused=refused,
        issuing=issuing,
        comparisons={name: kept for name, (kept, _) in kinds.items()},
        apart={name: apart for name, (_, apart) in kinds.items()},
    )


def _references(root: Path) -> None:
    """Raises ConfigError where tables that are the same for all studies are not as they were published."""
    damaged = []
    for name in COLUMNS:
        try:
            _reference(root, REFERENCES / f"{name}.csv")
        except ConfigError as error:
            damaged.append(str(error))
    if damaged:
        raise ConfigError("\n".join(damaged))


def _yes(value: Any) -> bool:
    return str(value).lower() in ("true", "oui", "1")


def _chosen(root: Path, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """What `config/config.yaml` says, and what the command says instead."""
    content = load_yaml(root, CONFIG)
    for key, value in overrides.items():
        if key == DRAFT:  # `--config brouillon=true`, for who knows no preset
            content |= {"preset": DRAFT} if _yes(value) else {}
        else:
            content[key] = [value] if key == "studies" and isinstance(value, str) else value
    return content


# -- A study's vault as the configuration says it is kept: in clear on an encrypted disk, or encrypted with age keys
# The exports of an invented study (`99-…`) may lie in the open, in `resources/studies/{study}/received/`: its vault takes
# each of them in once, as if a team had received it; and its compliance file, where it has none.
IDENTITY = "DIAGNOSTIC_AGE_IDENTITY"  # environment variable: the file of the secret key, which no configuration names


def cipher(root: Path) -> Cipher | None:
    """The cipher of the shared configuration's `vault` keys, or None. Raises ConfigError, VaultError."""
    declared = load_yaml(root, CONFIG).get("vault")
    if declared is None:
        return None
    recipients = validate(Encryption, declared, f"{CONFIG} : vault").recipients
    identity = os.environ.get(IDENTITY)
    return age_cipher(recipients, Path(identity) if identity else None)


def opened(root: Path, study: str, create: bool = True) -> Vault:
    """The study's vault, opened. Raises ConfigError, VaultError."""
    shown = bool(_in_sight(root, study))
    vault = open_vault(root, study, cipher=cipher(root), create=create or shown)
    if shown and not vault.purged:
        for path in untaken(root, study, vault):  # what a person has put in the place of those it has held stays
            versions.add(vault, path.read_bytes(), path.stem, path.suffix, "")
        _decided(vault, root / RESOURCES / study / compliance.FOLDER)
    return vault


def looked_into(root: Path, study: str) -> Vault:
    """The study's vault for who only reads: nothing is taken in, made or drawn. Raises ConfigError, VaultError."""
    folder = root / vault.VAULT / study
    purges = (folder / vault.CERTIFICATES).glob("purge-*.json")
    key = [folder / vault.KEY, folder / (vault.KEY + vault.ENCRYPTED), *purges]
    whole = all((folder / name).is_dir() for name in (RECEIVED, vault.PRIVATE)) and any(one.is_file() for one in key)
    if folder.is_dir() and not whole:
        raise vault.VaultError(f"Coffre de {study}{NBSP}: il n’est pas entier ; le reprendre de la sauvegarde.")
    return open_vault(root, study, cipher=cipher(root), create=False)


def foreseen(root: Path, study: str, aside: Path) -> Vault:
    """The study's vault as a calculation would find it, for who only looks at what it would do: where something in the open is to
    be taken in, it is by a copy in the folder `aside`, empty. Raises ConfigError, VaultError."""
    folder = root / vault.VAULT / study
    if folder.is_dir():
        looked = looked_into(root, study)
        if looked.purged or not untaken(root, study, looked):
            return looked
        (aside / vault.VAULT).mkdir(mode=vault.FOLDER_MODE)
        shutil.copytree(folder, aside / vault.VAULT / study)
    for place in (CONFIG.parent, RESOURCES.parent):
        (aside / place).symlink_to((root / place).resolve())
    return opened(aside, study, create=False)


def untaken(root: Path, study: str, opened: Vault) -> list[Path]:
    """The exports that lie in the open, of an invented study, and that its vault has never held."""
    held = {(event.role, event.digest) for event in versions.journal(opened) if event.what == versions.RECEIVED}
    return [path for path in _in_sight(root, study) if (path.stem, opened.digest(path.read_bytes())) not in held]


def _in_sight(root: Path, study: str) -> list[Path]:
    return sorted((root / RESOURCES / study / RECEIVED).glob("[!.]*")) if invented(study) else []


def _decided(vault: Vault, shown: Path) -> None:
    """The compliance file that lies in the open, where the vault has none."""
    folder = vault.folder / compliance.FOLDER
    if shown.is_dir() and not folder.exists():
        folder.mkdir(mode=0o700)
        for name, content in compliance.contents(shown).items():
            write_closed(content, folder / name)
