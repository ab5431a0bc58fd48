"""What is refused in the files on support, each at its cell: names not agreed to, contacts of persons, numbers, funnels."""

from __future__ import annotations

import pytest
from drawn import one_in
from small_study import SMALL, beside

from diagnostic.collect.steps import read_study
from diagnostic.core.problems import BLOCKING, MASKED, Problem
from diagnostic.privacy import personal


def problems(role: str, old: str, new: str) -> list[Problem]:
    assert old in SMALL[role]
    contents = beside(role) | {role: SMALL[role].replace(old, new, 1)}
    found = read_study({r: t.encode() for r, t in contents.items()}, {r: f"{r}.csv" for r in contents})
    return [*found.problems, *personal.in_cells(found.cells)]


@pytest.mark.parametrize(
    ("role", "old", "new", "row", "column", "words"),
    one_in(
        3,
        [
            ("structures", "S02,non,,", "S02,non,Centre de soins,", 3, "C", "n’accepte pas d’être nommée"),
            ("structures", "S01,oui,Accueil de jour,", "S01,oui,,", 2, "C", "son nom manque"),
            ("structures", "S02,non,,", "S02,oui,Accueil de jour,", 3, "C", "en double"),
            ("structures", "health,non,oui", "health,parfois,oui", 3, "E", "Ni « oui » ni « non »"),
            (
                "structures",
                "S01,oui,Accueil de jour,",
                "S01,oui,Intervenante sociale au commissariat,",
                2,
                "C",
                "celui d’un poste",
            ),
            ("structures", "S01,oui,Accueil de jour,", "S01,oui,Référent·e violences,", 2, "C", "celui d’un poste"),
            ("structures", "S02,", "S01,", 3, "A", "en double"),
            ("structures", "health", "santé", 3, "D", "hors de la liste"),
            ("practices", "Annuaire des droits,", "Annuaire de 40 pages,", 3, "B", "Un nombre"),
            ("practices", "victimes", "9 victimes sur 10", 2, "D", "Un nombre"),
            ("practices", "https://droits.example/annuaire", "une.personne@exemple.fr", 3, "F", "forme attendue"),
            ("practices", "https://droits.example/annuaire", "06 39 98 12 34", 3, "F", "forme attendue"),
            ("practices", "Service social", "Mme Fictive", 2, "C", "personnelle"),
            ("practices", "Service social", "01 99 00 12 34", 2, "C", "personnelle"),
            ("outreach", "24,9", "24,25", 2, "E", "« Échanges » dépasse « Réponses »"),
            ("law_results", "11,prefecture", "onze,prefecture", 3, "C", "forme attendue"),
            ("law_results", "11,prefecture", "2018-03-14,prefecture", 3, "C", "Un nombre entier"),
            ("law_results", "2018-03-14", "11", 2, "C", "Un jour"),
            ("law_results", "granted", "installed", 3, "B", "que la ligne 2"),
            ("law_results", "2026-01-31", "2026-02-31", 3, "E", "n’existe pas"),
            ("law_results", "commission,", "public,", 3, "G", "où il est publié"),
            ("law_results", "11,prefecture", "11,une voisine", 3, "D", "hors de la liste"),
            ("contacts", "5\n", "5\nS01,2026-01-01,2026-02-01,1,1,1\n", 3, "A", "que la ligne 2"),
            ("contacts", "2026-06-30", "2025-06-30", 2, "C", "« Fin » vient avant « Début »"),
            ("outreach", "300,24", "300,301", 2, "D", "« Réponses » dépasse « Messages »"),
            ("outreach", "2026,", "2025,", 3, "A", "en double"),
            ("outreach", "9,2", "9,deux", 2, "F", "Du texte"),
            ("restitutions", "2026-01,", "2026-03,", 2, "D", "au-delà"),
            ("restitutions", "2026-02-04", "04/02/2026", 2, "A", "forme attendue"),
            ("restitutions", "2026-02-04", "2026-02-30", 2, "A", "n’existe pas"),
            ("restitutions", "2026-02-04", "2026-13", 2, "A", "n’existe pas"),
            ("restitutions", "2026,final", "2026-02-04,interim", 3, "A", "en double"),
            ("restitutions", "2026-02-04", "2018-03-13", 2, "C", "installée que le 14 mars 2018"),
        ],
    ),
)
def test_it_is_refused_at_its_cell(role: str, old: str, new: str, row: int, column: str, words: str) -> None:
    told = problems(role, old, new)
    plain = [p.message.replace("\u00a0", " ").replace("\u202f", " ").replace("'", "’") for p in told]
    at = [(p.severity, p.file, p.row, p.column) for p, text in zip(told, plain, strict=True) if words in text]
    assert at == [(BLOCKING, f"{role}.csv", row, column)], plain


def test_nothing_of_a_refused_name_or_contact_is_repeated() -> None:
    for old, new in (("https://droits.example/annuaire", "une.personne@exemple.fr"), ("Service social", "Mme Fictive")):
        told = problems("practices", old, new)
        assert told and all(p.value in ("", MASKED) for p in told)
        assert not any(part in p.message + p.remedy for p in told for part in ("personne@", "Fictive"))
    (told,) = problems("structures", "S02,non,,", "S02,non,Centre de soins,")
    assert "Centre de soins" not in told.value + told.message


@pytest.mark.parametrize("contact", ["3919", "39 19", "116 006", "119", "https://www.service.example/a?b=1"])
def test_public_contacts_stand(contact: str) -> None:
    assert problems("practices", "https://droits.example/annuaire", contact) == []


@pytest.mark.parametrize(("date", "until"), [("2026", "2026-12"), ("2026-02", "2026-02-28"), ("2026-02-04", "2026")])
def test_two_precisions_contradict_only_where_both_speak(date: str, until: str) -> None:
    assert (
        problems("restitutions", "2026-02-04,interim,commission départementale,2026-01", f"{date},interim,x,{until}")
        == []
    )
