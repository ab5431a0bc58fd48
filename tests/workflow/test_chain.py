"""The chain from input to document has no gap: what a hand altered in it is never used, and always told.

Of a finished study, one plausible value is altered in each table, whose footer is kept, kept in a file that looks new, or
dropped; bytes are flipped, files exchanged, manifests forged. Nothing is calculated again here but once, at the end.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from copies import SMALL, Finished, Project
from test_freshness import alter as spoil

from diagnostic.core import home, io, writing
from diagnostic.core.stamp import Damaged
from diagnostic.study import generations, manifest, program
from diagnostic.study.generations import forget
from diagnostic.study.manifest import verify

STUDY = "99-2025"
RESULTS, RECORD = f"results/{STUDY}", f"logs/{STUDY}/published.ok"
KEPT, DROPPED = "kept", "dropped"


@pytest.fixture
def results(sound: None, copied: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(copied.root)
    return Path(RESULTS)


def another(table: pa.Table) -> pa.Table | None:
    """The same table with one value that its declaration allows: that of another row, or a number less by one."""
    for at, name in enumerate(table.column_names):
        values = table[name].combine_chunks()
        others = pc.unique(values.drop_null()) if not pa.types.is_dictionary(values.type) else []
        if name in ("study", "row", "sheet") or len(others) < 2 or not values[0].is_valid:
            continue
        other = next(one for one in others.to_pylist() if one != values[0].as_py())
        return table.set_column(at, name, pa.array([other, *values.to_pylist()[1:]], type=values.type))
    return None


def alter(path: Path, footer: str) -> bool:
    """Whether a value of a table could be altered, the rest of its file being as it was."""
    table, stamp = another(pq.read_table(path)), pq.read_metadata(path).metadata
    if table is None:
        return False
    table = table.replace_schema_metadata({io.STAMP: stamp[io.STAMP]} if footer == KEPT else None)
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)
    return True


@pytest.mark.slow
@pytest.mark.parametrize(("footer", "newer"), [(KEPT, False), (DROPPED, True)])
def test_an_altered_stage_is_never_used_and_always_told(results: Path, footer: str, newer: bool) -> None:
    record, tried = Path(RECORD), 0
    shown = record.read_bytes()
    for path in sorted(results.glob("*/*.parquet")):
        before, status = path.read_bytes(), path.stat()
        if not alter(path, footer):
            continue
        tried += 1
        moment = (record.stat().st_mtime_ns + 10**9) if newer else status.st_mtime_ns
        os.utime(path, ns=(moment, moment))
        assert f"{path} : le contenu a changé." in verify(results, Path()), path
        with pytest.raises(Damaged):
            io.read_table(path)
        told = forget(results, record)
        assert [line.partition("\xa0:")[0] for line in told] == [str(path)], (path, told)
        assert not path.exists() and not record.exists(), path
        path.write_bytes(before)
        os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
        record.write_bytes(shown)
    assert tried > 60 and forget(results, record) == [] and verify(results, Path()) == []


@pytest.mark.slow
def test_what_is_altered_or_taken_out_is_made_again_to_the_same_bytes(copied: Project, results: Path) -> None:
    """Tables, whatever time they tell and whether they keep their footer, a list, a rendering, a document; a table in the middle
    and a whole phase that are gone. A dry run only looks."""
    before = copied.digests(STUDY)
    for name, footer in (("collect/ad_counts", KEPT), ("estimate/facts", DROPPED), ("release/statements", KEPT)):
        path = results / f"{name}.parquet"
        assert alter(path, footer)
        os.utime(path, ns=(4 * 10**18, 4 * 10**18))
    draw = random.Random(4)
    for name in ("estimate/press.parquet", "collect/erreurs.csv", "report/rapport.html"):
        spoil(results / name, draw)
    page = results / "rendu/rapport.html"
    page.write_bytes(page.read_bytes().replace(b"</body>", b"<p>altere</p></body>"))
    (results / "estimate/territory.parquet").unlink()
    shutil.rmtree(results / "consolidate")
    altered = copied.digests(STUDY)
    assert copied.snakemake("-n", *SMALL).code == 0 and copied.digests(STUDY) == altered
    done = copied.snakemake(*SMALL)
    assert done.code == 0 and done.output.count("n’est pas ce que le calcul y a laissé") == 6, done.output
    assert "disparu depuis le dernier calcul" in done.output  # what readers have is put back, without a word
    assert copied.digests(STUDY) == before and verify(results, Path()) == []


# -- Flips, swaps, links, and manifests that answer for them ----------------------------------------------------------


@pytest.mark.slow
def test_two_hundred_flips_anywhere_are_told(results: Path) -> None:
    """Of a copy, of a rendering, of a note and of an input too; what only helps a person (logs) aside."""
    draw = random.Random(35)
    inside = [path for path in results.rglob("*") if path.is_file() and path.stat().st_size]
    inside += [p for p in Path(f"resources/studies/{STUDY}").glob("*") if p.suffix != ".yaml"]
    missed = []
    for path in draw.choices(sorted(inside), k=200):
        before = path.read_bytes()
        at = draw.randrange(len(before))
        path.write_bytes(before[:at] + bytes([before[at] ^ (1 << draw.randrange(8))]) + before[at + 1 :])
        missed += [] if verify(results, Path()) else [path]
        path.write_bytes(before)
    assert missed == []


@pytest.mark.slow
def test_twenty_swaps_are_told(results: Path) -> None:
    draw, missed = random.Random(36), []
    files = [path for path in sorted(results.rglob("*")) if path.is_file() and path.name != writing.NOTICE]
    for _ in range(20):
        one, other = draw.sample(files, 2)
        contents = one.read_bytes(), other.read_bytes()
        if contents[0] == contents[1]:
            continue
        one.write_bytes(contents[1])
        other.write_bytes(contents[0])
        missed += [] if verify(results, Path()) else [(one, other)]
        one.write_bytes(contents[0])
        other.write_bytes(contents[1])
    assert missed == []


def forged(results: Path, change: Callable[[dict[str, object]], None]) -> None:
    """A manifest that somebody wrote again, in the program's own form, after a change of what it says."""
    path = results / "manifest.json"
    said = json.loads(path.read_bytes())
    change(said)
    path.write_bytes(manifest.render(said))


