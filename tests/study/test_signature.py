"""The documents signed with an SSH key: what `verifier` then says, and what whoever has only OpenSSH and `sha256sum` finds."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_publishing import RESULTS, calculate, contents, end

from diagnostic.commands.program import main
from diagnostic.core.french import date
from diagnostic.study import generations, signature
from diagnostic.study.publishing import replace

PROGRAM, SUMS = shutil.which(signature.PROGRAM), shutil.which("sha256sum")
REPORT = RESULTS / "report"
UNCHANGED = f"Rien n’a changé depuis le calcul du {date(dt.date.today())}.".replace("\u00a0", " ")
NAME = "equipe@association.fr"
Said = Callable[..., tuple[int, list[str]]]

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="ssh-keygen absent : rien ne se signe ici")


def keyed(path: Path, comment: str = NAME, passphrase: str = "", kind: str = "ed25519") -> Path:
    """A new key at this path, and its public half beside it."""
    assert PROGRAM
    command = [PROGRAM, "-q", "-t", kind, "-N", passphrase, "-C", comment, "-f", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def fingerprint(key: Path) -> str:
    """As OpenSSH gives it."""
    assert PROGRAM
    told = subprocess.run([PROGRAM, "-l", "-f", f"{key}.pub"], check=True, capture_output=True, text=True).stdout
    return told.split()[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published calculation, in the current folder, and a key."""
    monkeypatch.chdir(tmp_path)
    Path("choix.yaml").write_text("seuil: 5\n")
    Path("config/studies").mkdir(parents=True)
    Path("config/studies/99-2026.yaml").touch()
    calculate("premier")
    end()
    keyed(tmp_path / "cle")
    return tmp_path


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """How a command ends, and its lines, with plain spaces."""

    def run(*arguments: str) -> tuple[int, list[str]]:
        code = main(list(arguments))
        told = "".join(capsys.readouterr())
        assert "Traceback" not in told
        lines = told.replace("\u00a0", " ").replace("\u202f", " ").splitlines()
        return code, [line for line in lines if not line.startswith("Calculé avec ")]

    return run


def signed(said: Said, *options: str) -> list[str]:
    code, lines = said("signer", "99-2026", "--cle", "cle", *options)
    assert code == 0, lines
    return lines


def test_what_is_not_signed_is_said(project: Path, said: Said) -> None:
    assert said("verifier", "99-2026") == (
        0,
        [UNCHANGED, f"{REPORT}/ n’est pas signé."],
    )


def test_who_signed_is_said_and_the_manifest_is_as_before(project: Path, said: Said) -> None:
    manifest = (RESULTS / "manifest.json").read_bytes()
    (told,) = signed(said)
    assert told.startswith(f"{REPORT}/ est signé par {NAME} (clé ssh-ed25519, {fingerprint(project / 'cle')}) ; ")
    assert said("verifier", "99-2026") == (0, [UNCHANGED, told])
    assert (RESULTS / "manifest.json").read_bytes() == manifest
    assert {path.name for path in RESULTS.iterdir() if path.name.startswith(".")} == set()
    assert "signé par dpd@prefecture.fr (clé" in signed(said, "--nom", "dpd@prefecture.fr")[0]


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_every_file_that_leaves_is_under_the_signature_which_others_check_without_us(
    project: Path, said: Said, kind: str
) -> None:
    """By the commands of `docs/etude.md`."""
    if SUMS is None:
        pytest.skip("sha256sum absent")
    keyed(project / "autre", kind=kind)
    signed(said, "--cle", "autre")
    listed = (REPORT / signature.LIST).read_text()
    under = {line.partition("  ")[2] for line in listed.splitlines()}
    assert under == contents(REPORT).keys() - {signature.LIST, signature.SIGNATURE}

    def checked() -> tuple[bool, bool]:
        options = ["-f", signature.SIGNERS, "-I", NAME, "-n", signature.NAMESPACE, "-s", signature.SIGNATURE]
        one = subprocess.run(
            [PROGRAM or "", "-Y", "verify", *options], input=listed.encode(), cwd=REPORT, capture_output=True
        )
        other = subprocess.run([SUMS or "", "--check", "--quiet", signature.LIST], cwd=REPORT, capture_output=True)
        return one.returncode == 0, other.returncode == 0

    assert checked() == (True, True)
    (REPORT / "rapport.html").write_bytes(b"autre")
    assert checked() == (True, False)
    listed = listed.replace("0", "1")
    assert not checked()[0]


