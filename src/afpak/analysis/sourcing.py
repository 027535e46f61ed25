"""What a text rests on: its footnotes, works, talks, and the claims that cite them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import igraph
import pandas as pd

from afpak.tables.dates import bounds, listed

# Kinds of source, in the order of figures and tables.
KINDS = (
    "news", "opinion", "report", "primary", "book", "journal", "web page", "interview", "note", "ibid",
)  # fmt: skip
# Kinds that are works somebody else published; a note is the text's own, a talk was not published.
PUBLISHED = ("news", "opinion", "report", "primary", "book", "journal", "web page")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "press: news and opinion": ("news", "opinion"),
    "studies, documents, web pages": ("report", "primary", "book", "journal", "web page"),
    "interviews": ("interview",),
}
SELF, UNDATED = "self-citation", "undated"
OUT_OF_TIME = ("before-the-fact", "after-the-fact")
_SAME_AS_BEFORE, _TALK = "ibid", "interview"
_NOT_IN_LIST = "Not in the bibliography."


def marked(references: pd.DataFrame, *marks: str) -> pd.Series:
    """Whether each reference carries one of some marks; a boolean column on the index of the table."""
    return pd.Series([bool(set(marks) & set(listed(text))) for text in references["marks"]], index=references.index)


def by_kind(references: pd.DataFrame) -> pd.DataFrame:
    """Entries by kind of source and by list.

    Parameters
    ----------
    references : pandas.DataFrame
        The table of references: list (footnote, bibliography), kind, marks.

    Returns
    -------
    pandas.DataFrame
        One row per kind that occurs, in the order of `KINDS`: kind, footnotes, bibliography (int), share (of the
        footnotes, 0 to 1).
    """
    counts = pd.crosstab(references["kind"], references["list"])
    counts = counts.reindex(index=list(KINDS), columns=["footnote", "bibliography"], fill_value=0)
    counts = counts[counts.sum(axis=1) > 0]
    return pd.DataFrame(
        {
            "kind": list(counts.index),
            "footnotes": counts["footnote"].to_numpy(),
            "bibliography": counts["bibliography"].to_numpy(),
            "share": (counts["footnote"] / counts["footnote"].sum()).to_numpy(),
        }
    )


def kinds_by_section(references: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """Footnotes by the section that calls them and by kind.

    Parameters
    ----------
    references : pandas.DataFrame
        The table of references.
    sections : pandas.DataFrame
        Columns section, order and paragraphs.

    Returns
    -------
    pandas.DataFrame
        One row per section that calls a footnote, in reading order, indexed by section; a column (int) per kind that
        occurs in footnotes.
    """
    notes = references[references["list"] == "footnote"]
    counts = pd.crosstab(notes["section"], notes["kind"]).rename_axis(columns=None)
    rows = [section for section in _with_text(sections) if section in counts.index]
    return counts.loc[rows, [kind for kind in KINDS if kind in counts.columns]]


def by_year(references: pd.DataFrame) -> pd.DataFrame:
    """Footnotes by year of their date and by group of kinds.

    Parameters
    ----------
    references : pandas.DataFrame
        The table of references; notes without a source of their own and repetitions are left out.

    Returns
    -------
    pandas.DataFrame
        One row per calendar year from the first to the last, then one for undated sources: year (text; ``undated``),
        and a column (int) per group of `GROUPS`.
    """
    group = {kind: name for name, kinds in GROUPS.items() for kind in kinds}
    notes = references[(references["list"] == "footnote") & references["kind"].isin(group)]
    year = notes["date"].str[:4].fillna(UNDATED)
    counts = pd.crosstab(year, notes["kind"].map(group)).reindex(columns=list(GROUPS), fill_value=0)
    known = [int(text) for text in counts.index if text != UNDATED]
    years = [str(one) for one in range(min(known), max(known) + 1)] if known else []
    return counts.reindex([*years, UNDATED], fill_value=0).rename_axis("year", axis=0).reset_index()


def works(references: pd.DataFrame) -> pd.DataFrame:
    """Published works, each once, however many footnotes and entries name it.

    Two references are one work if the table names one as the other's counterpart; ``ibid`` stands for the footnote
    before it. Notes and talks are no works.

    Parameters
    ----------
    references : pandas.DataFrame
        The table of references.

    Returns
    -------
    pandas.DataFrame
        One row per work in the order of its first reference: work (that reference), references (separated by
        `` | ``), kind, outlet (as printed first; missing if none), date, own (bool: by the author of the text).
    """
    rows = []
    for group in _same(references):
        known = group[group["kind"] != _SAME_AS_BEFORE]
        first = known.iloc[0]
        if first["kind"] in PUBLISHED:
            rows.append(
                {
                    "work": first["reference"],
                    "references": " | ".join(group["reference"]),
                    "kind": first["kind"],
                    "outlet": first["outlet"],
                    "date": first["date"],
                    "own": bool(marked(group, SELF).any()),
                }
            )
    return pd.DataFrame(rows, columns=["work", "references", "kind", "outlet", "date", "own"])


def talks(references: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Interviews and discussions, each once.

    Parameters
    ----------
    references : pandas.DataFrame
        The table of references. Whether a partner is named, and how the talk was held, is read from its note.
    claims : pandas.DataFrame
        Columns claim and footnotes.

    Returns
    -------
    pandas.DataFrame
        One row per talk in the order of the table: talk (first reference), references, partner (person or office),
        named (bool), official (bool: an unnamed holder of an office of state), dates (as printed, separated by
        `` | ``; missing if none), section, cited (bool: by a footnote), claims (int: resting on it), note.
    """
    cited = _citing(claims).groupby("reference")["claim"].nunique()
    rows = []
    for group in _same(references):
        first = group.iloc[0]
        if first["kind"] != _TALK:
            continue
        named = not group["note"].fillna("").str.contains("not named").any()
        rows.append(
            {
                "talk": first["reference"],
                "references": " | ".join(group["reference"]),
                "partner": first["author"],
                "named": named,
                "official": not named and any(word in first["author"] for word in ("official", "officer")),
                "dates": " | ".join(dict.fromkeys(group["date"].dropna())) or pd.NA,
                "section": first["section"],
                "cited": bool((group["list"] == "footnote").any()),
                "claims": int(cited.reindex(group["reference"]).fillna(0).sum()),
                "note": first["note"].replace(_NOT_IN_LIST, "").strip(),
            }
        )
    columns = ["talk", "references", "partner", "named", "official", "dates", "section", "cited", "claims", "note"]
    return pd.DataFrame(rows, columns=columns)


