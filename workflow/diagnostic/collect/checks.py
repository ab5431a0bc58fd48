"""What one cell cannot show: rows that repeat, contradict each other, or point to nothing.

`check` runs every check whose columns could be read and puts each finding at its cell. A missing value never
makes a finding of its own: where it was refused, its cell already has its problem.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import pandas as pd

from diagnostic.codebook.results import INSTALLED
from diagnostic.collect.answers import STEPS
from diagnostic.collect.parse import Source
from diagnostic.collect.tables import INPUTS
from diagnostic.core import french
from diagnostic.core.declarations import undrawn
from diagnostic.core.french import number, plural, slug
from diagnostic.core.problems import Problem, blocking, quoted, warning
from diagnostic.privacy.folding import fold

# -- What a check across cells says: a finding at a row and column, and the columns a check must have to run ------
Tables = Mapping[str, pd.DataFrame]
Find = Callable[[Tables], Iterator["Finding"]]


@dataclass(frozen=True)
class Finding:
    """One contradiction: in which table, row and column, how it is told, and whether it blocks."""

    role: str
    row: int | None
    column: str
    message: str
    remedy: str
    blocks: bool = True


@dataclass(frozen=True)
class Check:
    """A generator of findings, and the columns it reads, by role. A role in `may_lack` may be absent."""

    find: Find
    columns: Mapping[str, tuple[str, ...]]
    may_lack: tuple[str, ...] = ()

    def possible(self, sources: Mapping[str, Source]) -> bool:
        """Whether each table is given (or may be lacking) with all these columns in its header."""
        for role, names in self.columns.items():
            if role in sources:
                if not set(names) <= set(sources[role].letters):
                    return False
            elif role not in self.may_lack:
                return False
        return True


def needs(may_lack: tuple[str, ...] = (), **columns: tuple[str, ...]) -> Callable[[Find], Check]:
    """Make a generator a Check."""
    return lambda find: Check(find, columns, may_lack)


@lru_cache(maxsize=4096)  # asked again at each cell of a faulty column
def may_quote(role: str, *names: str) -> bool:
    """Whether a message may repeat values of all these columns."""
    declared = INPUTS[role].to_schema().columns
    return all((declared[name].metadata or {}).get("quote") for name in names)


def repeats(table: pd.DataFrame, key: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
    """(row, row of its first occurrence) for each row that repeats a key; `optional` columns may be empty."""
    full = table.dropna(subset=[name for name in key if name not in optional])
    if not full.duplicated(list(key)).any():
        return
    first = full.groupby(list(key), dropna=False)["row"].transform("min")
    for row, original in zip(full["row"], first, strict=True):
        if row != original:
            yield int(row), int(original)


# -- All checks, and what they find, at their cells ---------------------------------------------------------------
def check(tables: Tables, sources: Mapping[str, Source]) -> list[Problem]:
    """All contradictions within and between the tables.

    `tables` has every role of INPUTS (an absent one empty); `sources` has the roles that the study gives,
    with the places of their columns (none where the header could not be read). A refused value is missing.
    """
    findings = [*_without_register(tables, sources)]
    for part in CHECKS:
        if part.possible(sources):
            findings += part.find(tables)
    named = {(finding.role, finding.column) for finding in findings if finding.row is not None and finding.column}
    cells = {(role, name): dict(zip(tables[role]["row"], tables[role][name], strict=True)) for role, name in named}
    return [_problem(one, cells.get((one.role, one.column), {}), sources[one.role]) for one in findings]


def _without_register(tables: Tables, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Counts and pages mean nothing where the study gives no register of sites, nor ads followed where nothing was counted."""
    if len(tables["wave_ads"]) and "wave_counts" not in sources:
        message = "Des annonces sont suivies, mais l'étude n'a pas de décomptes répétés."
        yield Finding(
            "wave_ads", None, "", message, "Donner les décomptes répétés (« wave_counts ») parmi les fichiers."
        )
    for role in ("ad_counts", "ad_pages", "wave_counts"):
        if role in sources and len(tables[role]) and "sites" not in sources:
            message = "Ce fichier parle de sites, mais l'étude n'a pas de registre des sites."
            yield Finding(role, None, "", message, "Donner le registre (« sites ») parmi les fichiers de l'étude.")


def _problem(finding: Finding, cells: Mapping[int, object], place: Source) -> Problem:
    """The finding at its cell; `cells`: row of the file → what its column holds."""
    value = ""
    if finding.row is not None and finding.column:
        value = quoted(_text(cells[finding.row]), may_quote(finding.role, finding.column))
    tell = blocking if finding.blocks else warning
    letter = place.letters.get(finding.column, "")
    return tell(place.file, finding.message, finding.remedy, finding.row, letter, value)


