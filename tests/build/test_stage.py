import re

import nbformat
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pybtex.database import parse_string
from pybtex.richtext import Text

from afpak import bundles
from afpak.build.executed import INJECTED
from afpak.build.foot import Citation, Foot, foot
from afpak.build.stage import (
    Anchor,
    OutputError,
    bibliography,
    in_force,
    link,
    read_outputs,
    reading_time,
    stage,
    without_pages,
)
from afpak.figures.verdicts import chip

FIGURE = {
    "name": "fall",
    "caption": "Attacks by year",
    "alternative": "A line that falls\nfrom 2009 to 2020",
    "source": "NACTA.",
    "licence": "CC BY 4.0",
    "svg": "<svg/>",
    "svgs": {"phone": "<svg><g/></svg>", "card": "<svg><a/></svg>"},
    "png": "iVBORw==",
    "csv": "year,attacks\n2009,2586\n",
}
TOLD = Foot(
    Citation(("Some people",), "The book", "1.2.3"), "The title", "2022-01-31",
    {"1-1-some": {"data/heights.csv": "ab" * 32}}, {"1-1-some": {"offset": 1}},
)  # fmt: skip


def shown(**data):
    kinds = {"figure": bundles.FIGURE, "number": bundles.NUMBER, "findings": bundles.FINDINGS}
    kinds |= {"anchors": bundles.ANCHORS, "markdown": "text/markdown", "html": "text/html"}
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
def copied(copied):
    """A copy of the repository whose front page takes nothing from its chapters."""
    (copied.book / "index.md").write_text("# The book\n", encoding="utf-8")
    return copied


@pytest.fixture
def staged(copied, tmp_path):
    """Stage one executed chapter, and others by name; the folder of the source."""

    def of(made, told=None, **others):
        executed = {"1-1-some": tmp_path / "executed.ipynb"}
        executed |= {name: tmp_path / f"{name}.ipynb" for name in others}
        for path, one in zip(executed.values(), (made, *others.values()), strict=True):
            nbformat.write(one, path)
        stage(copied, executed, tmp_path / "source", [], "The title", {"as_of": "2022-01-31"}, told=told)
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
    assert "\nAttacks by year\n\nSource: NACTA. Licence: CC BY 4.0. {download}`Data (CSV) <" in directive
    assert re.findall(r"`([^<]+) <figures/1-1-some/fall\.(\w+)>`", directive) == [
        ("Data (CSV)", "csv"), ("Picture (SVG)", "svg"), ("Picture (PNG)", "png"),
    ]  # fmt: skip
    for kind in ("svg", "csv"):
        assert (source / f"figures/1-1-some/fall.{kind}").read_text(encoding="utf-8") == FIGURE[kind]
    for page, drawn in FIGURE["svgs"].items():
        assert (source / f"figures/1-1-some/fall-{page}.svg").read_text(encoding="utf-8") == drawn
    # The first four bytes of any PNG.
    assert (source / "figures/1-1-some/fall.png").read_bytes() == b"\x89PNG"
    assert list(output.data) == ["text/markdown"]


def test_labels_of_tables_are_made_unique_in_the_book(staged):
    source = staged(notebook(shown(markdown="::::{table} Some\n:name: table-rows\n\n|a|\n::::")))
    (output,) = nbformat.read(source / "1-1-some.ipynb", as_version=4).cells[1].outputs
    assert ":name: table-1-1-some-rows\n" in output.data["text/markdown"]


def test_prose_refers_to_the_table_that_a_chapter_shows_instead_of_a_figure(staged):
    prose = "See {numref}`figure-1-1-some-rows`, {numref}`figure-1-1-some-fall` and {numref}`figure-1-1-some-typo`."
    table = "::::{table} Nothing to draw yet\n:name: table-rows\n\n|a|\n::::"
    source = staged(notebook(shown(markdown=table), shown(figure=FIGURE), prose=prose))
    assert nbformat.read(source / "1-1-some.ipynb", as_version=4).cells[0].source == (
        "See {numref}`table-1-1-some-rows`, {numref}`figure-1-1-some-fall` and {numref}`figure-1-1-some-typo`."
    )


@pytest.mark.parametrize(
    ("tags", "added"),
    [([], "hide-input"), (["parameters"], "hide-input"), (["injected-parameters"], "remove-cell"), (["model"], None)],
)
def test_code_is_folded_unless_it_is_a_model(staged, tags, added):
    source = staged(notebook(metadata={"tags": list(tags)}))
    (cell,) = (one for one in nbformat.read(source / "1-1-some.ipynb", as_version=4).cells if one.cell_type == "code")
    assert cell.metadata.tags == [*tags, added] if added else cell.metadata.tags == tags


