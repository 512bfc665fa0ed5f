"""Reports and maps from the record: an edition's facts, its formats, its frozen files, and status maps.

`publish` gives an edition as files, `recheck` compares a frozen one with the record, `status_map` draws one map. Reads the record
and writes nothing into it but the row of a frozen edition.
"""

from tracker.reports.editions import FORMATS, Published, publish, recheck
from tracker.reports.facts import EmptyRecord, Unreconciled, build, to_json
from tracker.reports.files import EditionDamaged, ReportUnwritable
from tracker.reports.model import Edition
from tracker.reports.printing import NoPdf
from tracker.reports.statusmap import regions, scale, status_map

__all__ = [
    "FORMATS",
    "Edition",
    "EditionDamaged",
    "EmptyRecord",
    "NoPdf",
    "Published",
    "ReportUnwritable",
    "Unreconciled",
    "build",
    "publish",
    "recheck",
    "regions",
    "scale",
    "status_map",
    "to_json",
]
