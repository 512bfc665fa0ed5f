"""What moved on a map between two days: the rows before and after, and the regions whose status a counted change of law moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from tracker.atlas.rows import DayView, MapRow, map_rows, region_codes
from tracker.history.words import Term

REGIONS = ("us", "world")


class Move(NamedTuple):
    """A change of law that the change map counts."""

    jurisdiction: str
    substance: str
    day: date | None
    recorded_at: datetime
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MapChanges:
    """The three maps of one region and substance. `changed` maps a code to [before, after]; `apart` moved without a counted change."""

    region: str
    substance: Term
    before_day: date
    day: date
    before: tuple[MapRow, ...]
    after: tuple[MapRow, ...]
    changed: Mapping[str, tuple[str, str]]
    apart: tuple[str, ...]


def of_period(before: DayView, after: DayView, moves: Collection[Move]) -> tuple[MapChanges, ...]:
    """Before, after and changed, for the first substance of the codebook and for each in which one of `moves` falls."""
    labels = after.labels
    first = min(labels.codebook.substances, key=labels.rank)
    changes = []
    for region in REGIONS:
        codes = region_codes(labels.places, region)
        inside = [move for move in moves if move.jurisdiction in set(codes)]
        for substance in sorted({first, *(move.substance for move in inside)}, key=labels.rank):
            changes.append(_of(before, after, region, codes, substance, [move for move in inside if move.substance == substance]))
    return tuple(changes)


def _of(before: DayView, after: DayView, region: str, codes: Sequence[str], substance: str, moves: Sequence[Move]) -> MapChanges:
    old, new = map_rows(before, codes, substance), map_rows(after, codes, substance)
    changed = _first_and_last(moves)
    moved = {one.code for one, two in zip(old, new, strict=True) if one.status != two.status}
    return MapChanges(
        region=region,
        substance=after.labels.substance(substance),
        before_day=before.record.day,
        day=after.record.day,
        before=old,
        after=new,
        changed={code: pair for code, pair in sorted(changed.items()) if pair[0] != pair[1]},
        apart=tuple(sorted(moved - set(changed))),
    )


def _first_and_last(moves: Sequence[Move]) -> dict[str, tuple[str, str]]:
    """Of each region the status before its first move and that after its last."""
    changed: dict[str, tuple[str, str]] = {}
    # Two moves of one region in one period make one step on the map, and none where the second undoes the first.
    for move in sorted(moves, key=lambda move: (move.day or date.min, move.recorded_at)):
        first = changed.get(move.jurisdiction, (move.before, ""))[0]
        changed[move.jurisdiction] = (first, move.after)
    return changed
