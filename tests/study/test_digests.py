"""What a manifest says without saying what is withheld: no guess is confirmed without the key, and whoever is sent the documents
checks them without it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from diagnostic.commands.program import main
from diagnostic.core import writing
from diagnostic.study import digests
from diagnostic.study.config import load
from diagnostic.study.manifest import apart, together, unchecked, verify
from diagnostic.study.publishing import publish

ROOT = Path(__file__).parents[2]
STUDY = "47-2026"
RESULTS = Path("results") / STUDY
WITHHELD = 3


def refusal(count: int) -> bytes:
    """What the release tells the team of a group that it withholds."""
    return f"- femmes mineures : {count} personnes\n".encode()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real study without a vault, published: a stage and an input that count few, a page, two files that anybody may read."""
    monkeypatch.chdir(tmp_path)
    for path, content in {
        RESULTS / "release/refus.txt": refusal(WITHHELD),
        RESULTS / "release/statements.parquet.txt": b"public\n",
        RESULTS / "rendu/rapport.html": b"<p>non publi\xc3\xa9</p>\n",
        Path("resources/studies") / STUDY / "structures.csv": refusal(WITHHELD + 1),
        Path("resources/references/loi.csv"): b"article\n",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        writing.write_bytes(content, path)
    public, own = "resources/references/loi.csv", f"resources/studies/{STUDY}/structures.csv"
    publish(RESULTS, [RESULTS / "rendu/rapport.html"], [own], {}, [public])
    return tmp_path


def readable(root: Path) -> str:
    """All that is written in clear beside the vault, closed or not."""
    files = (path for path in root.rglob("*") if path.is_file() and path.name != digests.KEY)
    return "\n".join(path.read_text("utf-8", "replace") for path in files if path.suffix in (".json", ".txt", ".yaml"))


def test_no_withheld_count_is_found_by_trying_them_all(project: Path) -> None:
    said = set(re.findall(r"[0-9a-f]{64}", readable(project)))
    assert said and not said & {hashlib.sha256(refusal(count)).hexdigest() for count in range(200)}
    assert hashlib.sha256(Path("resources/references/loi.csv").read_bytes()).hexdigest() in said
    for path in (RESULTS / "manifest.json", RESULTS / "generations/1/manifest.json", RESULTS / digests.KEY):
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_who_has_the_key_sees_a_change_and_who_has_not_is_told_what_is_not_checked(project: Path) -> None:
    assert verify(RESULTS, Path()) == [] and unchecked(RESULTS) == ""
    refused = RESULTS / "release/refus.txt"
    refused.write_bytes(refusal(WITHHELD + 1))
    assert verify(RESULTS, Path()) == [f"{refused} : le contenu a changé."]
    (RESULTS / digests.KEY).unlink()
    assert verify(RESULTS, Path()) == []
    assert "3 fichiers ne sont pas vérifiés" in unchecked(RESULTS)  # both of the release, and the input
    Path("resources/references/loi.csv").write_bytes(b"autre\n")
    assert verify(RESULTS, Path()) == ["resources/references/loi.csv : le contenu a changé."]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum n’est pas installé ici")
def test_whoever_is_sent_the_documents_checks_them(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sent = project / "reçu"
    shutil.copytree(RESULTS / "report", sent)
    told = ["sha256sum", "--check", "empreintes.txt"]
    assert subprocess.run(told, cwd=sent, capture_output=True).returncode == 0
    assert main(["verifier", str(sent)]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "1 document comparé" in said and "ne se vérifie pas ici" in said
    (sent / "rapport.html").write_text("autre", "utf-8")
    assert subprocess.run(told, cwd=sent, capture_output=True).returncode == 1
    assert main(["verifier", str(sent)]) == 1
    assert "rapport.html" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="Windows n’a pas ces droits")
def test_what_is_not_public_among_the_inputs_is_closed(tmp_path: Path) -> None:
    for folder in ("config", "resources"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    studies = tmp_path / "resources/studies"
    for path in studies.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    config = load(tmp_path, {"studies": ["62-2020", "99-2026"]})
    for study in config.studies:
        config.close(tmp_path, study)
    modes = {path.relative_to(studies).as_posix(): path.stat().st_mode & 0o777 for path in studies.rglob("*")}
    closed = ("structures.csv", "interviews.csv", "outreach.csv", "structures.csv.meta.yaml", "received", "conformite")
    for name in closed:
        assert modes[f"99-2026/{name}"] == (0o700 if "." not in name else 0o600), name
    assert modes["99-2026/communes.geojson"] == modes["62-2020/interviews.csv"] == 0o644
    assert {mode for name, mode in modes.items() if name.startswith("99-2026/received/")} == {0o600}


def test_the_files_of_a_folder_are_given_together_and_taken_apart() -> None:
    """A command of Windows holds 8,191 characters: without it, those of the complete study took more."""
    paths = [
        "choix.yaml",
        "//serveur/part/a.qmd",
        "report/a b.qmd",
        "report/filtre/c.lua",
        "//serveur/part/d.qmd",
        "/e",
        "report/f*.qmd",
    ]
    given = together(paths)
    assert len(given) == 5 and sorted(apart(given)) == sorted(paths)
