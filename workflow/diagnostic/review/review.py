"""The reviewer's report: the ordinary one with exact numbers, withheld ones too, and all evidence on each card.

A command rather than a choice of the workflow: no setting left on can make a run write it, nothing exact enters
Snakemake's records or its report, and the documents that may be sent are the same bytes with and without it. It is
written beside the phases, in a closed folder of its own, from the results as they are.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from diagnostic.core import io, writing
from diagnostic.core.errors import NoResults, Refused
from diagnostic.core.french import NBSP, number, plural
from diagnostic.office.render import render
from diagnostic.privacy.vault import VaultError
from diagnostic.report import exact, leaks
from diagnostic.report.assemble import assemble
from diagnostic.report.figures import draw_all
from diagnostic.review import documents, lineage
from diagnostic.review.trail import KEYED, Trail, spans
from diagnostic.study.config import ConfigError, load
from diagnostic.study.generations import current
from diagnostic.study.unlocking import opened
from diagnostic.study.words import study_words

NAME = "RELECTURE-LOCALE-rapport.html"
SHOWN_RECORDS = 200
PHASES = ("geography", "collect", "consolidate", "estimate", "release")


class ReviewError(Refused):
    """The reviewer's report cannot be made; the message is French."""


def review(root: Path, study: str) -> list[str]:
    """Write the reviewer's report of a study from its results. Returns French lines: where it is, what it is for.

    Raises NoResults, ReviewError, ConfigError, RenderError.
    """
    results = root / "results" / study
    reading = current(results.resolve())
    if not (reading.folder / "release/ledger.parquet").is_file():
        raise NoResults(study)
    config = load(root, {"studies": [study]})
    trail = Trail(reading.folder)
    paths = [path for phase in PHASES for path in sorted((reading.folder / phase).glob("*.parquet"))]
    given = documents.printed(reading.folder) | {
        "statements": exact.exact(trail.ledger),
        "reproduction": io.read_table(reading.folder / "estimate/reproduction.parquet"),
        "sources": io.read_table(reading.folder / "collect/sources.parquet"),
        "lineage": lineage.gathered([path for path in paths if path.stem != "lineage"], public=True),
    }
    drawn = draw_all(**given)
    text = assemble(
        **given,
        figures=drawn["figures"],
        study=study_words(config, study, local=True),
        review=exact.Review(trail.ledger, evidence(root, study, trail)),
        **documents.templates(root, config, study),
    )["qmd"]
    if found := leaks.look(text.encode(), drawn["figures"])["found"]:
        raise ReviewError(found)
    output = results / writing.REVIEW / NAME
    with tempfile.TemporaryDirectory(prefix="relecture-") as folder:
        source = Path(folder) / "rapport.qmd"
        source.write_text(text, encoding="utf-8")
        writing.write_folder(drawn["images"], source.parent / "figures")
        render(source, source.with_suffix(".html"), root / documents.THEME, documents.epoch(config, study), "embarqué")
        writing.write_bytes(source.with_suffix(".html").read_bytes(), output)
    withheld = int(trail.ledger["verdict"].ne("shown").sum())
    return [
        *([reading.told] if reading.told else []),
        f"{output.relative_to(root).as_posix()} : {len(trail.ledger)} indicateurs, dont {number(withheld)} "
        f"{plural(withheld, 'non publié')}.",
        f"NE PAS DIFFUSER{NBSP}: nombres exacts et lignes sous pseudonyme. À effacer une fois l’étude vérifiée.",
    ]


def evidence(root: Path, study: str, trail: Trail) -> dict[str, exact.Lines]:
    """Fact → the lines that a reviewer's card adds: cells touched by each rule, tables, questions, rows, command."""
    plain = _received(root, study, trail)
    return {fact.fact_id: _lines(fact, study, trail, plain) for fact in trail.ledger.itertuples()}


def _lines(fact: Any, study: str, trail: Trail, plain: dict[str, str]) -> exact.Lines:
    read, records = spans(fact.cells), trail.records(fact)
    cells = sum(span.size for span in read)
    files = dict.fromkeys(span.file for span in read if span.file in plain)
    rest = f" … et {len(records) - SHOWN_RECORDS} autres" if len(records) > SHOWN_RECORDS else ""
    lines = [
        ("Cellules touchées", " ; ".join(_touched(rule, cells) for rule in trail.touched(fact))),
        ("Questions", " ; ".join(trail.questions(fact))),
        ("Lignes", f"{len(records)} : {', '.join(records[:SHOWN_RECORDS])}{rest}" if records else ""),
        ("Contenu reçu", " ; ".join(f"{file}, {plain[file]}" for file in files)),
        ("Tables", " ; ".join(_stage(trail, stage.path) for stage in trail.stages(fact))),
        (
            "Recalculer",
            f'snakemake results/{study}/release/ledger.parquet --config studies="[{study}]" --forcerun {trail.rule(fact)}'
            f" ; puis : diagnostic expliquer {study} {fact.fact_id}",
        ),
    ]
    return [(title, text) for title, text in lines if text]


def _touched(touched: Any, cells: int) -> str:
    if touched.cells is None:
        return f"{touched.rule} : porte sur le calcul, {number(cells)} {plural(cells, 'cellule lue', 'cellules lues')}"
    of_study = f"{number(touched.rows)} {plural(touched.rows, 'ligne')} de l’étude"
    return f"{touched.rule} : {number(touched.cells)} sur {number(cells)} ({of_study})"


def _stage(trail: Trail, path: Path) -> str:
    if path.suffix != ".parquet":
        return f"{path.name}, sha256 {trail.digest(path)}"
    stamp = trail.stamp(path)
    rows = f"{number(stamp['rows_out'])} {plural(stamp['rows_out'], 'ligne')}"
    return f"{path.parent.name}/{path.stem}, règle {stamp['rule']}, {rows}, sha256 {trail.digest(path)}"


def _received(root: Path, study: str, trail: Trail) -> dict[str, str]:
    """Export → the plain digest of its content, or why it cannot be told here."""
    found = {}
    for file, source in trail.sources.items():
        if source.digest.startswith(KEYED):
            try:
                content = opened(root, study, create=False).read_received(source.role)
                found[file] = f"sha256 {hashlib.sha256(content).hexdigest()}"
            except (ConfigError, VaultError):
                found[file] = "coffre fermé ici : voir l’empreinte à clé"
    return found
