"""What a source asks for whatever its lists say: measures that a record holds as not final, and what its last run could not read."""

from __future__ import annotations

import json
from typing import NamedTuple

from crawler.contract.hosts import MissingFact


class WatchedMeasure(NamedTuple):
    """Identity of a measure: a jurisdiction's code, the session's identifier, and the number in the normal form of the record."""

    jurisdiction: str
    session: str
    identifier: str


def read_watched(text: str, source: str) -> tuple[WatchedMeasure, ...]:
    """The measures that a source watches, of a JSON object {source: [{"jurisdiction", "session", "identifier"}, …]}.

    Raises MissingFact.
    """
    try:
        return tuple(WatchedMeasure(**measure) for measure in json.loads(text).get(source, ()))
    except (ValueError, AttributeError, TypeError) as error:
        raise MissingFact(f"WATCHED_MEASURES is not {{source: [{{jurisdiction, session, identifier}}]}}: {error}") from error


def read_unobserved(text: str, source: str) -> tuple[str, ...]:
    """The addresses that a source asks first, of a JSON object {source: [address, …]}. Raises MissingFact."""
    try:
        return tuple(str(url) for url in json.loads(text).get(source, ()))
    except (ValueError, AttributeError, TypeError) as error:
        raise MissingFact(f"UNOBSERVED is not {{source: [address]}}: {error}") from error
