"""Phase estimate: tables into facts, and every published figure against them.

INPUTS   <results>/{study}/consolidate/*.parquet, the published figures of collect
OUTPUTS  <results>/{study}/estimate/{internet,press,interviews,questionnaire,quality,facts,reproduction}.parquet,
         {frame,draw,usable,held,conflicts,sample,demand,history,waves,territory,across,support,outreach}.parquet, codage.xlsx (to be filled)
"""

from diagnostic.estimate.table_names import FACTS, REGIONAL
from diagnostic.estimate.catalogue import reading

if kept := reading.problems():  # what a fact is is read with the configuration: nothing leaves by default
    sys.exit("\n".join(["\nLe catalogue des indicateurs ne peut pas être lu :", *few(kept), ""]))


STEPS |= {
    "estimate_internet": Step(
        "sites, annonces, échantillon, personnes",
        "estimate.internet.steps.estimate",
        input=consolidated("counts", "pages") | collected("published_figures", "places"),
        output=estimated("internet"),
        params=dict(study="{study}", sampling=sampled, publication=publication),
    ),
    "estimate_draw": Step(
        "tirage des annonces à coder",
        "estimate.sample.drawing.draw_sample",
        input=collected("codes") | consolidated("counts", "pages", "codings") | collected("places"),
        output=estimated("frame", "draw") | dict(coding="<results>/{study}/estimate/codage.xlsx"),
        params=dict(study="{study}", sampling=sampled),
        given=[ad_codebook],
    ),
    "estimate_coded": Step(
        "annonces utilisables, personnes et copies",
        "estimate.sample.usable.link",
        input=collected("codes") | consolidated("codings", "copies", "pages") | estimated("frame", "draw"),
        output=estimated("usable", "held", "conflicts"),
        params=dict(design=coded_sample, most=lambda wildcards: sampled(wildcards)["most_copies"]),
    ),
    "estimate_sample": Step(
        "accord entre codages, profils, personnes derrière les annonces",
        "estimate.sample.steps.estimate",
        input=collected("codes")
        | consolidated("counts", "pages")
        | estimated("frame", "draw")
        | consolidated("codings")
        | estimated("usable", "held", "conflicts")
        | collected("places")
        | references("countries"),
        output=estimated("sample"),
        params=dict(study="{study}", sampling=sampled),
        given=[ad_codebook],
    ),
    "estimate_demand": Step(
        "demande, réponse pénale, lieux à risque",
        "estimate.internet.demand.estimate",
        input=consolidated("demand_ads", "forum", "penal", "venues") | collected("places"),
        output=estimated("demand"),
        params=dict(study="{study}"),
        given=[ad_codebook],
    ),
    "estimate_history": Step(
        "sites trouvés, ce qu’ils vendent, ceux qui ouvrent et ferment",
        "estimate.internet.history.estimate",
        input=collected("codes") | consolidated("site_states", "site_terms") | collected("places"),
        output=estimated("history"),
        params=dict(study="{study}"),
        given=[ad_codebook],
    ),
    "estimate_waves": Step(
        "annonces qui restent, partent et viennent d’un décompte à l’autre",
        "estimate.internet.waves.estimate",
        input=collected("wave_counts", "wave_ads", "places"),
        output=estimated("waves"),
        params=dict(study="{study}", sampling=sampling_choices),
    ),
    "estimate_across": Step(
        "personnes vues par deux sources réunies",
        "estimate.reproduction.across",
        input=collected("published_figures", "places"),
        output=estimated("across"),
        params=dict(study="{study}", publication=publication),
    ),
    "estimate_press": Step(
        "presse par année",
        "estimate.field.press.estimate",
        input=consolidated("articles") | collected("places"),
        output=estimated("press"),
        params=dict(study="{study}"),
    ),
    "estimate_interviews": Step(
        "entretiens par mois, mode et lieu",
        "estimate.people.interviews.estimate",
        input=consolidated("meetings") | collected("text_coding", "places"),
        output=estimated("interviews"),
        params=dict(study="{study}"),
        given=[codebook],
    ),
    "estimate_questionnaire": Step(
        "réponses, situations, besoins",
        "estimate.people.questionnaire.estimate",
        input=collected("codes") | consolidated("respondents", "cases") | collected("places"),
        output=estimated("questionnaire"),
        params=dict(study="{study}"),
        given=[codebook],
    ),
    "estimate_described": Step(
        "personnes décrites, leur profil, leurs conditions de vie",
        "estimate.people.described.estimate",
        input=collected("codes") | consolidated("described", "pairs") | collected("partners", "places"),
        output=estimated("described_facts"),
        params=dict(study="{study}", counting=counting),
        given=[ad_codebook],
    ),
    "estimate_contributors": Step(
        "professionnel·les, repérage, outillage, besoins",
        "estimate.people.contributors.estimate",
        input=collected("codes") | consolidated("respondents", "professionals") | collected("places"),
        output=estimated("contributors"),
        params=dict(study="{study}"),
        given=[ad_codebook],
    ),
    "estimate_territory": Step(
        "personnes et structures par lieu",
        "estimate.territory.steps.estimate",
        input=collected("codes")
        | consolidated("described", "pairs")
        | collected("partners")
        | consolidated("counts", "pages")
        | outlined("areas")
        | collected("places"),
        output=estimated("territory"),
        params=dict(
            study="{study}",
            geography=lambda wildcards: CONFIG.release(wildcards.study).rules.geography.model_dump(),
            sampling=sampling_choices,
        ),
        given=[ad_codebook],
    ),
    # Of a study of several départements: the same functions, over the rows of each.
    "estimate_departements": Step(
        "indicateurs de chaque département",
        "estimate.territory.departements.estimate",
        input=collected("codes")
        | consolidated("counts", "pages", "demand_ads", "forum")
        | estimated("frame", "draw")
        | consolidated("codings")
        | estimated("usable", "held", "conflicts")
        | consolidated("respondents", "cases", "professionals", "described", "pairs")
        | collected("places"),
        output=estimated("departements"),
        params=dict(study="{study}", departements=departements, sampling=sampled, counting=counting),
        given=[ad_codebook],
    ),
    "estimate_partners": Step(
        "structures contactées et relances",
        "estimate.field.partners.estimate",
        input=collected("codes", "partners", "reminders", "places"),
        output=estimated("partners_facts"),
        params=dict(study="{study}"),
    ),
    "estimate_support": Step(
        "structures locales, axe par axe, et durée de l’étude",
        "estimate.field.support.estimate",
        input=consolidated("structures", "restitutions", "law_results") | collected("places"),
        output=estimated("support"),
        params=dict(study="{study}"),
    ),
    "estimate_outreach": Step(
        "aller-vers en ligne, étape par étape",
        "estimate.field.outreach.estimate",
        input=consolidated("outreach") | collected("contacts", "published_figures", "places"),
        output=estimated("outreach"),
        params=dict(study="{study}", publication=publication),
    ),
    "estimate_national": Step(
        "références nationales",
        "estimate.reproduction.national",
        input=estimated("described_facts") | references("national"),
        output=estimated("national"),
        params=dict(study="{study}"),
    ),
    "estimate_sensitivity": Step(
        "chiffres clés sous d’autres règles de comptage",
        "estimate.people.sensitivity.estimate",
        input=collected("codes") | consolidated("described", "pairs", "respondents") | collected("places"),
        output=estimated("sensitivity"),
        params=dict(study="{study}"),
        given=[ad_codebook],
    ),
    "estimate_reproduction": Step(
        "chiffres publiés, recalculés un par un",
        "estimate.reproduction.reproduce",
        input=estimated("questionnaire", "described_facts", "contributors", "internet", "press", "interviews")
        | estimated("sample", "demand", "history", "territory", "across", "support")
        | collected("published_figures", "published_notes", "published_lists"),
        output=estimated("reproduction"),
    ),
    "estimate_quality": Step(
        "lignes reçues, règles appliquées, chiffres reproduits",
        "estimate.quality.estimate",
        input=consolidated("rows")
        | estimated("reproduction")
        | dict(errors="<results>/{study}/collect/erreurs.csv")
        | collected("sources"),
        output=estimated("quality"),
        params=dict(study="{study}"),
    ),
    "estimate_facts": Step(
        "tous les indicateurs réunis",
        "estimate.facts.gather",
        input=estimated(*(name for name in FACTS if name not in REGIONAL)),
        output=estimated("facts"),
        given=[by_departement],
    ),
}
