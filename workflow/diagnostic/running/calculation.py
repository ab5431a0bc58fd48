"""`diagnostic calculer`: the workflow in its own process, followed step by step, and what to do next at the end."""

import datetime as dt
import json
import os
import platform
import queue
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TextIO

import yaml

from diagnostic.core import locks
from diagnostic.core.errors import CAUSES, OF_A_FILE, REFUSED, NoProject, Refused, system
from diagnostic.core.faults import SUFFIX
from diagnostic.core.french import NBSP, date, plural
from diagnostic.core.locks import NOW, turn
from diagnostic.core.spoken import spelt, typed
from diagnostic.core.writing import WORKING, inside_results

LOGGER = "diagnostic"  # the logger plugin beside this package, whose lines start with MARK
MARK = "\x1e"
# What Snakemake says and the end of this command says better; a `shell:` rule that refuses has told why by itself.
NOISE = (
    "Using workflow specific profile ",
    "At least one job did not complete successfully",
    "Exiting because a job execution failed",
    "CalledProcessError in file",
    "returned non-zero exit status",
    "Restored previous version of ",
)
INTERRUPTED = 130
FEW = 3  # studies of which what moved is looked for: it is reading each twice
GATES = {  # rule whose refusal the reader must mend → what to open
    "collect_gate": "results/{study}/collect/erreurs.html",
    "collect_refused": "le refus, plus haut",
    "release_gate": "results/{study}/release/refus.txt",
    "report_gate": "logs/{study}/report_numbers.txt",
}
BEFORE = {"report_render": "logs/{study}/report_tripwire.txt"}  # rule → what stops it where it says something
_WRITTEN = "|".join(map(re.escape, CAUSES.values()))
REFUSAL = re.compile(rf"{_WRITTEN}|\[Errno (\d+)\]")  # what a step says of the system, and how Python does
NAMED = re.compile(rf"\[Errno ({'|'.join(map(str, OF_A_FILE))})\][^'\n]*'([^'\n]*)'")  # of a file
OF_A_STEP = re.compile(r'RuleException:\n\w+ in [^\n]*\n(.*?)(?:  File "|\Z)', re.DOTALL)  # as Snakemake shows it
AGAIN = "Coupé net (courant, fenêtre fermée), ce calcul reprend où il en était par : {command}"
SENT = "pour ceux qui la quittent, une fois relus : {}"
LOCKED = "Un calcul est en cours dans ce dossier : processus {pid}, depuis {began}. Attendre sa fin, puis : {command}"
DOUBTFUL = (
    "Ce dossier est verrouillé par un calcul de la machine « {machine} », dont rien ici ne dit s’il tourne encore. S’il ne "
    "tourne plus, l’ouvrir par : {unlock}\npuis relancer par : {command}"
)


class NotWritable(Refused):
    """What a calculation writes cannot be written; the message says where and why, a line each."""


@dataclass
class Followed:
    """What the workflow has told so far; `again` is said as its first step begins."""

    again: str = ""
    done: int = 0
    total: int = 0
    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)  # job → its announcement
    running: list[int] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    failed: list[int] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)  # those of them that told what is to be mended
    locked: bool = False
    told: str = ""  # what steps said when they stopped
    refusal: str = ""  # what the system refused to whatever was being done

    def hear(self, told: dict[str, Any]) -> str:
        """Take one event in; what is to be said of it at once, if anything."""
        event = told["event"]
        if event == "run_info":
            self.total = (told["stats"] or {}).get("total", 0)
        elif event == "progress":
            self.done, self.total = told["done"], told["total"]
        elif event == "job_info":
            first = not self.jobs
            self.jobs[told["jobid"]] = told
            self.running.append(told["jobid"])
            return self.again if first else ""
        elif event in ("job_finished", "job_error"):
            job: int = told["job_id"] if event == "job_finished" else told["jobid"]
            if job in self.running:
                self.running.remove(job)
                self.ended.add(job)
            if event == "job_error" and job not in self.failed:
                self.failed.append(job)
        elif event == "error":
            self.locked |= told["exception"] == "LockException"
        return self.said(told["text"]) if event == "message" and not self.locked else ""

    def said(self, text: str) -> str:
        """What is to be shown of what was told: of the system's refusals the first alone, without what surrounds it."""
        stopped = OF_A_STEP.match(text)
        text = stopped[1].strip() if stopped else text
        if named := NAMED.search(text):
            if f"{named[2]} : " in self.told:
                return ""
            return f"{named[2]} : {system(OSError(int(named[1]), ''))}, puis relancer « diagnostic calculer »."
        found = REFUSAL.search(text)
        if not found:
            self.told += text if stopped else ""
            return text
        again, self.refusal = self.refusal, system(OSError(int(found[1]), "")) if found[1] else found[0]
        return "" if again else f"{self.refusal[0].upper()}{self.refusal[1:]}, puis relancer « diagnostic calculer »."

    @property
    def current(self) -> str:
        """What is under way: the last step that began, of those that run if any does."""
        job = self.running[-1] if self.running else next(reversed(self.jobs), None)
        return "préparation" if job is None else self.jobs[job]["rule_msg"] or "fin"


