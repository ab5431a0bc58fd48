"""The licences of what the lock file installs, and what they mean for who passes it on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import metadata

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==[^ ;\\]+", re.MULTILINE)
LONGEST = 60  # characters; a longer field is the text of the licence and not its name
# What the packages' own metadata do not say, read in their licence files; the first two are installed on Windows only.
UNSAID = {
    "colorama": "BSD-3-Clause",
    "pyreadline3": "BSD-3-Clause",
    "axe-playwright-python": "MIT",
    "conda-inject": "MIT",
    "docutils": "domaine public, BSD-2-Clause ; un fichier GPL-3.0 (mode Emacs)",
    "librt": "MIT",
    "packaging": "Apache-2.0 ou BSD-2-Clause",
    "pypandoc-binary": "MIT ; contient pandoc, GPL-2.0-or-later",
    "pyxform": "BSD-2-Clause",
    "python-stdnum": "LGPL-2.1-or-later",
    "shapely": "BSD-3-Clause ; contient GEOS, LGPL-2.1",
    "snakemake-interface-common": "MIT",
    "snakemake-interface-logger-plugins": "MIT",
    "snakemake-interface-report-plugins": "MIT",
    "snakemake-interface-scheduler-plugins": "MIT",
    "snakemake-interface-storage-plugins": "MIT",
}


def installed(name: str) -> str:
    """What a package's metadata say of its licence. Raises PackageNotFoundError for one that is not installed."""
    told = metadata.metadata(name)
    for field in (*told.get_all("License-Expression", []), *told.get_all("License", [])):
        if len(field) <= LONGEST:
            return str(field)
    named = [item.rpartition(" :: ")[2] for item in told.get_all("Classifier", []) if item.startswith("License ::")]
    return ", ".join(named)


def page(lock: str, of: Callable[[str], str] = installed) -> str:
    """The page of licences: one row per package that `lock`, the text of the lock file, pins."""
    names = sorted(set(PINNED.findall(lock)), key=str.lower)
    return TEXT + "".join(_rows((name, UNSAID.get(name) or of(name)) for name in names))


def _rows(licences: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"| {name} | {licence} |\n" for name, licence in licences)


TEXT = """# Licences de ce qui est installé

Le code du projet est sous EUPL-1.2, ses données de référence sous Licence Ouverte 2.0, ses polices sous SIL OFL 1.1. Ce que le fichier de verrouillage installe garde ses licences : elles sont listées plus bas, telles que chaque paquet les déclare.

La même liste en CycloneDX, pour les outils qui suivent dépendances et failles : `.ci/run` écrit `sbom.cdx.json`, jamais versionné ; il s’arrête si ce qui est installé n’est pas ce que dit le fichier de verrouillage.

**Pour qui lance les études**, rien à faire : aucune de ces licences ne limite l’usage, et les documents produits n’en portent aucune.

**Pour qui redistribue un environnement déjà installé** (image de conteneur, disque, poste préparé) :

- `krippendorff`, que le calcul de l’accord entre deux personnes appelle, est sous GPL-3.0-or-later. L’ensemble distribué avec lui l’est aux conditions de la GPL-3 ; l’EUPL-1.2 le permet (article 5 et annexe). Joindre le texte de la GPL et les sources, ou dire où elles sont. Redistribuer le dépôt seul, sans l’environnement, ne l’exige pas : il ne contient pas ce paquet.
- `pypandoc-binary` contient le programme pandoc (GPL-2.0-or-later), lancé à part : joindre sa licence et dire où sont ses sources.
- `python-stdnum` et la bibliothèque GEOS de `shapely` sont sous LGPL : elles restent remplaçables, joindre leurs licences.
- `certifi`, `hypothesis` et `pathspec` sont sous MPL-2.0 : leurs fichiers modifiés se publient sous la même licence.

| Paquet | Licence déclarée |
|---|---|
"""
