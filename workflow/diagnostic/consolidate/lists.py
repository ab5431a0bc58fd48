"""Lists whose rows count as they were received: press, interviews, structures contacted, sites, demand, support."""

from collections.abc import Mapping

import pandas as pd

from diagnostic.collect.answers import AXES, CIRCULATIONS, PRACTICES
from diagnostic.collect.checks_vignettes import approved
from diagnostic.consolidate.rows import ledger, plain, whole
from diagnostic.core.tables import columns

PARTNERS, HISTORY = "partners", "sites_history"


def press(press: pd.DataFrame, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Articles (one row per article, newest first) and the ledger of their input rows."""
    articles = press.assign(year_printed=press["date"].dt.year).sort_values(["date", "row"], ascending=[False, True])
    return {"articles": articles, "press_rows": ledger("press", files, press, "articles")}


def interviews(interviews: pd.DataFrame, files: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Meetings (one row per interview, in order of date; a place may be missing: `lieu_non_precise`), and their ledger."""
    meetings = interviews.assign(month=interviews["date"].dt.strftime("%Y-%m")).sort_values(["date", "row"])
    rows = ledger("interviews", files, interviews, "meetings", {"lieu_non_precise": interviews["place"].isna()})
    return {"meetings": meetings, "interviews_rows": rows}


def partners(
    partners: pd.DataFrame, reminders: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """The ledger of the rows of structures contacted and of reminders, one row per row received."""
    ledgers = [ledger(PARTNERS, files, partners, "partners"), ledger(PARTNERS, files, reminders, "reminders")]
    return {"partners_rows": whole(PARTNERS, files, received_rows, ledgers)}


def history(
    site_status: pd.DataFrame, site_terms: pd.DataFrame, received_rows: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """The changes of state of sites, oldest first, their terms as collected, and the ledger of the workbook's rows."""
    states = plain(
        site_status, site_code="site_code.code", observed_on="observed_on.date", site_state="site_state.code"
    )
    rows = [ledger(HISTORY, files, states, "site_states"), ledger(HISTORY, files, site_terms, "site_terms")]
    return {
        "site_states": states.sort_values(["observed_on", "row"], kind="stable")[columns("consolidate/site_states")],
        "site_terms": site_terms,
        "history_rows": whole(HISTORY, files, received_rows, rows),
    }


# -- Internet: one row per site and place, each with what the register says of the site ---------------------------
OLDER = "Un décompte plus récent du même site et du même lieu existe."
REGISTER = ["site_code", "category", "mirror_group", "under_mirror_label", "status", "row"]


def internet(
    sites: pd.DataFrame, ad_counts: pd.DataFrame, ad_pages: pd.DataFrame, files: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """Counts (one row per site and place, in register order), pages, and the ledger of their input rows.

    Counting rules: the most recent window of a site and place is kept (`derniere_fenetre`); a count without
    a place stays in the département's total (`lieu_non_ventile`). A site of the register that was never counted stays, empty.
    """
    latest = ad_counts.groupby(["site_code", ad_counts["place"].fillna("")])["window_start"].transform("max")
    superseded = ad_counts["window_start"] < latest
    register = sites[REGISTER].rename(columns={"row": "site_row"})
    counts = register.merge(ad_counts[~superseded], on="site_code", how="left", validate="one_to_many")
    rules = {"lieu_non_ventile": ad_counts["place"].isna(), "derniere_fenetre": superseded}
    rows = [
        ledger("sites", files, sites, "counts", {"etat_non_precise": sites["status"].eq("not_stated")}),
        ledger("ad_counts", files, ad_counts, "counts", rules, {OLDER: superseded}),
        ledger("ad_pages", files, ad_pages, "pages"),
    ]
    return {
        "counts": counts[columns("consolidate/counts")],
        "pages": ad_pages,
        "internet_rows": pd.concat(rows, ignore_index=True),
    }


# -- Demand and places of risk: ads of buyers, archived forum, penal response, venues. Counts only, and neutral codes
DEMAND = "demand"
EMPTY = "Le nombre n’est pas donné : la ligne ne compte rien."


def demand(
    demand_ads: pd.DataFrame,
    forum_threads: pd.DataFrame,
    penal_response: pd.DataFrame,
    venues: pd.DataFrame,
    received_rows: pd.DataFrame,
    files: Mapping[str, str],
) -> dict[str, pd.DataFrame]:
    """Demand ads (latest window of each site and place), forum, measures and venues, one row each, and their ledger."""
    ads = plain(
        demand_ads,
        **{"site_code": "site_code.code", "place": "place.text", "count": "demand_count.number"},
        **{name: f"{name}.date" for name in ("window_start", "window_end")},
    )
    older = ads["window_start"] < ads.groupby(["site_code", ads["place"].fillna("")])["window_start"].transform("max")
    forum = plain(
        forum_threads,
        **{"source_code": "source_code.code", "place": "place.text", "year": "forum_year.code"},
        **{"threads": "threads_active.number", "pseudonyms": "pseudonyms_minimum.number"},
    )
    penal = plain(
        penal_response,
        **{"year": "penal_year.code", "measure": "measure.code", "source": "measure_source.code"},
        **{"count": "measure_count.number", "approximate": "approximate.code"},
    )
    penal["approximate"] = penal["approximate"].eq("yes").fillna(False).astype("boolean")
    empty = penal["count"].isna()
    places = plain(
        venues, venue_code="venue_code.code", venue_type="venue_type.code", arrondissement="arrondissement.text"
    )
    elsewhere = {"derniere_fenetre": older, "lieu_non_ventile": ads["place"].isna()}
    rows = [
        ledger(DEMAND, files, ads, "demand_ads", elsewhere, {OLDER: older}),
        ledger(DEMAND, files, forum, "forum", {"lieu_non_ventile": forum["place"].isna()}),
        ledger(DEMAND, files, penal, "penal", aside={EMPTY: empty}),
        ledger(DEMAND, files, places, "venues"),
    ]
    kept = {"demand_ads": ads[~older], "forum": forum, "penal": penal[~empty], "venues": places}
    return {
        **{name: table[columns(f"consolidate/{name}")] for name, table in kept.items()},
        "demand_rows": whole(DEMAND, files, received_rows, rows),
    }


# -- What the team knows of support: local structures, practices, outreach, presentations of the study, the previous plan,
# what the law did; the composite stories that it approved ---------------------------------------------------------
RESERVED, WAITING = "diffusion_restreinte", "sans_deux_approbations"


def support(
    structures: pd.DataFrame,
    practices: pd.DataFrame,
    law_results: pd.DataFrame,
    files: Mapping[str, str],
    circulation: str,
    **others: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The seven tables in the order in which they are read, and the ledger of their input rows.

    A structure of which some axis is not known is counted for the others (`axe_non_precise`). `circulation`: to whom
    the report may go; a total that may not go as far is set aside (`RESERVED`), and a story that two persons have not
    approved (`WAITING`). `others`: outreach, restitutions, actions, vignettes.
    """
    kinds = practices["kind"].map(list(PRACTICES).index)
    unknown = structures[list(AXES)].isna().any(axis=1)
    given = {"structures": structures, "practices": practices, **others, "law_results": law_results}
    far = law_results["circulation"].map(CIRCULATIONS.index)
    reserved = far.astype("int64") < CIRCULATIONS.index(circulation)
    rules = {"structures": {"axe_non_precise": unknown}}
    told = others["vignettes"]
    agreed = [approved(*pair) for pair in zip(told["first_approval"], told["second_approval"], strict=True)]
    waiting = ~pd.Series(agreed, index=told.index, dtype="bool")
    aside = {"law_results": {RESERVED: reserved}, "vignettes": {WAITING: waiting}}
    rows = [ledger(role, files, table, role, rules.get(role), aside.get(role)) for role, table in given.items()]
    return {
        "structures": structures.sort_values("structure_code"),
        "practices": practices.assign(order=kinds).sort_values(["order", "row"]).drop(columns="order"),
        "outreach": others["outreach"].sort_values("year"),
        "restitutions": others["restitutions"].sort_values(["date", "row"]),
        "actions": others["actions"].sort_values("row"),
        "vignettes": told.loc[~waiting, ["row", "title", "text"]].sort_values("row"),
        "law_results": law_results[~reserved].sort_values(["year", "row"]),
        "support_rows": pd.concat(rows, ignore_index=True),
    }
