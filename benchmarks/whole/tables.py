"""The files of a team, in the forms that the documentation gives: CSV of the dictionary, or workbooks that `creer` writes."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from functools import partial
from pathlib import Path

import openpyxl

from .axes import SINCE
from .codebook import Codebook
from .exports import cells, export, fill, of
from .people import Response
from .world import Row, World

CSV_ROLES = (
    "sites",
    "ad_counts",
    "ad_pages",
    "wave_counts",
    "wave_ads",
    "press",
    *(CSV_ONLY := ("structures", "outreach", "law_results", "vignettes")),
)
WINDOW = {"window_start": "2026-01-30", "window_end": "2026-02-03"}
META = """title: {title}
origin: observed
source: Relevé par l’équipe
licence: Licence Ouverte 2.0
date: '2026-07-01'
sha256: {digest}
"""
OUTLINES = ("outlines:", "  file: communes.geojson", "  vintage: essai")
# The team's own coding: workbook → sheet.
CODED = {"classeur-codage.xlsx": "Codage des situations", "classeur-themes.xlsx": "Thèmes des textes"}
# Workbook → (sheet → table of the codebook), as `creer` writes them.
INTERNET = {
    "Sites": "sites",
    "Décomptes": "ad_counts",
    "Pages lues": "ad_pages",
    "Vagues": "wave_counts",
    "Annonces suivies": "wave_ads",
}


def internet_rows(world: World) -> dict[str, list[Row]]:
    """Register, counts and pages read, by table."""
    if world.internet is None:
        return {}
    rows: dict[str, list[Row]] = {name: [] for name in INTERNET.values()}
    if world.waves is not None:
        rows["wave_counts"] = [
            {"site_code": code, "wave_on": on, "count": str(number)}
            for (code, on), number in world.waves.counts.items()
        ]
        rows["wave_ads"] = world.waves.followed
    for site in world.internet.sites:
        rows["sites"].append(
            {
                "site_code": site.code,
                "category": site.kind,
                "mirror_group": site.mirror,
                "status": site.status,
                "under_mirror_label": "",
                "remarks": "",
            }
        )
        for one in site.known:
            count, method = ("", "page_extrapolated") if one.paged else (str(one.relevant), "exact")
            rows["ad_counts"].append(
                {"site_code": site.code, "place": one.place, "count": count, "method": method, **WINDOW}
            )
            for rank in one.read if one.paged else []:
                page = one.pages[rank - 1]
                rows["ad_pages"].append(
                    {
                        "site_code": site.code,
                        "place": one.place,
                        "page_rank": str(rank),
                        "ads_shown": str(len(page)),
                        "ads_relevant": str(sum(ad.of is not None for ad in page)),
                        "pages_total": str(len(one.pages)),
                        "ads_announced": "",
                    }
                )
    return rows


def csv_rows(world: World) -> dict[str, list[Row]]:
    """What this team keeps as CSV files: everything that may be one, or what no workbook is for."""
    every = internet_rows(world) | world.books
    kept = CSV_ROLES if world.choice["door"] == "files" else CSV_ONLY
    return {name: every[name] for name in kept if every.get(name)}


def write_csv(home: Path, world: World) -> None:
    """Replace the trial files by the team's own, each with its origin; what the team has not is taken away."""
    folder = home / "resources/studies" / world.study
    for path in [*folder.glob("*.csv*"), *folder.glob("*.xlsx*")]:
        path.unlink()
    for name in csv_rows(world):
        rewrite(home, world, name)
        digest = hashlib.sha256(b"").hexdigest()  # `sceller` writes the right one
        (folder / f"{name}.csv.meta.yaml").write_text(META.format(title=f"Table {name}", digest=digest), "utf-8")


