"""The release step: the ledger, with what was decided of each fact and what an attack says of it."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from diagnostic.core.french import typographic
from diagnostic.core.tables import columns
from diagnostic.release import publication
from diagnostic.release.attack.gate import METHOD
from diagnostic.release.attack.solver import ENGINE
from diagnostic.release.editions.issued import read as read_issues
from diagnostic.release.populations.people import Population, everybody
from diagnostic.release.populations.policy import STAMP, Policy
from diagnostic.release.populations.rounding import PUBLIC_KEY, Draw
from diagnostic.release.progress import Progress
from diagnostic.release.table_names import ISSUES
from diagnostic.release.ways.listed import Known, Released
from diagnostic.release.ways.verdicts import Decided, decide

REFUSED = "La publication est refusée : des groupes se déduisent de ce qui serait imprimé. Rien n’est publié, rien n’est effacé."
NO_KEY = (
    "- L’étude décrit des personnes et n’a pas de clé : l’arrondi au hasard ne peut pas être tiré. Une étude qui n’est pas "
    "fictive (« fictional: false ») a besoin de son coffre ; « diagnostic recevoir » le crée."
)
OTHER_KEY = (
    "- La clé du coffre n’est pas celle des éditions déjà diffusées : deux tirages des mêmes nombres les resserreraient. "
    "Reprendre la clé de la sauvegarde."
)
READ = {"outsider": "", "structure": "s", "editions": ""}  # column of the audits → end of the reader's name


def release(
    facts: pd.DataFrame,
    reproduction: pd.DataFrame,
    meetings: pd.DataFrame,
    structures: pd.DataFrame,
    published_figures: pd.DataFrame,
    policy: Mapping[str, Any],
    study: str = "",
    received: Mapping[str, bytes] | None = None,
    key: bytes = b"",
    public: bool = False,
    **answers: pd.DataFrame,
) -> dict[str, Any]:
    """The ledger and what was decided beside it, `refused` (a French message, empty when all may be published) and `certificate`.

    `answers`: the tables of `populations`. `policy` is the policy of `config/release.yaml` as a mapping. What may not be printed is withheld, with its reason.
    `received` holds what the team has issued before, from the vault. `key`: derived from the vault's for draws; `public`: a
    study whose inputs are all committed and invented draws with the public key; with neither, nothing may need a draw.
    """
    rules = Policy.model_validate(policy)
    draw = Draw(key or PUBLIC_KEY) if key or public else None
    people = everybody(meetings, structures, rules.meaning, **answers)
    readers = known(facts, published_figures, structures, (received or {}).get(ISSUES, b""))
    decided = decide(facts, rules, people, readers, draw, Progress(study).tell)
    protected = publication.protect(reproduction, published_figures, rules, decided.ledger)
    ledger, compared = publication.settle(decided.ledger[columns("release/ledger")], protected, published_figures)
    return {
        "ledger": ledger,
        "compared": publication.withdraw(compared, ledger),
        "claims": decided.claims,
        "audits": _audited(decided.released, rules),
        "costs": cost_table(decided.released),
        "refused": refused(facts, people, decided, rules, readers, draw),
        "certificate": certificate(decided.released, rules),
    }


def known(facts: pd.DataFrame, published_figures: pd.DataFrame, structures: pd.DataFrame, issues: bytes) -> Known:
    """What readers have besides this release; `issues`: the record of what the team has sent, empty without any.

    Of what was reconstructed from a publication nothing is printed but what it says itself (`publication`): there is
    nothing to hold against it.
    """
    made = facts["origin"].eq(publication.RECONSTRUCTED).any()
    return Known(published_figures[:0] if made else published_figures, read_issues(issues), structures)


def certificate(released: Mapping[str, Released], policy: Policy) -> str:
    """What was attacked, by whom, with which result, population by population: nothing in it depends on the persons but
    the rung that was reached."""
    content = {
        name: {
            "result": _result(one, policy),
            "rung": one.decision.rung,
            "groups_of_the_list": len(one.decision.listing.entries),
            "readers": policy.rules.attackers,
            "engine": ENGINE,
            "method": METHOD,
        }
        for name, one in sorted(released.items())
    }
    whole = {"policy": policy.digest(), "preset": policy.preset, "populations": content}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _result(one: Released, policy: Policy) -> str:
    return STAMP if policy.draft else "exposé" if one.decision.left else "rien d’exposé"


def refused(
    facts: pd.DataFrame,
    people: Mapping[str, Population],
    decided: Decided,
    policy: Policy,
    known: Known,
    draw: Draw | None,
) -> str:
    """What the gate says when something is exposed, or when no key, or another key, would draw."""
    lines = []
    made = facts["origin"].isin([publication.RECONSTRUCTED, "published", "transcribed"])
    if draw is None and people and not made.all() and facts.loc[~made, "group"].fillna("").ne("").any():
        lines.append(NO_KEY)
    earlier = [issue.key for issue in known.issued if issue.key]
    if draw is not None and earlier and earlier[-1] != draw.fingerprint:
        lines.append(OTHER_KEY)
    lines += [f"- {message}" for message in people_messages(decided, policy)]
    return typographic("\n".join([REFUSED, *lines, ""])) if lines else ""


def people_messages(decided: Decided, policy: Policy) -> list[str]:
    """One line per group that is still exposed; none for a draft, which is stamped, not refused."""
    return [] if policy.draft else decided.messages()


def _audited(released: Mapping[str, Released], policy: Policy) -> pd.DataFrame:
    shared = {"preset": policy.preset, "policy": policy.digest(), "waivers": len(policy.waivers), "engine": ENGINE}
    rows = []
    for name, one in sorted(released.items()):
        groups, attackers = len(one.decision.listing.entries), policy.rules.attackers
        told = {reader: groups if f"{reader}{end}" in attackers else 0 for reader, end in READ.items()}
        told |= {"figures": groups, "published_figures": one.known, "earlier_editions": int(bool(one.edition))}
        rows.append(shared | told | {"population": name, "result": _result(one, policy)})
    nothing = shared | {"population": "", "engine": "", "result": "rien à attaquer"}
    return pd.DataFrame(rows or [nothing]).reindex(columns=columns("release/audits"), fill_value=0)


# -- What protection costs, for the team --------------------------------------------------------------------------
# The groups of the closed list that are printed, and why the others are not.
THRESHOLDS = (5, 8, 11)


def with_threshold(policy: Policy, threshold: int) -> Policy:
    """The same policy with one ordinary threshold, the classes never under it."""
    old = policy.rules.thresholds
    raised = {name: max(threshold, value) if name != "ordinary" else threshold for name, value in old}
    rules = policy.rules.model_copy(update={"thresholds": type(old)(**raised)})
    return policy.model_copy(update={"presets": {**policy.presets, policy.preset: rules}})


def cost_table(released: Mapping[str, Released]) -> pd.DataFrame:
    """One row per population and threshold: groups of the closed list that hold somebody, and the share of them that reach
    the threshold, to 5 points. It stays with the team."""
    rows = []
    for name, one in released.items():
        held = [counted for counted in one.decision.counted.values() if counted.count > 0]
        for threshold in THRESHOLDS:
            ordinary = one.decision.listing.policy.rules.thresholds.ordinary
            asked = [max(threshold, two.entry.threshold if two.entry.threshold > ordinary else 0) for two in held]
            large = sum(two.count >= least for two, least in zip(held, asked, strict=True))
            rows.append((name, threshold, len(held), 5 * round(20 * large / len(held)) if held else 0))
    return pd.DataFrame(rows, columns=columns("release/costs"))
