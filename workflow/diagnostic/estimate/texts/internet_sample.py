"""Texts of the facts on the size of the sample of ads and on its allocation over the sites."""

from functools import partial

from diagnostic.estimate.texts.text import Text

OF_ADS, OF_OTHERS = "ads", "idf"  # the study's own ads, those of the neighbouring study
DRAWN = "annonces du champ, miroirs regroupés"
LISTED = "annonces d’offre répertoriées, miroirs compris"
CITED = "annonces répertoriées par l’étude citée"
WHY = {  # a frame → why it is the one
    DRAWN: "C’est le champ du tirage : chaque groupe miroir y compte une fois.",
    LISTED: "C’est le champ de la publication que l’étude reproduit : les miroirs y comptent chacun.",
}
ad = partial(Text, unit="ad", way="things", universe="{frame}")
SIZES = {
    f"{of}.{name}": text(unit="ad", way="things", universe="{frame}")
    for of in (OF_ADS, OF_OTHERS)
    for name, text in {
        "sample_size": partial(
            Text,
            "taille de l’échantillon d’annonces",
            "n = ⌈n₀ ÷ (1 + (n₀ − 1) ÷ N)⌉, n₀ = z² p (1 − p) ÷ e²",
            method="{parameters}",
            rules=("taille_cochran",),
        ),
        "margin_of_error_pct": partial(
            Text,
            "marge d’erreur réalisée pour une proportion de l’ensemble",
            "z √(p (1 − p) ÷ n × (N − n) ÷ (N − 1))",
            measure="percent",
            decimals=2,
            method="{parameters}, n = {size} ; vaut pour une seule proportion de l’ensemble, pas pour un sous-groupe.",
            rules=("taille_cochran",),
        ),
        "implied_confidence_pct": partial(
            Text,
            "confiance que cette taille implique",
            "niveaux de confiance qui donnent exactement cette taille",
            measure="percent",
            decimals=2,
            method="{parameters}",
        ),
    }.items()
}
TEXTS = SIZES | {
    "ads.sample_frame": ad("champ de l’échantillon", "somme des listes, au plus proche entier", method="{why}"),
    "ads.sample_size_variant.{variant}": ad("{what}", "{how}", method="Avant arrondi : {unrounded}."),
    "ads.planned_margin.{category}_pct": ad(
        "marge attendue dans les seuls {name}",
        "z √(Σ (N_h ÷ N)² p (1 − p) ÷ n_h × (N_h − n_h) ÷ (N_h − 1))",
        measure="percent",
        decimals=1,
        method="{drawn} annonces à coder sur {all}.",
        rules=("taille_cochran",),
    ),
    "ads.allocation{choice}.{site}": ad(
        "annonces à coder du site {site}, {name}", "part proportionnelle aux annonces du site", method="{name}"
    ),
    "ads.allocation{choice}_category.{category}": ad(
        "annonces à coder, {category_name}, {name}",
        "somme des annonces à coder de la catégorie",
        method="{name}",
    ),
}
