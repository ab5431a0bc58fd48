"""The words that a study's configuration lends to its report."""

from __future__ import annotations

from diagnostic.core import french
from diagnostic.release.policy import SENSITIVE, Policy
from diagnostic.study.config import Config

INVENTED = "99"  # the département of the demonstration study


def study_words(config: Config, name: str) -> dict[str, str | bool | dict[str, str]]:
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
        "place_noun": place["of_name"].removeprefix("d’")
        if study.departement == INVENTED
        else f"le département {place['of_name']}",
        "citation": study.publication.citation if study.publication else "",
        "fictional": study.fictional,
        "draft": config.policy.draft,
        "protection": _protection(config.policy),
        "margin": french.percent(100 * sampling.margin),
        "confidence": french.percent(100 * sampling.confidence),
        "floor": french.number(sampling.floor),
    }


def _protection(policy: Policy) -> dict[str, str]:
    """The rules of publication that the report tells."""
    rules = policy.rules
    return {
        "ordinary": french.number(rules.thresholds.ordinary),
        "sensitive": french.number(max(rules.thresholds.of(name) for name in SENSITIVE)),
        "structures": french.number(rules.contributors.structures),
        "situations": french.number(rules.contributors.situations),
        "largest": french.percent(rules.contributors.largest_percent),
        "base": french.number(rules.percentages.smallest_base),
        "rounding": french.number(rules.rounding.base),
        "sensitive_rounding": french.number(rules.rounding.sensitive_base),
        "preset": policy.preset,
        "waivers": french.number(len(policy.waivers)),
        "policy": policy.digest(),
    }
