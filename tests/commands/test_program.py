"""The command line: every command under all its names, in French throughout, and named rightly wherever it is named."""

from __future__ import annotations

import ast
import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from diagnostic.commands import base, program
from diagnostic.commands.program import COMMANDS, MODULES, NAMES, SECTIONS, STEPS, main
from diagnostic.commands.values import DAY, NEW_STUDY, RESULTS, STUDY, UnknownStudy
from diagnostic.core import errors
from diagnostic.core.faults import StepError, guarded
from diagnostic.core.validation import validate

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "workflow" / "diagnostic" / "commands"
# The command line of the version before this one, each with a way to call it that parses.
BEFORE = {
    "calculer": "calculer 62-2020 --brouillon",
    "explain": "expliquer 62-2020 ads.total",
    "relire": "relire 62-2020",
    "refaire": "refaire 62-2020",
    "verify": "verifier results/62-2020",
    "diff": "comparer results/62-2020 results/99-2026",
    "sceller": "sceller 62-2020 --date 2026-01-02",
    "render": "render a.qmd a.html --theme report --date 2026-01-02 --renderer auto",
    "contours": "contours country.parquet",
    "instruments": "outiller out --situations 3",
    "audit": "auditer a.csv --structure b.csv --entiers --tables t",
    "reconstruct": "reconstruire 62-2020 --graine 2",
    "init": "creer 47-2026 --outil kobo --date 2026-01-02",
    "recevoir": "recevoir 62-2020 questionnaire a.csv --date 2026-01-02",
    "release": "simuler 62-2020 threshold=5 preset=strict",
    "diffuser": "diffuser 62-2020 --date 2026-01-02",
    "publier": "publier results/62-2020 --document a.html --empreinte b.csv --output c",
    "map": "decrire 62-2020",
    "pages": "tirer 62-2020 A01 87 --lire 5",
    "autorites": "nommer 62-2020",
    "demandes": "recontacter 62-2020",
    "purge": "purger 62-2020 --confirmer --date 2026-01-02",
}


def command(name: str) -> click.Command:
    found = program.program.get_command(click.Context(program.program), name)
    assert found is not None, name
    return found


def parsed(arguments: list[str]) -> tuple[click.Command, dict[str, object]]:
    """The command that these arguments reach, and what it understands; nothing is run."""
    context = program.program.make_context("diagnostic", list(arguments))
    _, found, rest = program.program.resolve_command(context, [*context._protected_args, *context.args])
    assert found is not None
    return found, found.make_context(found.name, rest, parent=context).params


def helps() -> Iterator[tuple[str, str]]:
    """Each command, and the program itself, with its help."""
    for name in ("", *COMMANDS):
        done = CliRunner().invoke(program.program, [*([name] if name else []), "--aide"], prog_name="diagnostic")
        assert done.exit_code == 0, name
        yield name, done.output


# -- Names --------------------------------------------------------------------------------------------------------


def test_each_command_is_a_function_named_as_it_is_and_no_name_is_given_twice() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "base", "program", "values"} == {
        *MODULES.values()
    }
    written = [
        node.name for module in {*MODULES.values()} for node in functions(module).values() if node.decorator_list
    ]
    assert sorted(written) == sorted(COMMANDS)
    assert [command(name).name for name in COMMANDS] == list(COMMANDS)
    assert len(NAMES) == sum(1 + len(others) for others in COMMANDS.values())


def functions(module: str) -> dict[str, ast.FunctionDef]:
    body = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def nodes(name: str) -> list[ast.AST]:
    """All of a command: its function, and those of its module that it names."""
    own = functions(MODULES[name])
    every = list(ast.walk(own[name]))
    named = {node.id for node in every if isinstance(node, ast.Name)} & own.keys()
    return every + [node for other in sorted(named) for node in ast.walk(own[other])]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_reaches_one_command(name: str) -> None:
    assert command(name) is command(NAMES[name])
    assert command(name.upper()) is command(NAMES[name])


def test_accents_may_be_written() -> None:
    assert command("vérifier") is command("verifier") and command("décrire") is command("decrire")
    assert parsed(["calculer", "--à-blanc"])[1]["dry"] is True


@pytest.mark.parametrize("name", BEFORE)
def test_what_worked_before_does_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    arguments = BEFORE[name].split()
    assert parsed([name, *arguments[1:]]) == parsed(arguments)
    assert parsed(arguments)[0].name == arguments[0]


# -- Help ---------------------------------------------------------------------------------------------------------


def test_help_is_french() -> None:
    """Neither a word of click's own English, nor an English article in our texts; terms between quotes aside."""
    english = re.compile(
        r"\b(the|of|and|with|this|show|exit|usage:|commands?:|options:|required|default|arguments?:|message)\b"
    )
    for name, text in helps():
        if name not in STEPS:  # called by the workflow, and hidden
            assert not english.search(re.sub(r"«[^»]*»", "", text)), (name, text)
        assert text.startswith("Usage\u00a0: diagnostic")


