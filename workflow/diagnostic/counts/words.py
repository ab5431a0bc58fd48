"""The closed lists: lower case, without accents, "d'" written "de", an inclusive ending written "s"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Kinds of nouns besides the four categories, told apart to decide whether two effectifs can overlap.
ADULTS, COUPLE = "adults", "couple"


def _texts(line: str) -> frozenset[str]:
    return frozenset(line.split(";"))


BLANKS = _texts(";non renseigne;non renseignee;pas de reponse;sans reponse;nr;n.r;n.r.")
UNKNOWNS = _texts(
    "nsp;n.s.p;n.s.p.;inconnu;inconnue;inconnus;indetermine;indeterminee;nombre inconnu;effectif inconnu;"
    "ne sait pas;ne sais pas;je ne sais pas;nous ne savons pas;on ne sait pas;sais pas;aucune idee;pas d'idee;"
    "non connu;non precise;non communique;non determine;non quantifiable;"
    "impossible a dire;impossible a quantifier;impossible a estimer;impossible a evaluer;"
    "difficile a dire;difficile a quantifier;difficile a estimer;difficile a evaluer"
)
ZEROS = _texts("personne;neant;pas de cas;aucun;aucune")

_SIZES_OF_GROUPS = (8, 10, 12, 15, 20, 30, 40, 50, 60, 100, 1000)
_GROUP_NAMES = (
    "huitaine dizaine douzaine quinzaine vingtaine trentaine quarantaine cinquantaine soixantaine centaine millier"
)
GROUP_OF = dict(zip(_SIZES_OF_GROUPS, _GROUP_NAMES.split(), strict=True))
GROUPS = {word: size for size, name in GROUP_OF.items() for word in (name, f"{name}s")}
HALVED = ("dizaine", "douzaine", "centaine")
SEVERAL = ("plusieurs", "quelques")


def _list(**words: str) -> dict[str, str]:
    return {word: kind for kind, line in words.items() for word in line.split()}


NOUNS = _list(
    women="femme femmes fille filles mere meres",
    men="homme hommes garcon garcons pere peres",
    minors="mineur mineurs mineure mineures enfant enfants adolescent adolescents adolescente adolescentes ado ados "
    "fillette fillettes",
    adults="majeur majeurs majeure majeures adulte adultes",
    couple="couple couples",
    unknown="personne personnes pers jeune jeunes victime victimes situation situations cas individu individus "
    "prostitue prostitues prostituee prostituees",
)
ADJECTIVES = _texts(
    "seul;seuls;seule;seules;concerne;concernes;concernee;concernees;suivi;suivis;suivie;suivies;accompagne;"
    "accompagnes;accompagnee;accompagnees;rencontre;rencontres;rencontree;rencontrees;identifie;identifies;"
    "identifiee;identifiees;trans;transgenre;transgenres"
)

Phrases = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


def _phrases(**kinds: str) -> Phrases:
    """Phrases and their kinds under their first word, the longest first ("plus ou moins" before "plus")."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for kind, line in kinds.items():
        for phrase in line.split(";"):
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((words, kind))
    return {first: sorted(several, key=lambda one: -len(one[0])) for first, several in found.items()}


BOUND_BEFORE = _phrases(
    at_least="au moins;au minimum;minimum;mini;min;pas moins de;a partir de;>=;≥",
    more_than="plus de;+ de;>",
    at_most="au plus;tout au plus;au maximum;maximum;maxi;max;pas plus de;jusque a;<=;≤",
    less_than="moins de;– de;<",
)
UPPER = {first for first, phrases in BOUND_BEFORE.items() if {"at_most", "less_than"} & {kind for _, kind in phrases}}
ABOUT_BEFORE = _phrases(
    about="environ;env;approximativement;approx;a peu pres;plus ou moins;grosso modo;~;≈;±;autour de;"
    "aux alentours de;aux environs de;de l' ordre de",
    nearly="presque;pres de;pas loin de",
)
AFTER = _phrases(
    at_least="+;au moins;au minimum;minimum;mini;et plus;ou plus;voire plus;et +;ou +;voire +;& +",
    at_most="au plus;tout au plus;au maximum;maximum;maxi;max;ou moins;et moins;voire moins",
    about="environ;env;approximativement;approx;a peu pres;plus ou moins;grosso modo;±",
)
OF_WHICH = _phrases(of_which="dont;parmi lesquels;parmi lesquelles;y compris")
JOINTS = _phrases(et="et;&;ainsi que;, et;, ainsi que", plus="+", comma=",")
TAILS = _phrases(
    tail="en situation de prostitution;en prostitution;de prostitution;de traite;de proxenetisme;"
    "de exploitation sexuelle"
)
BETWEEN_BOUNDS = _phrases(joint="et;,;-;–;/")
CHOICES = _phrases(choice="ou;voire;, ou;, voire")
SIZES = _phrases(smaller="petite;petit", larger="bonne;bon;grosse;gros")