CHANGES: dict[str, tuple[Callable[[], object], str]] = {
    "a document": (lambda: (REPORT / "rapport.html").write_bytes(b"autre"), "rapport.html : ce fichier n’est plus ce qui a été signé."),
    "a figure less": (lambda: (REPORT / "figures/une.svg").unlink(), "figures/une.svg : ce fichier a disparu depuis la signature."),
    "a file more": (lambda: (REPORT / "note.txt").write_text("x"), "note.txt : ce fichier n’est pas couvert par la signature."),
    "a hidden file more": (lambda: (REPORT / "figures/.x").write_text("x"), "figures/.x : ce fichier n’est pas couvert par la signature."),
    "another name": (
        lambda: _replaced(signature.SIGNERS, NAME, "prefecture@exemple.fr"),
        "signature/signataires : ce fichier n’est plus ce qui a été signé.",
    ),
    "a digest": (lambda: _replaced(signature.LIST, "a", "b"), "signature/empreintes.txt.sig : cette clé n’a pas signé cette liste d’empreintes."),
    "a pattern for a name": (lambda: _replaced(signature.SIGNERS, NAME, "*"), "signature/signataires : ce fichier n’est pas tel que « diagnostic signer » l’écrit."),
    "no signature": (lambda: (REPORT / signature.SIGNATURE).unlink(), "signature/empreintes.txt.sig : ce fichier de la signature a disparu."),
    "bytes for a signature": (
        lambda: (REPORT / signature.SIGNATURE).write_bytes(bytes(range(256))),
        "signature/empreintes.txt.sig : cette clé n’a pas signé cette liste d’empreintes.",
    ),
}  # fmt: skip


def _replaced(name: str, old: str, new: str) -> None:
    path = REPORT / name
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_since_the_signature_is_said_by_name(project: Path, said: Said, change: str) -> None:
    signed(said)
    make, told = CHANGES[change]
    make()
    code, lines = said("verifier", "99-2026")
    assert code == 1 and f"{REPORT}/{told}" in lines
    assert not lines[-1].endswith("qui a signé.") and f"{REPORT}/" in lines[-1]


def test_a_forged_manifest_does_not_hide_a_change_from_the_signature(project: Path, said: Said) -> None:
    """Who can write all of the results can make them agree again, not sign them."""
    signed(said)
    listed = REPORT / "empreintes.txt"
    before, forged = (hashlib.sha256(one).hexdigest() for one in ((REPORT / "rapport.html").read_bytes(), b"autre"))
    for folder in (RESULTS / "rendu", REPORT):
        (folder / "rapport.html").write_bytes(b"autre")
    listed.write_text(listed.read_text().replace(before, forged))
    end()  # as the workflow would: it finds nothing to put in place
    code, lines = said("verifier", "99-2026")
    assert code == 1 and lines[0] == UNCHANGED
    told = "ce fichier n’est plus ce qui a été signé."
    assert lines[1:3] == [f"{REPORT}/{name} : {told}" for name in ("empreintes.txt", "rapport.html")]


def test_a_signature_for_something_else_is_none(project: Path, said: Said) -> None:
    signed(said)
    (REPORT / signature.SIGNATURE).unlink()
    command = [PROGRAM or "", "-Y", "sign", "-f", "cle", "-n", "git", str(REPORT / signature.LIST)]
    subprocess.run(command, check=True, capture_output=True)
    code, lines = said("verifier", "99-2026")
    assert code == 1 and "n’a pas signé cette liste" in lines[1]


# -- A signature and the calculations that follow ---------------------------------------------------------------------


def publish(said: Said) -> list[str]:
    """The last step as the workflow calls it."""
    documents = [f"--document={RESULTS}/rendu/{name}" for name in ("rapport.qmd", "figures", "rapport.html")]
    code, lines = said("publier", str(RESULTS), *documents, "--empreinte=choix.yaml", "--output", "fait.ok")
    assert code == 0
    return lines


