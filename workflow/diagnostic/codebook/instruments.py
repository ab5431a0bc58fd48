"""Everything that is made from the codebook, by file name."""

from __future__ import annotations

from diagnostic.codebook import dictionary, limesurvey, table_schema, template, xlsform
from diagnostic.codebook.model import Codebook


def instruments(codebook: Codebook, situations: int = limesurvey.SITUATIONS) -> dict[str, bytes]:
    """File name → content: forms, workbooks to fill, schemas, dictionary. The same codebook gives the same bytes.

    `situations` is how many situations the LimeSurvey form unrolls.
    """
    made = {
        "questionnaire-xlsform.xlsx": xlsform.form(codebook),
        "questionnaire-limesurvey.txt": limesurvey.structure(codebook, situations),
        "dictionnaire.html": dictionary.to_page(codebook),
        "dictionnaire.csv": dictionary.to_csv(codebook),
    }
    for name in template.workbooks(codebook):
        made[f"classeur-{name}.xlsx"] = template.workbook(codebook, name)
    for name in codebook.tables:
        made[f"schemas/{name}.schema.json"] = table_schema.document(codebook, name)
    return made
