import pytest

from afpak.problems import InputError, listing
from afpak.tables import load_inputs, read_declaration
from afpak.tables.validate import validate


def at(problems, file, row, column):
    """The only problem reported there."""
    found = [p for p in problems if (p.file, p.row, p.column) == (file, row, column)]
    assert len(found) == 1, [str(problem) for problem in problems]
    return found[0]


def test_every_committed_table_is_valid_without_a_network(checkout, no_network):
    assert [str(problem) for problem in validate(read_declaration(checkout.data))] == []


@pytest.fixture(scope="module")
def form_problems(copy, lines):
    data = copy().data
    lines(data / "series/annual.csv").put(7, "value", "many")
    lines(data / "series/monthly.csv").put(4, "value", "-3")
    lines(data / "paper/claims.csv").put(5, "text", "")
    lines(data / "record/faction_events.csv").put(9, "kind", "quarrel")
    lines(data / "record/leaders.csv").put(3, "organisation", "nobody")
    lines(data / "paper/references.csv").put(2, "url", "www.example.org")
    lines(data / "corrections.csv").append(2, column="note")
    return validate(read_declaration(data))


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "expected"),
    [
        ("series/annual.csv", 7, "value", "many", "number"),
        ("series/monthly.csv", 4, "value", "-3", "minimum"),
        ("paper/claims.csv", 5, "text", "", "blank; expected"),
        ("record/faction_events.csv", 9, "kind", "quarrel", "ceasefire-end"),
        ("record/leaders.csv", 3, "organisation", "nobody", "must name a row"),
        ("paper/references.csv", 2, "url", "www.example.org", "begins with http:// or https://"),
        ("corrections.csv", 7, "correction", "c001", "must be unique"),
    ],
    ids=["type", "minimum", "required", "enum", "foreign key", "pattern", "duplicate key"],
)
def test_a_wrong_form_is_reported_with_its_place(form_problems, file, row, column, value, expected):
    problem = at(form_problems, file, row, column)
    assert problem.value == value
    assert expected in problem.expected


def test_wrong_forms_hide_or_add_nothing(form_problems):
    assert len(form_problems) == 7


def test_the_order_of_problems_is_that_of_file_and_row(form_problems):
    assert form_problems == sorted(form_problems)


@pytest.fixture(scope="module")
def spoiled_cells(copy, lines):
    data = copy().data
    leaders = lines(data / "record/leaders.csv")
    leaders.put(2, "tenure_end", "2016-02-30")
    leaders.put(3, "start_alternatives", "2015 | 2015-13")
    events = lines(data / "record/faction_events.csv")
    events.put(6, "date", "2014-13")
    lines(data / "series/spans.csv").put(4, "period", "2015-01/2014")
    organisations = lines(data / "record/organisations.csv")
    organisations.put(2, "source", "One | Two | Three")
    organisations.put(2, "url", "https://example.org/1 | https://example.org/2")
    return data


@pytest.fixture(scope="module")
def cells_problems(spoiled_cells):
    return validate(read_declaration(spoiled_cells))


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "expected"),
    [
        ("record/leaders.csv", 2, "tenure_end", "2016-02-30", "calendar"),
        ("record/leaders.csv", 3, "start_alternatives", "2015-13", "calendar"),
        ("record/faction_events.csv", 6, "date", "2014-13", "calendar"),
        ("series/spans.csv", 4, "period", "2015-01/2014", "ends before it begins"),
        (
            "record/organisations.csv",
            2,
            "url",
            "https://example.org/1 | https://example.org/2",
            "each of the 3 sources",
        ),
    ],
    ids=["impossible day", "impossible alternative", "impossible month", "span reversed", "lists"],
)
def test_wrong_contents_are_reported_with_its_place(cells_problems, file, row, column, value, expected):
    problem = at(cells_problems, file, row, column)
    assert problem.value == value
    assert expected in problem.expected


def test_wrong_contents_hide_or_add_nothing(cells_problems):
    assert len(cells_problems) == 5


