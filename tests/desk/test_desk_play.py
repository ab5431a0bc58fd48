"""A person and a browser, from the address to documents that were read, an edition that was recorded and a remark that was answered.

What is chosen and typed is counted, and printed. `DIAGNOSTIC_IMAGES=docs` keeps the images of docs/bureau.md.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import own
import psutil
import pytest
from desks import Open

from diagnostic.desk import decisions

if TYPE_CHECKING:
    from playwright.sync_api import Page

STUDY = "47-2026"
WIDTHS = (1280, 390)
IMAGES = os.environ.get("DIAGNOSTIC_IMAGES", "")
MOST_CHOICES = 40
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = ("Snakefile", "requirements.lock", "workflow", "config", "resources", "report", "profiles", "envs")
    return own.copy(tmp_path_factory.mktemp("play") / "projet", *names)


@pytest.fixture(scope="module")
def desk(project: Path) -> Iterator[Open]:
    environment = {"PYTHONPATH": str(project / "workflow"), "PIP_NO_INDEX": "1"}
    found = Open(project, environment=environment)
    yield found
    found.close()


class Person:
    """Who uses the page: what they choose and type is counted; each screen is judged as they meet it."""

    def __init__(self, page: Page, desk: Open, axe: Any) -> None:
        self.page, self.desk, self.axe = page, desk, axe
        self.chosen, self.typed = 0, 0
        self.elsewhere: list[str] = []
        page.on("request", lambda request: self.asked(request.url))
        page.on("dialog", lambda dialog: dialog.accept())

    def asked(self, url: str) -> None:
        if not url.startswith((f"http://127.0.0.1:{self.desk.port}/", "data:", "about:", "blob:")):
            self.elsewhere.append(url)

    def choose(self, name: str, within: str = "main") -> None:
        self.chosen += 1
        self.page.locator(within).get_by_role("button", name=name).or_(
            self.page.locator(within).get_by_role("link", name=name)
        ).first.click()

    def write(self, label: str, text: str) -> None:
        self.typed += 1
        self.page.get_by_label(label).fill(text)

    def judged(self, image: str = "") -> None:
        """Nothing is wrong with what is shown, at either width, and nothing is wider than it."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            found = self.axe.run(self.page).response["violations"]
            told = [f"{one['id']}: {node['html'][:140]}" for one in found for node in one["nodes"]]
            assert told == [], (self.page.url, width)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, self.page.url
            assert self.page.locator("h1").count() == 1
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        if IMAGES and image:
            self.page.screenshot(path=str(own.ROOT / IMAGES / f"bureau-{image}.png"))


@pytest.fixture(scope="module")
def person(browser: Any, desk: Open) -> Iterator[Person]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python absent").Axe()
    context = browser.new_context(locale="fr-FR", viewport={"width": WIDTHS[0], "height": 900})
    context.set_default_timeout(60_000)
    yield Person(context.new_page(), desk, axe)
    context.close()


def test_from_the_address_to_an_answered_remark(person: Person, desk: Open, project: Path) -> None:
    page = person.page
    assert page.goto(f"http://127.0.0.1:{desk.port}/?jeton={desk.token}")
    assert "jeton" not in page.url
    person.judged()
    person.write("Initiales", "ab")
    person.choose("Entrer")
    page.get_by_role("heading", name="Les études de ce dossier").wait_for()
    person.judged("etudes")

    # A new study.
    person.chosen += 1
    page.get_by_label("Département, ou plusieurs").select_option("47")
    person.choose("Créer l’étude")
    page.get_by_text("Étude 47-2026 créée").wait_for()
    person.judged()
    person.write("Équipe qui signe le rapport", "Une équipe d’essai")
    person.choose("Enregistrer les réglages")
    page.get_by_text("Les réglages sont enregistrés").wait_for()

    # The calculation, with its steps; it goes on when the page is closed.
    person.choose("Calculer et relire", "nav")
    page.get_by_role("heading", name="Les documents").wait_for()
    person.judged()
    person.choose("Calculer (environ")
    page.get_by_text("Un calcul est en cours").wait_for()
    person.judged()
    page.goto("about:blank")
    page.goto(f"http://127.0.0.1:{desk.port}/etude/{STUDY}/calculer")
    page.get_by_role("link", name="Le rapport, en page").wait_for(timeout=600_000)
    page.get_by_text("le rapport est dans").wait_for()
    person.judged("documents")

    # Findings are proposed, one is left out, the others are signed.
    person.choose("Les constats, à garder et à signer")
    person.choose("Proposer les constats")
    page.get_by_role("checkbox").first.wait_for()
    person.judged()
    there = page.get_by_role("checkbox").count()
    person.chosen += 1
    page.get_by_role("checkbox").first.uncheck()
    person.choose("Garder ces constats et les signer")
    page.get_by_text("Signés par l’équipe, le").wait_for()
    assert page.get_by_role("checkbox").count() == there - 1
    person.choose("Calculer et relire", "nav")
    page.get_by_role("link", name="Le rapport, en page").wait_for()

    # Whoever calculated does not read for the others.
    with page.context.expect_page() as opened:
        person.choose("Le rapport, en page")
    report = opened.value
    report.wait_for_load_state()
    assert report.locator("main .fact").count() > 5
    report.locator("main .fact").first.click()  # its own script runs, and reaches nothing
    report.get_by_role("link", name="dossier de vérification").first.click()
    assert report.url.endswith("/report/dossier.html") and report.locator("h1").count() == 1
    report.close()
    page.reload()
    assert page.get_by_role("button", name=re.compile("J’ai tout relu")).count() == 0
    person.choose("en changer", "header")
    person.write("Initiales", "cd")
    person.choose("Entrer")
    page.get_by_role("heading", name="Les documents").wait_for()
    with page.context.expect_page() as opened:
        person.choose("Le rapport, en page")
    opened.value.close()
    page.reload()
    person.choose("J’ai tout relu")
    page.get_by_text("Relu par CD").wait_for()
    person.judged()
    person.choose("Préparer l’édition qui part")
    page.get_by_role("heading", name="Ce qui est parti").wait_for(timeout=120_000)

    # What left, and what comes back.
    person.write("Service ou commission", "commission départementale")
    person.choose("Noter à qui ce rapport a été envoyé")
    page.get_by_text("commission départementale (édition du").wait_for()
    person.judged()
    person.choose("Les remarques de la commission")
    page.get_by_label("Partie du rapport").wait_for()
    person.chosen += 1
    page.get_by_label("Partie du rapport").select_option(index=2)
    person.write("Nombre, tableau ou page", "tableau 1")
    page.locator("#text").fill("De combien de sites ?")
    person.typed += 1
    person.choose("Garder la remarque")
    page.get_by_label("Réponse").wait_for()
    page.get_by_label("Réponse").fill("De tous ceux du registre.")
    person.typed += 1
    person.choose("Répondre")
    page.get_by_text("De tous ceux du registre.").wait_for()
    person.judged("remarques")

    # Where that leaves the study, and its life.
    for name, screen, image in (
        ("Où nous en sommes", "nav", "ou"),
        ("Voir ce qui manque", "main", ""),
        ("Vie de l’étude", "nav", ""),
    ):
        person.choose(name, screen)
        page.get_by_role("heading", level=1, name=name.replace("Voir ce", "Ce")).wait_for()
        person.judged(image)
    log = [(one.who, one.kind) for one in decisions.read(project, STUDY)]
    assert {("AB", "calculated"), ("CD", "checked"), ("CD", "issued"), ("CD", "sent"), ("CD", "remark")} <= set(log)
    assert person.elsewhere == []
    print(json.dumps({"choix": person.chosen, "saisies": person.typed, "commandes": 1}))
    assert person.chosen <= MOST_CHOICES and person.typed <= 10


