"""Every command line that the documentation or a message prints, read by the program that it names; `workflow/test_printed_play.py`
plays them in one project, each after what it needs."""

from __future__ import annotations

import ast
import datetime as dt
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import click
import openpyxl
import own
import pytest
import yaml
from snakemake.cli import get_argument_parser

from diagnostic.commands import program
from diagnostic.commands.program import COMMANDS, main
from diagnostic.core.errors import Refused

ROOT = own.ROOT
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "config/README.md", "config/codebook/LISEZMOI.md")]
PAGES += [ROOT / "config/modeles/aide-memoire.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^ *```(?:sh)?\n(.*?)\n *```$", re.DOTALL | re.MULTILINE)
PROGRAMS = (
    r"diagnostic|snakemake|snakefmt|pytest|pip|ssh-keygen|sha256sum|python3? |\.ci/run|benchmarks/\w+\.py|quarto "
)
COMMAND = re.compile(rf"(?:\.venv/bin/)?(?:{PROGRAMS})")
NEW, OLD = "47-2026", "62-2020"
SAID = re.compile(r"« ?(?:X -m )?((?:diagnostic|snakemake)(?: [^»]*?)?) ?»")
# What stands in a page for what a team has.
STANDS_FOR = {
    "{{ study }}": NEW,
    "ÉTUDE": NEW,
    "NOM": "voisins",
    "NUMÉRO": "R001",
    "DOSSIER": "sortie",
    "FICHIER…": "situation_coding.xlsx",
    "FICHIER": "questionnaire.xlsx",
    "identifiant": "ads.total",
    "survey.QUESTION.CODE": "survey.training_followed.yes",
}
NOUNS = {
    "diagnostic",
    "snakemake",
    "quarto",
    "pip",
    "diagnostic …",
    "python3 lancer.py …",
}  # the program, named in a sentence


@dataclass(frozen=True)
class Played:
    """What has to be done before a command, how it ends, and what it says where it refuses."""

    before: Callable[[Path], object] = lambda root: None
    code: int = 0
    says: str = ""


def filled_elsewhere(root: Path) -> None:
    """A sheet of which CD has coded the first situation."""
    book = openpyxl.load_workbook(root / f"vault/{NEW}/received/situation_coding.xlsx")
    sheet = next(one for one in book if one["A1"].value == "record_kind")
    coder = next(cell.column for cell in sheet[1] if cell.value == "coder")
    sheet.cell(3, coder).value = "CD"
    book.save(root / "codage-CD.xlsx")


def later(root: Path) -> None:
    """The export of the tool, as it is some days later: its notice a line shorter; and the coding of situations, as it was."""
    received = root / f"vault/{NEW}/received"
    book = openpyxl.load_workbook(received / "questionnaire.xlsx")
    sheet = book.worksheets[0]
    sheet.delete_rows(sheet.max_row)
    book.save(root / "questionnaire.xlsx")
    shutil.copy(received / "situation_coding.xlsx", root)


def neighbours(root: Path) -> None:
    """A comparison of the two studies, as `docs/taches.md` says to declare one."""
    chosen(root)
    text = yaml.safe_load((root / "config/comparisons/demonstration.yaml").read_text("utf-8"))
    (root / "config/comparisons/voisins.yaml").write_text(yaml.safe_dump(text | {"studies": [OLD, NEW]}), "utf-8")


