"""How a released fact is written, and that text from data reads back as written."""

from __future__ import annotations

import json
import random
import re
import subprocess
from types import SimpleNamespace

import pypandoc
import pytest

from diagnostic.office.render import READER
from diagnostic.release import printed
from diagnostic.report import printing
from diagnostic.report.tabular import pipe

NB, NNB = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
NAN = float("nan")


def fact(**given: object) -> SimpleNamespace:
    default = {
        "verdict": "shown",
        "value_text": "",
        "measure": "count",
        "decimals": 0,
        "shown_value": NAN,
        "shown_low": NAN,
        "shown_high": NAN,
    }
    return SimpleNamespace(**default | given)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"shown_value": 7393.0}, f"7{NNB}393"),
        ({"shown_value": 272.61, "decimals": 1}, "272,6"),
        ({"shown_value": 57.94, "measure": "percent", "decimals": 1}, f"57,9{NB}%"),
        ({"value_text": "2018-09-20/2018-12-05", "measure": "date"}, f"20{NB}septembre – 5{NB}décembre 2018"),
        ({"shown_low": 97.0, "shown_high": 547.0}, "97 à 547"),  # no value, only limits
        ({}, "non publié"),
        ({"verdict": "withheld", "shown_value": 5.0, "value_text": "2020"}, "non publié"),
    ],
)
def test_a_value(given: dict[str, object], text: str) -> None:
    assert printed.value(fact(**given)) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"shown_low": 239.4, "shown_high": 306.6}, "239 à 307"),
        ({"shown_low": 94.5, "shown_high": 95.2, "measure": "percent", "decimals": 1}, f"94,5 à 95,2{NB}%"),
        ({"shown_low": 1.0}, ""),
        ({}, ""),
    ],
)
def test_an_interval(given: dict[str, object], text: str) -> None:
    assert printed.interval(fact(**given)) == text


@pytest.mark.parametrize(
    ("iso", "text"),
    [
        ("2018-12-01", f"1er{NB}décembre 2018"),
        ("2018-09/2018-12", "septembre 2018 – décembre 2018"),
        ("2015/2020", "2015-2020"),
        ("2018-09-20/2018-12-05", f"20{NB}septembre – 5{NB}décembre 2018"),
        ("2026-03-02/2026-03-06", f"2 – 6{NB}mars 2026"),
        ("2019-11-12/2020-02-03", f"12{NB}novembre 2019 – 3{NB}février 2020"),
        ("2020-autumn", "automne 2020"),
    ],
)
def test_a_moment(iso: str, text: str) -> None:
    assert printed.moment(iso) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("699", "699"),
        ("7393", f"7{NNB}393"),
        ("12.5", "12,5"),
        ("2018", "2018"),  # a year has no thousands
        ("2018-06-18", f"18{NB}juin 2018"),
        ("3..5", "3 à 5"),
    ],
)
def test_a_published_value(raw: str, text: str) -> None:
    assert printing.published(raw) == text


# -- Text from data -----------------------------------------------------------------------------------------------

NASTY = [
    "1. pas une liste",
    "# pas un titre",
    "- pas un tiret",
    "*a* _b_ **c** ~d~ ^e^ `f`",
    "[lien](http://exemple) ![image](x.png) <https://exemple>",
    "a | b || c",
    "{.classe} []{.fact} [x]{.y}",
    "$x$ et \\(y\\) et \\newcommand",
    "<b>gras</b> & &amp; &eacute;",
    "@tbl-sites [@auteur] @fig-x",
    '"guillemets" et l\'apostrophe... -- ---',
    ":::  {.callout}",
    "100 % de « oui »",
    "ligne\nnouvelle\tligne",
    "\\ \\* \\n fin\\",
    "+ = ~~ barré ~~ H~2~O x^2^",
    "(a) (@) #. i) A.",
    ": définition",
    "[^1] note^[ici]",
    "prix*2*3 snake_case_name",
    "> citation",
    "Voir www.exemple.fr ou nom@exemple.fr",
    "fin avec antislash \\",
    f"7{NNB}393 annonces{NB}: 5{NB}décembre, 61{NB}%",
]


