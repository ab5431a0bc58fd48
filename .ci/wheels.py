"""Which packages of a lock have a ready form for each system and Python that the project names: the table of `docs/dependances.md`.

    .venv/bin/python .ci/wheels.py requirements.lock

Asks the index that pip knows what files there are, and keeps those whose digest the lock has. Exits 1 if a package has no ready form
where it is to be installed. The one that only has a source is Python, and is built by `lancer.py`.
"""

import json
import re
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename
from pip._internal.models.index import PyPI

BUILT = {"connection-pool"}
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
WINDOWS, MACOS, LINUX = (
    {"sys_platform": name, "platform_system": system}
    for name, system in (("win32", "Windows"), ("darwin", "Darwin"), ("linux", "Linux"))
)
SYSTEMS = {  # as a reader names it → the platforms of its packages, the best first; what a condition of the lock is judged by
    "Windows": (["win_amd64"], WINDOWS | {"platform_machine": "AMD64"}),
    "macOS arm64": ([*mac_platforms((14, 0), "arm64")], MACOS | {"platform_machine": "arm64"}),
    "macOS x86_64": ([*mac_platforms((14, 0), "x86_64")], MACOS | {"platform_machine": "x86_64"}),
    **{
        f"Linux {machine}": (
            [*(f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)), f"manylinux2014_{machine}"],
            LINUX | {"platform_machine": machine},
        )
        for machine in ("x86_64", "aarch64")
    },
}


def entries(lock: str) -> Iterator[tuple[str, Marker | None, set[str]]]:
    """(package, the condition of its line, its digests), one for each pinned version."""
    for entry in re.split(r"\n(?=\w)", lock):
        if found := re.match(r"([\w.-]+)==[^\s;]+(?: ; ([^\\]+))?", entry):
            condition = Marker(found[2]) if found[2] else None
            yield found[1], condition, set(re.findall(r"sha256:([0-9a-f]{64})", entry))


def listed(package: str) -> dict[str, str]:
    """The digest of each file of a package on the index, and its name."""
    asked = urllib.request.Request(
        f"{PyPI.simple_url}/{package}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(asked) as answer:
        return {file["hashes"]["sha256"]: file["filename"] for file in json.load(answer)["files"]}


def main() -> int:
    pinned = [one for one in entries(Path(sys.argv[1]).read_text(encoding="utf-8")) if one[0] not in BUILT]
    ready: list[tuple[str, Marker | None, set[Tag]]] = []
    for package, condition, digests in pinned:
        files = listed(package)
        wheels = [files[digest] for digest in digests if files.get(digest, "").endswith(".whl")]
        ready.append((package, condition, {tag for wheel in wheels for tag in parse_wheel_filename(wheel)[3]}))
    print(
        "| système |", " | ".join(f"{major}.{minor}" for major, minor in PYTHONS), "|\n|---|" + "---:|" * len(PYTHONS)
    )
    short = 0
    for system, (platforms, judged) in SYSTEMS.items():
        cells = []
        for python in PYTHONS:
            version = ".".join(map(str, python))
            fit = {*cpython_tags(python, platforms=platforms), *compatible_tags(python, platforms=platforms)}
            there = judged | {"python_version": version, "python_full_version": f"{version}.0"}
            wanted = [(name, tags) for name, condition, tags in ready if condition is None or condition.evaluate(there)]
            lacking = [name for name, tags in wanted if not tags & fit]
            short += bool(lacking) and python != PYTHONS[-1]
            cells.append(
                f"{len(wanted) - len(lacking)} sur {len(wanted)}" + "".join(f", sans {name}" for name in lacking)
            )
        print(f"| {system} |", " | ".join(cells), "|")
    return int(short > 0)


if __name__ == "__main__":
    sys.exit(main())
