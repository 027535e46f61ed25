"""How rows of one layout become events: SQL on the file's columns, all of them text until here.

A reading names columns by the provider's own names in lower case; the importer has trimmed their values and
made blanks of empty ones before any expression sees them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from afpak.sources import sql


@dataclass(frozen=True)
class Rule:
    """What a value must be; a row that breaks it is an error.

    Parameters
    ----------
    column : str
        The file's column.
    wrong : str
        SQL condition, true where the value is wrong.
    expected : str
        What should stand there, and what to do.
    """

    column: str
    wrong: str
    expected: str


@dataclass(frozen=True)
class Note:
    """Something done to rows, or odd about them, that is counted and listed.

    Parameters
    ----------
    name : str
        In words, as in the summary and the report.
    applies : str
        SQL condition: on the file's columns for drops and repairs, on those of the event table for flags.
    column : str
        The column that it is about; empty for the row as a whole.
    """

    name: str
    applies: str
    column: str = ""


@dataclass(frozen=True)
class Reading:
    """A layout, and how its rows become events.

    Parameters
    ----------
    provider : str
        Short name, the beginning of every event's identifier.
    layout : str
        In words, as in the summary.
    needed : tuple of str
        Columns that the file must have.
    columns : mapping of str to str
        SQL expression by column of the event table; those left out are blank.
    identifier : str
        Column that names the event.
    rules, drops, repairs, flags : tuple
        What is checked, left out, mended and kept with a mark. ``drops`` come first: nothing else is asked of a
        row that is left out.
    optional : tuple of str
        Columns that the expressions use and that may be missing; they are blank then.
    monadic : bool
        Whether several rows of one identifier mean an export with a row per actor, which is refused.
    candidate : str
        SQL condition on a row that only a preliminary release has; empty where a provider makes no difference.
    extra : mapping of str to str
        Further columns, beginning with ``_``, that flags are asked of.
    """

    provider: str
    layout: str
    needed: tuple[str, ...]
    columns: Mapping[str, str]
    identifier: str
    rules: tuple[Rule, ...] = ()
    drops: tuple[Note, ...] = ()
    repairs: tuple[Note, ...] = ()
    flags: tuple[Note, ...] = ()
    optional: tuple[str, ...] = ()
    monadic: bool = False
    candidate: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def ending(header: Sequence[str], name: str) -> str:
    """The header's column of that name, or the only one that ends with it: a wrong decoding leaves marks before it.

    Empty if there is none.
    """
    if name in header:
        return name
    ends = [column for column in header if column.endswith(name)]
    return ends[0] if len(ends) == 1 else ""


def code(column: str) -> str:
    """The column as a code: of one that a program wrote as a decimal number (``1.0``), the whole number."""
    return f"regexp_replace({column}, '\\.0+$', '')"


def number(column: str) -> str:
    """The column as a number; missing where it is none."""
    return f"try_cast({column} AS DOUBLE)"


def day(column: str, *formats: str) -> str:
    """The column as a day in the first of the formats that fits; missing where none does."""
    tries = [f"try_strptime({column}, {sql.quoted(form)})" for form in formats]
    return f"CAST(coalesce({', '.join(tries)}) AS DATE)"


def coded(column: str, words: Mapping[str, str]) -> str:
    """The words that codes stand for; missing for any other."""
    cases = " ".join(f"WHEN {sql.quoted(code)} THEN {sql.quoted(word)}" for code, word in words.items())
    return f"CASE {column} {cases} END"


def one_of(
    column: str, allowed: Mapping[str, str] | tuple[str, ...], what: str, blank: bool = False, *, read: str = ""
) -> Rule:
    """The column, or what ``read`` makes of it, must be one of these codes."""
    value = read or column
    codes = ", ".join(sql.quoted(code) for code in allowed)
    missing = "false" if blank else f"{value} IS NULL"
    spelled = ", ".join(f"{code} ({word})" for code, word in allowed.items()) if isinstance(allowed, Mapping) else ""
    expected = f"expected {what}: {spelled or ', '.join(allowed)}" + (", or blank" if blank else "")
    return Rule(column, f"{missing} OR {value} NOT IN ({codes})", expected)


def counted(column: str, what: str, *, blank: bool = True, whole: bool = True, read: str = "") -> Rule:
    """The column, or what ``read`` makes of it, must be a count: not negative, whole unless said otherwise."""
    text = read or column
    value = number(text)
    broken = f"{value} IS NULL OR NOT isfinite({value}) OR {value} < 0" + (
        f" OR {value} <> floor({value})" if whole else ""
    )
    sort = "a whole number" if whole else "a number"
    expected = f"expected {what}, {sort} of 0 or more" + (", or blank if not known" if blank else "")
    return Rule(column, f"{text} IS NOT NULL AND ({broken})" if blank else broken, expected)


def bounded(column: str, least: float, most: float, what: str, *, read: str = "") -> Rule:
    """The column, or what ``read`` makes of it, must be a number within bounds, or blank."""
    text = read or column
    value = number(text)
    return Rule(
        column,
        f"{text} IS NOT NULL AND ({value} IS NULL OR {value} NOT BETWEEN {least} AND {most})",
        f"expected {what} between {least:g} and {most:g}, or blank",
    )


def dated(column: str, expression: str, example: str, *, blank: bool = False, read: str = "") -> Rule:
    """The column must be read as a day by the expression."""
    # A year written with two digits is read as one of the first century.
    wrong = f"(({expression}) IS NULL OR year({expression}) < 1900)"
    return Rule(
        column,
        f"{read or column} IS NOT NULL AND {wrong}" if blank else wrong,
        f"expected a day, such as {example}" + (", or blank" if blank else ""),
    )
