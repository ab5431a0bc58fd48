"""Two invented teams with files of their own, from nothing to a report and to the exports after it.

    .venv/bin/python benchmarks/teams.py
    .venv/bin/python benchmarks/teams.py --team A --to received --folder equipe

A command typed, a cell typed or chosen in a workbook and a line of the configuration are counted, and each word that is printed;
coding and pairs are not. Each total is compared with the truth. Exit 1 where one is not it, nor in its bounds, or where nothing
is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from whole.codebook import Codebook
from whole.player import Copy
from whole.team_a import TeamA
from whole.team_b import TeamB
from whole.team_play import Play

SEED = 20261201
TEAMS = {"A": TeamA, "B": TeamB}


def walked(which: str, folder: Path, to: str) -> Play:
    """One team, from nothing to its report, then three exports later."""
    book = Codebook()
    team = TEAMS[which](book, SEED)
    copy = Copy(folder / "projet")
    play = Play(copy, book, team)
    given = folder / "given"
    given.mkdir(parents=True, exist_ok=True)
    play.begin("first report")
    play.create()
    done = play.receive(team.form(given), *team.others(given))
    done = done and (to == "received" or play.calculate())
    if done:
        play.begin("next export: five answers more, two changed")
        team.later()
        done = play.receive(team.form(given), *team.again(given))
    if done:
        play.begin("an answer erased, which the tool still has")
        number = team.erase()
        play.command("effacer", team.study, number, "--confirmer")
        done = play.receive(team.form(given), *team.again(given))
        done = done and (to == "received" or play.calculate())
    if done:
        play.begin("a column and an answer more")
        team.grown()
        done = play.receive(team.form(given)) and (to == "received" or play.calculate())
    copy.close()
    return play


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--team", choices=TEAMS, help="this one only")
    parser.add_argument("--to", choices=("received", "report"), default="report")
    parser.add_argument("--folder", type=Path, help="where to work, and what is kept; else a temporary folder")
    parser.add_argument("--asked", action="store_true", help="tell each cell that was typed")
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="teams-") as temporary:
        for which in [options.team] if options.team else TEAMS:
            play = walked(which, (options.folder or Path(temporary)).resolve() / which, options.to)
            for phase in play.phases:
                print(f"{which}, {phase.told()}")
                print(*(f"    $ {one}" for one in phase.commands), sep="\n")
                for one in [
                    *(phase.asked if options.asked else []),
                    *(f"! {fault}" for fault in dict.fromkeys(phase.faults)),
                ]:
                    print("   ", one.replace("\n", "\n        "))
                failed = failed or bool(phase.faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
