"""Phase report: figures, one plain .qmd, then each format; last, the manifest of everything.

INPUTS   <results>/{study}/release/*.parquet, geography/*.parquet, report/ (templates, filter, styles)
OUTPUTS  <results>/{study}/report/rapport.{qmd,html,docx,pdf}, synthese.pdf, restitution.pptx, tableaux.xlsx, figures/,
         <results>/{study}/manifest.json
"""

from diagnostic import lineage as report_lineage_step
from diagnostic import manifest as manifest_step
from diagnostic.consolidate.tables import TABLES as CONSOLIDATED
from diagnostic.estimate.tables import TABLES as ESTIMATED
from diagnostic.release.tables import PRINTED
from diagnostic.release.tables import TABLES as RELEASED
from diagnostic.report import assemble as report_assemble_step
from diagnostic.report import figures as report_figures_step
from diagnostic.report import leaks as report_leaks_step
from diagnostic.report.words import study_words

THEME = Path("report")
CHAPTERS = {path.stem: path.as_posix() for path in sorted((THEME / "chapitres").glob("*.qmd"))}
STYLES = sorted(
    path.as_posix()
    for path in THEME.rglob("*")
    if path.is_file() and path.suffix in {".lua", ".html", ".css", ".typ", ".docx", ".pptx", ".otf"}
)
# The documents of a draft say so by their very name.
DRAFT = "BROUILLON-" if CONFIG.policy.draft else ""
DOCUMENTS = [
    DRAFT + document
    for document in ("rapport.html", "rapport.docx", "rapport.pdf", "synthese.pdf", "restitution.pptx", "tableaux.xlsx")
]


STAGES = [
    f"<results>/{{study}}/{phase}/{name}.parquet"
    for phase, tables in [
        ("geography", TERRITORIES),
        ("collect", COLLECTED),
        ("consolidate", CONSOLIDATED),
        ("estimate", ESTIMATED),
        ("release", RELEASED),
    ]
    for name in tables
]


rule report_lineage:
    input:
        stages=STAGES,
    output:
        lineage="<results>/{study}/report/lineage.parquet",
    log:
        "<logs>/{study}/report_lineage.log",
    params:
        keyed=digests,
        code=code_hash("diagnostic.lineage"),
    message:
        "{wildcards.study} : provenance de chaque table"
    run:
        with measured(str(log)):
            report_lineage_step.write(input.stages, output.lineage, rule, params.code, keyed(wildcards), str(log))


rule report_figures:
    input:
        ledger="<results>/{study}/release/ledger.parquet",
        sites="<results>/{study}/release/sites.parquet",
        articles="<results>/{study}/release/articles.parquet",
        meetings="<results>/{study}/release/meetings.parquet",
        areas="<results>/{study}/geography/areas.parquet",
        gate="<logs>/{study}/release_gate.ok",
        source="<results>/{study}/geography/source.parquet",
        lineage="<results>/{study}/report/lineage.parquet",
    output:
        figures="<results>/{study}/report/figures.parquet",
        images=directory("<results>/{study}/report/figures"),
    log:
        "<logs>/{study}/report_figures.log",
    params:
        code=code("report.figures"),
    message:
        "{wildcards.study} : figures"
    run:
        call(report_figures_step.draw_all, rule, input, output, params, log)


rule report_assemble:
    input:
        unpack(blocks),
        **{name: f"<results>/{{study}}/release/{name}.parquet" for name in PRINTED},
        **{f"chapitre_{name}": path for name, path in CHAPTERS.items()},
        figures="<results>/{study}/report/figures.parquet",
        areas="<results>/{study}/geography/areas.parquet",
        outlines="<results>/{study}/geography/source.parquet",
        lineage="<results>/{study}/report/lineage.parquet",
        rapport=f"{THEME}/rapport.qmd",
        law="resources/references/loi_2016.csv",
        gate="<logs>/{study}/release_gate.ok",
    output:
        qmd="<results>/{study}/report/rapport.qmd",
    log:
        "<logs>/{study}/report_assemble.log",
    params:
        study=lambda wildcards: study_words(CONFIG, wildcards.study),
        code=code("report.assemble"),
    message:
        "{wildcards.study} : rédaction du rapport"
    run:
        call(report_assemble_step.assemble, rule, input, output, params, log)


