"""Phase report: figures, one plain .qmd, then each format; last, all of it in place at once.

INPUTS   statements and the lists printed beside them (release/), geography/*.parquet, report/ (templates, filter, styles),
         what the team wrote, the law and other references: nothing else of the study, so that nothing else can leave (tests/workflow/test_doors.py)
OUTPUTS  <results>/{study}/rendu/rapport.{qmd,html,docx,pdf}, dossier.{html,pdf}, synthese.pdf, restitution.pptx, tableaux.xlsx,
         donnees/, figures/, figures.parquet, which stay with the team; those of a draft in <results>/{study}/brouillon/. The last rule exchanges
         them with <results>/{study}/report/, or of a real study with travail/ unless they are those of a recorded edition, writes
         manifest.json, and keeps both in <results>/{study}/generations/
"""

import json

from diagnostic.findings.library import read as read_tracks
from diagnostic.references.shelf import LIBRARY, SHELF
from diagnostic.report.registry import charted
from diagnostic.study import generations, manifest, program
from diagnostic.study.words import DRAFT_MARK, study_words

THEME = Path(ours("report"))
CHAPTERS = {path.stem: path.as_posix() for path in sorted((THEME / "chapitres").glob("*.qmd"))}
STYLED = {".lua", ".html", ".css", ".js", ".typ", ".docx", ".pptx", ".otf", ".svg", ".yml"}
STYLES = sorted(path.as_posix() for path in THEME.rglob("*") if path.is_file() and path.suffix in STYLED)
# The documents of a draft say so by their very name, and lie in a closed folder of their own.
DRAFT = DRAFT_MARK if CONFIG.policy.draft else ""
RENDERED = "<results>/{study}/" + ("brouillon" if CONFIG.policy.draft else "rendu")
DOCUMENTS = [DRAFT + name for name in generations.DOCUMENTS]
DATA = generations.DATA
# What the documents are made of, and the rest of the Quarto project that makes them again.
SOURCE = ("rapport.qmd", "figures")
PROJECT = [f"{THEME}/{name}" for name in ("_quarto.yml", "_extensions")]
# A draft is read back like the others, and stays where it is made: it takes the place of nothing.
FINISHED = "<logs>/{study}/" + ("report_gate.ok" if CONFIG.policy.draft else "published.ok")

# A library of tracks that cannot be read is refused before anything starts, as the configuration is.
try:
    read_tracks(Path(ours(LIBRARY)).read_bytes())
except ConfigError as error:
    sys.exit(f"\nLa configuration est refusée :\n{error}\n")


# Snakemake takes for wildcards what is between braces in this path, also where the folder of the project has some.
ENVIRONMENT = workflow.current_basedir.join("../../envs/report.yaml").get_path_or_uri(secret_free=True)
ENVIRONMENT = ENVIRONMENT.replace("{", "{{").replace("}", "}}")

# What every study is made of beside its own files.
SHARED = [
    ours(LIBRARY),
    ours(SHELF["points_of_method"]),
    *sorted(every_question(None).values()),
    *CHAPTERS.values(),
    f"{THEME}/rapport.qmd",
    *STYLES,
]
SHARED += sorted(path.as_posix() for path in Path(ours("resources/references")).glob("*") if path.is_file())

# What is no longer as the last finished calculation left it is made again, or put in place again.
if WRITES:
    for name in CONFIG.studies:
        for line in generations.forget(Path(RESULTS) / name, Path("logs") / name / "published.ok"):
            print(line, file=sys.stderr)


STEPS |= {
    "report_figures": Step(
        "graphiques et cartes",
        "report.figures.draw_all",
        input=released(*PRINTED) | outlined("areas") | dict(gate=RELEASED) | outlined("source") | released("lineage"),
        output=dict(figures="<results>/{study}/rendu/figures.parquet", images=directory(f"{RENDERED}/figures")),
        params=dict(
            asked=charted(Path(path).read_text(encoding="utf-8") for path in CHAPTERS.values()),
            ecriture=lambda wildcards: CONFIG.studies[wildcards.study].ecriture,
        ),
        given=[logo],
    ),
    "report_assemble": Step(
        "rédaction du rapport",
        "report.assemble.assemble",
        input=released(*PRINTED)
        | {f"chapitre_{name}": path for name, path in CHAPTERS.items()}
        | {name: ours(path) for name, path in SHELF.items()}
        | dict(figures="<results>/{study}/rendu/figures.parquet")
        | outlined("areas", "source")
        | released("lineage")
        | dict(rapport=f"{THEME}/rapport.qmd", gate=RELEASED),
        output=dict(qmd=f"{RENDERED}/rapport.qmd"),
        params=dict(study=lambda wildcards: study_words(CONFIG, wildcards.study)),
        given=[blocks, every_question],
    ),
    "report_data": Step(
        "données",
        "report.data.of_study",
        input=released("statements", "reproduction")
        | dict(qmd=f"{RENDERED}/rapport.qmd", figures="<results>/{study}/rendu/figures.parquet"),
        output=dict(data=directory(f"{RENDERED}/{DATA}")),
        params=dict(study=lambda wildcards: study_words(CONFIG, wildcards.study)),
    ),
    # Everything printed is in these two: what looks personal stops the study here, before any document is made.
    "report_tripwire": Step(
        "dernière recherche de noms et de contacts avant d’imprimer",
        "report.blocks.look",
        input=dict(qmd=f"{RENDERED}/rapport.qmd", figures="<results>/{study}/rendu/figures.parquet"),
        output=dict(found="<logs>/{study}/report_tripwire.txt"),
    ),
}


