"""Vega draws in a process of its own, beside the one that makes ready what is drawn next: vl-convert lets no other thread run.

Run as a script (`-I`: neither this folder nor the environment changes what Python loads) this module is that process, which is
started once, and ends when nothing more can be asked.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import Any, TypeVar

import vl_convert as vlc

Made = TypeVar("Made")
_LOCK = Lock()
EMPTY = {"$schema": "https://vega.github.io/schema/vega/v6.json"}  # drawn first, to have the engine ready


class EngineError(Exception):
    """Vega could not draw; the message is its own, in English."""


class Engine:
    """One process that draws; one thread at a time may ask it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # an interruption is for the process that asks, which then closes this one
        )
        self._owner = os.getpid()
        atexit.register(self.close)

    def svg(self, spec: dict[str, Any], config: dict[str, Any]) -> str:
        """The SVG of a Vega-Lite specification, as `vl_convert.vegalite_to_svg` gives it. Raises EngineError."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps([spec, config]).encode() + b"\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except (OSError, ValueError):  # ended, or closed
            answer = b""
        if not answer:
            of.cache_clear()  # the next drawing has a new one
            raise EngineError(f"the engine ended with code {self._process.wait()}")
        svg, error = json.loads(answer)
        if error:
            raise EngineError(error)
        return str(svg)

    def close(self) -> None:
        """End the process; that of a process which forked this one is not its own."""
        if self._owner == os.getpid():
            self._process.communicate()


@cache
def of(process: int) -> Engine:
    """The engine of a process, by its number: one that is forked from it has its own."""
    return Engine()


def current() -> Engine:
    """The engine of this process, started where it is not."""
    return of(os.getpid())


@cache
def _asking(process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "vega")


def aside(function: Callable[..., Made], *arguments: Any) -> Future[Made]:
    """What a function will have made in the one thread of this process that may ask its engine, once those before have."""
    with _LOCK:
        asking = _asking(os.getpid())
    return asking.submit(function, *arguments)


def main() -> None:
    """Answer each line, `[specification, configuration]`, with one: `[SVG, ""]`, or `["", what went wrong]`."""
    vlc.vega_to_svg(EMPTY)
    for line in sys.stdin.buffer:
        spec, config = json.loads(line)
        try:
            answer = [vlc.vegalite_to_svg(spec, config=config), ""]
        except ValueError as error:
            answer = ["", str(error)]
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
