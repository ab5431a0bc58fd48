"""The findings of finished studies, read in the report's source and computed again from the team's ledger and tables: every
number, every word of size, every order. Nothing of the code that makes them is used."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable
from pathlib import Path

import own
import pandas as pd
import pytest
from copies import EVERY

from diagnostic.core import io
from diagnostic.files import texts
from diagnostic.findings import written
from diagnostic.findings.written import calculated

PAGE_ONE = re.compile(r"^::::: \{\.une\}$(.*?)^:::::$", re.MULTILINE | re.DOTALL)
FOUND = re.compile(r"^# Les constats [^\n]*$(.*?)^#{1,2} ", re.MULTILINE | re.DOTALL)  # right after it
UNKNOWN = "**Ce que l’on ne sait pas.**"
SPAN = re.compile(r'\[([^\[\]]*)\]\{\.fact fact="([^"]+)"\}')
PERSONS = (
    "shared.",
    "profile.women",
    "profile.men",
    "profile.minors",
    "profile.foreign",
    "vuln.",
    "cond.",
    "discreet.",
)
PERSONS += ("visible.", "goods.")
WIDEST = 40
OF = "\u00a0sur\u00a0"  # in a number that says of how many it is
PUBLICATION = Path(__file__).parents[2] / "resources/studies/62-2020/published_figures.csv"
AGAIN = "**Calculé ici**"  # after it, what the study finds by itself; the whole page where it redoes no publication


@pytest.fixture(params=EVERY)
def study(request: pytest.FixtureRequest, results_of: Callable[[str], Path]) -> Path:
    return results_of(request.param)


def made_again(page: str) -> str:
    """Findings without what a publication says and the study does not compute, which a test of its own reads."""
    return page.rpartition(AGAIN)[2]


SENTENCE = re.compile(r"^::: phrase$\n(.+?)\n:::$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def messages(study: Path) -> list[str]:
    """Those that page 1 begins with."""
    found = PAGE_ONE.search((study / "report/quarto/rapport.qmd").read_text("utf-8"))
    assert found
    told = SENTENCE.findall(found[1])
    assert 0 < len(told) <= 3
    return told


@pytest.fixture
def bullets(study: Path) -> tuple[list[str], list[str]]:
    """The lines of what was found, right after page 1, then that of page 1 which says what is not known."""
    source = (study / "report/quarto/rapport.qmd").read_text("utf-8")
    page, found = PAGE_ONE.search(source), FOUND.search(source)
    assert page and found
    known = [line for line in made_again(found[1]).splitlines() if line.startswith("- ")]
    unknown = [line for line in page[1].splitlines() if line.startswith(UNKNOWN)]
    assert len(unknown) == 1, "page 1 always says it"
    return known, unknown


@pytest.fixture
def ledger(study: Path) -> pd.DataFrame:
    return pd.read_parquet(study / "release/ledger.parquet").set_index("fact_id")


def read(text: str) -> list[float]:
    """The numbers of a French text."""
    joined = re.sub(r"(?<=\d)[\u00a0\u202f](?=\d{3})", "", text)
    return [float(one.replace(",", ".")) for one in re.findall(r"\d+(?:,\d+)?", joined)]


def published() -> set[float]:
    """The numbers of the publication, and both years of a period that it prints, as of « faits de 2015-2020 »."""
    with PUBLICATION.open(encoding="utf-8", newline="") as file:
        values = [row["value"] for row in csv.DictReader(file)]
    printed = [one.split("/") for one in values if re.fullmatch(r"\d+(\.\d+)?|\d{4}/\d{4}", one)]
    return {float(part) for parts in printed for part in parts}


def rounded(value: float, decimals: float) -> float:
    return math.floor(value * 10**decimals + 0.5 + 1e-9) / 10**decimals


def check(text: str, fact: str, row: pd.Series) -> None:
    """That a printed number is what the ledger lets be shown: its value, its limits, what its rounding leaves open, its base."""
    given = [row["shown_low"], row["shown_high"]] if " à " in text else [row["shown_value"]]
    if OF in text:  # the part and its whole, counted
        whole = [row["shown_numerator"], row["shown_denominator"]]
        assert read(text) == whole, fact
        assert rounded(100 * whole[0] / whole[1], row["decimals"]) == rounded(given[0], row["decimals"]), fact
    elif " à " in text and math.isnan(given[0]):  # what the rounding leaves open, outward
        assert read(text) == [math.floor(row["claim_low"]), math.ceil(row["claim_high"])], fact
    else:
        assert read(text) == pytest.approx([rounded(one, row["decimals"]) for one in given]), fact


def test_what_is_proposed_to_the_team_passes_the_door_and_the_judge(study: Path) -> None:
    stated = io.read_table(study / "release/statements.parquet")
    text = written.proposal(calculated(stated, {}))
    assert texts.problems(text.encode(), "constats.md", written.NAME) == [] == written.problems(text, stated)
    assert len(written.read(text).findings) > 5


def test_every_number_is_the_ledger_s(bullets: tuple[list[str], list[str]], ledger: pd.DataFrame) -> None:
    cited = [one for line in bullets[0] + bullets[1] for one in SPAN.findall(line)]
    assert len(cited) > 5
    for text, fact in cited:
        row = ledger.loc[fact]
        if not fact.startswith("reproduction.") and row["measure"] not in ("date", "text"):
            check(text, fact, row)  # counts of the comparison and dates have tests of their own


def test_the_messages_say_what_the_ledger_shows_and_persons_first(messages: list[str], ledger: pd.DataFrame) -> None:
    """Their other numbers are the publication's; a share is narrow, and a number with limits says them."""
    cited = [one for told in messages for one in SPAN.findall(told)]
    limited = {fact for text, fact in cited if " à " in text}
    for text, fact in cited:
        row = ledger.loc[fact]
        check(text, fact, row)
        low, high = row["shown_low"], row["shown_high"]
        assert row["verdict"] != "withheld" and (math.isnan(low) or low == high or fact in limited), fact
        known = row[["shown_low", "shown_high", "claim_low", "claim_high"]].dropna()
        assert row["measure"] != "percent" or known.empty or known.max() - known.min() <= WIDEST, fact
    for words in (SPAN.sub("", told) for told in messages):
        assert set(read(words)) <= (published() if words.startswith("Selon la publication") else set())
    described = ledger[ledger.index == "shared.persons_prostitution"]
    told = described[~(described["shown_high"] > 3 * described["shown_low"])]  # else a range, which opens no page
    assert told.empty or cited[0][1] == "shared.persons_prostitution"


