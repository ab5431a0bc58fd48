"""The tracks for a commission: a library without numbers, tied to facts that exist; what a study tells of them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest
from reference_pages import matching, rows
from test_computed import said

from diagnostic.codebook import loading
from diagnostic.core.declarations import ConfigError
from diagnostic.core.french import NBSP
from diagnostic.estimate.catalogue.reading import known
from diagnostic.files.texts import NUMERIC
from diagnostic.findings import library, tracks
from diagnostic.findings.computed import MACRO
from diagnostic.references.shelf import LIBRARY as LIBRARY_PATH
from diagnostic.report import blocks
from diagnostic.report.grids import field
from diagnostic.report.printing import escape

ROOT = Path(__file__).parents[2]
CONTENT = (ROOT / LIBRARY_PATH).read_bytes()
LIBRARY = library.read(CONTENT)
ACTIONS = pd.DataFrame([{"action": "Autre", "progress": "done"}])
NAMES = [
    *("formation", "victimes", "violences", "mineurs", "hebergement", "echange", "rural", "acheteurs", "en_ligne"),
    *("logements", "coordination"),
]


def told(*statements: dict[str, object], **published: str) -> dict[str, str]:
    known = pd.DataFrame(statements or [said("other.fact", 1)])
    figures = {name.replace("__", "."): text for name, text in published.items()}
    return {one.track.name: one.support for one in tracks.proposed(LIBRARY, known, figures)}


def test_the_library_holds_the_tracks_of_a_commission() -> None:
    assert [one.name for one in LIBRARY] == NAMES


def test_every_track_has_an_action_of_its_own_and_every_action_a_track() -> None:
    """In the library, and where the team of the complete study wrote both."""
    printed = field.plan([tracks.Proposed(one, "") for one in LIBRARY], ACTIONS.iloc[:0], "Plan")
    rows = [line.split(" | ")[0].removeprefix("| ") for line in printed.splitlines() if line.startswith("| ")][1:]
    assert rows == [escape(one.action) for one in LIBRARY] and len(set(rows)) == len(NAMES)
    folder = ROOT / "config/studies/99-2026"
    titles = re.findall(r"^### (.+)$", (folder / "pistes.md").read_text(encoding="utf-8"), re.MULTILINE)
    lines = re.findall(r"^\| ([^|]+) \|", (folder / "plan.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert lines[1:] == titles and lines[0] == "Piste"


def test_what_is_not_decided_is_said_and_an_action_of_before_with_how_far_it_went() -> None:
    proposed = [tracks.Proposed(one, "") for one in LIBRARY[:2]]
    first = field.plan(proposed, ACTIONS.iloc[:0], "Plan")
    assert first.count("à décider") == 2 and "édition précédente" not in first
    before = ACTIONS.assign(action=[LIBRARY[0].action], progress="partial")
    then = field.plan(proposed, before, "Plan")
    assert "| en partie |" in then and "| nouvelle |" in then
    made = blocks.printed("plan", "plan.md", "| A | B |\n|---|---|\n| x | |\n", {}, str)
    assert made.splitlines()[-1] == "| x | à décider |"


@pytest.mark.parametrize("track", LIBRARY, ids=NAMES)
def test_a_track_holds_no_number_of_its_own(track: library.Track) -> None:
    for text in (track.title, track.text, track.action, track.who, track.when, track.indicator, *track.support):
        assert not NUMERIC.search(re.sub(r"\{[^{}]*\}", "", text)), text


def test_every_number_is_a_fact_of_the_catalogue() -> None:
    codebook = loading.load(loading.read_folder(ROOT / loading.FOLDER))
    patterns = [matching(row[0]) for name, entry in known().items() for row in rows(name, entry, codebook)]
    published = set(pd.read_csv(ROOT / "resources/studies/62-2020/published_figures.csv", dtype=str)["id"])
    for track in LIBRARY:
        for sentence in track.support:
            assert set(tracks.PRINTED.findall(sentence)) <= published, sentence
            for _, fact, *_ in MACRO.findall(sentence):
                assert any(one.fullmatch(fact) for one in patterns), fact


def test_a_supported_track_comes_before_the_others_in_the_order_of_the_library() -> None:
    found = told(said("demand.ads", 112, measure="count", claim=0), said("demand.sites", 1, measure="count", claim=0))
    assert list(found) == ["acheteurs", *(one for one in NAMES if one != "acheteurs")]
    assert (
        found["acheteurs"]
        == "L’étude compte [112](fact:demand.ads) annonces de demande sur [1](fact:demand.sites) site."
    )
    assert not any(text for name, text in found.items() if name != "acheteurs")
    one = told(said("demand.ads", 1, measure="count", claim=0), said("demand.sites", 1, measure="count", claim=0))
    assert "[1](fact:demand.ads) annonce de demande" in one["acheteurs"]


def test_what_is_withheld_or_too_wide_supports_nothing() -> None:
    hidden = said("pimp.present_pct", math.nan, kind="withheld", printed="non publié", claim=math.nan)
    assert told(hidden)["victimes"] == "" and told(said("pimp.present_pct", 40, 20, 90))["victimes"] == ""


def test_a_publication_speaks_only_where_the_study_does_not() -> None:
    printed = {"needs__training_pct": f"64{NBSP}%"}
    assert told(**printed)["formation"] == f"Selon la publication, 64{NBSP}% des répondant·es demandent une formation."
    own = told(said("needs.training_pct", 46, claim=0), **printed)["formation"]
    assert "Selon la publication" not in own and f"[46{NBSP}%](fact:needs.training_pct)" in own


def test_a_library_that_misses_a_key_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError, match="indicator.*clé obligatoire absente"):
        library.read(CONTENT.replace(b"    indicator: s\xc3\xa9ances tenues ; actions achev\xc3\xa9es\n", b""))


def test_a_track_tells_two_sentences_of_those_that_support_it_and_page_one_names_four_tracks() -> None:
    known = pd.DataFrame([said(f"a.n{n}", n, measure="count", claim=0) for n in range(1, 5)])
    base = LIBRARY[0]
    made = [
        base.model_copy(update={"name": f"t{many}", "title": f"T{many}", "support": [f"Dit {{n:a.n{n}}}." for n in range(1, many + 1)]})
        for many in (1, 2, 3)
    ]  # fmt: skip
    told = tracks.proposed(made, known, {})
    assert [one.support.count("Dit") for one in told] == [1, 2, 2]
    assert told[2].support == "Dit [1](fact:a.n1). Dit [2](fact:a.n2)."
    several = [tracks.Proposed(base.model_copy(update={"title": str(n)}), "") for n in range(6)]
    supported = [tracks.Proposed(base.model_copy(update={"title": f"s{n}"}), "Dit.") for n in range(2)]
    assert tracks.Proposals([], several, str).first == ["0", "1", "2", "3"]
    assert tracks.Proposals([], supported + several, str).first == ["s0", "s1"]
    assert tracks.Proposals(list("abcde"), supported, str).first == list("abcd")
