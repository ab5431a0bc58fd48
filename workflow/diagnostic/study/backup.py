"""Whether a copy of a vault that lies elsewhere could take its place: its key, every version, every table, and how far it is behind.

Nothing is written, here or there. Modes are not looked at: a disk of copies often has none.
"""

from pathlib import Path

from diagnostic.core.errors import Typeset
from diagnostic.core.french import plural, typographic
from diagnostic.privacy import versions
from diagnostic.privacy.vault import KEY, KEY_BYTES, LAID_OUT, RECEIVED, VAULT, Vault, VaultError, laid_out
from diagnostic.release.table_names import ISSUES
from diagnostic.study.config import cipher

LOST = (
    "Sans la clé, sont perdus pour toujours : le lien entre deux exports d’une même étude (pseudonymes, décisions, codages), "
    "l’arrondi des nombres publiés, donc toute nouvelle édition, et, de ce qui est chiffré, tout le reste."
)


class BackupError(Typeset):
    """What is given is no copy of the study's vault; the message is in French."""


def check(root: Path, study: str, given: Path) -> tuple[list[str], bool]:
    """What a copy of a study's vault lacks, French lines without any value; and whether it could take the vault's place.

    `given`: the copy, or a folder that holds it as the project does. Raises BackupError, ConfigError.
    """
    ways = (given / VAULT / study, given / study, given)
    folder = next((one for one in ways if (one / RECEIVED).is_dir()), None)
    if folder is None or folder.resolve() == (root / VAULT / study).resolve():
        raise BackupError(f"{given} : pas de copie du coffre de {study} ici ; donner le dossier qui la contient.")
    if not 0 < laid_out(folder) <= LAID_OUT:
        raise BackupError(f"{given} : cette copie est d’une autre version du programme, ou abîmée.")
    vault, wrong = _opened(root, study, folder)
    if vault is None:
        return [typographic(line) for line in [*wrong, LOST]], False
    wrong += _damaged(vault)
    live = _opened(root, study, root / VAULT / study)[0]
    behind = _behind(vault, live, wrong) if live else []
    if not wrong:
        count = len(versions.journal(vault))
        said = f"La copie de {study} s’ouvre, et tout s’y lit : {count} {plural(count, 'réception')} au journal."
        wrong = [said, *behind] if behind else [said, "Elle a tout ce que le coffre a." if live else ""]
        return [typographic(line) for line in wrong if line], not behind
    return [typographic(line) for line in [*wrong, *behind]], False


def _opened(root: Path, study: str, folder: Path) -> tuple[Vault | None, list[str]]:
    """A vault that is only read, wherever it lies; or why it does not open."""
    closed = Vault(study, folder, b"", cipher(root))
    path = closed.kept(KEY)
    if not path.is_file():
        return None, [f"La clé n’est pas dans {folder}."]
    try:
        key = closed.load(path)
    except VaultError as error:
        return None, [str(error)]
    if len(key) != KEY_BYTES:
        return None, [f"La clé de {folder} est abîmée."]
    return Vault(study, folder, key, cipher(root)), []


def _damaged(vault: Vault) -> list[str]:
    """What cannot be read in a vault, or is not what its journal says."""
    wrong = []
    try:
        kept = {role: versions.versions(vault, role) for role in versions.roles(vault)}
    except VaultError as error:
        return [str(error)]
    for role, own in kept.items():
        for one in own:
            try:
                same = not one.file or vault.digest(versions.content(vault, one)) == one.digest
            except (VaultError, OSError):
                same = False
            if not same:
                wrong.append(f"{role}, version {one.number} : absente, abîmée, ou d’une autre clé.")
        if vault.received(role) is None:
            wrong.append(f"{role} : l’export en usage n’y est pas.")
    for name in vault.private_names():
        try:
            vault.read_private(name)
        except (VaultError, OSError):
            wrong.append(f"La table {name} ne se lit pas.")
    return wrong


def _behind(copy: Vault, live: Vault, wrong: list[str]) -> list[str]:
    """What the vault in use has, and its copy has not."""
    if copy.digest(b"") != live.digest(b""):
        wrong.append("La clé de la copie n’est pas celle du coffre en usage.")
        return []
    if wrong:
        return []
    events = versions.journal(copy)
    missing = [one for one in versions.journal(live) if one not in events]
    lines = []
    if missing:
        late = f"{len(missing)} {plural(len(missing), 'ligne')} du journal"
        lines.append(f"Elle est en retard de {late}, depuis le {missing[0].day} : la refaire.")
    held, there = (vault.read_received(ISSUES) if vault.received(ISSUES) else None for vault in (live, copy))
    if held is not None and held != there:
        told = "la refaire, sans quoi la suivante ne s’y accorde pas."
        lines.append(f"Elle n’a pas la dernière édition enregistrée : {told}")
    return lines
