"""The codebook of a study: the project's, which asks one question more where the study is of several départements."""

from __future__ import annotations

from pathlib import Path

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.codebook.region import regional
from diagnostic.study import territory
from diagnostic.study.config import STUDIES, departements, load_yaml


def codebook(root: Path, study: str) -> Codebook:
    """The codebook that the study's answers are read with. Raises CodebookError; ConfigError for a configuration that is
    no mapping. One that is absent has no départements."""
    path = STUDIES / f"{study}.yaml"
    told = load_yaml(root, path).get("departements") if (root / path).is_file() else None
    known = departements(root)
    codes = [code for code in told if code in known] if isinstance(told, list) else []
    return loading.load(regional(loading.read_folder(root / loading.FOLDER), territory.names(codes, known)))
