"""What may differ from one study to the next: one table, each axis with its values, the plainest first.

Every pair of values of `AXES` is drawn. `APART` is drawn beside, its values in turn, where a study can have them: a fault is
repaired, a first look changes nothing, so that no pair of theirs asks for a study of its own; a region costs five départements.

What today's doors do not take without a mapping is left out rather than faked: a foreign form with age bands or options of
its own, blanks that mean "none", a team's own titles of columns. `commas` are those of the codebook's own options, in the
two Google exports, where ticked answers are joined by commas.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

Choice = Mapping[str, str]

AXES: dict[str, tuple[str, ...]] = {
    # Who answered, and by what.
    "roles": ("all", "internet", "people", "interviews", "questionnaire", "least"),
    "size": ("20", "8", "45", "120", "400"),
    "tool": ("template", "google_csv", "google_sheets", "kobo", "odk", "limesurvey"),
    "blanks": ("some", "none", "many"),
    "counts": ("numbers", "ranges", "open"),  # how persons are written: 3; 3 ou 4; plusieurs
    "bands": ("adults", "spread", "minors", "wide"),  # ages; wide: groups of several bands
    "commas": ("many", "few"),  # options of several words and commas, ticked together
    "coders": ("one", "two"),  # two: of situations, texts and ads coded twice, some otherwise by the second
    "situations_coded": ("all", "half", "none"),
    # What things are called.
    "names": ("plain", "markup", "typst", "unicode", "numbers", "accents"),
    "placed": ("named", "mixed", "unnamed"),  # places of the lists of ads
    # The Internet.
    "chosen": ("drawn", "simple", "by_site", "convenience", "two_stage", "sites"),  # sites: some are drawn, and counted
    "coded": ("complete", "none", "one_kind", "no_closed", "paged_closed", "irrelevant", "kind_vanished"),
    "pages": ("drawn", "first", "none"),
    "mirrors": ("none", "register", "detailed", "totals"),  # copies by site, or their sum alone
    "waves": ("none", "counted", "followed"),  # the same sites at two dates; followed: some of their ads too
    # What is written.
    "themes": ("none", "coded"),
    "vignettes": ("none", "approved", "waiting"),
    # What the team does.
    "door": ("files", "workbooks"),
    "nature": ("fictional", "real"),
    "sheets": ("kept", "returned"),  # prepared, filled, given back
    "erased": ("no", "once", "again"),  # again: and the tool exports once more, without the person
    "corrected": ("no", "count", "situation"),
    "draft": ("no", "first"),
    "findings": ("proposed", "written", "signed", "changed"),
    "edition": ("first", "second"),
}

APART: dict[str, tuple[str, ...]] = {
    # One fault, planted in what was well, told, and repaired.
    "fault": (
        "none",
        # in a table that the team keeps
        "count_word",
        "count_negative",
        "count_formula",
        "site_unknown",
        "site_twice",
        "date_impossible",
        "window_backwards",
        "place_outside",
        "places_alike",
        "column_renamed",
        "file_cut",
        "file_away",
        "file_unsealed",
        # in what it gives
        "sheet_away",
        "sheet_renamed",
        "answer_unknown",
        "option_lost",
        "response_twice",
        "workbook_cut",
        "workbook_formula",
        "coding_of_nobody",
        "themes_of_nobody",
        "draw_of_another",
        # in what it writes
        "config_value",
        "config_key",
        "config_unreadable",
        "period_backwards",
        "band_elsewhere",
        "story_of_two",
        "finding_altered",
    ),
    "territory": ("departement", "region"),
    # Whether it looks at what `creer` made before it gives anything of its own.
    "look": ("no", "trial"),
}
# The field as it arrives: each drawn by itself, from a stream of its own, so that no other value moves; the plainest is the
# default, and comes three times of four, but for those of `OFTEN`.
FIELD: dict[str, tuple[str, ...]] = {
    "groups": ("one", "own"),  # own: two coders share the ads, and each numbers her groups from G001
    "reports": ("right", "wrong"),  # wrong: what is told of persons has errors
    "copies": ("counted", "missing", "partial", "top"),  # their numbers: none; not a third of them; « 3 et plus »
    "search": ("once", "twice"),  # twice: the second coder searches without seeing the first search, and compares
    "couples": ("unasked", "asked"),  # how many persons an ad shows
    "returned": ("no", "still"),  # still: the tool has who was erased, and exports them once more; nobody may come back
    "closed": ("none", "third"),  # one site of three is closed when it is coded
    "agencies": ("none", "one"),  # one person has a dozen ads, on lists of every kind
    "hindered": (
        "variously",
        "alike",
    ),  # where texts are coded: alike, nobody by anything, but for one of three by the same
    "writing": ("inclusive", "doublets"),  # how documents name both genders
    "unfound": ("none", "one"),  # a copy of each person who has several is found by nobody, whoever searches
    # One form of few: for whom it is filled, whom it describes, or both, outnumber all that the others say together.
    "speaks": ("each", "service", "persons", "both"),
    # When the facts are: counted since 2023, all of them; since 2025, the older ones set aside; some before 2015, which no year of
    # the form says; all in one year.
    "years": ("any", "since", "recent", "before", "one"),
}
OFTEN = {
    "speaks": 0.5,
    "years": 0.5,
}  # of an axis of `FIELD`, the studies that have another value, where it is not one of four
FEW = {"roles": ("all", "people", "questionnaire", "least"), "size": ("8", "20")}  # studies of few forms
SINCE = {"since": 2023, "recent": 2025}
EVERY = {**AXES, **APART, **FIELD}
LOOKS, REGIONS = 12, 8  # studies of which one looks; of which one is of several départements
BY_LABELS = (
    "google_csv",
    "google_sheets",
)  # the form of a region asks in words of its own, and is known by its columns alone

# Two values that no study can have together, whatever the others: (axis, values, other axis, values).
IMPOSSIBLE: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...] = (
    # A list closed between the frame and the draw is a matter of the project's own draw, and of a site read by its pages.
    ("coded", ("paged_closed",), "pages", ("none",)),
    ("coded", ("paged_closed",), "chosen", ("simple", "by_site", "convenience", "two_stage", "sites")),
    # Without the roles that they are about, these choices would be made and change nothing.
    (
        "roles",
        ("people", "interviews", "questionnaire", "least"),
        "chosen",
        ("simple", "by_site", "convenience", "two_stage", "sites"),
    ),
    (
        "roles",
        ("people", "interviews", "questionnaire", "least"),
        "coded",
        ("complete", "one_kind", "no_closed", "paged_closed", "irrelevant", "kind_vanished"),
    ),
    ("roles", ("people", "interviews", "questionnaire", "least"), "pages", ("first", "none")),
    ("roles", ("people", "interviews", "questionnaire", "least"), "mirrors", ("register", "detailed", "totals")),
    ("roles", ("people", "interviews", "questionnaire", "least"), "placed", ("mixed", "unnamed")),
    ("roles", ("people", "interviews", "questionnaire", "least"), "corrected", ("count",)),
    ("roles", ("internet", "interviews"), "corrected", ("situation",)),
    ("roles", ("internet", "interviews"), "erased", ("once", "again")),
    ("roles", ("internet",), "sheets", ("returned",)),
    ("roles", ("internet", "interviews", "least"), "situations_coded", ("all", "half")),
    ("roles", ("internet", "interviews"), "tool", ("google_csv", "google_sheets", "kobo", "odk", "limesurvey")),
    ("roles", ("people", "interviews", "questionnaire", "least"), "waves", ("counted", "followed")),
    ("roles", ("internet",), "themes", ("coded",)),
    ("roles", ("internet", "interviews"), "vignettes", ("approved", "waiting")),
    ("size", ("8",), "vignettes", ("approved", "waiting")),
)


def allowed(axis: str, value: str, other: str, its: str) -> bool:
    """Whether a study may have both values."""
    for one, values, two, others in IMPOSSIBLE:
        if (axis, other) == (one, two) and value in values and its in others:
            return False
        if (other, axis) == (one, two) and its in values and value in others:
            return False
    return True


WORKBOOK, FILES = ("template", "google_sheets", "kobo"), ("files",)
# Fault → what a study must have for it to be planted: an axis, and its values.
NEEDS: dict[str, Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "count_word",
            "count_negative",
            "count_formula",
            "site_unknown",
            "site_twice",
            "window_backwards",
            "column_renamed",
            "file_cut",
            "file_away",
            "file_unsealed",
        ),
        {"roles": ("all", "internet"), "door": FILES},
    ),
    "date_impossible": {"roles": ("all", "internet", "interviews"), "door": FILES},
    "place_outside": {"roles": ("all", "internet"), "door": FILES, "territory": ("region",)},
    "places_alike": {"roles": ("all", "internet"), "door": FILES, "placed": ("named", "mixed")},
    "sheet_away": {"roles": ("all", "people", "questionnaire", "least"), "tool": ("template", "kobo")},
    "sheet_renamed": {"roles": ("all", "people", "questionnaire", "least"), "tool": ("template",)},
    "answer_unknown": {"roles": ("all", "people", "questionnaire", "least")},
    "option_lost": {"roles": ("all", "people", "questionnaire", "least"), "tool": ("template", "limesurvey")},
    "response_twice": {"roles": ("all", "people", "questionnaire", "least"), "tool": ("template",)},
    "workbook_cut": {"roles": ("all", "people", "questionnaire", "least"), "tool": WORKBOOK},
    "workbook_formula": {"roles": ("all", "people", "questionnaire", "least"), "tool": ("template",)},
    "coding_of_nobody": {"roles": ("all", "people", "questionnaire"), "situations_coded": ("all", "half")},
    "themes_of_nobody": {"roles": ("all", "people", "questionnaire", "least"), "themes": ("coded",)},
    "draw_of_another": {
        "roles": ("all", "internet"),
        "chosen": ("drawn",),
        "coded": ("complete", "one_kind", "no_closed", "paged_closed", "irrelevant", "kind_vanished"),
    },
    "story_of_two": {"vignettes": ("approved", "waiting")},
    "finding_altered": {"findings": ("written", "signed", "changed")},
}


def apart(choices: Sequence[Choice], random_: random.Random, to: str) -> Iterator[dict[str, str]]:
    """What each study has of `APART`: two of three bear the fault, among those that they can, that is in the fewest yet; one of
    a dozen looks at what `creer` made, one of eight is of a region where its tool allows. What only documents show is planted
    where a study goes to them."""
    planted: Counter[str] = Counter()
    for at, paired in enumerate(choices):
        several = at % REGIONS == 4 and paired["tool"] not in BY_LABELS
        choice = {**paired, "territory": "region" if several else "departement"}
        fits = [
            name
            for name in APART["fault"][1:]
            if all(choice[axis] in values for axis, values in NEEDS.get(name, {}).items())
            and (to == "report" or name != "finding_altered")
        ]
        rare = {name: -len(NEEDS.get(name, {})) for name in fits}  # what few studies can bear is theirs first
        fault = "none" if at % 3 == 2 else min(fits, key=lambda name: (planted[name], rare[name], random_.random()))
        planted[fault] += 1
        looks = at % LOOKS == 5 and to != "facts"
        yield {"fault": fault, "territory": choice["territory"], "look": "trial" if looks else "no"}


def fielded(number: int, seed: int, choice: Choice) -> dict[str, str]:
    """What so many a study of a drawing has of `FIELD`; one form speaks for most where there are few."""
    found = {}
    for name, (plain, *others) in FIELD.items():
        random_ = random.Random(f"{name} {seed} {number}")
        found[name] = random_.choice(others) if random_.random() < OFTEN.get(name, 0.25) else plain
    few = all(choice[axis] in values for axis, values in FEW.items())
    return found if few else found | {"speaks": FIELD["speaks"][0]}


def possible(choice: Choice) -> bool:
    """Whether all values of a study go together."""
    names = list(choice)
    return all(allowed(one, choice[one], two, choice[two]) for at, one in enumerate(names) for two in names[at + 1 :])
