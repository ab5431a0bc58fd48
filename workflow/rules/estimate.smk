"""Phase estimate: tables into facts, and every published figure against them.

INPUTS   <results>/{study}/consolidate/*.parquet, the published figures of collect
OUTPUTS  <results>/{study}/estimate/{internet,press,interviews,questionnaire,quality,facts,reproduction}.parquet
"""

from diagnostic.estimate import facts as estimate_facts_step
from diagnostic.estimate import internet as estimate_internet_step
from diagnostic.estimate import interviews as estimate_interviews_step
from diagnostic.estimate import press as estimate_press_step
from diagnostic.estimate import questionnaire as estimate_questionnaire_step
from diagnostic.estimate import quality as estimate_quality_step
from diagnostic.estimate import reproduction as estimate_reproduction_step


rule estimate_internet:
    input:
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
    output:
        internet="<results>/{study}/estimate/internet.parquet",
    log:
        "<logs>/{study}/estimate_internet.log",
    params:
        study="{study}",
        origins=origins,
        files=files,
        sampling=lambda wildcards: CONFIG.sampling(wildcards.study).model_dump(),
        publication=publication,
        code=code("estimate.internet"),
    message:
        "{wildcards.study} : sites, annonces, échantillon, personnes"
    run:
        call(estimate_internet_step.estimate, rule, input, output, params, log)


rule estimate_press:
    input:
        articles="<results>/{study}/consolidate/articles.parquet",
    output:
        press="<results>/{study}/estimate/press.parquet",
    log:
        "<logs>/{study}/estimate_press.log",
    params:
        study="{study}",
        origins=origins,
        files=files,
        code=code("estimate.press"),
    message:
        "{wildcards.study} : presse par année"
    run:
        call(estimate_press_step.estimate, rule, input, output, params, log)


rule estimate_interviews:
    input:
        meetings="<results>/{study}/consolidate/meetings.parquet",
    output:
        interviews="<results>/{study}/estimate/interviews.parquet",
    log:
        "<logs>/{study}/estimate_interviews.log",
    params:
        study="{study}",
        origins=origins,
        files=files,
        code=code("estimate.interviews"),
    message:
        "{wildcards.study} : entretiens par mois, mode et lieu"
    run:
        call(estimate_interviews_step.estimate, rule, input, output, params, log)


rule estimate_questionnaire:
    input:
        unpack(codebook),
        respondents="<results>/{study}/consolidate/respondents.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        questionnaire="<results>/{study}/estimate/questionnaire.parquet",
    log:
        "<logs>/{study}/estimate_questionnaire.log",
    params:
        study="{study}",
        origins=origins,
        code=code("estimate.questionnaire"),
    message:
        "{wildcards.study} : réponses, situations, besoins"
    run:
        call(estimate_questionnaire_step.estimate, rule, input, output, params, log)


rule estimate_reproduction:
    input:
        questionnaire="<results>/{study}/estimate/questionnaire.parquet",
        internet="<results>/{study}/estimate/internet.parquet",
        press="<results>/{study}/estimate/press.parquet",
        interviews="<results>/{study}/estimate/interviews.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
        published_notes="<results>/{study}/collect/published_notes.parquet",
    output:
        reproduction="<results>/{study}/estimate/reproduction.parquet",
    log:
        "<logs>/{study}/estimate_reproduction.log",
    params:
        code=code("estimate.reproduction"),
    message:
        "{wildcards.study} : chiffres publiés, recalculés un par un"
    run:
        call(estimate_reproduction_step.reproduce, rule, input, output, params, log)


rule estimate_quality:
    input:
        rows="<results>/{study}/consolidate/rows.parquet",
        reproduction="<results>/{study}/estimate/reproduction.parquet",
        errors="<results>/{study}/collect/erreurs.csv",
    output:
        quality="<results>/{study}/estimate/quality.parquet",
    log:
        "<logs>/{study}/estimate_quality.log",
    params:
        study="{study}",
        origins=origins,
        code=code("estimate.quality"),
    message:
        "{wildcards.study} : lignes reçues, règles appliquées, chiffres reproduits"
    run:
        call(estimate_quality_step.estimate, rule, input, output, params, log)


rule estimate_facts:
    input:
        questionnaire="<results>/{study}/estimate/questionnaire.parquet",
        internet="<results>/{study}/estimate/internet.parquet",
        press="<results>/{study}/estimate/press.parquet",
        interviews="<results>/{study}/estimate/interviews.parquet",
        quality="<results>/{study}/estimate/quality.parquet",
    output:
        facts="<results>/{study}/estimate/facts.parquet",
    log:
        "<logs>/{study}/estimate_facts.log",
    params:
        code=code("estimate.facts"),
    message:
        "{wildcards.study} : registre des indicateurs"
    run:
        call(estimate_facts_step.gather, rule, input, output, params, log)
