"""Counts of verdicts: by section, by kind, by what they rest on. Nothing here judges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd


def counted(found: pd.DataFrame, by: str, order: Sequence[str], verdicts: Sequence[str]) -> pd.DataFrame:
    """Claims by verdict within each value of a column.

    Parameters
    ----------
    found : pandas.DataFrame
        One row per claim, with columns verdict and ``by``.
    by : str
        Column to count by.
    order : sequence of str
        Its values in the order wanted; values without a claim are left out.
    verdicts : sequence of str
        Verdicts in the order wanted; all become columns.

    Returns
    -------
    pandas.DataFrame
        One row per value, indexed by it; a column per verdict (int) and ``all``.
    """
    wide = pd.crosstab(found[by], found["verdict"]).reindex(columns=list(verdicts), fill_value=0)
    wide = wide.reindex([value for value in order if value in wide.index])
    return wide.assign(all=wide.sum(axis=1)).rename_axis(columns=None)


def coverage(found: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """How many claims of each section were put to evidence, and by what.

    Parameters
    ----------
    found : pandas.DataFrame
        One row per claim, with columns section, basis (check, join, reading, paper, none) and verdict.
    order : sequence of str
        Sections in the order wanted.

    Returns
    -------
    pandas.DataFrame
        One row per section that has claims: section, claims, check, join, reading, paper, none (int), executed
        (share, 0 to 1: claims judged by a check of their own, by the join or by the paper's disagreement with
        itself), decided (share: verdict is neither unverifiable, nor not testable, nor pending).
    """
    wide = counted(
        found.assign(verdict=found["basis"]), "section", order, ["check", "join", "reading", "paper", "none"]
    )
    undecided = found["verdict"].isin(["unverifiable", "not testable", "pending"])
    decided = (~undecided).groupby(found["section"]).mean()
    return pd.DataFrame(
        {
            "section": wide.index,
            "claims": wide["all"].to_numpy(),
            **{basis: wide[basis].to_numpy() for basis in ("check", "join", "reading", "paper", "none")},
            "executed": ((wide["check"] + wide["join"] + wide["paper"]) / wide["all"]).to_numpy(),
            "decided": decided.reindex(wide.index).to_numpy(),
        }
    )


def footnotes(claims: pd.DataFrame, statements: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """Which claims use each footnote and bibliography entry of the paper.

    Parameters
    ----------
    claims : pandas.DataFrame
        Columns claim and footnotes (several separated by `` | ``).
    statements : pandas.DataFrame
        Columns claim and said_by: what a note states by itself.
    references : pandas.DataFrame
        Columns reference, list, number, kind, title, author, counterpart.

    Returns
    -------
    pandas.DataFrame
        The references with ``claims`` (identifiers separated by `` | ``, missing if none) and ``used`` (bool). A
        bibliography entry is used if a footnote for the same work is.
    """
    pairs = claims.assign(reference=claims["footnotes"].str.split(" | ", regex=False)).explode("reference")
    told = statements.rename(columns={"said_by": "reference"})
    both = pd.concat([pairs[["reference", "claim"]], told[["reference", "claim"]]]).dropna().drop_duplicates()
    own = both.groupby("reference", sort=False)["claim"].agg(lambda names: " | ".join(dict.fromkeys(names)))
    users = [
        " | ".join(dict.fromkeys(claim for name in _works(row) for claim in own.get(name, "").split(" | ") if claim))
        for row in references.itertuples()
    ]
    return references.assign(claims=[names or None for names in users], used=[bool(names) for names in users])


def _works(row: Any) -> list[str]:
    """A reference, and for an entry of the bibliography the footnotes for the same work."""
    counterparts = row.counterpart.split(" | ") if isinstance(row.counterpart, str) else []
    return [row.reference, *(counterparts if row.list == "bibliography" else [])]