def test_no_page_shows_what_solves_an_exercise_and_the_readers_copy_does(staged, tmp_path):
    made = notebook()
    made.cells += [
        new_markdown_cell("### 1 Read a figure: the peak", metadata={"tags": ["exercise"]}),
        new_code_cell("answer_1 = 1", metadata={"tags": ["solution"]}),
        new_markdown_cell("Because.", metadata={"tags": ["solution"]}),
        new_code_cell("exercises.check(answer_1, 1, '')", metadata={"tags": ["check"]}),
    ]
    source = staged(made)
    book, copy = (
        nbformat.read(path, as_version=4).cells for path in (source / "1-1-some.ipynb", tmp_path / "executed.ipynb")
    )
    assert [cell.source for cell in book] == ["", "1", "### 1 Read a figure: the peak"]
    assert len(copy) == 6


def test_the_time_to_read_counts_words_and_what_is_looked_at_but_no_solution():
    made = notebook(shown(figure=FIGURE), shown(markdown="|a|"), prose="word " * 500)
    made.cells.append(new_markdown_cell("word " * 5000, metadata={"tags": ["solution"]}))
    # 500 words at 200 a minute, and two things to look at for half a minute each.
    assert reading_time(made) == "4 minutes"
    assert reading_time(notebook()) == "1 minute"


def test_the_time_to_read_stands_in_the_prose(staged):
    source = staged(notebook(prose="About {glue:text}`reading-time`."))
    assert nbformat.read(source / "1-1-some.ipynb", as_version=4).cells[0].source == "About 1 minute."


def test_a_model_is_a_place_that_pages_can_lead_to(staged):
    source = staged(notebook(metadata={"tags": ["model"]}, id="one-05"))
    assert [cell.source for cell in nbformat.read(source / "1-1-some.ipynb", as_version=4).cells] == [
        "",
        "(cell-one-05)=\n",
        "1",
    ]


