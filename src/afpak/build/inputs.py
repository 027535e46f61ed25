"""Everything that can be wrong, found before anything runs: edition, parameters, tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from afpak.build.current import CHANGED, Request
from afpak.build.edition import Edition, read_edition
from afpak.build.given import Given, read_given
from afpak.build.hashing import digest, installed, package_hashes
from afpak.build.parameters import Parameter, parse_assignment, read_parameters, resolve, unknown_names
from afpak.build.paths import Checkout
from afpak.build.requirements import read_requirements, unmet
from afpak.problems import InputError, Problem
from afpak.tables import Inputs, read_declaration
from afpak.tables.declaration import Declaration
from afpak.tables.inputs import inputs_of, parse_day, with_events
from afpak.tables.overlay import lay_over
from afpak.tables.validate import validate

AS_OF = "as_of"
# States of the tables of which it is remembered that they are in order.
_SEALS = 50


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
        By chapter to be executed, every parameter with its value.
    left_out : mapping of str to str
        By chapter that is not executed, a sentence with the reason.
    events : Path or None
        The event table, if there is one.
    """

    edition: Edition
    declaration: Declaration
    inputs: Inputs
    parameters: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, str] = field(default_factory=dict)
    events: Path | None = None


def plan(
    checkout: Checkout,
    edition: str,
    assignments: Sequence[str] = (),
    as_of: str | None = None,
    *,
    tables: Sequence[str] = (),
    events: Path | None = None,
    only: Sequence[str] = (),
    today: date | None = None,
) -> Plan:
    """Resolve an edition, validate all tables and check all parameters.

    Whatever is given beside the edition's name makes the build another book, with a name and a title of its own.

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
    tables : sequence of str
        ``TABLE=FILE``: a person's own rows, laid over those of the table.
    events : Path, optional
        An imported event table.
    only : sequence of str
        The chapters to execute; all if none is named.
    today : datetime.date, optional
        Last day that a person's own files may tell of; today if not given.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    chosen = read_edition(checkout.editions, edition)
    if as_of is not None:
        parse_day(as_of)
        chosen = replace(chosen, as_of=as_of)
    declaration = read_declaration(checkout.data)
    declared, requirements, typed = _declared(checkout, declaration, assignments)
    problems = _unknown(checkout, chosen, declared, typed, only)
    unusable: list[Problem | str] = []
    for chapter, parameters_of in declared.items():
        unusable += unknown_types(chapter, parameters_of, declaration)
    try:
        given = read_given(checkout, chosen, declaration.tables, tables, events)
        declaration, inputs = edition_inputs(checkout, chosen.as_of, given, today)
    except InputError as error:
        unusable = [*error.problems, *unusable]
    if unusable:
        # Values can only be held against tables that are in order.
        raise InputError([*problems, *unusable])
    left_out = _left_out(requirements, inputs, given, only)
    problems += _without_effect(declared, typed, left_out)
    problems += [Problem(f"--only: {name}", None, "", "", left_out[name]) for name in only if name in left_out]
    parameters, parts = {}, checkout.parts
    for chapter, known in declared.items():
        if chapter in left_out:
            continue
        layers = _layers(chosen, chapter, parts, typed)
        parameters[chapter], complaints = resolve(known, layers, chapter, _values(inputs))
        problems += complaints
    if problems:
        # A value that several chapters take is wrong once.
        raise InputError(list(dict.fromkeys(problems)))
    changes = [f"{name} = {value}" for name, value in typed.items()]
    changes += [f"as of {as_of}"] if as_of is not None else []
    changes += [f"table {text.partition('=')[0].strip()} with {Path(text.partition('=')[2]).name}" for text in tables]
    changes += [f"events of {events.name}"] if events else []
    changes += [f"only {', '.join(only)}"] if only else []
    if changes:
        # A build with other values is another book: it does not take the place of the edition.
        chosen = replace(chosen, name=f"{edition}{CHANGED}", title=f"{chosen.title}, changed: {', '.join(changes)}")
    return Plan(chosen, declaration, inputs, parameters, left_out, given.events)


def plan_of(checkout: Checkout, request: Request) -> Plan:
    """The plan of what was asked for, as `plan` makes it."""
    return plan(
        checkout,
        request.edition,
        request.assignments,
        request.as_of,
        tables=request.tables,
        events=request.events,
        only=request.only,
    )


def edition_inputs(
    checkout: Checkout, as_of: str, given: Given, today: date | None = None
) -> tuple[Declaration, Inputs]:
    """The tables of the book with a person's own files, validated, and as an edition of that date sees them.

    Parameters
    ----------
    checkout : Checkout
        The project.
    as_of : str
        The as-of date.
    given : Given
        The person's own files.
    today : datetime.date, optional
        Last day that these may tell of, and that may be asked for; today if not given.

    Returns
    -------
    Declaration, Inputs
        The declaration lies in the checkout's folder, and tells of what was laid over its tables.

    Raises
    ------
    InputError
        If a table is not valid, or there is nothing to see at that date.
    """
    declaration = read_declaration(checkout.data)
    last = today or date.today()
    with TemporaryDirectory(prefix="afpak-") as folder:
        if given.tables:
            checked = lay_over(declaration, given.tables, Path(folder) / "data", last)
        else:
            checked = replace(declaration, until=last.isoformat() if given else "")
        problems = _validate(checkout, checked)
        if problems:
            raise InputError(problems)
        inputs = inputs_of(checked, as_of)
    if given.events is not None:
        inputs = with_events(inputs, given.events)
    return replace(checked, root=declaration.root), inputs


def _validate(checkout: Checkout, declaration: Declaration) -> list[Problem]:
    """What is wrong with the tables; such as were found in order once, by this package, are not looked at again."""
    root = declaration.root
    files = {
        path.relative_to(root).as_posix(): digest(path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    seal = digest(json.dumps([files, declaration.until, package_hashes(), installed()], sort_keys=True))
    sealed = checkout.cache / "valid" / seal
    if sealed.exists():
        return []
    problems = validate(declaration)
    if not problems:
        sealed.parent.mkdir(parents=True, exist_ok=True)
        sealed.touch()
        for former in sorted(sealed.parent.iterdir(), key=_time_of)[:-_SEALS]:
            former.unlink(missing_ok=True)
    return problems


def _time_of(path: Path) -> float:
    """When a file was made; another build may have taken it away."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _declared(
    checkout: Checkout, declaration: Declaration, assignments: Sequence[str]
) -> tuple[dict[str, dict[str, Parameter]], dict[str, tuple[tuple[str, ...], ...]], dict[str, Any]]:
    """Parameters and requirements by chapter, and values from the command line; InputError if one can't be read."""
    problems: list[Problem | str] = []
    declared, requirements, typed = {}, {}, {}
    for chapter in checkout.chapters:
        try:
            declared[chapter] = read_parameters(checkout.chapter(chapter))
            requirements[chapter] = read_requirements(checkout.chapter(chapter), declaration.tables)
        except InputError as error:
            problems += error.problems
    for text in assignments:
        try:
            name, value = parse_assignment(text)
            typed[name] = value
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return declared, requirements, typed


