"""The whole book as EPUB 3: the published pages as XHTML, their drawings, a contents page, and no script."""

from __future__ import annotations

import re
import tempfile
import uuid
import zipfile
from html import escape
from pathlib import Path

from afpak.export.source import AUTHOR, BOOK, LANGUAGE, LICENCE, Book
from afpak.export.target import folder_of

SUFFIX = ".xhtml"
# Files of a zip carry a time; one that never changes, so that the same book is the same file.
_TIME = (1980, 1, 1, 0, 0, 0)
_XHTML = "http://www.w3.org/1999/xhtml"
_MEDIA = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"}
_ACCESS = (
    ("accessMode", "textual"),
    ("accessMode", "visual"),
    ("accessModeSufficient", "textual"),
    ("accessibilityFeature", "alternativeText"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityHazard", "none"),
    ("accessibilitySummary", "Every figure has a text alternative and its data stand in the build of the book."),
)
_STYLE = """body { line-height: 1.4; }
table { border-collapse: collapse; font-size: 0.8em; }
th, td { vertical-align: top; text-align: left; padding: 0.2em 0.4em; border-bottom: 1px solid #888; }
figure { margin: 1em 0; } img { max-width: 100%; } figcaption, caption { font-size: 0.9em; text-align: left; }
pre { white-space: pre-wrap; font-size: 0.8em; } .admonition { border-left: 3px solid #0072b2; padding-left: 1em; }
.admonition-title { font-weight: bold; }
"""


def write_epub(book: Book, output: Path) -> None:
    """Write the book, the same bytes for the same build, and put it in place whole.

    Parameters
    ----------
    book : Book
        Read with `SUFFIX`.
    output : Path
        The file; its folder is made if need be.
    """
    files = {"META-INF/container.xml": _container(), "book/style.css": _STYLE, "book/title.xhtml": _title(book)}
    files |= {"book/nav.xhtml": _contents(book)}
    files |= {f"book/{page.name}{SUFFIX}": _page(page.title, page.body) for page in book.pages}
    pictures = {name: _drawing((book.html / name).read_bytes()) for name in _pictures(book)}
    files["book/content.opf"] = _package(book, sorted(pictures))
    with tempfile.TemporaryDirectory(prefix=f".{output.name}.", dir=folder_of(output)) as folder:
        finished = Path(folder) / output.name
        with zipfile.ZipFile(finished, "w") as bound:
            bound.writestr(zipfile.ZipInfo("mimetype", _TIME), "application/epub+zip", zipfile.ZIP_STORED)
            everything = {name: text.encode() for name, text in files.items()}
            everything |= {f"book/{name}": content for name, content in pictures.items()}
            for name in sorted(everything):
                bound.writestr(zipfile.ZipInfo(name, _TIME), everything[name], zipfile.ZIP_DEFLATED)
        finished.replace(output)


def _pictures(book: Book) -> set[str]:
    """Paths of the pictures that pages show, those for narrow screens too."""
    shown = r'<(?:img|source)\b[^>]*?\bsrc(?:set)?="([^"]+)"'
    return {name for page in book.pages for name in re.findall(shown, page.body)}


def _drawing(content: bytes) -> bytes:
    """A drawing as EPUB allows it: no document type that names another file, no path without data, as of a space."""
    content = re.sub(rb"<!DOCTYPE svg[^>]*>\s*", b"", content, count=1)
    return re.sub(rb"<path(?![^>]*\sd=)(?=[\s/>])", b'<path d="M 0 0"', content)


def _page(title: str, body: str) -> str:
    """A page as XHTML."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="{_XHTML}" lang="{LANGUAGE}" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" xml:lang="{LANGUAGE}">\n<head><title>{escape(title)}</title>'
        f'<link rel="stylesheet" type="text/css" href="style.css"/></head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _title(book: Book) -> str:
    return _page(
        BOOK,
        f"<h1>{BOOK}</h1><p>A reproducible reading of “Dealing with TTP and IS-K”</p><p>{escape(book.title)}</p>"
        f"<p>Nothing later than {book.as_of} enters it.</p><p>{LICENCE}</p><p>To cite it: {escape(book.citation)}</p>",
    )


def _contents(book: Book) -> str:
    """The contents, parts with their pages below them."""
    parts: dict[str, list[str]] = {}
    for page in book.pages:
        parts.setdefault(page.part, []).append(f'<li><a href="{page.name}{SUFFIX}">{escape(page.title)}</a></li>')
    lines = [
        "".join(items) if not part else f"<li><span>{escape(part)}</span><ol>{''.join(items)}</ol></li>"
        for part, items in parts.items()
    ]
    return _page("Contents", f'<nav epub:type="toc"><h1>Contents</h1><ol>{"".join(lines)}</ol></nav>')


def _package(book: Book, pictures: list[str]) -> str:
    """The package document: metadata, files, order."""
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{BOOK}|{book.name}|{book.title}|{book.as_of}")
    access = "".join(f'<meta property="schema:{name}">{escape(value)}</meta>' for name, value in _ACCESS)
    items, order = [], ['<itemref idref="title"/>', '<itemref idref="nav"/>']
    for page in book.pages:
        kind = ' properties="mathml"' if "<math" in page.body else ""
        items.append(f'<item id="p-{page.name}" href="{page.name}{SUFFIX}" media-type="application/xhtml+xml"{kind}/>')
        order.append(f'<itemref idref="p-{page.name}"/>')
    for place, name in enumerate(pictures):
        media = _MEDIA[Path(name).suffix.lower()]
        items.append(f'<item id="picture-{place}" href="{escape(name)}" media-type="{media}"/>')
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="id" xml:lang="{LANGUAGE}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>'
        f"<dc:title>{BOOK}: {escape(book.title)}</dc:title><dc:creator>{AUTHOR}</dc:creator>"
        f"<dc:language>{LANGUAGE}</dc:language><dc:date>{book.as_of}</dc:date><dc:rights>{LICENCE}</dc:rights>"
        f'<meta property="dcterms:modified">{book.as_of}T12:00:00Z</meta>{access}</metadata>\n<manifest>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="title" href="title.xhtml" media-type="application/xhtml+xml"/>'
        f'<item id="style" href="style.css" media-type="text/css"/>{"".join(items)}</manifest>\n'
        f"<spine>{''.join(order)}</spine>\n</package>\n"
    )


def _container() -> str:
    return (
        '<?xml version="1.0"?>\n<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>\n"
    )
