"""A study's vault as the configuration says it is kept: in clear on an encrypted disk, or encrypted with age keys."""

from __future__ import annotations

import os
from pathlib import Path

from diagnostic.core.declarations import validate
from diagnostic.privacy.ciphers import Cipher, age_cipher
from diagnostic.privacy.vault import Vault, open_vault
from diagnostic.study.config import CONFIG, load_yaml
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
    return open_vault(root, study, cipher=cipher(root), create=create)
