"""The reference pages made from the declarations: every configuration key, every table and column.

`python development/reference_pages.py`, from the project's root, writes them; a test checks that the committed ones are current.
"""

from __future__ import annotations

import ast
import csv
import datetime as dt
import importlib
import re
import types
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pandera.pandas as pa
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook, indicators
from diagnostic.collect.tables import INPUTS
from diagnostic.core.counting import RULES
from diagnostic.core.declarations import bounds
from diagnostic.core.french import typographic
from diagnostic.core.tables import Table
from diagnostic.estimate.catalogue.entry import UNITS, Entry, words
from diagnostic.estimate.catalogue.reading import every, strands
from diagnostic.estimate.people.described import among
from diagnostic.study.comparisons import Comparison
from diagnostic.study.config import BLOCKS
from diagnostic.study.declared import ExportSidecar, Shared, Sidecar, Study

COMMAND = "python development/reference_pages.py"
NOTICE = f"<!-- Page produite par « {COMMAND} » ; ne pas la modifier à la main. -->\n"
PHASES = {
    "geography": "Territoires",
    "collect": "Collecte",
    "consolidate": "Consolidation",
    "estimate": "Estimation",
    "release": "Publication",
    "report": "Rapport",
    "compare": "Comparaison",
}
SCALARS = {str: "texte", int: "entier", float: "nombre", bool: "`true` ou `false`", dt.date: "date, AAAA-MM-JJ"}
COLUMN_TYPES = {
    "Int64": "entier",
    "float64": "nombre",
    "string[python]": "texte",
    "boolean": "oui ou non",
    "bool": "oui ou non",
    "datetime64[ns]": "date",
    "Float64": "nombre",
    "category": "état",
}
CHECKS = {"greater_than_or_equal_to": "≥ {min_value}", "less_than_or_equal_to": "≤ {max_value}"}


def pages(root: Path) -> dict[str, str]:
    """The content of each reference page, by its path from the project's root; the report's sources are read there."""
    return {
        "config/README.md": configuration(),
        "docs/dictionnaire.md": dictionary(),
        "docs/indicateurs.md": facts(root),
        "docs/licences.md": NOTICE + "\n" + licences_page((root / "requirements-dev.lock").read_text("utf-8")),
    }


def configuration() -> str:
    """Every key of every configuration file: type, limits, default, meaning."""
    files: list[tuple[str, str, type[BaseModel]]] = [
        ("config/config.yaml", "Les choix que toutes les études partagent.", Shared),
        ("config/studies/{étude}.yaml", "Une étude ; le nom du fichier est « département-édition ».", Study),
        (
            "config/comparisons/{nom}.yaml",
            "Des études mises côte à côte ; « snakemake compare » les fait toutes, « diagnostic rapprocher NOM » une seule.",
            Comparison,
        ),
        (
            "resources/studies/{étude}/{fichier}.meta.yaml",
            "L'origine d'un fichier d'entrée, à côté de lui ; un par fichier. Git ignore ce dossier (`.gitignore`), sauf les "
            "fichiers que le rapport montre en entier : registre de sites, presse, restitutions, contours, publication. "
            "Annonces par lieu, pratiques, aller-vers, partenaires, structures, annonces codées et entretiens restent hors "
            "de git : ils comptent peu de personnes, ou nomment qui n'a pas accepté de l'être.",
            Sidecar,
        ),
        (
            "resources/studies/{étude}/{rôle}.meta.yaml",
            "L'origine d'un export rangé dans le coffre ; un par rôle de `received`.",
            ExportSidecar,
        ),
    ]
    parts = [
        NOTICE,
        "# Configuration\n",
        typographic(
            "Une clé inconnue, une valeur impossible ou un fichier absent arrêtent tout avant le premier calcul, "
            "avec un message qui nomme la clé. Les valeurs sont lues comme du texte puis typées : `01` reste « 01 », "
            "`no` reste « no ».\n"
        ),
        typographic(
            "L'environnement s'installe d'abord, depuis `requirements.lock` ([README](../README.md)) : Snakemake y tourne, et "
            "`--sdm conda` n'y ajoute que Quarto.\n"
        ),
        "`snakemake --config studies='[62-2020]'` remplace la liste des études pour une exécution ; "
        "`brouillon=true` calcule sans vérifier la protection, et le dit sur chaque page.\n",
    ]
    for path, role, model in files:
        rows = [_key(name, field) for name, field in _fields(model)]
        parts.append(f"## `{path}`\n\n{typographic(role)}\n\n{_grid(('Clé', 'Valeur', 'Défaut', 'Sens'), rows)}")
    parts.append(
        "## `config/studies/{étude}/*.md`\n\n"
        + typographic(
            "Ce que l'équipe écrit, en Markdown ; chaque fichier est facultatif. Les nombres n'y entrent que par `{fact:…}` "
            "ou `{interval:…}` ; tout autre est refusé, à sa ligne.\n\n"
        )
        + _grid(("Fichier", "Contenu"), [(f"`{name}.md`", typographic(meaning)) for name, meaning in BLOCKS.items()])
    )
    return "\n".join(parts)