def test_the_program_lists_what_people_use_and_not_what_the_workflow_calls() -> None:
    listed = re.findall(r"^  ([a-z]+)  ", dict(helps())[""], re.MULTILINE)
    assert listed == [name for _, section in SECTIONS.values() for name in section]


def test_every_argument_and_option_says_what_it_is() -> None:
    for name in set(COMMANDS) - set(STEPS):
        for param in command(name).params:
            assert getattr(param, "hidden", False) or param.help, (name, param.name)


def test_a_command_tells_its_other_names() -> None:
    assert "Autres noms\u00a0: explain" in dict(helps())["expliquer"]


# -- What goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("explian", "Commande inconnue : « explian ». Vouliez-vous « expliquer » ?"),
        ("calculé", "Commande inconnue : « calculé ». Vouliez-vous « calculer » ?"),
        ("verifi 62-2020", "Vouliez-vous « verifier »"),
        ("xyzzy", "Commande inconnue : « xyzzy ». Aide : « diagnostic --aide »."),
        ("purge 62-2020 --confirme", "Option inconnue : « --confirme ». Vouliez-vous « --confirmer » ?"),
        ("purger --confirmer=oui 62-2020", "L’option --confirmer ne prend pas de valeur."),
        ("recevoir 62-2020 questionnaire a.csv --date", "L’option --date attend une valeur."),
        ("sceller 62-2020 --date 2026-13-01", "« 2026-13-01 » : une date s’écrit AAAA-MM-JJ."),
        ("tirer 62-2020 A01 beaucoup", "PAGES : « beaucoup » : un nombre entier est attendu."),
        ("tirer 62-2020 A01 0", "PAGES : 0 : au moins 1."),
        ("expliquer 62-2020", "Il manque INDICATEUR. Aide : « diagnostic expliquer --aide »."),
        ("relire 62-2020 99-2026", "De trop : « 99-2026 »."),
        ("relire 62-2002", "« 62-2002 » : aucune étude de ce nom ici ; vouliez-vous « 62-2020 » ?"),
        ("sceller ../autre/config/studies/62-2020.yaml", "est hors de ce projet : lancer la commande dans le sien."),
        ("auditer absent.csv", "absent.csv\u00a0: fichier introuvable ou illisible."),
        ("simuler 62-2020 seuil", "n’a pas de résultats ici"),
    ],
)
def test_a_mistake_is_told_in_french_with_what_to_do(
    arguments: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config/studies").mkdir(parents=True)
    for name in ("62-2020", "99-2026"):
        (tmp_path / f"config/studies/{name}.yaml").touch()
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) in (1, 2)
    out, err = capsys.readouterr()
    assert told in err and not out
    assert not re.search(r"Error|Usage:|Try |Traceback|Missing|Invalid", err)


def test_outside_a_project_each_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    elsewhere = {"render", "publier", "contours", "auditer"}  # files alone, or nothing
    for arguments in BEFORE.values():
        name = arguments.split()[0]
        if name not in elsewhere:
            assert main(arguments.split()) == 2, name
            assert capsys.readouterr().err.strip() == str(errors.NoProject()), name
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "plein").write_text("un fichier", encoding="utf-8")
    assert main(["outiller", str(tmp_path / "plein")]) == 1
    err = capsys.readouterr().err
    assert (
        err.startswith(f"outiller : {tmp_path / 'plein'}") and "l’ôter, puis relancer" in err and "Traceback" not in err
    )


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "expliquer" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["help", "aide", "Aide"])
def test_help_is_a_command_too_of_the_program_or_of_one(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 0 and "expliquer" in capsys.readouterr().out
    assert main([word, "explain"]) == 0 and "diagnostic expliquer [OPTIONS]" in capsys.readouterr().out
    assert main([word, "xyzzy"]) == 2 and "Commande inconnue : « xyzzy »" in capsys.readouterr().err


@pytest.mark.slow
def test_what_a_user_can_mend_is_refused_by_one_class() -> None:
    """Every exception of the package is a `Refused`, or one of those that never reach a user: caught, or our mistake."""
    inside = {
        "Contradiction",
        "DoorError",
        "NotRead",
        "OutOfEffort",
        "ShapeError",
        "TooWide",
        "Unreadable",
    }
    inside |= {"_Rehearsed"}  # what a reception would be, that nothing of it may stay
    inside |= {"_Refused", "_Twice"}  # of an archive, of a file of outlines: told as a problem of the file
    bases: dict[str, set[str]] = {}
    for path in (ROOT / "workflow" / "diagnostic").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(ast.unparse(base).split(".")[-1] for base in node.bases)

    def kinds(name: str) -> set[str]:
        found, todo = set(), {name}
        while todo:
            found |= todo
            todo = {base for one in todo for base in bases.get(one, ())} - found
        return found

    exceptions = {name for name in bases if any(one.endswith(("Error", "Exception")) for one in kinds(name))}
    refused = {name for name in exceptions if "Refused" in kinds(name)}
    assert exceptions - refused == inside
    assert len(refused) >= 18 and all(issubclass(one, errors.Refused) for one in (errors.NoProject, UnknownStudy))


def test_a_fault_of_a_command_is_told_with_its_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*given: object) -> None:
        raise KeyError("Zlatomira, 06 39 98 47 01, z@example.org")

    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    monkeypatch.setattr("diagnostic.running.calculation.foresee", fails)
    assert main(["run", "--dry-run"]) == 1
    said, report = capsys.readouterr(), (tmp_path / "logs/calculer.faute.txt").read_text("utf-8")
    assert "faute du programme" in said.err and "logs/calculer.faute.txt" in said.err
    assert "KeyError" in report and "commands.calculated, calculer, ligne" in report
    assert not [
        one for one in ("Zlatomira", "39 98", "@", "Traceback", str(tmp_path)) if one in said.err + said.out + report
    ]


