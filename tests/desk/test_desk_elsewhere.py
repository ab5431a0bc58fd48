"""Two persons on two machines: what is given out shows nothing of the other, what comes back is put beside the other’s work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import long
from near import Near
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from diagnostic.codebook import template
from diagnostic.commands.program import main
from diagnostic.consolidate.coders import ARBITER
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.desk import decisions
from diagnostic.privacy.vault import open_vault
from diagnostic.study import elsewhere, working
from diagnostic.study.erase import erase
from diagnostic.study.given import Reader
from diagnostic.study.sheets import told_of
from diagnostic.study.working import FRESH, SECOND

sys.path.append(str(Path(__file__).parents[1] / "vault"))
from test_desk_coding import CODEBOOK, CODING, DAY, SIZE, STUDY, E, made  # noqa: F401
from test_sheets import calculated

DESK = f"{E}/coder/feuilles"
CODES = "Codage des situations"


def sheet(root: Path, name: str, title: str) -> tuple[Worksheet, dict[str, int]]:
    found = load_workbook(root / "vault" / STUDY / "feuilles" / name)[title]
    return found, {str(cell.value): cell.column for cell in found[1]}


def told(root: Path):  # type: ignore[no-untyped-def]
    return told_of(Reader(root, STUDY, open_vault(root, STUDY)))


def code(root: Path, coder: str, keys: list[str], answer: str) -> None:
    """What somebody codes at the desk, and gives back."""
    every = told(root)
    rows = {key: working.row_of(CODEBOOK, every, key, coder, {"vulnerability": [answer]}) for key in keys}
    working.keep(root, STUDY, lambda held: held.codings.update({coder: rows}))
    working.give_back(root, STUDY, "codings", DAY)


def filled(root: Path, name: str, answers: dict[int, str], coder: str = "") -> bytes:
    """The sheet as it comes back: place of a row → what is ticked of vulnerability."""
    found, at = sheet(root, name, CODES)
    for row, answer in answers.items():
        template.put(found, row + template.FIRST_ROW, at[f"vulnerability/{answer}"], "coché", alignment=template.TOP)
        if coder:
            found.cell(row + template.FIRST_ROW, at["coder"]).value = coder
    return template.to_bytes(found.parent)


def upload(desk: Near, content: bytes, who: str, name: str = "feuille.xlsx"):  # type: ignore[no-untyped-def]
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'
        for key, text in (("csrf", desk.csrf), ("who", who))
    ]
    head = f'--x\r\nContent-Disposition: form-data; name="fichier"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + b"\r\n--x--\r\n"
    return desk.ask("POST", f"{DESK}/reprendre", desk.own | {"Content-Type": "multipart/form-data; boundary=x"}, body)


@pytest.mark.slow
def test_two_codings_of_the_same_situations_are_put_side_by_side_and_settled(
    root: Path, near: Callable[[Path], Near]
) -> None:
    first = list(told(root).situations)[:3]
    code(root, "AB", first, "violence")
    desk = near(root)
    answer = desk.post(DESK, who="cd", mode=SECOND)
    assert answer.headers["location"] == DESK
    text = desk.get(DESK).text
    assert "codage-CD.xlsx" in text and f"vault/{STUDY}/feuilles/codage-CD.xlsx : 3 situations." in text
    found, at = sheet(root, "codage-CD.xlsx", CODES)
    rows = [row for row in found.iter_rows(min_row=template.FIRST_ROW, values_only=True) if row[at["record_id"] - 1]]
    assert len(rows) == 3 and {row[at["coder"] - 1] for row in rows} == {"CD"}
    assert not any(row[column - 1] for row in rows for name, column in at.items() if name.startswith("vulnerability"))
    # While it is out AB changes her mind on the second, and somebody codes a fourth.
    code(root, "AB", first[1:2], "poverty")
    code(root, "EF", list(told(root).situations)[3:4], "none")
    back = filled(root, "codage-CD.xlsx", {0: "violence", 1: "violence"})
    answer = upload(desk, back, "CD")
    assert answer.code == 303, answer.text
    text = desk.get(DESK).text
    assert "2 codages de CD" in text and "codage-CD.xlsx" not in text
    both = {
        key: {row["coder"]: sorted(name for name in row if name.startswith("vulnerability/")) for row in rows}
        for key, rows in told(root).coded.items()
    }
    assert both == {
        first[0]: {"AB": ["vulnerability/violence"], "CD": ["vulnerability/violence"]},
        first[1]: {"AB": ["vulnerability/poverty"], "CD": ["vulnerability/violence"]},
        first[2]: {"AB": ["vulnerability/violence"]},
        list(told(root).situations)[3]: {"EF": ["vulnerability/none"]},
    }
    assert len(coded_rows(root)) == 6
    assert "1 situation à départager" in desk.get(f"{E}/trancher").text
    desk.post(f"{E}/trancher/desaccord/2", dire="suivant", vulnerability="poverty")
    desk.post(f"{E}/trancher/rendre")
    assert [row["coder"] for row in told(root).coded[first[1]]] == ["AB", "CD", ARBITER]
    log = [(one.kind, one.what) for one in decisions.read(root, STUDY)]
    assert ("out", "à CD") in log and ("back", "de CD") in log


def coded_rows(root: Path) -> list[str]:
    reader = Reader(root, STUDY, open_vault(root, STUDY))
    return list(reader.together().tables[CODING]["coder.code"])


@pytest.mark.slow
def test_what_is_not_that_person_s_or_no_sheet_is_refused_and_nothing_changes(
    root: Path, near: Callable[[Path], Near]
) -> None:
    desk = near(root)
    for who, mode, code_ in (("", FRESH, 422), ("é", FRESH, 422), ("CD", "tiers", 404)):
        assert desk.post(DESK, who=who, mode=mode).code == code_, (who, mode)
    assert desk.post(DESK, who="CD", mode=FRESH).code == 303
    assert "Déjà confié" in desk.post(DESK, who="CD", mode=FRESH).text
    assert desk.post(DESK, who="CD", mode=FRESH, again="1").code == 303
    before = sorted(path for path in (root / "vault" / STUDY).rglob("*") if path.name != "decisions.csv")
    blank = filled(root, "codage-CD.xlsx", {})
    other = filled(root, "codage-CD.xlsx", {0: "violence"}, "EF")
    for content, who in ((blank, "CD"), (other, "CD"), (b"PK\x03\x04", "CD"), (b"a;b\n1;2\n", "CD"), (blank, "")):
        assert upload(desk, content, who).code == 422
    assert "vérifier les initiales" in upload(desk, other, "CD").text
    assert sorted(path for path in (root / "vault" / STUDY).rglob("*") if path.name != "decisions.csv") == before
    assert not told(root).coded


def test_what_somebody_may_recognise_is_given_to_nobody(root: Path) -> None:
    key = next(iter(told(root).situations))
    working.keep(root, STUDY, lambda held: held.flagged.update({key: "AB"}))
    lines = "\n".join(elsewhere.give_out(root, STUDY, "CD", FRESH))
    assert f"{SIZE - 1} situations" in lines


@pytest.mark.slow
def test_pairs_are_kept_where_both_agree_and_open_again_where_they_do_not(root: Path) -> None:
    elsewhere.give_out(root, STUDY, "CD", FRESH)
    found, at = sheet(root, "doublons-CD.xlsx", "Paires")
    assert not any(cell.value for cell in found["C"][2:])
    row = working.sheets.pairs_of(Reader(root, STUDY, open_vault(root, STUDY)), {}).rows.iloc[0]
    vault, pair = open_vault(root, STUDY), frozenset((row["first"], row["second"]))
    cases = (  # what is decided here meanwhile, what comes back, what then holds and by whom
        ("", "Personnes différentes", ("different", "CD"), "1 paire regardée par CD."),
        ("same", "Personnes différentes", None, "1 paire reste à trancher"),
        ("different", "Ne sait pas", ("different", "AB"), "1 paire regardée par CD."),
        ("unsure", "Mêmes personnes", ("same", "CD"), "1 paire regardée par CD."),
        ("same", "Mêmes personnes", ("same", "AB"), "1 paire regardée par CD."),
    )
    for here, word, expected, line in cases if long() else cases[:2]:
        if here:
            own = {"decision": here, "reason": "", "initials": "AB"}
            working.keep(root, STUDY, lambda held, own=own: held.pairs.update({" ".join(sorted(pair)): own}))
            working.give_back(root, STUDY, "pairs", DAY)
        found.cell(template.FIRST_ROW, at["decision"]).value = word
        lines = "\n".join(elsewhere.take_back(root, STUDY, "CD", template.to_bytes(found.parent), "f.xlsx", DAY))
        assert line in lines and ("reste à trancher" in lines) is (expected is None), (here, word, lines)
        said = working.decided(root, STUDY, told(root), working.begun(vault)).get(pair)
        assert (said and (said["decision"], said["initials"])) == expected, (here, word)
        assert not working.begun(vault).pairs
    assert not (root / "vault" / STUDY / "feuilles/doublons-CD.xlsx").exists()


@pytest.mark.slow  # `vault/test_returned.py` erases what is out of a vault, a screen of the desk too
def test_what_was_erased_while_a_sheet_was_out_does_not_come_back_with_it(root: Path) -> None:
    elsewhere.give_out(root, STUDY, "CD", FRESH)
    pairs, at = sheet(root, "doublons-CD.xlsx", "Paires")
    codes = filled(root, "codage-CD.xlsx", dict.fromkeys(range(SIZE), "violence"))
    shown = str(pairs.cell(template.FIRST_ROW, at["first"]).value).partition("/")[0]
    for row in range(template.FIRST_ROW, pairs.max_row + 1):
        pairs.cell(row, at["decision"]).value = "Personnes différentes"
    every = told(root)
    gone = {key for key, one in every.situations.items() if one[3] == shown}
    lines, well = erase(root, STUDY, shown, DAY, execute=True)
    assert well and gone, lines
    with pytest.raises(NoResults):  # the pairs are those of a calculation
        elsewhere.take_back(root, STUDY, "CD", template.to_bytes(pairs.parent), "f.xlsx", DAY)
    calculated(root)
    for content in (template.to_bytes(pairs.parent), codes):
        elsewhere.take_back(root, STUDY, "CD", content, "f.xlsx", DAY)
    assert set(told(root).coded) == set(every.situations) - gone
    books = [path for path in (root / "vault" / STUDY).rglob("*.xlsx") if path.parts[-2] != "feuilles"]
    cells = {
        str(cell.value) for path in books for one in load_workbook(path) for row in one.iter_rows() for cell in row
    }
    assert len(books) > 2 and shown not in cells and not any(text.startswith(f"{shown}/") for text in cells)


@pytest.mark.slow
def test_the_commands_leave_what_the_desk_leaves(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert main(["preparer", STUDY, "--initiales", "CD", "--ailleurs", "premier"]) == 0
    file = tmp_path / "rendue.xlsx"
    file.write_bytes(filled(root, "codage-CD.xlsx", {0: "violence"}))
    assert main(["recevoir", STUDY, str(file), "--de", "CD"]) == 0
    assert coded_rows(root) == ["CD"]
    assert main(["recevoir", STUDY, str(file), "--de", "EF"]) == 1
    with pytest.raises(Typeset):
        elsewhere.give_out(root, STUDY, "CD", SECOND)
