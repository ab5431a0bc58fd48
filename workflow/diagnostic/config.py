"""The configuration door: YAML as text, validated whole, refused in French before any job starts.

Scalars are read as text (`01` stays "01", `no` stays "no") and typed by the models, so that YAML's guesses
can never change a study's identity. Every problem of every file is told at once in one `ConfigError`.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from diagnostic import compliance, vault
from diagnostic.codebook import loading
from diagnostic.collect.answered import FORMATS, ROLES, WORKBOOKS
from diagnostic.collect.tables import INPUTS
from diagnostic.declarations import ConfigError, Section, Text, parse, validate
from diagnostic.release.listing import problems as unlisted
from diagnostic.release.policy import DRAFT, Policy, PolicyError, load_policy, of_codebook

CONFIG = Path("config/config.yaml")
POLICY = Path("config/release.yaml")
STUDIES = Path("config/studies")
RESOURCES = Path("resources/studies")
DEPARTEMENTS = Path("resources/references/departements.csv")
SIDECAR = ".meta.yaml"
BLOCKS = {  # what the team may write in `config/studies/{study}/{name}.md`
    "cadre": "qui a demandé l’étude, ses objectifs, ses étapes",
    "conclusions": "ce que l’équipe conclut",
    "pistes": "les pistes pour agir, chacune appuyée sur des indicateurs",
    "plan": "le plan d’action : qui, quand, quel signe de réussite",
    "croisement": "la matrice des affirmations, source par source",
}
MAPPING = ".mapping.csv"


class Sampling(Section):
    """How the sample of ads is sized and shared out between the sites."""

    margin: float = Field(gt=0, lt=0.5, description="Marge d’erreur demandée pour une proportion de l’ensemble.")
    confidence: float = Field(gt=0.5, lt=1, description="Niveau de confiance de cette marge.")
    proportion: float = Field(gt=0, lt=1, description="Proportion supposée ; 0.5 est la moins favorable.")
    floor: int = Field(
        ge=0, description="Annonces codées au moins sur chaque site qui en a : une variance en demande 2."
    )
    convention: Literal["raise", "reserve"] = Field(
        description="Place du plancher : `raise` y porte les sites qui sont dessous et repartage le reste ; "
        "`reserve` porte les parts entières au plancher, puis les plus fortes fractions servent."
    )
    seed: int = Field(
        ge=0, description="Graine du tirage : la même graine et le même champ redonnent les mêmes annonces."
    )
    design_effect: float = Field(gt=0, description="Effet de sondage attendu ; 1 pour un tirage simple.")
    loss: float = Field(ge=0, lt=1, description="Part d’annonces tirées que l’on s’attend à ne plus trouver.")
    double_share: float = Field(ge=0, le=1, description="Part des annonces tirées que deux personnes codent.")
    domains: Literal["whole", "category", "place"] = Field(
        default="whole",
        description="Ce pour quoi la marge est demandée : l’ensemble (`whole`), ou chaque catégorie de sites (`category`) "
        "ou chaque lieu déclaré (`place`) à lui seul, ce qui demande bien plus d’annonces.",
    )


class Report(Section):
    renderer: Literal["auto", "quarto", "embarqué"] = Field(
        description="Moteur du rapport : `quarto`, `embarqué` (pandoc et Typst, fournis avec l’environnement) "
        "ou `auto` (Quarto s’il est installé, sinon embarqué)."
    )


class Geography(Section):
    """Where the outlines of communes come from, for the studies that bring none."""

    fetch: bool = Field(
        default=True,
        description="Télécharger une fois les contours publics, épinglés par leur empreinte ; `false` : jamais de réseau, "
        "et pas de carte sans fichier de contours.",
    )
    cache: Text = Field(
        default=".geographie",
        description="Dossier où la copie est gardée, hors des résultats ; peut servir à plusieurs projets.",
    )


class Encryption(Section):
    """With which public keys the vault is encrypted."""

    recipients: list[Text] = Field(
        min_length=1,
        description="Clés publiques age (`age1…`) qui chiffrent le coffre ; le fichier de la clé secrète est nommé par "
        "la variable d’environnement `DIAGNOSTIC_AGE_IDENTITY`.",
    )


class Shared(Section):
    """`config/config.yaml`: the choices that all studies share."""

    studies: list[Text] = Field(
        min_length=1, description="Études à calculer, nommées « département-année », chacune avec son fichier."
    )
    sampling: Sampling = Field(description="Échantillon d’annonces à coder : taille et répartition entre les sites.")
    preset: str = Field(
        default="",
        description="Jeu de règles de publication, à la place de celui de `config/release.yaml` : `strict`, `brouillon`…",
    )
    report: Report = Field(description="Fabrication du rapport.")
    geography: Geography = Field(default=Geography(), description="Contours des communes, pour les cartes.")
    vault: Encryption | None = Field(
        default=None, description="Chiffrement du coffre ; sans lui, le disque entier doit être chiffré."
    )


class Publication(Section):
    """The earlier publication that `published_figures` transcribes."""

    citation: Text = Field(description="Comment citer la publication.")
    duplicate_rate: Text | None = Field(
        default=None, description="Identifiant du chiffre publié qui donne la part d’annonces en double."
    )
    reference_population: Text | None = Field(
        default=None, description="Identifiant du chiffre publié qui donne le nombre d’annonces d’une étude voisine."
    )
    persons_seen: Text | None = Field(
        default=None,
        description="Identifiant du chiffre publié qui donne les personnes vues par deux sources réunies, sans leur recoupement.",
    )
    outreach_sessions: Text | None = Field(
        default=None, description="Identifiant du chiffre publié des maraudes d’une action d’aller-vers citée."
    )
    outreach_sms: Text | None = Field(default=None, description="De la même action : messages envoyés.")
    outreach_replies: Text | None = Field(default=None, description="De la même action : réponses reçues.")
    outreach_exchanges: Text | None = Field(default=None, description="De la même action : échanges engagés.")
    outreach_met: Text | None = Field(default=None, description="De la même action : rencontres.")


class Outlines(Section):
    """The team's own outlines of communes, instead of the public ones."""

    file: Text = Field(
        description="GeoJSON des communes, en degrés (WGS 84), dans `resources/studies/{étude}/`, avec sa fiche d’origine."
    )
    vintage: Text = Field(description="Millésime des contours, imprimé sous les cartes.")
    properties: dict[
        Literal["code", "name", "arrondissement", "arrondissement_name", "epci", "epci_name", "population"], Text
    ] = Field(default={}, description="Donnée → propriété qui la porte dans le fichier, quand son nom est autre.")


