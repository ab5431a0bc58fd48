"""One source, three formats: the same numbers, the same bytes every time, nothing lost for who cannot see."""

from __future__ import annotations

import base64
import hashlib
import itertools
import logging
import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from drawn import one_in

from diagnostic.office.render import EXTENSION, RenderError, render

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "sample"
THEME = ROOT / "report"
EPOCH = 1_790_000_000
FORMATS = ("html", "docx", "pdf")
NBSP, NNBSP = "\u00a0", "\u202f"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# Counted by hand in the sample's source, in document order.
CAPTIONS = ["Tableau 1 :", "Figure 1 :", "Tableau 2 :", "Figure 2 :", "Figure 3 :"]
HEADINGS = [
    "1 Résumé",
    "1.1 Ce que l’on sait, ce que l’on ne sait pas",
    "2 Méthode et précautions",
    "2.1 Taille de l’échantillon",
    "2.2 Sites miroirs",
    "3 Internet",
    "3.1 Répartition par catégorie",
    "3.2 Détail par site",
    "4 Presse",
    "4.1 Points d’attention",
    "Annexe : moteur de rendu",
]
REFERENCES = [
    ("fig-annonces", "figure 1"),
    ("tbl-sites", "tableau 2"),
    ("tbl-categories", "tableau 1"),
    ("fig-annonces", "figures 1"),
    ("fig-presse", "3"),
    ("fig-presse", "figure 3"),
    ("tbl-sites", "tableau 2"),
    ("sec-methode", "section 2"),
    ("sec-miroirs", "section 2.2"),
    ("eq-taille", "(1)"),
    ("fig-panneau-b", "figure 2b"),
    ("fig-presse", "figure 3"),
    ("tbl-sites", "2"),
]
ALTERNATIVES = [
    "Diagramme en barres : annuaires généralistes 405 annonces, sites dédiés 187, forums 107, réseaux sociaux aucune.",
    "Diagramme en barres des annonces par catégorie.",
    "Diagramme en barres des articles par mois.",
    "Diagramme en barres : de zéro à six articles par mois, avec un maximum en octobre.",
]


def plain(text: str) -> str:
    """Text with every kind of space as one plain space."""
    return re.sub(r"\s+", " ", text).strip()


class Page(HTMLParser):
    """What the tests read of a page: elements with their attributes and text."""

    VOID = frozenset({"meta", "img", "link", "br", "hr", "col", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words: list[str] = []
        self.elements.append((tag, {name: value or "" for name, value in attrs}, words))
        if tag not in self.VOID:
            self._open.append((tag, words))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1][0] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for _, words in self._open:
            words.append(data)

    def of(self, *tags: str) -> list[tuple[dict[str, str], str]]:
        return [(attributes, "".join(words)) for tag, attributes, words in self.elements if tag in tags]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("rendu")
    for name in FORMATS:
        assert render(SAMPLE / "rapport.qmd", folder / f"rapport.{name}", THEME, EPOCH, "embarqué") == "embarqué"
    return {name: folder / f"rapport.{name}" for name in FORMATS}


@pytest.fixture(scope="module")
def page(rendered: dict[str, Path]) -> Page:
    return Page(rendered["html"].read_text("utf-8"))


@pytest.fixture(scope="module")
def word(rendered: dict[str, Path]) -> ElementTree.Element:
    with zipfile.ZipFile(rendered["docx"]) as archive:
        return ElementTree.fromstring(archive.read("word/document.xml"))


@pytest.fixture(scope="module")
def pdf_objects(rendered: dict[str, Path]) -> bytes:
    raw = rendered["pdf"].read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL)
    parts = [raw]
    for stream in streams:
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


@pytest.fixture(scope="module")
def pdf_text(rendered: dict[str, Path]) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext absent (paquet Debian « poppler-utils ») : texte du PDF non relu")
    return subprocess.run(
        ["pdftotext", "-raw", str(rendered["pdf"]), "-"], capture_output=True, check=True, text=True
    ).stdout


def paragraphs(document: ElementTree.Element, *styles: str) -> list[str]:
    found = []
    for paragraph in document.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") in styles:
            found.append(plain("".join(text.text or "" for text in paragraph.iter(f"{W}t"))))
    return found


# -- Numbers ----------------------------------------------------------------------------------------------------


