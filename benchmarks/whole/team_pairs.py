"""Two of the things that teams had, in one small study: the person is told before anything is printed, or the number is right."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import openpyxl

from .codebook import Codebook
from .judge import facts, numbers, unforeseen
from .names import departements
from .player import Copy
from .team_play import ANSWERS, QUESTIONS, Play, plain
from .team_small import EVERY, Small
from .team_small_words import PEOPLE

FALSE = (
    "options.csv",
    "reprendre l’export entier",
    "aliases",
    "decrire la met dans la correspondance",
)  # remedies that are none of a team's
LINES = 12  # of configuration, typed by hand, from which it is too much


@dataclass
class Pair:
    """One study. `silent`: what is printed and is not true, or was lost, and nobody was told; `stuck`: why nothing can be
    printed although all was said; `false`: what was told and is not so."""

    of: tuple[int, ...]
    team: Small
    play: Play
    received: bool = False
    silent: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return " + ".join(f"T{one}" for one in self.of)

    @property
    def said(self) -> str:
        return "\n".join(done.said for done in self.play.said)


def drawn(number: int, seed: int) -> list[tuple[int, ...]]:
    """So many pairs, of all, at random."""
    return sorted(random.Random(seed).sample(list(combinations(EVERY, 2)), number))


def walked(pairs: Sequence[tuple[int, ...]], folder: Path, seed: int) -> list[Pair]:
    """Each pair in its own study, of one copy of the project; all calculated together to their facts."""
    book, copy = Codebook(), Copy(folder / "projet")
    places = departements(len(pairs), seed)
    every = []
    for at, of in enumerate(pairs):
        team = Small(book, f"{places[at]}-{2026 + at // len(set(places))}", seed, of)
        one = Pair(of, team, Play(copy, book, team))
        every.append(one)
        _given(one, copy)
    going = [one for one in every if one.received]
    if going:
        copy.snakemake([one.team.study for one in going], "facts")
    for one in going:
        if 14 in one.of:
            _pairs(one, copy)
        _judged(one, copy)
    copy.close()
    return every


def _given(one: Pair, copy: Copy) -> None:
    """Everything that the team does, to what it has received."""
    team, play = one.team, one.play
    folder = copy.given(team)  # type: ignore[arg-type]
    play.begin(one.name)
    play.create()
    if 28 in one.of:
        _older(one, folder)
    files = [team.form(folder), *team.others(folder)]
    one.received = play.receive(*files)
    if one.received and 19 in one.of:
        team.mistaken = False
        play.complete()
        one.received = play.receive(team.form(folder))
    if one.received:
        _acts(one, folder)
    one.stuck += play.phase.faults if not one.received else []
    one.false += [f"{fault}" for fault in play.phase.faults if one.received]
    _told(one)


def _older(one: Pair, folder: Path) -> None:
    """A sheet that resembles the form and is none of the study's: said so, and signed."""
    from .team_files import saved

    rows = [
        ["Numéro", "Mode de réponse", "Commission départementale"],
        *([str(at), "À titre individuel", "Je le savais"] for at in range(1, 6)),
    ]
    path = saved(folder / "essai.xlsx", {"Essai": rows})
    columns, tables = one.team.columns, dict(one.team.tables)
    one.play.command("recevoir", one.team.study, str(path))
    if one.play.view.is_file():
        book = openpyxl.load_workbook(one.play.view)
        for row in book["Feuilles"].iter_rows(min_row=2):
            if row[1].value == "Essai":
                row[3].value = "pas pour l’étude"
        book[QUESTIONS]["B1"].value = "AB"
        book.save(one.play.view)
        one.play.command("recevoir", one.team.study, str(path))
    del columns, tables


def _acts(one: Pair, folder: Path) -> None:
    """What happens after a first reception."""
    team, play = one.team, one.play
    if 2 in one.of:
        play.command("preparer", team.study, "--initiales", "AB")
        sheet = play.view.with_name("codage.xlsx")
        if sheet.is_file():
            play.command("recevoir", team.study, str(sheet))
    if 22 in one.of or 20 in one.of:
        before = _lines(play)
        edits = play.phase.edits.total()
        for each in team.told.responses if 20 in one.of else []:
            each.answers["law_commission"] = frozenset({"knew"})
        one.received = play.receive(team.form(folder))
        after = _lines(play)
        if 22 in one.of and any(after.get(name, text) != text for name, text in before.items()):
            one.silent.append("T22: a line of the recipe has another name")
        if play.phase.edits.total() != edits:
            one.false.append(f"T20: {play.phase.edits.total() - edits} edits for answers that vanished")
    if 21 in one.of and one.received:
        team.more, asked = True, len(play.phase.asked)
        one.received = play.receive(team.form(folder))
        again = [text for text in play.phase.asked[asked:] if not re.search("Remarque interne|Relu|Classement", text)]
        if again:
            one.false.append(f"T21: asked again, beside the new columns: {again[:3]}")
    if 29 in one.of and one.received and not {13, 17, 21} & set(one.of):
        done = play.command("recevoir", team.study, str(team.as_csv(folder)))
        if done.code:
            play.receive(team.as_csv(folder))
    if 8 in one.of and one.received:
        gone = next(each for each in team.told.responses if each.situations)
        play.command("effacer", team.study, gone.number, "--confirmer")
        team.erased = gone
        team.told.responses.remove(gone)
        one.received = play.receive(
            team.form(folder), *(path for path in team.others(folder) if path.name == "codage.xlsx")
        )


