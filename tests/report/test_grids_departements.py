"""The tables of a study of several départements: the whole first, then each in the order of its code; none of one."""

from __future__ import annotations

from released import fact, statements

from diagnostic.report.grids import places
from diagnostic.report.registry import grid


def printed(*names: str) -> object:
    held = {f"{start}{name}" for start in ("", "d2a.", "d2b.", "d06.") for name in names}
    return lambda statement: f"<{statement}>" if statement in held else ""


def limits(*names: str) -> object:
    return lambda name: f"<{name}> à" if name in names else ""


TOLD = [
    fact("d2b.ads.total", 5.0, label="Haute-Corse : annonces"),
    fact("d06.ads.total", 9.0, label="Alpes-Maritimes : annonces"),
    fact("d2a.ads.total", 7.0, label="Corse-du-Sud : annonces"),
    fact("d2a.ads.sites", 3.0, label="Corse-du-Sud : sites"),
    fact("ads.total", 30.0, label="annonces : toutes"),
]


def test_the_whole_then_each_by_its_code() -> None:
    made = places.by_departement(statements(*TOLD), printed("ads.total"), printed(), "found", "Essai.", "essai")  # type: ignore[arg-type]
    lines = [line for line in made.splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0] for line in lines] == [
        "| Territoire",
        "| Ensemble",
        "| Alpes\\-Maritimes",
        "| Corse\\-du\\-Sud",
        "| Haute\\-Corse",
    ]
    assert [line.split(" | ")[1].rstrip(" |") for line in lines] == [
        *("Annonces", "<ads.total>", "<d06.ads.total>", "<d2a.ads.total>", "<d2b.ads.total>"),
    ]


def test_what_is_estimated_stands_beside_its_limits() -> None:
    made = places.by_departement(
        statements(*TOLD), printed("ads.total", "demand.ads"), limits("ads.total"), "found", "Essai.", "essai"
    )  # type: ignore[arg-type]
    header, whole, *_ = [line.strip("| ").split(" | ") for line in made.splitlines() if line.startswith("| ")]
    assert header == ["Territoire", "Annonces", "Intervalle", "Annonces de demande"]
    assert whole == ["Ensemble", "<ads.total>", "<ads.total> à", "<demand.ads>"]


def test_a_study_of_one_departement_has_no_such_table() -> None:
    one = statements(fact("ads.total", 30.0))
    for what in places.BY_DEPARTEMENT:
        assert places.by_departement(one, printed("ads.total"), printed(), what, "Essai.", "essai") == ""  # type: ignore[arg-type]


def test_all_are_there_for_the_chapters() -> None:
    assert list(places.BY_DEPARTEMENT) == ["found", "coded", "said", "persons"] and "by_departement" in grid