# In the order in which they are played; nothing is calculated after what changes what was received.
PLAYED = {
    "diagnostic --aide": Played(),
    "diagnostic expliquer --aide": Played(),
    f"diagnostic creer {NEW}": Played(),
    "diagnostic creer bretagne-2019 --departements 22,29,35,56": Played(),
    "diagnostic outiller DOSSIER": Played(),
    "diagnostic calculer": Played(lambda root: chosen(root)),
    "diagnostic calculer --a-blanc": Played(),
    f"diagnostic calculer {OLD} {NEW}": Played(),
    "snakemake": Played(),
    "snakemake -n": Played(),
    f"snakemake --config studies='[{OLD}]'": Played(),
    f"snakemake --config studies='[{OLD},{NEW}]'": Played(),
    f"snakemake --config studies='[{OLD}]' -- results/{OLD}/rendu/rapport.qmd": Played(),
    "snakemake --report trace.zip": Played(),
    "snakemake --unlock": Played(),
    "snakemake --lint": Played(code=1, says="Specify a conda environment"),  # as CONTRIBUTING says
    f"diagnostic expliquer {OLD} ads.persons_estimate": Played(),
    f"diagnostic expliquer {OLD} ads.total": Played(),
    f"diagnostic expliquer {OLD} identifiant": Played(),
    f"diagnostic expliquer {NEW} survey.QUESTION.CODE": Played(),
    f"diagnostic comparer results/{OLD}/generations/1": Played(),
    f"diagnostic verifier {OLD}": Played(),
    f"diagnostic auditer resources/studies/{OLD}/published_figures.csv --structure "
    f"resources/studies/{OLD}/structure.csv": Played(),
    f"diagnostic relire {OLD}": Played(),
    f"diagnostic refaire {NEW}": Played(),
    f"diagnostic sceller {OLD}": Played(),
    f"diagnostic sceller {NEW}": Played(),
    f"diagnostic constats {OLD}": Played(),
    f"diagnostic diffuser {NEW}": Played(),
    "diagnostic calculer --brouillon": Played(lambda root: chosen(root, NEW)),
    f"diagnostic diffuser {NEW} --brouillon": Played(code=1, says="donner un autre jour"),  # the second of the day
    f"diagnostic preparer {NEW} --initiales AB": Played(),
    f"diagnostic preparer {NEW} --initiales CD --ailleurs premier": Played(),
    f"diagnostic recevoir {NEW} codage-CD.xlsx --de CD": Played(filled_elsewhere),
    f"diagnostic suivre {NEW}": Played(),
    f"diagnostic recontacter {NEW}": Played(),
    f"diagnostic nommer {NEW}": Played(code=1, says="pas encore de noms"),  # no service of the trial has a name
    f"diagnostic tirer {NEW} A01 60 --lire 12 --places": Played(),
    f"diagnostic decrire {NEW}": Played(code=1, says="aucune recette"),
    "diagnostic rapprocher voisins": Played(neighbours),
    "snakemake compare --config comparaison=voisins": Played(),
    "diagnostic diffuser voisins": Played(),
    f"diagnostic recevoir {NEW} FICHIER": Played(later),
    f"diagnostic recevoir {NEW} FICHIER FICHIER…": Played(),
    f"diagnostic recevoir {NEW} --versions": Played(),
    "diagnostic recevoir {{ study }} --versions": Played(),
    f"diagnostic recevoir {NEW} questionnaire --annuler": Played(),
    f"diagnostic recevoir {NEW} questionnaire --version 2": Played(),
    f"diagnostic effacer {NEW} NUMÉRO": Played(),
    "diagnostic effacer {{ study }} NUMÉRO": Played(),
    f"diagnostic purger {NEW}": Played(
        code=1, says="à compléter"
    ),  # until the team has said how long it keeps what it received
}
# Not played here → why, and what plays it.
ELSEWHERE = {
    "python3 lancer.py": "installe depuis le réseau : .ci/run et tests/test_lancer.py",
    "python3 lancer.py tests": "installe depuis le réseau : .ci/run et tests/test_lancer.py",
    "python3 lancer.py bureau": "reste ouvert : tests/desk",
    "diagnostic bureau": "reste ouvert : tests/desk",
    f"python3 lancer.py creer {NEW}": "installe depuis le réseau : .ci/run et tests/test_lancer.py",
    "python3 -m venv .venv": "installe depuis le réseau : .ci/run",
    "python3 lancer.py telecharger DOSSIER": "télécharge : tests/test_lancer.py",
    "python3 lancer.py --paquets DOSSIER": "installe un dossier de paquets : tests/test_lancer.py",
    "pip install --require-hashes -r requirements-dev.lock": "installe depuis le réseau : .ci/run",
    "pip install --no-deps --no-build-isolation -e .": "installe depuis le réseau : .ci/run",
    "pip install --require-hashes --no-deps -r envs/slurm.txt": "installe depuis le réseau : tests/workflow/test_cluster.py",
    "pip install pyrage": "installe depuis le réseau",
    f"diagnostic controler {NEW} /media/cle/vault": "demande une copie du coffre : tests/vault/test_backup.py",
    "pip install '.[quarto]'": "installe depuis le réseau",
    "quarto render": "demande Quarto : tests/report/test_quarto.py",
    "quarto preview rapport.qmd": "demande Quarto",
    "quarto render rapport.qmd -M document:dossier": "demande Quarto",
    "python .ci/wheels.py requirements.lock": "interroge l’index des paquets, par le réseau",
    "snakemake -R geography_fetch": "lit un registre de paquets, par le réseau",
    "snakemake --workflow-profile slurm --default-resources slurm_account=COMPTE slurm_partition=PARTITION slots=1 "
    "mem_mb=2000 runtime=1 -- all compare": "demande une grappe : tests/workflow/test_cluster.py",
    f"diagnostic signer {NEW} --cle ~/.ssh/id_ed25519 --nom association-47": "demande la clé de l’équipe",
    "ssh-keygen -Y verify -f signature/signataires -I association-47 -n diagnostic-departemental "
    "-s signature/empreintes.txt.sig < signature/empreintes.txt": "demande une signature de l’équipe",
    "sha256sum --check --quiet signature/empreintes.txt": "demande une signature de l’équipe",
    "sha256sum --check empreintes.txt": "tests/study/test_digests.py",
    "ssh-keygen": "le programme, nommé",
    f"diagnostic reconstruire {OLD}": "tests/workflow/test_reconstitution.py",
    "pytest": "ces tests",
    "python -m pytest -n 0 -q tests/estimate": "ces tests",
    ".ci/run": "lance ces tests",
    ".ci/run all": "lance ces tests",
    "snakefmt workflow": ".ci/run",
    "python development/reference_pages.py": "tests/test_docs.py",
    "python tests/team/team_files.py DOSSIER": "tests/team",
    "benchmarks/scale.py": "des heures : benchmarks/README.md",
    "benchmarks/neighbours.py": "des heures : benchmarks/README.md",
    "benchmarks/overhead.py": "des heures : benchmarks/README.md",
}


