"""Team A: a form of the kind that Microsoft makes, in its own words; sheets kept by hand, as section 2 of the notes met them."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .codebook import Codebook
from .expected import Expected
from .people import NUMBERS, Response, Situation
from .team_a_words import (
    ASKED,
    BANDS,
    BEGIN,
    FACTORS,
    INNER,
    KINDS,
    MORE,
    NEW,
    PERSONS,
    REMARK,
    ROOMS,
    SIGN,
    STORIES,
    STORY,
    STUDY,
    TOWNS,
)
from .team_files import saved
from .team_truth import Told, cell, counted, response


class TeamA:
    """The files of the team as they are at each moment, and what is then true."""

    study, name = STUDY, "Équipe du pont de Garonne"
    config = ("coded_sample: convenience",)

    def __init__(self, book: Codebook, seed: int) -> None:
        self.random = random.Random(f"team A {seed}")
        self.told = Told(book, self.random)
        for _ in range(44):
            response(self.told, ASKED, INNER, BANDS)
        for one in self.told.responses:
            self._coded(one)
        self.more = False
        self.erased: Response | None = None
        self.sites = [
            (f"site-{name}", kind, [self.random.choice((0, 2, 5, 9, 14)) for _ in TOWNS])
            for name, kind in zip(
                ("belles", "nuit", "zen", "troc", "plaisir"),
                ("escorting", "escorting", "massage", "classifieds", "escorting"),
                strict=True,
            )
        ]
        self.ads = self._ads()
        self.partners = [
            (f"Structure n° {chr(65 + at)}", self.random.choice(("rempli", "rempli", "rien", "refus")))
            for at in range(20)
        ]
        self.talks = [(f"E{at + 1:02d}", self.random.randint(1, 4)) for at in range(6)]
        self.told.interviews = [Response(name, met, {}) for name, met in self.talks]

    # -- The truth -----------------------------------------------------------------------------------------------
    def _coded(self, one: Response) -> None:
        for each in one.situations:
            found = frozenset(code for code in FACTORS if self.random.random() < 0.35)
            each.factors = found or frozenset({"none"})
            for person in each.persons:
                person["vulnerability"] = each.factors

    def _ads(self) -> list[dict[str, str]]:
        """Thirty ads in the order they were read: who each shows, and what the two coders note."""
        found, known = list[dict[str, str]](), Counter[str]()
        for at in range(30):
            of = f"P{self.random.randint(1, 22)}"
            first = next((one for one in found if one["of"] == of), None)
            one = {"n": str(at + 1), "of": of, "coder": ("AB", "CD")[at % 2], "site": self.sites[at % 5][0]}
            one["double"] = (
                ""
                if first is None
                else self.random.choice((f"Doublon de l'annonce n° {first['n']}", f"doublon de {first['n']}"))
            )
            one |= (
                {name: first[name] for name in ("gender", "passing", "sign")}
                if first
                else {
                    "gender": self.random.choice(("Femme", "Femme", "Homme")),
                    "passing": self.random.choice(("oui", "non")),
                    "sign": self.random.choice(("", "", "même téléphone", "rédigé en anglais")),
                }
            )
            known[of] += 1
            found.append(one)
        return found

    def expected(self) -> list[Expected]:
        ads = [number for _, _, counts in self.sites for number in counts]
        found = [
            *counted(self.told, ASKED, INNER),
            Expected("ads.sites", len(self.sites)),
            Expected("ads.total", sum(ads)),
            *(Expected(f"ads.subtotal_{kind}", sum(sum(c) for _, k, c in self.sites if k == kind)) for kind in KINDS),
            Expected("persons.seen", len({one["of"] for one in self.ads})),
            Expected("partners.contacted", len(self.partners)),
            Expected(
                "partners.response_pct", 100 * sum(said == "rempli" for _, said in self.partners) / len(self.partners)
            ),
            Expected("press.articles", 4),
        ]
        for fact, key, words in (("women", "gender", "Femme"), ("passing_through", "passing", "oui")):
            found.append(Expected(f"ads.{fact}_pct", 100 * sum(one[key] == words for one in self.ads) / len(self.ads)))
        return found

    # -- What happens --------------------------------------------------------------------------------------------
    def later(self) -> None:
        """Five more answers, and two that were changed."""
        for _ in range(5):
            self._coded(response(self.told, ASKED, INNER, BANDS))
        changed = [one for one in self.told.responses if one.answers["answer_mode"] == {"group"}][:2]
        for one in changed:
            one.professionals += 1

    def erase(self) -> str:
        """Somebody asks that an answer be erased; the tool still has it."""
        gone = next(one for one in self.told.responses if one.situations)
        self.erased = gone
        self.told.responses.remove(gone)
        return gone.number

    def grown(self) -> None:
        """One column more in the form, and an answer that it did not have."""
        self.more = True
        for one in [one for one in self.told.responses if one.answers.get("needs")][-3:]:
            one.answers["needs"] = frozenset({*one.answers["needs"], "new"})

    # -- The files -----------------------------------------------------------------------------------------------
    def form(self, folder: Path) -> Path:
        """The export of the form."""
        heads = [
            "ID",
            "Heure de début",
            "Heure de fin",
            "Adresse de messagerie",
            "Nom",
            *(one.heading for one in ASKED),
        ]
        for room in range(1, ROOMS + 1):
            number = "" if room == 1 else str(room)
            heads += [f"{text}{number}" for text in (PERSONS, *(one.heading for one in INNER), STORY)]
        heads += [REMARK, *([MORE] if self.more else [])]
        rows: list[Sequence[object]] = [heads]
        still = [self.erased] if self.erased else []
        for one in sorted([*self.told.responses, *still], key=lambda each: each.rank):
            at = BEGIN + dt.timedelta(hours=9 * one.rank, minutes=7 * one.rank)
            row: list[object] = [int(one.number), at, at + dt.timedelta(minutes=16), "anonymous", ""]
            for question in ASKED:
                if question.name == "professionals_consulted":
                    row.append(self._number(one))
                    continue
                codes = one.answers.get(question.name)
                text = cell(question, codes - {"new"} if isinstance(codes, frozenset) else codes, SIGN, SIGN)
                row.append(text + (f"{NEW};" if codes and "new" in codes else ""))
            for room in range(ROOMS):
                row += self._room(one.situations[room]) if room < len(one.situations) else [""] * (len(INNER) + 2)
            rows.append([*row, "", *(["Oui"] if self.more else [])])
        return saved(folder / "Enquete professionnels.xlsx", {"Form1": rows})

    def _number(self, one: Response) -> str:
        if one.answers["answer_mode"] != {"group"}:
            return ""
        words = NUMBERS[one.professionals] if one.professionals <= 10 and one.rank % 2 else str(one.professionals)
        return "une dizaine" if one.professionals == 10 else words

    def _room(self, one: Situation) -> list[object]:
        story = STORIES[(one.number + len(one.persons)) % len(STORIES)]
        return [one.count, *(cell(each, one.written[each.name], SIGN, SIGN) for each in INNER), story]

    def others(self, folder: Path) -> list[Path]:
        """The sheets that the team keeps beside its form."""
        heads = ["Site", "Genre de site", *TOWNS, "Total"]
        counts = [[name, KINDS[kind], *numbers, sum(numbers)] for name, kind, numbers in self.sites]
        total = ["TOTAL", "", *(sum(row[at + 2] for row in counts) for at in range(len(TOWNS) + 1))]  # type: ignore[misc]
        cross = [
            ["Comptage des annonces, département 47"],
            ["Fait le 12 mai 2026 par AB et CD"],
            [],
            ["", "", "Annonces par ville", "", "", ""],
            heads,
            *counts,
            total,
        ]
        ads = [
            ["Annonces lues une par une"],
            ["(au fil de la lecture, sans tirage au sort)"],
            ["N°", "Lue par", "Site", "Verdict", "Genre", "De passage ?", "Indices", "Doublons"],
        ]
        ads += [
            [
                int(one["n"]),
                one["coder"],
                one["site"],
                "prostitution",
                one["gender"],
                one["passing"],
                one["sign"],
                one["double"],
            ]
            for one in self.ads
        ]
        suite = {"rempli": "a rempli le questionnaire", "rien": "pas de retour", "refus": "ne souhaite pas"}
        partners = [["Structure", "Personne à joindre", "Courriel", "Contactée le", "Relance 1", "Relance 2", "Suite"]]
        partners += [
            [
                name,
                f"Mme {chr(75 + at % 9)}.",
                f"contact{at}@exemple.fr",
                f"{1 + at} mars 2026",
                "" if at % 2 else "le 2 avril 2026",
                "" if at % 4 else "20 avril 2026",
                suite[said],
            ]
            for at, (name, said) in enumerate(self.partners)
        ]
        talks = [
            ["Compte rendu des entretiens"],
            [],
            ["N°", "Date", "Structure rencontrée", "Nombre de personnes rencontrées", "Ce qui a été dit"],
        ]
        talks += [
            [
                name,
                f"mardi {3 + 7 * (at % 4)} mars 2026",
                f"Service {chr(65 + at)}",
                NUMBERS[met],
                "On en parle peu.\nLes équipes demandent un appui.",
            ]
            for at, (name, met) in enumerate(self.talks)
        ]
        press = [
            ["Journal", "Paru le", "Titre"],
            *([f"La Gazette {at % 2 + 1}", f"{at + 4} février 2026", f"Un article, le {at + 1}e"] for at in range(4)),
        ]
        budget = [["Poste", "Montant", "Payé"], ["Affiches", 420, "oui"], ["Salle", 130, "non"], ["Essence", 86, "oui"]]
        return [
            saved(folder / "Comptage mai.xlsx", {"Comptage": cross}, merged=("C4:F4", "A1:F1")),
            saved(folder / "Annonces lues.xlsx", {"Lecture": ads}),
            saved(folder / "Structures contactees.xlsx", {"Contacts": partners}),
            saved(folder / "Entretiens.xlsx", {"Feuil1": talks}),
            saved(folder / "Presse.xlsx", {"Presse": press}),
            saved(folder / "Budget.xlsx", {"Budget": budget}),
            self.coding(folder),
        ]

    def coding(self, folder: Path) -> Path:
        """The situations as two people coded them, a box a factor; of every fifth, both, who agree."""
        above = ["", "", "", "Facteurs", "", "", "", ""]
        rows: list[Sequence[object]] = [
            ["Codage des parcours de vie"],
            above,
            ["Réponse n°", "Situation n°", "Qui code", *FACTORS.values()],
        ]
        still = [self.erased] if self.erased else []
        for one in sorted([*self.told.responses, *still], key=lambda each: each.rank):
            for each in one.situations:
                for coder in ("AB", "CD") if one.rank % 5 == 0 else (("AB", "CD")[one.rank % 2],):
                    rows.append(
                        [
                            int(one.number),
                            each.number,
                            coder,
                            *("X" if code in (each.factors or ()) else "" for code in FACTORS),
                        ]
                    )
        return saved(folder / "Codage.xlsx", {"Codage": rows}, merged=("D2:H2",))

    def again(self, folder: Path) -> list[Path]:
        """What goes with the next export of the form."""
        return [self.coding(folder)]

    # -- What the team knows of its own files ---------------------------------------------------------------------
    def columns(self) -> dict[str, dict[str, str]]:
        """Sheet → heading → the question that it is; "" for none."""
        form = {one.heading: one.name for one in (*ASKED, *INNER)}
        form |= {
            "ID": "response_id",
            PERSONS: "persons_in_situation",
            STORY: "life_course",
            REMARK: "final_comments",
            MORE: "",
        }
        form |= dict.fromkeys(("Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"), "")
        return {
            "Form1": form,
            "Comptage": {
                "Site": "site_code",
                "Genre de site": "category",
                **{town: f"count ; place = {town}" for town in TOWNS},
                "Total": "",
            },
            "Lecture": {
                "N°": "ad_id",
                "Lue par": "coder",
                "Site": "site_code",
                "Verdict": "disposition",
                "Genre": "gender_presented",
                "De passage ?": "passing_through",
                "Indices": "network_sign",
                "Doublons": "cluster_id",
            },
            "Contacts": {
                "Structure": "partner_code",
                "Personne à joindre": "",
                "Courriel": "",
                "Contactée le": "contacted_on",
                "Relance 1": "reminded_on",
                "Relance 2": "reminded_on",
                "Suite": "outcome",
            },
            "Feuil1": {
                "N°": "interview_id",
                "Date": "date",
                "Structure rencontrée": "structure",
                "Nombre de personnes rencontrées": "people_met",
                "Ce qui a été dit": "interview_notes",
            },
            "Presse": {"Journal": "outlet", "Paru le": "date", "Titre": "title"},
            "Codage": {
                "Réponse n°": "record_id",
                "Situation n°": "situation_number",
                "Qui code": "coder",
                "Facteurs": "vulnerability",
            },
        }

    tables = {
        "Comptage": "sites ; ad_counts",
        "Lecture": "ads",
        "Contacts": "partners ; reminders",
        "Feuil1": "interview_records",
        "Presse": "press",
        "Budget": "pas pour l’étude",
        "Codage": "situation_coding",
        "Form1": "questionnaire",
    }
    headers = {"Comptage": 5, "Lecture": 3, "Feuil1": 3, "Codage": 3}
    constants = {
        "Comptage": "window_start = 2026-05-12 ; window_end = 2026-05-12 ; status = Ouvert ; method = Décompte exact",
        "Contacts": "contacted_by_name = Oui",
        "Codage": "record_kind = Questionnaire",
        "Feuil1": "mode = En présence",
        "Presse": "year_heading = 2026",
    }
    blanks = {"finances": "none", "vulnerability": "none", "network_sign": "none", "cluster_id": "", "needs": ""}

    roles = {"Presse.xlsx": "press"}  # what it is asked for a file that nothing recognises
    told_then: dict[str, tuple[str, str]] = {}
    left: dict[str, tuple[str, str]] = {}
    real = False

    def answers(self) -> dict[str, dict[str, str]]:
        """Question → the team's words → the code that they are."""
        found = {
            one.name: {text: code for code, text in one.words.items()}
            for one in (*ASKED, *INNER)
            if one.name != "age_band"
        }
        found["needs"][NEW] = "other"
        for name, text in (("structure_type", "Autre : régie de quartier"), ("housing", "Autre : péniche")):
            found[name][text] = "other"
        found["category"] = {text: code for code, text in KINDS.items()}
        found["outcome"] = {
            "a rempli le questionnaire": "answered",
            "pas de retour": "silent",
            "ne souhaite pas": "declined",
        }
        found["disposition"] = {"prostitution": "relevant"}
        found["gender_presented"] = {"Femme": "woman", "Homme": "man"}
        found["passing_through"] = {"oui": "yes", "non": "no"}
        found["network_sign"] = {"même téléphone": "same_phone", "rédigé en anglais": "english"}
        found["vulnerability"] = {text: code for code, text in FACTORS.items()}
        return found
