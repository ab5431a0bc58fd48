"""The release step: the ledger, with what was decided of each fact and what an attack says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from diagnostic.release import costs, reconstructed, reprinted, verdicts
from diagnostic.release.audit import Verdict
from diagnostic.release.grouped import KNOWN, Known
from diagnostic.release.issued import ROLE
from diagnostic.release.issued import read as read_issues
from diagnostic.release.policy import STAMP, Policy
from diagnostic.release.populations import POPULATIONS, populations
from diagnostic.release.tables import Audited
from diagnostic.tables import columns

REFUSED = "La publication est refusée : des groupes se déduisent de ce qui serait imprimé. Rien n’est publié, rien n’est effacé."


def release(
    facts: pd.DataFrame,
    reproduction: pd.DataFrame,
    described: pd.DataFrame,
    pairs: pd.DataFrame,
    cases: pd.DataFrame,
    respondents: pd.DataFrame,
    published_figures: pd.DataFrame,
    policy: Mapping[str, Any],
    study: str = "",
    exports: Mapping[str, str] | None = None,
    received: Mapping[str, bytes] | None = None,
    digests: Mapping[str, str] | None = None,
    pseudonyms: object = None,
) -> dict[str, Any]:
    """The ledger and what was decided beside it, `refused` (a French message, empty when all may be published) and `certificate`.

    `policy` is the policy of `config/release.yaml` as a mapping. What may not be printed is withheld, with its reason.
    `received` holds what the team has issued before, from the vault (`exports` names it, `digests` makes a new issue
    run again what reads it).
    """
    rules = Policy.model_validate(policy)
    people = populations(described, pairs, cases, respondents)
    decided = verdicts.decide(facts, rules, people, known(facts, published_figures, (received or {}).get(ROLE, b"")))
    ledger, compared = reconstructed.settle(decided.ledger, reprinted.protect(reproduction, published_figures, rules))
    return {
        "ledger": ledger,
        "compared": reprinted.withdraw(compared, ledger),
        "claims": decided.claims,
        "audits": _audited(decided.audits, rules),
        "costs": costs.costs(facts, rules, people),
        "refused": _refused(decided.audits, rules),
        "certificate": certificate(decided.audits, rules),
    }


def known(facts: pd.DataFrame, published_figures: pd.DataFrame, issues: bytes) -> Known:
    """What readers have besides this release; `issues`: the record of what the team has sent, empty without any.

    Of what was reconstructed from a publication nothing is printed but what it says itself (`reconstructed`): there is
    nothing to hold against it.
    """
    made = facts["origin"].eq(reconstructed.ORIGIN).any()
    return Known(published_figures[:0] if made else published_figures, read_issues(issues))


def certificate(audits: Mapping[str, Verdict], policy: Policy) -> str:
    """What was attacked, by whom, with which result, population by population: its bytes depend on inputs and policy."""
    content = {name: dict(audit.certificate) for name, audit in sorted(audits.items())}
    whole = {"policy": policy.digest(), "preset": policy.preset, "populations": content}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _refused(audits: Mapping[str, Verdict], policy: Policy) -> str:
    """What the gate says when something is exposed."""
    lines = people_messages(audits, policy)
    return "\n".join([REFUSED, *lines, ""]) if lines else ""


def people_messages(audits: Mapping[str, Verdict], policy: Policy) -> list[str]:
    """One line per exposed group, population by population; none for a draft, which is stamped, not refused."""
    if policy.draft:
        return []
    return [
        f"- {POPULATIONS[name]} : {message}" for name, audit in sorted(audits.items()) for message in audit.messages
    ]


def _audited(audits: Mapping[str, Verdict], policy: Policy) -> pd.DataFrame:
    rows = []
    for name, audit in sorted(audits.items()):
        attacked = audit.certificate["groups_attacked"]
        assert isinstance(attacked, dict)
        rows.append(
            {
                "population": name,
                "outsider": attacked.get("outsider", 0),
                "structure": attacked.get("structure", 0),
                "editions": attacked.get("editions", 0),
                "figures": audit.certificate["figures"],
                "engine": audit.certificate["engine"],
                "result": STAMP if policy.draft else str(audit.certificate["result"]),
                "preset": policy.preset,
                "policy": policy.digest(),
                "waivers": len(policy.waivers),
                **{name: audit.certificate.get(name, 0) for name in KNOWN},
            }
        )
    if not rows:
        rows = [dict.fromkeys(columns(Audited), 0) | {"population": "", "engine": "", "result": "rien à attaquer"}]
        rows[0] |= {"preset": policy.preset, "policy": policy.digest(), "waivers": len(policy.waivers)}
    return pd.DataFrame(rows)[columns(Audited)]
