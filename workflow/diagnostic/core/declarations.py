"""Declarations written by hand: YAML as text, typed by strict models, every problem told in French.

Scalars are read as text (`01` stays "01", `no` stays "no") and typed by the models, so that YAML's guesses can never
change what a team wrote.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from diagnostic.core.errors import Refused

STUDY_ID = r"(?:\d{2}|2[AB]|97[1-46])-\d{4}"  # département and year
NOWHERE = "99"  # the code of no département: whatever is studied there is invented
Text = Annotated[str, StringConstraints(min_length=1)]


class ConfigError(Refused):
    """What was declared cannot be used; the message lists every problem, one per line, in French."""


def invented(study: str) -> bool:
    """Whether a study is of the département that does not exist: no real study can be."""
    return study.startswith(f"{NOWHERE}-")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _TextLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Every scalar stays text; a key given twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"clé « {key.value} » répétée", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def parse(content: bytes, path: Path | str) -> dict[str, Any]:
    """A YAML mapping, every scalar as text; `path` is only told.

    Raises ConfigError (unreadable, not a mapping, key given twice).
    """
    try:
        found = yaml.load(content, _TextLoader)  # a base loader: no tag is constructed
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", ligne {mark.line + 1}" if mark else ""
        told = str(getattr(error, "problem", ""))
        detail = told if told.startswith("clé") else "vérifier les deux-points, les guillemets, le retrait et l'UTF-8"
        raise ConfigError(f"{path}{place} : YAML illisible ; {detail}.") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{path} : le fichier doit contenir des lignes « clé: valeur ».")
    return found


_MESSAGES = {
    "missing": "clé obligatoire absente",
    "float_parsing": "un nombre est attendu (avec un point : 0.05)",
    "int_parsing": "un nombre entier est attendu",
    "bool_parsing": "« true » ou « false » est attendu",
    "list_type": "une liste est attendue",
    "dict_type": "un bloc « clé: valeur » est attendu",
    "model_type": "un bloc « clé: valeur » est attendu",
    "string_type": "un texte est attendu",
    "string_too_short": "la valeur est vide",
    "too_short": "la liste est vide",
}


def explain(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One of pydantic's errors in French: « clé : ce qui ne va pas », without the value."""
    key = ".".join(str(part) for part in error["loc"] if part != "[key]")
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        names: list[str] = list(model.model_fields)
        for part in error["loc"][:-1]:
            annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
            for candidate in getattr(annotation, "__args__", (annotation,)):
                if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                    names = list(candidate.model_fields)
        near = difflib.get_close_matches(str(error["loc"][-1]), names, n=1)
        hint = f" ; vouliez-vous « {near[0]} » ?" if near else f" ; clés connues : {', '.join(names)}"
        return f"{key} : clé inconnue{hint}"
    if kind == "literal_error":
        return f"{key} : valeur non prévue ; attendu : {context['expected'].replace(' or ', ' ou ')}"
    if kind.startswith("date"):
        return f"{key} : date impossible ; écrire AAAA-MM-JJ, par exemple 2020-07-15"
    if kind == "string_pattern_mismatch":
        return f"{key} : forme inattendue ; attendu : {context['pattern']}"
    bounds = {"greater_than": "plus grand que", "less_than": "plus petit que", "greater_than_equal": "au moins"}
    if kind in bounds:
        return f"{key} : doit être {bounds[kind]} {next(iter(context.values()))}"
    return f"{key} : {_MESSAGES.get(kind, 'valeur refusée')}"


Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], content: Mapping[str, Any], path: Path | str) -> Model:
    """The content typed by its model; `path` is only told. Raises ConfigError with every problem."""
    try:
        return model.model_validate(content)
    except ValidationError as errors:
        lines = [f"{path} : {explain(error, model)}" for error in errors.errors(include_input=False)]
        raise ConfigError("\n".join(lines)) from None
