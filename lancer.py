"""Installe le projet dans `.venv`, puis lance : le calcul (`python3 lancer.py`), les tests (`python3 lancer.py tests`),
ou toute autre commande de `diagnostic` (`python3 lancer.py creer 47-2026`). Rien d’autre que Python 3.11, 3.12 ou 3.13.

Sans réseau : `python3 lancer.py telecharger DOSSIER`, sur une machine qui l’a, du même système et du même Python ; puis, ici,
`python3 lancer.py --paquets DOSSIER`.

Standard library only, and a syntax that old Pythons read, so that they are told what is missing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

NEEDED, BEYOND = (3, 11), (3, 14)  # from the first, and before the second: libraries have no packages for it
OURS = sys.version_info[:2]
ROOT = os.path.dirname(os.path.realpath(__file__))  # one place, whatever link leads to it
ENV = os.path.join(ROOT, ".venv")
FORMER = ENV + "-ancien"  # kept until the new one is whole
NOTE = os.path.join(ENV, "lancer.txt")  # what the finished environment was made of; written last
RUNNING, DEVELOPING = "requirements.lock", "requirements-dev.lock"  # the second has all that the first has
UNFIT = """Python 3.11, 3.12 ou 3.13 est nécessaire ; celui-ci est Python {}.{}, et aucun autre n’est trouvé ici.
Installer Python 3.13 (python.org, ou le paquet du système), puis relancer la même commande : il sera trouvé."""
TAKEN = "Python {}.{} ne convient pas : « {} » est pris à sa place."
NO_VENV = "Il manque à ce Python de quoi faire un environnement. Debian, Ubuntu : sudo apt install python{}.{}-venv"
LINK = ".venv est un lien vers un environnement d’ailleurs : l’ôter, puis relancer la même commande."
FILE = ".venv est un fichier, là où l’environnement doit être : le déplacer, puis relancer la même commande."
ROOM = 125  # characters of a project's folder under Windows, where a path has 259 and that of a package's file takes the rest
DEEP = """Le chemin de ce dossier a {} caractères, et Windows en permet {} ici : les fichiers des paquets n’y tiendraient pas.
Déplacer le dossier du projet, par exemple dans C:\\diagnostic, puis relancer la même commande ; ou demander au service
informatique d’activer les chemins longs (LongPathsEnabled)."""
FOLDER = "--paquets : « {} » n’est pas un dossier de paquets. Le remplir : python3 lancer.py telecharger DOSSIER"
STOPPED = "\nInterrompu. La même commande reprendra l’installation où elle en est."
FAILED = "L’installation s’est arrêtée :\n"
DISK = "Le disque est plein : libérer 3 Go (ici et dans le dossier temporaire), puis relancer la même commande."
NETWORK = """Les paquets n’ont pas pu être téléchargés : le réseau ne répond pas, ou il est filtré (proxy, pare-feu).
Vérifier la connexion, puis relancer la même commande : elle finira l’installation.
Sans réseau ici : python3 lancer.py telecharger DOSSIER sur une autre machine, puis ici python3 lancer.py --paquets DOSSIER."""
PROXY = """Le proxy refuse la connexion : il demande un nom, ou son adresse n’est pas la bonne. La donner, puis relancer :
  HTTPS_PROXY=http://nom:mot-de-passe@serveur:port   (ou, une fois pour toutes : pip config set global.proxy …)
