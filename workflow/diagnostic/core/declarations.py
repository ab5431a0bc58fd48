"""Declarations written by hand: YAML as text, typed by strict models, every problem told in French.

Scalars are read as text (`01` stays "01", `no` stays "no") and typed by the models, so that YAML's guesses can never
change what a team wrote.
"""

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from diagnostic.core.contents import HIDDEN
from diagnostic.core.errors import Refused, few, system

REGION = r"[a-z]+(?:-[a-z]+)*"  # a study of several départements is named after them: « bretagne », « grand-est »
STUDY_ID = rf"(?:\d{{2}}|2[AB]|97[1-46]|{REGION})-\d{{4}}"  # département, or region, and year
NOWHERE = "99"  # the code of no département: whatever is studied there is invented
MOST_BYTES = 1_000_000  # of a declaration: a study's own takes two thousand
LONGEST_TEXT, LONGEST_LINE, LONGEST_NAME = 10_000, 300, 120  # signs
# Of which the faces of the PDF have the signs: Latin, Greek and Cyrillic letters; Hebrew, Arabic; punctuation and symbols.
DRAWN = (range(0x20, 0x500), range(0x5D0, 0x5F5), range(0x60C, 0x653), range(0x1E00, 0x2400), range(0x2500, 0x2600))
YEARS = range(1900, 2101)
_OWN = "own"  # an error of ours: its message is French
# What no system of files takes, or what Snakemake takes for a wildcard.
_NO_NAME = re.compile(r'[\x00-\x1f{}<>:"/\\|?*\x7f]|^\.|[. ]$')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?", re.IGNORECASE)  # by Windows

BARE = "entre guillemets, « \\ » commence un signe spécial : écrire un chemin de Windows sans guillemets"


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError(_OWN, message)


def _text(text: str) -> str:
    if HIDDEN.search(text):
        raise _wrong("un signe invisible s’y trouve ; retaper le texte")
    if len(text) > LONGEST_TEXT:
        raise _wrong(f"le texte dépasse {LONGEST_TEXT} signes")
    return text


def _line(text: str) -> str:
    if re.search(r"[\t\r\n]", text) or len(text) > LONGEST_LINE:
        raise _wrong(f"une seule ligne est attendue, sans tabulation, de {LONGEST_LINE} signes au plus")
    return text


def undrawn(text: str) -> str:
    """The first sign that a document would not show, accents being joined to their letters; empty where it shows all."""
    return next(filter(_unseen, unicodedata.normalize("NFC", text)), "")


@cache
def _unseen(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf" or not any(ord(sign) in own for own in DRAWN)


def _printed(text: str) -> str:
    """Accents joined to their letters, and no sign that a document would not show."""
    text = unicodedata.normalize("NFC", text)
    if sign := undrawn(text):
        raise _wrong(f"le signe U+{ord(sign):04X} n’a pas de dessin dans tous les documents ; l’ôter ou le changer")
    return text


def _folder(path: str) -> str:
    if "\t" in path:  # of « "D:\tables" », which YAML reads so
        raise _wrong(f"une tabulation s’y trouve ; {BARE}")
    return path


def _file(name: str) -> str:
    if "/" in name:
        raise _wrong(f"« {name} » doit être un nom de fichier, sans dossier")
    if len(name) > LONGEST_NAME or _NO_NAME.search(name):
        raise _wrong(
            f"ce nom de fichier ne convient pas ; {LONGEST_NAME} signes au plus, sans accolade, barre, guillemet ni « : »"
        )
    if _RESERVED.fullmatch(name):
        raise _wrong(f"« {name} » est un nom que Windows se réserve ; en choisir un autre")
    return name


def _day(given: Any) -> Any:
    """Only AAAA-MM-JJ: a number would be read as the seconds of another age."""
    if isinstance(given, str) and not (re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given) and int(given[:4]) in YEARS):
        raise PydanticCustomError("date_form", "")
    return given


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_text)]
Line = Annotated[Text, AfterValidator(_line), AfterValidator(_printed)]
Folder = Annotated[Text, AfterValidator(_folder), AfterValidator(_line)]
FileName = Annotated[Text, AfterValidator(_file)]
Day = Annotated[dt.date, BeforeValidator(_day)]


class ConfigError(Refused):
    """What was declared cannot be used; the message lists every problem, one per line, in French. What it quotes stays as it
    was written; around it, apostrophes are those of French."""

    def __init__(self, message: str) -> None:
        parts = re.split("(«[^»]*»)", message)
        super().__init__("".join(part if part.startswith("«") else part.replace("'", "’") for part in parts))


