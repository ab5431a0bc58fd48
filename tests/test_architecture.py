"""The shape of the house: what each room may know of the others, checked on the source itself."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from wired import RULE_FILES, every_rule, rules

from diagnostic.core import codehash, io, tables
from diagnostic.core.counting import RULES
from diagnostic.estimate.catalogue.reading import known

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "workflow" / "diagnostic"
PHASES = ["collect", "consolidate", "estimate", "release", "report", "compare"]
MODULES = sorted(PACKAGE.rglob("*.py"))
WITHOUT_PHASE = {"publish"}  # of all phases: it keeps what each has made


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All of a module's syntax tree."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path: Path) -> Iterator[str]:
    """Every dotted name that a module imports, anywhere in its text; relative imports are not used here."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"relative import in {path}"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# -- Tables -------------------------------------------------------------------------------------------------------

DECLARED = [
    (phase, name, model)
    for phase in PHASES
    for name, model in importlib.import_module(f"diagnostic.{phase}.tables").TABLES.items()
]


@pytest.mark.parametrize(("phase", "name", "model"), DECLARED, ids=[f"{phase}/{name}" for phase, name, _ in DECLARED])
def test_every_column_has_a_french_title_and_description(phase: str, name: str, model: tables.Table) -> None:
    schema = model.to_schema()
    assert schema.strict and schema.coerce
    assert schema.title and len(schema.title) > 15, "the table has no title"
    for column, part in schema.columns.items():
        assert part.title and part.title[0].isupper(), column
        assert part.description and part.title != column, column
    assert tables.model(f"{phase}/{name}") is model


def test_a_table_that_a_module_names_is_of_a_room_whose_declarations_it_reads() -> None:
    """Else a change of the declaration would not run again what uses it."""
    named = 0
    for path in MODULES:
        own = path.relative_to(PACKAGE).parts[0]
        for room in set(re.findall(r'\b(?:columns|model)\("(\w+)/\w+"\)', path.read_text(encoding="utf-8"))) - {
            "phase"
        }:
            tables_of = [f"diagnostic.{own}.tables"] if (PACKAGE / own / "tables.py").is_file() else []
            read = codehash.closure(name_of(path), *tables_of)
            assert room == own or f"diagnostic.{room}.tables" in read, name_of(path)
            named += 1
    assert named > 20


def test_titles_and_descriptions_are_french() -> None:
    """No English article or preposition, a cheap sign of a text left untranslated."""
    english = re.compile(r"\b(the|of|and|with|from|each|row|which|not)\b", re.IGNORECASE)
    for phase, name, model in DECLARED:
        schema = model.to_schema()
        for text in (schema.title, *(f"{p.title} {p.description}" for p in schema.columns.values())):
            found = english.findall(re.sub(r"«[^»]*»", "", text))
            assert not found, f"{phase}/{name} : {text}"


# -- Rules --------------------------------------------------------------------------------------------------------


def test_every_phase_has_its_rules_its_folder_and_its_tables() -> None:
    names = {path.stem for path in RULE_FILES} - {"common", "steps"}
    assert set(PHASES) <= names
    for phase in PHASES:
        assert (PACKAGE / phase / "tables.py").is_file()
        assert (ROOT / "tests" / phase).is_dir()


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_a_rule_is_named_after_its_phase(path: Path) -> None:
    for rule in rules(path):
        assert rule in WITHOUT_PHASE or rule.startswith(f"{path.stem}_"), rule


def test_every_table_that_a_rule_names_is_declared() -> None:
    named = set(re.findall(r"/\{+study\}+/(\w+/\w+)\.parquet", "".join(every_rule().values())))
    assert len(named) > 60
    for name in named:
        tables.model(io.table_name(Path(f"{name}.parquet")))  # KeyError for an undeclared one


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_rules_are_wiring(path: Path) -> None:
    """Each rule has a log and a message, carries the hash of its code, runs no script and writes no table itself."""
    text = path.read_text(encoding="utf-8")
    for rule, body in rules(path).items():
        assert "    log:" in body and "    message:" in body, rule
        assert "{params" not in re.findall(r"message:\s*(.*)", body)[0], (
            rule
        )  # « arrêté à … » quotes it: a name, one line
        assert "script:" not in body and "notebook:" not in body, rule
        assert "code=" in body or rule in ("collect_gate", "collect_refused", "release_gate", "report_gate"), rule
    assert "to_parquet" not in text and "read_parquet" not in text


def test_reading_the_workflow_loads_no_library_that_only_some_steps_need() -> None:
    """Every `snakemake` and every command that reads a study's configuration would wait for them, a dry run too: what tables
    are made and read with, and what draws and solves."""
    heavy = ("altair", "numpy", "openpyxl", "ortools", "pandas", "pandera", "pyarrow", "scipy")
    imports = [
        line
        for path in RULE_FILES
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import ", "from "))
    ]
    read = "load(Path.cwd(), {}, apart=True)"
    script = "\n".join([*imports, read, f"print(*(name for name in {heavy} if name in sys.modules))"])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_a_rule_calls_a_function_of_a_module_whose_code_it_carries() -> None:
    """Its name is text: it is loaded by the job that calls it."""
    for body in every_rule().values():
        for module, name in re.findall(r'\b(?:call|function)\("([\w.]+)\.(\w+)"', body):
            assert callable(getattr(importlib.import_module(f"diagnostic.{module}"), name))
            assert f'code=of_rule("{module}.{name}")' in body, module


# -- Modules ------------------------------------------------------------------------------------------------------


