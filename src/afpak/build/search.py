"""What the book's search knows of the rows of its listings, as a script that a page loads from its own folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from afpak import bundles

# A script, since a page that was opened from a folder may load scripts and fetch nothing; beside those that are not
# loaded by every page. Pages ask for it without the first folder.
FILE = "_on_demand/_static/afpak-places.js"
_VARIABLE = "AFPAK_PLACES"


def entries(notebooks: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows that the search finds, in the order of pages and rows.

    Parameters
    ----------
    notebooks : mapping of str to notebook
        Executed notebook by page.

    Returns
    -------
    list of dict
        One for each row: address within the book, name, sort, spellings (other ways of writing the name, and words
        that lead to the row from other pages; none twice, the name itself not among them) and told (what it says).
    """
    found = []
    for page, notebook in notebooks.items():
        for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
            anchors = output.get("data", {}).get(bundles.ANCHORS, {})
            leading: dict[str, list[str]] = {}
            for word, place in anchors.get("places", {}).items():
                leading.setdefault(place, []).append(word)
            for entry in anchors.get("entries", []):
                spellings = dict.fromkeys([*entry["spellings"], *leading.get(entry["place"], [])])
                spellings.pop(entry["name"], None)
                found.append(
                    {
                        "address": f"{page}.html#{entry['place']}",
                        "name": entry["name"],
                        "sort": entry["sort"],
                        "spellings": list(spellings),
                        "told": entry["told"],
                    }
                )
    return found


def script(notebooks: Mapping[str, Any]) -> str:
    """The rows that the search finds, as a script that sets one variable."""
    rows = ",\n".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in entries(notebooks))
    return f"window.{_VARIABLE} = [\n{rows}\n];\n"
