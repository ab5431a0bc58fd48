"""What the questionnaire must say and ask, and what it must not: the commitments made to those who answer."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest

from diagnostic.codebook import instruments, labels, routing
from diagnostic.codebook.model import DONT_KNOW, Codebook, Variable

SHARED = Path(__file__).parents[3] / "shared"
PUBLISHED = (
    *(f"R{n}" for n in range(1, 9)),
    *(f"I{n}" for n in range(1, 3)),
    *(f"S{n}" for n in range(1, 19)),
    *(f"A{n}" for n in range(1, 15)),
    *(f"L{n}" for n in range(1, 12)),
    *(f"C{n}" for n in range(1, 6)),
)


def _form(codebook: Codebook) -> list[Variable]:
    return [v for _, variables in codebook.form(unrolled=True) for v in variables]


def _warned(text: str) -> bool:
    return bool(re.search(r"ni (rien|nom)|ni nom", text)) and "adresse" in text


def test_every_text_box_has_its_warning_above(codebook: Codebook, made: dict[str, bytes], tmp_path: Path) -> None:
    hints = {row["name"]: row.get("hint::Français (fr)", "") for row in instruments.survey(codebook)}
    boxes = [v for v in _form(codebook) if v.written]
    assert len(boxes) > 30
    for variable in boxes:
        assert _warned(hints[variable.name].casefold()), variable.name
        assert _warned(instruments.question_text(codebook, variable).casefold()), variable.name
    for name in (name for name in made if name.startswith("classeur-")):
        (tmp_path / name).write_bytes(made[name])
        book = openpyxl.load_workbook(tmp_path / name)
        for table in (t for t in codebook.tables.values() if t.sheet in book.sheetnames):
            for cell, (_, variable, _) in zip(book[table.sheet][2], codebook.columns(table.name), strict=True):
                assert not variable.written or _warned(cell.value.casefold()), variable.name


def test_contact_fields_come_after_consent_and_only_with_it(codebook: Codebook) -> None:
    asked = _form(codebook)
    contacts = [v for v in asked if v.privacy == "vault"]
    assert {v.name for v in contacts} == {"respondent_name", "email", "phone"}
    for variable in contacts:
        assert asked.index(variable) > next(at for at, v in enumerate(asked) if v.name == variable.consent)
    for answer in ("no", "dk", None):
        asked_names = codebook.asked("responses", {"accepts_recontact": answer, "email": "x"})
        assert asked_names.isdisjoint({v.name for v in contacts})
    assert {v.name for v in contacts} <= codebook.asked("responses", {"accepts_recontact": "yes"})


def test_resource_persons_get_the_link_and_leave_no_contact(codebook: Codebook) -> None:
    (variable,) = [v for v in codebook.variables if "C3" in v.published_ref]
    assert variable.closed and "lien" in variable.question
    assert "coordonnées" in codebook.texts["resource_link"].body


def test_every_closed_item_has_dont_know(codebook: Codebook) -> None:
    for variable in (v for v in codebook.variables if v.closed):
        found = [o for o in codebook.options(variable) if o.code == DONT_KNOW]
        assert [o.exclusive for o in found] == [True], variable.name
        assert found[0].label.startswith("Ne sait pas")


def test_the_first_page_says_what_the_form_is_not(codebook: Codebook, made: dict[str, bytes]) -> None:
    page = " ".join(text.body for text in codebook.first_page())
    assert "n’est pas un signalement" in page
    for needed in (
        "17",
        "112",
        "119",
        "3919",
        "116 006",
        "434-3",
        "article 40",
        "procureur",
        "CRIP",
        "information préoccupante",
    ):
        assert re.search(rf"(?<!\d){re.escape(needed)}(?!\d)", page), needed
    welcome = next(row["text"] for row in instruments.rows(codebook) if row.get("name") == "surveyls_welcometext")
    notes = [row["label::Français (fr)"] for row in instruments.survey(codebook) if row["type"] == "note"][:5]
    read_me = openpyxl.load_workbook(io.BytesIO(made["classeur-questionnaire.xlsx"]))["Lisez-moi"]
    told = (welcome, " ".join(notes), " ".join(str(cell.value) for cell in read_me["A"]))
    for instrument in told:
        assert "n’est pas un signalement" in instrument and "116 006" in instrument


def test_every_text_is_shown_somewhere(codebook: Codebook) -> None:
    shown = {v.text for v in codebook.variables}
    assert {t.name for t in codebook.texts.values() if t.kind in ("first_page", "consent", "awareness")} == shown - {""}


def test_situations_have_what_the_published_form_lacked(codebook: Codebook) -> None:
    lists = {"situation_status": {"risk", "proba", "prov"}, "fact_source": {"seen", "third", "hear"}}
    lists |= {"territory": {"in", "out"}, "year": {"2018", "2026"}}
    for table in ("situations", "interview_situations"):
        variables = {v.name: v for v in codebook.table(table)}
        for name, codes in lists.items():
            assert codes <= {o.code for o in codebook.options(variables[name])}
            assert variables[name].type == "single"
    form = {v.name for v in codebook.table("situations") if v.shape == ""}
    assert form <= {v.name for v in codebook.table("interview_situations")}


def test_grids_have_their_columns(codebook: Codebook) -> None:
    factors = [o for o in codebook.lists["vulnerability"] if o.code not in ("none", DONT_KNOW)]
    assert (len([o for o in factors if not o.parent]), len([o for o in factors if o.parent])) == (18, 2)
    signs = [o for o in codebook.lists["network_sign"] if o.code not in ("none", DONT_KNOW)]
    assert len(signs) == 9
    ads = {v.name: v.type for v in codebook.table("ads")}
    assert (
        ads["audience"] == ads["network_sign"] == ads["vocabulary"] == ads["euphemism"] == ads["hosting"] == "multiple"
    )
    assert {
        "cluster_id",
        "copies_searched",
        "gender_presented",
        "declared_age",
        "declared_origin",
        "passing_through",
    } <= set(ads)
    assert {"ad_id", "site_code", "copies"} == {v.name for v in codebook.table("ad_copies")}
    assert {"found_by", "paid_options", "subscription", "price_class"} <= {v.name for v in codebook.table("site_terms")}


def test_no_instrument_exists_for_decoy_conversations(codebook: Codebook) -> None:
    words = " ".join(labels.normalise(v.question + v.label) for v in codebook.variables)
    words += labels.normalise(" ".join(t.label + t.description for t in codebook.tables.values()))
    assert not re.search(r"\btchat|\bchat\b|leurre|appat|se faire passer", words)


def test_personal_classes_are_where_they_must_be(codebook: Codebook) -> None:
    for variable in codebook.variables:
        if variable.type == "long_text":
            assert variable.privacy == "free_text", variable.name
        if re.search(r"name|email|phone", variable.name) and variable.type == "text":
            assert variable.privacy == "vault", variable.name
    vault = {t.name for t in codebook.tables.values() if t.workbook == "coffre"}
    for variable in codebook.variables:
        if variable.privacy == "vault":
            assert variable.table in vault or variable.consent, variable.name


def test_conditions_are_in_french_in_the_dictionary(made: dict[str, bytes]) -> None:
    page = made["dictionnaire.html"].decode()
    assert "« Besoins » comprend « Autre »" in page.replace("\u00a0", " ").replace("\u202f", " ")


# --------------------------------------------------------------------------- the published questionnaire


def test_each_published_variable_is_covered(codebook: Codebook) -> None:
    covered = {ref for v in codebook.variables for ref in v.published_ref}
    assert len(PUBLISHED) == 58
    assert covered == set(PUBLISHED)


def _questionnaire() -> list[dict[str, str]]:
    path = SHARED / "study-62" / "questionnaire.csv"
    if not path.is_file():
        pytest.skip("../shared/study-62/questionnaire.csv absent : comparaison au questionnaire publié non faite")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_published_questions_and_repeats_are_all_there(codebook: Codebook) -> None:
    published = _questionnaire()
    assert [row["question_id"] for row in published] == list(PUBLISHED)
    tables = {ref: v.table for v in codebook.variables for ref in v.published_ref}
    for row in published:
        assert (tables[row["question_id"]] == "situations") == row["repeat_group"].startswith("situation")


def test_published_options_are_recognised(codebook: Codebook) -> None:
    """The transcription's short names of the published options all lead to an answer of ours."""
    for row in _questionnaire():
        if not row["codes"] or row["type"] == "text":
            continue
        (variable, *_) = [v for v in codebook.variables if row["question_id"] in v.published_ref and v.closed]
        spellings = {labels.normalise(s): code for s, code in codebook.spellings(variable.list).items()}
        for option in row["codes"].split("|"):
            name = labels.normalise(option.split("=", 1)[1].replace("+texte", ""))
            assert name in spellings, (variable.name, option)