def test_the_configuration_carries_the_title_and_the_words_for_pages(staged, copied):
    source = staged(notebook())
    made, kept = (yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")) for root in (source, copied.root))
    # No repository is named, so nothing is left of the buttons that would lead there.
    theme = kept["sphinx"]["config"]["html_theme_options"]
    assert theme.pop("launch_buttons")
    assert theme.pop("repository_url") == ""
    assert made["sphinx"]["config"].pop("myst_substitutions") == {"edition": "The title", "as_of": "2022-01-31"}
    assert made == kept


def test_the_pages_and_contents_are_copied_unchanged(staged, copied):
    source = staged(notebook())
    for path in copied.book.rglob("*"):
        if path.is_file():
            assert (source / path.relative_to(copied.book)).read_bytes() == path.read_bytes()
    made, kept = (yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")) for root in (source, copied.root))
    assert made == kept


def test_a_page_left_out_is_neither_written_nor_in_the_contents(copied, tmp_path):
    nbformat.write(notebook(), tmp_path / "executed.ipynb")
    executed = {"1-1-some": tmp_path / "executed.ipynb"}
    stage(copied, executed, tmp_path / "source", [], "The title", {}, ["what-changed"])
    assert not (tmp_path / "source" / "what-changed.md").exists()
    assert "what-changed" not in (tmp_path / "source" / "_toc.yml").read_text(encoding="utf-8")
    assert (tmp_path / "source" / "rebuild.md").exists()


def test_a_part_whose_every_page_is_left_out_is_left_out():
    contents = {
        "root": "index",
        "parts": [
            {"caption": "One", "chapters": [{"file": "a"}, {"file": "b"}]},
            {"caption": "Two", "chapters": [{"file": "c"}]},
        ],
    }
    assert without_pages(contents, ["b", "c"]) == {
        "root": "index",
        "parts": [{"caption": "One", "chapters": [{"file": "a"}]}],
    }
    assert without_pages(contents, []) == contents


def test_a_chapter_that_was_not_executed_has_a_page_of_its_title_and_the_reason(copied, tmp_path):
    nbformat.write(notebook(), tmp_path / "executed.ipynb")
    stubs = {"1-4-attrition": "Left out for a reason.", "1-5-measures": "Left out."}
    stage(copied, {"1-1-some": tmp_path / "executed.ipynb"}, tmp_path / "source", [], "The title", {}, (), stubs)
    (cell,) = nbformat.read(tmp_path / "source" / "1-4-attrition.ipynb", as_version=4).cells
    title = nbformat.read(copied.chapter("1-4-attrition"), as_version=4).cells[0].source.splitlines()[0]
    # What leads to its models leads to this page.
    places, told = cell.source.split("# ", maxsplit=1)
    assert re.fullmatch(r"(\(cell-1-4-attrition-\w+\)=\n)+", places)
    assert f"# {told}" == f"{title}\n\n:::{{admonition}} Not in this book\n:class: note\nLeft out for a reason.\n:::\n"
    assert (tmp_path / "source" / "1-5-measures.ipynb").exists()
    made, kept = (yaml.safe_load((one / "_toc.yml").read_text("utf-8")) for one in (tmp_path / "source", copied.root))
    assert made == kept


# What a chapter and a page get from other pages

BOX = "# Some\n\n:::{admonition} What the paper says here\n:class: afpak-paper\nThis.\n:::\n\nAnd so on."
FINDING = {"claim": "1.4-14", "verdict": "contested"}


def with_a_finding():
    return notebook(shown(findings=[FINDING], markdown=f"1.4-14 · {chip('contested', '1.4-14')}\n: x"), prose=BOX)


def test_a_chapter_ends_with_a_foot_in_the_book_and_not_in_the_readers_copy(staged, tmp_path):
    source = staged(notebook(prose="# Heights"), told=TOLD)
    book, copy = (
        nbformat.read(path, as_version=4).cells for path in (source / "1-1-some.ipynb", tmp_path / "executed.ipynb")
    )
    assert book[-1].source == foot(TOLD, "1-1-some", "Heights")
    assert [cell.cell_type for cell in copy] == ["markdown", "code"]


def test_a_finding_leads_to_its_row_and_the_row_back_to_the_chapter(staged):
    row = '<tr id="claim-1-4-14"><td><span data-shown-in="1.4-14">later</span></td></tr>'
    listing = notebook(
        shown(anchors={"once": False, "places": {"1.4-14": "claim-1-4-14"}}, findings=[FINDING], html=row)
    )
    source = staged(with_a_finding(), audit=listing)
    chapter = nbformat.read(source / "1-1-some.ipynb", as_version=4).cells
    assert chapter[0].source.endswith(":::\n")
    assert 'href="#finding-1-4-14"' in chapter[1].source
    assert chapter[2].source == "And so on."
    (output,) = chapter[3].outputs
    assert 'id="finding-1-4-14" href="audit.html#claim-1-4-14"' in output.data["text/markdown"]
    (output,) = nbformat.read(source / "audit.ipynb", as_version=4).cells[1].outputs
    assert output.data["text/html"] == (
        '<tr id="claim-1-4-14"><td><a href="1-1-some.html#finding-1-4-14">Some</a></td></tr>'
    )


def test_a_page_takes_numbers_pictures_and_counts_from_chapters(staged, copied):
    taken = (
        "# Book\n\n{glue:text}`1-1-some/years` years.\n\n{picture}`1-1-some/fall`\nIt fell.\n\n{verdicts}`1-1-some`\n"
    )
    (copied.book / "index.md").write_text(taken, encoding="utf-8")
    made = with_a_finding()
    made.cells[1].outputs += [number("years", "20"), shown(figure=FIGURE)]
    page = (staged(made) / "index.md").read_text(encoding="utf-8")
    assert "\n20 years.\n" in page
    assert "[![A line that falls from 2009 to 2020](figures/1-1-some/fall-card.svg)](1-1-some)\nIt fell." in page
    assert 'href="1-1-some.html#verdict=contested"' in page


def test_a_page_that_takes_what_is_not_given_is_refused(staged, copied):
    (copied.book / "index.md").write_text("# Book\n\n{glue:text}`1-1-some/yeers`\n", encoding="utf-8")
    with pytest.raises(OutputError, match="page index: it takes the number 1-1-some/yeers"):
        staged(notebook(number("years", "20")))


def test_the_parameters_that_a_reader_sees_are_those_in_force(staged):
    declared = (
        'as_of: "date" = "2022-01-31"  # The “last” day\nyears: "list[int]" = [1, 2]  # Years\nkept: int = 3  # K'
    )
    source = staged(
        new_notebook(
            cells=[
                new_code_cell(declared, metadata={"tags": ["parameters"]}),
                new_code_cell('# Parameters\nas_of = "2026-11-22"\nyears = [2008]\n', metadata={"tags": [INJECTED]}),
            ]
        )
    )
    cells = nbformat.read(source / "1-1-some.ipynb", as_version=4).cells
    assert cells[0].source == (
        'as_of: "date" = "2026-11-22"  # The “last” day\nyears: "list[int]" = [2008]  # Years\nkept: int = 3  # K'
    )
    assert "remove-cell" in cells[1].metadata["tags"]


def test_parameters_that_nothing_was_injected_for_stay_as_they_are():
    declared = 'name: str = "“a”"; two: int = 2  # In one line'
    assert in_force(declared, "") == declared
    assert in_force(declared, 'two = 3\nname = "b"') == 'name: str = "b"; two: int = 3  # In one line'


# Links from words to places of other pages

CLAIM = Anchor("1.4-14", "audit", "claim-1-4-14", once=False)
TTP = Anchor("TTP", "glossary", "term-ttp", once=True)
WHOLE = Anchor("Tehreek-e-Taliban Pakistan", "glossary", "term-ttp", once=True)
ANCHORS = (CLAIM, TTP, WHOLE)
TO_CLAIM = '<a href="audit.html#claim-1-4-14">1.4-14</a>'
TO_TTP = '<a href="glossary.html#term-ttp">TTP</a>'


def linked(text, page="index", anchors=ANCHORS, seen=None):
    return link(text, page, anchors, set() if seen is None else seen)


def test_a_claim_is_linked_wherever_it_is_named():
    assert linked("As (1.4-14) and 1.4-14 say.") == f"As ({TO_CLAIM}) and {TO_CLAIM} say."


def test_a_word_is_linked_at_its_first_mention_on_a_page():
    assert linked("The TTP and the TTP.") == f"The {TO_TTP} and the TTP."


def test_two_words_for_one_place_lead_there_once():
    name = "Tehreek-e-Taliban Pakistan"
    assert linked(f"The {name} (TTP)") == f'The <a href="glossary.html#term-ttp">{name}</a> (TTP)'
    assert linked(f"The TTP ({name})") == f"The {TO_TTP} ({name})"


def test_what_was_linked_before_on_the_page_is_told_and_kept():
    seen = {"term-ttp"}
    assert linked("The TTP and 1.4-14", seen=seen) == f"The TTP and {TO_CLAIM}"
    assert seen == {"term-ttp", "claim-1-4-14"}


def test_the_longest_of_several_words_is_linked():
    anchors = [Anchor(word, "glossary", f"term-{i}", False) for i, word in enumerate(("IS", "IS-K", "IS-K in Jowzjan"))]
    assert linked("IS-K in Jowzjan, IS-K in Kunar, IS", anchors=anchors) == (
        '<a href="glossary.html#term-2">IS-K in Jowzjan</a>, <a href="glossary.html#term-1">IS-K</a> in Kunar, '
        '<a href="glossary.html#term-0">IS</a>'
    )


def test_a_page_links_to_its_own_rows_but_not_to_its_own_words():
    assert linked("TTP and 1.4-14", page="glossary") == f"TTP and {TO_CLAIM}"
    assert linked("TTP and 1.4-14", page="audit") == f"{TO_TTP} and {TO_CLAIM}"


def test_a_link_tells_what_stands_there_where_that_is_asked_for():
    anchors = [Anchor("TTP", "glossary", "term-ttp", True, 'The "TTP" & others')]
    told = '<a href="glossary.html#term-ttp" title="The &quot;TTP&quot; &amp; others">TTP</a>'
    assert link("The TTP", "index", anchors, set()) == f"The {told}"
    assert link("The TTP", "index", anchors, set(), titled=False) == 'The <a href="glossary.html#term-ttp">TTP</a>'


def test_what_a_search_tells_of_a_place_is_told_at_links_and_cut(staged):
    told = "A group. " + "It did this and that. " * 20
    places = new_output("display_data", data={bundles.ANCHORS: {
        "once": True, "places": {"TTP": "term-ttp"},
        "entries": [{"place": "term-ttp", "name": "TTP", "sort": "", "spellings": [], "told": told}],
    }})  # fmt: skip
    source = staged(notebook(prose="The TTP."), glossary=notebook(places))
    (title,) = re.findall(r'title="([^"]*)"', cells(source, "1-1-some")[0].source)
    assert title.startswith("A group. It did") and title.endswith(" …") and len(title) <= 160


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("::::{table} Heads. In order.\n:name: table-heads\n\n| a |\n| --- |\n| 1 |\n::::\n", "Heads"),
        ("::::{div} afpak-records\n:name: table-rows\n\nRows of it.\n\nx\n: y\n::::\n", "Rows of it"),
    ],
)
def test_a_table_that_is_hidden_is_folded_under_what_it_is_called(staged, text, title):
    code = cells(staged(notebook(shown(markdown=text), metadata={"tags": ["hide-output"]})), "1-1-some")[1]
    assert code.metadata["tags"] == ["hide-input"]
    folded = code.outputs[0].data["text/markdown"]
    assert folded.startswith(f":::::::{{dropdown}} {title}\n\n::::{{") and folded.endswith(":::::::\n")


