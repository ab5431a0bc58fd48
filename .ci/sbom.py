"""The software bill of materials of the environment that runs this, in CycloneDX: `sbom.py TOOL OUTPUT`.

TOOL is the folder where `envs/sbom.txt` is installed, apart from the environment. Each package that the lock file pins for
this machine is in it with its version and licence, and nothing else but pip; what differs ends this with its name.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

sys.path.append("development")
from reference_pages import installed, unsaid

OTHERS = {"pip"}  # brought by `python -m venv`


def pinned(lock: str) -> dict[str, str]:
    """Package → version, of what that a lock file pins for this machine."""
    lines = re.findall(r"^(?![#\s])(.+?)(?: \\)?$", lock, re.MULTILINE)
    wanted = [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate()]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in wanted}


def main(tool: str, output: str) -> None:
    sys.path.append(tool)
    sys.argv = ["cyclonedx-py", "environment", "--pyproject", "pyproject.toml", "--output-reproducible"]
    sys.argv += ["--output-file", output, sys.executable]
    try:
        runpy.run_module("cyclonedx_py", run_name="__main__")
    except SystemExit as ended:
        if ended.code:
            raise
    told = json.loads(Path(output).read_text(encoding="utf-8"))
    parts = {canonicalize_name(part["name"]): part for part in told["components"]}
    listed = {name: part["version"] for name, part in parts.items() if name not in OTHERS}
    lock = pinned(Path("requirements-dev.lock").read_text(encoding="utf-8"))
    if apart := sorted(dict(listed.items() ^ lock.items())):
        sys.exit(f"Not as requirements-dev.lock says: {', '.join(apart)}")
    known = unsaid()
    for name, part in parts.items():
        if name in known or not part.get("licenses"):
            part["licenses"] = [{"license": {"name": known.get(name) or installed(name)}}]
    if without := [name for name, part in parts.items() if part["licenses"][0].get("license") == {"name": ""}]:
        sys.exit(f"Without a licence: {', '.join(without)}")
    Path(output).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{output}: {len(parts)} packages, each with its version and licence")


if __name__ == "__main__":
    main(*sys.argv[1:])
