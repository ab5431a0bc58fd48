"""The digests of a manifest: plain of what is public, keyed of the rest, so that nobody confirms a guess without the key.

The key is that of the study's vault; without a vault, one that lies beside the results, closed to others. A comparison reads
statements and public files alone, and needs none.
"""

import hmac
import secrets
from functools import cached_property
from pathlib import Path

from diagnostic.core import writing
from diagnostic.core.declarations import ConfigError, invented
from diagnostic.core.french import plural, typographic
from diagnostic.privacy.vault import KEY_BYTES, VAULT, Vault, VaultError, declared_key, write_closed
from diagnostic.study.config import looked_into

# How a digest begins; KEYED with the vault's key.
PLAIN, KEYED, LOCAL = ("sha256:", "hmac-sha256:", "hmac-sha256-locale:")
KEY = ".cle"  # in a study's folder of results


def root_of(results: Path) -> Path:
    """The project's folder, of one of its folders of results."""
    above = results.parent
    return (above.parent if above.name == writing.COMPARISON else above).parent


class Digests:
    """The digests of a study's files. `results`: its folder of results, or that of a comparison."""

    def __init__(self, results: Path) -> None:
        self.results, self.root = results, root_of(results)

    @cached_property
    def vault(self) -> Vault | None:
        """The study's vault; None where it has none, or its key went with a purge. Raises VaultError, ConfigError."""
        if not (self.root / VAULT / self.results.name).is_dir():
            return None
        vault = looked_into(self.root, self.results.name)
        return None if vault.purged else vault

    @cached_property
    def local(self) -> bytes:
        """The key beside the results; of an invented study, the declared one; empty where there is none."""
        place = self.results / KEY
        if invented(self.results.name):
            return declared_key(self.results.name)
        return place.read_bytes() if place.is_file() else b""

    def keyed(self, path: Path) -> str:
        """The keyed digest of a file that is not public. Raises VaultError, ConfigError."""
        if self.vault is not None:
            return self.vault.digest(path.read_bytes())
        return self.locally(path)

    def locally(self, path: Path) -> str:
        """The same with the key that lies beside the results, which is drawn on first use."""
        if not self.local:
            self.local = secrets.token_bytes(KEY_BYTES)
            write_closed(self.local, self.results / KEY)
        return LOCAL + hmac.digest(self.local, path.read_bytes(), "sha256").hex()

    def same(self, path: Path, digest: str) -> bool | None:
        """Whether a file has the content of a manifest's digest; None where its key is not here."""
        if digest.startswith(KEYED):
            return self._known(KEYED) and self.keyed(path) == digest
        if digest.startswith(LOCAL):
            return self._known(LOCAL) and self.locally(path) == digest
        return plain(path) == digest

    def _known(self, kind: str) -> bool | None:
        """True where the key of a kind of digest is here, else None."""
        try:
            return True if (self.vault is not None if kind == KEYED else self.local) else None
        except (ConfigError, VaultError):
            return None

    def unchecked(self, listed: dict[str, str]) -> str:
        """What is said of the digests of a manifest whose key is not here; empty where there are none. French."""
        kinds = tuple(kind for kind in (KEYED, LOCAL) if not self._known(kind))
        count = sum(one.startswith(kinds) for one in listed.values())
        if not count:
            return ""
        files = plural(count, "un fichier n’est pas vérifié", f"{count} fichiers ne sont pas vérifiés")
        return typographic(
            f"Sans la clé de l’étude, {files} : les données et les tables de l’équipe, que seule elle contrôle."
        )


def plain(path: Path) -> str:
    """The digest of a public file."""
    return PLAIN + writing.sha256(path)
