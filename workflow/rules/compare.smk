"""Phase compare: studies side by side, their methods first; target `compare`.

INPUTS   of each study, statements and the published figures that its report prints (release/), once its own documents are in
         place; config/comparability/; resources/published/ and two tables of resources/references/, public; outlines, of the country
         and those that studies brought: nothing else of a study
OUTPUTS  results/comparison/{comparison}/compare/*.parquet, all that its documents may say; rendu/, where they are made and
         read back; then report/, where the last rule puts them
"""

from diagnostic.compare import comparability
from diagnostic.compare.table_names import DOCUMENTS as COMPARED_NAMES
from diagnostic.compare.table_names import DRAWN
from diagnostic.compare.table_names import TABLES as SIDE_BY_SIDE
from diagnostic.study import comparisons
from diagnostic.study.words import comparison_words, method

if (COMPARABILITY := comparisons.declared(Path.cwd())) or CONFIG.comparisons:
    if wrong := comparability.problems(COMPARABILITY, comparisons.RULES.as_posix()):
        sys.exit("\n".join(["\nLa configuration est refusée :", *few(wrong), ""]))

BESIDE = "<results>/comparison/{comparison}"
READ = {one: ours(comparisons.RULES / f"{one}.csv") for one in ("rules", "indicators")}
READ |= {one: ours(comparisons.PUBLISHED / f"{one}.csv") for one in ("figures", "methods", "relations")}
READ |= dict(
    points=ours(comparisons.RULES / "items.csv"),
    listed=ours(comparisons.PUBLISHED / "studies.csv"),
    national=ours(comparisons.SERIES),
    populations=ours(comparisons.POPULATIONS),
)
COMPARED = [f"{BESIDE}/rendu/{name}" for name in COMPARED_NAMES]


wildcard_constraints:
    comparison="|".join(map(re.escape, CONFIG.comparisons)) or "-",


if WRITES:
    for name in CONFIG.comparisons:
        generations.forget(Path(RESULTS) / "comparison" / name, Path("logs") / "comparison" / name / "published.ok")


STEPS |= {
    "compare_collate": Step(
        "méthodes, différences, et ce qui se compare",
        "compare.steps.collate",
        input=READ | dict(gate=shown),
        output={name: f"{BESIDE}/compare/{name}.parquet" for name in SIDE_BY_SIDE},
        params=dict(
            studies=lambda wildcards: {
                study: method(CONFIG, study) for study in CONFIG.comparisons[wildcards.comparison].studies
            },
            second=lambda wildcards: CONFIG.comparisons[wildcards.comparison].published,
            policy=CONFIG.policy.model_dump(mode="json"),
        ),
        given=[side_by_side],
    ),
    "compare_figures": Step(
        "graphiques et cartes",
        "compare.steps.draw",
        input={name: f"{BESIDE}/compare/{name}.parquet" for name in DRAWN},
        output=dict(figures=f"{BESIDE}/rendu/figures.parquet", images=directory(f"{BESIDE}/rendu/figures")),
        given=[outlines_side_by_side],
    ),
    "compare_assemble": Step(
        "rédaction de la comparaison",
        "compare.document.assemble",
        input={name: f"{BESIDE}/compare/{name}.parquet" for name in SIDE_BY_SIDE}
        | dict(
            figures=f"{BESIDE}/rendu/figures.parquet",
            rules=ours(comparisons.RULES / "rules.csv"),
            template=f"{THEME}/comparaison.qmd",
        ),
        output=dict(qmd=f"{BESIDE}/rendu/rapport.qmd"),
        params=dict(comparison=lambda wildcards: comparison_words(CONFIG, wildcards.comparison)),
    ),
    "compare_tripwire": Step(
        "dernière recherche de noms et de contacts avant d’imprimer",
        "report.blocks.look",
        input=dict(qmd=f"{BESIDE}/rendu/rapport.qmd", figures=f"{BESIDE}/rendu/figures.parquet"),
        output=dict(found="<logs>/comparison/{comparison}/report_tripwire.txt"),
    ),
}


use rule report_render as compare_render with:
    input:
        qmd=f"{BESIDE}/rendu/rapport.qmd",
        figures=f"{BESIDE}/rendu/figures.parquet",
        found="<logs>/comparison/{comparison}/report_tripwire.txt",
        styles=STYLES,
    output:
        [
            report(
                path,
                caption="../report/document.rst",
                category="Comparaisons",
                labels={"comparaison": "{comparison}", "document": name},
            )
            for path, name in zip(COMPARED, COMPARED_NAMES)
        ],
    log:
        "<logs>/comparison/{comparison}/report_render.log",
    params:
        date=lambda wildcards: CONFIG.comparisons[wildcards.comparison].report_date.isoformat(),
        renderer=CONFIG.shared.report.renderer,
        theme=lambda wildcards, input: Path(os.path.commonpath(input.styles)).as_posix(),
        code=of_rule("office.render.render_all"),
    message:
        "{wildcards.comparison} : mise en page des documents"


# No text of a comparison is a team's: there is no structure to look for.
use rule report_numbers as compare_numbers with:
    input:
        **references("departements"),
        qmd=f"{BESIDE}/rendu/rapport.qmd",
        statements=[f"{BESIDE}/compare/{name}.parquet" for name in ("statements", "second_hand")],
        figures=f"{BESIDE}/rendu/figures.parquet",
        images=f"{BESIDE}/rendu/figures",
        documents=COMPARED,
    output:
        found="<logs>/comparison/{comparison}/report_numbers.txt",
    log:
        "<logs>/comparison/{comparison}/report_numbers.log",
    message:
        "{wildcards.comparison} : nombres imprimés, relus dans chaque document"


use rule report_gate as compare_gate with:
    input:
        found="<logs>/comparison/{comparison}/report_numbers.txt",
    output:
        touch("<logs>/comparison/{comparison}/report_gate.ok"),
    log:
        "<logs>/comparison/{comparison}/report_gate.log",
    message:
        "{wildcards.comparison} : chaque nombre imprimé est celui du calcul"


rule compare_publish:
    input:
        gate="<logs>/comparison/{comparison}/report_gate.ok",
        stages=[f"{BESIDE}/compare/{name}.parquet" for name in SIDE_BY_SIDE],
        documents=[f"{BESIDE}/rendu/{name}" for name in (*SOURCE, *COMPARED_NAMES)],
        sealed=lambda wildcards: [ours(path) for path in CONFIG.beside(wildcards.comparison)],
    output:
        record="<logs>/comparison/{comparison}/published.ok",
    log:
        "<logs>/comparison/{comparison}/compare_publish.log",
    params:
        results=lambda wildcards, input: Path(input.documents[0]).parent.parent.as_posix(),
        documents=lambda wildcards, input: [f"--document={path}" for path in input.documents[len(SOURCE) :]],
        project=lambda wildcards, input: [f"--quarto={path}" for path in [*input.documents[: len(SOURCE)], *PROJECT]],
        sealed=lambda wildcards, input: told_apart(input.sealed, input.sealed),
        destination=lambda wildcards: destination("", CONFIG.working_beside(wildcards.comparison)),
        program=program.fixed(),
        code=of_rule("study.publishing.publish"),
    message:
        "{wildcards.comparison} : documents mis en place"
    shell:
        "python -m diagnostic.core.gate lance {log:q} --dit --"
        " diagnostic publier {params.results:q} {params.documents:q} {params.project:q} {params.sealed:q}"
        " {params.destination:q} --output {output.record:q}"
