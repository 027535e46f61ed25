"""Tables and records of the chapters: results in, something to show out, one function each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from afpak.figures.shown import Records, Table, cited, p_value, span, with_interval
from afpak.tables.inputs import OWN_FILE

# Marks a row that is from a person's own table.
OWN_MARK = "†"
_COMPUTED = "computed from the counts above"
_EACH_ENTRY = "the pages named in each entry"
# Tests of dispersion and variances in words; statsmodels has abbreviations and a formula.
_TESTS = {
    "Dean B": "Dean’s score test",
    "Dean C": "Dean’s score test",
    "CT nb2": "Cameron and Trivedi’s regression",
    "CT nb2 HC3": "the same regression, errors robust to unequal variances",
}
_VARIANCES = {
    "mu (1 + a mu)": "mean plus a multiple of its square (negative binomial)",
    "mu (1 + a)": "a multiple of the mean",
}
_DONE = {
    "split": "split from",
    "expelled": "expelled by",
    "merged": "merged into",
    "joined": "joined",
    "pledged": "pledged itself to",
}
_MARKS = {
    "no-counterpart": "missing from the other list",
    "undated": "no date printed",
    "title-differs": "another title than the work or the other list has",
    "date-differs": "another date than the work or the other list has",
    "outlet-differs": "another outlet than the work or the other list has",
    "url-differs": "another address than the other list has",
    "url-of-another-work": "the address of another work",
    "shared-url": "an address that another entry prints too",
    "after-the-fact": "younger than what it is cited for",
    "before-the-fact": "older than what it is cited for",
    "wrong-document": "another document than the one told of",
    "self-citation": "the author’s own work",
    "repeated": "names a work that the next or last note names",
    "is-a-footnote": "an entry of the bibliography that is the text of a note",
}


def coverage(accounts: pd.DataFrame, as_of: object, which: str = "Tables that this chapter reads") -> Table:
    """What was read, dropped, cut and kept of tables, as `afpak.tables.Inputs.read` and ``coverage`` have it.

    ``which`` says in words what tables these are.
    """
    caption = f"{which}, as of {as_of}: rows read, dropped by a correction, cut at the as-of date, and kept."
    source = "the tables of this book"
    if OWN_FILE in accounts.columns:
        caption += " Rows of a table of the reader’s own were laid over some: they replace or add to those of the book."
        source += ", and the files named"
    return Table(accounts, "inputs", caption, source, decimals=0)


def definitions(series: pd.DataFrame) -> Records:
    """What each series counts, leaves out and warns of, with the terms of use; rows of the table of series."""
    shown = series.assign(source=_cited(series)).rename(columns={"leaves_out": "leaves out"})
    fields = ["series", "publisher", "counts", "leaves out", "caution", "terms", "source"]
    return Records(
        shown[fields],
        ["series", "publisher"],
        "definitions",
        "What each series counts and leaves out, and the terms on which its figures are used.",
        _EACH_ENTRY,
        links=["source"],
    )


def charted(series: pd.DataFrame, why: str) -> Records:
    """Who publishes a series that is drawn and what it counts; rows of the table of series.

    ``why`` says in a sentence why this series is taken. `definitions` has all else that is known of it.
    """
    return Records(
        series[["series", "publisher", "counts", "caution"]],
        ["series", "publisher"],
        "charted",
        why,
        "the table of series of this book",
    )


def versions(differing: pd.DataFrame, series: str, unit: str, source: str) -> Table:
    """Years in which versions differ, as `afpak.analysis.versions.version_table` returns them."""
    caption = f"{series}: years in which the published versions differ ({unit})."
    return Table(differing, "versions", caption, source, decimals=0)


def disagreements(differing: pd.DataFrame) -> Table:
    """Every version of every figure whose versions differ."""
    return Table(
        differing[["series", "metric", "place", "group", "period", "value", "version", "published"]],
        "disagreements",
        "Yearly figures whose published versions differ.",
        "publications named row by row in the table annual",
        decimals=0,
    )


def agreement(pairs: pd.DataFrame, source: str) -> Table:
    """Agreement of pairs of series, as `afpak.analysis.trends.agreement` returns it."""
    return Table(
        pd.DataFrame(
            {
                "first": pairs["first"],
                "second": pairs["second"],
                "years in common": [
                    f"{years} ({first}–{last})"
                    for years, first, last in zip(pairs["years"], pairs["from"], pairs["to"], strict=True)
                ],
                "rank correlation": _intervals(pairs, "rho", 2),
                "ratio by year": _spans(pairs, "ratio_low", "ratio_high", 2),
                "larger by smaller": _spans(pairs, "times_low", "times_high", 2),
            }
        ),
        "agreement",
        "Counts of incidents: agreement of each pair of series, with intervals. Ratios are first divided by second; "
        "the last column has the larger count of each year divided by the smaller, whichever series it is of.",
        source,
    )


def ratios(by_year: pd.DataFrame, base: str, source: str) -> Table:
    """Ratios by year, as `afpak.analysis.trends.ratios` returns them."""
    frame = by_year.reset_index()
    caption = f"{base} as a multiple of each other series, by year."
    return Table(frame.assign(year=frame["year"].astype(str)), "ratios", caption, source)


def extremes(turning: pd.DataFrame, source: str) -> Table:
    """Years of peak and trough, as `afpak.analysis.trends.extremes` returns them."""
    trough = [None if pd.isna(row.trough) else f"{row.trough}: {row.at_trough:,.0f}" for row in turning.itertuples()]
    return Table(
        pd.DataFrame(
            {
                "series": turning["series"],
                "from": turning["first"].astype(str),
                "to": turning["last"].astype(str),
                "years missing": turning["missing"],
                "peak": [f"{row.peak}: {row.at_peak:,.0f}" for row in turning.itertuples()],
                "trough after it": trough,
                "last count": turning["last_count"],
            }
        ),
        "extremes",
        "Years of peak, and of the trough after it, by series.",
        source,
        decimals=0,
    )


def dispersion(tests: pd.DataFrame) -> Table:
    """Tests of dispersion, as `afpak.analysis.trends.dispersion` returns them."""
    return Table(
        pd.DataFrame(
            {
                "test": tests["method"].map(_TESTS),
                "variance if it is larger": tests["alternative"].map(_VARIANCES),
                "statistic": tests["statistic"],
                "p": tests["p"].map(p_value),
            }
        ),
        "dispersion",
        "Tests of the Poisson model: is the variance larger than the mean? The first one, Dean’s test against the "
        "negative binomial variance, decides.",
        _COMPUTED,
    )


def autocorrelation(serial: pd.DataFrame) -> Table:
    """Ljung and Box's test, as `afpak.analysis.trends.autocorrelation` returns it."""
    return Table(
        serial.assign(lag=serial["lag"].astype(str), p=serial["p"].map(p_value)),
        "autocorrelation",
        "Ljung–Box test of the residuals: does one year tell of the next?",
        _COMPUTED,
        decimals=3,
    )


