"""The file of a comparison: what is refused, in French and all at once, and which comparisons a calculation makes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from diagnostic.core.declarations import ConfigError
from diagnostic.study import comparisons

ROOT = Path(__file__).parents[2]
TEXT = """\
title: Voisins
team: Équipe
report_date: 2026-11-02
studies: ["62-2020", "99-2025"]
published: [bretagne-2019]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / comparisons.COMPARISONS).mkdir(parents=True)
    shutil.copytree(ROOT / comparisons.PUBLISHED, tmp_path / comparisons.PUBLISHED)
    return tmp_path


def written(project: Path, text: str, name: str = "voisins") -> str:
    (project / comparisons.COMPARISONS / f"{name}.yaml").write_text(text, encoding="utf-8")
    return name


def test_the_shipped_comparison_is_read_with_every_published_study() -> None:
    found = comparisons.read(ROOT, "demonstration")
    assert found.published == list(comparisons.published(ROOT)) and len(found.published) == 22


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("bretagne-2019", "bretagne-2091"), "published : « bretagne-2091 » n’est pas une étude"),
        (("62-2020", "Pas-de-Calais"), "studies : « Pas-de-Calais » n’est pas de la forme"),
        (("title: Voisins\n", ""), "title : clé obligatoire absente"),
        (("team:", "classement: oui\nteam:"), "classement : clé inconnue"),
        ((', "99-2025"]\npublished: [bretagne-2019]', "]"), "deux études au moins"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_told_at_its_key(project: Path, change: tuple[str, str], told: str) -> None:
    name = written(project, TEXT.replace(*change))
    with pytest.raises(ConfigError, match="voisins.yaml") as refused:
        comparisons.read(project, name)
    assert told in str(refused.value)


def test_real_and_invented_studies_are_never_set_side_by_side(project: Path) -> None:
    one = comparisons.read(project, written(project, TEXT))
    kept, apart = comparisons.of_a_kind("voisins", one, {"99-2025"})
    assert (kept.studies, kept.published, apart) == (["62-2020"], ["bretagne-2019"], ["99-2025"])
    assert comparisons.of_a_kind("voisins", one, set()) == (one, [])
    kept, apart = comparisons.of_a_kind("voisins", one, {"62-2020", "99-2025"})
    assert (kept.studies, kept.published, apart) == (["62-2020", "99-2025"], [], ["bretagne-2019"])
    alone = one.model_copy(update={"published": []})
    with pytest.raises(ConfigError, match="voisins.yaml : .* il n’en reste pas deux"):
        comparisons.of_a_kind("voisins", alone, {"99-2025"})
    with pytest.raises(ConfigError, match="il n’en reste pas deux"):
        comparisons.of_a_kind("voisins", one.model_copy(update={"studies": ["99-2025"]}), {"99-2025"})


def test_an_absent_comparison_is_told_with_those_that_are_there(project: Path) -> None:
    written(project, TEXT)
    with pytest.raises(ConfigError, match="comparaisons d’ici : voisins"):
        comparisons.read(project, "voisin")


def test_a_calculation_makes_the_comparisons_whose_studies_it_makes(project: Path) -> None:
    written(project, TEXT)
    written(project, TEXT.replace("99-2025", "99-2026"), "autres")
    assert set(comparisons.chosen(project, ["62-2020", "99-2025"])) == {"voisins"}
    assert set(comparisons.chosen(project, ["62-2020"])) == set()
    assert set(comparisons.chosen(project, ["62-2020"], named="autres")) == {"autres"}
