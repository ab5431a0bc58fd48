"""`diagnostic refaire`: the documents of a study made again from its statements, as after a purge; `diagnostic constats`: its
findings, proposed from these."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.core import home, io, writing
from diagnostic.core.errors import NoResults, Refused
from diagnostic.core.french import NBSP, plural
from diagnostic.files import texts
from diagnostic.findings import written
from diagnostic.office.render import EXTENSION, PROJECT, render_all
from diagnostic.privacy.vault import CERTIFICATES, VAULT
from diagnostic.references import shelf
from diagnostic.release.tables import PRINTED
from diagnostic.report import blocks, data, figures
from diagnostic.report.assemble import Review, assemble
from diagnostic.report.registry import charted
from diagnostic.study import generations, publishing, signature
from diagnostic.study.config import ISSUING, STUDIES, Config, load
from diagnostic.study.issuing import recorded
from diagnostic.study.words import study_words

THEME = Path("report")


class DocumentsError(Refused):
    """The documents cannot be made; the message is French."""


def printed(results: Path) -> dict[str, pd.DataFrame]:
    """All that documents read of a study: statements, the lists beside them, the lineage of the run, the outlines."""
    tables = {name: io.read_table(results / f"release/{name}.parquet") for name in [*PRINTED, "lineage"]}
    return tables | {name: io.read_table(results / f"geography/{name}.parquet") for name in ("areas", "source")}


def templates(root: Path, config: Config, study: str) -> dict[str, Any]:
    """The sources that `assemble` fills, what the team wrote, the law and other references, the codebook, by name."""
    paths = {"rapport": THEME / "rapport.qmd", **shelf.SHELF}
    paths |= {f"chapitre_{path.stem}": path for path in sorted((home.found(root, THEME) / "chapitres").glob("*.qmd"))}
    paths |= {f"bloc_{name}": Path(path) for name, path in config.blocks[study].items()}
    paths |= {name: Path(path) for name, path in config.logo(study).items()}
    codebook = loading.read_folder(home.found(root, loading.FOLDER))
    return {name: home.found(root, path).read_bytes() for name, path in paths.items()} | {
        f"{loading.INPUT}{Path(name).stem}": content for name, content in codebook.items()
    }


def source_of(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    sources: Mapping[str, Any],
    words: Mapping[str, Any],
    review: Review | None = None,
) -> Path:
    """The source of the documents, written in a folder with its figures, and of no review its data beside that folder, from what `printed` and `templates` gave and the words
    of the study; see `assemble`. Raises DocumentsError for what may not be printed."""
    chapters = (content.decode() for name, content in sources.items() if name.startswith("chapitre_"))
    logo = sources.get("logo", b"")
    drawn = figures.draw_all(**tables, asked=charted(chapters), ecriture=words["ecriture"], logo=logo)
    named = {**tables, "figures": drawn["figures"], "study": words}
    text = assemble(**named, **sources, review=review)["qmd"]
    if found := blocks.look(text.encode(), drawn["figures"])["found"]:
        raise DocumentsError(found)
    source = folder / "rapport.qmd"
    writing.write_folder(drawn["images"], folder / "figures")
    writing.write_bytes(text.encode(), source)
    if review is None:
        asked = {name: named[name] for name in ("study", "statements", "figures", "reproduction")}
        writing.write_folder(data.of_study(qmd=text.encode(), **asked)["data"], folder.parent / generations.DATA)
    return source


def epoch(config: Config, study: str) -> int:
    """The date that the documents carry, in seconds since 1970."""
    return int(dt.datetime.combine(config.studies[study].report_date, dt.time(), dt.UTC).timestamp())


def remake(root: Path, study: str) -> list[str]:
    """Write the documents of a study again from its statements. Returns French lines: what was made. Raises
    DocumentsError, ConfigError, RenderError."""
    results = root / "results" / study
    if not (results / "release/statements.parquet").is_file():
        raise DocumentsError(f"L’étude {study} n’a pas d’énoncés ici ; lancer « diagnostic calculer {study} » d’abord.")
    config = load(root, {"studies": [study]})
    purged = any((root / VAULT / study / CERTIFICATES).glob("purge-*.json"))  # and its statements are all that is left
    if config.real(study) and (purged or recorded(root, study)):
        config = load(root, {"studies": [study], ISSUING: True})
    if config.policy.draft:
        raise DocumentsError("Les règles en vigueur sont celles d’un brouillon : lancer « diagnostic calculer ».")
    sources, words = templates(root, config, study), study_words(config, study)
    working = config.working(study)
    place = results / (generations.WORKING if working else generations.REPORT)
    signed = signature.signed(place)
    with tempfile.TemporaryDirectory(prefix="documents-") as folder:
        theme, project = home.found(root, THEME), Path(folder) / generations.PROJECT
        source = source_of(project, printed(results), sources, words)
        made = [Path(folder) / name for name in generations.DOCUMENTS]
        render_all(source, made, theme, epoch(config, study), config.shared.report.renderer)
        shutil.copyfile(theme / PROJECT, project / PROJECT)
        shutil.copytree((theme / EXTENSION).parent, (project / EXTENSION).parent)
        publishing.replace(Path(folder), results, working)
    shown = place.relative_to(root)
    made_again = f"{shown.as_posix()}{NBSP}: {len(generations.DOCUMENTS)} documents refaits à partir des énoncés."
    return [made_again, *signature.lost(place, signed)]


# -- The proposal of findings, written beside the team's other texts; once there, what is to mend in it ------------
def propose(root: Path, study: str) -> tuple[list[str], bool]:
    """French lines, and whether nothing is left to mend. A file that the team has is read, never written. Raises
    NoResults, ConfigError."""
    statements = root / "results" / study / "release/statements.parquet"
    if not statements.is_file():
        raise NoResults(study)
    load(root, {"studies": [study]})
    said = io.read_table(statements)
    findings = written.calculated(said, {})
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
