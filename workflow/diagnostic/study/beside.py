"""What a team gives that is no table: the outlines of its communes, and the texts that it writes in its report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diagnostic.core import writing
from diagnostic.geography import user_file
from diagnostic.geography.outlines import UnusableError
from diagnostic.privacy import versions
from diagnostic.privacy.vault import Vault
from diagnostic.study.config import BLOCKS, RESOURCES, STUDIES, load_yaml
from diagnostic.study.given import write_file
from diagnostic.study.reception import KEPT, Choice, ReceiveError
from diagnostic.study.records import TRUE

OUTLINES, TEXT = "outlines", "text_"  # what the vault calls their versions
TITLE = "Communes du territoire, contours"


@dataclass(frozen=True)
class Given:
    """A file given to a study on a day, and what a person answers for."""

    root: Path
    study: str
    vault: Vault
    content: bytes
    today: dt.date
    choice: Choice


def received(given: Given, source: Path) -> list[str] | None:
    """Put to use a GeoJSON, or a text that bears the name of a block of the report; None for anything else.

    Every version stays in the vault, the one that was there before among them. Raises ReceiveError for outlines that
    cannot be used and for a text that would take the place of another, unless `choice.replace`; ConfigError, VaultError.
    """
    if source.suffix.casefold() == ".md" and source.stem in BLOCKS:
        return _text(given, source.stem)
    return _outlines(given) if _geojson(given.content) else None


def _geojson(content: bytes) -> bool:
    try:
        given = json.loads(content) if content.lstrip()[:1] == b"{" else None
    except (ValueError, RecursionError):
        return False
    return isinstance(given, dict) and given.get("type") == "FeatureCollection"


def _text(given: Given, name: str) -> list[str]:
    place = STUDIES / given.study / f"{name}.md"
    path, role = given.root / place, f"{TEXT}{name}"
    before = path.read_bytes() if path.is_file() else b""
    if before == given.content:
        return [f"{place} : c’est le texte que l’étude avait déjà, rien ne change."]
    if before and not given.choice.replace:
        raise ReceiveError(f"{place} : l’étude a déjà un texte pour ce bloc, qui est autre. {KEPT}")
    _keep(given, role, before, ".txt")
    writing.write_bytes(given.content, path)
    return [f"Texte de l’équipe ({BLOCKS[name]}) : {place}."]


def _outlines(given: Given) -> list[str]:
    root, study, content = given.root, given.study, given.content
    config = load_yaml(root, STUDIES / f"{study}.yaml")
    declared = config.get(OUTLINES)
    if not isinstance(declared, dict) or Path(name := str(declared.get("file", ""))).name != name or not name:
        raise ReceiveError(
            f"Contours de communes (GeoJSON) : dire d’abord d’où ils viennent, dans {STUDIES / (study + '.yaml')} : "
            "« outlines: » avec « file: communes.geojson » et « vintage: » le millésime. Rien n’a été changé."
        )
    properties, real = declared.get("properties"), str(config.get("fictional")).casefold() not in TRUE
    try:
        found = user_file.communes(content, properties if isinstance(properties, dict) else {}, _codes(config), real)
    except UnusableError as error:
        raise ReceiveError(f"Contours de communes (GeoJSON) : {error} Rien n’a été changé.") from None
    path = root / RESOURCES / study / name
    before = path.read_bytes() if path.is_file() else b""
    if before != content:
        _keep(given, OUTLINES, before, ".json")
    write_file(root, study, name, content, given.today, {"title": TITLE})
    return [
        f"Contours de {len(found)} communes : {RESOURCES / study / name}. Millésime dit : {declared.get('vintage', '')}."
    ]


def _codes(config: Mapping[str, Any]) -> list[str]:
    """The départements that a study's configuration names."""
    several = config.get("departements")
    return [str(code) for code in several] if isinstance(several, list) else [str(config.get("departement", ""))]


def _keep(given: Given, role: str, before: bytes, suffix: str) -> None:
    if before and given.vault.received(role) is None:
        versions.add(given.vault, before, role, suffix, "")
    versions.add(given.vault, given.content, role, suffix, given.today.isoformat())