def _lines(play: Play) -> dict[str, str]:
    """Name of a line of the workbook → its heading."""
    if not play.view.is_file():
        return {}
    rows = openpyxl.load_workbook(play.view)[QUESTIONS].iter_rows(min_row=3, values_only=True)
    return {str(row[0]): str(row[3]) for row in rows if row[0]}


def _told(one: Pair) -> None:
    """What must never be said, and what must be."""
    said, play = one.said, one.play
    one.false += [f"T24: « {text} »" for text in FALSE if text in said]
    one.false += unforeseen(said)
    if 25 in one.of and (again := _again(said)):
        one.false.append(f"T25: the same answers listed {again[1]} times: {again[0][:80]}…")
    if 26 in one.of and (count := len(re.findall("Nom de la personne|Courriel|Ville de la personne", said))) > 2:
        one.false.append(f"T26: {count} lines on columns of contacts")
    if 31 in one.of and any(name in said for name in PEOPLE):
        one.silent.append("T31: a name is on the screen")
    if 33 in one.of and play.phase.edits["lines of configuration"] - _own(play) > LINES:
        one.false.append(f"T33: {play.phase.edits['lines of configuration']} lines of configuration")
    if 9 in one.of and one.received and not re.search(r"\?|indéci|ne sait pas|à attribuer", said):
        one.silent.append("T9: undecided pairs are not told")
    if 35 in one.of and one.received and "ommune" not in said:
        one.silent.append("T35: names of communes are not told")
    if 23 in one.of and play.view.is_file():
        book = openpyxl.load_workbook(play.view)
        if not all(book[name].data_validations.dataValidation for name in (QUESTIONS, ANSWERS)):
            one.false.append("T23: no drop-down list")


def _own(play: Play) -> int:
    """Lines that name the team and take the trial files away: the program asks for none of them."""
    return 1 + sum(1 for done in play.said[:1] if done.code == 0) * 16


def _again(said: str) -> tuple[str, int] | None:
    """A list of answers that is said three times or more in one command, or none."""
    lists = re.findall(r"(?:Attendu|Réponses possibles) : (.{80,})", said)
    found = max(lists, key=lists.count, default="")
    return (found, lists.count(found)) if lists.count(found) > 2 else None


def _pairs(one: Pair, copy: Copy) -> None:
    """Pairs decided once are not asked again when a mapping, or an answer, is corrected."""
    team, play = one.team, one.play
    sheet = play.view.with_name("paires.xlsx")
    play.command("preparer", team.study, "--initiales", "AB")
    if not sheet.is_file():
        return
    names = _decided(sheet, "different")
    if not names:
        return
    play.command("recevoir", team.study, str(sheet))
    team.told.responses[0].professionals += team.told.responses[0].answers["answer_mode"] == {"group"}
    play.receive(team.form(copy.given(team)))  # type: ignore[arg-type]
    copy.snakemake([team.study], "facts")
    play.command("preparer", team.study, "--initiales", "AB")
    if again := names & _decided(sheet, ""):
        one.false.append(f"T14: {len(again)} of {len(names)} decided pairs are asked again")


def _decided(path: Path, code: str) -> set[tuple[str, str]]:
    """The pairs of a sheet that nobody has decided; all decided now, where a code is given."""
    book = openpyxl.load_workbook(path)
    found = set()
    for sheet in book.worksheets:
        heads = {plain(cell.value): cell.column for row in (1, 2) for cell in sheet[row] if cell.value}
        if not {"first", "second", "decision"} <= heads.keys():
            continue
        for row in range(3, sheet.max_row + 1):
            pair = (str(sheet.cell(row, heads["first"]).value), str(sheet.cell(row, heads["second"]).value))
            if pair[0] != "None" and not sheet.cell(row, heads["decision"]).value:
                found.add(pair)
                if code:
                    sheet.cell(row, heads["decision"]).value = "personnes différentes"
    if code:
        book.save(path)
    return found


def _judged(one: Pair, copy: Copy) -> None:
    """The numbers, against the truth."""
    path = copy.home / "results" / one.team.study / "estimate/facts.parquet"
    if not path.is_file():
        one.stuck.append("received, and not calculated")
        return
    verdict = numbers(facts(path), one.team.expected())
    one.silent += verdict.faults
