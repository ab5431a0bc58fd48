"""What may differ from one study to the next: one table, each axis with its values, the plainest first.

What today's doors do not take without a mapping is left out rather than faked: a foreign form with age bands or options of
its own, blanks that mean "none", a team's own titles of columns. `commas` are those of the codebook's own options, in the
two Google exports, where ticked answers are joined by commas.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    "coders": ("one", "two"),
    "situations_coded": ("all", "half", "none"),
    # What things are called.
    "names": ("plain", "markup", "typst", "unicode", "numbers", "accents"),
    "placed": ("named", "mixed", "unnamed"),  # places of the lists of ads
    # The Internet.
    "chosen": ("drawn", "simple", "by_site", "convenience", "two_stage"),
    "coded": ("complete", "none", "one_kind", "no_closed", "paged_closed", "irrelevant", "kind_vanished"),
    "pages": ("drawn", "first", "none"),
    "mirrors": ("none", "register", "detailed", "totals"),  # copies by site, or their sum alone
    # What the team does.
    "door": ("files", "workbooks"),
    "nature": ("fictional", "real"),
    "sheets": ("kept", "returned"),  # prepared, filled, given back
    "erased": ("no", "once", "again"),  # again: the person is still in the tool's next export
    "corrected": ("no", "count", "situation"),
    "draft": ("no", "first"),
    "findings": ("proposed", "written", "signed", "changed"),
    "edition": ("first", "second"),
}

INTERNET = ("all", "internet")
PEOPLE = ("all", "people", "questionnaire", "least")

# Two values that no study can have together, whatever the others: (axis, values, other axis, values).
IMPOSSIBLE: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...] = (
    # A list closed between the frame and the draw is a matter of the project's own draw, and of a site read by its pages.
    ("coded", ("paged_closed",), "pages", ("none",)),
    ("coded", ("paged_closed",), "chosen", ("simple", "by_site", "convenience", "two_stage")),
    # Without the roles that they are about, these choices would be made and change nothing.
    (
        "roles",
        ("people", "interviews", "questionnaire", "least"),
        "chosen",
        ("simple", "by_site", "convenience", "two_stage"),
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
)


def allowed(axis: str, value: str, other: str, its: str) -> bool:
    """Whether a study may have both values."""
    for one, values, two, others in IMPOSSIBLE:
        if (axis, other) == (one, two) and value in values and its in others:
            return False
        if (other, axis) == (one, two) and its in values and value in others:
            return False
    return True


def possible(choice: Choice) -> bool:
    """Whether all values of a study go together."""
    names = list(choice)
    return all(allowed(one, choice[one], two, choice[two]) for at, one in enumerate(names) for two in names[at + 1 :])
