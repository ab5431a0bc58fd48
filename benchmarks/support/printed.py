"""Every number on persons and ads that the report of a study prints, with its kind, base, interval and the sentence that carries it;
its exact value is counted again (`recounted`), or why it is not, and so are the limits of what has some (`limits`).

    .venv/bin/python -m benchmarks.support.printed --output benchmarks/printed.csv

The study is the invented one, calculated before.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pandas as pd

from . import limits
from .costs import PROJECT
from .recounted import STUDY, every

SPAN = re.compile(r'\[([^\]]*)\]\{\.fact[^}]*fact="([^"]+)"\}')
SENTENCE = re.compile(r"(?<=[.!?])\s+")
COUNTED = ("person", "situation", "ad")


def table(results: Path) -> pd.DataFrame:
    """A row per number that the report prints, in the order of its text."""
    said = pd.read_parquet(results / "release/statements.parquet").set_index("statement_id")
    facts = pd.read_parquet(results / "estimate/facts.parquet").set_index("fact_id")
    again, ends = every(results), limits.every(results)
    text = (results / "report/quarto/rapport.qmd").read_text("utf-8").partition("``` {.carte")[0]
    text = text.partition('{.document nom="dossier"}')[0]
    rows: dict[str, tuple[object, ...]] = {}
    for line in text.splitlines():
        for sentence in SENTENCE.split(line):
            for _, name in SPAN.findall(sentence):
                one = said.loc[name]
                if one["unit"] not in COUNTED or one["kind"] == "withheld" or name in rows:
                    continue
                exact = facts.loc[name] if name in facts.index else None
                value, counted = exact["value"] if exact is not None else float("nan"), again.get(name, float("nan"))
                known = exact is not None and pd.notna(exact["low"])
                agree = "" if pd.isna(counted) else "oui" if abs(value - counted) < 1e-6 else "non"
                own = ends.get(name, (float("nan"),) * 2)
                same = known and all(
                    abs(a - b) < 1e-6 * max(1, abs(b)) for a, b in zip((exact["low"], exact["high"]), own, strict=True)
                )
                plain = SPAN.sub(r"\1", sentence).strip("#-*: ").replace("\\", "")
                rows[name] = (
                    *(name, one["printed"], one["interval_kind"], one["printed_denominator"], one["printed_interval"]),
                    *(
                        (exact["interval_kind"], f"{exact['low']:.6g}", f"{exact['high']:.6g}")
                        if known
                        else ("", "", "")
                    ),
                    *("" if pd.isna(counted) else f"{counted:.6g}", agree, _why(exact, agree)),
                    *((f"{own[0]:.6g}", f"{own[1]:.6g}", "oui" if same else "non") if known else ("", "", "")),
                    plain,
                )
    names = [
        "indicateur",
        "imprimé",
        "nature",
        "base",
        "intervalle",
        "nature du calcul",
        "de",
        "à",
        "recompté",
        "accord",
        "pourquoi",
        "de, recompté",
        "à, recompté",
        "accord des limites",
        "phrase",
    ]
    return pd.DataFrame(list(rows.values()), columns=names)


def _why(exact: pd.Series | None, agree: str) -> str:
    """Why a number was not counted again."""
    if agree:
        return ""
    return (
        "une date ou un mot : rien ne s’y calcule" if exact is None or pd.isna(exact["value"]) else "sans second calcul"
    )


def written(found: pd.DataFrame) -> str:
    """The table as it is kept."""
    return str(found.to_csv(index=False, lineterminator="\n"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    options.add_argument("--results", type=Path, default=PROJECT / "results" / STUDY)
    options.add_argument("--output", type=Path, help="write the table here too")
    chosen = options.parse_args()
    found = table(chosen.results)
    if chosen.output:
        chosen.output.write_text(written(found), "utf-8")
    print(f"{len(found)} nombres imprimés, {found['accord'].ne('').sum()} recomptés ; en désaccord :")
    print(found.loc[found["accord"].eq("non"), ["indicateur", "imprimé", "recompté"]].to_string(index=False))
    bounded, apart = found["accord des limites"].ne("").sum(), found["accord des limites"].eq("non")
    print(f"{bounded} avec des limites, {bounded - apart.sum()} recomptées et en accord ; en désaccord :")
    print(found.loc[apart, ["indicateur", "de", "à", "de, recompté", "à, recompté"]].to_string(index=False))
    raise SystemExit(int(found["accord"].eq("non").any() or apart.any()))


if __name__ == "__main__":
    main()