class Study(Section):
    """`config/studies/{study}.yaml`: one study's place, dates and inputs."""

    departement: Text = Field(description="Code Insee du département, avec son zéro : 01, 2A, 62, 974.")
    edition: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] = Field(description="Année de l’édition.")
    title: Text = Field(description="Titre du rapport.")
    team: Text = Field(description="Équipe qui signe le rapport.")
    period_start: dt.date = Field(description="Premier jour de la période étudiée.")
    period_end: dt.date = Field(description="Dernier jour de la période étudiée.")
    report_date: dt.date = Field(description="Date que portent les documents.")
    fictional: bool = Field(default=False, description="Étude inventée : le rapport le dit dès son en-tête.")
    inputs: dict[Literal[*INPUTS, *WORKBOOKS], Text] = Field(  # type: ignore[valid-type]
        description="Rôle → nom du fichier, dans `resources/studies/{étude}/` : un CSV, ou un classeur rempli pour "
        + ", ".join(f"`{name}`" for name in WORKBOOKS)
        + ". Un rôle absent donne une table vide."
    )
    received: dict[Literal[*ROLES], Literal[*FORMATS]] = Field(  # type: ignore[valid-type]
        default={},
        description="Rôle → format de l’export personnel rangé dans le coffre par « diagnostic recevoir » : "
        + ", ".join(f"`{name}` ({label})" for name, label in FORMATS.items())
        + ".",
    )
    final: bool = Field(
        default=False,
        description="Édition définitive ; refusée tant que le dossier de conformité d’une étude réelle a des blancs.",
    )
    sampling: Sampling | None = Field(
        default=None, description="Choix d’échantillon propres à l’étude, en entier, à la place des choix communs."
    )
    publication: Publication | None = Field(
        default=None, description="La publication dont `published_figures` transcrit les chiffres."
    )
    outlines: Outlines | None = Field(
        default=None, description="Contours de l’équipe pour les cartes ; sans eux, les contours publics."
    )


