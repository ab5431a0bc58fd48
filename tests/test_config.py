"""The configuration door: scalars stay as written, and every problem of every file is told at once, in French."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_origin

import own
import pandas as pd
import pytest
from drawn import always, long, one_in
from pydantic import BaseModel

from diagnostic.collect.table_names import INPUTS, ROLES, WORKBOOKS, Named, may_be_public
from diagnostic.core.declarations import Section, _kinds, parse, validate
from diagnostic.estimate.formulas import sampling
from diagnostic.estimate.internet.lists import _shared_out
from diagnostic.release.populations.policy import OF_CODEBOOK, Policy, PolicyError, load_policy
from diagnostic.study import config
from diagnostic.study.config import ConfigError, choices, load
from diagnostic.study.declared import Sampling, Shared, Study
from diagnostic.study.start import with_study
from diagnostic.trial import workbooks

ROOT = Path(__file__).parents[1]
LITTLE = "99-2025"
Edit = Callable[[str, str, str], None]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = own.copy(tmp_path_factory.mktemp("projet"), "config", "resources")
    (made / "workflow").mkdir()  # a project of its own: what it lacks is nowhere else
    return made


@pytest.fixture
def root(shipped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def edit(root: Path) -> Edit:
    def edited(name: str, old: str, new: str) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edited


def problems(root: Path, studies: object = (LITTLE,)) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(root, {"studies": list(studies) if isinstance(studies, tuple) else studies})
    return str(refused.value).splitlines()


def test_the_default_study_is_the_reference_one(root: Path) -> None:
    loaded = load(root)
    assert list(loaded.studies) == ["62-2020"] and loaded.studies["62-2020"].departement == "62"


STUDY = f"config/studies/{LITTLE}.yaml"
CONTACTS = f"resources/studies/{LITTLE}/contacts.csv.meta.yaml"
COUNTS = f"resources/studies/{LITTLE}/ad_counts.csv.meta.yaml"
SIDECAR = f"resources/studies/{LITTLE}/press.csv.meta.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    one_in(3, [
        (STUDY, "title:", "titel:", "titel : clé inconnue ; vouliez-vous « title » ?"),
        (STUDY, "team: Équipe fictive\n", "", "team : clé obligatoire absente"),
        (STUDY, "2026-06-30", "2026-02-31", "period_end : date impossible"),
        (STUDY, "2026-06-30", "30/06/2026", "period_end : date impossible"),
        (STUDY, "2026-06-30", "2024-06-30", "period_end : la période finit avant de commencer"),
        (STUDY, "title:", "coded_sample: by_site\ncoded_calibration: sites\ntitle:", "coded_calibration : rien ne se cale"),
        (STUDY, '"2025"', '"25"', "edition : forme inattendue"),
        (STUDY, "fictional: true", "fictional: peut-être", "fictional : « true » ou « false » est attendu"),
        (STUDY, "press: press.csv", "pres: press.csv", "inputs.pres"),
        (STUDY, "press: press.csv", "press: presse.csv", f"inputs.press : le fichier resources/studies/{LITTLE}/presse.csv est introuvable"),
        (STUDY, "press: press.csv", "press: ../62-2020/press.csv", "inputs.press : « ../62-2020/press.csv » doit être un nom de fichier"),
        (STUDY, "title:", "team: deux fois\ntitle:", "clé « team » répétée"),
        (STUDY, "title:", "\ttitle:", "YAML illisible"),
        (STUDY, "departement:", "- departement:", "YAML illisible"),
        (SIDECAR, "origin: observed", "origin: vu", "origin : valeur non prévue ; attendu :"),
        (COUNTS, "origin: observed", "origin: observed\npublic: true", "public : le rapport arrondit ou ne nomme pas tout de ce fichier (ad_counts)"),
        (CONTACTS, "origin: observed", "origin: observed\npublic: true", "public : le rapport arrondit ou ne nomme pas tout de ce fichier (contacts)"),
        (SIDECAR, "sha256: ", "sha256: X", "sha256 : forme inattendue"),
        (SIDECAR, "licence: Licence Ouverte 2.0\n", "", "licence : clé obligatoire absente"),
        ("config/config.yaml", "margin: 0.05", "margin: 5", "sampling.margin : un nombre (avec un point : 0.05) est attendu, de 0.001 à 0.45"),
        ("config/config.yaml", "margin: 0.05", "margin: 0,05", "sampling.margin : un nombre (avec un point : 0.05) est attendu"),
        ("config/config.yaml", "floor: 2", "floor: deux", "sampling.floor : un nombre entier est attendu"),
        ("config/config.yaml", "convention: raise", "convention: rise", "sampling.convention : valeur non prévue"),
        ("config/release.yaml", "preset: default", "preset: defaut", "n’est pas défini"),
        ("config/release.yaml", "ordinary: 8 #", "ordinary: 3 #", "thresholds.ordinary\u00a0: un nombre entier est attendu, de 5 à 1000"),
    ]),
)  # fmt: skip
def test_each_mistake_names_its_file_and_key(root: Path, edit: Edit, file: str, old: str, new: str, told: str) -> None:
    edit(file, old, new)
    found = [line for line in problems(root) if told in line]
    assert len(found) == 1 and file in found[0], problems(root)


def test_all_problems_of_all_files_are_told_at_once(root: Path, edit: Edit) -> None:
    edit("config/studies/62-2020.yaml", "period_end: 2020-07-31", "period_end: 2020-06-31")
    edit(STUDY, "team:", "equipe:")
    (root / SIDECAR).unlink()
    found = problems(root, ("62-2020", LITTLE, "47-2026"))
    for told in ("62-2020.yaml : period_end", f"{STUDY} : equipe", f"{STUDY} : team", "l’étude « 47-2026 »"):
        assert any(told in line for line in found), told


def test_a_table_that_does_not_say_it_may_be_public_is_not() -> None:
    """Not what is rounded, nor the shelter that nobody asked; nor how often a service met each person, nor a new table."""
    public = {role for role in (*INPUTS, *WORKBOOKS, *ROLES) if may_be_public(role)}
    published = {"published_figures", "published_notes", "published_structure", "published_lists"}
    assert (
        public == {"sites", "press", "restitutions", "actions", "sites_history"} | published
        and not Named("Maraudes").public
    )
    assert set(workbooks.PUBLIC) <= public


def test_a_missing_sidecar_is_told(root: Path) -> None:
    (root / SIDECAR).unlink()
    (line,) = problems(root)
    assert f"{SIDECAR} : fichier introuvable." in line


@pytest.mark.parametrize(("written", "kept"), one_in(2, [("01", "01"), ("2A", "2A"), ("974", "974"), ('"01"', "01")]))
def test_a_departement_stays_as_written(root: Path, written: str, kept: str) -> None:
    name = f"{kept}-2025"
    text = (root / STUDY).read_text(encoding="utf-8").replace('departement: "99"', f"departement: {written}")
    (root / f"config/studies/{name}.yaml").write_text(text.replace('"2025"', "2025"), encoding="utf-8")
    shutil.copytree(root / f"resources/studies/{LITTLE}", root / f"resources/studies/{name}")
    loaded = load(root, {"studies": [name]})
    assert loaded.studies[name].departement == kept and loaded.studies[name].edition == "2025"
    assert loaded.paths(name)["press"] == f"resources/studies/{name}/press.csv"


@pytest.mark.parametrize("written", one_in(3, ["1", "no", "2a", "100", "0x3E", "1e1", "~"]))
def test_what_is_not_a_departement_is_refused_as_written(root: Path, edit: Edit, written: str) -> None:
    edit(STUDY, '"99"', written)
    assert any(f"departement : « {written} » n’est pas un code de département" in line for line in problems(root))


def test_a_study_of_the_departement_that_does_not_exist_stays_fictional(root: Path, edit: Edit) -> None:
    edit(STUDY, "fictional: true", "fictional: false")
    (line,) = problems(root)
    assert line.startswith(f"{STUDY} : fictional") and "laisser « fictional: true »" in line


def test_exports_of_a_study_that_may_be_real_are_refused_beside_its_inputs(root: Path) -> None:
    (root / "resources/studies/62-2020/received").mkdir()
    (line,) = problems(root, ("62-2020",))
    assert line.startswith("resources/studies/62-2020/received") and "diagnostic recevoir" in line


def test_the_name_of_the_file_and_what_it_describes_agree(root: Path, edit: Edit) -> None:
    edit(STUDY, '"2025"', '"2024"')
    (line,) = problems(root)
    assert "le fichier se nomme « 99-2025 » mais décrit « 99-2024 »" in line


@pytest.mark.parametrize("asked", ["99-2025", ["99-2025"]])
def test_one_study_may_be_asked_for_without_brackets(root: Path, asked: object) -> None:
    assert list(load(root, {"studies": asked}).studies) == ["99-2025"]


@pytest.mark.parametrize("asked", one_in(3, [["no"], [""], [], ["99-2027"], [False]]))
def test_a_study_that_is_not_there_is_refused(root: Path, asked: list[object]) -> None:
    assert all(line.startswith("config/config.yaml : studies") for line in problems(root, asked))


def test_an_unknown_override_is_refused(root: Path) -> None:
    with pytest.raises(ConfigError, match="etudes : clé inconnue ; vouliez-vous « studies »"):
        load(root, {"etudes": ["99-2025"]})


def test_sealed_files_are_choices_inputs_and_their_records() -> None:
    sealed = load(own.home(), {"studies": ["99-2025"]}).sealed("99-2025")
    tables = (f"{role}.csv" for role in ("ad_counts", "ad_pages", "interviews", "press", "sites"))
    own_counts = (f"{role}.csv" for role in ("contacts", "wave_ads", "wave_counts"))
    local = (
        *own_counts,
        *(f"{role}.csv" for role in ("actions", "outreach", "practices", "restitutions", "structures")),
    )
    workbooks = ("annonces.xlsx", "demande.xlsx", "internet.xlsx", "partenaires.xlsx")
    inputs = [f"resources/studies/99-2025/{name}" for name in (*tables, *local, *workbooks, "communes.geojson")]
    assert sealed == sorted(
        [
            "config/config.yaml",
            "config/release.yaml",
            "config/studies/99-2025.yaml",
            "config/studies/99-2025/cadre.md",
            "config/studies/99-2025/pistes.md",
            *inputs,
            *(f"{name}{config.SIDECAR}" for name in inputs),
        ]
    )


def test_a_block_of_another_name_is_refused_with_the_names_that_have_a_place(root: Path) -> None:
    folder = root / "config/studies/99-2025"
    folder.mkdir(exist_ok=True)
    (folder / "conclusion.md").write_text("Texte.", encoding="utf-8")
    (line,) = problems(root)
    assert (
        line.startswith("config/studies/99-2025/conclusion.md : ce bloc n’a pas de place") and "conclusions.md" in line
    )


def test_a_study_that_cannot_be_read_is_set_apart_where_another_can(root: Path, edit: Edit) -> None:
    edit(STUDY, "2026-06-30", "2026-02-31")
    asked = {"studies": [LITTLE, "62-2020"]}
    loaded = load(root, asked, apart=True)
    assert list(loaded.studies) == ["62-2020"] and "period_end : date impossible" in loaded.refused[LITTLE]
    for refusing in ({"overrides": asked}, {"overrides": {"studies": [LITTLE]}, "apart": True}):
        with pytest.raises(ConfigError, match="period_end"):
            load(root, **refusing)  # type: ignore[arg-type]
    edit("config/release.yaml", "preset: default", "preset: inconnu")
    with pytest.raises(ConfigError, match="period_end(.|\n)*preset"):
        load(root, asked, apart=True)


LISTS = {
    "on a line": 'studies: ["62-2020", "99-2026"] # celles-ci\n',
    "one a line": "studies:\n  - 62-2020 # la première\n  - 99-2026\n\n",
    "one alone": "studies: [62-2020]\n",
}
REST = "# des choix\nsampling:\n  margin: 0.05 # une marge\n"


@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS.keys())
def test_the_choices_that_studies_share_are_all_but_the_names_of_the_studies(listed: str) -> None:
    text = "# ce qui précède é\n" + listed + REST
    more = listed.replace("62-2020", "47-2026").replace("99-2026", "29-2026")
    assert choices(text.encode()) == choices(text.replace(listed, more).encode()) != text.encode()
    assert b"20" not in choices(text.encode()) and choices(text.encode()).endswith(REST.encode())
    for old, new in (("0.05", "0.06"), ("une marge", "la marge"), ("é", "è"), ("studies", "etudes")):
        assert choices(text.replace(old, new).encode()) != choices(text.encode())


@pytest.mark.parametrize("name", ["47-2026", "bretagne-2019"])
def test_a_study_that_is_begun_changes_no_choice_of_the_others(name: str) -> None:
    before = (own.ROOT / "config/config.yaml").read_bytes()
    after = with_study(before, name)
    assert after not in (None, before) and choices(after) == choices(before)


@pytest.mark.parametrize(
    "content",
    [
        b"studies: [",
        b"- a\n",
        b"",
        b"\xff\xfe",
        b"studies: 62-2020\n",
        pytest.param(b"[" * 10_000, marks=pytest.mark.slow),
    ],
)
def test_choices_that_do_not_read_are_taken_whole(content: bytes) -> None:
    assert choices(content) == content


WRONG = ("1e308", "1e-300", "-1e-300", "1e20", "1e19", "inf", "-inf", "nan", "9" * 400, "-1", "0x10", "", "dix")
INSIDE = ("1e-300",)  # of what may be none
Files = dict[str, tuple[type[Section], dict[str, Any]]]


def files() -> Files:
    """Each file of the configuration that has numbers, with its model and all its optional blocks."""
    shared, policy = (
        parse((own.ROOT / name).read_bytes(), name) for name in ("config/config.yaml", "config/release.yaml")
    )
    study = parse((own.ROOT / "config/studies/99-2026.yaml").read_bytes(), "étude")
    study |= {"sampling": shared["sampling"], "counting": {"ceiling": "10", "first_year": "2020"}}
    waiver = {"figure": "a", "threshold": "5", "reason": "b", "approver": "c", "date": "2026-03-01"}
    return {
        "config.yaml": (Shared, shared),
        "études": (Study, study),
        "release.yaml": (Policy, policy | {"waivers": [waiver]}),
    }


def numbers(model: type[BaseModel], content: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the numbers of a file are, by its model: every one that is declared is there."""
    for name, field in model.model_fields.items():
        kinds = set(_kinds(field.annotation))
        inner = next((kind for kind in kinds if issubclass(kind, BaseModel)), None)
        there = content.get(name) if isinstance(content, dict) else None
        if name in OF_CODEBOOK:  # never of the file
            continue
        if kinds & {int, float} and bool not in kinds:
            assert there is not None or field.default is None, (at, name)
            yield (*at, name)
        elif inner and isinstance(there, dict) and dict in kinds | {get_origin(field.annotation)}:
            for key, one in there.items():
                yield from numbers(inner, one, (*at, name, key))
        elif inner and isinstance(there, list):
            yield from numbers(inner, there[0], (*at, name, 0))
        elif inner:
            yield from numbers(inner, there, (*at, name))


