"""Whom the team may call back: structures that want a training or a network, and those to remind; in the vault only.

A list of names is made of answers that agreed to be contacted again, and of nothing else; the report has the released
numbers. What puts names and answers together is here alone, for a person who asks for it, never a step of the workflow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.codebook.model import Codebook
from diagnostic.core import io
from diagnostic.core.errors import NoResults
from diagnostic.core.french import NBSP, number, plural, typographic
from diagnostic.privacy.vault import Vault
from diagnostic.study.erase import CALL_BACK, CONTACTS
from diagnostic.study.given import NAMES, AnnexError, kept, records, workbook
from diagnostic.study.unlocking import opened

TRAINING, PLANNED, NETWORK, LINK = "needs/train", "training_planned.code", "network_interest.code", "needs/netw"
AGREES, SETTLED = "accepts_recontact.code", ("answered", "interview", "declined")
SAID = {"yes": "oui", "no": "non"}
WARNINGS = (
    "Liste de travail de l'équipe : ne sort pas du coffre, ne se joint pas au rapport, ne s'envoie pas.",
    "Seules y figurent les réponses qui acceptent d'être recontactées ; l'accord vaut pour cette étude.",
    "Elle s'efface à la première purge, avec les contacts (« diagnostic purger »), et se refait tant qu'ils sont gardés.",
)
WANTED = (
    "Réponse",
    "Structure",
    "Type de structure",
    "Professionnel·les",
    "Besoin de formation",
    "Formation déjà prévue",
    "Intérêt pour un réseau",
    "Nom",
    "Courriel",
    "Téléphone",
)
CHASED = ("Code", "Structure", "Nom", "Courriel", "Téléphone", "Premier contact", "Relances", "Dernière relance")


def annex(root: Path, study: str) -> list[str]:
    """Write the list in the study's vault; French lines that tell how many it has, without any name.

    Raises AnnexError, VaultError, ConfigError, CodebookError.
    """
    vault = opened(root, study, create=False)
    codebook = loading.load(loading.read_folder(root / loading.FOLDER))
    results = root / "results" / study
    answers = results / "consolidate/respondents.parquet"
    if not answers.is_file():
        raise NoResults(study)
    partners = list(records(codebook, kept(vault), "partner_contacts")) if vault.received(NAMES) else []
    contacts = vault.read_private(CONTACTS) if CONTACTS in vault.private_names() else pd.DataFrame()
    asking = wishes(io.read_table(answers))
    listed = _listed(asking[asking[AGREES].eq("yes")], contacts, _named(vault, partners), codebook)
    chased = to_remind(
        io.read_table(results / "collect/partners.parquet"),
        io.read_table(results / "collect/reminders.parquet"),
        partners,
    )
    if asking.empty and not chased:
        raise AnnexError("Aucune réponse ne demande de formation ni de réseau, et aucune structure n'est à relancer.")
    sheets = (("Formation et réseau", WANTED, listed), ("À relancer", CHASED, chased))
    receipt = vault.receive(workbook(f"Étude {study} : demandes et relances", WARNINGS, sheets), CALL_BACK, ".xlsx")
    where = receipt.path.relative_to(root) if receipt.path.is_relative_to(root) else receipt.path.name
    agreed = len(listed)
    return [
        f"{_several(len(asking), 'réponse')} {plural(len(asking), 'demande', 'demandent')} une formation ou un réseau, "
        f"dont {number(agreed)} {plural(agreed, 'accepte', 'acceptent')} d’être {plural(agreed, 'recontactée')}.",
        f"{_several(len(chased), 'structure')} à relancer.",
        f"La liste est dans le coffre{NBSP}: {where}",
        typographic(WARNINGS[0]),
    ]


def wishes(respondents: pd.DataFrame) -> pd.DataFrame:
    """The responses that say a need of training or of a network, or an interest for one: one row per response.

    A question that the form did not have is a column of blanks.
    """
    blank = pd.Series("", index=respondents.index)
    names = (TRAINING, LINK, PLANNED, NETWORK, AGREES, "structure_type.code", "organisation.pseudonym")
    asked = respondents[["response_id", "professionals"]].assign(
        **{name: respondents.get(name, blank).astype("str") for name in names}
    )
    wanting = asked[TRAINING].eq("ticked") | asked[LINK].eq("ticked") | asked[NETWORK].eq("yes")
    return asked[wanting].sort_values(["structure_type.code", "response_id"])


def _named(vault: Vault, partners: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Pseudonym that an answer gives of its structure → the name under which the team keeps it, where both agree."""
    names = [row["structure_name"] for row in partners if row["structure_name"]]
    return dict(zip(vault.pseudonyms("name", names), names, strict=True)) if names else {}


def _listed(
    asking: pd.DataFrame, contacts: pd.DataFrame, named: Mapping[str, str], codebook: Codebook
) -> list[tuple[object, ...]]:
    labels = {
        o.code: o.label for v in codebook.table("responses") if v.name == "structure_type" for o in codebook.options(v)
    }
    known = {row["response_id"]: row for row in contacts.to_dict("records") if row.get("response_id")}
    rows = []
    for row in asking.to_dict("records"):
        person = known.get(row["response_id"], {})
        link = row[LINK] == "ticked" or row[NETWORK] == "yes"
        rows.append(
            (
                row["response_id"],
                named.get(row["organisation.pseudonym"], ""),
                labels.get(row["structure_type.code"], ""),
                int(row["professionals"]),
                "oui" if row[TRAINING] == "ticked" else "",
                SAID.get(row[PLANNED], ""),
                "oui" if link else SAID.get(row[NETWORK], ""),
                *(str(person.get(name) or "") for name in ("name", "email", "phone")),
            )
        )
    return rows


def to_remind(
    partners: pd.DataFrame, reminders: pd.DataFrame, names: Iterable[Mapping[str, str]]
) -> list[tuple[object, ...]]:
    """The structures contacted that neither answered nor declined, with their reminders: one row per structure."""
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


def _several(count: int, one: str) -> str:
    return f"{number(count)} {plural(count, one)}"
