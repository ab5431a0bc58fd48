"""What became of studies: a table, one row a study, that pieces add to; and the page that is written from it."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from .axes import AXES, EVERY, FIELD
from .codebook import PROJECT
from .pairs import every_pair, pairs_of
from .walks import Ended

Row = Mapping[str, str]
TOLD = ("seed", "to", "number", "study", "outcome", "compared", "missed", "refused", "planted", "unforeseen", "seconds")
COLUMNS = (*TOLD, "faults", "commit", *EVERY)
UNFORESEEN = "unforeseen"
MENDS = ("mend", "values", "to", "says")


def rows(done: Sequence[Ended], seed: int) -> list[dict[str, str]]:
    """A row a study, with the version of the code that walked it."""
    commit = _commit()
    return [
        {
            "seed": str(seed),
            "to": one.to,
            "number": str(one.walk.world.number),
            "study": one.walk.world.study,
            "outcome": one.outcome,
            "compared": str(one.verdict.held),
            "missed": str(len(one.verdict.misses)),
            "refused": str(len(one.walk.refusals)),
            "planted": "yes" if one.walk.planted else "",
            "unforeseen": str(sum(UNFORESEEN in fault for fault in one.verdict.faults)),
            "seconds": f"{one.walk.seconds:.0f}",
            "faults": " ; ".join(_short(fault) for fault in one.verdict.faults[:4]),
            "commit": commit,
        }
        | dict(one.walk.world.choice)
        for one in done
    ]


def added(path: Path, found: Sequence[Row]) -> list[dict[str, str]]:
    """The table with these rows; a study that it had already of the same drawing is replaced. All its rows."""
    before = read(path) if path.is_file() else []
    every = {(row["seed"], row["to"], int(row["number"])): dict(row) for row in [*before, *found]}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(every[key] for key in sorted(every))
    return read(path)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table; of one that was written before an axis was, with its plainest value."""
    before = {name: values[0] for name, values in FIELD.items()}
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [before | {name: value for name, value in row.items() if value is not None} for row in rows]


def written(table: Sequence[Row], mends: Sequence[Row] = ()) -> str:
    """The page, in Markdown. `mends`: what was mended, the values of a study that fails without it, and what it says then."""
    lines = [
        "# Des études entières",
        "",
        "Page écrite par `benchmarks/wholes.py --page`, depuis `accepted/wholes.csv` et `accepted/mends.csv`. Ce que chaque "
        "axe veut dire : `whole/axes.py`.",
        "",
        *_drawings(table),
        "",
        *_axes(table),
        "",
        *_failures(table),
    ]
    return "\n".join([*lines, *(["", *_undone(mends)] if mends else []), ""])


def _drawings(table: Sequence[Row]) -> list[str]:
    every = every_pair()
    lines = [
        "| graine | jusqu’à | études | bien finies | en échec | fautes plantées, dites à leur place | refus suivis | erreurs imprévues "
        "| nombres comparés | sondages qui manquent la vérité | paires de valeurs | minutes de calcul |",
        "| ---: | --- | " + " | ".join(["---:"] * 10) + " |",
    ]
    for seed, to in sorted({(row["seed"], row["to"]) for row in table}):
        own = [row for row in table if (row["seed"], row["to"]) == (seed, to)]
        failed = [row for row in own if row["outcome"] == "failed"]
        planted = sum(row["planted"] == "yes" and row["outcome"] != "failed" for row in own)
        held = set().union(*(pairs_of({name: row[name] for name in AXES}) for row in own)) & every
        sums = (sum(int(row[name]) for row in own) for name in ("refused", "unforeseen", "compared", "missed"))
        refused, unforeseen, compared, missed = sums
        minutes = sum(float(row["seconds"]) for row in own) / 60
        cells = (len(own), len(own) - len(failed), len(failed), planted, refused, unforeseen, compared, missed)
        told = " | ".join(map(str, cells))
        lines.append(f"| {seed} | {to} | {told} | {len(held)} sur {len(every)} | {minutes:.0f} |")
    held = set().union(*(pairs_of({name: row[name] for name in AXES}) for row in table)) & every
    lines += ["", f"Toutes ces études ont {len(held)} des {len(every)} paires de valeurs."]
    commits = Counter(row["commit"] for row in table)
    code = ", ".join(f"`{commit}` ({number})" for commit, number in commits.items())
    lines += [
        "",
        "L’épreuve entière est de 200 études de la graine 1 jusqu’à « release » et de 40 de la graine 2 jusqu’à « report » ; ce "
        "que cette table ne compte pas n’a pas été mené. Les morceaux s’y ajoutent (`--only`, `--out`). Une valeur ajoutée à un axe "
        "change ce que tire une graine : les lignes d’avant restent, avec leurs valeurs.",
        "",
        f"Code qui les a menées (études) : {code}. Une étude bien finie a chaque nombre que sa vérité décide égal à lui, ou entre "
        "ses bornes, et un sort pour chaque ligne donnée ; ses documents, là où elle y va, s’ouvrent. Une faute plantée arrête le "
        "calcul ou la réception (code 1), est dite avec son fichier et sa place, ne répète rien de personne, ne remplace rien de "
        "ce qui était publié ; réparée, l’étude va au bout.",
    ]
    return lines


def _axes(table: Sequence[Row]) -> list[str]:
    lines = ["| axe | valeur | études | en échec |", "| --- | --- | ---: | ---: |"]
    for name, values in EVERY.items():
        for value in values if any(row.get(name) for row in table) else ():
            own = [row for row in table if row[name] == value]
            failed = sum(row["outcome"] == "failed" for row in own)
            lines.append(f"| {name} | {value} | {len(own)} | {failed} |")
    return lines


def _failures(table: Sequence[Row]) -> list[str]:
    failed = [row for row in table if row["outcome"] == "failed"]
    lines = ["## Ce qui a manqué", ""]
    if not failed:
        return [*lines, "Rien."]
    return lines + [f"- graine {row['seed']}, {row['number']}, `{row['study']}` : {row['faults']}" for row in failed]


def _undone(mends: Sequence[Row]) -> list[str]:
    lines = [
        "## Sans une réparation, une étude échoue",
        "",
        "Chaque réparation a été défaite seule, dans une copie, et l’étude de ces valeurs menée "
        "(`--studies 3 --seed 1 --to … --only 0,…`, ou le numéro qui est dit) : elle échoue, et dit ceci.",
        "",
        "| réparation défaite | étude | jusqu’à | ce qu’elle dit alors |",
        "| --- | --- | --- | --- |",
    ]
    return lines + [f"| {one['mend']} | `{one['values']}` | {one['to']} | {_short(one['says'])} |" for one in mends]


def _commit() -> str:
    if shutil.which("git") is None:
        return "inconnu"
    done = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=PROJECT, capture_output=True, check=False)
    return done.stdout.decode().strip() or "inconnu"


def _short(text: str) -> str:
    """One line of a fault, without where the machine keeps the study."""
    return re.sub(r"(?:/[^/\s]+)+/projet/|(?:/[^/\s]+)+/(?=given/)", "", " ".join(text.split()))[:300].replace(
        "|", "\\|"
    )