class Origin(Section):
    """Where a file comes from."""

    title: Text = Field(description="Ce que le fichier contient.")
    origin: Literal["observed", "transcribed", "reconstructed"] = Field(
        description="`observed` : relevé par l’équipe ; `transcribed` : recopié d’une publication ; "
        "`reconstructed` : déduit de chiffres publiés."
    )
    source: Text = Field(description="D’où vient le contenu.")
    lines: str = Field(default="", description="Lignes ou pages de la source.")
    licence: Text = Field(description="Licence du contenu.")
    date: dt.date = Field(description="Jour de l’export ou de la transcription.")
    trial: bool = Field(
        default=False,
        description="Contenu d’essai, engendré par « diagnostic init » : à remplacer avant de dire l’étude réelle.",
    )
    history: list[dict[str, str]] = Field(
        default=[], description="Empreintes précédentes, avec leur jour ; la commande qui accepte le fichier les écrit."
    )


class Sidecar(Origin):
    """`{input}.meta.yaml`: where a file comes from, and the digest it had when it was accepted."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(
        description="Empreinte du fichier accepté ; `diagnostic sceller` l’écrit."
    )
    public: bool | None = Field(
        default=None,
        description="Le contenu est public, ou peut l’être : le rapport en donne l’empreinte, les cellules et les lignes. "
        "Sans cette ligne, ce qui est transcrit d’une publication est public, le reste ne l’est pas.",
    )

    @property
    def is_public(self) -> bool:
        """Whether the content is public: what was transcribed from a publication is, unless its record says not."""
        return self.origin == "transcribed" if self.public is None else self.public

    @property
    def accepted(self) -> str:
        """The digest of the accepted content, with its kind."""
        return f"sha256:{self.sha256}"


class ExportSidecar(Origin):
    """`{role}.meta.yaml`: where an export of the vault comes from, and the keyed digest of its content."""

    digest: Annotated[str, StringConstraints(pattern=r"^hmac-sha256:[0-9a-f]{64}$")] = Field(
        description="Empreinte à clé de l’export accepté ; `diagnostic recevoir` l’écrit."
    )
    is_public: ClassVar[bool] = False  # what goes through the vault never is

    @property
    def accepted(self) -> str:
        """The digest of the accepted content, with its kind."""
        return self.digest


def load_yaml(root: Path, path: Path) -> dict[str, Any]:
    """A YAML mapping, every scalar as text; `path` is told from the project's root.

    Raises ConfigError (absent, unreadable, not a mapping, key given twice).
    """
    try:
        content = (root / path).read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{path} : fichier introuvable.") from None
    return parse(content, path)


def departements(root: Path) -> dict[str, dict[str, str]]:
    """The reference list of départements: code → {name, of_name}, "of_name" as in « du Pas-de-Calais »."""
    with (root / DEPARTEMENTS).open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def sidecar(root: Path, study: str, file: str) -> Sidecar:
    """The origin record of one input file. Raises ConfigError."""
    path = RESOURCES / study / (file + SIDECAR)
    return validate(Sidecar, load_yaml(root, path), path)


def export_sidecar(root: Path, study: str, role: str) -> ExportSidecar:
    """The origin record of one export of the vault. Raises ConfigError."""
    path = RESOURCES / study / (role + SIDECAR)
    return validate(ExportSidecar, load_yaml(root, path), path)


def load_study(root: Path, study: str) -> tuple[Study, dict[str, Sidecar | ExportSidecar]]:
    """One study's configuration and its files' origin records. Raises ConfigError with every problem found."""
    path = STUDIES / f"{study}.yaml"
    loaded = validate(Study, load_yaml(root, path), path)
    known = departements(root)
    problems: list[str] = []
    origins: dict[str, Sidecar | ExportSidecar] = {}
    if loaded.departement not in known:
        code = loaded.departement
        hint = f" ; écrire « 0{code} »" if len(code) == 1 else ""
        problems.append(f"{path} : departement : « {code} » n'est pas un code de département{hint}.")
    if study != f"{loaded.departement}-{loaded.edition}":
        problems.append(
            f"{path} : departement, edition : le fichier se nomme « {study} » mais décrit "
            f"« {loaded.departement}-{loaded.edition} » ; mettre les deux d'accord."
        )
    if loaded.period_end < loaded.period_start:
        problems.append(f"{path} : period_end : la période finit avant de commencer.")
    for role, file in loaded.inputs.items():
        where = RESOURCES / study / file
        if Path(file).name != file:
            problems.append(f"{path} : inputs.{role} : « {file} » doit être un nom de fichier, sans dossier.")
        elif not (root / where).is_file():
            problems.append(f"{path} : inputs.{role} : le fichier {where} est introuvable.")
        else:
            try:
                origins[role] = sidecar(root, study, file)
            except ConfigError as error:
                problems.extend(str(error).splitlines())
    if loaded.outlines:
        problems += _outlines(root, study, loaded, path)
    for role in loaded.received:
        try:
            origins[role] = export_sidecar(root, study, role)
        except ConfigError as error:
            problems += [
                f"{line} ; « diagnostic recevoir {study} {role} <fichier> » l’écrit."
                for line in str(error).splitlines()
            ]
    problems += [
        f"{STUDIES / study / block.name} : ce bloc n’a pas de place dans le rapport ; noms possibles : "
        + ", ".join(f"{name}.md ({meaning})" for name, meaning in BLOCKS.items())
        + "."
        for block in sorted((root / STUDIES / study).glob("*.md"))
        if block.stem not in BLOCKS
    ]
    if not loaded.fictional:
        problems += [
            f"{path} : {role} : le fichier est encore celui de l’essai ; le remplacer, ou remettre « fictional: true »."
            for role, origin in origins.items()
            if origin.trial
        ]
    if loaded.final and not loaded.fictional:
        problems += _blank(root, study, loaded)
    if problems:
        raise ConfigError("\n".join(problems))
    return loaded, origins


def _outlines(root: Path, study: str, loaded: Study, path: Path) -> list[str]:
    """What is wrong with the name or the origin record of the study's own outlines."""
    assert loaded.outlines
    file = loaded.outlines.file
    where = RESOURCES / study / file
    if Path(file).name != file:
        return [f"{path} : outlines.file : « {file} » doit être un nom de fichier, sans dossier."]
    if not (root / where).is_file():
        return [f"{path} : outlines.file : le fichier {where} est introuvable."]
    try:
        origin = sidecar(root, study, file)
    except ConfigError as error:
        return str(error).splitlines()
    if origin.trial and not loaded.fictional:
        return [f"{path} : outlines : les contours sont encore ceux de l’essai ; ôter ce bloc, ou donner les vrais."]
    return []


