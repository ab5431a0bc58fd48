"""Wiring that every rules file uses: the configuration, the code hash, and one step in this process."""

import importlib
import sys
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from diagnostic.core import freshness, home, locks
from diagnostic.codebook import loading as codebook_loading
from diagnostic.collect.table_names import RECIPE, WORKBOOKS
from diagnostic.compare.table_names import CREDITED, OUTLINED, REPRINTED, STATED
from diagnostic.core.codehash import of_rule
from diagnostic.core.errors import few, speak_to_any_console
from diagnostic.core.faults import guarded
from diagnostic.core.spoken import spelt
from diagnostic.core.writing import RESULTS, close_folder
from diagnostic.study.config import CONFIG as SHARED_CHOICES
from diagnostic.study.config import ConfigError, load, sidecar
from diagnostic.running.programs import prefer_own_commands, tune_gc
from diagnostic.release.populations.rounding import PURPOSE
from diagnostic.release.table_names import ISSUES
from diagnostic.study.changes import resume
from diagnostic.study.config import foreseen, opened
from diagnostic.privacy.vault import VAULT, VaultError
from diagnostic.study import compliance

speak_to_any_console()
tune_gc()

# A dry run only looks (`workflow.dryrun` is not known yet while this is read), and so does a job in a process of its own.
WRITES = workflow.is_main_process and not workflow.output_settings.dryrun

if WRITES:
    locks.sweep(Path.cwd())
    if not workflow.dryrun:
        resume(Path.cwd())

# Commands read and write where the package says: a study whose files lie elsewhere would be verified, sent and erased in vain.
FOLDERS = [RESULTS, "logs"]
moved = [workflow.modifier.path_modifier.replace_prefix(workflow.pathvars.apply(f"<{name}>")) for name in FOLDERS]
if moved != FOLDERS:
    sys.exit(
        "\nCe workflow écrit toujours dans « results » et « logs », où ses commandes lisent : ôter « prefix », « replace_prefix » et "
        "« pathvars » de l’appel du module ; pour ranger à part, lancer Snakemake dans un autre dossier (--directory).\n"
    )


try:
    CONFIG = load(Path.cwd(), config, apart=True)
except ConfigError as error:
    sys.exit(spelt(f"\nLa configuration est refusée :\n{error}\n"))


prefer_own_commands()

# What Snakemake and the steps note beside the results is the team's own, as the inputs that are not public are.
if WRITES:
    for folder in ("logs", ".snakemake"):
        close_folder(Path(folder))
    for name in CONFIG.studies:
        CONFIG.close(Path(), name)

# The files of the codebook that a study of several départements has of its own.
REGIONAL_QUESTIONS = {
    f"codebook_{name}": f"<results>/{{study}}/collect/questions/{name}.csv"
    for name in ("grids", "options", "texts", "variables")
}


wildcard_constraints:
    study="|".join(map(re.escape, CONFIG.studies)),


def reads(*sources):
    """The parameter of a rule that tells by their content the files that it reads and no rule makes (`diagnostic.core.freshness`).
    `sources`: paths, or functions of the wildcards that give some. A function of the rule's own input would not do: Snakemake
    does not compare what it gives."""

    def fresh(wildcards):
        given = [source(wildcards) if callable(source) else [source] for source in sources]
        paths = [path for part in given for path in (part.values() if isinstance(part, dict) else part)]
        return freshness.digest(paths, (RESULTS, "logs", Path(COUNTRY).parent.as_posix()))

    return fresh


def tables(phase, *names):
    """Name → path of these tables of a phase."""
    return {name: f"<results>/{{study}}/{phase}/{name}.parquet" for name in names}


collected, consolidated, estimated = (partial(tables, phase) for phase in ("collect", "consolidate", "estimate"))
released, outlined = partial(tables, "release"), partial(tables, "geography")


def ours(path):
    """What comes with the workflow, as rules name it: as in its own project, or from there where another calls it as a module."""
    return home.found(Path(), path).as_posix()


def references(*names):
    """Name → path of these public references."""
    return {name: ours(f"resources/references/{name}.csv") for name in names}


