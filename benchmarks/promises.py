"""Promises to the persons concerned, kept through kills: commands of the vault cut at each thing that they do to files, erasure and
purge cut and resumed, then searched by what knows nothing of the project.

    .venv/bin/python benchmarks/promises.py kills --draws 30 --seed 20261130
    .venv/bin/python benchmarks/promises.py erasure --draws 30 --seed 20261130
    .venv/bin/python benchmarks/promises.py purge --draws 30 --seed 20261130

Exit 0, and a last line with counts; else 1. `--draws 0`: every operation.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import random
import shutil
import sys
import tempfile
import time
import zipfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS / "vault"), str(TESTS), str(TESTS.parent / "workflow")]

import killing  # noqa: E402
from whole.search import found  # noqa: E402

PLANTED = 500
SMALL = ("rapport.html", "enonces.csv")
RECEIVED = ("receiving", "undoing", "describing", "preparing", "sealing", "creating", "erasing", "purging")
CALCULATED = ("naming", "calling_back", "issuing_", "signing", "publishing")


# -- The ground -----------------------------------------------------------------------------------------------------
def ground(folder: Path, seed: int) -> tuple[Path, list[str], list[str]]:
    """A study that has received who is to be erased, 500 data of theirs where a run and a kill leave them; exact counts where only
    a purge takes them away. The project, the data, the counts."""
    import own
    import test_erase as of
    from exported import FORMATS

    from diagnostic.privacy.vault import open_vault
    from diagnostic.study import receive, sheets

    random_ = random.Random(seed)
    words = ["zq" + "".join(random_.choice("bcdfghjklmnpqrstvwx") for _ in range(9)) for _ in range(PLANTED)]
    counts = [str(random_.randrange(10**9, 10**10)) for _ in range(100)]
    rows = {name: [dict(row) for row in table] for name, table in of.ANSWERS.items()}
    response = next(row for row in rows["responses"] if row["response_id"] == of.WHO)
    own_ = [row for row in rows["situations"] if row["response_id"] == of.WHO]
    response["final_comments"] = " ".join(words[:300])
    for at, row in enumerate(own_):
        row["situation_comments"] = " ".join(words[300 + at :: len(own_)])
    root = own.created(folder / "projet", of.STUDY, "kobo", of.DAY, alone=True)
    given = folder / "export.xlsx"
    for kept in (rows["responses"][:8], rows["responses"]):
        own_ones = {row["response_id"] for row in kept} | {of.WHO}
        some = {name: [row for row in table if row["response_id"] in own_ones] for name, table in rows.items()}
        given.write_bytes(FORMATS["template"](of.CODEBOOK, some))
        receive.receive(root, of.STUDY, of.ROLE, given, of.DAY, of.YES)
    shutil.copytree(TESTS.parent / "workflow/diagnostic/trial", root / "workflow/trial")  # whose words prove nothing
    sheets.prepare(root, of.STUDY, "AB")
    vault = open_vault(root, of.STUDY)
    for name, frame in of.Reader(root, of.STUDY, vault).read(of.ROLE, given.read_bytes()).read.private.items():
        vault.write_private(frame, name)
    (vault.folder / "received/.ecriture-zzzz0000").write_bytes(given.read_bytes()[:-300])
    given.write_bytes(FORMATS["kobo"](of.CODEBOOK, rows))  # what `receiving` gives
    sites = root / f"resources/studies/{of.STUDY}/sites.csv"
    sites.write_bytes(sites.read_bytes() + b"\n")
    told, numbers = " ".join(words).encode(), json.dumps(counts).encode()
    results = root / "results" / of.STUDY
    for name in ("collect/textes.bin", "generations/1/collect/x.zip", "review/relecture.html", "inconnu/reste.csv"):
        path = results / name
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x", told + numbers)
        path.write_bytes(packed.getvalue() if name.endswith("zip") else told.decode().encode("utf-16") + numbers)
    for name in (
        "release/ledger.parquet",
        "estimate/faits.csv",
        "brouillon/BROUILLON-rapport.html",
        "travail/TRAVAIL-x.html",
    ):
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).write_bytes(base64.b64encode(numbers))
    for name in (
        f"logs/{of.STUDY}/collect.log",
        f".snakemake/metadata/{base64.b64encode(results.name.encode()).decode()}",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(of.STUDY.encode() + b"\n" + numbers)
    for name in SMALL:
        (results / "report").mkdir(exist_ok=True)
        (results / "report" / name).write_text("12 %", encoding="utf-8")
    return root, words, counts


def calculated(made: Path) -> Path:
    """The same study once it is calculated and published, and a key to sign with."""
    import test_killed_commands as of

    root = Path(shutil.copytree(made, made.parent / "calculee/projet", symlinks=True))
    of.calculate(root)
    return root


def cut(what: str, made: Path, sought: list[str], options: argparse.Namespace) -> tuple[int, list[str]]:
    """Cut a command at drawn operations, give it again, look: how many kills, and what is wrong."""
    import finished
    import test_killed_commands as of

    own = {"erasure": of.erasing, "purge": of.purging, "publishing": lambda root: finished.published(root, of.STUDY)}
    work = own.get(what) or getattr(of, what)
    root, wrong, extra = made.parent / "essai", [], 0

    def again() -> None:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(made, root, symlinks=True)
        if what == "publishing":
            finished.written(root, of.STUDY, "second")

    again()
    if sought and (missed := set(sought) - found(root, sought)):
        return 0, [f"{len(missed)} of what was planted are not there at first: the search is blind"]
    code, count, done = killing.run(lambda: work(root), root)
    end = killing.state(root)
    if code:
        return 0, [f"{what}: code {code} uncut"]
    if left := found(root, sought):
        wrong.append(f"{what}, uncut: {len(left)} left")
    drawn = random.Random(f"{what} {options.seed}")
    points = range(1, count + 1)
    kills = sorted(drawn.sample(points, options.draws)) if 0 < options.draws < count else list(points)
    began = time.process_time()
    for at in kills:
        again()
        if killing.run(lambda: work(root), root, at)[0] != killing.KILLED:
            wrong.append(f"{what}, {at}: not cut")
        killing.run(lambda: work(root), root)
        now = killing.state(root)
        if now != end:
            extra += len(now.keys() - end.keys())
            names = sorted(name for name in {*now, *end} if now.get(name) != end.get(name))
            wrong.append(f"{what}, cut at {at} ({done[at - 1]}): {', '.join(names[:5])}")
        if left := found(root, sought):
            wrong.append(f"{what}, cut at {at} ({done[at - 1]}): {len(left)} of {len(sought)} left")
    row = f"{what:12} {count:11} {len(kills):6} {len(kills):9} {len(wrong):7} {extra:10}"
    print(f"{row}   {time.process_time() - began:.0f} s of this process", flush=True)
    return len(kills), wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kills", "erasure", "purge"))
    parser.add_argument("--draws", type=int, default=30)
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--only", default="", help="names of commands, for kills: receiving,undoing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="promesses-") as folder:
        made, words, counts = ground(Path(folder), options.seed)
        chosen = options.only.split(",") if options.only else [*RECEIVED, *CALCULATED]
        sought = {"erasure": words, "purge": [*words, *counts]}.get(options.what, [])
        print("command       operations  kills  compared  differ  leftovers")
        if options.what != "kills":
            every = [cut(options.what, made, sought, options)]
        else:
            grounds = dict.fromkeys(RECEIVED, made) | dict.fromkeys(CALCULATED, calculated(made))
            every = [cut(one, grounds[one], sought, options) for one in chosen]
    wrong = [line for _, lines in every for line in lines]
    for line in wrong:
        print(line)
    print(f"{sum(count for count, _ in every)} kills, {len(sought)} data looked for, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
