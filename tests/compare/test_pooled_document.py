"""Nine studies of one method, from their statements to the document: rates, ratios, pooled areas, each number with its card."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from diagnostic.compare import document, steps
from diagnostic.compare.document import Editions, editions
from diagnostic.compare.tables import BARE, TABLES, as_text
from diagnostic.compare.words import few
from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue.statement import ROUNDING
from diagnostic.release.populations.policy import load_policy
from diagnostic.study.config import load_yaml

ROOT = Path(__file__).parents[2]
OF_INDICATORS = ("numbers", "pairs", "contrasts", "areas")
CODES = ("14", "22", "29", "35", "50", "56", "61", "72", "76")
DECLARED = {
    "depth": ("full", "étude entière"),
    "invented": ("no", "non"),
    "origin": ("observed", "relevées"),
    "scope": ("all", "toutes"),
    "extent": ("departement", "un département"),
    "edition": ("2025", "2025"),
    "author": ("Équipe", "Équipe"),
    "design": ("project", "au sort"),
}


def said(name: str, value: float, low: float = math.nan, high: float = math.nan, **changes: Any) -> dict[str, Any]:
    limits = not math.isnan(low)
    return {
        **dict.fromkeys(columns("compare/statements"), ""),
        **BARE,
        "statement_id": name,
        "label": name,
        "unit": "person",
        "measure": "count",
        "origin": "observed",
        "decimals": 0,
        "place": name.partition(".")[0],
        "printed": f"{value:g}",
        "printed_interval": f"{low:g} à {high:g}" if limits else "",
        "interval_kind": "sampling" if limits else "none",
        "shown_value": value,
        "shown_low": low,
        "shown_high": high,
        "claim_low": value - 5,
        "claim_high": value + 5,
    } | changes


def statements(at: int) -> list[dict[str, Any]]:
    """What one study prints: of the ads, of those coded, and of how it was made."""
    period = {"measure": "date", "kind": "text", "printed": "3 mars 2025 – 16 mars 2025", "shown_value": math.nan}
    return [
        said("ads.total", 400 + 30 * at, unit="ad"),
        said("ads.sites_escorting", 30, unit="site"),
        said("persons.recall_pct", 90, measure="percent"),
        said("persons.total", 200 + 10 * at, 150 + 10 * at, 270 + 10 * at, measure="estimate"),
        said(
            "ads.women_pct",
            80 - at,
            74 - at,
            86 - at,
            measure="percent",
            unit="ad",
            claim_low=79.0 - at,
            claim_high=81.0 - at,
        ),
        said("ads.collection_period", 0, **period),
        said("ads.sites", 40, unit="site"),
        said("ads.sites_with_ads", 37, unit="site"),
        said("ads.site_count.A01", 12, unit="ad"),
        said("sample.usable", 250, unit="ad"),
        said("sample.twice", 40, unit="ad"),
        said("sample.searched", 250, unit="ad"),
        said("sample.disposition.gone", 3, unit="ad"),
    ]


def collated(
    names: Sequence[str],
    *more: dict[str, Any],
    own: Sequence[dict[str, Any]] = (),
    other: Sequence[dict[str, Any]] = (),
    **changes: tuple[str, str],
) -> dict[str, pd.DataFrame]:
    """The tables of a comparison of these studies, département and year, each with its own numbers, `more` of each, one of
    `own` and one of `other` more of each in turn, and these `changes` of the methods that they declare."""
    studies = {
        name: DECLARED
        | changes
        | {"territory": (name[:2], f"Territoire {name[:2]} ({name[:2]})"), "edition": (name[3:], name[3:])}
        for name in names
    }
    given: dict[str, Any] = {
        steps.REPRINTED + name: pd.DataFrame(columns=columns("estimate/reproduction")) for name in studies
    }
    for at, name in enumerate(studies):
        given[steps.STATED + name] = pd.DataFrame(
            [*statements(at), *more, *own[at : at + 1], *other[at : at + 1]]
        ).assign(study=name)
    for name, path in (
        *((name, f"config/comparability/{name}.csv") for name in ("rules", "indicators")),
        *((name, f"resources/published/{name}.csv") for name in ("figures", "methods", "relations")),
        ("points", "config/comparability/items.csv"),
        ("listed", "resources/published/studies.csv"),
        ("national", "resources/references/series.csv"),
        ("populations", "resources/references/populations.csv"),
    ):
        given[name] = (ROOT / path).read_bytes()
    policy = load_yaml(ROOT, Path("config/release.yaml"))
    made = steps.collate(studies, [], load_policy(policy).model_dump(mode="json"), **given)
    return {name: TABLES[name].validate(table) for name, table in made.items()}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return collated([f"{code}-2025" for code in CODES])


def test_rates_and_shares_are_pooled_and_counts_are_not(tables: dict[str, pd.DataFrame]) -> None:
    assert set(tables["areas"]["indicator"]) == {"behind_rate", "coded_women"}  # a count of ads has no error
    assert set(tables["areas"].groupby("indicator").size()) == {len(CODES)}
    assert set(tables["contrasts"]["indicator"]) == {"ads_rate", "behind_rate", "coded_women"}
    assert tables["contrasts"]["verdict"].eq("comparable").all()
    rate = tables["statements"].set_index("statement_id")["shown_value"]
    assert rate["22-2025.rate.ads.total"] == pytest.approx(
        430 / 611_000 * 1e5, rel=0.02
    )  # Côtes-d’Armor has some 611,000


def written(tables: dict[str, pd.DataFrame]) -> str:
    comparison = {
        "name": "neuf",
        "title": "Neuf",
        "team": "Équipe",
        "working": False,
        "licence": "",
        "date": "2026-11-02",
        "status": [],
        "fictional": [],
        "apart": [],
    }
    return document.assemble(
        comparison,
        (ROOT / "report/comparaison.qmd").read_bytes(),
        (ROOT / "config/comparability/rules.csv").read_bytes(),
        figures=pd.DataFrame({"name": [], "fact_ids": [], "alt": [], "file": []}),
        **tables,
    )["qmd"]


def test_the_document_prints_them_each_with_its_card(tables: dict[str, pd.DataFrame]) -> None:
    text = written(tables)
    for name in (*tables["areas"]["statement_id"], *tables["contrasts"]["statement_id"], "areas.behind_rate"):
        assert f'fact="{name}"' in text.partition("``` {.carte")[0], name
        assert len(re.findall(rf'^``` {{\.carte fact="{re.escape(name)}"}}$', text, re.M)) == 1, name
    assert "Un territoire de plus" in text
    assert "Deux éditions" not in text


def test_a_share_that_is_not_known_is_not_said_and_limits_go_with_a_number() -> None:
    """Of the persons described, 11 % are minors at least and 66 % at most: the study itself says that it does not know."""
    bounds = {"measure": "percent", "kind": "value", "interval_kind": "bounds", "printed": "11 %"}
    wide = said("profile.minors_pct", 11, 11, 66, **bounds)
    text, _, cards = written(collated(["22-2025", "35-2025"], wide)).partition("``` {.carte")
    told = [line for line in text.splitlines() if "35 2025" in line and "profile.minors_pct" in line]
    assert told and all("on ne sait pas" in line and "[11 à 66]" in line and "11 %" not in line for line in told)
    assert "on ne sait pas" not in text.partition("# Ce qui se lit")[0]


def test_the_number_of_persons_told_is_the_one_of_the_report_with_its_envelope() -> None:
    """Rounded to 505, which stands for 500 to 510, and from 420 to 1,100 with what answers leave open: known, and not one
    reading among others."""
    ends = {"interval_kind": "bounds", "envelope_causes": f"{ROUNDING} ; réponses manquantes"}
    short = said("shared.persons_prostitution", 505, 420, 1100, claim_low=500, claim_high=510, **ends)
    text, _, cards = written(collated(["22-2025", "35-2025"], short)).partition("``` {.carte")
    told = [line for line in text.splitlines() if "shared.persons_prostitution" in line]
    assert told and all("environ [505]" in line and "[420 à 1100]" in line for line in told)
    card = cards.partition('fact="22-2025.shared.persons_prostitution"')[2].partition("```")[0]
    assert "Verdict : non comparable" in card


def test_a_number_that_its_bounds_do_not_settle_is_given_by_them_alone() -> None:
    """273 persons, one reading of 97 to 547, and the same for 100,000 inhabitants: not the rounding of a number that is known."""
    found = collated(["22-2025", "35-2025"])
    lines = found["statements"]["statement_id"].str.endswith(".persons.total")
    reading = {"shown_value": 273, "shown_low": 97, "shown_high": 547, "claim_low": 272.5, "claim_high": 273.5}
    words = {"printed": "273", "printed_interval": "97 à 547", "interval_kind": "bounds"}
    for name, value in (reading | words).items():
        found["statements"].loc[lines, name] = value
    text = written(found)
    rows = [row for row in text.splitlines() if row.startswith("|") and "persons.total" in row]
    told = [row for row in rows if "contrast." not in row]
    assert len(told) == 4 and all("non établi" in row and "[97 à 547]" in row and "[273]" not in row for row in told)
    assert "[273]" not in text.partition("``` {.carte")[0]


def dating(value: float, half: float = 1.5) -> dict[str, Any]:
    """A share of ads, with the limits of what it was estimated from."""
    ends = {"claim_low": value - 0.05, "claim_high": value + 0.05}
    return said(
        "ads.share_dating_pct", value, value - half, value + half, measure="percent", unit="ad", decimals=1, **ends
    )


def first_page(text: str) -> tuple[str, list[str]]:
    """The sentence of page 1, and its lines, without the marks of their numbers."""
    page = re.sub(r"\[([^\]]*)\]\{[^}]*\}", r"\1", text.partition("# Ce qui se lit")[0]).replace("\\", "")
    page = page.replace("\u00a0", " ").replace("\u202f", " ")
    return page.partition("::: phrase\n")[2].partition("\n:::")[0], re.findall(r"^(?:- )?\*\*.*", page, re.M)


@pytest.mark.slow
def test_page_one_says_in_a_sentence_what_changed_between_two_editions_and_what_did_not() -> None:
    """Sites of dating from 10 to 15 % of the ads, each 1.5 points up or down: 5, 2.1 up or down. 80 and 79 % of women, each 6
    up or down, and 200 and 210 persons, 150 to 270 and 160 to 280, may be the same. The ads were counted without limits."""
    told, lines = first_page(written(collated(["22-2025", "22-2026"], own=[dating(10), dating(15)])))
    assert told == (
        "De Territoire 22 2025 à Territoire 22 2026, la part des annonces sur des sites de rencontre augmente ; le nombre de "
        "personnes derrière les annonces par habitant·e et un autre indicateur ne se distinguent pas ; rien ne dit si le nombre "
        "d’annonces par habitant·e change."
    )
    assert len(told.replace("Territoire 22", "Bretagne").split()) <= 45
    named = ("sites de rencontre", "Personnes derrière les annonces pour", "Annonces recensées pour")
    assert all(any(line.startswith("- ") and name in line for line in lines) for name in named)  # each has its number
    assert lines[:2] == [
        "**Ce qui diffère au-delà des limites, de Territoire 22 2025 à Territoire 22 2026**",
        "- **Part des annonces sur des sites de rencontre** (comparable) : écart de 5,0 points, de 2,9 à 7,1 points.",
    ]
    assert lines[2] == "**Ce que les limites ne séparent pas, de Territoire 22 2025 à Territoire 22 2026**"
    counts = (
        "Le nombre d’annonces et le nombre de personnes derrière les annonces se lisent aussi côte à côte, sans écart"
    )
    assert counts in written(collated(["22-2025", "22-2026"]))
    assert len(lines) == 7 and all(line.count(", de ") <= 1 for line in lines[:5])  # one number, and its limits
    back, _ = first_page(written(collated(["22-2025", "22-2026"], own=[dating(15), dating(10)])))
    assert "la part des annonces sur des sites de rencontre baisse" in back


@pytest.mark.slow
def test_the_body_says_why_the_rest_does_not_compare() -> None:
    """Of two territories, two counts are refused as no rates. Of two editions all compare."""
    text = written(collated(["22-2025", "29-2025"]))
    told = text.partition("# Annexes")[0]
    assert "**Pourquoi 2 paires ne se comparent pas (plusieurs raisons valent parfois pour une paire).**" in told
    (line,) = (line for line in told.splitlines() if line.startswith("- Un nombre n’est pas un taux"))
    assert line.endswith("(2\u00a0paires).") or line.endswith("(2 paires).")
    assert first_page(text)[0].endswith(" ; 2 ne se comparent pas.")
    share = said("law.pathway_unaware_pct", 30, 20, 40, measure="percent")
    asked = collated(["22-2025", "22-2026"], share, instrument=("project", "celui du projet"))
    assert "Pourquoi" not in written(asked)


def test_the_shares_of_one_total_that_change_are_one_fact_and_every_pair_is_told_or_counted() -> None:
    """Sites of dating from 10 to 15 % of the ads, of small ads from 50 to 45: what the first gain the second lose."""
    other = [
        dating(50) | {"statement_id": "ads.share_classifieds_pct"},
        dating(45) | {"statement_id": "ads.share_classifieds_pct"},
    ]
    found = collated(["22-2025", "22-2026"], own=[dating(10), dating(15)], other=other)
    text = written(found)
    told, lines = first_page(text)
    assert "la répartition entre sortes de sites change ; " in told
    assert "augmente" not in told and "baisse" not in told
    (line,) = (line for line in lines if "Répartition entre sortes de sites" in line)
    assert "sur des sites de petites annonces, écart de −5,0 points" in line
    assert "sur des sites de rencontre, écart de 5,0 points" in line
    editions = text.partition("de la première à la seconde")[2].partition("Les limites")[0]
    assert editions.count("\n- ") == 1 and editions.count(".fact") == 4
    # 2 shares of one total, 1 share and 1 rate that may be the same, 1 rate that nothing tells, 2 counts
    assert len(found["pairs"]) == 7
    assert "un autre indicateur ne se distinguent pas" in told and "rien ne dit si le nombre d’annonces" in told
    assert "aussi côte à côte, sans écart calculé" in text.partition("# Annexes")[0]


@pytest.mark.slow
def test_page_one_gives_no_direction_to_two_territories_and_counts_the_pairs_of_more() -> None:
    told, _ = first_page(written(collated(["22-2025", "29-2025"], own=[dating(10), dating(15)])))
    assert told.startswith(
        "Entre Territoire 22 2025 et Territoire 29 2025, la part des annonces sur des sites de rencontre "
    )
    assert "diffère" in told and "augmente" not in told and "baisse" not in told
    own = [dating(10), dating(15), dating(15)]
    told, lines = first_page(written(collated(["22-2025", "29-2025", "35-2025"], own=own)))
    assert told.startswith("D’une étude à l’autre,")
    assert any("sur 3 paires d’études, 2 diffèrent au-delà de leurs limites" in line for line in lines)


def test_page_one_says_of_what_professionals_were_asked_that_nothing_tells() -> None:
    """30 to 35 % and 60 to 65 %: more than bounds leave open, but the professionals are not the same."""
    asked = [
        said(
            "needs.training_pct",
            low,
            low,
            low + 5,
            measure="percent",
            interval_kind="bounds",
            printed=f"{low}\u00a0%",
            printed_interval=f"{low} à {low + 5}\u00a0%",
            claim_low=low - 0.5,
            claim_high=low + 0.5,
        )
        for low in (30, 60)
    ]
    text = written(collated(["22-2025", "22-2026"], own=asked, instrument=("project", "celui du projet")))
    told, lines = first_page(text)
    assert told.endswith(
        "rien ne dit si le nombre d’annonces par habitant·e et un autre changent."
    )  # not for want of limits
    (line,) = (line for line in lines if "demandent une formation" in line)
    assert "(avec prudence) : de 30 à 35 % (Territoire 22 2025) ; de 60 à 65 % (Territoire 22 2026)" in line
    told = text.partition("# Deux éditions")[2].partition("\n# ")[0]
    assert "formation" not in told.partition("de la première à la seconde")[2].partition("Rien ne dit")[0]
    assert "qui demandent une formation" in told.partition("Rien ne dit")[2]
    rows = [row for row in text.splitlines() if row.startswith("| Territoire 22 2025") and "needs.training_pct" in row]
    assert rows and all("au moins [30" in row for row in rows)


def test_of_coded_ads_the_share_of_all_ads_is_compared_with_its_own_error() -> None:
    """Not that of the coded ones alone, each counting once, whose only limits are those of the rounding."""
    weighted = said("profile.ad.gender_presented.woman", 80, 70, 90, measure="percent", claim_low=75, claim_high=85)
    found = collated(["22-2025", "35-2025"], weighted)
    women = found["numbers"][found["numbers"]["indicator"].eq("coded_women")]
    assert set(women["statement_id"]) == {f"{one}-2025.{weighted['statement_id']}" for one in ("22", "35")}
    lines = found["statements"].set_index("statement_id")
    contrast = lines.loc["contrast.coded_women.22-2025.35-2025"]
    # √2 × the half-width of each, of which 10 points are of the draw and 1.96 × 10 ÷ 4 of the rounding to five
    assert contrast["shown_high"] == pytest.approx(math.hypot(10, 1.96 * 10 / 4) * math.sqrt(2), abs=0.1)


def test_the_document_sets_two_editions_of_a_territory_apart() -> None:
    text = written(collated(["22-2025", "22-2026", "35-2026"], own=[dating(10), dating(15), dating(10)]))
    _, _, section = text.partition("# Deux éditions d’un même territoire")
    told = section.partition("\n# ")[0]
    assert "**Territoire 22 2025 et Territoire 22 2026.**" in told and "Territoire 35" not in told
    assert 'fact="contrast.ads_dating.22-2025.22-2026"' in told and told.count("\n- ") == 1
    same, _, unknown = told.partition("Les limites ne séparent pas")[2].partition("Rien ne dit")
    assert "la part des annonces qui présentent une femme" in same  # 80 and 79 %, each 6 points up or down
    assert "le nombre d’annonces par habitant·e" in unknown  # 400 and 430, without limits


def test_two_editions_of_a_territory_are_told_apart() -> None:
    studies = ("62-2025", "62-2026", "35-2026")
    said = [("territory", "Territoire", study[:2]) for study in studies]
    methods = pd.DataFrame(
        [(study, *row) for study, row in zip(studies, said, strict=True)], columns=["study", "item", "title", "code"]
    )
    more = [
        ("62-2025", item, title, "")
        for item, title in (("sites", "Sites étudiés"), ("coded", "Annonces codées"), ("fields", "Champs"))
    ]
    methods = pd.concat([methods, pd.DataFrame(more, columns=methods.columns)], ignore_index=True)
    differences = pd.DataFrame(
        [(item, *studies[:2], "differs") for item in ("edition", "sites", "coded", "fields")]
        + [("sites", "62-2025", "35-2026", "unknown")],
        columns=["item", "study", "other", "state"],
    )
    contrasts = pd.DataFrame(
        [("rate", *studies[:2], "contrast.a"), ("rate", "62-2025", "35-2026", "contrast.b")],
        columns=["indicator", "study", "other", "statement_id"],
    )
    (found,) = editions(methods, differences, contrasts)
    assert found == Editions(
        *studies[:2], ("Sites étudiés",), ("Annonces codées",), ("Champs",), (("rate", "contrast.a"),)
    )


def test_page_one_tells_few_reasons_to_be_careful_and_how_many_more() -> None:
    named = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"]
    assert few(named, 8) == "un ; deux ; trois ; et 5 autres réserves, dites avec les nombres"
    assert few(named[:4], 4) == "un ; deux ; trois ; quatre"
    assert few(["un"], 2) == "un ; et 1 autre réserve, selon la paire, dites avec les nombres"
    assert few([], 2) == "2 réserves, selon la paire, dites avec les nombres"


def test_page_one_begins_with_what_no_number_does_where_none_compares_without_a_reserve() -> None:
    """Two territories read second-hand: their ads for 100,000 inhabitants were counted, each without limits, and are not told
    to differ for want of them."""
    found = collated(["22-2025", "29-2025"], depth=("published", "chiffres publiés"))
    kept = {name: found[name][found[name]["indicator"].isin(("ads_rate", "ads_total"))] for name in OF_INDICATORS}
    told, lines = first_page(written(found | kept))
    assert told == (
        "Aucun nombre de ces études ne se compare sans réserve ; le nombre d’annonces par habitant·e se lit côte à côte, avec "
        "prudence."
    )
    assert lines[0] == "**Ce que l’on peut rapprocher, sans pouvoir dire s’il diffère**"
    assert "faute de limites" not in written(found | kept)
    wide = collated(["22-2025", "29-2025"], depth=("published", "chiffres publiés"))
    assert "ne se distinguent pas" in first_page(written(wide))[0]  # of others, limits tell something


@pytest.mark.slow
def test_rates_are_printed_with_the_inhabitants_that_they_are_of_and_those_of_invented_studies_say_so() -> None:
    """Of Côtes-d’Armor and Finistère the project knows the inhabitants of 2019, 2020, 2022 and 2023: of ads of 2025, the last."""
    people = as_text((ROOT / "resources/references/populations.csv").read_bytes())
    of = people[people["year"].eq("2023")].set_index("departement")["population"].astype(int)
    for invented, told in (("no", False), ("yes", True)):
        text = written(collated(["22-2025", "29-2025"], invented=(invented, "")))
        (line, *_) = (line for line in text.splitlines() if line.startswith("Taux"))
        for code in ("22", "29"):
            assert f"{french.number(int(of[code]))} en 2023 (Territoire {code} 2025)" in line
        assert ("inventés, rapportés pour l’essai à la population réelle" in line) == told


def test_the_name_of_a_published_study_is_not_that_of_a_region_of_which_it_is_a_part() -> None:
    """What stands in brackets is left out of the name: of the regions named here, Brittany alone is whole, in four."""
    listed = as_text((ROOT / "resources/published/studies.csv").read_bytes())
    assert list(listed.loc[listed["territory"].str.contains(r"\(.*départements", regex=True), "study"]) == [
        "bretagne-2019"
    ]
    assert "Quatre départements d’Île-de-France" in set(listed["territory"])


def test_a_reason_to_be_careful_is_told_after_a_colon_and_has_none() -> None:
    rules = as_text((ROOT / "config/comparability/rules.csv").read_bytes())
    cautions = rules.loc[rules["effect"].eq("caution"), "reason"]
    assert len(cautions) > 10 and not cautions.str.contains("[:;]").any()