# Everything printed is in these two: what looks personal stops the study here, before any document is made.
rule report_tripwire:
    input:
        qmd="<results>/{study}/report/rapport.qmd",
        figures="<results>/{study}/report/figures.parquet",
    output:
        found="<logs>/{study}/report_tripwire.txt",
    log:
        "<logs>/{study}/report_tripwire.log",
    params:
        code=code("report.leaks"),
    message:
        "{wildcards.study} : données personnelles, recherche avant impression"
    run:
        call(report_leaks_step.look, rule, input, output, params, log)


# Quarto, where it is installed or where `--sdm conda` brings it; else pandoc and Typst from the environment.
rule report_render:
    input:
        qmd="<results>/{study}/report/rapport.qmd",
        figures="<results>/{study}/report/figures.parquet",
        found="<logs>/{study}/report_tripwire.txt",
        styles=STYLES,
    output:
        report(
            "<results>/{study}/report/{document}",
            category="Rapports",
            labels={"étude": "{study}", "document": "{document}"},
        ),
    log:
        "<logs>/{study}/report_render_{document}.log",
    wildcard_constraints:
        document="|".join(map(re.escape, DOCUMENTS)),
    conda:
        "../../envs/report.yaml"
    params:
        date=lambda wildcards: CONFIG.studies[wildcards.study].report_date.isoformat(),
        renderer=CONFIG.shared.report.renderer,
        theme=lambda wildcards, input: os.path.commonpath(input.styles),
        code=code_hash("diagnostic.report.render"),
    message:
        "{wildcards.study} : {wildcards.document}"
    shell:
        "! test -s {input.found:q} || {{ cat {input.found:q} >&2; exit 1; }};"
        " diagnostic render {input.qmd:q} {output:q} --theme {params.theme:q} --date {params.date:q}"
        " --renderer {params.renderer:q} > {log:q} 2>&1 || {{ cat {log:q} >&2; exit 1; }}"


# Every document is read back: a number that the released text does not hold stops the study before its manifest.
rule report_numbers:
    input:
        qmd="<results>/{study}/report/rapport.qmd",
        ledger="<results>/{study}/release/ledger.parquet",
        figures="<results>/{study}/report/figures.parquet",
        images="<results>/{study}/report/figures",
        documents=expand("<results>/{{study}}/report/{document}", document=DOCUMENTS),
    output:
        found="<logs>/{study}/report_numbers.txt",
    log:
        "<logs>/{study}/report_numbers.log",
    params:
        code=code_hash("diagnostic.lint"),
    message:
        "{wildcards.study} : nombres imprimés, relus dans chaque document"
    shell:
        "diagnostic nombres {input.qmd:q} {input.ledger:q} {input.figures:q} {input.documents:q} {input.images:q}"
        " --output {output.found:q} > {log:q} 2>&1 || {{ cat {log:q} >&2; exit 1; }}"


rule manifest:
    input:
        numbers="<logs>/{study}/report_numbers.txt",
        stages=STAGES,
        documents=expand("<results>/{{study}}/report/{document}", document=DOCUMENTS),
        sealed=lambda wildcards: CONFIG.sealed(wildcards.study),
    output:
        manifest="<results>/{study}/manifest.json",
    log:
        "<logs>/{study}/manifest.log",
    params:
        keyed=lambda wildcards: digests(wildcards) | issue_digests(wildcards),
        code=code_hash("diagnostic.manifest"),
    message:
        "{wildcards.study} : empreintes de toutes les étapes"
    run:
        with measured(str(log)):
            manifest_step.write(output.manifest, input.sealed, params.keyed, str(log))
