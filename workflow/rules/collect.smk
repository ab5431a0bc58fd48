"""Phase collect: check every file, stop at the gate if something blocks, else typed tables.

INPUTS   resources/studies/{study}/* named in config/studies/{study}.yaml, the exports of vault/{study}/received/
OUTPUTS  <results>/{study}/collect/{erreurs.csv,erreurs.html,erreurs.txt}, one .parquet per input and per table of the
         exports, places, received_rows, cells, sources; what is personal goes to vault/{study}/private/
"""

from diagnostic.collect.table_names import TABLES as COLLECTED

# Of a study of several départements: what the codebook asks, and in which of them somebody works.
STEPS |= {
    "collect_questions": Step(
        "questionnaire de l’étude, avec la question du département",
        "collect.steps.questions",
        output=REGIONAL_QUESTIONS,
        params=dict(departements=departements),
        given=[every_question],
    ),
    "collect_check": Step(
        "contrôle des fichiers reçus",
        "collect.steps.check",
        # The last list stays until the next is written: what is being mended is not lost with a check that is interrupted.
        output=dict(
            errors=update("<results>/{study}/collect/erreurs.csv"),
            page=update("<results>/{study}/collect/erreurs.html"),
            text=update("<results>/{study}/collect/erreurs.txt"),
        ),
        params=dict(
            study="{study}",
            files=lambda wildcards: files(wildcards) | outlines_file(wildcards),
            recorded=lambda wildcards: {role: s.accepted for role, s in CONFIG.sidecars[wildcards.study].items()},
            latest=lambda wildcards: CONFIG.studies[wildcards.study].report_date.isoformat(),
            publication=publication,
            departement=departement,
            coded_sample=coded_sample,
            bands=lambda wildcards: {
                role: s.bands for role, s in CONFIG.sidecars[wildcards.study].items() if getattr(s, "bands", None)
            },
            exports=exports,
            digests=digests,
            waiting=waiting,
        ),
        given=[given, coded_places, blocks],
    ),
    "collect_tables": Step(
        "réponses et décomptes rangés en tables",
        "collect.steps.collect",
        input=dict(gate="<logs>/{study}/collect_gate.ok"),
        output=collected(*COLLECTED),
        params=dict(study="{study}", files=files, exports=exports, sidecars=sidecars),
        given=[given],
        priority=1,  # before another study is checked: what its check read is kept until then
    ),
}


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
