"""The hash of the code: what changes it, what does not, and the same on every Python."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from diagnostic.core import codehash

PACKAGE = Path(__file__).parents[1] / "workflow" / "diagnostic"
MODULES = sorted(PACKAGE.rglob("*.py"))
STEP = "diagnostic.estimate.field.press"
PYTHONS = [python for minor in range(11, 30) if (python := Path(f"/usr/bin/python3.{minor}")).is_file()]


def name_of(path: Path, package: Path = PACKAGE) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def run(script: str, *arguments: str, package: Path = PACKAGE, python: str = sys.executable) -> str:
    """What a script prints in a Python of its own; the hash needs nothing but the standard library."""
    environment = {"PYTHONPATH": str(package.parent), "PATH": os.environ.get("PATH", "")}  # that has bytecode kept
    done = subprocess.run(
        [python, "-c", script, *arguments], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- What is hashed -----------------------------------------------------------------------------------------------

LOADED = """
import builtins, importlib.util, json, sys
edges, plain, asked = {}, builtins.__import__, importlib.import_module
def note(*names):
    frame = sys._getframe(2)
    while frame and not (frame.f_code.co_name == "<module>" and own(frame)):  # what is being loaded, whoever asks for it
        frame = frame.f_back
    edges.setdefault(own(frame), set()).update(names)
def own(frame):
    name = frame.f_globals.get("__name__", "") if frame else ""
    return name if name.startswith("diagnostic.") else ""
def noted(name, globals=None, locals=None, fromlist=(), level=0):
    if globals:
        base = importlib.util.resolve_name("." * level + name, globals["__package__"]) if level else name
        note(base, *(f"{base}.{one}" for one in fromlist or ()))
    return plain(name, globals, locals, fromlist, level)
def called(name, package=None):
    note(name)
    return asked(name, package)
builtins.__import__, importlib.import_module = noted, called
for name in json.loads(sys.argv[1]):
    asked(name)
print(json.dumps({name: sorted(found & sys.modules.keys()) for name, found in edges.items()}))
"""


@pytest.mark.slow
def test_the_closure_has_every_module_that_an_import_really_loads() -> None:
    """Python itself tells what each module asks for as it is loaded, and so what loading it loads; packages only carry a
    docstring (see below)."""
    names = {name_of(path) for path in MODULES if path.name != "__init__.py"}
    edges = json.loads(run(LOADED, json.dumps(sorted(names))))
    assert sum(len(names & {*edges.get(name, ())}) for name in names) > 1000
    for name in names:
        loaded, new = set[str](), {name}
        while new:
            loaded |= new
            new = {other for one in new for other in edges.get(one, ()) if other in names} - loaded
        assert loaded <= {*codehash.closure(name)}, name


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=name_of)
def test_packages_hold_no_code(path: Path) -> None:
    """Their text does not enter the hash."""
    (only,) = ast.parse(path.read_text(encoding="utf-8")).body
    assert isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant)


def test_an_unknown_module_is_refused() -> None:
    with pytest.raises(ValueError, match=r"diagnostic\.estimate\.nothing"):
        codehash.closure("diagnostic.estimate.nothing")


# -- What changes it ----------------------------------------------------------------------------------------------

EDITED = """
import importlib, json, sys
from pathlib import Path
from diagnostic.core import codehash
step, *edits = json.loads(sys.argv[1])
found = [codehash.code_hash(step)]
for path, text in edits:
    original = Path(path).read_text(encoding="utf-8")
    Path(path).write_text(original + text, encoding="utf-8")
    importlib.reload(codehash)
    found.append(codehash.code_hash(step))
    Path(path).write_text(original, encoding="utf-8")
print(json.dumps(found))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "diagnostic", ignore=shutil.ignore_patterns("__pycache__")))


def edited(copy: Path, text: str, paths: list[Path]) -> list[str]:
    """The hash of the step as it is, then with `text` at the end of each module in turn."""
    return json.loads(run(EDITED, json.dumps([STEP, *([str(path), text] for path in paths)]), package=copy))


def test_code_changes_it_inside_the_closure_and_nowhere_else(copy: Path) -> None:
    inside = codehash.closure(STEP)
    assert "diagnostic.estimate.facts" in inside and "diagnostic.estimate.internet.steps" not in inside
    paths = [path for path in sorted(copy.rglob("*.py")) if path.name != "__init__.py"]
    names = [name_of(path, copy) for path in paths]
    outside = [path for path, name in zip(paths, names, strict=True) if name not in inside][::20]
    within = [path for path, name in zip(paths, names, strict=True) if name in inside]
    before, *after = edited(copy, "\nADDED = 1\n", [*within, *outside])
    assert len({before, *after[: len(within)]}) == len(within) + 1  # each edit has its own
    assert set(after[len(within) :]) == {before}


def test_the_data_beside_a_module_is_part_of_it(copy: Path) -> None:
    """What a fact is said to be, in a file of the catalogue, is code of every step that makes facts."""
    texts = copy / "estimate" / "catalogue" / "press.yaml"
    before, after = edited(copy, "\n# said otherwise\n", [texts])
    assert before != after


def test_comments_and_docstrings_change_nothing(copy: Path) -> None:
    facts = copy / "estimate" / "facts.py"
    before, comment = edited(copy, "\n\n# a comment\n", [facts])
    assert comment == before
    text = facts.read_text(encoding="utf-8")
    facts.write_text('"""Another docstring of the module."""\n' + text[text.index("\nfrom ") :], "utf-8")
    assert edited(copy, "", []) == [before]