def rate_ratios(terms: pd.DataFrame, series: str) -> Table:
    """Incidence-rate ratios, as `afpak.analysis.trends.rate_ratios` returns them."""
    return Table(
        pd.DataFrame(
            {
                "term": terms["meaning"],
                "incidence-rate ratio": _intervals(terms, "ratio", 3),
                "p": terms["p"].map(p_value),
            }
        ),
        "rate-ratios",
        f"{series}: incidence-rate ratios with 95% intervals.",
        _COMPUTED,
    )


def tenures(
    lengths: pd.DataFrame, names: Mapping[str, str], as_of: object, source: str, origins: Mapping[str, str]
) -> Table:
    """Tenures, as `afpak.analysis.attrition.tenures` returns them.

    ``origins`` names the file of each tenure that is not from the book's own table; these rows are marked.
    """
    files = lengths["tenure"].map(dict(origins))
    marks = files.notna().map({True: f" {OWN_MARK}", False: ""})
    if files.notna().any():
        named = ", ".join(f"`{file}`" for file in sorted(files.dropna().unique()))
        source += (
            f". {OWN_MARK} Rows from {named}, which was given to this build and is not part of the book’s own tables"
        )
    return Table(
        pd.DataFrame(
            {
                "head": lengths["person"] + marks,
                "of": lengths["organisation"].map(names),
                "from": lengths["tenure_start"],
                "to": lengths["tenure_end"].fillna(lengths["status"]),
                "days": _spans(lengths, "days_min", "days_max", 0),
                "ended by": lengths["end_cause"],
            }
        ),
        "tenures-table",
        f"Tenures as of {as_of}.",
        source,
    )


