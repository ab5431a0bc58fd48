"""What personal data looks like in French text: phones, e-mails, accounts, addresses, official numbers, names.

`find` gives kind, offset and length, never the text itself. Patterns are read on a *flat* copy of the text: same
length as its cleaned form, lower case, no accent, one kind of space and of dash, European digits.
Numbers with a check (NIR, IBAN) are reported only when the check holds, so that digests and counts are not.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd
from stdnum import iban
from stdnum.fr import nir
from stdnum.iso7064 import mod_97_10

from diagnostic.core.problems import BLOCKING, MASKED, Problem
from diagnostic.privacy.folding import clean, flat, fold

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


def _apart(found: Iterable[Hit], before: Sequence[Hit] = ()) -> list[Hit]:
    """Those that overlap none of the hits before them."""
    kept = list(before)
    for hit in found:
        if not any(one.offset < hit.offset + hit.length and hit.offset < one.offset + one.length for one in kept):
            kept.append(hit)
    return kept[len(before) :]


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
    if not any(sign in text for sign in "@/:="):  # each of them has one
        return
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


# --- places and official numbers --------------------------------------------------------------------------------
_STREETS = r"rue|avenue|ave?\.|boulevard|b(?:oule)?vd|bd\.?|chemin|allees?|impasse|ruelle|faubourg|esplanade|sentier|lotissement"
_WIDE = r"places?|quai|route|square|cours|residence|passage|villa|hameau|cite|rocade|mail"
_ADDRESS = re.compile(
    rf"(?<![\w.,])\d{{1,4}} ?(?:bis|ter|quater|[a-d](?= ))?,? +(?P<type>(?P<street>{_STREETS})|{_WIDE}) +"
    r"(?P<of>(?:(?:de la|des|du|de|la|le|les|aux?)\s+|(?:de )?l'|d')*)(?P<word>[a-z][\w'-]+)(?: (?P<next>[a-z]\w+))?"
)
_GRAMMAR = frozenset(
    "et ou en sur dont avec sans pour par dans chez soit ni puis sont est ont a au aux contre hors ainsi".split()
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
        before = text[max(0, match.start() - 45) : match.start()]
        if nir.is_valid("".join(match.groups())) if match[7] else _NIR_LABEL.search(before):
            yield Hit(NIR, match.start(), len(match[0]))


# Every start is tried, for two may follow each other; 34 characters at most (ISO 13616).
_IBAN = re.compile(r"(?<![\w+/])(?=([a-z]{2}\d\d(?:[ -]?[a-z0-9]){11,30})(?![\w+/=]))")
_SHORTEST_IBAN = 15
_UNREGISTERED = {"ma": 28, "dz": 26}  # Morocco and Algeria: not in the registry of ISO 13616, and in use


def _iban(compact: str) -> bool:
    """Whether the check holds, and the form is one of the registry's, or of a country beside it."""
    if not mod_97_10.is_valid(compact[4:] + compact[:4]):  # the registry is asked of few
        return False
    # a wrong national key is a misprint of somebody's account
    return _UNREGISTERED.get(compact[:2]) == len(compact) or iban.is_valid(compact, check_country=False)


def _ibans(text: str) -> Iterator[Hit]:
    for match in _IBAN.finditer(text):
        signs = [(at, sign) for at, sign in enumerate(match[1], start=1) if sign.isalnum()]
        compact = "".join(sign for _, sign in signs)
        for length in range(_SHORTEST_IBAN, len(compact) + 1):
            if _iban(compact[:length]):
                yield Hit(IBAN, match.start(), signs[length - 1][0])
                break


_PLATE = re.compile(r"(?<![\w-])([a-hj-np-tv-z]{2})(?P<a>[ -]?)(\d{3})(?P=a)([a-hj-np-tv-z]{2})(?![\w-])")
_OLD_PLATE = re.compile(
    r"(?:plaque|immatricul\w*|vehicule|voiture)\W{0,3}(?:\w+\W{1,3}){0,3}(\d{1,4} ?[a-z]{1,3} ?(?:\d\d|2[ab]))(?!\w)"
)
_TWO_LETTER_WORDS = frozenset(
    "de en et un du la le au sa se ce ne te me ma ta ses ca as es eh ah ph rn qr pm am ed".split()
)


