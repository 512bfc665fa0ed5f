"""English, in which rules are read."""

from tracker.coder.languages.en import (
    conditions,
    dates,
    grammar,
    identity,
    marks,
    mentions,
    papers,
    parts,
    rules,
    schedules,
    stages,
    summaries,
)
from tracker.coder.languages.structure import Speech

SPEECH = Speech(
    marks=marks,
    grammar=grammar,
    conditions=conditions,
    mentions=mentions,
    parts=parts,
    rules=rules,
    schedules=schedules,
    summaries=summaries,
    stages=stages,
    papers=papers,
    identity=identity,
)

__all__ = ["SPEECH", "dates"]