Le service informatique la connaît."""
CERTIFICATE = """Le certificat du réseau n’est pas reconnu : une entreprise ou une administration y met souvent le sien.
Demander ce fichier (.pem ou .crt) au service informatique, puis relancer avec :
  PIP_CERT=/chemin/du/fichier.pem   (ou, une fois pour toutes : pip config set global.cert /chemin/du/fichier.pem)"""
HASH = "Un paquet n’a pas l’empreinte attendue : il est refusé. Relancer ; si cela dure, le signaler."
NO_WHEEL = "Un paquet n’existe pas tout prêt pour ce Python ou cette machine : essayer avec Python 3.13."
MISSING = (
    "Il manque des paquets dans ce dossier : le remplir de nouveau, sur une machine du même système et du même Python."
)
WHY = {  # what pip says, always in English → what to do; the first found holds
    "No space left|Errno 28|WinError 112": DISK,
    "DO NOT MATCH THE HASHES": HASH,
    "CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|invalid path to CA bundle": CERTIFICATE,
    "407 |Proxy Authentication|ProxyError|Cannot connect to proxy|Tunnel connection failed": PROXY,
    "Retrying|Connection|SSLError|[Tt]imed out|connectivity|IncompleteRead": NETWORK,
    "(?s)Looking in links: .*from versions": MISSING,
    "from versions|not a supported wheel": NO_WHEEL,
}
# What decides how packages come, where it is set: told when they do not.
SETTINGS = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "PIP_PROXY", "PIP_CERT", "REQUESTS_CA_BUNDLE")
SETTINGS += ("SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_CONFIG_FILE")


def fit(version):
    """Whether a Python of this version will do."""
    return NEEDED <= tuple(version[:2]) < BEYOND


def other():
    """The command of a Python of this machine that will do, the newest first; empty where there is none."""
    for minor in range(BEYOND[1] - 1, NEEDED[1] - 1, -1):
        for command in ([f"python3.{minor}"], ["py", f"-3.{minor}"]):
            if shutil.which(command[0]) and told(command) == (3, minor):
                return command
    return []


def told(command):
    """The version of which a Python says that it is; empty where it does not start."""
    asked = command + ["-c", "import sys; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=variables())
        return tuple(int(part) for part in done.stdout.split())
    except (OSError, ValueError):
        return ()


def deep(root, system=os.name):
    """Whether Windows would refuse the paths of packages in this folder, as it does where long paths are not asked for."""
    if system != "nt" or len(root) <= ROOM:
        return False
    try:
        import winreg

        place = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem")
        return not winreg.QueryValueEx(place, "LongPathsEnabled")[0]
    except (ImportError, OSError):
        return True


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


def wanted(lock):
    """The note of an environment that has what this version of the project asks, for its Python and this place."""
    asked = "".join(read(os.path.join(ROOT, name)) for name in (lock, "pyproject.toml"))
    return "\n".join([hashlib.sha256(asked.encode()).hexdigest(), str(told([interpreter()])), ENV, lock, ""])


def ready(lock):
    """Whether the environment is whole: it runs, or it develops, which is more."""
    note = read(NOTE)
    return bool(note) and note in (wanted(lock), wanted(DEVELOPING))


def variables():
    """Those of here, but what lends another Python's packages, sends ours elsewhere or has each process compile anew."""
    left = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS")
    kept = {name: value for name, value in os.environ.items() if name not in left}
    kept.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")
    return kept


def reusable():
    """Whether the environment was made here, by a Python that will do, with its pip: neither moved nor left half made."""
    if ENV not in read(os.path.join(ENV, "pyvenv.cfg")) or not os.path.exists(interpreter()):
        return False
    done = subprocess.run([interpreter(), "-c", "import pip"], stderr=subprocess.DEVNULL, env=variables())
    return done.returncode == 0 and fit(told([interpreter()]))


