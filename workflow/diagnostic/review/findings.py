"""`diagnostic constats`: the proposal of findings written beside the team's other texts; once there, what is to mend in it."""

from __future__ import annotations

from pathlib import Path

from diagnostic.core import io, writing
from diagnostic.core.errors import NoResults
from diagnostic.core.french import NBSP, plural
from diagnostic.files import texts
from diagnostic.findings import written
from diagnostic.findings.written import calculated
from diagnostic.study.config import STUDIES, load


def propose(root: Path, study: str) -> tuple[list[str], bool]:
    """French lines, and whether nothing is left to mend. A file that the team has is read, never written.

    Raises NoResults, ConfigError.
    """
    statements = root / "results" / study / "release/statements.parquet"
    if not statements.is_file():
        raise NoResults(study)
    load(root, {"studies": [study]})
    said = io.read_table(statements)
    findings = calculated(said, {})
    path = STUDIES / study / f"{written.NAME}.md"
    if not (root / path).is_file():
        writing.write_bytes(written.proposal(findings).encode(), root / path)
        count = f"{len(findings)} {plural(len(findings), 'constat proposé', 'constats proposés')}"
        return [f"{path.as_posix()}{NBSP}: {count}, à relire, à corriger et à signer."], True
    content = (root / path).read_bytes()
    if unread := texts.unreadable(content, path.as_posix()):
        return [f"{one.file}{NBSP}: {one.message} {one.remedy}" for one in unread], False
    text = content.decode("utf-8-sig")
    found = written.problems(text, said)
    lines = [f"{path.as_posix()}, ligne {problem.line}{NBSP}: {problem.message}." for problem in found]
    refused = {problem.line for problem in found}
    kept = {fact for one in written.read(text).findings if one.line not in refused for fact in one.facts[:1]}
    cited = ((one, written.told([one])[0].facts[:1]) for one in findings if one.claim)
    if others := [written.line(one) for one, facts in cited if facts and facts[0] not in kept]:
        lines += [f"Constats que ce fichier n’a pas, ou plus, tels que le calcul les propose{NBSP}:", *others]
    return lines or [f"{path.as_posix()}{NBSP}: chaque nombre est celui de son énoncé."], not found