@pytest.fixture(scope="module")
def figures(copy, lines):
    data = copy().data
    annual = lines(data / "series/annual.csv")
    ucdp = {"series": "UCDP", "place": "Pakistan", "group": "all", "period": "2010"}
    parts = [annual.find(**ucdp, metric=f"deaths_{kind}_best") for kind in ("state_based", "non_state", "one_sided")]
    total = annual.find(**ucdp, metric="deaths_organized_violence_best")
    annual.put(parts[0], "value", str(int(annual.get(parts[0], "value")) + 1))
    lowest = annual.find(**(ucdp | {"period": "2012"}), metric="deaths_organized_violence_low")
    best = annual.find(**(ucdp | {"period": "2012"}), metric="deaths_organized_violence_best")
    annual.put(lowest, "value", str(int(annual.get(best, "value")) + 7))
    monthly = lines(data / "series/monthly.csv")
    first = monthly.find(series="IS-K attacks (UN)", period="2021-09")  # 38 attacks, without a note
    monthly.append(first, version="a later one", value="57")
    near = monthly.find(series="IS-K attacks (UN)", period="2021-10")  # 48 attacks, without a note
    monthly.append(near, version="a later one", value="52")
    return {
        "problems": validate(read_declaration(data)),
        "total": annual.get(total, "value"),
        "parts": " + ".join(annual.get(part, "value") for part in parts),
        "low": annual.get(lowest, "value"),
        "best": annual.get(best, "value"),
    }


def test_a_broken_sum_names_the_total_its_parts_and_the_figure(figures):
    problem = at(figures["problems"], "series/annual.csv", None, "deaths_organized_violence_best")
    assert problem.value == figures["total"]
    assert figures["parts"] in problem.expected
    assert "UCDP, Pakistan, 2010" in problem.expected


def test_a_broken_order_names_both_figures(figures):
    problem = at(figures["problems"], "series/annual.csv", None, "deaths_organized_violence_low")
    assert problem.value == figures["low"]
    assert "UCDP, Pakistan, 2012" in problem.expected
    assert problem.expected.endswith(f"no more than deaths_organized_violence_best, {figures['best']}")


def test_versions_far_apart_need_a_note_and_near_ones_do_not(figures):
    problem = at(figures["problems"], "series/monthly.csv", None, "note")
    assert "2021-09" in problem.expected
    assert "from 38 to 57" in problem.expected


def test_wrong_figures_hide_or_add_nothing(figures):
    assert len(figures["problems"]) == 3


def test_a_correction_whose_source_was_mended_is_reported(copied, lines):
    annual = lines(copied.data / "series/annual.csv")
    line = annual.find(series="GTI (IEP)", group="TTP", period="2024", value="585")  # what c003 drops
    annual.put(line, "value", "558")
    problems = validate(read_declaration(copied.data))
    problem = at(problems, "corrections.csv", 4, "expected")
    assert problem.value == "585"
    assert "558" in problem.expected and "remove this correction" in problem.expected
    assert len(problems) == 1


def test_a_wrong_header_and_a_wrong_cell_of_one_file_are_both_reported(copied, lines):
    annual = lines(copied.data / "series/annual.csv")
    annual.put(7, "value", "many")
    annual.header[annual.header.index("note")] = "remark"
    annual.save()
    problems = validate(read_declaration(copied.data))
    assert at(problems, "series/annual.csv", 7, "value").value == "many"
    assert any("remark" in str(problem) for problem in problems)


def test_a_missing_file_is_named(copied):
    (copied.data / "record/leaders.csv").unlink()
    problems = validate(read_declaration(copied.data))
    assert any("record/leaders.csv" in str(problem) for problem in problems)


def test_a_file_that_is_not_utf_8_is_named(copied):
    path = copied.data / "record/leaders.csv"
    path.write_bytes(path.read_bytes().replace(b"Hafiz Saeed Khan", b"Hafiz Sa\xefd Khan", 1))
    problems = validate(read_declaration(copied.data))
    assert any("record/leaders.csv" in str(problem) for problem in problems)


def test_many_errors_are_all_found_and_at_most_fifty_shown(copied, lines):
    monthly = lines(copied.data / "series/monthly.csv")
    for row in monthly.rows[:60]:
        row[monthly.header.index("unit")] = "dozens"
    monthly.save()
    problems = validate(read_declaration(copied.data))
    assert [problem.row for problem in problems] == list(range(2, 62))
    said = listing(problems)
    assert said.count("dozens") == 50
    assert "60 problems" in said


def test_a_mended_source_stops_loading_too(copied, lines):
    annual = lines(copied.data / "series/annual.csv")
    annual.put(annual.find(series="GTI (IEP)", group="TTP", period="2024", value="585"), "value", "558")
    with pytest.raises(InputError, match="remove this correction"):
        load_inputs(data=copied.data)


