"""Départements, and what teams, places, structures and newspapers may be called."""

from __future__ import annotations

import random

# Those whose names have set traps come first, so that the shortest run holds them: Deux-Sèvres, Corse-du-Sud, La Réunion,
# Côte-d'Or, Val-d'Oise, Haute-Corse, Ain (a leading zero), Mayotte, Puy-de-Dôme, Hauts-de-Seine.
FIRST = ("79", "2A", "974", "21", "95", "2B", "01", "976", "63", "92")
REST = tuple(
    code
    for code in (*(f"{number:02d}" for number in range(2, 96) if number != 20), "971", "972", "973")
    if code not in FIRST
)

STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("Association Le Relais", "Équipe du Pont", "Maison des Tilleuls", "Collectif du Lac"),
    "markup": (
        "Femmes & « Solidarité » <93>",
        'Collectif "Le Nid" & Cie',
        "L'Appui > d'abord",
        "Accueil <b>jour</b> &amp; nuit",
    ),
    "typst": (
        "Équipe #1 [nord] $a$ \\ {{ nom }} ; = _b_",
        "Réseau *fort* @ lieu ~ `c` #let x",
        "Pôle {fact:ads.total} ; suite",
        "A = B ; C # D \\n",
    ),
    "unicode": ("Ἀθηνᾶ Мария Zoë", "Ðórr ŁóźŠ Œuvre ½ ﬁn", "مرحبا 東京 한국", "Cafe\u0301 ✓ ☂ 👋 ∞"),
    "numbers": ("Les Trois Cités 93", "Deux-Rives 3919", "Vingt-Quatre Heures 24/7", "Mille et Une Voix 1001"),
    "accents": ("L’Équipe de l'Île-d’Aÿ", "À l’Œuvre, Ô Ça", "Là-Haut d'Eÿ", "L’Haÿ-les-Prés d’Où"),
}
# Signs that no document can draw: a team that is called so is told, at its line, and takes them out.
UNDRAWN = frozenset("\ufb01東京한국✓☂👋")
PLACES: dict[str, tuple[str, ...]] = {
    "plain": ("Valbourg", "Port-Clair", "Montrel", "Saint-Aubier"),
    "markup": ("Le Bourg & Nord", "Rive <gauche>", 'Pont "Vieux"', "Là > Bas"),
    "typst": ("Ville #2", "Bourg [est] = $b$", "Val \\ Fond ; *sud*", "Pré {{ a }} _b_"),
    "unicode": ("Ἀθῆναι", "Łódź-Œuvre", "Мост", "東の町"),
    "numbers": ("Les Deux-Ponts", "Trois-Fontaines 3", "Cent-Arbres", "Quatre-Vents"),
    "accents": ("L'Île-d’Yeuse", "Bœuf-sur-Ô", "L’Haÿe-d'Eÿ", "Épinoÿ"),
}


def drawn(name: str) -> str:
    """A name without the signs that no document can draw."""
    return " ".join("".join(sign for sign in name if sign not in UNDRAWN).split())


def departements(number: int, seed: int) -> list[str]:
    """So many codes: the trapping ones first, then the others in an order that the seed decides, then again."""
    rest = list(REST)
    random.Random(f"departements {seed}").shuffle(rest)
    every = [*FIRST, *rest]
    return [every[at % len(every)] for at in range(number)]


def named(style: str, at: int, what: str = "") -> str:
    """The `at`-th name of a style."""
    names = STYLES[style]
    return f"{what} {names[at % len(names)]}".strip() + (
        "" if at < len(names) else f" {chr(65 + at // len(names) - 1)}"
    )
