"""The compliance file: as long as something is blank, absent or impossible it is told, and nothing written is shown."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import own
import pytest
import yaml

from diagnostic.core.declarations import ConfigError
from diagnostic.privacy.vault import open_vault
from diagnostic.study import compliance, start
from diagnostic.study.compliance import BLANK, DOCUMENTS, FORM, Retention, problems, retention

STUDY, TODAY, PERIOD_END = "47-2026", dt.date(2026, 10, 1), dt.date(2026, 6, 30)
SECRET = "Zoé Exemplaire"
COMPLETE = f"""\
officer:
  name: {SECRET}
  contact: {SECRET}
  opinion_date: 2026-02-10
controllers:
  - name: {SECRET}
    contact: {SECRET}
  - name: {SECRET}
    contact: {SECRET}
joint_agreement: 2026-02-01
legal_bases:
  article_6: {SECRET}
  article_9: {SECRET}
  article_10: {SECRET}
  article_46: {SECRET}
impact_assessment:
  date: 2026-02-05
  outcome: favorable avec réserves
  residual_risk: acceptable
cnil_consultation: Sans objet
retention:
  exports: 2027-09-15
  contacts: 2026-12-15
recipients:
  - {SECRET}
hosting: {SECRET}
breach_contact: {SECRET}
"""


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files as `diagnostic creer` lays them."""
    root = own.created(tmp_path_factory.mktemp("laid") / "project", STUDY, start.TOOL, dt.date(2026, 1, 5))
    return compliance.contents(root / "vault" / STUDY / compliance.FOLDER)


@pytest.fixture
def complete(laid: dict[str, bytes]) -> dict[str, bytes]:
    documents = {name: laid[name].decode().replace(BLANK, SECRET).encode() for name in DOCUMENTS}
    return documents | {FORM: COMPLETE.encode()}


def edited(complete: dict[str, bytes], *changes: tuple[str, str]) -> dict[str, bytes]:
    text = complete[FORM].decode()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return complete | {FORM: text.encode()}


def told(contents: dict[str, bytes], **more: object) -> list[str]:
    found = problems(contents, TODAY, PERIOD_END, **more)  # type: ignore[arg-type]
    assert SECRET not in "\n".join(found)
    assert all(re.match(r"[\w-]+\.(yaml|md)\b", line) for line in found)
    return found


def test_nothing_there(tmp_path: Path) -> None:
    assert compliance.contents(tmp_path / "absent") == {}
    assert [line.split("\u00a0")[0] for line in told({})] == [FORM, *DOCUMENTS]


def test_as_laid_every_blank_is_told_at_its_place(laid: dict[str, bytes]) -> None:
    found = told(laid)
    form = laid[FORM].decode()
    assert len([line for line in found if line.startswith(FORM)]) == form.count(f'"{BLANK}"') == 19
    for key in ("officer.name", "controllers.0.contact", "joint_agreement", "legal_bases.article_46", "recipients.0"):
        assert f"{FORM}\u00a0: {key}\u00a0: à compléter." in found
    for name in DOCUMENTS:
        (line,) = [line for line in found if line.startswith(name)]
        lines = laid[name].decode().splitlines()
        expected = [str(number) for number, text in enumerate(lines, start=1) if BLANK in text]
        assert re.findall(r"\d+", line.split("(")[1]) == expected != [], name
    assert len(found) == 19 + len(DOCUMENTS)


def test_the_form_as_laid_has_the_keys_of_the_complete_one(laid: dict[str, bytes]) -> None:
    def keys(content: object) -> object:
        if isinstance(content, dict):
            return {key: keys(value) for key, value in content.items()}
        return [keys(content[0])] if isinstance(content, list) else None

    assert keys(yaml.safe_load(laid[FORM])) == keys(yaml.safe_load(COMPLETE))


def test_complete(complete: dict[str, bytes]) -> None:
    assert told(complete) == []
    assert retention(complete) == Retention(exports=dt.date(2027, 9, 15), contacts=dt.date(2026, 12, 15))


LEAVES = [
    line.strip("- ").split(":")[0]
    for line in COMPLETE.splitlines()
    if ": " in line and not line.lstrip().startswith("#")
]


@pytest.mark.parametrize("blank", [BLANK, "", "…", "À COMPLÉTER", "a completer par Camille"])
@pytest.mark.parametrize("number", range(len(LEAVES)))
def test_each_blank_is_told_and_keeps_the_study_from_being_final(
    complete: dict[str, bytes], number: int, blank: str
) -> None:
    lines = COMPLETE.splitlines()
    at = [index for index, line in enumerate(lines) if ": " in line][number]
    lines[at] = f'{lines[at].split(": ")[0]}: "{blank}"'
    (found,) = told(complete | {FORM: "\n".join(lines).encode()})
    assert re.match(rf"{FORM}\u00a0: ([\w.]+\.)?{LEAVES[number]}\u00a0: à compléter\.$", found)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_absent_empty_or_in_another_encoding(complete: dict[str, bytes], name: str) -> None:
    for content, word in (
        (b"", "vide"),
        (b"# \n---\n", "vide"),
        ("délégué·e".encode("cp1252"), "UTF-8"),
        (f"\ufeffÀ Compléter\n\nici {BLANK}".encode(), "2 lignes à compléter (lignes 1, 3)"),
    ):
        (found,) = told(complete | {name: content})
        assert found.startswith(name) and word in found
    (found,) = told({other: content for other, content in complete.items() if other != name})
    assert found.startswith(name) and "introuvable" in found