def beside_the_paper(lengths: pd.DataFrame, names: Mapping[str, str]) -> Records:
    """What the paper says of each head beside what the record has."""
    stated, recorded = lengths["paper_end"].fillna("not dated"), lengths["tenure_end"].fillna("none by this date")
    return Records(
        pd.DataFrame(
            {
                "head": lengths["person"],
                "organisation": lengths["organisation"].map(names),
                "the paper says": lengths["paper_says"].fillna("nothing"),
                "where": _commas(lengths["paper_sections"]),
                "end in the paper": stated + _with_comma(lengths["paper_cause"]),
                "recorded end": recorded + _with_comma(lengths["end_cause"]),
                "last seen in office": lengths["last_seen"],
                "place": lengths["end_place"],
                "other reports": _commas(lengths["cause_alternatives"]),
                "note": lengths["note"],
                "sources": _cited(lengths),
            }
        ),
        ["head", "organisation"],
        "beside-the-paper",
        "The paper’s statements on each head beside the record.",
        f"the paper, and {_EACH_ENTRY}",
        links=["sources"],
    )


def medians(by_reading: pd.DataFrame, source: str) -> Table:
    """Median tenures by organisation and reading of the dates: organisation, dates read, median, low, high."""
    return Table(
        by_reading.rename(columns={"median": "median in days", "low": "interval from", "high": "interval to"}),
        "medians",
        "Median tenure in days with its 95% interval, for the shortest, middle and longest reading of imprecise "
        "dates. A dash means that the curve or its limit never falls to one half.",
        source,
        decimals=0,
    )


def log_rank(by_reading: pd.DataFrame, first: str, second: str, source: str) -> Table:
    """Log-rank tests by reading of the dates: dates read, chi-squared, p."""
    return Table(
        by_reading.assign(p=by_reading["p"].map(p_value)),
        "log-rank",
        f"Log-rank test of equal tenures, {first} against {second}.",
        source,
        decimals=3,
    )


def gaps(between: pd.DataFrame, names: Mapping[str, str], source: str) -> Table:
    """Successions, as `afpak.analysis.attrition.gaps` returns them."""
    return Table(
        pd.DataFrame(
            {
                "of": between["organisation"].map(names),
                "left": between["left"] + ", " + between["ended"],
                "followed by": between["followed_by"] + ", " + between["began"],
                "days between": _spans(between, "days_min", "days_max", 0),
            }
        ),
        "gaps",
        "From one head to the next.",
        source,
    )


def listed_heads(heads: pd.DataFrame, source: str) -> Table:
    """The heads whom the paper lists as killed, its causes beside the recorded ones."""
    return Table(
        pd.DataFrame(
            {
                "head": heads["person"],
                "paper": heads["paper_end"] + _with_comma(heads["paper_cause"]),
                "recorded": heads["tenure_end"].fillna("none by this date") + _with_comma(heads["end_cause"]),
                "other reports": _commas(heads["cause_alternatives"]),
                "recorded as the work of": heads["ended_by"],
            }
        ),
        "listed-heads",
        "The heads whom the paper lists as lost in drone strikes.",
        source,
    )


def events(drawn: pd.DataFrame, names: Mapping[str, str]) -> Records:
    """Faction events, as `afpak.analysis.factions.in_order` returns them."""
    return Records(
        pd.DataFrame(
            {
                "event": drawn["event"],
                "date": drawn["date"],
                "subject": drawn["subject"].map(names),
                "kind": drawn["kind"],
                "object": drawn["object"].map(names),
                "what happened": drawn["summary"],
                "leader": _commas(drawn["person"]),
                "in the paper": _commas(drawn["paper_sections"]),
                "note": drawn["note"],
                "sources": _cited(drawn),
            }
        ),
        ["event", "date", "subject", "kind", "object"],
        "events",
        "The events that are drawn.",
        _EACH_ENTRY,
        links=["sources"],
    )


