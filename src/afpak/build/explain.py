"""Why each chapter of a build was executed or was not, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afpak.build.run import Ran

# Of a long list of changes the rest is counted.
_SHOWN = 6


def as_lines(ran: Sequence[Ran]) -> str:
    """What became of each chapter, a line each, and under it why; those of one edition stand together."""
    editions = list(dict.fromkeys(one.edition for one in ran))
    width = max((len(one.chapter) for one in ran), default=0)
    lines: list[str] = []
    for edition in editions:
        chapters = [one for one in ran if one.edition == edition]
        executed = sum(bool(one.why) for one in chapters)
        lines.append(f"{edition}: {executed} of {len(chapters)} chapters executed")
        for one in chapters:
            if not one.why:
                lines.append(f"  {one.chapter:{width}}  kept      nothing that it depends on has changed")
                continue
            more = [f"and {len(one.why) - _SHOWN} more"] if len(one.why) > _SHOWN else []
            first, *others = [*one.why[:_SHOWN], *more]
            lines.append(f"  {one.chapter:{width}}  {one.seconds:5.1f} s   {first}")
            lines += [f"  {'':{width}}            {other}" for other in others]
    return "\n".join(lines)
