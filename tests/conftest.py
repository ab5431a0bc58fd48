"""Fixtures shared by tests of several rooms."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import drawn
import pytest
import shared
import shares
from hypothesis import HealthCheck, settings

from diagnostic.core.spoken import GIVEN
from diagnostic.study import program

# No test is refused for the time that its inputs take: another program may be using the machine.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("busy"), max_examples=drawn.LONG)
settings.register_profile("short", settings.get_profile("busy"), max_examples=drawn.SHORT)

# What kind of test a folder holds; in the others are tests of the kind `property`, where Hypothesis draws, or `unit`.
KINDS = {
    "workflow": "workflow",
    "start": "workflow",
    "report": "documents",
    "team": "acceptance",
    "benchmarks": "acceptance",
    "desk": "acceptance",
}

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# In which order files begin: those that make what many others wait for, and the longest of the slow form; then rooms of long files,
# one that waits for none of these before the others; last, rooms of small files, so that all processes end together.
FIRST = (
    *("workflow/test_main_job.py", "workflow/test_vault_run.py", "reconstruct/test_solutions.py"),
    *("workflow/test_region_whole.py", "team/test_team_study.py", "workflow/test_printed_play.py"),
    *("workflow/test_killed.py", "report/", "workflow/", "team/", "desk/", "vault/"),
)
LAST = ("codebook/", "collect/", "findings/", "geography/")


def _slow(config: pytest.Config) -> bool:
    """Whether the slow tests are asked for."""
    asked = config.option.markexpr
    return "not slow" not in asked or "slow or not slow" in asked


def pytest_configure(config: pytest.Config) -> None:
    """Before any test is read: how many cases it draws where the slow tests are left out, and where they are not."""
    settings.load_profile("long" if _slow(config) else "short")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # as if it were active
    program.commit = str  # a run in a process of the tests would say theirs, one in a process of its own none
    os.fsync = lambda handle: None  # type: ignore[assignment]  # no test cuts the power: what is written need not wait for a disk
    gc.disable()  # until all tests are read: what that leaves stays


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Of « -n auto »: as many processes as cores; one more reads all tests again, which costs more than it saves of waiting."""
    return os.cpu_count() or 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Of several processes that read all tests, each begins at its own place: what one compiles, the others find compiled."""
    root, worker = Path(__file__).parent, os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if worker == "0" or [Path(one).resolve() for one in session.config.args] != [root]:
        return
    files = sorted(root.rglob("test_*.py"))
    for path in files[int(worker) * len(files) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"]) :]:
        sys.path[:] = dict.fromkeys([str(path.parent), *sys.path])
        with suppress(Exception, pytest.skip.Exception):  # it is told when the file is read in its turn
            importlib.import_module(path.stem)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those of other shares are left out; the others in the order of FIRST and LAST, with the kind of each."""
    items[:], others = shares.split(items, _slow(config))
    config.hook.pytest_deselected(items=others)
    root = Path(__file__).parent

    @cache
    def placed(path: Path) -> tuple[int, str]:
        """When a file begins, and its kind; "" where that is told test by test."""
        name = path.relative_to(root).as_posix()
        first = next((at for at, one in enumerate(FIRST) if name.startswith(one)), len(FIRST))
        late = next((at for at, room in enumerate(LAST, start=1) if name.startswith(room)), 0)
        return first + late, KINDS.get(name.partition("/")[0], "")

    for item in items:
        drawn_from = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        item.add_marker(placed(item.path)[1] or ("property" if drawn_from else "unit"))
    items.sort(key=lambda item: placed(item.path)[0])
    gc.freeze()  # what the reading of all tests left lives as long as they do: it is not looked through again and again
    gc.enable()
    gc.set_threshold(200_000, 20, 20)


@pytest.fixture(autouse=True)
def as_from_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a workflow that another test read in this process left there of how it was begun."""
    monkeypatch.delenv(GIVEN, raising=False)


@pytest.fixture(scope="session", autouse=True)
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all processes of this session."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    shared.begin(folder)
    return folder


@pytest.fixture(scope="session")
def once(common: Path) -> Callable[[str, Callable[[Path], object]], object]:
    """What is made of an empty folder, by the first process that asks for its name (see `shared.once`)."""

    def found(name: str, make: Callable[[Path], object]) -> object:
        return shared.once(common / f"shared-{name}", lambda: make(common / f"shared-{name}"))

    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The system's Chromium, headless. Absent: skipped, or failed where DIAGNOSTIC_BROWSER=required."""
    required = os.environ.get("DIAGNOSTIC_BROWSER") == "required"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        reason = "Chromium absent : page du rapport non vérifiée dans un navigateur (paquet Debian « chromium »)"
        pytest.fail(reason) if required else pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright absent : navigateur non piloté")
    with playwright.sync_playwright() as driver:
        instance = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield instance
        instance.close()


@pytest.fixture
def page(browser: object) -> Iterator[object]:
    """A new page in its own context, so that no test sees another's state."""
    context = browser.new_context(locale="fr-FR")  # type: ignore[attr-defined]
    context.set_default_timeout(600_000)  # only guards against a page that hangs, whatever else the machine does
    yield context.new_page()
    context.close()


AS_LOADED = """() => {
    document.querySelectorAll(':popover-open').forEach(card => card.hidePopover());
    document.documentElement.lang = 'fr';
    window.scrollTo(0, 0);
}"""


@pytest.fixture(scope="module")
def opened(browser: object) -> Iterator[Callable[..., object]]:
    """The page at an address and a width, loaded once for the tests of a file that read it: what they opened is closed again."""
    context = browser.new_context(locale="fr-FR")  # type: ignore[attr-defined]
    context.set_default_timeout(600_000)
    pages: dict[tuple[str, int], Any] = {}

    def found(address: str, width: int = 1280) -> object:
        if (address, width) not in pages:
            page = pages[address, width] = context.new_page()
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
        page = pages[address, width]
        page.bring_to_front()  # the one that has the keyboard
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(AS_LOADED)
        return page

    yield found
    context.close()
