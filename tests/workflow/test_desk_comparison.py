"""A comparison from the desk to what leaves: a real study that has left, beside a published one."""

from __future__ import annotations

import datetime as dt
import html
import re
import sys
import time
import urllib.parse
from pathlib import Path

import pytest
from planted_study import STUDY, Planted, environment

sys.path.append(str(Path(__file__).parents[1] / "desk"))
from desks import Open

pytestmark = [pytest.mark.slow, pytest.mark.acceptance]  # a real study of its own, which other tests share

HERE, RESULTS = "/comparaison/ensemble/calculer", "results/comparison/ensemble"
CHOSEN = {"title": "Ensemble", "team": "Une équipe", "report_date": "2026-11-02"}
CHOSEN |= {"studies": STUDY, "published": "bretagne-2019"}


def test_a_comparison_is_chosen_calculated_read_and_prepared_to_leave(trial: Planted, tmp_path: Path) -> None:
    project = trial.project.copy(tmp_path / "projet")
    own = {"PYTHONPATH": str(project.root / "workflow"), "PIP_NO_INDEX": "1", **environment(project)}
    desk = Open(project.root, environment=own).enter("AB")

    def ended() -> str:
        """What is on the page once the calculation has ended."""
        while "Un calcul est en cours" in (text := desk.get(HERE).text):
            time.sleep(0.5)
        return text

    try:
        body = urllib.parse.urlencode({"csrf": desk.csrf, **CHOSEN}).encode()
        form = desk.own | {"Content-Type": "application/x-www-form-urlencoded"}
        assert desk.ask("POST", "/comparaisons", form, body).code == 303
        assert desk.post(HERE).code == 303
        text = ended()
        assert "Pour l’équipe, à relire" in text, text
        assert not project.path(f"{RESULTS}/report").exists()
        assert desk.get(f"{HERE}/document/travail/TRAVAIL-comparaison.html").code == 200
        assert desk.post(f"{HERE}/relu").code == 422  # who calculated does not check
        assert desk.post("/initiales", initials="CD").code == 303
        assert desk.post(f"{HERE}/relu").code == 422  # who comes has opened nothing
        assert desk.get(f"{HERE}/document/travail/TRAVAIL-comparaison.html").code == 200
        assert desk.post(f"{HERE}/relu").code == 303
        assert desk.post(f"{HERE}/edition").code == 303
        text = ended()
        assert "Édition demandée par CD" in text and project.path(f"{RESULTS}/report/comparaison.html").is_file(), text
        left = desk.get(f"{HERE}/document/report/comparaison.html")
        assert left.code == 200 and "Ensemble" in left.text and len(left.body) > 10_000
        assert desk.post(f"{HERE}/envoi", whom="un programme", day=dt.date.today().isoformat()).code == 303
        parts = re.findall(r"<option>(.*?)</option>", desk.get(f"{HERE}/remarques").text)
        assert len(parts) > 3, parts
        assert desk.post(f"{HERE}/remarques", section=html.unescape(parts[0]), text="Une remarque.").code == 303
        text = desk.get(HERE).text
        assert "un programme" in text and "1 sans réponse" in text
        assert project.path(f"vault/{STUDY}/bureau/ensemble-remarques.csv").is_file()
    finally:
        desk.close()
