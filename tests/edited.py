"""A text of the team as a visual editor of Quarto writes it again: through pandoc's own Markdown writer."""

from __future__ import annotations

import subprocess

import pypandoc


def written(text: str, form: str = "markdown") -> str:
    command = [pypandoc.get_pandoc_path(), "--from=markdown", f"--to={form}", "--wrap=none"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()