def numbers(captions: list[str]) -> list[str]:
    found = [re.match(r"(?:Figure|Tableau) \d+ :", plain(caption)) for caption in captions]
    return [match[0] for match in found if match]


def test_captions_are_numbered_alike_in_html(page: Page) -> None:
    assert numbers([text for _, text in page.of("caption", "figcaption")]) == [
        # a panel's caption follows its parts', which take no number
        *CAPTIONS
    ]
    texts = [text for _, text in page.of("caption", "figcaption")]
    assert any(text.startswith(f"Tableau{NBSP}1{NBSP}: Annonces relevées") for text in texts)
    assert [plain(text)[:3] for text in texts if text.startswith("(")] == ["(a)", "(b)"]


def test_captions_are_numbered_alike_in_word(word: ElementTree.Element) -> None:
    captions = paragraphs(word, "TableCaption", "ImageCaption")
    assert numbers(captions) == CAPTIONS
    assert [caption[:3] for caption in captions if caption.startswith("(")] == ["(a)", "(b)"]


def test_captions_are_numbered_alike_in_pdf(pdf_text: str) -> None:
    lines = [plain(line) for line in pdf_text.splitlines()]
    assert numbers(lines) == CAPTIONS
    assert not re.search(r"Fig\. \d|Table \d", pdf_text)


def counted_headings(document: ElementTree.Element) -> list[str]:
    """Headings as Word numbers them: one list of levels, out of which a heading may be taken."""
    found, levels = [], [0, 0]
    for paragraph in document.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is None or style.get(f"{W}val") not in ("Heading1", "Heading2"):
            continue
        text = plain("".join(text.text or "" for text in paragraph.iter(f"{W}t")))
        out = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
        level = int(str(style.get(f"{W}val"))[-1])
        if out is None:
            levels = [levels[0] + 1, 0] if level == 1 else [levels[0], levels[1] + 1]
        found.append(text if out is not None else f"{'.'.join(map(str, levels[:level]))} {text}")
    return found


def word_fields(element: ElementTree.Element) -> list[tuple[str, str]]:
    """The fields of a part of Word, as what they ask and what they show."""
    found: list[tuple[str, str]] = []
    inside = False
    for one in element.iter():
        if one.tag == f"{W}instrText":
            found.append((str(one.text).strip(), ""))
        elif one.tag == f"{W}fldChar":
            inside = one.get(f"{W}fldCharType") == "separate"
        elif one.tag == f"{W}t" and inside and found:
            found[-1] = (found[-1][0], found[-1][1] + str(one.text))
    return found


def test_word_counts_headings_captions_and_references_by_itself(
    rendered: dict[str, Path], word: ElementTree.Element
) -> None:
    """What its fields show is what they would be worked out to be: each kind in order, each reference at its bookmark."""
    fields = word_fields(word)
    for kind, total in (("Tableau", 2), ("Figure", 3)):
        assert [shown for asked, shown in fields if asked == f"SEQ {kind} \\* ARABIC"] == [
            str(n) for n in range(1, total + 1)
        ]
        listed = [link for link in word.iter(f"{W}hyperlink") if str(link.get(f"{W}anchor")).startswith(f"_Ref{kind}")]
        assert f'TOC \\h \\z \\c "{kind}"' in dict(fields) and len(listed) == total
    bookmarks = {mark.get(f"{W}name") for mark in word.iter(f"{W}bookmarkStart")}
    asked = [(asked.split()[1], shown) for asked, shown in fields if asked.startswith("REF ")]
    assert len(asked) == len(REFERENCES) - 1  # the number of an equation is part of it
    for name, shown in asked:
        assert name in bookmarks and name.endswith(shown.replace(".", "_"))
    with zipfile.ZipFile(rendered["docx"]) as archive:
        styles, lists = (archive.read(f"word/{part}.xml").decode() for part in ("styles", "numbering"))
    for level in (1, 2, 3, 4):
        style = re.search(rf'<w:style [^>]*w:styleId="Heading{level}".*?</w:style>', styles, re.DOTALL)
        assert style and f'<w:ilvl w:val="{level - 1}" /><w:numId w:val="900" />' in style[0]
        assert f'<w:pStyle w:val="Heading{level}" />' in lists


