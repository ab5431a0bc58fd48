"""Texts of the facts of the support that the territory offers."""

from functools import partial

from diagnostic.estimate.texts.text import Text

structure = partial(Text, unit="structure", way="structures", universe="structures locales recensées")
presented = partial(Text, unit="presentation", way="things", universe="présentations de l’étude")
enacted = partial(
    Text,
    label="{what}, {year}",
    way="act",
    universe="département, source : {source}, au {until}",
    method="Total d’actes publics tel que sa source le donne, ni refait ni vérifié ici.{where}",
)
TEXTS = {
    "law_results.acts.{year}.{result}": enacted(formula="nombre donné par la source", unit="act"),
    "law_results.days.{year}.{result}": enacted(formula="médiane donnée par la source", unit="day"),
    # The day of an installation is of no year: the year is that of the statement in which its source gives it.
    "law_results.installed.{year}": enacted(
        label="{what}, selon le relevé de {year}", formula="jour donné par la source", unit="act", measure="date"
    ),
    "process.period": presented(
        "période de conduite du diagnostic",
        "mois de la première présentation, et dernier mois des données présentées",
        measure="date",
    ),
    "process.duration_years": presented(
        "durée du diagnostic, en années", "mois de cette période ÷ 12", measure="estimate", decimals=1
    ),
    "pathway.structures": structure("structures locales recensées", "lignes du tableau des structures"),
    "pathway.named": structure(
        "structures qui acceptent d’être nommées", "lignes où la structure accepte d’être nommée"
    ),
    "pathway.field.{field}": structure("structures : {name}", "lignes de ce champ d’activité"),
    "pathway.axis.{axis}": structure(
        "structures qui répondent à l’axe : {name}",
        "lignes qui répondent oui à cet axe",
        if_open={
            "rules": ("axe_non_precise",),
            "method": "Les bornes disent ce que deviendrait le nombre si chaque case vide était un oui.",
        },
    ),
    "pathway.axes_uncovered": Text(
        "axes auxquels aucune structure recensée ne répond",
        "axes sans aucun oui",
        unit="axis",
        way="structures",
        universe="axes d’accompagnement",
        if_open={"method": "La borne basse suppose que chaque case vide est un oui."},
    ),
}
