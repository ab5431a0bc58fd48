"""One plain .qmd from statements: the templates of `report/`, filled; nothing is computed or executed."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import Any

import jinja2
import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect.answers import AXES, DESCRIBED
from diagnostic.core import french
from diagnostic.core.doublets import INCLUSIVE
from diagnostic.core.doublets import written as written_as
from diagnostic.core.unsaid import spoken
from diagnostic.estimate.catalogue.ids import fact, is_one
from diagnostic.estimate.catalogue.statement import Statement
from diagnostic.files.texts import LINK, PREFACE, SIGNED, TRACK
from diagnostic.findings import library, written
from diagnostic.findings.computed import MESSAGES, OPEN, PAGE_ONE, UNDATED, Said, filled, said, sayable
from diagnostic.findings.sentences import FIGURES
from diagnostic.findings.tracks import Proposals, proposed
from diagnostic.findings.written import NAME as FINDINGS
from diagnostic.findings.written import Told as Signed
from diagnostic.findings.written import calculated
from diagnostic.release import printed, statements
from diagnostic.release.tables import VERDICTS
from diagnostic.report import blocks, misnamed, printing
from diagnostic.report.announced import Printed, announced
from diagnostic.report.blocks import refused
from diagnostic.report.grids.field import help_read
from diagnostic.report.grids.quality import only_published
from diagnostic.report.printer import UNPLACED, Pictures, Printer, card, card_lines
from diagnostic.report.printing import escape, header
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, named, table

# Lists of which a chapter asks how long they are.
COUNTED = ("articles", "meetings", "warnings", "reproduction", "readings")
SPAN = re.compile(r'\.fact(?: \.retenu)? fact="([^"]+)"')
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


def assemble(study: Mapping[str, Any], review: "Review | None" = None, **inputs: Any) -> dict[str, str]:
    """The whole report as one plain .qmd.

    `inputs`, by name: the files of the codebook, as `codebook_…`, with which ids are looked up (none are without); the tables of release/ that are printed (`statements`, `reproduction`, `articles`, …) and `lineage`;
    `figures`, what was drawn; `areas`, official names and codes of places, and `source`, where they come from; and as
    bytes what is on the `shelf` (`law`, `library`, …), the templates `rapport` and `chapitre_{name}`, and what the team wrote, `bloc_{name}`. Every table of the
    report (`registry.grid`) gets those that its parameters name.

    `study` has the words of the study: id, title, edition, team, date (ISO), period, place_title, place_noun, citation,
    fictional, the sampling choices as printed (margin, confidence, floor), and the rules of publication (`protection`).
    With a `review` it is the reviewer's report instead: `statements` then holds the exact numbers of all facts.
    A sentence that prints a statement that the study does not have is left out (`unsaid`); an id that no fact has is
    refused, at its line of its template (`misnamed`). Raises jinja2 errors for a bad template.
    """
    # Where tables are registered; here: they load Altair, which reading the workflow does not need.
    from diagnostic.report.grids import internet, method, places  # noqa: F401

    printer = Printer(inputs["statements"], review.retained() if review else (), review is not None)
    templates = {name: content for name, content in inputs.items() if isinstance(content, bytes)}
    chapters = {name: templates[name] for name in templates if name == "rapport" or name.startswith("chapitre_")}
    wrong, page = _misnamed(loading.given(templates), chapters), environment(**chapters).get_template("rapport")
    try:
        filled = page.render(_words(study, review, printer, inputs, templates))
    except (KeyError, TypeError, jinja2.UndefinedError):
        if not wrong:
            raise
        return {"qmd": wrong}
    body = spoken(filled)
    origins = {source.file: source for source in inputs["sources"].itertuples()}
    lines = review.card if review else card_lines
    unsaid = set(SPAN.findall(filled)) - set(SPAN.findall(body))
    facts = [printer.facts[fact_id] for fact_id in printer.printed if fact_id not in unsaid]
    made = "\n".join(card(fact, lines(fact, origins)) for fact in facts)
    return {"qmd": written_as(f"{wrong}{body}\n\n{made}", study.get("ecriture", INCLUSIVE))}


def _misnamed(codebook: Mapping[str, bytes], chapters: Mapping[str, bytes]) -> str:
    """The refusal of what templates name that no fact is called; empty when nothing is, or without a codebook."""
    if not codebook:
        return ""
    known, reader = misnamed.catalogue(loading.load(codebook)), environment()
    found = {name: misnamed.unknown(chapters[name].decode(), known, reader) for name in sorted(chapters)}
    paths = {name: f"report/{name.replace('_', 's/', 1)}.qmd" for name in found}
    return "".join(refused(paths[name], faults) for name, faults in found.items() if faults)


@lru_cache(2)  # the studies of a run have the same templates: they are compiled once
def environment(**templates: bytes) -> jinja2.Environment:
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
    review: "Review | None",
    printer: Printer,
    inputs: Mapping[str, Any],
    templates: Mapping[str, bytes],
) -> dict[str, Any]:
    """Everything that a template may name."""
    date, figures = dt.date.fromisoformat(study["date"]), inputs["reproduction"]
    tracks = proposed(library.read(inputs["library"]), inputs["statements"], only_published(figures))
    rules = {"protection": study.get("protection", {}), "draft": bool(study.get("draft"))}
    numbers = {"cell": printer.cell, "interval": printer.limits, "base": printer.base}
    told = grid.bound({**inputs, **rules, **numbers, "study": study, "date": date, "proposed": tracks})
    if review:
        told["register"] = partial(review.register, printer.cell, printer.named)
    mark = study.get("mark", "")
    page = "" if review else f"{mark}dossier.html"  # a reviewer reads both in one page
    pictures = Pictures(inputs["figures"], inputs["source"], inputs["lineage"], page, "several" in study)
    where = f"config/studies/{study['id']}/{FINDINGS}.md"
    own = "" if review else _typed(templates, FINDINGS)  # what is signed are the numbers that are released
    essentiel = Essentiel(inputs["statements"], printer, where, own, only_published(figures))
    ahead: list[str] = []  # the figure of page 1, which its chapter then names

    def figure(name: str, caption: str, width: str = "") -> str:
        if caption and name in ahead:
            return f"La @fig-{name.replace('_', '-')} est en première page.\n"
        return pictures.figure(name, caption, width, essentiel.seen(name))

    def first_figure(name: str, caption: str, width: str = "") -> str:
        made = figure(name, caption, width)
        ahead.append(name)
        return made

    return printer.words() | {
        "essentiel": essentiel,
        "title": essentiel.title,
        "study": {**study, "date": french.date(study["date"]), "place_noun": escape(study.get("place_noun", ""))},
        "review": review is not None,
        "published": essentiel.published,
        "standing": _standing(study, essentiel.signed, _typed(templates, PREFACE)),
        **_place(study),
        "figure": figure,
        "first_figure": first_figure,
        "carte": lambda name, caption, *nowhere: figure(name, caption) or pictures.nowhere(*nowhere),
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
        "announced": announced(Printed(inputs["statements"], figures, rules["draft"])),
        **_counted(inputs, printer),
    }


def _standing(study: Mapping[str, Any], signed: str, preface: str) -> str:
    """Who signs the findings, and the foreword where somebody does."""
    findings = "Document de travail : l’équipe n’a pas encore signé ces constats."
    if study.get("citation"):
        findings = "Constats du projet qui relit la publication."
    if signed:
        findings = f"Constats relus et signés par {escape(signed)}."
    names = ", ".join(filter(None, map(str.strip, SIGNED.findall(preface))))
    return french.typographic(f"{findings} Avant-propos signé par {escape(names)}." if names else findings)


def _block(study: Mapping[str, Any], printer: Printer, templates: Mapping[str, bytes], name: str) -> str:
    """What the team wrote under a name; empty when it wrote nothing."""
    content, where = _typed(templates, name), f"config/studies/{study['id']}/{name}.md"
    tracks = _typed(templates, TRACK) if name == blocks.PLAN else ""
    content = content or blocks.to_fill(tracks)
    cite = {"fact": printer.fact, "number": printer.number, "interval": printer.named}
    made = partial(blocks.printed, name, where, content, printer.facts)
    return made(lambda kind, fact: cite[kind](fact), tracks) if SIGNED.sub("", content).strip() else ""


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
    chosen = next((fact(one).parts["design"] for one in printer.having("sample.design.{design}")), "")
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


# -- The findings in the documents: page 1, titles of sections, figures and slides, tiles -------------------------
UNEQUIPPED = [f"pros.under_equipped{of}" for of in ("", "_pct", "_respondents_pct", "_responses_pct")]
CODED = [f"profile.{of}.{{variable}}.{end}" for of in ("ad", "person") for end in ("{answer}", "missing", "mean")]


def _coded(*variables: str) -> list[str]:
    """The names of what the coded ads say of these variables."""
    return [one.replace("{variable}", variable) for variable in variables for one in CODED]


def _answers(*variables: str) -> list[str]:
    """Those of the answers to these questions."""
    return [f"survey.{variable}.{{option}}{end}" for variable in variables for end in ("", "_pct")]


# What a finding is about, by the first statement that it cites: its section, and the figure that shows it. The first that matches.
PLACES: Sequence[tuple[Sequence[str], str, str]] = (
    (_coded("declared_place", "declared_country"), "sec-lieux-codes", ""),
    (_coded("network_sign"), "sec-indices", ""),
    (CODED, "sec-profils", "profils"),
    (["shared."], "sec-combien", ""),
    (["profile."], "sec-profil", ""),
    (["vuln."], "sec-vulnerabilites", "vulnerabilites"),
    (["cond."], "sec-conditions", ""),
    (["discreet.", "visible.", "forms."], "sec-formes", ""),
    (["pimp."], "sec-acteurs", ""),
    (["territory."], "sec-territoires", "carte_situations"),
    (["pros.identified", "pros.identified_pct", *_answers("exposure")], "sec-vu", ""),
    (["needs.", *_answers("needs")], "sec-besoins", "besoins"),
    (["pros.took_charge", *UNEQUIPPED, *_answers("sufficiently_equipped")], "sec-besoins", ""),
    (_answers("obstacles_themes", "persons_requests_themes"), "sec-qualitatif", ""),
    (["law."], "sec-loi-connue", "loi_connue"),
    (["persons_of_ads"], "sec-personnes-annonces", ""),
    (["mirrors"], "sec-miroirs", ""),
    (["ads_by_place", "ads.communes", "places."], "sec-lieux", "carte_annonces"),
    (["terms."], "sec-registre", ""),
    (["turnover."], "sec-devenir-sites", ""),
    (["waves."], "sec-vagues", "vagues"),
    (["ads", "sites"], "sec-annonces", "annonces_par_site"),
    (["demand."], "sec-annonces-demande", "carte_demande"),
    (["forum."], "sec-forum", ""),
    (["outreach."], "sec-aller-vers", "aller_vers"),
    (["pathway."], "sec-axes", ""),
    (["press."], "", "presse_frise"),
    (["interviews."], "", "entretiens_par_mois"),
    (["reproduction."], "", "reproduction"),
)
LONGEST = 110  # characters of a claim that may be a title
TILES = 6
CITED = re.compile(rf"^(?:De )?({LINK.pattern})\s*(.+)$")
AMONG = re.compile(rf"^Parmi (les|celles) (.+?), (?:(?:de|environ) )?({LINK.pattern})\s*(.+)$")
SAID_OF = re.compile(rf"^(.+?)(?:\s?:| pour) (?:(?:de|environ) )?({LINK.pattern})\s*(des .+)$")
FIRST_OF = re.compile(rf"^(.+?)\s?: («.+?»|[^«,]+), (?:(?:de|environ) )?({LINK.pattern})\s*(d.+)$")
OF = {"les": "des", "celles": "de celles"}
NEAR = re.compile(r"(environ) $", re.IGNORECASE)
ENVELOPE = re.compile(rf" \(de {LINK.pattern}(?:, [^()]+)?\)")
MODELLED = re.compile(r"sous un (modèle\s: [^();]+)")  # what a model takes for granted, where its limits are told


@dataclass(frozen=True)
class Essentiel:
    """The findings of a study as its templates print them.

    `statements`: one row each; `text`: what the team wrote in `where`, empty where it wrote nothing; `published`: the
    figures of an earlier publication that the study does not compute, as printed, by id.
    """

    statements: pd.DataFrame
    printer: Printer
    where: str
    text: str
    published: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _written(self) -> written.Written:
        if self.text and not self.refused:
            return written.read(self.text)
        return written.Written([] if self.text else self._calculated, "")

    @cached_property
    def _calculated(self) -> list[Signed]:
        return written.told(calculated(self.statements, self.published))

    @cached_property
    def refused(self) -> str:
        """What the team has to mend in its file, in place of everything else; empty when nothing is."""
        found = written.problems(self.text, self.statements) if self.text else []
        return refused(self.where, found) if found else ""

    def _heading(self, section: str) -> Signed | None:
        found = [one for one in self._known if place(one)[0] == section]
        return max((one for one in found if place(one)[1]), key=self._size, default=next(iter(found), None))

    def _size(self, one: Signed) -> float:
        """The number that a finding cites first: of two that a figure shows, what is seen first in it is the larger."""
        value = self.printer.facts[one.facts[0]].shown_value
        return 0.0 if pd.isna(value) else float(value)

    @property
    def signed(self) -> str:
        """Who signed; empty where nobody did."""
        return self._written.signed

    def messages(self) -> list[tuple[str, str]]:
        """What was found, in three messages at most, a claim and its detail each; none where the study cannot say it, or the team
        leaves them out."""
        return self._printed(MESSAGES)

    @cached_property
    def _already(self) -> list[Said]:
        return said(self.statements, self.published)

    def page_one(self) -> list[tuple[str, str]]:
        """Claim and detail of the findings that follow page 1. What its messages say, that no year is known or what a model
        takes for granted, is not said again."""
        above = " ".join(f"{claim} {detail}" for claim, detail in self.messages())
        once = {f"sous un {model}": "sous ce modèle" for model in MODELLED.findall(above)}
        once |= {UNDATED: ""} if UNDATED in above else {}
        return [
            (french.reworded(claim, once), french.reworded(detail, once)) for claim, detail in self._printed(PAGE_ONE)
        ]

    def already(self) -> list[str]:
        """What the earlier publication prints, a sentence each; none without one."""
        return [self.cite(one.text) for one in self._already]

    def unknown(self) -> list[tuple[str, str]]:
        """What is not known: what, then why and what to collect."""
        return self._printed(OPEN)

    def title(self, section: str, topic: str, figure: str = "") -> str:
        """The title of a section: the largest of its findings that a figure shows, or its first; else its topic. Of a slide that
        has nothing but a `figure`, only a finding that it shows."""
        found = self._heading(section)
        return self.cite(found.claim) if found and figure in ("", place(found)[1]) else topic

    def seen(self, figure: str) -> str:
        """What a figure shows, in the words of a finding that no section bears, else in its own; empty where statements say none."""
        found = [one for one in self._known if place(one)[1] == figure]
        if found and not any(place(one)[0] for one in found):
            return self.cite(found[0].claim)
        told = (one for one in FIGURES.get(figure, ()) if sayable(one, self.printer.facts))
        return self.cite(next((filled(one, self.printer.facts) for one in told), ""))

    def tiles(self) -> list[tuple[str, str]]:
        """The numbers of the synthesis, each with the words that go with it: the publication's, named so, first; none that its
        messages have said."""
        once = {fact for one in self._in(MESSAGES) for fact in one.facts}
        told = " ".join(self.cite(one.claim) for one in self._in(MESSAGES))
        found = [(one.tile, f"{one.words} (selon la publication)") for one in self._already if one.tile not in told]
        found += [self._tile(one) for one in self._in(PAGE_ONE) if one.facts and one.facts[0] not in once]
        return found[: TILES if len(found) >= TILES else TILES - 2]  # rows of three, or one of up to four

    def _tile(self, one: Signed) -> tuple[str, str]:
        """The first number of a claim, and its words, with its envelope after them."""
        claim = ENVELOPE.sub("", one.claim)
        begun = CITED.fullmatch(claim)
        if begun:
            return self.cite(begun[1]), self.cite(begun[5])
        link = LINK.search(claim) or LINK.search(one.detail)
        assert link is not None
        near = NEAR.search(claim[: link.start()])
        number = f"[{near[1].lower()} {self.cite(link[0])}]{{.approche}}" if near else self.cite(link[0])
        limits = self.printer.interval(link[3]) if link[2] == "fact" else ""
        if near and not limits:  # what the rounding leaves open
            limits = self.printer.spread(link[3])
        assumed = ", modèle" if self.printer.modelled(link[3]) else ""
        between = f" (de {limits}{assumed})" if limits else ""
        if named := FIRST_OF.fullmatch(claim):
            named_as = f"{named[1][:1].lower()}{named[1][1:]}, " if "," not in named[1] else ""
            return number, self.cite(f"{named[7]}{french.NBSP}: {named_as}{named[2]}") + between
        if among := AMONG.fullmatch(claim):
            rest = among[7]
            if more := LINK.search(rest):  # a tile has one number: what follows it is left to the sentence
                rest = rest[: max(rest.rfind(" et ", 0, more.start()), 0)] or rest
            return number, self.cite(f"{OF[among[1]]} {among[2]} {rest}") + between
        if topic := SAID_OF.fullmatch(claim):
            words = self.cite(f"{topic[6]}{french.NBSP}: {topic[1][:1].lower()}{topic[1][1:]}")
            return number, words + between
        words = self.printer.label(link[3]).removesuffix(", part")
        return number, f"{words}{between}"

    @cached_property
    def _known(self) -> list[Signed]:
        """The findings that may be titles."""
        plain = ((LINK.sub(lambda link: link[1], one.claim), one) for one in self._written.findings)
        return [one for words, one in plain if one.part not in (MESSAGES, OPEN) and len(words) <= LONGEST]

    def _printed(self, part: str) -> list[tuple[str, str]]:
        return [(self.cite(one.claim), self.cite(one.detail)) for one in self._in(part)]

    def _in(self, part: str) -> list[Signed]:
        return [one for one in self._written.findings if one.part == part]

    def cite(self, text: str) -> str:
        """The text with its numbers as the report prints them, each opening its card."""
        cite: dict[str, Callable[[str], str]] = {
            "fact": self.printer.fact,
            "interval": self.printer.interval,
            "claim": self.printer.spread,
            "base": self.printer.part,
        }
        return LINK.sub(lambda link: cite[link[2]](link[3]), text)


def place(one: Signed) -> tuple[str, str]:
    """The section and the figure of a finding; none for one that cites nothing, or what has no section."""
    first = one.facts[0] if one.facts else ""
    return next(((section, figure) for names, section, figure in PLACES if is_one(first, *names)), ("", ""))


# -- Statements for the team's eyes only: every fact with its exact numbers, whatever its verdict -----------------
# Everything that prints statements prints these too, so that a reviewer reads the same report. What the verdict was,
# and what the report that may leave says instead, is told on the card.
EXACT = ("value", "low", "high", "numerator", "denominator")
Lines = list[tuple[str, str]]  # of a card: (French title, text)


def exact(ledger: pd.DataFrame) -> pd.DataFrame:
    """The statements of a ledger (one row per fact) as if everything could be printed."""
    whole = ledger.assign(verdict="shown", **{f"shown_{name}": ledger[name] for name in EXACT})
    return statements.made(whole, None)


def team(fact: Any, ledger: pd.DataFrame, sources: Mapping[str, Any]) -> Lines:
    """The lines of the card of a fact of the ledger as the team reads it: as printed, with rules, cells and verdict."""
    (said,) = statements.made(ledger[ledger["fact_id"] == fact.fact_id], None).itertuples()
    return [*card_lines(said, sources, exact=True), ("Publication", _verdict(fact))]


@dataclass(frozen=True)
class Review:
    """What a reviewer's report adds to the report: the released ledger, and by fact the evidence for its card."""

    released: pd.DataFrame
    evidence: Mapping[str, Lines]

    @cached_property
    def _released(self) -> dict[str, Any]:
        return {fact.fact_id: fact for fact in self.released.itertuples()}

    def retained(self) -> list[str]:
        """The facts whose number the report that may leave does not print."""
        return list(self.released.loc[self.released["verdict"].ne("shown"), "fact_id"])

    def card(self, said: Statement, sources: Mapping[str, Any]) -> Lines:
        """The lines of the card of one exact statement: its numbers, its verdict, what is printed elsewhere, the evidence."""
        released = self._released[said.statement_id]
        lines = [*card_lines(said, sources, exact=True), ("Publication", _verdict(released))]
        return [*lines, *_numbers(released), *self.evidence.get(said.statement_id, [])]

    def register(self, cell: Cell, interval: Cell, caption: str) -> str:
        """Every fact of the study: exact number, limits, verdict and its reason."""
        columns = (
            ("Indicateur", "left", 36, lambda fact: f"{named(fact)} [{printing.escape(fact.fact_id)}]{{.identifiant}}"),
            ("Exact", "left", 12, lambda fact: cell(fact.fact_id)),
            ("Intervalle", "right", 18, lambda fact: interval(fact.fact_id)),
            ("Verdict et raison", "left", 34, lambda fact: printing.escape(french.typographic(_verdict(fact)))),
        )
        return table(self.released.itertuples(), columns, caption, "relecture", small=True)


def _verdict(fact: Any) -> str:
    return f"{french.capital(VERDICTS[fact.verdict])}. {fact.reason}"


def _numbers(fact: Any) -> Lines:
    """Of a fact of the released ledger: what is printed elsewhere, and the value without rounding."""
    said = [("valeur", printed.value(fact))]
    if fact.verdict == "shown":
        both = (("numérateur", fact.shown_numerator), ("dénominateur", fact.shown_denominator))
        said += [("intervalle", printed.interval(fact))] if printed.interval(fact) else []
        said += [(name, plain(number)) for name, number in both if pd.notna(number)]
    lines = [("Imprimé ailleurs", " ; ".join(f"{name} : {text}" for name, text in said))]
    if pd.notna(fact.value):
        limits = [plain(limit) for limit in (fact.low, fact.high) if pd.notna(limit)]
        lines.append(("Sans arrondi", plain(fact.value) + (f", de {' à '.join(limits)}" if limits else "")))
    return lines


def plain(value: float) -> str:
    """A number with all its digits, in French."""
    return french.number(value) if float(value).is_integer() else repr(float(value)).replace(".", ",")
