"""What there is to build: the editions, and the parameters that a chapter takes."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from afpak.build.edition import Edition, edition_names, read_edition
from afpak.build.inputs import plan
from afpak.build.parameters import Parameter, read_parameters
from afpak.build.paths import Checkout
from afpak.problems import InputError, Problem


@dataclass(frozen=True)
class Listed:
    """An edition, and when its published build was finished (ISO 8601, UTC); empty if it is not built."""

    edition: Edition
    built: str


@dataclass(frozen=True)
class InForce:
    """A parameter and its value in an edition; ``value`` is the default where no edition is asked about."""

    parameter: Parameter
    value: Any


def editions(checkout: Checkout) -> list[Listed]:
    """All editions by name; InputError with all that is wrong in their files."""
    found: list[Listed] = []
    problems: list[Problem | str] = []
    for name in edition_names(checkout.editions):
        try:
            found.append(Listed(read_edition(checkout.editions, name), _finished(checkout, name)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def parameters(checkout: Checkout, chapter: str, edition: str = "") -> list[InForce]:
    """Parameters of a chapter, in the order of its cell, with their values in an edition.

    Raises
    ------
    InputError
        If there is no such chapter or edition, the edition can't be built, or it leaves the chapter out.
    """
    if chapter not in checkout.chapters:
        near = difflib.get_close_matches(chapter, checkout.chapters, n=1)
        hint = f" did you mean {near[0]!r}?" if near else ""
        raise InputError([f"no chapter {chapter!r};{hint} known: {', '.join(checkout.chapters)}"])
    declared = read_parameters(checkout.chapter(chapter))
    values = {name: parameter.default for name, parameter in declared.items()}
    if edition:
        planned = plan(checkout, edition)
        if chapter in planned.left_out:
            raise InputError([f"{chapter} in {edition}: {planned.left_out[chapter]}"])
        values = dict(planned.parameters[chapter])
    return [InForce(parameter, values[name]) for name, parameter in declared.items()]


def editions_as_lines(found: Sequence[Listed]) -> str:
    """One edition a line: name, date, when built, title, and what it has besides."""
    width = max(len(one.edition.name) for one in found)
    lines = []
    for one in found:
        edition = one.edition
        built = f"built {one.built[:16].replace('T', ' ')} UTC" if one.built else "not built"
        besides = [f"table {name} with {file}" for name, file in edition.tables.items()]
        besides += [f"events of {edition.events}"] if edition.events else []
        besides += [f"compared with {edition.compare_with}"] if edition.compare_with else []
        told = f"{edition.name:<{width}}  as of {edition.as_of}  {built:<26}  {edition.title}"
        lines.append("; ".join([told, *besides]))
    return "\n".join(lines)


def editions_as_json(found: Sequence[Listed]) -> str:
    """The same as JSON: a list of objects; ``built`` is null if the edition is not."""
    return _json(
        [
            {
                "name": one.edition.name,
                "title": one.edition.title,
                "as_of": one.edition.as_of,
                "tables": dict(one.edition.tables),
                "events": one.edition.events or None,
                "compare_with": one.edition.compare_with or None,
                "built": one.built or None,
            }
            for one in found
        ]
    )


def parameters_as_lines(found: Sequence[InForce], edition: str = "") -> str:
    """Each parameter as name, type and unit, then its meaning, default, and value in the edition."""
    blocks = []
    for one in found:
        parameter = one.parameter
        head = f"{parameter.name}: {parameter.type}" + (f" [{parameter.unit}]" if parameter.unit else "")
        told = [parameter.meaning, f"default: {_literal(parameter.default)}"]
        told += [f"in {edition}: {_literal(one.value)}"] if edition else []
        blocks.append("\n".join([head, *(_indented(line) for line in told)]))
    return "\n".join(blocks)


def parameters_as_json(found: Sequence[InForce], edition: str = "") -> str:
    """The same as JSON: a list of objects; ``unit`` is null where there is none, ``value`` only with an edition."""
    return _json(
        [
            {
                "name": one.parameter.name,
                "type": one.parameter.type,
                "unit": one.parameter.unit or None,
                "default": one.parameter.default,
                "meaning": one.parameter.meaning,
            }
            | ({"value": one.value} if edition else {})
            for one in found
        ]
    )


def _finished(checkout: Checkout, name: str) -> str:
    path = checkout.published(name) / "manifest.json"
    if not path.is_file():
        return ""
    return str(json.loads(path.read_text(encoding="utf-8"))["times"]["finished"])


def _literal(value: Any) -> str:
    """A value as it is typed after ``-p name=``: text without quotes."""
    return value if isinstance(value, str) else repr(value)


def _indented(text: str) -> str:
    return textwrap.fill(text, 96, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False)


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)
