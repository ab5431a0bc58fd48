"""The pages that people read: generated ones are current, commands exist, links and paths resolve."""

from __future__ import annotations

import importlib.util
import inspect
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import reference_pages as docs
import yaml

from diagnostic.commands.program import main
from diagnostic.report.registry import grid

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENCE-DONNEES.md")]
PAGES += [ROOT / name for name in ("config/README.md", "benchmarks/README.md", "tests/README.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
# Folders whose paths, as the pages write them, must exist; what runs make is not there yet.
FOLDERS = (
    "workflow",
    "config",
    "report",
    "resources",
    "tests",
    "docs",
    "benchmarks",
    "development",
    "profiles",
    "envs",
    ".ci",
)
GENERATED = ("config/README.md", "docs/dictionnaire.md", "docs/indicateurs.md", "docs/licences.md")
CARRIED_ON = [ROOT / name for name in ("CONTRIBUTING.md", "docs/architecture.md", "docs/lexique.md", "tests/README.md")]
EXAMPLE = "47-2026"  # the study that the pages tell how to add


def blocks(page: Path) -> list[str]:
    """The fenced `sh` blocks of a page."""
    return re.findall(r"^```sh\n(.*?)\n```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[str]:
    """Every command of the environment that a page gives, in blocks and in the text."""
    text = page.read_text(encoding="utf-8")
    shown = [line for block in blocks(page) for line in block.splitlines()]
    shown += re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    parts = [part.strip() for line in shown for part in line.split("&&")]
    return [part for part in parts if part.startswith(".venv/bin/")]


def test_every_indicator_of_the_catalogue_is_printed_or_has_a_written_reason_that_it_is_not() -> None:
    told = {row[0].strip("`"): row[-1] for _, listed in docs.sections(ROOT) for row in listed}
    assert [name for name, where in told.items() if not where] == []
    reasons = docs.unprinted()
    assert {name for name, where in told.items() if where in set(reasons.values())} == set(reasons)  # of no other


def test_generated_pages_are_current() -> None:
    written = {name: (ROOT / name).is_file() and (ROOT / name).read_text(encoding="utf-8") for name in GENERATED}
    made = docs.pages(ROOT)
    assert made.keys() == set(GENERATED)
    old = [name for name in GENERATED if written[name] != made[name]]
    assert old == [], f"plus à jour ; à refaire par : .venv/bin/{docs.COMMAND}"


def test_every_table_declares_its_own_title() -> None:
    """A title inherited from another table would describe the wrong rows."""
    titles = {}
    for phase in docs.PHASES:
        for model in importlib.import_module(f"diagnostic.{phase}.tables").TABLES.values():
            titles[model] = model.title
    assert len(set(titles.values())) == len(titles) and all(titles.values())


def test_the_first_two_blocks_are_what_a_newcomer_pastes() -> None:
    assert blocks(ROOT / "README.md")[:2] == ["python3 lancer.py", "python3 lancer.py tests"]
    by_hand = next(one for one in blocks(ROOT / "README.md") if " -m venv " in one).splitlines()
    assert by_hand[0].startswith("python3 -m venv .venv && ")
    assert "--require-hashes -r requirements-dev.lock" in by_hand[0]
    assert by_hand[1:] == [".venv/bin/snakemake", ".venv/bin/pytest"]


def test_every_direct_dependency_has_its_weight_and_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *filter(lambda one: isinstance(one, str), project["dependency-groups"]["dev"]),
    ]
    names = [re.split(r"[\[><=]", one)[0] for one in asked]
    rows = re.findall(r"^\| ([\w-]+) \| (\d+) \| \S", (ROOT / "docs/dependances.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(names)
    weights = [int(weight) for _, weight in rows]
    cut = len(project["project"]["dependencies"])
    assert all(part == sorted(part, reverse=True) for part in (weights[:cut], weights[cut:]))


def test_the_ci_script_runs_the_blocks_of_the_readme() -> None:
    if not (shutil.which("bash") and shutil.which("awk")):
        pytest.skip("bash ou awk absent : ce que .ci/run lance n’est pas comparé au README")
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert set(re.findall(r'^ *(?:\w+="[^"\n]*" )?paste "\$newest" (\d)', script, re.MULTILINE)) == {"1", "2"}
    (function,) = re.findall(r"^block\(\) \{.*\}$", script, re.MULTILINE)
    for number, block in enumerate(blocks(ROOT / "README.md")[:2], start=1):
        done = subprocess.run(["bash", "-c", f"{function}\nblock {number}"], cwd=ROOT, capture_output=True, text=True)
        assert done.stdout.rstrip("\n") == block


def test_the_readme_s_tests_end_with_what_failed_and_what_was_skipped(pytestconfig: pytest.Config) -> None:
    """Without a browser or another program a test says what it lacks, and no option is needed to read it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    (listed,) = re.findall(r"(?<!\S)-r(\w+)", settings["addopts"])
    assert {*"fEs"} <= {*listed}
    assert pytestconfig.inipath == ROOT / "pyproject.toml"


def test_the_oldest_python_of_the_ci_script_has_no_other_program() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"DIAGNOSTIC_BROWSER='' paste \"\$oldest\" 2 \"\$scratch/shell\"", script)
    assert re.findall(r"ln -s (.*) \"\$scratch/shell\"", script) == ['"$(command -v sh)" "$(command -v bash)"']


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_exist(page: Path) -> None:
    for command in commands(page):
        program, *arguments = shlex.split(command)
        if program == ".venv/bin/pip":
            continue  # there before the project is
        assert (PROGRAMS / Path(program).name).exists(), command
        if program.endswith("/diagnostic"):
            assert main([arguments[0], "--help"]) == 0, command
        if program.endswith("/python"):
            module = arguments[0] == "-m"
            own = (ROOT / (f"{arguments[1].replace('.', '/')}.py" if module else arguments[0])).exists()
            assert own or (module and importlib.util.find_spec(arguments[1])), command


@pytest.mark.slow
def test_snakemake_options_exist() -> None:
    said = subprocess.run([PROGRAMS / "snakemake", "--help"], capture_output=True, text=True, check=True).stdout
    options = {o for page in PAGES for c in commands(page) if "snakemake" in c for o in shlex.split(c)[1:]}
    options = {option for option in options if option.startswith("--")}
    assert options >= {"--config", "--unlock"}
    assert all(re.search(rf"{option}\b", said) for option in options)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (page.parent / target.partition("#")[0]).exists(), f"{page.name} : {target}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "docs"], ids=lambda page: page.stem)
def test_paths_exist(page: Path) -> None:
    """Paths in the text are true ones; `{study}`, `{phase}` and the like stand for at least one existing name."""
    for path in re.findall(r"`([\w.]+/[^`\s]*)`", page.read_text(encoding="utf-8")):
        if path.split("/")[0] in FOLDERS and EXAMPLE not in path:
            pattern = re.sub(r"\{[^}]+\}", "*", path.rstrip("/"))
            assert any(ROOT.glob(pattern)), f"{page.name} : {path}"


def test_names_of_the_code_in_the_pages_of_who_carries_on_exist() -> None:
    """Files by the end of their path; constants (`KEYS`, `_BY`) as a word of the code, of the rules or of the tests."""
    files = [path for folder in FOLDERS[:-1] for path in (ROOT / folder).rglob("*") if path.suffix]
    named = {"/" + path.relative_to(ROOT).as_posix() for path in files}
    code = [path for path in files if path.suffix in (".py", ".smk") and path != Path(__file__)]
    words = {word for path in code for word in re.findall(r"\b_?[A-Z][A-Z_]+\b", path.read_text(encoding="utf-8"))}
    for page in CARRIED_ON:
        for name in re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8")):
            if re.fullmatch(r"[\w/]+\.(py|smk|csv)", name):
                assert any(path.endswith(f"/{name}") for path in named), f"{page.name}: {name}"
            if re.fullmatch(r"_?[A-Z][A-Z_]+", name):
                assert name in words, f"{page.name}: {name}"


def test_tables_of_the_report_are_asked_for_by_the_parameters_that_they_have() -> None:
    for module in ("field", "internet", "method", "places", "quality"):
        importlib.import_module(f"diagnostic.report.grids.{module}")
    called = [
        re.findall(r"\{\{ grid\.(\w+)\(([^{]*?(?:\{\w+\}[^{]*?)?)\) \}\}", page.read_text("utf-8"))
        for page in CARRIED_ON
    ]
    calls = [(name, given) for page in called for name, given in page]
    assert len(calls) > 3
    for name, given in calls:
        asked = re.findall(r"(\w+)=", re.sub(r'"[^"]*"', '""', given))
        inspect.signature(grid[name]).bind_partial(**dict.fromkeys(asked))


def test_the_citation_is_valid_and_agrees_with_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"] and citation["title"]
    assert citation["authors"] and all(set(author) & {"name", "family-names"} for author in citation["authors"])
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_the_one_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert all(f"\n{article}." in text for article in range(1, 16))  # all fifteen articles
