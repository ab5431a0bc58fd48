"""Reference geography: the territories of each study's département, for the maps.

INPUTS   the study's own outlines, else <cache>/geography/country.parquet, fetched once with pinned hashes
OUTPUTS  <results>/{study}/geography/{areas,source}.parquet, empty where there are no outlines: no report waits for a map
"""

from diagnostic.geography.table_names import TABLES as GEOGRAPHY

TERRITORIES = [name for name in GEOGRAPHY if name != "country"]
COUNTRY = (Path(CONFIG.shared.geography.cache) / "geography/country.parquet").as_posix()


rule geography_fetch:
    output:
        country=COUNTRY,
    log:
        "<logs>/geography_fetch.log",
    localrule: True
    params:
        code=of_rule("geography.archives.country"),
    message:
        "contours des communes, pris une fois à leur source publique"
    shell:
        "python -m diagnostic.core.gate lance {log:q} --dit -- diagnostic contours {output.country:q}"


STEPS |= {
    "geography_territories": Step(
        "territoires du département",
        "geography.steps.territories",
        output=outlined(*TERRITORIES),
        params=dict(departement=departement, name=departement_names, file=own_outlines),
        given=[outlines],
    ),
}