def calculate(
    root: Path,
    studies: list[str],
    draft: bool,
    stream: TextIO,
    comparison: str = "",
    moved: Callable[[str, float], str] = lambda study, began: "",
    issuing: bool = False,
) -> int:
    """Run the workflow in `root`, for `studies` or for those of its configuration, and for a `comparison` with these as its
    studies; Snakemake's exit code, or 130. `issuing`: the documents are those of a recorded edition. `moved` tells what moved in a
    study that was calculated since a time.

    Raises NoProject, NotWritable, Busy.
    """
    command = _command(root, studies, draft, comparison, issuing)
    _alone(root, studies or configured(root))
    _writable(root, studies or configured(root))
    verb = "diffuser" if issuing else "calculer"
    again = typed(root, *(f"{verb} {' '.join(studies)}{' --brouillon' if draft else ''}".split()))
    again = typed(root, "rapprocher", comparison) if comparison else again
    followed, progress = Followed(AGAIN.format(command=again)), Progress(stream)
    began = time.time()
    with tempfile.TemporaryDirectory(prefix="refus-") as folder:
        journal = Path(folder) / "refus.txt"
        journal.touch()
        code = _follow(command, root, journal, followed, progress)
        refused = set(journal.read_text(encoding="utf-8").splitlines())
    followed.refused = {job for job in followed.failed if refused.intersection(followed.jobs[job]["output"])}
    if followed.locked:
        progress.say(_locked(root, again))
    for line in _ending(root, studies or configured(root), draft, issuing, followed, code):
        progress.say(line)
    ran = {_study(followed.jobs[job]) for job in followed.ended} - {""}
    for study in sorted(ran) if len(ran) <= FEW and not (draft or code) else ():
        if line := moved(study, began):
            progress.say(f"{study} : {line}")
    if followed.ended and code != INTERRUPTED:
        progress.say(f"Fait en {duration(time.time() - began)}.")
    beside = root / "results/comparison" / comparison
    pages = [beside / "travail/TRAVAIL-comparaison.html", beside / "report/comparaison.html"]
    if comparison and code == 0 and (page := next((one for one in pages[issuing:] if one.is_file()), None)):
        progress.say(f"{comparison} : la comparaison est dans {page}.")
    return code


def foresee(root: Path, studies: list[str], draft: bool, stream: TextIO) -> int:
    """Say what `calculate` would do, and do nothing of it; Snakemake's exit code. Raises NoProject."""
    followed, progress = Followed(), Progress(stream)
    command = [*_command(root, studies, draft), "--dry-run"]
    code = _follow(command, root, Path(os.devnull), followed, progress)
    if followed.locked:
        progress.say(_locked(root, typed(root, "calculer", *studies)))
    elif code == 0:
        for study in studies or configured(root):
            steps = [_label(told) for told in followed.jobs.values() if _study(told) == study]
            todo = f"{len(steps)} {plural(len(steps), 'étape')} à faire, la première : {steps[0]}" if steps else ""
            progress.say(f"{study} : {todo or 'rien à refaire'}.")
        progress.say("Rien n’a été calculé : la même commande, sans --a-blanc, le fera.")
    return code


def _command(root: Path, studies: list[str], draft: bool, comparison: str = "", issuing: bool = False) -> list[str]:
    """Snakemake's command line. Raises NoProject."""
    if not (root / "Snakefile").is_file():
        raise NoProject
    chosen = [f"studies=[{','.join(studies)}]"] * bool(studies) + ["brouillon=true"] * draft
    target = ["compare", "all"] * bool(comparison)
    chosen = ([f"comparaison={comparison}"] if comparison else chosen) + ["diffusion=true"] * issuing
    command = [sys.executable, "-m", "snakemake", *target, "--logger", LOGGER]
    return [*command, "--config", *chosen] if chosen else command


def _alone(root: Path, studies: list[str]) -> None:
    """No command is erasing, purging or putting in place what a calculation is about to read or write. Raises Busy."""
    for folder in (root / place / study for place in ("results", "vault") for study in studies):
        with turn(folder, NOW):
            pass


