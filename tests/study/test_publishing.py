"""The end of a calculation, cut at every one of its steps: what was complete stays readable, and going on gives the same
bytes.

Here each point is a real death of a process of its own, before one of its calls to the system; in
`tests/workflow/test_generations.py` the system itself ends the command at its writes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from declared import valid

from diagnostic.core import io, writing
from diagnostic.study import generations, publishing
from diagnostic.study.digests import Digests
from diagnostic.study.manifest import copied, shown, verify
from diagnostic.study.publishing import PublishError, publish, replace

STUDY = "99-2026"
RESULTS = Path("results") / STUDY
STAMP = {"rule": "essai", "code": "0", "params": {}, "inputs": {}, "rows_in": {}}
DOCUMENTS = ("rapport.qmd", "figures", "rapport.html")
CHANGES = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "ctypes.dlsym"}  # what Python tells of
DEAD = 9


def document(name: str, edition: str) -> bytes:
    """What a document says; of a size that a disk can lack room for at several places."""
    return f"{name} {edition}\n".encode() * 1000


def calculate(edition: str) -> None:
    """What the workflow leaves in the current folder for a calculation: two tables, a list of errors, three documents."""
    for phase in ("collect", "rendu"):
        name = "report/figures" if phase == "rendu" else "collect/published_notes"
        stamp = {**STAMP, "code": edition}
        io.write_table(valid(name), RESULTS / phase / f"{name.rpartition('/')[2]}.parquet", stamp)
    writing.write_bytes(f"severity\n{edition}\n".encode(), RESULTS / "collect/erreurs.csv")
    for name in ("rapport.qmd", "rapport.html", "figures/une.svg", f"figures/{edition}.svg"):
        writing.write_bytes(document(name, edition), RESULTS / "rendu" / name)
    for old in (RESULTS / "rendu/figures").glob("*.svg"):
        if old.stem not in ("une", edition):
            old.unlink()


def end() -> Path:
    return publish(RESULTS, [RESULTS / "rendu" / name for name in DOCUMENTS], ["choix.yaml"], {"questionnaire": "hmac"})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One published calculation, and the tables and documents of a second, not yet in place."""
    monkeypatch.chdir(tmp_path)
    Path("choix.yaml").write_text("seuil: 5\n")
    calculate("premier")
    end()
    calculate("second")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edition() -> str:
    """Which calculation `report/` shows, whole; empty for none, or for a mix."""
    found = contents(RESULTS / "report")
    for name in ("premier", "second"):
        wanted = ("rapport.qmd", "rapport.html", "figures/une.svg", f"figures/{name}.svg")
        made = {one: document(one, name) for one in wanted}
        listed = "".join(f"{hashlib.sha256(made[one]).hexdigest()}  {one}\n" for one in sorted(made))
        if found == made | {"empreintes.txt": listed.encode()}:
            return name
    return ""


# -- What it does ---------------------------------------------------------------------------------------------------


def test_what_was_made_takes_the_place_of_what_was_shown_and_both_are_kept(project: Path) -> None:
    assert edition() == "premier"
    assert end() == RESULTS / "generations/2" and edition() == "second"
    assert verify(RESULTS, Path()) == []
    assert [path.name for path in generations.generations(RESULTS)] == ["2", "1"]
    for number, name in ((1, "premier"), (2, "second")):
        kept = contents(RESULTS / "generations" / str(number))
        assert kept["report/rapport.html"] == document("rapport.html", name)
        assert kept["collect/erreurs.csv"].decode() == f"severity\n{name}\n"
    assert kept["manifest.json"] == (RESULTS / "manifest.json").read_bytes()
    assert (RESULTS / "generations").stat().st_mode & 0o777 == 0o700
    assert not {".report", ".report-avant"} & {path.name for path in RESULTS.iterdir()}


