"""Phase collect: check every file, stop at the gate if something blocks, else typed tables.

INPUTS   resources/studies/{study}/* named in config/studies/{study}.yaml, the exports of vault/{study}/received/
OUTPUTS  <results>/{study}/collect/{erreurs.csv,erreurs.html,erreurs.txt}, one .parquet per input and per table of the
         exports, places, received_rows, cells, sources; what is personal goes to vault/{study}/private/
"""

from diagnostic.collect.table_names import TABLES as COLLECTED


# Of a study of several départements: what the codebook asks, and in which of them somebody works.
rule collect_questions:
    input:
        unpack(every_question),
    output:
        **REGIONAL_QUESTIONS,
    log:
        "<logs>/{study}/collect_questions.log",
    params:
        departements=lambda wildcards: dict(zip(departement(wildcards), departement_names(wildcards))),
        fresh=reads(every_question),
        code=code("collect.steps"),
    message:
        "{wildcards.study} : questionnaire de l’étude, avec la question du département"
    run:
        call("collect.steps.questions", rule, input, output, params, log)


rule collect_check:
    input:
        unpack(given),
        unpack(coded_places),
        unpack(blocks),
    output:
        # The last list stays until the next is written: what is being mended is not lost with a check that is interrupted.
        errors=update("<results>/{study}/collect/erreurs.csv"),
        page=update("<results>/{study}/collect/erreurs.html"),
        text=update("<results>/{study}/collect/erreurs.txt"),
    log:
        "<logs>/{study}/collect_check.log",
    params:
        study="{study}",
        files=lambda wildcards: files(wildcards) | outlines_file(wildcards),
        recorded=lambda wildcards: {role: s.accepted for role, s in CONFIG.sidecars[wildcards.study].items()},
        latest=lambda wildcards: CONFIG.studies[wildcards.study].report_date.isoformat(),
        publication=publication,
        departement=departement,
        coded_sample=coded_sample,
        exports=exports,
        digests=digests,
        fresh=reads(given, blocks),
        code=code("collect.steps"),
    message:
        "{wildcards.study} : contrôle des fichiers reçus"
    run:
        call("collect.steps.check", rule, input, output, params, log)


# A study that cannot be read stops no other: its problems are told by a job that fails, and whatever is asked of the others is
# made (`keep-going`). What is wrong with all of them, or with what they share, stops everything above.
rule collect_refused:
    output:
        touch("<logs>/{refused}/configuration.ok"),
    log:
        "<logs>/{refused}/configuration.log",
    wildcard_constraints:
        refused="|".join(map(re.escape, CONFIG.refused)) or "(?!)",
    localrule: True
    params:
        told=lambda wildcards: f"La configuration est refusée :\n{CONFIG.refused[wildcards.refused]}",
    message:
        "{wildcards.refused} : configuration refusée ; les autres études sont calculées"
    shell:
        "python -m diagnostic.core.gate refuse {log:q} {params.told:q}"


# A user's mistake never raises inside a rule: it is told here, and everything after waits for this file.
rule collect_gate:
    input:
        text="<results>/{study}/collect/erreurs.txt",
        errors="<results>/{study}/collect/erreurs.csv",
    output:
        touch("<logs>/{study}/collect_gate.ok"),
    log:
        "<logs>/{study}/collect_gate.log",
    priority: 1
    message:
        "{wildcards.study} : résultat du contrôle"
    shell:
        "python -m diagnostic.core.gate passe {input.text:q} {log:q} --bloque {input.errors:q}"


rule collect_tables:
    input:
        unpack(given),
        gate="<logs>/{study}/collect_gate.ok",
    output:
        **{name: f"<results>/{{study}}/collect/{name}.parquet" for name in COLLECTED},
    log:
        "<logs>/{study}/collect_tables.log",
    priority: 1  # before another study is checked: what its check read is kept until then
    params:
        study="{study}",
        files=files,
        exports=exports,
        sidecars=lambda wildcards: {
            role: s.model_dump(mode="json", exclude={"history"}) | {"public": s.is_public}
            for role, s in CONFIG.sidecars[wildcards.study].items()
        },
        fresh=reads(given),
        code=code("collect.steps"),
    message:
        "{wildcards.study} : réponses et décomptes rangés en tables"
    run:
        call("collect.steps.collect", rule, input, output, params, log)
