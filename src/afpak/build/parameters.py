"""Typed parameters of a chapter: declared in its notebook, checked before anything runs.

The cell tagged ``parameters`` is the declaration: one literal a line, annotated with its type and followed
by a comment with its meaning and, in square brackets at its end, its unit: ``# First year modelled [year]``. It
is read strictly with Python's own parser. (papermill has a reader too; it passes over what it can't parse, and
here a parameter that can't be read is an error.)

Types: ``int``, ``float``, ``str``, ``bool``, ``date`` (a day, ``YYYY-MM-DD``), ``table.column`` (a value that
stands in that column of the edition's tables) and ``list[...]`` of one of these.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from afpak.build.dependencies import NO_NOTEBOOK
from afpak.problems import InputError, Problem
from afpak.tables.inputs import parse_day

_PLAIN: Mapping[str, type] = {"int": int, "float": float, "str": str, "bool": bool}
_UNIT = re.compile(r"(.*?)\s*\[([^\[\]]+)\]")
_WORDS = {"int": "a whole number", "float": "a number", "str": "text", "bool": "True or False"}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a chapter: its type, default, meaning and unit, and the line that declares it."""

    name: str
    type: str
    default: Any
    meaning: str
    line: int
    unit: str = ""

    @property
    def item_type(self) -> str:
        """Type of a value, or of the items if it is a list."""
        return _item(self.type) or self.type


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Read the parameters cell of a notebook.

    Parameters
    ----------
    notebook : Path
        An .ipynb with exactly one cell tagged ``parameters``.

    Returns
    -------
    dict of str to Parameter
        In the order of the cell.

    Raises
    ------
    InputError
        If the file is no notebook, there is no such cell, or a line is not
        ``name: "type" = literal  # meaning [unit]``.
    """
    try:
        every = nbformat.read(notebook, as_version=4).cells
    except NO_NOTEBOOK as error:
        said = str(error).partition("\n")[0][:100]
        raise InputError([f"notebooks/{notebook.name}: not a notebook ({said})"]) from error
    cells = [cell for cell in every if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise InputError([f"{notebook.name}: expected one cell tagged 'parameters', found {len(cells)}"])
    source = cells[0].source
    place = f"{notebook.name}, parameters cell"
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise InputError([Problem(place, error.lineno, "", "", f"not Python: {error.msg}")]) from error
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    parameters: dict[str, Parameter] = {}
    problems: list[Problem] = []
    for statement in statements:
        line, text = statement.lineno, ast.get_source_segment(source, statement) or ""

        def refuse(expected: str, line: int = line, text: str = text) -> None:
            problems.append(Problem(place, line, "", text, expected))

        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            refuse('expected name: "type" = literal  # meaning')
            continue
        annotation = statement.annotation
        # A quoted annotation may name what Python has no name for: "date", "annual.series".
        type_ = str(annotation.value) if isinstance(annotation, ast.Constant) else ast.unparse(annotation)
        if not _known(type_):
            refuse(f"{type_} is not a parameter type: {', '.join(_PLAIN)}, date, table.column or list[...]")
            continue
        try:
            if statement.value is None:
                raise ValueError
            default = ast.literal_eval(statement.value)
        except (ValueError, TypeError):
            refuse("expected a literal as the default")
            continue
        meaning, unit = _split(comments.get(line, ""))
        if not meaning:
            refuse("expected a comment with the meaning on the same line")
            continue
        parameters[statement.target.id] = Parameter(statement.target.id, type_, default, meaning, line, unit)
    if problems:
        raise InputError(problems)
    return parameters


def resolve(
    declared: Mapping[str, Parameter],
    layers: Sequence[tuple[str, Mapping[str, Any]]],
    chapter: str,
    values: Callable[[str, str], Iterable[str]],
) -> tuple[dict[str, Any], list[Problem]]:
    """Values of a chapter's parameters: defaults, then each layer over them, the narrower last.

    Parameters
    ----------
    declared : mapping of str to Parameter
        What the chapter takes.
    layers : sequence of (str, mapping)
        Where the values come from, in words for errors, and the values. Names that the chapter does
        not take are passed over; `unknown_names` reports those that no chapter takes.
    chapter : str
        Identifier of the chapter, for errors.
    values : callable
        ``values(table, column)`` gives the values that a ``table.column`` parameter may take.

    Returns
    -------
    dict of str to Any, list of Problem
        Every declared parameter with its value, and what is wrong with them.
    """
    resolved = {name: parameter.default for name, parameter in declared.items()}
    origin = dict.fromkeys(declared, f"{chapter}, parameters cell")
    for place, layer in layers:
        for name, value in layer.items():
            if name in declared:
                resolved[name], origin[name] = value, place
    problems = []
    for name, parameter in declared.items():
        resolved[name], complaint = _checked(resolved[name], parameter.type, values)
        if complaint:
            problems.append(Problem(f"{origin[name]}: {name}", None, "", str(resolved[name]), complaint))
    return resolved, problems


def unknown_names(place: str, names: Iterable[str], known: Iterable[str]) -> list[Problem]:
    """Report names that nothing takes, each with the nearest name that something does."""
    known = sorted(known)
    problems = []
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
            hint = f"did you mean {near[0]!r}? " if near else ""
            known_ones = ", ".join(known) or "none"
            problems.append(Problem(f"{place}: {name}", None, "", "", f"no such name; {hint}known: {known_ones}"))
    return problems


class Typed(str):
    """A value as typed on the command line: what it means depends on the type of the parameter."""


def parse_assignment(text: str) -> tuple[str, Typed]:
    """Parse ``name=value`` of the command line; InputError if it has another form."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError([f"-p {text!r}: expected NAME=VALUE, such as -p first_year=2006"])
    return name.strip(), Typed(value)


