"""The subject and what is known about it at the start, as data files with a pure loader: files in, domain values out.

`load()` gives the codebook (substances, places, terms, labels, scale, sessions, sources), `baseline()` the researched baseline.
Nothing here touches a database, a clock or the network.
"""

from tracker.codebook.baseline import Baseline, baseline
from tracker.codebook.evidence import confidence
from tracker.codebook.identifiers import (
    UnknownIdentifier,
    bill_key,
    instrument_key,
    instrument_keys,
    is_resolution,
    measure_identifiers,
    normal_measure,
)
from tracker.codebook.loading import load
from tracker.codebook.measures import MeasureKey, Unnormalised
from tracker.codebook.model import Codebook, NotInCodebook, host_of
from tracker.codebook.tables import CodebookError

__all__ = [
    "Baseline",
    "Codebook",
    "CodebookError",
    "MeasureKey",
    "NotInCodebook",
    "UnknownIdentifier",
    "Unnormalised",
    "baseline",
    "bill_key",
    "confidence",
    "host_of",
    "instrument_key",
    "instrument_keys",
    "is_resolution",
    "load",
    "measure_identifiers",
    "normal_measure",
]