def random_texts(count: int) -> list[str]:
    draw = random.Random(62)
    signs = list("\\`*_{}[]()#+-.!|<>~^$@\"'&:;=/%,?0123 abéœ«»·\t")
    return ["".join(draw.choices(signs, k=draw.randint(1, 14))).strip() or "x" for _ in range(count)]


def words(inlines: list[dict]) -> str:
    """The text of pandoc's inlines; anything but text and spaces is shown by its name, so that it is seen."""
    return "".join(
        part["c"] if part["t"] == "Str" else " " if part["t"] in ("Space", "SoftBreak") else f"<{part['t']}>"
        for part in inlines
    )


def blocks(markdown: str) -> list[dict]:
    command = [pypandoc.get_pandoc_path(), f"--from={READER}", "--to=json"]
    done = subprocess.run(command, input=markdown.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)["blocks"]


TEXTS = NASTY + random_texts(400)


def written(text: str) -> str:
    """On one line: breaking spaces become one; no-break spaces hold."""
    return re.sub(r"[ \t\n]+", " ", text)


def test_text_in_a_paragraph_reads_back_as_written() -> None:
    found = blocks("\n\n".join(printing.escape(text) for text in TEXTS))
    assert [block["t"] for block in found] == ["Para"] * len(TEXTS)
    assert [words(block["c"]) for block in found] == [written(text) for text in TEXTS]


def test_text_in_a_table_cell_reads_back_as_written() -> None:
    header = (("Texte", "left", 40), ("Rang", "right", 5))
    rows = [(printing.escape(text), str(rank)) for rank, text in enumerate(TEXTS)]
    (table,) = blocks(pipe(header, rows, "Essai", "essai"))
    (body,) = table["c"][4]
    cells = [[words(cell[4][0]["c"]) for cell in row[1]] for row in body[3]]
    assert cells == [[written(text), str(rank)] for rank, text in enumerate(TEXTS)]


@pytest.mark.parametrize("text", ["2026-13-45", "2026-13", "2026-02-30", "2026-02-30/2026-03-01"])
def test_what_is_no_date_is_printed_as_it_is_written(text: str) -> None:
    assert printed.moment(text).startswith(text.partition("/")[0])


WRITTEN = [
    'L’équipe "A" : un essai',
    "a & <b> {{< include x >}} `c`",
    "chemin\\nom, prix en $5 ou $6",
    "@auteur [lien](https://exemple.fr) ![image](x) ^haut^ ~bas~",
    "# titre --- 'simple' *gras* _fin_ | barre",
    "{{ study.title }} {% x %} ::: div",
]


def _words(node: object) -> str:
    """The text of pandoc's inlines."""
    if isinstance(node, list):
        return "".join(map(_words, node))
    kind, content = node["t"], node.get("c")  # type: ignore[index, attr-defined]
    if kind == "Quoted":
        return f"‘{_words(content[1])}’"
    return content if kind == "Str" else " " if kind in ("Space", "SoftBreak") else f"<{kind}>"


def test_what_a_team_calls_its_study_is_a_title_whatever_signs_it_has() -> None:
    """Read by pandoc itself, as the header of a document: the same words, and no markup."""
    source = "---\n" + "".join(f"t{n}: {printing.header(text)}\n" for n, text in enumerate(WRITTEN)) + "---\n"
    options = ["--from", READER, "--to", "json"]
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *options], input=source.encode(), stdout=subprocess.PIPE, check=True
    )
    meta = json.loads(done.stdout)["meta"]
    assert [_words(meta[f"t{n}"]["c"]) for n in range(len(WRITTEN))] == WRITTEN
