"""The compliance file and the texts of the report, filled at the desk: the bytes that a hand leaves; who may sign, and signing."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from near import Near

from diagnostic.desk import decisions
from diagnostic.study import compliance, generations, manifest, signature

STUDY = "47-2026"
HERE = f"/etude/{STUDY}"
TEXTS = f"{HERE}/etude/textes"
BLANK = "[à compléter]"
SAID = {  # what the team decides, by the key of the form
    "officer.name": "Délégation « protection »",
    "officer.contact": 'dpo@exemple.example, poste "12" \\ bureau 3',
    "officer.opinion_date": "2026-01-10",
    "controllers.name": "Une association",
    "controllers.contact": "son siège # rue Exemple",
    "joint_agreement": "2026-01-02",
    "legal_bases.article_6": "6-1-e : mission d’intérêt public",
    "legal_bases.article_9": "9-2-g",
    "legal_bases.article_10": "rien n’en est gardé",
    "legal_bases.article_46": "personne morale",
    "impact_assessment.date": "2026-01-03",
    "impact_assessment.outcome": "favorable",
    "impact_assessment.residual_risk": "acceptable",
    "cnil_consultation": "sans objet",
    "retention.exports": "2099-12-31",
    "retention.contacts": "2099-06-30",
    "recipients": "l’équipe",
    "hosting": "ordinateurs chiffrés",
    "breach_contact": "le ou la délégué·e",
}


@pytest.fixture
def desk(root: Path, near: Callable[[Path], Near]) -> Near:
    return near(root)


def fields(desk: Near, name: str) -> dict[str, str]:
    """Field of the first form → what it holds, its digest too."""
    page = desk.get(f"{TEXTS}/{name}").body.decode().partition("<details")[0]
    found = dict(re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', page.partition("<main")[2]))
    found |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page))
    found |= dict.fromkeys(re.findall(r'<select [^>]*name="([^"]+)"', page), "")
    return {key: html.unescape(text) for key, text in found.items() if key != "csrf"}


def lines(root: Path, name: str) -> list[str]:
    return (root / f"vault/{STUDY}/conformite/{name}").read_text("utf-8").splitlines()


def test_the_whole_form_is_filled_without_an_editor_and_its_comments_stay(root: Path, desk: Near) -> None:
    before = lines(root, "conformite.yaml")
    own = fields(desk, "conformite.yaml")
    wanted = range(1, sum(BLANK in line.partition("#")[0] for line in before) + 1)
    assert [f"l-{number}" for number in wanted] == sorted(
        (key for key in own if key[:2] == "l-"), key=lambda key: int(key[2:])
    )
    at = dict(zip(SAID, wanted, strict=True))
    given = {f"l-{at[key]}": text for key, text in SAID.items()} | {"seen": own["seen"]}
    more = {"controllers.name": "Une préfecture", "controllers.contact": "son bureau", "recipients.": "une stagiaire"}
    assert desk.post(f"{TEXTS}/conformite.yaml", **given, **more).code == 303
    files = compliance.contents(root / f"vault/{STUDY}/conformite")
    held, wrong = compliance._form(files)
    assert held is not None and wrong == []
    assert held.officer.contact == SAID["officer.contact"] and held.retention.exports == dt.date(2099, 12, 31)
    assert [one.name for one in held.controllers] == ["Une association", "Une préfecture"]
    assert held.controllers[0].contact == "son siège # rue Exemple" and held.recipients == ["l’équipe", "une stagiaire"]
    assert held.cnil_consultation is None
    after = lines(root, "conformite.yaml")
    comments = [
        re.sub(r'^[^#"]*("(?:[^"\\]|\\.)*")?', "", line)
        for line in before
        if "#" in line.partition('"')[0] or " #" in line
    ]
    assert all(any(comment in line for line in after) for comment in comments) and len(after) == len(before) + 3
    # Read again, what is there is shown; saved as it is, nothing moves.
    own = fields(desk, "conformite.yaml")
    assert SAID["officer.contact"] in own.values() and "favorable" in desk.get(f"{TEXTS}/conformite.yaml").text
    kept = {key: text for key, text in own.items() if text}
    assert desk.post(f"{TEXTS}/conformite.yaml", **kept).code == 303
    assert lines(root, "conformite.yaml") == after


def test_what_the_form_cannot_say_is_refused_and_nothing_is_written(root: Path, desk: Near) -> None:
    before = lines(root, "conformite.yaml")
    own = fields(desk, "conformite.yaml")
    number = [*SAID].index("officer.opinion_date") + 1
    answer = desk.post(f"{TEXTS}/conformite.yaml", seen=own["seen"], **{f"l-{number}": "bientôt"})
    assert answer.code == 422 and "officer.opinion_date" in answer.text and lines(root, "conformite.yaml") == before
    path = root / f"vault/{STUDY}/conformite/conformite.yaml"
    path.write_text(path.read_text("utf-8").replace("# Délégué·e", "# La ou le délégué·e"), "utf-8")
    answer = desk.post(f"{TEXTS}/conformite.yaml", seen=own["seen"], **{f"l-{number}": "2026-01-10"})
    assert answer.code == 422 and "a changé depuis" in answer.text and "2026-01-10" not in path.read_text("utf-8")
    for name in ("suivi.yaml", "autre.md", "..%2Fkey", "conformite"):
        assert desk.get(f"{TEXTS}/{name}").code == 404


def test_blanks_of_a_document_are_filled_line_by_line_or_in_the_whole_text(root: Path, desk: Near) -> None:
    before = lines(root, "registre.md")
    own = fields(desk, "registre.md")
    asked = {int(key[2:]): text for key, text in own.items() if key[:2] == "l-"}
    assert asked == {n: line.strip() for n, line in enumerate(before, start=1) if "à compléter" in line}
    said = {f"l-{n}": re.sub(r"\[à compléter[^]]*\]", "<dit & écrit>", text) for n, text in asked.items()}
    first = min(asked)
    assert (
        desk.post(f"{TEXTS}/registre.md", seen=own["seen"], **said | {f"l-{first}": asked[first] + "\r\nsuite"}).code
        == 303
    )
    after = lines(root, "registre.md")
    assert after[first - 1] == before[first - 1] + " suite" and len(after) == len(before)
    assert [line for n, line in enumerate(after, start=1) if n not in asked] == [
        line for n, line in enumerate(before, start=1) if n not in asked
    ]
    assert f"{TEXTS}/registre.md" in desk.get(TEXTS).text and "1 ligne à compléter" in desk.get(TEXTS).text
    seen = fields(desk, "registre.md")["seen"]
    assert desk.post(f"{TEXTS}/registre.md", seen=seen, tout="# Registre\r\n\r\nTout est dit.\r\n").code == 303
    assert lines(root, "registre.md") == ["# Registre", "", "Tout est dit."]
    assert "Rien n’y est plus à compléter" in desk.get(f"{TEXTS}/registre.md").text


def test_a_text_of_the_report_is_written_where_it_is_given_and_its_versions_stay(root: Path, desk: Near) -> None:
    place = root / f"config/studies/{STUDY}/preface.md"
    assert not place.exists()
    seen = fields_of_whole(desk, "preface.md")
    text = "Un mot.\n\nSigné par : une présidente\n"
    assert desk.post(f"{TEXTS}/preface.md", seen=seen, tout=text).code == 303
    assert place.read_text("utf-8") == text
    assert desk.post(f"{TEXTS}/preface.md", seen=seen, tout="Autre").code == 422  # it is another since
    assert desk.post(f"{TEXTS}/preface.md", seen=fields_of_whole(desk, "preface.md"), tout="Autre.\n").code == 303
    kept = [
        path.read_text("utf-8")
        for path in (root / f"vault/{STUDY}/versions").rglob("*")
        if "preface" in path.as_posix() and path.suffix == ".txt"
    ]
    assert text in kept
    assert ("text", "preface.md") in [(one.kind, one.what) for one in decisions.read(root, STUDY)]


def fields_of_whole(desk: Near, name: str) -> str:
    found = re.findall(r'name="seen" value="(\w+)"', desk.get(f"{TEXTS}/{name}").text)
    return str(found[-1])


def test_a_mandate_gives_an_act_to_some_alone_and_is_taken_back(root: Path, desk: Near) -> None:
    for wrong in ({"who": "", "act": "relire"}, {"who": "CD", "act": "tout"}, {"who": "C D", "act": "relire"}):
        assert desk.post(TEXTS, **wrong).code == 422
    where = f"{HERE}/calculer"
    for act, path in (("relire", "relu"), ("edition", "edition"), ("constats", "constats/signer")):
        assert desk.post(TEXTS, who="cd", act=act).code == 303
        answer = desk.post(f"{where}/{path}")
        assert answer.code == 422 and "c’est à : CD" in answer.text, act
    assert desk.get(TEXTS).text.count("(noté par AB") == 3
    assert desk.post(TEXTS, who="CD", act="relire", sens="retirer").code == 303
    assert "mandats" not in desk.post(f"{where}/relu").text  # refused for what is not read, and no more for this
    stored = (root / f"vault/{STUDY}/bureau/mandats.csv").read_text("utf-8").splitlines()
    assert len(stored) == 3 and all(line.split(",")[1] == "CD" for line in stored[1:])


def test_documents_are_signed_with_a_key_of_this_machine(
    root: Path, desk: Near, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen absent")
    report = root / f"results/{STUDY}/report"
    report.mkdir(parents=True)
    (report / "rapport.html").write_text("<main></main>", "utf-8")
    folder = tmp_path / ".ssh"
    folder.mkdir(mode=0o700)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "une-equipe", "-f", folder / "id"], check=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert desk.post(f"{HERE}/calculer/signature", key="autre").code == 422
    answer = desk.post(f"{HERE}/calculer/signature", key="id")
    assert answer.code == 422 and not signature.signed(report)  # no calculation has made this
    monkeypatch.setattr(manifest, "signable", lambda results: None)
    assert desk.post(f"{HERE}/calculer/signature", key="id", name="deux mots").code == 422
    assert desk.post(f"{HERE}/calculer/signature", key="id").code == 303
    assert "est signé par une-equipe" in signature.check(report).told
    assert generations.REPORT == "report" and ("signed", "") in [(o.kind, o.what) for o in decisions.read(root, STUDY)]
