"""Phase release: a verdict per fact, attacked before anything is printed; nothing after this reads anything else.

INPUTS   <results>/{study}/estimate/{facts,reproduction}.parquet, lists, situations and responses of consolidate, sources,
         published figures and errors of collect; what the team has issued before, in the vault
OUTPUTS  <results>/{study}/release/{ledger,claims,reproduction,audits,costs,articles,meetings,sites,structures,practices,restitutions,
         warnings,sources}.parquet,
         audit.json (the certificate), refus.txt (empty when all may be published)
"""

from diagnostic.release import steps as release_steps
from diagnostic.release.tables import TABLES as RELEASED


rule release_ledger:
    input:
        facts="<results>/{study}/estimate/facts.parquet",
        reproduction="<results>/{study}/estimate/reproduction.parquet",
        articles="<results>/{study}/consolidate/articles.parquet",
        meetings="<results>/{study}/consolidate/meetings.parquet",
        counts="<results>/{study}/consolidate/counts.parquet",
        described="<results>/{study}/consolidate/described.parquet",
        pairs="<results>/{study}/consolidate/pairs.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        respondents="<results>/{study}/consolidate/respondents.parquet",
        structures="<results>/{study}/consolidate/structures.parquet",
        practices="<results>/{study}/consolidate/practices.parquet",
        restitutions="<results>/{study}/consolidate/restitutions.parquet",
        sources="<results>/{study}/collect/sources.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
        errors="<results>/{study}/collect/erreurs.csv",
    output:
        **{name: f"<results>/{{study}}/release/{name}.parquet" for name in RELEASED},
        certificate="<results>/{study}/release/audit.json",
        refused="<results>/{study}/release/refus.txt",
    log:
        "<logs>/{study}/release_ledger.log",
    params:
        study="{study}",
        exports=issues,
        digests=issue_digests,
        policy=CONFIG.policy.model_dump(mode="json"),
        code=code("release.steps"),
    message:
        "{wildcards.study} : ce qui peut être publié, et ce qu’une attaque en déduirait"
    run:
        call(release_steps.release, rule, input, output, params, log)


# An exposed group is no error of the workflow: it is told here, and no document is made.
rule release_gate:
    input:
        refused="<results>/{study}/release/refus.txt",
    output:
        touch("<logs>/{study}/release_gate.ok"),
    log:
        "<logs>/{study}/release_gate.log",
    message:
        "{wildcards.study} : rien d’imprimé ne trahit personne"
    shell:
        "cat {input.refused:q} | tee {log:q} >&2; ! test -s {input.refused:q}"
