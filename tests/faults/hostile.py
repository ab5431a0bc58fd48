"""Files that a team, a spreadsheet or an ill-disposed sender may put in the place of sound ones, by families.

Each has its expected outcome: « refusé » unless it says otherwise; « lu » is accepted, with or without a warning.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import own

STUDY = own.SMALL
RESOURCES = f"resources/studies/{STUDY}"
CONFIGURATION = f"config/studies/{STUDY}.yaml"
SIDECAR = f"{RESOURCES}/press.csv.meta.yaml"
YAML = (CONFIGURATION, "config/config.yaml", "config/release.yaml", SIDECAR, f"{RESOURCES}/annonces.xlsx.meta.yaml")
CSV = ("press", "ad_counts", "sites", "structures", "outreach")
CODEBOOK = ("variables", "options", "tables", "blocks", "texts", "indicators", "grids")
BLOCKS = ("conclusions", "pistes", "plan", "cadre", "croisement", "constats")
OUTLINES = f"{RESOURCES}/communes.geojson"
WORKBOOKS = ("annonces", "demande", "internet", "partenaires")
READ, REFUSED = "lu", "refusé"


@dataclass(frozen=True)
class Case:
    """One file, in the place of the project's own. `fault`: a mistake of a person; else the file is hostile or damaged."""

    family: str
    name: str
    path: str
    content: Callable[[], bytes | None]
    expected: str = REFUSED
    fault: bool = False

    @property
    def id(self) -> str:
        return f"{self.family}/{Path(self.path).name}/{self.name}"


def _sound(path: str) -> bytes:
    added = own.ADDED / path
    return (added if added.is_file() else own.ROOT / path).read_bytes()


def _given(content: bytes | str) -> Callable[[], bytes]:
    made = content.encode() if isinstance(content, str) else content
    return lambda: made


def _swapped(path: str, old: str, new: str) -> Callable[[], bytes]:
    def made() -> bytes:
        text = _sound(path).decode()
        assert old in text, (path, old)
        return text.replace(old, new, 1).encode()

    return made


