"""What documents print beside a study's statements: public references and the library of tracks, by the name of their use."""

from pathlib import Path

LIBRARY = Path("config/pistes.yaml")
REFERENCES = Path("resources/references")
SHELF = {
    "law": REFERENCES / "loi.csv",  # each point of the law, one row per wording
    "texts": REFERENCES / "textes.csv",  # dated texts, one a row
    "help_lines": REFERENCES / "orientation.csv",  # national services, one a row
    "series": REFERENCES / "series.csv",  # national dated values, one a row
    "library": LIBRARY,
}
