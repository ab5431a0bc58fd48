"""A comparison from the files to its documents: what it reads, what it prints, and that it tells nothing that its studies
did not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from copies import Project
from test_doors import jobs
from test_killed import killed
from test_published_data import check

from diagnostic.compare.table_names import DOCUMENTS, VERDICTS
from diagnostic.compare.tables import TABLES
from diagnostic.core import io
from diagnostic.privacy.contents import pdf_pages, read
from diagnostic.release.printed import WITHHELD

pytestmark = pytest.mark.slow
NAME = "essai"
CONFIG = """\
title: Quatre études côte à côte
team: Équipe
report_date: 2026-11-02
studies: ["62-2020", "99-2025"]
published: [bretagne-2019, idf-2017, seine-saint-denis-2021]
"""
CHOSEN = ("compare", "--config", f"comparaison={NAME}")
KILLED = ("compare_collate", "compare_render", "compare_publish")  # as it begins, as it writes, and Snakemake alone
READ = re.compile(
    r"results/62-2020/release/(statements|reproduction)\.parquet|logs/62-2020/published\.ok"
    r"|\.geographie/geography/country\.parquet"  # outlines, as they came
    r"|results/comparison/.+|logs/comparison/.+|config/(comparability|comparisons)/.+|resources/(published|references)/.+"
    r"|report/.+|<(input )?function[^>]*>"  # what a function gives is in the stamp of the tables
)
# What a reader of the files finds different between studies, item by item, without running anything, and what one does not say.
UNSAID = {
    "double",
    "fields",  # of fewer than three structures each, so that none is printed
    "disposition",
    "respondents",
    "response",
}  # no coded ads of its own
# Of published studies: what their line of studies.csv and methods.csv says otherwise, and what it does not say.
IN_DEPTH = {"depth", "origin", "release"}  # second-hand
# Where no site's own count is dated, that of the whole stands for it: 69 days and 49, and 77 in 62-2020.
COUNTED_OTHERWISE = {"territory", "edition", "ads_window", "ads_days", "count_days", "season"}
NOT_PUBLISHED = UNSAID | {"coded", "design", "copies", "search", "counting", "instrument"}
NOT_PUBLISHED |= {"site_kinds", "empty_sites", "uncounted"}  # how many sites at most, and never which
MATRIX = {
    ("62-2020", "bretagne-2019"): (
        IN_DEPTH | COUNTED_OTHERWISE | {"extent", "author", "facts_window"},
        NOT_PUBLISHED | {"sites", "read_pages"},
    ),
    ("62-2020", "idf-2017"): (  # 40 sites, some by ten pages, 366 coded ads; when the facts were is not said
        IN_DEPTH | COUNTED_OTHERWISE | {"extent", "author", "sites", "read_pages", "coded"},
        NOT_PUBLISHED - {"coded"} | {"facts_window"},
    ),
    ("bretagne-2019", "idf-2017"): (  # of one association, each of four départements
        COUNTED_OTHERWISE,
        NOT_PUBLISHED | {"sites", "read_pages", "facts_window"},
    ),
}


@pytest.fixture(scope="module")
def project(new_copy: Callable[[], Project]) -> Project:
    made = new_copy()
    folder = made.path("config/comparisons")
    for other in folder.glob("*.yaml"):
        other.unlink()
    (folder / f"{NAME}.yaml").write_text(CONFIG, encoding="utf-8")
    run = made.snakemake(*CHOSEN)
    assert run.code == 0, run.output
    assert {rule for rule in run.jobs if not rule.startswith("compare")} == set()  # no stage of a study runs again
    return made


@pytest.fixture(scope="module")
def tables(project: Project) -> dict[str, pd.DataFrame]:
    return {name: io.read_table(project.path(f"results/comparison/{NAME}/compare/{name}.parquet")) for name in TABLES}


def test_every_document_is_in_place_and_nothing_is_left_to_do(project: Project) -> None:
    report = project.path(f"results/comparison/{NAME}/report")
    assert {*DOCUMENTS, "quarto"} <= {path.name for path in report.iterdir()}
    check(report / "donnees")
    assert "Nothing to be done" in project.snakemake(*CHOSEN).output
    assert project.diagnostic("verifier", f"results/comparison/{NAME}").code == 0


def test_of_a_study_a_comparison_reads_statements_only(project: Project) -> None:
    found = [job for job in jobs(project, *CHOSEN) if job.rule.startswith("compare")]
    assert {job.rule for job in found} >= {"compare_collate", "compare_assemble", "compare_render"}
    assert [(job.rule, name) for job in found for name in job.inputs if not READ.fullmatch(name)] == []
    stamps = [io.read_stamp(project.path(f"results/comparison/{NAME}/compare/{name}.parquet")) for name in TABLES]
    read_by_tables = {name for stamp in stamps for name in stamp["inputs"]}
    assert "results/62-2020/release/statements.parquet" in read_by_tables
    assert [name for name in sorted(read_by_tables) if not READ.fullmatch(name)] == []


def test_every_number_is_one_that_its_study_prints(project: Project, tables: dict[str, pd.DataFrame]) -> None:
    """Printed form, limits and claim are those of the study's own statement, or of the publication that it reprints, or that
    number for 100,000 of its inhabitants: a comparison adds nothing to what both already tell."""
    said = tables["statements"]
    people = pd.read_csv(project.path("resources/references/populations.csv"), dtype={"departement": str})
    people = people[people["departement"].eq("62")]["population"]
    for study in ("62-2020",):
        results = project.path(f"results/{study}/release")
        own = io.read_table(results / "statements.parquet").set_index("statement_id")
        again = io.read_table(results / "reproduction.parquet").set_index("fact_id")["published"]
        mine = said[said["study"].eq(study)]
        source = project.path(f"results/{study}/report/quarto/rapport.qmd").read_text(encoding="utf-8")
        assert len(mine) > 5
        for one in mine.itertuples():
            name = one.statement_id.removeprefix(f"{study}.")
            if name.startswith("rate."):
                (count,) = mine.loc[mine["statement_id"].eq(f"{study}.{name[5:]}"), "shown_value"]
                assert study == "62-2020" and (count * 100_000 / one.shown_value - people).abs().min() < 1e-3
            elif name in own.index:
                same = own.loc[name]
                assert study == "62-2020" or f'fact="{name}"' in source, (
                    name
                )  # in its documents, and not only allowed there
                assert (one.printed, one.printed_interval) == (same["printed"], same["printed_interval"])
                assert one.claim_low == same["claim_low"] or pd.isna(one.claim_low) and pd.isna(same["claim_low"])
                assert one.claim_high == same["claim_high"] or pd.isna(one.claim_high) and pd.isna(same["claim_high"])
            else:
                assert again[name] != WITHHELD and float(again[name]) == one.shown_value


def test_an_invented_study_is_set_aside_and_said_and_nothing_of_it_is_in_a_document(project: Project) -> None:
    report = project.path(f"results/comparison/{NAME}/report")
    said = {path.name: read(path.read_bytes(), path.name).texts for path in report.rglob("*") if path.is_file()}
    for name, texts in said.items():
        assert not [one.text for one in texts if "99-2025" in one.text], name
    assert any("laissée de côté" in one.text for one in said["rapport.qmd"])
    assert not list(report.rglob("*.parquet"))


def test_the_body_is_four_pages_at_most_and_the_annexes_are_behind_it_on_numbered_pages(project: Project) -> None:
    pages = [
        page.text for page in pdf_pages(project.path(f"results/comparison/{NAME}/report/comparaison.pdf").read_bytes())
    ]
    body = next(at for at, text in enumerate(pages) if re.search(r"^\d+\s*Annexes$", text, re.MULTILINE) and at > 1)
    assert body <= 4
    assert [re.findall(r"(\d+) / \d+", text)[-1] for text in pages] == [str(at + 1) for at in range(len(pages))]


@pytest.mark.parametrize("studies", MATRIX, ids=" ".join)
def test_the_matrix_is_what_a_reader_of_the_files_finds(
    tables: dict[str, pd.DataFrame], studies: tuple[str, str]
) -> None:
    pair, (different, unsaid) = tables["differences"], MATRIX[studies]
    pair = pair[pair["study"].isin(studies) & pair["other"].isin(studies)]
    assert set(pair.loc[pair["state"].eq("differs"), "item"]) == different
    assert set(pair.loc[pair["state"].eq("unknown"), "item"]) == unsaid


def test_each_number_carries_its_verdict_in_its_table_and_on_its_card(
    project: Project, tables: dict[str, pd.DataFrame]
) -> None:
    text = project.path(f"results/comparison/{NAME}/report/quarto/rapport.qmd").read_text(encoding="utf-8")
    for one in tables["numbers"].itertuples():
        (card,) = re.findall(rf'^``` {{\.carte fact="{re.escape(one.statement_id)}"}}\n(.*?)\n```$', text, re.S | re.M)
        assert f"Verdict : {VERDICTS[one.verdict]}" in card
        rows = [row for row in text.splitlines() if row.startswith("|") and f'fact="{one.statement_id}"' in row]
        assert any(VERDICTS[one.verdict] in row for row in rows), one.statement_id


def test_a_count_is_no_rate_and_a_told_number_never_compares(tables: dict[str, pd.DataFrame]) -> None:
    numbers = tables["numbers"].set_index("statement_id")
    assert not tables["methods"]["study"].eq("99-2025").any()
    assert numbers.loc["62-2020.ads.total", "verdict"] == "not"  # a count of another territory is no rate
    # As its source prints the count, and as names are sorted.
    assert numbers.loc["bretagne-2019.rate.ads.total", "caution"] == "62-2020; idf-2017"
    assert numbers.loc[numbers["family"].eq("told"), "verdict"].eq("not").all()


def test_a_study_that_a_comparison_does_not_have_is_refused_with_its_name(project: Project, tmp_path: Path) -> None:
    copy = project.copy(tmp_path / "projet")
    path = copy.path(f"config/comparisons/{NAME}.yaml")
    path.write_text(CONFIG.replace("idf-2017", "idf-2071"), encoding="utf-8")
    run = copy.snakemake("-n", *CHOSEN)
    assert run.code != 0 and "idf-2071" in run.output and "Traceback" not in run.output
    draft = project.snakemake("-n", *CHOSEN, "brouillon=true")
    assert draft.code != 0 and "brouillon" in draft.output


def test_a_published_study_more_runs_the_comparison_again_and_nothing_of_the_studies(
    project: Project, tmp_path: Path
) -> None:
    copy = project.copy(tmp_path / "projet")
    choices = yaml.safe_load(CONFIG)
    choices["published"].append("doubs-2020")
    copy.path(f"config/comparisons/{NAME}.yaml").write_text(yaml.safe_dump(choices, allow_unicode=True), "utf-8")
    run = copy.snakemake("-n", *CHOSEN)
    assert run.code == 0, run.output
    assert {rule for rule in run.jobs if not rule.startswith("compare")} == set()
    assert run.jobs["compare_collate"] == run.jobs["compare_publish"] == 1


def test_a_comparison_that_was_killed_is_resumed_with_the_same_bytes(project: Project, tmp_path: Path) -> None:
    copy = project.copy(tmp_path / "projet")
    place = f"comparison/{NAME}"
    for folder in ("results", "logs"):
        shutil.rmtree(copy.path(f"{folder}/{place}"))
    for number, rule in enumerate(KILLED):
        stopped = killed(copy, rule.__eq__, number, CHOSEN)
        assert stopped and stopped.rule == rule
    done = copy.snakemake(*CHOSEN)
    assert done.code == 0, done.output
    assert copy.digests(place) == project.digests(place)
