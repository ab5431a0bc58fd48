"""Contradictions in the register of sites, the counts of ads and the pages read."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnostic.collect.findings import Finding, Tables, needs, repeats
from diagnostic.core.french import number, plural, slug

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
