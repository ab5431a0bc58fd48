"""Charts and maps in the text: the image, its caption, how to read it; for a map that is missing, why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.report.grids.quality import anchor
from diagnostic.report.printing import attribute, escape

NOWHERE = (
    "Aucun des lieux du tableau ne porte le nom d’une commune ou d’une intercommunalité du département, ou aucun de leurs "
    "nombres ne peut être publié."
)
COARSE = "Rien n’est publié au-dessous du département dans une étude qui en a plusieurs."
MAP = "66%"  # of the width of the text: 8 points for what is written on it
UNPLACED = (
    "Les lieux des faits ne sont pas codés par commune dans cette étude, ou aucun de leurs nombres ne peut être publié."
)


@dataclass(frozen=True)
class Pictures:
    """`figures`: one row per chart or map that was drawn; `source`: where the outlines come from, or why there are none;
    `lineage`: the tables of the run, whose section of the page `dossier` each image opens."""

    figures: pd.DataFrame
    source: pd.DataFrame
    lineage: pd.DataFrame
    dossier: str = ""
    several: bool = False  # whether the study is of several départements

    @cached_property
    def drawn(self) -> dict[str, Any]:
        return {figure.name: figure for figure in self.figures.itertuples()}

    def figure(self, name: str, caption: str, width: str = "75%") -> str:
        """A chart with its reading; empty where it was not drawn."""
        if name not in self.drawn:
            return ""
        image, ident = self.drawn[name], name.replace("_", "-")
        alt = attribute(image.alt)
        origin = f"[[Provenance]({self.dossier}#{anchor('report_figures')}).]{{.html-seulement}}"
        by = origin if len(self.lineage) else ""
        data = f"[[Données (CSV)](figures/{name}.csv).]{{.html-seulement}}" if image.facts else ""
        return (
            f'\n::: {{.figure-lue}}\n\n![{caption}](figures/{name}.svg){{#fig-{ident} fig-alt="{alt}" width={width}}}\n\n'
            f"*Lecture :* {escape(image.description)} {data} {by}\n\n:::\n"
        )

    def carte(self, name: str, caption: str, nowhere: str = "") -> str:
        """A map, or the sentence that stands in its place."""
        if name in self.drawn:
            return self.figure(name, caption, MAP)
        said = self.source.iloc[0]
        missing = said.note if said.kind == "absent" else nowhere or (COARSE if self.several else NOWHERE)
        return f"*Pas de carte :* {escape(typographic(missing))}\n"
