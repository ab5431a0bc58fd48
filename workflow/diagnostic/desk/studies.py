"""« Étude »: which study, a new one, and its settings as a form. No YAML is typed."""

import datetime as dt
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from diagnostic.collect.answers import CIRCULATIONS, SAMPLES
from diagnostic.collect.table_names import FORMATS
from diagnostic.core.declarations import NOWHERE
from diagnostic.core.errors import Refused, Typeset
from diagnostic.core.french import slug
from diagnostic.core.writing import COMPARISON
from diagnostic.desk import decisions, leaving, page
from diagnostic.study import comparisons, config, settings, start
from diagnostic.study.given import TRUE

LONGEST = 60  # characters of the name of a comparison, made of its title
UNREAD = "Définitif : une seconde personne relit d’abord, dans « Calculer et relire » ; rien n’est changé."


def home(request: Request) -> Response:
    """The studies and the comparisons of the project, and the form of a new study."""
    root = page.root(request)
    beside = [(name, _title(root, comparisons.COMPARISONS, name)) for name in comparisons.available(root)]
    places = [(code, row["name"]) for code, row in config.departements(root).items() if code != NOWHERE]
    tools = [(name, FORMATS[name]) for name in start.TOOLS]
    given: dict[str, Any] = {"beside": beside, "places": places, "tools": tools, "compared": None}
    return page.render(request, "home.html", year=dt.date.today().year, **given, **choices(root))


def choices(root: Path) -> dict[str, Any]:
    """What the form of a comparison offers: the studies of the project, the published ones that it knows, the day."""
    own = [(name, _title(root, config.STUDIES, name)) for name in config.known(root)]
    return {"own": own, "published": comparisons.published(root), "today": dt.date.today().isoformat()}


def set_beside(request: Request) -> Response:
    """Make a comparison, or change what it sets side by side. Raises ConfigError, Typeset."""
    root, form, day = page.root(request), request.state.form, page.day(request, "report_date").isoformat()
    said = {"title": page.field(request, "title"), "team": page.field(request, "team"), "report_date": day}
    chosen = {key: list(map(str, form.getlist(key))) for key in ("studies", "published")}
    if chosen["published"] == list(comparisons.published(root)):
        chosen["published"] = [comparisons.EVERY]
    name = page.study(request).rpartition("/")[2] if request.path_params else ""
    if not name:
        name = slug(said["title"]).lstrip("0123456789-")[:LONGEST] or "comparaison"
        if name in (*comparisons.available(root), *config.known(root)):
            raise Typeset("Une comparaison ou une étude a déjà ce nom : lui donner un autre titre. Rien n’est changé.")
    comparisons.write(root, name, {**said, **chosen})
    decisions.note(root, f"{COMPARISON}/{name}", page.initials(request), "form")
    told = "La comparaison est enregistrée. Le prochain calcul la prend ainsi."
    return page.back(request, f"/comparaison/{name}/calculer", told)


def _title(root: Path, folder: Path, name: str) -> str:
    try:
        return str(config.load_yaml(root, folder / f"{name}.yaml").get("title", ""))
    except Refused:
        return "purgée, ou sa configuration ne se lit pas"


def created(request: Request) -> Response:
    """Make a study, on trial data, that can be calculated at once. Raises Refused."""
    root, codes, year = page.root(request), request.state.form.getlist("departements"), page.field(request, "edition")
    several, region = len(codes) > 1, page.field(request, "region")
    if several and not region:
        raise Typeset("De plusieurs départements, dire comment le rapport les nomme ensemble : « Bretagne ».")
    name = f"{slug(region) if several else ''.join(map(str, codes))}-{year}"
    own = tuple(map(str, codes)) if several else ()
    told = start.init(root, name, page.field(request, "tool"), dt.date.today(), own, region)
    decisions.note(root, name, page.initials(request), "form", "création")
    return page.back(request, f"/etude/{name}/etude", told[:1])


def screen(request: Request) -> Response:
    """The settings of a study."""
    study, root = page.study(request), page.root(request)
    held = config.load_yaml(root, config.STUDIES / f"{study}.yaml")
    said: dict[str, Any] = {key: "" if (value := held.get(key)) is None else value for key in settings.KEYS}
    said |= {key: _yes(said[key]) for key in ("final", "fictional")}
    return page.render(request, "study.html", held=said, circulations=CIRCULATIONS, samples=SAMPLES)


def _yes(value: object) -> bool:
    return str(value).casefold() in TRUE


def changed(request: Request) -> Response:
    """Change them; what becomes final, or may go further than the team, was read by a second person. Raises Refused."""
    study, root = page.study(request), page.root(request)
    held = config.load_yaml(root, config.STUDIES / f"{study}.yaml")
    said: dict[str, str | bool | None] = {key: page.field(request, key) or None for key in settings.TEXTS}
    if not (said["title"] and said["team"]):
        raise Typeset("Écrire le titre et l’équipe ; rien n’est changé.")
    said |= {"final": page.field(request, "final") == "1", "fictional": page.field(request, "fictional") == "1"}
    said["circulation"] = page.field(request, "circulation") or CIRCULATIONS[0]
    final = said["final"] and not _yes(held.get("final")) and not said["fictional"]
    if final and leaving.checked(root, study, decisions.read(root, study)) is None:
        raise Typeset(UNREAD)
    # What is not written is what it would be: nothing is added that says no more.
    defaults = {"circulation": CIRCULATIONS[0], "final": False, "fictional": False}
    asked = {key: value for key, value in said.items() if key in held or value != defaults.get(key)}
    keys = settings.change(root, study, asked)
    if "circulation" in keys:
        page.note(request, "circulation", str(said["circulation"]))
    if keys:
        page.note(request, "form", "définitive" if "final" in keys and said["final"] else "", len(keys))
    told = "Les réglages sont enregistrés. Le prochain calcul les prend." if keys else "Rien n’a changé."
    return page.back(request, "etude", told)


CHANGES = {"etudes": created, "etude/{study}/etude": changed}
CHANGES |= {"comparaisons": set_beside, "comparaison/{comparison}/choix": set_beside}
ROUTES = page.routes("/", {"": home, "etude/{study}/etude": screen}, CHANGES)
