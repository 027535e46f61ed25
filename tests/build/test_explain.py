"""Why each chapter was executed or was not."""

from afpak.build.explain import as_lines
from afpak.build.run import Ran


def test_each_chapter_has_its_reasons_and_each_edition_its_chapters():
    many = tuple(f"module m{number} changed" for number in range(8))
    ran = [
        Ran("latest", "1-1-long-name", 12.34, ("code cells changed", "file a.csv changed")),
        Ran("paper-2022", "audit", 1.0, many),
        Ran("latest", "audit", 3.0, ()),
    ]
    assert as_lines(ran).splitlines() == [
        "latest: 1 of 2 chapters executed",
        "  1-1-long-name   12.3 s   code cells changed",
        "                           file a.csv changed",
        "  audit          kept      nothing that it depends on has changed",
        "paper-2022: 1 of 1 chapters executed",
        "  audit            1.0 s   module m0 changed",
        *(f"                           module m{number} changed" for number in range(1, 6)),
        "                           and 2 more",
    ]


def test_of_no_chapter_nothing_is_said():
    assert as_lines([]) == ""
