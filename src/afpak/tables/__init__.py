"""Reading and validating the tables of data/ against their one declaration."""

from afpak.tables.dates import Bounds, bounds, precision
from afpak.tables.declaration import Column, Declaration, Table, find_data, read_declaration
from afpak.tables.inputs import Inputs, load_inputs
from afpak.tables.validate import validate

__all__ = [
    "Bounds",
    "Column",
    "Declaration",
    "Inputs",
    "Table",
    "bounds",
    "find_data",
    "load_inputs",
    "precision",
    "read_declaration",
    "validate",
]
