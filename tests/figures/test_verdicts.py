from __future__ import annotations

import re
from itertools import pairwise

import pytest

from afpak.audit import Verdict
from afpak.figures import verdicts
from afpak.figures.verdicts import chip


def test_every_verdict_has_a_look_and_no_look_is_of_another() -> None:
    assert set(verdicts.LOOKS) == {str(verdict) for verdict in Verdict}
    assert sorted(verdicts.ORDER) == sorted(str(verdict) for verdict in Verdict)
    for verdict in Verdict:
        assert verdicts.look(str(verdict)) is verdicts.LOOKS[str(verdict)]


def test_an_unknown_verdict_has_no_look() -> None:
    with pytest.raises(KeyError):
        verdicts.look("supportd")


@pytest.mark.parametrize("part", ["mark", "marker", "colour"])
def test_no_two_verdicts_share_a_sign_a_marker_or_a_colour(part) -> None:
    values = [getattr(look, part) for look in verdicts.LOOKS.values()]
    assert all(values) and len(set(values)) == len(values)


def test_a_mark_is_one_sign_and_a_colour_is_one_of_the_book() -> None:
    for look in verdicts.LOOKS.values():
        assert len(look.mark) == 1 and re.fullmatch(r"#[0-9a-f]{6}", look.colour)


def test_bars_without_a_hatch_are_told_apart_by_more_than_a_hue() -> None:
    # Relative luminance after WCAG 2; a ratio of 3 is what it asks of graphics.
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    plain = sorted(luminance(look.colour) for look in verdicts.LOOKS.values() if not look.hatch)
    assert all((high + 0.05) / (low + 0.05) >= 3 for low, high in pairwise(plain))
    hatches = [look.hatch for look in verdicts.LOOKS.values() if look.hatch]
    assert len(set(hatches)) == len(hatches)


def test_a_chip_hides_its_mark_from_those_who_hear_the_page_and_says_the_word() -> None:
    assert chip("not testable") == (
        '<span class="afpak-verdict" data-verdict="not testable"><span aria-hidden="true">–</span> not testable</span>'
    )
    assert ' data-claim="1.4-&lt;14&gt;">' in chip("supported", "1.4-<14>")


def test_no_chip_is_made_of_a_verdict_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        chip("proven")