def _writable(root: Path, studies: list[str]) -> None:
    """Each folder that a calculation writes in takes a file: else it would end far from what is to be mended. Raises
    NotWritable."""
    own = [root / folder / study for folder in ("results", "logs") for study in ("", *studies)]
    phases = [path for study in studies for path in (root / "results" / study).glob("*") if path.is_dir()]
    told: dict[Path, str] = {}
    for folder in [root / ".snakemake", *own, *phases, Path(tempfile.gettempdir())]:
        there = next(path for path in (folder, *folder.parents) if path.is_dir())
        if told.keys() & {there, *there.parents}:
            continue
        try:
            tempfile.TemporaryFile(dir=there).close()
        except OSError as error:
            shown = there.relative_to(root).as_posix() if there.is_relative_to(root) else there.as_posix()
            told[there] = f"Le dossier {shown} : {system(error)}, puis relancer « diagnostic calculer »."
    if told:
        raise NotWritable("\n".join(told.values()))


def _follow(command: list[str], root: Path, journal: Path, followed: Followed, progress: "Progress") -> int:
    """Start the workflow and show what it tells until it ends; its exit code, 130 if it was interrupted."""
    environment = {**os.environ, REFUSED: str(journal), "PYTHONUTF8": "1"}
    environment.pop("PYTHONWARNINGS", None)  # those of the libraries are not the team's, nor errors
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    interrupted = ended = False
    with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        threading.Thread(target=_pump, args=(run.stdout, lines), daemon=True).start()
        while not ended:
            try:
                ended = _take(lines, followed, progress)
            except KeyboardInterrupt:  # Snakemake had it too: it stops its steps and cleans up
                interrupted = True
                progress.say("Arrêt demandé : les étapes en cours s’arrêtent.")
        progress.clear()
    return INTERRUPTED if interrupted else run.returncode


