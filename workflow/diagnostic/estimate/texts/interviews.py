"""Texts of the facts of the interviews."""

from functools import partial

from diagnostic.estimate.texts.text import Text

meeting = partial(Text, unit="structure", way="structures", universe="entretiens menés")
ROWS = "nombre de lignes du tableau des entretiens"
TEXTS = {
    "interviews.total": meeting("entretiens réalisés", ROWS),
    "interviews.annex_rows": meeting("lignes du tableau des entretiens", ROWS),
    "interviews.first_date": meeting("date du premier entretien", "plus petite date", measure="date"),
    "interviews.last_date": meeting("date du dernier entretien", "plus grande date", measure="date"),
    "process.mobilisation_phase2": meeting(
        "années des entretiens", "années de la première et de la dernière date", measure="date"
    ),
    "interviews.months": meeting("mois des entretiens", "mois de la première et de la dernière date", measure="date"),
    "interviews.days": meeting("jours d’entretien différents", "nombre de dates différentes"),
    "interviews.by_phone": meeting("entretiens menés par téléphone", "lignes « par téléphone »"),
    "interviews.prosecutors": meeting("procureur·es rencontré·es", "lignes dont l’interlocuteur·rice est procureur·e"),
    "interviews.towns": Text(
        "villes des entretiens en présence",
        "nombre de lieux différents écrits pour les entretiens en présence",
        unit="commune",
        way="structures",
        universe="entretiens en présence",
        if_open={
            "rules": ("lieu_non_precise",),
            "method": "{unwritten} entretiens en présence ne disent pas leur ville : chacun peut en ajouter une.",
        },
    ),
    "interviews.mode.{mode}": meeting("entretiens {name}", "lignes « {name} »"),
    "interviews.field.{field}": meeting("entretiens : {name}", "lignes du champ « {name} »"),
    "interviews.month.{month}": meeting("entretiens de {month}", "lignes datées de {month}"),
    "interviews.year.{year}": meeting("entretiens de {year}", "lignes datées de {year}"),
    "interviews.place.{place}": meeting("entretiens : {name}", "lignes dont le lieu est « {name} »"),
    "interviews.themes.{variable}.{code}": meeting(
        "entretiens, thème codé : {name}",
        "entretiens dont le premier codage coche ce thème",
        way="team",
        universe="entretiens dont ce qui a été dit est codé",
    ),
    "interviews.place_unknown": meeting("entretiens sans ville écrite", "lignes au lieu vide"),
}