def dictionary() -> str:
    """Every declared table by phase, with its columns; then the named rules."""
    parts = [
        NOTICE,
        "# Dictionnaire des données\n",
        typographic(
            "Chaque table est un fichier `results/{étude}/{phase}/{table}.parquet`, vérifié à l'écriture et à la "
            "lecture. Les fichiers reçus sont des CSV en UTF-8 dont l'en-tête est la liste des colonnes ci-dessous, "
            f"sans `row` : {', '.join(f'`{name}`' for name in INPUTS)}.\n"
        ),
    ]
    for phase, title in PHASES.items():
        parts.append(f"## {title}\n")
        for names, model in _models(phase):
            heading = ", ".join(f"`{phase}/{name}`" for name in names)
            columns = [_column(name, column) for name, column in model.to_schema().columns.items()]
            parts.append(
                f"### {heading}\n\n{typographic(model.title)}.\n\n"
                + _grid(("Colonne", "Titre", "Valeur", "Vide", "Sens"), columns)
            )
    rules = [(f"`{name}`", typographic(text)) for name, text in RULES.items()]
    parts.append(f"## Règles nommées\n\n{_grid(('Règle', 'Ce qu’elle fait'), rules)}")
    return "\n".join(parts)


def facts(root: Path) -> str:
    """Every fact: what it is, and where it is printed."""
    header = ("Identifiant", "Libellé", "Unité", "Univers", "Formule", "Imprimé")
    return "\n".join(
        [
            NOTICE,
            "# Catalogue des indicateurs\n",
            typographic(
                "Tout nombre imprimé est un indicateur. Un mot entre accolades tient la place de ce qui change d'un "
                "indicateur à l'autre : l'année, le site, la réponse. « Imprimé » dit quels chapitres, tableaux et graphiques "
                "du rapport le nomment ; où aucun ne le nomme, il dit pourquoi, et `diagnostic expliquer` le donne.\n"
            ),
            *(f"## {title}\n\n{_grid(header, rows)}" for title, rows in sections(root)),
        ]
    )


def _models(phase: str) -> list[tuple[list[str], Table]]:
    """The models of a phase, each with the names of the tables that have its form."""
    found: dict[Table, list[str]] = {}
    for name, model in importlib.import_module(f"diagnostic.{phase}.tables").TABLES.items():
        found.setdefault(model, []).append(name)
    return [(names, model) for model, names in found.items()]


def _readable(name: str) -> str:
    """A column, or what a pattern of columns stands for: `variable.code`, `variable/réponse`."""
    if not name.startswith("^"):
        return name
    return name.strip("^$").replace(r"[a-z]\w*", "variable").replace("[a-z0-9_]+", "réponse").replace(r"\.", ".")


def _column(name: str, column: pa.Column) -> tuple[str, ...]:
    kind = COLUMN_TYPES[str(column.dtype)]
    limits = [text for check in column.checks if (text := _limit(check))]
    if column.unique:
        limits.append("unique")
    value = ", ".join([kind, *limits])
    return (
        f"`{_readable(name)}`",
        typographic(column.title),
        value,
        "oui" if column.nullable else "",
        typographic(column.description),
    )


def _limit(check: pa.Check) -> str:
    given = check.statistics or {}
    if check.name == "isin":
        return "parmi " + ", ".join(f"`{value}`" if value else "vide" for value in given["allowed_values"])
    if check.name == "str_matches":
        return f"motif `{getattr(given['pattern'], 'pattern', given['pattern'])}`"
    return CHECKS.get(str(check.name), "").format(**given)