def test_a_table_that_is_not_as_declared_is_told_by_its_columns_and_checks(tmp_path: Path) -> None:
    """To who mends the program: the message of the door names no value, and is in the report of the fault."""
    facts = pd.DataFrame({"fact_id": ["maraudes.Commune Zlatomira"]})
    with pytest.raises(StepError):
        guarded(lambda: validate(facts, "estimate/facts"), tmp_path / "estimer.log")
    report = (tmp_path / "estimer.faute.txt").read_text("utf-8")
    assert "table estimate/facts refused at the door: " in report and "Zlatomira" not in report


# -- Values -------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two studies, one with results, and a vault whose study has no configuration any more."""
    for folder in ("config/studies", "results/62-2020/release", "vault/47-2026/received", "resources/studies/99-2026"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("62-2020", "99-2026"):
        (tmp_path / f"config/studies/{name}.yaml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("62-2020", "62-2020"),
        ("62-2020/", "62-2020"),
        ("results/62-2020", "62-2020"),
        ("results/62-2020/release", "62-2020"),
        ("./config/studies/99-2026.yaml", "99-2026"),
        ("resources/studies/99-2026/", "99-2026"),
        ("vault/47-2026", "47-2026"),
        ("47-2026", "47-2026"),
    ],
)
def test_a_study_is_given_by_its_name_or_by_what_is_its_own(project: Path, given: str, name: str) -> None:
    assert STUDY.convert(given, None, None) == name
    assert STUDY.convert(str(project / given), None, None) == name or "/" not in given


def test_results_are_given_by_the_study_or_by_their_folder(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for given in ("62-2020", "results/62-2020", "config/studies/62-2020.yaml"):
        assert RESULTS.convert(given, None, None) == Path("results/62-2020")
    kept = tmp_path_factory.mktemp("hier") / "copie"
    (kept / "release").mkdir(parents=True)
    assert RESULTS.convert(str(kept), None, None) == kept
    assert RESULTS.convert("99-2026", None, None) == Path("results/99-2026")


def test_a_calculation_that_is_no_longer_kept_is_not_the_study_as_it_is_now(project: Path) -> None:
    """Compared with itself, nothing of it would have moved."""
    (project / "results/62-2020/generations/9/release").mkdir(parents=True)
    (project / "results/62-2020/generations/9/manifest.json").write_text("{}")
    assert RESULTS.convert("results/62-2020/generations/9", None, None) == Path("results/62-2020/generations/9")
    with pytest.raises(click.BadParameter, match="generations/1 : ce calcul n’est pas gardé ; ceux qui le sont : 9"):
        RESULTS.convert("results/62-2020/generations/1", None, None)


@pytest.mark.parametrize(
    ("inside", "given"), [("results", "62-2020"), ("results/62-2020", "."), ("results/62-2020/release", "..")]
)
def test_a_command_given_inside_the_results_finds_the_project_above(
    project: Path, inside: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / inside)
    assert RESULTS.convert(given, None, None).parent.parent.resolve() == project.resolve()


def test_a_new_study_needs_not_exist(project: Path) -> None:
    assert NEW_STUDY.convert("2A-2031", None, None) == "2A-2031"


def test_days_are_dates() -> None:
    assert DAY.convert("2026-02-03", None, None) == dt.date(2026, 2, 3)


# -- As a process -------------------------------------------------------------------------------------------------


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT / "workflow")} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_module_is_the_program() -> None:
    done = run("-m", "diagnostic", "--version")
    assert done.returncode == 0 and re.fullmatch(r"diagnostic \d+\.\d+\.\d+\n", done.stdout)
    mistaken = run("-m", "diagnostic", "explique", "62-2020")
    assert mistaken.returncode == 2 and "« expliquer »" in mistaken.stderr and not mistaken.stdout