def rewrite(home: Path, world: World, name: str) -> None:
    """Save one CSV file."""
    rows = csv_rows(world)[name]
    with (home / "resources/studies" / world.study / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def internet_workbook(home: Path, book: Codebook, world: World, folder: Path) -> Path:
    """Register, counts and pages read, in the workbook of the Internet."""
    rows = internet_rows(world)
    sheets = {sheet: [_labelled(book, table, row) for row in rows[table]] for sheet, table in INTERNET.items()}
    return _filled(home / "instruments" / world.study / "classeur-internet.xlsx", sheets, folder)


def write_config(home: Path, world: World) -> None:
    """The study's configuration, as its team edits what `creer` wrote: its name, its files, how it chose its ads."""
    path = home / "config/studies" / f"{world.study}.yaml"
    title = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("title:"))
    lines = [
        f"departements: {json.dumps(world.codes)}" if world.regional else f'departement: "{world.codes[0]}"',
        *(["region: Ensemble"] if world.regional else []),
        f'edition: "{world.study.rsplit("-", 1)[1]}"',
        title,
        f"team: {json.dumps(world.team, ensure_ascii=False)}",
        *(["ecriture: doublets"] if world.choice["writing"] == "doublets" else []),
        "period_start: 2025-09-01",
        "period_end: 2026-06-30",
        "report_date: 2026-09-15",
        "fictional: true",
        "final: false",
        "inputs:" if csv_rows(world) else "inputs: {}",
        *(f"  {name}: {name}.csv" for name in csv_rows(world)),
    ]
    if world.has("questionnaire"):
        lines += ["received:", f"  questionnaire: {world.choice['tool']}"]
    if world.internet is not None and world.choice["chosen"] != "drawn":
        lines += [f"coded_sample: {world.choice['chosen']}"]
    lines += [*OUTLINES, "counting:", "  ceiling: 10"]
    lines += [f"  first_year: {first}" for first in [SINCE.get(world.choice["years"])] if first] + [""]
    path.write_text("\n".join(lines), "utf-8")


def make_real(home: Path, world: World) -> None:
    """Say that the study is real: no trial file is left, nor the trial outlines."""
    path = home / "config/studies" / f"{world.study}.yaml"
    kept = [line for line in path.read_text("utf-8").splitlines() if line not in OUTLINES]
    path.write_text("\n".join([*kept, ""]).replace("fictional: true", "fictional: false"), "utf-8")
    for one in (home / "resources/studies" / world.study).glob("communes.geojson*"):
        one.unlink()
    decided = home / "vault" / world.study / "conformite/conformite.yaml"
    if decided.is_file():  # what must be decided before a real study receives anything
        said = {"opinion_date": "2025-08-20", "exports": "2036-12-31", "contacts": "2035-12-31"}
        text = decided.read_text("utf-8")
        for key, day in said.items():
            text = re.sub(rf"^(\s+{key}:).*$", rf"\1 {day}", text, flags=re.MULTILINE)
        decided.write_text(text, "utf-8")


def workbooks(home: Path, book: Codebook, world: World, folder: Path) -> list[Path]:
    """What the team gives to `recevoir`: its export, and the workbooks that it filled."""
    templates = home / "instruments" / world.study
    given = []
    if world.has("questionnaire"):
        given.append(
            export(book, world.choice["tool"], world.responses, folder, templates / "classeur-questionnaire.xlsx")
        )
        coding = coded_situations(book, world)
        if coding:
            given.append(_coded(templates / "classeur-codage.xlsx", coding, folder))
    if world.themes:
        given.append(_coded(templates / "classeur-themes.xlsx", coded_themes(book, world), folder))
    if world.has("interviews"):
        given.append(_filled(templates / "classeur-entretiens.xlsx", interview_sheets(book, world), folder))
    if "partners" in world.books:
        given.append(
            _filled(templates / "classeur-partenaires.xlsx", {"Partenaires": _told(book, "partners", world)}, folder)
        )
    if "demand" in world.books:
        given.append(
            _filled(templates / "classeur-demande.xlsx", {"Annonces de demande": world.books["demand"]}, folder)
        )
    if world.choice["door"] == "workbooks":
        if world.internet is not None:
            given.append(internet_workbook(home, book, world, folder))
        if "press" in world.books:
            given.append(_filled(templates / "classeur-presse.xlsx", {"Presse": world.books["press"]}, folder))
    return given


