"""Texts of the facts on sites that opened and closed."""

from functools import partial

from diagnostic.estimate.texts.text import Text

site = partial(Text, unit="site", way="things", universe="sites dont l’état a été constaté")
TEXTS = {
    "turnover.period": site(
        "premier et dernier constats de l’état des sites",
        "première et dernière dates de l’historique",
        measure="date",
    ),
    "turnover.open_before": site("sites ouverts au premier constat", "dernier état connu à cette date"),
    "turnover.open_after": site("sites ouverts au dernier constat", "dernier état connu à cette date"),
    "turnover.change.{change}": site("sites : {name}", "état au premier et au dernier constat"),
    "turnover.loss_share_pct": site(
        "part des sites ouverts qui ont fermé ou ont été suspendus",
        "fermés ou suspendus ÷ (restés + fermés ou suspendus)",
        measure="percent",
    ),
    "turnover.arrival_share_pct": site(
        "part des sites ouverts à la fin qui sont apparus ou ont rouvert",
        "apparus ou rouverts ÷ (restés + apparus ou rouverts)",
        measure="percent",
    ),
}
