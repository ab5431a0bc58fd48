"""Recoding before looking: modalities regrouped by hierarchies declared with the study, never chosen from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from diagnostic.release.groups import Design, Variable

Hierarchy = Mapping[str, str]  # modality → the group it is published under


def recode(frame: pd.DataFrame, design: Design, hierarchies: Mapping[str, Hierarchy]) -> tuple[pd.DataFrame, Design]:
    """Persons and design with the modalities of each variable regrouped.

    A group is of the class of its most protected modality; a place takes no population: regroup communes by another
    step. Raises ValueError naming a variable that is unknown or whose hierarchy leaves a modality out.
    """
    known = {variable.name: variable for variable in design.variables}
    for name, hierarchy in hierarchies.items():
        if name not in known:
            raise ValueError(f"{name} : la hiérarchie nomme une variable inconnue")
        missing = [modality for modality in known[name].modalities if modality not in hierarchy]
        if missing:
            raise ValueError(f"{name} : la hiérarchie oublie « {missing[0]} »")
    columns = {
        name: frame[name].map(lambda value, h=hierarchy: _regroup(value, h)) for name, hierarchy in hierarchies.items()
    }
    variables = tuple(
        _variable(variable, hierarchies[variable.name]) if variable.name in hierarchies else variable
        for variable in design.variables
    )
    return frame.assign(**columns), replace(design, variables=variables)


def _regroup(value: object, hierarchy: Hierarchy) -> object:
    if isinstance(value, str):
        return hierarchy[value]
    return tuple(dict.fromkeys(hierarchy[str(one)] for one in value))  # type: ignore[attr-defined]


def _variable(variable: Variable, hierarchy: Hierarchy) -> Variable:
    modalities = tuple(dict.fromkeys(hierarchy[modality] for modality in variable.modalities))
    classes = {
        hierarchy[modality]: variable.classes[modality]
        for modality in variable.modalities
        if modality in variable.classes
    }
    return replace(variable, modalities=modalities, classes=classes, populations={})
