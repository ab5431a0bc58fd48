"""A small fictional study, sound in every file: tests break it one way at a time."""

from __future__ import annotations

SMALL = {
    "sites": (
        "site_code,category,mirror_group,status,under_mirror_label,remarks\n"
        "E01,escorting,,open,,\n"
        "E02,escorting,,open,,trop grand pour tout compter\n"
        "D01,dating,miroir-1,open,oui,\n"
        "D02,dating,miroir-1,open,oui,\n"
        "C01,classifieds,,closed,,\n"
    ),
    "ad_counts": (
        "site_code,place,count,method,window_start,window_end\n"
        "E01,Arras,12,exact,2026-01-05,2026-01-20\n"
        "E01,Béthune,3,exact,2026-01-05,2026-01-20\n"
        "E02,,,page_extrapolated,2026-01-05,2026-01-20\n"
        "D01,,5,exact,2026-01-05,2026-01-20\n"
        "D02,,5,exact,2026-01-05,2026-01-20\n"
    ),
    "ad_pages": (
        "site_code,place,page_rank,ads_shown,ads_relevant,pages_total,ads_announced\n"
        "E02,,1,20,15,3,55\n"
        "E02,,2,20,10,3,\n"
    ),
    "wave_counts": "site_code,wave_on,count\nE01,2026-01-10,3\nE01,2026-02-10,4\n",
    "wave_ads": (
        "ad_mark,site_code,wave_on,state,copies,same_person\nV1,E01,2026-01-10,there,2,P1\nV1,E01,2026-02-10,gone,,\n"
    ),
    "press": (
        "date,outlet,title,year_heading\n"
        '2025-03-30,Le Courrier,"Arras : ""un réseau"" jugé",2025\n'
        "2024-12-01,Le Courrier,Deux ans de prison,2024\n"
    ),
    "interviews": (
        "date,structure,mode,place,activity_field,interlocutor\n"
        "2026-02-02,CIDFF,telephone,Arras,social,other\n"
        "2026-02-03,Tribunal judiciaire,in_person,,justice,prosecutor\n"
    ),
    "published_figures": (
        "id,section,line,statement_fr,value,unit,rounding,base_id,base_value,candidate_bases,feasible_k,subset_of,"
        "source_stage,notes\n"
        "ads.total,I,12,annonces,25,count,exact,,,,,,ad_counts,\n"
        "ads.dating_pct,I,13,part des rencontres,20,percent,integer_percent,"
        "ads.total,25,,,ads.total,ad_counts,\n"
        "pros.pct,II,14,part,63,percent,integer_percent,unstated,unstated,,,,survey,\n"
    ),
    "published_notes": "id,in_tables,without_fact,explanation\nads.total,oui,,Somme du tableau\n",
    "published_structure": (
        "relation,kind,whole,parts,question,reading,printed,lines,label_fr\n"
        "ads.parts,subset,ads.total,ads.dating_pct,,,,13,La part tient dans le total\n"
    ),
    "published_lists": "figure,rank,element\nads.total,1,annonces\nads.total,2,annonces\n",
    "duplicates": "first,second,decision,reason,initials\nR1-1,E1-1,same,même année et même commune,AB\n",
    "vignettes": (
        "title,text,situations,first_approval,second_approval\n"
        "une porte ouverte,Elle trouve un lieu sûr et s'y repose.,R1/1 ; R2/1 ; E01/1,AB,CD\n"
    ),
    "structures": (
        "structure_code,agrees_to_be_named,name,activity_field,rights,care,shelter,essentials,residence,violence,"
        "employment,housing\n"
        "S01,oui,Accueil de jour,social,oui,non,non,oui,,oui,non,non\n"
        "S02,non,,health,non,oui,non,non,non,non,non,non\n"
    ),
    "practices": (
        "kind,title,offered_by,audience,where,contact\n"
        "practice,Permanence au commissariat,Service social,victimes,Arras,\n"
        "resource,Annuaire des droits,,,,https://droits.example/annuaire\n"
    ),
    "outreach": "year,sessions,sms,replies,exchanges,met\n2025,12,300,24,9,2\n2026,,,,,\n",
    "contacts": "structure_code,period_start,period_end,once,twice,more\nS01,2026-01-01,2026-06-30,30,10,5\n",
    "restitutions": (
        "date,version,audience,data_until,remarks\n"
        "2026-02-04,interim,commission départementale,2026-01,\n"
        "2026,final,commission départementale,2026-06-30,Structures ajoutées\n"
    ),
    "actions": (
        "action,lead,due,progress,remarks\n"
        "Former les équipes,Association agréée,2025-06,done,\n"
        "Ouvrir une permanence,,,not_done,Local à trouver\n"
    ),
    "law_results": (
        "year,result,value,source,reference_date,circulation,link\n"
        "2025,installed,2018-03-14,prefecture,2018-03,public,https://prefecture.example/bilan\n"
        "2025,granted,11,prefecture,2026-01-31,commission,\n"
    ),
}
SUPPORT = ("structures", "practices", "outreach", "contacts", "restitutions", "actions", "law_results")


def beside(*changed: str) -> dict[str, str]:
    """What is read with these files: those on support are checked by themselves, as the others are."""
    support = set(changed) <= {*SUPPORT}
    return {role: text for role, text in SMALL.items() if (role in SUPPORT) == support}
