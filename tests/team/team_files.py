"""The files of a team that collected its own way, and what is true of them: `python tests/team/team_files.py OUT`.

Standard library and openpyxl only: nothing of the project that will read them. The same seed writes the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import team_ground as ground
import team_internet
import team_waves
import team_words as words
from openpyxl import Workbook
from team_blocks import BLOCKS
from team_internet import Internet, internet
from team_people import RESPONSE, SITUATION, People, people, tally
from team_places import CODES, OUTLINES, TOWNS
from team_words import Sheet

WRITTEN = dt.datetime(2026, 7, 1)  # the day that every file says it was saved


def truth() -> tuple[People, Internet]:
    """The people and the ads, of the one seed."""
    return people(CODES), internet(list(TOWNS))


def files(people: People, ads: Internet) -> dict[str, bytes]:
    """File name → content, in the team's own shapes."""
    return {
        "formulaire.xlsx": xlsx({"Form1": words.form(people)}),
        "codage.xlsx": xlsx({"codage": words.coding(people)}),
        "themes.xlsx": xlsx({"thèmes": words.themes(people)}),
        "entretiens.xlsx": xlsx(words.interviews(people)),
        "doublons.csv": delimited(words.decisions(people)),
        "recits.csv": delimited(words.stories(people)),
        "sites.csv": delimited(words.register(ads)),
        "decomptes.csv": delimited(words.counts(ads)),
        "pages.csv": delimited(words.read_pages(ads)),
        "annonces.xlsx": xlsx(words.coded(ads)),
        "presse.csv": delimited(ground.press()),
        "partenaires.xlsx": xlsx(ground.partners()),
        "structures.csv": delimited(ground.structures()),
        "pratiques.csv": delimited(ground.practices()),
        "aller-vers.csv": delimited(ground.outreach()),
        "rencontres.csv": delimited(ground.met()),
        **{name: delimited(rows) for name, rows in zip(("vagues.csv", "suivi.csv"), team_waves.waves(), strict=True)},
        "restitutions.csv": delimited(ground.restitutions()),
        "bilan-loi.csv": delimited(ground.law_results()),
        "historique.xlsx": xlsx(ground.history()),
        "demande.xlsx": xlsx(ground.demand()),
        "communes.geojson": OUTLINES.read_bytes(),
        **{name: text.encode() for name, text in BLOCKS.items()},
        "verite.json": json.dumps(totals(people, ads), ensure_ascii=False, indent=1).encode(),
    }


# --- what is true --------------------------------------------------------------------------------------------------


def totals(people: People, ads: Internet) -> dict[str, object]:
    """Category totals, sums of counts and joins, in the team's words, from the truth and never from the files."""
    described, distinct = people.situations, [one for one in people.situations if not one.again]
    sure = [one for one in described if one.ticked["statut"] != ("risque",)]
    return {
        "responses": len(people.responses),
        "professionals": sum(one.professionals for one in people.responses),
        "interviews": len(people.interviews),
        "met": sum(one.met for one in people.interviews),
        "situations": len(described),
        "persons": sum(one.persons for one in distinct),
        "persons_named": sum(words.counted(one)[1] for one in distinct),
        "survey": tally(_answered(people)),
        "themes": tally((q, t, one.professionals) for one in people.responses for q, t in words.written(one).items()),
        "noted": dict(Counter(words.NOTED.get(words.noted(one.number) or "", "") for one in people.interviews)),
        "described": tally((q, a, 1) for _, q, ticked in words.situation_answers(people) for a in ticked),
        "true_persons": tally((q, a, 1) for one in sure for q in SITUATION for a in one.truly(q)),
        "factors": tally(("facteur", name, one.persons) for one in distinct for name in one.factors or ("aucun",)),
        "communes": tally(("commune", one.commune, one.persons) for one in distinct if one.commune),
        "counts": {words.reference(one.key): words.counted(one) for one in described},
        "same": [[words.reference(a), words.reference(b)] for a, b, verdict in people.decisions if verdict == "same"],
        "sites": dict(Counter(ads.sites.values())),
        "site_ads": _by_site(ads),
        "drawn": len(ads.drawn),
        "coded": tally(_coded(ads)),
        "articles": ground.ARTICLES,
        "contacted": ground.CONTACTED,
        "structures": ground.STRUCTURES,
    }


def _answered(people: People) -> Iterator[tuple[str, str, int]]:
    """Closed questions to professionals, each response counting for those whom it speaks for."""
    for one in people.responses:
        for question in RESPONSE:
            if one.answers[question]:
                yield question, one.answers[question], one.professionals
        yield from (("repéré", answer, one.professionals) for answer in one.exposure)
        yield from (("besoins", answer, one.professionals) for answer in one.needs)


def _by_site(ads: Internet) -> dict[str, int]:
    counts = Counter[str](dict.fromkeys(ads.sites, 0))
    for (site, _), number in ads.counts.items():
        counts[site] += number
    return dict(counts)


def _coded(ads: Internet) -> Iterator[tuple[str, str, int]]:
    for place in ads.drawn:
        yield from ((name, answer, 1) for name, answer in ads.profiles[ads.ads[place].person].items())


# --- bytes ---------------------------------------------------------------------------------------------------------


def delimited(sheet: Sheet) -> bytes:
    """A CSV as a French spreadsheet saves it: semicolons, dates as JJ/MM/AAAA."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([[f"{cell:%d/%m/%Y}" if isinstance(cell, dt.date) else cell for cell in row] for row in sheet])
    return out.getvalue().encode("utf-8-sig")


def xlsx(sheets: dict[str, Sheet]) -> bytes:
    """A workbook, one sheet after the other."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return xlsx_of(book)


def xlsx_of(book: Workbook) -> bytes:
    """The bytes of a workbook, without a clock."""
    book.properties.created = book.properties.modified = WRITTEN
    out, fixed = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename == "docProps/core.xml":  # openpyxl writes the hour of saving whatever is asked
                content = _dated(content)
            target.writestr(zipfile.ZipInfo(entry.filename, WRITTEN.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _dated(content: bytes) -> bytes:
    start, middle, end = content.partition(b'<dcterms:modified xsi:type="dcterms:W3CDTF">')
    return start + middle + f"{WRITTEN:%Y-%m-%dT%H:%M:%SZ}".encode() + end[end.index(b"<") :] if middle else content


def main(folder: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in files(*truth()).items():
        (target / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])

__all__ = ["team_internet"]