def test_the_messages_begin_the_synthesis_and_the_slides_too(messages: list[str], study: Path) -> None:
    source = (study / "report/quarto/rapport.qmd").read_text("utf-8")
    assert min(source.count(one) for one in messages) >= 3  # the slide on minors says one of them again


def test_the_messages_say_nothing_that_the_findings_do_not(
    messages: list[str], bullets: tuple[list[str], list[str]]
) -> None:
    """Each of their numbers is in a finding, with its base and what keeps it from being exact; how many ads there are stands alone."""
    beside = {fact for line in bullets[0] + bullets[1] for _, fact in SPAN.findall(line)}
    assert {fact for told in messages for _, fact in SPAN.findall(told)} - {"ads.total"} <= beside


def test_no_sentence_says_a_number_as_more_than_it_is(study: Path) -> None:
    """In the text of all documents: « environ » before a rounded number, the limits of an estimate in its paragraph, and no
    share whose limits are too wide to say something but as a range."""
    stated = pd.read_parquet(study / "release/statements.parquet").set_index("statement_id")
    text = (study / "report/quarto/rapport.qmd").read_text("utf-8").partition("``` {.carte")[0]
    said = 0
    for line in text.splitlines():
        for found in SPAN.finditer(line) if not line.startswith(("|", ": ")) else ():
            row = stated.loc[found[2]]
            if found[1] != row["printed"] or row["kind"] == "withheld":
                continue
            share, limits, before = row["measure"] == "percent", row["printed_interval"], line[: found.start()].rstrip()
            if not limits:
                about = row["claim_high"] - row["claim_low"] > (2 if share else 1)
                word = "environ" if about else ""
                assert before.lower().endswith(word), line
                said += bool(word)
            elif row["interval_kind"] in ("sampling", "model"):
                assert f"[{limits}]" in line or "à la même incertitude près" in line, line
            wide = share and limits and row["shown_high"] - row["shown_low"] > WIDEST
            assert row["kind"] == "limits" or not wide, line
    assert said or study.name != own.FULL