def test_a_file_with_another_separator_is_told_so_and_nothing_else(copy):
    data = copy().data
    path = data / "series/spans.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    problems = [problem for problem in validate(read_declaration(data)) if problem.file == "series/spans.csv"]
    assert [problem.expected for problem in problems] == ["the separator is ';'; expected a comma"]


def test_a_file_that_is_not_utf8_is_told_how_to_save_it(copy):
    data = copy().data
    (data / "corrections.csv").write_bytes("correction,reason\nc001,caf\xe9\n".encode("latin-1"))
    problems = [problem for problem in validate(read_declaration(data)) if problem.file == "corrections.csv"]
    assert len(problems) == 1
    assert "CSV UTF-8" in problems[0].expected


def test_a_misspelt_organisation_gets_the_nearest_one(copy, lines):
    data = copy().data
    lines(data / "record/leaders.csv").put(3, "organisation", "is-kk")
    assert (
        "did you mean 'is-k'?" in at(validate(read_declaration(data)), "record/leaders.csv", 3, "organisation").expected
    )


def test_a_missing_and_a_strange_column_are_named(copy, lines):
    data = copy().data
    sheet = lines(data / "series/annual.csv")
    sheet.header[sheet.header.index("note")] = "remark"
    sheet.save()
    found = {problem.column: problem.expected for problem in validate(read_declaration(data)) if problem.row == 1}
    assert found["note"].startswith("the column is missing")
    assert found["remark"].startswith("no such column is declared")


def test_an_end_before_the_start_and_a_date_in_the_future_are_refused(copy, lines):
    data = copy().data
    sheet = lines(data / "record/leaders.csv")
    sheet.put(2, "tenure_start", "2017-01-26")
    sheet.put(2, "known_since", "2031-01-01")
    problems = validate(read_declaration(data))
    # The first tenure of the file ends on 26 July 2016.
    assert at(problems, "record/leaders.csv", 2, "tenure_end").expected == "before tenure_start, 2017-01-26"
    assert "later than 2026-11-22" in at(problems, "record/leaders.csv", 2, "known_since").expected


# Items that must name a row of one of several tables


@pytest.fixture(scope="module")
def reference_problems(copy, lines):
    data = copy().data
    claims = lines(data / "paper/claims.csv")
    claims.put(2, "actors", "afghan-taliban | nobody-at-all | is-kk")  # two of three are not there
    claims.put(3, "actors", "")  # no item, nothing to find
    claims.put(4, "actors", "ttp | fazlullah")  # an organisation and a person, of two tables
    argument = lines(data / "paper/argument.csv")
    argument.rows[:] = [
        ["summary-02", "supports", "summary-01", "made for a test"],
        ["summary-02", "concludes", "Q1", "a question is in the second of two tables"],
        ["sumary-02", "supports", "Q9", "neither end is there"],
        ["Q1", "supports", "summary-01", "a question can not be a source"],
    ]
    argument.save()
    return validate(read_declaration(data))


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "places", "nearest"),
    [
        (
            "paper/claims.csv", 2, "actors", "nobody-at-all",
            "organisation of record/organisations.csv or subject of record/subjects.csv", None,
        ),
        (
            "paper/claims.csv", 2, "actors", "is-kk",
            "organisation of record/organisations.csv or subject of record/subjects.csv", "is-k",
        ),
        ("paper/argument.csv", 4, "source", "sumary-02", "claim of paper/claims.csv", "summary-02"),
        (
            "paper/argument.csv", 4, "target", "Q9",
            "claim of paper/claims.csv or question of paper/questions.csv", None,
        ),
        ("paper/argument.csv", 5, "source", "Q1", "claim of paper/claims.csv", None),
    ],
)  # fmt: skip
def test_an_item_that_no_table_holds_is_reported_with_its_place_and_the_nearest_name(
    reference_problems, file, row, column, value, places, nearest
):
    (problem,) = [one for one in reference_problems if (one.file, one.row, one.value) == (file, row, value)]
    assert problem.column == column
    assert f"must name a row of another table: {places}" in problem.expected
    if nearest:
        assert problem.expected.endswith(f"; did you mean {nearest!r}?")


def test_items_that_one_of_the_tables_holds_and_blanks_are_in_order(reference_problems):
    assert len(reference_problems) == 5


def test_a_name_like_no_other_gets_no_suggestion(reference_problems):
    (problem,) = [one for one in reference_problems if one.value == "nobody-at-all"]
    assert "did you mean" not in problem.expected


