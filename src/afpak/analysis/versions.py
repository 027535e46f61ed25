"""Published versions of one figure, and which of them stands for it."""

from __future__ import annotations

import pandas as pd

from afpak.tables.dates import bounds

KEY = ("series", "metric", "place", "group", "period")


def preferred(figures: pd.DataFrame) -> pd.DataFrame:
    """One row per figure: the version published last, with how far the versions lie apart.

    The last version is taken because producers revise as cases are settled; it is a choice, and the
    spread of the versions is kept beside it. Where two versions were published on the same day the one
    whose label sorts last is taken, so that the choice never depends on the order of the rows. A version
    whose date of publication is unknown yields to any that has one.

    Parameters
    ----------
    figures : pandas.DataFrame
        Rows of a table of figures: the columns of `KEY`, version, published, value and the rest.

    Returns
    -------
    pandas.DataFrame
        The chosen rows, with ``versions`` (how many), ``lowest`` and ``highest`` (over all versions, in the
        unit of the figure), sorted by `KEY`.
    """
    key = list(KEY)
    ranked = figures.assign(_order=_published(figures)).sort_values([*key, "_order", "version"], kind="stable")
    spread = ranked.groupby(key)["value"].agg(versions="size", lowest="min", highest="max")
    chosen = ranked.drop_duplicates(key, keep="last").drop(columns="_order")
    return chosen.merge(spread, left_on=key, right_index=True, how="left", validate="1:1").reset_index(drop=True)


def disagreements(figures: pd.DataFrame) -> pd.DataFrame:
    """Every version of each figure whose versions differ in value, sorted by figure and publication."""
    key = list(KEY)
    differing = figures.groupby(key)["value"].transform("nunique") > 1
    rows = figures[differing].assign(_order=_published(figures[differing]))
    return rows.sort_values([*key, "_order", "version"]).drop(columns="_order").reset_index(drop=True)


def _published(figures: pd.DataFrame) -> pd.Series:
    """The last day on which each version may have been published, as text to sort by; unknown comes first."""
    return pd.Series(
        [bounds(text).latest.isoformat() if text else "" for text in figures["published"].fillna("")],
        index=figures.index,
        dtype="str",
    )


def all_versions(figures: pd.DataFrame, series: str, metric: str, place: str = "Pakistan") -> pd.DataFrame:
    """Every published version of one series by year.

    Returns
    -------
    pandas.DataFrame
        Columns year (int), value (float, in the unit of the metric), version, published (text; missing where
        unknown), source, url, sorted by year and publication. Only figures not limited to one armed group.
    """
    rows = figures[
        (figures["series"] == series)
        & (figures["metric"] == metric)
        & (figures["place"] == place)
        & (figures["group"] == "all")
    ]
    frame = pd.DataFrame(
        {
            "year": rows["period"].astype(int),
            "value": rows["value"].astype(float),
            **{column: rows[column] for column in ("version", "published", "source", "url")},
        }
    )
    frame = frame.assign(_order=_published(frame)).sort_values(["year", "_order", "version"])
    return frame.drop(columns="_order").reset_index(drop=True)


def version_table(versions: pd.DataFrame) -> pd.DataFrame:
    """Versions as columns: one row per year in which they differ, one column per version.

    Parameters
    ----------
    versions : pandas.DataFrame
        As `all_versions` returns them.

    Returns
    -------
    pandas.DataFrame
        Column year (text), then a column per version in order of publication; missing where a version has no
        figure for the year. Empty if the versions agree for every year.
    """
    differing = versions.groupby("year")["value"].transform("nunique") > 1
    rows = versions[differing]
    wide = rows.pivot(index="year", columns="version", values="value")
    order = rows.assign(_order=_published(rows)).sort_values(["_order", "version"])["version"].drop_duplicates()
    wide = wide[list(order)].rename_axis(columns=None).reset_index()
    return wide.assign(year=wide["year"].astype("str"))
