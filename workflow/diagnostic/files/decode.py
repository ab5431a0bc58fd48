"""Bytes to text, never guessed silently: what is not a text file is named, an encoding is proven or refused."""

from __future__ import annotations

import codecs
import re

from diagnostic.core.contents import MOST_BYTES, container
from diagnostic.core.problems import Problem, blocking, warning

SAVE_AS_UTF8 = "Dans le tableur : Fichier, Enregistrer sous, format « CSV UTF-8 (délimité par des virgules) »."

# What French writes beyond ASCII, and cp1252 holds: any other high byte means another encoding.
_SMALL, _CAPITAL = "àâäæçéèêëîïôöœùûüÿ", "ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ"
_SIGNS = "«»‹›‘’“”–—…•·€°§²³×±µ©®\u00a0"  # no ½ ¼ ¾: they are œ Œ Ÿ of iso8859-15
FRENCH_CP1252 = frozenset((_SMALL + _CAPITAL + _SIGNS).encode("cp1252"))
# « cœur » or « boîte » written by a Mac gives such a run once read as cp1252: a quotation mark or a capital
# inside a word.
_IMPLAUSIBLE = re.compile(rf"[a-z{_SMALL}][“”«»‹›•{_CAPITAL}][a-z{_SMALL}]")

# UTF-8 read as cp1252, mac-roman or cp850, by whoever saved the file before us.
_TAILS = re.escape("".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xC0)))
MOJIBAKE = re.compile(rf"[ÂÃ][{_TAILS}]|Å[“’¸]|â[€‚]|ï»¿|√[©®†™ß¥ª´]|├[®¿áº]")


def unusable(content: bytes, file: str) -> Problem | None:
    """The problem of a file that cannot be a CSV at all: too large, or of another kind."""
    if len(content) > MOST_BYTES:
        message = f"Le fichier dépasse {MOST_BYTES // 1024 // 1024} Mo : il n'est pas lu."
        return blocking(file, message, "Vérifier que c'est le bon fichier ; sinon le découper.")
    if kind := container(content):
        message = f"Ce fichier est {kind}, pas un fichier CSV, quel que soit son nom."
        return blocking(file, message, f"Ouvrir l'original. {SAVE_AS_UTF8}")
    return None


def decode(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    """The text of a file, or None, with what must be said of its encoding.

    A byte order mark decides; else strict UTF-8; else cp1252 where every high byte is a letter or sign that French uses
    (told in a warning); else refused.
    """
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return None, [blocking(file, "Le fichier est en UTF-32, que le projet ne lit pas.", SAVE_AS_UTF8)]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _marked(content, file, "utf-16", "UTF-16 (« texte Unicode » d'Excel)", SAVE_AS_UTF8)
    if content.startswith(codecs.BOM_UTF8):
        harmless = "Rien à faire : c'est l'usage d'Excel pour « CSV UTF-8 »."
        return _marked(content, file, "utf-8-sig", "UTF-8 précédé d'une marque d'ordre des octets (BOM)", harmless)
    if content.count(0) * 4 > len(content):
        message = "Le fichier est plein d'octets nuls : de l'UTF-16 sans sa marque, ou autre chose que du texte."
        return None, [blocking(file, message, SAVE_AS_UTF8)]
    return _unmarked(content, file)


def _marked(content: bytes, file: str, codec: str, name: str, remedy: str) -> tuple[str | None, list[Problem]]:
    try:
        return content.decode(codec), [warning(file, f"Le fichier est en {name} ; il est lu ainsi.", remedy)]
    except UnicodeDecodeError:
        message = f"Le fichier annonce de l'{codec.upper().removesuffix('-SIG')} mais n'en est pas : il est abîmé."
        return None, [blocking(file, message, f"Repartir de l'original. {SAVE_AS_UTF8}")]


def _unmarked(content: bytes, file: str) -> tuple[str | None, list[Problem]]:
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        high = {byte for byte in set(content) if byte > 0x7F}
        text = content.decode("cp1252") if high <= FRENCH_CP1252 else None
    if text is None or _IMPLAUSIBLE.search(text):
        message = (
            "L'encodage du fichier est inconnu : ni UTF-8, ni le jeu de caractères de Windows (cp1252) tel que le français "
            "l'emploie. Lire au hasard abîmerait les accents."
        )
        return None, [blocking(file, message, SAVE_AS_UTF8)]
    message = (
        "Le fichier n'est pas en UTF-8 ; il est lu dans le jeu de caractères de Windows (cp1252), où tous ses accents sont "
        "des lettres ou des signes du français."
    )
    return text, [warning(file, message, f"Vérifier quelques accents. {SAVE_AS_UTF8}")]
