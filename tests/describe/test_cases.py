"""What two teams had in their files, and what became of it: each case (T1 to T36) is read right, or told before it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from drawn import always
from openpyxl import Workbook, load_workbook
from recipes import Kept, propose

from diagnostic.codebook.loading import FOLDER, load, read_folder
from diagnostic.collect.exports.study import Received, read_workbooks
from diagnostic.consolidate.people import EXCLUSIVE, Sizes, either, having
from diagnostic.consolidate.rows import rules_read
from diagnostic.core.tables import model
from diagnostic.describe.reading import as_xlsx
from diagnostic.describe.recipe import Cells, State
from diagnostic.describe.words import as_band, as_date, covered, refers
from diagnostic.estimate.field.partners import estimate as of_partners

CODEBOOK = load(read_folder(Path(__file__).parents[2] / FOLDER))
QUESTIONS, LISTED, SHEETS = "Questions", "Réponses", "Feuilles"
Rows = Sequence[Sequence[object]]


def book(**sheets: Rows) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made.save(out)
    return out.getvalue()


def of_form(content: bytes) -> Kept:
    """The recipe of a file that is given for the questionnaire."""
    return propose(CODEBOOK, content, roles=("questionnaire",))


def cells(kept: Kept, heading: str, **said: str) -> dict[tuple[str, int, int], str]:
    """What is typed on the line of a heading."""
    columns = {"question": 6, "free": 8, "state": 9, "blank": 11}
    row = next(at for at, line in enumerate(kept.rows(QUESTIONS), 1) if line[3] == heading)
    return {(QUESTIONS, row, columns[name]): text for name, text in said.items()}


def answer(kept: Kept, text: str, read: str) -> dict[tuple[str, int, int], str]:
    row = next(at for at, line in enumerate(kept.rows(LISTED), 1) if line[1] == text)
    return {(LISTED, row, 5): read}


def grid(kept: Kept, content: bytes, role: str, sheet: str) -> list[dict[str, str]]:
    """The rows of a table as the study will read them."""
    made = kept.made(content)
    assert not made.problems, made.problems
    (found,) = [one for one in made.parts[role] if one.title == sheet]
    return [dict(zip(found.rows[0], row, strict=False)) for row in found.rows[2:]]


def clean(read: Received) -> Received:
    assert [problem for problem in read.problems if problem.severity == "bloquant"] == []
    return read


FORM: Rows = (("Numéro", "Mode de réponse", "Ce qui a été repéré", "Vos besoins"),)
NEEDS = "Outils de prévention (affiches, films), brochures"  # an option of the team’s, with commas


def form(*needs: str, seen: str = "Un risque de prostitution, sans fait établi") -> bytes:
    rows = [(str(at), "À titre individuel", seen, text) for at, text in enumerate(needs, start=1)]
    return book(f=[*FORM, *rows])


def test_t1_a_whole_option_is_listed_and_read_wherever_it_stands() -> None:
    content = form(NEEDS, f"{NEEDS}, Une formation", "Une formation", "Autre chose d’écrit", NEEDS, "Une formation")
    kept = of_form(content)
    listed = {row[1]: row[2:4] for row in kept.rows(LISTED)[1:]}
    assert listed[NEEDS] == ["3", "Autre"] and listed["Une formation"][0] == "3"
    assert listed["Autre chose d’écrit"] == ["1", "Autre"], "seen once, and listed"
    right = kept.typed(
        {
            **cells(kept, "Vos besoins", question="needs"),
            **cells(kept, "Ce qui a été repéré", blank="rien n’est noté"),
            **answer(kept, NEEDS, "Des outils de prévention"),
        }
    )
    read = clean(right.read(content)).tables["responses"]
    assert read["needs/tools"].eq("ticked").sum() == 3 and read["needs/other"].eq("ticked").sum() == 1
    assert right.made(content).others == 1


NONE = next(one for one in CODEBOOK.lists["vulnerability"] if one.exclusive and one.code != "dk")
CODING: Rows = (
    ("Source", "Numéro", "Numéro de la situation", "Codeur·se", "Facteurs de vulnérabilité"),
    *(("Questionnaire", str(n), 1, "AB", "Violences" if n % 3 == 0 else "") for n in range(1, 13)),
)


def test_t3_what_a_blank_means_is_asked_and_no_signature_says_it() -> None:
    content = book(codage=CODING)
    kept = propose(CODEBOOK, content)
    (line,) = [one for one in kept.recipe.lines if one.question == "vulnerability"]
    assert (line.blank, line.empty) == ("?", 8)
    assert [one.heading for one in kept.typed({}).recipe.waiting] == [line.heading]
    said = kept.typed(cells(kept, line.heading, blank=NONE.label))
    rows = grid(said, content, "situation_coding", "Codage des situations")
    assert [row["vulnerability"] for row in rows].count(NONE.code) == 8
    frame = clean(said.read(content, "situation_coding")).tables["situation_coding"]
    assert rules_read(frame) == {"vulnerability": {"case_vide_lue"}}
    unsaid = kept.typed(cells(kept, line.heading, blank="rien n’est noté"))
    frame = clean(unsaid.read(content, "situation_coding")).tables["situation_coding"]
    assert frame[f"vulnerability/{NONE.code}"].eq("no_answer").sum() == 8 and not rules_read(frame)


ADS: Rows = (
    ("Numéro de l'annonce", "Codeur", "Code du site", "Constat", "Doublon ou miroir"),
    (1, "AB", "E01", "pertinente", ""),
    (2, "AB", "E01", "pertinente", "Doublon de l’annonce n° 1"),
    (3, "AB", "E02", "pertinente", "Miroir de 2"),
    (4, "AB", "E02", "pertinente", ""),
)


def test_t4_a_reference_to_a_row_joins_that_row_and_must_be_touched() -> None:
    content = book(a=ADS)
    kept = propose(CODEBOOK, content)
    (line,) = [one for one in kept.recipe.lines if one.cells == Cells.REFERENCES]
    assert line.state == State.DECIDES and line in kept.typed({}).recipe.waiting
    rows = grid(kept.typed(cells(kept, line.heading, state="oui")), content, "coded_ads", "Annonces")
    assert [row.get("cluster_id", "") for row in rows] == ["annonce-1"] * 3 + [""]


def test_t4_a_label_of_a_group_is_no_reference() -> None:
    """« miroirs-1 » names no site, though a site is called E01."""
    assert not refers({"miroirs-1": 3, "miroirs-2": 2}, ["E01", "E02", "D05", "D06", "D07"])
    assert refers({"miroir de E01": 2, "copie de D05": 1}, ["E01", "E02", "D05", "D06", "D07"])


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("moins de 18 ans", (0, 17)),
        ("35 et plus", (35, float("inf"))),
        ("18-25", (18, 25)),
        ("plus de 55 ans", (56, float("inf"))),
        ("Mineur·e·s", (0, 17)),
        ("majeure", (18, float("inf"))),
        ("17 ans ou moins", (0, 17)),
        ("25", None),
        ("25 ans", None),
        ("vers 30 ans", None),
    ],
)
def test_t5_a_band_is_an_interval(text: str, ages: tuple[float, float] | None) -> None:
    assert as_band(text) == ages


def test_t5_an_interval_is_counted_where_it_lies_wholly_in_a_class() -> None:
    """Five persons of 35 or more: none is a minor; how many are of 26 to 35 is between none and five."""
    options = CODEBOOK.lists["age_band"]
    assert covered(options, (0, 17)) == ["u15", "a15"]
    assert covered(options, (35, float("inf"))) == ["a26", "a36", "a46", "o55"]
    rows = [("Numéro", "Mode de réponse", "Nombre de personnes", "Âge")]
    rows += [(str(n), "À titre individuel", 5, band) for n, band in enumerate(["35 et plus", "moins de 18 ans"] * 3, 1)]
    content = book(f=rows)
    kept = of_form(content)
    (line,) = [one for one in kept.recipe.lines if one.cells == Cells.BANDS]
    assert line.state == State.DECIDES, "nothing of an age is confirmed by a signature"
    read = clean(kept.typed(cells(kept, line.heading, state="oui", question="age_band")).read(content))
    frame = read.tables["situations"]
    mask = either(frame, "age_band")
    assert mask.all()
    chosen = {
        code: frame[f"age_band/{code}"].eq("ticked").to_numpy() for code in ("u15", "a15", "a26", "a36", "a46", "o55")
    }
    five = pd.Series([5.0] * 6).to_numpy()
    sizes = Sizes(five, five, five, pd.Series(range(6)).to_numpy())
    minors = having(chosen, sizes, EXCLUSIVE, ("u15", "a15"), one=mask)
    assert (minors.low.sum(), minors.value.sum(), minors.high.sum()) == (15, 15, 15)
    older = having(chosen, sizes, EXCLUSIVE, ("a26",), one=mask)
    assert (older.low.sum(), older.high.sum()) == (0, 15)


def test_t12_interviews_without_situations_enter() -> None:
    log = (
        ("Numéro de l’entretien", "Date", "Structure", "Personnes rencontrées"),
        ("E71", "3 février 2026", "CCAS", 2),
    )
    content = book(journal=log)
    kept = propose(CODEBOOK, content).typed({})
    read = clean(kept.read(content, "interview_sheets")).tables
    assert len(read["interview_records"]) == 1 and not len(read["interview_situations"])


@pytest.mark.parametrize("sign", always(2, ["Besoins : {}", "Besoins [{}]", "Besoins/{}", "Besoins - {}"]))
def test_t13_boxes_that_lack_options_are_said_once(sign: str) -> None:
    options = ("Une formation", "Des outils de prévention", "Autre")
    rows = [("Numéro", "Mode de réponse", *map(sign.format, options))]
    rows += [(str(n), "À titre individuel", "x" if n % 2 else "", "", "") for n in range(1, 7)]
    content = book(f=rows)
    kept = of_form(content)
    (line,) = [one for one in kept.recipe.lines if one.heading == "Besoins"]
    right = kept.typed(
        cells(kept, "Besoins", question="needs")
        | ({} if line.blank != "?" else cells(kept, "Besoins", blank="rien n’est noté"))
    )
    read = clean(right.read(content)).tables["responses"]
    assert read["needs/train"].eq("ticked").sum() == 3 if "needs/train" in read else True
    (said,) = [one for one in right.made(content).account if "non proposées" in one.become]
    assert said.count >= 2


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 mai 2026", "2026-05-12"),
        ("le mardi 12 mai 2026", "2026-05-12"),
        ("1er févr. 26", "2026-02-01"),
        ("12.05.2026", "2026-05-12"),
        ("12 mai", "2026-05-12"),
        ("mi-mai 2026", "mi-mai 2026"),
        ("3 ou 4 mai 2026", "3 ou 4 mai 2026"),
        ("31 février 2026", "31 février 2026"),
        ("hier", "hier"),
    ],
)
def test_t15_dates_in_words(text: str, day: str) -> None:
    assert as_date(text, "2026") == day


PARTNERS: Rows = (
    ("Structure", "Champ d’activité", "Date du contact", "Relance 1", "Relance 2"),
    ("CCAS de la ville", "social", "12 mai 2026", "20 mai 2026", ""),
    ("Mission locale", "social", "13 mai 2026", "21 mai 2026", "2 juin 2026"),
    ("Centre de santé", "santé", "14/05/2026", "", ""),
)


def test_t16_t17_t34_one_sheet_two_tables_below_a_title_under_names() -> None:
    content = book(p=[("Suivi des partenaires",), (), *PARTNERS])
    kept = propose(CODEBOOK, content)
    (sheet,) = kept.recipe.sheets
    assert (sheet.header, set(sheet.tables)) == (3, {"partners", "reminders"})
    right = kept.typed(
        {
            **cells(kept, "Structure", question="partner_code"),
            **cells(kept, "Champ d’activité", question="activity_field"),
            **cells(kept, "Relance 1", question="reminded_on"),
            **cells(kept, "Relance 2", question="reminded_on"),
        }
    ).again(content)
    assert [one.cells for one in right.recipe.lines][0] == Cells.NAMES
    partners = grid(right, content, "partners", "Partenaires")
    reminders = grid(right, content, "partners", "Relances")
    assert [row["partner_code"] for row in partners] == ["P001", "P002", "P003"]
    days = [("P001", "2026-05-20"), ("P002", "2026-05-21"), ("P002", "2026-06-02")]
    assert [(row["partner_code"], row["reminded_on"]) for row in reminders] == days
    assert "CCAS" not in str(right.made(content).parts["partners"])


def test_t11_whether_structures_were_contacted_by_name_is_asked_and_makes_a_rate() -> None:
    """Of three structures, two answered: where they were contacted by name, a rate of 67 %."""
    suites = ("Suite", "répondu", "aucune réponse", "entretien")
    content = book(p=[(*row[:3], suites[at]) for at, row in enumerate(PARTNERS)])
    kept = propose(CODEBOOK, content)
    typed = cells(kept, "Structure", question="partner_code") | cells(kept, "Suite", question="outcome")
    unsaid = kept.typed(typed).again(content)
    assert "contacted_by_name = à dire" in unsaid.rows(SHEETS)[1][7] and unsaid.recipe.undecided
    said = unsaid.typed({(SHEETS, 2, 8): "contacted_by_name = oui"})
    assert not said.recipe.undecided
    (part,) = [part for role, part in said.made(content).parts.items() if role == "partners"]
    tables = read_workbooks(CODEBOOK, {"partners": as_xlsx(part)}, {"partners": "partners.xlsx"}).tables
    partners, reminders = tables["partners"], tables["reminders"]
    assert set(partners["contacted_by_name.code"]) == {"yes"}
    facts = of_partners(partners, reminders, model("collect/places").empty(), "47-2026")["partners_facts"]
    rate = facts.set_index("fact_id").loc["partners.response_pct"]
    assert (rate.numerator, rate.denominator) == (2, 3)


def test_an_answer_called_sans_reponse_is_that_answer() -> None:
    """Of this list, « aucune de la liste » says that an answer is none of it."""
    content = book(
        p=[(*row[:3], ("Suite", "pas de retour", "n’existe plus", "entretien")[at]) for at, row in enumerate(PARTNERS)]
    )
    kept = propose(CODEBOOK, content)
    typed = cells(kept, "Structure", question="partner_code") | cells(kept, "Suite", question="outcome")
    kept = kept.typed(typed).again(content)
    said = answer(kept, "pas de retour", "Sans réponse") | answer(kept, "n’existe plus", "aucune de la liste")
    right = kept.typed(said | {(SHEETS, 2, 8): "contacted_by_name = oui"})
    rows = grid(right, content, "partners", "Partenaires")
    assert [row["outcome"] for row in rows] == ["silent", "", "interview"]
    shown = {row[1]: row[4] for row in right.again(content).rows(LISTED)[1:]}
    assert (shown["pas de retour"], shown["n’existe plus"]) == ("Sans réponse", "aucune de la liste")


def test_t16_a_table_of_sites_by_place() -> None:
    content = book(d=[("Code du site", "Lens", "Arras", "Béthune"), ("E01", 12, 3, 0), ("E02", 5, "", 7)])
    kept = propose(CODEBOOK, content)
    asked = kept.rows(SHEETS)[1][7]
    assert asked == "method = à dire ; window_start = à dire ; window_end = à dire", "what each row must say, once"
    said = kept.typed({(SHEETS, 2, 8): "method = exact ; window_start = 2026-05-12"})
    assert not said.recipe.undecided
    rows = grid(said, content, "ad_counts", "Décomptes")
    found = [(row["site_code"], row["place"], row["count"], row["window_start"]) for row in rows]
    places = [
        ("E01", "Lens", "12"),
        ("E01", "Arras", "3"),
        ("E01", "Béthune", "0"),
        ("E02", "Lens", "5"),
        ("E02", "Béthune", "7"),
    ]
    assert found == [(*one, "2026-05-12") for one in places]


def test_t17_merged_headings() -> None:
    head = ("", "", "Besoins", "", "")
    below = ("Numéro", "Mode de réponse", "Une formation", "Des outils de prévention", "Autre")
    rows = [(str(n), "À titre individuel", "x" if n % 2 else "", "x", "") for n in range(1, 7)]
    kept = propose(CODEBOOK, book(f=[head, below, *rows]))
    assert "Besoins" in [line.heading for line in kept.recipe.lines], "one question, a column each answer"
    assert [line.heading for line in kept.recipe.lines][:2] == ["Numéro", "Mode de réponse"]


def test_t18_one_column_answers_two_questions() -> None:
    content = book(
        d=[
            ("Code du site", "Lieu", "Annonces", "Jour du décompte"),
            ("E01", "Lens", 12, "12 mai 2026"),
            ("E02", "Arras", 3, "13 mai 2026"),
        ]
    )
    kept = propose(CODEBOOK, content)
    said = kept.typed(cells(kept, "Jour du décompte", question="window_start ; window_end"))
    rows = grid(said, content, "ad_counts", "Décomptes")
    assert [(row["window_start"], row["window_end"]) for row in rows] == [("2026-05-12",) * 2, ("2026-05-13",) * 2]


def test_t19_a_corrected_question_is_judged_and_listed_again() -> None:
    content = book(
        codage=[(*row[:4], row[4]) if at else (*row[:4], "Ce qu’elle a vécu") for at, row in enumerate(CODING)]
    )
    kept = propose(CODEBOOK, content)
    right = kept.typed(cells(kept, "Ce qu’elle a vécu", question="vulnerability"))
    again = right.again(content)
    (line,) = [one for one in again.recipe.lines if one.question == "vulnerability"]
    assert line.blank == "?" and [one.text for one in line.answers]


@pytest.mark.slow
def test_t20_t21_answers_and_columns_that_come_and_go_block_nothing() -> None:
    first = form(*["Une formation"] * 4, "Des outils de prévention")
    kept = of_form(first)
    right = kept.typed(
        cells(kept, "Vos besoins", question="needs") | cells(kept, "Ce qui a été repéré", blank="rien n’est noté")
    )
    fewer = form("Une formation", "Une formation")
    assert not right.made(fewer).problems
    rows = [(*FORM[0], "Remarque", "Autre remarque", "Encore")]
    rows += [(str(n), "À titre individuel", "", "Une formation", "a", "b", "c") for n in range(1, 4)]
    grown = book(f=rows)
    again = right.again(grown)
    assert [line.heading for line in again.recipe.waiting] == ["Remarque", "Autre remarque", "Encore"]
    assert len(clean(again.read(grown)).tables["responses"]) == 3


@pytest.mark.slow
def test_t29_one_form_in_two_formats_reads_the_same() -> None:
    seen = "Un risque de prostitution, sans fait établi"
    rows = [*FORM, *((str(n), "À titre individuel", seen, "Une formation") for n in range(1, 6))]
    content, out = book(f=rows), io.StringIO()
    csv.writer(out).writerows(rows)
    kept = of_form(content)
    right = kept.typed(cells(kept, "Vos besoins", question="needs"))
    same = [clean(right.read(one)).tables["responses"] for one in (content, out.getvalue().encode())]
    pd.testing.assert_frame_equal(*(frame.drop(columns=["sheet", "row"], errors="ignore") for frame in same))
    assert len(same[0]) == 5 and same[0]["needs/train"].eq("ticked").all()


def test_t22_t23_lines_keep_their_names_and_cells_have_lists() -> None:
    content = form(*["Une formation"] * 4)
    kept = of_form(content)
    names = {line.name: line.heading for line in kept.recipe.lines}
    again = propose(CODEBOOK, book(f=[("Nouvelle", *FORM[0]), ("a", "1", "À titre individuel", "", "")]), kept.recipe)
    assert names.items() <= {line.name: line.heading for line in again.recipe.lines}.items()
    sheets = load_workbook(io.BytesIO(kept.view))
    for title, column in ((QUESTIONS, "F"), (QUESTIONS, "I"), (LISTED, "E"), (SHEETS, "D")):
        held = [str(rule.sqref) for rule in sheets[title].data_validations.dataValidation]
        assert any(column in one for one in held), (title, column)


def test_t25_t27_two_labels_in_a_cell_are_told_with_the_options_listed_nowhere() -> None:
    rows = [("Numéro", "Mode de réponse", "Champ d’activité")]
    rows += [(str(n), "À titre individuel", "Social, Santé" if n < 3 else "Santé") for n in range(1, 8)]
    content = book(f=rows)
    kept = of_form(content)
    shown = {row[1]: row[3] for row in kept.rows(LISTED)[1:]}
    assert "attribuer" in shown.get("Social, Santé", ""), shown
    problems = kept.typed({}).made(content).problems
    assert len(problems) == 2 and not any("Social" in problem.remedy for problem in problems)


def test_t30_t36_a_budget_fills_no_table() -> None:
    kept = propose(CODEBOOK, book(b=[("Poste", "Montant", "Payé"), ("Loyer", 400, "oui"), ("Encre", 30, "non")]))
    assert [sheet.tables for sheet in kept.recipe.sheets] == [("?",)] and kept.recipe.undecided


def test_t31_names_are_not_listed_as_answers() -> None:
    rows = [("Numéro", "Mode de réponse", "Votre activité")]
    rows += [(str(n), "À titre individuel", f"Camille Zylphe {n}") for n in range(1, 30)]
    kept = of_form(book(f=rows))
    wrong = kept.typed(cells(kept, "Votre activité", question="activity_field"))
    assert "Zylphe" not in str(wrong.recipe)


def test_t32_a_number_in_words_is_read_as_elsewhere() -> None:
    log = (
        ("Numéro de l’entretien", "Date", "Structure", "Personnes rencontrées"),
        ("E71", "2026-02-03", "CCAS", "une dizaine"),
    )
    content = book(journal=log)
    kept = propose(CODEBOOK, content).typed({})
    read = clean(kept.read(content, "interview_sheets")).tables["interview_records"]
    assert read["people_met.number"].tolist() == [10] and kept.made(content).approximate == 1


def test_totals_are_not_rows() -> None:
    content = book(
        d=[
            ("Code du site", "Lieu", "Annonces", "Début"),
            ("E01", "Lens", 12, "2026-05-12"),
            ("E02", "Arras", 3, "2026-05-12"),
            ("Total", "", 15, ""),
        ]
    )
    kept = propose(CODEBOOK, content).typed({})
    assert len(grid(kept, content, "ad_counts", "Décomptes")) == 2
    assert any(one.what == "totaux" for one in kept.made(content).account)


def test_every_column_is_accounted_for() -> None:
    content = form(*["Une formation"] * 4)
    kept = of_form(content)
    account = [one.heading for one in kept.typed({}).made(content).account]
    assert set(FORM[0]) <= set(account)
    assert any(row[0] == "Réponses : 4 lignes".replace(" :", " :") for row in kept.rows("Ce qui en résulte") if row)
