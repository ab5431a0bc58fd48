"""Every command line that the documentation prints, played in one project, each after what it needs; the published study is
finished there."""

from __future__ import annotations

import pytest
from copies import Project
from test_printed_commands import PLAYED, words


@pytest.mark.slow
def test_what_is_printed_can_be_done(copied: Project) -> None:
    failed, before = [], []
    for line, played in PLAYED.items():
        played.before(copied.root)
        named, *arguments = words(line)
        if [named, *arguments] in before:  # the same under another name
            continue
        before.append([named, *arguments])
        # What starts Snakemake is a program of its own, which has loaded its libraries; the others are played in this one.
        alone = named == "snakemake" or {"calculer", "rapprocher"} & {*arguments}
        done = copied.fork(named, *arguments) if alone else copied.diagnostic(*arguments)
        if done.code != played.code or played.says not in done.output or "Traceback" in done.output:
            failed.append(f"{line} : code {done.code}\n{done.output[-1500:]}")
    assert not failed, "\n\n".join(failed)
