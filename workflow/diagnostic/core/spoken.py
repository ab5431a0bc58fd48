"""How a command is written where a person reads it: as it can be typed here. Files and documents keep the one neutral form,
« diagnostic calculer 47-2026 », so that they are the same everywhere. Standard library only: gates speak too."""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

PROGRAM = "diagnostic"
# The environment variable: how the program is typed, where PATH is no longer the person's.
GIVEN = "DIAGNOSTIC_COMMANDE"
_COMMANDS = "".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1] / "commands").glob("*.py"))
_VERBS = "|".join(re.findall(r'^@click\.command\("(\w+)"', _COMMANDS, re.MULTILINE))
COMMAND = re.compile(rf"(?<![\w/.-])(?<!-m ){PROGRAM}(?=\s+(?:{_VERBS})\b)")


def typed(root: Path, *arguments: str) -> str:
    """A command of the program as a person can type it in this folder, whether the environment is active there or not."""
    found, launcher = shutil.which(PROGRAM), root / "lancer.py"
    if GIVEN in os.environ:
        program = shlex.split(os.environ[GIVEN])
    elif found and Path(found).parent == Path(sys.executable).parent:
        program = [PROGRAM]
    elif launcher.is_file():
        here = os.environ.get("PWD", str(root)) == str(root)  # `lancer.py` itself may be asked from elsewhere
        program = ["py" if os.name == "nt" else "python3", launcher.name if here else str(launcher)]
    else:
        program = [sys.executable, "-m", PROGRAM]
    return shlex.join([*program, *arguments])


def spelt(text: str) -> str:
    """A message with each of its commands as it can be typed in the current folder."""
    return COMMAND.sub(lambda _: typed(Path.cwd()), text)
