"""The manifest of a study: the digest of every input, stage and artefact; and what changed since.

`manifest.json` maps each path, from the project's root, to its digest. It is written last. `verify` recomputes
everything: the digests, the manifest's own form, and the chain of stamps from stage to stage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from diagnostic.core import io
from diagnostic.core.declarations import ConfigError
from diagnostic.core.errors import NoResults
from diagnostic.privacy.vault import VAULT, VaultError
from diagnostic.study.unlocking import opened

NAME = "manifest.json"


def _artefacts(results: Path) -> list[Path]:
    """Every file of a study's results, the manifest, the notices and a reviewer's own copy aside."""
    return sorted(
        path
        for path in results.rglob("*")
        if path.is_file()
        and path.name not in (NAME, io.NOTICE)
        and not path.name.startswith(".")
        and path.parent != results / io.REVIEW
    )


def _render(digests: dict[str, str]) -> bytes:
    return (json.dumps(digests, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def write(output: str, inputs: Iterable[str], keyed: Mapping[str, str], log: str) -> None:
    """Write the manifest of the study whose results lie beside `output`. Paths are relative to this folder.

    `keyed`: role → keyed digest of each export of the study's vault.
    """
    path = Path(output)
    files = [*(Path(name) for name in inputs), *_artefacts(path.parent)]
    digests = {file.as_posix(): f"sha256:{io.sha256(file)}" for file in files}
    digests |= {f"{VAULT}/{path.parent.name}/received/{role}": digest for role, digest in keyed.items()}
    io.write_bytes(_render(digests), path)
    Path(log).write_text(f"{len(digests)} files\n", encoding="utf-8")


def rewrite(results: Path, root: Path) -> None:
    """Write the manifest of a study again without what is no longer there, nor the exports of its vault (`purge`)."""
    listed = [root / name for name in json.loads((results / NAME).read_bytes()) if not name.startswith(f"{VAULT}/")]
    kept = {path for path in [*listed, *_artefacts(results)] if path.is_file()}
    io.write_bytes(_render({p.relative_to(root).as_posix(): f"sha256:{io.sha256(p)}" for p in kept}), results / NAME)


def has_read(root: Path, study: str, role: str, digest: str) -> bool:
    """Whether the study's last complete run was made from this content of an export of its vault."""
    path = root / "results" / study / NAME
    try:
        digests = json.loads(path.read_bytes()) if path.is_file() else {}
    except ValueError:
        return False
    return isinstance(digests, dict) and digests.get(f"{VAULT}/{study}/received/{role}") == digest


def verify(results: Path, root: Path) -> list[str]:
    """What changed since the manifest was written, one French sentence per finding; empty when nothing did.

    `results` is a study's folder, `root` the project's. Raises NoResults when there is no manifest.
    """
    if not (results / NAME).is_file():
        raise NoResults(results.name)
    content = (results / NAME).read_bytes()
    try:
        digests = json.loads(content)
        sound = isinstance(digests, dict) and _render(digests) == content
    except ValueError:
        digests, sound = {}, False
    if not sound:
        return [f"{results / NAME} : le manifeste lui-même a été modifié ; relancer « diagnostic calculer »."]
    found = []
    for name, digest in digests.items():
        path = root / name
        if name.startswith(f"{VAULT}/"):
            found += _export(root, results.name, Path(name).name, digest)
        elif not path.is_file():
            found.append(f"{name} : le fichier a disparu.")
        elif f"sha256:{io.sha256(path)}" != digest:
            found.append(f"{name} : le contenu a changé.")
    listed = {root / name for name in digests if not name.startswith(f"{VAULT}/")}
    found += [f"{path} : fichier inconnu du manifeste." for path in _artefacts(results) if path not in listed]
    changed = {line.partition(" : ")[0] for line in found}
    return found + _broken_chain(digests, changed, root)


def _export(root: Path, study: str, role: str, digest: str) -> list[str]:
    """What is wrong with an export of the vault. Where the vault is not, nothing can be said, nor needs to be."""
    if not (root / VAULT / study).is_dir():
        return []
    try:
        vault = opened(root, study, create=False)
        if vault.received(role) is None:
            return [f"{VAULT}/{study}/received : l’export « {role} » a disparu."]
        same = vault.digest(vault.read_received(role)) == digest
    except (ConfigError, VaultError) as error:
        return [f"{VAULT}/{study} : {error}"]
    return [] if same else [f"{VAULT}/{study}/received : le contenu de l’export « {role} » a changé."]


def _broken_chain(digests: dict[str, str], changed: set[str], root: Path) -> list[str]:
    """Stages whose stamp names another content of an input than the one the manifest holds."""
    found = []
    for name in digests:
        if not name.endswith(".parquet") or name in changed:
            continue
        for source, digest in io.read_stamp(root / name)["inputs"].items():
            if source in digests and digests[source] != f"sha256:{digest}":
                found.append(
                    f"{name} : calculé à partir d’un autre contenu de {source} ; relancer « diagnostic calculer »."
                )
    return found
