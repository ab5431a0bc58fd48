"""A study reconstructed in a copy of the project's choices, and its facts by its own workflow's steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import own
import pandas as pd
from replay import ROOT, Estimated, of_project

from diagnostic.privacy.vault import Vault
from diagnostic.reconstruct.project import FOLDER, reconstruct
from diagnostic.release import publication
from diagnostic.release.printed import PROTECTED
from diagnostic.release.publication import NOT_AGAIN
from diagnostic.study.config import Config, load, opened

STUDY = "62-2020"
# The shared diagnosis and what it is compared with: the exports of the vault are given whatever these are.
ROLES = ("published_figures", "published_notes", "interviews", "press", "duplicates")
Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Rebuilt:
    """A reconstructed project: where it is, and what its files give."""

    home: Path

    @property
    def config(self) -> Config:
        return load(self.home)

    @property
    def vault(self) -> Vault:
        return opened(self.home, STUDY, create=False)

    def estimated(self, change: Change | None = None) -> Estimated:
        """The facts of its shared diagnosis; `change` alters the form's export before it is read."""

        def rewrite(role: str, content: bytes) -> bytes:
            return change(content) if change and role == "questionnaire" else content

        return of_project(self.home, STUDY, rewrite=rewrite, roles=ROLES)


def printable(of: Estimated, again: tuple[str, ...] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ledger by id and the reproduction table, as what is reconstructed may be printed, were nothing withheld for
    another reason but the published figures `again`, which are not printed a second time."""
    facts = of.table("estimate/facts")
    shown = {f"shown_{name}": facts[name] for name in ("value", "low", "high", "numerator", "denominator")}
    claims = {"claim_low": facts["value"] - 5, "claim_high": facts["value"] + 5}
    released = facts.assign(verdict="shown", ground="own", reason="", **shown, **claims)
    published = of.table("collect/published_figures")
    reproduction = of.table("estimate/reproduction")
    hidden = reproduction["fact_id"].isin(again)
    told = {"published": PROTECTED, "computed": PROTECTED, "status": "withheld", "reason": NOT_AGAIN}
    reproduction = reproduction.assign(**{name: reproduction[name].mask(hidden, text) for name, text in told.items()})
    settled, compared = publication.settle(released, reproduction, published)
    return settled.set_index("fact_id"), compared


def project(folder: Path) -> Path:
    """The project's choices and public files, without its results."""
    own.copy(folder, "config", "resources")
    for name in ("Snakefile", "workflow", "profiles", "report", "envs"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def rebuilt(root: Path, seed: int) -> Rebuilt:
    reconstruct(root, STUDY, seed)
    return Rebuilt(root / FOLDER / STUDY)
