"""Renders one plain `.qmd` to each format: with what the wheels bring, or with Quarto where it is named.

The source executes nothing. Both renderers read the same text, filter, templates and styles, which are a Quarto extension
(`report/_extensions/diagnostic`); the workbook of tables is always made with pandoc. Every render works in its own scratch
copy with relative names, so that parallel renders never meet and no path enters a document.
"""

import base64
import hashlib
import json
import logging
import math
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pypandoc
import typst

from diagnostic.core import writing
from diagnostic.core.errors import Refused, system
from diagnostic.core.french import number, plural
from diagnostic.office import docx, pptx

QUARTO, EMBEDDED = "quarto", "embarqué"
RENDERERS = (EMBEDDED, QUARTO)

# No raw markup in the source: what reaches a reader goes through pandoc's own writers.
READER = "markdown-raw_html-raw_tex-raw_attribute-native_divs-native_spans-latex_macros-table_attributes"
SOURCE, TREE, FIGURES, FONTS = "rapport.qmd", "rapport.json", "figures", "polices"
EXTENSION = "_extensions/diagnostic"  # of the theme: filter, templates, styles and fonts, the same for both engines
PROJECT = "_quarto.yml"
THEME_PARTS = {".lua", ".html", ".css", ".js", ".typ", ".docx", ".pptx", ".svg", ".yml"}
FACES = {".ttf", ".otf"}  # of the theme too: where a document is typeset
WRITTEN_BY_QUARTO = {".html": "html", ".docx": "docx", ".pdf": "typst", ".pptx": "pptx"}
SYNTHESIS, SLIDES = "synthese", "restitution"  # the documents that the source holds beside the report itself
DOSSIER = "dossier"  # the one that is made as the report is, from its own part of the source
REFUSED_BY_FILTER = 70  # of our filter; none of pandoc's own codes
# The writers that put images in the file; the others need no file but those named to them.
READS_IMAGES = ("docx", "pptx")
PAGE = ("--template=page.html", "--css=style.css", "--mathml", "--toc-depth=3", "--email-obfuscation=none")
WRITERS = {  # pandoc's writer of each format, and its options
    ".html": ("html5", *PAGE),
    ".docx": ("docx", "--reference-doc=reference.docx", "--output=-"),
    ".pdf": ("typst-smart", "--template=typst.typ"),
    ".pptx": ("pptx", "--reference-doc=reference.pptx", "--slide-level=1", "--output=-"),
    ".xlsx": ("json",),
}
TIMEOUT = 600  # seconds; a render takes less than one

log = logging.getLogger(__name__)


class RenderError(Refused):
    """A document could not be made; the message is French and fit for the reader of a terminal."""


class Unmade(RenderError):
    """The same where nobody but who mends this program can do anything."""

    ours = True


def render_all(source: Path, outputs: Iterable[Path], theme: Path, epoch: int, renderer: str, threads: int = 1) -> None:
    """Write several documents of one source, which is read once, so many at a time, the longest first: none is begun when the
    others are done. See `render`; one that cannot be made leaves the others."""
    one = partial(render, source, theme=theme, epoch=epoch, renderer=renderer)
    outputs = sorted(outputs, key=_short)
    with ThreadPoolExecutor(threads) as pool:
        if any(output.suffix == ".xlsx" for output in outputs):
            pool.submit(_workbook)  # while the source is read
        if renderer == EMBEDDED and source.is_file():
            _read(source.read_text("utf-8"))  # before several threads ask for it
        list(pool.map(one, outputs))


