"""Phase release: a verdict per fact, attacked before anything is printed; then statements, the one-way door.

INPUTS   <results>/{study}/estimate/{facts,reproduction}.parquet, lists, situations and responses of consolidate, sources,
         published figures and errors of collect; what the team has issued before, in the vault
OUTPUTS  <results>/{study}/release/: the team's own {ledger,compared,claims,audits,costs}.parquet, audit.json (the
         certificate) and refus.txt (empty when all may be published); and all that documents read:
         {statements,reproduction,articles,meetings,sites,structures,practices,restitutions,actions,vignettes,warnings,sources,lineage}.parquet
"""

from diagnostic.consolidate.table_names import TABLES as CONSOLIDATED
from diagnostic.estimate.table_names import REGIONAL
from diagnostic.estimate.table_names import TABLES as ESTIMATED
from diagnostic.release.table_names import DECIDED, PRINTED

STAGES = [
    f"<results>/{{study}}/{phase}/{name}.parquet"
    for phase, tables in [
        ("geography", TERRITORIES),
        ("collect", COLLECTED),
        ("consolidate", CONSOLIDATED),
        ("estimate", ESTIMATED),
        ("release", DECIDED | PRINTED),
    ]
    for name in tables
    if name not in REGIONAL
]


rule release_ledger:
    input:
        codes="<results>/{study}/collect/codes.parquet",
        facts="<results>/{study}/estimate/facts.parquet",
        reproduction="<results>/{study}/estimate/reproduction.parquet",
        described="<results>/{study}/consolidate/described.parquet",
        pairs="<results>/{study}/consolidate/pairs.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        respondents="<results>/{study}/consolidate/respondents.parquet",
        meetings="<results>/{study}/consolidate/meetings.parquet",
        structures="<results>/{study}/consolidate/structures.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
    output:
        **{name: f"<results>/{{study}}/release/{name}.parquet" for name in DECIDED},
        certificate="<results>/{study}/release/audit.json",
        refused="<results>/{study}/release/refus.txt",
    log:
        "<logs>/{study}/release_ledger.log",
    params:
        study="{study}",
        exports=issues,
        digests=issue_digests,
        keyed=draw_purpose,
        public=public_draws,
        policy=lambda wildcards: CONFIG.release(wildcards.study).model_dump(mode="json"),
        code=code("release.steps"),
    message:
        "{wildcards.study} : ce qui peut être publié sans que personne soit reconnu·e"
    run:
        call("release.steps.release", rule, input, output, params, log)


# The one-way door: what documents read is made here, and they read nothing else of the study (tests/workflow/test_doors.py).
rule release_statements:
    input:
        ledger="<results>/{study}/release/ledger.parquet",
        compared="<results>/{study}/release/compared.parquet",
        articles="<results>/{study}/consolidate/articles.parquet",
        meetings="<results>/{study}/consolidate/meetings.parquet",
        counts="<results>/{study}/consolidate/counts.parquet",
        structures="<results>/{study}/consolidate/structures.parquet",
        practices="<results>/{study}/consolidate/practices.parquet",
        restitutions="<results>/{study}/consolidate/restitutions.parquet",
        actions="<results>/{study}/consolidate/actions.parquet",
        vignettes="<results>/{study}/consolidate/vignettes.parquet",
        sources="<results>/{study}/collect/sources.parquet",
        errors="<results>/{study}/collect/erreurs.csv",
    output:
        **{name: f"<results>/{{study}}/release/{name}.parquet" for name in PRINTED},
    log:
        "<logs>/{study}/release_statements.log",
    params:
        code=code("release.statements"),
    message:
        "{wildcards.study} : ce que les documents peuvent dire"
    run:
        call("release.statements.state", rule, input, output, params, log)


rule release_lineage:
    input:
        stages=STAGES,
        sources="<results>/{study}/collect/sources.parquet",
    output:
        lineage="<results>/{study}/release/lineage.parquet",
    log:
        "<logs>/{study}/release_lineage.log",
    params:
        code=code_hash("diagnostic.review.lineage"),
    message:
        "{wildcards.study} : d’où vient chaque nombre"
    run:
        alone(function("review.lineage.write"), log)(
            input.stages, input.sources, output.lineage, rule, params.code, str(log)
        )


# An exposed group is no error of the workflow: it is told here, and no document is made.
rule release_gate:
    input:
        refused="<results>/{study}/release/refus.txt",
    output:
        touch("<logs>/{study}/release_gate.ok"),
    log:
        "<logs>/{study}/release_gate.log",
    message:
        "{wildcards.study} : protection des personnes"
    shell:
        "python -m diagnostic.core.gate passe {input.refused:q} {log:q} --vide"
