"""Annexes that put names beside what the study knows under codes, made on purpose and inside the vault only.

That for the authorities names sites and venues; that of the team, whom to call back: structures that want a training or a
network, and those to remind. The report and its tables know codes and released numbers alone. This is the only code that
puts both together, for a person who asks for it, never a step of the workflow.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font

from diagnostic.codebook import loading, template
from diagnostic.codebook.model import Codebook
from diagnostic.collect.answers import CATEGORIES
from diagnostic.collect.grids import Grid, read_export
from diagnostic.core import home, io
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import NBSP, number, plural, typographic
from diagnostic.privacy.vault import Vault
from diagnostic.study.changes import wholly
from diagnostic.study.config import opened
from diagnostic.study.erase import CALL_BACK, CONTACTS
from diagnostic.study.given import NAMES, shown

# -- For the authorities: names of sites and venues beside their codes ---------------------------------------------
ANNEX = "annexe_autorites"  # in the vault
FOR_AUTHORITIES = (
    "Annexe réservée aux autorités : procureur·e de la République, services d'enquête. À remettre en main propre, contre "
    "reçu ; ne pas joindre au rapport, ne pas envoyer par courriel sans chiffrement, ne pas copier ailleurs.",
    "Un décompte vaut à sa date : un site a pu ouvrir, fermer ou changer d'adresse depuis.",
    "Un établissement à risque est un risque repéré par mots-clés, annuaires ou partenaires, non un fait établi. Aucune "
    "rumeur ne doit y figurer.",
    "Ce fichier s'efface avec les exports du coffre (« diagnostic purger »).",
)
SITES = ("Code", "Nom ou adresse", "Catégorie", "Groupe miroir", "Annonces, tous lieux", "Premier jour", "Dernier jour")
VENUES = ("Code", "Nom et adresse", "Type", "Arrondissement")


@wholly("nommer")
def for_authorities(root: Path, study: str) -> list[str]:
    """Write the annex of a study in its vault; French lines that tell what it holds, codes and counts only.

    Raises AnnexError, VaultError, ConfigError, CodebookError.
    """
    vault = opened(root, study, create=False)
    codebook = loading.load(loading.read_folder(home.found(root, loading.FOLDER)))
    grids = kept(vault)
    sites, venues = (
        {row[code]: row[name] for row in records(codebook, grids, table) if row[code] and row[name]}
        for table, code, name in (("site_names", "site_code", "site_name"), ("venue_names", "venue_code", "venue_name"))
    )
    if not sites and not venues:
        raise AnnexError(f"Le classeur « {NAMES} » du coffre ne nomme ni site ni établissement.")
    folder = root / "results" / study / "consolidate"
    if not (folder / "counts.parquet").is_file():
        raise NoResults(study)
    # One row per site of the register; a site that was extrapolated or never counted has no number.
    counts = io.read_table(folder / "counts.parquet")
    seen = []
    for code, own in counts.groupby("site_code", sort=False):
        whole = int(own["count"].sum()) if own["count"].notna().all() else None
        days = (own["window_start"].min(), own["window_end"].max())
        shown = [None if pd.isna(day) else day.date() for day in days]
        group = own["mirror_group"].iloc[0]
        category = CATEGORIES[own["category"].iloc[0]]
        seen.append((code, sites.get(str(code), ""), category, "" if pd.isna(group) else group, whole, *shown))
    risky = _venues(io.read_table(folder / "venues.parquet"), venues, codebook)
    sheets = (("Sites", SITES, seen), ("Établissements", VENUES, risky))
    found = [
        f"{number(len(rows))} {plural(len(rows), one)}, dont {number(sum(not row[1] for row in rows))} sans nom dans le coffre."
        for rows, one in ((seen, "site"), (risky, "établissement"))
    ]
    where = stored(vault, ANNEX, "annexe aux autorités", FOR_AUTHORITIES, sheets)
    return [*found, f"L’annexe est dans le coffre{NBSP}: {where}", typographic(FOR_AUTHORITIES[0])]


def _venues(venues: pd.DataFrame, names: dict[str, str], codebook: Codebook) -> list[tuple[object, ...]]:
    kinds = labels(codebook, "venues", "venue_type")
    return [
        (row.venue_code, names.get(row.venue_code, ""), kinds.get(row.venue_type, ""), row.arrondissement)
        for row in venues.fillna({"arrondissement": ""}).itertuples()
    ]


# -- Whom the team may call back: answers that agreed to be contacted again, and nothing else ----------------------
TRAINING, PLANNED, NETWORK, LINK = "needs/train", "training_planned.code", "network_interest.code", "needs/netw"
AGREES, SETTLED = "accepts_recontact.code", ("answered", "interview", "declined")
SAID = {"yes": "oui", "no": "non"}
FOR_THE_TEAM = (
    "Liste de travail de l'équipe : ne sort pas du coffre, ne se joint pas au rapport, ne s'envoie pas.",
    "Seules y figurent les réponses qui acceptent d'être recontactées ; l'accord vaut pour cette étude.",
    "Elle s'efface à la première purge, avec les contacts (« diagnostic purger »), et se refait tant qu'ils sont gardés.",
)
WANTED = (
    *("Réponse", "Structure", "Type de structure", "Professionnel·les"),
    *("Besoin de formation", "Formation déjà prévue", "Intérêt pour un réseau", "Nom", "Courriel", "Téléphone"),
)
CHASED = ("Code", "Structure", "Nom", "Courriel", "Téléphone", "Premier contact", "Relances", "Dernière relance")


@wholly("recontacter")
def to_call_back(root: Path, study: str) -> list[str]:
    """Write the list in the study's vault; French lines that tell how many it has, without any name.

    Raises AnnexError, VaultError, ConfigError, CodebookError.
    """
    vault = opened(root, study, create=False)
    codebook = loading.load(loading.read_folder(home.found(root, loading.FOLDER)))
    results = root / "results" / study
    answers = results / "consolidate/respondents.parquet"
    if not answers.is_file():
        raise NoResults(study)
    partners = list(records(codebook, kept(vault), "partner_contacts")) if vault.received(NAMES) else []
    contacts = vault.read_private(CONTACTS) if CONTACTS in vault.private_names() else pd.DataFrame()
    asking = wishes(io.read_table(answers))
    listed = _listed(asking[asking[AGREES].eq("yes")], contacts, _named(vault, partners), codebook)
    contacted, reminded = (io.read_table(results / f"collect/{name}.parquet") for name in ("partners", "reminders"))
    chased = to_remind(contacted, reminded, partners)
    if asking.empty and not chased:
        raise AnnexError("Aucune réponse ne demande de formation ni de réseau, et aucune structure n'est à relancer.")
    sheets = (("Formation et réseau", WANTED, listed), ("À relancer", CHASED, chased))
    where = stored(vault, CALL_BACK, "demandes et relances", FOR_THE_TEAM, sheets)
    asked, agreed, left = len(asking), len(listed), len(chased)
    return [
        f"{number(asked)} {plural(asked, 'réponse demande', 'réponses demandent')} une formation ou un réseau, "
        f"dont {number(agreed)} {plural(agreed, 'accepte', 'acceptent')} d’être {plural(agreed, 'recontactée')}.",
        f"{number(left)} {plural(left, 'structure')} à relancer.",
        f"La liste est dans le coffre{NBSP}: {where}",
        typographic(FOR_THE_TEAM[0]),
    ]


def wishes(respondents: pd.DataFrame) -> pd.DataFrame:
    """The responses that say a need of training or of a network, or an interest for one: one row per response.

    A question that the form did not have is a column of blanks.
    """
    blank = pd.Series("", index=respondents.index)
    names = (TRAINING, LINK, PLANNED, NETWORK, AGREES, "structure_type.code", "organisation.pseudonym")
    said = {name: respondents.get(name, blank).astype("str") for name in names}
    asked = respondents[["response_id", "professionals"]].assign(**said)
    wanting = asked[TRAINING].eq("ticked") | asked[LINK].eq("ticked") | asked[NETWORK].eq("yes")
    return asked[wanting].sort_values(["structure_type.code", "response_id"])


def _named(vault: Vault, partners: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Pseudonym that an answer gives of its structure → the name under which the team keeps it, where both agree."""
    names = [row["structure_name"] for row in partners if row["structure_name"]]
    return dict(zip(vault.pseudonyms("name", names), names, strict=True)) if names else {}


