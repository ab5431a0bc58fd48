"""The words that a study's configuration lends to its report."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from diagnostic.collect.answers import CIRCULATIONS, SAMPLES
from diagnostic.collect.table_names import FORMATS
from diagnostic.core import french
from diagnostic.release.populations.policy import SENSITIVE, Policy
from diagnostic.study import program, territory
from diagnostic.study.config import Config
from diagnostic.study.declared import Study
from diagnostic.study.generations import WORKING_MARK

WORKING = "Document de travail, ne pas diffuser"
LICENCES = {CIRCULATIONS[-1]: "Licence Ouverte 2.0"}  # of the data beside documents that may go there
DRAFT_MARK = "BROUILLON-"
INVENTED = "99"  # the département of the demonstration study


def study_words(config: Config, name: str, local: bool = False) -> dict[str, Any]:
    """Title, place, period and parameters of a study, as the report prints them. Plain values only. `local`: for a
    document that stays with who checks the study."""
    study, sampling = config.studies[name], config.sampling(name)
    nowhere = config.places[INVENTED]["of_name"].removeprefix("d’")
    origins, working = (one.origin for one in config.sidecars[name].values()), config.working(name)
    inside = config.policy.draft or working
    return {
        "id": name,
        "title": study.title,
        "edition": study.edition,
        "team": study.team,
        "contact": study.contact or "",
        "ecriture": study.ecriture,
        "logo": f"figures/logo{PurePath(study.logo.file).suffix.lower()}" if study.logo else "",
        "logo_alt": study.logo.alt if study.logo else "",
        "date": study.report_date.isoformat(),
        "licence": "" if inside else LICENCES.get(study.circulation, ""),
        "method": method(config, name),
        "period": study.period,
        "place_title": territory.title(study.codes, study.region, config.places),
        "place_noun": nowhere if study.codes == (INVENTED,) else territory.noun(study.codes, config.places),
        **({"several": True} if study.regional else {}),
        "citation": study.publication.citation if study.publication else "",
        "pages": (study.publication.pages or "") if study.publication else "",
        "fictional": study.fictional,
        "draft": config.policy.draft,
        "working": working,
        "mark": mark(config, name),
        "status": status(study, origins, local or inside),
        "protection": _protection(config.release(name)),
        "program": program.printed() | {"repository": config.shared.report.repository},
        "margin": french.percent(100 * sampling.margin),
        "confidence": french.percent(100 * sampling.confidence),
        "floor": french.number(sampling.floor),
    }


def mark(config: Config, name: str) -> str:
    """What the names of a study's documents begin with: those of a draft and those that the team works with say what they are."""
    return DRAFT_MARK if config.policy.draft else WORKING_MARK if config.working(name) else ""


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
    working = config.working_beside(name)
    state = WORKING if working else "Définitif" if final else "Provisoire"
    narrowest = min((config.studies[study].circulation for study in one.studies), key=CIRCULATIONS.index)
    return {
        "name": name,
        "title": one.title,
        "team": one.team,
        "date": one.report_date.isoformat(),
        "working": working,
        "licence": "" if working else LICENCES.get(narrowest, ""),
        "status": [*dict.fromkeys(said), state, f"Diffusion{french.NBSP}: {CIRCULATIONS[0] if working else narrowest}"],
        "fictional": [study for study in one.studies if config.studies[study].fictional],
        "apart": [_named(config, study) for study in config.apart[name]],
    }


def _named(config: Config, study: str) -> str:
    """What readers know a study of the project by; the name of a published one."""
    if study not in config.studies:
        return study
    one = config.studies[study]
    return f"{territory.title(one.codes, one.region, config.places).partition(' (')[0]} {one.edition}"


# -- The method of a study, as its configuration declares it: what a comparison sets side by side before any number --
Said = tuple[str, str]  # the code that rules of comparability read, and the French words that are printed
ORIGINS = {"observed": "relevées", "transcribed": "transcrites", "reconstructed": "reconstituées"}
STANDARD = "default"  # the rules of publication of `config/release.yaml` that a study has unless it says otherwise
OWN_FORM = "recipe"  # a questionnaire that is not the project's, read by its recipe


def method(config: Config, name: str) -> dict[str, Said]:
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
        "facts_window": _window(study),
        "design": _design(study),
        "counting": _counting(study),
        "instrument": _instrument(study, name),
        "release": _release(study, config.release(name)),
    }


def _window(study: Study) -> Said:
    first, said = study.counting.first_year, f"étude {study.period}"
    code = f"{study.period_start:%Y-%m}/{study.period_end:%Y-%m}"
    return (f"{first}|{code}", f"{said} ; faits depuis {first}") if first else (code, f"{said} ; faits de toute année")


def _design(study: Study) -> Said:
    if "coded_ads" not in study.inputs:
        return ("published", "celui de la publication, non refait") if study.publication else ("none", "aucune codée")
    chosen = study.coded_sample
    return (chosen, SAMPLES[chosen]) if chosen else ("project", "tirage au sort du projet, réparti entre les sites")


def _counting(study: Study) -> Said:
    if study.publication and not study.received:
        return "published", "règles de la publication"
    ceiling = study.counting.ceiling
    return f"ceiling {ceiling}", f"une réponse sans nombre compte une personne, au plus {french.number(ceiling)}"


def _instrument(study: Study, name: str) -> Said:
    form = study.received.get("questionnaire")
    if not form:
        return ("published", "celui de la publication") if study.publication else ("none", "aucun")
    if form == OWN_FORM:
        return f"own {name}", "un autre formulaire, relié question par question à celui du projet"
    return "project", f"celui du projet : {FORMATS[form]}"


def _release(study: Study, policy: Policy) -> Said:
    if study.publication and not study.received:
        return "published", "chiffres déjà publics ; ceux qui décrivent peu de personnes ne sont pas réimprimés"
    rules = "règles par défaut" if policy.preset == STANDARD else f"règles « {policy.preset} »"
    said = f"arrondi au hasard à {french.number(policy.rules.rounding.base)} ou plus, seuils, {rules}"
    return f"keyed {policy.digest()}", said