def partners(held: pd.DataFrame) -> pd.DataFrame:
    """Persons and offices talked to, as `talks` gives them: partner, named, official, talks (int)."""
    return held.groupby("partner", sort=False, as_index=False).agg(
        named=("named", "all"), official=("official", "all"), talks=("talk", "size")
    )


def footnoted(claims: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """Share of claims that cite any footnote, by section.

    Parameters
    ----------
    claims : pandas.DataFrame
        Columns claim, section and footnotes.
    sections : pandas.DataFrame
        Columns section, order, title and paragraphs.

    Returns
    -------
    pandas.DataFrame
        One row per section that has claims, in reading order: section, title, claims, footnoted (int), share (0
        to 1).
    """
    flags = claims["footnotes"].map(lambda text: bool(listed(text))).groupby(claims["section"])
    counts = flags.agg(["size", "sum"])
    titles = sections.set_index("section")["title"]
    order = [section for section in _with_text(sections) if section in counts.index]
    counts = counts.loc[order]
    return pd.DataFrame(
        {
            "section": order,
            "title": titles.loc[order].to_numpy(),
            "claims": counts["size"].to_numpy(),
            "footnoted": counts["sum"].astype(int).to_numpy(),
            "share": (counts["sum"] / counts["size"]).to_numpy(dtype=float),
        }
    )


def claims_per_footnote(claims: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """How many claims rest on each footnote: reference, kind, claims (int, zero if none), in the order of the notes."""
    notes = references[references["list"] == "footnote"]
    counts = _citing(claims).groupby("reference")["claim"].nunique()
    return pd.DataFrame(
        {
            "reference": notes["reference"].to_numpy(),
            "kind": notes["kind"].to_numpy(),
            "claims": counts.reindex(notes["reference"]).fillna(0).astype(int).to_numpy(),
        }
    )


def with_verdicts(claims: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Claims with their verdicts and whether they cite a footnote.

    Parameters
    ----------
    claims : pandas.DataFrame
        Columns claim, section, kind, footnotes.
    found : pandas.DataFrame
        Columns claim and verdict, one row per claim.

    Returns
    -------
    pandas.DataFrame
        claim, section, kind, footnoted (bool), verdict (text), in the order of ``claims``; claims without a finding
        are left out.
    """
    verdicts = found.assign(verdict=found["verdict"].map(str))[["claim", "verdict"]]
    cited = claims["footnotes"].map(lambda text: bool(listed(text)))
    return claims.assign(footnoted=cited)[["claim", "section", "kind", "footnoted"]].merge(verdicts, on="claim")


def verdicts_by_footnote(judged: pd.DataFrame, verdicts: Sequence[str]) -> pd.DataFrame:
    """Counts of verdicts of claims with and without a footnote.

    Parameters
    ----------
    judged : pandas.DataFrame
        As `with_verdicts` returns it.
    verdicts : sequence of str
        All verdicts, in the order wanted.

    Returns
    -------
    pandas.DataFrame
        One row per verdict: verdict, with_footnote, without (int).
    """
    counts = pd.crosstab(judged["verdict"], judged["footnoted"])
    counts = counts.reindex(index=list(verdicts), columns=[True, False], fill_value=0)
    return pd.DataFrame(
        {"verdict": list(counts.index), "with_footnote": counts[True].to_numpy(), "without": counts[False].to_numpy()}
    )


def two_by_two(judged: pd.DataFrame, hit: Sequence[str], among: Sequence[str]) -> pd.DataFrame:
    """Claims with and without a footnote, by whether they have one of some verdicts.

    Parameters
    ----------
    judged : pandas.DataFrame
        As `with_verdicts` returns it.
    hit, among : sequence of str
        Verdicts that count as a hit, and those of the claims compared; ``hit`` is a part of ``among``.

    Returns
    -------
    pandas.DataFrame
        Rows True (with a footnote) and False, columns True (hit) and False; counts (int), zeros filled in.
    """
    compared = judged[judged["verdict"].isin(list(among))]
    counts = pd.crosstab(compared["footnoted"], compared["verdict"].isin(list(hit)))
    return counts.reindex(index=[True, False], columns=[True, False], fill_value=0)


def strata(judged: pd.DataFrame, by: str, hit: Sequence[str], among: Sequence[str]) -> dict[str, pd.DataFrame]:
    """`two_by_two` within each value of a column, where both rows and both columns have a claim.

    Returns
    -------
    dict of str to pandas.DataFrame
        Tables by value, in its order; a value in which nothing can be compared is left out.
    """
    found = {}
    for value, rows in judged.groupby(by):
        table = two_by_two(rows, hit, among)
        if (table.sum(axis=0) > 0).all() and (table.sum(axis=1) > 0).all():
            found[str(value)] = table
    return found


def out_of_time(
    references: pd.DataFrame, claims: pd.DataFrame, stated: pd.DataFrame, recorded: pd.DataFrame
) -> pd.DataFrame:
    """Sources whose date does not fit what they are cited for, and by how much.

    Parameters
    ----------
    references : pandas.DataFrame
        The table of references; those with a mark of `OUT_OF_TIME` are taken.
    claims : pandas.DataFrame
        Columns claim and footnotes.
    stated : pandas.DataFrame
        Statements of the text: claim, subject, attribute, value, bound, at, said_by (empty for the text), dated
        (bool: whether the value is a date).
    recorded : pandas.DataFrame
        Statements of the record: subject, attribute, value, alternative (bool).

    Returns
    -------
    pandas.DataFrame
        One row per source and dated statement that rests on it, and one for a source without any: reference, mark,
        source_date, claim, stated (date or span that the text gives), days_min, days_max (from that to the source;
        negative if the source is older; missing if the text only gives a limit), recorded (missing if the record
        has none), recorded_min, recorded_max (days from that to the source), note.
    """
    citing = _citing(claims)
    rows = []
    for one in references[marked(references, *OUT_OF_TIME)].itertuples():
        resting = set(citing.loc[citing["reference"] == one.reference, "claim"])
        own = stated[stated["claim"].isin(resting) & (stated["said_by"] == "")]
        told = [row for row in own.itertuples() if row.dated or row.at]
        base = {
            "reference": one.reference,
            "mark": next(mark for mark in OUT_OF_TIME if mark in listed(one.marks)),
            "source_date": one.date,
            "note": one.note.replace(_NOT_IN_LIST, "").strip(),
        }
        for row in told:
            text = row.value if row.dated else row.at
            same = recorded[
                (recorded["subject"] == row.subject)
                & (recorded["attribute"] == row.attribute)
                & ~recorded["alternative"].astype(bool)
            ]
            fact = same["value"].iloc[0] if row.dated and len(same) else None
            exact = not row.dated or row.bound == "exact"
            between, from_record = _days(text if exact else None, one.date), _days(fact, one.date)
            rows.append(
                {
                    **base,
                    "claim": row.claim,
                    "stated": text if exact else f"{row.bound} {text}",
                    "days_min": between[0],
                    "days_max": between[1],
                    "recorded": fact,
                    "recorded_min": from_record[0],
                    "recorded_max": from_record[1],
                }
            )
        if not told:
            rows.append(base)
    columns = [
        "reference", "mark", "source_date", "claim", "stated", "days_min", "days_max", "recorded", "recorded_min",
        "recorded_max", "note",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _days(fact: str | None, source: object) -> tuple[float, float]:
    """Fewest and most days from a fact to a source, as their dates allow; missing if one has no date."""
    if fact is None or not isinstance(source, str):
        return float("nan"), float("nan")
    a, b = bounds(fact), bounds(source)
    return float((b.earliest - a.latest).days), float((b.latest - a.earliest).days)


def _with_text(sections: pd.DataFrame) -> list[str]:
    """Sections with paragraphs of their own, in reading order, without the bibliography."""
    own = sections[(sections["paragraphs"] > 0) & (sections["section"] != "bibliography")]
    return list(own.sort_values("order")["section"])


def _citing(claims: pd.DataFrame) -> pd.DataFrame:
    """Pairs of claim and reference."""
    pairs = [(row.claim, note) for row in claims.itertuples() for note in listed(row.footnotes)]
    return pd.DataFrame(pairs, columns=["claim", "reference"])


def _same(references: pd.DataFrame) -> list[pd.DataFrame]:
    """References grouped into those of one work, talk or note, in the order of the first of each."""
    names = list(references["reference"])
    place = {name: i for i, name in enumerate(names)}
    pairs = [
        (place[row.reference], place[other]) for row in references.itertuples() for other in listed(row.counterpart)
    ]
    pairs += [(i - 1, i) for i, kind in enumerate(references["kind"]) if kind == _SAME_AS_BEFORE and i > 0]
    graph = igraph.Graph(n=len(names), edges=pairs)
    return [references.iloc[sorted(group)] for group in sorted(graph.connected_components(), key=min)]
