"""The program that a calculation was made with: its version and commit, its lock and Python, the code of each rule.

`code.json`, in a study's results, says those of the last calculation; the stamp of each table says the code of its rule.
Documents print the version and the digests of the lock and of the code, so that another commit of the same code changes none.
"""

import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from diagnostic.core import codehash, home, writing
from diagnostic.core.french import plural, typographic

CODE = "code.json"
LOCK = "requirements.lock"
MODIFIED = "modifié"  # of a project whose code is not that of its last commit
SOURCES = ("Snakefile", "workflow", "report", LOCK)  # what makes a calculation
# What makes no table, and so has no stamp: the function that a rule calls.
UNSTAMPED = ("office.render.render_all", "review.lint.write", "study.publishing.publish")


def lock() -> str:
    """The sha256 of the lock of the libraries; empty where there is none."""
    path = home.PROJECT / LOCK
    return writing.sha256(path) if path.is_file() else ""


def fixed() -> dict[str, Any]:
    """What a calculation is published again for: all but the commit."""
    code = {function: codehash.of_rule(function) for function in UNSTAMPED}
    made = {"version": metadata.version("diagnostic"), "verrou": lock(), "python": platform.python_version()}
    return made | {"code": code}


def printed() -> dict[str, str]:
    """What the documents print of it."""
    return {"version": metadata.version("diagnostic"), "lock": writing.short(lock())}


def commit() -> str:
    """The project's commit, with « modifié » where its code is another; empty without git."""
    git = shutil.which("git")
    if git is None or not (home.PROJECT / ".git").exists():
        return ""
    asked = [git, "-C", str(home.PROJECT)]
    head = subprocess.run([*asked, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    same = subprocess.run([*asked, "diff", "--quiet", "HEAD", "--", *SOURCES], capture_output=True, check=False)
    if head.returncode:
        return ""
    return head.stdout.strip() + (f", {MODIFIED}" if same.returncode else "")


def record() -> bytes:
    """The content of `code.json`."""
    return writing.as_json(fixed() | {"commit": commit()})


def recorded(results: Path) -> dict[str, Any]:
    """What the record in a folder of results says; empty where there is none that reads."""
    return writing.read_json(results / CODE)


def changed(said: Mapping[str, Any], stamps: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a calculation was made with and is no longer here, of its record and of the stamps of its tables; French sentences."""
    code = said.get("code")
    rules = {(one, one, digest) for one, digest in code.items()} if isinstance(code, dict) else set()
    stamped = (one for one in stamps if one.get("function"))
    rules |= {(str(one.get("rule")), str(one["function"]), one.get("code")) for one in stamped}
    other = sorted({rule for rule, function, digest in rules if _code(function) != digest})
    found = []
    if other:
        told = plural(len(other), "le code d’une règle a changé", f"le code de {len(other)} règles a changé")
        found.append(f"workflow/ : {told} depuis le calcul ({', '.join(other)}) ; relancer « diagnostic calculer ».")
    if said.get("verrou") and said["verrou"] != lock():
        found.append(
            f"{LOCK} : le verrou des bibliothèques a changé depuis le calcul ; relancer « diagnostic calculer »."
        )
    return [typographic(line) for line in found]


def _code(function: str) -> str:
    try:
        return codehash.of_rule(function)
    except ValueError:  # it is no longer there
        return ""


def told(said: Mapping[str, Any]) -> str:
    """Which program made a calculation, and how that which is here differs where its code is the same; French. Empty without a record."""
    if not said:
        return ""
    here = fixed() | {"commit": commit()}
    names = {"version": "version", "commit": "commit", "python": "Python"}
    parts = [f"{name} {said[key]}" for key, name in names.items() if said.get(key)]
    other = [f"{name} {here[key]}" for key, name in names.items() if said.get(key) and here[key] not in ("", said[key])]
    return typographic(f"Calculé avec : {', '.join(parts)}{' ; ici : ' if other else ''}{', '.join(other)}.")