def test_no_number_stands_beside_the_ledger(bullets: tuple[list[str], list[str]]) -> None:
    for line in bullets[0] + bullets[1]:
        assert not re.search(r"\d", SPAN.sub("", line)), line


@pytest.mark.slow
def test_what_is_not_made_again_is_printed_as_the_publication_has_it(results_of: Callable[[str], Path]) -> None:
    """The other numbers are links to the statements of the study."""
    found = FOUND.search((results_of("62-2020") / "report/quarto/rapport.qmd").read_text("utf-8"))
    assert found
    lines = [line for line in found[1].partition(AGAIN)[0].splitlines() if line.startswith("- ")]
    assert lines and all(set(read(SPAN.sub("", line))) <= published() for line in lines)


def test_what_is_claimed_is_narrow_and_what_is_not_known_is_wide(
    bullets: tuple[list[str], list[str]], ledger: pd.DataFrame
) -> None:
    for part, narrow in zip(bullets, (True, False), strict=True):
        for line in part:
            claim = line.partition(".**")[0]
            shares = [ledger.loc[fact] for _, fact in SPAN.findall(claim) if ledger.loc[fact, "measure"] == "percent"]
            for row in shares:
                if not math.isnan(row["shown_low"]):
                    assert (row["shown_high"] - row["shown_low"] <= WIDEST) == narrow, claim


def test_an_interval_is_never_left_out(bullets: tuple[list[str], list[str]], ledger: pd.DataFrame) -> None:
    for line in bullets[0]:
        intervals = {fact for text, fact in SPAN.findall(line) if " à " in text}
        for fact in (fact for text, fact in SPAN.findall(line) if OF not in text):
            low, high = ledger.loc[fact, ["shown_low", "shown_high"]]
            assert math.isnan(low) or low == high or fact in intervals, fact


def test_persons_come_first(bullets: tuple[list[str], list[str]]) -> None:
    leads = [cited[0][1].startswith(PERSONS) for line in bullets[0] if (cited := SPAN.findall(line))]
    assert leads == sorted(leads, reverse=True)


def test_what_is_said_of_ads_is_what_was_counted(bullets: tuple[list[str], list[str]], study: Path) -> None:
    """Two sites, the category that has most, the copies: from the counts, site by site."""
    counts = pd.read_parquet(study / "estimate/facts.parquet").set_index("fact_id")["value"]
    sites = counts[counts.index.str.startswith("ads.site_count.")]
    register = pd.read_parquet(study / "release/sites.parquet").set_index("site_code")
    by_site = sites.rename(lambda name: name.rpartition(".")[2])
    shares = 100 * by_site.groupby(register["category"]).sum() / by_site.sum()
    checked = 0
    for line in bullets[0]:
        if "Deux sites portent" in line:
            checked += 1
            assert counts["ads.top_two_pct"] == pytest.approx(100 * by_site.nlargest(2).sum() / by_site.sum())
        if "La plupart des annonces sont sur des" in line:
            checked += 1
            fact = SPAN.findall(line)[0][1]
            assert fact == f"ads.share_{shares.idxmax()}_pct" and shares.max() > 50
            assert counts[fact] == pytest.approx(shares.max())
        if "des annonces sont des copies" in line:
            checked += 1
            groups = by_site[register["mirror_group"].notna()].groupby(register["mirror_group"])
            assert counts["ads.mirror_redundant_pct"] == pytest.approx(
                100 * (groups.sum() - groups.max()).sum() / by_site.sum()
            )
        if "sont dans cinq lieux" in line and "annonces dont le lieu" in line:
            checked += 1
            placed = counts[counts.index.str.startswith("places.ads.")]
            assert counts["ads.five_cities_pct"] == pytest.approx(100 * placed.nlargest(5).sum() / placed.sum())
    said = ("ads.top_two_pct", "ads.share_", "ads.mirror_redundant_pct", "ads.five_cities_pct")
    assert checked or not [line for line in bullets[0] if SPAN.findall(line)[0][1].startswith(said)]


def test_what_is_compared_is_apart(bullets: tuple[list[str], list[str]], ledger: pd.DataFrame) -> None:
    for line in bullets[0]:
        if " est plus décrite (" in line:
            (_, one), (_, other) = SPAN.findall(line)[:2]
            assert ledger.loc[one, "claim_low"] > ledger.loc[other, "claim_high"]
