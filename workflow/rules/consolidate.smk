"""Phase consolidate: counting rules, and what became of every input row.

INPUTS   <results>/{study}/collect/*.parquet
OUTPUTS  <results>/{study}/consolidate/{counts,pages,articles,meetings,respondents,cases,rows}.parquet
"""

from diagnostic.consolidate import internet as consolidate_internet_step
from diagnostic.consolidate import interviews as consolidate_interviews_step
from diagnostic.consolidate import press as consolidate_press_step
from diagnostic.consolidate import questionnaire as consolidate_questionnaire_step
from diagnostic.consolidate import rows as consolidate_rows_step


rule consolidate_internet:
    input:
        sites="<results>/{study}/collect/sites.parquet",
        ad_counts="<results>/{study}/collect/ad_counts.parquet",
        ad_pages="<results>/{study}/collect/ad_pages.parquet",
    output:
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        internet_rows="<results>/{study}/consolidate/internet_rows.parquet",
    log:
        "<logs>/{study}/consolidate_internet.log",
    params:
        files=files,
        code=code("consolidate.internet"),
    message:
        "{wildcards.study} : annonces par site et par lieu"
    run:
        call(consolidate_internet_step.consolidate, rule, input, output, params, log)


rule consolidate_press:
    input:
        press="<results>/{study}/collect/press.parquet",
    output:
        articles="<results>/{study}/consolidate/articles.parquet",
        press_rows="<results>/{study}/consolidate/press_rows.parquet",
    log:
        "<logs>/{study}/consolidate_press.log",
    params:
        files=files,
        code=code("consolidate.press"),
    message:
        "{wildcards.study} : revue de presse"
    run:
        call(consolidate_press_step.consolidate, rule, input, output, params, log)


rule consolidate_interviews:
    input:
        interviews="<results>/{study}/collect/interviews.parquet",
    output:
        meetings="<results>/{study}/consolidate/meetings.parquet",
        interviews_rows="<results>/{study}/consolidate/interviews_rows.parquet",
    log:
        "<logs>/{study}/consolidate_interviews.log",
    params:
        files=files,
        code=code("consolidate.interviews"),
    message:
        "{wildcards.study} : entretiens"
    run:
        call(consolidate_interviews_step.consolidate, rule, input, output, params, log)


rule consolidate_questionnaire:
    input:
        responses="<results>/{study}/collect/responses.parquet",
        situations="<results>/{study}/collect/situations.parquet",
        received_rows="<results>/{study}/collect/received_rows.parquet",
    output:
        respondents="<results>/{study}/consolidate/respondents.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        questionnaire_rows="<results>/{study}/consolidate/questionnaire_rows.parquet",
    log:
        "<logs>/{study}/consolidate_questionnaire.log",
    params:
        code=code("consolidate.questionnaire"),
    message:
        "{wildcards.study} : professionnel·les et situations du questionnaire"
    run:
        call(consolidate_questionnaire_step.consolidate, rule, input, output, params, log)


rule consolidate_rows:
    input:
        received_rows="<results>/{study}/collect/received_rows.parquet",
        questionnaire_rows="<results>/{study}/consolidate/questionnaire_rows.parquet",
        cells="<results>/{study}/collect/cells.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
        published_notes="<results>/{study}/collect/published_notes.parquet",
        internet_rows="<results>/{study}/consolidate/internet_rows.parquet",
        press_rows="<results>/{study}/consolidate/press_rows.parquet",
        interviews_rows="<results>/{study}/consolidate/interviews_rows.parquet",
    output:
        rows="<results>/{study}/consolidate/rows.parquet",
    log:
        "<logs>/{study}/consolidate_rows.log",
    params:
        files=files,
        code=code("consolidate.rows"),
    message:
        "{wildcards.study} : registre des lignes reçues"
    run:
        call(consolidate_rows_step.gather, rule, input, output, params, log)
