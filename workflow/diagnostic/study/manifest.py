"""The manifest of a study: the digest of every input, stage and artefact; and what changed since.

`manifest.json`, which is closed to others, maps each path, from the project's root, to its digest, keyed where it is not public; of `config/config.yaml`, which names all studies, to that
of what it says beside their names, so that a study that is begun changes none of another. It is written last. `verify` recomputes
everything: the digests, the manifest's own form, the chain of stamps from stage to stage, and the generations that are kept.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from diagnostic.core import home, writing
from diagnostic.core.declarations import ConfigError
from diagnostic.core.errors import NoResults, Refused
from diagnostic.core.french import typographic
from diagnostic.privacy.vault import VAULT, VaultError, write_closed
from diagnostic.release.populations.policy import DRAFT
from diagnostic.release.table_names import PRINTED
from diagnostic.study import generations, program, signature
from diagnostic.study.config import CONFIG, choices, looked_into, untaken
from diagnostic.study.digests import PLAIN, Digests, plain
from diagnostic.study.generations import MANIFEST, PLACES, REPORT, Reading, places

CHOICES = "sha256-sans-etudes:"  # before the digest of the choices that all studies share, without the studies' names
# Documents, what they are drawn of, what those of a comparison say, and the program.
STATED = {*PLACES, writing.RENDERING, "compare", program.CODE}
TOGETHER = "///"  # between the names of files of a folder: no path has it
NOT_LISTED = {*PLACES, generations.FOLDER, writing.REVIEW, DRAFT}  # copies, a reviewer's own, and what never leaves


def stages(results: Path) -> list[Path]:
    """Every file of a study's phases: its tables, the lists of errors, what the release decided."""
    inside = (path for path in generations.files(results) if path.parent != results or path.name != MANIFEST)
    return [path for path in inside if path.name != writing.NOTICE and _listed(path.relative_to(results).parts)]


def _listed(parts: tuple[str, ...]) -> bool:
    """Whether a file of the results is a stage: documents are what `report/` has, wherever else they also are."""
    document = parts[0] == writing.RENDERING and not parts[-1].endswith(".parquet")
    return not document and parts[0] not in NOT_LISTED


