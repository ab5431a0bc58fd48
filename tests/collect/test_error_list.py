"""The error list as text, page and CSV."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostic.core import error_list as errors
from diagnostic.core.error_list import table
from diagnostic.core.problems import BLOCKING, COLUMNS, MASKED, WARNING, Problem

PROBLEMS = [
    Problem(
        WARNING,
        "press.csv",
        "L’article est classé ailleurs.",
        "Vérifier à la source.",
        row=15,
        column="D",
        value="2018",
    ),
    Problem(BLOCKING, "ad_counts.csv", "Nombre négatif.", "Vérifier le signe.", row=12, column="C", value="-3"),
    Problem(
        BLOCKING,
        "ad_counts.csv",
        "Du texte. " * 20,
        "Écrire un nombre. " * 10,
        row=3,
        column="AA",
        value=MASKED,
    ),
    Problem(WARNING, "ad_counts.csv", "Le fichier est en UTF-16.", "Rien à faire."),
    Problem(WARNING, "form.xlsx", "Vide.", "Remplir.", sheet="Réponses", row=2, column="B"),
]


def test_terminal_groups_by_file_blocking_first_within_a_hundred_columns() -> None:
    text = errors.to_terminal(table(PROBLEMS))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0] == "ad_counts.csv\u00a0: 2 problèmes bloquants, 1 avertissement"
    headings = [line.strip() for line in lines if line.startswith("  ") and line[2] in "BA"]
    assert headings == [
        "BLOQUANT · ligne 3, colonne AA · «\u00a0(masquée)\u00a0»",
        "BLOQUANT · ligne 12, colonne C · «\u00a0-3\u00a0»",
        "AVERTISSEMENT · fichier entier",
        "AVERTISSEMENT · feuille Réponses, ligne 2, colonne B",
        "AVERTISSEMENT · ligne 15, colonne D · «\u00a02018\u00a0»",
    ]
    assert "    → Vérifier le signe." in lines
    assert lines[-1] == "Total\u00a0: 2 problèmes bloquants, 3 avertissements."


def test_terminal_says_how_many_it_leaves_out() -> None:
    many = [Problem(BLOCKING, "f.csv", "Non.", "Oui.", row=row) for row in range(2, 64)]
    text = errors.to_terminal(table(many))
    assert text.count("BLOQUANT ·") == 50
    assert "et 12 autres\u00a0: la suite" in text
    assert "Total\u00a0: 62 problèmes bloquants." in text


def test_nothing_wrong_is_said_too() -> None:
    assert errors.to_terminal(table([])) == "Total\u00a0: aucun problème.\n"
    assert errors.to_csv(table([])) == ",".join(COLUMNS) + "\n"
    assert "Aucun problème." in errors.to_page(table([]), "Contrôle")


class Outline(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_is_whole_inert_and_labelled() -> None:
    hostile = "<script>alert(1)</script>"
    page = errors.to_page(
        table([*PROBLEMS, Problem(BLOCKING, hostile, hostile, hostile, value=hostile)]), f"Contrôle {hostile}"
    )
    outline = Outline()
    outline.feed(page)
    names = [tag for tag, _ in outline.tags]
    assert "script" not in names
    assert dict(outline.tags)["html"] == {"lang": "fr"}
    assert names.count("h1") == names.count("title") == names.count("main") == 1
    assert names.count("table") == names.count("caption") == 4
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in outline.tags if tag == "th")
    links = [value for _, attributes in outline.tags for name, value in attributes.items() if name in ("href", "src")]
    assert links == ["data:,"]
    assert "default-src 'none'" in page
    assert hostile in outline.text  # as text
    assert "ligne 12, colonne C" in outline.text
    assert "3 problèmes bloquants, 3 avertissements." in outline.text


def test_csv_has_the_columns_of_the_design_and_no_formula() -> None:
    starts = ["=1+1", "+33", "-3", "@SUM", "\t=1", " =1", "|cmd"]
    problems = [
        Problem(BLOCKING, "f.csv", start, "Oui.", row=row, value=start) for row, start in enumerate(starts, start=2)
    ]
    rows = list(csv.DictReader(io.StringIO(errors.to_csv(table(problems)))))
    assert [row["value"] for row in rows] == ["'" + start for start in starts]
    assert [row["message"] for row in rows] == ["'" + start for start in starts]
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7", "8"]
    first = errors.to_csv(table(PROBLEMS)).splitlines()[0]
    assert first == "severity,file,sheet,row,column,value,message,remedy"


PROBLEM = st.builds(
    Problem,
    severity=st.sampled_from([BLOCKING, WARNING]),
    file=st.sampled_from(["a.csv", "b.csv"]),
    message=st.text(st.characters(codec="utf-8")),
    remedy=st.text(st.characters(codec="utf-8")),
    row=st.none() | st.integers(1, 10**6),
    column=st.sampled_from(["", "A", "ZZ"]),
    value=st.text(st.characters(codec="utf-8"), max_size=40),
)


@settings(deadline=None)
@given(st.lists(PROBLEM, max_size=5))
def test_any_problem_can_be_told(problems: list[Problem]) -> None:
    listed = table(problems)
    assert errors.to_terminal(listed).endswith(".\n")
    assert errors.to_page(listed, "Contrôle").endswith("</html>\n")
    rows = list(csv.reader(io.StringIO(errors.to_csv(listed), newline="")))
    assert len(rows) == len(problems) + 1
    for row in rows[1:]:
        for at, cell in enumerate(row):
            assert at == COLUMNS.index("row") or not cell.lstrip().startswith(("=", "+", "-", "@"))
