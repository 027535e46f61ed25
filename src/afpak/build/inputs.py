"""Everything that can be wrong, found before anything runs: edition, parameters, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from afpak.build.edition import Edition, read_edition
from afpak.build.parameters import Parameter, parse_assignment, read_parameters, resolve, unknown_names
from afpak.build.paths import Checkout
from afpak.problems import InputError, Problem
from afpak.tables import Inputs, load_inputs, read_declaration
from afpak.tables.declaration import Declaration
from afpak.tables.inputs import parse_day
from afpak.tables.validate import validate

AS_OF = "as_of"
CHANGED = "-changed"


@dataclass(frozen=True)
class Plan:
    """A build that can start: nothing in it is left to check.

    Parameters
    ----------
    edition : Edition
        The edition, with the as-of date that is in force.
    declaration : Declaration
        The tables as declared.
    inputs : Inputs
        The tables as the edition sees them.
    parameters : mapping of str to mapping
        By chapter, every parameter with its value.
    """

    edition: Edition
    declaration: Declaration
    inputs: Inputs
    parameters: Mapping[str, Mapping[str, Any]]


def plan(checkout: Checkout, edition: str, assignments: Sequence[str] = (), as_of: str | None = None) -> Plan:
    """Resolve an edition, validate all tables and check all parameters.

    Parameters
    ----------
    checkout : Checkout
        The project.
    edition : str
        Name of the edition.
    assignments : sequence of str
        ``name=value`` from the command line; these win over the edition.
    as_of : str, optional
        As-of date that replaces the edition's. With this or an assignment the build gets a name and a title of its own.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    chosen = read_edition(checkout.editions, edition)
    if as_of is not None:
        parse_day(as_of)
        chosen = replace(chosen, as_of=as_of)
    problems: list[Problem | str] = []
    declared: dict[str, dict[str, Parameter]] = {}
    for chapter in checkout.chapters:
        try:
            declared[chapter] = read_parameters(checkout.chapter(chapter))
        except InputError as error:
            problems += error.problems
    typed: dict[str, Any] = {}
    for text in assignments:
        try:
            name, value = parse_assignment(text)
            typed[name] = value
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    for place, given in (("-p", typed), (f"editions/{edition}.yaml, parameters", chosen.parameters)):
        names = {name for parameters in declared.values() for name in parameters}
        problems += unknown_names(place, given, names)
        if AS_OF in given:
            problems.append(
                Problem(
                    f"{place}: {AS_OF}", None, "", "", "the as-of date of a whole edition is set by as_of or --as-of"
                )
            )
    problems += unknown_names(f"editions/{edition}.yaml, chapters", chosen.chapters, declared)
    for chapter, given in chosen.chapters.items():
        problems += unknown_names(f"editions/{edition}.yaml, chapters, {chapter}", given, declared.get(chapter, {}))
    declaration = read_declaration(checkout.data)
    unusable: list[Problem] = validate(declaration)
    for chapter, parameters_of in declared.items():
        unusable += unknown_types(chapter, parameters_of, declaration)
    if unusable:
        # Values can only be held against tables that are in order.
        raise InputError([*problems, *unusable])
    inputs = load_inputs(chosen.as_of, checkout.data)
    parameters = {}
    for chapter, known in declared.items():
        parameters[chapter], complaints = resolve(known, _layers(chosen, chapter, typed), chapter, _values(inputs))
        problems += complaints
    if problems:
        # A value that several chapters take is wrong once.
        raise InputError(list(dict.fromkeys(problems)))
    changes = [f"{name} = {value}" for name, value in typed.items()]
    changes += [f"as of {as_of}"] if as_of is not None else []
    if changes:
        # A build with other values is another book: it does not take the place of the edition.
        chosen = replace(chosen, name=f"{edition}{CHANGED}", title=f"{chosen.title}, changed: {', '.join(changes)}")
    return Plan(chosen, declaration, inputs, parameters)


def unknown_types(chapter: str, parameters: Mapping[str, Parameter], declaration: Declaration) -> list[Problem]:
    """Parameters whose type names a table or a column that is not declared."""
    problems = []
    for parameter in parameters.values():
        table, dot, column = parameter.item_type.partition(".")
        known = declaration.tables.get(table)
        if dot and (known is None or column not in {one.name for one in known.columns}):
            place = f"{chapter}.ipynb, parameters cell"
            expected = f"the type of {parameter.name} names no declared table and column"
            problems.append(Problem(place, parameter.line, "", parameter.type, expected))
    return problems


def _layers(edition: Edition, chapter: str, typed: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    place = f"editions/{edition.name}.yaml"
    return [
        (place, {AS_OF: edition.as_of}),
        (f"{place}, parameters", edition.parameters),
        (f"{place}, chapters, {chapter}", edition.chapters.get(chapter, {})),
        ("-p", typed),
    ]


def _values(inputs: Inputs) -> Callable[[str, str], Iterable[str]]:
    """Values that stand in a column of a table."""

    def values(table: str, column: str) -> Iterable[str]:
        return (str(value) for value in inputs[table][column].dropna().unique())

    return values
