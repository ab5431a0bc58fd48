"""A comparison from the files to its documents: what it reads, what it prints, and that it tells nothing that its studies
did not."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import own
import pandas as pd
import pytest
import yaml
from copies import Project
from test_doors import jobs
from test_killed import killed
from test_published_data import check

from diagnostic.compare.table_names import DOCUMENTS, VERDICTS
from diagnostic.compare.tables import TABLES
from diagnostic.core import io, writing
from diagnostic.privacy.contents import read
from diagnostic.release.printed import WITHHELD

sys.path.insert(0, str(own.ROOT / "benchmarks"))  # as when a benchmark is run

from support import departements

pytestmark = pytest.mark.slow
NAME = "essai"
CONFIG = """\
title: Trois études côte à côte
team: Équipe
report_date: 2026-11-02
studies: ["62-2020", "99-2025"]
published: [bretagne-2019, idf-2017, seine-saint-denis-2021]
"""
CHOSEN = ("compare", "--config", f"comparaison={NAME}")
KILLED = ("compare_collate", "compare_render", "compare_publish")  # as it begins, as it writes, and Snakemake alone
READ = re.compile(
    r"results/(62-2020|99-2025)/release/(statements|reproduction)\.parquet|logs/(62-2020|99-2025)/published\.ok"
    r"|results/99-2025/geography/(areas|source)\.parquet|\.geographie/geography/country\.parquet"  # outlines, as they came
    r"|results/comparison/.+|logs/comparison/.+|config/(comparability|comparisons)/.+|resources/(published|references)/.+"
    r"|report/.+|<(input )?function[^>]*>"  # what a function gives is in the stamp of the tables
)
# What a reader of the two studies' files finds different between them, item by item, without running anything.
DIFFERENT = {
    "invented",  # `fictional`
    "origin",  # transcribed from a publication; observed
    "territory",
    "edition",
    "author",
    "ads_window",
    "ads_days",
    "count_days",  # 77 days, one window for all sites; five
    "season",
    "sites",  # 39 lines of sites.csv, and 8
    "site_kinds",  # massage in one only, and other shares
    "empty_sites",
    "read_pages",  # every count is exact; two sites are read by pages
    "design",  # none is coded, a publication says so; drawn by the project
    "coded",  # 249, that the publication coded; those of the study
    "copies",  # the publication's rate; searched
    "search",  # the publication's rate; twice, by the team
    "facts_window",
    "counting",
    "instrument",  # that of the publication; none
    "release",
}
UNSAID = {
    "double",
    "fields",  # of fewer than three structures each, so that none is printed
    "disposition",
    "respondents",
    "response",
}  # one has no coded ads of its own, or no questionnaire
# The same of published studies: what their line of studies.csv and methods.csv says otherwise, and what it does not say.
IN_DEPTH = {"depth", "origin", "release"}  # second-hand
# Where no site's own count is dated, that of the whole stands for it: 69 days and 49, and 77 in 62-2020.
COUNTED_OTHERWISE = {"territory", "edition", "ads_window", "ads_days", "count_days", "season"}
NOT_PUBLISHED = UNSAID | {"coded", "design", "copies", "search", "counting", "instrument"}
NOT_PUBLISHED |= {"site_kinds", "empty_sites", "uncounted"}  # how many sites at most, and never which
MATRIX = {
    ("62-2020", "99-2025"): (DIFFERENT, UNSAID),
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
    assert "results/99-2025/release/statements.parquet" in read_by_tables
    assert [name for name in sorted(read_by_tables) if not READ.fullmatch(name)] == []


def test_every_number_is_one_that_its_study_prints(project: Project, tables: dict[str, pd.DataFrame]) -> None:
    """Printed form, limits and claim are those of the study's own statement, or of the publication that it reprints, or that
    number for 100,000 of its inhabitants: a comparison adds nothing to what both already tell."""
    said = tables["statements"]
    people = pd.read_csv(project.path("resources/references/populations.csv"), dtype={"departement": str})
    people = people[people["departement"].eq("62")]["population"]
    for study in ("62-2020", "99-2025"):
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


def test_no_digest_and_no_reason_of_a_study_goes_into_a_document(project: Project) -> None:
    report = project.path(f"results/comparison/{NAME}/report")
    private = [writing.sha256(path)[:12] for path in project.path("results/99-2025").glob("*/*.parquet")]
    ledger = io.read_table(project.path("results/99-2025/release/ledger.parquet"))
    reasons = {text for text in ledger["reason"] if len(text) > 20}
    for path in (path for path in report.rglob("*") if path.is_file()):
        said = "\n".join(text.text for text in read(path.read_bytes(), path.name).texts)
        assert not [one for one in (*private, *reasons) if one in said], path.name
    assert not list(report.rglob("*.parquet"))


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


def test_an_invented_study_compares_with_none_and_a_told_number_never_does(tables: dict[str, pd.DataFrame]) -> None:
    numbers = tables["numbers"].set_index("statement_id")
    assert numbers.loc["99-2025.ads.total", "verdict"] == "not"
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


def test_a_study_more_runs_itself_and_the_comparison_again_and_nothing_of_the_others(
    project: Project, tmp_path: Path
) -> None:
    copy = project.copy(tmp_path / "projet")
    (more,) = departements.made(copy.root, 1)
    path = copy.path(f"config/comparisons/{NAME}.yaml")
    choices = yaml.safe_load(CONFIG)
    path.write_text(yaml.safe_dump(choices | {"studies": [*choices["studies"], more]}, allow_unicode=True), "utf-8")
    run = copy.snakemake("-n", *CHOSEN)
    assert run.code == 0, run.output
    alone = copy.snakemake("-n", "all", "--config", f"studies=[{more}]").jobs
    again = {rule: count for rule, count in run.jobs.items() if not rule.startswith("compare")}
    assert again == {rule: count for rule, count in alone.items() if rule != "all"} and again["release_ledger"] == 1
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