def render(source: Path, output: Path, theme: Path, epoch: int, renderer: str = EMBEDDED) -> str:
    """Write `output` (.html, .docx, .pdf, .pptx or .xlsx) from `source`, whose images lie in the folder `figures` beside it.

    A PDF named `synthese.pdf` is the one-page document of the source, what is named `dossier` its second document, any other
    file the report.

    `theme` is the folder with filter, templates, Word styles and fonts; `epoch` (seconds since 1970) is the only
    date that enters the file. Returns the renderer used, "quarto" or "embarqué". Same arguments and versions give
    the same bytes. Raises RenderError, TooLong; `output` is then left as it was.
    """
    suffix = output.suffix.lower()
    if suffix not in WRITERS:
        raise RenderError(f"Format inconnu : « {suffix or output.name} ». Formats possibles : {', '.join(WRITERS)}.")
    if not source.is_file():
        raise RenderError(f"Source du rapport introuvable : {source.name}.")
    if renderer not in RENDERERS:
        raise RenderError(f"Moteur de rendu inconnu : « {renderer} ». Choix possibles : {', '.join(RENDERERS)}.")
    document = _document(output)
    if suffix == ".xlsx":  # read from the tree of the source, that only pandoc gives
        renderer = EMBEDDED
    if renderer == QUARTO and shutil.which("quarto") is None:
        raise RenderError(
            "Quarto est demandé mais introuvable. Installez-le, lancez snakemake avec --sdm conda, "
            f"ou choisissez « renderer: {EMBEDDED} »."
        )
    writer: Callable[[Path, int, str], bytes] = _with_quarto if renderer == QUARTO else _embedded
    if document == SYNTHESIS:
        writer = _synthesis_with_quarto if renderer == QUARTO else _synthesis
    try:
        with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
            _stage(source, theme, Path(folder), renderer, suffix, document)
            content = writer(Path(folder), epoch, suffix)
    except OSError as error:
        raise RenderError(f"Rendu impossible (dossier temporaire ou source) : {system(error)}.") from None
    try:
        writing.write_bytes(content, output)
    except OSError as error:
        raise RenderError(f"Écriture impossible de {output.name} : {system(error)}.") from None
    return renderer


def _short(output: Path) -> tuple[bool, bool]:
    """Where a document stands among those that one source makes: the second one, which is most of the source, then what is
    typeset or made a workbook once it is written."""
    return _document(output) != DOSSIER, output.suffix.lower() not in (".pdf", ".xlsx")


def _document(output: Path) -> str:
    """Which document of the source a file is: "" for the report."""
    if output.suffix.lower() == ".pptx":
        return SLIDES
    return next((name for name in (SYNTHESIS, DOSSIER) if output.stem.endswith(name)), "")


def _stage(source: Path, theme: Path, scratch: Path, renderer: str, suffix: str, document: str) -> None:
    """Copy the source, its images and the theme under fixed names (contents only: a read-only original stays so).

    For Quarto a project with its extension; for pandoc what the extension holds, beside the source as it was read. The
    front matter says which document of the source is made.
    """
    extension = theme / EXTENSION
    if not extension.is_dir():
        raise RenderError(f"Dossier du thème introuvable : {theme.name}.")
    root = scratch / EXTENSION if renderer == QUARTO else scratch
    for path in extension.rglob("*"):
        if path.suffix in THEME_PARTS or (suffix == ".pdf" and path.suffix in FACES):
            target = root / path.relative_to(extension)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    if renderer == QUARTO:
        shutil.copyfile(theme / PROJECT, scratch / PROJECT)
    text = source.read_text("utf-8")
    if renderer == EMBEDDED:
        (scratch / TREE).write_text(json.dumps(_part(_read(text), suffix, document)), "utf-8")
    else:
        if document and text.startswith("---\n"):
            text = text.replace("---\n", f"---\ndocument: {document}\n", 1)
        (scratch / SOURCE).write_text(text, "utf-8")
    (scratch / FIGURES).mkdir()
    for path in (source.parent / FIGURES).glob("*.*"):
        shutil.copyfile(path, scratch / FIGURES / path.name)


# -- Embedded renderer ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)  # every document of a study is written from it
def _read(text: str) -> dict[str, Any]:
    """The tree of a source, from pandoc's JSON; nothing in it is changed. Raises RenderError."""
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        (Path(folder) / SOURCE).write_text(text, "utf-8")
        return dict(json.loads(_pandoc(Path(folder), 0, SOURCE, f"--from={READER}", "--to=json", "--sandbox")))


