"""One plain .qmd from statements: the templates of `report/`, filled; nothing is computed or executed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import jinja2

from diagnostic.collect.answers import AXES, DESCRIBED
from diagnostic.core import french
from diagnostic.core.unsaid import spoken
from diagnostic.files.texts import TRACK
from diagnostic.findings.tracks import Proposals
from diagnostic.findings.written import NAME as FINDINGS
from diagnostic.report import blocks, cards
from diagnostic.report.announced import Told, announced
from diagnostic.report.essentiel import Essentiel
from diagnostic.report.exact import Review
from diagnostic.report.grids.law import help_read
from diagnostic.report.pictures import UNPLACED, Pictures
from diagnostic.report.printer import Printer
from diagnostic.report.printing import escape, header
from diagnostic.report.proposals import only_published, tracks_of

COUNTED = ("articles", "meetings", "warnings", "reproduction")  # lists of which a chapter asks how long they are
SPAN = re.compile(r'\.fact(?: \.retenu)? fact="([^"]+)"')
DRAFT = "BROUILLON-"  # what the names of a draft's documents begin with
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


def assemble(study: Mapping[str, Any], review: Review | None = None, **inputs: Any) -> dict[str, str]:
    """The whole report as one plain .qmd.

    `inputs`, by name: the tables of release/ that are printed (`statements`, `reproduction`, `articles`, …) and `lineage`;
    `figures`, what was drawn; `areas`, official names and codes of places, and `source`, where they come from; and as
    bytes what is on the `shelf` (`law`, `library`, …), the templates `rapport` and `chapitre_{name}`, and what the team wrote, `bloc_{name}`. Every table of the
    report (`registry.grid`) gets those that its parameters name.

    `study` has the words of the study: id, title, edition, team, date (ISO), period, place_title, place_noun, citation,
    fictional, the sampling choices as printed (margin, confidence, floor), and the rules of publication (`protection`).
    With a `review` it is the reviewer's report instead: `statements` then holds the exact numbers of all facts.
    A sentence that prints a statement that the study does not have is left out (`unsaid`). Raises jinja2 errors for a bad
    template.
    """
    printer = Printer(inputs["statements"], review.retained() if review else (), review is not None)
    templates = {name: content for name, content in inputs.items() if isinstance(content, bytes)}
    filled = environment(templates).get_template("rapport").render(_words(study, review, printer, inputs, templates))
    body = spoken(filled)
    origins = {source.file: source for source in inputs["sources"].itertuples()}
    card = review.card if review else cards.entries
    unsaid = set(SPAN.findall(filled)) - set(SPAN.findall(body))
    facts = [printer.facts[fact_id] for fact_id in printer.printed if fact_id not in unsaid]
    made = "\n".join(cards.markdown(fact, card(fact, origins)) for fact in facts)
    return {"qmd": f"{body}\n\n{made}"}


def environment(templates: Mapping[str, bytes]) -> jinja2.Environment:
    """Where the templates of a report are filled; what one names and nothing gives raises jinja2's error."""
    made = jinja2.Environment(
        loader=jinja2.DictLoader({name: text.decode() for name, text in templates.items()}),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        comment_start_string="<#",
        comment_end_string="#>",  # `{#` opens a pandoc identifier
    )
    made.filters |= {"entete": header, "mots": escape}  # of what the configuration says
    return made


