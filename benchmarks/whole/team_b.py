"""Team B: a web form with three lines of headings, a box an answer; interviews in two sheets, decisions on doubles, a real study."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

from .codebook import Codebook
from .expected import Expected
from .people import NUMBERS, Response
from .team_b_words import ASKED, AXES, BANDS, DETAILS, INNER, KINDS, MORE, NEW, ROOMS, STUDY, TOWNS
from .team_files import saved
from .team_truth import Asked, Told, cell, counted, response, situation


class TeamB:
    """The files of the team as they are at each moment, and what is then true."""

    study, name = STUDY, "Collectif des Deux Rives"
    config = ("coded_sample: by_site",)

    def __init__(self, book: Codebook, seed: int) -> None:
        self.random = random.Random(f"team B {seed}")
        self.told = Told(book, self.random)
        for _ in range(36):
            self._answer()
        for at in range(5):
            one = Response(f"E{at + 1:02d}", self.random.randint(1, 3), {})
            one.situations = [
                situation(self.random, each + 1, INNER, BANDS) for each in range(self.random.choice((1, 2)))
            ]
            self.told.interviews.append(one)
        self.more, self.erased = False, None
        self.newly = set[str]()  # whose answer is in words that the form had not before
        self.sites = [
            (f"{letter}0{at}", kind, [self.random.choice((0, 4, 7, 11)) for _ in TOWNS])
            for letter, at, kind in (
                ("E", 1, "escorting"),
                ("E", 2, "escorting"),
                ("M", 1, "massage"),
                ("R", 1, "dating"),
            )
        ]
        self.partners = [(f"Organisme {chr(65 + at)}", self.random.choice(("oui", "oui", "non"))) for at in range(24)]
        self.help = [(f"Lieu {at + 1}", {axis: self.random.choice(("oui", "")) for axis in AXES}) for at in range(7)]
        self.same = self._doubles()

    def _answer(self) -> Response:
        one = response(self.told, ASKED, INNER, BANDS)
        del one.situations[ROOMS:]
        one.number = str(4100 + one.rank)  # of the tool, which numbers the answers of all its forms
        return one

    def _doubles(self) -> list[tuple[str, str, str]]:
        """Pairs that the team has looked at: two that are the same persons, one that is not, two of which it cannot tell."""
        every = [(one, each) for one in self.told.responses for each in one.situations]
        names = [f"{one.number}/{each.number}" for one, each in every]
        for at in (2, 6):
            every[at + 1][1].persons, every[at + 1][1].written = every[at][1].persons, dict(every[at][1].written)
            every[at + 1][1].count = every[at][1].count
        said = (
            (2, 3, "mêmes personnes"),
            (6, 7, "mêmes personnes"),
            (4, 5, "personnes différentes"),
            (8, 9, "?"),
            (10, 11, "?"),
        )
        return [(names[one], names[other], text) for one, other, text in said]

    # -- The truth -----------------------------------------------------------------------------------------------
    def expected(self) -> list[Expected]:
        again = {second for _, second, said in self.same if said == "mêmes personnes"}
        once = Told(self.told.book, self.random, self.told.responses, self.told.interviews)
        found = [one for one in counted(once, ASKED, INNER) if one.exact]
        twice = {id(each) for r in self.told.responses for each in r.situations if f"{r.number}/{each.number}" in again}
        kept = [
            Response(r.number, r.professionals, r.answers, [one for one in r.situations if id(one) not in twice])
            for r in self.told.responses
        ]
        found += [
            one
            for one in counted(Told(self.told.book, self.random, kept, self.told.interviews), ASKED, INNER)
            if not one.exact
        ]
        ads = [number for _, _, counts in self.sites for number in counts]
        return [
            *found,
            Expected(
                "shared.situations_merged",
                len(again & {f"{r.number}/{e.number}" for r in self.told.responses for e in r.situations}),
            ),
            Expected("ads.sites", len(self.sites)),
            Expected("ads.total", sum(ads)),
            *(Expected(f"ads.site_count.{code}", sum(counts)) for code, _, counts in self.sites),
            *(Expected(f"ads.subtotal_{kind}", sum(sum(c) for _, k, c in self.sites if k == kind)) for kind in KINDS),
            Expected("partners.contacted", len(self.partners)),
            Expected(
                "partners.response_pct", 100 * sum(said == "oui" for _, said in self.partners) / len(self.partners)
            ),
            Expected("partners.reminders", 9),
            Expected("pathway.structures", len(self.help)),
            *(Expected(f"pathway.axis.{axis}", sum(said[axis] == "oui" for _, said in self.help)) for axis in AXES),
        ]

    # -- What happens --------------------------------------------------------------------------------------------
    def later(self) -> None:
        """Five more answers, and two that were changed."""
        for _ in range(5):
            self._answer()
        for one in [one for one in self.told.responses if one.answers["answer_mode"] == {"group"}][:2]:
            one.professionals += 1

    def erase(self) -> str:
        """Somebody asks that an answer be erased; the tool still has it. One of which no pair was decided."""
        named = {name.partition("/")[0] for pair in self.same for name in pair[:2]}
        self.erased = next(one for one in self.told.responses if one.situations and one.number not in named)
        self.told.responses.remove(self.erased)
        return self.erased.number

    def grown(self) -> None:
        """One column more in the form, and an answer that it did not have."""
        self.more = True
        for one in self.told.responses[-3:]:
            one.answers["law_commission"] = frozenset({"learn"})
            self.newly.add(one.number)

    # -- The files -----------------------------------------------------------------------------------------------
    def table(self) -> list[list[object]]:
        """The export of the form, its three lines of headings first."""
        top: list[object] = ["Prostitution en Ille-et-Vilaine : enquête", *[""] * (len(DETAILS) - 1)]
        middle: list[object] = ["Informations sur la soumission", *[""] * (len(DETAILS) - 1)]
        bottom: list[object] = list(DETAILS)
        for text, one in self._asked():
            words = list(one.words.values()) if one is not None and one.boxes else []
            top += [""] * max(1, len(words))
            middle += [text, *[""] * (len(words) - 1)] if words else [""]
            bottom += words or [text]
        rows = [top, middle, bottom]
        every = sorted([*self.told.responses, *([self.erased] if self.erased else [])], key=lambda each: each.rank)
        for one in every:
            row: list[object] = [
                str(one.rank),
                one.number,
                *[f"{1 + one.rank % 27:02d}/04/2026 10:{one.rank % 60:02d}"] * 3,
                "0",
                "",
                "0",
                "Anonyme",
            ]
            for question in ASKED:
                row += self._cells(question, one.answers.get(question.name), one)
            for room in range(ROOMS):
                told = one.situations[room] if room < len(one.situations) else None
                row += [told.count if told else ""]
                for each in INNER:
                    row += self._cells(each, told.written[each.name] if told else None, one)
            rows.append([*row, *(["Oui"] if self.more else [])])
        return rows

    def _asked(self) -> list[tuple[str, Asked | None]]:
        found: list[tuple[str, Asked | None]] = [(one.heading, one) for one in ASKED]
        for room in range(1, ROOMS + 1):
            found += [
                (f"Situation {room} : nombre", None),
                *((f"Situation {room} : {one.heading}", one) for one in INNER),
            ]
        return [*found, *([(MORE, None)] if self.more else [])]

    def _cells(self, one: Asked, codes: object, of: Response) -> list[object]:
        if one.name == "professionals_consulted":
            team = of.answers["answer_mode"] == {"group"}
            return [
                (NUMBERS[of.professionals] if of.rank % 3 == 0 and of.professionals <= 10 else of.professionals)
                if team
                else ""
            ]
        if one.name == "law_commission" and of.number in self.newly:
            return [NEW]
        if one.boxes:
            return ["X" if codes and code in codes else "" for code in one.words]  # type: ignore[operator]
        return [cell(one, codes, ", ")]  # type: ignore[arg-type]

    def form(self, folder: Path) -> Path:
        """As CSV; once it has grown, as a workbook: the same form."""
        if self.more:
            return saved(folder / "enquete_35.xlsx", {"enquete_35": self.table()})
        path = folder / "enquete_35.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file, delimiter=";").writerows(self.table())
        return path

    def others(self, folder: Path) -> list[Path]:
        """The sheets that the team keeps beside its form."""
        talks: list[Sequence[object]] = [["N°", "Jour", "Organisme", "Comment", "Personnes vues"]]
        talks += [
            [one.number, f"{12 + at} mars 2026", f"Organisme {at}", "sur place", NUMBERS[one.professionals]]
            for at, one in enumerate(self.told.interviews)
        ]
        heard: list[Sequence[object]] = [["N°", "Situation", "nombre", *(one.heading for one in INNER)]]
        heard += [
            [one.number, each.number, each.count, *(cell(q, each.written[q.name], " ; ") for q in INNER)]
            for one in self.told.interviews
            for each in one.situations
        ]
        listed: list[Sequence[object]] = [
            ["Relevés de la semaine du 4 au 10 mai 2026"],
            [],
            ["Code", "Type", "Ville", "Nombre d'annonces"],
        ]
        listed += [
            [code, KINDS[kind], town, number]
            for code, kind, numbers in self.sites
            for town, number in zip(TOWNS, numbers, strict=True)
        ]
        partners: list[Sequence[object]] = [["Organisme", "Écrit le", "A répondu"]]
        partners += [[name, f"{1 + at} février 2026", said] for at, (name, said) in enumerate(self.partners)]
        partners += [
            [],
            ["Relances par téléphone"],
            ["Organisme", "Relancé le"],
            *([f"Organisme {chr(65 + 2 * at)}", f"{3 + at} mars 2026"] for at in range(9)),
        ]
        doubles: list[Sequence[object]] = [
            ["Situation A", "Situation B", "Même personne ?", "Qui"],
            *([*pair, "AB"] for pair in self.same),
        ]
        places: list[Sequence[object]] = [["N°", "Nom du lieu", "Peut être nommé", "Secteur", *AXES.values()]]
        places += [
            [f"S{at + 1:02d}", name, "oui", "accompagnement social", *said.values()]
            for at, (name, said) in enumerate(self.help)
        ]
        return [
            saved(folder / "entretiens.xlsx", {"Entretiens": talks, "Situations décrites": heard}),
            saved(folder / "internet.xlsx", {"Relevé": listed}),
            saved(folder / "partenaires.xlsx", {"Suivi": partners}),
            saved(folder / "doublons.xlsx", {"Doublons": doubles}),
            saved(folder / "accompagnement.xlsx", {"Lieux": places}),
        ]

    def again(self, folder: Path) -> list[Path]:
        """What goes with the next export of the form."""
        return []

    # -- What the team knows of its own files ---------------------------------------------------------------------
    def columns(self) -> dict[str, dict[str, str]]:
        """Sheet → heading → the question that it is; "" for none."""
        form = {one.heading: one.name for one in (*ASKED, *INNER)} | {"nombre": "persons_in_situation", MORE: ""}
        form |= {**dict.fromkeys(DETAILS, ""), "SID": "response_id"}
        return {
            "enquete_35": form,
            "": form,
            "Entretiens": {
                "N°": "interview_id",
                "Jour": "date",
                "Organisme": "structure",
                "Comment": "mode",
                "Personnes vues": "people_met",
            },
            "Situations décrites": {
                "N°": "interview_id",
                "Situation": "situation_number",
                "nombre": "persons_in_situation",
                **{one.heading: one.name for one in INNER},
            },
            "Relevé": {"Code": "site_code", "Type": "category", "Ville": "place", "Nombre d'annonces": "count"},
            "Suivi": {
                "Organisme": "partner_code",
                "Écrit le": "contacted_on",
                "A répondu": "outcome",
                "Relancé le": "reminded_on",
            },
            "Relances par téléphone": {"Organisme": "partner_code", "Relancé le": "reminded_on"},
            "Doublons": {
                "Situation A": "first",
                "Situation B": "second",
                "Même personne ?": "decision",
                "Qui": "initials",
            },
            "Lieux": {
                "N°": "structure_code",
                "Nom du lieu": "name",
                "Peut être nommé": "agrees_to_be_named",
                "Secteur": "activity_field",
                **{text: code for code, text in AXES.items()},
            },
        }

    tables = {
        "enquete_35": "questionnaire",
        "": "questionnaire",
        "Entretiens": "interview_records",
        "Situations décrites": "interview_situations",
        "Relevé": "sites ; ad_counts",
        "Suivi": "partners",
        "Relances par téléphone": "reminders",
        "Doublons": "duplicates",
        "Lieux": "structures",
    }
    headers = {"Relevé": 3, "enquete_35": 3, "": 3}
    constants = {
        "Relevé": "window_start = 2026-05-04 ; window_end = 2026-05-10 ; status = Ouvert ; method = Décompte exact",
        "Suivi": "contacted_by_name = Oui",
    }
    blanks = {**dict.fromkeys(AXES, "no"), "needs": ""}
    roles = {
        "partenaires.xlsx": "partners",
        "doublons.xlsx": "duplicates",
        "accompagnement.xlsx": "structures",
        "internet.xlsx": "ad_counts",
        "entretiens.xlsx": "interview_sheets",
    }
    told_then: dict[str, tuple[str, str]] = {
        "« Provenance » est obligatoire": ("Situations décrites", "situation_origin = Entretien"),
    }
    left: dict[str, tuple[str, str]] = {}
    real = True

    def answers(self) -> dict[str, dict[str, str]]:
        """Question → the team's words → the code that they are."""
        found = {
            one.name: {text: code for code, text in one.words.items()}
            for one in (*ASKED, *INNER)
            if one.name != "age_band"
        }
        found["law_commission"][NEW] = "learn"
        found["category"] = {text: code for code, text in KINDS.items()}
        found["outcome"] = {"oui": "answered", "non": "silent"}
        found["decision"] = {"mêmes personnes": "same", "personnes différentes": "different", "?": "unsure"}
        found["mode"] = {"sur place": "in_person"}
        return found
