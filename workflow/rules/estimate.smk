"""Phase estimate: tables into facts, and every published figure against them.

INPUTS   <results>/{study}/consolidate/*.parquet, the published figures of collect
OUTPUTS  <results>/{study}/estimate/{internet,press,interviews,questionnaire,quality,facts,reproduction}.parquet,
         {frame,draw,usable,held,conflicts,sample,demand,history,waves,territory,across,support,outreach}.parquet, codage.xlsx (to be filled)
"""

from diagnostic.estimate.table_names import FACTS, REGIONAL
from diagnostic.estimate.catalogue import reading

if kept := reading.problems():  # what a fact is is read with the configuration: nothing leaves by default
    sys.exit("\n".join(["\nLe catalogue des indicateurs ne peut pas être lu :", *few(kept), ""]))


rule estimate_internet:
    input:
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        internet="<results>/{study}/estimate/internet.parquet",
    log:
        "<logs>/{study}/estimate_internet.log",
    params:
        study="{study}",
        sampling=sampled,
        publication=publication,
        code=code("estimate.internet.steps"),
    message:
        "{wildcards.study} : sites, annonces, échantillon, personnes"
    run:
        call("estimate.internet.steps.estimate", rule, input, output, params, log)


rule estimate_draw:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        codings="<results>/{study}/consolidate/codings.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        frame="<results>/{study}/estimate/frame.parquet",
        draw="<results>/{study}/estimate/draw.parquet",
        coding="<results>/{study}/estimate/codage.xlsx",
    log:
        "<logs>/{study}/estimate_draw.log",
    params:
        study="{study}",
        sampling=sampled,
        fresh=reads(ad_codebook),
        code=code("estimate.sample.drawing"),
    message:
        "{wildcards.study} : tirage des annonces à coder"
    run:
        call("estimate.sample.drawing.draw_sample", rule, input, output, params, log)


rule estimate_coded:
    input:
        codes="<results>/{study}/collect/codes.parquet",
        codings="<results>/{study}/consolidate/codings.parquet",
        copies="<results>/{study}/consolidate/copies.parquet",
        frame="<results>/{study}/estimate/frame.parquet",
        draw="<results>/{study}/estimate/draw.parquet",
    output:
        usable="<results>/{study}/estimate/usable.parquet",
        held="<results>/{study}/estimate/held.parquet",
        conflicts="<results>/{study}/estimate/conflicts.parquet",
    log:
        "<logs>/{study}/estimate_coded.log",
    params:
        design=coded_sample,
        code=code("estimate.sample.usable"),
    message:
        "{wildcards.study} : annonces utilisables, personnes et copies"
    run:
        call("estimate.sample.usable.link", rule, input, output, params, log)


rule estimate_sample:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        frame="<results>/{study}/estimate/frame.parquet",
        draw="<results>/{study}/estimate/draw.parquet",
        codings="<results>/{study}/consolidate/codings.parquet",
        usable="<results>/{study}/estimate/usable.parquet",
        held="<results>/{study}/estimate/held.parquet",
        conflicts="<results>/{study}/estimate/conflicts.parquet",
        places="<results>/{study}/collect/places.parquet",
        countries="resources/references/countries.csv",
    output:
        sample="<results>/{study}/estimate/sample.parquet",
    log:
        "<logs>/{study}/estimate_sample.log",
    params:
        study="{study}",
        sampling=sampled,
        fresh=reads(ad_codebook, "resources/references/countries.csv"),
        code=code("estimate.sample.steps"),
    message:
        "{wildcards.study} : accord entre codages, profils, personnes derrière les annonces"
    run:
        call("estimate.sample.steps.estimate", rule, input, output, params, log)


rule estimate_demand:
    input:
        unpack(ad_codebook),
        demand_ads="<results>/{study}/consolidate/demand_ads.parquet",
        forum="<results>/{study}/consolidate/forum.parquet",
        penal="<results>/{study}/consolidate/penal.parquet",
        venues="<results>/{study}/consolidate/venues.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        demand="<results>/{study}/estimate/demand.parquet",
    log:
        "<logs>/{study}/estimate_demand.log",
    params:
        study="{study}",
        fresh=reads(ad_codebook),
        code=code("estimate.internet.demand"),
    message:
        "{wildcards.study} : demande, réponse pénale, lieux à risque"
    run:
        call("estimate.internet.demand.estimate", rule, input, output, params, log)