def test_no_published_wording_is_copied(codebook: Codebook) -> None:
    rows = _questionnaire()
    notes = SHARED / "notes" / "conventions.md"
    published = " ".join(" ".join(row.values()) for row in rows) + " " + notes.read_text(encoding="utf-8")
    words = labels.normalise(published).split()
    runs = {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
    ours = [part for v in codebook.variables for part in (v.question, v.help, v.label)]
    ours += [o.label for options in codebook.lists.values() for o in options]
    ours += [text.body for text in codebook.texts.values()]
    for part in ours:
        own = labels.normalise(part).split()
        copied = [" ".join(own[at : at + 5]) for at in range(len(own) - 4) if tuple(own[at : at + 5]) in runs]
        assert copied == [], part


def test_routing_of_the_published_form_is_kept(codebook: Codebook) -> None:
    """None ticked: past the situations and part II; needs only after « not equipped » (questionnaire, routing)."""
    situation, support, law = (codebook.blocks[name].condition for name in ("situation", "support", "law"))
    for ticked in ("risk", "proba", "third", "seen"):
        assert routing.evaluate(situation, {"exposure": {ticked}}) and routing.evaluate(support, {"exposure": {ticked}})
    for none in ({"none"}, {DONT_KNOW}, set(), None):
        assert not routing.evaluate(situation, {"exposure": none}) and routing.evaluate(law, {"exposure": none})
    answers = {"exposure": {"seen"}, "sufficiently_equipped": "no", "took_charge": "yes"}
    assert {"needs", "referrals"} <= codebook.asked("responses", answers)
    assert "needs" not in codebook.asked("responses", answers | {"sufficiently_equipped": "yes"})