def _fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """The keys of a section and of the sections in it, with dots, in order."""
    for name, field in model.model_fields.items():
        yield prefix + name, field
        section = _plain(field.annotation)
        if isinstance(section, type) and issubclass(section, BaseModel):
            yield from _fields(section, f"{prefix}{name}.")


def _key(name: str, field: FieldInfo) -> tuple[str, ...]:
    patterns = [f"motif `{m.pattern}`" for m in field.metadata if getattr(m, "pattern", None)]
    value = ", ".join(one for one in (_type(field.annotation), bounds(field), *patterns) if one)
    if field.is_required():
        default = "obligatoire dans le bloc" if "." in name else "obligatoire"
    elif isinstance(field.default, BaseModel):
        default = "ceux de ses clés"
    else:
        default = "aucun" if field.default in (None, "", []) else f"`{str(field.default).lower()}`"
    return f"`{name}`", value, default, typographic(field.description or "")


def _plain(annotation: Any) -> Any:
    """A type without `None` and without annotations."""
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = [part for part in get_args(annotation) if part is not type(None)]
    return getattr(annotation, "__origin__", annotation) if hasattr(annotation, "__metadata__") else annotation


def _type(annotation: Any) -> str:
    kind = _plain(annotation)
    if get_origin(kind) is Literal:
        return " ou ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is list:
        return f"liste : {_type(get_args(kind)[0])}"
    if get_origin(kind) is dict:
        keys = _plain(get_args(kind)[0])
        named = f", clés {', '.join(f'`{key}`' for key in get_args(keys))}" if get_origin(keys) is Literal else ""
        return f"bloc{named}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "bloc"
    return SCALARS[kind]