def _listed(
    asking: pd.DataFrame, contacts: pd.DataFrame, named: Mapping[str, str], codebook: Codebook
) -> list[tuple[object, ...]]:
    kinds = labels(codebook, "responses", "structure_type")
    known = {row["response_id"]: row for row in contacts.to_dict("records") if row.get("response_id")}
    return [
        (
            row["response_id"],
            named.get(row["organisation.pseudonym"], ""),
            kinds.get(row["structure_type.code"], ""),
            int(row["professionals"]),
            "oui" if row[TRAINING] == "ticked" else "",
            SAID.get(row[PLANNED], ""),
            "oui" if row[LINK] == "ticked" else SAID.get(row[NETWORK], ""),
            *(str(known.get(row["response_id"], {}).get(name) or "") for name in ("name", "email", "phone")),
        )
        for row in asking.to_dict("records")
    ]


def to_remind(
    partners: pd.DataFrame, reminders: pd.DataFrame, names: Iterable[Mapping[str, str]]
) -> list[tuple[Any, ...]]:
    """The structures contacted that neither answered nor declined, with their reminders: one row per structure (CHASED)."""
    if partners.empty:
        return []
    kept_names = {row["partner_code"]: row for row in names}
    rows = []
    for row in partners[~partners["outcome.code"].isin(SETTLED)].to_dict("records"):
        code = row["partner_code.code"]
        own = reminders[reminders["partner_code.code"].eq(code)] if len(reminders) else reminders
        days = (row.get("contacted_on.date"), own["reminded_on.date"].max() if len(own) else pd.NaT)
        contact = kept_names.get(code, {})
        told = (contact.get(name, "") for name in ("structure_name", "contact_name", "contact_email", "contact_phone"))
        first, last = (None if pd.isna(day) else day.date() for day in days)
        rows.append((code, *told, first, len(own), last))
    return rows


