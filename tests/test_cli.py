import ast
import csv
import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner

from afpak.build.book import BookError
from afpak.build.execute import How, Limits, default_workers
from afpak.build.run import Built, Ran
from afpak.build.stage import OutputError
from afpak.cli import main
from afpak.problems import InputError

COMMANDS = (
    "build",
    "verify",
    "editions",
    "params",
    "check",
    "audit",
    "diff",
    "events",
    "lab",
    "serve",
    "export",
    "clean",
)
# What a command can't do without.
ARGUMENTS = {
    "params": ["glossary"],
    "diff": ["paper-2022", "latest"],
    "events": ["import", "ged.csv"],
    "export": ["epub"],
}


@pytest.fixture
def afpak_that_checks(copied, monkeypatch):
    """Run a command inside a copy of the project; no kernel is needed, so none has a parent."""
    monkeypatch.chdir(copied.root)
    monkeypatch.setattr("afpak.build.warm.warm_up", lambda _: None)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


@pytest.fixture
def afpak(afpak_that_checks, monkeypatch):
    """The same, where the tables are known to be in order."""
    monkeypatch.setattr("afpak.build.inputs.validate", lambda _: [])
    return afpak_that_checks


def test_the_commands_are_those_of_the_house():
    assert set(main.commands) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_of_every_command_shows_an_example_of_it(command, flag):
    result = CliRunner().invoke(main, [command, flag])
    assert result.exit_code == 0
    assert f"Example: afpak {command}" in " ".join(result.output.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_names_options_and_parameters_that_exist(command, checkout):
    words = main.commands[command].epilog.split()
    chosen = main.commands[command]
    # A group's example is that of one of its commands.
    chosen = getattr(chosen, "commands", {}).get(next(iter(words[3:]), ""), chosen)
    known = {option for parameter in chosen.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known
    if "-p" in words:
        name = words[words.index("-p") + 1].partition("=")[0]
        assert any(name in path.read_text(encoding="utf-8") for path in checkout.notebooks.glob("*.ipynb"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "papers-2022"], "did you mean 'paper-2022'?"),
        (["build", "-p", "frist_year=2007"], "did you mean 'first_year'?"),
        (["build", "-p", "first_year=soon"], "first_year: found 'soon'; expected a whole number"),
        (["build", "-p", "first_year"], "expected NAME=VALUE"),
        (["build", "--as-of", "2022-02-30"], "not a day of the calendar"),
        (["build", "--jobs", "0"], "--jobs"),
        (["build", "--only", "1-4-atrition"], "--only: 1-4-atrition: no such name; did you mean '1-4-attrition'?"),
        (["build", "--table", "leaders"], "expected TABLE=FILE"),
        (["build", "--table", "leders=a.csv"], "did you mean 'leaders'?"),
        (["build", "--table", "leaders=none.csv"], "none.csv: there is no such file"),
        (["build", "--events", "none.parquet"], "--events: found 'none.parquet'; no such file"),
        (["params", "1-4-atrition"], "did you mean '1-4-attrition'?"),
        (["params", "glossary", "--edition", "papers-2022"], "did you mean 'paper-2022'?"),
        (["serve", "paper-2022"], "not built yet; run: afpak build paper-2022"),
        (["verify", "paper-2022"], "paper-2022: not built; run: afpak build paper-2022"),
        (["build", "--time-limit", "0"], "--time-limit"),
        (["build", "--memory-limit", "1"], "--memory-limit"),
        (["build", "--kernels", "cold"], "'cold' is not one of 'warm', 'ordinary'"),
        (["serve", "--port", "70000"], "--port"),
        (["audit", "papers-2022"], "did you mean 'paper-2022'?"),
        (["diff", "paper-2022", "latest"], "paper-2022: not built; run: afpak build paper-2022"),
        (["diff", "papers-2022", "latest"], "did you mean 'paper-2022'?"),
        (["diff", "paper-2022", "latest", "--only", "verdict"], "'verdict' is not one of 'verdicts'"),
        (["audit", "--claim", "sumary-01"], "no claim 'sumary-01'; did you mean 'summary-01'?"),
        (["audit", "--section", "summry"], "no section 'summry'; did you mean 'summary'?"),
        (["audit", "--verdict", "suported"], "no verdict 'suported'; did you mean 'supported'?"),
    ],
)
def test_bad_input_ends_with_two_words_and_no_traceback(afpak, arguments, said):
    result = afpak(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_outside_a_checkout_every_command_says_so(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ged.csv").write_text("id\n")
    result = CliRunner().invoke(main, [command, *ARGUMENTS.get(command, [])])
    assert result.exit_code == 2
    assert "not inside a checkout" in result.stderr


def test_a_wrong_table_stops_the_build_before_any_chapter(afpak_that_checks, copied, lines, monkeypatch):
    lines(copied.data / "record/leaders.csv").put(2, "tenure_end", "2016-02-30")
    monkeypatch.setattr("afpak.build.run.build", lambda *_, **__: pytest.fail("a chapter would have run"))
    result = afpak_that_checks("build")
    assert result.exit_code == 2
    assert "record/leaders.csv, row 2, column tenure_end: found '2016-02-30'" in result.stderr
    assert not copied.builds.exists()


@pytest.mark.parametrize("error", [BookError("a warning"), OutputError("chapter x: two numbers are named y")])
def test_a_build_that_fails_ends_with_one(afpak, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("afpak.build.run.build", fail)
    result = afpak("build")
    assert result.exit_code == 1
    assert str(error) in result.stderr
    assert "The published book was left as it was." in result.stderr


def test_a_build_of_which_nothing_changed_is_left_unless_it_is_to_be_fresh(afpak, copied, monkeypatch):
    made = []

    def publish(checkout, planned, *_, made_of, **__):
        made.append(planned.edition.name)
        folder = checkout.published(planned.edition.name)
        (folder / "html").mkdir(parents=True, exist_ok=True)
        (folder / "html" / "index.html").touch()
        (folder / "manifest.json").write_text(json.dumps({"fingerprint": made_of}), encoding="utf-8")
        return Built(folder / "html" / "index.html", folder / "manifest.json")

    monkeypatch.setattr("afpak.build.run.build", publish)
    assert "Built paper-2022." in afpak("build").output
    again = afpak("build", "paper-2022")
    assert again.exit_code == 0
    assert (
        "paper-2022 is up to date: nothing that it is made of has changed. Open _build/paper-2022/html" in again.output
    )
    assert "Built paper-2022." in afpak("build", "--fresh").output
    # The changed build is another one, and not there yet.
    assert "Built paper-2022-changed." in afpak("build", "-p", "first_year=2008").output
    page = copied.book / "index.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    assert "Built paper-2022." in afpak("build").output
    assert made == ["paper-2022", "paper-2022", "paper-2022-changed", "paper-2022"]


def test_explain_tells_why_each_chapter_was_executed_or_was_not(afpak, copied, monkeypatch):
    ran = (
        Ran("paper-2022", "audit", 7.25, ("parameter first_year changed: 2006 before, now 2007", "code cells changed")),
        Ran("paper-2022", "glossary", 1.0, ()),
    )
    built = Built(copied.root / "index.html", copied.root / "manifest.json", ran)
    monkeypatch.setattr("afpak.build.run.build", lambda *_, **__: built)
    told = [" ".join(line.split()) for line in afpak("build", "--explain").stdout.splitlines()]
    assert told[:4] == [
        "paper-2022: 1 of 2 chapters executed",
        "audit 7.2 s parameter first_year changed: 2006 before, now 2007",
        "code cells changed",
        "glossary kept nothing that it depends on has changed",
    ]
    assert "kept" not in afpak("build", "--fresh").stdout


@pytest.mark.parametrize(
    ("options", "workers", "fresh", "kind", "limits"),
    [
        ([], default_workers(), False, "", Limits(600, 4 * 1024**3)),
        (["--jobs", "3", "--fresh", "--kernels", "ordinary"], 3, True, "ordinary", Limits(600, 4 * 1024**3)),
        (["--jobs", "1", "--time-limit", "2.5", "--memory-limit", "300"], 1, False, "", Limits(2.5, 300 * 1024**2)),
    ],
)
def test_options_say_how_a_build_goes_about_it(afpak, copied, monkeypatch, options, workers, fresh, kind, limits):
    told = []

    def build(checkout, planned, how, *_, asked, **__):
        told.append((how, asked))
        return Built(copied.root / "index.html", copied.root / "manifest.json")

    monkeypatch.setattr("afpak.build.run.build", build)
    assert afpak("build", "latest", "--only", "1-4-attrition", *options).exit_code == 0
    # None of it is part of what the build is asked for.
    request = {"edition": "latest", "assignments": [], "as_of": None, "only": ["1-4-attrition"], "files": {}}
    assert told == [(How(workers, fresh, kind, limits), request)]


@pytest.mark.parametrize(
    ("options", "kinds", "imports"),
    [
        (["--only", "glossary"], ("warm", "ordinary"), ["afpak.figures.glossary"]),
        (["--only", "glossary"], ("ordinary",), None),
        (["--only", "glossary", "--kernels", "ordinary"], ("warm", "ordinary"), None),
        # Nothing to execute, so nothing to import: the build itself says what is wrong.
        (["--only", "glosary"], ("warm", "ordinary"), None),
    ],
)
def test_kernels_have_a_parent_where_they_are_forked(afpak, copied, monkeypatch, options, kinds, imports):
    warmed = []
    monkeypatch.setattr("afpak.build.warm.kinds", lambda: kinds)
    monkeypatch.setattr("afpak.build.warm.warm_up", warmed.append)
    built = Built(copied.root / "index.html", copied.root / "manifest.json")
    monkeypatch.setattr("afpak.build.run.build", lambda *_, **__: built)
    afpak("build", *options)
    assert [set(imports) <= set(modules) for modules in warmed] == ([True] if imports else [])


def test_a_build_that_watches_goes_on_after_a_fault_and_an_interrupt(afpak, copied, monkeypatch):
    page = copied.book / "index.md"
    ends = iter([BookError("a warning"), KeyboardInterrupt(), InputError(["a wrong table"]), None])

    def build(*_, **__):
        error = next(ends)
        if error:
            raise error
        return Built(copied.root / "index.html", copied.root / "manifest.json")

    def saves(*_, **__):
        yield set()
        if len(watched) < 3:
            watched.append(page)
            page.write_text(f"# {len(watched)}\n", encoding="utf-8")
            yield {(2, str(page))}

    watched = []
    monkeypatch.setattr("afpak.build.run.build", build)
    monkeypatch.setattr("watchfiles.watch", saves)
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("the package did not change"))
    result = afpak("build", "--watch")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Waiting for changes; Ctrl-C stops.",
        "Waiting for changes; Ctrl-C stops.",
        "Waiting for changes; Ctrl-C stops.",
        "Built paper-2022. Open index.html",
        "Waiting for changes; Ctrl-C stops.",
    ]
    for said in ("a warning\nThe published book was left as it was.", "Interrupted; a published book", "a wrong table"):
        assert said in result.stderr


@pytest.mark.parametrize(("other", "status"), [("", 0), ("another line\n", 1)])
def test_verify_builds_again_and_holds_the_two_against_each_other(afpak, copied, monkeypatch, other, status):
    published = copied.published("paper-2022")
    (published / "html").mkdir(parents=True)
    (published / "html" / "index.html").write_text("one line\n", encoding="utf-8")
    for name in ("findings.json", "numbers.json", "figures.json"):
        (published / name).write_text("{}", encoding="utf-8")
    (published / "data").mkdir()
    (published / "data" / "datapackage.json").write_text("{}", encoding="utf-8")
    asked = {"edition": "paper-2022", "assignments": [], "as_of": None, "only": [], "files": {}}
    manifest = {"asked": asked, "inputs": {}, "times": {"finished": "then"}}
    (published / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    def build_again(checkout, planned, how, *_, target, **__):
        assert how.fresh
        shutil.copytree(published, target)
        (target / "html" / "index.html").write_text(f"one line\n{other}", encoding="utf-8")
        (target / "manifest.json").write_text(json.dumps(manifest | {"times": {"finished": "now"}}), encoding="utf-8")

    monkeypatch.setattr("afpak.build.run.build", build_again)
    result = afpak("verify")
    assert result.exit_code == status
    if other:
        assert "paper-2022 is not the same" in result.stdout
        assert "  html/index.html: 1 lines before, now 2" in result.stdout
    else:
        assert "paper-2022 is verified" in result.stdout
    assert {path.name for path in copied.builds.iterdir()} - {".cache"} == {"paper-2022"}


def test_a_build_says_what_it_did_with_a_table_of_ones_own(afpak, copied, lines, monkeypatch):
    built = Built(copied.root / "index.html", copied.root / "manifest.json")
    asked = []
    monkeypatch.setattr("afpak.build.run.build", lambda _, planned, *others, **more: asked.append(planned) or built)
    leaders = lines(copied.data / "record/leaders.csv")
    # A file of the two first rows, one of them under a new key and known later than the edition's date.
    mine = copied.root / "my_leaders.csv"
    with mine.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, leaders.header)
        writer.writeheader()
        first, second = leaders.records()[:2]
        later = {"tenure": "is-k-new", "known_since": "2024-03", "end_known_since": "2024-03"}
        writer.writerows([first, second | later])
    result = afpak("build", "paper-2022", "--table", "leaders=my_leaders.csv", "--only", "1-4-attrition")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == (
        "my_leaders.csv: 0 rows added, 1 replaced, 1 cut at 2022-01-31 (is-k-new: known since 2024-03)"
    )
    assert "Built paper-2022-changed." in result.stdout
    assert list(asked[0].parameters) == ["1-4-attrition"]


def test_editions_and_params_print_lines_and_json(afpak):
    assert "paper-2022  as of 2022-01-31  not built" in afpak("editions").stdout
    assert [one["name"] for one in json.loads(afpak("editions", "--json").stdout)] == ["latest", "paper-2022"]
    assert "first_year: int [year]" in afpak("params", "1-4-incidents").stdout
    records = json.loads(afpak("params", "1-4-incidents", "--edition", "latest", "--json").stdout)
    values = {one["name"]: (one["default"], one["value"]) for one in records}
    assert values["first_year"] == (2006, 2008) and values["as_of"] == ("2022-01-31", "2026-11-22")


def test_audit_of_an_edition_with_a_table_of_its_own_goes_by_that_table(afpak, copied, lines):
    dates = lines(copied.data / "record/dates.csv")
    row = next(one for one in dates.records() if one["date_id"] == "zarb-e-azb")
    with (copied.root / "mine.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, dates.header)
        writer.writeheader()
        writer.writerow(row | {"date": "2013-06-15", "date_alternatives": "", "known_since": "2013-06-15"})
    text = "title: Own\nas_of: 2022-01-31\ntables: {dates: mine.csv}\n"
    (copied.editions / "own.yaml").write_text(text, encoding="utf-8")
    # The paper has June 2014; by this table it was a year before.
    assert told(afpak("audit", "own", "--claim", "1.5-14").stdout)[0] == [("1.5-14", "contradicted")]


def test_check_says_what_each_table_holds(afpak, copied, lines):
    result = afpak("check")
    assert result.exit_code == 0
    assert "All tables are valid." in result.stdout
    shown = {line.split()[0]: line.split()[1] for line in result.stdout.splitlines()[1:-1]}
    for name, path in (("leaders", "record/leaders.csv"), ("annual", "series/annual.csv")):
        assert shown[name] == str(len(lines(copied.data / path).rows))


def test_check_reports_every_problem_and_ends_with_two(afpak, copied, lines):
    monthly = lines(copied.data / "series/monthly.csv")
    monthly.put(2, "value", "many")
    monthly.put(3, "unit", "dozens")
    result = afpak("check")
    assert result.exit_code == 2
    assert "series/monthly.csv, row 2, column value: found 'many'" in result.stderr
    assert "series/monthly.csv, row 3, column unit: found 'dozens'" in result.stderr
    assert "2 problems" in result.stderr


def told(output):
    """Claim and verdict of every finding printed, and the last line."""
    return re.findall(r"(?m)^(\S+)  ([a-z ]+)$", output), output.splitlines()[-1]


def test_audit_says_of_one_claim_what_was_found(afpak):
    result = afpak("audit", "--claim", "1.5-14")
    assert result.exit_code == 0 and result.stderr == ""
    # The paper has June 2014, the record 15 June.
    assert told(result.stdout) == ([("1.5-14", "supported")], "1 claim as of 2022-01-31: 1 supported.")
    words = " ".join(result.stdout.split())
    for part in ("Operation Zarb-e-Azb began in June 2014.", "2014-06-15", "contradicts 1.2-19", "dates: zarb-e-azb"):
        assert part in words


def test_audit_of_several_claims_goes_in_the_order_of_the_paper(afpak):
    found, last = told(afpak("audit", "--claim", "1.5-14", "--claim", "1.2-19").stdout)
    assert found == [("1.2-19", "contradicted"), ("1.5-14", "supported")]
    assert last == "2 claims as of 2022-01-31: 1 supported, 1 contradicted."


def test_audit_of_a_section_has_all_its_claims(afpak, copied, lines):
    found, last = told(afpak("audit", "--section", "2.5", "--section", "summary").stdout)
    rows = lines(copied.data / "paper/claims.csv").records()
    assert sorted(claim for claim, _ in found) == sorted(
        row["claim"] for row in rows if row["section"] in ("2.5", "summary")
    )
    assert [claim.startswith("summary") for claim, _ in found] == sorted(
        (claim.startswith("summary") for claim, _ in found), reverse=True
    )
    assert last.startswith(f"{len(found)} claims as of 2022-01-31: ")


def test_options_of_audit_narrow_each_other(afpak):
    both, _ = told(afpak("audit", "--section", "2.5", "--verdict", "contradicted").stdout)
    assert ("2.5-18", "contradicted") in both
    assert all(claim.startswith("2.5-") and verdict == "contradicted" for claim, verdict in both)
    found, _ = told(afpak("audit", "--section", "2.5", "--verdict", "contradicted", "--verdict", "supported").stdout)
    assert {verdict for _, verdict in found} == {"contradicted", "supported"} and set(both) < set(found)
    assert told(afpak("audit", "--claim", "1.5-14", "--verdict", "pending").stdout) == (
        [], "0 claims as of 2022-01-31.",
    )  # fmt: skip


def test_audit_prints_json_for_other_programs(afpak):
    result = afpak("audit", "--claim", "1.2-19", "--json")
    assert result.exit_code == 0
    (record,) = json.loads(result.stdout)
    assert (record["claim"], record["verdict"], record["basis"]) == ("1.2-19", "contradicted", "join")
    assert record["linked"] == ["1.5-14"] and "dates: zarb-e-azb" in record["evidence"]
    assert set(record) == {"claim", "verdict", "sentence", "evidence", "method", "basis", "linked"}
    assert json.loads(afpak("audit", "--claim", "1.2-19", "--verdict", "pending", "--json").stdout) == []


def test_audit_of_an_edition_goes_by_its_date(afpak, copied):
    assert "as of 2026-11-22" in afpak("audit", "latest", "--claim", "1.5-14").stdout
    (copied.editions / "early.yaml").write_text('title: "Early"\nas_of: 2014-06-14\n', encoding="utf-8")
    # The day before the operation was announced only the paper's two dates are left.
    found, last = told(afpak("audit", "early", "--claim", "1.5-14").stdout)
    assert (found, last) == ([("1.5-14", "inconsistent")], "1 claim as of 2014-06-14: 1 inconsistent.")


def test_audit_tells_every_unknown_name_at_once(afpak):
    result = afpak("audit", "--claim", "sumary-01", "--claim", "zzzzzz", "--section", "9.9.9", "--verdict", "true")
    assert result.exit_code == 2 and result.stdout == ""
    assert "no claim 'sumary-01'; did you mean 'summary-01'?" in result.stderr
    assert "no claim 'zzzzzz'\n" in result.stderr
    assert "no section '9.9.9'" in result.stderr and "no verdict 'true'" in result.stderr
    assert "4 problems." in result.stderr


def test_clean_removes_what_builds_wrote_and_nothing_else(afpak, copied):
    before = sorted(copied.root.rglob("*"))
    (copied.builds / "paper-2022" / "html").mkdir(parents=True)
    assert afpak("clean").exit_code == 0
    assert sorted(copied.root.rglob("*")) == before
    assert "Nothing to remove" in afpak("clean").stdout


def test_serve_shows_a_built_edition_on_this_machine_alone(copied):
    html = copied.published("paper-2022") / "html"
    html.mkdir(parents=True)
    (html / "index.html").write_text("the book")
    command = [sys.executable, "-c", "from afpak.cli import main; main()", "serve", "paper-2022", "--port", "0"]
    with subprocess.Popen(
        command, cwd=copied.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", server.stdout.readline())
            with urllib.request.urlopen(address.group(0), timeout=30) as page:
                assert page.read() == b"the book"
            taken = subprocess.run(
                [*command[:-1], address.group(1)], cwd=copied.root, capture_output=True, text=True, check=False
            )
            assert taken.returncode == 2
            assert "try another" in taken.stderr
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0


def test_nothing_in_the_package_prints(checkout):
    used = [
        f"{path.name}:{node.lineno}"
        for path in (checkout.root / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "pprint"}
    ]
    assert used == []


def test_asking_for_help_loads_none_of_the_slow_libraries():
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom afpak.cli import main\n"
        "CliRunner().invoke(main, ['--help'])\n"
        "sys.exit(','.join({'pandas', 'matplotlib', 'papermill', 'frictionless'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr.strip() == ""
    )