def written(root: Path, study: str) -> dict[str, str]:
    """Name → path of the blocks that the team wrote in `config/studies/{study}/`."""
    paths = {name: STUDIES / study / f"{name}.md" for name in BLOCKS}
    return {name: path.as_posix() for name, path in paths.items() if (root / path).is_file()}


def _blank(root: Path, study: str, loaded: Study) -> list[str]:
    """What the compliance file of a real study still lacks, so that it cannot be called final."""
    folder = Path(vault.VAULT) / study
    purged = any((root / folder / vault.CERTIFICATES).glob("purge-*.json"))
    contents = compliance.contents(root / folder / compliance.FOLDER)
    found = compliance.problems(contents, dt.date.today(), loaded.period_end, purged)
    return [f"{STUDIES / (study + '.yaml')} : final : {line}" for line in found]


def available(root: Path) -> list[str]:
    """The studies that have a configuration file."""
    return sorted(path.stem for path in (root / STUDIES).glob("*.yaml"))


class Config(BaseModel):
    """The shared choices and the chosen studies, by name."""

    model_config = ConfigDict(frozen=True)
    places: dict[str, dict[str, str]]  # département code → {name, of_name}
    shared: Shared
    policy: Policy
    studies: dict[str, Study]
    sidecars: dict[str, dict[str, Sidecar | ExportSidecar]]  # study → role → origin record
    blocks: dict[str, dict[str, str]] = {}  # study → name → path of what the team wrote for the report

    def sampling(self, study: str) -> Sampling:
        """The study's own sampling choices, or those that all studies share."""
        return self.studies[study].sampling or self.shared.sampling

    def paths(self, study: str) -> dict[str, str]:
        """Role → path of the study's input files, from the project's root."""
        return {role: (RESOURCES / study / file).as_posix() for role, file in self.studies[study].inputs.items()}

    def sealed(self, study: str) -> list[str]:
        """Every file that the study's results depend on: choices, inputs and their origin records."""
        paths = list(self.paths(study).values())
        exports = [(RESOURCES / study / role).as_posix() + SIDECAR for role in self.studies[study].received]
        choices = [CONFIG.as_posix(), POLICY.as_posix(), (STUDIES / f"{study}.yaml").as_posix()]
        choices += self.blocks.get(study, {}).values()
        if own := self.outlines(study):
            paths.append(own)
        return sorted([*choices, *paths, *(path + SIDECAR for path in paths), *exports, *self.mappings(study).values()])

    def outlines(self, study: str) -> str:
        """The path of the study's own outlines, from the project's root; empty without them."""
        own = self.studies[study].outlines
        return (RESOURCES / study / own.file).as_posix() if own else ""

    def mappings(self, study: str) -> dict[str, str]:
        """Role → path of its mapping file, for the exports that are read through one."""
        chosen = self.studies[study].received
        return {
            role: (RESOURCES / study / f"{role}{MAPPING}").as_posix()
            for role, name in chosen.items()
            if name == "mapping"
        }


