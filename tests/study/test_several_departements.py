"""A study of several départements: what names it, what is refused in French, and that nobody is published twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import own
import pandas as pd
import pytest
from handmade import BOOK

from diagnostic.collect.checks_region import departement
from diagnostic.collect.steps import read_study
from diagnostic.consolidate.lists import internet
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.core.declarations import ConfigError
from diagnostic.core.french import typographic
from diagnostic.estimate.formulas.pages import as_planned
from diagnostic.estimate.sample.drawing import draw_sample
from diagnostic.study.config import load
from diagnostic.study.start import StartError, init
from diagnostic.study.words import method as declared
from diagnostic.study.words import study_words

STUDY, CODES, DAY = "bretagne-2019", ("22", "29", "35", "56"), dt.date(2019, 3, 1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = own.copy(tmp_path_factory.mktemp("region") / "projet", "config", "resources")
    init(root, STUDY, "template", DAY, CODES)
    return root


def rewritten(root: Path, old: str, new: str) -> list[str]:
    """What the configuration says once changed, which is put back."""
    path = root / f"config/studies/{STUDY}.yaml"
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")
    try:
        load(root, {"studies": [STUDY]})
    except ConfigError as error:
        return str(error).splitlines()
    finally:
        path.write_text(before, encoding="utf-8")
    return []


def test_a_new_study_of_four_departements_is_accepted_and_named(root: Path) -> None:
    config = load(root, {"studies": [STUDY]})
    study, words, method = config.studies[STUDY], study_words(config, STUDY), declared(config, STUDY)
    assert study.codes == CODES and study.regional and study.fictional
    assert words["place_title"] == "Bretagne (22, 29, 35, 56)"
    assert words["place_noun"] == "les départements des Côtes-d’Armor, du Finistère, d’Ille-et-Vilaine et du Morbihan"
    assert (method["territory"][0], method["extent"][0]) == ("22;29;35;56", "several")


@pytest.mark.slow
def test_the_ads_that_the_workflow_draws_in_each_departement_are_coded(root: Path) -> None:
    """Against the workflow's own draw; of each département, enough ads for a share of them to be told."""
    config, place = load(root, {"studies": [STUDY]}), root / "resources/studies" / STUDY
    study, sampling = config.studies[STUDY], config.sampling(STUDY)
    assert study.coded_sample is None and (sampling.domains, sampling.margin) == ("departement", 0.08)
    book = pd.read_excel(
        place / study.inputs["coded_ads"], sheet_name="Annonces", skiprows=[1], dtype="str", engine="openpyxl"
    )
    book = book[book["ad_id"].notna()]
    files = {role: study.inputs[role] for role in ("sites", "ad_counts", "ad_pages")}
    found = read_study(
        {role: (place / name).read_bytes() for role, name in files.items()}, files, latest=study.report_date
    )
    assert not found.problems
    made = internet(found.tables["sites"], found.tables["ad_counts"], found.tables["ad_pages"], files)
    drawn = draw_sample(
        made["counts"],
        made["pages"],
        CONSOLIDATED["codings"].empty(),
        found.places.assign(origin="observed"),
        STUDY,
        sampling.model_dump() | {"design": None},
        **BOOK,
    )["draw"]
    assert sorted(book["ad_id"].unique()) == sorted(drawn["ad_id"])
    assert book["ad_id"].duplicated().sum() == drawn["double"].sum() > 0
    relevant = book[book["disposition"].eq("Annonce de prostitution")]["ad_id"].unique()
    own = drawn[drawn["ad_id"].isin(relevant)]["place"].map(departement)
    assert set(own) == set(CODES) and own.value_counts().min() >= 100
    assert not chosen(made["pages"], sampling.seed)


def chosen(pages: pd.DataFrame, seed: int) -> list[str]:
    """The lists whose pages read are not those that the seed names."""
    lists = pages.groupby(["site_code", pages["place"].fillna("")])
    return [
        f"{site} / {place}"
        for (site, place), own in lists
        if not as_planned([*own["page_rank"].astype(int)], f"{site} / {place}", int(own["pages_total"].iloc[0]), seed)
    ]


def test_a_study_of_one_is_what_it_was(root: Path) -> None:
    config = load(root, {"studies": ["62-2020"]})
    study = config.studies["62-2020"]
    assert study.codes == ("62",) and not study.regional
    assert config.release("62-2020") is config.policy
    assert study_words(config, "62-2020")["place_title"] == "Pas-de-Calais (62)"


LISTED = 'departements: ["22", "29", "35", "56"]'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (LISTED, 'departements: ["22", "22"]', "« 22 » est écrit deux fois"),
        (LISTED, 'departements: ["22", "00"]', "« 00 » n’est pas un code de département"),
        (LISTED, 'departements: ["22", "1"]', "écrire « 01 »"),
        (LISTED, 'departements: ["22", "99"]', "« 99 » n’existe pas"),
        (LISTED, f'departement: "22"\n{LISTED}', "donner l’un ou l’autre"),
        (LISTED, "", "donner l’un ou l’autre"),
        (LISTED, 'departements: ["22"]', "se nomme « bretagne-2019 » mais décrit « 22-2019 »"),
        ('edition: "2019"', 'edition: "2020"', "se nomme « région-année »"),
        ("region: Bretagne", "", "il manque le nom de ces départements"),
    ],
)
def test_what_is_wrong_with_the_departements_is_told(root: Path, old: str, new: str, told: str) -> None:
    found = rewritten(root, old, new)
    assert any(told in line for line in found), found


