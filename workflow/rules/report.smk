"""Phase report: figures, one plain .qmd, then each format; last, the manifest of everything.

INPUTS   statements and the lists printed beside them (release/), geography/*.parquet, report/ (templates, filter, styles),
         what the team wrote, the law: nothing else of the study, so that nothing else can leave (tests/workflow/test_doors.py)
OUTPUTS  <results>/{study}/report/rapport.{qmd,html,docx,pdf}, synthese.pdf, restitution.pptx, tableaux.xlsx, figures/;
         those of a draft in <results>/{study}/brouillon/, which does not leave; <results>/{study}/rendu/figures.parquet and
         manifest.json, which stay with the team
"""

from diagnostic.study import manifest as manifest_step
from diagnostic.review.documents import NAMES as DOCUMENT_NAMES
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
# The documents of a draft say so by their very name, and lie in a closed folder of their own.
DRAFT = "BROUILLON-" if CONFIG.policy.draft else ""
REPORT = "<results>/{study}/" + ("brouillon" if CONFIG.policy.draft else "report")
DOCUMENTS = [DRAFT + name for name in DOCUMENT_NAMES]


rule report_figures:
    input:
        **{name: f"<results>/{{study}}/release/{name}.parquet" for name in PRINTED},
        areas="<results>/{study}/geography/areas.parquet",
        gate="<logs>/{study}/release_gate.ok",
        source="<results>/{study}/geography/source.parquet",
        lineage="<results>/{study}/release/lineage.parquet",
    output:
        figures="<results>/{study}/rendu/figures.parquet",
        images=directory(f"{REPORT}/figures"),
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
        figures="<results>/{study}/rendu/figures.parquet",
        areas="<results>/{study}/geography/areas.parquet",
        source="<results>/{study}/geography/source.parquet",
        lineage="<results>/{study}/release/lineage.parquet",
        rapport=f"{THEME}/rapport.qmd",
        law="resources/references/loi_2016.csv",
        gate="<logs>/{study}/release_gate.ok",
    output:
        qmd=f"{REPORT}/rapport.qmd",
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
        qmd=f"{REPORT}/rapport.qmd",
        figures="<results>/{study}/rendu/figures.parquet",
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
        qmd=f"{REPORT}/rapport.qmd",
        figures="<results>/{study}/rendu/figures.parquet",
        found="<logs>/{study}/report_tripwire.txt",
        styles=STYLES,
    output:
        report(
            f"{REPORT}/{{document}}",
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


# Every document is read back: a number that no statement holds, or a structure that did not agree to be named, stops the
# study before its manifest.
rule report_numbers:
    input:
        qmd=f"{REPORT}/rapport.qmd",
        statements="<results>/{study}/release/statements.parquet",
        figures="<results>/{study}/rendu/figures.parquet",
        structures="<results>/{study}/consolidate/structures.parquet",
        images=f"{REPORT}/figures",
        documents=[f"{REPORT}/{name}" for name in DOCUMENTS],
    output:
        found="<logs>/{study}/report_numbers.txt",
    log:
        "<logs>/{study}/report_numbers.log",
    params:
        code=code_hash("diagnostic.review.lint"),
    message:
        "{wildcards.study} : nombres imprimés, relus dans chaque document"
    shell:
        "diagnostic nombres {input.qmd:q} {input.statements:q} {input.figures:q} {input.structures:q} {input.documents:q}"
        " {input.images:q} --output {output.found:q} > {log:q} 2>&1 || {{ cat {log:q} >&2; exit 1; }}"


rule manifest:
    input:
        numbers="<logs>/{study}/report_numbers.txt",
        stages=STAGES,
        documents=[f"{REPORT}/{name}" for name in DOCUMENTS],
        sealed=lambda wildcards: CONFIG.sealed(wildcards.study),
    output:
        manifest="<results>/{study}/manifest.json",
    log:
        "<logs>/{study}/manifest.log",
    params:
        keyed=lambda wildcards: digests(wildcards) | received(wildcards, issues(wildcards)),
        code=code_hash("diagnostic.study.manifest"),
    message:
        "{wildcards.study} : empreintes de toutes les étapes"
    run:
        measured(str(log))(manifest_step.write)(output.manifest, input.sealed, params.keyed, str(log))
