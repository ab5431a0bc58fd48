"""A comparison, and a study of several départements, at the desk: listed, calculated and opened as any study is."""

from __future__ import annotations

import datetime as dt
import html
import json
import shutil
import time
import urllib.parse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from desks import Answer, Open
from near import Near
from test_desk_play import Person

from diagnostic.commands.program import main
from diagnostic.desk import calculate, decisions
from diagnostic.running import apart
from diagnostic.study import comparisons

NAME, TITLE = "voisins", "Deux départements voisins"
HERE = f"/comparaison/{NAME}/calculer"
FILE = f'title: {TITLE}\nteam: Une équipe\nreport_date: 2026-11-02\nstudies: ["47-2026", "48-2026"]\n'


@pytest.fixture
def desk(root: Path, near: Callable[[Path], Near]) -> Near:
    (root / "config/comparisons").mkdir(exist_ok=True)
    (root / f"config/comparisons/{NAME}.yaml").write_text(FILE, "utf-8")
    return near(root)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[str, ...]]]:
    """What was asked to be calculated; nothing of it is."""
    found: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(apart, "start", lambda root, study, asked: bool(found.append((study, tuple(asked)))) or True)
    return found


def test_comparisons_are_listed_and_calculated_by_the_same_command(desk: Near, begun: list[object]) -> None:
    assert f'href="{HERE}"' in desk.get("/").text and TITLE in desk.get("/").text
    text = desk.get(HERE).text
    assert f"<h1>{TITLE}</h1>" in text and "47-2026, 48-2026" in text and "Aucun document encore" in text
    assert "Brouillon" not in text and "<nav" not in text and "constats" not in text
    assert desk.post(HERE).headers["location"] == HERE
    assert begun == [(f"comparison/{NAME}", ("rapprocher", NAME))]


def test_how_far_it_is_how_it_is_stopped_and_that_it_was_cut(root: Path, desk: Near) -> None:
    logs = root / f"logs/comparison/{NAME}"
    logs.mkdir(parents=True)
    (logs / apart.SAID).write_text("2 étapes sur 9, 12 s : 47-2026 : méthodes\n", "utf-8")
    gone = {"asked": ["rapprocher", NAME], "pid": 2**22 + 1, "began": 0.0, "uptime": 0.0}
    (logs / apart.WHO).write_text(json.dumps(gone), "utf-8")
    assert "coupé net" in desk.get(HERE).text
    told = desk.get(f"{HERE}/suivi").body.decode()
    assert json.loads(told.removeprefix("data: ")) == {
        "done": 2,
        "total": 9,
        "step": "47-2026 : méthodes",
        "ended": True,
    }
    assert desk.post(f"{HERE}/arreter").headers["location"] == HERE


def test_its_documents_are_opened_and_nothing_beside_them(root: Path, desk: Near) -> None:
    place = root / f"results/comparison/{NAME}/travail"
    place.mkdir(parents=True)
    for name in ("TRAVAIL-comparaison.html", "TRAVAIL-synthese.pdf", "TRAVAIL-comparaison.docx"):
        (place / name).write_bytes(b"<p>nombres</p>")
    (place.parent / "compare").mkdir()
    (place.parent / "compare/notes.txt").write_text("interne", "utf-8")
    text = desk.get(HERE).text
    names = ["La comparaison, en page", "La comparaison, à modifier (Word)", "La synthèse d’une page"]
    assert [text.index(name) for name in names] == sorted(text.index(name) for name in names)
    assert desk.get(f"{HERE}/document/travail/TRAVAIL-comparaison.html").body == b"<p>nombres</p>"
    assert f'href="{HERE}"' in desk.get(f"{HERE}/document/travail/TRAVAIL-comparaison.docx").text
    for wrong in ("compare/notes.txt", "travail/../compare/notes.txt", "travail/rien.html"):
        assert desk.get(f"{HERE}/document/{wrong}").code == 404


def test_one_that_does_not_read_is_told_and_one_that_is_none_is_not_there(root: Path, desk: Near) -> None:
    (root / f"config/comparisons/{NAME}.yaml").write_text("title: [", "utf-8")
    assert "ne se lit pas" in desk.get("/").text
    answer = desk.get(HERE)
    assert answer.code == 422 and f"config/comparisons/{NAME}.yaml" in answer.text
    assert desk.get("/comparaison/autre/calculer").code == desk.post("/comparaison/autre/calculer").code == 404
    assert desk.get("/comparaison/47-2026/calculer").code == desk.get(f"/etude/{NAME}/calculer").code == 404


