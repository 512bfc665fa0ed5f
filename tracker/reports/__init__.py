"""Editions of the record: the facts of a period, its formats, its frozen files.

`publish` gives an edition as files, `recheck` compares a frozen one with the record. It reads through `tracker.history` and
`tracker.atlas`, and writes nothing into the record but the row of a frozen edition.
"""

from tracker.reports.editions import Publication, publish, recheck
from tracker.reports.facts import Unreconciled, build, to_json
from tracker.reports.files import EditionDamaged, ReportUnwritable
from tracker.reports.model import Edition
from tracker.reports.printing import NoPdf

__all__ = [
    "Edition",
    "EditionDamaged",
    "NoPdf",
    "Publication",
    "ReportUnwritable",
    "Unreconciled",
    "build",
    "publish",
    "recheck",
    "to_json",
]