def _unknown(
    checkout: Checkout,
    edition: Edition,
    declared: Mapping[str, Mapping[str, Parameter]],
    typed: Mapping[str, Any],
    only: Sequence[str],
) -> list[Problem | str]:
    """Names of chapters, parts and parameters that there are none of, and dates given as a parameter."""
    place, parts = f"editions/{edition.name}.yaml", checkout.parts
    every = tuple(declared)
    scopes = [("-p", typed, every), (f"{place}, parameters", edition.parameters, every)]
    scopes += [(f"{place}, parts, {part}", values, parts.get(part, ())) for part, values in edition.parts.items()]
    problems: list[Problem | str] = []
    for where, values, chapters in scopes:
        problems += unknown_names(where, values, {name for chapter in chapters for name in declared.get(chapter, {})})
        if AS_OF in values:
            expected = "the as-of date of a whole edition is set by as_of or --as-of"
            problems.append(Problem(f"{where}: {AS_OF}", None, "", "", expected))
    problems += unknown_names(f"{place}, parts", edition.parts, parts)
    problems += unknown_names(f"{place}, chapters", edition.chapters, declared)
    for chapter, values in edition.chapters.items():
        problems += unknown_names(f"{place}, chapters, {chapter}", values, declared.get(chapter, {}))
    return problems + unknown_names("--only", only, declared)


def _left_out(
    requirements: Mapping[str, Sequence[Sequence[str]]], inputs: Inputs, given: Given, only: Sequence[str]
) -> dict[str, str]:
    """Chapters that are not executed, with the reason: their requirements are not met, or others were asked for."""
    left_out = {}
    for chapter, needed in requirements.items():
        lacking = unmet(needed, inputs, given.events is not None)
        if lacking:
            left_out[chapter] = (
                f"This chapter is not in this edition: {lacking}. An edition with an event file, or of a later date, "
                "may have it."
            )
        elif only and chapter not in only:
            left_out[chapter] = (
                f"This chapter is left out of this build, which was made with `--only {' '.join(only)}`."
            )
    return left_out


def _without_effect(
    declared: Mapping[str, Mapping[str, Parameter]], typed: Mapping[str, Any], left_out: Mapping[str, str]
) -> list[Problem]:
    """Values from the command line that no chapter of this build takes."""
    problems = []
    for name in typed:
        takers = [chapter for chapter, parameters in declared.items() if name in parameters]
        if takers and all(chapter in left_out for chapter in takers):
            expected = f"without effect, since this build leaves out what takes it: {', '.join(takers)}"
            problems.append(Problem(f"-p: {name}", None, "", "", expected))
    return problems


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


def _layers(
    edition: Edition, chapter: str, parts: Mapping[str, Sequence[str]], typed: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Where values come from, the narrower last: edition, book, part, chapter, command line."""
    place = f"editions/{edition.name}.yaml"
    return [
        (place, {AS_OF: edition.as_of}),
        (f"{place}, parameters", edition.parameters),
        *(
            (f"{place}, parts, {part}", edition.parts.get(part, {}))
            for part, pages in parts.items()
            if chapter in pages
        ),
        (f"{place}, chapters, {chapter}", edition.chapters.get(chapter, {})),
        ("-p", typed),
    ]


def _values(inputs: Inputs) -> Callable[[str, str], Iterable[str]]:
    """Values that stand in a column of a table."""

    def values(table: str, column: str) -> Iterable[str]:
        return (str(value) for value in inputs[table][column].dropna().unique())

    return values
