"""Both invented teams at the desk, in a real browser: from its address to a report, to the next export, an erasure and an edition.

    .venv/bin/python benchmarks/desk_teams.py
    .venv/bin/python benchmarks/desk_teams.py --team A --to received --folder equipe

Their files and what is true of them are those of `teams.py`. Commands, choices (a click, an option, a column decided) and what is
typed are counted; coding and pairs are not among the choices. Each total is compared with the truth after each calculation. Exit 1
where one is not it, nor in its bounds, where something is asked of another machine, or where it takes more than is said below.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from teams import SEED, TEAMS
from whole.codebook import Codebook
from whole.player import Copy
from whole.team_desk import Desk
from whole.team_page import counts

COMMANDS, CHOICES = 6, 150  # at most, of each team


def walked(which: str, folder: Path, to: str, browser: object) -> Desk:
    """One team, from the address of the desk to an edition that was sent."""
    book, given = Codebook(), folder / "given"
    team = TEAMS[which](book, SEED)
    copy = Copy(folder / "projet")
    given.mkdir(parents=True, exist_ok=True)
    desk = Desk(copy, book, team, browser)
    calculated = desk.calculate if to == "report" else lambda: True
    try:
        desk.begin("first report")
        desk.create()
        done = desk.receive(team.form(given), *team.others(given)) and calculated()
        if done:
            desk.begin("next export: five answers more, two changed")
            team.later()
            done = desk.receive(team.form(given))
            if which == "A":
                desk.code([each for one in team.told.responses for each in one.situations])
        if done:
            desk.begin("an answer erased, which the tool still has")
            desk.erase(team.erase())
            done = desk.receive(team.form(given)) and calculated()
        if done and to == "report":
            desk.begin("an edition sent")
            desk.send()
    finally:
        desk.close()
        copy.close()
    return desk


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--team", choices=TEAMS, help="this one only")
    parser.add_argument("--to", choices=("received", "report"), default="report")
    parser.add_argument("--folder", type=Path, help="where to work, and what is kept; else a temporary folder")
    parser.add_argument("--asked", action="store_true", help="tell each choice, and all that was typed")
    options = parser.parse_args()
    failed, chromium = False, shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory(prefix="desk-teams-") as temporary, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for which in [options.team] if options.team else TEAMS:
            desk = walked(which, (options.folder or Path(temporary)).resolve() / which, options.to, browser)
            for phase in desk.phases:
                print(f"{which}, {phase.told()}")
                faults = [f"! {fault}" for fault in dict.fromkeys(phase.faults)]
                print(*(f"    {one}" for one in [*(phase.asked if options.asked else []), *faults]), sep="\n")
                failed = failed or bool(phase.faults)
            commands, choices, typed, coded = counts(desk.phases)
            print(f"{which}: {commands} commands, {choices} choices, {typed} things typed; {coded} more for coding")
            if desk.elsewhere:
                print("    asked of another machine:", *dict.fromkeys(desk.elsewhere))
            failed = failed or bool(desk.elsewhere) or commands > COMMANDS or choices > CHOICES
        browser.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
