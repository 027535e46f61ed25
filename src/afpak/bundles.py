"""Names of what a chapter's cells carry to the build, beside what JupyterLab shows."""

FIGURE = "application/vnd.afpak.figure+json"
NUMBER = "application/vnd.afpak.number+json"
FINDINGS = "application/vnd.afpak.findings+json"
# Words that other pages link to this one with: a mapping of word to the identifier of the place, and how often; and
# what the book's search knows of each place.
ANCHORS = "application/vnd.afpak.anchors+json"
# A picture to hover over and choose in, which a page adds under the still figure that is its twin.
VIEW = "application/vnd.afpak.view+json"
