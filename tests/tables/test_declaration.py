import json

import pytest

from afpak.problems import InputError
from afpak.tables import find_data, read_declaration
from afpak.tables.declaration import Reference


@pytest.fixture(scope="module")
def package(checkout):
    return json.loads((checkout.data / "datapackage.json").read_text(encoding="utf-8"))


def test_every_table_of_the_package_is_declared_in_its_order(checkout, package):
    tables = read_declaration(checkout.data).tables
    assert list(tables) == [resource["name"] for resource in package["resources"]]


def test_columns_stand_as_in_the_files(checkout, lines):
    for table in read_declaration(checkout.data).tables.values():
        assert [column.name for column in table.columns] == lines(checkout.data / table.path).header


def test_every_file_of_the_data_folder_is_declared(checkout):
    declared = {table.path for table in read_declaration(checkout.data).tables.values()}
    found = {path.relative_to(checkout.data).as_posix() for path in checkout.data.rglob("*.csv")}
    assert declared == found


def test_rules_name_columns_that_the_table_has(checkout):
    for table in read_declaration(checkout.data).tables.values():
        named = [*table.primary_key]
        if table.as_of:
            named += [table.as_of.happened, table.as_of.published]
            for mask in table.as_of.masks:
                named += [mask.happened, mask.published, *mask.columns, *mask.replacements]
        for name in [*named, *([table.versioned] if table.versioned else [])]:
            assert table.column(name).name == name


def test_sums_and_orders_name_series_and_metrics_that_the_table_holds(checkout, lines):
    tables = read_declaration(checkout.data).tables
    checked = 0
    for table in tables.values():
        rows = {(row.get("series"), row.get("metric")) for row in lines(checkout.data / table.path).records()}
        for rule in table.sums:
            assert {(rule.series, metric) for metric in (*rule.parts, rule.total)} <= rows
            checked += 1
        for rule in table.orders:
            assert {(rule.series, metric) for metric in rule.metrics} <= rows
            checked += 1
    assert checked


def declared(**checks):
    """A package of one table with these checks, as JSON."""
    schema = {"fields": [{"name": "who", "type": "string", "description": "d"}], "primaryKey": ["who"]}
    table = {"name": "t", "path": "t.csv", "title": "T", "description": "d", "schema": schema, "checks": checks}
    return json.dumps({"created": "2026-11-22T00:00:00Z", "resources": [table]})


def test_references_to_one_of_several_tables_are_read_with_their_columns(tmp_path):
    rules = [
        {"column": "who", "tables": ["organisations.organisation", "subjects.subject"]},
        {"column": "why", "tables": ["record-statements.statement"]},
        {"column": "where", "tables": ["places.place"], "besides": ["unknown"]},
    ]
    (tmp_path / "datapackage.json").write_text(declared(refersTo=rules), encoding="utf-8")
    assert read_declaration(tmp_path).tables["t"].refers_to == (
        Reference("who", (("organisations", "organisation"), ("subjects", "subject"))),
        Reference("why", (("record-statements", "statement"),)),
        Reference("where", (("places", "place"),), ("unknown",)),
    )


def test_a_table_that_refers_to_none_says_so(tmp_path):
    (tmp_path / "datapackage.json").write_text(declared(), encoding="utf-8")
    assert read_declaration(tmp_path).tables["t"].refers_to == ()


def test_references_name_tables_and_columns_that_are_declared(checkout, package):
    tables = read_declaration(checkout.data).tables
    written = {
        (resource["name"], rule["column"]): rule["tables"]
        for resource in package["resources"]
        for rule in resource.get("checks", {}).get("refersTo", [])
    }
    read = {
        (name, rule.column): [f"{other}.{column}" for other, column in rule.targets]
        for name, table in tables.items()
        for rule in table.refers_to
    }
    assert read == written and read
    for name, table in tables.items():
        for rule in table.refers_to:
            assert tables[name].column(rule.column)
            for other, column in rule.targets:
                # What is referred to must be the whole of a key, or several rows would be meant.
                assert tables[other].primary_key == (column,)


def test_every_column_says_what_it_means(checkout):
    for table in read_declaration(checkout.data).tables.values():
        assert table.title and table.meaning
        assert all(column.meaning for column in table.columns)


def test_an_unknown_column_is_a_key_error(checkout):
    with pytest.raises(KeyError, match="colour"):
        read_declaration(checkout.data).tables["leaders"].column("colour")


def test_a_missing_declaration_is_named(tmp_path):
    with pytest.raises(InputError, match=r"datapackage\.json: not found"):
        read_declaration(tmp_path)


def test_a_declaration_that_is_not_json_is_reported_with_its_row(tmp_path):
    (tmp_path / "datapackage.json").write_text('{\n  "name": "x",\n  oops\n}', encoding="utf-8")
    with pytest.raises(InputError, match=r"datapackage\.json, row 3: not JSON"):
        read_declaration(tmp_path)


def test_the_data_folder_is_found_from_any_folder_below(copied):
    below = copied.root / "notebooks" / "deep" / "deeper"
    below.mkdir(parents=True)
    assert find_data(below) == copied.data.resolve()


def test_the_nearest_data_folder_is_found(copied):
    nearer = copied.root / "notebooks" / "data"
    nearer.mkdir()
    (nearer / "datapackage.json").write_text("{}", encoding="utf-8")
    assert find_data(copied.notebooks) == nearer.resolve()


def test_a_folder_outside_the_project_is_named(tmp_path):
    with pytest.raises(InputError) as caught:
        find_data(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "run this inside the project's folder" in str(caught.value)
