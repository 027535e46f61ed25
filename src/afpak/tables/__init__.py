"""Reading the tables of data/ by their one declaration.

Validation lives in `afpak.tables.validate`, apart, since chapters read validated tables and need not load
the library that checks them.
"""

from afpak.tables.dates import Bounds, bounds, precision
from afpak.tables.declaration import Column, Declaration, Table, find_data, read_declaration
from afpak.tables.inputs import Inputs, load_inputs

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
]