def _part(tree: dict[str, Any], suffix: str, document: str) -> dict[str, Any]:
    """The tree of one document of a source: its name among the metadata, without what the filter would drop after it has
    walked through it, the source's other documents and cards that are not shown."""
    kept = {document, DOSSIER} if suffix == ".xlsx" else {document}

    def dropped(block: dict[str, Any]) -> bool:
        if block["t"] == "Div":
            (_, classes, attributes), _ = block["c"]
            return "document" in classes and dict(attributes).get("nom") not in kept
        return block["t"] == "CodeBlock" and "carte" in block["c"][0][1] and suffix not in (".html", ".xlsx")

    named = {"document": {"t": "MetaString", "c": document}} if document else {}
    return tree | {"meta": tree["meta"] | named, "blocks": [one for one in tree["blocks"] if not dropped(one)]}


def _embedded(scratch: Path, epoch: int, suffix: str) -> bytes:
    return _finished(_written(scratch, epoch, *WRITERS[suffix]), suffix, scratch, scratch, epoch)


def _finished(content: bytes, suffix: str, theme: Path, scratch: Path, epoch: int) -> bytes:
    """A document as its format asks for it, from what pandoc or Quarto wrote."""
    if suffix == ".html":
        return _page(content, theme, scratch)
    if suffix == ".docx":
        return docx.finish(content)
    if suffix == ".pptx":
        place = scratch / FIGURES / "logo.png"
        return pptx.finish(content, place.read_bytes() if place.is_file() else b"")
    return _workbook()(content, epoch) if suffix == ".xlsx" else _typeset(scratch, epoch, content)


def _page(content: bytes, theme: Path, scratch: Path) -> bytes:
    style, script = ((theme / name).read_text("utf-8") for name in ("style.css", "page.js"))
    figures = {path.name: path.read_bytes() for path in (scratch / FIGURES).iterdir()}
    return finish_page(content.decode(), style, script, figures).encode()


def _workbook() -> Callable[[bytes, int], bytes]:
    from diagnostic.office.workbook import made  # here: openpyxl costs as much as the rest

    return made


def _synthesis(scratch: Path, epoch: int, _suffix: str) -> bytes:
    text = _written(scratch, epoch, "typst-smart", "--template=synthese.typ").decode()
    return one_page(text, partial(_typeset, scratch, epoch))


def _typeset(scratch: Path, epoch: int, text: bytes) -> bytes:
    _set_in_document_font(scratch)
    place = scratch / "rapport.typ"
    place.write_bytes(text)
    faces = typst.Fonts(include_system_fonts=False, font_paths=[str(scratch / FONTS)])
    fonts = {"font_paths": faces, "ignore_system_fonts": True}
    made: Callable[..., Any] = partial(typst.compile, place, root=scratch, format="pdf", timestamp=epoch, **fonts)
    try:
        return bytes(made(pdf_standards=["ua-1"]))
    except typst.TypstError as error:
        log.warning("PDF/UA-1 impossible, PDF balisé simple : %s", _first_line(error))
    try:
        return bytes(made(pdf_standards=[]))
    except typst.TypstError as error:
        raise Unmade(f"Le PDF n'a pas pu être composé : {_first_line(error)}.") from None


def _set_in_document_font(scratch: Path) -> None:
    """Charts are measured in Liberation Sans; the PDF sets them in the text's own, slightly narrower face."""
    for image in (scratch / FIGURES).glob("*.svg"):
        svg = re.sub(r' (?:textLength|lengthAdjust)="[^"]*"', "", image.read_text("utf-8"))
        image.write_text(re.sub(r'(font-family(?:="|:\s*))[^";]*', r"\1Source Sans 3", svg), "utf-8")


