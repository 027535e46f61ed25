"""What the importer knows of names: actors that are organisations, divisions by their names since 2018, releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

# The provider of names that hold for a file of any provider without names of its own.
ANY = "*"


@dataclass(frozen=True)
class Release:
    """A known version of a provider's data: the day by which it was public, and the days that it covers.

    Blank where no source tells.
    """

    published: str
    first: str
    last: str


@dataclass(frozen=True)
class Names:
    """Tables of names, shaped for a join.

    Parameters
    ----------
    actors : pandas.DataFrame
        Columns provider (or ``ANY``), actor, country (blank: any), since and until (days; blank: any), organisation
        (blank for a placeholder), kind.
    places : pandas.DataFrame
        Columns country, spelling (lower case, without a word such as province after it), place, name.
    districts : pandas.DataFrame
        Columns country, spelling (lower case), name, place.
    releases : mapping of (str, str) to Release
        By provider and version.
    """

    actors: pd.DataFrame
    places: pd.DataFrame
    districts: pd.DataFrame
    releases: Mapping[tuple[str, str], Release]