def test_what_quarto_makes_the_documents_again_with_is_in_a_folder_beside_them(project: Path) -> None:
    writing.write_bytes(b"project:\n", Path("gabarits/_quarto.yml"))
    writing.write_bytes(b"-- filtre\n", Path("gabarits/_extensions/diagnostic/filtre.lua"))
    page, *source = (RESULTS / "rendu" / name for name in ("rapport.html", "rapport.qmd", "figures"))
    theme = [Path("gabarits") / name for name in ("_quarto.yml", "_extensions")]
    publish(RESULTS, [page], ["choix.yaml"], {}, project=[*source, *theme])
    names = ("rapport.qmd", "_quarto.yml", "_extensions/diagnostic/filtre.lua", "figures/une.svg", "figures/second.svg")
    assert contents(RESULTS / "report").keys() == {
        "rapport.html",
        "empreintes.txt",
        *(f"quarto/{name}" for name in names),
    }


def test_copies_are_no_links(project: Path) -> None:
    end()
    paths = [path for path in RESULTS.rglob("*") if path.is_file()]
    assert {path.stat().st_nlink for path in paths} == {1} and not [path for path in paths if path.is_symlink()]


def test_two_are_kept_and_the_same_calculation_is_not_kept_twice(project: Path) -> None:
    end()
    before = contents(RESULTS)
    assert end() == RESULTS / "generations/2" and contents(RESULTS) == before
    calculate("premier")
    assert end() == RESULTS / "generations/3"
    assert [path.name for path in generations.generations(RESULTS)] == ["3", "2"]


def test_what_a_hand_has_changed_in_the_report_is_put_back_and_a_note_of_the_team_stays(project: Path) -> None:
    end()
    record = Path("published.ok")
    record.write_text(generations.seen(RESULTS))
    generations.forget(RESULTS, record)
    assert record.exists()
    (RESULTS / "report/rapport.html").write_text("corrigé à la main")
    (RESULTS / "report/figures/une.svg").unlink()
    (RESULTS / "report/note.txt").write_text("relu par Camille")
    generations.forget(RESULTS, record)
    assert not record.exists()
    assert end() == RESULTS / "generations/2"
    assert (RESULTS / "report/note.txt").read_text() == "relu par Camille"
    assert verify(RESULTS, Path()) == ["results/99-2026/report/note.txt : fichier inconnu du manifeste."]
    (RESULTS / "report/note.txt").unlink()
    assert edition() == "second"


@pytest.mark.parametrize("recorded", [True, False])
def test_an_altered_stage_is_made_again_whether_the_record_is_there_or_not(project: Path, recorded: bool) -> None:
    end()
    record, stage, other = Path("published.ok"), RESULTS / "collect/erreurs.csv", RESULTS / "collect/notes.csv"
    if recorded:
        record.write_text(generations.seen(RESULTS))
    other.write_text("d’un calcul qui s’est arrêté depuis")
    assert generations.forget(RESULTS, record) == []
    stage.write_text("autre chose")
    os.utime(stage, (1_600_000_000, 1_600_000_000))
    (told,) = generations.forget(RESULTS, record)
    assert told.startswith(str(stage)) and "n’est pas ce que le calcul y a laissé" in told
    assert not stage.exists() and not record.exists() and other.exists()


def test_a_manifest_that_cannot_be_read_is_not_called_modified(project: Path) -> None:
    end()
    for manifest in (RESULTS / "manifest.json", RESULTS / "generations/2/manifest.json"):
        sound = manifest.read_bytes()
        manifest.write_bytes(sound.rstrip())
        (told,) = verify(RESULTS, Path())
        assert told.startswith(f"{manifest} : le manifeste") and "a été modifié" in told
        manifest.write_bytes(sound[:-3])
        (told,) = verify(RESULTS, Path())
        assert told.startswith(f"{manifest} : le manifeste") and "ne peut pas être lu" in told
        manifest.write_bytes(sound)
    assert verify(RESULTS, Path()) == []


def test_a_damaged_copy_is_told_and_the_next_publication_makes_another(project: Path) -> None:
    end()
    (RESULTS / "generations/2/report/rapport.html").write_text("abîmé")
    (RESULTS / "generations/1/collect/erreurs.csv").unlink()
    assert verify(RESULTS, Path()) == [
        "results/99-2026/generations/2/report/rapport.html : le contenu a changé.",
        "results/99-2026/generations/1/collect/erreurs.csv : le fichier a disparu.",
    ]
    assert end() == RESULTS / "generations/3" and edition() == "second"
    assert copied(generations.within(RESULTS / "generations/3")) == []


