"""The tables of the report say each thing once: no empty column, no row after row of what is not published."""

from __future__ import annotations

from diagnostic.report import tabular

HEADER = (("Réponse", "left", 40), ("Personnes", "right", 12), ("Part", "right", 12), ("Bornes", "right", 12))
HIDDEN = '[non publié]{.fact fact="a.b"}'
SHOWN = '[12]{.fact fact="a.c"}'
LIMITS = '[10 à 20]{.fact fact="a.c"}'


def rows(markdown: str) -> list[list[str]]:
    lines = [line for line in markdown.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_a_column_without_a_word_is_not_there() -> None:
    found = rows(tabular.pipe(HEADER, [("Oui", SHOWN, "", "1 à 3"), ("Non", SHOWN, "", "")], "Essai.", "essai"))
    assert found[0] == ["Réponse", "Personnes", "Bornes"]
    assert [row[0] for row in found[1:]] == ["Oui", "Non"]


def test_limits_of_a_model_are_named_once_in_the_head_or_each_in_its_cell() -> None:
    modelled = f"{LIMITS}{tabular.MODELLED}"
    both = tabular.within(SHOWN, modelled)
    whole = rows(tabular.pipe(HEADER, [("A", both, "–", modelled), ("B", HIDDEN, "", "")], "Essai.", "essai"))
    assert whole[0] == ["Réponse", "Personnes (modèle)", "Part", "Bornes (modèle)"]
    assert whole[1] == ["A", f"{SHOWN} ({LIMITS})", "–", LIMITS]
    some = rows(tabular.pipe(HEADER, [("A", SHOWN, "", modelled), ("B", SHOWN, "", SHOWN)], "Essai.", "essai"))
    assert some[0][-1] == "Bornes" and [row[-1] for row in some[1:]] == [modelled, SHOWN]
    assert tabular.within(SHOWN, "") == SHOWN


def test_a_range_stands_once_with_a_dash_for_its_number() -> None:
    modelled = f"{LIMITS}{tabular.MODELLED}"
    assert tabular.within(LIMITS, modelled) == modelled and tabular.within(LIMITS, LIMITS) == LIMITS
    for title in ("Intervalle", "De … à"):
        header = [("Réponse", "left", 9), ("Annonces", "right", 9), (title, "right", 9), ("À savoir", "left", 9)]
        given = [("A", LIMITS, modelled, "–"), ("B", SHOWN, LIMITS, LIMITS), ("C", HIDDEN, "", "")]
        told = rows(tabular.pipe(header, given, "Essai.", "essai"))[1:]
        assert told == [["A", "–", modelled, "–"], ["B", SHOWN, LIMITS, LIMITS], ["C", HIDDEN, "", ""]]
        alone = tabular.pipe(header, given[:1], "Essai.", "essai")
        assert f"*Essai.* A\u00a0: de {modelled}." in alone


def test_rows_that_show_nothing_are_one_at_the_end() -> None:
    given = [("A", HIDDEN, HIDDEN, ""), ("B", SHOWN, "", "1 à 3"), ("C", HIDDEN, "", ""), ("D", SHOWN, HIDDEN, "")]
    found = rows(tabular.told(HEADER, given, "Essai.", "essai"))
    assert [row[0].replace("\u00a0", " ").replace("\u202f", " ") for row in found[1:]] == [
        "B",
        "D",
        "Non publié : A ; C",
    ]
    assert set(found[-1][1:]) == {""}


def test_one_row_that_shows_nothing_stays_in_its_place() -> None:
    given = [("A", HIDDEN, "", ""), ("B", SHOWN, "", "")]
    assert [row[0] for row in rows(tabular.told(HEADER, given, "Essai.", "essai"))[1:]] == ["A", "B"]


def test_a_table_that_would_show_nothing_is_a_sentence() -> None:
    text = tabular.told(
        HEADER, [("Oui", HIDDEN, "", ""), ("Non", HIDDEN, "", "")], "Logement ; plusieurs réponses.", "x"
    )
    assert text.startswith("*Logement.* Aucun de ces nombres n’est publié") and "Oui" in text and "Non" in text
    assert "|" not in text and "{.fact" not in text


def test_two_short_columns_are_narrow_and_long_words_are_not() -> None:
    header = (("Ville", "left", 40), ("Entretiens", "right", 12))
    assert "{#tbl-x .etroit}" in tabular.pipe(header, [("Arras", "2"), ("Lens", "3")], "Essai.", "x")
    assert "{#tbl-x}" in tabular.pipe(
        header, [("Une règle qui demande toute la largeur de la page", "2"), ("Une autre", "3")], "Essai.", "x"
    )


def test_one_row_is_a_sentence() -> None:
    """With the title that it stands under; what a dash says is left out."""
    header = (("Site", "left", 10), ("Annonces", "right", 12), ("Nature", "left", 9), ("À savoir", "left", 9))
    row = ("C01", "45", "–", "Tout est lu.")
    made = tabular.pipe(header, [("**Petites annonces**", "", "", ""), row], "Sites lus.", "x")
    told = "*Sites lus.* Petites annonces, C01\u00a0: annonces\u00a0: 45\u202f; à savoir\u00a0: Tout est lu."
    assert made == f"::: {{.seul nom=tbl-x}}\n{told}\n:::\n"
    assert "*Par type.* Bar\u00a0: 3." in tabular.pipe(header[:2], [("Bar", "3")], "Par type.", "x")
    assert "|" in tabular.pipe(header[:2], [("Bar", "3"), ("Non publié\u00a0: autre", "")], "Par type.", "x")