def create():
    """A new environment; one that is of no use any more steps aside, and goes when the new one is whole."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise SystemExit(NO_VENV.format(*OURS)) from error
    aside = os.path.exists(ENV)
    if aside:
        print("L’environnement .venv est refait : déplacé, inachevé, ou d’un autre Python.", flush=True)
        shutil.rmtree(FORMER, ignore_errors=True)
        os.rename(ENV, FORMER)
    try:
        run("environnement", getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", ENV)
    except (SystemExit, OSError):
        shutil.rmtree(ENV, ignore_errors=True)
        if aside:
            os.rename(FORMER, ENV)
        raise


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
        sys.exit(reason("\n".join(said)))


def reason(said):
    """What to do about what pip said; where packages had to travel, with the settings that led them (never their values)."""
    why = [todo for pattern, todo in WHY.items() if re.search(pattern, said)]
    if not why:
        return FAILED + "\n".join(said.splitlines()[-15:])
    found = [name for name in SETTINGS if os.environ.get(name) or os.environ.get(name.lower())]
    travels = why[0] in (NETWORK, PROXY, CERTIFICATE)
    return why[0] + ("\nRéglages trouvés ici : " + (", ".join(found) or "aucun") + "." if travels else "")


def pip(*words):
    """pip of the environment. Packages come ready, so that nothing is compiled; the one that has no ready form is Python."""
    ready = "--only-binary :all: --no-binary connection-pool --no-build-isolation --progress-bar off".split()
    return [interpreter(), "-m", "pip"] + list(words) + ready


def builder(place):
    """What builds the project, and the package that has no ready form, as the lock has it."""
    found = re.search(r"^setuptools==.*?(?=^\S|\Z)", read(os.path.join(ROOT, RUNNING)), re.MULTILINE | re.DOTALL)
    listed = os.path.join(ENV, "construction.txt")
    with open(listed, "w", encoding="utf-8", newline="\n") as file:
        file.write(found.group() if found else "")
    run("de quoi construire", *pip("install", *place), "--require-hashes", "-r", listed)


def install(lock, packages):
    """Make the environment that `wanted` describes, or finish it; from a folder of packages, where one is given."""
    open(NOTE, "w").close()  # until all is done
    for folder, _, files in os.walk(ENV):
        if folder.endswith(".dist-info") and "INSTALLER" not in files:  # it was being unpacked when all stopped
            shutil.rmtree(folder)
    place = ["--no-index", "--find-links", packages] if packages else []
    builder(place)
    run("paquets (une fois, quelques minutes)", *pip("install", *place), "--require-hashes", "-r", lock)
    run("projet", *pip("install"), "--no-index", "--no-deps", "-e", ".")
    with open(NOTE, "w", encoding="utf-8", newline="\n") as file:
        file.write(wanted(lock))
    shutil.rmtree(FORMER, ignore_errors=True)


def prepared(lock, packages, fetched=""):
    """See to the environment, or send to a Python that can: the code of what it ended with, or none where all is ready."""
    if ready(lock) and not fetched:
        return None
    if deep(ROOT):
        sys.exit(DEEP.format(len(ROOT), ROOM))
    if os.path.islink(ENV):
        sys.exit(LINK)
    if os.path.isfile(ENV):
        sys.exit(FILE)
    if packages and not os.path.isdir(packages):
        sys.exit(FOLDER.format(packages))
    if not reusable():
        if not fit(OURS):
            command = other() or sys.exit(UNFIT.format(*OURS))
            print(TAKEN.format(OURS[0], OURS[1], " ".join(command)), flush=True)
            return subprocess.call(command + [os.path.join(ROOT, "lancer.py")] + sys.argv[1:])
        create()
    if fetched:
        builder([])
        run("téléchargement", *pip("download", "--dest", fetched), "--require-hashes", "-r", DEVELOPING)
        print(f"Les paquets sont dans {fetched}. Là où il n’y a pas de réseau : python3 lancer.py --paquets DOSSIER")
        return 0
    install(lock, packages)
    return None


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console without « é » shows « ? »
            stream.reconfigure(errors="replace")
    packages = fetched = ""
    if arguments[:1] in (["--paquets"], ["telecharger"]):
        if len(arguments) < 2:
            sys.exit(FOLDER.format(""))
        packages, fetched = [os.path.abspath(arguments[1]), ""][:: 1 if arguments[0] == "--paquets" else -1]
        arguments = arguments[2:]
    tests = arguments[:1] == ["tests"]
    try:
        ended = prepared(DEVELOPING if tests else RUNNING, packages, fetched)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except OSError as error:
        sys.exit(DISK if error.errno == 28 else FAILED + str(error))
    if ended is not None:
        return ended
    asked = ["pytest"] + arguments[1:] if tests else ["diagnostic"] + (arguments or ["calculer"])
    child = subprocess.Popen([interpreter(), "-m"] + asked, cwd=ROOT, env=variables())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the child had it too, and ends by itself
            pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
