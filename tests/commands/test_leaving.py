"""How a process of ours ends: with nothing looked for in what it holds."""

from __future__ import annotations

import subprocess
import sys

# What is registered first is called last, when everything else that has to be done at the end is done.
ENDS = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count() > 0 and not gc.collect()))
{begun}
"""
COMMAND = "from diagnostic.commands.program import main; main(['--version'])"


def ends(begun: str) -> str:
    done = subprocess.run([sys.executable, "-c", ENDS.format(begun=begun)], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def test_a_command_that_ends_leaves_nothing_to_be_looked_through() -> None:
    assert ends(COMMAND) == "True"
    assert ends("pass") == "False"
