"""MyST as Markdown that JupyterLab and other readers show as it is meant: no directives, no roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

_OPENS = re.compile(r"^\s*(?P<fence>:{3,}|`{3,}|~{3,})\{(?P<name>[\w:+-]+)\}\s*(?P<argument>.*)$")
_CODE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})")
_OPTION = re.compile(r"^:[\w-]+:")
_TARGET = re.compile(r"^(?:\([\w .:-]+\)=|\+\+\+.*|%( .*)?)$")
_INLINE = re.compile(
    r"\{(?P<role>[\w:+-]+)\}`(?P<content>[^`]+)`"
    r"|(?P<code>`+)(?:.+?)(?P=code)"
    r"|(?P<image>!?)\[(?P<text>(?:\\.|[^\]\\])*)\]\((?P<target>[^)\s]+)\)"
    r"|\{\{\s*(?P<word>\w+)\s*\}\}",
    re.DOTALL,
)
_TITLED = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^>]+)>$", re.DOTALL)

_BOXES = (
    *("admonition", "attention", "caution", "danger", "dropdown", "error", "hint", "important", "note", "seealso"),
    *("sidebar", "tip", "topic", "warning"),
)
_PROGRAMS = ("code", "code-block", "code-cell", "sourcecode")
_LITERAL = ("code", "file", "kbd", "command", "program", "samp", "literal", "py:mod", "py:func")
# What only a whole book can show.
_OF_THE_BOOK = ("bibliography", "contents", "include", "raw", "tableofcontents", "toctree")


def _kept(target: str) -> str | None:
    return target


def plain(
    text: str,
    named: Mapping[str, str] = MappingProxyType({}),
    numbers: Mapping[str, str] = MappingProxyType({}),
    words: Mapping[str, str] = MappingProxyType({}),
    lead: Callable[[str], str | None] = _kept,
) -> str:
    """Turn MyST into plain Markdown.

    An admonition becomes a quotation under a bold title, a figure its caption, a reference to a figure or table its
    caption in words, a role its text.

    Parameters
    ----------
    text : str
        MyST.
    named : mapping of str to str
        Words for a figure or table by its label, such as ``the figure “Attacks by year”``.
    numbers : mapping of str to str
        What was glued.
    words : mapping of str to str
        What stands for ``{{ name }}``.
    lead : callable
        The target of a link, or None if it leads nowhere here: its words then stand without it.
    """
    return _blocks(text.split("\n"), lambda part: _inline(part, named, numbers, words, lead))


def _blocks(lines: list[str], inline: Callable[[str], str]) -> str:
    shown: list[str] = []
    prose: list[str] = []
    place = 0

    def end_prose() -> None:
        if prose:
            # Emphasis and roles may run over lines.
            shown.extend(inline("\n".join(prose)).split("\n"))
            prose.clear()

    while place < len(lines):
        line = lines[place]
        directive, code = _OPENS.match(line), _CODE.match(line)
        opening = directive or code
        if opening:
            end_prose()
            end = _closing(lines, place + 1, opening["fence"])
            if directive:
                shown += _directive(directive["name"], directive["argument"], lines[place + 1 : end], inline)
            else:
                shown += lines[place : end + 1]
            place = end + 1
            continue
        if not _TARGET.match(line):
            prose.append(line)
        place += 1
    end_prose()
    return "\n".join(shown)


def _closing(lines: list[str], start: int, fence: str) -> int:
    """Index of the line that closes a fence; that after the last one if none does."""
    for place in range(start, len(lines)):
        line = lines[place].strip()
        if len(line) >= len(fence) and set(line) == {fence[0]}:
            return place
    return len(lines)


def _directive(name: str, argument: str, body: list[str], inline: Callable[[str], str]) -> list[str]:
    while body and (_OPTION.match(body[0]) or not body[0].strip()):
        body = body[1:]
    if name in _OF_THE_BOOK:
        return []
    if name in _PROGRAMS:
        return [f"```{argument}".rstrip(), *body, "```"]
    if name == "math":
        return ["$$", *([argument] if argument else []), *body, "$$"]
    inner = _blocks(body, inline).strip("\n").split("\n")
    if name in _BOXES:
        title = inline(argument) or name.capitalize()
        return [f"> **{title}**", ">", *(f"> {line}".rstrip() for line in inner)]
    if name in ("table", "list-table", "csv-table") and argument:
        return [f"**{inline(argument)}**", "", *inner]
    return inner


def _inline(
    text: str,
    named: Mapping[str, str],
    numbers: Mapping[str, str],
    words: Mapping[str, str],
    lead: Callable[[str], str | None],
) -> str:
    def shown(match: re.Match[str]) -> str:
        if match["role"]:
            said = _role(match["role"], match["content"], named, numbers)
            begins = not match.string[: match.start()].rstrip(" *_") or re.search(
                r"(?:[.?!:]\s+|\n\n|^[-*] )$", match.string[: match.start()]
            )
            return said[0].upper() + said[1:] if begins and match["role"] in ("numref", "ref") else said
        if match["word"]:
            return words.get(match["word"], match.group())
        if match["target"]:
            target = lead(match["target"])
            if match["image"]:
                return f"![{match['text']}]({target})" if target else match["text"]
            inner = _inline(match["text"], named, numbers, words, lead)
            return f"[{inner}]({target})" if target else inner
        return match.group()

    return _INLINE.sub(shown, text)


def _role(role: str, content: str, named: Mapping[str, str], numbers: Mapping[str, str]) -> str:
    if role.startswith("glue:"):
        return numbers.get(content, content)
    if role == "math":
        return f"${content}$"
    if role in _LITERAL:
        return f"`{content}`"
    titled = _TITLED.match(content)
    label = titled["target"] if titled else content
    if role in ("numref", "ref") and label in named and not (titled and role == "ref"):
        return named[label]
    return titled["text"] if titled and titled["text"] else content