@pytest.mark.slow
def test_the_declarations_of_a_room_s_tables_are_part_of_the_module_that_reads_them(copy: Path) -> None:
    """Of the step's own room: those of another, whose tables it does not read, change nothing."""
    own, other = (copy / room / "tables.csv" for room in ("estimate", "compare"))
    edits = [(str(path), "Facts,added,text,Ajoutée,Une colonne de plus,,,,,,\n") for path in (own, other)]
    before, changed, after = json.loads(run(EDITED, json.dumps(["diagnostic.estimate.tables", *edits]), package=copy))
    assert changed != before == after


SAMPLES = {
    "def f(a):\n    return a + 1\n": [
        "def f(a):  # why\n\n    return (a + 1)\n",
        'def f(a):\n    """Says what it does."""\n    return a + 1\n',
    ],
    "class A:\n    x = ''\n": ['"""M."""\nclass A:\n    """C."""\n    x = ""\n'],
}


@pytest.mark.parametrize("text", SAMPLES)
def test_the_same_code_otherwise_written_has_the_same_dump(text: str) -> None:
    same = {codehash.dump(ast.parse(other)) for other in (text, *SAMPLES[text])}
    assert len(same) == 1


def test_what_differs_has_another_dump() -> None:
    """Empty values, types of constants, absent parts and order are told apart; a text that is no docstring counts."""
    texts = "x = 0|x = False|x = None|x = ''|x = b''|x = 0.0|x = 0j|x|x: int|x: int = 0|x = ...|x = y = 0|(x, y) = 0"
    texts += "|f(x)|f(x,)[0]|f(*x)|f(**x)|f(x=x)|f'{x}'|f'{x!r}'|f'{x:2}'|f'x'|-x|not x|x < y|y < x|x[:1]|x[1:]|x[::1]"
    texts += "|{}|{x}|{x: x}|{**x}|[]|()|lambda: x|lambda x: x|lambda *x: x|lambda *, x: x|lambda x=x: x|await x|yield"
    dumps = {codehash.dump(ast.parse(text)): text for text in texts.split("|")}
    assert len(dumps) == len(texts.split("|"))
    assert codehash.dump(ast.parse("x = 1\n'text'")) != codehash.dump(ast.parse("x = 1"))


@pytest.mark.slow
def test_a_module_that_reads_docstrings_depends_on_them(copy: Path) -> None:
    reader = copy / "estimate" / "facts.py"
    text = reader.read_text(encoding="utf-8") + "\n\nTOLD = __doc__\n"
    reader.write_text(text, encoding="utf-8")
    (before,) = edited(copy, "", [])
    reader.write_text(text.replace('"""', '"""Now: ', 1), encoding="utf-8")
    (after,) = edited(copy, "", [])
    assert before != after


KEPT = """
import ast, sys
from diagnostic.core import codehash
if sys.argv[2]:
    ast.parse = None
print(codehash.code_hash(sys.argv[1]), codehash.KEPT)
"""


@pytest.mark.slow
def test_what_was_found_of_a_text_is_kept_beside_the_bytecode_and_only_for_that_text(copy: Path) -> None:
    """A second process reads no module again; a text that changes is read again; what cannot be read is made anew."""
    first, kept = run(KEPT, STEP, "", package=copy).split()
    assert Path(kept).parent == copy / "__pycache__"
    assert run(KEPT, STEP, "nothing is parsed", package=copy).split() == [first, kept]
    facts = copy / "estimate" / "facts.py"
    text = facts.read_bytes()
    facts.write_bytes(text + b"\nADDED = 1\n")
    changed, _ = run(KEPT, STEP, "", package=copy).split()
    assert changed != first
    facts.write_bytes(text)
    Path(kept).write_bytes(Path(kept).read_bytes()[:1000])
    assert run(KEPT, STEP, "", package=copy).split() == [first, kept]
    before = facts.stat()
    facts.write_bytes(text.replace(b"decimals: int = 0", b"decimals: int = 1"))
    os.utime(facts, ns=(before.st_atime_ns, before.st_mtime_ns))  # as long and as old as it was
    assert run(KEPT, STEP, "", package=copy).split() != [first, kept]
    facts.write_bytes(text)
    (copy / "estimate" / "facts.py").rename(copy / "estimate" / "others.py")
    assert run(KEPT, STEP, "", package=copy).split() != [first, kept]


# -- The same everywhere ------------------------------------------------------------------------------------------

ALL = textwrap.dedent("""
    import json, sys
    from diagnostic.core import codehash
    print(json.dumps({name: codehash._module(name).digest for name in json.loads(sys.argv[1])}))
""")


@pytest.mark.slow
@pytest.mark.skipif(len(PYTHONS) < 2, reason="un seul Python ici : rien à comparer")
def test_every_python_finds_the_same() -> None:
    names = json.dumps([name_of(path) for path in MODULES if path.name != "__init__.py"])
    digests = {run(ALL, names, python=str(python)) for python in PYTHONS}
    assert len(digests) == 1


def test_a_switch_makes_every_hash_one_text() -> None:
    script = f"import os; os.environ['{codehash.CONSTANT}'] = 'same'; from diagnostic.core.codehash import code_hash; "
    assert run(script + f"print(code_hash('{STEP}'))").strip() == "same"
