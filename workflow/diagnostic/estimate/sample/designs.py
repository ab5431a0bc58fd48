"""A sample that the team chose itself: how it was, and what that allows.

The project's own draw has positions and a seed. A sample drawn elsewhere has numbers of its own, and nothing in its file
says how it was chosen: the study declares it (`coded_sample`). Drawn at random of all ads, or of those of each site, it stands
for the lists of the frame. Chosen as it came, it describes its own ads and nothing else; so it does where sites or pages were
drawn first: the project has no estimator of two stages.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnostic.collect.answers import DESCRIBED, SAMPLES
from diagnostic.estimate.facts import Builder, Fact
from diagnostic.estimate.internet.lists import merged
from diagnostic.estimate.texts.sample import ALLOWS

SIMPLE, BY_SITE, *_ = SAMPLES
COUNTED, PAGED = "sites comptés", "sites lus par pages"


def places(codings: pd.DataFrame, frame: pd.DataFrame, design: str) -> pd.DataFrame:
    """The places of a sample that the team chose, one row per coded ad: `ad_id`, and as `stratum` the list of its site.

    An ad of a site that the frame does not have (a mirror left out, a site that was not counted) has no list; at random it
    then stands for nothing and is left out; where the coded ads are described alone (`DESCRIBED`) it is one of them.
    """
    kept = frame.loc[frame["kept"] & frame["size"].gt(0), "stratum"]
    ads = codings.drop_duplicates("ad_id")[["ad_id", "site_code"]]
    ads = ads.assign(stratum=ads["site_code"].where(ads["site_code"].isin(kept)))[["ad_id", "stratum"]]
    return ads if design in DESCRIBED else ads.dropna(subset=["stratum"])


def raised(frame: pd.DataFrame, coded: pd.Series) -> pd.DataFrame:
    """The frame, no list having fewer ads than were coded there (`coded`: the list of each)."""
    least = frame["stratum"].map(coded.value_counts()).fillna(0)
    return frame.assign(
        **{
            name: frame[name].clip(lower=least).astype(frame[name].dtype)
            for name in ("size", "value", "high", "listed")
        }
    )


def as_one(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The lists of the frame that are kept, as the one list of a simple random sample, and list → the name of that one.

    Sites read by pages stay apart from those that were counted: given how many of it are of each, a simple random sample is
    one of each.
    """
    kept = frame[frame["kept"] & frame["size"].gt(0)].set_index("stratum")
    name = kept["page_size"].notna().map({True: PAGED, False: COUNTED})
    one = merged(kept, name).assign(site_code="", category=None, mirror_group="", kept=True)
    return one.reset_index(), name.to_dict()


def facts(design: str, build: Builder) -> Iterator[Fact]:
    """How the sample was chosen, with what it allows as its method."""
    yield build.fact("sample.design.{design}", value_text=SAMPLES[design], design=design, allows=ALLOWS[design])