def _plates(text: str, cleaned: str) -> Iterator[Hit]:
    for match in _PLATE.finditer(text):
        capitals = cleaned[match.start() : match.end()].isupper()
        words = {match[1], match[4]} & _TWO_LETTER_WORDS
        if (match["a"] == "-" and (capitals or not words)) or (capitals and not (words and match["a"])):
            yield Hit(PLATE, match.start(), len(match[0]))
    yield from (Hit(PLATE, match.start(1), len(match[1])) for match in _OLD_PLATE.finditer(text))


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
    """
    la le les un une et ou too l d xxx yyy nom prenom prefet prefete president presidente directeur directrice maire
    ministre commissaire procureur procureure juge avocat avocate sous secretaire adjoint adjointe
    """.split()
)


def _names(cleaned: str) -> Iterator[Hit]:
    for match in _TITLE.finditer(cleaned):
        word = fold(match["name"])
        if len(word) > 1 and word.split()[0] not in _NOT_NAMES:
            yield Hit(NAME, match.start(), len(match[0]))


def too_much(texts: Collection[str]) -> bool:
    """Whether `find` would take more than some seconds to look through these texts, as in no file that a person keeps."""
    signs = sum(map(len, texts))
    return signs > MOST_SIGNS or signs > MOST_NUMBERS and len(_NUMBER.findall("\n".join(texts))) > MOST_NUMBERS


def find(cleaned: str, heading: str = "", code: bool = False) -> list[Hit]:
    """What looks personal in a text that `clean` has cleaned, by offset.

    `heading`: the title of the column, which tells a phone whose zero a spreadsheet took away from a number.
    `code`: source text, where `@word` is a decorator.
    """
    text = flat(cleaned)
    hits: list[Hit] = []
    if re.search(r"\d", text):
        hits += _apart([*_nirs(text), *_ibans(text), *(Hit(PHONE, *span) for span in written(text, labels(heading)))])
        hits += [*_addresses(text, cleaned), *_plates(text, cleaned)]
        hits += [Hit(BIRTH, match.start(1), len(match[1])) for match in _BIRTH.finditer(text)]
    hits += _apart((Hit(PHONE, *span) for span in spoken(text)), hits)
    if "@" in text or "arob" in text or "arrob" in text or "at" in text:
        found = (match for sign, address in ADDRESSES for match in _around(sign, address, text))
        hits += _apart(Hit(EMAIL, match.start(), len(match[0])) for match in found)
    hits += [*_accounts(text, code), *_names(cleaned)]
    return sorted(hits, key=lambda hit: (hit.offset, hit.kind))


# -- Phone numbers in French text, written in digits or said in words ---------------------------------------------
# Patterns are read on a flat copy (`folding.flat`).
Span = tuple[int, int]  # offset and length in the flat text
# Published numbers of help lines and emergency services: 112, 3919, 116 006… are too short to be taken for a
# person's; these have ten digits (Viols Femmes Informations; Non au harcèlement and Stop djihadisme are 4 or 10).
PUBLISHED = frozenset({"0800059595", "0800202223", "0800005696"})

_RUN = re.compile(r"(?<![a-z0-9_])(?:\+|\(\+?)?(?:\d+|o[1-9]\d*)(?:[ .\-/_()]{1,3}\d+)*(?![a-z0-9_])")
_GROUP = re.compile(r"o?\d+")
_FRENCH = re.compile(r"0[1-9]\d{8}")
_FROM_ABROAD = re.compile(r"(?:0033|33)0?[1-9]\d{8}")
_SHORT, _FOREIGN, _PREFIXED = re.compile(r"[1-9]\d{8}"), re.compile(r"[1-9]\d{8,14}"), re.compile(r"00[1-9]\d{8,13}")
_WITHOUT_ZERO = {(9,), (1, 2, 2, 2, 2), (3, 3, 3)}
_SHORTEST, _LONGEST = 9, 17  # digits of a phone number, whatever is written before it
# How people write ten digits. Any other grouping is a row of a table before it is a phone.
_GROUPINGS = {
    (10,), (2, 2, 2, 2, 2), (4, 2, 2, 2), (4, 3, 3), (4, 6), (2, 8), (2, 4, 4), (2, 3, 3, 2), (2, 3, 5), (2, 2, 3, 3),
    (2, 2, 6), (3, 3, 4), (3, 7), (1, 9), (1, 1, 8), (1, 1, 2, 2, 2, 2), (1, 3, 2, 2, 2),
}  # fmt: skip
_LABEL = re.compile(
    r"\b(?:tel|tels|telephone\w*|portables?|mobiles?|phones?|gsm|whats ?app|joindre|joignable|appel\w*|rappel\w*|sms|fax|"
    r"numero|num)\b[^\n\d]{0,25}$"
)
_LABEL_HEADING = re.compile(
    r"tel(?:ephone)?s?\b|tel(?:ephone)?_|portable|mobile|phone|gsm|whats ?app|contact|joindre|numero"
)