def test_exercises_begin_with_how_to_answer_them(staged):
    source = staged(notebook(prose="## Exercises"))
    text = cells(source, "1-1-some")[0].source
    assert text.startswith("## Exercises\n\n*To answer, take this chapter as a notebook")


def test_without_words_nothing_changes():
    assert linked("The TTP", anchors=()) == "The TTP"
    assert linked("Nothing of the kind") == "Nothing of the kind"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{}’s men",
        "({})",
        "{}, and",
        "{}.",
        "**{}**",
        "“{}”",
        "{}; {{x}}",
        "| {} |",
        "anti–{}",
        "{}: it",
        "{}\nit",
    ],
)
def test_a_word_is_linked_between_signs_that_end_words(text):
    assert linked(text.format("TTP")) == text.format(TO_TTP)


@pytest.mark.parametrize(
    "text",
    [
        "TTPX", "xTTP", "TTP-led", "pre-TTP", "TTP2", "TTP_x", "a.TTP", "data/TTP", "TTP/IS-K", "ttp", "Ttp",
        "1.4-145", "11.4-14",
    ],
)  # fmt: skip
def test_a_part_of_another_word_is_not_linked(text):
    assert linked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "`TTP 1.4-14`",
        "```python\nTTP = '1.4-14'\n\nTTP\n```",
        "```{code-block} python\nTTP\n```",
        "{glue:text}`TTP`",
        "{ref}`the TTP <1.4-14>`",
        "{download}`Data of the TTP <figures/TTP.csv>`",
        "[the TTP](page.md)",
        "[the TTP](<https://example.org/1.4-14>)",
        "![the TTP](TTP.svg)",
        "<https://example.org/?q=TTP>",
        '<img alt="TTP" src="x.svg">',
        "$TTP + 1.4-14$",
        "# The TTP and 1.4-14",
        "### 1.4-14 TTP",
        ":::{admonition} What the TTP says (1.4-14)",
        "::::{table} Attacks of the TTP",
        ":alt: Attacks of the TTP",
        ":name: table-TTP",
    ],
    ids=lambda text: text.split("\n")[0],
)
def test_code_roles_links_tags_maths_headings_and_lines_of_directives_are_left(text):
    assert linked(text) == text
    # What stands around it is not.
    assert linked(f"Of 1.4-14:\n\n{text}\n\nBy the TTP.") == f"Of {TO_CLAIM}:\n\n{text}\n\nBy the {TO_TTP}."


