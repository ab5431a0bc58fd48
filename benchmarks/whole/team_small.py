"""A small team that words its form as the codebook does, and in whose files any of the things that teams had (T1 to T36) may stand.

Whatever stands there, what is true is known: the files change, or what the team does with them.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from .codebook import Codebook
from .expected import Expected
from .people import NUMBERS, Response
from .team_files import saved
from .team_small_words import BANDS, COLUMNS, FACTORS, OWN, OWN_BANDS, PEOPLE, ROOMS, SIGNS, TABLES, TOWNS, TWO
from .team_truth import Asked, Told, cell, counted, response

EVERY = tuple(range(1, 37))


class Small:
    """The team. `of`: the things that stand in its files."""

    config: tuple[str, ...] = ()
    roles: dict[str, str] = {}
    real = False
    left = {"forme attendue à la question « Commune des faits »": ("codage", "Commune des faits")}

    def __init__(self, book: Codebook, study: str, seed: int, of: Collection[int]) -> None:
        self.book, self.study, self.of = book, study, frozenset(of)
        self.name = "Équipe du Lac"
        self.random = random.Random(f"small {seed} {sorted(of)}")
        self.bands = OWN_BANDS if 5 in self.of else BANDS
        self.asked, self.inner = self._asked()
        self.told = Told(book, self.random)
        for _ in range(14):
            self._answer()
        self.erased: Response | None = None
        self.mistaken, self.more = 19 in self.of, False
        for one in self.told.responses:
            self._factors(one)
        if 12 in self.of or 15 in self.of:
            self.told.interviews = [Response(f"E{at:02d}", self.random.randint(1, 4), {}) for at in (1, 2, 3)]
        self.ads = self._ads() if self.of & {4, 6, 7} else []
        if self.ads:
            self.config = ("coded_sample: convenience",)
        counts = self.of & {4, 6, 7, 16, 18}
        self.sites = (
            {code: [self.random.choice((3, 8, 12)) for _ in TOWNS] for code in ("E01", "M01")} if counts else {}
        )
        self.partners = (
            [(f"P{at:02d}", self.random.choice(("answered", "silent"))) for at in range(1, 13)]
            if self.of & {11, 26, 34}
            else []
        )

    def _words(self, name: str, *codes: str, table: str = "responses") -> dict[str, str]:
        one = self.book.variable(table, name)
        return {code: self.book.label(one, code) for code in codes}

    def _asked(self) -> tuple[list[Asked], list[Asked]]:
        words, has = self._words, self.of.__contains__
        needs = words("needs", "tools", "train", "suppo", "netw")
        asked = [
            Asked("answer_mode", "Mode de réponse", words("answer_mode", "indiv", "group")),
            Asked("professionals_consulted", "Professionnel·les consulté·es"),
            Asked("activity_field", "Champ d'activité", words("activity_field", "socia", "healt", "just")),
            Asked("job_function", "Fonction", words("job_function", "socwk", "healt", "manag")),
            Asked("exposure", "Ce qui a été repéré", words("exposure", "proba", "third", "none"), several=True),
            Asked("needs", "Besoins", needs | (OWN if has(1) else {}), several=True, of="exposure=some"),
            Asked("law_commission", "Commission départementale", words("law_commission", "knew", "learn")),
        ]
        if has(13):
            asked[4] = replace(
                asked[4],
                boxes=("Ce qui a été repéré : {}", "Ce qui a été repéré [{}]", "Ce qui a été repéré/{}")[
                    len(self.of) % 3
                ],
            )
        table = "situations"
        inner = [
            Asked("situation_status", "Statut", words("situation_status", "risk", "proba", "prov", table=table)),
            Asked("gender", "Genre", words("gender", "women", "men", table=table)),
            Asked("age_band", "Âge", {band: band for band in self.bands}),
            Asked("nationality", "Nationalité", words("nationality", "fr", "eu", "noneu", table=table), blank=0.2),
            Asked(
                "finances",
                "Ressources",
                words("finances", "benef", "wage", table=table),
                several=True,
                blank=0.4 if has(3) else 0.0,
                empty="none" if has(3) else "",
            ),
        ]
        return asked, inner

    def _answer(self) -> Response:
        one = response(self.told, self.asked, self.inner, self.bands)
        del one.situations[ROOMS:]
        return one

    def _factors(self, one: Response) -> None:
        for each in one.situations:
            if not self.coding:
                continue
            found = frozenset(self.random.sample(FACTORS, self.random.randint(0, 2)))
            each.factors = found or frozenset({"none"})
            for person in each.persons:
                person["vulnerability"] = each.factors

    @property
    def coding(self) -> bool:
        return bool(self.of & {2, 10, 35})

    def _ads(self) -> list[dict[str, str]]:
        found = list[dict[str, str]]()
        for at in range(1, 17):
            who = f"{self.random.randint(1, 10)}"
            coder = ("AB", "CD")[int(who) % 2] if 6 in self.of else "AB"
            found.append({"n": str(at), "of": who, "coder": coder, "site": ("E01", "M01")[at % 2]})
        return found

    # -- The truth -----------------------------------------------------------------------------------------------
    def expected(self) -> list[Expected]:
        found = counted(self.told, self.asked, self.inner)
        if not self.told.interviews:
            found = [one for one in found if not one.fact.startswith("interviews.")]
        if self.sites:
            found += [Expected("ads.sites", 2), Expected("ads.total", sum(map(sum, self.sites.values())))]
            found += [Expected(f"ads.site_count.{code}", sum(numbers)) for code, numbers in self.sites.items()]
        if self.ads:
            found.append(Expected("persons.seen", len({one["of"] for one in self.ads}), exact=7 not in self.of))
        if self.partners:
            answered = sum(said == "answered" for _, said in self.partners)
            found += [Expected("partners.contacted", 12), Expected("partners.response_pct", 100 * answered / 12)]
        if 18 in self.of:
            found.append(Expected("demand.ads", 30))
        return found

    # -- The files -----------------------------------------------------------------------------------------------
    def rows(self) -> list[list[object]]:
        """The form: its headings, then an answer a row."""
        heads: list[object] = ["Numéro"]
        for one in self.asked:
            heads += [one.boxes.format(text) for text in one.words.values()] if one.boxes else [one.heading]
        for room in range(1, ROOMS + 1):
            heads += [
                f"Situation {room} : {text}"
                for text in ("Personnes dans la situation", *(one.heading for one in self.inner))
            ]
        heads += ["Nom", "Courriel", "Ville de la personne à joindre"] if self.of & {26, 31} else []
        heads += ["Remarque interne", "Relu", "Classement"] if self.more else []
        rows = [heads]
        for one in sorted([*self.told.responses, *([self.erased] if self.erased else [])], key=lambda each: each.rank):
            row: list[object] = [one.number]
            for question in self.asked:
                row += self._cells(question, one)
            for room in range(ROOMS):
                told = one.situations[room] if room < len(one.situations) else None
                row += [
                    told.count if told else "",
                    *(cell(each, told.written[each.name], ", ") if told else "" for each in self.inner),
                ]
            row += [PEOPLE[one.rank % 3], f"x{one.rank}@exemple.fr", "Valbourg"] if self.of & {26, 31} else []
            rows.append([*row, *(["vu", "oui", str(one.rank)] if self.more else [])])
        return rows

    def _cells(self, asked: Asked, one: Response) -> list[object]:
        if asked.name == "professionals_consulted":
            if one.answers["answer_mode"] != {"group"}:
                return [""]
            return ["une dizaine" if one.professionals == 10 and 32 in self.of else one.professionals]
        codes = one.answers.get(asked.name)
        if asked.name == "activity_field" and codes == {"just"} and 27 in self.of:
            return [TWO]
        if asked.boxes:
            return ["X" if codes and code in codes else "" for code in asked.words]
        return [cell(asked, codes, ", ")]

    def form(self, folder: Path) -> Path:
        rows = self.rows()
        if 17 in self.of:
            rows = [["Enquête auprès des professionnel·les"], [], *rows]
        return saved(folder / "reponses.xlsx", {"Réponses": rows}, ("A1:F1",) if 17 in self.of else ())

    def as_csv(self, folder: Path) -> Path:
        """The same form, by its tool's other export."""
        path = folder / "reponses.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file, delimiter=";").writerows(self.rows())
        return path

    def others(self, folder: Path) -> list[Path]:
        """What the team has beside its form."""
        found, label = list[Path](), self.book.label
        if self.coding:
            heads = [
                "Source",
                "Numéro",
                "Numéro de la situation",
                "Codeur·se",
                "Facteurs de vulnérabilité",
                *(["Commune des faits"] if 35 in self.of else []),
            ]
            rows: list[Sequence[object]] = [heads]
            one = self.book.variable("situation_coding", "vulnerability")
            for told in self.told.responses:
                for each in told.situations:
                    text = ", ".join(label(one, code) for code in sorted(each.factors or ()))
                    rows.append(
                        ["Questionnaire", told.number, each.number, "AB", text, *(["Agen"] if 35 in self.of else [])]
                    )
                    if 10 in self.of and each.number == 1:
                        rows.append(
                            [
                                "Questionnaire",
                                told.number,
                                1,
                                "CD",
                                label(one, "disability"),
                                *(["Agen"] if 35 in self.of else []),
                            ]
                        )
            found.append(saved(folder / "codage.xlsx", {"codage": rows}))
        if self.told.interviews:
            rows = [["Numéro de l'entretien", "Date", "Structure", "Mode", "Personnes rencontrées"]]
            rows += [
                [
                    one.number,
                    f"le {2 + at} mars 2026" if 15 in self.of else f"2026-03-{2 + at:02d}",
                    "CCAS",
                    "En présence",
                    NUMBERS[one.professionals] if 15 in self.of else one.professionals,
                ]
                for at, one in enumerate(self.told.interviews)
            ]
            found.append(saved(folder / "entretiens.xlsx", {"journal": rows}))
        if self.sites:
            found += self._internet(folder)
        if self.partners:
            names = {code: f"Service {at}" if 34 in self.of else code for at, (code, _) in enumerate(self.partners)}
            outcome = self.book.variable("partners", "outcome")
            rows = [
                [
                    "Code du partenaire",
                    "Date du contact",
                    "Contact nominatif",
                    "Suite",
                    "Nom de la personne à joindre",
                    "Courriel",
                ]
            ]
            rows += [
                [names[code], "12/02/2026", "Oui", label(outcome, said), PEOPLE[at % 3], f"y{at}@exemple.fr"]
                for at, (code, said) in enumerate(self.partners)
            ]
            found.append(saved(folder / "partenaires.xlsx", {"suivi": rows}))
        if 9 in self.of:
            names_ = [f"{told.number}/{each.number}" for told in self.told.responses for each in told.situations]
            rows = [["Première situation", "Seconde situation", "Décision", "Raison", "Initiales"]]
            rows += [
                [names_[at], names_[at + 1], "?" if at % 4 else "personnes différentes", "", "AB"]
                for at in range(0, 8, 2)
            ]
            found.append(saved(folder / "decisions.xlsx", {"decisions": rows}))
        if 18 in self.of:
            rows = [
                ["Code du site", "Lieu", "Annonces de demande", "Jour du relevé"],
                ["E01", "Valbourg", 12, "12/05/2026"],
                ["M01", "Montrel", 18, "13/05/2026"],
            ]
            found.append(saved(folder / "demande.xlsx", {"demande": rows}))
        if 30 in self.of:
            found.append(
                saved(
                    folder / "budget.xlsx",
                    {
                        "Budget": [
                            ["Poste", "Montant", "Payé"],
                            ["Affiches", 420, "Oui"],
                            ["Salle", 130, "Non"],
                            ["Essence", 86, "Oui"],
                        ]
                    },
                )
            )
        if 36 in self.of:
            found.append(
                saved(
                    folder / "fournitures.xlsx",
                    {"Liste": [["Article", "Quantité"], ["Stylos", 12], ["Cahiers", 8], ["Classeurs", 3]]},
                )
            )
        return found

    def _internet(self, folder: Path) -> list[Path]:
        kinds = {"E01": "Site d’escorting", "M01": "Massages érotiques"}
        if 16 in self.of:
            rows: list[Sequence[object]] = [
                ["Code du site", "Catégorie", *TOWNS],
                *([code, kinds[code], *numbers] for code, numbers in self.sites.items()),
            ]
            found = [saved(folder / "sites.xlsx", {"Sites": rows})]
        else:
            rows = [["Code du site", "Lieu", "Annonces", "Début", "Fin"]]
            rows += [
                [code, town, number, "12/05/2026", "12/05/2026"]
                for code, numbers in self.sites.items()
                for town, number in zip(TOWNS, numbers, strict=True)
            ]
            found = [
                saved(
                    folder / "registre.xlsx",
                    {"Registre": [["Code du site", "Catégorie"], *([code, kind] for code, kind in kinds.items())]},
                ),
                saved(folder / "decomptes.xlsx", {"Decomptes": rows}),
            ]
        if self.ads:
            rows = [
                [
                    "Numéro de l'annonce",
                    "Codeur·se",
                    "Code du site",
                    "Constat",
                    "Groupe de doublons",
                    *(["Copies cherchées", "Copies en tout"] if 7 in self.of else []),
                ]
            ]
            seen = {who: [one["n"] for one in self.ads if one["of"] == who] for who in {one["of"] for one in self.ads}}
            own = {coder: sorted({one["of"] for one in self.ads if one["coder"] == coder}) for coder in ("AB", "CD")}
            for one in self.ads:
                first, more = seen[one["of"]][0], len(seen[one["of"]])
                group = f"G{own[one['coder']].index(one['of']) + 1:03d}" if more > 1 else ""
                if 4 in self.of:
                    group = "" if one["n"] == first else SIGNS["one"][int(one["n"]) % 2].format(first)
                rows.append(
                    [
                        int(one["n"]),
                        one["coder"],
                        one["site"],
                        "Annonce de prostitution",
                        group,
                        *(["Oui", more] if 7 in self.of else []),
                    ]
                )
            found.append(saved(folder / "annonces.xlsx", {"Annonces": rows}))
        return found

    # -- What the team knows of its own files ---------------------------------------------------------------------
    def columns(self) -> dict[str, dict[str, str]]:
        form = {one.heading: one.name for one in (*self.asked, *self.inner)}
        form |= {"Numéro": "response_id", "Personnes dans la situation": "persons_in_situation"}
        form |= dict.fromkeys(
            ("Nom", "Courriel", "Ville de la personne à joindre", "Remarque interne", "Relu", "Classement"), ""
        )
        if self.mistaken:
            form["Nationalité"] = "family"
        return {"Réponses": form, "": form, **COLUMNS}

    @property
    def tables(self) -> dict[str, str]:
        return TABLES

    @property
    def headers(self) -> dict[str, int]:
        return {"Réponses": 3} if 17 in self.of else {}

    constants = {
        "Sites": "window_start = 2026-05-12 ; window_end = 2026-05-12 ; status = Ouvert ; method = Décompte exact",
        "Registre": "status = Ouvert",
        "Decomptes": "method = Décompte exact",
    }

    @property
    def blanks(self) -> dict[str, str]:
        return {"finances": "none"} if 3 in self.of else {}

    told_then: dict[str, tuple[str, str]] = {}

    def answers(self) -> dict[str, dict[str, str]]:
        found = {
            one.name: {text: code for code, text in one.words.items()}
            for one in (*self.asked, *self.inner)
            if one.name != "age_band"
        }
        found["activity_field"][TWO] = "just"
        found["decision"] = {"?": "unsure", "personnes différentes": "different"}
        return found