def chosen(root: Path, *studies: str) -> None:
    """These studies in the configuration; both where none is said."""
    choices = root / "config/config.yaml"
    text = re.sub(
        r"^studies:.*\n(?:[ -].*\n)*",
        f"studies: {[*(studies or (OLD, NEW))]}\n",
        choices.read_text("utf-8"),
        flags=re.M,
    )
    choices.write_text(text, "utf-8")


def lines(page: Path) -> Iterator[str]:
    """The command lines of a page, in blocks and in its text, without the folder of programs and what a `#` comments."""
    text = page.read_text("utf-8")
    shown = [line for block in FENCE.findall(text) for line in block.splitlines()]
    shown += re.findall(
        r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    )
    for part in (part.strip() for line in shown for part in re.split(r"&&|\s#\s", line)):
        if COMMAND.match(part):
            yield part.removeprefix(".venv/bin/")


PRINTED = sorted({line for page in PAGES for line in lines(page)} - NOUNS)
BARE = {f"diagnostic {name}" for name in COMMANDS}  # a command, named in a sentence


def messages() -> Iterator[str]:
    """The command lines that our messages print, what is filled in being the name of a study, or a number."""
    for path in sorted((ROOT / "workflow/diagnostic").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(map(_filled, parts)).replace("\u00a0", " ")
            yield from (line for line in SAID.findall(text) if "…" not in line)


def _filled(part: ast.AST) -> str:
    if isinstance(part, ast.Constant):
        return re.sub(r"\{python\}", "X", part.value.replace("{study}", OLD)) if isinstance(part.value, str) else ""
    if isinstance(part, ast.FormattedValue):
        return OLD if "study" in ast.unparse(part.value) else "1"
    return ""


def words(line: str) -> list[str]:
    """What a shell makes of a line, what stands for something being it."""
    for known, real in STANDS_FOR.items():
        line = line.replace(known, real)
    return shlex.split(line)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.created(tmp_path_factory.mktemp("lu") / "projet", NEW, "template", dt.date(2026, 9, 15))
    (root / f"results/{OLD}/generations/1/release").mkdir(parents=True)
    neighbours(root)
    return root


def read(line: str, root: Path) -> str:
    """What the program named finds wrong in a line, which it only reads; empty when nothing."""
    named, *arguments = words(line)
    with chdir(root):
        if named == "snakemake":
            try:
                get_argument_parser().parse_args(arguments)
            except SystemExit as refused:
                return f"{line} : {refused}"
            return ""
        try:
            context = program.program.make_context("diagnostic", arguments)
            _, found, rest = program.program.resolve_command(context, [*context._protected_args, *context.args])
            assert found is not None
            found.make_context(found.name, rest, parent=context)
        except click.exceptions.Exit:
            return ""  # its help
        except click.ClickException as refused:
            return f"{line} : {refused.format_message()}"
        except Refused as refused:
            return f"{line} : {refused}"
    return ""


def test_every_printed_command_is_known_here() -> None:
    known = PLAYED.keys() | ELSEWHERE.keys() | BARE
    assert [line for line in PRINTED if line not in known] == [], (
        "à mettre dans PLAYED, ou dans ELSEWHERE avec la raison"
    )
    assert [line for line in known - BARE - NOUNS if line not in PRINTED] == [], "que plus rien n’imprime"


@pytest.mark.parametrize(
    "line", [line for line in PRINTED if line.startswith(("diagnostic", "snakemake")) and line not in BARE]
)
def test_the_program_reads_what_is_printed(line: str, project: Path) -> None:
    assert read(line, project) == ""


@pytest.mark.slow
def test_the_program_reads_what_messages_print(project: Path) -> None:
    found = sorted(set(messages()) - BARE - NOUNS)
    assert len(found) > 10
    assert [wrong for line in found if (wrong := read(line, project))] == []


def test_each_command_has_a_help(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in BARE:
        assert main([line.split()[1], "--aide"]) == 0
    assert "Usage" in capsys.readouterr().out
