"""Phase release: a verdict per fact; nothing after this reads anything else.

INPUTS   <results>/{study}/estimate/{facts,reproduction}.parquet, lists of consolidate, sources and errors of collect
OUTPUTS  <results>/{study}/release/{ledger,reproduction,articles,meetings,sites,warnings,sources}.parquet
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
        sources="<results>/{study}/collect/sources.parquet",
        errors="<results>/{study}/collect/erreurs.csv",
    output:
        **{name: f"<results>/{{study}}/release/{name}.parquet" for name in RELEASED},
    log:
        "<logs>/{study}/release_ledger.log",
    params:
        threshold=CONFIG.shared.release.threshold,
        code=code("release.steps"),
    message:
        "{wildcards.study} : ce qui peut être publié"
    run:
        call(release_steps.release, rule, input, output, params, log)
