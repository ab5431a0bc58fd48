# What another team copies: the workflow as a module, on this folder's config/ and resources/.
# (Elsewhere: snakefile: github("owner/repository", path="workflow/Snakefile", tag="v0.1.0").)


module diagnostic_departemental:
    snakefile:
        "workflow/Snakefile"
    config:
        config


use rule * from diagnostic_departemental


# Hooks run only in the root Snakefile; nothing depends on them.
onstart:
    # Snakemake starts at most a hundred jobs a second, and to that end each job that it starts has it look at all that are
    # ready once more every second, until the end: on a machine of its own, a waste that grows with the square of the jobs.
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


onerror:
    from diagnostic.core.spoken import spelt
    from diagnostic.running.durations import JOURNAL
    from diagnostic.study.generations import standing

    if JOURNAL not in os.environ:  # else `diagnostic calculer` says it, once
        print(spelt("\n".join(["", *standing(Path.cwd(), config)])))