def _phone_length(groups: list[str], gaps: list[str], plus: str, labelled: bool) -> int:
    """How many of the first groups make a phone number, 0 when none do. `gaps`: what stands between them;
    `plus`: the sign before them, with its space."""
    digits, best, attached = "", 0, plus.endswith(("+", "+("))
    for count, group in enumerate(groups, start=1):
        digits += group
        if len(digits) > _LONGEST:
            break
        if len(digits) < _SHORTEST:
            continue
        shape = tuple(map(len, groups[:count]))
        signs = set("".join(gaps[: count - 1])) - set(" ()")
        if len(signs) > 1 and not (plus or labelled) or groups[0] == "0" and gaps[0].strip() in (".", ","):
            return best  # dates side by side, a decimal number
        if _FRENCH.fullmatch(digits) and (shape in _GROUPINGS or labelled):
            return 0 if digits in PUBLISHED else count
        if _FROM_ABROAD.fullmatch(digits) and (plus or digits.startswith("0033") or count == 1 or labelled):
            return count
        if labelled and shape in _WITHOUT_ZERO and _SHORT.fullmatch(digits):
            best = count  # a spreadsheet took the zero away
        if attached and "/" not in signs and _FOREIGN.fullmatch(digits) and not digits.startswith("33"):
            best = count
        if len(groups[0]) >= 4 and _PREFIXED.fullmatch(digits) and not digits.startswith("0033"):
            best = count
    return best


def written(text: str, labelled: bool) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        if run.end() - run.start() < 9:
            continue
        found = list(_GROUP.finditer(run[0]))
        groups = [g[0].replace("o", "0") for g in found]
        ends = [*(run[0][a.end() : b.start()] for a, b in itertools.pairwise(found)), ""]
        start = 0
        while start < len(groups):
            at = run.start() + found[start].start()
            before = text[max(0, at - 2) : at]
            plus = before if before.endswith("+") or before in ("+(", "+ ") else ""
            called = labelled or bool(_LABEL.search(text[max(0, at - 45) : at]))
            near = slice(start, start + _LONGEST + 1)
            count = _phone_length(groups[near], ends[near], plus, called)
            if count:
                end = run.start() + found[start + count - 1].end()
                if count > 1 or not _decimal(text, at, end):
                    yield at, end - at
                start += count
            else:
                start += 1


def _decimal(text: str, start: int, end: int) -> bool:
    """Whether glued digits are a part of a decimal number: 0.0612345678, not « tel.06… » nor « 33612345678.0 »."""
    return bool(
        re.search(r"\d[.,]$", text[max(0, start - 2) : start]) or re.match(r"[.,](?!0(?!\d))\d", text[end : end + 3])
    )


_UNITS = ["zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
          "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"]  # fmt: skip
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}


def _number_words() -> dict[str, int]:
    """Folded French names of 0 to 99, hyphens as spaces: « soixante et onze » → 71."""
    words = {name.replace("-", " "): value for value, name in enumerate(_UNITS)} | {"une": 1, "quatre vingts": 80}
    for ten, name in _TENS.items():
        name = name.replace("-", " ")
        words[name] = ten
        for unit in range(1, 20 if ten in (60, 80) else 10):
            word = _UNITS[unit].replace("-", " ")
            words[f"{name} {word}"] = ten + unit
            if unit in (1, 11):
                words[f"{name} et {word}"] = ten + unit
    return words


_WORDS = _number_words()
_NAMES = "|".join(w.replace(" ", "[ -]") for w in sorted(_WORDS, key=len, reverse=True))
_SPOKEN_NUMBER = re.compile(rf"(?<![a-z0-9])(?:(?P<w>{_NAMES})|(?P<d>\d{{1,10}}))(?![a-z0-9])")
_PARTED = re.compile(r"[ ,.;/+\-\n]")
_SPOKEN_PHONE = re.compile(r"(?:0033|33|0)0?[1-9]\d{8}")


def spoken(text: str) -> Iterator[Span]:
    """Phones said in words, or in words and digits: « zéro six, douze, 34, cinquante-six, 78 »."""
    if not _PARTED.search(text):
        return
    tokens = list(_SPOKEN_NUMBER.finditer(text))
    if not any(token["w"] for token in tokens):
        return
    start = 0
    while start < len(tokens):
        digits, spoken, end = "", False, start
        while end < len(tokens) and len(digits) < 13:
            token = tokens[end]
            if end > start and not re.fullmatch(r"[ ,.;/+\-\n]{1,3}", text[tokens[end - 1].end() : token.start()]):
                break
            spoken = spoken or token["w"] is not None
            digits += token["d"] or str(_WORDS[token["w"].replace("-", " ")])
            end += 1
            if spoken and _SPOKEN_PHONE.fullmatch(digits):
                yield tokens[start].start(), token.end() - tokens[start].start()
                start = end - 1
                break
        start += 1


