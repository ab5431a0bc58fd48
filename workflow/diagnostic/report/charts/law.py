"""The chart of what professionals knew of the law, and of what they learnt from the questionnaire."""

from __future__ import annotations

from diagnostic.report.charts.facts import Released, listed, not_published
from diagnostic.report.charts.image import Chart, image
from diagnostic.report.charts.paired import Pair, drawn
from diagnostic.report.registry import chart

NAME = "loi_connue"
POINTS = {
    "law_soliciting_repealed": "Abrogation du délit de racolage",
    "law_client_fine": "Sanction de l’achat d’actes sexuels",
    "law_exit_pathway": "Parcours de sortie de la prostitution",
    "law_residence_permit": "Autorisation provisoire de séjour",
    "law_prevention_young": "Prévention auprès des jeunes",
    "law_commission": "Commission départementale",
}
KNEW, LEARNT = "knew_pct", "learn_pct"
SERIES = ("le savaient", "l’apprennent ici")


@chart
def known(facts: Released) -> Chart | None:
    """A disc for those who knew, a diamond for those who learn it; the point that most learn comes first.

    Nothing without two points to compare.
    """
    pairs = [Pair(name, f"survey.{point}.{KNEW}", f"survey.{point}.{LEARNT}") for point, name in POINTS.items()]
    shown = [p for p in pairs if facts.value(p.first) is not None or facts.value(p.second) is not None]
    if len(shown) < 2:
        return None
    shown.sort(key=lambda p: (-(facts.value(p.second) or 0), p.name))
    picture, ids = drawn(facts, shown, SERIES)
    learnt = [(facts.value(p.second), p) for p in shown if facts.value(p.second) is not None]
    most = [p for value, p in learnt if value == learnt[0][0]]
    sentences = [
        f"Ce que le plus de répondant·es apprennent ici : {listed([p.name.lower() for p in most])} "
        f"({facts.text(most[0].second)} %)."
        if most
        else "",
        not_published(facts.withheld([i for p in pairs for i in (p.first, p.second)]), "part", "parts"),
    ]
    alternative = "Parts des répondant·es qui savaient chaque point de la loi, et de celles et ceux qui l’apprennent."
    return image(picture, NAME, alternative, sentences, ids)
