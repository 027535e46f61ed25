"""What the search knows of the rows of listings."""

from __future__ import annotations

import json
from typing import Any

import nbformat

from afpak import bundles
from afpak.build.search import entries, script


def notebook(*bundle: dict[str, Any]) -> Any:
    outputs = [nbformat.v4.new_output("display_data", data={bundles.ANCHORS: one}) for one in bundle]
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Words"), nbformat.v4.new_code_cell("show", outputs=outputs)]
    )


NAMES = {
    "once": True,
    "places": {"Ayman": "term-a", "AZ": "term-a", "Doctor": "term-a", "B": "term-b"},
    "entries": [
        {"place": "term-a", "name": "Ayman", "sort": "person", "spellings": ["Aiman", "AZ"], "told": "One of two."},
        {"place": "term-b", "name": "Bé </script>", "sort": "", "spellings": [], "told": ""},
    ],
}
PLAIN = {"once": False, "places": {"1.1-01": "claim-1-1-01"}}


def test_a_row_is_known_by_its_name_its_spellings_and_the_words_that_lead_to_it() -> None:
    assert entries({"names": notebook(NAMES), "plain": notebook(PLAIN), "empty": notebook()}) == [
        {
            "address": "names.html#term-a",
            "name": "Ayman",
            "sort": "person",
            "spellings": ["Aiman", "AZ", "Doctor"],
            "told": "One of two.",
        },
        {"address": "names.html#term-b", "name": "Bé </script>", "sort": "", "spellings": ["B"], "told": ""},
    ]


def test_the_script_sets_one_variable_to_what_json_reads() -> None:
    text = script({"names": notebook(NAMES)})
    name, _, value = text.rstrip().removesuffix(";").partition(" = ")
    assert name == "window.AFPAK_PLACES"
    assert json.loads(value) == entries({"names": notebook(NAMES)})
    assert "Bé" in text
    assert json.loads(script({}).partition(" = ")[2].rstrip().removesuffix(";")) == []
