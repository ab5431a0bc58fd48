"""What Snakemake asks again and again of files that no longer change, asked once. It is asked while steps run, of the same process:
each time another thread takes its turn, and for many studies it grows with the square of their number. And its lock, which says who
holds it, and falls with them."""

import os
from pathlib import Path

from diagnostic.running import locks
from snakemake.io import _IOFile
from snakemake.persistence import PersistenceBase
from snakemake.persistence.file import FilePersistence
from snakemake.scheduling.job_scheduler import JobScheduler

# To compare the parameters of rules with those of the last run Snakemake loads pandas, in case one were a frame. None is, and it
# would be a fifth of a run that has nothing to do.
if hasattr(PersistenceBase, "_serialize_param_builtin"):
    PersistenceBase._serialize_param = PersistenceBase._serialize_param_builtin


def digests_once(checksum):
    """`_IOFile.checksum` that reads a file once as long as it stays what it is (place, time and size), where Snakemake reads each
    input of a job once for each of its outputs."""
    known = {}

    async def once(self, *given, **named):
        if len(given) != 1 or named or self.is_storage or self.rule.workflow.iocache.active:
            return await checksum(self, *given, **named)
        try:
            state = os.stat(self.file)
        except OSError:
            return await checksum(self, *given)
        told = (str(self.file), state.st_ino, state.st_mtime_ns, state.st_size, given)
        if told not in known:
            known[told] = await checksum(self, *given)
        return known[told]

    return once


async def sizes_once(self, jobs):
    """`JobScheduler.update_input_sizes` for the jobs whose inputs it has not seen, where Snakemake asks the size of every input of
    every job that is ready, each time that one ends. What a job that is ready reads changes no more."""
    seen = self.__dict__.setdefault("seen", set())
    for job in jobs:
        if job not in seen:
            seen.add(job)
            for path in job.input:
                if path not in self._input_sizes:
                    self._input_sizes[path] = await path.size() if await path.exists() else None


def told_who(write):
    """`FilePersistence._write_locks` with who locks in the first line: no file of a step is named so."""
    return lambda self, kind, paths: write(self, kind, [locks.mine(), *paths])


def standing(self):
    """`FilePersistence._read_locks` without the locks of who was killed."""
    return ((kind, path) for kind, paths in locks.read(Path(self._lockdir)) for path in paths)


FilePersistence._write_locks = told_who(FilePersistence._write_locks)
FilePersistence._read_locks = standing
_IOFile.checksum = digests_once(_IOFile.checksum)
JobScheduler.update_input_sizes = sizes_once
