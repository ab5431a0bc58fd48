"""What « diagnostic diffuser » does not record, and a draft, which takes the place of nothing and is recorded where it left;
`test_editions.py` has what leaves."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from copies import Project
from planted_study import CHOSEN, STUDY, Planted, run

from diagnostic.privacy.vault import open_vault
from diagnostic.release.attack.gate import OUTSIDER, Gate, Reader
from diagnostic.release.editions import issued
from diagnostic.release.populations.listing import Listing, plain
from diagnostic.release.populations.people import ABOUT_PERSONS
from diagnostic.release.populations.policy import parse
from diagnostic.release.populations.rounding import Claim
from diagnostic.release.table_names import ISSUES
from diagnostic.study import config

DAY = ("--date", "2026-07-03")
RESULTS = f"results/{STUDY}"
FACT = r'<button type="button" class="fact" popovertarget="carte-([^"]+)"[^>]*>(.*?)</button>'
REPORT, RELEASE = f"{RESULTS}/report", f"{RESULTS}/release"

pytestmark = pytest.mark.slow  # a calculation of its own; `tests/release/test_known.py` has the short form


def test_what_changed_since_the_calculation_is_not_recorded(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
    open_vault(project.root, STUDY).received(ISSUES).unlink()  # type: ignore[union-attr]
    page = project.path(f"{RESULTS}/travail/TRAVAIL-rapport.html")
    page.write_text(page.read_text("utf-8") + "<!-- -->", "utf-8")
    sent = run(project, "diagnostic", "diffuser", STUDY, *DAY)
    assert sent.code == 1 and "ont changé depuis le calcul" in sent.output
    assert not open_vault(project.root, STUDY).received(ISSUES)


def shown(project: Project) -> dict[str, bytes]:
    """What readers have, and the copies that are kept."""
    files = [*project.files(REPORT, f"{RESULTS}/generations"), project.path(f"{RESULTS}/manifest.json")]
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in files}


def claimed(project: Project) -> pd.DataFrame:
    """What is said of each group, by its population and its name."""
    claims = pd.read_parquet(project.path(f"results/{STUDY}/release/claims.parquet"))
    return claims.set_index(["population", "group"]).sort_index()


def together(project: Project, pages: bytes, claims: pd.DataFrame) -> list[str]:
    """What the pages of an edition and of a draft of the same persons give away together, read back: the numbers of each group
    of persons, as what the release says that they mean."""
    policy = config.load(project.root, {"studies": [STUDY]}).release(STUDY)
    ledger = pd.read_parquet(project.path(f"{RESULTS}/release/ledger.parquet"))
    counts = ledger[ledger["measure"].eq("count") & ledger["group"].fillna("").ne("")].set_index("fact_id")["group"]
    found, read = [], 0
    for population in ABOUT_PERSONS:
        listing, printed = Listing(population, policy), dict[str, Claim]()
        entries = {one.terms: one.name for one in listing.entries}
        for fact, text in re.findall(FACT, pages.decode(), re.DOTALL):
            digits = re.sub(r"<[^>]+>|[\s\u202f\u00a0]", "", html.unescape(text))
            named, terms = parse(counts.get(fact, ""))
            name = entries.get(plain(terms), "") if named == population else ""
            if re.fullmatch(r"\d+(à\d+)?", digits) and (population, name) in claims.index:
                said = claims.loc[(population, name)]  # of a range too, which says less
                assert not digits.isdecimal() or int(digits) == said["value"], fact
                printed[name] = Claim(*(int(said[one]) for one in ("value", "base", "low", "high")))
        reader = Reader(OUTSIDER, np.zeros((0, len(listing.unknowns.axes)), dtype=int))
        found += [one.target for one in Gate(listing).findings(printed, [reader])]
        read += len(printed)
    assert read > 3
    return found


def test_a_draft_takes_the_place_of_nothing_and_is_recorded_where_it_left(trial: Planted, tmp_path: Path) -> None:
    """The numbers that its readers have are then those that the study prints of the same persons, or fewer: nothing attacked the
    draft, and what an attack then widens or withholds depends on the key, which is new each time."""
    project = trial.project.copy(tmp_path / "projet")
    before = shown(project)
    documents = {path: path.read_bytes() for path in project.files(REPORT)}
    early = run(project, "diagnostic", "diffuser", STUDY, "--brouillon", *DAY)
    assert early.code == 1 and "n’est pas un brouillon" in early.output
    done = run(project, "snakemake", *CHOSEN, "brouillon=true")
    assert done.code == 0, done.output
    assert shown(project) == before and project.path(f"{RESULTS}/brouillon/BROUILLON-rapport.pdf").is_file()
    assert f"{RESULTS}/generations/2" in project.diagnostic("expliquer", STUDY, "ads.total").output
    sent = run(project, "diagnostic", "diffuser", STUDY, "--brouillon", *DAY)
    assert sent.code == 0, sent.output
    _, one = issued.read(open_vault(project.root, STUDY).read_received(ISSUES))
    drafted = claimed(project)
    assert one.draft and one.record["kind"].eq(issued.FIGURE).sum() == len(drafted) > 10
    pages = [documents[path] for path in documents if path.name in ("rapport.html", "dossier.html")]
    pages += [path.read_bytes() for path in project.files(f"{RESULTS}/brouillon") if path.suffix == ".html"]
    assert not together(project, b"".join(pages), drafted)
    assert {path: path.read_bytes() for path in project.files(REPORT)} == documents
    # What the study then says of the same persons; `test_editions.py` has the documents of a calculation after an edition.
    done = run(project, "snakemake", f"{RELEASE}/claims.parquet", *CHOSEN)
    assert done.code == 0, done.output
    after = claimed(project)
    had = drafted.loc[after.index]  # a KeyError names what only this calculation says
    assert len(after) > 10 and after["value"].equals(had["value"])
    assert after["low"].le(had["low"]).all() and after["high"].ge(had["high"]).all()
    assert {path: path.read_bytes() for path in project.files(REPORT)} == documents
