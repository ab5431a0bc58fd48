"""What the law did in a département, as services count it: the measures of a year and who gives them, code → French words."""

from pathlib import Path

import yaml

_SAID = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
LAW_RESULTS: dict[str, dict[str, str]] = _SAID["results"]  # by group
LAW_SOURCES: dict[str, str] = _SAID["sources"]
INSTALLED = "installed"  # the only one that is a day, and no number