def by_reign(reigns: pd.DataFrame, source: str) -> Table:
    """Departures and returns by reign, as `afpak.analysis.factions.by_reign` returns them."""
    return Table(
        pd.DataFrame(
            {
                "head": reigns["person"],
                "reign": reigns["began"].str[:4] + "–" + reigns["ended"].str[:4].fillna(""),
                "left": reigns["left"],
                "came back": reigns["returned"],
                "joined anew": reigns["joined"],
                "outside, start to end": [f"{row.at_start} to {row.at_end}" for row in reigns.itertuples()],
                "most at once": reigns["most"],
                "mean over time": reigns["mean"],
            }
        ),
        "by-reign",
        "Departures, returns and splinters outside, by the reign of each head.",
        source,
        decimals=1,
    )


def spells(history: pd.DataFrame, drawn: pd.DataFrame, names: Mapping[str, str], source: str) -> Table:
    """Spells of each splinter, as `afpak.analysis.factions.spells` returns them; ``drawn`` are the events."""
    told = {row.event: f"{_DONE.get(row.kind, row.kind)} {names.get(row.object, '')}" for row in drawn.itertuples()}
    return Table(
        pd.DataFrame(
            {
                "group": history["organisation"].map(names),
                "state": history["state"],
                "since": history["begin_date"],
                "until": history["end_date"].fillna("as-of date"),
                "event": history["begin_event"].map(told),
                "ended by event": history["end_event"].map(told),
            }
        ),
        "spells",
        "Where each splinter was, and since which event.",
        source,
    )


def corrections(rows: pd.DataFrame) -> Records:
    """Rows of the table of corrections."""
    shown = rows.assign(
        correction=rows["correction"].str.replace(r"^c0*(?=[0-9])", "correction ", regex=True),
        action=rows["action"].replace({"drop": "dropped", "change": "changed"}),
        row=[_row_in_words(key) for key in rows["key"]],
        expected=_as_values(rows, "expected"),
        corrected=_as_values(rows, "corrected"),
        source=_cited(rows),
    )
    fields = ["correction", "action", "table", "row", "column", "expected", "corrected", "reason", "source"]
    return Records(
        shown[fields],
        ["correction", "action"],
        "corrections",
        "Published figures that are not used as they stand.",
        _EACH_ENTRY,
        links=["source"],
    )


def marks(references: pd.DataFrame) -> Table:
    """How many footnotes and bibliography entries carry each mark."""
    single = references["marks"].str.split(" | ", regex=False).explode()
    return Table(
        single.map(_MARKS, na_action="ignore").value_counts().rename_axis("mark").reset_index(name="entries"),
        "marks",
        "Marks on footnotes and bibliography entries; an entry can carry several.",
        "the table references of this book",
        decimals=0,
    )


def _row_in_words(key: str) -> str:
    """The cells that name a row: ``series: SATP; metric: killed total`` for ``series=SATP | metric=killed_total``."""
    cells = [cell.partition("=") for cell in key.split(" | ")]
    return "; ".join(f"{column.replace('_', ' ')}: {value.replace('_', ' ')}" for column, _, value in cells)


def _as_values(rows: pd.DataFrame, column: str) -> pd.Series[Any]:
    """Cells of tables of any type, of which those of a column ``value`` are numbers."""
    numbers = pd.to_numeric(rows[column].where(rows["column"] == "value"), errors="coerce")
    return rows[column].mask(numbers.notna(), numbers.map("{:,.10g}".format))


def _cited(frame: pd.DataFrame) -> list[str]:
    return [cited(source, url) for source, url in zip(frame["source"], frame["url"], strict=True)]


def _commas(column: Any) -> Any:
    return column.str.replace(" | ", ", ")


def _with_comma(column: Any) -> Any:
    return column.map(", {}".format, na_action="ignore").fillna("")


def _spans(frame: pd.DataFrame, low: str, high: str, decimals: int) -> list[str]:
    return [span(first, last, decimals) for first, last in zip(frame[low], frame[high], strict=True)]


def _intervals(frame: pd.DataFrame, value: str, decimals: int) -> list[str]:
    rows = zip(frame[value], frame["low"], frame["high"], strict=True)
    return [with_interval(number, low, high, decimals) for number, low, high in rows]
