"""One plain .qmd from statements: the templates of `report/`, filled; nothing is computed or executed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import jinja2
import pandas as pd

from diagnostic import french
from diagnostic.collect.tables import AXES
from diagnostic.release.printed import WITHHELD
from diagnostic.report import (
    blocks,
    cards,
    grids,
    grids_demand,
    grids_internet,
    grids_persons,
    grids_places,
    grids_provenance,
    grids_support,
    printing,
)
from diagnostic.report import law as lawbook
from diagnostic.report.exact import Review


class Printer:
    """Prints statements by id and remembers which, so that each printed number gets its card."""

    def __init__(self, statements: pd.DataFrame, retained: Iterable[str] = ()) -> None:
        """`retained`: facts that a reviewer alone may read, marked as such."""
        self.facts = {one.statement_id: one for one in statements.itertuples()}
        self.printed: dict[str, None] = {}
        self.retained = frozenset(retained)

    def has(self, fact_id: str) -> bool:
        """Whether the study has this fact."""
        return fact_id in self.facts

    def having(self, prefix: str) -> list[str]:
        """The ids of the study's facts under a prefix."""
        return [fact_id for fact_id in self.facts if fact_id.startswith(prefix)]

    def fact(self, fact_id: str) -> str:
        """A fact's number as a span that opens its card. Raises KeyError for a fact the study does not have."""
        return self._span(fact_id, self.facts[fact_id].printed)

    def cell(self, fact_id: str) -> str:
        """The same for a table cell: empty when the study does not have the fact."""
        return self.fact(fact_id) if self.has(fact_id) else ""

    def interval(self, fact_id: str) -> str:
        """A fact's released limits, opening its card; empty without interval."""
        limits = self.facts[fact_id].printed_interval if self.has(fact_id) else ""
        return self._span(fact_id, limits) if limits else ""

    def agree(self, fact_id: str, one: str, many: str | None = None) -> str:
        """The noun that agrees with a fact's number."""
        value = self.facts[fact_id].shown_value
        return french.plural(2 if pd.isna(value) else value, one, many)

    def among(self, part: str, whole: str) -> str:
        """« 36 des 39 professionnel·les ayant… » : a part, the whole it belongs to, and who the whole is."""
        return f"{self.fact(part)} des {self.fact(whole)} {printing.escape(self.facts[part].universe)}"

    def listed(self, words: Mapping[str, str]) -> str:
        """« 11 en présence et 4 par téléphone » : facts with the words that go with each, those that count nothing left out."""
        parts = [f"{self.fact(fact_id)} {said}" for fact_id, said in words.items() if self.positive(fact_id)]
        return " et ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    def method(self, fact_id: str) -> str:
        """A fact's method and cautions, as text."""
        return printing.escape(self.facts[fact_id].method)

    def label(self, fact_id: str) -> str:
        """What a fact says, as text."""
        return printing.escape(self.facts[fact_id].label)

    def shown(self, fact_id: str) -> bool:
        """Whether a fact exists and something of it may be printed: what a sentence may be built on."""
        return self.has(fact_id) and self.facts[fact_id].printed != WITHHELD

    def showing(self, prefix: str) -> list[str]:
        """The ids under a prefix of which something may be printed."""
        return [fact_id for fact_id in self.having(prefix) if self.shown(fact_id)]

    def positive(self, fact_id: str) -> bool:
        """Whether a fact exists, may be printed and is more than zero."""
        return self.has(fact_id) and bool(self.facts[fact_id].shown_value > 0)

    def _span(self, fact_id: str, text: str) -> str:
        self.printed[fact_id] = None
        mark = " .retenu" if fact_id in self.retained else ""
        return f'[{text}]{{.fact{mark} fact="{fact_id}"}}'


