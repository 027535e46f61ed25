"""An extension of Sphinx that shows a figure as it was drawn for a phone where the screen is narrow.

The choice is the browser's, without a script: an HTML ``picture`` holds both drawings, with one text alternative.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.transforms.post_transforms import SphinxPostTransform

from afpak.figures.style import PHONE

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# The class of an image that has such a twin.
CLASS = "afpak-figure"
# Where the drawing for a phone is shown; paper is never narrow. The style sheet of the pages has the same bound.
MEDIA = "screen and (max-width: 640px)"


def twin(drawing: str, page: str) -> str:
    """Name of the file in which the drawing for another page stands, beside that for a column: ``fall-phone.svg``."""
    path = PurePosixPath(drawing)
    return str(path.with_name(f"{path.stem}-{page}{path.suffix}"))


class picture(nodes.General, nodes.Element):  # type: ignore[misc]  # noqa: N801 - nodes are named like their tags
    """Holds an image; its attribute ``narrow`` names the file to show in its place on a narrow screen."""


class Pictures(SphinxPostTransform):
    """Puts each figure into a picture with its twin, which the builder then copies like any image."""

    default_priority = 200
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Change the page; a twin that is not there is a warning of the builder, and a warning stops a build."""
        for image in list(self.document.findall(nodes.image)):
            if CLASS not in image.get("classes", []):
                continue
            narrow = twin(image["uri"], PHONE.name)
            self.env.images.add_file(self.env.docname, narrow)
            self.app.builder.images[narrow] = self.env.images[narrow][1]
            held = picture(narrow=narrow)
            image.replace_self(held)
            held += image


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform; Sphinx calls this."""
    app.add_node(picture, html=(_open, _close))
    app.add_post_transform(Pictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}


def _open(translator: Any, node: picture) -> None:
    builder = translator.builder
    address = f"{builder.imgpath}/{quote(builder.images[node['narrow']])}"
    translator.body.append(f'<picture><source media="{MEDIA}" srcset="{address}">')


def _close(translator: Any, _: picture) -> None:
    translator.body.append("</picture>")