def test_headings_are_numbered_alike(page: Page, word: ElementTree.Element, pdf_text: str) -> None:
    html = [plain(text) for _, text in page.of("h2", "h3") if plain(text) != "Sommaire"]
    assert html == HEADINGS
    assert counted_headings(word) == HEADINGS
    lines = [plain(line) for line in pdf_text.splitlines()]
    assert [line for line in lines if line in HEADINGS and lines.index(line) >= 0][-1] == HEADINGS[-1]
    assert set(HEADINGS) <= set(lines)


def test_references_name_what_they_point_to(page: Page, word: ElementTree.Element, pdf_text: str) -> None:
    kinds = ("fig-", "tbl-", "eq-", "sec-")
    html = [
        (attributes["href"][1:], plain(text))
        for attributes, text in page.of("a")
        if attributes.get("href", "").startswith(tuple("#" + kind for kind in kinds)) and "id" not in attributes
    ]
    contents = [link for link in html if link[0].startswith("sec-") and not link[1].startswith("section")]
    assert [link for link in html if link not in contents] == REFERENCES
    links = [
        (link.get(f"{W}anchor"), plain("".join(text.text or "" for text in link.iter(f"{W}t"))))
        for link in word.iter(f"{W}hyperlink")
        if link.get(f"{W}anchor") and not link.get(f"{W}history")
    ]
    assert links == REFERENCES
    text = plain(pdf_text)
    for sentence in (
        "voir aussi figures 1 et 3, figure 3 et tableau 2 et la section 2.",
        "L’équation (1) donne 249 annonces",
        "La figure 2b reprend la figure 3 à plus petite échelle, et 2 est un simple numéro.",
    ):
        assert sentence in text


def test_every_reference_reaches_its_target(page: Page, word: ElementTree.Element) -> None:
    identifiers = [attributes["id"] for _, attributes, _ in page.elements if attributes.get("id")]
    assert len(identifiers) == len(set(identifiers))
    targets = {attributes["href"][1:] for attributes, _ in page.of("a") if attributes.get("href", "").startswith("#")}
    assert targets <= set(identifiers)
    bookmarks = {mark.get(f"{W}name") for mark in word.iter(f"{W}bookmarkStart")}
    assert {link.get(f"{W}anchor") for link in word.iter(f"{W}hyperlink") if link.get(f"{W}anchor")} <= bookmarks


def test_word_contents_are_filled_and_ask_nothing(word: ElementTree.Element) -> None:
    assert paragraphs(word, "TOC1", "TOC2") == HEADINGS
    assert not [field for field in word.iter(f"{W}fldChar") if field.get(f"{W}dirty")]


# -- What stops the render --------------------------------------------------------------------------------------


def refusal(folder: Path, body: str, suffix: str = "html") -> str:
    source = folder / "rapport.qmd"
    source.write_text(f'---\ntitle: "Essai"\nlang: fr\n---\n\n# Partie\n\n{body}\n', "utf-8")
    if not (folder / "figures").exists():
        shutil.copytree(SAMPLE / "figures", folder / "figures")
    output = folder / f"rapport.{suffix}"
    output.write_text("ancien")
    with pytest.raises(RenderError) as error:
        render(source, output, THEME, EPOCH, "embarqué")
    assert output.read_text() == "ancien"
    assert sorted(path.name for path in folder.iterdir()) == ["figures", output.name, "rapport.qmd"]
    return str(error.value)


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_unknown_reference_stops_every_format_with_its_name(tmp_path: Path, suffix: str) -> None:
    message = refusal(tmp_path, "Voir @fig-absente et [@tbl-autre; @sec-nulle].", suffix)
    assert message.splitlines()[1:] == [
        "  référence inconnue : fig-absente",
        "  référence inconnue : tbl-autre",
        "  référence inconnue : sec-nulle",
    ]


FIGURE = "![Légende](figures/presse-mois.svg){#fig-a fig-alt='Barres.'}"


