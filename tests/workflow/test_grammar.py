"""The grammar of the reports, checked by Grammalecte (Debian package « grammalecte-cli »), which needs no network."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from copies import EVERY
from test_spelling import given

# Spaces, apostrophes and numbers have their own test in each format; inclusive writing follows the project's choice.
OFF = ("apos", "eepi", "esp", "nbsp", "num", "typo", "unit")
ACCEPTED = [  # (rule, what it says of, why it is right as it stands)
    ("maj_code", r"\[code\]", "« code pénal » s’écrit sans capitale, comme sur Légifrance"),
    ("maj_accents", r"l’\[Etat\] annonce", "titre de presse, cité tel qu’imprimé"),
    ("maj_gentilés", r"deux \[chinoises\] arrêtées", "titre de presse, cité tel qu’imprimé"),
    ("conj_1s_2s", r"\[Boulonnais\]", "nom d’un lieu, pris pour un verbe"),
    ("ppas_sujet", r"« \[Commune\] A »", "nom d’un lieu entre guillemets"),
    ("imp_verbe", r"\[Reçoit\]", "réponse du codebook, à la troisième personne : pas un impératif"),
    ("imp_verbe", r"^ne \[dit\] rien$", "case de la matrice des affirmations : une source qui ne dit rien"),
    ("gn_start", r"« Autre \[service\] de l’État »", "réponse citée, après le mot « réponse »"),
    ("gn_start", r"^(\[Lieux\]|Lieux) à haut risque", "« prostitutionnel » s’accorde avec « risque »"),
    (
        "gn_start",
        r"si \[effectif\] non renseigné",
        "« renseigné » s’accorde avec « effectif », dans un chiffre publié cité",
    ),
    ("gn_start", r"(\[Premier\]|Premier et \[dernier\])", "un premier constat et un dernier constat"),
    ("gn_la", r"limite basse \[dû\]", "« dû » s’accorde avec « décalage »"),
    ("gn_adverbe_bien", r"contre \[biens\] ou services", "« biens » est un nom"),
    ("conj_des_nom", r"erreurs \[types\]", "« erreurs types », terme de statistique"),
    ("conf_ce_se", r"« \[se\] dit de passage »", "réponse citée : le verbe « se dire »"),
]
BLOCKS = {
    "p",
    "td",
    "th",
    "li",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "figcaption",
    "caption",
    "tr",
    "div",
    "title",
}
SILENT = {"style", "script", "math", "nav", "code", "svg"}
SILENT_CLASSES = {"numero", "identifiant"}
SILENT_LINES = {"Identifiant", "Fichiers", "Cellules", "Table"}  # lines of a card that hold codes
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class Text(HTMLParser):
    """The page as its blocks of text; alternative texts of images are blocks too."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self.open: list[bool] = []  # for each open element, whether it is silent
        self.line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "img":
            self.blocks += [known.get("alt") or "", ""]
        if tag in VOID:
            return
        silent = tag in SILENT or bool(SILENT_CLASSES & set((known.get("class") or "").split()))
        if tag == "dd":
            silent = self.blocks[-1].strip() in SILENT_LINES or self.line in SILENT_LINES
        self.open.append(silent)
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open.pop()
        if tag in BLOCKS:
            if tag == "dt":
                self.line = self.blocks[-1].strip()
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if not any(self.open):
            self.blocks[-1] += data


def blocks(page: str) -> list[str]:
    """Each text of the page once, in order; names of files and codes read as a word."""
    reader = Text()
    reader.feed(page)
    texts = (re.sub(r"[\s\u00a0\u202f]+", " ", block).strip() for block in reader.blocks)
    # What stands in a title for somebody's age, or for a word that tells it (« un quinquagénaire »).
    aged = (text.replace("un [âge]", "un adulte").replace("[âge]", "vingt ans") for text in texts)
    plain = (re.sub(r"\s?\([a-z0-9]+(_[a-z0-9]+)+\)", "", text) for text in aged)  # the code of a rule after its words
    read = (re.sub(r"\b\w+\.(csv|xlsx|parquet)\b|\b[a-z0-9]+(_[a-z0-9]+)+\b", "Untel", text) for text in plain)
    return [text for text in dict.fromkeys(read) if len(re.findall(r"[^\W\d_]{2,}", text)) > 1]


def faults(lines: list[str], scratch: Path) -> Iterator[tuple[str, str, str]]:
    """(rule, text with the fault between brackets, what the checker says)."""
    if shutil.which("grammalecte-cli") is None:
        pytest.skip("grammalecte-cli absent (paquet Debian « grammalecte-cli »)")
    scratch.write_text("\n".join(lines), encoding="utf-8")
    command = ["grammalecte-cli", "-f", str(scratch), "-j", "-off", *OFF]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    for paragraph in told["data"]:
        line = lines[paragraph["iParagraph"] - 1]
        for fault in paragraph["lGrammarErrors"]:
            start, end = fault["nStart"], fault["nEnd"]
            context = f"{line[max(0, start - 60) : start]}[{line[start:end]}]{line[end : end + 60]}"
            yield fault["sRuleId"], context, fault["sMessage"]


def accepted(rule: str, context: str) -> bool:
    return any(re.search(name, rule) and re.search(text, context) for name, text, _ in ACCEPTED)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.slow
def test_the_grammar_of_the_report(name: str, results_of: Callable[[str], Path], tmp_path: Path) -> None:
    study = results_of(name)
    own = set(re.sub(r"[\u00a0\u202f]", " ", given(study)).splitlines())
    pages = [(study / f"report/{page}.html").read_text("utf-8") for page in ("rapport", "dossier")]
    lines = [text for page in pages for text in blocks(page) if text not in own]
    assert len(lines) > 500
    found = [fault for fault in faults(lines, tmp_path / "texte.txt") if not accepted(*fault[:2])]
    assert found == []


def test_the_checker_finds_what_it_should(tmp_path: Path) -> None:
    wrong = ["Les personnes concerné par l’étude sont nombreux.", "Les annonces on été comptées."]
    assert {line.replace("[", "").replace("]", "") for _, line, _ in faults(wrong, tmp_path / "t.txt")} == set(wrong)
