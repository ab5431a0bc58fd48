"""The draw of the ads to code: the frame, the ads drawn from it, and the workbook that coders fill."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from diagnostic.codebook import loading
from diagnostic.collect.answers import SAMPLES
from diagnostic.consolidate.rows import choice
from diagnostic.core import french
from diagnostic.core.french import NBSP
from diagnostic.core.tables import columns, model
from diagnostic.estimate.formulas import draw
from diagnostic.estimate.internet import lists as register
from diagnostic.estimate.internet.frame import FRAME
from diagnostic.estimate.places import Places
from diagnostic.estimate.sample.usable import SITES, TWO_STAGE

DRAWN_FROM = ("observed", "reconstructed")


def draw_sample(
    counts: pd.DataFrame,
    pages: pd.DataFrame,
    codings: pd.DataFrame,
    places: pd.DataFrame,
    study: str,
    sampling: Mapping[str, Any],
    **files: bytes,
) -> dict[str, Any]:
    """`frame` (one row per list of ads), `draw` (one row per ad drawn) and `coding`, the workbook to fill.

    Nothing is drawn from a transcribed count, nor where the team chose its sample (`design`, in `sampling`). What
    `codings` already holds stays in the draw and leaves the workbook. `files` is the codebook, as `codebook_…`.
    """
    from diagnostic.estimate.sample import coding_sheet  # openpyxl, that reading the workflow needs not wait for

    lists = register.lists(counts, pages, sampling)
    design = sampling["design"]
    first = set(pages["site_code"]) if design == TWO_STAGE else ()
    frame = register.owned(lists, first) if design else register.planned(lists, sampling)
    if design == SITES:
        frame = register.of_sites(lists, counts)
    index = Places(places)
    seen = "ad_counts" in index and index.origin(*FRAME) in DRAWN_FROM
    if not seen:
        frame = frame.assign(coded=0, drawn=0)
    kept = frame[frame["kept"] & frame["drawn"].gt(0)]
    seed = int(sampling["seed"])
    nothing = model("estimate/draw").empty()
    ads = draw.draw_ads(kept, kept["drawn"], seed, sampling["double_share"]) if len(kept) else nothing
    codebook = loading.load(loading.given(files))
    told = [
        f"Étude {study}. {french.number(len(ads))} {french.plural(len(ads), 'annonce tirée', 'annonces tirées')}, dont "
        f"{french.number(int(ads['double'].sum()))} à coder par une seconde personne. Graine {seed}, empreinte du champ "
        f"{draw.frame_digest(kept)}."
    ]
    done = choice(codings, "ad_id").value_counts()
    if coded := int(ads["ad_id"].isin(done.index).sum()):
        told.append(
            f"{french.capital(french.plural(coded, 'annonce déjà codée, absente', 'annonces déjà codées, absentes'))} de ce classeur{NBSP}: {french.number(coded)}."
        )
    if not seen:
        told = [f"Étude {study}. Le décompte n’a pas été relevé par l’équipe : rien n’est tiré."]
    if design:
        told = [f"Étude {study}. L’équipe a choisi elle-même ses annonces ({SAMPLES[design]}) : rien n’est tiré."]
    return {
        "frame": frame.reset_index()[columns("estimate/frame")],
        "draw": ads[columns("estimate/draw")],
        "coding": coding_sheet.workbook(codebook, ads, told, done),
    }