@pytest.mark.slow  # `study/test_several_departements.py` creates one by the command
def test_a_study_of_several_departements_is_created_shown_and_calculated(desk: Near, begun: list[object]) -> None:
    fields = {"edition": "2026", "tool": "template", "region": "Bretagne"}
    body = "&".join(["departements=22", "departements=29", *(f"{key}={text}" for key, text in fields.items())])
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = desk.ask("POST", "/etudes", desk.own | kind, f"csrf={desk.csrf}&{body}".encode())
    assert answer.headers["location"] == "/etude/bretagne-2026/etude"
    for screen in ("etude", "ou", "ou/manque", "deposer", "coder", "trancher", "calculer", "vie"):
        assert desk.get(f"/etude/bretagne-2026/{screen}").code == 200, screen
    assert desk.post("/etude/bretagne-2026/calculer").code == 303
    assert begun == [("bretagne-2026", ("calculer", "bretagne-2026"))]


# -- Which studies, and what leaves -----------------------------------------------------------------------------------
def posted(desk: Open, path: str, *fields: tuple[str, str]) -> Answer:
    """A change of which a field is there several times."""
    body = urllib.parse.urlencode([("csrf", desk.csrf), *fields]).encode()
    return desk.ask("POST", path, desk.own | {"Content-Type": "application/x-www-form-urlencoded"}, body)


def choice(studies: Sequence[str], published: Sequence[str] = (), title: str = "Nos études, côte à côte") -> Any:
    said = {"title": title, "team": "Une équipe", "report_date": "2026-11-02"}
    return [*said.items(), *(("studies", one) for one in studies), *(("published", one) for one in published)]


def test_a_comparison_is_made_of_studies_that_are_chosen_and_others_are(root: Path, desk: Near) -> None:
    known = list(comparisons.published(root))
    for name in ("47-2026", known[0]):
        assert f'value="{name}"' in desk.get("/").text
    made = posted(desk, "/comparaisons", *choice(["47-2026"], [known[0]]))
    assert made.headers["location"] == "/comparaison/nos-etudes-cote-a-cote/calculer"
    found = comparisons.read(root, "nos-etudes-cote-a-cote")
    assert (found.studies, found.published, found.team) == (["47-2026"], [known[0]], "Une équipe")
    assert decisions.every(root, "47-2026")[-1].what == "comparaison nos-etudes-cote-a-cote"

    path = root / "config/comparisons/nos-etudes-cote-a-cote.yaml"
    path.write_text("# gardé\n" + path.read_text("utf-8"), "utf-8")
    page = desk.get("/comparaison/nos-etudes-cote-a-cote/calculer").text
    assert f'<option value="{known[0]}" selected>' in page and 'value="47-2026" checked' in page
    kept = posted(desk, "/comparaison/nos-etudes-cote-a-cote/choix", *choice(["47-2026"], known))
    assert kept.code == 303 and path.read_text("utf-8").startswith("# gardé\n")
    assert comparisons.read(root, "nos-etudes-cote-a-cote").published == known
    assert '["toutes"]' in path.read_text("utf-8")


def test_a_comparison_that_cannot_be_is_refused_and_not_written(root: Path, desk: Near) -> None:
    before = sorted((root / comparisons.COMPARISONS).iterdir())
    assert "deux études au moins" in posted(desk, "/comparaisons", *choice(["47-2026"])).text
    assert "n’est pas une étude" in posted(desk, "/comparaisons", *choice(["47-2026"], ["nulle-2020"])).text
    assert "de la forme" in posted(desk, "/comparaisons", *choice(["47-2026", "../../etc"])).text
    for title in (NAME, "1, 47-2026"):  # one that is there; the name of none begins with a digit, as a study's may
        named = posted(desk, "/comparaisons", *choice(["47-2026", "48-2026"], title=title))
        assert named.code == (422 if title == NAME else 303), title
    (root / comparisons.COMPARISONS / "comparaison.yaml").unlink(missing_ok=True)
    new = {path.name for path in (root / comparisons.COMPARISONS).iterdir()} - {path.name for path in before}
    assert len(new) <= 1 and posted(desk, "/comparaison/autre/choix", *choice(["47-2026", "48-2026"])).code == 404


