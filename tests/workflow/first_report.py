"""What a team sees first: of a study that `diagnostic creer` has just made, women, men, minors, ages, factors, origins, what
professionals need and know of the law are printed, whatever the study and the tool."""

from __future__ import annotations

import pandas as pd
from copies import Project

from diagnostic.core import io

SHOWN = (
    *("profile.women", "profile.men", "profile.minors", "profile.age_18_25", "profile.age_26_35", "profile.age_36_45"),
    *("profile.age_ge46", "profile.age_unknown", "profile.french", "profile.foreign", "profile.africa"),
    *("vuln.any", "vuln.violence_family", "vuln.family_rupture", "vuln.economic", "vuln.housing", "vuln.psychological"),
    *(
        "cond.no_resources",
        "cond.no_stable_housing",
        "cond.unemployed",
        "forms.street",
        "forms.indoor",
        "forms.internet",
    ),
    *("goods.share", "pimp.present", "pimp.absent", "pimp.unknown", "pros.identified", "survey.took_charge.yes"),
    *("needs.training", "needs.network", "law.pathway_unaware", "law.commission_unaware", "pros.function_social_work"),
)
PUBLISHED = {  # totals of the published study, which no other says again
    "shared.persons_concerned": 167,
    "shared.persons_prostitution": 152,
    "survey.professionals": 61,
    "survey.responses": 36,
    "ads.total": 699,
}


def told(project: Project, study: str) -> pd.DataFrame:
    return io.read_table(project.path(f"results/{study}/release/ledger.parquet")).set_index("fact_id")


def judged(ledger: pd.DataFrame) -> None:
    withheld = ledger.loc[list(SHOWN)].query("verdict == 'withheld'")
    assert withheld.empty, withheld[["numerator", "reason"]].to_string()
    assert {name for name, total in PUBLISHED.items() if ledger["value"][name] == total} == set()
