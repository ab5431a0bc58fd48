"""What personal data looks like in French text: phones, e-mails, accounts, addresses, official numbers, names.

`find` gives kind, offset and length, never the text itself. Patterns are read on a *flat* copy of the text: same
length as its cleaned form, lower case, no accent, one kind of space and of dash, European digits.
Numbers with a check (NIR, IBAN) are reported only when the check holds, so that digests and counts are not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from stdnum import iban
from stdnum.fr import nir
from stdnum.iso7064 import mod_97_10

from diagnostic.privacy.folding import flat, fold, phone_digits
from diagnostic.privacy.phones import labels, spoken, written

PHONE, EMAIL, HANDLE, ADDRESS = "phone", "email", "handle", "address"
NIR, IBAN, PLATE, BIRTH, NAME = "nir", "iban", "plate", "birth", "name"
KINDS = {
    PHONE: "numéro de téléphone",
    EMAIL: "adresse électronique",
    HANDLE: "compte de réseau social",
    ADDRESS: "adresse postale",
    NIR: "numéro de sécurité sociale",
    IBAN: "numéro de compte bancaire",
    PLATE: "plaque d’immatriculation",
    BIRTH: "date de naissance",
    NAME: "nom de personne",
}


MOST_SIGNS, MOST_NUMBERS = 5_000_000, 250_000  # that are searched of one file, what comes back counted once
_NUMBER = re.compile(r"\d+|@| at |arr?ob")  # or what an address is sought around, at the same cost


@dataclass(frozen=True)
class Hit:
    """One place in a cleaned text that looks like personal data."""

    kind: str
    offset: int
    length: int


# --- e-mails and accounts ---------------------------------------------------------------------------------------

_EMAIL = re.compile(r"[\w.+%'-]{0,63}\w@\w[\w-]{0,62}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}(?![\w-])")
_AT = r"(?: ?[\[({<] ?(?:at|a|arr?obase?s?|@) ?[\])}>] ?| @ |@|[ _-]+arr?obas(?:e|es)?[ _-]+)"
_DOT = r"(?: \. |\.| ?[\[({<] ?(?:dot|point|\.) ?[\])}>] ?|[ _-]+(?:dot|point)[ _-]+)"
_HIDDEN = re.compile(rf"[\w.+-]{{2,64}}{_AT}[\w-]{{2,63}}(?:{_DOT}[\w-]{{2,63}}){{0,3}}{_DOT}[a-z]{{2,24}}(?![\w-])")
_SIGN = re.compile(r"@|[\[({<] ?(?:at|a|arr?obase?s?) ?[\])}>]|(?<![ _-])[ _-]+arr?obas")
REACH = 66  # signs at most between the beginning of an address and what `_SIGN`, `_WHERE` or `_SPOKEN` finds
_WHERE, _SPOKEN = re.compile("@"), re.compile(" at(?= )")
_SAID = re.compile(r"[\w.+-]{2,64} at [\w-]{2,63}(?: (?:dot|point) [\w-]{2,63}){0,2} (?:dot|point) [a-z]{2,24}(?!\w)")
ADDRESSES = ((_WHERE, _EMAIL), (_SIGN, _HIDDEN), (_SPOKEN, _SAID))
_ACCOUNT_URL = re.compile(
    r"(?:facebook\.com|fb\.com|fb\.me|instagram\.com|snapchat\.com/add|tiktok\.com|t\.me|telegram\.me|wa\.me|twitter\.com|"
    r"(?<![\w.])x\.com|onlyfans\.com|mym\.fans|linkedin\.com/in|discord\.gg|threads\.net|vk\.com)/@?[\w.+-]{2,}"
)
_ACCOUNT = re.compile(
    r"(?<!\w)(?:snap(?:chat)?|insta(?:gram)?|telegram|tik ?tok|onlyfans|mym|whats ?app|facebook|fb|twitter|discord|pseudo)"
    r"\s*[:=]\s*(?:@[\w.-]{3,30}|(?=[\w.-]*[a-z])(?=[\w.-]*[\d_.])[a-z0-9][\w.-]{1,28}\w)"
)
_HANDLE = re.compile(r"(?<![\w@./:&=+-])@[a-z0-9_](?:[\w.]{1,28})\w(?![\w@]|\.\w)")
_NOT_HANDLES = re.compile(r"@(?:media|import|font|page|supports|keyframes|charset|layer|container|property|counter)\b"
                          r"|@(?:fig|tbl|sec|eq|lst|thm|nte|tip|wrn)(?:[.-]|$)")  # fmt: skip


def _accounts(text: str, code: bool) -> Iterator[Hit]:
    for pattern in (_ACCOUNT_URL, _ACCOUNT, *(() if code else (_HANDLE,))):
        for match in pattern.finditer(text):
            if not _NOT_HANDLES.match(match[0]):
                yield Hit(HANDLE, match.start(), len(match[0]))


def _around(sign: re.Pattern[str], address: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What `address.finditer` gives, looked for around the sign that each address has: every word may begin one."""
    end = 0
    for found in sign.finditer(text):
        for start in range(max(end, found.start() - REACH), found.end()):
            if match := address.match(text, start):
                yield match
                end = match.end()
                break


