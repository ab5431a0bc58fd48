"""Texts of the facts on the study's own quality."""

from functools import partial

from diagnostic.estimate.texts.text import Text

row = partial(Text, unit="row", way="rows", universe="lignes des fichiers reçus")
figure = partial(Text, unit="figure", way="things", universe="chiffres de la publication")
TEXTS = {
    "quality.rows": row("lignes reçues", "lignes de tous les fichiers, en-têtes à part"),
    "quality.warnings": row("avertissements", "avertissements de la liste des erreurs"),
    "quality.outcome.{outcome}": row("lignes {name}", "lignes dont le devenir est : {name}"),
    "quality.rows.{role}": row("lignes reçues du fichier {file}", "lignes de données du fichier"),
    "quality.rule.{rule}": row("{what}", "lignes touchées par la règle « {rule} »"),
    "reproduction.figures": figure("chiffres publiés examinés", "nombre de chiffres publiés"),
    "reproduction.status.{status}": figure("chiffres : {name}", "chiffres au verdict « {name} »"),
    "reproduction.basis.{basis}": figure("chiffres reproduits, {name}", "chiffres reproduits, {name}"),
}
