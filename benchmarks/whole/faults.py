"""One fault planted in a study that was well: it must be refused, told where it is, and leave what was published; it is then
repaired, and the study goes on. What the program reads all the same (a sheet of another name) changes nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from . import judge
from .exports import SUFFIX, TICKED
from .player import Copy, Done, Walk, typed
from .tables import CODED
from .world import World

# Whom a spoiled cell speaks of: no command may repeat it.
SOMEBODY = " ".join(("Marie Durand,", "06", "12", "34", "56", "78"))  # in pieces: no file of the project holds a number
LINK = re.compile(r"\[([^\]]+)\]\((?:fact|interval):")
OPEN_FILES = ("export-", "classeur-")


@dataclass(frozen=True)
class Fault:
    """`file`: what is spoiled; `says`: expressions that the refusal must hold, all of them; `spoil`: path of the file → spoiled;
    `read`: whether it is read all the same, and says that instead."""

    file: str
    says: tuple[str, ...]
    spoil: Callable[[Path], None]
    read: bool = False


def _at(column: str, row: int) -> str:
    """How a cell is told: of a table by its line, of a workbook as a spreadsheet names it."""
    return rf"ligne {row}, colonne {column}\b|\b{column}{row}\b"


def _line(number: int, column: int, value: str) -> Callable[[Path], None]:
    """One cell of a CSV, of the line that a spreadsheet shows so."""

    def spoil(path: Path) -> None:
        lines = path.read_text("utf-8").split("\n")
        cells = lines[number - 1].split(",")
        cells[column] = value
        path.write_text("\n".join([*lines[: number - 1], ",".join(cells), *lines[number:]]), "utf-8")

    return spoil


def _text(wanted: str, instead: str) -> Callable[[Path], None]:
    """The first place of an expression, rewritten."""

    def spoil(path: Path) -> None:
        text = path.read_text("utf-8")
        found = re.sub(wanted, instead, text, count=1, flags=re.MULTILINE)
        if found == text:
            raise ValueError(f"{path.name}: nothing like {wanted}")
        path.write_text(found, "utf-8")

    return spoil


def _added(line: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(path.read_text("utf-8").rstrip("\n") + f"\n{line}\n", "utf-8")


def _again(number: int) -> Callable[[Path], None]:
    return lambda path: _added(path.read_text("utf-8").split("\n")[number - 1])(path)


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def _sheet(change: Callable[[openpyxl.Workbook], None]) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        workbook = openpyxl.load_workbook(path)
        change(workbook)
        workbook.save(path)

    return spoil


def _cell(sheet: str, name: str, value: object, row: int = 3) -> Callable[[Path], None]:
    """One cell of a workbook, in the column of this name."""

    def change(workbook: openpyxl.Workbook) -> None:
        one = workbook[sheet]
        column = next(cell.column for cell in one[1] if cell.value == name)
        one.cell(row, column, value)

    return _sheet(change)


def _more(sheet: str, name: str, value: object) -> Callable[[Path], None]:
    """One line more, like the first but for one cell."""

    def change(workbook: openpyxl.Workbook) -> None:
        one = workbook[sheet]
        last = max(row for row in range(3, one.max_row + 1) if one.cell(row, 1).value) + 1
        for column in range(1, one.max_column + 1):
            told = value if one.cell(1, column).value == name else one.cell(3, column).value
            one.cell(last, column, told)

    return _sheet(change)


def _other_draw(workbook: openpyxl.Workbook) -> None:
    """The same ads, under the codes of a draw that is not this one."""
    for sheet in (workbook["Annonces"], workbook["Copies"]):
        for row in range(3, sheet.max_row + 1):
            if sheet.cell(row, 1).value:
                sheet.cell(row, 1, f"Z{sheet.cell(row, 1).value}")


def _away(workbook: openpyxl.Workbook) -> None:
    del workbook["Situations" if "Situations" in workbook.sheetnames else "situations"]


def _renamed(workbook: openpyxl.Workbook) -> None:
    workbook["Situations"].title = "Feuille 2"


def _twice(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["Réponses"]
    sheet.cell(4, 1, sheet.cell(3, 1).value)


def _unknown(tool: str) -> Callable[[Path], None]:
    """An answer that is in no list, of a question that everyone answers: its words are somebody's."""
    if tool == "template":
        return _cell("Réponses", "job_function", SOMEBODY)

    def change(path: Path) -> None:
        if path.suffix == ".xlsx":
            _sheet(_answered)(path)
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
            parts["questionnaire.csv"] = _column(parts["questionnaire.csv"], "job_function")
            with zipfile.ZipFile(path, "w") as archive:
                for name, content in parts.items():
                    archive.writestr(name, content)
        else:
            path.write_bytes(_column(path.read_bytes(), "fonction|job|fonct"))

    return change


def _lost(path: Path) -> None:
    """The answer that a column ticks is in no list any more: one of those that somebody ticked."""
    if path.suffix == ".xlsx":
        _sheet(_unlisted)(path)
        return
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))
    ticked = next(at for row in rows[1:] for at, cell in enumerate(row) if cell == "Y" and rows[0][at].endswith("]"))
    rows[0][ticked] = f"{rows[0][ticked].partition('[')[0]}[zz9]"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)


