"""What `shell:` rules need of a shell, so that they run where there is no cat, tee or grep: `python -m diagnostic.core.gate`, which
loads the standard library only and starts in a few hundredths of a second.

    gate passe FILE LOG --bloque ERRORS   tell FILE; stop where ERRORS has a blocking problem
    gate passe FILE LOG --vide            tell FILE; stop where it says something
    gate lance LOG [--si-vide FILE] [--dit] -- PROGRAM ARGUMENT…   run it, its words in LOG; told where it fails, or always
    gate refuse LOG MESSAGE               tell and log it, and stop
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from diagnostic.core.spoken import spelt

BLOCKING = b"bloquant,"  # how a line of erreurs.csv begins that stops the study


def tell(content: bytes) -> None:
    """To the console, in whatever alphabet it has."""
    text = spelt(content.decode("utf-8", "replace"))
    coding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(coding, "replace").decode(coding))
    sys.stderr.flush()


def passed(file: Path, log: Path, errors: Path | None) -> int:
    """0 where nothing stops the study; its file is told and logged whatever happens."""
    content = file.read_bytes()
    log.write_bytes(content)
    tell(content)
    return int(bool(content) if errors is None else stopping(errors))


def stopping(errors: Path) -> bool:
    """Whether a list of errors has one that stops the study."""
    return errors.is_file() and any(line.startswith(BLOCKING) for line in errors.read_bytes().splitlines())


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    gate = verbs.add_parser("passe")
    gate.add_argument("file", type=Path)
    gate.add_argument("log", type=Path)
    stops = gate.add_mutually_exclusive_group(required=True)
    stops.add_argument("--bloque", type=Path)
    stops.add_argument("--vide", action="store_true")
    run = verbs.add_parser("lance")
    run.add_argument("log", type=Path)
    run.add_argument("--si-vide", type=Path)
    run.add_argument("--dit", action="store_true")
    refusal = verbs.add_parser("refuse")
    refusal.add_argument("log", type=Path)
    refusal.add_argument("message")
    own, command = list(arguments), []
    if "--" in own:
        at = own.index("--")
        own, command = own[:at], own[at + 1 :]
    asked = parser.parse_args(own)
    if asked.verb == "refuse":
        message = f"\n{asked.message}\n\n".encode()
        asked.log.write_bytes(message)
        tell(message)
        return 1
    if asked.verb == "passe":
        return passed(asked.file, asked.log, asked.bloque)
    # How a program ended, whose words are in the log; it is not run where the file `si_vide` says something, which is told.
    if asked.si_vide is not None and asked.si_vide.stat().st_size:
        tell(asked.si_vide.read_bytes())
        return 1
    with asked.log.open("wb") as said:
        known = os.environ | {"DIAGNOSTIC_LOG": str(asked.log)}  # `core.faults.LOG`
        code = subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, env=known, check=False).returncode
    if code or asked.dit:
        tell(asked.log.read_bytes())
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