def _filled(
    template: Path, sheets: dict[str, list[dict[str, str | int | None]]] | dict[str, list[Row]], folder: Path
) -> Path:
    workbook = openpyxl.load_workbook(template)
    for sheet, rows in sheets.items():
        fill(workbook[sheet], rows)
    path = folder / template.name
    workbook.save(path)
    return path


def _coded(template: Path, rows: list[dict[str, str | int | None]], folder: Path) -> Path:
    return _filled(template, {CODED[template.name]: rows}, folder)


def _told(book: Codebook, name: str, world: World) -> list[Row]:
    return [_labelled(book, name, row) for row in world.books[name]]


def _labelled(book: Codebook, table: str, row: Row) -> Row:
    """A row whose closed answers are said by their labels, as the lists of a workbook offer them."""
    found = {}
    for name, value in row.items():
        one = book.variable(table, name)
        found[name] = book.label(one, value) if value and one.closed and one.list != "tick" else value
    return found


def coded_situations(book: Codebook, world: World) -> list[dict[str, str | int | None]]:
    """A line a coded situation; with two coders, every third one is coded twice, and half of these otherwise by the second."""
    rows = []
    for one in world.responses:
        for told in one.situations:
            if told.factors is None:
                continue
            coders = ("AB", "CD") if world.choice["coders"] == "two" and told.number % 3 == 1 else ("AB",)
            for coder in coders:
                factors = otherwise(told.factors) if coder == "CD" and len(rows) % 2 else told.factors
                keys = {"record_kind": "Questionnaire", "record_id": one.number}
                keys |= {"situation_number": told.number, "coder": coder}
                ticked = cells(book, "situation_coding", {"vulnerability": factors}.get)
                rows.append(keys | {name: value for name, value in ticked.items() if name not in keys})
    return rows


def coded_themes(book: Codebook, world: World) -> list[dict[str, str | int | None]]:
    """A line an answer, or an interview, whose texts were read; with two coders every third one twice, and otherwise."""
    rows = []
    for number, themes in world.themes.items():
        again = world.choice["coders"] == "two" and len(rows) % 3 == 0
        for coder, said in (("AB", themes), *((("CD", otherwise(themes, "fear")),) if again else ())):
            ticked = cells(book, "text_coding", {"obstacles_themes": said}.get)
            rows.append({**ticked, "record_id": number, "coder": coder})
    return rows


def otherwise(answers: frozenset[str], one: str = "isolation") -> frozenset[str]:
    """A set of answers as a second coder has it, who sees one more, or one less where others are left."""
    others = answers - {one, "none", "dk"}
    return others if one in answers and others else others | {one}


def interview_sheets(book: Codebook, world: World) -> dict[str, list[dict[str, str | int | None]]]:
    """The two sheets of the interviews."""
    above, below = [], []
    for at, one in enumerate(world.interviews):
        above.append(_interview(book, one, at))
        for told in one.situations:
            keys = {"interview_id": one.number, "situation_number": told.number, "situation_origin": "Entretien"}
            row = cells(book, "situations", partial(of, told))
            below.append(
                keys | {name: value for name, value in row.items() if name not in keys and name != "response_id"}
            )
    return {"Entretiens": above, "Situations d’entretien": below}


def _interview(book: Codebook, one: Response, at: int) -> dict[str, str | int | None]:
    """Of every third one nobody noted the field, nor who was met."""
    noted = {
        "activity_field": book.label(book.variable("interview_records", "activity_field"), "socia"),
        "interlocutor": book.label(book.variable("interview_records", "interlocutor"), "other"),
    }
    return (noted if at % 3 != 1 else {}) | {
        "interview_id": one.number,
        "date": f"2026-03-{10 + at}",
        "structure": f"Service rencontré {chr(65 + at)}",
        "mode": book.label(book.variable("interview_records", "mode"), "in_person"),
        "people_met": one.professionals,
        "already_answered": 0,
    }
