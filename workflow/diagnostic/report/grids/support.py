"""The tables of support: axes and structures, practices, outreach, presentations. Every number in them is a fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from diagnostic.collect.answers import AXES, FIELDS, PRACTICES, VERSIONS
from diagnostic.core import french
from diagnostic.estimate.field.outreach import STEP, YEARLY
from diagnostic.estimate.texts.outreach import LABELS as SAID
from diagnostic.release.printed import moment
from diagnostic.report.printing import escape
from diagnostic.report.registry import grid
from diagnostic.report.tabular import Cell, pipe, table, text_of

LABELS = {step: french.capital(label) for step, label in SAID.items()}
CITED = "Action citée"
LINK = re.compile(r"[^A-Za-z0-9:/._~?&=%+-]")  # what a link of markdown could end on


@grid
def axes(statements: pd.DataFrame, structures: pd.DataFrame, cell: Cell, interval: Cell, caption: str) -> str:
    """One row per axis: how many structures answer to it and what blanks leave open, unless that is withheld of all, and
    those that may be named."""
    of_axes = statements[statements["statement_id"].str.startswith("pathway.axis.")]
    told = of_axes["kind"].ne("withheld").any()
    columns = (
        ("Axe", "left", 26, lambda axis: french.capital(AXES[axis])),
        ("Structures", "right", 11, lambda axis: cell(f"pathway.axis.{axis}") if told else ""),
        ("Bornes", "right", 9, lambda axis: interval(f"pathway.axis.{axis}") if told else ""),
        ("Celles qui acceptent d’être nommées", "left", 46, lambda axis: _named(structures, axis)),
    )
    return table(AXES, columns, caption, "axes")


def _named(structures: pd.DataFrame, axis: str) -> str:
    """« A, B ; à confirmer : C »."""
    parts = [
        ", ".join(escape(s.name) for s in structures.itertuples(index=False) if axis in _several(getattr(s, column)))
        for column in ("answers", "unsaid")
    ]
    return _confirmed(*parts)


def _confirmed(known: str, unsaid: str) -> str:
    return " ; ".join(filter(None, (known, f"à confirmer{french.NBSP}: {unsaid}" if unsaid else ""))) or "–"


@grid
def coverage(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """One row per field of activity: who answered the form, interviews, local structures known, where some field of each is
    told; empty where nobody was asked. A field where all are zero is silent, and stands there as such; who answered another field,
    or does not know, comes after, where somebody did."""
    shown = statements.loc[statements["kind"].ne("withheld"), "statement_id"]
    heard, known = (bool(shown.str.startswith(f"{name}.field.").any()) for name in ("interviews", "pathway"))
    asked = statements[statements["statement_id"].str.fullmatch(r"survey\.activity_field\.[a-z0-9]+")]
    answered = {re.split(r"\s?:\s", one.label, maxsplit=1)[1].lower(): one.statement_id for one in asked.itertuples()}
    rows = [
        (
            french.capital(label),
            cell(answered[label]) if label in answered else "",
            cell(f"interviews.field.{field}") if heard else "",
            cell(f"pathway.field.{field}") if known else "",
        )
        for field, label in FIELDS.items()
    ]
    given = set(asked.loc[asked["shown_value"].gt(0), "statement_id"])
    others = sorted(label for label, one in answered.items() if label not in FIELDS.values() and one in given)
    rows += [(french.capital(escape(label)), cell(answered[label]), "", "") for label in others]
    header = (
        ("Champ d’activité", "left", 40),
        ("Professionnel·les ayant répondu", "right", 20),
        ("Entretiens", "right", 14),
        ("Structures recensées", "right", 18),
    )
    told = [at for at in range(len(header)) if any(row[at] for row in rows)]
    kept = [[row[at] for at in told] for row in rows]
    return pipe([header[at] for at in told], kept, caption, "couverture") if len(told) > 1 else ""


@grid
def structures(structures: pd.DataFrame, caption: str) -> str:
    """The structures that agreed to be named, by name; empty without any."""
    columns = (
        ("Structure", "left", 32, lambda s: escape(s.name)),
        ("Champ d’activité", "left", 26, lambda s: FIELDS[s.activity_field]),
        (
            "Axes",
            "left",
            42,
            lambda s: _confirmed(*(", ".join(AXES[a] for a in _several(t)) for t in (s.answers, s.unsaid))),
        ),
    )
    return table(structures.itertuples(index=False), columns, caption, "structures", small=True)


@grid
def practices(practices: pd.DataFrame, caption: str) -> str:
    """Good practices and resources, by kind; empty without any."""
    columns = (
        ("Nature", "left", 13, lambda p: french.capital(PRACTICES[p.kind])),
        ("Intitulé", "left", 30, lambda p: escape(p.title)),
        ("Qui, où", "left", 24, lambda p: ", ".join(escape(t) for t in (p.offered_by, p.where) if isinstance(t, str))),
        ("Pour qui", "left", 21, lambda p: escape(text_of(p.audience))),
        ("Contact public", "left", 22, lambda p: _contact(p.contact)),
    )
    return table(practices.itertuples(index=False), columns, caption, "pratiques", small=True)


def _contact(contact: object) -> str:
    """A number as it stands; an address as a link, shown without its scheme."""
    if not isinstance(contact, str):
        return ""
    address = contact.removeprefix("https://")
    return escape(contact) if address == contact else f"[{escape(address)}]({LINK.sub(quoted, contact)})"


def quoted(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


@grid
def vignettes(vignettes: pd.DataFrame) -> str:
    """The composite stories, each under its title; empty without any."""
    told = (f"**Récit composé : {escape(one.title)}.** {escape(one.text)}" for one in vignettes.itertuples(index=False))
    return "\n\n".join(told)


@grid
def outreach(statements: pd.DataFrame, cell: Cell, caption: str) -> str:
    """Each step of each year, and the part of the step before; the action that a publication cites comes last."""
    ids = statements.loc[statements["statement_id"].str.fullmatch(rf"[^.]+(\.\d{{4}})?\.{STEP}"), "statement_id"]
    rows = [row for action in _actions(ids) for row in _steps(set(ids), action, cell)]
    header = (
        ("Année", "left", 16),
        ("Étape", "left", 28),
        ("Nombre", "right", 12),
        ("Part de l’étape précédente", "right", 24),
    )
    return pipe(header, rows, caption, "aller-vers") if rows else ""


def _actions(ids: Iterable[str]) -> list[str]:
    """What the facts begin with: years in order, then what is cited."""
    actions = {fact_id.rpartition(".")[0] for fact_id in ids}
    return sorted(actions, key=lambda action: (not action.startswith(YEARLY), action))


def _steps(known: set[str], action: str, cell: Cell) -> Iterator[tuple[str, str, str, str]]:
    own = action.startswith(YEARLY)
    name = action.removeprefix(YEARLY) if own else f"{CITED} ({french.capital(action)})"
    for step, label in LABELS.items():
        if (fact_id := f"{action}.{step}") in known:
            yield name, label, cell(fact_id), cell(f"{fact_id}_pct")


@grid
def restitutions(restitutions: pd.DataFrame, caption: str) -> str:
    """The presentations of the study, in order, with the last day of the data shown; empty without any."""
    columns = (
        ("Date", "left", 18, lambda r: moment(r.date)),
        ("Version", "left", 22, lambda r: french.capital(VERSIONS[r.version])),
        ("À qui", "left", 24, lambda r: escape(french.capital(r.audience))),
        ("Données jusqu’à", "left", 18, lambda r: moment(r.data_until) if text_of(r.data_until) else "non précisé"),
        ("Précisions", "left", 36, lambda r: escape(text_of(r.remarks))),
    )
    return table(restitutions.itertuples(index=False), columns, caption, "restitutions", small=True)


def _several(text: object) -> list[str]:
    return text.split(";") if isinstance(text, str) and text else []
