"""All entries together, from the files beside this module: the catalogue of facts (`docs/indicateurs.md`)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from diagnostic.core.declarations import ConfigError, Line, Section, parse, validate
from diagnostic.estimate.catalogue.entry import MEASURES, UNITS, Entry, words
from diagnostic.estimate.catalogue.ways import WAYS, speaks

FOLDER = "workflow/diagnostic/estimate/catalogue"  # as it is told
STRANDS = (  # files, in the order of the catalogue
    *("described", "contributors", "questionnaire", "sensitivity", "interviews", "partners", "territory", "press"),
    *("internet", "internet_sample", "sample", "sizes", "profiles", "history", "waves", "site_terms", "demand"),
    *("support", "outreach", "national", "across", "quality"),
)
Entries = Mapping[str, Entry]  # id, or pattern of ids → what such a fact is


class Strand(Section):
    """A file: `families` that it declares (name → meaning), and groups of facts, each with what they have in common."""

    title: Line
    families: dict[str, Line] = {}
    groups: list[dict[str, Any]]

    def entries(self, path: str) -> dict[str, Entry]:
        """The entries by id or pattern. Raises ConfigError for one that says too little, or twice."""
        found: dict[str, Entry] = {}
        for group in self.groups:
            common = {name: value for name, value in group.items() if name != "facts"}
            for pattern, own in group.get("facts", {}).items():
                if pattern in found:
                    raise ConfigError(f"{path} : « {pattern} » : cet identifiant est dit deux fois.")
                found[pattern] = validate(Entry, common | (own or {}), f"{path} : « {pattern} »")
        return found


@cache
def strands() -> Mapping[str, Strand]:
    """The files by name, in the order of the catalogue. Raises ConfigError for one that cannot be read."""
    here = Path(__file__).parent
    return {name: strand(name, (here / f"{name}.yaml").read_bytes()) for name in STRANDS}


def strand(name: str, content: bytes) -> Strand:
    """The file of this name, from its content. Raises ConfigError."""
    path = f"{FOLDER}/{name}.yaml"
    return validate(Strand, parse(content, path), path)


@cache
def every() -> Mapping[str, Entries]:
    """The entries of each strand. Raises ConfigError."""
    return {name: one.entries(f"{FOLDER}/{name}.yaml") for name, one in strands().items()}


@cache
def known() -> Entries:
    """All entries."""
    return {pattern: entry for own in every().values() for pattern, entry in own.items()}


@cache
def families() -> Mapping[str, str]:
    """What facts may be about: name → meaning, in French."""
    return {name: meaning for one in strands().values() for name, meaning in one.families.items()}


def problems() -> list[str]:
    """What keeps the catalogue from being read, or a fact from leaving, in French: one line each. None: it may be used."""
    try:
        found = every()
    except ConfigError as error:
        return str(error).splitlines()
    times = Counter(pattern for own in found.values() for pattern in own)
    twice = [
        f"{FOLDER} : « {one} » : cet identifiant est dans deux fichiers." for one, many in times.items() if many > 1
    ]
    return twice + [line for name, own in found.items() for line in faults(name, own, known(), families())]


def faults(name: str, own: Entries, every: Entries, about: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the entries of a file, in French: one line each. `every`: all entries; `about`: the families."""
    for pattern, entry in own.items():
        where = f"{FOLDER}/{name}.yaml : « {pattern} »"
        for key, known in (("unit", UNITS), ("way", WAYS), ("family", about), ("measure", MEASURES)):
            if (told := getattr(entry, key)) not in known:
                yield f"{where} : {key} : « {told} » n’en est pas ; en choisir parmi : {', '.join(known)}."
        if entry.place and entry.place not in words(pattern):
            yield f"{where} : place : « {entry.place} » n’est pas un mot de son identifiant."
        if entry.whole and entry.whole not in every:
            yield f"{where} : whole : « {entry.whole} » n’est pas au catalogue."
        if entry.way in WAYS and not WAYS[entry.way].persons and any(map(speaks, (entry, entry.opened))):
            yield f"{where} : ce texte parle de personnes, ou en compte : sa voie (`way`) ne peut être « {entry.way} »."
