"""What each screen changes is what the commands change; what it must never do is refused."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import own
import pytest
import yaml
from desks import Open

from diagnostic.core.errors import Typeset
from diagnostic.desk import decisions
from diagnostic.study import calendar, erase, follow, receive, settings, start

STUDY, DAY = "47-2026", dt.date(2026, 1, 5)
HERE = f"/etude/{STUDY}"
Opening = Callable[..., Open]
REPORT = '<main><h2 id="a">Les <span>personnes</span></h2><h2>Les annonces</h2></main>'


@pytest.fixture(scope="module")
def desk(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """One desk for all, on a study of which a report lies there: each test looks at what it has itself changed."""
    root = Path(shutil.copytree(made, tmp_path_factory.mktemp("open") / "projet"))
    report = root / f"results/{STUDY}/report"
    report.mkdir(parents=True)
    (report / "rapport.html").write_text(REPORT, "utf-8")
    (report / "rapport.docx").write_bytes(b"docx")
    (report.parent / "manifest.json").write_text("{}", "utf-8")
    tools = tmp_path_factory.mktemp("bin")
    (tools / "xdg-open").write_text(f'#!/bin/sh\nls -l "$1" > "{tools}/ouvert"\n', "utf-8")
    (tools / "xdg-open").chmod(0o755)
    found = Open(root, environment={"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}).enter()
    yield found
    found.close()


def who(desk: Open, initials: str) -> None:
    assert desk.post("/initiales", initials=initials).code == 303


def log(desk: Open) -> list[tuple[str, str, str, str]]:
    return [(one.who, one.kind, one.what, one.number) for one in decisions.read(desk.root, STUDY)]


# -- Où nous en sommes ------------------------------------------------------------------------------------------------
def test_where_says_what_the_command_says(desk: Open) -> None:
    text = desk.get(f"{HERE}/ou").text
    assert "0 étape faite sur 25" in text and "Mois 1, " in text
    told = [line.told for line in follow.lines(desk.root, STUDY, dt.date.today()) if line.told]
    plain = text.replace("’", "'")
    for line in told:
        sentence = re.sub(
            r", par la commande « \w+ »",
            "",
            line.partition("\u00a0: ")[2] if line.startswith(("à faire", "en retard")) else line,
        )
        sentence = sentence.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
        assert sentence.removeprefix("à faire : ").removeprefix("en retard : ") in plain, line
    missing = desk.get(f"{HERE}/ou/manque").text
    assert (
        "Écrire au Département" in missing and "conformite.yaml, hosting" in missing and "notice-tiers.md : " in missing
    )


def test_a_step_is_noted_in_the_study_s_own_file_and_nothing_else_of_it(desk: Open) -> None:
    path = desk.root / f"vault/{STUDY}/conformite/suivi.yaml"
    before = path.read_text("utf-8").splitlines()
    day = dt.date.today().isoformat()
    assert desk.post(f"{HERE}/ou/fait", key="departement_letter", day=day, act="done").code == 303
    assert desk.post(f"{HERE}/ou/fait", key="prosecutor_letter", day=day, act="none").code == 303
    changed = [(old, new) for old, new in zip(before, path.read_text("utf-8").splitlines(), strict=True) if old != new]
    assert [new for _, new in changed] == [
        old.replace("[à compléter]", said) for (old, _), said in zip(changed, (f"{day} AB", "sans objet"), strict=True)
    ]
    text = desk.get(f"{HERE}/ou").text
    assert "La lettre au Département est partie" in text and "(AB)" in text
    tomorrow = (dt.date.today() + dt.timedelta(1)).isoformat()
    for wrong in (
        {"key": "pairs", "day": day},
        {"key": "form_tried", "day": tomorrow},
        {"key": "form_tried", "day": "hier"},
        {"key": "a: b\nc", "day": day},
    ):
        assert desk.post(f"{HERE}/ou/fait", act="done", **wrong).code == 422
    assert len(path.read_text("utf-8").splitlines()) == len(before)
    assert calendar.declared(path.read_bytes(), dt.date.today())[1] == []


def test_only_a_structure_that_is_due_can_be_noted_as_reminded(desk: Open) -> None:
    before = log(desk)
    for code in ("P001", "Association Exemple", ""):
        assert desk.post(f"{HERE}/ou/relance", code=code).code == 422
    assert log(desk) == before


# -- Calculer et relire -----------------------------------------------------------------------------------------------
def test_nothing_leaves_before_another_person_has_opened_and_read(desk: Open) -> None:
    where = f"{HERE}/calculer"
    decisions.note(desk.root, STUDY, "AB", "calculated")
    who(desk, "AB")
    desk.get(f"{where}/document/report/rapport.html")
    refused = desk.post(f"{where}/relu")
    assert f'href="{where}"' in refused.text and desk.get(where).code == 200
    assert refused.code == 422 and "une autre personne" in refused.text
    who(desk, "CD")
    assert "Ouvrir d’abord le rapport" in desk.post(f"{where}/relu").text  # what AB has opened, CD has not
    draft = desk.root / f"results/{STUDY}/brouillon/BROUILLON-rapport.html"
    draft.parent.mkdir()
    draft.write_text(REPORT, "utf-8")
    assert desk.get(f"{where}/document/brouillon/{draft.name}").code == 200
    assert desk.post(f"{where}/relu").code == 422  # nor is a draft what leaves
    shutil.rmtree(draft.parent)
    assert "cela peut partir" not in desk.get(where).text
    assert desk.post(f"{where}/edition").code == 422
    answer = desk.get(f"{where}/document/report/rapport.html")
    assert (
        "sandbox" not in answer.headers["content-security-policy"]
        and "connect-src" not in answer.headers["content-security-policy"]
    )
    assert "J’ai tout relu" in desk.get(where).text
    assert desk.post(f"{where}/relu").code == 303
    (last,) = [one for one in log(desk) if one[1] == "checked"]
    assert last[0] == "CD" and last[2] == "rapport.html" and len(last[3]) == 12
    assert "Préparer l’édition" in desk.get(where).text
    assert f'report_read: "{dt.date.today().isoformat()} CD"' in (
        desk.root / f"vault/{STUDY}/conformite/suivi.yaml"
    ).read_text("utf-8")
    # Calculated anew since: that was not read.
    (desk.root / f"results/{STUDY}/manifest.json").write_text('{"a": "b"}', "utf-8")
    assert "Préparer l’édition" not in desk.get(where).text
    assert desk.post(f"{where}/edition").code == 422
    assert desk.post(f"{where}/envoi", whom="préfecture", day=dt.date.today().isoformat()).code == 422  # no edition
    who(desk, "AB")


def test_a_document_of_another_program_is_opened_from_a_copy_that_only_reads(desk: Open) -> None:
    where = f"{HERE}/calculer/document/report/rapport.docx"
    assert "Une copie à lire" in desk.get(where).text
    assert desk.post(where).code == 303
    copy = desk.root / f"vault/.bureau/ouverts/{STUDY}/rapport.docx"
    assert (
        copy.read_bytes() == b"docx"
        and copy.stat().st_mode & 0o777 == 0o400
        and copy.parent.stat().st_mode & 0o777 == 0o700
    )
    opened = Path(desk.environment["PATH"].partition(os.pathsep)[0]) / "ouvert"
    for _ in range(100):
        if opened.is_file() and opened.read_text("utf-8"):
            break
        time.sleep(0.05)
    assert str(copy) in opened.read_text("utf-8")


def test_remarks_stay_in_the_vault_are_answered_and_never_say_who(desk: Open) -> None:
    where = f"{HERE}/calculer/remarques"
    assert "<option>Les personnes</option>" in desk.get(where).text
    for wrong in ("Mme Exemple en parle", "appeler le 06 12 34 56 78", "zoe@exemple.fr", "x" * 2001, ""):
        answer = desk.post(where, section="Les personnes", place="", text=wrong)
        assert answer.code == 422 and wrong[:20] not in answer.text.partition("<main")[2] or not wrong
    assert desk.post(where, section="Une autre", place="", text="Bien").code == 422
    for at in ("tableau 2", "page 4"):
        assert desk.post(where, section="Les annonces", place=at, text="De combien de sites ?").code == 303
    stored = (desk.root / f"vault/{STUDY}/bureau/remarques.csv").read_text("utf-8")
    assert "06 12" not in stored and "tableau 2" in stored
    assert desk.post(f"{where}/reponse", number="1", act="answer", answer="De trois : voir la page 3.").code == 303
    assert desk.post(f"{where}/reponse", number="2", act="answer", answer="M. Exemple le sait").code == 422
    text = desk.get(where).text
    assert "De trois : voir la page 3." in text and text.count("Remarque ") == 2
    assert desk.post(f"{where}/reponse", number="2", act="delete").code == 303
    assert desk.post(f"{where}/reponse", number="2", act="delete").code == 422
    stored = (desk.root / f"vault/{STUDY}/bureau/remarques.csv").read_text("utf-8")
    assert "page 4" not in stored and "tableau 2" in stored
    assert ("AB", "remark", "effacée", "2") in log(desk)


# -- Étude, Vie de l'étude --------------------------------------------------------------------------------------------
def settled(desk: Open, **said: str) -> dict[str, str]:
    held = yaml.safe_load((desk.root / f"config/studies/{STUDY}.yaml").read_text("utf-8"))
    base = {
        key: str(held.get(key) or "")
        for key in ("title", "team", "contact", "period_start", "period_end", "report_date", "coded_sample")
    }
    base |= {
        "circulation": held.get("circulation", "équipe"),
        "final": "1" if held["final"] else "0",
        "fictional": "1" if held["fictional"] else "0",
    }
    return base | said


def test_settings_change_their_line_alone(desk: Open) -> None:
    path = desk.root / f"config/studies/{STUDY}.yaml"
    before = path.read_text("utf-8")
    chosen = set(re.findall(r'name="(\w+)" value="([^"]*)" checked', desk.get(f"{HERE}/etude").text))
    assert chosen == {("fictional", "1"), ("final", "0"), ("circulation", "équipe")}
    assert "Rien n’a changé" in after(desk, desk.post(f"{HERE}/etude", **settled(desk)))
    assert path.read_text("utf-8") == before
    title = 'Un titre : "entre guillemets" # et dièse \\'
    answer = desk.post(
        f"{HERE}/etude",
        **settled(
            desk, title=title, period_end="2026-05-31", circulation="commission", contact="un service, service.example"
        ),
    )
    assert answer.code == 303, answer.text
    old, new = before.splitlines(), path.read_text("utf-8").splitlines()
    held = yaml.safe_load("\n".join(new))
    assert (held["title"], held["circulation"], held["period_end"].isoformat()) == (title, "commission", "2026-05-31")
    assert len(new) == len(old) + 2 and [line for line in new if line.startswith("#")] == [
        line for line in old if line.startswith("#")
    ]
    assert "period_end: 2026-05-31 # dernier jour de la période étudiée" in new
    assert desk.post(f"{HERE}/etude", **settled(desk, contact="", circulation="équipe")).code == 303
    assert "contact" not in yaml.safe_load(path.read_text("utf-8"))
    kinds = [one[1:3] for one in log(desk)]
    assert (
        ("circulation", "commission") in kinds
        and ("form", "") in kinds
        and not any("guillemets" in part for one in kinds for part in one)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"period_end": "2020-01-01"},
        {"title": ""},
        {"circulation": "tout le monde"},
        {"report_date": "demain"},
        {"title": "a\nb: c"},
        {"fictional": "0", "final": "1"},
    ],
)
def test_settings_that_would_be_none_are_refused_and_nothing_is_written(desk: Open, wrong: dict[str, str]) -> None:
    path = desk.root / f"config/studies/{STUDY}.yaml"
    before = path.read_bytes()
    assert desk.post(f"{HERE}/etude", **settled(desk, **wrong)).code == 422
    assert path.read_bytes() == before


def after(desk: Open, answer: object) -> str:
    assert answer.code == 303, answer.text
    return desk.get(answer.headers["location"]).text


@pytest.mark.slow
def test_a_study_is_created_as_the_command_creates_it(desk: Open, tmp_path: Path) -> None:
    """The same files but for what a key has made; several départements need their name."""
    told = after(desk, desk.post("/etudes", departements="48", edition="2026", tool="kobo", region=""))
    assert "créée" in told and "<strong>48-2026</strong>" in told
    beside = own.copy(tmp_path / "projet", "config", "resources")
    start.init(beside, "48-2026", "kobo", dt.date.today())
    for place in (
        "config/studies/48-2026.yaml",
        "config/studies/48-2026/cadre.md",
        "instruments/48-2026/aide-memoire.md",
        "resources/studies/48-2026/sites.csv",
    ):
        assert (desk.root / place).read_bytes() == (beside / place).read_bytes(), place
    assert "existe déjà" in desk.post("/etudes", departements="48", edition="2026", tool="kobo", region="").text
    for wrong in ({"edition": "26"}, {"tool": "papier"}, {"departements": "100"}, {"departements": "../x"}):
        given = {"departements": "49", "edition": "2026", "tool": "kobo", "region": ""} | wrong
        assert desk.post("/etudes", **given).code == 422, wrong


def test_a_version_is_used_again(desk: Open) -> None:
    export = next((desk.root / f"vault/{STUDY}/received").glob("questionnaire.*"))
    lines = receive.listed(desk.root, STUDY)
    text = desk.get(f"{HERE}/vie").text
    assert export.is_file() and (
        ("Réponses au questionnaire" in text) is any("questionnaire" in line for line in lines)
    )
    assert desk.post(f"{HERE}/vie/reprendre", role="questionnaire", number="9").code == 422
    assert desk.post(f"{HERE}/vie/reprendre", role="../key", number="1").code == 422


def test_an_erasure_is_told_first_and_done_when_that_is_written(desk: Open) -> None:
    assert desk.post(f"{HERE}/vie/effacer", record="").code == 422
    assert "Aucune version" in desk.post(f"{HERE}/vie/effacer", record="R-000000").text
    plan = desk.post(f"{HERE}/vie/supprimer")
    assert plan.code == 422 and "à compléter" in plan.text  # no date was decided
    before = {path: path.read_bytes() for path in sorted((desk.root / f"vault/{STUDY}").rglob("*")) if path.is_file()}
    assert desk.post(f"{HERE}/vie/effacer", record="R-000000", sure="oui").code == 422
    assert desk.post(f"{HERE}/vie/supprimer", sure="non").code == 422
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.slow
def test_an_erasure_leaves_the_bytes_that_the_command_leaves(desk: Open, tmp_path: Path) -> None:
    beside = Path(shutil.copytree(desk.root, tmp_path / "copie"))
    told = desk.post(f"{HERE}/vie/effacer", record="R001").text
    assert "questionnaire, fichier en usage : 4 lignes" in told and "--confirmer" not in told and "la ramène" in told
    done = after(desk, desk.post(f"{HERE}/vie/effacer", record="R001", sure="ab"))
    assert "Certificat, sans contenu" in done and log(desk)[-1][1:3] == ("erased", "une réponse")
    assert erase.erase(beside, STUDY, "R001", dt.date.today(), execute=True)[1]
    trees = [
        {
            path.relative_to(root): path.read_bytes()
            for path in (root / "vault" / STUDY).rglob("*")
            if path.is_file() and path.parent.name != decisions.FOLDER
        }
        for root in (desk.root, beside)
    ]
    assert trees[0] == trees[1] and len(trees[0]) > 10


def test_a_fault_of_the_program_is_told_without_what_it_met(desk: Open) -> None:
    path = desk.root / f"vault/{STUDY}/bureau/decisions.csv"
    before = path.read_bytes() if path.is_file() else None
    decisions.note(desk.root, STUDY, "AB", "code")
    path.write_text(path.read_text("utf-8") + "Mme Exemple,une colonne de trop,,,,,,,\n", "utf-8")
    answer = desk.get(f"{HERE}/vie")
    assert answer.code == 422 and "faute du programme" in answer.text and "Exemple" not in answer.text
    report = desk.root / "logs/bureau.faute.txt"
    assert "desk.decisions" in report.read_text("utf-8") and "Exemple" not in report.read_text("utf-8")
    path.write_bytes(before) if before else path.unlink()
    assert desk.get(f"{HERE}/vie").code == 200


# -- The log ----------------------------------------------------------------------------------------------------------
def test_the_log_names_nobody_and_is_closed(root: Path) -> None:
    decisions.note(root, STUDY, "AB", "code", "situations", 12)
    with pytest.raises(Typeset):
        decisions.note(root, STUDY, "AB", "code", "Mme Exemple", 1)
    with pytest.raises(KeyError):
        decisions.note(root, STUDY, "AB", "autre")
    decisions.note(root, "62-2020", "AB", "code")  # no vault: no log
    (one,) = decisions.read(root, STUDY)
    assert (one.who, one.kind, one.what, one.number, one.day) == (
        "AB",
        "code",
        "situations",
        "12",
        dt.date.today().isoformat(),
    )
    path = root / f"vault/{STUDY}/bureau/decisions.csv"
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert json.dumps(one.told, ensure_ascii=False) == '"codage : situations (12)"'


@pytest.mark.slow
def test_a_key_that_is_not_on_one_line_is_changed_whole_and_nothing_else(root: Path) -> None:
    path = root / f"config/studies/{STUDY}.yaml"
    before = path.read_text("utf-8")
    path.write_text(re.sub(r"^title:.*$", "title: >-\n  Un titre\n  long", before, flags=re.M), "utf-8")
    assert settings.change(root, STUDY, {"title": "Un autre"}) == ["title"]
    assert path.read_text("utf-8") == re.sub(r"^title:.*$", 'title: "Un autre"', before, flags=re.M)
    path.write_text(re.sub(r"^title:.*\n", "", before, flags=re.M) + "title: *rien\n", "utf-8")
    held = path.read_bytes()
    with pytest.raises(settings.ConfigError):
        settings.change(root, STUDY, {"title": "Un autre"})
    assert path.read_bytes() == held
