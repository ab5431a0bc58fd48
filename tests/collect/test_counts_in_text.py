"""Counts in free text: what each French wording means, and what must be left to a human."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pandas as pd
import pytest
from drawn import cases, some
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnostic.counts.reading import (
    CATEGORIES,
    PLAUSIBLE_LIMIT,
    Count,
    read_count,
    read_counts,
)

# (text, minimum, central, maximum, rule), from the meaning of the French. Open above: no central, no maximum.
READ: list[tuple[str | None, int, float | None, int | None, str]] = [
    # one number
    ("1", 1, 1, 1, "exact"),
    ("3", 3, 3, 3, "exact"),
    ("12", 12, 12, 12, "exact"),
    ("366", 366, 366, 366, "exact"),
    ("10000", 10000, 10000, 10000, "exact"),
    ("1 200", 1200, 1200, 1200, "exact"),
    ("1\u00a0200", 1200, 1200, 1200, "exact"),
    ("1\u202f200 personnes", 1200, 1200, 1200, "exact"),
    ("2 018", 2018, 2018, 2018, "exact"),  # a year is not written in groups
    ("2018 personnes", 2018, 2018, 2018, "exact"),
    ("3.", 3, 3, 3, "exact"),
    ("3 personnes", 3, 3, 3, "exact"),
    ("3personnes", 3, 3, 3, "exact"),
    ("3 pers.", 3, 3, 3, "exact"),
    ("1 personne(s)", 1, 1, 1, "exact"),
    ("4 situations", 4, 4, 4, "exact"),
    ("2 cas", 2, 2, 2, "exact"),
    ("5 femmes", 5, 5, 5, "exact"),
    ("2 jeunes filles", 2, 2, 2, "exact"),
    ("2 jeunes filles mineures", 2, 2, 2, "exact"),
    ("3 mineur·es", 3, 3, 3, "exact"),
    ("3 mineur·e·s", 3, 3, 3, "exact"),
    ("3 mineur.e.s", 3, 3, 3, "exact"),
    ("3 mineur(e)s", 3, 3, 3, "exact"),
    ("3 mineur-e-s", 3, 3, 3, "exact"),
    ("2 victimes", 2, 2, 2, "exact"),
    ("4 personnes en situation de prostitution", 4, 4, 4, "exact"),
    ("5 de moins de 18 ans", 5, 5, 5, "exact"),
    ("un", 1, 1, 1, "exact"),
    ("une", 1, 1, 1, "exact"),
    ("un·e", 1, 1, 1, "exact"),
    ("une seule", 1, 1, 1, "exact"),
    ("une mère", 1, 1, 1, "exact"),
    ("une seule personne", 1, 1, 1, "exact"),
    ("seulement deux", 2, 2, 2, "exact"),
    ("trois", 3, 3, 3, "exact"),
    ("Douze", 12, 12, 12, "exact"),
    ("dix-sept", 17, 17, 17, "exact"),
    ("vingt et un", 21, 21, 21, "exact"),
    ("vingt-et-une", 21, 21, 21, "exact"),
    ("trente-deux femmes", 32, 32, 32, "exact"),
    ("soixante et onze", 71, 71, 71, "exact"),
    ("soixante-dix-neuf", 79, 79, 79, "exact"),
    ("quatre-vingts", 80, 80, 80, "exact"),
    ("QUATRE VINGT DOUZE", 92, 92, 92, "exact"),
    ("quatre-vingt-dix-neuf", 99, 99, 99, "exact"),
    ("septante et un", 71, 71, 71, "exact"),
    ("huitante-trois", 83, 83, 83, "exact"),
    ("nonante-neuf", 99, 99, 99, "exact"),
    ("cent", 100, 100, 100, "exact"),
    ("cent un", 101, 101, 101, "exact"),
    ("deux cents", 200, 200, 200, "exact"),
    ("deux cent cinquante-trois", 253, 253, 253, "exact"),
    ("onze cents", 1100, 1100, 1100, "exact"),
    ("mille deux cents", 1200, 1200, 1200, "exact"),
    # none
    ("0", 0, 0, 0, "zero"),
    ("zéro", 0, 0, 0, "zero"),
    ("Aucune", 0, 0, 0, "zero"),
    ("aucun·e", 0, 0, 0, "zero"),
    ("aucune personne", 0, 0, 0, "zero"),
    ("0 personne", 0, 0, 0, "zero"),
    ("personne", 0, 0, 0, "zero"),
    ("Néant", 0, 0, 0, "zero"),
    ("aucun cas", 0, 0, 0, "zero"),
    # two bounds
    ("2-3", 2, 2.5, 3, "range"),
    ("2 - 3", 2, 2.5, 3, "range"),
    ("2–3", 2, 2.5, 3, "range"),
    ("2 — 3 femmes", 2, 2.5, 3, "range"),
    ("3-5", 3, 4, 5, "range"),
    ("10-15 personnes", 10, 12.5, 15, "range"),
    ("deux à cinq", 2, 3.5, 5, "range"),
    ("de deux à cinq", 2, 3.5, 5, "range"),
    ("2 a 5", 2, 3.5, 5, "range"),
    ("2à5", 2, 3.5, 5, "range"),
    ("de 10 à 15 femmes", 10, 12.5, 15, "range"),
    ("entre 2 et 5", 2, 3.5, 5, "range"),
    ("entre deux et cinq personnes", 2, 3.5, 5, "range"),
    ("entre vingt et un et trente", 21, 25.5, 30, "range"),
    ("entre vingt et trente", 20, 25, 30, "range"),
    ("deux-trois", 2, 2.5, 3, "range"),
    ("vingt-trente", 20, 25, 30, "range"),
    ("5 à 2", 2, 3.5, 5, "range"),
    ("0 à 2", 0, 1, 2, "range"),
    ("cent à deux cents", 100, 150, 200, "range"),
    ("minimum 2, maximum 5", 2, 3.5, 5, "range"),
    ("2 minimum, 5 maximum", 2, 3.5, 5, "range"),
    ("au moins 2 et au plus 5", 2, 3.5, 5, "range"),
    ("plus de 10 et moins de 20 femmes", 11, 15, 19, "range"),
    ("≥2 et ≤5", 2, 3.5, 5, "range"),
    # a choice
    ("3 ou 4", 3, 3.5, 4, "alternatives"),
    ("4 ou 3", 3, 3.5, 4, "alternatives"),
    ("3/4", 3, 3.5, 4, "alternatives"),
    ("10/15", 10, 12.5, 15, "alternatives"),
    ("1/2", 1, 1.5, 2, "alternatives"),
    ("8/12", 8, 10, 12, "alternatives"),
    ("un ou deux", 1, 1.5, 2, "alternatives"),
    ("UNE OU DEUX", 1, 1.5, 2, "alternatives"),
    ("1 ou 2 femmes", 1, 1.5, 2, "alternatives"),
    ("une personne ou deux", 1, 1.5, 2, "alternatives"),
    ("2, voire 3", 2, 2.5, 3, "alternatives"),
    ("2 voire 3 mineures", 2, 2.5, 3, "alternatives"),
    ("3, 4 ou 5", 3, 4, 5, "alternatives"),
    ("2 ou 3 ou 4", 2, 3, 4, "alternatives"),
    ("0 ou 1", 0, 0.5, 1, "alternatives"),
    ("aucune ou une", 0, 0.5, 1, "alternatives"),
    ("vingt ou trente", 20, 25, 30, "alternatives"),
    # an order of magnitude: 20 % either way, outwards
    ("une dizaine", 8, 10, 12, "approximately"),
    ("dizaine", 8, 10, 12, "approximately"),
    ("1 dizaine", 8, 10, 12, "approximately"),
    ("10aine", 8, 10, 12, "approximately"),
    ("une vingtaine", 16, 20, 24, "approximately"),
    ("une 20aine", 16, 20, 24, "approximately"),
    ("une trentaine de femmes", 24, 30, 36, "approximately"),
    ("une quarantaine d'hommes", 32, 40, 48, "approximately"),
    ("une cinquantaine", 40, 50, 60, "approximately"),
    ("une soixantaine", 48, 60, 72, "approximately"),
    ("une centaine", 80, 100, 120, "approximately"),
    ("un millier", 800, 1000, 1200, "approximately"),
    ("une quinzaine", 12, 15, 18, "approximately"),
    ("une douzaine", 9, 12, 15, "approximately"),
    ("une demi-douzaine", 4, 6, 8, "approximately"),
    ("une demi douzaine de mineures", 4, 6, 8, "approximately"),
    ("deux dizaines", 16, 20, 24, "approximately"),
    ("deux ou trois dizaines", 16, 25, 36, "approximately"),
    ("une petite dizaine", 8, 9, 10, "approximately"),
    ("une bonne vingtaine", 20, 22, 24, "approximately"),
    ("environ 10", 8, 10, 12, "approximately"),
    ("env. 10", 8, 10, 12, "approximately"),
    ("10 environ", 8, 10, 12, "approximately"),
    ("10 (environ)", 8, 10, 12, "approximately"),
    ("10 personnes environ", 8, 10, 12, "approximately"),
    ("environ une dizaine", 8, 10, 12, "approximately"),
    ("environ 2", 1, 2, 3, "approximately"),
    ("environ 1", 1, 1, 2, "approximately"),
    ("à peu près 5", 4, 5, 6, "approximately"),
    ("~10", 8, 10, 12, "approximately"),
    ("~ 10", 8, 10, 12, "approximately"),
    ("±10", 8, 10, 12, "approximately"),
    ("+/- 10", 8, 10, 12, "approximately"),
    ("plus ou moins dix", 8, 10, 12, "approximately"),
    ("10 plus ou moins", 8, 10, 12, "approximately"),
    ("autour de 20", 16, 20, 24, "approximately"),
    ("aux alentours d'une dizaine", 8, 10, 12, "approximately"),
    ("de l’ordre de 50", 40, 50, 60, "approximately"),
    ("environ 10 à 15", 8, 12.5, 18, "approximately"),
    ("presque 20", 16, 18, 20, "approximately"),
    ("près de vingt", 16, 18, 20, "approximately"),
    ("près d'une dizaine", 8, 9, 10, "approximately"),
    ("une dizaine à une quinzaine", 8, 12.5, 18, "approximately"),
    ("entre 5 et une dizaine", 5, 7.5, 12, "approximately"),
    ("environ 2000 personnes", 1600, 2000, 2400, "approximately"),
    # a lower bound
    ("au moins 2", 2, None, None, "at_least"),
    ("2 au moins", 2, None, None, "at_least"),
    ("minimum 3", 3, None, None, "at_least"),
    ("3 minimum", 3, None, None, "at_least"),
    ("3 femmes minimum", 3, None, None, "at_least"),
    ("au minimum deux personnes", 2, None, None, "at_least"),
    ("plus de 10", 11, None, None, "at_least"),
    ("plus de dix", 11, None, None, "at_least"),
    ("+ de 10", 11, None, None, "at_least"),
    ("plus d'une", 2, None, None, "at_least"),
    ("plus de 2000 personnes", 2001, None, None, "at_least"),
    ("> 5", 6, None, None, "at_least"),
    (">5", 6, None, None, "at_least"),
    ("≥ 5", 5, None, None, "at_least"),
    (">= 5", 5, None, None, "at_least"),
    ("10+", 10, None, None, "at_least"),
    ("10 +", 10, None, None, "at_least"),
    ("10 et plus", 10, None, None, "at_least"),
    ("10 et +", 10, None, None, "at_least"),
    ("une dizaine voire plus", 8, None, None, "at_least"),
    ("2 ou 3, voire plus", 2, None, None, "at_least"),
    ("2 ou plus", 2, None, None, "at_least"),
    ("pas moins de 4", 4, None, None, "at_least"),
    ("au moins 2 ou 3", 2, None, None, "at_least"),
    ("au moins une dizaine", 8, None, None, "at_least"),
    ("une ou plusieurs", 1, None, None, "at_least"),
    ("au moins 50", 50, None, None, "at_least"),
    # an upper bound
    ("au plus 5", 1, 3, 5, "at_most"),
    ("5 au plus", 1, 3, 5, "at_most"),
    ("maximum 5", 1, 3, 5, "at_most"),
    ("5 max", 1, 3, 5, "at_most"),
    ("moins de 5", 1, 2.5, 4, "at_most"),
    ("- de 5", 1, 2.5, 4, "at_most"),
    ("<5", 1, 2.5, 4, "at_most"),
    ("≤ 5", 1, 3, 5, "at_most"),
    ("jusqu'à 5", 1, 3, 5, "at_most"),
    ("jusqu’à cinq femmes", 1, 3, 5, "at_most"),
    ("pas plus de 3", 1, 2, 3, "at_most"),
    ("moins d'une dizaine", 1, 6, 11, "at_most"),
    ("moins de 2", 1, 1, 1, "at_most"),
    # words for several
    ("plusieurs", 2, None, None, "several"),
    ("Plusieurs personnes", 2, None, None, "several"),
    ("quelques", 2, None, None, "several"),
    ("quelques-unes", 2, None, None, "several"),
    ("quelques femmes", 2, None, None, "several"),
    ("plusieurs dizaines", 20, None, None, "several"),
    ("quelques dizaines de personnes", 20, None, None, "several"),
    ("des dizaines", 20, None, None, "several"),
    ("des centaines", 200, None, None, "several"),
    ("plusieurs centaines", 200, None, None, "several"),
    # couples
    ("1 couple", 2, 2, 2, "couple"),
    ("un couple", 2, 2, 2, "couple"),
    ("2 couples", 4, 4, 4, "couple"),
    ("un ou deux couples", 2, 3, 4, "couple"),
    ("un couple de femmes", 2, 2, 2, "couple"),
    ("au moins 2 couples", 4, None, None, "couple"),
    ("plusieurs couples", 4, None, None, "couple"),
    # sums
    ("1 femme et 2 enfants", 3, 3, 3, "sum"),
    ("2 femmes + 1 homme", 3, 3, 3, "sum"),
    ("2 + 1", 3, 3, 3, "sum"),
    ("2+1+1", 4, 4, 4, "sum"),
    ("2 femmes, 1 homme", 3, 3, 3, "sum"),
    ("2 femmes, 1 homme et 3 mineurs", 6, 6, 6, "sum"),
    ("un couple et 2 enfants", 4, 4, 4, "sum"),
    ("2 ou 3 femmes et un homme", 3, 3.5, 4, "sum"),
    ("une dizaine de femmes et 2 hommes", 10, 12, 14, "sum"),
    ("au moins 2 femmes et 1 homme", 3, None, None, "sum"),
    ("2 majeures et 1 mineure", 3, 3, 3, "sum"),
    ("aucune femme et deux hommes", 2, 2, 2, "sum"),
    # with parts
    ("une vingtaine, dont 3 mineures", 16, 20, 24, "approximately"),
    ("10 femmes (dont 2 mineures)", 10, 10, 10, "exact"),
    ("3 ou 4 dont une mineure", 3, 3.5, 4, "alternatives"),
    ("une dizaine dont 9 mineures", 9, 10, 12, "approximately"),  # the whole is not under its part
    ("plusieurs, dont 3 mineures", 3, None, None, "several"),
    ("5 personnes, parmi lesquelles 2 femmes et 3 hommes", 5, 5, 5, "exact"),
    # not given
    (None, 1, None, None, "blank"),
    ("", 1, None, None, "blank"),
    ("   ", 1, None, None, "blank"),
    ("\u00a0\n", 1, None, None, "blank"),
    ("\u200b", 1, None, None, "blank"),
    ("non renseigné", 1, None, None, "blank"),
    ("?", 1, None, None, "unknown"),
    ("??", 1, None, None, "unknown"),
    ("ne sait pas", 1, None, None, "unknown"),
    ("NSP", 1, None, None, "unknown"),
    ("n.s.p.", 1, None, None, "unknown"),
    ("Je ne sais pas.", 1, None, None, "unknown"),
    ("inconnu", 1, None, None, "unknown"),
    ("aucune idée", 1, None, None, "unknown"),
    ("impossible à quantifier", 1, None, None, "unknown"),
]

FOR_A_HUMAN = [
    "une mère et sa fille",  # two? "sa fille" carries no number
    "10 à 15 par an",  # a frequency
    "2 par mois",
    "3 fois",
    "15 ans",  # an age
    "2 femmes de 17 ans",
    "moins de 18 ans",
    "moins de 18",
    "plus de 18",
    "18+",
    "2018",  # a year
    "deux mille dix-huit",
    "2018-2019",
    "depuis 2018",
    "environ 2000",
    "entre 2018 et 2020",
    "2 en 2018 et 3 en 2019",
    "12/10/2018",
    "20/09",
    "3,5",  # not whole
    "3.5",
    "1/2 douzaine",
    "une dizaine et demie",
    "1,200",  # decimals or thousands?
    "1.200",
    "06 12 34 56 78",  # telephones
    "06.12.34.56.78",
    "0612345678",
    "+33 6 12 34 56 78",
    "-3",  # negative
    "−3",
    "+3",
    "10001",  # beyond belief
    "12 000",
    "99999999999999999999",
    "neuf mille dizaines",
    "III",  # Roman
    "IV",
    "X",
    "👍",
    "3 👍",
    "3️⃣",
    "3²",
    "½",
    "٣",
    "３",
    "02",  # a département, the beginning of a telephone number
    "50 %",
    "10 €",
    "3 ?",  # a doubt that the grammar has no bounds for
    "peut-être 3",
    "3 familles",
    "un groupe",
    "une famille",
    "beaucoup",
    "de nombreuses femmes",
    "des femmes",
    "femmes",
    "mineures",
    "dont 3 mineures",
    "troi",  # a slip of the keyboard is not mended
    "une dixaine",
    "vint",
    "personnes",
    "oui",
    "non",
    "x",
    "-",
    "/",
    "...",
    "3...",
    "n/a",
    "deux trois",  # two or three, or a word missing
    "2 3",
    "1\n200",  # two lines
    "2-",
    "-5 à 3",
    "2 à",
    "à 5",
    "2 ou",
    "entre 2",
    "entre 2 à",
    "2-3-4",
    "2, 3",
    "2 et 3",
    "22 ou 3",  # 22 or 23?
    "vingt-deux ou trois",
    "soixante et onze ou douze",
    "10 à 5",
    "deux ou trois cents",  # 200 or 300
    "2 à 300",
    "quatre - vingt",  # 80, or from 4 to 20?
    "4/3",
    "3/10",  # three out of ten?
    "10/16",  # one more than by half: a share, a score
    "10/20",
    "8/13",
    "1/3",
    "5/5",
    "24/7",
    "5 sur 10",
    "2 femmes, 1 mineure",  # one of the two, or a third person?
    "5 personnes et 2 femmes",
    "environ 5 femmes et 2 hommes",  # which of the two is about?
    "2 femmes + 1",
    "3 femmes dont 5 mineures",  # contradictions
    "3 femmes dont 1 homme",
    "3 dont 2 femmes et 2 hommes",
    "au moins 5 et au plus 2",
    "moins de 1",
    "au plus 0",
    "20 dont 3",
    "20 dont la moitié de mineures",
    "10 +/- 2",
    "environ plusieurs",
    "environ 0",
    "deux (2)",
    "2 x 3",
    "NC",  # not told, or not concerned?
    "1er",
    "2e",
    "une quinzaine de jours",
    "trois quarts",
    "dizaines",
    "plus de dizaines",
    "cents",
    "plus de cents",
    "mille et une",
    "un cent",
    "un-cent",
    "deux-deux cents",
    "soixante-quatre-vingt",  # from 60 to 80, cut otherwise
    "trente et onze",
    "1 200,5",
    "1 femme et 2 enfants dont 1 mineur",  # one of the two?
    "5 femmes hommes",
    "2 majeures et 1 femme",
    "11 dizaines",
    "zéro dizaine",
    "entre vingt et une trentaine",
    "moins de 5 femmes et plus de 2 hommes",
    "il y en a 3",
    "3 femmes nigérianes",
    "une de plus",
    "plus",
    "moins",
    "environ",
    "couple",
    "3 (",
    "(3)",
    "3)",
    "=3",
    "3 femmes/hommes",
    "2 femmes ou 3 hommes",
    "\u202e31",  # shown backwards
    "3" + " " * 5 + "3",
    "3 " + "femmes " * 60,
]

TEXTS = [case[0] for case in READ if case[0] is not None]


def bounds(count: Count) -> tuple[int | None, float | None, int | None, str]:
    return count.minimum, count.central, count.maximum, count.rule


def words(line: str) -> list[str]:
    return line.split()


# -- The written cases --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "minimum", "central", "maximum", "rule"), READ)
def test_what_the_text_means(
    text: str | None, minimum: int, central: float | None, maximum: int | None, rule: str
) -> None:
    assert bounds(read_count(text)) == (minimum, central, maximum, rule)


@pytest.mark.parametrize("text", FOR_A_HUMAN)
def test_left_to_a_human_without_any_number(text: str) -> None:
    count = read_count(text)
    assert count == Count(None, None, None, "unreadable", None)
    assert count.for_a_human and not count.of_which


RULES = {case[4] for case in READ} | {"unreadable"}


def test_cases_are_written_once() -> None:
    texts = [case[0] for case in READ] + FOR_A_HUMAN
    assert len(set(texts)) == len(texts) >= 170


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("une vingtaine, dont 3 mineures", [(3, 3, "minors")]),
        ("une vingtaine (dont 3 mineures)", [(3, 3, "minors")]),
        ("une vingtaine dont une mineure", [(1, 1, "minors")]),
        ("20 dont 2 ou 3 mineur·es", [(2, 3, "minors")]),
        ("20 personnes dont au moins 5 femmes", [(5, 20, "women")]),  # a part is not over the whole
        ("3 femmes dont plusieurs mineures", [(2, 3, "minors")]),
        ("20 dont 5 de moins de 18 ans", [(5, 5, "minors")]),
        ("20 dont une dizaine d'hommes et 3 femmes", [(8, 12, "men"), (3, 3, "women")]),
        ("20 femmes dont 10 majeures dont 2 victimes", [(10, 10, "unknown"), (2, 2, "unknown")]),
        ("plusieurs dont quelques mineures", [(2, None, "minors")]),
        ("5 y compris 1 homme", [(1, 1, "men")]),
        ("1 femme et 2 enfants", [(1, 1, "women"), (2, 2, "minors")]),
        ("2 femmes + 1 homme, dont 1 mineure", [(2, 2, "women"), (1, 1, "men"), (1, 1, "minors")]),
        ("2+1", [(2, 2, "unknown"), (1, 1, "unknown")]),
        ("un couple et un garçon", [(2, 2, "unknown"), (1, 1, "men")]),
        ("3 femmes", []),
    ],
)
def test_parts(text: str, parts: list[tuple[int, int | None, str]]) -> None:
    count = read_count(text)
    assert [(part.minimum, part.maximum, part.who) for part in count.of_which] == parts
    assert {part.who for part in count.of_which} <= set(CATEGORIES)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("3 femmes", "women"),
        ("3 jeunes filles mineures", "minors"),
        ("3 enfants", "minors"),
        ("3 jeunes hommes", "men"),
        ("un couple de femmes", "women"),
        ("3 personnes", "unknown"),
        ("3 majeures", "unknown"),
        ("3", "unknown"),
        ("2 femmes et 1 homme", "unknown"),
        ("2 femmes dont 1 mineure", "women"),
    ],
)
def test_the_category_of_the_whole(text: str, who: str) -> None:
    assert read_count(text).who == who


# -- The study's own rule, the limit ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (None, 1),  # footnote 15: not given → 1
        ("?", 1),
        ("3 ou 4", 3),  # footnote 15: several numbers → the smallest
        ("5 à 2", 2),
        ("3, 4 ou 5", 3),
        ("une dizaine", 10),  # one number is named
        ("environ 10 à 15", 10),
        ("au moins 2", 2),
        ("au plus 5", 5),
        ("0", 0),
        ("0 ou 1", 0),
        ("plus de 10", 11),  # 10 is excluded by the text
        ("moins de 5", 4),
        ("plusieurs", 2),
        ("2 femmes + 1 homme", 3),
        ("une dizaine de femmes et 2 ou 3 hommes", 12),
        ("un couple", 2),
        ("une vingtaine, dont 3 mineures", 20),  # a part is not the count
    ],
)
def test_the_study_s_own_rule(text: str | None, value: int) -> None:
    assert read_count(text).study_value == value


def test_the_plausible_limit() -> None:
    assert read_count("10000").minimum == PLAUSIBLE_LIMIT
    assert read_count("10001").for_a_human
    assert read_count("501", limit=500).for_a_human
    assert read_count("10 à 501", limit=500).for_a_human
    assert read_count("une centaine", limit=100).for_a_human  # up to 120
    assert read_count("au moins 3 dont 501 femmes", limit=500).for_a_human
    assert read_count("25000", limit=30000).minimum == 25000


def test_a_text_is_never_repeated() -> None:
    for text in ("06 12 34 56 78", "Madame Martin", "3 femmes chez martin@exemple.fr", "3 femmes 0612345678"):
        shown = repr(read_count(text)) + read_counts(pd.Series([text])).to_csv()
        assert not re.search("12|34|56|78|martin|exemple", shown, re.IGNORECASE)


# -- Numbers in words, by an independent generator ----------------------------------------------------------------

SMALL_NUMBERS = words(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
FRANCE = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
BELGIUM = FRANCE | {70: "septante", 90: "nonante"}
SWITZERLAND = BELGIUM | {80: "huitante"}


def two_digits(value: int, tens: dict[int, str]) -> str:
    if value < 20:
        return SMALL_NUMBERS[value]
    base = max(ten for ten in tens if ten <= value)
    if value == base:
        return "quatre-vingts" if tens[base] == "quatre-vingt" else tens[base]
    linked = (value - base) in (1, 11) and tens[base] != "quatre-vingt"
    return f"{tens[base]}{' et ' if linked else '-'}{SMALL_NUMBERS[value - base]}"


def in_words(value: int, tens: dict[int, str] = FRANCE) -> str:
    """Traditional spelling."""
    if value < 100:
        return two_digits(value, tens)
    thousands, hundreds, rest = value // 1000, value // 100 % 10, value % 100
    parts = []
    if thousands:
        parts += [SMALL_NUMBERS[thousands]] * (thousands > 1) + ["mille"]
    if hundreds:
        parts += [SMALL_NUMBERS[hundreds]] * (hundreds > 1) + ["cents" if hundreds > 1 and not rest else "cent"]
    if rest:
        parts.append(two_digits(rest, tens))
    return " ".join(parts)


def test_the_generator_on_known_spellings() -> None:
    """Spellings given by the Académie française and by the Belgian and Swiss administrations."""
    known = {21: "vingt et un", 71: "soixante et onze", 80: "quatre-vingts", 81: "quatre-vingt-un", 200: "deux cents"}
    known |= {91: "quatre-vingt-onze", 97: "quatre-vingt-dix-sept", 1980: "mille neuf cent quatre-vingts"}
    assert {value: in_words(value) for value in known} == known
    assert in_words(9_999) == "neuf mille neuf cent quatre-vingt-dix-neuf"
    assert in_words(71, BELGIUM) == "septante et un" and in_words(80, BELGIUM) == "quatre-vingts"
    assert in_words(99, SWITZERLAND) == "nonante-neuf" and in_words(85, SWITZERLAND) == "huitante-cinq"


def test_words_and_digits_agree_up_to_9999() -> None:
    """With a noun, since a bare 1900 to 2100 may be a year."""
    for value in some(range(10_000)):
        digits = read_count(f"{value} personnes")
        assert bounds(digits) == (value, value, value, "exact" if value else "zero")
        assert read_count(f"{in_words(value)} personnes") == digits, in_words(value)


@settings(deadline=None, max_examples=cases(300))
@given(
    st.integers(0, 9_999),
    st.sampled_from([FRANCE, BELGIUM, SWITZERLAND]),
    st.sampled_from([("-", "-"), ("-", " "), (" ", "-")]),
    st.booleans(),
)
def test_every_spelling_of_a_number(value: int, tens: dict[int, str], hyphen: tuple[str, str], upper: bool) -> None:
    """Hyphens as traditional, none, or everywhere (1990); also without a noun."""
    spelled = in_words(value, tens).replace(*hyphen)
    spelled = spelled.upper() if upper else spelled
    assert read_count(spelled) == read_count(str(value))
    assert read_count(str(value)).for_a_human == (1900 <= value <= 2100)


@settings(deadline=None)
@given(st.integers(1_000, 9_999), st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"]))
def test_thousands_parted_by_a_space(value: int, space: str) -> None:
    count = read_count(f"{value:,}".replace(",", space))
    assert bounds(count) == (value, value, value, "exact")


# -- Properties ---------------------------------------------------------------------------------------------------

WORDS = words(
    "1 2 3 10 15 18 200 2018 0 un une deux trois vingt cent mille dizaine vingtaine demi-douzaine plusieurs quelques des "
    "ou à et de entre voire dont , + - – / ~ > < ≥ ( ) ? environ presque près au moins plus minimum maximum couple "
    "femmes hommes mineures personnes petite bonne aucune personne ans par en jusqu'à d'une"
)
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
NUMBERS = st.integers(1, 9_999).filter(lambda value: not 1900 <= value <= 2100)


@settings(deadline=None, max_examples=cases(1500))
@given(st.one_of(SENTENCES, st.sampled_from(TEXTS), st.text(max_size=20)))
def test_bounds_are_in_order_and_nothing_is_raised(text: str) -> None:
    count = read_count(text)
    assert count.rule in RULES
    if count.for_a_human:
        assert count == Count(None, None, None, "unreadable", None)
        return
    assert count.minimum is not None and count.study_value is not None
    assert 0 <= count.minimum <= count.study_value <= (count.maximum or count.study_value)
    assert (count.central is None) == (count.maximum is None)
    if count.central is not None and count.maximum is not None:
        assert count.minimum <= count.central <= count.maximum <= PLAUSIBLE_LIMIT
    for part in count.of_which:
        assert part.minimum <= (PLAUSIBLE_LIMIT if part.maximum is None else part.maximum) and part.rule in RULES
        assert part.minimum <= count.minimum and (count.maximum is None or (part.maximum or 0) <= count.maximum)


@settings(deadline=None, max_examples=cases(500))
@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert isinstance(read_count(text), Count)


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        without_accents,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: f" \t{text} \n",
        lambda text: text.replace(" ", "   "),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("'", "’"),
        lambda text: text if text.endswith(".") else f"{text}.",  # two stops would be an ellipsis
    ],
    ids=["upper", "title", "no accents", "decomposed", "padded", "wide", "no-break", "apostrophe", "full stop"],
)
def test_case_accents_and_space_change_nothing(change: Callable[[str], str]) -> None:
    texts = [text for text in TEXTS if text.strip("\u00a0\n\u200b ?")]
    assert [text for text in texts if read_count(change(text)) != read_count(text)] == []


@settings(deadline=None, max_examples=cases(300))
@given(NUMBERS, NUMBERS, st.sampled_from(["{} à {}", "{} ou {}", "entre {} et {}", "{} - {}", "de {} à {} femmes"]))
def test_reversed_bounds_mean_the_same(one: int, other: int, wording: str) -> None:
    low, high = sorted((one, other))
    assume(not (low < 20 and high % 100 == 0))  # "2 à 300" may be 200 to 300
    count = read_count(wording.format(low, high))
    assert bounds(count)[:3] == (low, (low + high) / 2, high)
    assert count.study_value == count.minimum
    backwards = read_count(wording.format(high, low))
    if len(str(low)) == len(str(high)):
        assert backwards == count
    else:  # "22 ou 3" may be 22 or 23
        assert backwards.for_a_human


@settings(deadline=None, max_examples=cases(200))
@given(NUMBERS)
def test_order_of_magnitude_is_one_fifth_either_way(value: int) -> None:
    count = read_count(f"environ {value} personnes")
    assume(not count.for_a_human)  # beyond the limit
    assert count.central == value and count.minimum is not None and count.maximum is not None
    assert count.minimum == 1 or 0 <= 0.8 * value - count.minimum < 1
    assert 0 <= count.maximum - 1.2 * value < 1


NOISE = words(
    "vertes probablement mais sans chez voiture Lens rue toutes parfois janvier nuit hôtel euros ans mois semaine fois "
    "% € # @ ; : ! « » * = _ é ß 🙂 www Martin cependant minutes km non oui"
)


@settings(deadline=None, max_examples=cases(500))
@given(
    st.sampled_from([text for text in TEXTS if text.strip("\u00a0\n\u200b ")]),
    st.sampled_from(NOISE),
    st.booleans(),
)
def test_a_word_outside_the_lists_is_for_a_human(text: str, noise: str, before: bool) -> None:
    noisy = f"{noise} {text}" if before else f"{text} {noise}"
    assert read_count(noisy).for_a_human


@settings(deadline=None)
@given(st.sampled_from(["", " ", "\t\n", "\u00a0", "\ufeff"]))
def test_blank_is_one_for_the_study(text: str) -> None:
    count = read_count(text)
    assert (count.study_value, count.minimum, count.maximum) == (1, 1, None)


# -- A column of texts --------------------------------------------------------------------------------------------


def test_a_column_is_read_row_by_row_under_its_index() -> None:
    texts = pd.Series([case[0] for case in READ] + FOR_A_HUMAN + ["3", None], dtype="str")
    texts.index = pd.Index([value // 2 for value in range(len(texts))], name="row")  # an index may repeat
    table = read_counts(texts)
    assert table.index.equals(texts.index) and table.index.name == "row"
    given = [None if pd.isna(text) else text for text in texts]
    for row, text in zip(table.itertuples(), given, strict=True):
        count = read_count(text)
        for name in ("minimum", "central", "maximum", "study_value"):
            value = getattr(row, name)
            assert (None if pd.isna(value) else value) == getattr(count, name), text
        assert (row.rule, row.for_a_human) == (count.rule, count.for_a_human)


def test_parts_have_their_columns() -> None:
    texts = ["20 dont 3 mineures", "plusieurs dont au moins 2 hommes", "2 femmes + 3 filles", "20"]
    table = read_counts(pd.Series(texts))
    assert table["minors_minimum"].to_list() == [3, pd.NA, pd.NA, pd.NA]
    assert table["minors_maximum"].to_list() == [3, pd.NA, pd.NA, pd.NA]


@pytest.mark.parametrize("values", [[], [None, None], ["3", float("nan"), pd.NA, None]])
def test_the_types_of_the_columns_do_not_depend_on_the_texts(values: list[object]) -> None:
    table = read_counts(pd.Series(values, dtype="object"))
    assert len(table) == len(values)
    kinds = {name: str(kind) for name, kind in table.dtypes.items()}
    assert kinds == {name: str(kind) for name, kind in read_counts(pd.Series(["3 ou 4", "x"])).dtypes.items()}
    assert kinds["minimum"] == "Int64" and kinds["central"] == "Float64" and kinds["for_a_human"] == "boolean"