rule estimate_history:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        site_states="<results>/{study}/consolidate/site_states.parquet",
        site_terms="<results>/{study}/consolidate/site_terms.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        history="<results>/{study}/estimate/history.parquet",
    log:
        "<logs>/{study}/estimate_history.log",
    params:
        study="{study}",
        fresh=reads(ad_codebook),
        code=code("estimate.internet.history"),
    message:
        "{wildcards.study} : sites trouvés, ce qu’ils vendent, ceux qui ouvrent et ferment"
    run:
        call("estimate.internet.history.estimate", rule, input, output, params, log)


rule estimate_waves:
    input:
        wave_counts="<results>/{study}/collect/wave_counts.parquet",
        wave_ads="<results>/{study}/collect/wave_ads.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        waves="<results>/{study}/estimate/waves.parquet",
    log:
        "<logs>/{study}/estimate_waves.log",
    params:
        study="{study}",
        sampling=lambda wildcards: CONFIG.sampling(wildcards.study).model_dump(),
        code=code("estimate.internet.waves"),
    message:
        "{wildcards.study} : annonces qui restent, partent et viennent d’un décompte à l’autre"
    run:
        call("estimate.internet.waves.estimate", rule, input, output, params, log)


rule estimate_across:
    input:
        published_figures="<results>/{study}/collect/published_figures.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        across="<results>/{study}/estimate/across.parquet",
    log:
        "<logs>/{study}/estimate_across.log",
    params:
        study="{study}",
        publication=publication,
        sampling=lambda wildcards: CONFIG.sampling(wildcards.study).model_dump(),
        code=code("estimate.across"),
    message:
        "{wildcards.study} : ce que donnerait le recoupement de deux listes"
    run:
        call("estimate.across.estimate", rule, input, output, params, log)


rule estimate_press:
    input:
        articles="<results>/{study}/consolidate/articles.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        press="<results>/{study}/estimate/press.parquet",
    log:
        "<logs>/{study}/estimate_press.log",
    params:
        study="{study}",
        code=code("estimate.field.press"),
    message:
        "{wildcards.study} : presse par année"
    run:
        call("estimate.field.press.estimate", rule, input, output, params, log)


rule estimate_interviews:
    input:
        unpack(codebook),
        meetings="<results>/{study}/consolidate/meetings.parquet",
        text_coding="<results>/{study}/collect/text_coding.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        interviews="<results>/{study}/estimate/interviews.parquet",
    log:
        "<logs>/{study}/estimate_interviews.log",
    params:
        study="{study}",
        fresh=reads(codebook),
        code=code("estimate.people.interviews"),
    message:
        "{wildcards.study} : entretiens par mois, mode et lieu"
    run:
        call("estimate.people.interviews.estimate", rule, input, output, params, log)


rule estimate_questionnaire:
    input:
        unpack(codebook),
        codes="<results>/{study}/collect/codes.parquet",
        respondents="<results>/{study}/consolidate/respondents.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        questionnaire="<results>/{study}/estimate/questionnaire.parquet",
    log:
        "<logs>/{study}/estimate_questionnaire.log",
    params:
        study="{study}",
        fresh=reads(codebook),
        code=code("estimate.people.questionnaire"),
    message:
        "{wildcards.study} : réponses, situations, besoins"
    run:
        call("estimate.people.questionnaire.estimate", rule, input, output, params, log)


rule estimate_described:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        described="<results>/{study}/consolidate/described.parquet",
        pairs="<results>/{study}/consolidate/pairs.parquet",
        partners="<results>/{study}/collect/partners.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        described_facts="<results>/{study}/estimate/described_facts.parquet",
    log:
        "<logs>/{study}/estimate_described.log",
    params:
        study="{study}",
        counting=counting,
        fresh=reads(ad_codebook),
        code=code("estimate.people.described"),
    message:
        "{wildcards.study} : personnes décrites, leur profil, leurs conditions de vie"
    run:
        call("estimate.people.described.estimate", rule, input, output, params, log)