def assemble(
    statements: pd.DataFrame,
    reproduction: pd.DataFrame,
    articles: pd.DataFrame,
    meetings: pd.DataFrame,
    sites: pd.DataFrame,
    structures: pd.DataFrame,
    practices: pd.DataFrame,
    restitutions: pd.DataFrame,
    warnings: pd.DataFrame,
    sources: pd.DataFrame,
    figures: pd.DataFrame,
    areas: pd.DataFrame,
    outlines: pd.DataFrame,
    lineage: pd.DataFrame,
    law: bytes,
    study: Mapping[str, Any],
    review: Review | None = None,
    **templates: bytes,
) -> dict[str, str]:
    """The whole report as one plain .qmd. `templates` has `rapport` and the chapters it includes, by name, and
    what the team wrote, as `bloc_{name}`.

    `study` has the words of the study: id, title, edition, team, date (ISO), period, place_title, place_noun, citation,
    fictional, and the sampling choices as printed (margin, confidence, floor).
    `study["protection"]` has the rules of publication.
    `lineage` has the tables of the run for the provenance page. `areas` has the official names and codes of places,
    `outlines` says where they come from, or why there are none.
    With a `review` it is the reviewer's report instead: `statements` then holds the exact numbers of all facts.
    Raises KeyError when a template prints a statement that the study does not have, jinja2 errors for a bad template.
    """
    printer = Printer(statements, review.retained() if review else ())
    drawn = {figure.name: figure for figure in figures.itertuples()}

    rule = grids_provenance.anchor("report_figures")
    drawn_by = f"[[Provenance](#{rule}).]{{.html-seulement}}" if len(lineage) else ""

    def figure(name: str, caption: str, width: str = "75%") -> str:
        if name not in drawn:
            return ""
        image = drawn[name]
        ident = name.replace("_", "-")
        alt = image.alt.replace('"', "’")
        return (
            f'\n::: {{.figure-lue}}\n\n![{caption}](figures/{name}.svg){{#fig-{ident} fig-alt="{alt}" width={width}}}\n\n'
            f"*Lecture :* {printing.escape(image.description)} {drawn_by}\n\n:::\n"
        )

    def carte(name: str, caption: str, nowhere: str = NOWHERE) -> str:
        """A map, or the sentence that stands in its place."""
        if name in drawn:
            return figure(name, caption)
        missing = outlines.iloc[0].note if outlines.iloc[0].kind == "absent" else nowhere
        return f"*Pas de carte :* {printing.escape(french.typographic(missing))}\n"

    environment = jinja2.Environment(
        loader=jinja2.DictLoader({name: text.decode() for name, text in templates.items()}),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        comment_start_string="<#",
        comment_end_string="#>",  # `{#` opens a pandoc identifier
    )
    with_facts = {
        name: partial(getattr(grids, name), **given)
        for name, given in {
            "by_category": {"sites": sites, "cell": printer.cell},
            "by_site": {"sites": sites, "cell": printer.cell, "interval": printer.interval},
            "extrapolations": {"statements": statements, "cell": printer.cell, "interval": printer.interval},
            "allocations": {"sites": sites, "cell": printer.cell},
            "size_variants": {"statements": statements, "cell": printer.cell},
            "readings": {"statements": statements, "cell": printer.cell, "interval": printer.interval},
            "press_years": {"statements": statements, "cell": printer.cell},
            "press_list": {"articles": articles},
            "meetings_list": {"meetings": meetings},
            "breakdown": {"statements": statements, "cell": printer.cell},
            "answers": {"statements": statements, "cell": printer.cell, "interval": printer.interval},
            "questions": {"statements": statements, "cell": printer.cell, "interval": printer.interval},
            "verdicts": {"statements": statements, "cell": printer.cell},
            "warnings": {"found": warnings},
            "sources": {"found": sources},
            "digests": {"found": sources},
        }.items()
    }

    numbers = {"statements": statements, "cell": printer.cell}
    ranges = numbers | {"interval": printer.interval}
    with_facts |= {
        name: partial(getattr(grids_internet, name), **given)
        for name, given in {
            "places": ranges,
            "turnover": numbers,
            "margins": numbers,
            "agreement": ranges,
            "profiles": ranges,
            "network": ranges,
            "person_sources": numbers,
            "persons": ranges,
            "site_terms": numbers,
            "planned_margins": numbers,
        }.items()
    }
    with_facts |= {
        name: partial(getattr(grids_demand, name), **given)
        for name, given in {"penal": numbers, "two_lists": ranges}.items()
    }

    with_facts |= {
        "mapped_places": partial(grids_places.mapped, areas=areas, **numbers),
        "persons_by_place": partial(grids_places.persons, areas=areas, **numbers),
        "lineage_tables": partial(grids_provenance.tables, lineage),
        "lineage_rules": partial(grids_provenance.rules, lineage),
    }

    with_facts |= {
        name: partial(getattr(grids_persons, name), **given)
        for name, given in {
            "indicators": ranges,
            "options": ranges,
            "national": numbers,
            "sensitivity": numbers,
        }.items()
    }

    def typed(name: str) -> str:
        return templates.get(f"bloc_{name}", b"").decode("utf-8", "replace").lstrip("\ufeff")

    def block(name: str) -> str:
        """What the team wrote under a name; empty when it wrote nothing."""
        content = typed(name)
        where = f"config/studies/{study['id']}/{name}.md"
        cite = {"fact": printer.fact, "interval": printer.interval}
        return blocks.printed(name, where, content, printer.has, lambda kind, fact: cite[kind](fact)) if content else ""

    with_facts |= {
        name: partial(getattr(grids_support, name), **given)
        for name, given in {
            "axes": {"structures": structures, "cell": printer.cell, "interval": printer.interval},
            "structures": {"structures": structures},
            "practices": {"practices": practices},
            "outreach": numbers,
            "restitutions": {"restitutions": restitutions},
        }.items()
    }
    with_facts["law"] = partial(lawbook.table, law, dt.date.fromisoformat(study["date"]))

    if review:
        with_facts["register"] = partial(review.register, printer.cell, printer.interval)

    def reproduced(status: list[str] | None, stage: str | None, caption: str, ident: str, brief: bool = False) -> str:
        chosen = reproduction[
            (reproduction["status"].isin(status) if status else True)
            & (reproduction["source_stage"].eq(stage) if stage else True)
        ]
        known = set(printer.facts)
        printer.printed.update(
            dict.fromkeys(i for i in chosen.loc[chosen["computed"].fillna("") != "", "fact_id"] if i in known)
        )
        return grids.reproduction(chosen, known, caption, ident, brief)

    body = environment.get_template("rapport").render(
        study={**study, "date": french.date(study["date"])},
        review=review is not None,
        fact=printer.fact,
        cell=printer.cell,
        has=printer.has,
        having=printer.having,
        interval=printer.interval,
        agree=printer.agree,
        among=printer.among,
        method=printer.method,
        label=printer.label,
        positive=printer.positive,
        shown=printer.shown,
        showing=printer.showing,
        listed=printer.listed,
        figure=figure,
        carte=carte,
        UNPLACED=UNPLACED,
        block=block,
        tracks=blocks.headings(typed(blocks.TRACK)),
        axes=list(AXES.values()),
        law_name=lawbook.NAME,
        law_written=lambda: lawbook.written(law, dt.date.fromisoformat(study["date"])),
        grid=with_facts,
        reproduced=reproduced,
        counts={
            "articles": len(articles),
            "meetings": len(meetings),
            "warnings": len(warnings),
            "reproduction": len(reproduction),
            "digests": int(lineage["digest"].ne("").sum()),
        },
        misfiled=printer.has("press.misfiled") and printer.facts["press.misfiled"].shown_value > 0,
        stages=list(dict.fromkeys(reproduction["source_stage"])),
        stage_names=STAGE_NAMES,
    )
    origins = {source.file: source for source in sources.itertuples()}
    card = review.card if review else cards.entries
    facts = [printer.facts[fact_id] for fact_id in printer.printed]
    made = "\n".join(cards.markdown(fact, card(fact, origins)) for fact in facts)
    return {"qmd": f"{body}\n\n{made}"}


NOWHERE = (
    "Aucun des lieux du tableau ne porte le nom d’une commune ou d’une intercommunalité du département, ou aucun de leurs "
    "nombres ne peut être publié."
)
UNPLACED = (
    "Les lieux des faits ne sont pas codés par commune dans cette étude, ou aucun de leurs nombres ne peut être publié."
)
STAGE_NAMES = {
    "process": "Organisation de l’étude",
    "law": "Loi",
    "survey": "Questionnaire",
    "interviews": "Entretiens",
    "survey+interviews": "Questionnaire et entretiens",
    "situations": "Situations et personnes",
    "ad_counts": "Décompte des annonces",
    "ad_sample": "Échantillon d’annonces",
    "press": "Revue de presse",
    "forum": "Forum archivé",
    "demand_ads": "Annonces de demande",
    "venues": "Lieux à risque",
    "chat": "Observation d’un tchat",
    "national_reference": "Références nationales",
    "idf_reference": "Étude francilienne citée",
    "outreach_reference": "Action d’aller-vers citée",
}