def _emails(text: str) -> Iterator[Hit]:
    seen: list[tuple[int, int]] = []
    for sign, address in ADDRESSES:
        for match in _around(sign, address, text):
            if not any(a < match.end() and match.start() < b for a, b in seen):
                seen.append(match.span())
                yield Hit(EMAIL, match.start(), len(match[0]))


# --- places and official numbers --------------------------------------------------------------------------------

_STREETS = r"rue|avenue|ave?\.|boulevard|b(?:oule)?vd|bd\.?|chemin|allees?|impasse|ruelle|faubourg|esplanade|sentier|lotissement"
_WIDE = r"places?|quai|route|square|cours|residence|passage|villa|hameau|cite|rocade|mail"
_ADDRESS = re.compile(
    rf"(?<![\w.,])\d{{1,4}} ?(?:bis|ter|quater|[a-d](?= ))?,? +(?P<type>(?P<street>{_STREETS})|{_WIDE}) +"
    r"(?P<of>(?:(?:de la|des|du|de|la|le|les|aux?)\s+|(?:de )?l'|d')*)(?P<word>[a-z][\w'-]+)(?: (?P<next>[a-z]\w+))?"
)
_GRAMMAR = frozenset(
    {
        "et",
        "ou",
        "en",
        "sur",
        "dont",
        "avec",
        "sans",
        "pour",
        "par",
        "dans",
        "chez",
        "soit",
        "ni",
        "puis",
        "sont",
        "est",
        "ont",
        "a",
        "au",
        "aux",
        "contre",
        "hors",
        "ainsi",
    }
)


def _addresses(text: str, cleaned: str) -> Iterator[Hit]:
    """A number, a kind of street, and a name: capitalised, or after « de la », or two words that are not grammar."""
    for match in _ADDRESS.finditer(text):
        if match["word"] in _GRAMMAR:
            continue
        capital = cleaned[match.start("word")].isupper()
        shouted = cleaned[match.start("type")].isupper() and cleaned[match.start("type") + 1].isupper()
        plain = match["street"] and (match["of"] or (match["next"] and match["next"] not in _GRAMMAR))
        if capital and not shouted or plain or shouted and match["street"]:
            yield Hit(ADDRESS, match.start(), len(match[0]))


_NIR = re.compile(
    r"(?<![\w.,])([1-478])[ .-]?(\d\d)[ .-]?(0[1-9]|1[0-2]|[2-9]\d)[ .-]?(\d\d|2[ab])[ .-]?(\d{3})[ .-]?(\d{3})"
    r"(?:[ .\-/(]{0,3}(?:cle ?:? ?)?(\d\d))?(?!\w)"
)
_NIR_LABEL = re.compile(r"\b(?:nir|secu|securite sociale|n[o°.]? ?ss|insee)\b[^\n\d]{0,25}$")


