"""What a team writes of what it was told: composite stories, and themes of texts."""

from __future__ import annotations

import random
from collections.abc import Sequence

from .codebook import Codebook
from .people import Response

TITLE = "une porte qui s’ouvre"
STORY = (
    "Elle ne parle à personne de ce qu’elle vit. Qui l’a fait venir garde ses papiers et choisit les logements. "
    "C’est une soignante, au détour d’une consultation, qui lui dit qu’un lieu sûr existe ; il faut plusieurs rendez-vous "
    "pour qu’elle puisse, un jour, y dormir."
)


def stories(responses: Sequence[Response], approved: bool) -> list[dict[str, str]]:
    """One story, of three situations that three services described, the last ones; approved by two persons, or by one yet."""
    behind = [one for one in responses if one.situations][-3:]
    if len(behind) < 3:
        return []
    return [
        {
            "title": TITLE,
            "text": STORY,
            "situations": " ; ".join(f"{one.number}/1" for one in behind),
            "first_approval": "AB",
            "second_approval": "CD" if approved else "",
        }
    ]


def themes(
    book: Codebook, answers: Sequence[Response], random_: random.Random, alike: bool = False
) -> dict[str, frozenset[str]]:
    """Number of an answer, or of an interview → what it says hinders, as one person read it; a third are not read. `alike`: all
    are, one of three says the same and the others that nothing does."""
    if alike:
        return {one.number: frozenset({"none" if at % 3 else "fear"}) for at, one in enumerate(answers)}
    codes = book.codes("obstacles_themes", "text_coding")
    read = [one for at, one in enumerate(answers) if at % 3]
    return {one.number: frozenset(random_.sample(codes, random_.randint(1, 3))) for one in read}