@pytest.mark.parametrize(
    "text",
    ["[TTP \\[1\\] in 1.4-14](<https://example.org>)", '<a href="x.html">the TTP</a>', "$$\nTTP = 1.4-14\n$$"],
    ids=["a link with brackets in its words", "a link in HTML", "maths on lines of its own"],
)  # fmt: skip
def test_other_forms_of_links_and_maths_are_left_too(text):
    assert linked(text) == text


def test_the_body_of_a_directive_is_linked():
    text = ":::{admonition} TTP\n:class: note\n\nThe TTP (1.4-14).\n:::"
    assert linked(text) == f":::{{admonition}} TTP\n:class: note\n\nThe {TO_TTP} ({TO_CLAIM}).\n:::"


def test_a_fence_of_code_ends_where_it_ends():
    assert linked("```\nTTP\n```\nTTP\n```\nTTP\n```") == f"```\nTTP\n```\n{TO_TTP}\n```\nTTP\n```"


def test_signs_of_patterns_in_a_word_are_only_signs():
    anchors = [Anchor("A.Q. Khan (Dr)", "glossary", "term-aq", False)]
    assert linked("AxQ. Khan (Dr)", anchors=anchors) == "AxQ. Khan (Dr)"
    assert linked("by A.Q. Khan (Dr),", anchors=anchors) == 'by <a href="glossary.html#term-aq">A.Q. Khan (Dr)</a>,'


