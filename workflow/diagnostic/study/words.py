"""The words that a study's configuration lends to its report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from diagnostic.collect.answers import CIRCULATIONS
from diagnostic.core import french
from diagnostic.release.populations.policy import SENSITIVE, Policy
from diagnostic.study import territory
from diagnostic.study.config import Config
from diagnostic.study.declared import Study

WORKING = "Document de travail"
INVENTED = "99"  # the département of the demonstration study


def study_words(config: Config, name: str, local: bool = False) -> dict[str, Any]:
    """Title, place, period and parameters of a study, as the report prints them. Plain values only.

    `local`: for a document that stays with who checks the study.
    """
    study, sampling = config.studies[name], config.sampling(name)
    months = [french.month(f"{day:%Y-%m}") for day in (study.period_start, study.period_end)]
    return {
        "id": name,
        "title": study.title,
        "edition": study.edition,
        "team": study.team,
        "date": study.report_date.isoformat(),
        "period": f"de {months[0]} à {months[1]}".replace("de a", "d’a").replace("de o", "d’o"),
        "place_title": territory.title(study.codes, study.region, config.places),
        "place_noun": config.places[INVENTED]["of_name"].removeprefix("d’")
        if study.codes == (INVENTED,)
        else territory.noun(study.codes, config.places),
        **({"several": True} if study.regional else {}),
        "citation": study.publication.citation if study.publication else "",
        "pages": (study.publication.pages or "") if study.publication else "",
        "fictional": study.fictional,
        "draft": config.policy.draft,
        "status": status(study, (one.origin for one in config.sidecars[name].values()), local or config.policy.draft),
        "protection": _protection(config.release(name)),
        "margin": french.percent(100 * sampling.margin),
        "confidence": french.percent(100 * sampling.confidence),
        "floor": french.number(sampling.floor),
    }


def status(study: Study, origins: Iterable[str], working: bool) -> list[str]:
    """What every page says of a document, in French, the weakest first: its data, its state, to whom it may go.

    `origins`: of the study's files. A document that is `working` had no protection checked, or has exact numbers. Whether
    an edition may be called final is decided where its configuration is read, and no document of it is made with a broken
    seal or a group that the release gives away.
    """
    known = set(origins)
    data = [word for word, held in (("fictives", study.fictional), ("reconstituées", "reconstructed" in known)) if held]
    said = f"Données {' et '.join(data)}" if data else "Données réelles"
    if not data and known == {"transcribed"}:
        said = "Données publiées"
    state = WORKING if working else "Définitif" if study.final else "Provisoire"
    where = f"Diffusion{french.NBSP}: {CIRCULATIONS[0] if working else study.circulation}"
    return [*([said, state] if data else [state, said]), where]  # a state is weaker than data that are somebody's


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
        "own_rounding": french.number(rules.rounding.own_base),
        "own_group": french.number(rules.rounding.own_group),
        "unanimity": french.number(rules.rounding.unanimity),
        "ads": french.number(rules.geography.commune_ads),
        "preset": policy.preset,
        "waivers": french.number(len(policy.waivers)),
        "policy": policy.digest(),
    }


def comparison_words(config: Config, name: str) -> dict[str, Any]:
    """What a comparison says of itself: of its studies, the weakest data and state, and the narrowest circulation."""
    one = config.comparisons[name]
    kept = [study_words(config, study)["status"] for study in one.studies]
    said = list(dict.fromkeys(part for status in kept for part in status if part.startswith("Données")))
    if one.published:
        said.append("Données publiées, de seconde main")
    final = all(config.studies[study].final for study in one.studies)
    state = WORKING if config.policy.draft else "Définitif" if final else "Provisoire"
    narrowest = min((config.studies[study].circulation for study in one.studies), key=CIRCULATIONS.index)
    return {
        "name": name,
        "title": one.title,
        "team": one.team,
        "date": one.report_date.isoformat(),
        "status": [*dict.fromkeys(said), state, f"Diffusion{french.NBSP}: {narrowest}"],
        "fictional": [study for study in one.studies if config.studies[study].fictional],
    }