# All documents in one process, which reads their source once: with pandoc and Typst from the environment, or with Quarto where
# the configuration names it (`--sdm conda` brings it).
rule report_render:
    input:
        qmd=f"{RENDERED}/rapport.qmd",
        figures="<results>/{study}/rendu/figures.parquet",
        found="<logs>/{study}/report_tripwire.txt",
        styles=STYLES,
    output:
        [
            report(
                f"{RENDERED}/{name}",
                caption="../report/document.rst",
                category="Rapports",
                labels={"étude": "{study}", "document": name},
            )
            for name in DOCUMENTS
        ],
    log:
        "<logs>/{study}/report_render.log",
    conda:
        lambda wildcards: ENVIRONMENT
    threads: 2
    params:
        date=lambda wildcards: CONFIG.studies[wildcards.study].report_date.isoformat(),
        renderer=CONFIG.shared.report.renderer,
        theme=lambda wildcards, input: Path(os.path.commonpath(input.styles)).as_posix(),
        fresh=reads(*STYLES),
        code=of_rule("office.render.render_all"),
    message:
        "{wildcards.study} : mise en page des documents"
    shell:
        "python -m diagnostic.core.gate lance {log:q} --si-vide {input.found:q} --"
        " diagnostic render {input.qmd:q} {output:q} --theme {params.theme:q} --date {params.date:q}"
        " --renderer {params.renderer:q} --fils {threads}"


# Every document is read back: a number that no statement holds, or a structure that did not agree to be named, is told by the
# gate, which stops the study before they are put in place.
rule report_numbers:
    input:
        **references("departements"),
        qmd=f"{RENDERED}/rapport.qmd",
        statements="<results>/{study}/release/statements.parquet",
        figures="<results>/{study}/rendu/figures.parquet",
        structures="<results>/{study}/consolidate/structures.parquet",
        areas="<results>/{study}/geography/areas.parquet",
        images=f"{RENDERED}/figures",
        documents=[f"{RENDERED}/{name}" for name in (*DOCUMENTS, DATA)],
    output:
        found="<logs>/{study}/report_numbers.txt",
    log:
        "<logs>/{study}/report_numbers.log",
    params:
        fresh=reads(*references("departements").values()),
        code=of_rule("review.lint.write"),
    message:
        "{wildcards.study} : nombres imprimés, relus dans chaque document"
    run:
        alone(function("review.lint.write"), log)(dict(input.items()), output.found, str(log))


rule report_gate:
    input:
        found="<logs>/{study}/report_numbers.txt",
    output:
        touch("<logs>/{study}/report_gate.ok"),
    log:
        "<logs>/{study}/report_gate.log",
    message:
        "{wildcards.study} : chaque nombre imprimé est celui du calcul"
    shell:
        "python -m diagnostic.core.gate passe {input.found:q} {log:q} --vide"


# Nothing else writes in `report/`, and this declares nothing there: Snakemake takes away the outputs of a rule before it
# runs, and of one that fails. What readers have is exchanged whole, once all is checked (see `study.publishing`).
rule publish:
    input:
        gate="<logs>/{study}/report_gate.ok",
        stages=STAGES,
        documents=[f"{RENDERED}/{name}" for name in (*SOURCE, *DOCUMENTS, DATA)],
        sealed=lambda wildcards: [*sealed(wildcards), *SHARED],
        chosen=ancient(ours(SHARED_CHOICES)),  # `choices` tells whether it changed but for the studies it lists
    output:
        record="<logs>/{study}/published.ok",
    log:
        "<logs>/{study}/publish.log",
    params:
        results=lambda wildcards, input: Path(input.documents[0]).parent.parent.as_posix(),
        documents=lambda wildcards, input: [f"--document={path}" for path in input.documents[len(SOURCE) :]],
        project=lambda wildcards, input: [f"--quarto={path}" for path in [*input.documents[: len(SOURCE)], *PROJECT]],
        sealed=lambda wildcards, input: told_apart(
            [*input.sealed, input.chosen], {*SHARED, *map(ours, CONFIG.public(wildcards.study))}
        ),
        choices=manifest.chosen(Path(ours(SHARED_CHOICES))),
        destination=lambda wildcards: destination(wildcards.study, CONFIG.working(wildcards.study)),
        keyed=lambda wildcards: json.dumps(
            digests(wildcards) | received(wildcards, issues(wildcards)) | decided(wildcards)
        ),
        fresh=reads(sealed, *SHARED),
        program=program.fixed(),
        code=of_rule("study.publishing.publish"),
    message:
        "{wildcards.study} : documents mis en place, et gardés avec leur calcul"
    shell:
        "python -m diagnostic.core.gate lance {log:q} --dit --"
        " diagnostic publier {params.results:q} {params.documents:q} {params.project:q} {params.sealed:q}"
        " {params.destination:q} --coffre {params.keyed:q} --output {output.record:q}"
