"""Reference geography: the territories of each study's département, for the maps.

INPUTS   the study's own outlines, else <cache>/geography/country.parquet, fetched once with pinned hashes
OUTPUTS  <results>/{study}/geography/{areas,source}.parquet, empty where there are no outlines: no report waits for a map
"""

from diagnostic.geography import steps as geography_steps
from diagnostic.geography.tables import TABLES as GEOGRAPHY

TERRITORIES = [name for name in GEOGRAPHY if name != "country"]
COUNTRY = (Path(CONFIG.shared.geography.cache) / "geography/country.parquet").as_posix()


def outlines(wildcards):
    """The study's own outlines; else the country's, which are fetched unless they are there or the network is refused."""
    own = CONFIG.outlines(wildcards.study)
    if own:
        return {"outlines": own}
    return {"country": COUNTRY} if CONFIG.shared.geography.fetch or Path(COUNTRY).is_file() else {}


def own_outlines(wildcards):
    """What describes the study's own outlines; empty without them."""
    own = CONFIG.studies[wildcards.study].outlines
    if not own:
        return {}
    origin = sidecar(Path.cwd(), wildcards.study, own.file)
    credit = f"Contours : {origin.source}, {origin.licence}"
    return {"properties": own.properties, "vintage": own.vintage, "credit": credit, "sha256": origin.sha256}


rule geography_fetch:
    output:
        country=COUNTRY,
    log:
        "<logs>/geography_fetch.log",
    localrule: True
    params:
        code=code_hash("diagnostic.geography.archives"),
    message:
        "contours des communes : source publique, une fois"
    shell:
        "diagnostic contours {output.country:q} > {log:q} 2>&1 || {{ cat {log:q} >&2; exit 1; }}; cat {log:q} >&2"


rule geography_territories:
    input:
        unpack(outlines),
    output:
        **{name: f"<results>/{{study}}/geography/{name}.parquet" for name in TERRITORIES},
    log:
        "<logs>/{study}/geography_territories.log",
    params:
        departement=lambda wildcards: CONFIG.studies[wildcards.study].departement,
        name=lambda wildcards: CONFIG.places[CONFIG.studies[wildcards.study].departement]["name"],
        file=own_outlines,
        code=code("geography.steps"),
    message:
        "{wildcards.study} : territoires du département"
    run:
        call(geography_steps.territories, rule, input, output, params, log)
