"""Every published figure of the series that count the same sort of thing, version by version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from afpak.analysis import trends, versions

COLUMNS = ("series", "sort", "metric", "year", "value", "bound", "version", "published", "source", "chosen", "run")


def figures_by_sort(
    figures: pd.DataFrame, definitions: pd.DataFrame, sorts: Mapping[str, str], names: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """All versions of some series by year, with the one that stands for each year marked.

    Parameters
    ----------
    figures : pandas.DataFrame
        The table of yearly figures.
    definitions : pandas.DataFrame
        The table of series.
    sorts : mapping of str to str
        For each sort of count, as a reader should see it, the column of ``definitions`` with the metric that stands
        for it in each series.
    names : mapping of str to sequence of str
        For each sort the series wanted.

    Returns
    -------
    pandas.DataFrame
        Columns series, sort, metric, year (int), value (float), bound (exact, about, at-least), version, published,
        source, chosen (bool: the version that stands for the year, the one published last), run (int: the same for
        years that follow each other without a gap). One row for each value that was published for a year, of the
        versions with the same value the last; sorted by series, sort, year and publication. Never spliced, never
        filled.
    """
    metrics = definitions.set_index("series")
    parts = []
    preferred = versions.preferred(figures)
    for sort, column in sorts.items():
        for series in names[sort]:
            metric = str(metrics.loc[series, column])
            counts = trends.by_year(preferred, series, metric).set_index("year")["count"]
            runs = (counts.index.to_series().diff() > 1).cumsum()
            own = figures[(figures["series"] == series) & (figures["metric"] == metric)]
            whole = own[(own["place"] == "Pakistan") & (own["group"] == "all")]
            bound = dict(
                zip(zip(whole["period"].astype(int), whole["version"], strict=True), whole["bound"], strict=True)
            )
            every = versions.all_versions(figures, series, metric)
            # Of versions with the same value the last to be published speaks for it.
            every = every.drop_duplicates(["year", "value"], keep="last")
            last = ~every["year"].duplicated(keep="last")
            parts.append(
                every.assign(
                    series=series,
                    sort=sort,
                    metric=metric,
                    bound=[bound[key] for key in zip(every["year"], every["version"], strict=True)],
                    chosen=last,
                    run=every["year"].map(runs).astype(int),
                )[list(COLUMNS)]
            )
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts).sort_values(["series", "sort", "year"], kind="stable").reset_index(drop=True)