def _split(comment: str) -> tuple[str, str]:
    """Meaning and unit of a comment that ends with the unit in square brackets."""
    match = _UNIT.fullmatch(comment)
    return (match[1], match[2]) if match else (comment, "")


def _known(type_: str) -> bool:
    inner = _item(type_)
    if inner is not None:
        return _item(inner) is None and _known(inner)
    table, dot, column = type_.partition(".")
    return type_ in _PLAIN or type_ == "date" or bool(table and dot and column)


def _item(type_: str) -> str | None:
    """Type of the items if this is a list type."""
    return type_[5:-1] if type_.startswith("list[") and type_.endswith("]") else None


def _checked(value: Any, type_: str, values: Callable[[str, str], Iterable[str]]) -> tuple[Any, str]:
    """The value as the chapter gets it, and what is wrong with it (empty if nothing)."""
    inner = _item(type_)
    if isinstance(value, Typed):
        value = _read(value, type_)
    if inner is not None:
        if not isinstance(value, list):
            return value, f"expected a list, such as [{value!r}]"
        checked = [_checked(item, inner, values) for item in value]
        return [item for item, _ in checked], next((complaint for _, complaint in checked if complaint), "")
    if type_ == "date":
        # YAML reads an unquoted 2022-01-31 as a date; chapters get text.
        text = value.isoformat() if hasattr(value, "isoformat") else value
        if not isinstance(text, str):
            return value, "expected a day as YYYY-MM-DD, such as 2022-01-31"
        try:
            parse_day(text)
        except InputError as error:
            return value, str(error.problems[0])
        return text, ""
    if type_ in _PLAIN:
        expected = _PLAIN[type_]
        # In Python True is an int, and 3 is a fine float; to the person neither is a surprise.
        fits = isinstance(value, expected) and (expected is bool or not isinstance(value, bool))
        if expected is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value), ""
        return value, "" if fits else f"expected {_WORDS[type_]}"
    table, _, column = type_.partition(".")
    known = sorted(set(values(table, column)))
    if value in known:
        return value, ""
    near = difflib.get_close_matches(str(value), known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return (
        value,
        f"not in column {column} of table {table} as of this edition's date; {hint}known: {', '.join(known)}",
    )


def _read(text: Typed, type_: str) -> Any:
    """Text of the command line as a value of the type, or as plain text if it is none."""
    if (type_ in _PLAIN and type_ != "str") or _item(type_) is not None:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            pass
    return str(text)
