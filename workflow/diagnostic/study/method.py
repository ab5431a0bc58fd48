"""The method of a study as its configuration declares it: what a comparison sets side by side before any number."""

from __future__ import annotations

from diagnostic.collect.answers import SAMPLES
from diagnostic.collect.table_names import FORMATS
from diagnostic.core import french
from diagnostic.study import territory
from diagnostic.study.config import Config

Said = tuple[str, str]  # the code that rules of comparability read, and the French words that are printed
ORIGINS = {"observed": "relevées", "transcribed": "transcrites", "reconstructed": "reconstituées"}
STANDARD = "default"  # the rules of publication of `config/release.yaml` that a study has unless it says otherwise
OWN_FORM = "mapping"  # a questionnaire that is not the project's, read through a workbook


def declared(config: Config, name: str) -> dict[str, Said]:
    """Item of `config/comparability/items.csv` → what the configuration says of it. Plain values only."""
    study = config.studies[name]
    origins = sorted({one.origin for one in config.sidecars[name].values()})
    return {
        "depth": ("full", "étude entière"),
        "invented": ("yes", "oui") if study.fictional else ("no", "non"),
        "origin": ("; ".join(origins), french.capital(" et ".join(ORIGINS[one] for one in origins))),
        "scope": ("all", "toutes les personnes concernées"),
        "territory": (";".join(study.codes), territory.title(study.codes, study.region, config.places)),
        "extent": ("several", "plusieurs départements") if study.regional else ("departement", "un département"),
        "edition": (study.edition, study.edition),
        "author": (study.team, study.team),
        "facts_window": _window(config, name),
        "design": _design(config, name),
        "counting": _counting(config, name),
        "instrument": _instrument(config, name),
        "release": _release(config, name),
    }


def _window(config: Config, name: str) -> Said:
    study, first = config.studies[name], config.studies[name].counting.first_year
    months = [french.month(f"{day:%Y-%m}") for day in (study.period_start, study.period_end)]
    code = f"{study.period_start:%Y-%m}/{study.period_end:%Y-%m}"
    said = f"étude de {months[0]} à {months[1]}".replace("de a", "d’a").replace("de o", "d’o")
    return (f"{first}|{code}", f"{said} ; faits depuis {first}") if first else (code, f"{said} ; faits de toute année")


def _design(config: Config, name: str) -> Said:
    study = config.studies[name]
    if "coded_ads" not in study.inputs:
        return ("published", "celui de la publication, non refait") if study.publication else ("none", "aucune codée")
    chosen = study.coded_sample
    return (chosen, SAMPLES[chosen]) if chosen else ("project", "tirage au sort du projet, réparti entre les sites")


def _counting(config: Config, name: str) -> Said:
    study = config.studies[name]
    if study.publication and not study.received:
        return "published", "règles de la publication"
    ceiling = study.counting.ceiling
    return f"ceiling {ceiling}", f"une réponse sans nombre compte une personne, au plus {french.number(ceiling)}"


def _instrument(config: Config, name: str) -> Said:
    study = config.studies[name]
    form = study.received.get("questionnaire")
    if not form:
        return ("published", "celui de la publication") if study.publication else ("none", "aucun")
    if form == OWN_FORM:
        return f"own {name}", "un autre formulaire, relié question par question à celui du projet"
    return "project", f"celui du projet : {FORMATS[form]}"


def _release(config: Config, name: str) -> Said:
    study, policy = config.studies[name], config.release(name)
    if study.publication and not study.received:
        return "published", "chiffres déjà publics ; ceux qui décrivent peu de personnes ne sont pas réimprimés"
    rules = "règles par défaut" if policy.preset == STANDARD else f"règles « {policy.preset} »"
    said = f"arrondi au hasard à {french.number(policy.rules.rounding.base)} ou plus, seuils, {rules}"
    return f"keyed {policy.digest()}", said
