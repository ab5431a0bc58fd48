"""Words of the first hour: a command is told as it can be typed, and what is under way in words that a team knows."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
from wired import RULE_FILES, every_rule

from diagnostic.commands.program import NAMES, main
from diagnostic.core.spoken import GIVEN, spelt, typed

ROOT = Path(__file__).parents[1]
SAID = "Lancer « diagnostic calculer 47-2026 », puis : diagnostic verifier 47-2026. Un diagnostic est fait."


@pytest.fixture
def inactive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment is not active, in the current folder."""
    monkeypatch.delenv(GIVEN, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_are_told_with_the_launcher_where_the_environment_is_not_active(inactive: Path) -> None:
    (inactive / "lancer.py").touch()
    told = spelt(SAID)
    assert told == SAID.replace("diagnostic calculer", "python3 lancer.py calculer").replace(
        "diagnostic verifier", "python3 lancer.py verifier"
    )
    assert typed(inactive, "calculer", "47-2026") in told and spelt(told) == told


def test_and_as_they_are_where_it_is(inactive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert spelt(SAID) == SAID


def test_without_a_launcher_with_the_interpreter_and_never_twice(inactive: Path) -> None:
    told = spelt("diagnostic calculer")
    assert told == f"{shlex.quote(sys.executable)} -m diagnostic calculer" == spelt(told)


def test_what_a_command_refuses_is_told_so(inactive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inactive / "lancer.py").touch()
    (inactive / "config/studies").mkdir(parents=True)
    (inactive / "config/studies/47-2026.yaml").touch()
    assert main(["expliquer", "47-2026", "ads.total"]) == 1
    assert "python3 lancer.py calculer 47-2026" in capsys.readouterr().err


def test_an_end_of_line_between_the_two_words_changes_nothing(inactive: Path) -> None:
    (inactive / "lancer.py").touch()
    assert spelt("lancer diagnostic\n    recevoir") == "lancer python3 lancer.py\n    recevoir"
    assert spelt(".venv/bin/diagnostic calculer") == ".venv/bin/diagnostic calculer"


def test_messages_hold_the_one_neutral_form_of_commands_that_exist() -> None:
    sources = [*(ROOT / "workflow").rglob("*.py"), *(ROOT / "workflow").rglob("*.smk"), ROOT / "Snakefile"]
    texts = [path.read_text(encoding="utf-8") for path in sources]
    named = {verb for text in texts for verb in re.findall(r"«[ \u00a0]diagnostic ([\w-]+)", text)}
    assert len(named) > 8 and named <= NAMES.keys()
    own = {path.name for path, text in zip(sources, texts, strict=True) if "lancer.py" in text}
    assert own == {"spoken.py"}


def test_only_what_speaks_to_a_terminal_spells_commands() -> None:
    """Files and documents are the same wherever they are made."""
    package = ROOT / "workflow/diagnostic"
    asking = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "core.spoken import" in path.read_text(encoding="utf-8")
    }
    assert asking == {
        *("commands/base.py", "commands/program.py", "commands/given.py", "core/gate.py"),
        *("running/calculation.py", "running/programs.py"),
    }


JARGON = (
    "énoncé|registre|attaque|manifeste|empreinte|hash|parquet|gate|typé|schéma|ledger|digest|recod|strate|estimat|"
    "pseudonym|provenance|arbitr|agrég|jointure|hors ligne|pipeline|règle \\w+_"
)


def test_what_is_under_way_is_told_in_words_that_a_team_knows() -> None:
    rules = "\n".join([*every_rule().values(), *(path.read_text(encoding="utf-8") for path in RULE_FILES)])
    messages = re.findall(r'message:\n\s+f?"([^"]+)"', rules)
    release = "\n".join(path.read_text("utf-8") for path in (ROOT / "workflow/diagnostic/release").rglob("*.py"))
    messages += re.findall(r'progress\(f"([^"]+)"', release)
    assert len(messages) > 60 and rules.count("  message:\n") == len(re.findall(r'message:\n\s+f?"', rules))
    assert not [text for text in messages if re.search(JARGON, text, re.IGNORECASE)]
    assert not [text for text in messages if "'" in re.sub(r"\{[^}]*\}", "", text)]
