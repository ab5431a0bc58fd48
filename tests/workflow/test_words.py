"""What `diagnostic calculer` says of a study that is refused, and of one in which nothing changed: once, and truly."""

from __future__ import annotations

import re
from pathlib import Path

import own
import pytest
from copies import Project

STUDY = own.SMALL


@pytest.mark.slow
def test_a_study_in_which_nothing_changed_is_told_since_when_and_what_is_refused_once(copied: Project) -> None:
    done = copied.diagnostic("calculer", STUDY)
    assert done.code == 0, done.output
    assert re.search(
        rf"^{STUDY} : rien n’a changé depuis le calcul du \S+\s\w+ \d{{4}} ; le rapport est dans", done.output, re.M
    )
    counts = copied.input(STUDY, "ad_counts.csv")
    counts.write_text(counts.read_text(encoding="utf-8").replace(",exact", ",au hasard", 1), encoding="utf-8")
    copied.diagnostic("sceller", STUDY)
    refused = copied.diagnostic("calculer", STUDY)
    assert refused.code == 1, refused.output
    page = f"results/{STUDY}/collect/erreurs.html"
    assert copied.path(page).is_file() and "au hasard" in refused.output
    for once in (
        "BLOQUANT",
        page,
        "garde les documents du dernier calcul",
        f"puis relancer « diagnostic calculer {STUDY} »",
        "arrêté",
    ):
        assert refused.output.count(once) == 1, (once, refused.output)
    assert not [word for word in ("<", "imprévue", "Command", "pipefail") if word in refused.output]


@pytest.mark.slow  # `tests/test_calculation.py` has a study that stops beside another
def test_a_refused_configuration_beside_another_study_is_no_fault_of_the_program(copied: Project) -> None:
    with copied.path(f"config/studies/{STUDY}.yaml").open("a", encoding="utf-8") as file:
        file.write("clef: 1\n")
    done = copied.diagnostic("calculer", STUDY, "62-2020")
    assert done.code == 1 and done.output.count("clé inconnue") == 1, done.output
    assert f"{STUDY} : arrêté" in done.output and f"{STUDY} : le rapport" not in done.output
    assert "faute du programme" not in done.output and "signaler" not in done.output
    assert Path(f"{copied.root}/results/62-2020/report/rapport.html").as_posix() in done.output
