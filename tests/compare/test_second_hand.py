"""Studies known by what was printed of them: what each form stands for, and what is not printed again."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from diagnostic.compare import published
from diagnostic.compare.tables import as_text
from diagnostic.core.tables import model
from diagnostic.release.populations.policy import load_policy
from diagnostic.study.config import load_yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources/published"
FIGURES, STUDIES, METHODS, RELATIONS = (
    as_text((FOLDER / f"{name}.csv").read_bytes()) for name in ("figures", "studies", "methods", "relations")
)
POLICY = load_policy(load_yaml(ROOT, Path("config/release.yaml")))


def figures(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Figures of one study: id, unit, value, precision, base."""
    made = [
        ("ici-2020", name, name, unit, value, precision, base, "univers", "", "", "page")
        for name, unit, value, precision, base in rows
    ]
    return pd.DataFrame(made, columns=FIGURES.columns)


def stated(*rows: tuple[str, str, str, str, str]) -> dict[str, tuple[str, tuple[float, float]]]:
    """Figure → what is printed of it, without any limits, and what the printed form is compatible with."""
    table = model("compare/statements").validate(published.statements(figures(*rows), POLICY))
    assert table["printed_interval"].eq("").all() and table["interval_kind"].eq("none").all()
    assert table[["shown_low", "shown_high"]].isna().all(axis=None)  # no source prints the limits of its numbers
    return {
        one.statement_id.removeprefix("ici-2020."): (
            one.printed.replace("\u00a0", " ").replace("\u202f", " "),
            (one.claim_low, one.claim_high),
        )
        for one in table.itertuples()
    }


@pytest.mark.parametrize(
    ("unit", "value", "precision", "printed", "open_"),
    [
        ("person", "2391", "exact", "2 391", (2391, 2391)),
        ("person", "80", "about", "environ 80", (75, 84)),
        ("person", "2000", "about", "environ 2 000", (1500, 2499)),
        ("person", "268", "at_least", "au moins 268", (268, math.nan)),
        ("percent", "21", "integer", "21 %", (20.5, 21.5)),
        ("percent", "70", "about", "environ 70 %", (65, 75)),  # its last digit that is not zero is ten
        ("percent", "33", "about", "environ 33 %", (32.5, 33.5)),
        ("percent", "93.9", "exact", "93,9 %", (93.85, 93.95)),
        ("percent", "25", "at_most", "au plus 25 %", (0, 25)),
    ],
)
def test_a_printed_form_keeps_what_it_leaves_open(
    unit: str, value: str, precision: str, printed: str, open_: tuple[float, float]
) -> None:
    found = stated(("n", unit, value, precision, ""))["n"]
    assert found[0] == printed and found[1] == pytest.approx(open_, nan_ok=True)


def test_few_persons_are_not_printed_again_nor_what_their_base_leaves() -> None:
    rows = [
        ("profile.all", "person", "27", "exact", ""),
        ("profile.girls", "person", "24", "exact", "profile.all"),
        ("profile.boys", "person", "3", "exact", "profile.all"),
        ("profile.rare_pct", "percent", "99", "integer", "profile.all"),
        ("ads.total", "ad", "3", "exact", ""),
    ]
    found = stated(*rows)
    assert {name for name, (printed, _) in found.items() if printed == "non publié"} == {
        "profile.girls",
        "profile.boys",
        "profile.rare_pct",
    }


def test_of_the_real_ones_none_tells_of_few_persons() -> None:
    table = published.statements(FIGURES, POLICY)
    shown = table[table["printed"].ne("non publié") & table["unit"].isin(["person", "situation", "file"])]
    counts = shown[shown["measure"].eq("count")]
    assert counts["shown_value"].min() >= 11
    hidden = set(table.loc[table["printed"].eq("non publié"), "statement_id"])
    assert {"alpes-maritimes-2023.profile.boys", "alpes-maritimes-2023.profile.girls"} <= hidden
    assert {"seine-saint-denis-2021.profile.boys", "seine-saint-denis-2021.profile.girls"} <= hidden
    assert table.loc[table["printed"].eq("non publié"), "method"].eq("").all()


def test_two_values_of_one_figure_are_both_told() -> None:
    found = published.statements(FIGURES, POLICY).set_index("statement_id")
    said = found.loc["alpes-maritimes-2023.partners.launch_attendance"]
    assert said["printed"].replace("\u00a0", " ") == "environ 50" and "imprimé aussi au moins 80" in said["method"]


def test_every_study_that_is_one_is_there_and_says_how_deep_it_is_known() -> None:
    assert len(STUDIES) == 22 and set(STUDIES["nature"]) == {"diagnostic", "dossiers"}
    assert set(FIGURES["study"]) == set(STUDIES.loc[STUDIES["kind"].eq("figures"), "study"])
    assert set(METHODS["study"]) | set(RELATIONS["study"]) <= set(STUDIES["study"])


def test_figures_that_add_up_are_found_to_and_those_that_do_not_are_told() -> None:
    given = figures(
        ("whole", "person", "40", "exact", ""), ("a", "person", "24", "exact", ""), ("b", "person", "16", "exact", "")
    )
    relation = pd.DataFrame([("ici-2020", "r", "sum", "whole", "a; b", "Somme")], columns=RELATIONS.columns)
    assert published.audited(given, relation) == {"ici-2020": "s’accordent"}
    wrong = given.assign(value=["41", "24", "16"])
    assert published.audited(wrong, relation)["ici-2020"] == "se contredisent"


def test_without_a_published_study_there_is_nothing_second_hand() -> None:
    none = FIGURES.iloc[:0]
    assert model("compare/statements").validate(published.statements(none, POLICY)).empty
    assert published.audited(none, RELATIONS) == {}
    assert published.known(STUDIES.iloc[:0], {}).empty and published.declared(STUDIES.iloc[:0], METHODS) == {}
