"""What a composite story may not say, in its own words; ordinary sentences pass."""

from __future__ import annotations

import pytest

from diagnostic.files.stories import judged

PLACES = ("Val-Fictif", "Villeneuve", "Is")


@pytest.mark.parametrize(
    "text",
    [
        "Elle est adolescente, et le soir elle ne rentre plus. L’accueil est sûr ; on l’y croit.",
        "Il ne parle à personne de ce qu’il vit. Un jour, un malaise l’amène aux urgences.",
        "Des rendez-vous se prennent par Internet. L’État lui doit une protection, et une interprète.",
        "Une étrangère sans papiers, qui apprend le français… Puis elle trouve une chambre, pour une nuit.",
    ],
)
def test_an_ordinary_story_passes(text: str) -> None:
    assert list(judged(text, PLACES)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Elle a 17 ans.", "un nombre (17)"),
        ("Elle a trois enfants.", "un nombre (trois)"),
        ("Elle doit une centaine d’euros.", "un nombre (centaine)"),
        ("Tout commence en Février.", "une date (fevrier)"),
        ("Elle vient chaque mardi.", "une date (mardi)"),
        ("Une femme nigériane l’aide.", "une origine"),
        ("Nigérianes ou roumaines, elles se taisent.", "(nigerianes, roumaines)"),
        ("Elle ne lit que le géorgien.", "une origine"),
        ("Elle passe par villeneuve la nuit.", "un lieu du département"),
        ("Val-Fictif l’a vue arriver.", "un lieu du département"),
        ("Elle est de Roumanie.", "un nom propre ou un sigle (mot 4)"),
        ("Elle connaît Fanny, puis l’OFII.", "(mot 3, 5)"),
        ("Elle dit « je n’ai pas le choix ».", "des guillemets"),
        ("> Je n’ai pas le choix", "autre chose que du texte"),
        ("## Un titre", "autre chose que du texte"),
        ("Il y en a {fact:ads.total}.", "autre chose que du texte"),
        ("Voir <b>ceci</b>.", "du HTML"),
        ("Un si\u200bgne caché.", "un signe invisible"),
    ],
)
def test_what_could_lead_back_to_somebody_is_told(text: str, words: str) -> None:
    assert any(words in one for one in judged(text, PLACES)), list(judged(text, PLACES))


def test_a_name_is_never_repeated() -> None:
    assert not any("Fanny" in one or "OFII" in one for one in judged("Elle connaît Fanny, puis l’OFII.", PLACES))
