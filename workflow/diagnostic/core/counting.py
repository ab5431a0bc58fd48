"""The named rules of counting and estimation (`counting.csv`): a default applied has a name, is counted and is shown."""

import csv
from pathlib import Path

CEILING = 10  # persons at most in a situation whose answer sets no limit, unless the study declares another number
MOST_COPIES = 50  # ads at most of one person where the coding sets no limit, unless the study declares another number
_LINES = Path(__file__).with_suffix(".csv").read_text(encoding="utf-8").splitlines()
RULES = {rule["rule"]: rule["text"] for rule in csv.DictReader(_LINES)}  # its French sentence
