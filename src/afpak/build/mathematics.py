"""An extension of Sphinx that writes formulas as MathML when the book is compiled.

A page then needs no script to show mathematics, asks no host for one, and shows the same from a folder, in print, as
PDF and as EPUB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from docutils import nodes  # type: ignore[import-untyped]
from latex2mathml import converter
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NAME = "mathml"
_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_logger = logging.getLogger(__name__)
# How many parts an element of MathML must have; the converter writes fewer if the formula breaks off.
_PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
_NAMED = re.compile(r"\\(?:begin|end)\{[^}]*\}|\\[A-Za-z]+|\\.")


class FormulaError(ValueError):
    """A formula that can't be read; the message says why."""


def mathml(formula: str, block: bool = False) -> str:
    r"""A formula in LaTeX as MathML, its source as the alternative text.

    Parameters
    ----------
    formula : str
        LaTeX without dollars, as ``\frac{a}{b}``.
    block : bool
        Whether it stands on lines of its own.

    Raises
    ------
    FormulaError
        If it is empty, breaks off, or has a command that is not known. The converter itself passes over most of that.
    """
    text = " ".join(formula.split())
    depth = 0
    for sign in re.sub(r"\\.", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            raise FormulaError("a } closes nothing")
    if depth:
        raise FormulaError("a { is not closed")
    try:
        written = converter.convert(text, display="block" if block else "inline")
        tree = ElementTree.fromstring(written.replace("<mi>&</mi>", "<mi>&amp;</mi>"))
    except Exception as error:
        # The converter's exceptions have no base of their own, and some formulas it breaks on without one of them.
        raise FormulaError(_in_words(error)) from error
    _check(tree)
    tree.set("alttext", text)
    ElementTree.register_namespace("", _NAMESPACE)
    return ElementTree.tostring(tree, encoding="unicode")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer; Sphinx calls this."""
    app.add_html_math_renderer(NAME, (_inline, None), (_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _in_words(error: Exception) -> str:
    """What the converter's error is called, taken apart into words."""
    if isinstance(error, ElementTree.ParseError):
        return "it makes no well-formed MathML"
    name = type(error).__name__.removesuffix("Error")
    return str(error) or " ".join(re.findall(r"[A-Z][a-z]*", name)).lower()


def _check(tree: ElementTree.Element) -> None:
    """Refuse what the converter wrote for something that it did not understand."""
    for element in tree.iter():
        tag = element.tag.partition("}")[2]
        said = element.text or ""
        if tag == "mi" and (unknown := _NAMED.match(said)):
            raise FormulaError(f"unknown command {unknown.group()}")
        if tag == "mi" and said == "&":
            raise FormulaError("an & outside of a table")
        if tag in _PARTS and len(element) != _PARTS[tag]:
            raise FormulaError("an argument of a command is missing")


def _written(node: nodes.Element, block: bool) -> str:
    """MathML of a node; a formula that can't be read is a warning at its place, and a warning stops a build."""
    try:
        return mathml(node.astext(), block)
    except FormulaError as error:
        _logger.warning("formula %r can't be read: %s", node.astext(), error, location=node)
        return ""


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    translator.body.append(_written(node, False) + "</span>")
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(_written(node, True) + "</div>\n")
    raise nodes.SkipNode
