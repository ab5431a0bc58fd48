"""Krippendorff's alpha: published worked examples, the definition itself, and what must always hold."""

from __future__ import annotations

from itertools import permutations
from types import SimpleNamespace

import krippendorff
import numpy as np
import pandas as pd
import pytest
from drawn import cases
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.estimate.formulas.agreement import _reason, agreements, masi_distance, verdict

X = None
# Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*, section C: 4 coders, 12 units, missing data.
WORKED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
    [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
]
# The same, section A (two coders, binary) and B (two coders, nominal).
BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
NOMINAL = [list("aabbdcccedda"), list("babbbccceddd")]


def table(coders: list[list]) -> pd.DataFrame:
    return pd.DataFrame(coders, dtype=object).T


def agreement(codes: pd.DataFrame, kind: str, seed: int, replicates: int = 1000) -> SimpleNamespace:
    """The agreement on one question, `codes` having one row per ad and one column per coder, None where not coded. `kind`:
    "nominal", "ratio", or "set" for frozensets of answers, the empty one being « none »."""
    rows = [
        {"ad_id": f"{ad:06d}", "coder": str(coder), "v": value}
        for coder in codes
        for ad, value in enumerate(codes[coder])
    ]
    codings = pd.DataFrame(rows).astype({"v": object})
    if kind == "set":
        answers = sorted({answer for one in codings["v"].dropna() for answer in one} | {"none"})
        given = [None if one is None else one or {"none"} for one in codings.pop("v")]
        codings = codings.assign(**{f"v/{a}": [one is not None and a in one for one in given] for a in answers})
    found = agreements(codings, ["v"], seed, replicates, numbers={"v"} if kind == "ratio" else ())
    return SimpleNamespace(**{name: None if pd.isna(value) else value for name, value in found.iloc[0].items()})


def by_definition(codes: pd.DataFrame, distance) -> float:
    """1 − D_o / D_e from the pairs themselves, with no coincidence matrix."""
    units = [[value for value in row if value is not None and value == value] for row in codes.to_numpy()]
    units = [unit for unit in units if len(unit) > 1]
    pool = [value for unit in units for value in unit]
    within = sum(distance(a, b) / (len(unit) - 1) for unit in units for a, b in permutations(unit, 2))
    between = sum(distance(a, b) for a, b in permutations(pool, 2))
    return 1 - within / len(pool) / (between / (len(pool) * (len(pool) - 1)))


def unequal(a, b) -> float:
    return float(a != b)


def test_worked_example_of_twelve_units_and_four_coders():
    found = agreement(table(WORKED), "nominal", 1)
    assert found.alpha == pytest.approx(0.743, abs=5e-4)
    assert (found.units, found.codes) == (11, 40)  # one unit has a single code; 40 pairable values
    assert found.low < found.alpha < found.high and found.verdict == "tentative"


def test_worked_example_of_ratio_level():
    """The same codes as numbers: 0.797 (section D); « one more » then counts less between 4 and 5 than between 1 and 2."""
    found = agreement(table(WORKED), "ratio", 1)
    assert found.alpha == pytest.approx(0.797, abs=5e-4)
    assert found.low < found.alpha < found.high


def test_one_copy_more_or_less_among_many_is_no_disagreement():
    """±1 on counts from 2 to 40: nothing agrees as names, nearly everything does as numbers."""
    counts = [2, 5, 9, 14, 20, 27, 33, 40]
    coders = table([counts, [n + (1 if n % 2 else -1) for n in counts]])
    assert agreement(coders, "nominal", 1).verdict == "insufficient"
    assert agreement(coders, "ratio", 1).verdict == "reliable"


@settings(deadline=None, max_examples=cases(50))
@given(st.lists(st.lists(st.sampled_from([None, 1, 2, 3, 18, 45]), min_size=2, max_size=3), min_size=2, max_size=12))
def test_alpha_of_numbers_is_its_definition(rows):
    codes = pd.DataFrame([row + [None] * (3 - len(row)) for row in rows], dtype=object)
    found = agreement(codes, "ratio", 1, replicates=20)
    if found.alpha is not None:
        assert found.alpha == pytest.approx(by_definition(codes, lambda a, b: ((a - b) / (a + b)) ** 2), abs=1e-9)