rule estimate_contributors:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        respondents="<results>/{study}/consolidate/respondents.parquet",
        professionals="<results>/{study}/consolidate/professionals.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        contributors="<results>/{study}/estimate/contributors.parquet",
    log:
        "<logs>/{study}/estimate_contributors.log",
    params:
        study="{study}",
        fresh=reads(ad_codebook),
        code=code("estimate.people.contributors"),
    message:
        "{wildcards.study} : professionnel·les, repérage, outillage, besoins"
    run:
        call("estimate.people.contributors.estimate", rule, input, output, params, log)


rule estimate_territory:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        described="<results>/{study}/consolidate/described.parquet",
        pairs="<results>/{study}/consolidate/pairs.parquet",
        partners="<results>/{study}/collect/partners.parquet",
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        areas="<results>/{study}/geography/areas.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        territory="<results>/{study}/estimate/territory.parquet",
    log:
        "<logs>/{study}/estimate_territory.log",
    params:
        study="{study}",
        geography=lambda wildcards: CONFIG.release(wildcards.study).rules.geography.model_dump(),
        sampling=lambda wildcards: CONFIG.sampling(wildcards.study).model_dump(),
        fresh=reads(ad_codebook),
        code=code("estimate.territory.steps"),
    message:
        "{wildcards.study} : personnes et structures par lieu"
    run:
        call("estimate.territory.steps.estimate", rule, input, output, params, log)


# Of a study of several départements: the same functions, over the rows of each.
rule estimate_departements:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        demand_ads="<results>/{study}/consolidate/demand_ads.parquet",
        forum="<results>/{study}/consolidate/forum.parquet",
        frame="<results>/{study}/estimate/frame.parquet",
        draw="<results>/{study}/estimate/draw.parquet",
        codings="<results>/{study}/consolidate/codings.parquet",
        usable="<results>/{study}/estimate/usable.parquet",
        held="<results>/{study}/estimate/held.parquet",
        conflicts="<results>/{study}/estimate/conflicts.parquet",
        respondents="<results>/{study}/consolidate/respondents.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        professionals="<results>/{study}/consolidate/professionals.parquet",
        described="<results>/{study}/consolidate/described.parquet",
        pairs="<results>/{study}/consolidate/pairs.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        departements="<results>/{study}/estimate/departements.parquet",
    log:
        "<logs>/{study}/estimate_departements.log",
    params:
        study="{study}",
        departements=lambda wildcards: dict(zip(departement(wildcards), departement_names(wildcards))),
        sampling=sampled,
        counting=counting,
        fresh=reads(ad_codebook),
        code=code("estimate.territory.departements"),
    message:
        "{wildcards.study} : indicateurs de chaque département"
    run:
        call("estimate.territory.departements.estimate", rule, input, output, params, log)


rule estimate_partners:
    input:
        codes="<results>/{study}/collect/codes.parquet",
        partners="<results>/{study}/collect/partners.parquet",
        reminders="<results>/{study}/collect/reminders.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        partners_facts="<results>/{study}/estimate/partners_facts.parquet",
    log:
        "<logs>/{study}/estimate_partners.log",
    params:
        study="{study}",
        code=code("estimate.field.partners"),
    message:
        "{wildcards.study} : structures contactées et relances"
    run:
        call("estimate.field.partners.estimate", rule, input, output, params, log)


rule estimate_support:
    input:
        structures="<results>/{study}/consolidate/structures.parquet",
        restitutions="<results>/{study}/consolidate/restitutions.parquet",
        law_results="<results>/{study}/consolidate/law_results.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        support="<results>/{study}/estimate/support.parquet",
    log:
        "<logs>/{study}/estimate_support.log",
    params:
        study="{study}",
        code=code("estimate.field.support"),
    message:
        "{wildcards.study} : structures locales, axe par axe, et durée de l’étude"
    run:
        call("estimate.field.support.estimate", rule, input, output, params, log)


