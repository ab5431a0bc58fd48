"""What the machine, or somebody, does to an open desk: a full disk, a bomb for a file, a vault that is locked meanwhile; refused or
told, nothing lost. A version that is taken back and an erasure, played in a browser."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from desks import Open
from openpyxl import Workbook, load_workbook
from test_desk_deposit import YES, given, upload

from diagnostic.core.contents import MOST_BYTES
from diagnostic.privacy.vault import open_vault
from diagnostic.privacy.versions import in_use
from diagnostic.study.receive import receive

STUDY, HERE = "47-2026", "/etude/47-2026"
LEFT = 24 << 20  # bytes that are left on the disk before it is filled
pytestmark = pytest.mark.slow


def sites(*more: tuple[str, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.title = "Registre"
    for row in [("Code", "Type de site", "État", "Texte"), ("E01", "Site d’escorting", "Ouvert", "-"), *more]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def kept(root: Path) -> dict[str, bytes]:
    """All that the vault of the study holds."""
    own = root / "vault" / STUDY
    return {path.relative_to(own).as_posix(): path.read_bytes() for path in own.rglob("*") if path.is_file()}


@pytest.fixture
def small(root: Path) -> Iterator[Path]:
    """A project whose vault lies on a disk of its own, where little is left."""
    vault, beside = root / "vault", root / "aside"
    vault.rename(beside)
    vault.mkdir(mode=0o700)
    used = sum(-(-path.stat().st_size // 4096) + 1 for path in beside.rglob("*")) * 4096
    mount = ["mount", "-t", "tmpfs", "-o", f"size={used + LEFT},mode=700", "tmpfs", str(vault)]
    if os.name == "nt" or os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be put there")
    try:
        shutil.copytree(beside, vault, dirs_exist_ok=True)
        yield root
    finally:
        subprocess.run(["umount", "-l", str(vault)], check=True)


def test_a_full_disk_is_told_and_what_was_there_stays(small: Path, opening: Callable[..., Open]) -> None:
    desk, before = opening(small).enter(), kept(small)
    filler = small / "vault/filler"
    filler.write_bytes(bytes(shutil.disk_usage(small / "vault").free - 20_000))
    answer = upload(desk, sites())
    assert answer.code == 422 and "le disque est plein" in answer.text and "Traceback" not in answer.text
    after = kept(small)
    assert {name: after.get(name) for name in before} == before and not [name for name in after if "depot-" in name]
    filler.unlink()
    given(desk, sites())
    assert any("depot-" in name for name in kept(small))
    assert desk.get(f"{HERE}/ou").code == 200


@pytest.mark.parametrize("named", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_bomb_is_refused_and_takes_neither_memory_nor_time(
    root: Path, opening: Callable[..., Open], named: str
) -> None:
    """A sheet of three hundred million bytes in less than two."""
    bomb, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(sites()))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for item in source.infolist():
            if item.filename != named:
                archive.writestr(item, source.read(item.filename))
        with archive.open(named, "w", force_zip64=True) as sheet:
            for _ in range(280):
                sheet.write(b"<row><c><v>0</v></c></row>" * 40_000)
    assert bomb.tell() < MOST_BYTES
    desk = opening(root).enter()
    process, before = psutil.Process(desk.process.pid), kept(root)
    answer = upload(desk, bomb.getvalue())
    assert answer.code == 422 and "Traceback" not in answer.text and "faute du programme" not in answer.text, (
        answer.text
    )
    assert kept(root) == before and process.memory_info().rss < 1e9
    assert sum(process.cpu_times()[:4]) < 20
    assert desk.get(f"{HERE}/deposer").code == 200


def test_a_vault_that_is_locked_meanwhile_is_told_and_loses_nothing(root: Path, opening: Callable[..., Open]) -> None:
    """Its key is encrypted while the desk is open: nothing is read or written until it is there again."""
    desk = opening(root).enter()
    given(desk, sites())
    key, before = root / f"vault/{STUDY}/key", kept(root)
    key.rename(key.with_suffix(".age"))
    locked = kept(root)
    for path in ("ou", "deposer", "deposer/1", "coder", "coder/premier/1", "trancher", "vie"):
        answer = desk.get(f"{HERE}/{path}")
        assert "chiffré" in answer.text and "faute du programme" not in answer.text, path
    acts: tuple[tuple[str, dict[str, str]], ...] = (
        ("deposer/1/recevoir", {}),
        ("deposer/1/retirer", {}),
        ("coder/premier/1", {"dire": "suivant", "vulnerability": "none"}),
        ("vie/effacer", {"record": "R001", "sure": "AB"}),
        ("vie/reprendre", {"role": "questionnaire", "number": "1"}),
    )
    assert upload(desk, sites()).code == 422
    for path, fields in acts:
        answer = desk.post(f"{HERE}/{path}", **fields)
        assert answer.code == 422 and "chiffré" in answer.text, path
    assert kept(root) == locked
    key.with_suffix(".age").rename(key)
    assert kept(root) == before and "Fichier 1" in desk.get(f"{HERE}/deposer").text


def test_a_version_is_taken_back_and_an_answer_erased_in_the_browser(
    root: Path, opening: Callable[..., Open], browser: Any
) -> None:
    """« Vie de l’étude », by hand: the version of before is in use again; an answer goes from every version, once initials are given."""
    book = load_workbook(root / f"vault/{STUDY}/received/questionnaire.xlsx")
    book.worksheets[0].delete_rows(book.worksheets[0].max_row)
    book.save(path := root.parent / "export.xlsx")
    receive(root, STUDY, "questionnaire", path, dt.date.today(), YES)
    desk = opening(root)
    context = browser.new_context(locale="fr-FR")
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{desk.port}/?jeton={desk.token}")
    page.get_by_label("Initiales").fill("ab")
    page.get_by_role("button", name="Entrer").click()
    page.goto(f"http://127.0.0.1:{desk.port}{HERE}/vie")
    vault = open_vault(root, STUDY)
    used = in_use(vault, "questionnaire")
    assert used is not None
    page.get_by_role("button", name="Reprendre cette version").first.click()
    page.get_by_text("est de nouveau celle de l’étude").wait_for()
    again = in_use(open_vault(root, STUDY), "questionnaire")
    assert again is not None and again.number != used.number
    page.locator("#record").fill("R001")
    page.get_by_role("button", name="Voir ce qui serait effacé").click()
    page.get_by_role("heading", name="Ce qui serait effacé").wait_for()
    held = vault.read_received("questionnaire")
    page.locator("#sure").fill("effacer")
    page.get_by_role("button", name="Effacer pour toujours").click()
    page.get_by_text("écrire ses initiales").wait_for()
    assert open_vault(root, STUDY).read_received("questionnaire") == held
    page.get_by_role("link", name="Revenir").click()
    page.locator("#record").fill("R001")
    page.get_by_role("button", name="Voir ce qui serait effacé").click()
    page.locator("#sure").fill("ab")
    page.get_by_role("button", name="Effacer pour toujours").click()
    page.get_by_text("Certificat, sans contenu").wait_for()
    assert open_vault(root, STUDY).read_received("questionnaire") != held
    context.close()