class Step(NamedTuple):
    """A step that is one pure function from named files to named files: `steps.smk` makes a rule of each, with its log, the
    hash of the function's module, and that of what no rule makes."""

    message: str
    function: str  # its module and its name
    input: dict = {}  # the function's arguments by name: a file each
    output: dict = {}  # what it returns by name: a file each
    params: dict = {}  # its other arguments
    given: list = []  # input functions: the files that the choices of the study or comparison name
    priority: int = 0

    def own(self):
        """What it reads that no rule makes, and what may give some."""
        return [*self.given, *(path for path in self.input.values() if isinstance(path, str) and path[0] != "<")]


STEPS = {}  # the rule's name → what it is


def function(name):
    """A function by its module and its name. It is loaded by the first job that calls it: reading the workflow, which every run,
    dry run and refusal begins with, needs none of the libraries of the steps."""
    place, _, own = name.rpartition(".")
    return getattr(importlib.import_module(f"diagnostic.{place}"), own)


def call(name, rule, input, output, params, log):
    """One in-process step (see `diagnostic.core.step`), with the study's vault where it reads exports or draws with its key."""
    from diagnostic.core import step

    def done():
        private = params.get(step.EXPORTS) or params.get(step.KEYED)
        vault = opened(Path.cwd(), params["study"], create=False) if private else None
        step.run(function(name), rule, dict(input.items()), dict(output.items()), dict(params.items()), str(log), vault)

    alone(done, log, {"code": params["code"], **dict(input.items())})()


def alone(done, log, read=None):
    """What reads and writes by itself, told where the program is at fault."""

    def guarding(*given):
        guarded(lambda: done(*given), Path(str(log)), read=read)

    return guarding


def files(wildcards):
    """Role → file name, for the ledgers and the cells of facts."""
    return dict(CONFIG.studies[wildcards.study].inputs)


def given(wildcards):
    """Name → path of what the collect phase reads: the study's files and, with exports, the codebook.

    The exports themselves are no inputs: Snakemake would record a plain digest of them.
    """
    return CONFIG.paths(wildcards.study) | codebook(wildcards)


def codebook(wildcards):
    """Name → path of the codebook's files, for a study that has exports or workbooks; nothing for the others."""
    study = CONFIG.studies[wildcards.study]
    return ad_codebook(wildcards) if study.received or WORKBOOKS.keys() & study.inputs.keys() else {}


def sidecars(wildcards):
    """Role → the record of each of the study's files, and whether it is public."""
    return {
        role: one.model_dump(mode="json", exclude={"history"}) | {"public": one.is_public}
        for role, one in CONFIG.sidecars[wildcards.study].items()
    }


ASIDE = []


@cache
def vault_of(study):
    """The study's vault, opened once for all that reads of the workflow ask of it: each opening looks for git and for what came by hand.
    A dry run takes nothing in."""
    if not workflow.output_settings.dryrun:
        return opened(Path.cwd(), study, create=False)
    ASIDE.append(tempfile.TemporaryDirectory(prefix="coffre-"))  # of an invented study; it goes with this process
    return foreseen(Path.cwd(), study, Path(ASIDE[-1].name))


def exports(wildcards):
    """Role → format of the study's exports in the vault."""
    return dict(CONFIG.studies[wildcards.study].received)


def digests(wildcards):
    """Role → keyed digest of each export in the vault: a new export runs again what reads it."""
    return received(wildcards, exports(wildcards))


def received(wildcards, roles):
    """Role → keyed digest of what the vault holds for it; a vault that refuses stops everything, with its message."""
    if not roles:
        return {}
    try:
        vault = vault_of(wildcards.study)
        return {role: vault.digest(vault.read_received(role)) for role in roles}
    except (ConfigError, VaultError) as error:
        sys.exit(f"\n{error}\n")


def waiting(wildcards):
    """What is told of files of the team whose recipes wait for a person, and its remedy; nothing where none does."""
    if not any((Path(VAULT) / wildcards.study).glob(f"*/*{RECIPE}*")):
        return []
    from diagnostic.study import own_files

    try:
        return own_files.waiting(Path.cwd(), wildcards.study)
    except (ConfigError, VaultError) as error:
        sys.exit(f"\n{error}\n")