@pytest.mark.parametrize("fault", ["no table", "no stamp", "a stamp of something else", "nested"])
def test_a_table_that_a_forged_manifest_answers_for_is_told(project: Path, fault: str) -> None:
    end()
    table = RESULTS / "collect/published_notes.parquet"
    before = Digests(RESULTS).keyed(table)
    if fault == "no table":
        table.write_bytes(b"PAR1")
    elif fault == "no stamp":
        table.write_bytes(io.parquet_bytes(io.read_table(table)))
    elif fault == "a stamp of something else":
        io.write_table(io.read_table(table), table, {**STAMP, "inputs": [1]})
    manifest = RESULTS / "manifest.json"
    if fault == "nested":
        manifest.write_bytes(b"[" * 100_000)
        unsaid = "ne peut pas être lu : ce qui a changé depuis le calcul ne peut pas être dit"
        told = f"{manifest} : le manifeste lui-même {unsaid} ; relancer « diagnostic calculer »."
    else:
        manifest.write_text(manifest.read_text().replace(before, Digests(RESULTS).keyed(table)))
        told = f"{table.as_posix()} : cette table ne se lit pas ; relancer « diagnostic calculer »."
    assert told in verify(RESULTS, Path())


@pytest.mark.parametrize("fault", ["empty", "absent", "mixed"])
def test_what_is_not_whole_is_not_put_in_place(project: Path, fault: str) -> None:
    before = contents(RESULTS / "report")
    if fault == "mixed":  # a table of another run than the one that what follows has read
        stamp = {**STAMP, "inputs": {f"{RESULTS.as_posix()}/collect/published_notes.parquet": "0" * 64}}
        io.write_table(valid("report/figures"), RESULTS / "rendu/figures.parquet", stamp)
    elif fault == "empty":
        (RESULTS / "rendu/rapport.html").write_bytes(b"")
    else:
        (RESULTS / "rendu/rapport.html").unlink()
    with pytest.raises(PublishError) as refused:
        end()
    assert ("rapport.html" in str(refused.value)) is (fault != "mixed")
    assert contents(RESULTS / "report") == before and len(generations.generations(RESULTS)) == 1


# -- A real study: what its team works with, and what it sends ---------------------------------------------------------


def worked(sent: bool = False) -> Path:
    documents = [RESULTS / "rendu" / name for name in DOCUMENTS]
    return publish(RESULTS, documents, ["choix.yaml"], {"questionnaire": "hmac"}, working=True, sent=sent)


def working() -> dict[str, bytes]:
    return contents(RESULTS / "travail")


def test_what_a_team_works_with_has_a_closed_folder_and_names_of_its_own(project: Path) -> None:
    worked()  # the documents before were of no edition: a trial's, say
    assert not (RESULTS / "report").exists() and "report/rapport.html" in contents(RESULTS / "generations/1")
    assert working()["TRAVAIL-rapport.html"] == document("rapport.html", "second")
    assert working().keys() == {"TRAVAIL-rapport.html", "TRAVAIL-rapport.qmd", "NE_PAS_DIFFUSER.txt"} | {
        f"figures/{name}.svg" for name in ("une", "second")
    }
    assert (RESULTS / "travail").stat().st_mode & 0o777 == 0o700
    assert verify(RESULTS, Path()) == []


def test_what_was_sent_stays_while_the_team_works_on(project: Path) -> None:
    worked()
    end()
    assert edition() == "second" and "TRAVAIL-rapport.html" in working()
    calculate("premier")
    worked()
    assert edition() == "second" and working()["TRAVAIL-rapport.html"] == document("rapport.html", "premier")
    assert verify(RESULTS, Path()) == []
    (RESULTS / "report/rapport.html").write_text("corrigé à la main")
    assert verify(RESULTS, Path()) == [f"{RESULTS}/report/rapport.html : le contenu a changé."]
    worked()
    assert edition() == "second" and verify(RESULTS, Path()) == []
    record = Path("published.ok")
    record.write_text(generations.seen(RESULTS))
    assert generations.forget(RESULTS, record) == [] and record.exists()