def test_worked_example_of_two_coders_and_binary_data():
    found = agreement(table(BINARY), "nominal", 1)
    assert found.alpha == pytest.approx(0.095, abs=5e-4)
    assert (found.observed, found.verdict) == (pytest.approx(0.6), "insufficient")


def test_worked_example_of_two_coders_and_five_categories():
    found = agreement(table(NOMINAL), "nominal", 1)
    assert (found.alpha, found.units, found.codes) == (pytest.approx(0.692, abs=5e-4), 12, 24)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        ("m", "m", 0),
        ("m", "mw", 1 - 1 / 2 * 2 / 3),
        ("mw", "wc", 1 - 1 / 3 * 1 / 3),
        ("m", "c", 1),
        ("", "", 0),
        ("", "m", 1),
        ("mwc", "mw", 1 - 2 / 3 * 2 / 3),
    ],
)
def test_masi(a, b, distance):
    """J × M with M = 1, 2/3, 1/3, 0 (Passonneau 2006)."""
    assert masi_distance(frozenset(a), frozenset(b)) == masi_distance(frozenset(b), frozenset(a))
    assert masi_distance(frozenset(a), frozenset(b)) == pytest.approx(distance)


SETS = st.sampled_from([None, *(frozenset(s) for s in ("", "m", "w", "mw", "mc", "mwc"))])


@settings(deadline=None, max_examples=cases(50))
@given(st.lists(st.lists(SETS, min_size=3, max_size=3), min_size=2, max_size=12))
def test_alpha_of_sets_is_its_definition(rows):
    codes = pd.DataFrame(rows, dtype=object)
    found = agreement(codes, "set", 1, replicates=20)
    if found.alpha is None:
        assert found.verdict == "undetermined" and found.low is None
    else:
        assert found.alpha == pytest.approx(by_definition(codes, masi_distance), abs=1e-9)
        assert found.alpha <= 1 + 1e-12


@settings(deadline=None, max_examples=cases(50))
@given(st.lists(st.lists(st.sampled_from([None, "yes", "no", "dk"]), min_size=2, max_size=2), min_size=2, max_size=15))
def test_alpha_of_single_answers_is_its_definition(rows):
    codes = pd.DataFrame(rows, dtype=object)
    found = agreement(codes, "nominal", 1, replicates=20)
    if found.alpha is not None:
        assert found.alpha == pytest.approx(by_definition(codes, unequal), abs=1e-9)


@pytest.mark.parametrize(
    ("alpha", "word"),
    [
        (1, "reliable"),
        (0.8, "reliable"),
        (0.799, "tentative"),
        (0.667, "tentative"),
        (0.666, "insufficient"),
        (-0.2, "insufficient"),
    ],
)
def test_verdicts(alpha, word):
    assert verdict(alpha) == word


@pytest.mark.parametrize(
    ("word", "low", "said"),
    [
        ("reliable", 0.8, "est au moins à ce niveau"),
        ("reliable", 0.799, "descend jusqu’au niveau « prudent »"),
        ("reliable", 0.666, "descend jusqu’au niveau « insuffisant »"),
        ("tentative", 0.667, "est au moins à ce niveau"),
        ("tentative", 0.666, "descend jusqu’au niveau « insuffisant »"),
        ("insufficient", 0.2, "Variable à ne pas publier"),
        ("reliable", None, "Trop peu de variation parmi 30 annonces"),
    ],
)
def test_the_reason_of_a_verdict_says_how_low_the_interval_goes(word, low, said):
    assert said in _reason(word, 30, low, 0.95)


def test_a_constant_proves_nothing():
    found = agreement(table([["yes"] * 6, ["yes"] * 6]), "nominal", 1)
    assert (found.alpha, found.observed, found.verdict) == (None, 1, "undetermined") and "varie" in found.reason
    alone = agreement(table([["yes", "no"], [X, "no"]]), "nominal", 1)
    assert (alone.units, alone.verdict) == (1, "undetermined")