rule estimate_outreach:
    input:
        outreach="<results>/{study}/consolidate/outreach.parquet",
        contacts="<results>/{study}/collect/contacts.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        outreach="<results>/{study}/estimate/outreach.parquet",
    log:
        "<logs>/{study}/estimate_outreach.log",
    params:
        study="{study}",
        publication=publication,
        code=code("estimate.field.outreach"),
    message:
        "{wildcards.study} : aller-vers en ligne, étape par étape"
    run:
        call("estimate.field.outreach.estimate", rule, input, output, params, log)


rule estimate_national:
    input:
        described_facts="<results>/{study}/estimate/described_facts.parquet",
        national="resources/references/national.csv",
    output:
        national="<results>/{study}/estimate/national.parquet",
    log:
        "<logs>/{study}/estimate_national.log",
    params:
        study="{study}",
        fresh=reads("resources/references/national.csv"),
        code=code("estimate.national"),
    message:
        "{wildcards.study} : références nationales"
    run:
        call("estimate.national.estimate", rule, input, output, params, log)


rule estimate_sensitivity:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        described="<results>/{study}/consolidate/described.parquet",
        pairs="<results>/{study}/consolidate/pairs.parquet",
        respondents="<results>/{study}/consolidate/respondents.parquet",
        places="<results>/{study}/collect/places.parquet",
    output:
        sensitivity="<results>/{study}/estimate/sensitivity.parquet",
    log:
        "<logs>/{study}/estimate_sensitivity.log",
    params:
        study="{study}",
        fresh=reads(ad_codebook),
        code=code("estimate.people.sensitivity"),
    message:
        "{wildcards.study} : chiffres clés sous d’autres règles de comptage"
    run:
        call("estimate.people.sensitivity.estimate", rule, input, output, params, log)


rule estimate_reproduction:
    input:
        questionnaire="<results>/{study}/estimate/questionnaire.parquet",
        described_facts="<results>/{study}/estimate/described_facts.parquet",
        contributors="<results>/{study}/estimate/contributors.parquet",
        internet="<results>/{study}/estimate/internet.parquet",
        press="<results>/{study}/estimate/press.parquet",
        interviews="<results>/{study}/estimate/interviews.parquet",
        sample="<results>/{study}/estimate/sample.parquet",
        demand="<results>/{study}/estimate/demand.parquet",
        history="<results>/{study}/estimate/history.parquet",
        territory="<results>/{study}/estimate/territory.parquet",
        across="<results>/{study}/estimate/across.parquet",
        support="<results>/{study}/estimate/support.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
        published_notes="<results>/{study}/collect/published_notes.parquet",
        published_lists="<results>/{study}/collect/published_lists.parquet",
    output:
        reproduction="<results>/{study}/estimate/reproduction.parquet",
    log:
        "<logs>/{study}/estimate_reproduction.log",
    params:
        code=code("estimate.reproduction"),
    message:
        "{wildcards.study} : chiffres publiés, recalculés un par un"
    run:
        call("estimate.reproduction.reproduce", rule, input, output, params, log)


rule estimate_quality:
    input:
        rows="<results>/{study}/consolidate/rows.parquet",
        reproduction="<results>/{study}/estimate/reproduction.parquet",
        errors="<results>/{study}/collect/erreurs.csv",
        sources="<results>/{study}/collect/sources.parquet",
    output:
        quality="<results>/{study}/estimate/quality.parquet",
    log:
        "<logs>/{study}/estimate_quality.log",
    params:
        study="{study}",
        code=code("estimate.quality"),
    message:
        "{wildcards.study} : lignes reçues, règles appliquées, chiffres reproduits"
    run:
        call("estimate.quality.estimate", rule, input, output, params, log)


rule estimate_facts:
    input:
        unpack(by_departement),
        **{name: f"<results>/{{study}}/estimate/{name}.parquet" for name in FACTS if name not in REGIONAL},
    output:
        facts="<results>/{study}/estimate/facts.parquet",
    log:
        "<logs>/{study}/estimate_facts.log",
    params:
        code=code("estimate.facts"),
    message:
        "{wildcards.study} : tous les indicateurs réunis"
    run:
        call("estimate.facts.gather", rule, input, output, params, log)
