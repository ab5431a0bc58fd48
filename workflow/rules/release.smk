"""Phase release: a verdict per fact, attacked before anything is printed; then statements, the one-way door.

INPUTS   <results>/{study}/estimate/{facts,reproduction}.parquet, lists, situations and responses of consolidate, sources,
         published figures and errors of collect; what the team has issued before, in the vault
OUTPUTS  <results>/{study}/release/: the team's own {ledger,compared,claims,audits,costs}.parquet, audit.json (the
         certificate) and refus.txt (empty when all may be published); and all that documents read:
         {statements,reproduction,readings,articles,meetings,sites,structures,practices,restitutions,actions,vignettes,warnings,sources,lineage}.parquet
"""

from diagnostic.consolidate.table_names import TABLES as CONSOLIDATED
from diagnostic.estimate.table_names import REGIONAL
from diagnostic.estimate.table_names import TABLES as ESTIMATED
from diagnostic.release.table_names import DECIDED, PRINTED

RELEASED = "<logs>/{study}/release_gate.ok"
STAGES = [
    *outlined(*TERRITORIES).values(),
    *collected(*COLLECTED).values(),
    *consolidated(*CONSOLIDATED).values(),
    *estimated(*(name for name in ESTIMATED if name not in REGIONAL)).values(),
    *released(*(DECIDED | PRINTED)).values(),
]
PRINTED_AT_ONCE = [name for name in PRINTED if name != "readings"]


STEPS |= {
    "release_ledger": Step(
        "ce qui peut être publié sans que personne soit reconnu·e",
        "release.steps.release",
        input=collected("codes")
        | estimated("facts", "reproduction")
        | consolidated("described", "pairs", "cases", "respondents", "meetings", "structures")
        | collected("published_figures"),
        output=released(*DECIDED)
        | dict(certificate="<results>/{study}/release/audit.json", refused="<results>/{study}/release/refus.txt"),
        params=dict(
            study="{study}",
            exports=issues,
            digests=issue_digests,
            keyed=draw_purpose,
            public=public_draws,
            policy=lambda wildcards: CONFIG.release(wildcards.study).model_dump(mode="json"),
        ),
    ),
    # The one-way door: what documents read is made here, and they read nothing else of the study (tests/workflow/test_doors.py).
    "release_statements": Step(
        "ce que les documents peuvent dire",
        "release.statements.state",
        input=released("ledger", "compared")
        | consolidated("articles", "meetings", "counts", "structures", "practices", "restitutions", "actions")
        | consolidated("vignettes")
        | collected("sources")
        | dict(errors="<results>/{study}/collect/erreurs.csv"),
        output=released(*PRINTED_AT_ONCE),
    ),
    "release_passages": Step(
        "ce qu’une publication laisse lire de plusieurs façons",
        "release.publication.passages",
        input=collected("published_figures", "published_structure") | released("compared"),
        output=released("readings"),
    ),
}


rule release_lineage:
    input:
        stages=STAGES,
        sources="<results>/{study}/collect/sources.parquet",
    output:
        lineage="<results>/{study}/release/lineage.parquet",
    log:
        "<logs>/{study}/release_lineage.log",
    params:
        code=of_rule("review.lineage.write"),
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
