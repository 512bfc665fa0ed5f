"""What a document states of its measure, as the record keeps it: one JSON object each."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from tracker.domain.entries import Measure

_MEASURE = TypeAdapter(Measure)


def write(measure: Measure) -> str:
    """JSON with keys in order and without what is not stated."""
    return json.dumps(_MEASURE.dump_python(measure, mode="json", exclude_defaults=True), sort_keys=True, ensure_ascii=False)


def read(text: str) -> Measure:
    """The measure that `write` wrote down."""
    return _MEASURE.validate_json(text, strict=True)