def _written(scratch: Path, epoch: int, writer: str, *options: str) -> bytes:
    """What pandoc writes of the tree in the scratch folder, after the filter."""
    contents = json.loads((scratch / TREE).read_bytes())["meta"].get("toc", {"c": True})["c"]
    asked = ["--sandbox"] if writer not in READS_IMAGES else []
    asked += ["--toc"] if contents and writer != "pptx" else []
    common = ("--from=json", f"--to={writer}", "--wrap=none", "--data-dir=.", "--lua-filter=filtre.lua")
    return _pandoc(scratch, epoch, TREE, *common, *asked, *options)


def _pandoc(scratch: Path, epoch: int, *options: str) -> bytes:
    done = _run([pypandoc.get_pandoc_path(), *options, "--standalone", "--fail-if-warnings"], scratch, epoch)
    if done.returncode:
        ours = done.returncode == REFUSED_BY_FILTER
        what = "Le rapport n'est pas cohérent" if ours else "pandoc a refusé le rapport"
        raise Unmade(f"{what} :\n" + _indented(done.stderr))
    return done.stdout


# -- Quarto -----------------------------------------------------------------------------------------------------


def _with_quarto(scratch: Path, epoch: int, suffix: str) -> bytes:
    """The project of the theme, whose extension is the same filter, templates and styles (`report/_extensions`)."""
    target, name = f"diagnostic-{WRITTEN_BY_QUARTO[suffix]}", f"rapport{suffix}"
    if suffix == ".pdf":
        _set_in_document_font(scratch)
    _quarto(scratch, epoch, "--to", target, "--metadata", "embed-resources:false", "--output", name)
    content = (scratch / name).read_bytes()
    return content if suffix == ".pdf" else _finished(content, suffix, scratch / EXTENSION, scratch, epoch)


def _synthesis_with_quarto(scratch: Path, epoch: int, _suffix: str) -> bytes:
    """Quarto writes the page, which is then set in the size at which it holds."""
    _quarto(
        *(scratch, epoch, "--to", "diagnostic-typst", "--template", f"{EXTENSION}/synthese.typ"),
        *("--metadata", "keep-typ:true", "--output", "rapport.pdf"),
    )
    shutil.copytree(scratch / EXTENSION / FONTS, scratch / FONTS)
    return one_page((scratch / "rapport.typ").read_text("utf-8"), partial(_typeset, scratch, epoch))


def _quarto(scratch: Path, epoch: int, *options: str) -> None:
    done = _run(["quarto", "render", SOURCE, *options], scratch, epoch)
    if done.returncode or not (scratch / options[-1]).is_file():
        raise Unmade("Quarto n'a pas pu produire le document :\n" + _indented(done.stderr))


# -- Doors ------------------------------------------------------------------------------------------------------


def _run(command: list[str], scratch: Path, epoch: int) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(command, cwd=scratch, env=environment, capture_output=True, timeout=TIMEOUT, check=False)
    except OSError as error:
        raise RenderError(f"Le programme {Path(command[0]).name} n'a pas pu être lancé : {system(error)}.") from None
    except subprocess.TimeoutExpired:
        raise RenderError(f"Le programme {Path(command[0]).name} n'a pas répondu en {TIMEOUT} s.") from None


def _indented(text: bytes) -> str:
    return "\n".join(f"  {line}" for line in text.decode("utf-8", "replace").strip().splitlines())


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")


# -- The page of a report, finished: one file, which a program can read aloud -------------------------------------
CHARSET = '<meta charset="utf-8">'
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'; script-src 'sha256-{}'\">"
)


