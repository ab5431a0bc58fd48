# The workflow as a module, on this folder's config/ and resources/; another project does the same (docs/snakemake.md).


module diagnostic_departemental:
    snakefile:
        "workflow/Snakefile"
    config:
        config


use rule * from diagnostic_departemental


# Hooks run only in the root Snakefile: without this one, a lock that a kill left is for `snakemake --unlock`.
onstart:
    from diagnostic.core import locks

    if workflow.is_main_process:
        locks.note(Path.cwd())


onerror:
    from diagnostic.core.errors import REFUSED
    from diagnostic.core.spoken import spelt
    from diagnostic.study.generations import standing

    if REFUSED not in os.environ:  # else `diagnostic calculer` says it, once
        print(spelt("\n".join(["", *standing(Path.cwd(), config)])))
