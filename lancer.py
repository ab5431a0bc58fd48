"""Installe le projet dans `.venv`, puis lance : le calcul (`python3 lancer.py`), les tests (`python3 lancer.py tests`),
ou toute autre commande de `diagnostic` (`python3 lancer.py creer 47-2026`). Rien d’autre que Python 3.11 ou plus.

Standard library only, and a syntax that old Pythons read, so that they are told what is missing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

NEEDED = (3, 11)
OURS = sys.version_info[:2]
ROOT = os.path.dirname(os.path.abspath(__file__))
ENV = os.path.join(ROOT, ".venv")
NOTE = os.path.join(ENV, "lancer.txt")  # what the finished environment was made of; written last
OLD = "Python 3.11 ou plus est nécessaire ; celui-ci est Python {}.{}. En installer un, puis : python3.13 lancer.py"
NO_VENV = "Il manque à ce Python de quoi faire un environnement. Debian, Ubuntu : sudo apt install python3-venv"
LINK = ".venv est un lien vers un environnement d’ailleurs : l’ôter, puis relancer la même commande."
STOPPED = "\nInterrompu. La même commande reprendra l’installation où elle en est."
FAILED = "L’installation s’est arrêtée :\n"
DISK = "Le disque est plein : libérer 3 Go (ici et dans le dossier temporaire), puis relancer la même commande."
NETWORK = """Les paquets n’ont pas pu être téléchargés : le réseau ne répond pas, ou il est filtré (proxy, pare-feu).
Vérifier la connexion, puis relancer la même commande : elle finira l’installation."""
HASH = "Un paquet n’a pas l’empreinte attendue : il est refusé. Relancer ; si cela dure, le signaler."
NO_WHEEL = "Un paquet n’existe pas pour ce Python ou cette machine : essayer avec Python 3.13."
WHY = {  # what pip says, always in English → what to do; the first found holds
    "No space left|Errno 28|WinError 112": DISK,
    "DO NOT MATCH THE HASHES": HASH,
    "from versions: [^n)]|not a supported wheel": NO_WHEEL,
    "from versions: none|Retrying|Connection|ProxyError|SSLError|[Tt]imed out|connectivity|IncompleteRead": NETWORK,
}


def too_old(version):
    """What to tell a Python of this version; empty when it will do."""
    return "" if tuple(version[:2]) >= NEEDED else OLD.format(*version)


def interpreter(system=os.name):
    """The environment's own Python."""
    return os.path.join(ENV, *(("Scripts", "python.exe") if system == "nt" else ("bin", "python")))


def read(path):
    """The text of a file; empty where there is none, or none that can be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""


def wanted():
    """The note of an environment that has what this version of the project asks, for this Python and this place."""
    asked = "".join(read(os.path.join(ROOT, name)) for name in ("requirements.lock", "pyproject.toml"))
    return "\n".join([hashlib.sha256(asked.encode()).hexdigest(), "Python {}.{}".format(*OURS), ENV, ""])


def variables():
    """Those of here, but what lends another Python's packages, sends ours elsewhere or has each process compile anew."""
    left = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS")
    kept = {name: value for name, value in os.environ.items() if name not in left}
    kept.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")
    return kept


def reusable():
    """Whether this Python made the environment, here, with its pip: it was neither moved nor left half made."""
    if ENV not in read(os.path.join(ENV, "pyvenv.cfg")) or not os.path.exists(interpreter()):
        return False
    asked = [interpreter(), "-c", "import pip, sys; print(*sys.version_info[:2])"]
    done = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=variables())
    return done.stdout.split() == [b"%d" % part for part in OURS]


def create():
    """A new environment, in place of one that is of no use any more."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise SystemExit(NO_VENV) from error
    if os.path.islink(ENV):
        sys.exit(LINK)
    if os.path.exists(ENV):
        print("L’environnement .venv est refait : déplacé, inachevé, ou d’un autre Python.", flush=True)
        shutil.rmtree(ENV)
    run("environnement", getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", ENV)


def run(what, *command):
    """Run a command of the installation, told on one line; stops here with the reason if it fails."""
    said, started, terminal = [], time.time(), sys.stdout.isatty()
    print(f"Installation : {what}…", end="" if terminal else "\n", flush=True)
    with subprocess.Popen(command, cwd=ROOT, env=variables(), stdout=-1, stderr=subprocess.STDOUT) as child:
        for raw in child.stdout:
            said.append(raw.decode("utf-8", "replace").rstrip())
            word = "le réseau tarde, nouvel essai" if "Retrying" in said[-1] else " ".join(said[-1].split()[:2])
            line = f"Installation : {what}, {time.time() - started:.0f} s, {word}"
            print("\r" + line[:78].ljust(78) if terminal else "", end="", flush=True)
    print("\r" + " " * 78 + "\r" if terminal else "", end="", flush=True)
    if child.returncode:
        why = [told for pattern, told in WHY.items() if re.search(pattern, "\n".join(said))]
        sys.exit(why[0] if why else FAILED + "\n".join(said[-15:]))


def install():
    """Make the environment that `wanted` describes, or finish it."""
    if read(NOTE) == wanted() and os.path.exists(interpreter()):
        return
    if not reusable():
        create()
    open(NOTE, "w").close()  # until all is done
    for folder, _, files in os.walk(ENV):
        if folder.endswith(".dist-info") and "INSTALLER" not in files:  # it was being unpacked when all stopped
            shutil.rmtree(folder)
    pip = [interpreter(), "-m", "pip", "install", "--progress-bar", "off"]
    run("paquets (une fois, quelques minutes)", *pip, "--require-hashes", "-r", "requirements.lock")
    run("projet", *pip, "--no-deps", "--no-build-isolation", "-e", ".")
    with open(NOTE, "w", encoding="utf-8", newline="\n") as file:
        file.write(wanted())


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console without « é » shows « ? »
            stream.reconfigure(errors="replace")
    try:
        install() if not too_old(OURS) else sys.exit(too_old(OURS))
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except OSError as error:
        sys.exit(DISK if error.errno == 28 else FAILED + str(error))
    asked = ["pytest"] + arguments[1:] if arguments[:1] == ["tests"] else ["diagnostic"] + (arguments or ["calculer"])
    child = subprocess.Popen([interpreter(), "-m"] + asked, cwd=ROOT, env=variables())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the child had it too, and ends by itself
            pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