def finish_page(page: str, style: str, script: str, figures: Mapping[str, bytes]) -> str:
    """The page that pandoc wrote, with all that it names inside it: its style sheet, its script, and by their names its images
    and their numbers (pandoc's own way of doing it doubles the time of a long report)."""

    def data(found: re.Match[str]) -> str:
        kind = {"svg": "svg+xml", "png": "png"}.get(found[1].rpartition(".")[2], "octet-stream")
        return f'src="data:image/{kind};base64,{base64.b64encode(figures[found[1]]).decode()}"'

    def table(found: re.Match[str]) -> str:
        content = base64.b64encode(figures[found[1]]).decode()
        return f'href="data:text/csv;charset=utf-8;base64,{content}" download="{found[1]}"'

    page = re.sub(r'href="figures/([\w-]+\.csv)"', table, page)
    page = re.sub(
        r'<link rel="stylesheet" href="[^"]*style\.css">', lambda _: f"<style>\n{style}</style>", page, count=1
    )
    # The policy names the one script that may run, by what is in it. It is no part of the template: what Quarto shows while
    # somebody edits has scripts of its own.
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = page.replace(CHARSET, f"{CHARSET}\n{POLICY.format(allowed)}", 1)
    page = page.replace('<script src="page.js"></script>', f"<script>{script}</script>", 1)
    page = re.sub(r'src="figures/([\w.-]+)"', data, page)
    # What pandoc's writer does not say: the second contents has no ids, the way back from a note has a name.
    page = re.sub(r' id="toc-[^"]*"', "", page)
    return re.sub(
        r'(<a href="#fnref(\d+)" class="footnote-back")', r'\1 aria-label="Retour à l’appel de note \2"', page
    )


# -- The one-page document ----------------------------------------------------------------------------------------
# The largest size at which its text holds on a page; of what the calculation wrote, as much as holds at the smallest.
# What a team wrote is never left out: it is told which of its files is too long, and by how much.
# What stands in the template for the size in points, of which the text has ten at least; for the height of the page; for what is
# left out.
SIZE, SIZES = "1.234pt", (12, 11.5, 11, 10.5, 10)
HEIGHT, OUT = "height: 297mm", "#let ote = ()"
POINTS = 297 / 25.4 * 72  # of that height
PART = re.compile(r'#partie\("([^"]+)"\)')  # its rank, for what the calculation wrote; for what the team did, its file
BOX = re.compile(rb"/MediaBox\s*\[\s*[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)")
LINE = 12.6  # points between two lines of the smallest size


class TooLong(Refused):
    """What a team wrote for the synthesis does not hold on its page; the message is French, and names its files."""


def pages(pdf: bytes) -> int:
    """The number of pages of a PDF as Typst writes it."""
    return max(int(count) for count in re.findall(rb"/Type\s*/Pages[^>]*?/Count (\d+)", pdf))


def one_page(text: str, typeset: Callable[[bytes], bytes]) -> bytes:
    """The PDF of a text as the template writes it; `typeset` makes that of a whole source. Raises TooLong."""
    for size in SIZES:
        page = typeset(text.replace(SIZE, f"{size}pt").encode())
        if pages(page) == 1:
            return page
    smallest = text.replace(SIZE, f"{SIZES[-1]}pt")

    def tall(out: Iterable[str]) -> float:
        """How high the page would be that holds all but some parts, in points."""
        return float(BOX.findall(typeset(_without(smallest, out).replace(HEIGHT, "height: auto").encode()))[0])

    named = dict.fromkeys(PART.findall(text))
    out: list[str] = []
    height = tall(out)
    ranked = sorted(filter(str.isdecimal, named), key=int, reverse=True)
    # What does not lower the page stands beside what is too high: once that is out, it is asked again.
    while lower := next(((name, less) for name in ranked if (less := tall([*out, name])) < height), None):
        out, height = [*out, lower[0]], lower[1]
        page = typeset(_without(smallest, out).encode())
        if pages(page) == 1:
            return page
    raise TooLong(_message(height - POINTS, [name for name in named if "/" in name and tall([*out, name]) < height]))


def _without(text: str, out: Iterable[str]) -> str:
    return text.replace(OUT, "#let ote = (" + "".join(f'"{name}", ' for name in out) + ")")


def _message(over: float, files: Sequence[str]) -> str:
    lines = max(math.ceil(over / LINE), 1)
    where = " ou ".join(files) or "le titre de l’étude ou les noms de ses auteurs, dans sa configuration"
    return (
        "La synthèse ne tient pas sur une page, même au plus petit corps et sans ce que le calcul y met : elle dépasse de "
        f"{number(lines)} {plural(lines, 'ligne', 'lignes')}. Raccourcir {where}."
    )
