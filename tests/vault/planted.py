"""Invented personal data: seeded, of no real person. Numbers are from the ranges that Arcep keeps for fiction."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

import openpyxl
import pandas as pd
import typst

# Syllables that give names the look, the accents and the letters of six origins.
ORIGINS = {
    "french": ("Éli|Hélo|Théo|Cléo|Anaï|Noé", "se|ïse|phile|linde|s|mie", "Beau|Grand|Clair|Hé|Cha|L’É", "bréchet|vannois|morçay|rémont|taigny|glantière"),
    "arabic": ("Sou|Ya|Na|Fa|Kha|Ou", "mayra|ssinel|djiba|rhanis|lidja|ssama", "Ben|El |Bou|Aït |Ould |Ha", "khemari|zeroualdi|chaâbine|djemouri|rahouni|lilassi"),
    "west_african": ("Fa|Ama|Kou|Aï|Sé|Ma", "toumia|dounou|ssanté|ssata|kouba|riamé", "Dia|Ou|Koua|N’|Tra|Sy", "kharéba|édraona|diéssou|Guessolo|hourassé|landio"),
    "romanian": ("Ște|Mă|Io|Flo|Cri|Ră", "fănela|dălina|nuțela|rinela|stineasa|zvania", "Po|Dră|Mun|Ște|Ţu|Lu", "pescaru|găneasca|teanu-Ilă|fănoiu|ţuianca|pușoreanu"),
    "vietnamese": ("Thị |Văn |Ngọc |Minh |Hồng |Đức ", "Hưởngal|Dũngal|Lệthu|Bảovy|Ánhmy|Tuấnla", "Nguy|Ph|Tr|Đ|L|V", "ễnh|ạmh|ầnh|ặngh|êho|ũho"),
    "slavic": ("Zla|Mi|Lju|Vesn|Sta|Dra", "tomira|lošica|bovka|anka|nislawa|ženka", "Kra|Petr|Łu|Wój|Šev|Đur", "snićeva|ovićka|kaszowa|cikówna|čenkova|đevićeva"),
}  # fmt: skip
BLOCKS = ["019900", "026191", "035301", "046571", "053649", "063998"]


def _pairs(digits: str, sign: str) -> str:
    return sign.join(digits[at : at + 2] for at in range(0, 10, 2))


PHONE_FORMATS = [
    lambda d: _pairs(d, " "),
    lambda d: _pairs(d, "."),
    lambda d: _pairs(d, "-"),
    lambda d: d,
    lambda d: "+33 " + _pairs(d, " ")[1:],
    lambda d: "+33" + d[1:],
    lambda d: "0033 " + _pairs(d, " ")[1:],
    lambda d: "+33 (0)" + _pairs(d, "\u00a0")[1:],
]
EMAIL_FORMATS = [
    lambda who, host: f"{who}@{host}",
    lambda who, host: f"{who}@{host}".upper(),
    lambda who, host: f"{who} [at] {host}",
    lambda who, host: f"{who} arobase {host.replace('.', ' point ')}",
    lambda who, host: f"{who}(at){host}",
    lambda who, host: f"{who}+suivi@{host}",
    lambda who, host: f"{who} @ {host}",
]


@dataclass(frozen=True)
class Planted:
    kind: str
    variety: str
    value: str


def names(random_: random.Random, count: int) -> list[Planted]:
    found: dict[str, Planted] = {}
    origins = list(ORIGINS)
    while len(found) < count:
        origin = origins[len(found) % len(origins)]
        parts = [random_.choice(part.split("|")) for part in ORIGINS[origin]]
        name = f"{parts[0]}{parts[1]} {parts[2]}{parts[3]}"
        found.setdefault(name, Planted("name", origin, name))
    return list(found.values())


def planted(seed: int = 62, count: int = 500) -> list[Planted]:
    """40 % names, 32 % phones in eight formats, 28 % e-mails in seven; all different."""
    random_ = random.Random(seed)
    data = names(random_, count * 40 // 100)
    tails = random_.sample(range(len(BLOCKS) * 10_000), count * 32 // 100)
    for at, tail in enumerate(tails):
        digits = f"{BLOCKS[tail // 10_000]}{tail % 10_000:04d}"
        data.append(Planted("phone", str(at % 8), PHONE_FORMATS[at % 8](digits)))
    for at in range(count - len(data)):
        who = "".join(random_.choice(["lo", "mi", "za", "ker", "du", "ban"]) for _ in range(4)) + f".{at}"
        host = random_.choice(["exemple.fr", "asso-test.example.org", "mail.example.com"])
        data.append(Planted("email", str(at % 7), EMAIL_FORMATS[at % 7](who, host)))
    return data


SENTENCES = [
    "Contact : {} (à rappeler).",
    "Elle a laissé {}, puis rien depuis 2019-08-28.",
    "{}",
    "12 situations, dont une signalée par {}",
]


def sentence(at: int, value: str) -> str:
    return SENTENCES[at % len(SENTENCES)].format(value)


def write_text(lines: list[str], path: Path) -> None:
    path.write_text("\n".join(lines), encoding="utf-8")


def write_cp1252(lines: list[str], path: Path) -> None:
    path.write_bytes("\n".join(lines).encode("cp1252", errors="xmlcharrefreplace"))


def write_utf16(lines: list[str], path: Path) -> None:
    path.write_text("\n".join(lines), encoding="utf-16")


def write_csv(lines: list[str], path: Path) -> None:
    pd.DataFrame({"id": range(len(lines)), "remarque": lines}).to_csv(path, index=False, sep=";")


def write_parquet(lines: list[str], path: Path) -> None:
    pd.DataFrame({"id": range(len(lines)), "remarque": lines}).to_parquet(path)


def write_json(lines: list[str], path: Path) -> None:
    path.write_text(json.dumps({"rows": [{"text": line} for line in lines]}), encoding="utf-8")


def write_log(lines: list[str], path: Path) -> None:
    path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


def write_html(lines: list[str], path: Path) -> None:
    """Inside words, an inline tag; every third value only in an attribute."""
    rows = []
    for at, line in enumerate(lines):
        if at % 3 == 2:
            rows.append(f'<p><img alt="{escape(line)}"></p>')
        else:
            rows.append(f"<p>{escape(line[: len(line) // 2])}<b>{escape(line[len(line) // 2 :])}</b></p>")
    path.write_text("<!doctype html><html><body>" + "".join(rows) + "</body></html>", encoding="utf-8")


def write_docx(lines: list[str], path: Path) -> None:
    """Each paragraph is cut into two runs in the middle, as Word does."""
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line[: len(line) // 2])}</w:t></w:r>'
        f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{escape(line[len(line) // 2 :])}</w:t></w:r></w:p>'
        for line in lines
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<?xml version='1.0'?><Types/>")
        archive.writestr(
            "word/document.xml", f"<?xml version='1.0'?><w:document><w:body>{paragraphs}</w:body></w:document>"
        )


def write_xlsx(lines: list[str], path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "remarque"])
    for at, line in enumerate(lines):
        sheet.append([at, "'" + line if line.startswith("+") else line])
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(buffer.getvalue())


def write_pdf(lines: list[str], path: Path) -> None:
    source = "#set page(width: 30cm, height: auto)\n#set text(size: 9pt)\n" + "\n\n".join(
        f"#{json.dumps(line, ensure_ascii=False)}" for line in lines
    )
    path.write_bytes(typst.compile(source.encode()))


WRITERS = {
    "notes.txt": write_text,
    "ancien.txt": write_cp1252,
    "large.txt": write_utf16,
    "cells.csv": write_csv,
    "cells.parquet": write_parquet,
    "record.json": write_json,
    "run.log.gz": write_log,
    "page.html": write_html,
    "rapport.docx": write_docx,
    "form.xlsx": write_xlsx,
    "rapport.pdf": write_pdf,
}