def invented(study: str) -> bool:
    """Whether a study is of the département that does not exist: no real study can be."""
    return study.startswith(f"{NOWHERE}-")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class _TextLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Every scalar stays text; a key given twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "clé faite de plusieurs valeurs", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"clé « {key.value} » répétée", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def content_of(path: Path, named: Path | str, most: int = MOST_BYTES) -> bytes:
    """The content of a file, told as `named`; of a larger one only its beginning, so that `parse` refuses it unread.
    Raises ConfigError (absent, or refused by the system)."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        raise ConfigError(f"{named} : fichier introuvable.") from None
    except (OSError, ValueError) as error:
        why = system(error) if isinstance(error, OSError) else "son nom ne convient pas"
        raise ConfigError(f"{named} : lecture impossible : {why}.") from None


def parse(content: bytes, path: Path | str) -> dict[str, Any]:
    """A YAML mapping, every scalar as text; `path` is only told. Raises ConfigError (too large, unreadable, not a
    mapping, key given twice)."""
    if len(content) > MOST_BYTES:
        raise ConfigError(
            f"{path} : le fichier dépasse {MOST_BYTES // 1_000_000} Mo : il n’est pas lu ; vérifier que c’est le bon."
        )
    try:
        found = yaml.load(content, _TextLoader)  # a base loader: no tag is constructed
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", ligne {mark.line + 1}" if mark else ""
        told = str(getattr(error, "problem", ""))
        detail = told if told.startswith("clé") else "vérifier les deux-points, les guillemets, le retrait et l'UTF-8"
        detail = BARE if "escape" in told else detail  # PyYAML's word for what follows a backslash
        raise ConfigError(f"{path}{place} : YAML illisible ; {detail}.") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{path} : le fichier doit contenir des lignes « clé: valeur ».")
    return found


_MESSAGES = {
    "missing": "clé obligatoire absente",
    "bool_parsing": "« true » ou « false » est attendu",
    "list_type": "une liste est attendue",
    "dict_type": "un bloc « clé: valeur » est attendu",
    "model_type": "un bloc « clé: valeur » est attendu",
    "string_type": "un texte est attendu",
    "string_too_short": "la valeur est vide",
    "too_short": "la liste est vide",
}


def _fields(error: Mapping[str, Any], model: type[BaseModel]) -> tuple[list[str], FieldInfo | None]:
    """The keys beside the one that an error is of, and how that one is declared, where a model says it."""
    names, field = list(model.model_fields), None
    for part in error["loc"]:
        field = model.model_fields.get(str(part), field) if str(part) in names or field is None else field
        kinds = [one for one in _kinds(field.annotation if field else None) if issubclass(one, BaseModel)]
        if part != error["loc"][-1] and kinds:
            model, names = kinds[0], list(kinds[0].model_fields)
    return names, field


def _kinds(annotation: Any) -> Iterator[type]:
    """The classes of an annotation, whatever it is a list, a mapping or an option of."""
    if isinstance(annotation, type):
        yield annotation
    for one in get_args(annotation):
        yield from _kinds(one)


def bounds(field: FieldInfo) -> str:
    """« de 1 à 20 », of a key that has both bounds: every number of a declaration has."""
    limits = {name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)}
    if len(limits) < 2:
        return ""
    return f"de {limits['ge']} à {limits['le']}" if limits["ge"] < limits["le"] else f"{limits['ge']} seulement"


def explain(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One of pydantic's errors in French: « clé : ce qui ne va pas », without the value."""
    key = ".".join(str(part) for part in error["loc"] if part != "[key]")
    kind, context = error["type"], error.get("ctx", {})
    names, field = _fields(error, model)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), names, n=1)
        hint = f" ; vouliez-vous « {near[0]} » ?" if near else f" ; clés connues : {', '.join(names)}"
        return f"{key} : clé inconnue{hint}"
    if kind == _OWN:
        return f"{key} : {error['msg']}"
    if kind == "literal_error":
        expected = context["expected"].replace(" or ", " ou ").replace("'", "")
        return f"{key} : valeur non prévue ; attendu : {expected}"
    if kind.startswith("date"):
        return f"{key} : date impossible ; écrire AAAA-MM-JJ, par exemple 2020-07-15"
    if kind == "string_pattern_mismatch":
        return f"{key} : forme inattendue ; attendu : {context['pattern']}"
    if field and kind not in _MESSAGES and (told := bounds(field)):
        number = "un nombre entier" if int in _kinds(field.annotation) else "un nombre (avec un point : 0.05)"
        return f"{key} : {number} est attendu, {told}"
    return f"{key} : {_MESSAGES.get(kind, 'valeur refusée')}"


Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], content: Mapping[str, Any], path: Path | str) -> Model:
    """The content typed by its model; `path` is only told. Raises ConfigError with every problem."""
    try:
        return model.model_validate(content)
    except ValidationError as errors:
        lines = [f"{path} : {explain(error, model)}" for error in errors.errors(include_input=False)]
        raise ConfigError("\n".join(few(lines))) from None
