"""Where a study takes place: one département, or several under the name of a region; its words, and what is refused."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from diagnostic.core.declarations import NOWHERE, REGION, ConfigError, content_of, parse
from diagnostic.study.declared import Study

Known = Mapping[str, Mapping[str, str]]  # code of a département → its name, and « of_name »: « du Pas-de-Calais »
MOST = 20  # départements: no region has as many


def problems(root: Path, study: str, loaded: Study, known: Known, path: Path) -> list[str]:
    """What is wrong with the place and the name of a study; one line each."""
    if bool(loaded.departement) == bool(loaded.departements):
        return [f"{path} : departement, departements : donner l'un ou l'autre, et un seul des deux."]
    told = "departements" if loaded.departements else "departement"
    hints = {code: f" ; écrire « 0{code} »" if len(code) == 1 else "" for code in loaded.codes if code not in known}
    found = [f"{path} : {told} : « {code} » n'est pas un code de département{hint}." for code, hint in hints.items()]
    found += _twice(root, study, loaded, path)
    if loaded.regional:
        return found + _of_several(study, loaded, path)
    if loaded.region:
        found.append(f"{path} : region : un seul département n'en demande pas ; ôter cette ligne.")
    own = f"{''.join(loaded.codes)}-{loaded.edition}"
    if study != own:
        names = f"le fichier se nomme « {study} » mais décrit « {own} »"
        found.append(f"{path} : {told}, edition : {names} ; mettre les deux d'accord.")
    return found


def _of_several(study: str, loaded: Study, path: Path) -> list[str]:
    """What is wrong with a study of several départements, alone."""
    codes = loaded.codes
    doubled = [code for code in dict.fromkeys(codes) if codes.count(code) > 1]
    found = [f"{path} : departements : « {code} » est écrit deux fois." for code in doubled]
    if len(codes) > MOST:
        found.append(f"{path} : departements : {MOST} au plus dans une étude ; en faire plusieurs, et les comparer.")
    if NOWHERE in codes:
        found.append(f"{path} : departements : « {NOWHERE} » n'existe pas, et n'est d'aucune région.")
    if not loaded.region:
        found.append(f"{path} : region : il manque le nom de ces départements ensemble, que le rapport imprime.")
    if not re.fullmatch(rf"{REGION}-{loaded.edition}", study):
        found.append(
            f"{path} : l'étude de plusieurs départements se nomme « région-année », en minuscules sans accent : "
            f"« bretagne-{loaded.edition} » ; le fichier se nomme « {study} »."
        )
    if loaded.publication:
        found.append(f"{path} : publication : les chiffres d'une publication sont d'un territoire ; ôter ce bloc.")
    return found


def _twice(root: Path, study: str, loaded: Study, path: Path) -> list[str]:
    """The studies that count the same persons, of which they would draw two roundings, whose difference tells of them: one
    of them of several départements, another of one of these, in the same edition or the same months; a real one, and one
    before it that counts facts of the same years. What is wrong with their own declaration is told where they are read."""
    names = ["*.yaml"] if loaded.regional else ["[!0-9]*.yaml", *(f"{code}-*.yaml" for code in loaded.codes)]
    found = []
    for other in sorted({one for name in names for one in (root / path.parent).glob(name)}):
        if other.stem == study:
            continue
        try:
            told = parse(content_of(other, other.name), other.name)
        except ConfigError:
            continue
        several = told.get("departements")
        codes = several if isinstance(several, list) else [told.get("departement")]
        if not set(loaded.codes) & set(codes):
            continue
        start, end = (str(told.get(name, "")) for name in ("period_start", "period_end"))
        same = start <= f"{loaded.period_end}" and end >= f"{loaded.period_start}" and bool(start)
        pooled = loaded.regional or isinstance(several, list)
        if pooled and (same or other.stem.endswith(f"-{loaded.edition}")):
            found.append(
                f"{path} : {'departements' if loaded.regional else 'departement'} : l'étude « {other.stem} » existe aussi, de "
                "la même édition ou des mêmes mois ; publier deux fois les mêmes personnes en dirait trop : garder l'étude de la "
                "région, ou celles de ses départements."
            )
        elif year := _described(loaded, told):
            found.append(
                f"{path} : counting.first_year : l'étude « {other.stem} » a pu décrire les mêmes personnes, dont les faits "
                f"vont jusqu'en {year} ; les arrondir sous deux clés les resserrerait : écrire « first_year: {year + 1} », ou "
                "publier ces réponses comme une édition de la même étude."
            )
    return found


def _described(loaded: Study, before: Mapping[str, Any]) -> int:
    """The last year of the facts that another study counts, declared as `before`, where this one counts facts of that year
    too, or of any; 0 where it does not, or follows no such study. An invented one describes nobody; one that received
    nothing rounds nothing of anybody."""
    end = str(before.get("period_end", ""))
    year = int(end[:4]) if end[:4].isdigit() else 0
    real = not loaded.fictional and before.get("fictional") != "true"
    follows = real and bool(loaded.received) and bool(before.get("received")) and end <= f"{loaded.period_end}"
    return year if follows and (loaded.counting.first_year or 0) <= year else 0


def title(codes: Sequence[str], region: str | None, known: Known) -> str:
    """« Pas-de-Calais (62) », « Bretagne (22, 29, 35, 56) »."""
    return f"{region if region and len(codes) > 1 else known[codes[0]]['name']} ({', '.join(codes)})"


def noun(codes: Sequence[str], known: Known) -> str:
    """« le département du Pas-de-Calais », « les départements des Côtes-d’Armor et du Finistère »."""
    names = [known[code]["of_name"] for code in codes]
    if len(names) == 1:
        return f"le département {names[0]}"
    return f"les départements {', '.join(names[:-1])} et {names[-1]}"


def names(codes: Sequence[str], known: Known) -> dict[str, str]:
    """Code of each département → its name."""
    return {code: known[code]["name"] for code in codes}