def test_a_subject_of_a_statement_may_be_of_any_table_that_has_names(copied, lines):
    statements = lines(copied.data / "paper/statements.csv")
    # The first statement is about a dated event.
    assert statements.get(2, "subject") == "fall-of-kabul"
    statements.put(2, "subject", "fall-of-kabull")
    problem = at(validate(read_declaration(copied.data)), "paper/statements.csv", 2, "subject")
    assert problem.value == "fall-of-kabull"
    assert "did you mean 'fall-of-kabul'?" in problem.expected
    for path in ("record/organisations.csv", "record/subjects.csv", "record/dates.csv"):
        assert path in problem.expected


def test_a_column_may_hold_a_few_words_besides_the_names_of_another_table(copied, lines):
    events = lines(copied.data / "series/event_provinces.csv")
    sums = ["1", "2", "2", "3", "0", "2022-06-27"]
    events.rows[:] = [
        ["ucdp-ged-22.1", "Pakistan", "pk-kp", "all", "2014", *sums],
        ["ucdp-ged-22.1", "Pakistan", "unknown", "all", "2014", *sums],
        ["ucdp-ged-22.1", "Pakistan", "unknwn", "all", "2014", *sums],
    ]
    events.save()
    (problem,) = validate(read_declaration(copied.data))
    assert (problem.file, problem.row, problem.column) == ("series/event_provinces.csv", 4, "place")
    assert "place of record/places.csv, or be unknown" in problem.expected
    assert problem.expected.endswith("; did you mean 'unknown'?")


def test_a_date_to_judge_a_forecast_by_may_lie_in_the_future_and_must_be_a_day(copied, lines):
    claims = lines(copied.data / "paper/claims.csv")
    line = claims.find(kind="forecast")
    claims.put(line, "judge_by", "2040-12")
    assert validate(read_declaration(copied.data)) == []
    claims.put(line, "judge_by", "2040-13")
    problem = at(validate(read_declaration(copied.data)), "paper/claims.csv", line, "judge_by")
    assert problem.value == "2040-13" and "calendar" in problem.expected


# What a row's own cells ask of each other


@pytest.mark.parametrize(
    ("file", "find", "column", "value", "said"),
    [
        ("record/statements.csv", {"attribute": "released"}, "value", "many", "expected a number"),
        ("record/statements.csv", {"attribute": "died"}, "value", "2018-02-30", "not a day of the calendar"),
        ("record/statements.csv", {"attribute": "origin"}, "value", "Swat", "expected a word in lower case"),
        ("record/statements.csv", {"attribute": "role"}, "value", "TTP commander", "expected a word or words joined"),
        (
            "paper/statements.csv",
            {"statement": "1.2-21a"},
            "statement",
            "1.2-22a",
            "expected to begin with claim, 1.2-21",
        ),
        ("paper/claims.csv", {"kind": "forecast"}, "judge_by", "", "expected where kind is forecast"),
        ("paper/claims.csv", {"kind": "date"}, "judge_by", "2023", "expected blank unless kind is forecast"),
        ("paper/claims.csv", {"claim": "1.2-21"}, "footnotes", "fn99", "must name a row of another table"),
    ],
)
def test_cells_that_do_not_fit_each_other_are_found(copied, lines, file, find, column, value, said) -> None:
    table = lines(copied.data / file)
    line = table.find(**find)
    table.put(line, column, value)
    found = [problem for problem in validate(read_declaration(copied.data)) if problem.file == file]
    assert any((one.row, one.column, one.value) == (line, column, value) and said in one.expected for one in found)


def test_a_circle_in_the_argument_is_told_with_its_claims_and_the_row_that_closes_it(copied, lines) -> None:
    table = lines(copied.data / "paper/argument.csv")
    first = table.find(relation="supports")
    source, target = table.get(first, "source"), table.get(first, "target")
    # To oppose is no circle; to assume leads the other way.
    table.append(first, source=target, relation="opposes", target=source)
    assert [p for p in validate(read_declaration(copied.data)) if p.file == "paper/argument.csv"] == []
    line = table.append(first, relation="assumes")
    (found,) = (p for p in validate(read_declaration(copied.data)) if p.file == "paper/argument.csv")
    assert (found.row, found.column) == (line, "target")
    assert source in found.expected and target in found.expected


def test_a_claim_that_supports_itself_is_a_circle(copied, lines) -> None:
    table = lines(copied.data / "paper/argument.csv")
    line = table.append(2, source="1.2-39", target="1.2-39")
    (found,) = (p for p in validate(read_declaration(copied.data)) if p.file == "paper/argument.csv")
    assert found.row == line
    assert "1.2-39" in found.expected