@pytest.mark.parametrize(
    ("old", "new", "key", "word"),
    [
        ("opinion_date: 2026-02-10", "opinion_date: 2026-10-02", "officer.opinion_date", "n’est pas encore passé"),
        ("joint_agreement: 2026-02-01", "joint_agreement: 2027-01-01", "joint_agreement", "n’est pas encore passé"),
        ("joint_agreement: 2026-02-01", "joint_agreement: sans objet", "joint_agreement", "plusieurs responsables"),
        ("exports: 2027-09-15", "exports: 2026-10-01", "retention.exports", "est passé"),
        ("contacts: 2026-12-15", "contacts: 2026-09-30", "retention.contacts", "est passé"),
        ("opinion_date: 2026-02-10", "opinion_date: 2026-02-04", "officer.opinion_date", "avant l’analyse"),
        ("outcome: favorable avec réserves", "outcome: défavorable", "impact_assessment.outcome", "finale"),
        ("outcome: favorable avec réserves", "outcome: oui", "impact_assessment.outcome", "favorable"),
        ("residual_risk: acceptable", "residual_risk: élevé", "cnil_consultation", "article 36"),
        ("exports: 2027-09-15", "exports: 15/09/2027", "retention.exports", "AAAA-MM-JJ"),
        ("exports: 2027-09-15", "exports: 2027-02-30", "retention.exports", "AAAA-MM-JJ"),
        ("exports: 2027-09-15", "exports: sans objet", "retention.exports", "AAAA-MM-JJ"),
        ("cnil_consultation: Sans objet", "cnil_consultation: non", "cnil_consultation", "AAAA-MM-JJ"),
        ("hosting:", "hostng:", "hostng", "vouliez-vous"),
        (f"recipients:\n  - {SECRET}", "recipients: []", "recipients", "liste est vide"),
        (f"hosting: {SECRET}\n", "", "hosting", "absente"),
    ],
)
def test_what_cannot_be(complete: dict[str, bytes], old: str, new: str, key: str, word: str) -> None:
    lines = [line for line in told(edited(complete, (old, new))) if line.startswith(f"{FORM}\u00a0: {key}\u00a0")]
    assert len(lines) == 1 and word in lines[0]


def test_a_date_before_the_end_of_the_period(complete: dict[str, bytes]) -> None:
    found = problems(complete, TODAY, dt.date(2027, 6, 30))
    assert [line.split("\u00a0")[1] for line in found] == [": retention.contacts"]
    assert problems(complete, TODAY) == []


def test_after_the_purge_past_dates_are_as_they_should_be(complete: dict[str, bytes]) -> None:
    later = dt.date(2030, 1, 1)
    assert len(problems(complete, later, PERIOD_END)) == 2
    assert problems(complete, later, PERIOD_END, purged=True) == []


def test_one_responsible_party_has_no_agreement(complete: dict[str, bytes]) -> None:
    alone = complete[FORM].decode().replace(f"  - name: {SECRET}\n    contact: {SECRET}\n", "", 1).encode()
    without = edited(complete | {FORM: alone}, ("joint_agreement: 2026-02-01", "joint_agreement: sans objet"))
    assert told(without) == []


def test_a_high_risk_with_the_authority_consulted(complete: dict[str, bytes]) -> None:
    changes = (("risk: acceptable", "risk: élevé"), ("consultation: Sans objet", "consultation: 2026-02-20"))
    assert told(edited(complete, *changes)) == []


def test_all_at_once(complete: dict[str, bytes]) -> None:
    broken = edited(complete, ("exports: 2027-09-15", "exports: demain"), (f"hosting: {SECRET}", f"hosting: '{BLANK}'"))
    del broken["registre.md"]
    assert len(told(broken)) == 3


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"a: [", "YAML illisible"),
        (b"- a", "clé: valeur"),
        (b"hosting: a\nhosting: b\n", "répétée"),
        ("hosting: é".encode("cp1252"), "illisible"),
        (b"", "clé: valeur"),
    ],
)
def test_a_form_that_cannot_be_read(complete: dict[str, bytes], content: bytes, word: str) -> None:
    (found,) = told(complete | {FORM: content})
    assert word in found.replace("\u00a0", " ")
    with pytest.raises(ConfigError):
        retention(complete | {FORM: content})


def test_reading_a_blank_form_tells_every_blank(laid: dict[str, bytes]) -> None:
    assert len([line for line in told(laid) if FORM in line]) == 19


def test_the_purge_needs_its_two_dates_only(laid: dict[str, bytes]) -> None:
    with pytest.raises(ConfigError) as refused:
        retention(laid)
    assert [line.split("\u00a0")[1] for line in str(refused.value).splitlines()] == [
        ": retention.exports",
        ": retention.contacts",
    ]
    text = laid[FORM].decode()
    for key, day in (("exports", "2027-01-31"), ("contacts", "2026-12-31")):
        text = text.replace(f'  {key}: "{BLANK}"', f"  {key}: {day}")
    expected = Retention(exports=dt.date(2027, 1, 31), contacts=dt.date(2026, 12, 31))
    assert retention(laid | {FORM: text.encode()}) == expected
    with pytest.raises(ConfigError, match="AAAA-MM-JJ"):
        retention(laid | {FORM: text.replace("2027-01-31", "2027-01-32").encode()})
    with pytest.raises(ConfigError):
        retention(laid | {FORM: b"hosting: ici\n"})


def test_the_vault_opens_with_the_folder_in_it(tmp_path: Path) -> None:
    root = own.created(tmp_path / "project", STUDY, start.TOOL, dt.date(2026, 1, 5))
    vault = open_vault(root, STUDY, create=False)
    assert vault.private_names() == []
