"""Sheets that one person fills on another machine, and takes back: nothing that another one coded or decided is in them, and what
comes back is put beside what the others did, in place of nothing but that person's own.

    vault/{study}/feuilles/codage-CD.xlsx    what CD codes elsewhere; themes-CD.xlsx and doublons-CD.xlsx likewise
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from diagnostic.codebook.labels import normalise
from diagnostic.codebook.model import TO_READ
from diagnostic.collect.grids import Grid
from diagnostic.core.errors import NoResults, Typeset
from diagnostic.core.french import plural, typographic
from diagnostic.privacy.vault import ENCRYPTED, SHEETS
from diagnostic.study import given, receive, sheets, working
from diagnostic.study.changes import wholly
from diagnostic.study.config import opened
from diagnostic.study.given import DUPLICATES, Choice, Reader
from diagnostic.study.working import KEYS, coder_of

NAME = "{}-{}.xlsx"
OUT = "Déjà confié : {} ; le reprendre d’abord, ou le refaire : ce qui est rempli ailleurs se reprend de même."
NOTHING = "Rien n’attend cette personne : ni situation, ni texte, ni paire."
NOT_GIVEN = "Ce fichier n’est pas une feuille de codage, de thèmes ou de paires ; rien n’est repris."
NOBODY = "Rien n’est rempli par {} dans cette feuille : vérifier les initiales, ici et là. Rien n’est repris."
UNSURE = "unsure"
GONE = "{} {} plus à trancher depuis : laissées telles qu’elles sont ici."
APART = "{} {} à trancher : les deux personnes n’en disent pas de même ; le faire ensemble, dans « À trancher »."


@wholly("confier")
def give_out(root: Path, study: str, coder: str, mode: str, again: bool = False) -> list[str]:
    """Write the sheets that one person fills on another machine: the situations and written texts that wait for them (`mode`, one of
    `working.FRESH` and `working.SECOND`) and the open pairs. French lines. `again`: even where one is out. Raises Typeset
    where nothing waits or a sheet is out, VaultError, ConfigError, CodebookError, Busy."""
    sheets.checked(coder)
    reader = Reader(root, study, opened(root, study, create=False))
    vault, codebook = reader.vault, reader.codebook
    told, held = sheets.told_of(reader), working.begun(vault)
    if not again and (left := out(vault.folder / SHEETS, coder)):
        raise Typeset(OUT.format(", ".join(left)))
    coded = {
        key: [sheets.named(codebook, told, key, coder)] for key in working.queue(codebook, told, held, coder).of(mode)
    }
    who = {record: {*map(coder_of, rows)} for record, rows in sheets.themed(reader, told).items()}
    others = int(mode == working.SECOND)  # how many have coded what is given out

    def waits(record: str) -> bool:
        return len(own := who.get(record, set())) == others and normalise(coder) not in own

    themes, texts, _ = sheets.theme_sheet(reader, told, {}, coder, waits)
    made = [("situation", sheets.WORKBOOK, len(coded), sheets.coding_sheet(reader, told, coded))]
    made.append(("réponse ou entretien", sheets.THEME_WORKBOOK, texts, themes))
    with suppress(NoResults):
        pairs = sheets.pairs_of(reader, working.decided(root, study, told, held))
        rows = pairs.open.query("decision == ''")
        made.append(("paire", sheets.PAIRS, len(rows), sheets.pairs_sheet(reader, told, replace(pairs, rows=rows))))
    if not any(count for _, _, count, _ in made):
        raise Typeset(NOTHING)
    lines = []
    for what, name, count, content in made:
        if count:
            lines.append(f"{sheets.write(vault, NAME.format(name, coder), content)} : {count} {plural(count, what)}.")
    return [typographic(line) for line in lines]


def out(folder: Path, coder: str = "*") -> list[str]:
    """The names of the sheets that one person, or anybody, has on another machine."""
    return sorted(path.name for name in sheets.GIVEN for path in folder.glob(f"{NAME.format(name, coder)}*"))


@wholly("reprendre")
def take_back(root: Path, study: str, coder: str, content: bytes, name: str, today: dt.date) -> list[str]:
    """Receive a sheet that one person has filled: of its rows, theirs, beside those of the others, which stay as they are here; a pair
    that somebody else decided differently is open again. The sheet stays among the versions of the vault. French lines. `name`: of
    the file, which tells whether it is encrypted. Raises Typeset, and what `receive.receive` does."""
    sheets.checked(coder)
    reader = Reader(root, study, opened(root, study, create=False))
    content = reader.vault.clear(content, name)
    grids = receive.sheets_of(content, "fichier")
    found = given.recognise(reader.codebook, grids).roles
    sheet, role = next(((sheet, role) for sheet, role in sheets.GIVEN.items() if found == (role,)), ("", ""))
    if not role:
        raise Typeset(NOT_GIVEN)
    lines = (_pairs if role == DUPLICATES else _codings)(reader, role, coder, content, grids, today)
    for left in out(reader.vault.folder / SHEETS, coder):
        if left.startswith(f"{sheet}-"):
            reader.vault.kept(SHEETS, left.removesuffix(ENCRYPTED)).unlink()
    return [typographic(line) for line in lines]


def _codings(reader: Reader, role: str, coder: str, content: bytes, grids: Sequence[Grid], today: dt.date) -> list[str]:
    """Receive it as it is, which checks it, then with what the others coded."""
    root, study, me = reader.root, reader.study, normalise(coder)

    def coded() -> tuple[Reader, sheets.Told, Mapping[str, list[dict[str, str]]]]:
        now = Reader(root, study, reader.vault)
        told = sheets.told_of(now)
        return now, told, told.coded if role == sheets.CODING else sheets.themed(now, told)

    before = coded()[2]
    receive.registered(root, study, receive.Given(content, role=role), today, Choice(agree=lambda lines: True))
    now, told, after = coded()
    answers = {name for rows in after.values() for row in rows for name in row if not name.startswith(TO_READ)} - {
        *KEYS
    }
    said = {key: [row for row in rows if row.keys() & answers] for key, rows in after.items()}
    own = {key: mine for key, rows in said.items() if (mine := [row for row in rows if coder_of(row) == me])}
    if not own:
        raise Typeset(NOBODY.format(coder))
    merged = {key: [row for row in rows if key not in own or coder_of(row) != me] for key, rows in before.items()}
    for key, rows in own.items():
        merged[key] = merged.get(key, []) + rows
    if role == sheets.CODING:
        content = sheets.coding_sheet(now, told, merged)
    else:
        content = sheets.theme_sheet(now, told, merged, coder, merged.__contains__)[0]
    receive.registered(root, study, receive.Given(content, role=role), today, Choice(agree=lambda lines: True))
    count = sum(map(len, own.values()))
    left = sum(map(len, said.values())) - count
    lines = [f"{count} {plural(count, 'codage')} de {coder} : repris, à côté de ce que les autres ont codé."]
    return lines + [f"{left} {plural(left, 'ligne')} d’autres initiales : telles qu’elles sont ici."] * bool(left)


def _pairs(reader: Reader, role: str, coder: str, content: bytes, grids: Sequence[Grid], today: dt.date) -> list[str]:
    """Put what one person decided among what is decided here, and receive all of it."""
    told, held = sheets.told_of(reader), working.begun(reader.vault)
    file, lines = receive.left(reader, role, receive.File(content, grids))  # without what was erased since
    put = given.prepared(reader, role, file.content, file.grids, told.own)
    if put.problems:
        raise given.ReceiveError("\n".join(given.blocked(put.problems)))
    here = working.decided(reader.root, reader.study, told, held)
    pairs = sheets.pairs_of(reader, here).rows
    known = {frozenset(pair) for pair in zip(pairs["first"], pairs["second"], strict=True)}
    mine = [row for row in put.after if normalise(row["initials"] or coder) == normalise(coder)]
    if not mine:
        raise Typeset(NOBODY.format(coder))
    apart, gone, waiting = 0, 0, dict(held.pairs)
    for row in mine:
        pair, said = (row["first"], row["second"]), row["decision"]
        before = here.get(frozenset(pair), {}).get("decision", "")
        if frozenset(pair) not in known:
            gone += 1
        elif before in ("", UNSURE) and said != before:
            held.pairs[" ".join(pair)] = {"decision": said, "reason": row["reason"], "initials": coder}
        elif said not in (before, UNSURE):
            held.pairs[" ".join(pair)] = dict.fromkeys(("decision", "reason", "initials"), "")
            apart += 1
    if held.pairs != waiting:
        given.keep(reader, role, *file.kept, today)
        working.give(reader, held, "pairs", today)
    lines.append(f"{len(mine)} {plural(len(mine), 'paire regardée', 'paires regardées')} par {coder}.")
    lines += [APART.format(apart, plural(apart, "paire reste", "paires restent"))] * bool(apart)
    return lines + [GONE.format(gone, plural(gone, "n’est", "ne sont"))] * bool(gone)