def test_what_was_sent_before_there_were_documents_to_work_with_stays(project: Path) -> None:
    worked(sent=True)
    assert edition() == "premier" and working()


# -- Where results are read -----------------------------------------------------------------------------------------


def test_a_run_that_has_not_gone_to_its_end_is_not_what_is_read(project: Path) -> None:
    reading = generations.current(RESULTS)
    assert reading.folder == RESULTS / "generations/1" and "results/99-2026/generations/1" in reading.told
    assert reading.place("results/99-2026/collect/x.parquet") == reading.folder / "collect/x.parquet"
    assert reading.place("resources/x.csv") == Path("resources/x.csv")
    found = verify(RESULTS, Path())
    assert found and not [line for line in found if "generations" in line or "/report/" in line]
    end()
    reading = generations.current(RESULTS)
    assert (reading.folder, reading.told) == (RESULTS, "")


def test_a_generation_can_be_read_by_its_own_path(project: Path) -> None:
    end()
    first = RESULTS / "generations/1"
    reading = generations.current(first)
    assert (reading.folder, reading.results, reading.study) == (first, RESULTS, STUDY)
    assert verify(first, Path()) == []
    (first / "collect/erreurs.csv").write_text("autre")
    assert verify(first, Path()) == ["results/99-2026/generations/1/collect/erreurs.csv : le contenu a changé."]


def test_what_is_said_of_a_stop_is_true(project: Path) -> None:
    chosen = {"studies": [STUDY, "98-2026"], "brouillon": True}
    head, first, other, command = generations.standing(Path(), chosen)
    assert "results/99-2026/report garde les documents du dernier calcul achevé" in first
    assert "aucun calcul n’est encore allé au bout" in other
    assert command.endswith(f"diagnostic calculer {STUDY} 98-2026 --brouillon")
    assert not [line for line in (head, first) if "<" in line or "erreurs.html" in line]
    shutil.rmtree(RESULTS / "report")
    assert "results/99-2026/generations/1/report" in generations.standing(Path(), chosen)[1]
    (RESULTS / "collect/erreurs.csv").write_text("severity,file\nbloquant,sites.csv\n", encoding="utf-8")
    assert generations.standing(Path(), chosen)[1].endswith("results/99-2026/collect/erreurs.html.")


# -- Death at every step --------------------------------------------------------------------------------------------