def put(content: Any, place: tuple[str | int, ...], value: str) -> Any:
    first, *rest = place
    copied = list(content) if isinstance(content, list) else dict(content)
    copied[first] = put(copied[first], tuple(rest), value) if rest else value
    return copied


def told(model: type[Section], content: Any) -> list[str]:
    try:
        if model is Policy:
            load_policy(content, "release.yaml")
        else:
            validate(model, content, "fichier.yaml")
    except (ConfigError, PolicyError) as error:
        return str(error).replace("\u00a0", " ").splitlines()
    return []


@pytest.mark.parametrize("name", always(2, files()))
def test_every_number_has_bounds_and_is_refused_beyond_them_with_its_name(name: str) -> None:
    model, content = files()[name]
    places = list(numbers(model, content))
    assert len(places) >= {"config.yaml": 8, "études": 10, "release.yaml": 60}[name] and told(model, content) == []
    for place in places:
        key = ".".join(map(str, place))

        def said(value: str, place: tuple[str | int, ...] = place, key: str = key) -> str:
            lines = [line for line in told(model, put(content, place, value)) if f" : {key} : " in line]
            return lines[0].removesuffix(".") if len(lines) == 1 else ""

        limits = [float(one) for one in re.findall(r"(?:attendu, de | à |attendu, )([\d.]+)", said("dix"))]
        low, high = limits[0], limits[-1]
        assert said("dix").endswith(("seulement", f"de {low:g} à {high:.12g}")), (key, said("dix"))
        for value in (*WRONG, f"{low - 2:.12g}", f"{high + 2:.12g}"):
            if value not in INSIDE or low > 0:
                assert "est attendu, " in said(value), (key, value)
        for limit in {f"{low:.12g}", f"{high:.12g}"}:  # what is written is what holds
            assert "est attendu" not in said(limit), (key, limit)