@pytest.mark.parametrize(
    ("body", "expected"),
    one_in(
        3,
        [
            ("[3]{.fact fact='a.b'}", "indicateur sans fiche : a.b"),
            ("``` {.carte fact='a b'}\nIndicateur : T\n```", "fiche sans identifiant ou sans titre : a b"),
            (
                "``` {.carte fact='a'}\nIndicateur : T\n```\n\n``` {.carte fact='a'}\nIndicateur : T\n```",
                "fiche en double : a",
            ),
            (f"{FIGURE}\n\n{FIGURE}", "identifiant en double : fig-a"),
            ("![A](figures/absente.svg)", "image introuvable : figures/absente.svg"),
            ("![A](../secret.svg)", "image hors du dossier figures : ../secret.svg"),
            ("![A](http://example.org/a.svg)", "image hors du dossier figures : http://example.org/a.svg"),
            ("![](figures/presse-mois.svg)", "image sans texte de remplacement : figures/presse-mois.svg"),
            ("[x](javascript:alert)", "lien refusé : javascript:alert"),
            ("[x](data:text/html,a)", "lien refusé : data:text/html,a"),
            ("### Trop profond", "niveau de titre sauté : Trop profond"),
            ("::: {.callout-danger}\nx\n:::", "encadré inconnu : callout-danger"),
            (
                f"::: {{.html-seulement}}\n{FIGURE}\n:::",
                "élément numéroté dans un bloc « html-seulement » : fig-a",
            ),
            (
                "::: {.imprime-seulement}\n## Titre {#sec-t}\n:::",
                "élément numéroté dans un bloc « imprime-seulement » : sec-t",
            ),
        ],
    ),
)
def test_an_incoherent_source_is_refused_by_name(tmp_path: Path, body: str, expected: str) -> None:
    assert refusal(tmp_path, body).splitlines() == ["Le rapport n'est pas cohérent :", f"  {expected}"]


def test_wrong_arguments_are_told_in_french(tmp_path: Path) -> None:
    source = SAMPLE / "rapport.qmd"
    for output, chosen, message in (
        (tmp_path / "a.odt", "embarqué", "Format inconnu : « .odt »"),
        (tmp_path / "a.html", "latex", "Moteur de rendu inconnu : « latex »"),
        (tmp_path / "a.html", "auto", "Moteur de rendu inconnu : « auto »"),
    ):
        with pytest.raises(RenderError, match=message):
            render(source, output, THEME, EPOCH, chosen)
    with pytest.raises(RenderError, match="Source du rapport introuvable : rien.qmd"):
        render(tmp_path / "rien.qmd", tmp_path / "a.html", THEME, EPOCH)
    with pytest.raises(RenderError, match="Dossier du thème introuvable"):
        render(source, tmp_path / "a.html", tmp_path / "rien", EPOCH)
    assert list(tmp_path.iterdir()) == []


# -- Same bytes -------------------------------------------------------------------------------------------------

SCRIPT = """
import sys
from pathlib import Path
from diagnostic.office.render import render
for suffix in ("html", "docx", "pdf"):
    render(Path("etude/rapport.qmd"), Path(f"sortie/rapport.{suffix}"), Path(sys.argv[1]), int(sys.argv[2]), "embarqué")
"""


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.mark.slow  # `.ci/run` has it of whole studies
def test_same_bytes_from_another_folder_time_zone_locale_and_hash_seed(tmp_path: Path) -> None:
    results = []
    for name, zone, seed, language in (
        ("a", "UTC", "0", "C"),
        ("un autre lieu", "Asia/Tokyo", "7", "fr_FR.UTF-8"),
    ):
        folder = tmp_path / name
        shutil.copytree(SAMPLE, folder / "etude")
        environment = os.environ | {
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "LC_ALL": language,
            "SOURCE_DATE_EPOCH": seed,
            "PYTHONPATH": str(ROOT / "workflow"),
        }
        command = [sys.executable, "-c", SCRIPT, str(THEME), str(EPOCH)]
        subprocess.run(command, cwd=folder, env=environment, check=True)
        results.append(digests(folder / "sortie"))
    assert results[0] == results[1]
    assert sorted(results[0]) == ["rapport.docx", "rapport.html", "rapport.pdf"]


@pytest.mark.slow  # each document has its folder, which the other tests see
def test_parallel_renders_do_not_meet(tmp_path: Path, rendered: dict[str, Path]) -> None:
    def one(number: int) -> dict[str, str]:
        folder = tmp_path / str(number)
        for suffix in FORMATS:
            render(SAMPLE / "rapport.qmd", folder / f"rapport.{suffix}", THEME, EPOCH, "embarqué")
        return digests(folder)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(one, range(2)))
    expected = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in rendered.values()}
    assert results == [dict(sorted(expected.items()))] * 2