def test_a_signature_outlives_a_calculation_that_changes_nothing(project: Path, said: Said) -> None:
    assert publish(said) == []
    (told,) = signed(said)
    record = Path("fait.ok")
    assert generations.forget(RESULTS, record) == [] and record.is_file()  # nothing to do
    (REPORT / "rapport.html").write_bytes(b"autre")  # put back: then it is what was signed
    generations.forget(RESULTS, record)
    assert not record.is_file() and publish(said) == []
    assert said("verifier", "99-2026") == (0, [UNCHANGED, told])


def test_a_signature_goes_with_the_documents_that_it_was_of(project: Path, said: Said) -> None:
    signed(said)
    (REPORT / "note.txt").write_text("relu par Camille")
    calculate("second")
    (told,) = publish(said)
    assert told == (
        f"La signature de {REPORT}/ ne valait que pour les documents d’avant : elle est ôtée. Signer de nouveau : "
        f"diagnostic signer {RESULTS}"
    )
    assert not (REPORT / signature.FOLDER).exists() and (REPORT / "note.txt").exists()
    assert publish(said) == []


def test_documents_made_again_alone_lose_it_too(project: Path, said: Said) -> None:
    signed(said)
    same = shutil.copytree(RESULTS / "rendu", "refaits", ignore=shutil.ignore_patterns("*.parquet", "*.txt"))
    replace(Path(same), RESULTS)
    assert signature.check(REPORT).found == [] and signature.signed(REPORT)
    (Path(same) / "rapport.html").write_bytes(b"autre")
    replace(Path(same), RESULTS)
    assert not signature.signed(REPORT)


# -- What is not signed ------------------------------------------------------------------------------------------------


def test_only_what_a_calculation_has_made_is_signed(project: Path, said: Said) -> None:
    (REPORT / "note.txt").write_text("relu par Camille")
    code, lines = said("signer", "99-2026", "--cle", "cle")
    assert (
        code == 1
        and lines[0] == f"{REPORT}/note.txt : fichier inconnu du manifeste."
        and "Rien n’est signé" in lines[1]
    )
    (REPORT / "note.txt").unlink()
    (RESULTS / "generations/1/release").mkdir()
    code, lines = said("signer", str(RESULTS / "generations/1"), "--cle", "cle")
    assert code == 1 and "une copie gardée dans l’équipe ne se signe pas" in lines[0]
    assert not signature.signed(REPORT)


FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "no key": (lambda: Path("cle").unlink(), "pas de clé ici"),
    "not a key": (lambda: (Path("cle").write_text("x"), Path("cle.pub").unlink()), "ce n’est pas une clé SSH qui signe"),
    "half a key": (lambda: Path("cle").write_bytes(Path("cle").read_bytes()[:99]), "la clé privée ne se lit ni ici ni dans un agent"),
    "the public half of another": (lambda: shutil.copy(keyed(Path("autre")).with_name("autre.pub"), "cle.pub"), "le fichier .pub à côté est celui d’une autre clé"),
    "a key with no name": (lambda: (Path("cle").unlink(), keyed(Path("cle"), comment="")), "donner un nom par --nom"),
    "a passphrase that nobody can type": (
        lambda: (Path("cle").unlink(), keyed(Path("cle"), passphrase="secrète")),
        "la phrase secrète n’est pas la bonne",
    ),
    "a public key alone": (lambda: Path("cle").write_bytes(Path("cle.pub").read_bytes()), "n’a été signé, car"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_key_that_cannot_sign_is_told_and_an_earlier_signature_stays(
    project: Path, said: Said, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "never")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    signed(said)
    before = contents(RESULTS)
    make, told = FAULTS[fault]
    make()
    code, lines = said("signer", "99-2026", "--cle", "cle")
    assert code == 1 and told in lines[0], lines
    assert contents(RESULTS) == before


def test_without_openssh_it_is_said(project: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    signed(said)
    monkeypatch.setenv("PATH", "")
    code, lines = said("verifier", "99-2026")
    assert code == 1 and "non vérifiée, car ssh-keygen (OpenSSH) n’est pas installé ici" in lines[1]
    code, lines = said("signer", "99-2026", "--cle", "cle")
    assert code == 1 and lines == ["ssh-keygen n’est pas installé ici ; il vient avec OpenSSH (paquet openssh-client)."]
