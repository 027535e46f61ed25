"""The glossary as readers see it: its listing, tables and figure."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import matplotlib.text
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from afpak.analysis import names
from afpak.bundles import ANCHORS
from afpak.figures import glossary as draw
from afpak.tables import Inputs

DAY = date(2022, 1, 31)
FOUND = pd.DataFrame(
    [
        {"entry": "Mullah Fazlullah", "kind": "person", "short": "Fazlullah", "spellings": "Fazalullah | Mullah Radio",
         "capitals": "", "shared": "Mullah", "meaning": "Head", "offices": "TTP: head, 2013 to 2018 | TNSM: acting",
         "sections": "1.2 | 2.1", "rows": "subjects: fazlullah"},
        {"entry": "TTP", "kind": "organisation | umbrella", "short": "TTP", "spellings": "", "capitals": "",
         "shared": "Mullah", "meaning": "", "offices": "", "sections": "", "rows": "organisations: ttp"},
    ]
)  # fmt: skip


def made(inputs: Inputs) -> pd.DataFrame:
    order = list(inputs["sections"].sort_values("order")["section"])
    return names.entries(inputs["organisations"], inputs["subjects"], inputs["leaders"], inputs.as_of, order)


def test_the_listing_tells_spellings_meaning_and_offices() -> None:
    one, other = draw.listing(FOUND, names.words(FOUND), DAY).frame.to_dict("records")
    assert one == {
        "name": "Mullah Fazlullah", "kind": "person", "also written": "Fazlullah; Fazalullah; Mullah Radio; Mullah*",
        "who or what": "Head. Offices: TTP: head, 2013 to 2018; TNSM: acting", "section": "1.2 | 2.1",
    }  # fmt: skip
    # A short name that is the name is not told twice.
    assert (other["also written"], other["who or what"]) == ("Mullah*", "")


def test_other_pages_link_the_first_mention_of_each_safe_word() -> None:
    bundle = draw.listing(FOUND, names.words(FOUND), DAY)._repr_mimebundle_()
    place = "term-Mullah-Fazlullah"
    anchors = bundle[ANCHORS]
    found = {entry["name"]: entry for entry in anchors.pop("entries")}
    # The search finds an entry by a spelling that is shared with another too; its star is not part of it.
    assert {"Fazlullah", "Fazalullah", "Mullah"} <= set(found["Mullah Fazlullah"]["spellings"])
    assert found["Mullah Fazlullah"]["sort"] == "person"
    assert anchors == {
        "once": True,
        "places": dict.fromkeys(("Mullah Fazlullah", "Fazlullah", "Fazalullah", "Mullah Radio"), place)
        | {"TTP": "term-TTP"},
    }
    row = ElementTree.fromstring(bundle["text/html"]).findall(".//tbody/tr")[0]
    assert (row.get("id"), row.get("data-kind"), row.get("data-section")) == (place, "person", "1.2 | 2.1")


@pytest.mark.parametrize("edition", ["paper", "latest"])
def test_every_entry_has_a_place_of_its_own_and_every_word_leads_to_one(edition, paper, latest) -> None:
    found = made({"paper": paper, "latest": latest}[edition])
    shown = draw.listing(found, names.words(found), DAY)
    rows = ElementTree.fromstring(shown._repr_mimebundle_()["text/html"]).findall(".//tbody/tr")
    places = [row.get("id") for row in rows]
    assert len(set(places)) == len(places) == len(found)
    assert set(shown.anchors.values()) <= set(places)
    # No word is lost because another entry has it too.
    assert len(shown.anchors) == sum(map(len, names.words(found).values()))


def test_tables_put_several_values_in_words() -> None:
    varied = pd.DataFrame({"entry": ["A"], "kind": ["person"], "ways": ["Omar | Umar"], "number": [2]})
    assert draw.variants(varied).frame.to_dict("records") == [{"entry": "A", "written": "Omar, Umar", "ways": 2}]
    double = pd.DataFrame({"spelling": ["Mehsud"], "entries": ["A | B"], "number": [2]})
    assert draw.shared(double).frame.to_dict("records") == [{"written": "Mehsud", "can be": "A or B"}]
    short = pd.DataFrame({"abbreviation": ["TTP"], "entry": ["T"], "kind": ["organisation | umbrella"]})
    assert draw.abbreviations(short).frame.at[0, "kind"] == "organisation, umbrella"


COUNTS = pd.DataFrame(
    {
        "entry": ["Mullah Fazlullah", "Seven parties with a name that is longer than a line", "Emir"],
        "kind": ["person", "organisation | alliance", "term"],
        "spellings": ["a | b | c | d", "a | b | c", "a"],
        "number": [4, 3, 1],
    }
)


def test_the_figure_draws_and_tells_those_with_as_many_ways() -> None:
    figure = draw.spellings(COUNTS, 3)
    assert figure.data["number"].tolist() == [4, 3]
    assert "2 entries" in figure.alternative
    assert "Mullah Fazlullah, 4; Seven parties with a name that is longer than a line, 3." in figure.alternative
    (axes,) = figure.drawing.axes
    assert [patch.get_width() for patch in axes.patches] == [4, 3]
    assert len({(patch.get_facecolor(), patch.get_hatch()) for patch in axes.patches}) == 2
    assert [text.get_text() for text in figure.drawing.legends[0].get_texts()] == ["person", "organisation"]


def test_more_ways_than_any_entry_has_draws_those_with_most() -> None:
    figure = draw.spellings(COUNTS, 99)
    assert figure.data["entry"].tolist() == ["Mullah Fazlullah"]
    assert figure.caption.startswith("Entries with 4 or more ways")


@pytest.mark.parametrize("at_least", [3, 5])
def test_labels_are_large_enough_and_do_not_overlap(at_least, latest) -> None:
    figure = draw.spellings(names.counted(made(latest)), at_least)
    FigureCanvasAgg(figure.drawing).draw()
    (axes,) = figure.drawing.axes
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert len(boxes) == len(figure.data)
    for i, box in enumerate(boxes):
        assert box.x0 >= 0
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])
    for text in figure.drawing.findobj(matplotlib.text.Text):
        assert not text.get_text() or text.get_fontsize() >= 9