def _unlisted(workbook: openpyxl.Workbook) -> None:
    heads = [cell for sheet in workbook.worksheets for cell in sheet[1] if "/" in str(cell.value)]
    head = next(one for one in heads if TICKED in {cell.value for cell in one.parent[one.column_letter]})
    head.value = f"{head.value.partition('/')[0]}/zz9"


def _answered(workbook: openpyxl.Workbook) -> None:
    sheet = workbook.worksheets[0]
    wanted = re.compile(r"(?i)^job_function$|fonction exercez")
    column = next(cell.column for cell in sheet[1] if wanted.search(str(cell.value)))
    sheet.cell(2, column, SOMEBODY)


def _column(content: bytes, name: str) -> bytes:
    text = content.decode("utf-8-sig")
    separator = ";" if text.split("\n")[0].count(";") > text.split("\n")[0].count(",") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    at = next(at for at, title in enumerate(rows[0]) if re.search(rf"(?i){name}", title))
    rows[1][at] = SOMEBODY
    said = io.StringIO(newline="")
    csv.writer(said, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return said.getvalue().encode("utf-8")


def _table(world: World) -> Mapping[str, Fault]:
    """Faults of tables that the team keeps as files."""
    counts = "ad_counts.csv"
    elsewhere = next(code for code in ("69", "13", "33", "44") if code not in world.codes)
    return {
        "count_word": Fault(counts, (counts, _at("C", 2)), _line(2, 2, "beaucoup")),
        "count_negative": Fault(counts, (counts, _at("C", 2)), _line(2, 2, "-3")),
        "count_formula": Fault(counts, (counts, _at("C", 2)), _line(2, 2, "#REF!")),
        "site_unknown": Fault(counts, (counts, _at("A", 2)), _line(2, 0, "Z99")),
        "site_twice": Fault("sites.csv", ("sites.csv", r"ligne [89], colonne A"), _again(2)),
        "date_impossible": Fault("press.csv", ("press.csv", _at("A", 2)), _line(2, 0, "2026-02-30")),
        "window_backwards": Fault(counts, (counts, _at("[EF]", 2)), _line(2, 5, "2025-12-03")),
        "place_outside": Fault(counts, (counts, _at("B", 2)), _line(2, 1, f"Lieu ({elsewhere})")),
        "places_alike": Fault(
            counts,
            (counts, r"ligne \d+, colonne B"),
            _added("E02,Val-Bourg,4,exact,2026-01-30,2026-02-03\nE02,Val Bourg,4,exact,2026-01-30,2026-02-03"),
        ),
        "column_renamed": Fault(counts, (counts, "count"), _text("^site_code,place,count", "site_code,place,nombre")),
        "file_cut": Fault(counts, (counts,), _cut),
        "file_away": Fault(counts, (counts,), Path.unlink),
        "file_unsealed": Fault("sites.csv", ("sites.csv", "sceller"), _line(2, 5, "relu")),
        "story_of_two": Fault("vignettes.csv", ("vignettes.csv", _at("C", 2)), _text(r" ; [^;,]*,AB", ",AB")),
    }


def _written(world: World) -> Mapping[str, Fault]:
    """Faults of what the team writes in its configuration."""
    file, answers = f"config/studies/{world.study}.yaml", "config/codebook/options.csv"
    band = "age_band;a26;26 à 35 ans;26-"
    return {
        "band_elsewhere": Fault(answers, ("options.csv", "autres âges"), _text(f"^{band}35", f"{band}40")),
        "config_value": Fault(file, (file, "report_date"), _text("^report_date: .*$", "report_date: le quinze")),
        "config_key": Fault(file, (file, "periode_debut"), _text("^period_start:", "periode_debut:")),
        "config_unreadable": Fault(file, (file, "ligne"), _text("^period_end:", "\tperiod_end")),
        "period_backwards": Fault(file, (file, "period_"), _text("^period_end: .*$", "period_end: 2024-06-30")),
    }


def _given(world: World) -> Mapping[str, Fault]:
    """Faults of a file that the team gives."""
    tool = world.choice["tool"]
    export = f"export-{tool}.{SUFFIX[tool]}"
    said = "questionnaire|" + re.escape(export)
    ads = "annonces-codees.xlsx"
    return {
        "sheet_away": Fault(export, (said, "[Ss]ituations"), _sheet(_away)),
        "sheet_renamed": Fault(export, (said, "0 nouvelle"), _sheet(_renamed), read=True),
        "answer_unknown": Fault(export, (said, r"\b[A-Z]{1,3}\d+\b"), _unknown(tool)),
        "option_lost": Fault(export, (said, "coche une réponse", r"colonne [A-Z]+|\b[A-Z]{1,3}1\b"), _lost),
        "response_twice": Fault(export, (said, _at("A", 4)), _sheet(_twice)),
        "workbook_cut": Fault(export, ("Ce fichier ne peut pas être lu",), _cut),
        "workbook_formula": Fault(export, (said, "3"), _cell("Réponses", "professionals_consulted", "#REF!")),
        "coding_of_nobody": Fault(
            "classeur-codage.xlsx",
            ("situation_coding", r"\bB\d+\b|colonne B"),
            _more(CODED["classeur-codage.xlsx"], "record_id", "inconnu-999"),
        ),
        "themes_of_nobody": Fault(
            "classeur-themes.xlsx",
            ("text_coding", r"\bA\d+\b|colonne A"),
            _more(CODED["classeur-themes.xlsx"], "record_id", "inconnu-999"),
        ),
        "draw_of_another": Fault(ads, ("coded_ads|codées", r"\bA\d+\b|colonne A|tirage"), _sheet(_other_draw)),
    }


def planted(copy: Copy, walk: Walk, asked: Callable[[], Done] | None = None) -> None:
    """Plant what this study draws in what the team keeps, writes, or gave, and repair it. `asked`: the calculation that is to refuse
    it, where it is not that of the study's own facts."""
    name, world = walk.world.choice["fault"], walk.world
    if walk.stopped or name == "none":
        return
    if fault := _table(world).get(name):
        _kept(copy, walk, name, fault, copy.home / "resources/studies" / world.study / fault.file, asked)
    elif fault := _written(world).get(name):
        _kept(copy, walk, name, fault, copy.home / fault.file, asked)
    elif (fault := _given(world).get(name)) and fault.file.startswith(OPEN_FILES):
        given(copy, walk, copy.given(world) / fault.file)


def given(copy: Copy, walk: Walk, path: Path) -> None:
    """Give a file that is spoiled, where this study draws so: it is refused, and nothing changes; or, where only all files
    together show it, at the calculation."""
    name = walk.world.choice["fault"]
    fault = _given(walk.world).get(name)
    if walk.stopped or fault is None or fault.file != path.name:
        return
    spoiled = path.parent / "gâté" / path.name
    spoiled.parent.mkdir(exist_ok=True)
    shutil.copy2(path, spoiled)
    fault.spoil(spoiled)
    before = published(walk)
    study = walk.world.study
    done = copy.run("diagnostic", "recevoir", study, str(spoiled))
    if done.code == 0 and not fault.read:
        judged(walk, name, fault, copy.snakemake([study], "facts"), before)
        typed(walk, copy.run("diagnostic", "recevoir", study, str(path), "--remplacer"))
    else:
        judged(walk, name, fault, done, before)


def finding(copy: Copy, walk: Walk, path: Path) -> None:
    """A number of a finding is altered by hand, where this study draws so."""
    if walk.stopped or walk.world.choice["fault"] != "finding_altered":
        return
    content, before = path.read_bytes(), published(walk)
    text = content.decode("utf-8")
    link = next(one for one in LINK.finditer(text) if re.search(r"\d", one[1]))
    path.write_text(text[: link.start(1)] + "987 654" + text[link.end(1) :], "utf-8")
    number = text[: link.start()].count("\n") + 1
    fault = Fault(path.name, (path.name, rf"\b{number}\b"), lambda path: None)
    judged(walk, "finding_altered", fault, copy.run("diagnostic", "calculer", walk.world.study), before)
    path.write_bytes(content)


def _kept(copy: Copy, walk: Walk, name: str, fault: Fault, path: Path, asked: Callable[[], Done] | None) -> None:
    study, content, before = walk.world.study, path.read_bytes(), published(walk)
    fault.spoil(path)
    table = path.suffix == ".csv"
    done = Done("", 0, "")
    if table and name != "file_unsealed":
        done = copy.run("diagnostic", "sceller", study)
    if done.code == 0:
        done = asked() if asked else copy.snakemake([study], "facts")
    judged(walk, name, fault, done, before)
    path.write_bytes(content)
    if table and name != "file_unsealed":
        typed(walk, copy.run("diagnostic", "sceller", study))


def judged(walk: Walk, name: str, fault: Fault, done: Done, before: Mapping[str, str]) -> None:
    """Whether the refusal is one, says where, repeats nobody's words, and left what was published as it was."""
    walk.planted = done
    said = f"{name}: {done.command}"
    if done.code != (0 if fault.read else 1):
        walk.wrong.append(f"{said}: code {done.code}: {done.said.strip()[-600:]}")
    for wanted in fault.says:
        if not re.search(wanted, done.said):
            walk.wrong.append(f"{said}: does not say {wanted}: {done.said.strip()[-900:]}")
    walk.wrong += [f"{said}: {one}" for one in judge.unforeseen(done.said)]
    if "Durand" in done.said or "06 12" in done.said:
        walk.wrong.append(f"{said}: repeats what was written of somebody")
    after = published(walk)
    walk.wrong += [f"{said}: {path} was replaced" for path in before if after.get(path) != before[path]]


def published(walk: Walk) -> dict[str, str]:
    """Path → digest of what the study has published, or would."""
    folders = [walk.results / one for one in ("report", "travail", "release")]
    files = [path for one in folders if one.is_dir() for path in one.rglob("*") if path.is_file()]
    files += [
        path for path in (walk.results / "estimate/facts.parquet", walk.results / "manifest.json") if path.is_file()
    ]
    return {
        path.relative_to(walk.results).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }
