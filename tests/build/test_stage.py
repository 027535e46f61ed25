import re

import nbformat
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pybtex.database import parse_string
from pybtex.richtext import Text

from afpak.bundles import FIGURE, FINDINGS, NUMBER
from afpak.build.stage import OutputError, bibliography, read_outputs, stage

FIGURE = {
    "name": "fall",
    "caption": "Attacks by year",
    "alternative": "A line that falls\nfrom 2009 to 2020",
    "source": "NACTA",
    "svg": "<svg/>",
    "csv": "year,attacks\n2009,2586\n",
}


def shown(**data):
    kinds = {"figure": FIGURE, "number": NUMBER, "findings": FINDINGS, "markdown": "text/markdown"}
    return new_output("display_data", data={kinds[name]: value for name, value in data.items()})


def number(name, text):
    return shown(number={"name": name, "text": text})


def notebook(*outputs, prose="", **cell):
    code = new_code_cell("1", outputs=list(outputs), **cell)
    return new_notebook(cells=[new_markdown_cell(prose), code])


def said(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def test_figures_numbers_and_findings_are_collected_by_name():
    outputs = read_outputs(
        notebook(shown(figure=FIGURE), number("years", "20"), shown(findings=[{"claim": "1"}, {"claim": "2"}])), "c"
    )
    assert outputs.figures == {"fall": FIGURE}
    assert outputs.numbers == {"years": "20"}
    assert [finding["claim"] for finding in outputs.findings] == ["1", "2"]


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (notebook(shown(figure=FIGURE), shown(figure=FIGURE)), "two figures are named fall"),
        (notebook(number("years", "20"), number("years", "21")), "two numbers are named years"),
        (notebook(number("years", "20"), prose="For {glue:text}`yeers` years"), "yeers, which no cell gives"),
        (notebook(said("Traceback", "stderr")), "wrote to stderr: Traceback"),
        (notebook(said("\n  hello\nworld\n")), "wrote to stdout: hello"),
        (notebook(said("\n")), "wrote to stdout"),
    ],
    ids=["figure twice", "number twice", "number missing", "stderr", "stdout", "an empty line"],
)
def test_an_output_that_breaks_its_promise_is_refused_with_the_chapter(made, fault):
    with pytest.raises(OutputError, match="chapter 1-1-some: ") as caught:
        read_outputs(made, "1-1-some")
    assert fault in str(caught.value)


def test_all_faults_of_a_chapter_are_named():
    made = notebook(said("a"), number("x", "1"), number("x", "2"), prose="{glue:text}`y`")
    with pytest.raises(OutputError) as caught:
        read_outputs(made, "c")
    assert all(fault in str(caught.value) for fault in ("wrote to stdout", "named x", "uses y"))


@pytest.fixture
def staged(copied, tmp_path):
    """Stage one executed chapter; the folder of the source."""

    def of(made):
        path = tmp_path / "executed.ipynb"
        nbformat.write(made, path)
        stage(copied, {"1-1-some": path}, tmp_path / "source", [], "The title", {"as_of": "2022-01-31"})
        return tmp_path / "source"

    return of


