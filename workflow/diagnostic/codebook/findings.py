"""What is wrong in the codebook's own files, at the cell a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnostic.core.errors import Refused, few
from diagnostic.core.problems import Problem, blocking, quoted


@dataclass(frozen=True)
class Finding:
    """One thing wrong in one cell (or row, or file) of a codebook file; `column` is its heading."""

    file: str
    row: int | None
    column: str
    message: str
    remedy: str
    value: str = ""


class CodebookError(Refused):
    """The codebook cannot be used. The message lists every problem, one per line, in French."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(few(line(problem) for problem in problems)))


def problems(findings: Iterable[Finding], letters: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """Findings as blocking problems; `letters` gives for each file the letter of each heading.

    Values are quoted: the codebook holds wording, never an answer.
    """
    return [
        blocking(
            finding.file,
            finding.message,
            finding.remedy,
            finding.row,
            letters.get(finding.file, {}).get(finding.column, ""),
            quoted(finding.value, allowed=True),
        )
        for finding in findings
    ]


def line(problem: Problem) -> str:
    """The problem with its place, as one line."""
    place = f"{problem.file}, ligne {problem.row}" if problem.row else problem.file
    if problem.column:
        place += f", colonne {problem.column}"
    return f"{place} : {problem.message} {problem.remedy}"