# What is no text of the kind expected, whatever that is.
BYTES: dict[str, bytes] = {
    "NUL bytes": b"\0" * 4096,
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "zip": b"PK\x05\x06" + b"\0" * 18,
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0",
    "Parquet": b"PAR1" + b"\0" * 32 + b"PAR1",
    "program": b"\x7fELF\x02\x01\x01" + b"\0" * 64,
    "PNG": b"\x89PNG\r\n\x1a\n" + b"\0" * 32,
    "random": bytes((n * 97 + n // 7) % 256 for n in range(5_000)),
    "UTF-32": "clé: valeur\n".encode("utf-32"),
    "UTF-16 without mark": "clé: valeur, et beaucoup de mots\n".encode("utf-16-le") * 20,
    "invalid UTF-8": b"titre,date\n\xc3\x28\xa0\xa1,\xed\xa0\x80\n",
    "HTML page": b"<!doctype html><html><body><table><tr><td>1</td></tr></table></body></html>",
}

DEEP = 100_000
YAML_TEXTS: dict[str, bytes] = {
    "empty": b"",
    "only a comment": b"# rien\n",
    "scalar": b"bonjour\n",
    "list": b"- un\n- deux\n",
    "unclosed quote": b'title: "Diagnostic\nteam: a\n',
    "unclosed list": b"studies: [a, b\n",
    "tab as indent": b"inputs:\n\tsites: sites.csv\n",
    "duplicate key": b"title: a\ntitle: b\n",
    "list as key": b"? [a, b]\n: c\n",
    "mapping as key": b"? {a: b}\n: c\n",
    "list as key in a block": b"inputs:\n  ? [a, b]\n  : c\n",
    "null key": b"~: a\n",
    "empty key": b": a\n",
    "alias bomb": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (n, n, b",".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 107)),
    "alias": b"title: &t a\nteam: *t\n",
    "recursive alias": b"title: &t [*t]\n",
    "unknown alias": b"title: *absent\n",
    "merge key": b"<<: {title: a}\n",
    "merge of a text": b"<<: a\n",
    "Python object": b"title: !!python/object/apply:os.system ['true']\n",
    "Python name": b"!!python/name:os.system ''\n",
    "set": b"title: !!set {a, b}\n",
    "binary": b"title: !!binary aGVsbG8=\n",
    "unknown tag": b"title: !vault a\n",
    "two documents": b"title: a\n---\nteam: b\n",
    "deep list": b"title: " + b"[" * DEEP,
    "deep closed list": b"title: " + b"[" * DEEP + b"]" * DEEP,
    "deep mapping": b"title: " + b"{a: " * DEEP,
    "deep block": b"".join(b" " * n + b"a:\n" for n in range(300)),
    "huge scalar": b"title: " + b"a" * 2_000_000 + b"\n",
    "900,000-element comment": b"# " + b"a " * 900_000 + b"\n",
    "many keys": b"".join(b"k%d: v\n" % n for n in range(60_000)),
    "control sign": b'title: "a\\u0007b"\nteam: \x07\n',
    "escaped surrogate": b'title: "\\uD800"\n',
    "JSON of another kind": b'{"type": "FeatureCollection"}',
    "reserved sign": b"title: @a\n",
    "percent": b"%YAML 9.9\n---\ntitle: a\n",
}

CSV_TEXTS: dict[str, bytes] = {
    "empty": b"",
    "blank lines": b"\n\n\n  \n",
    "only a byte order mark": b"\xef\xbb\xbf",
    "no known header": b"a,b,c\n1,2,3\n",
    "unclosed quote at once": b'"a,b,c\n1,2,3\n' * 40,
    "one huge line": b"a" * 1_500_000,
    "one huge cell": b"date,outlet,title,year_heading\n2025-03-30,x," + b"a" * 40_000 + b",2025\n",
    "many columns": b",".join(b"c%d" % n for n in range(5_000)) + b"\n",
    "only separators": b",,,,\n,,,,\n",
    "old Mac lines": b"date,outlet\r2025-03-30,x\r",
    "two separators": b"a;b,c;d\n1;2,3;4\n",
    "header on the second line": b"\ndate,outlet,title,year_heading\n2025-03-30,x,y,2025\n",
}

CELLS: dict[str, dict[str, str]] = {
    "count": {
        "infinite": "inf", "not a number": "nan", "Infinity": "Infinity", "exponent": "1e5", "huge exponent": "1e400",
        "negative": "-3", "decimals": "3,5", "hexadecimal": "0x10", "underscore": "1_000", "two numbers": "3 ou 4",
        "words": "une dizaine", "ten thousand digits": "9" * 10_000, "thirty digits": "9" * 30, "date": "2025-03-30",
        "percent": "12 %", "formula": "=1+1", "superscript": "1²", "Arabic digits": "١٢", "fraction": "½", "Excel error": "#N/A",
        "apostrophe": "'12", "plus": "+-5", "bidi": "\u202e21",
    },
    "date": {
        "serial": "45746", "infinite": "inf", "not a number": "nan", "31 February": "2025-02-31", "two-digit year": "30/03/25",
        "year 9999": "9999-12-31", "year 0": "0000-01-01", "month 13": "2025-13-01", "words": "hier", "American": "03/30/2025",
        "negative": "-1", "huge": "1" * 5_000, "exponent": "2e3", "time": "25:61", "later than the report": "2031-01-01",
        "Arabic digits": "٢٠٢٥-٠٣-٣٠",
    },
}  # fmt: skip


def _rows(role: str, **changed: str) -> Callable[[], bytes]:
    """The sound file with the first row's cells replaced, by column."""

    def made() -> bytes:
        import csv
        import io

        rows = list(csv.reader(io.StringIO(_sound(f"{RESOURCES}/{role}.csv").decode())))
        for column, value in changed.items():
            rows[1][rows[0].index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()

    return made


def _cells() -> Iterator[Case]:
    columns = (("ad_counts", "count", "count"), ("outreach", "sms", "count"), ("ad_pages", "ads_shown", "count"))
    dates = (("press", "date", "date"), ("interviews", "date", "date"), ("ad_counts", "window_start", "date"))
    for role, column, kind in (*columns, *dates):
        for name, value in CELLS[kind].items():
            yield Case(
                "cellule", f"{column}: {name}", f"{RESOURCES}/{role}.csv", _rows(role, **{column: value}), fault=True
            )


def _quoting(content: bytes) -> dict[str, bytes]:
    """A sound CSV, damaged as spreadsheets, mail and hands do."""
    lines = content.splitlines(keepends=True)
    mark = b";" if lines[0].count(b";") > lines[0].count(b",") else b","
    return {
        "unclosed quote": lines[0] + b'"' + b"".join(lines[1:]),
        "a column more": lines[0] + lines[1].rstrip() + mark + b"de trop\n" + b"".join(lines[2:]),
        "cut in a row": lines[0] + lines[1].split(mark)[0] + b"\n" + b"".join(lines[2:]),
        "header twice": lines[0] + content,
        "no header": b"".join(lines[1:]),
        "column twice": lines[0].rstrip()
        + mark
        + lines[0].removeprefix(b"\xef\xbb\xbf").split(mark)[0]
        + b"\n"
        + b"".join(lines[1:]),
        "unknown column": lines[0].rstrip()
        + mark
        + b"inconnue\n"
        + b"".join(line.rstrip() + mark + b"1\n" for line in lines[1:]),
        "mojibake header": "é".encode().decode("cp1252").encode() + content,
        "text after a quote": lines[0] + b'"a"b' + mark + lines[1],
        "NUL in a cell": lines[0] + lines[1].replace(mark, b"\0" + mark, 1) + b"".join(lines[2:]),
    }


def _star(points: int) -> list[list[float]]:
    """A ring of a few kilobytes, nearly each of whose edges crosses all others."""
    turn = 2 * math.pi * (points // 2) / points
    ring = [[1 + 0.1 * math.cos(n * turn), 1 + 0.1 * math.sin(n * turn)] for n in range(points)]
    return [*ring, ring[0]]


def _strip(number: int) -> list[list[float]]:
    """A sound ring, which crosses each of another parity."""
    low = 1 + (number // 2) * 1e-3
    ring = [[1.0, low], [2.0, low], [2.0, low + 5e-4], [1.0, low + 5e-4], [1.0, low]]
    return ring if number % 2 else [[y, x] for x, y in ring]


def _collection(rings: list[list[list[float]]]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"F{n:05}", "name": f"C{n}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for n, ring in enumerate(rings)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _outlines() -> dict[str, Callable[[], bytes]]:
    sound = json.loads(_sound(OUTLINES))
    square = [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]

    def one(coordinates: object = square, kind: str = "Polygon", **properties: object) -> bytes:
        feature = {"type": "Feature", "properties": {"code": "F01", "name": "A"} | properties}
        feature["geometry"] = {"type": kind, "coordinates": coordinates}
        return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()

    def edited(change: Callable[[dict], None]) -> Callable[[], bytes]:  # type: ignore[type-arg]
        def made() -> bytes:
            copy = json.loads(json.dumps(sound))
            change(copy)
            return json.dumps(copy).encode()

        return made

    def geometry(**new: object) -> Callable[[], bytes]:
        return edited(lambda found: found["features"][2]["geometry"].update(new))

    def property(**new: object) -> Callable[[], bytes]:
        return edited(lambda found: found["features"][2]["properties"].update(new))

    def scaled(content: dict, by: float) -> None:  # type: ignore[type-arg]
        for feature in content["features"]:
            feature["geometry"]["coordinates"] = _each(
                feature["geometry"]["coordinates"], lambda x, y: [x * by, y * by]
            )

    raw = json.dumps(sound)
    number = "-17.71623"
    return {
        "edges that cross": lambda: one([_star(1_501)]),
        "edges that all cross": lambda: one([_star(8_001)]),
        "communes that all cross": lambda: _collection([_strip(n) for n in range(2_000)]),
        "empty": _given(b""),
        "not JSON": _given(b"{type: FeatureCollection}"),
        "truncated": _given(raw[: len(raw) // 2]),
        "list": _given(b"[]"),
        "number": _given(b"12"),
        "null": _given(b"null"),
        "no features": _given(b'{"type": "FeatureCollection", "features": []}'),
        "features null": _given(b'{"type": "FeatureCollection", "features": null}'),
        "features text": _given(b'{"type": "FeatureCollection", "features": "abc"}'),
        "features of numbers": _given(b'{"type": "FeatureCollection", "features": [1, 2]}'),
        "features as mapping": _given(b'{"type": "FeatureCollection", "features": {"a": 1}}'),
        "properties list": _given(b'{"features": [{"properties": [1], "geometry": {}}]}'),
        "geometry text": _given(b'{"features": [{"properties": {"code": "F01", "name": "A"}, "geometry": "abc"}]}'),
        "geometry number": _given(b'{"features": [{"properties": {"code": "F01", "name": "A"}, "geometry": 12}]}'),
        "TopoJSON": _given(b'{"type": "Topology", "objects": {}, "arcs": []}'),
        "one geometry": _given(json.dumps({"type": "Polygon", "coordinates": square})),
        "deep list": _given(b"[" * DEEP),
        "deep coordinates": _given(one().replace(json.dumps(square).encode(), b"[" * 5_000 + b"]" * 5_000)),
        "deep mapping": _given(b'{"a":' * DEEP),
        "huge number": _given(raw.replace(number, "1e999", 1)),
        "ten thousand digits": _given(raw.replace(number, "9" * 10_000, 1)),
        "infinity": _given(raw.replace(number, "Infinity", 1)),
        "NaN": _given(raw.replace(number, "NaN", 1)),
        "text as coordinate": _given(raw.replace(number, '"a"', 1)),
        "null coordinate": _given(raw.replace(number, "null", 1)),
        "boolean coordinate": _given(raw.replace(number, "true", 1)),
        "lone surrogate in a name": _given(raw.replace("Mont-Invent\\u00e9", "Mont\\ud800", 1)),
        "lone surrogate in a code": _given(raw.replace('"F01"', '"F\\udfff"', 1)),
        "control sign in a name": _given(raw.replace("Mont-Invent\\u00e9", "Mont\\u0007", 1)),
        "line break in a name": _given(raw.replace("Mont-Invent\\u00e9", "Mont\\nune ligne", 1)),
        "bidi in a name": _given(raw.replace("Mont-Invent\\u00e9", "Mont\\u202e", 1)),
        "very long name": property(name="a" * 100_000),
        "name as list": property(name=["a"]),
        "name as mapping": property(name={"fr": "a"}),
        "code as number": property(code=62041.0),
        "code as boolean": property(code=True),
        "code twice": property(code="F01"),
        "no code": property(code=None),
        "no name": property(name=" "),
        "population decimal": property(population=12.5),
        "population text": property(population="beaucoup"),
        "population superscript": property(population="12²"),
        "population huge": property(population=10**40),
        "population negative": property(population=-5),
        "population infinite": _given(raw.replace('"population": 2240', '"population": 1e999', 1)),
        "point": geometry(type="Point", coordinates=[1.0, 1.0]),
        "line": geometry(type="LineString", coordinates=[[0.0, 0.0], [1.0, 1.0]]),
        "unknown geometry": geometry(type="Cube"),
        "no geometry": edited(lambda found: found["features"][2].update(geometry=None)),
        "no ring": geometry(coordinates=[]),
        "empty ring": geometry(coordinates=[[]]),
        "two points": geometry(coordinates=[[[0.0, 0.0], [1.0, 1.0]]]),
        "flat ring": geometry(coordinates=[[[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]),
        "one coordinate": geometry(coordinates=[[[0.0], [1.0], [2.0]]]),
        "Lambert-93": edited(lambda found: scaled(found, 20_000.0)),
        "declared Lambert-93": edited(
            lambda found: found.update(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}})
        ),  # fmt: skip
        "around the world": geometry(
            coordinates=[[[-179.0, -80.0], [179.0, -80.0], [179.0, 80.0], [-179.0, 80.0], [-179.0, -80.0]]]
        ),  # fmt: skip
        "UTF-16": _given(raw.encode("utf-16")),
        "cp1252": _given(json.dumps(sound, ensure_ascii=False).encode("cp1252")),
        "key twice": _given(raw.replace('"code": "F01"', '"code": "F01", "code": "F99"', 1)),
    }


def _each(nested: list, change: Callable[[float, float], list[float]]) -> list:  # type: ignore[type-arg]
    return change(*nested[:2]) if not isinstance(nested[0], list) else [_each(part, change) for part in nested]


MARKDOWN: dict[str, str] = {
    "figure": "Il y a 12 sites.\n",
    "number in words": "Une centaine de personnes.\n",
    "percent": "La part atteint 12 %.\n",
    "other digits": "Il y a ١٢ sites.\n",
    "full-width digits": "Il y a １２ sites.\n",
    "circled digit": "Il y en a ③.\n",
    "Roman numeral sign": "Il y en a Ⅻ.\n",
    "entity digits": "Il y a &#49;&#50; sites.\n",
    "escaped digits": "Il y a \\12 sites.\n",
    "quotation": "> « Je n’ai pas le choix »\n",
    "quotation in a list": "- > une parole\n",
    "badly written fact": "{fact: ads.total} annonces.\n",
    "unclosed fact": "{fact:ads.total annonces.\n",
    "fact in capitals": "{FACT:ads.total} annonces.\n",
    "skipped level": "## Un\n\n#### Trop bas\n",
    "raw HTML": "Un <script>alert()</script> mot.\n",
    "HTML block": "<div onclick='x'>mot</div>\n",
    "HTML comment": "<!-- cachée -->\n",
    "raw block": "```{=html}\n<b>x</b>\n```\n",
    "raw inline": "`<b>`{=html}\n",
    "code block": "```{python}\nprint()\n```\n",
    "div": "::: {.callout-note}\nUn mot.\n:::\n",
    "unclosed div": "::: refus\nUn mot.\n",
    "include": "{{< include /etc/passwd >}}\n",
    "Jinja expression": "{{ study.title }}\n",
    "Jinja statement": "{% include 'x' %}\n",
    "LaTeX": "\\input{secret}\n",
    "mathematics": "$x = y$\n",
    "image": "![x](file:///etc/passwd)\n",
    "distant image": "![x](https://exemple.fr/x.png)\n",
    "link to a script": "[x](javascript:alert)\n",
    "link to a file": "[x](file:///etc/passwd)\n",
    "data link": "[x](data:text/html,x)\n",
    "automatic link": "<javascript:alert>\n",
    "reference link": "[x][y]\n\n[y]: javascript:alert\n",
    "YAML header": "---\ntitle: autre\n---\n\nUn mot.\n",
    "YAML in the middle": "Un mot.\n\n---\ntitle: autre\n---\n",
    "attributes": "Un [mot]{.retenu onclick=x}.\n",
    "deep list": "".join("  " * n + "- a\n" for n in range(60)),
    "deep quotes": ">" * 5_000 + " a\n",
    "deep brackets": "[" * 20_000,
    "deep emphasis": "*" * 20_000 + "a" + "*" * 20_000 + "\n",
    "bell": "Un mot\a.\n",
    "bidi": "Un \u202emot.\n",
    "zero width": "Un m\u200bot.\n",
    "huge line": "mot " * 300_000 + "\n",
    "many lines": "Un mot.\n\n" * 60_000,
    "many elements": "*a* " * 225_000 + "\n",
    "citation key": "Selon @auteur.\n",
    "own identifier": "## Un titre {#sec-annonces}\n",
    "setext heading": "Un titre\n=======\n",
}
READ_MARKDOWN: dict[str, str] = {
    "footnote": "Un mot[^a].\n\n[^a]: Note.\n",
    "words": "Un constat en **gras**, et *autre chose*.\n",
    "list": "- un point\n- un autre\n    - dessous\n",
    "ordered list of letters": "a. un point\nb. un autre\n",
    "link": "Un [lien](https://exemple.fr).\n",
    "table": "| A | B |\n|---|---|\n| x | y |\n\n: Légende. {#tbl-plan-bis}\n",
    "braces in a word": "Un mot {entre accolades}.\n",
    "Windows lines": "Un mot.\r\n\r\nUn autre.\r\n",
    "byte order mark": "\ufeffUn mot.\n",
    "less than": "Un nombre < un autre, et a > b.\n",
    "ampersand": "Santé & social.\n",
    "dollar": "Un prix en $ ou en €.\n",
}

STUDY_FAULTS: dict[str, tuple[str, str, str]] = {
    "impossible date": ("period_end: 2026-06-30", "period_end: 2026-06-31", REFUSED),
    "French date": ("period_end: 2026-06-30", "period_end: 30/06/2026", REFUSED),
    "date as a number": ("period_end: 2026-06-30", "period_end: 46203", REFUSED),
    "date as seconds": ("report_date: 2026-09-15", "report_date: 1789430400", REFUSED),
    "infinite date": ("period_end: 2026-06-30", "period_end: inf", REFUSED),
    "date with an hour": ("period_end: 2026-06-30", "period_end: 2026-06-30T10:00:00", REFUSED),
    "year 9999": ("report_date: 2026-09-15", "report_date: 9999-12-31", REFUSED),
    "year 1": ("period_start: 2025-09-01", "period_start: 0001-01-01", REFUSED),
    "reversed period": ("period_end: 2026-06-30", "period_end: 2024-06-30", REFUSED),
    "report before the period": ("report_date: 2026-09-15", "report_date: 2024-09-15", REFUSED),
    "empty title": ("title: Diagnostic départemental, étude de démonstration", 'title: ""', REFUSED),
    "blank title": ("title: Diagnostic départemental, étude de démonstration", 'title: "   "', REFUSED),
    "title as list": ("title: Diagnostic départemental, étude de démonstration", "title: [a]", REFUSED),
    "title as mapping": ("title: Diagnostic départemental, étude de démonstration", "title: {a: b}", REFUSED),
    "title on two lines": ("title: Diagnostic départemental, étude de démonstration", 'title: "a\\nb"', REFUSED),
    "title with a control sign": (
        "title: Diagnostic départemental, étude de démonstration",
        'title: "a\\u0007"',
        REFUSED,
    ),
    "title with a bidi sign": ("title: Diagnostic départemental, étude de démonstration", 'title: "a\\u202E"', REFUSED),
    "title with a surrogate": ("title: Diagnostic départemental, étude de démonstration", 'title: "a\\uD800"', REFUSED),
    "title of 10,000 signs": (
        "title: Diagnostic départemental, étude de démonstration",
        "title: " + "a" * 10_000,
        REFUSED,
    ),
    "title with quotes": (
        "title: Diagnostic départemental, étude de démonstration",
        "title: 'Un \"essai\" : \\ fin'",
        READ,
    ),
    "team with quotes": ("team: Équipe fictive", "team: 'L''équipe \"A\" & <B>'", READ),
    "team with a shortcode": ("team: Équipe fictive", "team: '{{< include x >}}'", READ),
    "team as number": ("team: Équipe fictive", "team: 12", READ),
    "unknown key": ("fictional: true", "fictionnal: true", REFUSED),
    "key in French": ("title: Diag", "titre: Diag", REFUSED),
    "boolean in words": ("fictional: true", "fictional: peut-être", REFUSED),
    "not fictional": ("fictional: true", "fictional: false", REFUSED),
    "département of one digit": ('departement: "99"', "departement: 9", REFUSED),
    "département path": ('departement: "99"', 'departement: "../99"', REFUSED),
    "edition of two digits": ('edition: "2025"', 'edition: "25"', REFUSED),
    "Arabic edition": ('edition: "2025"', 'edition: "٢٠٢٥"', REFUSED),
    "edition with a line break": ('edition: "2025"', 'edition: "2025\\n"', REFUSED),
    "unknown role": ("  press: press.csv", "  presse: press.csv", REFUSED),
    "absent file": ("  press: press.csv", "  press: presse.csv", REFUSED),
    "path": ("  press: press.csv", "  press: ../99-2025/press.csv", REFUSED),
    "absolute path": ("  press: press.csv", "  press: /etc/passwd", REFUSED),
    "Windows path": ("  press: press.csv", "  press: 'C:\\press.csv'", REFUSED),
    "folder": ("  press: press.csv", "  press: .", REFUSED),
    "parent folder": ("  press: press.csv", "  press: ..", REFUSED),
    "braces": ("  press: press.csv", "  press: 'pre{ss}.csv'", REFUSED),
    "wildcard": ("  press: press.csv", "  press: '{study}.csv'", REFUSED),
    "line break in a name": ("  press: press.csv", '  press: "press\\n.csv"', REFUSED),
    "NUL in a name": ("  press: press.csv", '  press: "press\\0.csv"', REFUSED),
    "very long name": ("  press: press.csv", "  press: " + "a" * 5_000 + ".csv", REFUSED),
    "surrogate in a name": ("  press: press.csv", '  press: "a\\uD800.csv"', REFUSED),
    "file as list": ("  press: press.csv", "  press: [press.csv]", REFUSED),
    "inputs as list": ("inputs:\n", "inputs: []\nautre:\n", REFUSED),
    "one file for two roles": ("  press: press.csv", "  press: sites.csv", REFUSED),
    "unknown format": ("outlines:\n", "received:\n  questionnaire: kobo2\noutlines:\n", REFUSED),
    "unknown circulation": ("fictional: true", "fictional: true\ncirculation: internet", REFUSED),
    "unknown property": ("outlines:\n", "outlines:\n  properties: {codes: INSEE}\n", REFUSED),
    "counting as text": ("fictional: true", "fictional: true\ncounting: tout", REFUSED),
}
SHARED_FAULTS: dict[str, tuple[str, str]] = {
    "infinite margin": ("margin: 0.05", "margin: inf"),
    "margin not a number": ("margin: 0.05", "margin: nan"),
    "margin .inf": ("margin: 0.05", "margin: .inf"),
    "margin over one": ("margin: 0.05", "margin: 5"),
    "negative margin": ("margin: 0.05", "margin: -0.05"),
    "margin with a comma": ("margin: 0.05", "margin: 0,05"),
    "margin in percent": ("margin: 0.05", "margin: 5 %"),
    "huge margin": ("margin: 0.05", "margin: 1e999"),
    "confidence of one": ("confidence: 0.95", "confidence: 1"),
    "negative floor": ("floor: 2", "floor: -2"),
    "decimal floor": ("floor: 2", "floor: 2.5"),
    "huge floor": ("floor: 2", "floor: " + "9" * 5_000),
    "infinite effect": ("design_effect: 1.0", "design_effect: inf"),
    "effect not a number": ("design_effect: 1.0", "design_effect: nan"),
    "loss of one": ("loss: 0.1", "loss: 1"),
    "huge seed": ("seed: 1804", "seed: " + "9" * 5_000),
    "unknown convention": ("convention: raise", "convention: lower"),
    "unknown renderer": ("renderer: embarqué", "renderer: word"),
    "underscored number": ("seed: 1804", "seed: 1_804.5"),
}
POLICY_FAULTS: dict[str, tuple[str, str]] = {
    "infinite threshold": ("ordinary: 8", "ordinary: inf"),
    "threshold of zero": ("ordinary: 8", "ordinary: 0"),
    "negative threshold": ("ordinary: 8", "ordinary: -8"),
    "threshold in words": ("ordinary: 8", "ordinary: huit"),
    "huge threshold": ("ordinary: 8", "ordinary: " + "9" * 5_000),
    "no version": ("version: 2", "versions: 2"),
    "old version": ("version: 2", "version: 1"),
    "unknown preset": ("preset: default", "preset: permissif"),
    "unknown group": ("gender=women, gender=men", "gender=womens, gender=men"),
    "broken group": ("gender=women, gender=men", '"gender==&", gender=men'),
    "group as mapping": ("[gender=women,", "[{gender: women},"),
    "group as list": ("[gender=women,", "[[gender=women],"),
    "waivers as text": ("waivers: []", "waivers: aucune"),
    "empty waiver": ("waivers: []", "waivers: [{}]"),
    "waiver without reason": ("waivers: []", "waivers: [{figure: shared.persons_women, threshold: 5}]"),
    "percent over a hundred": ("largest_percent: 85", "largest_percent: 850"),
    "unknown rung": ("[commune, intercommunality", "[hameau, intercommunality"),
    "crossing unread": ("gender=women & age_band=..17", "gender=women & "),
}
SIDECAR_FAULTS: dict[str, tuple[str, str]] = {
    "short digest": ("sha256: ", "sha256: abc"),
    "unknown origin": ("origin: observed", "origin: recopié"),
    "no licence": ("licence: ", "license: "),
    "impossible date": ("date: '", "date: '31/"),
    "history as text": ("title: ", "history: hier\ntitle: "),
    "public in words": ("title: ", "public: parfois\ntitle: "),
}
CODEBOOK_FAULTS: dict[str, tuple[str, str, str]] = {
    "type typo": ("variables", ";single;", ";singel;"),
    "unknown list": ("variables", ";single;structure_type;", ";single;structures;"),
    "privacy typo": ("variables", ";closed;", ";closde;"),
    "negative bound read as text": ("variables", ";2;200;", ";deux;200;"),
    "infinite bound": ("variables", ";2;200;", ";inf;200;"),
    "routing to nothing": ("variables", "answer_mode = group", "answer_mod = group"),
    "routing unread": ("variables", "answer_mode = group", "answer_mode == (group"),
    "broken expression": ("variables", "[A-Za-z0-9-]{1,40}", "[A-Za-z0-9-{1,40}"),
    "name with accents": ("variables", ";structure_type;structureType;", ";Type de structure;structureType;"),
    "class typo": ("options", ";minor;", ";minr;"),
    "no class": ("options", ";minor;", ";;"),
    "code with spaces": ("options", "tick;1;", "tick;un deux;"),
    "code twice": ("options", "tick;0;", "tick;1;"),
    "table name": ("tables", "responses;", "Réponses !;"),
    "unit typo": ("tables", ";response;", ";reponse;"),
    "unknown table": ("blocks", "welcome;responses;", "welcome;reponses;"),
    "heading typo": ("options", "list;code", "list;codes"),
    "indicator unread": ("indicators", "gender=women", "gender==women"),
    "indicator of an unknown answer": ("indicators", "gender=women", "gender=womens"),
    "indicator without what is counted": ("indicators", ";gender=women;", ";;"),
    "hidden sign": ("options", "coché", "co\u200bché"),
}


def corpus() -> list[Case]:
    """Every case, in order of families."""
    return [*_yaml(), *_tables(), *_cells(), *_books(), *_texts(), *_maps(), *_codebooks()]


def _yaml() -> Iterator[Case]:
    for path in YAML:
        # A configuration of one byte order mark or of another script is refused as any unreadable one.
        for name, content in (BYTES | YAML_TEXTS).items():
            yield Case("YAML", name, path, _given(content))
    for name, (old, new, expected) in STUDY_FAULTS.items():
        yield Case("étude", name, CONFIGURATION, _swapped(CONFIGURATION, old, new), expected, fault=True)
    for name, (old, new) in SHARED_FAULTS.items():
        yield Case("choix", name, "config/config.yaml", _swapped("config/config.yaml", old, new), fault=True)
    for name, (old, new) in POLICY_FAULTS.items():
        yield Case("politique", name, "config/release.yaml", _swapped("config/release.yaml", old, new), fault=True)
    for name, (old, new) in SIDECAR_FAULTS.items():
        yield Case("fiche", name, SIDECAR, _swapped(SIDECAR, old, new), fault=True)
    yield Case("fiche", "absent", SIDECAR, lambda: None, fault=True)


def _tables() -> Iterator[Case]:
    for role in CSV:
        path = f"{RESOURCES}/{role}.csv"
        for name, content in (BYTES | CSV_TEXTS | _quoting(_sound(path))).items():
            yield Case("CSV", name, path, _given(content), fault=name in _quoting(b"a,b\n1,2\n"))


def _books() -> Iterator[Case]:
    import received_files as made

    sound = made.xlsx(made.SMALL_SHEET)
    entity = made.zipped(
        made.SMALL | {"xl/workbook.xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}
    )
    archives = {
        "not the project's": sound,
        "truncated": sound[: len(sound) // 2],
        "first bytes only": sound[:10],
        "bytes before": b"x" * 100 + sound,
        "bytes after": sound + b"x" * 100,
        "size that lies": made.declaring(sound, 1 << 31),
        "password": made.flagged(sound, 1),
        "entities": entity,
        "bomb": made.zipped(made.SMALL | {"xl/worksheets/sheet1.xml": "<a>" + " " * 30_000_000}),
        "archive inside": made.zipped(made.SMALL | {"xl/media/a.zip": sound}),
        "macros": made.zipped(made.SMALL | {"xl/vbaProject.bin": "x"}),
        "outside its folder": made.zipped(made.SMALL | {"../a.xml": "<a/>"}),
        "link": made.linked("xl/workbook.xml", "/etc/passwd"),
        "empty archive": made.zipped({}),
        "other content": made.zipped({"a.txt": "x"}),
        "no sheet": made.zipped({k: v for k, v in made.SMALL.items() if "sheet1" not in k}),
        "unclosed XML": made.zipped(made.SMALL | {"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}),
        "last row": made.xlsx(made.row(1_048_576, made.said("XFD1048576", "x"))),
        "CSV with its name": b"a,b\n1,2\n",
    }
    for book in WORKBOOKS:
        for name, content in (BYTES | archives).items():
            yield Case("classeur", name, f"{RESOURCES}/{book}.xlsx", _given(content))


def _texts() -> Iterator[Case]:
    for block in BLOCKS:
        path = f"config/studies/{STUDY}/{block}.md"
        for name, content in BYTES.items():
            yield Case("texte", name, path, _given(content))
        yield Case("texte", "comments never closed", path, _given(b"<!--\n" * 55_000))
        if block in ("conclusions", "pistes", "constats"):
            for name, text in MARKDOWN.items():
                if block == "constats" and name in ("HTML comment", "skipped level"):  # that file may hold them
                    continue
                yield Case("texte", name, path, _given(text), fault=True)
    for name, text in READ_MARKDOWN.items():
        yield Case("texte", name, f"config/studies/{STUDY}/conclusions.md", _given(text), READ)
    yield Case("texte", "unknown block", f"config/studies/{STUDY}/conclusion.md", _given("Un mot.\n"), fault=True)


def _maps() -> Iterator[Case]:
    for name, content in _outlines().items():
        yield Case("contours", name, OUTLINES, content, fault=name not in ("empty",))
    for name, binary in BYTES.items():
        yield Case("contours", f"bytes: {name}", OUTLINES, _given(binary))


def _codebooks() -> Iterator[Case]:
    for file in CODEBOOK:
        path = f"config/codebook/{file}.csv"
        for name, content in (BYTES | CSV_TEXTS | _quoting(_sound(path))).items():
            yield Case("codebook", name, path, _given(content), fault=name in _quoting(b"a,b\n1,2\n"))
        yield Case("codebook", "absent", path, lambda: None, fault=True)
    for name, (file, old, new) in CODEBOOK_FAULTS.items():
        path = f"config/codebook/{file}.csv"
        yield Case("codebook", name, path, _swapped(path, old, new), fault=True)
