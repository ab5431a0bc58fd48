"""The reviewer's own copy of the report: exact, closed, stamped, listed nowhere; the documents that leave are the same."""

from __future__ import annotations

import html
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from copies import Finished, Project, Run

from diagnostic.core.writing import NOTICE, REVIEW
from diagnostic.report.assemble import plain
from diagnostic.review.review import NAME, Trail, evidence

SMALL = pytest.param("99-2025", marks=pytest.mark.slow)  # the whole page; the first test reads its lines without it
STUDIES = (pytest.param("62-2020", marks=pytest.mark.slow), SMALL)


@pytest.fixture(scope="module")
def reviewed(
    new_copy: Callable[[], Project], request: pytest.FixtureRequest
) -> tuple[Project, str, Run, dict[str, str]]:
    """(project, study, what the command said, digests of the results before it)."""
    project = new_copy()
    before = project.digests(request.param)
    done = project.diagnostic("relire", request.param)
    assert done.code == 0, done.output
    return project, request.param, done, before


@pytest.mark.slow
def test_what_is_added_to_a_card_is_where_its_number_comes_from(finished: Finished) -> None:
    results = finished.project.path("results/99-2025")
    found = evidence(finished.project.root, "99-2025", Trail(results))
    assert set(found) == set(pd.read_parquet(results / "release/ledger.parquet")["fact_id"])
    lines = dict(found["profile.person.audience.men"])
    digests = {path.stem: digest for path, digest in hashes(finished.project, "results/99-2025")}
    for name in ("ledger", "facts", "sample", "codings"):
        assert f"sha256 {digests[name]}" in lines["Tables"]
    assert "premier_codage : porte sur le calcul, " in re.sub(r"[\u00a0\u202f]", " ", lines["Cellules touchées"])
    assert "--forcerun estimate_sample" in lines["Recalculer"]
    assert "lieu_non_ventile : 0 sur 4 (8 lignes de l’étude)" in re.sub(
        r"[\u00a0\u202f]", " ", dict(found["demand.ads"])["Cellules touchées"]
    )


def page(project: Project, study: str) -> str:
    return project.path(f"results/{study}/{REVIEW}/{NAME}").read_text("utf-8")


@pytest.mark.parametrize("reviewed", STUDIES, indirect=True)
def test_it_is_closed_stamped_and_changes_nothing_else(
    reviewed: tuple[Project, str, Run, dict[str, str]],
) -> None:
    project, study, done, before = reviewed
    folder = project.path(f"results/{study}/{REVIEW}")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {NAME, NOTICE}
    after = {name: digest for name, digest in project.digests(study).items() if not name.startswith(f"{REVIEW}/")}
    assert after == before
    assert project.diagnostic("verifier", f"results/{study}").code == 0
    assert REVIEW not in project.path(f"results/{study}/manifest.json").read_text("utf-8")
    assert "NE PAS DIFFUSER" in done.output
    text = page(project, study)
    assert re.search(r"<title>Relecture locale, ne pas diffuser\u00a0: ", text)
    assert 'class="en-brouillon" data-tampon="Relecture locale"' in text
    body = re.sub(r"<nav\b.*?</nav>", "", text.partition("<main")[2], flags=re.DOTALL)
    headings = re.findall(r"<h[2-6][^>]*>.*?</h[2-6]>", body, re.DOTALL)
    assert len(headings) > 20 and all("Relecture locale" in heading for heading in headings)
    ordinary = project.path(f"results/{study}/report/rapport.html").read_text("utf-8")
    assert "electure locale" not in ordinary and 'class="fact retenu"' not in ordinary


@pytest.mark.parametrize("reviewed", [SMALL], indirect=True)
def test_withheld_numbers_are_there_and_nowhere_in_the_report(
    reviewed: tuple[Project, str, Run, dict[str, str]],
) -> None:
    project, study, _, _ = reviewed
    ledger = pd.read_parquet(project.path(f"results/{study}/release/ledger.parquet"))
    withheld = ledger[ledger["verdict"].ne("shown") & ledger["value"].notna()]
    assert len(withheld) > 10
    text = html.unescape(page(project, study))
    for fact in withheld.itertuples():
        card = re.search(rf'<div popover[^>]*id="carte-{re.escape(fact.fact_id)}".*?</div>', text, re.DOTALL)
        assert card and plain(fact.value) in card[0] and "Publication" in card[0], fact.fact_id
    signs = [plain(value) for value in withheld["value"] if len(plain(value)) > 8]  # no other number has these digits
    assert signs
    for path in sorted(project.path(f"results/{study}/report").rglob("*")):
        if path.suffix in (".html", ".qmd", ".svg"):
            assert not [sign for sign in signs if sign in path.read_text("utf-8")], path.name


@pytest.mark.slow
@pytest.mark.parametrize("reviewed", ["62-2020"], indirect=True)
def test_the_annex_of_published_figures_is_whole(reviewed: tuple[Project, str, Run, dict[str, str]]) -> None:
    project, study, _, _ = reviewed
    ordinary = project.path(f"results/{study}/report/dossier.html").read_text("utf-8")
    hidden = "Non publié, pour protéger des personnes."
    assert hidden in ordinary and hidden not in page(project, study)


@pytest.mark.parametrize("reviewed", [SMALL], indirect=True)
def test_a_card_gives_what_a_reviewer_checks(reviewed: tuple[Project, str, Run, dict[str, str]]) -> None:
    project, study, _, _ = reviewed
    card = card_of(page(project, study), "profile.person.audience.men")
    digests = {path.stem: digest for path, digest in hashes(project, f"results/{study}")}
    for name in ("ledger", "facts", "sample", "codings"):
        assert f"sha256 {digests[name]}" in card
    assert "premier_codage : porte sur le calcul, " in card
    assert "snakemake results/99-2025/release/ledger.parquet" in card and "--forcerun estimate_sample" in card
    assert "diagnostic expliquer 99-2025 profile.person.audience.men" in card


@pytest.mark.parametrize("reviewed", [SMALL], indirect=True)
def test_a_rule_says_how_many_cells_it_touched(reviewed: tuple[Project, str, Run, dict[str, str]]) -> None:
    """Its own four cells all have a place; eight rows of the study have none."""
    project, study, _, _ = reviewed
    card = card_of(page(project, study), "demand.ads")
    assert "lieu_non_ventile : 0 sur 4 (8 lignes de l’étude)" in card


def card_of(text: str, fact_id: str) -> str:
    start = text.index(f'id="carte-{fact_id}"')
    card = html.unescape(re.sub(r"<[^>]+>", " ", text[start : text.index("</div>", start)]))
    return re.sub(r"[\u00a0\u202f]", " ", card)


def hashes(project: Project, folder: str) -> list[tuple[Path, str]]:
    return [(Path(name), digest) for name, digest in project.digests(Path(folder).name).items()]


@pytest.mark.slow
def test_a_study_without_results_is_refused_in_french(copied: Project) -> None:
    shutil.rmtree(copied.path("results/99-2025"))
    done = copied.diagnostic("relire", "99-2025")
    assert done.code == 1 and "n’a pas de résultats ici" in done.output and "Traceback" not in done.output
