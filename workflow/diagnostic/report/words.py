"""The words that a study's configuration lends to its report."""

from __future__ import annotations

from diagnostic import french
from diagnostic.config import Config


def study_words(config: Config, name: str) -> dict[str, str | bool]:
    """Title, place, period and parameters of a study, as the report prints them. Plain values only."""
    study, sampling = config.studies[name], config.sampling(name)
    place = config.places[study.departement]
    months = [french.month(f"{day:%Y-%m}") for day in (study.period_start, study.period_end)]
    return {
        "id": name,
        "title": study.title,
        "edition": study.edition,
        "team": study.team,
        "date": study.report_date.isoformat(),
        "period": f"de {months[0]} à {months[1]}".replace("de a", "d’a").replace("de o", "d’o"),
        "place_title": f"{place['name']} ({study.departement})",
        "place_noun": "un département fictif" if study.fictional else f"le département {place['of_name']}",
        "citation": study.publication.citation if study.publication else "",
        "fictional": study.fictional,
        "margin": french.percent(100 * sampling.margin),
        "confidence": french.percent(100 * sampling.confidence),
        "floor": french.number(sampling.floor),
    }
