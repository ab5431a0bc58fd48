"""What a document says of the rules of publication: those of the policy that its own statements follow, and no other.

A rule is told only where the study has something that it governs: a study that publishes nothing of its own on persons does
not say that it rounds. Those of a way of release are beside what it decides (`release.ways`); those of all ways are here.
`tests/workflow/test_protected.py` checks each of them against every statement.
"""

from collections.abc import Mapping
from itertools import takewhile

from diagnostic.core import french
from diagnostic.release.printed import WITHHELD
from diagnostic.release.ways.verdicts import WAYS
from diagnostic.release.ways.way import Printed, Sentence


def _persons(printed: Printed) -> bool:
    return not printed.rounded_persons().empty


def _published(printed: Printed) -> bool:
    return not printed.reproduction.empty


def _withheld(printed: Printed) -> bool:
    return len(printed.shown) < len(printed.statements) or bool(printed.reproduction["published"].eq(WITHHELD).any())


def _ruled(printed: Printed) -> bool:
    """Whether a rule is told before that of what is exact."""
    return any(SENTENCES[name].told(printed) for name in takewhile("exact_but".__ne__, SENTENCES))


EXACT = "(sites, annonces par site, articles, total des entretiens) est publié tel quel"
OF_WAYS = {name: told for way in WAYS.values() for name, told in way.sentences.items()}
LATER = ("acts", "unnamed")  # of ways too, told after what is exact
SENTENCES: Mapping[str, Sentence] = {  # in the order in which documents tell them
    **{name: told for name, told in OF_WAYS.items() if name not in LATER},
    "exact_but": Sentence(
        "Ce qui ne compte pas des personnes", f"{EXACT}, sauf ce que dit une règle ci-dessus.", _ruled
    ),
    "exact": Sentence("Ce qui ne compte pas des personnes", f"{EXACT}.", lambda printed: not _ruled(printed)),
    "acts": OF_WAYS["acts"],
    "publication": Sentence(
        "Ce qu’une publication a déjà dit des personnes décrites",
        "est réimprimé tel qu’elle l’a imprimé, sans être vérifié, à partir des mêmes seuils qu’ailleurs ; un nombre plus petit, "
        "ou qui s’en déduirait, ne l’est pas.",
        _published,
    ),
    "attacked": Sentence(
        "Tout est relu ensemble.",
        "Avant la publication, un programme cherche à retrouver chaque groupe dans l’ensemble des documents, comme le ferait "
        "qui les lit tous, qui connaît les situations décrites par sa propre structure, qui suit les parcours de sortie, ou "
        "qui a gardé une édition précédente. S’il y parvient, rien n’est publié.",
        lambda printed: _persons(printed) and not printed.draft,
    ),
    "draft": Sentence(
        "Tout n’a pas été relu ensemble.",
        "Ce brouillon saute l’épreuve qui cherche à retrouver chaque groupe dans l’ensemble des documents : il ne se diffuse "
        "pas.",
        lambda printed: printed.draft,
    ),
    "withheld": Sentence(
        "« Non publié » ne dit rien du nombre.",
        "Le mot est le même, et la raison n’est jamais donnée, parce qu’elle en dirait trop. Ce n’est pas zéro. Quand un total "
        "est petit, il arrive aussi qu’une répartition entière soit retirée par tirage au sort, quoi qu’elle contienne : ainsi "
        "le mot ne dit pas que chacun de ses nombres est petit, ni qu’il y a quelqu’un derrière.",
        lambda printed: _withheld(printed) and _persons(printed),
    ),
    "not_again": Sentence(
        "« Non publié » ne dit rien du nombre.",
        "Le mot est le même quelle que soit la raison, et ce n’est pas zéro.",
        lambda printed: _withheld(printed) and not _persons(printed),
    ),
    "unnamed": OF_WAYS["unnamed"],
    "names": Sentence(
        "Ce qui n’est nulle part :",
        "un nom de personne, une parole rapportée, l’âge de quelqu’un dans un titre d’article, une structure qui n’a pas accepté "
        "d’être nommée.",
        lambda printed: not _published(printed),
    ),
    "names_published": Sentence(
        "Ce qui n’est nulle part :",
        "un nom de personne, une parole rapportée, l’âge de quelqu’un dans un titre d’article, une structure que ni elle-même ni "
        "la publication n’ont nommée.",
        _published,
    ),
}


def announced(printed: Printed) -> list[str]:
    """The names of the rules that a study's documents tell, in order."""
    return [name for name, one in SENTENCES.items() if one.told(printed)]


def sentences(printed: Printed, numbers: Mapping[str, str]) -> list[str]:
    """These rules, the title of each in bold (Markdown); `numbers`: those of the policy, in French."""
    found = []
    for one in (SENTENCES[name] for name in announced(printed)):
        title, text = one.title.format(**numbers), one.text.format(**numbers)
        found.append(french.typographic(f"**{title}**{'' if text.startswith(',') else ' '}{text}"))
    return found