def test_other_screens_and_what_is_refused(person: Person, desk: Open) -> None:
    page = person.page
    base = f"http://127.0.0.1:{desk.port}/etude/{STUDY}"
    for path in ("/calculer/bouge", "/calculer/document/report/rapport.docx", "/calculer/remarques"):
        page.goto(base + path)
        person.judged()
    page.goto(f"{base}/vie")
    person.write("Numéro de la réponse", "R-000000")
    person.choose("Voir ce qui serait effacé")
    page.get_by_role("alert").wait_for()
    person.judged()
    page.goto(f"http://127.0.0.1:{desk.port}/rien")
    person.judged()


def test_it_is_read_without_script(browser: Any, desk: Open, person: Person) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=person.page.context.storage_state())
    page = context.new_page()
    for path in ("ou", "ou/manque", "calculer", "calculer/remarques", "etude", "vie"):
        assert page.goto(f"http://127.0.0.1:{desk.port}/etude/{STUDY}/{path}").status == 200  # type: ignore[union-attr]
        assert len(page.locator("main").inner_text()) > 100
    context.close()


def _until(true: Callable[[], bool]) -> None:
    """Wait for it, a minute at most."""
    assert any(true() or time.sleep(0.1) for _ in range(600))


def test_a_calculation_survives_the_desk_and_is_told_when_it_was_cut(desk: Open, project: Path) -> None:
    """The desk is killed while it runs: it runs on. It is killed itself: that is told, and it goes on where it was."""
    desk.cookie = ""
    assert desk.process.poll() is None
    who = json.loads((project / "vault/.bureau/ici.json").read_text("utf-8"))
    address = desk.ask("GET", "/adresse", {"x-bureau": who["key"]}).text
    desk.token = address.rpartition("=")[2]
    desk.enter("EF")
    (project / f"config/studies/{STUDY}.yaml").write_text(
        (project / f"config/studies/{STUDY}.yaml").read_text("utf-8").replace("ceiling: 10", "ceiling: 9"), "utf-8"
    )
    where = f"/etude/{STUDY}/calculer"
    report = project / f"results/{STUDY}/report/rapport.html"
    before = report.read_bytes()
    assert desk.post(where).code == 303
    assert desk.post(where).code == 303  # a second one is none
    told = json.loads((project / f"logs/{STUDY}/bureau.json").read_text("utf-8"))
    run = psutil.Process(told["pid"])
    assert "Un calcul est en cours" in desk.get(where).text
    desk.kill()
    assert run.is_running() and run.status() != psutil.STATUS_ZOMBIE
    again = Open(project, environment=desk.environment).enter("EF")
    try:
        assert "Un calcul est en cours" in again.get(where).text
        for one in [run, *run.children(recursive=True)]:
            one.kill()
        psutil.wait_procs([run], 10)
        text = again.get(where).text
        assert "coupé net" in text and "Un calcul est en cours" not in text and report.read_bytes() == before
        assert again.post(where).code == 303
        said = project / f"logs/{STUDY}/bureau.txt"
        _until(lambda: said.read_bytes() != b"")  # it says something: it is one that can be interrupted
        assert again.post(f"{where}/arreter").code == 303
        _until(lambda: "Un calcul est en cours" not in again.get(where).text)
        assert "Interrompu" in again.get(where).text and report.read_bytes() == before
    finally:
        again.close()
