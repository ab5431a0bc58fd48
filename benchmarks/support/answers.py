"""The export of many generated answers: python -m support.answers RESPONSES FILE

Seven situations a response at most, three on average; a third of the responses are a team's.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from exported import csv_export

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.trial.answers import generate


def main(responses: int, path: Path) -> None:
    codebook = load(read_folder(FOLDER))
    answers = generate(codebook, seed=1, responses=responses, collective=responses // 3, most=7)
    path.write_bytes(csv_export(codebook, answers))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