@given(st.text(st.sampled_from("TP1.4- `$#[]()<>:{}\n’x"), max_size=40))
def test_linking_takes_no_letter_away(text):
    assert re.sub(r'<a href="[^"]*">(.*?)</a>', r"\1", linked(text)) == text


def anchors_of(places, once=False):
    return shown(anchors={"once": once, "places": places}, html="<p>")


def test_anchors_of_a_chapter_are_collected_with_its_page():
    outputs = read_outputs(
        notebook(anchors_of({"TTP": "term-ttp"}, True), anchors_of({"1.4-14": "claim-1-4-14"})), "glossary"
    )
    assert outputs.anchors == (
        Anchor("TTP", "glossary", "term-ttp", True), Anchor("1.4-14", "glossary", "claim-1-4-14", False),
    )  # fmt: skip


@pytest.fixture
def book(staged, copied):
    """A book of a chapter that names things, of the two pages that hold their places, and of a page of prose."""
    (copied.book / "rebuild.md").write_text("# TTP\n\nThe TTP, 1.4-14, and `TTP`. The TTP.\n", encoding="utf-8")
    chapter = notebook(
        shown(markdown="::::{div}\n\nTTP 1.4-14\n::::"), shown(figure=FIGURE | {"caption": "As in 1.4-14"}),
        shown(html="<p>1.4-14</p>"), prose="## TTP\n\nThe TTP (1.4-14).",
    )  # fmt: skip
    chapter.cells.append(new_markdown_cell("Again the TTP and 1.4-14."))
    own = "The TTP and 1.4-14."
    return staged(
        chapter,
        audit=notebook(anchors_of({"1.4-14": "claim-1-4-14"}), prose=own),
        glossary=notebook(anchors_of({"TTP": "term-ttp"}, once=True), prose=own),
    )


def cells(book, name):
    return nbformat.read(book / f"{name}.ipynb", as_version=4).cells


def test_prose_of_a_chapter_is_linked_words_once_in_the_whole_of_it(book):
    prose = [cell.source for cell in cells(book, "1-1-some") if cell.cell_type == "markdown"]
    assert prose == [f"## TTP\n\nThe {TO_TTP} ({TO_CLAIM}).", f"Again the TTP and {TO_CLAIM}."]


def test_outputs_of_a_chapter_are_linked_to_claims_and_not_to_words_of_the_first_mention(book):
    table, figure, html = cells(book, "1-1-some")[1].outputs
    assert table.data["text/markdown"] == f"::::{{div}}\n\nTTP {TO_CLAIM}\n::::"
    assert f"As in {TO_CLAIM}\n\nSource: NACTA." in figure.data["text/markdown"]
    assert html.data["text/html"] == "<p>1.4-14</p>"


def test_a_word_whose_first_mention_is_in_an_output_is_linked_in_the_prose_after_it(staged):
    chapter = notebook(shown(markdown="TTP 1.4-14"), prose="Nothing.")
    chapter.cells.append(new_markdown_cell("The TTP."))
    places = notebook(anchors_of({"TTP": "term-ttp"}, once=True), anchors_of({"1.4-14": "claim-1-4-14"}))
    first, code, last = cells(staged(chapter, audit=places), "1-1-some")
    claim, word = TO_CLAIM, TO_TTP.replace("glossary", "audit")
    assert (code.outputs[0].data["text/markdown"], last.source) == (f"TTP {claim}", f"The {word}.")
    assert first.source == "Nothing."


def test_the_pages_that_hold_the_places_link_to_each_other_and_to_their_own_rows(book):
    assert cells(book, "audit")[0].source == f"The {TO_TTP} and {TO_CLAIM}."
    assert cells(book, "glossary")[0].source == f"The TTP and {TO_CLAIM}."


def test_pages_of_the_book_are_linked(book):
    page = (book / "rebuild.md").read_text(encoding="utf-8")
    assert page == f"# TTP\n\nThe {TO_TTP}, {TO_CLAIM}, and `TTP`. The TTP.\n"


def test_the_readers_copy_and_the_page_of_the_repository_have_no_links(book, copied, tmp_path):
    copy = nbformat.read(tmp_path / "executed.ipynb", as_version=4)
    assert copy.cells[0].source == "## TTP\n\nThe TTP (1.4-14)."
    assert "<a " not in (copied.book / "rebuild.md").read_text(encoding="utf-8")


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
