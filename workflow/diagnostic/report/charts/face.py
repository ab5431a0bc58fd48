"""How long a text is in the charts' face, Liberation Sans, whose widths Arial and Helvetica have: a reader who has none of them
sees another face, made as long as what was drawn for this one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

EM = 2048  # units of the widths: each stands before the signs that have it
SAME = {" ": 569, "\u00a0": 569, "\u202f": 410} | dict.fromkeys("0123456789", 1139)
REGULAR = (
    "391' 455ijl‘’ 532| 569!,./:;I[\\]ftìíîï 682()-`r·“” 684{} 717• 727\" 797* 819° 961^ 1024Jcksvxyz 1124±≤≥≠≈ "
    "1139#$?L_abdeghnopqu«»€– 1196+<=>~×− 1251FTZßø 1366&ABEKPSVXY 1479CDHNRUw 1593GOQØ 1706Mm 1821%æ 1933Wœ 2048Æ—…→Œ 2079@"
)
BOLD = (
    "487' 569,./I\\ijl‘’ 573| 682!()-:;[]`ft· 717• 797*r{} 819° 971\" 1024z“” 1124±≤≥≠≈ 1139#$J_aceksvxy«»€– 1196+<=>^~×− "
    "1251?FLTZbdghnopqußø 1366EPSVXY 1479&ABCDHKNRU 1593GOQwØ 1706M 1821%mæ 1933Wœ 1997@ 2048Æ—…→Œ"
)


@cache
def _widths(bold: bool) -> dict[str, int]:
    found = re.findall(r"(\d+)(\S+)", BOLD if bold else REGULAR)
    return SAME | {sign: int(width) for width, signs in found for sign in signs}


def length(text: str, size: float, bold: bool) -> float | None:
    """In pixels at a size in pixels; None where a sign is of no French text. A letter is as wide with its accent as without."""
    widths = _widths(bold)
    known = [widths.get(sign, widths.get(unicodedata.normalize("NFD", sign)[0])) for sign in text]
    return None if None in known else sum(filter(None, known)) * size / EM
