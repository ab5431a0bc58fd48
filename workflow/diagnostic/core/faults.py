"""Where the program itself is at fault: said in French, and written in a report that can be sent.

Of an error its kinds and the lines of code that it went through are kept, never its message, which may quote an answer, a name or
a path (but that of a table that is not as declared). What can be mended is a refusal (`core.errors`): it goes through as it is.
"""

import contextlib
import importlib.metadata
import platform
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from diagnostic.core.errors import Refused, system

LOG = "DIAGNOSTIC_LOG"  # the environment variable: where a process that a step started has its words
SUFFIX = ".faute.txt"  # in place of that of a log
OWN = "diagnostic"
LIBRARIES = (OWN, "snakemake", "pandas", "numpy", "pyarrow", "pandera", "pydantic", "openpyxl", "shapely", "typst")
DEEPEST = 30  # frames of one error
AGAIN = "puis relancer la même commande"
FAULT = (
    "{where} : faute du programme, et non de vos fichiers ({kind}). Ce qui était publié n’a pas changé. Le rapport de la faute, "
    "sans aucune donnée de l’étude, peut être envoyé à qui tient ce programme : {report}"
)
Given = TypeVar("Given")


class StepError(Refused):
    """A step could not read or write, or the program is at fault; the message names no value."""


def guarded(
    doing: Callable[[], Given],
    log: Path,
    foreseen: tuple[type[Exception], ...] = (),
    read: Mapping[str, object] | None = None,
) -> Given:
    """What `doing` gives. Raises what is `foreseen` and refusals as they are; else StepError, whose report lies beside `log` and
    has the sizes of what it `read` (name → path), and the digest of its code.

    It is raised outside the except clause: Snakemake prints what an error was raised from.
    """
    where, report = log.stem, log.with_suffix(SUFFIX)
    through: tuple[type[Exception], ...] = (Refused, *foreseen)
    with contextlib.suppress(OSError):
        report.unlink(missing_ok=True)
    try:
        return doing()
    except through:
        raise
    except OSError as error:
        told = f"{where} : {f'{error.filename} : ' if error.filename else ''}{system(error)}, {AGAIN}."
    except MemoryError:
        told = f"{where} : la mémoire de la machine ne suffit pas ; fermer d’autres programmes, {AGAIN}."
    except Exception as error:
        text = _report(error, f"{log.parent.name}/{where}", read or {})
        # « KeyError, estimate.facts, ligne 34 »
        own = [(name, line) for name, _, line in _walked(error) if name.startswith(f"{OWN}.")]
        place = f", {own[-1][0].removeprefix(f'{OWN}.')}, ligne {own[-1][1]}" if own else ""
        told = FAULT.format(where=where, kind=f"{type(error).__name__}{place}", report=_kept(text, report))
    raise StepError(told)


def _kept(text: str, report: Path) -> str:
    """Where the report lies; itself, where it cannot be written."""
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
    except OSError:
        return f"\n{text}"
    return f"{report.as_posix()}"


def _report(error: BaseException, where: str, read: Mapping[str, object]) -> str:
    head = "Rapport d’une faute du programme. Il ne contient ni valeur, ni message qui en citerait, ni chemin de la machine."
    lines = [head, "", f"Étape : {where}"]
    one: BaseException | None = error
    while one is not None and len(lines) < 5 * DEEPEST:
        told = [f"  {one}"] if getattr(one, "names_no_value", False) else []
        lines += [f"{type(one).__module__}.{type(one).__qualname__}", *told, *(f"  {frame}" for frame in _frames(one))]
        one = one.__cause__ or one.__context__
    lines += ["", *(f"{name} : {_size(given)}" for name, given in read.items())]
    lines += [f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"]
    for name in LIBRARIES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            lines.append(f"{name} {importlib.metadata.version(name)}")
    return "\n".join(lines) + "\n"


def _size(given: object) -> str:
    """The bytes of a file; what is none as it is given: a digest of code."""
    many = isinstance(given, list)
    path = Path(str(given))
    return "plusieurs fichiers" if many else f"{path.stat().st_size} octets" if path.is_file() else str(given)


def _frames(error: BaseException) -> list[str]:
    """The lines of our code that an error went through, and of libraries the last alone."""
    found: list[str] = []
    for name, function, line in _walked(error):
        told = f"{name}, {function}, ligne {line}" if name.partition(".")[0] == OWN else f"({name}, ligne {line})"
        found = [*(one for one in found if not one.startswith("(")), told]
    return found[-DEEPEST:]


def _walked(error: BaseException) -> Iterator[tuple[str, str, int]]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield str(frame.f_globals.get("__name__", "?")), frame.f_code.co_name, line
