"""Facts of the press review: articles by year, under the heading and by printed date."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from diagnostic.estimate.facts import Builder, Fact, table
from diagnostic.estimate.places import Places


def estimate(articles: pd.DataFrame, places: pd.DataFrame, study: str) -> dict[str, pd.DataFrame]:
    """One row per fact on the press review; none when the study has no press review.

    Where heading and printed year differ, the counts of both years carry bounds that hold under either reading.
    """
    if articles.empty:
        return {"press": table(study, [])}
    index = Places(places)
    build = Builder("consolidate/articles", index.origin("press"))
    return {"press": table(study, _facts(articles, build, index))}


def _facts(articles: pd.DataFrame, build: Builder, index: Places) -> Iterator[Fact]:
    cells = index.of("press", articles)
    total, headings, printed = len(articles), articles["year_heading"], articles["year_printed"]
    misfiled = articles[headings != printed]
    period = f"{headings.min()}/{headings.max()}"
    yield build.count("press.articles", total, cells=cells("date"))
    yield build.fact("press.period", value_text=period, cells=cells("year_heading"))
    yield build.count("press.outlets", articles["outlet"].nunique(), cells=cells("outlet"))
    yield build.count("press.misfiled", len(misfiled), total, cells=cells("date", misfiled))
    for year in range(int(min(headings.min(), printed.min())), int(max(headings.max(), printed.max())) + 1):
        under, dated = articles[headings == year], articles[printed == year]
        low, high = sorted((len(under), len(dated)))
        count = partial(build.count, of=total, between=(low, high), year=year)
        yield count("press.articles_{year}", len(under), cells=cells("year_heading", under))
        yield count("press.printed.{year}", len(dated), cells=cells("date", dated))