def labels(heading: str) -> bool:
    """Whether the title of a column says that phones stand in it."""
    return bool(heading and _LABEL_HEADING.search(flat(clean(heading))))


# -- Personal data in what leaves the vault: told at its cell, never repeated, and it blocks ----------------------
CROWDED = "Ce fichier a trop de nombres ou de textes différents pour qu'on y cherche des données personnelles : il est refusé."
CROWDED_REMEDY = "Vérifier que c'est le bon fichier ; sinon le découper, ou en ôter ce que l'étude ne lit pas."
REMEDY = "Retirer la donnée du fichier, à sa source, puis relancer ; rien de personnel ne va hors du coffre."
MOST = 20_000  # texts whose kind is remembered: the same codes and words come back in every column and study


def in_cells(cells: pd.DataFrame) -> Iterator[Problem]:
    """One blocking problem per cell of the study's public files that holds what looks personal, and one per file that has
    too much text to be searched."""
    crowded = _crowded(cells)
    yield from (Problem(BLOCKING, file, CROWDED, CROWDED_REMEDY) for file in crowded)
    for file, row, column, kind in _suspects(cells, crowded):
        message = f"Cette cellule contient ce qui ressemble à une donnée personnelle ({KINDS[kind]})."
        yield Problem(BLOCKING, file, message, REMEDY, row=row, column=column, value=MASKED)


def _suspects(cells: pd.DataFrame, crowded: Collection[str]) -> Iterator[tuple[str, int, str, str]]:
    """(file, row, column, kind) of each cell that holds what looks personal, but in the files that are `crowded`."""
    cells = cells[~cells["file"].isin(crowded)] if crowded else cells
    suspect = {value: kind for value in cells["value"].unique() if (kind := kind_of(str(value)))}
    for cell in cells[cells["value"].isin(list(suspect))].itertuples():
        yield str(cell.file), int(cell.row), str(cell.column), suspect[cell.value]


def _crowded(cells: pd.DataFrame) -> list[str]:
    """The files whose different values are too much text to be searched."""
    if not too_much(cells["value"].unique().tolist()):
        return []
    return [str(file) for file, own in cells.groupby("file") if too_much(own["value"].unique().tolist())]


def masked(problems: Iterable[Problem], cells: pd.DataFrame) -> Iterator[Problem]:
    """The same problems, telling nothing of a cell that looks personal, whatever else is wrong there: neither its
    value, nor the beginning of it, nor what a message made of it."""
    problems = list(problems)
    cells = cells[cells["row"].isin([one.row for one in problems if one.value])]
    places = {(file, row, column) for file, row, column, _ in _suspects(cells, _crowded(cells))}
    for problem in problems:
        personal = (problem.file, problem.row, problem.column) in places or kind_of(problem.value)
        value = MASKED if problem.value and personal else problem.value
        yield replace(problem, value=value, message=hidden(problem.message), remedy=hidden(problem.remedy))


def hidden(text: str) -> str:
    """The text, each part that looks personal masked."""
    cleaned = clean(text)
    hits = find(cleaned)
    for hit in sorted(hits, key=lambda hit: hit.offset, reverse=True):
        cleaned = cleaned[: hit.offset] + MASKED + cleaned[hit.offset + hit.length :]
    return cleaned if hits else text


def in_tables(tables: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """One blocking problem per column of a typed export that holds what looks personal: codes never should."""
    for name, frame in tables.items():
        for column in frame.columns:
            if kind := next(filter(None, map(kind_of, _texts(frame[column]))), ""):
                message = f"La variable {column} laisse passer une donnée personnelle ({KINDS[kind]})."
                yield Problem(BLOCKING, name, message, REMEDY)


def _texts(values: pd.Series) -> Iterable[str]:
    """The distinct texts of a column; numbers are none."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return map(str, values.cat.categories)
    return () if pd.api.types.is_numeric_dtype(values) else map(str, pd.Series(values.unique()).astype("str"))


@lru_cache(maxsize=MOST)
def kind_of(text: str) -> str:
    """The first kind of personal data that a text has the form of, or nothing.

    All kinds, names after « Mme », « M. » or « Dr » included: what would stop the report is told before, at its cell.
    """
    return next((hit.kind for hit in find(clean(text))), "")
