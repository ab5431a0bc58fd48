"""Finished documents read aloud: no sentence of over thirty words, none of those that readers could not say, no internal word."""

from __future__ import annotations

import html
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from copies import EVERY
from sentences import cut, page, words

MOST = 30
LISTS = [  # what may be longer, and why
    (r"^(?:[A-ZÀÉ][^.:;]+, ){3,}.*(?:; à confirmer\s: .*)?$", "liste de noms de structures, dans une case"),
    (r"^Pour citer\s: ", "référence bibliographique"),
    (
        r"^(?:Non publié|Aucun de ces nombres n’est publié, pour protéger les personnes)\s: ",
        "liste de ce qui n’est pas publié",
    ),
    (r"^Lecture\s: .*\(\d", "liste des lieux d’une carte, avec le nombre de chacun"),
]
# The forty worst sentences of a reading of 2026 by nine kinds of readers, each by what only it says.
REFUSED = """
ne se disent pas assez outillé
veut dire de \\d
n’est pas un plafond
proxénète est signalé·e\\s:
jusqu’à (environ )?\\d+\\s%
Sans ressources, ou aux minima sociaux\\s:
Oubli de copies
il y a moins de personnes\\s:
mènent à moins de personnes
n’est pas établi
d’ailleurs, on ne sait rien
référent·es mineur
dit ce que déclarent les annonces des autres sites
ce rapport ne vaut que
Sous un modèle\\s: entre deux décomptes
ne vaut donc ni pour un mois
vaut moins de réponses indépendantes
même si un·e seul·e la connaît
un champ silencieux
n’a de sens que sur les structures
Ces deux nombres ne sont pas publiés
Un lieu visible n’est pas plus fréquent
rien ne les distingue
dit combien l’ont écrit
n’est pas un thème absent
n’écrit pas n’est pas absent
ce que fait l’arrondi
Ce que le plus de répondant·es
à qui on le demande
La plupart des annonces sont sur des sites spécialisés
part des sites spécialisés escorting
Des sites miroirs, au nombre de
des axes, qui se tiennent
n’est pas un axe sans structure
leurs différences ne se lisent pas
n’est pas une année sans achat
ces parts sont 26
les trois années font
Repères nationaux d’avant le rapport
La publication imprime \\d+ annonces
Ce que la publication imprime
que cette édition ne refait pas
Ont contribué \\d
n’est pas identifié\\s: … soit
soit un facteur
se lit côte à côte sans que
à aucune autre\\s:
Ses chiffres entre eux
Places codées deux fois
refuse tout autre nombre
à partir des seuls énoncés
Toutes les règles sont dans le dossier
il n’y a pas de marge d’erreur
Un ensemble de commodité
Contours\\s: Inventé
Soit \\d+ sur \\d+ au moins
""".split("\n")[1:-1]
# Words of whoever made the documents: the dossier says what they mean, and the card of a number uses them.
INTERNAL = (
    r"énoncés?\b|\bbornes?\b|\b(?:le|un|du|ce) relevé\b|\blectures? [ABC]\b|au plus court|\bunivers\b|hors d’elles|\bempreintes?\b"
    r"|\bverdicts?\b|non codé|\bà sa propre base\b|Au registre|\bl’épreuve\b(?! qui)"
)


def _blocks(path: Path) -> list[tuple[str, str]]:
    return page(path.read_text("utf-8"))


def report(study: Path) -> list[str]:
    """The blocks of the report's page, without the cards of its numbers."""
    return [text for where, text in _blocks(study / "report/rapport.html") if "carte" not in where.split()]


def synthesis(study: Path) -> str:
    command = ["pdftotext", "-raw", str(study / "report/synthese.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", re.sub("\u00ad\\s*", "", text))


def office(path: Path) -> str:
    """The words of a Word file, of slides with their notes, or of a workbook, and of their alternative texts."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in sorted(archive.namelist()) if name.endswith(".xml")]
    ends = re.compile(r"</(?:[wa]:p|si|c)>")
    said = ["".join(re.findall(r"<(?:[wa]:)?t(?: [^>]*)?>([^<]*)<", one)) for part in parts for one in ends.split(part)]
    return html.unescape("\n".join([*said, *(text for part in parts for text in re.findall(r'descr="([^"]*)"', part))]))


@pytest.fixture(params=EVERY)
def study(request: pytest.FixtureRequest, results_of: Callable[[str], Path]) -> Path:
    return results_of(request.param)


def test_no_sentence_of_the_report_or_the_synthesis_is_over_thirty_words(study: Path) -> None:
    found = [one for one in dict.fromkeys(cut(report(study))) if words(one) > MOST]
    assert [one for one in found if not any(re.search(form, one) for form, _ in LISTS)] == []
    # A PDF has no paragraphs: its title, tiles and figure run together; its sentences are those of the page, or end with a point.
    flowing = synthesis(study).partition("Comment lire un nombre")
    assert [one for one in cut([flowing[2]]) if words(one) > MOST] == [] and flowing[1]


def test_none_of_the_forty_sentences_is_in_any_document(study: Path) -> None:
    whole = [text for name in ("rapport", "dossier") for _, text in _blocks(study / f"report/{name}.html")]
    whole += [synthesis(study)]
    whole += [office(study / f"report/{name}") for name in ("rapport.docx", "restitution.pptx", "tableaux.xlsx")]
    text = "\n".join(whole)
    assert len(text) > 50_000
    assert {one: re.findall(f".{{0,40}}{one}.{{0,40}}", text)[:2] for one in REFUSED if re.search(one, text)} == {}


def test_no_internal_word_is_said_outside_the_dossier(study: Path) -> None:
    told = "\n".join([*report(study), synthesis(study), office(study / "report/restitution.pptx")])
    told = re.sub(r"empreintes\.txt|« .{0,80}? »", "", told)  # the name of a file; the words of somebody else
    assert re.findall(rf".{{0,60}}(?:{INTERNAL}).{{0,40}}", told) == []


def test_what_ends_a_sentence() -> None:
    text = "Un mot : le sien ; un autre, p. 26 – encore. « Non publié » n’est pas zéro. 92 % (36 sur 39) l’ont dit !"
    assert list(cut([text])) == [
        "Un mot : le sien ; un autre, p. 26 – encore.",
        "« Non publié » n’est pas zéro.",
        "92 % (36 sur 39) l’ont dit !",
    ]
    assert [words(one) for one in cut([text])] == [9, 5, 6]
    assert words("mot " * (MOST + 1)) > MOST