def test_a_rare_code_has_a_value_and_no_interval():
    codes = table([["no"] * 19 + ["yes"], ["no"] * 19 + ["yes"]])
    found = agreement(codes, "nominal", 1)
    assert found.alpha == pytest.approx(1) and found.low is None and "variation" in found.reason


@pytest.mark.slow  # the last test compares it with another program's
def test_the_interval_covers_the_truth():
    """Two coders of 60 ads, each wrong on 10 % at random: alpha of a huge such sample is the truth."""
    rng = np.random.default_rng(7)

    def coded(n: int) -> pd.DataFrame:
        truth = rng.integers(0, 2, n)
        return pd.DataFrame({c: np.where(rng.random(n) < 0.1, 1 - truth, truth) for c in "ab"}, dtype=object)

    truth = agreement(coded(200_000), "nominal", 1, replicates=1).alpha
    assert truth == pytest.approx(1 - 0.18 / 0.5, abs=0.01)
    hits = []
    for seed in range(150):
        found = agreement(coded(60), "nominal", seed, replicates=200)
        hits.append(found.low <= truth <= found.high)
    assert 0.88 <= np.mean(hits) <= 0.99


def test_a_table_of_codings():
    codings = pd.DataFrame(
        {
            "ad_id": ["a", "a", "b", "b", "c", "c", "d"],
            "coder": ["x", "y", "x", "y", "x", "y", "x"],
            "gender_presented": ["woman", "woman", "man", "man", "woman", "trans", "man"],
            "audience/men": [True, True, True, True, False, False, True],
            "audience/women": [False, True, False, False, True, True, False],
            "audience/dk": [False] * 7,
        }
    )
    found = agreements(codings, ["gender_presented", "audience"], 3, 1000).set_index("variable")
    assert list(found.index) == ["gender_presented", "audience", "audience/men", "audience/women", "audience/dk"]
    assert (found["units"] == 3).all() and found.loc["audience/men", "alpha"] == pytest.approx(1)
    assert found.loc["audience/dk", "verdict"] == "undetermined"
    alone = agreements(codings, ["audience"], 3, 1000).set_index("variable")
    pd.testing.assert_frame_equal(found.loc[alone.index], alone)


def test_an_ad_coded_twice_by_one_person_is_refused():
    codings = pd.DataFrame({"ad_id": ["a", "a"], "coder": ["x", "x"], "relevant": ["yes", "no"]})
    with pytest.raises(ValueError):
        agreements(codings, ["relevant"], 1, 1000)


@pytest.mark.parametrize(("coders", "kind"), [(2, "nominal"), (3, "set"), (4, "nominal")])
def test_the_interval_is_that_of_replicates_drawn_one_by_one(coders, kind):
    """Each replicate judged alone by the library `krippendorff`, from the same seed."""
    rng = np.random.default_rng(coders)
    truth = rng.integers(5, size=(30, 1))
    coded = np.where(rng.random((30, coders)) < 0.3, rng.integers(5, size=(30, coders)), truth)
    words = [frozenset(s) for s in ("", "m", "w", "mw", "mwc")] if kind == "set" else list("abcde")
    codes = pd.DataFrame([[words[code] for code in row] for row in coded], dtype=object)
    distance = masi_distance if kind == "set" else unequal
    domain = sorted(words, key=sorted) if kind == "set" else words
    counts = np.array([[sum(code == word for code in row) for word in domain] for row in codes.to_numpy()])
    metric = np.array([[distance(a, b) for b in domain] for a in domain])
    draws, alphas = np.random.default_rng(11), []
    for _ in range(200):
        drawn = counts[draws.integers(30, size=30)]
        alphas.append(
            krippendorff.alpha(
                value_counts=drawn, level_of_measurement=lambda v1, v2, i1, i2, n_v, dtype: metric[i1, i2]
            )
        )
    found = agreement(codes, kind, 11, replicates=200)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(alphas, [0.025, 0.975])), rel=1e-12)
