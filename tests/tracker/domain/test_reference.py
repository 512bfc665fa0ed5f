"""The derived timelines are compared, day by day, with the slow reading of DESIGN in reference.py.

`EXAMPLES` in the environment sets how many random records are tried (default 500, some 5 s).
"""

from __future__ import annotations

import os
from itertools import pairwise

from hypothesis import HealthCheck, event, given, reject, settings

from tests.tracker.domain import reference
from tests.tracker.domain.random_records import WINDOW, records
from tracker.domain.records import Record, Timeline
from tracker.domain.timeline import CircularRelations, build

EXAMPLES = int(os.environ.get("EXAMPLES", "500"))
thorough = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize="EXAMPLES" not in os.environ
)


@given(records())
@thorough
def test_every_day_says_what_the_definition_says(record: Record) -> None:
    line = decided(record)
    said = {day: reference.content(record, day) for day in WINDOW}
    for day in WINDOW:
        assert line.at(day).content == said[day], day
    moving = {day for before, day in pairwise(WINDOW) if said[before] != said[day]}
    assert {row.period.start for row in line.periods if row.period.start} == moving


def decided(record: Record) -> Timeline:
    """The timeline of a record; one whose relations hang on each other in a circle is none."""
    try:
        line = build(record)
    except CircularRelations:
        reject()
    event(f"{min(len(line.periods), 8)} periods")
    return line
