"""A study's vault as the configuration says it is kept: in clear on an encrypted disk, or encrypted with age keys.

The exports of an invented study (`99-…`) may lie in the open, in `resources/studies/{study}/received/`: its vault takes
each of them in once, as if a team had received it; and its compliance file, where it has none.
"""

from __future__ import annotations

import os
from pathlib import Path

from diagnostic.core.declarations import invented, validate
from diagnostic.privacy import versions
from diagnostic.privacy.vault import RECEIVED, Cipher, Vault, age_cipher, open_vault, write_closed
from diagnostic.study import compliance
from diagnostic.study.config import CONFIG, RESOURCES, load_yaml
from diagnostic.study.declared import Encryption

IDENTITY = "DIAGNOSTIC_AGE_IDENTITY"  # environment variable: the file of the secret key, which no configuration names


def cipher(root: Path) -> Cipher | None:
    """The cipher of the shared configuration's `vault` keys, or None. Raises ConfigError, VaultError."""
    declared = load_yaml(root, CONFIG).get("vault")
    if declared is None:
        return None
    recipients = validate(Encryption, declared, f"{CONFIG} : vault").recipients
    identity = os.environ.get(IDENTITY)
    return age_cipher(recipients, Path(identity) if identity else None)


def opened(root: Path, study: str, create: bool = True) -> Vault:
    """The study's vault, opened. Raises ConfigError, VaultError."""
    shown = sorted((root / RESOURCES / study / RECEIVED).glob("[!.]*")) if invented(study) else []
    vault = open_vault(root, study, cipher=cipher(root), create=create or bool(shown))
    if shown and not vault.purged:
        _take_in(vault, shown)
        _decided(vault, root / RESOURCES / study / compliance.FOLDER)
    return vault


def _take_in(vault: Vault, shown: list[Path]) -> None:
    """Put to use those that the vault has never held; what a person has put in their place since then stays."""
    held = {(event.role, event.digest) for event in versions.journal(vault) if event.what == versions.RECEIVED}
    for path in shown:
        content = path.read_bytes()
        if (path.stem, vault.digest(content)) not in held:
            versions.add(vault, content, path.stem, path.suffix, "")


def _decided(vault: Vault, shown: Path) -> None:
    """The compliance file that lies in the open, where the vault has none."""
    folder = vault.folder / compliance.FOLDER
    if shown.is_dir() and not folder.exists():
        folder.mkdir(mode=0o700)
        for name, content in compliance.contents(shown).items():
            write_closed(content, folder / name)
