"""Which tests a submission runs, where it has no time for all: none is in no share, and a file is whole in one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from drawn import one_in
from shares import SHARE, held

TESTS = Path(__file__).parent
FILES = sorted(path.relative_to(TESTS.parent).as_posix() for path in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("first", [0, 5, 2**24])
def test_each_file_is_of_one_share_in_eight(first: int) -> None:
    of = {name: [number for number in range(first, first + 8) if held(name, f"{number}/8")] for name in FILES}
    assert all(len(shares) == 1 for shares in of.values())
    sizes = [sum(shares == [number] for shares in of.values()) for number in range(first, first + 8)]
    assert min(sizes) > len(FILES) / 14  # no share is nearly all, or nearly nothing


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "kept"), one_in(2, [("slow or not slow", {"always"}), ("not slow", set())]))
def test_what_is_quick_runs_where_slow_tests_are_asked_for(tmp_path: Path, asked: str, kept: set[str]) -> None:
    """One file in each of three shares: of its own, its slow and its quick test; of the others, what runs in any share."""
    quick, slow = set(), set()
    names = {at: next(f"test_{n}.py" for n in range(99) if held(f"test_{n}.py", f"{at}/3")) for at in range(3)}
    for name in names.values():
        (tmp_path / name).write_text(
            "import pytest\n\ndef test_quick():\n    pass\n\n@pytest.mark.slow\ndef test_slow():\n    pass\n"
        )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow: long\n")
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(TESTS)!r})\nimport shares\n\n"
        "def pytest_collection_modifyitems(config, items):\n"
        f"    items[:], others = shares.split(items, {bool(kept)})\n"
        "    config.hook.pytest_deselected(items=others)\n"
    )
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-m", asked, str(tmp_path)]
    env = {SHARE: "1/3", "PYTHONPATH": str(TESTS), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        file, _, test = line.partition(" ")[0].partition("::")
        if "PASSED" in line:
            (quick if test == "test_quick" else slow).add(file)
    assert quick == (set(names.values()) if kept else {names[1]})
    assert slow == ({names[1]} if kept else set())