@pytest.mark.slow
def test_at_the_bounds_of_every_number_a_sample_is_sized_and_shared_out() -> None:
    """Whatever the choices, of a frame of a few ads or of many."""
    limits = {
        name: (one.metadata[0].ge, one.metadata[1].le) for name, one in Sampling.model_fields.items() if one.metadata
    }
    assert {"margin", "confidence", "proportion", "floor", "design_effect", "loss"} <= limits.keys()
    names = ("margin", "confidence", "proportion", "floor", "design_effect", "loss")
    for population, values in itertools.product(
        (1, 40, 10**6) if long() else (1, 10**6), itertools.product(*(limits[name] for name in names))
    ):
        chosen = dict(zip(names, values, strict=True))
        sizes = pd.Series({"a": population, "b": population // 3, "c": 0})
        frame = pd.DataFrame({"size": sizes, "listed": sizes, "take_all": sizes == population // 3})
        coded, drawn = _shared_out(frame, chosen)
        assert (coded <= drawn).all() and (drawn <= sizes).all() and (drawn >= 0).all() and drawn.sum()
        given = (chosen["margin"], chosen["confidence"], chosen["proportion"])
        size = sampling.sample_size(population, *given)
        assert 0 <= sampling.realised_margin(size, population, *given[1:]) < 1
        assert len(sampling.size_variants(population, *given)) and sampling.implied_confidence(
            size, population, given[0]
        )
