"""The same documents with a real Quarto, where there is one: nothing stands for it elsewhere.

pip install '.[quarto]'    # where the installer of the package may download its program; or snakemake --sdm conda
pytest tests/report/test_quarto.py
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from diagnostic.office.render import RenderError, pages, render
from diagnostic.review.lint import Block, blocks

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "sample"
EPOCH = 1_790_000_000
DOCUMENTS = ("rapport.html", "rapport.docx", "rapport.pdf")
ENGINE = re.compile(r"(?:pandoc|Quarto)\s*")

present = pytest.mark.skipif(
    shutil.which("quarto") is None, reason="no Quarto on the PATH: pip install '.[quarto]', or snakemake --sdm conda"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each document twice: in `quarto/` and in `embarqué/`. A figure stands on page 1, which Word has as its abstract."""
    made = tmp_path_factory.mktemp("moteurs")
    shutil.copytree(SAMPLE / "figures", made / "figures")
    text = (SAMPLE / "rapport.qmd").read_text("utf-8")
    figure = next(line for line in text.splitlines() if line.startswith("![Articles de presse par mois"))
    first = f":::::: {{.une}}\n# L’essentiel {{.unnumbered}}\n\n{figure}\n\n::::::\n\n# Résumé"
    text = text.replace(figure, "").replace("# Résumé", first, 1)
    (made / "rapport.qmd").write_text(text, "utf-8")
    for engine in ("quarto", "embarqué"):
        for name in DOCUMENTS:
            assert render(made / "rapport.qmd", made / engine / name, ROOT / "report", EPOCH, engine) == engine
    return made


def read(path: Path) -> set[str]:
    """What a reader finds, without spaces of layout, the engine's own name and the switches it notes in a Word file."""
    found: list[Block] = list(blocks(path.name, path.read_bytes()))
    return {"".join(ENGINE.sub("", block.text).split()) for block in found} - {"", "True", "False"}


@present
@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_quarto_prints_what_the_embedded_engine_prints(folder: Path, name: str) -> None:
    assert read(folder / "quarto" / name) == read(folder / "embarqué" / name)


@present
@pytest.mark.slow
def test_a_project_that_is_published_renders_as_it_is(tmp_path: Path) -> None:
    """Without a command of ours: the page runs its script, and no policy keeps a preview from running its own."""
    for path in (ROOT / "report/_extensions", SAMPLE / "figures"):
        shutil.copytree(path, tmp_path / path.name)
    for path in (ROOT / "report/_quarto.yml", SAMPLE / "rapport.qmd"):
        shutil.copy(path, tmp_path)
    done = subprocess.run(["quarto", "render"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "rapport.html").read_text("utf-8")
    assert "Content-Security-Policy" not in page and 'src="page.js"' not in page
    for name in ("rapport.docx", "rapport.pdf", "rapport.pptx"):
        assert (tmp_path / name).stat().st_size > 10_000


@present
@pytest.mark.slow
def test_the_pdf_of_quarto_has_as_many_pages_and_the_same_tags(folder: Path) -> None:
    ours, theirs = ((folder / engine / "rapport.pdf").read_bytes() for engine in ("embarqué", "quarto"))
    assert pages(theirs) == pages(ours)
    for tag in (b"pdfuaid:part", b"/Lang(fr-FR)", b"/MarkInfo"):
        assert tag in theirs


@present
@pytest.mark.slow
def test_no_reference_of_quarto_is_dead(folder: Path) -> None:
    assert "?@" not in (folder / "quarto/rapport.html").read_text("utf-8")
    page = (folder / "quarto/rapport.html").read_text("utf-8")
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert {target for target in re.findall(r'href="#([^"]+)"', page) if target not in ids} == set()


def test_a_quarto_that_is_named_and_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match="Quarto est demandé mais introuvable"):
        render(SAMPLE / "rapport.qmd", tmp_path / "r.html", ROOT / "report", EPOCH, "quarto")