def _words(
    study: Mapping[str, Any],
    review: Review | None,
    printer: Printer,
    inputs: Mapping[str, Any],
    templates: Mapping[str, bytes],
) -> dict[str, Any]:
    """Everything that a template may name."""
    date, figures = dt.date.fromisoformat(study["date"]), inputs["reproduction"]
    from diagnostic.report.grids import registered  # here: they load Altair, which reading the workflow does not need

    tracks = tracks_of(inputs["library"], inputs["statements"], figures)
    rules = {"protection": study.get("protection", {}), "draft": bool(study.get("draft"))}
    numbers = {"cell": printer.cell, "interval": printer.interval, "base": printer.base}
    told = registered.grid.bound({**inputs, **rules, **numbers, "date": date, "proposed": tracks})
    if review:
        told["register"] = partial(review.register, printer.cell, printer.named)
    mark = DRAFT if study.get("draft") else ""
    page = "" if review else f"{mark}dossier.html"  # a reviewer reads both in one page
    pictures = Pictures(inputs["figures"], inputs["source"], inputs["lineage"], page, "several" in study)
    where = f"config/studies/{study['id']}/{FINDINGS}.md"
    own = "" if review else _typed(templates, FINDINGS)  # what is signed are the numbers that are released
    essentiel = Essentiel(inputs["statements"], printer, where, own, only_published(figures))

    def figure(name: str, caption: str, width: str = "75%") -> str:
        return pictures.figure(name, essentiel.caption(name, caption), width)

    return (
        printer.words()
        | essentiel.words()
        | {
            "study": {**study, "date": french.date(study["date"]), "place_noun": escape(study.get("place_noun", ""))},
            "review": review is not None,
            **_place(study),
            "figure": figure,
            "carte": lambda name, caption, *nowhere: pictures.carte(name, essentiel.caption(name, caption), *nowhere),
            "UNPLACED": UNPLACED,
            "document": lambda name, words: f"[{words}]({mark}{name})",
            "dossier": lambda section, words: (
                f"[{words}]({page}{'#' * bool(section)}{section})" if page or section else words
            ),
            "block": partial(_block, study, printer, templates),
            "proposals": Proposals(blocks.headings(_typed(templates, TRACK)), tracks, essentiel.cite),
            "axes": list(AXES.values()),
            "help_read": partial(help_read, inputs["help_lines"]),
            "grid": told,
            "announced": announced(Told(inputs["statements"], figures, rules["draft"])),
            **_counted(inputs, printer),
        }
    )


def _block(study: Mapping[str, Any], printer: Printer, templates: Mapping[str, bytes], name: str) -> str:
    """What the team wrote under a name; empty when it wrote nothing."""
    content, where = _typed(templates, name), f"config/studies/{study['id']}/{name}.md"
    cite = {"fact": printer.fact, "interval": printer.named}
    return (
        blocks.printed(name, where, content, printer.facts.get, lambda kind, fact: cite[kind](fact)) if content else ""
    )


def _place(study: Mapping[str, Any]) -> dict[str, str]:
    """What the chapters call the territory in passing."""
    names = ("studied", "of_studied", "in_studied", "with_another", "commissions")
    one = ("le département", "du département", "dans le département", "avec un autre département", "")
    several = (
        *("les départements étudiés", "des départements étudiés", "dans les départements étudiés"),
        "entre ces départements, ou avec un autre",
        " Chaque département a sa commission, qui en retient ce qui la regarde.",
    )
    return dict(zip(names, several if study.get("several") else one, strict=True))


def _counted(inputs: Mapping[str, Any], printer: Printer) -> dict[str, Any]:
    """How many rows the printed lists have, and the stages of the publication's figures."""
    figures = inputs["reproduction"]
    # how the team chose the ads that it coded; empty where the project drew them
    chosen = next((one.rpartition(".")[2] for one in printer.having("sample.design.")), "")
    digests = int(inputs["lineage"]["digest"].ne("").sum())
    return {
        "reproduced": partial(printer.reproduced, figures),
        "counts": {name: len(inputs[name]) for name in COUNTED} | {"digests": digests},
        "chosen": chosen,
        "described": chosen in DESCRIBED,
        "misfiled": printer.has("press.misfiled") and printer.facts["press.misfiled"].shown_value > 0,
        "stages": list(dict.fromkeys(figures["source_stage"])),
        "stage_names": STAGE_NAMES,
    }


def _typed(templates: Mapping[str, bytes], name: str) -> str:
    """What the team typed under a name; empty when it wrote nothing."""
    return templates.get(f"bloc_{name}", b"").decode("utf-8", "replace").lstrip("\ufeff")