def render(digests: Mapping[str, str]) -> bytes:
    """The text of a manifest: the same digests, the same bytes."""
    return (json.dumps(digests, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def together(paths: Iterable[str]) -> list[str]:
    """Paths, those of a folder in one: Windows has 8,191 characters for a command."""
    grouped: dict[str, list[str]] = {}
    for path in paths:
        grouped.setdefault(path[: path.rfind("/") + 1], []).append(path.rpartition("/")[2])
    return [folder + TOGETHER.join(names) for folder, names in grouped.items()]


def apart(grouped: Iterable[str]) -> list[str]:
    """The same paths, each by itself."""
    found = []
    for first, *others in (one.split(TOGETHER) for one in grouped):
        found += [first, *(first[: first.rfind("/") + 1] + name for name in others)]
    return found


def digests(
    results: Path,
    sources: Mapping[str, Path],
    sealed: Iterable[str],
    keyed: Mapping[str, str],
    public: Iterable[str] = (),
) -> dict[str, str]:
    """What the manifest of a study says. `sources`: name in its results → file; `sealed` and `public`: paths from the
    project's root, which is the current folder; `keyed`: role of an export, or file of its compliance folder → keyed digest. Of a study that is public
    whole, stages are too: anybody may make them again."""
    inside, own, apart = generations.inside(results), Digests(results), list(sealed)
    found = {home.named(Path(name)): _digest(home.named(Path(name)), Path(name)) for name in public}
    found |= {home.named(Path(name)): own.keyed(Path(name)) for name in apart}
    for name, path in sources.items():
        found[inside + name] = own.keyed(path) if (apart or keyed) and not _released(name) else plain(path)
    held = {name if "/" in name else f"received/{name}": digest for name, digest in keyed.items()}
    return found | {f"{VAULT}/{results.name}/{name}": digest for name, digest in held.items()}


def _released(name: str) -> bool:
    """Whether a file of the results, by its name in them, is a document or what documents are made of."""
    phase, _, rest = name.partition("/")
    return phase in STATED or (phase == "release" and rest.removesuffix(".parquet") in {*PRINTED, "lineage"})


def chosen(path: Path) -> str:
    """The digest of the choices that all studies share; of nothing where there are none."""
    content = path.read_bytes() if path.is_file() else b""
    return CHOICES + hashlib.sha256(choices(content)).hexdigest()


def _digest(name: str, path: Path) -> str:
    return chosen(path) if name == CONFIG.as_posix() else plain(path)


def rewrite(results: Path, root: Path) -> None:
    """Write the manifest of a study again without what is no longer there, nor the exports of its vault, nor the digests of
    its key (`purge`)."""
    before, own, inside = generations.digests_in(results), Digests(results), generations.inside(results)
    listed = [root / name for name in before if not name.startswith(f"{VAULT}/")]
    kept = {path for path in [*listed, *stages(results), *_shown(results)] if path.is_file()}
    names = {path.relative_to(root).as_posix(): path for path in kept}
    public = {name for name in names if not name.startswith(inside) and "hmac" not in before.get(name, "")}
    # A study with a vault is not public whole, whatever digests an earlier version wrote of it.
    open_ = not any("hmac" in one or name.startswith(f"{VAULT}/") for name, one in before.items())
    public |= {name for name in names if name.startswith(inside) and (open_ or _released(name.removeprefix(inside)))}
    content = {name: _digest(name, path) if name in public else own.locally(path) for name, path in names.items()}
    write_closed(render(content), results / MANIFEST)


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
    found, own = [], Digests(results)
    for name, digest in listed.items():
        if name.startswith(f"{VAULT}/{results.name}/received/"):
            found += _export(root, results.name, Path(name).name, digest)
        elif not name.startswith(f"{VAULT}/") or (root / VAULT / results.name).is_dir():
            found += _changed(name, home.found(root, name), digest, own)
    known = {root / name for name in listed}
    found += [_unknown(path) for path in [*stages(results), *_shown(results)] if path not in known]
    found += _beside(results, own, listed)
    changed = {line.partition(" : ")[0] for line in found}
    found += broken_chain(listed, changed, reading)
    found += program.changed(program.recorded(results), _stamps(listed, changed, reading).values())
    return found + [line for one in generations.generations(results) for line in copied(generations.within(one))]


def _beside(results: Path, own: Digests, listed: Mapping[str, str]) -> list[str]:
    """What is wrong with what no line of a manifest names: its own place among the copies, the list that goes with the documents,
    where they are rendered, the notes that say what does not leave."""
    copies = [generations.digests_in(one) for one in generations.generations(results)]
    told = "ce manifeste n’est celui d’aucun calcul gardé ; relancer « diagnostic calculer »."
    found = [f"{results / MANIFEST} : {told}"] if copies and all(copies) and listed not in copies else []
    said = signature.sent(results / REPORT)[0] if (results / REPORT / signature.DIGESTS).is_file() else []
    known = {*generations.own(listed, generations.within(results)), *_shown(results)}
    found += [line for line in said if Path(line.partition(" : ")[0]) not in known]
    rendered = results / writing.RENDERING
    for path, digests in generations.made(results).items():
        if path.is_relative_to(rendered) and path.is_file() and all(own.same(path, one) is False for one in digests):
            found.append(f"{path} : le contenu a changé.")
    folders = (folder for folder in sorted(results.iterdir()) if folder.name not in {REPORT, writing.REVIEW})
    notes = (folder / writing.NOTICE for folder in folders)
    text = writing.NOTICE_TEXT.encode()
    return found + [f"{one} : cette note a changé." for one in notes if one.is_file() and one.read_bytes() != text]


def unchecked(results: Path) -> str:
    """What is said of the files that only who has the study's key can check; empty for who has it. French."""
    return Digests(generations.within(results).results).unchecked(generations.digests_in(results))


def verified(reading: Reading) -> list[str]:
    """What can be told of the generation that is read instead of the study's own folder; nothing where none is."""
    if not reading.told:
        return []
    found = copied(reading)
    whole = "Cette copie est entière." if not found else "Cette copie est abîmée aussi."
    kept = "" if shown(reading.results) else f" {REPORT}/ est tel que le dernier calcul achevé l’a fait."
    return [reading.told, typographic(f"{whole}{kept} « diagnostic calculer » reprend.")]


def shown(results: Path) -> list[str]:
    """What is no longer, of the documents, as the manifest says; French sentences."""
    listed = generations.own(_sound(results) or {}, generations.within(results))
    documents = {path: digest for path, digest in listed.items() if set(path.parents) & set(places(results))}
    return _all_changed(documents, results) + [_unknown(path) for path in _shown(results) if path not in documents]


def signable(results: Path) -> None:
    """Raises NoResults, or Refused where `report/` is not what the study's last calculation has made, nothing more or less."""
    reading = generations.within(results)
    if not (results / MANIFEST).is_file():
        raise NoResults(reading.study)
    if results != reading.results:
        raise Refused(typographic(f"{results} : une copie gardée dans l’équipe ne se signe pas ; donner l’étude."))
    if not (results / REPORT).is_dir():
        told = f"{results} : rien n’est encore diffusé, donc rien ne se signe ; « diagnostic diffuser {reading.study} » d’abord."
        raise Refused(typographic(told))
    if found := shown(results):
        told = f"Rien n’est signé : ôter de {REPORT}/ ce que le calcul n’a pas fait, puis « diagnostic calculer »."
        raise Refused(typographic("\n".join([*found, told])))


def _shown(results: Path) -> list[Path]:
    """Every file beside the documents, hidden ones too, which would be sent; but what signs them, and the notice not to."""
    apart = {results / REPORT / name for name in signature.NAMES} | {results / writing.WORKING / writing.NOTICE}
    there = (path for one in places(results) for path in one.rglob("*") if path.is_file() or path.is_symlink())
    return sorted(path for path in there if path not in apart)


def _unknown(path: Path) -> str:
    return f"{path} : fichier inconnu du manifeste."


def copied(reading: Reading) -> list[str]:
    """What is no longer, in a generation, as its manifest says; French sentences."""
    listed = _sound(reading.folder)
    if listed is None:
        told = f"le manifeste de cette copie {_unsound(reading.folder)} ; le prochain calcul en garde une autre."
        return [f"{reading.folder / MANIFEST} : {told}"]
    return _all_changed(generations.own(listed, reading), reading.results)


def _sound(folder: Path) -> dict[str, str] | None:
    """What a manifest says; None where it is not as it was written."""
    listed = generations.digests_in(folder)
    try:
        return listed if listed and render(listed) == (folder / MANIFEST).read_bytes() else None
    except UnicodeEncodeError:  # half a character, which no text can hold
        return None


def _all_changed(digests: Mapping[Path, str], results: Path) -> list[str]:
    own = Digests(results)
    return [line for path, digest in digests.items() for line in _changed(path.as_posix(), path, digest, own)]


def _unsound(folder: Path) -> str:
    read = generations.digests_in(folder)
    return "a été modifié" if read else "ne peut pas être lu : ce qui a changé depuis le calcul ne peut pas être dit"


def _changed(name: str, path: Path, digest: str, own: Digests) -> list[str]:
    above = [path, *path.parents]
    inside = above[: above.index(own.results) + 1] if own.results in above else []
    if any(one.is_symlink() for one in inside):
        return [f"{name} : un lien est à sa place, vers un fichier qui peut changer."]
    if not path.is_file():
        return [f"{name} : le fichier a disparu."]
    same = chosen(path) == digest if digest.startswith(CHOICES) else own.same(path, digest)
    return [f"{name} : le contenu a changé."] if same is False else []


def _export(root: Path, study: str, role: str, digest: str) -> list[str]:
    """What is wrong with an export of the vault. Where the vault is not, nothing can be said, nor needs to be."""
    if not (root / VAULT / study).is_dir():
        return []
    try:
        vault = looked_into(root, study)
        if vault.received(role) is None:
            return [f"{VAULT}/{study}/received : l’export « {role} » a disparu."]
        same = vault.digest(vault.read_received(role)) == digest
        if other := [path for path in untaken(root, study, vault) if path.stem == role]:
            return [f"{other[0].relative_to(root).as_posix()} : le contenu a changé."]
    except (ConfigError, VaultError) as error:
        return [f"{VAULT}/{study} : {error}"]
    return [] if same else [f"{VAULT}/{study}/received : le contenu de l’export « {role} » a changé."]


def broken_chain(digests: Mapping[str, str], changed: set[str], reading: Reading) -> list[str]:
    """Stages whose stamp names another content of an input than the one the manifest holds, or another stage that it does not."""
    found = []
    for name, stamp in _stamps(digests, changed, reading).items():
        inputs = stamp.get("inputs")
        if not isinstance(inputs, dict):
            found.append(f"{name} : cette table ne se lit pas ; relancer « diagnostic calculer ».")
            continue
        for source, digest in inputs.items():
            held = digests.get(source, "")
            if not held and source.startswith(reading.inside):
                other = f"calculé à partir de {source}, que le manifeste ne dit plus"
                found.append(f"{name} : {other} ; relancer « diagnostic calculer ».")
            if not held or (source in changed and not held.startswith(PLAIN)):
                continue
            if (held if held.startswith(PLAIN) else plain(reading.place(source))) != f"{PLAIN}{digest}":
                other = f"calculé à partir d’un autre contenu de {source}"
                found.append(f"{name} : {other} ; relancer « diagnostic calculer ».")
    return found


def _stamps(digests: Mapping[str, str], changed: set[str], reading: Reading) -> dict[str, dict[str, Any]]:
    """Table of a manifest that did not change → its stamp; empty where there is none that reads: whoever changed it changed the
    manifest too."""
    from diagnostic.core.stamp import DoorError, read_stamp  # here: what reads the workflow reads none

    found: dict[str, dict[str, Any]] = {}
    for name in digests:
        if name.endswith(".parquet") and name not in changed:
            try:
                stamp = read_stamp(reading.place(name))
            except (DoorError, ValueError):
                stamp = {}
            found[name] = stamp if isinstance(stamp, dict) else {}
    return found
