"""What Snakemake tells of a run, one JSON object a line on standard output: `snakemake --logger diagnostic`.

`diagnostic calculer` reads these lines (`diagnostic.running.calculation`): a stable interface, where Snakemake's own text is meant for eyes.
Each line starts with RS (RFC 7464, JSON text sequences), so that what rules print on the same pipe stays apart.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

RS = "\x1e"
TOLD = {  # event → what is told of it
    LogEvent.RUN_INFO: ("stats",),
    LogEvent.PROGRESS: ("done", "total"),
    LogEvent.JOB_INFO: ("jobid", "rule_name", "rule_msg", "wildcards", "output", "log"),
    LogEvent.JOB_FINISHED: ("job_id",),
    LogEvent.JOB_ERROR: ("jobid", "rule_name", "log"),
    LogEvent.ERROR: ("exception",),
}


class LogHandler(LogHandlerBase):
    """The handler that Snakemake makes when it starts, before it reads any rule."""

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event in TOLD:
            self._tell(str(event), **{name: getattr(record, name, None) for name in TOLD[event]})
        if record.levelno >= logging.WARNING and event != LogEvent.JOB_ERROR:
            self._tell("message", text=record.getMessage(), error=record.levelno >= logging.ERROR)

    def _tell(self, event: str, **details: Any) -> None:
        told = {"event": event, **details}
        sys.stdout.write(f"{RS}{json.dumps(told, default=str)}\n")
        sys.stdout.flush()

    @property
    def writes_to_stream(self) -> bool:
        return True

    @property
    def writes_to_file(self) -> bool:
        return False

    @property
    def has_filter(self) -> bool:
        return True

    @property
    def has_formatter(self) -> bool:
        return True

    @property
    def needs_rulegraph(self) -> bool:
        return False