def _text(cell: object) -> str:
    if pd.isna(cell):
        return ""
    if pd.api.types.is_bool(cell):
        return "oui" if cell else "non"
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else str(cell)


# -- Contradictions in the register of sites, the counts of ads and the pages read --------------------------------
EXACT, EXTRAPOLATED = "exact", "page_extrapolated"


def _rows(table: pd.DataFrame) -> Iterator[tuple[str, str, int]]:
    """(site, place or an empty text, row) of each row."""
    for site, place, row in zip(table["site_code"], table["place"].fillna(""), table["row"], strict=True):
        yield site, place, int(row)


def _places(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    """(site, place) → its first row."""
    found: dict[tuple[str, str], int] = {}
    for site, place, row in _rows(table.dropna(subset=["site_code"])):
        found.setdefault((site, place), row)
    return found


def _unknown_sites(role: str, tables: Tables) -> Iterator[Finding]:
    table = tables[role].dropna(subset=["site_code"])
    for row in table.loc[~table["site_code"].isin(tables["sites"]["site_code"].dropna()), "row"]:
        message = "Ce code n'est pas dans le registre des sites."
        remedy = "Corriger le code, ou ajouter le site au registre."
        yield Finding(role, int(row), "site_code", message, remedy)


@needs(sites=("site_code", "status"), ad_counts=("site_code",))
def sites_without_count(tables: Tables) -> Iterator[Finding]:
    """Every site that could be counted has a count; silent where a count's site could not be read."""
    counted = tables["ad_counts"]["site_code"]
    if counted.isna().any():
        return
    if counted.empty:
        if len(tables["sites"]):
            message = "Le fichier n'a aucune ligne de décompte, alors que le registre a des sites."
            yield Finding("ad_counts", None, "", message, "Vérifier que c'est le bon fichier.", blocks=False)
        return
    sites = tables["sites"]
    sites = sites[~sites["status"].isin(["closed", "suspended"]) & sites["site_code"].notna()]
    for row in sites.loc[~sites["site_code"].isin(counted), "row"]:
        message = "Ce site du registre n'a aucune ligne de décompte."
        remedy = (
            "Ajouter son décompte (0 s'il n'a aucune annonce), ou dire dans « status » qu'il est fermé ou suspendu."
        )
        yield Finding("sites", int(row), "site_code", message, remedy, blocks=False)


@needs(sites=("mirror_group",))
def lonely_mirrors(tables: Tables) -> Iterator[Finding]:
    """A mirror group has two sites or more."""
    sites = tables["sites"].dropna(subset=["mirror_group"])
    sizes = sites.groupby("mirror_group")["row"].transform("size")
    for row in sites.loc[sizes == 1, "row"]:
        message = "Ce groupe miroir n'a qu'un site : un miroir suppose deux sites au moins."
        yield Finding(
            "sites",
            int(row),
            "mirror_group",
            message,
            "Vérifier l'orthographe du groupe, ou vider la cellule.",
            blocks=False,
        )


@needs(sites=("mirror_group", "under_mirror_label"))
def unlabelled_mirrors(tables: Tables) -> Iterator[Finding]:
    """Sites of a mirror group that the source table does not print under its mirror label."""
    sites = tables["sites"].dropna(subset=["mirror_group"])
    groups = sites.groupby("mirror_group")
    sites = sites.assign(
        under=groups["under_mirror_label"].transform("sum"),
        total=groups["under_mirror_label"].transform("size"),
    )
    outside = sites[sites["under_mirror_label"].eq(False).fillna(False)]
    for row, under, total in zip(outside["row"], outside["under"], outside["total"], strict=True):
        message = (
            "Ce site appartient à un groupe miroir, mais le tableau source ne l'imprime pas "
            "sous l'étiquette des sites "
            f"miroirs : à la lettre, le groupe y a {number(under)} {plural(under, 'site')} au "
            f"lieu de {number(total)}."
        )
        remedy = "Rien à corriger si la source l'imprime ainsi : le groupe du registre prévaut."
        yield Finding("sites", int(row), "under_mirror_label", message, remedy, blocks=False)


@needs(sites=("site_code", "mirror_group"), ad_counts=("site_code", "place", "count", "window_start"))
def unequal_mirrors(tables: Tables) -> Iterator[Finding]:
    """Mirror sites show the same ads: where the same place and window were counted, the counts agree."""
    sites = tables["sites"].dropna(subset=["mirror_group", "site_code"])
    if sites.empty:
        return
    counts = tables["ad_counts"].dropna(subset=["site_code", "count", "window_start"])
    joined = counts.merge(sites[["site_code", "mirror_group", "row"]], on="site_code", suffixes=("", "_site"))
    alike = joined.groupby(["mirror_group", "place", "window_start"], dropna=False)["count"]
    differing = joined[alike.transform("nunique") > 1]
    for _, part in differing.groupby("mirror_group", sort=False):
        rows = sorted(int(row) for row in part["row"].unique())
        message = (
            "Les sites de ce groupe miroir n'ont pas tous le même décompte pour le même lieu "
            "et la même fenêtre "
            f"(lignes {', '.join(map(str, rows))} des décomptes)."
        )
        remedy = "Vérifier les décomptes, et que ces sites montrent bien les mêmes annonces."
        yield Finding("sites", int(part["row_site"].min()), "mirror_group", message, remedy, blocks=False)


@needs(sites=("site_code",), ad_counts=("site_code",))
def counts_of_unknown_sites(tables: Tables) -> Iterator[Finding]:
    return _unknown_sites("ad_counts", tables)


@needs(ad_counts=("site_code", "place", "window_start"))
def repeated_counts(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["ad_counts"], ("site_code", "place", "window_start"), optional=("place",)):
        message = f"Ligne en double : même site, même lieu et même début de décompte que la ligne {first}."
        yield Finding("ad_counts", row, "site_code", message, "Supprimer la ligne en trop, ou corriger l'une des deux.")


@needs(ad_counts=("place",))
def places_written_in_two_ways(tables: Tables) -> Iterator[Finding]:
    """Two names of places that only signs, accents or capitals tell apart would be one place of the report, or none."""
    table = tables["ad_counts"].dropna(subset=["place"])
    names = table.drop_duplicates("place")
    for row, first in repeats(names.assign(name=names["place"].astype(str).map(slug)), ("name",)):
        message = f"Ce lieu est celui de la ligne {first}, écrit autrement (un accent, une majuscule ou un signe)."
        yield Finding(
            "ad_counts", row, "place", message, "Écrire le même nom partout ; deux lieux, les distinguer d'un mot."
        )


@needs(ad_counts=("count", "method"))
def count_fits_method(tables: Tables) -> Iterator[Finding]:
    table = tables["ad_counts"]
    for row in table.loc[table["method"].eq(EXACT) & table["count"].isna(), "row"]:
        message = f"Le décompte est vide alors que la méthode est « {EXACT} »."
        remedy = (
            f"Saisir le nombre d'annonces (0 s'il n'y en a pas), ou mettre « {EXTRAPOLATED} » si "
            "le site est trop grand."
        )
        yield Finding("ad_counts", int(row), "count", message, remedy)
    for row in table.loc[table["method"].eq(EXTRAPOLATED) & table["count"].notna(), "row"]:
        message = (
            f"Un nombre est saisi alors que la méthode est « {EXTRAPOLATED} » : il sera calculé d'après les pages lues."
        )
        yield Finding("ad_counts", int(row), "count", message, f"Vider la cellule, ou mettre « {EXACT} ».")


@needs(
    may_lack=("ad_pages",),
    ad_counts=("site_code", "place", "method"),
    ad_pages=("site_code", "place", "page_rank"),
)
def extrapolated_has_pages(tables: Tables) -> Iterator[Finding]:
    table = tables["ad_counts"].dropna(subset=["site_code"])
    read = _places(tables["ad_pages"])
    for site, place, row in _rows(table[table["method"].eq(EXTRAPOLATED)]):
        if (site, place) not in read:
            message = "Le décompte doit être extrapolé, mais aucune page lue n'est donnée pour ce site et ce lieu."
            remedy = "Ajouter ses pages au fichier des pages lues, avec le même code et le même lieu."
            yield Finding("ad_counts", row, "method", message, remedy)


@needs(ad_counts=("window_start", "window_end"))
def window_in_order(tables: Tables) -> Iterator[Finding]:
    table = tables["ad_counts"]
    for row in table.loc[table["window_end"] < table["window_start"], "row"]:
        message = "Le décompte finit avant de commencer."
        yield Finding("ad_counts", int(row), "window_end", message, "Corriger le début ou la fin de la période.")


@needs(sites=("site_code",), ad_pages=("site_code",))
def pages_of_unknown_sites(tables: Tables) -> Iterator[Finding]:
    return _unknown_sites("ad_pages", tables)


@needs(ad_pages=("site_code", "place", "page_rank"))
def repeated_pages(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["ad_pages"], ("site_code", "place", "page_rank"), optional=("place",)):
        message = f"Page en double : même site, même lieu et même rang que la ligne {first}."
        yield Finding("ad_pages", row, "page_rank", message, "Supprimer la ligne en trop, ou corriger le rang.")


@needs(ad_counts=("site_code", "place", "method"), ad_pages=("site_code", "place"))
def unused_pages(tables: Tables) -> Iterator[Finding]:
    """Pages serve only an extrapolated count; silent where a count's site or method could not be read."""
    counts = tables["ad_counts"]
    if counts[["site_code", "method"]].isna().any(axis=None):
        return
    used = _places(counts[counts["method"].eq(EXTRAPOLATED)])
    exact = _places(counts[counts["method"].eq(EXACT)])
    for place, row in _places(tables["ad_pages"]).items():
        if place not in used:
            why = (
                "le site y est compté exactement"
                if place in exact
                else "aucun décompte ne porte sur ce site et ce lieu"
            )
            message = f"Ces pages lues ne servent pas : {why}."
            remedy = f"Mettre « {EXTRAPOLATED} » dans les décomptes si elles doivent servir ; sinon rien à faire."
            yield Finding("ad_pages", row, "site_code", message, remedy, blocks=False)


@needs(ad_pages=("page_rank", "pages_total"))
def rank_within_total(tables: Tables) -> Iterator[Finding]:
    table = tables["ad_pages"]
    for row in table.loc[(table["page_rank"] > table["pages_total"]).fillna(False), "row"]:
        message = "Le rang de la page dépasse le nombre de pages en tout."
        yield Finding("ad_pages", int(row), "page_rank", message, "Corriger le rang ou le nombre de pages.")


@needs(ad_pages=("ads_shown", "ads_relevant"))
def relevant_within_shown(tables: Tables) -> Iterator[Finding]:
    table = tables["ad_pages"]
    for row in table.loc[(table["ads_relevant"] > table["ads_shown"]).fillna(False), "row"]:
        message = "La page a plus d'annonces pertinentes que d'annonces affichées."
        yield Finding("ad_pages", int(row), "ads_relevant", message, "Corriger l'un des deux nombres.")


def _constant(name: str, what: str, tables: Tables) -> Iterator[Finding]:
    """One site and place states one value of `name`; each row that differs from the first is told."""
    table = tables["ad_pages"].dropna(subset=["site_code", name])
    groups = table.groupby(["site_code", "place"], dropna=False)
    first, first_row = groups[name].transform("first"), groups["row"].transform("first")
    for row, original in zip(table["row"][table[name] != first], first_row[table[name] != first], strict=True):
        message = f"{what} diffère de la ligne {original}, pour le même site et le même lieu."
        yield Finding(
            "ad_pages",
            int(row),
            name,
            message,
            "Retenir la même valeur pour toutes les pages de ce site et ce lieu.",
        )


@needs(ad_pages=("site_code", "place", "pages_total"))
def one_pages_total(tables: Tables) -> Iterator[Finding]:
    return _constant("pages_total", "Le nombre de pages en tout", tables)


@needs(ad_pages=("site_code", "place", "ads_announced"))
def one_announced_total(tables: Tables) -> Iterator[Finding]:
    return _constant("ads_announced", "Le total d'annonces que le site affiche", tables)


@needs(ad_pages=("site_code", "place", "ads_shown", "ads_announced"))
def announced_covers_read(tables: Tables) -> Iterator[Finding]:
    table = tables["ad_pages"].dropna(subset=["site_code", "ads_shown", "ads_announced"])
    for _, own in table.groupby(["site_code", "place"], dropna=False):
        read, first = int(own["ads_shown"].sum()), own.iloc[0]
        if first["ads_announced"] < read:
            message = f"Le site annoncerait moins d'annonces en tout que les {read} affichées sur les pages lues."
            remedy = "Corriger le total que le site affiche, ou le laisser vide s'il n'est pas sûr."
            yield Finding("ad_pages", int(first["row"]), "ads_announced", message, remedy)


@needs(sites=("site_code",), wave_counts=("site_code",))
def waves_of_unknown_sites(tables: Tables) -> Iterator[Finding]:
    return _unknown_sites("wave_counts", tables)


@needs(wave_counts=("site_code", "wave_on"))
def repeated_wave_counts(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["wave_counts"], ("site_code", "wave_on")):
        message = f"Décompte en double : même site et même vague que la ligne {first}."
        yield Finding("wave_counts", row, "site_code", message, "Supprimer la ligne en trop, ou corriger le jour.")


@needs(wave_counts=("site_code", "wave_on"))
def same_sites_at_each_wave(tables: Tables) -> Iterator[Finding]:
    """Waves compare the same sites; silent where a site or a day could not be read."""
    table = tables["wave_counts"]
    if table[["site_code", "wave_on"]].isna().any(axis=None):
        return
    days = table["wave_on"].nunique()
    by_site = table.groupby("site_code").agg(row=("row", "min"), days=("wave_on", "nunique"))
    for row in by_site.loc[by_site["days"] < days, "row"]:
        message = "Ce site n'a pas de décompte à chaque jour de vague : les vagues ne compteraient pas les mêmes sites."
        remedy = "Ajouter les décomptes qui manquent (0 s'il n'a aucune annonce), ou ôter ce site de toutes les vagues."
        yield Finding("wave_counts", int(row), "site_code", message, remedy)


@needs(wave_ads=("ad_mark", "wave_on"))
def repeated_wave_ads(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["wave_ads"], ("ad_mark", "wave_on")):
        message = f"Annonce en double : même repère et même vague que la ligne {first}."
        yield Finding("wave_ads", row, "ad_mark", message, "Supprimer la ligne en trop, ou corriger le repère.")


@needs(wave_ads=("ad_mark", "site_code"))
def one_site_of_a_followed_ad(tables: Tables) -> Iterator[Finding]:
    """A mark is of one ad, on one site: published again on another, it is another ad."""
    table = tables["wave_ads"].dropna(subset=["ad_mark", "site_code"])
    first = table.groupby("ad_mark")["site_code"].transform("first")
    for row in table.loc[table["site_code"].ne(first), "row"]:
        message = "Ce repère est déjà celui d'une annonce d'un autre site."
        yield Finding("wave_ads", int(row), "ad_mark", message, "Donner un autre repère à cette annonce.")


@needs(wave_counts=("site_code", "wave_on", "count"), wave_ads=("ad_mark", "site_code", "wave_on", "state"))
def followed_within_counted(tables: Tables) -> Iterator[Finding]:
    """The ads drawn on a site and day are among those that were counted there."""
    counted = {
        (site, day): count
        for site, day, count in tables["wave_counts"][["site_code", "wave_on", "count"]]
        .dropna()
        .itertuples(index=False)
    }
    table = tables["wave_ads"].dropna(subset=["site_code", "wave_on", "state"])
    for (site, day), own in table.groupby(["site_code", "wave_on"]):
        drawn, first = int(own["state"].eq("there").sum()), int(own["row"].min())
        if (site, day) not in counted:
            message = "Aucun décompte répété ne porte sur ce site ce jour-là."
            yield Finding("wave_ads", first, "wave_on", message, "Ajouter le décompte, ou corriger le site ou le jour.")
        elif drawn > counted[site, day]:
            message = f"Plus d'annonces tirées ({drawn}) que d'annonces comptées ({counted[site, day]}) sur ce site ce jour-là."
            yield Finding("wave_ads", first, "state", message, "Corriger le décompte, ou les annonces « présentes ».")


# -- Contradictions in the press review and in the list of interviews ---------------------------------------------
@needs(press=("date", "year_heading"))
def year_as_filed(tables: Tables) -> Iterator[Finding]:
    table = tables["press"].dropna(subset=["date", "year_heading"])
    tell = may_quote("press", "date", "year_heading")
    misfiled = table[table["date"].dt.year != table["year_heading"]]
    for row, date, heading in zip(misfiled["row"], misfiled["date"], misfiled["year_heading"], strict=True):
        years = f" (rubrique {heading}, date de {date.year})" if tell else ""
        message = (
            f"L'article est classé sous une autre année que celle de sa date{years} ; on ne "
            "sait pas laquelle des "
            "deux est la coquille."
        )
        remedy = (
            "Vérifier à la source ; sans certitude, garder les deux : l'article est compté une "
            "fois sous chaque lecture."
        )
        yield Finding("press", int(row), "year_heading", message, remedy, blocks=False)


@needs(press=("date", "outlet", "title"))
def repeated_articles(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["press"], ("date", "outlet", "title")):
        message = f"Article en double : même date, même journal et même titre que la ligne {first}."
        yield Finding("press", row, "title", message, "Supprimer la ligne en trop.")


_INTERVIEW = ("date", "structure", "mode", "place", "activity_field", "interlocutor")


@needs(interviews=_INTERVIEW)
def repeated_interviews(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["interviews"], _INTERVIEW, optional=("place",)):
        message = f"Entretien en double : toutes les cellules sont celles de la ligne {first}."
        remedy = (
            "Supprimer la ligne en trop ; deux entretiens distincts se distinguent par leur structure ou leur service."
        )
        yield Finding("interviews", row, "structure", message, remedy)


# -- Contradictions in the figures that an earlier publication prints ---------------------------------------------
UNSTATED = "unstated"


@needs(published_figures=("id", "base_id", "subset_of"))
def known_bases_and_wholes(tables: Tables) -> Iterator[Finding]:
    table = tables["published_figures"]
    known = {UNSTATED, *table["id"].dropna()}
    for name in ("base_id", "subset_of"):
        for row in table.loc[table[name].notna() & ~table[name].isin(known), "row"]:
            message = "Cet identifiant n'est celui d'aucun chiffre du fichier."
            remedy = f"Corriger l'identifiant, ou écrire « {UNSTATED} » si la publication ne dit pas la base."
            yield Finding("published_figures", int(row), name, message, remedy, blocks=False)


def _of_unknown_figures(role: str, name: str, what: str, tables: Tables) -> Iterator[Finding]:
    given = tables[role].dropna(subset=[name])
    for row in given.loc[~given[name].isin(tables["published_figures"]["id"].dropna()), "row"]:
        message = f"{what} porte sur un chiffre qui n'est pas dans le fichier des chiffres publiés."
        yield Finding(role, int(row), name, message, "Corriger l'identifiant, ou retirer la ligne.", blocks=False)


@needs(published_figures=("id",), published_notes=("id",))
def notes_of_known_figures(tables: Tables) -> Iterator[Finding]:
    return _of_unknown_figures("published_notes", "id", "Cette note", tables)


@needs(published_figures=("id",), published_lists=("figure",))
def lists_of_known_figures(tables: Tables) -> Iterator[Finding]:
    return _of_unknown_figures("published_lists", "figure", "Cet élément de liste", tables)


@needs(published_lists=("figure", "rank"))
def elements_once(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["published_lists"], ("figure", "rank")):
        message = f"Ce rang de cette liste est écrit deux fois : d'abord à la ligne {first}."
        yield Finding("published_lists", row, "rank", message, "Corriger le rang, ou supprimer la ligne en trop.")


@needs(published_figures=("unit", "value"))
def percentages_within_hundred(tables: Tables) -> Iterator[Finding]:
    table = tables["published_figures"].dropna(subset=["value", "unit"])
    table = table[table["unit"] == "percent"]
    for value, row in zip(table["value"], table["row"], strict=True):
        figure = re.fullmatch(r"([-−]?\d+(?:[.,]\d+)?)\s*%?", value)
        if figure and not 0 <= float(figure[1].replace(",", ".").replace("−", "-")) <= 100:
            message = "Un pourcentage de cette sorte est compris entre 0 et 100."
            yield Finding(
                "published_figures",
                int(row),
                "value",
                message,
                "Corriger la valeur, ou sa nature dans « unit ».",
            )


# -- Contradictions in what the team knows of support -------------------------------------------------------------
# Structures named without their word, numbers in practices, a funnel that widens.
NUMBER = re.compile(r"\d|%")
# The first word of a name that is that of the post of one person, folded: « intervenante sociale », « référent·e ».
POST = re.compile(
    r"(adjoint|assistant|avocat|charge|delegue|intervenant|president|procureur|referent|substitut)e?|commissaire|juge|medecin|"
    r"psychologue|responsable|sage|chef(fe)?|agente?|(conseill|infirmi|offici|polici)(er|ere)|"
    r"(animat|coordinat|coordonnat|direct|educat|mediat)(eur|rice)"
)


@needs(structures=("agrees_to_be_named", "name"))
def names_as_agreed(tables: Tables) -> Iterator[Finding]:
    table = tables["structures"].dropna(subset=["agrees_to_be_named"])
    agrees, named = table["agrees_to_be_named"].astype(bool), table["name"].notna()
    for row in table.loc[named & ~agrees, "row"]:
        message = "La structure n'accepte pas d'être nommée, et son nom est écrit."
        remedy = "Effacer le nom : la structure est comptée sous son code, sans être nommée."
        yield Finding("structures", int(row), "name", message, remedy)
    for row in table.loc[~named & agrees, "row"]:
        message = "La structure accepte d'être nommée, et son nom manque."
        yield Finding("structures", int(row), "name", message, "Écrire le nom du service, sans nom de personne.")


@needs(structures=("name",))
def posts_of_one_person(tables: Tables) -> Iterator[Finding]:
    """A service agrees to be named, not the one person who holds a post: who that is can be asked anybody there."""
    names = tables["structures"].dropna(subset=["name"])
    first = names["name"].map(lambda name: re.split(r"[^a-z]", fold(re.sub(r"[·.]\w+", "", name)).strip())[0])
    for row in names.loc[first.str.fullmatch(POST), "row"]:
        message = "Ce nom est celui d'un poste, donc d'une personne, et non d'un service."
        remedy = (
            "Écrire le nom du service qui l'emploie (« Intervention sociale au commissariat »), ou « non » à l'accord "
            "et effacer le nom."
        )
        yield Finding("structures", int(row), "name", message, remedy)


@needs(structures=("name",))
def repeated_names(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["structures"], ("name",)):
        message = f"Structure en double : le nom est déjà à la ligne {first}."
        yield Finding(
            "structures", row, "name", message, "Réunir les deux lignes ; une structure ne compte qu'une fois."
        )


@needs(practices=("title", "audience"))
def numbers_in_practices(tables: Tables) -> Iterator[Finding]:
    """What the team writes prints no number that is no fact; names of services and short help lines are no such."""
    table = tables["practices"]
    for column in ("title", "audience"):
        for row in table.loc[table[column].fillna("").str.contains(NUMBER), "row"]:
            message = "Un nombre dans ce texte : le rapport n'imprime que des indicateurs, qui ont une fiche."
            remedy = "Le dire sans nombre, ou le citer dans un bloc de l'équipe par {fact:…}."
            yield Finding("practices", int(row), column, message, remedy)


@needs(practices=("kind", "title", "offered_by", "where"))
def repeated_practices(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["practices"], ("kind", "title", "offered_by", "where"), ("offered_by", "where")):
        message = f"Ligne en double : même nature, même intitulé, même service, même lieu que la ligne {first}."
        yield Finding("practices", row, "title", message, "Supprimer la ligne en trop.")


@needs(actions=("action", "remarks"))
def numbers_in_actions(tables: Tables) -> Iterator[Finding]:
    """As in practices: a report prints no number that is no fact."""
    table = tables["actions"]
    for column in ("action", "lead", "remarks"):
        for row in table.loc[table[column].fillna("").str.contains(NUMBER), "row"]:
            message = "Un nombre dans ce texte : le rapport n'imprime que des indicateurs, qui ont une fiche."
            yield Finding("actions", int(row), column, message, "Le dire sans nombre.")


@needs(law_results=("year", "result"))
def repeated_results(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["law_results"], ("year", "result")):
        message = f"Ligne en double : même année et même mesure que la ligne {first}."
        yield Finding("law_results", row, "result", message, "Garder une seule ligne, celle de la source qui fait foi.")


@needs(law_results=("result", "value"))
def days_and_numbers(tables: Tables) -> Iterator[Finding]:
    """The commission is installed on a day; everything else is a number."""
    table = tables["law_results"].dropna(subset=["result", "value"])
    for row, result, value in zip(table["row"], table["result"], table["value"], strict=True):
        if result == INSTALLED and not _exists(value):
            yield Finding("law_results", int(row), "value", "Un jour est attendu.", "L'écrire ainsi : 2017-11-25.")
        elif result != INSTALLED and not value.isdecimal():
            yield Finding("law_results", int(row), "value", "Un nombre entier est attendu.", "Écrire le nombre seul.")


@needs(law_results=("circulation", "link"))
def public_where_published(tables: Tables) -> Iterator[Finding]:
    table = tables["law_results"]
    for row in table.loc[table["circulation"].eq("public") & table["link"].isna(), "row"]:
        message = "Ce total est dit public, et rien ne dit où il est publié."
        remedy = "Écrire l'adresse de la publication, ou la diffusion « commission »."
        yield Finding("law_results", int(row), "link", message, remedy)


@needs(law_results=("reference_date",))
def impossible_reference_days(tables: Tables) -> Iterator[Finding]:
    for row, text in tables["law_results"][["row", "reference_date"]].dropna().itertuples(index=False):
        if not _exists(text):
            remedy = "Écrire un jour, un mois ou une année qui existe : 2026-01-31, 2026-01 ou 2026."
            yield Finding("law_results", int(row), "reference_date", "Cette date n'existe pas.", remedy)


@needs(restitutions=("date", "version", "audience"))
def repeated_restitutions(tables: Tables) -> Iterator[Finding]:
    for row, first in repeats(tables["restitutions"], ("date", "version", "audience")):
        message = f"Ligne en double : même date, même version, mêmes destinataires que la ligne {first}."
        yield Finding("restitutions", row, "date", message, "Supprimer la ligne en trop.")


@needs(restitutions=("date", "audience"), law_results=("result", "value"))
def presented_before_installed(tables: Tables) -> Iterator[Finding]:
    """Nothing is presented to a commission that is not installed yet: it was to another body."""
    given = tables["law_results"]
    days = given.loc[given["result"].eq("installed"), "value"].dropna().astype("str")
    days = days[days.str.contains("-") & days.map(_exists)]
    presented = tables["restitutions"].dropna(subset=["date", "audience"])
    told = presented["audience"].str.casefold().str.contains("commission départementale", regex=False)
    for row, date in presented.loc[told, ["row", "date"]].itertuples(index=False):
        if len(days) and date < days.min()[: len(date)]:
            message = f"La commission n'a été installée que le {french.date(days.min())}."
            remedy = (
                "Écrire l'instance à qui l'étude a été présentée ce jour-là (CDPD, préfecture…), ou corriger la date."
            )
            yield Finding("restitutions", int(row), "audience", message, remedy)


@needs(outreach=tuple(STEPS))
def narrowing_steps(tables: Tables) -> Iterator[Finding]:
    """Each step is reached by a part of the one before it, so never by more."""
    table = tables["outreach"]
    for before, after in zip(STEPS, list(STEPS)[1:], strict=False):
        given = table.dropna(subset=[before, after])
        for row in given.loc[given[after] > given[before], "row"]:
            message = f"Plus que l'étape précédente ({STEPS[after]}, {STEPS[before]}) : une étape en est une partie."
            remedy = "Vérifier les deux nombres ; compter ce qui suit de l'étape précédente, et rien d'autre."
            yield Finding("outreach", int(row), after, message, remedy)


@needs(contacts=("structure_code", "period_start", "period_end"))
def contacts_of_one_period(tables: Tables) -> Iterator[Finding]:
    """A service counts a period once, and its periods end after they begin."""
    table = tables["contacts"]
    for row, first in repeats(table, ("structure_code", "period_start")):
        message = f"Ligne en double : même service et même début que la ligne {first}."
        yield Finding("contacts", row, "structure_code", message, "Réunir les deux lignes.")
    for row in table.loc[table["period_end"] < table["period_start"], "row"]:
        yield Finding(
            "contacts", int(row), "period_end", "La période finit avant de commencer.", "Corriger l'une des dates."
        )


@needs(restitutions=("date", "data_until"))
def data_before_presentation(tables: Tables) -> Iterator[Finding]:
    table = tables["restitutions"].dropna(subset=["date", "data_until"])
    for row, date, until in zip(table["row"], table["date"], table["data_until"], strict=True):
        if until[: len(date)] > date[: len(until)]:
            message = "Les données iraient au-delà du jour de la restitution."
            yield Finding("restitutions", int(row), "data_until", message, "Vérifier les deux dates.")


@needs(restitutions=("date", "data_until"))
def impossible_days(tables: Tables) -> Iterator[Finding]:
    table = tables["restitutions"]
    for column in ("date", "data_until"):
        for row, text in table[["row", column]].dropna().itertuples(index=False):
            if not _exists(text):
                remedy = "Écrire un jour, un mois ou une année qui existe : 2026-04-14, 2026-04 ou 2026."
                yield Finding("restitutions", int(row), column, "Cette date n'existe pas.", remedy)


def _exists(moment: str) -> bool:
    """Whether a day, a month or a year written with its missing parts left out is in the calendar."""
    try:
        return bool(dt.date.fromisoformat(moment + "-01-01"[len(moment) - 4 :]))
    except ValueError:
        return False


# Names that documents print as they are given.
PRINTED = (("ad_counts", "place"), ("press", "outlet"), ("press", "title"), ("structures", "name"))


def _undrawn(role: str, column: str, tables: Tables) -> Iterator[Finding]:
    """Names with a sign that the faces of the documents have not: nothing is stopped, it is an empty box there. One that is
    never seen is told as such where the cell is read."""
    for row, text in zip(tables[role]["row"], tables[role][column], strict=True):
        if isinstance(text, str) and (sign := undrawn(text)) and unicodedata.category(sign) not in ("Cc", "Cf"):
            message = (
                f"Le signe U+{ord(sign):04X} n'a pas de dessin dans tous les documents : une case vide y sera imprimée."
            )
            yield Finding(role, int(row), column, message, "L'ôter, ou l'écrire autrement.", blocks=False)


# In the order in which they are written here.
CHECKS = (
    *(one for one in list(globals().values()) if isinstance(one, Check)),
    *(needs(**{role: (column,)})(partial(_undrawn, role, column)) for role, column in PRINTED),
)