@pytest.mark.slow  # the tests below forge a manifest too; `test_provenance.py` loses files
def test_what_goes_with_its_line_of_the_manifest_is_told(results: Path) -> None:
    for name in ("report/rapport.pdf", "estimate/press.parquet", "collect/erreurs.csv"):
        path, listing = results / name, results / "manifest.json"
        before = path.read_bytes(), listing.read_bytes()
        path.unlink()
        forged(results, lambda said, name=name: said.pop(f"{RESULTS}/{name}"))  # type: ignore[misc]
        assert verify(results, Path()), name
        path.write_bytes(before[0])
        listing.write_bytes(before[1])
    assert verify(results, Path()) == []


@pytest.mark.slow
@pytest.mark.parametrize("value", [None, {"sha256": "0"}, 3, ["sha256:0"]])
def test_a_manifest_of_wrong_types_is_told_not_to_read(results: Path, value: object) -> None:
    forged(results, lambda said: said.update({f"{RESULTS}/report/rapport.html": value}))
    (told,) = verify(results, Path())
    assert "ne peut pas être lu" in told


@pytest.mark.slow
def test_a_link_is_no_document(results: Path) -> None:
    page, aside = results / "report/rapport.html", results.parent / "ailleurs.html"
    page.rename(aside)
    page.symlink_to(aside.absolute())
    assert f"{page} : un lien est à sa place, vers un fichier qui peut changer." in verify(results, Path())
    page.unlink()
    aside.rename(page)
    (results / "report").rename(results.parent / "report")
    (results / "report").symlink_to((results.parent / "report").absolute())
    assert any("un lien est à sa place" in line for line in verify(results, Path()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["collect/NE_PAS_DIFFUSER.txt", "rendu/rapport.html", "code.json"])
def test_what_is_beside_the_documents_and_the_stages_is_looked_at_too(results: Path, name: str) -> None:
    path = results / name
    path.write_bytes(path.read_bytes() + b" ")
    assert [line.partition(" : ")[0] for line in verify(results, Path())] == [str(path)]


# -- The program that made them --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_formula_and_the_lock_that_changed_are_named(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the code of each rule, in the stamps and in the record; nothing else changed."""
    of_rule = program.codehash.of_rule
    monkeypatch.setattr(program.codehash, "of_rule", lambda one: "0" if one.startswith("estimate.") else of_rule(one))
    (told,) = verify(results, Path())
    assert told.startswith("workflow/") and "estimate_press" in told and "collect_" not in told
    monkeypatch.setattr(program.codehash, "of_rule", of_rule)
    monkeypatch.setattr(program, "lock", lambda: "0")
    (told,) = verify(results, Path())
    assert told.startswith("requirements.lock") and "verrou" in told


@pytest.mark.slow
def test_another_commit_and_another_python_are_told_and_are_no_change(
    copied: Project, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = program.recorded(results) | {"commit": "a" * 40}
    monkeypatch.setattr(program, "commit", lambda: "b" * 40)
    monkeypatch.setattr(program.platform, "python_version", lambda: "3.99.0")
    assert verify(results, Path()) == []
    told = program.told(said).replace("\u202f", " ").replace("\u00a0", " ")
    assert told.endswith(f"; ici : commit {'b' * 40}, Python 3.99.0.") and f"commit {'a' * 40}" in told


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="git absent")
def test_two_calculations_at_two_commits_are_the_same_and_what_changed_is_named(copied: Project) -> None:
    """Of a real repository: another commit of the same code changes no byte of any document, and is told; a formula, the lock or a
    template that is edited is told by its name, and no other."""
    made = {}
    for at in ("premier", "second"):
        for place in ("results", "logs", ".snakemake"):
            shutil.rmtree(copied.path(place))
        copied.path("docs").mkdir(exist_ok=True)
        copied.path("docs/note.md").write_text(at)
        committed(copied.root, at)
        done = copied.snakemake(*SMALL)
        assert done.code == 0, done.output
        made[at] = copied.digests(STUDY)
    aside = {"code.json", "generations/1/code.json"}
    assert {name for name in made["premier"] if made["premier"][name] != made["second"].get(name)} - aside == {
        name for name in made["premier"] if name.endswith("manifest.json")
    }
    assert made["premier"].keys() == made["second"].keys() and "report/dossier.pdf" in made["premier"]
    copied.path("docs/note.md").write_text("troisième")
    committed(copied.root, "troisième")
    told = copied.command("diagnostic", "verifier", STUDY)
    assert told.code == 0 and "ici" in told.output and "Rien n’a changé" in told.output, told.output
    for name, word in (
        ("workflow/diagnostic/estimate/field/press.py", "estimate_press"),
        ("requirements.lock", "le verrou des bibliothèques a changé"),
        ("report/chapitres/presse.qmd", "report/chapitres/presse.qmd : le contenu a changé"),
    ):
        path = copied.path(name)
        before = path.read_bytes()
        path.write_bytes(before + (b"\nUNUSED = 1\n" if name.endswith("py") else b"\n"))
        told = copied.command("diagnostic", "verifier", STUDY)
        named = told.output.replace("\u202f", " ").replace("\u00a0", " ")
        assert told.code == 1 and word in named and "modifié" in named, named
        assert sum(" : " in line and "chang" in line for line in named.splitlines()) == 1, named
        path.write_bytes(before)


def committed(root: Path, message: str) -> None:
    """Everything as one more commit of a repository, which is begun where there is none."""
    who = ("-c", "user.name=equipe", "-c", "user.email=equipe@exemple.fr")
    begin = [] if (root / ".git").is_dir() else [["init", "--quiet"]]
    for asked in [*begin, ["add", "--all", "."], [*who, "commit", "--quiet", "--allow-empty", "-m", message]]:
        subprocess.run(["git", *asked], cwd=root, check=True, capture_output=True)


def test_every_rule_that_makes_something_says_its_code(finished: Finished) -> None:
    base = finished.project.path(RESULTS)
    stamps = [io.read_stamp(path) for path in base.glob("*/*.parquet")]
    assert all(one["code"] == program.codehash.of_rule(one["function"]) for one in stamps)
    assert set(program.recorded(base)["code"]) == set(program.UNSTAMPED)
    assert (home.PROJECT / program.LOCK).is_file() and generations.within(base).study == STUDY
