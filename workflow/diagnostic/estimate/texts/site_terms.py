"""Texts of the facts on how sites were found and on what they sell to those who publish."""

from functools import partial

from diagnostic.estimate.texts.text import Text

site = partial(
    Text,
    unit="site",
    way="things",
    universe="sites dont la réponse est connue",
    method="Conditions affichées par les sites le jour où elles ont été lues ; elles changent souvent, et ne disent pas ce "
    "que les personnes ont payé ni à qui.",
)
TEXTS = {
    "terms.found_by.{search}": site(
        "sites trouvés par : {name}",
        "sites cochés",
        universe="sites du registre",
        method="Un site peut être trouvé par plusieurs recherches ; celui qu’aucune ne trouve n’est pas dans le registre.",
    ),
    "terms.read": site(
        "sites dont les conditions ont été lues", "sites dont une condition au moins est connue", method=""
    ),
    "terms.paid_options": site("sites qui vendent des options payantes", "sites qui en vendent une"),
    "terms.option.{option}": site("options payantes : {name}", "sites cochés"),
    "terms.subscription": site("sites qui vendent un abonnement", "sites qui répondent oui"),
    "terms.paid_sign_up": site("sites à inscription payante", "sites qui répondent oui"),
    "terms.price.{price}": site("prix mensuel le plus bas : {name}", "sites de la classe"),
}