def test_what_leaves_of_a_comparison_was_read_by_another_than_who_calculated_it(
    root: Path, desk: Near, begun: list[object]
) -> None:
    place = root / f"results/comparison/{NAME}/travail"
    place.mkdir(parents=True)
    (place / "TRAVAIL-comparaison.html").write_text("<p>nombres</p>", "utf-8")
    (place.parent / "manifest.json").write_text("{}", "utf-8")
    assert desk.post(HERE).code == 303
    assert "AB a lancé le calcul" in desk.get(HERE).text
    assert "une autre personne donne ses initiales" in desk.post(f"{HERE}/relu").text
    assert "Une autre personne relit d’abord" in desk.post(f"{HERE}/edition").text
    assert desk.post("/initiales", initials="CD", retour=HERE).headers["location"] == HERE
    assert "Ouvrir d’abord" in desk.post(f"{HERE}/relu").text
    assert desk.get(f"{HERE}/document/travail/TRAVAIL-comparaison.html").code == 200
    assert desk.post("/etude/47-2026/etude/textes", who="EF", act="relire").code == 303
    assert "ne donnent pas cet acte" in desk.post(f"{HERE}/relu").text  # what one of its studies reserves
    assert desk.post("/etude/47-2026/etude/textes", who="EF", act="relire", sens="retirer").code == 303
    assert desk.post(f"{HERE}/relu").code == 303
    assert "Relu par CD" in desk.get(HERE).text
    assert desk.post(f"{HERE}/edition").code == 303
    assert begun == [(f"comparison/{NAME}", ("rapprocher", NAME)), (f"comparison/{NAME}", ("diffuser", NAME))]
    log = [(one.who, one.kind, one.what) for one in decisions.read(root, f"comparison/{NAME}")]
    assert log == [
        ("AB", "calculated", ""),
        ("CD", "checked", "comparaison.html"),
        ("CD", "issued", "demandée"),
    ]
    assert not [one for one in decisions.read(root, "47-2026") if one.kind in ("checked", "calculated", "issued")]
    assert "relecture : comparaison voisins, comparaison.html" in desk.get("/etude/47-2026/vie").text
    (place.parent / "manifest.json").write_text("{ }", "utf-8")  # calculated again
    assert "Relu par CD" not in desk.get(HERE).text and desk.post(f"{HERE}/edition").code == 422


def test_to_whom_it_was_sent_and_remarks_on_it_are_in_the_vault_of_each_of_its_studies(root: Path, desk: Near) -> None:
    place, remarks = root / f"results/comparison/{NAME}/report", f"{HERE}/remarques"
    place.mkdir(parents=True)
    (place / "comparaison.html").write_text("<main><h2>Les méthodes</h2>", "utf-8")
    sending = {"whom": "préfecture", "day": dt.date.today().isoformat()}
    assert desk.post(f"{HERE}/envoi", **sending).code == 422  # none has left
    decisions.note(root, f"comparison/{NAME}", "CD", "issued", "demandée")
    assert desk.post(f"{HERE}/envoi", **sending | {"whom": "zoe@exemple.fr"}).code == 422
    assert desk.post(f"{HERE}/envoi", **sending).code == 303
    said = {"section": "Les méthodes", "place": "tableau 2", "text": "Qui a compté ?"}
    assert desk.post(remarks, **said | {"text": "Mme Exemple le sait"}).code == 422
    assert desk.post(remarks, **said | {"section": "Les annonces"}).code == 422
    assert desk.post(remarks, **said).code == 303
    text = desk.get(HERE).text
    assert "préfecture" in text and "Les remarques sur la comparaison, 1 sans réponse" in text

    shutil.copytree(root / "vault/47-2026", root / "vault/48-2026")  # a study that came to have a vault meanwhile
    for file in (root / "vault/48-2026/bureau").iterdir():
        file.unlink()
    assert "Qui a compté ?" in desk.get(remarks).text
    assert desk.post(f"{remarks}/reponse", number="1", act="answer", answer="Les deux équipes.").code == 303
    assert desk.post(f"{HERE}/envoi", **sending).code == 303
    for file, said_twice in (("remarques", "Les deux équipes."), ("envois", "préfecture")):
        kept = [root / f"vault/{study}/bureau/{NAME}-{file}.csv" for study in ("47-2026", "48-2026")]
        assert kept[0].read_bytes() == kept[1].read_bytes() and said_twice in kept[1].read_text("utf-8")
    assert kept[1].read_text("utf-8").count("préfecture") == 2 and "sans réponse" not in desk.get(HERE).text
    assert "Les deux équipes." not in desk.get("/etude/47-2026/calculer/remarques").text
    log = [(one.kind, one.what, one.number) for one in decisions.read(root, f"comparison/{NAME}")][1:]
    assert log == [("sent", "", ""), ("remark", "", "1"), ("remark", "réponse", "1"), ("sent", "", "")]

    # A remark that recognises somebody goes from the vault of a study that was left out since, too.
    (root / f"config/comparisons/{NAME}.yaml").write_text(FILE.replace("48-2026", "49-2026"), "utf-8")
    assert desk.post(f"{remarks}/reponse", number="1", act="delete").code == 303
    assert not any("Qui a compté" in path.read_text("utf-8") for path in root.glob("vault/*/bureau/*-remarques.csv"))

    for study in ("47-2026", "48-2026"):
        shutil.rmtree(root / "vault" / study)
    assert desk.post(remarks, **said).code == 422  # there is nowhere to keep it


