import pandas as pd
import statsmodels.formula.api as smf

from afpak.analysis import attrition, factions, trends
from afpak.figures import tables
from afpak.tables.inputs import OWN_FILE


def shown(latest, origins):
    lengths = attrition.tenures(latest["leaders"], latest.as_of, ["is-k"])
    return lengths, tables.tenures(lengths, {"is-k": "IS-K"}, latest.as_of, "publications", origins)


def test_rows_of_a_persons_own_table_are_marked_and_the_mark_is_explained_under_the_table(latest):
    key = attrition.tenures(latest["leaders"], latest.as_of, ["is-k"]).at[1, "tenure"]
    lengths, table = shown(latest, {key: "mine.csv"})
    assert table.frame["head"].tolist() == [
        f"{person} †" if tenure == key else person
        for tenure, person in zip(lengths["tenure"], lengths["person"], strict=True)
    ]
    assert "† Rows from `mine.csv`" in table.source


def test_without_such_rows_nothing_is_said_of_them(latest):
    for origins in ({}, {"a row of another organisation": "mine.csv"}):
        lengths, table = shown(latest, origins)
        assert table.frame["head"].tolist() == lengths["person"].tolist()
        assert table.source == "publications"


def test_the_coverage_says_which_tables_these_are(latest):
    rest = ", as of 2026-11-22: rows read, dropped by a correction, cut at the as-of date, and kept."
    assert tables.coverage(latest.coverage, latest.as_of).caption == f"Tables that this chapter reads{rest}"
    assert tables.coverage(latest.coverage, latest.as_of, "All tables").caption == f"All tables{rest}"


def test_the_coverage_explains_a_persons_own_table_only_where_there_is_one(latest):
    plain = tables.coverage(latest.coverage, latest.as_of)
    assert "own" not in plain.caption and plain.source == "the tables of this book"
    own = tables.coverage(latest.coverage.assign(**{OWN_FILE: "mine.csv"}), latest.as_of)
    assert "table of the reader’s own" in own.caption and own.source.endswith("the files named")
    assert isinstance(own.frame, pd.DataFrame) and OWN_FILE in own.frame.columns


def test_tests_of_dispersion_are_named_in_words():
    counts = pd.DataFrame({"year": range(2001, 2013), "count": [3, 40, 5, 60, 2, 50, 9, 30, 1, 70, 4, 20]})
    terms, _ = trends.design(counts, [])
    frame = tables.dispersion(trends.dispersion(smf.poisson("count ~ time", data=terms).fit(disp=0))).frame
    assert len(frame) == 4
    assert frame.notna().all(axis=None)
    assert not frame["test"].str.contains("nb2|HC3").any()
    assert not frame["variance if it is larger"].str.contains("mu (", regex=False).any()


def test_the_charted_series_is_told_with_its_publisher_and_why_it_is_taken(latest):
    series = latest["series"]
    records = tables.charted(series[series["series"] == "PIPS"], "It spans both dates.")
    shown = records._repr_mimebundle_()["text/markdown"]
    assert "It spans both dates." in shown
    assert "PIPS · Pak Institute for Peace Studies, Islamabad" in shown
    # That the publisher is also that of the paper stands in the table of series.
    assert "published the paper" in shown
    assert shown.count(" · ") == 1


def test_the_factor_between_two_series_runs_one_way():
    wide = pd.DataFrame({"A": [10.0, 30.0, 50.0], "B": [40.0, 20.0, 50.0]}, index=[2010, 2011, 2012])
    frame = tables.agreement(trends.agreement(wide), "a source").frame
    # A / B: 0.25, 1.5, 1; the larger by the smaller: 4, 1.5, 1.
    assert frame["ratio by year"].tolist() == ["0.25 to 1.50"]
    assert frame["larger by smaller"].tolist() == ["1.00 to 4.00"]


def test_a_correction_names_its_row_in_words_and_only_values_have_separators():
    rows = pd.DataFrame(
        [
            ("c004", "annual", "series=SATP | metric=killed_total | period=2013", "value", "5279", "drop", None),
            ("c012", "dates", "date_id=x", "date", "2014", "change", "2015"),
            ("mine", "annual", "series=A", "value", "12.5", "change", "1234567"),
        ],
        columns=["correction", "table", "key", "column", "expected", "action", "corrected"],
    ).assign(reason="So.", source="A page", url="https://example.org")
    told = tables.corrections(rows).frame
    assert told["correction"].tolist() == ["correction 4", "correction 12", "mine"]
    assert told["action"].tolist() == ["dropped", "changed", "changed"]
    assert told["row"].iloc[0] == "series: SATP; metric: killed total; period: 2013"
    assert told["expected"].tolist() == ["5,279", "2014", "12.5"]
    assert told["corrected"].tolist()[1:] == ["2015", "1,234,567"]


def test_every_mark_of_a_reference_is_said_in_words(latest):
    told = tables.marks(latest["references"]).frame
    # Counted from the cells, by hand: each mark once, whatever stands beside it.
    cells = [mark for cell in latest["references"]["marks"].dropna() for mark in cell.split(" | ")]
    assert sorted(told["entries"]) == sorted(cells.count(mark) for mark in set(cells))
    assert not set(told["mark"]) & set(cells)


def test_spells_name_their_events_in_words(latest):
    history = factions.spells(latest["faction-events"], "ttp", latest.as_of)
    names = {"ttp": "TTP", "jamaat-ul-ahrar": "JuA", "ahrar-ul-hind": "AuH"}
    told = tables.spells(history, latest["faction-events"], names, "publications").frame
    # Ahrar-ul-Hind broke away in 2014 and merged into Jamaat-ul-Ahrar in the same year.
    rows = told[told["group"] == "AuH"].to_dict("records")
    assert (rows[0]["event"], rows[0]["ended by event"]) == ("split from TTP", "merged into JuA")
