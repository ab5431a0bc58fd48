"""The documents of a study signed with an SSH key, and whether `report/` still is what was signed.

`report/signature/` holds what goes with the documents: `empreintes.txt`, the sha256 of each file of `report/` as
`sha256sum` writes it; its signature, in OpenSSH's own format (SSHSIG); and `signataires`, the name and the public key of
who signed as `ssh-keygen` reads them, which is itself among the digests. So whoever is sent the folder checks it with
`ssh-keygen -Y verify` and `sha256sum --check`, without this project. OpenSSH signs: the private key, its passphrase, an
agent or a token are its business and never come through here.
"""

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diagnostic.core import writing
from diagnostic.core.errors import Typeset
from diagnostic.core.french import plural, typographic
from diagnostic.core.locks import turn

FOLDER = "signature"
LIST, SIGNATURE, SIGNERS = (f"{FOLDER}/{name}" for name in ("empreintes.txt", "empreintes.txt.sig", "signataires"))
NAMES = {LIST, SIGNATURE, SIGNERS}  # in `report/`: no calculation makes them, and no manifest names them
ASIDE = ".signature"  # beside `report/`: the next signature until it is whole
DIGESTS = "empreintes.txt"  # in `report/`: the digests of all else, made with them, as `sha256sum --check` reads them
SIGNED = ("a disparu depuis la signature", "n’est pas couvert par la signature", "n’est plus ce qui a été signé")
LISTED = ("a disparu", "n’est pas dans la liste des empreintes", "n’est pas celui de la liste des empreintes")
NAMESPACE = "diagnostic-departemental"  # what it is a signature for: one that was made for something else is none here
PROGRAM = "ssh-keygen"
_NAME = re.compile(r"[\w.@+-]{1,100}", re.ASCII)  # one signer: to OpenSSH, other signs make a list or a pattern
_KEY = re.compile(r"(?P<kind>(?:ssh|ecdsa|sk)-[\w.@-]+) (?P<blob>[A-Za-z0-9+/]+=*)(?: (?P<comment>.*))?", re.ASCII)
_DIGEST = re.compile(r"([0-9a-f]{64})  (.+)")
_REASONS = {  # what the program says → what it means
    "incorrect passphrase": "la phrase secrète n’est pas la bonne",
    "too open": "d’autres comptes peuvent lire ce fichier ; le fermer (chmod 600)",
    "match private": "le fichier .pub à côté est celui d’une autre clé",
    "No private key found": "la clé privée ne se lit ni ici ni dans un agent",
}
DROPPED = "La signature de {} ne valait que pour les documents d’avant : elle est ôtée. Signer de nouveau : diagnostic signer {}"


class SignatureError(Typeset):
    """The documents were not signed; the message is in French."""


@dataclass(frozen=True)
class Checked:
    """What is true of the signature of a `report/`: `found` says what is wrong, a French sentence each; `told` who signed, or
    that nobody did."""

    found: list[str]
    told: str


