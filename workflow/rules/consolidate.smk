"""Phase consolidate: counting rules, and what became of every input row.

INPUTS   <results>/{study}/collect/*.parquet
OUTPUTS  <results>/{study}/consolidate/{counts,pages,articles,meetings,respondents,cases,rows}.parquet,
         {described,pairs,persons,professionals}.parquet, doublons_a_trancher.csv (to be filled),
         {codings,copies,demand_ads,forum,penal,venues,site_states,site_terms}.parquet,
         {structures,practices,outreach,restitutions,actions,vignettes,law_results}.parquet
"""

from diagnostic.consolidate.table_names import KEYS
from diagnostic.consolidate.table_names import TABLES as CONSOLIDATED


rule consolidate_internet:
    input:
        sites="<results>/{study}/collect/sites.parquet",
        ad_counts="<results>/{study}/collect/ad_counts.parquet",
        ad_pages="<results>/{study}/collect/ad_pages.parquet",
    output:
        counts="<results>/{study}/consolidate/counts.parquet",
        pages="<results>/{study}/consolidate/pages.parquet",
        internet_rows="<results>/{study}/consolidate/internet_rows.parquet",
    log:
        "<logs>/{study}/consolidate_internet.log",
    params:
        files=files,
        code=code("consolidate.internet"),
    message:
        "{wildcards.study} : annonces par site et par lieu"
    run:
        call("consolidate.internet.consolidate", rule, input, output, params, log)


rule consolidate_press:
    input:
        press="<results>/{study}/collect/press.parquet",
    output:
        articles="<results>/{study}/consolidate/articles.parquet",
        press_rows="<results>/{study}/consolidate/press_rows.parquet",
    log:
        "<logs>/{study}/consolidate_press.log",
    params:
        files=files,
        code=code("consolidate.press"),
    message:
        "{wildcards.study} : revue de presse"
    run:
        call("consolidate.press.consolidate", rule, input, output, params, log)


rule consolidate_interviews:
    input:
        interviews="<results>/{study}/collect/interviews.parquet",
    output:
        meetings="<results>/{study}/consolidate/meetings.parquet",
        interviews_rows="<results>/{study}/consolidate/interviews_rows.parquet",
    log:
        "<logs>/{study}/consolidate_interviews.log",
    params:
        files=files,
        code=code("consolidate.interviews"),
    message:
        "{wildcards.study} : entretiens"
    run:
        call("consolidate.interviews.consolidate", rule, input, output, params, log)


rule consolidate_questionnaire:
    input:
        codes="<results>/{study}/collect/codes.parquet",
        responses="<results>/{study}/collect/responses.parquet",
        situations="<results>/{study}/collect/situations.parquet",
        text_coding="<results>/{study}/collect/text_coding.parquet",
        received_rows="<results>/{study}/collect/received_rows.parquet",
    output:
        respondents="<results>/{study}/consolidate/respondents.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        questionnaire_rows="<results>/{study}/consolidate/questionnaire_rows.parquet",
        themes_rows="<results>/{study}/consolidate/themes_rows.parquet",
    log:
        "<logs>/{study}/consolidate_questionnaire.log",
    params:
        files=files,
        counting=counting,
        code=code("consolidate.questionnaire"),
    message:
        "{wildcards.study} : professionnel·les et situations du questionnaire"
    run:
        call("consolidate.questionnaire.consolidate", rule, input, output, params, log)


rule consolidate_shared:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        respondents="<results>/{study}/consolidate/respondents.parquet",
        cases="<results>/{study}/consolidate/cases.parquet",
        questionnaire_rows="<results>/{study}/consolidate/questionnaire_rows.parquet",
        interview_records="<results>/{study}/collect/interview_records.parquet",
        interview_situations="<results>/{study}/collect/interview_situations.parquet",
        situation_coding="<results>/{study}/collect/situation_coding.parquet",
        duplicates="<results>/{study}/collect/duplicates.parquet",
        areas="<results>/{study}/geography/areas.parquet",
        received_rows="<results>/{study}/collect/received_rows.parquet",
    output:
        described="<results>/{study}/consolidate/described.parquet",
        pairs="<results>/{study}/consolidate/pairs.parquet",
        persons="<results>/{study}/consolidate/persons.parquet",
        professionals="<results>/{study}/consolidate/professionals.parquet",
        shared_rows="<results>/{study}/consolidate/shared_rows.parquet",
        to_decide="<results>/{study}/consolidate/doublons_a_trancher.csv",
    log:
        "<logs>/{study}/consolidate_shared.log",
    params:
        files=files,
        counting=counting,
        fresh=reads(ad_codebook),
        code=code("consolidate.gathered"),
    message:
        "{wildcards.study} : situations des deux sources, doublons, personnes et professionnel·les"
    run:
        call("consolidate.gathered.consolidate", rule, input, output, params, log)


rule consolidate_ads:
    input:
        unpack(ad_codebook),
        codes="<results>/{study}/collect/codes.parquet",
        ads="<results>/{study}/collect/ads.parquet",
        ad_copies="<results>/{study}/collect/ad_copies.parquet",
        received_rows="<results>/{study}/collect/received_rows.parquet",
    output:
        codings="<results>/{study}/consolidate/codings.parquet",
        copies="<results>/{study}/consolidate/copies.parquet",
        ads_rows="<results>/{study}/consolidate/ads_rows.parquet",
    log:
        "<logs>/{study}/consolidate_ads.log",
    params:
        files=files,
        fresh=reads(ad_codebook),
        code=code("consolidate.ads"),
    message:
        "{wildcards.study} : annonces codées et copies trouvées"
    run:
        call("consolidate.ads.consolidate", rule, input, output, params, log)


