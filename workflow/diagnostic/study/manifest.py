"""The manifest of a study: the digest of every input, stage and artefact; and what changed since.

`manifest.json` maps each path, from the project's root, to its digest; of `config/config.yaml`, which names all studies, to that
of what it says beside their names, so that a study that is begun changes none of another. It is written last. `verify` recomputes
everything: the digests, the manifest's own form, the chain of stamps from stage to stage, and the generations that are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from diagnostic.core import home, writing
from diagnostic.core.declarations import ConfigError
from diagnostic.core.errors import NoResults, Refused
from diagnostic.core.french import typographic
from diagnostic.privacy.vault import VAULT, VaultError
from diagnostic.release.populations.policy import DRAFT
from diagnostic.study import generations, signature
from diagnostic.study.config import CONFIG, choices
from diagnostic.study.generations import MANIFEST, REPORT, Reading, same
from diagnostic.study.unlocking import opened

CHOICES = "sha256-sans-etudes:"  # before the digest of the choices that all studies share, without the studies' names
NOT_LISTED = {generations.FOLDER, writing.REVIEW, DRAFT}  # copies, a reviewer's own, and what never leaves


def stages(results: Path) -> list[Path]:
    """Every file of a study's phases: its tables, the lists of errors, what the release decided."""
    inside = (path for path in generations.files(results) if path.parent != results or path.name != MANIFEST)
    return [path for path in inside if path.name != writing.NOTICE and _listed(path.relative_to(results).parts)]


def _listed(parts: tuple[str, ...]) -> bool:
    """Whether a file of the results is a stage: documents are what `report/` has, wherever else they also are."""
    document = parts[0] == writing.RENDERING and not parts[-1].endswith(".parquet")
    return not document and parts[0] not in {*NOT_LISTED, REPORT}


