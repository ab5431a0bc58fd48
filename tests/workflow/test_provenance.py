"""What a reviewer can ask: where a number comes from, whether anything changed since, what a correction changed."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
import yaml
from copies import SMALL, Finished, Project
from drawn import always

from diagnostic.core import io, tables, writing
from diagnostic.core.declarations import invented
from diagnostic.release.table_names import PRINTED
from diagnostic.review.review import UnknownFact, explain
from diagnostic.study import generations, program
from diagnostic.study.config import CONFIG, choices
from diagnostic.study.manifest import verify

STUDIES = ("99-2025", pytest.param("62-2020", marks=pytest.mark.slow))
COUNTS = "results/99-2025/consolidate/counts.parquet"
PRIVATE = ("collect", "consolidate", "estimate", "generations", "geography", "release", "rendu")


# -- Stamps and folders -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
def test_every_table_is_stamped_with_what_made_it(finished: Finished, study: str) -> None:
    root = finished.project.root
    paths = [path for path in finished.project.files(f"results/{study}") if path.suffix == ".parquet"]
    assert len(paths) > 25
    for path in paths:
        stamp, name = io.read_stamp(path), io.table_name(path)
        digested = (
            set() if path.parent.name == "report" else {"content"}
        )  # what may leave says no digest of its content
        said = {"table", "schema", "rule", "code", "function", "params", "inputs", "rows_in", "rows_out"}
        assert set(stamp) == said | digested
        assert stamp["table"] == name and stamp["schema"] == io.schema_hash(name)
        assert stamp["rule"].startswith(name.partition("/")[0])
        assert len(stamp["code"]) == 12
        assert stamp["rows_out"] == len(io.read_table(path))
        assert stamp["inputs"]
        for source, digest in stamp["inputs"].items():
            assert not Path(source).is_absolute()
            assert writing.sha256(root / source) == digest, (name, source)
        given = {Path(source).stem for source in stamp["inputs"] if source.endswith(".parquet")}
        assert set(stamp["rows_in"]) == given


@pytest.mark.parametrize("study", STUDIES)
def test_what_is_written_reads_back_as_declared(finished: Finished, study: str) -> None:
    for path in finished.project.files(f"results/{study}"):
        if path.suffix == ".parquet":
            found = list(io.read_table(path).columns)
            model = tables.model(io.table_name(path))
            optional = {name for name, column in model.to_schema().columns.items() if not column.required}
            declared = [
                name
                for name in tables.columns(model)
                if name in found or name not in optional or not name.isidentifier()
            ]
            named = [name for name in declared if name.isidentifier()]  # the others are forms of names
            forms = [name for name in declared if name not in named]
            assert [name for name in found if name in named] == named
            assert all(any(re.search(form, name) for form in forms) for name in found if name not in named)


@pytest.mark.parametrize("study", STUDIES)
def test_only_the_report_may_leave_the_team(finished: Finished, study: str) -> None:
    base = finished.project.path(f"results/{study}")
    for phase in PRIVATE:
        assert stat.S_IMODE((base / phase).stat().st_mode) == 0o700, phase
        assert (base / phase / "NE_PAS_DIFFUSER.txt").read_text().startswith("NE PAS DIFFUSER"), phase
    assert not (base / "report" / "NE_PAS_DIFFUSER.txt").exists()
    # Neither has a key of its own: the one's is declared, of the other all is public.
    assert {path.name for path in base.iterdir()} == {*PRIVATE, "report", "manifest.json", "code.json"}
    for name, mode in {"manifest.json": 0o600, "../../logs": 0o700, "../../.snakemake": 0o700}.items():
        assert stat.S_IMODE((base / name).stat().st_mode) == mode, name


@pytest.mark.parametrize("study", STUDIES)
def test_no_plain_digest_that_others_can_read_is_of_what_they_cannot(finished: Finished, study: str) -> None:
    """Nor does the manifest, which is closed, hold one of what comes before the statements: small files are few, and are all
    tried. Of a study whose every input is public it does: whoever has the repository makes those files again."""
    root = finished.project.root
    closed = [
        path
        for phase in ("collect", "consolidate", "estimate", "release")
        for path in finished.project.files(f"results/{study}/{phase}")
        if path.name != writing.NOTICE and path.stem not in {*PRINTED, "lineage"}
    ]
    readable = [path for path in root.rglob("*") if path.is_file() and _open(path, root)]
    assert not set(closed) & set(readable) and root / f"results/{study}/report/rapport.html" in readable
    manifest = root / f"results/{study}/manifest.json"
    told = b"\n".join(path.read_bytes() for path in [*readable, *([manifest] if invented(study) else [])])
    said = {one.decode() for one in re.findall(rb"\b[0-9a-f]{64}\b", told)}
    assert len(said) > 100 and not said & {writing.sha256(path) for path in closed}


def _open(path: Path, root: Path) -> bool:
    """Whether another account of the machine can read a file of the project."""
    above = [one for one in path.parents if one.is_relative_to(root)]
    return bool(path.stat().st_mode & 0o004) and all(one.stat().st_mode & 0o001 for one in above)


# -- Verify -------------------------------------------------------------------------------------------------------


@pytest.fixture
def results(sound: None, copied: Project) -> Path:
    return copied.path("results/99-2025")


def listed(root: Path, results: Path) -> list[str]:
    return list(json.loads((results / "manifest.json").read_bytes()))


def flipped(content: bytes, place: int, bit: int = 0) -> bytes:
    return content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :]


def test_the_manifest_lists_every_input_stage_and_artefact(finished: Finished) -> None:
    """Documents once, where readers have them; not the copies of the whole."""
    project = finished.project
    names = set(listed(project.root, project.path("results/99-2025")))
    folders = [f"results/99-2025/{name}" for name in {*PRIVATE, "report"} - {"generations", "rendu"}]
    made = {p.relative_to(project.root).as_posix() for p in project.files(*folders)}
    made |= {"results/99-2025/rendu/figures.parquet", "results/99-2025/code.json"}
    own = {f"results/99-2025/{phase}/NE_PAS_DIFFUSER.txt" for phase in PRIVATE}
    inputs = {
        p.relative_to(project.root).as_posix()
        for p in project.files("resources/studies/99-2025")
        if not p.name.startswith("structure.")  # what `diagnostic auditer` reads; nothing is computed from it
    }
    chosen = {"config/config.yaml", "config/pistes.yaml", "config/release.yaml", "config/studies/99-2025.yaml"}
    written = {p.relative_to(project.root).as_posix() for p in project.files("config/studies/99-2025")}
    shared = {  # the codebook, the references, and what documents are made of and drawn with
        p.relative_to(project.root).as_posix()
        for p in project.files("config/codebook", "resources/references", "report")
        if p.suffix not in {".md", ".txt", ".py"} and p.name != "comparaison.qmd"
    }
    shared.add("config/comparability/items.csv")  # how the points of the method are named
    assert names == (made - own) | inputs | chosen | written | shared


@pytest.mark.slow
@pytest.mark.parametrize("one_in", always(1, [150, 60, 12]))
def test_one_flipped_byte_of_any_listed_file_is_found_and_named(copied: Project, results: Path, one_in: int) -> None:
    draw = random.Random(62)
    for name in listed(copied.root, results)[::one_in]:
        path = copied.root / name
        content = path.read_bytes()
        if not content:
            continue
        other = flipped(content, draw.randrange(len(content)), draw.randrange(8))
        while name == CONFIG.as_posix() and choices(other) == choices(content):  # in the list of all studies
            other = flipped(content, draw.randrange(len(content)), draw.randrange(8))
        path.write_bytes(other)
        found = verify(results, copied.root)
        assert f"{name} : le contenu a changé." in found
        path.write_bytes(content)
    assert verify(results, copied.root) == []


@pytest.mark.slow
@pytest.mark.parametrize("tried", [2, 5, 15])
def test_one_flipped_byte_of_the_manifest_itself_is_found(copied: Project, results: Path, tried: int) -> None:
    draw = random.Random(99)
    path = results / "manifest.json"
    content = path.read_bytes()
    for place in [0, len(content) - 1, *(draw.randrange(len(content)) for _ in range(tried))]:
        path.write_bytes(flipped(content, place, draw.randrange(8)))
        assert verify(results, copied.root), place
    path.write_bytes(content.rstrip())
    assert "le manifeste lui-même" in verify(results, copied.root)[0]


@pytest.mark.slow
def test_lost_and_added_files_are_found(copied: Project, results: Path) -> None:
    (results / "estimate/press.parquet").unlink()
    (results / "report/brouillon.html").write_text("ajouté")
    assert verify(results, copied.root) == [
        "results/99-2025/estimate/press.parquet : le fichier a disparu.",
        f"{results}/report/brouillon.html : fichier inconnu du manifeste.",
    ]


@pytest.mark.slow
def test_an_edited_input_is_found_and_also_where_the_manifest_was_edited_with_it(
    copied: Project, results: Path
) -> None:
    name = "resources/studies/99-2025/press.csv"
    path, before = copied.root / name, writing.sha256(copied.root / name)
    path.write_text(path.read_text() + "2020-01-01,Titre,Article ajouté,2020\n")
    assert verify(results, copied.root) == [f"{name} : le contenu a changé."]
    manifest = results / "manifest.json"
    manifest.write_text(manifest.read_text().replace(before, writing.sha256(path)))
    own, *found = verify(results, copied.root)
    assert "manifest.json" in own  # it is that of no kept calculation
    assert found and all("calculé à partir d’un autre contenu de" in line and name in line for line in found)


@pytest.mark.slow
def test_the_command_says_it_in_french_and_by_its_exit_code(copied: Project) -> None:
    calculation = generations.day(generations.within(copied.path("results/99-2025")))
    assert re.fullmatch(r"le calcul du (1er|\d+)\s\w+ \d{4}", calculation)
    made_with = program.told(program.recorded(copied.path("results/99-2025")))
    assert re.fullmatch(r"Calculé avec\s: version [\d.]+, Python [\d.]+\.", made_with)
    sound = copied.diagnostic("verifier", "results/99-2025")
    assert (sound.code, sound.output) == (
        0,
        f"Rien n’a changé depuis {calculation}.\n{made_with}\nresults/99-2025/report/ n’est pas signé.\n",
    )
    path = copied.path("results/99-2025/report/rapport.html")
    path.write_bytes(path.read_bytes() + b" ")
    changed = copied.command("diagnostic", "verifier", "results/99-2025/")
    assert changed.code == 1
    assert changed.output.splitlines() == [
        "results/99-2025/report/rapport.html : le contenu a changé.",
        f"Un fichier a changé depuis {calculation}.",
        made_with,
        "results/99-2025/report/ n’est pas signé.",
    ]
    copied.path("results/99-2025/manifest.json").unlink()
    nothing = copied.diagnostic("verifier", "99-2025")
    assert nothing.code == 1 and "L’étude 99-2025 n’a pas de résultats ici" in nothing.output


# -- Explain ------------------------------------------------------------------------------------------------------


def cell(project: Project, study: str, file: str, column: int, row: int) -> str:
    with project.input(study, file).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[row - 1][column]


@pytest.mark.slow
def test_explain_prints_the_card_the_chain_and_the_cells(finished: Finished) -> None:
    project = finished.project
    done = project.diagnostic("expliquer", "62-2020", "ads.persons_estimate")
    assert done.code == 0, done.output
    text = done.output
    for words in ("non identifié", "Valeur : 273", "97 à 547 (bornes)", "Origine : données publiées", "taux_arrondi"):
        assert words in text
    chain = text.partition("Chemin, de l’indicateur aux fichiers")[2].partition("Cellules")[0]
    steps = [line.split()[0] for line in chain.splitlines() if "/" in line]
    assert steps == [
        "results/62-2020/release/ledger.parquet",
        "results/62-2020/estimate/facts.parquet",
        "results/62-2020/estimate/internet.parquet",
        "results/62-2020/collect/published_figures.parquet",
        "resources/studies/62-2020/published_figures.csv",
        "results/62-2020/consolidate/counts.parquet",
        "results/62-2020/collect/ad_counts.parquet",
        "resources/studies/62-2020/ad_counts.csv",
    ]
    for file in ("ad_counts.csv", "published_figures.csv"):
        assert f"{file}  sha256 {writing.sha256(project.input('62-2020', file))}" in chain
    cells = [line for line in text.partition("--------\n")[2].splitlines() if "!" in line]
    assert len(cells) == 40
    counted = [cell(project, "62-2020", "ad_counts.csv", 2, row) for row in range(2, 41)]
    assert cells[:39] == [f"ad_counts.csv!C{row}  {count}" for row, count in enumerate(counted, 2)]
    assert cells[39] == "published_figures.csv!E75  61"
    assert cell(project, "62-2020", "published_figures.csv", 0, 75) == "ads.duplicate_rate_pct"


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("one_in", always(1, [30, 10, 3]))
def test_every_fact_can_be_explained_down_to_filled_cells(finished: Finished, study: str, one_in: int) -> None:
    """A sample of them, every kind: each address is one that a spreadsheet shows."""
    results = finished.project.path(f"results/{study}")
    ids = list(io.read_table(results / "release/ledger.parquet")["fact_id"])
    sample = ids[::12] + [name for name in ids if name.startswith(("quality.", "press.", "interviews.towns"))]
    for fact_id in sample[::one_in]:
        text = explain(results, fact_id)
        assert "release/ledger.parquet" in text and f"Identifiant : {fact_id}" in text


def test_the_first_line_that_explain_prints_is_that_it_does_not_leave_the_team(finished: Finished) -> None:
    done = finished.project.diagnostic("expliquer", "99-2025", "ads.total")
    assert done.code == 0, done.output
    assert done.output.splitlines()[0] == "Pour l’équipe seulement\u00a0: NE PAS DIFFUSER."
    assert done.output.count("NE PAS DIFFUSER") == 1 and "Identifiant : ads.total" in done.output


@pytest.mark.slow
def test_an_unknown_fact_names_its_neighbours(finished: Finished) -> None:
    done = finished.project.diagnostic("expliquer", "62-2020", "ads.person_estimate")
    assert done.code == 1
    assert "n’a pas d’indicateur « ads.person_estimate »" in done.output and "ads.persons_estimate" in done.output
    assert "Traceback" not in done.output
    with pytest.raises(UnknownFact):
        explain(finished.project.path("results/99-2025"), "ads.persons_estimate")


@pytest.mark.slow
def test_explain_needs_results(copied: Project) -> None:
    shutil.rmtree(copied.path("results/99-2025"))
    done = copied.diagnostic("expliquer", "99-2025", "ads.total")
    assert done.code == 1 and "n’a pas de résultats ici" in done.output


# -- Sealing ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_correction_is_refused_until_it_is_sealed_then_traced(copied: Project) -> None:
    path = copied.input("99-2025", "ad_counts.csv")
    sidecar = path.with_name("ad_counts.csv.meta.yaml")
    first, before = writing.sha256(path), yaml.safe_load(sidecar.read_text())
    path.write_text(path.read_text().replace("E02,,3,exact", "E02,,4,exact"))

    refused = copied.snakemake(COUNTS, *SMALL)
    assert refused.code != 0
    assert "a changé depuis que son empreinte" in refused.output and "diagnostic sceller 99-2025" in refused.output

    sealed = copied.diagnostic("sceller", "99-2025", "--date", "2026-11-30")
    assert sealed.code == 0
    assert sealed.output.splitlines()[1:] == ["  ad_counts.csv!C4 : « 3 » devient « 4 »"]
    after = yaml.safe_load(sidecar.read_text())
    assert after == before | {"sha256": writing.sha256(path), "history": [{"date": "2026-11-30", "sha256": first}]}

    done = copied.snakemake(COUNTS, *SMALL)
    assert done.code == 0, done.output
    counts = io.read_table(copied.path(COUNTS)).set_index("site_code")["count"]
    assert counts["E02"] == 4
    assert copied.diagnostic("verifier", "results/99-2025").code == 1  # the rest is stale; `test_difference` goes on

    again = copied.diagnostic("sceller", "99-2025")
    assert (again.code, again.output) == (0, "Aucun fichier n’a changé : rien à sceller.\n")

    second = writing.sha256(path)
    path.write_text(
        path.read_text().replace("E02,,4,exact", "E02,,5,exact") + "E02,Nouvelle,1,exact,2026-03-02,2026-03-06\n"
    )
    told = copied.diagnostic("sceller", "99-2025", "--date", "2026-12-01").output.splitlines()[1:]
    assert told[0] == "  ad_counts.csv!C4 : « 4 » devient « 5 »"
    assert told[1:] == [
        f"  ad_counts.csv!{letter}12 : (vide) devient « {value} »"
        for letter, value in zip("ABCDEF", ["E02", "Nouvelle", "1", "exact", "2026-03-02", "2026-03-06"], strict=True)
    ]
    history = yaml.safe_load(sidecar.read_text())["history"]
    assert [entry["sha256"] for entry in history] == [first, second]


def test_an_unknown_study_cannot_be_sealed(finished: Finished) -> None:
    done = finished.project.diagnostic("sceller", "47-2026")
    assert done.code == 2 and "« 47-2026 » : aucune étude de ce nom ici" in done.output


# -- Snakemake's own report ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_snakemake_report_holds_the_documents(copied: Project) -> None:
    pytest.importorskip("pygments", reason="pygments absent : « snakemake --report » en a besoin")
    done = copied.snakemake("--report", "report.zip")
    assert done.code == 0, done.output
    with zipfile.ZipFile(copied.path("report.zip")) as archive:
        assert archive.testzip() is None
        names = {Path(name).name: name for name in archive.namelist()}
        assert {"report.html", "rapport.html", "rapport.docx", "rapport.pdf"} <= names.keys()
        page = archive.read(names["report.html"]).decode()
    assert '"caption": "<p>' in page and '"caption": ""' not in page and 'workflow_desc = ""' not in page