rule consolidate_demand:
    input:
        codes="<results>/{study}/collect/codes.parquet",
        demand_ads="<results>/{study}/collect/demand_ads.parquet",
        forum_threads="<results>/{study}/collect/forum_threads.parquet",
        penal_response="<results>/{study}/collect/penal_response.parquet",
        venues="<results>/{study}/collect/venues.parquet",
        received_rows="<results>/{study}/collect/received_rows.parquet",
    output:
        demand_ads="<results>/{study}/consolidate/demand_ads.parquet",
        forum="<results>/{study}/consolidate/forum.parquet",
        penal="<results>/{study}/consolidate/penal.parquet",
        venues="<results>/{study}/consolidate/venues.parquet",
        demand_rows="<results>/{study}/consolidate/demand_rows.parquet",
    log:
        "<logs>/{study}/consolidate_demand.log",
    params:
        files=files,
        code=code("consolidate.demand"),
    message:
        "{wildcards.study} : demande, réponse pénale, établissements"
    run:
        call("consolidate.demand.consolidate", rule, input, output, params, log)


rule consolidate_history:
    input:
        codes="<results>/{study}/collect/codes.parquet",
        site_status="<results>/{study}/collect/site_status.parquet",
        site_terms="<results>/{study}/collect/site_terms.parquet",
        received_rows="<results>/{study}/collect/received_rows.parquet",
    output:
        site_states="<results>/{study}/consolidate/site_states.parquet",
        site_terms="<results>/{study}/consolidate/site_terms.parquet",
        history_rows="<results>/{study}/consolidate/history_rows.parquet",
    log:
        "<logs>/{study}/consolidate_history.log",
    params:
        files=files,
        code=code("consolidate.history"),
    message:
        "{wildcards.study} : historique et conditions des sites"
    run:
        call("consolidate.history.consolidate", rule, input, output, params, log)


rule consolidate_support:
    input:
        structures="<results>/{study}/collect/structures.parquet",
        practices="<results>/{study}/collect/practices.parquet",
        outreach="<results>/{study}/collect/outreach.parquet",
        restitutions="<results>/{study}/collect/restitutions.parquet",
        actions="<results>/{study}/collect/actions.parquet",
        vignettes="<results>/{study}/collect/vignettes.parquet",
        law_results="<results>/{study}/collect/law_results.parquet",
    output:
        structures="<results>/{study}/consolidate/structures.parquet",
        practices="<results>/{study}/consolidate/practices.parquet",
        outreach="<results>/{study}/consolidate/outreach.parquet",
        restitutions="<results>/{study}/consolidate/restitutions.parquet",
        actions="<results>/{study}/consolidate/actions.parquet",
        vignettes="<results>/{study}/consolidate/vignettes.parquet",
        law_results="<results>/{study}/consolidate/law_results.parquet",
        support_rows="<results>/{study}/consolidate/support_rows.parquet",
    log:
        "<logs>/{study}/consolidate_support.log",
    params:
        files=files,
        circulation=lambda wildcards: CONFIG.studies[wildcards.study].circulation,
        code=code("consolidate.support"),
    message:
        "{wildcards.study} : structures, pratiques, aller-vers, restitutions, plan précédent, récits composés, application de la loi"
    run:
        call("consolidate.support.consolidate", rule, input, output, params, log)


rule consolidate_partners:
    input:
        codes="<results>/{study}/collect/codes.parquet",
        partners="<results>/{study}/collect/partners.parquet",
        reminders="<results>/{study}/collect/reminders.parquet",
        received_rows="<results>/{study}/collect/received_rows.parquet",
    output:
        partners_rows="<results>/{study}/consolidate/partners_rows.parquet",
    log:
        "<logs>/{study}/consolidate_partners.log",
    params:
        files=files,
        code=code("consolidate.partners"),
    message:
        "{wildcards.study} : structures contactées et relances"
    run:
        call("consolidate.partners.consolidate", rule, input, output, params, log)


rule consolidate_rows:
    input:
        **{
            name: f"<results>/{{study}}/{'consolidate' if name in CONSOLIDATED else 'collect'}/{name}.parquet"
            for name in KEYS
        },
        received_rows="<results>/{study}/collect/received_rows.parquet",
        shared_rows="<results>/{study}/consolidate/shared_rows.parquet",
        themes_rows="<results>/{study}/consolidate/themes_rows.parquet",
        cells="<results>/{study}/collect/cells.parquet",
        published_figures="<results>/{study}/collect/published_figures.parquet",
        published_notes="<results>/{study}/collect/published_notes.parquet",
        published_lists="<results>/{study}/collect/published_lists.parquet",
        internet_rows="<results>/{study}/consolidate/internet_rows.parquet",
        ads_rows="<results>/{study}/consolidate/ads_rows.parquet",
        demand_rows="<results>/{study}/consolidate/demand_rows.parquet",
        history_rows="<results>/{study}/consolidate/history_rows.parquet",
        press_rows="<results>/{study}/consolidate/press_rows.parquet",
        interviews_rows="<results>/{study}/consolidate/interviews_rows.parquet",
        support_rows="<results>/{study}/consolidate/support_rows.parquet",
        partners_rows="<results>/{study}/consolidate/partners_rows.parquet",
    output:
        rows="<results>/{study}/consolidate/rows.parquet",
    log:
        "<logs>/{study}/consolidate_rows.log",
    params:
        files=files,
        code=code("consolidate.rows"),
    message:
        "{wildcards.study} : ce que devient chaque ligne reçue"
    run:
        call("consolidate.rows.gather", rule, input, output, params, log)