def _nirs(text: str) -> Iterator[Hit]:
    for match in _NIR.finditer(text):
        key = match[7]
        if key is None:
            good = bool(_NIR_LABEL.search(text[max(0, match.start() - 45) : match.start()]))
        else:
            good = nir.is_valid("".join(match.groups()))
        if good:
            yield Hit(NIR, match.start(), len(match[0]))


# Every start is tried, for two may follow each other; 34 characters at most (ISO 13616).
_IBAN = re.compile(r"(?<![\w+/])(?=([a-z]{2}\d\d(?:[ -]?[a-z0-9]){11,30})(?![\w+/=]))")
_SHORTEST_IBAN = 15
_AS_NUMBERS = {ord("a") + n: str(n + 10) for n in range(26)}
_UNREGISTERED = {"ma": 28, "dz": 26}  # Morocco and Algeria: not in the registry of ISO 13616, and in use


def _iban(compact: str) -> bool:
    """Whether the form is one of the registry's, or of a country beside it, and the check holds."""
    if _UNREGISTERED.get(compact[:2]) == len(compact):
        return mod_97_10.is_valid(compact[4:] + compact[:4])
    return iban.is_valid(compact, check_country=False)  # a wrong national key is a misprint of somebody's account


def _remainder(compact: str) -> int:
    """What the check of ISO 13616 says, which is 1 where it holds: the registry is asked of those only."""
    return int((compact[4:] + compact[:4]).translate(_AS_NUMBERS)) % 97


def _ibans(text: str) -> Iterator[Hit]:
    for match in _IBAN.finditer(text):
        signs = [(at, sign) for at, sign in enumerate(match[1], start=1) if sign.isalnum()]
        compact = "".join(sign for _, sign in signs)
        for length in range(_SHORTEST_IBAN, len(compact) + 1):
            if _remainder(compact[:length]) == 1 and _iban(compact[:length]):
                yield Hit(IBAN, match.start(), signs[length - 1][0])
                break


_PLATE = re.compile(r"(?<![\w-])([a-hj-np-tv-z]{2})(?P<a>[ -]?)(\d{3})(?P=a)([a-hj-np-tv-z]{2})(?![\w-])")
_OLD_PLATE = re.compile(
    r"(?:plaque|immatricul\w*|vehicule|voiture)\W{0,3}(?:\w+\W{1,3}){0,3}(\d{1,4} ?[a-z]{1,3} ?(?:\d\d|2[ab]))(?!\w)"
)
_TWO_LETTER_WORDS = frozenset(
    {
        "de",
        "en",
        "et",
        "un",
        "du",
        "la",
        "le",
        "au",
        "sa",
        "se",
        "ce",
        "ne",
        "te",
        "me",
        "ma",
        "ta",
        "ses",
        "ca",
        "as",
        "es",
        "eh",
        "ah",
        "ph",
        "rn",
        "qr",
        "pm",
        "am",
        "ed",
    }
)


def _plates(text: str, cleaned: str) -> Iterator[Hit]:
    for match in _PLATE.finditer(text):
        capitals = cleaned[match.start() : match.end()].isupper()
        words = {match[1], match[4]} & _TWO_LETTER_WORDS
        if (match["a"] == "-" and (capitals or not words)) or (capitals and not (words and match["a"])):
            yield Hit(PLATE, match.start(), len(match[0]))
    for match in _OLD_PLATE.finditer(text):
        yield Hit(PLATE, match.start(1), len(match[1]))