def decided(wildcards):
    """File of the study's compliance folder, from its vault → keyed digest, where it has exports and was not purged."""
    if not exports(wildcards):
        return {}
    vault = vault_of(wildcards.study)
    files = {} if vault.purged else compliance.contents(vault.folder / compliance.FOLDER)
    own = {name: content for name, content in files.items() if name != compliance.FOLLOWED}
    return {f"{compliance.FOLDER}/{name}": vault.digest(content) for name, content in own.items()}


def issues(wildcards):
    """The record of what the team has issued of the study, where its vault holds one (`diagnostic diffuser`)."""
    if not exports(wildcards):
        return {}
    try:
        return {ISSUES: "csv"} if vault_of(wildcards.study).received(ISSUES) else {}
    except (ConfigError, VaultError) as error:
        sys.exit(f"\n{error}\n")


def issue_digests(wildcards):
    """Role → keyed digest of that record, and of the key itself: a new issue, or another key, runs the release again."""
    found = received(wildcards, issues(wildcards))
    if not draw_purpose(wildcards):
        return found
    try:
        vault = vault_of(wildcards.study)
        return found if vault.purged else found | {"key": vault.digest(PURPOSE.encode())}
    except (ConfigError, VaultError) as error:
        sys.exit(f"\n{error}\n")


def draw_purpose(wildcards):
    """The purpose of the key that rounding is drawn with, where the study has a vault."""
    return PURPOSE if exports(wildcards) or (Path(VAULT) / wildcards.study).is_dir() else ""


def public_draws(wildcards):
    """Whether rounding is drawn with the public key: an invented study without a vault, all of whose inputs are committed."""
    return CONFIG.studies[wildcards.study].fictional and not draw_purpose(wildcards)


def counting(wildcards):
    """How the study counts the persons described."""
    return CONFIG.studies[wildcards.study].counting.model_dump()


def coded_sample(wildcards):
    """How the team chose the ads that it coded, where they are not those that the project draws."""
    return CONFIG.studies[wildcards.study].coded_sample


def sampling_choices(wildcards):
    """The study's sampling choices."""
    return CONFIG.sampling(wildcards.study).model_dump()


def sampled(wildcards):
    """The same, and how its coded sample was chosen and is weighed."""
    chosen = CONFIG.studies[wildcards.study]
    return sampling_choices(wildcards) | {"design": chosen.coded_sample, "calibration": chosen.coded_calibration}


def publication(wildcards):
    """The published figures that estimates may use, by the name of their use."""
    chosen = CONFIG.studies[wildcards.study].publication
    return chosen.model_dump(exclude={"citation", "pages"}) if chosen else {}


def keyed(wildcards):
    """What digests the vault's content with the study's key; nothing for a study without exports."""
    exported = CONFIG.studies[wildcards.study].received
    return vault_of(wildcards.study).digest if exported else None


def ad_codebook(wildcards):
    """Name → path of the codebook's files, whatever the study received: the draw makes a workbook out of it. A study of
    several départements asks one question more (`collect_questions`)."""
    paths = every_question(wildcards)
    if not CONFIG.studies[wildcards.study].regional:
        return paths
    made = rules.collect_questions.output
    return paths | {name: expand(made[name], study=wildcards.study)[0] for name in REGIONAL_QUESTIONS}


def every_question(wildcards):
    """Name → path of the files of the project's codebook."""
    folder, names = codebook_loading.FOLDER, codebook_loading.FILES
    return {f"codebook_{Path(name).stem}": ours(folder / name) for name in names}


def one_or_several(wildcards, values):
    """Of a study of one département its value, of several the list of theirs."""
    return list(values) if CONFIG.studies[wildcards.study].regional else values[0]


def by_departement(wildcards):
    """The facts of each département, of a study of several."""
    if not CONFIG.studies[wildcards.study].regional:
        return {}
    return {"departements": expand(rules.estimate_departements.output.departements, study=wildcards.study)[0]}


def departement(wildcards):
    """The code of the study's département, or the codes of its départements."""
    return one_or_several(wildcards, CONFIG.studies[wildcards.study].codes)


