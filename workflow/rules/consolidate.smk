"""Phase consolidate: counting rules, and what became of every input row.

INPUTS   <results>/{study}/collect/*.parquet
OUTPUTS  <results>/{study}/consolidate/{counts,pages,articles,meetings,respondents,cases,rows}.parquet,
         {described,pairs,persons,professionals}.parquet, doublons_a_trancher.csv (to be filled),
         {codings,copies,demand_ads,forum,penal,venues,site_states,site_terms}.parquet,
         {structures,practices,outreach,restitutions,actions,vignettes,law_results}.parquet
"""

from diagnostic.consolidate.table_names import KEYS
from diagnostic.consolidate.table_names import TABLES as CONSOLIDATED

STEPS |= {
    "consolidate_internet": Step(
        "annonces par site et par lieu",
        "consolidate.lists.internet",
        input=collected("sites", "ad_counts", "ad_pages"),
        output=consolidated("counts", "pages", "internet_rows"),
        params=dict(files=files),
    ),
    "consolidate_press": Step(
        "revue de presse",
        "consolidate.lists.press",
        input=collected("press"),
        output=consolidated("articles", "press_rows"),
        params=dict(files=files),
    ),
    "consolidate_interviews": Step(
        "entretiens",
        "consolidate.lists.interviews",
        input=collected("interviews"),
        output=consolidated("meetings", "interviews_rows"),
        params=dict(files=files),
    ),
    "consolidate_questionnaire": Step(
        "professionnel·les et situations du questionnaire",
        "consolidate.questionnaire.consolidate",
        input=collected("codes", "responses", "situations", "text_coding", "received_rows"),
        output=consolidated("respondents", "cases", "questionnaire_rows", "themes_rows"),
        params=dict(files=files, counting=counting),
    ),
    "consolidate_shared": Step(
        "situations des deux sources, doublons, personnes et professionnel·les",
        "consolidate.gathered.consolidate",
        input=collected("codes")
        | consolidated("respondents", "cases", "questionnaire_rows")
        | collected("interview_records", "interview_situations", "situation_coding", "duplicates")
        | outlined("areas")
        | collected("received_rows"),
        output=consolidated("described", "pairs", "persons", "professionals", "shared_rows")
        | dict(to_decide="<results>/{study}/consolidate/doublons_a_trancher.csv"),
        params=dict(files=files, counting=counting),
        given=[ad_codebook],
    ),
    "consolidate_ads": Step(
        "annonces codées et copies trouvées",
        "consolidate.ads.consolidate",
        input=collected("codes", "ads", "ad_copies", "received_rows"),
        output=consolidated("codings", "copies", "ads_rows"),
        params=dict(files=files, common=lambda wildcards: CONFIG.studies[wildcards.study].coded_groups == "common"),
        given=[ad_codebook],
    ),
    "consolidate_demand": Step(
        "demande, réponse pénale, établissements",
        "consolidate.lists.demand",
        input=collected("codes", "demand_ads", "forum_threads", "penal_response", "venues", "received_rows"),
        output=consolidated("demand_ads", "forum", "penal", "venues", "demand_rows"),
        params=dict(files=files),
    ),
    "consolidate_history": Step(
        "historique et conditions des sites",
        "consolidate.lists.history",
        input=collected("codes", "site_status", "site_terms", "received_rows"),
        output=consolidated("site_states", "site_terms", "history_rows"),
        params=dict(files=files),
    ),
    "consolidate_support": Step(
        "structures, pratiques, aller-vers, restitutions, plan précédent, récits composés, application de la loi",
        "consolidate.lists.support",
        input=collected("structures", "practices", "outreach", "restitutions", "actions", "vignettes", "law_results"),
        output=consolidated(
            "structures", "practices", "outreach", "restitutions", "actions", "vignettes", "law_results", "support_rows"
        ),
        params=dict(files=files, circulation=lambda wildcards: CONFIG.studies[wildcards.study].circulation),
    ),
    "consolidate_partners": Step(
        "structures contactées et relances",
        "consolidate.lists.partners",
        input=collected("codes", "partners", "reminders", "received_rows"),
        output=consolidated("partners_rows"),
        params=dict(files=files),
    ),
    "consolidate_rows": Step(
        "ce que devient chaque ligne reçue",
        "consolidate.rows.gather",
        input={name: (consolidated if name in CONSOLIDATED else collected)(name)[name] for name in KEYS}
        | collected("received_rows")
        | consolidated("shared_rows", "themes_rows")
        | collected("cells", "published_figures", "published_notes", "published_structure", "published_lists")
        | consolidated("internet_rows", "ads_rows", "demand_rows", "history_rows", "press_rows", "interviews_rows")
        | consolidated("support_rows", "partners_rows"),
        output=consolidated("rows"),
        params=dict(files=files),
    ),
}