def test_numbers_stand_in_the_prose_of_the_book_and_of_the_readers_copy(staged, tmp_path):
    prose = "Over {glue:text}`years`, {glue:text}`years` of them, {glue:text}`share` fell."
    source = staged(notebook(number("years", "20 years"), number("share", "9.5%"), prose=prose))
    for path in (source / "1-1-some.ipynb", tmp_path / "executed.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert cells[0].source == "Over 20 years, 20 years of them, 9.5% fell."


def test_a_number_is_not_shown_under_its_cell_in_the_book_but_is_in_the_readers_copy(staged, tmp_path):
    source = staged(notebook(number("years", "20")))
    book, copy = (
        nbformat.read(path, as_version=4).cells[1] for path in (source / "1-1-some.ipynb", tmp_path / "executed.ipynb")
    )
    assert (len(book.outputs), len(copy.outputs)) == (0, 1)


def test_a_figure_becomes_a_directive_with_its_words_and_files(staged):
    source = staged(notebook(shown(figure=FIGURE)))
    (output,) = nbformat.read(source / "1-1-some.ipynb", as_version=4).cells[1].outputs
    directive = output.data["text/markdown"]
    assert directive.startswith(":::{figure} figures/1-1-some/fall.svg\n")
    assert ":name: figure-1-1-some-fall\n" in directive
    assert ":alt: A line that falls from 2009 to 2020\n" in directive
    assert "Attacks by year Source: NACTA." in directive
    for path in re.findall(r"figures/\S+?\.(?:svg|csv)", directive):
        assert (source / path).read_text(encoding="utf-8") == FIGURE[path[-3:]]
    assert list(output.data) == ["text/markdown"]


def test_labels_of_tables_are_made_unique_in_the_book(staged):
    source = staged(notebook(shown(markdown="::::{table} Some\n:name: table-rows\n\n|a|\n::::")))
    (output,) = nbformat.read(source / "1-1-some.ipynb", as_version=4).cells[1].outputs
    assert ":name: table-1-1-some-rows\n" in output.data["text/markdown"]


@pytest.mark.parametrize(
    ("tags", "added"),
    [([], "hide-input"), (["parameters"], "hide-input"), (["injected-parameters"], "remove-cell"), (["model"], None)],
)
def test_code_is_folded_unless_it_is_a_model(staged, tags, added):
    source = staged(notebook(metadata={"tags": list(tags)}))
    cell = nbformat.read(source / "1-1-some.ipynb", as_version=4).cells[1]
    assert cell.metadata.tags == [*tags, added] if added else cell.metadata.tags == tags


def test_the_configuration_carries_the_title_and_the_words_for_pages(staged, copied):
    source = staged(notebook())
    made, kept = (yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")) for root in (source, copied.root))
    assert made["sphinx"]["config"].pop("myst_substitutions") == {"edition": "The title", "as_of": "2022-01-31"}
    assert made == kept


def test_the_pages_and_contents_are_copied_unchanged(staged, copied):
    source = staged(notebook())
    for path in copied.book.rglob("*"):
        if path.is_file():
            assert (source / path.relative_to(copied.book)).read_bytes() == path.read_bytes()
    assert (source / "_toc.yml").read_bytes() == (copied.root / "_toc.yml").read_bytes()


def plain(latex: str) -> str:
    return str(Text.from_latex(latex))


def parsed(rows):
    return parse_string(bibliography(rows), "bibtex").entries


def reference(**cells):
    row = dict.fromkeys(("author", "title", "outlet", "date", "url"))
    return {"reference": "fn01", "number": 1, "list": "footnote", "section": "1.1"} | row | cells


def test_the_papers_references_are_parsed_back_with_their_keys_titles_and_authors(checkout, lines):
    records = lines(checkout.data / "paper/references.csv").records()
    rows = [{name: cell or None for name, cell in record.items()} for record in records]
    titled = [row for row in rows if row["title"]]
    entries = parsed(rows)
    assert list(entries) == [row["reference"] for row in titled]
    for row in titled:
        entry = entries[row["reference"]]
        assert plain(entry.fields["title"]) == row["title"]
        assert entry.fields.get("url") == row["url"]
        assert entry.fields.get("year") == (row["date"] and row["date"][:4])
        names = [plain(str(person)) for person in entry.persons.get("author", [])]
        assert names == (row["author"].split("; ") if row["author"] else [])


@given(st.text(st.sampled_from("aB 9&%$#_.:()é–"), min_size=1).filter(lambda text: text == " ".join(text.split())))
def test_any_title_is_parsed_back(title):
    entry = parsed([reference(title=title)])["fn01"]
    assert plain(entry.fields["title"]) == title


def test_an_address_stays_as_it_is():
    address = "https://example.org/a_b/c%20d?e=f&g=h#i~j"
    assert parsed([reference(title="Some", url=address)])["fn01"].fields["url"] == address


@pytest.mark.parametrize("title", ["One } too many", "One { too few", r"A back\slash", 'A "quoted" word'])
def test_a_title_with_bibtex_signs_does_not_break_the_bibliography(title):
    entries = parsed([reference(title=title), reference(reference="fn02", title="Next")])
    assert list(entries) == ["fn01", "fn02"]


def test_a_row_without_a_title_is_left_out():
    assert list(parsed([reference(title=None), reference(reference="fn02", title="Some")])) == ["fn02"]
