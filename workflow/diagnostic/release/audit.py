"""The gate: everything that will be printed, attacked by every reader of the policy; nothing exposed, or nothing printed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnostic.french import number, plural, typographic
from diagnostic.release.attack import ENGINE, Contradiction
from diagnostic.release.decision import frame_of, stance
from diagnostic.release.editions import Previous
from diagnostic.release.groups import Design, Frame, Group, Persons, Statement
from diagnostic.release.policy import STAMP, Policy
from diagnostic.release.primary import REASONS, mark
from diagnostic.release.siege import Finding
from diagnostic.release.targets import named

READERS = {
    "outsider": "qui lit tout ce qui est publié",
    "structure": "une structure qui connaît ses propres situations",
    "editions": "qui rapproche les éditions",
}
METHOD = "intervalle entier exact de chaque groupe, sous tout ce qui est imprimé"


@dataclass(frozen=True)
class Verdict:
    """`sendable` only when everything was attacked and nothing gave way. `messages`: French, one per problem, no
    count in them. `certificate`: what was attacked and how; its bytes depend on inputs and policy only."""

    sendable: bool
    messages: tuple[str, ...]
    certificate: Mapping[str, object]
    findings: tuple[Finding, ...] = ()

    def certificate_bytes(self) -> bytes:
        return json.dumps(self.certificate, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def audit(
    persons: Persons,
    design: Design,
    policy: Policy,
    cells: pd.DataFrame,
    statements: tuple[Statement, ...] = (),
    previous: Sequence[Previous] = (),
    public: tuple[Statement, ...] = (),
) -> Verdict:
    """Attack a finished ledger.

    `cells`: one row per printed group of the design, in order, with `cell`, `verdict`, `shown_low` and `shown_high`
    (what the printed figure stands for). `statements`: every other printed number on these persons (a percentage, a
    subtotal, a sentence), named as the reader finds it. `public`: what others printed, which cannot be withdrawn.
    A search without an answer counts as exposed. Figures that contradict the data are refused too.
    """
    frame = frame_of(design, (*statements, *public))
    return audit_frame(frame, persons, policy, cells, statements, previous, public)


def audit_frame(
    frame: Frame,
    persons: Persons,
    policy: Policy,
    cells: pd.DataFrame,
    statements: tuple[Statement, ...] = (),
    previous: Sequence[Previous] = (),
    public: tuple[Statement, ...] = (),
    told: Mapping[Group, int] | None = None,
    barred: Mapping[Group, str] | None = None,
) -> Verdict:
    """Attack the figures of a frame's groups, as `audit`; `told` and `barred` as for `decide_frame`."""
    if policy.draft:
        return Verdict(False, (STAMP,), _certificate(policy, "non vérifié", {}, 0, cells))
    marked = mark(frame, persons, policy, told, barred)
    problems = _rules(frame, marked, cells)
    withheld = frozenset(cells.loc[cells["verdict"] == "withheld", "cell"])
    attacked: dict[str, int] = {}
    findings: list[Finding] = []
    try:
        watches, _ = stance(frame, persons, policy, _claims(marked, cells), previous, public, statements)
        for watch in watches:
            for reader in watch.readers:
                siege = watch.siege(reader, withheld)
                kind = reader.name.split()[0]
                attacked[kind] = attacked.get(kind, 0) + siege.attacked
                findings += siege.findings
    except Contradiction:
        problems.append("Des chiffres imprimés contredisent les données : recalculer le registre avant de publier.")
    messages = (*problems, *explain(frame, findings))
    result = "exposé" if messages else "rien d’exposé"
    certificate = _certificate(policy, result, attacked, len(statements) + len(public), cells)
    return Verdict(not messages, tuple(typographic(message) for message in messages), certificate, tuple(findings))


def _claims(marked: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The marked cells with what each printed figure claims; a withheld one claims its own count, and is freed."""
    return marked.assign(
        claimed_low=np.minimum(cells["shown_low"].fillna(marked["value"]).to_numpy(dtype=int), marked["counted"]),
        claimed_high=np.maximum(cells["shown_high"].fillna(marked["value"]).to_numpy(dtype=int), marked["counted"]),
    )


def _rules(frame: Frame, marked: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    """Figures printed against a rule that needs no attack: threshold, contributors, remainder, place."""
    open_now = set(cells.loc[cells["verdict"] != "withheld", "cell"])
    groups = dict(zip((frame.name(group) for group in frame.printed), frame.printed, strict=True))
    return [
        f"« {frame.label(groups[row['cell']])} » est imprimé contre la règle : {REASONS[row['reason']]} Le retirer."
        for row in marked.to_dict("records")
        if row["reason"] and row["cell"] in open_now
    ]


def explain(frame: Frame, findings: Sequence[Finding]) -> list[str]:
    """One message per exposed group: who can tell, from which printed figures, what to do. Never the count."""
    labels = {frame.name(group): frame.label(group) for group in frame.printed}
    said: dict[str, str] = {}
    for finding in findings:
        target = finding.exposure.target
        if target in said:
            continue
        who = READERS[finding.reader.split()[0]]
        proof = [labels.get(fact, fact) for fact in finding.exposure.proof]
        if not finding.exposure.settled:
            said[target] = f"« {named(frame, target)} » : la recherche n’a pas abouti ; compté comme exposé."
        elif not proof:
            said[target] = (
                f"« {named(frame, target)} » se déduit sans aucun chiffre publié : regrouper des modalités ou retirer "
                "le tableau."
            )
        else:
            listed = ", ".join(f"« {fact} »" for fact in proof)
            said[target] = (
                f"« {named(frame, target)} » se déduit, pour {who}, de : {listed}. "
                f"{'Le retirer.' if len(proof) == 1 else 'En retirer ou en arrondir un au moins.'}"
            )
    return list(said.values())


def _certificate(
    policy: Policy, result: str, attacked: Mapping[str, int], statements: int, cells: pd.DataFrame
) -> dict[str, object]:
    rules = policy.rules
    return {
        "policy": policy.digest(),
        "preset": policy.preset,
        "engine": ENGINE,
        "method": METHOD,
        "largest_crossing": rules.largest_crossing,
        "groups_attacked": dict(attacked),
        "figures": len(cells),
        "figures_withheld": int((cells["verdict"] == "withheld").sum()),
        "other_statements": statements,
        "waivers": len(policy.waivers),
        "result": result,
    }


def summary(verdict: Verdict) -> str:
    """One French line for the log and the methods box."""
    found = verdict.certificate["groups_attacked"]
    total = sum(found.values()) if isinstance(found, dict) else 0
    count = f"{number(total)} {plural(total, 'groupe attaqué', 'groupes attaqués')}"
    return typographic(f"{count}, {verdict.certificate['engine']} : {verdict.certificate['result']}.")
