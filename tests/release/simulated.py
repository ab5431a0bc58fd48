"""Invented départements for the release tests: clustered situations, structures of very unequal size, several answers.

Margins are those of a small survey; nothing here describes anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from drawn import long

from diagnostic.codebook import loading
from diagnostic.release.populations.listing import Listing
from diagnostic.release.populations.people import Population
from diagnostic.release.populations.policy import CLASSES, Policy, load_policy, of_codebook
from diagnostic.release.populations.rounding import PUBLIC_KEY, Claim, Draw
from diagnostic.release.ways.listed import Decision, decide
from diagnostic.study.config import load_yaml

ROOT = Path(__file__).parents[2]

GENDER = ("femme", "homme", "trans")
AGE = ("moins de 18", "18-25", "26-45", "46 et plus", "inconnu")
NATIONALITY = ("française", "européenne", "autre", "inconnue")
ZONE = ("Nord", "Sud", "Est", "Ouest", "Centre")
FORM = ("rue", "logement", "internet", "hôtel", "autre")
MEAN_SITUATION = 1.6
VARIABLES = {"gender": GENDER, "age_band": AGE, "nationality": NATIONALITY, "zone": ZONE, "form": FORM}
EXCLUSIVE = ("gender", "age_band", "nationality")  # a person gives one answer, as in the codebook
NAMED = {"gender=trans": "trans", "age_band=moins de 18": "minor", **{f"zone={zone}": "place" for zone in ZONE}}
LISTED = {
    "headlines": [f"gender={one}" for one in GENDER[:2]] + [f"age_band={one}" for one in AGE],
    "others": ["gender=trans", "form", "nationality", "zone"],
    "crossings": [
        "gender=femme & age_band=moins de 18",
        "gender=homme & age_band=moins de 18",
        "age_band=moins de 18 & form=rue",
    ],
}
# In the short form of a test: fewer questions, a tenth of the work of an attack on them all.
LISTS = {
    "all": LISTED,
    "few": {"headlines": ["gender=femme", "gender=homme"], "others": ["gender=trans", "form", "nationality"]},
    "headlines": {"headlines": LISTED["headlines"]},
    "unknown": {
        "headlines": [*LISTED["headlines"][:-1], "gender=?", "age_band=?"],
        "others": [
            "nationality=française",
            "nationality=européenne",
            "nationality=autre",
            "nationality=?",
            "form",
            "form=?",
        ],
        "crossings": ["gender=femme & age_band=moins de 18"],
    },
}
SHORT = not long()
FEW = "few" if SHORT else "all"


@cache
def policy(threshold: int | None = None, preset: str = "default", brief: bool = False) -> Policy:
    """The project's policy; with one threshold for all classes where one is given. `brief`: of persons in prostitution it
    lists the total, the genders and the places alone."""
    content = load_yaml(ROOT, Path("config/release.yaml"))
    if brief:
        content["printed"]["prostitution"] = {"headlines": ["gender=women", "gender=men"], "others": ["arrondissement"]}
    if threshold is not None:
        content["presets"][preset]["thresholds"] = dict.fromkeys(CLASSES, str(threshold))
    codebook = loading.load(loading.read_folder(ROOT / loading.FOLDER))
    return load_policy(content, preset=preset, codebook=of_codebook(codebook))


@cache
def invented(
    threshold: int | None = None, classes: bool = True, preset: str = "default", listed: str = "all"
) -> Policy:
    """The project's rules on the invented variables; `classes`: minors, trans persons and zones are named as such."""
    content = load_yaml(ROOT, Path("config/release.yaml"))
    content |= {"printed": {"prostitution": LISTS[listed]}, "professionals": {}}
    if threshold is not None:
        content["presets"][preset]["thresholds"] = dict.fromkeys(CLASSES, str(threshold))
    named = {f"{name}={one}": "ordinary" for name, every in VARIABLES.items() for one in every}
    told = {"classes": named | (NAMED if classes else {}), "single": ["zone"], "exclusive": list(EXCLUSIVE)}
    return load_policy(content, preset=preset, codebook=told | {"options": {k: list(v) for k, v in VARIABLES.items()}})


def population(rows: pd.DataFrame) -> Population:
    """The persons of `departement` as the release reads them."""
    frame = rows[["gender", "nationality", "zone"]].assign(age_band=rows["age"])
    ticked = {f"form/{one}": rows["form"].map(lambda said, one=one: one in said) for one in FORM}
    frame = frame.assign(**{name: said.map({True: "ticked", False: "not_ticked"}) for name, said in ticked.items()})
    key = rows["situation"].astype(str) + "/" + rows.groupby("situation").cumcount().astype(str)
    situation, structure = (pd.factorize(rows[name], sort=True)[0] for name in ("situation", "structure"))
    return Population("prostitution", situation, structure, frame.reset_index(drop=True), key.to_numpy(dtype=str))


def decided(
    rows: pd.DataFrame,
    rules: Policy,
    key: bytes = PUBLIC_KEY,
    earlier: Mapping[str, Claim] | None = None,
    later: bool | None = None,
) -> Decision:
    """What is printed of some persons; `earlier`: what an edition before printed of a part of them; `later`: whether there is
    one (else where `earlier` is given)."""
    after = earlier is not None if later is None else later
    return decide(Listing("prostitution", rules), population(rows), Draw(key), {}, {}, earlier=earlier, later=after)


def departement(seed: int, size: int = 152, structures: int = 36) -> pd.DataFrame:
    """One row per person. Persons of a situation are alike but for one in five; structures have Zipf sizes."""
    draw = np.random.default_rng([20201, seed, size])
    zones = _grouped(draw.dirichlet(np.full(19, 0.35)))  # 19 intercommunalities, 13 forms, each regrouped in 5
    forms = _grouped(draw.dirichlet(np.full(13, 0.6)))
    weights = 1 / np.arange(1, structures + 1)
    rows: list[dict[str, object]] = []
    situation = 0
    while len(rows) < size:
        alike = _person(draw, zones, forms)
        structure = int(draw.choice(structures, p=weights / weights.sum()))
        for _ in range(min(int(draw.geometric(1 / MEAN_SITUATION)), size - len(rows))):
            other = _person(draw, zones, forms)
            row = {name: other[name] if draw.random() < 0.2 else alike[name] for name in alike}
            rows.append({**row, "zone": alike["zone"], "situation": situation, "structure": f"S{structure:02d}"})
        situation += 1
    return pd.DataFrame(rows)


def _grouped(shares: np.ndarray) -> np.ndarray:
    return np.array([part.sum() for part in np.array_split(shares, 5)])


def _person(draw: np.random.Generator, zones: np.ndarray, forms: np.ndarray) -> dict[str, object]:
    first = int(draw.choice(5, p=forms))
    second = int(draw.choice(5, p=forms))
    chosen = {first} | ({second} if draw.random() < 0.3 else set())
    return {
        "gender": GENDER[draw.choice(3, p=(0.76, 0.21, 0.03))],
        "age": AGE[draw.choice(5, p=(0.17, 0.19, 0.39, 0.11, 0.14))],
        "nationality": NATIONALITY[draw.choice(4, p=(0.43, 0.12, 0.31, 0.14))],
        "zone": ZONE[draw.choice(5, p=zones)],
        "form": tuple(FORM[number] for number in sorted(chosen)),
    }