def sign(report: Path, key: Path, name: str = "") -> Checked:
    """Sign every file of `report/`; an earlier signature goes. `key`: a private SSH key, or the public one of a key that an
    agent holds; `name`: under which the readers know the signer, else what the key says of itself. Raises SignatureError, Busy."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise SignatureError(f"{PROGRAM} n’est pas installé ici ; il vient avec OpenSSH (paquet openssh-client).")
    public = _public(program, key)
    name = name or (public["comment"] or "").strip()
    if not _NAME.fullmatch(name):
        raise SignatureError(
            f"« {name} » ne peut pas nommer qui signe ; donner un nom par --nom, en lettres sans accent, chiffres et "
            "« . @ + _ - », par exemple --nom association-47."
        )
    with turn(report.parent):
        _sign(report, program, key, _signer(name, public["kind"], public["blob"]))
    return check(report)


def _sign(report: Path, program: str, key: Path, signer: bytes) -> None:
    aside = report.parent / ASIDE
    writing.take_away(aside)
    try:
        (aside / FOLDER).mkdir(parents=True)
        (aside / SIGNERS).write_bytes(signer)
        digests = _digests(report) | _digests(aside)
        (aside / LIST).write_bytes(lines(digests))
        done = _run([program, "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(aside / LIST)])
        if done.returncode or not (aside / SIGNATURE).is_file():
            raise SignatureError(_unusable(key, done.stderr))
        writing.take_away(report / FOLDER)
        writing.move(aside / FOLDER, report / FOLDER)
    finally:
        writing.take_away(aside)


def _public(program: str, key: Path) -> re.Match[str]:
    """The public half of a key: its kind, its base64, its comment. Raises SignatureError."""
    if not key.is_file():
        raise SignatureError(f"{key} : pas de clé ici. En donner une par --cle ou en faire une : ssh-keygen -t ed25519")
    beside = key if key.suffix == ".pub" else key.with_name(f"{key.name}.pub")
    text, said = (beside.read_bytes(), b"") if beside.is_file() else (b"", b"")
    if not text:
        done = _run([program, "-y", "-f", str(key)])
        text, said = done.stdout, done.stderr
    found = _KEY.fullmatch(text.decode("utf-8", "replace").strip())
    if found is None:
        raise SignatureError(_unusable(key, said))
    return found


def _unusable(key: Path, said: bytes) -> str:
    """Why a key did not sign, of what the program has said."""
    text = said.decode("utf-8", "replace")
    reasons = [meaning for words, meaning in _REASONS.items() if words in text]
    return f"{key} : rien n’a été signé, car {[*reasons, 'ce n’est pas une clé SSH qui signe'][0]}."


def check(report: Path) -> Checked:
    """Whether `report/` is signed, by whom, and whether each of its files is what was signed."""
    shown = f"{report.as_posix()}/"
    if not signed(report):
        return Checked([], f"{shown} n’est pas signé.")
    wrong = _broken(report)
    if wrong:
        return Checked([typographic(wrong)], f"{shown} n’a pas de signature qui vaille.")
    name, kind, blob = _signed_by(report)
    found = _differences(report, _digests_in((report / LIST).read_bytes()), _digests(report))
    fingerprint = base64.b64encode(hashlib.sha256(base64.b64decode(blob)).digest()).decode().rstrip("=")
    rest = "mais n’est plus ce qui a été signé" if found else "comparer cette empreinte à celle que donne qui a signé"
    return Checked(found, typographic(f"{shown} est signé par {name} (clé {kind}, SHA256:{fingerprint}) ; {rest}."))


def _broken(report: Path) -> str:
    """Why the signature itself proves nothing; empty where it does."""
    missing = [name for name in sorted(NAMES) if not (report / name).is_file()]
    if missing:
        return f"{report / missing[0]} : ce fichier de la signature a disparu."
    name, kind, blob = _signed_by(report)
    if (report / SIGNERS).read_bytes() != _signer(name, kind, blob):
        return f"{report / SIGNERS} : ce fichier n’est pas tel que « diagnostic signer » l’écrit."
    program = shutil.which(PROGRAM)
    if program is None:
        return f"{report / SIGNATURE} : non vérifiée, car {PROGRAM} (OpenSSH) n’est pas installé ici."
    asked = ["-f", str(report / SIGNERS), "-I", name, "-n", NAMESPACE, "-s", str(report / SIGNATURE)]
    done = _run([program, "-Y", "verify", *asked], (report / LIST).read_bytes())
    return f"{report / SIGNATURE} : cette clé n’a pas signé cette liste d’empreintes." if done.returncode else ""


def received(folder: Path) -> Path | None:
    """Where the documents lie that somebody was sent, who has nothing else of the study: the folder itself, or its `report/`."""
    return next((one for one in (folder, folder / "report") if (one / DIGESTS).is_file()), None)


def sent(report: Path) -> tuple[list[str], str]:
    """What in the documents that somebody was sent is not as their list of digests says, and what nobody else can check; French."""
    listed = _digests_in((report / DIGESTS).read_bytes())
    there = {name: digest for name, digest in _digests(report).items() if name not in {*NAMES, DIGESTS}}
    compared = f"{len(listed)} {plural(len(listed), 'document comparé', 'documents comparés')} à {report / DIGESTS}."
    said = f"{compared} Ce que l’équipe garde (données, tables, calcul) ne se vérifie pas ici."
    return _differences(report, listed, there, LISTED), typographic(said)


def _differences(
    report: Path, listed: Mapping[str, str], there: Mapping[str, str], words: Sequence[str] = SIGNED
) -> list[str]:
    """What is in a folder that was not signed so. `listed` and `there`: name in it → digest; `words`: of what has gone, of what
    is not listed, of what is another."""
    gone, unknown, other = words
    told = dict.fromkeys(listed.keys() - there.keys(), gone) | dict.fromkeys(there.keys() - listed.keys(), unknown)
    told |= {name: other for name in listed.keys() & there.keys() if listed[name] != there[name]}
    return [f"{report / name} : ce fichier {told[name]}." for name in sorted(told)]


def holds(report: Path, digests: Mapping[str, str]) -> bool:
    """Whether what is signed in `report/` is these files. `digests`: name → sha256, the signature's own files included."""
    if not (report / LIST).is_file():
        return False
    covered = {name: digest for name, digest in digests.items() if name not in (LIST, SIGNATURE)}
    return _digests_in((report / LIST).read_bytes()) == covered


def signed(report: Path) -> bool:
    """Whether `report/` has a signature, whatever it is worth."""
    return (report / FOLDER).is_dir()


def lost(report: Path, before: bool) -> list[str]:
    """What is to be said once documents have taken their place; `before`: those before were signed. French lines."""
    if not before or signed(report):
        return []
    return [typographic(DROPPED.format(f"{report.as_posix()}/", report.parent.as_posix()))]


def lines(digests: Mapping[str, str]) -> bytes:
    """Name of a file → sha256, as `sha256sum --check` reads them."""
    return "".join(f"{digests[one]}  {one}\n" for one in sorted(digests)).encode()


def _digests_in(listed: bytes) -> dict[str, str]:
    """Name in `report/` → sha256, as a list says; what is no such line says nothing."""
    lines = (_DIGEST.fullmatch(line) for line in listed.decode("utf-8", "replace").splitlines())
    return {found[2]: found[1] for found in lines if found}


def _digests(folder: Path) -> dict[str, str]:
    """Name in a folder → sha256 of each of its files, hidden ones too, but for the list and its signature."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: writing.sha256(path) for name, path in paths.items() if name not in (LIST, SIGNATURE)}


def _signer(name: str, kind: str, blob: str) -> bytes:
    """The line by which `ssh-keygen` knows whose signature to take."""
    return f'{name} namespaces="{NAMESPACE}" {kind} {blob}\n'.encode()


def _signed_by(report: Path) -> tuple[str, str, str]:
    """The name, the kind of key and its base64 that a signature comes with; empty where they cannot be read."""
    name, _, key = (report / SIGNERS).read_bytes().decode("utf-8", "replace").partition(f' namespaces="{NAMESPACE}" ')
    found = _KEY.fullmatch(key.removesuffix("\n"))
    return (name, found["kind"], found["blob"]) if found and _NAME.fullmatch(name) else ("", "", "")


def _run(command: list[str], given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """OpenSSH asks for a passphrase on the terminal itself, whatever its outputs are."""
    return subprocess.run(command, input=given, capture_output=True, check=False)