def dies(step: int, action: Callable[[], object], exchange: bool) -> bool:
    """Do this in a process of its own that dies, as by `kill -9`, before its call number `step` that changes a name or
    opens a file to write. Whether it died; False where it had fewer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the child uses none
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == DEAD
    left = step

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        written = event != "open" or (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if event in CHANGES and written:
            left -= 1
            if left < 0:
                os._exit(DEAD)

    try:
        if not exchange:
            publishing._exchanged = lambda one, other: False
        sys.addaudithook(count)
        action()
        os._exit(0)
    finally:
        os._exit(1)


def readable(showing: set[str]) -> None:
    """The last complete calculation is there, whole, whatever `report/` is."""
    reading = generations.current(RESULTS)
    if reading.folder == RESULTS:  # its tables are those of the manifest: then so is the rest
        assert edition() in showing
    else:
        assert copied(reading) == [] and contents(reading.folder / "report")
    assert [one for one in generations.generations(RESULTS) if not copied(generations.within(one))]


@pytest.fixture
def whole(project: Path) -> dict[str, bytes]:
    """What an uninterrupted publication leaves; the project itself is as before it."""
    shutil.copytree(RESULTS, "avant")
    end()
    return contents(RESULTS)


def again() -> None:
    """The project as before the publication."""
    shutil.rmtree(RESULTS)
    shutil.copytree("avant", RESULTS)


EXCHANGE = pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="ce système ne copie pas un processus")


@FORKS
@EXCHANGE
@pytest.mark.parametrize("one_in", [15, pytest.param(1, marks=pytest.mark.slow)])
def test_a_death_at_any_step_leaves_what_was_complete_and_going_on_gives_the_same_bytes(
    whole: dict[str, bytes], exchange: bool, one_in: int
) -> None:
    step, seen = 0, set()
    while True:
        again()
        if not dies(step, end, exchange):
            break
        assert edition() in ({"premier", "second"} if exchange else {"premier", "second", ""}), step
        seen.add(edition())
        readable({"premier", "second"})
        assert not shown(RESULTS) or edition() != "premier"  # the manifest never tells of what is not shown yet
        end()
        assert contents(RESULTS) == whole, step
        step += one_in
    assert contents(RESULTS) == whole and step > 40
    assert "premier" in seen
    assert one_in > 1 or ("second" in seen and ("" in seen) is not exchange)


@FORKS
@pytest.mark.parametrize(
    "exchange", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["exchange", "two renames"]
)
@pytest.mark.parametrize("one_in", [15, pytest.param(4, marks=pytest.mark.slow)])
def test_a_note_of_the_team_outlives_a_death_at_any_step(project: Path, exchange: bool, one_in: int) -> None:
    (RESULTS / "report/note.txt").write_text("relu par Camille")
    shutil.copytree(RESULTS, "avant")
    step = 0
    while dies(step, end, exchange):
        end()
        assert (RESULTS / "report/note.txt").read_text() == "relu par Camille", step
        again()
        step += one_in
    assert step > 40


# -- A disk that is full, or that may not be written ----------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """A small disk of its own in memory: `disk("size=300k")` makes or changes it, at `tmp_path/disque`."""
    place = tmp_path / "disque"
    place.mkdir()
    tried = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    try:
        made = subprocess.run(tried, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("un disque en mémoire ne se monte pas ici (il faut être root)")

    def change(option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", str(place)], check=True, capture_output=True)

    yield change
    os.chdir("/")
    subprocess.run(["umount", str(place)], check=True, capture_output=True)


def begun(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    Path("choix.yaml").write_text("seuil: 5\n")
    calculate("premier")
    end()
    calculate("second")


def used(place: Path) -> int:
    """Kilobytes."""
    told = os.statvfs(place)
    return (told.f_blocks - told.f_bfree) * told.f_frsize // 1024


@pytest.mark.slow
def test_a_full_disk_is_told_and_going_on_gives_the_same_bytes(
    disk: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each of the sizes between what is there and what a publication needs; a page of memory is 4 kB."""
    begun(tmp_path / "disque", monkeypatch)
    low, refused = used(Path()), 0
    shutil.copytree(RESULTS, tmp_path / "avant")
    end()
    whole, high = contents(RESULTS), used(Path())
    for room in range(low, high + 4, 4):
        disk("size=4m")
        shutil.rmtree(RESULTS)
        shutil.copytree(tmp_path / "avant", RESULTS)
        disk(f"size={room}k")
        try:
            end()
        except PublishError as error:
            refused += 1
            assert "le disque est plein" in str(error) and "sont gardés" in str(error)
            assert edition() in ("premier", "second")
            readable({"premier", "second"})
        disk("size=4m")
        end()
        assert contents(RESULTS) == whole, room
    assert refused >= 20


def test_a_disk_that_can_only_be_read_is_told(
    disk: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(tmp_path / "disque", monkeypatch)
    disk("ro")
    with pytest.raises(PublishError, match="ne peut être que lu"):
        end()
    with pytest.raises(PublishError, match="ne peut être que lu"):
        replace(RESULTS / "rendu/figures", RESULTS)
    assert edition() == "premier"
    readable({"premier"})
    disk("rw")
    end()
    assert edition() == "second"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="qui est root peut tout écrire")
def test_a_folder_that_may_not_be_written_is_told(project: Path) -> None:
    RESULTS.chmod(0o500)
    with pytest.raises(PublishError, match="l’accès est refusé"):
        end()
    RESULTS.chmod(0o700)
    assert edition() == "premier"
    end()
    assert edition() == "second"