def render(digests: Mapping[str, str]) -> bytes:
    """The text of a manifest: the same digests, the same bytes."""
    return (json.dumps(digests, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def digests(
    results: Path, sources: Mapping[str, Path], sealed: Iterable[str], keyed: Mapping[str, str]
) -> dict[str, str]:
    """What the manifest of a study says. `sources`: name in its results → file; `sealed`: paths from the project's root,
    which is the current folder; `keyed`: role → keyed digest of each export of its vault."""
    inside = generations.inside(results)
    paths = {home.named(Path(name)): Path(name) for name in sealed} | {inside + name: p for name, p in sources.items()}
    found = {name: _digest(name, path) for name, path in paths.items()}
    return found | {f"{VAULT}/{results.name}/received/{role}": digest for role, digest in keyed.items()}


def chosen(path: Path) -> str:
    """The digest of the choices that all studies share; of nothing where there are none."""
    content = path.read_bytes() if path.is_file() else b""
    return CHOICES + hashlib.sha256(choices(content)).hexdigest()


def _digest(name: str, path: Path) -> str:
    return chosen(path) if name == CONFIG.as_posix() else f"sha256:{writing.sha256(path)}"


def rewrite(results: Path, root: Path) -> None:
    """Write the manifest of a study again without what is no longer there, nor the exports of its vault (`purge`)."""
    listed = [root / name for name in generations.digests_in(results) if not name.startswith(f"{VAULT}/")]
    kept = {path for path in [*listed, *stages(results), *_in_report(results)] if path.is_file()}
    names = {path.relative_to(root).as_posix(): path for path in kept}
    content = render({name: _digest(name, path) for name, path in names.items()})
    writing.write_bytes(content, results / MANIFEST)


def has_read(root: Path, study: str, role: str, digest: str) -> bool:
    """Whether the study's last complete run was made from this content of an export of its vault."""
    return generations.digests_in(root / writing.RESULTS / study).get(f"{VAULT}/{study}/received/{role}") == digest


def verify(results: Path, root: Path) -> list[str]:
    """What changed since the manifest was written, one French sentence per finding; empty when nothing did.

    `results` is a study's folder, or one of its generations, of which its own files are looked at; `root` the project's.
    Raises NoResults when there is no manifest.
    """
    reading = generations.within(results)
    if not (results / MANIFEST).is_file():
        raise NoResults(reading.study)
    listed = _sound(results)
    if listed is None:
        return [f"{results / MANIFEST} : le manifeste lui-même {_unsound(results)} ; relancer « diagnostic calculer »."]
    if results != reading.results:
        return copied(reading)
    found = []
    for name, digest in listed.items():
        if name.startswith(f"{VAULT}/"):
            found += _export(root, results.name, Path(name).name, digest)
        else:
            found += _changed(name, home.found(root, name), digest)
    known = {root / name for name in listed}
    found += [_unknown(path) for path in [*stages(results), *_in_report(results)] if path not in known]
    changed = {line.partition(" : ")[0] for line in found}
    found += broken_chain(listed, changed, reading)
    return found + [line for one in generations.generations(results) for line in copied(generations.within(one))]


def verified(reading: Reading) -> list[str]:
    """What can be told of the generation that is read instead of the study's own folder; nothing where none is."""
    if not reading.told:
        return []
    found = copied(reading)
    whole = "Cette copie est entière." if not found else "Cette copie est abîmée aussi."
    kept = "" if shown(reading.results) else f" {REPORT}/ est tel que le dernier calcul achevé l’a fait."
    return [reading.told, typographic(f"{whole}{kept} « diagnostic calculer » reprend.")]


def shown(results: Path) -> list[str]:
    """What is no longer, in `report/`, as the manifest says; French sentences."""
    listed = generations.own(_sound(results) or {}, generations.within(results))
    documents = {path: digest for path, digest in listed.items() if path.is_relative_to(results / REPORT)}
    return _all_changed(documents) + [_unknown(path) for path in _in_report(results) if path not in documents]


def signable(results: Path) -> None:
    """Raises NoResults, or Refused where `report/` is not what the study's last calculation has made, nothing more or less."""
    reading = generations.within(results)
    if not (results / MANIFEST).is_file():
        raise NoResults(reading.study)
    if results != reading.results:
        raise Refused(typographic(f"{results} : une copie gardée dans l’équipe ne se signe pas ; donner l’étude."))
    if found := shown(results):
        told = f"Rien n’est signé : ôter de {REPORT}/ ce que le calcul n’a pas fait, puis « diagnostic calculer »."
        raise Refused(typographic("\n".join([*found, told])))


def _in_report(results: Path) -> list[Path]:
    """Every file of `report/`, hidden ones too, which would be sent; but what signs them."""
    signed = {results / REPORT / name for name in signature.NAMES}
    return sorted(path for path in (results / REPORT).rglob("*") if path.is_file() and path not in signed)


def _unknown(path: Path) -> str:
    return f"{path} : fichier inconnu du manifeste."


def copied(reading: Reading) -> list[str]:
    """What is no longer, in a generation, as its manifest says; French sentences."""
    listed = _sound(reading.folder)
    if listed is None:
        return [
            f"{reading.folder / MANIFEST} : le manifeste de cette copie {_unsound(reading.folder)} ; le prochain calcul en garde une autre."
        ]
    return _all_changed(generations.own(listed, reading))


def _sound(folder: Path) -> dict[str, str] | None:
    """What a manifest says; None where it is not as it was written."""
    listed = generations.digests_in(folder)
    try:
        return listed if listed and render(listed) == (folder / MANIFEST).read_bytes() else None
    except UnicodeEncodeError:  # half a character, which no text can hold
        return None


def _all_changed(digests: Mapping[Path, str]) -> list[str]:
    return [line for path, digest in digests.items() for line in _changed(path.as_posix(), path, digest)]


def _unsound(folder: Path) -> str:
    read = generations.digests_in(folder)
    return "a été modifié" if read else "ne peut pas être lu : ce qui a changé depuis le calcul ne peut pas être dit"


def _changed(name: str, path: Path, digest: str) -> list[str]:
    if not path.is_file():
        return [f"{name} : le fichier a disparu."]
    unchanged = chosen(path) == digest if digest.startswith(CHOICES) else same(path, digest)
    return [] if unchanged else [f"{name} : le contenu a changé."]


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


def broken_chain(digests: Mapping[str, str], changed: set[str], reading: Reading) -> list[str]:
    """Stages whose stamp names another content of an input than the one the manifest holds."""
    from diagnostic.core.stamp import DoorError, read_stamp  # here: what reads the workflow reads none

    found = []
    for name in digests:
        if not name.endswith(".parquet") or name in changed:
            continue
        try:
            inputs = dict(read_stamp(reading.place(name))["inputs"])
        except (DoorError, KeyError, TypeError, ValueError):  # whoever changed it changed the manifest too
            found.append(f"{name} : cette table ne se lit pas ; relancer « diagnostic calculer ».")
            continue
        for source, digest in inputs.items():
            if source in digests and digests[source] != f"sha256:{digest}":
                other = f"calculé à partir d’un autre contenu de {source}"
                found.append(f"{name} : {other} ; relancer « diagnostic calculer ».")
    return found