_MONTH = r"(?:janv\w*|fevr?\w*|mars|avr\w*|mai|juin|juil\w*|aout|sept\w*|oct\w*|nov\w*|dec\w*)"
_BIRTH = re.compile(
    r"(?<!\w)(?:ne|nee|nes|nees|naissance|ddn|d\.d\.n\.?)(?:\.e|\(e\)|-e)?\s*[:=(]?\s*(?:le |en date du |du |au )?\s*"
    rf"((?:0?[1-9]|[12]\d|3[01]|1er)\s?[/. -]\s?(?:\d{{1,2}}|{_MONTH})\.?\s?[/. -]\s?(?:\d{{4}}|\d\d)|\d{{4}}-\d\d-\d\d)(?!\w)"
)

_TITLE = re.compile(
    r"(?<![\w.])(?:M\.|Mr\.?|MM\.|Mmes?\.?|Mlles?\.?|MME|MLLE|Madame|Monsieur|Mademoiselle|MADAME|MONSIEUR|Dre?\.?|Docteure?|"
    r"Ma[iî]tre|Me|Pre?\.?|Professeure?)[ \u00a0\u202f]+(?P<name>[A-ZÀ-ÖØ-ÞŁĐŞȘ][\w'’-]+)"
)
_NOT_NAMES = frozenset(
    {
        "la",
        "le",
        "les",
        "un",
        "une",
        "et",
        "ou",
        "too",
        "l",
        "d",
        "xxx",
        "yyy",
        "nom",
        "prenom",
        "prefet",
        "prefete",
        "president",
        "presidente",
        "directeur",
        "directrice",
        "maire",
        "ministre",
        "commissaire",
        "procureur",
        "procureure",
        "juge",
        "avocat",
        "avocate",
        "sous",
        "secretaire",
        "adjoint",
        "adjointe",
    }
)


def _names(cleaned: str) -> Iterator[Hit]:
    for match in _TITLE.finditer(cleaned):
        word = fold(match["name"])
        if len(word) > 1 and word.split()[0] not in _NOT_NAMES:
            yield Hit(NAME, match.start(), len(match[0]))


def too_much(texts: Collection[str]) -> bool:
    """Whether `find` would take more than some seconds to look through these texts, as in no file that a person keeps."""
    signs = sum(map(len, texts))
    return signs > MOST_SIGNS or signs > MOST_NUMBERS and sum(len(_NUMBER.findall(one)) for one in texts) > MOST_NUMBERS


def find(cleaned: str, heading: str = "", code: bool = False, allowed: Collection[str] = ()) -> list[Hit]:
    """What looks personal in a text that `clean` has cleaned, by offset.

    `heading`: the title of the column, which tells a phone whose zero a spreadsheet took away from a number.
    `code`: source text, where `@word` is a decorator. `allowed`: folded texts and phone digits that may stand.
    """
    text = flat(cleaned)
    hits: list[Hit] = []
    if re.search(r"\d", text):
        phones = [Hit(PHONE, *span) for span in written(text, labels(heading))]
        for hit in (*_nirs(text), *_ibans(text), *phones):
            if not any(h.offset < hit.offset + hit.length and hit.offset < h.offset + h.length for h in hits):
                hits.append(hit)
        hits += [*_addresses(text, cleaned), *_plates(text, cleaned)]
        hits += [Hit(BIRTH, match.start(1), len(match[1])) for match in _BIRTH.finditer(text)]
    hits += [
        hit
        for hit in (Hit(PHONE, *span) for span in spoken(text))
        if not any(h.offset < hit.offset + hit.length and hit.offset < h.offset + h.length for h in hits)
    ]
    if "@" in text or "arob" in text or "arrob" in text or "at" in text:
        hits += _emails(text)
    hits += [*_accounts(text, code), *_names(cleaned)]
    if allowed:
        hits = [h for h in hits if not _is_allowed(cleaned[h.offset : h.offset + h.length], h.kind, allowed)]
    return sorted(hits, key=lambda hit: (hit.offset, hit.kind))


def _is_allowed(text: str, kind: str, allowed: Collection[str]) -> bool:
    return (phone_digits(text) if kind == PHONE else fold(text)) in allowed
