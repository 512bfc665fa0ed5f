"""Proposals as the record keeps them: one JSON object each."""

from __future__ import annotations

import json

from pydantic import TypeAdapter, ValidationError

from tracker.domain.proposals import Candidate
from tracker.errors import Problem

_CANDIDATE = TypeAdapter(Candidate)


class ProposalDamaged(Problem):
    """A kept proposal that does not read as one; the message names it and what is wrong with it."""


def write(candidate: Candidate) -> str:
    """JSON with keys in order, dates as ISO text."""
    return json.dumps(plain(candidate), ensure_ascii=False)


def plain(candidate: Candidate) -> dict[str, object]:
    """The fields by name in the order of the alphabet, ready for JSON."""
    fields: dict[str, object] = json.loads(json.dumps(_CANDIDATE.dump_python(candidate, mode="json"), sort_keys=True))
    return fields


def read(number: int, text: str) -> Candidate:
    """The proposal with this number in the table `review`. Raises ProposalDamaged."""
    try:
        return _CANDIDATE.validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ProposalDamaged(f"proposal {number} cannot be read: {place}: {first['msg']}") from None