# -- What annexes that stay in the vault are made of --------------------------------------------------------------
# The workbook of names that the team keeps there, and a workbook out.
Sheet = tuple[str, Sequence[str], Sequence[Sequence[object]]]  # title, header, rows


class AnnexError(Typeset):
    """An annex cannot be made; the message is in French."""


def kept(vault: Vault) -> list[Grid]:
    """The sheets of the workbook of names. Raises AnnexError when the vault has none, VaultError after a purge."""
    if vault.received(NAMES) is None and not vault.purged:
        raise AnnexError(
            f"Le coffre de {vault.study} n’a pas encore de noms : remplir instruments/{vault.study}/classeur-{NAMES}.xlsx (noms "
            f"des sites, des établissements, coordonnées), puis « diagnostic recevoir {vault.study} FICHIER »."
        )
    return read_export(vault.read_received(NAMES), NAMES, short_rows=True)[0]


def labels(codebook: Codebook, table: str, name: str) -> dict[str, str]:
    """Code → label of the answers of a closed question of a table."""
    return {o.code: o.label for v in codebook.table(table) if v.name == name for o in codebook.options(v)}


def records(codebook: Codebook, grids: Sequence[Grid], table: str) -> Iterator[dict[str, str]]:
    """The filled rows of one table of the workbook, by variable; nothing where its sheet lacks a column."""
    headings = {heading: variable.name for heading, variable, _ in codebook.columns(table)}
    for grid in (grid for grid in grids if grid.title == codebook.tables[table].sheet):
        if set(headings) <= set(grid.rows[0]):
            at = {name: grid.rows[0].index(heading) for heading, name in headings.items()}
            for row in grid.rows[template.FIRST_ROW - 1 :]:
                cells = [*row, *[""] * len(grid.rows[0])]
                if any(row):
                    yield {name: cells[place] for name, place in at.items()}
            return


def stored(vault: Vault, name: str, title: str, warnings: Sequence[str], sheets: Sequence[Sheet]) -> str:
    """Put an annex in the vault, of the study that its title names; where it is, from the project's folder."""
    vault.receive(workbook(f"Étude {vault.study} : {title}", warnings, sheets), name, ".xlsx")
    return shown(vault, name)


def workbook(title: str, warnings: Sequence[str], sheets: Sequence[Sheet]) -> bytes:
    """A sheet that says what the annex is, then the others. Text is never a formula, whatever it begins with."""
    book = Workbook()
    template.first_page(book.active, (title, *warnings), 2, 100)
    for name, heading, rows in sheets:
        sheet = book.create_sheet(name)
        for at, values in enumerate((heading, *rows), start=1):
            for column, value in enumerate(values, start=1):
                cell = template.put(sheet, at, column, value, font=Font(bold=at == 1))
                sheet.column_dimensions[cell.column_letter].width = 24
        sheet.freeze_panes = "A2"
    return template.to_bytes(book)