def test_the_package_knows_neither_snakemake_nor_places() -> None:
    places = re.compile(r"^(/(home|root|usr|tmp|var|etc|work|opt|mnt|Users)\b|[A-Z]:\\|~/)")
    for path in MODULES:
        assert not [name for name in imported(path) if name.split(".")[0] == "snakemake"], name_of(path)
        texts = [n.value for n in nodes(path) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        assert not [text for text in texts if places.search(text)], name_of(path)


def test_one_door_for_parquet() -> None:
    for path in (one for one in MODULES if one not in (PACKAGE / "core/io.py", PACKAGE / "core/stamp.py")):
        others = [name for name in imported(path) if name.split(".")[0] in ("pyarrow", "fastparquet", "polars")]
        assert not others, name_of(path)
        attributes = {node.attr for node in nodes(path) if isinstance(node, ast.Attribute)}
        assert not attributes & {"read_parquet", "to_parquet", "to_feather", "read_feather"}, name_of(path)


PURE = ("open", "print", "input", "exec", "eval", "exit")
DOORS = {  # documents out of files; a line while a long attack goes on; the package's own declarations, a part of its code
    "office.render",
    "release.progress",
    "estimate.catalogue.reading",
}


def test_phases_are_pure() -> None:
    """No file, no process, no clock, no chance in the functions of a phase."""
    of_files = {"read_text", "read_bytes", "write_text", "write_bytes", "today", "now", "urandom", "getenv"}
    forbidden = {"os", "pathlib", "subprocess", "random", "time", "socket", "shutil", "tempfile", "secrets"}
    for path in (path for path in MODULES if path.relative_to(PACKAGE).parts[0] in PHASES):
        name = name_of(path).split(".", 1)[1]
        if name not in DOORS:
            calls = [node.func for node in nodes(path) if isinstance(node, ast.Call)]
            assert not [call.id for call in calls if isinstance(call, ast.Name) and call.id in PURE], name
            assert not {call.attr for call in calls if isinstance(call, ast.Attribute)} & of_files, name
            assert not {module.split(".")[0] for module in imported(path)} & forbidden, name


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_knows_earlier_phases_only(phase: str) -> None:
    """Directly or through a shared module."""
    later = PHASES[PHASES.index(phase) + 1 :]
    for path in sorted((PACKAGE / phase).rglob("*.py")):
        for module in codehash.closure(name_of(path)):
            parts = module.split(".")
            assert not (len(parts) > 2 and parts[1] in later), f"{name_of(path)} → {module}"


def test_rules_of_counting_are_all_used() -> None:
    """A rule that nothing names would be a promise not kept. Names are whole string constants of the package, or those of the
    catalogue of facts."""
    used = {
        node.value
        for path in MODULES
        if path.name != "counting.py"
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    declared = {rule for entry in known().values() for one in (entry, entry.opened) for rule in one.rules}
    assert set(RULES) <= used | declared


def test_every_rule_is_in_a_job_of_the_cluster_and_a_study_is_three() -> None:
    profile = yaml.safe_load((ROOT / "profiles/slurm/profile.yaml").read_text(encoding="utf-8"))
    groups = dict(one.split("=") for one in profile["groups"])
    made = set(every_rule())
    for path in RULE_FILES:
        for name, body in re.findall(
            r"^(?:use rule \w+ as|rule) (\w+)(.*?)(?=^\S|\Z)", path.read_text("utf-8"), re.M | re.S
        ):
            made = made - {name} if "localrule: True" in body else made | {name}
    assert set(groups) == made
    assert len({group for name, group in groups.items() if not name.startswith("compare")}) == 3
    assert len({group for name, group in groups.items() if name.startswith("compare")}) == 1
    default = yaml.safe_load((ROOT / "profiles/default/profile.yaml").read_text(encoding="utf-8"))
    same = {"scheduler", "keep-going", "rerun-incomplete", "rerun-triggers", "max-checksum-file-size", "quiet"}
    assert {key: profile[key] for key in same} == {key: default[key] for key in same}


# -- The repository -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_names_versions_and_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text and not re.search(r"^\s*--(extra-)?index", text, re.MULTILINE)
    pinned = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)
    assert len(pinned) > 20 and len(pinned) == len(re.findall(r"(?:^|\n)[A-Za-z0-9._-]+.*\\\n\s+--hash=sha256:", text))


def tracked() -> list[str]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("pas de dépôt git ici")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name]


def test_nothing_received_and_nothing_computed_is_tracked() -> None:
    forbidden = re.compile(r"^(results|vault|logs|\.snakemake|\.venv)/|(^|/)__pycache__/|\.parquet$")
    assert not [name for name in tracked() if forbidden.search(name)]


def test_no_committed_text_names_a_registry_or_this_machine() -> None:
    registry = re.compile(rb"(https?://[^\s\"')]*(pypi|simple/|conda\.anaconda|registry)|index-url|/home/\w+/|/root/)")
    for name in tracked():
        if (
            name.startswith("tests/")
            or (ROOT / name).suffix in {".docx", ".otf", ".png"}
            or not (ROOT / name).is_file()
        ):
            continue
        assert not registry.search((ROOT / name).read_bytes()), name


def test_a_rule_that_reads_files_that_none_makes_tells_them_by_content() -> None:
    """Else an old modification time would hide their change."""
    sources = re.compile(r'unpack\((?:given|blocks|codebook|ad_codebook|outlines)\)|"resources/|STYLES|CHAPTERS')
    for rule, body in every_rule().items():
        if sources.search(body.partition("    output:")[0]):
            assert "fresh=reads(" in body, rule
