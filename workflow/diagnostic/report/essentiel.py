"""The findings in the documents: page 1, titles of sections, figures and slides, tiles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from diagnostic.core.french import NBSP
from diagnostic.files.texts import LINK
from diagnostic.findings import written
from diagnostic.findings.computed import ONE_SENTENCE, PAGE_ONE
from diagnostic.findings.judged import OPEN
from diagnostic.findings.overall import calculated
from diagnostic.findings.published import Said, said
from diagnostic.findings.written import Told
from diagnostic.report.blocks import refused
from diagnostic.report.printer import Printer

# What a finding is about, by the first statement that it cites: its section, and the figure that shows it. The first that matches.
PLACES = (
    (r"profile\.(ad|person)\.(declared_place|declared_country)\.", "sec-lieux-codes", ""),
    (r"profile\.(ad|person)\.network_sign\.", "sec-indices", ""),
    (r"profile\.(ad|person)\.", "sec-profils", "profils"),
    (r"shared\.", "sec-combien", ""),
    (r"profile\.", "sec-profil", ""),
    (r"vuln\.", "sec-vulnerabilites", "vulnerabilites"),
    (r"cond\.", "sec-conditions", ""),
    (r"(discreet|visible|forms)\.", "sec-formes", ""),
    (r"pimp\.", "sec-acteurs", ""),
    (r"territory\.", "sec-territoires", "carte_situations"),
    (r"(pros\.identified|survey\.exposure)", "sec-vu", ""),
    (r"survey\.needs\.", "sec-besoins", "besoins"),
    (r"(pros\.(under|took)|survey\.sufficiently)", "sec-besoins", ""),
    (r"survey\.(obstacles|persons_requests)_themes", "sec-qualitatif", ""),
    (r"law\.", "sec-loi-connue", "loi_connue"),
    (r"(ads\.persons_|persons\.(total|seen|indicative|logical))", "sec-personnes-annonces", ""),
    (r"ads\.mirror_", "sec-miroirs", ""),
    (r"(ads\.(five_cities|communes|city_)|places\.)", "sec-lieux", "carte_annonces"),
    (r"terms\.", "sec-registre", ""),
    (r"turnover\.", "sec-devenir-sites", ""),
    (r"waves\.", "sec-vagues", "vagues"),
    (r"ads\.(top_two|total|share_|site|subtotal)", "sec-annonces", "annonces_par_site"),
    (r"demand\.", "sec-annonces-demande", "carte_demande"),
    (r"forum\.", "sec-forum", ""),
    (r"outreach\.", "sec-aller-vers", "aller_vers"),
    (r"pathway\.", "sec-axes", ""),
    (r"press\.", "", "presse_frise"),
    (r"interviews\.", "", "entretiens_par_mois"),
    (r"reproduction\.", "", "reproduction"),
)
LONGEST = 110  # characters of a claim that may be a title
TILES = 6
KEPT = 11  # the rank of the first finding of the synthesis
CITED = re.compile(rf"^(?:De )?({LINK.pattern})\s*(.+)$")
AMONG = re.compile(rf"^Parmi (les|celles) (.+?), (?:(?:de|environ|jusqu’à) )?({LINK.pattern})\s*(.+)$")
SAID_OF = re.compile(rf"^(.+?)\s?: (?:(?:de|environ|jusqu’à) )?({LINK.pattern})\s*(des .+)$")
FIRST_OF = re.compile(rf"^(.+?)\s?: («.+?»), (?:(?:de|environ|jusqu’à) )?({LINK.pattern})\s*(d.+)$")
OF = {"les": "des", "celles": "de celles"}
NEAR = re.compile(r"(environ|jusqu’à) $", re.IGNORECASE)


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
    def _calculated(self) -> list[Told]:
        return written.told(calculated(self.statements, self.published))

    @cached_property
    def refused(self) -> str:
        """What the team has to mend in its file, in place of everything else; empty when nothing is."""
        found = written.problems(self.text, self.statements) if self.text else []
        return refused(self.where, found) if found else ""

    def _heading(self, section: str) -> Told | None:
        found = [one for one in self._known if place(one)[0] == section]
        drawn = [one for one in found if place(one)[1]]
        return max(drawn, key=self._size) if drawn else next(iter(found), None)

    def _size(self, one: Told) -> float:
        """The number that a finding cites first: of two that a figure shows, what is seen first in it is the larger."""
        value = self.printer.facts[one.facts[0]].shown_value
        return 0.0 if pd.isna(value) else float(value)

    @property
    def signed(self) -> str:
        """Who signed; empty where nobody did."""
        return self._written.signed

    def sentence(self) -> str:
        """What was found, in one sentence; empty where the study cannot say it, or the team leaves it out."""
        return " ".join(f"{claim}." + f" {detail}" * bool(detail) for claim, detail in self._printed(ONE_SENTENCE))

    @cached_property
    def _already(self) -> list[Said]:
        return said(self.statements, self.published)

    def page_one(self) -> list[tuple[str, str]]:
        """Claim and detail of the findings of page 1."""
        return self._printed(PAGE_ONE)

    def whose(self) -> list[str]:
        """The name of each in the synthesis: its rank, for want of room, or the file of the team that wrote something else."""
        own = {(told.claim, told.detail) for told in self._calculated}
        found = enumerate(self._in(PAGE_ONE), KEPT)
        return [str(rank) if (one.claim, one.detail) in own else self.where for rank, one in found]

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

    def caption(self, figure: str, topic: str) -> str:
        """The caption of a figure: a finding that it shows, then its topic; the topic alone where its section bears one."""
        found = [one for one in self._known if place(one)[1] == figure]
        said = found and not any(place(one)[0] for one in found)
        return f"{self.cite(found[0].claim)}. {topic}" if said else topic

    def tiles(self) -> list[tuple[str, str]]:
        """The numbers that page 1 begins with, each with the words that go with it: the publication's, named so, first."""
        found = [(one.tile, f"{one.words} (selon la publication)") for one in self._already]
        found += [self._tile(one) for one in self._in(PAGE_ONE) if one.facts]
        return found[: TILES if len(found) >= TILES else TILES - 2]  # rows of three, or one of up to four

    def _tile(self, one: Told) -> tuple[str, str]:
        begun = CITED.fullmatch(one.claim)
        if begun:
            return self.cite(begun[1]), self.cite(begun[5])
        link = LINK.search(one.claim) or LINK.search(one.detail)
        assert link is not None
        near = NEAR.search(one.claim[: link.start()])
        number = f"[{near[1].lower()} {self.cite(link[0])}]{{.approche}}" if near else self.cite(link[0])
        if named := FIRST_OF.fullmatch(one.claim):
            named_as = f"{named[1][:1].lower()}{named[1][1:]}, " if "," not in named[1] else ""
            return number, self.cite(f"{named[7]}{NBSP}: {named_as}{named[2]}")
        if among := AMONG.fullmatch(one.claim):
            rest = among[7]
            if more := LINK.search(rest):  # a tile has one number: what follows it is left to the sentence
                rest = rest[: max(rest.rfind(" et ", 0, more.start()), 0)] or rest
            return number, self.cite(f"{OF[among[1]]} {among[2]} {rest}")
        if topic := SAID_OF.fullmatch(one.claim):
            return number, self.cite(f"{topic[6]}{NBSP}: {topic[1][:1].lower()}{topic[1][1:]}")
        limits = self.printer.interval(link[3]) if link[2] == "fact" else ""
        assumed = ", sous un modèle" if self.printer.modelled(link[3]) else ""
        words = self.printer.label(link[3]).removesuffix(", part")
        return number, f"{words} (de {limits}{assumed})" if limits else words

    @cached_property
    def _known(self) -> list[Told]:
        """The findings that may be titles."""
        plain = ((LINK.sub(lambda link: link[1], one.claim), one) for one in self._written.findings)
        return [one for words, one in plain if one.part not in (ONE_SENTENCE, OPEN) and len(words) <= LONGEST]

    def _printed(self, part: str) -> list[tuple[str, str]]:
        return [(self.cite(one.claim), self.cite(one.detail)) for one in self._in(part)]

    def _in(self, part: str) -> list[Told]:
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

    def words(self) -> dict[str, Any]:
        """What a template may call."""
        return {"essentiel": self, "title": self.title}


def place(one: Told) -> tuple[str, str]:
    """The section and the figure of a finding; none for one that cites nothing, or what has no section."""
    first = one.facts[0] if one.facts else ""
    return next(((section, figure) for known, section, figure in PLACES if re.match(known, first)), ("", ""))
