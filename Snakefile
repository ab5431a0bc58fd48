# What another team copies: the workflow as a module, on this folder's config/ and resources/.
# (Elsewhere: snakefile: github("owner/repository", path="workflow/Snakefile", tag="v0.1.0").)


module diagnostic_departemental:
    snakefile:
        "workflow/Snakefile"
    config:
        config


use rule * from diagnostic_departemental


# Hooks run only in the root Snakefile; nothing depends on them.
onerror:
    print(
        "\nLe travail s’est arrêté. Les problèmes de données, s’il y en a, sont listés plus haut et dans "
        "results/<étude>/collect/erreurs.html ; les résultats précédents n’ont pas été touchés."
    )
