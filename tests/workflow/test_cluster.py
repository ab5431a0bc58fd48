"""A SLURM of its own on this machine, by which studies and their comparison come out as they do without one, node failure included.

Only as root, where SLURM and munge are installed and not in use; the executor of Snakemake is the extra `slurm` of the project.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import own
import psutil
import pytest
import yaml
from copies import HANGS, NOTHING, Project, fresh

from diagnostic.study.config import COMPARISON

sys.path.insert(0, str(own.ROOT / "benchmarks"))  # as when a benchmark is run

from support import departements

pytestmark = [pytest.mark.slow, pytest.mark.slurm]
PLUGIN = "snakemake_executor_plugin_slurm"
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue", "sinfo", "scontrol")
PLACE = Path("/etc/slurm/slurm.conf")  # the inner `srun` of a job reads no other
OPTIONS = (
    *("--workflow-profile", "slurm", "--slurm-no-account", "--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2"),
)
SUBMITTED = "has been submitted with SLURM jobid"
NAME = "essai"
CHOICES = {"title": "Côte à côte", "team": "Équipe", "report_date": "2026-11-02", "published": ["bretagne-2019"]}
# No accounting, no cgroup, more cores than there are: what a container allows.
CONFIGURATION = """\
ClusterName=essai
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
MinJobAge=600
SlurmdTimeout=10
JobRequeue=0
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000 State=UNKNOWN
PartitionName=essai Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


@dataclass(frozen=True)
class Cluster:
    """One node on this machine; `plugin`: where Snakemake's executor lies."""

    folder: Path
    plugin: Path

    def begin(self) -> None:
        """The node's own program."""
        subprocess.run(["slurmd", "-N", "localhost", "-c"], check=True, stdout=subprocess.DEVNULL)

    def idle(self) -> bool:
        """Whether the node answers, within a minute."""
        for _ in range(240):
            said = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True, check=False)
            if said.stdout.strip() in ("idle", "mixed", "allocated"):
                return True
            time.sleep(0.25)
        return False

    def pid(self, program: str) -> int:
        return int((self.folder / f"{program}.pid").read_text())

    def fail(self) -> None:
        """The node is gone at once: its program, those that watch over its jobs, and the jobs."""
        gone = [one for one in psutil.process_iter(["cmdline"]) if self._watches(one)]
        gone += [below for one in gone for below in one.children(recursive=True)]
        if (self.folder / "slurmd.pid").exists() and psutil.pid_exists(self.pid("slurmd")):
            gone.insert(0, psutil.Process(self.pid("slurmd")))
        for process in gone:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def _watches(self, process: psutil.Process) -> bool:
        said = process.info["cmdline"] or [""]  # type: ignore[attr-defined]
        return said[0].startswith("slurmstepd") and str(self.folder) in " ".join(
            part for below in process.children() for part in below.cmdline()
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    found = importlib.util.find_spec(PLUGIN)
    if lacking or found is None or found.origin is None:
        pytest.skip(f"SLURM non essayé : {', '.join(lacking) or f'extra « slurm » ({PLUGIN})'} absent")
    if os.geteuid() or PLACE.exists():
        pytest.skip(f"SLURM non essayé : il faut être root, et {PLACE} ne doit pas exister")
    folder = tmp_path_factory.mktemp("slurm")
    made = Cluster(folder, Path(found.origin).parents[1])
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    folder.parent.chmod(0o755)
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
    try:
        files = (
            "key-file=munge.key",
            "socket=munge.socket",
            "pid-file=munged.pid",
            "log-file=munged.log",
            "seed-file=seed",
        )
        told = ["munged", "--force", *(f"--{one.replace('=', f'={folder}/')}" for one in files)]
        started = [subprocess.run(command, capture_output=True, text=True) for command in (told, ["slurmctld", "-c"])]
        if not any(one.returncode for one in started):
            made.begin()
        if any(one.returncode for one in started) or not made.idle():
            logs = [path.read_text(errors="replace").splitlines()[-3:] for path in folder.glob("*.log")]
            pytest.skip(f"SLURM ne démarre pas ici : {[one.stderr for one in started]} {logs}")
        yield made
    finally:
        made.fail()
        for program in ("slurmctld", "munged"):
            if (folder / f"{program}.pid").exists() and psutil.pid_exists(made.pid(program)):
                os.kill(made.pid(program), signal.SIGTERM)
        PLACE.unlink()


@contextlib.contextmanager
def begun(project: Project, cluster: Cluster, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run by the cluster, which goes on; ended where the test is."""
    path = os.pathsep.join([str(project.root / "workflow"), str(cluster.plugin)])
    command = [sys.executable, "-m", "snakemake", *OPTIONS, *options]
    with project.path("said.txt").open("ab") as said:
        environment = project.environment(PYTHONPATH=path)
        run = subprocess.Popen(command, cwd=project.root, env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield run
        finally:
            run.kill()
            run.wait()


def until(run: subprocess.Popen[bytes], there: Callable[[], bool]) -> None:
    """Waits for something that a run makes."""
    while not there():
        assert run.poll() is None, "the run ended before"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("studies", "made"), [(("62-2020",), 0), (("62-2020", "99-2025"), 1)], ids=["one study", "three"]
)
def test_a_cluster_gives_the_same_bytes_even_if_its_node_fails(
    tmp_path: Path, cluster: Cluster, studies: tuple[str, ...], made: int
) -> None:
    """Studies and their comparison, the node failing while the facts are made, beside a local run of the same."""
    local = fresh(tmp_path / "ici", *studies)
    studies = (*studies, *departements.made(local.root, made))
    for other in local.path("config/comparisons").glob("*.yaml"):
        other.unlink()
    text = yaml.safe_dump(CHOICES | {"studies": list(studies)}, allow_unicode=True)
    local.path("config/comparisons").mkdir(exist_ok=True)
    local.path(f"config/comparisons/{NAME}.yaml").write_text(text, encoding="utf-8")
    chosen = ("compare", "--config", f"studies=[{','.join(studies)}]", f"{COMPARISON}={NAME}")
    far = local.copy(tmp_path / "grappe")
    alone = local.snakemake("all", *chosen)
    assert alone.code == 0, alone.output

    with begun(far, cluster, "all", *chosen) as run:
        until(run, lambda: any(far.path("results").glob("*/estimate/*.parquet")))
        cluster.fail()
        assert run.wait(HANGS) != 0  # the cluster says that the node is down, and the run that its job failed
    cluster.begin()
    assert cluster.idle()
    with begun(far, cluster, "all", *chosen) as run:
        code = run.wait(HANGS)
    said = far.path("said.txt").read_text(encoding="utf-8", errors="replace")
    assert code == 0, said
    first, again = 3 * len(studies) + 1, 3 * len(studies) + 1  # jobs, of a run and of the one that goes on
    assert said.count(SUBMITTED) <= first + again
    for name in (*studies, f"comparison/{NAME}"):
        assert far.digests(name) == local.digests(name)
    assert NOTHING in far.snakemake("-n", "all", *chosen).output