def load_release(root: Path, preset: str = "") -> Policy:
    """The release policy, with what the codebook says of answers; `preset` chooses another than the file's.

    Raises ConfigError, PolicyError: also for an answer of a classed list that has no class, at its cell, and for a group
    of the closed list that no codebook declares.
    """
    content = load_yaml(root, POLICY)
    files = loading.read_folder(root / loading.FOLDER)
    codebook, found = loading.check(files)
    letter = loading.letter(files, "options.csv", "class")
    lines = [
        f"{loading.FOLDER / one.file}"
        + (f", ligne {one.row}" if one.row else "")
        + (f", colonne {one.column}" if one.column else "")
        + f" : {one.message} {one.remedy}"
        for one in found
        if one.file == "options.csv" and one.column == letter
    ]
    if lines:
        raise ConfigError("\n".join(lines))
    policy = load_policy(content, POLICY.as_posix(), preset, of_codebook(codebook))
    lines = [f"{POLICY} : {line}." for line in unlisted(policy)]
    if lines:
        raise PolicyError("\n".join(lines))
    return policy


def load(root: Path, overrides: Mapping[str, Any] | None = None) -> Config:
    """The whole configuration: `config/config.yaml`, then `--config` overrides, then each chosen study.

    Raises ConfigError listing all problems of all files.
    """
    content = load_yaml(root, CONFIG)
    for key, value in (overrides or {}).items():
        if key == DRAFT:  # `--config brouillon=true`, for who knows no preset
            content |= {"preset": DRAFT} if str(value).lower() in ("true", "oui", "1") else {}
        else:
            content[key] = [value] if key == "studies" and isinstance(value, str) else value
    shared = validate(Shared, content, CONFIG)
    studies: dict[str, Study] = {}
    sidecars: dict[str, dict[str, Sidecar | ExportSidecar]] = {}
    problems: list[str] = []
    known = available(root)
    for study in shared.studies:
        if study not in known:
            near = difflib.get_close_matches(study, known, n=1)
            hint = f" ; vouliez-vous « {near[0]} » ?" if near else ""
            problems.append(
                f"{CONFIG} : studies : l'étude « {study} » n'a pas de fichier {STUDIES / (study + '.yaml')}{hint} "
                f"(une étude se nomme « département-année », par exemple 62-2020)."
            )
            continue
        try:
            studies[study], sidecars[study] = load_study(root, study)
        except ConfigError as error:
            problems.extend(str(error).splitlines())
    try:
        policy = load_release(root, shared.preset)
    except (ConfigError, PolicyError) as error:
        problems.extend(str(error).splitlines())
    if problems:
        raise ConfigError("\n".join(problems))
    blocks = {study: written(root, study) for study in studies}
    return Config(
        places=departements(root), shared=shared, policy=policy, studies=studies, sidecars=sidecars, blocks=blocks
    )
