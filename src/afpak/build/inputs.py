"""Everything that can be wrong, found before anything runs: edition, parameters, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from afpak.build.edition import Edition, read_edition
from afpak.build.parameters import parse_assignment, read_parameters, resolve, unknown_names
from afpak.build.paths import Checkout
from afpak.problems import InputError, Problem
from afpak.tables import Inputs, load_inputs, read_declaration
from afpak.tables.declaration import Declaration
from afpak.tables.inputs import parse_day
from afpak.tables.validate import validate

AS_OF = "as_of"


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
        As-of date that replaces the edition's.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    chosen = read_edition(checkout.editions, edition)
    if as_of is not None:
        parse_day(as_of)
        chosen = replace(chosen, as_of=as_of)
    declared = {chapter: read_parameters(checkout.chapter(chapter)) for chapter in checkout.chapters}
    typed = dict(parse_assignment(text) for text in assignments)
    problems: list[Problem] = []
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
    invalid = validate(declaration)
    if invalid:
        raise InputError([*problems, *invalid])
    inputs = load_inputs(chosen.as_of, checkout.data)
    parameters = {}
    for chapter, known in declared.items():
        parameters[chapter], complaints = resolve(known, _layers(chosen, chapter, typed), chapter, _values(inputs))
        problems += complaints
    if problems:
        raise InputError(problems)
    return Plan(chosen, declaration, inputs, parameters)


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