def test_the_same_persons_are_not_published_twice(root: Path) -> None:
    """Two roundings of the same persons, under two keys, would leave them few numbers (`tests/release/test_regions.py`)."""
    other = root / "config/studies/35-2019.yaml"
    other.write_text("departement: '35'\n", encoding="utf-8")
    try:
        found = rewritten(root, "final: false", "final: no")
    finally:
        other.unlink()
    assert any("« 35-2019 » existe aussi" in line for line in found)


@pytest.mark.parametrize(
    ("other", "start", "end", "refused"),
    [
        ("35-2020", "2019-06-30", "2020-06-30", True),  # one day of its months is of the region's
        ("35-2020", "2019-07-01", "2020-06-30", False),
        ("62-2019", "2018-09-01", "2019-06-30", False),  # in no département of it
        ("armorique-2020", "2018-01-01", "2018-12-31", True),  # two regions that share one
        ("armorique-2020", "2018-01-01", "2018-08-31", False),
    ],
)
def test_nor_under_two_editions_of_the_same_months(root: Path, other: str, start: str, end: str, refused: bool) -> None:
    """The region's is refused, and so is the other study, whichever is asked for alone."""
    code, _, edition = other.partition("-")
    place = f"departement: '{code}'" if code.isdigit() else "departements: ['29', '44']\nregion: Armorique"
    model = (root / f"config/studies/{STUDY}.yaml").read_text(encoding="utf-8")
    kept = [
        line for line in model.splitlines() if not line.startswith(("departements:", "region:", "edition:", "period_"))
    ]
    path = root / f"config/studies/{other}.yaml"
    path.write_text(
        "\n".join([place, f"edition: '{edition}'", f"period_start: {start}", f"period_end: {end}", *kept]), "utf-8"
    )
    try:
        told = {}
        for asked, beside in ((STUDY, other), (other, STUDY)):
            try:
                load(root, {"studies": [asked]})
                told[asked] = False
            except ConfigError as error:
                told[asked] = f"« {beside} » existe aussi" in str(error)
    finally:
        path.unlink()
    assert told == {STUDY: refused, other: refused}


@pytest.mark.parametrize(
    ("study", "codes", "told"),
    [
        ("bretagne-2020", (), "ajouter « --departements 22,29,35,56 »"),
        ("Bretagne-2020", ("22", "29"), "en minuscules sans accent"),
        ("47-2026", ("47", "24"), "en minuscules sans accent"),
        ("bretagne-2020", ("22",), "a plusieurs départements"),
        ("bretagne-2020", ("22", "22"), "écrit deux fois"),
        ("bretagne-2020", ("22", "96"), "« 96 » n’est pas un département"),
        (STUDY, CODES, "existe déjà"),
    ],
)
def test_what_a_new_study_may_not_be(root: Path, study: str, codes: tuple[str, ...], told: str) -> None:
    with pytest.raises(StartError) as error:
        init(root, study, "template", DAY, codes)
    assert typographic(told) in str(error.value)


GIVEN = "received: {questionnaire: template}"
EARLIER = (
    "departement: '35'\nedition: '2018'\nperiod_start: 2017-09-01\nperiod_end: 2018-06-30\nreport_date: 2018-09-01\n"
    f"title: x\nteam: x\ninputs: {{press: absent.csv}}\nfictional: false\n{GIVEN}\n"
)


@pytest.mark.parametrize(
    ("earlier", "later", "refused"),
    [
        ("", "", True),  # facts of any year
        ("", "counting: {first_year: 2018}", True),  # the earlier one counts facts until then
        ("", "counting: {first_year: 2019}", False),
        ("", "fictional: true", False),  # nobody is described
        ("fictional: true", "", False),
        ("", "received: {}", False),
        ("received: {}", "", False),
        ("departement: '56'", "", False),
    ],
)
def test_facts_that_an_earlier_study_may_count_too_are_not_counted_again(
    root: Path, earlier: str, later: str, refused: bool
) -> None:
    """Two studies of one département, months apart, each under its key: of facts of any year both may describe the same
    persons. The later one is refused; the earlier one, which is out, is not."""
    after = EARLIER.replace("2018", "2020").replace("2017", "2019")
    code = "56" if "56" in earlier else "35"
    written = {f"{code}-2018": with_line(EARLIER, earlier), "35-2020": with_line(after, later)}
    paths = {name: root / f"config/studies/{name}.yaml" for name in written}
    for name, text in written.items():
        paths[name].write_text(text, "utf-8")
    told = {}
    try:
        for name in written:
            with pytest.raises(ConfigError) as error:  # a file of each is not there
                load(root, {"studies": [name]})
            told[name] = str(error.value)
    finally:
        for path in paths.values():
            path.unlink()
    assert ("écrire « first_year: 2019 »" in told["35-2020"]) is refused and "first_year" not in told[f"{code}-2018"]


def with_line(text: str, line: str) -> str:
    """A declaration with one line in the place of the one of the same key."""
    key = f"{line.partition(':')[0]}:"
    kept = [one for one in text.splitlines() if not line or not one.startswith(key)]
    return "\n".join([*kept, line])
