"""The comparisons that a project declares: `config/comparisons/{name}.yaml`, studies of the project and published ones."""

import csv
import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from diagnostic.core import editing, home, writing
from diagnostic.core.declarations import STUDY_ID, ConfigError, Section, Text, parse, validate

COMPARISONS = Path("config/comparisons")
RULES = Path("config/comparability")
PUBLISHED = Path("resources/published")
SERIES = Path("resources/references/series.csv")
POPULATIONS = Path("resources/references/populations.csv")
EVERY = "toutes"  # the published studies
NAME = re.compile(r"[a-z][a-z0-9-]*")


class Comparison(Section):
    """`config/comparisons/{name}.yaml`: which studies are set side by side."""

    title: Text = Field(description="Titre du document.")
    team: Text = Field(description="Équipe qui le signe.")
    report_date: dt.date = Field(description="Date que portent les documents.")
    studies: list[Text] = Field(
        min_length=1, description="Études du projet, nommées « département-année » ou « région-année »."
    )
    published: list[Text] = Field(
        default=[],
        description=f"Études publiées de `resources/published/studies.csv`, de seconde main ; `{EVERY}` pour toutes.",
    )


def available(root: Path) -> list[str]:
    """The comparisons that have a configuration file."""
    return sorted(path.stem for path in (root / COMPARISONS).glob("*.yaml"))


def read(root: Path, name: str) -> Comparison:
    """One comparison, its published studies by name. Raises ConfigError with every problem."""
    path = COMPARISONS / f"{name}.yaml"
    try:
        return _parsed(root, name, (root / path).read_bytes())
    except FileNotFoundError:
        told = ", ".join(available(root)) or "aucune"
        raise ConfigError(f"{path} : fichier introuvable ; comparaisons d’ici : {told}.") from None


def write(root: Path, name: str, said: Mapping[str, str | Sequence[str]]) -> None:
    """Write what is `said` of keys of a comparison, a text or a list; the rest of its file, where it has one, stays. Raises ConfigError
    with every problem: nothing is then written."""
    path = root / COMPARISONS / f"{name}.yaml"
    text = path.read_text(encoding="utf-8") if path.is_file() and read(root, name) else ""
    for key, value in said.items():
        written = editing.quoted(value) if isinstance(value, str) else f"[{', '.join(map(editing.quoted, value))}]"
        text = (
            re.sub(rf"^{key}:.*\n(?:[ \t-].*\n)*", "", f"{text.rstrip()}\n", flags=re.MULTILINE) + f"{key}: {written}\n"
        )
    _parsed(root, name, text.encode())
    writing.write_bytes(text.encode(), path)


def _parsed(root: Path, name: str, content: bytes) -> Comparison:
    path = COMPARISONS / f"{name}.yaml"
    found = validate(Comparison, parse(content, path), path)
    known = list(published(root))
    chosen = known if found.published == [EVERY] else found.published
    unknown, misnamed = set(chosen) - set(known), [one for one in found.studies if not re.fullmatch(STUDY_ID, one)]
    listed, form = PUBLISHED / "studies.csv", "de la forme « département-année » ou « région-année »"
    problems = [f"{path} : published : « {one} » n’est pas une étude de {listed}." for one in chosen if one in unknown]
    problems += [f"{path} : studies : « {one} » n’est pas {form}." for one in misnamed]
    if not NAME.fullmatch(name):
        wanted = "une lettre ; minuscules sans accent, chiffres et tirets ensuite"
        problems.append(f"{path} : le nom commence par {wanted}.")
    if len(found.studies) + len(chosen) < 2:
        problems.append(f"{path} : studies, published : deux études au moins se comparent.")
    if problems:
        raise ConfigError("\n".join(problems))
    return found.model_copy(update={"published": chosen})


def of_a_kind(name: str, one: Comparison, invented: Collection[str]) -> tuple[Comparison, list[str]]:
    """A comparison of real studies alone, or of invented ones where all of the project's own are, then the names of those that are set
    aside for it. `invented`: the studies that are. Raises ConfigError where two are not left."""
    own = [study for study in one.studies if study not in invented]
    if not own:
        kept, apart = one.model_copy(update={"published": []}), one.published
    else:
        kept, apart = one.model_copy(update={"studies": own}), [study for study in one.studies if study in invented]
    if len(kept.studies) + len(kept.published) < 2:
        listed = f"{COMPARISONS / name}.yaml : studies, published : une étude inventée ne se met qu’à côté d’études inventées"
        raise ConfigError(f"{listed} ; il n’en reste pas deux à comparer.")
    return kept, list(apart)


def published(root: Path) -> dict[str, str]:
    """The published studies that the project knows: name → where and when, « Alpes-Maritimes, 2023 »."""
    try:
        with home.found(root, PUBLISHED / "studies.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        rows = []
    return {row["study"]: ", ".join(filter(None, (row["territory"], row["edition"]))) for row in rows}


def declared(root: Path) -> dict[str, bytes]:
    """Name → content of the files of `config/comparability/`."""
    return {path.stem: path.read_bytes() for path in sorted(home.found(root, RULES).glob("*.csv"))}


def chosen(root: Path, studies: Collection[str], named: str = "") -> dict[str, Comparison]:
    """Name → comparison: the one that is named, else all those whose studies are all chosen. Raises ConfigError."""
    found, problems = {}, []
    for name in [named] if named else available(root):
        try:
            found[name] = read(root, name)
        except ConfigError as error:
            problems += str(error).splitlines()
    if problems:
        raise ConfigError("\n".join(problems))
    return {name: one for name, one in found.items() if named or set(one.studies) <= set(studies)}