def test_no_path_of_this_machine_in_any_output(rendered: dict[str, Path], pdf_objects: bytes) -> None:
    with zipfile.ZipFile(rendered["docx"]) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    places = [str(ROOT), str(Path.home()), "/tmp", "rapport-"]
    for content in (rendered["html"].read_bytes(), pdf_objects, *parts):
        for place in places:
            assert place.encode() not in content


def test_word_styles_are_what_the_script_makes(tmp_path: Path) -> None:
    copy = tmp_path / "faire_reference.py"
    shutil.copy(THEME / "faire_reference.py", copy)
    made = tmp_path / EXTENSION / "reference.docx"
    made.parent.mkdir(parents=True)
    subprocess.run([sys.executable, str(copy)], check=True, cwd=tmp_path)
    assert made.read_bytes() == (THEME / EXTENSION / "reference.docx").read_bytes()


# -- For everyone -----------------------------------------------------------------------------------------------


def test_alternative_texts_in_html(page: Page) -> None:
    images = [attributes for attributes, _ in page.of("img")]
    assert [image["alt"] for image in images] == ALTERNATIVES
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in images)


def test_alternative_texts_in_word(word: ElementTree.Element) -> None:
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    assert [element.get("descr") for element in word.iter(drawing)] == ALTERNATIVES


def test_alternative_texts_in_pdf(pdf_objects: bytes) -> None:
    hexadecimal = [
        bytes.fromhex(text.decode())[2:].decode("utf-16-be") for text in re.findall(rb"/Alt<([0-9A-F]+)>", pdf_objects)
    ]
    literal = [text.decode("latin-1") for text in re.findall(rb"/Alt\(([^()]*)\)", pdf_objects)]
    assert set(ALTERNATIVES) <= {*hexadecimal, *literal}
    assert any(text.startswith("n égale n zéro divisé") for text in hexadecimal)


def test_pdf_is_tagged_french_titled_and_declares_its_standard(pdf_objects: bytes) -> None:
    assert b"/Marked true" in pdf_objects and b"<pdfuaid:part>1</pdfuaid:part>" in pdf_objects
    assert set(re.findall(rb"/Lang\(([^)]*)\)", pdf_objects)) == {b"fr-FR"}
    assert b"/DisplayDocTitle true" in pdf_objects
    assert "Diagnostic départemental de la prostitution et de la traite".encode() in pdf_objects


def test_pdf_needs_no_font_of_the_system(pdf_objects: bytes) -> None:
    fonts = {name.split(b"+")[-1] for name in re.findall(rb"/BaseFont ?/([\w+-]+)", pdf_objects)}
    assert fonts and all(
        name.startswith((b"SourceSans3", b"NewCM", b"NewComputerModern", b"DejaVuSansMono")) for name in fonts
    ), fonts