def _pump(source: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    """Every line of the workflow, then None: reading must not hold up the clock of the progress bar."""
    for line in source:
        lines.put(line)
    lines.put(None)


def _take(lines: queue.SimpleQueue[bytes | None], followed: Followed, progress: "Progress") -> bool:
    """Show one line of the workflow, or a second that passed; whether it has ended."""
    progress.show(followed.done, followed.total, followed.current)
    try:
        line = lines.get(timeout=1)
    except queue.Empty:
        return False
    if line is None:
        return True
    text = line.decode("utf-8", "replace").rstrip()
    _, mark, told = text.partition(MARK)
    said = followed.hear(json.loads(told)) if mark else followed.said(text)
    if said and not any(noise in said for noise in NOISE):
        progress.say(said)
    return False


def _locked(root: Path, again: str) -> str:
    """Who is calculating in this folder, and what to do."""
    told = locks.holder(root) or {"machine": "inconnue"}
    if told["machine"] == platform.node():
        began = dt.datetime.fromtimestamp(told["began"])
        return LOCKED.format(pid=told["pid"], began=f"{began:%d/%m/%Y, %H h %M}", command=again)
    unlock = shlex.join([sys.executable, "-m", "snakemake", "--unlock"])
    return DOUBTFUL.format(machine=told["machine"], unlock=unlock, command=again)


def _label(told: Mapping[str, Any]) -> str:
    """What a job does, in French, without the name of its study."""
    text: str = told["rule_msg"] or told["rule_name"]
    return text.removeprefix(f"{_study(told)} : ")


def _study(told: Mapping[str, Any]) -> str:
    """The study of a job, its configuration refused or not; empty for those that serve all studies."""
    wildcards = told["wildcards"] or {}
    return wildcards.get("study") or wildcards.get("refused", "")


def configured(root: Path) -> list[str]:
    """The studies of the configuration, which the workflow itself has checked; none if it cannot be read."""
    try:
        return list(yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))["studies"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return []


def _ending(root: Path, studies: list[str], draft: bool, issuing: bool, followed: Followed, code: int) -> Iterator[str]:
    """What to tell at the end: each study's report or what stopped it."""
    if code == INTERRUPTED:
        yield "Interrompu : la même commande reprendra où elle en était."
        return
    if followed.locked:
        return
    stopped: dict[str, list[str]] = {}
    for job in followed.failed:
        told, refusal = followed.jobs[job], followed.refusal
        reason = f"arrêté, car {refusal}." if refusal else _stopped(root, told, job in followed.refused)
        reasons = stopped.setdefault(_study(told), [])
        reasons += [] if reason in reasons else [reason]
    for study, reasons in stopped.items():
        kept = _page(root / "results" / study, issuing)
        place = inside_results(kept.parent) if kept else ""
        there = f" {place} garde les documents du dernier calcul achevé." if place else ""
        yield f"{study or 'Calcul'} : {' ; '.join(reasons)}{there}"
    for study in studies if code == 0 or stopped else []:
        if study not in stopped:
            ran = any(_study(followed.jobs[job]) == study for job in followed.ended)
            yield from _made(root, study, draft, issuing, ran)
    if code and not stopped:
        yield "Le calcul n’a pas pu se faire : voir plus haut."


def _stopped(root: Path, told: dict[str, Any], refused: bool) -> str:
    """Where a study stopped, and what to do: a file to mend, or an error that is ours."""
    where, rule, study = f"arrêté à « {_label(told)} »", told["rule_name"], _study(told)
    look, before = (gates.get(rule, "").format(study=study) for gates in (GATES, BEFORE))
    if before and (root / before).is_file() and (root / before).stat().st_size:
        look = before
    if rule == "report_gate":  # which may be a fault of the program's own
        return f"{where}. Lire {look}, qui dit ce qui est à corriger, et par qui."
    if look:
        return f"{where}. Corriger ce que dit {look}, puis relancer « diagnostic calculer {study} »."
    if any((root / log).with_suffix(SUFFIX).is_file() for log in told["log"] or ()):
        return f"{where} par une faute du programme : envoyer le rapport dit plus haut, sans joindre de fichier reçu."
    return f"{where}{'. Corriger ce qui est dit plus haut, puis relancer' if refused else ', pour ce qui est dit plus haut'}."


def _page(results: Path, issuing: bool) -> Path | None:
    """The page of a study's last finished calculation: the team's own where it has some, unless it is an edition's."""
    pages = [results / WORKING / "TRAVAIL-rapport.html", results / "report/rapport.html"]
    return next((one for one in pages[issuing:] if one.is_file()), None)


def _made(root: Path, study: str, draft: bool, issuing: bool, ran: bool) -> Iterator[str]:
    """Where the report of a study is, and since when if nothing of it `ran`."""
    results = root / "results" / study
    drafts = sorted((results / "brouillon").glob("*rapport.html"), key=lambda path: path.stat().st_mtime)
    shown = drafts[-1] if draft and drafts else None if draft else _page(results, issuing)
    done = results / "manifest.json"  # written last
    if shown:
        since = ""
        if not ran and not draft and done.is_file():
            day = dt.date.fromtimestamp(done.stat().st_mtime)
            since = f"rien n’a changé depuis le calcul du {date(day)} ; "
        yield f"{study} : {since}le rapport est dans {shown} (Word, PDF, diapositives et tableaux dans le même dossier)."
        if shown.parent.name == WORKING:
            yield f"{study} : ces documents de travail restent dans l’équipe ; {SENT.format(typed(root, 'diffuser', study))}"


# -- How far a calculation is: one line that is written over in a terminal; elsewhere, a line now and then --------
WIDTH = 20  # characters of the bar
EVERY = 5.0  # seconds between two lines where there is no terminal, if something moved
AT_LEAST = 60.0  # and if nothing did


def duration(value: float) -> str:
    """65 → « 1 min 05 s »."""
    minutes, left = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}{NBSP}h {minutes:02}{NBSP}min"
    return f"{minutes}{NBSP}min {left:02}{NBSP}s" if minutes else f"{left}{NBSP}s"


class Progress:
    """The steps done, the one under way and the time since the start, on `stream`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._start = time.monotonic()
        self._shown = ""  # what is under way, as last written
        self._last = self._start
        self._width = 0

    def show(self, done: int, total: int, current: str) -> None:
        """Tell where the calculation is; called at each event and each second."""
        now = time.monotonic()
        spent = duration(now - self._start)
        if self._terminal:
            filled = WIDTH * done // total if total else 0
            bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] " + (f"{done}/{total} " if total else "")
            self._over(f"{bar}{spent}  {current}")
            return
        state = f"{done}/{total} {current}"
        if now - self._last >= (EVERY if state != self._shown else AT_LEAST):
            steps = f"{done} {plural(done, 'étape')} sur {total}, " if total else ""
            print(f"{steps}{spent} : {current}", file=self._stream, flush=True)
            self._shown, self._last = state, now

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self.clear()
        print(spelt(text), file=self._stream, flush=True)

    def clear(self) -> None:
        """Take the line that is written over away."""
        if self._width:
            self._over("")
            self._stream.write("\r")
            self._width = 0

    def _over(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)