def test_help_loads_no_library_that_reads_tables() -> None:
    code = (
        "import sys; from diagnostic.commands.program import main; main(['--aide']); main(['recevoir', '--aide']);"
        "print(*sorted({'numpy', 'pandas', 'pydantic', 'pyarrow', 'yaml', 'ortools'} & set(sys.modules)), sep='|')"
    )
    done = run("-c", code)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == ""


# -- Texts --------------------------------------------------------------------------------------------------------

TEXTS = ["README.md", "docs/taches.md", "docs/etude.md", "CONTRIBUTING.md", "CHANGELOG.md", "lancer.py", ".ci/run"]
TEXTS += [
    path.relative_to(ROOT).as_posix()
    for folder, suffixes in {
        "workflow": (".py", ".smk"),
        "config": (".md", ".yaml", ".csv"),
        "docs": (".md",),
        "report": (".qmd", ".md"),
        "benchmarks": (".md", ".py"),
    }.items()
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in suffixes
]
# « diagnostic word », but for the noun: a command follows a quote, a path, the start of a line, or a colon in French.
NAMED = re.compile(r"""(?:[«`"'] ?|/|^ *|: |\$ )(?:diagnostic"?|lancer\.py) ([a-z]+)\b""", re.MULTILINE)


def test_every_command_that_a_text_names_exists_and_goes_by_its_french_name() -> None:
    """And the pattern finds them: what people use is advised somewhere."""
    named: set[str] = set()
    for name in TEXTS:
        found = set(NAMED.findall((ROOT / name).read_text(encoding="utf-8").replace("\u00a0", " ")))
        unknown = found - set(COMMANDS) - {"tests", "departemental"}  # `lancer.py tests` is pytest; a key's text
        assert not unknown, f"{name} : {unknown}"
        named |= found
    assert named >= set(COMMANDS) - {*STEPS}


def test_what_the_workflow_calls_is_not_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rendr"]) == 2
    assert "« render »" not in capsys.readouterr().err


# -- Exact counts of people ---------------------------------------------------------------------------------------

# What each command lets out of what is before the statements. A new command is put in one of these, or the test fails.
TOLD = {
    "expliquer",
    "comparer",
    "simuler",
    "recevoir",
    "preparer",
    "recontacter",
    "suivre",
    "effacer",
    "purger",
    "controler",
}  # counts of people, on the terminal
CLOSED = {  # exact numbers in files that say so, or on the terminal where it is asked: where that is written
    "relire": "review/review.py",
    "reconstruire": "reconstruct/project.py",
    "auditer": "audit/told.py",
}
NOTHING = {
    "creer",
    "outiller",
    "tirer",
    "decrire",
    "sceller",
    "calculer",
    "rapprocher",
    "refaire",
    "verifier",
    "diffuser",
    "signer",
    "nommer",
    "bureau",
}
NOTHING |= {"constats", *STEPS}
EXACT = re.compile(r"(estimate|consolidate)/|release/(ledger|compared|costs)|\{(phase|stage|table)\}")
# Read them to keep them in the vault, or beside those of the calculation before, and say how many numbers are published, or
# moved, or how many sites and structures an annex has.
COUNTS_ONLY = {"issuing", "difference", "annexes"}


def test_every_command_is_known_to_tell_exact_counts_or_not() -> None:
    assert TOLD | CLOSED.keys() | NOTHING == set(COMMANDS)
    assert len(TOLD) + len(CLOSED) + len(NOTHING) == len(COMMANDS)


def test_what_tells_exact_counts_is_marked() -> None:
    """The mark is among what the command tells, or in the file that it writes."""
    for name in TOLD:
        calls = [node for node in nodes(name) if isinstance(node, ast.Call)]
        told = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "told"]
        marked = [any(isinstance(one, ast.Name) and one.id == "TEAM" for one in ast.walk(call)) for call in told]
        assert marked and all(marked), name
    for name, module in CLOSED.items():
        assert "NE PAS DIFFUSER" in (FOLDER.parent / module).read_text(encoding="utf-8"), name
    assert "NE PAS DIFFUSER" in base.TEAM


def test_the_others_read_nothing_that_holds_exact_counts() -> None:
    for name in NOTHING:
        asked = {node.module for node in nodes(name) if isinstance(node, ast.ImportFrom) and node.module}
        for module in sorted(asked):
            path = FOLDER.parents[1] / f"{module.replace('.', '/')}.py"
            if path.is_file() and path.parent != FOLDER and path.stem not in COUNTS_ONLY:
                assert not EXACT.search(path.read_text(encoding="utf-8")), (name, module)