def test_the_page_is_alone_and_runs_nothing_but_its_own_script(rendered: dict[str, Path], page: Page) -> None:
    tags = {tag for tag, _, _ in page.elements}
    assert not tags & {"iframe", "object", "embed", "link", "base", "form"}
    for _, attributes, _ in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "srcset", "poster", "data", "action", "background"):
            assert attributes.get(name, "data:").startswith("data:")
    styles = "".join(text for _, text in page.of("style")) + "".join(a.get("style", "") for _, a, _ in page.elements)
    assert "url(" not in styles and "@import" not in styles
    policy = [
        attributes for attributes, _ in page.of("meta") if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    ((attributes, script),) = page.of("script")
    ran = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    only = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src"
    assert policy[0]["content"] == f"{only} 'sha256-{ran}'" and attributes == {}
    assert not re.search(r"\b(fetch|XMLHttpRequest|import|eval|localStorage|cookie|https?:)\b", script)
    assert rendered["html"].stat().st_size < 150_000


def test_the_page_speaks_french_and_has_one_title(page: Page) -> None:
    assert page.of("html")[0][0]["lang"] == "fr"
    assert [plain(text) for _, text in page.of("h1")] == ["Diagnostic départemental de la prostitution et de la traite"]
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_tables_say_what_their_headers_head(page: Page) -> None:
    assert len(page.of("caption")) == 2
    scopes = [attributes.get("scope") for attributes, _ in page.of("th")]
    assert None not in scopes
    assert scopes.count("row") == 5 + 60
    frames = [attributes for attributes, _ in page.of("div") if attributes.get("class") == "defile"]
    identifiers = {attributes.get("id") for _, attributes, _ in page.elements}
    assert len(frames) == 2
    assert all(frame["tabindex"] == "0" and frame["aria-labelledby"] in identifiers for frame in frames)


def test_word_repeats_header_rows_and_speaks_french(rendered: dict[str, Path], word: ElementTree.Element) -> None:
    headed = [table for table in word.iter(f"{W}tbl") if table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None]
    styles = [table.find(f"{W}tblPr/{W}tblStyle") for table in headed]
    assert [style.get(f"{W}val") for style in styles if style is not None] == ["Table", "TableSmall"]
    with zipfile.ZipFile(rendered["docx"]) as archive:
        languages = re.findall(r'<w:lang [^>]*w:val="([^"]*)"', archive.read("word/styles.xml").decode())
        core = archive.read("docProps/core.xml").decode()
        running = archive.read("word/header1.xml").decode() + archive.read("word/footer1.xml").decode()
    assert languages and set(languages) == {"fr-FR"}
    assert "<dc:title>Diagnostic départemental de la prostitution et de la traite</dc:title>" in core
    assert "<dc:creator>Association d’essai</dc:creator>" in core and "<dc:language>fr-FR</dc:language>" in core
    assert (
        "Diagnostic départemental de la prostitution" in running
        and "Association d’essai – 1er novembre 2026" in running
    )
    assert "2026-09-21T" in core  # the day of EPOCH, not today


# -- Text -------------------------------------------------------------------------------------------------------


def test_french_spaces_stand_before_the_signs(page: Page, word: ElementTree.Element) -> None:
    for text in (
        "".join(text for _, text in page.of("main")),
        "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in word.iter(f"{W}p")),
    ):
        assert f"une journée{NNBSP}; elles" in text
        assert f"Est-ce beaucoup{NNBSP}? Non{NBSP}: «{NBSP}cela dépend de l’unité{NBSP}», disent" in text
        assert f"58{NBSP}%" in text
        assert f"pas additionnables{NBSP}:" in text  # across the end of an emphasis
        assert not re.search(r" [;!?:»%](?=\s)", text.replace("# $ %", ""))
        assert "reponses.xlsx!C2:C40" in text  # code is left alone


def test_special_characters_survive_everywhere(page: Page, word: ElementTree.Element, pdf_text: str) -> None:
    expected = "& < > ” ’ # $ % _ ^ ~ \\ @ [ ] { } € œ Œ æ ÿ « » – — … 1 234,5 − 2 × 3 ≥ 4."
    assert expected in plain("".join(text for _, text in page.of("main")))
    assert any(expected in text for text in paragraphs(word, "FirstParagraph"))
    assert expected in plain(pdf_text)


def test_facts_and_cards_are_buttons_and_popovers_on_the_page_only(
    page: Page, word: ElementTree.Element, pdf_text: str
) -> None:
    buttons = [attributes for attributes, _ in page.of("button") if attributes.get("class") == "fact"]
    assert buttons[1] == {
        "type": "button",
        "class": "fact",
        "popovertarget": "carte-ads.total",
        "aria-haspopup": "dialog",
        "aria-label": "699, ouvrir la fiche",
    }
    cards = [attributes for attributes, _ in page.of("div") if attributes.get("class") == "carte"]
    assert [card["id"][6:] for card in cards] == [
        "ads.total",
        "sites.total",
        "ads.share_directories",
        "ads.directories",
    ]
    assert all(card["role"] == "dialog" and "popover" in card for card in cards)
    text = plain(" ".join(t.text or "" for t in word.iter(f"{W}t")))
    for printed in (text, plain(pdf_text)):
        assert "699 annonces ont été relevées" in printed
        assert "Empreinte" not in printed and "Fermer" not in printed
        assert "Les fiches de chaque nombre se trouvent dans la version web" in printed
        assert "Dans cette page, chaque nombre souligné" not in printed


def test_the_document_says_what_made_it(page: Page, word: ElementTree.Element, pdf_text: str) -> None:
    assert "mis en page par pandoc 3." in plain("".join(text for _, text in page.of("main")))
    assert "mis en page par pandoc 3." in plain(" ".join(paragraphs(word, "FirstParagraph")))
    assert re.search(r"mis en page par pandoc 3\.\d+(\.\d+)* et Typst 0\.\d+\.\d+\.", plain(pdf_text))


SPACES = [
    ("**gras** ;", f"gras{NNBSP};"),
    ("*mot* : suite", f"mot{NBSP}: suite"),
    ("« *mot* »", f"«{NBSP}mot{NBSP}»"),
    ("12 % ; n° 5 ; 3 €", f"12{NBSP}%{NNBSP}; n°{NBSP}5{NNBSP}; 3{NBSP}€"),
    ("vraiment ?!", f"vraiment{NNBSP}?!"),
    ("(vraiment ?)", f"(vraiment{NNBSP}?)"),
    ("une *fin !*", f"une fin{NNBSP}!"),
    ("à la\nligne :", f"à la ligne{NBSP}:"),
    ("`a ; b`", "a ; b"),
    ("<https://example.org/a?b;c>", "https://example.org/a?b;c"),
    ("12:30 et a:b", "12:30 et a:b"),
    ("5 %d", "5 %d"),
]


def test_french_spaces_case_by_case(tmp_path: Path) -> None:
    source = tmp_path / "rapport.qmd"
    source.write_text('---\ntitle: "Essai"\n---\n\n' + "\n\n".join(case for case, _ in SPACES), "utf-8")
    render(source, tmp_path / "r.html", THEME, EPOCH, "embarqué")
    written = [text for _, text in Page((tmp_path / "r.html").read_text("utf-8")).of("p")]
    assert [text for text in written if text in {expected for _, expected in SPACES}] == [e for _, e in SPACES]


# -- Options and accidents --------------------------------------------------------------------------------------


def test_a_front_matter_may_do_without_contents(tmp_path: Path) -> None:
    source = tmp_path / "synthese.qmd"
    source.write_text('---\ntitle: "Synthèse"\nlang: fr\ntoc: false\n---\n\n# Chiffres\n\nUn.\n', "utf-8")
    for suffix in FORMATS:
        render(source, tmp_path / f"s.{suffix}", THEME, EPOCH, "embarqué")
    assert "Sommaire" not in "".join(text for _, text in Page((tmp_path / "s.html").read_text("utf-8")).of("body"))
    with zipfile.ZipFile(tmp_path / "s.docx") as archive:
        document = archive.read("word/document.xml").decode()
    assert "Sommaire" not in document and 'w:type="page"' not in document
    assert (tmp_path / "s.pdf").read_bytes().count(b"/Type/Page/") == 1


@pytest.mark.slow
def test_a_pdf_that_cannot_be_ua_is_still_tagged_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import typst

    compose = typst.compile

    def picky(*arguments: object, pdf_standards: list[str], **options: object) -> bytes:
        if pdf_standards:
            raise typst.TypstError("PDF/UA-1 error: missing alt text")
        return compose(*arguments, pdf_standards=pdf_standards, **options)

    monkeypatch.setattr(typst, "compile", picky)
    with caplog.at_level(logging.WARNING):
        render(SAMPLE / "rapport.qmd", tmp_path / "r.pdf", THEME, EPOCH, "embarqué")
    assert b"/MarkInfo" in (tmp_path / "r.pdf").read_bytes()
    assert "PDF balisé simple" in caplog.text and "missing alt text" in caplog.text


def test_a_pdf_that_cannot_be_composed_is_told(tmp_path: Path) -> None:
    body = "![Légende](figures/presse-mois.svg){#fig-a fig-alt='Barres.' width=12lieues}"
    assert refusal(tmp_path, body, "pdf").startswith("Le PDF n'a pas pu être composé : ")


@pytest.mark.slow
def test_a_read_only_study_can_be_rendered(tmp_path: Path) -> None:
    """Snakemake write-protects what is marked so; the scratch copy must stay writable."""
    study = tmp_path / "etude"
    shutil.copytree(SAMPLE, study)
    for path in (*study.rglob("*"), study):
        path.chmod(0o555 if path.is_dir() else 0o444)
    render(study / "rapport.qmd", tmp_path / "r.pdf", THEME, EPOCH, "embarqué")
    for path in (study, *study.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.slow
def test_an_unwritable_output_is_told(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(RenderError, match="Écriture impossible de r.html"):
        render(SAMPLE / "rapport.qmd", tmp_path / "fichier" / "r.html", THEME, EPOCH, "embarqué")
