"""What moved between two runs of a study: which printed facts, and which input, choice or rule moved each of them.

Both folders are results of the same study, of any place or time. Tables whose bytes are the same cannot move anything:
only tables that differ are followed back, through their stamps, to the files, parameters and code that differ.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from diagnostic.core import french, io, writing
from diagnostic.core.errors import Refused
from diagnostic.release import printed
from diagnostic.study.generations import DATA, Reading, current, generations, places

PHASES = ("collect", "consolidate", "estimate", "release", "geography")
LEDGER = "release/ledger"
# Parameters that only repeat what the files themselves say.
REPEATED = {"sidecars", "recorded", "files", "study", "latest"}
# Of the data that documents print: every number, and of it; the tables, and the column of some.
STATEMENTS, NUMBER = "enonces.csv", ("lieu", "identifiant", "libelle", "imprime", "valeur", "bas", "haut")
TABLES, VERDICT = "tableau-*.csv", "Verdict"
SHOWN_CELLS = 5
ABSENT = "absent"


class NotComparable(Refused):
    """The two folders are not results of the same study; the message is French."""

    code = 2  # 1 says that something moved


@dataclass(frozen=True)
class Run:
    """One folder of results: its tables by `phase/table`, with their digests and stamps."""

    folder: Path

    @cached_property
    def tables(self) -> dict[str, Path]:
        return {
            f"{phase}/{path.stem}": path for phase in PHASES for path in sorted((self.folder / phase).glob("*.parquet"))
        }

    @cached_property
    def digests(self) -> dict[str, str]:
        return {name: writing.sha256(path) for name, path in self.tables.items()}

    @cached_property
    def stamps(self) -> dict[str, dict[str, Any]]:
        return {name: io.read_stamp(path) for name, path in self.tables.items()}

    @cached_property
    def ledger(self) -> pd.DataFrame:
        return io.read_table(self.tables[LEDGER]).set_index("fact_id")

    @cached_property
    def holder(self) -> dict[str, str]:
        """Fact → the estimate table that first held it."""
        found: dict[str, str] = {}
        for name, path in self.tables.items():
            if name.startswith("estimate/") and name != "estimate/facts":
                frame = io.read_table(path)
                if "formula" in frame and "fact_id" in frame:
                    found |= dict.fromkeys(frame["fact_id"], name)
        return found


@dataclass
class Comparison:
    """Two runs side by side; `causes` remembers what moved each table."""

    before: Run
    after: Run
    known: dict[str, list[str]] = field(default_factory=dict)

    def causes(self, table: str) -> list[str]:
        """The root differences behind one table, as French phrases; empty when its bytes are the same."""
        if table not in self.known:
            self.known[table] = []
            self.known[table] = list(dict.fromkeys(self._causes(table)))
        return self.known[table]

    def _causes(self, table: str) -> Iterator[str]:
        old, new = self.before, self.after
        if old.digests.get(table) == new.digests.get(table):
            return
        if table not in old.tables or table not in new.tables:
            yield f"table {table} {'apparue' if table in new.tables else 'disparue'}"
            return
        was, now = old.stamps[table], new.stamps[table]
        if was["code"] != now["code"]:
            yield f"code de la règle {now['rule']} : {was['code']} → {now['code']}"
        yield from _changed_choices(was["params"], now["params"])
        roles = {_name(file): role for role, file in now["params"].get("files", {}).items()}
        for source, digest in now["inputs"].items():
            path = Path(source)
            if path.suffix == ".parquet" and path.parent.name in PHASES:
                yield from self.causes(f"{path.parent.name}/{path.stem}")
            elif was["inputs"].get(source) != digest:
                own = (None, table.partition("/")[2])
                if not table.startswith("collect/") or table == "collect/cells" or roles.get(path.name) in own:
                    yield f"fichier {path.name}"
        for source in was["inputs"].keys() - now["inputs"].keys():
            yield f"{'table' if source.endswith('.parquet') else 'fichier'} {Path(source).stem} : n’est plus lu"

    def behind(self, fact_id: str) -> list[str]:
        """The root differences behind one fact; the files are those of its own cells where these are among them."""
        run = self.after if fact_id in self.after.ledger.index else self.before
        found = self.causes(run.holder.get(fact_id, "estimate/facts"))
        own = {_name(part) for part in str(run.ledger.loc[fact_id, "cells"] or "").split(" ; ")}
        named = [f"fichier {name}" for name in sorted(own) if f"fichier {name}" in found]
        found = [cause for cause in found if not named or not cause.startswith("fichier ") or cause in named]
        return found or self.release()

    def release(self) -> list[str]:
        """What changed in the release step itself."""
        was, now = (run.stamps.get(LEDGER, {}) for run in (self.before, self.after))
        found = list(_changed_choices(was.get("params", {}), now.get("params", {})))
        if was.get("code") != now.get("code"):
            found.append(f"code de la règle {now['rule']} : {was['code']} → {now['code']}")
        return found or ["verdict d’un autre indicateur"]


def difference(before: Path, after: Path) -> tuple[list[str], int]:
    """The French report, as lines, and how many facts moved; of a comparison, numbers and verdicts. Raises NotComparable."""
    read = [current(folder) for folder in (before, after)]
    if all(one.results.parent.name == writing.COMPARISON for one in read):
        return _beside(read)
    compared = Comparison(Run(read[0].folder), Run(read[1].folder))
    for run in (compared.before, compared.after):
        if LEDGER not in run.tables:
            raise NotComparable(f"{run.folder} : pas de résultats ici ; il faut un dossier comme results/62-2020.")
    old, new = compared.before.ledger, compared.after.ledger
    studies = [list(dict.fromkeys(ledger["study"])) for ledger in (old, new)]
    if studies[0] != studies[1]:
        raise NotComparable(f"Ce sont deux études : {', '.join(studies[0])} et {', '.join(studies[1])}.")
    was, now = _told(old), _told(new)
    moved = [fact_id for fact_id in was | now if was.get(fact_id) != now.get(fact_id)]
    lines = [line for one in read if one.told for line in [*_wrapped(one.told), ""]]
    lines.append(f"{french.capital(_counted(len(moved), len(new)))}.")
    by_cause: dict[tuple[str, ...], list[str]] = {}
    for fact_id in moved:
        unmoved = fact_id in old.index and fact_id in new.index and _computed(old, fact_id) == _computed(new, fact_id)
        behind = compared.release() if unmoved else compared.behind(fact_id)
        by_cause.setdefault(tuple(behind), []).append(fact_id)
    for causes, facts in sorted(by_cause.items(), key=lambda item: -len(item[1])):
        lines += ["", *_wrapped(f"À cause de : {' ; '.join(causes)}")]
        for cause in causes:
            lines += [f"  {line}" for line in _cells(compared, cause.removeprefix("fichier "))]
        for fact_id in facts:
            ledger = new if fact_id in new.index else old
            change = f"{was.get(fact_id, ABSENT)} → {now.get(fact_id, ABSENT)}"
            lines += _wrapped(f"- {fact_id} : {change} ({ledger.loc[fact_id, 'label']})")
    silent = sorted({name for name, _ in compared.after.digests.items() ^ compared.before.digests.items()})
    if silent and not moved:
        lines += ["", *_wrapped(f"Des tables diffèrent pourtant : {', '.join(silent)}.")]
    return lines, len(moved)


def _beside(read: Sequence[Reading]) -> tuple[list[str], int]:
    """The same of two calculations of one comparison, whose causes are told by its studies."""
    kept = [[place / DATA for place in places(one.folder) if (place / DATA / STATEMENTS).is_file()] for one in read]
    if empty := [one.folder for one, found in zip(read, kept, strict=True) if not found]:
        raise NotComparable(f"{empty[0]} : pas de nombres ici ; il faut un dossier comme results/comparison/voisins.")
    if read[0].study != read[1].study:
        raise NotComparable(f"Ce sont deux comparaisons : {read[0].study} et {read[1].study}.")
    moved, total = reprinted(kept[0][0], kept[1][0])
    lines = [f"{french.capital(_counted(len(moved), total))}."]
    for title, was, now in moved:
        lines += _wrapped(f"- {title} : {was} → {now}")
    return lines, len(moved)


def reprinted(before: Path, after: Path) -> tuple[list[tuple[str, str, str]], int]:
    """The numbers and verdicts of a comparison that two folders of its data do not print alike: title, what each has, or ABSENT;
    and how many the second has. Raises NotComparable for data that do not read."""
    old, new = _package(before), _package(after)
    both = ((title, old.get(title, ABSENT), new.get(title, ABSENT)) for title in old | new)
    return [one for one in both if one[1] != one[2]], len(new)


def _package(folder: Path) -> dict[str, str]:
    """What a comparison prints: the title of a number, or of a verdict → how it is printed."""
    said, read = dict[str, str](), partial(pd.read_csv, sep=";", dtype="str", keep_default_na=False)
    try:
        numbers, frames = read(folder / STATEMENTS), [*map(read, sorted(folder.glob(TABLES)))]
        for place, fact, title, told, value, low, high in zip(*(numbers[name] for name in NUMBER), strict=True):
            said[f"{place or fact}, {title}"] = told + (f" ({low} à {high})" if value and low else "")
    except (OSError, ValueError, KeyError):  # changed by hand, or by a spreadsheet
        raise NotComparable(f"{folder} : ces données ne se lisent pas ; refaire ces documents.") from None
    for frame in frames:
        heading = ""
        for first, verdict in zip(frame.iloc[:, 0], frame.get(VERDICT, ()), strict=False):
            heading = heading if verdict else first  # rows of one number stand under its name
            said |= {f"{first}, {heading}, ce qui s’en compare": verdict} if verdict else {}
    return said


def moved(results: Path, began: float) -> str:
    """How many facts of a study differ from those of the calculation before, after one that `began` at a time of the clock;
    empty where there was none before, or where one of both cannot be read. French."""
    kept = generations(results)
    new = [one for one in kept if one.stat().st_mtime >= began]
    try:
        after = _told(Run(kept[0]).ledger) if kept else {}
        before = _told(Run(kept[1]).ledger) if new and len(kept) > 1 else {} if new else after
    except (Refused, OSError, KeyError, ValueError):
        return ""
    if not before:
        return ""
    count = sum(before.get(fact_id) != after.get(fact_id) for fact_id in before | after)
    which = f" ; lesquels, et pourquoi : diagnostic comparer {kept[1]} {results.name}" if count else ""
    return f"{_counted(count, len(after))}{which}."


def _counted(moved: int, total: int) -> str:
    of = f"des {french.number(total)} indicateurs"
    if not moved:
        return f"aucun {of} n’a bougé"
    return f"un {of} a bougé" if moved == 1 else f"{french.number(moved)} {of} ont bougé"


def _told(ledger: pd.DataFrame) -> dict[str, str]:
    """What the report prints of each fact: its value, then its limits."""
    found = {}
    for fact in ledger.itertuples():
        value, limits = printed.value(fact), printed.interval(fact)
        found[str(fact.Index)] = f"{value} ({limits})" if limits and limits != value else value
    return found


def _computed(ledger: pd.DataFrame, fact: str) -> list[str]:
    return [repr(ledger.loc[fact, name]) for name in ("value", "value_text", "low", "high", "numerator", "denominator")]


def _changed_choices(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The parameters that differ, each by its full name; an export that changed is told without its digest."""
    old, new = dict(_leaves(was)), dict(_leaves(now))
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name) or name.partition(".")[0] in REPEATED:
            continue
        if name.startswith("digests."):
            yield f"export du coffre « {name.partition('.')[2]} »"
        else:
            yield f"choix {name} : {old.get(name, ABSENT)} → {new.get(name, ABSENT)}"


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, f"{name}.{key}" if name else str(key))
    else:
        yield name, value


def _cells(compared: Comparison, file: str) -> Iterator[str]:
    """The cells of a public file that differ, by address; those of exports are never read here."""
    frames = [io.read_table(run.tables["collect/cells"]) for run in (compared.before, compared.after)]
    old, new = (frame[frame["file"] == file].set_index(["row", "column"])["value"] for frame in frames)
    both = pd.concat({"old": old, "new": new}, axis=1)
    changed = both[both["old"].fillna("") != both["new"].fillna("")]
    for (row, column), cell in list(changed.iterrows())[:SHOWN_CELLS]:
        shown = [text if isinstance(text, str) and text else "(vide)" for text in (cell["old"], cell["new"])]
        yield f"{file}!{column}{row} : {shown[0]} → {shown[1]}"
    if len(changed) > SHOWN_CELLS:
        yield f"… et {len(changed) - SHOWN_CELLS} autres cellules de {file}"


def _name(text: str) -> str:
    return text.partition("!")[0].partition(" (feuille ")[0]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(french.typographic(text), 100, subsequent_indent="    ", break_long_words=False)