def _grid(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def write(root: Path) -> list[str]:
    """Write the pages whose content differs; returns their paths."""
    changed = []
    for name, content in pages(root).items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            changed.append(name)
    return changed


# -- The catalogue of facts ---------------------------------------------------------------------------------------
# What each is, from the texts of the strands, and where the report prints it, from its sources.
CHAPTERS, REPORT = "report/chapitres", "workflow/diagnostic/report"
SOURCES = {
    "chapitres": (CHAPTERS, "*.qmd"),
    "tableaux": (f"{REPORT}/grids", "*.py"),
    "graphiques": (f"{REPORT}/charts", "*.py"),
    "constats": ("workflow/diagnostic/findings", "sentences.yaml"),
    "pistes": ("config", "pistes.yaml"),
}
QUOTED = re.compile(r'"([^"\n]*)"')
CITED = re.compile(r"\{\w+:([^{}|]+)")  # in a sentence of a finding
KEYED = re.compile(r"(?:: '?|\[|, )([a-z_]+\.[a-z0-9_.{}]*)(?=[,'\]\n])")  # beside it
NAME = re.compile(r"[a-z_]+\\?\.\S*")

WORD = r"\{\w+\}"
STANDS_FOR = ("a", "01", "2020", "2020-01")  # what a word of an id may be; after a letter it may also be nothing
OR = " ; ou "  # between the formulas of a number that may have an interval
Row = tuple[str, ...]
Named = dict[str, dict[str, list[str]]]  # chapters, tables, charts, findings → file → what it names


def sections(root: Path) -> Iterator[tuple[str, list[Row]]]:
    """Title and rows of each strand: id or pattern, label, unit, universe, formula, where it is printed."""
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    named = {kind: _named(root, *source) for kind, source in SOURCES.items()}
    reasons = unprinted()
    for strand, table in every().items():
        said = [row for pattern, text in table.items() for row in rows(pattern, text, codebook)]
        yield (
            strands()[strand].title,
            [(f"`{row[0]}`", *row[1:], _where(row[0], named) or reasons.get(row[0], "")) for row in said],
        )


def unprinted() -> dict[str, str]:
    """Id or pattern → why no document names it, or which names it without its id."""
    written = csv.reader(Path(__file__).with_name("unprinted.csv").read_text("utf-8").splitlines()[1:])
    return {pattern: typographic(f"non nommé : {reason}") for pattern, reason in written}


def rows(pattern: str, text: Entry, codebook: Codebook) -> Iterator[Row]:
    """Id or pattern, label, unit, universe, formula: one row, or one per indicator of the codebook where it stands for them."""
    formulas = dict.fromkeys((text.formula, text.opened.formula))
    said = (text.label, UNITS[text.unit], text.universe, OR.join(formulas))
    known = indicators(codebook)
    whole = [word for word in words(pattern) if word in known]
    if not whole:
        yield pattern, *said
    for fact_id, indicator in (one for word in whole for one in known[word]):
        filled = {f"{{{whole[0]}}}": fact_id, "{name}": indicator.label, "{among}": among(indicator)}
        yield tuple(_filled(part, filled) for part in (pattern, *said))


def _filled(text: str, values: dict[str, str]) -> str:
    for word, value in values.items():
        text = text.replace(word, value)
    return text


def _where(pattern: str, named: Named) -> str:
    """« chapitres presse, synthese ; tableaux press »: the sources that name a fact of this pattern."""
    ids, own = list(_ids(pattern)), matching(pattern)
    found = {
        kind: [
            name
            for name, texts in files.items()
            if any(own.fullmatch(t) or any(map(_regex(t).fullmatch, ids)) for t in texts)
        ]
        for kind, files in named.items()
    }
    return " ; ".join(f"{kind} {', '.join(names)}" for kind, names in found.items() if names)


def matching(pattern: str) -> re.Pattern[str]:
    """The ids of a pattern."""
    first, *others = re.split(WORD, pattern)
    found, before = re.escape(first), first
    for part in others:
        found += ("[^.]*" if before[-1:].isalpha() else "[^.]+") + re.escape(part)
        before = part
    return re.compile(found)


def _ids(pattern: str) -> Iterator[str]:
    parts = re.split(WORD, pattern)
    choices = [(*STANDS_FOR, "") if part[-1:].isalpha() else STANDS_FOR for part in parts[:-1]]
    for chosen in product(*choices):
        yield "".join(part + word for part, word in zip(parts, (*chosen, ""), strict=True))


def _named(root: Path, folder: str, files: str) -> dict[str, list[str]]:
    """File → what it names: ids of facts, patterns of ids, beginnings of ids."""
    return {
        path.stem: [text for text in dict.fromkeys(_texts(path)) if NAME.fullmatch(text)]
        for path in sorted((root / folder).glob(files))
    }


def _texts(path: Path) -> Iterator[str]:
    """The texts of a source between quotes; where a value is put in, `{}`. A table of indicators prints shares too."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        yield from CITED.findall(source)
        yield from KEYED.findall(source)
        return
    if path.suffix != ".py":
        for line in source.splitlines():
            yield from QUOTED.findall(line)
            yield from (f"{name}_pct" for name in QUOTED.findall(line) if "grid." in line)
        return
    nodes = list(ast.walk(ast.parse(source)))
    joined = [node.values for node in nodes if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for parts in joined for part in parts}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value
            yield from CITED.findall(node.value)
    for parts in joined:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


@cache
def _regex(text: str) -> re.Pattern[str]:
    """What a name stands for: a regular expression as it is, a beginning, an id."""
    if "\\" in text:
        return re.compile(text.replace("{}", "[^.]+"))
    end = ".*" if text.endswith((".", "_")) else ""
    return re.compile("[^.]+".join(map(re.escape, text.split("{}"))) + end)


# -- The licences of what the lock file installs, and what they mean for who passes it on -------------------------
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==[^ ;\\]+", re.MULTILINE)
LONGEST = 60  # characters; a longer field is the text of the licence and not its name
TEXT = Path(__file__).with_name("licences.md")  # of the page, before its rows


def unsaid() -> dict[str, str]:
    """Package → licence, of those whose own metadata do not say it, as their licence files do; two are of Windows only."""
    return dict(csv.reader(Path(__file__).with_name("licences.csv").read_text("utf-8").splitlines()))


def installed(name: str) -> str:
    """What a package's metadata say of its licence. Raises PackageNotFoundError for one that is not installed."""
    told = metadata.metadata(name)
    for field in (*told.get_all("License-Expression", []), *told.get_all("License", [])):
        if len(field) <= LONGEST:
            return str(field)
    named = [item.rpartition(" :: ")[2] for item in told.get_all("Classifier", []) if item.startswith("License ::")]
    return ", ".join(named)


def licences_page(lock: str, of: Callable[[str], str] = installed) -> str:
    """The page of licences: one row per package that `lock`, the text of the lock file, pins."""
    known = unsaid()
    names = sorted(set(PINNED.findall(lock)), key=str.lower)
    return TEXT.read_text("utf-8") + "".join(f"| {name} | {known.get(name) or of(name)} |\n" for name in names)


if __name__ == "__main__":
    for written in write(Path.cwd()):
        print(written)
