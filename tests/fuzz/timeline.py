"""The timeline, on random records that Hypothesis draws from the bytes: periods that tile time, or a circle by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, given, settings

from tests.fuzz.target import Target
from tests.tracker.domain.random_records import records
from tracker.domain.records import Record, Timeline
from tracker.domain.timeline import CircularRelations, build

_SEEDS, _SIZE = 40, 1_500


@settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(records())
def _try(record: Record) -> None:
    try:
        line = build(record)
    except CircularRelations:
        return
    assert isinstance(line, Timeline)
    assert (line.periods[0].period.start, line.periods[-1].period.end) == (None, None)
    assert all(before.period.end == after.period.start for before, after in pairwise(line.periods))


def _make() -> tuple[Sequence[bytes], Callable[[int, bytes], None]]:
    return [Random(number).randbytes(_SIZE) for number in range(_SEEDS)], lambda _, data: _try.hypothesis.fuzz_one_input(data)


TARGET = Target("timeline", _make)