def departement_names(wildcards):
    """The name of the study's département, or the names of its départements."""
    return one_or_several(wildcards, [CONFIG.places[code]["name"] for code in CONFIG.studies[wildcards.study].codes])


def departements(wildcards):
    """Code → name of the départements of a study of several."""
    return dict(zip(departement(wildcards), departement_names(wildcards)))


def blocks(wildcards):
    """Name → path of what the team wrote for this report."""
    return {f"bloc_{name}": path for name, path in CONFIG.blocks[wildcards.study].items()}


def logo(wildcards):
    """The team's logo, where it has one."""
    return CONFIG.logo(wildcards.study)


def outlines(wildcards):
    """The study's own outlines; else the country's, which are fetched unless they are there or the network is refused."""
    own = CONFIG.outlines(wildcards.study)
    return {"outlines": own} if own else of_country()


def of_country():
    """The country's outlines."""
    return {"country": COUNTRY} if CONFIG.shared.geography.fetch or Path(COUNTRY).is_file() else {}


def outlines_path(wildcards):
    """The path of the study's own outlines, where it has some."""
    own = CONFIG.outlines(wildcards.study)
    return [own] if own else []


def outlines_file(wildcards):
    """The name of the study's own outlines, for messages; nothing without them."""
    own = CONFIG.outlines(wildcards.study)
    return {"outlines": Path(own).name} if own else {}


def coded_places(wildcards):
    """The territories of a study whose files may hold codes of communes, and what is wrong with its own outlines."""
    study = CONFIG.studies[wildcards.study]
    coded = {"situation_coding", "partners", "vignettes"} & {*study.received, *study.inputs}
    made = {"areas": rules.geography_territories.output.areas} if coded else {}
    made |= {"outlines": rules.geography_territories.output.source} if study.outlines else {}
    return {name: expand(path, study=wildcards.study)[0] for name, path in made.items()}


def own_outlines(wildcards):
    """What describes the study's own outlines; empty without them."""
    own = CONFIG.studies[wildcards.study].outlines
    if not own:
        return {}
    origin = sidecar(Path.cwd(), wildcards.study, own.file)
    credit = f"Contours : {origin.source}, {origin.licence}"
    told = {"properties": own.properties, "vintage": own.vintage, "credit": credit, "sha256": origin.sha256}
    return told | {"fictional": CONFIG.studies[wildcards.study].fictional}


def side_by_side(wildcards):
    """Name → path of what a comparison reads of its studies."""
    return {
        f"{prefix}{study}": f"results/{study}/release/{table}.parquet"
        for study in CONFIG.comparisons[wildcards.comparison].studies
        for prefix, table in ((STATED, "statements"), (REPRINTED, "reproduction"))
    }


def outlines_side_by_side(wildcards):
    """Name → path of the outlines of a comparison: the country's, and those that its studies brought."""
    own = [study for study in CONFIG.comparisons[wildcards.comparison].studies if CONFIG.outlines(study)]
    return of_country() | {
        f"{prefix}{study}": f"results/{study}/geography/{table}.parquet"
        for study in own
        for prefix, table in ((OUTLINED, "areas"), (CREDITED, "source"))
    }


def shown(wildcards):
    """The records of the studies' own documents: what a comparison prints, they have printed."""
    return [f"logs/{study}/published.ok" for study in CONFIG.comparisons[wildcards.comparison].studies]


def told_apart(paths, public):
    """The options by which `diagnostic publier` learns of which of these files the manifest may hold a plain digest."""
    shared = [f"--public={one}" for one in manifest.together(path for path in paths if path in public)]
    return shared + [f"--empreinte={one}" for one in manifest.together(path for path in paths if path not in public)]


def destination(study, working):
    """The options by which it learns where the documents go: to where the team works, or to where they leave; and, of a real study,
    of whose edition."""
    return ["--travail"] * working + [f"--edition={study}"] * bool(study and CONFIG.real(study))


def sealed(wildcards):
    """The files of the study's own, and the release policy, whose digests its manifest holds."""
    return [ours(path) for path in CONFIG.sealed(wildcards.study) if path != SHARED_CHOICES.as_posix()]