NUMBERS = "identifiant;libelle;imprime;valeur;bas;haut;lieu;periode\r\n"
ADS = "47-2026.ads.total;annonces répertoriées;{};{};815;936;Lot-et-Garonne 2026;2026\r\n"
SEIZED = "series.seized.{};victimes enregistrées;{};{};;;;{}\r\n"  # of no place: its name tells the year
TABLE = "Étude;Nombre;Verdict\r\nAnnonces répertoriées;;\r\nLot-et-Garonne 2026;875;{}\r\n"


def package(folder: Path, numbers: str, verdict: str) -> None:
    (folder / "donnees").mkdir(parents=True)
    (folder / "donnees/enonces.csv").write_text(NUMBERS + numbers, "utf-8-sig")
    (folder / "donnees/tableau-ads.csv").write_text(TABLE.format(verdict), "utf-8-sig")
    (folder / "donnees/methode.csv").write_text(
        "Point de méthode;Ce que dit chaque étude\r\nDates;juin\r\n", "utf-8-sig"
    )


def test_what_is_no_longer_printed_as_what_left_is_told(
    root: Path, desk: Near, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results, remarks = root / f"results/comparison/{NAME}", f"{HERE}/remarques"
    before = SEIZED.format(2021, "1 811", 1811, 2021) + SEIZED.format(2022, "2 027", 2027, 2022)
    package(results / "report", before + ADS.format("875", "875"), "non comparable")
    assert "Depuis" not in desk.get(remarks).text  # nothing was calculated since
    package(results / "travail", before + ADS.format("875", "875"), "non comparable")
    assert "Depuis ce qui est parti" in desk.get(remarks).text  # by the command, of which the desk knows no day
    decisions.note(root, f"comparison/{NAME}", "CD", "issued")
    text = desk.get(remarks).text
    assert "Depuis l’édition du" in text and "Rien n’a changé depuis cette édition" in text
    (results / "report/donnees/notes.csv").write_bytes(b"\xe9;\xe8")  # of the team
    assert "Rien n’a changé depuis cette édition" in desk.get(remarks).text
    whole = (results / "report/donnees/enonces.csv").read_bytes()
    for damaged in (b"", whole.replace(b"imprime;", b"dit;"), whole + b"a;b;c;d;e;f;g;h;i;j\n", b"\xe9\xe8"):
        (results / "report/donnees/enonces.csv").write_bytes(damaged)
        answer = desk.get(remarks)
        assert answer.code == 200 and "ces données ne se lisent pas" in answer.text, damaged
    (results / "report/donnees/enonces.csv").write_bytes(whole)
    shutil.rmtree(results / "travail")
    now = SEIZED.format(2021, "1 811", 1811, 2021) + SEIZED.format(2023, "2 100", 2100, 2023)
    package(results / "travail", now + ADS.format("880", "880"), "avec prudence")
    text = desk.get(remarks).text
    assert "4 nombres ne sont plus imprimés de même" in text
    assert (
        "series.seized.2022, victimes" in text and "series.seized.2023, victimes" in text and "seized.2021" not in text
    )
    assert "Lot-et-Garonne 2026, annonces répertoriées" in text
    assert "Lot-et-Garonne 2026, Annonces répertoriées, ce qui s’en compare" in text

    for number, place in ((1, "report"), (2, "travail")):  # as two calculations of it are kept
        shutil.copytree(results / place, results / f"generations/{number}/report")
        (results / f"generations/{number}/manifest.json").write_text("{}", "utf-8")
    monkeypatch.chdir(root)
    told = ("875 (815 à 936) → 880 (815 à 936)", "absent → 2 100", "2 027 → absent", "non comparable → avec prudence")
    assert main(["comparer", *(f"results/comparison/{NAME}/generations/{number}" for number in (1, 2))]) == 1
    for said in (capsys.readouterr().out, html.unescape(desk.get(f"{HERE}/bouge").text)):
        assert "4 des 4 indicateurs ont bougé" in said.replace("\u202f", " ")
        assert all(one in " ".join(said.split()) for one in told), said
    assert main(["comparer", f"results/comparison/{NAME}/generations/2"]) == 0  # beside what the team now has
    other = "results/comparison/autre"
    (root / other).mkdir()
    assert main(["comparer", other, f"results/comparison/{NAME}"]) == 2
    assert "pas de nombres ici" in capsys.readouterr().err
    shutil.copytree(results / "report", root / other / "report")
    assert main(["comparer", other, f"results/comparison/{NAME}"]) == 2
    assert "deux comparaisons : autre et voisins" in capsys.readouterr().err.replace("\u00a0", " ")


@pytest.mark.slow  # a command of its own process, and the same in this one
def test_what_the_command_refuses_is_told_as_in_the_terminal(
    root: Path, desk: Near, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = root / f"results/comparison/{NAME}/travail"
    place.mkdir(parents=True)
    (place / "TRAVAIL-comparaison.html").write_text("<p>nombres</p>", "utf-8")
    (place.parent / "manifest.json").write_text("{}", "utf-8")
    assert desk.get(f"{HERE}/document/travail/TRAVAIL-comparaison.html").code == 200
    assert desk.post(f"{HERE}/relu").code == desk.post(f"{HERE}/edition").code == 303
    while apart.state(root, f"comparison/{NAME}").running:
        time.sleep(0.1)
    page = " ".join(desk.get(HERE).text.split())
    monkeypatch.chdir(root)
    assert main(["diffuser", NAME]) == 1
    said = capsys.readouterr()
    lines = [" ".join(line.split()) for line in (said.out + said.err).splitlines() if line.strip()]
    assert lines and all(html.escape(line, quote=False).replace("'", "’") in page.replace("'", "’") for line in lines)
    assert 'class="refused"' in page and not (place.parent / "report").exists()


def test_documents_of_a_study_are_in_their_own_order(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    for name in ("tableaux.xlsx", "rapport.html", "autre.html", "dossier.html"):
        (tmp_path / "report" / name).touch()
    assert calculate.documents(tmp_path) == {"report": ["rapport.html", "dossier.html", "tableaux.xlsx"]}


@pytest.mark.slow
@pytest.mark.acceptance
def test_nothing_is_wrong_with_these_screens_and_they_are_read_without_script(
    root: Path, desk: Near, browser: Any
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python absent").Axe()
    study = "/etude/47-2026"
    assert desk.post(f"{study}/coder/feuilles", who="CD", mode="second").code == 303
    assert desk.post(f"{study}/etude/textes", who="CD", act="relire").code == 303
    logs = root / f"logs/comparison/{NAME}"
    logs.mkdir(parents=True)
    (logs / apart.SAID).write_text(f"Fait en 4 minutes.\n{apart.END}0\n", "utf-8")
    gone = {"asked": ["rapprocher", NAME], "pid": 2**22 + 1, "began": 0.0, "uptime": 0.0}
    (logs / apart.WHO).write_text(json.dumps(gone), "utf-8")
    place = root / f"results/comparison/{NAME}/report"
    place.mkdir(parents=True)
    for name in ("comparaison.html", "comparaison.docx", "synthese.pdf"):
        (place / name).write_bytes(b"<main><h2>nombres</h2>")
    decisions.note(root, f"comparison/{NAME}", "CD", "issued")
    desk.post(f"{HERE}/remarques", section="nombres", place="", text="Qui a compté ?")
    name, value = desk.cookie.split("=", 1)
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{desk.port}"}])
    person = Person(context.new_page(), desk, axe)
    texts = ("etude/textes", "etude/textes/registre.md", "etude/textes/preface.md", "coder/feuilles")
    screens = dict.fromkeys(("/", HERE, f"{HERE}/remarques", *(f"{study}/{one}" for one in texts)), "")
    screens[f"{study}/etude/textes/conformite.yaml"] = "conformite"
    still = browser.new_context(java_script_enabled=False, storage_state=context.storage_state()).new_page()
    for path, image in screens.items():
        person.page.goto(f"http://127.0.0.1:{desk.port}{path}")
        person.judged(image)
        assert still.goto(f"http://127.0.0.1:{desk.port}{path}").status == 200
        assert len(still.locator("main").inner_text()) > 100, path
    still.get_by_label("Délégué·e à la protection des données : nom").fill("Une déléguée")
    still.get_by_role("button", name="Enregistrer").click()
    assert "C’est écrit" in still.locator("main").inner_text()
    assert person.elsewhere == []
    still.context.close()
    context.close()
